use super::command::Speaker;
use consignment::ConsignmentKey;
use consignment::fact::Content;
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

/// A line of what a unit holds.
pub type Line = Content;

/// A unit load device, a mail receptacle, or what stands loose on a flight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// What is in it, line by line.
    pub contents: Vec<Line>,
    /// Whether that is all of it.
    pub complete: bool,
    /// Who built it.
    pub builder: Option<Arc<str>>,
    /// When it was opened, and why. A receptacle stays void; a device is built anew.
    pub void: Option<Void>,
    /// Orders not to load that name it.
    pub orders: Vec<Order>,
    /// Whether a list that left out what stands here came although nobody told that it was opened: nobody can say
    /// what is in it until it is opened, or a list names everything again.
    pub listed_shorter: bool,
    /// Since when its own protection is broken. It holds until the unit is opened and built anew.
    pub broken: Option<Timestamp>,
    /// Whether somebody who does not stand for it says that it was opened, and whether that holds it. It is over when
    /// somebody who does opens it, or lists all that is in it.
    pub said_open: Option<bool>,
    /// When it was opened, in order, and what was in it each time: a word that comes late speaks of what was in it when
    /// it was said.
    pub emptied: Vec<(Timestamp, BTreeSet<ConsignmentKey>)>,
    /// Whether it was known to the end what is in it when it was opened, any time.
    pub was_known: bool,
}

/// That a unit was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// How long after a unit was opened an order on it may mean what was in it until then: word of the opening may not have
/// reached whoever gives the order. No source gives a figure.
const KNOWN_BY_ITS_LIST: SignedDuration = SignedDuration::from_hours(24);

/// Most times kept at which one order was said to be in force.
const TIMES_MAX: usize = 32;

/// An order not to load a unit, under one reference by one speaker. It holds what was in the unit when it was said and
/// what was put in since, wherever that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its reference.
    pub reference: Arc<str>,
    /// Who gave it.
    pub by: Speaker,
    /// Who of the carrier's operations was reached by voice about it as it is in force, once somebody was.
    pub reached: Option<Arc<str>>,
    /// When they were; `None` where an earlier release noted it.
    reached_at: Option<Timestamp>,
    /// The latest time at which it was said to be in force when they were reached: what is given anew since was not told them.
    reached_of: Option<Timestamp>,
    /// When it was said to be in force.
    said: BTreeSet<Timestamp>,
    /// When it was said to be cancelled.
    cancelled: BTreeSet<Timestamp>,
}

impl Order {
    /// An order of which nothing was said yet.
    pub(super) fn new(programme: ProgrammeId, reference: Arc<str>, by: Speaker) -> Self {
        let (said, cancelled) = (BTreeSet::new(), BTreeSet::new());
        let (reached, reached_at, reached_of) = (None, None, None);
        Self { programme, reference, by, reached, reached_at, reached_of, said, cancelled }
    }

    /// Since when it is in force, by the times at which things were said; `None` where it is not. What was said at the
    /// time of its cancellation is over with it, unless it was in force before: then it may have been given anew.
    pub fn in_force_since(&self) -> Option<Timestamp> {
        let after = |at: Bound<Timestamp>| self.said.range((at, Bound::Unbounded)).next().copied();
        let mut since = after(Bound::Unbounded);
        for cancelled in &self.cancelled {
            let anew = since < Some(*cancelled) && self.said.contains(cancelled);
            since = if anew { Some(*cancelled) } else { after(Bound::Excluded(*cancelled)) };
        }
        since
    }

    /// Since when it was in force before each time it was cancelled, and until when.
    pub(super) fn ended(&self) -> Vec<(Timestamp, Timestamp)> {
        let after = |at: Bound<Timestamp>| self.said.range((at, Bound::Unbounded)).next().copied();
        let (mut since, mut ended) = (after(Bound::Unbounded), Vec::new());
        for cancelled in &self.cancelled {
            ended.extend(since.filter(|since| since <= cancelled).map(|since| (since, *cancelled)));
            let anew = since < Some(*cancelled) && self.said.contains(cancelled);
            since = if anew { Some(*cancelled) } else { after(Bound::Excluded(*cancelled)) };
        }
        ended
    }

