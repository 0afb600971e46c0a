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
use engine::{Clock as _, Command, HitAsked, Reply};
use jiff::Timestamp;
use names::{Adjudications, DEFAULT_THRESHOLD, Score, Snapshot, is_comparable};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use store::writer::Lane;

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
    let mut screened = screened.await.map_err(|_| Problem::plain(problem::FAILED))?;
    if node.allowed().may_do(&principal, Action::Adjudications) {
        adjudicated(&node, &principal, &mut screened).await?;
    }
    Ok(Json(screened.into_iter().map(|screened| screened.told).collect()))
}

/// What is told of a party, and the hits of it that are given.
struct Screened {
    told: RowEntry<ScreenItem>,
    hits: Vec<HitAsked>,
}

/// Tells of each hit what officers found of it, as far as whoever asks sees that.
async fn adjudicated(node: &Node, principal: &Principal, screened: &mut [Screened]) -> Result<(), Problem> {
    let hits: Vec<HitAsked> = screened.iter_mut().flat_map(|one| std::mem::take(&mut one.hits)).collect();
    if hits.is_empty() {
        return Ok(());
    }
    let command = Command::Found { hits, asker: principal.asker() };
    let Reply::Found(found) = node.read(Lane::Ordinary, command).await? else {
        return Err(Problem::plain(problem::FAILED));
    };
    let mut found = found.into_iter();
    for one in screened {
        let RowEntry::Answered(item) = &mut one.told else { continue };
        for hit in 0..item.hits.len() {
            if let Some((found, made)) = found.next().flatten() {
                item.adjudicate(hit, found, &made);
            }
        }
    }
    Ok(())
}

fn answers(lists: &Snapshot, read: Read, at: Timestamp) -> Vec<Screened> {
    // What officers found stands in the log, and is told by whoever reads it.
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
        if !is_comparable(&query.name) {
            let told = RowEntry::Unusable(screening.unusable("-", place, NOT_COMPARABLE));
            return Screened { told, hits: Vec::new() };
        }
        let query = screening.plausible(query, &mut problems);
        let found = screening.find(&query);
        let given = found.hits.iter().take(read.limit);
        let hits = given.map(|hit| HitAsked::new(&query, &hit.entry)).collect();
        Screened { told: RowEntry::Answered(screening.tell(&query, place, problems, found)), hits }
    };
    read.parties.into_iter().zip(1..).map(answer).collect()
}
