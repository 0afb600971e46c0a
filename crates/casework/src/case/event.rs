use super::claim::{Claim, ClaimEnded};
use super::command::Actor;
use super::document::{EntryNote, HoldCause, PartyHit};
use super::early::Early;
use super::number::NumberWord;
use super::programme_case::LegBinding;
use super::referral::{Answered, Opening, ReferralKind, Said, Terms, TrackKey};
use super::state::Node;
use consignment::ident::AirWaybill;
use consignment::issue::IssueTime;
use consignment::{Consignment, Leg};
use finding::{Finding, Phrase};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::sync::Arc;

/// What happened to a tree. Events are facts: they are never checked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A document was taken in as this version.
    Recorded {
        /// The node.
        node: Node,
        /// Version, from 1.
        version: u32,
        /// Who sent it.
        by: Actor,
        /// What it says.
        consignment: Arc<Consignment>,
        /// Whether it is to be taken as a consolidation.
        consolidated: bool,
        /// What is wrong with the message, as far as it concerns this consignment.
        faults: Vec<Phrase>,
        /// When.
        at: Timestamp,
    },
    /// What counts was sent again, with a later time of issue.
    Repeated {
        /// The node.
        node: Node,
        /// When it was issued.
        issued: IssueTime,
    },
    /// Somebody else submitted what counts as well, or submits it while something is open: he is told from now on, and of
    /// what is open.
    Submitted {
        /// The node.
        node: Node,
        /// Who.
        by: Actor,
    },
    /// A document came in that was issued before the one that counts, or from somebody the carrier did not name: what it
    /// says against the goods stands, and nothing else.
    Superseded {
        /// The node.
        node: Node,
        /// What it says.
        consignment: Arc<Consignment>,
        /// When.
        at: Timestamp,
    },
    /// The same house, to all appearance, was filed under another master as well.
    SeenElsewhere {
        /// The node.
        node: Node,
        /// Where, in words.
        why: Phrase,
    },
    /// Nobody can say whose house it is that has this number: it was filed without its master, and something here names
    /// another, or somebody else filed it.
    WhoseDoubted {
        /// The house.
        node: Node,
        /// Why, in words; `None` where it is told since.
        why: Option<Phrase>,
    },
    /// A word that holds a house was said of its number alone: it may have meant another house of that number.
    SaidOfNumber {
        /// The house.
        node: Node,
        /// The word.
        word: NumberWord,
    },
    /// A message that may concern the goods could not be read.
    Unread {
        /// Why.
        why: Phrase,
        /// When.
        at: Timestamp,
    },
    /// Somebody who may say so said that all versions so far are of one shipment.
    ShipmentConfirmed {
        /// The node.
        node: Node,
        /// Who.
        agency: Arc<str>,
    },
    /// A later check list of the whole does not name a house any more.
    AnnouncementWithdrawn {
        /// The house.
        node: Node,
    },
    /// A version that was set aside says something against the goods.
    SetAsideTold {
        /// The node.
        node: Node,
        /// What.
        why: Phrase,
    },
    /// Somebody read the messages that could not be read here.
    UnreadSettled {
        /// Who.
        agency: Arc<str>,
        /// Why one of them could not be read.
        why: Phrase,
        /// When it came.
        at: Timestamp,
    },
    /// A status report about the waybill was taken in; it files nothing.
    Reported {
        /// The node.
        node: Node,
        /// Who told it.
        by: Actor,
        /// What it says.
        consignment: Arc<Consignment>,
        /// What is wrong with its message, as far as it concerns this consignment.
        faults: Vec<Phrase>,
        /// When.
        at: Timestamp,
        /// Whether a desk of the goods told it.
        by_desk: bool,
    },
    /// The declarant withdrew the filing.
    Withdrawn {
        /// The node.
        node: Node,
        /// The number of the master, where the withdrawal names it.
        master: Option<AirWaybill>,
        /// The version withdrawn; 0 where nothing had been filed yet.
        version: u32,
        /// When the withdrawal was issued, as far as it says.
        issued: Option<IssueTime>,
        /// Who withdrew.
        by: Actor,
    },
    /// The legs of the tree are these.
    Routed {
        /// The legs.
        legs: Vec<Leg>,
        /// Why they are not certain; empty where they are.
        unclear: Vec<Phrase>,
    },
    /// A programme's leg test was made for a node.
    Bound {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// How it runs here.
        mode: Mode,
        /// Outcome.
        binding: LegBinding,
    },
    /// A version was acknowledged.
    Acknowledged {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The version.
        version: u32,
        /// When that was said.
        at: Timestamp,
    },
    /// A version was rejected.
    Rejected {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The version.
        version: u32,
        /// Why.
        findings: Vec<Finding>,
    },
    /// The parties of a version were screened.
    Screened {
        /// The node.
        node: Node,
        /// The version.
        version: u32,
        /// Hash over the lists used.
        lists: Option<Arc<str>>,
        /// Hits.
        hits: Vec<PartyHit>,
        /// Parties that share an address or a document with an entry.
        notes: Vec<EntryNote>,
    },
    /// A referral was opened.
    ReferralOpened {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// What the authority says.
        opening: Opening,
        /// The reference: the authority's, or the name it got here.
        reference: Arc<str>,
        /// Who opened it, and alone may close it.
        by: Actor,
        /// When it was opened.
        at: Timestamp,
    },
    /// A referral was closed by the one who opened it.
    ReferralClosed {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The kind.
        kind: ReferralKind,
        /// The reference.
        reference: Arc<str>,
        /// When it was closed.
        at: Timestamp,
    },
    /// The assessment of a version is complete.
    AssessmentCompleted {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The version judged.
        version: u32,
        /// When.
        at: Timestamp,
    },
    /// The tree of this other stream was found to be part of this one; its events count from here on.
    Joined {
        /// The other stream.
        from: Arc<str>,
    },
    /// Another agency holds the goods.
    HoldPlaced {
        /// The node.
        node: Node,
        /// Who.
        agency: Arc<str>,
        /// Why.
        cause: HoldCause,
        /// The number of the officer's act, where it is one.
        entry: Option<Arc<str>>,
    },
    /// The agency lifted its hold.
    HoldLifted {
        /// The node.
        node: Node,
        /// Who.
        agency: Arc<str>,
        /// Why it was placed.
        cause: HoldCause,
        /// By which act of an officer, where it was one.
        entry: Option<Arc<str>>,
    },
    /// Something was said of a referral that changes nothing of what is open.
    ReferralTold {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// Which.
        track: TrackKey,
        /// What.
        said: Said,
        /// What is to be answered, until when and how, as far as these words say.
        terms: Terms,
        /// Whether whoever answers it is to be told: it asks for something else, otherwise, or again after an answer.
        asks: bool,
        /// When it was said.
        at: Timestamp,
    },
    /// The authority reported its assessment complete, which ends referrals of these kinds opened before.
    EndedByCompletion {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The kinds.
        kinds: Vec<ReferralKind>,
        /// When.
        at: Timestamp,
    },
    /// A referral was answered.
    ReferralAnswered {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The answer.
        answered: Box<Answered>,
        /// Who answered.
        by: Actor,
    },
    /// Somebody claims that an authority said something, by another way than its own.
    Claimed {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The claim.
        claim: Claim,
    },
    /// A claim holds no longer.
    ClaimEnded {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The claim, as it held.
        claim: Claim,
        /// Who ended it.
        ended: ClaimEnded,
    },
    /// A do-not-load came when the goods were in the air: the carrier's operations are called by voice.
    DnlAirborne {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The order.
        reference: Arc<str>,
        /// The leg that had left.
        leg: String,
        /// When it became known.
        at: Timestamp,
    },
    /// The time for an answer is over, and none has come.
    DeadlinePassed {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// Which referral.
        track: TrackKey,
        /// Its reference.
        reference: Arc<str>,
        /// Until when an answer was expected.
        deadline: Timestamp,
        /// When it was told.
        at: Timestamp,
    },
    /// The carrier's operations were reached by voice.
    VoiceContact {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The order.
        reference: Arc<str>,
        /// Who was reached, and by whom.
        reached: Arc<str>,
        /// When.
        at: Timestamp,
    },
    /// An authority's word came after the leg had left.
    AfterDeparture {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The leg.
        leg: String,
        /// When.
        at: Timestamp,
    },
    /// A version came after the leg had left: its programme does not assess it any more.
    UpdatedLate {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The leg.
        leg: String,
        /// When.
        at: Timestamp,
    },
    /// The goods were booked on legs.
    Booked {
        /// The legs, in order.
        legs: Vec<Leg>,
        /// When.
        at: Timestamp,
    },
    /// The goods resemble others that must not be loaded.
    Resembles {
        /// The node.
        node: Node,
        /// Which, in words.
        why: Phrase,
    },
    /// All orders on those that the goods resemble have ended.
    ResemblanceOver {
        /// The node.
        node: Node,
        /// Which, in words.
        why: Phrase,
    },
    /// An officer said that they are other goods.
    ResemblanceSettled {
        /// The node.
        node: Node,
        /// Who.
        agency: Arc<str>,
        /// Which, in words.
        why: Phrase,
    },
    /// An authority's word came before what it speaks of, and waits.
    SaidEarly {
        /// The word.
        early: Box<Early>,
    },
    /// Such a word was taken up.
    EarlyTaken {
        /// The word.
        early: Box<Early>,
    },
    /// The house is under no other master any more.
    NotElsewhere {
        /// The node.
        node: Node,
    },
    /// A house was taken out of its master; custody and recount show it.
    Unlinked {
        /// The house.
        node: Node,
        /// Pieces counted in the rest.
        recounted_pieces: u32,
        /// Who said so.
        agency: Arc<str>,
        /// When it went, by custody: what was found or declared of the rest since says nothing of it. `None` in what earlier
        /// releases wrote: when they said so.
        went: Option<Timestamp>,
        /// When.
        at: Timestamp,
    },
    /// What was filed of a node counts for nothing: whoever filed it had no right to its number.
    FilingStruck {
        /// The node.
        node: Node,
        /// Who filed it, and files it no more.
        filer: Actor,
        /// Who said so.
        agency: Arc<str>,
        /// When.
        at: Timestamp,
    },
}
