//! Who is told of what, once it is durable.

use super::security;
use crate::ports::{AboutReferral, Addressee, Notice, NoticeKind};
use crate::settings::Settings;
use casework::Dossier;
use casework::case::{Actor, Event, Node, Opening, Referral, TrackKey, Tree};
use consignment::ConsignmentKey;
use consignment::fact::{ObjectName, ReferralKind};
use consignment::ident::HouseWaybill;
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// Who is told of an event: the filer, and the carrier of whatever holds or frees the goods. Of a programme that takes a
/// bill from several, those who submitted the master are told of its houses too.
pub(super) fn notices(dossier: &Dossier, event: &casework::Event, settings: &Settings) -> Vec<Notice> {
    let event = match event {
        casework::Event::Tree(event) => event,
        casework::Event::Security(event) => return security::notices(event),
        casework::Event::Designation(_)
        | casework::Event::Decision(_)
        | casework::Event::Outage(_)
        | casework::Event::Answer(_)
        | casework::Event::Compared(_)
        | casework::Event::Transport(_)
        | casework::Event::Mandate(_)
        | casework::Event::Accessed(_)
        | casework::Event::Person(_)
        | casework::Event::Adjudicated(_)
        | casework::Event::Retention(_) => return Vec::new(),
    };
    let tree = &dossier.tree;
    match event {
        Event::Acknowledged { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::Acknowledged }
                .filer(None)
        }
        Event::Rejected { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::Rejected }
                .filer_and_carrier()
        }
        Event::AssessmentCompleted { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::AssessmentComplete }
                .filer_and_carrier()
        }
        Event::ReferralOpened { node, programme, opening, reference, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::ReferralOpened }
                .request(opening, reference)
        }
        Event::ReferralTold { node, programme, track, asks: true, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::ReferralOpened }
                .asked_again(track)
        }
        Event::ReferralClosed { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::ReferralClosed }
                .filer_and_carrier()
        }
        // The carrier must know that the goods are held; why is the agency's own business.
        Event::HoldPlaced { node, .. } => {
            Of { tree, settings, node, programme: None, kind: NoticeKind::Held }.to([Addressee::Carrier])
        }
        Event::HoldLifted { node, .. } => {
            Of { tree, settings, node, programme: None, kind: NoticeKind::Released }.to([Addressee::Carrier])
        }
        Event::ReferralAnswered { node, programme, .. } => {
            let authority = Addressee::Authority(programme.clone());
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::ReferralAnswered }
                .to([authority])
        }
        // It holds nothing unless what is open turns out to be over.
        Event::Claimed { claim, .. } if !claim.open => Vec::new(),
        // What somebody claims is for those to know who can ask the authority.
        Event::Claimed { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::Claimed }
                .filer_and_carrier()
        }
        Event::ClaimEnded { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::ClaimEnded }
                .filer_and_carrier()
        }
        Event::DeadlinePassed { node, programme, track, reference, deadline, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::DeadlinePassed }
                .overdue(track, reference, *deadline)
        }
        Event::Submitted { node, by } => open_for(tree, settings, node, by),
        // Whose house it was nobody could say, so nobody was told what was asked of it.
        Event::ShipmentConfirmed { node, .. } => {
            let submitters = tree.documents.get(node).map(|document| document.submitters.as_slice());
            let submitters = submitters.unwrap_or_default().iter();
            submitters.flat_map(|by| open_for(tree, settings, node, by)).collect()
        }
        Event::WhoseDoubted { node, why: Some(why) } | Event::Resembles { node, why } => {
            doubted(tree, node, why)
        }
        Event::Unread { why, .. } => match house_alone(why) {
            Some(node) => doubted(tree, &node, why),
            None => Vec::new(),
        },
        Event::AfterDeparture { node, programme, .. } => {
            let authority = Addressee::Authority(programme.clone());
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::AfterDeparture }
                .to([authority])
        }
        Event::DnlAirborne { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::CallByVoice }
                .to([Addressee::CarrierOperations, Addressee::Chain(1)])
        }
        Event::VoiceContact { node, programme, .. } => {
            let authority = Addressee::Authority(programme.clone());
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::ReachedByVoice }
                .to([authority, Addressee::Chain(1)])
        }
        Event::UpdatedLate { node, programme, .. } => {
            Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::UpdateTooLate }
                .filer_and_carrier()
        }
        // Written out, so that whoever adds an event says whether anybody is told of it.
        Event::Recorded { .. }
        | Event::Repeated { .. }
        | Event::Superseded { .. }
        | Event::SeenElsewhere { .. }
        | Event::SaidOfNumber { .. }
        | Event::WhoseDoubted { why: None, .. }
        | Event::UnreadSettled { .. }
        | Event::AnnouncementWithdrawn { .. }
        | Event::SetAsideTold { .. }
        | Event::Reported { .. }
        | Event::Withdrawn { .. }
        | Event::Routed { .. }
        | Event::Bound { .. }
        | Event::Screened { .. }
        | Event::Joined { .. }
        | Event::ReferralTold { asks: false, .. }
        | Event::EndedByCompletion { .. }
        | Event::Booked { .. }
        | Event::ResemblanceOver { .. }
        | Event::ResemblanceSettled { .. }
        | Event::SaidEarly { .. }
        | Event::EarlyTaken { .. }
        | Event::NotElsewhere { .. }
        | Event::Unlinked { .. }
        | Event::FilingStruck { .. } => Vec::new(),
    }
}

