//! What an officer's deed does to the goods, once it may be done.

use super::competence::{agency_of, authority_of};
use super::deed::consignment_of;
use super::{Entry, Officer, any_agency, stated, undone, unknown};
use crate::case::{self, Actor, Claimed, HoldCause, Node, Opening, ReferralKind};
use crate::desks::Desks;
use crate::security::record::{self, Mark, SecurityFact, Told};
use crate::{Dossier, Refusal};
use consignment::ConsignmentKey;
use consignment::fact::{AuthorityWord, CustodyEvent, ObjectName, OfficerDeed, Person, Word, same_name};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// What a deed does to the tree, once it may be done.
pub(super) fn effects(
    dossier: &Dossier,
    entry: &Entry,
    officer: Officer<'_>,
    now: Timestamp,
) -> Result<Vec<crate::Event>, Refusal> {
    let (tree, desk) = (&dossier.tree, officer.desk);
    let run = |command: case::Command, actor: &Actor| {
        let events = case::decide(tree, command, actor, now)?;
        Ok::<Vec<crate::Event>, Refusal>(events.into_iter().map(Into::into).collect())
    };
    match &entry.deed {
        OfficerDeed::Hold { object, agency, .. } => {
            let actor = agency_of(desk, agency)?;
            let (node, cause) = (Node::of(object), HoldCause(stated(&entry.reason)));
            run(case::Command::PlaceHold { node, cause, entry: Some(Arc::clone(&entry.id)) }, &actor)
        }
        OfficerDeed::Release { object, agency } => {
            agency_of(desk, agency)?;
            let node = Node::of(object);
            let document = tree.documents.get(&node);
            let holds = document.into_iter().flat_map(|document| &document.holds);
            let own: Vec<case::Hold> =
                holds.filter(|hold| same_name(&hold.agency, agency)).cloned().collect();
            if own.is_empty() {
                return Err(Refusal(
                    Phrase::new(codes::gate::NOTHING_HELD)
                        .with("object", object.to_string())
                        .with("agency", agency.to_string()),
                ));
            }
            let mut events = Vec::new();
            for hold in own {
                let actor = Actor::Agency(Arc::clone(&hold.agency));
                events.extend(run(case::Command::LiftHold { node: node.clone(), hold }, &actor)?);
            }
            Ok(events)
        }
        OfficerDeed::Refer { programme, word } => {
            let id = ProgrammeId::new(programme);
            let actor = authority_of(dossier, &word_key(word), &id, officer)?;
            if let ObjectName::Unit(_) = word.object {
                // The yard keeps what is ordered of units; only a do-not-load names them.
                let (Word::Opened { kind, .. } | Word::Closed { kind, .. }) = &word.word else {
                    return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)));
                };
                let taken = *kind == ReferralKind::Dnl;
                return if taken {
                    Ok(Vec::new())
                } else {
                    Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)))
                };
            }
            let Some(object) = consignment_of(&word.object) else {
                return Err(Refusal(
                    Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", word.object.to_string()),
                ));
            };
            run(command_of(dossier, id, Node::of(object), word, &entry.by)?, &actor)
        }
        OfficerDeed::CancelDoNotLoad { programme, object, reference } => {
            let id = ProgrammeId::new(programme);
            let actor = authority_of(dossier, &Some(object.clone()), &id, officer)?;
            let close = case::Command::CloseReferral {
                node: Node::of(object),
                programme: id,
                kind: ReferralKind::Dnl,
                reference: Some(Arc::clone(reference)),
            };
            run(close, &actor)
        }
        OfficerDeed::SameShipment { object } => {
            run(case::Command::ConfirmShipment { node: Node::of(object) }, &any_agency(desk))
        }
        OfficerDeed::SettleUnread { .. } => run(case::Command::SettleUnread, &any_agency(desk)),
        OfficerDeed::EnteredInError { entry: named, .. } => {
            let Some((struck, _)) = dossier.decisions.entries.get(named) else { return Err(unknown(named)) };
            undone::undone(dossier, struck, officer, now).ok_or_else(|| {
                Refusal(Phrase::new(codes::gate::CANNOT_BE_STRUCK).with("entry", named.to_string()))
            })
        }
        OfficerDeed::ReleaseHighRisk { object } => {
            let marks = marks(dossier, object);
            if marks.is_empty() {
                let nothing = Phrase::new(codes::gate::NOT_MARKED).with("object", object.to_string());
                return Err(Refusal(nothing));
            }
            let mut events = Vec::new();
            for mark in marks {
                let told = Told { at: now, received_at: now, by: entry.by.id.clone(), registry: false };
                let released = SecurityFact::MarkReleased(mark);
                events.extend(record::decide(&dossier.security, told, object.clone(), released)?);
            }
            Ok(events.into_iter().map(Into::into).collect())
        }
        OfficerDeed::OtherGoods { object } => {
            run(case::Command::SettleResemblance { node: Node::of(object) }, &any_agency(desk))
        }
        OfficerDeed::ClearClaim { programme, object, kind } => {
            let claimed = kind.map_or(Claimed::Rejection, Claimed::Referral);
            let (node, programme) = (Node::of(object), ProgrammeId::new(programme));
            run(case::Command::ClearClaim { node, programme, claimed }, &any_agency(desk))
        }
        OfficerDeed::Unlink { house, recounted_pieces } => {
            let (node, recounted_pieces) = (Node::of(house), *recounted_pieces);
            let went = left(dossier, house, officer.desks);
            let counted = went.is_some_and(|went| {
                recounted(dossier, house, recounted_pieces, officer.desks).is_some_and(|at| at >= went)
            });
            let unlink = case::Command::Unlink { node, recounted_pieces, went, counted };
            run(unlink, &any_agency(desk))
        }
        OfficerDeed::StrikeFiling { object } => {
            run(case::Command::StrikeFiling { node: Node::of(object) }, &any_agency(desk))
        }
        // What it ends stands in the yard.
        OfficerDeed::ClearUnitClaim { .. } | OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. } => {
            Ok(Vec::new())
        }
    }
}

