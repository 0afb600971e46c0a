//! What authorities say, in every order of arrival and on every wire: early, without a time, routine, of units.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::words::*;
use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::{Decision, Stage};
use consignment::ConsignmentKey;
use consignment::fact::{
    AuthorityFact, AuthoritySaid, AuthorityWord, Build, Content, ObjectName, ReferralAnswer, UnitName, What,
    Word,
};
use consignment::ident::UnitLoadDevice;
use consignment::notice::{AuthorityNotice, NoticeTime, Wire};
use consignment::security::ScreeningMethod::{Etd, Xry};
use engine::{Addressee, Channel, Command, NoticeKind};
use programme::{Mode, ProgrammeId};
use std::sync::Arc;

const GOODS: &str = "/NG/TITANIUM BONE SCREWS\r\n";

fn bill() -> ConsignmentKey {
    key("888-10004046", None)
}

fn filing(to: &str) -> String {
    fwb("888-10004046", "FRA", to, "T6K120", &format!("{to}9Z"), GOODS, SECURED)
}

fn channel(programme: &str) -> Channel {
    Channel::authority(ProgrammeId::new(programme))
}

fn filed(world: &mut World, to: &str) {
    world.file_as(&filing(to), "carrier");
}

/// A code of ICS2 for goods into Frankfurt, said at a time of the day or untimed.
fn ics2(code: &str, at: &str) -> AuthorityNotice {
    let issued = (!at.is_empty()).then(|| format!("2026-11-24T{at}:00Z").parse().unwrap());
    AuthorityNotice {
        issued: issued.map(NoticeTime::Instant),
        reference: code.starts_with("IE3Q").then(|| "R-1".into()),
        methods: Vec::new(),
        deadline: None,
        ..notice(Wire::Ics2, &bill(), code, "", "")
    }
}

/// A relay node with a shipment into Frankfurt, accepted.
fn into_europe() -> World {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    world.file_as(&fwb("888-10004046", "DXB", "FRA", "T6K120", "FRA9Z", GOODS, SECURED), "carrier");
    assert_eq!(world.at("06:10").notice(ics2("IE3R01", "06:10"), &channel("eu-ics2")), "told 1");
    world
}

/// Every order in which a filing and the words on it may arrive ends alike.
#[test]
fn no_order_of_arrival_changes_the_end() {
    const WORDS: [&str; 4] = ["SR 24NOV0602", "7H 24NOV0605", "7I 24NOV0609", "SF 24NOV0609"];
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for item in 0..=WORDS.len() {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                (0..=order.len()).map(move |place| {
                    let mut next = order.clone();
                    next.insert(place, item);
                    next
                })
            })
            .collect();
    }
    assert_eq!(orders.len(), 120);
    for wire in [Wire::Camir, Wire::CargoImp] {
        for (programme, to) in [("ca-pact", "YYZ"), ("us-acas", "JFK")] {
            for order in &orders {
                let mut world = World::heard(Mode::Relay);
                world.at("06:20");
                for item in order {
                    match WORDS.get(*item) {
                        Some(said) => {
                            let (code, issued) = said.split_once(' ').unwrap();
                            let said = notice(wire, &bill(), code, "", issued);
                            let told = world.notice(said, &channel(programme));
                            assert!(told.starts_with("told"), "{programme} {order:?} {code}: {told}");
                        }
                        None => filed(&mut world, to),
                    }
                }
                let answer = world.load(&bill());
                assert_eq!(answer.decision, Decision::Load, "{programme} {order:?}: {:?}", holding(&answer));
                assert_eq!(world.referrals(&bill()), ["RFI RFI-1 closed"], "{programme} {order:?}");
            }
        }
    }
}

