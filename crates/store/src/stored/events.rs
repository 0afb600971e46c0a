//! The register of event types: the one place that gives each event its type, version and fields.

use super::fault::Wrong;
use super::value::Value;
use super::writer::Writer;
use super::{TYPE, VERSION};
use casework::Event;
use casework::adjudication::Event as Adjudicated;
use casework::answers::Event as Answer;
use casework::case::Event as Tree;
use casework::decision::Event as Decision;
use casework::mandate::Event as Mandate;
use casework::outage::Event as Outage;
use casework::people::Event as Person;
use casework::retention::Event as Retention;
use casework::security::designation::Event as Designation;
use casework::security::record::{Event as Security, SecurityFact};
use casework::transport::Event as Transport;

/// A type of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Type {
    /// Its name, such as `tree.recorded`. Once released, it keeps its meaning for ever.
    pub kind: &'static str,
    /// The version of its form that this release writes.
    pub v: u32,
    /// The fields after type and version, in order.
    pub fields: &'static [&'static str],
    /// What it tells.
    pub tells: &'static str,
}

/// Rows: what the event tells, its type, version and fields in the order they are written, and the event itself with
/// each field by its name. The event is both what is taken apart and what is put together, so that a field that is
/// missing in it does not compile. `or value` as in [`super::shape`].
macro_rules! events {
    ($(#[doc = $tells:literal] $kind:literal $v:literal [$($field:ident $(or $default:expr)?),*] { $($event:tt)* })*) => {
        /// Every type of event that this release writes, in the order of the register.
        pub const TYPES: &[Type] =
            &[$(Type { kind: $kind, v: $v, fields: &[$(stringify!($field)),*], tells: $tells }),*];

        /// The type of an event, and the version of its form.
        #[allow(unused_variables)]
        pub(super) fn head(event: &Event) -> (&'static str, u32) {
            match event { $(Event::$($event)* => ($kind, $v),)* }
        }

        /// Writes the fields of an event.
        pub(super) fn put(event: &Event, out: &mut Writer) {
            match event { $(Event::$($event)* => {
                $(super::shape::put_field!(out, $field, stringify!($field) $(, $default)?);)*
            })* }
        }

        /// Reads an event of this type.
        pub(super) fn take(kind: &str, value: &Value<'_>) -> Result<Event, Wrong> {
            let mut fields = value.fields()?;
            let (_, _): (String, u32) = (fields.take(TYPE)?, fields.take(VERSION)?);
            match kind {
                $($kind => {
                    $(let $field = super::shape::take_field!(fields, stringify!($field) $(, $default)?);)*
                    fields.end(&[TYPE, VERSION $(, stringify!($field))*])?;
                    Ok(Event::$($event)*)
                })*
                other => Err(Wrong::text(other, "a type of event")),
            }
        }

        /// An invented event of each type.
        #[cfg(test)]
        pub(super) const SAMPLES: &[(&str, fn(&mut super::sample::Sampler) -> Event)] = &[$((
            $kind,
            |from| {
                $(let $field = from.field(stringify!($field));)*
                Event::$($event)*
            },
        )),*];
    };
}

events! {
    /// A document was taken in as a version of its consignment.
    "tree.recorded" 1 [node, version, by, consignment, consolidated, faults, at] {
        Tree(Tree::Recorded { node, version, by, consignment, consolidated, faults, at })
    }
    /// What counts was sent again, with a later time of issue.
    "tree.repeated" 1 [node, issued] { Tree(Tree::Repeated { node, issued }) }
    /// Somebody else submitted what counts as well, or submits it while something is open.
    "tree.submitted" 1 [node, by] { Tree(Tree::Submitted { node, by }) }
    /// A document came in that was issued before the one that counts, or from somebody the carrier did not name.
    "tree.superseded" 1 [node, consignment, at] { Tree(Tree::Superseded { node, consignment, at }) }
    /// The same house, to all appearance, was filed under another master as well.
    "tree.seen-elsewhere" 1 [node, why] { Tree(Tree::SeenElsewhere { node, why }) }
    /// Nobody can say whose house it is that has this number.
    "tree.whose-doubted" 1 [node, why] { Tree(Tree::WhoseDoubted { node, why }) }
    /// A word that holds a house was said of its number alone.
    "tree.said-of-number" 1 [node, word] { Tree(Tree::SaidOfNumber { node, word }) }
    /// A message that may concern the goods could not be read.
    "tree.unread" 1 [why, at] { Tree(Tree::Unread { why, at }) }
    /// Somebody said that all versions so far are of one shipment.
    "tree.shipment-confirmed" 1 [node, agency] { Tree(Tree::ShipmentConfirmed { node, agency }) }
    /// A later check list does not name a house any more.
    "tree.announcement-withdrawn" 1 [node] { Tree(Tree::AnnouncementWithdrawn { node }) }
    /// A version that was set aside says something against the goods.
    "tree.set-aside-told" 1 [node, why] { Tree(Tree::SetAsideTold { node, why }) }
    /// Somebody read the messages that could not be read here.
    "tree.unread-settled" 1 [agency, why, at] { Tree(Tree::UnreadSettled { agency, why, at }) }
    /// A status report about the waybill was taken in; it files nothing.
    "tree.reported" 1 [node, by, consignment, faults, at, by_desk] {
        Tree(Tree::Reported { node, by, consignment, faults, at, by_desk })
    }
    /// The declarant withdrew the filing.
    "tree.withdrawn" 1 [node, master, version, issued, by] {
        Tree(Tree::Withdrawn { node, master, version, issued, by })
    }
    /// The legs of the tree were worked out.
    "tree.routed" 1 [legs, unclear] { Tree(Tree::Routed { legs, unclear }) }
    /// A programme's leg test was made.
    "tree.bound" 1 [node, programme, mode, binding] { Tree(Tree::Bound { node, programme, mode, binding }) }
    /// A version was acknowledged.
    "tree.acknowledged" 1 [node, programme, version, at] {
        Tree(Tree::Acknowledged { node, programme, version, at })
    }
    /// A version was rejected.
    "tree.rejected" 1 [node, programme, version, findings] {
        Tree(Tree::Rejected { node, programme, version, findings })
    }
    /// The parties of a version were compared with the lists.
    "tree.screened" 1 [node, version, lists, hits, notes] {
        Tree(Tree::Screened { node, version, lists, hits, notes })
    }
    /// A referral was opened.
    "tree.referral-opened" 1 [node, programme, opening, reference, by, at] {
        Tree(Tree::ReferralOpened { node, programme, opening, reference, by, at })
    }
    /// A referral was closed by the one who opened it.
    "tree.referral-closed" 1 [node, programme, kind, reference, at] {
        Tree(Tree::ReferralClosed { node, programme, kind, reference, at })
    }
    /// The assessment of a version is complete.
    "tree.assessment-completed" 1 [node, programme, version, at] {
        Tree(Tree::AssessmentCompleted { node, programme, version, at })
    }
    /// The tree of another stream was found to be part of this one; its events count from here on.
    "tree.joined" 1 [from] { Tree(Tree::Joined { from }) }
    /// Another agency holds the goods.
    "tree.hold-placed" 1 [node, agency, cause, entry] { Tree(Tree::HoldPlaced { node, agency, cause, entry }) }
    /// The agency lifted its hold.
    "tree.hold-lifted" 1 [node, agency, cause, entry] { Tree(Tree::HoldLifted { node, agency, cause, entry }) }
    /// Something was said of a referral that changes nothing of what is open.
    "tree.referral-told" 1 [node, programme, track, said, terms, asks, at] {
        Tree(Tree::ReferralTold { node, programme, track, said, terms, asks, at })
    }
    /// An assessment reported as complete ended referrals opened before.
    "tree.ended-by-completion" 1 [node, programme, kinds, at] {
        Tree(Tree::EndedByCompletion { node, programme, kinds, at })
    }
    /// A referral was answered.
    "tree.referral-answered" 1 [node, programme, answered, by] {
        Tree(Tree::ReferralAnswered { node, programme, answered, by })
    }
    /// Somebody claims that an authority said something, by another way than its own.
    "tree.claimed" 1 [node, programme, claim] { Tree(Tree::Claimed { node, programme, claim }) }
    /// A claim holds no longer.
    "tree.claim-ended" 1 [node, programme, claim, ended] {
        Tree(Tree::ClaimEnded { node, programme, claim, ended })
    }
    /// A do-not-load came when the goods were in the air.
    "tree.dnl-airborne" 1 [node, programme, reference, leg, at] {
        Tree(Tree::DnlAirborne { node, programme, reference, leg, at })
    }
    /// The time for an answer to a referral was over, and none had come.
    "tree.deadline-passed" 1 [node, programme, track, reference, deadline, at] {
        Tree(Tree::DeadlinePassed { node, programme, track, reference, deadline, at })
    }
    /// The carrier's operations were reached by voice about such an order.
    "tree.voice-contact" 1 [node, programme, reference, reached, at] {
        Tree(Tree::VoiceContact { node, programme, reference, reached, at })
    }
    /// An authority's word came after the leg had left.
    "tree.after-departure" 1 [node, programme, leg, at] { Tree(Tree::AfterDeparture { node, programme, leg, at }) }
    /// Data came after the leg had left, and were kept.
    "tree.updated-late" 1 [node, programme, leg, at] { Tree(Tree::UpdatedLate { node, programme, leg, at }) }
    /// An authority said something of a filing or referral that has not come yet.
    "tree.said-early" 1 [early] { Tree(Tree::SaidEarly { early }) }
    /// Such a word was taken up.
    "tree.early-taken" 1 [early] { Tree(Tree::EarlyTaken { early }) }
    /// Where a house was said to be as well, it is now.
    "tree.not-elsewhere" 1 [node] { Tree(Tree::NotElsewhere { node }) }
    /// Two officers struck a filing of somebody without a right to its number.
    "tree.filing-struck" 1 [node, filer, agency, at] { Tree(Tree::FilingStruck { node, filer, agency, at }) }
    /// The goods were booked on legs.
    "tree.booked" 1 [legs, at] { Tree(Tree::Booked { legs, at }) }
    /// The goods resemble others that must not be loaded.
    "tree.resembles" 1 [node, why] { Tree(Tree::Resembles { node, why }) }
    /// All orders on those that the goods resemble have ended.
    "tree.resemblance-over" 1 [node, why] { Tree(Tree::ResemblanceOver { node, why }) }
    /// An officer said that they are other goods.
    "tree.resemblance-settled" 1 [node, agency, why] { Tree(Tree::ResemblanceSettled { node, agency, why }) }
    /// A house was taken out of its master; custody and recount show it.
    "tree.unlinked" 1 [node, recounted_pieces, agency, went or None, at] {
        Tree(Tree::Unlinked { node, recounted_pieces, agency, went, at })
    }
    /// Goods were screened.
    "security.screened" 1 [told, object, result] {
        Security(Security { told, object, fact: SecurityFact::Screened(result) })
    }
    /// Something happened to the custody of goods.
    "security.custody" 1 [told, object, event, note] {
        Security(Security { told, object, fact: SecurityFact::Custody(event, note) })
    }
    /// The security status of goods was declared apart from any message.
    "security.declared" 1 [told, object, declared] {
        Security(Security { told, object, fact: SecurityFact::Declared(declared) })
    }
    /// Goods were marked as high risk.
    "security.marked" 1 [told, object, mark] {
        Security(Security { told, object, fact: SecurityFact::HighRisk(mark) })
    }
    /// Two officers released goods from a mark.
    "security.mark-released" 1 [told, object, mark] {
        Security(Security { told, object, fact: SecurityFact::MarkReleased(mark) })
    }
    /// An officer did what one may do alone.
    "decision.done" 1 [entry] { Decision(Decision::Done(entry)) }
    /// An officer proposed what takes two.
    "decision.proposed" 1 [entry, lifts] { Decision(Decision::Proposed { entry, lifts }) }
    /// Another officer confirmed it.
    "decision.confirmed" 1 [id, by, reason, at, stays] {
        Decision(Decision::Confirmed { id, by, reason, at, stays })
    }
    /// Another officer refused it, or who proposed it took it back.
    "decision.declined" 1 [id, by, reason, at] { Decision(Decision::Declined { id, by, reason, at }) }
    /// A single officer did what takes two, by a stated policy.
    "decision.done-alone" 1 [entry, policy, review_by] {
        Decision(Decision::DoneAlone { entry, policy, review_by })
    }
    /// Another officer reviewed what was done alone.
    "decision.reviewed" 1 [id, by, at] { Decision(Decision::Reviewed { id, by, at }) }
    /// Somebody recorded a notice of an outage.
    "outage.noticed" 1 [id, says, by, evidence, sender, said_at, at] {
        Outage(Outage::Noticed { id, says, by, evidence, sender, said_at, at })
    }
    /// A second person confirmed it.
    "outage.confirmed" 1 [id, by, at] { Outage(Outage::Confirmed { id, by, at }) }
    /// Another one refused it, or who recorded it took it back.
    "outage.refused" 1 [id, by, at] { Outage(Outage::Refused { id, by, at }) }
    /// The demand for an acknowledgement is suspended.
    "outage.suspended" 1 [at] { Outage(Outage::Suspended { at }) }
    /// The outage is over; the suspension ends after a grace.
    "outage.ended" 1 [at, until] { Outage(Outage::Ended { at, until }) }
    /// An answer was given.
    "answer.given" 1 [answer] { Answer(Answer::Given(answer)) }
    /// An answer does not stand any more.
    "answer.recalled" 1 [id, held_by, at] { Answer(Answer::Recalled { id, held_by, at }) }
    /// The holder has seen the recall.
    "answer.acknowledged" 1 [id, by, at] { Answer(Answer::Acknowledged { id, by, at }) }
    /// Nobody acknowledged in time, so the next in the chain is told.
    "answer.escalated" 1 [id, step, at] { Answer(Answer::Escalated { id, step, at }) }
    /// The system in place answered too.
    "parallel.compared" 1 [comparison] { Compared(comparison) }
    /// Somebody read what concerns others.
    "access.read" 1 [access] { Accessed(access) }
    /// The designation of an operator was told.
    "designation.told" 1 [at, designation, by, counts] {
        Designation(Designation { at, designation, by, counts })
    }
    /// The schedule of a flight was told.
    "transport.scheduled" 1 [schedule, said_at] { Transport(Transport::Scheduled { schedule, said_at }) }
    /// A unit or goods were planned on, loaded on or taken off a flight.
    "transport.loaded" 1 [flight, object, how, by_desk or true] {
        Transport(Transport::Loaded { flight, object, how, by_desk })
    }
    /// A manifest lists goods on a flight.
    "transport.manifested" 1 [flight, unit, content, by_desk, part or None] {
        Transport(Transport::Manifested { flight, unit, content, by_desk, part })
    }
    /// A message of a manifest came: what the one before of its number and sender lists besides is listed no more.
    "transport.manifest-message" 1 [flight, number, last, by, lists] {
        Transport(Transport::ManifestMessage { flight, number, last, by, lists })
    }
    /// A flight left.
    "transport.departed" 1 [flight, departure] { Transport(Transport::Departed { flight, departure }) }
    /// A flight came back to where it left from, or had not left.
    "transport.returned" 1 [flight, at] { Transport(Transport::Returned { flight, at }) }
    /// A manifest came before the schedule lets the flight leave.
    "transport.manifest-early" 1 [flight, at] { Transport(Transport::ManifestEarly { flight, at }) }
    /// A list of what a unit holds was told.
    "transport.built" 1 [unit, contents, replaces, complete, by] {
        Transport(Transport::Built { unit, contents, replaces, complete, by })
    }
    /// A unit was opened: what was in it is loose.
    "transport.opened" 1 [unit, why, at] { Transport(Transport::Opened { unit, why, at }) }
    /// A unit was listed anew with less in it, and nobody told that it was opened.
    "transport.listed-shorter" 1 [unit, contents, by] {
        Transport(Transport::ListedShorter { unit, contents, by })
    }
    /// The protection of a unit was broken.
    "transport.broken" 1 [unit, at] { Transport(Transport::Broken { unit, at }) }
    /// Somebody who does not stand for a unit says that it was opened.
    "transport.opening-told" 1 [unit, why, by, at, holds] {
        Transport(Transport::OpeningTold { unit, why, by, at, holds })
    }
    /// Somebody who is no desk of a flight says that it is cancelled.
    "transport.cancellation-told" 1 [flight, by, at] {
        Transport(Transport::CancellationTold { flight, by, at })
    }
    /// A do-not-load names a unit.
    "transport.ordered" 1 [unit, programme, reference, by, at] {
        Transport(Transport::Ordered { unit, programme, reference, by, at })
    }
    /// The carrier's operations were reached by voice about such orders.
    "transport.operations-reached" 1 [unit, programme, reference, reached, at or None] {
        Transport(Transport::OperationsReached { unit, programme, reference, reached, at })
    }
    /// Such an order was cancelled by whoever gave it.
    "transport.order-cancelled" 1 [unit, programme, reference, by, at] {
        Transport(Transport::OrderCancelled { unit, programme, reference, by, at })
    }
    /// A carrier gave a mandate, or took it back.
    "mandate.told" 1 [at, mandate] { Mandate(Mandate { at, mandate }) }
    /// Somebody was invited to act for an organisation.
    "person.invited" 1 [person, organisation, name, roles, by, at] {
        Person(Person::Invited { person, organisation, name, roles, by, at })
    }
    /// He was given a link by which to register, once; what he signed in by until then ended.
    "person.link-given" 1 [person, link, until, by, at] {
        Person(Person::LinkGiven { person, link, until, by, at })
    }
    /// What he does was changed.
    "person.roles-set" 1 [person, roles, by, at] { Person(Person::RolesSet { person, roles, by, at }) }
    /// He registered a passkey.
    "person.passkey-added" 1 [person, passkey, at] { Person(Person::PasskeyAdded { person, passkey, at }) }
    /// A passkey of his was removed.
    "person.passkey-removed" 1 [person, passkey, by, at] {
        Person(Person::PasskeyRemoved { person, passkey, by, at })
    }
    /// He bound an account at a provider.
    "person.account-bound" 1 [person, account, at] { Person(Person::AccountBound { person, account, at }) }
    /// He was removed.
    "person.removed" 1 [person, by, at] { Person(Person::Removed { person, by, at }) }
    /// An officer said what he finds of a party and an entry that it resembles.
    "adjudication.proposed" 1 [proposal] { Adjudicated(Adjudicated::Proposed(proposal)) }
    /// A single officer decided on it, by a stated policy.
    "adjudication.decided-alone" 1 [proposal, policy, review_by] {
        Adjudicated(Adjudicated::DecidedAlone { proposal, policy, review_by })
    }
    /// Another officer confirmed what was proposed.
    "adjudication.confirmed" 1 [said] { Adjudicated(Adjudicated::Confirmed(said)) }
    /// Another officer refused it, or who proposed it took it back.
    "adjudication.refused" 1 [said] { Adjudicated(Adjudicated::Refused(said)) }
    /// Another officer reviewed what was decided by one alone, and it stands.
    "adjudication.reviewed" 1 [said] { Adjudicated(Adjudicated::Reviewed(said)) }
    /// Another officer withdrew it as entered in error.
    "adjudication.withdrawn" 1 [said] { Adjudicated(Adjudicated::Withdrawn(said)) }
    /// Somebody placed a legal hold on goods: nothing of them is erased while it stands.
    "retention.hold-placed" 1 [id, object, by, reason, at] {
        Retention(Retention::Placed { id, object, by, reason, at })
    }
    /// Another one lifted it, or he himself by a stated policy.
    "retention.hold-lifted" 1 [id, by, reason, policy, at] {
        Retention(Retention::Lifted { id, by, reason, policy, at })
    }
    /// It was decided that a tree is erased, whose time was over.
    "retention.erased" 1 [streams, since, days, by, reason, at] {
        Retention(Retention::Erased { streams, since, days, by, reason, at })
    }
}
