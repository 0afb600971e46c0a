//! What goes wrong with a request, as RFC 9457 has it: a stable code with a link, and words that say what to do.

use crate::identity::Unknown;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casework::Refusal;
use document::node::{ProblemReply, RefusalItem};
use serde_json::Value;
use store::writer::WriteError;

/// Kind of a problem: its code, its status, and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Stable code, the last part of its link.
    pub code: &'static str,
    /// Status of the response.
    pub status: u16,
    /// What it means, in a few words.
    pub title: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// Every kind of problem, in order of its code.
pub const KINDS: &[Kind] = &[
    BODY_TOO_LARGE,
    CEREMONY_OVER,
    FAILED,
    KEY_OF_ANOTHER,
    NO_LISTS,
    NO_PEOPLE,
    NOT_ALLOWED,
    NOT_FOUND,
    NOT_OUR_PAGE,
    NOT_UNDERSTOOD,
    OVERLOADED,
    PASSKEY_REFUSED,
    PROOF_NEEDED,
    PROVIDER_REFUSED,
    REFUSED,
    SIGNED_OUT,
    STOPPING,
    TOKEN_INVALID,
    TOKEN_MISSING,
    TOO_MANY,
    UNKNOWN_OUTCOME,
];

macro_rules! kinds {
    ($($name:ident = $code:literal, $status:literal, $title:literal, $remedy:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Kind = Kind { code: $code, status: $status, title: $title, remedy: $remedy };
        )*
    };
}

kinds! {
    BODY_TOO_LARGE = "body-too-large", 413, "The request is larger than this node takes",
        "Send it in several requests, or have body_bytes_max raised in the configuration.";
    CEREMONY_OVER = "ceremony-over", 409, "This was begun too long ago, or has ended already",
        "Begin again.";
    FAILED = "failed", 500, "The node failed",
        "Nothing of the request was kept. Send it again; if it fails again, tell whoever runs the node.";
    KEY_OF_ANOTHER = "key-of-another", 409, "The idempotency key came before with another request",
        "Use a new key for a new request.";
    NO_LISTS = "no-lists", 409, "This node has no watch lists, so nobody can be screened",
        "Ask whoever runs the node to name lists in its configuration.";
    NO_PEOPLE = "no-people", 409, "People cannot sign in at this node",
        "Whoever runs the node names its address: origin under [people] in its configuration.";
    NOT_ALLOWED = "not-allowed", 403, "Your role may not do this",
        "Ask whoever runs the node for a token of another role, or whoever admits people for another role.";
    NOT_FOUND = "not-found", 404, "There is nothing here that you may see",
        "Check the number. What is not yours looks as if it were not there.";
    NOT_OUR_PAGE = "not-our-page", 403, "The request does not come from a page of this node",
        "Nothing was done. Open the node at its own address and do it there; a program sends a token instead of a cookie.";
    NOT_UNDERSTOOD = "not-understood", 400, "The request cannot be read",
        "The detail says which part and what would do.";
    OVERLOADED = "overloaded", 503, "Too many requests wait",
        "Nothing was kept. Send it again after the time in Retry-After, with the same idempotency key.";
    PASSKEY_REFUSED = "passkey-refused", 401, "Nobody here has this passkey, or it was not shown as it should be",
        "Try again with a passkey that you registered here; if you have none any more, ask whoever admits people for a new link.";
    PROOF_NEEDED = "proof-needed", 403, "This needs a passkey that was shown just now",
        "Nothing was done. Show your passkey (POST /v1/session/proof) and send it again.";
    PROVIDER_REFUSED = "provider-refused", 401, "The provider of your organisation did not say who you are",
        "Begin again; if it fails again, tell whoever runs the node.";
    REFUSED = "refused", 422, "The node may not do this",
        "The refusal's own code says why; `loadgate explain` tells of it.";
    SIGNED_OUT = "signed-out", 401, "You are signed out",
        "Sign in again.";
    STOPPING = "stopping", 503, "The node is stopping",
        "Nothing was kept. Send it again when the node is back.";
    TOKEN_INVALID = "token-invalid", 401, "Nobody has this token, or it has expired",
        "Ask whoever runs the node for a new one.";
    TOKEN_MISSING = "token-missing", 401, "The request names nobody",
        "Send your token as `Authorization: Bearer …`.";
    TOO_MANY = "too-many-requests", 429, "You ask more often than this node answers you",
        "Nothing was done. Send it again after the time in Retry-After.";
    UNKNOWN_OUTCOME = "unknown-outcome", 500, "It is not known whether this was kept",
        "Send it again with the same idempotency key, or ask for the object.";
}

