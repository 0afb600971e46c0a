//! What must hold, told a second time: a plain record of what was said, by whom and when, and the conditions that
//! DESIGN puts before "load" (invariants 1 and 8 to 12). It shares no code with the gate.

use consignment::fact::ReferralKind;
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds since the start; nothing but repetitions is said at one of them twice.
pub type Moment = i64;

/// A minute of them.
pub const MINUTE: Moment = 60_000;
/// How long after an opening an order may mean what was in the unit until then.
const KNOWN_BY_ITS_LIST: Moment = 24 * 60 * MINUTE;

/// The goods: master, house A, house B.
pub const MASTER: usize = 0;
pub const HOUSES: [usize; 2] = [1, 2];
/// Pieces as filed.
pub const PIECES: [u32; 3] = [10, 4, 6];
/// The programmes: one binds on the first leg, the other on the second.
pub const ACAS: usize = 0;
pub const PACT: usize = 1;

/// When one referral was said to be open and to be closed.
#[derive(Debug, Clone, Default)]
pub struct Track {
    pub opened: BTreeSet<Moment>,
    pub closed: BTreeSet<Moment>,
}

impl Track {
    /// Open by what was said last. Of one minute nobody can say which came first: nothing is asserted.
    pub fn is_open(&self) -> bool {
        self.opened.last() > self.closed.last()
    }

    /// The requests it was, one after the other: from when each was said to be open, until when last, and whether it
    /// is open still. Saying it again while it is open makes no other one.
    fn requests(&self) -> Vec<(Moment, Moment, bool)> {
        let mut requests: Vec<(Moment, Moment, bool)> = Vec::new();
        for at in &self.opened {
            match requests.last_mut() {
                Some((_, last, _)) if self.closed.range(*last..*at).next().is_none() => *last = *at,
                _ => requests.push((*at, *at, false)),
            }
        }
        if let Some(last) = requests.last_mut() {
            last.2 = self.is_open();
        }
        requests
    }
}

/// What somebody else than the authority says that it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claimed {
    Referral(ReferralKind),
    Rejection,
}

/// One programme and one consignment.
#[derive(Debug, Clone, Default)]
pub struct Case {
    pub received: BTreeSet<u32>,
    /// When the authority last said that it has the filing.
    pub received_at: Option<Moment>,
    pub rejected: BTreeSet<u32>,
    pub completed: BTreeMap<u32, Moment>,
    pub tracks: BTreeMap<(ReferralKind, Option<u8>), Track>,
    /// When each was last said to be open with a deadline, and which were ever answered.
    pub asked: BTreeMap<(ReferralKind, u8), Moment>,
    pub answered: BTreeSet<u8>,
    /// Those that hold, by when each was said.
    pub claims: BTreeMap<Claimed, BTreeSet<Moment>>,
    pub claimed_before: BTreeSet<(Claimed, Moment)>,
}

impl Case {
    pub fn open(&self, kind: ReferralKind) -> bool {
        self.tracks.iter().any(|((of, _), track)| *of == kind && track.is_open())
    }

    pub fn receive(&mut self, version: u32, at: Moment) {
        self.received.insert(version);
        self.received_at = self.received_at.max(Some(at));
    }

    /// The authority's own word ends what was claimed until then.
    pub fn end_claims(&mut self, claimed: Claimed, until: Moment) {
        let Some(since) = self.claims.get_mut(&claimed) else { return };
        since.retain(|since| *since > until);
        if since.is_empty() {
            self.claims.remove(&claimed);
        }
    }

    /// When something that was open was last closed which makes the authority judge anew.
    fn closed_last(&self) -> Option<Moment> {
        let ends = |track: &Track| {
            let first_end = |opened: &Moment| track.closed.range(opened..).next().copied();
            track.opened.iter().filter_map(first_end).max()
        };
        // A closed request for screening leaves what was judged before it as it was: the screening is the answer.
        let asked = self.tracks.iter().filter(|((kind, _), _)| *kind != ReferralKind::Rfs);
        asked.filter_map(|(_, track)| ends(track)).max()
    }
}

