//! Messages on their way in, whichever way they come: read beside each other, put before the engine in their order, and
//! answered, where their format has an answer, in the sender's own.

pub(crate) mod author;
pub mod folder;
pub mod lmtp;
pub mod type_b;

use crate::identity::Organisation;
use crate::node::{Node, Pending, Said};
use crate::people::session::Signed;
use crate::problem::{self, Problem};
use axum::body::Bytes;
use consignment::fact::{Fact, What};
use consignment::{Filing, Format};
use document::check::FoundItem;
use document::node::{FILINGS_SCHEMA, FilingsReply, MessageItem};
use engine::{Checker, Clock as _, Command, Settings};
use finding::Finding;
use finding::codes::wire;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::sqlite::idempotency::RequestKey;
use store::writer::{Lane, Submission};

/// Most messages of one request: each is answered in the reply.
const MESSAGES_MAX: usize = 10_000;

/// Most findings told of one request: above it, the first [`FINDINGS_OF_EACH`] of each further message, and how many more.
const FINDINGS_MAX: usize = 20_000;

/// Findings of a message that are told in any case.
const FINDINGS_OF_EACH: usize = 10;

/// One message of a request, read.
struct Read {
    raw: Arc<[u8]>,
    format: Option<Format>,
    line: u32,
    findings: Vec<FoundItem>,
    facts: Vec<Fact>,
    /// What is left besides its facts.
    filing: Option<Filing>,
}

/// How much of what came is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// Everything: it is known who speaks.
    Everything,
    /// Only what is said for an authority, which may hold goods, and numbers of goods in what cannot be read. Nothing is
    /// filed by it, and nothing told as a fact: nobody is known to stand for that.
    ClaimsAlone,
}

/// Takes in every message of the body, in order; the reply says of each what was found and what became of it. `signed` is the
/// person who brings it, where one does: he stands for every fact in it, whoever it names.
///
/// # Errors
/// A problem where nothing of it was kept.
pub async fn take(
    node: &Arc<Node>,
    organisation: &Organisation,
    signed: Option<&Signed>,
    key: Option<&str>,
    body: Bytes,
) -> Result<FilingsReply, Problem> {
    take_heard(node, organisation, signed, Heard::Everything, key, body).await
}

