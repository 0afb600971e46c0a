//! What is known of a consignment: for officers and auditors. Everybody else asks the gate, and sees what is his.

use super::route::{Parameter, Place, Route, Verb, json};
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::routing::get;
use consignment::ConsignmentKey;
use document::assess::{CaseItem, MatchItem, in_words};
use document::node::{CONSIGNMENT_SCHEMA, ConsignmentReply, EarlierItem};
use document::screening::ScreeningRequestItem;
use document::value::parse_key;
use engine::{Command, Reply};
use std::sync::Arc;
use store::writer::Lane;

const MASTER: Parameter =
    Parameter { name: "master", place: Place::Path, what: "The air waybill, such as 888-10001014." };

const HOUSE: Parameter = Parameter { name: "house", place: Place::Path, what: "The house waybill." };

const WHAT: &str = "Its cases, referrals and hits.";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/consignments/{master}",
        action: Some(Action::View),
        summary: "What is known of a consignment.",
        parameters: &[MASTER],
        body: None,
        status: 200,
        answer: json("Consignment", WHAT),
        handler: || get(of_master),
    },
    Route {
        method: Verb::Get,
        path: "/v1/consignments/{master}/houses/{house}",
        action: Some(Action::View),
        summary: "What is known of a house consignment.",
        parameters: &[MASTER, HOUSE],
        body: None,
        status: 200,
        answer: json("Consignment", WHAT),
        handler: || get(of_house),
    },
    Route {
        method: Verb::Get,
        path: "/v1/houses/{house}",
        action: Some(Action::View),
        summary: "What is known of a house consignment whose master is not.",
        parameters: &[HOUSE],
        body: None,
        status: 200,
        answer: json("Consignment", WHAT),
        handler: || get(of_house_alone),
    },
];

async fn of_house_alone(
    State(node): State<Arc<Node>>,
    Path(house): Path<String>,
) -> Result<Json<ConsignmentReply>, Problem> {
    view(&node, &format!("/{house}")).await
}

async fn of_master(
    State(node): State<Arc<Node>>,
    Path(master): Path<String>,
) -> Result<Json<ConsignmentReply>, Problem> {
    view(&node, &master).await
}

async fn of_house(
    State(node): State<Arc<Node>>,
    Path((master, house)): Path<(String, String)>,
) -> Result<Json<ConsignmentReply>, Problem> {
    view(&node, &format!("{master}/{house}")).await
}

async fn view(node: &Node, number: &str) -> Result<Json<ConsignmentReply>, Problem> {
    let key: ConsignmentKey = parse_key(number).map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why))?;
    let view = match node.read(Lane::Ordinary, Command::ViewOf { key }).await {
        Ok(Reply::Viewed(view)) => view,
        Ok(_) => return Err(Problem::plain(problem::FAILED)),
        Err(problem) if problem.refusal_code() == Some("object-unknown") => {
            return Err(Problem::plain(problem::NOT_FOUND));
        }
        Err(problem) => return Err(problem),
    };
    Ok(Json(ConsignmentReply {
        schema: CONSIGNMENT_SCHEMA,
        master: view.key.master.map(|master| master.to_string()),
        house: view.key.house.as_ref().map(ToString::to_string),
        filer: view.filer.as_deref().map(str::to_owned),
        cases: view.cases.iter().map(CaseItem::from).collect(),
        screening_requests: view.screening_requests.iter().map(ScreeningRequestItem::from).collect(),
        matches: view.matches.iter().map(MatchItem::from).collect(),
        security_status: Some(view.security.status.code()),
        security_basis: Some(view.security.basis.as_str()),
        security_why: in_words(&view.security.why),
        arrived_pieces: view.arrived_pieces,
        earlier: view.earlier.iter().map(EarlierItem::from).collect(),
    }))
}
