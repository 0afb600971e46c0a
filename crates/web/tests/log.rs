//! What a node tells whoever runs it: what was refused, and never a secret.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/passkey.rs"]
mod passkey;
#[path = "support/serving.rs"]
mod serving;
mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use browser::{Browser, administrator, invited, start};
use certificates::{agree, authority, write_own};
use serde_json::Value;
use serving::Serving;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, Once};
use std::time::Duration;
use support::{WAYBILL, organisations, write_secret};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tower::ServiceExt as _;
use web::tls::Peer;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Kept;

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps whatever the tests of this program log, as a node writes it at its most talkative.
fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let all = tracing_subscriber::EnvFilter::new("trace");
        tracing_subscriber::fmt().with_env_filter(all).with_writer(|| Kept).json().init();
    });
}

fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned()
}

/// What was told of an address at the level that is on by itself.
fn told_of(address: &str) -> Vec<Value> {
    let lines = logged().lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
    let of = lines.into_iter().filter(|line| line["fields"]["address"] == address);
    of.filter(|line| ["WARN", "ERROR"].contains(&line["level"].as_str().unwrap())).collect()
}

async fn ask(router: &Router, from: &str, path: &str, token: &str) -> (StatusCode, String) {
    let address: SocketAddr = format!("{from}:4000").parse().unwrap();
    let request = Request::builder()
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .extension(ConnectInfo(Peer { address, certificate: None }));
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn what_was_refused_is_told_with_who_what_and_from_where_and_counted() {
    keep();
    let folder = tempfile::tempdir().unwrap();
    let (settings, tokens) = organisations(&[("acme", "filer"), ("audit", "auditor")]);
    let (router, node) = start(folder.path(), &settings);
    let wrong = "loadgate_nobody-has-this-token";
    for _ in 0..40 {
        ask(&router, "192.0.2.10", "/v1/programmes?party=SOMEBODY", wrong).await;
    }
    ask(&router, "192.0.2.11", "/v1/programmes", wrong).await;
    let acme = &tokens[0].1;
    assert_eq!(ask(&router, "192.0.2.12", "/metrics", acme).await.0, StatusCode::FORBIDDEN);
    let hidden = "/v1/consignments/888-10001014";
    assert_eq!(ask(&router, "192.0.2.13", hidden, acme).await.0, StatusCode::NOT_FOUND);
    // Pages tell it in their own form.
    assert_eq!(ask(&router, "192.0.2.14", "/people", acme).await.0, StatusCode::FORBIDDEN);
    let mut ada = administrator(&router, &node).await;
    let (mut bea, id) = invited(&router, &mut ada, "acme", "Bea Zweite", &["filer"]).await;
    bea.address = "192.0.2.15:4000".parse().ok();
    assert_eq!(bea.get(&router, "/metrics").await.0, StatusCode::FORBIDDEN);
    let mut stranger = Browser { address: "192.0.2.16:4000".parse().ok(), ..Browser::default() };
    assert_eq!(stranger.sign_in(&router).await.1["code"], "passkey-refused");
    assert_eq!(stranger.accept(&router, "http://x/#guessed-link", None).await.1["code"], "refused");
    // A session that ended is told where somebody wants to know it.
    stranger.cookies.clone_from(&ada.cookies);
    for value in stranger.cookies.values_mut() {
        *value = value.chars().rev().collect();
    }
    assert_eq!(stranger.get(&router, "/v1/session").await.1["code"], "signed-out");
    let told: Vec<(String, Vec<[Value; 5]>)> = (10..17)
        .map(|last| {
            let address = format!("192.0.2.{last}");
            let fields = told_of(&address).into_iter().map(|mut line| {
                ["kind", "organisation", "who", "path", "times"].map(|name| line["fields"][name].take())
            });
            (address, fields.collect())
        })
        .collect();
    let of = |last: &str| {
        let found = told.iter().find(|(address, _)| address.ends_with(last)).unwrap();
        serde_json::to_string(&found.1).unwrap()
    };
    assert_eq!(
        of(".10"),
        r#"[["token",null,null,"/v1/programmes",1],["limit",null,null,"/v1/programmes",1]]"#,
        "no flood"
    );
    assert_eq!(of(".11"), r#"[["token",null,null,"/v1/programmes",1]]"#);
    assert_eq!(of(".12"), r#"[["policy","acme","m","/metrics",1]]"#);
    assert_eq!(of(".13"), format!(r#"[["policy","acme","m","{hidden}",1]]"#));
    assert_eq!(of(".14"), r#"[["policy","acme","m","/people",1]]"#);
    assert_eq!(of(".15"), format!(r#"[["policy","acme","{id}","/metrics",1]]"#));
    assert_eq!(
        of(".16"),
        r#"[["passkey",null,null,"/v1/session",1],["link",null,null,"/v1/invitation/challenge",1]]"#
    );
    for secret in [wrong, "SOMEBODY", "guessed-link"] {
        assert!(!serde_json::to_string(&told).unwrap().contains(secret), "{secret}");
    }
    let (_, figures) = ask(&router, "192.0.2.17", "/metrics", &tokens[1].1).await;
    for (kind, times) in
        [("token", 31), ("limit", 10), ("policy", 4), ("passkey", 1), ("link", 1), ("session", 1)]
    {
        let line = format!("loadgate_refused{{kind=\"{kind}\"}} {times}\n");
        assert!(figures.contains(&line), "{line} {figures}");
    }
}

#[test]
fn nothing_secret_is_logged_at_the_most_talkative_level() {
    keep();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (folder, root) = (tempfile::tempdir().unwrap(), authority("node-ca.test"));
    let folder = folder.path();
    let (settings, tokens) = organisations(&[("acme", "filer")]);
    write_own(folder, &root);
    let webhook = "S1lTT01FVEhJTkdTRUNSRVRPRkFDTUVTT01FVEhJTkc=";
    write_secret(folder, "acme.secret", &format!("whsec_{webhook}"));
    let text = format!(
        "[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"\n{settings}\n[[organisation.acme.webhook]]\n\
         url = \"http://127.0.0.1:9/in\"\nsecret_file = \"acme.secret\"\n"
    );
    std::fs::write(folder.join("loadgate.toml"), text).unwrap();
    // Somebody files under TLS, by a token.
    let serving = Serving::start(folder);
    let reply = runtime.block_on(async {
        let mut line = agree(serving.address, &root, None).await.unwrap();
        let request = format!(
            "POST /v1/filings HTTP/1.1\r\nhost: n\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\nconnection: \
             close\r\n\r\n{WAYBILL}",
            tokens[0].1,
            WAYBILL.len()
        );
        line.write_all(request.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        let _ = line.read_to_end(&mut reply).await;
        String::from_utf8_lossy(&reply).into_owned()
    });
    assert!(reply.contains("\"recorded\""), "{reply}");
    serving.stop();
    // People come by links, sign in by passkeys and out again.
    let place = tempfile::tempdir().unwrap();
    let (router, node) = start(place.path(), "[organisation.acme]\nrole = \"filer\"");
    let mut secrets = runtime.block_on(async {
        let (link, _) = node.first_link().await.unwrap().unwrap();
        let mut ada = Browser::default();
        assert_eq!(ada.accept(&router, &link, Some("Ada Erste")).await.0, StatusCode::CREATED);
        let mut secrets: Vec<String> = ada.cookies.values().cloned().collect();
        secrets.push(link.split('#').nth(1).unwrap().to_owned());
        let asked = serde_json::json!({ "organisation": "acme", "name": "Bea Zweite", "roles": ["filer"] });
        let (_, given) = ada.send(&router, "POST", "/v1/people", asked).await;
        secrets.push(given["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned());
        let (_, begun) = ada.send(&router, "POST", "/v1/session/challenge", serde_json::json!({})).await;
        secrets.push(begun["ceremony"].as_str().unwrap().to_owned());
        secrets.push(begun["options"]["publicKey"]["challenge"].as_str().unwrap().to_owned());
        assert_eq!(ada.sign_in(&router).await.0, StatusCode::OK);
        secrets.extend(ada.cookies.values().cloned());
        ada.send(&router, "DELETE", "/v1/session", Value::Null).await;
        secrets
    });
    secrets.extend(["ALMA HINGES", "ORCHARD DOORS", "Bea Zweite", webhook].map(str::to_owned));
    secrets.push(tokens[0].1.clone());
    let key = std::fs::read_to_string(folder.join("node.key")).unwrap();
    secrets.extend(key.lines().filter(|line| !line.starts_with('-')).map(str::to_owned));
    for folder in [folder, place.path()] {
        let keys = std::fs::read_to_string(folder.join("loadgate.keys")).unwrap();
        let keys =
            keys.lines().filter_map(|line| line.strip_prefix("master ").or(line.strip_prefix("signer ")));
        secrets.extend(keys.map(str::to_owned));
    }
    let log = logged();
    let most = ["\"DEBUG\"", "\"TRACE\""];
    let talk = log.lines().filter(|line| most.iter().any(|level| line.contains(level)));
    assert!(talk.count() > 20, "it is talkative");
    assert!(secrets.len() > 15 && secrets.iter().all(|secret| secret.len() > 8), "{secrets:?}");
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// What somebody with a token is answered on a connection that stays open.
async fn asked(line: &mut TlsStream<TcpStream>, token: &str) -> String {
    let request = format!("GET /v1/programmes HTTP/1.1\r\nhost: n\r\nauthorization: Bearer {token}\r\n\r\n");
    line.write_all(request.as_bytes()).await.unwrap();
    let mut reply = vec![0; 1 << 16];
    let read = line.read(&mut reply).await.unwrap();
    String::from_utf8_lossy(&reply[..read]).split(' ').nth(1).unwrap().to_owned()
}

/// Tells this process, and so the nodes in it, to take up what changed, until it has come to that.
async fn told_until(comes: impl AsyncFn() -> bool) {
    let own = std::process::id().to_string();
    assert!(std::process::Command::new("kill").args(["-HUP", &own]).status().unwrap().success());
    for _ in 0..400 {
        if comes().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it did not come: {}", logged());
}

#[cfg(unix)]
#[test]
fn what_changed_is_taken_up_and_what_is_faulty_changes_nothing() {
    keep();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (first, second, third) = (authority("one.test"), authority("two.test"), authority("three.test"));
    let configured = |organisations: &str| {
        let tls = "[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"\n";
        std::fs::write(folder.join("loadgate.toml"), format!("{tls}{organisations}")).unwrap();
    };
    let (before, old) = organisations(&[("acme", "filer")]);
    let (after, new) = organisations(&[("acme", "filer"), ("zenith", "filer")]);
    let (old, new, added) = (&old[0].1, &new[0].1, &new[1].1);
    write_own(folder, &first);
    configured(&before);
    let serving = Serving::start(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let by = async |root| agree(serving.address, root, None).await;
        let mut open = by(&first).await.unwrap();
        assert_eq!(asked(&mut open, old).await, "200");
        // Another certificate, another token, and an organisation that was not there.
        write_own(folder, &second);
        configured(&after);
        told_until(async || by(&second).await.is_ok()).await;
        assert!(by(&first).await.is_err());
        let mut line = by(&second).await.unwrap();
        assert_eq!(asked(&mut open, old).await, "401", "at once, also where a connection is open");
        for (token, status) in [(new, "200"), (old, "401"), (added, "401")] {
            assert_eq!(asked(&mut line, token).await, status);
        }
        told_until(async || logged().contains("\"organisations\":\"zenith\"")).await;
        // Policies that forbid more.
        let policies = folder.join("policies.cedar");
        std::fs::write(&policies, "forbid (principal, action == Action::\"programmes\", resource);").unwrap();
        told_until(async || asked(&mut by(&second).await.unwrap(), new).await == "403").await;
        // What is faulty is told, and what was in use stays.
        std::fs::write(&policies, "forbid (principal, action == Action::\"lok\", resource);").unwrap();
        write_secret(folder, "node.key", "no key");
        let told = |file: &str| {
            let path = folder.join(file).display().to_string();
            let lines = logged();
            lines.lines().any(|line| line.contains("\"ERROR\"") && line.contains(&path))
        };
        told_until(async || told("policies.cedar") && told("node.key")).await;
        assert_eq!(asked(&mut by(&second).await.unwrap(), new).await, "403");
        // A configuration with a slip keeps no certificate from being renewed.
        configured("lisen = 1");
        write_own(folder, &third);
        told_until(async || by(&third).await.is_ok()).await;
        assert!(told("loadgate.toml"));
        assert_eq!(asked(&mut by(&third).await.unwrap(), new).await, "403");
        std::fs::remove_file(&policies).unwrap();
        configured(&after);
        told_until(async || asked(&mut by(&third).await.unwrap(), new).await == "200").await;
    });
    drop(runtime);
    serving.stop();
}
