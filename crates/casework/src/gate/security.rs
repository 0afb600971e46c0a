//! The lock of aviation security: the status of a node inside its tree, against the aircraft.

use super::answer::{Aircraft, Alone, Context, Reason, Stage, WhoActs};
use super::departure::departs_on;
use super::evidence::{Counted, Known};
use super::judge::{Judge, houses_of};
use super::marks::{first_leg, high_risk_mark, high_risk_marks, marking, marking_legs};
use super::parts::is_gone;
use crate::Dossier;
use crate::case::told::plans;
use crate::case::{Node, ReferralKind};
use crate::security::evidence::Evidence;
use crate::security::{Determination, HighRiskApproval, HighRiskMark, SecurityFacts, determine};
use consignment::ident::Location;
use consignment::issue::IssueTime;
use consignment::security::SecurityStatus;
use consignment::{Consignment, DocumentKind, Leg, SecurityDeclaration};
use finding::{Phrase, codes::gate as code};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz;
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::collections::BTreeSet;

impl Judge<'_> {
    /// The status of the object must suffice for the aircraft, and every high-risk mark be lifted.
    pub(super) fn security(&mut self, leg: Option<usize>, departs_on: Date) {
        let (records, houses, context) = (self.security, self.houses, self.context);
        let known = Known { leg, ..Known::of(self.tree, records, houses, context) };
        let node = self.question.node.clone();
        let parts = self.parts();
        let nodes = || parts.with_master().iter().map(|part| &*part.node);
        // They may be the goods asked about under another number.
        let mut unfiled = known.unfiled_houses();
        unfiled.remove(&node);
        let unsecured = |house: &&Node| own_security(known, house, departs_on).status < SecurityStatus::Spx;
        let beside: Vec<Evidence<'_>> =
            unfiled.iter().filter(unsecured).map(|house| known.own_evidence(house)).collect();
        let known = Known { unfiled: &unfiled, beside: &beside, ..known };
        let others = unfiled.iter().filter(|house| !nodes().any(|node| node == *house));
        for marked in nodes().chain(others) {
            if let Some(reason) = self.unsecured(known, marked, departs_on) {
                self.push(reason);
            } else if !self.part || context.hold_upstream {
                self.marked_later(Known { leg: None, ..known }, marked, leg, departs_on);
            }
        }
        self.recounted(known);
        let determination = lowered_by_hearsay(known, node_security(known, &node, departs_on));
        if self.part && determination.status >= SecurityStatus::Spx {
            return;
        }
        let named = |reason: &Reason| {
            reason.holds() && [code::DNL_OPEN, code::HRCM_NOT_SCREENED].contains(&reason.code)
        };
        let named_already = matches!(determination.row, 1 | 3) && self.reasons.iter().any(named);
        let name = self.name(&node);
        let alone = self.alone(known, &node, &determination, departs_on);
        // Whoever sees only what is said of this object has it named there, too.
        let alone = alone.filter(|(row, _)| {
            let named_here = |reason: &Reason| named(reason) && reason.object == name;
            !matches!(row, 1 | 3) || !self.reasons.iter().any(named_here)
        });
        let untold = self.untold_alarms(known, if named_already { &[] } else { &determination.why });
        if named_already && alone.is_none() && untold.is_empty() {
            // The do-not-load or the high-risk mark has been named; nobody is served by naming it twice.
            return;
        }
        let mut reason = match lack(&determination, self.question.aircraft) {
            Some(lack) => {
                let mut reason = Reason::new(lack.code, name, lack.who_acts);
                reason.why = lack.why;
                reason
            }
            None => Reason::new(code::STATUS_SUFFICIENT, name, WhoActs::Nobody)
                .with("status", determination.status.code())
                .with("basis", determination.basis.as_str()),
        };
        if reason.holds() {
            // What was named already is not named again with it.
            reason.why.retain(|_| !named_already || untold.is_empty());
            for why in untold {
                if !reason.why.contains(&why) {
                    reason.why.push(why);
                }
            }
        }
        reason.alone = alone.map(|(_, lack)| lack);
        self.push(reason);
        if determination.status > SecurityStatus::Nsc {
            self.issued_long_ago();
        }
    }

    /// Threats that were found in the goods and what is inside them, and that neither a reason nor these words tell yet.
    fn untold_alarms(&self, known: Known<'_>, whys: &[Phrase]) -> Vec<Phrase> {
        if self.security.is_empty() {
            return Vec::new();
        }
        let told = |alarm: &Phrase| {
            self.reasons.iter().flat_map(|reason| &reason.why).chain(whys).any(|why| why == alarm)
        };
        let mut untold = Vec::new();
        for part in self.parts().with_master() {
            let Some(alarm) = known.own_evidence(&part.node).alarm().filter(|alarm| !told(alarm)) else {
                continue;
            };
            if let Node::House(house) = &*part.node
                && *part.node != self.question.node
            {
                untold.push(Phrase::new(code::WHY_HOUSE_NOT_SECURED).with("house", house.as_str()));
            }
            untold.push(alarm);
        }
        untold
    }

    /// What the node lacks by its own declaration and the facts told of it alone, whatever is around it, with the row of
    /// the table; `None` where the whole makes it good.
    fn alone(
        &self,
        known: Known<'_>,
        node: &Node,
        whole: &Determination,
        departs_on: Date,
    ) -> Option<(u8, Alone)> {
        if self.part {
            return None;
        }
        let aircraft = self.question.aircraft;
        lack(whole, aircraft)?;
        let alone = judged_on(known, node, node, &known.own_evidence(node), departs_on);
        let owed = *node == Node::Master
            || !stands_alone(known)
            || speaks_for_itself(known, node)
            || high_risk_mark(known, node).is_some()
            || alone.row == 1;
        let lacking = lack(&alone, aircraft).filter(|_| owed && alone.status >= whole.status)?;
        Some((alone.row, lacking))
    }

    /// Whether a node is secured as high-risk goods are.
    pub(super) fn is_secured_for_high_risk(&self, node: &Node, leg: &Leg) -> bool {
        let departs_on = departs_on(Some(leg), self.question.at, self.context);
        let (tree, records, houses) = (self.tree, self.security, self.houses);
        // Whatever marks the goods, on whichever leg, must have been answered.
        let known = Known::of(tree, records, houses, self.context);
        node_security(known, node, departs_on).status == SecurityStatus::Shr
    }

    /// That a node is marked as high-risk and not secured as such, if it is.
    fn unsecured(&self, known: Known<'_>, node: &Node, departs_on: Date) -> Option<Reason> {
        let mark = high_risk_mark(known, node)?;
        let determination = node_security(known, node, departs_on);
        if determination.status == SecurityStatus::Shr {
            return None;
        }
        let mut reason = Reason::new(code::HRCM_NOT_SCREENED, self.name(node), WhoActs::Screener)
            .with("since", mark.since.to_string());
        // The mark itself and its time are what the reason says already.
        let whys = determination.why.into_iter();
        reason.why.extend(whys.filter(|why| why.code != code::WHY_HIGH_RISK));
        let covers_none = |asking: &&ProgrammeId| first_leg(known, node, asking).is_none();
        let asking: BTreeSet<&ProgrammeId> = marking(known, node).map(|(asking, _)| asking).collect();
        reason.why.extend(asking.iter().copied().filter(covers_none).map(|asking| {
            Phrase::new(code::WHY_REQUEST_COVERS_NO_LEG).with("programme", asking.to_string())
        }));
        Some(reason)
    }

    /// What requests of later legs mark is told, and holds nothing before them, unless the station holds it at once.
    fn marked_later(&mut self, anywhere: Known<'_>, node: &Node, asked: Option<usize>, departs_on: Date) {
        let marking = marking_legs(anywhere, node).filter(|(_, leg)| asked.is_some_and(|asked| *leg > asked));
        let Some((programme, leg)) = marking.min_by_key(|(_, leg)| *leg) else { return };
        let Some(reason) = self.unsecured(anywhere, node, departs_on) else { return };
        let since = high_risk_mark(anywhere, node).map(|mark| mark.since.to_string()).unwrap_or_default();
        if !self.context.hold_upstream || self.question.stage == Stage::Accept {
            self.push(reason.of(programme).later());
            return;
        }
        let told = |known: &Reason| known.code == code::HELD_UPSTREAM && known.object == reason.object;
        if self.reasons.iter().any(told) {
            return;
        }
        let label = self.tree.legs.get(leg).map(Leg::label).unwrap_or_default();
        let upstream = Reason::new(code::HELD_UPSTREAM, reason.object.clone(), WhoActs::Screener);
        let why = Phrase::new(code::WHY_HIGH_RISK).with("since", since);
        self.push(upstream.of(programme).with("leg", label).because(why));
    }

    /// A recount that differs from the filing: nobody can say which goods these are.
    fn recounted(&mut self, known: Known<'_>) {
        if self.security.is_empty() {
            return;
        }
        let parts = self.parts();
        for node in parts.with_master().iter().map(|part| &*part.node) {
            let filed = self.tree.pieces_left(node);
            let counted = known.evidence_of(node).recounted(filed);
            if let Some((counted, pieces)) = counted.zip(filed).filter(|(counted, pieces)| counted != pieces)
            {
                let why = Phrase::new(code::WHY_RECOUNTED_OTHERWISE)
                    .with("counted", counted.to_string())
                    .with("pieces", pieces.to_string());
                let mut reason = Reason::new(code::CONTENT_CONTRADICTORY, self.name(node), WhoActs::Carrier);
                // Who filed these goods is told what was counted of them, also where the rest is others'.
                let own = known.own_evidence(node).recounted(filed) == Some(counted);
                reason.alone = own.then(|| Alone {
                    code: code::CONTENT_CONTRADICTORY,
                    who_acts: WhoActs::Filer,
                    why: vec![why.clone()],
                });
                self.push(reason.because(why));
            }
        }
    }

    /// A status years old may be the date mistyped, or the paper of other goods.
    fn issued_long_ago(&mut self) {
        let (context, node) = (self.context, &self.question.node);
        let known = Known::of(self.tree, self.security, self.houses, context);
        let declared = |node: &Node| {
            let counted = known.declarations(node).into_iter().next()?;
            let stated = counted.security.issued_at.as_ref().map(ToString::to_string);
            let issued = counted.issued_at?;
            Some((stated.or_else(|| counted.exact.then(|| issued.to_string()))?, issued))
        };
        // A house without a declaration of its own rests on its master's.
        let Some((stated, issued)) = declared(node).or_else(|| declared(&Node::Master)) else { return };
        if self.question.at.duration_since(issued) > context.status_age_max {
            let days = context.status_age_max.as_hours() / 24;
            let reason = Reason::new(code::STATUS_ISSUED_LONG_AGO, self.name(node), WhoActs::Carrier)
                .with("issued", stated)
                .with("days", days.to_string());
            self.push(reason);
        }
    }
}

