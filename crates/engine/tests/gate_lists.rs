//! Lists of flights: each object its answer, no freer than the gate has it, for those who see what is on the flight; and what
//! becomes of a list when something holds later.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::decision::Desk;
use casework::gate::{AskedLeg, Decision, ObjectAnswer, Stage};
use casework::view::Asker;
use consignment::fact::{
    Build, Content, Fact, FlightName, Loading, ObjectName, OfficerAct, OfficerDeed, Schedule, UnitName, What,
};
use consignment::ident::{Carrier, Flight, Location, UnitLoadDevice};
use consignment::route::RouteBasis;
use consignment::{ConsignmentKey, Leg, PartialDate};
use engine::{
    Addressee, AuthorityAct, Channel, Command, EngineError, FlightList, LIST_VALIDITY, NoticeKind, Reply,
};
use finding::{Phrase, codes};
use programme::Mode;
use proptest::prelude::*;
use std::sync::Arc;

const GOODS: &str = "/NG/TITANIUM BONE SCREWS\r\n";
const NUMBERS: [&str; 3] = ["888-10004046", "888-10001014", "888-10001025"];

fn flight() -> FlightName {
    FlightName {
        flight: Flight::parse("9Z700").unwrap(),
        date: "2026-11-24".parse().unwrap(),
        from: Location::parse("FRA").unwrap(),
        to: Location::parse("YYZ").unwrap(),
    }
}

fn on() -> AskedLeg {
    let FlightName { flight, date, from, to } = flight();
    AskedLeg::Named { from, to, flight: Some(flight), date: Some(PartialDate::whole(date)) }
}

fn tell(world: &mut World, what: What) {
    let fact = Fact { id: None, at: None, by: None, what };
    world.engine.handle(Command::Fact { fact, channel: Channel::filer("desk") }).unwrap();
}

fn unit() -> UnitName {
    UnitName::Device(UnitLoadDevice::parse("AKE123459Z").unwrap())
}

fn goods(number: &str) -> ObjectName {
    ObjectName::Consignment(key(number, None))
}

fn all(object: ConsignmentKey) -> Content {
    Content { object, pieces: Vec::new(), count: None, weight: None, position: None }
}

fn built(contents: Vec<Content>, complete: bool) -> What {
    What::Built(Build { unit: unit(), contents, complete })
}

fn plan(object: ObjectName, how: Loading) -> What {
    What::Loaded { flight: flight(), object, how }
}

/// Three waybills of six pieces, booked on the flight; the first two may be loaded.
fn booked() -> World {
    let mut world = World::new(Mode::Relay);
    world.engine.settings_mut().desks = Some(["desk", "carrier"].map(Into::into).into());
    for (at, number) in NUMBERS.into_iter().enumerate() {
        world.file_as(&fwb(number, "FRA", "YYZ", "T6K120", "YYZ9Z", GOODS, SECURED), "carrier");
        let leg = Leg {
            flight: Some(flight().flight),
            carrier: Some(flight().flight.carrier()),
            date: Some(PartialDate::whole(flight().date)),
            basis: RouteBasis::Scheduled,
            ..Leg::assumed(flight().from, flight().to)
        };
        tell(&mut world, What::Booked { object: key(number, None), legs: vec![leg] });
        if at < 2 {
            world.done("ca-pact", AuthorityAct::Acknowledge { object: key(number, None), version: None });
        }
    }
    world.engine.outbox_mut().notices.clear();
    world
}

/// What is built into units is on the flight by these, and not by itself as well: its pieces would be told twice.
fn into_units(world: &mut World) {
    for number in NUMBERS {
        tell(world, plan(goods(number), Loading::Offloaded));
    }
}

fn list_of(
    world: &mut World,
    flight: FlightName,
    holder: &str,
    asker: Asker,
) -> Result<FlightList, &'static str> {
    let list = Command::List { flight, stage: Stage::Load, aircraft: None, holder: holder.into(), asker };
    match world.engine.handle(list) {
        Ok(Reply::Listed(list)) => Ok(*list),
        Err(EngineError::Refused(refusal)) => Err(refusal.0.code.id()),
        other => panic!("{other:?}"),
    }
}

