//! Screening of the parties of a consignment against lists.

use consignment::{Consignment, Party, Role};
use names::{AddressHit, DEFAULT_THRESHOLD, Document, DocumentHit, Hit, ListedEntry, Query, Snapshot};
use programme::stop_words::cleanse;

/// A party and the entry of a list it resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyMatch {
    /// The party's part in the consignment.
    pub role: Role,
    /// Its name as the message gives it.
    pub party_name: String,
    /// Where the message names it.
    pub named_in: NamedIn,
    /// What is known of it, as it was compared.
    pub asked: Query,
    /// The entry, with score and evidence.
    pub hit: Hit,
}

/// Where a message names somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedIn {
    /// As a party of the consignment.
    Party,
    /// As the holder of the customer's account (OCI `AN`). Whose account it is the message does not say,
    /// so its role is [`Role::Other`].
    Account,
    /// As the agent among the account's facts (OCI `AGT` without an identifier).
    AccountAgent,
}

impl NamedIn {
    /// Words for documents; `None` for a party, whose role says enough.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Party => None,
            Self::Account => Some("named as the customer's account (AN)"),
            Self::AccountAgent => Some("named as the agent of the account (AGT)"),
        }
    }
}

/// Screens everybody a consignment names: every party by its name, with country, address
/// and documents as qualifiers, then the names among the facts of the customer's account, which have no qualifiers.
///
/// Matches come in that order, then by score; a party without a name has none. A name of the account that
/// is also a party's is told once for an entry.
pub fn screen_parties(consignment: &Consignment, lists: &Snapshot) -> Vec<PartyMatch> {
    let mut matches = Vec::new();
    for (role, party) in consignment.parties() {
        if party.name.trim().is_empty() {
            continue;
        }
        let asked = query(party);
        let hits = lists.screen(&asked, DEFAULT_THRESHOLD);
        let named_in = NamedIn::Party;
        matches.extend(hits.into_iter().map(|hit| PartyMatch {
            role,
            party_name: party.name.clone(),
            named_in,
            asked: asked.clone(),
            hit,
        }));
    }
    let account = &consignment.account;
    let names = [
        (Role::Other, NamedIn::Account, account.name.trim()),
        (Role::Agent, NamedIn::AccountAgent, account.agent_name.trim()),
    ];
    for (role, named_in, name) in names.into_iter().filter(|(_, _, name)| !name.is_empty()) {
        let asked = Query::new(name);
        for hit in lists.screen(&asked, DEFAULT_THRESHOLD) {
            let told = matches.iter().any(|earlier| {
                earlier.hit.entry.source == hit.entry.source
                    && earlier.hit.entry.list == hit.entry.list
                    && earlier.hit.entry.entity_id == hit.entry.entity_id
                    && cleanse(&earlier.party_name) == cleanse(name)
            });
            if !told {
                let (party_name, asked) = (name.to_owned(), asked.clone());
                matches.push(PartyMatch { role, party_name, named_in, asked, hit });
            }
        }
    }
    matches
}

/// A party that shares an address or a document with an entry of a list, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyFact {
    /// The party's part in the consignment.
    pub role: Role,
    /// Its name as the message gives it.
    pub party_name: String,
    /// The entry, with what is shared.
    pub hit: FactHit,
}

/// A hit that rests on no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactHit {
    /// The same address.
    Address(AddressHit),
    /// The same number of a document or registration.
    Document(DocumentHit),
}

impl FactHit {
    /// Where the entry stands.
    pub fn entry(&self) -> &ListedEntry {
        match self {
            Self::Address(hit) => &hit.entry,
            Self::Document(hit) => &hit.entry,
        }
    }
}

/// Compares the addresses and documents of all parties with those on lists. An entry that `matches` names for the
/// party is not told again.
pub fn screen_facts(consignment: &Consignment, lists: &Snapshot, matches: &[PartyMatch]) -> Vec<PartyFact> {
    let mut found = Vec::new();
    for (role, party) in consignment.parties() {
        let query = query(party);
        let addresses = lists.screen_addresses(&query).into_iter().map(FactHit::Address);
        let documents = lists.screen_documents(&query).into_iter().map(FactHit::Document);
        for hit in addresses.chain(documents) {
            let is_told = matches.iter().any(|known| {
                known.role == role && known.party_name == party.name && known.hit.entry == *hit.entry()
            });
            if !is_told {
                found.push(PartyFact { role, party_name: party.name.clone(), hit });
            }
        }
    }
    found
}

/// Schemes of numbers that agents have with IATA: they say nothing of a register.
const TRADE_SCHEMES: [&str; 2] = ["iata", "cass"];

fn query(party: &Party) -> Query {
    let address = [party.address(), party.city.clone(), party.state.clone(), party.postcode.clone()];
    let parts: Vec<&str> = address.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    let identifiers = party.identifiers.iter();
    let documents =
        identifiers.filter(|known| !TRADE_SCHEMES.contains(&known.scheme.as_str())).map(|known| Document {
            kind: known.scheme.clone(),
            number: known.text.clone(),
            country: known.country.map(|country| country.as_str().to_owned()),
        });
    Query {
        documents: documents.collect(),
        country: party.country.map(|country| country.as_str().to_owned()),
        address: (!parts.is_empty()).then(|| parts.join(", ")),
        ..Query::new(party.name.clone())
    }
}