#[test]
fn a_word_shortly_before_the_filing_is_of_it() {
    // When it was said, when it came in, when the filing came in, and whether it counts.
    let cases = [
        ("24NOV0559", "06:01", "06:00", true),
        ("24NOV0502", "06:01", "06:00", true),
        ("24NOV0458", "06:01", "06:00", false),
        ("24NOV0559", "05:59", "06:00", true),
        ("24NOV0459", "05:00", "06:00", false),
    ];
    for (said, told, came, counts) in cases {
        let mut world = World::heard(Mode::Relay);
        let early = told < came;
        if early {
            assert_eq!(world.at(told).psn("ca-pact", &bill(), &format!("SR {said}")), "told 1");
            assert!(holding(&world.load(&bill())).contains(&"not-filed"), "{said}");
        }
        world.at(came);
        filed(&mut world, "YYZ");
        if !early {
            let heard = world.at(told).psn("ca-pact", &bill(), &format!("SR {said}"));
            assert_eq!(heard, if counts { "told 1" } else { "said-before-filing" }, "{said}");
        }
        let held: &[&str] = if counts { &[] } else { &["not-acknowledged"] };
        assert_eq!(holding(&world.load(&bill())), held, "{said}");
        // It speaks of the first version alone.
        world
            .at("06:30")
            .file_as(&filing("YYZ").replace("T6K120", "T6K125").replace("K120", "K125"), "carrier");
        assert!(holding(&world.load(&bill())).contains(&"not-acknowledged"), "{said}");
    }
}

#[test]
fn a_rejection_before_the_filing_holds_it_and_strangers_leave_nothing() {
    let mut world = World::heard(Mode::Relay);
    world.at("05:59");
    assert_eq!(
        world.notice(errors(Wire::Camir, &bill(), &["MISSING_WEIGHT"]), &channel("ca-pact")),
        "told 1"
    );
    let stranger = Channel::filer("stranger");
    let said = world.notice(notice(Wire::Camir, &bill(), "SR", "", "24NOV0559"), &stranger);
    assert_ne!(said, "told 1");
    world.at("06:00");
    filed(&mut world, "YYZ");
    assert_eq!(holding(&world.load(&bill())), ["filing-rejected"]);
}

#[test]
fn a_closing_of_an_unknown_reference_is_refused_and_waits() {
    let word = |word: Word| {
        let said = AuthorityWord { object: ObjectName::Consignment(bill()), version: None, word };
        What::Authority(Box::new(AuthorityFact {
            programme: "ca-pact".into(),
            said: AuthoritySaid::Plain(said),
        }))
    };
    let closed =
        |reference: &str| word(Word::Closed { kind: ReferralKind::Rfs, reference: reference.into() });
    let opened = |reference: &str| {
        word(Word::Opened {
            kind: ReferralKind::Rfs,
            reference: reference.into(),
            text: String::new(),
            reason: None,
            methods: Vec::new(),
            deadline: None,
        })
    };
    let (mut world, object) = World::cleared(Mode::Relay);
    let pact = channel("ca-pact");
    let said = |world: &mut World, time: &str, what: What| {
        let at = format!("2026-11-24T{time}:00Z").parse().ok();
        let fact = consignment::fact::Fact { id: None, at, by: None, what };
        taken(world.engine.handle(Command::Fact { fact, channel: pact.clone() }))
    };
    world.at("08:00");
    assert_eq!(said(&mut world, "07:30", closed("S-1")), Err("referral-unknown"));
    // It closes nothing else, and what it named is closed when its opening arrives.
    said(&mut world, "07:00", opened("S-2")).unwrap();
    assert_eq!(world.referrals(&object), ["RFS S-2 open"]);
    said(&mut world, "07:10", opened("S-1")).unwrap();
    assert_eq!(world.referrals(&object), ["RFS S-2 open", "RFS S-1 closed"]);
    // One opened later is another one.
    assert_eq!(said(&mut world, "07:20", closed("S-3")), Err("referral-unknown"));
    said(&mut world, "07:40", opened("S-3")).unwrap();
    assert!(world.referrals(&object).contains(&"RFS S-3 open".to_owned()));
}

