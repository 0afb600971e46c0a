//! The lock of aviation security: the status of a node inside its tree, against the aircraft.

use super::answer::{Aircraft, Context, Reason, WhoActs};
use super::content::weighs_otherwise;
use super::departure::departs_on;
use super::judge::Judge;
use crate::case::told::plans;
use crate::case::{Document, Node, ReferralKind, Tree};
use crate::security::{Determination, HighRiskMark, SecurityFacts, determine};
use consignment::ident::Location;
use consignment::issue::IssueTime;
use consignment::security::{IssuedAt, SecurityStatus};
use consignment::{Consignment, DocumentKind, Leg};
use finding::{Phrase, codes::gate as code};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

impl Judge<'_> {
    /// The status of the object must suffice for the aircraft, and every high-risk mark be lifted.
    pub(super) fn security(&mut self, leg: Option<&Leg>) {
        let departs_on = departs_on(leg, self.question.at, self.context);
        let node = self.question.node.clone();
        let name = self.name(&node);
        for marked in self.with_master() {
            if let Some(mark) = high_risk_mark(self.tree, &marked, self.context) {
                let status = node_security(self.tree, &marked, departs_on, self.context).status;
                if status != SecurityStatus::Shr {
                    let reason = Reason::new(code::HRCM_NOT_SCREENED, self.name(&marked), WhoActs::Screener)
                        .with("since", mark.since.to_string());
                    self.push(reason);
                }
            }
        }
        let determination = node_security(self.tree, &node, departs_on, self.context);
        if self.part && determination.status >= SecurityStatus::Spx {
            return;
        }
        let named = |reason: &Reason| [code::DNL_OPEN, code::HRCM_NOT_SCREENED].contains(&reason.code);
        if matches!(determination.row, 1 | 3) && self.reasons.iter().any(named) {
            // The do-not-load or the high-risk mark has been named; nobody is served by naming it twice.
            return;
        }
        let reason = match (determination.status, self.question.aircraft) {
            (SecurityStatus::Nsc, _) => {
                // A declaration that cannot be relied on is for whoever made it to correct.
                let who = if determination.row == 5 { WhoActs::Filer } else { WhoActs::Screener };
                let mut reason = Reason::new(code::STATUS_NSC, name, who);
                reason.why.extend(determination.why);
                reason
            }
            (SecurityStatus::Sco, Aircraft::Passenger) => {
                Reason::new(code::STATUS_SCO_PAX, name, WhoActs::Screener)
            }
            (status, _) => Reason::new(code::STATUS_SUFFICIENT, name, WhoActs::Nobody)
                .with("status", status.code())
                .with("basis", determination.basis.as_str()),
        };
        self.push(reason);
        if determination.status > SecurityStatus::Nsc {
            self.issued_long_ago();
        }
    }

    /// A status years old may be the date mistyped, or the paper of other goods.
    fn issued_long_ago(&mut self) {
        let (tree, context, node) = (self.tree, self.context, &self.question.node);
        let declared = |node: &Node| {
            let (_, consignment) = declaration_of(tree.documents.get(node)?, context)?;
            Some((consignment.security.as_ref()?.issued_at.as_ref()?, issued_at(consignment, context)?))
        };
        // A house without a declaration of its own rests on its master's.
        let Some((stated, issued)) = declared(node).or_else(|| declared(&Node::Master)) else { return };
        if self.question.at.duration_since(issued) > context.status_age_max {
            let days = context.status_age_max.as_hours() / 24;
            let reason = Reason::new(code::STATUS_ISSUED_LONG_AGO, self.name(node), WhoActs::Carrier)
                .with("issued", stated.to_string())
                .with("days", days.to_string());
            self.push(reason);
        }
    }
}

/// The high-risk mark of a node: set by every request for screening, and not ended by its closing.
fn high_risk_mark(tree: &Tree, node: &Node, context: &Context<'_>) -> Option<HighRiskMark> {
    tree.referrals_of(node)
        .filter(|(_, referral)| referral.kind == ReferralKind::Rfs)
        .map(|(programme, referral)| HighRiskMark {
            since: referral.opened_at,
            // Two different methods unless the State's programme says otherwise.
            methods_min: context.programmes.get(programme).map_or(2, |rules| rules.high_risk.methods_min),
        })
        .reduce(|a, b| HighRiskMark {
            since: a.since.max(b.since),
            methods_min: a.methods_min.max(b.methods_min),
        })
}

