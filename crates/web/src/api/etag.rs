//! Entity tags: whoever asks again sends the tag he was given, and is told no more than that nothing changed for him.
//!
//! A tag is made of the bytes that he was answered, after everything that he may not see was left out: it tells nothing
//! that the answer did not. Each question is answered anew and written down where reading is; what is saved is the way.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Gives every JSON document that was asked for its tag (RFC 9110, section 8.8.3), and leaves out the document where the tag
/// is one that was sent (section 13.1.2).
pub(super) async fn tagged(request: Request, next: Next) -> Response {
    let asks = request.method() == Method::GET;
    let had = request.headers().get_all(header::IF_NONE_MATCH).into_iter().cloned().collect::<Vec<_>>();
    let response = next.run(request).await;
    let whole = response.body().size_hint().exact().is_some();
    if !asks || response.status() != StatusCode::OK || !whole || !is_json(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // It is in memory already.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let tag = tag(&bytes);
    let known = had.iter().filter_map(|value| value.to_str().ok()).any(|value| names(value, &tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    if !known {
        return Response::from_parts(parts, Body::from(bytes));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, Body::empty())
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json")
}

fn tag(bytes: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash[..16]))
}

/// Whether a value of `If-None-Match` names a tag, by the weak comparison.
fn names(value: &str, tag: &str) -> bool {
    value.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_the_bytes_and_is_found_among_others() {
        let (one, other) = (tag(b"{\"a\":1}"), tag(b"{\"a\":2}"));
        assert_ne!(one, other);
        assert_eq!(one, tag(b"{\"a\":1}"));
        for (value, named) in [
            (one.clone(), true),
            (format!("W/{one}"), true),
            (format!("{other}, {one}"), true),
            ("*".to_owned(), true),
            (other, false),
            (String::new(), false),
            (one.trim_matches('"').to_owned(), false),
        ] {
            assert_eq!(names(&value, &one), named, "{value}");
        }
    }
}
