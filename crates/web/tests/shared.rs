//! Two nodes over their routers, on one database.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/browser.rs"]
mod browser;
#[path = "../../store/tests/support/cluster.rs"]
mod cluster;
#[path = "support/passkey.rs"]
mod passkey;
mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use browser::{Browser, administrator, invited};
use cluster::Shared;
use serde_json::{Value, json};
use std::sync::Arc;
use support::{WAYBILL, organisations};
use tower::ServiceExt as _;
use web::config::Config;
use web::node::Node;

async fn send(router: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn what_one_node_was_told_another_answers() {
    let Some(shared) = Shared::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (text, tokens) = organisations(&[("acme", "filer"), ("9z", "carrier 9Z"), ("audit", "auditor")]);
    let [filer, carrier, auditor] = [0, 1, 2].map(|place| tokens[place].1.clone());
    std::fs::write(folder.path().join("loadgate.toml"), text).unwrap();
    // Both have the same configuration and the same keys.
    let start = || {
        let mut config = Config::read(folder.path()).unwrap();
        config.database = Some(shared.address());
        let most = config.body_bytes_max;
        web::api::router(Arc::new(Node::start(config).unwrap()), most)
    };
    let (one, other) = (start(), start());
    let request = |token: &str, method: &str, path: &str, body: String| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        request.header("idempotency-key", "k1").body(Body::from(body)).unwrap()
    };
    let file = || request(&filer, "POST", "/v1/filings", WAYBILL.to_owned());
    let (status, told) = send(&one, file()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["messages"][0]["filing"]["consignments"][0]["outcome"], "recorded", "{told}");
    let (_, again) = send(&other, file()).await;
    assert_eq!(again, told, "the same request has the same reply, whichever node it comes to");

    let body = json!({ "waybill": "888-10001014" }).to_string();
    let (status, given) = send(&other, request(&carrier, "POST", "/v1/gate", body)).await;
    assert_eq!(status, StatusCode::CREATED, "{given}");
    let path = format!("/v1/answers/{}", given["answer_id"].as_str().unwrap());
    for node in [&one, &other] {
        let (status, answer) = send(node, request(&carrier, "GET", &path, String::new())).await;
        assert_eq!((status, &answer["load"]["decision"]), (StatusCode::OK, &json!("hold")), "{answer}");
    }
    // A question with a key is one question, whichever node it comes to.
    let body = json!({ "waybill": "888-10001014" }).to_string();
    let (status, again) = send(&one, request(&carrier, "POST", "/v1/gate", body)).await;
    assert_eq!((status, &again), (StatusCode::CREATED, &given));
    // What both did is counted by either, and once.
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let path = format!("/v1/counts?from={}&to={}", today.yesterday().unwrap(), today.tomorrow().unwrap());
    let found = "/v1/lookups?waybill=888-10001014";
    for node in [&one, &other] {
        let (status, told) = send(node, request(&auditor, "GET", &path, String::new())).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let rows = told["counts"].as_array().unwrap().iter().filter(|row| row["programme"].is_null());
        let sum = |name: &str| rows.clone().map(|row| row[name].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("filings"), sum("answers_hold")), (1, 1), "{told}");
        let (_, told) = send(node, request(&filer, "GET", found, String::new())).await;
        assert_eq!(told["goods"], json!([{ "master": "888-10001014", "house": null }]));
    }
    assert!(!folder.path().join("loadgate.db").exists(), "nothing is kept beside it");
}

#[tokio::test]
async fn who_signed_in_at_one_node_is_signed_in_at_another() {
    let Some(shared) = Shared::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("loadgate.toml"), "[organisation.acme]\nrole = \"filer\"\n").unwrap();
    let start = || {
        let mut config = Config::read(folder.path()).unwrap();
        config.database = Some(shared.address());
        let most = config.body_bytes_max;
        let node = Arc::new(Node::start(config).unwrap());
        (web::api::router(Arc::clone(&node), most), node)
    };
    let ((one, here), (other, there)) = (start(), start());
    // Each told a link at its start; whichever is used first ends both.
    let (late, _) = there.first_link().await.unwrap().unwrap();
    let mut ada = administrator(&one, &here).await;
    let (status, told) = Browser::default().accept(&other, &late, Some("Eve")).await;
    assert_eq!((status, &told["refusal"]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("link-spent")));
    assert_eq!(ada.get(&other, "/v1/session").await.0, StatusCode::OK);
    let (mut bo, id) = invited(&other, &mut ada, "acme", "Bo Zwei", &["filer"]).await;
    // What began at one node ends at the other, once.
    let (_, begun) = bo.send(&one, "POST", "/v1/session/challenge", json!({})).await;
    let credential = bo.device.show(&begun["options"]);
    let shown = json!({ "ceremony": begun["ceremony"], "credential": credential });
    assert_eq!(bo.send(&other, "POST", "/v1/session", shown.clone()).await.0, StatusCode::OK);
    assert_eq!(bo.send(&one, "POST", "/v1/session", shown).await.1["code"], "ceremony-over");
    assert_eq!(bo.get(&one, "/v1/session").await.0, StatusCode::OK);
    // Who is removed at one is out at both.
    let path = format!("/v1/people/{id}");
    assert_eq!(ada.send(&one, "DELETE", &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(bo.get(&other, "/v1/session").await.1["code"], "signed-out");
    assert_eq!(bo.sign_in(&other).await.1["code"], "passkey-refused");
}
