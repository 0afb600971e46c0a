//! Each asker sees his own: what is hidden from him changes nothing of what he is told.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::decision::Desk;
use casework::gate::{Answer, Decision};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::{
    Fact, OfficerAct, OfficerDeed, OutageNotice, OutageSays, Person, VoiceContact, What,
};
use engine::{AuthorityAct, Channel, Command};
use finding::{Language, Phrase, codes};
use programme::Mode;
use proptest::prelude::*;

const MASTER: &str = "888-10001014";

fn house(name: &str) -> ConsignmentKey {
    key(MASTER, Some(name))
}

/// What one asker is told, and the words of it.
fn told(
    world: &mut World,
    object: &ConsignmentKey,
    asker: Asker,
) -> Result<(Answer, Vec<String>), &'static str> {
    let (_, answer) = world.commit(object, "desk", asker)?;
    let words = answer.reasons.iter().map(|reason| reason.message(Language::English)).collect();
    Ok((answer, words))
}

/// What is hidden from the forwarder of house RHA and from the carrier.
#[derive(Debug, Clone)]
struct Hidden {
    /// Number, goods and pieces of the other forwarder's house.
    number: String,
    goods: &'static str,
    referral: ReferralKind,
    referrals: usize,
    /// The agency that holds the forwarder's own house, and why.
    agency: &'static str,
    cause: &'static str,
    /// The text of the request about the other house.
    text: &'static str,
    /// The code of a message about the master that nobody understands.
    unread: Option<&'static str>,
}

fn hidden() -> impl Strategy<Value = Hidden> {
    let kind = prop_oneof![Just(ReferralKind::Rfi), Just(ReferralKind::Rfs)];
    let goods = prop::sample::select(vec!["STEEL HINGES FOR KITCHEN DOORS", "BRASS HANDLES FOR DRAWERS"]);
    let agency = prop::sample::select(vec!["police", "sanctions compliance", "plant health"]);
    let words = || prop::sample::select(vec!["informant", "ZEPHYR TRADING", "-"]);
    let unread = prop::sample::select(vec![Some("9Q"), Some("9X")]);
    (("RH[B-Z]{1,4}", goods, kind, 1..4_usize), (agency, words(), words(), unread)).prop_map(
        |((number, goods, referral, referrals), (agency, cause, text, unread))| Hidden {
            number,
            goods,
            referral,
            referrals,
            agency,
            cause,
            text,
            unread,
        },
    )
}

fn world(hidden: &Hidden) -> World {
    let mut world = World::new(Mode::Relay);
    let css = "OCI/DE/CSS/RA/01234-01\r\n///ED/1127\r\n";
    let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
    world.file_as(&fwb(MASTER, "FRA", "YYZ", "T10K500.0", "YYZ9Z", goods, css), "carrier");
    let fhl = |name: &str, quantity: &str, goods: &str| {
        fhl(MASTER, "FRAYYZ", "T10K500.0", name, quantity, goods, SECURED)
    };
    world.file_as(&fhl("RHA", "4/K200", "STEEL HINGES FOR KITCHEN DOORS"), "forwarder one");
    world.file_as(&fhl(&hidden.number, "6/K300", hidden.goods), "forwarder two");
    for object in [key(MASTER, None), house("RHA"), house(&hidden.number)] {
        world.done("ca-pact", AuthorityAct::Acknowledge { object, version: None });
    }
    for at in 0..hidden.referrals {
        let opened = AuthorityAct::Open {
            object: house(&hidden.number),
            kind: hidden.referral,
            reference: format!("R{at}").into(),
            reason: Phrase::new(codes::gate::WHY_STATED).with("text", hidden.text),
            deadline: None,
        };
        world.done("ca-pact", opened);
    }
    if let Some(code) = hidden.unread {
        let unread = format!("PSN\r\n{MASTER}\r\nCSN/{code}/24NOV0610/WORDS\r\n");
        world.say_as(&unread, &Channel::filer("police"));
    }
    let (agency, review_at) = (hidden.agency.into(), None);
    let hold = OfficerDeed::Hold { object: house("RHA"), agency, review_at };
    let act = OfficerAct { act: hold, reason: hidden.cause.into() };
    world.act_of(hidden.agency, "H1", "A", act).unwrap();
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_hidden_changes_nothing_of_the_answer(one in hidden(), other in hidden()) {
        let (mut one, mut other) = (world(&one), world(&other));
        let filer = || Asker::Filer("forwarder one".into());
        for (object, asker) in [
            (house("RHA"), filer()),
            (house("RHA"), Asker::Handler),
            (house("RHA"), Asker::Carrier),
            (key(MASTER, None), Asker::Filer("carrier".into())),
            (key(MASTER, None), Asker::Handler),
        ] {
            let (first, second) = (told(&mut one, &object, asker.clone()), told(&mut other, &object, asker));
            prop_assert_eq!(format!("{first:?}"), format!("{second:?}"));
        }
    }
}

