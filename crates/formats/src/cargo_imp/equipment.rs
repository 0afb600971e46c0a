//! Unit load devices of the text messages, `PMC12345XX[-loading indicator]`.

use super::{Draft, nth};
use crate::text::Slice;
use consignment::Consignment;
use consignment::document::Unreadable;
use consignment::equipment::TransportEquipment;
use consignment::field::Field;
use consignment::ident::UnitLoadDevice;
use finding::{Finding, Severity, codes::wire};

/// Reads a unit. Its identifier is kept as sent, with the indicator of how it is loaded.
pub(super) fn unit(element: Slice<'_>) -> Result<TransportEquipment, consignment::Invalid> {
    let identifier = element.text.split('-').next().unwrap_or_default();
    let device = UnitLoadDevice::parse(identifier)?;
    Ok(TransportEquipment { device: Some(device), identifier: element.text.to_owned(), seals: Vec::new() })
}

/// Reports a unit that cannot be read: what files the goods does not hang on it.
pub(super) fn report(draft: &mut Draft, field: Field, element: Slice<'_>, why: impl std::fmt::Display) {
    let path = field.to_string();
    let finding = Finding::new(wire::VALUE_INVALID).at(element.position()).on(path.clone());
    let finding = finding.with("element", path).with("text", element.text).with("why", why.to_string());
    draft.push(Finding { severity: Severity::Warning, ..finding });
}

/// Appends a unit to the equipment, unless it is there; `false` where it cannot be read. It is appended
/// then too, by its text.
pub(super) fn push(draft: &mut Draft, consignment: &mut Consignment, element: Slice<'_>) -> bool {
    let field = Field::Equipment(nth(consignment.equipment.len()));
    let (equipment, why) = match unit(element) {
        Ok(equipment) => (equipment, None),
        Err(why) => (TransportEquipment::named(element.text), Some(why)),
    };
    let readable = why.is_none();
    if let Some(why) = why {
        report(draft, field, element, why);
    }
    if consignment.all_equipment().any(|known| known.is(&equipment))
        || !draft.room(consignment.equipment.len(), "transport equipment", element.position())
    {
        return readable;
    }
    consignment.source.note(field, element.position());
    if !readable {
        consignment.unreadable.push(Unreadable { field, text: element.text.to_owned() });
    }
    consignment.equipment.push(equipment);
    readable
}
