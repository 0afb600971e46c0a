//! How events change what is known of a tree.

use super::claim::{Claim, ClaimEnded, Claimed};
use super::document::{Document, Gone, Hold, Leaving, Screening};
use super::event::Event;
use super::identity;
use super::marks::LoadingMarks;
use super::programme_case::Case;
use super::refer;
use super::resemblance;
use super::state::{Booking, Node, TOLD_LEGS_MAX, ToldLeg, Tree, Unread};
use super::told::Teller;
use consignment::document::StatusFact;
use consignment::ident::HouseWaybill;
use consignment::route::RouteBasis;
use consignment::{Consignment, DocumentKind, Leg};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use programme::stop_words::cleanse;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Folds an event into the state. Never decides, never fails: events are facts.
#[must_use]
pub fn evolve(mut tree: Tree, event: &Event) -> Tree {
    (tree.covered, tree.one_of_each, tree.hearsay, tree.fewer) = Default::default();
    match event {
        Event::Unread { why, at } => {
            // What came again is one message, and counts from when it last came.
            tree.unread.retain(|note| note.why != *why);
            tree.unread.push(Unread { why: why.clone(), at: *at });
        }
        Event::UnreadSettled { why, at, .. } => tree.unread.retain(|note| note.why != *why || note.at != *at),
        // The later document stands; what the older one says against the goods is not forgotten.
        Event::AnnouncementWithdrawn { node } => {
            if let Some(document) = tree.documents.get_mut(node) {
                document.told.withdraw_announcement();
                document.announcers = BTreeSet::new();
                document.whose = named_otherwise_no_more(document.whose.take());
            }
            let forgotten = tree.documents.get(node).is_some_and(|document| {
                document.versions.is_empty() && document.reports.last().is_none() && document.holds.is_empty()
            });
            let claimed = tree.cases_of(node).any(|(_, case)| !case.claims.is_empty());
            if forgotten && !claimed && tree.referrals_of(node).next().is_none() {
                tree.documents.remove(node);
            }
        }
        Event::SetAsideTold { node, why } => {
            let whys = &mut tree.documents.entry(node.clone()).or_default().set_aside_for;
            if !whys.contains(why) {
                whys.push(why.clone());
            }
        }
        Event::Superseded { node, consignment, at } => {
            tree.documents.entry(node.clone()).or_default().told.set_aside(*at, consignment);
        }
        Event::Repeated { node, issued } => {
            tree.documents.entry(node.clone()).or_default().note_issued(Some(*issued));
        }
        Event::Submitted { node, by } => tree.documents.entry(node.clone()).or_default().note_submitter(by),
        Event::ShipmentConfirmed { node, .. } => {
            let document = tree.documents.entry(node.clone()).or_default();
            document.whose_settled |= document.whose.is_some();
            (document.other_shipment, document.elsewhere, document.whose) = (None, None, None);
            document.undisputed = document.versions.len().saturating_sub(1);
        }
        Event::SeenElsewhere { node, why } => {
            tree.documents.entry(node.clone()).or_default().elsewhere = Some(why.clone());
        }
        Event::WhoseDoubted { node, why } => {
            tree.documents.entry(node.clone()).or_default().whose.clone_from(why);
        }
        Event::SaidOfNumber { node, word } => {
            tree.number_words.entry(node.clone()).or_default().push(word.clone());
        }
        Event::Recorded { node, version, by, consignment, consolidated, faults, at } => {
            if tree.master.is_none() {
                tree.master = consignment.master;
            }
            let document = tree.documents.entry(node.clone()).or_default();
            if consignment.kind == DocumentKind::HouseAnnounced {
                document.announcers.insert(by.clone());
                document.told.announce(*at, consignment, faults, document.versions.len());
                return tree;
            }
            document.declared_as_well.retain(|_, (_, of)| !other_goods(of, consignment));
            let own = document.declarant.as_ref().is_none_or(|declarant| declarant == by);
            if consignment.security.is_some() && !own {
                // It raises nothing unless the carrier declares, and lowers like the report of anybody.
                document.told.lower(*at, consignment);
                let declared = (*at, Arc::clone(consignment));
                document.declared_as_well.insert(by.clone(), declared);
            }
            if consignment.security.is_some() && own {
                document.declared = Some((*at, Arc::clone(consignment)));
            } else if document.declared.as_ref().is_some_and(|(_, of)| other_goods(of, consignment)) {
                // What was declared of other goods says nothing of these.
                document.declared = None;
            }
            let others = document.versions.last().is_some_and(|before| other_goods(before, consignment));
            if others && document.unlinked {
                let gone = Gone { document: Document { gone: Vec::new(), ..document.clone() }, until: *at };
                document.gone.push(gone);
            }
            if others {
                document.told.void_answer();
                document.goods_since = Some(*at);
            }
            if let Some(known) = document.versions.get(document.undisputed) {
                document.other_shipment = identity::other_shipment(known, consignment);
            }
            if document.other_shipment.is_none() {
                document.undisputed = document.versions.len();
            }
            // Where both give a time, only what was surely issued later ends a withdrawal.
            let both = consignment.issue.message_at.zip(document.withdrawn_at);
            document.withdrawn =
                document.withdrawn && both.is_some_and(|(issued, withdrawn)| !withdrawn.is_before(issued));
            let withdrawn = document.withdrawn;
            document.note_issued(consignment.issue.message_at);
            document.faults.clone_from(faults);
            document.declarant.get_or_insert_with(|| by.clone());
            // Whose the house is that others named here, he says who files it.
            document.whose = named_otherwise_no_more(document.whose.take());
            document.note_submitter(by);
            document.marks = LoadingMarks::of(consignment);
            document.versions.push(Arc::clone(consignment));
            document.received.push(*at);
            document.consolidated = *consolidated;
            (document.unlinked, document.left) = (false, None);
            if consignment.parent.is_some() || !tree.children.is_empty() {
                tree.note_parent(node, consignment.parent.clone());
            }
            tree.note_stated(node);
            for case in cases_of_mut(&mut tree, node) {
                case.filed_version = Some(*version);
                case.withdrawn = withdrawn;
            }
        }
        Event::Reported { node, by, consignment, faults, at, by_desk } => {
            if tree.master.is_none() {
                tree.master = consignment.master;
            }
            let document = tree.documents.entry(node.clone()).or_default();
            document.told.report(*at, by, consignment, faults, document.versions.len(), *by_desk);
            document.reports.push(by.clone(), *by_desk, Arc::clone(consignment));
            if consignment.kind == DocumentKind::Echo {
                // What it repeats was said before, and counts where it was said.
                return tree;
            }
            let teller = Teller { who: by.clone(), desk: *by_desk };
            tree.note_offloaded(consignment, &teller);
            tree.note_legs(consignment, &teller);
            tree.note_stated(node);
        }
        Event::Withdrawn { node, master, issued, .. } => {
            if tree.master.is_none() {
                tree.master = *master;
            }
            let document = tree.documents.entry(node.clone()).or_default();
            document.withdrawn = true;
            let later = match (*issued, document.withdrawn_at) {
                (Some(issued), Some(known)) if issued.is_before(known) => Some(known),
                (issued, known) => issued.or(known),
            };
            document.withdrawn_at = later;
            for case in cases_of_mut(&mut tree, node) {
                case.withdrawn = true;
            }
        }
        Event::Routed { legs, unclear } => {
            tree.legs = legs.clone();
            tree.route_unclear = unclear.clone();
        }
        Event::Bound { node, programme, mode, binding } => {
            let filed = tree.documents.get(node).and_then(Document::version);
            tree.cases
                .entry((node.clone(), programme.clone()))
                .and_modify(|case| case.bind(*mode, binding.clone()))
                .or_insert_with(|| Case::new(*mode, binding.clone(), filed));
        }
        Event::Acknowledged { node, programme, version, at } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                if case.acknowledged_version < Some(*version) {
                    (case.acknowledged_version, case.acknowledged_at) = (Some(*version), Some(*at));
                }
            }
        }
        Event::Rejected { node, programme, version, findings } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                if case.rejected.as_ref().is_none_or(|(rejected, _)| rejected <= version) {
                    case.rejected = Some((*version, findings.clone()));
                }
            }
        }
        Event::Screened { node, version, lists, hits, notes } => {
            if let Some(document) = tree.documents.get_mut(node) {
                document.screening = Some(Screening {
                    version: *version,
                    lists: lists.clone(),
                    hits: hits.clone(),
                    notes: notes.clone(),
                });
            }
        }
        Event::ReferralOpened { node, programme, opening, reference, by, at } => {
            // What an authority speaks of exists, filed or not, and counts among what is inside.
            tree.documents.entry(node.clone()).or_default();
            tree.referrals_opened += 1;
            if let Some(case) = case_mut(&mut tree, node, programme) {
                refer::fold_opened(case, opening, reference, by, *at);
                tree.open_items += 1;
            }
        }
        Event::ReferralClosed { node, programme, kind, reference, at } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                let closed = refer::fold_closed(case, *kind, reference, *at);
                tree.open_items = tree.open_items.saturating_sub(closed);
            }
        }
        Event::AssessmentCompleted { node, programme, version, at } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                let known = case.completed.entry(*version).or_insert(*at);
                *known = (*known).max(*at);
            }
        }
        Event::ReferralTold { node, programme, track, said, terms, at, .. } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                refer::fold_told(case, track, *said, terms, *at);
            }
        }
        Event::DeadlinePassed { node, programme, track, deadline, .. } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                case.overdue.insert((track.clone(), *deadline));
            }
        }
        Event::EndedByCompletion { node, programme, kinds, at } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                for kind in kinds {
                    case.ended_by_completion.entry(*kind).or_default().note(*at);
                }
            }
        }
        Event::ReferralAnswered { node, programme, answered, .. } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                refer::fold_answered(case, answered);
            }
        }
        Event::Claimed { node, programme, claim } => {
            tree.documents.entry(node.clone()).or_default();
            if let Some(case) = case_mut(&mut tree, node, programme) {
                match case.claims.iter_mut().find(|known| known.is(claim)) {
                    _ if !claim.open => case.gave_way.push(claim.clone()),
                    // It gave way, and holds again.
                    Some(known) => known.open = true,
                    None => case.claims.push(claim.clone()),
                }
            }
        }
        Event::ClaimEnded { node, programme, claim: ended, ended: by } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                let claims = case.claims.iter_mut().filter(|claim| claim.is(ended));
                claims.for_each(|claim| claim.open = false);
                case.gave_way.retain(|claim| !claim.is(ended));
                if matches!((by, ended.claimed), (ClaimEnded::ByAuthority, Claimed::Referral(_))) {
                    case.gave_way.push(Claim { open: false, ..ended.clone() });
                }
            }
        }
        Event::DnlAirborne { node, programme, reference, leg, at } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                refer::fold_airborne(case, reference, leg, *at);
            }
        }
        Event::VoiceContact { node, programme, reference, reached, .. } => {
            if let Some(case) = case_mut(&mut tree, node, programme) {
                refer::fold_voice_contact(case, reference, reached);
            }
        }
        // Told on; it changes nothing that is open.
        Event::AfterDeparture { .. } | Event::UpdatedLate { .. } => {}
        // Whoever reads the streams folds the other stream's events at this place.
        Event::Joined { .. } => {}
        Event::HoldPlaced { node, agency, cause, entry } => {
            let document = tree.documents.entry(node.clone()).or_default();
            let (agency, cause, entry) = (Arc::clone(agency), cause.clone(), entry.clone());
            document.holds.push(Hold { agency, cause, entry });
            tree.open_items += 1;
        }
        Event::HoldLifted { node, agency, cause, entry } => {
            if let Some(document) = tree.documents.get_mut(node) {
                let before = document.holds.len();
                let lifted =
                    |hold: &Hold| hold.agency == *agency && hold.cause == *cause && hold.entry == *entry;
                document.holds.retain(|hold| !lifted(hold));
                tree.open_items = tree.open_items.saturating_sub(before - document.holds.len());
            }
        }
        Event::Booked { legs, .. } => {
            let versions_known = tree.documents.get(&Node::Master).map_or(0, |master| master.versions.len());
            tree.bookings.push(Booking { legs: legs.clone(), versions_known });
        }
        Event::Resembles { node, why } => {
            let document = tree.documents.entry(node.clone()).or_default();
            // Compared anew, it takes the place of what was compared before.
            document.resembles.retain(|known| !resemblance::is_of_the_same(known, why));
            document.resembles.push(why.clone());
        }
        // Another order compares anew, and so does this one, where it turns out to be open still.
        Event::ResemblanceOver { node, why } => {
            let document = tree.documents.entry(node.clone()).or_default();
            document.resembles.retain(|known| known != why);
        }
        Event::ResemblanceSettled { node, why, .. } => {
            let document = tree.documents.entry(node.clone()).or_default();
            document.resembles.retain(|known| known != why);
            document.resembled_before.push(why.clone());
        }
        Event::Unlinked { node, went, at, .. } => {
            let left_version = tree.documents.get(&Node::Master).map_or(0, |master| master.versions.len());
            let left = tree.leaving(*at, went.map_or(*at, |went| went.min(*at)));
            let document = tree.documents.entry(node.clone()).or_default();
            document.left = Some(left);
            (document.unlinked, document.left_version) = (true, left_version);
            // Where it was said to be as well, it is now.
            document.elsewhere = None;
        }
        Event::SaidEarly { early } => tree.early.push((**early).clone()),
        Event::EarlyTaken { early } => tree.early.retain(|known| *known != **early),
        Event::NotElsewhere { node } => {
            if let Some(document) = tree.documents.get_mut(node) {
                document.elsewhere = None;
            }
        }
        Event::FilingStruck { node, filer, .. } => {
            let document = tree.documents.entry(node.clone()).or_default();
            document.struck.push(filer.clone());
            document.submitters.retain(|submitter| submitter != filer);
            document.declared_as_well.remove(filer);
            // Nothing that he said stands against whoever files it rightly: no time, no goods, no declaration.
            (document.declarant, document.declared, document.other_shipment) = (None, None, None);
            (document.whose, document.whose_settled) = (None, false);
            (document.issued_last, document.withdrawn_at, document.withdrawn) = (None, None, true);
            document.undisputed = document.versions.len();
            for case in cases_of_mut(&mut tree, node) {
                case.withdrawn = true;
            }
        }
    }
    tree
}

