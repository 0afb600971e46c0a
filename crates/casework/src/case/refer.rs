//! What follows from the words of authorities, the answers of filers and the claims of others on referrals.

use super::claim::{Claim, ClaimEnded, Claimed};
use super::command::Actor;
use super::decide::{agency_of, bind_for_referral, may_decide, may_open, may_refer, not_yours};
use super::early::EarlyWord;
use super::event::Event;
use super::evolve::evolve;
use super::programme_case::Case;
use super::referral::{Airborne, Answered, Opening, Referral, ReferralKind, Said, Terms, Track, TrackKey};
use super::state::{Node, OPEN_ITEMS_MAX, Tree};
use crate::Refusal;
use consignment::fact::ReferralAnswer;
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// One consignment in one programme, as a word on it names it.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) node: Node,
    pub(super) programme: ProgrammeId,
}

impl Named {
    fn case<'a>(&self, tree: &'a Tree) -> Option<&'a Case> {
        tree.cases.get(&(self.node.clone(), self.programme.clone()))
    }

    fn referral<'a>(&self, tree: &'a Tree, answer: &ReferralAnswer) -> Result<&'a Referral, Refusal> {
        let referrals = self.case(tree).map(|case| case.referrals.as_slice()).unwrap_or_default();
        let found = Referral::answered_by(referrals, answer).and_then(|place| referrals.get(place));
        found.ok_or_else(|| unknown(&answer.reference))
    }

    fn opened(&self, opening: Opening, reference: Arc<str>, by: &Actor, at: Timestamp) -> Event {
        let Self { node, programme } = self.clone();
        Event::ReferralOpened { node, programme, opening, reference, by: by.clone(), at }
    }

    fn closed(&self, kind: ReferralKind, reference: Arc<str>, at: Timestamp) -> Event {
        let Self { node, programme } = self.clone();
        Event::ReferralClosed { node, programme, kind, reference, at }
    }

    /// A closing that came late: what was said to be open since is another one.
    fn closed_late(
        &self,
        case: Option<&Case>,
        open: &Referral,
        known: &Track,
        by: &Actor,
        at: Timestamp,
    ) -> [Event; 2] {
        let (since, said) = known.opened_after(at).unwrap_or((at, Said::Opened));
        let opening = Opening { in_place: said == Said::InPlace, ..open.opening_since(since) };
        let reference = opening.reference.clone().unwrap_or_else(|| name(case, open.kind));
        [self.closed(open.kind, Arc::clone(&open.reference), at), self.opened(opening, reference, by, since)]
    }

    fn told(&self, track: TrackKey, said: Said, terms: Terms, asks: bool, at: Timestamp) -> Event {
        let Self { node, programme } = self.clone();
        Event::ReferralTold { node, programme, track, said, terms, asks, at }
    }

    /// What others claim of an authority's referrals holds again, where it gave way to one that was over before they said it.
    fn claims_again(&self, before: &Tree, kind: ReferralKind, events: &[Event]) -> Vec<Event> {
        let gave_way = self.case(before).into_iter().flat_map(|case| &case.gave_way);
        let mut gave_way = gave_way.filter(|claim| claim.claimed == Claimed::Referral(kind)).peekable();
        if gave_way.peek().is_none() {
            return Vec::new();
        }
        let key = (self.node.clone(), self.programme.clone());
        let alone = Tree {
            cases: before.cases.get_key_value(&key).into_iter().map(owned).collect(),
            ..Tree::default()
        };
        let after = events.iter().fold(alone, evolve);
        let Some(case) = self.case(&after) else { return Vec::new() };
        let holds = gave_way.filter(|claim| !case.settles(kind, &self.programme, claim.at));
        let Self { node, programme } = self;
        let claims = holds.map(|claim| Claim { open: true, ..claim.clone() });
        claims
            .map(|claim| Event::Claimed { node: node.clone(), programme: programme.clone(), claim })
            .collect()
    }

    /// The authority's own word takes the place of what others claimed on the same matter before.
    pub(super) fn end_claims(&self, tree: &Tree, claimed: Claimed, at: Timestamp) -> Vec<Event> {
        let claims = self.case(tree).into_iter().flat_map(Case::open_claims);
        let before = claims.filter(|claim| claim.claimed == claimed && claim.at <= at);
        before.map(|claim| self.ended(claim, ClaimEnded::ByAuthority)).collect()
    }

    fn ended(&self, claim: &Claim, ended: ClaimEnded) -> Event {
        let Self { node, programme } = self.clone();
        Event::ClaimEnded { node, programme, claim: claim.clone(), ended }
    }
}

