//! Transport equipment: what carries a consignment, and the units its items are built into.

use super::Document;
use super::reader::{Element, Read, Value};
use consignment::document::Unreadable;
use consignment::equipment::{TransportEquipment, add_seal};
use consignment::ident::UnitLoadDevice;
use consignment::{Consignment, Field};
use finding::{Finding, Position, Severity, codes::wire};

/// The unit an item is built into, in the parts it is sent in.
#[derive(Debug)]
pub(super) struct ItemUnit<'i> {
    position: Position,
    /// Serial number; some senders give the whole identifier.
    serial: Option<Value<'i>>,
    kind: Option<Value<'i>>,
    owner: Option<Value<'i>>,
}

impl<'i> Document<'i> {
    /// Reads `UtilizedLogisticsTransportEquipment`: a reference, which may be a unit load device or the
    /// registration of a vehicle, and the seals on it.
    pub(super) fn equipment(&mut self, element: &Element<'i>, consignment: &mut Consignment) -> Read<()> {
        let mut position = self.reader.position(element);
        let mut equipment = TransportEquipment::default();
        // What was read of it before the document stops is kept.
        let read = self.equipment_elements(&mut equipment, &mut position);
        if equipment != TransportEquipment::default() {
            self.keep_equipment(equipment, position, consignment);
        }
        read
    }

    fn equipment_elements(
        &mut self,
        equipment: &mut TransportEquipment,
        position: &mut Position,
    ) -> Read<()> {
        while let Some(child) = self.reader.child()? {
            match child.name() {
                "ID" => {
                    let value = self.reader.value()?;
                    if !value.is_empty() && equipment.identifier.is_empty() {
                        *position = value.position();
                        let seals = std::mem::take(&mut equipment.seals);
                        *equipment =
                            TransportEquipment { seals, ..TransportEquipment::named(&value.one_line()) };
                    }
                }
                "AffixedLogisticsSeal" => {
                    while let Some(inner) = self.reader.child()? {
                        if inner.name() == "ID" {
                            let value = self.reader.value()?;
                            if self.draft.room(equipment.seals.len(), "seals", value.position()) {
                                add_seal(&mut equipment.seals, &value.one_line());
                            }
                        } else {
                            self.reader.skip()?;
                        }
                    }
                }
                _ => self.reader.skip()?,
            }
        }
        Ok(())
    }

    /// Appends equipment, or its seals to that which is there.
    fn keep_equipment(
        &mut self,
        equipment: TransportEquipment,
        position: Position,
        consignment: &mut Consignment,
    ) {
        if let Some(known) = consignment.equipment.iter_mut().find(|known| known.is(&equipment)) {
            for seal in &equipment.seals {
                if self.draft.room(known.seals.len(), "seals", position) {
                    add_seal(&mut known.seals, seal);
                }
            }
            return;
        }
        let index = consignment.equipment.len();
        if self.draft.room(index, "transport equipment", position) {
            consignment.source.note(Field::Equipment(crate::cargo_imp::nth(index)), position);
            consignment.equipment.push(equipment);
        }
    }

    /// Reads `AssociatedUnitLoadTransportEquipment`: serial number, type and owner apart.
    pub(super) fn item_unit(&mut self, element: &Element<'i>, units: &mut Vec<ItemUnit<'i>>) -> Read<()> {
        let position = self.reader.position(element);
        let mut unit = ItemUnit { position, serial: None, kind: None, owner: None };
        let read = self.item_unit_elements(&mut unit);
        if self.draft.room(units.len(), "transport equipment", position) {
            units.push(unit);
        }
        read
    }

    fn item_unit_elements(&mut self, unit: &mut ItemUnit<'i>) -> Read<()> {
        while let Some(child) = self.reader.child()? {
            match child.name() {
                "ID" => unit.serial = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                "CharacteristicCode" => {
                    unit.kind = Some(self.reader.value()?).filter(|value| !value.is_empty());
                }
                "OperatingParty" => unit.owner = self.inner("PrimaryID")?,
                _ => self.reader.skip()?,
            }
        }
        Ok(())
    }

    /// Puts the units of an item among the equipment; one that cannot be read stays by its text.
    pub(super) fn keep_item_units(&mut self, units: Vec<ItemUnit<'i>>, consignment: &mut Consignment) {
        for unit in units {
            let position = unit.serial.as_ref().map_or(unit.position, Value::position);
            let whole = unit.serial.as_ref().map(Value::one_line).unwrap_or_default();
            let mut equipment = TransportEquipment::named(&whole);
            if equipment.device.is_none() {
                let parts = [&unit.kind, &unit.serial, &unit.owner];
                let parts: Vec<String> = parts.into_iter().flatten().map(Value::one_line).collect();
                equipment = TransportEquipment::named(&parts.join(" "));
            }
            let field = Field::Equipment(crate::cargo_imp::nth(consignment.equipment.len()));
            let path = field.to_string();
            if equipment.identifier.is_empty() {
                let finding = Finding::new(wire::VALUE_MISSING).at(position).on(path.clone());
                self.push(Finding { severity: Severity::Warning, ..finding.with("element", path) });
                continue;
            }
            if let Err(why) = UnitLoadDevice::parse(&equipment.identifier) {
                let finding = Finding::new(wire::VALUE_INVALID).at(position).on(path.clone());
                let text: String = equipment.identifier.chars().take(super::SHOWN_MAX).collect();
                let finding = finding.with("element", path).with("text", text).with("why", why.to_string());
                self.push(Finding { severity: Severity::Warning, ..finding });
                if self.draft.room(consignment.unreadable.len(), "unreadable values", position) {
                    let text = equipment.identifier.clone();
                    consignment.unreadable.push(Unreadable { field, text });
                }
            }
            self.keep_equipment(equipment, position, consignment);
        }
    }
}
