use super::answer::{Aircraft, Answer, AskedLeg, Context, Decision, Expectation, Question, Reason, WhoActs};
use crate::case::{Case, CaseState, Document, LegBinding, Node, ReferralKind, Tree};
use crate::security::{Determination, HighRiskMark, SecurityFacts, determine};
use consignment::document::PieceScope;
use consignment::security::{IssuedAt, SecurityStatus};
use consignment::{Consignment, Leg, Mode};
use finding::{Phrase, codes::gate as code};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use programme::ProgrammeId;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Days a departure date without year or month may lie before the question and still be meant.
const PAST_DAYS_MAX: i16 = 7;

/// Most findings told as the ground of one rejection; the filing's own findings have them all.
const WHYS_MAX: usize = 5;

/// May the object be loaded? `tree` is everything known of the tree the object belongs to.
pub fn answer(tree: &Tree, question: &Question, context: &Context<'_>) -> Answer {
    let mut judge = Judge { tree, question, context, reasons: Vec::new() };
    let leg = judge.leg();
    judge.identity();
    judge.departed(leg);
    judge.content();
    if let Some(index) = leg {
        judge.programmes(index);
    }
    judge.do_not_loads();
    judge.security(leg);
    judge.holds();
    judge.names();
    if context.simulated {
        judge.push(Reason::new(code::SIMULATED, judge.name(&question.node), WhoActs::Nobody));
    }
    let Judge { mut reasons, .. } = judge;
    // Stable: within each half the order is that of the questions above.
    reasons.sort_by_key(|reason| !reason.holds());
    let decision = if reasons.iter().any(Reason::holds) { Decision::Hold } else { Decision::Load };
    let leg = leg.and_then(|index| tree.legs.get(index)).cloned();
    let valid_until = (decision == Decision::Load).then(|| valid_until(leg.as_ref(), question.at, context));
    Answer {
        decision,
        simulated: context.simulated,
        stage: question.stage,
        aircraft: question.aircraft,
        leg,
        valid_until,
        reasons,
    }
}

/// The security status of a node and on what it rests.
pub fn security_of(tree: &Tree, node: &Node, at: Timestamp, context: &Context<'_>) -> Determination {
    let leg = tree.legs.first();
    let departs_on = departs_on(leg, at, context);
    node_security(tree, node, departs_on, context)
}

struct Judge<'a> {
    tree: &'a Tree,
    question: &'a Question,
    context: &'a Context<'a>,
    reasons: Vec<Reason>,
}

