//! What officers decide, alone and by two, and what an outage suspends.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::words::taken;
use crate::world::*;
use casework::case::ReferralKind;
use casework::decision::{Desk, OneOfficer};
use casework::gate::Decision;
use consignment::ConsignmentKey;
use consignment::fact::{
    AuthorityWord, Fact, ObjectName, OfficerAct, OfficerDeed, OutageNotice, OutageSays, Person, What, Word,
};
use engine::{AuthorityAct, Channel, Command, EngineError};
use jiff::SignedDuration;
use programme::{Mode, ProgrammeId};

fn person(id: &str, organisation: &str) -> Option<Person> {
    Some(Person { id: id.into(), organisation: organisation.into() })
}

/// What an act came to: the number of events, or the code of the refusal.
fn told(world: &mut World, id: &str, by: &str, what: What, channel: &Channel) -> Result<usize, &'static str> {
    let fact = Fact { id: Some(id.into()), at: None, by: person(by, "agency"), what };
    taken(world.engine.handle(Command::Fact { fact, channel: channel.clone() }))
}

fn act(act: OfficerDeed) -> What {
    What::Act(Box::new(OfficerAct { act, reason: "seal number differs".into() }))
}

fn confirm(proposal: &str) -> What {
    act(OfficerDeed::Confirm { proposal: proposal.into() })
}

#[test]
fn one_holds_at_once_and_two_release() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let police = Channel::officers("police desk", Desk::Agency("police".into()));
    let hold = || act(OfficerDeed::Hold { object: object.clone(), agency: "police".into(), review_at: None });
    let release = || act(OfficerDeed::Release { object: object.clone(), agency: "police".into() });

    assert_eq!(told(&mut world, "H0", "A", hold(), &Channel::filer("carrier")), Err("not-an-officer"));
    assert_eq!(told(&mut world, "R0", "A", release(), &police), Err("nothing-held"));
    assert_eq!(told(&mut world, "H1", "A", hold(), &police), Ok(2));
    assert_eq!(told(&mut world, "H1", "A", hold(), &police), Ok(0), "told again, it is the same act");
    assert_eq!(holding(&world.load(&object)), ["other-agency-hold"]);

    let customs = Channel::officers("customs desk", Desk::Agency("customs".into()));
    assert_eq!(told(&mut world, "R1", "B", release(), &customs), Err("not-your-agency"));
    assert_eq!(told(&mut world, "R1", "B", release(), &police), Ok(1));
    assert_eq!(holding(&world.load(&object)), ["other-agency-hold"], "one person releases nothing");
    assert_eq!(told(&mut world, "C1", "B", confirm("R1"), &police), Err("second-person-needed"));
    assert_eq!(told(&mut world, "C2", "C", confirm("R9"), &police), Err("proposal-unknown"));
    assert_eq!(told(&mut world, "C3", "C", confirm("R1"), &customs), Err("not-your-agency"));
    let refuse = || act(OfficerDeed::Refuse { proposal: "R1".into() });
    assert_eq!(told(&mut world, "C3", "C", refuse(), &customs), Err("not-your-agency"));
    for spelt in ["b", " B", "B "] {
        assert_eq!(told(&mut world, "C3", spelt, confirm("R1"), &police), Err("second-person-needed"));
    }
    assert_eq!(told(&mut world, "C4", "C", confirm("R1"), &police), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load);
    assert_eq!(told(&mut world, "C5", "D", confirm("R1"), &police), Err("proposal-unknown"), "it is done");
}

