//! Answers that were written down: whether one still stands, and that its recall was seen.

use super::App;
use super::gate::SCHEMA;
use crate::identity::Principal;
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use document::assess::LoadItem;
use engine::{Command, Reply};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use store::writer::Lane;

pub(super) fn routes(router: Router<App>) -> Router<App> {
    router
        .route("/v1/answers/{id}", get(recheck))
        .route("/v1/answers/{id}/acknowledgement", post(acknowledge))
}

/// The same question, asked now. An answer of somebody else is not here.
async fn recheck(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let holder = Some(Arc::clone(&principal.organisation.name));
    let command = Command::Recheck { answer: id.as_str().into(), holder };
    match node.reply(Lane::Urgent, command).await {
        Ok(Reply::Answered(answer)) => Ok(Json(json!({
            "schema": SCHEMA, "for_loading": true, "answer_id": id, "load": LoadItem::from(&*answer),
        }))),
        Ok(_) => Err(Problem::plain(problem::FAILED)),
        Err(problem) => Err(absent(problem)),
    }
}

/// Who saw that an answer does not stand any more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    by: String,
}

async fn acknowledge(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let Seen { by } = serde_json::from_slice(&body)
        .map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why.to_string()))?;
    if by.trim().is_empty() {
        return Err(Problem::new(problem::NOT_UNDERSTOOD, "by: name who has seen the recall"));
    }
    let holder = Some(Arc::clone(&principal.organisation.name));
    let command = Command::AcknowledgeRecall { answer: id.as_str().into(), holder, by: by.as_str().into() };
    match node.reply(Lane::Urgent, command).await {
        Ok(_) => Ok(Json(json!({ "answer_id": id, "acknowledged_by": by }))),
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
