//! What screenings, counts and other facts come to.

use super::*;

/// What was found at the very instant is not found since; and what a stranger tells is told of no goods.
#[test]
fn what_was_screened_since_is_what_counts_after_it() {
    use ScreeningOutcome::{Aborted, Clear};
    let proven = |outcome| result("XRY", &[], outcome);
    let unfit = || changed(proven(Clear), |it| it.screener_current = Some(false));
    /// What it shows, who told it, what, and whether anything was told of screening since one minute before.
    type Case = (&'static str, &'static str, SecurityFact, bool);
    let cases: [Case; 6] = [
        ("clear", "registry", SecurityFact::Screened(proven(Clear)), true),
        ("clear, by a stranger", "stranger", SecurityFact::Screened(proven(Clear)), false),
        ("broken off", "registry", SecurityFact::Screened(proven(Aborted)), true),
        ("broken off, by a stranger", "stranger", SecurityFact::Screened(proven(Aborted)), true),
        ("by somebody who was not current", "registry", unfit(), true),
        ("the same, by a stranger", "stranger", unfit(), true),
    ];
    for (what, by, fact, told) in cases {
        let mut dossier = Dossier::default();
        tell(&mut dossier, "09:00", by, fact);
        let evidence = evidence_of(&dossier, Some(4), None);
        assert_eq!(evidence.screened_since(Some(instant("08:59"))), told, "{what}");
        assert!(!evidence.screened_since(Some(instant("09:00"))), "{what}");
    }
    let mut dossier = Dossier::default();
    tell(&mut dossier, "09:00", "registry", clear("XRY", &[]));
    tell(&mut dossier, "09:00", "registry", clear("ETD", &[1]));
    let evidence = evidence_of(&dossier, Some(4), None);
    let (before, then) = (Some(instant("08:59")), Some(instant("09:00")));
    assert_eq!(evidence.proving(before), BTreeSet::from([ScreeningMethod::Xry]));
    assert!(evidence.vouched(ScreeningMethod::Xry, before) && !evidence.vouched(ScreeningMethod::Xry, then));
    assert!(evidence.proving(then).is_empty() && evidence.methods(then).is_empty());
    assert_eq!((evidence.lacking(before).len(), evidence.lacking(then).len()), (1, 0));
    // Goods of no pieces are not all screened where none is.
    let mut dossier = Dossier::default();
    tell(&mut dossier, "09:00", "agent", SecurityFact::Screened(proven(ScreeningOutcome::Alarm)));
    assert!(evidence_of(&dossier, Some(0), None).alarm().is_some());
}

/// Only who told an alarm, or the registry, resolves it, also where he does not answer for the goods; and what frees them
/// counts from those alone who do.
#[test]
fn an_alarm_is_resolved_by_who_told_it_or_the_registry() {
    let resolved = || SecurityFact::Screened(result("XRY", &[], ScreeningOutcome::Resolved));
    let stations = StationTable::built_in();
    for (alarmed_by, resolved_by, resolves) in [
        ("agent", "agent", true),
        ("agent", "registry", true),
        ("agent", "partner", false),
        ("stranger", "agent", false),
        ("stranger", "stranger", true),
        ("stranger", "registry", true),
        ("registry", "registry", true),
        ("registry", "agent", false),
    ] {
        let mut dossier = Dossier::default();
        let alarm = SecurityFact::Screened(result("XRY", &[], ScreeningOutcome::Alarm));
        tell(&mut dossier, "09:00", alarmed_by, alarm);
        tell(&mut dossier, "09:10", resolved_by, resolved());
        let goods = Goods {
            pieces: Some(4),
            since: None,
            fewer: &[],
            until: None,
            told_until: None,
            origin: Location::parse("LHR").ok(),
            stations: &stations,
            declarants: &["agent", "partner"],
            counted_at: None,
        };
        let evidence = Evidence::of(dossier.security.of(&key()), &goods);
        assert_eq!(evidence.alarm().is_none(), resolves, "{alarmed_by} {resolved_by}");
        let told = Told {
            at: instant("09:00"),
            received_at: instant("09:00"),
            by: resolved_by.into(),
            registry: false,
        };
        assert_eq!(goods.counts(&told), ["agent", "partner"].contains(&resolved_by), "{resolved_by}");
    }
}

