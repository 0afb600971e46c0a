//! The life of cases and referrals: what authorities say, by which way it comes, and in which order.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::words::*;
use crate::world::*;
use casework::case::{CaseState, ReferralKind};
use casework::gate::Decision;
use consignment::ConsignmentKey;
use consignment::fact::{AuthorityFact, AuthoritySaid, AuthorityWord, ObjectName, What, Word};
use consignment::notice::{AuthorityNotice, Wire};
use consignment::security::ScreeningMethod::{Edd, Etd, Xry};
use engine::{Addressee, AuthorityAct, Channel, Command, Notice, NoticeKind};
use finding::Language;
use programme::{Mode, ProgrammeId};
use proptest::prelude::*;

const GOODS: &str = "/NG/TITANIUM BONE SCREWS\r\n";

fn bill() -> ConsignmentKey {
    key("888-10004046", None)
}

/// A direct shipment of six pieces to `to`, filed by the carrier.
fn filed(world: &mut World, to: &str, goods: &str) {
    let route = format!("{to}9Z");
    world.file_as(&fwb("888-10004046", "FRA", to, "T6K120", &route, goods, SECURED), "carrier");
}

fn channel(programme: &str) -> Channel {
    Channel::authority(ProgrammeId::new(programme))
}

fn state(world: &mut World, programme: &str) -> CaseState {
    let view = world.view(&bill());
    view.cases.iter().find(|case| case.programme.as_str() == programme).unwrap().state
}

fn word(programme: &str, word: Word) -> What {
    let said = AuthorityWord { object: ObjectName::Consignment(bill()), version: None, word };
    What::Authority(Box::new(AuthorityFact { programme: programme.into(), said: AuthoritySaid::Plain(said) }))
}

fn opened(kind: ReferralKind, reference: &str) -> Word {
    Word::Opened {
        kind,
        reference: reference.into(),
        text: "Which machine are the screws for?".into(),
        reason: Some("targeter 12: consignee under watch".into()),
        methods: vec![Etd, Xry],
        deadline: "2026-11-24T12:00:00Z".parse().ok(),
    }
}

/// Each kind with its own codes: opened, in place, removed, opened anew, removed; then the assessment.
#[test]
fn camir_codes_open_repeat_and_close() {
    for (programme, to) in [("us-acas", "JFK"), ("ca-pact", "YYZ")] {
        for (digit, kind, held) in
            [('6', "DNL", "dnl-open"), ('7', "RFI", "rfi-open"), ('8', "RFS", "rfs-open")]
        {
            let mut world = World::heard(Mode::Relay);
            world.at("06:00");
            filed(&mut world, to, GOODS);
            let mut held_after = |time: &str, code: &str, referrals: &[&str], holds: bool| {
                world.at(time);
                let said = format!("{code} 24NOV{}", time.replace(':', ""));
                let told = world.psn(programme, &bill(), &said);
                assert!(told.starts_with("told "), "{said}: {told}");
                let referrals: Vec<String> =
                    referrals.iter().map(|rest| format!("{kind} {kind}-{rest}")).collect();
                assert_eq!(world.referrals(&bill()), referrals, "{programme} {said}");
                let answer = world.load(&bill());
                assert_eq!(
                    holding(&answer).contains(&held),
                    holds,
                    "{programme} {said}: {:?}",
                    holding(&answer)
                );
                holding(&answer)
            };
            held_after("06:01", "SR", &[], false);
            held_after("07:00", &format!("{digit}H"), &["1 open"], true);
            held_after("07:10", &format!("{digit}J"), &["1 open"], true);
            held_after("07:20", &format!("{digit}I"), &["1 closed"], false);
            held_after("07:30", &format!("{digit}H"), &["1 closed", "2 open"], true);
            held_after("07:40", "SF", &["1 closed", "2 open"], true);
            held_after("07:50", &format!("{digit}I"), &["1 closed", "2 closed"], false);
            // It is sent with the release, in the same minute.
            let rest = held_after("07:50", "SF", &["1 closed", "2 closed"], false);
            let screening: &[&str] = if digit == '8' { &["hrcm-not-screened"] } else { &[] };
            assert_eq!(rest, screening, "{programme} {kind}");
        }
    }
}