/// The same where less is declared of a house that nobody filed: it may be these goods.
fn lowered_by_hearsay(known: Known<'_>, determination: Determination) -> Determination {
    let stated = |house: &Node| {
        let declared = known.declarations(house).into_iter().map(|counted| counted.security);
        let declared = declared.flat_map(|security| security.statuses.iter().map(|(status, _)| *status));
        let told = lowered(known, house).map(|(status, _)| status);
        declared.chain(told).min()
    };
    let lowest = known.unfiled.iter().filter_map(|house| Some((stated(house)?, house))).min();
    match lowest {
        Some((status, Node::House(house))) if status < determination.status.min(SecurityStatus::Spx) => {
            let why = Phrase::new(code::WHY_HOUSE_NOT_SECURED).with("house", house.as_str());
            Determination::weaker(status, 12, vec![why])
        }
        _ => determination,
    }
}

/// The status of a node by its own declaration; of several issued at one instant, by the weakest.
fn own_security(known: Known<'_>, node: &Node, departs_on: Date) -> Determination {
    judged(known, node, node, departs_on)
}

/// What a status lacks for the aircraft; `None` where it suffices.
fn lack(determination: &Determination, aircraft: Aircraft) -> Option<Alone> {
    let screener = WhoActs::Screener;
    match (determination.status, aircraft) {
        (SecurityStatus::Nsc, _) => {
            // A declaration that cannot be relied on is for whoever made it to correct.
            let who_acts = if determination.row == 5 { WhoActs::Filer } else { screener };
            Some(Alone { code: code::STATUS_NSC, who_acts, why: determination.why.clone() })
        }
        (SecurityStatus::Sco, Aircraft::Passenger) => {
            Some(Alone { code: code::STATUS_SCO_PAX, who_acts: screener, why: Vec::new() })
        }
        _ => None,
    }
}

