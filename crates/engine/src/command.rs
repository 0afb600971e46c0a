mod adjudicate;

pub use adjudicate::Adjudicate;

use casework::Refusal;
use casework::adjudication::{Adjudication, Standing};
use casework::case::{CaseState, Claim, Hold, Node, PartyHit, Referral, ReferralKind, Wording};
use casework::delay::Delay;
use casework::due::{Due, Work};
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, ObjectAnswer, RequestCovered, Stage};
use casework::parallel::Comparison;
use casework::people;
use casework::security::Determination;
use casework::view::Asker;
use consignment::{Consignment, ConsignmentKey, Filing, Leg};
use finding::{Finding, Phrase};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::channel::Channel;
use crate::ports::StreamId;
use casework::transport::{Flight as Transported, Parts, Unit};
use consignment::fact::{Fact, FlightName, ObjectName, Person, UnitName};
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location};
use jiff::civil::Date;

/// One object known to the engine: a node of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// The tree's stream.
    pub stream: StreamId,
    /// The node.
    pub node: Node,
}

/// What the engine can be asked to do.
#[derive(Debug, Clone)]
pub enum Command {
    /// Take in a message.
    File {
        /// The message as read.
        filing: Filing,
        /// By which way it came in.
        channel: Channel,
    },
    /// Take in a fact.
    Fact {
        /// What is so.
        fact: Fact,
        /// By which way it came in.
        channel: Channel,
    },
    /// Take in an act of an authority, or of its simulation.
    Authority {
        /// The programme.
        programme: ProgrammeId,
        /// Whether the act comes from the simulation rather than from the authority's own channel.
        simulated: bool,
        /// The act.
        act: AuthorityAct,
    },
    /// Say that all versions of a filing so far are of one shipment, although they look like two: for one-shot
    /// commands, whose user answers for his own files. On a node it is an act of officers and takes two.
    ConfirmShipment {
        /// The object.
        object: ConsignmentKey,
        /// Who says so.
        agency: Arc<str>,
    },
    /// Ask the gate without recording the answer.
    Peek {
        /// The object.
        object: ObjectRef,
        /// The leg.
        leg: AskedLeg,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft.
        aircraft: Aircraft,
    },
    /// Ask the gate and hold the node to its answer: it is written down before it is given, and recalled when
    /// something that holds comes after it.
    Ask {
        /// The object.
        object: ObjectRef,
        /// The leg.
        leg: AskedLeg,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft.
        aircraft: Aircraft,
        /// Who asks, by the name of his channel.
        holder: Arc<str>,
        /// As what he asks: he gets his own view of the answer. A handler gets that of the carrier where he has his
        /// mandate.
        asker: Asker,
    },
    /// The same about a piece, a unit or a flight.
    AskObject {
        /// The object.
        object: ObjectName,
        /// The leg.
        leg: AskedLeg,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft; `None` leaves it to the flight.
        aircraft: Option<Aircraft>,
        /// Who asks, by the name of his channel.
        holder: Arc<str>,
        /// As what he asks.
        asker: Asker,
    },
    /// The same, unrecorded: what is looked at is not for loading.
    Look {
        /// The object.
        object: ObjectName,
        /// The leg.
        leg: AskedLeg,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft; `None` leaves it to the flight.
        aircraft: Option<Aircraft>,
        /// Who asks, by the name of his channel.
        holder: Arc<str>,
        /// As what he asks.
        asker: Asker,
    },
    /// Ask about each object of a flight for the time when the line to the node is dead, and hold the node to what it
    /// answers: it is written down before it is given, and recalled when something that holds comes after it.
    List {
        /// The flight.
        flight: FlightName,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft; `None` leaves it to the flight.
        aircraft: Option<Aircraft>,
        /// Who asks, by the name of his channel.
        holder: Arc<str>,
        /// As what he asks: a list is for those who see what holds on the flight.
        asker: Asker,
    },
    /// What is known of a consignment, by its number.
    ViewOf {
        /// The number.
        key: ConsignmentKey,
    },
    /// Ask whether an answer still stands.
    Recheck {
        /// Its id.
        answer: Arc<str>,
        /// Who asks, by the name of his channel: an answer that is another's is unknown to him. `None` where whoever
        /// has the id may ask.
        holder: Option<Arc<str>>,
    },
    /// Say that a recall has been seen.
    AcknowledgeRecall {
        /// The answer.
        answer: Arc<str>,
        /// Who has it, as for `Recheck`.
        holder: Option<Arc<str>>,
        /// Who.
        by: Arc<str>,
    },
    /// Put our answer beside that of the system in place.
    Compare {
        /// The object.
        object: ObjectRef,
        /// The leg.
        leg: AskedLeg,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft.
        aircraft: Aircraft,
        /// What the system in place answered.
        theirs: Decision,
        /// What it said beside.
        said: String,
    },
    /// The same, by the number of the goods.
    CompareOf {
        /// The number.
        key: ConsignmentKey,
        /// The leg.
        leg: AskedLeg,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft.
        aircraft: Aircraft,
        /// What the system in place answered.
        theirs: Decision,
        /// What it said beside.
        said: String,
    },
    /// Hold all goods until two people of a desk on duty say that it was seen to: the node knows that something may be
    /// missing from what it was told, and not what.
    Doubt {
        /// Why, as a detail of a reason.
        why: Phrase,
    },
    /// Screen against other lists from now on; `None` for none.
    TakeLists {
        /// The lists.
        lists: Option<Arc<names::Snapshot>>,
    },
    /// Write down that somebody is about to read what concerns others.
    NoteAccess {
        /// Who.
        by: Person,
        /// What he asks for, as he asks.
        what: String,
        /// Names he asks about, where there are more than that tells.
        names: Vec<String>,
    },
    /// Do something about a person.
    Admit {
        /// His id.
        person: Arc<str>,
        /// What.
        act: people::Act,
        /// Who does it, and by what.
        author: people::Author,
        /// The roles that people of his organisation can have.
        offered: BTreeSet<people::Role>,
    },
    /// Make the first administrator of a node that has none, with a passkey.
    FirstAdministrator {
        /// His id.
        person: Arc<str>,
        /// For which organisation.
        organisation: Arc<str>,
        /// His name.
        name: String,
        /// His passkey.
        passkey: people::Passkey,
        /// The organisations that run the node: none of their people may be an administrator yet.
        among: Vec<Arc<str>>,
    },
    /// The people of organisations, in the order in which they were invited, and those who were removed.
    People {
        /// Which organisations.
        organisations: Vec<Arc<str>>,
    },
    /// A person, by what he shows.
    Person {
        /// What.
        by: PersonBy,
    },
    /// Decide whether a party is the entry of a list that it resembles.
    Adjudicate {
        /// What is done.
        act: Adjudicate,
        /// Why.
        reason: String,
        /// Who does it; nobody where no person stands for it.
        by: Option<Person>,
        /// By which way it came in.
        channel: Channel,
    },
    /// What was decided of parties and entries, in order, as far as somebody sees it.
    Adjudications {
        /// Those behind the one of this id; `None` from the first.
        after: Option<Arc<str>>,
        /// Only those that stand so.
        standing: Option<Standing>,
        /// How many at most.
        most: usize,
        /// As what he asks.
        asker: Asker,
    },
    /// One of them.
    Adjudication {
        /// Its id.
        id: Arc<str>,
        /// As what he asks.
        asker: Asker,
    },
    /// What is known of a flight.
    ViewFlight {
        /// The flight.
        name: FlightName,
    },
    /// What is known of a unit.
    ViewUnit {
        /// The unit.
        name: UnitName,
    },
    /// Do what falls due by now, at most a part of it in one go: there is more where something was done.
    Tick,
    /// What is due in the tree of an object, the earliest first.
    Due {
        /// The object.
        object: ObjectRef,
    },
    /// How long an object has been held for a leg, and by what.
    Measure {
        /// The object.
        object: ObjectRef,
        /// The leg.
        leg: AskedLeg,
        /// Kind of aircraft.
        aircraft: Aircraft,
    },
    /// The same, by the number of the goods.
    MeasureOf {
        /// The number.
        key: ConsignmentKey,
        /// The leg.
        leg: AskedLeg,
        /// Kind of aircraft.
        aircraft: Aircraft,
    },
    /// What is due in the tree of goods, by their number.
    DueOf {
        /// The number.
        key: ConsignmentKey,
    },
    /// What waits for an officer, the most urgent first, for those who may see everything.
    Queue {
        /// How many at most.
        most: usize,
    },
    /// Which goods somebody may see, by what he knows of them: in order of their numbers.
    LookUp {
        /// By what.
        by: Wanted,
        /// Those after this number; `None` from the first.
        after: Option<ConsignmentKey>,
        /// How many at most.
        most: usize,
        /// Who asks, by the name of his channel.
        holder: Arc<str>,
        /// As what he asks.
        asker: Asker,
    },
    /// Everything known of an object, for those who may see everything.
    View {
        /// The object.
        object: ObjectRef,
    },
    /// Ask the gate about any object, without recording the answer.
    PeekObject {
        /// The object.
        object: ObjectName,
        /// The leg.
        leg: AskedLeg,
        /// What is about to be done.
        stage: Stage,
        /// Kind of aircraft; `None` leaves it to the flight.
        aircraft: Option<Aircraft>,
    },
}