/// "In place" for a hold nobody told of opens it.
#[test]
fn in_place_opens_what_was_not_known() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "JFK", GOODS);
    world.at("07:10").psn("us-acas", &bill(), "7J 24NOV0710");
    assert_eq!(world.referrals(&bill()), ["RFI RFI-1 open"]);
    // The opening comes late, and is the same.
    world.at("07:20").psn("us-acas", &bill(), "7H 24NOV0700");
    assert_eq!(world.referrals(&bill()), ["RFI RFI-1 open"]);
    // It also told that the filing was received.
    assert_eq!(holding(&world.load(&bill())), ["rfi-open"]);
}

/// In Cargo-XML opened and in place share a code, and all good endings are `CO`: only what it names is closed.
#[test]
fn a_bare_co_closes_nothing() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    let pact = channel("ca-pact");
    let mut xcsn = |time: &str, code: &str, text: &str| {
        let issued = format!("24NOV{}", time.replace(':', ""));
        let told = world.at(time).notice(notice(Wire::CargoXml, &bill(), code, text, &issued), &pact);
        (told, holding(&world.load(&bill())), world.referrals(&bill()))
    };
    let (_, held, _) = xcsn("07:00", "RI", "PACT REQUEST FOR INFORMATION HOLD");
    assert!(held.contains(&"rfi-open"));
    let (_, _, referrals) = xcsn("07:05", "RI", "PACT REQUEST FOR INFORMATION HOLD");
    assert_eq!(referrals, ["RFI RFI-1 open"], "in place has the same code");
    xcsn("07:06", "RS", "PACT REQUEST FOR SCREENING HOLD");
    let (told, _, referrals) = xcsn("07:10", "CO", "");
    assert_eq!(told, "closing-unnamed");
    assert_eq!(referrals, ["RFI RFI-1 open", "RFS RFS-1 open"]);
    let (_, _, referrals) = xcsn("07:20", "CO", "PACT ASSESSMENT COMPLETE");
    assert_eq!(referrals, ["RFI RFI-1 open", "RFS RFS-1 open"], "assessment complete closes nothing");
    let (_, _, referrals) = xcsn("07:30", "CO", "PACT REQUEST FOR INFORMATION HOLD REMOVED");
    assert_eq!(referrals, ["RFI RFI-1 closed", "RFS RFS-1 open"]);
    xcsn("07:40", "CO", "PACT REQUEST FOR SCREENING HOLD REMOVED");
    let (_, held, _) = xcsn("07:50", "CD", "PACT DO NOT LOAD HOLD");
    assert!(held.contains(&"dnl-open"));
    let (_, held, _) = xcsn("08:00", "CO", "PACT DO NOT LOAD HOLD REMOVED");
    // Canada asks for no complete assessment; in XML, where one code says several things, none of these acknowledges.
    assert_eq!(held, ["not-acknowledged", "hrcm-not-screened"]);
}

/// A code that stands in no table means nothing that is known: the goods wait until somebody has read it.
#[test]
fn an_unknown_code_holds() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.psn("ca-pact", &bill(), "SR 24NOV0600");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    assert_eq!(world.psn("ca-pact", &bill(), "SN 24NOV0610"), "notice-not-understood");
    assert_eq!(holding(&world.load(&bill())), ["message-unread"]);
}

