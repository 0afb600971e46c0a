//! The pages in a real browser: Chromium, driven by chromedriver, with an authenticator of its own (WebDriver, extension
//! commands of WebAuthn). `LOADGATE_SHOTS` names a folder for pictures of the pages.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::print_stderr, reason = "a test says what it leaves out")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use support::without;
use tokio::sync::oneshot;
use web::config::Config;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Key of an element in WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A node that serves on this machine, until it is dropped.
struct Served {
    link: String,
    origin: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    fn start(folder: &Path) -> Self {
        let settings = "listen = \"127.0.0.1:0\"\n[organisation.acme]\nrole = \"filer\"\n\
                        [organisation.customs]\nrole = \"officer of customs\"\n";
        std::fs::write(folder.join("loadgate.toml"), settings).unwrap();
        let config = Config::read(folder).unwrap();
        let (told, heard) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let started = move |address: SocketAddr, _: &web::node::Node, first: Option<web::FirstLink>| {
                told.send((address, first.unwrap().0)).unwrap();
            };
            web::serve(config, started, || async { drop(stopped.await) }).unwrap();
        });
        let (address, link) = heard.recv_timeout(PATIENCE).unwrap();
        let origin = format!("http://localhost:{}", address.port());
        Self { link, origin, stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(std::thread::JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_none_or(|ended| ended.is_ok()));
    }
}

/// chromedriver, until it is dropped.
struct Driver {
    child: Child,
    url: String,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Driver {
    fn start() -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|why| {
                panic!(
                    "chromedriver cannot be run ({why}): install it (Debian: chromium-driver), or leave its tests out with \
                     LOADGATE_TESTS_WITHOUT=chromedriver"
                )
            });
        let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        let port = lines.map_while(Result::ok).find_map(|line| {
            let rest = line.split_once("started successfully on port ")?.1.to_owned();
            rest.trim_end_matches('.').parse::<u16>().ok()
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE * 3).build().unwrap();
        Self { child, url: format!("http://127.0.0.1:{}", port.unwrap()), runtime, client }
    }

