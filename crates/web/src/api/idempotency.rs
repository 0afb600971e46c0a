//! The key of a request: sent again with it, it has no second effect.

use super::route::{Parameter, Place};
use crate::identity::Principal;
use crate::problem::{self, Problem};
use axum::body::Bytes;
use axum::http::HeaderMap;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::sqlite::idempotency::RequestKey;

/// Most characters of a key.
const KEY_MAX: usize = 128;

/// The header, with what a second request comes to.
pub(super) const fn header(what: &'static str) -> Parameter {
    Parameter { name: "Idempotency-Key", place: Place::Header, what }
}

/// The key of a request, where it carries one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_MAX);
    let refused = || {
        let why = format!("Idempotency-Key takes 1 to {KEY_MAX} visible ASCII characters");
        Problem::new(problem::NOT_UNDERSTOOD, why)
    };
    key.map(|key| Some(key.to_owned())).ok_or_else(refused)
}

/// The key of a request that tells one thing, as it is kept. `resource` keeps keys of one resource from those of others, and
/// `path` says what of it the request was sent to: the same body on something else is another request.
pub(super) fn request_key(
    headers: &HeaderMap,
    principal: &Principal,
    (resource, path): (&str, &str),
    body: &Bytes,
) -> Result<Option<RequestKey>, Problem> {
    // What one person sent under a key is no answer to another, who may be the second where two are wanted.
    let whose = principal.signed.as_ref().map_or_else(String::new, |signed| format!("{}/", signed.member.id));
    Ok(key(headers)?.map(|key| RequestKey {
        organisation: Arc::clone(&principal.organisation.name),
        // Keys of messages end otherwise.
        key: format!("{whose}{key}#{resource}").into(),
        request: Sha256::new().chain_update(path).chain_update([0]).chain_update(body).finalize().into(),
    }))
}
