//! Starting, serving and stopping a node.

use crate::api;
use crate::config::Config;
use crate::node::{Node, StartError};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How often the node looks for what fell due while nothing came.
const TICK: Duration = Duration::from_secs(1);

/// Why a node does not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It may not listen there.
    #[error(
        "{0} can be reached from other machines, and this release speaks no TLS of its own: listen on 127.0.0.1 and put a \
         server before it that does (such as Caddy, nginx or HAProxy)"
    )]
    NotLoopback(SocketAddr),
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

/// Starts a node and serves until `stop` is over; then requests under way are finished, and everything is closed.
/// `started` is told where it listens, and of the node.
///
/// # Errors
/// Where it cannot start or listen, or the system fails it.
pub fn serve<S>(
    config: Config,
    started: impl FnOnce(SocketAddr, &Node),
    stop: impl FnOnce() -> S,
) -> Result<(), ServeError>
where
    S: Future<Output = ()> + Send + 'static,
{
    let (address, body_bytes_max) = (config.listen, config.body_bytes_max);
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|why| ServeError::Listen { address, why })?;
        let node = Arc::new(Node::start(config)?);
        started(listener.local_addr()?, &node);
        let ticking = tokio::spawn(tick(Arc::downgrade(&node)));
        let router = api::router(Arc::clone(&node), body_bytes_max);
        let served = axum::serve(listener, router).with_graceful_shutdown(stop()).await;
        ticking.abort();
        // The last holder ends the thread that writes, which may take a commit.
        let closed = tokio::task::spawn_blocking(move || drop(node)).await;
        served.and(closed.map_err(std::io::Error::other)).map_err(ServeError::from)
    })
}

/// Looks for what fell due, for as long as the node is there.
async fn tick(node: std::sync::Weak<Node>) {
    let mut beats = tokio::time::interval(TICK);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let Some(node) = node.upgrade() else { return };
        if let Err(problem) = node.tick().await {
            tracing::error!(?problem, "looking for what is due failed");
        }
    }
}
