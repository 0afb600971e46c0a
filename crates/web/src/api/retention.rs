//! How long goods are kept: legal holds, what is over its time, and the erasure of a consignment.

use super::acts::{KEY, Officer};
use super::gate::not_understood;
use super::goods::{self, asked};
use super::idempotency::request_key;
use super::page;
use super::route::{Content, Parameter, Place, Route, Verb, json};
use crate::identity::Principal;
use crate::intake::author::{self, stands_for};
use crate::node::{Node, Said};
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use casework::retention::LegalHold;
use consignment::fact::Person;
use document::retention::{
    ERASURE_SCHEMA, ErasureReply, LEGAL_HOLDS_SCHEMA, LegalHoldItem, LegalHoldsReply, RETENTION_SCHEMA,
    RetentionItem, RetentionReply,
};
use engine::{Clock as _, Command, Reply, Retain, Retained, StreamId, TreeBy};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use store::writer::{Lane, Submission};

/// The name of the resource in keys.
const RESOURCE: &str = "legal-hold";

/// Pages of streams that are looked at for one reply at most.
const PAGES_MAX: usize = 10;

const HOLDS: Content = json("LegalHolds", "The legal hold as it stands.");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/legal-holds",
        action: Some(Action::Retention),
        summary: "Legal holds, in the order in which they were placed: they keep goods from being erased.",
        parameters: &[
            asked("state", "standing or lifted; without it both."),
            asked("after", "What `next` of the reply before said; without it from the first."),
            asked("most", "How many at most, up to 500; without it 100."),
        ],
        body: None,
        status: 200,
        answer: json("LegalHolds", "The holds, and where to go on."),
        handler: || get(list),
    },
    Route {
        method: Verb::Post,
        path: "/v1/legal-holds",
        action: Some(Action::Preserve),
        summary: "An officer places a legal hold: nothing of the goods, or of others of the same waybill, is erased while it stands.",
        parameters: &[KEY],
        body: Some(json("LegalHoldOrder", "The goods, and why.")),
        status: 201,
        answer: HOLDS,
        handler: || post(place),
    },
    Route {
        method: Verb::Post,
        path: "/v1/legal-holds/{id}/release",
        action: Some(Action::Preserve),
        summary: "Another officer than who placed it lifts a legal hold.",
        parameters: &[Parameter { name: "id", place: Place::Path, what: "Its number." }, KEY],
        body: Some(json("LegalHoldRelease", "Why.")),
        status: 200,
        answer: HOLDS,
        handler: || post(release),
    },
    Route {
        method: Verb::Get,
        path: "/v1/retention",
        action: Some(Action::Retention),
        summary: "Consignments to which nothing was added for long: until when each is kept, and by what.",
        parameters: &[
            asked("after", "What `next` of the reply before said; without it from the first."),
            asked("most", "How many at most, up to 500; without it 100."),
        ],
        body: None,
        status: 200,
        answer: json("Retention", "Consignments in order of their streams, and where to go on."),
        handler: || get(retention),
    },
    Route {
        method: Verb::Post,
        path: "/v1/erasures",
        action: Some(Action::Erase),
        summary: "An administrator erases a consignment with all its houses, where its time is over and nothing keeps it.",
        parameters: &[],
        body: Some(json("ErasureOrder", "The consignment, and why.")),
        status: 201,
        answer: json("Erasure", "What was erased."),
        handler: || post(erase),
    },
];

/// Which holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    state: Option<String>,
    after: Option<String>,
    most: Option<usize>,
}

/// Which part of what is old.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    after: Option<String>,
    most: Option<usize>,
}

/// A legal hold to be placed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    /// The air waybill of the goods.
    waybill: Option<String>,
    /// Their house waybill; alone, every house of that number.
    house: Option<String>,
    /// Why, such as the number of a case.
    reason: String,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// Why a legal hold is lifted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    /// Why.
    reason: String,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// A consignment to be erased.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Erasure {
    /// Its air waybill.
    waybill: Option<String>,
    /// The house waybill of any of its goods.
    house: Option<String>,
    /// Why.
    reason: String,
}

fn failed() -> Problem {
    Problem::plain(problem::FAILED)
}

async fn holds(node: &Node) -> Result<Vec<LegalHold>, Problem> {
    match node.read(Lane::Ordinary, Command::Retain(Retain::Holds)).await? {
        Reply::Retained(Retained::Holds(holds)) => Ok(holds),
        _ => Err(failed()),
    }
}

fn told(legal_holds: Vec<LegalHoldItem>, next: Option<String>) -> LegalHoldsReply {
    LegalHoldsReply { schema: LEGAL_HOLDS_SCHEMA, legal_holds, next }
}

async fn list(
    State(node): State<Arc<Node>>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<LegalHoldsReply>, Problem> {
    let Query(Asked { state, after, most }) = query.map_err(|why| not_understood(why.body_text()))?;
    let stands = match state.as_deref() {
        None => None,
        Some("standing") => Some(true),
        Some("lifted") => Some(false),
        Some(text) => return Err(not_understood(page::none_of("state", text, ["standing", "lifted"]))),
    };
    let after: Option<usize> = page::after(after.as_deref(), |text| text.parse().ok())?;
    let most = page::most(most);
    let all = holds(&node).await?;
    let wanted = all.iter().skip(after.unwrap_or(0));
    let wanted = wanted.filter(|hold| stands.is_none_or(|stands| hold.lifted.is_none() == stands));
    let mut items: Vec<LegalHoldItem> = wanted.map(LegalHoldItem::from).take(most + 1).collect();
    let more = items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|last| last.id.clone());
    Ok(Json(told(items, next)))
}

