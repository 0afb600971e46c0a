//! What events make of a tree: what they end, what they leave, and what others than the declarant told.
#![allow(clippy::unwrap_used)]

mod departed;
mod told;

#[path = "../support/mod.rs"]
mod support;

use casework::Dossier;
use casework::case::{
    Actor, Claim, Claimed, Command, Document, Event, HoldCause, LegBinding, Node, Opening, ReferralKind,
    Tree, Voice, decide, evolve,
};
use casework::due::{DueKind, due};
use consignment::document::{PieceScope, StatusFact};
use consignment::goods::GoodsLine;
use consignment::handling::SpecialHandling;
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location};
use consignment::issue::{Issue, IssueTime};
use consignment::measure::Weight;
use consignment::party::Party;
use consignment::route::RouteBasis;
use consignment::security::{DeclaredEntity, SecurityStatus, StatusSource};
use consignment::{Consignment, DocumentKind, Leg, Purpose, SecurityDeclaration};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::sync::Arc;
use support::instant;

fn at(code: &str) -> Location {
    Location::parse(code).unwrap()
}

fn house(number: &str) -> Node {
    Node::House(HouseWaybill::parse(number).unwrap())
}

fn agent() -> Actor {
    Actor::Filer("agent".into())
}

fn other() -> Actor {
    Actor::Filer("other".into())
}

fn why(text: &str) -> Phrase {
    Phrase::new(codes::gate::WHY_STATED).with("text", text)
}

fn acas() -> ProgrammeId {
    ProgrammeId::new("us-acas")
}

fn waybill(kind: DocumentKind) -> Consignment {
    Consignment {
        kind,
        master: AirWaybill::parse("888-10001014").ok(),
        origin: Some(at("FRA")),
        destination: Some(at("NBO")),
        pieces: Some(4),
        weight: Some(Weight::kilograms(40.into())),
        goods: vec![GoodsLine { description: "HINGES".into(), ..GoodsLine::default() }],
        ..Consignment::default()
    }
}

fn house_of(kind: DocumentKind) -> Consignment {
    Consignment { house: HouseWaybill::parse("RHA").ok(), ..waybill(kind) }
}

fn declares(status: SecurityStatus) -> Option<SecurityDeclaration> {
    Some(SecurityDeclaration {
        issuer: DeclaredEntity::parse("DE/RA/01234-01").ok(),
        statuses: vec![(status, StatusSource::Oci)],
        ..SecurityDeclaration::default()
    })
}

fn status(code: &str, change: impl FnOnce(&mut StatusFact)) -> StatusFact {
    let mut fact = StatusFact {
        code: code.to_owned(),
        discrepancy: None,
        all_pieces: Some(4),
        pieces: Some(4),
        flight: None,
        date: None,
        time: None,
        station: Some(at("FRA")),
    };
    change(&mut fact);
    fact
}

/// A tree and the time.
#[derive(Default)]
struct World {
    tree: Tree,
    minute: i64,
}

impl World {
    fn filed() -> Self {
        let mut world = Self::default();
        world.record(&agent(), waybill(DocumentKind::Master));
        world
    }

    fn now(&self) -> Timestamp {
        instant("06:00") + jiff::SignedDuration::from_mins(self.minute)
    }

    fn told(&mut self, event: &Event) {
        self.tree = evolve(std::mem::take(&mut self.tree), event);
    }

    fn record(&mut self, by: &Actor, consignment: Consignment) {
        self.minute += 1;
        let node = Node::of(&consignment.key());
        let version = self.tree.documents.get(&node).and_then(Document::version).unwrap_or(0) + 1;
        let (by, consignment, at) = (by.clone(), Arc::new(consignment), self.now());
        let (consolidated, faults) = (false, Vec::new());
        self.told(&Event::Recorded { node, version, by, consignment, consolidated, faults, at });
    }

    fn report(&mut self, by: &Actor, consignment: Consignment, faults: &[Phrase]) {
        self.report_as(by, consignment, faults, false);
    }

    fn report_as(&mut self, by: &Actor, consignment: Consignment, faults: &[Phrase], by_desk: bool) {
        self.minute += 1;
        let node = Node::of(&consignment.key());
        let (by, consignment, at) = (by.clone(), Arc::new(consignment), self.now());
        let faults = faults.to_vec();
        self.told(&Event::Reported { node, by, consignment, faults, at, by_desk });
    }

    /// How many events follow where a message comes in.
    fn hear(&mut self, by: &Actor, consignment: &Consignment, faults: &[Phrase], desk: bool) -> usize {
        self.minute += 1;
        let command = Command::Record {
            voice: Voice { desk, ..Voice::OF_DESK },
            consignment: Arc::new(consignment.clone()),
            purpose: Purpose::Creation,
            consolidated: false,
            faults: faults.to_vec(),
        };
        let events = decide(&self.tree, command, by, self.now()).unwrap();
        events.iter().for_each(|event| self.told(event));
        events.len()
    }

