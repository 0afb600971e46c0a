//! Decisions of officers: who may decide what alone, and what takes two.
//!
//! Holding is the safe direction: one officer holds at once, and his hold never ends by time, it only goes up to
//! somebody higher. Whatever lifts something takes two people, held here where the event is written: release of a
//! hold, cancellation of a do-not-load, closing of a referral, release of high-risk goods, "entered in error", that
//! versions are of one shipment, that unread messages were dealt with, that a house is no longer inside. What the
//! second person confirms is what was proposed: whatever came since stays, and a proposal lapses. Nobody decides on
//! his own filing. Where only one officer is on duty, a stated policy lets him act alone, and the act
//! waits for a review. Which desk decides on what is a module of its own.

mod competence;
mod lifted;
mod undone;

pub use competence::Competence;
pub use lifted::Lifted;

use crate::case::{self, Actor, Claimed, HoldCause, Node, Opening, ReferralKind};
use crate::desks::Desks;
use crate::security::record::{self, Mark, SecurityFact, Told};
use crate::{Dossier, Refusal};
use competence::{agency_of, authority_of, competent};
use consignment::ConsignmentKey;
use consignment::fact::{AuthorityWord, CustodyEvent, ObjectName, OfficerAct, OfficerDeed, Person, Word};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// For whom the officers of a channel act.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Desk {
    /// For an agency, by name.
    Agency(Arc<str>),
    /// For the authority of a programme that decides on this node.
    Authority(ProgrammeId),
    /// Everybody, in a simulation.
    Simulation,
}

/// What a node allows its officers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// That a single officer may do what takes two, and within which time another one reviews it. `None`: never.
    pub one_officer: Option<OneOfficer>,
    /// How long after it was proposed something can be confirmed.
    pub proposals_last: SignedDuration,
}

impl Default for Policy {
    /// A day: what was looked at then is not what lies there now. No source gives a figure.
    fn default() -> Self {
        Self { one_officer: None, proposals_last: SignedDuration::from_hours(24) }
    }
}

/// The policy of a shift with one officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOfficer {
    /// Where the policy is stated, such as a standing order; shown with every act.
    pub stated: Arc<str>,
    /// Within which time the act is reviewed.
    pub review_within: SignedDuration,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An officer did what one may do alone.
    Done(Entry),
    /// An officer proposed what takes two.
    Proposed {
        /// What.
        entry: Entry,
        /// What it lifts, and nothing that comes after it.
        lifts: Vec<Lifted>,
    },
    /// Another one confirmed it; what follows stands in the events after this.
    Confirmed {
        /// The proposal.
        id: Arc<str>,
        /// Who.
        by: Person,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
        /// What came since it was proposed, and stays.
        stays: Vec<Lifted>,
    },
    /// Another one refused it, or who proposed it took it back. Of what was done alone the reviewer's hold stands in
    /// the events after this.
    Declined {
        /// The proposal.
        id: Arc<str>,
        /// Who.
        by: Person,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// A single officer did what takes two, by a stated policy; it is reviewed until then.
    DoneAlone {
        /// What.
        entry: Entry,
        /// The policy.
        policy: Arc<str>,
        /// Until when it is reviewed.
        review_by: Timestamp,
    },
    /// Another one reviewed what was done alone.
    Reviewed {
        /// The act.
        id: Arc<str>,
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
}

/// What an officer wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number here.
    pub id: Arc<str>,
    /// What.
    pub deed: OfficerDeed,
    /// Who.
    pub by: Person,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Done.
    Done,
    /// Waits for a second person, who lifts just these.
    Proposed(Vec<Lifted>),
    /// Confirmed by this person.
    Confirmed(Person),
    /// Refused by this person.
    Declined(Person),
    /// Done alone; to be reviewed until then.
    ToReview(Timestamp),
    /// Done alone and reviewed by this person.
    Reviewed(Person),
}

/// The decisions on one tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decisions {
    /// By number, with where each stands.
    pub entries: BTreeMap<Arc<str>, (Entry, Standing)>,
}

