//! Lists of flights over HTTP: who has one, that it is signed, how long it stands, and that its holder is told when it does not.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use std::sync::Arc;
use store::audit::checkpoint::Verifier;
use store::audit::note::{self, Purpose};
use support::organisations;
use tower::ServiceExt as _;
use web::config::Config;
use web::node::Node;

/// What a carrier files, for a flight of tomorrow: goods that are secured.
fn waybill(number: &str, flies: &str) -> String {
    let today = Timestamp::now().to_zoned(TimeZone::UTC);
    let (day, issued) = (&flies[8..], today.strftime("%d%b%y").to_string().to_uppercase());
    format!(
        "FWB/17\r\n{number}FRAJFK/T4K80.0\r\nFLT/9Z100/{day}\r\nRTG/JFK9Z\r\nSHP\r\nNAM/ALMA HINGES GMBH\r\n\
         ADR/HAUPTSTR 1\r\nLOC/FRANKFURT\r\n/DE/60311\r\nCNE\r\nNAM/ORCHARD DOORS INC\r\nADR/12 PIER ROAD\r\n\
         LOC/NEW YORK/NY\r\n/US/10001\r\nCVD/EUR//PP/NVD/NCV/XXX\r\nRTD/1/P4/K80.0/CQ/W80.0\r\n\
         /NG/STEEL HINGES\r\nISU/{issued}/FRA\r\nREF/FRAFM9Z\r\nSPH/SPX\r\nOCI/DE/ISS/RA/01234-01\r\n\
         ///ED/1230\r\n///SM/XRY\r\n///SN/A KELLER\r\n///SD/{issued}0001\r\n"
    )
}

fn tomorrow() -> String {
    let then = Timestamp::now().checked_add(SignedDuration::from_hours(24)).unwrap();
    then.to_zoned(TimeZone::UTC).date().to_string()
}