#[test]
fn nobody_decides_on_his_own_filing_or_without_name_and_reason() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let desk = Channel::officers("carrier desk", Desk::Agency("carrier".into()));
    let hold = OfficerDeed::Hold { object: object.clone(), agency: "carrier".into(), review_at: None };
    let mut say = |by: Option<Person>, reason: &str| {
        let act = OfficerAct { act: hold.clone(), reason: reason.into() };
        let fact = Fact { id: None, at: None, by, what: What::Act(Box::new(act)) };
        match world.engine.handle(Command::Fact { fact, channel: desk.clone() }) {
            Err(EngineError::Refused(refusal)) => refusal.0.code.id(),
            Ok(_) => "done",
            Err(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(say(person("A", "carrier"), "doubts"), "own-filing");
    assert_eq!(say(person("carrier", "somebody"), "doubts"), "own-filing");
    assert_eq!(say(person("A", "Carrier "), "doubts"), "own-filing");
    assert_eq!(say(None, "doubts"), "person-missing");
    assert_eq!(say(person("A", "somebody"), "  "), "reason-missing");
    assert_eq!(say(person("A", "somebody"), "doubts"), "done");
}

#[test]
fn an_authority_that_decides_here_opens_alone_and_closes_by_two() {
    let (mut world, object) = World::cleared(Mode::Authority);
    let desk = Channel::officers("targeting", Desk::Authority(ProgrammeId::new("ca-pact")));
    let word = |word| OfficerDeed::Refer {
        programme: "ca-pact".into(),
        word: AuthorityWord { object: ObjectName::Consignment(object.clone()), version: None, word },
    };
    let open = |kind| Word::Opened {
        kind,
        reference: "REF-1".into(),
        text: "what are the goods".into(),
        reason: Some("lane".into()),
        methods: Vec::new(),
        deadline: None,
    };
    assert_eq!(told(&mut world, "O1", "A", act(word(open(ReferralKind::Dnl))), &desk), Ok(2));
    assert_eq!(holding(&world.load(&object)), ["dnl-open"]);
    let cancel = || {
        act(OfficerDeed::CancelDoNotLoad {
            programme: "ca-pact".into(),
            object: object.clone(),
            reference: "REF-1".into(),
        })
    };
    let other = Channel::officers("other", Desk::Authority(ProgrammeId::new("us-acas")));
    assert_eq!(told(&mut world, "X1", "B", cancel(), &other), Err("not-your-decision"));
    assert_eq!(told(&mut world, "X2", "A", cancel(), &desk), Ok(1));
    assert!(holding(&world.load(&object)).contains(&"dnl-open"));
    assert_eq!(told(&mut world, "X3", "B", confirm("X2"), &desk), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load, "{:?}", holding(&world.load(&object)));

    // Entered in error: an event of its own, by two people.
    assert_eq!(told(&mut world, "O2", "A", act(word(open(ReferralKind::Rfi))), &desk), Ok(2));
    assert_eq!(holding(&world.load(&object)), ["rfi-open"]);
    let error = || act(OfficerDeed::EnteredInError { entry: "O2".into(), object: object.clone() });
    assert_eq!(told(&mut world, "E1", "A", error(), &desk), Ok(1));
    assert_eq!(holding(&world.load(&object)), ["rfi-open"]);
    assert_eq!(told(&mut world, "E2", "B", confirm("E1"), &desk), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load);
}

#[test]
fn a_shift_of_one_officer_acts_alone_and_is_reviewed() {
    let (mut world, object) = World::filed(Mode::Relay);
    world.done("ca-pact", AuthorityAct::Acknowledge { object: object.clone(), version: None });
    world.policy(Some(OneOfficer {
        stated: "standing order 7".into(),
        review_within: SignedDuration::from_hours(24),
    }));
    let police = Channel::officers("police desk", Desk::Agency("police".into()));
    let hold = act(OfficerDeed::Hold { object: object.clone(), agency: "police".into(), review_at: None });
    let release = act(OfficerDeed::Release { object: object.clone(), agency: "police".into() });
    told(&mut world, "H1", "A", hold, &police).unwrap();
    assert_eq!(told(&mut world, "R1", "A", release, &police), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load);
    assert_eq!(told(&mut world, "V1", "A", confirm("R1"), &police), Err("second-person-needed"));
    assert_eq!(told(&mut world, "V2", "B", confirm("R1"), &police), Ok(1), "the review");
    assert_eq!(told(&mut world, "V3", "C", confirm("R1"), &police), Err("proposal-unknown"));
}

/// The Canadian guide's outage, row by row.
#[test]
fn s8_outage_as_the_guide_has_it() {
    let mut world = World::new(Mode::Relay);
    let names = ["888-10008084", "888-10009090", "888-10010103", "888-10011116", "888-10012122"];
    let [a, b, c, d, e] = names.map(|number| key(number, None));
    let file = |world: &mut World, number: &str| {
        let goods = "/NG/TITANIUM BONE SCREWS\r\n";
        world.file_as(&fwb(number, "FRA", "YYZ", "T6K120", "YYZ9Z", goods, SECURED), "carrier");
    };
    let ack = |object: &ConsignmentKey| AuthorityAct::Acknowledge { object: object.clone(), version: None };
    file(world.at("11:55"), names[0]);
    world.at("12:00").done("ca-pact", ack(&a));
    world.at("12:30").done("ca-pact", open(a.clone(), ReferralKind::Rfi, "7H-A"));
    file(world.at("12:55"), names[3]);
    world.at("13:00").done("ca-pact", ack(&d));
    file(world.at("13:58"), names[1]);
    // Of C only a booking is known.
    world.act("ca-pact", open(c.clone(), ReferralKind::Rfi, "SEEN")).unwrap();
    let close = AuthorityAct::Close { kind: ReferralKind::Rfi, reference: "SEEN".into(), object: c.clone() };
    world.act("ca-pact", close).unwrap();

    let desk = Channel::officers("duty", Desk::Agency("duty desk".into()));
    let notice = |says, confirms: Option<&str>| {
        What::Outage(OutageNotice {
            programme: "ca-pact".into(),
            says,
            evidence: "mail with headers".into(),
            sender: Some("PACT-Information-CFAPC@tc.gc.ca".into()),
            confirms: confirms.map(Into::into),
            refuses: None,
        })
    };
    let expect = |world: &mut World, row: &str, expected: [&[&str]; 4]| {
        for (object, expected) in [&a, &b, &c, &d].into_iter().zip(expected) {
            let answer = world.load(object);
            let holding = holding(&answer);
            assert!(expected.iter().all(|code| holding.contains(code)), "{row} {object}: {holding:?}");
            assert_eq!(expected.is_empty(), answer.decision == Decision::Load, "{row} {object}: {holding:?}");
        }
    };
    let before: [&[&str]; 4] = [&["rfi-open"], &["not-acknowledged"], &["not-filed"], &[]];
    expect(world.at("13:59"), "13:59", before);
    assert!(told(world.at("14:06"), "N1", "A", notice(OutageSays::Suspended, None), &desk).is_ok());
    expect(&mut world, "14:06", before);
    assert!(told(world.at("14:08"), "N2", "B", notice(OutageSays::Suspended, Some("N1")), &desk).is_ok());
    expect(&mut world, "14:08", [&["rfi-open"], &[], &["not-filed"], &[]]);
    assert!(codes_of(&world.load(&b)).contains(&"outage-suspension"));
    world.at("14:20").done("ca-pact", open(b.clone(), ReferralKind::Rfi, "MAIL-B"));
    expect(&mut world, "14:20", [&["rfi-open"], &["rfi-open"], &["not-filed"], &[]]);
    assert!(told(world.at("16:30"), "N3", "A", notice(OutageSays::Over, None), &desk).is_ok());
    file(world.at("16:40"), names[4]);
    let answer = world.at("18:29").load(&e);
    assert_eq!(answer.decision, Decision::Load, "{:?}", holding(&answer));
    assert_eq!(answer.valid_until, Some("2026-11-24T18:30:00Z".parse().unwrap()));
    assert_eq!(holding(&world.at("18:31").load(&e)), ["not-acknowledged"]);
    // No other programme knows a suspension.
    let acas = What::Outage(OutageNotice {
        programme: "us-acas".into(),
        says: OutageSays::Suspended,
        evidence: "mail".into(),
        sender: None,
        confirms: None,
        refuses: None,
    });
    assert_eq!(told(&mut world, "N9", "A", acas, &desk), Err("no-suspension-here"));
}

/// A flood of open items is refused, and what was refused holds the goods until two people dealt with it.
#[test]
fn too_many_open_items_are_refused_and_hold() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let opened = |at: usize| open(object.clone(), ReferralKind::Rfi, &format!("R{at}"));
    for at in 0..casework::case::OPEN_ITEMS_MAX {
        world.done("ca-pact", opened(at));
    }
    let refused = world.act("ca-pact", opened(usize::MAX));
    assert!(matches!(refused, Err(EngineError::Refused(why)) if why.0.code.id() == "too-many-open"));
    for at in 0..casework::case::OPEN_ITEMS_MAX {
        let reference = format!("R{at}").into();
        let kind = ReferralKind::Rfi;
        world.done("ca-pact", AuthorityAct::Close { kind, reference, object: object.clone() });
    }
    assert_eq!(holding(&world.load(&object)), ["message-unread"]);
    let desk = Channel::officers("duty", Desk::Agency("duty desk".into()));
    let settle = act(OfficerDeed::SettleUnread { object: Some(object.clone()) });
    assert_eq!(told(&mut world, "S1", "A", settle, &desk), Ok(1));
    assert_eq!(holding(&world.load(&object)), ["message-unread"]);
    assert_eq!(told(&mut world, "S2", "B", confirm("S1"), &desk), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load);
}

/// An order not to load and a hold are kept however many items are open: settling what was refused frees no goods that
/// one of them holds.
#[test]
fn what_forbids_loading_is_kept_above_the_limit() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let opened = |kind, at: usize| open(object.clone(), kind, &format!("R{at}"));
    for at in 0..casework::case::OPEN_ITEMS_MAX {
        world.done("ca-pact", opened(ReferralKind::Rfi, at));
    }
    world.done("ca-pact", opened(ReferralKind::Dnl, 0));
    let police = Channel::officers("police desk", Desk::Agency("police".into()));
    let hold = act(OfficerDeed::Hold { object: object.clone(), agency: "police".into(), review_at: None });
    assert_eq!(told(&mut world, "H1", "A", hold, &police), Ok(2));
    for at in 0..casework::case::OPEN_ITEMS_MAX {
        let (kind, reference) = (ReferralKind::Rfi, format!("R{at}").into());
        world.done("ca-pact", AuthorityAct::Close { kind, reference, object: object.clone() });
    }
    assert_eq!(holding(&world.load(&object)), ["dnl-open", "other-agency-hold"]);
}