/// The status of `node` by the declaration made for `by`: a house may rest on its master's.
fn judged(known: Known<'_>, node: &Node, by: &Node, departs_on: Date) -> Determination {
    judged_on(known, node, by, &known.evidence_of(node), departs_on)
}

/// The same on this evidence.
fn judged_on(
    known: Known<'_>,
    node: &Node,
    by: &Node,
    evidence: &Evidence<'_>,
    departs_on: Date,
) -> Determination {
    let mut declarations = known.declarations(by);
    if node != by {
        let changed = known.changed_inside(node);
        declarations.retain(|counted| Some(counted.since()) > changed);
        if let Some(left) = known.left(node) {
            declarations.retain(|counted| counted.since() <= left.went);
        }
    }
    let one = |counted: Option<&Counted<'_>>| determined(known, node, by, counted, evidence, departs_on);
    match declarations.as_slice() {
        [] => one(None),
        [only] => one(Some(only)),
        several => {
            let all = several.iter().map(|counted| one(Some(counted)));
            let weakest = all.min_by_key(|it| (it.status, it.basis, it.row, format!("{:?}", it.why)));
            weakest.unwrap_or_else(|| one(None))
        }
    }
}

fn determined(
    known: Known<'_>,
    node: &Node,
    by: &Node,
    counted: Option<&Counted<'_>>,
    evidence: &Evidence<'_>,
    departs_on: Date,
) -> Determination {
    let (tree, context) = (known.tree, known.context);
    let document = tree.documents.get(by);
    let ordered = |node: &Node| {
        tree.referrals_of(node).any(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl)
    };
    let inside = (node != by).then(|| high_risk_mark(known, node)).flatten();
    let high_risk = high_risk_mark(known, by).into_iter().chain(inside).reduce(HighRiskMark::and);
    let facts = SecurityFacts {
        declaration: counted.map(|counted| counted.security),
        consolidated: document.is_some_and(|document| document.consolidated),
        do_not_load: ordered(node) || ordered(by),
        high_risk,
        issued_at: counted.and_then(|counted| counted.issued_at),
        received_at: counted.map(|counted| counted.received_at),
        departs_on,
        exemptions_accepted: context.exemptions_accepted,
        issued_exactly: counted.is_some_and(|counted| counted.exact),
        vouched: counted.is_some_and(|counted| counted.vouched),
        vouched_others: &[],
        high_risk_approval: counted.map_or(HighRiskApproval::NotAsked, |counted| counted.approval),
        approval_unknown_suffices: context.high_risk_approval_unknown_suffices,
        results_suffice: context.high_risk_results_suffice,
        evidence,
    };
    // Only what was broken is made good.
    let vouched_others: Vec<(Timestamp, SecurityStatus)> = match evidence.broken() {
        Some(_) => known.vouched(by).filter_map(|other| secures(&facts, &other)).collect(),
        None => Vec::new(),
    };
    let determination = determine(&SecurityFacts { vouched_others: &vouched_others, ..facts });
    let determination = match (document, determination.why.first()) {
        (Some(document), Some(why))
            if why.code == code::WHY_NO_STATUS && document.told.speaks_of_security() =>
        {
            let why = vec![Phrase::new(code::WHY_STATUS_REPORTED_ONLY)];
            Determination::weaker(SecurityStatus::Nsc, determination.row, why)
        }
        _ => determination,
    };
    // Anybody's report may lower what was declared, and nobody's raises it.
    match lowered(known, by) {
        Some((status, since)) if determination.status > status => {
            let why = Phrase::new(code::WHY_TOLD_LOWER)
                .with("status", status.code())
                .with("since", since.to_string());
            // High-risk goods fly as such or not at all.
            let status = if high_risk.is_some() { SecurityStatus::Nsc } else { status };
            Determination::weaker(status, 12, vec![why])
        }
        _ => determination,
    }
}