/// The same words from elsewhere place a hold, and never lift one.
#[test]
fn a_claim_holds_and_frees_nothing() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.psn("ca-pact", &bill(), "SR 24NOV0600");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    let stranger = Channel::filer("mailbox");
    let mail = |subject: &str, issued: &str| notice(Wire::Mail, &bill(), subject, "", issued);
    let opens = "OPEN PACT REQUEST FOR INFORMATION (RFI): AWB# 888-10004046";
    let closes = "CLOSED PACT REQUEST FOR INFORMATION (RFI): AWB# 888-10004046";
    assert_eq!(world.at("07:00").notice(mail(opens, "24NOV0700"), &stranger), "told 1");
    let answer = world.load(&bill());
    assert_eq!(holding(&answer), ["referral-claimed"]);
    assert_eq!(
        answer.reasons[0].message(Language::English),
        "ca-pact is said to hold 888-10004046 (RFI): claimed, not from the authority's channel."
    );
    assert!(world.referrals(&bill()).is_empty(), "a claim is no referral of the authority");
    assert_eq!(world.at("07:05").notice(mail(opens, "24NOV0705"), &stranger), "told 0", "the same claim");
    assert_eq!(world.at("07:10").notice(mail(closes, "24NOV0710"), &stranger), "claim-not-authentic");
    assert_eq!(
        world.notice(notice(Wire::Camir, &bill(), "SF", "PACT", "24NOV0710"), &stranger),
        "claim-not-authentic"
    );
    assert_eq!(holding(&world.load(&bill())), ["referral-claimed"]);
    // Another authority's channel is as good as a stranger's.
    let acas = channel("us-acas");
    let fact = word("ca-pact", Word::Closed { kind: ReferralKind::Rfi, reference: "".into() });
    assert_eq!(world.fact(fact, "x", &acas), Err("claim-not-authentic"));
    // The authority's own word takes its place.
    world.at("07:20").psn("ca-pact", &bill(), "7H 24NOV0720");
    assert_eq!(holding(&world.load(&bill())), ["rfi-open"]);
    world.at("07:30").psn("ca-pact", &bill(), "7I 24NOV0730");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    // A copy of what the authority has settled since claims nothing new.
    assert_eq!(world.at("07:40").notice(mail(opens, "24NOV0720"), &stranger), "told 0");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    // What is claimed of another programme's leg or of a do-not-load holds all the same.
    let order = "DO NOT LOAD NOTICE (DNL) - PACT: AWB# 888-10004046";
    world.at("07:50").notice(mail(order, "24NOV0750"), &stranger);
    assert_eq!(holding(&world.load(&bill())), ["referral-claimed"]);
    // The authority says that there is none.
    world.at("08:00").psn("ca-pact", &bill(), "6I 24NOV0755");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    // A rejection that anybody tells of holds, until the authority speaks of the filing again.
    world.at("08:10").notice(errors(Wire::Camir, &bill(), &["MISSING_SHP_NAME"]), &stranger);
    assert_eq!(holding(&world.load(&bill())), ["referral-claimed"]);
    world.at("08:20").psn("ca-pact", &bill(), "SR 24NOV0815");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
}

/// A mail counts as the authority's only from one of its addresses, whatever way it came by: from any other it claims.
#[test]
fn a_mail_from_another_address_is_a_claim() {
    let mut world = World::heard(Mode::Relay);
    filed(world.at("06:00"), "YYZ", GOODS);
    world.psn("ca-pact", &bill(), "SR 24NOV0600");
    world.at("07:00").psn("ca-pact", &bill(), "7H 24NOV0700");
    let closes = "CLOSED PACT REQUEST FOR INFORMATION (RFI): AWB# 888-10004046";
    let opens = "OPEN PACT REQUEST FOR INFORMATION (RFI): AWB# 888-10004046";
    let mail = |subject: &str, from: Option<&str>, issued: &str| {
        let from = from.map(Into::into);
        consignment::notice::AuthorityNotice { from, ..notice(Wire::Mail, &bill(), subject, "", issued) }
    };
    let own = channel("ca-pact");
    world.at("07:10");
    for from in [None, Some("mallory@evil.invalid"), Some("RFIPACT-DDICFAPC@tc.gc.ca.evil.invalid")] {
        assert_eq!(world.notice(mail(closes, from, "24NOV0710"), &own), "mail-not-from-authority");
    }
    assert_eq!(holding(&world.load(&bill())), ["rfi-open"]);
    let theirs = Some("rfipact-ddicfapc@TC.GC.CA");
    assert_eq!(world.notice(mail(closes, theirs, "24NOV0710"), &own), "told 1");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    world.at("07:30").notice(mail(opens, Some("mallory@evil.invalid"), "24NOV0730"), &own);
    assert_eq!(holding(&world.load(&bill())), ["referral-claimed"], "it may be theirs all the same");
}

/// A message that names no authority is of those that bind for the bill; where several do, it lifts nothing.
#[test]
fn a_message_without_a_name_may_be_of_several() {
    let mut world = World::heard(Mode::Simulated);
    world.engine.settings_mut().modes.clear();
    world.at("06:00");
    let route = "JFK9Z/YYZ9Z";
    world.file_as(&fwb("888-10004046", "FRA", "YYZ", "T6K120", route, GOODS, SECURED), "carrier");
    let stranger = Channel::filer("command line");
    let psn = |code: &str, text: &str, issued: &str| notice(Wire::Camir, &bill(), code, text, issued);
    assert_eq!(world.at("07:00").notice(psn("7H", "", "24NOV0700"), &stranger), "told 2");
    assert_eq!(world.referrals(&bill()), ["RFI RFI-1 open", "RFI RFI-1 open"]);
    assert_eq!(world.at("07:10").notice(psn("7I", "", "24NOV0710"), &stranger), "programme-unclear");
    let named = psn("7I", "PACT REQUEST FOR INFORMATION HOLD REMOVED", "24NOV0710");
    assert_eq!(world.notice(named, &stranger), "told 1");
    assert_eq!(world.referrals(&bill()), ["RFI RFI-1 closed", "RFI RFI-1 open"]);
    assert!(world.load(&bill()).simulated);
}

