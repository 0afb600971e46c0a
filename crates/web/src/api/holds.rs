//! Holds of agencies: which there are, and officers who place and lift them. What is told of the gate and of consignments is
//! told here, and no more.

use super::acts::{KEY, Officer, Sent, tell};
use super::gate::not_understood;
use super::goods::{FLIGHT, HOUSE, Named, UNIT, WAYBILL, asked};
use super::route::{Content, Parameter, Place, Route, Verb, json};
use super::{accesses, acts, goods, page};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use casework::holds::{HoldKind, HoldSeen};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::{Fact, OfficerAct, OfficerDeed, What};
use document::holds::{HOLDS_SCHEMA, HoldItem, HoldsReply, hold_id, parse_hold_id};
use engine::{Command, GoodsAsked, HoldsWanted, Reply, Wanted};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use store::writer::Lane;

/// The name of the resource in keys.
const RESOURCE: &str = "hold";

const ID: Parameter = Parameter { name: "id", place: Place::Path, what: "The id of the hold." };

const ANSWER: Content = json("Holds", "Them, as they stand.");

const RELEASE: Option<Content> = Some(json("HoldRelease", "Why, and of a machine who."));

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/holds",
        action: Some(Action::Look),
        summary: "Holds of agencies on goods that the asker may see, in order of the goods.",
        parameters: &[
            WAYBILL,
            HOUSE,
            UNIT,
            FLIGHT,
            asked("state", "open, lifted or all; without it open."),
            asked("kind", "ordered, name-hit or the-same, of those whose cause the asker sees."),
            asked("agency", "Whose they are."),
            asked("after", "What `next` of the reply before said; without it from the first."),
            asked("most", "How many at most, up to 500; without it 100."),
        ],
        body: None,
        status: 200,
        answer: json("Holds", "Holds, and where to go on."),
        handler: || get(list),
    },
    Route {
        method: Verb::Post,
        path: "/v1/holds",
        action: Some(Action::File),
        summary: "An officer holds goods at once, in the name of his agency, as the fact `hold` does.",
        parameters: &[KEY],
        body: Some(json("HoldOrder", "The goods, and why.")),
        status: 201,
        answer: json("Holds", "What the agency holds of these goods now."),
        handler: || post(place),
    },
    Route {
        method: Verb::Post,
        path: "/v1/holds/{id}/release",
        action: Some(Action::File),
        summary: "An officer proposes to lift what his agency holds of the goods of a hold; another one confirms it.",
        parameters: &[ID, KEY],
        body: RELEASE,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| release(node, by, id, headers, body, Step::Propose)),
    },
    Route {
        method: Verb::Post,
        path: "/v1/holds/{id}/release/confirmation",
        action: Some(Action::File),
        summary: "Another officer confirms that, and the goods are held by his agency no more.",
        parameters: &[ID, KEY],
        body: RELEASE,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| release(node, by, id, headers, body, Step::Confirm)),
    },
    Route {
        method: Verb::Post,
        path: "/v1/holds/{id}/release/refusal",
        action: Some(Action::File),
        summary: "Another officer refuses that, and it holds on.",
        parameters: &[ID, KEY],
        body: RELEASE,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| release(node, by, id, headers, body, Step::Refuse)),
    },
];

/// Which holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    waybill: Option<String>,
    house: Option<String>,
    unit: Option<String>,
    flight: Option<String>,
    state: Option<String>,
    kind: Option<String>,
    agency: Option<String>,
    after: Option<String>,
    most: Option<usize>,
}

/// An order to hold goods.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    /// The air waybill of the goods.
    waybill: Option<String>,
    /// Their house waybill; alone, every house of that number.
    house: Option<String>,
    /// In whose name: that of the officer's own agency, which is meant without it.
    agency: Option<String>,
    /// Why.
    reason: String,
    /// When somebody higher looks at it again, RFC 3339: it never ends by time.
    review_at: Option<String>,
    /// The number of the act, by whoever tells it; without it one is assigned.
    id: Option<String>,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// Why a hold is lifted, or is not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lifting {
    /// Why.
    reason: String,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// What an officer does about a release.
#[derive(Debug, Clone, Copy)]
enum Step {
    Propose,
    Confirm,
    Refuse,
}

impl Step {
    fn path(self) -> &'static str {
        match self {
            Self::Propose => "release",
            Self::Confirm => "release/confirmation",
            Self::Refuse => "release/refusal",
        }
    }
}

impl Asked {
    fn named(&self) -> Named<'_> {
        let Self { waybill, house, unit, flight, .. } = self;
        Named {
            waybill: waybill.as_deref(),
            house: house.as_deref(),
            unit: unit.as_deref(),
            flight: flight.as_deref(),
        }
    }

    fn read(&self, asker: &Asker) -> Result<HoldsWanted, String> {
        let sees_all = matches!(asker, Asker::Officer(_) | Asker::Auditor);
        let open = match self.state.as_deref() {
            None | Some("open") => Some(true),
            Some("lifted") => Some(false),
            Some("all") => None,
            Some(other) => return Err(format!("state {other}: write open, lifted or all")),
        };
        let kind = self.kind.as_deref().map(|text| {
            let all = HoldKind::ALL.iter().map(|kind| kind.as_str());
            HoldKind::parse(text).ok_or_else(|| page::none_of("kind", text, all))
        });
        let of = self.named().read(sees_all && open == Some(true))?;
        Ok(HoldsWanted { of, open, kind: kind.transpose()?, agency: self.agency.as_deref().map(Into::into) })
    }
}