#[test]
fn completion_without_a_time_ends_nothing_that_came_since() {
    let ics = channel("eu-ics2");
    let mut world = into_europe();
    world.at("09:00").notice(ics2("IE3Q02", "09:00"), &ics);
    world.at("09:05").notice(ics2("IE3N03", ""), &ics);
    assert_eq!(world.referrals(&bill()), ["RFI R-1 open"]);
    assert!(holding(&world.load(&bill())).contains(&"rfi-open"));
    // With its time it ends it.
    world.at("09:10").notice(ics2("IE3N03", "09:10"), &ics);
    assert_eq!(world.referrals(&bill()), ["RFI R-1 closed"]);
    assert_eq!(holding(&world.load(&bill())), [""; 0]);
    // Nothing was asked: it needs no time.
    let mut world = into_europe();
    world.at("09:05").notice(ics2("IE3N03", ""), &ics);
    assert_eq!(holding(&world.load(&bill())), [""; 0]);
}

#[test]
fn completion_never_ends_a_request_whose_answer_tells_of_a_threat() {
    let ics = channel("eu-ics2");
    let mut world = into_europe();
    world.at("09:00").notice(ics2("IE3Q03", "09:00"), &ics);
    let answer = |world: &mut World, clear: bool| {
        let answer = ReferralAnswer {
            programme: "eu-ics2".into(),
            object: bill(),
            reference: "R-1".into(),
            text: String::new(),
            methods: vec![Xry, Etd],
            clear: Some(clear),
        };
        world.fact(What::Answered(Box::new(answer)), "clerk", &Channel::filer("carrier")).unwrap()
    };
    answer(world.at("09:10"), false);
    world.at("10:00").notice(ics2("IE3N03", "10:00"), &ics);
    assert_eq!(world.referrals(&bill()), ["RFS R-1 open"]);
    answer(world.at("10:10"), true);
    assert_eq!(world.referrals(&bill()), ["RFS R-1 open"]);
    world.at("10:20").notice(ics2("IE3N03", "10:20"), &ics);
    assert_eq!(world.referrals(&bill()), ["RFS R-1 closed"]);
}

#[test]
fn routine_messages_hold_nothing_and_an_invalidation_does() {
    let ics = channel("eu-ics2");
    for code in ["IE3N02", "IE3N06", "IE3N08", "IE3N09", "IE3N10", "IE3N11"] {
        let mut world = into_europe();
        world.at("07:00").notice(ics2("IE3N03", "07:00"), &ics);
        assert_eq!(world.at("07:10").notice(ics2(code, "07:10"), &ics), "told 0");
        assert_eq!(holding(&world.load(&bill())), [""; 0], "{code}");
    }
    let mut world = into_europe();
    world.at("07:00").notice(ics2("IE3N03", "07:00"), &ics);
    assert_eq!(world.at("07:10").notice(ics2("IE3R07", "07:10"), &ics), "told 1");
    assert_eq!(holding(&world.load(&bill())), ["filing-rejected"]);
}

#[test]
fn britain_ends_a_request_as_europe_does() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    world.file_as(&fwb("888-10004046", "DXB", "LHR", "T6K120", "LHR9Z", GOODS, SECURED), "carrier");
    let home = channel("gb-predict");
    world.at("06:10").notice(ics2("IE3R01", "06:10"), &home);
    world.at("07:00").notice(ics2("IE3Q02", "07:00"), &home);
    assert_eq!(world.referrals(&bill()), ["RFI R-1 open"]);
    world.at("08:00").notice(ics2("IE3N03", "08:00"), &home);
    assert_eq!(world.referrals(&bill()), ["RFI R-1 closed"]);
    assert!(!holding(&world.load(&bill())).contains(&"rfi-open"));
}

