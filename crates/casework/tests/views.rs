//! What each asker is told of an answer: a filer what concerns what he filed, and nothing of the rest.
#![allow(clippy::unwrap_used)]

use casework::case::{Actor, Document, Event, Node, Tree, evolve};
use casework::decision::Desk;
use casework::gate::{Aircraft, Alone, Answer, Decision, Radius, Reason, Stage, Wanted, WhoActs};
use casework::parallel::{Comparison, Outcome};
use casework::view::{Asker, is_filed_by, view, view_of_piece};
use consignment::fact::ObjectName;
use consignment::ident::{AirWaybill, HouseWaybill};
use finding::{Code, Phrase, codes::gate as code};
use jiff::Timestamp;

const HOUSE: &str = "888-10001014 house RHA";
const OTHER: &str = "888-10001014 house RHB";

fn now() -> Timestamp {
    "2026-11-24T06:00:00Z".parse().unwrap()
}

fn house(number: &str) -> Node {
    Node::House(HouseWaybill::parse(number).unwrap())
}

/// A waybill with two houses, filed by these.
fn tree(master: &str, house_a: &str, house_b: &str) -> Tree {
    let mut tree = Tree::default();
    tree.master = AirWaybill::parse("888-10001014").ok();
    for (node, by) in [(Node::Master, master), (house("RHA"), house_a), (house("RHB"), house_b)] {
        tree = evolve(tree, &Event::Submitted { node, by: Actor::Filer(by.into()) });
    }
    tree
}

fn reason(code: Code, object: &str, who_acts: WhoActs) -> Reason {
    let why = vec![Phrase::new(code::WHY_STATED).with("text", "a word inside")];
    let alone = (code == code::STATUS_NSC).then(|| Alone { code, who_acts: WhoActs::Filer, why: Vec::new() });
    Reason { why, alone, ..Reason::new(code, object, who_acts) }
}

fn answer(reasons: Vec<Reason>) -> Answer {
    let radius = Radius { held: vec![OTHER.to_owned()], pieces: 6, of_pieces: 10, ..Radius::default() };
    Answer {
        decision: Decision::Hold,
        simulated: false,
        stage: Stage::Load,
        aircraft: Aircraft::Passenger,
        leg: None,
        valid_until: Some(now()),
        reasons,
        radius: Some(radius),
    }
}

/// What an asker sees of a reason about the object, where he asks about the first house: whether it is there and says its
/// cause.
fn seen(tree: &Tree, asker: &Asker, reason: Reason) -> Option<bool> {
    let shown = view(&answer(vec![reason.clone()]), tree, &house("RHA"), asker).unwrap();
    let found = shown.reasons.iter().find(|shown| shown.code == reason.code && shown.object == reason.object);
    found.map(|shown| shown.why == reason.why)
}

#[test]
fn a_filer_is_told_what_concerns_what_he_filed() {
    let (nobody, police) = (|| WhoActs::Nobody, || WhoActs::Agency("police".into()));
    let (some, all) = (tree("carrier", "agent", "other"), tree("agent", "agent", "agent"));
    let agent = Asker::Filer("agent".into());
    /// The reason, and what is seen of it by who filed one house and by who filed everything.
    type Case = (Reason, Option<bool>, Option<bool>);
    let cases: [Case; 7] = [
        (reason(code::RFI_OPEN, HOUSE, WhoActs::Filer), Some(true), Some(true)),
        (reason(code::RFI_OPEN, OTHER, WhoActs::Filer), None, Some(true)),
        // Worked out from several filings: of his own what rests on it alone, and of others nothing.
        (reason(code::STATUS_NSC, HOUSE, nobody()), Some(false), Some(true)),
        (reason(code::STATUS_NSC, OTHER, nobody()), None, Some(true)),
        (reason(code::HOUSE_MISSING, HOUSE, nobody()), None, Some(true)),
        // Of another agency's hold that there is one, and neither who nor why.
        (reason(code::OTHER_AGENCY_HOLD, HOUSE, police()), Some(false), Some(false)),
        (reason(code::OTHER_AGENCY_HOLD, OTHER, police()), None, Some(false)),
    ];
    for (reason, of_some, of_all) in cases {
        let what = format!("{} {}", reason.code.id(), reason.object);
        assert_eq!(seen(&some, &agent, reason.clone()), of_some, "{what}");
        assert_eq!(seen(&all, &agent, reason), of_all, "{what}");
    }
    // What waits for what, and until when it holds, is worked out from everything in the tree.
    let shown = |tree: &Tree, asker: &Asker| {
        let shown = view(&answer(Vec::new()), tree, &house("RHA"), asker).unwrap();
        (shown.radius.is_some(), shown.valid_until.is_some())
    };
    assert_eq!(shown(&some, &agent), (false, false));
    assert_eq!(shown(&all, &agent), (false, true));
    assert_eq!(shown(&some, &Asker::Handler), (false, true));
    for asker in [Asker::Carrier, Asker::Auditor, Asker::Officer(Desk::Simulation)] {
        assert_eq!(shown(&some, &asker), (true, true), "{asker:?}");
    }
    assert!(is_filed_by(&some, &house("RHA"), "agent") && !is_filed_by(&some, &house("RHB"), "agent"));
    assert!(!is_filed_by(&some, &house("RHC"), "agent"), "nobody filed it");
    let refused = view(&answer(Vec::new()), &some, &house("RHB"), &agent).unwrap_err();
    assert_eq!(refused.0.code, code::OBJECT_UNKNOWN);
}

