//! A parallel run: the gate's answer beside that of the system in place, both kept.

use super::gate::{Asked, not_understood};
use super::route::{Route, Verb, json};
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use casework::gate::{Aircraft, Decision};
use consignment::fact::ObjectName;
use document::node::ComparisonReply;
use engine::{Command, Reply};
use schemars::JsonSchema;
use serde_json::{Map, Value};
use std::sync::Arc;
use store::writer::Lane;

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Post,
    path: "/v1/comparisons",
    action: Some(Action::Compare),
    summary: "Puts the gate's answer beside that of the system in place, and keeps both.",
    parameters: &[],
    body: Some(json("ComparisonQuestion", "The question, and what the system in place answered.")),
    status: 201,
    answer: json("Comparison", "Both answers."),
    handler: || post(compare),
}];

/// A question, and what the system in place answered.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its form alone is published: the question is read by itself")]
pub(super) struct Compared {
    /// What it answered: load or hold.
    theirs: String,
    /// What it said beside.
    said: Option<String>,
    #[schemars(flatten)]
    asked: Asked,
}

async fn compare(
    State(node): State<Arc<Node>>,
    body: Bytes,
) -> Result<(StatusCode, Json<ComparisonReply>), Problem> {
    let mut fields: Map<String, Value> = serde_json::from_slice(&body).map_err(not_understood)?;
    let theirs = match fields.remove("theirs").as_ref().and_then(Value::as_str) {
        Some("load") => Decision::Load,
        Some("hold") => Decision::Hold,
        _ => return Err(not_understood("theirs: write what the system in place answered, load or hold")),
    };
    let said = match fields.remove("said") {
        None => String::new(),
        Some(Value::String(said)) => said,
        Some(_) => return Err(not_understood("said: it takes a text")),
    };
    // What is left is the question, and nothing else may be.
    let asked: Asked = serde_json::from_value(Value::Object(fields)).map_err(not_understood)?;
    let question = asked.read().map_err(not_understood)?;
    let (ObjectName::Consignment(key) | ObjectName::Piece(key, _)) = question.object else {
        return Err(not_understood("name a consignment: units and flights hold many"));
    };
    let command = Command::CompareOf {
        key,
        leg: question.leg,
        stage: question.stage,
        aircraft: question.aircraft.unwrap_or(Aircraft::Passenger),
        theirs,
        said,
    };
    match node.reply(Lane::Ordinary, command).await {
        Ok(Reply::Compared(comparison)) => {
            let told = ComparisonReply {
                ours: comparison.ours.as_str(),
                theirs: comparison.theirs.as_str(),
                outcome: comparison.outcome().as_str(),
                reasons: comparison.held_by.iter().map(|(code, _)| code.id().to_owned()).collect(),
            };
            Ok((StatusCode::CREATED, Json(told)))
        }
        Ok(_) => Err(Problem::plain(problem::FAILED)),
        Err(problem) if problem.refusal_code() == Some("object-unknown") => {
            Err(Problem::plain(problem::NOT_FOUND))
        }
        Err(problem) => Err(problem),
    }
}
