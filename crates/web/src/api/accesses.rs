//! Who read what concerns others, for auditors; and the note that is made before he reads it.

use super::counts::{day_of, span_of};
use super::gate::not_understood;
use super::route::{Parameter, Place, Route, Verb, json};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use casework::Event;
use document::access::{ACCESSES_SCHEMA, AccessItem, AccessesReply};
use engine::Command;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;
use store::span::{Span, Spanned};
use store::writer::Lane;

/// Readings of one reply at most.
const MOST: usize = 10_000;

/// Events that are looked at for one reply at most.
const EVENTS_MAX: u64 = 1_000_000;

const fn parameter(name: &'static str, what: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, what }
}

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Get,
    path: "/v1/accesses",
    action: Some(Action::Accesses),
    summary: "Who read cases, queues and look-ups of parties on a day, and what; asking is written down as well.",
    parameters: &[
        parameter("day", "The day (UTC), such as 2026-11-24."),
        parameter("organisation", "Only readings of this organisation."),
        parameter(
            "about",
            "Only readings whose target or names hold this text, such as the number of a waybill.",
        ),
    ],
    body: None,
    status: 200,
    answer: json("Accesses", "The earliest first; at most 10,000, and whether there are more."),
    handler: || get(accesses),
}];

/// Which readings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    day: Option<String>,
    organisation: Option<String>,
    about: Option<String>,
}

/// Writes down that somebody is about to read what concerns others. Who cannot be written down reads nothing.
///
/// # Errors
/// A problem where it cannot be written.
pub(super) async fn note(
    node: &Node,
    principal: &Principal,
    what: String,
    names: Vec<String>,
) -> Result<(), Problem> {
    node.reply(Lane::Ordinary, Command::NoteAccess { by: principal.by(), what, names }).await.map(drop)
}

async fn accesses(
    State(node): State<Arc<Node>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<AccessesReply>, Problem> {
    let Query(asked) = asked.map_err(|why| not_understood(why.body_text()))?;
    let day = asked.day.as_deref().ok_or("day: name the day, such as 2026-11-24".to_owned());
    let day = day.and_then(|text| day_of("day", text)).map_err(not_understood)?;
    let permit = node.limits().counting()?;
    let found = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        found(&node, day, &asked)
    });
    found.await.map_err(|_| Problem::plain(problem::FAILED))?.map(Json)
}

fn found(node: &Node, day: Date, asked: &Asked) -> Result<AccessesReply, Problem> {
    let (from, until) = span_of(day, day)?;
    let span = Span { from, until, kinds: &["access.read"], most: EVENTS_MAX };
    let (mut accesses, mut beyond) = (Vec::new(), false);
    let read = node.database().span(span, &mut |recorded| {
        let Event::Accessed(access) = &recorded.event else { return };
        let holds =
            |text: &str| access.what.contains(text) || access.names.iter().any(|name| name.contains(text));
        let wanted = asked.organisation.as_ref().is_none_or(|wanted| **wanted == *access.by.organisation)
            && asked.about.as_ref().is_none_or(|text| holds(text));
        match (wanted, accesses.len() < MOST) {
            (true, true) => accesses.push(AccessItem::from(access)),
            (true, false) => beyond = true,
            (false, _) => {}
        }
    });
    let Spanned { erased, more, .. } = read.map_err(|why| {
        tracing::error!(error = %why, "readings cannot be read");
        Problem::plain(problem::FAILED)
    })?;
    Ok(AccessesReply {
        schema: ACCESSES_SCHEMA,
        day: day.to_string(),
        accesses,
        more: more || beyond,
        erased,
    })
}
