use super::claim::{Claim, Claimed};
use super::command::{Actor, Command, Others, Voice};
use super::document::Hold;
use super::early;
use super::event::Event;
use super::linking::{self, Shown};
use super::number;
use super::programme_case::LegBinding;
use super::refer::{self, Named};
use super::state::{Node, OPEN_ITEMS_MAX, Tree};
use crate::Refusal;
use consignment::issue::IssueTime;
use consignment::{Consignment, DocumentKind, Purpose};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::{Mode, NotBound, ProgrammeId};
use std::sync::Arc;

/// What follows from a command, or why it is refused. An empty list means: already so. `now` is when it takes
/// place; for words of an authority, when they were said.
///
/// # Errors
/// A [`Refusal`] where the actor may not do this, or the thing it speaks of does not exist.
pub fn decide(tree: &Tree, command: Command, actor: &Actor, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Record { consignment, purpose, consolidated, faults, voice } => {
            record(tree, Taken { consignment, purpose, consolidated, faults, voice }, actor, now)
        }
        Command::NoteElsewhere { node, why } => {
            let document = tree.documents.get(&node);
            let known = document.is_some_and(|document| document.elsewhere.as_ref() == Some(&why));
            Ok(if known { Vec::new() } else { vec![Event::SeenElsewhere { node, why }] })
        }
        Command::ConfirmShipment { node } => {
            let document = tree.documents.get(&node);
            let doubtful = |document: &super::Document| {
                document.other_shipment.is_some() || document.elsewhere.is_some() || document.whose.is_some()
            };
            if !document.is_some_and(doubtful) {
                return Err(Refusal(
                    Phrase::new(codes::gate::NOTHING_TO_CONFIRM).with("object", tree.key(&node).to_string()),
                ));
            }
            Ok(vec![Event::ShipmentConfirmed { node, agency: agency_of(actor) }])
        }
        Command::DoubtWhose { node, why } => {
            let document = tree.documents.get(&node);
            // What two officers said stays said.
            let known = document.is_some_and(|document| document.whose_settled || document.whose == why)
                || document.is_none() && why.is_none();
            Ok(if known { Vec::new() } else { vec![Event::WhoseDoubted { node, why }] })
        }
        Command::NoteOfNumber { node, words } => Ok(number::note(tree, &node, words)),
        Command::EndUnread { why } => {
            let ended = tree.unread.iter().filter(|note| note.why == why);
            let agency = agency_of(actor);
            Ok(ended
                .map(|note| Event::UnreadSettled {
                    agency: Arc::clone(&agency),
                    why: why.clone(),
                    at: note.at,
                })
                .collect())
        }
        Command::WithdrawAnnouncement { node } => {
            let announced =
                tree.documents.get(&node).is_some_and(|document| document.told.announced().is_some());
            Ok(if announced { vec![Event::AnnouncementWithdrawn { node }] } else { Vec::new() })
        }
        Command::TellSetAside { node, why } => Ok(vec![Event::SetAsideTold { node, why }]),
        Command::SettleUnread => {
            let settled = tree.unread.iter().map(|note| Event::UnreadSettled {
                agency: agency_of(actor),
                why: note.why.clone(),
                at: note.at,
            });
            Ok(settled.collect())
        }
        Command::NoteUnread { why, again } => {
            let known = tree.unread.iter().any(|note| note.why == why && (note.at >= now || !again));
            Ok(if known { Vec::new() } else { vec![Event::Unread { why, at: now }] })
        }
        Command::Bind { node, programme, mode, binding } => {
            Ok(bind(tree, node, programme, mode, binding).into_iter().collect())
        }
        Command::Route { legs, unclear } => {
            let same = legs == tree.legs && unclear == tree.route_unclear;
            Ok(if same { Vec::new() } else { vec![Event::Routed { legs, unclear }] })
        }
        Command::Acknowledge { node, programme, version } => {
            may_judge(tree, &node, &programme, version, actor)?;
            let of = Named { node: node.clone(), programme: programme.clone() };
            let mut events: Vec<Event> = of.end_claims(tree, Claimed::Rejection, now);
            let case = tree.cases.get(&(node.clone(), programme.clone()));
            if case.is_none_or(|case| case.acknowledged_version < Some(version)) {
                events.push(Event::Acknowledged { node, programme, version, at: now });
            }
            Ok(events)
        }
        Command::Reject { node, programme, version, findings } => {
            may_judge(tree, &node, &programme, version, actor)?;
            let of = Named { node: node.clone(), programme: programme.clone() };
            let mut events: Vec<Event> = of.end_claims(tree, Claimed::Rejection, now);
            let case = tree.cases.get(&(node.clone(), programme.clone()));
            let known = case.and_then(|case| case.rejected.as_ref());
            if known.is_none_or(|known| *known != (version, findings.clone())) {
                events.push(Event::Rejected { node, programme, version, findings });
            }
            Ok(events)
        }
        Command::RecordScreening { node, version, lists, hits, notes } => {
            Ok(vec![Event::Screened { node, version, lists, hits, notes }])
        }
        Command::OpenReferral { node, programme, opening } => {
            refer::open(tree, &Named { node, programme }, opening, actor, now)
        }
        Command::CloseReferral { node, programme, kind, reference } => {
            refer::close(tree, &Named { node, programme }, kind, reference.as_deref(), actor, now)
        }
        Command::CompleteAssessment { node, programme, version } => {
            may_judge(tree, &node, &programme, version, actor)?;
            let case = tree.cases.get(&(node.clone(), programme.clone()));
            let known = case.is_some_and(|case| case.completed.get(&version) >= Some(&now));
            let completed = Event::AssessmentCompleted { node, programme, version, at: now };
            Ok(if known { Vec::new() } else { vec![completed] })
        }
        Command::PlaceHold { node, cause, entry } => {
            let hold = Hold { agency: agency_of(actor), cause, entry };
            // A hold is kept, however many there are.
            if tree.documents.get(&node).is_some_and(|document| document.holds.contains(&hold)) {
                return Ok(Vec::new());
            }
            let Hold { agency, cause, entry } = hold;
            Ok(vec![Event::HoldPlaced { node, agency, cause, entry }])
        }
        Command::LiftHold { node, hold } => {
            let own = hold.agency == agency_of(actor);
            let held =
                own && tree.documents.get(&node).is_some_and(|document| document.holds.contains(&hold));
            if !held {
                return Err(Refusal(
                    Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", tree.key(&node).to_string()),
                ));
            }
            let Hold { agency, cause, entry } = hold;
            Ok(vec![Event::HoldLifted { node, agency, cause, entry }])
        }
        Command::EndByCompletion { node, programme, kinds } => {
            refer::end_by_completion(tree, &Named { node, programme }, kinds, actor, now)
        }
        Command::AnswerReferral { node, programme, represents, by_role, methods, answered } => {
            let of = Named { node, programme };
            refer::answer(tree, &of, represents.as_ref(), by_role, &methods, answered, actor)
        }
        Command::Claim { node, programme, claimed, text, again } => {
            let claim = Claim { claimed, by: agency_of(actor), text, at: now, open: true };
            refer::claim(tree, &Named { node, programme }, claim, again, actor)
        }
        Command::ClearClaim { node, programme, claimed } => {
            refer::clear_claim(tree, &Named { node, programme }, claimed, actor)
        }
        Command::NoteAirborne { node, programme, reference, leg, back } => {
            refer::note_airborne(tree, Named { node, programme }, reference, (leg, back), now)
        }
        Command::NoteDeadlinePassed { node, programme, kind, reference, minutes, departed } => {
            let of = (kind, reference);
            Ok(refer::note_overdue(tree, Named { node, programme }, of, (minutes, departed), now))
        }
        Command::NoteVoiceContact { node, programme, reference, reached } => {
            refer::note_voice_contact(tree, Named { node, programme }, reference, reached, now)
        }
        Command::NoteAfterDeparture { node, programme, leg } => {
            Ok(vec![Event::AfterDeparture { node, programme, leg, at: now }])
        }
        Command::NoteLateUpdate { node, programme, leg } => {
            Ok(vec![Event::UpdatedLate { node, programme, leg, at: now }])
        }
        Command::Book { legs } => linking::book(tree, legs, now),
        Command::NoteResemblance { node, why } => Ok(linking::note_resemblance(tree, node, why)),
        Command::EndResemblance { node, other } => Ok(linking::end_resemblance(tree, &node, &other)),
        Command::SettleResemblance { node } => linking::settle_resemblance(tree, node, agency_of(actor)),
        Command::KeepEarly { early } => early::keep(tree, early),
        Command::TakeEarly { early } => Ok(early::take(tree, early)),
        Command::ForgetElsewhere { node } => {
            let known = tree.documents.get(&node).is_some_and(|document| document.elsewhere.is_some());
            Ok(if known { vec![Event::NotElsewhere { node }] } else { Vec::new() })
        }
        Command::Unlink { node, recounted_pieces, went, counted } => {
            linking::unlink(tree, node, recounted_pieces, Shown { went, counted }, agency_of(actor), now)
        }
        Command::StrikeFiling { node } => {
            let declarant = tree.documents.get(&node).and_then(|document| document.declarant.clone());
            let Some(filer) = declarant else {
                let nothing = Phrase::new(codes::gate::NOTHING_TO_CONFIRM);
                return Err(Refusal(nothing.with("object", tree.key(&node).to_string())));
            };
            Ok(vec![Event::FilingStruck { node, filer, agency: agency_of(actor), at: now }])
        }
    }
}

