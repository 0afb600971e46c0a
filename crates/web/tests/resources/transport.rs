//! Flights and units as a node knows them.

use crate::place::{Place, WAYBILL};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn facts(facts: &Value) -> String {
    json!({ "schema": "loadgate-facts/1", "facts": facts }).to_string()
}

#[tokio::test]
async fn officers_see_what_is_on_a_flight_and_in_a_unit() {
    let place = Place::new("");
    let router = place.start();
    place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL.to_owned()).await;
    let flight = json!({ "flight": "9Z100", "date": "2026-11-24", "from": "FRA", "to": "JFK" });
    let told = facts(&json!([
        { "type": "schedule", "flight": flight, "passengers": true, "departs_at": "2026-11-24T22:00" },
        { "type": "built", "unit": { "unit": "AKE111119Z" }, "complete": true,
          "contents": [{ "object": { "master": "888-10001014" }, "pieces": [1, 2],
                         "weight": { "value": 88.2, "unit": "LBR" }, "position": "door" }] },
        { "type": "loaded", "flight": flight, "object": { "unit": "AKE111119Z" }, "how": "planned" },
        { "type": "loaded", "flight": flight, "object": { "master": "888-10001014", "piece": 3 }, "how": "loaded" },
    ]));
    let (status, done) = place.ask(&router, "9z", "POST", "/v1/filings", told).await;
    assert_eq!(status, StatusCode::OK, "{done}");

    let path = "/v1/flights/9Z100/2026-11-24/FRA-JFK";
    let (status, told) = place.get(&router, "duty", path).await;
    assert_eq!((status, &told["schema"]), (StatusCode::OK, &json!("loadgate-flight/1")), "{told}");
    assert_eq!(told["departs"], json!("2026-11-24T22:00:00"), "{told}");
    assert_eq!((&told["passengers"], &told["cancelled"]), (&json!(true), &json!(false)));
    let objects = json!([
        { "object": "piece 3 of 888-10001014", "how": "loaded" },
        { "object": "AKE111119Z", "how": "planned" },
    ]);
    assert_eq!((&told["objects"], &told["departed"]), (&objects, &Value::Null), "{told}");
    assert_eq!(told["returned"], Value::Null, "{told}");
    for (how, left) in [("departed", true), ("returned", false)] {
        let told = facts(&json!([{ "type": how, "flight": flight }]));
        let (status, done) = place.ask(&router, "9z", "POST", "/v1/filings", told).await;
        assert_eq!(status, StatusCode::OK, "{done}");
        let (_, told) = place.get(&router, "duty", path).await;
        assert_eq!((told["departed"].is_object(), told["returned"].is_string()), (left, !left), "{told}");
    }

    let (status, told) = place.get(&router, "audit", "/v1/units/AKE111119Z").await;
    assert_eq!((status, &told["schema"]), (StatusCode::OK, &json!("loadgate-unit/1")), "{told}");
    let contents = &told["contents"][0];
    assert_eq!(
        (&contents["object"], &contents["pieces"]),
        (&json!("888-10001014"), &json!([1, 2])),
        "{told}"
    );
    assert_eq!(contents["position"], json!("door"));
    assert!(contents["weight_kg"].as_str().unwrap().starts_with("40.0"), "{told}");
    assert_eq!((&told["complete"], &told["builder"]), (&json!(true), &json!("9z")), "{told}");
    assert_eq!(told["flights"], json!(["9Z100/2026-11-24/FRA-JFK"]), "{told}");

    for unknown in ["/v1/flights/9Z101/2026-11-24/FRA-JFK", "/v1/units/AKE999999Z"] {
        assert_eq!(place.get(&router, "duty", unknown).await.0, StatusCode::NOT_FOUND, "{unknown}");
    }
    for wrong in ["/v1/flights/9Z100/yesterday/FRA-JFK", "/v1/flights/9Z100/2026-11-24/FRA", "/v1/units/BOX"]
    {
        let (status, problem) = place.get(&router, "duty", wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong} {problem}");
    }
    // For everybody else it looks as if there were none.
    for who in ["acme", "9z"] {
        for path in [path, "/v1/units/AKE111119Z"] {
            assert_eq!(place.get(&router, who, path).await.0, StatusCode::NOT_FOUND, "{who} {path}");
        }
    }
}
