//! Units and seals among the OCI lines: `//ULD/I/A1A12345XX`, then `///N/1234567890` for each seal on it
//! (OCI mapping 3.2, customs sheet, `I` and `N`).

use super::Line;
use consignment::document::Unreadable;
use consignment::equipment::{TransportEquipment, add_seal};
use consignment::{Consignment, Field};
use finding::{Finding, Severity, codes};

/// Where a unit is kept.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// The unit of the manifest line.
    Unit,
    /// Among the equipment.
    Equipment(usize),
}

/// Reads the lines in order: a seal belongs to the unit before it.
#[derive(Debug, Default)]
pub(super) struct EquipmentReader {
    /// The last unit.
    last: Option<Place>,
    /// Whether nothing but its seals stood since.
    follows: bool,
}

impl EquipmentReader {
    /// Looks at one line, whatever it is about.
    pub(super) fn line(
        &mut self,
        line: &Line<'_>,
        consignment: &mut Consignment,
        findings: &mut Vec<Finding>,
    ) {
        match (line.information.as_ref(), line.control.as_ref()) {
            ("ULD", "I") => {
                self.last = Some(unit(line, consignment, findings));
                self.follows = true;
            }
            (_, "N") => self.seal(line, consignment, findings),
            _ => self.follows = false,
        }
    }

    /// A seal belongs to the unit right before it, and to the last one where its line says `ULD` itself.
    fn seal(&mut self, line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
        let says_unit = line.information_stated && line.information == "ULD";
        let says_other = line.information_stated && !says_unit;
        let place = self.last.filter(|_| says_unit || (self.follows && !says_other));
        if line.text.is_empty() {
            return findings.push(missing(line, Field::Seal(super::narrow(consignment.seals.len()))));
        }
        let seals = match place {
            Some(Place::Unit) => consignment.unit.as_mut().map(|unit| &mut unit.seals),
            Some(Place::Equipment(index)) => {
                consignment.equipment.get_mut(index).map(|equipment| &mut equipment.seals)
            }
            None => None,
        };
        match seals {
            Some(seals) => add_seal(seals, line.text),
            None => {
                self.follows = false;
                let field = Field::Seal(super::narrow(consignment.seals.len()));
                consignment.source.note(field, line.position);
                add_seal(&mut consignment.seals, line.text);
                findings.push(
                    Finding::new(codes::declaration::OCI_SEAL_PLACE)
                        .at(line.position)
                        .on(field.to_string())
                        .with("text", line.text),
                );
            }
        }
    }
}

/// The unit a line names: one that is known already, else a new one.
fn unit(line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) -> Place {
    let named = TransportEquipment::named(line.text);
    if consignment.unit.as_ref().is_some_and(|unit| unit.is(&named)) {
        return Place::Unit;
    }
    if let Some(index) = consignment.equipment.iter().position(|known| known.is(&named)) {
        return Place::Equipment(index);
    }
    let index = consignment.equipment.len();
    let field = Field::Equipment(super::narrow(index));
    consignment.source.note(field, line.position);
    if line.text.is_empty() {
        findings.push(missing(line, field));
    } else if let Err(why) = consignment::ident::UnitLoadDevice::parse(line.text) {
        consignment.unreadable.push(Unreadable { field, text: line.text.to_owned() });
        let path = field.to_string();
        let finding = Finding::new(codes::wire::VALUE_INVALID).at(line.position).on(path.clone());
        let finding = finding.with("element", path).with("text", line.text).with("why", why.to_string());
        findings.push(Finding { severity: Severity::Warning, ..finding });
    }
    consignment.equipment.push(named);
    Place::Equipment(index)
}

fn missing(line: &Line<'_>, field: Field) -> Finding {
    let finding = Finding::new(codes::wire::VALUE_MISSING).at(line.position).on(field.to_string());
    Finding { severity: Severity::Warning, ..finding.with("element", field.to_string()) }
}
