//! What a browser shows, and what ends it.

use crate::browser::{Browser, ORIGIN, administrator, again, invited, start};
use crate::passkey::Device;
use axum::http::{StatusCode, header};
use serde_json::json;

const SETTINGS: &str = "[organisation.acme]\nrole = \"filer\"\n[organisation.audit]\nrole = \"auditor\"\n";

#[tokio::test]
async fn a_session_is_a_cookie_of_which_only_the_hash_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let before = ada.cookies["loadgate"].clone();
    let (_, begun) = ada.send(&router, "POST", "/v1/session/challenge", json!({})).await;
    let credential = ada.device.show(&begun["options"]);
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential }).to_string();
    let request = (("POST", "/v1/session"), ("application/json", body.clone()));
    let (status, headers, _) = ada.send_from(&router, Some(ORIGIN), request.0, request.1).await;
    assert_eq!(status, StatusCode::OK);
    let cookie = headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    assert_ne!(ada.cookies["loadgate"], before, "signing in changes what is shown");
    let now = ada.cookies.insert("loadgate".to_owned(), before).unwrap();
    assert_eq!(ada.get(&router, "/v1/session").await.1["code"], "signed-out", "what was shown before ended");
    // The same answer of a device serves once.
    let replay =
        ada.send_from(&router, Some(ORIGIN), ("POST", "/v1/session"), ("application/json", body)).await;
    assert_eq!(replay.0, StatusCode::CONFLICT);
    ada.cookies.insert("loadgate".to_owned(), now.clone());
    assert_eq!(ada.get(&router, "/v1/session").await.0, StatusCode::OK);
    for file in ["loadgate.db", "loadgate.db-wal"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap_or_default();
        assert!(
            !bytes.windows(now.len()).any(|part| part == now.as_bytes()),
            "{file} has what a browser shows"
        );
    }
    let (status, _) = ada.send(&router, "DELETE", "/v1/session", json!(null)).await;
    assert_eq!((status, ada.cookies.len()), (StatusCode::NO_CONTENT, 0), "the browser forgets it");
    ada.cookies.insert("loadgate".to_owned(), now);
    assert_eq!(ada.get(&router, "/v1/session").await.1["code"], "signed-out");
}

