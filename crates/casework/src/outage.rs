//! Outages of a programme's system: what was noticed, by whom, and whether the demand for an acknowledgement is
//! suspended.
//!
//! Only the authority suspends, by a notice of its own; a system that does not answer suspends nothing. The notice
//! is recorded with its evidence by one person and confirmed by another. What is suspended is the acknowledgement
//! alone: data must have been prepared, and open referrals still hold (PACT guide 1.9, sections 14 and 15). The end
//! needs one person, since it can only hold; after it a grace runs, and what then is not acknowledged is held.
//!
//! What counts is when the authority said it, not when somebody wrote it down: the grace runs from the authority's
//! notice, and a suspension that was over when it was said, or whose notice was used up before, suspends nothing.

use crate::Refusal;
use consignment::fact::{OutageNotice, OutageSays, Person};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// What a programme allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules<'a> {
    /// Whether its authority can suspend the acknowledgement at all.
    pub suspends: bool,
    /// How long a suspension goes on after the outage is over.
    pub grace: SignedDuration,
    /// How long a notice that one person recorded can be confirmed: see [`crate::decision::Policy::proposals_last`].
    pub notices_last: SignedDuration,
    /// Addresses of the authority: what was sent from any other suspends nothing.
    pub senders: &'a [&'a str],
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody recorded a notice.
    Noticed {
        /// Its number here.
        id: Arc<str>,
        /// What it says.
        says: OutageSays,
        /// Who recorded it.
        by: Person,
        /// Name or hash of the evidence.
        evidence: String,
        /// Who sent it, as the evidence shows.
        sender: Option<String>,
        /// When the authority said it; when it was recorded, where nobody tells.
        said_at: Timestamp,
        /// When it was recorded.
        at: Timestamp,
    },
    /// A second person confirmed it.
    Confirmed {
        /// The notice.
        id: Arc<str>,
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// Another one refused it, or who recorded it took it back: nobody confirms it any more.
    Refused {
        /// The notice.
        id: Arc<str>,
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// The acknowledgement is suspended.
    Suspended {
        /// From when.
        at: Timestamp,
    },
    /// The outage is over; the suspension ends after the grace.
    Ended {
        /// When the authority said so.
        at: Timestamp,
        /// When the suspension ends.
        until: Timestamp,
    },
}

/// A notice as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// Its number here.
    pub id: Arc<str>,
    /// What it says.
    pub says: OutageSays,
    /// Who recorded it.
    pub by: Person,
    /// Name or hash of the evidence.
    pub evidence: String,
    /// Who sent it, as the evidence shows.
    pub sender: Option<String>,
    /// When the authority said it.
    pub said_at: Timestamp,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who confirmed it, and when.
    pub confirmed: Option<(Person, Timestamp)>,
    /// Who refused it, or took it back, and when.
    pub refused: Option<(Person, Timestamp)>,
}

/// How a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeStanding {
    /// One person recorded it.
    Declared,
    /// Another one confirmed it.
    Confirmed,
    /// It was refused or taken back.
    Refused,
    /// Nobody confirmed that the authority suspends for so long that nobody can any more.
    Lapsed,
    /// What it says is over, or it says so.
    Over,
}

impl NoticeStanding {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Declared, Self::Confirmed, Self::Refused, Self::Lapsed, Self::Over];

    /// Its name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
            Self::Over => "over",
        }
    }

    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text)
    }
}

/// A suspension of the acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// From when.
    pub from: Timestamp,
    /// Until when; `None` while the outage goes on.
    pub until: Option<Timestamp>,
}

/// Outages of one programme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outages {
    /// Notices in the order they were recorded.
    pub notices: Vec<Noticed>,
    /// Suspensions in order.
    pub suspensions: Vec<Suspension>,
}

impl Outages {
    /// The suspension in force at an instant.
    pub fn suspension(&self, at: Timestamp) -> Option<Suspension> {
        let in_force = |one: &&Suspension| one.from <= at && one.until.is_none_or(|until| at < until);
        self.suspensions.iter().rev().find(in_force).copied()
    }

    /// Whether a suspension runs that nobody said the end of, and this notice began it.
    fn runs_by(&self, notice: &Noticed) -> bool {
        let suspends = |notice: &&Noticed| notice.says == OutageSays::Suspended && notice.confirmed.is_some();
        let began = self
            .notices
            .iter()
            .filter(suspends)
            .max_by_key(|notice| notice.confirmed.as_ref().map(|(_, at)| *at));
        let runs = self.suspensions.iter().any(|suspension| suspension.until.is_none());
        runs && began.is_some_and(|began| began.id == notice.id)
    }

