//! Notices as signed requests to machines.
//!
//! The form is that of Standard Webhooks (standardwebhooks.com): the notice as JSON in a POST with the headers
//! `webhook-id`, `webhook-timestamp` and `webhook-signature`, the last being HMAC-SHA256 over id, time and body under a
//! secret that both sides have. Only a status of 2xx says that it was taken.

use super::NotTaken;
use crate::api::notice_item;
use crate::config::Webhook;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use std::time::Duration;
use store::inbox::Received;

/// How long a machine may take to answer.
pub const ANSWER: Duration = Duration::from_secs(15);

/// A machine that wants notices.
#[derive(Debug, Clone)]
pub struct Sender {
    client: reqwest::Client,
    webhook: Webhook,
}

/// What every machine needs.
///
/// # Errors
/// Where TLS cannot be had.
pub fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().timeout(ANSWER).redirect(reqwest::redirect::Policy::none()).build()
}

impl Sender {
    /// One machine.
    pub fn new(client: reqwest::Client, webhook: Webhook) -> Self {
        Self { client, webhook }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.webhook.url
    }

    /// Sends it a notice.
    ///
    /// # Errors
    /// Where it was not taken.
    pub async fn send(
        &self,
        organisation: &str,
        received: &Received,
        now: Timestamp,
    ) -> Result<(), NotTaken> {
        let body = serde_json::to_vec(&notice_item(received));
        let body = body.map_err(|why| NotTaken::for_now(why.to_string()))?;
        let (id, at) = (format!("{organisation}/{}", received.place), now.as_second().to_string());
        let signature = sign(&self.webhook.secret, &id, &at, &body);
        let request = self
            .client
            .post(&self.webhook.url)
            .header("content-type", "application/json")
            .header("webhook-id", in_header(&id))
            .header("webhook-timestamp", at)
            .header("webhook-signature", signature)
            .body(body);
        let response = request.send().await.map_err(|why| NotTaken::for_now(in_words(&why)))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(NotTaken::for_now(format!("it answered {status}"))),
        }
    }
}

/// The signature of a message, by Standard Webhooks.
fn sign(secret: &[u8], id: &str, at: &str, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    for part in [in_header(id).as_bytes(), b".", at.as_bytes(), b".", body] {
        context.update(part);
    }
    format!("v1,{}", STANDARD.encode(context.sign()))
}

/// A text as a header can have it.
fn in_header(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'!'..=b'~' if byte != b'%' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn in_words(why: &reqwest::Error) -> String {
    let mut words = why.to_string();
    let mut source = std::error::Error::source(why);
    while let Some(why) = source {
        words = format!("{words}: {why}");
        source = why.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the published specification (standard-webhooks, verification theory).
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap_or_default();
        let (id, at) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330");
        let signature = sign(&secret, id, at, b"{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn ids_are_what_a_header_can_have() {
        assert_eq!(in_header("acme/7"), "acme/7");
        assert_eq!(in_header("Zürich 100%/1"), "Z%C3%BCrich%20100%25/1");
    }
}
