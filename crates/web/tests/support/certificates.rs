//! Certificates, and connections under them.
// Each test is a program of its own and uses a part of it.
#![allow(dead_code)]

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

pub type Issuer = CertifiedIssuer<'static, KeyPair>;

pub fn authority(name: &str) -> Issuer {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, PEM.
pub fn issued(issuer: &Issuer, name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, issuer).unwrap();
    (certificate.pem(), key.serialize_pem())
}

pub fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// A certificate for the node and its key in the data folder, as `[tls]` of `loadgate.toml` names them.
pub fn write_own(folder: &Path, issuer: &Issuer) {
    let (certificate, key) = issued(issuer, "node.test");
    std::fs::write(folder.join("node.pem"), certificate).unwrap();
    crate::support::write_secret(folder, "node.key", &key);
}

/// Agrees on TLS with the node at an address, known by this authority; shows a certificate of its own where it has one.
pub async fn agree(
    address: SocketAddr,
    root: &Issuer,
    own: Option<&(String, String)>,
) -> Result<TlsStream<TcpStream>, String> {
    let mut roots = RootCertStore::empty();
    roots.add(der(&root.pem())).unwrap();
    let builder = ClientConfig::builder().with_root_certificates(roots);
    let config = match own {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder
            .with_client_auth_cert(
                vec![der(certificate)],
                PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
            )
            .unwrap(),
    };
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("node.test").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|why| why.to_string())
}