#[tokio::test]
async fn the_origin_that_is_named_is_the_one_that_counts() {
    let folder = tempfile::tempdir().unwrap();
    let settings = format!("{SETTINGS}[people]\norigin = \"https://gate.example\"\n");
    let (router, node) = start(folder.path(), &settings);
    let (link, _) = node.first_link().await.unwrap().unwrap();
    assert!(link.starts_with("https://gate.example/invitation#"));
    let mut browser = Browser { device: Device::new("https://gate.example"), ..Browser::default() };
    let secret = link.split('#').nth(1).unwrap();
    let asked = json!({ "link": secret, "name": "Ada" }).to_string();
    let path = ("POST", "/v1/invitation/challenge");
    let (_, _, text) =
        browser.send_from(&router, Some("https://gate.example"), path, ("application/json", asked)).await;
    // The browser of the test says same-origin for another address; the origin itself is what counts then.
    assert!(text.contains("not-our-page"), "{text}");
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let (_, id) = invited(&router, &mut ada, "acme", "Bo", &["filer"]).await;
    let path = format!("/v1/people/{id}");
    for origin in [Some("https://evil.example"), Some("null"), Some("http://localhost:1"), None] {
        let sent = ada.send_from(&router, origin, ("DELETE", &path), ("text/plain", String::new())).await;
        assert_eq!(sent.0, StatusCode::FORBIDDEN, "{origin:?}");
        assert!(sent.2.contains("not-our-page"), "{}", sent.2);
        for path in ["/v1/session/challenge", "/v1/session", "/v1/invitation", "/v1/invitation/challenge"] {
            let sent = ada.send_from(&router, origin, ("POST", path), ("text/plain", "{}".to_owned())).await;
            assert!(sent.2.contains("not-our-page"), "{origin:?} {path} {}", sent.2);
        }
        let form = ("application/x-www-form-urlencoded", String::new());
        let sent = ada.send_from(&router, origin, ("POST", "/sign-out"), form).await;
        assert_eq!(sent.0, StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert_eq!(ada.get(&router, "/v1/people").await.1["people"][1]["state"], "active");
}

#[tokio::test]
async fn a_device_that_does_not_ask_its_owner_or_is_another_signs_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let mut stranger = Browser::default();
    assert_eq!(stranger.sign_in(&router).await.1["code"], "passkey-refused");
    ada.device.verifies = false;
    assert_eq!(ada.sign_in(&router).await.1["code"], "passkey-refused", "nobody was asked for a finger");
    ada.device.verifies = true;
    ada.device.origin = "http://localhost.evil.example".to_owned();
    assert_eq!(ada.sign_in(&router).await.1["code"], "passkey-refused", "another page asked");
    ada.device.origin = ORIGIN.to_owned();
    // A copy of the device is found by its counter.
    let mut copy = Browser { device: ada.device.copied(), ..Browser::default() };
    assert_eq!(ada.sign_in(&router).await.0, StatusCode::OK);
    assert_eq!(ada.sign_in(&router).await.0, StatusCode::OK);
    assert_eq!(copy.sign_in(&router).await.1["code"], "passkey-refused");
    for body in [json!({}), json!({ "ceremony": "x", "credential": {} }), json!({ "ceremony": 1 }), json!([])]
    {
        let (status, told) = stranger.send(&router, "POST", "/v1/session", body).await;
        assert!(status.is_client_error(), "{told}");
    }
}

#[tokio::test]
async fn an_address_that_fails_too_often_waits_and_others_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let mut guesser = Browser { address: "192.0.2.1:4000".parse().ok(), ..Browser::default() };
    let mut codes = Vec::new();
    for _ in 0..33 {
        let (_, told) = guesser.sign_in(&router).await;
        codes.push(told["code"].as_str().unwrap().to_owned());
    }
    assert_eq!((&*codes[0], &*codes[32]), ("passkey-refused", "too-many-requests"));
    // Guessing cookies and links is no better.
    guesser.cookies.insert("loadgate".to_owned(), "x".to_owned());
    assert_eq!(guesser.get(&router, "/v1/session").await.0, StatusCode::TOO_MANY_REQUESTS);
    let (status, _) = guesser.send(&router, "POST", "/v1/invitation", json!({ "link": "x" })).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    ada.address = "192.0.2.2:4000".parse().ok();
    assert_eq!(ada.sign_in(&router).await.0, StatusCode::OK);
}

#[tokio::test]
async fn who_is_idle_or_signed_in_for_long_signs_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    drop((router, node));
    let sql = |text: &str| {
        let database = rusqlite::Connection::open(folder.path().join("loadgate.db")).unwrap();
        assert_eq!(database.execute(text, []).unwrap(), 1);
    };
    let minute = 60_000_000_000_i64;
    sql(&format!("UPDATE session SET seen = seen - {}", 29 * minute));
    let (router, node) = again(folder.path());
    assert_eq!(ada.get(&router, "/v1/session").await.0, StatusCode::OK);
    drop((router, node));
    sql(&format!("UPDATE session SET seen = seen - {}", 31 * minute));
    let (router, node) = again(folder.path());
    assert_eq!(ada.get(&router, "/v1/session").await.1["code"], "signed-out");
    assert_eq!(ada.sign_in(&router).await.0, StatusCode::OK);
    drop((router, node));
    sql(&format!("UPDATE session SET began = began - {}", 12 * 60 * minute));
    let (router, _) = again(folder.path());
    assert_eq!(ada.get(&router, "/v1/session").await.1["code"], "signed-out", "however busy he was");
}