    /// How a notice stands. `notices_last` is how long one that suspends can be confirmed.
    pub fn standing(&self, notice: &Noticed, notices_last: SignedDuration, now: Timestamp) -> NoticeStanding {
        let lapses = notice.says == OutageSays::Suspended && notice.confirmed.is_none();
        match notice {
            _ if notice.refused.is_some() => NoticeStanding::Refused,
            _ if self.runs_by(notice) => NoticeStanding::Confirmed,
            _ if notice.says == OutageSays::Over || is_over(self, notice) => NoticeStanding::Over,
            _ if notice.confirmed.is_some() => NoticeStanding::Confirmed,
            _ if lapses && now.duration_since(notice.at) > notices_last => NoticeStanding::Lapsed,
            _ => NoticeStanding::Declared,
        }
    }

    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        match event.clone() {
            Event::Noticed { id, says, by, evidence, sender, said_at, at } => {
                let (confirmed, refused) = (None, None);
                self.notices.push(Noticed {
                    id,
                    says,
                    by,
                    evidence,
                    sender,
                    said_at,
                    at,
                    confirmed,
                    refused,
                });
            }
            Event::Refused { id, by, at } => {
                if let Some(notice) = self.notices.iter_mut().find(|notice| notice.id == id) {
                    notice.refused = Some((by, at));
                }
            }
            Event::Confirmed { id, by, at } => {
                if let Some(notice) = self.notices.iter_mut().find(|notice| notice.id == id) {
                    notice.confirmed = Some((by, at));
                }
            }
            Event::Suspended { at } => self.suspensions.push(Suspension { from: at, until: None }),
            Event::Ended { at, until } => {
                // The notice that says so was folded just before.
                let end = self.notices.last().filter(|notice| notice.says == OutageSays::Over);
                let first =
                    end.and_then(|end| first_told(&self.notices, &end.evidence, end.sender.as_deref()));
                let known = first.map_or(at, |first| first.max(at));
                for suspension in self.suspensions.iter_mut().filter(|one| ends(one, known, until)) {
                    suspension.until = Some(until);
                }
            }
        }
    }
}

/// Whether an end shortens a suspension: an earlier one that is told later counts. One that was said and first told before
/// the suspension began is of an outage before, however often it is told; `known` is the later of the two.
fn ends(suspension: &Suspension, known: Timestamp, until: Timestamp) -> bool {
    suspension.from <= known && suspension.until.is_none_or(|before| until < before)
}

/// When an end was first recorded, by the evidence of it.
fn first_told(notices: &[Noticed], evidence: &str, sender: Option<&str>) -> Option<Timestamp> {
    let again = |known: &&Noticed| known.says == OutageSays::Over && known.is_of(evidence, sender);
    notices.iter().filter(again).map(|known| known.at).min()
}

impl Noticed {
    /// Whether it is of this evidence, sent by him.
    fn is_of(&self, evidence: &str, sender: Option<&str>) -> bool {
        same(&self.evidence, evidence)
            && same(self.sender.as_deref().unwrap_or_default(), sender.unwrap_or_default())
    }
}

/// What a notice tells about itself.
#[derive(Debug, Clone)]
pub struct Told {
    /// The number it gets here.
    pub id: Arc<str>,
    /// Who stands for it.
    pub by: Option<Person>,
    /// When the authority said it, where that is told.
    pub said_at: Option<Timestamp>,
}

