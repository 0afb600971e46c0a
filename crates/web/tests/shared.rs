//! Two nodes over their routers, on one database.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../store/tests/support/cluster.rs"]
mod cluster;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use cluster::Shared;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt as _;
use web::config::Config;
use web::identity::new_token;
use web::node::Node;

const WAYBILL: &str = "FWB/16\r\n888-10001014FRAJFK/T4K80.0\r\nFLT/9Z100/24\r\nRTG/JFK9Z\r\nSHP\r\n\
    NAM/ALMA HINGES GMBH\r\nADR/HAUPTSTR 1\r\nLOC/FRANKFURT\r\n/DE/60311\r\nCNE\r\nNAM/ORCHARD DOORS INC\r\n\
    ADR/12 PIER ROAD\r\nLOC/NEW YORK/NY\r\n/US/10001\r\nCVD/EUR//PP/NVD/NCV/XXX\r\n\
    RTD/1/P4/K80.0/CQ/W80.0\r\n/NG/STEEL HINGES\r\nISU/24NOV26/FRA\r\nREF/FRAFM9Z\r\n";

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
    let (filer, filer_hash) = new_token().unwrap();
    let (carrier, carrier_hash) = new_token().unwrap();
    let organisation = |name: &str, role: &str, hash: &str| {
        format!(
            "[organisation.\"{name}\"]\nrole = \"{role}\"\n[[organisation.\"{name}\".token]]\nname = \"m\"\n\
             sha256 = \"{hash}\"\nexpires = \"2999-01-01T00:00:00Z\"\n"
        )
    };
    let (auditor, auditor_hash) = new_token().unwrap();
    let text = organisation("acme", "filer", &filer_hash)
        + &organisation("9z", "carrier 9Z", &carrier_hash)
        + &organisation("audit", "auditor", &auditor_hash);
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
