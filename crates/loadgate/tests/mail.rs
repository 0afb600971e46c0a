//! Mail in and out, with a node that runs: what authorities write holds and frees goods where it is proved to be theirs, and
//! notices reach people whatever their relay does. Every name here is fictitious but the published addresses of the
//! authority.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;
use support::loadgate;
use support::node::{Served, WAYBILL, configure};
use support::smtp::{Does, Smtp};

const AUTHORITY: &str = "RFIPACT-DDICFAPC@tc.gc.ca";

const RECIPIENTS: &str = "duty_desks = [\"duty office\"]\n[programmes]\nca-pact = \"relay\"\n\
    [[lmtp]]\nlisten = \"mail/lmtp.sock\"\nauthserv_id = \"mx.state.example\"\n\
    [[lmtp.recipient]]\naddress = \"PACT@state.example\"\norganisation = \"tc\"\nfrom = [\"rfipact-ddicfapc@tc.gc.ca\"]\n\
    [[lmtp.recipient]]\naddress = \"acme@state.example\"\norganisation = \"acme\"\nfrom = [\"desk@acme.example\"]\n";

const ROLES: [(&str, &str); 5] = [
    ("acme", "filer"),
    ("9z", "carrier 9Z"),
    ("tc", "authority of ca-pact"),
    ("duty", "officer of duty office"),
    ("audit", "auditor"),
];

/// The waybill of the fixtures, on its way to Toronto.
fn to_toronto() -> String {
    WAYBILL.replace("FRAJFK", "FRAYYZ").replace("RTG/JFK9Z", "RTG/YYZ9Z")
}

/// A mail; `found` is what the State's mail server says of it.
fn mail(found: &str, from: &str, subject: &str, id: &str, text: &str) -> String {
    let found = if found.is_empty() { String::new() } else { format!("Authentication-Results: {found}\r\n") };
    format!(
        "{found}Received: from somewhere.test by mx.state.example; Tue, 24 Nov 2026 08:00:00 +0000\r\nFrom: {from}\r\n\
         To: pact@state.example\r\nSubject: {subject}\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n\
         Message-ID: <{id}@tc.gc.ca>\r\n\r\n{text}\r\n"
    )
}