impl Command {
    /// Whether it is a question whose answer is not written down, and so not for loading.
    pub fn peeks(&self) -> bool {
        matches!(self, Self::Peek { .. } | Self::PeekObject { .. } | Self::Look { .. })
    }
}

/// By what a person is found. Of what he shows it is the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonBy {
    /// His id.
    Id(Arc<str>),
    /// A passkey.
    Passkey(Arc<str>),
    /// A link.
    Link(Arc<str>),
    /// An account at a provider.
    Account(Arc<str>),
}

/// By what goods are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Their air waybill: it and its houses.
    Master(AirWaybill),
    /// Their house waybill, under whatever master.
    House(HouseWaybill),
    /// A party that a version of their filing names.
    Party(Wording),
    /// A flight that their way names, or for which they were planned.
    Flight {
        /// Its number.
        flight: Flight,
        /// Its day.
        date: Date,
        /// From where to where; `None` for all its legs of which schedules or ways tell.
        stations: Option<(Location, Location)>,
    },
}

/// An act of a programme's authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityAct {
    /// It has the filing.
    Acknowledge {
        /// The object.
        object: ConsignmentKey,
        /// The version; `None` only where one alone was filed.
        version: Option<u32>,
    },
    /// It rejects the filing.
    Reject {
        /// The object.
        object: ConsignmentKey,
        /// The version; `None` only where one alone was filed.
        version: Option<u32>,
        /// Why.
        findings: Vec<Finding>,
    },
    /// It opens a referral.
    Open {
        /// The object.
        object: ConsignmentKey,
        /// RFI, RFS or DNL.
        kind: ReferralKind,
        /// Its reference.
        reference: Arc<str>,
        /// Its words.
        reason: Phrase,
        /// Until when an answer is expected.
        deadline: Option<Timestamp>,
    },
    /// It closes the referral of this reference; for a do-not-load, cancels it.
    Close {
        /// The kind it was opened as.
        kind: ReferralKind,
        /// The reference.
        reference: Arc<str>,
        /// The object.
        object: ConsignmentKey,
    },
    /// It reports the assessment complete.
    Complete {
        /// The object.
        object: ConsignmentKey,
        /// The version judged; `None` only where one alone was filed.
        version: Option<u32>,
    },
}

