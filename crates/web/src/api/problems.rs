//! What the links of problems lead to.

use super::route::{Parameter, Place, Route, Verb, json};
use crate::problem::{self, KINDS, Problem};
use axum::Json;
use axum::extract::Path;
use axum::routing::get;
use document::node::ProblemKind;

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Get,
    path: "/problems/{code}",
    action: None,
    summary: "What a problem means, and what to do about it.",
    parameters: &[Parameter { name: "code", place: Place::Path, what: "Its code." }],
    body: None,
    status: 200,
    answer: json("ProblemKind", "What it means."),
    handler: || get(explain),
}];

async fn explain(Path(code): Path<String>) -> Result<Json<ProblemKind>, Problem> {
    let kind = KINDS.iter().find(|kind| kind.code == code);
    let kind = kind.ok_or_else(|| Problem::plain(problem::NOT_FOUND))?;
    let problem::Kind { code, status, title, remedy } = *kind;
    Ok(Json(ProblemKind { code, status, title, remedy }))
}
