//! A stable text form of what was read, for expectation files.

// Each test binary uses the part it needs.
#![allow(dead_code)]

#[path = "../told/mod.rs"]
mod told;

use consignment::account::CustomerAccount;
use consignment::equipment::TransportEquipment;
use consignment::field::{PartyField, SecurityField};
use consignment::issue::IssueTime;
use consignment::party::Party;
use consignment::security::{ApprovalExpiry, DeclaredEntity, StatusSource};
use consignment::{Consignment, Field, Filing, Leg, Role, SecurityDeclaration};
use finding::Finding;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The folder of this crate, as cargo says at run time: a build folder may be shared by several checkouts.
fn crate_folder() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests"))
}

/// The fixtures of this family.
pub fn fixtures(family: &str) -> PathBuf {
    crate_folder().join("../../fixtures").join(family)
}

/// The folder of samples beside the repository; `None`, with a line that says so, where it is absent.
#[allow(clippy::print_stdout)]
pub fn samples() -> Option<PathBuf> {
    let folder = crate_folder().join("../../../shared/samples");
    if !folder.is_dir() {
        println!("skipped: no ../shared/samples");
        return None;
    }
    Some(folder)
}

/// Compares `text` with an expectation file, or writes the file where `UPDATE_EXPECT` is set.
///
/// # Panics
/// Where both differ; the differing line is shown.
pub fn expect(file: &Path, text: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(file, text).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        return;
    }
    let expected = std::fs::read_to_string(file)
        .unwrap_or_else(|why| panic!("{}: {why}; run with UPDATE_EXPECT=1 to make it", file.display()));
    if expected != text {
        let line = expected.lines().zip(text.lines()).take_while(|(a, b)| a == b).count();
        panic!(
            "{} line {}:\n expected: {}\n    found: {}\nrun with UPDATE_EXPECT=1 to accept",
            file.display(),
            line + 1,
            expected.lines().nth(line).unwrap_or("(end)"),
            text.lines().nth(line).unwrap_or("(end)"),
        );
    }
}

/// A whole filing.
pub fn filing(filing: &Filing) -> String {
    let mut out = String::new();
    let format = filing.format.map_or("none".to_owned(), |format| format.to_string());
    let _ = writeln!(out, "format {format}, {:?}", filing.purpose);
    for consignment in &filing.consignments {
        self::consignment(&mut out, consignment);
    }
    for notice in &filing.notices {
        let _ = writeln!(out, "{}", told::notice(notice));
    }
    if let Some(leg) = &filing.flown {
        let (label, at) = (leg.label(), leg.departs_at.map(|at| format!(" at {at}")).unwrap_or_default());
        let _ = writeln!(out, "flown {label}{at}");
    }
    for number in &filing.mentions {
        let _ = writeln!(out, "mentions {number}");
    }
    for kept in &filing.uninterpreted {
        let at = kept.position;
        let known = if kept.known { "as sent" } else { "kept" };
        let _ = writeln!(out, "{known} {} at {}:{}: {:?}", kept.identifier, at.line, at.column, kept.text);
    }
    for finding in &filing.findings {
        let _ = writeln!(out, "{}", self::finding(finding, true));
    }
    out
}

/// One finding on one line, with its place where `placed`.
pub fn finding(finding: &Finding, placed: bool) -> String {
    let mut out = format!("{} {}", finding.severity.as_str(), finding.code);
    if let (true, Some(at)) = (placed, finding.position) {
        let _ = write!(out, " at {}:{}+{}", at.line, at.column, at.length);
    }
    if !finding.path.is_empty() {
        let _ = write!(out, " on {}", finding.path);
    }
    for (name, value) in &finding.args {
        let _ = write!(out, " {name}={value:?}");
    }
    out
}

