//! Every route, asked by every role: who may do what, what is described, and what the connection proves.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use support::organisations;
use tower::ServiceExt as _;
use web::api::route::{Place, Route, Verb};
use web::config::Config;
use web::node::Node;

const ROLES: [&str; 9] = [
    "filer",
    "carrier 9Z",
    "handler",
    "officer of us-acas",
    "authority of us-acas",
    "registry",
    "auditor",
    "administrator",
    "trainer",
];

/// A node with one organisation of each role, named as the role, and their tokens.
fn node(folder: &Path, settings: &str) -> (Router, Vec<String>) {
    let (organisations, tokens) = organisations(&ROLES.map(|role| (role, role)));
    let tokens = tokens.into_iter().map(|(_, token)| token).collect();
    let text = format!("{settings}\n{organisations}");
    std::fs::write(folder.join("loadgate.toml"), text).unwrap();
    let config = Config::read(folder).unwrap();
    let most = config.body_bytes_max;
    (web::api::router(Arc::new(Node::start(config).unwrap()), most), tokens)
}

async fn ask(router: &Router, route: &Route, token: Option<&str>) -> (StatusCode, HeaderMap, Value) {
    let path = route
        .path
        .replace("{master}", "888-10001014")
        .replace("{house}", "H1")
        .replace('{', "x")
        .replace('}', "");
    let method = axum::http::Method::from(route.method);
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let response = router.clone().oneshot(request.body(Body::from("{}")).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    // A stream has no end to wait for.
    if headers.get(header::CONTENT_TYPE).is_some_and(|media| media == "text/event-stream") {
        return (status, headers, Value::Null);
    }
    let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    (status, headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

fn routes() -> impl Iterator<Item = &'static Route> {
    web::api::ROUTES.iter().copied().flatten()
}

/// Every route and every page.
fn all() -> impl Iterator<Item = &'static Route> {
    routes().chain(web::pages::PAGES)
}

fn is_page(route: &Route) -> bool {
    web::pages::PAGES.iter().any(|page| std::ptr::eq(page, route))
}

/// One line for each route: who may. What stands in the file was looked at by a person.
#[tokio::test]
async fn the_matrix_of_routes_and_roles_is_as_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let (router, tokens) = node(folder.path(), "");
    let mut matrix = String::new();
    for route in all() {
        let (nobody, headers, problem) = ask(&router, route, None).await;
        let mut may = Vec::new();
        match route.action {
            None => {
                assert_ne!(nobody, StatusCode::UNAUTHORIZED, "{route:?}");
                may.push("anybody");
            }
            // A page leads to the one for signing in; what a machine may is that of the route beneath it.
            Some(action) if is_page(route) => {
                assert_eq!(nobody, StatusCode::SEE_OTHER, "{route:?}");
                assert!(headers[header::LOCATION].to_str().unwrap().starts_with("/sign-in"), "{route:?}");
                may.push(action.as_str());
            }
            Some(_) => {
                assert_eq!(
                    (nobody, &problem["code"]),
                    (StatusCode::UNAUTHORIZED, &"token-missing".into()),
                    "{route:?}"
                );
                let (wrong, _, problem) = ask(&router, route, Some("loadgate_wrong")).await;
                assert_eq!((wrong, &problem["code"]), (StatusCode::UNAUTHORIZED, &"token-invalid".into()));
                for (role, token) in ROLES.iter().zip(&tokens) {
                    let (status, _, problem) = ask(&router, route, Some(token)).await;
                    let code = problem["code"].as_str().unwrap_or_default();
                    // One who may and asks for what is not there, and one who may not, are told the same of an object.
                    let absent = status == StatusCode::NOT_FOUND && route.path.contains('{');
                    if code != "not-allowed" && !absent {
                        may.push(role);
                    } else if absent {
                        may.push("(absent)");
                    }
                }
            }
        }
        may.dedup();
        if may.is_empty() {
            may.push("people who are signed in");
        }
        writeln!(matrix, "{:?} {}: {}", route.method, route.path, may.join(", ")).unwrap();
    }
    let file = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/matrix.expect");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &matrix).unwrap();
    }
    assert_eq!(
        matrix,
        std::fs::read_to_string(&file).unwrap(),
        "UPDATE_EXPECT=1 writes it; read what changed"
    );
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect_it() {
    let folder = tempfile::tempdir().unwrap();
    let (router, tokens) = node(folder.path(), "");
    for route in all() {
        let (_, headers, _) = ask(&router, route, Some(&tokens[0])).await;
        let security = match is_page(route) {
            true => web::pages::CONTENT_SECURITY,
            false => "default-src 'none'; frame-ancestors 'none'",
        };
        // Nothing of a person is kept by a browser; what is the same for all may be.
        let kept = if route.path.starts_with("/assets/") { "no-cache" } else { "no-store" };
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", kept),
            ("content-security-policy", security),
            ("referrer-policy", if is_page(route) { "same-origin" } else { "no-referrer" }),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{route:?}");
        }
        // No page of another site has a hold on a window of these.
        let opener = headers.get("cross-origin-opener-policy").map(|value| value.to_str().unwrap());
        assert_eq!(opener, is_page(route).then_some("same-origin"), "{route:?}");
    }
}

