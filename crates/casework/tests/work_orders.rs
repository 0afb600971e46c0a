//! Work orders: what is to be screened of goods, by the requests that are open on them.
#![allow(clippy::unwrap_used)]

mod support;

use casework::case::{Actor, Command, LegBinding, Node, Opening, ReferralKind, Voice, decide, evolve};
use casework::gate::Context;
use casework::security::record::{self, Mark, Marked, SecurityFact, Told};
use casework::work_order::{WorkOrder, is_marked, was_asked, work_order};
use casework::{Dossier, Event};
use consignment::ident::Location;
use consignment::measure::Weight;
use consignment::security::ScreeningMethod::{self, Edd, Etd, Xry};
use consignment::stations::StationTable;
use consignment::{Consignment, DocumentKind, Leg, PartialDate, Purpose};
use finding::{Phrase, codes};
use jiff::civil::{date, time};
use programme::{Mode, Programme, ProgrammeId};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{instant, key};

const PROGRAMMES: [(&str, u8); 3] = [("ca-pact", 1), ("eu-ics2", 2), ("us-acas", 3)];

fn station(code: &str) -> Location {
    Location::parse(code).unwrap()
}

/// Each programme as it is, with fewest methods of its own.
fn programmes() -> BTreeMap<ProgrammeId, Arc<Programme>> {
    let with = |(id, methods): (&str, u8)| {
        let mut programme = Programme::clone(&programme::embedded::get(id).unwrap());
        programme.high_risk.methods_min = methods;
        (ProgrammeId::new(id), Arc::new(programme))
    };
    PROGRAMMES.into_iter().map(with).collect()
}

/// Goods of four pieces, part of five on all bills, that go by three legs: one that has left at noon, and two to come.
struct World(Dossier);

impl World {
    fn new() -> Self {
        let mut world = Self(Dossier::default());
        let consignment = Arc::new(Consignment {
            kind: DocumentKind::Master,
            master: key(None).master,
            origin: Some(station("LHR")),
            destination: Some(station("LIS")),
            pieces: Some(4),
            total_pieces: Some(5),
            weight: Some(Weight::kilograms(4.into())),
            ..Consignment::default()
        });
        let (voice, faults) = (Voice::OF_DESK, Vec::new());
        let purpose = Purpose::Creation;
        world.act(
            Command::Record { voice, consignment, purpose, consolidated: false, faults },
            &Actor::Filer("agent".into()),
            "05:00",
        );
        let leg = |from, to, hour| Leg {
            date: Some(PartialDate::whole(date(2026, 11, 24))),
            departs_at: Some(time(hour, 0, 0, 0)),
            ..Leg::assumed(station(from), station(to))
        };
        // All three stations keep the time of Greenwich in November.
        let legs = vec![leg("LHR", "DUB", 11), leg("DUB", "LHR", 15), leg("LHR", "LIS", 14)];
        world.act(Command::Route { legs, unclear: Vec::new() }, &Actor::Node, "05:00");
        for (programme, _) in PROGRAMMES {
            let (programme, mode) = (ProgrammeId::new(programme), Mode::Relay);
            let binding = LegBinding::Binds { legs: vec![0] };
            let node = Node::Master;
            world.act(Command::Bind { node, programme, mode, binding }, &Actor::Node, "05:00");
        }
        world
    }

    fn act(&mut self, command: Command, actor: &Actor, at: &str) {
        for event in decide(&self.0.tree, command, actor, instant(at)).unwrap() {
            self.0.tree = evolve(std::mem::take(&mut self.0.tree), &event);
        }
    }

    fn open(&mut self, programme: &str, kind: ReferralKind, methods: &[ScreeningMethod]) -> &mut Self {
        let programme = ProgrammeId::new(programme);
        let opening = Opening {
            methods: methods.to_vec(),
            ..Opening::new(kind, Some("R1".into()), Phrase::new(codes::gate::WHY_STATED).with("text", "X"))
        };
        let actor = Actor::Authority(programme.clone());
        self.act(Command::OpenReferral { node: Node::Master, programme, opening }, &actor, "06:00");
        self
    }

    fn close(&mut self, programme: &str, kind: ReferralKind) -> &mut Self {
        let programme = ProgrammeId::new(programme);
        let actor = Actor::Authority(programme.clone());
        let (node, reference) = (Node::Master, Some("R1".into()));
        self.act(Command::CloseReferral { node, programme, kind, reference }, &actor, "07:00");
        self
    }

    fn fact(&mut self, house: Option<&str>, by: &str, at: &str, fact: SecurityFact) -> &mut Self {
        let at = instant(at);
        let told = Told { at, received_at: at, by: by.into(), registry: by == "registry" };
        for event in record::decide(&self.0.security, told, key(house), fact).unwrap() {
            self.0.evolve(&Event::Security(event));
        }
        self
    }

    fn mark(&mut self, house: Option<&str>) -> &mut Self {
        self.fact(house, "officer", "06:30", SecurityFact::HighRisk(marked()))
    }

