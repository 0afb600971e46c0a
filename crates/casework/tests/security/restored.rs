//! What secures high-risk goods again after their protection was broken.

use super::*;
use casework::security::Determination;

/// High-risk goods of a break at 10:02 whose agent declares them anew at 10:20, and of which the registry told a declaration too.
fn judged(received: &str, issued_at: Option<&str>, stated: Option<&str>) -> Determination {
    let mut dossier = filed(None);
    let shr = |at: Option<&str>| SecurityDeclaration {
        statuses: vec![(SecurityStatus::Shr, StatusSource::Oci)],
        methods: methods(&["XRY", "ETD"]),
        issued_at: at.map(|at| IssuedAt::DateTime(format!("2026-11-24T{at}").parse().unwrap())),
        ..spx()
    };
    let declared = |declaration, issued_at: Option<&str>| {
        let (declaration, issued_at) = (Box::new(declaration), issued_at.map(instant));
        SecurityFact::Declared(Declared { declaration, issued_at, approved_for_high_risk: Some(true) })
    };
    for (at, by, fact) in [
        ("09:00", "registry", mark()),
        ("10:02", "registry", custody(CustodyEvent::Broken)),
        (received, "registry", declared(shr(stated), issued_at)),
        ("10:20", "agent", declared(shr(None), Some("10:20"))),
    ] {
        let at = instant(at);
        let told = Told { at, received_at: at, by: by.into(), registry: by == "registry" };
        for event in record::decide(&dossier.security, told, key(), fact).unwrap() {
            dossier.evolve(&Event::Security(event));
        }
    }
    let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
    let context =
        Context { high_risk_approval_unknown_suffices: true, ..Context::new(&programmes, &stations) };
    security_of(&dossier, &Node::Master, instant("11:00"), &context)
}

/// What the registry answers for restores them where it was issued since; a time that is only stated, where it came in since as well.
#[test]
fn a_declaration_restores_high_risk_goods_where_it_is_of_since() {
    for (received, issued_at, stated, status) in [
        ("10:10", Some("10:05"), None, SecurityStatus::Shr),
        ("10:10", Some("10:02"), None, SecurityStatus::Nsc),
        ("10:10", None, Some("10:05"), SecurityStatus::Shr),
        ("10:10", None, Some("10:02"), SecurityStatus::Nsc),
        ("10:01", None, Some("10:04"), SecurityStatus::Nsc),
        ("10:01", Some("10:04"), None, SecurityStatus::Shr),
    ] {
        let judged = judged(received, issued_at, stated);
        assert_eq!(judged.status, status, "{received} {issued_at:?} {stated:?}: {:?}", judged.why);
    }
}

/// A registry feeds a node that gave any designation which counts; the same word is told once, however its number is spelt.
#[test]
fn a_registry_feeds_a_node_by_what_counts() {
    let mut designations = Designations::default();
    let mut enter = |at: &str, by: &str, number: &str, withdrawn| {
        let designation = Designation {
            carrier: Carrier::parse("9Z").unwrap(),
            station: Location::parse("LOS").unwrap(),
            number: number.to_owned(),
            until: None,
            withdrawn,
        };
        let events = designation::decide(&designations, instant(at), designation, Some(person(by)), true);
        let events = events.unwrap();
        events.iter().for_each(|event| designations.evolve(event));
        (events.len(), designations.is_fed())
    };
    assert_eq!(enter("07:00", "IDA", "B 2", true), (1, false), "it only takes away");
    assert_eq!(enter("07:00", "IDA", "b2", true), (0, false), "that is the same number");
    assert_eq!(enter("08:00", "IDA", "A 1", false), (1, false), "nobody confirmed it");
    assert_eq!(enter("08:10", "OTTO", "a1", false), (1, true));
    assert_eq!(designations.waiting().count(), 0, "it waits no more");
}