fn own_security(tree: &Tree, node: &Node, departs_on: Date, context: &Context<'_>) -> Determination {
    let document = tree.documents.get(node);
    let declared = document.and_then(|document| declaration_of(document, context));
    let declaration = declared.and_then(|(_, consignment)| consignment.security.as_ref());
    let issued_at = declared.and_then(|(_, consignment)| issued_at(consignment, context));
    let blocked =
        tree.referrals_of(node).any(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl);
    let determination = determine(&SecurityFacts {
        declaration,
        consolidated: document.is_some_and(|document| document.consolidated),
        do_not_load: blocked,
        high_risk: high_risk_mark(tree, node, context),
        issued_at,
        received_at: declared.map(|(at, _)| *at),
        departs_on,
        exemptions_accepted: context.exemptions_accepted,
    });
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
    match document.and_then(|document| lowered(document, context)) {
        Some((status, since)) if determination.status > status => {
            let why = Phrase::new(code::WHY_TOLD_LOWER)
                .with("status", status.code())
                .with("since", since.to_string());
            Determination::weaker(status, 12, vec![why])
        }
        _ => determination,
    }
}

/// The lowest status told of the goods, and when, that the declaration which counts does not overcome: one
/// overcomes what was told before it was issued (goods are accepted unsecured, then screened and declared).
fn lowered(document: &Document, context: &Context<'_>) -> Option<(SecurityStatus, Timestamp)> {
    // Seldom anything lowers, and every house of a flight is asked.
    document.told.lowering(document.versions.len()).next()?;
    let declared = declaration_of(document, context);
    let issued = declared.and_then(|(_, declared)| issued_at(declared, context));
    document
        .told
        .lowering(document.versions.len())
        .map(|(status, (received, says))| (status, told_at(*received, says, context)))
        .filter(|(_, told)| issued.is_none_or(|issued| issued <= *told))
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

/// The earliest instant the stated time of issue can mean.
///
/// No zone is sent; the issuer's clock is taken to be that of the origin, and where the origin's zone is
/// not known, that of the zone in which a day begins first (UTC+14).
fn issued_at(consignment: &Consignment, context: &Context<'_>) -> Option<Timestamp> {
    let security = consignment.security.as_ref()?;
    let Some(stated) = security.issued_at.as_ref() else {
        // An agent who confirms a consolidation need not date it; his message is dated.
        let IssueTime::Instant(made) = consignment.issue.message_at? else { return None };
        return security.checker.is_some().then_some(made);
    };
    let local = match stated {
        IssuedAt::DateTime(local) => *local,
        IssuedAt::Date(day) => day.to_datetime(Time::midnight()),
        IssuedAt::Unreadable(_) => return None,
    };
    let origin = consignment.origin.and_then(|origin| context.stations.get(origin));
    origin.and_then(|origin| origin.instant(local)).or_else(|| tz::offset(14).to_timestamp(local).ok())
}

/// The declaration that counts: the filing's; where no filing speaks of security, the latest report on
/// all the pieces in which somebody answers for the status.
fn declaration_of<'a>(
    document: &'a Document,
    context: &Context<'_>,
) -> Option<&'a (Timestamp, Arc<Consignment>)> {
    let speaks = document.filed().is_some_and(|filed| filed.security.is_some());
    match &document.declared {
        Some(declared) => Some(declared),
        None if speaks => None,
        None => document.told.answered_for().filter(|(_, report)| {
            document.filed().is_none_or(|filed| speaks_of_the_same(report, filed, context))
        }),
    }
}

