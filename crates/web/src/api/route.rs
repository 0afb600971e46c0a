//! What a resource answers to: one line for each route, from which the router, the authorisation and the published
//! description are made, so that none of them differs from the others.

use super::{App, accesses};
use crate::identity::Principal;
use crate::policy::Action;
use crate::problem::{self, Problem};
use crate::refusals::{By, Hidden};
use crate::tls::Peer;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::MethodRouter;
use casework::decision::Desk;
use casework::view::Asker;
use engine::Clock as _;

/// One route.
#[derive(Clone, Copy)]
pub struct Route {
    /// The method.
    pub method: Verb,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// The action in policies; `None` where anybody may, without a token.
    pub action: Option<Action>,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Its parameters in path, query and headers.
    pub parameters: &'static [Parameter],
    /// What its body is.
    pub body: Option<Content>,
    /// Status of the answer where all goes well.
    pub status: u16,
    /// What that answer is.
    pub answer: Content,
    /// What answers.
    pub(crate) handler: fn() -> MethodRouter<App>,
}

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Asks, and changes nothing.
    Get,
    /// Tells, or asks for what is written down.
    Post,
    /// Ends what was opened.
    Delete,
}

impl From<Verb> for Method {
    fn from(method: Verb) -> Self {
        match method {
            Verb::Get => Self::GET,
            Verb::Post => Self::POST,
            Verb::Delete => Self::DELETE,
        }
    }
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands; what stands in the path is always there, everything else may be left out.
    pub place: Place,
    /// What it is.
    pub what: &'static str,
}

/// A body.
#[derive(Debug, Clone, Copy)]
pub struct Content {
    /// Its media type.
    pub media: &'static str,
    /// What it is.
    pub what: &'static str,
    /// The name of its schema, where it has one.
    pub schema: Option<&'static str>,
}

/// A JSON body of a schema.
pub(super) const fn json(schema: &'static str, what: &'static str) -> Content {
    Content { media: "application/json", what, schema: Some(schema) }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?} {}", self.method, self.path)
    }
}

impl Route {
    /// Puts it into a router, behind the question who asks and whether he may.
    pub(crate) fn add(self, router: Router<App>, app: &App) -> Router<App> {
        let guarded = (self.handler)();
        match self.action {
            None => router.route(self.path, guarded),
            Some(action) => {
                // What one may not see looks as if it were not there; that one may not do something is said.
                let hidden = self.method == Verb::Get && self.path.contains('{');
                let guard = Guard { app: app.clone(), action, hidden };
                router.route(self.path, guarded.layer(from_fn_with_state(guard, authorise)))
            }
        }
    }
}

/// Most letters that are written down of what somebody asked for.
const TARGET_MAX: usize = 1_000;

/// What is asked before a route is.
#[derive(Clone)]
struct Guard {
    app: App,
    action: Action,
    hidden: bool,
}

async fn authorise(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let asks = Asks::of(&request);
    match admitted(&guard, asks).await {
        Ok(principal) => {
            if guard.action.is_noted() {
                let target = request.uri().path_and_query().map_or("", |target| target.as_str());
                let target: String = target.chars().take(TARGET_MAX).collect();
                let what = format!("{} {target}", request.method());
                if let Err(problem) = accesses::note(&guard.app.0, &principal, what, Vec::new()).await {
                    return problem.into_response();
                }
            }
            let by = By::from(&principal);
            request.extensions_mut().insert(principal);
            let mut response = next.run(request).await;
            response.extensions_mut().insert(by);
            response
        }
        Err(No { problem, by, hidden }) => {
            let mut response = problem.into_response();
            let told = response.extensions_mut();
            if let Some(by) = by {
                told.insert(by);
            }
            if hidden {
                told.insert(Hidden);
            }
            response
        }
    }
}

/// What of a request says who asks.
#[derive(Clone, Copy)]
pub(super) struct Asks<'a> {
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    pub(super) peer: Option<Peer>,
}

impl<'a> Asks<'a> {
    fn of(request: &'a Request) -> Self {
        let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| *peer);
        Self { method: request.method(), headers: request.headers(), peer }
    }
}

/// Why somebody is not let in, and who it is, where he is known.
struct No {
    problem: Problem,
    by: Option<By>,
    /// Whether what he may not see at all looks as if it were not there.
    hidden: bool,
}

async fn admitted(guard: &Guard, asks: Asks<'_>) -> Result<Principal, No> {
    let nobody = |problem| No { problem, by: None, hidden: false };
    let principal = super::principal(&guard.app.0, asks).await.map_err(nobody)?;
    let by = By::from(&principal);
    may(guard, asks, principal).map_err(|problem| {
        let hidden = guard.hidden && problem.kind() == problem::NOT_FOUND;
        No { problem, by: Some(by), hidden }
    })
}

fn may(guard: &Guard, asks: Asks<'_>, mut principal: Principal) -> Result<Principal, Problem> {
    let node = &guard.app.0;
    // In a room whoever trains plays everybody.
    if node.clock().is_by_hand() {
        principal.asks_as = asks_as(&principal, asks.headers)?;
    }
    node.limits().admit(&principal.organisation.name)?;
    match node.allowed().may_do(&principal, guard.action) {
        true if guard.action.needs_proof() => principal.proved(node.clock().now()).map(|()| principal),
        true => Ok(principal),
        false if guard.hidden => Err(Problem::plain(problem::NOT_FOUND)),
        false => Err(Problem::plain(problem::NOT_ALLOWED)),
    }
}

/// As whom somebody asks in a room, by the header `Loadgate-Asks-As`.
fn asks_as(principal: &Principal, headers: &HeaderMap) -> Result<Option<Asker>, Problem> {
    let Some(value) = headers.get("loadgate-asks-as") else { return Ok(None) };
    Ok(Some(match value.to_str().unwrap_or_default() {
        "auditor" => Asker::Auditor,
        "officer" => Asker::Officer(Desk::Agency("duty desk".into())),
        "carrier" => Asker::Carrier,
        "handler" => Asker::Handler,
        "filer" => Asker::Filer(principal.organisation.name.clone()),
        other => {
            let why = format!("Loadgate-Asks-As: {other}: write auditor, officer, carrier, handler or filer");
            return Err(Problem::new(problem::NOT_UNDERSTOOD, why));
        }
    }))
}