/// Notices of one kind to everybody who filed goods.
pub(super) fn to_filers(
    tree: &Tree,
    settings: &Settings,
    node: &Node,
    programme: &ProgrammeId,
    kind: NoticeKind,
) -> Vec<Notice> {
    Of { tree, settings, node, programme: Some(programme), kind }.filer(None)
}

/// What the notices of one event have in common.
struct Of<'a> {
    tree: &'a Tree,
    settings: &'a Settings,
    node: &'a Node,
    programme: Option<&'a ProgrammeId>,
    kind: NoticeKind,
}

impl Of<'_> {
    fn notice(&self, to: Addressee) -> Notice {
        let about = ObjectName::Consignment(self.tree.key(self.node));
        Notice { programme: self.programme.cloned(), ..Notice::new(to, self.kind, about) }
    }

    fn to<const COUNT: usize>(&self, addressees: [Addressee; COUNT]) -> Vec<Notice> {
        addressees.into_iter().map(|to| self.notice(to)).collect()
    }

    /// To everybody who filed, if anybody did.
    fn filer(&self, text: Option<Phrase>) -> Vec<Notice> {
        // Nobody is told of a house that may be another's.
        if self.tree.documents.get(self.node).is_some_and(|document| document.whose.is_some()) {
            return Vec::new();
        }
        let mut nodes = vec![self.node];
        let master = Node::Master;
        let referral = matches!(
            self.kind,
            NoticeKind::Rejected
                | NoticeKind::ReferralOpened
                | NoticeKind::ReferralClosed
                | NoticeKind::DeadlinePassed
        );
        if referral
            && *self.node != master
            && self.programme.is_some_and(|programme| self.settings.takes_any_submitter(programme))
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

    /// Whether the carrier answers in the first place, and not whoever filed.
    fn carrier_answers(&self, kind: ReferralKind) -> bool {
        self.programme.is_some_and(|programme| self.settings.carrier_answers_first(programme, kind))
    }

    /// A request goes with its words to whoever filed, and to the carrier where he answers it; else he gets a copy that
    /// says what is asked for, and by when.
    fn request(&self, opening: &Opening, reference: &Arc<str>) -> Vec<Notice> {
        // What nobody filed is the carrier's to find out.
        let nobody = self.filer(None).is_empty();
        let by_carrier = nobody || self.carrier_answers(opening.kind);
        let about = AboutReferral {
            kind: opening.kind,
            reference: Arc::clone(reference),
            to_answer: !by_carrier,
            deadline: opening.deadline,
            methods: opening.methods.clone(),
        };
        let mut notices = self.filer(Some(opening.reason.clone()));
        for notice in &mut notices {
            notice.referral = Some(about.clone());
        }
        let referral = Some(AboutReferral { to_answer: by_carrier, ..about });
        let text = by_carrier.then(|| opening.reason.clone());
        notices.push(Notice { referral, text, ..self.notice(Addressee::Carrier) });
        notices
    }

    /// What is asked anew, as it stands now.
    fn asked_again(&self, track: &TrackKey) -> Vec<Notice> {
        let case = self.programme.and_then(|of| self.tree.cases.get(&(self.node.clone(), of.clone())));
        let open = case.and_then(|case| case.open_referrals().find(|open| open.track() == *track));
        open.map(|referral| self.request(&standing(referral), &referral.reference)).unwrap_or_default()
    }

    /// That an answer is not there is told to whoever owes it, and to the desk that waits for it.
    fn overdue(&self, track: &TrackKey, reference: &Arc<str>, deadline: Timestamp) -> Vec<Notice> {
        let (kind, ..) = track.parts();
        let mut notices = match self.carrier_answers(kind) {
            true => Vec::new(),
            false => self.filer(None),
        };
        if notices.is_empty() {
            notices.push(self.notice(Addressee::Carrier));
        }
        let about = |to_answer| {
            let (reference, methods) = (Arc::clone(reference), Vec::new());
            Some(AboutReferral { kind, reference, to_answer, deadline: Some(deadline), methods })
        };
        for notice in &mut notices {
            notice.referral = about(true);
        }
        let authority = self.programme.map(|programme| Addressee::Authority(programme.clone()));
        let authority = authority.map(|to| Notice { referral: about(false), ..self.notice(to) });
        notices.into_iter().chain(authority).collect()
    }
}

