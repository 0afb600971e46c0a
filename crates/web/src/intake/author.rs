//! Who stands for a fact: the person who is signed in and nobody else, or whoever a machine names.

use crate::identity::Organisation;
use crate::people::is_person_id;
use crate::people::session::Signed;
use crate::problem::{self, Problem};
use casework::decision::only_holds;
use consignment::fact::{Fact, OfficerDeed, OutageSays, ReferralKind, What, Word};
use jiff::Timestamp;

/// Puts the author where the fact says who told it.
///
/// # Errors
/// A problem where a person must show a passkey first, or acts of these officers count from people alone.
pub(super) fn bind(
    fact: &mut Fact,
    organisation: &Organisation,
    signed: Option<&Signed>,
    now: Timestamp,
) -> Result<(), Problem> {
    match signed {
        Some(signed) => {
            if needs_proof(&fact.what) && !signed.is_proved(now) {
                return Err(Problem::plain(problem::PROOF_NEEDED));
            }
            fact.by = Some(signed.member.person());
        }
        None if organisation.acts_by_people && matches!(fact.what, What::Act(_) | What::Outage(_)) => {
            let why = "acts of these officers count from people who are signed in: nothing was taken in. Sign in and send it \
                       again.";
            return Err(Problem::new(problem::NOT_ALLOWED, why));
        }
        // A machine speaks for nobody whom the node knows by his passkey: it could make up the second person.
        None if fact.by.as_ref().is_some_and(|by| is_person_id(&by.id)) => fact.by = None,
        None => {}
    }
    Ok(())
}

/// Whether a person must have shown a passkey lately: what forbids loading everywhere, and what could let goods pass.
fn needs_proof(what: &What) -> bool {
    match what {
        What::Act(act) => !only_holds(&act.act) || forbids(&act.act),
        What::Authority(_) => true,
        What::Outage(notice) => notice.says == OutageSays::Suspended,
        _ => false,
    }
}

fn forbids(deed: &OfficerDeed) -> bool {
    matches!(deed, OfficerDeed::Refer { word, .. }
        if matches!(word.word, Word::Opened { kind: ReferralKind::Dnl, .. }))
}