impl Decisions {
    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        let mut enter = |entry: &Entry, standing| {
            self.entries.insert(Arc::clone(&entry.id), (entry.clone(), standing));
        };
        match event {
            Event::Done(entry) => enter(entry, Standing::Done),
            Event::Proposed { entry, lifts } => enter(entry, Standing::Proposed(lifts.clone())),
            Event::DoneAlone { entry, review_by, .. } => enter(entry, Standing::ToReview(*review_by)),
            Event::Confirmed { id, by, .. } => self.stand(id, Standing::Confirmed(by.clone())),
            Event::Declined { id, by, .. } => self.stand(id, Standing::Declined(by.clone())),
            Event::Reviewed { id, by, .. } => self.stand(id, Standing::Reviewed(by.clone())),
        }
    }

    fn stand(&mut self, id: &Arc<str>, standing: Standing) {
        if let Some((_, known)) = self.entries.get_mut(id) {
            *known = standing;
        }
    }

    /// What waits for a second person or a review, in order of their numbers.
    pub fn waiting(&self) -> impl Iterator<Item = (&Entry, &Standing)> {
        self.entries
            .values()
            .filter(|(_, standing)| waits(standing))
            .map(|(entry, standing)| (entry, standing))
    }

    /// Whether somebody proposes to lift what `is` says; what comes again then counts anew.
    pub fn would_lift(&self, is: impl Fn(&Lifted) -> bool) -> bool {
        self.waiting().any(|(_, standing)| match standing {
            Standing::Proposed(lifts) => lifts.iter().any(&is),
            _ => false,
        })
    }
}

fn waits(standing: &Standing) -> bool {
    matches!(standing, Standing::Proposed(_) | Standing::ToReview(_))
}

/// An officer, for whom he acts, and what his node allows.
#[derive(Debug, Clone, Copy)]
pub struct Officer<'a> {
    /// Who.
    pub person: &'a Person,
    /// For whom.
    pub desk: &'a Desk,
    /// By which channel.
    pub channel: &'a str,
    /// Which desks decide on what here.
    pub competence: &'a Competence,
    /// What the node allows.
    pub policy: &'a Policy,
    /// Which desks have custody of which goods, besides the registry.
    pub desks: Desks<'a>,
}

/// What follows from an act. `id` is the number it gets here.
///
/// # Errors
/// A refusal where he may not, where what it speaks of does not exist, or where the second person is the first.
pub fn decide(
    dossier: &Dossier,
    act: OfficerAct,
    officer: Officer<'_>,
    id: Arc<str>,
    now: Timestamp,
) -> Result<Vec<crate::Event>, Refusal> {
    let OfficerAct { act: deed, reason } = act;
    if reason.trim().is_empty() {
        return Err(Refusal(Phrase::new(codes::gate::REASON_MISSING)));
    }
    let by = officer.person.clone();
    match deed {
        OfficerDeed::Confirm { proposal } => confirm(dossier, &proposal, officer, reason, now),
        OfficerDeed::Refuse { proposal } => refuse(dossier, proposal, officer, reason, id, now),
        deed => {
            own_filing(dossier, &deed, officer.person)?;
            competent(dossier, &deed, officer)?;
            let entry = Entry { id, deed, by, reason, at: now };
            // Whatever cannot be done is refused now, not when the second person comes.
            let follows = effects(dossier, &entry, officer, now)?;
            if !takes_two(&entry.deed) {
                let done = crate::Event::from(Event::Done(entry));
                return Ok(std::iter::once(done).chain(follows).collect());
            }
            match &officer.policy.one_officer {
                None => {
                    let lifts = follows.iter().filter_map(|event| Lifted::by(&dossier.tree, event)).collect();
                    Ok(vec![Event::Proposed { entry, lifts }.into()])
                }
                Some(policy) => {
                    let review_by = now.checked_add(policy.review_within).unwrap_or(now);
                    let alone = Event::DoneAlone { entry, policy: Arc::clone(&policy.stated), review_by };
                    Ok(std::iter::once(alone.into()).chain(follows).collect())
                }
            }
        }
    }
}

/// Whether a deed takes two people: everything that could let goods pass.
fn takes_two(deed: &OfficerDeed) -> bool {
    match deed {
        OfficerDeed::Hold { .. } => false,
        OfficerDeed::Refer { word, .. } => matches!(word.word, Word::Closed { .. }),
        OfficerDeed::Release { .. }
        | OfficerDeed::CancelDoNotLoad { .. }
        | OfficerDeed::ReleaseHighRisk { .. }
        | OfficerDeed::EnteredInError { .. }
        | OfficerDeed::SameShipment { .. }
        | OfficerDeed::SettleUnread { .. }
        | OfficerDeed::OtherGoods { .. }
        | OfficerDeed::ClearClaim { .. }
        | OfficerDeed::Unlink { .. }
        | OfficerDeed::StrikeFiling { .. }
        | OfficerDeed::Confirm { .. }
        | OfficerDeed::Refuse { .. } => true,
    }
}

