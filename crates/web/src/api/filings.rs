//! Messages in any format that is read here: filings, reports, notices of authorities, facts.

use super::App;
use crate::identity::Principal;
use crate::node::{Node, Pending};
use crate::problem::{self, Problem};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use consignment::Filing;
use consignment::fact::{Fact, What};
use document::check::FoundItem;
use engine::{Checker, Clock as _, Command, Settings};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::sqlite::idempotency::RequestKey;
use store::writer::{Lane, Submission};

/// Published name of the reply.
const SCHEMA: &str = "loadgate-filings/1";

/// Most characters of an idempotency key.
const KEY_MAX: usize = 128;

/// Most messages of one request: each is answered in the reply.
const MESSAGES_MAX: usize = 10_000;

pub(super) fn routes(router: Router<App>) -> Router<App> {
    router.route("/v1/filings", post(file))
}

/// One message of a request, read.
struct Read {
    raw: Arc<[u8]>,
    format: Option<String>,
    line: u32,
    findings: Vec<FoundItem>,
    facts: Vec<Fact>,
    /// What is left besides its facts.
    filing: Option<Filing>,
}

/// Takes in every message of the body, in order; the reply says of each what was found and what became of it.
async fn file(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    if !principal.organisation.may_tell() {
        return Err(Problem::plain(problem::NOT_ALLOWED));
    }
    let body = body.map_err(|why| Problem::new(problem::BODY_TOO_LARGE, why.body_text()))?;
    let key = key(&headers)?;
    let reader = Arc::clone(&node);
    let read = tokio::task::spawn_blocking(move || read(&body, reader.settings()));
    let read = read.await.map_err(|_| Problem::plain(problem::FAILED))??;
    let channel = principal.organisation.channel();
    let lane = if channel.authority.is_some() { Lane::Urgent } else { Lane::Ordinary };
    // All are put before any is waited for, so that a batch shares its commits; the lane keeps their order.
    let mut put: Vec<(Value, Vec<Pending>, Option<Pending>)> = Vec::with_capacity(read.len());
    for (index, message) in read.into_iter().enumerate() {
        let Read { raw, format, line, findings, facts, filing } = message;
        let shown = json!({ "message": index, "line": line, "format": format, "findings": findings });
        let of = |part: usize| {
            key.as_ref().map(|key| RequestKey {
                organisation: Arc::clone(&principal.organisation.name),
                key: format!("{key}#{index}.{part}").into(),
                request: Sha256::digest(&raw).into(),
            })
        };
        let mut told = Vec::with_capacity(facts.len());
        for (part, fact) in facts.into_iter().enumerate() {
            let lane = if is_urgent(&fact) { Lane::Urgent } else { lane };
            let command = Command::Fact { fact, channel: channel.clone() };
            told.push(node.put(lane, Submission { command, key: of(part), raw: Some(Arc::clone(&raw)) })?);
        }
        let filed = match filing {
            Some(filing) => {
                let command = Command::File { filing, channel: channel.clone() };
                let key = of(told.len());
                Some(node.put(lane, Submission { command, key, raw: Some(Arc::clone(&raw)) })?)
            }
            None => None,
        };
        put.push((shown, told, filed));
    }
    let mut messages = Vec::with_capacity(put.len());
    for (mut shown, told, filed) in put {
        let mut facts = Vec::with_capacity(told.len());
        for one in told {
            facts.push(one.said().await?.told());
        }
        shown["facts"] = Value::Array(facts);
        shown["filing"] = match filed {
            Some(filed) => filed.said().await?.told(),
            None => Value::Null,
        };
        messages.push(shown);
    }
    Ok((StatusCode::OK, Json(json!({ "schema": SCHEMA, "messages": messages }))))
}

/// A word that stops goods overtakes all others.
fn is_urgent(fact: &Fact) -> bool {
    matches!(fact.what, What::Authority(_) | What::Act(_))
}

/// The key of a request, where it carries one.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_MAX);
    let refused = || {
        let why = format!("Idempotency-Key takes 1 to {KEY_MAX} visible ASCII characters");
        Problem::new(problem::NOT_UNDERSTOOD, why)
    };
    key.map(|key| Some(key.to_owned())).ok_or_else(refused)
}

/// Reads every message of a body.
fn read(body: &[u8], settings: &Settings) -> Result<Vec<Read>, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        let why = "the request has no message; put at least one in its body";
        return Err(Problem::new(problem::NOT_UNDERSTOOD, why));
    }
    let now = crate::node::SystemClock.now();
    let mut messages = Vec::new();
    for message in formats::Splitter::new(body) {
        // Reading from memory does not fail.
        let message = message.map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why.to_string()))?;
        if messages.len() == MESSAGES_MAX {
            let why = format!("the request has more than {MESSAGES_MAX} messages; send it in several");
            return Err(Problem::new(problem::NOT_UNDERSTOOD, why));
        }
        let mut filing = formats::decode(&message, now);
        let start = (filing.message_index, filing.first_line);
        let mut findings: Vec<FoundItem> =
            filing.findings.iter().map(|finding| FoundItem::new(finding, start)).collect();
        let quality = Checker::new(settings).message(&filing);
        findings.extend(quality.iter().map(|finding| FoundItem::new(finding, start)));
        let facts = std::mem::take(&mut filing.facts);
        let whole = filing.is_facts() && filing.findings.is_empty();
        messages.push(Read {
            raw: message.bytes.as_slice().into(),
            format: filing.format.map(|format| format.to_string()),
            line: filing.first_line,
            findings,
            facts,
            // Of a document of facts only what could not be read is left to note.
            filing: (!whole).then_some(filing),
        });
    }
    Ok(messages)
}
