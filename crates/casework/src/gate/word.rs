//! Words of authorities beyond the open referrals: what others claim of them, and what comes when the goods
//! have left.

use super::answer::{Aircraft, AskedLeg, Context, Question, Reason, Stage, WhoActs};
use super::judge::Judge;
use crate::Dossier;
use crate::case::{Case, Claimed, LegBinding, Node, ReferralKind};
use consignment::Leg;
use finding::codes::gate as code;
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::cell::OnceCell;
use std::collections::BTreeSet;

impl Judge<'_> {
    /// A claim holds the legs its programme covers, one of a do-not-load everything. Where nobody can say that
    /// it concerns other legs, it holds this one.
    pub(super) fn claims(&mut self, asked: Option<usize>) {
        let tree = self.tree;
        for node in self.with_master().iter() {
            for (programme, case) in tree.cases_of(node) {
                // Several may claim the same.
                let claimed: BTreeSet<Claimed> = case.open_claims().map(|claim| claim.claimed).collect();
                for claimed in claimed {
                    let everywhere = claimed == Claimed::Referral(ReferralKind::Dnl);
                    let elsewhere = !everywhere && asked.is_some_and(|asked| binds_elsewhere(case, asked));
                    let reason = Reason::new(code::REFERRAL_CLAIMED, self.name(node), WhoActs::Authority)
                        .of(programme)
                        .with("programme", programme.as_str())
                        .with("claimed", claimed.to_string());
                    self.push(if elsewhere { reason.later() } else { reason });
                }
            }
        }
    }

    /// Where some programmes run for real, those that are simulated are named: what they say is no decision of
    /// their authorities. Whether there are any.
    pub(super) fn partly_simulated(&mut self) -> bool {
        if self.context.simulated {
            return false;
        }
        let tree = self.tree;
        let mut simulated: BTreeSet<&ProgrammeId> = BTreeSet::new();
        let nodes = self.with_master();
        for node in nodes.iter() {
            // A case that does not bind asks and frees nothing.
            for (programme, case) in tree.cases_of(node) {
                let binds = !matches!(case.binding, LegBinding::DoesNotBind { .. });
                if binds && case.mode == Mode::Simulated {
                    simulated.insert(programme);
                }
            }
        }
        for programme in &simulated {
            let name = self.name(&self.question.node);
            let reason = Reason::new(code::PARTLY_SIMULATED, name, WhoActs::Nobody);
            self.push(reason.of(programme).with("programme", programme.as_str()));
        }
        !simulated.is_empty()
    }

    /// Nobody can take off what is in the air: the carrier's operations must be called, and until they were
    /// the order has reached nobody who can act on it.
    pub(super) fn airborne(&mut self) {
        let tree = self.tree;
        for node in self.with_master().iter() {
            for (programme, order) in tree.referrals_of(node).filter(|(_, order)| order.open) {
                let Some(airborne) = order.airborne.as_ref().filter(|known| known.reached.is_none()) else {
                    continue;
                };
                let reason = Reason::new(code::DNL_AIRBORNE, self.name(node), WhoActs::Carrier)
                    .of(programme)
                    .with("referral", order.reference.to_string())
                    .with("leg", airborne.leg.as_str());
                self.push(reason);
            }
        }
    }
}

fn binds_elsewhere(case: &Case, asked: usize) -> bool {
    matches!(&case.binding, LegBinding::Binds { legs } if !legs.contains(&asked))
}

/// What has left of the way of a consignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The last leg that has left.
    pub leg: Leg,
    /// Whether nobody reported the goods at its end or beyond: they are in the air, as far as is known.
    pub airborne: bool,
}

/// The last leg of a consignment that has left, where one has. `programme` asks only for legs it binds on.
pub fn left(
    dossier: &Dossier,
    node: &Node,
    programme: Option<&ProgrammeId>,
    at: Timestamp,
    context: &Context<'_>,
) -> Option<Left> {
    let question = Question {
        node: node.clone(),
        leg: AskedLeg::First,
        stage: Stage::Depart,
        aircraft: Aircraft::Passenger,
        at,
    };
    let (tree, security) = (&dossier.tree, &dossier.security);
    let judge = Judge {
        tree,
        security,
        question: &question,
        context,
        part: true,
        houses: None,
        nodes: OnceCell::new(),
        reasons: Vec::new(),
        expires: None,
    };
    let case = programme.and_then(|programme| tree.cases.get(&(node.clone(), programme.clone())));
    let of_programme = |index: &usize| match case.map(|case| &case.binding) {
        Some(LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. }) => legs.contains(index),
        Some(LegBinding::DoesNotBind { .. }) => false,
        None => true,
    };
    let legs = tree.legs.iter().enumerate().rev();
    let mut gone = legs.filter(|(index, leg)| of_programme(index) && judge.has_left(*index, leg));
    let (index, leg) = gone.next()?;
    Some(Left { leg: leg.clone(), airborne: !judge.arrived_beyond(index) })
}
