//! Referrals: what an authority asks or orders, from its opening over the filer's answers to its closing.
//!
//! Words of an authority come late, twice, and in another order than they were said. What counts is when
//! each was said: a [`Track`] keeps the latest openings and closings of one referral, so that every order of
//! arrival ends alike. Where two were said in the same minute and nobody can tell which came first, the
//! goods stay held.

use super::command::Actor;
pub use consignment::fact::ReferralKind;
use consignment::fact::{Person, ReferralAnswer, Word};
use consignment::security::ScreeningMethod;
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::{Bound, Range};
use std::sync::Arc;

/// What an authority asks or orders, as it says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Kind.
    pub kind: ReferralKind,
    /// The authority's reference; `None` where its wire carries none. Then one referral of a kind is open at
    /// a time for a bill, and gets a name here.
    pub reference: Option<Arc<str>>,
    /// Text for those who must act.
    pub reason: Phrase,
    /// Why, as the authority keeps it to itself: for its officers alone, in no answer and no notice.
    pub inside: Option<String>,
    /// Methods of screening it recommends.
    pub methods: Vec<ScreeningMethod>,
    /// Until when an answer is expected.
    pub deadline: Option<Timestamp>,
    /// The officer who opened it, where the authority decides on this node.
    pub officer: Option<Person>,
    /// Whether it is only said again: still in place.
    pub in_place: bool,
}

impl Opening {
    /// A referral with a text for those who must act, and nothing else.
    pub fn new(kind: ReferralKind, reference: Option<Arc<str>>, reason: Phrase) -> Self {
        Self {
            kind,
            reference,
            reason,
            inside: None,
            methods: Vec::new(),
            deadline: None,
            officer: None,
            in_place: false,
        }
    }

    /// What is to be answered, until when and how.
    pub(super) fn terms(&self) -> Terms {
        let words = Some(self.reason.clone()).filter(|words| words.code != codes::gate::WHY_NO_TEXT);
        Terms { words, methods: self.methods.clone(), deadline: self.deadline }
    }

    /// What an authority opens in plain words; `None` where the word opens nothing.
    pub fn plain(word: &Word) -> Option<Self> {
        let Word::Opened { kind, reference, text, reason, methods, deadline } = word else { return None };
        let reference = (!reference.is_empty()).then(|| Arc::clone(reference));
        Some(Self {
            inside: reason.clone(),
            methods: methods.clone(),
            deadline: *deadline,
            ..Self::new(*kind, reference, Self::words(text))
        })
    }

    /// The text for those who must act, or that there is none.
    pub fn words(text: &str) -> Phrase {
        match text.trim() {
            "" => Phrase::new(codes::gate::WHY_NO_TEXT),
            text => Phrase::new(codes::gate::WHY_STATED).with("text", text),
        }
    }
}

/// What a referral asks for, until when and how it is to be answered, as far as some words of its authority say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Text for those who must act; `None` where there is none.
    pub words: Option<Phrase>,
    /// Methods of screening it recommends; empty where it names none.
    pub methods: Vec<ScreeningMethod>,
    /// Until when an answer is expected.
    pub deadline: Option<Timestamp>,
}

/// A referral of an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Kind.
    pub kind: ReferralKind,
    /// The authority's reference, or the name it got here.
    pub reference: Arc<str>,
    /// Whether the name was given here, because the authority's wire carries none.
    pub named_here: bool,
    /// Who opened it.
    pub by: Actor,
    /// Text for those who must act, as it was last told.
    pub reason: Phrase,
    /// Why, for officers of the authority alone.
    pub inside: Option<String>,
    /// Methods of screening the authority recommends, as it last named any.
    pub methods: Vec<ScreeningMethod>,
    /// Until when an answer is expected, as it was last told.
    pub deadline: Option<Timestamp>,
    /// When the text, the methods and the deadline were said.
    terms_said_at: (Timestamp, Timestamp, Timestamp),
    /// The officer who opened it, where the authority decides on this node.
    pub officer: Option<Person>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last said to be open.
    pub said_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Whether it is still open.
    pub open: bool,
    /// What the filer answered, in order.
    pub answers: Vec<Answered>,
    /// Where it came while the goods were in the air.
    pub airborne: Option<Airborne>,
}