    /// Of one mark of the goods.
    fn release(&mut self, house: Option<&str>) -> &mut Self {
        let at = instant("06:30");
        let told = Told { at, received_at: at, by: "officer".into(), registry: false };
        self.fact(house, "police", "07:00", SecurityFact::MarkReleased(Mark::Told(told, marked())))
    }

    fn clear(&mut self, method: ScreeningMethod) -> &mut Self {
        let result = support::clear(method);
        self.fact(None, "registry", "08:00", SecurityFact::Screened(result))
    }

    /// The order at an hour. An answer to a programme is expected at the hour of its methods.
    fn order_at(&self, at: &str) -> Option<WorkOrder> {
        let (programmes, stations) = (programmes(), StationTable::built_in());
        let context = Context::new(&programmes, &stations);
        work_order(&self.0, &Node::Master, instant(at), &context, |programme, _, _| {
            let (_, methods) = PROGRAMMES.into_iter().find(|(id, _)| *id == programme.as_str()).unwrap();
            (methods != 2).then(|| instant(&format!("1{methods}:30")))
        })
    }

    fn order(&self) -> Option<WorkOrder> {
        self.order_at("09:00")
    }
}

fn marked() -> Marked {
    Marked { why: "TIP".into(), methods_min: Some(4) }
}

#[test]
fn an_order_answers_every_request_for_screening_that_is_open_and_nothing_else() {
    use ReferralKind::{Rfi, Rfs};
    let mut world = World::new();
    assert!(!was_asked(&world.0, &Node::Master) && world.order().is_none());
    world.open("us-acas", Rfi, &[]);
    assert!(!was_asked(&world.0, &Node::Master) && world.order().is_none(), "it asks for no screening");
    world.open("ca-pact", Rfs, &[Edd, Etd]).open("eu-ics2", Rfs, &[Etd]);
    assert!(was_asked(&world.0, &Node::Master));
    let order = world.order().unwrap();
    assert_eq!((order.goods.clone(), order.pieces), (key(None), Some(5)));
    assert_eq!(order.methods_min, 2, "the most that anybody demands");
    assert_eq!(order.recommended, [Etd, Edd], "first what most recommend");
    assert_eq!(order.deadline, Some(instant("11:30")), "of the requests for screening");
    let of: Vec<_> = order.requests.iter().map(|one| one.programme.as_ref().unwrap().as_str()).collect();
    assert_eq!(of, ["ca-pact", "eu-ics2"]);
    // Who asked closes his own.
    world.close("ca-pact", Rfs);
    let order = world.order().unwrap();
    assert_eq!((order.requests.len(), order.deadline), (1, None), "nobody says until when");
    assert_eq!(order.recommended, [Etd]);
    world.close("eu-ics2", Rfs);
    assert!(!was_asked(&world.0, &Node::Master) && world.order().is_none());
    // A request for information that is open beside a closed one for screening asks for none.
    world.open("eu-ics2", Rfi, &[]);
    assert!(!was_asked(&world.0, &Node::Master));
}

#[test]
fn an_order_names_the_departure_that_comes_next() {
    let mut world = World::new();
    world.open("ca-pact", ReferralKind::Rfs, &[]);
    let departs = |at| {
        let order = world.order_at(at).unwrap();
        order.departs.map(|(leg, departs)| (leg.to.to_string(), departs))
    };
    let at = |to: &str, hour| Some((to.to_owned(), instant(hour)));
    assert_eq!(departs("10:59"), at("DUB", "11:00"));
    assert_eq!(departs("11:00"), at("LIS", "14:00"), "what departs now has left");
    assert_eq!(departs("14:30"), at("LHR", "15:00"));
    assert_eq!(departs("15:30"), None);
}

#[test]
fn an_order_is_done_once_the_results_are_enough_for_each() {
    let mut world = World::new();
    world.open("ca-pact", ReferralKind::Rfs, &[]).open("eu-ics2", ReferralKind::Rfs, &[]);
    assert!(!world.order().unwrap().is_done());
    world.clear(Xry);
    assert!(!world.order().unwrap().is_done(), "enough for one of them");
    world.clear(Etd);
    assert!(world.order().unwrap().is_done());
}

#[test]
fn a_mark_asks_for_screening_until_it_is_released() {
    let mut world = World::new();
    world.mark(Some("RHA"));
    assert!(is_marked(&world.0) && !was_asked(&world.0, &Node::Master) && world.order().is_none());
    world.release(Some("RHA"));
    assert!(!is_marked(&world.0));
    world.mark(None);
    assert!(is_marked(&world.0) && was_asked(&world.0, &Node::Master));
    assert_eq!(world.order().unwrap().methods_min, 4);
    world.release(None);
    assert!(!is_marked(&world.0) && world.order().is_none());
    let mut world = World::new();
    world.clear(Xry);
    assert!(!is_marked(&world.0) && !was_asked(&world.0, &Node::Master), "a result asks for nothing");
}
