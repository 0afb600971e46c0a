//! Organisations of the node, and what carriers let others do for them: to give a mandate is the fact `mandate`.

use super::acts::{KEY, Officer, Sent, tell};
use super::gate::not_understood;
use super::page;
use super::route::{Route, Verb, json};
use crate::identity::{Organisation, Principal, Role};
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use casework::mandate::Event;
use consignment::fact::{Fact, Mandate, MandatedAct, What};
use consignment::ident::{Carrier, Location};
use document::organisation::{
    AddressesItem, MANDATES_SCHEMA, MandateItem, MandatesReply, ORGANISATIONS_SCHEMA, OrganisationItem,
    OrganisationsReply,
};
use engine::{Clock as _, Command, Reply};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::writer::Lane;

/// The name of the resource in keys.
const RESOURCE: &str = "mandate";

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/organisations",
        action: Some(Action::Organisations),
        summary: "Organisations with their stations and addresses: one's own, and those one works with; all of them for \
                  officers, auditors and whoever runs the node.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("Organisations", "In order of their names."),
        handler: || get(organisations),
    },
    Route {
        method: Verb::Get,
        path: "/v1/mandates",
        action: Some(Action::Organisations),
        summary: "What carriers let others do for them: what one gave or was given; all of it for officers, auditors and \
                  whoever runs the node.",
        parameters: &[],
        body: None,
        status: 200,
        answer: json("Mandates", "The latest word on each agent at each station, also where it is over."),
        handler: || get(mandates),
    },
    Route {
        method: Verb::Post,
        path: "/v1/mandates",
        action: Some(Action::File),
        summary: "A carrier gives somebody a mandate at a station, changes it, or withdraws it.",
        parameters: &[KEY],
        body: Some(json("MandateGiven", "To whom, where, and for what.")),
        status: 201,
        answer: json("Mandates", "It, as it stands."),
        handler: || post(give),
    },
];

/// A mandate that a carrier gives.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// The designator of the carrier; without it that of whoever asks.
    carrier: Option<String>,
    /// The station, as its IATA code.
    station: String,
    /// Who may act, by the name of his organisation.
    agent: String,
    /// What he may do: `ask`, `build` and `file`; to ask and to build where nothing is named.
    #[serde(default)]
    acts: Vec<String>,
    /// From when, RFC 3339.
    from: Option<String>,
    /// Until when, RFC 3339; at that instant it is over.
    until: Option<String>,
    /// Whether it is withdrawn.
    #[serde(default)]
    withdrawn: bool,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// Whether somebody sees all organisations and mandates.
fn sees_all(organisation: &Organisation) -> bool {
    matches!(organisation.role, Role::Officer(_) | Role::Authority(_) | Role::Auditor | Role::Administrator)
}

/// Whether a mandate concerns an organisation: it gave it, or it was given to it.
fn concerns(told: &Event, organisation: &Organisation) -> bool {
    let Mandate { carrier, agent, .. } = &told.mandate;
    *agent == organisation.name || organisation.role == Role::Carrier(Some(*carrier))
}

/// The mandates that somebody sees.
async fn seen(node: &Node, principal: &Principal) -> Result<Vec<Event>, Problem> {
    let Reply::Mandates(mut told) = node.read(Lane::Ordinary, Command::Mandates).await? else {
        return Err(Problem::plain(problem::FAILED));
    };
    let own = &principal.organisation;
    told.retain(|told| sees_all(own) || concerns(told, own));
    Ok(told)
}

