//! May this be loaded, and why?

use super::idempotency::{self, key};
use super::route::{Content, Parameter, Place, Route, Verb, json as described};
use crate::identity::Principal;
use crate::node::{Node, Said};
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use consignment::ConsignmentKey;
use consignment::fact::{ObjectName, UnitName};
use consignment::ident::{AirWaybill, HouseWaybill, Receptacle, UnitLoadDevice};
use document::assess::LoadItem;
use document::node::{GATE_SCHEMA, GateReply};
use document::value::parse_leg;
use engine::{Command, Reply};
use formats::facts::fields::{Fault, Problems};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::sqlite::idempotency::RequestKey;
use store::writer::{Lane, Submission};

const fn asked(name: &'static str, what: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, what }
}

const ANSWER: Content = described("GateAnswer", "May it be loaded, and why.");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/gate",
        action: Some(Action::Look),
        summary: "May it be loaded, and why? Unrecorded, and not for loading.",
        parameters: &[
            asked("waybill", "An air waybill, such as 888-10001014."),
            asked(
                "house",
                "A house waybill, of the air waybill named beside it or of one that is not known.",
            ),
            asked("piece", "The number of a piece of it, from 1."),
            asked("unit", "A unit load device or a postal receptacle."),
            asked("flight", "A flight, such as 9Z100/2026-11-24/FRA-JFK."),
            asked("leg", "The leg, written alike; without it the first that departs."),
            asked("stage", "accept, build, load or depart; without it load."),
            asked("aircraft", "pax or cao; without it what the flight has."),
        ],
        body: None,
        status: 200,
        answer: ANSWER,
        handler: || get(peek),
    },
    Route {
        method: Verb::Post,
        path: "/v1/gate",
        action: Some(Action::Ask),
        summary: "The same, written down before it is given: goods may be loaded on it until it is recalled.",
        parameters: &[idempotency::header(
            "The same key with the same body has the same answer within 48 hours, and gives no second one; \"load\" only \
             while it stands.",
        )],
        body: Some(described("GateQuestion", "The question.")),
        status: 201,
        answer: ANSWER,
        handler: || post(commit),
    },
];

/// A question, as a query or as a JSON document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// An air waybill, such as 888-10001014.
    waybill: Option<String>,
    /// A house waybill.
    house: Option<String>,
    /// The number of a piece of it, from 1.
    piece: Option<u32>,
    /// A unit load device or a postal receptacle.
    unit: Option<String>,
    /// A flight, such as 9Z100/2026-11-24/FRA-JFK.
    flight: Option<String>,
    /// Instead of these, an object as in `loadgate-facts/1`.
    object: Option<Value>,
    /// The leg, written alike; without it the first that departs.
    leg: Option<String>,
    /// accept, build, load or depart; without it load.
    stage: Option<String>,
    /// pax or cao; without it what the flight has.
    aircraft: Option<String>,
}

/// A question.
pub(super) struct Question {
    pub(super) object: ObjectName,
    pub(super) leg: AskedLeg,
    pub(super) stage: Stage,
    pub(super) aircraft: Option<Aircraft>,
}

impl Asked {
    pub(super) fn read(self) -> Result<Question, String> {
        let leg = self.leg.as_deref().map(parse_leg).transpose()?.unwrap_or(AskedLeg::First);
        let (stage, aircraft) = (stage(self.stage.as_deref())?, aircraft(self.aircraft.as_deref())?);
        let goods = self.waybill.is_some() || self.house.is_some();
        let object = match (goods, self.unit, self.flight) {
            (false, None, None) if self.object.is_some() && self.piece.is_none() => {
                object_of(&self.object.unwrap_or_default())?
            }
            _ if self.object.is_some() => {
                return Err("name one thing: object stands by itself".to_owned());
            }
            (true, None, None) => {
                let waybill =
                    |text: &str| AirWaybill::parse(text).map_err(|why| format!("waybill {text}: {why}"));
                let house =
                    |text: &str| HouseWaybill::parse(text).map_err(|why| format!("house {text}: {why}"));
                let master = self.waybill.as_deref().map(waybill).transpose()?;
                let key = ConsignmentKey { master, house: self.house.as_deref().map(house).transpose()? };
                match self.piece {
                    Some(0) => return Err("piece 0: pieces are numbered from 1".to_owned()),
                    Some(piece) => ObjectName::Piece(key, piece),
                    None => ObjectName::Consignment(key),
                }
            }
            (false, Some(unit), None) if self.piece.is_none() => {
                let device = UnitLoadDevice::parse(&unit).ok().map(UnitName::Device);
                let name = device.or_else(|| Receptacle::parse(&unit).ok().map(UnitName::Receptacle));
                ObjectName::Unit(
                    name.ok_or_else(|| format!("unit {unit}: it is no unit load device and no receptacle"))?,
                )
            }
            (false, None, Some(flight)) if self.piece.is_none() => {
                ObjectName::Flight(super::gate_lists::flight(&flight)?)
            }
            _ => {
                return Err(
                    "name one thing: waybill, house or both (with a piece or not), or unit, or flight"
                        .to_owned(),
                );
            }
        };
        Ok(Question { object, leg, stage, aircraft })
    }
}

/// Reads a stage; without one it is loading.
pub(super) fn stage(text: Option<&str>) -> Result<Stage, String> {
    Ok(match text {
        None | Some("load") => Stage::Load,
        Some("accept") => Stage::Accept,
        Some("build") => Stage::Build,
        Some("depart") => Stage::Depart,
        Some(other) => return Err(format!("stage {other}: write accept, build, load or depart")),
    })
}

