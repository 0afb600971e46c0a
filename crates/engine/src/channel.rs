//! By which way something came in, and what that proves.

use casework::case::Actor;
use casework::decision::Desk;
use consignment::ident::Carrier;
use programme::ProgrammeId;
use std::sync::Arc;

/// A configured way in. What a message says of its sender is a claim; the channel is what is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel {
    /// Its name; filers are told apart by it.
    pub name: Arc<str>,
    /// The programme whose authority alone speaks here, known by configured channel, credential and address.
    pub authority: Option<ProgrammeId>,
    /// For whom the people on this channel decide, where they are officers.
    pub desk: Option<Desk>,
    /// Whether the registry of this node speaks here: its screening lanes and custody desks, its lists of
    /// approvals and designations. What it tells of security is verified, and may free goods.
    pub registry: bool,
    /// Whether the carrier speaks here: some programmes take his answers to requests on what others filed.
    pub carrier: bool,
    /// His designator, where he alone speaks here. What he says of his own mandates counts.
    pub designator: Option<Carrier>,
}

impl Channel {
    /// A channel of somebody who files.
    pub fn filer(name: &str) -> Self {
        Self {
            name: name.into(),
            authority: None,
            desk: None,
            registry: false,
            carrier: false,
            designator: None,
        }
    }

    /// A channel of the carrier, who files as well.
    pub fn carrier(name: &str) -> Self {
        Self { carrier: true, ..Self::filer(name) }
    }

    /// The own channel of a carrier who is known by his designator.
    pub fn of_carrier(name: &str, designator: Carrier) -> Self {
        Self { designator: Some(designator), ..Self::carrier(name) }
    }

    /// The channel of a programme's authority.
    pub fn authority(programme: ProgrammeId) -> Self {
        let name = programme.as_str();
        Self { authority: Some(programme.clone()), ..Self::filer(name) }
    }

    /// The channel of officers.
    pub fn officers(name: &str, desk: Desk) -> Self {
        Self { desk: Some(desk), ..Self::filer(name) }
    }

    /// A channel of the registry of this node, or of a screening lane or custody desk that it lists.
    pub fn registry(name: &str) -> Self {
        Self { registry: true, ..Self::filer(name) }
    }

    /// Whoever files here.
    pub fn actor(&self) -> Actor {
        Actor::Filer(Arc::clone(&self.name))
    }
}