/// A report secures the goods that were filed only where it speaks of just these.
fn speaks_of_the_same(report: &Consignment, filed: &Consignment, context: &Context<'_>) -> bool {
    fn agree<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
        one.zip(other).is_none_or(|(one, other)| one == other)
    }
    let kg = |consignment: &Consignment| consignment.weight.map(|weight| weight.to_kg());
    report.pieces == filed.pieces
        && !kg(report).zip(kg(filed)).is_some_and(|(one, other)| weighs_otherwise(context, one, other))
        && agree(report.origin, filed.origin)
        && agree(report.destination, filed.destination)
}

/// The status of a node inside its tree: a house without a declaration of its own rests on its master's;
/// a master whose agent only confirmed the houses (`CSS`) is as good as the weakest of them.
fn node_security(tree: &Tree, node: &Node, departs_on: Date, context: &Context<'_>) -> Determination {
    let own = own_security(tree, node, departs_on, context);
    match node {
        Node::House(_) => {
            let speaks =
                tree.documents.get(node).is_some_and(|document| speaks_for_itself(document, context));
            let marked = high_risk_mark(tree, node, context).is_some();
            let blocked = own.row == 1;
            let master = tree.documents.get(&Node::Master);
            let rests = master
                .is_some_and(|master| stands_alone(master, context) || confirms_houses(master, context));
            let around = master.and_then(|master| stated_lower(master, context));
            let within = match speaks || marked || blocked || !rests {
                true => own,
                false => own_security(tree, &Node::Master, departs_on, context),
            };
            match around {
                Some(around) if !marked && !blocked && around < within.status => {
                    let why = Phrase::new(code::WHY_MASTER_NOT_SECURED).with("status", around.code());
                    Determination::weaker(around, 12, vec![why])
                }
                _ => within,
            }
        }
        Node::Master => {
            let document = tree.documents.get(node);
            let alone = document.is_some_and(|document| stands_alone(document, context));
            let confirms = document.is_some_and(|document| confirms_houses(document, context));
            let weakest = tree
                .houses()
                .filter(|(house, house_document)| {
                    let marked = high_risk_mark(tree, house, context).is_some();
                    // Screened as a whole or confirmed by an agent, the master needs those that have a
                    // declaration of their own or say less; resting on its houses alone, each.
                    marked || !(alone || confirms) || speaks_for_itself(house_document, context)
                })
                .map(|(house, _)| (house, own_security(tree, house, departs_on, context)))
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
fn speaks_for_itself(house: &Document, context: &Context<'_>) -> bool {
    let security = house.declared.as_ref().and_then(|(_, filed)| filed.security.as_ref());
    let lower = |status: SecurityStatus| status < SecurityStatus::Spx;
    security.is_some_and(|security| {
        security.responsible().is_some() || security.statuses.iter().any(|(status, _)| lower(*status))
    }) || lowered(house, context).is_some()
}

/// The status below `SPX` that somebody states of the whole, if any.
fn stated_lower(master: &Document, context: &Context<'_>) -> Option<SecurityStatus> {
    let security = master.filed().and_then(|filed| filed.security.as_ref());
    let filed = security.into_iter().flat_map(|security| security.statuses.iter().map(|(status, _)| *status));
    let told = lowered(master, context).map(|(status, _)| status);
    filed.chain(told).filter(|status| *status < SecurityStatus::Spx).min()
}

/// Whether the declaration of a master gives a ground of its own: the goods were secured as a whole.
fn stands_alone(master: &Document, context: &Context<'_>) -> bool {
    let security = declaration_of(master, context).and_then(|(_, consignment)| consignment.security.as_ref());
    security.is_some_and(|security| security.issuer.is_some() && security.gives_ground())
}

/// Whether an agent only confirmed that every house has a valid declaration (`CSS`).
fn confirms_houses(master: &Document, context: &Context<'_>) -> bool {
    let security = declaration_of(master, context).and_then(|(_, consignment)| consignment.security.as_ref());
    security.is_some_and(|security| security.checker.is_some() && security.issuer.is_none())
}

/// The security status of a node and on what it rests.
pub fn security_of(tree: &Tree, node: &Node, at: Timestamp, context: &Context<'_>) -> Determination {
    let leg = tree.legs.first();
    let departs_on = departs_on(leg, at, context);
    node_security(tree, node, departs_on, context)
}