struct There {
    _folder: tempfile::TempDir,
    tokens: Vec<(&'static str, String)>,
    node: Arc<Node>,
    router: Router,
    flight: String,
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

impl There {
    /// A node with two waybills on a flight, of which the authority acknowledged the first.
    async fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (organisations, tokens) = organisations(&[
            ("acme", "filer"),
            ("9z", "carrier 9Z"),
            ("8y", "carrier 8Y"),
            ("ramp", "handler"),
            ("cbp", "authority of us-acas"),
            ("duty", "officer of us-acas"),
            ("audit", "auditor"),
        ]);
        let text = format!("{settings}\n[programmes]\nus-acas = \"relay\"\n{organisations}");
        std::fs::write(folder.path().join("loadgate.toml"), text).unwrap();
        let config = Config::read(folder.path()).unwrap();
        let most = config.body_bytes_max;
        let node = Arc::new(Node::start(config).unwrap());
        let router = web::api::router(Arc::clone(&node), most);
        let flies = tomorrow();
        let there = Self { _folder: folder, tokens, node, router, flight: format!("9Z100/{flies}/FRA-JFK") };
        for number in ["888-10001014", "888-10001025"] {
            let filed = there.ask("9z", "POST", "/v1/filings", &waybill(number, &flies)).await.json();
            assert_eq!(filed["messages"][0]["filing"]["outcome"], "filed", "{filed}");
        }
        there.word("acknowledged", json!({})).await;
        there.word("complete", json!({})).await;
        there
    }

    async fn ask(&self, who: &str, method: &str, path: &str, body: &str) -> Said {
        let token = &self.tokens.iter().find(|(name, _)| *name == who).unwrap().1;
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        Said { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// A word of the authority on the first waybill.
    async fn word(&self, word: &str, more: Value) {
        let mut fact = json!({
            "type": "authority", "programme": "us-acas", "object": { "master": "888-10001014" }, "word": word,
        });
        for (name, value) in more.as_object().unwrap() {
            fact[name] = value.clone();
        }
        let said = json!({ "schema": "loadgate-facts/1", "facts": [fact] }).to_string();
        let told = self.ask("cbp", "POST", "/v1/filings", &said).await.json();
        assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
    }

    async fn list(&self, who: &str) -> Said {
        let body = json!({ "flight": self.flight, "stage": "load" }).to_string();
        self.ask(who, "POST", "/v1/gate-lists", &body).await
    }

    /// The list of a note, after its signature was checked with the key that the node gives.
    async fn opened(&self, note: &str) -> Value {
        let key = self.ask("9z", "GET", "/v1/verifier", "").await.text;
        let verifier = Verifier::parse(&key).unwrap();
        serde_json::from_str(note::open(&verifier, Purpose::GateList, note).unwrap()).unwrap()
    }
}

fn seconds(value: &Value) -> i64 {
    value.as_str().unwrap().parse::<Timestamp>().unwrap().as_second()
}

#[tokio::test]
async fn the_carrier_has_a_signed_list_and_is_told_when_it_does_not_stand() {
    let there = There::new("gate_list_minutes = 7").await;
    let said = there.list("9z").await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    assert_eq!(said.headers["content-type"], "text/plain; charset=utf-8");
    let list = there.opened(&said.text).await;
    assert_eq!((&list["schema"], &list["flight"]), (&json!("loadgate-gate-list/1"), &json!(there.flight)));
    assert_eq!(
        (&list["leg"], &list["stage"], &list["holder"]),
        (&json!("FRA-JFK"), &json!("load"), &json!("9z"))
    );
    assert_eq!(seconds(&list["valid_until"]) - seconds(&list["made_at"]), 7 * 60);
    let objects: Vec<(&Value, &Value)> =
        list["objects"].as_array().unwrap().iter().map(|one| (&one["object"], &one["decision"])).collect();
    assert_eq!(
        objects,
        [(&json!("888-10001014"), &json!("load")), (&json!("888-10001025"), &json!("hold"))],
        "{list:#}"
    );
    assert_eq!(list["objects"][1]["reasons"][0]["code"], "not-acknowledged", "{list:#}");
    assert!(list["log"].is_null(), "a carrier does not see how the log grows");
    let place = format!("/v1/answers/{}", list["answer_id"].as_str().unwrap());
    assert_eq!(said.headers["location"], place.as_str());

    there.word("opened", json!({ "kind": "DNL", "reference": "D1", "text": "WIRES IN PIECE 2" })).await;
    there.node.deliver().await.unwrap();
    let told = there.ask("9z", "GET", "/v1/notices", "").await.json();
    let recalled = |one: &&Value| one["kind"] == "answer_recalled";
    assert_eq!(told["notices"].as_array().unwrap().iter().filter(recalled).count(), 1, "{told}");
    let now = there.ask("9z", "GET", &place, "").await.json();
    assert_eq!(now["load"]["reasons"][0]["code"], "answer-recalled", "{now}");
    let seen = there.ask("9z", "POST", &format!("{place}/acknowledgement"), r#"{"by": "A. KELLER"}"#).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(
        there.ask("duty", "GET", &place, "").await.status,
        StatusCode::NOT_FOUND,
        "it is the carrier's"
    );
    let again = there.opened(&there.list("9z").await.text).await;
    assert_eq!(again["objects"][0]["reasons"][0]["code"], "dnl-open");
    assert!(!again.to_string().contains("WIRES"), "{again:#}");
}

#[tokio::test]
async fn a_list_is_for_those_who_see_what_is_on_the_flight() {
    let there = There::new("").await;
    let said = there.list("duty").await;
    let list = there.opened(&said.text).await;
    assert_eq!(seconds(&list["valid_until"]) - seconds(&list["made_at"]), 15 * 60);
    assert!(list["log"].is_null(), "nothing was signed yet");
    there.node.tick().await.unwrap();
    let list = there.opened(&there.list("duty").await.text).await;
    assert!(
        list["log"]["size"].as_u64().unwrap() > 10 && list["log"]["root"].as_str().unwrap().len() == 64,
        "{list:#}"
    );

    let nothing =
        there.ask("9z", "POST", "/v1/gate-lists", r#"{"flight": "9Z101/2026-11-24/FRA-JFK"}"#).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    for who in ["acme", "8y", "ramp"] {
        let said = there.list(who).await;
        assert_eq!((said.status, said.text), (StatusCode::NOT_FOUND, nothing.text.clone()), "{who}");
    }
    assert_eq!(there.list("audit").await.status, StatusCode::FORBIDDEN, "who only looks has no use for one");
    for body in [
        "",
        "{}",
        r#"{"flight": "9Z100"}"#,
        r#"{"flight": "FRA-JFK"}"#,
        r#"{"flight": "9Z100/24/FRA-JFK"}"#,
        r#"{"flight": "9Z100/2026-11-24/FRA-JFK", "stage": "fly"}"#,
        r#"{"flight": "9Z100/2026-11-24/FRA-JFK", "aircraft": "drone"}"#,
        r#"{"flight": "9Z100/2026-11-24/FRA-JFK", "leg": "FRA-JFK"}"#,
    ] {
        let said = there.ask("9z", "POST", "/v1/gate-lists", body).await;
        assert_eq!(
            (said.status, &said.json()["code"]),
            (StatusCode::BAD_REQUEST, &json!("not-understood")),
            "{body}"
        );
    }
}

/// What the carrier may not see changes no byte of what he holds but its times and its ids.
#[tokio::test]
async fn what_is_hidden_changes_nothing_of_a_list() {
    let mut lists = Vec::new();
    for (kind, reference, text) in [("RFI", "R1", "WIRES IN PIECE 2"), ("RFI", "R1", "WHO PAID FOR IT")] {
        let there = There::new("").await;
        there.word("opened", json!({ "kind": kind, "reference": reference, "text": text })).await;
        if text.starts_with("WHO") {
            // Something else happens on the node.
            let (_, flies) = there.flight.split_once('/').unwrap();
            let other = waybill("888-10001036", &flies[..10]).replace("9Z", "8Y").replace("FRAJFK", "FRAORD");
            there.ask("acme", "POST", "/v1/filings", &other.replace("RTG/JFK", "RTG/ORD")).await;
            there.node.tick().await.unwrap();
        }
        let mut list = there.opened(&there.list("9z").await.text).await;
        for own in ["answer_id", "node", "made_at", "valid_until"] {
            list[own] = json!(null);
        }
        lists.push(list.to_string());
    }
    assert_eq!(lists[0], lists[1]);
    assert!(lists[0].contains("rfi-open") && !lists[0].contains("WIRES"), "{}", lists[0]);
}
