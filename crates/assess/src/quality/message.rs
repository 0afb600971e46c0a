//! Checks of one message by itself, whatever programme binds.

use super::consolidation::{Reading, goods_reading, looks_consolidated, mentions_houses, reading};
use super::plausibility::{self, Plausibility};
use super::words::names_forwarder;
use super::{about, account, index};
use consignment::field::PartyField;
use consignment::{Consignment, Consolidation, DocumentKind, Field};
use finding::{Finding, codes::quality as code};
use programme::stop_words::cleanse;
use programme::{FieldWords, Meaning};

/// Contradictions, placeholders and implausible values inside one message.
///
/// What the form of the security declaration and of the account set forbids is found when the message is
/// read, and is not repeated here.
pub fn message_checks(consignment: &Consignment) -> Vec<Finding> {
    message_checks_within(consignment, &Plausibility::default())
}

/// The same with other bounds of plausibility.
pub fn message_checks_within(consignment: &Consignment, limits: &Plausibility) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let (Some(origin), Some(destination)) = (consignment.origin, consignment.destination)
        && origin == destination
    {
        findings.push(
            about(consignment, code::ORIGIN_EQUALS_DESTINATION, Field::Destination)
                .with("station", destination.as_str()),
        );
    }
    plausibility::checks(consignment, limits, &mut findings);
    numbers(consignment, &mut findings);
    consolidation(consignment, &mut findings);
    loading_marks(consignment, &mut findings);
    parties(consignment, &mut findings);
    goods(consignment, &mut findings);
    filler(consignment, &mut findings);
    account::checks(consignment, &mut findings);
    findings
}

fn numbers(consignment: &Consignment, findings: &mut Vec<Finding>) {
    let Some(house) = &consignment.house else { return };
    match consignment.master {
        None => findings
            .push(about(consignment, code::HOUSE_WITHOUT_MASTER, Field::House).with("house", house.as_str())),
        Some(master) => {
            let number = master.to_string();
            let serial = number.rsplit('-').next().unwrap_or_default();
            if house.as_str() == serial {
                findings.push(
                    about(consignment, code::HOUSE_NUMBER_IS_MASTER_SERIAL, Field::House)
                        .with("house", house.as_str()),
                );
            }
        }
    }
}

fn consolidation(consignment: &Consignment, findings: &mut Vec<Finding>) {
    match consignment.kind {
        DocumentKind::Master => {}
        DocumentKind::House => {
            if let Some((at, text)) = goods_reading(consignment, Reading::Consolidated) {
                let field = Field::Goods(index(at));
                findings.push(
                    about(consignment, code::HOUSE_DESCRIBED_AS_CONSOLIDATION, field).with("text", text),
                );
            }
            return;
        }
        DocumentKind::HouseAnnounced
        | DocumentKind::Status
        | DocumentKind::ManifestLine
        | DocumentKind::Echo
        | DocumentKind::MailItem
        | DocumentKind::Express => return,
    }
    let (indicator, contradicting) = match consignment.consolidation {
        Consolidation::Direct => ("direct", goods_reading(consignment, Reading::Consolidated)),
        // A second line may well say what the first one denies.
        Consolidation::Consolidated => match goods_reading(consignment, Reading::Consolidated) {
            Some(_) => ("consolidated", None),
            None => ("consolidated", goods_reading(consignment, Reading::Direct)),
        },
        Consolidation::Unstated => ("", None),
    };
    if let Some((at, text)) = contradicting {
        findings.push(
            about(consignment, code::CONSOL_INDICATOR_CONTRADICTS_GOODS, Field::Goods(index(at)))
                .with("indicator", indicator)
                .with("text", text),
        );
    }
    if consignment.consolidation == Consolidation::Direct {
        for (at, remark) in
            consignment.remarks.iter().enumerate().filter(|(_, remark)| mentions_houses(remark))
        {
            findings.push(
                about(consignment, code::DIRECT_MASTER_MENTIONS_HOUSES, Field::Remark(index(at)))
                    .with("text", remark.clone()),
            );
        }
    }
    if consignment.consolidation != Consolidation::Consolidated
        && let Some((shipper, consignee)) = between_forwarders(consignment)
    {
        let field = Field::Party(consignment::Role::Shipper, PartyField::Name);
        findings.push(
            about(consignment, code::FORWARDER_TO_FORWARDER, field)
                .with("shipper", shipper)
                .with("consignee", consignee),
        );
    }
}

