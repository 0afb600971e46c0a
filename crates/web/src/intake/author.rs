//! Who stands for a fact: the person who is signed in and nobody else, or whoever a machine names.

use crate::identity::Organisation;
use crate::people::is_person_id;
use crate::people::session::Signed;
use crate::problem::{self, Problem};
use casework::decision::only_holds;
use consignment::fact::{Fact, OfficerDeed, OutageSays, Person, ReferralKind, What, Word};
use jiff::Timestamp;

/// Puts the author where the fact says who told it.
///
/// # Errors
/// A problem where a person must show a passkey first, or acts of these officers count from people alone.
pub(crate) fn bind(
    fact: &mut Fact,
    organisation: &Organisation,
    signed: Option<&Signed>,
    now: Timestamp,
) -> Result<(), Problem> {
    let asked = Asked {
        is_act: matches!(fact.what, What::Act(_) | What::Outage(_)),
        needs_proof: needs_proof(&fact.what),
    };
    fact.by = stands_for(fact.by.take(), asked, organisation, signed, now)?;
    Ok(())
}

/// What of something done says who may stand for it.
pub(crate) struct Asked {
    /// Whether it is an act of officers.
    pub(crate) is_act: bool,
    /// Whether a person must have shown a passkey lately.
    pub(crate) needs_proof: bool,
}

/// Who stands for something: whoever is signed in, or whom a machine names; nobody where it names somebody for whom it does
/// not speak.
///
/// # Errors
/// As for [`bind`].
pub(crate) fn stands_for(
    by: Option<Person>,
    asked: Asked,
    organisation: &Organisation,
    signed: Option<&Signed>,
    now: Timestamp,
) -> Result<Option<Person>, Problem> {
    match signed {
        Some(signed) if asked.needs_proof && !signed.is_proved(now) => {
            Err(Problem::plain(problem::PROOF_NEEDED))
        }
        Some(signed) => Ok(Some(signed.member.person())),
        None if organisation.acts_by_people && asked.is_act => {
            let why = "acts of these officers count from people who are signed in: nothing was taken in. Sign in and send it \
                       again.";
            Err(Problem::new(problem::NOT_ALLOWED, why))
        }
        // A machine speaks for nobody whom the node knows by his passkey: it could make up the second person.
        None => Ok(by.filter(|by| !is_person_id(&by.id))),
    }
}

/// Whether a person must have shown a passkey lately: what forbids loading everywhere, and what could let goods pass.
fn needs_proof(what: &What) -> bool {
    match what {
        What::Act(act) => !only_holds(&act.act) || forbids(&act.act),
        What::Authority(_) => true,
        What::Outage(notice) => notice.says == OutageSays::Suspended && notice.refuses.is_none(),
        _ => false,
    }
}

fn forbids(deed: &OfficerDeed) -> bool {
    matches!(deed, OfficerDeed::Refer { word, .. }
        if matches!(word.word, Word::Opened { kind: ReferralKind::Dnl, .. }))
}