/// Officers never decide for an authority whose messages are relayed, and play it in a training.
#[test]
fn officers_decide_for_an_authority_only_where_it_decides_here() {
    let desk = Channel::officers("targeting", Desk::Authority(ProgrammeId::new("ca-pact")));
    let word = |object: &ConsignmentKey, word| {
        let object = ObjectName::Consignment(object.clone());
        let word = AuthorityWord { object, version: None, word };
        act(OfficerDeed::Refer { programme: "ca-pact".into(), word })
    };
    let (mut world, object) = World::filed(Mode::Relay);
    let acknowledge = word(&object, Word::Acknowledged);
    assert_eq!(told(&mut world, "A1", "A", acknowledge.clone(), &desk), Err("not-your-decision"));
    for (kind, reference) in [(ReferralKind::Rfi, "R1"), (ReferralKind::Dnl, "R2")] {
        world.done("ca-pact", open(object.clone(), kind, reference));
        let close = word(&object, Word::Closed { kind, reference: reference.into() });
        assert_eq!(told(&mut world, "A2", "A", close, &desk), Err("not-your-decision"));
    }
    let (programme, reference) = ("ca-pact".into(), "R2".into());
    let cancel = OfficerDeed::CancelDoNotLoad { programme, object: object.clone(), reference };
    assert_eq!(told(&mut world, "A3", "A", act(cancel), &desk), Err("not-your-decision"));

    let (mut world, _) = World::filed(Mode::Simulated);
    let opened = Word::Opened {
        kind: ReferralKind::Rfi,
        reference: "T1".into(),
        text: "what are the goods".into(),
        reason: None,
        methods: Vec::new(),
        deadline: None,
    };
    assert!(told(&mut world, "T1", "A", word(&object, opened), &desk).is_ok());
    let answer = world.load(&object);
    assert!(answer.simulated && holding(&answer).contains(&"rfi-open"), "{answer:?}");
}

