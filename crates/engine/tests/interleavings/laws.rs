//! What each act means for the shadow, and the laws that hold after it.

use super::acts::{Act, Way, Word, recounted};
use super::node::{Broken, GRACE, Given, Node, Told};
use super::shadow::{Asked, Claimed, Deed, MASTER, Moment, Proposal, QUESTIONS, Track};
use casework::gate::{Answer, Decision};
use casework::view::Asker;
use consignment::fact::ReferralKind;
use engine::{Addressee, Command, Filed, NoticeKind, Reply};
use std::sync::Arc;

type Answered = Result<Reply, &'static str>;

fn events(reply: &Answered) -> Option<usize> {
    match reply {
        Ok(Reply::Done(events) | Reply::DoneBut { events, .. }) => Some(*events),
        Ok(other) => panic!("{other:?}"),
        Err(_) => None,
    }
}

pub(super) fn law(holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(what()) }
}

impl Node {
    /// Tells the engine, and the shadow what was told.
    pub(super) fn tell(&mut self, told: Told) -> Result<(), Broken> {
        let reply = self.handle(told.command.clone());
        let said = |ago: i64, index: usize| match ago {
            0 => told.moment,
            ago => told.moment - ago * super::shadow::MINUTE - index as Moment,
        };
        let now = self.shadow.now;
        match told.act {
            Act::File { node, goods, own } => self.filed(node, goods, own, &reply),
            Act::FileLoose { node } => self.filed(node, 0, true, &reply),
            Act::Withdraw { node, own } => {
                let goods = &mut self.shadow.goods[node];
                let refused = matches!(outcome(&reply), Filed::Refused(_));
                let entitled = goods.loose_only || goods.declarant.is_none_or(|declarant| declarant == own);
                law(refused || entitled, || "somebody else withdrew a filing".to_owned())?;
                if !refused {
                    goods.withdrawn = true;
                }
                Ok(())
            }
            Act::FileElsewhere { node } => {
                let goods = &mut self.shadow.goods[node];
                goods.other_master = true;
                goods.elsewhere |=
                    !goods.unlinked && goods.versions.last().is_some_and(|(goods, _)| *goods == 0);
                Ok(())
            }
            Act::Say { node, programme, way, word, ago, loose } => {
                let goods = &mut self.shadow.goods[node];
                goods.loose_words |= loose && goods.versions.is_empty();
                let at = said(ago, told.index);
                let told = events(&reply);
                match way {
                    Way::Own => self.said_by_authority(node, programme, word, at, told),
                    Way::Other | Way::Mail => self.claimed(node, programme, word, at, told),
                }
            }
            Act::Answer { node, own, programme, reference } => {
                let goods = &mut self.shadow.goods[node];
                if reply.is_ok() {
                    goods.cases[programme].answered.insert(reference);
                }
                let declarant = goods.declarant;
                law(reply.is_err() || declarant == Some(own), || {
                    "somebody else answered a referral".to_owned()
                })
            }
            Act::Hold { node, agency, cause, .. } => {
                law(reply.is_ok(), || format!("a hold was refused: {reply:?}"))?;
                // The same act told again is no new hold.
                if events(&reply) != Some(0) {
                    self.shadow.goods[node].holds.insert((agency, cause, told.index));
                }
                Ok(())
            }
            Act::Propose { deed, node, agency, cause, programme, kind, person } => {
                let known = self.proposal_ids.contains(&told.id());
                if reply.is_ok() && !known {
                    let Some((_, deed)) = self.deed(deed, node, agency, cause, programme, kind) else {
                        return Ok(());
                    };
                    self.proposal_ids.push(told.id());
                    let (at, lifts) = (self.shadow.now, self.shadow.lifts(&deed));
                    self.shadow.proposals.push(Proposal { deed, by: person, waits: true, at, lifts });
                }
                Ok(())
            }
            Act::Confirm { person, agency, refuse, .. } => {
                self.confirmed(&told, person, agency, refuse, &reply)
            }
            Act::Mark { node, ago } => {
                law(reply.is_ok(), || format!("a mark was refused: {reply:?}"))?;
                self.shadow.goods[node].marked.insert(said(ago, told.index));
                Ok(())
            }
            Act::Screen { node, method, alarm, registry, ago } => {
                let (at, goods) = (said(ago, told.index), &mut self.shadow.goods[node]);
                let latest = match (alarm, registry) {
                    (true, _) => goods.alarmed.entry((method, registry)).or_insert(at),
                    // What somebody else found puts right only what he found.
                    (false, false) => goods.found_by_others.entry(method).or_insert(at),
                    (false, true) => goods.screened.entry(method).or_insert(at),
                };
                *latest = at.max(*latest);
                Ok(())
            }
            Act::Declare { node, high_risk, registry } => {
                let goods = &mut self.shadow.goods[node];
                if registry {
                    goods.declared = goods.declared.max(Some(told.moment));
                    if high_risk {
                        goods.declared_shr = goods.declared_shr.max(Some(told.moment));
                    }
                }
                Ok(())
            }
            Act::Custody { node, what, registry } => {
                let goods = &mut self.shadow.goods[node];
                law(reply.is_ok(), || format!("custody was refused: {reply:?}"))?;
                match what {
                    0 => goods.broken = goods.broken.max(Some(told.moment)),
                    // Signs of interference mark the goods as well.
                    5 => {
                        goods.broken = goods.broken.max(Some(told.moment));
                        goods.marked.insert(told.moment);
                    }
                    1 => {
                        goods.broken = goods.broken.max(Some(told.moment));
                        goods.went |= registry;
                    }
                    2 => goods.went |= registry,
                    // A stranger's count stands against the goods until the registry counts.
                    _ if !registry => {
                        let latest = goods.recounted_by_stranger.is_none_or(|(_, at)| at <= told.moment);
                        if let Some(pieces) = recounted(node, what).filter(|_| latest) {
                            goods.recounted_by_stranger = Some((pieces, told.moment));
                        }
                    }
                    _ => {
                        let latest = goods.recounted.is_none_or(|(_, at)| at <= told.moment);
                        let pieces = recounted(node, what).filter(|_| latest);
                        goods.recounted = pieces.map(|pieces| (pieces, told.moment)).or(goods.recounted);
                    }
                }
                Ok(())
            }
            Act::Build { goods, complete, desk, strange } => {
                if reply.is_ok() {
                    self.built(goods, complete, desk, strange);
                }
                Ok(())
            }
            Act::OpenUnit { desk: false } => law(reply.is_ok(), || "nobody heard of it".to_owned()),
            Act::OpenUnit { desk: true } => {
                let unit = &mut self.shadow.unit;
                if !unit.void {
                    unit.emptied.push((now, std::mem::take(&mut unit.contents)));
                }
                (unit.void, unit.complete, unit.strange) = (true, false, false);
                Ok(())
            }
            Act::OrderUnit { own, reference, ago } => {
                law(reply.is_ok(), || format!("an order was refused: {reply:?}"))?;
                let order = self.shadow.unit.orders.entry((u8::from(!own), reference)).or_default();
                order.said.insert(said(ago, told.index));
                Ok(())
            }
            Act::CancelUnit { own, reference, ago } => {
                // The authority's word ends what others claim of it as well.
                let ended = |by: u8| by == u8::from(!own) || own;
                let orders = self.shadow.unit.orders.iter_mut();
                let mut known: Vec<_> =
                    orders.filter(|((by, of), _)| ended(*by) && *of == reference).collect();
                law(reply.is_err() || !known.is_empty(), || {
                    "an order of somebody else was cancelled".to_owned()
                })?;
                for (_, order) in known.iter_mut().filter(|_| reply.is_ok()) {
                    order.cancelled.insert(said(ago, told.index));
                }
                if own {
                    // An order that comes after its cancellation is over with it.
                    let order = self.shadow.unit.orders.entry((0, reference)).or_default();
                    order.cancelled.insert(said(ago, told.index));
                }
                Ok(())
            }
            Act::Load { object, off, desk } => {
                law(!off || desk || events(&reply).unwrap_or(0) == 0, || {
                    "a stranger took goods off".to_owned()
                })?;
                let object = (object < 3).then_some(object);
                if reply.is_ok() {
                    let aboard = &mut self.shadow.flights[0].aboard;
                    if off {
                        self.shadow.unit.taken_off |= object == Some(MASTER);
                        aboard.remove(&object)
                    } else {
                        aboard.insert(object)
                    };
                }
                Ok(())
            }
            Act::Depart { flight, desk } => {
                if reply.is_ok() {
                    let flight = &mut self.shadow.flights[flight];
                    law(desk || flight.departed, || "a stranger let a flight depart".to_owned())?;
                    flight.departed = true;
                }
                Ok(())
            }
            Act::Schedule { flight, minutes, cancelled, desk, ago, .. } => {
                let at = said(ago, told.index);
                let flight = &mut self.shadow.flights[flight];
                if reply.is_ok() && desk && flight.said.is_none_or(|said| said <= at) {
                    flight.departs = Some(minutes * super::shadow::MINUTE);
                    (flight.cancelled, flight.said) = (cancelled, Some(at));
                }
                Ok(())
            }
            Act::Stop { part, cancelled, desk, ago } => {
                let at = said(ago, told.index);
                let stop = &mut self.shadow.stops[part];
                if reply.is_ok() && desk && stop.is_none_or(|(said, _)| said <= at) {
                    *stop = Some((at, cancelled));
                }
                Ok(())
            }
            Act::Rebook { by_road } => {
                if reply.is_ok() {
                    self.shadow.by_road = by_road;
                }
                Ok(())
            }
            Act::Report { manifest, more, .. } => {
                if manifest && self.shadow.unit.manifests.insert(more) {
                    self.shadow.unit.taken_off = false;
                }
                Ok(())
            }
            Act::Outage { says, person, confirms, ago } => {
                let at = said(ago, told.index);
                self.outage(&told, (says, at), person, confirms, &reply)
            }
            Act::Jump { .. } | Act::Ask { .. } | Act::Heed { .. } | Act::Tick | Act::Again { .. } => {
                unreachable!("no message, at {now}")
            }
        }
    }

