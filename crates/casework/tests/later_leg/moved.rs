//! What goes with a house that leaves its master: what held the whole until then, and nothing that came later.

use super::*;
use casework::case;
use casework::gate::security_of;
use casework::security::record::Declared;
use casework::transport::{self, Speaker, Yard};
use consignment::ConsignmentKey;
use consignment::fact::{Content, UnitName};
use consignment::ident::UnitLoadDevice;
use jiff::Timestamp;

/// A master with two houses.
fn consolidation() -> World {
    let mut world = World::new();
    for house in [None, Some("RHA"), Some("RHB")] {
        world.file(house, house.is_none(), None);
    }
    world
}

fn house() -> Node {
    Node::of(&key(Some("RHA")))
}

/// Officers say at 07:30 that the house left at 07:20.
fn leave(world: &mut World) {
    let (went, at) = (Some(instant("07:20")), instant("07:30"));
    let left = case::Event::Unlinked { node: house(), recounted_pieces: 2, agency: "desk".into(), went, at };
    world.0.evolve(&Event::Tree(left));
}

/// The registry tells a fact.
fn tell(world: &mut World, at: &str, object: ConsignmentKey, fact: SecurityFact) {
    let at = instant(at);
    let told = Told { at, received_at: at, by: "registry".into(), registry: true };
    for event in record::decide(&world.0.security, told, object, fact).unwrap() {
        world.0.evolve(&Event::Security(event));
    }
}

fn is_open_on_the_house(world: &World, yard: &Yard) -> bool {
    let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
    let context = Context { yard, ..Context::new(&programmes, &stations) };
    is_open(&world.0, &house(), instant("08:00"), &context)
}

