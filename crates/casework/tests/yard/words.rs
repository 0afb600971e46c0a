//! Whose word counts on what is loaded, when a flight left, and what an order that others claim comes to.

use super::*;

/// A stranger plans at most: he loads nothing, takes nothing off, and says nothing new of what a desk knows to be aboard.
#[test]
fn a_stranger_plans_what_no_desk_has_aboard_and_takes_nothing_off() {
    use Loading::{Loaded, Offloaded, Planned};
    /// What a desk did before, what a stranger tells, what comes of it, and whether the goods are planned then.
    type Case = (&'static [Loading], Loading, Result<usize, &'static str>, bool);
    let cases: &[Case] = &[
        (&[], Planned, Ok(1), true),
        (&[], Loaded, Ok(1), true),
        (&[], Offloaded, Err("not-a-desk"), false),
        (&[Planned], Planned, Ok(0), true),
        (&[Planned], Loaded, Ok(0), true),
        (&[Planned], Offloaded, Err("not-a-desk"), true),
        (&[Loaded], Planned, Ok(0), true),
        (&[Loaded], Loaded, Ok(0), true),
        (&[Loaded], Offloaded, Err("not-a-desk"), true),
        (&[Planned, Offloaded], Planned, Ok(1), true),
        (&[Planned, Offloaded], Loaded, Ok(1), true),
        (&[Planned, Offloaded], Offloaded, Err("not-a-desk"), false),
    ];
    let f = flight("9Z800");
    for (before, told, comes, planned) in cases {
        let what = format!("{before:?} {told:?}");
        let mut world = World::default();
        for how in *before {
            world.load(f, consignment("A"), *how).unwrap();
        }
        let tell = |world: &mut World, how| {
            world.tell(&stranger(), Command::Load { flight: f, object: consignment("A"), how })
        };
        let by_desks = world.yard.aboard(&goods("A"), None).count();
        assert_eq!(tell(&mut world, *told), *comes, "{what}");
        assert_eq!(!world.yard.flights_of(&consignment("A")).is_empty(), *planned, "{what}");
        assert_eq!(world.yard.aboard(&goods("A"), None).count(), by_desks, "he loads nothing: {what}");
        if *told != Offloaded {
            assert_eq!(tell(&mut world, *told), Ok(0), "told twice: {what}");
        }
        assert_eq!(tell(&mut world, Offloaded), Err("not-a-desk"), "not even what he planned: {what}");
    }
}

/// A stated time is better than that of receipt, and a report than a manifest; of two that are alike the first tells when.
/// Strangers tell of no departure.
#[test]
fn when_a_flight_left_is_what_is_known_best() {
    use DepartureSource::{Manifest, Report};
    type Told = (Option<&'static str>, DepartureSource);
    /// What a desk tells at nine and at ten, when the flight left then, and whether that was stated.
    type Case = (Told, Told, &'static str, bool);
    let cases: [Case; 9] = [
        ((None, Manifest), (None, Manifest), "09:00", false),
        ((None, Manifest), (Some("08:50"), Manifest), "08:50", true),
        ((Some("08:50"), Manifest), (Some("08:40"), Manifest), "08:50", true),
        ((Some("08:50"), Manifest), (None, Report), "08:50", true),
        ((Some("08:50"), Manifest), (Some("08:40"), Report), "08:40", true),
        ((None, Report), (Some("08:50"), Manifest), "08:50", true),
        ((Some("08:50"), Report), (Some("08:40"), Report), "08:50", true),
        ((Some("08:50"), Report), (Some("08:40"), Manifest), "08:50", true),
        ((Some("08:50"), Report), (None, Manifest), "08:50", true),
    ];
    let f = flight("9Z800");
    for (first, second, at, stated) in cases {
        let mut world = World::default();
        world.manifest(f, None, line("A"));
        let depart = |(at, source): Told| Command::Depart { flight: f, at: at.map(instant), source };
        assert_eq!(world.at("09:00").tell(&stranger(), depart(first)), Err("not-a-desk"));
        world.tell(&desk(), depart(first)).unwrap();
        assert_eq!(world.at("10:00").tell(&stranger(), depart(second)), Ok(0));
        world.tell(&desk(), depart(second)).unwrap();
        let left = world.yard.flight(&f).unwrap().departed.clone().unwrap();
        assert_eq!((left.at, left.stated), (instant(at), stated), "{first:?} {second:?}");
        assert_eq!(left.source, first.1.max(second.1), "{first:?} {second:?}");
    }
}

/// What others claim that an authority ordered ends by its own word, also where it never told of it here.
#[test]
fn an_authority_ends_what_others_claim_that_it_ordered() {
    let order = |by: &Speaker| {
        let mut world = World::from(instant("12:00"));
        let (unit, programme, reference, at) = (device(1), ics2(), "Q01".into(), instant("07:00"));
        world.tell(by, Command::Order { unit, programme, reference, at }).unwrap();
        world
    };
    let in_force = |world: &World| world.yard.unit(&device(1)).unwrap().orders[0].is_in_force();
    let mut world = order(&stranger());
    // Its own order may come yet, and is over then: that is noted, too.
    assert_eq!(world.cancel(device(1), "08:00"), Ok(2));
    assert!(!in_force(&world));
    assert_eq!(world.order(device(1), "07:30"), Ok(1));
    assert!(!in_force(&world) && world.yard.unit(&device(1)).unwrap().orders_in_force().next().is_none());
    let mut world = order(&authority());
    let (unit, programme, reference, at) = (device(1), ics2(), "Q01".into(), instant("08:00"));
    let cancel = Command::CancelOrder { unit, programme, reference, at };
    assert_eq!(world.tell(&stranger(), cancel), Err("not-the-opening-authority"));
    assert!(in_force(&world));
}