impl Tree {
    /// Notes the legs a report tells; of the same leg told twice, the later one counts. A flight has gone one way: where it went, as
    /// who may tells anew, takes the place of what was told. A plan takes no landing away.
    fn note_legs(&mut self, report: &Consignment, by: &Teller) {
        let versions_known = self.documents.get(&Node::Master).map_or(0, |master| master.versions.len());
        let told = report.legs.iter().map(|leg| match leg.basis {
            RouteBasis::Flown if !by.desk => Leg { basis: RouteBasis::Scheduled, ..leg.clone() },
            _ => leg.clone(),
        });
        for leg in told {
            let anew = |known: &Leg| {
                let flown = known.basis == RouteBasis::Flown && leg.basis == RouteBasis::Flown;
                let ends = known.from == leg.from || known.to == leg.to;
                flown
                    && ends
                    && known.flight.is_some()
                    && known.flight == leg.flight
                    && known.date == leg.date
            };
            self.told_legs.retain(|told| told.leg != leg && !(by.outweighs(&told.by) && anew(&told.leg)));
            if self.told_legs.len() <= TOLD_LEGS_MAX {
                let (by, bookings_known) = (by.clone(), self.bookings.len());
                self.told_legs.push(ToldLeg { leg, by, versions_known, bookings_known });
            }
        }
    }

