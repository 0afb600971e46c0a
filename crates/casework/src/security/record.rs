//! Security facts of goods apart from any message: screenings, custody, marks, declarations.
//!
//! Facts are kept with the time they took place and with who told them. Nothing here says whether a fact
//! counts: that is judged when somebody asks, so that facts may come late and in any order.

use crate::Refusal;
use consignment::fact::{CustodyEvent, ScreeningOutcome, ScreeningResult};
use consignment::ident::HouseWaybill;
use consignment::security::SecurityStatus;
use consignment::{ConsignmentKey, SecurityDeclaration};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most facts kept of one kind for one consignment that speak for the goods. What speaks against them is
/// always kept.
pub const FACTS_MAX: usize = 4096;

/// Who told a fact, and when it took place and came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When it took place.
    pub at: Timestamp,
    /// When it came in.
    pub received_at: Timestamp,
    /// By which channel.
    pub by: Arc<str>,
    /// Whether the registry of this node answers for it: its screeners and machines, its custody desk, its
    /// list of approvals.
    pub registry: bool,
}

/// A declaration of the status made apart from any message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What is declared.
    pub declaration: Box<SecurityDeclaration>,
    /// When it was issued; `None` where only its own box 13 tells.
    pub issued_at: Option<Timestamp>,
    /// Whether its issuer is approved for high-risk cargo, where the registry tells.
    pub approved_for_high_risk: Option<bool>,
}

/// A mark as high-risk cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Why, for officers.
    pub why: String,
    /// How many different methods secure the goods; `None` leaves it to the programmes.
    pub methods_min: Option<u8>,
}

/// A fact of one consignment, as it is taken in and as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityFact {
    /// The goods were screened.
    Screened(ScreeningResult),
    /// Something happened to their custody.
    Custody(CustodyEvent, String),
    /// Their status was declared.
    Declared(Declared),
    /// They were marked high risk.
    HighRisk(Marked),
    /// Two officers released them from one of the marks.
    MarkReleased(Mark),
}

/// What made goods high-risk, as a release names it: a mark that is told later, of whatever time, stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Somebody marked them.
    Told(Told, Marked),
    /// There were signs of interference; with what was told of them.
    Tampered(Told, String),
    /// An authority asked for screening.
    Requested {
        /// Whose.
        programme: ProgrammeId,
        /// Its reference.
        reference: Arc<str>,
        /// When it was last said to be open.
        said_at: Timestamp,
    },
}

impl SecurityFact {
    /// Whether it holds the goods until something restores them: a mark, a break, an alarm.
    pub fn holds(&self) -> bool {
        match self {
            Self::Screened(result) => result.outcome == ScreeningOutcome::Alarm,
            Self::Custody(event, _) => {
                matches!(event, CustodyEvent::Broken | CustodyEvent::LeftChain | CustodyEvent::Tampered)
            }
            Self::HighRisk(_) => true,
            Self::Declared(_) | Self::MarkReleased(_) => false,
        }
    }

    /// Whether goods could pass by it that could not before: what is counted again also takes back an earlier count.
    pub fn could_free(&self) -> bool {
        self.speaks_for() || matches!(self, Self::Custody(CustodyEvent::Recounted { .. }, _))
    }

    /// Whether it could free the goods, if it is believed.
    fn speaks_for(&self) -> bool {
        match self {
            Self::Screened(result) => {
                matches!(result.outcome, ScreeningOutcome::Clear | ScreeningOutcome::Resolved)
            }
            Self::Custody(event, _) => matches!(event, CustodyEvent::HandedOver),
            Self::Declared(declared) => declared.declaration.status() > Some(SecurityStatus::Nsc),
            Self::HighRisk(_) => false,
            Self::MarkReleased(_) => true,
        }
    }
}

/// What happened to the security of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who told it, and when it took place.
    pub told: Told,
    /// The goods.
    pub object: ConsignmentKey,
    /// What.
    pub fact: SecurityFact,
}