/// An alarm stands until somebody looked again who says by whom and with what, and who found nothing.
#[test]
fn an_alarm_is_resolved_by_what_is_proven() {
    use ScreeningOutcome::{Aborted, Alarm, Clear, Resolved};
    /// What it shows, how the same teller's later result differs, and whether the alarm is over.
    type Case = (&'static str, ScreeningOutcome, fn(&mut ScreeningResult), bool);
    let cases: [Case; 8] = [
        ("resolved", Resolved, |_| {}, true),
        ("clear by the same method", Clear, |_| {}, true),
        ("broken off", Aborted, |_| {}, false),
        ("by nobody named", Resolved, |it| it.screener = None, false),
        ("by whom nobody knows to be current", Resolved, |it| it.screener_current = None, false),
        ("by who was not current", Resolved, |it| it.screener_current = Some(false), false),
        ("with no machine named", Resolved, |it| it.equipment = None, false),
        ("with one not tested that day", Resolved, |it| it.tested_on = "2026-11-23".parse().ok(), false),
    ];
    for (what, outcome, differs, over) in cases {
        for by in ["agent", "registry"] {
            let mut dossier = Dossier::default();
            tell(&mut dossier, "09:00", by, SecurityFact::Screened(result("XRY", &[], Alarm)));
            tell(&mut dossier, "09:10", by, changed(result("XRY", &[], outcome), differs));
            let evidence = evidence_of(&dossier, Some(4), None);
            assert_eq!(evidence.alarm().is_none(), over, "{what}, {by}");
        }
    }
}

/// Of a house that left its whole, what was found of the whole until then is of it, and nothing since.
#[test]
fn what_is_found_after_a_house_left_is_not_of_it() {
    let stations = StationTable::built_in();
    for (found, counts) in [("09:00", true), ("09:30", true), ("09:31", false)] {
        let mut dossier = Dossier::default();
        tell(&mut dossier, found, "registry", clear("XRY", &[]));
        let goods = Goods {
            pieces: Some(4),
            since: None,
            fewer: &[],
            until: Some(instant("09:30")),
            told_until: Some(instant("09:30")),
            origin: Location::parse("LHR").ok(),
            stations: &stations,
            declarants: &[],
            counted_at: None,
        };
        let cleared = Evidence::of(dossier.security.of(&key()), &goods).cleared(ScreeningMethod::Xry, None);
        assert_eq!(cleared == Cleared::All, counts, "{found}");
    }
}

/// Four pieces, of which counts what was found until then.
fn goods_until<'a>(until: Option<&str>, stations: &'a StationTable) -> Goods<'a> {
    Goods {
        pieces: Some(4),
        since: None,
        fewer: &[],
        until: until.map(instant),
        told_until: until.map(instant),
        origin: Location::parse("LHR").ok(),
        stations,
        declarants: &[],
        counted_at: None,
    }
}

/// A house left its whole at 09:30 with an alarm of it: what is found of the rest since clears nothing of the house, which is
/// looked at again by itself.
#[test]
fn an_alarm_of_the_whole_goes_with_a_house_that_left() {
    let stations = StationTable::built_in();
    let goods = |until| goods_until(until, &stations);
    /// What it shows, what was found clear of the whole and of the house, and whether the alarm is over.
    type Case = (&'static str, Option<&'static str>, Option<(&'static str, &'static [u32])>, bool);
    let cases: [Case; 6] = [
        ("nothing since", None, None, false),
        ("the whole, before it left", Some("09:30"), None, true),
        ("the rest", Some("09:31"), None, false),
        ("the house by itself", None, Some(("09:40", &[])), true),
        ("a part of it", None, Some(("09:40", &[1, 2])), false),
        ("before the alarm", None, Some(("08:50", &[])), false),
    ];
    for (what, whole, own, over) in cases {
        let (mut master, mut house) = (Dossier::default(), Dossier::default());
        let alarm = || SecurityFact::Screened(result("XRY", &[], ScreeningOutcome::Alarm));
        tell(&mut master, "09:00", "registry", alarm());
        whole.into_iter().for_each(|at| tell(&mut master, at, "registry", clear("XRY", &[])));
        own.into_iter().for_each(|(at, pieces)| tell(&mut house, at, "registry", clear("XRY", pieces)));
        let around = |until| Evidence::of(master.security.of(&key()), &goods(until));
        let evidence = Evidence::of(house.security.of(&key()), &goods(None)).inside(around(Some("09:30")));
        assert_eq!(evidence.alarm().is_none(), over, "{what}");
        // While it is in the whole, that is looked at.
        let evidence = Evidence::of(house.security.of(&key()), &goods(None)).inside(around(None));
        assert_eq!(evidence.alarm().is_none(), whole.is_some(), "{what}, inside");
    }
}