    fn filed(&mut self, node: usize, content: u8, own: bool, reply: &Answered) -> Result<(), Broken> {
        let now = self.shadow.now;
        let goods = &mut self.shadow.goods[node];
        let entitled = goods.loose_only || goods.declarant.is_none_or(|declarant| declarant == own);
        let inside = match reply {
            Ok(Reply::Filed(filed)) => filed.iter().all(|one| one.key == Self::key(node)),
            _ => false,
        };
        match outcome(reply) {
            Filed::Refused(refusal) => {
                // Of one that others linked to the master nobody but its filer may file a version.
                let linked = goods.loose_only && goods.declarant != Some(own);
                return law(!entitled || linked, || format!("its own filer was refused: {refusal}"));
            }
            Filed::Recorded { version } => {
                // A number under two masters, without its master, stands by itself as another house.
                law(entitled || !inside, || "somebody else amended a filing".to_owned())?;
                if inside {
                    goods.versions.resize(version as usize - 1, (u8::MAX, now));
                    goods.versions.push((content, now));
                }
                if inside {
                    (goods.withdrawn, goods.unlinked) = (false, false);
                }
                if inside && goods.loose_only {
                    (goods.declarant, goods.loose_only) = (Some(own), false);
                } else if inside || !goods.other_master {
                    goods.loose_only |= !inside && goods.declarant.is_none();
                    goods.declarant.get_or_insert(own);
                }
            }
            Filed::Unchanged => {
                let same =
                    goods.versions.last().is_none_or(|(known, _)| *known == content || *known == u8::MAX);
                law(!inside || same && !goods.withdrawn, || {
                    "an amendment was taken for a repetition".to_owned()
                })?;
                if inside && goods.versions.is_empty() {
                    goods.versions.push((content, now));
                }
            }
            // Nobody can say whose it is.
            Filed::Superseded if goods.loose_only && goods.declarant != Some(own) => return Ok(()),
            other => return Err(format!("filed as {other:?}")),
        }
        goods.elsewhere |= goods.other_master && content == 0 && inside;
        Ok(())
    }