/// What follows from a notice.
///
/// # Errors
/// A refusal where nobody stands for the notice, its evidence is missing, the programme knows no suspension, the
/// one who confirms is the one who recorded, or a suspension was not sent by the authority.
pub fn decide(
    outages: &Outages,
    notice: OutageNotice,
    told: Told,
    rules: Rules<'_>,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let Told { id, by, said_at } = told;
    // Whoever speaks from the future speaks at the latest now.
    let said_at = said_at.map_or(now, |at| at.min(now));
    let Some(by) = by else { return Err(refusal(codes::gate::PERSON_MISSING)) };
    if notice.evidence.trim().is_empty() {
        return Err(refusal(codes::gate::EVIDENCE_MISSING));
    }
    if notice.says == OutageSays::Suspended && !rules.suspends {
        return Err(Refusal(
            Phrase::new(codes::gate::NO_SUSPENSION_HERE).with("programme", notice.programme.to_string()),
        ));
    }
    if let Some(refuses) = &notice.refuses {
        return refuse(outages, refuses, notice.says, by, now);
    }
    let Some(confirms) = &notice.confirms else {
        let first = first_told(&outages.notices, &notice.evidence, notice.sender.as_deref()).unwrap_or(now);
        let (says, evidence, sender) = (notice.says, notice.evidence, notice.sender);
        let mut events = vec![Event::Noticed { id, says, by, evidence, sender, said_at, at: now }];
        // That it is over can only hold, so one person is enough.
        let until = said_at.checked_add(rules.grace).unwrap_or(said_at);
        let known = first.max(said_at);
        let shortened = outages.suspensions.iter().any(|suspension| ends(suspension, known, until));
        if notice.says == OutageSays::Over && shortened {
            events.push(Event::Ended { at: said_at, until });
        }
        return Ok(events);
    };
    let known = outages.notices.iter().find(|known| known.id == *confirms && known.says == notice.says);
    let Some(known) = known else {
        return Err(Refusal(
            Phrase::new(codes::gate::PROPOSAL_UNKNOWN).with("proposal", confirms.to_string()),
        ));
    };
    if known.refused.is_some() {
        let unknown = Phrase::new(codes::gate::PROPOSAL_UNKNOWN).with("proposal", confirms.to_string());
        return Err(Refusal(unknown));
    }
    if known.by.is(&by) {
        return Err(refusal(codes::gate::SECOND_PERSON_NEEDED));
    }
    // Two people who looked at different mails are one each.
    let sender = |sender: &Option<String>| sender.clone().unwrap_or_default();
    if !same(&known.evidence, &notice.evidence) || !same(&sender(&known.sender), &sender(&notice.sender)) {
        let differs = Phrase::new(codes::gate::EVIDENCE_DIFFERS);
        return Err(Refusal(differs.with("proposal", confirms.to_string())));
    }
    if known.confirmed.is_some() {
        return Ok(Vec::new());
    }
    // Whether it lasts was told since, perhaps to nobody here. That it is over holds, whenever it is confirmed.
    if notice.says == OutageSays::Suspended && now.duration_since(known.at) > rules.notices_last {
        let lapsed = Phrase::new(codes::gate::PROPOSAL_LAPSED).with("proposal", confirms.to_string());
        return Err(Refusal(lapsed.with("at", known.at.to_string())));
    }
    let theirs = |sender: &str| rules.senders.iter().any(|known| known.eq_ignore_ascii_case(sender.trim()));
    if notice.says == OutageSays::Suspended && !known.sender.as_deref().is_some_and(theirs) {
        let sender = known.sender.as_deref().unwrap_or("?");
        return Err(Refusal(Phrase::new(codes::gate::SENDER_NOT_AUTHORITY).with("sender", sender)));
    }
    let mut events = vec![Event::Confirmed { id: Arc::clone(confirms), by, at: now }];
    let running = outages.suspensions.iter().any(|suspension| suspension.until.is_none());
    if notice.says == OutageSays::Suspended && !running && !is_over(outages, known) {
        events.push(Event::Suspended { at: now });
    }
    Ok(events)
}

/// A notice that nobody confirmed is refused by another one, or taken back by who recorded it. That only holds, so one does it,
/// whatever he looked at; an end is never refused, for it holds.
fn refuse(
    outages: &Outages,
    refuses: &Arc<str>,
    says: OutageSays,
    by: Person,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let unknown =
        || Refusal(Phrase::new(codes::gate::PROPOSAL_UNKNOWN).with("proposal", refuses.to_string()));
    let known = outages.notices.iter().find(|known| known.id == *refuses && known.says == says);
    let known = known.filter(|known| known.says != OutageSays::Over).ok_or_else(unknown)?;
    match &known.refused {
        Some((before, _)) if before.is(&by) => Ok(Vec::new()),
        None if known.confirmed.is_none() => {
            Ok(vec![Event::Refused { id: Arc::clone(refuses), by, at: now }])
        }
        _ => Err(unknown()),
    }
}

/// Whether what a notice says was over when it was confirmed: by a notice that was said or recorded after it, or
/// since the same notice was recorded before.
pub fn is_over(outages: &Outages, known: &Noticed) -> bool {
    let over = |notice: &Noticed| notice.says == OutageSays::Over;
    let again = |notice: &Noticed| {
        notice.says == known.says && notice.is_of(&known.evidence, known.sender.as_deref())
    };
    let since_first = outages.notices.iter().skip_while(|notice| !again(notice));
    { since_first }.any(over)
        || outages.notices.iter().any(|notice| over(notice) && notice.said_at >= known.said_at)
}

fn same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

fn refusal(code: finding::Code) -> Refusal {
    Refusal(Phrase::new(code))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
