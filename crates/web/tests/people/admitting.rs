//! Who is admitted, by whom, and what a link is good for.

use crate::browser::{Browser, administrator, again, invited, start};
use axum::http::StatusCode;
use serde_json::json;

const SETTINGS: &str = "[organisation.acme]\nrole = \"filer\"\n[organisation.zenith]\nrole = \"filer\"\n\
    [organisation.duty]\nrole = \"officer of us-acas\"\n[organisation.audit]\nrole = \"auditor\"\n";

#[tokio::test]
async fn the_first_link_makes_one_administrator_once() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let (link, _) = node.first_link().await.unwrap().unwrap();
    // Each start tells a link of its own; whichever is used first ends all.
    let (other, _) = node.first_link().await.unwrap().unwrap();
    assert!(link.starts_with("http://localhost:8765/invitation#") && link != other);
    let mut browser = Browser::default();
    let (_, told) = browser.send(&router, "POST", "/v1/invitation", json!({ "link": secret(&link) })).await;
    assert_eq!((&told["first"], &told["organisation"]), (&json!(true), &json!("administration")));
    let (status, told) = browser.accept(&router, &link, None).await;
    assert_eq!((status, &told["code"]), (StatusCode::BAD_REQUEST, &json!("not-understood")), "who is it?");
    let (status, told) = browser.accept(&router, &link, Some("Ada Erste")).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    assert_eq!(told["person"]["roles"], json!(["administrator"]));
    for link in [&link, &other] {
        let (status, told) = Browser::default().accept(&router, link, Some("Eve")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert_eq!(told["refusal"]["code"], "link-spent");
    }
    assert!(node.first_link().await.unwrap().is_none());
    drop((router, node));
    let (router, node) = again(folder.path());
    assert!(node.first_link().await.unwrap().is_none(), "nor after a restart");
    let (status, told) = browser.get(&router, "/v1/session").await;
    assert_eq!(
        (status, &told["person"]["name"]),
        (StatusCode::OK, &json!("Ada Erste")),
        "the session is there"
    );
}

fn secret(link: &str) -> &str {
    link.split('#').nth(1).unwrap()
}

#[tokio::test]
async fn a_ceremony_that_began_before_the_first_administrator_makes_no_second() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let (other, _) = node.first_link().await.unwrap().unwrap();
    let mut late = Browser::default();
    let asked = json!({ "link": secret(&other), "name": "Eve" });
    let (_, begun) = late.send(&router, "POST", "/v1/invitation/challenge", asked).await;
    administrator(&router, &node).await;
    let credential = late.device.make(&begun["options"]);
    let made = json!({ "ceremony": begun["ceremony"], "credential": credential, "label": "key" });
    let (status, told) = late.send(&router, "POST", "/v1/invitation/passkey", made).await;
    assert_eq!(
        (status, &told["refusal"]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("administrator-there"))
    );
}

#[tokio::test]
async fn an_invitation_is_used_once_and_a_new_link_ends_what_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let asked = json!({ "organisation": "acme", "name": "Bo Zwei", "roles": ["filer"] });
    let (status, given) = ada.send(&router, "POST", "/v1/people", asked).await;
    assert_eq!(status, StatusCode::CREATED, "{given}");
    let link = given["link"].as_str().unwrap();
    let mut bo = Browser::default();
    assert_eq!(bo.accept(&router, link, None).await.0, StatusCode::CREATED);
    assert_eq!(Browser::default().accept(&router, link, None).await.1["refusal"]["code"], "link-spent");
    // The passkey is known already, whoever shows it again.
    let id = given["person"].as_str().unwrap();
    let (status, given) = ada.send(&router, "POST", &format!("/v1/people/{id}/link"), json!(null)).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, told) = bo.get(&router, "/v1/session").await;
    assert_eq!((status, &told["code"]), (StatusCode::UNAUTHORIZED, &json!("signed-out")));
    assert_eq!(bo.sign_in(&router).await.1["code"], "passkey-refused", "the lost passkey is nobody's");
    let mut new = Browser::default();
    let (status, told) = new.accept(&router, given["link"].as_str().unwrap(), None).await;
    assert_eq!((status, &told["person"]["id"]), (StatusCode::CREATED, &json!(id)), "the same person");
    assert_eq!(new.sign_in(&router).await.0, StatusCode::OK);
}

