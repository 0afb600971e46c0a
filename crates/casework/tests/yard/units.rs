//! Units: what is in them by which list.

use super::*;

#[test]
fn a_break_counts_until_the_unit_is_opened() {
    let broken = |at: &str| Command::Break { unit: device(1), at: instant(at) };
    let mut world = World::default();
    world.at("07:00").build(device(1), &[line("A")]).unwrap();
    assert_eq!(world.tell(&stranger(), broken("07:10")), Ok(1));
    assert_eq!(world.tell(&stranger(), broken("07:10")), Ok(0), "told twice");
    assert_eq!(world.tell(&stranger(), broken("07:05")), Ok(0), "a later one is known");
    assert_eq!(world.tell(&stranger(), broken("07:20")), Ok(1));
    world.at("08:00").open(device(1));
    assert_eq!(world.tell(&stranger(), broken("08:30")), Ok(0), "an open unit protects nothing");
    world.at("09:00").build(device(1), &[line("A")]).unwrap();
    assert_eq!(world.tell(&stranger(), broken("07:30")), Ok(0), "it was opened since");
    assert_eq!(world.tell(&stranger(), broken("08:00")), Ok(0));
    assert_eq!(world.tell(&stranger(), broken("08:01")), Ok(1));
}

#[test]
fn what_is_in_a_closed_unit_does_not_leave_it_by_a_list() {
    let mut world = World::default();
    let unit = |world: &World| world.yard.unit(&device(1)).unwrap().clone();
    world.build(device(1), &[line("A"), line("B")]).unwrap();
    assert_eq!(world.build(device(1), &[line("A")]), Ok(1), "nobody said that it was opened");
    assert!(unit(&world).listed_shorter && !unit(&world).complete);
    assert_eq!(world.build(device(1), &[line("A")]), Ok(0), "told twice");
    assert_eq!(world.build(device(1), &[line("C")]), Ok(1), "what it adds is news");
    assert_eq!(world.build(device(1), &[line("A"), line("B"), line("C")]), Ok(1));
    assert!(!unit(&world).listed_shorter && unit(&world).complete);
}

#[test]
fn whoever_built_a_unit_says_what_is_in_it_and_after_it_was_opened_whoever_builds_it_then() {
    let other = || Speaker::Desk("another desk".into());
    let mut world = World::default();
    world.build(device(1), &[line("A")]).unwrap();
    let of = |world: &World| {
        let unit = world.yard.unit(&device(1)).unwrap();
        (unit.builder.as_deref().unwrap().to_owned(), unit.contents.len(), unit.complete)
    };
    assert_eq!(world.tell(&other(), built(device(1), &[line("A"), line("B")], true)), Ok(1));
    assert_eq!(of(&world), ("desk".to_owned(), 2, true), "he adds to it");
    world.open(device(1));
    assert_eq!(world.tell(&other(), built(device(1), &[line("C")], true)), Ok(1));
    assert_eq!(of(&world), ("another desk".to_owned(), 1, true));
    let command = built(device(1), &[line("C"), line("D")], true);
    let Command::Build { unit, contents, complete, .. } = command else { unreachable!() };
    assert_eq!(world.tell(&desk(), Command::Build { unit, contents, complete, takes_over: true }), Ok(1));
    assert_eq!(of(&world), ("desk".to_owned(), 2, true), "he takes it over");
}

#[test]
fn an_addition_makes_no_list_whole_and_closes_no_unit() {
    let mut world = World::default();
    let unit = |world: &World| world.yard.unit(&device(1)).unwrap().clone();
    world.tell(&desk(), built(device(1), &[line("A")], false)).unwrap();
    world.tell(&desk(), built(device(1), &[line("B")], false)).unwrap();
    assert!(!unit(&world).is_known(), "more may be in it");
    world.build(device(1), &[line("A"), line("B")]).unwrap();
    assert!(unit(&world).is_known());
    let open = Command::Open { unit: device(1), why: "SEEN OPEN".into(), part: true };
    world.tell(&stranger(), open).unwrap();
    world.tell(&desk(), built(device(1), &[line("C")], false)).unwrap();
    assert_eq!((unit(&world).complete, unit(&world).said_open), (true, Some(true)));
    world.build(device(1), &[line("A"), line("B"), line("C")]).unwrap();
    assert_eq!(unit(&world).said_open, None);
}

