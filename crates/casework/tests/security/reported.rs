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

/// The declarant files anew, with a declaration of a local time, which is that of UTC.
fn file_anew(dossier: &mut Dossier, at: &str, status: SecurityStatus, codes: &[&str]) {
    let issued_at = Some(IssuedAt::DateTime(format!("2026-11-24T{at}").parse().unwrap()));
    let statuses = vec![(status, StatusSource::Oci)];
    let security = Some(SecurityDeclaration { statuses, methods: methods(codes), issued_at, ..spx() });
    let filed = dossier.tree.filed(&Node::Master).unwrap();
    let consignment = Arc::new(Consignment { security, ..Consignment::clone(filed) });
    let (voice, purpose) = (case::Voice::OF_DESK, Purpose::Update);
    let command = Command::Record { voice, consignment, purpose, consolidated: false, faults: Vec::new() };
    for event in decide(&dossier.tree, command, &Actor::Filer("agent".into()), instant(at)).unwrap() {
        dossier.evolve(&Event::Tree(event));
    }
}

/// What was broken is made good by what the registry declared since, whatever was filed later: by that alone, as it was declared.
#[test]
fn what_the_registry_declared_since_makes_good_by_itself() {
    use SecurityStatus::{Nsc, Shr, Spx};
    let both = ["XRY", "ETD"];
    let broken = || SecurityFact::Custody(CustodyEvent::Broken, "seal".into());
    let left = || SecurityFact::Custody(CustodyEvent::LeftChain, "lost".into());
    let judged = |facts: Vec<(&str, SecurityFact)>, later: (&str, SecurityStatus)| {
        let mut dossier = filed(None);
        facts.into_iter().for_each(|(at, fact)| tell(&mut dossier, at, "registry", fact));
        file_anew(&mut dossier, later.0, later.1, &both);
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let policy = true;
        let context =
            Context { high_risk_approval_unknown_suffices: policy, ..Context::new(&programmes, &stations) };
        security_of(&dossier, &Node::Master, instant("20:00"), &context).status
    };
    let of = |status, codes: &[&str], approved| declared(status, codes, "09:30", approved);
    let cases = [
        ("broken", vec![("09:00", broken())], Spx, Nsc),
        ("declared since", vec![("09:00", broken()), ("09:31", of(Spx, &both, None))], Spx, Spx),
        ("declared before", vec![("09:40", broken()), ("09:31", of(Spx, &both, None))], Spx, Nsc),
        ("declared since on no ground", vec![("09:00", broken()), ("09:31", of(Spx, &[], None))], Spx, Nsc),
        (
            "marked, declared since",
            vec![("08:40", mark()), ("09:00", broken()), ("09:31", of(Shr, &both, Some(true)))],
            Shr,
            Shr,
        ),
        (
            "marked, declared since by who may not",
            vec![("08:40", mark()), ("09:00", broken()), ("09:31", of(Shr, &both, Some(false)))],
            Shr,
            Nsc,
        ),
        (
            "marked, declared since for less",
            vec![("08:40", mark()), ("09:00", broken()), ("09:31", of(Spx, &both, None))],
            Shr,
            Nsc,
        ),
        (
            "marked, out of the chain, declared back for less and screened since",
            vec![
                ("08:40", mark()),
                ("09:00", left()),
                ("09:31", of(Spx, &both, None)),
                ("09:40", clear("XRY", &[])),
                ("09:41", clear("ETD", &[])),
            ],
            Shr,
            Shr,
        ),
        (
            "marked, out of the chain and screened since",
            vec![
                ("08:40", mark()),
                ("09:00", left()),
                ("09:40", clear("XRY", &[])),
                ("09:41", clear("ETD", &[])),
            ],
            Shr,
            Nsc,
        ),
    ];
    for (what, facts, later, status) in cases {
        assert_eq!(judged(facts, ("10:00", later)), status, "{what}");
    }
}

/// What the registry tells of a declaration that was not issued yet makes nothing good, whatever comes in later.
#[test]
fn what_was_not_issued_yet_makes_nothing_good() {
    for (issued, status) in [("09:30", SecurityStatus::Spx), ("09:50", SecurityStatus::Nsc)] {
        let mut dossier = filed(None);
        let broken = SecurityFact::Custody(CustodyEvent::Broken, "seal".into());
        let issued_at = Some(IssuedAt::DateTime(format!("2026-11-24T{issued}").parse().unwrap()));
        let declaration = Box::new(SecurityDeclaration { issued_at, ..spx() });
        let declared = Declared { declaration, issued_at: None, approved_for_high_risk: None };
        for (at, fact) in [("09:00", broken), ("09:31", SecurityFact::Declared(declared))] {
            let at = instant(at);
            let told = Told { at, received_at: at, by: "registry".into(), registry: true };
            for event in record::decide(&dossier.security, told, key(), fact).unwrap() {
                dossier.evolve(&Event::Security(event));
            }
        }
        file_anew(&mut dossier, "10:00", SecurityStatus::Spx, &["XRY"]);
        assert_eq!(judge(&dossier).0, status, "{issued}");
    }
}
