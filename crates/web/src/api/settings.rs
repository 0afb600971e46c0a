//! What the node answers by: its watch lists and programmes.

use super::route::{Route, Verb, json};
use crate::config::age_days;
use crate::node::Node;
use crate::policy::Action;
use axum::Json;
use axum::extract::State;
use axum::routing::get;
use document::node::{HeldList, HeldProgramme};
use engine::Clock as _;
use jiff::tz::TimeZone;
use programme::Mode;
use std::sync::Arc;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/lists",
        action: Some(Action::Lists),
        summary: "The watch lists that names are screened against, and how old they are.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("Lists", "One for each edition; empty where no names are screened."),
        handler: || get(lists),
    },
    Route {
        method: Verb::Get,
        path: "/v1/programmes",
        action: Some(Action::Programmes),
        summary: "The programmes, and how each runs here.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("Programmes", "In order of their identifiers."),
        handler: || get(programmes),
    },
];

async fn lists(State(node): State<Arc<Node>>) -> Json<Vec<HeldList>> {
    let snapshot = node.snapshot();
    let lists = snapshot.iter().flat_map(|snapshot| snapshot.lists());
    let today = node.clock().now().to_zoned(TimeZone::UTC).date();
    Json(
        lists
            .map(|list| {
                let age = age_days(list.edition.as_deref(), today);
                let most = node.list_ages().days_max(list.source);
                HeldList {
                    title: list.title.clone(),
                    source: list.source.to_owned(),
                    purpose: list.purpose.as_str().to_owned(),
                    edition: list.edition.clone(),
                    sha256: list.sha256.clone(),
                    entries: list.entities.len(),
                    age_days: age,
                    age_max_days: most,
                    is_old: age.map(|age| age > u32::from(most)),
                }
            })
            .collect(),
    )
}

async fn programmes(State(node): State<Arc<Node>>) -> Json<Vec<HeldProgramme>> {
    let settings = node.settings();
    let held = settings.programmes.iter().map(|(id, programme)| HeldProgramme {
        id: id.to_string(),
        name: programme.title.clone(),
        mode: match settings.modes.get(id).copied().unwrap_or(Mode::Simulated) {
            Mode::Authority => "authority",
            Mode::Relay => "relay",
            Mode::Simulated => "simulated",
        },
        sha256: programme.sha256.clone(),
    });
    Json(held.collect())
}