/// The tree of the first houses, where these announced one that nobody filed yet.
fn announced(by: &[&str]) -> Tree {
    let mut tree = tree("carrier", "agent", "other");
    let announcers = by.iter().map(|name| Actor::Filer((*name).into())).collect();
    tree.documents.insert(house("RHC"), Document { announcers, ..Document::default() });
    tree
}

#[test]
fn who_announced_a_house_is_told_that_it_is_owed_until_somebody_files_it() {
    const OWED: &str = "888-10001014 house RHC";
    let agent = Asker::Filer("agent".into());
    let owed = || reason(code::NOT_FILED, OWED, WhoActs::Filer);
    assert_eq!(seen(&announced(&["other", "agent"]), &agent, owed()), Some(true));
    assert_eq!(seen(&announced(&["other"]), &agent, owed()), None);
    assert_eq!(seen(&announced(&[]), &agent, owed()), None);
    // Nothing else of it is his to hear, and what he filed he is told of as before.
    let tree = announced(&["agent"]);
    assert_eq!(seen(&tree, &agent, reason(code::RFI_OPEN, OWED, WhoActs::Filer)), None);
    assert_eq!(seen(&tree, &agent, reason(code::HOUSE_MISSING, OWED, WhoActs::Filer)), None);
    assert_eq!(seen(&tree, &agent, reason(code::NOT_FILED, HOUSE, WhoActs::Filer)), Some(true));
    assert_eq!(seen(&tree, &agent, reason(code::NOT_FILED, OTHER, WhoActs::Filer)), None);
    let filed = evolve(tree, &Event::Submitted { node: house("RHC"), by: Actor::Filer("other".into()) });
    assert_eq!(seen(&filed, &agent, owed()), None, "another one filed it");
    // An announcement makes nobody see the whole.
    let mut alone = tree_of("agent");
    alone.documents.insert(house("RHC"), Document::default());
    let whole = |tree: &Tree| view(&answer(Vec::new()), tree, &house("RHA"), &agent).unwrap().valid_until;
    assert_eq!(whole(&alone), Some(now()), "what nobody filed is nobody else's");
}

/// A waybill with two houses, all filed by one.
fn tree_of(filer: &str) -> Tree {
    tree(filer, filer, filer)
}

#[test]
fn of_a_house_that_may_be_anothers_nobody_is_told_the_words_of_a_request() {
    let agent = Asker::Filer("agent".into());
    let doubtful = |node: &str| {
        let mut tree = tree("carrier", "agent", "other");
        let why = Phrase::new(code::WHY_STATED).with("text", "two name it");
        tree.documents.get_mut(&house(node)).unwrap().whose = Some(why);
        tree
    };
    let request = |kind| reason(kind, HOUSE, WhoActs::Filer);
    for kind in [code::RFI_OPEN, code::RFS_OPEN] {
        assert_eq!(seen(&doubtful("RHA"), &agent, request(kind)), Some(false));
        assert_eq!(seen(&doubtful("RHB"), &agent, request(kind)), Some(true));
    }
    assert_eq!(seen(&doubtful("RHA"), &agent, request(code::DNL_OPEN)), Some(true), "no question is in it");
}