/// A do-not-load that came when the goods were in the air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Airborne {
    /// The leg that had left.
    pub leg: String,
    /// When that was noted.
    pub at: Timestamp,
    /// Who reached the carrier's operations by voice, once somebody did.
    pub reached: Option<Arc<str>>,
}

/// An answer of the filer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What he answered.
    pub answer: ReferralAnswer,
    /// When.
    pub at: Timestamp,
    /// Whether it came after the leg had left.
    pub late: bool,
    /// Whether the programme takes answers as messages, so that it is the authority's turn.
    pub in_programme: bool,
}

impl Referral {
    /// An order on a unit, as one on the goods that it holds.
    pub fn on_unit(reference: &Arc<str>, reason: Phrase, by: &Actor, since: Timestamp) -> Self {
        let opening = Opening::new(ReferralKind::Dnl, Some(Arc::clone(reference)), reason);
        Self::opened(&opening, reference, by, since)
    }

    /// The referral that this opening starts.
    pub(super) fn opened(opening: &Opening, reference: &Arc<str>, by: &Actor, at: Timestamp) -> Self {
        Self {
            kind: opening.kind,
            reference: Arc::clone(reference),
            named_here: opening.reference.is_none(),
            by: by.clone(),
            reason: opening.reason.clone(),
            inside: opening.inside.clone(),
            methods: opening.methods.clone(),
            deadline: opening.deadline,
            terms_said_at: (at, at, at),
            officer: opening.officer.clone(),
            opened_at: at,
            said_at: at,
            closed_at: None,
            open: true,
            answers: Vec::new(),
            airborne: None,
        }
    }

    /// Which of several referrals, in order of opening, an answer is to, by its reference: one that is open rather than one that
    /// is not; of several kinds under one reference, that for screening where the answer tells of any, else a question; and one
    /// that waits for an answer rather than one that does not.
    pub(super) fn answered_by(referrals: &[Self], answer: &ReferralAnswer) -> Option<usize> {
        let of_screening = !answer.methods.is_empty() || answer.clear.is_some();
        let fits = |kind| match kind {
            ReferralKind::Rfs => 2 * u8::from(of_screening),
            ReferralKind::Rfi => 1 + u8::from(!of_screening),
            ReferralKind::Dnl => 1,
        };
        let known = referrals.iter().enumerate().filter(|(_, known)| known.reference == answer.reference);
        let rank = |known: &Self| (known.open, fits(known.kind), known.awaits_answer());
        known.max_by_key(|(place, known)| (rank(known), *place)).map(|(place, _)| place)
    }

    pub(super) fn is(&self, kind: ReferralKind, reference: &str) -> bool {
        self.kind == kind && &*self.reference == reference
    }

    /// What opens it anew, where it turns out that the words said since a time were about another one.
    pub(super) fn opening_since(&self, since: Timestamp) -> Opening {
        let reference = (!self.named_here).then(|| Arc::clone(&self.reference));
        let (_, methods_at, deadline_at) = self.terms_said_at;
        Opening {
            inside: self.inside.clone(),
            methods: if methods_at >= since { self.methods.clone() } else { Vec::new() },
            deadline: self.deadline.filter(|_| deadline_at >= since),
            officer: self.officer.clone(),
            ..Opening::new(self.kind, reference, self.reason.clone())
        }
    }

