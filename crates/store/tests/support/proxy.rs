//! A line to a server that can be cut or stopped where a test says so.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use store::postgres::Address;

/// What happens to the line.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// It is cut in both directions when the server says these bytes, and they do not arrive.
    CutAnswer(&'static [u8]),
    /// It is cut when the node says these bytes, and they do not arrive.
    CutRequest(&'static [u8]),
    /// From where the node says these bytes on nothing arrives on either side for so long, as if the node had been stopped.
    Stop(&'static [u8], Duration),
}

/// Between nodes and a server.
pub struct Proxy {
    folder: tempfile::TempDir,
    next: Next,
}

/// What happens next.
type Next = Arc<Mutex<Option<Event>>>;

/// Until when a line is silent.
type Silent = Arc<Mutex<Option<Instant>>>;

impl Proxy {
    /// A line to the server whose socket is in this folder.
    pub fn new(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let next = Next::default();
        let (server, armed) = (server.join(".s.PGSQL.5432"), Arc::clone(&next));
        thread::spawn(move || {
            for node in listener.incoming() {
                let (Ok(node), Ok(server)) = (node, UnixStream::connect(&server)) else { continue };
                let silent = Silent::default();
                forward((&node, &server), (&armed, &silent), true);
                forward((&server, &node), (&armed, &silent), false);
            }
        });
        Self { folder, next }
    }

    /// What happens once.
    pub fn arm(&self, event: Event) {
        *self.next.lock().unwrap() = Some(event);
    }

    /// Whether it has happened.
    pub fn has_happened(&self) -> bool {
        self.next.lock().unwrap().is_none()
    }

    /// The address of a schema by this line.
    pub fn address(&self, schema: &str) -> Address {
        let folder = self.folder.path().display();
        format!("postgres://loadgate@/postgres?host={folder}&options=-csearch_path%3D{schema}")
            .parse()
            .unwrap()
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn wait(silent: &Silent) {
    let until = *silent.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(time) = until.and_then(|until| until.checked_duration_since(Instant::now())) {
        thread::sleep(time);
    }
}

fn forward((from, to): (&UnixStream, &UnixStream), (next, silent): (&Next, &Silent), asks: bool) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    let (next, silent) = (Arc::clone(next), Arc::clone(silent));
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 20];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let bytes = &buffer[..count];
            let happens = {
                let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
                let meets = match *next {
                    Some(Event::CutAnswer(part)) => !asks && contains(bytes, part),
                    Some(Event::CutRequest(part) | Event::Stop(part, _)) => asks && contains(bytes, part),
                    None => false,
                };
                if let (true, Some(Event::Stop(_, time))) = (meets, *next) {
                    *silent.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + time);
                }
                if meets { next.take() } else { None }
            };
            if let Some(Event::CutAnswer(_) | Event::CutRequest(_)) = happens {
                break;
            }
            wait(&silent);
            if to.write_all(bytes).is_err() {
                break;
            }
        }
        wait(&silent);
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    });
}
