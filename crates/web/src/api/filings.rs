//! Messages in any format that is read here: filings, reports, notices of authorities, facts.

use super::idempotency::{header, key};
use super::route::{Content, Route, Verb, json};
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

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Post,
    path: "/v1/filings",
    action: Some(Action::File),
    summary: "Takes in messages in any format that is read here, one or many, facts among them, in their order.",
    parameters: &[header(
        "The same key with the same body has the same reply within 48 hours, and no second effect.",
    )],
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
    let Principal { organisation, signed, .. } = &principal;
    intake::take(&node, organisation, signed.as_ref(), key.as_deref(), body).await.map(Json)
}
