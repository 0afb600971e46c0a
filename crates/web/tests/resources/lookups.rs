//! Goods looked up by what somebody knows of them: each finds his own, and what is not his is not there.

use crate::place::{Place, WAYBILL, send};
use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

const FLIGHT: &str = "9Z100/2026-11-24";

/// Houses of a consolidation, one message each.
fn houses(master: &str, houses: &[&str]) -> String {
    let house = |house: &&str| {
        format!(
            "FHL/5\r\nMBI/{master}FRAJFK/T4K80.0\r\nHBS/{house}/FRAJFK/2/K40.0/2/HINGES OF BRASS\r\nSHP\r\n\
             NAM/ALMA HINGES GMBH\r\nADR/HAUPTSTR 1\r\nLOC/FRANKFURT\r\n/DE/60311\r\nCNE\r\n\
             NAM/ORCHARD DOORS INC\r\nADR/12 PIER ROAD\r\nLOC/NEW YORK/NY\r\n/US/10001\r\n\
             CVD/EUR/PP/NVD/NCV/XXX\r\n"
        )
    };
    houses.iter().map(house).collect()
}

fn facts(facts: Value) -> String {
    json!({ "schema": "loadgate-facts/1", "facts": facts }).to_string()
}

async fn file(place: &Place, router: &Router, who: &str, body: &str) -> Value {
    let (status, told) = place.ask(router, who, "POST", "/v1/filings", body.to_owned()).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    told
}

