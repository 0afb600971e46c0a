//! Whether the node is well: for whoever watches it, without a token, so it tells nothing else and does no work.

use super::App;
use crate::node::Node;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) fn routes(router: Router<App>) -> Router<App> {
    router.route("/health", get(health))
}

async fn health(State(node): State<Arc<Node>>) -> (StatusCode, Json<Value>) {
    match node.is_well() {
        true => (StatusCode::OK, Json(json!({ "status": "ok" }))),
        false => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "failing" }))),
    }
}
