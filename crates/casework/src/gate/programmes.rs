//! The lock of the programmes: every case that binds on the leg, and what later legs will want.

use super::answer::{Context, Reason, Stage, Wanted, WhoActs};
use super::judge::Judge;
use super::limit::answer_by;
use crate::case::{Case, CaseState, LegBinding, Node, Referral, ReferralKind, Tree};
use consignment::{DocumentKind, Leg};
use finding::{Phrase, codes::gate as code};
use programme::{Answerer, HoldScope, Obligation, ProgrammeId, ReferralRule};

/// Most findings told as the ground of one rejection; the filing's own findings have them all.
const WHYS_MAX: usize = 5;

impl Judge<'_> {
    /// Every case inside the object, on the leg asked about and on later ones.
    pub(super) fn programmes(&mut self, leg: usize, flies: &Leg) {
        let mut binds_here = false;
        let (mut proofs, mut tested): (Vec<String>, bool) = (Vec::new(), false);
        let parts = self.parts();
        for part in parts.with(self.around().is_some()) {
            let node = &*part.node;
            for (programme, case) in parts.cases_of(part).iter().copied() {
                match &case.binding {
                    LegBinding::DoesNotBind { proof, .. } => {
                        self.asked_everywhere(node, programme, case, flies);
                        tested |= *node == self.question.node;
                        if !self.part {
                            proofs.push(format!("{programme}: {proof}"));
                        }
                    }
                    LegBinding::Undecided { stations, legs } => {
                        if legs.contains(&leg) {
                            binds_here = true;
                            for station in stations {
                                let name = self.name(&self.question.node);
                                let reason = Reason::new(code::STATION_UNKNOWN, name, WhoActs::Operator);
                                self.push(reason.with("station", station.as_str()));
                            }
                            self.case_here(node, programme, case, flies);
                        } else {
                            self.asked_everywhere(node, programme, case, flies);
                            self.case_later(node, programme, case, legs, (leg, flies));
                        }
                    }
                    LegBinding::Binds { legs } => {
                        if legs.contains(&leg) {
                            binds_here = true;
                            self.case_here(node, programme, case, flies);
                        } else {
                            tested = true;
                            if !self.part {
                                proofs.push(format!("{programme}: binds on another leg"));
                            }
                            self.asked_everywhere(node, programme, case, flies);
                            self.case_later(node, programme, case, legs, (leg, flies));
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
            if !tested {
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

    /// Who answers a referral in the first place, by the data of its programme. What nobody filed is the carrier's to find out.
    fn answers(&self, node: &Node, programme: &ProgrammeId, kind: ReferralKind) -> WhoActs {
        if self.tree.is_hearsay(node) {
            return WhoActs::Carrier;
        }
        let rule = self.context.programmes.get(programme).and_then(|data| data.referral.of(kind));
        match rule.map(ReferralRule::answered_first) {
            None | Some(Answerer::Filer) => WhoActs::Filer,
            // The contact that answers day and night is the carrier's (PACT guide 1.9, section 1).
            Some(Answerer::Carrier | Answerer::Contact) => WhoActs::Carrier,
        }
    }

    /// By whom, until when and how a referral is to be answered.
    pub(super) fn wanted(
        &self,
        node: &Node,
        programme: &ProgrammeId,
        case: &Case,
        referral: &Referral,
    ) -> Wanted {
        let rule = self.context.programmes.get(programme).and_then(|data| data.referral.of(referral.kind));
        let (at, context) = (self.question.at, self.context);
        Wanted {
            answered_by: self.answers(node, programme, referral.kind),
            deadline_at: answer_by(self.tree, case, referral, rule, at, context),
            methods: referral.methods.clone(),
        }
    }

    /// Whose turn it is. What is to be screened is screened and declared first; then it is for whoever answers to say so.
    fn turn(&self, node: &Node, programme: &ProgrammeId, referral: &Referral, leg: &Leg) -> WhoActs {
        match referral.kind {
            _ if referral.is_answered() => WhoActs::Authority,
            ReferralKind::Dnl => WhoActs::Authority,
            ReferralKind::Rfs if !self.is_secured_for_high_risk(node, leg) => WhoActs::Screener,
            kind => self.answers(node, programme, kind),
        }
    }

    /// What an authority still asks of the goods, of these kinds.
    fn asked(
        &mut self,
        node: &Node,
        programme: &ProgrammeId,
        case: &Case,
        leg: &Leg,
        of: impl Fn(ReferralKind) -> bool,
    ) {
        let mut answered = false;
        for referral in case.open_referrals().filter(|referral| of(referral.kind)) {
            if referral.is_answered() {
                // The filer has done his part: it is the authority's turn.
                answered = true;
                continue;
            }
            let reason = match referral.kind {
                ReferralKind::Rfi => code::RFI_OPEN,
                ReferralKind::Rfs => code::RFS_OPEN,
                // Held everywhere, whichever legs the programme covers: see `do_not_loads`.
                ReferralKind::Dnl => continue,
            };
            self.push(
                Reason::new(reason, self.name(node), self.turn(node, programme, referral, leg))
                    .of(programme)
                    .with("referral", referral.reference.to_string())
                    .because(referral.reason.clone())
                    .wanting(self.wanted(node, programme, case, referral)),
            );
        }
        if answered {
            let pending = Reason::new(code::ASSESSMENT_PENDING, self.name(node), WhoActs::Authority);
            self.push(pending.of(programme));
        }
    }

    /// What holds on legs that its programme does not bind on, by the programme's data.
    fn asked_everywhere(&mut self, node: &Node, programme: &ProgrammeId, case: &Case, leg: &Leg) {
        let Some(rules) = self.context.programmes.get(programme) else { return };
        let everywhere =
            |kind| rules.referral.of(kind).is_some_and(|rule| rule.holds == HoldScope::Everywhere);
        self.asked(node, programme, case, leg, everywhere);
    }

    /// A case that binds on the leg asked about.
    fn case_here(&mut self, node: &Node, programme: &ProgrammeId, case: &Case, leg: &Leg) {
        let before = self.reasons.len();
        self.asked(node, programme, case, leg, |_| true);
        let Some(rules) = self.context.programmes.get(programme) else {
            // A programme whose rules are not here cannot be shown to be satisfied.
            let reason = Reason::new(code::PROGRAMME_LEFT_OUT, self.name(node), WhoActs::Operator);
            self.push(reason.of(programme).with("programme", programme.as_str()));
            return;
        };
        let gate = &rules.gate;
        if gate.binding == Obligation::Voluntary {
            self.voluntary(node, programme, case);
            return;
        }
        // What is asked of such a master, or was rejected, holds all the same.
        let by_houses = !gate.consolidation_answered && *node == Node::Master && self.is_consolidated(node);
        let state = self.state(node, programme, case);
        match state {
            CaseState::NotRequired => {}
            CaseState::Invalidated => {
                self.push(
                    Reason::new(code::FILING_INVALIDATED, self.name(node), WhoActs::Filer).of(programme),
                );
            }
            CaseState::Rejected => {
                let mut reason =
                    Reason::new(code::FILING_REJECTED, self.name(node), WhoActs::Filer).of(programme);
                for finding in case.rejected.iter().flat_map(|(_, findings)| findings) {
                    let why = Phrase { code: finding.code, args: finding.args.clone() };
                    if !reason.why.contains(&why) && reason.why.len() < WHYS_MAX {
                        reason.why.push(why);
                    }
                }
                self.push(reason);
            }
            CaseState::Awaited if case.filed_version.is_none() => {
                self.push(Reason::new(code::NOT_FILED, self.name(node), WhoActs::Filer).of(programme));
            }
            _ if by_houses => {}
            CaseState::Awaited | CaseState::Received | CaseState::Assessing | CaseState::Cleared => {
                let sent_again = !rules.filing.house_sent_again_with_master || !self.lacks_its_master(node);
                if !sent_again {
                    let reason = Reason::new(code::FILED_WITHOUT_MASTER, self.name(node), WhoActs::Filer);
                    self.push(reason.of(programme));
                }
                // "Assessment complete" acknowledges nothing: where both are demanded, both are wanted.
                let acknowledged = case.is_acknowledged() && sent_again;
                let mut unacknowledged = gate.acknowledgement_required && !acknowledged;
                if unacknowledged && self.suspended(programme) {
                    unacknowledged = false;
                    let reason = Reason::new(code::OUTAGE_SUSPENSION, self.name(node), WhoActs::Nobody);
                    self.push(reason.of(programme).with("programme", programme.as_str()));
                }
                let waiting = match state {
                    CaseState::Cleared => None,
                    CaseState::Awaited if unacknowledged => None,
                    // An open referral says more than that the assessment goes on.
                    _ if case.open_referrals().next().is_some() => None,
                    _ => gate.assessment_required.then_some(code::ASSESSMENT_PENDING),
                };
                let lacking = waiting.or(unacknowledged.then_some(code::NOT_ACKNOWLEDGED));
                if let Some(lacking) = lacking {
                    self.push(Reason::new(lacking, self.name(node), WhoActs::Authority).of(programme));
                }
            }
        }
        let satisfied = !self.reasons[before..].iter().any(Reason::holds);
        let dnl = case.open_referrals().any(|referral| referral.kind == ReferralKind::Dnl);
        let silent = by_houses && state == CaseState::Awaited;
        if satisfied && !dnl && !self.part && !silent {
            self.push(
                Reason::new(code::PROGRAMME_SATISFIED, self.name(node), WhoActs::Nobody)
                    .of(programme)
                    .with("state", self.state_of(node, programme, case)),
            );
        }
    }

    /// Whether a programme wants nothing more of a case in which nothing is open.
    fn wants_nothing(&self, node: &Node, programme: &ProgrammeId, case: &Case) -> bool {
        let Some(rules) = self.context.programmes.get(programme) else { return false };
        let by_houses = !rules.gate.consolidation_answered && *node == Node::Master;
        match self.state(node, programme, case) {
            CaseState::Cleared => true,
            CaseState::Received => !rules.gate.assessment_required,
            CaseState::Awaited => case.filed_version.is_some() && by_houses && self.is_consolidated(node),
            _ => false,
        }
    }

    /// Whether a house whose master is known was last filed without it: who named both was somebody else, or said
    /// nothing of the goods.
    fn lacks_its_master(&self, node: &Node) -> bool {
        let filed = self.tree.filed(node).filter(|filed| filed.kind == DocumentKind::House);
        self.tree.master.is_some() && filed.is_some_and(|filed| filed.master.is_none())
    }

    /// Whether a document is taken as a consolidation.
    fn is_consolidated(&self, node: &Node) -> bool {
        self.tree.documents.get(node).is_some_and(|document| document.consolidated)
    }

    /// The state of a case. What was judged before an order on a unit with these goods was cancelled is judged anew.
    fn state(&self, node: &Node, programme: &ProgrammeId, case: &Case) -> CaseState {
        judged_anew(self.tree, node, programme, case, self.context).unwrap_or_else(|| case.state())
    }

    /// The state of a case in the words of its programme.
    fn state_of(&self, node: &Node, programme: &ProgrammeId, case: &Case) -> &'static str {
        let rules = self.context.programmes.get(programme).map(|rules| &rules.gate);
        let anew = judged_anew(self.tree, node, programme, case, self.context);
        anew.unwrap_or_else(|| case.state_in(rules)).as_str()
    }

    /// Whether the authority suspended its demand for an acknowledgement; the answer holds no longer than that.
    fn suspended(&mut self, programme: &ProgrammeId) -> bool {
        let outages = self.context.outages.get(programme);
        let Some(suspension) = outages.and_then(|outages| outages.suspension(self.question.at)) else {
            return false;
        };
        self.expires = [self.expires, suspension.until].into_iter().flatten().min();
        true
    }

    /// A case of a programme nobody must take part in: what is lacking informs. Its open referrals are told
    /// before, and hold.
    fn voluntary(&mut self, node: &Node, programme: &ProgrammeId, case: &Case) {
        if self.part || case.open_referrals().next().is_some() {
            return;
        }
        let told = match self.state(node, programme, case) {
            CaseState::Cleared => code::PROGRAMME_SATISFIED,
            _ => code::PROGRAMME_VOLUNTARY,
        };
        let reason = Reason::new(told, self.name(node), WhoActs::Nobody).of(programme);
        self.push(reason.with("state", self.state_of(node, programme, case)));
    }

    /// A case that binds only on other legs: what holds a later one is told, and holds nothing here.
    fn case_later(
        &mut self,
        node: &Node,
        programme: &ProgrammeId,
        case: &Case,
        legs: &[usize],
        (asked, leg): (usize, &Leg),
    ) {
        if self.part && !self.context.hold_upstream {
            return;
        }
        let Some(later) = legs.iter().copied().find(|leg| *leg > asked) else { return };
        let label = self.tree.legs.get(later).map(Leg::label).unwrap_or_default();
        let worst = case.open_referrals().max_by_key(|referral| referral.kind);
        let why = match worst {
            Some(referral) => Phrase::new(code::WHY_REFERRAL)
                .with("kind", referral.kind.as_str())
                .with("programme", programme.to_string()),
            None if case.open_claims().next().is_none() && self.wants_nothing(node, programme, case) => {
                return;
            }
            None => Phrase::new(code::WHY_CASE_OPEN)
                .with("state", self.state_of(node, programme, case))
                .with("programme", programme.to_string()),
        };
        let name = self.name(node);
        let waits = case.filed_version.is_some()
            && matches!(
                self.state(node, programme, case),
                CaseState::Awaited | CaseState::Received | CaseState::Assessing
            );
        let filed = if waits { WhoActs::Authority } else { WhoActs::Filer };
        let who = worst.map_or(filed, |worst| self.turn(node, programme, worst, leg));
        // What is accepted to be screened is accepted for a later leg as well.
        let screened_later =
            |worst: &Referral| self.question.stage == Stage::Accept && worst.kind == ReferralKind::Rfs;
        let holds = self.context.hold_upstream && worst.is_some_and(|worst| !screened_later(worst));
        let code = if holds { code::HELD_UPSTREAM } else { code::LATER_LEG };
        let mut reason = Reason::new(code, name, who).of(programme).with("leg", label).because(why);
        reason.wanted = worst.map(|worst| self.wanted(node, programme, case, worst));
        self.push(if holds { reason } else { reason.later() });
    }
}

/// The state of a case whose assessment is from before an order on a unit that held the goods was cancelled: it is made
/// anew. `None` where no such order ends it.
pub fn judged_anew(
    tree: &Tree,
    node: &Node,
    programme: &ProgrammeId,
    case: &Case,
    context: &Context<'_>,
) -> Option<CaseState> {
    if !context.yard.has_orders() || case.state() != CaseState::Cleared {
        return None;
    }
    let completed = case.filed_version.and_then(|version| case.completed.get(&version)).copied();
    let ended = context.yard.order_ended(&tree.key(node), programme, context.simulated);
    (ended > completed).then_some(CaseState::Assessing)
}
