//! Which goods somebody may see, by what he knows of them. What is not his is not there.

use super::accesses;
use super::gate::not_understood;
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
use casework::case::Wording;
use casework::gate::AskedLeg;
use casework::view::Asker;
use consignment::ident::{AirWaybill, Flight, HouseWaybill};
use document::lookup::{GoodsItem, LOOKUP_SCHEMA, LookupReply};
use document::value::{parse_key, parse_leg};
use engine::{Command, Reply, Wanted};
use serde::Deserialize;
use std::sync::Arc;
use store::writer::Lane;

const fn asked(name: &'static str, what: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, what }
}

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Get,
    path: "/v1/lookups",
    action: Some(Action::Look),
    summary: "Which goods the asker may see, by a waybill, a house number, a flight or a party; who looks for a party is \
              written down.",
    parameters: &[
        asked("waybill", "An air waybill: it and its houses."),
        asked("house", "A house waybill, under whatever master."),
        asked(
            "flight",
            "A flight and its day, such as 9Z100/2026-11-24, or with stations 9Z100/2026-11-24/FRA-JFK.",
        ),
        asked(
            "party",
            "The whole name of a party, for officers and auditors; slips and the order of words do not matter.",
        ),
        asked("after", "What `next` of the reply before said; without it from the first."),
        asked("most", "How many at most, up to 500; without it 100."),
    ],
    body: None,
    status: 200,
    answer: json("Lookup", "Goods, in order of their numbers, and where to go on."),
    handler: || get(look_up),
}];

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    waybill: Option<String>,
    house: Option<String>,
    flight: Option<String>,
    party: Option<String>,
    after: Option<String>,
    most: Option<usize>,
}

impl Asked {
    fn wanted(&self) -> Result<Wanted, String> {
        match (&self.waybill, &self.house, &self.flight, &self.party) {
            (Some(text), None, None, None) => {
                AirWaybill::parse(text).map(Wanted::Master).map_err(|why| format!("waybill {text}: {why}"))
            }
            (None, Some(text), None, None) => {
                HouseWaybill::parse(text).map(Wanted::House).map_err(|why| format!("house {text}: {why}"))
            }
            (None, None, None, Some(text)) => Wording::of(text).map(Wanted::Party).ok_or_else(|| {
                format!("party {text}: write the name of a party, in words that tell it from others")
            }),
            (None, None, Some(text), None) => flight(text).ok_or_else(|| {
                format!(
                    "flight {text}: write flight and date, such as 9Z100/2026-11-24, with stations or without"
                )
            }),
            _ => Err("name one thing: waybill, house, flight or party".to_owned()),
        }
    }
}

/// A flight and its day, with stations or without.
fn flight(text: &str) -> Option<Wanted> {
    let (number, rest) = text.split_once('/')?;
    if let Ok(date) = rest.parse() {
        return Some(Wanted::Flight { flight: Flight::parse(number).ok()?, date, stations: None });
    }
    match parse_leg(text).ok()? {
        AskedLeg::Named { from, to, flight: Some(flight), date: Some(date) } => {
            Some(Wanted::Flight { flight, date: date.date()?, stations: Some((from, to)) })
        }
        _ => None,
    }
}

async fn look_up(
    State(node): State<Arc<Node>>,
    principal: Principal,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<LookupReply>, Problem> {
    let Query(asked) = asked.map_err(|why| not_understood(why.body_text()))?;
    let by = asked.wanted().map_err(not_understood)?;
    let after = asked.after.as_deref().map(parse_key).transpose();
    let after = after.map_err(|why| not_understood(format!("after: {why}")))?;
    let most = page::most(asked.most);
    let (holder, asker) = (Arc::clone(&principal.organisation.name), principal.asker());
    if let Some(party) = asked.party.filter(|_| matches!(asker, Asker::Officer(_) | Asker::Auditor)) {
        accesses::note(&node, &principal, "GET /v1/lookups".to_owned(), vec![party]).await?;
    }
    match node.read(Lane::Ordinary, Command::LookUp { by, after, most, holder, asker }).await? {
        Reply::LookedUp { goods, more, beyond } => Ok(Json(LookupReply {
            schema: LOOKUP_SCHEMA,
            next: goods.last().filter(|_| more).map(|key| {
                let master = key.master.map(|master| master.to_string()).unwrap_or_default();
                key.house.as_ref().map_or(master.clone(), |house| format!("{master}/{house}"))
            }),
            goods: goods.iter().map(GoodsItem::from).collect(),
            beyond,
        })),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}
