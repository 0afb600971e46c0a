//! Parties held against the watch lists of a node, and the lists themselves.

use crate::place::Place;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// An invented list of a State, of which everything is fictitious.
const LIST: &str = "# loadgate-watch-list: Border watch of Freedonia (fictitious); edition: 2020-01-31\n\
    id,name,aliases,schema,birth_date,country,address,documents\n\
    F-1,Zephyr Border Trading FZE,ZBT General Trading,organisation,,AE,\"12 Quay Road, Dubai\",\n\
    F-2,Amr Zefirov,,person,1961-04-30,IR,,passport:A1234567@IR\n";

fn place(settings: &str) -> Place {
    let place = Place::new(&format!("lists = [\"watch.csv\"]\n{settings}"));
    std::fs::write(place.folder.path().join("watch.csv"), LIST).unwrap();
    place
}

async fn screen(place: &Place, who: &str, asked: Value) -> (StatusCode, Value) {
    place.ask(&place.start(), who, "POST", "/v1/screenings", asked.to_string()).await
}

#[tokio::test]
async fn officers_screen_many_parties_at_once_with_what_they_know_of_them() {
    let place = place("");
    let asked = json!({ "parties": [
        { "name": "ZEPHYR BODRER TRADING", "schema": "organisation", "country": "AE" },
        { "name": "Nobody At All" },
        { "name": "---" },
        { "name": "Someone Else", "documents": ["passport:A1234567@IR"], "birth_date": "yesterday" },
        { "name": "Amr Zefirov", "birth_date": "1961-04-30", "schema": "person" },
    ] });
    let (status, told) = screen(&place, "duty", asked).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let rows: Vec<u64> = told.as_array().unwrap().iter().map(|one| one["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, [1, 2, 3, 4, 5], "in their order: {told}");
    assert_eq!((&told[0]["hits"][0]["entity_id"], &told[0]["open_count"]), (&json!("F-1"), &json!(1)));
    assert_eq!(told[0]["hits"][0]["list"], "Border watch of Freedonia (fictitious)");
    assert!(!told[0]["hits"][0]["evidence"].as_array().unwrap().is_empty());
    assert_eq!((&told[1]["hits"], &told[1]["hits_count"]), (&json!([]), &json!(0)));
    assert!(told[2]["error"].as_str().unwrap().contains("no letter or digit"), "it clears nobody: {told}");
    assert_eq!(told[3]["document_hits"][0]["entity_id"], "F-2");
    assert!(told[3]["problems"][0].as_str().unwrap().starts_with("birth_date yesterday"));
    let relations: Vec<&str> = told[4]["hits"][0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["relation"].as_str().unwrap())
        .collect();
    assert!(relations.contains(&"birth-date-same"), "{told}");
    assert_eq!(told[4]["lists"][0]["edition"], "2020-01-31");
}

#[tokio::test]
async fn who_files_carries_or_audits_screens_nobody() {
    let place = place("");
    for who in ["acme", "9z", "ramp", "cbp", "audit"] {
        let (status, problem) =
            screen(&place, who, json!({ "parties": [{ "name": "Zephyr Border" }] })).await;
        assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("not-allowed")), "{who}");
        assert!(!problem.to_string().contains("Freedonia"), "{who}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_what_would_do() {
    let place = place("");
    let router = place.start();
    let many: Vec<Value> = (0..201).map(|number| json!({ "name": format!("Party {number}") })).collect();
    let documents: Vec<String> = (0..51).map(|number| format!("passport:A{number:07}")).collect();
    for (asked, told) in [
        (json!({ "parties": [] }), "write 1 to 200"),
        (json!({ "parties": many }), "there are 201"),
        (json!({ "parties": [{ "nmae": "x" }] }), "nmae"),
        (json!({ "parties": [{ "schema": "person" }] }), "name"),
        (json!({ "parties": [{ "name": "x", "documents": documents }] }), "parties[0].documents"),
        (json!({ "parties": [{ "name": "x" }], "threshold": 0.1 }), "threshold 0.1"),
        (json!({ "parties": [{ "name": "x" }], "threshold": 0.8555 }), "three decimals"),
        (json!({ "parties": [{ "name": "x" }], "limit": 101 }), "limit 101"),
        (json!({ "party": "x" }), "party"),
    ] {
        let (status, problem) = place.ask(&router, "duty", "POST", "/v1/screenings", asked.to_string()).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("not-understood")), "{told}");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{told}: {problem}");
    }
    let long = json!({ "parties": [{ "name": "x".repeat(1 << 20) }] }).to_string();
    let (status, problem) = place.ask(&router, "duty", "POST", "/v1/screenings", long).await;
    assert_eq!((status, &problem["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("body-too-large")));
}

#[tokio::test]
async fn a_node_without_lists_clears_nobody() {
    let place = Place::new("");
    let (status, problem) = screen(&place, "duty", json!({ "parties": [{ "name": "Amr Zefirov" }] })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("no-lists")), "{problem}");
}

#[tokio::test]
async fn hits_are_given_up_to_a_limit_and_counted_beyond_it() {
    let place = place("");
    let rows: String = (0..30).map(|number| format!("N-{number},Nadir Zefirov,,,,,,\n")).collect();
    std::fs::write(place.folder.path().join("watch.csv"), format!("{LIST}{rows}")).unwrap();
    let party = json!([{ "name": "Nadir Zefirov" }]);
    let (_, told) = screen(&place, "duty", json!({ "parties": party })).await;
    assert_eq!((told[0]["hits"].as_array().unwrap().len(), &told[0]["hits_count"]), (20, &json!(30)));
    let (_, told) = screen(&place, "duty", json!({ "parties": party, "limit": 3, "threshold": 1 })).await;
    assert_eq!((told[0]["hits"].as_array().unwrap().len(), &told[0]["threshold"]), (3, &json!(1.0)));
}

#[tokio::test]
async fn each_list_says_how_old_it_is_and_whether_that_is_too_old_here() {
    for (settings, most) in [("", 7), ("[list_age_days]\ndefault = 3\nwatch-csv = 65535", 65_535)] {
        let place = place(settings);
        let (status, lists) = place.get(&place.start(), "acme", "/v1/lists").await;
        assert_eq!(status, StatusCode::OK);
        let list = &lists[0];
        assert_eq!((&list["edition"], &list["entries"]), (&json!("2020-01-31"), &json!(2)), "{lists}");
        assert_eq!(list["sha256"].as_str().unwrap().len(), 64);
        assert!(list["age_days"].as_u64().unwrap() > 2_000, "{lists}");
        assert_eq!((&list["age_max_days"], &list["is_old"]), (&json!(most), &json!(most == 7)), "{lists}");
    }
}
