//! Who is told of what, once it is durable.

use super::security;
use crate::ports::{AboutReferral, Addressee, Notice, NoticeKind};
use casework::Dossier;
use casework::case::{Actor, Event, Node, Opening, Tree};
use consignment::fact::ObjectName;
use finding::Phrase;
use programme::ProgrammeId;
use std::sync::Arc;

/// Who is told of an event: the filer, and the carrier of whatever holds or frees the goods. Of a programme that is
/// `of_all`, those who submitted the master are told of its houses too.
pub(super) fn notices(
    dossier: &Dossier,
    event: &casework::Event,
    of_all: &dyn Fn(&ProgrammeId) -> bool,
) -> Vec<Notice> {
    let event = match event {
        casework::Event::Tree(event) => event,
        casework::Event::Security(event) => return security::notices(event),
        casework::Event::Designation(_)
        | casework::Event::Decision(_)
        | casework::Event::Outage(_)
        | casework::Event::Answer(_)
        | casework::Event::Compared(_)
        | casework::Event::Transport(_)
        | casework::Event::Mandate(_) => return Vec::new(),
    };
    let tree = &dossier.tree;
    match event {
        Event::Acknowledged { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::Acknowledged }.filer(None)
        }
        Event::Rejected { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::Rejected }
                .filer_and_carrier()
        }
        Event::AssessmentCompleted { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::AssessmentComplete }
                .filer_and_carrier()
        }
        Event::ReferralOpened { node, programme, opening, reference, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::ReferralOpened }
                .request(opening, reference)
        }
        Event::ReferralClosed { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::ReferralClosed }
                .filer_and_carrier()
        }
        // The carrier must know that the goods are held; why is the agency's own business.
        Event::HoldPlaced { node, .. } => {
            Of { tree, of_all, node, programme: None, kind: NoticeKind::Held }.to([Addressee::Carrier])
        }
        Event::HoldLifted { node, .. } => {
            Of { tree, of_all, node, programme: None, kind: NoticeKind::Released }.to([Addressee::Carrier])
        }
        Event::ReferralAnswered { node, programme, .. } => {
            let authority = Addressee::Authority(programme.clone());
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::ReferralAnswered }
                .to([authority])
        }
        // What somebody claims is for those to know who can ask the authority.
        Event::Claimed { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::Claimed }
                .filer_and_carrier()
        }
        Event::ClaimEnded { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::ClaimEnded }
                .filer_and_carrier()
        }
        Event::AfterDeparture { node, programme, .. } => {
            let authority = Addressee::Authority(programme.clone());
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::AfterDeparture }
                .to([authority])
        }
        Event::DnlAirborne { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::CallByVoice }
                .to([Addressee::CarrierOperations, Addressee::Chain(1)])
        }
        Event::VoiceContact { node, programme, .. } => {
            let authority = Addressee::Authority(programme.clone());
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::ReachedByVoice }
                .to([authority, Addressee::Chain(1)])
        }
        Event::UpdatedLate { node, programme, .. } => {
            Of { tree, of_all, node, programme: Some(programme), kind: NoticeKind::UpdateTooLate }
                .filer_and_carrier()
        }
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
        | Event::ReferralTold { .. }
        | Event::EndedByCompletion { .. }
        | Event::Booked { .. }
        | Event::Resembles { .. }
        | Event::ResemblanceSettled { .. }
        | Event::SaidEarly { .. }
        | Event::EarlyTaken { .. }
        | Event::NotElsewhere { .. }
        | Event::Unlinked { .. }
        | Event::FilingStruck { .. } => Vec::new(),
    }
}

/// What the notices of one event have in common.
struct Of<'a> {
    tree: &'a Tree,
    of_all: &'a dyn Fn(&ProgrammeId) -> bool,
    node: &'a Node,
    programme: Option<&'a ProgrammeId>,
    kind: NoticeKind,
}

impl Of<'_> {
    fn notice(&self, to: Addressee) -> Notice {
        Notice {
            to,
            kind: self.kind,
            about: ObjectName::Consignment(self.tree.key(self.node)),
            programme: self.programme.cloned(),
            text: None,
            referral: None,
        }
    }

    fn to<const COUNT: usize>(&self, addressees: [Addressee; COUNT]) -> Vec<Notice> {
        addressees.into_iter().map(|to| self.notice(to)).collect()
    }

    /// To everybody who filed, if anybody did.
    fn filer(&self, text: Option<Phrase>) -> Vec<Notice> {
        let mut nodes = vec![self.node];
        let master = Node::Master;
        let referral = matches!(
            self.kind,
            NoticeKind::Rejected | NoticeKind::ReferralOpened | NoticeKind::ReferralClosed
        );
        if referral
            && *self.node != master
            && self.programme.is_some_and(|programme| (self.of_all)(programme))
        {
            nodes.push(&master);
        }
        let documents = nodes.into_iter().filter_map(|node| self.tree.documents.get(node));
        let mut names: Vec<&Arc<str>> = Vec::new();
        for submitter in documents.flat_map(|document| &document.submitters) {
            if let Actor::Filer(name) = submitter
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        let notice = |name: &Arc<str>| Notice {
            text: text.clone(),
            ..self.notice(Addressee::Filer(Arc::clone(name)))
        };
        names.into_iter().map(notice).collect()
    }

    fn filer_and_carrier(&self) -> Vec<Notice> {
        let mut notices = self.filer(None);
        notices.push(self.notice(Addressee::Carrier));
        notices
    }

    /// A request goes to the filer with its words; the carrier gets a copy that says what is asked for, and by
    /// when.
    fn request(&self, opening: &Opening, reference: &Arc<str>) -> Vec<Notice> {
        let about = |to_answer| {
            Some(AboutReferral {
                kind: opening.kind,
                reference: Arc::clone(reference),
                to_answer,
                deadline: opening.deadline,
                methods: opening.methods.clone(),
            })
        };
        let mut notices = self.filer(Some(opening.reason.clone()));
        for notice in &mut notices {
            notice.referral = about(true);
        }
        notices.push(Notice { referral: about(false), ..self.notice(Addressee::Carrier) });
        notices
    }
}