async fn organisations(
    State(node): State<Arc<Node>>,
    principal: Principal,
) -> Result<Json<OrganisationsReply>, Problem> {
    let (own, now) = (&principal.organisation, node.clock().now());
    let mandates = seen(&node, &principal).await?;
    let mandates = mandates.iter().filter(|told| told.is_in_force(now));
    // Whoever works for the other must be able to reach him.
    let (mut agents, mut carriers) = (BTreeSet::new(), BTreeSet::new());
    for told in mandates {
        agents.insert(&told.mandate.agent);
        carriers.insert(told.mandate.carrier);
    }
    let works_with = |one: &Organisation| {
        let carries = matches!(one.role, Role::Carrier(Some(carrier)) if carriers.contains(&carrier));
        let files = one.represents.as_ref() == Some(&own.name) || own.represents.as_ref() == Some(&one.name);
        carries || files || agents.contains(&one.name)
    };
    let all = node.identity().organisations();
    let shown = all.filter(|one| sees_all(own) || one.name == own.name || works_with(one));
    Ok(Json(OrganisationsReply {
        schema: ORGANISATIONS_SCHEMA,
        organisations: shown.map(|one| item(one)).collect(),
    }))
}

fn item(one: &Organisation) -> OrganisationItem {
    let addresses = &one.addresses;
    OrganisationItem {
        name: one.name.to_string(),
        role: one.role.words(),
        desk: one.desk,
        represents: one.represents.as_ref().map(ToString::to_string),
        stations: one.stations.iter().map(ToString::to_string).collect(),
        addresses: AddressesItem {
            type_b: addresses.type_b.clone(),
            pima: addresses.pima.clone(),
            email: addresses.email.clone(),
        },
    }
}

async fn mandates(
    State(node): State<Arc<Node>>,
    principal: Principal,
) -> Result<Json<MandatesReply>, Problem> {
    Ok(Json(told(&seen(&node, &principal).await?, node.clock().now())))
}

fn told(mandates: &[Event], now: Timestamp) -> MandatesReply {
    let mandates = mandates.iter().map(|told| MandateItem::new(told, now)).collect();
    MandatesReply { schema: MANDATES_SCHEMA, mandates }
}

impl Given {
    /// # Errors
    /// What of it cannot be read, and what could.
    fn read(&self, own: &Role) -> Result<Mandate, Problem> {
        let carrier = match (&self.carrier, own) {
            (Some(text), _) => Carrier::parse(text)
                .map_err(|_| not_understood(format!("carrier {text}: write a designator, such as 9Z")))?,
            (None, Role::Carrier(Some(own))) => *own,
            (None, _) => {
                return Err(not_understood("carrier: write the designator of the carrier, such as 9Z"));
            }
        };
        let station = &self.station;
        let station = Location::parse(station)
            .map_err(|_| not_understood(format!("station {station}: write an IATA code, such as FRA")))?;
        let act = |text: &String| {
            let all = MandatedAct::ALL.iter().map(|act| act.as_str());
            MandatedAct::parse(text).ok_or_else(|| not_understood(page::none_of("acts", text, all)))
        };
        Ok(Mandate {
            carrier,
            station,
            agent: self.agent.as_str().into(),
            from: page::instant("from", self.from.as_deref())?,
            until: page::instant("until", self.until.as_deref())?,
            acts: self.acts.iter().map(act).collect::<Result<_, _>>()?,
            withdrawn: self.withdrawn,
        })
    }
}

async fn give(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let given: Given = serde_json::from_slice(&body).map_err(not_understood)?;
    let mandate = given.read(&principal.organisation.role)?;
    // A mandate for somebody whom the node does not know would be a slip of the pen that nobody notices.
    if node.organisation(&mandate.agent).is_none() {
        let agent = &mandate.agent;
        return Err(not_understood(format!("agent {agent}: this node has no organisation of that name")));
    }
    let (carrier, station, agent) = (mandate.carrier, mandate.station, Arc::clone(&mandate.agent));
    let fact = Fact { id: None, at: None, by: given.by.map(Into::into), what: What::Mandate(mandate) };
    let sent = Sent { headers: &headers, path: (RESOURCE, ""), body: &body };
    tell(&node, &principal, sent, fact).await?;
    let mut made = seen(&node, &principal).await?;
    made.retain(|told| {
        let of = &told.mandate;
        (of.carrier, of.station, &of.agent) == (carrier, station, &agent)
    });
    Ok((StatusCode::CREATED, Json(told(&made, node.clock().now()))).into_response())
}
