//! How notices of outages stand, until when they are confirmed, and which end ends which suspension.
#![allow(clippy::unwrap_used)]

use casework::outage::{NoticeStanding, Outages, Rules, Told, decide};
use consignment::fact::OutageSays::{self, Down, Over, Suspended};
use consignment::fact::{OutageNotice, Person};
use jiff::{SignedDuration, Timestamp};

const LAST: SignedDuration = SignedDuration::from_hours(24);

fn at(time: &str) -> Timestamp {
    format!("2026-11-{time}:00Z").parse().unwrap()
}

/// Notices are named `N1`, `N2` and so on, as they come.
#[derive(Default)]
struct World(Outages);

impl World {
    /// How many events follow, or the code of the refusal.
    fn tell(&mut self, notice: OutageNotice, by: &str, time: &str) -> Result<usize, &'static str> {
        self.tell_late(notice, by, None, time)
    }

    /// The same, of what the authority said then.
    fn tell_late(
        &mut self,
        notice: OutageNotice,
        by: &str,
        said: Option<&str>,
        time: &str,
    ) -> Result<usize, &'static str> {
        let rules = Rules {
            suspends: true,
            grace: SignedDuration::from_hours(2),
            notices_last: LAST,
            senders: &["outages@authority.example"],
        };
        let by = Some(Person { id: by.into(), organisation: "carrier desk".into() });
        let told = Told { id: format!("N{}", self.0.notices.len() + 1).into(), by, said_at: said.map(at) };
        let events = decide(&self.0, notice, told, rules, at(time));
        let events = events.map_err(|refusal| refusal.0.code.id())?;
        events.iter().for_each(|event| self.0.evolve(event));
        Ok(events.len())
    }

    fn note(&mut self, says: OutageSays, mail: &str, time: &str) -> usize {
        self.tell(notice(says, mail), "A", time).unwrap()
    }

    fn confirm(&mut self, id: &str, says: OutageSays, mail: &str, time: &str) -> Result<usize, &'static str> {
        self.tell(OutageNotice { confirms: Some(id.into()), ..notice(says, mail) }, "B", time)
    }

    fn refuse(&mut self, id: &str, says: OutageSays, by: &str, time: &str) -> Result<usize, &'static str> {
        self.tell(OutageNotice { refuses: Some(id.into()), ..notice(says, "a call") }, by, time)
    }

    /// How the notices stand, in order.
    fn stand(&self, time: &str) -> Vec<&'static str> {
        let standing = |notice| self.0.standing(notice, LAST, at(time)).as_str();
        self.0.notices.iter().map(standing).collect()
    }

    fn until(&self) -> Vec<Option<Timestamp>> {
        self.0.suspensions.iter().map(|suspension| suspension.until).collect()
    }
}

fn notice(says: OutageSays, mail: &str) -> OutageNotice {
    OutageNotice {
        programme: "ca-pact".into(),
        says,
        evidence: mail.to_owned(),
        sender: Some("outages@authority.example".into()),
        confirms: None,
        refuses: None,
    }
}

#[test]
fn a_notice_stands_as_what_became_of_it() {
    let mut world = World::default();
    world.note(Down, "m1", "24T14:00");
    world.note(Suspended, "m2", "24T14:00");
    world.note(Suspended, "m3", "24T14:00");
    assert_eq!(world.stand("25T14:00"), ["declared"; 3]);
    // That the authority suspends is not confirmed any more after a day; that a system is down may be.
    assert_eq!(world.stand("25T14:01"), ["declared", "lapsed", "lapsed"]);
    assert_eq!(world.confirm("N2", Suspended, "m2", "25T14:01"), Err("proposal-lapsed"));
    assert_eq!(world.confirm("N3", Suspended, "m3", "25T14:00"), Ok(2));
    assert_eq!(world.confirm("N1", Down, "m1", "25T14:01"), Ok(1));
    assert_eq!(world.stand("26T15:00"), ["confirmed", "lapsed", "confirmed"]);
    assert_eq!(world.0.suspension(at("25T14:00")), Some(world.0.suspensions[0]), "from that minute on");
    assert_eq!(world.refuse("N2", Suspended, "C", "26T15:00"), Ok(1));
    world.note(Over, "m4", "26T15:10");
    assert_eq!(world.stand("26T15:10"), ["over", "refused", "over", "over"]);
    // An end is confirmed whenever anybody does.
    assert_eq!(world.confirm("N4", Over, "m4", "29T15:00"), Ok(1));
    assert_eq!(world.confirm("N4", Over, "m4", "29T15:01"), Ok(0), "once");
    for (standing, name) in [
        (NoticeStanding::Declared, "declared"),
        (NoticeStanding::Confirmed, "confirmed"),
        (NoticeStanding::Refused, "refused"),
        (NoticeStanding::Lapsed, "lapsed"),
        (NoticeStanding::Over, "over"),
    ] {
        assert_eq!((standing.as_str(), NoticeStanding::parse(name)), (name, Some(standing)));
    }
    assert_eq!(NoticeStanding::parse("suspended"), None);
}

