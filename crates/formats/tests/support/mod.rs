//! What the tests of the wire formats share: the clock, the fixtures, and the text form of a filing.

// Every test program uses a part of this.
#![allow(dead_code, clippy::unwrap_used)]

#[path = "../told/mod.rs"]
mod told;

use consignment::document::{Consignment, MasterTotals, PieceScope};
use consignment::equipment::TransportEquipment;
use consignment::field::{Field, PartyField};
use consignment::measure::{Volume, Weight};
use consignment::{Filing, Leg, Party, Role, SecurityDeclaration};
use finding::{Finding, Language};
use formats::{RawMessage, Splitter};
use jiff::Timestamp;
use proptest::test_runner::{Config as ProptestConfig, FileFailurePersistence};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The time of receipt in every test.
pub fn received_at() -> Timestamp {
    "2026-11-21T06:00:00Z".parse().unwrap()
}

/// So many times the usual number of cases (256, or what `PROPTEST_CASES` says). Failures are kept beside
/// the test, as fixtures of what went wrong once.
pub fn cases(times: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let failure_persistence = Some(Box::new(FileFailurePersistence::WithSource("regressions")) as _);
    ProptestConfig { cases: usual.cases.saturating_mul(times), failure_persistence, ..usual }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests")).join("../..")
}

/// The messages of an input.
pub fn split(bytes: &[u8]) -> Vec<RawMessage> {
    Splitter::new(bytes).collect::<Result<_, _>>().unwrap()
}

/// Splits and decodes an input.
pub fn decode_all(bytes: &[u8]) -> Vec<Filing> {
    split(bytes).iter().map(|message| formats::decode(message, received_at())).collect()
}

/// Every file below `folder` with this extension, sorted.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Compares with the expectation file beside a fixture; `UPDATE_EXPECT=1` writes it instead.
pub fn expect(fixture: &Path, actual: &str) -> Result<(), String> {
    let path = fixture.with_extension("expect");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, actual).unwrap();
        return Ok(());
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    Err(format!("{} differs from what was read:\n{actual}\n", path.display()))
}

/// The text form of the filings of an input: stable, complete, one fact per line.
pub fn dump(filings: &[Filing]) -> String {
    let mut out = String::new();
    for filing in filings {
        let format = filing.format.map_or_else(|| "no format".to_owned(), |format| format.to_string());
        line(
            &mut out,
            0,
            &format!("message {} at line {}: {format}", filing.message_index, filing.first_line),
        );
        if let Some(envelope) = &filing.envelope {
            let addresses = envelope.addresses.join(" ");
            let sent = envelope.sent_at.map(|at| format!(" at {at}")).unwrap_or_default();
            line(
                &mut out,
                1,
                &format!("envelope {addresses} from {} {}{sent}", envelope.originator, envelope.signature),
            );
        }
        for consignment in &filing.consignments {
            dump_consignment(&mut out, consignment);
        }
        for notice in &filing.notices {
            line(&mut out, 1, &told::notice(notice));
        }
        for fact in &filing.facts {
            line(&mut out, 1, &format!("fact {}", formats::facts::write_fact(fact)));
        }
        for number in &filing.mentions {
            line(&mut out, 1, &format!("mentions {number}"));
        }
        for kept in &filing.uninterpreted {
            let text = kept.text.replace('\n', " | ");
            line(
                &mut out,
                1,
                &format!(
                    "kept {} at {}:{}: {text}",
                    kept.identifier, kept.position.line, kept.position.column
                ),
            );
        }
        for finding in &filing.findings {
            line(&mut out, 1, &dump_finding(finding));
        }
    }
    out
}

/// One line of a finding. The text is shown for the findings of the wire formats alone; those of the
/// declaration have tests of their own.
pub fn dump_finding(finding: &Finding) -> String {
    let place =
        finding.position.map_or_else(String::new, |at| format!(" {}:{}+{}", at.line, at.column, at.length));
    let path = if finding.path.is_empty() { String::new() } else { format!(" {}", finding.path) };
    let head = format!("{} {}{place}{path}", finding.severity.as_str(), finding.code);
    if finding.code.section() == "wire" {
        format!("{head}: {}", finding.message(Language::English))
    } else {
        head
    }
}

fn line(out: &mut String, depth: usize, text: &str) {
    writeln!(out, "{:depth$}{}", "", text.trim_end(), depth = depth * 2).unwrap();
}