fn owned<K: Clone, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (key.clone(), value.clone())
}

fn unknown(reference: &str) -> Refusal {
    Refusal(Phrase::new(codes::gate::REFERRAL_UNKNOWN).with("referral", reference))
}

/// The track a word without a reference speaks of: the one of its kind that is open. Where several are,
/// nobody can say which.
fn unnamed_track(case: Option<&Case>, kind: ReferralKind, by: &Actor) -> Option<TrackKey> {
    let open = case.into_iter().flat_map(Case::open_referrals);
    let mut open = open.filter(|referral| referral.kind == kind && referral.by == *by);
    match (open.next(), open.next()) {
        (Some(one), None) => Some(one.track()),
        (None, _) => Some(TrackKey { kind, reference: None, by: by.clone() }),
        (Some(_), Some(_)) => None,
    }
}

fn track(case: Option<&Case>, key: &TrackKey) -> Track {
    case.and_then(|case| case.tracks.get(key)).cloned().unwrap_or_default()
}

/// An authority opens a referral, or says that it is still open.
pub(super) fn open(
    tree: &Tree,
    of: &Named,
    opening: Opening,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    may_refer(tree, &of.node, &of.programme, actor)?;
    let case = of.case(tree);
    let kind = opening.kind;
    let key = match &opening.reference {
        Some(reference) => TrackKey { kind, reference: Some(Arc::clone(reference)), by: actor.clone() },
        // Of several that are open it repeats one, and holds no more than they do.
        None => match unnamed_track(case, kind, actor) {
            Some(key) => key,
            None => return Ok(Vec::new()),
        },
    };
    let said = Said::by(&opening);
    let known = track(case, &key);
    let told = known.clone().with(said, at);
    let completed = case.and_then(|case| case.ended_by_completion.get(&kind));
    let mut events: Vec<Event> =
        bind_for_referral(tree, &of.node, &of.programme, actor).into_iter().collect();
    // What is open takes the place of every claim; a late word on what was closed since, only of those before it. Its
    // closing may have come first and wait for it.
    let closing_waits = tree.early.iter().any(|early| {
        let closes = matches!(&early.word, EarlyWord::Closed { kind: of_kind, reference }
            if *of_kind == kind && *reference == opening.reference);
        closes && early.node == of.node && early.programme == of.programme && early.at >= at
    });
    let ended = told.opened_last().and_then(|opened| completed?.after(opened));
    let claim_at = match ended {
        _ if !told.is_open() || closing_waits => at,
        Some(ended) => at.max(ended),
        None => at.max(case.map_or(at, last_claim)),
    };
    events.extend(of.end_claims(tree, Claimed::Referral(kind), claim_at));
    // Opened in the minute in which the one before was closed: it is another one.
    let anew =
        told.is_open() && !case.is_some_and(|case| case.open_referrals().any(|open| open.track() == key));
    let same = case.filter(|_| !anew).and_then(|case| case.referrals.get(said_of(case, &key, at)?));
    if let Some(same) = same {
        let terms = opening.terms();
        let mut heard = same.clone();
        heard.hear(&terms, at);
        if told != known || same.opened_at > at || heard != *same {
            let other = (&heard.reason, &heard.methods, heard.deadline)
                != (&same.reason, &same.methods, same.deadline);
            let again = at > same.said_at && !same.awaits_answer();
            events.push(of.told(key, said, terms, same.open && (other || again), at));
        }
        return Ok(events);
    }
    // It is new here; what came late may have been closed since. An order not to load is kept, however many there are.
    if kind != ReferralKind::Dnl {
        may_open(tree)?;
    }
    let closed = told.closed_from(at).filter(|_| !anew);
    let closed = closed.into_iter().chain(completed.and_then(|times| times.after(at))).min();
    let reference = opening.reference.clone().unwrap_or_else(|| name(case, kind));
    events.push(of.opened(opening, Arc::clone(&reference), actor, at));
    events.extend(closed.map(|closed| of.closed(kind, reference, closed)));
    Ok(events)
}

