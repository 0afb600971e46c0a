//! How long trees are kept, and what keeps them.

use super::*;
use crate::case::{Case, Unread};
use consignment::ident::{AirWaybill, HouseWaybill};
use consignment::{Leg, PartialDate};
use programme::Mode;

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn key(master: Option<&str>, house: Option<&str>) -> ConsignmentKey {
    ConsignmentKey {
        master: master.map(|text| AirWaybill::parse(text).unwrap()),
        house: house.map(|text| HouseWaybill::parse(text).unwrap()),
    }
}

fn person(id: &str) -> Option<Person> {
    Some(Person { id: id.into(), organisation: "duty desk".into() })
}

const MASTER: &str = "888-10001014";

/// A tree of a master and one house.
fn dossier() -> Dossier {
    let mut dossier = Dossier::default();
    dossier.tree.master = key(Some(MASTER), None).master;
    for node in [Node::Master, Node::House(HouseWaybill::parse("HX1").unwrap())] {
        dossier.tree.documents.insert(node, Default::default());
    }
    dossier
}

fn binds(dossier: &mut Dossier, programme: &str, binding: LegBinding) {
    let case = Case::new(Mode::Simulated, binding, None);
    dossier.tree.cases.insert((Node::Master, ProgrammeId::new(programme)), case);
}

fn days_of(programme: &ProgrammeId) -> Option<u32> {
    match programme.as_str() {
        "short" => Some(400),
        "long" => Some(2000),
        _ => None,
    }
}

fn asked<'a>(dossier: &'a Dossier, holds: &'a LegalHolds, now: Option<&str>) -> Asked<'a> {
    Asked {
        dossier,
        last_at: at("2026-11-24T10:00:00Z"),
        open: false,
        holds,
        days: &days_of,
        default_days: DEFAULT_DAYS,
        now: now.map(at),
    }
}

fn placed(holds: &mut LegalHolds, object: ConsignmentKey, by: &str) {
    let events = holds.place(object, person(by), "inquiry 7".into(), at("2026-11-25T10:00:00Z")).unwrap();
    events.iter().for_each(|event| holds.evolve(event));
}

#[test]
fn a_tree_is_kept_as_long_as_the_longest_programme_that_bound_it() {
    use LegBinding::{Binds, DoesNotBind, Undecided};
    /// Programmes with how they bind, and for how many days the tree is kept.
    type Row = (&'static [&'static str], fn() -> LegBinding, u32);
    let rows: [Row; 6] = [
        (&[], || Binds { legs: vec![0] }, DEFAULT_DAYS),
        (&["short"], || Binds { legs: vec![0] }, 400),
        (&["short", "long"], || Binds { legs: vec![0] }, 2000),
        (&["short"], || Undecided { stations: Vec::new(), legs: vec![0] }, 400),
        (
            &["long"],
            || DoesNotBind { why: programme::NotBound::NoLanding, proof: String::new() },
            DEFAULT_DAYS,
        ),
        (&["nobody's"], || Binds { legs: vec![0] }, DEFAULT_DAYS),
    ];
    for (programmes, binding, days) in rows {
        let mut dossier = dossier();
        programmes.iter().for_each(|programme| binds(&mut dossier, programme, binding()));
        let term = term(&asked(&dossier, &LegalHolds::default(), Some("2026-11-24T10:00:00Z")));
        assert_eq!((term.days, term.keeps), (days, vec![Keeps::Time]), "{programmes:?}");
    }
}

/// Also where our table says that it does not bind: its authority spoke of the goods.
#[test]
fn a_tree_is_kept_for_a_programme_whose_authority_spoke() {
    let not_bound = || LegBinding::DoesNotBind { why: programme::NotBound::NoLanding, proof: String::new() };
    let opened = || {
        let reason = Phrase::new(codes::gate::WHY_NO_TEXT);
        let by = crate::case::Actor::Authority(ProgrammeId::new("long"));
        crate::case::Referral::on_unit(&"Q01".into(), reason, &by, at("2026-11-24T09:00:00Z"))
    };
    for (by_word, asked_of, days) in
        [(false, false, DEFAULT_DAYS), (true, false, 2000), (false, true, 2000), (true, true, 2000)]
    {
        let mut dossier = dossier();
        binds(&mut dossier, "long", not_bound());
        for case in dossier.tree.cases.values_mut() {
            case.bound_by_word = by_word;
            case.referrals.extend(asked_of.then(opened));
        }
        let term = term(&asked(&dossier, &LegalHolds::default(), Some("2026-11-24T10:00:00Z")));
        assert_eq!(term.days, days, "{by_word} {asked_of}");
    }
}