/// One consignment.
#[derive(Debug, Clone, Default)]
pub struct Goods {
    /// Goods of each version, and when it came.
    pub versions: Vec<(u8, Moment)>,
    pub withdrawn: bool,
    pub unlinked: bool,
    /// Whether the first who filed is its own filer.
    pub declarant: Option<bool>,
    /// Whether it was filed under another master too.
    pub other_master: bool,
    pub elsewhere: bool,
    /// By agency, cause, and the act that placed it.
    pub holds: BTreeSet<(u8, u8, usize)>,
    pub cases: [Case; 2],
    pub marked: BTreeSet<Moment>,
    /// The marks and requests they were released from; of a request, when it was last said to be open.
    pub released: BTreeSet<Moment>,
    pub released_requests: BTreeSet<(usize, Moment)>,
    pub broken: Option<Moment>,
    pub alarmed: BTreeMap<(u8, bool), Moment>,
    /// The latest clear result that somebody else than the registry told, by method.
    pub found_by_others: BTreeMap<u8, Moment>,
    /// When anything that may secure was last told by those who may tell it: declaration, SHR, each method.
    pub declared: Option<Moment>,
    pub declared_shr: Option<Moment>,
    pub screened: BTreeMap<u8, Moment>,
    /// Whether custody tells where they went.
    pub went: bool,
    pub recounted: Option<(u32, Moment)>,
    pub recounted_by_stranger: Option<(u32, Moment)>,
    /// Whether words on it came that named no master while it stood by itself.
    pub loose_words: bool,
    /// Whether it was filed without its master alone: whoever else files it with the master files a house of his own.
    pub loose_only: bool,
}

impl Goods {
    pub fn latest(&self) -> u32 {
        self.versions.len() as u32
    }

    /// Since when the goods are high-risk on a leg and not released from it: what secures them comes after the last mark.
    /// The programme of each leg marks them from there on.
    pub fn high_risk_since(&self, leg: usize) -> Option<Moment> {
        let requests = self.requests().filter(|(programme, (_, last, open))| {
            *programme <= leg && (*open || !self.released_requests.contains(&(*programme, *last)))
        });
        let marks = self.marked.difference(&self.released).copied();
        requests.map(|(_, (since, _, _))| since).chain(marks).max()
    }

    /// Requests for screening, with their programme.
    pub fn requests(&self) -> impl Iterator<Item = (usize, (Moment, Moment, bool))> {
        let tracks = self.cases.iter().enumerate().flat_map(|(programme, case)| {
            case.tracks.iter().map(move |(key, track)| (programme, key, track))
        });
        let requests = tracks.filter(|(_, (kind, _), _)| *kind == ReferralKind::Rfs);
        requests.flat_map(|(programme, _, track)| {
            track.requests().into_iter().map(move |request| (programme, request))
        })
    }
}

/// A do-not-load on the unit: when it was said to be in force, and when to be cancelled.
#[derive(Debug, Clone, Default)]
pub struct Order {
    pub said: BTreeSet<Moment>,
    pub cancelled: BTreeSet<Moment>,
}

impl Order {
    /// When it was first said after it was last cancelled.
    pub fn since(&self) -> Option<Moment> {
        self.said.iter().copied().find(|said| self.cancelled.last().is_none_or(|cancelled| cancelled < said))
    }
}

#[derive(Debug, Clone, Default)]
pub struct Unit {
    pub contents: BTreeSet<usize>,
    /// When it was opened, and what was in it.
    pub emptied: Vec<(Moment, BTreeSet<usize>)>,
    /// Piece numbers or goods that nobody filed were listed.
    pub strange: bool,
    pub complete: bool,
    pub void: bool,
    /// Whether the desk or somebody else built it.
    pub by_desk: Option<bool>,
    /// The manifests that were told, each of which lists the master in it. One told twice is one.
    pub manifests: BTreeSet<u32>,
    /// Whether a desk took them off the flight since, and no manifest listed them again.
    pub taken_off: bool,
    /// By who gave it (0: the authority, 1: somebody else) and its reference.
    pub orders: BTreeMap<(u8, u8), Order>,
}

