//! The splitter by itself: where messages end, that nothing is lost, and that memory stays bounded.
// Whoever runs the tests should know what they left out.
#![allow(clippy::print_stdout)]
#![allow(clippy::unwrap_used)]

mod support;

use finding::codes::wire;
use formats::limits::{TEXT_MESSAGE_BYTES_MAX, XML_MESSAGE_BYTES_MAX};
use formats::{RawMessage, Splitter};
use proptest::prelude::*;
use std::io::{self, BufReader, Read};
use support::{received_at, split};

/// The messages of a text, trimmed, with the place of each.
fn cut(text: &str) -> Vec<(String, u32, u32)> {
    split(text.as_bytes())
        .into_iter()
        .map(|m| (String::from_utf8(m.bytes).unwrap().trim().to_owned(), m.first_line, m.first_column))
        .collect()
}

fn places(text: &str) -> Vec<(u32, u32)> {
    cut(text).into_iter().map(|(_, line, column)| (line, column)).collect()
}

#[test]
fn messages_end_where_the_next_one_starts() {
    let cases: [(&str, &[(u32, u32)]); 35] = [
        ("FWB/16\nA\nFHL/4\nB\nFMA\nACK/X\n", &[(1, 1), (3, 1), (5, 1)]),
        ("\n \nFWB/16\nA\n\n\nFWB/16\nB", &[(3, 1), (7, 1)]),
        ("FWB/16\nA\nQK FRAFM9Z\n.FRAFX9Z 240615\nFWB/16\nB", &[(1, 1), (3, 1)]),
        ("QK FRAFM9Z\nQD JFKFM9Z\n.FRAFX9Z 240615\nFWB/16\nB", &[(1, 1)]),
        ("QK FRAFM9Z\n.FRAFX9Z 240615\nQK FRAFM9Z\n.FRAFX9Z 240615\nFWB/16\nB", &[(1, 1), (3, 1)]),
        (
            "\u{1}QK FRAFM9Z\n.FRAFX9Z 240615\n\u{2}FWB/16\nA\n\u{3}\u{1}QK FRAFM9Z\n.FRAFX9Z 1\n\u{2}FWB/16\nB\n\u{3}",
            &[(1, 1), (5, 2)],
        ),
        ("\u{2}FWB/16\nA\u{3}FWB/16\nB", &[(1, 1), (2, 3)]),
        ("\u{2}FWB/16\nA\n\u{2}FWB/16\nB", &[(1, 1), (3, 1)]),
        ("FWB/16\nA\n\nflight_booking\nFWB/16\nB", &[(1, 1), (4, 1)]),
        ("FNA/1\nACK/X\n/Y\nFWB/16\nA\nFWB/16\nB", &[(1, 1), (6, 1)]),
        ("FMA\nACK/X\nFMA\nACK/Y\nFSU/14\nA", &[(1, 1), (3, 1)]),
        ("FFM/8\n1/9Z100/24NOV/FRA\nFNA\n888-1/T1\nLAST\nFNA\nERR/X", &[(1, 1), (6, 1)]),
        ("FFM/8\n1/9Z100/24NOV/FRA\nPER\n888-1/T1\nPSN\n888-10001014\nCSN/SR", &[(1, 1), (5, 1)]),
        ("OCI/DE/ISS/RA/1\n///SM/XRY\nOCI/DE/ISS/RA/2\n", &[(1, 1), (3, 1)]),
        ("FWB/16\nA\nOCI/DE/ISS/RA/1\n", &[(1, 1)]),
        ("FWB/16\n888-10001014\nFW\n888-10001014\nX\nFHL/4\n", &[(1, 1), (3, 1), (6, 1)]),
        ("FHL/4\nMBI/1\nHBS/1\nMBI/2\n", &[(1, 1), (4, 1)]),
        ("LETTER\nFWB/16\nA", &[(1, 1)]),
        ("888-10001014\nFWB/16\nA", &[(1, 1), (2, 1)]),
        ("FWB/16\nA\n<?xml version='1.0'?><a/>\nFWB/16\nB", &[(1, 1), (3, 1), (4, 1)]),
        ("<a/><b/>FWB/16\nA", &[(1, 1), (1, 5), (1, 9)]),
        (
            "<a>\n<b x='>'/><!-- </a> --><![CDATA[</a>]]></a>\n<?pi?>\n<!-- end -->\n<a></a>",
            &[(1, 1), (5, 1)],
        ),
        ("<!DOCTYPE a [ <!ENTITY b \"]>\"> ]>\n<a>&b;</a><a/>", &[(1, 1), (2, 11)]),
        ("<a><b>\n<?xml version='1.0'?><a/>", &[(1, 1), (2, 1)]),
        ("<a><b>\n<x:Waybill xmlns:x='iata:waybill:1'/><Waybill/>", &[(1, 1), (2, 1), (2, 38)]),
        ("<a><b>\n<x:Waybill xmlns:x='iata:waybill:9'/>\n<Waybill>", &[(1, 1)]),
        ("<a><b x=\"\n<?xml version='1.0'?><a/>", &[(1, 1), (2, 1)]),
        ("<a><!-- \n<?xml version='1.0'?><a/>", &[(1, 1), (2, 1)]),
        ("<?xml version='1.0'\nFWB/16\nA", &[(1, 1), (2, 1)]),
        ("<a><b>\nPER\nFWB\n\u{FEFF}FWB/16\nA", &[(1, 1), (4, 1)]),
        ("<a><b>\nFWB\n888-10001014FRAJFK/T1K1\n", &[(1, 1), (2, 1)]),
        ("<a><b>\r\nPSN\r\n888-10001014\r\nCSN/SR", &[(1, 1), (2, 1)]),
        ("<a><b>\nQK FRAFM9Z\n.FRAFX9Z 1\nFMA", &[(1, 1), (2, 1)]),
        ("\u{FEFF}<?xml version='1.0'?><a/>\u{FEFF}<?xml version='1.0'?><a/>", &[(1, 1), (1, 26)]),
        ("<a>Ü</a>FMA", &[(1, 1), (1, 9)]),
    ];
    for (text, expected) in cases {
        assert_eq!(places(text), expected, "{text:?}: {:?}", cut(text));
    }
}