/// What was found of the whole is settled on a house that left it by a look at it since: by the same method, or by whom it is told
/// resolved.
#[test]
fn what_clears_a_house_of_an_alarm_of_its_whole() {
    use ScreeningOutcome::{Alarm, Clear, Resolved};
    let stations = StationTable::built_in();
    let goods = |until| goods_until(until, &stations);
    for (at, method, outcome, over) in [
        ("09:40", "XRY", Clear, true),
        ("09:40", "ETD", Clear, false),
        ("09:40", "ETD", Resolved, true),
        ("09:01", "XRY", Clear, true),
        ("09:00", "XRY", Clear, false),
        ("09:00", "XRY", Resolved, false),
    ] {
        let (mut master, mut house) = (Dossier::default(), Dossier::default());
        tell(&mut master, "09:00", "registry", SecurityFact::Screened(result("XRY", &[], Alarm)));
        tell(&mut house, at, "registry", SecurityFact::Screened(result(method, &[], outcome)));
        let around = Evidence::of(master.security.of(&key()), &goods(Some("09:30")));
        let evidence = Evidence::of(house.security.of(&key()), &goods(None)).inside(around);
        assert_eq!(evidence.alarm().is_none(), over, "{at} {method} {outcome:?}");
    }
}

/// What is found of the rest since a house left is found in nothing of the house.
#[test]
fn an_alarm_of_the_rest_is_none_of_a_house_that_left() {
    let stations = StationTable::built_in();
    let goods = |told_until: Option<&str>| Goods {
        pieces: Some(4),
        since: None,
        fewer: &[],
        until: told_until.map(instant),
        told_until: told_until.map(instant),
        origin: Location::parse("LHR").ok(),
        stations: &stations,
        declarants: &[],
        counted_at: None,
    };
    for (found, alarmed) in [("09:00", true), ("09:30", true), ("09:31", false)] {
        let (mut master, house) = (Dossier::default(), Dossier::default());
        let alarm = result("XRY", &[], ScreeningOutcome::Alarm);
        tell(&mut master, found, "registry", SecurityFact::Screened(alarm));
        let around = Evidence::of(master.security.of(&key()), &goods(Some("09:30")));
        let evidence = Evidence::of(house.security.of(&key()), &goods(None)).inside(around);
        assert_eq!(evidence.alarm().is_some(), alarmed, "{found}");
    }
}

/// A count of what was screened is of as many as there were then: fewer since a house left, and fewer still since another did.
#[test]
fn a_count_of_what_was_screened_is_of_what_was_there_then() {
    let stations = StationTable::built_in();
    let fewer = [(instant("09:30"), 3), (instant("10:30"), 1)];
    let screened = |at: &str, count: Option<u32>, pieces: &[u32]| {
        let goods = Goods {
            pieces: Some(4),
            since: None,
            fewer: &fewer,
            until: None,
            told_until: None,
            origin: Location::parse("LHR").ok(),
            stations: &stations,
            declarants: &[],
            counted_at: None,
        };
        let mut dossier = Dossier::default();
        let clear = changed(result("XRY", pieces, ScreeningOutcome::Clear), |it| it.count = count);
        tell(&mut dossier, at, "registry", clear);
        Evidence::of(dossier.security.of(&key()), &goods).cleared(ScreeningMethod::Xry, None) == Cleared::All
    };
    for (at, all) in [("09:00", 4), ("09:30", 4), ("09:31", 3), ("10:30", 3), ("10:31", 1)] {
        let counts = (1..=4).filter(|count| screened(at, Some(*count), &[])).collect::<Vec<u32>>();
        assert_eq!(counts, [all], "{at}");
        let named = (1..=all).filter(|count| screened(at, None, &(1..=*count).collect::<Vec<u32>>()));
        assert_eq!(named.collect::<Vec<u32>>(), [all], "{at}, by number");
        assert!(screened(at, None, &[]), "{at}, all of them");
    }
}