fn list(world: &mut World) -> FlightList {
    let list = list_of(world, flight(), "carrier", Asker::Carrier).unwrap();
    // No object is freer than the gate has it.
    for one in &list.objects {
        let (object, leg) = (one.object.clone(), on());
        let peek = Command::PeekObject { object, leg, stage: Stage::Load, aircraft: None };
        let Ok(Reply::Answered(alone)) = world.engine.handle(peek) else { panic!("{one:?}") };
        assert!(one.answer.decision >= alone.decision, "{one:#?} {alone:#?}");
        assert_eq!(one.answer.decision == Decision::Hold, one.answer.reasons.iter().any(|why| why.holds()));
        assert_eq!(one.answer.valid_until.is_some(), one.answer.decision == Decision::Load);
        assert!(one.answer.valid_until.is_none_or(|until| list.valid_until <= until));
    }
    list
}

/// What a list says of each object: what holds it.
fn told(list: &FlightList) -> Vec<(String, Vec<&'static str>)> {
    list.objects.iter().map(|one| (one.object.to_string(), holding(&one.answer))).collect()
}

fn row(object: &str, holding: &[&'static str]) -> (String, Vec<&'static str>) {
    (object.to_owned(), holding.to_vec())
}

fn recalled(world: &mut World) -> Vec<Addressee> {
    let notices = std::mem::take(&mut world.engine.outbox_mut().notices);
    let recalls = notices.into_iter().filter(|notice| notice.kind == NoticeKind::AnswerRecalled);
    recalls.map(|notice| notice.to).collect()
}

fn holder() -> Addressee {
    Addressee::Holder("carrier".into())
}

#[test]
fn each_object_has_its_own_answer_and_ends_with_the_list() {
    let mut world = booked();
    let made = list(&mut world);
    let awaited = ["not-acknowledged"];
    assert_eq!(
        told(&made),
        [row("888-10001014", &[]), row("888-10001025", &awaited), row("888-10004046", &[])]
    );
    assert_eq!(made.valid_until, made.at.checked_add(LIST_VALIDITY).unwrap());
    assert_eq!(made.objects.iter().map(|one| one.pieces).collect::<Vec<_>>(), [Some(6); 3]);
    assert!(!made.sees_basis && made.id.len() == 32);
    // Never longer than any of its answers: the flight leaves before.
    let departs_at = Some("2026-11-24T07:10".parse().unwrap());
    let schedule =
        Schedule { flight: flight(), departs_at, passengers: Some(true), by_road: false, cancelled: false };
    tell(&mut world, What::Schedule(schedule.clone()));
    assert_eq!(list(&mut world).valid_until, "2026-11-24T06:10:00Z".parse().unwrap());
    // Never longer than the node lets any "load" stand.
    tell(
        &mut world,
        What::Schedule(Schedule { departs_at: Some("2026-11-24T20:00".parse().unwrap()), ..schedule }),
    );
    world.engine.settings_mut().validity = jiff::SignedDuration::from_mins(4);
    assert_eq!(list(&mut world).valid_until, "2026-11-24T06:04:00Z".parse().unwrap());
    // What was taken off does not stand in it.
    tell(&mut world, plan(goods(NUMBERS[0]), Loading::Offloaded));
    assert_eq!(told(&list(&mut world)), [row("888-10001014", &[]), row("888-10001025", &awaited)]);
    tell(&mut world, What::Departed { flight: flight() });
    assert!(list(&mut world).objects.iter().all(|one| one.answer.decision == Decision::Hold), "it has left");
}

#[test]
fn goods_wait_for_the_unit_they_are_in_and_a_unit_for_its_goods() {
    let mut world = booked();
    let [first, second, third] = NUMBERS.map(|number| key(number, None));
    into_units(&mut world);
    tell(&mut world, built(vec![all(first.clone())], false));
    tell(&mut world, plan(ObjectName::Unit(unit()), Loading::Planned));
    let unknown = ["content-unknown"];
    let not_whole = [row("888-10004046", &unknown), row("AKE123459Z", &unknown)];
    assert_eq!(told(&list(&mut world)), not_whole, "what is in a unit waits for the end of its list");
    tell(&mut world, built(vec![all(first.clone())], true));
    assert_eq!(told(&list(&mut world)), [row("888-10004046", &[]), row("AKE123459Z", &[])]);
    tell(&mut world, built(vec![all(first), all(third)], true));
    let made = list(&mut world);
    let awaited = ["not-acknowledged"];
    let held = [row("888-10001025", &awaited), row("888-10004046", &[]), row("AKE123459Z", &awaited)];
    assert_eq!(told(&made), held, "what is in it holds it");
    assert_eq!(made.objects[0].units, [unit()].into());
    // More pieces are listed than there are: nothing but the flight as a whole shows it.
    let mut world = booked();
    into_units(&mut world);
    tell(&mut world, built(vec![Content { count: Some(9), ..all(second) }], true));
    tell(&mut world, plan(ObjectName::Unit(unit()), Loading::Planned));
    let contradictory = ["content-contradictory"];
    let expected = [row("888-10001014", &contradictory), row("AKE123459Z", &contradictory)];
    assert_eq!(told(&list(&mut world)), expected);
}

#[test]
fn a_list_is_recalled_when_something_it_lets_be_loaded_is_held_later() {
    for forgets in [false, true] {
        let mut world = booked();
        let made = list(&mut world);
        if forgets {
            world.engine.forget();
        }
        // What it holds anyway may be held for more.
        world.at("06:05").done("ca-pact", open(key(NUMBERS[2], None), ReferralKind::Rfi, "R1"));
        world.done("ca-pact", AuthorityAct::Acknowledge { object: key(NUMBERS[2], None), version: None });
        assert_eq!(recalled(&mut world), []);
        world.done("ca-pact", open(key(NUMBERS[1], None), ReferralKind::Dnl, "D2"));
        assert_eq!(recalled(&mut world), [holder()]);
        world.done("ca-pact", open(key(NUMBERS[0], None), ReferralKind::Rfi, "R3"));
        assert_eq!(recalled(&mut world), [], "once is enough");
        let recheck = Command::Recheck { answer: Arc::clone(&made.id), holder: Some("carrier".into()) };
        let Ok(Reply::Answered(now)) = world.engine.handle(recheck) else { panic!() };
        assert_eq!((now.decision, holding(&now)[0]), (Decision::Hold, "answer-recalled"));
    }
}

#[test]
fn a_list_is_recalled_when_a_unit_changes_a_flight_leaves_earlier_or_all_is_held() {
    let first = || vec![all(key(NUMBERS[0], None))];
    let with_unit = || {
        let mut world = booked();
        into_units(&mut world);
        tell(&mut world, built(first(), true));
        tell(&mut world, plan(ObjectName::Unit(unit()), Loading::Planned));
        let made = list(&mut world);
        assert_eq!(told(&made), [row("888-10004046", &[]), row("AKE123459Z", &[])]);
        world.engine.outbox_mut().notices.clear();
        world
    };
    let mut world = with_unit();
    let more = [first(), vec![all(key(NUMBERS[2], None))]].concat();
    tell(&mut world, built(more, true));
    assert_eq!(recalled(&mut world), [holder()], "something was built into it that is held");

    let mut world = with_unit();
    let departs_at = Some("2026-11-24T07:05".parse().unwrap());
    let passengers = Some(true);
    tell(
        &mut world,
        What::Schedule(Schedule {
            flight: flight(),
            departs_at,
            passengers,
            by_road: false,
            cancelled: false,
        }),
    );
    assert_eq!(recalled(&mut world), [holder()], "it ends before the list does");

    let mut world = with_unit();
    let why = Phrase::new(codes::gate::WHY_STATED).with("text", "a message was lost");
    world.engine.handle(Command::Doubt { why }).unwrap();
    assert_eq!(recalled(&mut world), [holder()]);

    // Nobody may load by a list that has ended, so nobody need be told.
    let mut world = with_unit();
    world.at("06:15").done("ca-pact", open(key(NUMBERS[0], None), ReferralKind::Dnl, "D1"));
    assert_eq!(recalled(&mut world), []);
}

#[test]
fn a_list_is_for_those_who_see_what_is_on_the_flight() {
    let mut world = booked();
    let designator = |text: &str| Carrier::parse(text).ok();
    let carriers = [("9z", designator("9Z")), ("8z", designator("8Z"))];
    world.engine.settings_mut().carriers = carriers.map(|(name, is)| (name.into(), is)).into();
    let officer = || Asker::Officer(Desk::Agency("duty desk".into()));
    for (holder, asker, told) in [
        ("9z", Asker::Carrier, Ok(false)),
        ("duty desk", officer(), Ok(true)),
        ("8z", Asker::Carrier, Err("object-unknown")),
        ("handler", Asker::Handler, Err("object-unknown")),
        ("carrier", Asker::Filer("carrier".into()), Err("object-unknown")),
    ] {
        let made = list_of(&mut world, flight(), holder, asker);
        assert_eq!(made.map(|list| list.sees_basis), told, "{holder}");
    }
    // A flight on which nothing is looks like one that is not to be seen.
    let other = FlightName { flight: Flight::parse("9Z701").unwrap(), ..flight() };
    assert_eq!(list_of(&mut world, other, "9z", Asker::Carrier).unwrap_err(), "object-unknown");
}

#[test]
fn goods_whose_way_names_the_flight_stand_in_its_list_though_nobody_booked_them() {
    let mut world = World::new(Mode::Relay);
    world.engine.settings_mut().desks = Some(["desk"].map(Into::into).into());
    let message = fwb(NUMBERS[0], "FRA", "YYZ", "T6K120", "YYZ9Z", GOODS, SECURED)
        .replace("RTG/", "FLT/9Z700/24\r\nRTG/");
    world.file_as(&message, "carrier");
    assert_eq!(told(&list(&mut world)), [row(NUMBERS[0], &["not-acknowledged"])]);
    world.done("ca-pact", AuthorityAct::Acknowledge { object: key(NUMBERS[0], None), version: None });
    assert_eq!(told(&list(&mut world)), [row(NUMBERS[0], &[])]);
    world.engine.outbox_mut().notices.clear();
    world.done("ca-pact", open(key(NUMBERS[0], None), ReferralKind::Rfs, "S1"));
    assert_eq!(recalled(&mut world), [holder()]);
}

/// What the carrier does not see of the goods.
#[derive(Debug, Clone)]
struct Hidden {
    agency: &'static str,
    cause: &'static str,
    text: &'static str,
}

fn hidden() -> impl Strategy<Value = Hidden> {
    let agency = prop::sample::select(vec!["police", "sanctions compliance", "plant health"]);
    let words = || prop::sample::select(vec!["informant", "ZEPHYR TRADING", "-"]);
    (agency, words(), words()).prop_map(|(agency, cause, text)| Hidden { agency, cause, text })
}

/// The list of a world in which the hidden is so.
fn list_with(hidden: &Hidden) -> (Vec<ObjectAnswer>, jiff::Timestamp) {
    let mut world = booked();
    let opened = AuthorityAct::Open {
        object: key(NUMBERS[1], None),
        kind: ReferralKind::Rfi,
        reference: "R1".into(),
        reason: Phrase::new(codes::gate::WHY_STATED).with("text", hidden.text),
        deadline: None,
    };
    world.done("ca-pact", opened);
    let (agency, review_at) = (hidden.agency.into(), None);
    let deed = OfficerDeed::Hold { object: key(NUMBERS[0], None), agency, review_at };
    let act = OfficerAct { act: deed, reason: hidden.cause.into() };
    world.act_of(hidden.agency, "H1", "A", act).unwrap();
    let made = list(&mut world);
    assert_eq!(told(&made)[2], row(NUMBERS[0], &["other-agency-hold"]));
    (made.objects, made.valid_until)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_hidden_changes_nothing_of_a_list(one in hidden(), other in hidden()) {
        let (made, until) = list_with(&one);
        prop_assert_eq!(&(made.clone(), until), &list_with(&other));
        let words = format!("{made:?}");
        prop_assert!(!words.contains(one.agency) && !words.contains("informant") && !words.contains("ZEPHYR"));
    }
}