    /// Whether it was ever said to be in force: of others only that they are over came in so far.
    pub(super) fn was_given(&self) -> bool {
        !self.said.is_empty()
    }

    /// Whether its authority gave it, or its simulation where all is simulated: what others say of one is a claim.
    pub fn is_real(&self, simulated: bool) -> bool {
        simulated || matches!(self.by, Speaker::Authority(_))
    }

    /// Whether it is in force.
    pub fn is_in_force(&self) -> bool {
        self.in_force_since().is_some()
    }

    /// Whether somebody was reached about it since a flight of it came back; at all, where none did.
    pub fn is_reached_since(&self, back: Option<Timestamp>) -> bool {
        self.reached.is_some() && (back.is_none() || self.reached_at > back)
    }

    /// Whether that it was in force at a time is known. Also of what was cancelled since: it held its goods until then.
    pub(super) fn knows_said(&self, at: Timestamp) -> bool {
        self.said.contains(&at)
    }

    /// It was said to be in force at a time. Each time counts: a cancellation of before may come yet. Of too many the first
    /// and the latest are kept.
    pub(super) fn say(&mut self, at: Timestamp) {
        self.said.insert(at);
        if self.said.len() > TIMES_MAX
            && let Some(second) = self.said.iter().nth(1).copied()
        {
            self.said.remove(&second);
        }
        self.reached_no_more();
    }

    /// Whether a cancellation of this time is known.
    pub(super) fn knows_cancelled(&self, at: Timestamp) -> bool {
        self.cancelled.contains(&at)
    }

    pub(super) fn cancel(&mut self, at: Timestamp) {
        self.cancelled.insert(at);
        self.reached_no_more();
    }

    /// Who was reached about an order that is over was not reached about the one that was given since.
    fn reached_no_more(&mut self) {
        if self.in_force_since() > self.reached_of {
            (self.reached, self.reached_of) = (None, None);
        }
    }

    fn latest(&self) -> Option<Timestamp> {
        self.said.last().max(self.cancelled.last()).copied()
    }
}

impl Unit {
    /// That the carrier's operations were reached about the orders of this programme and reference.
    pub(super) fn reach(
        &mut self,
        programme: &ProgrammeId,
        reference: &str,
        reached: &Arc<str>,
        at: Option<Timestamp>,
    ) {
        let same = |order: &&mut Order| order.programme == *programme && &*order.reference == reference;
        for order in self.orders.iter_mut().filter(same) {
            (order.reached, order.reached_of) = (Some(Arc::clone(reached)), order.said.last().copied());
            order.reached_at = at;
        }
    }

    /// The order of this programme and reference that this speaker gave.
    pub(super) fn order(&self, programme: &ProgrammeId, reference: &str, by: &Speaker) -> Option<&Order> {
        self.orders_named(programme, reference).find(|order| order.by == *by)
    }

    /// The orders of this programme and reference, by whomever.
    pub(super) fn orders_named(
        &self,
        programme: &ProgrammeId,
        reference: &str,
    ) -> impl Iterator<Item = &Order> {
        self.orders
            .iter()
            .filter(move |order| order.programme == *programme && &*order.reference == reference)
    }

    /// The place of the order of a speaker among the orders, which there is from here on.
    pub(super) fn order_mut(
        &mut self,
        programme: &ProgrammeId,
        reference: &Arc<str>,
        by: &Speaker,
    ) -> &mut Order {
        let same =
            |order: &Order| order.programme == *programme && order.reference == *reference && order.by == *by;
        let place = self.orders.iter().position(same).unwrap_or_else(|| {
            self.orders.push(Order::new(programme.clone(), Arc::clone(reference), by.clone()));
            self.orders.len() - 1
        });
        &mut self.orders[place]
    }

