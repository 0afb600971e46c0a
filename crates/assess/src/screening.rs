//! Screening of the parties of a consignment against lists.

use consignment::{Consignment, Party, Role};
use names::{DEFAULT_THRESHOLD, Hit, Query, Snapshot};

/// A party and the entry of a list it resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyMatch {
    /// The party's part in the consignment.
    pub role: Role,
    /// Its name as the message gives it.
    pub party_name: String,
    /// The entry, with score and evidence.
    pub hit: Hit,
}

/// Screens every party of a consignment, by its name, with country and address as qualifiers.
///
/// Matches come in the order of the roles, then by score; a party without a name has none.
pub fn screen_parties(consignment: &Consignment, lists: &Snapshot) -> Vec<PartyMatch> {
    let mut matches = Vec::new();
    for (role, party) in consignment.parties() {
        if party.name.trim().is_empty() {
            continue;
        }
        let hits = lists.screen(&query(party), DEFAULT_THRESHOLD);
        matches.extend(hits.into_iter().map(|hit| PartyMatch { role, party_name: party.name.clone(), hit }));
    }
    matches
}

fn query(party: &Party) -> Query {
    let address = [party.address(), party.city.clone(), party.state.clone(), party.postcode.clone()];
    let parts: Vec<&str> = address.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    Query {
        country: party.country.map(|country| country.as_str().to_owned()),
        address: (!parts.is_empty()).then(|| parts.join(", ")),
        ..Query::new(party.name.clone())
    }
}
