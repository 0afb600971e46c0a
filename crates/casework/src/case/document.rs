//! What was filed and reported of one node.

use super::command::Actor;
use super::hit::Pairing;
use super::marks::LoadingMarks;
use super::reports::Reports;
use super::told::Told;
use consignment::issue::IssueTime;
use consignment::{Consignment, Role};
use finding::Phrase;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A party that resembles an entry of a list, as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyHit {
    /// The party's role.
    pub role: Role,
    /// Its name as filed.
    pub party: String,
    /// Score in thousandths.
    pub score_thousandths: u16,
    /// The list.
    pub list: String,
    /// Whether the list is one of security (`true`) or of sanctions.
    pub security: bool,
    /// Entry of the list.
    pub entity_id: String,
    /// Primary name of the entry.
    pub name: String,
    /// The name that matched.
    pub matched: String,
    /// Why, one line for each reason; where the message names no party but an account, that comes first.
    pub evidence: Vec<String>,
    /// The pair of party and entry, and what officers found of it; `None` where it was screened before pairs were kept.
    pub pairing: Option<Pairing>,
}

/// A party that shares an address or a document with an entry of a list, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryNote {
    /// The party's name as filed.
    pub party: String,
    /// The list.
    pub list: String,
    /// Primary name of the entry.
    pub name: String,
    /// What it shares, as listed.
    pub shared: SharedFact,
}

/// What a party and an entry have in common beside their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharedFact {
    /// The address.
    Address(String),
    /// The number of a document or registration.
    Document(String),
}

/// Why another agency holds goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldCause(pub Phrase);

/// A hold of another agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Who holds, and alone may lift.
    pub agency: Arc<str>,
    /// Why.
    pub cause: HoldCause,
    /// The number of the officer's act that placed it, where one did: two who hold for one reason hold twice.
    pub entry: Option<Arc<str>>,
}

/// When a house left its master, and what was open on the master then, of what tells no time of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// When officers said so: what was told of the whole until then holds the house.
    pub at: Timestamp,
    /// When it went, by custody: what was found or declared of the rest since frees nothing of it.
    pub went: Timestamp,
    /// Holds of other agencies.
    pub holds: Vec<Hold>,
    /// Goods that must not be loaded and that the master resembled.
    pub resembles: Vec<Phrase>,
    /// Why messages that may concern the goods could not be read.
    pub unread: Vec<Phrase>,
    /// Whether a filing or a report said that it must not be loaded.
    pub told_not_to_load: bool,
}

/// Goods that left their master under a number which was filed again for others since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// What was known of them then.
    pub document: Document,
    /// When the number was filed for others: what is said of it since is said of those.
    pub until: Timestamp,
}

