//! Answers that were written down: whether one still stands, and that its recall was seen.

use super::route::{Parameter, Place, Route, Verb, json};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use document::assess::LoadItem;
use document::node::{AcknowledgedReply, GATE_SCHEMA, GateReply};
use engine::{Command, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use store::writer::Lane;

const ID: Parameter = Parameter { name: "id", place: Place::Path, what: "The answer_id." };

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/answers/{id}",
        action: Some(Action::Recheck),
        summary: "Whether an answer still stands, for whom it was given.",
        parameters: &[ID],
        body: None,
        status: 200,
        answer: json("GateAnswer", "The same question, asked now; one that was recalled never comes back."),
        handler: || get(recheck),
    },
    Route {
        method: Verb::Post,
        path: "/v1/answers/{id}/acknowledgement",
        action: Some(Action::Acknowledge),
        summary: "Says that a recall was seen.",
        parameters: &[ID],
        body: Some(json("Seen", "Who saw it.")),
        status: 200,
        answer: json("Acknowledged", "It is written down."),
        handler: || post(acknowledge),
    },
];

/// The same question, asked now. An answer of somebody else is not here.
async fn recheck(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Json<GateReply>, Problem> {
    let holder = Some(Arc::clone(&principal.organisation.name));
    let command = Command::Recheck { answer: id.as_str().into(), holder };
    match node.read(Lane::Urgent, command).await {
        Ok(Reply::Answered(answer)) => Ok(Json(GateReply {
            schema: GATE_SCHEMA,
            for_loading: true,
            answer_id: Some(id),
            load: LoadItem::from(&*answer),
        })),
        Ok(_) => Err(Problem::plain(problem::FAILED)),
        Err(problem) => Err(absent(problem)),
    }
}

/// Who saw that an answer does not stand any more.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// Whoever saw it.
    by: String,
}

async fn acknowledge(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<AcknowledgedReply>, Problem> {
    let Seen { by } = serde_json::from_slice(&body)
        .map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why.to_string()))?;
    if by.trim().is_empty() {
        return Err(Problem::new(problem::NOT_UNDERSTOOD, "by: name who has seen the recall"));
    }
    // Who is signed in has seen it himself.
    let by = principal.signed.as_ref().map_or(by, |signed| signed.member.id.to_string());
    let holder = Some(Arc::clone(&principal.organisation.name));
    let command = Command::AcknowledgeRecall { answer: id.as_str().into(), holder, by: by.as_str().into() };
    match node.reply(Lane::Urgent, command).await {
        Ok(_) => Ok(Json(AcknowledgedReply { answer_id: id, acknowledged_by: by })),
        Err(problem) => Err(absent(problem)),
    }
}

/// What nobody gave him is not here.
fn absent(problem: Problem) -> Problem {
    match problem.refusal_code() {
        Some("answer-unknown") => Problem::plain(problem::NOT_FOUND),
        _ => problem,
    }
}
