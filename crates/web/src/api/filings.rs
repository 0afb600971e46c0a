//! Messages in any format that is read here: filings, reports, notices of authorities, facts.

use super::route::{Content, Parameter, Place, Route, Verb, json};
use crate::identity::Principal;
use crate::intake;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::routing::post;
use document::node::FilingsReply;
use std::sync::Arc;

/// Most characters of an idempotency key.
const KEY_MAX: usize = 128;

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Post,
    path: "/v1/filings",
    action: Some(Action::File),
    summary: "Takes in messages in any format that is read here, one or many, facts among them, in their order.",
    parameters: &[Parameter {
        name: "Idempotency-Key",
        place: Place::Header,
        what: "The same key with the same body has the same reply within 48 hours, and no second effect.",
    }],
    body: Some(Content {
        media: "application/octet-stream",
        what: "The messages, exactly as they are.",
        schema: None,
    }),
    status: 200,
    answer: json("Filings", "What was found in each message, and what became of it."),
    handler: || post(file),
}];

async fn file(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<FilingsReply>, Problem> {
    let body = body.map_err(|why| Problem::new(problem::BODY_TOO_LARGE, why.body_text()))?;
    let key = key(&headers)?;
    intake::take(&node, &principal.organisation, key.as_deref(), body).await.map(Json)
}

/// The key of a request, where it carries one.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_MAX);
    let refused = || {
        let why = format!("Idempotency-Key takes 1 to {KEY_MAX} visible ASCII characters");
        Problem::new(problem::NOT_UNDERSTOOD, why)
    };
    key.map(|key| Some(key.to_owned())).ok_or_else(refused)
}