/// What a declaration for which the registry answers secures by itself, whatever was declared since, and when it was issued.
fn secures(facts: &SecurityFacts<'_>, vouched: &Counted<'_>) -> Option<(Timestamp, SecurityStatus)> {
    let alone = SecurityFacts {
        declaration: Some(vouched.security),
        issued_at: vouched.issued_at,
        received_at: Some(vouched.received_at),
        issued_exactly: vouched.exact,
        vouched: true,
        high_risk_approval: vouched.approval,
        ..*facts
    };
    let unmarked = determine(&SecurityFacts { high_risk: None, ..alone }).status;
    // As high-risk goods only where it answers the mark as well.
    let status = unmarked.min(determine(&alone).status.max(SecurityStatus::Spx));
    Some((vouched.issued_at?, status))
}

/// The lowest status told of the goods, and when, that the declaration which counts does not overcome: one
/// overcomes what was told before it was issued (goods are accepted unsecured, then screened and declared).
fn lowered(known: Known<'_>, node: &Node) -> Option<(SecurityStatus, Timestamp)> {
    let document = known.tree.documents.get(node);
    let reported = document.into_iter().flat_map(|document| {
        let lowering = document.told.lowering(document.versions.len());
        lowering.map(|(status, (received, says))| (status, told_at(*received, says, known.context)))
    });
    let mut told = reported.chain(known.declared_by_others(node)).peekable();
    // Of most goods nothing is told, and the declaration need not be worked out to see that.
    told.peek()?;
    let issued = known.declarations(node).into_iter().map(|counted| counted.issued_at).min().flatten();
    told.filter(|(_, told)| issued.is_none_or(|issued| issued <= *told))
        .min_by_key(|(status, told)| (*status, std::cmp::Reverse(*told)))
}

