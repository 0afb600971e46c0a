//! Handlers with and without a mandate of the carrier: what they see, and whose word on units counts.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::{AskedLeg, Decision, Stage};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::{
    Build, Content, FlightName, Loading, Mandate, MandatedAct, ObjectName, UnitName, What,
};
use consignment::ident::{Carrier, Flight, Location, UnitLoadDevice};
use engine::{Channel, Command, Reply};
use programme::Mode;

fn carrier() -> Channel {
    Channel::of_carrier("carrier", Carrier::parse("9Z").unwrap())
}

fn mandate(station: &str, acts: &[MandatedAct]) -> Mandate {
    Mandate {
        carrier: Carrier::parse("9Z").unwrap(),
        station: Location::parse(station).unwrap(),
        agent: "ground".into(),
        from: None,
        until: Some("2026-11-24T12:00:00Z".parse().unwrap()),
        acts: acts.to_vec(),
        withdrawn: false,
    }
}

fn tell(world: &mut World, mandate: Mandate, channel: &Channel) -> Result<usize, &'static str> {
    world.fact(What::Mandate(mandate), "A", channel)
}

/// The reasons that hold, as one who asks by this channel is told them.
fn held(world: &mut World, object: &ConsignmentKey, holder: &str, asker: Asker) -> Vec<&'static str> {
    let (_, answer) = world.commit(object, holder, asker).unwrap();
    assert_eq!(answer.decision, Decision::Hold);
    holding(&answer)
}

#[test]
fn a_handler_sees_what_the_carrier_sees_by_his_mandate_alone() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R1"));
    let seen = |world: &mut World, holder: &str| held(world, &object, holder, Asker::Handler);
    assert_eq!(held(&mut world, &object, "carrier", Asker::Carrier), ["rfi-open"]);
    assert_eq!(seen(&mut world, "ground"), ["held-elsewhere"]);

    for stranger in [Channel::filer("ground"), Channel::of_carrier("other", Carrier::parse("8Z").unwrap())] {
        assert_eq!(tell(&mut world, mandate("FRA", &[]), &stranger), Err("not-the-carrier"));
    }
    assert_eq!(tell(&mut world, mandate("MUC", &[]), &carrier()), Ok(1));
    assert_eq!(tell(&mut world, mandate("FRA", &[MandatedAct::Build]), &carrier()), Ok(1));
    assert_eq!(seen(&mut world, "ground"), ["held-elsewhere"], "of another station, and to build");

    world.at("07:00");
    assert_eq!(tell(&mut world, mandate("FRA", &[MandatedAct::Ask]), &carrier()), Ok(1));
    assert_eq!(seen(&mut world, "ground"), ["rfi-open"]);
    assert_eq!(seen(&mut world, "another handler"), ["held-elsewhere"]);
    let words = |world: &mut World, holder: &str, asker: Asker| {
        let (_, answer) = world.commit(&object, holder, asker).unwrap();
        format!("{:?}", answer.reasons)
    };
    let as_carrier = words(&mut world, "carrier", Asker::Carrier);
    assert_eq!(words(&mut world, "ground", Asker::Handler), as_carrier, "to the byte");
    assert!(!as_carrier.contains("WHAT ARE THE GOODS"), "the words of the request are the filer's");

    // It ends at its time.
    assert_eq!(seen(world.at("11:59"), "ground"), ["rfi-open"]);
    assert_eq!(seen(world.at("12:00"), "ground"), ["held-elsewhere"]);
}

#[test]
fn what_is_withdrawn_shows_nothing_any_more_not_even_of_answers_given_before() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R1"));
    assert_eq!(tell(&mut world, mandate("FRA", &[]), &carrier()), Ok(1));
    let (answer, seen) = world.commit(&object, "ground", Asker::Handler).unwrap();
    assert_eq!(holding(&seen), ["rfi-open"]);
    let withdrawn = || Mandate { withdrawn: true, ..mandate("FRA", &[]) };
    assert_eq!(tell(&mut world, withdrawn(), &Channel::filer("forwarder")), Err("not-the-carrier"));
    assert_eq!(tell(world.at("06:30"), withdrawn(), &carrier()), Ok(1));
    match world.engine.handle(Command::Recheck { answer, holder: None }).unwrap() {
        Reply::Answered(answer) => assert_eq!(holding(&answer), ["held-elsewhere"]),
        other => panic!("{other:?}"),
    }
    assert_eq!(held(&mut world, &object, "ground", Asker::Handler), ["held-elsewhere"]);
}

/// What a handler tells of a unit takes something away only with a mandate for the flight it is on.
#[test]
fn whose_word_on_a_unit_counts() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.settings_mut().desks = Some([std::sync::Arc::from("carrier")].into());
    let flight = FlightName {
        flight: Flight::parse("9Z100").unwrap(),
        date: "2026-11-24".parse().unwrap(),
        from: Location::parse("FRA").unwrap(),
        to: Location::parse("YYZ").unwrap(),
    };
    let unit = UnitName::Device(UnitLoadDevice::parse("AKE123459Z").unwrap());
    let ground = Channel::filer("ground");
    let build = || {
        let (pieces, count, weight, position) = (Vec::new(), None, None, None);
        let contents = vec![Content { object: object.clone(), pieces, count, weight, position }];
        What::Built(Build { unit: unit.clone(), contents, complete: true })
    };
    let load = |how| What::Loaded { flight, object: ObjectName::Unit(unit.clone()), how };
    let whole = |world: &mut World| {
        let (leg, stage, aircraft) = (AskedLeg::First, Stage::Load, None);
        let object = ObjectName::Unit(unit.clone());
        match world.engine.handle(Command::PeekObject { object, leg, stage, aircraft }).unwrap() {
            Reply::Answered(answer) => !codes_of(&answer).contains(&"content-unknown"),
            other => panic!("{other:?}"),
        }
    };
    let off = |world: &mut World| world.fact(load(Loading::Offloaded), "B", &ground);
    assert_eq!(world.fact(load(Loading::Planned), "A", &carrier()), Ok(1));
    world.fact(build(), "B", &ground).unwrap();
    assert!(!whole(&mut world), "nobody stands for the list");
    assert_eq!(off(&mut world), Err("not-a-desk"));

    tell(world.at("06:10"), mandate("FRA", &[MandatedAct::Ask]), &carrier()).unwrap();
    world.fact(build(), "B", &ground).unwrap();
    assert!(!whole(&mut world));

    tell(world.at("06:20"), mandate("FRA", &[]), &carrier()).unwrap();
    world.fact(build(), "B", &ground).unwrap();
    assert!(whole(&mut world));
    assert_eq!(off(&mut world), Ok(1));

    world.fact(load(Loading::Planned), "A", &carrier()).unwrap();
    assert_eq!(off(world.at("12:00")), Err("not-a-desk"), "after its time it moves nothing");
}