async fn list(
    State(node): State<Arc<Node>>,
    principal: Principal,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<HoldsReply>, Problem> {
    let Query(asked) = query.map_err(|why| not_understood(why.body_text()))?;
    let asker = principal.asker();
    let wanted = asked.read(&asker).map_err(not_understood)?;
    let after = page::after(asked.after.as_deref(), parse_hold_id)?;
    if matches!(asker, Asker::Officer(_) | Asker::Auditor) {
        accesses::note(&node, &principal, asked.named().noted("/v1/holds"), Vec::new()).await?;
    }
    let most = page::most(asked.most);
    found(&node, &principal, wanted, after, most).await.map(Json)
}

async fn found(
    node: &Node,
    principal: &Principal,
    wanted: HoldsWanted,
    after: Option<(ConsignmentKey, u32)>,
    most: usize,
) -> Result<HoldsReply, Problem> {
    let (holder, asker) = (Arc::clone(&principal.organisation.name), principal.asker());
    let command = Command::Holds { wanted, after, most, holder, asker };
    match node.read(Lane::Ordinary, command).await? {
        Reply::Holds { holds, more, beyond } => Ok(HoldsReply {
            schema: HOLDS_SCHEMA,
            next: holds
                .last()
                .filter(|_| more)
                .map(|last| hold_id(&last.goods, last.number.unwrap_or_default())),
            holds: holds.iter().map(HoldItem::from).collect(),
            beyond,
        }),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

async fn place(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let Order { waybill, house, agency, reason, review_at, id, by } =
        serde_json::from_slice(&body).map_err(not_understood)?;
    let object = goods::one(waybill.as_deref(), house.as_deref()).map_err(not_understood)?;
    let review_at = page::instant("review_at", review_at.as_deref())?;
    let own = match principal.asker() {
        Asker::Officer(desk) => acts::agency_of(&desk),
        _ => None,
    };
    // Who is no officer is told so by whoever hears the act.
    let agency: Arc<str> =
        agency.map(Into::into).or(own).unwrap_or_else(|| Arc::clone(&principal.organisation.name));
    let deed = OfficerDeed::Hold { object: object.clone(), agency: Arc::clone(&agency), review_at };
    let sent = Sent { headers: &headers, path: (RESOURCE, ""), body: &body };
    let fact = act(id, by, deed, reason);
    tell(&node, &principal, sent, fact).await?;
    let of = match object {
        ConsignmentKey { master: None, house: Some(house) } => GoodsAsked::Found(Wanted::House(house)),
        key => GoodsAsked::Goods(key),
    };
    let wanted = HoldsWanted { of, open: Some(true), kind: None, agency: Some(agency) };
    let held = found(&node, &principal, wanted, None, page::MOST).await?;
    Ok((StatusCode::CREATED, Json(held)).into_response())
}

async fn release(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
    step: Step,
) -> Result<Json<HoldsReply>, Problem> {
    let Lifting { reason, by } = serde_json::from_slice(&body).map_err(not_understood)?;
    let absent = || Problem::plain(problem::NOT_FOUND);
    let (goods, number) = parse_hold_id(&id).ok_or_else(absent)?;
    let hold = one(&node, &principal, &goods, number).await?.ok_or_else(absent)?;
    let agency = hold.agency.clone().ok_or_else(absent)?;
    let proposal = hold.release.as_ref().map(|release| Arc::clone(&release.proposal));
    let deed = match (step, proposal) {
        (Step::Propose, _) => OfficerDeed::Release { object: goods.clone(), agency },
        (Step::Confirm, Some(proposal)) => OfficerDeed::Confirm { proposal },
        (Step::Refuse, Some(proposal)) => OfficerDeed::Refuse { proposal },
        // Nobody proposed it, or the asker does not see that somebody did.
        (Step::Confirm | Step::Refuse, None) => return Err(absent()),
    };
    let path = format!("{id}/{}", step.path());
    let sent = Sent { headers: &headers, path: (RESOURCE, &path), body: &body };
    tell(&node, &principal, sent, act(None, by, deed, reason)).await?;
    let holds: Vec<HoldItem> =
        one(&node, &principal, &goods, number).await?.iter().map(HoldItem::from).collect();
    Ok(Json(HoldsReply { schema: HOLDS_SCHEMA, holds, next: None, beyond: false }))
}

/// A hold, by the goods and its number, whether it is open or was lifted.
async fn one(
    node: &Node,
    principal: &Principal,
    goods: &ConsignmentKey,
    number: u32,
) -> Result<Option<HoldSeen>, Problem> {
    // Those behind the one before it: numbers begin with 1, and 0 is nobody's that could be released.
    let Some(before) = number.checked_sub(1) else { return Ok(None) };
    let wanted = HoldsWanted { of: GoodsAsked::Goods(goods.clone()), open: None, kind: None, agency: None };
    let (holder, asker) = (Arc::clone(&principal.organisation.name), principal.asker());
    let command = Command::Holds { wanted, after: Some((goods.clone(), before)), most: 1, holder, asker };
    match node.read(Lane::Ordinary, command).await? {
        Reply::Holds { holds, .. } => Ok(holds.into_iter().find(|hold| hold.number == Some(number))),
        _ => Err(Problem::plain(problem::FAILED)),
    }
}

fn act(id: Option<String>, by: Option<Officer>, deed: OfficerDeed, reason: String) -> Fact {
    let what = What::Act(Box::new(OfficerAct { act: deed, reason }));
    Fact { id: id.map(Into::into), at: None, by: by.map(Into::into), what }
}
