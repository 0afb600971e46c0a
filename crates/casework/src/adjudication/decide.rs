//! What an officer may do about a pair, and what follows.

use super::{Adjudication, Event, Judge, Pair, Proposal, Said, Standing, Subject, Verdict, Word};
use crate::decision::{Competence, Desk, Policy, filed_none};
use crate::{Dossier, Refusal};
use consignment::ConsignmentKey;
use consignment::fact::{Person, same_name};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::Mode;
use std::sync::Arc;

/// Name of the agency whose hold follows a hit on a list of sanctions.
pub const SANCTIONS_DESK: &str = "sanctions compliance";

/// What an officer wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Propose what he finds.
    Propose {
        /// The id it gets.
        id: Arc<str>,
        /// The goods on which he saw the hit.
        goods: ConsignmentKey,
        /// On what.
        subject: Box<Subject>,
        /// What he finds.
        verdict: Verdict,
    },
    /// Confirm what another one proposed, or let stand what he decided alone.
    Confirm {
        /// Which.
        id: Arc<str>,
    },
    /// Refuse it, or take back what he proposed himself.
    Refuse {
        /// Which.
        id: Arc<str>,
    },
    /// Withdraw it as entered in error: the hit is open again at once.
    Withdraw {
        /// Which.
        id: Arc<str>,
    },
}

/// What somebody needs to decide.
#[derive(Debug, Clone, Copy)]
pub struct Judging<'a> {
    /// The decisions on the pair.
    pub pair: &'a Pair,
    /// The goods on which the hit was seen, with all that flies with them.
    pub goods: &'a Dossier,
    /// What the list says of the entry now, as a hash; `None` where it says nothing of it.
    pub entry_now: Option<&'a str>,
    /// Which desks decide on what.
    pub competence: &'a Competence,
    /// What the node allows.
    pub policy: &'a Policy,
}

/// Whether the officers of a desk decide on hits: of a list of sanctions those of the agency whose hold follows; of one of
/// security the authority of a programme, where it does not decide elsewhere, aviation security, and the duty desk.
pub fn judges(competence: &Competence, desk: &Desk, security: bool) -> bool {
    match desk {
        Desk::Simulation => true,
        Desk::Agency(agency) if !security => same_name(agency, SANCTIONS_DESK),
        Desk::Agency(_) => competence.secures(desk) || competence.on_duty(desk),
        Desk::Authority(programme) => security && competence.mode(programme) != Mode::Relay,
    }
}

/// Whether an officer may be the other one who is waited for: his desk decides on such hits, he did not propose it, and none of
/// the goods are his own or of those he acts for.
pub fn may_second(competence: &Competence, goods: &Dossier, made: &Adjudication, by: &Judge) -> bool {
    judges(competence, &by.desk, made.proposal.subject.entry.security)
        && second(made, &by.person).is_ok()
        && filed_none(goods, by.whose(), None).is_ok()
}

/// Decides on an act. No event follows where this very act was done before.
///
/// # Errors
/// A refusal where he may not, where what he names does not stand so, or where the second person is the first.
pub fn decide(
    judging: Judging<'_>,
    act: Act,
    by: Judge,
    reason: String,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    if reason.trim().is_empty() {
        return Err(Refusal(Phrase::new(codes::gate::REASON_MISSING)));
    }
    let said = |id: Arc<str>, by: Judge, reason: String| Said { id, by, reason, at: now };
    match act {
        Act::Propose { id, goods, subject, verdict } => {
            if !judges(judging.competence, &by.desk, subject.entry.security) {
                return Err(not_competent(&subject, &by.desk));
            }
            filed_none(judging.goods, by.whose(), None)?;
            let proposal = Proposal { id, goods, subject: *subject, verdict, by, reason, at: now };
            propose(judging, proposal)
        }
        Act::Confirm { id } => {
            let made = known(judging, &id, &by)?;
            if made.was_said_by(&[Word::Confirmed, Word::Reviewed], &by.person) {
                return Ok(Vec::new());
            }
            let reviews = match made.standing {
                Standing::Proposed => false,
                Standing::ToReview => true,
                _ => return Err(no_proposal(&id)),
            };
            second(made, &by.person)?;
            filed_none(judging.goods, by.whose(), None)?;
            let said = said(id, by, reason);
            if reviews {
                return Ok(vec![Event::Reviewed(said)]);
            }
            let Proposal { id, at, subject, .. } = &made.proposal;
            if made.has_lapsed(judging.policy, now) {
                let lapsed = Phrase::new(codes::gate::PROPOSAL_LAPSED).with("proposal", id.to_string());
                return Err(Refusal(lapsed.with("at", at.to_string())));
            }
            if judging.entry_now != Some(&*subject.entry.hash) {
                let changed = Phrase::new(codes::gate::ENTRY_CHANGED)
                    .with("name", subject.entry.name.clone())
                    .with("list", subject.entry.list.clone());
                return Err(Refusal(changed));
            }
            Ok(vec![Event::Confirmed(said)])
        }
        Act::Refuse { id } => {
            let made = known(judging, &id, &by)?;
            if made.was_said_by(&[Word::Refused], &by.person) {
                return Ok(Vec::new());
            }
            match made.standing {
                // Who proposed it takes it back so.
                Standing::Proposed => {}
                Standing::ToReview => second(made, &by.person)?,
                _ => return Err(no_proposal(&id)),
            }
            Ok(vec![Event::Refused(said(id, by, reason))])
        }
        Act::Withdraw { id } => {
            let made = known(judging, &id, &by)?;
            if made.was_said_by(&[Word::Withdrawn], &by.person) {
                return Ok(Vec::new());
            }
            if !made.standing.counts() {
                let not = Phrase::new(codes::gate::ADJUDICATION_NOT_IN_FORCE);
                return Err(Refusal(not.with("adjudication", id.to_string())));
            }
            second(made, &by.person)?;
            Ok(vec![Event::Withdrawn(said(id, by, reason))])
        }
    }
}