/// Another agency holds, and frees nothing that is not its own.
#[test]
fn no_agency_takes_the_lock_of_another() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let plant = Channel::officers("plant", Desk::Agency("plant health".into()));
    let duty = Channel::officers("duty", Desk::Agency("duty desk".into()));
    let avsec = Channel::officers("avsec", Desk::Agency("aviation security".into()));
    world.at("07:00").done("ca-pact", open(object.clone(), ReferralKind::Rfs, "S1"));
    let close =
        AuthorityAct::Close { kind: ReferralKind::Rfs, reference: "S1".into(), object: object.clone() };
    world.at("07:10").done("ca-pact", close);
    assert_eq!(holding(&world.load(&object)), ["hrcm-not-screened"]);
    let release = || act(OfficerDeed::ReleaseHighRisk { object: object.clone() });
    world.at("07:20");
    for desk in [&plant, &duty] {
        assert_eq!(told(&mut world, "X1", "A", release(), desk), Err("desk-not-competent"));
    }
    assert_eq!(told(&mut world, "X1", "A", release(), &avsec), Ok(1));
    assert_eq!(told(&mut world, "X2", "B", confirm("X1"), &plant), Err("desk-not-competent"));
    assert_eq!(told(&mut world, "X2", "B", confirm("X1"), &avsec), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load);

    let (mut world, object) = World::cleared(Mode::Relay);
    let claim = words::notice(consignment::notice::Wire::Camir, &object, "6H", "", "");
    assert_eq!(world.notice(claim, &Channel::filer("somebody")), "told 1");
    assert_eq!(holding(&world.load(&object)), ["referral-claimed"]);
    let clear = || {
        let (programme, kind) = ("ca-pact".into(), Some(ReferralKind::Dnl));
        act(OfficerDeed::ClearClaim { programme, object: object.clone(), kind })
    };
    let settle = || act(OfficerDeed::SettleUnread { object: Some(object.clone()) });
    assert_eq!(told(&mut world, "X3", "A", clear(), &plant), Err("desk-not-competent"));
    assert_eq!(told(&mut world, "X4", "A", settle(), &plant), Err("desk-not-competent"));
    assert_eq!(told(&mut world, "X5", "A", clear(), &duty), Ok(1));
    assert_eq!(told(&mut world, "X6", "B", confirm("X5"), &duty), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load);
}

