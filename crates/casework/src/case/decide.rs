use super::command::{Actor, Command, Event};
use super::linking;
use super::programme_case::{LegBinding, ReferralKind};
use super::state::{Node, Tree};
use crate::Refusal;
use consignment::issue::IssueTime;
use consignment::{Consignment, DocumentKind, Purpose};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::{Mode, NotBound, ProgrammeId};
use std::sync::Arc;

/// What follows from a command, or why it is refused. An empty list means: already so.
///
/// # Errors
/// A [`Refusal`] where the actor may not do this, or the thing it speaks of does not exist.
pub fn decide(tree: &Tree, command: Command, actor: &Actor, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Record { consignment, purpose, consolidated, faults } => {
            record(tree, Taken { consignment, purpose, consolidated, faults }, actor, now)
        }
        Command::NoteElsewhere { node, why } => {
            let document = tree.documents.get(&node);
            let known = document.is_some_and(|document| document.elsewhere.as_ref() == Some(&why));
            Ok(if known { Vec::new() } else { vec![Event::SeenElsewhere { node, why }] })
        }
        Command::ConfirmShipment { node } => {
            let document = tree.documents.get(&node);
            let doubtful = |document: &super::Document| {
                document.other_shipment.is_some() || document.elsewhere.is_some()
            };
            if !document.is_some_and(doubtful) {
                return Err(Refusal(
                    Phrase::new(codes::gate::NOTHING_TO_CONFIRM).with("object", tree.key(&node).to_string()),
                ));
            }
            Ok(vec![Event::ShipmentConfirmed { node, agency: agency_of(actor) }])
        }
        Command::WithdrawAnnouncement { node } => {
            let announced =
                tree.documents.get(&node).is_some_and(|document| document.told.announced().is_some());
            Ok(if announced { vec![Event::AnnouncementWithdrawn { node }] } else { Vec::new() })
        }
        Command::TellSetAside { node, why } => Ok(vec![Event::SetAsideTold { node, why }]),
        Command::SettleUnread => {
            let settled = Event::UnreadSettled { agency: agency_of(actor) };
            Ok(if tree.unread.is_empty() { Vec::new() } else { vec![settled] })
        }
        Command::NoteUnread { why } => {
            Ok(if tree.unread.contains(&why) { Vec::new() } else { vec![Event::Unread { why, at: now }] })
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
            let case = tree.cases.get(&(node.clone(), programme.clone()));
            if case.is_some_and(|case| case.acknowledged_version >= Some(version)) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::Acknowledged { node, programme, version }])
        }
        Command::Reject { node, programme, version, findings } => {
            may_judge(tree, &node, &programme, version, actor)?;
            Ok(vec![Event::Rejected { node, programme, version, findings }])
        }
        Command::RecordScreening { node, version, lists, hits, addresses } => {
            Ok(vec![Event::Screened { node, version, lists, hits, addresses }])
        }
        Command::OpenReferral { node, programme, kind, reference, reason, deadline } => {
            may_refer(tree, &node, &programme, actor)?;
            let repeated = tree.referral(&node, &programme, kind, &reference);
            if repeated.is_some_and(|referral| referral.open) {
                // The authority repeats that it is still open: the same referral, not a second one.
                return Ok(Vec::new());
            }
            let mut events = Vec::new();
            events.extend(bind_for_referral(tree, &node, &programme, actor));
            events.push(Event::ReferralOpened {
                node,
                programme,
                kind,
                reference,
                by: actor.clone(),
                reason,
                deadline,
                at: now,
            });
            Ok(events)
        }
        Command::CloseReferral { node, programme, kind, reference } => {
            close(tree, node, programme, kind, reference, actor)
        }
        Command::CompleteAssessment { node, programme, version } => {
            may_judge(tree, &node, &programme, version, actor)?;
            Ok(vec![Event::AssessmentCompleted { node, programme, version }])
        }
        Command::PlaceHold { node, cause } => {
            let agency = agency_of(actor);
            let again = tree.documents.get(&node).is_some_and(|document| {
                document.holds.iter().any(|hold| hold.agency == agency && hold.cause == cause)
            });
            Ok(if again { Vec::new() } else { vec![Event::HoldPlaced { node, agency, cause }] })
        }
        Command::LiftHold { node, cause } => {
            let agency = agency_of(actor);
            let held = tree.documents.get(&node).is_some_and(|document| {
                document.holds.iter().any(|hold| hold.agency == agency && hold.cause == cause)
            });
            if !held {
                return Err(Refusal(
                    Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", tree.key(&node).to_string()),
                ));
            }
            Ok(vec![Event::HoldLifted { node, agency, cause }])
        }
        Command::Book { legs } => linking::book(tree, legs, now),
        Command::NoteResemblance { node, why } => Ok(linking::note_resemblance(tree, node, why)),
        Command::SettleResemblance { node } => linking::settle_resemblance(tree, node, agency_of(actor)),
        Command::Unlink { node, recounted_pieces, went } => {
            linking::unlink(tree, node, recounted_pieces, went, agency_of(actor), now)
        }
    }
}

