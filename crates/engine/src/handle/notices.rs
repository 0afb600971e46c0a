//! Who is told of what, once it is durable.

use crate::ports::{Addressee, Notice, NoticeKind};
use casework::Dossier;
use casework::case::{Actor, Event};
use finding::Phrase;

/// Who is told of an event: the filer, and the carrier of whatever holds or frees the goods.
pub(super) fn notices(dossier: &Dossier, event: &casework::Event) -> Vec<Notice> {
    let casework::Event::Tree(event) = event else { return Vec::new() };
    let tree = &dossier.tree;
    let (node, programme, kind, text) = match event {
        Event::Acknowledged { node, programme, .. } => {
            (node, Some(programme), NoticeKind::Acknowledged, None)
        }
        Event::Rejected { node, programme, .. } => (node, Some(programme), NoticeKind::Rejected, None),
        Event::AssessmentCompleted { node, programme, .. } => {
            (node, Some(programme), NoticeKind::AssessmentComplete, None)
        }
        Event::ReferralOpened { node, programme, reason, .. } => {
            (node, Some(programme), NoticeKind::ReferralOpened, Some(reason.clone()))
        }
        Event::ReferralClosed { node, programme, .. } => {
            (node, Some(programme), NoticeKind::ReferralClosed, None)
        }
        // The carrier must know that the goods are held; why is the agency's own business.
        Event::HoldPlaced { node, .. } => (node, None, NoticeKind::Held, None),
        Event::HoldLifted { node, .. } => (node, None, NoticeKind::Released, None),
        // Written out, so that whoever adds an event says whether anybody is told of it.
        Event::Recorded { .. }
        | Event::Repeated { .. }
        | Event::Superseded { .. }
        | Event::SeenElsewhere { .. }
        | Event::Unread { .. }
        | Event::UnreadSettled { .. }
        | Event::ShipmentConfirmed { .. }
        | Event::AnnouncementWithdrawn { .. }
        | Event::SetAsideTold { .. }
        | Event::Reported { .. }
        | Event::Withdrawn { .. }
        | Event::Routed { .. }
        | Event::Bound { .. }
        | Event::Screened { .. }
        | Event::Joined { .. }
        | Event::Booked { .. }
        | Event::Resembles { .. }
        | Event::ResemblanceSettled { .. }
        | Event::Unlinked { .. } => return Vec::new(),
    };
    let notice = |to: Addressee, text: Option<Phrase>| Notice {
        to,
        kind,
        about: tree.key(node),
        programme: programme.cloned(),
        text,
    };
    let declarant = tree.documents.get(node).and_then(|document| document.declarant.as_ref());
    let mut notices = Vec::new();
    // The hold of an agency is no business of the filer's.
    let inside = matches!(kind, NoticeKind::Held | NoticeKind::Released);
    if let (Some(Actor::Filer(name)), false) = (declarant, inside) {
        notices.push(notice(Addressee::Filer(name.clone()), text));
    }
    if !matches!(kind, NoticeKind::Acknowledged) {
        notices.push(notice(Addressee::Carrier, None));
    }
    notices
}
