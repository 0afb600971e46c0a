//! The gate over one waybill: what a State may yet demand of a programme beyond the data that are shipped, and how much
//! is told of a rejection and of a faulty message.
#![allow(clippy::unwrap_used)]

use casework::case::{
    Actor, Command, HoldCause, LegBinding, Node, Opening, PartyHit, ReferralKind, Voice, decide,
};
use casework::gate::{
    Aircraft, Answer, AskedLeg, Context, Decision, Question, Reason, Stage, answer, answer_by, left,
    security_of,
};
use casework::transport::{self, Departure, DepartureSource, Yard};
use casework::{Dossier, Event};
use consignment::document::StatusFact;
use consignment::fact::{FlightName, Schedule};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Flight, Location};
use consignment::issue::{Issue, IssueTime};
use consignment::measure::Weight;
use consignment::route::RouteBasis;
use consignment::security::{DeclaredEntity, SecurityStatus, StatusSource};
use consignment::stations::StationTable;
use consignment::{Consignment, DocumentKind, Leg, PartialDate, Purpose, Role, SecurityDeclaration};
use finding::{Code, Finding, Phrase, codes};
use jiff::Timestamp;
use jiff::civil::{date, time};
use programme::{GateRules, Mode, Obligation, ProgrammeId};
use std::collections::BTreeMap;
use std::sync::Arc;

fn acas() -> ProgrammeId {
    ProgrammeId::new("us-acas")
}

fn now() -> Timestamp {
    "2026-11-24T06:15:00Z".parse().unwrap()
}

/// A direct waybill to New York, on which one programme binds.
struct World(Dossier);

impl World {
    fn new() -> Self {
        Self::new_in(Mode::Relay)
    }

    fn new_in(mode: Mode) -> Self {
        let mut world = Self(Dossier::default());
        let leg = Leg::assumed(Location::parse("FRA").unwrap(), Location::parse("JFK").unwrap());
        world.apply(Command::Route { legs: vec![leg], unclear: Vec::new() }, &Actor::Node);
        let (node, programme) = (Node::Master, acas());
        let binding = LegBinding::Binds { legs: vec![0] };
        world.apply(Command::Bind { node, programme, mode, binding }, &Actor::Node);
        world
    }

    fn filed() -> Self {
        Self::filed_with(Vec::new())
    }

    fn filed_with(faults: Vec<Phrase>) -> Self {
        let mut world = Self::new();
        world.file("HINGES", faults);
        world
    }

    fn file(&mut self, goods: &str, faults: Vec<Phrase>) {
        let consignment = Arc::new(Consignment {
            kind: DocumentKind::Master,
            master: AirWaybill::parse("888-10001014").ok(),
            origin: Location::parse("FRA").ok(),
            destination: Location::parse("JFK").ok(),
            pieces: Some(2),
            weight: Some(Weight::kilograms(20.into())),
            goods: vec![GoodsLine { description: goods.into(), ..GoodsLine::default() }],
            ..Consignment::default()
        });
        let purpose = Purpose::Creation;
        let command =
            Command::Record { voice: Voice::OF_DESK, consignment, purpose, consolidated: false, faults };
        self.apply(command, &Actor::Filer("agent".into()));
    }

    fn apply(&mut self, command: Command, actor: &Actor) {
        for event in decide(&self.0.tree, command, actor, now()).unwrap() {
            self.0.evolve(&Event::Tree(event));
        }
    }

    /// What the programme alone says, with its rules changed.
    fn asked(&self, change: impl Fn(&mut GateRules)) -> Vec<Reason> {
        self.answered(change).into_iter().filter(|reason| reason.programme == Some(acas())).collect()
    }

    fn answered(&self, change: impl Fn(&mut GateRules)) -> Vec<Reason> {
        self.answer(change, false).reasons
    }

    fn answer(&self, change: impl Fn(&mut GateRules), simulated: bool) -> Answer {
        self.answer_at(Stage::Load, change, simulated)
    }