    /// Takes in what was said of it at a time. What was said last counts, and of what was said at once the earlier
    /// deadline, in whatever order it came in; who says nothing of it takes nothing back.
    pub(super) fn hear(&mut self, terms: &Terms, at: Timestamp) {
        let (words_at, methods_at, deadline_at) = self.terms_said_at;
        let untold = self.reason.code == codes::gate::WHY_NO_TEXT;
        if let Some(words) = &terms.words
            && (untold || (words_at, &self.reason) < (at, words))
        {
            (self.reason, self.terms_said_at.0) = (words.clone(), at);
        }
        let newer = self.methods.is_empty() || (methods_at, &terms.methods) < (at, &self.methods);
        if !terms.methods.is_empty() && newer {
            (self.methods, self.terms_said_at.1) = (terms.methods.clone(), at);
        }
        let Some(deadline) = terms.deadline else { return };
        if self.deadline.is_none_or(|known| (deadline_at, deadline) < (at, known)) {
            (self.deadline, self.terms_said_at.2) = (Some(deadline), at);
        }
    }

    /// Until when an answer is expected: as its authority says, else within the minutes its programme names for such
    /// referrals.
    pub fn answer_by(&self, minutes: Option<u32>) -> Option<Timestamp> {
        let within = |minutes| self.opened_at.checked_add(SignedDuration::from_mins(i64::from(minutes))).ok();
        self.deadline.or_else(|| minutes.and_then(within))
    }

    /// Whether it waits for an answer: it is open, and nobody has answered what was last said, by whatever way.
    pub fn awaits_answer(&self) -> bool {
        self.open && !self.answers.iter().any(|answered| answered.at >= self.said_at)
    }

    /// Whether what is said at a time is said of it: after it was closed no more, nor where another one was
    /// closed before it was opened, or ended by one of these completions.
    pub(super) fn covers(&self, at: Timestamp, track: &Track, completed: Option<&Times>) -> bool {
        let closed_between = track.closed_from(at).is_some_and(|closed| closed < self.opened_at);
        // What is opened when the assessment is complete is opened after it.
        let completed = completed.and_then(|times| times.after(at));
        let ended_between = completed.is_some_and(|completed| completed <= self.opened_at);
        self.closed_at.is_none_or(|closed| closed >= at) && !closed_between && !ended_between
    }

    /// The track it belongs to.
    pub fn track(&self) -> TrackKey {
        let reference = (!self.named_here).then(|| Arc::clone(&self.reference));
        TrackKey { kind: self.kind, reference, by: self.by.clone() }
    }

    /// Whether the latest answer tells of a threat.
    pub fn tells_of_threat(&self) -> bool {
        let latest = self.answers.iter().max_by_key(|answered| answered.at);
        latest.is_some_and(|answered| answered.answer.clear == Some(false))
    }

    /// Whether the filer has answered what was last asked, by a way on which the authority takes answers:
    /// then it is the authority's turn. Any answer to a do-not-load is none, nor is one where the latest tells of a threat.
    pub fn is_answered(&self) -> bool {
        self.kind != ReferralKind::Dnl
            && !self.tells_of_threat()
            && self.answers.iter().any(|answered| {
                answered.in_programme && answered.at >= self.said_at && answered.answer.clear != Some(false)
            })
    }
}

/// By what a referral is told from others of the case: its kind, its reference where the wire carries one,
/// and who opened it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackKey {
    pub(super) kind: ReferralKind,
    pub(super) reference: Option<Arc<str>>,
    pub(super) by: Actor,
}

impl TrackKey {
    /// The key of the referral of a kind that somebody opened under a reference.
    pub fn new(kind: ReferralKind, reference: Option<Arc<str>>, by: Actor) -> Self {
        Self { kind, reference, by }
    }

    /// Its parts: the kind, the reference where the wire carries one, and who opened it.
    pub fn parts(&self) -> (ReferralKind, Option<&Arc<str>>, &Actor) {
        let Self { kind, reference, by } = self;
        (*kind, reference.as_ref(), by)
    }
}

/// Most times kept of each thing an authority says of one referral; older ones are settled.
const TIMES_MAX: usize = 32;

/// The latest of some times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Times(BTreeSet<Timestamp>);

impl Times {
    pub(super) fn note(&mut self, at: Timestamp) {
        self.0.insert(at);
        if self.0.len() > TIMES_MAX {
            self.0.pop_first();
        }
    }

