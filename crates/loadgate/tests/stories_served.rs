//! Stories over HTTP: every story is played on a node that serves, in rooms for training, and comes to the same.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::node::{Served, configure};
use support::{loadgate, root};

/// What a story came to, but for the names of what came in: a node tells of a document what it is, and of a step of facts
/// nothing.
fn came_to(run: &support::Run) -> Vec<Value> {
    let mut played = run.json().as_array().unwrap().clone();
    for step in played.iter_mut().flat_map(|story| story["steps"].as_array_mut().unwrap()) {
        step["came_in"] = Value::Null;
    }
    played
}

#[test]
fn every_story_comes_to_the_same_on_a_node_that_serves() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = configure(folder.path(), "", &[("school", "trainer"), ("acme", "filer")]);
    let node = Served::start(folder.path(), &tokens);
    let mut files: Vec<String> = std::fs::read_dir(root().join("fixtures/stories"))
        .unwrap()
        .map(|entry| format!("fixtures/stories/{}", entry.unwrap().file_name().into_string().unwrap()))
        .filter(|name| name.ends_with(".toml"))
        .collect();
    files.sort();
    let url = node.url();
    let mut here = vec!["story", "--json"];
    here.extend(files.iter().map(String::as_str));
    let mut there = vec!["story", "--json", "--url", &url, "--token", node.token("school")];
    there.extend(files.iter().map(String::as_str));
    let (here, there) = (loadgate(&here), loadgate(&there));
    assert_eq!(there.status, 0, "{}{}", there.text().chars().take(4000).collect::<String>(), there.stderr);
    for (here, there) in came_to(&here).iter().zip(came_to(&there)) {
        assert_eq!(*here, there, "{}", here["file"]);
    }
    // Every room was closed, and what happened in it is gone.
    assert_eq!(std::fs::read_dir(folder.path().join("rooms")).unwrap().count(), 0);

    // Who is no trainer opens no room, and is told so.
    let refused = loadgate(&["story", "--url", &url, "--token", node.token("acme"), &files[0]]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("not-allowed"), "{}", refused.stderr);
    // A room says what of its configuration cannot be.
    for (wrong, told) in [
        (json!({ "listen": "127.0.0.1:1" }), "listen is not for rooms"),
        (json!({ "programmes": { "mars": "relay" } }), "programmes.mars"),
        (json!({ "organisation": { "x": { "role": "trainer" } } }), "a room has no rooms"),
        (
            json!({ "organisation": { "x": { "role": "filer", "token": [] } } }),
            "the room gives out the tokens",
        ),
    ] {
        let opening = json!({ "at": "2026-11-24T06:00:00Z", "configuration": wrong }).to_string();
        let (status, problem) = node.request("school", "POST", "/v1/rooms", &opening);
        assert_eq!(status, 400, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(told), "{problem}");
    }
    // Nobody enters a room by its number alone, time never goes back, and a closed room is not there.
    let opening = json!({
        "at": "2026-11-24T06:00:00Z",
        "configuration": { "organisation": { "acme": { "role": "filer" } } },
    });
    let (status, room) = node.request("school", "POST", "/v1/rooms", &opening.to_string());
    assert_eq!(status, 201, "{room}");
    let inside = format!("{}/v1/gate?waybill=888-10001014", room["url"].as_str().unwrap());
    assert_eq!(
        node.request("school", "GET", &inside, "").0,
        401,
        "the token of the node is none of the room's"
    );
    let clock = format!("{}/clock", room["url"].as_str().unwrap());
    assert_eq!(
        node.request("school", "POST", &clock, &json!({ "at": "2026-11-24T07:00:00Z" }).to_string()).0,
        204
    );
    assert_eq!(
        node.request("school", "POST", &clock, &json!({ "at": "2026-11-24T06:59:00Z" }).to_string()).0,
        400
    );
    assert_eq!(node.request("acme", "POST", &clock, "{}").0, 403);
    let closed = node.request("school", "DELETE", room["url"].as_str().unwrap(), "");
    assert_eq!(closed.0, 204);
    assert_eq!(node.request("school", "GET", &inside, "").0, 404);
    for count in 0..5 {
        let (status, problem) = node.request("school", "POST", "/v1/rooms", &opening.to_string());
        assert_eq!(status, if count < 4 { 201 } else { 429 }, "{problem}");
    }
}
