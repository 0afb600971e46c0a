//! An answer for loading asked for twice under one key is one answer.

use crate::place::{Place, WAYBILL, send};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::path::Path;

/// A waybill with its declaration of security, of which everything is fictitious.
fn secured() -> String {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    let demo = Path::new(&own).join("../../fixtures/demo/messages/01-FWB16-direct-FRAJFK.txt");
    std::fs::read_to_string(demo).unwrap()
}

async fn ask(place: &Place, router: &Router, who: &str, key: &str, body: &Value) -> (StatusCode, Value) {
    let mut request = place.request(who, "POST", "/v1/gate", body.to_string());
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    send(router, request).await
}

async fn file(place: &Place, router: &Router, who: &str, body: &str) {
    let (status, told) = place.ask(router, who, "POST", "/v1/filings", body.to_owned()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

#[tokio::test]
async fn a_key_that_comes_again_has_the_same_answer_and_gives_no_second_one() {
    let place = Place::new("");
    let router = place.start();
    file(&place, &router, "acme", WAYBILL).await;
    let question = json!({ "waybill": "888-10001014" });
    let (status, first) = ask(&place, &router, "9z", "q1", &question).await;
    assert_eq!((status, &first["for_loading"]), (StatusCode::CREATED, &json!(true)), "{first}");
    let (status, again) = ask(&place, &router, "9z", "q1", &question).await;
    assert_eq!((status, &again), (StatusCode::CREATED, &first));
    // Also after the node was stopped.
    drop(router);
    let router = place.start();
    assert_eq!(ask(&place, &router, "9z", "q1", &question).await.1, first);
    // Another key is another answer, and keys are each organisation's own.
    let (_, other) = ask(&place, &router, "9z", "q2", &question).await;
    assert_ne!(other["answer_id"], first["answer_id"]);
    let (_, others) = ask(&place, &router, "8y", "q1", &question).await;
    assert_ne!(others["answer_id"], first["answer_id"]);
    let (status, problem) = ask(&place, &router, "9z", "q1", &json!({ "waybill": "888-10001025" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("key-of-another")), "{problem}");
    let (status, problem) =
        ask(&place, &router, "9z", "q1", &json!({ "waybill": "888-10001014", "stage": "build" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("key-of-another")), "{problem}");
    // The keys of filings are others.
    let mut request = place.request("9z", "POST", "/v1/filings", WAYBILL);
    request.headers_mut().insert("idempotency-key", "q1".parse().unwrap());
    assert_eq!(send(&router, request).await.0, StatusCode::OK);
    let (status, problem) = ask(&place, &router, "9z", "", &question).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("not-understood")));
}

#[tokio::test]
async fn a_no_is_the_same_no_again() {
    let place = Place::new("");
    let router = place.start();
    let question = json!({ "waybill": "888-10001014" });
    let first = ask(&place, &router, "9z", "q1", &question).await;
    assert_eq!(
        (first.0, &first.1["refusal"]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("object-unknown"))
    );
    file(&place, &router, "acme", WAYBILL).await;
    assert_eq!(ask(&place, &router, "9z", "q1", &question).await, first);
    assert_eq!(ask(&place, &router, "9z", "q2", &question).await.0, StatusCode::CREATED);
}

/// In a room, where the time is set by hand.
struct Room {
    url: String,
    tokens: Value,
}

impl Room {
    async fn ask(
        &self,
        router: &Router,
        who: &str,
        path: &str,
        key: &str,
        body: String,
    ) -> (StatusCode, Value) {
        let token = self.tokens[who].as_str().unwrap();
        let request = Request::builder().method("POST").uri(format!("{}{path}", self.url));
        let request = request.header("authorization", format!("Bearer {token}"));
        send(router, request.header("idempotency-key", key).body(Body::from(body)).unwrap()).await
    }
}

/// "Load" is never said again by the memory of a key: only while the answer stands.
#[tokio::test]
async fn load_is_said_again_only_while_it_stands() {
    let place = Place::new("");
    let router = place.start();
    let opening = json!({ "at": "2026-11-24T08:20:00Z", "configuration": {
        "programmes": { "us-acas": "relay" },
        "organisation": {
            "acme": { "role": "filer" },
            "9z": { "role": "carrier 9Z" },
            "cbp": { "role": "authority of us-acas" },
        },
    } });
    let (status, opened) = place.ask(&router, "school", "POST", "/v1/rooms", opening.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    let room = Room { url: opened["url"].as_str().unwrap().to_owned(), tokens: opened["tokens"].clone() };
    let word = |word: Value| {
        let mut fact =
            json!({ "type": "authority", "programme": "us-acas", "object": { "master": "888-10011120" } });
        fact.as_object_mut().unwrap().extend(word.as_object().unwrap().clone());
        json!({ "schema": "loadgate-facts/1", "facts": [fact] }).to_string()
    };
    room.ask(&router, "acme", "/v1/filings", "f1", secured()).await;
    for (key, said) in [("a1", "acknowledged"), ("a2", "complete")] {
        let (_, told) = room.ask(&router, "cbp", "/v1/filings", key, word(json!({ "word": said }))).await;
        assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
    }
    let question = json!({ "waybill": "888-10011120" }).to_string();
    let ask = async |key: &str| room.ask(&router, "9z", "/v1/gate", key, question.clone()).await;
    let (status, first) = ask("q1").await;
    assert_eq!((status, &first["load"]["decision"]), (StatusCode::CREATED, &json!("load")), "{first}");
    assert_eq!(ask("q1").await.1, first, "it stands");

    // Time passes over one, an order over the other.
    let clock = json!({ "at": first["load"]["valid_until"] }).to_string();
    let path = format!("{}/clock", room.url);
    assert_eq!(place.ask(&router, "school", "POST", &path, clock).await.0, StatusCode::NO_CONTENT);
    let (status, ended) = ask("q1").await;
    assert_eq!((status, &ended["answer_id"]), (StatusCode::CREATED, &first["answer_id"]));
    assert_eq!(ended["load"]["decision"], "hold", "its time is over: {ended}");
    let (_, second) = ask("q2").await;
    assert_eq!(second["load"]["decision"], "load", "{second}");
    let order = word(json!({ "word": "opened", "kind": "DNL", "reference": "D1", "text": "STOP" }));
    room.ask(&router, "cbp", "/v1/filings", "d1", order).await;
    let (_, recalled) = ask("q2").await;
    assert_eq!(
        (&recalled["answer_id"], &recalled["load"]["decision"]),
        (&second["answer_id"], &json!("hold"))
    );
    assert_eq!(recalled["load"]["reasons"][0]["code"], "answer-recalled", "{recalled}");

    // As whom somebody asks makes another question of it.
    let mut request = Request::builder().method("POST").uri(format!("{}/v1/gate", room.url));
    for (name, value) in [("idempotency-key", "q2"), ("loadgate-asks-as", "auditor")] {
        request = request.header(name, value);
    }
    let token = room.tokens["9z"].as_str().unwrap();
    let request =
        request.header("authorization", format!("Bearer {token}")).body(Body::from(question.clone()));
    let (status, problem) = send(&router, request.unwrap()).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("key-of-another")));
}