    fn said_by_authority(
        &mut self,
        node: usize,
        programme: usize,
        word: Word,
        at: Moment,
        told: Option<usize>,
    ) -> Result<(), Broken> {
        let goods = &mut self.shadow.goods[node];
        let latest = goods.latest();
        let case = &mut goods.cases[programme];
        let open_of = |kind: ReferralKind| -> Vec<(ReferralKind, Option<u8>)> {
            let open = case.tracks.iter().filter(|((of, _), track)| *of == kind && track.is_open());
            open.map(|(key, _)| *key).collect()
        };
        // A code without a reference speaks of the one that is open; of several nobody can say which.
        let (kind, key, opens) = match word {
            Word::Received(version) | Word::Rejected(version) | Word::Complete(version) => {
                if told.is_none() {
                    return Ok(());
                }
                match word {
                    // It waits for the filing, and holds where that comes soon.
                    Word::Rejected(_) if latest == 0 => {}
                    Word::Rejected(_) => drop(case.rejected.insert(version)),
                    Word::Complete(_) => {
                        let known = case.completed.entry(version).or_insert(at);
                        *known = at.max(*known);
                        case.receive(version, at);
                    }
                    _ => case.receive(version, at),
                }
                if !matches!(word, Word::Complete(_)) || case.received.contains(&version) {
                    case.end_claims(Claimed::Rejection, at);
                }
                // A house that stands by itself, or did while its number was under two masters, has versions of its own.
                let loose = node != MASTER && (latest == 0 || goods.other_master);
                let waits = latest == 0 && version == 1;
                return law(version > 0 && (version <= latest || loose || waits), || {
                    format!("version {version} was judged, and {latest} filed")
                });
            }
            Word::Opened(kind, reference) => (kind, Some((kind, Some(reference))), true),
            Word::Closed(kind, reference) => (kind, Some((kind, Some(reference))), false),
            Word::CodeOpened(kind) | Word::CodeInPlace(kind) | Word::CodeClosed(kind) => {
                let key = match open_of(kind).as_slice() {
                    [] => Some((kind, None)),
                    [one] => Some(*one),
                    _ => None,
                };
                (kind, key, !matches!(word, Word::CodeClosed(_)))
            }
        };
        if opens {
            law(told.is_some(), || format!("{word:?} of the authority was refused"))?;
        }
        if told.is_none() {
            // A closing of a reference nobody knows is refused, and waits for its opening.
            if let (Word::Closed(..), Some(key)) = (word, key) {
                case.tracks.entry(key).or_default().closed.insert(at);
            }
            return Ok(());
        }
        let Some(key) = key else {
            return law(opens, || "one of several was closed without saying which".to_owned());
        };
        if let Word::Opened(kind, reference) = word {
            let asked = case.asked.entry((kind, reference)).or_insert(at);
            *asked = at.max(*asked);
        }
        let track: &mut Track = case.tracks.entry(key).or_default();
        if opens {
            track.opened.insert(at)
        } else {
            track.closed.insert(at)
        };
        if matches!(word, Word::CodeInPlace(_)) {
            // The programmes' tables say that it tells of the receipt, and so settles a claim of a rejection.
            case.receive(latest, at);
            case.end_claims(Claimed::Rejection, at);
        }
        let claimed = Claimed::Referral(kind);
        let taken_over = opens && case.open(kind);
        case.end_claims(claimed, if taken_over { Moment::MAX } else { at });
        Ok(())
    }

