//! People: who may sign in for an organisation, and what he does there.

use super::route::{Content, Parameter, Place, Route, Verb, json};
use crate::identity::{Organisation, Principal, Role};
use crate::node::Node;
use crate::people::ceremony::name;
use crate::people::{Given, PersonRole};
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use casework::people::{Act, Author, Member, Reach};
use document::people::{LINK_SCHEMA, LinkReply, PEOPLE_SCHEMA, PeopleReply, PersonItem};
use engine::PersonBy;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

const ID: Parameter = Parameter { name: "id", place: Place::Path, what: "The id of the person." };

const DONE: Content = Content { media: "application/json", what: "It is done.", schema: None };

const LINK: Content =
    json("Link", "The link by which he registers a passkey, once; it is told now and kept nowhere.");

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/people",
        action: Some(Action::People),
        summary: "The people of the organisation; of every organisation for auditors and whoever runs the node.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("People", "Those who were removed among them."),
        handler: || get(list),
    },
    Route {
        method: Verb::Post,
        path: "/v1/people",
        action: Some(Action::Admit),
        summary: "Invites somebody to act for an organisation.",
        parameters: &[],
        body: Some(json("Invitation", "Whom, and for what.")),
        status: 201,
        answer: LINK,
        handler: || post(invite),
    },
    Route {
        method: Verb::Post,
        path: "/v1/people/{id}/roles",
        action: Some(Action::Admit),
        summary: "Changes what a person does.",
        parameters: &[ID],
        body: Some(json("Roles", "All of his roles.")),
        status: 204,
        answer: DONE,
        handler: || post(set_roles),
    },
    Route {
        method: Verb::Post,
        path: "/v1/people/{id}/link",
        action: Some(Action::Admit),
        summary: "Gives a person a new link, where he lost his passkeys: what he signed in by until then ends.",
        parameters: &[ID],
        body: None,
        status: 201,
        answer: LINK,
        handler: || post(give_link),
    },
    Route {
        method: Verb::Delete,
        path: "/v1/people/{id}/sessions",
        action: Some(Action::Admit),
        summary: "Signs a person out wherever he is.",
        parameters: &[ID],
        body: None,
        status: 204,
        answer: DONE,
        handler: || delete(sign_out),
    },
    Route {
        method: Verb::Delete,
        path: "/v1/people/{id}",
        action: Some(Action::Admit),
        summary: "Removes a person: his sessions and passkeys end at once.",
        parameters: &[ID],
        body: None,
        status: 204,
        answer: DONE,
        handler: || delete(remove),
    },
];

/// Whom to invite.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invitation {
    /// For which organisation; without it that of whoever asks.
    organisation: Option<String>,
    /// His name, for people to read.
    name: String,
    /// What he will do, such as `targeting-officer`.
    roles: Vec<String>,
}

/// What a person does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    /// All of his roles.
    roles: Vec<String>,
}

impl Invitation {
    /// From what a form says.
    pub(crate) fn new(organisation: Option<String>, name: String, roles: Vec<String>) -> Self {
        Self { organisation, name, roles }
    }
}

/// Reads the names of roles.
///
/// # Errors
/// A problem that names those there are.
pub(crate) fn roles(names: &[String]) -> Result<BTreeSet<PersonRole>, Problem> {
    let read = |name: &String| {
        PersonRole::parse(name).ok_or_else(|| {
            let all: Vec<&str> = PersonRole::ALL.iter().map(|role| role.as_str()).collect();
            let why = format!("roles: {name} is none; the roles are {}", all.join(", "));
            Problem::new(problem::NOT_UNDERSTOOD, why)
        })
    };
    names.iter().map(read).collect()
}

/// The organisations whose people somebody sees.
pub(crate) fn seen(node: &Node, principal: &Principal) -> Vec<Arc<str>> {
    match principal.organisation.role {
        Role::Administrator | Role::Auditor => {
            node.identity().organisations().map(|one| Arc::clone(&one.name)).collect()
        }
        _ => vec![Arc::clone(&principal.organisation.name)],
    }
}

/// By what somebody admits people.
fn author(principal: &Principal) -> Author {
    let reach = match principal.organisation.role {
        Role::Administrator => Reach::Node,
        _ => Reach::Organisation(Arc::clone(&principal.organisation.name)),
    };
    Author { person: principal.by(), reach }
}