/// Refuses another open item where there are too many: whoever floods a tree must not stop it from being judged.
pub(super) fn may_open(tree: &Tree) -> Result<(), Refusal> {
    if tree.open_items() < OPEN_ITEMS_MAX {
        return Ok(());
    }
    Err(Refusal(Phrase::new(codes::gate::TOO_MANY_OPEN).with("limit", OPEN_ITEMS_MAX.to_string())))
}

pub(super) fn agency_of(actor: &Actor) -> Arc<str> {
    match actor {
        Actor::Filer(name) | Actor::Agency(name) => Arc::clone(name),
        Actor::Authority(programme) => programme.as_str().into(),
        Actor::Simulation => "simulation".into(),
        Actor::Node => "this node".into(),
    }
}

/// What a message says of one consignment.
struct Taken {
    consignment: Arc<Consignment>,
    purpose: Purpose,
    consolidated: bool,
    faults: Vec<Phrase>,
    voice: Voice,
}

fn record(tree: &Tree, taken: Taken, actor: &Actor, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let Taken { consignment, purpose, consolidated, faults, voice } = taken;
    let by = actor.clone();
    let node = Node::of(&consignment.key());
    match consignment.kind {
        DocumentKind::Status | DocumentKind::ManifestLine | DocumentKind::Echo => {
            let known = tree.documents.get(&node).is_some_and(|document| {
                document.reports.heard(&by, voice.desk, &consignment)
                    && document.told.heard_from(&by, &consignment)
                    && document.told.knows_faults(&consignment, &faults)
            });
            let by_desk = voice.desk;
            let reported = Event::Reported { node, by, consignment, faults, at: now, by_desk };
            return Ok(if known { Vec::new() } else { vec![reported] });
        }
        DocumentKind::HouseAnnounced => {
            let document = tree.documents.get(&node);
            if document.is_some_and(|document| document.told.knows_announcement(&consignment, &faults)) {
                return Ok(Vec::new());
            }
            return Ok(vec![Event::Recorded {
                node,
                version: 0,
                by,
                consignment,
                consolidated,
                faults,
                at: now,
            }]);
        }
        DocumentKind::Master | DocumentKind::House | DocumentKind::MailItem | DocumentKind::Express => {}
    }
    let document = tree.documents.get(&node);
    let version = document.and_then(super::Document::version).unwrap_or(0);
    if document.is_some_and(|document| document.struck.contains(actor)) {
        let refusal = Phrase::new(codes::gate::NOT_THE_DECLARANT);
        return Err(Refusal(refusal.with("object", tree.key(&node).to_string())));
    }
    if let Some(declarant) = document.and_then(|document| document.declarant.as_ref()) {
        // What others submit as well takes nothing back.
        let others = match purpose {
            Purpose::Deletion => Others::Refused,
            _ if matches!(actor, Actor::Filer(_)) => voice.others,
            _ => Others::Refused,
        };
        match others {
            _ if declarant == actor => {}
            Others::Amended => {}
            Others::SetAside => return Ok(vec![Event::Superseded { node, consignment, at: now }]),
            Others::Refused => {
                return Err(Refusal(
                    Phrase::new(codes::gate::NOT_THE_DECLARANT).with("object", tree.key(&node).to_string()),
                ));
            }
        }
    }
    let new = purpose != Purpose::Deletion && document.is_none_or(|known| !known.submitters.contains(&by));
    // The time of the message tells versions apart, the day of a signature does not; and what claims to come
    // from the future orders nothing.
    let issued = consignment.issue.message_at;
    let latest = document
        .and_then(|document| document.issued_last)
        .filter(|latest| !matches!(latest, IssueTime::Instant(at) if *at > now));
    if issued.zip(latest).is_some_and(|(issued, latest)| issued.is_before(latest)) {
        // It was overtaken on the way. What was issued later stands, whatever came in first.
        let superseded = Event::Superseded { node: node.clone(), consignment, at: now };
        return Ok(std::iter::once(superseded).chain(new.then_some(Event::Submitted { node, by })).collect());
    }
    if purpose == Purpose::Deletion {
        // A withdrawal may overtake the filing it withdraws, and then stays against the number.
        return Ok(vec![Event::Withdrawn { node, master: consignment.master, version, issued, by }]);
    }
    let same_as_before = document.is_some_and(|document| {
        document.filed().is_some_and(|filed| filed.same_content(&consignment)) && document.faults == faults
    });
    let wanted_again =
        tree.cases_of(&node).any(|(_, case)| case.withdrawn || case.state() == super::CaseState::Rejected);
    // A house filed again after it left its master says that it is inside.
    let unlinked = document.is_some_and(|document| document.unlinked);
    if same_as_before && !wanted_again && !unlinked {
        // An identical re-send is the same filing. Its time still tells what was issued before it.
        let later = issued.filter(|issued| latest.is_none_or(|latest| latest.is_before(*issued)));
        let repeated = later.map(|issued| Event::Repeated { node: node.clone(), issued });
        // Who submits it as well is told what comes of it like whoever did first (PACT guide 1.9, section 13).
        let submitted = new.then_some(Event::Submitted { node, by });
        return Ok(repeated.into_iter().chain(submitted).collect());
    }
    let submitted = new && is_anything_asked(tree, &node);
    let submitted = submitted.then(|| Event::Submitted { node: node.clone(), by: by.clone() });
    let recorded =
        Event::Recorded { node, version: version + 1, by, consignment, consolidated, faults, at: now };
    Ok(std::iter::once(recorded).chain(submitted).collect())
}