    /// A word that came by another way than the authority's own may hold and never lifts.
    fn claimed(
        &mut self,
        node: usize,
        programme: usize,
        word: Word,
        at: Moment,
        told: Option<usize>,
    ) -> Result<(), Broken> {
        let goods = &mut self.shadow.goods[node];
        let latest = goods.latest();
        let case = &mut goods.cases[programme];
        let claimed = match word {
            Word::Opened(kind, _) | Word::CodeOpened(kind) | Word::CodeInPlace(kind) => {
                Claimed::Referral(kind)
            }
            Word::Rejected(_) => Claimed::Rejection,
            _ => return law(told.is_none(), || format!("{word:?} of somebody else was taken in")),
        };
        match told {
            Some(0) => {
                let settled = match claimed {
                    Claimed::Rejection => case.rejected.contains(&latest) || case.received_at >= Some(at),
                    Claimed::Referral(kind) => {
                        case.open(kind)
                            || case.tracks.iter().any(|((of, _), track)| {
                                *of == kind && track.closed.last().is_some_and(|closed| *closed >= at)
                            })
                    }
                };
                let again =
                    case.claims.contains_key(&claimed) || case.claimed_before.contains(&(claimed, at));
                law(settled || again, || format!("a claim of {claimed:?} was dropped"))
            }
            Some(_) => {
                case.claims.entry(claimed).or_default().insert(at);
                case.claimed_before.insert((claimed, at));
                Ok(())
            }
            None => law(claimed == Claimed::Rejection, || format!("a claim of {claimed:?} was refused")),
        }
    }

