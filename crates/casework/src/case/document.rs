//! What was filed and reported of one node.

use super::command::Actor;
use super::marks::LoadingMarks;
use super::reports::Reports;
use super::told::Told;
use consignment::issue::IssueTime;
use consignment::{Consignment, Role};
use finding::Phrase;
use jiff::Timestamp;
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

/// A party whose address is that of an entry of a list, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressNote {
    /// The party's name as filed.
    pub party: String,
    /// The list.
    pub list: String,
    /// Primary name of the entry.
    pub name: String,
    /// The entry's address.
    pub address: String,
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
    /// What reports and announcements tell of it.
    pub told: Told,
    /// What the latest filing says of loading the goods.
    pub marks: LoadingMarks,
    /// Whether the declarant withdrew the filing.
    pub withdrawn: bool,
    /// When the latest withdrawal was issued, as far as it says: what was issued before it stays withdrawn.
    pub withdrawn_at: Option<IssueTime>,
    /// Whether the latest version is to be taken as a consolidation.
    pub consolidated: bool,
    /// What is wrong with the message that brought the latest version.
    pub faults: Vec<Phrase>,
    /// The latest time of issue of any version or of a repetition of one: what is issued before it was
    /// overtaken on the way.
    pub issued_last: Option<IssueTime>,
    /// Screening of the parties of the latest version: whether lists were given, and the hits.
    pub screening: Option<Screening>,
    /// Holds of other agencies.
    pub holds: Vec<Hold>,
    /// Where the latest version looks like another shipment under the same number, both in words: numbers
    /// recur, and only an officer can say which goods are meant.
    pub other_shipment: Option<Phrase>,
    /// Place of the last version about which there is no such doubt.
    pub undisputed: usize,
    /// Where else the same house, to all appearance, was filed.
    pub elsewhere: Option<Phrase>,
    /// What versions that were set aside say against the goods.
    pub set_aside_for: Vec<Phrase>,
    /// Goods that must not be loaded and that these resemble.
    pub resembles: Vec<Phrase>,
    /// Those of which an officer said that they are others.
    pub resembled_before: Vec<Phrase>,
    /// Whether the house left its master, as custody and recount show.
    pub unlinked: bool,
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
    /// Parties at the address of an entry that none of the hits names.
    pub addresses: Vec<AddressNote>,
}

impl Document {
    /// Notes that a version, or a repetition of one, was issued at this time.
    pub(super) fn note_issued(&mut self, issued: Option<IssueTime>) {
        self.issued_last = match (issued, self.issued_last) {
            (Some(issued), Some(known)) if issued.is_before(known) => Some(known),
            (issued, known) => issued.or(known),
        };
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
