use super::claim::Claimed;
use super::document::{EntryNote, Hold, HoldCause, PartyHit};
use super::early::Early;
use super::number::NumberWord;
use super::programme_case::LegBinding;
use super::referral::{Answered, Opening, ReferralKind};
use super::state::Node;
use consignment::{Consignment, ConsignmentKey, Leg, Purpose};
use finding::{Finding, Phrase};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Who asks for something to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// Whoever sent a filing, by the name his channel gives him.
    Filer(Arc<str>),
    /// The authority of a programme, on its own authenticated channel.
    Authority(ProgrammeId),
    /// The simulation of an authority; moves only simulated cases.
    Simulation,
    /// Another agency (export control, police, compliance, the carrier itself), by name.
    Agency(Arc<str>),
    /// This node, for what follows from data alone.
    Node,
}

/// For what somebody's word on goods counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    /// What becomes of a version of goods that somebody else declared.
    pub others: Others,
    /// Whether he is a desk of the goods: his reports put right what anybody reported.
    pub desk: bool,
}

impl Voice {
    /// Of a desk that amends only what it declared itself.
    pub const OF_DESK: Self = Self { others: Others::Refused, desk: true };
}

/// What becomes of a version of goods that somebody else declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Others {
    /// Only the declarant amends.
    Refused,
    /// The programmes take the bill from several, and the carrier did not name this one: what he says against the goods
    /// stands, and nothing else.
    SetAside,
    /// The carrier himself, or a partner he named: the latest counts.
    Amended,
}

