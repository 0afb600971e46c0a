//! What came of a command, as it is told.

use crate::problem::{self, Problem};
use casework::Refusal;
use document::adjudication::AdjudicationItem;
use document::assess::LoadItem;
use engine::{Filed, FiledConsignment, Reply, Retained};
use finding::{Language, Phrase};
use serde_json::{Value, json};
use store::writer::{Answer, WriteError};
use tokio::sync::oneshot;

/// A command that waits.
#[derive(Debug)]
pub struct Pending(pub(super) oneshot::Receiver<Result<Answer, WriteError>>);

impl Pending {
    /// What came of it.
    ///
    /// # Errors
    /// A problem where there is no answer.
    pub async fn said(self) -> Result<Said, Problem> {
        match self.0.await {
            Ok(Ok(Answer::Given(given))) => Ok(Said::Now(given)),
            Ok(Ok(Answer::Repeated(bytes))) => {
                let before = serde_json::from_slice(&bytes).map_err(|_| Problem::plain(problem::FAILED))?;
                Ok(Said::Before(before))
            }
            Ok(Err(why)) => Err(why.into()),
            Err(_) => Err(Problem::plain(problem::UNKNOWN_OUTCOME)),
        }
    }
}

/// What the engine said.
#[derive(Debug)]
pub enum Said {
    /// Now.
    Now(Result<Reply, Refusal>),
    /// When the same request came before, in the form in which it was told.
    Before(Value),
}

impl Said {
    /// In the form in which it is told.
    pub fn told(self) -> Value {
        match self {
            Self::Now(given) => told(&given),
            Self::Before(value) => value,
        }
    }
}

/// The form in which a reply is kept for its key.
pub(super) fn form(given: &Result<Reply, Refusal>) -> Vec<u8> {
    told(given).to_string().into_bytes()
}

/// A reply as it is told, and kept for requests that come again.
fn told(given: &Result<Reply, Refusal>) -> Value {
    match given {
        Err(refusal) => json!({ "outcome": "refused", "refusal": refusal_told(refusal) }),
        Ok(Reply::Filed(filed)) => {
            json!({ "outcome": "filed", "consignments": filed.iter().map(filed_told).collect::<Vec<_>>() })
        }
        Ok(Reply::Done(events)) => {
            let outcome = if *events == 0 { "unchanged" } else { "done" };
            json!({ "outcome": outcome, "events": events })
        }
        Ok(Reply::DoneBut { events, but }) => {
            json!({ "outcome": "done", "events": events, "remarks": but.iter().map(told_why).collect::<Vec<_>>() })
        }
        Ok(Reply::Answered(answer)) => json!({ "outcome": "answered", "load": LoadItem::from(&**answer) }),
        Ok(Reply::Committed { id, answer }) => {
            json!({ "outcome": "committed", "answer_id": &**id, "load": LoadItem::from(&**answer) })
        }
        Ok(Reply::Adjudicated(made, listed)) => {
            json!({ "outcome": "adjudicated", "adjudication": AdjudicationItem::new(made, *listed) })
        }
        Ok(Reply::Retained(Retained::Holds(holds))) => {
            let id = holds.first().map(|hold| hold.id.to_string());
            json!({ "outcome": "legal-hold", "legal_hold": id })
        }
        // Nobody asks for these under a key.
        Ok(
            Reply::Adjudications { .. }
            | Reply::Compared(_)
            | Reply::Due(_)
            | Reply::FlightViewed(_)
            | Reply::Found(_)
            | Reply::Holds { .. }
            | Reply::UnitViewed(_)
            | Reply::Listed(_)
            | Reply::LookedUp { .. }
            | Reply::Mandates(_)
            | Reply::Measured(_)
            | Reply::Outages { .. }
            | Reply::People(_)
            | Reply::Queue { .. }
            | Reply::Retained(_)
            | Reply::Viewed(_)
            | Reply::WorkOrders { .. },
        ) => {
            json!({ "outcome": "done" })
        }
    }
}

fn refusal_told(refusal: &Refusal) -> Value {
    told_why(&refusal.0)
}

fn told_why(why: &Phrase) -> Value {
    json!({ "code": why.code.id(), "message": why.text(Language::English) })
}

fn filed_told(filed: &FiledConsignment) -> Value {
    let key = &filed.key;
    let (outcome, version, refusal) = match &filed.outcome {
        Filed::Recorded { version } => ("recorded", Some(*version), None),
        Filed::Unchanged => ("unchanged", None, None),
        Filed::Superseded => ("superseded", None, None),
        Filed::Told(_) => ("told", None, None),
        Filed::Refused(refusal) => ("refused", None, Some(refusal_told(refusal))),
    };
    json!({
        "master": key.master.map(|master| master.to_string()),
        "house": key.house.as_ref().map(ToString::to_string),
        "outcome": outcome,
        "version": version,
        "refusal": refusal,
    })
}
