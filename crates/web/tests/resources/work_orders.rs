//! Work orders: one screening for all who asked, told to those who screen; results that close no request.

use crate::place::{Place, WAYBILL, send};
use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

const NUMBER: &str = "888-10001014";
const SECRET: &str = "a tip of the neighbours";

async fn tell(place: &Place, router: &Router, who: &str, fact: Value) {
    let facts = json!({ "schema": "loadgate-facts/1", "facts": [fact] }).to_string();
    let (status, told) = place.ask(router, who, "POST", "/v1/filings", facts).await;
    assert_eq!((status, &told["messages"][0]["findings"]), (StatusCode::OK, &json!([])), "{told}");
    assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
}

fn word(word: &str, number: &str, reference: &str, methods: &[&str]) -> Value {
    let mut fact = json!({ "type": "authority", "programme": "us-acas", "object": { "master": number },
        "word": word, "kind": "RFS", "reference": reference });
    if word == "opened" {
        fact["reason"] = json!(SECRET);
        fact["methods"] = json!(methods);
    }
    fact
}

/// A node with goods of acme that two requests of an authority and a mark want screened.
async fn start() -> (Place, Router) {
    let place = Place::new("");
    let router = place.start();
    let (status, told) = place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    tell(&place, &router, "cbp", word("opened", NUMBER, "RFS-1", &["XRY"])).await;
    tell(&place, &router, "cbp", word("opened", NUMBER, "RFS-2", &["ETD", "XRY"])).await;
    let marked =
        json!({ "type": "high-risk", "object": { "master": NUMBER }, "why": SECRET, "methods_min": 3 });
    tell(&place, &router, "duty", marked).await;
    (place, router)
}

