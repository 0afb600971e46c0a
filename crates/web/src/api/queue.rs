//! What waits for officers, what falls due, and how long goods were held: for officers and auditors.

use super::gate::{Asked, not_understood};
use super::page;
use super::route::{Parameter, Place, Route, Verb, json};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use casework::adjudication::Judge;
use casework::gate::Aircraft;
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use consignment::ident::Location;
use document::queue::{DelayReply, DueItem, QUEUE_SCHEMA, QueueReply, WaitingAdjudication, WaitingItem};
use engine::{Command, Reply};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::writer::Lane;

const WAYBILL: Parameter =
    Parameter { name: "waybill", place: Place::Query, what: "An air waybill, such as 888-10001014." };
const HOUSE: Parameter = Parameter { name: "house", place: Place::Query, what: "A house waybill." };

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/queue",
        action: Some(Action::View),
        summary: "What waits for officers, the most urgent first.",
        parameters: &[
            Parameter { name: "most", place: Place::Query, what: "How many at most; without it 100." },
            Parameter {
                name: "station",
                place: Place::Query,
                what: "Of goods that come to or leave this station, such as FRA, or of all with *; without it of the \
                       stations of the organisation, where it has any.",
            },
        ],
        body: None,
        status: 200,
        answer: json("Queue", "Goods, with what of them waits."),
        handler: || get(queue),
    },
    Route {
        method: Verb::Get,
        path: "/v1/due",
        action: Some(Action::View),
        summary: "What falls due of a consignment and what belongs to it, the earliest first.",
        parameters: &[WAYBILL, HOUSE],
        body: None,
        status: 200,
        answer: json("Due", "When what falls due."),
        handler: || get(due),
    },
    Route {
        method: Verb::Get,
        path: "/v1/delay",
        action: Some(Action::View),
        summary: "How long a consignment was held for a leg, and by what.",
        parameters: &[
            WAYBILL,
            HOUSE,
            Parameter {
                name: "leg",
                place: Place::Query,
                what: "The leg, such as 9Z100/2026-11-24/FRA-JFK; without it the first that departs.",
            },
            Parameter { name: "aircraft", place: Place::Query, what: "pax or cao; without it pax." },
        ],
        body: None,
        status: 200,
        answer: json("Delay", "Seconds, in all and by cause."),
        handler: || get(delay),
    },
];

/// How much.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Most {
    most: Option<usize>,
    station: Option<String>,
}

async fn queue(
    State(node): State<Arc<Node>>,
    principal: Principal,
    asked: Result<Query<Most>, QueryRejection>,
) -> Result<Json<QueueReply>, Problem> {
    let Query(Most { most, station }) = asked.map_err(|why| not_understood(why.body_text()))?;
    let (most, judge) = (page::most(most), judge(&node, &principal));
    let stations = match station.as_deref() {
        None => principal.organisation.stations.clone(),
        Some("*") => BTreeSet::new(),
        Some(text) => BTreeSet::from([Location::parse(text).map_err(|_| {
            not_understood(format!("station {text}: write an IATA code, such as FRA, or * for all"))
        })?]),
    };
    let command = Command::Queue { most, stations, judge };
    match node.read(Lane::Ordinary, command).await? {
        Reply::Queue { waiting, judged, beyond } => Ok(Json(QueueReply {
            schema: QUEUE_SCHEMA,
            waiting: waiting.iter().map(WaitingItem::from).collect(),
            adjudications: judged.iter().map(WaitingAdjudication::from).collect(),
            more: beyond,
        })),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

/// As whom somebody decides on hits, where he does.
fn judge(node: &Node, principal: &Principal) -> Option<Judge> {
    match principal.asker() {
        Asker::Officer(desk) if node.allowed().may_do(principal, Action::Adjudicate) => {
            Some(Judge { person: principal.by(), desk, channel: Arc::clone(&principal.organisation.name) })
        }
        _ => None,
    }
}

async fn due(
    State(node): State<Arc<Node>>,
    principal: Principal,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<DueItem>>, Problem> {
    let Query(asked) = asked.map_err(|why| not_understood(why.body_text()))?;
    let key = goods(asked.read().map_err(not_understood)?.object)?;
    let command = Command::DueOf { key, judge: judge(&node, &principal) };
    match known(node.read(Lane::Ordinary, command).await)? {
        Reply::Due(due) => Ok(Json(due.iter().map(DueItem::from).collect())),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

async fn delay(
    State(node): State<Arc<Node>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<DelayReply>, Problem> {
    let Query(asked) = asked.map_err(|why| not_understood(why.body_text()))?;
    let question = asked.read().map_err(not_understood)?;
    let key = goods(question.object)?;
    let aircraft = question.aircraft.unwrap_or(Aircraft::Passenger);
    let command = Command::MeasureOf { key, leg: question.leg, aircraft };
    match known(node.read(Lane::Ordinary, command).await)? {
        Reply::Measured(delay) => Ok(Json(DelayReply::from(&*delay))),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

fn goods(object: ObjectName) -> Result<ConsignmentKey, Problem> {
    match object {
        ObjectName::Consignment(key) => Ok(key),
        other => Err(not_understood(format!("name a consignment: {other} is none"))),
    }
}

/// Goods that nobody told of are not here.
fn known(reply: Result<Reply, Problem>) -> Result<Reply, Problem> {
    reply.map_err(|problem| match problem.refusal_code() {
        Some("object-unknown") => Problem::plain(problem::NOT_FOUND),
        _ => problem,
    })
}
