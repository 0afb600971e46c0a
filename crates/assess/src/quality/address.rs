//! What a programme wants of an address beyond its elements: where the shipper is, what addresses of single
//! countries need, and that goods go to a street.

use super::about;
use super::elements::NO_CODE;
use super::words::{has_post_office_box, is_post_office_box};
use consignment::field::PartyField;
use consignment::{Consignment, Field, Party, Role};
use finding::{Finding, codes::quality as code};
use programme::stop_words::cleanse;
use programme::{CountryAddress, Element, PoBox, Programme};

/// Judges the addresses of shipper and consignee of a house or direct master. Parties that are missing
/// altogether are not repeated here.
pub(super) fn checks(
    consignment: &Consignment,
    programme: &Programme,
    consolidated: bool,
    findings: &mut Vec<Finding>,
) {
    // The parties of a consolidated master are forwarders; the programmes ask for those of its houses.
    if consolidated {
        return;
    }
    let rules = &programme.quality.address;
    let shipper = consignment.shipper.as_ref().and_then(|shipper| shipper.country);
    if let (Some(severity), Some(country)) = (rules.shipper_domestic, shipper)
        && rules.domestic.contains(&country)
    {
        let field = Field::Party(Role::Shipper, PartyField::Country);
        let finding = about(consignment, code::SHIPPER_NOT_FOREIGN, field)
            .with("country", country.as_str())
            .with("programme", programme.id.as_str())
            .with("code", NO_CODE);
        findings.push(Finding { severity, ..finding });
    }
    for rule in &rules.countries {
        for role in &rule.parties {
            let party = consignment.party(*role).filter(|party| party.country == Some(rule.country));
            if let Some(party) = party {
                country(consignment, programme, rule, *role, party, findings);
            }
        }
    }
}

fn country(
    consignment: &Consignment,
    programme: &Programme,
    rule: &CountryAddress,
    role: Role,
    party: &Party,
    findings: &mut Vec<Finding>,
) {
    let mut push = |finding: Finding| {
        let finding = finding.with("programme", programme.id.as_str()).with("code", NO_CODE);
        findings.push(Finding { severity: rule.severity, ..finding });
    };
    let missing = |part: PartyField, element: String| {
        let mut finding =
            about(consignment, code::ELEMENT_MISSING, Field::Party(role, part)).with("element", element);
        let place = consignment.source.position(Field::Party(role, PartyField::Whole));
        finding.position = finding.position.or(place);
        finding
    };
    if rule.state && party.state.trim().is_empty() {
        push(missing(PartyField::State, format!("{}-state", role.as_str())));
    }
    if rule.postcode_digits.is_empty() {
        return;
    }
    let postcode = party.postcode.trim();
    if postcode.is_empty() {
        // Where the element is asked for everywhere it has been reported already.
        let element = match role {
            Role::Shipper => Element::ShipperPostcode,
            _ => Element::ConsigneePostcode,
        };
        if !programme.element_rules(None).any(|rule| rule.element == element && rule.of_houses) {
            push(missing(PartyField::Postcode, element.as_str().to_owned()));
        }
        return;
    }
    let bare: String = postcode.chars().filter(|character| !matches!(character, '-' | ' ')).collect();
    let digits = bare.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !rule.postcode_digits.iter().any(|count| usize::from(*count) == bare.len()) {
        let counts: Vec<String> = rule.postcode_digits.iter().map(u8::to_string).collect();
        push(
            about(consignment, code::POSTCODE_FORM, Field::Party(role, PartyField::Postcode))
                .with("text", postcode)
                .with("country", rule.country.as_str())
                .with("digits", counts.join(" or ")),
        );
    }
}

/// A post-office box in an address, where the programme speaks of it.
pub(super) fn post_office_box(
    consignment: &Consignment,
    programme: &Programme,
    field: Field,
    address: &str,
) -> Option<Finding> {
    let rule = programme.quality.po_box;
    if rule == PoBox::Accepted {
        return None;
    }
    let words = cleanse(address);
    let alone = is_post_office_box(&words);
    (alone || rule == PoBox::Anywhere && has_post_office_box(&words)).then(|| {
        about(consignment, code::ADDRESS_PO_BOX, field)
            .with("text", address)
            .with("alone", if alone { "yes" } else { "no" })
            .with("programme", programme.id.as_str())
    })
}