#[test]
fn a_carrier_is_told_who_is_asked_and_not_what() {
    let tree = tree("carrier", "agent", "other");
    let asks = |answered_by| {
        let wanted = Wanted { answered_by, deadline_at: None, methods: Vec::new() };
        Reason { wanted: Some(wanted), ..reason(code::RFI_OPEN, HOUSE, WhoActs::Filer) }
    };
    let told = |reason: Reason| {
        let shown = view(&answer(vec![reason]), &tree, &house("RHA"), &Asker::Carrier).unwrap();
        shown.reasons[0].why.iter().map(|why| why.code).collect::<Vec<_>>()
    };
    assert_eq!(told(asks(WhoActs::Carrier)), [code::WHY_CARRIER_IS_ASKED]);
    assert_eq!(told(asks(WhoActs::Filer)), [code::WHY_FILER_IS_ASKED]);
    assert_eq!(told(Reason { wanted: None, ..asks(WhoActs::Filer) }), [code::WHY_FILER_IS_ASKED]);
    assert_eq!(told(reason(code::DNL_OPEN, HOUSE, WhoActs::Authority)), [code::WHY_STATED]);
    // Of another agency's hold he sees that there is one; of what is inside, that something holds.
    let hold = reason(code::OTHER_AGENCY_HOLD, HOUSE, WhoActs::Agency("police".into()));
    let hidden = reason(code::RESEMBLES_DNL, HOUSE, WhoActs::Operator);
    let seen = |reasons: Vec<Reason>| {
        let shown = view(&answer(reasons), &tree, &house("RHA"), &Asker::Carrier).unwrap();
        let told = |reason: &Reason| (reason.code, reason.who_acts.as_str().to_owned());
        shown.reasons.iter().map(told).collect::<Vec<_>>()
    };
    let masked = (code::OTHER_AGENCY_HOLD, "another agency".to_owned());
    let elsewhere = (code::HELD_ELSEWHERE, "carrier".to_owned());
    let twice = vec![hold.clone(), hold.clone()];
    assert_eq!(seen(twice), std::slice::from_ref(&masked), "once, however many hold");
    assert_eq!(seen(vec![hidden.clone(), hidden.clone(), hold]), [masked, elsewhere.clone()]);
    // It stands behind all that holds, and before what only informs.
    let informs = reason(code::SIMULATED, HOUSE, WhoActs::Nobody);
    let told = (code::SIMULATED, "nobody".to_owned());
    assert_eq!(seen(vec![hidden, informs.clone()]), [elsewhere, told.clone()]);
    assert_eq!(
        seen(vec![reason(code::NAME_HIT, HOUSE, WhoActs::Nobody), informs]),
        [told],
        "it holds nothing"
    );
}

/// What is said of a piece of his goods is said of his goods; of those of others he is told nothing.
#[test]
fn a_filer_is_told_what_concerns_a_piece_of_his_goods() {
    let tree = tree("carrier", "agent", "other");
    let piece = |house: &Node| ObjectName::Piece(tree.key(house), 2).to_string();
    let told = |house: Node, asker: &str| {
        let reason = reason(code::RFI_OPEN, &piece(&house), WhoActs::Filer);
        let asker = Asker::Filer(asker.into());
        let shown = view_of_piece(&answer(vec![reason]), &tree, (&house, 2), &asker);
        shown.map(|shown| shown.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>())
    };
    assert_eq!(told(house("RHA"), "agent").unwrap(), [code::RFI_OPEN]);
    assert_eq!(told(house("RHB"), "agent").unwrap_err().0.code, code::OBJECT_UNKNOWN);
}

#[test]
fn an_officer_is_told_the_cause_of_his_own_agencys_hold() {
    let tree = tree("carrier", "agent", "other");
    let hold = || reason(code::OTHER_AGENCY_HOLD, HOUSE, WhoActs::Agency("police".into()));
    let cause = |desk| seen(&tree, &Asker::Officer(desk), hold());
    assert_eq!(cause(Desk::Agency("Police ".into())), Some(true));
    assert_eq!(cause(Desk::Agency("customs".into())), Some(false));
    let authority = || Desk::Authority(programme::ProgrammeId::new("us-acas"));
    assert_eq!(cause(authority()), Some(false));
    let own = reason(code::OTHER_AGENCY_HOLD, HOUSE, WhoActs::Agency("US-ACAS".into()));
    let of_authority = |desk| seen(&tree, &Asker::Officer(desk), own.clone());
    assert_eq!(of_authority(authority()), Some(true), "what an authority holds for itself");
    assert_eq!(of_authority(Desk::Agency("police".into())), Some(false));
    assert_eq!(cause(Desk::Simulation), Some(true), "it plays everybody");
    // That it is a simulation is seen by whoever might load on it.
    assert!(seen(&tree, &Asker::Handler, reason(code::SIMULATED, HOUSE, WhoActs::Nobody)).is_some());
    assert_eq!(seen(&tree, &Asker::Handler, reason(code::RFI_OPEN, HOUSE, WhoActs::Filer)), None);
}

#[test]
fn two_answers_compare_in_one_of_three_ways() {
    use Decision::{Hold, Load};
    let held = answer(vec![reason(code::DNL_OPEN, HOUSE, WhoActs::Authority)]);
    let compare = |ours: Decision, theirs| {
        let ours = Answer { decision: ours, ..held.clone() };
        Comparison::new(HOUSE.to_owned(), now(), &ours, theirs, "OK".to_owned()).outcome()
    };
    for (ours, theirs, outcome, word) in [
        (Load, Load, Outcome::Agree, "agree"),
        (Hold, Hold, Outcome::Agree, "agree"),
        (Hold, Load, Outcome::OnlyWeHold, "only-we-hold"),
        (Load, Hold, Outcome::OnlyTheyHold, "only-they-hold"),
    ] {
        assert_eq!((compare(ours, theirs), outcome.as_str()), (outcome, word));
    }
}