/// What is not known of the whole makes nothing good of the house.
#[test]
fn a_house_is_screened_with_its_whole_where_that_is() {
    let mut house = Dossier::default();
    let unfit = changed(result("XRY", &[], ScreeningOutcome::Clear), |it| it.screener_current = Some(false));
    tell(&mut house, "09:00", "registry", unfit);
    let undermined = |whole: &Dossier| {
        let inside = evidence_of(&house, Some(4), None).inside(evidence_of(whole, Some(4), None));
        (inside.undermined(ScreeningMethod::Xry, None).is_some(), inside.cleared(ScreeningMethod::Xry, None))
    };
    let none = || Cleared::Pieces(BTreeSet::new());
    assert_eq!(undermined(&Dossier::default()), (true, none()));
    let mut part = Dossier::default();
    tell(&mut part, "09:10", "registry", clear("XRY", &[1]));
    assert_eq!(undermined(&part), (true, none()));
    tell(&mut part, "09:20", "registry", clear("XRY", &[]));
    assert_eq!(undermined(&part), (false, Cleared::All));
    // A house of which nothing is known itself lacks all of its pieces.
    let mut part = Dossier::default();
    tell(&mut part, "09:10", "registry", clear("XRY", &[1]));
    let nothing = Dossier::default();
    let inside = evidence_of(&nothing, Some(4), None).inside(evidence_of(&part, Some(4), None));
    let lacking = inside.lacking(None);
    assert_eq!(lacking.len(), 1);
    assert!(lacking[0].text(finding::Language::English).contains("all pieces"), "{lacking:?}");
}