fn propose(judging: Judging<'_>, proposal: Proposal) -> Result<Vec<Event>, Refusal> {
    let Judging { pair, policy, .. } = judging;
    // What was decided of the entry as it was before says nothing of it as it is now.
    let standing = pair.made.iter().rev().find(|made| {
        let waits = made.standing == Standing::Proposed && !made.has_lapsed(policy, proposal.at);
        (waits || made.standing.counts()) && made.proposal.subject.entry.hash == proposal.subject.entry.hash
    });
    if let Some(made) = standing {
        let Proposal { verdict, by, reason, .. } = &made.proposal;
        let again = made.words.is_empty()
            && *verdict == proposal.verdict
            && by.person.is(&proposal.by.person)
            && *reason == proposal.reason;
        let already = Phrase::new(codes::gate::ADJUDICATED_ALREADY);
        let already = already.with("adjudication", made.proposal.id.to_string());
        return if again { Ok(Vec::new()) } else { Err(Refusal(already)) };
    }
    let alone = policy.one_officer.as_ref().filter(|_| !pair.was_overruled());
    Ok(vec![match alone {
        None => Event::Proposed(proposal),
        Some(one) => {
            let review_by = proposal.at.checked_add(one.review_within).unwrap_or(proposal.at);
            Event::DecidedAlone { proposal, policy: Arc::clone(&one.stated), review_by }
        }
    }])
}

/// An adjudication that his desk decides on; any other looks as if it were not there.
fn known<'a>(judging: Judging<'a>, id: &Arc<str>, by: &Judge) -> Result<&'a Adjudication, Refusal> {
    let made = judging.pair.get(id);
    let his = made.filter(|made| judges(judging.competence, &by.desk, made.proposal.subject.entry.security));
    his.ok_or_else(|| {
        Refusal(Phrase::new(codes::gate::ADJUDICATION_UNKNOWN).with("adjudication", id.to_string()))
    })
}

fn second(made: &Adjudication, person: &Person) -> Result<(), Refusal> {
    match made.proposal.by.person.is(person) {
        true => Err(Refusal(Phrase::new(codes::gate::SECOND_PERSON_NEEDED))),
        false => Ok(()),
    }
}

fn no_proposal(id: &Arc<str>) -> Refusal {
    Refusal(Phrase::new(codes::gate::PROPOSAL_UNKNOWN).with("proposal", id.to_string()))
}

fn not_competent(subject: &Subject, desk: &Desk) -> Refusal {
    Refusal(match subject.entry.security {
        false => Phrase::new(codes::gate::NOT_YOUR_AGENCY).with("agency", SANCTIONS_DESK),
        true => {
            let list = subject.entry.list.clone();
            match desk {
                Desk::Authority(programme) => Phrase::new(codes::gate::NOT_YOUR_DECISION)
                    .with("programme", programme.as_str())
                    .with("mode", Mode::Relay.as_str()),
                _ => Phrase::new(codes::gate::DESK_NOT_COMPETENT).with("object", list),
            }
        }
    })
}
