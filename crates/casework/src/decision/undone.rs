//! What takes back an entry made in error. Each officer's entry is his own: what a colleague said as well stands.

use super::competence::{agency_of, authority_of};
use super::deed::consignment_of;
use super::effects::word_key;
use super::{Entry, Officer, Standing};
use crate::case::{self, Node};
use crate::{Dossier, Event};
use consignment::fact::{OfficerDeed, Word};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// Events that end what an entry began, none where a colleague's stands; `None` where it began nothing that is still
/// there. The entry itself stays.
pub(super) fn undone(
    dossier: &Dossier,
    entry: &Entry,
    officer: Officer<'_>,
    now: Timestamp,
) -> Option<Vec<Event>> {
    match &entry.deed {
        OfficerDeed::Hold { object, agency, .. } => {
            agency_of(officer.desk, agency).ok()?;
            let node = Node::of(object);
            let document = dossier.tree.documents.get(&node)?;
            let hold = document.holds.iter().find(|hold| hold.entry.as_ref() == Some(&entry.id))?;
            let case::Hold { agency, cause, entry } = hold.clone();
            Some(vec![case::Event::HoldLifted { node, agency, cause, entry }.into()])
        }
        OfficerDeed::Refer { programme, word } => {
            let Word::Opened { kind, reference, .. } = &word.word else { return None };
            let programme = ProgrammeId::new(programme);
            authority_of(dossier, &word_key(word), &programme, officer).ok()?;
            let node = Node::of(consignment_of(&word.object)?);
            let case = dossier.tree.cases.get(&(node.clone(), programme.clone()))?;
            let opened = case.open_referrals().find(|referral| {
                // Where he gave no reference, it got its name here.
                let named =
                    if reference.is_empty() { referral.named_here } else { referral.reference == *reference };
                named
                    && referral.kind == *kind
                    && referral.officer.is_some()
                    && referral.opened_at <= entry.at
            })?;
            let said = said_by_officers(dossier, entry, opened.opened_at);
            let latest = said.iter().map(|said| said.at).max();
            let by_colleague = said.iter().any(|said| said.id != entry.id && !is_struck(dossier, &said.id));
            // Said again by another way than an officer's act, it stands as well.
            if by_colleague || Some(opened.said_at) > latest {
                return Some(Vec::new());
            }
            let reference = Arc::clone(&opened.reference);
            let closed = case::Event::ReferralClosed { node, programme, kind: *kind, reference, at: now };
            Some(vec![closed.into()])
        }
        _ => None,
    }
}

/// The entries of officers that said the same of the same referral since it was opened, this one among them.
fn said_by_officers<'a>(dossier: &'a Dossier, entry: &Entry, since: Timestamp) -> Vec<&'a Entry> {
    let same = |other: &&Entry| match (&entry.deed, &other.deed) {
        (
            OfficerDeed::Refer { programme, word },
            OfficerDeed::Refer { programme: other_programme, word: other_word },
        ) => {
            let referral = |word: &Word| match word {
                Word::Opened { kind, reference, .. } => Some((*kind, Arc::clone(reference))),
                _ => None,
            };
            programme == other_programme
                && word_key(word) == word_key(other_word)
                && referral(&word.word) == referral(&other_word.word)
                && other.at >= since
        }
        _ => false,
    };
    dossier.decisions.entries.values().map(|(entry, _)| entry).filter(same).collect()
}

/// Whether an entry was struck as made in error.
fn is_struck(dossier: &Dossier, id: &Arc<str>) -> bool {
    dossier.decisions.entries.values().any(|(other, standing)| {
        let done = matches!(standing, Standing::Confirmed(_) | Standing::ToReview(_) | Standing::Reviewed(_));
        done && matches!(&other.deed, OfficerDeed::EnteredInError { entry, .. } if entry == id)
    })
}