fn consignment(out: &mut String, consignment: &Consignment) {
    let at = |field: Field| match consignment.source.position(field) {
        Some(at) => format!(" @{}:{}+{}", at.line, at.column, at.length),
        None => String::new(),
    };
    let _ = writeln!(out, "consignment {} ({:?})", consignment.key(), consignment.kind);
    let mut line = |name: &str, value: String, field: Field| {
        if !value.is_empty() {
            let _ = writeln!(out, "  {name}: {value}{}", at(field));
        }
    };
    let text =
        |value: Option<&dyn std::fmt::Display>| value.map_or_else(String::new, |value| value.to_string());
    line("master", text(consignment.master.as_ref().map(|v| v as _)), Field::Master);
    line("house", text(consignment.house.as_ref().map(|v| v as _)), Field::House);
    line("parent", text(consignment.parent.as_ref().map(|v| v as _)), Field::Parent);
    line("consolidation", format!("{:?}", consignment.consolidation), Field::Consolidation);
    line("origin", text(consignment.origin.as_ref().map(|v| v as _)), Field::Origin);
    line("destination", text(consignment.destination.as_ref().map(|v| v as _)), Field::Destination);
    line("pieces", text(consignment.pieces.as_ref().map(|v| v as _)), Field::Pieces);
    line("slac", text(consignment.slac.as_ref().map(|v| v as _)), Field::Slac);
    let weight = consignment.weight.map(|weight| format!("{} {}", weight.value, weight.unit.code()));
    line("weight", weight.unwrap_or_default(), Field::Weight);
    let volume = consignment.volume.as_ref().map(|volume| format!("{} {}", volume.value, volume.unit));
    line("volume", volume.unwrap_or_default(), Field::Volume);
    let mut hs_count = 0;
    for (index, goods) in consignment.goods.iter().enumerate() {
        let mut shown = format!("{:?}", goods.description);
        for code in &goods.hs {
            let _ = write!(shown, " hs {code}{}", at(Field::Hs(hs_count)));
            hs_count += 1;
        }
        if let Some(pieces) = goods.pieces {
            let _ = write!(shown, " pieces {pieces}");
        }
        if let Some(weight) = goods.weight {
            let _ = write!(shown, " weight {} {}", weight.value, weight.unit.code());
        }
        if let Some(volume) = &goods.volume {
            let _ = write!(shown, " volume {} {}", volume.value, volume.unit);
        }
        if let Some(origin) = goods.origin {
            let _ = write!(shown, " origin {origin}");
        }
        if !goods.dimensions.is_empty() {
            let _ = write!(shown, " dimensions {}", goods.dimensions.join(" "));
        }
        line("goods", shown, Field::Goods(index as u16));
    }
    for (index, leg) in consignment.legs.iter().enumerate() {
        line("leg", self::leg(leg), Field::Leg(index as u16));
    }
    if !consignment.route_is_readable() {
        line("route", "a stretch is not known".to_owned(), Field::Station(0));
    }
    for (index, equipment) in consignment.equipment.iter().enumerate() {
        line("equipment", self::equipment(equipment), Field::Equipment(index as u16));
    }
    for (index, code) in consignment.special_handling.iter().enumerate() {
        line("handling", code.to_string(), Field::SpecialHandling(index as u16));
    }
    for (index, remark) in consignment.remarks.iter().enumerate() {
        line("remark", format!("{remark:?}"), Field::Remark(index as u16));
    }
    line("customs status", consignment.customs_status.clone(), Field::CustomsStatus);
    line("reference", consignment.sender_reference.clone(), Field::SenderReference);
    let issue = &consignment.issue;
    if !issue.is_empty() {
        let time = |at: Option<IssueTime>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let (message, executed) = (time(issue.message_at), time(issue.executed_at));
        let (place, by, shipper) = (&issue.place, &issue.by, &issue.for_shipper);
        let shown = format!("message {message} executed {executed} in {place:?} by {by:?} for {shipper:?}");
        line("issued", shown, Field::IssuedAt);
    }
    for (role, party) in consignment.parties() {
        let _ = writeln!(out, "  {}: {}", role.as_str(), self::party(party));
    }
    let mut places = String::new();
    for role in [Role::Shipper, Role::Consignee, Role::Agent, Role::Notify, Role::Other] {
        for part in [
            PartyField::Whole,
            PartyField::Name,
            PartyField::Address,
            PartyField::City,
            PartyField::State,
            PartyField::Country,
            PartyField::Postcode,
            PartyField::Contact,
        ] {
            let field = Field::Party(role, part);
            if consignment.source.position(field).is_some() {
                let _ = write!(places, " {field}{}", at(field));
            }
        }
    }
    if !places.is_empty() {
        let _ = writeln!(out, "  places:{places}");
    }
    if let Some(totals) = &consignment.master_totals {
        let weight = totals.weight.map(|weight| format!("{} {}", weight.value, weight.unit.code()));
        let _ = writeln!(
            out,
            "  master totals: {:?} to {:?}, {:?} pieces, {weight:?}",
            totals.origin, totals.destination, totals.pieces
        );
    }
    if !consignment.seals.is_empty() {
        let _ = writeln!(out, "  seals: {:?}", consignment.seals);
    }
    for unreadable in &consignment.unreadable {
        let _ = writeln!(out, "  unreadable {}: {:?}", unreadable.field, unreadable.text);
    }
    meaning(out, consignment);
    if !consignment.oci.is_empty() {
        let places = consignment.oci.iter().map(|line| format!("{}:{}", line.line, line.column));
        let _ = writeln!(out, "  OCI lines at {}", places.collect::<Vec<_>>().join(" "));
    }
}