#[tokio::test]
async fn the_description_has_every_route_and_leads_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let (router, _) = node(folder.path(), "");
    let route = routes().find(|route| route.path == "/v1/openapi.json").unwrap();
    let (_, _, described) = ask(&router, route, None).await;
    assert_eq!(described["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for route in routes() {
        let verb = axum::http::Method::from(route.method).as_str().to_lowercase();
        let verb = verb.as_str();
        let operation = &described["paths"][route.path][verb];
        assert!(operation["summary"].as_str().unwrap().ends_with(['.', '?']) || route.summary.contains('.'));
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{route:?}");
        // Every parameter of the path is described, and no other.
        let inside: BTreeSet<&str> =
            route.path.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
        let told: BTreeSet<&str> = route
            .parameters
            .iter()
            .filter(|parameter| parameter.place == Place::Path)
            .map(|parameter| parameter.name)
            .collect();
        assert_eq!(inside, told, "{route:?}");
    }
    let schemas = described["components"]["schemas"].as_object().unwrap();
    let mut wanted = BTreeSet::new();
    references(&described, &mut wanted);
    for name in wanted {
        assert!(schemas.contains_key(&name), "{name}");
    }
}

fn references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (
                    name.as_str(),
                    value.as_str().and_then(|text| text.strip_prefix("#/components/schemas/")),
                ) {
                    ("$ref", Some(target)) => drop(into.insert(target.to_owned())),
                    ("$ref", None) => panic!("{value} leads out of the description"),
                    _ => references(value, into),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let (router, tokens) = node(folder.path(), "requests_per_second = 1");
    let route = routes().find(|route| route.path == "/v1/programmes").unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let (status, headers, _) = ask(&router, route, Some(&tokens[0])).await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            assert!(headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
        }
        statuses.push(status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
    let (status, _, _) = ask(&router, route, Some(&tokens[1])).await;
    assert_eq!(status, StatusCode::OK, "others are not kept waiting");
}

#[tokio::test]
async fn the_nodes_own_policies_stand_beside_those_of_the_release() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("policies.cedar");
    std::fs::write(&own, "forbid (principal in Role::\"filer\", action == Action::\"look\", resource);")
        .unwrap();
    let (router, tokens) = node(folder.path(), "");
    let route = routes().find(|route| route.path == "/v1/gate" && route.method == Verb::Get).unwrap();
    let (status, _, problem) = ask(&router, route, Some(&tokens[0])).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &"not-allowed".into()));
    let (status, _, _) = ask(&router, route, Some(&tokens[1])).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    std::fs::write(&own, "forbid (principal, action == Action::\"lok\", resource);").unwrap();
    let why = Config::read(folder.path()).unwrap_err().to_string();
    assert!(why.contains("policies.cedar") && why.contains("lok"), "{why}");
}