/// What was filed of one node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Versions in order; the last one counts.
    pub versions: Vec<Arc<Consignment>>,
    /// When each of them came in.
    pub received: Vec<Timestamp>,
    /// Who filed the first version: the declarant.
    pub declarant: Option<Actor>,
    /// Everybody who submitted a version, or one that was here already, in order: the declarant, and others where programmes
    /// take them.
    pub submitters: Vec<Actor>,
    /// Who announced it by a check list: they owe its data until somebody files them.
    pub announcers: BTreeSet<Actor>,
    /// Status reports in order.
    pub reports: Reports,
    /// The declarant's latest version that speaks of security, and when it came in.
    pub declared: Option<(Timestamp, Arc<Consignment>)>,
    /// When the latest version came in whose goods are others than those of the version before: what was found
    /// of them until then says nothing of these.
    pub goods_since: Option<Timestamp>,
    /// The latest version of everybody but the declarant that speaks of security, and when it came in. It counts where
    /// the carrier declares.
    pub declared_as_well: BTreeMap<Actor, (Timestamp, Arc<Consignment>)>,
    /// What reports and announcements tell of it.
    pub told: Told,
    /// What the latest filing says of loading the goods.
    pub marks: LoadingMarks,
    /// Whether the declarant withdrew the filing.
    pub withdrawn: bool,
    /// When the latest withdrawal was issued, as far as it says: what was issued before it stays withdrawn.
    pub withdrawn_at: Option<IssueTime>,
    /// Whether the latest version is to be taken as a consolidation.
    pub consolidated: bool,
    /// What is wrong with the message that brought the latest version.
    pub faults: Vec<Phrase>,
    /// The latest time of issue of any version or of a repetition of one: what is issued before it was
    /// overtaken on the way.
    pub issued_last: Option<IssueTime>,
    /// Screening of the parties of the latest version: whether lists were given, and the hits.
    pub screening: Option<Screening>,
    /// Holds of other agencies.
    pub holds: Vec<Hold>,
    /// Where the latest version looks like another shipment under the same number, both in words: numbers
    /// recur, and only an officer can say which goods are meant.
    pub other_shipment: Option<Phrase>,
    /// Place of the last version about which there is no such doubt.
    pub undisputed: usize,
    /// Where else the same house, to all appearance, was filed.
    pub elsewhere: Option<Phrase>,
    /// Why nobody can say whose house it is that has this number.
    pub whose: Option<Phrase>,
    /// Whether two officers said that all is of one house, of which that was doubted.
    pub whose_settled: bool,
    /// What versions that were set aside say against the goods.
    pub set_aside_for: Vec<Phrase>,
    /// Goods that must not be loaded and that these resemble.
    pub resembles: Vec<Phrase>,
    /// Comparisons of which officers said that the goods are others.
    pub resembled_before: Vec<Phrase>,
    /// Whether the house left its master, as custody and recount show.
    pub unlinked: bool,
    /// How many versions of the master had been filed when it left.
    pub left_version: usize,
    /// When it left, and with what of the master.
    pub left: Option<Leaving>,
    /// Goods that left under this number before others were filed under it, in order.
    pub gone: Vec<Gone>,
    /// Who filed it without a right to its number, as two officers found.
    pub struck: Vec<Actor>,
}

/// A screening of parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screening {
    /// The version screened.
    pub version: u32,
    /// Hash over the lists; `None` where no list was given.
    pub lists: Option<Arc<str>>,
    /// Hits.
    pub hits: Vec<PartyHit>,
    /// Parties that share an address or a document with an entry that none of the hits names.
    pub notes: Vec<EntryNote>,
}

impl Document {
    /// Notes that a version, or a repetition of one, was issued at this time.
    pub(super) fn note_issued(&mut self, issued: Option<IssueTime>) {
        self.issued_last = match (issued, self.issued_last) {
            (Some(issued), Some(known)) if issued.is_before(known) => Some(known),
            (issued, known) => issued.or(known),
        };
    }

    /// Whether goods left the master under this number, whatever was filed under it since.
    pub fn has_gone(&self) -> bool {
        self.unlinked || !self.gone.is_empty()
    }

    /// Whether a filing or a report says that it must not be loaded.
    pub fn is_told_not_to_load(&self) -> bool {
        [&self.marks, self.told.marks()].iter().any(|marks| marks.do_not_load.is_some())
    }

    /// Notes who submitted what counts.
    pub(super) fn note_submitter(&mut self, by: &Actor) {
        if !self.submitters.contains(by) {
            self.submitters.push(by.clone());
        }
    }

    /// The latest version filed.
    pub fn filed(&self) -> Option<&Arc<Consignment>> {
        self.versions.last()
    }

    /// Number of the latest version, from 1.
    pub fn version(&self) -> Option<u32> {
        u32::try_from(self.versions.len()).ok().filter(|version| *version > 0)
    }

    /// The version a word of an authority speaks of that names none: the latest that had come in when it was
    /// said, somewhen from `from` to before `until`. `None` where none had.
    ///
    /// Where it was said in the minute in which one came in, or in the same hour or day, nobody can say which is meant. Then
    /// a word that holds speaks of the newest. One that frees comes with when it was last heard of a version (`heard`): it
    /// speaks of the oldest that still waits for it, and where it was heard in that very minute, it is the same word again.
    pub fn version_told(
        &self,
        from: Timestamp,
        until: Timestamp,
        heard: Option<&dyn Fn(u32) -> Option<Timestamp>>,
    ) -> Option<u32> {
        let before = |at: Timestamp| {
            self.received.iter().rposition(|received| *received < at).map_or(0, |place| place + 1)
        };
        let (before, known) = (before(from), before(until));
        let to_the_minute = until.duration_since(from) <= SignedDuration::from_mins(1);
        let numbered = |version: usize| u32::try_from(version).ok().filter(|version| *version > 0);
        let Some(heard) = heard.filter(|_| known > before) else { return numbered(known) };
        let first = before.max(1);
        if !to_the_minute {
            return numbered(first);
        }
        let meant = (first..=known).find(|version| {
            let last = numbered(*version).and_then(heard);
            last.is_none_or(|last| last >= from)
        });
        numbered(meant.unwrap_or(known))
    }