fn equipment(equipment: &TransportEquipment) -> String {
    let TransportEquipment { device, identifier, seals } = equipment;
    let mut out = device.map_or_else(|| format!("no device {identifier:?}"), |device| device.to_string());
    if !seals.is_empty() {
        let _ = write!(out, " seals {seals:?}");
    }
    out
}

/// Equipment and seals, without their places.
pub fn seals(out: &mut String, consignment: &Consignment) {
    for equipment in consignment.all_equipment() {
        let _ = writeln!(out, "  equipment: {}", self::equipment(equipment));
    }
    if !consignment.seals.is_empty() {
        let _ = writeln!(out, "  seals: {:?}", consignment.seals);
    }
}

fn leg(leg: &Leg) -> String {
    let time = leg.departs_at.map_or_else(String::new, |time| format!(" at {time}"));
    let carrier = leg.carrier.map_or_else(String::new, |carrier| format!(" carrier {carrier}"));
    format!("{} {} {}{time}{carrier}", leg.label(), leg.mode.as_str(), leg.basis.as_str())
}

fn party(party: &Party) -> String {
    let Party { name, street, city, state, postcode, country, free_address, account, .. } = party;
    let country = country.map_or_else(String::new, |country| country.to_string());
    let mut out = format!("{name:?} {street:?} {city:?} {state:?} {postcode:?} {country:?}");
    if !free_address.is_empty() {
        let _ = write!(out, " address {free_address:?}");
    }
    if !account.is_empty() {
        let _ = write!(out, " account {account:?}");
    }
    out.push_str(&party_facts(party));
    out
}

fn party_facts(party: &Party) -> String {
    let mut out = String::new();
    for contact in &party.contacts {
        let _ = write!(out, " {} {:?}", contact.kind.as_str(), contact.value);
    }
    for identifier in &party.identifiers {
        let country = identifier.country.map_or_else(String::new, |country| format!("{country} "));
        let _ = write!(out, " {country}{} {:?}", identifier.scheme, identifier.text);
    }
    out
}

/// What the OCI lines and the special handling codes came to: declaration, account, references, and the
/// facts about parties.
pub fn meaning(out: &mut String, consignment: &Consignment) {
    match &consignment.security {
        Some(security) => declaration(out, security),
        None => out.push_str("  security: none stated\n"),
    }
    account(out, &consignment.account);
    if !consignment.mrns.is_empty() {
        let mrns: Vec<_> = consignment.mrns.iter().map(|mrn| mrn.to_string()).collect();
        let _ = writeln!(out, "  MRN: {}", mrns.join(" "));
    }
}

/// Contacts and registration numbers of each party that has any.
pub fn facts_of_parties(out: &mut String, consignment: &Consignment) {
    for (role, party) in consignment.parties() {
        let facts = party_facts(party);
        if !facts.is_empty() {
            let _ = writeln!(out, "  {}:{facts}", role.as_str());
        }
    }
}

