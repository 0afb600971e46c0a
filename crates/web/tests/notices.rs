//! What organisations are told: each his own, in order, as often as he asks, and as a stream.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use support::{WAYBILL, organisations, write_secret};
use tower::ServiceExt as _;
use web::config::Config;
use web::node::Node;

const ROLES: [(&str, &str); 6] = [
    ("acme", "filer"),
    ("zenith", "filer"),
    ("9z", "carrier 9Z"),
    ("8y", "carrier 8Y"),
    ("cbp", "authority of us-acas"),
    ("audit", "auditor"),
];

struct Place {
    folder: tempfile::TempDir,
    tokens: Vec<(&'static str, String)>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (organisations, tokens) = organisations(&ROLES);
        let copied = organisations.replace("role = \"auditor\"\n", "role = \"auditor\"\ncopies = true\n");
        let text = format!("[programmes]\nus-acas = \"relay\"\n{copied}");
        std::fs::write(folder.path().join("loadgate.toml"), text).unwrap();
        Self { folder, tokens }
    }

    fn token(&self, name: &str) -> &str {
        &self.tokens.iter().find(|(known, _)| *known == name).unwrap().1
    }

    fn start(&self) -> (Arc<Node>, Router) {
        let config = Config::read(self.folder.path()).unwrap();
        let most = config.body_bytes_max;
        let node = Arc::new(Node::start(config).unwrap());
        (Arc::clone(&node), web::api::router(node, most))
    }

    async fn send(
        &self,
        router: &Router,
        who: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token(who)));
        let response =
            router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn notices(&self, router: &Router, who: &str, query: &str) -> Value {
        let (status, told) = self.send(router, who, "GET", &format!("/v1/notices{query}"), "").await;
        assert_eq!(status, StatusCode::OK, "{told}");
        told
    }
}

/// A word of the authority.
fn word(word: &str, kind: &str, reference: &str) -> String {
    let mut fact = json!({
        "type": "authority", "programme": "us-acas", "object": { "master": "888-10001014" },
        "word": word, "kind": kind, "reference": reference,
    });
    if word == "opened" {
        fact["text"] = json!("GIVE THE CONTENTS OF PIECE 2");
    }
    json!({ "schema": "loadgate-facts/1", "facts": [fact] }).to_string()
}