async fn take_heard(
    node: &Arc<Node>,
    organisation: &Organisation,
    signed: Option<&Signed>,
    heard: Heard,
    key: Option<&str>,
    body: Bytes,
) -> Result<FilingsReply, Problem> {
    let (reader, now) = (Arc::clone(node), node.clock().now());
    // The key is of the whole request: a part of it under the same key is another.
    let request: [u8; 32] = Sha256::digest(&body).into();
    let read = tokio::task::spawn_blocking(move || read(&body, now, reader.settings(), heard));
    let mut read = read.await.map_err(|_| Problem::plain(problem::FAILED))??;
    let channel = organisation.channel();
    for fact in read.iter_mut().flat_map(|message| &mut message.facts) {
        author::bind(fact, organisation, signed, now)?;
    }
    if let Some(signed) = signed.filter(|signed| channel.authority.is_some() && !signed.is_proved(now)) {
        tracing::debug!(session = signed.mark(), "an authority's word without a proof");
        return Err(Problem::plain(problem::PROOF_NEEDED));
    }
    let urgent = channel.authority.is_some() || read.iter().flat_map(|message| &message.facts).any(is_urgent);
    let lane = if urgent { Lane::Urgent } else { Lane::Ordinary };
    let mut batch = Batch { node, lane, stopped: None, began: false };
    // What one person sent under a key is no answer to another, who may be the second where two are wanted.
    let key = key.map(|key| match signed {
        Some(signed) => format!("{}/{key}", signed.member.id),
        None => key.to_owned(),
    });
    let key = key.as_deref();
    // All are put before any is waited for, so that they share commits; one lane keeps their order.
    let mut put: Vec<Put> = Vec::with_capacity(read.len());
    for (index, message) in read.into_iter().enumerate() {
        let Read { raw, format, line, findings, facts, filing } = message;
        let shown = MessageItem {
            message: index,
            line,
            format: format.map(|format| format.to_string()),
            findings,
            facts: Vec::with_capacity(facts.len()),
            filing: Value::Null,
            reply: Vec::new(),
        };
        let of = |part: usize| {
            key.map(|key| RequestKey {
                organisation: Arc::clone(&organisation.name),
                key: format!("{key}#{index}.{part}").into(),
                request,
            })
        };
        let mut parts = Vec::with_capacity(facts.len());
        for (part, fact) in facts.into_iter().enumerate() {
            let command = Command::Fact { fact, channel: channel.clone() };
            let submission = Submission { command, key: of(part), raw: Some(Arc::clone(&raw)) };
            parts.push(batch.put(submission).await?);
        }
        let filed = match filing {
            None => None,
            Some(filing) => {
                let command = Command::File { filing, channel: channel.clone() };
                let submission = Submission { command, key: of(parts.len()), raw: Some(Arc::clone(&raw)) };
                Some(batch.put(submission).await?)
            }
        };
        put.push(Put { shown, parts, filed, format, raw });
    }
    let mut told = Told::default();
    let mut messages = Vec::with_capacity(put.len());
    for Put { mut shown, parts, filed, format, raw } in put {
        for part in parts {
            shown.facts.push(told.of(part).await);
        }
        if let Some(part) = filed {
            shown.filing = told.of(part).await;
            shown.reply = reply(format, &raw, &shown);
        }
        messages.push(shown);
    }
    match told {
        // Where nothing was kept the request as a whole has failed.
        Told { answered: false, failed: Some(problem) } => Err(problem),
        _ => Ok(FilingsReply { schema: FILINGS_SCHEMA, messages }),
    }
}

/// A message that was put before the engine.
struct Put {
    shown: MessageItem,
    /// Its facts.
    parts: Vec<Part>,
    filed: Option<Part>,
    format: Option<Format>,
    raw: Arc<[u8]>,
}

/// A part of a request that was put before the engine, or why it was not.
enum Part {
    Waits(Pending),
    Said(Result<Said, Problem>),
}

/// The parts of a request on their way to the engine, in order: after one that could not be put none is.
struct Batch<'a> {
    node: &'a Node,
    lane: Lane,
    stopped: Option<Problem>,
    /// Whether any was put.
    began: bool,
}

impl Batch<'_> {
    /// Puts a part behind those before it. The first under a key is waited for: where the key came before with another
    /// request, nothing of this one is done.
    async fn put(&mut self, submission: Submission) -> Result<Part, Problem> {
        let first = !std::mem::replace(&mut self.began, true) && submission.key.is_some();
        let put = match &self.stopped {
            Some(problem) => Err(problem.clone()),
            None => self.node.put(self.lane, submission),
        };
        match put {
            Ok(pending) if first => match pending.said().await {
                Err(problem) if problem.kind() == problem::KEY_OF_ANOTHER => Err(problem),
                said => Ok(Part::Said(said)),
            },
            Ok(pending) => Ok(Part::Waits(pending)),
            Err(problem) => {
                self.stopped = Some(problem.clone());
                Ok(Part::Said(Err(problem)))
            }
        }
    }
}

/// What came of the parts of a request.
#[derive(Default)]
struct Told {
    /// Whether any was answered: then the reply tells of each, and of those that failed.
    answered: bool,
    /// The first failure.
    failed: Option<Problem>,
}

impl Told {
    async fn of(&mut self, part: Part) -> Value {
        let said = match part {
            Part::Waits(pending) => pending.said().await,
            Part::Said(said) => said,
        };
        match said {
            Ok(said) => {
                self.answered = true;
                said.told()
            }
            Err(problem) => {
                let told = json!({ "outcome": "failed", "problem": problem.told() });
                self.failed.get_or_insert(problem);
                told
            }
        }
    }
}