/// Whether a referral is open on a node or, for a master, on anything inside.
fn is_anything_asked(tree: &Tree, node: &Node) -> bool {
    let concerned = tree.cases.iter().filter(|((of, _), _)| of == node || *node == Node::Master);
    tree.open_items() > 0 && { concerned }.any(|(_, case)| case.open_referrals().next().is_some())
}

/// A programme that asked about the goods is not bound out of its own request: only a way by surface,
/// which opens no case, frees them (the request stays open and visible).
fn binding_under_referral(tree: &Tree, case: &super::Case, binding: LegBinding) -> LegBinding {
    let out = matches!(&binding, LegBinding::DoesNotBind { why, .. } if *why != NotBound::BySurface);
    if out && case.open_referrals().next().is_some() {
        return LegBinding::Undecided { stations: Vec::new(), legs: (0..tree.legs.len()).collect() };
    }
    binding
}

fn bind(tree: &Tree, node: Node, programme: ProgrammeId, mode: Mode, binding: LegBinding) -> Option<Event> {
    let binding = match tree.cases.get(&(node.clone(), programme.clone())) {
        Some(case) => binding_under_referral(tree, case, binding),
        None => binding,
    };
    let unchanged = tree
        .cases
        .get(&(node.clone(), programme.clone()))
        .is_some_and(|case| case.mode == mode && case.binding == binding);
    (!unchanged).then_some(Event::Bound { node, programme, mode, binding })
}