    fn confirmed(
        &mut self,
        told: &Told,
        person: u8,
        agency: u8,
        refuse: bool,
        reply: &Answered,
    ) -> Result<(), Broken> {
        let Some(at) = told.names.as_ref().and_then(|id| self.proposal_ids.iter().position(|one| one == id))
        else {
            return Ok(());
        };
        if events(reply).is_none_or(|events| events == 0) {
            return Ok(());
        }
        let now = self.shadow.now;
        let proposal = &mut self.shadow.proposals[at];
        // Who proposed something takes it back by himself.
        law(proposal.waits && (proposal.by != person || refuse), || {
            format!("one person decided on {:?}", proposal.deed)
        })?;
        proposal.waits = false;
        if refuse {
            return Ok(());
        }
        law(now - proposal.at <= 24 * 60 * super::shadow::MINUTE, || {
            format!("{:?} was confirmed long after it was proposed", proposal.deed)
        })?;
        let (deed, lifts) = (proposal.deed.clone(), proposal.lifts.clone());
        let goods = &mut self.shadow.goods;
        match deed {
            Deed::Release(node, of) => {
                law(of == agency, || "an agency released another's hold".to_owned())?;
                goods[node].holds.retain(|hold| !lifts.holds.contains(hold));
            }
            Deed::Strike(node, of, entry) => {
                law(of == agency, || "an agency struck another's hold".to_owned())?;
                goods[node].holds.retain(|(.., placed)| *placed != entry);
            }
            Deed::ReleaseHighRisk(node) => {
                law(agency == 0, || "an agency released the mark of another".to_owned())?;
                goods[node].released.extend(&lifts.marks);
                goods[node].released_requests.extend(&lifts.requests);
            }
            Deed::ClearClaim(node, programme, claimed) => {
                law(agency == 0, || "an agency cleared what is not its own".to_owned())?;
                let case = &mut goods[node].cases[programme];
                if let Some(since) = case.claims.get_mut(&claimed) {
                    since.retain(|since| !lifts.claims.contains(since));
                }
                case.claims.retain(|_, since| !since.is_empty());
            }
            Deed::Unlink(node) => {
                law(goods[node].went, || {
                    "a house left its master, and nobody says where it went".to_owned()
                })?;
                let rest = super::shadow::PIECES[MASTER] - super::shadow::PIECES[node];
                law(
                    agency == 0 && goods[MASTER].recounted.is_some_and(|(counted, _)| counted == rest),
                    || "a house left its master, and nobody counted the rest".to_owned(),
                )?;
                (goods[node].unlinked, goods[node].elsewhere) = (true, false);
            }
            Deed::SameShipment(node) if lifts.doubt == (goods[node].latest(), goods[node].elsewhere) => {
                goods[node].elsewhere = false;
            }
            Deed::SameShipment(_) => {}
        }
        Ok(())
    }