    fn last(&self) -> Option<Timestamp> {
        self.0.last().copied()
    }

    /// The latest before a time.
    fn before(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.range(..at).next_back().copied()
    }

    /// The first after a time.
    pub(super) fn after(&self, at: Timestamp) -> Option<Timestamp> {
        self.0.range((Bound::Excluded(at), Bound::Unbounded)).next().copied()
    }

    /// The last in a span.
    pub(super) fn within(&self, span: &Range<Timestamp>) -> Option<Timestamp> {
        self.0.range(span.clone()).next_back().copied()
    }

    pub(super) fn has(&self, at: Timestamp) -> bool {
        self.0.contains(&at)
    }
}

/// When a referral was said to be opened, still in place, and closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Track {
    opened: Times,
    in_place: Times,
    closed: Times,
}

/// What an authority says of one referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Said {
    /// It is opened.
    Opened,
    /// It is still in place.
    InPlace,
    /// It is closed.
    Closed,
}

impl Said {
    /// What an opening says.
    pub(super) fn by(opening: &Opening) -> Self {
        if opening.in_place { Self::InPlace } else { Self::Opened }
    }
}

impl Track {
    /// The same with what was said at a time.
    #[must_use]
    pub(super) fn with(mut self, said: Said, at: Timestamp) -> Self {
        match said {
            Said::Opened => self.opened.note(at),
            Said::InPlace => self.in_place.note(at),
            Said::Closed => self.closed.note(at),
        }
        self
    }

    /// When it was last closed.
    pub(super) fn closed_at(&self) -> Option<Timestamp> {
        self.closed.last()
    }

    /// The last closing in a span.
    pub(super) fn closed_within(&self, span: &Range<Timestamp>) -> Option<Timestamp> {
        self.closed.within(span)
    }

    /// The first closing from a time on.
    pub(super) fn closed_from(&self, at: Timestamp) -> Option<Timestamp> {
        self.closed.0.range(at..).next().copied()
    }

    /// The first time after another at which it was said to be open, and how.
    pub(super) fn opened_after(&self, at: Timestamp) -> Option<(Timestamp, Said)> {
        let opened = self.opened.after(at).map(|at| (at, Said::Opened));
        opened.into_iter().chain(self.in_place.after(at).map(|at| (at, Said::InPlace))).min()
    }

    /// When it was last said to be open.
    pub(super) fn opened_last(&self) -> Option<Timestamp> {
        self.opened.last().max(self.in_place.last())
    }

    /// Whether it is open, by the times at which things were said.
    ///
    /// Of what was said at one time, "still in place" comes before "closed"; "opened" comes before it where
    /// nothing was open yet, and after it where something was: then it may be another one.
    pub(super) fn is_open(&self) -> bool {
        let Some(last_opened) = self.opened_last() else { return false };
        let Some(closed) = self.closed.last() else { return true };
        match last_opened.cmp(&closed) {
            Ordering::Greater => return true,
            Ordering::Less => return false,
            Ordering::Equal => {}
        }
        if self.opened.last() != Some(closed) {
            return false;
        }
        let opened_before = self.opened.before(closed).max(self.in_place.before(closed));
        let still_in_place = self.in_place.last() == Some(closed);
        still_in_place || opened_before.is_some_and(|opened| self.closed.before(closed) <= Some(opened))
    }
}

#[cfg(test)]
mod tests {
    use super::Said::{Closed, InPlace, Opened};
    use super::*;
    use proptest::prelude::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn open(said: &[(Said, i64)]) -> bool {
        said.iter().fold(Track::default(), |track, (said, at)| track.with(*said, minute(*at))).is_open()
    }