/// What somebody finds, as `master/house`.
async fn found(place: &Place, router: &Router, who: &str, query: &str) -> Vec<String> {
    let (status, told) = place.get(router, who, &format!("/v1/lookups?{query}")).await;
    assert_eq!((status, &told["schema"]), (StatusCode::OK, &json!("loadgate-lookup/1")), "{told}");
    let goods = told["goods"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    goods.map(|one| format!("{}/{}", text(&one["master"]), text(&one["house"]))).collect()
}

#[tokio::test]
async fn each_finds_what_is_his_and_nobody_elses() {
    let place = Place::new("");
    let router = place.start();
    file(&place, &router, "acme", WAYBILL).await;
    file(&place, &router, "acme", &houses("888-10001014", &["ACME1"])).await;
    let other = WAYBILL.replace("888-10001014", "888-10001025").replace("9Z", "8Y");
    file(&place, &router, "zenith", &other).await;
    file(&place, &router, "zenith", &houses("888-10001025", &["ZEN1", "ZEN2"])).await;
    let first: &[&str] = &["888-10001014/", "888-10001014/ACME1"];
    let second: &[&str] = &["888-10001025/", "888-10001025/ZEN1", "888-10001025/ZEN2"];
    for (who, sees_first, sees_second) in [
        ("acme", true, false),
        ("zenith", false, true),
        ("9z", true, false),
        ("8y", false, true),
        ("ramp", false, false),
        ("duty", true, true),
        ("cbp", true, true),
        ("audit", true, true),
    ] {
        let shown = |goods: &'static [&str], sees| if sees { goods } else { &[] };
        let by = async |query: &str| found(&place, &router, who, query).await;
        assert_eq!(by("waybill=888-10001014").await, shown(first, sees_first), "{who}");
        assert_eq!(by("waybill=888-10001025").await, shown(second, sees_second), "{who}");
        assert_eq!(by("house=ACME1").await, shown(&first[1..], sees_first), "{who}");
        assert_eq!(by("house=ZEN2").await, shown(&second[2..], sees_second), "{who}");
        // Who only files is told nothing of what holds the goods of many.
        let flights = who != "acme" && who != "zenith";
        assert_eq!(by(&format!("flight={FLIGHT}")).await, shown(first, sees_first && flights), "{who}");
        let whole = format!("flight={FLIGHT}/FRA-JFK");
        assert_eq!(by(&whole).await, shown(first, sees_first && flights), "{who}");
        assert_eq!(by(&format!("flight={FLIGHT}/FRA-ORD")).await, [""; 0], "{who}");
        assert_eq!(by("flight=9Z100/2026-11-25").await, [""; 0], "{who}");
    }
    // To who may not see them, goods that are there look, byte for byte, like goods that are not.
    for who in ["acme", "8y", "ramp"] {
        let there = place.get(&router, who, "/v1/lookups?waybill=888-10001036").await;
        let hidden = if who == "8y" { "888-10001014" } else { "888-10001025" };
        let not_there = place.get(&router, who, &format!("/v1/lookups?waybill={hidden}")).await;
        assert_eq!(there, not_there, "{who}");
    }
    // Who runs the node has no business with goods.
    let mut request = place.request("acme", "GET", "/v1/lookups?waybill=888-10001014", Body::empty());
    request.headers_mut().remove("authorization");
    assert_eq!(send(&router, request).await.0, StatusCode::UNAUTHORIZED);
}

/// A name leads to the goods of many: officers and auditors find by it, however it is written, and it is written down who
/// looked.
#[tokio::test]
async fn officers_find_goods_by_the_names_of_their_parties() {
    let place = Place::new("");
    let router = place.start();
    file(&place, &router, "acme", WAYBILL).await;
    file(&place, &router, "acme", &houses("888-10001014", &["ACME1"])).await;
    let other = houses("888-10001025", &["ZEN1"]).replace("ALMA HINGES GMBH", "ALMUTH HINGED DOORS");
    file(&place, &router, "zenith", &other).await;
    // The shipper of the master is the one of its house.
    let goods: &[&str] = &["888-10001014/", "888-10001014/ACME1"];
    for who in ["duty", "cbp", "audit"] {
        assert_eq!(found(&place, &router, who, "party=Alma%20Hinges%20AG").await, goods, "{who}");
        assert_eq!(found(&place, &router, who, "party=HINGE%20ALMA").await, goods, "{who}");
        assert_eq!(found(&place, &router, who, "party=ALMA").await, [""; 0], "{who}");
        let all = ["888-10001014/", "888-10001014/ACME1", "888-10001025/ZEN1"];
        assert_eq!(found(&place, &router, who, "party=ORCHARD%20DOORS%20INC").await, all, "{who}");
    }
    for who in ["acme", "zenith", "9z", "ramp"] {
        assert_eq!(found(&place, &router, who, "party=ALMA%20HINGES").await, [""; 0], "{who}");
    }
    // An amendment makes no other goods of them.
    let amended = houses("888-10001014", &["ACME1"]).replace("ALMA HINGES GMBH", "BERTA BOLTS GMBH");
    file(&place, &router, "acme", &amended).await;
    for (party, found_so) in [("ALMA%20HINGES", goods), ("BERTA%20BOLTS", &goods[1..])] {
        assert_eq!(found(&place, &router, "duty", &format!("party={party}")).await, found_so, "{party}");
    }
    let today = jiff::Zoned::now().in_tz("UTC").unwrap().date();
    let (_, read) =
        place.get(&router, "audit", &format!("/v1/accesses?day={today}&about=Alma%20Hinges")).await;
    let read = read["accesses"].as_array().unwrap();
    let of: Vec<&str> = read.iter().map(|one| one["organisation"].as_str().unwrap()).collect();
    assert_eq!(of, ["duty", "cbp", "audit"], "{read:?}");
}

/// A house that two filed under masters of their own is found under each by who may see it.
#[tokio::test]
async fn a_house_number_that_two_have_leads_each_to_his_own() {
    let place = Place::new("");
    let router = place.start();
    for (who, master) in [("acme", "888-10001014"), ("zenith", "888-10001025")] {
        file(&place, &router, who, &WAYBILL.replace("888-10001014", master)).await;
        file(&place, &router, who, &houses(master, &["H1"])).await;
    }
    assert_eq!(found(&place, &router, "acme", "house=H1").await, ["888-10001014/H1"]);
    assert_eq!(found(&place, &router, "zenith", "house=H1").await, ["888-10001025/H1"]);
    assert_eq!(found(&place, &router, "duty", "house=H1").await, ["888-10001014/H1", "888-10001025/H1"]);
}

#[tokio::test]
async fn a_handler_finds_what_he_handles_by_mandate_while_he_has_it() {
    let place = Place::new("");
    let router = place.start();
    file(&place, &router, "acme", WAYBILL).await;
    let ask = async || found(&place, &router, "ramp", &format!("flight={FLIGHT}")).await;
    assert_eq!(ask().await, [""; 0]);
    for (withdrawn, expected) in [(false, vec!["888-10001014/"]), (true, vec![])] {
        let mandate = json!([{ "type": "mandate", "carrier": "9Z", "station": "FRA", "agent": "ramp",
            "withdrawn": withdrawn }]);
        let told = file(&place, &router, "9z", &facts(mandate)).await;
        assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
        assert_eq!(ask().await, expected);
    }
}

#[tokio::test]
async fn what_is_planned_for_a_flight_is_found_though_its_waybill_names_another() {
    let place = Place::new("");
    let router = place.start();
    file(&place, &router, "acme", WAYBILL).await;
    let flight = json!({ "flight": "9Z200", "date": "2026-11-25", "from": "FRA", "to": "JFK" });
    let planned = json!([{ "type": "loaded", "flight": flight, "how": "planned",
        "object": { "master": "888-10001014" } }]);
    let told = file(&place, &router, "9z", &facts(planned)).await;
    assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
    for who in ["9z", "duty"] {
        let whole = "flight=9Z200/2026-11-25/FRA-JFK";
        assert_eq!(found(&place, &router, who, whole).await, ["888-10001014/"], "{who}");
    }
    assert_eq!(found(&place, &router, "8y", "flight=9Z200/2026-11-25/FRA-JFK").await, [""; 0]);
}

#[tokio::test]
async fn pages_go_on_where_the_one_before_ended_whatever_came_meanwhile() {
    let place = Place::new("");
    let router = place.start();
    file(&place, &router, "acme", WAYBILL).await;
    let numbers: Vec<String> = (10..17).map(|number| format!("H{number}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    file(&place, &router, "acme", &houses("888-10001014", &numbers)).await;
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let on = after.as_ref().map(|after| format!("&after={after}")).unwrap_or_default();
        let path = format!("/v1/lookups?waybill=888-10001014&most=3{on}");
        let (status, told) = place.get(&router, "acme", &path).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        pages.extend(told["goods"].as_array().unwrap().iter().map(|one| one["house"].clone()));
        after = told["next"].as_str().map(str::to_owned);
        if after.is_none() {
            break;
        }
        // One that came before where the reading is changes nothing of what follows.
        file(&place, &router, "acme", &houses("888-10001014", &["H00"])).await;
    }
    let expected: Vec<Value> =
        std::iter::once(Value::Null).chain(numbers.iter().map(|house| json!(house))).collect();
    assert_eq!(pages, expected);
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_told_with_what_would_do() {
    let place = Place::new("");
    let router = place.start();
    for (query, told) in [
        ("", "name one thing"),
        ("waybill=888-10001014&house=H1", "name one thing"),
        ("waybill=1", "waybill 1"),
        ("flight=9Z100", "write flight and date"),
        ("flight=9Z100/24", "write flight and date"),
        ("flight=9Z100/2026-11-24/FRA", "write flight and date"),
        ("waybill=888-10001014&after=x", "after:"),
        ("party=GMBH", "party GMBH: write the name"),
        ("party=ALMA&house=H1", "name one thing"),
    ] {
        let (status, problem) = place.get(&router, "acme", &format!("/v1/lookups?{query}")).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("not-understood")),
            "{query}"
        );
        assert!(problem["detail"].as_str().unwrap().contains(told), "{query}: {problem}");
    }
}