fn dump_consignment(out: &mut String, c: &Consignment) {
    line(out, 1, &format!("{:?} {}", c.kind, c.key()));
    let at = |field: Field| {
        c.source
            .position(field)
            .map_or_else(String::new, |at| format!("  @{}:{}+{}", at.line, at.column, at.length))
    };
    let mut fact = |name: &str, value: Option<String>, field: Field| {
        if let Some(value) = value {
            line(out, 2, &format!("{name}: {value}{}", at(field)));
        }
    };
    fact("master", c.master.map(|master| master.to_string()), Field::Master);
    fact("house", c.house.as_ref().map(ToString::to_string), Field::House);
    fact("parent", c.parent.as_ref().map(ToString::to_string), Field::Parent);
    fact("origin", c.origin.map(|station| station.to_string()), Field::Origin);
    fact("destination", c.destination.map(|station| station.to_string()), Field::Destination);
    let scope = match (c.piece_scope, c.total_pieces) {
        (PieceScope::Total, None) => String::new(),
        (scope, total) => format!(" ({scope:?} of {total:?})"),
    };
    fact("pieces", c.pieces.map(|pieces| format!("{pieces}{scope}")), Field::Pieces);
    fact("slac", c.slac.map(|slac| slac.to_string()), Field::Slac);
    fact("weight", c.weight.map(weight), Field::Weight);
    fact("volume", c.volume.as_ref().map(volume), Field::Volume);
    let consolidation = (c.consolidation != Default::default()).then(|| format!("{:?}", c.consolidation));
    fact("consolidation", consolidation, Field::Consolidation);
    if let Some(MasterTotals { origin, destination, pieces, weight: total }) = &c.master_totals {
        let total = total.map(weight).unwrap_or_default();
        line(out, 2, &format!("master totals: {origin:?} {destination:?} {pieces:?} {total}"));
    }
    let mut hs_index = 0;
    for (index, goods) in c.goods.iter().enumerate() {
        line(out, 2, &format!("goods: {:?}{}", goods.description, at(Field::Goods(index as u16))));
        for code in &goods.hs {
            line(out, 3, &format!("hs {code}{}", at(Field::Hs(hs_index))));
            hs_index += 1;
        }
        let details = [
            goods.pieces.map(|pieces| format!("{pieces} pieces")),
            goods.weight.map(weight),
            goods.volume.as_ref().map(volume),
            goods.origin.map(|country| format!("from {country}")),
        ];
        for detail in details.into_iter().flatten() {
            line(out, 3, &detail);
        }
        if !goods.dimensions.is_empty() {
            line(out, 3, &format!("dimensions {}", goods.dimensions.join(", ")));
        }
    }
    for (role, party) in c.parties() {
        dump_party(out, role, party, &at);
    }
    for (index, leg) in c.legs.iter().enumerate() {
        line(out, 2, &format!("leg: {}{}", dump_leg(leg), at(Field::Leg(index as u16))));
    }
    if !c.route_is_readable() {
        line(out, 2, "a stretch of the route is not known");
    }
    let units = c.unit.iter().map(|unit| ("unit", unit, Field::Unit));
    let equipment = c.equipment.iter().enumerate();
    let equipment = equipment.map(|(index, one)| ("equipment", one, Field::Equipment(index as u16)));
    for (name, TransportEquipment { device, identifier, seals }, field) in units.chain(equipment) {
        let label = device.map_or_else(|| format!("no device {identifier:?}"), |device| device.to_string());
        let seals = if seals.is_empty() { String::new() } else { format!(" seals {}", seals.join(", ")) };
        line(out, 2, &format!("{name}: {label}{seals}{}", at(field)));
    }
    for (index, seal) in c.seals.iter().enumerate() {
        line(out, 2, &format!("seal: {seal}{}", at(Field::Seal(index as u16))));
    }
    if !c.special_handling.is_empty() {
        let codes: Vec<_> = c.special_handling.iter().map(ToString::to_string).collect();
        line(out, 2, &format!("special handling: {}{}", codes.join(" "), at(Field::SpecialHandling(0))));
    }
    if let Some(security) = &c.security {
        dump_security(out, security);
    }
    if !c.account.is_empty() {
        line(out, 2, &format!("account: {:?}", c.account));
    }
    for mrn in &c.mrns {
        line(out, 2, &format!("mrn: {mrn}"));
    }
    for oci in &c.oci {
        let text = format!("{}|{}|{}|{}", oci.country, oci.information, oci.control, oci.text);
        line(out, 2, &format!("oci: {text}  @{}:{}", oci.line, oci.column));
    }
    for (name, value, field) in [
        ("customs status", &c.customs_status, Field::CustomsStatus),
        ("reference", &c.sender_reference, Field::SenderReference),
    ] {
        if !value.is_empty() {
            line(out, 2, &format!("{name} {value}{}", at(field)));
        }
    }
    if !c.issue.is_empty() {
        let time = c.issue.at().map_or_else(|| "-".to_owned(), |at| at.to_string());
        let (place, by, shipper) = (&c.issue.place, &c.issue.by, &c.issue.for_shipper);
        let text = format!("issued {time} in {place:?} by {by:?} for {shipper:?}");
        line(out, 2, &format!("{text}{}", at(Field::IssuedAt)));
    }
    for fact in &c.statuses {
        let all = fact.all_pieces.map_or_else(String::new, |all| format!(" all {all}"));
        let date = fact.date.map_or_else(String::new, |date| format!(" {date}"));
        let time = fact.time.map_or_else(String::new, |time| format!(" {time}"));
        let at = fact.station.map_or_else(String::new, |station| format!(" {station}"));
        let discrepancy = fact.discrepancy.as_deref().unwrap_or_default();
        line(out, 2, format!("status: {}{all}{date}{time}{at} {discrepancy}", fact.code).trim_end());
    }
    for (index, remark) in c.remarks.iter().enumerate() {
        line(out, 2, &format!("remark: {remark}{}", at(Field::Remark(index as u16))));
    }
    for unreadable in &c.unreadable {
        line(out, 2, &format!("unreadable {}: {:?}", unreadable.field, unreadable.text));
    }
}

