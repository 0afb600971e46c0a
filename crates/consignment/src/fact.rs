//! Facts that no trade message of this release carries: what authorities, officers, filers, screeners and
//! loading desks say of goods, units and flights. The wire form is `loadgate-facts/1` (`formats::facts`).
//!
//! A fact says who says it and when it took place; whether he may say so is for casework.

mod mandate;
mod person;

pub use mandate::{Mandate, MandatedAct};
pub use person::{Person, canonical, same_name, without_spaces};

use crate::document::{Consignment, ConsignmentKey};
use crate::ident::{Carrier, Flight, Location, Receptacle, UnitLoadDevice};
use crate::measure::Weight;
use crate::notice::AuthorityNotice;
use crate::route::Leg;
use crate::security::{ScreeningMethod, SecurityDeclaration};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use std::fmt;
use std::sync::Arc;

/// Kind of referral of an authority. Ordered by weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferralKind {
    /// Request for information.
    Rfi,
    /// Request for screening.
    Rfs,
    /// Do not load.
    Dnl,
}

impl ReferralKind {
    /// The word of the trade.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rfi => "RFI",
            Self::Rfs => "RFS",
            Self::Dnl => "DNL",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Rfi, Self::Rfs, Self::Dnl].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A departure: flight, local date at the station it leaves, and where it lands next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlightName {
    /// The flight.
    pub flight: Flight,
    /// Local date of departure.
    pub date: Date,
    /// Where it departs.
    pub from: Location,
    /// Where it lands.
    pub to: Location,
}

impl fmt::Display for FlightName {
    /// `9Z100/24NOV FRA-JFK`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = crate::PartialDate::new(None, Some(self.date.month()), self.date.day());
        let date = date.map(crate::PartialDate::trade_form).unwrap_or_default();
        write!(formatter, "{}/{date} {}-{}", self.flight, self.from, self.to)
    }
}

/// Something that holds pieces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitName {
    /// A unit load device.
    Device(UnitLoadDevice),
    /// A mail receptacle.
    Receptacle(Receptacle),
    /// What stands loose on a flight (bulk).
    Bulk(FlightName),
}

impl fmt::Display for UnitName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(device) => formatter.write_str(device.as_str()),
            Self::Receptacle(receptacle) => write!(formatter, "{receptacle}"),
            Self::Bulk(flight) => write!(formatter, "bulk of {flight}"),
        }
    }
}

/// What a fact or a question speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectName {
    /// A master, house, mail item or express shipment. The last two have a number and no master.
    Consignment(ConsignmentKey),
    /// One piece of it, from 1.
    Piece(ConsignmentKey, u32),
    /// A unit or receptacle.
    Unit(UnitName),
    /// A flight with everything on it.
    Flight(FlightName),
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consignment(key) => write!(formatter, "{key}"),
            Self::Piece(key, piece) => write!(formatter, "piece {piece} of {key}"),
            Self::Unit(unit) => write!(formatter, "{unit}"),
            Self::Flight(flight) => write!(formatter, "{flight}"),
        }
    }
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its number, by whoever tells it; later facts name it. One is assigned where none is given.
    pub id: Option<Arc<str>>,
    /// When it took place, where it is told; else when it came in.
    pub at: Option<Timestamp>,
    /// Who says so, where a person does.
    pub by: Option<Person>,
    /// What is so.
    pub what: What,
}

