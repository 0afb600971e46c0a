//! What the security facts of goods come to: which pieces were screened by which methods, which results are
//! void, what alarm stands, and since when protection is broken.
//!
//! Only the times at which facts took place count, never the order in which they came in. At the same
//! instant, what speaks against the goods counts as the later.

use super::record::{Record, Told};
use consignment::fact::{CustodyEvent, ScreeningOutcome, ScreeningResult};
use consignment::ident::Location;
use consignment::security::ScreeningMethod;
use consignment::stations::StationTable;
use finding::{Phrase, codes::gate as code};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Most pieces named in one text.
const NAMED_MAX: usize = 5;

/// The goods as they were filed, against which facts are judged.
#[derive(Debug, Clone, Copy)]
pub struct Goods<'a> {
    /// Pieces filed.
    pub pieces: Option<u32>,
    /// When the filing was last changed to other goods: what was found before frees nothing of these.
    pub since: Option<Timestamp>,
    /// Since when there are fewer, and how many, in order: houses left them that the filing counts still.
    pub fewer: &'a [(Timestamp, u32)],
    /// Until when what was found of them is of what is asked about: a house leaves its master.
    pub until: Option<Timestamp>,
    /// Until when what was told against them is: when officers said that it left.
    pub told_until: Option<Timestamp>,
    /// Where they start.
    pub origin: Option<Location>,
    /// Stations, for the local day of a daily test.
    pub stations: &'a StationTable,
    /// Channels of those who answer for the goods' own data. Facts that free the goods count from them and
    /// from the registry of this node; what anybody else tells counts only against them.
    pub declarants: &'a [&'a str],
    /// When a desk of the goods last counted them: that puts right what others counted before.
    pub counted_at: Option<Timestamp>,
}

impl Goods<'_> {
    /// Whether a fact that frees the goods counts from whoever told it.
    pub fn counts(&self, told: &Told) -> bool {
        told.registry || self.declarants.contains(&&*told.by)
    }

    /// The local day at a station.
    fn day(&self, station: Option<Location>, at: Timestamp) -> Option<Date> {
        let station = self.stations.get(station.or(self.origin)?)?;
        station.local(at).map(|local| local.date())
    }
}

/// Which pieces a result speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Covers {
    All,
    Pieces(BTreeSet<u32>),
    /// A part, and nobody can say which.
    Unclear,
}

impl Covers {
    fn of(result: &ScreeningResult, at: Timestamp, goods: &Goods<'_>) -> Self {
        // The rest may be numbered as the whole was.
        let fewer = goods.fewer.iter().rev().find(|(since, _)| at > *since).map(|(_, left)| *left);
        let there = fewer.or(goods.pieces);
        if result.pieces.is_empty() {
            return match (result.count, there) {
                (None, _) => Self::All,
                (Some(count), Some(pieces)) if count == pieces => Self::All,
                _ => Self::Unclear,
            };
        }
        let named: BTreeSet<u32> = result.pieces.iter().copied().collect();
        if result.count.is_some_and(|count| u64::from(count) != named.len() as u64) {
            return Self::Unclear;
        }
        let Some(pieces) = goods.pieces else { return Self::Pieces(named) };
        // Whoever names a piece that does not exist looked at other goods, or numbers them otherwise.
        if named.iter().any(|piece| !(1..=pieces).contains(piece)) {
            return Self::Unclear;
        }
        let there = there.unwrap_or(pieces);
        if named.len() as u64 == u64::from(there) { Self::All } else { Self::Pieces(named) }
    }
}

/// One result and what it is worth.
#[derive(Debug, Clone)]
struct Judged<'a> {
    at: Timestamp,
    result: &'a ScreeningResult,
    covers: Covers,
    /// Why it is void, where it is; only of those that would free the goods.
    void: Option<Phrase>,
    /// Whether screener and machine made it void, rather than whoever told it.
    unfit: bool,
    /// Whether it is of what stayed when the goods that are asked about left.
    of_the_rest: bool,
    /// Whether screener and machine are named and known to be valid at that time.
    proven: bool,
    /// Whether the registry answers for that.
    vouched: bool,
    told: &'a Told,
}

