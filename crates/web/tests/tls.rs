//! TLS of the node's own: who is let in by a certificate, and who is not.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/serving.rs"]
mod serving;
mod support;

use certificates::{Issuer, agree, authority, der, issued, write_own};
use rcgen::{CertificateParams, KeyPair};
use serving::Serving;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use support::write_secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use web::config::Config;
use web::identity::new_token;
use web::tls::fingerprint;
use web::{ServeError, serve};

/// The status of a request for the programmes, or why there was no agreement.
async fn asked(
    address: SocketAddr,
    root: &Issuer,
    own: Option<&(String, String)>,
    token: Option<&str>,
) -> Result<u16, String> {
    let mut stream = agree(address, root, own).await?;
    let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request =
        format!("GET /v1/programmes HTTP/1.1\r\nhost: node.test\r\n{bearer}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.map_err(|why| why.to_string())?;
    let mut reply = Vec::new();
    // The other side may close without saying so.
    let read = stream.read_to_end(&mut reply).await;
    let reply = String::from_utf8_lossy(&reply).into_owned();
    let status = reply.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| format!("{read:?}"))
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn a_machine_is_known_by_its_certificate_or_its_token_and_by_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (ours, machines, strangers) =
        (authority("node-ca.test"), authority("machines.test"), authority("other.test"));
    write_own(folder, &ours);
    write(folder, "machines.pem", &machines.pem());
    let (known, unknown, foreign) =
        (issued(&machines, "acme.test"), issued(&machines, "nobody.test"), issued(&strangers, "acme.test"));
    let print = fingerprint(&der(&known.0)).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}:").unwrap();
        text
    });
    let (token, hash) = new_token().unwrap();
    write(
        folder,
        "loadgate.toml",
        &format!(
            "[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"\nclients = \"machines.pem\"\n\
             [organisation.acme]\nrole = \"filer\"\n[[organisation.acme.certificate]]\nname = \"m\"\nsha256 = \"{}\"\n\
             [[organisation.acme.token]]\nname = \"t\"\nsha256 = \"{hash}\"\nexpires = \"2999-01-01T00:00:00Z\"\n",
            print.trim_end_matches(':')
        ),
    );
    let serving = Serving::start(folder);
    let address = serving.address;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // Somebody who connects and says nothing keeps nobody waiting.
        let _dawdles = TcpStream::connect(address).await.unwrap();
        assert_eq!(asked(address, &ours, Some(&known), None).await, Ok(200));
        assert_eq!(asked(address, &ours, None, Some(&token)).await, Ok(200));
        assert_eq!(asked(address, &ours, None, None).await, Ok(401));
        assert_eq!(asked(address, &ours, Some(&unknown), None).await, Ok(401), "issued, and nobody's here");
        assert_eq!(asked(address, &ours, Some(&unknown), Some(&token)).await, Ok(200));
        assert!(asked(address, &ours, Some(&foreign), Some(&token)).await.is_err(), "issued by another");
        assert!(
            asked(address, &strangers, Some(&known), None).await.is_err(),
            "the node is not the one meant"
        );
    });
    serving.stop();
}

#[test]
fn a_node_that_others_reach_has_a_certificate_or_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let start = |text: &str| {
        write(folder.path(), "loadgate.toml", text);
        let config = Config::read(folder.path()).unwrap();
        serve(config, |_, _, _| panic!("it started"), || std::future::ready(())).unwrap_err()
    };
    let open = start("listen = \"0.0.0.0:0\"");
    assert!(matches!(open, ServeError::NotLoopback(_)) && open.to_string().contains("[tls]"), "{open}");
    let missing = start("[tls]\ncertificate = \"gone.pem\"\nkey = \"gone.key\"");
    assert!(matches!(missing, ServeError::Tls(_)) && missing.to_string().contains("gone.pem"), "{missing}");
    write(folder.path(), "gone.pem", "no certificate");
    let empty = start("[tls]\ncertificate = \"gone.pem\"\nkey = \"gone.key\"");
    assert!(empty.to_string().contains("no certificate in PEM"), "{empty}");
}

#[test]
fn until_when_certificates_hold_is_read_from_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let ours = authority("node-ca.test");
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["node.test".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2027, 3, 5);
    let own = params.signed_by(&key, &ours).unwrap();
    write(folder, "node.pem", &format!("{}{}", own.pem(), ours.pem()));
    write_secret(folder, "node.key", &key.serialize_pem());
    write(folder, "loadgate.toml", "[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"");
    let holds = Config::read(folder).unwrap().tls.unwrap().hold().unwrap();
    assert_eq!(holds.len(), 2, "the whole chain");
    assert_eq!(holds[0].until.to_string(), "2027-03-05T00:00:00Z");
    assert!(holds[1].until > holds[0].until);
}

/// A greeting that speaks up to this version of TLS, and offers what any of them could agree on.
fn greeting(version: [u8; 2]) -> Vec<u8> {
    let bytes = |length: usize, body: &[u8]| [&body.len().to_be_bytes()[8 - length..], body].concat();
    let extension = |kind: u8, body: &[u8]| [&[0, kind][..], &bytes(2, body)].concat();
    let extensions = [
        // Curves, forms of points, and signatures.
        extension(10, &bytes(2, &[0, 0x1d, 0, 0x17])),
        extension(11, &bytes(1, &[0])),
        extension(13, &bytes(2, &[4, 3, 8, 4, 4, 1, 2, 3, 2, 1])),
    ]
    .concat();
    // ECDHE with AES-GCM, and the older forms with AES-CBC.
    let ciphers = [0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x09, 0xc0, 0x13, 0, 0x2f];
    let hello = [
        &version[..],
        &[7; 32],
        &bytes(1, &[]),
        &bytes(2, &ciphers),
        &bytes(1, &[0]),
        &bytes(2, &extensions),
    ]
    .concat();
    let handshake = [&[1][..], &bytes(3, &hello)].concat();
    [&[22, 3, 1][..], &bytes(2, &handshake)].concat()
}

#[test]
fn versions_of_tls_that_are_not_safe_any_more_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_own(folder, &authority("node-ca.test"));
    write(folder, "loadgate.toml", "[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"");
    let serving = Serving::start(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answered = |version: [u8; 2]| {
        runtime.block_on(async {
            let mut stream = TcpStream::connect(serving.address).await.unwrap();
            stream.write_all(&greeting(version)).await.unwrap();
            let mut reply = [0; 7];
            stream.read_exact(&mut reply).await.unwrap();
            reply
        })
    };
    // SSL 3.0, TLS 1.0 and 1.1: an alert that is fatal, for the version of the protocol.
    for version in [[3, 0], [3, 1], [3, 2]] {
        let reply = answered(version);
        assert_eq!((reply[0], &reply[5..7]), (21, &[2, 70][..]), "{version:?}");
    }
    // The same greeting is answered where it speaks TLS 1.2.
    assert_eq!(answered([3, 3])[0], 22);
    serving.stop();
}