#[test]
fn blanks_alone_are_one_empty_message() {
    for text in ["", "\n", " \r\n\t\r\n", "\u{3}"] {
        let messages = split(text.as_bytes());
        assert_eq!(messages.len(), 1, "{text:?}");
        let filing = formats::decode(&messages[0], received_at());
        assert_eq!(filing.findings[0].code, wire::EMPTY_INPUT, "{text:?}");
    }
    for text in ["\0", "\0\0 \r\n\0", "\n\0"] {
        for message in [split(text.as_bytes()).remove(0), RawMessage::whole(text.as_bytes())] {
            let filing = formats::decode(&message, received_at());
            assert_eq!(filing.findings[0].code, wire::ZERO_BYTES_ONLY, "{text:?}");
        }
    }
    assert_eq!(split(b"FMA\n\n\n").len(), 1);
    // A file padded to its block size.
    let mut padded = b"FMA\nACK/X\n".to_vec();
    padded.resize(TEXT_MESSAGE_BYTES_MAX * 2, 0);
    padded.extend_from_slice(b"\nFMA\nACK/Y\n");
    assert_eq!(split(&padded).len(), 2);
}

/// A file that is no text says what it is.
#[test]
fn packed_files_are_told() {
    for (bytes, kind) in [
        (b"\x1F\x8B\x08\0\0\0\0\0\0\x03FWB/17\n".as_slice(), "gzip"),
        (b"PK\x03\x04\x14\0\0\0\x08\0message.txt", "ZIP"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"BZh91AY&SY", "bzip2"),
    ] {
        let filing = formats::decode(&split(bytes)[0], received_at());
        let finding = &filing.findings[0];
        assert_eq!(finding.code, wire::STILL_PACKED);
        assert!(finding.args[0].1.contains(kind), "{finding:?}");
    }
    assert!(formats::decode(&split(b"PKG LIST\nFWB/17\n")[0], received_at()).format.is_some());
}

