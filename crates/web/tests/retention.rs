//! What is over its time: erased by the node itself or on request, kept by legal holds, and absent from then on.
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
use std::path::Path;
use std::sync::Arc;
use support::{WAYBILL, organisations};
use tower::ServiceExt as _;
use web::clock::NodeClock;
use web::config::Config;
use web::node::Node;
use web::retention::Swept;
use web::room::Training;

/// Erased.
const GONE: &str = "888-10001014";
/// Kept by a legal hold.
const HELD: &str = "888-10001025";
/// Filed lately.
const FRESH: &str = "888-10001036";
/// Never heard of.
const NEVER: &str = "888-10001040";

struct Place {
    folder: tempfile::TempDir,
    tokens: Vec<(&'static str, String)>,
    shared: Option<Shared>,
    /// The answer of the gate that the carrier had then on what is erased.
    answer: String,
}

impl Place {
    /// A node with two consignments that were filed seven years ago.
    async fn new(settings: &str, shared: Option<Shared>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (text, tokens) = organisations(&[
            ("acme", "filer"),
            ("9z", "carrier 9Z"),
            ("duty", "officer of us-acas"),
            ("audit", "auditor"),
            ("administration", "administrator"),
        ]);
        std::fs::write(folder.path().join("loadgate.toml"), format!("{settings}\n{text}")).unwrap();
        let mut place = Self { folder, tokens, shared, answer: String::new() };
        let clock = NodeClock::by_hand("2019-11-24T09:00:00Z".parse().unwrap());
        let (router, _node) = place.start_at(Some(clock));
        for number in [GONE, HELD] {
            place.file(&router, number, "24NOV19").await;
        }
        let ask = json!({ "waybill": GONE }).to_string();
        let (status, told) = place.ask(&router, "9z", ("POST", "/v1/gate"), ask).await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
        place.answer = format!("/v1/answers/{}", told["answer_id"].as_str().unwrap());
        place
    }

    fn start_at(&self, clock: Option<NodeClock>) -> (Router, Arc<Node>) {
        let mut config = Config::read(self.folder.path()).unwrap();
        config.training = clock.map(|clock| Training { clock, desks: None, announced_only: false });
        config.database = self.shared.as_ref().map(Shared::address);
        let most = config.body_bytes_max;
        let node = Arc::new(Node::start(config).unwrap());
        (web::api::router(Arc::clone(&node), most), node)
    }

    fn start(&self) -> (Router, Arc<Node>) {
        self.start_at(None)
    }

