//! Notices pushed to whoever wants them: to machines as signed requests ([`webhook`]), to people as mails ([`mail`]).
//!
//! Notices go in their order, one after the other. One that is not taken is tried again, later each time, and keeps those
//! behind it waiting; one that never will be taken is kept as dead, and those behind it go on. In both cases somebody is
//! told, and where it is that word which does not arrive, the next in the chain of escalation is. A target may get a notice
//! twice, where the node is stopped between sending it and writing that down, and knows it by its id.

pub mod mail;
pub mod webhook;
mod words;

use crate::node::{Node, Writing};
use crate::problem::{self, Problem};
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use engine::{Addressee, Clock as _, Notice, NoticeKind};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::inbox::{Buried, Push, Received};
use store::writer::{Lane, WriteError};
use store::{postgres, sqlite};

/// How much longer than a target may take to answer nobody else pushes what one node is pushing.
const BEYOND_ANSWER: Duration = Duration::from_secs(45);

/// Seconds until the next try, by how many failed; then always the last.
const PAUSES_S: [i64; 7] = [2, 5, 15, 60, 300, 900, 3600];

/// After so many tries, about six minutes, somebody is told that a target is not.
const TOLD_AFTER: u32 = 5;

/// After so many tries, more than an hour, the first step of the chain of escalation is told as well, and with each further
/// try, an hour later, the next.
const UP_AFTER: u32 = 8;

/// Most characters of what a target said that are told on.
const SAID_MAX: usize = 300;

/// Where notices are pushed to.
#[derive(Debug, Clone)]
pub enum Target {
    /// A machine.
    Webhook(webhook::Sender),
    /// A mail box.
    Mail(mail::Sender),
}

/// Why a target has not taken a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTaken {
    /// Whether it never will.
    pub forever: bool,
    /// Why, for whoever is told; with what the target said.
    pub why: String,
    /// Why, for the log: nothing that the target said, since that may repeat the notice.
    pub logged: String,
}

impl NotTaken {
    /// A failure that may pass.
    pub fn for_now(why: impl Into<String>) -> Self {
        let why = why.into();
        Self { forever: false, logged: why.clone(), why }
    }
}

impl Target {
    /// By what it is known in the database and to whoever is told of it.
    pub fn name(&self) -> &str {
        match self {
            Self::Webhook(webhook) => webhook.url(),
            Self::Mail(mail) => mail.target(),
        }
    }

    /// How long it may take to answer.
    fn patience(&self) -> Duration {
        match self {
            Self::Webhook(_) => webhook::ANSWER,
            Self::Mail(mail) => mail.patience(),
        }
    }

    async fn send(&self, organisation: &str, received: &Received, now: Timestamp) -> Result<(), NotTaken> {
        match self {
            Self::Webhook(webhook) => webhook.send(organisation, received, now).await,
            Self::Mail(mail) => mail.send(organisation, received).await,
        }
    }

    /// Pushes what is due; the last place of the inbox, where the target has everything.
    ///
    /// # Errors
    /// A problem where the node fails. What the target does is written down.
    pub async fn push(&self, node: &Arc<Node>, organisation: &Arc<str>) -> Result<Option<u64>, Problem> {
        let lease = SignedDuration::try_from(self.patience() + BEYOND_ANSWER).unwrap_or(SignedDuration::ZERO);
        while let Some(Push { place, tries }) = node.take_push(organisation, self.name(), lease).await? {
            let Some(received) = node.inbox(organisation, place, 1).await?.pop() else {
                node.pushed(organisation, self.name(), place).await?;
                return Ok(Some(place));
            };
            let of = Of { organisation, target: self.name(), place: received.place };
            let Err(not) = self.send(organisation, &received, node.clock().now()).await else {
                node.pushed(organisation, self.name(), received.place).await?;
                continue;
            };
            let (target, why) = (self.name(), &not.logged);
            tracing::warn!(organisation = &**organisation, target, why, "a notice was not taken");
            if not.forever {
                node.never_pushed(of, received, &not.why).await?;
            } else {
                node.not_pushed(of, received, tries, &not.why).await?;
                break;
            }
        }
        Ok(None)
    }
}

