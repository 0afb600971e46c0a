//! Rooms for training: nodes within the node, with a clock that is set by hand.

use super::App;
use super::route::{Content, Parameter, Place, Route, Verb, json};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use crate::refusals::{By, Hidden};
use crate::room::{OpenRoom, Opening, Room, Rooms};
use crate::tls::Peer;
use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, delete, post};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use tower::ServiceExt as _;

const ID: Parameter = Parameter { name: "id", place: Place::Path, what: "The id of the room." };

const DONE: Content = Content { media: "application/json", what: "It is done.", schema: None };

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Post,
        path: "/v1/rooms",
        action: Some(Action::Train),
        summary: "Opens a room for training: every request of this description, made below the room's url.",
        parameters: &[],
        body: Some(json("RoomOpening", "What it begins with.")),
        status: 201,
        answer: json("Room", "Where it is, and the tokens of the organisations in it."),
        handler: || post(open),
    },
    Route {
        method: Verb::Post,
        path: "/v1/rooms/{id}/clock",
        action: Some(Action::Train),
        summary: "Sets the clock of a room, which never goes back, and does what fell due.",
        parameters: &[ID],
        body: Some(json("RoomClock", "The time.")),
        status: 204,
        answer: DONE,
        handler: || post(set),
    },
    Route {
        method: Verb::Delete,
        path: "/v1/rooms/{id}",
        action: Some(Action::Train),
        summary: "Closes a room, and deletes what happened in it.",
        parameters: &[ID],
        body: None,
        status: 204,
        answer: DONE,
        handler: || delete(close),
    },
];

/// The way into the rooms: a request goes on in the room, which asks for a token of its own.
pub(super) fn ways_in(router: Router<App>) -> Router<App> {
    router.route("/v1/rooms/{id}/{*rest}", any(enter))
}

fn rooms(node: &Node) -> Result<&Rooms, Problem> {
    node.rooms().ok_or_else(|| Problem::plain(problem::NOT_FOUND))
}

async fn open(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<(StatusCode, Json<OpenRoom>), Problem> {
    let opening: Opening = serde_json::from_slice(&body)
        .map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why.to_string()))?;
    let opened =
        tokio::task::spawn_blocking(move || rooms(&node)?.open(&principal.organisation.name, opening));
    let opened = opened.await.map_err(|_| Problem::plain(problem::FAILED))??;
    Ok((StatusCode::CREATED, Json(opened)))
}

/// A time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    /// RFC 3339.
    at: String,
}

async fn set(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Clock { at } = serde_json::from_slice(&body)
        .map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why.to_string()))?;
    let at: Timestamp = at
        .parse()
        .map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, format!("at: {at} is no time ({why})")))?;
    own(&node, &principal, &id)?.set(at).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A room of whoever asks; another's looks as if it were not there.
fn own(node: &Node, principal: &Principal, id: &str) -> Result<Arc<Room>, Problem> {
    let room = rooms(node)?.get(id).filter(|room| room.is_of(&principal.organisation.name));
    room.ok_or_else(|| Problem::plain(problem::NOT_FOUND))
}

async fn close(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let room = rooms(&node)?.close(&principal.organisation.name, &id);
    let room = room.ok_or_else(|| Problem::plain(problem::NOT_FOUND))?;
    let closed = tokio::task::spawn_blocking(move || drop(room)).await;
    closed.map(|()| StatusCode::NO_CONTENT).map_err(|_| Problem::plain(problem::FAILED))
}

async fn enter(State(node): State<Arc<Node>>, mut request: Request) -> Response {
    let (id, inside) = match inside(request.uri()) {
        Some(found) => found,
        None => return Problem::plain(problem::NOT_FOUND).into_response(),
    };
    let Some(room) = node.rooms().and_then(|rooms| rooms.get(&id)) else {
        return Problem::plain(problem::NOT_FOUND).into_response();
    };
    *request.uri_mut() = inside;
    // What the way here was known by is not for the room, but for who is on the line.
    let peer = request.extensions_mut().remove::<ConnectInfo<Peer>>();
    request.extensions_mut().clear();
    if let Some(peer) = peer {
        request.extensions_mut().insert(peer);
    }
    match room.router().oneshot(request).await {
        Ok(mut response) => {
            // What whoever trains may not do is a matter of the room; who is known to nobody there knocks at this door.
            let told = response.extensions_mut();
            if told.remove::<By>().is_some() {
                told.remove::<Problem>();
                told.remove::<Hidden>();
            }
            response
        }
        Err(never) => match never {},
    }
}

/// The id of a room, and where a request goes in it: exactly as it was written, behind the room's url.
fn inside(uri: &Uri) -> Option<(String, Uri)> {
    let whole = uri.path_and_query()?.as_str().strip_prefix("/v1/rooms/")?;
    let (id, rest) = whole.split_at(whole.find('/')?);
    Some((id.to_owned(), rest.parse().ok()?))
}