/// Which referral of a track is meant by what is said at a time: of one that was closed then and one that was opened then, the
/// latter. `None` where it is another one than those that are here.
fn said_of(case: &Case, key: &TrackKey, at: Timestamp) -> Option<usize> {
    let track = track(Some(case), key);
    let completed = case.ended_by_completion.get(&key.kind);
    let meant = |known: &Referral| known.track() == *key && known.covers(at, &track, completed);
    let mut meant = case.referrals.iter().enumerate().filter(|(_, known)| meant(known));
    let first = meant.next()?;
    let since = meant.take_while(|(_, known)| known.opened_at <= at).last();
    Some(since.unwrap_or(first).0)
}

fn last_claim(case: &Case) -> Timestamp {
    case.open_claims().map(|claim| claim.at).max().unwrap_or(Timestamp::MIN)
}

/// The name of the next referral of a kind whose authority gives it none.
fn name(case: Option<&Case>, kind: ReferralKind) -> Arc<str> {
    let before = case.into_iter().flat_map(|case| &case.referrals).filter(|known| known.kind == kind);
    format!("{}-{}", kind.as_str(), before.count() + 1).into()
}

/// An authority closes a referral.
pub(super) fn close(
    tree: &Tree,
    of: &Named,
    kind: ReferralKind,
    reference: Option<&str>,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let case = of.case(tree);
    let key = match reference {
        Some(reference) => {
            let known = tree.referral(&of.node, &of.programme, kind, reference);
            let known = known.ok_or_else(|| unknown(reference))?;
            if known.by != *actor {
                return Err(not_the_opener(reference, actor));
            }
            known.track()
        }
        None => {
            may_decide(tree, &of.node, &of.programme, actor)?;
            let mut open = case.into_iter().flat_map(Case::open_referrals);
            if let Some(other) = open.find(|open| open.kind == kind && open.by != *actor) {
                return Err(not_the_opener(&other.reference, actor));
            }
            unnamed_track(case, kind, actor)
                .ok_or_else(|| Refusal(Phrase::new(codes::gate::CLOSING_UNNAMED)))?
        }
    };
    let known = track(case, &key);
    let told = known.clone().with(Said::Closed, at);
    let mut events: Vec<Event> = of.end_claims(tree, Claimed::Referral(kind), at);
    let open = case.into_iter().flat_map(Case::open_referrals).find(|open| open.track() == key);
    match open {
        Some(open) if !told.is_open() => {
            // It may tell that what was opened since was closed in the minute of its opening.
            let ends = at.max(open.opened_at);
            if ends > at {
                events.push(of.told(key, Said::Closed, Terms::default(), false, at));
            }
            events.push(of.closed(kind, Arc::clone(&open.reference), ends));
        }
        Some(open) if told != known && open.opened_at < at => {
            events.extend(of.closed_late(case, open, &known, actor, at));
        }
        _ if told != known => events.push(of.told(key, Said::Closed, Terms::default(), false, at)),
        _ => {}
    }
    events.extend(of.claims_again(tree, kind, &events));
    Ok(events)
}

fn not_the_opener(reference: &str, actor: &Actor) -> Refusal {
    Refusal(
        Phrase::new(codes::gate::NOT_THE_OPENING_AUTHORITY)
            .with("referral", reference)
            .with("authority", agency_of(actor).to_string()),
    )
}