    fn built(&mut self, goods: u8, complete: bool, desk: bool, strange: bool) {
        let unit = &mut self.shadow.unit;
        // A desk takes over what a stranger listed.
        let own = desk;
        let replaces = own && (complete || unit.void);
        // What is in a closed unit leaves it by opening it, and by no list.
        let left_out = unit.strange && !strange || unit.contents.iter().any(|node| goods & (1 << node) == 0);
        let shorter = replaces && !unit.void && left_out;
        let (replaces, complete) = (replaces && !shorter, complete && !shorter);
        if shorter {
            unit.complete = false;
        }
        if replaces {
            unit.contents.clear();
            unit.strange = false;
            unit.by_desk = Some(true);
        }
        unit.by_desk.get_or_insert(desk);
        if own {
            unit.complete = complete || unit.complete && !replaces;
        }
        unit.void = false;
        unit.strange |= strange;
        let added: Vec<usize> = (0..3).filter(|node| goods & (1 << node) != 0).collect();
        unit.contents.extend(&added);
    }

    fn outage(
        &mut self,
        told: &Told,
        (says, said_at): (u8, Moment),
        person: u8,
        confirms: Option<usize>,
        reply: &Answered,
    ) -> Result<(), Broken> {
        if events(reply).is_none_or(|events| events == 0) {
            return Ok(());
        }
        let (now, outage) = (self.shadow.now, &mut self.shadow.outage);
        let running = outage.suspended.iter().any(|(_, until)| until.is_none());
        let suspends = says < 2;
        let Some(at) = confirms else {
            outage.notices.push((person, suspends, false, said_at));
            self.notice_ids.push(told.id());
            if !suspends {
                let end = said_at + GRACE;
                outage
                    .suspended
                    .iter_mut()
                    .for_each(|(_, until)| *until = Some(until.map_or(end, |until| until.min(end))));
            }
            return Ok(());
        };
        let said_at = outage.notices[at].3;
        let over = |(place, notice): (usize, &(u8, bool, bool, Moment))| {
            !notice.1 && (place > at || notice.3 >= said_at)
        };
        let over_since = outage.notices.iter().enumerate().any(over);
        let (by, says_so, confirmed, _) = &mut outage.notices[at];
        law(*by != person && *says_so == suspends, || "one person confirmed an outage".to_owned())?;
        let fresh = !std::mem::replace(confirmed, true);
        if suspends && fresh && !running && !over_since {
            outage.suspended.push((now, None));
        }
        Ok(())
    }

    // Answers.