/// A referral on a programme that was thought not to bind: the authority knows better than our table,
/// so the case is taken to bind on every leg until the route changes.
pub(super) fn bind_for_referral(
    tree: &Tree,
    node: &Node,
    programme: &ProgrammeId,
    actor: &Actor,
) -> Option<Event> {
    let case = tree.cases.get(&(node.clone(), programme.clone()));
    let binds = case.is_some_and(|case| !matches!(case.binding, LegBinding::DoesNotBind { .. }));
    if binds {
        return None;
    }
    let mode = case.map_or(
        match actor {
            Actor::Simulation => Mode::Simulated,
            _ => Mode::Relay,
        },
        |case| case.mode,
    );
    let binding = LegBinding::Undecided { stations: Vec::new(), legs: (0..tree.legs.len()).collect() };
    Some(Event::Bound { node: node.clone(), programme: programme.clone(), mode, binding })
}

/// Nobody speaks for an authority he is not: a relayed or own case is moved by that authority alone, a
/// simulated one by the simulation alone.
pub(super) fn may_decide(
    tree: &Tree,
    node: &Node,
    programme: &ProgrammeId,
    actor: &Actor,
) -> Result<(), Refusal> {
    let Some(case) = tree.cases.get(&(node.clone(), programme.clone())) else {
        return Err(Refusal(
            Phrase::new(codes::gate::NO_SUCH_CASE)
                .with("object", tree.key(node).to_string())
                .with("programme", programme.to_string()),
        ));
    };
    speaks_for(case.mode, programme, actor)
}

