//! What a node takes up while it runs, each time the process is told to (SIGHUP): certificates, what machines show, policies,
//! and watch lists. What cannot be used is told, and what was in use stays.

use crate::config::Config;
use crate::node::Node;
use crate::tls::Certificates;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Reads certificates, what machines show, and policies again. It waits for the disk.
fn renew(node: &Node, data: &Path, certificates: Option<&Certificates>) {
    let read = Config::read(data);
    // Where the configuration cannot be read a certificate may end all the same: it is read from where it was.
    let files = read.as_ref().ok().map(|config| config.tls.clone());
    match read {
        Err(why) => {
            tracing::error!(%why, "the configuration cannot be used: tokens, certificates of machines and policies stay what they were");
        }
        Ok(config) => {
            let (shown, differ) = node.identity().again(config.identity);
            match Config::allowed(data, node.identity()) {
                Err(why) => {
                    tracing::error!(%why, "the policies cannot be used: they and tokens stay what they were")
                }
                Ok(allowed) => {
                    let count = shown.count();
                    node.take_up(shown, allowed);
                    tracing::info!(
                        known = count,
                        "tokens, certificates of machines and policies were read again"
                    );
                }
            }
            if !differ.is_empty() {
                let organisations: Vec<&str> = differ.iter().map(|name| &**name).collect();
                let organisations = organisations.join(", ");
                tracing::warn!(
                    organisations,
                    "what else the configuration says of organisations wants a restart"
                );
            }
        }
    }
    match (certificates, files) {
        (None, None | Some(None)) => {}
        (None, Some(Some(_))) | (Some(_), Some(None)) => {
            tracing::warn!("to begin or end to speak TLS wants a restart");
        }
        (Some(certificates), files) => match certificates.renew(files.flatten()) {
            Ok(()) => tracing::info!("the certificates were read again"),
            Err(why) => tracing::error!(%why, "the certificates stay what they were"),
        },
    }
}

/// Hears that the process is told to take up what changed.
pub(crate) fn hears() -> Option<Signal> {
    let heard = signal(SignalKind::hangup());
    heard
        .inspect_err(
            |why| tracing::error!(%why, "SIGHUP cannot be heard: what changes is taken up by a restart"),
        )
        .ok()
}

/// Takes up what changed each time the process is told to, for as long as the node is there.
pub(crate) async fn watch(
    node: Weak<Node>,
    data: PathBuf,
    certificates: Option<Certificates>,
    mut told: Signal,
) {
    while told.recv().await.is_some() {
        let Some(node) = node.upgrade() else { return };
        let (of, data, certificates) = (Arc::clone(&node), data.clone(), certificates.clone());
        let read = tokio::task::spawn_blocking(move || renew(&of, &data, certificates.as_ref())).await;
        if let Err(why) = read {
            tracing::error!(%why, "reading again failed");
        }
        match node.renew_lists().await {
            Ok(Ok(titles)) => tracing::info!(lists = titles.join(", "), "the lists were read again"),
            Ok(Err(why)) => tracing::error!(%why, "the lists stay what they were"),
            Err(problem) => tracing::error!(?problem, "the lists were read, and are not in use yet"),
        }
    }
}
