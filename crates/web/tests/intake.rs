//! The other ways in: files in a folder, and Type-B messages over a connection.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use support::WAYBILL;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use web::config::Config;
use web::node::Node;

fn start(folder: &Path, settings: &str) -> (Arc<Node>, Config) {
    let text = format!(
        "{settings}\n[organisation.acme]\nrole = \"filer\"\n[organisation.zenith]\nrole = \"filer\"\n"
    );
    fs::write(folder.join("loadgate.toml"), text).unwrap();
    (Arc::new(Node::start(Config::read(folder).unwrap()).unwrap()), Config::read(folder).unwrap())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn reply(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
}

fn entries(node: &Node) -> u64 {
    node.database().look(|log| log.condition()).unwrap().unwrap().leaves
}

#[tokio::test]
async fn files_go_where_what_became_of_them_is_told() {
    let place = tempfile::tempdir().unwrap();
    let (node, config) =
        start(place.path(), "body_bytes_max = 4096\n[[folder]]\npath = \"in\"\norganisation = \"acme\"");
    let folder = &config.folders[0];
    folder.prepare().unwrap();
    let path = place.path().join("in");
    fs::write(path.join("one.fwb"), WAYBILL).unwrap();
    fs::write(path.join("half.fwb.part"), "FWB/16\r\n888-1").unwrap();
    fs::write(path.join(".hidden"), WAYBILL).unwrap();
    fs::write(path.join("empty.txt"), "  ").unwrap();
    fs::write(path.join("long.txt"), "A".repeat(5000)).unwrap();
    folder.look(&node).await.unwrap();
    assert_eq!(names(&path), [".hidden", "done", "failed", "half.fwb.part"]);
    assert_eq!(names(&path.join("done")), ["one.fwb", "one.fwb.reply.json"]);
    let told = reply(&path.join("done"), "one.fwb.reply.json");
    assert_eq!(told["messages"][0]["filing"]["consignments"][0]["outcome"], "recorded", "{told}");
    assert_eq!(
        names(&path.join("failed")),
        ["empty.txt", "empty.txt.reply.json", "long.txt", "long.txt.reply.json"]
    );
    assert_eq!(reply(&path.join("failed"), "long.txt.reply.json")["code"], "body-too-large");

    // The node was stopped after it had taken it in and before it moved it: nothing happens twice.
    let before = entries(&node);
    fs::write(path.join("one.fwb"), WAYBILL).unwrap();
    folder.look(&node).await.unwrap();
    assert_eq!(entries(&node), before);
    assert_eq!(
        names(&path.join("done")),
        ["one.fwb", "one.fwb.1", "one.fwb.1.reply.json", "one.fwb.reply.json"]
    );
    assert_eq!(reply(&path.join("done"), "one.fwb.1.reply.json"), told);
}

#[tokio::test]
async fn type_b_messages_are_acknowledged_once_they_are_kept() {
    let place = tempfile::tempdir().unwrap();
    let (node, config) = start(
        place.path(),
        "[[type_b]]\nlisten = \"127.0.0.1:0\"\norganisation = \"acme\"\norigins = { ZRHAA8Z = \"zenith\" }",
    );
    let port = config.type_b[0].clone();
    let (here, there) = duplex(1 << 20);
    let weak = Arc::downgrade(&node);
    let speaking = tokio::spawn(async move { port.speak(there, &weak).await });
    let (mut read, mut write) = tokio::io::split(here);
    let framed = |origin: &str| format!("\u{1}QK FRAXX9Z\r\n.{origin} 240600\r\n\u{2}{WAYBILL}\u{3}");
    let mut answer = async |message: &str| {
        write.write_all(message.as_bytes()).await.unwrap();
        assert_eq!(read.read_u8().await.unwrap(), 6);
        let mut text = Vec::new();
        loop {
            match read.read_u8().await.unwrap() {
                3 => return String::from_utf8(text).unwrap(),
                byte => text.push(byte),
            }
        }
    };
    let first = answer(&framed("FRAXX9Z")).await;
    assert!(first.starts_with("\u{1}\u{2}FMA\r\n") && first.contains("888-10001014"), "{first}");
    let before = entries(&node);
    assert_eq!(answer(&framed("FRAXX9Z")).await, first, "an identical one has the same answer");
    assert_eq!(entries(&node), before);
    // The origin says whose it is: the second filer refiles nothing of the first.
    let other = answer(&framed("ZRHAA8Z")).await;
    assert_ne!(other, first);
    write.shutdown().await.unwrap();
    speaking.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_no_message_ends_the_connection() {
    let place = tempfile::tempdir().unwrap();
    let (node, config) = start(place.path(), "[[type_b]]\nlisten = \"127.0.0.1:0\"\norganisation = \"acme\"");
    let (mut here, there) = duplex(1 << 20);
    here.write_all(b"\x01\x02  \x03").await.unwrap();
    here.shutdown().await.unwrap();
    config.type_b[0].speak(there, &Arc::downgrade(&node)).await.unwrap();
    let mut answer = Vec::new();
    here.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer.first(), Some(&6), "it was kept as nothing that is known: {answer:?}");
    let open = "[[type_b]]\nlisten = \"0.0.0.0:3350\"\norganisation = \"acme\"\n[organisation.acme]\nrole = \"filer\"";
    fs::write(place.path().join("loadgate.toml"), open).unwrap();
    assert!(Config::read(place.path()).unwrap_err().to_string().contains("127.0.0.1"));
}