/// How late a report may come and still be taken at its word when it took place. No source gives a figure.
const REPORTED_WITHIN: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The latest instant at which what a document tells can have been so: the latest of its statuses, else when
/// it was made, and never after it came in.
fn told_at(received: Timestamp, says: &Consignment, context: &Context<'_>) -> Timestamp {
    // Where no zone is known, the day ends last at UTC-12.
    let latest = |station: Option<Location>, local: DateTime| {
        let station = station.and_then(|station| context.stations.get(station));
        station
            .and_then(|station| station.instant(local))
            .or_else(|| tz::offset(-12).to_timestamp(local).ok())
    };
    let end_of_day = |day: Date| day.to_datetime(Time::MAX);
    let today = received.to_zoned(tz::TimeZone::UTC).date();
    let earliest = received.checked_sub(REPORTED_WITHIN).unwrap_or(received);
    let took_place = says.statuses.iter().filter(|fact| !plans(&fact.code)).map(|fact| {
        let told = fact.date.and_then(|date| date.resolve_past(today)).and_then(|day| {
            let local = fact.time.map_or(end_of_day(day), |time| day.to_datetime(time));
            latest(fact.station.or(says.origin), local)
        });
        // A day that lies further back is more likely a slip than a report so late.
        told.filter(|told| *told >= earliest).unwrap_or(received)
    });
    // A manifest speaks of the goods as they are about to leave.
    let manifested = says.legs.iter().filter(|_| says.kind == DocumentKind::ManifestLine).filter_map(|leg| {
        let day = leg.date?.resolve_past(today)?;
        latest(Some(leg.from), leg.departs_at.map_or(end_of_day(day), |time| day.to_datetime(time)))
    });
    let took_place = took_place.chain(manifested);
    let made = || match says.issue.message_at? {
        IssueTime::Instant(at) => Some(at),
        IssueTime::Local(local) => latest(says.origin, local),
        IssueTime::Date(day) => latest(says.origin, end_of_day(day)),
    };
    took_place.max().or_else(made).map_or(received, |told| told.min(received))
}

