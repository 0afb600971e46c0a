//! A data folder with organisations of every part, and requests in their names.

pub use crate::support::WAYBILL;
use crate::support::organisations;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt as _;
use web::config::Config;
use web::node::Node;

const ORGANISATIONS: [(&str, &str); 11] = [
    ("acme", "filer"),
    ("zenith", "filer"),
    ("9z", "carrier 9Z"),
    ("8y", "carrier 8Y"),
    ("ramp", "handler"),
    ("cbp", "authority of us-acas"),
    ("duty", "officer of us-acas"),
    ("compliance", "officer of sanctions compliance"),
    ("audit", "auditor"),
    ("lane", "registry"),
    ("school", "trainer"),
];

/// A data folder.
pub struct Place {
    pub folder: tempfile::TempDir,
    tokens: Vec<(&'static str, String)>,
}

impl Place {
    /// With this before everything else in its configuration.
    pub fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (organisations, tokens) = organisations(&ORGANISATIONS);
        let text = format!("{settings}\n[programmes]\nus-acas = \"relay\"\n{organisations}");
        std::fs::write(folder.path().join("loadgate.toml"), text).unwrap();
        Self { folder, tokens }
    }

    /// A node on it.
    pub fn start(&self) -> Router {
        let config = Config::read(self.folder.path()).unwrap();
        let most = config.body_bytes_max;
        web::api::router(Arc::new(Node::start(config).unwrap()), most)
    }

    /// A request in somebody's name.
    pub fn request(&self, who: &str, method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
        let (_, token) = self.tokens.iter().find(|(known, _)| *known == who).unwrap();
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        request.body(body.into()).unwrap()
    }

    /// What a request comes to.
    pub async fn ask(
        &self,
        router: &Router,
        who: &str,
        method: &str,
        path: &str,
        body: impl Into<Body>,
    ) -> (StatusCode, Value) {
        send(router, self.request(who, method, path, body)).await
    }

    /// What a question comes to.
    pub async fn get(&self, router: &Router, who: &str, path: &str) -> (StatusCode, Value) {
        self.ask(router, who, "GET", path, Body::empty()).await
    }
}

/// What a request comes to.
pub async fn send(router: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}