impl<'a> Judged<'a> {
    fn of(told: &'a Told, result: &'a ScreeningResult, goods: &Goods<'_>) -> Self {
        let covers = Covers::of(result, told.at, goods);
        let what = |why: Phrase| why.with("method", result.method.code()).with("pieces", in_words(result));
        let tested = result.tested_on.map(|tested| goods.day(result.station, told.at) == Some(tested));
        let machine = result.equipment.as_deref().unwrap_or("?");
        let unfit = if result.screener_current == Some(false) {
            let screener = result.screener.as_deref().unwrap_or("?");
            Some(what(Phrase::new(code::WHY_SCREENER_NOT_CURRENT)).with("screener", screener))
        } else if tested == Some(false) {
            let day = result.tested_on.map_or_else(String::new, |day| day.to_string());
            let why = what(Phrase::new(code::WHY_EQUIPMENT_NOT_TESTED));
            Some(why.with("equipment", machine).with("tested", day))
        } else {
            None
        };
        let of_the_rest = goods.until.is_some_and(|until| told.at > until);
        let strange = if !goods.counts(told) {
            Some(what(Phrase::new(code::WHY_RESULT_NOT_COUNTED)))
        } else {
            let other = Some(told.at) <= goods.since || of_the_rest;
            other.then(|| what(Phrase::new(code::WHY_RESULT_OF_OTHER_GOODS)))
        };
        let by_whom = result.screener.is_some() && result.screener_current == Some(true);
        let by_machine = result.equipment.is_some() && tested == Some(true);
        let proven = by_whom && (by_machine || by_hand(result.method) && result.equipment.is_none());
        Self {
            at: told.at,
            result,
            covers,
            unfit: unfit.is_some(),
            of_the_rest,
            void: unfit.or(strange),
            proven,
            vouched: told.registry && proven,
            told,
        }
    }

    fn favours(&self) -> bool {
        matches!(self.result.outcome, ScreeningOutcome::Clear | ScreeningOutcome::Resolved)
    }

    /// Whether it shows that pieces are clear.
    fn clears(&self) -> bool {
        self.favours() && self.void.is_none()
    }

    /// Whether it may end an alarm: whoever found something says by whom and with what it was looked at again, and
    /// nobody else does but the registry. What a screening lane found is not the filer's to resolve. It frees nothing by
    /// that, so he need not answer for the goods, and it stays resolved when they are filed as others.
    fn may_resolve(&self, alarm: &Self) -> bool {
        let same = !alarm.told.registry && alarm.told.by == self.told.by;
        self.favours() && !self.unfit && !self.of_the_rest && self.proven && (self.told.registry || same)
    }
}

/// Methods that need no machine.
fn by_hand(method: ScreeningMethod) -> bool {
    matches!(method, ScreeningMethod::Phs | ScreeningMethod::Vck | ScreeningMethod::Edd)
}

/// `pieces 1, 2, 3`, `5 pieces` or `all pieces`.
fn in_words(result: &ScreeningResult) -> String {
    match (result.pieces.as_slice(), result.count) {
        ([], None) => "all pieces".to_owned(),
        ([], Some(count)) => format!("{count} pieces"),
        (pieces, _) => listed(pieces.iter().copied()),
    }
}

fn listed(pieces: impl Iterator<Item = u32>) -> String {
    let mut named: Vec<String> = pieces.take(NAMED_MAX + 1).map(|piece| piece.to_string()).collect();
    if named.len() > NAMED_MAX {
        named.truncate(NAMED_MAX);
        named.push("…".to_owned());
    }
    let word = if named.len() == 1 { "piece" } else { "pieces" };
    format!("{word} {}", named.join(", "))
}

/// Which pieces were found clear by one method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cleared {
    /// Every piece.
    All,
    /// These; empty where none, or where nobody can say which.
    Pieces(BTreeSet<u32>),
}

/// A break of protection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Since when; what makes it good comes after it.
    pub at: Timestamp,
    /// Since when the goods had left the chain, where they ever did: screening alone does not bring them back, whatever
    /// happened to them later.
    pub left: Option<Timestamp>,
    /// What happened last, in words.
    pub why: Phrase,
    /// That the goods left the chain, in words.
    pub why_left: Option<Phrase>,
}

