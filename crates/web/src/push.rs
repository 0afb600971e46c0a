//! Notices pushed to other machines, as signed requests.
//!
//! The form is that of Standard Webhooks (standardwebhooks.com): the notice as JSON in a POST with the headers
//! `webhook-id`, `webhook-timestamp` and `webhook-signature`, the last being HMAC-SHA256 over id, time and body under a
//! secret that both sides have. Notices go in their order; one that is not taken with a status of 2xx is tried again, later
//! each time, and keeps those behind it waiting. Whoever takes one twice knows it by its id.

use crate::api::notice_item;
use crate::config::Webhook;
use crate::node::{Node, Writing};
use crate::problem::{self, Problem};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use engine::{Addressee, Clock as _, Notice, NoticeKind};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::inbox::Push;
use store::writer::{Lane, WriteError};
use store::{StoreError, postgres, sqlite};

/// How long a target may take to answer.
const ANSWER: Duration = Duration::from_secs(15);

/// How long nobody else pushes what one node is pushing.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Seconds until the next try, by how many failed; then always the last.
const PAUSES_S: [i64; 7] = [2, 5, 15, 60, 300, 900, 3600];

/// After so many tries, about six minutes, the duty desk is told that somebody is not.
const TOLD_AFTER: u32 = 5;

/// What every target needs.
#[derive(Debug, Clone)]
pub struct Pusher(reqwest::Client);

impl Pusher {
    /// Makes ready.
    ///
    /// # Errors
    /// Where TLS cannot be had.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(ANSWER).redirect(reqwest::redirect::Policy::none());
        Ok(Self(client.build()?))
    }

    /// Pushes what is due to a target; the last place of the inbox, where the target has everything.
    ///
    /// # Errors
    /// A problem where the node fails. That the target does is written down.
    pub async fn push(
        &self,
        node: &Arc<Node>,
        organisation: &Arc<str>,
        webhook: &Webhook,
    ) -> Result<Option<u64>, Problem> {
        while let Some(Push { place, tries }) = node.take_push(organisation, &webhook.url).await? {
            let Some(received) = node.inbox(organisation, place, 1).await?.pop() else {
                node.pushed(organisation, &webhook.url, place).await?;
                return Ok(Some(place));
            };
            let body =
                serde_json::to_vec(&notice_item(&received)).map_err(|_| Problem::plain(problem::FAILED))?;
            match self.send(webhook, organisation, received.place, node.clock().now(), body).await {
                Ok(()) => {
                    node.pushed(organisation, &webhook.url, received.place).await?;
                }
                Err(why) => {
                    tracing::warn!(
                        organisation = &**organisation,
                        target = webhook.url,
                        why,
                        "a notice was not taken"
                    );
                    node.not_pushed(organisation, webhook, tries, received.place, why).await?;
                    break;
                }
            }
        }
        Ok(None)
    }

    async fn send(
        &self,
        webhook: &Webhook,
        organisation: &str,
        place: u64,
        now: Timestamp,
        body: Vec<u8>,
    ) -> Result<(), String> {
        let (id, at) = (format!("{organisation}/{place}"), now.as_second().to_string());
        let signature = sign(&webhook.secret, &id, &at, &body);
        let request = self
            .0
            .post(&webhook.url)
            .header("content-type", "application/json")
            .header("webhook-id", in_header(&id))
            .header("webhook-timestamp", at)
            .header("webhook-signature", signature)
            .body(body);
        let response = request.send().await.map_err(|why| in_words(&why))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("it answered {status}")),
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

impl Node {
    async fn take_push(
        self: &Arc<Self>,
        organisation: &Arc<str>,
        target: &str,
    ) -> Result<Option<Push>, Problem> {
        let now = self.clock().now();
        let (name, to) = (Arc::clone(organisation), target.to_owned());
        let (name_shared, to_shared) = (Arc::clone(&name), to.clone());
        self.writing(
            move |session| sqlite::push::take(session, &name, &to, now, LEASE),
            move |session| postgres::push::take(session, &name_shared, &to_shared, now, LEASE),
        )
        .await
    }

    async fn pushed(
        self: &Arc<Self>,
        organisation: &Arc<str>,
        target: &str,
        place: u64,
    ) -> Result<(), Problem> {
        let (name, to) = (Arc::clone(organisation), target.to_owned());
        let (name_shared, to_shared) = (Arc::clone(&name), to.clone());
        self.writing(
            move |session| sqlite::push::taken(session, &name, &to, place),
            move |session| postgres::push::taken(session, &name_shared, &to_shared, place),
        )
        .await
    }

    /// Writes down that a target did not take a notice, and tells the duty desk where that goes on.
    async fn not_pushed(
        self: &Arc<Self>,
        organisation: &Arc<str>,
        webhook: &Webhook,
        tries: u32,
        place: u64,
        why: String,
    ) -> Result<(), Problem> {
        let now = self.clock().now();
        let pause = usize::try_from(tries).ok().and_then(|tries| PAUSES_S.get(tries));
        let pause = pause.or(PAUSES_S.last()).copied().unwrap_or_default();
        let due = now.saturating_add(SignedDuration::from_secs(pause)).unwrap_or(now);
        let told = (tries + 1 == TOLD_AFTER).then(|| undelivered(organisation, &webhook.url, place, &why));
        let (name, to) = (Arc::clone(organisation), webhook.url.clone());
        let node = Arc::clone(self);
        let written = tokio::task::spawn_blocking(move || -> Result<(), WriteError> {
            match &node.writer {
                Writing::Own(writer) => writer.run(Lane::Ordinary, move |session: &sqlite::Session| {
                    sqlite::push::failed(session, &name, &to, &why, due)?;
                    told.iter().try_for_each(|notice| {
                        sqlite::outbox::add(session, notice, Timestamp::UNIX_EPOCH).map(drop)
                    })
                }),
                Writing::Shared { writer, .. } => writer.between(move |session: &postgres::Session| {
                    postgres::push::failed(session, &name, &to, &why, due)?;
                    told.iter().try_for_each(|notice| -> Result<(), StoreError> {
                        postgres::outbox::add(session, notice, Timestamp::UNIX_EPOCH)
                    })
                }),
            }
        });
        Ok(written.await.map_err(|_| Problem::plain(problem::FAILED))??)
    }
}

/// That somebody is not told: for the duty desk.
fn undelivered(organisation: &str, target: &str, place: u64, why: &str) -> Notice {
    let text = format!("{organisation}: {target} takes no notices since place {place}: {why}");
    Notice {
        to: Addressee::Duty,
        kind: NoticeKind::Undelivered,
        about: ObjectName::Consignment(ConsignmentKey { master: None, house: None }),
        programme: None,
        text: Some(Phrase::new(codes::gate::WHY_STATED).with("text", text)),
        referral: None,
        carriers: Vec::new(),
    }
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