#[test]
fn a_carrier_answers_where_the_programme_lets_him() {
    // Programme, way, what arrives there, who answers, and what comes of it.
    let cases = [
        ("us-acas", "JFK", Channel::carrier("airline"), Ok(1)),
        ("us-acas", "JFK", Channel::filer("airline"), Err("object-unknown")),
        ("ca-pact", "YYZ", Channel::carrier("airline"), Ok(1)),
        ("ca-pact", "YYZ", Channel::filer("stranger"), Err("object-unknown")),
    ];
    for (programme, to, by, expected) in cases {
        let mut world = World::heard(Mode::Relay);
        world.at("06:00").file_as(&filing(to), "forwarder");
        world.at("06:10").psn(programme, &bill(), "7H 24NOV0610");
        let answer = ReferralAnswer {
            programme: programme.into(),
            object: bill(),
            reference: "RFI-1".into(),
            text: "bone screws".into(),
            methods: Vec::new(),
            clear: None,
        };
        world.at("06:20");
        let told = world.fact(What::Answered(Box::new(answer)), "clerk", &by);
        assert_eq!(told, expected, "{programme} {}", by.name);
    }
    let mut world = into_europe();
    world.at("09:00").notice(ics2("IE3Q02", "09:00"), &channel("eu-ics2"));
    let answer = ReferralAnswer {
        programme: "eu-ics2".into(),
        object: bill(),
        reference: "R-1".into(),
        text: "bone screws".into(),
        methods: Vec::new(),
        clear: None,
    };
    let told = world.fact(What::Answered(Box::new(answer)), "clerk", &Channel::carrier("airline"));
    assert_eq!(told, Err("object-unknown"), "ICS2 asks the person filing");
}

#[test]
fn canada_takes_a_bill_from_partners_of_the_carrier() {
    let other = |to: &str| filing(to).replace("ALBANY", "BUFFALO");
    let outcome = |world: &mut World, text: &str, by: &str| match &world.file_as(text, by)[0].outcome {
        engine::Filed::Recorded { version } => format!("version {version}"),
        engine::Filed::Refused(refusal) => refusal.0.code.id().to_owned(),
        other => format!("{other:?}"),
    };
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    assert_eq!(outcome(&mut world, &filing("YYZ"), "carrier"), "version 1");
    world.at("06:02").psn("ca-pact", &bill(), "SR 24NOV0602");
    // Only at the carrier's request (PACT guide 1.9, section 1).
    assert_eq!(outcome(world.at("06:10"), &other("YYZ"), "forwarder"), "Superseded");
    assert_eq!(world.load(&bill()).decision, Decision::Load, "it changes nothing");
    let partner = What::Mandate(consignment::fact::Mandate {
        carrier: consignment::ident::Carrier::parse("9Z").unwrap(),
        station: consignment::ident::Location::parse("FRA").unwrap(),
        agent: "forwarder".into(),
        from: None,
        until: None,
        acts: vec![consignment::fact::MandatedAct::File],
        withdrawn: false,
    });
    let airline = Channel::of_carrier("airline", consignment::ident::Carrier::parse("9Z").unwrap());
    assert_eq!(world.fact(partner, "clerk", &airline), Ok(1));
    assert_eq!(outcome(&mut world, &other("YYZ"), "forwarder"), "version 2");
    assert!(holding(&world.load(&bill())).contains(&"not-acknowledged"), "the latest counts");
    world.at("06:12").psn("ca-pact", &bill(), "SR 24NOV0612");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    world.sent();
    world.at("07:00").psn("ca-pact", &bill(), "7H 24NOV0700");
    let sent = world.sent();
    let told: Vec<_> =
        sent.iter().filter(|notice| notice.kind == NoticeKind::ReferralOpened).map(|n| &n.to).collect();
    for to in ["carrier", "forwarder"] {
        assert!(told.contains(&&Addressee::Filer(to.into())), "{to}: {told:?}");
    }
    // Elsewhere only the declarant amends, also where Canada is one of two.
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    assert_eq!(outcome(&mut world, &filing("JFK"), "carrier"), "version 1");
    assert_eq!(outcome(&mut world, &other("JFK"), "forwarder"), "not-the-declarant");
}