impl Judge<'_> {
    fn push(&mut self, reason: Reason) {
        self.reasons.push(reason);
    }

    fn name(&self, node: &Node) -> String {
        self.tree.key(node).to_string()
    }

    /// The object and, for a master, everything announced or filed inside it.
    fn inside(&self) -> Vec<Node> {
        match self.question.node {
            Node::Master => std::iter::once(Node::Master)
                .chain(self.tree.houses().map(|(node, _)| node.clone()))
                .collect(),
            Node::House(_) => vec![self.question.node.clone()],
        }
    }

    /// The same, and the master around a house: what holds the whole holds the part.
    fn with_master(&self) -> Vec<Node> {
        let mut nodes = self.inside();
        if self.question.node != Node::Master {
            nodes.push(Node::Master);
        }
        nodes
    }

    fn leg(&mut self) -> Option<usize> {
        let name = self.name(&self.question.node);
        if self.tree.legs.is_empty() {
            self.push(Reason::new(code::ROUTE_UNKNOWN, name, WhoActs::Filer));
            return None;
        }
        let AskedLeg::Named { from, to, flight, date } = &self.question.leg else {
            // The question is about an aircraft, so a leg known to go by surface is not meant.
            let flies = |leg: &Leg| matches!(leg.mode, Mode::Air | Mode::Unknown);
            return Some(self.tree.legs.iter().position(flies).unwrap_or(0));
        };
        let found = self.tree.legs.iter().position(|leg| {
            leg.from == *from
                && leg.to == *to
                && flight.is_none_or(|asked| {
                    leg.flight.is_none_or(|known| known == asked)
                        && leg.carrier.is_none_or(|carrier| carrier == asked.carrier())
                })
                && date.is_none_or(|asked| {
                    let known = leg.date.and_then(|date| date.resolve(asked, PAST_DAYS_MAX));
                    known.is_none_or(|known| known == asked)
                })
        });
        if found.is_none() {
            let route: Vec<String> = self.tree.legs.iter().map(Leg::label).collect();
            let asked = format!("{from}-{to}");
            self.push(
                Reason::new(code::LEG_NOT_ON_ROUTE, name, WhoActs::Carrier)
                    .with("leg", asked)
                    .with("route", route.join(", ")),
            );
        }
        found
    }

    fn identity(&mut self) {
        let key = self.tree.key(&self.question.node);
        let document = self.tree.documents.get(&self.question.node);
        let unnumbered = document.and_then(Document::filed).is_some_and(|filed| filed.lacks_number());
        if unnumbered || key.master.is_none() && key.house.is_none() {
            self.push(Reason::new(code::IDENTITY_UNKNOWN, key.to_string(), WhoActs::Filer));
        }
    }

    /// A flight that has left loads nothing any more.
    fn departed(&mut self, index: Option<usize>) {
        let Some(leg) = index.and_then(|index| self.tree.legs.get(index)) else { return };
        if leg.date.is_none() {
            return;
        }
        let (at, context) = (self.question.at, self.context);
        let left = match departure(leg, at, context) {
            Some(departure) => departure <= at,
            None => departs_on(Some(leg), at, context) < today(Some(leg), at, context),
        };
        if left {
            let name = self.name(&self.question.node);
            let reason = Reason::new(code::LEG_DEPARTED, name, WhoActs::Carrier).with("leg", leg.label());
            self.push(reason);
        }
    }

    /// Everything contained is known: filed, described, and covering the master.
    fn content(&mut self) {
        for node in self.inside() {
            let name = self.name(&node);
            let Some(document) = self.tree.documents.get(&node) else {
                self.push(Reason::new(code::NOT_FILED, name, WhoActs::Filer));
                continue;
            };
            let Some(filed) = document.filed() else {
                let reason = if document.announced || node == self.question.node {
                    code::NOT_FILED
                } else {
                    code::CONTENT_UNKNOWN
                };
                self.push(Reason::new(reason, name, WhoActs::Filer));
                continue;
            };
            let described = filed.goods.iter().any(|line| !line.description.trim().is_empty());
            if document.withdrawn {
                self.push(Reason::new(code::FILING_INVALIDATED, name.clone(), WhoActs::Filer));
            }
            let whole = filed.piece_scope == PieceScope::Total;
            if !described || !whole || filed.pieces.is_none_or(|pieces| pieces == 0) {
                self.push(Reason::new(code::CONTENT_UNKNOWN, name.clone(), WhoActs::Filer));
            }
            if node == Node::Master {
                self.coverage(document, name);
            }
        }
        let asked_house = matches!(self.question.node, Node::House(_));
        if asked_house
            && self.context.expects == Expectation::Everything
            && self.tree.filed(&Node::Master).is_none()
        {
            let name = self.name(&Node::Master);
            self.push(Reason::new(code::NOT_FILED, name, WhoActs::Filer));
        }
    }

    fn coverage(&mut self, master: &Document, name: String) {
        let has_houses = self.tree.houses().next().is_some();
        if !master.consolidated && !has_houses {
            return;
        }
        self.houses_agree(&name);
        // Without totals of the master nothing can be covered; `content` already holds for that.
        let Some(coverage) = self.tree.coverage() else { return };
        if coverage.pieces > coverage.of_pieces {
            self.push(
                Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(
                    Phrase::new(code::WHY_HOUSES_EXCEED)
                        .with("houses", coverage.pieces.to_string())
                        .with("master", coverage.of_pieces.to_string()),
                ),
            );
        } else if !coverage.is_complete() {
            self.push(
                Reason::new(code::HOUSE_MISSING, name, WhoActs::Filer)
                    .with("pieces", coverage.pieces.to_string())
                    .with("of_pieces", coverage.of_pieces.to_string())
                    .with("weight_kg", coverage.weight_kg.normalize().to_string())
                    .with("of_weight_kg", coverage.of_weight_kg.normalize().to_string()),
            );
        } else if self.weighs_otherwise(coverage.weight_kg, coverage.of_weight_kg) {
            self.push(
                Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(
                    Phrase::new(code::WHY_HOUSES_WEIGH_OTHERWISE)
                        .with("houses_kg", coverage.weight_kg.normalize().to_string())
                        .with("master_kg", coverage.of_weight_kg.normalize().to_string()),
                ),
            );
        }
    }

    /// Whether the weights are further apart than the most tolerant programme here allows.
    fn weighs_otherwise(&self, houses_kg: Decimal, master_kg: Decimal) -> bool {
        let tolerances = self.context.programmes.values().map(|rules| rules.quality.weight_tolerance_percent);
        let percent = tolerances.max().unwrap_or_default();
        let Some(allowed) = master_kg.checked_mul(percent).map(|kg| kg / Decimal::ONE_HUNDRED) else {
            return true;
        };
        (houses_kg - master_kg).abs() > allowed
    }

    /// What each house says of its master must be what the master says.
    fn houses_agree(&mut self, name: &str) {
        let tree = self.tree;
        let Some(master) = tree.filed(&Node::Master) else { return };
        for (node, document) in tree.houses() {
            let Some(totals) = document.filed().and_then(|house| house.master_totals.as_ref()) else {
                continue;
            };
            let agrees = (totals.pieces.is_none() || totals.pieces == master.pieces)
                && (totals.destination.is_none() || totals.destination == master.destination)
                && (totals.origin.is_none() || totals.origin == master.origin);
            if let (Node::House(house), false) = (node, agrees) {
                let why = Phrase::new(code::WHY_HOUSE_NAMES_OTHER_TOTALS).with("house", house.as_str());
                self.push(Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(why));
            }
        }
    }

    fn programmes(&mut self, leg: usize) {
        let mut binds_here = false;
        let mut proofs: Vec<String> = Vec::new();
        for node in self.inside() {
            let tree = self.tree;
            for (programme, case) in tree.cases_of(&node) {
                match &case.binding {
                    LegBinding::DoesNotBind { proof, .. } => {
                        if node == self.question.node {
                            proofs.push(format!("{programme}: {proof}"));
                        }
                    }
                    LegBinding::Undecided { stations, legs } => {
                        if legs.contains(&leg) {
                            binds_here = true;
                            for station in stations {
                                let reason =
                                    Reason::new(code::STATION_UNKNOWN, self.name(&node), WhoActs::Operator)
                                        .of(programme)
                                        .with("station", station.as_str());
                                self.push(reason);
                            }
                            self.case_here(&node, programme, case);
                        } else {
                            self.case_later(&node, programme, case, legs, leg);
                        }
                    }
                    LegBinding::Binds { legs } => {
                        if legs.contains(&leg) {
                            binds_here = true;
                            self.case_here(&node, programme, case);
                        } else {
                            proofs.push(format!("{programme}: binds on another leg"));
                            self.case_later(&node, programme, case, legs, leg);
                        }
                    }
                }
            }
        }
        if !binds_here {
            proofs.sort();
            proofs.dedup();
            let label = self.tree.legs.get(leg).map(Leg::label).unwrap_or_default();
            let name = self.name(&self.question.node);
            if proofs.is_empty() {
                // Nothing was tested, so nothing is ruled out: an empty AND is no "load".
                self.push(Reason::new(code::CONTENT_UNKNOWN, name, WhoActs::Operator));
            } else {
                self.push(
                    Reason::new(code::NO_PROGRAMME_BINDS, name, WhoActs::Nobody)
                        .with("leg", label)
                        .with("proof", proofs.join("; ")),
                );
            }
        }
    }

    /// A case that binds on the leg asked about.
    fn case_here(&mut self, node: &Node, programme: &ProgrammeId, case: &Case) {
        let name = self.name(node);
        let before = self.reasons.len();
        for referral in case.open_referrals() {
            let reason = match referral.kind {
                ReferralKind::Rfi => code::RFI_OPEN,
                ReferralKind::Rfs => code::RFS_OPEN,
                // Held everywhere, whichever legs the programme covers: see `do_not_loads`.
                ReferralKind::Dnl => continue,
            };
            let who = match referral.kind {
                ReferralKind::Rfs => WhoActs::Screener,
                _ => WhoActs::Filer,
            };
            self.push(
                Reason::new(reason, name.clone(), who)
                    .of(programme)
                    .with("referral", referral.reference.to_string())
                    .because(referral.reason.clone()),
            );
        }
        let Some(rules) = self.context.programmes.get(programme) else {
            // A programme whose rules are not here cannot be shown to be satisfied.
            self.push(Reason::new(code::ASSESSMENT_PENDING, name, WhoActs::Operator).of(programme));
            return;
        };
        let gate = &rules.gate;
        match case.state() {
            CaseState::NotRequired | CaseState::Cleared => {}
            CaseState::Invalidated => {
                self.push(Reason::new(code::FILING_INVALIDATED, name.clone(), WhoActs::Filer).of(programme));
            }
            CaseState::Rejected => {
                let mut reason =
                    Reason::new(code::FILING_REJECTED, name.clone(), WhoActs::Filer).of(programme);
                for finding in case.rejected.iter().flat_map(|(_, findings)| findings) {
                    let why = Phrase { code: finding.code, args: finding.args.clone() };
                    if !reason.why.contains(&why) && reason.why.len() < WHYS_MAX {
                        reason.why.push(why);
                    }
                }
                self.push(reason);
            }
            CaseState::Awaited if case.filed_version.is_none() => {
                // An announced house without data is already named by `content`.
                if self.tree.filed(node).is_some() {
                    self.push(Reason::new(code::NOT_FILED, name.clone(), WhoActs::Filer).of(programme));
                }
            }
            CaseState::Awaited | CaseState::Received | CaseState::Assessing => {
                let waiting = if gate.acknowledgement_required && case.state() == CaseState::Awaited {
                    Some(code::NOT_ACKNOWLEDGED)
                } else if gate.assessment_required {
                    // An open referral says more than that the assessment goes on.
                    case.open_referrals().next().is_none().then_some(code::ASSESSMENT_PENDING)
                } else if gate.acknowledgement_required && !case.is_acknowledged() {
                    Some(code::NOT_ACKNOWLEDGED)
                } else {
                    None
                };
                if let Some(waiting) = waiting {
                    self.push(Reason::new(waiting, name.clone(), WhoActs::Authority).of(programme));
                }
            }
        }
        let satisfied = !self.reasons[before..].iter().any(Reason::holds);
        let dnl = case.open_referrals().any(|referral| referral.kind == ReferralKind::Dnl);
        if satisfied && !dnl {
            self.push(
                Reason::new(code::PROGRAMME_SATISFIED, name, WhoActs::Nobody)
                    .of(programme)
                    .with("state", case.state().as_str()),
            );
        }
    }

    /// A case that binds only on other legs: what holds a later one is told, and holds nothing here.
    fn case_later(
        &mut self,
        node: &Node,
        programme: &ProgrammeId,
        case: &Case,
        legs: &[usize],
        asked: usize,
    ) {
        let Some(later) = legs.iter().copied().find(|leg| *leg > asked) else { return };
        let label = self.tree.legs.get(later).map(Leg::label).unwrap_or_default();
        let why = match case.worst_referral() {
            Some(kind) => Phrase::new(code::WHY_REFERRAL)
                .with("kind", kind.as_str())
                .with("programme", programme.to_string()),
            None if case.state() == CaseState::Cleared => return,
            None => Phrase::new(code::WHY_CASE_OPEN)
                .with("state", case.state().as_str())
                .with("programme", programme.to_string()),
        };
        let name = self.name(node);
        self.push(
            Reason::new(code::LATER_LEG, name, WhoActs::Filer)
                .of(programme)
                .with("leg", label)
                .because(why)
                .later(),
        );
    }

    /// A do-not-load holds the goods everywhere: on any leg, inside anything, and whatever contains them.
    fn do_not_loads(&mut self) {
        let tree = self.tree;
        for node in self.with_master() {
            let orders = tree
                .referrals_of(&node)
                .filter(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl);
            for (programme, referral) in orders {
                let reason = Reason::new(code::DNL_OPEN, self.name(&node), WhoActs::Authority)
                    .of(programme)
                    .with("referral", referral.reference.to_string());
                self.push(reason);
            }
        }
    }

    fn security(&mut self, leg: Option<usize>) {
        let leg = leg.and_then(|index| self.tree.legs.get(index));
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
        let named = |reason: &Reason| [code::DNL_OPEN, code::HRCM_NOT_SCREENED].contains(&reason.code);
        if matches!(determination.row, 1 | 3) && self.reasons.iter().any(named) {
            // The do-not-load or the high-risk mark has been named; nobody is served by naming it twice.
            return;
        }
        let reason = match (determination.status, self.question.aircraft) {
            (SecurityStatus::Nsc, _) => {
                let mut reason = Reason::new(code::STATUS_NSC, name, WhoActs::Screener);
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
    }

    fn holds(&mut self) {
        for node in self.with_master() {
            let Some(document) = self.tree.documents.get(&node) else { continue };
            for hold in &document.holds {
                let reason = Reason::new(
                    code::OTHER_AGENCY_HOLD,
                    self.name(&node),
                    WhoActs::Agency(hold.agency.clone()),
                )
                .with("agency", hold.agency.to_string())
                .because(hold.cause.0.clone());
                self.push(reason);
            }
        }
    }

    fn names(&mut self) {
        let mut unscreened = false;
        for node in self.inside() {
            let Some(document) = self.tree.documents.get(&node) else { continue };
            let Some(version) = document.version() else { continue };
            match &document.screening {
                Some(screening) if screening.version == version && screening.lists.is_some() => {
                    for hit in screening.hits.iter().filter(|hit| hit.security) {
                        let reason = Reason::new(code::NAME_HIT, self.name(&node), WhoActs::Nobody)
                            .with("party", hit.party.clone())
                            .with("name", hit.name.clone())
                            .with("list", hit.list.clone())
                            .with("score", score_text(hit.score_thousandths));
                        self.push(reason);
                    }
                }
                _ => unscreened = true,
            }
        }
        if unscreened {
            let name = self.name(&self.question.node);
            self.push(Reason::new(code::NAMES_NOT_SCREENED, name, WhoActs::Operator));
        }
    }
}

/// Thousandths as a number from 0 to 1 with three decimals.
fn score_text(thousandths: u16) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
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
    let declared = document.and_then(declaration_of);
    let declaration = declared.and_then(|(_, consignment)| consignment.security.as_ref());
    let issued_at = declared.and_then(|(_, consignment)| {
        let IssuedAt::DateTime(local) = consignment.security.as_ref()?.issued_at.as_ref()? else {
            return None;
        };
        // No zone is sent; the issuer's clock is taken to be that of the origin.
        let origin = consignment.origin.and_then(|origin| context.stations.get(origin))?;
        origin.instant(*local)
    });
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
    });
    // Anybody's report may lower what was declared, and nobody's raises it.
    match document.and_then(|document| document.lowest_reported) {
        Some(SecurityStatus::Nsc) if determination.status > SecurityStatus::Nsc => Determination {
            status: SecurityStatus::Nsc,
            row: 12,
            why: Some(Phrase::new(code::WHY_STATED_NSC)),
            ..determination
        },
        Some(SecurityStatus::Sco) if determination.status > SecurityStatus::Sco => Determination {
            status: SecurityStatus::Sco,
            row: 12,
            why: Some(Phrase::new(code::WHY_GROUND_WEAKER).with("status", "SCO")),
            ..determination
        },
        _ => determination,
    }
}

