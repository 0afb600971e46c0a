//! Connections that are slow, silent or too many, over HTTP and under TLS alike.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/serving.rs"]
mod serving;
mod support;

use certificates::{Issuer, agree, authority, write_own};
use serving::Serving;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use support::organisations;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

trait Line: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Line for T {}

const LONG: Duration = Duration::from_secs(20);

/// What tests ask a node over.
struct Place {
    address: SocketAddr,
    /// The authority of its certificate, where it speaks TLS.
    root: Option<Issuer>,
    token: String,
}

impl Place {
    /// A node of these settings, and what ends it.
    fn start(folder: &Path, settings: &str, tls: bool) -> (Self, Serving) {
        let (organisations, tokens) = organisations(&[("auditors", "auditor")]);
        let mut text = settings.to_owned();
        let root = tls.then(|| authority("node-ca.test"));
        if let Some(root) = &root {
            write_own(folder, root);
            text.push_str("\n[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"");
        }
        write!(text, "\n{organisations}").unwrap();
        std::fs::write(folder.join("loadgate.toml"), text).unwrap();
        let serving = Serving::start(folder);
        (Self { address: serving.address, root, token: tokens[0].1.clone() }, serving)
    }

    async fn connect(&self) -> Box<dyn Line> {
        match &self.root {
            None => Box::new(TcpStream::connect(self.address).await.unwrap()),
            Some(root) => Box::new(agree(self.address, root, None).await.unwrap()),
        }
    }

    fn request(&self, path: &str, more: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nhost: n\r\nauthorization: Bearer {}\r\n{more}\r\n", self.token)
    }

    /// The figures of the node, by a connection that ends.
    async fn figures(&self) -> String {
        let mut line = self.connect().await;
        line.write_all(self.request("/metrics", "connection: close\r\n").as_bytes()).await.unwrap();
        all(&mut line).await.unwrap()
    }
}

/// What comes until the node ends the connection; `None` where it does not.
async fn all(line: &mut Box<dyn Line>) -> Option<String> {
    let mut reply = Vec::new();
    // How it ends does not matter.
    tokio::time::timeout(LONG, line.read_to_end(&mut reply)).await.ok().map(drop)?;
    Some(String::from_utf8_lossy(&reply).into_owned())
}

/// What comes first.
async fn some(line: &mut Box<dyn Line>) -> String {
    let mut reply = vec![0; 1 << 16];
    let read = tokio::time::timeout(LONG, line.read(&mut reply)).await.unwrap();
    String::from_utf8_lossy(&reply[..read.unwrap_or_default()]).into_owned()
}

fn over_both(settings: &str, asked: impl AsyncFn(&Place)) {
    for tls in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (place, serving) = Place::start(folder.path(), settings, tls);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(asked(&place));
        drop(runtime);
        serving.stop();
    }
}