/// What was told under numbers that nobody knows may be of these goods: it speaks against them, until it is put right where
/// it was told, and never for them.
#[test]
fn what_nobody_knows_whose_it_is_speaks_only_against_the_goods() {
    use ScreeningOutcome::{Alarm, Resolved};
    let found = |outcome| SecurityFact::Screened(result("XRY", &[], outcome));
    /// What was told of the goods, and what under a number that nobody knows; whether an alarm stands, whether custody is broken.
    type Case =
        (&'static str, Vec<(&'static str, SecurityFact)>, Vec<(&'static str, SecurityFact)>, bool, bool);
    let cases: Vec<Case> = vec![
        ("nothing", vec![], vec![], false, false),
        ("clear", vec![], vec![("09:00", clear("XRY", &[]))], false, false),
        ("counted", vec![], vec![("09:00", custody(CustodyEvent::Recounted { pieces: 3 }))], false, false),
        ("an alarm", vec![], vec![("09:00", found(Alarm))], true, false),
        ("put right", vec![], vec![("09:00", found(Alarm)), ("09:10", found(Resolved))], false, false),
        ("put right elsewhere", vec![("09:10", found(Resolved))], vec![("09:00", found(Alarm))], true, false),
        ("not put right", vec![("09:00", found(Alarm))], vec![("09:10", found(Resolved))], true, false),
        ("broken", vec![], vec![("09:00", custody(CustodyEvent::Broken))], false, true),
        ("broken itself", vec![("09:00", custody(CustodyEvent::LeftChain))], vec![], false, true),
    ];
    for (what, own, others, alarmed, broken) in cases {
        let (mut goods, mut unknown) = (Dossier::default(), Dossier::default());
        for (dossier, facts) in [(&mut goods, own), (&mut unknown, others)] {
            facts.into_iter().for_each(|(at, fact)| tell(dossier, at, "registry", fact));
        }
        let beside = [evidence_of(&unknown, Some(4), None)];
        let cleared = evidence_of(&goods, Some(4), None).cleared(ScreeningMethod::Xry, None);
        let evidence = evidence_of(&goods, Some(4), None).beside(&beside);
        assert_eq!((evidence.alarm().is_some(), evidence.broken().is_some()), (alarmed, broken), "{what}");
        assert_eq!(evidence.cleared(ScreeningMethod::Xry, None), cleared, "{what}");
        assert_eq!(evidence.recounted(Some(4)), None, "{what}");
    }
}

/// Pieces that were screened in several lots are all screened once each was; until then it is told which were not, and which
/// results do not count and why, unless somebody looked at the same pieces again.
#[test]
fn what_is_lacking_is_told_of_the_pieces_that_nobody_found_clear() {
    let xry = |pieces: &[u32]| result("XRY", pieces, ScreeningOutcome::Clear);
    let old = |pieces: &[u32]| changed(xry(pieces), |it| it.screener_current = Some(false));
    type Case = (&'static str, Vec<(&'static str, SecurityFact)>, bool, &'static [&'static str]);
    let cases: Vec<Case> = vec![
        (
            "in two lots",
            vec![("registry", clear("XRY", &[1, 2])), ("registry", clear("XRY", &[3, 4]))],
            true,
            &[],
        ),
        ("a part", vec![("registry", clear("XRY", &[2]))], false, &["pieces 1, 3, 4"]),
        ("none", vec![("stranger", clear("XRY", &[2]))], false, &["piece 2", "all pieces"]),
        (
            "by who may not",
            vec![("registry", old(&[3])), ("registry", clear("XRY", &[1]))],
            false,
            &["pieces 2, 3, 4", "piece 3"],
        ),
        (
            "again",
            vec![("registry", old(&[3])), ("registry", clear("XRY", &[3]))],
            false,
            &["pieces 1, 2, 4"],
        ),
    ];
    for (what, results, all, lacking) in cases {
        let mut dossier = Dossier::default();
        results.into_iter().for_each(|(by, fact)| tell(&mut dossier, "09:00", by, fact));
        let evidence = evidence_of(&dossier, Some(4), None);
        assert_eq!(evidence.cleared(ScreeningMethod::Xry, None) == Cleared::All, all, "{what}");
        let told = evidence.lacking(None);
        let mut told: Vec<&str> = told
            .iter()
            .flat_map(|why| why.args.iter().find(|(name, _)| *name == "pieces"))
            .map(|(_, value)| &**value)
            .collect();
        told.sort_unstable();
        let mut lacking = lacking.to_vec();
        lacking.sort_unstable();
        assert_eq!(told, lacking, "{what}");
    }
}

/// A declared method is undermined by a screening that speaks for the goods and was none; not by what a stranger says of goods
/// that are clear, nor by who found something, which counts as what he found.
#[test]
fn a_method_is_undermined_by_who_could_not_clear_the_goods() {
    use ScreeningOutcome::{Alarm, Clear};
    let old = |outcome| changed(result("XRY", &[], outcome), |it| it.screener_current = Some(false));
    for (what, by, fact, undermines) in [
        ("clear, by who may not", "agent", old(Clear), true),
        ("clear, by who may not, as a stranger tells", "stranger", old(Clear), true),
        ("clear, as a stranger tells", "stranger", clear("XRY", &[]), false),
        ("an alarm, by who may not", "agent", old(Alarm), false),
        ("clear by another method", "agent", clear("ETD", &[]), false),
    ] {
        let mut dossier = Dossier::default();
        tell(&mut dossier, "09:00", by, fact);
        let evidence = evidence_of(&dossier, Some(4), None);
        assert_eq!(evidence.undermined(ScreeningMethod::Xry, None).is_some(), undermines, "{what}");
    }
}