/// Who filed a house decides on nothing that lets it pass, under whatever spelling.
#[test]
fn who_filed_any_of_the_goods_lets_none_pass() {
    let mut world = World::new(Mode::Relay);
    let (master, house) = (key("888-10001014", None), key("888-10001014", Some("RHA")));
    let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
    world.file_as(&fwb("888-10001014", "FRA", "YYZ", "T4K200", "YYZ9Z", goods, SECURED), "carrier");
    let hinges = "STEEL HINGES FOR KITCHEN DOORS";
    let message = fhl("888-10001014", "FRAYYZ", "T4K200", "RHA", "4/K200", hinges, SECURED);
    world.file_as(&message, "forwarder");
    let police = Channel::officers("police desk", Desk::Agency("police".into()));
    for object in [&master, &house] {
        let hold = OfficerDeed::Hold { object: object.clone(), agency: "police".into(), review_at: None };
        told(&mut world, &format!("H {object}"), "A", act(hold), &police).unwrap();
        let release = || act(OfficerDeed::Release { object: object.clone(), agency: "police".into() });
        for own in ["Forwarder", "CARRIER", " carrier "] {
            assert_eq!(told(&mut world, "R1", own, release(), &police), Err("own-filing"), "{own} {object}");
        }
    }
}

/// Two people suspend by one and the same notice.
#[test]
fn both_confirm_the_same_notice() {
    let (mut world, object) = World::filed(Mode::Relay);
    let desk = Channel::officers("duty", Desk::Agency("duty desk".into()));
    let notice = |evidence: &str, sender: Option<&str>, confirms: Option<&str>| {
        What::Outage(OutageNotice {
            programme: "ca-pact".into(),
            says: OutageSays::Suspended,
            evidence: evidence.into(),
            sender: sender.map(Into::into),
            confirms: confirms.map(Into::into),
            refuses: None,
        })
    };
    let theirs = Some("PACT-Information-CFAPC@tc.gc.ca");
    told(&mut world, "N1", "MARC", notice("m", theirs, None), &desk).unwrap();
    let mut say = |by: &str, what: What| told(&mut world, "N2", by, what, &desk);
    assert_eq!(say("Marc", notice("m", theirs, Some("N1"))), Err("second-person-needed"));
    assert_eq!(say("IDA", notice("m2", theirs, Some("N1"))), Err("evidence-differs"));
    assert_eq!(say("IDA", notice("m", None, Some("N1"))), Err("evidence-differs"));
    assert_eq!(say("IDA", notice("m", theirs, Some("N1"))), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load);
    // Nobody but officers ends it.
    let over = What::Outage(OutageNotice {
        programme: "ca-pact".into(),
        says: OutageSays::Over,
        evidence: "x".into(),
        sender: Some("eve@evil.invalid".into()),
        confirms: None,
        refuses: None,
    });
    assert_eq!(told(&mut world, "N3", "EVE", over.clone(), &Channel::filer("other")), Err("not-an-officer"));
    assert_eq!(told(&mut world, "N3", "MARC", over, &desk), Ok(2));
}