/// What is told of the whole.
#[derive(Debug, Clone, Copy)]
enum Said {
    Held(&'static str),
    Lifted(&'static str),
    NotToLoad,
    Loads,
    Asked,
    Claimed,
}

fn say(world: &mut World, said: Said, at: Timestamp) {
    let hold = |text: &str| {
        let cause = HoldCause(Phrase::new(codes::gate::WHY_STATED).with("text", text));
        (Node::Master, Arc::from("police"), cause, None)
    };
    let (node, programme) = (Node::Master, acas());
    let remark = |text: &str| {
        let filed = world.0.tree.filed(&Node::Master).unwrap();
        let consignment = Arc::new(Consignment { remarks: vec![text.into()], ..Consignment::clone(filed) });
        let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Update, Vec::new());
        Command::Record { voice, consignment, purpose, consolidated: true, faults }
    };
    let (command, actor) = match said {
        Said::Held(text) => {
            let (node, agency, cause, entry) = hold(text);
            return world.0.evolve(&Event::Tree(case::Event::HoldPlaced { node, agency, cause, entry }));
        }
        Said::Lifted(text) => {
            let (node, agency, cause, entry) = hold(text);
            return world.0.evolve(&Event::Tree(case::Event::HoldLifted { node, agency, cause, entry }));
        }
        Said::NotToLoad => (remark("DO NOT LOAD"), Actor::Filer("agent".into())),
        Said::Loads => (remark("HANDLE WITH CARE"), Actor::Filer("agent".into())),
        Said::Asked => {
            let opening = Opening::new(ReferralKind::Rfi, None, Opening::words("WHAT"));
            (Command::OpenReferral { node, programme, opening }, Actor::Authority(acas()))
        }
        Said::Claimed => {
            let (claimed, text) = (Claimed::Rejection, "AS TOLD".into());
            (Command::Claim { node, programme, claimed, text, again: false }, Actor::Filer("mail".into()))
        }
    };
    for event in decide(&world.0.tree, command, &actor, at).unwrap() {
        world.0.evolve(&Event::Tree(event));
    }
}

#[test]
fn a_house_takes_along_what_held_the_whole_when_it_left() {
    use Said::{Asked, Claimed, Held, Lifted, Loads, NotToLoad};
    for (what, before, since, open) in [
        ("nothing", &[][..], &[][..], false),
        ("a hold", &[Held("a")], &[], true),
        ("a hold that was lifted since", &[Held("a")], &[Lifted("a")], false),
        ("a hold in place of another", &[Held("a")], &[Lifted("a"), Held("b")], false),
        ("a hold of since", &[], &[Held("a")], false),
        ("not to be loaded", &[NotToLoad], &[], true),
        ("not to be loaded, which was taken back since", &[NotToLoad], &[Loads], false),
        ("not to be loaded, as is said since", &[], &[NotToLoad], false),
        ("a request", &[Asked], &[], true),
        ("a request of since", &[], &[Asked], false),
        ("a claim", &[Claimed], &[], true),
        ("a claim of since", &[], &[Claimed], false),
    ] {
        let mut world = consolidation();
        before.iter().for_each(|said| say(&mut world, *said, instant("07:00")));
        leave(&mut world);
        since.iter().for_each(|said| say(&mut world, *said, instant("07:40")));
        assert_eq!(is_open_on_the_house(&world, &Yard::default()), open, "{what}");
    }
}

#[test]
fn a_house_takes_along_an_order_on_the_unit_of_the_whole() {
    for (at, open) in [(None, false), (Some("07:00"), true), (Some("07:30"), true), (Some("07:31"), false)] {
        let mut world = consolidation();
        leave(&mut world);
        let unit = UnitName::Device(UnitLoadDevice::parse("AKE11111Z7").unwrap());
        let content =
            Content { object: key(None), pieces: Vec::new(), count: None, weight: None, position: None };
        let (contents, complete, takes_over) = (vec![content], true, false);
        let built = transport::Command::Build { unit: unit.clone(), contents, complete, takes_over };
        let mut told = vec![(Speaker::Desk("desk".into()), built)];
        if let Some(at) = at {
            let (programme, reference, at) = (acas(), "Q01".into(), instant(at));
            let order = transport::Command::Order { unit, programme, reference, at };
            told.push((Speaker::Authority(acas()), order));
        }
        let mut yard = Yard::default();
        for (speaker, command) in told {
            for event in transport::decide(&yard, command, &speaker, instant("08:00")).unwrap() {
                yard.evolve(&event);
            }
        }
        assert_eq!(is_open_on_the_house(&world, &yard), open, "{at:?}");
    }
}

/// A status by who may declare it for high-risk goods, by two methods.
fn declared(status: SecurityStatus, at: &str) -> SecurityFact {
    let method = |method: ScreeningMethod| DeclaredMethod { method, as_sent: method.code().to_owned() };
    let declaration = SecurityDeclaration {
        issuer: Some(DeclaredEntity::parse("DE/RA/01234-01").unwrap()),
        statuses: vec![(status, StatusSource::Oci)],
        methods: [ScreeningMethod::Xry, ScreeningMethod::Etd].map(method).to_vec(),
        issued_by: Some("A KELLER".into()),
        ..SecurityDeclaration::default()
    };
    let (issued_at, approved_for_high_risk) = (Some(instant(at)), Some(true));
    SecurityFact::Declared(Declared { declaration: Box::new(declaration), issued_at, approved_for_high_risk })
}

#[test]
fn a_house_takes_along_the_mark_of_a_whole_that_was_not_secured_against_it() {
    use SecurityStatus::{Shr, Spx};
    let (whole, own) = (|| key(None), || key(Some("RHA")));
    /// When the whole was marked; whose status was declared, which and when; and whether the mark is open on the house, of which
    /// officers say at 07:30 that it left.
    type Case<'a> = (&'a str, Option<&'a str>, Vec<(ConsignmentKey, SecurityStatus, &'a str)>, bool);
    let marked = Some("07:00");
    let cases: Vec<Case<'_>> = vec![
        ("not marked", None, vec![], false),
        ("marked", marked, vec![], true),
        ("marked as it left", Some("07:30"), vec![], true),
        ("marked since", Some("07:31"), vec![], false),
        ("the whole was secured", marked, vec![(whole(), Shr, "07:10")], false),
        ("the whole was secured as it left", marked, vec![(whole(), Shr, "07:30")], false),
        ("the whole was secured since", marked, vec![(whole(), Shr, "07:31")], true),
        ("the whole was secured before it was marked", marked, vec![(whole(), Shr, "06:50")], true),
        ("the whole was secured for less", marked, vec![(whole(), Spx, "07:10")], true),
        ("the house was secured", marked, vec![(own(), Shr, "07:10")], false),
        ("the house was secured since", marked, vec![(own(), Shr, "07:50")], false),
        ("the house was secured before the whole was marked", marked, vec![(own(), Shr, "06:50")], true),
        ("the house was secured for less", marked, vec![(own(), Spx, "07:50")], true),
        ("both were secured", marked, vec![(own(), Shr, "07:10"), (whole(), Shr, "07:10")], false),
    ];
    for (what, marked, declarations, open) in cases {
        let mut world = consolidation();
        let mut facts: Vec<(&str, ConsignmentKey, SecurityFact)> =
            declarations.into_iter().map(|(object, status, at)| (at, object, declared(status, at))).collect();
        if let Some(at) = marked {
            let mark = SecurityFact::HighRisk(Marked { why: "TIP".into(), methods_min: None });
            facts.push((at, whole(), mark));
        }
        leave(&mut world);
        for (at, object, fact) in facts {
            tell(&mut world, at, object, fact);
        }
        assert_eq!(is_open_on_the_house(&world, &Yard::default()), open, "{what}");
    }
}