    /// Asks for an answer that binds the node.
    pub(super) fn ask(&mut self, question: usize, asker: u8) -> Result<(), Broken> {
        self.answers += 1;
        let holder: Arc<str> = format!("holder {}", self.answers).into();
        let asker = [Asker::Auditor, Asker::Carrier, Asker::Filer("forwarder one".into())]
            [usize::from(asker)]
        .clone();
        let (object, leg) = self.question(question);
        let command = Command::AskObject {
            object,
            leg,
            stage: casework::gate::Stage::Load,
            aircraft: Some(casework::gate::Aircraft::Passenger),
            holder: Arc::clone(&holder),
            asker: asker.clone(),
        };
        let reply = self.handle(command);
        let others = matches!(QUESTIONS[question], Asked::Goods(2, _) | Asked::Unit | Asked::Flight);
        let stranger = matches!(asker, Asker::Filer(_)) && others;
        law(!(stranger && reply.is_ok()), || "a filer was answered about what is not his".to_owned())?;
        if matches!(asker, Asker::Carrier) {
            self.ask_list()?;
        }
        if let Ok(Reply::Committed { id, answer }) = reply {
            if let (Decision::Load, Some(until)) = (answer.decision, answer.valid_until) {
                self.given.push(Given { id, question, until, holder, recalled: false });
            }
        }
        Ok(())
    }

    pub(super) fn heed(&mut self, back: usize) {
        let at = self.given.len().checked_sub(back + 1);
        if let Some(answer) = at.map(|at| Arc::clone(&self.given[at].id)) {
            let _ = self.handle(Command::AcknowledgeRecall { answer, holder: None, by: "desk".into() });
        }
    }

    /// Every law that can be seen from outside.
    pub(super) fn check(&mut self) -> Result<(), Broken> {
        for (index, asked) in QUESTIONS.iter().enumerate() {
            let answer = self.peek(index);
            let loads = answer.decision == Decision::Load;
            let shown = || codes(&answer);
            law(loads != answer.reasons.iter().any(|reason| reason.holds()), || {
                format!("{asked:?}: {:?} with {:?}", answer.decision, shown())
            })?;
            law(loads == answer.valid_until.is_some(), || format!("{asked:?}: validity of {:?}", shown()))?;
            law(!answer.reasons.is_empty() || asked_whole(*asked), || format!("{asked:?}: no reason"))?;
            let lacking = self.shadow.lacking(*asked);
            match (&lacking, loads) {
                (Some(lack), true) => {
                    return Err(format!("{asked:?} loads although {lack:?} is lacking: {:?}", shown()));
                }
                (None, true) => self.loads += 1,
                (None, false) => {
                    for code in codes(&answer) {
                        *self.unexplained.entry(code).or_default() += 1;
                    }
                }
                (Some(_), false) => {}
            }
            self.decisions[index] = Some(answer.decision);
            self.holding[index] = codes(&answer);
            self.untils[index] = answer.valid_until;
        }
        self.answers_stand_or_are_recalled()?;
        self.referrals_are_kept()
    }

    /// Whoever holds an answer that does not stand any more was told so, and nobody else.
    fn answers_stand_or_are_recalled(&mut self) -> Result<(), Broken> {
        let notices = std::mem::take(&mut self.world.engine.outbox_mut().notices);
        let told = |holder: &Arc<str>| {
            notices.iter().any(|notice| {
                notice.kind == NoticeKind::AnswerRecalled
                    && notice.to == Addressee::Holder(Arc::clone(holder))
            })
        };
        let now = Self::time(self.shadow.now);
        let mut recalled = Vec::new();
        for given in &mut self.given {
            let holds = self.decisions[given.question] == Some(Decision::Hold);
            if told(&given.holder) {
                law(!given.recalled, || "an answer was recalled twice".to_owned())?;
                given.recalled = true;
                recalled.push(Arc::clone(&given.id));
            }
            let shorter = self.untils[given.question].is_some_and(|until| until < given.until);
            law(!(holds || shorter) || given.recalled || given.until <= now, || {
                let (holder, asked) = (&given.holder, QUESTIONS[given.question]);
                let holding = &self.holding[given.question];
                format!(
                    "the answer of {holder} on {asked:?} was not recalled: {holding:?}, shorter: {shorter}"
                )
            })?;
        }
        let list_recalled = self.list.as_ref().is_some_and(|list| told(&list.holder));
        self.list_stands(list_recalled)?;
        for answer in recalled {
            if let Ok(Reply::Answered(answer)) = self.handle(Command::Recheck { answer, holder: None }) {
                law(answer.decision == Decision::Hold, || "a recalled answer came back".to_owned())?;
            }
        }
        self.given.retain(|given| !given.recalled && given.until > now);
        Ok(())
    }