/// What of the security of everything around a house its filer may not see.
#[derive(Debug, Clone)]
struct Around {
    other_secured: bool,
    master_status: &'static str,
    broken: bool,
    alarm: bool,
    asked: Option<ReferralKind>,
    asked_of_other: bool,
}

fn around() -> impl Strategy<Value = Around> {
    let asked = prop::option::of(prop_oneof![Just(ReferralKind::Rfs), Just(ReferralKind::Dnl)]);
    let status = prop::sample::select(vec!["", "NSC", "SCO"]);
    (any::<[bool; 4]>(), status, asked).prop_map(|(flags, master_status, asked)| {
        let [other_secured, broken, alarm, asked_of_other] = flags;
        Around { other_secured, master_status, broken, alarm, asked, asked_of_other }
    })
}

/// What the filer of house RHA is told, who secured it so, of goods that nobody acknowledged.
fn told_of_security(own: &str, around: &Around) -> (Answer, Vec<String>) {
    let mut world = World::new(Mode::Relay);
    let css = "OCI/DE/CSS/RA/01234-01\r\n///ED/1127\r\n";
    let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
    let master = fwb(MASTER, "FRA", "YYZ", "T10K500.0", "YYZ9Z", goods, css);
    let stated = format!("SPH/{}\r\n", around.master_status);
    let master =
        if around.master_status.is_empty() { master } else { master.replace("SPH/SPX\r\n", &stated) };
    world.file_as(&master, "carrier");
    let mut house_of = |name: &str, quantity: &str, filer: &str, oci: &str| {
        let text = fhl(MASTER, "FRAYYZ", "T10K500.0", name, quantity, "STEEL HINGES FOR KITCHEN DOORS", oci);
        let bare = text.replace("/SPX\r\n", "");
        world.file_as(if oci.is_empty() { &bare } else { &text }, filer);
    };
    house_of("RHA", "4/K200", "forwarder one", own);
    house_of("RHB", "6/K300", "forwarder two", if around.other_secured { SECURED } else { "" });
    let registry = Channel::registry("lane 1");
    let broken = |object| {
        let object = consignment::fact::ObjectName::Consignment(object);
        let what = consignment::fact::CustodyEvent::Broken;
        What::Custody(consignment::fact::Custody { object, what, station: None, note: "seal".into() })
    };
    if around.broken {
        world.at("06:05").fact(broken(key(MASTER, None)), "x", &registry).unwrap();
    }
    if around.alarm {
        let alarm = consignment::fact::ScreeningResult {
            object: key(MASTER, None),
            pieces: Vec::new(),
            count: None,
            method: consignment::security::ScreeningMethod::Xry,
            outcome: consignment::fact::ScreeningOutcome::Alarm,
            equipment: None,
            tested_on: None,
            screener: None,
            screener_current: None,
            station: None,
        };
        world.at("06:06").fact(What::Screened(alarm), "x", &registry).unwrap();
    }
    let asked = around.asked.map(|kind| (key(MASTER, None), kind));
    let of_other = around.asked_of_other.then(|| (house("RHB"), ReferralKind::Rfs));
    for (object, kind) in asked.into_iter().chain(of_other) {
        world.done("ca-pact", open(object, kind, "R1"));
    }
    told(world.at("06:10"), &house("RHA"), Asker::Filer("forwarder one".into())).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// What his own house lacks in security a filer is told, and of what is around it nothing, whatever it is.
    #[test]
    fn what_is_around_a_house_changes_nothing_of_what_its_filer_is_told_of_security(
        one in around(),
        other in around(),
    ) {
        let expired = SECURED.replace("1127", "1026");
        for (own, lacking) in [("", true), (SECURED, false), (&expired, true)] {
            let (first, second) = (told_of_security(own, &one), told_of_security(own, &other));
            prop_assert_eq!(holding(&first.0).contains(&"status-nsc"), lacking, "{:?}", first.1);
            prop_assert_eq!(format!("{first:?}"), format!("{second:?}"));
        }
    }
}

