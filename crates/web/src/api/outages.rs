//! Outages of the systems of authorities: what was told of them, and officers who record, confirm and refuse notices. Each act is
//! the fact `outage`.

use super::acts::{KEY, Officer, Sent, tell};
use super::gate::not_understood;
use super::goods::asked;
use super::page;
use super::route::{Content, Parameter, Place, Route, Verb, json};
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
use casework::outage::NoticeStanding;
use consignment::fact::{Fact, OutageNotice, OutageSays, What};
use document::outage::{
    OUTAGES_SCHEMA, OutageItem, OutagesReply, SuspensionItem, outage_id, parse_outage_id,
};
use engine::{Clock as _, Command, Reply};
use programme::ProgrammeId;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use store::writer::Lane;

/// The name of the resource in keys.
const RESOURCE: &str = "outage";

const ID: Parameter = Parameter { name: "id", place: Place::Path, what: "The id of the notice." };

const ANSWER: Content = json("Outages", "The notice as it stands, and what is suspended.");

const WORD: Option<Content> =
    Some(json("OutageWord", "The evidence that was seen, and of a machine by whom."));

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: Verb::Get,
        path: "/v1/outages",
        action: Some(Action::View),
        summary: "Notices of outages, by programme, in the order in which they were recorded, and what is suspended.",
        parameters: &[
            asked("programme", "Of this programme alone."),
            asked("state", "declared, confirmed, refused, lapsed or over."),
            asked("after", "What `next` of the reply before said; without it from the first."),
            asked("most", "How many at most, up to 500; without it 100."),
        ],
        body: None,
        status: 200,
        answer: json("Outages", "Notices, and where to go on."),
        handler: || get(list),
    },
    Route {
        method: Verb::Post,
        path: "/v1/outages",
        action: Some(Action::File),
        summary: "An officer records what an authority says of an outage; that it suspends, another one confirms.",
        parameters: &[KEY],
        body: Some(json("OutageNotice", "The notice and its evidence.")),
        status: 201,
        answer: ANSWER,
        handler: || post(record),
    },
    Route {
        method: Verb::Post,
        path: "/v1/outages/{id}/confirmation",
        action: Some(Action::File),
        summary: "Another officer who saw the same evidence confirms it.",
        parameters: &[ID, KEY],
        body: WORD,
        status: 200,
        answer: ANSWER,
        handler: || {
            post(|node, by, id, headers, body| word(node, by, id, headers, body, WordOn::Confirmation))
        },
    },
    Route {
        method: Verb::Post,
        path: "/v1/outages/{id}/refusal",
        action: Some(Action::File),
        summary: "Another officer refuses it, or who recorded it takes it back: nobody confirms it any more.",
        parameters: &[ID, KEY],
        body: WORD,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| word(node, by, id, headers, body, WordOn::Refusal)),
    },
    Route {
        method: Verb::Post,
        path: "/v1/outages/{id}/end",
        action: Some(Action::File),
        summary: "An officer records that it is over: a suspension ends after the grace. It takes one, for it holds.",
        parameters: &[ID, KEY],
        body: WORD,
        status: 200,
        answer: ANSWER,
        handler: || post(|node, by, id, headers, body| word(node, by, id, headers, body, WordOn::End)),
    },
];

/// Which notices.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    programme: Option<String>,
    state: Option<String>,
    after: Option<String>,
    most: Option<usize>,
}

/// A notice of an outage.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Notice {
    /// The programme.
    programme: String,
    /// `down`, `suspended`, `answers-interrupted` or `over`; only `suspended` suspends anything.
    says: String,
    /// Name or hash of the evidence.
    evidence: String,
    /// Who sent it, as the evidence shows; the authority's own address where it suspends.
    sender: Option<String>,
    /// When the authority said it, RFC 3339; now without it.
    since: Option<String>,
    /// The number of the act, by whoever tells it; without it one is assigned.
    id: Option<String>,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// A word on a notice.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    /// Name or hash of the evidence that was seen: of a confirmation that of the notice.
    evidence: String,
    /// Who sent it, as the evidence shows.
    sender: Option<String>,
    /// Of an end, when the authority said so, RFC 3339, from which the grace runs; now without it.
    since: Option<String>,
    /// Who, of a machine; whoever is signed in says it himself.
    by: Option<Officer>,
}

/// What is said of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WordOn {
    Confirmation,
    Refusal,
    End,
}

impl WordOn {
    fn path(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::Refusal => "refusal",
            Self::End => "end",
        }
    }
}

/// All notices that are known, in order, each with its place in its programme.
struct Known {
    notices: Vec<(ProgrammeId, usize, Arc<str>, OutageSays, OutageItem)>,
    suspended: Vec<SuspensionItem>,
}

