//! Mails against their expectation files, and what holds for each of them.
//!
//! `UPDATE_EXPECT=1 cargo test -p formats --test mail` writes the expectation files anew.
#![allow(clippy::unwrap_used)]

mod support;

use consignment::notice::Statement;
use std::path::PathBuf;
use support::{decode_all, dump, expect, files, received_at, root};

fn fixtures() -> Vec<PathBuf> {
    let folder = root().join("fixtures/mail");
    let found = [files(&folder, "eml"), files(&folder, "txt")].concat();
    assert!(found.len() > 5, "only {} fixtures found", found.len());
    found
}

#[test]
fn fixtures_read_as_expected() {
    let wrong: Vec<String> = fixtures()
        .iter()
        .filter_map(|path| expect(path, &dump(&decode_all(&std::fs::read(path).unwrap()))).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Line ends are a matter of the network; nothing depends on them.
#[test]
fn line_ends_change_nothing() {
    for path in fixtures() {
        let plain = String::from_utf8(std::fs::read(&path).unwrap()).unwrap().replace("\r\n", "\n");
        let expected = dump(&decode_all(plain.as_bytes()));
        for end in ["\r", "\r\n"] {
            let read = dump(&decode_all(plain.replace('\n', end).as_bytes())).replace("\\r\\n", "\\n");
            assert_eq!(read, expected, "{} with {end:?}", path.display());
        }
    }
}

/// Whatever stands before or behind a mail, the subject is heard, and so is the message.
#[test]
fn neighbours_are_heard() {
    let mail = std::fs::read(root().join("fixtures/mail/001-referral.eml")).unwrap();
    for neighbour in [
        "cargo-imp/fwb/001-v17-every-segment.txt",
        "cargo-imp/fwb/018-typeB-control-bytes.txt",
        "cargo-xml/xfwb5_direct.xml",
        "cargo-imp/psn/001-referral-of-a-house.txt",
    ] {
        let neighbour = std::fs::read(root().join("fixtures").join(neighbour)).unwrap();
        for input in [[&mail[..], b"\n", &neighbour].concat(), [&neighbour[..], b"\n\n", &mail].concat()] {
            let filings = decode_all(&input);
            let notices = || filings.iter().flat_map(|filing| &filing.notices);
            assert!(
                notices().any(|notice| matches!(&notice.statement, Statement::Subject(_))),
                "{}",
                dump(&filings)
            );
            let alone = decode_all(&neighbour);
            let others =
                notices().filter(|notice| !matches!(&notice.statement, Statement::Subject(_))).count();
            assert_eq!(others, alone[0].notices.len(), "{}", dump(&filings));
            let filed: usize = filings.iter().map(|filing| filing.consignments.len()).sum();
            assert_eq!(filed, alone[0].consignments.len(), "{}", dump(&filings));
        }
    }
}

/// A mail larger than a text message may be is read, for its attachments are most of it.
#[test]
fn attachments_do_not_make_a_mail_too_large() {
    let mail = std::fs::read_to_string(root().join("fixtures/mail/002-encoded-and-multipart.eml")).unwrap();
    let large = mail.replace(
        "JVBERi0xLjQKJQ==\r\n",
        &"JVBERi0xLjQKJVBERi0xLjQKJVBERi0xLjQKJVBERi0xLjQK\r\n".repeat(60_000),
    );
    assert!(large.len() > formats::limits::TEXT_MESSAGE_BYTES_MAX);
    let filings = decode_all(large.as_bytes());
    assert_eq!(filings.len(), 1);
    assert_eq!(filings[0].notices.len(), 1);
}

/// An input that nobody has split: what follows the mail is not read, and mentioned.
#[test]
fn of_one_whole_input_the_rest_is_mentioned() {
    let bytes = std::fs::read(root().join("fixtures/mail/007-message-in-the-text.eml")).unwrap();
    let filing = formats::decode(&formats::RawMessage::whole(bytes), received_at());
    assert_eq!(filing.notices.len(), 1);
    let mentions: Vec<String> = filing.mentions.iter().map(ToString::to_string).collect();
    assert!(mentions.iter().any(|number| number == "888-30040065"), "{mentions:?}");
}