/// The people whom somebody sees, by organisation.
pub(crate) async fn listed(node: &Node, principal: &Principal) -> Result<Vec<Member>, Problem> {
    node.members(seen(node, principal)).await
}

/// A person and his organisation; one whom the asker does not see looks as if he were not there.
async fn found(
    node: &Node,
    principal: &Principal,
    id: String,
) -> Result<(Member, Arc<Organisation>), Problem> {
    let absent = || Problem::plain(problem::NOT_FOUND);
    let member = node.member(PersonBy::Id(id.into())).await?.ok_or_else(absent)?;
    let is_seen = seen(node, principal).contains(&member.organisation);
    let organisation = node.organisation(&member.organisation).filter(|_| is_seen);
    let organisation = organisation.map(Arc::clone).ok_or_else(absent)?;
    Ok((member, organisation))
}

/// Invites somebody.
///
/// # Errors
/// A problem, or the refusal, where he is not.
pub(crate) async fn invited(
    node: &Arc<Node>,
    principal: &Principal,
    asked: Invitation,
) -> Result<Given, Problem> {
    let whose = asked.organisation.as_deref().unwrap_or(&principal.organisation.name);
    let is_seen = seen(node, principal).iter().any(|seen| **seen == *whose);
    let organisation = node.organisation(whose).filter(|_| is_seen).ok_or_else(|| {
        let why = format!("organisation {whose}: there is none of that name whose people you admit");
        Problem::new(problem::NOT_UNDERSTOOD, why)
    })?;
    let (called, does) = (name("name", &asked.name)?, roles(&asked.roles)?);
    node.invite(organisation, called, does, author(principal)).await
}

/// Does something about a person whom somebody sees.
///
/// # Errors
/// A problem, or the refusal, where it is not done.
pub(crate) async fn act(
    node: &Arc<Node>,
    principal: &Principal,
    id: String,
    act: Act,
) -> Result<(), Problem> {
    let (member, organisation) = found(node, principal, id).await?;
    node.admit(&member.id, &organisation, act, author(principal)).await
}

/// Gives a person whom somebody sees a new link.
///
/// # Errors
/// A problem, or the refusal, where it is not given.
pub(crate) async fn linked(
    node: &Arc<Node>,
    principal: &Principal,
    id: String,
) -> Result<(Given, Member), Problem> {
    let (member, organisation) = found(node, principal, id).await?;
    let given = node.give_link(&member, &organisation, author(principal)).await?;
    Ok((given, member))
}

/// Signs a person out whom somebody sees, wherever he is.
///
/// # Errors
/// A problem where it is not done.
pub(crate) async fn signed_out(node: &Arc<Node>, principal: &Principal, id: String) -> Result<(), Problem> {
    let (member, _) = found(node, principal, id).await?;
    node.note_sign_in(principal.by(), format!("signed out {} everywhere", member.id)).await?;
    node.sign_out_everywhere(&member.id, None).await.map(drop)
}

async fn list(State(node): State<Arc<Node>>, principal: Principal) -> Result<Json<PeopleReply>, Problem> {
    let people = listed(&node, &principal).await?.iter().map(PersonItem::from).collect();
    Ok(Json(PeopleReply { schema: PEOPLE_SCHEMA, people }))
}

fn link(given: Given) -> (StatusCode, Json<LinkReply>) {
    let Given { person, link, until } = given;
    let (person, until) = (person.to_string(), until.to_string());
    (StatusCode::CREATED, Json(LinkReply { schema: LINK_SCHEMA, person, link, until }))
}

async fn invite(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<(StatusCode, Json<LinkReply>), Problem> {
    let asked = serde_json::from_slice(&body).map_err(super::gate::not_understood)?;
    invited(&node, &principal, asked).await.map(link)
}

async fn set_roles(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Roles { roles: names } = serde_json::from_slice(&body).map_err(super::gate::not_understood)?;
    act(&node, &principal, id, Act::SetRoles { roles: roles(&names)? }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn give_link(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<LinkReply>), Problem> {
    linked(&node, &principal, id).await.map(|(given, _)| link(given))
}

async fn sign_out(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    signed_out(&node, &principal, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    act(&node, &principal, id, Act::Remove).await?;
    Ok(StatusCode::NO_CONTENT)
}