    fn call(&self, method: &str, path: &str, body: Value) -> Result<Value, Value> {
        let request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        let request = if body.is_null() { request } else { request.body(body.to_string()) };
        let answer = self.runtime.block_on(async { request.send().await?.text().await }).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let value = answer["value"].clone();
        if value["error"].is_string() { Err(value) } else { Ok(value) }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It ends the browsers that it started.
        drop(self.call("GET", "/shutdown", Value::Null));
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser with an authenticator and a folder of its own.
struct Browser<'a> {
    driver: &'a Driver,
    session: String,
    _profile: tempfile::TempDir,
}

impl<'a> Browser<'a> {
    fn open(driver: &'a Driver) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut arguments = vec![
            "--headless".to_owned(),
            "--no-sandbox".into(),
            "--disable-gpu".into(),
            "--disable-dev-shm-usage".into(),
            "--disable-background-networking".into(),
            "--disable-component-update".into(),
            "--disable-sync".into(),
            "--no-first-run".into(),
        ];
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "webauthn:virtualAuthenticators": true,
            "goog:chromeOptions": { "args": arguments },
        } } });
        let opened = driver.call("POST", "/session", wanted).unwrap();
        let session = opened["sessionId"].as_str().unwrap().to_owned();
        let browser = Self { driver, session, _profile: profile };
        let authenticator = json!({ "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "isUserConsenting": true });
        browser.post("/webauthn/authenticator", authenticator);
        browser
    }

    fn call(&self, method: &str, path: &str, body: Value) -> Result<Value, Value> {
        self.driver.call(method, &format!("/session/{}{path}", self.session), body)
    }

    fn post(&self, path: &str, body: Value) -> Value {
        self.call("POST", path, body).unwrap()
    }

    fn go(&self, url: &str) {
        self.post("/url", json!({ "url": url }));
    }

    fn find(&self, css: &str) -> Option<String> {
        let asked = json!({ "using": "css selector", "value": css });
        let found = self.call("POST", "/element", asked).ok()?;
        Some(found[ELEMENT].as_str()?.to_owned())
    }

    /// Waits for an element that can be used.
    fn wait(&self, css: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.find(css) {
                return found;
            }
            assert!(Instant::now() < until, "no {css} at {}: {}", self.url(), self.text("body"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn click(&self, css: &str) {
        let element = self.wait(css);
        self.post(&format!("/element/{element}/click"), json!({}));
    }

    fn write(&self, css: &str, text: &str) {
        let element = self.wait(css);
        self.post(&format!("/element/{element}/clear"), json!({}));
        self.post(&format!("/element/{element}/value"), json!({ "text": text }));
    }

    fn text(&self, css: &str) -> String {
        let Some(element) = self.find(css) else { return String::new() };
        let text = self.call("GET", &format!("/element/{element}/text"), Value::Null);
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Waits until a text stands somewhere.
    fn wait_for(&self, css: &str, text: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.text(css).contains(text) {
            assert!(Instant::now() < until, "no {text} in {css} at {}: {}", self.url(), self.text("body"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn url(&self) -> String {
        self.call("GET", "/url", Value::Null).unwrap().as_str().unwrap().to_owned()
    }

    fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
    }

    /// Takes pictures of a page, narrow and wide, light and dark, and finds whatever hangs out of it.
    fn shot(&self, name: &str) {
        let folder = std::env::var_os("LOADGATE_SHOTS").map(PathBuf::from);
        for (size, width) in [("narrow", 360), ("wide", 1200)] {
            for scheme in ["light", "dark"] {
                let metrics = json!({ "cmd": "Emulation.setDeviceMetricsOverride",
                    "params": { "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false } });
                self.post("/goog/cdp/execute", metrics);
                let media = json!({ "cmd": "Emulation.setEmulatedMedia",
                    "params": { "features": [{ "name": "prefers-color-scheme", "value": scheme }] } });
                self.post("/goog/cdp/execute", media);
                let over = self.run("return document.documentElement.scrollWidth - window.innerWidth");
                assert!(over.as_i64().unwrap() <= 0, "{name} is {over} wider than {width}");
                if let Some(folder) = &folder {
                    std::fs::create_dir_all(folder).unwrap();
                    let picture = self.call("GET", "/screenshot", Value::Null).unwrap();
                    let picture = STANDARD.decode(picture.as_str().unwrap()).unwrap();
                    std::fs::write(folder.join(format!("{name}-{size}-{scheme}.png")), picture).unwrap();
                }
            }
        }
        self.post(
            "/goog/cdp/execute",
            json!({ "cmd": "Emulation.clearDeviceMetricsOverride", "params": {} }),
        );
    }
}

impl Drop for Browser<'_> {
    fn drop(&mut self) {
        drop(self.call("DELETE", "", Value::Null));
    }
}

#[test]
fn the_first_administrator_invites_somebody_who_signs_in_and_out() {
    if without("chromium") || without("chromedriver") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path());
    let driver = Driver::start();
    let ada = Browser::open(&driver);

    // A link that is not whole says so; the whole one makes the first administrator.
    ada.go(&format!("{}/invitation", served.origin));
    ada.wait_for("[data-told]", "not whole");
    ada.go(&served.link);
    ada.run("location.reload()");
    ada.wait("form[data-ceremony=invitation] button:enabled");
    ada.wait_for("[data-invited]", "first administrator");
    ada.shot("invitation-first");
    ada.write("input[name=name]", "Ada Erste");
    ada.click("form[data-ceremony=invitation] button");
    ada.wait_for("h1", "Welcome, Ada Erste");
    ada.shot("home");

    // He signs out, and in again without a name.
    ada.click(".who button");
    ada.wait_for("h1", "Sign in");
    ada.shot("sign-in");
    ada.click("form[data-ceremony=sign-in] button");
    ada.wait_for("h1", "Welcome, Ada Erste");

    // He invites somebody, and reads the link once.
    ada.click("a[href='/people']");
    ada.wait_for("h1", "People");
    let card = "form[action='/people'] input[value=customs]";
    ada.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    ada.wait(card);
    ada.run(
        "const form = document.querySelector(\"form[action='/people'] input[value=customs]\").form; \
         form.elements.name.value = 'Kit Sieben'; form.querySelector('[value=other-agency]').checked = true; \
         form.querySelector('button').click();",
    );
    ada.wait_for("h1", "Kit Sieben");
    ada.shot("link");
    let link = ada.text("code.link");

    let kit = Browser::open(&driver);
    kit.go(&link);
    kit.wait_for("[data-invited]", "Kit Sieben, you are invited to act for customs.");
    let asked = kit.run("return document.querySelector('input[name=name]').offsetParent === null");
    assert_eq!(asked, true, "his name is known");
    kit.shot("invitation");
    kit.write("input[name=label]", "work laptop");
    kit.click("form[data-ceremony=invitation] button");
    kit.wait_for("h1", "Welcome, Kit Sieben");
    assert!(kit.find("a[href='/people']").is_none(), "he admits nobody");
    assert_eq!(kit.run("return document.cookie"), "", "no script reads the cookie");
    kit.click("a[href='/passkeys']");
    kit.wait_for("table", "work laptop");
    assert!(kit.find("form[action$='/remove']").is_none(), "the last is not removed");
    kit.shot("passkeys");
    // The device has a passkey of his already, and makes no second one.
    kit.write("form[data-ceremony=add] input[name=label]", "again");
    kit.click("form[data-ceremony=add] button");
    kit.wait_for("form[data-ceremony=add] [data-told]", "Your device gave no passkey");
    kit.go(&format!("{}/prove?next=/passkeys", served.origin));
    kit.shot("prove");
    kit.click("form[data-ceremony=prove] button");
    kit.wait_for("h1", "My passkeys");
    // Nothing of a page is loaded from elsewhere or runs inside of it.
    let inline = kit.run(
        "const made = document.createElement('script'); made.textContent = 'window.ran = true'; \
         document.body.append(made); return window.ran === true",
    );
    assert_eq!(inline, false, "a script inside of the page runs");

    // The link is spent; nobody else comes in by it.
    let eve = Browser::open(&driver);
    eve.go(&link);
    eve.wait_for("[data-told]", "was used");
    eve.shot("link-spent");
    eve.go(&format!("{}/sign-in", served.origin));
    eve.click("form[data-ceremony=sign-in] button");
    eve.wait_for("[data-told]", "gave no passkey");
    drop(eve);

    // He is removed, and is out with his next step.
    ada.go(&format!("{}/people", served.origin));
    ada.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    ada.shot("people");
    ada.click("form[action$='/remove'] button");
    ada.wait_for("table", "removed");
    kit.go(&format!("{}/passkeys", served.origin));
    kit.wait_for("h1", "Sign in");
    assert!(kit.url().ends_with("/sign-in?next=%2Fpasskeys"), "{}", kit.url());
    kit.click("form[data-ceremony=sign-in] button");
    kit.wait_for("[data-told]", "register");
    kit.go(&format!("{}/people", served.origin));
    ada.go(&format!("{}/nowhere", served.origin));
    ada.click_out();
    drop(kit);
    drop(ada);
    drop(driver);
}

impl Browser<'_> {
    /// Signs out from whatever page.
    fn click_out(&self) {
        let origin: String = self.url().split('/').take(3).collect::<Vec<_>>().join("/");
        self.go(&origin);
        self.click(".who button");
        self.wait_for("h1", "Sign in");
    }
}
