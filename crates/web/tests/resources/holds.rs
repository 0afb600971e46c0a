//! Holds of agencies as a list, and officers who place and lift them: each sees of them what the gate tells him.

use crate::place::{Place, WAYBILL, send};
use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// An invented list that names the consignee of the waybill; everything on it is fictitious.
const LIST: &str = "# loadgate-watch-list: Sanctions of Freedonia (fictitious); edition: 2026-11-01; purpose: sanctions\n\
    id,name\nF-1,Orchard Doors Inc\n";

const NUMBER: &str = "888-10001014";
const SECRET: &str = "an informant at the quay";

/// A node with goods of acme that nobody holds, flying with 9Z.
async fn start(settings: &str) -> (Place, Router) {
    let place = Place::new(settings);
    std::fs::write(place.folder.path().join("watch.csv"), LIST).unwrap();
    let router = place.start();
    let (status, told) = place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    (place, router)
}

fn word(who: &str, reason: &str) -> Value {
    json!({ "reason": reason, "by": { "id": who, "organisation": "border office" } })
}

fn order(who: &str) -> String {
    let mut order = word(who, SECRET);
    order["waybill"] = json!(NUMBER);
    order.to_string()
}

async fn hold(place: &Place, router: &Router) -> Value {
    let (status, told) = place.ask(router, "compliance", "POST", "/v1/holds", order("A. KELLER")).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    told["holds"][0].clone()
}

