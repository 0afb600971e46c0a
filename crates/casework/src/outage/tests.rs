//! How notices of outages stand, and what they suspend and end.

use super::*;

const RULES: Rules<'_> = Rules {
    suspends: true,
    grace: SignedDuration::from_hours(2),
    notices_last: SignedDuration::from_hours(24),
    senders: &["outages@authority.example"],
};

fn person(id: &str) -> Option<Person> {
    Some(Person { id: id.into(), organisation: "carrier desk".into() })
}

fn at(time: &str) -> Timestamp {
    format!("2026-11-24T{time}:00Z").parse().unwrap()
}

fn notice(says: OutageSays, confirms: Option<&str>) -> OutageNotice {
    OutageNotice {
        programme: "ca-pact".into(),
        says,
        evidence: "mail of 14:06".into(),
        sender: Some("Outages@authority.example".into()),
        confirms: confirms.map(Into::into),
        refuses: None,
    }
}

fn by(person: Option<Person>, id: &str) -> Told {
    Told { id: id.into(), by: person, said_at: None }
}

fn told(
    outages: &mut Outages,
    says: OutageSays,
    confirms: Option<&str>,
    by: &str,
    time: &str,
) -> Option<&'static str> {
    told_late(outages, notice(says, confirms), by, None, time)
}

/// The same, of a notice that the authority sent at `said_at`.
fn told_late(
    outages: &mut Outages,
    notice: OutageNotice,
    by: &str,
    said_at: Option<&str>,
    time: &str,
) -> Option<&'static str> {
    let id = format!("N{}", outages.notices.len() + 1).into();
    let told = Told { id, by: person(by), said_at: said_at.map(at) };
    match decide(outages, notice, told, RULES, at(time)) {
        Ok(events) => {
            events.iter().for_each(|event| outages.evolve(event));
            None
        }
        Err(refusal) => Some(refusal.0.code.id()),
    }
}

/// Refusing holds, so one does it, he who recorded it among them; what counts already and what says that it is over are
/// not refused.
#[test]
fn a_notice_is_refused_until_it_is_confirmed_and_then_never_confirmed() {
    use OutageSays::{Over, Suspended};
    let refuse = |outages: &mut Outages, says, id: &str, who: &str, time: &str| {
        let notice =
            OutageNotice { refuses: Some(id.into()), evidence: "a call".into(), ..notice(says, None) };
        told_late(outages, notice, who, None, time)
    };
    let standing =
        |outages: &Outages, time: &str| outages.standing(&outages.notices[0], RULES.notices_last, at(time));
    for who in ["A", "B"] {
        let mut outages = Outages::default();
        told(&mut outages, Suspended, None, "A", "14:00");
        assert_eq!(standing(&outages, "14:00"), NoticeStanding::Declared);
        assert_eq!(refuse(&mut outages, Suspended, "N1", who, "14:01"), None);
        assert_eq!(refuse(&mut outages, Suspended, "N1", who, "14:02"), None, "told again");
        assert_eq!(refuse(&mut outages, Suspended, "N1", "C", "14:02"), Some("proposal-unknown"));
        assert_eq!(told(&mut outages, Suspended, Some("N1"), "B", "14:03"), Some("proposal-unknown"));
        assert_eq!(standing(&outages, "14:03"), NoticeStanding::Refused);
        assert_eq!(outages.suspension(at("14:03")), None);
    }
    let mut outages = Outages::default();
    told(&mut outages, Suspended, None, "A", "14:00");
    told(&mut outages, Suspended, Some("N1"), "B", "14:01");
    assert_eq!(refuse(&mut outages, Suspended, "N1", "C", "14:02"), Some("proposal-unknown"));
    assert_eq!(standing(&outages, "14:02"), NoticeStanding::Confirmed);
    told(&mut outages, Over, None, "A", "15:00");
    assert_eq!(refuse(&mut outages, Over, "N2", "B", "15:01"), Some("proposal-unknown"));
    assert_eq!(standing(&outages, "15:01"), NoticeStanding::Over);
}

/// The grace runs from the authority's own notice, whoever wrote it down when.
#[test]
fn what_the_authority_said_counts_from_when_it_said_it() {
    use OutageSays::{Over, Suspended};
    let suspended = || {
        let mut outages = Outages::default();
        told(&mut outages, Suspended, None, "A", "14:00");
        told(&mut outages, Suspended, Some("N1"), "B", "14:01");
        outages
    };
    let over = |outages: &mut Outages, said: Option<&str>, time: &str| {
        told_late(outages, notice(Over, None), "A", said, time);
        outages.suspensions[0].until
    };
    let mut outages = suspended();
    assert_eq!(over(&mut outages, Some("15:00"), "18:00"), Some(at("17:00")));
    assert_eq!(outages.suspension(at("18:00")), None, "it was over before anybody wrote it down");
    let mut outages = suspended();
    assert_eq!(over(&mut outages, None, "16:00"), Some(at("18:00")));
    assert_eq!(over(&mut outages, Some("15:00"), "16:10"), Some(at("17:00")), "the earlier one counts");
    assert_eq!(over(&mut outages, None, "16:20"), Some(at("17:00")), "nothing makes it longer");
    assert_eq!(over(&mut suspended(), Some("19:00"), "16:00"), Some(at("18:00")), "nobody speaks later");
    // Told again it ends nothing more, and where nothing is suspended there is nothing to end.
    let ends = |outages: &Outages| {
        let told = Told { said_at: Some(at("15:00")), ..by(person("A"), "N9") };
        let events = decide(outages, notice(Over, None), told, RULES, at("18:00")).unwrap();
        events.iter().filter(|event| matches!(event, Event::Ended { .. })).count()
    };
    let mut outages = suspended();
    assert_eq!(ends(&outages), 1);
    over(&mut outages, Some("15:00"), "16:00");
    assert_eq!((ends(&outages), ends(&Outages::default())), (0, 0));
}

