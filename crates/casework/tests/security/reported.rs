//! What a report secures, and what is told of an issuer's approval.

use super::*;
use casework::case;
use consignment::document::PieceScope;

/// The status of goods that were filed without one and of which the declarant reports that they are secured.
fn by_report(change: impl FnOnce(&mut Consignment)) -> SecurityStatus {
    let mut dossier = filed(None);
    let filed = dossier.tree.filed(&Node::Master).unwrap();
    let mut report = Consignment {
        kind: DocumentKind::Status,
        piece_scope: PieceScope::Total,
        security: Some(spx()),
        ..Consignment::clone(filed)
    };
    change(&mut report);
    let (by, consignment, faults) = (Actor::Filer("agent".into()), Arc::new(report), Vec::new());
    let (node, at, by_desk) = (Node::Master, instant("09:00"), false);
    let reported = case::Event::Reported { node, by, consignment, faults, at, by_desk };
    dossier.evolve(&Event::Tree(reported));
    judge(&dossier).0
}

/// A report secures the goods that were filed only where it speaks of just these: as many pieces, of the same weight, on the same
/// way, as far as it names them.
#[test]
fn a_report_secures_only_the_goods_that_were_filed() {
    use SecurityStatus::{Nsc, Spx};
    type Change = fn(&mut Consignment);
    let cases: [(&str, Change, SecurityStatus); 9] = [
        ("the same", |_| {}, Spx),
        ("fewer pieces", |report| report.pieces = Some(3), Nsc),
        ("no pieces", |report| report.pieces = None, Nsc),
        ("another weight", |report| report.weight = Some(Weight::kilograms(9.into())), Nsc),
        ("no weight", |report| report.weight = None, Spx),
        ("from elsewhere", |report| report.origin = Location::parse("MUC").ok(), Nsc),
        ("from nowhere", |report| report.origin = None, Spx),
        ("to elsewhere", |report| report.destination = Location::parse("JFK").ok(), Nsc),
        ("to nowhere", |report| report.destination = None, Spx),
    ];
    for (what, change, status) in cases {
        assert_eq!(by_report(change), status, "{what}");
    }
}

/// Where an issuer whose approval nobody knows suffices, one who is told to have none does not; that he has one is for the
/// registry to say.
#[test]
fn an_issuer_without_approval_secures_no_high_risk_goods() {
    use SecurityStatus::{Nsc, Shr};
    for (by, approved, unknown_suffices, status) in [
        ("registry", Some(true), false, Shr),
        ("registry", None, false, Nsc),
        ("registry", Some(false), false, Nsc),
        ("registry", Some(true), true, Shr),
        ("registry", None, true, Shr),
        ("registry", Some(false), true, Nsc),
        ("agent", Some(true), false, Nsc),
        ("agent", Some(true), true, Shr),
        ("agent", Some(false), true, Nsc),
    ] {
        let mut dossier = filed(None);
        tell(&mut dossier, "09:00", "registry", mark());
        tell(&mut dossier, "10:00", by, declared(Shr, &["XRY", "ETD"], "09:30", approved));
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context {
            high_risk_approval_unknown_suffices: unknown_suffices,
            ..Context::new(&programmes, &stations)
        };
        let judged = security_of(&dossier, &Node::Master, instant("20:00"), &context);
        assert_eq!(judged.status, status, "{by} {approved:?} {unknown_suffices}");
    }
}