fn agency_of(actor: &Actor) -> Arc<str> {
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
}

fn record(tree: &Tree, taken: Taken, actor: &Actor, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let Taken { consignment, purpose, consolidated, faults } = taken;
    let by = actor.clone();
    let node = Node::of(&consignment.key());
    match consignment.kind {
        DocumentKind::Status | DocumentKind::ManifestLine | DocumentKind::Echo => {
            let known = tree.documents.get(&node).is_some_and(|document| {
                document.reports.contains(&consignment) && document.told.knows_faults(&consignment, &faults)
            });
            let reported = Event::Reported { node, consignment, faults, at: now };
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
    if let Some(declarant) = document.and_then(|document| document.declarant.as_ref()) {
        if declarant != actor {
            return Err(Refusal(
                Phrase::new(codes::gate::NOT_THE_DECLARANT).with("object", tree.key(&node).to_string()),
            ));
        }
    }
    // The time of the message tells versions apart, the day of a signature does not; and what claims to come
    // from the future orders nothing.
    let issued = consignment.issue.message_at;
    let latest = document
        .and_then(|document| document.issued_last)
        .filter(|latest| !matches!(latest, IssueTime::Instant(at) if *at > now));
    if issued.zip(latest).is_some_and(|(issued, latest)| issued.is_before(latest)) {
        // It was overtaken on the way. What was issued later stands, whatever came in first.
        return Ok(vec![Event::Superseded { node, consignment, at: now }]);
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
        return Ok(later.map(|issued| Event::Repeated { node, issued }).into_iter().collect());
    }
    Ok(vec![Event::Recorded { node, version: version + 1, by, consignment, consolidated, faults, at: now }])
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
fn bind_for_referral(tree: &Tree, node: &Node, programme: &ProgrammeId, actor: &Actor) -> Option<Event> {
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
fn may_decide(tree: &Tree, node: &Node, programme: &ProgrammeId, actor: &Actor) -> Result<(), Refusal> {
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
    if version == 0 || latest < Some(version) {
        return Err(Refusal(
            Phrase::new(codes::gate::VERSION_NOT_FILED)
                .with("object", tree.key(node).to_string())
                .with("version", version.to_string()),
        ));
    }
    Ok(())
}

/// A referral may also be opened where no case is: a hold must never be lost.
fn may_refer(tree: &Tree, node: &Node, programme: &ProgrammeId, actor: &Actor) -> Result<(), Refusal> {
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

fn not_yours(programme: &ProgrammeId, mode: Mode) -> Refusal {
    Refusal(
        Phrase::new(codes::gate::NOT_YOUR_DECISION)
            .with("programme", programme.to_string())
            .with("mode", mode.as_str()),
    )
}

fn close(
    tree: &Tree,
    node: Node,
    programme: ProgrammeId,
    kind: ReferralKind,
    reference: Arc<str>,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    let Some(referral) = tree.referral(&node, &programme, kind, &reference) else {
        return Err(Refusal(
            Phrase::new(codes::gate::REFERRAL_UNKNOWN).with("referral", reference.to_string()),
        ));
    };
    if referral.by != *actor {
        return Err(Refusal(
            Phrase::new(codes::gate::NOT_THE_OPENING_AUTHORITY)
                .with("referral", reference.to_string())
                .with("authority", agency_of(actor).to_string()),
        ));
    }
    let closed = Event::ReferralClosed { node, programme, kind, reference };
    Ok(if referral.open { vec![closed] } else { Vec::new() })
}
