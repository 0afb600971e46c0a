//! What the links of problems lead to.

use super::App;
use crate::problem::{self, KINDS, Problem};
use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

pub(super) fn routes(router: Router<App>) -> Router<App> {
    router.route("/problems/{code}", get(explain))
}

async fn explain(Path(code): Path<String>) -> Result<Json<Value>, Problem> {
    let kind = KINDS.iter().find(|kind| kind.code == code);
    let kind = kind.ok_or_else(|| Problem::plain(problem::NOT_FOUND))?;
    let problem::Kind { code, status, title, remedy } = kind;
    Ok(Json(json!({ "code": code, "status": status, "title": title, "remedy": remedy })))
}