/// Where the authority decides on this node, no message speaks for it.
#[test]
fn no_message_speaks_for_the_authority_of_this_node() {
    let mut world = World::heard(Mode::Authority);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    for said in ["SR 24NOV0600", "7H 24NOV0600", "SF 24NOV0600"] {
        assert_eq!(world.psn("ca-pact", &bill(), said), "not-your-decision");
    }
    assert!(world.referrals(&bill()).is_empty());
}

/// A word names no version: it speaks of the latest that had come in when it was said.
#[test]
fn a_stale_word_clears_nothing_newer() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "JFK", GOODS);
    world.at("06:01").psn("us-acas", &bill(), "SR 24NOV0601");
    world.at("06:30");
    filed(&mut world, "JFK", "/NG/TITANIUM BONE PLATES\r\n");
    assert_eq!(holding(&world.load(&bill())), ["not-acknowledged"]);
    // It was said before the amendment came in.
    world.at("06:40").psn("us-acas", &bill(), "SF 24NOV0620");
    assert_eq!(holding(&world.load(&bill())), ["not-acknowledged"]);
    world.at("06:45").psn("us-acas", &bill(), "SR 24NOV0635");
    assert_eq!(holding(&world.load(&bill())), ["assessment-pending"]);
    // A late rejection counts for the version of its time.
    let late = |issued: &str| AuthorityNotice {
        issued: notice(Wire::Camir, &bill(), "", "", issued).issued,
        ..errors(Wire::Camir, &bill(), &["MISSING_CNE_CITY"])
    };
    world.notice(late("24NOV0610"), &channel("us-acas"));
    assert_eq!(state(&mut world, "us-acas"), CaseState::Received);
    world.at("06:50").psn("us-acas", &bill(), "SF 24NOV0650");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    // A rejection may follow an acceptance.
    world.at("07:10").notice(late("24NOV0700"), &channel("us-acas"));
    let answer = world.load(&bill());
    assert_eq!(holding(&answer), ["filing-rejected"]);
    assert!(answer.reasons[0].message(Language::English).contains("MISSING_CNE_CITY"));
    // One that tells no time is of the latest version.
    world.at("07:20");
    filed(&mut world, "JFK", GOODS);
    world.psn("us-acas", &bill(), "SR 24NOV0721");
    world.at("07:30").notice(errors(Wire::Camir, &bill(), &["MISSING_CNE_NAME"]), &channel("us-acas"));
    assert_eq!(state(&mut world, "us-acas"), CaseState::Rejected);
}

/// Two versions came in within the minute of the word: it speaks of the older.
#[test]
fn of_two_versions_in_a_minute_the_older_is_meant() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.engine.clock_mut().0 = "2026-11-24T06:00:40Z".parse().unwrap();
    filed(&mut world, "YYZ", "/NG/TITANIUM BONE PLATES\r\n");
    world.at("06:05").psn("ca-pact", &bill(), "SR 24NOV0600");
    assert_eq!(holding(&world.load(&bill())), ["not-acknowledged"]);
    world.at("06:06").psn("ca-pact", &bill(), "SR 24NOV0601");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
}

/// The year of a word is that of the latest such day before receipt.
#[test]
fn the_turn_of_the_year() {
    let mut world = World::heard(Mode::Relay);
    world.engine.clock_mut().0 = "2026-12-31T23:50:00Z".parse().unwrap();
    let message = fwb("888-10004046", "FRA", "YYZ", "T6K120", "YYZ9Z", GOODS, SECURED);
    world.file_as(&message, "carrier");
    world.engine.clock_mut().0 = "2027-01-01T00:10:00Z".parse().unwrap();
    world.psn("ca-pact", &bill(), "SR 31DEC2351");
    assert_eq!(holding(&world.load(&bill())), Vec::<&str>::new());
    world.psn("ca-pact", &bill(), "7H 31DEC2355");
    world.psn("ca-pact", &bill(), "7I 01JAN0005");
    assert_eq!(world.referrals(&bill()), ["RFI RFI-1 closed"]);
    // What is said to come later this year was said last year, before anything was filed.
    assert_eq!(world.psn("ca-pact", &bill(), "SF 02JAN0005"), "said-before-filing");
}

