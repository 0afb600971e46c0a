//! The passkeys of whoever is signed in.

use super::route::{Content, Parameter, Place, Route, Verb, json};
use super::session::{CEREMONY, Ceremony, Registered};
use crate::identity::Principal;
use crate::node::Node;
use crate::people::session::Signed;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use casework::people::{Act, Author, Reach};
use document::people::{PasskeysReply, passkeys};
use engine::Clock as _;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/passkeys",
        action: Some(Action::Passkeys),
        summary: "The passkeys of whoever is signed in.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("Passkeys", "The oldest first."),
        handler: || get(list),
    },
    Route {
        method: Verb::Post,
        path: "/v1/passkeys/challenge",
        action: Some(Action::Passkeys),
        summary: "Begins to register another passkey.",
        parameters: &[],
        body: None,
        status: 200,
        answer: CEREMONY,
        handler: || post(challenge),
    },
    Route {
        method: Verb::Post,
        path: "/v1/passkeys",
        action: Some(Action::Passkeys),
        summary: "Registers it.",
        parameters: &[],
        body: Some(json("Registered", "What the browser gave.")),
        status: 201,
        answer: json("Passkeys", "With the new one."),
        handler: || post(add),
    },
    Route {
        method: Verb::Delete,
        path: "/v1/passkeys/{id}",
        action: Some(Action::Passkeys),
        summary: "Removes a passkey; never the last.",
        parameters: &[Parameter { name: "id", place: Place::Path, what: "The id of the passkey." }],
        body: None,
        status: 204,
        answer: Content { media: "application/json", what: "It is removed.", schema: None },
        handler: || delete(remove),
    },
];

fn signed(principal: &Principal) -> Result<&Signed, Problem> {
    principal.signed.as_ref().ok_or_else(|| Problem::plain(problem::NOT_ALLOWED))
}

/// That whoever has a passkey has shown one lately. Who signs in at a provider alone has none to show.
fn may_add(node: &Node, principal: &Principal) -> Result<(), Problem> {
    let has_none = signed(principal)?.member.passkeys.is_empty();
    let now = node.clock().now();
    if has_none { signed(principal)?.is_fresh(now) } else { principal.proved(now) }
}

/// The passkeys of whoever is signed in, as they are told.
///
/// # Errors
/// A problem where a machine asks, or the node does not answer.
pub(crate) async fn told(node: &Arc<Node>, principal: &Principal) -> Result<PasskeysReply, Problem> {
    let member = &signed(principal)?.member;
    let mut used = HashMap::new();
    for (passkey, _) in &member.passkeys {
        if let Some((_, at)) = node.passkey_used(&passkey.id).await? {
            used.insert(Arc::clone(&passkey.id), at);
        }
    }
    Ok(passkeys(member, |id| used.get(id).copied()))
}

/// Removes a passkey of whoever is signed in; where else he is signed in, perhaps by it, he is signed out.
///
/// # Errors
/// A problem, or the refusal, where it is not removed.
pub(crate) async fn removed(node: &Arc<Node>, principal: &Principal, id: String) -> Result<(), Problem> {
    let (member, shown) = (&signed(principal)?.member, signed(principal)?.shown);
    principal.proved(node.clock().now())?;
    let author = Author { person: member.person(), reach: Reach::Own };
    let act = Act::RemovePasskey { passkey: id.into() };
    node.admit(&member.id, &principal.organisation, act, author).await?;
    node.sign_out_everywhere(&member.id, Some(shown)).await.map(drop)
}

async fn list(State(node): State<Arc<Node>>, principal: Principal) -> Result<Json<PasskeysReply>, Problem> {
    told(&node, &principal).await.map(Json)
}

async fn challenge(State(node): State<Arc<Node>>, principal: Principal) -> Result<Json<Ceremony>, Problem> {
    may_add(&node, &principal)?;
    node.begin_another(&signed(&principal)?.member).await.map(|begun| Json(begun.into()))
}

async fn add(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<(StatusCode, Json<PasskeysReply>), Problem> {
    may_add(&node, &principal)?;
    let Registered { ceremony, credential, label } =
        serde_json::from_slice(&body).map_err(super::gate::not_understood)?;
    let member = Arc::clone(&signed(&principal)?.member);
    let member = node.end_registering(&ceremony, credential, &label, Some(&member)).await?;
    Ok((StatusCode::CREATED, Json(passkeys(&member, |_| None))))
}

async fn remove(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    removed(&node, &principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