async fn holds(place: &Place, router: &Router, who: &str, query: &str) -> Value {
    let (status, told) = place.get(router, who, &format!("/v1/holds?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{who} {query}: {told}");
    told["holds"].clone()
}

fn is_held(answer: &Value) -> bool {
    answer["load"]["reasons"].as_array().unwrap().iter().any(|reason| reason["code"] == "other-agency-hold")
}

#[tokio::test]
async fn who_asks_again_by_its_tag_is_told_what_changed_for_him_alone() {
    let (place, router) = start("").await;
    let path = format!("/v1/consignments/{NUMBER}");
    let asked = async |who: &str, tag: Option<&str>| {
        let mut request = place.request(who, "GET", &path, axum::body::Body::empty());
        if let Some(tag) = tag {
            request.headers_mut().insert("if-none-match", tag.parse().unwrap());
        }
        let response = tower::ServiceExt::oneshot(router.clone(), request).await.unwrap();
        let tag = response.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
        let status = response.status();
        (status, tag, axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().len())
    };
    let (status, tag, _) = asked("duty", None).await;
    let tag = tag.unwrap();
    assert_eq!(status, StatusCode::OK);
    let same = (StatusCode::NOT_MODIFIED, Some(tag.clone()), 0);
    assert_eq!(asked("duty", Some(&tag)).await, same);
    // Who may not see it is told the same whatever tag he sends.
    let refused = asked("zenith", None).await;
    assert!(refused.0.is_client_error() && refused.1.is_none(), "{refused:?}");
    assert_eq!(asked("zenith", Some(&tag)).await, refused);
    let (status, told) = place.ask(&router, "cbp", "POST", "/v1/filings", json!({
        "schema": "loadgate-facts/1",
        "facts": [{ "type": "authority", "programme": "us-acas", "object": { "master": NUMBER }, "word": "opened",
            "kind": "RFI", "reference": "R1" }],
    }).to_string()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let (status, newer, _) = asked("duty", Some(&tag)).await;
    assert!(status == StatusCode::OK && newer != Some(tag), "{status}");
}

#[tokio::test]
async fn an_officer_holds_goods_and_two_lift_what_his_agency_holds() {
    let (place, router) = start("").await;
    assert_eq!(holds(&place, &router, "compliance", "").await, json!([]));
    let held = hold(&place, &router).await;
    assert_eq!(
        (&held["id"], &held["state"], &held["agency"], &held["kind"], &held["by"]["id"]),
        (
            &json!(format!("{NUMBER}.1")),
            &json!("open"),
            &json!("sanctions compliance"),
            &json!("ordered"),
            &json!("A. KELLER")
        ),
        "{held}"
    );
    assert!(held["reason"].as_str().unwrap().contains(SECRET), "{held}");
    let since: jiff::Timestamp = held["since"].as_str().unwrap().parse().unwrap();
    assert!(jiff::Timestamp::now().duration_since(since).as_secs() < 60);
    assert!(is_held(&place.get(&router, "acme", &format!("/v1/gate?waybill={NUMBER}")).await.1));
    // Told again it holds once; another reason holds a second time.
    let (_, again) = place.ask(&router, "compliance", "POST", "/v1/holds", order("A. KELLER")).await;
    let path = format!("/v1/holds/{NUMBER}.1/release");
    let confirmation = format!("{path}/confirmation");
    let say = |path: String, who: &str| {
        let body = word(who, "the register has another owner").to_string();
        let (place, router) = (&place, &router);
        async move { place.ask(router, "compliance", "POST", &path, body).await }
    };
    assert_eq!(say(confirmation.clone(), "B. SCHMIDT").await.0, StatusCode::NOT_FOUND, "nobody proposed it");
    let (status, told) = say(path.clone(), "A. KELLER").await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(
        (&told["holds"][0]["state"], &told["holds"][0]["release"]["standing"]),
        (&json!("open"), &json!("proposed")),
        "{told}"
    );
    let (_, told) = say(confirmation.clone(), "A. KELLER").await;
    assert_eq!(told["refusal"]["code"], "second-person-needed", "{told}");
    let (status, told) = say(confirmation, "B. SCHMIDT").await;
    assert_eq!(
        (status, &told["holds"][0]["state"], &told["holds"][0]["release"]["standing"]),
        (StatusCode::OK, &json!("lifted"), &json!("confirmed")),
        "{told}"
    );
    assert!(told["holds"][0]["lifted_at"].is_string(), "{told}");
    assert!(!is_held(&place.get(&router, "acme", &format!("/v1/gate?waybill={NUMBER}")).await.1));
    assert_eq!(holds(&place, &router, "compliance", "").await, json!([]), "{again}");
    let lifted = holds(&place, &router, "audit", &format!("waybill={NUMBER}&state=lifted")).await;
    assert_eq!(lifted.as_array().unwrap().len(), again["holds"].as_array().unwrap().len(), "{lifted}");
    // Held anew it has another id, and the release of before is none of it.
    let anew = hold(&place, &router).await;
    assert_ne!((&anew["id"], &anew["state"]), (&held["id"], &json!("lifted")));
    assert_eq!(anew["release"], Value::Null, "{anew}");
    drop(router);
    store::projections::check(&place.folder.path().join("loadgate.db")).unwrap();
}

/// Whoever files, carries or handles learns no more than the gate tells him; what is not his is not there.
#[tokio::test]
async fn each_sees_of_a_hold_what_is_his() {
    let (place, router) = start("lists = [\"watch.csv\"]").await;
    let hit = holds(&place, &router, "compliance", &format!("waybill={NUMBER}")).await;
    assert_eq!((&hit[0]["kind"], &hit[0]["by"]), (&json!("name-hit"), &Value::Null), "{hit}");
    let of = format!("waybill={NUMBER}");
    let before: Vec<Value> =
        [holds(&place, &router, "acme", &of).await, holds(&place, &router, "9z", &of).await].into();
    hold(&place, &router).await;
    // A second hold changes no byte of what they are told.
    let after: Vec<Value> =
        [holds(&place, &router, "acme", &of).await, holds(&place, &router, "9z", &of).await].into();
    assert_eq!(before, after);
    let nameless = json!([{ "id": null, "master": NUMBER, "house": null, "state": "open", "agency": "another agency",
        "kind": null, "reason": null, "since": null, "lifted_at": null, "by": null, "review_at": null, "release": null }]);
    assert_eq!(after, [nameless.clone(), nameless.clone()]);
    let flight = "flight=9Z100/2026-11-24/FRA-JFK";
    assert_eq!(holds(&place, &router, "9z", flight).await, nameless);
    // Of others, and of whoever only files by what holds the goods of many, nothing at all.
    for (who, query) in [
        ("zenith", &*of),
        ("8y", &of),
        ("ramp", &of),
        ("8y", flight),
        ("ramp", flight),
        ("acme", flight),
        ("acme", "unit=AKE111119Z"),
        ("zenith", "house=H1"),
    ] {
        let (status, told) = place.get(&router, who, &format!("/v1/holds?{query}")).await;
        let (_, absent) = place.get(&router, who, "/v1/holds?waybill=888-10001025").await;
        assert_eq!((status, &told), (StatusCode::OK, &absent), "{who} {query}");
    }
    let facts = |facts: Value| json!({ "schema": "loadgate-facts/1", "facts": facts }).to_string();
    let built = json!([{ "type": "built", "unit": { "unit": "AKE111119Z" }, "contents": [{ "object": { "master": NUMBER }, "count": 4 }],
        "complete": true }]);
    place.ask(&router, "9z", "POST", "/v1/filings", facts(built)).await;
    assert_eq!(holds(&place, &router, "9z", "unit=AKE111119Z").await, nameless);
    assert_eq!(holds(&place, &router, "audit", "unit=AKE111119Z").await.as_array().unwrap().len(), 2);
    for who in ["8y", "ramp", "acme", "zenith"] {
        assert_eq!(holds(&place, &router, who, "unit=AKE111119Z").await, json!([]), "{who}");
    }
    // A handler sees it while he has the carrier's mandate.
    for (withdrawn, expected) in [(false, &nameless), (true, &json!([]))] {
        let mandate = json!([{ "type": "mandate", "carrier": "9Z", "station": "FRA", "agent": "ramp",
            "withdrawn": withdrawn }]);
        place.ask(&router, "9z", "POST", "/v1/filings", facts(mandate)).await;
        assert_eq!(holds(&place, &router, "ramp", &of).await, *expected);
    }
    // Officers of another desk see whose it is, and not why.
    let told = holds(&place, &router, "duty", &of).await;
    assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
    for one in told.as_array().unwrap() {
        assert_eq!(
            (&one["agency"], &one["kind"], &one["reason"], &one["by"]),
            (&json!("sanctions compliance"), &Value::Null, &Value::Null, &Value::Null),
            "{one}"
        );
    }
    assert_eq!(holds(&place, &router, "duty", "kind=ordered").await, json!([]));
    for who in ["acme", "zenith", "9z", "8y", "ramp", "duty"] {
        let (_, all) = place.get(&router, who, &format!("/v1/holds?{of}")).await;
        for secret in [SECRET, "ORCHARD", "KELLER", "Freedonia"] {
            assert!(!all.to_string().contains(secret), "{who}: {all}");
        }
    }
    // Nobody else lifts it: to who sees no hold of that id there is none.
    let body = word("X", "let it go").to_string();
    for (who, status) in [("acme", 404), ("9z", 404), ("zenith", 404), ("duty", 422)] {
        let path = format!("/v1/holds/{NUMBER}.2/release");
        let (told, problem) = place.ask(&router, who, "POST", &path, body.clone()).await;
        assert_eq!(told.as_u16(), status, "{who}: {problem}");
        let (told, problem) =
            place.ask(&router, who, "POST", &format!("{path}/confirmation"), body.clone()).await;
        assert_eq!(told, StatusCode::NOT_FOUND, "{who}: {problem}");
    }
    for who in ["acme", "9z", "ramp", "cbp"] {
        let (status, told) = place.ask(&router, who, "POST", "/v1/holds", order("X")).await;
        assert_eq!(
            (status, &told["refusal"]["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("not-an-officer")),
            "{who}"
        );
    }
    assert_eq!(place.ask(&router, "audit", "POST", "/v1/holds", order("X")).await.0, StatusCode::FORBIDDEN);
    // What officers read is written down.
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (_, read) = place.get(&router, "audit", &format!("/v1/accesses?day={today}&organisation=duty")).await;
    assert!(read.to_string().contains(&format!("GET /v1/holds?waybill={NUMBER}")), "{read}");
}

#[tokio::test]
async fn pages_filters_keys_and_what_cannot_be_asked() {
    let (place, router) = start("").await;
    for number in ["888-10001025", "888-10001036"] {
        place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL.replace(NUMBER, number)).await;
        let held = order("A. KELLER").replace(NUMBER, number);
        place.ask(&router, "compliance", "POST", "/v1/holds", held).await;
    }
    hold(&place, &router).await;
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let (_, told) = place.get(&router, "audit", &format!("/v1/holds?most=1{after}")).await;
        seen.push(told["holds"][0]["id"].as_str().unwrap().to_owned());
        match told["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["888-10001014.1", "888-10001025.1", "888-10001036.1"]);
    assert_eq!(
        holds(&place, &router, "audit", "agency=Sanctions%20Compliance").await.as_array().unwrap().len(),
        3
    );
    assert_eq!(holds(&place, &router, "audit", "agency=police").await, json!([]));
    let with_key = |body: String| {
        let mut request = place.request("compliance", "POST", "/v1/holds", body);
        request.headers_mut().insert("idempotency-key", "k1".parse().unwrap());
        request
    };
    let (_, first) = send(&router, with_key(order("C. MEYER"))).await;
    let (status, again) = send(&router, with_key(order("C. MEYER"))).await;
    assert_eq!((status, &again), (StatusCode::CREATED, &first));
    let (status, told) = send(&router, with_key(order("D. MEYER"))).await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("key-of-another")));
    for (who, query, what) in [
        ("acme", "", "name the goods"),
        ("audit", "state=lifted", "name the goods"),
        ("audit", "state=gone", "open, lifted or all"),
        ("audit", "kind=odd", "ordered, name-hit, the-same"),
        ("audit", "waybill=1", "waybill 1"),
        ("audit", "unit=1", "unit 1"),
        ("audit", "unit=AKE12345XB&house=H1", "name one thing"),
        ("audit", "flight=9Z100", "9Z100"),
        ("audit", "after=x", "`next`"),
        ("audit", "wyabill=1", "wyabill"),
    ] {
        let (status, told) = place.get(&router, who, &format!("/v1/holds?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}: {told}");
        assert!(told["detail"].as_str().unwrap().contains(what), "{query}: {told}");
    }
    for (body, status) in [
        ("{".to_owned(), 400),
        (word("A", "x").to_string(), 400),
        (order("A").replace(SECRET, " "), 422),
        (order("A").replace("\"reason\"", "\"review_at\":\"tomorrow\",\"reason\""), 400),
        (order("A").replace("\"reason\"", "\"agency\":\"police\",\"reason\""), 422),
    ] {
        let (told, problem) = place.ask(&router, "compliance", "POST", "/v1/holds", body.clone()).await;
        assert_eq!(told.as_u16(), status, "{body}: {problem}");
    }
    for id in ["x", "888-10001014.0", "888-10001014.9", "888-10001047.1"] {
        let path = format!("/v1/holds/{id}/release");
        let (status, _) = place.ask(&router, "compliance", "POST", &path, word("A", "x").to_string()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{id}");
    }
}