#[test]
fn the_notice_that_suspends_stands_while_the_suspension_runs() {
    let mut world = World::default();
    world.note(Suspended, "m1", "24T14:00");
    assert_eq!(world.confirm("N1", Suspended, "m1", "24T14:01"), Ok(2));
    world.note(Over, "o1", "24T15:00");
    assert_eq!(world.until(), [Some(at("24T17:00"))]);
    world.note(Suspended, "m2", "24T18:00");
    world.note(Down, "m3", "24T18:00");
    assert_eq!(world.confirm("N3", Suspended, "m2", "24T18:01"), Ok(2));
    assert_eq!(world.confirm("N4", Down, "m3", "24T18:10"), Ok(1));
    // The end of the outage before, told again as of before, ends nothing.
    assert_eq!(world.tell_late(notice(Over, "o1 "), "A", Some("24T15:00"), "24T18:30"), Ok(1));
    assert_eq!(world.until(), [Some(at("24T17:00")), None]);
    assert_eq!(world.stand("24T18:30"), ["over", "over", "confirmed", "over", "over"]);
    // Nor where it was over before, and shortens what is over.
    assert_eq!(world.tell_late(notice(Over, "o1"), "A", Some("24T14:30"), "24T18:35"), Ok(2));
    assert_eq!(world.until(), [Some(at("24T16:30")), None]);
    // One more notice of it suspends nothing more.
    world.note(Suspended, "m4", "24T18:40");
    assert_eq!(world.confirm("N7", Suspended, "m4", "24T18:41"), Ok(1));
    assert_eq!(world.until().len(), 2);
}

#[test]
fn an_end_is_that_of_before_only_by_its_mail_its_sender_and_its_time() {
    let suspended = |first: OutageNotice| {
        let mut world = World::default();
        world.tell(first, "A", "24T12:00").unwrap();
        world.note(Suspended, "m1", "24T14:00");
        world.confirm("N2", Suspended, "m1", "24T14:01").unwrap();
        world
    };
    let over = |mail: &str, sender: &str| OutageNotice { sender: Some(sender.into()), ..notice(Over, mail) };
    let known = "outages@authority.example";
    for (mail, sender, said, ends) in [
        ("o1", known, Some("24T12:00"), None),
        ("O1", "OUTAGES@authority.example", Some("24T14:00"), None),
        ("o1", known, Some("24T14:01"), Some("24T16:01")),
        ("o1", known, None, Some("24T17:00")),
        ("o2", known, Some("24T13:30"), Some("24T15:30")),
        ("o1", "help@authority.example", Some("24T13:30"), Some("24T15:30")),
    ] {
        let mut world = suspended(notice(Over, "o1"));
        let events = world.tell_late(over(mail, sender), "A", said, "24T15:00");
        assert_eq!(events, Ok(1 + usize::from(ends.is_some())), "{mail} {sender} {said:?}");
        assert_eq!(world.until(), [ends.map(at)], "{mail} {sender} {said:?}");
    }
    // What was told of the outage itself is no end of it.
    let mut world = suspended(notice(Down, "o1"));
    world.note(Over, "o1", "24T15:00");
    assert_eq!(world.until(), [Some(at("24T17:00"))]);
    // One of the minute in which the suspension began ends it.
    let mut world = suspended(notice(Over, "o1"));
    world.note(Over, "o2", "24T14:01");
    assert_eq!(world.until(), [Some(at("24T16:01"))]);
}

#[test]
fn a_word_on_a_notice_names_it_with_what_it_says() {
    let mut world = World::default();
    world.note(Down, "m1", "24T14:00");
    world.note(Suspended, "m2", "24T14:00");
    assert_eq!(world.confirm("N1", Suspended, "m1", "24T14:01"), Err("proposal-unknown"));
    assert_eq!(world.refuse("N1", Suspended, "B", "24T14:01"), Err("proposal-unknown"));
    assert_eq!(world.refuse("N9", Suspended, "B", "24T14:01"), Err("proposal-unknown"));
    assert_eq!(world.confirm("N2", Suspended, "another", "24T14:01"), Err("evidence-differs"));
    assert_eq!(world.refuse("N2", Suspended, "B", "24T14:01"), Ok(1));
    assert_eq!(world.stand("24T14:01"), ["declared", "refused"], "it, and no other");
    assert_eq!(world.confirm("N1", Down, "m1", "24T14:02"), Ok(1));
    assert_eq!(world.stand("24T14:02"), ["confirmed", "refused"], "it, and no other");
    assert_eq!(world.refuse("N1", Down, "C", "24T14:03"), Err("proposal-unknown"), "it counts");
}
