//! The key of a request: sent again with it, it has no second effect.

use super::route::{Parameter, Place};
use crate::problem::{self, Problem};
use axum::http::HeaderMap;

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
