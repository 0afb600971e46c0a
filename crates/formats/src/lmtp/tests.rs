//! Talks as they stand in `fixtures/lmtp`, and what holds of any bytes.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::Path;

fn session() -> Session<impl Fn(&str) -> Option<String>> {
    Session::new("node.state.example", 64, |address| {
        let address = address.to_ascii_lowercase();
        ["pact@state.example", "acme@state.example"].contains(&address.as_str()).then_some(address)
    })
}

/// Everything that comes of bytes in pieces of a size, as text: `S:` what is said, `T` what is taken in.
fn talk(bytes: &[u8], size: usize) -> String {
    let mut session = session();
    let mut text = String::new();
    let mut pieces = bytes.chunks(size.max(1));
    loop {
        match session.step() {
            Some(Step::Say(said)) => tell(&mut text, &said),
            Some(Step::Take(Delivery { recipients, mail })) => {
                let to = recipients.join(" ");
                match &mail {
                    Ok(mail) => writeln!(text, "T: {to}: {}", mail.escape_ascii()).unwrap(),
                    Err(unfit) => writeln!(text, "T: {to}: {unfit}").unwrap(),
                }
                // By the mail itself a script says what becomes of it.
                let outcome = match &mail {
                    Ok(mail) if mail.starts_with(b"later") => Outcome::NotNow,
                    Ok(mail) if mail.starts_with(b"never") => Outcome::Never,
                    _ => Outcome::Kept,
                };
                tell(&mut text, &session.taken(&vec![outcome; recipients.len()]));
            }
            Some(Step::Close) => {
                text.push_str("closed\n");
                return text;
            }
            None => match pieces.next() {
                Some(piece) => session.feed(piece),
                None => return text,
            },
        }
    }
}

fn tell(text: &mut String, said: &[u8]) {
    let said = std::str::from_utf8(said).unwrap();
    assert!(said.ends_with("\r\n") && said.is_ascii(), "{said:?}");
    for line in said.strip_suffix("\r\n").unwrap().split("\r\n") {
        let (code, rest) = line.split_at(3);
        assert!(code.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with([' ', '-']), "{line:?}");
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        writeln!(text, "S: {line}").unwrap();
    }
}

/// A script has what the other side says, each line ended by CR LF; `\n`, `\r`, `\0` and `\x` stand for bytes, and a
/// backslash at the end of a line leaves its CR LF out. `*N*TEXT*` stands for TEXT N times.
fn script(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.lines() {
        let (line, ends) = match line.strip_suffix('\\') {
            Some(line) => (line, false),
            None => (line, true),
        };
        let line = match line.strip_prefix('*').map(|rest| rest.splitn(3, '*').collect::<Vec<_>>()) {
            Some(parts) if parts.len() == 3 => parts[1].repeat(parts[0].parse().unwrap()) + parts[2],
            _ => line.to_owned(),
        };
        let line =
            line.replace("\\n", "\n").replace("\\r", "\r").replace("\\0", "\0").replace("\\x", "\u{e9}");
        bytes.extend_from_slice(line.as_bytes());
        if ends {
            bytes.extend_from_slice(b"\r\n");
        }
    }
    bytes
}

#[test]
fn talks_go_as_their_scripts_say() {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../fixtures/lmtp");
    let mut scripts: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "talk"))
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 8, "{scripts:?}");
    for path in scripts {
        let bytes = script(&std::fs::read_to_string(&path).unwrap());
        let found = talk(&bytes, bytes.len());
        for size in [1, 2, 3, 7, 100] {
            assert_eq!(talk(&bytes, size), found, "{} in pieces of {size}", path.display());
        }
        let expected = path.with_extension("expect");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        assert_eq!(found, std::fs::read_to_string(&expected).unwrap(), "{}", path.display());
    }
}

#[test]
fn memory_is_bounded_whatever_is_sent() {
    let mut session = session();
    while session.step().is_some() {}
    for _ in 0..100 {
        session.feed(&[b'A'; 4096]);
        assert_eq!(session.step(), None);
        assert!(session.buffer.len() <= LMTP_COMMAND_BYTES_MAX + 2 * 4096);
    }
    session.feed(b"\r\nLHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<pact@state.example>\r\nDATA\r\n");
    while session.step().is_some() {}
    assert!(session.is_in_data());
    for _ in 0..100 {
        session.feed(&[b'A'; 4096]);
        assert_eq!(session.step(), None);
        assert!(session.buffer.len() <= LMTP_LINE_BYTES_MAX + 2 * 4096);
    }
    for _ in 0..1000 {
        session.feed(b"\r\nline\r\n");
        while session.step().is_some() {}
    }
    let Phase::Data(text) = &session.phase else { panic!("{:?}", session.phase) };
    assert!(text.bytes.capacity() <= 64);
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_come_to_the_same(
        words in prop::collection::vec(
            prop_oneof![
                Just(b"LHLO x\r\n".to_vec()), Just(b"MAIL FROM:<>\r\n".to_vec()),
                Just(b"RCPT TO:<PACT@state.example>\r\n".to_vec()), Just(b"RCPT TO:<no@x>\r\n".to_vec()),
                Just(b"DATA\r\n".to_vec()), Just(b".\r\n".to_vec()), Just(b"..x\r\n".to_vec()),
                Just(b"RSET\r\n".to_vec()), Just(b"\r".to_vec()), Just(b"\n".to_vec()), Just(b"\r\n.\r\n".to_vec()),
                prop::collection::vec(any::<u8>(), 0..40),
            ],
            0..40,
        ),
        size in 1_usize..60,
    ) {
        let bytes = words.concat();
        let whole = talk(&bytes, bytes.len().max(1));
        prop_assert_eq!(talk(&bytes, size), whole);
    }
}
