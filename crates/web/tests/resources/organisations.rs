//! Organisations, the mandates between them, and the stations by which a queue is cut.

use crate::place::Place;
use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Adds lines to what the configuration says of an organisation.
fn say_of(place: &Place, role: &str, lines: &str) {
    let path = place.folder.path().join("loadgate.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let line = format!("role = \"{role}\"");
    assert!(text.contains(&line), "{text}");
    std::fs::write(&path, text.replace(&line, &format!("{line}\n{lines}"))).unwrap();
}

async fn names(place: &Place, router: &Router, who: &str) -> Vec<String> {
    let (status, told) = place.get(router, who, "/v1/organisations").await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let all = told["organisations"].as_array().unwrap();
    all.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn give(place: &Place, router: &Router, who: &str, mandate: Value) -> (StatusCode, Value) {
    place.ask(router, who, "POST", "/v1/mandates", mandate.to_string()).await
}

/// Station, agent, what he may do, and whether he may now, as somebody sees it.
async fn mandates(place: &Place, router: &Router, who: &str) -> Vec<(String, String, Value, bool)> {
    let (status, told) = place.get(router, who, "/v1/mandates").await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    let all = told["mandates"].as_array().unwrap().iter();
    all.map(|one| {
        (text(one, "station"), text(one, "agent"), one["acts"].clone(), one["in_force"] == json!(true))
    })
    .collect()
}

#[tokio::test]
async fn each_sees_whom_he_works_with() {
    let place = Place::new("");
    let lines = "stations = [\"FRA\", \"MUC\"]\naddresses = { type_b = [\"FRAOO9Z\"], pima = [\"REUAIR089Z/FRA01\"], email = \
                 [\"ops@9z.example\"] }";
    say_of(&place, "carrier 9Z", lines);
    let router = place.start();
    let all = ["8y", "9z", "acme", "administration", "audit", "cbp", "compliance", "duty", "lane", "ramp"];
    let all = [&all[..], &["school", "zenith"]].concat();
    for who in ["duty", "audit", "cbp"] {
        assert_eq!(names(&place, &router, who).await, all, "{who}");
    }
    for who in ["9z", "ramp", "acme", "school", "lane"] {
        assert_eq!(names(&place, &router, who).await, [who], "nobody works with anybody yet");
    }
    let (status, told) =
        give(&place, &router, "9z", json!({ "station": "FRA", "agent": "ramp", "acts": ["build"] })).await;
    let made = &told["mandates"][0];
    assert_eq!(
        (status, &made["carrier"], &made["acts"], &made["in_force"], &made["until"]),
        (StatusCode::CREATED, &json!("9Z"), &json!(["build"]), &json!(true), &Value::Null),
        "{told}"
    );
    assert_eq!(names(&place, &router, "9z").await, ["9z", "ramp"]);
    assert_eq!(names(&place, &router, "ramp").await, ["9z", "ramp"]);
    assert_eq!(names(&place, &router, "8y").await, ["8y"]);
    let (_, told) = place.get(&router, "ramp", "/v1/organisations").await;
    assert_eq!(
        told["organisations"][0],
        json!({ "name": "9z", "role": "carrier 9Z", "desk": false, "represents": null, "stations": ["FRA", "MUC"],
            "addresses": { "type_b": ["FRAOO9Z"], "pima": ["REUAIR089Z/FRA01"], "email": ["ops@9z.example"] } })
    );
    // It is withdrawn: neither has to do with the other any more, and both see that it was.
    let (status, told) =
        give(&place, &router, "9z", json!({ "station": "FRA", "agent": "ramp", "withdrawn": true })).await;
    assert_eq!((status, &told["mandates"][0]["withdrawn"]), (StatusCode::CREATED, &json!(true)), "{told}");
    assert_eq!(names(&place, &router, "ramp").await, ["ramp"]);
    let withdrawn = [("FRA".to_owned(), "ramp".to_owned(), json!(["ask", "build"]), false)];
    for who in ["9z", "ramp", "duty", "audit"] {
        assert_eq!(mandates(&place, &router, who).await, withdrawn, "{who}");
    }
    for who in ["8y", "acme", "lane"] {
        assert_eq!(mandates(&place, &router, who).await, [], "{who}");
    }
}

#[tokio::test]
async fn only_its_carrier_gives_a_mandate_and_what_is_wrong_with_one_is_said() {
    let place = Place::new("");
    let router = place.start();
    let right = json!({ "station": "FRA", "agent": "ramp" });
    let with = |field: &str, value: Value| {
        let mut given = right.clone();
        given[field] = value;
        given
    };
    for (who, given, status, word) in [
        ("8y", with("carrier", json!("9Z")), StatusCode::UNPROCESSABLE_ENTITY, "not-the-carrier"),
        ("ramp", with("carrier", json!("9Z")), StatusCode::UNPROCESSABLE_ENTITY, "not-the-carrier"),
        ("ramp", right.clone(), StatusCode::BAD_REQUEST, "carrier: write the designator"),
        ("9z", with("carrier", json!("9")), StatusCode::BAD_REQUEST, "carrier 9: write"),
        ("9z", with("station", json!("Frankfurt")), StatusCode::BAD_REQUEST, "station Frankfurt: write"),
        ("9z", with("agent", json!("rampp")), StatusCode::BAD_REQUEST, "agent rampp: this node"),
        ("9z", with("acts", json!(["load"])), StatusCode::BAD_REQUEST, "acts load: write one of ask, build"),
        ("9z", with("until", json!("tomorrow")), StatusCode::BAD_REQUEST, "until tomorrow: write it with"),
        ("9z", with("for", json!("ever")), StatusCode::BAD_REQUEST, "for"),
    ] {
        let (found, told) = give(&place, &router, who, given.clone()).await;
        assert!(found == status && told.to_string().contains(word), "{who} {given}: {found} {told}");
    }
    assert_eq!(mandates(&place, &router, "audit").await, []);
    // Over at its time.
    let given = json!({ "station": "FRA", "agent": "ramp", "until": "2026-01-01T00:00:00Z" });
    let (status, told) = give(&place, &router, "9z", given).await;
    assert_eq!((status, &told["mandates"][0]["in_force"]), (StatusCode::CREATED, &json!(false)), "{told}");
    // The same request again has no second effect.
    let request = |body: &Value| {
        let mut request = place.request("9z", "POST", "/v1/mandates", body.to_string());
        request.headers_mut().insert("Idempotency-Key", "m1".parse().unwrap());
        request
    };
    for _ in 0..2 {
        let (status, told) = crate::place::send(&router, request(&right)).await;
        assert_eq!((status, &told["mandates"][0]["in_force"]), (StatusCode::CREATED, &json!(true)), "{told}");
    }
    let (status, _) = crate::place::send(&router, request(&with("station", json!("MUC")))).await;
    assert_eq!(status, StatusCode::CONFLICT, "the key is of another request");
}

/// Holds of goods from Frankfurt to New York, from Cairo to Nairobi, and of some whose way nobody told.
#[tokio::test]
async fn a_queue_is_that_of_the_stations_of_the_organisation() {
    let place = Place::new("");
    say_of(&place, "officer of us-acas", "stations = [\"JFK\", \"MUC\"]");
    let router = place.start();
    for (waybill, from, to) in [("888-10001014", "FRA", "JFK"), ("888-10004046", "CAI", "NBO")] {
        let booked = json!({ "schema": "loadgate-facts/1", "facts": [{ "type": "booked", "object": { "master": waybill },
            "legs": [{ "from": from, "to": to, "flight": "9Z100", "date": "2028-11-24" }] }] });
        let (status, told) = place.ask(&router, "9z", "POST", "/v1/filings", booked.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{told}");
    }
    for waybill in ["888-10001014", "888-10004046", "888-10007071"] {
        let hold = json!({ "waybill": waybill, "reason": "papers are missing",
            "by": { "id": "A. KELLER", "organisation": "compliance" } });
        let (status, told) = place.ask(&router, "compliance", "POST", "/v1/holds", hold.to_string()).await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
    }
    let queue = |who: &'static str, query: &'static str| {
        let (place, router) = (&place, &router);
        async move {
            let (status, told) = place.get(router, who, &format!("/v1/queue{query}")).await;
            assert_eq!(status, StatusCode::OK, "{told}");
            let waiting = told["waiting"].as_array().unwrap().iter();
            let mut goods: Vec<String> =
                waiting.map(|one| one["master"].as_str().unwrap().to_owned()).collect();
            goods.sort();
            goods
        }
    };
    let (jfk, nbo, lost) = ("888-10001014", "888-10004046", "888-10007071");
    assert_eq!(queue("audit", "").await, [jfk, nbo, lost], "of all");
    assert_eq!(queue("duty", "").await, [jfk, lost], "of JFK, and of what may come there");
    assert_eq!(queue("duty", "?station=*").await, [jfk, nbo, lost]);
    assert_eq!(queue("duty", "?station=CAI").await, [nbo, lost]);
    assert_eq!(queue("audit", "?station=FRA").await, [jfk, lost]);
    let (status, told) = place.get(&router, "duty", "/v1/queue?station=Cairo").await;
    assert!(status == StatusCode::BAD_REQUEST && told.to_string().contains("write an IATA code"), "{told}");
}