impl Unit {
    /// Whether a manifest lists the master in it.
    pub fn listed(&self) -> bool {
        !self.manifests.is_empty()
    }

    /// Orders in force, and since when.
    pub fn orders_in_force(&self) -> impl Iterator<Item = ((u8, u8), Moment)> {
        self.orders.iter().filter_map(|(order, words)| Some((*order, words.since()?)))
    }

    /// The order that holds goods which are in it, were since it was said, or when it was opened not long before.
    pub fn order_on(&self, node: usize, flown: bool) -> Option<(u8, u8)> {
        let in_it = |since: Moment| {
            let before = self.emptied.iter().filter(|(opened, _)| since - opened <= KNOWN_BY_ITS_LIST);
            let before = before.map(|(_, goods)| goods);
            // What the manifest of a flight that left may have been taken out of it before the order.
            let listed = node == MASTER && self.listed() && !flown;
            listed || before.chain([&self.contents]).any(|goods| goods.contains(&node))
        };
        self.orders_in_force().find(|(_, since)| in_it(*since)).map(|(order, _)| order)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Flight {
    pub departs: Option<Moment>,
    pub said: Option<Moment>,
    pub cancelled: bool,
    pub departed: bool,
    /// What is planned for it or loaded; `None` is the unit.
    pub aboard: BTreeSet<Option<usize>>,
}

/// What an officer wants lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Release(usize, u8),
    Strike(usize, u8, usize),
    ReleaseHighRisk(usize),
    ClearClaim(usize, usize, Claimed),
    Unlink(usize),
    SameShipment(usize),
}

#[derive(Debug, Clone)]
pub struct Proposal {
    pub deed: Deed,
    pub by: u8,
    pub waits: bool,
    pub at: Moment,
    pub lifts: Lifts,
}

/// What stood when something was proposed: the second person lifts no more.
#[derive(Debug, Clone, Default)]
pub struct Lifts {
    pub holds: BTreeSet<(u8, u8, usize)>,
    pub claims: BTreeSet<Moment>,
    pub marks: BTreeSet<Moment>,
    pub requests: BTreeSet<(usize, Moment)>,
    /// Versions and whether it is elsewhere.
    pub doubt: (u32, bool),
}

/// Notices of an outage of the second programme.
#[derive(Debug, Clone, Default)]
pub struct Outage {
    /// Who recorded it, whether it says "suspended" (else "over"), whether it is confirmed, when it was said.
    pub notices: Vec<(u8, bool, bool, Moment)>,
    pub suspended: Vec<(Moment, Option<Moment>)>,
}

impl Outage {
    pub fn suspends(&self, now: Moment) -> bool {
        self.suspended.iter().any(|(from, until)| *from <= now && until.is_none_or(|until| now < until))
    }
}

#[derive(Debug, Clone, Default)]
pub struct Shadow {
    pub now: Moment,
    pub goods: [Goods; 3],
    pub unit: Unit,
    pub flights: [Flight; 2],
    /// When each part of the first flight that lands in Canada was told last, and whether it is cancelled.
    pub stops: [Option<(Moment, bool)>; 2],
    pub by_road: bool,
    pub outage: Outage,
    pub proposals: Vec<Proposal>,
}

/// The questions asked after each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Goods(usize, usize),
    Piece(usize, u32),
    Unit,
    Flight,
}

pub const QUESTIONS: [Asked; 8] = [
    Asked::Goods(0, 0),
    Asked::Goods(0, 1),
    Asked::Goods(1, 0),
    Asked::Goods(2, 0),
    Asked::Goods(2, 1),
    Asked::Piece(1, 1),
    Asked::Unit,
    Asked::Flight,
];

/// What is lacking before "load" can be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    Filing(usize),
    House(usize),
    Received(usize, usize),
    Rejected(usize, usize),
    Assessment(usize, usize),
    Referral(usize, usize, ReferralKind),
    Claim(usize, usize, Claimed),
    Hold(usize, u8),
    HighRisk(usize),
    Custody(usize),
    Alarm(usize, u8),
    Elsewhere(usize),
    Recount(usize),
    Order(u8, u8),
    Flight(usize),
    ByRoad,
    Unit,
    Nothing,
}