/// A house of which nobody filed anything is known by its case.
#[test]
fn a_legal_hold_keeps_a_house_that_only_its_authority_spoke_of() {
    let mut floating = Dossier::default();
    let house = Node::House(HouseWaybill::parse("HX1").unwrap());
    let case = Case::new(Mode::Simulated, LegBinding::Binds { legs: vec![0] }, None);
    floating.tree.cases.insert((house, ProgrammeId::new("short")), case);
    for (house, keeps) in [("HX1", 1), ("HX2", 0)] {
        let mut holds = LegalHolds::default();
        placed(&mut holds, key(None, Some(house)), "A. KELLER");
        assert_eq!(holds.on(&floating.tree).count(), keeps, "{house}");
    }
}

#[test]
fn its_time_runs_from_the_last_event_or_the_last_day_of_its_way() {
    let leg = |date: &str| Leg {
        date: Some(PartialDate::whole(date.parse().unwrap())),
        ..Leg::assumed(
            consignment::ident::Location::parse("FRA").unwrap(),
            consignment::ident::Location::parse("JFK").unwrap(),
        )
    };
    for (legs, from) in [
        (vec![], "2026-11-24T10:00:00Z"),
        (vec![leg("2026-11-20")], "2026-11-24T10:00:00Z"),
        (vec![leg("2026-12-01"), leg("2026-11-20")], "2026-12-02T12:00:00Z"),
    ] {
        let mut dossier = dossier();
        dossier.tree.legs = legs;
        binds(&mut dossier, "short", LegBinding::Binds { legs: vec![0] });
        let none = LegalHolds::default();
        let until = at(from) + SignedDuration::from_hours(24 * 400);
        for (now, keeps) in [(until - SignedDuration::from_secs(1), vec![Keeps::Time]), (until, vec![])] {
            let term = term(&Asked { now: Some(now), ..asked(&dossier, &none, None) });
            assert_eq!((term.from, term.until, term.keeps), (at(from), until, keeps), "{from}");
        }
    }
}

#[test]
fn what_is_open_or_held_is_kept_when_its_time_is_over() {
    let over = Some("2040-01-01T00:00:00Z");
    let none = LegalHolds::default();
    assert_eq!(term(&asked(&dossier(), &none, over)).keeps, [], "its time is over");
    assert_eq!(term(&asked(&dossier(), &none, None)).keeps, [Keeps::Clock], "the clock is doubted");
    let mut unread = dossier();
    let why = Phrase::new(codes::gate::WHY_TOO_MANY_OPEN);
    unread.tree.unread.push(Unread { why, at: at("2026-11-24T10:00:00Z") });
    assert_eq!(term(&asked(&unread, &none, over)).keeps, [Keeps::Open]);
    assert_eq!(term(&Asked { open: true, ..asked(&dossier(), &none, over) }).keeps, [Keeps::Open]);
    let mut held = dossier();
    held.evolve(&crate::Event::Tree(crate::case::Event::HoldPlaced {
        node: crate::case::Node::Master,
        agency: "police".into(),
        cause: crate::case::HoldCause(Phrase::new(codes::gate::WHY_STATED)),
        entry: None,
    }));
    assert_eq!(term(&asked(&held, &none, over)).keeps, [Keeps::Open]);
    let refused = |term: &Term| refusal(term, MASTER).map(|refusal| refusal.0.code.id());
    assert_eq!(refused(&term(&asked(&dossier(), &none, over))), None);
    assert_eq!(refused(&term(&asked(&unread, &none, over))), Some("kept-open"));
    assert_eq!(refused(&term(&asked(&unread, &none, None))), Some("kept-clock-unsure"));
    let early = Some("2027-01-01T00:00:00Z");
    assert_eq!(refused(&term(&asked(&unread, &none, early))), Some("kept-until"));
}