/// A number that a stranger filed first is not lost for its owner, and a house that a stranger put into a master does
/// not hold it for ever: two officers strike the filing.
#[test]
fn two_strike_the_filing_of_a_stranger() {
    let mut world = World::new(Mode::Relay);
    let (master, house) = (key("888-10001014", None), |name: &str| key("888-10001014", Some(name)));
    let filed = |name: &str, quantity: &str, goods: &str| {
        fhl("888-10001014", "FRAJFK", "T4K200", name, quantity, goods, SECURED)
    };
    let hinges = "STEEL HINGES FOR KITCHEN DOORS";
    world.file_as(&filed("RHA", "4/K200", "PLASTIC BUCKETS FOR GARDENS"), "stranger");
    world.file_as(&filed("EVIL", "5/K100", hinges), "stranger");
    let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
    world.file_as(&fwb("888-10001014", "FRA", "JFK", "T4K200", "JFK9Z", goods, SECURED), "carrier");
    let refused = |world: &mut World, filer: &str| {
        let filed = world.file_as(&filed("RHA", "4/K200", hinges), filer);
        matches!(&filed[0].outcome, engine::Filed::Refused(why) if why.0.code.id() == "not-the-declarant")
    };
    assert!(refused(&mut world, "forwarder"));
    world.done("us-acas", AuthorityAct::Complete { object: house("RHA"), version: None });
    let strike = |object: &ConsignmentKey| OfficerDeed::StrikeFiling { object: object.clone() };
    assert_eq!(world.deed_for("plant health", "S0", "A", strike(&house("RHA"))), Err("desk-not-competent"));
    for (id, name) in [("S1", "RHA"), ("S2", "EVIL")] {
        assert_eq!(world.deed(id, "A", strike(&house(name))), Ok(1));
        let confirm = OfficerDeed::Confirm { proposal: id.into() };
        assert_eq!(world.deed(&format!("C{id}"), "B", confirm), Ok(2));
    }
    assert_eq!(world.deed("S3", "A", strike(&house("RHA"))), Err("nothing-to-confirm"));
    assert!(refused(&mut world, "stranger"), "he files it no more");
    assert!(!refused(&mut world, "forwarder"));
    world.done("us-acas", AuthorityAct::Complete { object: master.clone(), version: None });
    assert_eq!(
        holding(&world.load(&master)),
        ["not-acknowledged"],
        "what was said of the stranger's is void"
    );
    world.done("us-acas", AuthorityAct::Complete { object: house("RHA"), version: Some(2) });
    let answer = world.load(&master);
    assert_eq!(answer.decision, Decision::Load, "{:?}", holding(&answer));
}

/// Two people release goods from a high-risk mark; a request that is open still holds them.
#[test]
fn two_release_from_the_high_risk_mark() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let desk = Channel::officers("avsec", Desk::Agency("aviation security".into()));
    let mark = What::HighRisk { object: object.clone(), why: "tip".into(), methods_min: None };
    told(world.at("06:10"), "M1", "A", mark, &desk).unwrap();
    assert!(holding(&world.load(&object)).contains(&"hrcm-not-screened"));
    let release = || act(OfficerDeed::ReleaseHighRisk { object: object.clone() });
    assert_eq!(told(world.at("06:20"), "R1", "A", release(), &desk), Ok(1));
    assert!(holding(&world.load(&object)).contains(&"hrcm-not-screened"));
    assert_eq!(told(world.at("06:21"), "R2", "B", confirm("R1"), &desk), Ok(2));
    assert_eq!(world.load(&object).decision, Decision::Load, "{:?}", holding(&world.load(&object)));
    world.at("06:30").done("ca-pact", open(object.clone(), ReferralKind::Rfs, "S1"));
    told(world.at("06:40"), "R3", "A", release(), &desk).unwrap();
    told(world.at("06:41"), "R4", "B", confirm("R3"), &desk).unwrap();
    let held = holding(&world.load(&object));
    assert!(held.contains(&"rfs-open") && held.contains(&"hrcm-not-screened"), "{held:?}");
}