impl Known {
    /// # Errors
    /// Where the node cannot tell.
    async fn read(node: &Node) -> Result<Self, Problem> {
        let now = node.clock().now();
        let Reply::Outages { outages, notices_last } = node.read(Lane::Ordinary, Command::Outages).await?
        else {
            return Err(Problem::plain(problem::FAILED));
        };
        let (mut notices, mut suspended) = (Vec::new(), Vec::new());
        for (programme, known) in &outages {
            for (notice, place) in known.notices.iter().zip(1..) {
                let standing = known.standing(notice, notices_last, now);
                let item = OutageItem::new(programme, place, notice, standing, &known.suspensions);
                notices.push((programme.clone(), place, Arc::clone(&notice.id), notice.says, item));
            }
            suspended.extend(known.suspension(now).map(|one| SuspensionItem {
                programme: programme.to_string(),
                since: one.from.to_string(),
                until: one.until.map(|at| at.to_string()),
            }));
        }
        Ok(Self { notices, suspended })
    }

    /// The reply that tells of some of them.
    fn told(self, outages: Vec<OutageItem>, next: Option<String>) -> OutagesReply {
        OutagesReply { schema: OUTAGES_SCHEMA, outages, next, suspended: self.suspended }
    }
}

async fn list(
    State(node): State<Arc<Node>>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<OutagesReply>, Problem> {
    let Query(Asked { programme, state, after, most }) =
        query.map_err(|why| not_understood(why.body_text()))?;
    if let Some(text) = state.as_deref().filter(|text| NoticeStanding::parse(text).is_none()) {
        let all = NoticeStanding::ALL.iter().map(|standing| standing.as_str());
        return Err(not_understood(page::none_of("state", text, all)));
    }
    let after = page::after(after.as_deref(), parse_outage_id)?;
    let most = page::most(most);
    let known = Known::read(&node).await?;
    let wanted = known.notices.iter().filter(|(of, place, _, _, item)| {
        programme.as_deref().is_none_or(|wanted| wanted == of.as_str())
            && state.as_deref().is_none_or(|wanted| wanted == item.state)
            && after.as_ref().is_none_or(|(programme, last)| (of, place) > (programme, last))
    });
    let mut items: Vec<OutageItem> = wanted.map(|(.., item)| item.clone()).take(most + 1).collect();
    let more = items.len() > most;
    items.truncate(most);
    let next = items.last().filter(|_| more).map(|last| last.id.clone());
    Ok(Json(known.told(items, next)))
}

async fn record(
    State(node): State<Arc<Node>>,
    principal: Principal,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let told: Notice = serde_json::from_slice(&body).map_err(not_understood)?;
    let says = OutageSays::parse(&told.says).ok_or_else(|| {
        not_understood(page::none_of("says", &told.says, OutageSays::ALL.iter().map(|says| says.as_str())))
    })?;
    let at = page::instant("since", told.since.as_deref())?;
    let programme: Arc<str> = told.programme.into();
    let notice = OutageNotice {
        programme: Arc::clone(&programme),
        says,
        evidence: told.evidence.clone(),
        sender: told.sender,
        confirms: None,
        refuses: None,
    };
    let fact =
        Fact { id: told.id.map(Into::into), at, by: told.by.map(Into::into), what: What::Outage(notice) };
    let sent = Sent { headers: &headers, path: (RESOURCE, ""), body: &body };
    tell(&node, &principal, sent, fact).await?;
    let known = Known::read(&node).await?;
    let made = known.notices.iter().rev().find(|(of, _, _, known, item)| {
        *of.as_str() == *programme && *known == says && item.evidence == told.evidence
    });
    let items: Vec<OutageItem> = made.into_iter().map(|(.., item)| item.clone()).collect();
    Ok((StatusCode::CREATED, Json(known.told(items, None))).into_response())
}

async fn word(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
    on: WordOn,
) -> Result<Json<OutagesReply>, Problem> {
    let Word { evidence, sender, since, by } = serde_json::from_slice(&body).map_err(not_understood)?;
    let at = page::instant("since", since.as_deref())?;
    let absent = || Problem::plain(problem::NOT_FOUND);
    // Who may not see outages does not learn by an id that there is one.
    if !node.allowed().may_do(&principal, Action::View) {
        return Err(absent());
    }
    let (programme, place) = parse_outage_id(&id).ok_or_else(absent)?;
    let known = Known::read(&node).await?;
    let found = known.notices.iter().find(|(of, at, ..)| *of == programme && *at == place);
    let (_, _, number, said, _) = found.ok_or_else(absent)?;
    let (number, said) = (Arc::clone(number), *said);
    let notice = OutageNotice {
        programme: programme.as_str().into(),
        says: if on == WordOn::End { OutageSays::Over } else { said },
        evidence,
        sender,
        confirms: (on == WordOn::Confirmation).then(|| Arc::clone(&number)),
        refuses: (on == WordOn::Refusal).then(|| Arc::clone(&number)),
    };
    let fact = Fact { id: None, at, by: by.map(Into::into), what: What::Outage(notice) };
    let path = format!("{id}/{}", on.path());
    let sent = Sent { headers: &headers, path: (RESOURCE, &path), body: &body };
    tell(&node, &principal, sent, fact).await?;
    let known = Known::read(&node).await?;
    let items = known.notices.iter().filter(|(.., item)| item.id == outage_id(&programme, place));
    let items: Vec<OutageItem> = items.map(|(.., item)| item.clone()).collect();
    Ok(Json(known.told(items, None)))
}