/// Security facts of one consignment, each with who told it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Screenings.
    pub screenings: Vec<(Told, ScreeningResult)>,
    /// Events of custody, in words as well.
    pub custody: Vec<(Told, CustodyEvent, String)>,
    /// Declarations.
    pub declared: Vec<(Told, Declared)>,
    /// Marks as high-risk cargo. They end by SHR or by release, and are never taken away.
    pub marks: Vec<(Told, Marked)>,
    /// What two officers released the goods from.
    pub released: Vec<Mark>,
}

/// Security facts of the goods of one tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    /// By house; `None` is the master. A house keeps its facts when its master becomes known.
    by_house: BTreeMap<Option<HouseWaybill>, Record>,
}

impl Records {
    /// Whether nothing at all was told.
    pub fn is_empty(&self) -> bool {
        self.by_house.is_empty()
    }

    /// What is known of these goods.
    pub fn of(&self, object: &ConsignmentKey) -> Option<&Record> {
        self.by_house.get(&object.house)
    }

    /// Houses of which something is known; filed or not.
    pub fn houses(&self) -> impl Iterator<Item = &HouseWaybill> {
        self.by_house.keys().flatten()
    }

    /// Forgets what was told of these goods of a later time.
    pub fn forget_since(&mut self, object: &ConsignmentKey, at: Timestamp) {
        let Some(record) = self.by_house.get_mut(&object.house) else { return };
        record.screenings.retain(|(told, _)| told.at <= at);
        record.custody.retain(|(told, ..)| told.at <= at);
        record.declared.retain(|(told, _)| told.at <= at);
        record.marks.retain(|(told, _)| told.at <= at);
    }

    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        let record = self.by_house.entry(event.object.house.clone()).or_default();
        let told = event.told.clone();
        match &event.fact {
            SecurityFact::Screened(result) => record.screenings.push((told, result.clone())),
            SecurityFact::Custody(what, note) => record.custody.push((told, *what, note.clone())),
            SecurityFact::Declared(declared) => record.declared.push((told, declared.clone())),
            SecurityFact::HighRisk(mark) => record.marks.push((told, mark.clone())),
            SecurityFact::MarkReleased(mark) => record.released.push(mark.clone()),
        }
    }
}

/// Takes in a fact: one that is known already changes nothing.
///
/// # Errors
/// A fact that speaks for the goods and has not happened yet by this node's clock, or one beyond
/// [`FACTS_MAX`]. What speaks against them is never refused; where its time lies ahead, it counts from now.
pub fn decide(
    records: &Records,
    told: Told,
    object: ConsignmentKey,
    fact: SecurityFact,
) -> Result<Vec<Event>, Refusal> {
    let mut told = told;
    let ahead = told.at.duration_since(told.received_at);
    if ahead > super::CLOCK_SKEW_MAX {
        if fact.speaks_for() {
            return Err(Refusal(
                Phrase::new(codes::gate::FACT_IN_FUTURE)
                    .with("object", object.to_string())
                    .with("at", told.at.to_string()),
            ));
        }
        told.at = told.received_at;
    }
    let none = Record::default();
    let record = records.of(&object).unwrap_or(&none);
    let same = |known: &Told| known.at == told.at && known.by == told.by && known.registry == told.registry;
    let (known, count) = match &fact {
        SecurityFact::Screened(result) => (
            record.screenings.iter().any(|(known, other)| same(known) && other == result),
            record.screenings.len(),
        ),
        SecurityFact::Custody(what, note) => (
            record.custody.iter().any(|(known, other, words)| same(known) && other == what && words == note),
            record.custody.len(),
        ),
        SecurityFact::Declared(declared) => (
            record.declared.iter().any(|(known, other)| same(known) && other == declared),
            record.declared.len(),
        ),
        SecurityFact::HighRisk(mark) => {
            (record.marks.iter().any(|(known, other)| same(known) && other == mark), record.marks.len())
        }
        SecurityFact::MarkReleased(mark) => (record.released.contains(mark), 0),
    };
    if known {
        return Ok(Vec::new());
    }
    if fact.speaks_for() && count >= FACTS_MAX {
        return Err(Refusal(
            Phrase::new(codes::gate::TOO_MANY_FACTS)
                .with("object", object.to_string())
                .with("count", FACTS_MAX.to_string()),
        ));
    }
    Ok(vec![Event { told, object, fact }])
}