    /// Orders in force, and since when.
    pub fn orders_in_force(&self) -> impl Iterator<Item = (&Order, Timestamp)> {
        self.orders.iter().filter_map(|order| Some((order, order.in_force_since()?)))
    }

    /// After everything that is known of it: where a document of an earlier release does not tell when a word was said,
    /// it was said when it came.
    pub(super) fn after_all(&self) -> Timestamp {
        let opened = self.emptied.last().map(|(opened, _)| *opened);
        let latest = self.orders.iter().filter_map(Order::latest).chain(opened).max();
        latest.map_or(Timestamp::MIN, |latest| {
            latest.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(latest)
        })
    }

    /// When it was opened last.
    pub fn opened_last(&self) -> Option<Timestamp> {
        self.emptied.last().map(|(opened, _)| *opened)
    }

    /// What was in it when it was opened first at a time or after; `None` where it was not opened since.
    pub(super) fn emptied_since(&self, at: Timestamp) -> Option<&BTreeSet<ConsignmentKey>> {
        self.emptied.iter().find(|(opened, _)| at <= *opened).map(|(_, goods)| goods)
    }

    /// Goods listed in it when an order of this time was said, or since; and what it held when it was opened not long
    /// before: whoever gave the order may know the unit by that list.
    pub(super) fn listed_since(&self, at: Timestamp) -> impl Iterator<Item = &ConsignmentKey> {
        let emptied =
            self.emptied.iter().filter(move |(opened, _)| at.duration_since(*opened) <= KNOWN_BY_ITS_LIST);
        emptied.flat_map(|(_, goods)| goods).chain(self.contents.iter().map(|line| &line.object))
    }

    /// Whether what is in it is known: listed, and listed to the end.
    pub fn is_known(&self) -> bool {
        self.complete && !self.contents.is_empty() && self.void.is_none()
    }

    /// Whether nobody can say what is or was in it: it is not listed to the end, and was not when it was opened.
    pub fn was_never_known(&self) -> bool {
        !self.is_known() && !self.was_known
    }

    /// Whether a list leaves out some of the goods that stand here. Fewer pieces of the same goods are a count put
    /// right: the goods stay in the list, with whatever holds them.
    pub(super) fn is_shortened_by(&self, contents: &[Content]) -> bool {
        self.contents.iter().any(|line| contents.iter().all(|other| other.object != line.object))
    }

    /// It was opened: what was in it is loose, and what was wrong with it closed is over.
    pub(super) fn open(&mut self, at: Timestamp, why: &str) {
        self.was_known |= self.is_known();
        self.void = Some(Void { at, why: why.to_owned() });
        let before = self.contents.drain(..).map(|line| line.object);
        self.emptied.push((at, before.collect()));
        (self.complete, self.listed_shorter, self.broken, self.said_open) = (false, false, None, None);
    }

    pub(super) fn build(&mut self, contents: &[Content], replaces: bool, complete: bool, by: &Arc<str>) {
        if replaces {
            self.contents.clear();
            self.builder = Some(Arc::clone(by));
        }
        self.void = None;
        self.builder.get_or_insert_with(|| Arc::clone(by));
        for content in contents {
            self.add(content.clone());
        }
        self.complete = complete;
        if replaces && complete {
            (self.listed_shorter, self.said_open) = (false, None);
        }
    }

    /// Adds a line. A numbered piece stands where it was put last; "all of it" takes the place of its parts.
    fn add(&mut self, content: Content) {
        if content.pieces.is_empty() && content.count.is_none() {
            self.contents.retain(|line| line.object != content.object);
        }
        if !content.pieces.is_empty() {
            for line in self.contents.iter_mut().filter(|line| line.object == content.object) {
                let numbered = !line.pieces.is_empty();
                line.pieces.retain(|piece| !content.pieces.contains(piece));
                // A line all of whose pieces went elsewhere is none any more, and not "all of it".
                if numbered && line.pieces.is_empty() {
                    line.count = Some(0);
                }
            }
            self.contents.retain(|line| line.count != Some(0));
        }
        self.contents.push(content);
    }
}