    /// What a house that leaves the master now leaves it with.
    fn leaving(&self, at: Timestamp, went: Timestamp) -> Leaving {
        let master = self.documents.get(&Node::Master);
        Leaving {
            at,
            went,
            holds: master.map(|master| master.holds.clone()).unwrap_or_default(),
            resembles: master.map(|master| master.resembles.clone()).unwrap_or_default(),
            unread: self.unread.iter().map(|note| note.why.clone()).collect(),
            told_not_to_load: master.is_some_and(Document::is_told_not_to_load),
        }
    }

    /// A flight that left without the goods has not flown them, whatever was told of its departure.
    fn note_offloaded(&mut self, report: &Consignment, by: &Teller) {
        let left_behind = |fact: &&StatusFact| {
            fact.all_pieces.is_some() && matches!(fact.discrepancy.as_deref(), Some("OFLD" | "SSPD"))
        };
        for fact in report.statuses.iter().filter(left_behind) {
            let flown = self.told_legs.iter_mut().filter(|told| {
                let leg = &told.leg;
                leg.basis == RouteBasis::Flown
                    && by.outweighs(&told.by)
                    && fact.station.is_none_or(|station| station == leg.from)
                    && fact.flight.is_none_or(|flight| leg.flight.is_none_or(|known| known == flight))
            });
            flown.for_each(|told| told.leg.basis = RouteBasis::Scheduled);
        }
    }

