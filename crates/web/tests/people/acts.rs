//! A person stands for what he does, whatever name he types.

use crate::browser::{Browser, administrator, again, invited, start};
use crate::support::{WAYBILL, organisations};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

fn act(number: &str, by: &str, deed: Value) -> String {
    let mut act = deed;
    act["type"] = json!("act");
    act["id"] = json!(number);
    act["reason"] = json!("seen");
    act["by"] = json!({ "id": by, "organisation": "customs" });
    json!({ "schema": "loadgate-facts/1", "facts": [act] }).to_string()
}

async fn tell(browser: &mut Browser, router: &Router, facts: &str) -> (StatusCode, Value) {
    let sent = browser.send_from(
        router,
        Some(crate::browser::ORIGIN),
        ("POST", "/v1/filings"),
        ("application/json", facts.to_owned()),
    );
    let (status, _, text) = sent.await;
    (status, serde_json::from_str(&text).unwrap())
}

async fn tell_by(router: &Router, token: &str, body: &str) -> Value {
    let request = Request::builder()
        .method("POST")
        .uri("/v1/filings")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap()
}

fn hold() -> Value {
    json!({ "act": "hold", "object": { "master": "888-10001014" }, "agency": "customs" })
}

fn release() -> Value {
    json!({ "act": "release", "object": { "master": "888-10001014" }, "agency": "customs" })
}

#[tokio::test]
async fn two_names_of_one_person_are_one_person() {
    let folder = tempfile::tempdir().unwrap();
    let (text, tokens) = organisations(&[("acme", "filer"), ("customs", "officer of customs")]);
    let (router, node) = start(folder.path(), &text);
    let token = |name: &str| &tokens.iter().find(|(known, _)| *known == name).unwrap().1;
    tell_by(&router, token("acme"), WAYBILL).await;
    let mut ada = administrator(&router, &node).await;
    let (mut one, one_id) = invited(&router, &mut ada, "customs", "Kit Sieben", &["other-agency"]).await;
    let (mut two, _) = invited(&router, &mut ada, "customs", "Lu Acht", &["duty-supervisor"]).await;

    let (status, told) = tell(&mut one, &router, &act("H1", "KELLER", hold())).await;
    assert_eq!(
        (status, &told["messages"][0]["facts"][0]["outcome"]),
        (StatusCode::OK, &json!("done")),
        "{told}"
    );
    let (_, told) = tell(&mut one, &router, &act("R1", "KELLER", release())).await;
    assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
    // He types another name, and is the same; his machine may not name him either, nor anybody like him.
    let confirm = json!({ "act": "confirm", "proposal": "R1" });
    let (_, told) = tell(&mut one, &router, &act("C1", "SCHMIDT", confirm.clone())).await;
    assert_eq!(told["messages"][0]["facts"][0]["refusal"]["code"], "second-person-needed", "{told}");
    let told = tell_by(&router, token("customs"), &act("C2", &one_id.to_uppercase(), confirm.clone())).await;
    assert_eq!(told["messages"][0]["facts"][0]["refusal"]["code"], "person-missing", "{told}");
    // The very same request of the other is no repetition of his.
    let again = act("C1", "SCHMIDT", confirm);
    for (browser, outcome) in [(&mut one, "refused"), (&mut two, "done")] {
        let (_, told) = tell_with(browser, &router, &again, Some("K1")).await;
        assert_eq!(told["messages"][0]["facts"][0]["outcome"], outcome, "{told}");
    }
}

async fn tell_with(
    browser: &mut Browser,
    router: &Router,
    facts: &str,
    key: Option<&str>,
) -> (StatusCode, Value) {
    browser.key = key.map(str::to_owned);
    let told = tell(browser, router, facts).await;
    browser.key = None;
    told
}

#[tokio::test]
async fn what_could_let_goods_pass_needs_a_passkey_shown_lately_and_a_hold_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (text, tokens) = organisations(&[("acme", "filer"), ("customs", "officer of customs")]);
    let (router, node) = start(folder.path(), &text);
    tell_by(&router, &tokens[0].1, WAYBILL).await;
    let mut ada = administrator(&router, &node).await;
    let (mut one, _) = invited(&router, &mut ada, "customs", "Kit Sieben", &["other-agency"]).await;
    drop((router, node));
    let database = rusqlite::Connection::open(folder.path().join("loadgate.db")).unwrap();
    database.execute("UPDATE session SET proved = proved - 360000000000", []).unwrap();
    drop(database);
    let (router, _node) = again(folder.path());
    let (_, told) = tell(&mut one, &router, &act("H1", "KELLER", hold())).await;
    assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "holding is the safe direction: {told}");
    let dnl = json!({ "act": "refer", "programme": "us-acas", "said": { "object": { "master": "888-10001014" },
        "word": "opened", "kind": "DNL", "reference": "D1", "text": "explosive" } });
    for deed in [release(), json!({ "act": "confirm", "proposal": "R1" }), dnl] {
        let (status, told) = tell(&mut one, &router, &act("X", "KELLER", deed.clone())).await;
        assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("proof-needed")), "{deed}");
    }
    assert_eq!(one.show(&router, "/v1/session/proof").await.0, StatusCode::OK);
    let (_, told) = tell(&mut one, &router, &act("R1", "KELLER", release())).await;
    assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
}

#[tokio::test]
async fn roles_bound_what_a_person_does_within_his_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let (text, tokens) =
        organisations(&[("acme", "filer"), ("acas", "officer of us-acas"), ("9z", "carrier 9Z")]);
    let text = text.replacen(
        "role = \"officer of us-acas\"",
        "role = \"officer of us-acas\"\nacts_by_people = true",
        1,
    );
    let (router, node) = start(folder.path(), &text);
    let mut ada = administrator(&router, &node).await;
    let (mut officer, _) = invited(&router, &mut ada, "acas", "Mo Neun", &["targeting-officer"]).await;
    let (mut author, _) = invited(&router, &mut ada, "acas", "Ny Zehn", &["rule-author"]).await;
    let (mut desk, _) = invited(&router, &mut ada, "9z", "Oz Elf", &["loading-desk"]).await;
    for (browser, paths) in [
        (&mut officer, vec![("/v1/queue", true), ("/v1/accesses?day=2026-11-24", false)]),
        (&mut author, vec![("/v1/queue", true), ("/v1/notices", false)]),
        (&mut desk, vec![("/v1/queue", false), ("/v1/notices", true)]),
        (&mut ada, vec![("/v1/queue", false), ("/v1/people", true), ("/metrics", true)]),
    ] {
        for (path, may) in paths {
            let (status, told) = browser.get(&router, path).await;
            assert_eq!(status == StatusCode::OK, may, "{path} {status} {told}");
        }
    }
    let (status, told) = tell(&mut author, &router, &act("H1", "KELLER", hold())).await;
    assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("not-allowed")));
    let (status, told) = tell(&mut ada, &router, &act("H1", "KELLER", hold())).await;
    assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("not-allowed")));
    // Of officers who sign in, a machine does no acts.
    let told = tell_by(&router, &tokens[1].1, &act("H1", "KELLER", hold())).await;
    assert_eq!(told["code"], "not-allowed", "{told}");
    assert!(told["detail"].as_str().unwrap().contains("signed in"), "{told}");
}