#[test]
fn a_head_comes_in_time_or_not_at_all() {
    over_both("[connections]\nhead_seconds = 1", async |place| {
        // Who says nothing, who stops in the middle, who goes on letter by letter, and who stops where HTTP/2 begins.
        for begun in ["", "GET /v1/programmes HT", "PRI * HTTP/2.0\r\n"] {
            let (mut line, since) = (place.connect().await, Instant::now());
            line.write_all(begun.as_bytes()).await.unwrap();
            assert_eq!(all(&mut line).await.as_deref(), Some(""), "{begun:?}");
            assert!(since.elapsed() < Duration::from_secs(5), "{begun:?}");
        }
        let (mut line, since) = (place.connect().await, Instant::now());
        let request = place.request("/v1/programmes", "");
        for letter in request.bytes() {
            if line.write_all(&[letter]).await.is_err() || line.flush().await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            if since.elapsed() > Duration::from_secs(3) {
                break;
            }
        }
        assert!(!all(&mut line).await.unwrap().contains("200 OK"));
        // The head of a second request has as long as that of the first, and whoever keeps to it is answered.
        let mut line = place.connect().await;
        for _ in 0..2 {
            line.write_all(place.request("/v1/programmes", "").as_bytes()).await.unwrap();
            assert!(some(&mut line).await.starts_with("HTTP/1.1 200"));
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        line.write_all(b"GET /v1/pro").await.unwrap();
        let since = Instant::now();
        all(&mut line).await.unwrap();
        assert!(since.elapsed() < Duration::from_secs(5));
        assert!(place.figures().await.contains("loadgate_connections_refused{reason=\"silent\"} "));
    });
}

#[test]
fn connections_are_bounded_in_all_and_for_one_address() {
    over_both("[connections]\nmax = 4\naddress_max = 2", async |place| {
        let mut first = place.connect().await;
        let mut second = place.connect().await;
        for line in [&mut first, &mut second] {
            line.write_all(place.request("/v1/programmes", "").as_bytes()).await.unwrap();
            assert!(some(line).await.starts_with("HTTP/1.1 200"));
        }
        // The third of the address is closed at once.
        let mut third = TcpStream::connect(place.address).await.unwrap();
        let read = tokio::time::timeout(LONG, third.read(&mut [0; 8])).await.unwrap();
        assert!(matches!(read, Ok(0) | Err(_)));
        // Of others two more have room.
        let mut others = Vec::new();
        for last in 2..5 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).unwrap();
            others.push(socket.connect(place.address).await.unwrap());
        }
        let mut fifth = others.pop().unwrap();
        let read = tokio::time::timeout(LONG, fifth.read(&mut [0; 8])).await.unwrap();
        assert!(matches!(read, Ok(0) | Err(_)));
        // Who was let in goes on, and a place that is left is taken again.
        drop(others);
        second.write_all(place.request("/v1/programmes", "connection: close\r\n").as_bytes()).await.unwrap();
        assert!(all(&mut second).await.unwrap().starts_with("HTTP/1.1 200"));
        drop(second);
        let figures = loop {
            // The node hears of the end a moment later.
            match place_figures(place).await {
                Some(figures) => break figures,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        assert!(figures.contains("loadgate_connections_refused{reason=\"full\"} 1"), "{figures}");
        assert!(figures.contains("loadgate_connections_refused{reason=\"address-full\"} "), "{figures}");
        assert!(figures.contains("loadgate_connections 2"), "{figures}");
    });
}

/// The figures, once there is room to ask for them.
async fn place_figures(place: &Place) -> Option<String> {
    let mut line: Box<dyn Line> = match &place.root {
        None => Box::new(TcpStream::connect(place.address).await.ok()?),
        Some(root) => Box::new(agree(place.address, root, None).await.ok()?),
    };
    line.write_all(place.request("/metrics", "connection: close\r\n").as_bytes()).await.ok()?;
    all(&mut line).await.filter(|figures| figures.starts_with("HTTP/1.1 200"))
}

#[test]
fn a_node_that_stops_waits_for_nobody_who_asks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for tls in [false, true] {
        let (place, serving) = Place::start(folder.path(), "", tls);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let lines = runtime.block_on(async {
            let silent = TcpStream::connect(place.address).await.unwrap();
            let mut asked = place.connect().await;
            asked.write_all(place.request("/v1/programmes", "").as_bytes()).await.unwrap();
            assert!(some(&mut asked).await.starts_with("HTTP/1.1 200"));
            (silent, asked)
        });
        let since = Instant::now();
        serving.stop();
        assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
        drop(lines);
    }
}

#[test]
fn a_server_before_the_node_says_for_whom_it_asks_and_nobody_else_does() {
    let settings = "[connections]\naddress_max = 1\nproxies = [\"127.0.0.1\"]";
    over_both(settings, async |place| {
        let mut line = place.connect().await;
        let wrong = async |line: &mut Box<dyn Line>, told: &str| {
            let request = format!(
                "GET /v1/programmes HTTP/1.1\r\nhost: n\r\nauthorization: Bearer loadgate_x\r\nx-forwarded-for: \
                 {told}\r\n\r\n"
            );
            line.write_all(request.as_bytes()).await.unwrap();
            some(line).await.split(' ').nth(1).unwrap().to_owned()
        };
        for _ in 0..30 {
            assert_eq!(wrong(&mut line, "203.0.113.9, 198.51.100.7").await, "401");
        }
        assert_eq!(wrong(&mut line, "198.51.100.7").await, "429", "he tried too often");
        assert_eq!(wrong(&mut line, "198.51.100.8").await, "401", "another behind the same server did not");
        // The server may have as many connections as it needs.
        assert!(place.figures().await.starts_with("HTTP/1.1 200"));
        if place.root.is_some() {
            return;
        }
        // Whoever is no such server is believed nothing.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 2], 0))).unwrap();
        let mut line: Box<dyn Line> = Box::new(socket.connect(place.address).await.unwrap());
        for last in 0..30 {
            assert_eq!(wrong(&mut line, &format!("198.51.100.{}", 100 + last)).await, "401");
        }
        assert_eq!(wrong(&mut line, "198.51.100.200").await, "429");
    });
}
