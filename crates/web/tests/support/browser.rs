//! Browsers at a node, over its router: each with its cookies and its passkey.

// Each test is a program of its own and uses a part of it.
#![allow(dead_code)]

use crate::passkey::Device;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt as _;
use web::config::Config;
use web::node::Node;
use web::tls::Peer;

/// Where people find the node.
pub const ORIGIN: &str = "http://localhost:8765";

/// A node of these settings.
pub fn start(folder: &Path, settings: &str) -> (Router, Arc<Node>) {
    std::fs::write(folder.join("loadgate.toml"), settings).unwrap();
    again(folder)
}

/// The node of a folder, started anew.
pub fn again(folder: &Path) -> (Router, Arc<Node>) {
    let config = Config::read(folder).unwrap();
    let most = config.body_bytes_max;
    let node = Arc::new(Node::start(config).unwrap());
    (web::api::router(Arc::clone(&node), most), node)
}

/// A browser.
pub struct Browser {
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// Its passkey.
    pub device: Device,
    /// The key under which it sends what it sends next.
    pub key: Option<String>,
    /// From where it sends, where the node is to know.
    pub address: Option<SocketAddr>,
}

impl Default for Browser {
    fn default() -> Self {
        Self { cookies: BTreeMap::new(), device: Device::new(ORIGIN), key: None, address: None }
    }
}

impl Browser {
    /// Sends what a page of this origin would send; the answer as it came.
    pub async fn send_from(
        &mut self,
        router: &Router,
        origin: Option<&str>,
        (method, path): (&str, &str),
        (media, body): (&str, String),
    ) -> (StatusCode, HeaderMap, String) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, media);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(Peer { address, certificate: None }));
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(origin) = origin {
            let site = if origin == ORIGIN { "same-origin" } else { "cross-site" };
            request = request.header(header::ORIGIN, origin).header("sec-fetch-site", site);
        }
        let response = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        (status, headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Sends JSON from a page of the node.
    pub async fn send(
        &mut self,
        router: &Router,
        method: &str,
        path: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, _, text) =
            self.send_from(router, Some(ORIGIN), (method, path), ("application/json", body)).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Asks for something.
    pub async fn get(&mut self, router: &Router, path: &str) -> (StatusCode, Value) {
        let (status, _, text) =
            self.send_from(router, None, ("GET", path), ("application/json", String::new())).await;
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Sends a form of a page.
    pub async fn form(&mut self, router: &Router, path: &str, form: &str) -> (StatusCode, HeaderMap, String) {
        let media = "application/x-www-form-urlencoded";
        self.send_from(router, Some(ORIGIN), ("POST", path), (media, form.to_owned())).await
    }

    /// Accepts an invitation by its link, with a new passkey.
    pub async fn accept(&mut self, router: &Router, link: &str, name: Option<&str>) -> (StatusCode, Value) {
        let secret = link.split('#').nth(1).unwrap_or(link);
        let asked = json!({ "link": secret, "name": name });
        let (status, begun) = self.send(router, "POST", "/v1/invitation/challenge", asked).await;
        if status != StatusCode::OK {
            return (status, begun);
        }
        let credential = self.device.make(&begun["options"]);
        let made = json!({ "ceremony": begun["ceremony"], "credential": credential, "label": "key" });
        self.send(router, "POST", "/v1/invitation/passkey", made).await
    }

    /// Shows the passkey to a path that takes one.
    pub async fn show(&mut self, router: &Router, path: &str) -> (StatusCode, Value) {
        let (_, begun) = self.send(router, "POST", "/v1/session/challenge", json!({})).await;
        let credential = self.device.show(&begun["options"]);
        let shown = json!({ "ceremony": begun["ceremony"], "credential": credential });
        self.send(router, "POST", path, shown).await
    }

    /// Signs in.
    pub async fn sign_in(&mut self, router: &Router) -> (StatusCode, Value) {
        self.show(router, "/v1/session").await
    }
}

/// The first administrator of a node, signed in.
pub async fn administrator(router: &Router, node: &Arc<Node>) -> Browser {
    let (link, _) = node.first_link().await.unwrap().unwrap();
    let mut browser = Browser::default();
    let (status, told) = browser.accept(router, &link, Some("Ada Erste")).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    browser
}

/// Somebody whom the administrator invites, signed in, and his id.
pub async fn invited(
    router: &Router,
    administrator: &mut Browser,
    organisation: &str,
    name: &str,
    roles: &[&str],
) -> (Browser, String) {
    let asked = json!({ "organisation": organisation, "name": name, "roles": roles });
    let (status, given) = administrator.send(router, "POST", "/v1/people", asked).await;
    assert_eq!(status, StatusCode::CREATED, "{given}");
    let mut browser = Browser::default();
    let (status, told) = browser.accept(router, given["link"].as_str().unwrap(), None).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    (browser, given["person"].as_str().unwrap().to_owned())
}