/// Who stands for a legal hold: whoever is signed in, or whom a machine names.
///
/// # Errors
/// A problem where a person must show a passkey first, or acts of these officers count from people alone.
fn author(
    node: &Node,
    principal: &Principal,
    by: Option<Officer>,
    needs_proof: bool,
) -> Result<Option<Person>, Problem> {
    let asked = author::Asked { is_act: true, needs_proof };
    let signed = principal.signed.as_ref();
    stands_for(by.map(Into::into), asked, &principal.organisation, signed, node.clock().now())
}

/// Puts it before the engine; gives the hold that was placed or lifted.
async fn hold(
    node: &Node,
    principal: &Principal,
    headers: &HeaderMap,
    (path, body): (&str, &Bytes),
    asked: Retain,
) -> Result<LegalHoldsReply, Problem> {
    let key = request_key(headers, principal, (RESOURCE, path), body)?;
    let command = Command::Retain(asked);
    let id = match node.ask(Lane::Ordinary, Submission { command, key, raw: None }).await? {
        Said::Now(Ok(Reply::Retained(Retained::Holds(holds)))) => {
            return Ok(told(holds.iter().map(LegalHoldItem::from).collect(), None));
        }
        Said::Now(Ok(_)) => return Err(failed()),
        Said::Now(Err(refusal)) => return Err(absent(Problem::refused(&refusal))),
        Said::Before(said) => before(&said)?,
    };
    let holds = holds(node).await?;
    Ok(told(holds.iter().filter(|hold| *hold.id == *id).map(LegalHoldItem::from).collect(), None))
}

/// Which hold the same request came to before.
fn before(said: &Value) -> Result<String, Problem> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match said["outcome"].as_str() {
        Some("legal-hold") => Ok(text(&said["legal_hold"])),
        Some("refused") => {
            let refusal = &said["refusal"];
            Err(absent(Problem::refused_before(&text(&refusal["code"]), text(&refusal["message"]))))
        }
        _ => Err(failed()),
    }
}

/// A hold that is not there is like anything else that is not.
fn absent(problem: Problem) -> Problem {
    match problem.refusal_code() {
        Some("legal-hold-unknown") => Problem::plain(problem::NOT_FOUND),
        _ => problem,
    }
}

async fn place(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<LegalHoldsReply>), Problem> {
    let Order { waybill, house, reason, by } = serde_json::from_slice(&body).map_err(not_understood)?;
    let object = goods::one(waybill.as_deref(), house.as_deref()).map_err(not_understood)?;
    let by = author(&node, &principal, by, false)?;
    let held = hold(&node, &principal, &headers, ("", &body), Retain::Place { object, by, reason }).await?;
    Ok((StatusCode::CREATED, Json(held)))
}

async fn release(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<LegalHoldsReply>, Problem> {
    let Release { reason, by } = serde_json::from_slice(&body).map_err(not_understood)?;
    // What it kept may be erased then, for good.
    let by = author(&node, &principal, by, true)?;
    let path = format!("{id}/release");
    let lift = Retain::Lift { id: id.into(), by, reason };
    hold(&node, &principal, &headers, (&path, &body), lift).await.map(Json)
}

async fn retention(
    State(node): State<Arc<Node>>,
    query: Result<Query<Part>, QueryRejection>,
) -> Result<Json<RetentionReply>, Problem> {
    let Query(Part { after, most }) = query.map_err(|why| not_understood(why.body_text()))?;
    let most = page::most(most);
    let (mut after, mut consignments) = (after.map(StreamId::from), Vec::new());
    for _ in 0..PAGES_MAX {
        let page = node.quiet(after).await?;
        for (stream, _) in page.streams {
            let ask = Retain::Ask(TreeBy::Stream(stream.clone()));
            let Reply::Retained(Retained::Tree(kept)) =
                node.read(Lane::Ordinary, Command::Retain(ask)).await?
            else {
                return Err(failed());
            };
            // What became part of another consignment is told of there, where nothing was added to that one either.
            if let Some(kept) = kept.filter(|kept| kept.stream == stream) {
                consignments.push(RetentionItem::new(&kept.key, &kept.term));
            }
            if consignments.len() == most {
                return Ok(Json(told_of(&node, consignments, Some(stream))));
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(Json(told_of(&node, consignments, after)))
}

fn told_of(node: &Node, consignments: Vec<RetentionItem>, next: Option<StreamId>) -> RetentionReply {
    let (erases, next) = (node.retention().erase, next.map(|stream| stream.to_string()));
    RetentionReply { schema: RETENTION_SCHEMA, erases, consignments, next }
}

async fn erase(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<(StatusCode, Json<ErasureReply>), Problem> {
    // What cannot be undone takes a person who just showed who he is.
    if principal.signed.is_none() {
        let why = "a person erases, who is signed in and has shown a passkey: nothing was erased";
        return Err(Problem::new(problem::NOT_ALLOWED, why));
    }
    let Erasure { waybill, house, reason } = serde_json::from_slice(&body).map_err(not_understood)?;
    let key = goods::one(waybill.as_deref(), house.as_deref()).map_err(not_understood)?;
    let erase = Retain::Erase { tree: TreeBy::Goods(key), asked: Some((principal.by(), reason)) };
    match node.reply(Lane::Ordinary, Command::Retain(erase)).await? {
        Reply::Retained(Retained::Tree(Some(kept))) => {
            let erased = RetentionItem::new(&kept.key, &kept.term);
            node.destroy(kept.erasing).await?;
            Ok((StatusCode::CREATED, Json(ErasureReply { schema: ERASURE_SCHEMA, erased })))
        }
        _ => Err(failed()),
    }
}