/// What is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A consignment was filed for which there is no trade message here: a mail item, an express shipment.
    Filed(Box<Consignment>),
    /// An authority says something of a bill, in the codes of its wire or in plain words.
    Authority(Box<AuthorityFact>),
    /// The filer answered a referral.
    Answered(Box<ReferralAnswer>),
    /// An officer decides, proposes, confirms or corrects.
    Act(Box<OfficerAct>),
    /// A carrier lets somebody act for him at a station.
    Mandate(Mandate),
    /// Goods were booked on legs.
    Booked {
        /// The goods.
        object: ConsignmentKey,
        /// The legs, in order.
        legs: Vec<Leg>,
    },
    /// When, with what and whether a flight leaves.
    Schedule(Schedule),
    /// What a unit holds.
    Built(Build),
    /// A unit was opened or broken down: it is void, and what was in it is loose.
    Opened {
        /// The unit.
        unit: UnitName,
        /// Why.
        why: String,
    },
    /// A unit or loose goods were planned on, loaded on or taken off a flight.
    Loaded {
        /// The flight.
        flight: FlightName,
        /// What.
        object: ObjectName,
        /// What was done.
        how: Loading,
    },
    /// A flight left.
    Departed {
        /// The flight.
        flight: FlightName,
    },
    /// A flight came back to where it left from, or had not left.
    Returned {
        /// The flight.
        flight: FlightName,
    },
    /// Custody of goods or a unit.
    Custody(Custody),
    /// A result of screening.
    Screened(ScreeningResult),
    /// A declaration of security status made apart from any message.
    Declared {
        /// The goods.
        object: ConsignmentKey,
        /// What is declared.
        declaration: Box<SecurityDeclaration>,
        /// When it was issued, in UTC.
        issued_at: Option<Timestamp>,
        /// Whether the issuer is approved for high-risk cargo, where the registry tells.
        issuer_approved_for_high_risk: Option<bool>,
    },
    /// Goods are high-risk, by whoever may say so.
    HighRisk {
        /// The goods.
        object: ConsignmentKey,
        /// Why, for officers.
        why: String,
        /// How many different methods secure them; `None` leaves it to the programme.
        methods_min: Option<u8>,
    },
    /// The designation of an operator (ACC3) for goods from a station.
    Designation(Designation),
    /// A notice of an outage, as recorded by a person with its evidence.
    Outage(OutageNotice),
    /// The carrier's operations were reached by voice about a do-not-load on goods in the air.
    VoiceContact(VoiceContact),
}

/// That the carrier's operations were reached by voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceContact {
    /// The programme whose order it is.
    pub programme: Arc<str>,
    /// The goods.
    pub object: ConsignmentKey,
    /// The order.
    pub reference: Arc<str>,
    /// Who was reached.
    pub reached: String,
}

/// What an authority says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityFact {
    /// The programme.
    pub programme: Arc<str>,
    /// What is said.
    pub said: AuthoritySaid,
}

/// In which form an authority's words are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthoritySaid {
    /// In the code of a wire (`IE3Q03`, an event code of ONE Record); the programme's table tells its meaning.
    Notice(AuthorityNotice),
    /// In plain words.
    Plain(AuthorityWord),
    /// In the code of a wire, of a unit or receptacle: a do-not-load may name them (ICS2, R3025).
    OnUnit(UnitName, AuthorityNotice),
}

/// An authority's words in plain form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityWord {
    /// The goods: a consignment, or for a do-not-load a unit.
    pub object: ObjectName,
    /// The version judged, where it is told.
    pub version: Option<u32>,
    /// What.
    pub word: Word,
}

/// One word of an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It has the filing.
    Acknowledged,
    /// It rejects the filing, for these codes of its own.
    Rejected(Vec<Arc<str>>),
    /// The assessment is complete.
    Complete,
    /// A referral is opened or still open.
    Opened {
        /// Kind.
        kind: ReferralKind,
        /// Its reference.
        reference: Arc<str>,
        /// Text for the filer.
        text: String,
        /// Reason kept inside; never shown to filers or carriers.
        reason: Option<String>,
        /// Methods it recommends.
        methods: Vec<ScreeningMethod>,
        /// Until when an answer is expected.
        deadline: Option<Timestamp>,
    },
    /// A referral is closed; a do-not-load is cancelled.
    Closed {
        /// Kind.
        kind: ReferralKind,
        /// Its reference.
        reference: Arc<str>,
    },
}

