//! A node that serves, with tokens for whoever a test needs, and requests to it over a plain connection.
#![allow(clippy::unwrap_used)]

use super::{command, loadgate};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

/// Longest wait for a node to start or to answer.
const WAIT: Duration = Duration::from_secs(30);

/// An invented air waybill of a direct shipment.
#[allow(dead_code)]
pub const WAYBILL: &str = "FWB/16\r\n888-10001014FRAJFK/T4K80.0\r\nFLT/9Z100/24\r\nRTG/JFK9Z\r\nSHP\r\n\
    NAM/ALMA HINGES GMBH\r\nADR/HAUPTSTR 1\r\nLOC/FRANKFURT\r\n/DE/60311\r\nCNE\r\nNAM/ORCHARD DOORS INC\r\n\
    ADR/12 PIER ROAD\r\nLOC/NEW YORK/NY\r\n/US/10001\r\nCVD/EUR//PP/NVD/NCV/XXX\r\n\
    RTD/1/P4/K80.0/CQ/W80.0\r\n/NG/STEEL HINGES\r\nISU/24NOV26/FRA\r\nREF/FRAFM9Z\r\n";

/// A running node. It is stopped when it goes out of scope.
pub struct Served {
    child: Child,
    pub address: String,
    tokens: Vec<(String, String)>,
}

/// Writes the configuration of a node: settings, and organisations with their roles. Gives the token of each.
pub fn configure(data: &Path, settings: &str, organisations: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut text = settings.to_owned();
    let mut tokens = Vec::new();
    for (name, role) in organisations {
        let made = loadgate(&["token", name]).text();
        let (token, rest) = made.split_once('\n').unwrap();
        let lines: Vec<&str> = rest.lines().skip_while(|line| !line.starts_with('[')).collect();
        for line in lines {
            let line = if line.starts_with("role") { format!("role = \"{role}\"") } else { line.to_owned() };
            text.push_str(&line);
            text.push('\n');
        }
        tokens.push(((*name).to_owned(), token.to_owned()));
    }
    std::fs::write(data.join("loadgate.toml"), text).unwrap();
    tokens
}

impl Served {
    pub fn start(data: &Path, tokens: &[(String, String)]) -> Self {
        let data = data.to_str().unwrap();
        Self::run(command(&["serve", "--data", data, "--listen", "127.0.0.1:0"]), tokens)
    }

    /// As [`Self::start`], by a command of one's own.
    pub fn run(mut command: Command, tokens: &[(String, String)]) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_else(|| {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("the node did not start: {why}")
        });
        let (_, address) = first.rsplit_once("http://").expect(&first);
        Self { address: address.to_owned(), child, tokens: tokens.to_owned() }
    }

    /// Where it is asked.
    #[allow(dead_code)]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token of somebody.
    #[allow(dead_code)]
    pub fn token(&self, who: &str) -> &str {
        &self.tokens.iter().find(|(name, _)| name == who).unwrap().1
    }

    /// A request of somebody; the status and the document that came back.
    pub fn request(&self, who: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
        let token = self.token(who);
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.set_read_timeout(Some(WAIT)).unwrap();
        write!(
            connection,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut reply = String::new();
        connection.read_to_string(&mut reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Sends it a signal.
    #[allow(dead_code)]
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Tells it to end, and waits until it has.
    pub fn stop(mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
