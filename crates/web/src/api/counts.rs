//! What was done on each day, counted from the log when somebody asks: for officers and auditors.

use super::gate::not_understood;
use super::route::{Parameter, Place, Route, Verb, json};
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use casework::counts::{COUNTED, Counts};
use document::counts::CountsReply;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::ops::RangeInclusive;
use std::sync::Arc;
use store::span::{Span, Spanned};

/// Most days of one reply.
const DAYS_MAX: i32 = 31;

/// Years of which a database keeps times.
const YEARS: RangeInclusive<i16> = 1970..=2200;

/// Most events that are counted for one reply.
const EVENTS_MAX: u64 = 1_000_000;

const fn day(name: &'static str, what: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, what }
}

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Get,
    path: "/v1/counts",
    action: Some(Action::Count),
    summary: "What was done on each day, by programme: filings, referrals, orders, holds and answers.",
    parameters: &[
        day("from", "The first day (UTC), such as 2026-11-01."),
        day("to", "The last day, 30 days later at most; without it the first."),
    ],
    body: None,
    status: 200,
    answer: json("Counts", "By day, then programme."),
    handler: || get(counts),
}];

/// Which days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    from: Option<String>,
    to: Option<String>,
}

impl Days {
    /// The first day and the last one.
    fn read(self) -> Result<(Date, Date), String> {
        let from = self.from.ok_or("from: name the first day, such as 2026-11-24")?;
        let from = day_of("from", &from)?;
        let to = self.to.map_or(Ok(from), |text| day_of("to", &text))?;
        let days = from.until(to).map(|span| span.get_days()).unwrap_or(-1);
        match days {
            0..DAYS_MAX => Ok((from, to)),
            _ => Err(format!("to {to}: write {from} or a day after it, {} days later at most", DAYS_MAX - 1)),
        }
    }
}

/// The day that a parameter names.
pub(super) fn day_of(name: &str, text: &str) -> Result<Date, String> {
    let day = text.parse().ok().filter(|day: &Date| YEARS.contains(&day.year()));
    day.ok_or_else(|| format!("{name} {text}: write a day, such as 2026-11-24"))
}

async fn counts(
    State(node): State<Arc<Node>>,
    days: Result<Query<Days>, QueryRejection>,
) -> Result<Json<CountsReply>, Problem> {
    let Query(days) = days.map_err(|why| not_understood(why.body_text()))?;
    let (from, to) = days.read().map_err(not_understood)?;
    let permit = node.limits().counting()?;
    let counted = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        counted(&node, from, to)
    });
    counted.await.map_err(|_| Problem::plain(problem::FAILED))?.map(Json)
}

/// From when to when days are, the last one included.
pub(super) fn span_of(from: Date, to: Date) -> Result<(Timestamp, Timestamp), Problem> {
    let begins = |day: Result<Date, jiff::Error>| -> Result<Timestamp, Problem> {
        let begins = day.and_then(|day| day.to_zoned(TimeZone::UTC)).map(|day| day.timestamp());
        begins.map_err(|why| not_understood(format!("from {from} to {to}: {why}")))
    };
    Ok((begins(Ok(from))?, begins(to.tomorrow())?))
}

fn counted(node: &Node, from: Date, to: Date) -> Result<CountsReply, Problem> {
    let (from_at, until) = span_of(from, to)?;
    let span = Span { from: from_at, until, kinds: COUNTED, most: EVENTS_MAX };
    let mut counts = Counts::default();
    let read = node.database().span(span, &mut |recorded| counts.count(&recorded.event, recorded.at));
    let Spanned { erased, more, .. } = read.map_err(|why| {
        tracing::error!(error = %why, "the log cannot be counted");
        Problem::plain(problem::FAILED)
    })?;
    if more {
        let why = format!("from {from} to {to} more than {EVENTS_MAX} events count; ask for fewer days");
        return Err(not_understood(why));
    }
    Ok(CountsReply::new(from, to, &counts, erased))
}