async fn orders(place: &Place, router: &Router, who: &str, query: &str) -> Value {
    let (status, told) = place.get(router, who, &format!("/v1/work-orders?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{who} {query}: {told}");
    told["work_orders"].clone()
}

fn results(methods: &[&str]) -> String {
    let result = |method: &&str| {
        json!({ "method": method, "outcome": "clear", "equipment": format!("{method}-1"), "screener": "A. KELLER",
            "screener_current": true, "tested_on": jiff::Timestamp::now().to_string()[..10] })
    };
    let by = json!({ "id": "A. KELLER", "organisation": "screening lane" });
    json!({ "results": methods.iter().map(result).collect::<Vec<_>>(), "by": by }).to_string()
}

#[tokio::test]
async fn one_screening_answers_all_who_asked_and_each_closes_his_own() {
    let (place, router) = start().await;
    let told = orders(&place, &router, "lane", "").await;
    let order = &told[0];
    assert_eq!(
        (&order["id"], &order["state"], &order["pieces"], &order["methods_min"], &order["methods"]),
        (&json!(NUMBER), &json!("open"), &json!(4), &json!(3), &json!(["XRY", "ETD"])),
        "{told}"
    );
    let named: Vec<(&Value, &Value, &Value)> = order["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["programme"], &one["reference"], &one["enough"]))
        .collect();
    let (acas, no) = (json!("us-acas"), json!(false));
    assert_eq!(
        named,
        [(&acas, &json!("RFS-1"), &no), (&acas, &json!("RFS-2"), &no), (&Value::Null, &Value::Null, &no)]
    );
    assert!(!told.to_string().contains(SECRET), "{told}");

    let path = format!("/v1/work-orders/{NUMBER}/result");
    let request = |body: String| {
        let mut request = place.request("lane", "POST", &path, body);
        request.headers_mut().insert("idempotency-key", "k1".parse().unwrap());
        request
    };
    let (status, told) = send(&router, request(results(&["XRY", "ETD"]))).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let enough = |told: &Value| -> Vec<bool> {
        let requests = told["work_orders"][0]["requests"].as_array().unwrap();
        requests.iter().map(|one| one["enough"].as_bool().unwrap()).collect()
    };
    assert_eq!((enough(&told), &told["work_orders"][0]["state"]), (vec![true, true, false], &json!("open")));
    assert_eq!(
        told["work_orders"][0]["requests"][2]["cleared"],
        json!(["XRY", "ETD"]),
        "one is wanted still"
    );
    let shown = |told: Value| {
        let (both, requests) = (2, &told["screening_requests"]);
        (requests[0]["methods"].as_array().unwrap().len() == both, requests[0]["state"].clone())
    };
    let (_, case) = place.get(&router, "duty", &format!("/v1/consignments/{NUMBER}")).await;
    assert_eq!(shown(case), (true, json!("open")), "a result closes no request");
    // The same again is no second result; with another body it is another request.
    assert_eq!(send(&router, request(results(&["XRY", "ETD"]))).await, (StatusCode::OK, told));
    let (status, problem) = send(&router, request(results(&["XRY"]))).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("key-of-another")));

    let (_, told) = place.ask(&router, "lane", "POST", &path, results(&["PHS"])).await;
    assert_eq!((enough(&told), &told["work_orders"][0]["state"]), (vec![true, true, true], &json!("done")));
    for reference in ["RFS-1", "RFS-2"] {
        tell(&place, &router, "cbp", word("closed", NUMBER, reference, &[])).await;
    }
    // What is left is the mark: it ends when the goods are secured.
    let told = orders(&place, &router, "audit", "").await;
    assert_eq!(told[0]["requests"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!((&told[0]["methods_min"], &told[0]["requests"][0]["programme"]), (&json!(3), &Value::Null));
    drop(router);
    store::projections::check(&place.folder.path().join("loadgate.db")).unwrap();
}

/// An order is for those who screen, carry, handle or filed the goods; to all others there is none, and no result of theirs is
/// taken for one.
#[tokio::test]
async fn who_has_no_part_in_the_goods_sees_no_order_and_hands_in_nothing() {
    let (place, router) = start().await;
    let of = format!("waybill={NUMBER}");
    let flight = "flight=9Z100/2026-11-24/FRA-JFK";
    for (who, query) in
        [("lane", &*of), ("9z", &of), ("9z", flight), ("acme", &of), ("duty", ""), ("audit", "")]
    {
        let told = orders(&place, &router, who, query).await;
        assert_eq!((&told[0]["id"], told.as_array().unwrap().len()), (&json!(NUMBER), 1), "{who} {query}");
        assert!(!told.to_string().contains(SECRET), "{who}: {told}");
    }
    let path = format!("/v1/work-orders/{NUMBER}/result");
    for (who, query) in
        [("zenith", &*of), ("8y", &of), ("8y", flight), ("ramp", &of), ("ramp", flight), ("acme", flight)]
    {
        let there = place.get(&router, who, &format!("/v1/work-orders?{query}")).await;
        let absent = place.get(&router, who, "/v1/work-orders?waybill=888-10001025").await;
        assert_eq!(there, absent, "{who} {query}");
    }
    for who in ["zenith", "8y", "ramp"] {
        let there = place.ask(&router, who, "POST", &path, results(&["XRY"])).await;
        let absent =
            place.ask(&router, who, "POST", "/v1/work-orders/888-10001025/result", results(&["XRY"])).await;
        assert_eq!((there.0, &there), (StatusCode::NOT_FOUND, &absent), "{who}");
    }
    // With the carrier's mandate a handler does.
    let mandate = json!({ "type": "mandate", "carrier": "9Z", "station": "FRA", "agent": "ramp" });
    tell(&place, &router, "9z", mandate).await;
    assert_eq!(orders(&place, &router, "ramp", flight).await[0]["id"], json!(NUMBER));
    let (status, told) = place.ask(&router, "ramp", "POST", &path, results(&["XRY"])).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    // What no registry answers for is not enough, whoever hands it in.
    assert_eq!(told["work_orders"][0]["requests"][0]["enough"], json!(false), "{told}");
    assert_eq!(place.ask(&router, "audit", "POST", &path, results(&["XRY"])).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn pages_and_what_cannot_be_asked_or_handed_in() {
    let (place, router) = start().await;
    place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL.replace(NUMBER, "888-10001025")).await;
    tell(&place, &router, "cbp", word("opened", "888-10001025", "RFS-3", &[])).await;
    // A mark alone is an order as well.
    place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL.replace(NUMBER, "888-10001036")).await;
    tell(&place, &router, "duty", json!({ "type": "high-risk", "object": { "master": "888-10001036" } }))
        .await;
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let (_, told) = place.get(&router, "lane", &format!("/v1/work-orders?most=1{after}")).await;
        seen.push(told["work_orders"][0]["id"].as_str().unwrap().to_owned());
        match told["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [NUMBER, "888-10001025", "888-10001036"]);
    for (who, query, what) in [
        ("9z", "", "name the goods"),
        ("ramp", "most=1", "name the goods"),
        ("lane", "waybill=1", "waybill 1"),
        ("lane", "unit=AKE12345XB&house=H1", "name one thing"),
        ("lane", "after=x", "`next`"),
        ("lane", "fligth=1", "fligth"),
    ] {
        let (status, told) = place.get(&router, who, &format!("/v1/work-orders?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {told}");
        assert!(told["detail"].as_str().unwrap().contains(what), "{query}: {told}");
    }
    let path = format!("/v1/work-orders/{NUMBER}/result");
    for (body, what) in [
        ("{".to_owned(), "EOF"),
        (json!({ "results": [] }).to_string(), "write 1 to 100"),
        (results(&["RAY"]), "RAY"),
        (results(&["XRY"]).replace("clear", "fine"), "fine"),
        (results(&["XRY"]).replace("tested_on", "testd_on"), "testd_on"),
        (results(&["XRY"]).replace("\"method\"", "\"pieces\":[0],\"method\""), "pieces"),
        (results(&["XRY"]).replace("\"method\"", "\"at\":\"noon\",\"method\""), "noon"),
    ] {
        let (status, told) = place.ask(&router, "lane", "POST", &path, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{what}: {told}");
        assert!(told["detail"].as_str().unwrap().contains(what), "{what}: {told}");
    }
    assert_eq!(
        orders(&place, &router, "lane", &format!("waybill={NUMBER}")).await[0]["requests"][0]["enough"],
        json!(false)
    );
}