#[test]
fn up_to_five_pieces_are_named() {
    let named = |pieces: &[u32]| {
        let mut dossier = Dossier::default();
        let alarm = SecurityFact::Screened(result("XRY", pieces, ScreeningOutcome::Alarm));
        tell(&mut dossier, "09:00", "registry", alarm);
        let why = evidence_of(&dossier, Some(9), None).alarm().unwrap();
        why.args.iter().find(|(name, _)| *name == "pieces").map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(named(&[3]), "piece 3");
    assert_eq!(named(&[1, 2, 3, 4, 5]), "pieces 1, 2, 3, 4, 5");
    assert_eq!(named(&[1, 2, 3, 4, 5, 6]), "pieces 1, 2, 3, 4, 5, …");
    assert_eq!(named(&[1, 2, 3, 4, 5, 6, 7]), "pieces 1, 2, 3, 4, 5, …");
}

/// A later count takes the place of the same teller's; that of the registry of everybody's before it.
#[test]
fn the_count_that_stands_is_the_one_told() {
    type Case = (&'static str, &'static [(&'static str, &'static str, u32)], Option<u32>);
    let cases: &[Case] = &[
        ("nobody counted", &[], None),
        ("one counted", &[("09:00", "agent", 3)], Some(3)),
        ("he counted again", &[("09:00", "agent", 3), ("09:10", "agent", 4)], Some(4)),
        ("the registry counted after him", &[("09:00", "agent", 3), ("09:10", "registry", 4)], Some(4)),
        ("the registry counted before him", &[("09:00", "registry", 4), ("09:10", "agent", 3)], Some(3)),
        ("two others", &[("09:00", "agent", 3), ("09:10", "stranger", 4)], Some(3)),
        (
            "he counted twice, the registry in between",
            &[("09:00", "agent", 3), ("09:10", "registry", 4), ("09:20", "agent", 4)],
            Some(4),
        ),
    ];
    for (what, counts, stands) in cases {
        let mut dossier = Dossier::default();
        for (at, by, pieces) in *counts {
            tell(&mut dossier, at, by, custody(CustodyEvent::Recounted { pieces: *pieces }));
        }
        assert_eq!(evidence_of(&dossier, Some(4), None).recounted(Some(4)), *stands, "{what}");
    }
}

/// What speaks for the goods does not lie ahead; what speaks against them counts from now where it does.
#[test]
fn a_fact_is_taken_in_once_and_of_no_time_ahead() {
    let received = instant("08:00");
    let take = |dossier: &Dossier, seconds: i64, by: &str, fact: SecurityFact| {
        let at = received + jiff::SignedDuration::from_secs(seconds);
        let told = Told { at, received_at: received, by: by.into(), registry: false };
        let taken = record::decide(&dossier.security, told, key(), fact);
        taken.map(|events| events.first().map(|event| event.told.at)).map_err(|refusal| refusal.0.code.id())
    };
    let nothing = Dossier::default();
    let of = |statuses: &[SecurityStatus]| {
        let statuses = statuses.iter().map(|status| (*status, StatusSource::Oci)).collect();
        let declaration = Box::new(SecurityDeclaration { statuses, ..spx() });
        SecurityFact::Declared(Declared { declaration, issued_at: None, approved_for_high_risk: None })
    };
    use SecurityStatus::{Nsc, Sco, Shr, Spx};
    for (statuses, frees) in
        [(&[][..], false), (&[Nsc], false), (&[Sco], true), (&[Spx], true), (&[Shr], true)]
    {
        let after = |seconds| received + jiff::SignedDuration::from_secs(seconds);
        assert_eq!(take(&nothing, 300, "agent", of(statuses)), Ok(Some(after(300))), "a clock may be ahead");
        let expected = if frees { Err("fact-in-future") } else { Ok(Some(received)) };
        assert_eq!(take(&nothing, 301, "agent", of(statuses)), expected, "{statuses:?}");
    }
    let other_mark = SecurityFact::HighRisk(Marked { why: "ANOTHER".to_owned(), methods_min: None });
    for (fact, other) in [(of(&[Spx]), of(&[Shr])), (mark(), other_mark)] {
        let mut dossier = Dossier::default();
        assert!(dossier.security.is_empty());
        let told = Told { at: received, received_at: received, by: "agent".into(), registry: false };
        for event in record::decide(&dossier.security, told, key(), fact.clone()).unwrap() {
            dossier.evolve(&Event::Security(event));
        }
        assert!(!dossier.security.is_empty());
        assert_eq!(take(&dossier, 0, "agent", fact.clone()), Ok(None), "told twice");
        assert_eq!(take(&dossier, 0, "agent", other), Ok(Some(received)));
        assert_eq!(take(&dossier, 0, "another", fact.clone()), Ok(Some(received)));
        assert!(matches!(take(&dossier, 1, "agent", fact), Ok(Some(_))));
    }
}
