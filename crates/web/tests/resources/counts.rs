//! What was done on each day, counted from the log.

use crate::place::{Place, WAYBILL};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn said(word: &Value) -> String {
    let mut fact =
        json!({ "type": "authority", "programme": "us-acas", "object": { "master": "888-10001014" } });
    fact.as_object_mut().unwrap().extend(word.as_object().unwrap().clone());
    json!({ "schema": "loadgate-facts/1", "facts": [fact] }).to_string()
}

#[tokio::test]
async fn what_was_done_is_counted_by_day_and_programme() {
    let place = Place::new("");
    let router = place.start();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for body in [WAYBILL.to_owned(), WAYBILL.replace("HINGES", "SCREWS"), WAYBILL.replace("1014", "1025")] {
        place.ask(&router, "acme", "POST", "/v1/filings", body).await;
    }
    for word in [
        json!({ "word": "acknowledged", "version": 2 }),
        json!({ "word": "opened", "kind": "RFI", "reference": "R1" }),
        json!({ "word": "opened", "kind": "RFI", "reference": "R2" }),
        json!({ "word": "opened", "kind": "DNL", "reference": "D1" }),
        json!({ "word": "closed", "kind": "RFI", "reference": "R1" }),
    ] {
        let (_, told) = place.ask(&router, "cbp", "POST", "/v1/filings", said(&word)).await;
        assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
    }
    for who in ["9z", "8y"] {
        let body = json!({ "waybill": "888-10001014" }).to_string();
        assert_eq!(place.ask(&router, who, "POST", "/v1/gate", body).await.0, StatusCode::CREATED);
    }
    // What is only looked at is not written down.
    place.get(&router, "9z", "/v1/gate?waybill=888-10001014").await;
    // Midnight may pass in between.
    let tomorrow = today.tomorrow().unwrap();
    let (status, told) = place.get(&router, "audit", &format!("/v1/counts?from={today}&to={tomorrow}")).await;
    assert_eq!((status, &told["schema"]), (StatusCode::OK, &json!("loadgate-counts/1")), "{told}");
    let sum = |programme: Value, pointer: &str| -> u64 {
        let rows = told["counts"].as_array().unwrap().iter().filter(|row| row["programme"] == programme);
        rows.map(|row| row.pointer(pointer).unwrap().as_u64().unwrap()).sum()
    };
    let acas = || json!("us-acas");
    for (programme, pointer, expected) in [
        (Value::Null, "/filings", 3),
        (Value::Null, "/answers_hold", 2),
        (Value::Null, "/answers_load", 0),
        (acas(), "/acknowledged", 1),
        (acas(), "/referrals_opened/rfi", 2),
        (acas(), "/referrals_opened/rfs", 0),
        (acas(), "/referrals_opened/dnl", 1),
        (acas(), "/referrals_closed/rfi", 1),
        (acas(), "/answers_hold", 2),
        (acas(), "/filings", 0),
    ] {
        assert_eq!(sum(programme.clone(), pointer), expected, "{programme} {pointer}: {told}");
    }
    assert_eq!(told["erased"], 0);
    let yesterday = today.yesterday().unwrap();
    let (_, before) = place.get(&router, "duty", &format!("/v1/counts?from={yesterday}")).await;
    assert_eq!(before["counts"], json!([]));
    // The same after the node was stopped: nothing is counted beside the log.
    drop(router);
    let router = place.start();
    let (_, again) = place.get(&router, "audit", &format!("/v1/counts?from={today}&to={tomorrow}")).await;
    assert_eq!(again, told);
    // No number of anybody's goods is in it.
    assert!(!told.to_string().contains("888"), "{told}");
}

#[tokio::test]
async fn only_officers_and_auditors_count_and_only_so_many_days() {
    let place = Place::new("");
    let router = place.start();
    for who in ["acme", "9z", "ramp", "cbp"] {
        let (status, problem) = place.get(&router, who, "/v1/counts?from=2026-11-24").await;
        assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("not-allowed")), "{who}");
    }
    for (query, told) in [
        ("", "from: name the first day"),
        ("?from=yesterday", "from yesterday"),
        ("?from=2026-11-24&to=2026-11-23", "to 2026-11-23"),
        ("?from=2026-11-01&to=2026-12-02", "30 days later at most"),
        ("?from=9999-12-31", "from 9999-12-31"),
        ("?from=1492-10-12", "from 1492-10-12"),
        ("?since=2026-11-24", "since"),
    ] {
        let (status, problem) = place.get(&router, "duty", &format!("/v1/counts{query}")).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("not-understood")),
            "{query}"
        );
        assert!(problem["detail"].as_str().unwrap().contains(told), "{query}: {problem}");
    }
    let (status, _) = place.get(&router, "duty", "/v1/counts?from=2026-11-01&to=2026-12-01").await;
    assert_eq!(status, StatusCode::OK);
}
