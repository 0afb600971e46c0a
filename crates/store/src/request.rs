//! Requests that carry a key.

use std::sync::Arc;

/// The key of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// Whose key it is; keys of others are others.
    pub organisation: Arc<str>,
    /// The key.
    pub key: Arc<str>,
    /// Hash of the request it came with.
    pub request: [u8; 32],
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It was answered so.
    Answered(Vec<u8>),
    /// It came with another request.
    OfAnother,
}

impl RequestKey {
    /// What a damaged reply is named by.
    pub(crate) fn place(&self) -> String {
        format!("the reply to key {} of {}", self.key, self.organisation)
    }

    /// What the reply is sealed for.
    pub(crate) fn about(&self) -> Vec<u8> {
        [b"reply to ", self.organisation.as_bytes(), b"\0", self.key.as_bytes(), b"\0", &self.request]
            .concat()
    }
}
