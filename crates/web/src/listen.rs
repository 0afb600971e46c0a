//! Connections from their beginning to their end: who is listened to, for how long, and how they end with the node.

use crate::connections::{Connections, Refused};
use crate::proxies::Proxies;
use crate::tls::{Certificates, Peer, fingerprint};
use axum::Router;
use axum::body::{Bytes, HttpBody};
use axum::extract::connect_info::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use axum::serve::Listener;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio_rustls::TlsAcceptor;

/// How long somebody who connects may take to agree on TLS.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// How long a node that ends waits for requests that are under way. Whoever runs it gives it a minute.
const ENDING_MAX: Duration = Duration::from_secs(40);

/// How often a peer who speaks HTTP/2 and is silent is asked whether he is still there, and how long he may take to say so.
const PING: Duration = Duration::from_secs(30);

/// Who listens, and for whom.
pub(crate) struct Door {
    pub(crate) router: Router,
    pub(crate) connections: Arc<Connections>,
    pub(crate) proxies: Arc<Proxies>,
    /// Where the node speaks TLS.
    pub(crate) certificates: Option<Certificates>,
}

/// Listens until `stop` is over; then requests under way are finished.
pub(crate) async fn serve(mut listener: TcpListener, door: Door, stop: impl Future<Output = ()>) {
    let (door, open) = (Arc::new(door), GracefulShutdown::new());
    let (closing, closes) = watch::channel(());
    tokio::pin!(stop);
    loop {
        // Waits a moment where too many files are open, and goes on.
        let (stream, address) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut stop => break,
        };
        // Where the node listens on IPv6 too, addresses of IPv4 come in clothes of it.
        let address = SocketAddr::new(address.ip().to_canonical(), address.port());
        match door.connections.admit(address.ip(), !door.proxies.has(address.ip())) {
            Err(why) => tracing::debug!(%address, why = why.as_str(), "a connection was refused"),
            Ok(permit) => {
                let (door, closes, watcher) = (Arc::clone(&door), closes.clone(), open.watcher());
                tokio::spawn(async move {
                    door.attend(stream, address, closes, watcher).await;
                    drop(permit);
                });
            }
        }
    }
    drop((listener, closing));
    if tokio::time::timeout(ENDING_MAX, open.shutdown()).await.is_err() {
        tracing::warn!("some requests had not come whole when the node ended: they have no answer");
    }
}

impl Door {
    async fn attend(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        mut closes: watch::Receiver<()>,
        watcher: Watcher,
    ) {
        let Some(certificates) = &self.certificates else {
            return self.speak(stream, Peer { address, certificate: None }, watcher).await;
        };
        let acceptor = TlsAcceptor::from(certificates.now());
        let agreed = tokio::select! {
            agreed = tokio::time::timeout(HANDSHAKE_MAX, acceptor.accept(stream)) => agreed,
            // Whoever has asked nothing yet is kept waiting by no node that stops.
            _ = closes.changed() => return,
        };
        match agreed {
            Ok(Ok(stream)) => {
                let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                let peer = Peer { address, certificate: shown.map(|shown| fingerprint(shown)) };
                self.speak(stream, peer, watcher).await;
            }
            Ok(Err(why)) => tracing::debug!(%address, error = %why, "no agreement on TLS"),
            Err(_) => {
                self.connections.refuse(Refused::Silent);
                tracing::debug!(%address, "no agreement on TLS in time");
            }
        }
    }

    async fn speak<I>(&self, stream: I, peer: Peer, watcher: Watcher)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (head_max, began) = (self.connections.bounds().head_max, Arc::new(Notify::new()));
        let asking = Asking {
            router: self.router.clone(),
            proxies: Arc::clone(&self.proxies),
            peer,
            began: Arc::clone(&began),
        };
        let mut builder = Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(head_max);
        builder.http2().timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PING);
        let talk = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(asking));
        let talk = watcher.watch(talk);
        tokio::pin!(talk);
        let talked = tokio::select! {
            talked = &mut talk => talked,
            () = began.notified() => talk.await,
            // Before the first request it is not known yet in which version of HTTP its head comes.
            () = tokio::time::sleep(head_max) => {
                self.connections.refuse(Refused::Silent);
                tracing::debug!(address = %peer.address, "no request came in time");
                return;
            }
        };
        if let Err(why) = talked {
            tracing::debug!(address = %peer.address, error = why, "a connection broke");
        }
    }
}

/// Requests of one peer.
#[derive(Clone)]
struct Asking {
    router: Router,
    proxies: Arc<Proxies>,
    peer: Peer,
    /// Told when a request has come.
    began: Arc<Notify>,
}

impl<B> tower::Service<Request<B>> for Asking
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        self.began.notify_one();
        let address = self.proxies.origin(self.peer.address, request.headers());
        request.extensions_mut().insert(ConnectInfo(Peer { address, ..self.peer }));
        self.router.call(request)
    }
}
