//! Signing in by a passkey, showing one again, and signing out; and by whom a request is made.

use super::route::{Content, Route, Verb, json};
use crate::identity::Principal;
use crate::node::Node;
use crate::people::ceremony::Begun;
use crate::people::session::Cookie;
use crate::policy::Action;
use crate::problem::{self, Problem};
use crate::tls::Peer;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use document::people::{InvitationReply, PersonItem, SESSION_SCHEMA, SessionReply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

const SIGNED_IN: Content = json("Session", "Who is signed in; the cookie of the session is set.");

/// What a browser is asked for.
pub(super) const CEREMONY: Content =
    json("Ceremony", "What to ask the browser for, and the id of the ceremony.");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/session",
        action: Some(Action::Session),
        summary: "As whom the request is made, and what that may do.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("Session", "A machine by its token or certificate, or a person who is signed in."),
        handler: || get(who),
    },
    Route {
        method: Verb::Delete,
        path: "/v1/session",
        action: Some(Action::Session),
        summary: "Signs out.",
        parameters: &[],
        body: None,
        status: 204,
        answer: Content { media: "application/json", what: "He is signed out.", schema: None },
        handler: || delete(sign_out),
    },
    Route {
        method: Verb::Post,
        path: "/v1/session/challenge",
        action: None,
        summary: "Begins to show a passkey, to sign in or to prove again who one is.",
        parameters: &[],
        body: None,
        status: 200,
        answer: CEREMONY,
        handler: || post(challenge),
    },
    Route {
        method: Verb::Post,
        path: "/v1/session",
        action: None,
        summary: "Signs in by the passkey that was shown.",
        parameters: &[],
        body: Some(json("Shown", "What the browser gave.")),
        status: 200,
        answer: SIGNED_IN,
        handler: || post(sign_in),
    },
    Route {
        method: Verb::Post,
        path: "/v1/session/proof",
        action: Some(Action::Session),
        summary: "Proves again by a passkey who one is, for what needs it lately.",
        parameters: &[],
        body: Some(json("Shown", "What the browser gave.")),
        status: 200,
        answer: SIGNED_IN,
        handler: || post(prove),
    },
    Route {
        method: Verb::Post,
        path: "/v1/invitation",
        action: None,
        summary: "What the link of an invitation is for.",
        parameters: &[],
        body: Some(json("LinkShown", "The secret in the link.")),
        status: 200,
        answer: json("InvitationTold", "Whom it invites, and for which organisation."),
        handler: || post(invitation),
    },
    Route {
        method: Verb::Post,
        path: "/v1/invitation/challenge",
        action: None,
        summary: "Begins to register a passkey by the link of an invitation.",
        parameters: &[],
        body: Some(json("LinkShown", "The secret in the link.")),
        status: 200,
        answer: CEREMONY,
        handler: || post(invitation_challenge),
    },
    Route {
        method: Verb::Post,
        path: "/v1/invitation/passkey",
        action: None,
        summary: "Registers the passkey, and signs in.",
        parameters: &[],
        body: Some(json("Registered", "What the browser gave.")),
        status: 201,
        answer: SIGNED_IN,
        handler: || post(accept),
    },
];

/// A ceremony that has begun.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Ceremony {
    /// Its id; it ends once, within ten minutes.
    ceremony: String,
    /// What `navigator.credentials` is to be asked, as WebAuthn has it, with bytes in Base64url.
    options: Value,
}

impl From<Begun> for Ceremony {
    fn from(Begun { ceremony, options }: Begun) -> Self {
        Self { ceremony, options }
    }
}

/// A passkey that was shown.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    /// The id of the ceremony.
    ceremony: String,
    /// What the browser gave, as WebAuthn has it, with bytes in Base64url.
    credential: Value,
}

/// A passkey that was made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Registered {
    /// The id of the ceremony.
    pub(super) ceremony: String,
    /// What the browser gave, as WebAuthn has it, with bytes in Base64url.
    pub(super) credential: Value,
    /// What its owner calls it.
    pub(super) label: String,
}

/// The secret in a link.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkShown {
    /// The part of the link behind `#`.
    link: String,
    /// The name of the first administrator, where it makes one.
    name: Option<String>,
}

/// From where a request comes, where that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From_(pub(crate) Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for From_ {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        Ok(Self(peer.map(|ConnectInfo(peer)| peer.address.ip())))
    }
}

/// What may be asked before anybody is signed in, from a page of the node, not too often from one address.
pub(crate) fn at_the_door(node: &Node, headers: &HeaderMap, from: From_) -> Result<(), Problem> {
    node.sign_in()?.own_page(headers)?;
    from.0.map_or(Ok(()), |address| node.limits().begins(address))
}

/// Counts a failure at its address: nobody tries for long.
pub(crate) fn counted(node: &Node, from: From_, problem: Problem) -> Problem {
    let tried =
        [problem::PASSKEY_REFUSED, problem::PROVIDER_REFUSED, problem::REFUSED, problem::CEREMONY_OVER];
    match from.0.filter(|_| tried.contains(&problem.kind())) {
        Some(address) => node.limits().failed(address).err().unwrap_or(problem),
        None => problem,
    }
}

