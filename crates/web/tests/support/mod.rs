//! What the tests of a node share.
// Each test is a program of its own and uses a part of it.
#![allow(dead_code)]
#![allow(clippy::print_stderr, reason = "a test says what it leaves out")]

use std::fmt::Write as _;
use std::path::Path;
use web::identity::new_token;

/// An invented air waybill of a direct shipment.
pub const WAYBILL: &str = "FWB/16\r\n888-10001014FRAJFK/T4K80.0\r\nFLT/9Z100/24\r\nRTG/JFK9Z\r\nSHP\r\n\
    NAM/ALMA HINGES GMBH\r\nADR/HAUPTSTR 1\r\nLOC/FRANKFURT\r\n/DE/60311\r\nCNE\r\nNAM/ORCHARD DOORS INC\r\n\
    ADR/12 PIER ROAD\r\nLOC/NEW YORK/NY\r\n/US/10001\r\nCVD/EUR//PP/NVD/NCV/XXX\r\n\
    RTD/1/P4/K80.0/CQ/W80.0\r\n/NG/STEEL HINGES\r\nISU/24NOV26/FRA\r\nREF/FRAFM9Z\r\n";

/// Organisations by name and role, each with a token: as they stand in loadgate.toml, and the tokens by name.
pub fn organisations<'a>(members: &[(&'a str, &str)]) -> (String, Vec<(&'a str, String)>) {
    let (mut text, mut tokens) = (String::new(), Vec::new());
    for (name, role) in members {
        let (token, hash) = new_token().unwrap();
        writeln!(
            text,
            "[organisation.\"{name}\"]\nrole = \"{role}\"\n[[organisation.\"{name}\".token]]\nname = \"m\"\n\
             sha256 = \"{hash}\"\nexpires = \"2999-01-01T00:00:00Z\""
        )
        .unwrap();
        tokens.push((*name, token));
    }
    (text, tokens)
}

/// A file that its owner alone may read.
pub fn write_secret(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Whether a program of others is to be left out, because `cargo xtask test` said that it is not there.
pub fn without(program: &str) -> bool {
    let without = std::env::var("LOADGATE_TESTS_WITHOUT").unwrap_or_default();
    let left_out = without.split(',').any(|name| name == program);
    if left_out {
        eprintln!("not run: {program} is not there");
    }
    left_out
}
