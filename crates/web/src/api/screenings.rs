//! Parties held against the watch lists of the node: for officers, who see hits anyway. Whoever files may not ask, for
//! asking again and again would tell him what stands on a State's own list.

use super::accesses;
use super::gate::not_understood;
use super::route::{Content, Route, Verb, json};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use document::screen::{NOT_COMPARABLE, Place, RowEntry, ScreenItem, Screening, StatedParty};
use engine::Clock as _;
use jiff::Timestamp;
use names::{Adjudications, DEFAULT_THRESHOLD, Score, Snapshot, is_comparable};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Most parties of one request.
const PARTIES_MAX: usize = 200;

/// Most bytes of one request: parties have some hundreds each.
const BODY_BYTES_MAX: usize = 1 << 20;

/// Most documents of one party. Nobody is known to have more.
const DOCUMENTS_MAX: usize = 50;

/// Most hits of a name that are given, and how many are where nobody says; how many there are is told all the same.
const HITS_MAX: usize = 100;
const HITS: usize = 20;

/// The least score that may be asked for: below it everything resembles everything.
const THRESHOLD_MIN: Score = Score::from_thousandths(500);

const ANSWER: Content =
    json("Screened", "One for each party, in order, as `loadgate screen --json` tells it.");

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Post,
    path: "/v1/screenings",
    action: Some(Action::Screen),
    summary: "Holds parties against the watch lists of the node. Nothing of it is kept.",
    parameters: &[],
    body: Some(json("Screening", "The parties, 200 at most.")),
    status: 200,
    answer: ANSWER,
    handler: || post(screen).layer(DefaultBodyLimit::max(BODY_BYTES_MAX)),
}];

/// What is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// The parties.
    parties: Vec<StatedParty>,
    /// The score from which on an entry is a hit, from 0.5 to 1 with at most three decimals; without it 0.8.
    threshold: Option<serde_json::Number>,
    /// How many hits of a name are given, the best ones, 100 at most; without it 20.
    limit: Option<usize>,
}

/// The same, read.
struct Read {
    parties: Vec<StatedParty>,
    threshold: Score,
    limit: usize,
}

impl Asked {
    fn read(self) -> Result<Read, String> {
        let Self { parties, threshold, limit } = self;
        if !(1..=PARTIES_MAX).contains(&parties.len()) {
            return Err(format!("parties: there are {}; write 1 to {PARTIES_MAX}", parties.len()));
        }
        let documents = |party: &StatedParty| {
            party.documents.iter().flatten().map(|text| text.split(';').count()).sum::<usize>()
        };
        if let Some(place) = parties.iter().position(|party| documents(party) > DOCUMENTS_MAX) {
            return Err(format!("parties[{place}].documents: write {DOCUMENTS_MAX} at most"));
        }
        let threshold = match threshold.map(|number| number.to_string()) {
            None => DEFAULT_THRESHOLD,
            Some(text) => {
                let read = text.parse().ok().filter(|score: &Score| *score >= THRESHOLD_MIN);
                read.ok_or_else(|| {
                    format!(
                        "threshold {text}: write a number from {THRESHOLD_MIN} to 1 with at most three decimals"
                    )
                })?
            }
        };
        let limit = limit.unwrap_or(HITS);
        if !(1..=HITS_MAX).contains(&limit) {
            return Err(format!("limit {limit}: write 1 to {HITS_MAX}"));
        }
        Ok(Read { parties, threshold, limit })
    }
}

async fn screen(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Vec<RowEntry<ScreenItem>>>, Problem> {
    let body = body.map_err(|why| {
        let text = why.body_text();
        Problem::new(problem::BODY_TOO_LARGE, format!("{text}: a screening takes {BODY_BYTES_MAX} bytes"))
    })?;
    let asked: Asked = serde_json::from_slice(&body).map_err(not_understood)?;
    let read = asked.read().map_err(not_understood)?;
    let lists = node.snapshot().ok_or_else(|| Problem::plain(problem::NO_LISTS))?;
    let (permit, at) = (node.limits().screening()?, node.clock().now());
    let names = read.parties.iter().map(|party| party.name.clone()).collect();
    accesses::note(&node, &principal, "POST /v1/screenings".to_owned(), names).await?;
    let screened = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        answers(&lists, read, at)
    });
    screened.await.map(Json).map_err(|_| Problem::plain(problem::FAILED))
}

fn answers(lists: &Snapshot, read: Read, at: Timestamp) -> Vec<RowEntry<ScreenItem>> {
    // A node keeps no decisions on hits: none settles any.
    let decisions = Adjudications::default();
    let screening = Screening {
        threshold: read.threshold,
        limit: Some(read.limit),
        ..Screening::new(lists, &decisions, at)
    };
    let answer = |(party, row): (StatedParty, u64)| {
        let place = Place { row: Some(row), line: None };
        let mut problems = Vec::new();
        let query = party.query(&mut problems);
        match is_comparable(&query.name) {
            true => RowEntry::Answered(screening.answer(&query, place, problems)),
            false => RowEntry::Unusable(screening.unusable("-", place, NOT_COMPARABLE)),
        }
    };
    read.parties.into_iter().zip(1..).map(answer).collect()
}
