//! Orders on units that others claim an authority gave, and officers who say that it did not.

use super::*;

fn order(reference: &str, at: &str) -> Command {
    let (unit, programme) = (device(1), ics2());
    Command::Order { unit, programme, reference: reference.into(), at: instant(at) }
}

fn clear(reference: &str, at: &str) -> Command {
    let (unit, programme) = (device(1), ics2());
    Command::ClearClaims { unit, programme, reference: reference.into(), at: instant(at) }
}

#[test]
fn officers_end_claims_of_until_then_and_no_order_of_an_authority() {
    let another = || Speaker::Other("another".into());
    let officer = || Speaker::Desk("officer".into());
    const UNKNOWN: Result<usize, &str> = Err("referral-unknown");
    /// What it shows, who ordered under which reference and when, when the claims under Q01 are cleared, how many are, and how
    /// many orders are in force then.
    type Case<'a> = (&'a str, Vec<(Speaker, &'a str, &'a str)>, &'a str, Result<usize, &'a str>, usize);
    let cases: Vec<Case<'_>> = vec![
        ("nothing", vec![], "08:00", UNKNOWN, 0),
        ("a claim", vec![(stranger(), "Q01", "07:00")], "08:00", Ok(1), 0),
        ("a claim of that time", vec![(stranger(), "Q01", "08:00")], "08:00", Ok(1), 0),
        ("a claim of since", vec![(stranger(), "Q01", "08:01")], "08:00", UNKNOWN, 1),
        ("a desk claims it", vec![(desk(), "Q01", "07:00")], "08:00", Ok(1), 0),
        ("another order", vec![(stranger(), "Q02", "07:00")], "08:00", UNKNOWN, 1),
        ("the authority ordered", vec![(authority(), "Q01", "07:00")], "08:00", UNKNOWN, 1),
        (
            "it ordered, and others claim it",
            vec![(authority(), "Q01", "07:00"), (stranger(), "Q01", "07:00"), (another(), "Q01", "07:10")],
            "08:00",
            Ok(2),
            1,
        ),
        (
            "of two claims one is of since",
            vec![(stranger(), "Q01", "07:00"), (another(), "Q01", "08:30")],
            "08:00",
            Ok(1),
            1,
        ),
        ("one that lies ahead", vec![(stranger(), "Q01", "11:00")], "12:00", Ok(1), 0),
    ];
    for (what, orders, at, cleared, left) in cases {
        let mut world = World::from(instant("11:00"));
        for (speaker, reference, at) in orders {
            world.tell(&speaker, order(reference, at)).unwrap();
        }
        assert_eq!(world.tell(&officer(), clear("Q01", at)), cleared, "{what}");
        let in_force = world.yard.unit(&device(1)).into_iter().flat_map(|unit| &unit.orders);
        assert_eq!(in_force.filter(|order| order.is_in_force()).count(), left, "{what}");
        assert_eq!(world.tell(&officer(), clear("Q01", at)), UNKNOWN, "{what}, again");
    }
}