fn kinds(told: &Value) -> Vec<String> {
    let notices = told["notices"].as_array().unwrap();
    notices.iter().map(|one| format!("{} {}", one["place"], one["kind"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn each_is_told_what_is_his_and_reads_it_from_where_he_was() {
    let place = Place::new();
    let (node, router) = place.start();
    let (status, _) = place.send(&router, "acme", "POST", "/v1/filings", WAYBILL).await;
    assert_eq!(status, StatusCode::OK);
    for said in [word("opened", "RFI", "R1"), word("closed", "RFI", "R1")] {
        let (status, told) = place.send(&router, "cbp", "POST", "/v1/filings", &said).await;
        let outcome = &told["messages"][0]["facts"][0]["outcome"];
        assert_eq!((status, outcome), (StatusCode::OK, &json!("done")), "{told}");
    }
    assert!(node.deliver().await.unwrap() > 0);
    assert_eq!(node.deliver().await.unwrap(), 0, "each letter once");

    let told = place.notices(&router, "acme", "").await;
    assert_eq!(kinds(&told), ["1 referral_opened", "2 referral_closed"], "{told}");
    let asked = &told["notices"][0];
    assert_eq!(asked["about"], json!({ "master": "888-10001014" }));
    assert_eq!((&asked["to"], &asked["programme"]), (&json!("acme"), &json!("us-acas")));
    assert_eq!(asked["referral"]["id"], "R1");
    assert_eq!((&asked["referral"]["kind"], &asked["referral"]["to_answer"]), (&json!("RFI"), &json!(true)));
    assert!(asked["text"].as_str().unwrap().contains("GIVE THE CONTENTS OF PIECE 2"), "{asked}");
    // The carrier whose flight it is has a copy without the words; another has nothing, and neither has another filer.
    let copy = place.notices(&router, "9z", "").await;
    assert_eq!(kinds(&copy), ["1 referral_opened", "2 referral_closed"], "{copy}");
    assert_eq!(copy["notices"][0]["carriers"], json!(["9Z"]));
    assert!(!copy.to_string().contains("CONTENTS"), "{copy}");
    let nothing = json!({ "schema": "loadgate-notices/1", "notices": [], "next": 0, "last": 0, "seen": 0 });
    for other in ["8y", "zenith"] {
        assert_eq!(place.notices(&router, other, "").await, nothing, "{other}");
        assert_eq!(place.notices(&router, other, "?after=7").await["notices"], json!([]));
    }
    // Whoever is to have copies has every notice.
    let copies = place.notices(&router, "audit", "").await;
    let of_referrals = |one: &&Value| one["kind"].as_str().unwrap().starts_with("referral_");
    assert_eq!(copies["notices"].as_array().unwrap().iter().filter(of_referrals).count(), 4, "{copies}");

    // He says what he has read, and goes on from there; what is older can still be read.
    let seen = |place_read: u64| json!({ "place": place_read }).to_string();
    for at in [1, 0] {
        let (status, _) = place.send(&router, "acme", "POST", "/v1/notices/seen", &seen(at)).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    let on = place.notices(&router, "acme", "").await;
    assert_eq!((kinds(&on), &on["seen"]), (vec!["2 referral_closed".to_owned()], &json!(1)));
    assert_eq!(kinds(&place.notices(&router, "acme", "?after=0&most=1").await), ["1 referral_opened"]);
    for (path, told) in [("?after=x", "after"), ("?colour=red", "colour")] {
        let (status, problem) = place.send(&router, "acme", "GET", &format!("/v1/notices{path}"), "").await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("not-understood")), "{told}");
    }
    // A place that is not there yet was read in a database that was lost: nothing is passed over for it.
    let on = place.notices(&router, "acme", "?after=5000").await;
    assert_eq!((kinds(&on), &on["next"]), (vec!["2 referral_closed".to_owned()], &json!(2)));
    let (status, problem) = place.send(&router, "acme", "POST", "/v1/notices/seen", &seen(3)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("not-understood")), "{problem}");
    assert_eq!(place.notices(&router, "acme", "").await["seen"], json!(1));
    // What was delivered is there after a restart, and is forgotten in time.
    drop((node, router));
    let (node, router) = place.start();
    assert_eq!(kinds(&place.notices(&router, "acme", "?after=0").await).len(), 2);
    assert_eq!(node.forget().await.unwrap(), 0);
}

/// A stream brings what comes while somebody follows it, is taken up where it broke off, and ends with the node.
#[test]
fn a_stream_brings_notices_as_they_come_and_ends_with_the_node() {
    let place = Place::new();
    let (told, listening) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut config = Config::read(place.folder.path()).unwrap();
    config.listen = "127.0.0.1:0".parse().unwrap();
    let served = std::thread::spawn(move || {
        let started = |address, _: &Node, _: Option<web::FirstLink>| told.send(address).unwrap();
        web::serve(config, started, || async { drop(stopped.await) })
    });
    let address = listening.recv_timeout(Duration::from_secs(30)).unwrap();
    let open = |who: &str, method: &str, path: &str, body: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{body}",
            place.token(who),
            body.len()
        )
        .unwrap();
        BufReader::new(stream)
    };
    let line = |reader: &mut BufReader<TcpStream>, start: &str| loop {
        let mut text = String::new();
        assert!(reader.read_line(&mut text).unwrap() > 0, "the stream ended before {start}");
        if text.starts_with(start) {
            break text.trim().to_owned();
        }
    };
    let mut following = open("acme", "GET", "/v1/notices/stream", "");
    assert_eq!(line(&mut following, "HTTP"), "HTTP/1.1 200 OK");
    for (who, body) in [
        ("acme", WAYBILL.to_owned()),
        ("cbp", word("opened", "RFI", "R1")),
        ("cbp", word("opened", "RFS", "R2")),
    ] {
        let mut sent = open(who, "POST", "/v1/filings", &body);
        assert_eq!(line(&mut sent, "HTTP"), "HTTP/1.1 200 OK");
    }
    for (id, reference) in [("1", "R1"), ("2", "R2")] {
        assert_eq!(line(&mut following, "event:"), "event: notice");
        let (mut found, mut data) = (String::new(), String::new());
        for _ in 0..2 {
            let mut text = String::new();
            following.read_line(&mut text).unwrap();
            match text.trim().split_once(": ") {
                Some(("id", value)) => value.clone_into(&mut found),
                Some(("data", value)) => value.clone_into(&mut data),
                _ => {}
            }
        }
        let notice: Value = serde_json::from_str(&data).unwrap();
        assert_eq!((found.as_str(), &notice["referral"]["id"]), (id, &json!(reference)), "{data}");
    }
    let mut again = open("acme", "GET", "/v1/notices/stream?after=1", "");
    assert_eq!(line(&mut again, "id:"), "id: 2");
    // A node that stops waits for nobody who follows.
    stop.send(()).unwrap();
    served.join().unwrap().unwrap();
    let mut rest = String::new();
    while again.read_line(&mut rest).unwrap() > 0 {}
}

