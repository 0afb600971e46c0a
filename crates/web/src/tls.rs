//! TLS of the node's own: certificates, and whom of the machines that connect it knows by theirs.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use store::secret;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use x509_parser::prelude::{FromDer as _, X509Certificate};

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
        let key = secret::read(&self.key).map_err(|why| fault(&self.key, why))?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|why| fault(&self.key, why))?;
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

/// Until when a certificate of the node holds, and whose it is, by what it says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holds {
    /// Whose.
    pub subject: String,
    /// Until when.
    pub until: Timestamp,
}

impl TlsFiles {
    /// Until when what the files hold does, the soonest first: the chain of the node, and the authorities of machines.
    ///
    /// # Errors
    /// Where a file cannot be read, or a certificate says no such thing.
    pub fn hold(&self) -> Result<Vec<Holds>, TlsFault> {
        let mut all = Vec::new();
        for path in [Some(&self.certificate), self.clients.as_ref()].into_iter().flatten() {
            for certificate in certificates(path)? {
                let read = X509Certificate::from_der(&certificate);
                let (_, read) = read.map_err(|why| fault(path, why))?;
                let until = Timestamp::from_second(read.validity().not_after.timestamp());
                let until = until.map_err(|why| fault(path, why))?;
                all.push(Holds { subject: read.subject().to_string(), until });
            }
        }
        all.sort_by_key(|holds| holds.until);
        Ok(all)
    }
}

/// The certificates in use.
#[derive(Debug, Clone)]
pub struct Certificates(Arc<RwLock<InUse>>);

#[derive(Debug)]
struct InUse {
    files: TlsFiles,
    config: Arc<ServerConfig>,
}

impl Certificates {
    /// Reads them.
    ///
    /// # Errors
    /// As for [`TlsFiles::load`].
    pub fn read(files: &TlsFiles) -> Result<Self, TlsFault> {
        Ok(Self(Arc::new(RwLock::new(InUse { files: files.clone(), config: files.load()? }))))
    }

    /// Those by which whoever connects now is answered.
    pub fn now(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).config)
    }

    /// Reads them again, from other files where these are named; whoever connects from then on is answered by them.
    /// Connections that are open stay.
    ///
    /// # Errors
    /// As for [`TlsFiles::load`]: those in use stay.
    pub fn renew(&self, files: Option<TlsFiles>) -> Result<(), TlsFault> {
        let named = || self.0.read().unwrap_or_else(PoisonError::into_inner).files.clone();
        let files = files.unwrap_or_else(named);
        let config = files.load()?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = InUse { files, config };
        Ok(())
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