/// "Assessment complete" of a programme that has no message to close its requests: it ends those that were
/// opened before, but none whose answer tells of a threat. A do-not-load is only ever cancelled.
pub(super) fn end_by_completion(
    tree: &Tree,
    of: &Named,
    kinds: Vec<ReferralKind>,
    actor: &Actor,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    may_decide(tree, &of.node, &of.programme, actor)?;
    let Some(case) = of.case(tree) else { return Ok(Vec::new()) };
    let kinds: Vec<ReferralKind> = kinds.into_iter().filter(|kind| *kind != ReferralKind::Dnl).collect();
    let ended = case.open_referrals().filter(|open| {
        kinds.contains(&open.kind) && open.by == *actor && open.opened_at < at && !open.tells_of_threat()
    });
    let mut events = Vec::new();
    for open in ended {
        let known = track(Some(case), &open.track());
        if known.clone().with(Said::Closed, at).is_open() {
            events.extend(of.closed_late(Some(case), open, &known, actor, at));
        } else {
            events.push(of.closed(open.kind, Arc::clone(&open.reference), at));
        }
    }
    // Also where nothing was open: what was opened before it may come yet.
    let unknown =
        |kind: &ReferralKind| !case.ended_by_completion.get(kind).is_some_and(|times| times.has(at));
    if kinds.iter().any(unknown) {
        let (Named { node, programme }, kinds) = (of.clone(), kinds.clone());
        events.push(Event::EndedByCompletion { node, programme, kinds, at });
    }
    for kind in kinds {
        events.extend(of.claims_again(tree, kind, &events));
    }
    Ok(events)
}

/// The filer answers a referral. Who answers for goods of others learns nothing of them, not even that they are
/// there; who filed the master knows what is in it.
pub(super) fn answer(
    tree: &Tree,
    of: &Named,
    represents: Option<&Actor>,
    by_role: bool,
    methods: &RangeInclusive<usize>,
    answered: Box<Answered>,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    let submitters = tree.documents.get(&of.node).map_or(&[][..], |document| &document.submitters);
    if !by_role && !submitters.iter().any(|one| one == actor || Some(one) == represents) {
        let object = tree.key(&of.node).to_string();
        let mut master = tree.documents.get(&Node::Master).into_iter().flat_map(|master| &master.submitters);
        let carries = master.any(|carrier| carrier == actor || Some(carrier) == represents);
        let code = if carries { codes::gate::NOT_THE_ONE_ASKED } else { codes::gate::OBJECT_UNKNOWN };
        return Err(Refusal(Phrase::new(code).with("object", object)));
    }
    let answer = &answered.answer;
    let referral = of.referral(tree, answer)?;
    if !referral.open {
        let closed = Phrase::new(codes::gate::REFERRAL_CLOSED);
        return Err(Refusal(closed.with("referral", answer.reference.to_string())));
    }
    let mut named = answer.methods.clone();
    named.sort_unstable();
    named.dedup();
    // Whoever found a threat says so, however few methods it took.
    let screened = referral.kind == ReferralKind::Rfs && answer.clear != Some(false);
    // One named twice is one method, and takes two of the places that the answer has.
    if screened && (named.len() < *methods.start() || answer.methods.len() > *methods.end()) {
        return Err(Refusal(
            Phrase::new(codes::gate::ANSWER_METHODS)
                .with("referral", answer.reference.to_string())
                .with("named", answer.methods.len().to_string())
                .with("least", methods.start().to_string()),
        ));
    }
    let again = referral.answers.iter().any(|known| known.answer == *answer && known.at >= referral.said_at);
    if again {
        return Ok(Vec::new());
    }
    let Named { node, programme } = of.clone();
    Ok(vec![Event::ReferralAnswered { node, programme, answered, by: actor.clone() }])
}

