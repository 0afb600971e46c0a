//! A data folder with organisations of every part, and requests in their names.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::Arc;
use tower::ServiceExt as _;
use web::config::Config;
use web::identity::new_token;
use web::node::Node;

pub const WAYBILL: &str = "FWB/16\r\n888-10001014FRAJFK/T4K80.0\r\nFLT/9Z100/24\r\nRTG/JFK9Z\r\nSHP\r\n\
    NAM/ALMA HINGES GMBH\r\nADR/HAUPTSTR 1\r\nLOC/FRANKFURT\r\n/DE/60311\r\nCNE\r\nNAM/ORCHARD DOORS INC\r\n\
    ADR/12 PIER ROAD\r\nLOC/NEW YORK/NY\r\n/US/10001\r\nCVD/EUR//PP/NVD/NCV/XXX\r\n\
    RTD/1/P4/K80.0/CQ/W80.0\r\n/NG/STEEL HINGES\r\nISU/24NOV26/FRA\r\nREF/FRAFM9Z\r\n";

const ORGANISATIONS: [(&str, &str); 9] = [
    ("acme", "filer"),
    ("zenith", "filer"),
    ("9z", "carrier 9Z"),
    ("8y", "carrier 8Y"),
    ("ramp", "handler"),
    ("cbp", "authority of us-acas"),
    ("duty", "officer of us-acas"),
    ("audit", "auditor"),
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
        let mut text = format!("{settings}\n[programmes]\nus-acas = \"relay\"\n");
        let mut tokens = Vec::new();
        for (name, role) in ORGANISATIONS {
            let (token, hash) = new_token().unwrap();
            writeln!(
                text,
                "[organisation.\"{name}\"]\nrole = \"{role}\"\n[[organisation.\"{name}\".token]]\nname = \"m\"\n\
                 sha256 = \"{hash}\"\nexpires = \"2999-01-01T00:00:00Z\""
            )
            .unwrap();
            tokens.push((name, token));
        }
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