/// One problem of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    kind: Kind,
    detail: String,
    /// A refusal.
    refusal: Option<RefusalItem>,
    /// In how many seconds it may be sent again.
    after: u64,
}

impl Problem {
    /// A problem of a kind; the detail tells of this request.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), refusal: None, after: 1 }
    }

    /// A problem of a kind that needs no more words.
    pub fn plain(kind: Kind) -> Self {
        Self::new(kind, kind.remedy)
    }

    /// The same, to be sent again after so many seconds.
    pub fn after(self, seconds: u64) -> Self {
        Self { after: seconds, ..self }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it says of this request.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether it may go well when it is sent again as it is.
    pub fn is_passing(&self) -> bool {
        [FAILED.code, OVERLOADED.code, STOPPING.code, UNKNOWN_OUTCOME.code].contains(&self.kind.code)
    }

    /// As it is told of a part of a request.
    pub fn told(&self) -> Value {
        serde_json::json!({ "code": self.kind.code, "detail": self.detail })
    }

    /// The code of the refusal, where it is one.
    pub fn refusal_code(&self) -> Option<&str> {
        self.refusal.as_ref().map(|refusal| refusal.code.as_str())
    }

    /// A lawful no.
    pub fn refused(refusal: &Refusal) -> Self {
        Self::refused_before(refusal.0.code.id(), refusal.to_string())
    }

    /// A lawful no that was told before, by its code and words.
    pub fn refused_before(code: &str, words: impl Into<String>) -> Self {
        Self { refusal: Some(RefusalItem { code: code.to_owned() }), ..Self::new(REFUSED, words) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let told = self.clone();
        let Self { kind, detail, refusal, after } = self;
        let body = ProblemReply {
            kind: format!("/problems/{}", kind.code),
            title: kind.title.to_owned(),
            status: kind.status,
            code: kind.code.to_owned(),
            detail,
            refusal,
        };
        let status = StatusCode::from_u16(kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if kind.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(kind.status, 429 | 503) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after));
        }
        // A page tells it in its own form.
        response.extensions_mut().insert(told);
        response
    }
}

impl From<Unknown> for Problem {
    fn from(unknown: Unknown) -> Self {
        Self::plain(match unknown {
            Unknown::Missing => TOKEN_MISSING,
            Unknown::Invalid => TOKEN_INVALID,
        })
    }
}

impl From<WriteError> for Problem {
    fn from(why: WriteError) -> Self {
        match &why {
            WriteError::Full(_) => Self::plain(OVERLOADED),
            WriteError::KeyOfAnother(_) => Self::new(KEY_OF_ANOTHER, why.to_string()),
            WriteError::Stopped => Self::plain(STOPPING),
            WriteError::Unknown(_) => {
                tracing::error!(error = %why, "the outcome of a command is not known");
                Self::plain(UNKNOWN_OUTCOME)
            }
            // What failed inside is for whoever runs the node.
            _ => {
                tracing::error!(error = %why, "a command failed");
                Self::plain(FAILED)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_in_the_list_once() {
        let codes: Vec<&str> = KINDS.iter().map(|kind| kind.code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
        for kind in KINDS {
            assert!(StatusCode::from_u16(kind.status).is_ok_and(|status| status.as_u16() >= 400));
            assert!(!kind.remedy.is_empty() && kind.remedy.ends_with('.'));
        }
    }
}