/// The same where everything may be loaded: until when "load" holds must tell nothing of the rest either. What differs
/// is whether the master is acknowledged, or only relieved by an outage that ends soon.
#[test]
fn until_when_load_holds_tells_a_filer_nothing_of_the_rest() {
    let told_of = |acknowledged: bool, number: &str, over: Option<&str>| {
        let mut world = World::new(Mode::Relay);
        let css = "OCI/DE/CSS/RA/01234-01\r\n///ED/1127\r\n";
        let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
        world.file_as(&fwb(MASTER, "FRA", "YYZ", "T10K500.0", "YYZ9Z", goods, css), "carrier");
        for (name, quantity, filer) in
            [("RHA", "4/K200", "forwarder one"), (number, "6/K300", "forwarder two")]
        {
            let goods = "STEEL HINGES FOR KITCHEN DOORS";
            world.file_as(&fhl(MASTER, "FRAYYZ", "T10K500.0", name, quantity, goods, SECURED), filer);
        }
        for object in [key(MASTER, None), house("RHA"), house(number)] {
            if acknowledged || object == house("RHA") {
                world.done("ca-pact", AuthorityAct::Acknowledge { object, version: None });
            }
        }
        let notice = |says, confirms: Option<&str>| {
            What::Outage(OutageNotice {
                programme: "ca-pact".into(),
                says,
                evidence: "mail".into(),
                sender: Some("PACT-Information-CFAPC@tc.gc.ca".into()),
                confirms: confirms.map(Into::into),
                refuses: None,
            })
        };
        let desk = Channel::officers("duty", Desk::Agency("duty desk".into()));
        let tell = |world: &mut World, id: &str, by: &str, what: What| {
            let by = Some(Person { id: by.into(), organisation: "9Z".into() });
            let fact = Fact { id: Some(id.into()), at: None, by, what };
            world.engine.handle(Command::Fact { fact, channel: desk.clone() }).unwrap();
        };
        tell(world.at("06:10"), "N1", "MARC", notice(OutageSays::Suspended, None));
        tell(&mut world, "N2", "IDA", notice(OutageSays::Suspended, Some("N1")));
        if let Some(over) = over {
            tell(world.at(over), "N3", "IDA", notice(OutageSays::Over, None));
        }
        world.at("08:00");
        let filer = told(&mut world, &house("RHA"), Asker::Filer("forwarder one".into())).unwrap();
        let carrier = told(&mut world, &house("RHA"), Asker::Carrier).unwrap();
        assert_eq!(filer.0.decision, Decision::Load, "{:?}", carrier.1);
        (format!("{filer:?}"), carrier.0.valid_until)
    };
    let (first, until) = told_of(true, "RHB", None);
    for (acknowledged, number, over) in
        [(true, "RHC", Some("06:20")), (false, "RHB", Some("06:20")), (false, "RHD", Some("06:40"))]
    {
        let (other, ends) = told_of(acknowledged, number, over);
        assert_eq!(first, other, "{acknowledged} {over:?}");
        assert_eq!(ends < until, !acknowledged, "whoever loads is told when it ends: {ends:?}");
    }
}

/// Refusals tell a stranger nothing of what there is.
#[test]
fn a_stranger_is_refused_alike_whether_the_goods_are_there_or_not() {
    let hidden = Hidden {
        number: "RHB".into(),
        goods: "BRASS HANDLES FOR DRAWERS",
        referral: ReferralKind::Rfi,
        referrals: 1,
        agency: "police",
        cause: "informant",
        text: "which drawers",
        unread: None,
    };
    let mut world = world(&hidden);
    for filer in ["somebody", "forwarder one"] {
        for object in [house("RHB"), house("RHZ"), key("888-10004050", None)] {
            let answered = world.answer("ca-pact", &object, "R0", &[], filer);
            assert_eq!(answered, Err("object-unknown"), "{filer} {object}");
            let contact = VoiceContact {
                programme: "ca-pact".into(),
                object: object.clone(),
                reference: "R0".into(),
                reached: "nobody".into(),
            };
            let reached = world.fact(What::VoiceContact(contact), "EVE", &Channel::filer(filer));
            assert_eq!(reached, Err("no-say-in-it"), "{filer} {object}");
            let mark = What::HighRisk { object: object.clone(), why: "tip".into(), methods_min: Some(9) };
            assert_eq!(world.fact(mark, "EVE", &Channel::filer(filer)), Err("no-say-in-it"));
            let receipt = words::notice(consignment::notice::Wire::Camir, &object, "SR", "", "24NOV0602");
            assert_eq!(world.notice(receipt, &Channel::filer(filer)), "claim-not-authentic", "{object}");
        }
    }
    assert_eq!(world.answer("ca-pact", &house("RHB"), "R0", &[], "carrier"), Err("not-the-one-asked"));
}