/// What was declared of the whole while a house was in it secures the house, and what is declared of the rest does not.
#[test]
fn a_house_that_left_is_secured_by_what_was_declared_of_the_whole_before() {
    use SecurityStatus::{Nsc, Spx};
    for (at, status) in [("07:10", Spx), ("07:20", Spx), ("07:21", Nsc), ("07:40", Nsc)] {
        let mut world = consolidation();
        leave(&mut world);
        tell(&mut world, at, key(None), declared(Spx, at));
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context::new(&programmes, &stations);
        let judged = security_of(&world.0, &house(), instant("08:00"), &context);
        assert_eq!(judged.status, status, "{at}");
        let rest = security_of(&world.0, &Node::Master, instant("08:00"), &context);
        assert_eq!(rest.status, Spx, "{at}");
    }
}

/// What is found in a house is told of the whole with whatever else the whole lacks, and with the name of the house there alone.
#[test]
fn an_alarm_of_a_house_is_told_beside_what_the_whole_lacks() {
    let mut found = clear(ScreeningMethod::Xry);
    found.outcome = consignment::fact::ScreeningOutcome::Alarm;
    let told = |alarmed: bool, node: &Node| {
        let mut world = consolidation();
        if alarmed {
            tell(&mut world, "07:00", key(Some("RHA")), SecurityFact::Screened(found.clone()));
        }
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let (leg, stage, at) = (AskedLeg::First, Stage::Load, instant("08:00"));
        let question = Question { node: node.clone(), leg, stage, aircraft: Aircraft::Passenger, at };
        let reasons = answer(&world.0, &question, &Context::new(&programmes, &stations)).reasons;
        let status = reasons.into_iter().find(|reason| reason.code == codes::gate::STATUS_NSC).unwrap();
        status.why.iter().map(|why| why.code.id()).collect::<Vec<_>>()
    };
    assert_eq!(told(false, &Node::Master), ["why-no-status"]);
    let whole = told(true, &Node::Master);
    assert_eq!(whole, ["why-no-status", "why-house-not-secured", "why-alarm"]);
    assert!(!told(true, &house()).contains(&"why-house-not-secured"));
}

/// Who only confirms that the houses are declared confirms nothing of a house of which nothing is.
#[test]
fn who_confirms_the_houses_secures_none_of_which_nothing_is_declared() {
    let by = |confirms: bool| {
        let mut fact = declared(SecurityStatus::Spx, "07:10");
        if let SecurityFact::Declared(declared) = &mut fact
            && confirms
        {
            declared.declaration.checker = declared.declaration.issuer.take();
        }
        let mut world = consolidation();
        tell(&mut world, "07:10", key(None), fact);
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context::new(&programmes, &stations);
        security_of(&world.0, &house(), instant("08:00"), &context).status
    };
    assert_eq!([by(false), by(true)], [SecurityStatus::Spx, SecurityStatus::Nsc]);
}