    /// The latest version but those that say that they were issued after a time.
    pub fn version_issued_by(&self, at: Timestamp) -> Option<u32> {
        let later = |version: &Consignment| matches!(version.issue.message_at, Some(IssueTime::Instant(issued)) if issued > at);
        let place = self.versions.iter().rposition(|version| !later(version))?;
        u32::try_from(place + 1).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_word_speaks_of_the_version_of_its_time() {
        let at = |time: &str| format!("2026-11-24T{time}Z").parse::<Timestamp>().unwrap();
        let received = ["06:00:00", "08:00:10", "08:00:50", "09:30:20"].map(at).to_vec();
        let document = Document { received, ..Document::default() };
        /// What it shows, when the word was said, up to which version and when it was heard before, and the versions a
        /// word that frees and one that holds speak of.
        type Case = (&'static str, [&'static str; 2], Option<(u32, &'static str)>, Option<u32>, Option<u32>);
        let cases: &[Case] = &[
            ("before any came in", ["05:59:00", "06:00:00"], None, None, None),
            ("in the minute of the first", ["06:00:00", "06:01:00"], None, Some(1), Some(1)),
            ("the same again", ["06:00:00", "06:01:00"], Some((1, "06:00:00")), Some(1), Some(1)),
            ("later", ["07:00:00", "07:01:00"], None, Some(1), Some(1)),
            ("two within its minute, none heard of", ["08:00:00", "08:01:00"], None, Some(1), Some(3)),
            (
                "two, the first heard of before",
                ["08:00:00", "08:01:00"],
                Some((1, "06:00:00")),
                Some(2),
                Some(3),
            ),
            ("after both", ["08:01:00", "08:02:00"], None, Some(3), Some(3)),
            ("one within its minute, the older waits", ["09:30:00", "09:31:00"], None, Some(3), Some(4)),
            ("the older was heard of", ["09:30:00", "09:31:00"], Some((3, "09:00:00")), Some(4), Some(4)),
            (
                "in this minute: it is the same word",
                ["09:30:00", "09:31:00"],
                Some((3, "09:30:00")),
                Some(3),
                Some(4),
            ),
            ("told to the second", ["09:30:19", "09:30:20"], None, Some(3), Some(3)),
            ("told to the hour, before any came in", ["04:00:00", "05:00:00"], None, None, None),
            ("told to the hour", ["09:00:00", "10:00:00"], None, Some(3), Some(4)),
            ("told to the day", ["00:00:00", "23:59:59"], None, Some(1), Some(4)),
        ];
        for (what, [from, until], heard, frees, holds) in cases {
            let (from, until) = (at(from), at(until));
            let heard = |version: u32| heard.filter(|(last, _)| version <= *last).map(|(_, time)| at(time));
            assert_eq!(document.version_told(from, until, Some(&heard)), *frees, "{what}");
            assert_eq!(document.version_told(from, until, None), *holds, "{what}");
        }
    }

    #[test]
    fn what_is_issued_after_a_time_is_not_the_version_of_it() {
        let at = |time: &str| format!("2026-11-24T{time}:00Z").parse::<Timestamp>().unwrap();
        let version = |issued: Option<&str>| {
            let mut version = Consignment::default();
            version.issue.message_at = issued.map(|time| IssueTime::Instant(at(time)));
            Arc::new(version)
        };
        // The second does not say when it was issued.
        let versions = [Some("06:00"), None, Some("08:00"), Some("09:00")].map(version).to_vec();
        let document = Document { versions, ..Document::default() };
        for (time, expected) in [
            ("05:00", Some(2)),
            ("07:00", Some(2)),
            ("08:00", Some(3)),
            ("08:59", Some(3)),
            ("10:00", Some(4)),
        ] {
            assert_eq!(document.version_issued_by(at(time)), expected, "{time}");
        }
        let later = Document { versions: vec![version(Some("06:00"))], ..Document::default() };
        assert_eq!(later.version_issued_by(at("05:00")), None);
    }
}
