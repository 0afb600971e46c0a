//! What a carrier lets others do for him.

use crate::ident::{Carrier, Location};
use jiff::Timestamp;
use std::sync::Arc;

/// A carrier's mandate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// The carrier.
    pub carrier: Carrier,
    /// The station.
    pub station: Location,
    /// Who may act.
    pub agent: Arc<str>,
    /// From when.
    pub from: Option<Timestamp>,
    /// Until when; at that instant it is over.
    pub until: Option<Timestamp>,
    /// What it lets him do; to ask and to build where nothing is named.
    pub acts: Vec<MandatedAct>,
    /// Whether it is withdrawn.
    pub withdrawn: bool,
}

/// What a carrier can let somebody do for him.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandatedAct {
    /// Ask the gate, and see the answer as the carrier sees it.
    Ask,
    /// Tell what units hold and what is loaded, as a desk of the carrier does.
    Build,
    /// Submit data of goods that fly with the carrier where a programme takes them from several (PACT guide 1.9,
    /// section 1: forwarders only at a carrier's request). It must be named.
    File,
}

impl MandatedAct {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ask, Self::Build, Self::File];

    /// Its name in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Build => "build",
            Self::File => "file",
        }
    }

    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }
}
