//! May this be loaded, and why?

use super::App;
use crate::identity::Principal;
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::routing::get;
use axum::{Json, Router};
use casework::gate::{Aircraft, AskedLeg, Stage};
use consignment::ConsignmentKey;
use consignment::fact::{FlightName, ObjectName, UnitName};
use consignment::ident::{AirWaybill, HouseWaybill, Receptacle, UnitLoadDevice};
use document::assess::LoadItem;
use document::value::parse_leg;
use engine::{Command, Reply};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use store::writer::Lane;

/// Published name of an answer.
pub(super) const SCHEMA: &str = "loadgate-gate/1";

pub(super) fn routes(router: Router<App>) -> Router<App> {
    router.route("/v1/gate", get(peek).post(commit))
}

/// A question, as a query or as a JSON document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    waybill: Option<String>,
    house: Option<String>,
    piece: Option<u32>,
    unit: Option<String>,
    flight: Option<String>,
    leg: Option<String>,
    stage: Option<String>,
    aircraft: Option<String>,
}

/// A question.
struct Question {
    object: ObjectName,
    leg: AskedLeg,
    stage: Stage,
    aircraft: Option<Aircraft>,
}

impl Asked {
    fn read(self) -> Result<Question, String> {
        let leg = self.leg.as_deref().map(parse_leg).transpose()?.unwrap_or(AskedLeg::First);
        let stage = match self.stage.as_deref() {
            None | Some("load") => Stage::Load,
            Some("accept") => Stage::Accept,
            Some("build") => Stage::Build,
            Some("depart") => Stage::Depart,
            Some(other) => return Err(format!("stage {other}: write accept, build, load or depart")),
        };
        let aircraft = match self.aircraft.as_deref() {
            None => None,
            Some("pax") => Some(Aircraft::Passenger),
            Some("cao") => Some(Aircraft::AllCargo),
            Some(other) => return Err(format!("aircraft {other}: write pax or cao")),
        };
        let goods = self.waybill.is_some() || self.house.is_some();
        let object = match (goods, self.unit, self.flight) {
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
                let whole = || {
                    format!(
                        "flight {flight}: write flight, date and stations, such as 9Z100/2026-11-24/FRA-JFK"
                    )
                };
                let AskedLeg::Named { from, to, flight: Some(number), date: Some(date) } =
                    parse_leg(&flight)?
                else {
                    return Err(whole());
                };
                let date = date.date().ok_or_else(whole)?;
                ObjectName::Flight(FlightName { flight: number, date, from, to })
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

fn not_understood(why: impl ToString) -> Problem {
    Problem::new(problem::NOT_UNDERSTOOD, why.to_string())
}

/// Looks without writing the answer down: it is not for loading.
async fn peek(
    State(node): State<Arc<Node>>,
    principal: Principal,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(asked) = asked.map_err(|why| not_understood(why.body_text()))?;
    let Question { object, leg, stage, aircraft } = asked.read().map_err(not_understood)?;
    let organisation = &principal.organisation;
    let (holder, asker) = (Arc::clone(&organisation.name), organisation.asker());
    let command = Command::Look { object, leg, stage, aircraft, holder, asker };
    match node.reply(Lane::Urgent, command).await? {
        Reply::Answered(answer) => Ok(Json(json!({
            "schema": SCHEMA, "for_loading": false, "answer_id": null, "load": LoadItem::from(&*answer),
        }))),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

/// Writes the answer down before giving it: whoever has it is told when it does not stand any more.
async fn commit(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<(StatusCode, HeaderMap, Json<Value>), Problem> {
    if !principal.organisation.may_tell() {
        return Err(Problem::plain(problem::NOT_ALLOWED));
    }
    let asked: Asked = serde_json::from_slice(&body).map_err(not_understood)?;
    let Question { object, leg, stage, aircraft } = asked.read().map_err(not_understood)?;
    let organisation = &principal.organisation;
    let (holder, asker) = (Arc::clone(&organisation.name), organisation.asker());
    let command = Command::AskObject { object, leg, stage, aircraft, holder, asker };
    match node.reply(Lane::Urgent, command).await? {
        Reply::Committed { id, answer } => {
            let mut headers = HeaderMap::new();
            if let Ok(place) = HeaderValue::from_str(&format!("/v1/answers/{id}")) {
                headers.insert::<HeaderName>(header::LOCATION, place);
            }
            let told = json!({
                "schema": SCHEMA, "for_loading": true, "answer_id": &*id, "load": LoadItem::from(&*answer),
            });
            Ok((StatusCode::CREATED, headers, Json(told)))
        }
        _ => Err(Problem::plain(problem::FAILED)),
    }
}