#[test]
fn each_sees_what_is_his() {
    let hidden = Hidden {
        number: "RHB".into(),
        goods: "BRASS HANDLES FOR DRAWERS",
        referral: ReferralKind::Rfs,
        referrals: 1,
        agency: "police",
        cause: "informant",
        text: "which drawers",
        unread: None,
    };
    let mut world = world(&hidden);
    let codes = |told: Result<(Answer, Vec<String>), &'static str>| {
        let (answer, words) = told.unwrap();
        assert_eq!(answer.decision, Decision::Hold);
        (holding(&answer), words.join(" "))
    };
    let master = key(MASTER, None);
    let of_one = |name: &str| Asker::Filer(name.into());
    let (seen, words) = codes(told(&mut world, &house("RHA"), of_one("forwarder one")));
    assert_eq!(seen, ["other-agency-hold"], "{words}");
    assert!(!words.contains("police") && !words.contains("informant"), "{words}");
    // Another forwarder's house is for him as one that does not exist.
    assert_eq!(told(&mut world, &house("RHB"), of_one("forwarder one")).unwrap_err(), "object-unknown");
    assert_eq!(told(&mut world, &master, of_one("forwarder one")).unwrap_err(), "object-unknown");
    let (seen, words) = codes(told(&mut world, &house("RHB"), of_one("forwarder two")));
    assert_eq!(seen, ["rfs-open", "hrcm-not-screened"], "{words}");
    assert!(words.contains("which drawers"), "he is the one who is asked");
    let (seen, words) = codes(told(&mut world, &master, Asker::Carrier));
    assert_eq!(seen, ["rfs-open", "hrcm-not-screened", "other-agency-hold"], "{words}");
    assert!(
        words.contains("RHB") && !words.contains("which drawers") && !words.contains("police"),
        "{words}"
    );
    let (seen, words) = codes(told(&mut world, &master, Asker::Handler));
    assert_eq!(seen, ["held-elsewhere"], "{words}");
    let (_, words) = codes(told(&mut world, &master, Asker::Officer(Desk::Agency("customs".into()))));
    assert!(words.contains("police") && !words.contains("informant"), "{words}");
    let (_, words) = codes(told(&mut world, &master, Asker::Officer(Desk::Agency("police".into()))));
    assert!(words.contains("informant"), "{words}");
    let (_, words) = codes(told(&mut world, &master, Asker::Auditor));
    assert!(words.contains("informant") && words.contains("which drawers"), "{words}");
}

/// The carrier learns that whoever filed was asked, until when and how, and not what.
#[test]
fn the_words_of_a_request_are_for_whoever_is_asked() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    world.file_as(
        &fwb("888-10004046", "FRA", "JFK", "T6K120", "JFK9Z", "/NG/BONE SCREWS\r\n", SECURED),
        "forwarder",
    );
    let opened = AuthorityAct::Open {
        object: object.clone(),
        kind: ReferralKind::Rfi,
        reference: "R1".into(),
        reason: Phrase::new(codes::gate::WHY_STATED).with("text", "which screws"),
        deadline: "2026-11-24T09:00:00Z".parse().ok(),
    };
    world.done("us-acas", opened);
    let words = |asker: Asker, world: &mut World| told(world, &object, asker).unwrap().1.join(" ");
    let filer = words(Asker::Filer("forwarder".into()), &mut world);
    assert!(filer.contains("which screws (answer by 2026-11-24T09:00:00Z)"), "{filer}");
    let carrier = words(Asker::Carrier, &mut world);
    assert!(carrier.contains("has been asked. (answer by 2026-11-24T09:00:00Z)"), "{carrier}");
    assert!(!carrier.contains("screws"), "{carrier}");
}
