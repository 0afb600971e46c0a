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
async fn so_many_findings_are_told_of_a_request_and_how_many_more() {
    let place = tempfile::tempdir().unwrap();
    let (node, _) = start(place.path(), "");
    let message = format!("FWB/16\r\n888-10001014FRAJFK/T4K80.0\r\n{}", "X\r\n".repeat(1500));
    let organisation = node.identity().organisation("acme").unwrap();
    let body = axum::body::Bytes::from(message.repeat(40));
    let told = web::intake::take(&node, organisation, None, None, body).await.unwrap();
    let counts: Vec<usize> = told.messages.iter().map(|message| message.findings.len()).collect();
    assert_eq!(counts.len(), 40);
    assert!(counts.iter().sum::<usize>() < 21_000 && counts[39] == 11, "{counts:?}");
    assert_eq!(told.messages[39].findings[10].code, "findings-left-out");
}

#[tokio::test]
async fn a_file_that_cannot_be_moved_keeps_no_other_waiting() {
    let place = tempfile::tempdir().unwrap();
    let (node, config) = start(place.path(), "[[folder]]\npath = \"in\"\norganisation = \"acme\"");
    let folder = &config.folders[0];
    folder.prepare().unwrap();
    let path = place.path().join("in");
    let long = "ü".repeat(120);
    fs::write(path.join(&long), WAYBILL).unwrap();
    folder.look(&node).await.unwrap();
    let short = "ü".repeat(100);
    assert_eq!(names(&path.join("done")), [short.clone(), format!("{short}.reply.json")]);

    // Where nothing can be put into `failed`, what is well is taken in all the same.
    fs::remove_dir(path.join("failed")).unwrap();
    fs::write(path.join("failed"), "").unwrap();
    fs::write(path.join("empty.txt"), "  ").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(path.join("two.fwb"), WAYBILL).unwrap();
    assert!(folder.look(&node).await.is_err());
    assert!(names(&path.join("done")).contains(&"two.fwb".to_owned()), "{:?}", names(&path));
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

/// What cannot be kept is refused and told; an answer says nothing of goods, and the same mail again changes nothing.
#[tokio::test]
async fn mails_are_answered_for_each_recipient_and_told_where_they_do_not_count() {
    let place = tempfile::tempdir().unwrap();
    let settings = "body_bytes_max = 2000\nduty_desks = [\"duty\"]\n[[lmtp]]\nlisten = \"127.0.0.1:0\"\n\
        authserv_id = \"mx.state.example\"\n[[lmtp.recipient]]\naddress = \"acme@state.example\"\norganisation = \"acme\"\n\
        from = [\"desk@acme.example\"]\n[[lmtp.recipient]]\naddress = \"zenith@state.example\"\norganisation = \"zenith\"\n\
        from = [\"desk@zenith.example\"]\n[organisation.duty]\nrole = \"officer of duty\"\n";
    let (node, mut config) = start(place.path(), settings);
    let way = Arc::new(config.lmtp.remove(0));
    let talk = async |mails: &[(&str, &str)]| -> Vec<String> {
        let (mut here, there) = duplex(1 << 20);
        let mut said = "LHLO mx\r\n".to_owned();
        for (to, mail) in mails {
            said += "MAIL FROM:<>\r\n";
            for to in to.split(' ') {
                said += &format!("RCPT TO:<{to}@state.example>\r\n");
            }
            said += &format!("DATA\r\n{mail}.\r\n");
        }
        here.write_all(said.as_bytes()).await.unwrap();
        here.shutdown().await.unwrap();
        way.speak(there, &Arc::downgrade(&node)).await.unwrap();
        let mut answers = String::new();
        here.read_to_string(&mut answers).await.unwrap();
        let of_mails =
            |line: &&str| ["250 2.0.0", "451", "552", "554"].iter().any(|code| line.starts_with(code));
        answers.lines().filter(of_mails).map(str::to_owned).collect()
    };
    let told = async || -> Vec<String> {
        while node.deliver().await.unwrap() > 0 {}
        let received = node.inbox(&"duty".into(), 0, 100).await.unwrap();
        let notices = received.into_iter().map(|one| one.notice.unwrap());
        let of_mails = notices.filter(|one| one.kind == engine::NoticeKind::MailNotTaken);
        of_mails.map(|one| one.text.unwrap().args[0].1.clone()).collect()
    };
    let proof = "Authentication-Results: mx.state.example; dkim=pass header.d=acme.example\r\n";
    let carried = |number: &str| {
        let waybill = WAYBILL.replace("888-10001014", number);
        format!(
            "{proof}From: desk@acme.example\r\nSubject: Waybill\r\nDate: Tue, 24 Nov 2026 06:00:00 +0000\r\n\r\n{waybill}"
        )
    };
    // For acme it counts. From the same address it proves nothing for zenith.
    let mail = carried("888-10001014");
    assert_eq!(talk(&[("acme zenith", &mail)]).await, ["250 2.0.0 Kept", "250 2.0.0 Kept"]);
    let of_zenith = told().await;
    assert_eq!(of_zenith.len(), 1, "{of_zenith:?}");
    assert!(of_zenith[0].contains("desk@acme.example is no address that speaks for zenith"), "{of_zenith:?}");
    let before = entries(&node);
    assert_eq!(talk(&[("acme zenith acme", &mail)]).await.len(), 3);
    assert_eq!((entries(&node), told().await.len()), (before, 1), "the same again");
    // One that is refused is answered alike.
    assert_eq!(talk(&[("acme", &carried("888-10001015"))]).await, ["250 2.0.0 Kept"]);
    let refused = told().await;
    assert_eq!(refused.len(), 2, "{refused:?}");
    assert!(refused[1].contains("subject \"Waybill\", Message-ID none: "), "{refused:?}");
    // Too long, and empty.
    let long = format!("{mail}{}", "A line of it.\r\n".repeat(200));
    let answers = talk(&[("acme zenith", &long), ("acme", "\r\n")]).await;
    assert_eq!(answers.len(), 3, "{answers:?}");
    assert!(answers[0].starts_with("552 5.3.4") && answers[1] == answers[0], "{answers:?}");
    assert!(answers[2].starts_with("554 5.6.0"), "{answers:?}");
    let all = told().await;
    assert_eq!(all.len(), 5, "{all:?}");
    assert!(
        all[2].contains("a mail to acme@state.example was refused: it is longer than 2000 bytes"),
        "{all:?}"
    );
    assert!(all[4].contains("it was not kept"), "{all:?}");
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
    // Whoever speaks of what was not taken is told so before the connection ends.
    let (mut here, there) = duplex(1 << 20);
    here.write_all(b"\x01\x02FWB/16\r\n\x01\x02FWB/16\x03").await.unwrap();
    let ended = config.type_b[0].speak(there, &Arc::downgrade(&node)).await;
    assert!(ended.unwrap_err().to_string().contains("within another"));
    let mut answer = Vec::new();
    here.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, [0x15]);
    let open = "[[type_b]]\nlisten = \"0.0.0.0:3350\"\norganisation = \"acme\"\n[organisation.acme]\nrole = \"filer\"";
    fs::write(place.path().join("loadgate.toml"), open).unwrap();
    assert!(Config::read(place.path()).unwrap_err().to_string().contains("127.0.0.1"));
}