/// The request goes to the filer, the carrier has a copy; two to nine methods answer a request for screening;
/// then it is the authority's turn, and its "assessment complete" ends the request.
#[test]
fn ics2_requests_are_answered_and_end_with_the_assessment() {
    let mut world = World::heard(Mode::Relay);
    world.at("08:30");
    world.file_as(&fwb("888-10004046", "DXB", "FRA", "T6K120", "FRA9Z", GOODS, SECURED), "broker");
    let ics2 = channel("eu-ics2");
    world.fact(word("eu-ics2", Word::Acknowledged), "x", &ics2).unwrap();
    world.sent();
    world.at("10:00").fact(word("eu-ics2", opened(ReferralKind::Rfs, "Q03-77")), "x", &ics2).unwrap();
    let sent = world.sent();
    let told: Vec<_> = sent.iter().map(|notice| (&notice.to, notice.referral.as_ref().unwrap())).collect();
    let (filer, carrier) = (&told[0], &told[1]);
    assert_eq!((filer.0, filer.1.to_answer), (&Addressee::Filer("broker".into()), true));
    assert_eq!((carrier.0, carrier.1.to_answer), (&Addressee::Carrier, false));
    assert_eq!((&*carrier.1.reference, &carrier.1.methods), ("Q03-77", &vec![Etd, Xry]));
    assert!(filer.1.deadline.is_some() && sent[0].text.is_some() && sent[1].text.is_none());
    assert_eq!(holding(&world.load(&bill())), ["rfs-open", "hrcm-not-screened"]);
    // Why the authority asks stays with it.
    let answer = world.load(&bill());
    assert!(!format!("{sent:?}{answer:?}").contains("targeter"));

    world.at("11:00");
    let mut answer = |reference: &str, methods: &[_], filer: &str| {
        world.answer("eu-ics2", &bill(), reference, methods, filer)
    };
    assert_eq!(answer("Q03-77", &[Xry, Etd], "carrier"), Err("object-unknown"), "it is not his");
    assert_eq!(answer("Q03-78", &[Xry, Etd], "broker"), Err("referral-unknown"));
    assert_eq!(answer("Q03-77", &[Xry, Xry], "broker"), Err("answer-methods"));
    assert_eq!(answer("Q03-77", &[Xry, Etd], "broker"), Ok(1));
    assert_eq!(answer("Q03-77", &[Xry, Etd], "broker"), Ok(0), "the same answer");
    assert_eq!(holding(&world.load(&bill())), ["assessment-pending", "hrcm-not-screened"]);
    assert_eq!(world.sent().last().unwrap().to, Addressee::Authority(ProgrammeId::new("eu-ics2")));
    // It asks again, by the same reference: the filer's turn.
    world.at("11:30").fact(word("eu-ics2", opened(ReferralKind::Rfs, "Q03-77")), "x", &ics2).unwrap();
    assert_eq!(holding(&world.load(&bill())), ["rfs-open", "hrcm-not-screened"]);
    world.at("11:40").answer("eu-ics2", &bill(), "Q03-77", &[Etd, Edd], "broker").unwrap();
    assert_eq!(holding(&world.load(&bill())), ["assessment-pending", "hrcm-not-screened"]);
    world.at("12:30").fact(word("eu-ics2", Word::Complete), "x", &ics2).unwrap();
    assert_eq!(world.referrals(&bill()), ["RFS Q03-77 closed"]);
    assert_eq!(state(&mut world, "eu-ics2"), CaseState::Cleared);
    // The mark does not end with the request.
    assert_eq!(holding(&world.load(&bill())), ["hrcm-not-screened"]);
    assert_eq!(world.answer("eu-ics2", &bill(), "Q03-77", &[Xry, Etd], "broker"), Err("referral-closed"));
}

/// A representative answers for the filer; where the programme takes answers by mail only, the request stays open.
#[test]
fn who_answers_and_what_an_answer_does() {
    let mut world = World::heard(Mode::Relay);
    world.engine.settings_mut().representatives.insert("agent".into(), "carrier".into());
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.psn("ca-pact", &bill(), "SR 24NOV0600");
    world.at("07:00").psn("ca-pact", &bill(), "7H 24NOV0700");
    assert_eq!(world.at("07:10").answer("ca-pact", &bill(), "RFI-1", &[], "agent"), Ok(1));
    assert_eq!(holding(&world.load(&bill())), ["rfi-open"]);
    world.at("07:20").psn("ca-pact", &bill(), "7I 24NOV0720");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
}

