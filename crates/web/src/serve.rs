//! Starting, serving and stopping a node.

use crate::api;
use crate::config::Config;
use crate::intake::lmtp::Listen;
use crate::listen::{self, Door};
use crate::node::{Node, StartError};
use crate::push::{Target, mail, webhook};
#[cfg(unix)]
use crate::renewal;
use crate::retention::Swept;
use crate::tls::{Certificates, TlsFault};
use futures_util::FutureExt as _;
use jiff::Timestamp;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::net::TcpListener;

/// How often the node looks for what fell due while nothing came.
const TICK: Duration = Duration::from_secs(1);

/// How often old notices are forgotten.
const FORGET: Duration = Duration::from_secs(3600);

/// Why a node does not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It may not listen there.
    #[error(
        "{0} can be reached from other machines, and no certificate is set: name certificate and key under [tls] in \
         loadgate.toml, or listen on 127.0.0.1 and put a server before it that speaks TLS (such as Caddy, nginx or HAProxy)"
    )]
    NotLoopback(SocketAddr),
    /// A folder for files cannot be used.
    #[error("the folder {} cannot be used: {why}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The way in for mails cannot be used.
    #[error(
        "mails cannot come in at {place}: {why}. Choose another place under [[lmtp]] in loadgate.toml, or stop what uses it"
    )]
    Mail {
        /// Where.
        place: String,
        /// Why.
        why: std::io::Error,
    },
    /// Notices cannot be pushed over TLS.
    #[error(
        "webhooks cannot be called: {0}. The certificates of public authorities may be missing: install them \
         (ca-certificates in Debian)"
    )]
    Webhooks(String),
    /// Its certificates cannot be used.
    #[error("the certificates cannot be used: {0}")]
    Tls(#[from] TlsFault),
    /// It cannot listen there.
    #[error("cannot listen on {address}: {why}. Choose another port with --listen, or stop what uses it")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        why: std::io::Error,
    },
    /// The system failed it.
    #[error("serving failed: {0}")]
    Io(#[from] std::io::Error),
}

/// The link by which the first administrator registers, and when it expires.
pub type FirstLink = (String, Timestamp);

/// Starts a node and serves until `stop` is over; then requests under way are finished, and everything is closed.
/// `started` is told where it listens, of the node, and of the link for
/// its first administrator, where there is none yet.
///
/// # Errors
/// Where it cannot start or listen, or the system fails it.
pub fn serve<S>(
    mut config: Config,
    started: impl FnOnce(SocketAddr, &Node, Option<FirstLink>),
    stop: impl FnOnce() -> S,
) -> Result<(), ServeError>
where
    S: Future<Output = ()> + Send + 'static,
{
    let (address, body_bytes_max) = (config.listen, config.body_bytes_max);
    let certificates = config.tls.as_ref().map(Certificates::read).transpose()?;
    if certificates.is_none() && !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|why| ServeError::Listen { address, why })?;
        let mut ports = Vec::new();
        for port in std::mem::take(&mut config.type_b) {
            let address = port.listen;
            let listener =
                TcpListener::bind(address).await.map_err(|why| ServeError::Listen { address, why })?;
            ports.push((port, listener));
        }
        let folders = std::mem::take(&mut config.folders);
        for folder in &folders {
            folder.prepare().map_err(|why| ServeError::Folder { path: folder.path.clone(), why })?;
        }
        let mut ways_for_mail = Vec::new();
        for way in std::mem::take(&mut config.lmtp) {
            let listener = way.bind().await.map_err(|why| {
                let place = match &way.listen {
                    Listen::Port(address) => address.to_string(),
                    Listen::Socket(path) => path.display().to_string(),
                };
                ServeError::Mail { place, why }
            })?;
            ways_for_mail.push((way, listener));
        }
        let targets = targets(&mut config)?;
        let proxies = Arc::new(std::mem::take(&mut config.proxies));
        config.listen = listener.local_addr()?;
        // From before anybody is told that it runs: to a process that does not hear it the signal is its end.
        #[cfg(unix)]
        let (told, data) = (renewal::hears(), config.data.clone());
        let node = Arc::new(Node::start(config)?);
        let first = node.first_link().await.unwrap_or_else(|problem| {
            tracing::error!(?problem, "the link for the first administrator was not made");
            None
        });
        started(listener.local_addr()?, &node, first);
        let mut working = tokio::task::JoinSet::new();
        let weak = Arc::downgrade(&node);
        let of = |node: &Weak<Node>| node.clone();
        working.spawn(kept_up("looking for what is due", of(&weak), tick));
        working.spawn(kept_up("delivering notices", of(&weak), deliver));
        working.spawn(kept_up("forgetting old notices", of(&weak), forget));
        working.spawn(kept_up("erasing what is over its time", of(&weak), erase));
        #[cfg(unix)]
        if let Some(told) = told {
            working.spawn(renewal::watch(Arc::downgrade(&node), data, certificates.clone(), told));
        }
        for (organisation, target) in targets {
            let target = Arc::new(target);
            let push = move |node| push(node, Arc::clone(&organisation), Arc::clone(&target));
            working.spawn(kept_up("pushing notices", of(&weak), push));
        }
        for folder in folders {
            let watch = move |node| folder.clone().watch(node);
            working.spawn(kept_up("taking in files", of(&weak), watch));
        }
        for (port, listener) in ports {
            working.spawn(port.serve(listener, Arc::downgrade(&node)));
        }
        for (way, listener) in ways_for_mail {
            working.spawn(way.serve(listener, Arc::downgrade(&node)));
        }
        let (stop, closing) = (stop(), Arc::downgrade(&node));
        let stop = async move {
            stop.await;
            if let Some(node) = closing.upgrade() {
                node.close();
            }
        };
        let router = api::router(Arc::clone(&node), body_bytes_max);
        let connections = Arc::clone(node.limits().connections());
        listen::serve(listener, Door { router, connections, proxies, certificates }, stop).await;
        // What they have put before the node is finished by it; whoever is not answered sends it again.
        working.shutdown().await;
        // The last holder ends the thread that writes, which may take a commit.
        let closed = tokio::task::spawn_blocking(move || drop(node)).await;
        closed.map_err(std::io::Error::other).map_err(ServeError::from)
    })
}