    fn answer_at(&self, stage: Stage, change: impl Fn(&mut GateRules), simulated: bool) -> Answer {
        let mut rules = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
        change(&mut Arc::make_mut(&mut rules).gate);
        let programmes = BTreeMap::from([(acas(), rules)]);
        let stations = StationTable::built_in();
        let (node, leg, at) = (Node::Master, AskedLeg::First, now());
        let question = Question { node, leg, stage, aircraft: Aircraft::Passenger, at };
        let context = Context { simulated, ..Context::new(&programmes, &stations) };
        answer(&self.0, &question, &context)
    }
}

fn told(reasons: &[Reason]) -> Vec<Code> {
    reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn nothing_filed_is_said_as_such_whatever_is_demanded() {
    for acknowledgement in [true, false] {
        for assessment in [true, false] {
            let reasons = World::new().asked(|gate| {
                gate.acknowledgement_required = acknowledgement;
                gate.assessment_required = assessment;
            });
            assert_eq!(told(&reasons), [codes::gate::NOT_FILED], "{acknowledgement} {assessment}");
        }
    }
}

/// Where no acknowledgement is wanted but an assessment is, goods nobody answered for wait for it.
#[test]
fn an_assessment_is_waited_for_also_where_no_acknowledgement_is_demanded() {
    let world = World::filed();
    let only_assessed = |gate: &mut GateRules| {
        gate.acknowledgement_required = false;
        gate.assessment_required = true;
    };
    assert_eq!(told(&world.asked(only_assessed)), [codes::gate::ASSESSMENT_PENDING]);
    assert_eq!(told(&world.asked(|_| {})), [codes::gate::NOT_ACKNOWLEDGED]);
}

#[test]
fn five_grounds_of_a_rejection_are_told_each_once() {
    let mut world = World::filed();
    let all = [
        codes::quality::ELEMENT_MISSING,
        codes::quality::ELEMENT_MISSING,
        codes::quality::ELEMENT_INVALID,
        codes::quality::PARTY_MISSING,
        codes::quality::ELEMENT_JUNK,
        codes::quality::STOP_WORDS_ONLY,
        codes::quality::SCRIPT_NOT_LATIN,
    ];
    let (node, programme, version) = (Node::Master, acas(), 1);
    let findings = all.map(Finding::new).to_vec();
    world.apply(Command::Reject { node, programme, version, findings }, &Actor::Authority(acas()));
    let reasons = world.asked(|_| {});
    let [rejected] = &reasons[..] else { panic!("{reasons:?}") };
    assert_eq!(rejected.code, codes::gate::FILING_REJECTED);
    let whys: Vec<Code> = rejected.why.iter().map(|why| why.code).collect();
    assert_eq!(whys, all[1..6]);
}

#[test]
fn five_faults_of_a_message_are_told_each_once() {
    let fault = |number: u32| Phrase::new(codes::gate::WHY_STATED).with("text", number.to_string());
    let world = World::filed_with([1, 1, 2, 3, 4, 5, 6].map(fault).to_vec());
    let reasons = world.answered(|_| {});
    let faulty = reasons.iter().find(|reason| reason.code == codes::gate::MESSAGE_FAULTY).unwrap();
    assert_eq!(faulty.why, [1, 2, 3, 4, 5].map(fault));
}

fn screened(world: &mut World, lists: Option<&str>, score_thousandths: u16) {
    let hit = PartyHit {
        role: Role::Shipper,
        party: "ALMOND".into(),
        score_thousandths,
        list: "list".into(),
        security: true,
        entity_id: "1".into(),
        name: "ALMONDS".into(),
        matched: "ALMONDS".into(),
        evidence: Vec::new(),
        pairing: None,
    };
    let (node, lists, hits, notes) = (Node::Master, lists.map(Into::into), vec![hit], Vec::new());
    world.apply(Command::RecordScreening { node, version: 1, lists, hits, notes }, &Actor::Node);
}

fn scores(world: &World) -> Vec<String> {
    let reasons = world.answered(|_| {});
    let hits = reasons.iter().filter(|reason| reason.code == codes::gate::NAME_HIT);
    let args = hits.flat_map(|reason| reason.args.clone());
    args.filter(|(name, _)| *name == "score").map(|(_, score)| score.to_string()).collect()
}

fn says_unscreened(world: &World) -> bool {
    world.answered(|_| {}).iter().any(|reason| reason.code == codes::gate::NAMES_NOT_SCREENED)
}

#[test]
fn names_are_screened_where_lists_were_given_and_of_the_latest_version_only() {
    let mut world = World::filed();
    assert!(says_unscreened(&world), "nobody has screened it");
    screened(&mut world, None, 950);
    assert!(says_unscreened(&world), "without a list nothing is screened");
    screened(&mut world, Some("hash"), 950);
    assert_eq!((says_unscreened(&world), scores(&world)), (false, vec!["0.950".to_owned()]));
    screened(&mut world, Some("hash"), 1000);
    assert_eq!(scores(&world), ["1.000"]);
    world.file("BRASS HINGES", Vec::new());
    assert_eq!(
        (says_unscreened(&world), scores(&world)),
        (true, Vec::new()),
        "an older version was screened"
    );
}

/// Every answer of a simulation says so, also where only one programme is simulated.
#[test]
fn an_answer_says_whether_anything_is_simulated() {
    for (mode, node, expected) in [
        (Mode::Relay, false, false),
        (Mode::Relay, true, true),
        (Mode::Simulated, false, true),
        (Mode::Simulated, true, true),
    ] {
        let answer = World::new_in(mode).answer(|_| {}, node);
        assert_eq!(answer.simulated, expected, "{mode:?} {node}");
        let said = answer.reasons.iter().any(|reason| reason.code == codes::gate::SIMULATED);
        assert_eq!(said, node, "{mode:?} {node}");
    }
}

/// Goods are accepted to be screened: what is done to them only then holds nothing at acceptance, and holds before they fly.
/// What holds is told first, and only then how far it reaches.
#[test]
fn what_is_done_after_acceptance_holds_from_then_on() {
    use ReferralKind::{Rfi, Rfs};
    let mut cleared = World::filed();
    let (node, programme, version) = (Node::Master, acas(), 1);
    let acknowledged = Command::Acknowledge { node: node.clone(), programme: programme.clone(), version };
    cleared.apply(acknowledged, &Actor::Authority(acas()));
    cleared.apply(Command::CompleteAssessment { node, programme, version }, &Actor::Authority(acas()));
    let [nsc, rfs, hrcm] = [codes::gate::STATUS_NSC, codes::gate::RFS_OPEN, codes::gate::HRCM_NOT_SCREENED];
    let rfi = codes::gate::RFI_OPEN;
    /// What is asked; what holds at acceptance; and what holds when the goods are loaded.
    type Case<'a> = (Option<ReferralKind>, &'a [Code], &'a [Code]);
    let cases: [Case<'_>; 3] =
        [(None, &[], &[nsc]), (Some(Rfs), &[], &[rfs, hrcm]), (Some(Rfi), &[rfi], &[rfi, nsc])];
    for (asked, accepted, loaded) in cases {
        let mut world = World(cleared.0.clone());
        if let Some(kind) = asked {
            let opening = Opening::new(kind, None, Opening::words("WHAT"));
            let command = Command::OpenReferral { node: Node::Master, programme: acas(), opening };
            world.apply(command, &Actor::Authority(acas()));
        }
        for (stage, holding) in [(Stage::Accept, accepted), (Stage::Load, loaded)] {
            let answer = world.answer_at(stage, |_| {}, false);
            let (first, rest) = answer.reasons.split_at(holding.len());
            assert_eq!(told(first), holding, "{asked:?} {stage:?}");
            assert!(!rest.iter().any(Reason::holds), "{asked:?} {stage:?}");
            let named = rest.iter().filter(|reason| loaded.contains(&reason.code)).count();
            assert_eq!(named, loaded.len() - holding.len(), "what holds later is told: {asked:?} {stage:?}");
            let decision = if holding.is_empty() { Decision::Load } else { Decision::Hold };
            assert_eq!(answer.decision, decision, "{asked:?} {stage:?}");
            assert_eq!(answer.radius.is_some(), decision == Decision::Hold, "{asked:?} {stage:?}");
        }
    }
}

/// Goods that were given out are nobody's to load until they are taken over again: there, since, all of them, and as told by who
/// said that they were given out or by a desk.
#[test]
fn goods_given_out_are_held_until_they_are_taken_over_again() {
    let fact = |code: &str, station: &str, hour: i8, pieces: Option<u32>| StatusFact {
        code: code.into(),
        discrepancy: None,
        all_pieces: pieces,
        pieces: Some(2),
        flight: None,
        station: Location::parse(station).ok(),
        date: Some(PartialDate::whole(date(2026, 11, 24))),
        time: Some(time(hour, 0, 0, 0)),
    };
    let all = Some(2);
    let out = || fact("DLV", "FRA", 4, all);
    /// What is told of it, by whom and whether as a desk; and whether the goods are given out.
    type Case<'a> = (&'a str, Vec<(StatusFact, &'a str, bool)>, bool);
    let cases: Vec<Case<'_>> = vec![
        ("nothing", vec![], false),
        ("given out", vec![(out(), "agent", true)], true),
        ("as a stranger says", vec![(out(), "other", false)], true),
        ("a part", vec![(fact("DLV", "FRA", 4, None), "agent", true)], false),
        ("where they go", vec![(fact("DLV", "JFK", 4, all), "agent", true)], false),
        ("taken over", vec![(out(), "agent", true), (fact("RCS", "FRA", 5, all), "agent", true)], false),
        ("before", vec![(out(), "agent", true), (fact("RCS", "FRA", 3, all), "agent", true)], true),
        ("in that minute", vec![(out(), "agent", true), (fact("RCS", "FRA", 4, all), "agent", true)], true),
        ("a part again", vec![(out(), "agent", true), (fact("RCS", "FRA", 5, None), "agent", true)], true),
        ("elsewhere", vec![(out(), "agent", true), (fact("RCS", "MUC", 5, all), "agent", true)], true),
        ("only planned", vec![(out(), "agent", true), (fact("BKD", "FRA", 5, all), "agent", true)], true),
        (
            "as a stranger says",
            vec![(out(), "agent", true), (fact("RCS", "FRA", 5, all), "other", false)],
            true,
        ),
        ("a desk says", vec![(out(), "other", false), (fact("RCS", "FRA", 5, all), "agent", true)], false),
        ("he says", vec![(out(), "other", false), (fact("RCS", "FRA", 5, all), "other", false)], false),
    ];
    for (what, reports, given) in cases {
        let mut world = World::filed();
        for (fact, by, desk) in reports {
            let consignment = Arc::new(Consignment {
                kind: DocumentKind::Status,
                master: AirWaybill::parse("888-10001014").ok(),
                statuses: vec![fact],
                ..Consignment::default()
            });
            let (voice, purpose) = (Voice { desk, ..Voice::OF_DESK }, Purpose::Creation);
            let (consolidated, faults) = (false, Vec::new());
            let command = Command::Record { voice, consignment, purpose, consolidated, faults };
            world.apply(command, &Actor::Filer(by.into()));
        }
        let reasons = world.answered(|_| {});
        let told = reasons.iter().any(|reason| reason.code == codes::gate::GOODS_GIVEN_OUT);
        assert_eq!(told, given, "{what}");
    }
}

#[test]
fn five_things_that_reports_say_against_the_goods_are_told() {
    let mut world = World::filed();
    for code in ["QXAA", "QXAB", "QXAC", "QXAD", "QXAE", "QXAF"] {
        let fact = StatusFact {
            code: "DIS".into(),
            discrepancy: Some(code.into()),
            all_pieces: None,
            pieces: Some(1),
            flight: None,
            station: None,
            date: None,
            time: None,
        };
        let consignment = Arc::new(Consignment {
            kind: DocumentKind::Status,
            master: AirWaybill::parse("888-10001014").ok(),
            statuses: vec![fact],
            ..Consignment::default()
        });
        let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
        let command = Command::Record { voice, consignment, purpose, consolidated: false, faults };
        world.apply(command, &Actor::Filer("agent".into()));
    }
    let reasons = world.answered(|_| {}).into_iter();
    let against = reasons.filter(|reason| reason.code == codes::gate::CONTENT_CONTRADICTORY);
    assert_eq!(against.count(), 5);
}

/// Each agency and each reason for a hold is told, however many of its officers placed it.
#[test]
fn a_hold_is_told_by_who_holds_and_why() {
    let mut world = World::filed();
    let placed = [
        ("police", "inquiry", "H1"),
        ("police", "inquiry", "H2"),
        ("police", "witness", "H3"),
        ("customs", "inquiry", "H4"),
    ];
    for (agency, why, entry) in placed {
        let cause = HoldCause(Phrase::new(codes::gate::WHY_STATED).with("text", why));
        let command = Command::PlaceHold { node: Node::Master, cause, entry: Some(entry.into()) };
        world.apply(command, &Actor::Agency(agency.into()));
    }
    let holds = world.answered(|_| {}).into_iter();
    let holds = holds.filter(|reason| reason.code == codes::gate::OTHER_AGENCY_HOLD);
    let told: Vec<(String, String)> = holds
        .map(|reason| {
            let agency = reason.args.iter().find(|(name, _)| *name == "agency").unwrap().1.clone();
            (agency, reason.why[0].args[0].1.clone())
        })
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(agency, why)| (&**agency, &**why)).collect();
    assert_eq!(told, [("police", "inquiry"), ("police", "witness"), ("customs", "inquiry")]);
}

/// A request of a programme that nobody must take part in holds, and nothing else is said of it then.
#[test]
fn a_request_of_a_voluntary_programme_is_all_that_is_said_of_it() {
    let mut world = World::filed();
    let voluntary = |gate: &mut GateRules| gate.binding = Obligation::Voluntary;
    assert_eq!(told(&world.asked(voluntary)), [codes::gate::PROGRAMME_VOLUNTARY]);
    let opening = Opening::new(ReferralKind::Rfi, None, Opening::words("WHAT"));
    let command = Command::OpenReferral { node: Node::Master, programme: acas(), opening };
    world.apply(command, &Actor::Authority(acas()));
    assert_eq!(told(&world.asked(voluntary)), [codes::gate::RFI_OPEN]);
}

/// What has left of a way of one leg, for a programme or for any, with the flight as it is known.
fn has_left(basis: RouteBasis, programme: Option<&str>, told: &[transport::Event]) -> Option<(bool, bool)> {
    let mut world = World::filed();
    let stations = StationTable::built_in();
    let (name, mut yard) = (flight(), Yard::default());
    let leg = Leg {
        flight: Some(name.flight),
        date: Some(PartialDate::whole(name.date)),
        basis,
        ..Leg::assumed(name.from, name.to)
    };
    world.apply(Command::Route { legs: vec![leg], unclear: Vec::new() }, &Actor::Node);
    told.iter().for_each(|event| yard.evolve(event));
    let programmes = programme::embedded::all().into_iter().map(|one| (one.id.clone(), one)).collect();
    let context = Context { yard: &yard, ..Context::new(&programmes, &stations) };
    let programme = programme.map(ProgrammeId::new);
    let left = left(&world.0, &Node::Master, programme.as_ref(), now(), &context)?;
    Some((left.at_gate, left.airborne))
}

fn flight() -> FlightName {
    FlightName {
        flight: Flight::parse("9Z100").unwrap(),
        date: date(2026, 11, 24),
        from: Location::parse("FRA").unwrap(),
        to: Location::parse("JFK").unwrap(),
    }
}

#[test]
fn goods_are_in_the_air_once_more_than_an_early_manifest_says_so() {
    let departed = |source| {
        let at = "2026-11-24T06:00:00Z".parse().unwrap();
        let departure =
            Departure { at, stated: source == DepartureSource::Report, source, carried: Vec::new() };
        transport::Event::Departed { flight: flight(), departure }
    };
    let listed = || departed(DepartureSource::Manifest);
    let schedule = || {
        let schedule = Schedule {
            flight: flight(),
            departs_at: Some(date(2026, 11, 24).at(13, 0, 0, 0)),
            passengers: None,
            by_road: false,
            cancelled: false,
        };
        transport::Event::Scheduled { schedule, said_at: "2026-11-24T05:00:00Z".parse().unwrap() }
    };
    let early =
        || transport::Event::ManifestEarly { flight: flight(), at: "2026-11-24T06:00:00Z".parse().unwrap() };
    let scheduled = RouteBasis::Scheduled;
    let (at_gate, in_the_air) = (Some((true, false)), Some((false, true)));
    assert_eq!(has_left(scheduled, None, &[schedule()]), None);
    assert_eq!(has_left(scheduled, None, &[schedule(), listed()]), at_gate);
    assert_eq!(has_left(scheduled, None, &[listed()]), in_the_air, "nobody tells when it leaves");
    assert_eq!(has_left(scheduled, None, &[schedule(), departed(DepartureSource::Report)]), in_the_air);
    assert_eq!(
        has_left(RouteBasis::Flown, None, &[schedule(), listed()]),
        in_the_air,
        "they were seen to leave"
    );
    // One programme takes the first manifest for the departure.
    assert_eq!(has_left(scheduled, None, &[schedule(), early()]), None);
    assert_eq!(has_left(scheduled, Some("ca-pact"), &[schedule(), early()]), at_gate);
    assert_eq!(has_left(scheduled, Some("us-acas"), &[schedule(), early()]), None);
    assert_eq!(has_left(scheduled, Some("ca-pact"), &[schedule()]), None);
}

/// What leaves in the very moment in which a request is opened sets it no limit.
#[test]
fn only_what_leaves_after_a_request_limits_its_answer() {
    let stations = StationTable::built_in();
    let programmes: BTreeMap<_, _> =
        programme::embedded::all().into_iter().map(|one| (one.id.clone(), one)).collect();
    let mut rule = programmes[&acas()].referral.of(ReferralKind::Rfi).unwrap().clone();
    (rule.answer_minutes, rule.answer_before_departure) = (None, true);
    for (departs, limit) in [("06:14", false), ("06:15", false), ("06:16", true)] {
        let mut world = World::filed();
        let (hour, minute) = departs.split_once(':').unwrap();
        // Frankfurt is an hour ahead.
        let (hour, minute): (i8, i8) = (hour.parse().unwrap(), minute.parse().unwrap());
        let leg = Leg {
            date: Some(PartialDate::whole(date(2026, 11, 24))),
            departs_at: Some(time(hour + 1, minute, 0, 0)),
            ..Leg::assumed(flight().from, flight().to)
        };
        world.apply(Command::Route { legs: vec![leg], unclear: Vec::new() }, &Actor::Node);
        let opening = Opening::new(ReferralKind::Rfi, None, Opening::words("WHAT"));
        let command = Command::OpenReferral { node: Node::Master, programme: acas(), opening };
        world.apply(command, &Actor::Authority(acas()));
        let case = &world.0.tree.cases[&(Node::Master, acas())];
        let context = Context::new(&programmes, &stations);
        let until = answer_by(&world.0.tree, case, &case.referrals[0], Some(&rule), now(), &context);
        assert_eq!(until.is_some(), limit, "{departs}");
    }
}

/// An agent who confirms a consolidation and does not say when: his approval holds on the day of departure, or not at all.
#[test]
fn an_approval_that_ends_before_departure_confirms_nothing() {
    for (expiry, status) in
        [("DE/RA/01234-01/1126", SecurityStatus::Spx), ("DE/RA/01234-01/1026", SecurityStatus::Nsc)]
    {
        let mut world = World::new();
        let security = SecurityDeclaration {
            checker: DeclaredEntity::parse(expiry).ok(),
            statuses: vec![(SecurityStatus::Spx, StatusSource::SpecialHandling)],
            issued_by: Some("A KELLER".to_owned()),
            ..SecurityDeclaration::default()
        };
        let consignment = Arc::new(Consignment {
            kind: DocumentKind::Master,
            master: AirWaybill::parse("888-10001014").ok(),
            origin: Location::parse("FRA").ok(),
            destination: Location::parse("JFK").ok(),
            pieces: Some(2),
            issue: Issue { message_at: Some(IssueTime::Instant(now())), ..Issue::default() },
            security: Some(security),
            ..Consignment::default()
        });
        let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
        let command = Command::Record { voice, consignment, purpose, consolidated: true, faults };
        world.apply(command, &Actor::Filer("agent".into()));
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context::new(&programmes, &stations);
        let determined = security_of(&world.0, &Node::Master, now(), &context);
        assert_eq!(determined.status, status, "{expiry}: {:?}", determined.why);
    }
}