/// Somebody claims that an authority said something. Of two who claim the same each holds by himself: who clears the
/// one has not heard the other.
pub(super) fn claim(
    tree: &Tree,
    of: &Named,
    claim: Claim,
    again: bool,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    let (case, claimed, at) = (of.case(tree), claim.claimed, claim.at);
    if let Some(case) = case.filter(|case| case.mode != Mode::Relay) {
        return Err(not_yours(&of.programme, case.mode));
    }
    let settled = case.is_some_and(|case| match claimed {
        // What the authority itself said of it, then or since, counts.
        Claimed::Referral(kind) => case.settles(kind, &of.programme, at),
        Claimed::Rejection => {
            let rejected = case.rejected.as_ref().map(|(rejected, _)| *rejected);
            rejected.is_some() && rejected == case.filed_version || case.acknowledged_at >= Some(at)
        }
    });
    let known = |known: &Claim| {
        let same = known.claimed == claimed && known.by == claim.by && known.text == claim.text;
        same && (known.at == at || known.open && !again)
    };
    if case.is_some_and(|case| case.claims.iter().any(known)) {
        return Ok(Vec::new());
    }
    if settled {
        // It may turn out that what is open was over before.
        let waits = case.filter(|case| case.gives_way(&claim, &of.programme));
        let Named { node, programme } = of.clone();
        let claim = Claim { open: false, ..claim };
        return Ok(waits.map(|_| Event::Claimed { node, programme, claim }).into_iter().collect());
    }
    let claims = tree.cases.values().map(|case| case.open_claims().count());
    // That of an order is kept where there is none yet, however many others there are.
    let held = case.is_some_and(|case| case.open_claims().any(|known| known.claimed == claimed));
    let order = claimed == Claimed::Referral(ReferralKind::Dnl) && !held;
    if !order && claims.sum::<usize>() >= OPEN_ITEMS_MAX {
        let many = Phrase::new(codes::gate::TOO_MANY_OPEN);
        return Err(Refusal(many.with("limit", OPEN_ITEMS_MAX.to_string())));
    }
    let mut events = Vec::new();
    if case.is_none() {
        events.extend(bind_for_referral(tree, &of.node, &of.programme, actor));
    }
    let Named { node, programme } = of.clone();
    events.push(Event::Claimed { node, programme, claim });
    Ok(events)
}

/// Officers clear the claims of a matter.
pub(super) fn clear_claim(
    tree: &Tree,
    of: &Named,
    claimed: Claimed,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    let own = matches!(actor, Actor::Authority(authority) if *authority == of.programme);
    if !own && !matches!(actor, Actor::Agency(_)) {
        return Err(not_yours(&of.programme, of.case(tree).map_or(Mode::Relay, |case| case.mode)));
    }
    let claims = of.case(tree).into_iter().flat_map(Case::open_claims);
    let claims = claims.filter(|claim| claim.claimed == claimed);
    let ended = || ClaimEnded::ByOfficers(agency_of(actor));
    let events: Vec<Event> = claims.map(|claim| of.ended(claim, ended())).collect();
    if events.is_empty() { Err(unknown(&claimed.to_string())) } else { Ok(events) }
}

/// A do-not-load came when the goods were in the air.
pub(super) fn note_airborne(
    tree: &Tree,
    of: Named,
    reference: Arc<str>,
    (leg, back): (String, Option<Timestamp>),
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let known = tree.referral(&of.node, &of.programme, ReferralKind::Dnl, &reference);
    let known = known.ok_or_else(|| unknown(&reference))?;
    if !known.open || known.airborne.as_ref().is_some_and(|noted| back <= Some(noted.at)) {
        return Ok(Vec::new());
    }
    let Named { node, programme } = of;
    Ok(vec![Event::DnlAirborne { node, programme, reference, leg, at }])
}

/// The time for an answer is over and none has come: it is told once, whatever is said of that referral again.
pub(super) fn note_overdue(
    tree: &Tree,
    of: Named,
    (kind, reference): (ReferralKind, Arc<str>),
    (minutes, departed): (Option<u32>, Option<Timestamp>),
    at: Timestamp,
) -> Vec<Event> {
    let Some(case) = of.case(tree) else { return Vec::new() };
    let waits = |known: &&Referral| known.is(kind, &reference) && known.awaits_answer();
    let Some(referral) = case.referrals.iter().rev().find(waits) else { return Vec::new() };
    let deadline = referral.answer_by(minutes).or(departed);
    let Some(deadline) = deadline.filter(|deadline| *deadline <= at) else { return Vec::new() };
    let track = referral.track();
    if case.overdue.contains(&(track.clone(), deadline)) {
        return Vec::new();
    }
    let Named { node, programme } = of;
    vec![Event::DeadlinePassed { node, programme, track, reference, deadline, at }]
}

