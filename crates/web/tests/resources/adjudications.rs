//! Officers settle hits over HTTP: two of them, for as long as list and party say the same, and nobody who files learns of it.

use crate::place::{Place, WAYBILL, send};
use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// An invented list that names the consignee of the waybill; everything on it is fictitious.
fn write_list(place: &Place, name: &str, reason: &str) {
    let text = format!(
        "# loadgate-watch-list: Sanctions of Freedonia (fictitious); edition: 2026-11-01; purpose: sanctions\n\
         id,name,reason\nF-1,{name},{reason}\n"
    );
    std::fs::write(place.folder.path().join("watch.csv"), text).unwrap();
}

fn place(name: &str) -> Place {
    let place = Place::new("lists = [\"watch.csv\"]");
    write_list(&place, name, "fraud");
    place
}

const CONSIGNEE: &str = "Orchard Doors Inc";
const NUMBER: &str = "888-10001014";
const LATER: &str = "888-10001025";

async fn file(place: &Place, router: &Router, number: &str) {
    let (status, told) =
        place.ask(router, "acme", "POST", "/v1/filings", WAYBILL.replace(NUMBER, number)).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

async fn gate(place: &Place, router: &Router, who: &str, number: &str) -> Value {
    place.get(router, who, &format!("/v1/gate?waybill={number}")).await.1
}

fn is_held(answer: &Value) -> bool {
    let reasons = answer["load"]["reasons"].as_array().unwrap_or_else(|| panic!("{answer}"));
    reasons.iter().any(|reason| reason["code"] == "other-agency-hold")
}

async fn hit(place: &Place, router: &Router) -> String {
    let (status, told) = place.get(router, "compliance", &format!("/v1/consignments/{NUMBER}")).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    told["matches"][0]["hit"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
}

fn by(who: &str) -> Value {
    json!({ "reason": "other owner, seen in the register", "by": { "id": who, "organisation": "compliance" } })
}

fn proposal(hit: &str, who: &str) -> String {
    let mut asked = by(who);
    asked["waybill"] = json!(NUMBER);
    asked["hit"] = json!(hit);
    asked["verdict"] = json!("not-the-same");
    asked.to_string()
}

async fn propose(place: &Place, router: &Router, who: &str) -> String {
    let asked = proposal(&hit(place, router).await, who);
    let (status, told) = place.ask(router, "compliance", "POST", "/v1/adjudications", asked).await;
    assert_eq!((status, &told["standing"]), (StatusCode::CREATED, &json!("proposed")), "{told}");
    told["id"].as_str().unwrap().to_owned()
}

async fn say(
    place: &Place,
    router: &Router,
    organisation: &str,
    who: &str,
    path: &str,
) -> (StatusCode, Value) {
    let path = format!("/v1/adjudications/{path}");
    place.ask(router, organisation, "POST", &path, by(who).to_string()).await
}

/// The whole story: a hit holds, two settle it, that outlasts a restart, another word of the list holds anew, and so does a
/// withdrawal; what is kept follows from the log.
#[tokio::test]
async fn two_officers_settle_a_hit_until_the_list_or_they_say_otherwise() {
    let place = place(CONSIGNEE);
    let router = place.start();
    file(&place, &router, NUMBER).await;
    assert!(is_held(&gate(&place, &router, "compliance", NUMBER).await));
    let id = propose(&place, &router, "A. KELLER").await;
    let confirmation = format!("{id}/confirmation");
    let (status, told) = say(&place, &router, "compliance", "a. keller", &confirmation).await;
    assert_eq!(
        (status, &told["refusal"]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("second-person-needed")),
        "{told}"
    );
    assert!(is_held(&gate(&place, &router, "compliance", NUMBER).await));
    let (status, told) = say(&place, &router, "compliance", "B. SCHMIDT", &confirmation).await;
    assert_eq!(
        (status, &told["standing"], &told["counts"]),
        (StatusCode::OK, &json!("in-force"), &json!(true))
    );
    let words: Vec<&str> =
        told["words"].as_array().unwrap().iter().map(|word| word["word"].as_str().unwrap()).collect();
    assert_eq!(words, ["proposed", "confirmed"]);
    assert_eq!(
        (&told["party"]["name"], &told["entry"]["entity_id"]),
        (&json!("ORCHARD DOORS INC"), &json!("F-1"))
    );
    assert!(!is_held(&gate(&place, &router, "compliance", NUMBER).await));
    let (_, shown) = place.get(&router, "compliance", &format!("/v1/consignments/{NUMBER}")).await;
    assert_eq!(
        (&shown["matches"][0]["verdict"], &shown["matches"][0]["adjudication"]),
        (&json!("not-the-same"), &json!(id))
    );
    drop(router);

    let router = place.start();
    let path = format!("/v1/adjudications/{id}");
    let (_, after) = place.get(&router, "audit", &path).await;
    assert_eq!(after, told, "it is there after a restart");
    file(&place, &router, LATER).await;
    assert!(!is_held(&gate(&place, &router, "compliance", LATER).await));
    drop(router);

    write_list(&place, CONSIGNEE, "arms");
    let router = place.start();
    for number in [NUMBER, LATER] {
        assert!(is_held(&gate(&place, &router, "compliance", number).await), "{number}");
    }
    assert_eq!(place.get(&router, "audit", &path).await.1["counts"], json!(false));
    let id = propose(&place, &router, "A. KELLER").await;
    say(&place, &router, "compliance", "B. SCHMIDT", &format!("{id}/confirmation")).await;
    assert!(!is_held(&gate(&place, &router, "compliance", NUMBER).await));
    let withdrawal = format!("{id}/withdrawal");
    let (_, told) = say(&place, &router, "compliance", "A. KELLER", &withdrawal).await;
    assert_eq!(told["refusal"]["code"], "second-person-needed", "{told}");
    let (status, told) = say(&place, &router, "compliance", "B. SCHMIDT", &withdrawal).await;
    assert_eq!((status, &told["standing"]), (StatusCode::OK, &json!("withdrawn")), "{told}");
    for number in [NUMBER, LATER] {
        assert!(is_held(&gate(&place, &router, "compliance", number).await), "{number}");
    }
    drop(router);
    store::projections::check(&place.folder.path().join("loadgate.db")).unwrap();
}

/// What is settled is the business of whose list it is: to others it looks as if it were not there.
#[tokio::test]
async fn who_does_not_decide_on_a_list_sees_nothing_of_what_was_found() {
    let place = place(CONSIGNEE);
    let router = place.start();
    file(&place, &router, NUMBER).await;
    let id = propose(&place, &router, "A. KELLER").await;
    let asked = proposal(&hit(&place, &router).await, "C. MEYER");
    for who in ["acme", "zenith", "9z", "ramp", "cbp", "school", "audit"] {
        for path in ["/v1/adjudications".to_owned(), format!("/v1/adjudications/{id}/confirmation")] {
            let (status, told) = place.ask(&router, who, "POST", &path, asked.clone()).await;
            assert_eq!(
                (status, &told["code"]),
                (StatusCode::FORBIDDEN, &json!("not-allowed")),
                "{who} {path}"
            );
        }
        if who != "audit" {
            assert_eq!(place.get(&router, who, "/v1/adjudications").await.0, StatusCode::FORBIDDEN, "{who}");
        }
    }
    for who in ["acme", "zenith", "9z", "ramp", "cbp", "duty", "school"] {
        let (status, there) = place.get(&router, who, &format!("/v1/adjudications/{id}")).await;
        let (_, absent) = place.get(&router, who, "/v1/adjudications/00-1").await;
        assert_eq!((status, &there), (StatusCode::NOT_FOUND, &absent), "{who}");
    }
    // Officers of another desk: nothing, by no count and no cursor.
    let (_, told) = place.get(&router, "duty", "/v1/adjudications").await;
    assert_eq!((&told["adjudications"], &told["next"]), (&json!([]), &Value::Null), "{told}");
    let after = format!("/v1/adjudications?after={id}");
    assert_eq!(
        place.get(&router, "duty", &after).await,
        place.get(&router, "duty", "/v1/adjudications?after=00-1").await
    );
    for word in ["confirmation", "refusal", "withdrawal"] {
        let (status, told) = say(&place, &router, "duty", "B", &format!("{id}/{word}")).await;
        let absent = say(&place, &router, "duty", "B", &format!("00-1/{word}")).await;
        assert_eq!((status, told), absent);
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let (_, told) = place.ask(&router, "duty", "POST", "/v1/adjudications", asked).await;
    assert_eq!(told["refusal"]["code"], "not-your-agency", "{told}");
    for who in ["compliance", "audit"] {
        let (status, told) = place.get(&router, who, "/v1/adjudications?standing=proposed&most=1").await;
        assert_eq!((status, &told["adjudications"][0]["id"]), (StatusCode::OK, &json!(id)), "{who} {told}");
        assert_eq!(told["next"], Value::Null);
    }
}

/// Goods whose hit was settled look to whoever files, carries or handles like goods that never had one, to the byte.
#[tokio::test]
async fn that_a_hit_was_settled_changes_no_byte_of_what_others_are_told() {
    let (listed, other) = (place(CONSIGNEE), place("Somebody Else Altogether"));
    let (one, two) = (listed.start(), other.start());
    for (place, router) in [(&listed, &one), (&other, &two)] {
        file(place, router, NUMBER).await;
    }
    let id = propose(&listed, &one, "A. KELLER").await;
    say(&listed, &one, "compliance", "B. SCHMIDT", &format!("{id}/confirmation")).await;
    let mut told = Vec::new();
    for (place, router) in [(&listed, &one), (&other, &two)] {
        let (_, filed) =
            place.ask(router, "acme", "POST", "/v1/filings", WAYBILL.replace(NUMBER, LATER)).await;
        let mut all = vec![filed];
        for who in ["acme", "9z", "ramp", "cbp", "zenith"] {
            for number in [NUMBER, LATER] {
                all.push(gate(place, router, who, number).await);
            }
        }
        for path in [format!("/v1/consignments/{LATER}"), format!("/v1/lookups?waybill={LATER}")] {
            all.push(place.get(router, "acme", &path).await.1);
        }
        let (_, notices) = place.get(router, "acme", "/v1/notices").await;
        let of_later =
            notices["notices"].as_array().unwrap().iter().filter(|one| one.to_string().contains(LATER));
        all.push(of_later.map(|one| one["kind"].clone()).collect());
        told.push(all);
    }
    assert_eq!(told[0], told[1]);
}

/// A request that comes again has the same reply and no second effect; what cannot be read is refused with what would do.
#[tokio::test]
async fn a_request_that_comes_again_or_cannot_be_read() {
    let place = place(CONSIGNEE);
    let router = place.start();
    file(&place, &router, NUMBER).await;
    let name = hit(&place, &router).await;
    let with_key = |path: &str, body: String| {
        let mut request = place.request("compliance", "POST", path, body);
        request.headers_mut().insert("idempotency-key", "k1".parse().unwrap());
        request
    };
    let (status, first) = send(&router, with_key("/v1/adjudications", proposal(&name, "A"))).await;
    assert_eq!(status, StatusCode::CREATED, "{first}");
    let again = send(&router, with_key("/v1/adjudications", proposal(&name, "A"))).await;
    assert_eq!(again, (StatusCode::CREATED, first.clone()));
    let (status, told) = send(&router, with_key("/v1/adjudications", proposal(&name, "B"))).await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("key-of-another")));
    let (_, told) = place.ask(&router, "compliance", "POST", "/v1/adjudications", proposal(&name, "B")).await;
    assert_eq!(told["refusal"]["code"], "adjudicated-already", "{told}");
    let mut nobody: Value = serde_json::from_str(&proposal(&name, "B")).unwrap();
    nobody.as_object_mut().unwrap().remove("by");
    for (asked, code) in [
        (nobody.to_string(), "person-missing"),
        (proposal("0.0", "B"), "hit-unknown"),
        (proposal(&name, "B").replace("other owner, seen in the register", " "), "reason-missing"),
        (proposal(&name, "compliance-clerk").replace("\"compliance\"", "\"ACME\""), "own-filing"),
    ] {
        let (status, told) = place.ask(&router, "compliance", "POST", "/v1/adjudications", asked).await;
        assert_eq!(
            (status, &told["refusal"]["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)),
            "{told}"
        );
    }
    let gone = proposal(&name, "B").replace(NUMBER, LATER);
    assert_eq!(
        place.ask(&router, "compliance", "POST", "/v1/adjudications", gone).await.0,
        StatusCode::NOT_FOUND
    );
    for (asked, what) in [
        (proposal(&name, "B").replace("not-the-same", "maybe"), "not-the-same or the-same"),
        (proposal(&name, "B").replace(NUMBER, "1"), "waybill 1"),
        (proposal(&name, "B").replace("\"waybill\"", "\"waybil\""), "waybil"),
        ("{".to_owned(), "EOF"),
    ] {
        let (status, told) = place.ask(&router, "compliance", "POST", "/v1/adjudications", asked).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{told}");
        assert!(told["detail"].as_str().unwrap().contains(what), "{what}: {told}");
    }
    let (status, told) = place.get(&router, "audit", "/v1/adjudications?standing=open").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(told["detail"].as_str().unwrap().contains("proposed, to-review"), "{told}");
    // Who reads what was found is written down.
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    place.get(&router, "compliance", "/v1/adjudications").await;
    let (_, read) =
        place.get(&router, "audit", &format!("/v1/accesses?day={today}&organisation=compliance")).await;
    assert!(read.to_string().contains("GET /v1/adjudications"), "{read}");
}
