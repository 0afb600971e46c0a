//! What officers find of hits: whether a party is the entry of a list that it resembles. One says so, another one confirms.

use super::acts::Officer;
use super::gate::not_understood;
use super::idempotency::{header as key_header, request_key};
use super::route::{Content, Parameter, Place, Route, Verb, json};
use super::{goods, page};
use crate::identity::Principal;
use crate::intake::author::{self, stands_for};
use crate::node::{Node, Said};
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use casework::adjudication::{Standing, Verdict};
use document::adjudication::{
    ADJUDICATION_SCHEMA, ADJUDICATIONS_SCHEMA, AdjudicationItem, AdjudicationReply, AdjudicationsReply,
};
use engine::Clock as _;
use engine::{Adjudicate, Command, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use store::writer::{Lane, Submission};

const ID: Parameter = Parameter { name: "id", place: Place::Path, what: "The id of the adjudication." };

const KEY: Parameter =
    key_header("The same key with the same body has the same reply within 48 hours, and no second effect.");

const ANSWER: Content = json("Adjudication", "It, as it stands.");

const WORD: Option<Content> = Some(json("AdjudicationWordOf", "Why, and of a machine who."));

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Post,
        path: "/v1/adjudications",
        action: Some(Action::Adjudicate),
        summary: "Says of a hit whether the party is the entry; another officer confirms it.",
        parameters: &[KEY],
        body: Some(json("AdjudicationProposal", "The hit, as the consignment shows it, and what was found.")),
        status: 201,
        answer: ANSWER,
        handler: || post(propose),
    },
    Route {
        method: Verb::Get,
        path: "/v1/adjudications",
        action: Some(Action::Adjudications),
        summary: "What was found of hits, the oldest first, by whoever decides on the same lists.",
        parameters: &[
            Parameter { name: "after", place: Place::Query, what: "Those behind the one of this id." },
            Parameter { name: "most", place: Place::Query, what: "How many at most; without it 100." },
            Parameter {
                name: "standing",
                place: Place::Query,
                what: "Only those that stand so: proposed, to-review, in-force, refused or withdrawn.",
            },
        ],
        body: None,
        status: 200,
        answer: json("Adjudications", "Them, and where to go on."),
        handler: || get(list),
    },
    Route {
        method: Verb::Get,
        path: "/v1/adjudications/{id}",
        action: Some(Action::Adjudications),
        summary: "What was found of one hit, with who said what of it.",
        parameters: &[ID],
        body: None,
        status: 200,
        answer: ANSWER,
        handler: || get(one),
    },
    Route {
        method: Verb::Post,
        path: "/v1/adjudications/{id}/confirmation",
        action: Some(Action::Adjudicate),
        summary: "Confirms what another officer found, or lets stand what he decided alone.",
        parameters: &[ID, KEY],
        body: WORD,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| word(node, by, id, headers, body, &CONFIRM)),
    },
    Route {
        method: Verb::Post,
        path: "/v1/adjudications/{id}/refusal",
        action: Some(Action::Adjudicate),
        summary: "Refuses what another officer found, or takes back what one proposed.",
        parameters: &[ID, KEY],
        body: WORD,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| word(node, by, id, headers, body, &REFUSE)),
    },
    Route {
        method: Verb::Post,
        path: "/v1/adjudications/{id}/withdrawal",
        action: Some(Action::Adjudicate),
        summary: "Withdraws what another officer entered in error: the hit is open again at once.",
        parameters: &[ID, KEY],
        body: WORD,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| word(node, by, id, headers, body, &WITHDRAW)),
    },
];

/// What an officer finds of a hit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposed {
    /// The air waybill of the goods.
    waybill: Option<String>,
    /// Their house waybill.
    house: Option<String>,
    /// The name of the hit among `matches` of the consignment.
    hit: String,
    /// `not-the-same` or `the-same`.
    verdict: String,
    /// Why.
    reason: String,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// Why an officer confirms, refuses or withdraws.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    /// Why.
    reason: String,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// Which adjudications.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    after: Option<String>,
    most: Option<usize>,
    standing: Option<String>,
}

/// Whether what is done could let goods pass: then a person must have shown a passkey lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Frees,
    Holds,
}

/// What comes with an act beside what it does.
struct Told {
    reason: String,
    by: Option<Officer>,
    path: String,
    direction: Direction,
}

