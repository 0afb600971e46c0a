//! A node that serves on a port of this machine.
// Each test is a program of its own and uses a part of it.
#![allow(dead_code)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use web::config::Config;
use web::{ServeError, serve};

/// A node until it is stopped.
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Result<(), ServeError>>,
}

impl Serving {
    /// The node of a data folder.
    pub fn start(folder: &Path) -> Self {
        let mut config = Config::read(folder).unwrap();
        config.listen = "127.0.0.1:0".parse().unwrap();
        let (told, started) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            serve(config, |address, _, _| told.send(address).unwrap(), || async move { drop(stopped.await) })
        });
        Self { address: started.recv().unwrap(), stop, thread }
    }

    /// Ends it.
    pub fn stop(self) {
        self.stop.send(()).unwrap();
        self.thread.join().unwrap().unwrap();
    }
}