/// The answer of a filer to a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralAnswer {
    /// The programme.
    pub programme: Arc<str>,
    /// The goods.
    pub object: ConsignmentKey,
    /// The referral answered.
    pub reference: Arc<str>,
    /// The text of the answer.
    pub text: String,
    /// Methods applied, for a request for screening.
    pub methods: Vec<ScreeningMethod>,
    /// Outcome of the screening; `None` where none is told.
    pub clear: Option<bool>,
}

/// An act of an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerAct {
    /// What he wants.
    pub act: OfficerDeed,
    /// Why; never empty.
    pub reason: String,
}

/// What an officer can want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficerDeed {
    /// Hold goods at once, in the name of an agency; `until` is when the hold is reviewed: it never ends by time.
    Hold {
        /// The goods.
        object: ConsignmentKey,
        /// In whose name.
        agency: Arc<str>,
        /// When somebody higher looks at it again.
        review_at: Option<Timestamp>,
    },
    /// Propose to release the agency's hold.
    Release {
        /// The goods.
        object: ConsignmentKey,
        /// The agency that holds.
        agency: Arc<str>,
    },
    /// Open a referral of a programme whose authority decides here.
    Refer {
        /// The programme.
        programme: Arc<str>,
        /// What is said.
        word: AuthorityWord,
    },
    /// Propose to cancel a do-not-load.
    CancelDoNotLoad {
        /// The programme.
        programme: Arc<str>,
        /// The goods.
        object: ConsignmentKey,
        /// The order.
        reference: Arc<str>,
    },
    /// Propose to release goods from the high-risk mark.
    ReleaseHighRisk {
        /// The goods.
        object: ConsignmentKey,
    },
    /// Propose that an entry was made in error.
    EnteredInError {
        /// The entry, by its id.
        entry: Arc<str>,
        /// The goods it stands for.
        object: ConsignmentKey,
    },
    /// Say that all versions so far are of one shipment.
    SameShipment {
        /// The goods.
        object: ConsignmentKey,
    },
    /// Say that messages nobody could read here were read and acted on.
    SettleUnread {
        /// The goods that the messages may concern; `None` for those that name none, and hold all goods.
        object: Option<ConsignmentKey>,
    },
    /// Say that goods which resemble others that must not be loaded are other goods.
    OtherGoods {
        /// The goods.
        object: ConsignmentKey,
    },
    /// Say that an authority did not say what somebody claims it said.
    ClearClaim {
        /// The programme.
        programme: Arc<str>,
        /// The goods.
        object: ConsignmentKey,
        /// The kind of referral claimed; `None` for a rejection.
        kind: Option<ReferralKind>,
    },
    /// The same of an order on a unit.
    ClearUnitClaim {
        /// The programme.
        programme: Arc<str>,
        /// The unit.
        unit: UnitName,
        /// The reference under which it is claimed.
        reference: Arc<str>,
    },
    /// Say that a house is not inside a master any more, with custody and recount.
    Unlink {
        /// The house.
        house: ConsignmentKey,
        /// Pieces counted in the rest.
        recounted_pieces: u32,
    },
    /// Say that whoever filed a number had no right to it: his filing counts for nothing, and he files it no more.
    StrikeFiling {
        /// The goods.
        object: ConsignmentKey,
    },
    /// Confirm what another officer proposed.
    Confirm {
        /// The proposal, by its id.
        proposal: Arc<str>,
    },
    /// Refuse what another officer proposed.
    Refuse {
        /// The proposal.
        proposal: Arc<str>,
    },
}

/// Schedule of one departure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The flight.
    pub flight: FlightName,
    /// Departure, local time at the station.
    pub departs_at: Option<DateTime>,
    /// Whether it carries passengers; `None` leaves what was known.
    pub passengers: Option<bool>,
    /// Whether it goes by road.
    pub by_road: bool,
    /// Whether it is cancelled.
    pub cancelled: bool,
}

