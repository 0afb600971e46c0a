//! Bad input: every fixture cut, flipped, doubled, joined and mixed. Whatever comes, there is a filing,
//! its findings point into the input, limits hold, and neighbours are not touched.

#![allow(clippy::unwrap_used)]

mod support;

use consignment::Filing;
use finding::codes::wire;
use formats::RawMessage;
use formats::limits::{FINDINGS_MAX, REPEATS_MAX};
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::LazyLock;
use support::{decode_all, dump, files, received_at, root, split};

/// Every fixture of the repository, of every family, with its path.
static FIXTURES: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    ["txt", "xml", "eml"]
        .iter()
        .flat_map(|extension| files(&root().join("fixtures"), extension))
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
});

/// One way to spoil a message. Places are shares of its length.
#[derive(Debug, Clone)]
enum Damage {
    Cut(f64),
    Remove(f64, f64),
    Flip(f64, u8),
    Double(f64, f64),
    Insert(f64, Vec<u8>),
    Join(f64, prop::sample::Index),
    Append(prop::sample::Index),
    LineEnds(&'static str),
    /// Lines in another order.
    Swap(f64, f64),
}

fn damage() -> impl Strategy<Value = Damage> {
    let share = || 0.0..1.0f64;
    prop_oneof![
        share().prop_map(Damage::Cut),
        (share(), share()).prop_map(|(from, to)| Damage::Remove(from, to)),
        (share(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (share(), share()).prop_map(|(from, to)| Damage::Double(from, to)),
        (share(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (
            share(),
            prop::sample::select(vec![
                "/", "//", "\n", "\n/", "\nOCI/", "\nSHP", "<", "\u{1}", "\u{3}", "É", "0", ".SNM.", "T", "-"
            ])
        )
            .prop_map(|(at, text)| Damage::Insert(at, text.as_bytes().to_vec())),
        (share(), any::<prop::sample::Index>()).prop_map(|(at, other)| Damage::Join(at, other)),
        any::<prop::sample::Index>().prop_map(Damage::Append),
        prop::sample::select(vec!["\n", "\r", "\r\n", "\n\n", " \n", "\t\r\n"]).prop_map(Damage::LineEnds),
        (share(), share()).prop_map(|(one, two)| Damage::Swap(one, two)),
    ]
}

fn spoil(mut bytes: Vec<u8>, damage: &Damage) -> Vec<u8> {
    let place = |share: f64| (share * bytes.len() as f64) as usize;
    let range = |one: f64, two: f64| place(one.min(two))..place(one.max(two));
    match damage {
        Damage::Cut(at) => bytes.truncate(place(*at)),
        Damage::Remove(from, to) => drop(bytes.drain(range(*from, *to))),
        Damage::Flip(at, with) => {
            let at = place(*at);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= with;
            }
        }
        Damage::Double(from, to) => {
            let range = range(*from, *to);
            let copy = bytes[range.clone()].to_vec();
            bytes.splice(range.end..range.end, copy);
        }
        Damage::Insert(at, text) => {
            let at = place(*at);
            bytes.splice(at..at, text.iter().copied());
        }
        Damage::Join(at, other) => {
            bytes.truncate(place(*at));
            bytes.extend_from_slice(&other.get(&FIXTURES).1);
        }
        Damage::Append(other) => {
            bytes.push(b'\n');
            bytes.extend_from_slice(&other.get(&FIXTURES).1);
        }
        Damage::LineEnds(end) => {
            let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
            bytes = lines.join(end.as_bytes());
        }
        Damage::Swap(one, two) => {
            let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let place = |share: f64| (share * lines.len() as f64) as usize;
            let (one, two) = (place(*one), place(*two));
            lines.swap(one, two);
            bytes = lines.join(&b'\n');
        }
    }
    bytes
}

/// Lengths in bytes of the lines of an input, by every line end.
fn line_lengths(bytes: &[u8]) -> Vec<usize> {
    let mut lengths = vec![0];
    let mut rest = bytes.iter().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' | b'\n' => {
                if *byte == b'\r' {
                    rest.next_if_eq(&&b'\n');
                }
                lengths.push(0);
            }
            _ => *lengths.last_mut().unwrap() += 1,
        }
    }
    lengths
}

/// What holds for the filings of every input.
fn check(bytes: &[u8], filings: &[Filing]) -> Result<(), TestCaseError> {
    let lengths = line_lengths(bytes);
    // In UTF-16 lines and columns are those of the text, not of the bytes.
    let wide = bytes.iter().any(|byte| *byte >= 0xFE);
    for (index, filing) in filings.iter().enumerate() {
        prop_assert_eq!(filing.message_index as usize, index);
        prop_assert!(filing.findings.len() <= FINDINGS_MAX + 1);
        prop_assert!(filing.consignments.len() <= REPEATS_MAX);
        prop_assert!(filing.format.is_some() || filing.consignments.is_empty());
        if filing.format.is_none() {
            prop_assert!(!filing.findings.is_empty(), "nothing was read and nothing is said");
        }
        for finding in &filing.findings {
            prop_assert_eq!(finding.message_index as usize, index);
            let Some(at) = finding.position.filter(|_| !wide) else { continue };
            let length = lengths.get(at.line as usize - 1).copied();
            prop_assert!(length.is_some(), "{}: line {} of {}", finding.code, at.line, lengths.len());
            // A character has at least one byte, and a mark may stand behind the last one. A value of a
            // document may go on over the end of its line.
            let text = filing.format.is_some_and(|format| !format.name.starts_with('X'));
            let end = (at.column - 1 + if text { at.length } else { 0 }) as usize;
            prop_assert!(
                at.column >= 1 && end <= length.unwrap() + 1,
                "{}: {}:{}+{} in a line of {:?}",
                finding.code,
                at.line,
                at.column,
                at.length,
                length
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(support::cases(8))]

    #[test]
    fn spoiled_messages_are_read(fixture: prop::sample::Index, damages in prop::collection::vec(damage(), 1..4)) {
        let bytes = damages.iter().fold(fixture.get(&FIXTURES).1.clone(), spoil);
        let filings = decode_all(&bytes);
        check(&bytes, &filings)?;
        // What the splitter makes one message reads the same when it comes alone.
        for (message, filing) in split(&bytes).into_iter().zip(&filings) {
            let alone = formats::decode(&message, received_at());
            prop_assert_eq!(&alone, filing);
        }
    }

    #[test]
    fn noise_is_no_message(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let filings = decode_all(&bytes);
        check(&bytes, &filings)?;
        for filing in filings {
            prop_assert!(filing.consignments.is_empty());
        }
    }
}

/// A single message is one message for the splitter too, and reads the same.
#[test]
fn the_whole_reads_like_the_split() {
    for (path, bytes) in FIXTURES.iter() {
        let messages = split(bytes);
        if let [message] = &messages[..] {
            let whole = formats::decode(&RawMessage::whole(bytes.clone()), received_at());
            let cut = formats::decode(message, received_at());
            assert_eq!(
                (whole.consignments, whole.notices, whole.findings),
                (cut.consignments, cut.notices, cut.findings),
                "{}",
                path.display()
            );
        }
    }
}

/// Two inputs, one after the other, read as each of them alone.
#[test]
fn neighbours_do_not_touch_each_other() {
    // Cases of the gate, lists and tables are no messages; fixtures without an identifier of their own belong to what stands before them, and a rejection
    // without its message takes the next one.
    let alone = ["unknown", "oci", "fna/002", "cli", "gate", "lists", "quality"];
    let sound: Vec<_> = FIXTURES
        .iter()
        .filter(|(path, _)| !alone.iter().any(|name| path.to_string_lossy().contains(&format!("/{name}"))))
        .collect();
    assert!(sound.len() > 50);
    for (first_path, first) in &sound {
        for (second_path, second) in &sound {
            let input = [&first[..], b"\n\n", second].concat();
            let lines = line_lengths(&[&first[..], b"\n\n"].concat()).len() - 1;
            let mut expected = decode_all(&[&first[..], b"\n\n"].concat());
            let padded = [&vec![b'\n'; lines][..], second].concat();
            for mut filing in decode_all(&padded) {
                filing.message_index = u32::try_from(expected.len()).unwrap();
                expected.push(filing);
            }
            let read = decode_all(&input);
            let path = first_path.to_string_lossy();
            if path.contains("truncated") || path.contains("/mail/") {
                // Where a document was cut short, a label before the next message is taken for its text; the
                // text of a mail ends only where a message starts, or another mail does.
                let consignments = |filings: &[Filing]| -> Vec<_> {
                    filings.iter().flat_map(|filing| filing.consignments.clone()).collect()
                };
                assert_eq!(consignments(&read), consignments(&expected), "{}", second_path.display());
                continue;
            }
            assert_eq!(
                dump(&read),
                dump(&expected),
                "{} and {}",
                first_path.display(),
                second_path.display()
            );
        }
    }
}

/// More of everything than the limits allow: the rest is left out and said so.
#[test]
fn repetitions_are_limited() {
    let many = REPEATS_MAX + 10;
    let cases = [
        format!("FHL/4\nMBI/888-30001241FRAYYZ/T1K1\n{}", "HBS/A/FRAYYZ/1/K1//X\n".repeat(many)),
        format!("FWB/16\n888-30001241FRAYYZ/T1K1\nOCI{}", "/DE/ISS/RA/1\n".repeat(many)),
        format!("FWB/16\n888-30001241FRAYYZ/T1K1\n{}", "OSI/A\n".repeat(many)),
        format!("FWB/16\n888-30001241FRAYYZ/T1K1\nRTG{}", "/AAA9Z/BBB8Z".repeat(many)),
        format!("FWB/16\n888-30001241FRAYYZ/T1K1\nRTD/1/P1\n{}", "/NG/A\n/NH/830210\n".repeat(many)),
        format!("FWB/16\n888-30001241FRAYYZ/T1K1\nSPH{}", "/EAP".repeat(many)),
        format!("FWB/16\n888-30001241FRAYYZ/T1K1\n{}", "XYZ/A\n".repeat(many)),
        format!("FSU/14\n{}", "888-30001241/T1\n".repeat(many)),
        format!("FFM/8\n1/9Z1/24NOV/FRA\nYYZ\n{}LAST", "888-30001241FRAYYZ/T1K1\n".repeat(many)),
    ];
    for text in cases {
        let filings = decode_all(text.as_bytes());
        assert_eq!(filings.len(), 1);
        check(text.as_bytes(), &filings).unwrap();
        let codes: Vec<_> = filings[0].findings.iter().map(|finding| finding.code).collect();
        let said = codes.contains(&wire::REPEATS_LEFT_OUT) || codes.contains(&wire::FINDINGS_LEFT_OUT);
        assert!(said, "{}: {:?}", &text[..60], &codes[codes.len().saturating_sub(5)..]);
        for consignment in &filings[0].consignments {
            assert!(consignment.oci.len() <= REPEATS_MAX && consignment.remarks.len() <= REPEATS_MAX);
            assert!(consignment.legs.len() <= REPEATS_MAX && consignment.goods.len() <= REPEATS_MAX);
            assert!(consignment.special_handling.len() <= REPEATS_MAX);
        }
        assert!(filings[0].uninterpreted.len() <= REPEATS_MAX);
    }
}

#[test]
fn what_is_large_and_no_message_is_not_to_be_split() {
    let filings = decode_all(&vec![b'A'; 2 << 20]);
    let codes: Vec<_> = filings.iter().flat_map(|filing| &filing.findings).map(|found| found.code).collect();
    assert_eq!(codes, [wire::FORMAT_UNKNOWN]);
    let large = format!("FWB/17\n{}", "A".repeat(2 << 20));
    assert_eq!(decode_all(large.as_bytes())[0].findings[0].code, wire::MESSAGE_TOO_LARGE);
}
