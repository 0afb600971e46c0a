//! A node over its router: real requests, a real database, no network.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use support::{WAYBILL, organisations};
use tower::ServiceExt as _;
use web::config::Config;
use web::node::Node;

struct Place {
    folder: tempfile::TempDir,
    tokens: Vec<(&'static str, String)>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (organisations, tokens) = organisations(&[
            ("acme", "filer"),
            ("zenith", "filer"),
            ("9z", "carrier 9Z"),
            ("cbp", "authority of us-acas"),
            ("duty", "officer of us-acas"),
            ("audit", "auditor"),
        ]);
        let text = format!("[programmes]\nus-acas = \"relay\"\n{organisations}");
        std::fs::write(folder.path().join("loadgate.toml"), text).unwrap();
        Self { folder, tokens }
    }

    fn start(&self) -> Router {
        start(self.folder.path())
    }

    fn token(&self, name: &str) -> &str {
        &self.tokens.iter().find(|(known, _)| *known == name).unwrap().1
    }

    fn request(&self, who: &str, method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
        let bearer = format!("Bearer {}", self.token(who));
        let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, bearer);
        request.body(body.into()).unwrap()
    }
}

fn start(folder: &Path) -> Router {
    let config = Config::read(folder).unwrap();
    let most = config.body_bytes_max;
    web::api::router(Arc::new(Node::start(config).unwrap()), most)
}

async fn send(router: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_filing_is_taken_in_asked_about_and_there_after_a_restart() {
    let place = Place::new();
    let router = place.start();
    let mut request = place.request("acme", "POST", "/v1/filings", WAYBILL);
    request.headers_mut().insert("idempotency-key", "k1".parse().unwrap());
    let (status, told) = send(&router, request).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["messages"][0]["filing"]["consignments"][0]["outcome"], "recorded", "{told}");

    // The same request again has the same reply, and no second effect.
    let mut request = place.request("acme", "POST", "/v1/filings", WAYBILL);
    request.headers_mut().insert("idempotency-key", "k1".parse().unwrap());
    let (_, again) = send(&router, request).await;
    assert_eq!(again, told);
    let mut request = place.request("acme", "POST", "/v1/filings", WAYBILL.replace("HINGES", "SCREWS"));
    request.headers_mut().insert("idempotency-key", "k1".parse().unwrap());
    let (status, problem) = send(&router, request).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("key-of-another")));

    let ask = || place.request("acme", "GET", "/v1/gate?waybill=888-10001014&aircraft=pax", Body::empty());
    let (status, looked) = send(&router, ask()).await;
    assert_eq!((status, &looked["for_loading"]), (StatusCode::OK, &json!(false)));
    assert_eq!(looked["load"]["decision"], "hold", "nobody has acknowledged it: {looked}");

    let body = json!({ "waybill": "888-10001014" }).to_string();
    let (status, given) = send(&router, place.request("9z", "POST", "/v1/gate", body)).await;
    assert_eq!(status, StatusCode::CREATED);
    let id = given["answer_id"].as_str().unwrap().to_owned();
    drop(router);

    let router = place.start();
    let (_, after) = send(&router, ask()).await;
    assert_eq!(after["load"]["reasons"], looked["load"]["reasons"]);
    let answer = format!("/v1/answers/{id}");
    let (status, _) = send(&router, place.request("9z", "GET", &answer, Body::empty())).await;
    assert_eq!(status, StatusCode::OK);
    // An answer of somebody else looks as if it were not there.
    let (status, other) = send(&router, place.request("acme", "GET", &answer, Body::empty())).await;
    let (_, none) = send(&router, place.request("acme", "GET", "/v1/answers/00", Body::empty())).await;
    assert_eq!((status, &other), (StatusCode::NOT_FOUND, &none));
}