    fn note_parent(&mut self, node: &Node, parent: Option<HouseWaybill>) {
        for children in self.children.values_mut() {
            children.remove(node);
        }
        if let Some(parent) = parent {
            self.children.entry(Node::House(parent)).or_default().insert(node.clone());
        }
        self.children.retain(|_, children| !children.is_empty());
    }
}

/// Why nobody can say whose a house is, where that is not only what others named.
fn named_otherwise_no_more(whose: Option<Phrase>) -> Option<Phrase> {
    whose.filter(|why| why.code != codes::gate::WHY_NAMED_OTHERWISE)
}

/// Whether what was declared of one version may not be said of another: its pieces, weight or goods, where
/// it starts, or from whom the goods were received, are others.
fn other_goods(one: &Consignment, other: &Consignment) -> bool {
    let shipper =
        |consignment: &Consignment| consignment.shipper.as_ref().map(|shipper| cleanse(&shipper.name));
    one.pieces != other.pieces
        || one.weight != other.weight
        || one.goods != other.goods
        || one.origin != other.origin
        || shipper(one) != shipper(other)
}

fn case_mut<'a>(tree: &'a mut Tree, node: &Node, programme: &ProgrammeId) -> Option<&'a mut Case> {
    tree.cases.get_mut(&(node.clone(), programme.clone()))
}

fn cases_of_mut<'a>(tree: &'a mut Tree, node: &'a Node) -> impl Iterator<Item = &'a mut Case> {
    let first = (node.clone(), ProgrammeId::new(""));
    tree.cases.range_mut(first..).take_while(move |((of, _), _)| of == node).map(|(_, case)| case)
}
