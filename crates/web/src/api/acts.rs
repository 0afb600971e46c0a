//! Facts that have a request of their own beside `POST /v1/filings`: the same command, with the same author, key and refusals.

use super::idempotency::{header, request_key};
use super::route::Parameter;
use crate::identity::Principal;
use crate::intake::author;
use crate::node::{Node, Said};
use crate::problem::{self, Problem};
use axum::body::Bytes;
use axum::http::HeaderMap;
use casework::decision::Desk;
use consignment::fact::{Fact, Person, What};
use engine::{Clock as _, Command, Reply};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use store::writer::{Lane, Submission};

/// The key of such a request.
pub(super) const KEY: Parameter =
    header("The same key with the same body has no second effect within 48 hours.");

/// Whoever a machine speaks for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Officer {
    /// By what he is known.
    id: String,
    /// For whom he acts.
    organisation: String,
}

impl From<Officer> for Person {
    fn from(Officer { id, organisation }: Officer) -> Self {
        Self { id: id.into(), organisation: organisation.into() }
    }
}

/// What a request was sent as: its headers, the resource and what of it the path names, and its body.
pub(super) struct Sent<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) path: (&'a str, &'a str),
    pub(super) body: &'a Bytes,
}

/// Puts a fact before the engine in the name of whoever sends it; gives what of it stays as it was, in words.
///
/// # Errors
/// A problem for a lawful no, where a person must show a passkey first, and where the key is of another request.
pub(super) async fn tell(
    node: &Node,
    principal: &Principal,
    sent: Sent<'_>,
    mut fact: Fact,
) -> Result<Vec<String>, Problem> {
    let Sent { headers, path, body } = sent;
    let (organisation, signed) = (&principal.organisation, principal.signed.as_ref());
    let lane = match fact.what {
        What::Act(_) | What::Outage(_) => Lane::Urgent,
        _ => Lane::Ordinary,
    };
    let channel = organisation.channel();
    author::bind(&mut fact, organisation, signed, node.clock().now())?;
    // As of messages: what comes by an authority's channel is its word.
    if signed.is_some() && channel.authority.is_some() {
        principal.proved(node.clock().now())?;
    }
    let key = request_key(headers, principal, path, body)?;
    let command = Command::Fact { fact, channel };
    match node.ask(lane, Submission { command, key, raw: None }).await? {
        Said::Now(Ok(Reply::Done(_))) => Ok(Vec::new()),
        Said::Now(Ok(Reply::DoneBut { but, .. })) => {
            Ok(but.iter().map(|why| why.text(finding::Language::English)).collect())
        }
        Said::Now(Ok(_)) => Err(Problem::plain(problem::FAILED)),
        Said::Now(Err(refusal)) => Err(Problem::refused(&refusal)),
        Said::Before(told) => before(&told),
    }
}

/// What the same request came to before.
fn before(told: &Value) -> Result<Vec<String>, Problem> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match told["outcome"].as_str() {
        Some("done" | "unchanged") => {
            let remarks = told["remarks"].as_array().into_iter().flatten();
            Ok(remarks.map(|remark| text(&remark["message"])).collect())
        }
        Some("refused") => {
            let refusal = &told["refusal"];
            Err(Problem::refused_before(&text(&refusal["code"]), text(&refusal["message"])))
        }
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

/// The agency for which the officers of a desk hold; `None` where they play everybody.
pub(super) fn agency_of(desk: &Desk) -> Option<Arc<str>> {
    match desk {
        Desk::Agency(agency) => Some(Arc::clone(agency)),
        Desk::Authority(programme) => Some(programme.as_str().into()),
        Desk::Simulation => None,
    }
}
