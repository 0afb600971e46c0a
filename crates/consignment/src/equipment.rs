//! Transport equipment and seals, as a message names them.

use crate::document::Consignment;
use crate::ident::UnitLoadDevice;

/// A unit load device, container or trailer a message names, with the seals on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TransportEquipment {
    /// The unit load device; `None` where the identifier is none, or cannot be read as one.
    pub device: Option<UnitLoadDevice>,
    /// The identifier as sent; empty where the message states seals alone.
    pub identifier: String,
    /// Numbers of the seals on it, as sent, in order.
    pub seals: Vec<String>,
}

impl TransportEquipment {
    /// The equipment of this identifier, a unit load device if it reads as one.
    pub fn named(identifier: &str) -> Self {
        let device = UnitLoadDevice::parse(identifier).ok();
        Self { device, identifier: identifier.to_owned(), seals: Vec::new() }
    }

    /// The identifier in the form everybody writes: without blanks for a device, else as sent.
    pub fn label(&self) -> &str {
        self.device.as_ref().map_or(&self.identifier, UnitLoadDevice::as_str)
    }

    /// Whether both are the same thing. Two without an identifier are not.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.device, &other.device) {
            (Some(own), Some(other)) => own == other,
            (None, None) => !self.identifier.is_empty() && self.identifier == other.identifier,
            _ => false,
        }
    }
}

impl Consignment {
    /// All equipment the document names: the unit a manifest line stands under first.
    pub fn all_equipment(&self) -> impl Iterator<Item = &TransportEquipment> {
        self.unit.iter().chain(&self.equipment)
    }
}

/// Appends a seal unless it is there: senders repeat lines.
pub fn add_seal(seals: &mut Vec<String>, seal: &str) {
    if !seal.is_empty() && !seals.iter().any(|known| known == seal) {
        seals.push(seal.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equipment_is_told_by_what_it_is() {
        let device = TransportEquipment::named("PMC 12345 XX");
        assert_eq!((device.label(), device.identifier.as_str()), ("PMC12345XX", "PMC 12345 XX"));
        assert!(device.is(&TransportEquipment::named("pmc12345xx")));
        let trailer = TransportEquipment::named("OF-QM 4711");
        assert_eq!((trailer.label(), trailer.device), ("OF-QM 4711", None));
        assert!(trailer.is(&trailer.clone()) && !trailer.is(&device));
        assert!(!TransportEquipment::default().is(&TransportEquipment::default()));
    }

    #[test]
    fn a_seal_counts_once() {
        let mut seals = Vec::new();
        for seal in ["S1", "", "S2", "S1"] {
            add_seal(&mut seals, seal);
        }
        assert_eq!(seals, ["S1", "S2"]);
    }
}