#[test]
fn a_legal_hold_keeps_the_whole_tree_of_its_goods_and_no_other() {
    let over = Some("2040-01-01T00:00:00Z");
    let mut floating = dossier();
    floating.tree.master = None;
    /// The goods of the hold, and whether it keeps the tree with its master known, and without.
    type Row = (Option<&'static str>, Option<&'static str>, bool, bool);
    let rows: [Row; 7] = [
        (Some(MASTER), None, true, false),
        (Some(MASTER), Some("HX1"), true, true),
        (Some(MASTER), Some("HX2"), true, false),
        (Some("888-10001025"), None, false, false),
        (Some("888-10001025"), Some("HX1"), false, true),
        (None, Some("HX1"), true, true),
        (None, Some("HX2"), false, false),
    ];
    for (master, house, known, unknown) in rows {
        let mut holds = LegalHolds::default();
        placed(&mut holds, key(master, house), "A. KELLER");
        for (dossier, keeps) in [(&dossier(), known), (&floating, unknown)] {
            let term = term(&asked(dossier, &holds, over));
            let expected: &[Keeps] = if keeps { &[Keeps::LegalHold("1".into())] } else { &[] };
            assert_eq!(term.keeps, expected, "{master:?} {house:?} {:?}", dossier.tree.master);
        }
    }
}

#[test]
fn another_one_lifts_what_one_placed() {
    let (now, why) = (at("2026-11-26T10:00:00Z"), || "inquiry closed".to_owned());
    let order: Arc<str> = "order 7".into();
    let mut holds = LegalHolds::default();
    placed(&mut holds, key(Some(MASTER), None), "A. KELLER");
    placed(&mut holds, key(Some(MASTER), None), "a. keller ");
    assert_eq!(holds.all().len(), 1, "told twice");
    let code = |holds: &LegalHolds, id: &str, by: Option<Person>, why: String| {
        holds.lift(id, by, why, None, now).unwrap_err().0.code.id()
    };
    assert_eq!(code(&holds, "1", person("a. Keller"), why()), "second-person-needed");
    assert_eq!(code(&holds, "1", None, why()), "person-missing");
    assert_eq!(code(&holds, "1", person("B. SCHMIDT"), " ".into()), "reason-missing");
    assert_eq!(code(&holds, "2", person("B. SCHMIDT"), why()), "legal-hold-unknown");
    let alone = holds.lift("1", person("A. KELLER"), why(), Some(&order), now).unwrap();
    assert!(matches!(&alone[..], [Event::Lifted { policy: Some(policy), .. }] if *policy == order));
    for event in holds.lift("1", person("B. SCHMIDT"), why(), Some(&order), now).unwrap() {
        assert!(matches!(&event, Event::Lifted { policy: None, .. }), "{event:?}");
        holds.evolve(&event);
    }
    assert_eq!(holds.on(&dossier().tree).count(), 0);
    assert_eq!(holds.lift("1", person("B. SCHMIDT"), why(), None, now).unwrap(), [], "told again");
    assert_eq!(code(&holds, "1", person("C. MEYER"), why()), "legal-hold-unknown");
    placed(&mut holds, key(Some(MASTER), None), "A. KELLER");
    assert_eq!(holds.all().len(), 2, "placed anew");
}

#[test]
fn nobody_places_a_hold_without_a_name_a_reason_or_goods() {
    let holds = LegalHolds::default();
    let code = |object: ConsignmentKey, by: Option<Person>, why: &str| {
        let placed = holds.place(object, by, why.into(), at("2026-11-25T10:00:00Z"));
        placed.unwrap_err().0.code.id()
    };
    let goods = || key(Some(MASTER), None);
    assert_eq!(code(goods(), None, "inquiry"), "person-missing");
    assert_eq!(code(goods(), person(" "), "inquiry"), "person-missing");
    assert_eq!(code(goods(), person("A"), ""), "reason-missing");
    assert_eq!(code(key(None, None), person("A"), "inquiry"), "object-unknown");
}