#[tokio::test]
async fn nobody_manages_himself_and_nobody_more_than_his_own() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let own = ada.get(&router, "/v1/session").await.1["person"]["id"].as_str().unwrap().to_owned();
    for (method, path, body) in [
        ("DELETE", format!("/v1/people/{own}"), json!(null)),
        ("POST", format!("/v1/people/{own}/link"), json!(null)),
        ("POST", format!("/v1/people/{own}/roles"), json!({ "roles": ["administrator"] })),
    ] {
        let (status, told) = ada.send(&router, method, &path, body).await;
        assert_eq!(
            (status, &told["refusal"]["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("own-person"))
        );
    }
    // Who admits people decides nothing, and nobody does what his organisation does not.
    for (organisation, roles, code) in [
        ("duty", vec!["administrator", "targeting-officer"], "roles-apart"),
        ("acme", vec!["targeting-officer"], "role-not-offered"),
        ("acme", vec![], "role-missing"),
    ] {
        let asked = json!({ "organisation": organisation, "name": "X", "roles": roles });
        let (_, told) = ada.send(&router, "POST", "/v1/people", asked).await;
        assert_eq!(told["refusal"]["code"], code);
    }
    for (asked, words) in [
        (json!({ "organisation": "acme", "name": "X", "roles": ["boss"] }), "boss"),
        (json!({ "organisation": "mars", "name": "X", "roles": ["filer"] }), "mars"),
        (json!({ "organisation": "acme", "name": " ", "roles": ["filer"] }), "name"),
        (json!({ "organisation": "acme", "name": "a\nb", "roles": ["filer"] }), "name"),
        (json!({ "name": "X" }), "roles"),
    ] {
        let (status, told) = ada.send(&router, "POST", "/v1/people", asked).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
        assert!(told["detail"].as_str().unwrap().contains(words), "{told}");
    }
    let (mut head, head_id) = invited(&router, &mut ada, "acme", "Cy Drei", &["administrator"]).await;
    let (mut filer, filer_id) = invited(&router, &mut head, "acme", "Di Vier", &["filer"]).await;
    let (mut other, other_id) = invited(&router, &mut ada, "zenith", "Ed Fuenf", &["filer"]).await;
    // The head of acme sees acme alone; what is another's looks as if it were not there.
    let (_, seen) = head.get(&router, "/v1/people").await;
    let names: Vec<&str> =
        seen["people"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Cy Drei", "Di Vier"]);
    let (status, there) = head.send(&router, "DELETE", &format!("/v1/people/{other_id}"), json!(null)).await;
    let (_, none) = head.send(&router, "DELETE", "/v1/people/p-00", json!(null)).await;
    assert_eq!((status, &there), (StatusCode::NOT_FOUND, &none));
    let asked = json!({ "organisation": "zenith", "name": "X", "roles": ["filer"] });
    assert_eq!(head.send(&router, "POST", "/v1/people", asked).await.0, StatusCode::BAD_REQUEST);
    // A filer admits nobody, and does not see who is there.
    assert_eq!(filer.get(&router, "/v1/people").await.1["code"], "not-allowed");
    let path = format!("/v1/people/{head_id}");
    assert_eq!(filer.send(&router, "DELETE", &path, json!(null)).await.1["code"], "not-allowed");
    // Who was removed is gone at once, and never comes back by what he had.
    let (status, _) = head.send(&router, "DELETE", &format!("/v1/people/{filer_id}"), json!(null)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(filer.get(&router, "/v1/session").await.1["code"], "signed-out");
    assert_eq!(filer.sign_in(&router).await.1["code"], "passkey-refused");
    assert_eq!(head.get(&router, "/v1/people").await.1["people"][1]["state"], "removed");
    assert_eq!(other.get(&router, "/v1/session").await.0, StatusCode::OK);
    // Changed roles count with the next request.
    let (status, _) = ada
        .send(&router, "POST", &format!("/v1/people/{head_id}/roles"), json!({ "roles": ["filer"] }))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(head.get(&router, "/v1/people").await.1["code"], "not-allowed");
}

#[tokio::test]
async fn an_expired_link_is_spent_and_an_auditor_sees_who_admitted_whom() {
    let folder = tempfile::tempdir().unwrap();
    let (router, node) = start(folder.path(), SETTINGS);
    let mut ada = administrator(&router, &node).await;
    let (mut auditor, _) = invited(&router, &mut ada, "audit", "Flo Sechs", &["auditor"]).await;
    let (status, seen) = auditor.get(&router, "/v1/people").await;
    assert_eq!((status, seen["people"].as_array().unwrap().len()), (StatusCode::OK, 2));
    let asked = json!({ "organisation": "acme", "name": "X", "roles": ["filer"] });
    assert_eq!(auditor.send(&router, "POST", "/v1/people", asked).await.1["code"], "not-allowed");
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (status, read) = auditor.get(&router, &format!("/v1/accesses?day={day}")).await;
    assert_eq!(status, StatusCode::OK, "{read}");
    let what: Vec<&str> =
        read["accesses"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert!(what.contains(&"GET /v1/people"), "{what:?}");
    assert!(what.contains(&"registered passkey key"), "{what:?}");
}