/// What became of a consignment of a message.
#[derive(Debug, Clone)]
pub enum Filed {
    /// Taken in as this version; 0 for reports and announcements, which file nothing.
    Recorded {
        /// The version.
        version: u32,
    },
    /// Nothing new: the same as before.
    Unchanged,
    /// Kept, but it was issued before the document that counts, or comes from somebody whom the carrier did not name to
    /// submit it: it stands only against the goods.
    Superseded,
    /// Refused; the phrase says why.
    Refused(Refusal),
    /// What an authority says of it was taken in; so many events followed.
    Told(usize),
}

/// One consignment of a message, as it was taken in.
#[derive(Debug, Clone)]
pub struct FiledConsignment {
    /// How to ask for it.
    pub object: ObjectRef,
    /// The number people know it by.
    pub key: ConsignmentKey,
    /// What became of it.
    pub outcome: Filed,
}

/// A case as its officers see it.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The programme.
    pub programme: ProgrammeId,
    /// The legs it binds on.
    pub legs: Vec<Leg>,
    /// How it runs here.
    pub mode: Mode,
    /// The state.
    pub state: CaseState,
    /// The worst open referral, else the state.
    pub outcome: &'static str,
    /// Why it is not required, where it is not.
    pub not_required: Option<String>,
    /// Referrals in order of opening.
    pub referrals: Vec<Referral>,
    /// What others say that the authority said, in order; those that hold are open.
    pub claims: Vec<Claim>,
    /// Findings of the latest rejection, if the latest version is rejected.
    pub rejected_for: Vec<Finding>,
}