/// Lines so long that they are no label before a message, at its very start.
#[test]
fn long_first_lines_are_messages() {
    let long = |text: &str| text.repeat(8_000 / text.len());
    let cases = [
        (long("\u{1}"), 1),
        (format!("{}<a>", long("\u{2} ")), 1),
        (format!("QK{}\nFMA\n", long(" FRAFM9Z")), 2),
        (format!("{}\nFMA\n", long("label ")), 2),
        (format!("{}FMA\n", long("label\n")), 2),
        (format!("\u{FEFF}{}FMA\n", long(" ")), 1),
    ];
    for (text, expected) in cases {
        let messages = split(text.as_bytes());
        assert_eq!(messages.len(), expected, "{:?}", &text[..20]);
        assert_eq!(messages.iter().map(|message| message.bytes.len()).sum::<usize>(), text.len());
    }
}

#[test]
fn lines_are_counted_by_every_end() {
    for end in ["\n", "\r", "\r\n"] {
        let text = ["FWB/16", "A", "", "FWB/16", "B", "<a>", "</a>", "FMA"].join(end);
        assert_eq!(places(&text), [(1, 1), (4, 1), (6, 1), (8, 1)], "{end:?}");
    }
}

/// Text, then text: what is too large is named and skipped, and the next message is found.
#[test]
fn a_message_too_large_is_skipped() {
    let line = "A".repeat(TEXT_MESSAGE_BYTES_MAX);
    let lines = "/AAAAAAAA\n".repeat(TEXT_MESSAGE_BYTES_MAX / 10 + 1);
    let element = "<b>AAAAAAA</b>".repeat(XML_MESSAGE_BYTES_MAX / 14 + 1);
    let cases = [
        (format!("{line}AAAA\nFMA\nACK/X\n"), TEXT_MESSAGE_BYTES_MAX, 2),
        (format!("FWB/16\n{line}\nFMA\nACK/X\n"), TEXT_MESSAGE_BYTES_MAX, 3),
        (
            format!("FWB/16\n{lines}FMA\nACK/X\n"),
            TEXT_MESSAGE_BYTES_MAX,
            TEXT_MESSAGE_BYTES_MAX as u32 / 10 + 3,
        ),
        (format!("<a>{element}</a>\nFMA\nACK/X\n"), XML_MESSAGE_BYTES_MAX, 2),
        (format!("<a>{element}\n<?xml version='1.0'?><a/>"), XML_MESSAGE_BYTES_MAX, 2),
    ];
    for (text, limit, next_line) in cases {
        let messages = split(text.as_bytes());
        assert_eq!(messages.len(), 2, "{}", &text[..20]);
        let oversize = messages[0].oversize.unwrap();
        assert_eq!(oversize.limit, limit);
        let (large, next) = (text.len() as u64 - oversize.size, messages[1].bytes.len() as u64);
        // The line end after a document belongs to neither.
        assert!(large == next || large == next + 1, "{}: {large} {next}", &text[..20]);
        assert!(messages[0].bytes.is_empty() && messages[1].oversize.is_none());
        let filing = formats::decode(&messages[0], received_at());
        let code = if oversize.announced { wire::MESSAGE_TOO_LARGE } else { wire::FORMAT_UNKNOWN };
        assert_eq!((filing.findings[0].code, oversize.announced), (code, !text.starts_with('A')));
        assert_eq!(filing.findings[0].position.map(|at| at.line), Some(1));
        assert_eq!(messages[1].first_line, next_line, "{}", &text[..20]);
    }
    // The limit itself is allowed.
    let largest = format!("FMA\n/{}\n", "A".repeat(TEXT_MESSAGE_BYTES_MAX - 6));
    assert_eq!(largest.len(), TEXT_MESSAGE_BYTES_MAX);
    let messages = split(format!("{largest}FMA\n").as_bytes());
    assert_eq!((messages.len(), messages[0].oversize), (2, None));
}