/// Which notice is pushed to whom.
#[derive(Debug, Clone, Copy)]
struct Of<'a> {
    organisation: &'a Arc<str>,
    target: &'a str,
    place: u64,
}

impl Node {
    async fn take_push(
        self: &Arc<Self>,
        organisation: &Arc<str>,
        target: &str,
        lease: SignedDuration,
    ) -> Result<Option<Push>, Problem> {
        let now = self.clock().now();
        let (name, to) = (Arc::clone(organisation), target.to_owned());
        let (name_shared, to_shared) = (Arc::clone(&name), to.clone());
        self.writing(
            move |session| sqlite::push::take(session, &name, &to, now, lease),
            move |session| postgres::push::take(session, &name_shared, &to_shared, now, lease),
        )
        .await
    }

    async fn pushed(
        self: &Arc<Self>,
        organisation: &Arc<str>,
        target: &str,
        place: u64,
    ) -> Result<(), Problem> {
        let (name, to) = (Arc::clone(organisation), target.to_owned());
        let (name_shared, to_shared) = (Arc::clone(&name), to.clone());
        self.writing(
            move |session| sqlite::push::taken(session, &name, &to, place),
            move |session| postgres::push::taken(session, &name_shared, &to_shared, place),
        )
        .await
    }

    /// Writes down that a target did not take a notice, and tells somebody where that goes on.
    async fn not_pushed(
        self: &Arc<Self>,
        of: Of<'_>,
        received: Received,
        tries: u32,
        why: &str,
    ) -> Result<(), Problem> {
        let now = self.clock().now();
        let pause = usize::try_from(tries).ok().and_then(|tries| PAUSES_S.get(tries));
        let pause = pause.or(PAUSES_S.last()).copied().unwrap_or_default();
        let due = now.saturating_add(SignedDuration::from_secs(pause)).unwrap_or(now);
        let words = format!("takes no notices since place {}: {}", of.place, short(why));
        let first = told_after(tries.saturating_add(1), received.notice.as_ref().ok(), self.posts.steps());
        let told = self.undelivered(of, first, &words);
        let (name, to, why) = (Arc::clone(of.organisation), of.target.to_owned(), short(why));
        self.writing_push(
            {
                let (name, to, why, told) = (Arc::clone(&name), to.clone(), why.clone(), told.clone());
                move |session| sqlite::push::failed(session, &name, &to, &why, due, &told)
            },
            move |session| postgres::push::failed(session, &name, &to, &why, due, &told),
        )
        .await
    }

    /// Keeps a notice that a target will never take as dead, and tells somebody.
    async fn never_pushed(
        self: &Arc<Self>,
        of: Of<'_>,
        received: Received,
        why: &str,
    ) -> Result<(), Problem> {
        let words = format!("will not take place {}: {}", of.place, short(why));
        let first = next_told(received.notice.as_ref().ok(), self.posts.steps());
        let told = self.undelivered(of, first, &words);
        let why = format!("{}: {} {words}", of.organisation, of.target);
        let buried = Buried { notice: received.notice.ok(), why };
        let (name, to, place) = (Arc::clone(of.organisation), of.target.to_owned(), of.place);
        self.writing_push(
            {
                let (name, to) = (Arc::clone(&name), to.clone());
                let (buried, told) = (buried.clone(), told.clone());
                move |session| sqlite::push::set_aside(session, &name, &to, place, &buried, &told)
            },
            move |session| postgres::push::set_aside(session, &name, &to, place, &buried, &told),
        )
        .await
    }

    async fn writing_push(
        self: &Arc<Self>,
        own: impl FnOnce(&sqlite::Session) -> Result<(), store::StoreError> + Send + 'static,
        shared: impl FnOnce(&postgres::Session) -> Result<(), store::StoreError> + Send + 'static,
    ) -> Result<(), Problem> {
        let node = Arc::clone(self);
        let written = tokio::task::spawn_blocking(move || -> Result<(), WriteError> {
            match &node.writer {
                Writing::Own(writer) => writer.run(Lane::Ordinary, own),
                Writing::Shared { writer, .. } => writer.between(shared),
            }
        });
        Ok(written.await.map_err(|_| Problem::plain(problem::FAILED))??)
    }