/// The carrier's operations were reached by voice.
pub(super) fn note_voice_contact(
    tree: &Tree,
    of: Named,
    reference: Arc<str>,
    reached: Arc<str>,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let known = tree.referral(&of.node, &of.programme, ReferralKind::Dnl, &reference);
    let airborne = known.and_then(|known| known.airborne.as_ref()).ok_or_else(|| unknown(&reference))?;
    if airborne.reached.is_some() {
        return Ok(Vec::new());
    }
    let Named { node, programme } = of;
    Ok(vec![Event::VoiceContact { node, programme, reference, reached, at }])
}

// Folding.

/// Notes in a case that a referral was opened.
pub(super) fn fold_opened(
    case: &mut Case,
    opening: &Opening,
    reference: &Arc<str>,
    by: &Actor,
    at: Timestamp,
) {
    let referral = Referral::opened(opening, reference, by, at);
    let track = case.tracks.entry(referral.track()).or_default();
    *track = std::mem::take(track).with(Said::by(opening), at);
    case.referrals.push(referral);
    in_order(case);
}

/// Puts the referrals in order of opening: what was said first may come last.
fn in_order(case: &mut Case) {
    case.referrals.sort_by_key(|referral| referral.opened_at);
}

/// Notes in a case that a referral was closed; how many of that reference were open.
pub(super) fn fold_closed(case: &mut Case, kind: ReferralKind, reference: &str, at: Timestamp) -> usize {
    let mut count = 0;
    let closed = |known: &&mut Referral| known.is(kind, reference) && known.open && known.opened_at <= at;
    for referral in case.referrals.iter_mut().filter(closed) {
        (referral.open, referral.closed_at) = (false, Some(at));
        let track = case.tracks.entry(referral.track()).or_default();
        *track = std::mem::take(track).with(Said::Closed, at);
        count += 1;
    }
    count
}

/// Notes in a case what was said of a referral and changes nothing of what is open.
pub(super) fn fold_told(case: &mut Case, key: &TrackKey, said: Said, terms: &Terms, at: Timestamp) {
    let track = case.tracks.entry(key.clone()).or_default();
    *track = std::mem::take(track).with(said, at);
    if said == Said::Closed {
        // It was closed before it was said so again.
        let sooner = |known: &&mut Referral| {
            known.track() == *key && known.closed_at > Some(at) && known.said_at <= at
        };
        if let Some(referral) = case.referrals.iter_mut().find(sooner) {
            referral.closed_at = Some(at);
        }
        return;
    }
    if let Some(referral) = said_of(case, key, at).and_then(|place| case.referrals.get_mut(place)) {
        referral.opened_at = referral.opened_at.min(at);
        referral.said_at = referral.said_at.max(at);
        referral.hear(terms, at);
    }
    in_order(case);
}

/// Notes an answer.
pub(super) fn fold_answered(case: &mut Case, answered: &Answered) {
    let place = Referral::answered_by(&case.referrals, &answered.answer);
    if let Some(referral) = place.and_then(|place| case.referrals.get_mut(place)) {
        referral.answers.push(answered.clone());
    }
}

/// Notes something of the do-not-load of this reference.
pub(super) fn fold_airborne(case: &mut Case, reference: &str, leg: &str, at: Timestamp) {
    let orders = case.referrals.iter_mut().rev();
    if let Some(order) = { orders }.find(|known| known.is(ReferralKind::Dnl, reference)) {
        order.airborne = Some(Airborne { leg: leg.to_owned(), at, reached: None });
    }
}

/// Notes who was reached about the do-not-load of this reference.
pub(super) fn fold_voice_contact(case: &mut Case, reference: &str, reached: &Arc<str>) {
    // Of one that was given again, the one that it is since: who was reached about that before it was cancelled was not reached
    // about this.
    let mut orders = case.referrals.iter_mut().rev();
    let order = orders.find(|known| known.is(ReferralKind::Dnl, reference));
    if let Some(airborne) = order.and_then(|order| order.airborne.as_mut()) {
        airborne.reached = Some(Arc::clone(reached));
    }
}