/// "Assessment complete" ends no do-not-load, and ends only what was opened before it was said.
#[test]
fn what_a_completed_assessment_ends() {
    let mut world = World::heard(Mode::Relay);
    world.at("08:00");
    world.file_as(&fwb("888-10004046", "DXB", "FRA", "T6K120", "FRA9Z", GOODS, SECURED), "broker");
    let ics2 = channel("eu-ics2");
    let code = |code: &str, issued: &str| notice(Wire::Ics2, &bill(), code, "", issued);
    let with = |reference: &str, notice: AuthorityNotice| AuthorityNotice {
        reference: Some(reference.into()),
        ..notice
    };
    world.at("09:00").notice(with("A", code("IE3Q02", "24NOV0900")), &ics2);
    world.notice(with("B", code("IE3Q01", "24NOV0900")), &ics2);
    world.at("10:00").notice(with("C", code("IE3Q02", "24NOV1000")), &ics2);
    // It was said before the second request, and comes after it.
    world.notice(code("IE3N03", "24NOV0930"), &ics2);
    assert_eq!(world.referrals(&bill()), ["RFI A closed", "DNL B open", "RFI C open"]);
    world.at("10:30").notice(code("IE3N03", "24NOV1030"), &ics2);
    assert_eq!(world.referrals(&bill()), ["RFI A closed", "DNL B open", "RFI C closed"]);
    // A request that was ended before it came.
    world.at("10:40").notice(with("D", code("IE3Q02", "24NOV0910")), &ics2);
    assert_eq!(world.referrals(&bill()), ["RFI A closed", "DNL B open", "RFI D closed", "RFI C closed"]);
    assert!(holding(&world.load(&bill())).contains(&"dnl-open"));
}

/// After the leg has left, words are recorded and told on; an order on goods in the air starts the chain of calls.
#[test]
fn what_comes_after_departure() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.psn("ca-pact", &bill(), "SR 24NOV0600");
    world.at("06:30").psn("ca-pact", &bill(), "7H 24NOV0630");
    let departed = "FSU/14\r\n888-10004046FRAYYZ/T6K120\r\nDEP/9Z100/24NOV/FRAYYZ/T6K120/A0700\r\n";
    world.at("07:05").file_as(departed, "carrier");
    world.sent();
    world.at("08:00").answer("ca-pact", &bill(), "RFI-1", &[], "carrier").unwrap();
    let view = world.view(&bill());
    let late = view.cases.iter().flat_map(|case| &case.referrals).all(|one| one.answers[0].late);
    assert!(late, "{view:?}");
    let authority = Addressee::Authority(ProgrammeId::new("ca-pact"));
    assert!(world.sent().iter().any(|n| n.to == authority && n.kind == NoticeKind::AfterDeparture));

    // Canada takes updates until departure: later data are kept and never assessed, and whoever sends them knows.
    filed(&mut world, "YYZ", "/NG/TITANIUM SCREWS FOR BONES\r\n");
    let late = |n: &Notice| n.kind == NoticeKind::UpdateTooLate && n.programme.is_some();
    let told: Vec<String> = world.sent().iter().filter(|n| late(n)).map(|n| n.to.to_string()).collect();
    assert!(told.contains(&"carrier".to_owned()), "{told:?}");

    world.at("08:30").psn("ca-pact", &bill(), "6H 24NOV0830");
    let sent = world.sent();
    let calls: Vec<&Addressee> = sent
        .iter()
        .filter(|notice| notice.kind == NoticeKind::CallByVoice)
        .map(|notice| &notice.to)
        .collect();
    assert_eq!(calls, [&Addressee::CarrierOperations, &Addressee::Chain(1)]);
    let answer = world.load(&bill());
    assert!(holding(&answer).contains(&"dnl-airborne") && holding(&answer).contains(&"dnl-open"));
    let texts: Vec<String> = answer.reasons.iter().map(|reason| reason.message(Language::English)).collect();
    assert!(!texts.concat().to_lowercase().contains("offload"), "{texts:?}");
    // A repetition starts no second chain.
    world.at("08:31").psn("ca-pact", &bill(), "6J 24NOV0831");
    assert!(world.sent().iter().all(|notice| notice.kind != NoticeKind::CallByVoice));
    // Nobody confirms: the next in the chain hears of it, each once.
    world.at("08:36").engine.handle(Command::Tick).unwrap();
    world.engine.handle(Command::Tick).unwrap();
    let called: Vec<Addressee> = world.sent().into_iter().map(|notice| notice.to).collect();
    assert_eq!(called, [Addressee::CarrierOperations, Addressee::Chain(2)]);
    assert_eq!(world.reached("ca-pact", &bill(), "DNL-9"), Err("referral-unknown"));
    assert_eq!(world.reached("ca-pact", &bill(), "DNL-1"), Ok(1));
    let answer = world.load(&bill());
    assert!(!holding(&answer).contains(&"dnl-airborne") && holding(&answer).contains(&"dnl-open"));
    world.sent();
    world.at("09:30").engine.handle(Command::Tick).unwrap();
    assert!(world.sent().is_empty());
}