/// The status of a node inside its tree: a house without a declaration of its own rests on its master's;
/// a master whose agent only confirmed the houses (`CSS`) is as good as the weakest of them.
fn node_security(known: Known<'_>, node: &Node, departs_on: Date) -> Determination {
    let tree = known.tree;
    match node {
        Node::House(_) => {
            let own = own_security(known, node, departs_on);
            let speaks = speaks_for_itself(known, node);
            let marked = high_risk_mark(known, node).is_some();
            let blocked = own.row == 1;
            // Screened as a whole, the house needs nothing of its own. An agent who only confirms the houses
            // (`CSS`) confirms what each has: a house without anything has nothing (IATA OCI rule R2).
            let rests = stands_alone(known);
            let around = tree.documents.get(&Node::Master).and_then(|_| stated_lower(known));
            // A house that nobody filed has nothing of its own: it is secured with the whole, against its own mark.
            let hearsay = rests && !speaks && tree.is_hearsay(node);
            let by_whole = || judged(known, node, &Node::Master, departs_on);
            let within = if hearsay {
                // It may be any of the houses: none of them may have become other goods since.
                let (by_whole, whole) = (by_whole(), node_security(known, &Node::Master, departs_on));
                if whole.status < by_whole.status { whole } else { by_whole }
            } else if speaks || marked || blocked || !rests {
                own
            } else {
                by_whole()
            };
            match around {
                Some(around) if !marked && around < within.status => {
                    let why = Phrase::new(code::WHY_MASTER_NOT_SECURED).with("status", around.code());
                    Determination::weaker(around, 12, vec![why])
                }
                _ => within,
            }
        }
        Node::Master => {
            let own = own_security(known, node, departs_on);
            let alone = stands_alone(known);
            let confirms = confirms_houses(known);
            let unfiled = known.unfiled_houses();
            let houses = houses_of(tree, known.houses).map(|(house, document)| (house, Some(document)));
            let houses = houses.chain(unfiled.iter().map(|house| (house, tree.documents.get(house))));
            let houses = houses.filter(|house| !is_gone(tree, *house, known.context.yard));
            let houses = houses.map(|(house, _)| house);
            let weakest = houses
                .filter_map(|house| {
                    let marked = high_risk_mark(known, house).is_some();
                    // Screened as a whole, the master needs those that have a declaration of their own or say
                    // less; resting on its houses, each. And nothing may have happened to any of them.
                    let own = || own_security(known, house, departs_on);
                    let by_whole = || judged(known, house, &Node::Master, departs_on);
                    let owes = known.owes_by_itself(house).filter(|_| !marked);
                    let determination = if owes.is_some_and(|owes| own().status < owes) {
                        by_whole()
                    } else if marked || !alone || speaks_for_itself(known, house) {
                        own()
                    } else if known.record(house).is_some() {
                        by_whole()
                    } else {
                        return None;
                    };
                    Some((house, determination))
                })
                .min_by_key(|(_, determination)| determination.status);
            match weakest {
                // What an agent only confirmed is no better than what he confirmed.
                Some((_, weakest)) if confirms && weakest.status == SecurityStatus::Spx => {
                    Determination { status: own.status.min(weakest.status), ..own }
                }
                Some((Node::House(house), weakest))
                    if weakest.status < own.status.min(SecurityStatus::Spx) =>
                {
                    Determination {
                        why: vec![Phrase::new(code::WHY_HOUSE_NOT_SECURED).with("house", house.as_str())],
                        ..weakest
                    }
                }
                _ => own,
            }
        }
    }
}

