//! What an organisation is told: its inbox, read from a place on, or as a stream that can be taken up again.

use super::route::{Content, Parameter, Place, Route, Verb, json};
use crate::identity::Principal;
use crate::limits::StreamPermit;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use document::notice::{NOTICES_SCHEMA, NoticeItem, NoticesReply};
use engine::Clock as _;
use futures_util::stream;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use store::inbox::Received;

/// Most notices of one reply.
const MOST: u32 = 500;

/// How long a stream lasts: whoever takes it up again shows anew who he is.
const STREAM_MAX: Duration = Duration::from_secs(3600);
/// The same for a person who is signed in: whether he is still is asked when the stream is opened again.
const SIGNED_STREAM_MAX: Duration = Duration::from_secs(300);

/// How often a stream looks, whether or not it was told that something came: another node may have delivered.
const LOOK: Duration = Duration::from_secs(1);

const AFTER: Parameter = Parameter {
    name: "after",
    place: Place::Query,
    what: "The place behind which to read; without it what the organisation said that it has read.",
};

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/notices",
        action: Some(Action::Notices),
        summary: "What the organisation was told, in order.",
        parameters: &[
            AFTER,
            Parameter { name: "most", place: Place::Query, what: "How many at most; without it 100." },
        ],
        body: None,
        status: 200,
        answer: json("Notices", "Notices, and where to go on."),
        handler: || get(read),
    },
    Route {
        method: Verb::Get,
        path: "/v1/notices/stream",
        action: Some(Action::Notices),
        summary: "The same as they come, as server-sent events.",
        parameters: &[
            AFTER,
            Parameter {
                name: "Last-Event-ID",
                place: Place::Header,
                what: "The last place that was read; a browser sends it by itself.",
            },
        ],
        body: None,
        status: 200,
        answer: Content {
            media: "text/event-stream",
            what: "An event `notice` for each, with its place as id and the notice as JSON.",
            schema: None,
        },
        handler: || get(follow),
    },
    Route {
        method: Verb::Post,
        path: "/v1/notices/seen",
        action: Some(Action::Notices),
        summary: "Says up to which place the organisation has read: reading begins behind it.",
        parameters: &[],
        body: Some(json("NoticesSeen", "The place.")),
        status: 204,
        answer: Content { media: "application/json", what: "It is written down.", schema: None },
        handler: || post(seen),
    },
];

/// From where, and how much.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    after: Option<u64>,
    most: Option<u32>,
}

fn not_understood(why: impl ToString) -> Problem {
    Problem::new(problem::NOT_UNDERSTOOD, why.to_string())
}

async fn read(
    State(node): State<Arc<Node>>,
    principal: Principal,
    from: Result<Query<From>, QueryRejection>,
) -> Result<Json<NoticesReply>, Problem> {
    let Query(From { after, most }) = from.map_err(|why| not_understood(why.body_text()))?;
    let name = &principal.organisation.name;
    let mailbox = node.mailbox(name).await?;
    // A place that is not there yet was read in a database of before: nothing is passed over for it.
    let after = after.filter(|after| *after <= mailbox.last).unwrap_or(mailbox.seen);
    let received = node.inbox(name, after, most.unwrap_or(100).clamp(1, MOST)).await?;
    let next = received.last().map_or(after.min(mailbox.last), |last| last.place);
    Ok(Json(NoticesReply {
        schema: NOTICES_SCHEMA.to_owned(),
        notices: received.iter().map(item).collect(),
        next,
        // It may have grown since it was looked at.
        last: mailbox.last.max(next),
        seen: mailbox.seen,
    }))
}

/// A notice as it is told.
pub(crate) fn item(received: &Received) -> NoticeItem {
    let Received { place, at, notice } = received;
    NoticeItem::new(*place, *at, notice.as_ref().map_err(ToString::to_string))
}

async fn follow(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    from: Result<Query<From>, QueryRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Query(From { after, .. }) = from.map_err(|why| not_understood(why.body_text()))?;
    let organisation = Arc::clone(&principal.organisation.name);
    let permit = node.limits().stream(&organisation)?;
    let last = match headers.get("last-event-id") {
        None => None,
        Some(value) => {
            let place = value.to_str().ok().and_then(|text| text.trim().parse().ok());
            Some(place.ok_or_else(|| not_understood("Last-Event-ID: it takes the place of a notice"))?)
        }
    };
    let mailbox = node.mailbox(&organisation).await?;
    // A place that is not there yet was read in a database of before: nothing is passed over for it.
    let place = last.or(after).filter(|place| *place <= mailbox.last).unwrap_or(mailbox.seen);
    let most = if principal.signed.is_some() { SIGNED_STREAM_MAX } else { STREAM_MAX };
    let following = Following {
        node: Arc::downgrade(&node),
        organisation,
        place,
        read: VecDeque::new(),
        until: Instant::now() + most,
        principal,
        _permit: permit,
    };
    let events = stream::unfold(following, |mut following| async {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    Ok(([(header::CACHE_CONTROL, "no-store")], events))
}

/// A stream on its way.
struct Following {
    /// Whoever follows does not keep the node from stopping.
    node: Weak<Node>,
    organisation: Arc<str>,
    place: u64,
    read: VecDeque<Received>,
    until: Instant,
    principal: Principal,
    _permit: StreamPermit,
}

impl Following {
    /// The next notice; `None` where the stream ends.
    async fn next(&mut self) -> Option<Event> {
        while self.read.is_empty() {
            let mut coming = {
                let node = self.node.upgrade()?;
                // A machine whose token has ended, or was taken out since, hears nothing more.
                if self.principal.signed.is_none() && !node.shown().knows(&self.principal, node.clock().now())
                {
                    return None;
                }
                let mut coming = node.coming();
                coming.borrow_and_update();
                if node.is_closing() {
                    return None;
                }
                self.read = node.inbox(&self.organisation, self.place, MOST).await.ok()?.into();
                coming
            };
            if !self.read.is_empty() {
                break;
            }
            if Instant::now() >= self.until {
                return None;
            }
            // Where the node stops, nothing comes any more.
            if let Ok(Err(_)) = tokio::time::timeout(LOOK, coming.changed()).await {
                return None;
            }
        }
        let received = self.read.pop_front()?;
        self.place = received.place;
        Event::default().event("notice").id(received.place.to_string()).json_data(item(&received)).ok()
    }
}

/// Up to where somebody has read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// The place of the last notice that was read.
    place: u64,
}

async fn seen(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Seen { place } = serde_json::from_slice(&body).map_err(not_understood)?;
    let mailbox = node.mailbox(&principal.organisation.name).await?;
    if place > mailbox.last {
        return Err(not_understood(format!("place: the last notice is {}", mailbox.last)));
    }
    node.see(&principal.organisation.name, place).await?;
    Ok(StatusCode::NO_CONTENT)
}