/// Whether a line is of all of the consignment.
pub(super) fn is_whole(line: &Content) -> bool {
    line.pieces.is_empty() && line.count.is_none()
}

/// How many pieces a line holds, where it says so; `None` for all of the consignment.
pub(crate) fn pieces_of(line: &Content) -> Option<u32> {
    match line.pieces.len() {
        0 => line.count,
        numbered => Some(u32::try_from(numbered).unwrap_or(u32::MAX)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// What it shows, when it was said to be in force, when it was cancelled, and since when it is in force.
    type Case = (&'static str, &'static [i64], &'static [i64], Option<i64>);

    #[test]
    fn an_order_is_in_force_by_the_times_of_what_was_said() {
        let cases: &[Case] = &[
            ("nothing", &[], &[], None),
            ("given", &[3], &[], Some(3)),
            ("said again", &[3, 5], &[], Some(3)),
            ("cancelled", &[3], &[5], None),
            ("cancelled before it was given", &[5], &[3], Some(5)),
            ("said again after a cancellation that came late", &[3, 7], &[5], Some(7)),
            ("cancelled twice", &[3, 7], &[5, 8], None),
            ("given and cancelled at once", &[5], &[5], None),
            ("given anew when it was cancelled", &[3, 5], &[5], Some(5)),
            ("cancelled before and at once", &[3, 5], &[4, 5], None),
            ("given and cancelled at once, twice", &[4, 5], &[4, 5], None),
            ("given anew when it was cancelled, twice", &[3, 4, 5], &[4, 5], Some(5)),
            (
                "given anew after a cancellation, and when it was cancelled again",
                &[3, 6, 8],
                &[5, 8],
                Some(8),
            ),
        ];
        for (what, said, cancelled, expected) in cases {
            let minute = |minute: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
            let by = Speaker::Other("somebody".into());
            let mut order = Order::new(ProgrammeId::new("eu-ics2"), "Q01".into(), by);
            cancelled.iter().for_each(|at| order.cancel(minute(*at)));
            said.iter().for_each(|at| order.say(minute(*at)));
            assert_eq!(order.in_force_since(), expected.map(minute), "{what}");
        }
    }

    #[test]
    fn of_too_many_times_the_first_and_the_latest_are_kept() {
        let mut order = Order::new(ProgrammeId::new("eu-ics2"), "Q01".into(), Speaker::Other("x".into()));
        for second in 0..100 {
            order.say(Timestamp::from_second(second).unwrap());
        }
        assert_eq!(order.in_force_since(), Timestamp::from_second(0).ok());
        // What was said at the very time of the cancellation, and before, may have been given anew.
        order.cancel(Timestamp::from_second(97).unwrap());
        assert_eq!(order.in_force_since(), Timestamp::from_second(97).ok());
        order.cancel(Timestamp::from_millisecond(98_500).unwrap());
        assert_eq!(order.in_force_since(), Timestamp::from_second(99).ok());
    }

    #[test]
    fn so_many_times_are_kept_and_no_more() {
        let kept_second = |times: i64| {
            let mut order = Order::new(ProgrammeId::new("eu-ics2"), "Q01".into(), Speaker::Other("x".into()));
            for second in 0..times {
                order.say(Timestamp::from_second(second).unwrap());
            }
            order.cancel(Timestamp::from_millisecond(500).unwrap());
            order.in_force_since().map(Timestamp::as_second)
        };
        assert_eq!([31, 32, 33, 34].map(kept_second), [Some(1), Some(1), Some(2), Some(3)]);
    }
}
