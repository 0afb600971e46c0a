//! What the engine answers.

use super::{ObjectRef, Retained};
use casework::Refusal;
use casework::adjudication::{Adjudication, Found};
use casework::case::{CaseState, Claim, Hold, PartyHit, Referral};
use casework::delay::Delay;
use casework::due::{Due, Work};
use casework::gate::{Aircraft, Answer, ObjectAnswer, RequestCovered, Stage};
use casework::holds::HoldSeen;
use casework::mandate;
use casework::outage::Outages;
use casework::parallel::Comparison;
use casework::people;
use casework::security::Determination;
use casework::transport::{Flight as Transported, Parts, Unit};
use casework::work_order::WorkOrder;
use consignment::fact::FlightName;
use consignment::{Consignment, ConsignmentKey, Leg};
use finding::{Finding, Phrase};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// What an officer found of a hit, and what another one is to do about it.
#[derive(Debug, Clone)]
pub struct WaitingJudgement {
    /// Until when: a proposal lapses then, a review is due.
    pub until: Timestamp,
    /// What was found.
    pub made: Adjudication,
    /// Whether the list still says of the entry what was decided on.
    pub is_listed_so: bool,
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
        /// What was found of hits and waits for whoever asks, the soonest due first.
        judged: Vec<WaitingJudgement>,
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
    /// What was found of each hit, in the order in which they were named; `None` where nothing was, or nothing that he sees.
    Found(Vec<Option<(Found, Box<Adjudication>)>>),
    /// Holds.
    Holds {
        /// In order of the goods and their numbers.
        holds: Vec<HoldSeen>,
        /// Whether there are more behind them.
        more: bool,
        /// Whether more goods may be held than were looked at.
        beyond: bool,
    },
    /// Work orders.
    WorkOrders {
        /// In order of the goods.
        orders: Vec<WorkOrder>,
        /// Whether there are more behind them.
        more: bool,
        /// Whether more goods may be asked about than were looked at.
        beyond: bool,
        /// Whether any of the goods that were named are there for whoever asks, whatever is to be screened of them.
        any_seen: bool,
    },
    /// How long goods are kept.
    Retained(Retained),
    /// Mandates, in order of carriers and stations.
    Mandates(Vec<mandate::Event>),
    /// Outages.
    Outages {
        /// By programme.
        outages: BTreeMap<ProgrammeId, Outages>,
        /// How long a notice that suspends can be confirmed.
        notices_last: SignedDuration,
    },
}