/// Whether a house has a declaration that somebody answers for, or says less than that it is secured for
/// passenger aircraft. A bare `SPX` only repeats what is said of the whole.
fn speaks_for_itself(known: Known<'_>, house: &Node) -> bool {
    let filed = known
        .filed_declarations(known.tree.documents.get(house))
        .filter_map(|(_, filed)| filed.security.as_ref());
    let told = known.declared_apart(house).map(|(_, declared)| &*declared.declaration);
    let lower = |status: SecurityStatus| status < SecurityStatus::Spx;
    filed.chain(told).any(|security| {
        security.responsible().is_some() || security.statuses.iter().any(|(status, _)| lower(*status))
    }) || lowered(known, house).is_some()
}

/// The status below `SPX` that somebody states of the whole, if any.
fn stated_lower(known: Known<'_>) -> Option<SecurityStatus> {
    let stated = known.declarations(&Node::Master).into_iter().map(|counted| counted.security);
    let stated = stated.flat_map(|security| security.statuses.iter().map(|(status, _)| *status));
    let told = lowered(known, &Node::Master).map(|(status, _)| status);
    stated.chain(told).filter(|status| *status < SecurityStatus::Spx).min()
}

/// Whether the declaration of a master gives a ground of its own: the goods were secured as a whole.
fn stands_alone(known: Known<'_>) -> bool {
    let declarations = known.declarations(&Node::Master);
    let alone = |security: &SecurityDeclaration| security.issuer.is_some() && security.gives_ground();
    !declarations.is_empty() && declarations.iter().all(|counted| alone(counted.security))
}

/// Whether an agent confirmed that every house has a valid declaration (`CSS`): only that, since one who declares the whole
/// as well has declared nothing.
fn confirms_houses(known: Known<'_>) -> bool {
    known.declarations(&Node::Master).iter().any(|counted| counted.security.checker.is_some())
}

/// Whether goods were left unsecured against what was found or asked of them: marked as high-risk and neither secured
/// as such nor released, or with a threat that nobody resolved.
pub fn is_unsecured(dossier: &Dossier, node: &Node, at: Timestamp, context: &Context<'_>) -> bool {
    let known = Known::of(&dossier.tree, &dossier.security, None, context);
    let determined = security_of(dossier, node, at, context);
    // The first row of the decision table: a threat was found and nobody resolved it.
    determined.row == 1 || determined.status != SecurityStatus::Shr && high_risk_mark(known, node).is_some()
}

/// Whether a house left its master when that was marked as high-risk, and neither was secured as such since, the house by itself
/// or the whole while the house was in it.
pub(super) fn was_marked_around(
    dossier: &Dossier,
    house: &Node,
    left: Timestamp,
    at: Timestamp,
    context: &Context<'_>,
) -> bool {
    let known = Known::of(&dossier.tree, &dossier.security, None, context);
    let marks = high_risk_marks(known, &Node::Master).filter(|mark| mark.since <= left);
    let Some(mark) = marks.reduce(HighRiskMark::and) else { return false };
    let departs_on = departs_on(dossier.tree.legs.first(), at, context);
    let with_it = Known { taken_along: Some(mark), ..known };
    let shr = SecurityStatus::Shr;
    let before = |counted: &Counted<'_>| counted.since() <= left;
    let as_whole = || {
        node_security(known, &Node::Master, departs_on).status == shr
            && known.declarations(&Node::Master).iter().all(before)
    };
    node_security(with_it, house, departs_on).status != shr && !as_whole()
}

/// The security status of a node and on what it rests.
pub fn security_of(dossier: &Dossier, node: &Node, at: Timestamp, context: &Context<'_>) -> Determination {
    let known = Known::of(&dossier.tree, &dossier.security, None, context);
    let departs_on = departs_on(dossier.tree.legs.first(), at, context);
    node_security(known, node, departs_on)
}
