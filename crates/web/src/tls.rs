//! TLS of the node's own: certificates, whom of the machines that connect it knows by theirs, and connections that are ready
//! to be spoken on.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use sha2::{Digest, Sha256};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

/// How long somebody who connects may take to agree on TLS.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// How many may be agreeing on TLS at a time.
const HANDSHAKES_MAX: usize = 256;

/// Where the certificates are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain of the node, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// The authorities that issue certificates to machines, PEM; without it machines are known by tokens alone.
    pub clients: Option<PathBuf>,
}

/// Why the node cannot speak TLS.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct TlsFault {
    /// The file.
    path: PathBuf,
    /// What is wrong with it.
    why: String,
}

fn fault(path: &Path, why: impl ToString) -> TlsFault {
    TlsFault { path: path.to_owned(), why: why.to_string() }
}

impl TlsFiles {
    /// Reads the certificates. TLS 1.2 and 1.3, as the library holds them to be safe.
    ///
    /// # Errors
    /// Where a file cannot be read, or does not hold what it should.
    pub fn load(&self) -> Result<Arc<ServerConfig>, TlsFault> {
        let chain = certificates(&self.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|why| fault(&self.key, why))?;
        let builder = match &self.clients {
            None => ServerConfig::builder().with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates(path)? {
                    roots.add(certificate).map_err(|why| fault(path, why))?;
                }
                // A machine without one may still bring a token.
                let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).allow_unauthenticated().build();
                ServerConfig::builder().with_client_cert_verifier(verifier.map_err(|why| fault(path, why))?)
            }
        };
        let mut config = builder.with_single_cert(chain, key).map_err(|why| fault(&self.certificate, why))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let read = CertificateDer::pem_file_iter(path).map_err(|why| fault(path, why))?;
    let certificates: Vec<_> = read.collect::<Result<_, _>>().map_err(|why| fault(path, why))?;
    match certificates.is_empty() {
        true => Err(fault(path, "it holds no certificate in PEM")),
        false => Ok(certificates),
    }
}

/// By what a certificate is known in the configuration: SHA-256 over its DER form.
pub fn fingerprint(certificate: &[u8]) -> [u8; 32] {
    Sha256::digest(certificate).into()
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// From where.
    pub address: SocketAddr,
    /// The fingerprint of the certificate it has shown, which one of the authorities issued.
    pub certificate: Option<[u8; 32]>,
}

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self { address: *stream.remote_addr(), certificate: None }
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        let shown = stream.io().get_ref().1.peer_certificates().and_then(<[_]>::first);
        Self { address: *stream.remote_addr(), certificate: shown.map(|shown| fingerprint(shown)) }
    }
}

/// Connections that have agreed on TLS. They agree beside each other, so that one that dawdles keeps nobody waiting.
pub struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    local: SocketAddr,
}

impl TlsListener {
    /// Listens for them.
    ///
    /// # Errors
    /// Where the listener has no address.
    pub fn new(mut listener: TcpListener, config: Arc<ServerConfig>) -> io::Result<Self> {
        let local = listener.local_addr()?;
        let (tell, ready) = mpsc::channel(HANDSHAKES_MAX);
        let (acceptor, places) = (TlsAcceptor::from(config), Arc::new(Semaphore::new(HANDSHAKES_MAX)));
        tokio::spawn(async move {
            while !tell.is_closed() {
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
                // Waits a moment where too many files are open, and goes on.
                let (stream, address) = Listener::accept(&mut listener).await;
                let (acceptor, tell) = (acceptor.clone(), tell.clone());
                tokio::spawn(async move {
                    let agreed = tokio::time::timeout(HANDSHAKE_MAX, acceptor.accept(stream)).await;
                    drop(place);
                    match agreed {
                        // Where nobody takes it the node is stopping.
                        Ok(Ok(stream)) => drop(tell.send((stream, address)).await),
                        Ok(Err(why)) => tracing::debug!(%address, error = %why, "no agreement on TLS"),
                        Err(_) => tracing::debug!(%address, "no agreement on TLS in time"),
                    }
                });
            }
        });
        Ok(Self { ready, local })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // Its task is over with the runtime alone.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.local)
    }
}