async fn propose(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked: Proposed = serde_json::from_slice(&body).map_err(not_understood)?;
    let Proposed { waybill, house, hit, verdict, reason, by } = asked;
    let goods = goods::one(waybill.as_deref(), house.as_deref()).map_err(not_understood)?;
    let verdict = Verdict::parse(&verdict)
        .ok_or_else(|| not_understood(format!("verdict {verdict}: write not-the-same or the-same")))?;
    let act = Adjudicate::Propose { goods, hit: hit.into(), verdict };
    let told = Told { reason, by, path: String::new(), direction: Direction::Frees };
    let reply = done(&node, &principal, (&headers, &body), act, told).await?;
    let place = format!("/v1/adjudications/{}", reply["id"].as_str().unwrap_or_default());
    let mut response = (StatusCode::CREATED, Json(reply)).into_response();
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// A word on an adjudication: the end of its path, what it does, and whether it could let goods pass.
struct WordOn {
    name: &'static str,
    act: fn(Arc<str>) -> Adjudicate,
    direction: Direction,
}

const CONFIRM: WordOn =
    WordOn { name: "confirmation", act: Adjudicate::Confirm, direction: Direction::Frees };
const REFUSE: WordOn = WordOn { name: "refusal", act: Adjudicate::Refuse, direction: Direction::Holds };
const WITHDRAW: WordOn =
    WordOn { name: "withdrawal", act: Adjudicate::Withdraw, direction: Direction::Holds };

async fn word(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
    on: &WordOn,
) -> Result<Json<Value>, Problem> {
    let Word { reason, by } = serde_json::from_slice(&body).map_err(not_understood)?;
    let told = Told { reason, by, path: format!("{id}/{}", on.name), direction: on.direction };
    done(&node, &principal, (&headers, &body), (on.act)(id.into()), told).await.map(Json)
}

/// Has an act done; gives the adjudication as it stands after it.
async fn done(
    node: &Node,
    principal: &Principal,
    (headers, body): (&HeaderMap, &Bytes),
    act: Adjudicate,
    told: Told,
) -> Result<Value, Problem> {
    let Told { reason, by, path, direction } = told;
    let (organisation, signed) = (&principal.organisation, principal.signed.as_ref());
    let by = by.map(Into::into);
    let asked = author::Asked { is_act: true, needs_proof: direction == Direction::Frees };
    let by = stands_for(by, asked, organisation, signed, node.clock().now())?;
    let key = request_key(headers, principal, ("adjudication", &path), body)?;
    let command = Command::Adjudicate { act, reason, by, channel: organisation.channel() };
    // What was found lets goods pass, or holds them: it does not wait behind filings.
    match node.ask(Lane::Urgent, Submission { command, key, raw: None }).await? {
        Said::Now(Ok(Reply::Adjudicated(made, listed))) => shown(AdjudicationItem::new(&made, listed)),
        Said::Now(Ok(_)) => Err(Problem::plain(problem::FAILED)),
        Said::Now(Err(refusal)) => Err(absent(Problem::refused(&refusal))),
        Said::Before(told) => before(&told),
    }
}

/// What the same request came to before.
fn before(told: &Value) -> Result<Value, Problem> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match told["outcome"].as_str() {
        Some("adjudicated") => {
            let mut reply = told["adjudication"].clone();
            reply["schema"] = ADJUDICATION_SCHEMA.into();
            Ok(reply)
        }
        Some("refused") => {
            let refusal = &told["refusal"];
            Err(absent(Problem::refused_before(&text(&refusal["code"]), text(&refusal["message"]))))
        }
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

fn shown(adjudication: AdjudicationItem) -> Result<Value, Problem> {
    let reply = AdjudicationReply { schema: ADJUDICATION_SCHEMA, adjudication };
    serde_json::to_value(reply).map_err(|_| Problem::plain(problem::FAILED))
}

/// Goods and adjudications that are not there, or not for whoever asks, are not here.
fn absent(problem: Problem) -> Problem {
    match problem.refusal_code() {
        Some("object-unknown" | "adjudication-unknown") => Problem::plain(problem::NOT_FOUND),
        _ => problem,
    }
}

async fn list(
    State(node): State<Arc<Node>>,
    principal: Principal,
    asked: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<AdjudicationsReply>, Problem> {
    let Query(Wanted { after, most, standing }) = asked.map_err(|why| not_understood(why.body_text()))?;
    let standing = standing.map(|text| {
        Standing::parse(&text).ok_or_else(|| {
            let all = Standing::ALL.iter().map(|standing| standing.as_str());
            not_understood(page::none_of("standing", &text, all))
        })
    });
    let command = Command::Adjudications {
        after: after.map(Into::into),
        standing: standing.transpose()?,
        most: page::most(most),
        asker: principal.asker(),
    };
    match node.read(Lane::Ordinary, command).await.map_err(absent)? {
        Reply::Adjudications { made, more } => {
            let next = made.last().filter(|_| more).map(|(made, _)| made.proposal.id.to_string());
            let adjudications =
                made.iter().map(|(made, listed)| AdjudicationItem::new(made, *listed)).collect();
            Ok(Json(AdjudicationsReply { schema: ADJUDICATIONS_SCHEMA, adjudications, next }))
        }
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

async fn one(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Json<AdjudicationReply>, Problem> {
    let command = Command::Adjudication { id: id.into(), asker: principal.asker() };
    match node.read(Lane::Ordinary, command).await.map_err(absent)? {
        Reply::Adjudicated(made, listed) => Ok(Json(AdjudicationReply {
            schema: ADJUDICATION_SCHEMA,
            adjudication: AdjudicationItem::new(&made, listed),
        })),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}