/// What is known of the goods apart from messages.
#[derive(Debug, Clone, Default)]
pub struct Evidence<'a> {
    pieces: Option<u32>,
    results: Vec<Judged<'a>>,
    custody: &'a [(Told, CustodyEvent, String)],
    /// When a desk of the goods last counted them.
    counted_at: Option<Timestamp>,
    /// Until when what was told against them is of what is asked about.
    told_until: Option<Timestamp>,
    /// What is known of the whole around a house: its screening is of the house, too, where it is of all of
    /// it, and its custody is the custody of the house.
    around: Option<Box<Evidence<'a>>>,
    /// What was told under numbers that nobody knows: it may be of these goods, and counts only against them.
    beside: &'a [Evidence<'a>],
    /// When a house became other goods than were in the whole: what made a break good before is not of these.
    changed: Option<Timestamp>,
}

impl<'a> Evidence<'a> {
    /// Judges the facts of one consignment.
    pub fn of(record: Option<&'a Record>, goods: &Goods<'_>) -> Self {
        let Some(record) = record else { return Self::default() };
        let mut results: Vec<Judged<'a>> =
            record.screenings.iter().map(|(told, result)| Judged::of(told, result, goods)).collect();
        // Of several at one instant, the same one is named whatever came in first.
        results.sort_by(|one, other| {
            let words = |judged: &Judged<'_>| format!("{:?} {:?}", judged.result, judged.void);
            one.at.cmp(&other.at).then_with(|| words(one).cmp(&words(other)))
        });
        let (custody, counted_at) = (&record.custody, goods.counted_at);
        let told_until = goods.told_until;
        Self { pieces: goods.pieces, results, custody, counted_at, told_until, ..Self::default() }
    }

    /// The same for a house inside a whole of which this is known.
    pub fn inside(self, around: Evidence<'a>) -> Self {
        Self { around: Some(Box::new(around)), ..self }
    }

    /// The same for a house that became other goods then.
    pub fn changed(self, changed: Option<Timestamp>) -> Self {
        Self { changed, ..self }
    }

