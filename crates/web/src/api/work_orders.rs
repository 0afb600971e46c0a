//! Work orders: what is to be screened for those who asked, and results of it. An order is worked out from the requests, and a
//! result is the fact of a screening: it closes no request.

use super::acts::{KEY, Officer, Sent, tell};
use super::gate::not_understood;
use super::goods::{FLIGHT, HOUSE, Named, UNIT, WAYBILL, asked};
use super::route::{Content, Parameter, Place, Route, Verb, json};
use super::{accesses, page};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::Fact;
use document::check::FoundItem;
use document::value::{goods_id, parse_goods_id};
use document::work_order::{WORK_ORDERS_SCHEMA, WorkOrderItem, WorkOrdersReply};
use engine::{Clock as _, Command, GoodsAsked, Reply};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};
use std::sync::Arc;
use store::writer::Lane;

/// Most results of one request: of each method those of some parts of the goods.
const RESULTS_MAX: usize = 100;

/// The name of the resource in keys.
const RESOURCE: &str = "work-order";

const ANSWER: Content = json("WorkOrders", "Work orders.");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/work-orders",
        action: Some(Action::Look),
        summary: "What is to be screened for those who asked, of goods that the asker may see, in order of the goods.",
        parameters: &[
            WAYBILL,
            HOUSE,
            UNIT,
            FLIGHT,
            asked("after", "What `next` of the reply before said; without it from the first."),
            asked("most", "How many at most, up to 500; without it 100."),
        ],
        body: None,
        status: 200,
        answer: json("WorkOrders", "Work orders, and where to go on."),
        handler: || get(list),
    },
    Route {
        method: Verb::Post,
        path: "/v1/work-orders/{id}/result",
        action: Some(Action::File),
        summary: "Hands in results of screening, as the fact `screening` does. It closes no request of an authority.",
        parameters: &[
            Parameter {
                name: "id",
                place: Place::Path,
                what: "The id of the work order: that of its goods.",
            },
            KEY,
        ],
        body: Some(json("ScreeningResults", "The results, 100 at most.")),
        status: 200,
        answer: ANSWER,
        handler: || post(hand_in),
    },
];

/// Which work orders.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    waybill: Option<String>,
    house: Option<String>,
    unit: Option<String>,
    flight: Option<String>,
    after: Option<String>,
    most: Option<usize>,
}

/// Results of screening.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Results {
    /// Each by one method.
    results: Vec<ResultTold>,
    /// Who says so, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// A result of screening by one method, with the fields of the fact `screening`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultTold {
    /// The method, such as `XRY`.
    method: String,
    /// `clear`, `alarm`, `aborted` or `resolved`.
    outcome: String,
    /// When it took place, RFC 3339; when it came in without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// Numbers of the pieces, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pieces: Option<Vec<u32>>,
    /// How many pieces; all without it and without numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// The machine or team.
    #[serde(skip_serializing_if = "Option::is_none")]
    equipment: Option<String>,
    /// Day of its last daily test, such as `2026-11-24`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tested_on: Option<String>,
    /// Who screened.
    #[serde(skip_serializing_if = "Option::is_none")]
    screener: Option<String>,
    /// Whether he was approved and current.
    #[serde(skip_serializing_if = "Option::is_none")]
    screener_current: Option<bool>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    station: Option<String>,
}

