//! What can be asked of a node. Each resource is a module with its routes; to add one, give it a line in [`ROUTES`].

mod accesses;
mod acts;
mod adjudications;
mod answers;
mod audit;
mod comparisons;
mod consignments;
mod counts;
mod etag;
mod filings;
mod gate;
mod gate_lists;
mod goods;
mod health;
mod holds;
mod idempotency;
mod lookups;
mod metrics;
mod notices;
mod openapi;
mod organisations;
mod outages;
mod page;
pub(crate) mod passkeys;
pub(crate) mod people;
mod problems;
mod queue;
mod retention;
mod rooms;
pub mod route;
mod screenings;
pub(crate) mod session;
mod settings;
mod transport;
mod work_orders;

pub use audit::published;
pub(crate) use notices::item as notice_item;
pub use openapi::describe;

use crate::identity::Principal;
use crate::node::Node;
use crate::pages;
use crate::people::session::only_asks;
use crate::problem::{self, Problem};
use crate::refusals::noted;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use engine::Clock as _;
use route::{Asks, Route};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use store::people::Shown;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;

/// Every route of this release, by resource.
pub const ROUTES: &[&[Route]] = &[
    answers::ROUTES,
    audit::ROUTES,
    comparisons::ROUTES,
    consignments::ROUTES,
    accesses::ROUTES,
    adjudications::ROUTES,
    counts::ROUTES,
    transport::ROUTES,
    filings::ROUTES,
    gate::ROUTES,
    gate_lists::ROUTES,
    health::ROUTES,
    holds::ROUTES,
    lookups::ROUTES,
    metrics::ROUTES,
    notices::ROUTES,
    openapi::ROUTES_HERE,
    organisations::ROUTES,
    outages::ROUTES,
    passkeys::ROUTES,
    people::ROUTES,
    problems::ROUTES,
    queue::ROUTES,
    retention::ROUTES,
    rooms::ROUTES,
    screenings::ROUTES,
    session::ROUTES,
    settings::ROUTES,
    work_orders::ROUTES,
];

/// How long the next part of a body may keep a request waiting.
const BODY_PAUSE_MAX: Duration = Duration::from_secs(30);

/// What every request has at hand.
#[derive(Debug, Clone)]
pub struct App(pub(crate) Arc<Node>);

impl FromRef<App> for Arc<Node> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.0)
    }
}

/// Who asks: put there when the route was entered.
impl FromRequestParts<App> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::plain(problem::FAILED))
    }
}

/// Who makes a request: by a token, else by the cookie of a session, else by the certificate of the connection.
async fn principal(node: &Arc<Node>, asks: Asks<'_>) -> Result<Principal, Problem> {
    let peer = asks.peer;
    let given = asks.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let cookie = node.sign_in().ok().and_then(|sign_in| sign_in.shown_by(asks.headers));
    if let (None, Some(cookie)) = (given, cookie) {
        let signed = signed_in(node, asks, cookie).await;
        return signed.map_err(|problem| match (problem.kind() == problem::SIGNED_OUT, peer) {
            (true, Some(peer)) => node.limits().failed(peer.address.ip()).err().unwrap_or(problem),
            _ => problem,
        });
    }
    let known = match (given, peer.and_then(|peer| peer.certificate)) {
        (None, Some(certificate)) => node.shown().of_certificate(&certificate),
        _ => node.shown().principal(given, node.clock().now()),
    };
    known.map_err(|unknown| match peer.map(|peer| node.limits().failed(peer.address.ip())) {
        Some(Err(too_many)) => too_many,
        _ => unknown.into(),
    })
}

/// Who is signed in by a cookie. What changes something must come from a page of the node: other sites make a browser send
/// cookies too.
async fn signed_in(node: &Arc<Node>, asks: Asks<'_>, cookie: Shown) -> Result<Principal, Problem> {
    if !only_asks(asks.method) {
        node.sign_in()?.own_page(asks.headers)?;
    }
    let signed = node.signed(cookie).await?;
    let organisation = node.organisation(&signed.member.organisation).map(Arc::clone);
    let organisation = organisation.ok_or_else(|| Problem::plain(problem::SIGNED_OUT))?;
    Ok(Principal::person(organisation, signed))
}

/// The whole of a node's HTTP side.
pub fn router(node: Arc<Node>, body_bytes_max: usize) -> Router {
    let fixed = |name, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let app = App(node);
    let routes = ROUTES.iter().copied().flatten();
    let all = routes.fold(Router::new(), |router, route| route.add(router, &app));
    let all = all.merge(pages::router(&app));
    rooms::ways_in(all)
        .fallback(|| async { Problem::plain(problem::NOT_FOUND) })
        .method_not_allowed_fallback(|| async { Problem::plain(problem::NOT_FOUND) })
        .layer(DefaultBodyLimit::max(body_bytes_max))
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE_MAX))
        .layer(from_fn_with_state(app.clone(), noted))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(etag::tagged))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

/// A bug in one request is that request's alone.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    use axum::response::IntoResponse as _;
    Problem::plain(problem::FAILED).into_response()
}
