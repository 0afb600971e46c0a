//! Orders on units: when they are in force, and which goods they hold.

use super::*;

#[test]
fn an_order_is_said_cancelled_and_told_to_operations_once() {
    let mut world = World::from(instant("12:00"));
    world.build(device(1), &[line("A")]).unwrap();
    let reach = |reference: &str| Command::Reach {
        unit: device(1),
        programme: ics2(),
        reference: reference.into(),
        reached: "DUTY DESK".into(),
    };
    assert_eq!(world.order(device(1), "07:00"), Ok(1));
    assert_eq!(world.order(device(1), "07:00"), Ok(0));
    let (programme, reference, at) = (ics2(), "Q02".into(), instant("07:00"));
    let other = Command::Order { unit: device(1), programme, reference, at };
    assert_eq!(world.tell(&authority(), other), Ok(1));
    assert_eq!(world.tell(&desk(), reach("Q01")), Ok(1));
    assert_eq!(world.tell(&desk(), reach("Q01")), Ok(0));
    let reached = |world: &World| -> Vec<(String, bool, bool)> {
        let orders = &world.yard.unit(&device(1)).unwrap().orders;
        let of = |order: &Order| (order.reference.to_string(), order.is_in_force(), order.reached.is_some());
        orders.iter().map(of).collect()
    };
    assert_eq!(reached(&world), [("Q01".to_owned(), true, true), ("Q02".to_owned(), true, false)]);
    assert_eq!(world.cancel(device(1), "08:00"), Ok(1));
    assert_eq!(world.cancel(device(1), "08:00"), Ok(0));
    assert_eq!(world.cancel(device(1), "07:30"), Ok(1), "it was over before");
    assert_eq!(reached(&world), [("Q01".to_owned(), false, true), ("Q02".to_owned(), true, false)]);
    assert_eq!(world.order(device(1), "07:40"), Ok(1), "it was cancelled since");
    assert!(!reached(&world)[0].1);
    // Said when it was cancelled, it may have been given anew.
    assert_eq!(world.order(device(1), "08:00"), Ok(1));
    assert_eq!(world.cancel(device(1), "09:00"), Ok(1));
    assert!(!reached(&world)[0].1);
    // Of one that is over nobody need be told.
    let mut world = World::from(instant("12:00"));
    world.order(device(1), "07:00").unwrap();
    world.cancel(device(1), "08:00").unwrap();
    assert_eq!(world.tell(&desk(), reach("Q01")), Ok(0));
    let order = world.yard.unit(&device(1)).unwrap().orders[0].clone();
    assert!(order.is_real(false) && order.is_real(true));
    let (programme, reference, at) = (ics2(), "Q03".into(), instant("07:00"));
    world.tell(&stranger(), Command::Order { unit: device(1), programme, reference, at }).unwrap();
    let claimed = &world.yard.unit(&device(1)).unwrap().orders[1];
    assert!(claimed.is_real(true) && !claimed.is_real(false), "what others say of one is a claim");
}

