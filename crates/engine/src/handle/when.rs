//! When a word of an authority was said, and of which version.

use super::Engine;
use super::authority::Saying;
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use casework::case::{Document, Node, Tree};
use consignment::issue::IssueTime;
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::ops::Range;

/// From when to before when something was said.
pub(super) type Span = (Timestamp, Timestamp);

/// The longest time that a word which tells its minute may mean.
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// How old a word that holds is at least, where it is rather one whose year was taken wrongly. Notices of some wires tell no
/// year, and are of the last twelve months then.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(300 * 24);

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// The version a word speaks of that names none.
    pub(super) fn version_of(
        &self,
        tree: &Tree,
        node: &Node,
        programme: &ProgrammeId,
        span: Option<Span>,
        saying: &Saying,
    ) -> Result<Option<u32>, Refusal> {
        let Some(document) = tree.documents.get(node) else { return Ok(None) };
        let holds = saying.holds();
        let case = tree.cases.get(&(node.clone(), programme.clone()));
        let completes = matches!(saying, Saying::Complete | Saying::Assessed);
        let heard = |version: u32| {
            case.and_then(
                |case| if completes { case.completed_at(version) } else { case.received_at(version) },
            )
        };
        let heard: Option<&dyn Fn(u32) -> Option<Timestamp>> = if holds { None } else { Some(&heard) };
        let first = |from: Timestamp, until: Timestamp| self.may_be_first(document, from, until).then_some(1);
        Ok(match span {
            Some((_, until)) if self.settings.in_order => document.version_issued_by(until),
            Some((from, until)) => document.version_told(from, until, heard).or_else(|| first(from, until)),
            // What holds and tells no time is of the latest version; what lifts must say of which.
            None if holds || self.settings.in_order => document.version(),
            None => Some(version_meant(tree, node, None)?),
        })
    }

    /// Whether what was said before the first filing came in here may speak of it: not long before, and not before
    /// it says that it was issued.
    pub(super) fn may_be_first(&self, document: &Document, from: Timestamp, until: Timestamp) -> bool {
        let (Some(received), Some(first)) = (document.received.first(), document.versions.first()) else {
            return false;
        };
        let issued_later =
            matches!(first.issue.message_at, Some(IssueTime::Instant(issued)) if issued > until);
        !issued_later && received.duration_since(from) <= self.settings.early
    }

    /// The times that a word may mean, where it tells any. One that holds and seems to be of long ago, because it tells no year and
    /// its clock is ahead, tells none: it is of now.
    pub(super) fn span_meant(&self, holds: bool, span: Option<Span>) -> Option<Span> {
        let misread = |(_, until): &Span| {
            holds && !self.settings.in_order && self.clock.now().duration_since(*until) > LONG_AGO
        };
        span.filter(|span| !misread(span))
    }

    /// When a word was said at the earliest, where it does not tell: "assessment complete" without a time may have
    /// been under way since the version it judges was filed, and ends nothing that was opened since.
    pub(super) fn earliest(
        &self,
        tree: &Tree,
        node: &Node,
        saying: &Saying,
        version: Option<u32>,
        span: Option<Span>,
        at: Timestamp,
    ) -> Timestamp {
        let completes = matches!(saying, Saying::Complete | Saying::Assessed);
        if span.is_some() || !completes || self.settings.in_order {
            return at;
        }
        let place = version.and_then(|version| usize::try_from(version).ok()?.checked_sub(1));
        let received =
            tree.documents.get(node).zip(place).and_then(|(document, place)| document.received.get(place));
        received.copied().unwrap_or(at)
    }
}

/// When a word was said, of the times that it may mean: what lifts, at the first of them; what holds, after what `ended` in the same
/// minute, and where it tells the day alone, at the last. Whoever speaks from the future speaks at the latest now.
pub(super) fn said_at(
    holds: bool,
    (from, until): Span,
    ended: impl FnOnce(Range<Timestamp>) -> Option<Timestamp>,
    now: Timestamp,
) -> Timestamp {
    let at = match holds {
        false => from,
        true if until.duration_since(from) > MINUTE => until,
        true => ended(from..until).map_or(from, |ended| from.max(ended)),
    };
    at.min(now)
}

/// The version an act speaks of. One that names none speaks of the only one there is; where several were
/// filed, taking it for the latest would let a late word on an earlier version clear what nobody judged.
pub(super) fn version_meant(tree: &Tree, node: &Node, stated: Option<u32>) -> Result<u32, Refusal> {
    let latest = tree.documents.get(node).and_then(Document::version).unwrap_or(0);
    match stated {
        Some(version) => Ok(version),
        None if latest <= 1 => Ok(latest),
        None => Err(Refusal(
            Phrase::new(codes::gate::VERSION_UNSTATED)
                .with("object", tree.key(node).to_string())
                .with("versions", latest.to_string()),
        )),
    }
}