/// Reads a kind of aircraft; without one it is that of the flight.
pub(super) fn aircraft(text: Option<&str>) -> Result<Option<Aircraft>, String> {
    Ok(match text {
        None => None,
        Some("pax") => Some(Aircraft::Passenger),
        Some("cao") => Some(Aircraft::AllCargo),
        Some(other) => return Err(format!("aircraft {other}: write pax or cao")),
    })
}

/// An object in the form of facts.
fn object_of(value: &Value) -> Result<ObjectName, String> {
    let (tree, _) = formats::facts::tree::read_json(&value.to_string(), 1, 1);
    let problems = Problems::default();
    let object = tree.and_then(|tree| formats::facts::object_at(&tree, "object", &problems));
    match problems.into_vec().first() {
        Some(formats::facts::fields::Problem { path, fault, .. }) => Err(match fault {
            Fault::Missing => format!("{path} is missing"),
            Fault::Repeated => format!("{path} stands twice"),
            Fault::Unknown { known } => format!("{path} is no field here; the fields are {known}"),
            Fault::Invalid { text, why } => format!("{path}: {text}: {why}"),
            Fault::TooMany { .. } => format!("{path} has too many items"),
        }),
        None => object.ok_or_else(|| "object: it names nothing".to_owned()),
    }
}

pub(super) fn not_understood(why: impl ToString) -> Problem {
    Problem::new(problem::NOT_UNDERSTOOD, why.to_string())
}

/// Looks without writing the answer down: it is not for loading.
async fn peek(
    State(node): State<Arc<Node>>,
    principal: Principal,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<GateReply>, Problem> {
    let Query(asked) = asked.map_err(|why| not_understood(why.body_text()))?;
    let Question { object, leg, stage, aircraft } = asked.read().map_err(not_understood)?;
    let organisation = &principal.organisation;
    let (holder, asker) = (Arc::clone(&organisation.name), principal.asker());
    let command = Command::Look { object, leg, stage, aircraft, holder, asker };
    match node.read(Lane::Urgent, command).await? {
        Reply::Answered(answer) => Ok(Json(GateReply {
            schema: GATE_SCHEMA,
            for_loading: false,
            answer_id: None,
            load: LoadItem::from(&*answer),
        })),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

/// Writes the answer down before giving it: whoever has it is told when it does not stand any more.
async fn commit(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let key = key(&headers)?;
    let asked: Asked = serde_json::from_slice(&body).map_err(not_understood)?;
    let Question { object, leg, stage, aircraft } = asked.read().map_err(not_understood)?;
    let organisation = &principal.organisation;
    let (holder, asker) = (Arc::clone(&organisation.name), principal.asker());
    let key = key.map(|key| RequestKey {
        organisation: Arc::clone(&holder),
        // Keys of filings end otherwise.
        key: format!("{key}#gate").into(),
        request: request_of(&body, &headers),
    });
    let command = Command::AskObject { object, leg, stage, aircraft, holder: Arc::clone(&holder), asker };
    match node.ask(Lane::Urgent, Submission { command, key, raw: None }).await? {
        Said::Now(Ok(Reply::Committed { id, answer })) => {
            let (answer_id, load) = (Some(id.to_string()), LoadItem::from(&*answer));
            Ok(given(&id, GateReply { schema: GATE_SCHEMA, for_loading: true, answer_id, load }))
        }
        Said::Now(Err(refusal)) => Err(Problem::refused(&refusal)),
        Said::Now(Ok(_)) => Err(Problem::plain(problem::FAILED)),
        Said::Before(told) => again(&node, holder, told).await,
    }
}

/// What makes a request another one: what it asks and, in a room, as whom.
fn request_of(body: &[u8], headers: &HeaderMap) -> [u8; 32] {
    let asks_as = headers.get("loadgate-asks-as").map_or(b"".as_slice(), HeaderValue::as_bytes);
    Sha256::new().chain_update(Sha256::digest(body)).chain_update(asks_as).finalize().into()
}

/// The answer that the same request had before, under the same id. "Load" is said again only while it stands: the key of a
/// request outlives it.
async fn again(node: &Node, holder: Arc<str>, told: Value) -> Result<Response, Problem> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match told["outcome"].as_str() {
        Some("committed") => {}
        Some("refused") => {
            return Err(Problem::refused_before(
                &text(&told["refusal"]["code"]),
                text(&told["refusal"]["message"]),
            ));
        }
        _ => return Err(Problem::plain(problem::FAILED)),
    }
    let id = text(&told["answer_id"]);
    let mut load = told["load"].clone();
    if load["decision"] != Decision::Hold.as_str() {
        let command = Command::Recheck { answer: id.as_str().into(), holder: Some(holder) };
        let Reply::Answered(now) = node.read(Lane::Urgent, command).await? else {
            return Err(Problem::plain(problem::FAILED));
        };
        if now.decision == Decision::Hold {
            load =
                serde_json::to_value(LoadItem::from(&*now)).map_err(|_| Problem::plain(problem::FAILED))?;
        }
    }
    let reply = json!({ "schema": GATE_SCHEMA, "for_loading": true, "answer_id": id, "load": load });
    Ok(given(&id, reply))
}

/// An answer that is written down, with where it is asked for again.
fn given(id: &str, reply: impl Serialize) -> Response {
    let mut response = (StatusCode::CREATED, Json(reply)).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/answers/{id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
