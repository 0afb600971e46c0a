//! A data folder with organisations of every part, and requests in their names.

pub use crate::support::WAYBILL;
use crate::support::organisations;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
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

/// What a request comes to; what is answered is as the description of the interface says.
pub async fn send(router: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    let told: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let schema = match status.is_success() {
        true => described(method.as_str(), &path, status),
        false => Some("#/components/schemas/Problem".to_owned()),
    };
    if let Some(schema) = schema {
        static SHARED: LazyLock<Mutex<HashMap<String, Arc<jsonschema::Validator>>>> =
            LazyLock::new(Mutex::default);
        let make = || {
            let whole = json!({ "$ref": schema, "components": DESCRIPTION["components"] });
            Arc::new(jsonschema::draft202012::new(&whole).unwrap())
        };
        let validator = Arc::clone(SHARED.lock().unwrap().entry(schema.clone()).or_insert_with(make));
        let wrong: Vec<String> = validator
            .iter_errors(&told)
            .map(|wrong| format!("{wrong} at {}", wrong.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{method} {path} is not as {schema}: {wrong:#?}\n{told:#}");
    }
    (status, told)
}

static DESCRIPTION: LazyLock<Value> = LazyLock::new(web::api::describe);

/// The schema of what a route answers.
fn described(method: &str, path: &str, status: StatusCode) -> Option<String> {
    let is = |template: &str| {
        let (one, other) = (template.split('/').collect::<Vec<_>>(), path.split('/').collect::<Vec<_>>());
        one.len() == other.len()
            && one.iter().zip(&other).all(|(one, other)| one.starts_with('{') || one == other)
    };
    let paths = DESCRIPTION["paths"].as_object().unwrap();
    // A path without parameters is meant before one with.
    let mut meant: Vec<_> = paths.iter().filter(|(template, _)| is(template)).collect();
    meant.sort_by_key(|(template, _)| template.matches('{').count());
    let (_, route) = meant.first()?;
    let answer = &route[method.to_lowercase()]["responses"][status.as_str()]["content"];
    Some(answer["application/json"]["schema"]["$ref"].as_str()?.to_owned())
}