    /// The same where this is known of goods under numbers that nobody knows.
    pub fn beside(self, beside: &'a [Evidence<'a>]) -> Self {
        Self { beside, ..self }
    }

    /// Own facts and those of the whole around.
    fn layers(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.around.as_deref())
    }

    /// Everything that may speak against the goods.
    fn against(&self) -> impl Iterator<Item = &Self> {
        self.layers().chain(self.beside)
    }

    /// An alarm that nobody resolved: until every piece it may concern was found clear later by the same
    /// method, or the alarm was resolved, by whoever told it or the registry, and it is known by whom and with what.
    pub fn alarm(&self) -> Option<Phrase> {
        let mut alarms = self.against().flat_map(|layer| {
            let alarms = layer.results.iter().filter(|judged| {
                judged.result.outcome == ScreeningOutcome::Alarm && layer.is_told_of_these(judged.at)
            });
            alarms.filter(|alarm| {
                !(layer.resolved(alarm) || layer.told_until.is_some() && self.is_clear_of(alarm))
            })
        });
        alarms.next().map(|alarm| {
            Phrase::new(code::WHY_ALARM)
                .with("method", alarm.result.method.code())
                .with("pieces", in_words(alarm.result))
                .with("at", alarm.at.to_string())
        })
    }

    /// Whether what was told against these at a time is of what is asked about, or of what stayed when that left.
    fn is_told_of_these(&self, at: Timestamp) -> bool {
        self.told_until.is_none_or(|until| at <= until)
    }

    /// Whether all of what left the whole was found clear by itself of what was found in the whole.
    fn is_clear_of(&self, alarm: &Judged<'_>) -> bool {
        let later = self.results.iter().filter(|judged| {
            let same = judged.result.outcome == ScreeningOutcome::Resolved
                || judged.result.method == alarm.result.method;
            judged.at > alarm.at && judged.may_resolve(alarm) && same
        });
        self.joined(later) == Cleared::All
    }

    fn resolved(&self, alarm: &Judged<'_>) -> bool {
        let later = self.results.iter().filter(|judged| {
            judged.at > alarm.at
                && judged.may_resolve(alarm)
                && (judged.result.outcome == ScreeningOutcome::Resolved
                    || judged.result.method == alarm.result.method)
        });
        match (self.joined(later), &alarm.covers) {
            (Cleared::All, _) => true,
            (Cleared::Pieces(cleared), Covers::Pieces(alarmed)) => {
                !alarmed.is_empty() && alarmed.is_subset(&cleared)
            }
            (Cleared::Pieces(_), _) => false,
        }
    }

    fn joined<'b>(&self, results: impl Iterator<Item = &'b Judged<'b>>) -> Cleared {
        let mut pieces = BTreeSet::new();
        for judged in results {
            match &judged.covers {
                Covers::All => return Cleared::All,
                Covers::Pieces(named) => pieces.extend(named),
                Covers::Unclear => {}
            }
        }
        let all = self.pieces.is_some_and(|all| all > 0 && pieces.len() as u64 == u64::from(all));
        if all { Cleared::All } else { Cleared::Pieces(pieces) }
    }

    /// The latest break of protection, and when the goods last left the chain.
    pub fn broken(&self) -> Option<Break> {
        let breaks = || {
            let told = self
                .against()
                .flat_map(|layer| layer.custody.iter().filter(|(told, ..)| layer.is_told_of_these(told.at)));
            told.filter_map(|(told, event, _)| match event {
                CustodyEvent::Broken | CustodyEvent::Tampered => Some((told.at, false)),
                CustodyEvent::LeftChain => Some((told.at, true)),
                CustodyEvent::HandedOver | CustodyEvent::Recounted { .. } => None,
            })
        };
        let words = |(at, left): (Timestamp, bool)| {
            let why = if left { code::WHY_LEFT_CHAIN } else { code::WHY_CUSTODY_BROKEN };
            Phrase::new(why).with("since", at.to_string())
        };
        let latest = breaks().max()?;
        let left = breaks().filter(|(_, left)| *left).max();
        let since = |at: Timestamp| self.changed.map_or(at, |changed| at.max(changed));
        Some(Break {
            at: since(latest.0),
            left: left.map(|(at, _)| since(at)),
            why: words(latest),
            why_left: left.map(words),
        })
    }

    /// The recount of the pieces that counts. A later one takes the place of the same teller's; that of the registry or
    /// of a desk of the goods, of everybody's. Of those that stand, one that differs from `pieces`.
    pub fn recounted(&self, pieces: Option<u32>) -> Option<u32> {
        let counts = || {
            self.custody.iter().filter_map(|(told, event, _)| match event {
                CustodyEvent::Recounted { pieces } => Some((told, *pieces)),
                _ => None,
            })
        };
        let by_registry = counts().filter(|(told, _)| told.registry).map(|(told, _)| told.at);
        let settled = by_registry.max().max(self.counted_at);
        let mut own: BTreeMap<&str, Timestamp> = BTreeMap::new();
        for (told, _) in counts() {
            let latest = own.entry(&told.by).or_insert(told.at);
            *latest = told.at.max(*latest);
        }
        let stands = |told: &Told| Some(told.at) >= settled && own.get(&*told.by) == Some(&told.at);
        let standing = counts().filter(|(told, _)| stands(told));
        let standing = standing.map(|(told, counted)| (Some(counted) != pieces, told.at, counted));
        standing.max().map(|(_, _, counted)| counted)
    }

    /// Whether anything was told of screening since.
    pub fn screened_since(&self, since: Option<Timestamp>) -> bool {
        // That a stranger tells of clear goods says nothing in either direction.
        let tells = |judged: &Judged<'_>| !judged.favours() || judged.void.is_none() || judged.unfit;
        let mut results = self.layers().flat_map(|layer| &layer.results);
        results.any(|judged| Some(judged.at) > since && tells(judged))
    }

    /// The pieces found clear by a method since an instant.
    pub fn cleared(&self, method: ScreeningMethod, since: Option<Timestamp>) -> Cleared {
        let whole =
            self.around.as_deref().is_some_and(|around| around.cleared(method, since) == Cleared::All);
        if whole {
            return Cleared::All;
        }
        self.joined(self.by(method, since).filter(|judged| judged.clears()))
    }

    /// Methods by which something was screened since, in order of their list.
    pub fn methods(&self, since: Option<Timestamp>) -> BTreeSet<ScreeningMethod> {
        let results = self.layers().flat_map(|layer| &layer.results);
        results.filter(|judged| Some(judged.at) > since).map(|judged| judged.result.method).collect()
    }

    /// Methods by which every piece was found clear since. Twice the same method is one.
    pub fn covering(&self, since: Option<Timestamp>) -> BTreeSet<ScreeningMethod> {
        let methods = self.methods(since).into_iter();
        methods.filter(|method| self.cleared(*method, since) == Cleared::All).collect()
    }

    /// Methods by which every piece was found clear since, by screeners and machines that are named and known to
    /// be valid.
    pub fn proving(&self, since: Option<Timestamp>) -> BTreeSet<ScreeningMethod> {
        let methods = self.methods(since).into_iter();
        methods.filter(|method| self.all_clear(*method, since, |judged| judged.proven)).collect()
    }

    /// Methods that cover every piece, and whose results do not say who screened with what.
    pub fn unproved(&self, since: Option<Timestamp>) -> Vec<Phrase> {
        let proving = self.proving(since);
        let unproved = self.covering(since).into_iter().filter(|method| !proving.contains(method));
        unproved
            .map(|method| Phrase::new(code::WHY_SCREENING_UNPROVED).with("method", method.code()))
            .collect()
    }

    /// Whether results for which the registry answers show every piece clear by a method.
    pub fn vouched(&self, method: ScreeningMethod, since: Option<Timestamp>) -> bool {
        self.all_clear(method, since, |judged| judged.vouched)
    }

    fn all_clear(
        &self,
        method: ScreeningMethod,
        since: Option<Timestamp>,
        counts: impl Fn(&Judged<'_>) -> bool,
    ) -> bool {
        self.layers().any(|layer| {
            let counted = layer.by(method, since).filter(|judged| judged.clears() && counts(judged));
            layer.joined(counted) == Cleared::All
        })
    }

    fn by(&self, method: ScreeningMethod, since: Option<Timestamp>) -> impl Iterator<Item = &Judged<'a>> {
        self.results.iter().filter(move |judged| judged.result.method == method && Some(judged.at) > since)
    }

    /// What the results since an instant lack, method by method: void results and pieces left out.
    pub fn lacking(&self, since: Option<Timestamp>) -> Vec<Phrase> {
        let mut lacking = Vec::new();
        for method in self.methods(since) {
            let Cleared::Pieces(cleared) = self.cleared(method, since) else { continue };
            for layer in self.layers() {
                let void = layer.by(method, since).filter(|judged| !layer.made_good(judged, since));
                lacking.extend(void.filter_map(|judged| judged.void.clone()));
            }
            lacking.push(self.left_out(method, &cleared));
        }
        lacking.sort_by_cached_key(|why| (why.code.id(), format!("{:?}", why.args)));
        lacking.dedup();
        lacking.truncate(NAMED_MAX);
        lacking
    }

    fn left_out(&self, method: ScreeningMethod, cleared: &BTreeSet<u32>) -> Phrase {
        let why = Phrase::new(code::WHY_PIECES_NOT_SCREENED).with("method", method.code());
        let Some(pieces) = self.pieces.filter(|_| !cleared.is_empty()) else {
            return why.with("pieces", "all pieces");
        };
        let missing = (1..=pieces).filter(|piece| !cleared.contains(piece));
        why.with("pieces", listed(missing))
    }

    /// Whether the pieces of a void result were found clear by the same method by another.
    fn made_good(&self, void: &Judged<'_>, since: Option<Timestamp>) -> bool {
        match (self.cleared(void.result.method, since), &void.covers) {
            (Cleared::All, _) => true,
            (Cleared::Pieces(cleared), Covers::Pieces(pieces)) => pieces.is_subset(&cleared),
            (Cleared::Pieces(_), _) => false,
        }
    }

    /// Why a method that a declaration gives as its ground proves nothing: a screener who was not current or a
    /// machine that was not tested, and nobody screened these pieces again (process of the field:
    /// certification or competence expired at the time of screening). A break of custody at `since` voids what speaks
    /// for the goods, and does not make a bad result unsaid.
    pub fn undermined(&self, method: ScreeningMethod, since: Option<Timestamp>) -> Option<Phrase> {
        let mut unfit = self.layers().flat_map(|layer| {
            let unfit = layer.by(method, None).filter(|judged| judged.favours() && judged.unfit);
            unfit.filter(|judged| !layer.made_good(judged, since))
        });
        unfit.find_map(|judged| judged.void.clone())
    }
}