/// Everything known of one consignment.
#[derive(Debug, Clone)]
pub struct ConsignmentView {
    /// Its number.
    pub key: ConsignmentKey,
    /// The latest document.
    pub document: Option<Arc<Consignment>>,
    /// Who filed it, by the name of his channel.
    pub filer: Option<Arc<str>>,
    /// Its cases, in order of programme.
    pub cases: Vec<CaseView>,
    /// List hits of its parties.
    pub matches: Vec<PartyHit>,
    /// Security status and why.
    pub security: Determination,
    /// The legs of its tree.
    pub legs: Vec<Leg>,
    /// Requests for screening, and what of each the results known here satisfy.
    pub screening_requests: Vec<RequestCovered>,
    /// Where its pieces are, where its pieces are known.
    pub parts: Option<Parts>,
    /// Pieces that have arrived at its destination, as reports tell.
    pub arrived_pieces: u64,
    /// Consignments that had the same number before, the oldest first.
    pub earlier: Vec<EarlierConsignment>,
}

/// A consignment that had the same number before the number was taken as new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierConsignment {
    /// How to ask for it.
    pub object: ObjectRef,
    /// When its goods were last filed, reported or in custody.
    pub last_at: Option<Timestamp>,
    /// Its referrals, in order of programme and opening.
    pub referrals: Vec<(ProgrammeId, Referral)>,
}

/// Goods of which something waits for somebody who must decide.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// How urgent it is.
    pub work: Work,
    /// Their number.
    pub key: ConsignmentKey,
    /// Open referrals, by programme.
    pub referrals: Vec<(ProgrammeId, Referral)>,
    /// What others say that an authority said, where it holds.
    pub claims: Vec<(ProgrammeId, Claim)>,
    /// Holds of agencies.
    pub holds: Vec<Hold>,
    /// What may concern them and could not be read.
    pub unread: Vec<Phrase>,
}

/// The answers about each object of a flight, as whoever asked may see them.
#[derive(Debug, Clone)]
pub struct FlightList {
    /// The id under which they were written down.
    pub id: Arc<str>,
    /// The flight.
    pub flight: FlightName,
    /// Stage.
    pub stage: Stage,
    /// Kind of aircraft they were judged by.
    pub aircraft: Aircraft,
    /// Whether anything of them comes from a simulation.
    pub simulated: bool,
    /// When they were given.
    pub at: Timestamp,
    /// Until when "load" stands for any of them.
    pub valid_until: Timestamp,
    /// Whether whoever asked sees what they rest on: officers and auditors.
    pub sees_basis: bool,
    /// The answers, in the order of their objects.
    pub objects: Vec<ObjectAnswer>,
}

/// What the engine answers.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A message was taken in.
    Filed(Vec<FiledConsignment>),
    /// Done; so many events followed.
    Done(usize),
    /// Done as far as it goes: so many events followed, and what did not is said.
    DoneBut {
        /// The events.
        events: usize,
        /// What stays as it was, and why.
        but: Vec<Phrase>,
    },
    /// The gate's answer.
    Answered(Box<Answer>),
    /// The gate's answer, and the id under which it was written down.
    Committed {
        /// The id.
        id: Arc<str>,
        /// The answer.
        answer: Box<Answer>,
    },
    /// A flight; `None` where nobody told of it.
    FlightViewed(Option<Box<Transported>>),
    /// A unit, with the flights it is or was on; `None` where nobody told of it.
    UnitViewed(Option<(Box<Unit>, BTreeSet<FlightName>)>),
    /// The answers about each object of a flight.
    Listed(Box<FlightList>),
    /// Both answers.
    Compared(Box<Comparison>),
    /// What is due.
    Due(Vec<Due>),
    /// How long it has been held.
    Measured(Box<Delay>),
    /// What waits.
    Queue {
        /// The most urgent first.
        waiting: Vec<Waiting>,
        /// Whether more waits than was asked for or looked at.
        beyond: bool,
    },
    /// What was found.
    LookedUp {
        /// Goods, in order of their numbers.
        goods: Vec<ConsignmentKey>,
        /// Whether there are more after them.
        more: bool,
        /// Whether more goods name the flight than were looked at.
        beyond: bool,
    },
    /// What is known.
    Viewed(Box<ConsignmentView>),
    /// People.
    People(Vec<people::Member>),
    /// An adjudication as it stands, and whether the list still says of the entry what was decided on.
    Adjudicated(Box<Adjudication>, bool),
    /// Several, in order.
    Adjudications {
        /// Each as for one.
        made: Vec<(Adjudication, bool)>,
        /// Whether there are more behind them.
        more: bool,
    },
}
