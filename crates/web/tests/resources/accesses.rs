//! Who read what concerns others.

use crate::place::{Place, WAYBILL};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn read_today(place: &Place, router: &axum::Router, more: &str) -> Vec<Value> {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut all = Vec::new();
    // Midnight may pass in between.
    for day in [today.yesterday().unwrap(), today, today.tomorrow().unwrap()] {
        let (status, told) = place.get(router, "audit", &format!("/v1/accesses?day={day}{more}")).await;
        assert_eq!((status, &told["schema"]), (StatusCode::OK, &json!("loadgate-accesses/1")), "{told}");
        assert_eq!((&told["more"], &told["erased"]), (&json!(false), &json!(0)), "{told}");
        all.extend(told["accesses"].as_array().unwrap().clone());
    }
    all
}

#[tokio::test]
async fn readings_of_cases_and_screenings_are_written_down_with_who_and_what() {
    let place = Place::new("lists = [\"watch.csv\"]\n");
    let list =
        "# loadgate-watch-list: Freedonia (fictitious); edition: 2026-11-01\nid,name\nF-1,Amr Zefirov\n";
    std::fs::write(place.folder.path().join("watch.csv"), list).unwrap();
    let router = place.start();
    place.ask(&router, "acme", "POST", "/v1/filings", WAYBILL.to_owned()).await;
    let path = "/v1/consignments/888-10001014";
    assert_eq!(place.get(&router, "duty", path).await.0, StatusCode::OK);
    // Who asks for what is not there has asked all the same.
    assert_eq!(place.get(&router, "duty", "/v1/consignments/888-10001025").await.0, StatusCode::NOT_FOUND);
    let asked = json!({ "parties": [{ "name": "Amr Zefirov" }, { "name": "Nobody At All" }] }).to_string();
    assert_eq!(place.ask(&router, "duty", "POST", "/v1/screenings", asked).await.0, StatusCode::OK);
    // Who may not read reads nothing, and nothing is written.
    assert_ne!(place.get(&router, "acme", path).await.0, StatusCode::OK);
    place.get(&router, "acme", "/v1/gate?waybill=888-10001014").await;

    let told = read_today(&place, &router, "&organisation=duty").await;
    let what: Vec<&str> = told.iter().map(|one| one["what"].as_str().unwrap()).collect();
    let missing = "GET /v1/consignments/888-10001025";
    assert_eq!(what, [&format!("GET {path}"), missing, "POST /v1/screenings"], "{told:#?}");
    assert_eq!(told[2]["names"], json!(["Amr Zefirov", "Nobody At All"]));
    assert!(told.iter().all(|one| !one["token"].as_str().unwrap().is_empty()));
    let about = read_today(&place, &router, "&about=Zefirov").await;
    assert_eq!(about.iter().filter(|one| one["organisation"] == "duty").count(), 1, "{about:#?}");
    // Whoever looks at readings is written down as well.
    assert!(read_today(&place, &router, "&organisation=audit").await.len() > 3);

    for who in ["acme", "duty", "9z"] {
        let (status, _) = place.get(&router, who, "/v1/accesses?day=2026-11-24").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{who}");
    }
    for wrong in ["", "?day=yesterday", "?day=2026-11-24&who=duty"] {
        let (status, problem) = place.get(&router, "audit", &format!("/v1/accesses{wrong}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong} {problem}");
    }
}