/// Before departure, or once the goods have landed, an order is no matter for the crew.
#[test]
fn an_order_on_the_ground_calls_nobody() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.psn("ca-pact", &bill(), "6H 24NOV0600");
    assert!(!holding(&world.load(&bill())).contains(&"dnl-airborne"));
}

/// An order of the simulation's authority moves the simulated case, and every answer says so.
#[test]
fn words_move_the_simulated_case() {
    let mut world = World::heard(Mode::Simulated);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    let stranger = Channel::filer("command line");
    let psn = |code: &str, issued: &str| notice(Wire::Camir, &bill(), code, "", issued);
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    world.at("07:00").notice(psn("7H", "24NOV0700"), &stranger);
    let answer = world.load(&bill());
    assert_eq!(holding(&answer), ["rfi-open"]);
    assert!(answer.simulated);
    world.at("07:10").notice(psn("7I", "24NOV0710"), &stranger);
    assert_eq!(world.load(&bill()).decision, Decision::Load);
}

/// A test text moves nothing, and may hold.
#[test]
fn a_test_lifts_nothing() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    let test =
        |code: &str| AuthorityNotice { test: true, ..notice(Wire::Camir, &bill(), code, "", "24NOV0600") };
    assert_eq!(world.notice(test("SR"), &channel("ca-pact")), "notice-is-a-test");
    world.notice(test("7H"), &channel("ca-pact"));
    assert_eq!(holding(&world.load(&bill())), ["not-acknowledged", "referral-claimed"]);
}

/// An order on goods whose number cannot be read may be about any.
#[test]
fn an_order_on_an_unreadable_bill_holds_all() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.psn("ca-pact", &bill(), "SR 24NOV0600");
    let unreadable = |code: &str| AuthorityNotice {
        bill: None,
        bill_as_sent: Some("88-1000".into()),
        ..notice(Wire::Camir, &bill(), code, "", "24NOV0610")
    };
    assert_eq!(world.notice(unreadable("SR"), &channel("ca-pact")), "nothing");
    assert_eq!(world.load(&bill()).decision, Decision::Load);
    world.notice(unreadable("6H"), &channel("ca-pact"));
    assert_eq!(holding(&world.load(&bill())), ["message-unread"]);
}

/// What an act of the authority named by its reference closes, a word without one closes, too: there is only one.
#[test]
fn a_word_without_a_reference_means_the_one_that_is_open() {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "YYZ", GOODS);
    world.at("07:00").done("ca-pact", open(bill(), ReferralKind::Rfi, "T-1"));
    world.at("07:10").psn("ca-pact", &bill(), "7J 24NOV0710");
    assert_eq!(world.referrals(&bill()), ["RFI T-1 open"]);
    world.at("07:20").done("ca-pact", open(bill(), ReferralKind::Rfi, "T-2"));
    assert_eq!(world.at("07:30").psn("ca-pact", &bill(), "7I 24NOV0730"), "closing-unnamed");
    let close = AuthorityAct::Close { kind: ReferralKind::Rfi, reference: "T-2".into(), object: bill() };
    world.at("07:40").done("ca-pact", close);
    world.at("07:50").psn("ca-pact", &bill(), "7I 24NOV0750");
    assert_eq!(world.referrals(&bill()), ["RFI T-1 closed", "RFI T-2 closed"]);
}