/// The answer to a message in its sender's format; nothing where it has none, or nothing is known yet.
fn reply(format: Option<Format>, raw: &[u8], shown: &MessageItem) -> Vec<String> {
    let refusals = refusals(&shown.filing);
    let errors = shown.findings.iter().filter(|finding| finding.severity == "error");
    let errors = errors.map(|finding| format!("{} LINE {}", finding.code, finding.line));
    let written = match shown.filing["outcome"].as_str() {
        Some("filed") if refusals.is_empty() => {
            let reasons: Vec<String> = ["TAKEN IN".to_owned()].into_iter().chain(errors).collect();
            formats::write::reply::acknowledgement(format, raw, &reasons.join(" - "))
        }
        Some("filed" | "refused") => {
            let reasons: Vec<String> = refusals.into_iter().chain(errors).collect();
            let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
            formats::write::reply::rejection(format, raw, &reasons)
        }
        // It is not known whether it was kept: whoever sends it again is answered then.
        _ => return Vec::new(),
    };
    // What cannot be answered in its own format is answered in ours alone.
    written.unwrap_or_default()
}

/// Whether a part of a message was not kept, and may be if it is sent again.
fn is_unkept(shown: &MessageItem) -> bool {
    shown.facts.iter().chain([&shown.filing]).any(|part| part["outcome"] == "failed")
}

/// What of a message was refused, in words.
fn refusals(filing: &Value) -> Vec<String> {
    let consignments = filing["consignments"].as_array().into_iter().flatten();
    let of_each = consignments.filter(|one| one["outcome"] == "refused").map(|one| &one["refusal"]);
    let whole = Some(&filing["refusal"]).filter(|refusal| !refusal.is_null());
    let refusals = of_each.chain(whole).filter_map(|refusal| refusal["message"].as_str());
    refusals.map(str::to_owned).collect()
}

/// A word that stops goods overtakes all others.
fn is_urgent(fact: &Fact) -> bool {
    matches!(fact.what, What::Authority(_) | What::Act(_))
}

/// Reads every message of a body.
fn read(body: &[u8], now: Timestamp, settings: &Settings, heard: Heard) -> Result<Vec<Read>, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        let why = "the request has no message; put at least one in its body";
        return Err(Problem::new(problem::NOT_UNDERSTOOD, why));
    }
    let (mut messages, mut told) = (Vec::new(), 0);
    for message in formats::Splitter::new(body) {
        // Reading from memory does not fail.
        let message = message.map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why.to_string()))?;
        if messages.len() == MESSAGES_MAX {
            let why = format!("the request has more than {MESSAGES_MAX} messages; send it in several");
            return Err(Problem::new(problem::NOT_UNDERSTOOD, why));
        }
        let mut filing = formats::decode(&message, now);
        let start = (message.first_line, message.first_column);
        let mut findings: Vec<FoundItem> =
            filing.findings.iter().map(|finding| FoundItem::new(finding, start)).collect();
        let quality = Checker::new(settings).message(&filing);
        findings.extend(quality.iter().map(|finding| FoundItem::new(finding, start)));
        let most = FINDINGS_MAX.saturating_sub(told).max(FINDINGS_OF_EACH);
        if let Some(more) = findings.len().checked_sub(most).filter(|more| *more > 0) {
            findings.truncate(most);
            let left_out = Finding::new(wire::FINDINGS_LEFT_OUT).with("count", more.to_string());
            findings.push(FoundItem::new(&left_out, start));
        }
        told += findings.len();
        let mut facts = std::mem::take(&mut filing.facts);
        let mut whole = filing.is_facts() && filing.findings.is_empty();
        if heard == Heard::ClaimsAlone {
            facts.clear();
            filing.consignments.clear();
            filing.flown = None;
            // It is kept all the same.
            whole = false;
        }
        messages.push(Read {
            raw: message.bytes.as_slice().into(),
            format: filing.format,
            line: filing.first_line,
            findings,
            facts,
            // Of a document of facts only what could not be read is left to note.
            filing: (!whole).then_some(filing),
        });
    }
    Ok(messages)
}