/// Hands a mail over as a mail server does; what is answered for each recipient.
fn hand_over(data: &Path, recipients: &[&str], mail: &str) -> Vec<String> {
    let mut stream = UnixStream::connect(data.join("mail/lmtp.sock")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
    let mut answer = move || loop {
        let line = lines.next().unwrap();
        if line.as_bytes()[3] == b' ' {
            return line;
        }
    };
    assert!(answer().starts_with("220 "));
    let mut say = |text: &str| stream.write_all(text.as_bytes()).unwrap();
    say("LHLO mx.state.example\r\nMAIL FROM:<bounce@somewhere.test> BODY=8BITMIME\r\n");
    assert!(answer().starts_with("250 ") && answer().starts_with("250 "));
    for recipient in recipients {
        say(&format!("RCPT TO:<{recipient}>\r\n"));
        assert!(answer().starts_with("250 "));
    }
    say("DATA\r\n");
    assert!(answer().starts_with("354 "));
    for line in mail.split_inclusive('\n') {
        say(if line.starts_with('.') { "." } else { "" });
        say(line);
    }
    say(".\r\n");
    let answers = recipients.iter().map(|_| answer()).collect();
    say("QUIT\r\n");
    answers
}

/// The reasons of the gate, and the referrals that are open, as the auditor sees them.
fn held_by(node: &Served) -> Vec<String> {
    let (status, told) = node.request("audit", "GET", "/v1/gate?waybill=888-10001014&aircraft=pax", "");
    assert_eq!(status, 200, "{told}");
    let reasons = told["load"]["reasons"].as_array().unwrap();
    let codes = reasons.iter().map(|reason| reason["code"].as_str().unwrap());
    let asked = ["rfi-open", "rfs-open", "dnl-open", "referral-claimed"];
    let mut held: Vec<String> = codes.filter(|code| asked.contains(code)).map(str::to_owned).collect();
    held.sort();
    held
}

/// The words of the notices of a kind, once there are as many; they are delivered within a second.
fn told(node: &Served, who: &str, kind: &str, least: usize) -> Vec<String> {
    for _ in 0..100 {
        let (_, told) = node.request(who, "GET", "/v1/notices?after=0&most=500", "");
        let notices = told["notices"].as_array().unwrap().iter().filter(|one| one["kind"] == kind);
        let texts: Vec<String> =
            notices.map(|one| one["text"].as_str().unwrap_or_default().to_owned()).collect();
        if texts.len() >= least {
            return texts;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{who} was not told {kind} {least} times")
}

fn entries(data: &Path) -> Value {
    loadgate(&["audit", "verify", "--json", "--data", data.to_str().unwrap()]).json()["leaves"].clone()
}

#[test]
fn a_mail_holds_goods_and_only_one_that_is_proved_frees_them() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    fs::create_dir(data.join("mail")).unwrap();
    let tokens = configure(data, RECIPIENTS, &ROLES);
    let node = Served::start(data, &tokens);
    let (status, filed) = node.request("acme", "POST", "/v1/filings", &to_toronto());
    assert_eq!((status, &filed["messages"][0]["filing"]["outcome"]), (200, &json!("filed")), "{filed}");
    assert_eq!(held_by(&node), Vec::<String>::new());

    let pass = "mx.state.example; dkim=pass header.d=tc.gc.ca";
    let kept = vec!["250 2.0.0 Kept".to_owned()];
    let give = |found: &str, from: &str, subject: &str, id: &str, text: &str| {
        assert_eq!(hand_over(data, &["pact@state.example"], &mail(found, from, subject, id, text)), kept);
        held_by(&node)
    };
    let open = "OPEN PACT REQUEST FOR SCREENING (RFS): AWB# 888-10001014";
    let closed = "CLOSED PACT REQUEST FOR SCREENING (RFS): AWB# 888-10001014";
    let request = "OPEN PACT REQUEST FOR INFORMATION (RFI): AWB# 888-10001014";
    assert_eq!(give(pass, AUTHORITY, open, "1", "Screen it."), ["rfs-open"]);
    // It comes again, as a mail server sends it that was not answered.
    let before = entries(data);
    assert_eq!(give(pass, AUTHORITY, open, "1", "Screen it."), ["rfs-open"]);
    assert_eq!(entries(data), before);

    // Nobody frees them who is not proved to be the authority.
    for (count, (found, from)) in [
        ("", AUTHORITY),
        ("mx.state.example; dkim=fail header.d=tc.gc.ca", AUTHORITY),
        ("mx.evil.test; dkim=pass header.d=tc.gc.ca", AUTHORITY),
        ("mx.state.example; dkim=pass header.d=evil.test", AUTHORITY),
        ("mx.state.example; spf=pass smtp.mailfrom=tc.gc.ca", AUTHORITY),
        ("mx.state.example; dkim=pass header.d=tc.gc.ca", "other@tc.gc.ca"),
        ("mx.state.example; dkim=none\r\nAuthentication-Results: mx.state.example; dkim=pass header.d=tc.gc.ca", AUTHORITY),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("lift-{count}");
        assert_eq!(give(found, from, closed, &id, "Closed."), ["rfs-open"], "{found} {from}");
    }
    // But anybody may hold.
    let both = give("", "who@ever.test", request, "2", "Really.");
    assert_eq!(both, ["referral-claimed", "rfs-open"]);
    let refused = told(&node, "duty", "mail_not_taken", 8);
    assert_eq!(refused.len(), 8, "{refused:#?}");
    assert!(
        refused[0].contains("a mail to pact@state.example from RFIPACT-DDICFAPC@tc.gc.ca"),
        "{}",
        refused[0]
    );
    assert!(
        refused[0].contains("it is not proved who wrote it") && refused[0].contains(closed),
        "{}",
        refused[0]
    );
    // Whoever filed is told nothing of mails.
    assert!(!node.request("acme", "GET", "/v1/notices?after=0", "").1.to_string().contains("lift-"));

    // Nobody files by a mail that proves nothing, whatever it carries; who is proved does.
    let other = to_toronto().replace("888-10001014", "888-10001025");
    give("", "desk@acme.example", "Waybill", "3", &other);
    let (status, _) = node.request("audit", "GET", "/v1/consignments/888-10001025", "");
    assert_eq!(status, 404);
    let facts = "{\"schema\": \"loadgate-facts/1\", \"facts\": []}";
    assert_eq!(hand_over(data, &["acme@state.example"], &format!("{facts}\r\n")), kept);
    let of_acme =
        mail("mx.state.example; dmarc=pass header.from=acme.example", "desk@acme.example", "W", "4", &other);
    let two = ["acme@state.example", "pact@state.example"];
    assert_eq!(hand_over(data, &two, &of_acme), ["250 2.0.0 Kept", "250 2.0.0 Kept"]);
    let (status, filed) = node.request("acme", "GET", "/v1/gate?waybill=888-10001025", "");
    assert_eq!(status, 200, "{filed}");

    // The words of an outage free nothing, whoever wrote them: people record it, and are told that it came.
    let outage = "UPDATE ON PACT SYSTEM OUTAGE - SUSPENDED ENFORCEMENT OF 743(a)";
    assert_eq!(give("", AUTHORITY, outage, "5", "From now on."), both);
    assert_eq!(give(pass, AUTHORITY, outage, "6", "From now on."), both);
    // Besides those before: a waybill without proof, a document without a header, a mail of acme to the authority's box.
    let texts = told(&node, "duty", "mail_not_taken", 13);
    assert_eq!(texts.len(), 13, "{texts:#?}");
    assert!(texts.last().unwrap().contains("nothing in it names goods"), "{texts:#?}");

    // The authority frees them.
    assert_eq!(give(pass, AUTHORITY, closed, "7", "Closed."), ["referral-claimed"]);
    node.stop();
}

/// Writes the configuration of a node that mails what acme and the duty desk are told.
fn mailing(data: &Path, relay: &str, more: &str) -> Vec<(String, String)> {
    let settings = format!(
        "duty_desks = [\"duty office\"]\nescalation = [[\"night\"]]\n[programmes]\nca-pact = \"relay\"\n\
         [mail]\nrelay = \"{relay}\"\nfrom = \"Loadgate <node@state.example>\"\ntls = \"none\"\nanswer_seconds = 3\n\
         url = \"https://node.state.example\"\n"
    );
    let mut roles = ROLES.to_vec();
    roles.push(("night", "officer of night desk"));
    let tokens = configure(data, &settings, &roles);
    let file = data.join("loadgate.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n{more}")).unwrap();
    tokens
}

const ACME: &str = "[[organisation.\"acme\".mail]]\nto = \"desk@acme.example\"\n";
const DUTY: &str = "[[organisation.\"duty\".mail]]\nto = \"duty@state.example\"\n";

/// Files the waybill, and has the authority open and close a request.
fn ask_and_close(node: &Served) {
    let (status, _) = node.request("acme", "POST", "/v1/filings", &to_toronto());
    assert_eq!(status, 200);
    for (word, text) in [("opened", Some("GIVE THE CONTENTS OF PIECE 2")), ("closed", None)] {
        let mut fact = json!({
            "type": "authority", "programme": "ca-pact", "object": { "master": "888-10001014" },
            "word": word, "kind": "RFI", "reference": "R1",
        });
        if let Some(text) = text {
            fact["text"] = json!(text);
        }
        let said = json!({ "schema": "loadgate-facts/1", "facts": [fact] }).to_string();
        let (status, told) = node.request("tc", "POST", "/v1/filings", &said);
        assert_eq!((status, &told["messages"][0]["facts"][0]["outcome"]), (200, &json!("done")), "{told}");
    }
}

#[test]
fn notices_are_mailed_in_order_and_tried_again_as_the_same_mail() {
    let relay = Smtp::start(&[
        Does::Greet("554 5.3.2 not now"),
        Does::Answer("451 4.2.0 later"),
        Does::Drop,
        Does::Take,
    ]);
    let place = tempfile::tempdir().unwrap();
    let tokens = mailing(place.path(), &relay.address.to_string(), ACME);
    let node = Served::start(place.path(), &tokens);
    ask_and_close(&node);
    // What a relay says of the connection, 4xx and silence pass.
    assert_eq!(relay.next().done, Does::Greet("554 5.3.2 not now"));
    assert_eq!(relay.next().done, Does::Answer("451 4.2.0 later"));
    let dropped = relay.next();
    let first = relay.next();
    assert_eq!((dropped.done, first.done), (Does::Drop, Does::Take));
    assert_eq!(dropped.text, first.text, "the same mail, byte for byte");
    let second = relay.next();
    assert_eq!((first.from.as_str(), first.to.as_str()), ("<node@state.example>", "<desk@acme.example>"));
    assert_eq!(first.field("Subject"), "[Loadgate] Request opened: 888-10001014, RFI R1");
    assert_eq!(second.field("Subject"), "[Loadgate] Request closed: 888-10001014");
    assert_eq!(first.field("Auto-Submitted"), "auto-generated");
    assert_ne!(first.field("Message-ID"), second.field("Message-ID"));
    for line in [
        "Request: request for information (RFI) R1",
        "Who acts: ",
        "GIVE THE CONTENTS OF PIECE 2",
        "https://node.state.example/v1/notices/seen",
    ] {
        assert!(first.text.replace("=\r\n", "").replace("=3D", "=").contains(line), "{line}: {}", first.text);
    }
    assert!(relay.is_quiet(Duration::from_secs(3)), "each once");
    node.stop();
}

#[test]
fn what_a_relay_refuses_for_good_is_dead_at_once_and_goes_up_the_chain() {
    let relay = Smtp::start(&[Does::Answer("550 5.1.1 no such box\u{7}")]);
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    let tokens = mailing(data, &relay.address.to_string(), &format!("{ACME}{DUTY}"));
    let node = Served::start(data, &tokens);
    ask_and_close(&node);
    // Both notices of acme, at once and in their order, and then those by which the duty desk is told of them.
    let mut to: Vec<String> = (0..4).map(|_| relay.next().to).collect();
    to.sort();
    assert_eq!(
        to,
        ["<desk@acme.example>", "<desk@acme.example>", "<duty@state.example>", "<duty@state.example>"]
    );
    let texts = told(&node, "duty", "undelivered", 1);
    assert!(texts[0].starts_with("acme: mailto:desk@acme.example will not take place 1: "), "{texts:?}");
    assert!(texts[0].contains("no such box"), "{texts:?}");
    // The duty desk cannot be reached by mail either: whoever is next in the chain is told.
    let texts = told(&node, "night", "undelivered", 1);
    assert!(texts[0].starts_with("duty: mailto:duty@state.example will not take place"), "{texts:?}");
    assert!(relay.is_quiet(Duration::from_secs(4)), "nothing goes round in circles");
    let found = loadgate(&["doctor", "--json", "--data", data.to_str().unwrap()]).json();
    let check = |name: &str| {
        found["checks"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone()
    };
    assert_eq!(check("notices")["state"], "error", "{found}");
    assert!(check("notices")["found"].as_str().unwrap().contains("mailto:"), "{found}");
    assert_eq!(check("relay")["state"], "ok", "{found}");
    node.stop();
    // A relay that is not there is told.
    let text = fs::read_to_string(data.join("loadgate.toml")).unwrap();
    fs::write(data.join("loadgate.toml"), text.replace(&relay.address.to_string(), "127.0.0.1:1")).unwrap();
    let found = loadgate(&["doctor", "--json", "--data", data.to_str().unwrap()]).json();
    let relay =
        found["checks"].as_array().unwrap().iter().find(|one| one["name"] == "relay").unwrap().clone();
    assert_eq!(relay["state"], "error", "{found}");
}

/// Between handing a mail over and writing that down a node may be killed: the mail comes again, and is the same.
#[test]
fn a_node_that_is_killed_mails_again_what_it_does_not_know_to_be_taken() {
    let relay = Smtp::start(&[Does::Hang, Does::Hang, Does::Take]);
    let place = tempfile::tempdir().unwrap();
    let tokens = mailing(place.path(), &relay.address.to_string(), ACME);
    let node = Served::start(place.path(), &tokens);
    ask_and_close(&node);
    let before = relay.next();
    node.signal("KILL");
    drop(node);
    let node = Served::start(place.path(), &tokens);
    let hanging = relay.next();
    let after = relay.next();
    assert_eq!((hanging.done, after.done), (Does::Hang, Does::Take));
    assert_eq!(before.text, after.text);
    assert_eq!(before.text, hanging.text);
    assert_eq!(relay.next().field("Subject"), "[Loadgate] Request closed: 888-10001014");
    assert!(relay.is_quiet(Duration::from_secs(3)));
    node.stop();
}