/// The declaration that counts: the filing's; where no filing speaks of security, the latest report on
/// all the pieces in which somebody answers for the status.
fn declaration_of(document: &Document) -> Option<&(Timestamp, Arc<Consignment>)> {
    let speaks = document.filed().is_some_and(|filed| filed.security.is_some());
    match &document.declared {
        Some(declared) => Some(declared),
        None if speaks => None,
        None => document.answered_for.as_ref(),
    }
}

/// The status of a node inside its tree: a house without a declaration of its own rests on its master's;
/// a master whose agent only confirmed the houses (`CSS`) is as good as the weakest of them.
fn node_security(tree: &Tree, node: &Node, departs_on: Date, context: &Context<'_>) -> Determination {
    let own = own_security(tree, node, departs_on, context);
    match node {
        Node::House(_) => {
            let speaks = tree
                .documents
                .get(node)
                .is_some_and(|document| document.declared.is_some() || !document.reported.is_empty());
            let marked = high_risk_mark(tree, node, context).is_some();
            let blocked = own.row == 1;
            let master = tree.documents.get(&Node::Master);
            let rests = master.is_some_and(|master| stands_alone(master) || confirms_houses(master));
            if speaks || marked || blocked || !rests {
                own
            } else {
                own_security(tree, &Node::Master, departs_on, context)
            }
        }
        Node::Master => {
            let document = tree.documents.get(node);
            let alone = document.is_some_and(stands_alone);
            let confirms = document.is_some_and(confirms_houses);
            let weakest = tree
                .houses()
                .filter(|(house, house_document)| {
                    let silent = house_document.declared.is_none() && house_document.reported.is_empty();
                    let marked = high_risk_mark(tree, house, context).is_some();
                    // Screened as a whole, the master needs no house; confirmed by an agent, it needs those
                    // that speak; resting on its houses alone, it needs each of them.
                    marked || !(alone || confirms && silent)
                })
                .map(|(house, _)| (house, own_security(tree, house, departs_on, context)))
                .min_by_key(|(_, determination)| determination.status);
            match weakest {
                Some((Node::House(house), weakest))
                    if weakest.status < own.status.min(SecurityStatus::Spx) =>
                {
                    Determination {
                        why: Some(Phrase::new(code::WHY_HOUSE_NOT_SECURED).with("house", house.as_str())),
                        ..weakest
                    }
                }
                _ => own,
            }
        }
    }
}