/// 200 MB of one line, then a whole air waybill; the process never holds more than its limits.
#[test]
fn memory_is_bounded() {
    let before = peak_memory_kb();
    let text = io::repeat(b'A').take(200 << 20).chain(&b"\nFMA\nACK/TEXT\n<a>"[..]);
    let markup = io::repeat(b' ').take(60 << 20).chain(&b"</a>\nFMA\nACK/XML\n"[..]);
    let messages: Vec<RawMessage> =
        Splitter::new(BufReader::new(text.chain(markup))).collect::<Result<_, _>>().unwrap();
    let sizes: Vec<_> = messages.iter().map(|message| message.oversize.map(|over| over.size >> 20)).collect();
    assert_eq!(sizes, [Some(200), None, Some(60), None]);
    assert_eq!(messages[3].bytes, b"FMA\nACK/XML\n");
    assert_eq!(messages.iter().map(|message| message.first_line).collect::<Vec<_>>(), [1, 2, 4, 5]);
    let Some((before, after)) = before.zip(peak_memory_kb()) else {
        // Whoever runs the tests should know what they left out.
        println!("skipped: no /proc/self/status to read the peak memory from");
        return;
    };
    // Twice the largest message while its buffer grows, and something for the other tests beside it.
    let allowed_kb = (4 * XML_MESSAGE_BYTES_MAX as u64) >> 10;
    assert!(after - before < allowed_kb, "{} kB more than before", after - before);
}

/// The peak of the memory this process has held.
fn peak_memory_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A reader that fails after its bytes.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("line dropped")),
            taken => Ok(taken),
        }
    }
}

#[test]
fn an_error_of_the_reader_comes_once() {
    let mut splitter = Splitter::new(BufReader::new(Failing(b"FMA\nACK/X\nFMA\nACK/Y\n")));
    assert_eq!(splitter.next().unwrap().unwrap().bytes, b"FMA\nACK/X\n");
    assert_eq!(splitter.next().unwrap().unwrap_err().to_string(), "line dropped");
    assert!(splitter.next().is_none());
}

/// Pieces that bring out every state, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "FWB/16\n", "FHL/5\r\n", "FFM/8\n", "FNA/1\n", "FMA\n", "PSN\r", "PER\n", "OCI/DE/ISS/RA/1\n", "LAST\n",
            "ACK/X\n", "ERR/X\r\n", "/X\n", "888-10001014FRAJFK/T1K1\n", "1/9Z100/24NOV/FRA\n", "MBI/1\n", "FRA\n",
            "QK FRAFM9Z\n", ".FRAFX9Z 240615\n", "\u{1}", "\u{2}", "\u{3}", "\n", "\r", "\r\n", " ", "label\n",
            "<?xml version='1.0'?>", "<a>", "</a>", "<a/>", "<a b='", "\"", "<!--", "-->", "<![CDATA[", "]]>", "<?",
            "?>", "<!DOCTYPE a [", "]>", "<", ">", "\u{FEFF}", "\u{FFFD}",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => (prop::sample::select(vec!["A", " ", "\u{1}", "\n", " FRAFM9Z", "A\n"]), 100usize..5_000)
            .prop_map(|(text, times)| text.repeat(times / text.len()).into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(support::cases(4))]

    /// Every byte is in one message, in order; only blanks and end marks before a message are left out.
    #[test]
    fn nothing_is_lost(input in pieces()) {
        let mut rest = &input[..];
        for message in split(&input) {
            let at = rest.windows(message.bytes.len().max(1)).position(|window| window == message.bytes);
            let at = at.unwrap_or(if message.bytes.is_empty() { rest.len() } else { usize::MAX });
            prop_assert!(at != usize::MAX, "{:?} is not in {:?}", message.bytes, rest);
            prop_assert!(rest[..at].iter().all(|byte| *byte <= b' '), "{:?} was lost", &rest[..at]);
            rest = &rest[at + message.bytes.len()..];
        }
        prop_assert!(rest.iter().all(|byte| *byte <= b' '), "{:?} was lost at the end", rest);
    }

    /// Where the network cuts the stream changes nothing.
    #[test]
    fn chunks_do_not_matter(input in pieces(), size in 1usize..40) {
        let chunked: Vec<_> =
            Splitter::new(BufReader::with_capacity(size, &input[..])).collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(chunked, split(&input));
    }

    /// A message that was cut out is one message when it comes alone.
    #[test]
    fn a_message_stays_one(input in pieces()) {
        for message in split(&input).into_iter().filter(|message| !message.bytes.starts_with(b"\xFF\xFE") && !message.bytes.starts_with(b"\xFE\xFF")) {
            let again = split(&message.bytes);
            prop_assert_eq!(again.len(), 1, "{:?}", message.bytes);
            prop_assert_eq!(&again[0].bytes, &message.bytes);
        }
    }
}