#[tokio::test]
async fn what_needs_a_proof_asks_for_a_passkey_shown_lately() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let (mut auditor, _) = invited(&router, &mut ada, "audit", "Flo", &["auditor"]).await;
    drop((router, node));
    let database = rusqlite::Connection::open(folder.path().join("loadgate.db")).unwrap();
    let six_minutes = 360_000_000_000_i64;
    database.execute("UPDATE session SET proved = proved - ?1", [six_minutes]).unwrap();
    drop(database);
    let (router, _node) = again(folder.path());
    for path in ["/v1/accesses?day=2026-11-24", "/v1/audit/checkpoint"] {
        let (status, told) = auditor.get(&router, path).await;
        assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("proof-needed")), "{path}");
    }
    let asked = json!({ "organisation": "acme", "name": "X", "roles": ["filer"] });
    assert_eq!(ada.send(&router, "POST", "/v1/people", asked.clone()).await.1["code"], "proof-needed");
    assert_eq!(
        ada.send(&router, "POST", "/v1/passkeys/challenge", json!({})).await.1["code"],
        "proof-needed"
    );
    // Another's passkey proves nothing.
    let own = std::mem::replace(&mut ada.device, auditor.device.copied());
    assert_eq!(ada.show(&router, "/v1/session/proof").await.1["code"], "passkey-refused");
    ada.device = own;
    let before = ada.cookies["loadgate"].clone();
    assert_eq!(ada.show(&router, "/v1/session/proof").await.0, StatusCode::OK);
    assert_ne!(ada.cookies["loadgate"], before);
    assert_eq!(ada.send(&router, "POST", "/v1/people", asked).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn passkeys_are_added_and_removed_but_for_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let (_, told) = ada.get(&router, "/v1/passkeys").await;
    let first = told["passkeys"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/passkeys/{first}");
    assert_eq!(ada.send(&router, "DELETE", &path, json!(null)).await.1["refusal"]["code"], "passkey-last");
    let (_, begun) = ada.send(&router, "POST", "/v1/passkeys/challenge", json!({})).await;
    assert_eq!(begun["options"]["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 1);
    let mut second = Device::new(ORIGIN);
    let credential = second.make(&begun["options"]);
    let made = json!({ "ceremony": begun["ceremony"], "credential": credential, "label": "blue key" });
    let (status, told) = ada.send(&router, "POST", "/v1/passkeys", made).await;
    assert_eq!((status, told["passkeys"].as_array().unwrap().len()), (StatusCode::CREATED, 2), "{told}");
    let mut elsewhere = Browser { device: second, ..Browser::default() };
    assert_eq!(elsewhere.sign_in(&router).await.0, StatusCode::OK);
    // A lost key is removed: where else somebody is signed in, he is no more.
    assert_eq!(elsewhere.send(&router, "DELETE", &path, json!(null)).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ada.get(&router, "/v1/session").await.1["code"], "signed-out");
    assert_eq!(ada.sign_in(&router).await.1["code"], "passkey-refused");
    assert_eq!(elsewhere.get(&router, "/v1/session").await.0, StatusCode::OK);
    assert_eq!(
        elsewhere.send(&router, "DELETE", &path, json!(null)).await.1["refusal"]["code"],
        "passkey-unknown"
    );
    // Who begins a ceremony as somebody ends it as he.
    let (mut bo, _) = invited(&router, &mut elsewhere, "acme", "Bo", &["filer"]).await;
    let (_, begun) = elsewhere.send(&router, "POST", "/v1/passkeys/challenge", json!({})).await;
    let credential = Device::new(ORIGIN).make(&begun["options"]);
    let made = json!({ "ceremony": begun["ceremony"], "credential": credential, "label": "mine now" });
    assert_eq!(bo.send(&router, "POST", "/v1/passkeys", made).await.1["code"], "ceremony-over");
}