async fn list(
    State(node): State<Arc<Node>>,
    principal: Principal,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<WorkOrdersReply>, Problem> {
    let Query(asked) = query.map_err(|why| not_understood(why.body_text()))?;
    let Asked { waybill, house, unit, flight, after, most } = &asked;
    let named = Named {
        waybill: waybill.as_deref(),
        house: house.as_deref(),
        unit: unit.as_deref(),
        flight: flight.as_deref(),
    };
    let sees_all = matches!(principal.asker(), Asker::Officer(_) | Asker::Auditor);
    let of = named.read(sees_all || screens(&principal)).map_err(not_understood)?;
    let after = page::after(after.as_deref(), parse_goods_id)?;
    if sees_all {
        accesses::note(&node, &principal, named.noted("/v1/work-orders"), Vec::new()).await?;
    }
    let most = page::most(*most);
    found(&node, &principal, of, after, most).await.map(|(reply, _)| Json(reply))
}

/// Whether somebody screens for the registry of the node.
fn screens(principal: &Principal) -> bool {
    principal.organisation.channel().registry
}

/// Work orders as somebody sees them, and whether any of the goods are there for him.
async fn found(
    node: &Node,
    principal: &Principal,
    of: GoodsAsked,
    after: Option<ConsignmentKey>,
    most: usize,
) -> Result<(WorkOrdersReply, bool), Problem> {
    let (holder, asker) = (Arc::clone(&principal.organisation.name), principal.asker());
    let command = Command::WorkOrders { of, after, most, holder, asker, screens: screens(principal) };
    match node.read(Lane::Ordinary, command).await? {
        Reply::WorkOrders { orders, more, beyond, any_seen } => {
            let reply = WorkOrdersReply {
                schema: WORK_ORDERS_SCHEMA,
                next: orders.last().filter(|_| more).map(|last| goods_id(&last.goods)),
                work_orders: orders.iter().map(WorkOrderItem::from).collect(),
                beyond,
            };
            Ok((reply, any_seen))
        }
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

async fn hand_in(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<WorkOrdersReply>, Problem> {
    let told: Results = serde_json::from_slice(&body).map_err(not_understood)?;
    let absent = || Problem::plain(problem::NOT_FOUND);
    let goods = parse_goods_id(&id).ok_or_else(absent)?;
    let facts = facts(&goods, told, node.clock().now())?;
    let of = || GoodsAsked::Goods(goods.clone());
    // Goods that are not there for him have no order for him. Where nobody wants a result any more it is one all the same:
    // the request may have been closed between two tries of the same request.
    let (_, is_seen) = found(&node, &principal, of(), None, 1).await?;
    if !is_seen {
        return Err(absent());
    }
    for (place, fact) in facts.into_iter().enumerate() {
        let (resource, path) = (format!("{RESOURCE}.{place}"), format!("{id}/result"));
        let sent = Sent { headers: &headers, path: (&resource, &path), body: &body };
        tell(&node, &principal, sent, fact).await?;
    }
    found(&node, &principal, of(), None, 1).await.map(|(reply, _)| Json(reply))
}

/// The results as facts: read by whoever reads these.
fn facts(goods: &ConsignmentKey, told: Results, now: Timestamp) -> Result<Vec<Fact>, Problem> {
    let Results { results, by } = told;
    if !(1..=RESULTS_MAX).contains(&results.len()) {
        return Err(not_understood(format!(
            "results: there are {}; write 1 to {RESULTS_MAX}",
            results.len()
        )));
    }
    let mut object = serde_json::Map::new();
    for (name, number) in [
        ("master", goods.master.map(|master| master.to_string())),
        ("house", goods.house.as_ref().map(ToString::to_string)),
    ] {
        object.extend(number.map(|number| (name.to_owned(), Value::from(number))));
    }
    let facts = results.iter().map(|result| {
        let mut fact = serde_json::to_value(result).unwrap_or_default();
        fact["type"] = value!("screening");
        fact["object"] = Value::Object(object.clone());
        fact
    });
    let document = value!({ "schema": "loadgate-facts/1", "facts": facts.collect::<Vec<_>>() }).to_string();
    let message = formats::Splitter::new(document.as_bytes()).next().transpose();
    let message = message.map_err(|why| not_understood(why.to_string()))?;
    let filing = message.map(|message| formats::decode(&message, now));
    let filing = filing.ok_or_else(|| Problem::plain(problem::FAILED))?;
    if let Some(finding) = filing.findings.first() {
        return Err(not_understood(FoundItem::new(finding, (1, 1)).message));
    }
    let by = by.map(consignment::fact::Person::from);
    Ok(filing.facts.into_iter().map(|fact| Fact { by: by.clone(), ..fact }).collect())
}