fn told(node: &Node, principal: &Principal) -> SessionReply {
    let Principal { organisation, token, signed, .. } = principal;
    let may = Action::ALL.into_iter().filter(|action| match signed {
        Some(signed) => node.allowed().may_person(organisation, &signed.member, *action),
        None => node.allowed().may(&organisation.name, *action),
    });
    SessionReply {
        schema: SESSION_SCHEMA,
        organisation: organisation.name.to_string(),
        token: signed.is_none().then(|| token.to_string()),
        person: signed.as_ref().map(|signed| PersonItem::from(&*signed.member)),
        until: signed.as_ref().map(|signed| signed.until.to_string()),
        proof_until: signed.as_ref().and_then(|signed| signed.proof_until).map(|until| until.to_string()),
        may: may.map(Action::as_str).collect(),
    }
}

async fn who(State(node): State<Arc<Node>>, principal: Principal) -> Json<SessionReply> {
    Json(told(&node, &principal))
}

async fn sign_out(State(node): State<Arc<Node>>, principal: Principal) -> Result<Response, Problem> {
    let cookie = signed_out(&node, &principal).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie.0)]).into_response())
}

/// Signs out whoever asks; gives what makes his browser forget him.
///
/// # Errors
/// A problem where it is a machine, or that is not kept.
pub(crate) async fn signed_out(node: &Arc<Node>, principal: &Principal) -> Result<Cookie, Problem> {
    let signed = principal.signed.as_ref().ok_or_else(|| Problem::plain(problem::NOT_ALLOWED))?;
    node.end_session(signed.shown).await?;
    node.note_sign_in(principal.by(), "signed out".to_owned()).await?;
    node.sign_in()?.cookie("")
}

async fn challenge(
    State(node): State<Arc<Node>>,
    from: From_,
    headers: HeaderMap,
) -> Result<Json<Ceremony>, Problem> {
    at_the_door(&node, &headers, from)?;
    node.begin_showing().await.map(|begun| Json(begun.into()))
}

/// Signs in; gives the session as it is told, with its cookie.
async fn welcomed(node: &Arc<Node>, status: StatusCode, cookie: Cookie) -> Result<Response, Problem> {
    let shown = cookie.shown()?;
    let signed = node.signed(shown).await?;
    let organisation = node.organisation(&signed.member.organisation).map(Arc::clone);
    let organisation = organisation.ok_or_else(|| Problem::plain(problem::SIGNED_OUT))?;
    let principal = Principal::person(organisation, signed);
    Ok((status, [(header::SET_COOKIE, cookie.0)], Json(told(node, &principal))).into_response())
}

async fn sign_in(
    State(node): State<Arc<Node>>,
    from: From_,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    at_the_door(&node, &headers, from)?;
    let Shown { ceremony, credential } = read(&body)?;
    let showed = node.end_showing(&ceremony, credential).await;
    let showed = showed.map_err(|problem| counted(&node, from, problem))?;
    let member = showed.member;
    if node.organisation(&member.organisation).is_none() {
        return Err(counted(&node, from, Problem::plain(problem::PASSKEY_REFUSED)));
    }
    node.note_sign_in(member.person(), format!("signed in by passkey {}", showed.label)).await?;
    let before = node.sign_in()?.shown_by(&headers);
    let cookie = node.begin_session(&member, true, before).await?;
    welcomed(&node, StatusCode::OK, cookie).await
}

async fn prove(
    State(node): State<Arc<Node>>,
    principal: Principal,
    from: From_,
    body: Bytes,
) -> Result<Response, Problem> {
    let Shown { ceremony, credential } = read(&body)?;
    let signed = principal.signed.as_ref().ok_or_else(|| Problem::plain(problem::NOT_ALLOWED))?;
    let showed = node.end_showing(&ceremony, credential).await;
    let showed = showed.map_err(|problem| counted(&node, from, problem))?;
    // Another's passkey proves nothing about whoever is signed in.
    if showed.member.id != signed.member.id {
        return Err(counted(&node, from, Problem::plain(problem::PASSKEY_REFUSED)));
    }
    node.note_sign_in(principal.by(), format!("showed passkey {} again", showed.label)).await?;
    let cookie = node.prove(signed).await?;
    welcomed(&node, StatusCode::OK, cookie).await
}

async fn invitation(
    State(node): State<Arc<Node>>,
    from: From_,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<InvitationReply>, Problem> {
    at_the_door(&node, &headers, from)?;
    let LinkShown { link, .. } = read(&body)?;
    let told = node.invitation_told(&link).await;
    told.map(Json).map_err(|problem| counted(&node, from, problem))
}

async fn invitation_challenge(
    State(node): State<Arc<Node>>,
    from: From_,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Ceremony>, Problem> {
    at_the_door(&node, &headers, from)?;
    let LinkShown { link, name } = read(&body)?;
    let begun = node.begin_by_link(&link, name.as_deref()).await;
    begun.map(|begun| Json(begun.into())).map_err(|problem| counted(&node, from, problem))
}

async fn accept(
    State(node): State<Arc<Node>>,
    from: From_,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    at_the_door(&node, &headers, from)?;
    let Registered { ceremony, credential, label } = read(&body)?;
    let member = node.end_registering(&ceremony, credential, &label, None).await;
    let member = member.map_err(|problem| counted(&node, from, problem))?;
    node.note_sign_in(member.person(), format!("registered passkey {}", label.trim())).await?;
    let before = node.sign_in()?.shown_by(&headers);
    let cookie = node.begin_session(&member, true, before).await?;
    welcomed(&node, StatusCode::CREATED, cookie).await
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(super::gate::not_understood)
}
