//! Whether the node is well: for whoever watches it, without a token, so it tells nothing else.

use super::App;
use crate::node::Node;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use engine::Command;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store::writer::Lane;

/// How long a node that is well takes at most to do nothing.
const WELL_WITHIN: Duration = Duration::from_secs(2);

pub(super) fn routes(router: Router<App>) -> Router<App> {
    router.route("/health", get(health))
}

/// The thread that writes is asked to look whether anything is due: that goes through the whole of it.
async fn health(State(node): State<Arc<Node>>) -> (StatusCode, Json<Value>) {
    let asked = tokio::time::timeout(WELL_WITHIN, node.reply(Lane::Urgent, Command::Tick)).await;
    match asked {
        Ok(Ok(_)) => (StatusCode::OK, Json(json!({ "status": "ok" }))),
        _ => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "failing" }))),
    }
}
