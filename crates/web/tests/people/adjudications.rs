//! Two people settle a hit, each by his own passkey.

use crate::browser::{administrator, again, invited, start};
use crate::support::{WAYBILL, organisations};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// An invented list; everything on it is fictitious.
const LIST: &str = "# loadgate-watch-list: Sanctions of Freedonia (fictitious); edition: 2026-11-01; purpose: sanctions\n\
    id,name\nF-1,Orchard Doors Inc\n";

async fn by_machine(router: &Router, token: &str, path: &str, body: String) -> Value {
    let request = Request::builder().method("POST").uri(path);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    serde_json::from_slice(&to_bytes(response.into_body(), 1 << 20).await.unwrap()).unwrap()
}

#[tokio::test]
async fn two_people_settle_a_hit_with_a_passkey_shown_lately_and_withdraw_without() {
    let folder = tempfile::tempdir().unwrap();
    let (text, tokens) =
        organisations(&[("acme", "filer"), ("compliance", "officer of sanctions compliance")]);
    std::fs::write(folder.path().join("watch.csv"), LIST).unwrap();
    let (router, node) = start(folder.path(), &format!("lists = [\"watch.csv\"]\n{text}"));
    by_machine(&router, &tokens[0].1, "/v1/filings", WAYBILL.to_owned()).await;
    let mut ada = administrator(&router, &node).await;
    let (mut one, one_id) = invited(&router, &mut ada, "compliance", "Kit Sieben", &["other-agency"]).await;
    let (mut two, two_id) = invited(&router, &mut ada, "compliance", "Lu Acht", &["duty-supervisor"]).await;
    let (_, shown) = one.get(&router, "/v1/consignments/888-10001014").await;
    let hit = shown["matches"][0]["hit"].clone();
    // Whomever they name, they stand for it themselves.
    let word = json!({ "reason": "other owner", "by": { "id": "KELLER", "organisation": "compliance" } });
    let mut proposal = word.clone();
    proposal["waybill"] = json!("888-10001014");
    proposal["hit"] = hit;
    proposal["verdict"] = json!("not-the-same");
    let (status, made) = one.send(&router, "POST", "/v1/adjudications", proposal.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(made["words"][0]["person"], json!(one_id));
    // It waits for the other one, and is nothing that he who proposed it could confirm.
    for asked in ["/v1/queue", "/v1/due?waybill=888-10001014"] {
        let (_, told) = one.get(&router, asked).await;
        assert!(!told.to_string().contains(made["id"].as_str().unwrap()), "{asked}: {told}");
        let (_, told) = two.get(&router, asked).await;
        assert!(told.to_string().contains(made["id"].as_str().unwrap()), "{asked}: {told}");
    }
    let path = |word: &str| format!("/v1/adjudications/{}/{word}", made["id"].as_str().unwrap());
    let mut other_name = word.clone();
    other_name["by"]["id"] = json!("SCHMIDT");
    let (_, told) = one.send(&router, "POST", &path("confirmation"), other_name.clone()).await;
    assert_eq!(told["refusal"]["code"], "second-person-needed", "{told}");
    // A machine speaks for nobody who has a passkey.
    other_name["by"]["id"] = json!(two_id);
    let told = by_machine(&router, &tokens[1].1, &path("confirmation"), other_name.to_string()).await;
    assert_eq!(told["refusal"]["code"], "person-missing", "{told}");
    let (status, told) = ada.send(&router, "POST", &path("confirmation"), word.clone()).await;
    assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("not-allowed")));

    drop((router, node));
    let database = rusqlite::Connection::open(folder.path().join("loadgate.db")).unwrap();
    database.execute("UPDATE session SET proved = proved - 360000000000", []).unwrap();
    drop(database);
    let (router, _node) = again(folder.path());
    for (asked, body) in [(path("confirmation"), &word), ("/v1/adjudications".to_owned(), &proposal)] {
        let (status, told) = two.send(&router, "POST", &asked, body.clone()).await;
        assert_eq!((status, &told["code"]), (StatusCode::FORBIDDEN, &json!("proof-needed")), "{asked}");
    }
    assert_eq!(two.show(&router, "/v1/session/proof").await.0, StatusCode::OK);
    let (status, told) = two.send(&router, "POST", &path("confirmation"), word.clone()).await;
    assert_eq!((status, &told["standing"]), (StatusCode::OK, &json!("in-force")), "{told}");
    // He who proposed has shown his too long ago; but it is not he who withdraws it, and to hold needs none.
    let (_, told) = one.send(&router, "POST", &path("withdrawal"), word.clone()).await;
    assert_eq!(told["refusal"]["code"], "second-person-needed", "{told}");
    let (_, told) = two.send(&router, "POST", &path("withdrawal"), word).await;
    assert_eq!(told["standing"], "withdrawn", "{told}");
}
