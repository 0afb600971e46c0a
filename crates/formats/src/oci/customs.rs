//! Customs references, trader numbers and contacts among the OCI lines.
//!
//! What has no place in the model stays in the list as it was sent: certificates, dangerous-goods
//! numbers, licences, the identifiers of declarant, broker and airline.

use super::Line;
use consignment::Consignment;
use consignment::ident::Mrn;
use consignment::party::{Contact, ContactKind, Party, PartyIdentifier};
use finding::{Finding, codes};

/// Control identifiers of customs, besides those of the account set (IATA OCI composition rules, customs
/// sheet; `TE` for a telephone is used beside `CT`).
const CONTROLS: [&str; 16] =
    ["A", "C", "D", "E", "F", "I", "M", "N", "P", "S", "T", "U", "V", "CP", "CT", "TE"];

/// Whether a control identifier is one of customs.
pub(super) fn is_control(control: &str) -> bool {
    CONTROLS.contains(&control)
}

/// Reads one line.
pub(super) fn line(line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
    if line.text.is_empty() {
        return;
    }
    match line.control.as_ref() {
        "M" if matches!(line.information.as_ref(), "IMP" | "EXP" | "TRA") => {
            reference(line, consignment, findings);
        }
        "T" => identifier(line, "trader", consignment),
        "E" => identifier(line, "aeo", consignment),
        "CP" => contact(line, ContactKind::Person, consignment),
        "CT" | "TE" => contact(line, ContactKind::Telephone, consignment),
        _ => {}
    }
}

fn reference(line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
    match Mrn::parse(line.text) {
        Ok(mrn) if consignment.mrns.contains(&mrn) => {}
        Ok(mrn) => consignment.mrns.push(mrn),
        // Other customs administrations put references of their own form into this line, such as the
        // 19 digits of Egypt's advance cargo number.
        Err(why) => findings.push(
            Finding::new(codes::declaration::OCI_MRN_FORM)
                .at(line.position)
                .with("text", line.text)
                .with("why", why.to_string()),
        ),
    }
}

/// The party an information identifier names, where the message names that party.
pub(super) fn party<'a>(information: &str, consignment: &'a mut Consignment) -> Option<&'a mut Party> {
    match information {
        "SHP" => consignment.shipper.as_mut(),
        "CNE" => consignment.consignee.as_mut(),
        "NFY" => consignment.notify.first_mut(),
        "AGT" => consignment.agent.as_mut(),
        _ => None,
    }
}

fn identifier(line: &Line<'_>, scheme: &str, consignment: &mut Consignment) {
    let identifier = PartyIdentifier {
        country: line.known_country(),
        scheme: scheme.to_owned(),
        text: line.text.to_owned(),
    };
    if let Some(party) = party(&line.information, consignment)
        && !party.identifiers.contains(&identifier)
    {
        party.identifiers.push(identifier);
    }
}

fn contact(line: &Line<'_>, kind: ContactKind, consignment: &mut Consignment) {
    if let Some(party) = party(&line.information, consignment) {
        add_contact(party, kind, line.text.to_owned());
    }
}

/// Adds a contact unless the party has it already: senders repeat the telephone of the address.
pub(super) fn add_contact(party: &mut Party, kind: ContactKind, value: String) {
    let contact = Contact { kind, value };
    if !party.contacts.contains(&contact) {
        party.contacts.push(contact);
    }
}