impl Shadow {
    /// What stands now of what a deed lifts.
    pub fn lifts(&self, deed: &Deed) -> Lifts {
        let mut lifts = Lifts::default();
        match deed {
            Deed::Release(node, agency) => {
                lifts.holds =
                    self.goods[*node].holds.iter().filter(|one| one.0 == *agency).copied().collect();
            }
            Deed::ClearClaim(node, programme, claimed) => {
                let claims = &self.goods[*node].cases[*programme].claims;
                lifts.claims = claims.get(claimed).cloned().unwrap_or_default();
            }
            Deed::ReleaseHighRisk(node) => {
                let goods = &self.goods[*node];
                lifts.marks = goods.marked.difference(&goods.released).copied().collect();
                lifts.requests =
                    goods.requests().map(|(programme, (_, last, _))| (programme, last)).collect();
            }
            Deed::SameShipment(node) => {
                lifts.doubt = (self.goods[*node].latest(), self.goods[*node].elsewhere);
            }
            Deed::Strike(..) | Deed::Unlink(_) => {}
        }
        lifts
    }

    /// The first thing lacking; `None` where nothing that is known here stands against "load".
    pub fn lacking(&self, asked: Asked) -> Option<Lack> {
        match asked {
            Asked::Goods(node, leg) => self.leg(leg).or_else(|| self.of_goods(node, leg)),
            Asked::Piece(node, piece) => {
                if piece > PIECES[node] {
                    return Some(Lack::Unit);
                }
                self.leg(0).or_else(|| self.of_goods(node, 0))
            }
            Asked::Unit => self.leg(0).or_else(|| self.of_unit()),
            Asked::Flight => self.leg(0).or_else(|| {
                let listed = self.unit.listed() && !self.unit.taken_off;
                if self.flights[0].aboard.is_empty() && !listed {
                    return Some(Lack::Nothing);
                }
                if listed {
                    if let Some(lack) = self.of_goods(MASTER, 0) {
                        return Some(lack);
                    }
                }
                self.flights[0].aboard.iter().find_map(|object| match object {
                    Some(node) => self.of_goods(*node, 0),
                    None => self.of_unit(),
                })
            }),
        }
    }

    /// Whether the first flight lands where the second programme covers it.
    fn stops_in_canada(&self) -> bool {
        self.stops.iter().flatten().any(|(_, cancelled)| !cancelled)
    }

    fn leg(&self, leg: usize) -> Option<Lack> {
        let flight = &self.flights[leg];
        let gone = flight.departed || flight.cancelled || flight.departs.is_some_and(|at| at <= self.now);
        if gone {
            return Some(Lack::Flight(leg));
        }
        (leg == 1 && self.by_road).then_some(Lack::ByRoad)
    }

    fn of_unit(&self) -> Option<Lack> {
        let unit = &self.unit;
        if unit.void || !unit.complete || unit.contents.is_empty() || unit.strange {
            return Some(Lack::Unit);
        }
        if let Some((order, _)) = unit.orders_in_force().next() {
            return Some(Lack::Order(order.0, order.1));
        }
        let listed = unit.listed().then_some(&MASTER);
        unit.contents.iter().chain(listed).find_map(|node| self.of_goods(*node, 0))
    }

    fn of_goods(&self, node: usize, leg: usize) -> Option<Lack> {
        let mut inside = vec![node];
        if node == MASTER {
            inside.extend(HOUSES.into_iter().filter(|house| !self.goods[*house].unlinked));
        }
        for one in &inside {
            let goods = &self.goods[*one];
            if goods.versions.is_empty() || goods.withdrawn {
                return Some(if *one == MASTER { Lack::Filing(*one) } else { Lack::House(*one) });
            }
        }
        if node != MASTER {
            inside.push(MASTER);
        }
        let secured = || inside.iter().filter(|one| node == MASTER || **one != MASTER);
        inside
            .iter()
            .find_map(|one| self.of_one(*one, leg))
            .or_else(|| secured().find_map(|one| self.custody(*one)))
    }