fn entity(declared: &DeclaredEntity) -> String {
    match declared.expiry {
        Some(ApprovalExpiry::EndOf { year, month }) => format!("{} until {year}-{month:02}", declared.entity),
        Some(ApprovalExpiry::NotAttributed) => format!("{} without expiry", declared.entity),
        None => declared.entity.to_string(),
    }
}

fn declaration(out: &mut String, security: &SecurityDeclaration) {
    let SecurityDeclaration {
        issuer,
        checker,
        superseded_issuers,
        statuses,
        received_from,
        methods,
        exemptions,
        issued_by,
        issued_at,
        acceptors,
        statements,
        faults,
    } = security;
    let status = security.status().map_or("contradicted or none", |status| status.code());
    let stated: Vec<_> = statuses
        .iter()
        .map(|(status, source)| match source {
            StatusSource::SpecialHandling => format!("{status} (SPH)"),
            StatusSource::Oci => format!("{status} (SS)"),
        })
        .collect();
    let _ = writeln!(out, "  security: {status} from [{}]", stated.join(", "));
    let mut list = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            let _ = writeln!(out, "    {name}: {}", values.join(", "));
        }
    };
    list("issuer", issuer.iter().map(entity).collect());
    list("checker", checker.iter().map(entity).collect());
    list("superseded", superseded_issuers.iter().map(entity).collect());
    list("received from", received_from.iter().map(entity).collect());
    list("methods", methods.iter().map(|m| format!("{} as {:?}", m.method.code(), m.as_sent)).collect());
    list("exemptions", exemptions.iter().map(|exemption| exemption.code().to_owned()).collect());
    list("issued by", issued_by.iter().cloned().collect());
    list("issued at", issued_at.iter().map(|at| at.to_string()).collect());
    list("acceptors", acceptors.iter().map(entity).collect());
    list("faults", faults.iter().map(|fault| fault.code.id().to_owned()).collect());
    list("statements", statements.iter().map(|text| format!("{text:?}")).collect());
}

fn account(out: &mut String, account: &CustomerAccount) {
    let CustomerAccount {
        holder,
        name,
        issuer,
        number,
        frequency,
        known_consignor,
        established,
        billing,
        created_from,
        requested_from,
        documents,
        transaction,
        manufacturer,
        importer,
        verified_telephone,
        emails,
        agent_number,
        agent_name,
        filing_type,
    } = account;
    let mut shown = String::new();
    let texts = [
        ("AH", holder),
        ("AN", name),
        ("AI", issuer),
        ("AR", number),
        ("AF", frequency),
        ("BT", billing),
        ("IA", created_from),
        ("IR", requested_from),
        ("RT", transaction),
        ("MI", manufacturer),
        ("II", importer),
        ("VP", verified_telephone),
        ("RA", agent_number),
        ("agent", agent_name),
        ("FT", filing_type),
    ];
    for (element, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        let _ = write!(shown, " {element}={text:?}");
    }
    if let Some(known) = known_consignor {
        let _ = write!(shown, " KP={known}");
    }
    if let Some(date) = established {
        let _ = write!(shown, " AE={date}");
    }
    for document in documents {
        let _ = write!(shown, " PI={document:?}");
    }
    for email in emails {
        let verified = if email.verified { " verified" } else { "" };
        let _ = write!(shown, " email={:?}{verified}", format!("{}@{}", email.user, email.domain));
    }
    if !shown.is_empty() {
        let _ = writeln!(out, "  account:{shown}");
    }
}

/// Every place the source map has for the declaration, in the order of its boxes.
pub fn places_of_declaration(consignment: &Consignment) -> String {
    let fields = [
        SecurityField::Whole,
        SecurityField::Status,
        SecurityField::Issuer,
        SecurityField::Checker,
        SecurityField::ReceivedFrom(0),
        SecurityField::Method(0),
        SecurityField::Exemption(0),
        SecurityField::IssuedBy,
        SecurityField::IssuedAt,
        SecurityField::Acceptor(0),
        SecurityField::Acceptor(1),
        SecurityField::Statement(0),
    ];
    let mut out = String::new();
    for field in fields.map(Field::Security) {
        if let Some(at) = consignment.source.position(field) {
            let _ = write!(out, " {field}@{}", at.line);
        }
    }
    out
}