    fn master(&self) -> &Document {
        &self.tree.documents[&Node::Master]
    }

    fn bind(&mut self, node: Node) {
        let binding = LegBinding::Binds { legs: vec![0] };
        self.told(&Event::Bound { node, programme: acas(), mode: Mode::Relay, binding });
    }
}

#[test]
fn other_goods_void_what_was_said_of_these() {
    /// What is changed, and whether these may be other goods.
    type Case = (&'static str, fn(&mut Consignment), bool);
    let cases: &[Case] = &[
        ("nothing", |_| {}, false),
        ("remarks", |it| it.remarks.push("HANDLE WITH CARE".into()), false),
        ("pieces", |it| it.pieces = Some(5), true),
        ("weight", |it| it.weight = Some(Weight::kilograms(41.into())), true),
        ("goods", |it| it.goods[0].description = "KNOBS".into(), true),
        ("origin", |it| it.origin = Some(at("MUC")), true),
        ("shipper", |it| it.shipper = Some(Party { name: "OTHER WORKS".into(), ..Party::default() }), true),
    ];
    for (what, change, others) in cases {
        let mut world = World::default();
        let security = declares(SecurityStatus::Spx);
        world.record(&agent(), Consignment { security: security.clone(), ..waybill(DocumentKind::Master) });
        world.record(&other(), Consignment { security: security.clone(), ..waybill(DocumentKind::Master) });
        assert_eq!(world.master().declared_as_well.len(), 1, "{what}");
        let answered = Consignment { security, ..waybill(DocumentKind::Status) };
        world.report(&other(), Consignment { statuses: vec![status("RCS", |_| {})], ..answered }, &[]);
        assert_eq!(world.master().goods_since, None, "{what}");
        let mut changed = waybill(DocumentKind::Master);
        change(&mut changed);
        world.record(&agent(), changed);
        let document = world.master();
        assert_eq!(document.goods_since.is_some(), *others, "{what}");
        assert_eq!(document.declared.is_none(), *others, "{what}");
        assert_eq!(document.declared_as_well.is_empty(), *others, "{what}");
        assert_eq!(document.told.answered_for(&other()).is_none(), *others, "{what}");
    }
}

/// What another one declares raises nothing of itself, and lowers.
#[test]
fn a_declaration_of_another_is_kept_beside_the_declarants() {
    let with = |status| Consignment { security: declares(status), ..waybill(DocumentKind::Master) };
    let lowering = |world: &World| world.master().told.lowering(9).count();
    let mut world = World::filed();
    world.record(&other(), waybill(DocumentKind::Master));
    assert!(world.master().declared_as_well.is_empty(), "he says nothing of security");
    world.record(&agent(), with(SecurityStatus::Nsc));
    assert!(world.master().declared_as_well.is_empty() && world.master().declared.is_some());
    assert_eq!(lowering(&world), 0, "it is declared, and no report");
    world.record(&other(), with(SecurityStatus::Spx));
    assert_eq!((world.master().declared_as_well.len(), lowering(&world)), (1, 0));
    world.record(&other(), with(SecurityStatus::Nsc));
    assert_eq!((world.master().declared_as_well.len(), lowering(&world)), (1, 1));
}

#[test]
fn a_withdrawal_ends_by_what_was_surely_issued_later() {
    let time = |text: &str| IssueTime::parse(text);
    /// When the withdrawal was issued, when the next version was, and whether it stays withdrawn.
    type Case = (Option<&'static str>, Option<&'static str>, bool);
    let cases: &[Case] = &[
        (Some("2026-11-24T08:00:00Z"), Some("2026-11-24T08:01:00Z"), false),
        (Some("2026-11-24T08:00:00Z"), Some("2026-11-24T08:00:00Z"), true),
        (Some("2026-11-24T08:00:00Z"), Some("2026-11-24T07:00:00Z"), true),
        (Some("2026-11-24T08:00:00Z"), Some("2026-11-24"), true),
        (None, Some("2026-11-24T07:00:00Z"), false),
        (Some("2026-11-24T08:00:00Z"), None, false),
    ];
    for (withdrawn, issued, stays) in cases {
        let mut world = World::filed();
        world.bind(Node::Master);
        let (node, by) = (Node::Master, agent());
        let issued_at = withdrawn.and_then(time);
        world.told(&Event::Withdrawn { node, master: None, version: 1, issued: issued_at, by });
        assert!(world.master().withdrawn && world.tree.is_withdrawn(&Node::Master, &acas()));
        let issue = Issue { message_at: issued.and_then(time), ..Issue::default() };
        world.record(&agent(), Consignment { issue, ..waybill(DocumentKind::Master) });
        assert_eq!(world.master().withdrawn, *stays, "{withdrawn:?} {issued:?}");
        assert_eq!(world.tree.is_withdrawn(&Node::Master, &acas()), *stays, "{withdrawn:?} {issued:?}");
    }
    // Of two the later one counts, whatever came in first.
    for order in [["08:00", "09:00"], ["09:00", "08:00"]] {
        let mut world = World::filed();
        for said in order {
            let issued = time(&format!("2026-11-24T{said}:00Z"));
            let (node, by) = (Node::Master, agent());
            world.told(&Event::Withdrawn { node, master: None, version: 1, issued, by });
        }
        assert_eq!(world.master().withdrawn_at, time("2026-11-24T09:00:00Z"), "{order:?}");
    }
}

#[test]
fn a_house_no_list_names_any_more_is_forgotten_where_nothing_else_tells_of_it() {
    let node = || house("RHA");
    /// What else tells of it, and whether it stays.
    type Case = (&'static str, fn(&mut World), bool);
    let cases: &[Case] = &[
        ("nothing", |_| {}, false),
        ("it was filed", |world| world.record(&agent(), house_of(DocumentKind::House)), true),
        (
            "it was reported",
            |world| {
                let statuses = vec![status("RCS", |_| {})];
                let report = Consignment { statuses, ..house_of(DocumentKind::Status) };
                world.report(&agent(), report, &[]);
            },
            true,
        ),
        (
            "it is held",
            |world| {
                let (agency, cause) = ("police".into(), HoldCause(why("doubts")));
                world.told(&Event::HoldPlaced { node: house("RHA"), agency, cause, entry: None });
            },
            true,
        ),
        (
            "an authority asks",
            |world| {
                world.bind(house("RHA"));
                let opening = Opening::new(ReferralKind::Rfi, Some("R1".into()), why("send the invoice"));
                let (node, programme, at) = (house("RHA"), acas(), world.now());
                let by = Actor::Authority(acas());
                let reference = "R1".into();
                world.told(&Event::ReferralOpened { node, programme, opening, reference, by, at });
            },
            true,
        ),
        (
            "somebody claims that one does",
            |world| {
                world.bind(house("RHA"));
                let claim = Claim {
                    claimed: Claimed::Rejection,
                    by: "mail".into(),
                    text: "refused".into(),
                    at: world.now(),
                    open: true,
                };
                world.told(&Event::Claimed { node: house("RHA"), programme: acas(), claim });
            },
            true,
        ),
        ("a programme binds", |world| world.bind(house("RHA")), false),
    ];
    for (what, tell, stays) in cases {
        let mut world = World::filed();
        let announced = house_of(DocumentKind::HouseAnnounced);
        assert_eq!(world.hear(&agent(), &announced, &[], true), 1);
        tell(&mut world);
        let named = Phrase::new(codes::gate::WHY_NAMED_OTHERWISE);
        world.told(&Event::WhoseDoubted { node: node(), why: Some(named) });
        world.told(&Event::AnnouncementWithdrawn { node: node() });
        let document = world.tree.documents.get(&node());
        assert_eq!(document.is_some(), *stays, "{what}");
        if let Some(document) = document {
            assert!(document.told.announced().is_none() && document.whose.is_none(), "{what}");
        }
    }
}

#[test]
fn a_doubt_whose_a_house_is_stays_unless_it_is_about_its_name_on_a_list() {
    for (code, stays) in [(codes::gate::WHY_NAMED_OTHERWISE, false), (codes::gate::WHY_STATED, true)] {
        let mut world = World::filed();
        let node = house("RHA");
        world.record(&agent(), house_of(DocumentKind::House));
        world.told(&Event::WhoseDoubted { node: node.clone(), why: Some(Phrase::new(code)) });
        world.record(&agent(), house_of(DocumentKind::House));
        assert_eq!(world.tree.documents[&node].whose.is_some(), stays, "{code:?}");
    }
    // What two officers said of it stays said.
    let confirmed = || Event::ShipmentConfirmed { node: Node::Master, agency: "duty".into() };
    let mut world = World::filed();
    world.told(&confirmed());
    assert!(!world.master().whose_settled, "nobody doubted it");
    world.told(&Event::WhoseDoubted { node: Node::Master, why: Some(why("two have filed it")) });
    world.told(&confirmed());
    assert!(world.master().whose_settled);
    world.told(&confirmed());
    assert!(world.master().whose_settled);
}

#[test]
fn what_is_settled_is_what_was_meant() {
    let mut world = World::filed();
    let unread = |text: &str, at: &str| Event::Unread { why: why(text), at: instant(at) };
    let settled = |text: &str, at: &str| Event::UnreadSettled {
        agency: "duty".into(),
        why: why(text),
        at: instant(at),
    };
    for event in [unread("a mail", "07:00"), unread("a fax", "07:00"), unread("a mail", "07:10")] {
        world.told(&event);
    }
    assert_eq!(world.tree.unread.len(), 2);
    world.told(&settled("a mail", "07:00"));
    assert_eq!(world.tree.unread.len(), 2, "it came again since");
    world.told(&settled("a mail", "07:10"));
    assert_eq!(world.tree.unread.iter().map(|note| note.why.clone()).collect::<Vec<_>>(), [why("a fax")]);
    for _ in 0..2 {
        world.told(&Event::SetAsideTold { node: Node::Master, why: why("cargo aircraft only") });
    }
    assert_eq!(world.master().set_aside_for, [why("cargo aircraft only")]);
    // Of holds the one that is named, by who holds, why, and the act that placed it.
    let holds = [
        ("police", "doubts", Some("H1")),
        ("police", "doubts", Some("H2")),
        ("police", "a seal", Some("H1")),
        ("customs", "doubts", Some("H1")),
    ];
    for (agency, text, entry) in holds {
        let (node, cause, entry) = (Node::Master, HoldCause(why(text)), entry.map(Into::into));
        world.told(&Event::HoldPlaced { node, agency: agency.into(), cause, entry });
    }
    assert_eq!(world.tree.open_items(), 4);
    let (node, cause) = (Node::Master, HoldCause(why("doubts")));
    world.told(&Event::HoldLifted { node, agency: "police".into(), cause, entry: Some("H1".into()) });
    assert_eq!((world.master().holds.len(), world.tree.open_items()), (3, 3));
    assert!(world.master().holds.iter().all(|hold| {
        (&*hold.agency, &hold.cause.0, hold.entry.as_deref()) != ("police", &why("doubts"), Some("H1"))
    }));
    // Whose filing was struck is no submitter any more; others are.
    world.record(&other(), waybill(DocumentKind::Master));
    let (node, filer, agency, at) = (Node::Master, agent(), "duty".into(), world.now());
    world.told(&Event::FilingStruck { node, filer, agency, at });
    assert_eq!(world.master().submitters, [other()]);
}

#[test]
fn an_acknowledgement_counts_from_when_it_came_first() {
    let mut world = World::filed();
    world.bind(Node::Master);
    let told = |version, time: &str| Event::Acknowledged {
        node: Node::Master,
        programme: acas(),
        version,
        at: instant(time),
    };
    for (version, time, expected) in [(1, "07:00", "07:00"), (1, "08:00", "07:00"), (2, "09:00", "09:00")] {
        world.told(&told(version, time));
        let case = &world.tree.cases[&(Node::Master, acas())];
        assert_eq!(case.acknowledged_at, Some(instant(expected)), "{version} {time}");
    }
}

#[test]
fn a_sub_house_filed_without_its_house_is_below_it_no_more() {
    let mut world = World::filed();
    let sub = |parent: Option<&str>| Consignment {
        parent: parent.and_then(|number| HouseWaybill::parse(number).ok()),
        ..house_of(DocumentKind::House)
    };
    world.record(&agent(), sub(None));
    assert_eq!(world.tree.parents().count(), 0);
    world.record(&agent(), sub(Some("RHB")));
    assert_eq!(world.tree.below(&house("RHB")), [house("RHA")]);
    world.record(&agent(), sub(None));
    assert_eq!(world.tree.parents().count(), 0);
}

/// Not counted from a filing of which a master is known, and not for what travels without one.
#[test]
fn a_house_is_to_be_linked_to_its_master() {
    let mut programme = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
    let timers = &mut Arc::make_mut(&mut programme).timers;
    (timers.linking_hours, timers.presentation_days) = (Some(3), None);
    for (kind, master, linked) in [
        (DocumentKind::House, false, true),
        (DocumentKind::House, true, false),
        (DocumentKind::MailItem, false, false),
    ] {
        let mut world = World::default();
        world.bind(house("RHA"));
        let number = AirWaybill::parse("888-10001014").ok().filter(|_| master);
        world.record(&agent(), Consignment { master: number, ..house_of(kind) });
        let dossier = Dossier { tree: world.tree.clone(), ..Dossier::default() };
        let all = due(&dossier, |_| Some(&*programme), |_, _, _| None);
        let all: Vec<_> = all.iter().map(|due| (due.kind, due.at)).collect();
        let expected = linked.then_some((DueKind::Linking, instant("09:01")));
        assert_eq!(all, expected.into_iter().collect::<Vec<_>>(), "{kind:?} {master}");
    }
}
