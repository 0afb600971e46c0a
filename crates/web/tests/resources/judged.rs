//! Where what officers found of hits is seen: in what waits, in what falls due, and where the same party is screened.

use crate::place::{Place, WAYBILL};
use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// An invented list that names the consignee of the waybill; everything on it is fictitious.
fn write_list(place: &Place, reason: &str) {
    let text = format!(
        "# loadgate-watch-list: Sanctions of Freedonia (fictitious); edition: 2026-11-01; purpose: sanctions\n\
         id,name,reason\nF-1,Orchard Doors Inc,{reason}\n"
    );
    std::fs::write(place.folder.path().join("watch.csv"), text).unwrap();
}

const NUMBER: &str = "888-10001014";

/// A node with goods of which the consignee is a hit.
async fn start(settings: &str) -> (Place, Router) {
    let place = Place::new(&format!("lists = [\"watch.csv\"]\n{settings}"));
    write_list(&place, "fraud");
    let router = place.start();
    let (status, told) = place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    (place, router)
}

fn word(who: &str) -> Value {
    json!({ "reason": "other owner", "by": { "id": who, "organisation": "compliance" } })
}

async fn propose(place: &Place, router: &Router, verdict: &str) -> Value {
    // Goods are screened against other lists when somebody asks about them.
    place.get(router, "compliance", &format!("/v1/gate?waybill={NUMBER}")).await;
    let (_, shown) = place.get(router, "compliance", &format!("/v1/consignments/{NUMBER}")).await;
    let mut asked = word("A. KELLER");
    asked["waybill"] = json!(NUMBER);
    asked["hit"] = shown["matches"][0]["hit"].clone();
    asked["verdict"] = json!(verdict);
    let (status, told) =
        place.ask(router, "compliance", "POST", "/v1/adjudications", asked.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    told
}

async fn say(place: &Place, router: &Router, made: &Value, what: &str) {
    let path = format!("/v1/adjudications/{}/{what}", made["id"].as_str().unwrap());
    let (status, told) = place.ask(router, "compliance", "POST", &path, word("B. SCHMIDT").to_string()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
}

/// What is told of the party of the goods, as an adjudication shows it, where somebody screens it.
async fn screened(place: &Place, router: &Router, who: &str, made: &Value) -> (Value, Value, Value) {
    let party = &made["party"];
    let asked = json!({ "parties": [{ "name": "Nobody At All" }, { "name": party["name"],
        "country": party["country"], "address": party["address"], "documents": party["documents"] }] });
    let (status, told) = place.ask(router, who, "POST", "/v1/screenings", asked.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let hit = &told[1]["hits"][0];
    (hit["standing"].clone(), hit["decision"].clone(), told[1]["open_count"].clone())
}

async fn waiting(place: &Place, router: &Router, who: &str) -> Value {
    place.get(router, who, "/v1/queue").await.1["adjudications"].clone()
}

async fn due(place: &Place, router: &Router, who: &str) -> Vec<Value> {
    let (_, told) = place.get(router, who, &format!("/v1/due?waybill={NUMBER}")).await;
    let told = told.as_array().unwrap_or_else(|| panic!("{told}")).clone();
    told.into_iter()
        .filter(|one| ["second-person", "review"].contains(&one["kind"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_proposal_waits_for_those_who_may_confirm_it_and_is_shown_where_the_party_is_screened() {
    let (place, router) = start("").await;
    assert_eq!(waiting(&place, &router, "compliance").await, json!([]));
    let made = propose(&place, &router, "not-the-same").await;
    let told = waiting(&place, &router, "compliance").await;
    assert_eq!(
        (
            &told[0]["id"],
            &told[0]["standing"],
            &told[0]["words"][0]["person"],
            told.as_array().unwrap().len()
        ),
        (&made["id"], &json!("proposed"), &json!("A. KELLER"), 1),
        "{told}"
    );
    let proposed_at: jiff::Timestamp = made["words"][0]["at"].as_str().unwrap().parse().unwrap();
    let until: jiff::Timestamp = told[0]["until"].as_str().unwrap().parse().unwrap();
    assert_eq!(until.duration_since(proposed_at), jiff::SignedDuration::from_hours(24));
    let falls = due(&place, &router, "compliance").await;
    assert_eq!(
        (&falls[0]["reference"], &falls[0]["kind"]),
        (&made["id"], &json!("second-person")),
        "{falls:?}"
    );
    let (standing, decision, open) = screened(&place, &router, "compliance", &made).await;
    assert_eq!((&standing, &decision["adjudication"], &open), (&json!("proposed"), &made["id"], &json!(1)));
    // Officers of other desks, and auditors, who confirm nothing.
    for who in ["duty", "audit"] {
        assert_eq!(waiting(&place, &router, who).await, json!([]), "{who}");
        assert!(due(&place, &router, who).await.is_empty(), "{who}");
    }
    let (standing, decision, open) = screened(&place, &router, "duty", &made).await;
    assert_eq!((standing, decision, open), (json!("open"), Value::Null, json!(1)));

    say(&place, &router, &made, "confirmation").await;
    assert_eq!(waiting(&place, &router, "compliance").await, json!([]));
    assert!(due(&place, &router, "compliance").await.is_empty());
    let (standing, decision, open) = screened(&place, &router, "compliance", &made).await;
    assert_eq!((&standing, &decision["adjudication"], &open), (&json!("settled"), &made["id"], &json!(0)));
    let (standing, _, open) = screened(&place, &router, "duty", &made).await;
    assert_eq!((standing, open), (json!("open"), json!(1)));
    // Of a party of whom anything else is known nothing was found.
    let mut other = made.clone();
    other["party"]["country"] = json!("CA");
    assert_eq!(screened(&place, &router, "compliance", &other).await.0, json!("open"));
    drop(router);

    write_list(&place, "arms");
    let router = place.start();
    let (standing, decision, open) = screened(&place, &router, "compliance", &made).await;
    assert_eq!(
        (&standing, &decision["lapsed_because"], &open),
        (&json!("lapsed"), &json!("entry-changed"), &json!(1))
    );
    let again = propose(&place, &router, "the-same").await;
    assert_eq!(screened(&place, &router, "compliance", &again).await.0, json!("proposed"));
    write_list(&place, "fraud and arms");
    drop(router);
    let router = place.start();
    // Nobody can confirm what is said of an entry that is another one now.
    assert_eq!(waiting(&place, &router, "compliance").await, json!([]));
    let again = propose(&place, &router, "the-same").await;
    say(&place, &router, &again, "confirmation").await;
    let (standing, _, open) = screened(&place, &router, "compliance", &again).await;
    assert_eq!((standing, open), (json!("the-same"), json!(1)));
    drop(router);
    store::projections::check(&place.folder.path().join("loadgate.db")).unwrap();
}

#[tokio::test]
async fn what_one_decided_alone_waits_for_its_review() {
    let (place, router) =
        start("[policy]\none_officer = { stated = \"order 7\", review_minutes = 240 }").await;
    let made = propose(&place, &router, "not-the-same").await;
    assert_eq!(made["standing"], "to-review", "{made}");
    let told = waiting(&place, &router, "compliance").await;
    assert_eq!((&told[0]["id"], &told[0]["until"]), (&made["id"], &made["review_by"]), "{told}");
    let falls = due(&place, &router, "compliance").await;
    assert_eq!((&falls[0]["kind"], &falls[0]["at"]), (&json!("review"), &made["review_by"]));
    assert_eq!(screened(&place, &router, "compliance", &made).await.0, json!("settled"));
    for who in ["duty", "audit"] {
        assert_eq!(waiting(&place, &router, who).await, json!([]), "{who}");
    }
    say(&place, &router, &made, "refusal").await;
    assert_eq!(screened(&place, &router, "compliance", &made).await.0, json!("open"));
    assert_eq!(waiting(&place, &router, "compliance").await, json!([]));
    drop(router);
    store::projections::check(&place.folder.path().join("loadgate.db")).unwrap();
}
