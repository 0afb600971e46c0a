//! Files with secrets are for whoever runs the node alone.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/certificates.rs"]
mod certificates;
mod support;

use certificates::{authority, write_own};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use support::write_secret;
use web::config::Config;
use web::serve;

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_others_may_read_starts_no_node_and_the_remedy_is_told() {
    let webhook = "[organisation.a]\nrole = \"filer\"\n[[organisation.a.webhook]]\nurl = \"https://a.example/in\"\n\
                   secret_file = \"secret\"";
    let provider = "[organisation.a]\nrole = \"filer\"\n[organisation.a.provider]\nissuer = \"https://id.example\"\n\
                    client_id = \"a\"\nclient_secret_file = \"secret\"";
    let mail = "[mail]\nrelay = \"mail.example:587\"\nfrom = \"n@state.example\"\nuser = \"n\"\npassword_file = \"secret\"";
    for (settings, told) in [
        (webhook, "organisation.a.webhook https://a.example/in: secret_file"),
        (provider, "organisation.a.provider https://id.example: client_secret_file"),
        (mail, "mail.password_file"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        std::fs::write(folder.join("loadgate.toml"), settings).unwrap();
        let secret = "whsec_S1lTT01FVEhJTkdTRUNSRVRPRkFDTUVTT01FVEhJTkc=";
        write_secret(folder, "secret", secret);
        Config::read(folder).unwrap();
        for mode in [0o640, 0o604, 0o644] {
            set_mode(&folder.join("secret"), mode);
            let why = Config::read(folder).unwrap_err().to_string();
            assert!(why.contains(told) && why.contains("chmod 600"), "{why}");
            assert!(why.contains("/secret") && !why.contains("whsec_S1"), "{why}");
        }
        set_mode(&folder.join("secret"), 0o400);
        Config::read(folder).unwrap();
    }
}

#[test]
fn a_key_that_others_may_read_is_none_to_speak_tls_by() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_own(folder, &authority("node-ca.test"));
    let tls = "listen = \"127.0.0.1:0\"\n[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"";
    std::fs::write(folder.join("loadgate.toml"), tls).unwrap();
    let start = || serve(Config::read(folder).unwrap(), |_, _, _| (), || std::future::ready(()));
    start().unwrap();
    set_mode(&folder.join("node.key"), 0o640);
    let why = start().unwrap_err().to_string();
    assert!(why.contains("node.key") && why.contains("chmod 600"), "{why}");
}