/// As [`may_decide`], of a version that exists: a judgement of data nobody filed would clear, unseen,
/// whatever is filed later under that number.
fn may_judge(
    tree: &Tree,
    node: &Node,
    programme: &ProgrammeId,
    version: u32,
    actor: &Actor,
) -> Result<(), Refusal> {
    may_decide(tree, node, programme, actor)?;
    let latest = tree.documents.get(node).and_then(super::Document::version);
    if version == 0 {
        let object = tree.key(node).to_string();
        return Err(Refusal(Phrase::new(codes::gate::SAID_BEFORE_FILING).with("object", object)));
    }
    if latest < Some(version) {
        return Err(Refusal(
            Phrase::new(codes::gate::VERSION_NOT_FILED)
                .with("object", tree.key(node).to_string())
                .with("version", version.to_string()),
        ));
    }
    Ok(())
}

/// A referral may also be opened where no case is: a hold must never be lost.
pub(super) fn may_refer(
    tree: &Tree,
    node: &Node,
    programme: &ProgrammeId,
    actor: &Actor,
) -> Result<(), Refusal> {
    match tree.cases.get(&(node.clone(), programme.clone())) {
        Some(case) => speaks_for(case.mode, programme, actor),
        None => match actor {
            Actor::Authority(of) if of == programme => Ok(()),
            Actor::Simulation => Ok(()),
            _ => Err(not_yours(programme, Mode::Relay)),
        },
    }
}

fn speaks_for(mode: Mode, programme: &ProgrammeId, actor: &Actor) -> Result<(), Refusal> {
    let entitled = match (mode, actor) {
        (Mode::Simulated, Actor::Simulation) => true,
        (Mode::Authority | Mode::Relay, Actor::Authority(of)) => of == programme,
        _ => false,
    };
    if entitled { Ok(()) } else { Err(not_yours(programme, mode)) }
}

pub(super) fn not_yours(programme: &ProgrammeId, mode: Mode) -> Refusal {
    Refusal(
        Phrase::new(codes::gate::NOT_YOUR_DECISION)
            .with("programme", programme.to_string())
            .with("mode", mode.as_str()),
    )
}