/// What the free texts say of loading the goods.
fn loading_marks(consignment: &Consignment, findings: &mut Vec<Finding>) {
    let words = FieldWords::built_in();
    let coded = consignment.special_handling.iter().any(|code| code.as_str() == "CAO");
    let said = words.said_by(consignment, Meaning::CargoAircraftOnly).filter(|_| !coded);
    if let Some((field, text)) = said {
        findings.push(about(consignment, code::TEXT_SAYS_CARGO_AIRCRAFT_ONLY, field).with("text", text));
    }
    if let Some((field, text)) = words.said_by(consignment, Meaning::DoNotLoad) {
        findings.push(about(consignment, code::TEXT_SAYS_DO_NOT_LOAD, field).with("text", text));
    }
}

/// Names of shipper and consignee, where both look like forwarders.
pub(super) fn between_forwarders(consignment: &Consignment) -> Option<(&str, &str)> {
    let shipper = consignment.shipper.as_ref()?.name.as_str();
    let consignee = consignment.consignee.as_ref()?.name.as_str();
    (names_forwarder(&cleanse(shipper)) && names_forwarder(&cleanse(consignee)))
        .then_some((shipper, consignee))
}

/// A shipper who is the consignee, by name. The master of a consolidation goes from one office of a forwarder
/// to another, which may well be called the same.
fn parties(consignment: &Consignment, findings: &mut Vec<Finding>) {
    let (Some(shipper), Some(consignee)) = (&consignment.shipper, &consignment.consignee) else { return };
    let name = cleanse(&shipper.name);
    if !name.is_empty() && name == cleanse(&consignee.name) && !looks_consolidated(consignment) {
        let field = Field::Party(consignment::Role::Consignee, PartyField::Name);
        findings.push(about(consignment, code::PARTIES_ALIKE, field).with("name", consignee.name.clone()));
    }
}

fn goods(consignment: &Consignment, findings: &mut Vec<Finding>) {
    for (at, hs) in consignment.hs_codes().enumerate() {
        if !hs.chapter_exists() {
            findings.push(
                about(consignment, code::HS_CHAPTER_UNKNOWN, Field::Hs(index(at))).with("hs", hs.as_str()),
            );
        }
    }
    for (at, line) in consignment.goods.iter().enumerate() {
        let words = cleanse(&line.description);
        let open = match words.as_slice() {
            [.., last] if last == "ETC" || last == "ETCETERA" => true,
            [.., et, cetera] => et == "ET" && cetera == "CETERA",
            _ => false,
        };
        // "Consolidation as per manifest, etc" describes nothing in the first place.
        if open && reading(&line.description).is_none() {
            findings.push(
                about(consignment, code::GOODS_OPEN_ENDED, Field::Goods(index(at)))
                    .with("text", line.description.clone()),
            );
        }
    }
}

/// Shortest run of `X` that is taken for filler.
const FILLER_LENGTH_MIN: usize = 4;

fn filler(consignment: &Consignment, findings: &mut Vec<Finding>) {
    let is_filler = |text: &str| {
        text.split(|character: char| !character.is_alphanumeric())
            .any(|word| word.len() >= FILLER_LENGTH_MIN && word.bytes().all(|b| matches!(b, b'X' | b'x')))
    };
    let mut report = |field: Field, text: &str| {
        if is_filler(text) {
            findings.push(about(consignment, code::FILLER_TEXT, field).with("text", text));
        }
    };
    for (at, line) in consignment.goods.iter().enumerate() {
        report(Field::Goods(index(at)), &line.description);
    }
    for (role, party) in consignment.parties() {
        report(Field::Party(role, PartyField::Name), &party.name);
        report(Field::Party(role, PartyField::Address), &party.address());
        report(Field::Party(role, PartyField::City), &party.city);
        report(Field::Party(role, PartyField::Postcode), &party.postcode);
    }
}