fn weight(weight: Weight) -> String {
    format!("{} {}", weight.value, weight.unit.code())
}

fn volume(volume: &Volume) -> String {
    format!("{} {}", volume.value, volume.unit)
}

/// One line of a leg.
pub fn dump_leg(leg: &Leg) -> String {
    let mut text = format!("{}-{}", leg.from, leg.to);
    let carried =
        leg.flight.map(|flight| flight.to_string()).or(leg.carrier.map(|carrier| carrier.to_string()));
    let facts = [carried, leg.date.map(|date| date.to_string()), leg.departs_at.map(|time| time.to_string())];
    for fact in facts.into_iter().flatten() {
        write!(text, " {fact}").unwrap();
    }
    format!("{text} {} {}", leg.mode.as_str(), leg.basis.as_str())
}

fn dump_party(out: &mut String, role: Role, party: &Party, at: &dyn Fn(Field) -> String) {
    let whole = at(Field::Party(role, PartyField::Whole));
    line(out, 2, &format!("{}: {}{whole}", role.as_str(), party.name));
    let country = party.country.map(|country| country.to_string()).unwrap_or_default();
    let parts = [
        ("street", party.street.join(" + "), PartyField::Address),
        ("address", party.free_address.clone(), PartyField::Address),
        ("city", party.city.clone(), PartyField::City),
        ("state", party.state.clone(), PartyField::State),
        ("postcode", party.postcode.clone(), PartyField::Postcode),
        ("country", country, PartyField::Country),
    ];
    for (name, value, part) in parts {
        if !value.is_empty() {
            line(out, 3, &format!("{name}: {value}{}", at(Field::Party(role, part))));
        }
    }
    if !party.account.is_empty() {
        line(out, 3, &format!("account: {}", party.account));
    }
    for contact in &party.contacts {
        line(out, 3, &format!("{}: {}", contact.kind.as_str(), contact.value));
    }
    for identifier in &party.identifiers {
        let country = identifier.country.map(|country| format!("{country} ")).unwrap_or_default();
        line(out, 3, &format!("identifier {country}{}: {}", identifier.scheme, identifier.text));
    }
}

fn dump_security(out: &mut String, security: &SecurityDeclaration) {
    let entity = |entity: &consignment::security::DeclaredEntity| match &entity.expiry {
        Some(expiry) => format!("{} {expiry:?}", entity.entity),
        None => entity.entity.to_string(),
    };
    line(out, 2, "security");
    for (status, source) in &security.statuses {
        line(out, 3, &format!("status {status} by {source:?}"));
    }
    for (name, entities) in [
        ("issuer", security.issuer.as_slice()),
        ("checker", security.checker.as_slice()),
        ("superseded issuer", &security.superseded_issuers),
        ("received from", &security.received_from),
        ("acceptor", &security.acceptors),
    ] {
        for declared in entities {
            line(out, 3, &format!("{name} {}", entity(declared)));
        }
    }
    for method in &security.methods {
        line(out, 3, &format!("method {} ({})", method.method.code(), method.as_sent));
    }
    for exemption in &security.exemptions {
        line(out, 3, &format!("exemption {}", exemption.code()));
    }
    if let Some(name) = &security.issued_by {
        line(out, 3, &format!("issued by {name}"));
    }
    if let Some(issued_at) = &security.issued_at {
        line(out, 3, &format!("issued at {issued_at}"));
    }
    for statement in &security.statements {
        line(out, 3, &format!("statement {statement}"));
    }
}