/// What a unit holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The unit.
    pub unit: UnitName,
    /// What is in it.
    pub contents: Vec<Content>,
    /// Whether the list is all of its content (`false`: added to what is there).
    pub complete: bool,
}

/// One line of a build list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The goods.
    pub object: ConsignmentKey,
    /// Numbers of the pieces, where they are known one by one.
    pub pieces: Vec<u32>,
    /// How many pieces; `None` for all.
    pub count: Option<u32>,
    /// Their weight.
    pub weight: Option<Weight>,
    /// Where they stand, in the words of those who built.
    pub position: Option<String>,
}

/// What was done at the aircraft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loading {
    /// Planned.
    Planned,
    /// Loaded.
    Loaded,
    /// Taken off, or not taken.
    Offloaded,
}

/// A fact of custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// Goods or unit.
    pub object: ObjectName,
    /// What happened.
    pub what: CustodyEvent,
    /// Where.
    pub station: Option<Location>,
    /// In words.
    pub note: String,
}

/// What can happen to custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustodyEvent {
    /// Protection was broken: a seal, a gap, a haulier who is not approved. Whatever status there was is void.
    Broken,
    /// Taken over by somebody approved; protection goes on.
    HandedOver,
    /// The goods left the chain of transport for good.
    LeftChain,
    /// Counted again; the number of pieces found.
    Recounted {
        /// Pieces found.
        pieces: u32,
    },
    /// Signs of interference: the goods are high-risk beside their protection being broken.
    Tampered,
}

/// A result of screening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreeningResult {
    /// The goods.
    pub object: ConsignmentKey,
    /// Numbers of the pieces, where they are known one by one.
    pub pieces: Vec<u32>,
    /// How many pieces; `None` for all.
    pub count: Option<u32>,
    /// By what method.
    pub method: ScreeningMethod,
    /// What came of it.
    pub outcome: ScreeningOutcome,
    /// The machine or team, where told.
    pub equipment: Option<Arc<str>>,
    /// Day of its last daily test, where told.
    pub tested_on: Option<Date>,
    /// Who screened.
    pub screener: Option<Arc<str>>,
    /// Whether he was approved and current; `None` where nobody says.
    pub screener_current: Option<bool>,
    /// Where, whose local day the daily test is measured by; `None` leaves it to the origin of the goods.
    pub station: Option<Location>,
}

/// What came of a screening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScreeningOutcome {
    /// Clear.
    Clear,
    /// An alarm that was not resolved.
    Alarm,
    /// Broken off.
    Aborted,
    /// An alarm was resolved: the pieces were searched further by this method and are clear.
    Resolved,
}

/// Designation of an operator to bring goods from a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Designation {
    /// The operator.
    pub carrier: Carrier,
    /// The station it is for.
    pub station: Location,
    /// Its number.
    pub number: String,
    /// Until when it holds.
    pub until: Option<Timestamp>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// What a notice of an outage says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageNotice {
    /// The programme.
    pub programme: Arc<str>,
    /// What it says.
    pub says: OutageSays,
    /// Name or hash of the evidence.
    pub evidence: String,
    /// Who sent the notice, as the evidence shows.
    pub sender: Option<String>,
    /// The notice this confirms, where a second person confirms it.
    pub confirms: Option<Arc<str>>,
    /// The notice this refuses, where another one refuses it or who recorded it takes it back.
    pub refuses: Option<Arc<str>>,
}

/// What an outage notice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutageSays {
    /// The system is down; suspends nothing.
    Down,
    /// The demand for an acknowledgement is suspended.
    Suspended,
    /// Answers and referrals come by mail; suspends nothing.
    AnswersInterrupted,
    /// It is over.
    Over,
}

impl OutageSays {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Down, Self::Suspended, Self::AnswersInterrupted, Self::Over];

    /// Its name in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Suspended => "suspended",
            Self::AnswersInterrupted => "answers-interrupted",
            Self::Over => "over",
        }
    }

    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|says| says.as_str() == text)
    }
}