#[test]
fn those_who_submitted_the_master_are_told_of_its_houses() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    let nc = "/NC/CONSOLIDATION AS PER LIST\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "YYZ", "T2K40", "YYZ9Z", nc, SECURED), "carrier");
    let house =
        fhl("888-10004046", "FRAYYZ", "T2K40", "RHA", "2/K40", "STEEL HINGES FOR KITCHEN DOORS", SECURED);
    world.file_as(&house, "forwarder");
    world.sent();
    let object = key("888-10004046", Some("RHA"));
    world.at("07:00").psn("ca-pact", &object, "8H 24NOV0700");
    let sent = world.sent();
    let told: Vec<_> =
        sent.iter().filter(|notice| notice.kind == NoticeKind::ReferralOpened).map(|n| &n.to).collect();
    for to in ["carrier", "forwarder"] {
        assert!(told.contains(&&Addressee::Filer(to.into())), "{to}: {told:?}");
    }
}

#[test]
fn a_do_not_load_of_ics2_names_units() {
    let unit = UnitName::Device(UnitLoadDevice::parse("AKE33333Z7").unwrap());
    let said = |code: &str| {
        let notice = AuthorityNotice { bill: None, ..ics2(code, "07:00") };
        What::Authority(Box::new(AuthorityFact {
            programme: "eu-ics2".into(),
            said: AuthoritySaid::OnUnit(unit.clone(), notice),
        }))
    };
    let mut world = into_europe();
    world.at("07:00").notice(ics2("IE3N03", "07:00"), &channel("eu-ics2"));
    let built = What::Built(consignment::fact::Build {
        unit: unit.clone(),
        contents: vec![consignment::fact::Content {
            object: bill(),
            pieces: Vec::new(),
            count: None,
            weight: None,
            position: None,
        }],
        complete: true,
    });
    world.fact(built, "loader", &Channel::filer("handler")).unwrap();
    // Only a do-not-load names units: what else holds may be about any goods.
    assert_eq!(world.fact(said("IE3Q02"), "", &channel("eu-ics2")), Ok(1));
    world.engine.settings_mut().desks = Some([].into());
    assert!(world.fact(said("IE3Q02"), "", &Channel::filer("somebody")).is_err(), "he forbids nothing");
    world.engine.settings_mut().desks = None;
    world.fact(said("IE3Q01"), "", &channel("eu-ics2")).unwrap();
    let command = Command::PeekObject {
        object: ObjectName::Unit(unit.clone()),
        leg: leg("DXB", "FRA"),
        stage: Stage::Load,
        aircraft: None,
    };
    match world.engine.handle(command).unwrap() {
        engine::Reply::Answered(answer) => {
            assert!(holding(&answer).contains(&"dnl-open"), "{:?}", holding(&answer));
        }
        other => panic!("{other:?}"),
    }
}

/// "Assessment complete" acknowledges on the wires alone of which the programme's data say so, whenever it comes.
#[test]
fn completion_tells_of_receipt_on_some_wires() {
    let canada = channel("ca-pact");
    let complete = |wire: Wire| {
        let code = if wire == Wire::CargoXml { "CO" } else { "SF" };
        notice(wire, &bill(), code, "PACT ASSESSMENT COMPLETE", "24NOV0605")
    };
    for (wire, held) in
        [(Wire::Camir, &[][..]), (Wire::CargoImp, &[]), (Wire::CargoXml, &["not-acknowledged"])]
    {
        for early in [false, true] {
            let mut world = World::heard(Mode::Relay);
            world.at("06:00");
            if early {
                world.notice(complete(wire), &canada);
            }
            filed(&mut world, "YYZ");
            if !early {
                world.at("06:06").notice(complete(wire), &canada);
            }
            let held: &[&str] = held;
            assert_eq!(holding(&world.load(&bill())), held, "{wire:?} {early}");
        }
    }
}