    /// That somebody is not told: for `first`, and where that is nobody but himself for the next in the chain as well.
    fn undelivered(&self, of: Of<'_>, first: Option<Addressee>, words: &str) -> Vec<Notice> {
        let text = Phrase::new(codes::gate::WHY_STATED)
            .with("text", format!("{}: {} {words}", of.organisation, of.target));
        let (mut told, mut next) = (Vec::new(), first);
        while let Some(to) = next.take() {
            let about = ObjectName::Consignment(ConsignmentKey { master: None, house: None });
            let text = Some(text.clone());
            let notice = Notice { text, ..Notice::new(to, NoticeKind::Undelivered, about) };
            if self.posts.acting(&notice).iter().all(|name| name == of.organisation) {
                next = next_told(Some(&notice), self.posts.steps());
            }
            told.push(notice);
        }
        told
    }
}

/// Who is told after so many tries, where the chain has so many steps.
fn told_after(failed: u32, notice: Option<&Notice>, steps: u32) -> Option<Addressee> {
    if failed == TOLD_AFTER {
        return next_told(notice, steps);
    }
    // Whoever was told first of this notice is passed over.
    let before = match next_told(notice, steps)? {
        Addressee::Chain(step) => step,
        _ => 0,
    };
    let step = failed.checked_sub(UP_AFTER)?.saturating_add(before).saturating_add(1);
    (step <= steps).then_some(Addressee::Chain(step))
}

/// Who is told that a notice did not arrive, where the chain has so many steps.
fn next_told(notice: Option<&Notice>, steps: u32) -> Option<Addressee> {
    match notice.filter(|notice| notice.kind == NoticeKind::Undelivered).map(|notice| &notice.to) {
        None => Some(Addressee::Duty),
        Some(Addressee::Chain(step)) => (*step < steps).then_some(Addressee::Chain(step + 1)),
        Some(_) => (steps > 0).then_some(Addressee::Chain(1)),
    }
}

/// What a target said, on one line and no longer than it is worth.
fn short(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).take(SAID_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_that_does_not_arrive_goes_up_the_chain_and_ends_with_it() {
        let about = || ObjectName::Consignment(ConsignmentKey { master: None, house: None });
        let of = |to, kind| Notice::new(to, kind, about());
        let told = |notice: &Notice, steps| next_told(Some(notice), steps);
        let held = of(Addressee::Chain(2), NoticeKind::RecallUnheeded);
        assert_eq!(told(&held, 2), Some(Addressee::Duty));
        assert_eq!(next_told(None, 0), Some(Addressee::Duty), "one that cannot be read");
        let first = of(Addressee::Duty, NoticeKind::Undelivered);
        assert_eq!(told(&first, 2), Some(Addressee::Chain(1)));
        assert_eq!(told(&first, 0), None, "nobody else is named");
        let second = of(Addressee::Chain(1), NoticeKind::Undelivered);
        assert_eq!(told(&second, 2), Some(Addressee::Chain(2)));
        assert_eq!(told(&second, 1), None, "it ends");
    }

    #[test]
    fn whoever_is_not_told_for_hours_concerns_ever_more_of_the_chain() {
        let about = ObjectName::Consignment(ConsignmentKey { master: None, house: None });
        let held = Notice::new(Addressee::Duty, NoticeKind::Held, about.clone());
        let told = |notice: &Notice| -> Vec<(u32, Addressee)> {
            (0..20).filter_map(|failed| Some((failed, told_after(failed, Some(notice), 2)?))).collect()
        };
        let (first, second) = (Addressee::Chain(1), Addressee::Chain(2));
        assert_eq!(told(&held), [(5, Addressee::Duty), (8, first.clone()), (9, second.clone())]);
        let word = Notice::new(Addressee::Duty, NoticeKind::Undelivered, about.clone());
        assert_eq!(told(&word), [(5, first), (8, second)]);
        assert_eq!(told(&Notice::new(Addressee::Chain(2), NoticeKind::Undelivered, about)), []);
    }

    #[test]
    fn what_a_target_said_stays_on_one_line() {
        assert_eq!(short("550 no\r\nsuch\tbox"), "550 no  such box");
        assert_eq!(short(&"x".repeat(2 * SAID_MAX)).len(), SAID_MAX);
    }
}