    fn of_one(&self, node: usize, leg: usize) -> Option<Lack> {
        let goods = &self.goods[node];
        if goods.versions.is_empty() || goods.withdrawn {
            return Some(Lack::Filing(node));
        }
        for (programme, case) in goods.cases.iter().enumerate() {
            if case.open(ReferralKind::Dnl) {
                return Some(Lack::Referral(node, programme, ReferralKind::Dnl));
            }
            let everywhere = Claimed::Referral(ReferralKind::Dnl);
            if case.claims.contains_key(&everywhere) {
                return Some(Lack::Claim(node, programme, everywhere));
            }
        }
        if let Some(order) = self.unit.order_on(node, self.flights[0].departed) {
            return Some(Lack::Order(order.0, order.1));
        }
        // The first programme binds on the first leg, the second on the second, and on whatever lands in its country.
        let early = (leg == 0 && self.stops_in_canada()).then_some(PACT);
        [Some(leg), early].into_iter().flatten().find_map(|programme| self.of_case(node, programme)).or_else(
            || {
                if let Some((agency, ..)) = goods.holds.first() {
                    return Some(Lack::Hold(node, *agency));
                }
                if goods.elsewhere {
                    return Some(Lack::Elsewhere(node));
                }
                let by_stranger = goods
                    .recounted_by_stranger
                    .filter(|(_, at)| Some(*at) >= goods.recounted.map(|(_, at)| at));
                let counts = [goods.recounted, by_stranger].into_iter().flatten();
                if counts.into_iter().any(|(pieces, _)| pieces != PIECES[node]) {
                    return Some(Lack::Recount(node));
                }
                self.security(node, if early.is_some() { PACT } else { leg })
            },
        )
    }

    fn of_case(&self, node: usize, programme: usize) -> Option<Lack> {
        let goods = &self.goods[node];
        let case = &goods.cases[programme];
        for kind in [ReferralKind::Rfi, ReferralKind::Rfs] {
            if case.open(kind) {
                return Some(Lack::Referral(node, programme, kind));
            }
        }
        if let Some(claimed) = case.claims.keys().next() {
            return Some(Lack::Claim(node, programme, *claimed));
        }
        let latest = goods.latest();
        if case.rejected.contains(&latest) {
            return Some(Lack::Rejected(node, programme));
        }
        let suspended = programme == PACT && self.outage.suspends(self.now);
        // The American programme answers houses: of their master it only wants that it is filed and not refused.
        let by_houses = programme == ACAS && node == 0;
        if !case.received.contains(&latest) && !suspended && !by_houses {
            return Some(Lack::Received(node, programme));
        }
        let judged = case.completed.get(&latest);
        if programme == ACAS && !by_houses && judged.is_none_or(|at| Some(*at) < case.closed_last()) {
            return Some(Lack::Assessment(node, programme));
        }
        None
    }

    fn security(&self, node: usize, leg: usize) -> Option<Lack> {
        let goods = &self.goods[node];
        for ((method, registry), at) in &goods.alarmed {
            let own = goods.found_by_others.get(method).filter(|_| !registry);
            if goods.screened.get(method).max(own) <= Some(at) {
                return Some(Lack::Alarm(node, *method));
            }
        }
        let around = &self.goods[MASTER];
        if let Some(since) = goods.high_risk_since(leg) {
            let declared = goods.declared_shr.max(around.declared_shr);
            if declared <= Some(since) {
                return Some(Lack::HighRisk(node));
            }
        }
        None
    }

    /// What befell the whole befell its houses, and what secures it secures them.
    fn custody(&self, node: usize) -> Option<Lack> {
        let layers = [&self.goods[node], &self.goods[MASTER]];
        let broken = layers.iter().filter_map(|goods| goods.broken).max()?;
        let secured =
            layers.iter().flat_map(|goods| goods.screened.values().copied().chain(goods.declared)).max();
        (secured <= Some(broken)).then_some(Lack::Custody(node))
    }
}