#[test]
fn a_piece_stands_where_it_was_put_last() {
    type Lines = Vec<(Vec<u32>, Option<u32>)>;
    let lines = |told: &[Content]| -> Lines {
        let mut world = World::default();
        world.tell(&desk(), built(device(1), &[line("B")], true)).unwrap();
        for content in told {
            world.tell(&desk(), built(device(1), std::slice::from_ref(content), false)).unwrap();
        }
        let unit = world.yard.unit(&device(1)).unwrap();
        let of_a = unit.contents.iter().filter(|line| line.object == goods("A"));
        of_a.map(|line| (line.pieces.clone(), line.count)).collect()
    };
    assert_eq!(lines(&[pieces("A", &[1, 2]), pieces("A", &[2])]), [(vec![1], None), (vec![2], None)]);
    let told = [pieces("A", &[1]), pieces("A", &[1, 2])];
    assert_eq!(lines(&told), [(vec![1, 2], None)], "a line all of whose pieces went elsewhere is none");
    assert_eq!(lines(&[count("A", 3), pieces("A", &[1])]), [(vec![], Some(3)), (vec![1], None)]);
    assert_eq!(lines(&[pieces("A", &[1]), count("A", 3)]), [(vec![1], None), (vec![], Some(3))]);
    assert_eq!(
        lines(&[pieces("A", &[1]), line("A")]),
        [(vec![], None)],
        "all of it takes the place of its parts"
    );
}

#[test]
fn goods_are_in_the_units_that_list_them_now() {
    let mut world = World::default();
    world.at("07:00").build(device(1), &[line("A")]).unwrap();
    let units = |world: &World, house: &str| world.yard.units_of(&goods(house)).count();
    assert_eq!(units(&world, "A"), 1);
    world.at("08:00").open(device(1));
    assert_eq!(units(&world, "A"), 0);
    world.build(device(1), &[line("B")]).unwrap();
    world.manifest(flight("9Z800"), Some(device(1)), line("B"));
    assert_eq!((units(&world, "A"), units(&world, "B")), (0, 1));
    let held = |world: &World, at: &str| -> Vec<String> {
        let held = world.yard.held_at(&device(1), instant(at));
        held.iter().map(|key| key.house.as_ref().unwrap().to_string()).collect()
    };
    assert_eq!(held(&world, "07:30"), ["A"]);
    assert_eq!(held(&world, "08:00"), ["A"], "it was opened then");
    assert_eq!(held(&world, "08:01"), ["B"]);
}

