//! What a sender writes about route, parties, equipment and seals is in the model, among what could not be
//! read, or among what was kept: right or wrong, nothing of it goes without a trace.

#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use support::{decode_all, dump};

/// Elements of a routing, from right to hopeless.
const STATIONS: &[&str] =
    &["LHR9Z", "ORD", "YYZ8", "1239Z", "L1R", "ÄÖ9Z", "12", "?", "CDG8ZZ9", "FRA", "jfk8z", " DFW9Z ", "A-B"];

/// Identifiers of units.
const UNITS: &[&str] = &[
    "PMC12345XX",
    "AKE5432XX",
    "pmc 12346 xx",
    "PMC12347XX-LD",
    "BULK",
    "PMC1",
    "ÄMC12345XX",
    "W-2190.0 C-L",
    "-",
    "PMC123456XX",
];

/// Names and lines of parties.
const LINES: &[&str] = &[
    "QUILLMARSH LTD",
    "NAM",
    "FRAFFQM",
    "ESA",
    "X",
    "É",
    "1 NOSUCH LANE",
    "-",
    "DE",
    "TE",
    "HOLLOW PINE INC",
];

/// Texts of OCI lines.
const SEALS: &[&str] = &["4711", "QM 0815", "PMC12345XX", "BULK", "-", "É"];

fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(of), 1..7)
}

/// Whether the dump shows a text: whole, or in the parts that its form gives it.
fn shows(dump: &str, text: &str) -> bool {
    let dump = dump.to_uppercase();
    let text = text.trim().to_uppercase();
    let station = text.is_char_boundary(3) && text.len() > 3 && dump.contains(&text[..3]);
    dump.contains(&text) || dump.contains(&text.replace(' ', "")) || station
}

fn check(message: &str, sent: &[&str]) -> Result<(), TestCaseError> {
    let dump = dump(&decode_all(message.as_bytes()));
    for text in sent {
        prop_assert!(shows(&dump, text), "{text:?} of\n{message}\nis nowhere in\n{dump}");
    }
    Ok(())
}

const WAYBILL: &str = "FWB/16\n888-10001014FRAJFK/T1K10\n";

proptest! {
    #![proptest_config(support::cases(1))]

    #[test]
    fn of_a_routing(stations in some(STATIONS), breaks in any::<u8>()) {
        let routing: String = stations
            .iter()
            .enumerate()
            .map(|(at, station)| if breaks >> at & 1 == 1 && at > 0 { format!("\n/{station}") } else { format!("/{station}") })
            .collect();
        check(&format!("{WAYBILL}RTG{routing}\n"), &stations)?;
    }

    #[test]
    fn of_other_participants(lines in some(LINES), head in any::<bool>()) {
        let head = if head { "OPI/" } else { "OPI\n/" };
        check(&format!("{WAYBILL}{head}{}\n", lines.join("\n/")), &lines)?;
        let forms = ["NAM/", "ADR/", "/", "LOC/", "/", "/"];
        let newer: String = lines.iter().zip(forms).map(|(line, form)| format!("\n{form}{line}")).collect();
        check(&format!("{WAYBILL}OPI/QM77{newer}\n"), &lines[..lines.len().min(6)])?;
    }

    #[test]
    fn of_units(units in some(UNITS), lines in any::<bool>()) {
        let between = if lines { "\n/" } else { "/" };
        let joined = units.join(between);
        check(&format!("{WAYBILL}RTD/1/P1/K10\n/2/NU/{}\n", units.join("\n/3/NU/")), &units)?;
        check(&format!("{WAYBILL}RTD/1/P1/K10\n/2/NU/{}\n", units.join("/")), &units)?;
        check(&format!("FSU/14\n888-10001014FRAJFK/T1K10\nULD/{joined}\n"), &units)?;
        let manifest = "FFM/8\n1/9Z100/24NOV/FRA\nJFK";
        check(&format!("{manifest}\nULD/{joined}\n888-10001014FRAJFK/T1K10/HINGES\nLAST\n"), &units)?;
    }

    #[test]
    fn of_seals(texts in some(SEALS), kinds in prop::collection::vec(0u8..4, 7)) {
        let kinds: Vec<&str> = kinds.iter().map(|kind| ["//ULD/I/", "///N/", "//ULD/N/", "/DE/HWB/N/"][usize::from(*kind)]).collect();
        let lines: String = texts.iter().zip(&kinds).map(|(text, kind)| format!("{kind}{text}\n")).collect();
        let message = format!("{WAYBILL}OCI{lines}");
        check(&message, &texts)?;
        // Each seal is on something, not only among the lines as they were sent.
        let filings = decode_all(message.as_bytes());
        let consignment = &filings[0].consignments[0];
        for (text, kind) in texts.iter().zip(&kinds).filter(|(_, kind)| kind.ends_with("N/")) {
            let somewhere = consignment.all_equipment().flat_map(|equipment| &equipment.seals).chain(&consignment.seals);
            prop_assert!(somewhere.into_iter().any(|seal| seal == text), "{kind}{text} of\n{message}");
        }
    }

    #[test]
    fn of_documents(units in some(UNITS), stations in some(STATIONS), seals in some(SEALS)) {
        let seals_of: String = seals.iter().map(|seal| format!("<AffixedLogisticsSeal><ID>{seal}</ID></AffixedLogisticsSeal>")).collect();
        let equipment: String = units
            .iter()
            .map(|unit| format!("<UtilizedLogisticsTransportEquipment><ID>{unit}</ID>{seals_of}</UtilizedLogisticsTransportEquipment>"))
            .collect();
        let items: String = units
            .iter()
            .map(|unit| format!("<AssociatedUnitLoadTransportEquipment><ID>I{unit}</ID><CharacteristicCode>AKE</CharacteristicCode></AssociatedUnitLoadTransportEquipment>"))
            .collect();
        let movements: String = stations
            .iter()
            .map(|station| format!("<SpecifiedLogisticsTransportMovement><ArrivalEvent><OccurrenceArrivalLocation><ID>{station}</ID></OccurrenceArrivalLocation></ArrivalEvent></SpecifiedLogisticsTransportMovement>"))
            .collect();
        let message = format!(
            "<m:Waybill xmlns:m=\"iata:waybill:1\" xmlns=\"iata:datamodel:3\"><m:MasterConsignment>\
             <OriginLocation><ID>FRA</ID></OriginLocation>{movements}{equipment}\
             <IncludedMasterConsignmentItem>{items}</IncludedMasterConsignmentItem></m:MasterConsignment></m:Waybill>"
        );
        let of_items: Vec<String> = units.iter().map(|unit| format!("I{unit}")).collect();
        let of_items = of_items.iter().map(String::as_str);
        let read: Vec<&str> =
            units.iter().chain(&stations).chain(&seals).copied().chain(of_items).collect();
        check(&message, &read)?;
    }
}
