//! Lists of flights for the time when the line to the node is dead: signed, so that they are read without it.

use super::gate::not_understood;
use super::route::{Content, Route, Verb, json};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::routing::{get, post};
use casework::gate::{Aircraft, AskedLeg, Stage};
use consignment::fact::FlightName;
use document::gate_list::{GateList, LogState};
use document::value::parse_leg;
use engine::{Command, FlightList, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::Arc;
use store::audit::LogRead;
use store::audit::note::{self, Purpose};
use store::writer::Lane;

const TEXT: &str = "text/plain; charset=utf-8";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Post,
        path: "/v1/gate-lists",
        action: Some(Action::Ask),
        summary: "The answers about each object of a flight, for the time when the line is dead: written down before they are \
                  given, signed, and valid for minutes.",
        parameters: &[],
        body: Some(json("GateListQuestion", "The flight, and what is about to be done.")),
        status: 201,
        answer: Content {
            media: TEXT,
            what: "A signed note (C2SP signed-note): its first line is loadgate-gate-list/1, its second the node, its third \
                   a GateList as JSON. Keep it to the byte; `loadgate gate-list verify` reads it.",
            schema: None,
        },
        handler: || post(make),
    },
    Route {
        method: Verb::Get,
        path: "/v1/verifier",
        action: Some(Action::Recheck),
        summary: "The key by which lists of flights, and checkpoints of the log, are verified.",
        parameters: &[],
        body: None,
        status: 200,
        answer: Content { media: TEXT, what: "A verifier key in one line (C2SP signed-note).", schema: None },
        handler: || get(verifier),
    },
];

/// Of which flight a list is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListAsked {
    /// The flight, such as 9Z100/2026-11-24/FRA-JFK.
    flight: String,
    /// accept, build, load or depart; without it load.
    stage: Option<String>,
    /// pax or cao; without it what the flight has.
    aircraft: Option<String>,
}

impl ListAsked {
    fn read(self) -> Result<(FlightName, Stage, Option<Aircraft>), String> {
        Ok((
            flight(&self.flight)?,
            super::gate::stage(self.stage.as_deref())?,
            super::gate::aircraft(self.aircraft.as_deref())?,
        ))
    }
}

/// Reads a whole flight.
pub(super) fn flight(text: &str) -> Result<FlightName, String> {
    let whole =
        || format!("flight {text}: write flight, date and stations, such as 9Z100/2026-11-24/FRA-JFK");
    let AskedLeg::Named { from, to, flight: Some(number), date: Some(date) } = parse_leg(text)? else {
        return Err(whole());
    };
    let date = date.date().ok_or_else(whole)?;
    Ok(FlightName { flight: number, date, from, to })
}

async fn make(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<(StatusCode, HeaderMap, String), Problem> {
    let asked: ListAsked = serde_json::from_slice(&body).map_err(not_understood)?;
    let (flight, stage, aircraft) = asked.read().map_err(not_understood)?;
    let (holder, asker) = (Arc::clone(&principal.organisation.name), principal.asker());
    let command = Command::List { flight, stage, aircraft, holder: Arc::clone(&holder), asker };
    let list = match node.reply(Lane::Urgent, command).await.map_err(absent)? {
        Reply::Listed(list) => list,
        _ => return Err(Problem::plain(problem::FAILED)),
    };
    let mut headers = HeaderMap::new();
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/answers/{}", list.id)) {
        headers.insert::<HeaderName>(header::LOCATION, place);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(TEXT));
    let signing = move || signed(&node, &list, &holder);
    let note = tokio::task::spawn_blocking(signing).await.map_err(|_| Problem::plain(problem::FAILED))??;
    Ok((StatusCode::CREATED, headers, note))
}

/// A flight of which somebody may see nothing is not here.
fn absent(problem: Problem) -> Problem {
    match problem.refusal_code() {
        Some("object-unknown") => Problem::plain(problem::NOT_FOUND),
        _ => problem,
    }
}

fn signed(node: &Node, list: &FlightList, holder: &str) -> Result<String, Problem> {
    let signer = node.database().signer();
    let log = match list.sees_basis {
        true => node.database().look(log_state).map_err(failed)??,
        false => None,
    };
    let document = GateList::new(list, holder, signer.name(), log);
    let body = serde_json::to_string(&document).map_err(failed)?;
    note::sign(signer, Purpose::GateList, &body).map_err(failed)
}

/// The last state of the log that was signed.
fn log_state(log: &dyn LogRead) -> Result<Option<LogState>, Problem> {
    let Some(note) = log.latest_checkpoint().map_err(failed)? else { return Ok(None) };
    let verifier = log.verifier().map_err(failed)?;
    let checkpoint = verifier.open(verifier.name(), &note).map_err(failed)?;
    let root = checkpoint.root.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    Ok(Some(LogState { size: checkpoint.size, root }))
}

fn failed(why: impl std::fmt::Display) -> Problem {
    tracing::error!(error = %why, "a list was written down and could not be signed");
    Problem::plain(problem::FAILED)
}

async fn verifier(State(node): State<Arc<Node>>) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, TEXT)], format!("{}\n", node.database().signer().verifier()))
}