    async fn ask(
        &self,
        router: &Router,
        who: &str,
        (method, path): (&str, &str),
        body: impl Into<Body>,
    ) -> (StatusCode, Value) {
        let (_, token) = self.tokens.iter().find(|(known, _)| *known == who).unwrap();
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let response = router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn get(&self, router: &Router, who: &str, path: &str) -> (StatusCode, Value) {
        self.ask(router, who, ("GET", path), Body::empty()).await
    }

    async fn file(&self, router: &Router, number: &str, issued: &str) {
        let text = WAYBILL.replace(GONE, number).replace("24NOV26", issued);
        let (status, told) = self.ask(router, "acme", ("POST", "/v1/filings"), text).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        let filed = &told["messages"][0]["filing"]["consignments"][0];
        assert_eq!((&filed["outcome"], &filed["version"]), (&json!("recorded"), &json!(1)), "{told}");
    }

    async fn hold(&self, router: &Router, path: &str, number: &str, who: &str) -> (StatusCode, Value) {
        let mut told = json!({ "reason": "inquiry 7", "by": { "id": who, "organisation": "duty office" } });
        if !number.is_empty() {
            told["waybill"] = json!(number);
        }
        self.ask(router, "duty", ("POST", path), told.to_string()).await
    }

    /// What the gate, a view and a look-up say of goods.
    async fn seen(&self, router: &Router, number: &str) -> [(StatusCode, Value); 4] {
        let gate = format!("/v1/gate?waybill={number}&aircraft=pax");
        let ask = json!({ "waybill": number }).to_string();
        let seen = [
            self.get(router, "9z", &gate).await,
            self.ask(router, "9z", ("POST", "/v1/gate"), ask).await,
            self.get(router, "audit", &format!("/v1/consignments/{number}")).await,
            self.get(router, "audit", &format!("/v1/lookups?waybill={number}")).await,
        ];
        // But for the number, and what tells one question from another.
        seen.map(|(status, told)| {
            let told = told.to_string().replace(number, "NUMBER");
            (status, serde_json::from_str(&told).unwrap())
        })
    }
}

fn swept(erased: usize, kept: usize) -> Swept {
    Swept { erased, kept, failed: 0 }
}

async fn erases_what_is_over_and_keeps_what_is_held(shared: Option<Shared>) -> Place {
    let place = Place::new("[retention]\nerase = true", shared).await;
    let (router, node) = place.start();
    place.file(&router, FRESH, "24NOV26").await;
    // Somebody has it before it is erased, so that it is remembered.
    let (status, _) = place.get(&router, "audit", &format!("/v1/consignments/{GONE}")).await;
    assert_eq!(status, StatusCode::OK);
    let (status, told) = place.hold(&router, "/v1/legal-holds", HELD, "A. KELLER").await;
    assert_eq!((status, &told["legal_holds"][0]["id"]), (StatusCode::CREATED, &json!("1")), "{told}");

    let (_, told) = place.get(&router, "audit", "/v1/retention").await;
    let row = |place: usize| {
        let one = &told["consignments"][place];
        (one["master"].as_str().unwrap_or_default().to_owned(), one["keeps"].clone())
    };
    assert_eq!(told["consignments"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!((row(0), row(1)), ((GONE.into(), json!([])), (HELD.into(), json!(["legal-hold"]))), "{told}");
    assert_eq!((&told["erases"], &told["consignments"][0]["days"]), (&json!(true), &json!(1096)));

    assert_eq!(node.erase_what_is_over().await.unwrap(), swept(1, 1));
    node.tick().await.unwrap();
    let (gone, never) = (place.seen(&router, GONE).await, place.seen(&router, NEVER).await);
    assert_eq!(gone, never, "what was erased looks as if it had never been there");
    assert_eq!(gone[2].0, StatusCode::NOT_FOUND);
    for number in [HELD, FRESH] {
        let (status, _) = place.get(&router, "audit", &format!("/v1/consignments/{number}")).await;
        assert_eq!(status, StatusCode::OK, "{number}");
    }
    for path in ["/v1/lookups?party=ALMA%20HINGES%20GMBH", "/v1/queue", "/v1/holds"] {
        let (status, told) = place.get(&router, "audit", path).await;
        assert!(status == StatusCode::OK && !told.to_string().contains(GONE), "{path}: {told}");
    }

    let (status, told) = place.get(&router, "9z", &place.answer).await;
    assert!(status == StatusCode::OK && told["load"]["decision"] != "load", "{told}");

    // Filed again it is new, and holds until everything that is owed has come.
    place.file(&router, GONE, "24NOV26").await;
    let (status, told) = place.get(&router, "9z", &format!("/v1/gate?waybill={GONE}&aircraft=pax")).await;
    assert_eq!((status, &told["load"]["decision"]), (StatusCode::OK, &json!("hold")), "{told}");
    let (status, told) = place.get(&router, "audit", &format!("/v1/consignments/{GONE}")).await;
    assert_eq!((status, &told["earlier"]), (StatusCode::OK, &json!([])), "{told}");
    assert_eq!(node.erase_what_is_over().await.unwrap(), swept(0, 1));

    // Another one lifts the hold.
    let release = "/v1/legal-holds/1/release";
    let (status, told) = place.hold(&router, release, "", "a. keller").await;
    assert_eq!(
        (status, &told["refusal"]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("second-person-needed"))
    );
    let (status, told) = place.hold(&router, release, "", "B. SCHMIDT").await;
    assert_eq!((status, &told["legal_holds"][0]["state"]), (StatusCode::OK, &json!("lifted")), "{told}");
    let (status, _) = place.hold(&router, "/v1/legal-holds/7/release", "", "B. SCHMIDT").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    drop((router, node));

    let (router, node) = place.start();
    assert_eq!(node.erase_what_is_over().await.unwrap(), swept(1, 0));
    assert_eq!(place.seen(&router, HELD).await, never, "also after a restart");
    let (_, told) = place.get(&router, "audit", "/v1/legal-holds?state=lifted").await;
    assert_eq!(told["legal_holds"][0]["lifted_by"]["id"], "B. SCHMIDT", "{told}");
    node.tick().await.unwrap();
    place
}

#[tokio::test]
async fn a_node_erases_what_is_over_its_time_and_the_log_verifies() {
    let place = erases_what_is_over_and_keeps_what_is_held(None).await;
    assert_eq!(verified(place.folder.path()), 2);
}

#[tokio::test]
async fn nodes_on_one_database_do_so_too() {
    let Some(shared) = Shared::new() else { return };
    erases_what_is_over_and_keeps_what_is_held(Some(shared)).await;
}

fn verified(folder: &Path) -> u64 {
    store::audit::verify(&folder.join(web::node::DATABASE)).unwrap().erased
}

/// Without its word nothing is erased; what was decided by a node that stopped is done by the next one.
#[tokio::test]
async fn without_the_setting_nothing_is_erased_but_what_was_decided() {
    let place = Place::new("", None).await;
    let (_router, node) = place.start();
    assert_eq!(node.erase_what_is_over().await.unwrap(), Swept::default());
    assert_eq!(verified(place.folder.path()), 0);
    let tree = engine::TreeBy::Stream(format!("tree/{GONE}").into());
    let erase = engine::Command::Retain(engine::Retain::Erase { tree, asked: None });
    node.reply(store::writer::Lane::Ordinary, erase).await.unwrap();
    drop((_router, node));
    let (_router, node) = place.start();
    assert_eq!(node.erase_what_is_over().await.unwrap(), Swept::default());
    assert_eq!(verified(place.folder.path()), 1);
}

/// An administrator who has just shown his passkey erases a consignment, no sooner than the node would.
#[tokio::test]
async fn an_administrator_erases_what_nothing_keeps() {
    let place = Place::new("", None).await;
    let (router, node) = place.start();
    place.file(&router, FRESH, "24NOV26").await;
    place.hold(&router, "/v1/legal-holds", HELD, "A. KELLER").await;
    let mut ada = administrator(&router, &node).await;
    let (mut kit, _) = invited(&router, &mut ada, "duty", "Kit Sieben", &["targeting-officer"]).await;
    let asked = |number: &str| json!({ "waybill": number, "reason": "request 12" });
    let (status, _) = kit.send(&router, "POST", "/v1/erasures", asked(GONE)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let machine = ("POST", "/v1/erasures");
    let (status, told) = place.ask(&router, "administration", machine, asked(GONE).to_string()).await;
    assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("not-allowed")));
    for (number, code) in [(FRESH, "kept-until"), (HELD, "kept-legal-hold"), (NEVER, "object-unknown")] {
        let (status, told) = ada.send(&router, "POST", "/v1/erasures", asked(number)).await;
        let expected = (StatusCode::UNPROCESSABLE_ENTITY, &json!(code));
        assert_eq!((status, &told["refusal"]["code"]), expected, "{told}");
    }
    unproved(&place);
    let (status, told) = ada.send(&router, "POST", "/v1/erasures", asked(GONE)).await;
    assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("proof-needed")), "{told}");
    show(&mut ada, &router).await;
    let (status, told) = ada.send(&router, "POST", "/v1/erasures", asked(GONE)).await;
    assert_eq!((status, &told["erased"]["master"]), (StatusCode::CREATED, &json!(GONE)), "{told}");
    let (status, _) = place.get(&router, "audit", &format!("/v1/consignments/{GONE}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, told) = ada.send(&router, "POST", "/v1/erasures", asked(GONE)).await;
    assert_eq!(told["refusal"]["code"], "object-unknown", "{told}");
    node.tick().await.unwrap();
    assert_eq!(verified(place.folder.path()), 1);
}

/// It is long ago that anybody showed his passkey.
fn unproved(place: &Place) {
    let database = rusqlite::Connection::open(place.folder.path().join(web::node::DATABASE)).unwrap();
    database.execute("UPDATE session SET proved = proved - 360000000000", []).unwrap();
}

async fn show(browser: &mut Browser, router: &Router) {
    let (status, told) = browser.show(router, "/v1/session/proof").await;
    assert_eq!(status, StatusCode::OK, "{told}");
}