/// What an open referral asks for, as if it were opened now.
fn standing(referral: &Referral) -> Opening {
    Opening {
        methods: referral.methods.clone(),
        deadline: referral.deadline,
        ..Opening::new(referral.kind, None, referral.reason.clone())
    }
}

/// What is open is told to whoever submits the goods after it was opened.
fn open_for(tree: &Tree, settings: &Settings, submitted: &Node, by: &Actor) -> Vec<Notice> {
    let Actor::Filer(name) = by else { return Vec::new() };
    let mut notices = Vec::new();
    for ((node, programme), case) in &tree.cases {
        let inside = *submitted == Node::Master && settings.takes_any_submitter(programme);
        if node != submitted && !inside {
            continue;
        }
        let of = Of { tree, settings, node, programme: Some(programme), kind: NoticeKind::ReferralOpened };
        for referral in case.open_referrals() {
            let all = of.request(&standing(referral), &referral.reference);
            notices.extend(
                { all }.into_iter().filter(|one| matches!(&one.to, Addressee::Filer(filer) if filer == name)),
            );
        }
    }
    notices
}

/// Who stands duty is told that a house is in doubt, and why: two people settle it.
fn doubted(tree: &Tree, node: &Node, why: &Phrase) -> Vec<Notice> {
    vec![in_doubt(tree.key(node), why.clone())]
}

/// Tells the duty desk what it must find out about goods.
pub(super) fn in_doubt(object: ConsignmentKey, why: Phrase) -> Notice {
    let about = ObjectName::Consignment(object);
    Notice { text: Some(why), ..Notice::new(Addressee::Duty, NoticeKind::InDoubt, about) }
}

/// The house that a message may mean which names its number alone.
fn house_alone(why: &Phrase) -> Option<Node> {
    if why.code != codes::gate::WHY_HOUSE_NUMBER_ALONE {
        return None;
    }
    let (_, house) = why.args.iter().find(|(name, _)| *name == "house")?;
    HouseWaybill::parse(house).ok().map(Node::House)
}
