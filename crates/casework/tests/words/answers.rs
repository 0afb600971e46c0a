//! To which of several requests an answer is, who may give it, and what settles a claim.

use super::*;
use ReferralKind::Rfs;

/// An answer, with methods applied and the outcome of a screening where that is told, by who represents somebody or not.
fn given(
    node: &Node,
    (methods, clear): (&[ScreeningMethod], Option<bool>),
    represents: Option<&Actor>,
    by_role: bool,
) -> Command {
    let Command::AnswerReferral { programme, methods: least, mut answered, .. } = answer("R1", 30) else {
        unreachable!()
    };
    (answered.answer.methods, answered.answer.clear) = (methods.to_vec(), clear);
    let (node, represents) = (node.clone(), represents.cloned());
    Command::AnswerReferral { node, programme, represents, by_role, methods: least, answered }
}

/// Of several requests under one reference one that tells of a screening answers that for screening, and any other one the
/// question, in whatever order they were opened.
#[test]
fn an_answer_is_to_the_request_that_it_speaks_of() {
    let screened = &[Etd, Edd][..];
    for (kinds, methods, clear, meant) in [
        (&[RFI, Rfs][..], &[][..], None, RFI),
        (&[RFI, Rfs], screened, None, Rfs),
        (&[RFI, Rfs], &[], Some(true), Rfs),
        (&[RFI, Rfs], &[], Some(false), Rfs),
        (&[RFI, Rfs], screened, Some(true), Rfs),
        (&[RFI, DNL], &[], None, RFI),
        (&[DNL, Rfs], screened, None, Rfs),
        (&[DNL, Rfs], &[], None, DNL),
    ] {
        for order in orders(kinds) {
            let mut world = World::new();
            for (at, kind) in (10..).zip(&order) {
                world.open(named(*kind, "R1"), at);
            }
            let command = given(&Node::Master, (methods, clear), None, true);
            world.act(command, &Actor::Filer("agent".into()), 30);
            let answered = world.case().referrals.iter().filter(|known| !known.answers.is_empty());
            let answered: Vec<ReferralKind> = answered.map(|known| known.kind).collect();
            assert_eq!(answered, [meant], "{order:?} {methods:?} {clear:?}");
        }
    }
}

/// Who filed the master knows of its houses, and so does who represents him; others do not learn that a house is there.
#[test]
fn only_who_filed_answers_and_only_who_filed_the_master_learns_who_is_asked() {
    let filer = |name: &str| Actor::Filer(name.into());
    let mut world = World::new();
    for (number, by) in [(None, "carrier"), (Some("RHA"), "agent")] {
        let consignment = Arc::new(Consignment {
            kind: if number.is_some() { DocumentKind::House } else { DocumentKind::Master },
            master: AirWaybill::parse("888-10001014").ok(),
            house: number.and_then(|number| HouseWaybill::parse(number).ok()),
            pieces: Some(2),
            weight: Some(Weight::kilograms(20.into())),
            goods: vec![GoodsLine { description: "HINGES".into(), ..GoodsLine::default() }],
            ..Consignment::default()
        });
        let (voice, purpose) = (Voice::OF_DESK, Purpose::Creation);
        let (consolidated, faults) = (number.is_none(), Vec::new());
        world.act(Command::Record { voice, consignment, purpose, consolidated, faults }, &filer(by), 1);
    }
    world.bind(&house("RHA"), Mode::Relay);
    let open = Command::OpenReferral { node: house("RHA"), programme: pact(), opening: named(RFI, "R1") };
    world.act(open, &authority(), 10);
    for (by, represents, by_role, expected) in [
        ("agent", None, false, Ok(1)),
        ("deputy", Some("agent"), false, Ok(1)),
        ("anybody", None, true, Ok(1)),
        ("carrier", None, false, Err("not-the-one-asked")),
        ("handler", Some("carrier"), false, Err("not-the-one-asked")),
        ("stranger", None, false, Err("object-unknown")),
        ("stranger", Some("another"), false, Err("object-unknown")),
    ] {
        let represents = represents.map(filer);
        let command = given(&house("RHA"), (&[], None), represents.as_ref(), by_role);
        let events = world.clone().asked(command, &filer(by), 30).map(|events| events.len());
        assert_eq!(events, expected, "{by} {represents:?} {by_role}");
    }
}

/// What an authority said of its requests of one kind settles what others claim of that kind alone.
#[test]
fn a_claim_is_settled_by_what_the_authority_said_of_its_kind() {
    for (opened, claimed, holds) in [
        (None, DNL, true),
        (Some(DNL), DNL, false),
        (Some(RFI), DNL, true),
        (Some(DNL), RFI, true),
        (Some(Rfs), RFI, true),
    ] {
        let mut world = World::new();
        if let Some(kind) = opened {
            world.open(unnamed(kind), 5);
        }
        world.claim(Claimed::Referral(claimed), "mail", 10, false);
        assert_eq!(world.claims(), usize::from(holds), "{opened:?} {claimed:?}");
    }
}

/// No more claims wait for what is open to be over than are kept of anything.
#[test]
fn so_many_claims_wait_behind_what_is_open() {
    let mut world = World::new();
    world.open(unnamed(RFI), 5);
    let mut waiting = || {
        let one = |by: usize| world.claim(Claimed::Referral(RFI), &format!("F{by}"), 10, false).len();
        (0..=OPEN_ITEMS_MAX).map(one).collect::<Vec<_>>()
    };
    let waiting = waiting();
    assert_eq!(waiting.iter().sum::<usize>(), OPEN_ITEMS_MAX);
    assert_eq!(waiting.last(), Some(&0));
}