/// Whether the declaration of a master gives a ground of its own: the goods were secured as a whole.
fn stands_alone(master: &Document) -> bool {
    let security = declaration_of(master).and_then(|(_, consignment)| consignment.security.as_ref());
    security.is_some_and(|security| security.issuer.is_some() && security.gives_ground())
}

/// Whether an agent only confirmed that every house has a valid declaration (`CSS`).
fn confirms_houses(master: &Document) -> bool {
    let security = declaration_of(master).and_then(|(_, consignment)| consignment.security.as_ref());
    security.is_some_and(|security| security.checker.is_some() && security.issuer.is_none())
}

fn today(leg: Option<&Leg>, at: Timestamp, context: &Context<'_>) -> Date {
    leg.and_then(|leg| context.stations.get(leg.from))
        .and_then(|station| station.local(at))
        .map_or_else(|| at.to_zoned(TimeZone::UTC).date(), |local| local.date())
}

fn departs_on(leg: Option<&Leg>, at: Timestamp, context: &Context<'_>) -> Date {
    let today = today(leg, at, context);
    leg.and_then(|leg| leg.date).and_then(|date| date.resolve(today, PAST_DAYS_MAX)).unwrap_or(today)
}

/// The instant a leg departs, where date, time and zone are known.
fn departure(leg: &Leg, at: Timestamp, context: &Context<'_>) -> Option<Timestamp> {
    let time = leg.departs_at?;
    leg.date?;
    context.stations.get(leg.from)?.instant(departs_on(Some(leg), at, context).to_datetime(time))
}

/// "Load" holds until departure, where that is known, and never longer than the context allows.
fn valid_until(leg: Option<&Leg>, at: Timestamp, context: &Context<'_>) -> Timestamp {
    let limit = at.checked_add(context.validity).unwrap_or(at);
    leg.and_then(|leg| departure(leg, at, context)).map_or(limit, |departure| limit.min(departure))
}
