//! What a node knows of flights and units: for officers and auditors. Desks ask the gate about theirs.

use super::gate::not_understood;
use super::gate_lists::flight;
use super::route::{Parameter, Place, Route, Verb, json};
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::routing::get;
use consignment::fact::UnitName;
use consignment::ident::{Receptacle, UnitLoadDevice};
use document::transport::{FlightReply, UnitReply};
use engine::{Command, Reply};
use std::sync::Arc;
use store::writer::Lane;

const fn part(name: &'static str, what: &'static str) -> Parameter {
    Parameter { name, place: Place::Path, what }
}

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/flights/{flight}/{date}/{way}",
        action: Some(Action::View),
        summary: "What is known of a flight: its schedule, what is planned, loaded and listed, and whether it left.",
        parameters: &[
            part("flight", "The number, such as 9Z800."),
            part("date", "The day it departs by schedule, such as 2026-11-24."),
            part("way", "From where to where, such as FRA-YYZ."),
        ],
        body: None,
        status: 200,
        answer: json("Flight", "The flight."),
        handler: || get(of_flight),
    },
    Route {
        method: Verb::Get,
        path: "/v1/units/{unit}",
        action: Some(Action::View),
        summary: "What is known of a unit load device or receptacle: what is in it, orders that name it, its flights.",
        parameters: &[part("unit", "Such as AKE12345XB, or the 29 signs of a receptacle.")],
        body: None,
        status: 200,
        answer: json("Unit", "The unit."),
        handler: || get(of_unit),
    },
];

async fn of_flight(
    State(node): State<Arc<Node>>,
    Path((number, date, way)): Path<(String, String, String)>,
) -> Result<Json<FlightReply>, Problem> {
    let name = flight(&format!("{number}/{date}/{way}")).map_err(not_understood)?;
    match node.read(Lane::Ordinary, Command::ViewFlight { name }).await? {
        Reply::FlightViewed(Some(flight)) => Ok(Json(FlightReply::new(&name, &flight))),
        Reply::FlightViewed(None) => Err(Problem::plain(problem::NOT_FOUND)),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

async fn of_unit(
    State(node): State<Arc<Node>>,
    Path(unit): Path<String>,
) -> Result<Json<UnitReply>, Problem> {
    let device = UnitLoadDevice::parse(&unit).map(UnitName::Device);
    let read = device.or_else(|_| Receptacle::parse(&unit).map(UnitName::Receptacle));
    let name = read.map_err(|_| {
        let why = "write a unit load device, such as AKE12345XB, or the 29 signs of a receptacle";
        not_understood(format!("unit {unit}: {why}"))
    })?;
    match node.read(Lane::Ordinary, Command::ViewUnit { name: name.clone() }).await? {
        Reply::UnitViewed(Some((unit, flights))) => Ok(Json(UnitReply::new(&name, &unit, &flights))),
        Reply::UnitViewed(None) => Err(Problem::plain(problem::NOT_FOUND)),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}
