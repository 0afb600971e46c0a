//! The log, for those who check it: the last checkpoint, tiles, and the proof that an event is in it.

use super::route::{Content, Parameter, Place, Route, Verb, json};
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use document::node::CheckpointReply;
use document::operation::{PROOF_SCHEMA, ProofItem};
use document::value::parse_key;
use engine::goods_key;
use std::sync::Arc;
use store::audit::checkpoint::Verifier;
use store::audit::{AuditError, LogRead, Proof};

const OF_GOODS: Parameter = Parameter {
    name: "object",
    place: Place::Path,
    what: "Master, or master and house, as 888-10001014~H1.",
};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/audit/checkpoint",
        action: Some(crate::policy::Action::Audit),
        summary: "The last signed checkpoint of the log, and the key by which it is verified.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("Checkpoint", "The checkpoint."),
        handler: || get(checkpoint),
    },
    Route {
        method: Verb::Get,
        path: "/v1/audit/tile/{level}/{index}",
        action: Some(crate::policy::Action::Audit),
        summary: "The hashes of a tile, one after the other; as many as there are by now.",
        parameters: &[
            Parameter { name: "level", place: Place::Path, what: "Its level; 0 has the leaves." },
            Parameter { name: "index", place: Place::Path, what: "Its index there, from 0." },
        ],
        body: None,
        status: 200,
        answer: Content { media: "application/octet-stream", what: "32 bytes for each hash.", schema: None },
        handler: || get(tile),
    },
    Route {
        method: Verb::Get,
        path: "/v1/audit/proofs/{object}/{event}",
        action: Some(crate::policy::Action::Audit),
        summary: "The proof that an event of a consignment is in the log.",
        parameters: &[
            OF_GOODS,
            Parameter { name: "event", place: Place::Path, what: "Which of its events, from 1; `last`." },
        ],
        body: None,
        status: 200,
        answer: json("Proof", "Everything somebody needs who has nothing but the key."),
        handler: || get(proof),
    },
];

async fn checkpoint(State(node): State<Arc<Node>>) -> Result<Json<CheckpointReply>, Problem> {
    read(node, |log| {
        let verifier = log.verifier().map_err(failed)?.to_string();
        let latest = log.latest_checkpoint().map_err(failed)?;
        let checkpoint = latest.ok_or_else(|| Problem::plain(problem::NOT_FOUND))?;
        Ok(CheckpointReply { verifier, checkpoint })
    })
    .await
    .map(Json)
}

async fn tile(
    State(node): State<Arc<Node>>,
    Path((level, index)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let number = |text: &str| text.parse().ok().filter(|number: &u64| *number < 1 << 54);
    let level = number(&level).and_then(|level| u32::try_from(level).ok()).filter(|level| *level < 8);
    let place = level.zip(number(&index)).ok_or_else(|| Problem::plain(problem::NOT_FOUND))?;
    let bytes = read(node, move |log| Ok(log.tile(place.0, place.1).map_err(failed)?.concat())).await?;
    match bytes.is_empty() {
        true => Err(Problem::plain(problem::NOT_FOUND)),
        false => Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()),
    }
}

async fn proof(
    State(node): State<Arc<Node>>,
    Path((object, event)): Path<(String, String)>,
) -> Result<Json<ProofItem>, Problem> {
    let key =
        parse_key(&object.replace('~', "/")).map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why))?;
    let event = match event.as_str() {
        "last" => None,
        number => Some(number.parse().map_err(|_| {
            Problem::new(problem::NOT_UNDERSTOOD, format!("event {number}: write a number from 1, or last"))
        })?),
    };
    let prove = move |log: &dyn LogRead| {
        let absent = || Problem::plain(problem::NOT_FOUND);
        let found = log.stream_of(engine::Index::Stream.as_str(), &goods_key(&key));
        let stream = found.map_err(failed)?.ok_or_else(absent)?;
        let event = match event {
            Some(event) => event,
            None => log.last_event(&stream).map_err(failed)?,
        };
        let proof = log.prove(&stream, event).map_err(|why| match why {
            AuditError::Unproven { .. } => absent(),
            why => failed(why),
        })?;
        Ok(published(&log.verifier().map_err(failed)?, proof))
    };
    read(node, prove).await.map(Json)
}

/// A proof as it is published, with the key by which its checkpoint is verified.
pub fn published(verifier: &Verifier, proof: Proof) -> ProofItem {
    ProofItem {
        schema: PROOF_SCHEMA,
        verifier: verifier.to_string(),
        stream: proof.stream,
        version: proof.version,
        at: proof.at.to_string(),
        kind: proof.kind,
        v: proof.v,
        segment: STANDARD.encode(&proof.segment),
        leaf_index: proof.leaf_index,
        path: proof.path.iter().map(|hash| STANDARD.encode(hash)).collect(),
        checkpoint: proof.checkpoint,
    }
}

/// Reads of the database beside the thread that writes, one state of it.
async fn read<T: Send + 'static>(
    node: Arc<Node>,
    ask: impl FnOnce(&dyn LogRead) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let asked = move || node.database().look(ask).map_err(failed)?;
    tokio::task::spawn_blocking(asked).await.map_err(|_| Problem::plain(problem::FAILED))?
}

fn failed(why: impl std::fmt::Display) -> Problem {
    tracing::error!(error = %why, "the log cannot be read");
    Problem::plain(problem::FAILED)
}