    #[test]
    fn what_was_said_last_counts() {
        /// What it shows, what was said in which minute, and whether it is open then.
        type Case = (&'static str, &'static [(Said, i64)], bool);
        let cases: &[Case] = &[
            ("nothing", &[], false),
            ("opened", &[(Opened, 1)], true),
            ("in place, never opened", &[(InPlace, 1)], true),
            ("closed", &[(Opened, 1), (Closed, 3)], false),
            ("the closing came first", &[(Closed, 3), (Opened, 1)], false),
            ("in place is the same one", &[(Opened, 1), (InPlace, 2), (Closed, 3)], false),
            ("in place, late", &[(Opened, 1), (Closed, 3), (InPlace, 2)], false),
            ("opened anew", &[(Opened, 1), (Closed, 3), (Opened, 4)], true),
            ("in place after the closing", &[(Opened, 1), (Closed, 3), (InPlace, 4)], true),
            ("a closing from before", &[(Opened, 4), (Closed, 3)], true),
            ("opened and closed in one minute", &[(Opened, 3), (Closed, 3)], false),
            ("in place and closed in one minute", &[(Opened, 1), (InPlace, 3), (Closed, 3)], false),
            ("open, then one closed and one opened", &[(Opened, 1), (Opened, 3), (Closed, 3)], true),
            (
                "closed before, opened and closed",
                &[(Opened, 1), (Closed, 2), (Opened, 3), (Closed, 3)],
                false,
            ),
        ];
        for (what, said, expected) in cases {
            assert_eq!(open(said), *expected, "{what}");
            let backwards: Vec<_> = said.iter().rev().copied().collect();
            assert_eq!(open(&backwards), *expected, "{what}, backwards");
        }
    }

    #[test]
    fn so_many_times_are_kept_and_then_the_latest() {
        let kept = i64::try_from(TIMES_MAX).unwrap_or_default();
        let closed =
            |times: i64| (0..times).fold(Track::default(), |track, at| track.with(Closed, minute(at)));
        assert_eq!(closed(kept).closed_from(minute(0)), Some(minute(0)));
        assert_eq!(closed(kept + 1).closed_from(minute(0)), Some(minute(1)));
    }

    #[test]
    fn the_terms_said_last_count_and_silence_takes_none_back() {
        use ScreeningMethod::{Edd, Etd};
        let terms = |methods: &[ScreeningMethod], deadline: Option<i64>| Terms {
            words: deadline.map(|minutes| Opening::words(&format!("in {minutes} minutes"))),
            methods: methods.to_vec(),
            deadline: deadline.map(minute),
        };
        let mut said = [
            (1, terms(&[Edd], Some(100))),
            (2, terms(&[], Some(200))),
            (2, terms(&[], Some(150))),
            (3, terms(&[Etd], None)),
            (4, terms(&[], None)),
        ];
        let opening = Opening::new(ReferralKind::Rfs, None, Phrase::new(codes::gate::WHY_NO_TEXT));
        for turn in 0..said.len() {
            said.rotate_left(1);
            let mut referral = Referral::opened(&opening, &"RFS-1".into(), &Actor::Simulation, minute(0));
            for (at, terms) in &said {
                referral.hear(terms, minute(*at));
            }
            assert_eq!(referral.methods, [Etd], "{turn}");
            assert_eq!(referral.deadline, Some(minute(150)), "of what was said at once the earlier time");
            assert_eq!(referral.reason, Opening::words("in 200 minutes"), "one of what was said at once");
            let since = referral.opening_since(minute(3));
            assert_eq!(
                (since.methods, since.deadline),
                (vec![Etd], None),
                "what was said before is of another"
            );
        }
    }

    proptest! {
        #[test]
        fn every_order_and_every_repetition_ends_alike(
            said in prop::collection::vec((prop_oneof![Just(Opened), Just(InPlace), Just(Closed)], 0..6i64), 0..12)
                .prop_flat_map(|said| {
                    let doubled: Vec<_> = said.iter().chain(&said).copied().collect();
                    (Just(said), Just(doubled).prop_shuffle())
                })
        ) {
            let (in_order, shuffled) = said;
            prop_assert_eq!(open(&in_order), open(&shuffled));
        }
    }
}
