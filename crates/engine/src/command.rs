mod adjudicate;
mod asked;
mod reply;
mod retain;

pub(crate) use adjudicate::pair;
pub use adjudicate::{Adjudicate, HitAsked};
pub use asked::{GoodsAsked, HoldsWanted};
pub use reply::{
    CaseView, ConsignmentView, EarlierConsignment, Filed, FiledConsignment, FlightList, Reply, Waiting,
    WaitingJudgement,
};
pub use retain::{Retain, Retained, TreeBy, TreeKept};

use casework::adjudication::{Judge, Standing};
use casework::case::{Node, ReferralKind, Wording};
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::people;
use casework::view::Asker;
use consignment::{ConsignmentKey, Filing};
use finding::{Finding, Phrase};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::channel::Channel;
use crate::ports::StreamId;
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
    /// What was found of hits of parties, whatever goods name them, as far as somebody sees it.
    Found {
        /// The hits.
        hits: Vec<HitAsked>,
        /// As what he asks.
        asker: Asker,
    },
    /// How long goods are kept: legal holds, and what is erased.
    Retain(Retain),
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
        /// Who is told what of hits waits for him, where he decides on hits.
        judge: Option<Judge>,
    },
    /// What waits for an officer, the most urgent first, for those who may see everything.
    Queue {
        /// How many at most.
        most: usize,
        /// Of goods whose way begins, ends or touches at one of these stations, or of whose way nothing is known; empty for all.
        stations: BTreeSet<Location>,
        /// Who is told what of hits waits for him, where he decides on hits.
        judge: Option<Judge>,
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
    /// Holds of agencies, as somebody may see them, in order of the goods.
    Holds {
        /// Which.
        wanted: HoldsWanted,
        /// Those behind these goods and this number; `None` from the first.
        after: Option<(ConsignmentKey, u32)>,
        /// How many at most.
        most: usize,
        /// Who asks, by the name of his channel.
        holder: Arc<str>,
        /// As what he asks.
        asker: Asker,
    },
    /// What is to be screened for those who asked, as somebody may see it, in order of the goods.
    WorkOrders {
        /// Of which goods.
        of: GoodsAsked,
        /// Those behind these goods; `None` from the first.
        after: Option<ConsignmentKey>,
        /// How many at most.
        most: usize,
        /// Who asks, by the name of his channel.
        holder: Arc<str>,
        /// As what he asks.
        asker: Asker,
        /// Whether he screens for the registry of this node, and so sees all orders.
        screens: bool,
    },
    /// Outages of the systems of programmes, for those who may see everything.
    Outages,
    /// The latest word of carriers on each agent at each station.
    Mandates,
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
