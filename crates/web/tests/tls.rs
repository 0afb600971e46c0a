//! TLS of the node's own: who is let in by a certificate, and who is not.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/serving.rs"]
mod serving;
mod support;

use certificates::{Issuer, agree, authority, der, issued, write_own};
use serving::Serving;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
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