/// What somebody wants done to a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Take in what a message says of one consignment.
    Record {
        /// The consignment as read.
        consignment: Arc<Consignment>,
        /// Creation, update or deletion.
        purpose: Purpose,
        /// Whether it is to be taken as a consolidation, whatever its indicator says.
        consolidated: bool,
        /// What is wrong with the message, as far as it concerns this consignment.
        faults: Vec<Phrase>,
        /// For what the word of whoever sends it counts.
        voice: Voice,
    },
    /// Note that the same house, to all appearance, was filed under another master as well.
    NoteElsewhere {
        /// The node.
        node: Node,
        /// Where, in words.
        why: Phrase,
    },
    /// Say that all versions of a filing so far are of one shipment, although they look like two.
    ConfirmShipment {
        /// The node.
        node: Node,
    },
    /// Note that nobody can say whose house it is that has this number, or that it is told.
    DoubtWhose {
        /// The house.
        node: Node,
        /// Why, in words; `None` where it is told.
        why: Option<Phrase>,
    },
    /// Note that words which hold a house were said of its number alone.
    NoteOfNumber {
        /// The house.
        node: Node,
        /// The words.
        words: Vec<NumberWord>,
    },
    /// Note that what made a message doubtful is over.
    EndUnread {
        /// Why it was doubtful.
        why: Phrase,
    },
    /// Note that a message which may concern the goods could not be read.
    NoteUnread {
        /// Why.
        why: Phrase,
        /// Whether it counts anew although it stands: somebody proposes to settle what stands.
        again: bool,
    },
    /// Note that a later check list of the whole does not name a house any more.
    WithdrawAnnouncement {
        /// The house.
        node: Node,
    },
    /// Note what a version that was set aside says against the goods.
    TellSetAside {
        /// The node.
        node: Node,
        /// What.
        why: Phrase,
    },
    /// Say that somebody has read the messages about the goods that could not be read here, and acted on
    /// them.
    SettleUnread,
    /// Say on which legs a programme binds for a node.
    Bind {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// How the programme runs here.
        mode: Mode,
        /// The outcome of the leg test.
        binding: LegBinding,
    },
    /// Set the legs the tree flies, in order.
    Route {
        /// The legs.
        legs: Vec<Leg>,
        /// Why they are not certain; empty where they are.
        unclear: Vec<Phrase>,
    },
    /// The authority has the filing.
    Acknowledge {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The version acknowledged.
        version: u32,
    },
    /// The authority rejects the filing.
    Reject {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The version rejected.
        version: u32,
        /// Why.
        findings: Vec<Finding>,
    },
    /// The parties of a version were compared with the lists.
    RecordScreening {
        /// The node.
        node: Node,
        /// The version screened.
        version: u32,
        /// Hash over the lists used; `None` where none were given.
        lists: Option<Arc<str>>,
        /// Hits at or above the alert threshold.
        hits: Vec<PartyHit>,
        /// Parties that share an address or a document with an entry that none of the hits names.
        notes: Vec<EntryNote>,
    },
    /// Ask for information or screening, or forbid loading.
    OpenReferral {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// What it says.
        opening: Opening,
    },
    /// Close a request, or cancel a do-not-load.
    CloseReferral {
        /// The node it was opened for.
        node: Node,
        /// The programme that opened it.
        programme: ProgrammeId,
        /// Its kind: a message that closes a request for information closes no do-not-load.
        kind: ReferralKind,
        /// The reference it was opened under; `None` where the authority's wire carries none.
        reference: Option<Arc<str>>,
    },
    /// Report the assessment of a version complete.
    CompleteAssessment {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The version judged.
        version: u32,
    },
    /// Hold the goods for a reason of one's own.
    PlaceHold {
        /// The node.
        node: Node,
        /// Why.
        cause: HoldCause,
        /// The number of the officer's act, where it is one.
        entry: Option<Arc<str>>,
    },
    /// Lift one's own hold.
    LiftHold {
        /// The node.
        node: Node,
        /// Which of them.
        hold: Hold,
    },
    /// End the referrals of these kinds that were open when the authority reported its assessment complete:
    /// some programmes have no message that closes them. Never a do-not-load.
    EndByCompletion {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The kinds.
        kinds: Vec<ReferralKind>,
    },
    /// Answer a referral.
    AnswerReferral {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// Whom the actor may answer for, besides himself.
        represents: Option<Actor>,
        /// Whether the programme lets the actor answer by what he is, such as the carrier.
        by_role: bool,
        /// How many different methods the answer to a request for screening names.
        methods: RangeInclusive<usize>,
        /// The answer.
        answered: Box<Answered>,
    },
    /// Claim that an authority said something, by another way than its own.
    Claim {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// What is claimed.
        claimed: Claimed,
        /// The words, as told.
        text: String,
        /// Whether it counts anew although it stands: somebody proposes to clear what stands.
        again: bool,
    },
    /// Clear the claims of a matter that hold. That two officers want it is for whoever asks to see to.
    ClearClaim {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// What is claimed.
        claimed: Claimed,
    },
    /// Note that a do-not-load came when the goods were in the air.
    NoteAirborne {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The order.
        reference: Arc<str>,
        /// The leg that had left.
        leg: String,
        /// When a flight of the goods came back last: what was noted before that is noted anew.
        back: Option<Timestamp>,
    },
    /// Note that the time for an answer is over, and none has come.
    NoteDeadlinePassed {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The kind.
        kind: ReferralKind,
        /// The reference.
        reference: Arc<str>,
        /// Minutes within which the programme wants an answer where the authority names no time.
        minutes: Option<u32>,
        /// When the leg departed before which the answer was due, where neither names a time.
        departed: Option<Timestamp>,
    },
    /// Note that the carrier's operations were reached by voice about such an order.
    NoteVoiceContact {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The order.
        reference: Arc<str>,
        /// Who was reached, and by whom.
        reached: Arc<str>,
    },
    /// Note that an authority's word came after the leg had left.
    NoteAfterDeparture {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The leg.
        leg: String,
    },
    /// Note that a version came after the leg had left, until when its programme takes updates.
    NoteLateUpdate {
        /// The node.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The leg.
        leg: String,
    },
    /// Book the goods on legs, in place of those between the same stations.
    Book {
        /// The legs, in order.
        legs: Vec<Leg>,
    },
    /// Note that the goods resemble others that must not be loaded.
    NoteResemblance {
        /// The node.
        node: Node,
        /// Which, in words.
        why: Phrase,
    },
    /// Note that nothing forbids any more to load the others.
    EndResemblance {
        /// The node.
        node: Node,
        /// The others.
        other: ConsignmentKey,
    },
    /// Say that they are other goods.
    SettleResemblance {
        /// The node.
        node: Node,
    },
    /// Keep a word of an authority that came before what it speaks of.
    KeepEarly {
        /// The word.
        early: Early,
    },
    /// Take such a word up: what it speaks of has come.
    TakeEarly {
        /// The word.
        early: Early,
    },
    /// Note that the house is under no other master any more.
    ForgetElsewhere {
        /// The node.
        node: Node,
    },
    /// Say that a house is not inside its master any more.
    Unlink {
        /// The house.
        node: Node,
        /// Pieces counted in the rest.
        recounted_pieces: u32,
        /// When the house went somewhere, by a fact of custody.
        went: Option<Timestamp>,
        /// Whether a fact of custody says that the rest was counted as so many since.
        counted: bool,
    },
    /// Say that whoever filed a node had no right to its number.
    StrikeFiling {
        /// The node.
        node: Node,
    },
}