/// When a house left the custody around it, by the word of the registry or of a custody desk.
fn left(dossier: &Dossier, house: &ConsignmentKey, desks: Desks<'_>) -> Option<Timestamp> {
    let custody = &dossier.security.of(house)?.custody;
    let left = custody.iter().filter(|(told, what, _)| {
        matches!(what, CustodyEvent::LeftChain | CustodyEvent::HandedOver)
            && has_custody(dossier, told, desks)
    });
    left.map(|(told, ..)| told.at).min()
}

/// When the rest of its master was last counted as so many pieces, by the word of the same; `None` where it was
/// counted otherwise since.
fn recounted(dossier: &Dossier, house: &ConsignmentKey, pieces: u32, desks: Desks<'_>) -> Option<Timestamp> {
    let master = ConsignmentKey { master: house.master, house: None };
    let custody = &dossier.security.of(&master)?.custody;
    let counts = custody.iter().filter_map(|(told, what, _)| match what {
        CustodyEvent::Recounted { pieces } if has_custody(dossier, told, desks) => Some((told.at, *pieces)),
        _ => None,
    });
    let (at, counted) = counts.max_by_key(|(at, _)| *at)?;
    (counted == pieces).then_some(at)
}

/// Whether who told a fact of custody has it: the registry's own desks, and those of whom the goods fly with.
fn has_custody(dossier: &Dossier, told: &Told, desks: Desks<'_>) -> bool {
    told.registry || desks.handle(&told.by, &dossier.tree, told.at)
}

/// What made goods high-risk, as far as they were not released from it.
pub(super) fn marks(dossier: &Dossier, object: &ConsignmentKey) -> Vec<Mark> {
    let node = Node::of(object);
    let requests = dossier.tree.referrals_of(&node);
    let requests = requests.filter(|(_, referral)| referral.kind == ReferralKind::Rfs);
    let requested = requests.map(|(programme, request)| Mark::Requested {
        programme: programme.clone(),
        reference: Arc::clone(&request.reference),
        said_at: request.said_at,
    });
    let Some(record) = dossier.security.of(object) else { return requested.collect() };
    let marked = record.marks.iter().map(|(told, mark)| Mark::Told(told.clone(), mark.clone()));
    let custody = record.custody.iter().filter(|(_, what, _)| *what == CustodyEvent::Tampered);
    let tampered = custody.map(|(told, _, note)| Mark::Tampered(told.clone(), note.clone()));
    let all = requested.chain(marked).chain(tampered);
    all.filter(|mark| !record.released.contains(mark)).collect()
}

pub(super) fn word_key(word: &AuthorityWord) -> Option<ConsignmentKey> {
    consignment_of(&word.object).cloned()
}

fn command_of(
    dossier: &Dossier,
    programme: ProgrammeId,
    node: Node,
    word: &AuthorityWord,
    officer: &Person,
) -> Result<case::Command, Refusal> {
    let latest = dossier.tree.documents.get(&node).and_then(case::Document::version).unwrap_or(0);
    let version = word.version.unwrap_or(latest);
    Ok(match &word.word {
        Word::Acknowledged => case::Command::Acknowledge { node, programme, version },
        Word::Rejected(codes) => {
            let text = codes.iter().map(|code| &**code).collect::<Vec<_>>().join(", ");
            let finding = finding::Finding::new(codes::gate::REJECTED_BY_AUTHORITY).with("codes", text);
            case::Command::Reject { node, programme, version, findings: vec![finding] }
        }
        Word::Complete => case::Command::CompleteAssessment { node, programme, version },
        Word::Opened { .. } => {
            let opening = Opening::plain(&word.word)
                .map(|opening| Opening { officer: Some(officer.clone()), ..opening });
            let opening = opening.ok_or_else(|| Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)))?;
            case::Command::OpenReferral { node, programme, opening }
        }
        Word::Closed { kind, reference } => {
            let reference = (!reference.is_empty()).then(|| Arc::clone(reference));
            case::Command::CloseReferral { node, programme, kind: *kind, reference }
        }
    })
}