/// What an order held is judged anew since it was last over, in whatever order its words came in.
#[test]
fn an_order_is_over_for_the_goods_that_it_held() {
    /// What it shows, what was said of it (`true` that it is cancelled) in the order in which it came in, and when it was over.
    type Case = (&'static str, &'static [(bool, &'static str)], Option<&'static str>);
    let cases: &[Case] = &[
        ("in force", &[(false, "07:00")], None),
        ("over", &[(false, "07:00"), (true, "08:00")], Some("08:00")),
        ("over, and said so again", &[(false, "07:00"), (true, "08:00"), (true, "09:00")], Some("08:00")),
        ("said so again first", &[(false, "07:00"), (true, "09:00"), (true, "08:00")], Some("08:00")),
        ("over before it came", &[(true, "08:00"), (false, "07:00")], Some("08:00")),
        ("only that it is over", &[(true, "08:00")], None),
        ("given anew", &[(false, "07:00"), (true, "08:00"), (false, "08:30")], Some("08:00")),
        (
            "given anew, and over",
            &[(false, "08:30"), (false, "07:00"), (true, "09:00"), (true, "08:00")],
            Some("09:00"),
        ),
        (
            "given anew when it was over, and over",
            &[(false, "07:00"), (true, "08:00"), (false, "08:00"), (true, "09:00")],
            Some("09:00"),
        ),
        (
            "given and over at once, and said so again",
            &[(false, "08:00"), (true, "08:00"), (true, "09:00")],
            Some("08:00"),
        ),
    ];
    for (what, said, over) in cases {
        let mut world = World::from(instant("12:00"));
        world.build(device(1), &[line("A")]).unwrap();
        for (cancelled, at) in *said {
            let (unit, programme, reference, at) = (device(1), ics2(), "Q01".into(), instant(at));
            let command = match cancelled {
                true => Command::CancelUnknown { unit, programme, reference, at },
                false => Command::Order { unit, programme, reference, at },
            };
            assert_eq!(world.tell(&authority(), command.clone()), Ok(1), "{what}");
            assert_eq!(world.tell(&authority(), command), Ok(0), "{what}");
        }
        world.build(device(2), &[line("B")]).unwrap();
        let ended = |goods: &str| world.yard.order_ended(&line(goods).object, &ics2(), false);
        assert_eq!(ended("A"), over.map(instant), "{what}");
        assert_eq!(ended("B"), None, "{what}");
        let of_another = world.yard.order_ended(&goods("A"), &ProgrammeId::new("us-acas"), false);
        assert_eq!(of_another, None, "{what}");
    }
}

/// What others claim that an authority ordered ends no assessment of it, but where all is simulated.
#[test]
fn an_order_that_was_only_claimed_ends_nothing() {
    let mut world = World::from(instant("12:00"));
    world.build(device(1), &[line("A")]).unwrap();
    let named = || (device(1), ics2(), "Q01".into());
    let (unit, programme, reference) = named();
    let order = Command::Order { unit, programme, reference, at: instant("07:00") };
    world.tell(&stranger(), order).unwrap();
    assert!(world.yard.was_ordered(&goods("A")) && !world.yard.was_ordered(&goods("B")));
    let (unit, programme, reference) = named();
    let cancel = Command::CancelOrder { unit, programme, reference, at: instant("08:00") };
    world.tell(&stranger(), cancel).unwrap();
    let ended = |simulated| world.yard.order_ended(&goods("A"), &ics2(), simulated);
    assert_eq!([ended(false), ended(true)], [None, Some(instant("08:00"))]);
    assert!(world.yard.was_ordered(&goods("A")), "it is over, and was");
}

/// Nobody cancels an order that he never gave, also where he told before that it is over.
#[test]
fn only_an_order_that_was_given_is_cancelled() {
    let mut world = World::from(instant("12:00"));
    world.build(device(1), &[line("A")]).unwrap();
    let (unit, programme, reference) = (device(1), ics2(), "Q01".into());
    let over = Command::CancelUnknown { unit, programme, reference, at: instant("08:00") };
    assert_eq!(world.tell(&authority(), over), Ok(1));
    assert_eq!(world.cancel(device(1), "09:00"), Err("referral-unknown"));
    assert_eq!(world.order(device(1), "10:00"), Ok(1));
    assert_eq!(world.cancel(device(1), "11:00"), Ok(1));
}

/// Whoever was reached about an order was not told what is given anew after it was over.
#[test]
fn operations_are_told_again_of_an_order_that_is_given_anew() {
    /// What it shows, what was told (`reach`, `order` or `over` with a time), and whether they need not be told again.
    type Case = (&'static str, &'static str, bool);
    let cases: &[Case] = &[
        ("reached", "order 07:00, reach", true),
        ("said again", "order 07:00, reach, order 07:30", true),
        ("the same again", "order 07:00, order 07:30, reach, order 07:10", true),
        ("over", "order 07:00, reach, over 08:00", true),
        ("given anew", "order 07:00, reach, over 08:00, order 08:30", false),
        ("given anew, and that it was over comes late", "order 07:00, reach, order 08:30, over 08:00", false),
        ("that it was over before came late", "order 07:00, order 07:30, reach, over 07:10", true),
        ("reached again", "order 07:00, reach, over 08:00, order 08:30, reach", true),
    ];
    for (what, told, reached) in cases {
        let mut world = World::from(instant("12:00"));
        world.build(device(1), &[line("A")]).unwrap();
        for word in told.split(", ") {
            let (unit, programme, reference) = (device(1), ics2(), "Q01".into());
            let command = match word.split_once(' ') {
                Some(("order", at)) => Command::Order { unit, programme, reference, at: instant(at) },
                Some((_, at)) => Command::CancelOrder { unit, programme, reference, at: instant(at) },
                None => Command::Reach { unit, programme, reference, reached: "DUTY DESK".into() },
            };
            let by = if word == "reach" { desk() } else { authority() };
            assert_eq!(world.tell(&by, command), Ok(1), "{what}: {word}");
        }
        assert_eq!(world.yard.unit(&device(1)).unwrap().orders[0].reached.is_some(), *reached, "{what}");
    }
}

/// A list may name a house by its number alone: then it may be the one of any master, and no other number.
#[test]
fn a_house_that_is_listed_without_its_master_is_held_as_that_of_any() {
    let alone = ConsignmentKey { master: None, ..goods("B") };
    let elsewhere = ConsignmentKey { master: AirWaybill::parse("888-10001025").ok(), ..goods("C") };
    let mut world = World::from(instant("12:00"));
    let listed = [alone, elsewhere].map(|object| Content { object, ..line("A") });
    world.build(device(1), &listed).unwrap();
    world.order(device(1), "07:00").unwrap();
    for house in ["A", "B", "C"] {
        world.yard.note_ordered(goods(house), device(1));
    }
    let on = ["A", "B", "C"].map(|house| world.yard.orders_on(&goods(house)).count());
    assert_eq!(on, [0, 1, 0]);
    let holding = ["A", "B", "C"].map(|house| world.yard.orders_holding(&goods(house)).count());
    assert_eq!(holding, on);
}

/// Documents of earlier releases do not tell when a word was said: each was said after all that is known.
#[test]
fn words_without_a_time_count_in_their_order() {
    let mut yard = Yard::default();
    let in_force = |yard: &Yard| yard.unit(&device(1)).unwrap().orders_in_force().count();
    let named = || (device(1), ics2(), "Q01".into(), authority());
    for round in 0..3 {
        let (unit, programme, reference, by) = named();
        yard.evolve(&Event::Ordered { unit, programme, reference, by, at: None });
        assert_eq!(in_force(&yard), 1, "{round}");
        let (unit, programme, reference, by) = named();
        yard.evolve(&Event::OrderCancelled { unit, programme, reference, by, at: None });
        assert_eq!(in_force(&yard), 0, "{round}");
    }
    // What was in it when it was opened may be what is meant.
    let mut world = World::default();
    world.at("07:00").build(device(1), &[line("A")]).unwrap();
    world.at("08:00").open(device(1));
    world.build(device(1), &[line("B")]).unwrap();
    let (unit, programme, reference, by) = named();
    world.yard.evolve(&Event::Ordered { unit, programme, reference, by, at: None });
    assert_eq!(world.held(device(1)), ["A", "B"]);
}

/// Word of an opening may not have reached whoever gives the order.
#[test]
fn an_order_holds_what_its_unit_held_when_it_was_opened_not_long_before() {
    // When it was opened with A, and then with B, in minutes before the order; and what is held beside C, which is in it.
    let day = 24 * 60;
    let cases: &[(&str, [i64; 2], &[&str])] = &[
        ("long ago", [day + 2, day + 1], &["C"]),
        ("a day ago", [day + 1, day], &["B", "C"]),
        ("just before", [2, 1], &["A", "B", "C"]),
        ("when it was said", [1, 0], &["A", "B", "C"]),
        ("before and since", [1, -1], &["A", "B", "C"]),
        ("since", [-1, -2], &["A", "B", "C"]),
    ];
    let said = instant("12:00");
    for (what, opened, held) in cases {
        let mut world = World::default();
        for (house, minutes) in ["A", "B"].into_iter().zip(opened) {
            world.now = Some(said - SignedDuration::from_mins(*minutes));
            world.build(device(1), &[line(house)]).unwrap();
            world.open(device(1));
        }
        world.now = Some(said + SignedDuration::from_hours(1));
        world.build(device(1), &[line("C")]).unwrap();
        world.order(device(1), "12:00").unwrap();
        assert_eq!(world.held(device(1)), *held, "{what}");
    }
}

#[test]
fn an_order_holds_what_flew_in_its_unit_last() {
    /// When the unit left on two flights, each with goods of its own that only its manifest lists, as hours from the
    /// order; when it was opened; and what is held.
    type Case = (&'static str, [Option<i64>; 2], Option<i64>, &'static [&'static str]);
    let cases: &[Case] = &[
        ("has not left", [None, None], None, &["A", "B"]),
        ("left since", [Some(1), None], None, &["A", "B"]),
        ("left when it was said", [Some(0), None], None, &["A", "B"]),
        ("left before", [Some(-1), None], None, &["A", "B"]),
        ("left a week before", [Some(-24 * 7), None], None, &["A", "B"]),
        ("left longer before", [Some(-24 * 7 - 1), None], None, &["B"]),
        ("left twice before", [Some(-30), Some(-1)], None, &["B"]),
        ("left before, and when it was said", [Some(-30), Some(0)], None, &["A", "B"]),
        ("left before, and was opened since", [Some(-3), None], Some(-2), &["B"]),
        ("left before, and was opened when it left", [Some(-3), None], Some(-3), &["B"]),
        ("was opened, and left", [Some(-3), None], Some(-4), &["A", "B"]),
        ("left before, and was opened after the order", [Some(-3), None], Some(1), &["A", "B"]),
        ("left before, and was opened when it was said", [Some(-3), None], Some(0), &["A", "B"]),
    ];
    let said = instant("12:00");
    let after = |hours: i64| said + SignedDuration::from_hours(hours);
    for (what, left, opened, held) in cases {
        let mut world = World::from(after(-24 * 10));
        world.build(device(1), &[line("X")]).unwrap();
        world.open(device(1));
        for ((number, house), left) in [("9Z800", "A"), ("9Z802", "B")].into_iter().zip(left) {
            let name = flight(number);
            world.manifest(name, Some(device(1)), line(house));
            if let Some(hours) = left {
                let told = Command::Depart {
                    flight: name,
                    at: Some(after(*hours)),
                    source: DepartureSource::Report,
                };
                world.now = Some(after(100));
                world.tell(&desk(), told).unwrap();
            }
        }
        if let Some(hours) = opened {
            world.now = Some(after(*hours));
            world.build(device(1), &[]).unwrap();
            world.open(device(1));
        }
        world.now = Some(after(200));
        world.order(device(1), "12:00").unwrap();
        assert_eq!(world.held(device(1)), *held, "{what}");
    }
}

#[test]
fn an_order_on_a_receptacle_nobody_knows_holds_its_dispatch() {
    let others = |world: &World, house: &str| world.yard.orders_on_dispatch_of(&goods(house)).count();
    let orders = |world: &World, house: &str| world.yard.orders_on(&goods(house)).count();
    let note = |world: &mut World, event: &Event| {
        for place in world.yard.places(event) {
            if let Place::Ordered(key, unit) = place {
                world.yard.note_ordered(key, unit);
            }
        }
    };
    let mut world = World::from(instant("12:00"));
    world.build(receptacle(1), &[line("A")]).unwrap();
    world.build(receptacle(2), &[line("B")]).unwrap();
    let places = |unit: UnitName, house: &str| {
        let by = "desk".into();
        Event::Built { unit, contents: vec![line(house)], replaces: true, complete: true, by }
    };
    let dispatch: Box<str> = "DEFRAAUSJFKAACN61234".into();
    let of_dispatch = |serial| Place::OfDispatch(dispatch.clone(), receptacle(serial));
    let event = places(receptacle(1), "A");
    assert_eq!(world.yard.places(&event), [of_dispatch(1), Place::InUnit(goods("A"), receptacle(1))]);
    // Nobody knows the third: whatever is of the dispatch may be meant.
    let (programme, reference, by) = (ics2(), "Q01".into(), authority());
    let ordered =
        Event::Ordered { unit: receptacle(3), programme, reference, by, at: Some(instant("07:00")) };
    world.yard.evolve(&ordered);
    note(&mut world, &ordered);
    assert_eq!([others(&world, "A"), others(&world, "B"), orders(&world, "A")], [1, 1, 0]);
    // And what is built into one of them later.
    let later = places(receptacle(4), "C");
    world.yard.evolve(&later);
    assert_eq!(
        world.yard.places(&later),
        [of_dispatch(4), Place::InUnit(goods("C"), receptacle(4)), Place::Ordered(goods("C"), receptacle(3))]
    );
    note(&mut world, &later);
    assert_eq!(others(&world, "C"), 1);
    let on_manifest = Event::Manifested {
        flight: flight("9Z800"),
        unit: Some(receptacle(3)),
        content: line("E"),
        by_desk: true,
        part: None,
    };
    assert!(world.yard.places(&on_manifest).contains(&Place::Ordered(goods("E"), receptacle(3))));
    // It is told what is in it: that is meant, and nothing else.
    let known = places(receptacle(3), "D");
    world.yard.evolve(&known);
    note(&mut world, &known);
    assert_eq!(["A", "B", "C", "D"].map(|house| others(&world, house)), [0; 4]);
    assert_eq!(["A", "B", "C", "D"].map(|house| orders(&world, house)), [0, 0, 0, 1]);
    world.at("13:00").open(receptacle(3));
    assert_eq!(["A", "B", "C", "D"].map(|house| others(&world, house)), [0; 4], "it is void");
}

/// A device is of no dispatch: an order on one of which nobody knows what is in it holds nothing in another.
#[test]
fn an_order_on_a_device_holds_no_other_device() {
    let mut world = World::default();
    world.at("07:00").build(device(1), &[]).unwrap();
    world.at("08:00").open(device(1));
    world.at("09:00").tell(&desk(), built(device(1), &[line("B")], false)).unwrap();
    world.build(device(2), &[line("A")]).unwrap();
    world.at("12:00").order(device(1), "10:00").unwrap();
    assert_eq!(world.held(device(1)), ["B"]);
    assert_eq!(world.yard.orders_on(&goods("A")).count(), 0);
    assert_eq!(world.yard.orders_on_dispatch_of(&goods("A")).count(), 0);
    assert_eq!(world.yard.orders_on(&goods("B")).count(), 1);
    assert_eq!(world.yard.orders_on_dispatch_of(&goods("B")).count(), 0);
}

/// Only a receptacle of which nobody tells what is in it, and that was not opened, may be any of its dispatch.
#[test]
fn an_order_means_the_dispatch_while_nobody_knows_its_receptacle() {
    let mut world = World::from(instant("12:00"));
    let UnitName::Receptacle(first) = receptacle(1) else { unreachable!() };
    world.build(receptacle(1), &[line("A")]).unwrap();
    world.build(device(1), &[line("B")]).unwrap();
    let of = |house: &str, unit| {
        let key = goods(house);
        move |world: &World| world.yard.is_in_dispatch(&key, &unit)
    };
    assert!(of("A", receptacle(3))(&world) && !of("B", receptacle(3))(&world));
    assert!(!of("A", device(2))(&world) && !of("B", device(2))(&world), "a device is of no dispatch");
    let unknown = |world: &World| world.yard.unknown_orders(&first).count();
    assert_eq!(unknown(&world), 0);
    world.order(receptacle(3), "07:00").unwrap();
    assert_eq!(unknown(&world), 1);
    // What is listed in part is held by the order itself, and not by its dispatch as well.
    world.tell(&desk(), built(receptacle(3), &[line("C")], false)).unwrap();
    let held = |world: &World, house: &str| {
        let (key, yard) = (goods(house), &world.yard);
        (yard.orders_on(&key).count(), yard.orders_on_dispatch_of(&key).count())
    };
    assert_eq!((unknown(&world), held(&world, "C")), (1, (1, 0)));
    world.build(receptacle(3), &[line("C")]).unwrap();
    assert_eq!(unknown(&world), 0, "it is known");
    world.at("13:00").open(receptacle(3));
    assert_eq!(unknown(&world), 0, "it is void");
}

/// An order that is given anew long after its dispatch was opened means none of what was in it.
#[test]
fn goods_that_left_a_dispatch_long_ago_are_not_meant_by_an_order_given_anew() {
    let day = |days: i64| Some(instant("06:00") + SignedDuration::from_hours(24 * days));
    let mut world = World { now: day(0), ..World::default() };
    world.build(receptacle(1), &[line("A")]).unwrap();
    let order = |world: &mut World, at: Timestamp| {
        let (programme, reference) = (ics2(), "Q01".into());
        let command = Command::Order { unit: receptacle(3), programme, reference, at };
        for event in world.events(&authority(), command).unwrap() {
            world.yard.evolve(&event);
            for place in world.yard.places(&event) {
                if let Place::Ordered(key, unit) = place {
                    world.yard.note_ordered(key, unit);
                }
            }
        }
    };
    let others = |world: &World| world.yard.orders_on_dispatch_of(&goods("A")).count();
    order(&mut world, day(0).unwrap());
    assert_eq!(others(&world), 1);
    world.open(receptacle(1));
    world.build(device(1), &[line("A")]).unwrap();
    assert_eq!(others(&world), 1, "wherever they go");
    world.now = day(3);
    world.cancel(receptacle(3), "07:00").unwrap();
    order(&mut world, day(2).unwrap());
    assert_eq!(others(&world), 0);
}

#[test]
fn an_order_on_loose_goods_means_those_that_left_not_long_before_and_those_that_come() {
    let (f, bulk) = (flight("9Z800"), || UnitName::Bulk(flight("9Z800")));
    // A week after it left.
    for (minutes, held) in [(0, vec!["A"]), (1, vec![])] {
        let mut world = World::default();
        world.manifest(f, None, line("A"));
        world.depart(f, Some("05:00"), DepartureSource::Report);
        let at = instant("05:00") + SignedDuration::from_hours(7 * 24) + SignedDuration::from_mins(minutes);
        world.now = Some(at);
        let (programme, reference) = (ics2(), "Q01".into());
        world.tell(&authority(), Command::Order { unit: bulk(), programme, reference, at }).unwrap();
        assert_eq!(world.held(bulk()), held, "{minutes}");
    }
    // What is told to stand there later is found by the order, and what is in a unit is not.
    let mut world = World::default();
    let loaded = Event::Loaded { flight: f, object: consignment("A"), how: Loading::Planned, by_desk: true };
    let listed = |unit| Event::Manifested { flight: f, unit, content: line("A"), by_desk: true, part: None };
    let ordered =
        |world: &World, event: &Event| world.yard.places(event).contains(&Place::Ordered(goods("A"), bulk()));
    assert!(!ordered(&world, &loaded) && !ordered(&world, &listed(None)));
    world.order(bulk(), "06:00").unwrap();
    assert!(ordered(&world, &loaded) && ordered(&world, &listed(None)));
    assert!(!ordered(&world, &listed(Some(device(1)))));
}
