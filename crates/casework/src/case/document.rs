//! What was filed and reported of one node.

use super::command::Actor;
use super::reports::Reports;
use consignment::document::{PieceScope, StatusFact};
use consignment::issue::IssueTime;
use consignment::security::SecurityStatus;
use consignment::{Consignment, Role};
use finding::{Phrase, codes::gate};
use jiff::Timestamp;
use programme::{FieldWords, Meaning};
use std::sync::Arc;

/// A party that resembles an entry of a list, as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyHit {
    /// The party's role.
    pub role: Role,
    /// Its name as filed.
    pub party: String,
    /// Score in thousandths.
    pub score_thousandths: u16,
    /// The list.
    pub list: String,
    /// Whether the list is one of security (`true`) or of sanctions.
    pub security: bool,
    /// Entry of the list.
    pub entity_id: String,
    /// Primary name of the entry.
    pub name: String,
    /// The name that matched.
    pub matched: String,
    /// Why, one line for each reason; where the message names no party but an account, that comes first.
    pub evidence: Vec<String>,
}

/// Why another agency holds goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldCause(pub Phrase);

/// A hold of another agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Who holds, and alone may lift.
    pub agency: Arc<str>,
    /// Why.
    pub cause: HoldCause,
}

/// What was filed of one node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Versions in order; the last one counts.
    pub versions: Vec<Arc<Consignment>>,
    /// Who filed the first version: the declarant.
    pub declarant: Option<Actor>,
    /// Status reports in order.
    pub reports: Reports,
    /// The latest filing that speaks of security, and when it came in.
    pub declared: Option<(Timestamp, Arc<Consignment>)>,
    /// Whether a report or announcement speaks of security. They lower a status, and give one only where no
    /// filing does.
    pub reported: bool,
    /// The lowest status that any of those states.
    pub lowest_reported: Option<SecurityStatus>,
    /// The latest of those on all the pieces in which somebody answers for the status.
    pub answered_for: Option<(Timestamp, Arc<Consignment>)>,
    /// Facts reported of the goods that speak against them, latest last: a discrepancy, or another number of
    /// pieces at a count of all.
    pub discrepancies: Vec<StatusFact>,
    /// What the latest filing says of loading them.
    pub marks: LoadingMarks,
    /// What reports and check lists say of it: the first of each kind, and nothing takes it away.
    pub reported_marks: LoadingMarks,
    /// The echo of the latest message that somebody rejected.
    pub rejected_echo: Option<Arc<Consignment>>,
    /// Whether the declarant withdrew the filing.
    pub withdrawn: bool,
    /// When the latest withdrawal was issued, as far as it says: what was issued before it stays withdrawn.
    pub withdrawn_at: Option<IssueTime>,
    /// Whether the latest version is to be taken as a consolidation.
    pub consolidated: bool,
    /// What the latest check list announces of it.
    pub announced: Option<Arc<Consignment>>,
    /// What is wrong with the message that brought the latest version or announcement.
    pub faults: Vec<Phrase>,
    /// Screening of the parties of the latest version: whether lists were given, and the hits.
    pub screening: Option<Screening>,
    /// Holds of other agencies.
    pub holds: Vec<Hold>,
    /// Set once a version looks like another shipment under the same number, with both in words: numbers
    /// recur, and only an officer can say which goods are meant.
    pub other_shipment: Option<Phrase>,
}

/// What messages say of loading the goods, by code or in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadingMarks {
    /// Why they may fly on all-cargo aircraft only.
    pub cargo_aircraft_only: Option<Phrase>,
    /// The words that say that they must not be loaded.
    pub do_not_load: Option<String>,
}

impl LoadingMarks {
    /// What one message says.
    pub(super) fn of(consignment: &Consignment) -> Self {
        let words = FieldWords::built_in();
        let coded = consignment.special_handling.iter().find(|code| code.as_str() == "CAO");
        let coded = coded.map(|code| Phrase::new(gate::WHY_HANDLING_CODE).with("code", code.as_str()));
        let cargo_aircraft_only = coded.or_else(|| {
            let (_, text) = words.said_by(consignment, Meaning::CargoAircraftOnly)?;
            Some(Phrase::new(gate::WHY_TEXT_SAYS).with("text", text))
        });
        let do_not_load = words.said_by(consignment, Meaning::DoNotLoad).map(|(_, text)| text);
        Self { cargo_aircraft_only, do_not_load }
    }

    fn add(&mut self, other: Self) {
        self.cargo_aircraft_only = self.cargo_aircraft_only.take().or(other.cargo_aircraft_only);
        self.do_not_load = self.do_not_load.take().or(other.do_not_load);
    }
}

/// A screening of parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screening {
    /// The version screened.
    pub version: u32,
    /// Hash over the lists; `None` where no list was given.
    pub lists: Option<Arc<str>>,
    /// Hits.
    pub hits: Vec<PartyHit>,
}

impl Document {
    /// Takes in what a report or announcement says of security, if anything.
    pub(super) fn note_security(&mut self, at: Timestamp, report: &Arc<Consignment>) {
        let Some(security) = &report.security else { return };
        let lowest = security.statuses.iter().map(|(status, _)| *status).min();
        self.lowest_reported = self.lowest_reported.into_iter().chain(lowest).min();
        if report.piece_scope == PieceScope::Total && security.responsible().is_some() {
            self.answered_for = Some((at, Arc::clone(report)));
        }
        self.reported = true;
    }

    /// Takes in what a report tells of the goods themselves.
    pub(super) fn note_facts(&mut self, report: &Arc<Consignment>) {
        self.reported_marks.add(LoadingMarks::of(report));
        if report.rejected_for.is_some() {
            self.rejected_echo = Some(Arc::clone(report));
        }
        for fact in report.statuses.iter().filter(|fact| fact.discrepancy.is_some() || counts(fact)) {
            if !self.discrepancies.contains(fact) && self.discrepancies.len() < FACTS_MAX {
                self.discrepancies.push(fact.clone());
            }
        }
    }

    /// The latest version filed.
    pub fn filed(&self) -> Option<&Arc<Consignment>> {
        self.versions.last()
    }

    /// Number of the latest version, from 1.
    pub fn version(&self) -> Option<u32> {
        u32::try_from(self.versions.len()).ok().filter(|version| *version > 0)
    }
}

/// Most different facts kept of one document; the reports have them all.
const FACTS_MAX: usize = 64;

/// Whether a status is a count of the goods on taking them over: from the shipper, from a truck, from a
/// flight.
fn counts(fact: &StatusFact) -> bool {
    fact.all_pieces.is_some() && matches!(fact.code.as_str(), "RCS" | "FOH" | "RCF" | "RCT")
}