/// Confirms a proposal, or reviews what was done alone.
fn confirm(
    dossier: &Dossier,
    proposal: &Arc<str>,
    officer: Officer<'_>,
    reason: String,
    now: Timestamp,
) -> Result<Vec<crate::Event>, Refusal> {
    let (entry, standing) = open_entry(dossier, proposal, officer)?;
    own_filing(dossier, &entry.deed, officer.person)?;
    competent(dossier, &entry.deed, officer)?;
    let (id, by) = (Arc::clone(proposal), officer.person.clone());
    match standing {
        Standing::ToReview(_) => Ok(vec![Event::Reviewed { id, by, at: now }.into()]),
        Standing::Proposed(lifts) => {
            if now.duration_since(entry.at) > officer.policy.proposals_last {
                let lapsed = Phrase::new(codes::gate::PROPOSAL_LAPSED).with("proposal", id.to_string());
                return Err(Refusal(lapsed.with("at", entry.at.to_string())));
            }
            // What stands between proposal and confirmation may have changed: it is judged anew, and nothing is
            // lifted that nobody proposed to lift.
            let (mut follows, mut stays) = (Vec::new(), Vec::new());
            for event in effects(dossier, entry, officer, now)? {
                match Lifted::by(&dossier.tree, &event) {
                    Some(newer) if !lifts.contains(&newer) => stays.push(newer),
                    _ => follows.push(event),
                }
            }
            let confirmed = Event::Confirmed { id, by, reason, at: now, stays };
            Ok(std::iter::once(confirmed.into()).chain(follows).collect())
        }
        _ => Err(unknown(proposal)),
    }
}

/// Refuses a proposal; who made it takes it back so. Who reviews what was done alone and would not have done it holds
/// the goods for his own desk: what was lifted may be gone, and holding takes one.
fn refuse(
    dossier: &Dossier,
    proposal: Arc<str>,
    officer: Officer<'_>,
    reason: String,
    id: Arc<str>,
    now: Timestamp,
) -> Result<Vec<crate::Event>, Refusal> {
    let (entry, standing) = waiting(dossier, &proposal)?;
    let by = officer.person.clone();
    let own = entry.by.is(officer.person);
    if own && !matches!(standing, Standing::Proposed(_)) {
        return Err(Refusal(Phrase::new(codes::gate::SECOND_PERSON_NEEDED)));
    }
    competent(dossier, &entry.deed, officer)?;
    let held = match (standing, object_of(&entry.deed)) {
        (Standing::ToReview(_), Some(object)) => {
            own_filing(dossier, &entry.deed, officer.person)?;
            let (node, cause) = (Node::of(object), HoldCause(stated(&reason)));
            let hold = case::Command::PlaceHold { node, cause, entry: Some(id) };
            case::decide(&dossier.tree, hold, &any_agency(officer.desk), now)?
        }
        _ => Vec::new(),
    };
    let declined = Event::Declined { id: proposal, by, reason, at: now };
    Ok(std::iter::once(declined.into()).chain(held.into_iter().map(Into::into)).collect())
}

/// An entry that waits, for somebody who is not the one who made it.
fn open_entry<'a>(
    dossier: &'a Dossier,
    proposal: &Arc<str>,
    officer: Officer<'_>,
) -> Result<(&'a Entry, &'a Standing), Refusal> {
    let (entry, standing) = waiting(dossier, proposal)?;
    if entry.by.is(officer.person) {
        return Err(Refusal(Phrase::new(codes::gate::SECOND_PERSON_NEEDED)));
    }
    Ok((entry, standing))
}

/// An entry that waits.
fn waiting<'a>(dossier: &'a Dossier, proposal: &Arc<str>) -> Result<(&'a Entry, &'a Standing), Refusal> {
    let known = dossier.decisions.entries.get(proposal).filter(|(_, standing)| waits(standing));
    known.map(|(entry, standing)| (entry, standing)).ok_or_else(|| unknown(proposal))
}