    /// A deadline that passes without an answer is told, and once, and of nothing that was closed.
    pub(super) fn deadlines_are_told(&mut self) -> Result<(), Broken> {
        let notices = self.world.engine.outbox_mut().notices.clone();
        let now = self.shadow.now;
        for notice in notices.iter().filter(|notice| notice.kind == NoticeKind::DeadlinePassed) {
            let (about, programme) = (&notice.about, notice.programme.clone().unwrap());
            let referral = notice.referral.as_ref().unwrap();
            let (kind, reference, until) = (referral.kind, &referral.reference, referral.deadline.unwrap());
            let told = format!("{} {about} {programme} {} {reference} {until}", notice.to, kind.as_str());
            law(until <= Self::time(now), || format!("told before its time: {told}"))?;
            law(self.deadlines_told.insert(told.clone()), || format!("told twice: {told}"))?;
        }
        for (node, goods) in self.shadow.goods.iter().enumerate() {
            if goods.loose_words || goods.other_master {
                continue;
            }
            for (programme, case) in goods.cases.iter().enumerate() {
                let name = super::node::PROGRAMMES[programme];
                for ((kind, reference), asked) in &case.asked {
                    let Some(track) = case.tracks.get(&(*kind, Some(*reference))) else { continue };
                    let of = format!("{} {name} {} R{reference} ", Self::key(node), kind.as_str());
                    let until = format!("{}", Self::time(asked + super::node::ANSWER_WITHIN));
                    let is_told = self.deadlines_told.iter().any(|one| one.contains(&format!("{of}{until}")));
                    let since = track.closed.range(asked..).next().is_some();
                    let due = track.is_open() && !since && !case.answered.contains(reference);
                    law(!due || is_told || asked + super::node::ANSWER_WITHIN > now, || {
                        format!("nobody was told that an answer is due: {of}{until}")
                    })?;
                }
            }
        }
        Ok(())
    }

    /// What is open by the shadow is open: no amendment, withdrawal or other message ended it.
    fn referrals_are_kept(&mut self) -> Result<(), Broken> {
        for node in 0..3 {
            // One consignment after each step; each comes round.
            if self.history.len() % 3 != node {
                continue;
            }
            let goods = self.shadow.goods[node].clone();
            let Some(view) = self.view(node) else { continue };
            for (programme, case) in goods.cases.iter().enumerate() {
                let name = super::node::PROGRAMMES[programme];
                let seen = view.cases.iter().find(|seen| seen.programme.as_str() == name);
                for kind in [ReferralKind::Rfi, ReferralKind::Rfs, ReferralKind::Dnl] {
                    let said = case.tracks.iter().filter(|((of, _), track)| *of == kind && track.is_open());
                    let open = seen.into_iter().flat_map(|case| &case.referrals);
                    let open = open.filter(|referral| referral.open && referral.kind == kind).count();
                    law(said.count() <= open || goods.loose_words, || {
                        format!("a {} of {name} on {node} is not open any more", kind.as_str())
                    })?;
                }
            }
        }
        Ok(())
    }
}

/// A unit or flight of which nothing is lacking need not say why.
fn asked_whole(asked: Asked) -> bool {
    matches!(asked, Asked::Unit | Asked::Flight)
}

fn codes(answer: &Answer) -> Vec<&'static str> {
    answer.reasons.iter().filter(|reason| reason.holds()).map(|reason| reason.code.id()).collect()
}

fn outcome(reply: &Answered) -> Filed {
    match reply {
        Ok(Reply::Filed(filed)) => filed[0].outcome.clone(),
        other => panic!("{other:?}"),
    }
}
