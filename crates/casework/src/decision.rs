//! Decisions of officers: who may decide what alone, and what takes two.
//!
//! Holding is the safe direction: one officer holds at once, and his hold never ends by time, it only goes up to
//! somebody higher. Whatever lifts something takes two people, held here where the event is written: release of a
//! hold, cancellation of a do-not-load, closing of a referral, release of high-risk goods, "entered in error", that
//! versions are of one shipment, that unread messages were dealt with, that a house is no longer inside. What the
//! second person confirms is what was proposed: whatever came since stays, and a proposal lapses. Nobody decides on
//! his own filing. Where only one officer is on duty, a stated policy lets him act alone, and the act
//! waits for a review; once a reviewer refused it, what is lifted of these goods takes two. Which desk decides on
//! what is a module of its own.

mod competence;
mod deed;
mod effects;
mod lifted;
mod undone;

pub use competence::Competence;
pub use deed::{object_of, on, only_holds};
pub use lifted::{Lifted, came_since};

use crate::case::{self, Actor, HoldCause, Node};
use crate::desks::Desks;
use crate::{Dossier, Refusal};
use competence::competent;
use consignment::fact::{OfficerAct, OfficerDeed, Person, same_name};
use deed::takes_two;
use effects::effects;
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
    /// Done alone, and refused by this person, who reviewed it.
    Overruled(Person),
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
            Event::Declined { id, by, .. } => {
                let alone =
                    self.entries.get(id).is_some_and(|(_, known)| matches!(known, Standing::ToReview(_)));
                let declined = if alone { Standing::Overruled } else { Standing::Declined };
                self.stand(id, declined(by.clone()));
            }
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

    /// Whether a reviewer refused what one did alone on the goods this is about. He and a colleague are of two minds then,
    /// so nobody lifts anything of these goods by himself any more: a house is of the goods of its master.
    fn overruled_on(&self, deed: &OfficerDeed) -> bool {
        let goods = |deed: &OfficerDeed| object_of(deed).map(Node::of);
        let of = goods(deed);
        let same = |other: Option<Node>| {
            let whole = of == Some(Node::Master) || other == Some(Node::Master);
            other == of || whole && of.is_some() && other.is_some()
        };
        let mut overruled =
            self.entries.values().filter(|(_, standing)| matches!(standing, Standing::Overruled(_)));
        overruled.any(|(entry, _)| same(goods(&entry.deed)))
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

impl<'a> Officer<'a> {
    /// Who decides, for whom, and by which channel.
    fn whose(&self) -> Whose<'a> {
        Whose { person: self.person, desk: self.desk, channel: self.channel }
    }
}

/// Whose decision something is.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// Who.
    pub person: &'a Person,
    /// For whom.
    pub desk: &'a Desk,
    /// By which channel.
    pub channel: &'a str,
}

impl Whose<'_> {
    /// Whether he, or whom he acts for, files under this name: his own, his organisation's, or that of the channel he
    /// decides by, on which his desk files as well. A simulation plays everybody by one channel.
    pub(crate) fn files_as(&self, filer: &str) -> bool {
        self.person.answers_to(filer) || *self.desk != Desk::Simulation && same_name(filer, self.channel)
    }
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
            own_filing(dossier, &deed, officer.whose())?;
            competent(dossier, &deed, officer)?;
            let entry = Entry { id, deed, by, reason, at: now };
            // Whatever cannot be done is refused now, not when the second person comes.
            let follows = effects(dossier, &entry, officer, now)?;
            if !takes_two(&entry.deed) {
                let done = crate::Event::from(Event::Done(entry));
                return Ok(std::iter::once(done).chain(follows).collect());
            }
            let alone = officer.policy.one_officer.as_ref();
            match alone.filter(|_| !dossier.decisions.overruled_on(&entry.deed)) {
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

/// Confirms a proposal, or reviews what was done alone.
fn confirm(
    dossier: &Dossier,
    proposal: &Arc<str>,
    officer: Officer<'_>,
    reason: String,
    now: Timestamp,
) -> Result<Vec<crate::Event>, Refusal> {
    let (entry, standing) = open_entry(dossier, proposal, officer)?;
    own_filing(dossier, &entry.deed, officer.whose())?;
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
            own_filing(dossier, &entry.deed, officer.whose())?;
            let (node, cause) = (Node::of(object), HoldCause(stated(&reason)));
            let hold = case::Command::PlaceHold { node, cause, entry: Some(id) };
            case::decide(&dossier.tree, hold, &any_agency(officer.desk), now)?
        }
        // What concerned all goods holds them all again.
        (Standing::ToReview(_), None) => {
            let unread = case::Command::NoteUnread { why: stated(&reason), again: true };
            case::decide(&dossier.tree, unread, &any_agency(officer.desk), now)?
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

/// Whether neither somebody nor whom he acts for filed a node, or where none is named, any of a tree: what he filed is not
/// his to decide.
///
/// # Errors
/// A refusal that names what he filed.
pub fn filed_none(dossier: &Dossier, whose: Whose<'_>, named: Option<&Node>) -> Result<(), Refusal> {
    own_among(dossier, whose, |node| named.is_none_or(|named| node == named))
}

/// Nobody decides on what he, or whom he acts for, filed. What lets goods pass concerns everything that flies with
/// them, so it is not for who filed any of it; a hold concerns the goods it names.
fn own_filing(dossier: &Dossier, deed: &OfficerDeed, whose: Whose<'_>) -> Result<(), Refusal> {
    let Some(object) = object_of(deed) else { return Ok(()) };
    let whole = takes_two(deed);
    let named = Node::of(object);
    own_among(dossier, whose, |node| whole || *node == named)
}

fn own_among(dossier: &Dossier, whose: Whose<'_>, among: impl Fn(&Node) -> bool) -> Result<(), Refusal> {
    let tree = &dossier.tree;
    let of = tree.documents.iter().filter(|(node, _)| among(node));
    // Whoever submitted any version filed it.
    let mut filers = of.flat_map(|(node, document)| {
        document.submitters.iter().chain(&document.declarant).map(move |filer| (node, filer))
    });
    let own = filers.find(|(_, filer)| match filer {
        Actor::Filer(filer) => whose.files_as(filer),
        _ => false,
    });
    match own {
        Some((node, _)) => {
            Err(Refusal(Phrase::new(codes::gate::OWN_FILING).with("object", tree.key(node).to_string())))
        }
        None => Ok(()),
    }
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
