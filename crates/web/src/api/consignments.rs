//! What is known of a consignment: for officers and auditors. Everybody else asks the gate, and sees what is his.

use super::App;
use crate::identity::Principal;
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use consignment::ConsignmentKey;
use document::assess::{CaseItem, MatchItem};
use document::value::parse_key;
use engine::{Command, Reply};
use serde_json::{Value, json};
use std::sync::Arc;
use store::writer::Lane;

/// Published name of what is known of a consignment.
const SCHEMA: &str = "loadgate-consignment/1";

pub(super) fn routes(router: Router<App>) -> Router<App> {
    router
        .route("/v1/consignments/{master}", get(of_master))
        .route("/v1/consignments/{master}/houses/{house}", get(of_house))
}

async fn of_master(
    state: State<Arc<Node>>,
    principal: Principal,
    Path(master): Path<String>,
) -> Result<Json<Value>, Problem> {
    view(state, principal, &master).await
}

async fn of_house(
    state: State<Arc<Node>>,
    principal: Principal,
    Path((master, house)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    view(state, principal, &format!("{master}/{house}")).await
}

async fn view(
    State(node): State<Arc<Node>>,
    principal: Principal,
    number: &str,
) -> Result<Json<Value>, Problem> {
    if !principal.organisation.may_view() {
        return Err(Problem::plain(problem::NOT_FOUND));
    }
    let key: ConsignmentKey = parse_key(number).map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why))?;
    let view = match node.reply(Lane::Ordinary, Command::ViewOf { key }).await {
        Ok(Reply::Viewed(view)) => view,
        Ok(_) => return Err(Problem::plain(problem::FAILED)),
        Err(problem) if problem.refusal_code() == Some("object-unknown") => {
            return Err(Problem::plain(problem::NOT_FOUND));
        }
        Err(problem) => return Err(problem),
    };
    let cases: Vec<CaseItem> = view.cases.iter().map(CaseItem::from).collect();
    let matches: Vec<MatchItem> = view.matches.iter().map(MatchItem::from).collect();
    Ok(Json(json!({
        "schema": SCHEMA,
        "master": view.key.master.map(|master| master.to_string()),
        "house": view.key.house.as_ref().map(ToString::to_string),
        "filer": view.filer.as_deref(),
        "cases": cases,
        "matches": matches,
        "security_status": view.security.status.code(),
        "security_basis": view.security.basis.as_str(),
        "arrived_pieces": view.arrived_pieces,
    })))
}