/// A mail from an address that is none of the authority's cancels no order on a unit, by whichever channel it comes.
#[test]
fn a_strangers_mail_cancels_no_order_on_a_unit() {
    let unit = UnitName::Device(UnitLoadDevice::parse("AKE33333Z7").unwrap());
    let mail = |subject: &str, from: &str| {
        let mail = notice(Wire::Mail, &bill(), subject, "", "");
        let mail =
            AuthorityNotice { bill: None, reference: Some("U-1".into()), from: Some(from.into()), ..mail };
        What::Authority(Box::new(AuthorityFact {
            programme: "ca-pact".into(),
            said: AuthoritySaid::OnUnit(unit.clone(), mail),
        }))
    };
    let (opens, cancels) = (
        "DO NOT LOAD NOTICE (DNL) - PACT: AWB# 888-10004046",
        "CANCELLED DO NOT LOAD NOTICE (DNL) - PACT: AWB# 888-10004046",
    );
    let canada = channel("ca-pact");
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    assert_eq!(world.fact(mail(opens, MAIL), "", &canada), Ok(1));
    let refused = Err("mail-not-from-authority");
    assert_eq!(world.at("06:10").fact(mail(cancels, "somebody@example.org"), "", &canada), refused);
    assert_eq!(world.at("06:20").fact(mail(cancels, MAIL), "", &canada), Ok(1));
}

/// An order on a unit holds its goods, also where the node keeps no case of them in that programme; officers see it.
#[test]
fn an_order_of_a_programme_without_a_case_is_seen() {
    let unit = UnitName::Device(UnitLoadDevice::parse("AKE33333Z7").unwrap());
    let mut world = World::heard(Mode::Relay);
    filed(&mut world, "YYZ");
    let nowhere = ProgrammeId::new("gb-predict");
    let programmes = &mut world.engine.settings_mut().programmes;
    let left_out = programmes.remove(&nowhere).unwrap();
    world.engine.settings_mut().left_out.insert(nowhere.clone(), left_out);
    let all = Content { object: bill(), pieces: Vec::new(), count: None, weight: None, position: None };
    let built = What::Built(Build { unit: unit.clone(), contents: vec![all], complete: true });
    assert_eq!(world.at("06:05").fact(built, "", &Channel::filer("carrier")), Ok(1));
    let ordered = |kind: fn(Arc<str>) -> Word| {
        let word =
            AuthorityWord { object: ObjectName::Unit(unit.clone()), version: None, word: kind("U-1".into()) };
        What::Authority(Box::new(AuthorityFact {
            programme: nowhere.as_str().into(),
            said: AuthoritySaid::Plain(word),
        }))
    };
    let shown = |world: &mut World| {
        let cases = world.view(&bill()).cases;
        let known = cases.iter().find(|case| case.programme == nowhere);
        known.map(|case| (case.outcome, case.referrals.len()))
    };
    assert_eq!(shown(&mut world), None);
    let opens = |reference| Word::Opened {
        kind: ReferralKind::Dnl,
        reference,
        text: String::new(),
        reason: None,
        methods: Vec::new(),
        deadline: None,
    };
    let britain = channel("gb-predict");
    assert_eq!(world.at("06:10").fact(ordered(opens), "", &britain), Ok(1));
    assert!(holding(&world.load(&bill())).contains(&"dnl-open"));
    world.engine.forget();
    assert_eq!(shown(&mut world), Some(("DNL", 1)));
    let closes = |reference| Word::Closed { kind: ReferralKind::Dnl, reference };
    assert_eq!(world.at("06:20").fact(ordered(closes), "", &britain), Ok(1));
    assert_eq!(shown(&mut world), None);
}
