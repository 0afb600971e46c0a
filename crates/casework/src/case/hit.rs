//! A party and the entry it resembles, as one thing to decide on, and what officers found of it.

use super::document::PartyHit;
use std::sync::Arc;

/// How a hit stands to what officers found of its pair. The id is that of their adjudication.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HitStanding {
    /// Nobody decided on it, or what was decided counts no longer.
    #[default]
    Open,
    /// The party is not the entry.
    NotTheSame(Arc<str>),
    /// The party is the entry.
    TheSame(Arc<str>),
}

/// The pair of a party and an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// Which pair: the same where the party tells the same and the entry is that of the same list.
    pub pair: Arc<str>,
    /// What the list says of the entry, as a hash.
    pub entry: Arc<str>,
    /// What officers found.
    pub standing: HitStanding,
}

/// Characters of the hash of an entry in the name of a hit.
const ENTRY_SHOWN: usize = 16;

impl Pairing {
    /// The name of the hit: another one wherever the party or the entry says anything else.
    pub fn hit(&self) -> String {
        let shown: String = self.entry.chars().take(ENTRY_SHOWN).collect();
        format!("{}.{shown}", self.pair)
    }
}

impl PartyHit {
    /// Whether both are of the same party on the same entry, whatever their scores.
    pub fn is_same(&self, other: &Self) -> bool {
        self.role == other.role
            && self.party == other.party
            && self.list == other.list
            && self.entity_id == other.entity_id
    }

    /// How it stands to what officers found.
    pub fn standing(&self) -> &HitStanding {
        self.pairing.as_ref().map_or(&HitStanding::Open, |pairing| &pairing.standing)
    }

    /// Whether officers found that the party is not the entry.
    pub fn is_settled(&self) -> bool {
        matches!(self.standing(), HitStanding::NotTheSame(_))
    }

    /// Whether it is of this pair.
    pub fn is_of(&self, pair: &str) -> bool {
        self.pairing.as_ref().is_some_and(|pairing| *pairing.pair == *pair)
    }
}