/// Notices are pushed in their order, signed; one that is not taken is tried again before any behind it.
#[test]
fn notices_are_pushed_signed_and_in_order_and_tried_again() {
    let target = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new();
    let file = place.folder.path().join("loadgate.toml");
    let secret = base64::engine::general_purpose::STANDARD.encode([7; 32]);
    write_secret(place.folder.path(), "acme.secret", &format!("whsec_{secret}\n"));
    let text = std::fs::read_to_string(&file).unwrap();
    let hook = format!(
        "[[organisation.acme.webhook]]\nurl = \"http://{}/in\"\nsecret_file = \"acme.secret\"\n",
        target.local_addr().unwrap()
    );
    std::fs::write(&file, text + &hook).unwrap();
    let (told, came) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for (count, stream) in target.incoming().enumerate() {
            let mut reader = BufReader::new(stream.unwrap());
            let mut headers = std::collections::BTreeMap::new();
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            loop {
                line.clear();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim().split_once(": ") else { break };
                headers.insert(name.to_lowercase(), value.to_owned());
            }
            let mut body = vec![0; headers["content-length"].parse().unwrap()];
            std::io::Read::read_exact(&mut reader, &mut body).unwrap();
            let status = if count == 0 { "500 Internal Server Error" } else { "204 No Content" };
            write!(reader.get_mut(), "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .unwrap();
            if told.send((headers, body)).is_err() {
                return;
            }
        }
    });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut config = Config::read(place.folder.path()).unwrap();
    config.listen = "127.0.0.1:0".parse().unwrap();
    let (listens, address) = std::sync::mpsc::channel();
    let served = std::thread::spawn(move || {
        let started = |address, _: &Node, _: Option<web::FirstLink>| listens.send(address).unwrap();
        web::serve(config, started, || async { drop(stopped.await) })
    });
    let address = address.recv_timeout(Duration::from_secs(30)).unwrap();
    for (who, body) in [
        ("acme", WAYBILL.to_owned()),
        ("cbp", word("opened", "RFI", "R1")),
        ("cbp", word("closed", "RFI", "R1")),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST /v1/filings HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            place.token(who),
            body.len()
        )
        .unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
    }
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[7; 32]);
    for (id, kind) in
        [("acme/1", "referral_opened"), ("acme/1", "referral_opened"), ("acme/2", "referral_closed")]
    {
        let (headers, body) = came.recv_timeout(Duration::from_secs(60)).unwrap();
        let notice: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&headers["webhook-id"][..], &notice["kind"]), (id, &json!(kind)));
        let signed =
            [headers["webhook-id"].as_bytes(), b".", headers["webhook-timestamp"].as_bytes(), b".", &body];
        let given = headers["webhook-signature"].strip_prefix("v1,").unwrap();
        let given = base64::engine::general_purpose::STANDARD.decode(given).unwrap();
        aws_lc_rs::hmac::verify(&key, &signed.concat(), &given).unwrap();
    }
    stop.send(()).unwrap();
    served.join().unwrap().unwrap();
}
