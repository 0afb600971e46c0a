//! Whether the node is well: for whoever watches it, without a token, so it tells nothing else and does no work.

use super::route::{Route, Verb, json};
use crate::node::Node;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use document::node::HealthReply;
use std::sync::Arc;

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Get,
    path: "/health",
    action: None,
    summary: "Whether the node works; status 503 where it does not.",
    parameters: &[],
    body: None,
    status: 200,
    answer: json("Health", "It works; `holding` where the gate holds everything."),
    handler: || get(health),
}];

async fn health(State(node): State<Arc<Node>>) -> (StatusCode, Json<HealthReply>) {
    let (status, reply) = match (node.is_well(), node.clock().doubt()) {
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, HealthReply { status: "failing", why: None }),
        // It works, and to start it anew would change nothing.
        (true, Some(_)) => (StatusCode::OK, HealthReply { status: "holding", why: Some("clock") }),
        (true, None) => (StatusCode::OK, HealthReply { status: "ok", why: None }),
    };
    (status, Json(reply))
}