fn unknown(proposal: &Arc<str>) -> Refusal {
    Refusal(Phrase::new(codes::gate::PROPOSAL_UNKNOWN).with("proposal", proposal.to_string()))
}

/// The goods a deed is about.
pub(crate) fn object_of(deed: &OfficerDeed) -> Option<&ConsignmentKey> {
    match deed {
        OfficerDeed::Hold { object, .. }
        | OfficerDeed::Release { object, .. }
        | OfficerDeed::CancelDoNotLoad { object, .. }
        | OfficerDeed::ReleaseHighRisk { object }
        | OfficerDeed::EnteredInError { object, .. }
        | OfficerDeed::SameShipment { object }
        | OfficerDeed::OtherGoods { object }
        | OfficerDeed::ClearClaim { object, .. }
        | OfficerDeed::StrikeFiling { object }
        | OfficerDeed::SettleUnread { object } => Some(object),
        OfficerDeed::Unlink { house, .. } => Some(house),
        OfficerDeed::Refer { word, .. } => consignment_of(&word.object),
        OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. } => None,
    }
}

fn consignment_of(object: &ObjectName) -> Option<&ConsignmentKey> {
    match object {
        ObjectName::Consignment(key) | ObjectName::Piece(key, _) => Some(key),
        ObjectName::Unit(_) | ObjectName::Flight(_) => None,
    }
}

/// Nobody decides on what he, or whom he acts for, filed. What lets goods pass concerns everything that flies with
/// them, so it is not for who filed any of it; a hold concerns the goods it names.
fn own_filing(dossier: &Dossier, deed: &OfficerDeed, person: &Person) -> Result<(), Refusal> {
    let Some(object) = object_of(deed) else { return Ok(()) };
    let tree = &dossier.tree;
    let whole = takes_two(deed);
    let named = Node::of(object);
    let of = tree.documents.iter().filter(|(node, _)| whole || **node == named);
    // Whoever submitted any version filed it.
    let mut filers = of.flat_map(|(node, document)| {
        document.submitters.iter().chain(&document.declarant).map(move |filer| (node, filer))
    });
    let own = filers.find(|(_, filer)| match filer {
        Actor::Filer(filer) => person.answers_to(filer),
        _ => false,
    });
    match own {
        Some((node, _)) => {
            Err(Refusal(Phrase::new(codes::gate::OWN_FILING).with("object", tree.key(node).to_string())))
        }
        None => Ok(()),
    }
}

/// What a deed does to the tree, once it may be done.
fn effects(
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
            let actor = agency_of(desk, agency)?;
            let node = Node::of(object);
            let document = tree.documents.get(&node);
            let holds = document.into_iter().flat_map(|document| &document.holds);
            let own: Vec<case::Hold> = holds.filter(|hold| hold.agency == *agency).cloned().collect();
            if own.is_empty() {
                return Err(Refusal(
                    Phrase::new(codes::gate::NOTHING_HELD)
                        .with("object", object.to_string())
                        .with("agency", agency.to_string()),
                ));
            }
            let mut events = Vec::new();
            for hold in own {
                events.extend(run(case::Command::LiftHold { node: node.clone(), hold }, &actor)?);
            }
            Ok(events)
        }
        OfficerDeed::Refer { programme, word } => {
            let id = ProgrammeId::new(programme);
            let actor = authority_of(dossier, &word_key(word), &id, officer)?;
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
            let unlink = case::Command::Unlink { node, recounted_pieces, went: went.is_some(), counted };
            run(unlink, &any_agency(desk))
        }
        OfficerDeed::StrikeFiling { object } => {
            run(case::Command::StrikeFiling { node: Node::of(object) }, &any_agency(desk))
        }
        OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. } => Ok(Vec::new()),
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
fn marks(dossier: &Dossier, object: &ConsignmentKey) -> Vec<Mark> {
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

fn stated(reason: &str) -> Phrase {
    Phrase::new(codes::gate::WHY_STATED).with("text", reason)
}

fn any_agency(desk: &Desk) -> Actor {
    match desk {
        Desk::Agency(agency) => Actor::Agency(Arc::clone(agency)),
        Desk::Authority(programme) => Actor::Agency(programme.as_str().into()),
        Desk::Simulation => Actor::Agency("simulation".into()),
    }
}

fn word_key(word: &AuthorityWord) -> Option<ConsignmentKey> {
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