/// A notice of a suspension suspends once.
#[test]
fn what_is_over_is_not_suspended_by_its_notice_again() {
    use OutageSays::{Over, Suspended};
    /// What it shows, the evidence and the time of the second notice, and whether it suspends.
    type Case = (&'static str, &'static str, Option<&'static str>, bool);
    let cases: &[Case] = &[
        ("the same mail", "Mail of 14:06 ", None, false),
        ("another name for it, with its time", "m", Some("14:06"), false),
        ("a new one", "mail of 18:10", None, true),
        ("a new one, with its time", "mail of 18:10", Some("18:10"), true),
    ];
    for (what, evidence, said, suspends) in cases {
        let mut outages = Outages::default();
        told(&mut outages, Suspended, None, "A", "14:10");
        told(&mut outages, Suspended, Some("N1"), "B", "14:11");
        let over = OutageNotice { evidence: "mail of 15:00".into(), ..notice(Over, None) };
        assert_eq!(told_late(&mut outages, over, "A", None, "15:00"), None);
        let again = |confirms| OutageNotice { evidence: (*evidence).into(), ..notice(Suspended, confirms) };
        assert_eq!(told_late(&mut outages, again(None), "A", *said, "18:20"), None);
        assert_eq!(told_late(&mut outages, again(Some("N3")), "B", None, "18:21"), None);
        assert_eq!(outages.suspension(at("18:30")).is_some(), *suspends, "{what}");
    }
}

#[test]
fn two_people_suspend_and_one_ends_with_grace() {
    use OutageSays::{Down, Over, Suspended};
    let mut outages = Outages::default();
    assert_eq!(told(&mut outages, Down, None, "A", "14:05"), None);
    assert_eq!(told(&mut outages, Suspended, None, "A", "14:06"), None);
    assert_eq!(told(&mut outages, Down, Some("N1"), "B", "14:07"), None);
    assert_eq!(outages.suspension(at("14:07")), None, "a first notice suspends nothing, one person neither");
    assert_eq!(told(&mut outages, Suspended, Some("N2"), "A", "14:08"), Some("second-person-needed"));
    assert_eq!(told(&mut outages, Suspended, Some("N9"), "B", "14:08"), Some("proposal-unknown"));
    assert_eq!(told(&mut outages, Suspended, Some("N2"), "B", "14:08"), None);
    assert_eq!(outages.suspension(at("14:07")), None);
    assert_eq!(outages.suspension(at("16:00")).unwrap().until, None, "it does not end by itself");
    assert_eq!(told(&mut outages, Down, None, "B", "16:10"), None);
    assert_eq!(outages.suspension(at("16:20")).unwrap().until, None, "nor by another notice");
    assert_eq!(told(&mut outages, Over, None, "B", "16:30"), None);
    assert_eq!(outages.suspension(at("18:29")).unwrap().until, Some(at("18:30")));
    assert_eq!(outages.suspension(at("18:30")), None);
}

#[test]
fn what_is_over_is_not_suspended_by_a_late_confirmation() {
    use OutageSays::{Over, Suspended};
    let mut outages = Outages::default();
    told(&mut outages, Suspended, None, "A", "14:00");
    told(&mut outages, Over, None, "A", "15:00");
    assert_eq!(told(&mut outages, Suspended, Some("N1"), "B", "15:01"), None);
    assert_eq!(outages.suspension(at("15:02")), None);
}

#[test]
fn a_notice_of_a_stranger_suspends_nothing() {
    for sender in [None, Some("outages@authority.invalid".into())] {
        let mut outages = Outages::default();
        let stranger = || OutageNotice { sender: sender.clone(), ..notice(OutageSays::Suspended, None) };
        for event in decide(&outages, stranger(), by(person("A"), "N1"), RULES, at("14:05")).unwrap() {
            outages.evolve(&event);
        }
        let sender = sender.clone();
        let confirm = OutageNotice { sender, ..notice(OutageSays::Suspended, Some("N1")) };
        let refused = decide(&outages, confirm, by(person("B"), "N2"), RULES, at("14:06")).unwrap_err();
        assert_eq!(refused.0.code.id(), "sender-not-authority");
    }
}

#[test]
fn nothing_without_person_evidence_or_rule() {
    let outages = Outages::default();
    let suspended = || notice(OutageSays::Suspended, None);
    let code = |notice: OutageNotice, person: Option<Person>, rules: Rules<'_>| {
        decide(&outages, notice, by(person, "N1"), rules, at("14:00")).unwrap_err().0.code.id()
    };
    assert_eq!(code(suspended(), None, RULES), "person-missing");
    let bare = OutageNotice { evidence: " ".into(), ..suspended() };
    assert_eq!(code(bare, person("A"), RULES), "evidence-missing");
    assert_eq!(code(suspended(), person("A"), Rules { suspends: false, ..RULES }), "no-suspension-here");
}