/// What was said, in minutes from seven; every history is one an authority can have told.
fn history() -> impl Strategy<Value = Vec<String>> {
    let code = prop_oneof![
        Just("SR"),
        Just("SF"),
        Just("7H"),
        Just("7J"),
        Just("7I"),
        Just("8H"),
        Just("8I"),
        Just("6H"),
        Just("6J"),
        Just("6I"),
    ];
    prop::collection::vec(code, 1..12).prop_map(|codes| {
        codes.iter().enumerate().map(|(minute, code)| format!("{code} 24NOV07{:02}", minute * 3)).collect()
    })
}

/// The goods with two versions, and what is open and holds after all was said.
fn outcome(said: &[String]) -> (Vec<String>, Vec<&'static str>) {
    let mut world = World::heard(Mode::Relay);
    world.at("06:00");
    filed(&mut world, "JFK", GOODS);
    world.at("07:10");
    filed(&mut world, "JFK", "/NG/TITANIUM BONE PLATES\r\n");
    world.at("08:00");
    for said in said {
        world.psn("us-acas", &bill(), said);
    }
    let mut open: Vec<String> =
        world.referrals(&bill()).into_iter().filter(|one| one.ends_with("open")).collect();
    open.iter_mut().for_each(|one| one.truncate(3));
    open.sort();
    let mut held = holding(&world.load(&bill()));
    held.sort_unstable();
    (open, held)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Repeated, delayed and in any order, the same words come to the same end.
    #[test]
    fn order_and_repetition_change_nothing(
        (said, arrived) in history().prop_flat_map(|said| {
            let twice: Vec<String> = said.iter().chain(&said).cloned().collect();
            (Just(said), Just(twice).prop_shuffle())
        })
    ) {
        prop_assert_eq!(outcome(&said), outcome(&arrived));
    }
}

/// A history told in order after the fact: the order stands for the times of receipt.
#[test]
fn a_history_in_order() {
    let later = "2026-11-24T08:20:00Z".parse().unwrap();
    let told = |steps: &[&str], mode: Mode| {
        let mut world = World::heard(mode);
        world.engine.settings_mut().in_order = true;
        world.engine.clock_mut().0 = later;
        for step in steps {
            match step.strip_prefix("file ") {
                Some(goods) => filed(&mut world, "JFK", &format!("/NG/TITANIUM BONE {goods}\r\n")),
                None => {
                    world.psn("us-acas", &bill(), step);
                }
            }
        }
        holding(&world.load(&bill()))
    };
    /// What it shows, the steps, and what holds where the programme is simulated and where it is relayed.
    type Case = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);
    let cases: &[Case] = &[
        ("filed", &["file SCREWS"], &[], &["not-acknowledged"]),
        ("judged", &["file SCREWS", "SR 24NOV0600", "SF 24NOV0601"], &[], &[]),
        ("asked", &["file SCREWS", "7H 24NOV0700"], &["rfi-open"], &["rfi-open", "not-acknowledged"]),
        (
            "what was judged before is judged anew",
            &["file SCREWS", "SF 24NOV0601", "7H 24NOV0700", "7I 24NOV0740"],
            &["assessment-pending"],
            &["assessment-pending"],
        ),
        ("released", &["file SCREWS", "7H 24NOV0700", "7I 24NOV0740", "SF 24NOV0740"], &[], &[]),
        (
            "amended after the judgement",
            &["file SCREWS", "SF 24NOV0601", "file PLATES"],
            &[],
            &["not-acknowledged"],
        ),
        ("judged as amended", &["file SCREWS", "file PLATES", "SF 24NOV0601"], &[], &[]),
    ];
    for (what, steps, simulated, relayed) in cases {
        assert_eq!(told(steps, Mode::Simulated), *simulated, "{what}, simulated");
        assert_eq!(told(steps, Mode::Relay), *relayed, "{what}, relayed");
    }
}

/// Where one programme is simulated and another is not, the answer names the simulated one.
#[test]
fn a_simulated_programme_beside_a_real_one_is_named() {
    let mut world = World::heard(Mode::Relay);
    world.engine.settings_mut().modes.remove(&ProgrammeId::new("us-acas"));
    world.at("06:00");
    let route = "JFK9Z/YYZ9Z";
    world.file_as(&fwb("888-10004046", "FRA", "YYZ", "T6K120", route, GOODS, SECURED), "carrier");
    let answer = world.load(&bill());
    assert!(answer.simulated && codes_of(&answer).contains(&"partly-simulated"), "{:?}", codes_of(&answer));
}