#[tokio::test]
async fn who_is_not_known_gets_nothing_and_who_may_not_gets_no_more() {
    let place = Place::new();
    let router = place.start();
    let (status, _) = send(&router, place.request("acme", "POST", "/v1/filings", WAYBILL)).await;
    assert_eq!(status, StatusCode::OK);
    let paths = ["/v1/gate?waybill=888-10001014", "/v1/consignments/888-10001014", "/v1/answers/00"];
    for path in paths {
        let without = Request::builder().uri(path).body(Body::empty()).unwrap();
        let (status, problem) = send(&router, without).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("token-missing")), "{path}");
        let wrong = Request::builder().uri(path).header(header::AUTHORIZATION, "Bearer loadgate_none");
        let (status, problem) = send(&router, wrong.body(Body::empty()).unwrap()).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("token-invalid")), "{path}");
    }
    for (who, expected) in [
        ("acme", StatusCode::NOT_FOUND),
        ("zenith", StatusCode::NOT_FOUND),
        ("9z", StatusCode::NOT_FOUND),
        ("duty", StatusCode::OK),
        ("audit", StatusCode::OK),
    ] {
        let (status, _) =
            send(&router, place.request(who, "GET", "/v1/consignments/888-10001014", Body::empty())).await;
        assert_eq!(status, expected, "{who}");
    }
    let (status, problem) = send(&router, place.request("audit", "POST", "/v1/filings", WAYBILL)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("not-allowed")));
    // To a stranger goods that are there look like goods that are not.
    let ask = |number: &str| format!("/v1/gate?waybill={number}");
    let (there, known) =
        send(&router, place.request("zenith", "GET", &ask("888-10001014"), Body::empty())).await;
    let (absent, unknown) =
        send(&router, place.request("zenith", "GET", &ask("888-10001025"), Body::empty())).await;
    assert_eq!((there, &known["code"]), (absent, &unknown["code"]));
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_what_would_do() {
    let place = Place::new();
    let router = place.start();
    for (path, told) in [
        ("/v1/gate", "name one thing"),
        ("/v1/gate?waybill=1", "waybill 1"),
        ("/v1/gate?waybill=888-10001014&stage=fly", "stage fly"),
        ("/v1/gate?waybill=888-10001014&aircraft=jet", "aircraft jet"),
        ("/v1/gate?waybill=888-10001014&piece=0", "piece 0"),
        ("/v1/gate?flight=9Z100", "9Z100"),
        ("/v1/gate?unit=X", "unit X"),
        ("/v1/gate?colour=red", "colour"),
    ] {
        let (status, problem) = send(&router, place.request("acme", "GET", path, Body::empty())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{path}: {problem}");
        let link = problem["type"].as_str().unwrap();
        let (status, kind) = send(&router, place.request("acme", "GET", link, Body::empty())).await;
        assert_eq!((status, &kind["code"]), (StatusCode::OK, &problem["code"]));
    }
    let (status, _) = send(&router, place.request("acme", "POST", "/v1/filings", "")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, read) =
        send(&router, place.request("acme", "POST", "/v1/filings", "no message at all")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!read["messages"][0]["findings"].as_array().unwrap().is_empty(), "{read}");
    let (status, _) = send(&router, Request::builder().uri("/health").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = send(&router, place.request("acme", "GET", "/nothing", Body::empty())).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_carrier_speaks_for_his_own_flights_and_a_duty_desk_settles() {
    let place = Place::new();
    let file = place.folder.path().join("loadgate.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("duty_desks = [\"watch\"]\n{text}")).unwrap();
    let router = place.start();
    let schedule = |flight: &str| {
        json!({ "schema": "loadgate-facts/1", "facts": [{
            "type": "schedule", "departs_at": "2026-11-24T10:00:00", "passengers": false,
            "flight": { "flight": flight, "date": "2026-11-24", "from": "FRA", "to": "JFK" },
        }]})
        .to_string()
    };
    let mut outcomes = Vec::new();
    for (who, flight) in [("9z", "9Z100"), ("9z", "8Z100"), ("acme", "9Z100")] {
        let (status, told) = send(&router, place.request(who, "POST", "/v1/filings", schedule(flight))).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        outcomes.push(told["messages"][0]["facts"][0]["outcome"].clone());
    }
    assert_eq!(outcomes[0], "done");
    assert_eq!(outcomes[1], "refused");
    assert_eq!(outcomes[2], "refused");
}

#[tokio::test]
async fn a_request_of_many_is_taken_in_order_and_tells_of_each_what_became_of_it() {
    let place = Place::new();
    let router = place.start();
    let second = WAYBILL.replace("888-10001014", "888-10001025");
    let send_with = async |body: String| {
        let mut request = place.request("acme", "POST", "/v1/filings", body);
        request.headers_mut().insert("idempotency-key", "many".parse().unwrap());
        send(&router, request).await
    };
    let (status, first) = send_with(format!("{WAYBILL}{second}")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(first["messages"].as_array().unwrap().len(), 2, "{first}");
    let (status, again) = send_with(format!("{WAYBILL}{second}")).await;
    assert_eq!((status, &again), (StatusCode::OK, &first));
    // With other messages, or with fewer or more, it is another request, of which nothing is done.
    let third = WAYBILL.replace("888-10001014", "888-10001040");
    let others = [
        format!("{}{second}", WAYBILL.replace("HINGES", "SCREWS")),
        WAYBILL.to_owned(),
        format!("{WAYBILL}{second}{third}"),
    ];
    for other in others {
        let (status, problem) = send_with(other).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("key-of-another")), "{problem}");
    }
    let asked = place.request("acme", "GET", "/v1/gate?waybill=888-10001040", Body::empty());
    let (status, problem) = send(&router, asked).await;
    let code = &problem["refusal"]["code"];
    assert_eq!(
        (status, code),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("object-unknown")),
        "it was not filed"
    );
    // A word that overtakes others does not overtake what stands before it in its own request.
    let word = json!({ "schema": "loadgate-facts/1", "facts": [{
        "type": "authority", "programme": "us-acas", "object": { "master": "888-10001036" },
        "word": "opened", "kind": "DNL", "reference": "D1", "text": "STOP",
    }]});
    let body = format!("{}{word}", WAYBILL.replace("888-10001014", "888-10001036"));
    let (status, told) = send(&router, place.request("acme", "POST", "/v1/filings", body)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let (_, asked) =
        send(&router, place.request("acme", "GET", "/v1/gate?waybill=888-10001036", Body::empty())).await;
    assert_eq!(asked["load"]["decision"], "hold", "{asked}");
}

#[tokio::test]
async fn a_message_is_answered_in_its_own_format() {
    let place = Place::new();
    let router = place.start();
    let (_, told) = send(&router, place.request("acme", "POST", "/v1/filings", WAYBILL)).await;
    let reply = told["messages"][0]["reply"][0].as_str().unwrap();
    assert!(reply.starts_with("FMA\r\nACK/TAKEN IN") && reply.contains("888-10001014FRAJFK"), "{reply}");
    // What is absent stands where its message starts.
    let found = &told["messages"][0]["findings"][0];
    assert_eq!(
        (&found["code"], &found["line"], &found["column"]),
        (&json!("segment-missing"), &json!(1), &json!(1))
    );
    // Another filer amends nothing of it, and is told why.
    let (_, told) =
        send(&router, place.request("zenith", "POST", "/v1/filings", WAYBILL.replace("T4K80", "T5K90")))
            .await;
    let reply = told["messages"][0]["reply"][0].as_str().unwrap();
    assert!(reply.starts_with("FNA/1\r\nACK/"), "{told}");
    // Facts have no answer of the trade.
    let facts = json!({ "schema": "loadgate-facts/1", "facts": [] }).to_string();
    let (_, told) = send(&router, place.request("acme", "POST", "/v1/filings", facts)).await;
    assert_eq!(told["messages"][0]["reply"], json!([]), "{told}");
}

/// What waits for officers stands in one queue, the most urgent first, until it is settled; and what held is counted.
#[tokio::test]
async fn officers_see_what_waits_and_for_how_long() {
    let place = Place::new();
    let router = place.start();
    let later = WAYBILL.replace("888-10001014", "888-10001025");
    for waybill in [WAYBILL, &later] {
        let (status, _) =
            send(&router, place.request("acme", "POST", "/v1/filings", waybill.to_owned())).await;
        assert_eq!(status, StatusCode::OK);
    }
    let queue = async || {
        let (status, told) = send(&router, place.request("duty", "GET", "/v1/queue", Body::empty())).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        told
    };
    assert_eq!(queue().await["waiting"], json!([]), "nothing is open");
    let word = |number: &str, word: &str, kind: &str| {
        json!({ "schema": "loadgate-facts/1", "facts": [{
            "type": "authority", "programme": "us-acas", "object": { "master": number },
            "word": word, "kind": kind, "reference": format!("{kind}-{number}"),
        }]})
        .to_string()
    };
    for (number, kind) in [("888-10001014", "RFI"), ("888-10001025", "DNL")] {
        let said = word(number, "opened", kind);
        let (_, told) = send(&router, place.request("cbp", "POST", "/v1/filings", said)).await;
        assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
    }
    let told = queue().await;
    let waiting: Vec<(&str, &str)> = told["waiting"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["master"].as_str().unwrap(), one["referrals"][0]["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(waiting, [("888-10001014", "RFI"), ("888-10001025", "DNL")], "{told}");
    assert_eq!((&told["waiting"][0]["pieces"], &told["more"]), (&json!(4), &json!(false)), "{told}");
    let (_, one) = send(&router, place.request("duty", "GET", "/v1/queue?most=1", Body::empty())).await;
    assert_eq!((one["waiting"].as_array().unwrap().len(), &one["more"]), (1, &json!(true)));
    let (status, held) =
        send(&router, place.request("duty", "GET", "/v1/delay?waybill=888-10001014", Body::empty())).await;
    assert_eq!(status, StatusCode::OK, "{held}");
    let codes: Vec<&str> =
        held["causes"].as_array().unwrap().iter().map(|cause| cause["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"rfi-open") || codes.contains(&"not-acknowledged"), "{held}");
    let (status, due) =
        send(&router, place.request("duty", "GET", "/v1/due?waybill=888-10001014", Body::empty())).await;
    assert_eq!((status, due.is_array()), (StatusCode::OK, true), "{due}");
    for path in ["/v1/delay?waybill=888-10001036", "/v1/due?waybill=888-10001036"] {
        assert_eq!(
            send(&router, place.request("duty", "GET", path, Body::empty())).await.0,
            StatusCode::NOT_FOUND
        );
    }
    let (status, _) = send(&router, place.request("acme", "GET", "/v1/queue", Body::empty())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // What names no goods holds all, and waits too.
    let unread = send(&router, place.request("cbp", "POST", "/v1/filings", "STOP EVERYTHING NOW")).await.1;
    let all = queue().await;
    let of_all = |one: &&Value| one["master"].is_null() && !one["unread"].as_array().unwrap().is_empty();
    assert_eq!(all["waiting"].as_array().unwrap().iter().filter(of_all).count(), 1, "{unread} {all}");
    // What was settled waits no more.
    let said = word("888-10001014", "closed", "RFI");
    send(&router, place.request("cbp", "POST", "/v1/filings", said)).await;
    let told = queue().await;
    let known: Vec<&str> =
        told["waiting"].as_array().unwrap().iter().filter_map(|one| one["master"].as_str()).collect();
    assert_eq!(known, ["888-10001025"], "{told}");
}
