//! What can be asked of a node. Each resource is a module with its routes; to add one, give it a line in `RESOURCES`.

mod answers;
mod consignments;
mod filings;
mod gate;
mod health;
mod problems;

use crate::identity::Principal;
use crate::node::{Node, SystemClock};
use crate::problem::{self, Problem};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use engine::Clock as _;
use std::any::Any;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

/// Adds the routes of a resource.
type Routes = fn(Router<App>) -> Router<App>;

/// The resources of this release, with their routes.
const RESOURCES: &[Routes] =
    &[answers::routes, consignments::routes, filings::routes, gate::routes, health::routes, problems::routes];

/// What every request has at hand.
#[derive(Debug, Clone)]
pub struct App(Arc<Node>);

impl FromRef<App> for Arc<Node> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.0)
    }
}

impl FromRequestParts<App> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        Ok(app.0.identity().principal(given, SystemClock.now())?)
    }
}

/// The whole of a node's HTTP side.
pub fn router(node: Arc<Node>, body_bytes_max: usize) -> Router {
    let fixed = |name, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let all = RESOURCES.iter().fold(Router::new(), |router, routes| routes(router));
    all.fallback(|| async { Problem::plain(problem::NOT_FOUND) })
        .method_not_allowed_fallback(|| async { Problem::plain(problem::NOT_FOUND) })
        .layer(DefaultBodyLimit::max(body_bytes_max))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(TraceLayer::new_for_http())
        .with_state(App(node))
}

/// A bug in one request is that request's alone.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    use axum::response::IntoResponse as _;
    Problem::plain(problem::FAILED).into_response()
}