/// Does something for as long as the node is there, and begins anew where it failed by a fault of its own.
async fn kept_up<F: Future<Output = ()>>(
    what: &'static str,
    node: Weak<Node>,
    begin: impl Fn(Weak<Node>) -> F,
) {
    while AssertUnwindSafe(begin(node.clone())).catch_unwind().await.is_err() {
        tracing::error!(what, "it failed by a fault of the node and is begun anew; report it");
        tokio::time::sleep(TICK).await;
    }
}

/// Where notices are pushed to, by organisation.
fn targets(config: &mut Config) -> Result<Vec<(Arc<str>, Target)>, ServeError> {
    let mut targets = Vec::new();
    let webhooks = std::mem::take(&mut config.webhooks);
    if !webhooks.is_empty() {
        let client = webhook::client().map_err(|why| ServeError::Webhooks(why.to_string()))?;
        let target = |webhook| Target::Webhook(webhook::Sender::new(client.clone(), webhook));
        targets.extend(webhooks.into_iter().map(|(organisation, webhook)| (organisation, target(webhook))));
    }
    if let Some(relay) = &config.relay {
        let target = |to| Target::Mail(mail::Sender::new(Arc::clone(relay), to));
        let boxes = std::mem::take(&mut config.mail_boxes).into_iter();
        targets.extend(boxes.map(|(organisation, to)| (organisation, target(to))));
    }
    Ok(targets)
}

/// Looks for what fell due, for as long as the node is there.
async fn tick(node: Weak<Node>) {
    let mut beats = tokio::time::interval(TICK);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let Some(node) = node.upgrade() else { return };
        node.refusals().tell_again();
        if let Err(problem) = node.tick().await {
            tracing::error!(?problem, "looking for what is due failed");
        }
        let unused = node.rooms().map(|rooms| rooms.unused()).unwrap_or_default();
        if !unused.is_empty() {
            // A room waits for the thread that writes in it.
            drop(tokio::task::spawn_blocking(move || drop(unused)).await);
        }
    }
}

/// Delivers what was written, for as long as the node is there.
async fn deliver(node: Weak<Node>) {
    loop {
        // Whoever waits keeps the node from stopping for a second at most.
        match node.upgrade() {
            Some(node) => node.letters(TICK).await,
            None => return,
        }
        let Some(node) = node.upgrade() else { return };
        // More than fits into one go is taken up at once.
        loop {
            match node.deliver().await {
                Ok(0) => break,
                Ok(_) => {}
                Err(problem) => {
                    tracing::error!(?problem, "notices were not delivered");
                    tokio::time::sleep(TICK).await;
                    break;
                }
            }
        }
    }
}

/// Forgets old notices, for as long as the node is there.
async fn forget(node: Weak<Node>) {
    let mut beats = tokio::time::interval(FORGET);
    loop {
        beats.tick().await;
        let Some(node) = node.upgrade() else { return };
        if let Err(problem) = node.forget().await {
            tracing::error!(?problem, "old notices were not forgotten");
        }
        if let Err(problem) = node.forget_sessions().await {
            tracing::error!(?problem, "old sessions were not forgotten");
        }
    }
}

/// Erases what is over its time, for as long as the node is there.
async fn erase(node: Weak<Node>) {
    let Some(check) = node.upgrade().map(|node| node.retention().check) else { return };
    let mut beats = tokio::time::interval(check);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let Some(node) = node.upgrade() else { return };
        match node.erase_what_is_over().await {
            Ok(Swept { erased: 0, kept: 0, failed: 0 }) => {}
            Ok(Swept { erased, kept, failed }) => {
                tracing::info!(erased, kept, failed, "what is over its time was looked after");
            }
            Err(problem) => tracing::error!(?problem, "what is over its time was not erased"),
        }
    }
}

/// Pushes what was delivered to one place, for as long as the node is there.
async fn push(node: Weak<Node>, organisation: Arc<str>, target: Arc<Target>) {
    // Up to where the target has everything: while nothing comes, nothing is written.
    let mut had = None;
    loop {
        let mut coming = match node.upgrade() {
            Some(node) => {
                let coming = node.coming();
                let last = node.mailbox(&organisation).await.map(|mailbox| mailbox.last).ok();
                if had.is_none() || had != last {
                    had = target.push(&node, &organisation).await.unwrap_or_else(|problem| {
                        tracing::error!(?problem, "notices were not pushed");
                        None
                    });
                }
                coming
            }
            None => return,
        };
        // Another node may have delivered, and what was not taken is tried again.
        if let Ok(Err(_)) = tokio::time::timeout(TICK, coming.changed()).await {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn what_fails_by_a_fault_is_begun_anew() {
        let begun = AtomicU32::new(0);
        let begin = |_| async {
            assert!(begun.fetch_add(1, Ordering::Relaxed) > 1, "twice it fails");
        };
        kept_up("a test", Weak::new(), begin).await;
        assert_eq!(begun.load(Ordering::Relaxed), 3);
    }
}