#[test]
fn two_lists_that_cannot_both_be_true_are_found() {
    /// What it shows, the lists of two units, and whether they clash, where there are four pieces.
    type Case = (&'static str, Content, Content, bool);
    let cases: &[Case] = &[
        ("halves", count("A", 2), count("A", 2), false),
        ("more than there are", count("A", 3), count("A", 2), true),
        ("all and some", line("A"), count("A", 2), true),
        ("some and all", count("A", 2), line("A"), true),
        ("the same piece", pieces("A", &[1, 2]), pieces("A", &[2]), true),
        ("other pieces", pieces("A", &[1, 2]), pieces("A", &[3]), false),
    ];
    for (what, one, other, clash) in cases {
        let clashes = |world: &World| world.yard.listed_twice(&goods("A"), Some(4)).len();
        let mut world = World::default();
        world.build(device(1), &[one.clone(), line("B")]).unwrap();
        assert_eq!((clashes(&world), world.yard.has_several()), (0, false), "{what}");
        world.build(device(2), &[other.clone(), line("C")]).unwrap();
        assert_eq!(clashes(&world), if *clash { 2 } else { 0 }, "{what}");
        assert!(world.yard.has_several());
        // A unit that has flown with them may have been broken down since.
        let f = flight("9Z800");
        world.load(f, ObjectName::Unit(device(1)), Loading::Loaded).unwrap();
        assert_eq!(clashes(&world), if *clash { 2 } else { 0 }, "{what}");
        world.depart(f, None, DepartureSource::Report);
        assert_eq!(clashes(&world), 0, "{what}");
    }
}

#[test]
fn a_unit_that_a_manifest_names_before_it_is_built_is_another_all_the_same() {
    let mut world = World::default();
    world.build(device(1), &[line("A")]).unwrap();
    world.manifest(flight("9Z800"), Some(device(2)), line("A"));
    world.build(device(2), &[line("A")]).unwrap();
    assert!(world.yard.has_several());
    assert_eq!(world.yard.listed_twice(&goods("A"), Some(4)).len(), 2);
}

#[test]
fn where_the_pieces_of_goods_are_is_counted_once() {
    let f = flight("9Z800");
    let planned = |told: &[(ObjectName, &[Content])]| -> u64 {
        let mut world = World::default();
        for (object, contents) in told {
            if let ObjectName::Unit(unit) = object {
                world.build(unit.clone(), contents).unwrap();
            }
            world.load(f, object.clone(), Loading::Planned).unwrap();
        }
        world
            .yard
            .parts(&goods("A"), 5, None, &|_| false, None)
            .planned
            .iter()
            .map(|(_, pieces)| pieces)
            .sum()
    };
    let unit = |number| ObjectName::Unit(device(number));
    let whole = || (consignment("A"), [].as_slice());
    assert_eq!(planned(&[]), 0);
    assert_eq!(planned(&[(ObjectName::Piece(goods("A"), 2), &[])]), 1);
    assert_eq!(planned(&[(unit(1), &[line("A"), line("B")])]), 5, "all of it");
    assert_eq!(planned(&[(unit(1), &[count("A", 2)]), (unit(2), &[pieces("A", &[4])])]), 3);
    assert_eq!(planned(&[whole()]), 5);
    assert_eq!(planned(&[whole(), (unit(1), &[count("A", 2)])]), 5, "what units list is of the whole");
    assert_eq!(planned(&[whole(), (unit(1), &[count("A", 7)])]), 7, "more than there are");
    // A piece that was loaded by itself has left as any other.
    let mut world = World::default();
    world.load(f, ObjectName::Piece(goods("A"), 2), Loading::Loaded).unwrap();
    world.load(f, ObjectName::Piece(goods("A"), 3), Loading::Offloaded).unwrap();
    world.depart(f, None, DepartureSource::Report);
    let parts = world.yard.parts(&goods("A"), 5, None, &|_| false, None);
    assert_eq!((parts.flown_pieces, parts.remaining), (1, 4));
}

#[test]
fn what_is_around_goods_and_in_what_they_are_in_concerns_them() {
    let f = flight("9Z800");
    let mut world = World::default();
    world.build(device(1), &[line("A")]).unwrap();
    world.load(f, ObjectName::Unit(device(1)), Loading::Planned).unwrap();
    world.manifest(f, None, line("B"));
    let unit = ObjectName::Unit(device(1));
    let concerned = |object: &ObjectName| world.yard.concerned(object);
    assert_eq!(concerned(&consignment("A")), [consignment("A"), unit.clone(), ObjectName::Flight(f)].into());
    assert_eq!(concerned(&unit), [consignment("A"), ObjectName::Flight(f)].into());
    assert_eq!(concerned(&ObjectName::Flight(f)), [consignment("A"), consignment("B"), unit].into());
    assert!(concerned(&ObjectName::Flight(flight("9Z802"))).is_empty());
}
