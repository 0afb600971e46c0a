//! Outages of an authority's system: recorded by one officer, confirmed or refused by another, and ended by one.

use crate::place::{Place, send};
use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// The address by which the Canadian programme is told of outages, as its data have it.
const SENDER: &str = "PACT-Information-CFAPC@tc.gc.ca";

fn start() -> (Place, Router) {
    let place = Place::new("duty_desks = [\"sanctions compliance\"]");
    let router = place.start();
    (place, router)
}

fn word(who: &str) -> Value {
    json!({ "evidence": "mail of 14:06", "sender": SENDER, "by": { "id": who, "organisation": "duty office" } })
}

fn notice(who: &str, says: &str) -> String {
    let mut notice = word(who);
    notice["programme"] = json!("ca-pact");
    notice["says"] = json!(says);
    notice.to_string()
}

async fn list(place: &Place, router: &Router, query: &str) -> Value {
    let (status, told) = place.get(router, "audit", &format!("/v1/outages?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    told
}

fn code(told: &Value) -> &str {
    told["refusal"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn two_officers_suspend_and_one_ends() {
    let (place, router) = start();
    let say = |id: &'static str, who: &'static str| {
        let (place, router) = (&place, &router);
        async move {
            let path = format!("/v1/outages/{id}");
            place.ask(router, "compliance", "POST", &path, word(who).to_string()).await
        }
    };
    let (status, told) =
        place.ask(&router, "compliance", "POST", "/v1/outages", notice("A. KELLER", "suspended")).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    let made = &told["outages"][0];
    assert_eq!(
        (&made["id"], &made["state"], &made["by"]["id"], &told["suspended"]),
        (&json!("ca-pact.1"), &json!("declared"), &json!("A. KELLER"), &json!([])),
        "{told}"
    );
    let (_, told) = say("ca-pact.1/confirmation", "a. keller").await;
    assert_eq!(code(&told), "second-person-needed", "{told}");
    // Two who looked at different mails are one each.
    let other = word("B. SCHMIDT").to_string().replace("14:06", "15:06");
    let (_, told) =
        place.ask(&router, "compliance", "POST", "/v1/outages/ca-pact.1/confirmation", other).await;
    assert_eq!(code(&told), "evidence-differs", "{told}");
    let (status, told) = say("ca-pact.1/confirmation", "B. SCHMIDT").await;
    assert_eq!(
        (status, &told["outages"][0]["state"], &told["outages"][0]["confirmed_by"]["id"]),
        (StatusCode::OK, &json!("confirmed"), &json!("B. SCHMIDT")),
        "{told}"
    );
    assert_eq!(
        (&told["suspended"][0]["programme"], &told["suspended"][0]["until"]),
        (&json!("ca-pact"), &Value::Null)
    );
    let (_, told) = say("ca-pact.1/refusal", "C. MEYER").await;
    assert_eq!(code(&told), "proposal-unknown", "it counts: it is ended, not refused: {told}");
    let (status, told) = say("ca-pact.1/end", "C. MEYER").await;
    assert_eq!((status, &told["outages"][0]["state"]), (StatusCode::OK, &json!("over")), "{told}");
    assert_eq!(told["outages"][0]["until"], told["suspended"][0]["until"], "{told}");
    assert!(told["suspended"][0]["until"].is_string(), "the grace runs: {told}");

    // One that is refused is never confirmed.
    place.ask(&router, "compliance", "POST", "/v1/outages", notice("A. KELLER", "down")).await;
    let (status, told) = say("ca-pact.3/refusal", "B. SCHMIDT").await;
    assert_eq!(
        (status, &told["outages"][0]["state"], &told["outages"][0]["refused_by"]["id"]),
        (StatusCode::OK, &json!("refused"), &json!("B. SCHMIDT")),
        "{told}"
    );
    assert_eq!(code(&say("ca-pact.3/confirmation", "C. MEYER").await.1), "proposal-unknown");
    drop(router);
    let router = place.start();
    let states = |told: &Value| -> Vec<String> {
        let all = told["outages"].as_array().unwrap().iter();
        all.map(|one| format!("{} {} {}", one["id"], one["says"], one["state"]).replace('"', "")).collect()
    };
    let told = list(&place, &router, "").await;
    assert_eq!(states(&told), ["ca-pact.1 suspended over", "ca-pact.2 over over", "ca-pact.3 down refused"]);
    let first = list(&place, &router, "most=2").await;
    assert_eq!(first["next"], "ca-pact.2");
    let rest = list(&place, &router, "most=2&after=ca-pact.2").await;
    assert_eq!((states(&rest), &rest["next"]), (vec!["ca-pact.3 down refused".to_owned()], &Value::Null));
    assert_eq!(states(&list(&place, &router, "state=refused&programme=ca-pact").await).len(), 1);
    assert_eq!(states(&list(&place, &router, "programme=us-acas").await).len(), 0);
    drop(router);
    store::projections::check(&place.folder.path().join("loadgate.db")).unwrap();
}

#[tokio::test]
async fn outages_are_for_officers_and_what_cannot_be_is_refused() {
    let (place, router) = start();
    let with_key = |body: String| {
        let mut request = place.request("compliance", "POST", "/v1/outages", body);
        request.headers_mut().insert("idempotency-key", "k1".parse().unwrap());
        request
    };
    let (status, first) = send(&router, with_key(notice("A", "suspended"))).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    assert_eq!(send(&router, with_key(notice("A", "suspended"))).await, (StatusCode::CREATED, first));
    assert_eq!(
        list(&place, &router, "").await["outages"].as_array().unwrap().len(),
        1,
        "and no second effect"
    );
    let (status, told) = send(&router, with_key(notice("B", "suspended"))).await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("key-of-another")));
    for who in ["acme", "9z", "ramp", "cbp", "lane"] {
        assert_eq!(place.get(&router, who, "/v1/outages").await.0, StatusCode::FORBIDDEN, "{who}");
        let (_, told) = place.ask(&router, who, "POST", "/v1/outages", notice("X", "suspended")).await;
        assert_eq!(code(&told), "not-an-officer", "{who}: {told}");
        for id in ["ca-pact.1", "ca-pact.9"] {
            let path = format!("/v1/outages/{id}/end");
            let (status, told) = place.ask(&router, who, "POST", &path, word("X").to_string()).await;
            assert_eq!((status, &told["code"]), (StatusCode::NOT_FOUND, &json!("not-found")), "{who} {id}");
        }
    }
    // Officers of another programme see it, and say nothing of it.
    assert_eq!(place.get(&router, "duty", "/v1/outages").await.1["outages"][0]["id"], "ca-pact.1");
    for path in ["confirmation", "refusal", "end"] {
        let path = format!("/v1/outages/ca-pact.1/{path}");
        let (_, told) = place.ask(&router, "duty", "POST", &path, word("X").to_string()).await;
        assert_eq!(code(&told), "desk-not-competent", "{path}: {told}");
    }
    for (body, status, what) in [
        ("{".to_owned(), 400, "EOF"),
        (notice("A", "slow"), 400, "down, suspended"),
        (notice("A", "down").replace("mail of 14:06", " "), 422, ""),
        (notice("A", "down").replace("\"says\"", "\"since\":\"noon\",\"says\""), 400, "noon"),
        (notice("A", "suspended").replace("ca-pact", "us-acas"), 422, ""),
        (notice("A", "down").replace("ca-pact", "zz-none"), 422, ""),
    ] {
        let (told, problem) = place.ask(&router, "compliance", "POST", "/v1/outages", body.clone()).await;
        assert_eq!(told.as_u16(), status, "{body}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(what), "{body}: {problem}");
    }
    for id in ["x", "ca-pact.0", "ca-pact.7", "zz-none.1"] {
        let path = format!("/v1/outages/{id}/end");
        let (status, _) = place.ask(&router, "compliance", "POST", &path, word("A").to_string()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{id}");
    }
    for (query, what) in [("state=gone", "declared, confirmed"), ("after=x", "`next`"), ("sate=over", "sate")]
    {
        let (status, told) = place.get(&router, "audit", &format!("/v1/outages?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(told["detail"].as_str().unwrap().contains(what), "{query}: {told}");
    }
    // A sender who is not the authority suspends nothing.
    let strange = notice("A", "suspended").replace(SENDER, "somebody@elsewhere.example");
    let (_, told) = place.ask(&router, "compliance", "POST", "/v1/outages", strange).await;
    let id = told["outages"][0]["id"].as_str().unwrap().to_owned();
    let again = word("B").to_string().replace(SENDER, "somebody@elsewhere.example");
    let path = format!("/v1/outages/{id}/confirmation");
    let (_, told) = place.ask(&router, "compliance", "POST", &path, again).await;
    assert_eq!(code(&told), "sender-not-authority", "{told}");
}
