//! Whatever the bytes are, the answer is a fault that says what to do.

use super::*;

const SOUND: &str = r#"{"type":"tree.unlinked","v":1,"node":{"house":"RHA0001"},"recounted_pieces":4,"agency":"customs","at":"2026-11-24T06:00:00Z"}"#;

fn fault(bytes: &str) -> String {
    decode(&place(), "tree.unlinked", 1, bytes.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_newer_release_is_told_from_damage() {
    let unknown = decode(&place(), "tree.teleported", 1, b"").unwrap_err().to_string();
    assert_eq!(
        unknown,
        "event 7 of stream tree/888-10001014: this release knows no event type tree.teleported (version 1). A node of \
         a newer release wrote it: upgrade this node"
    );
    let newer = decode(&place(), "tree.unlinked", 9, b"").unwrap_err().to_string();
    assert_eq!(
        newer,
        "event 7 of stream tree/888-10001014: tree.unlinked has version 9, and this release reads up to version 1. A \
         node of a newer release wrote it: upgrade this node"
    );
}

#[test]
fn damage_is_told_with_its_place() {
    assert!(decode(&place(), "tree.unlinked", 1, SOUND.as_bytes()).is_ok());
    let changes = [
        ("\"recounted_pieces\":4,", "", " at recounted_pieces: it is missing."),
        ("\"recounted_pieces\":4", "\"recounted_pieces\":-4", " at recounted_pieces: -4 is out of range."),
        ("\"recounted_pieces\":4", "\"recounted_pieces\":4294967296", "4294967296 is out of range."),
        ("\"recounted_pieces\":4", "\"recounted_pieces\":4.0", "floating point"),
        ("\"recounted_pieces\":4", "\"recounted_pieces\":null", "null"),
        (
            "\"recounted_pieces\":4",
            "\"recounted_pieces\":\"4\"",
            " at recounted_pieces: it is a text, not a number.",
        ),
        ("\"recounted_pieces\":4", "\"recounted_pieces\":4,\"held\":true", "\"held\" is not a field it has."),
        ("\"recounted_pieces\":4", "\"recounted_pieces\":4,\"agency\":\"x\"", "a field is there twice."),
        (
            "{\"house\":\"RHA0001\"}",
            "{\"house\":\"RHA 01\"}",
            " at node.house: \"RHA 01\" is not a house waybill",
        ),
        ("{\"house\":\"RHA0001\"}", "\"house\"", " at node: its content is missing."),
        (
            "{\"house\":\"RHA0001\"}",
            "{\"master\":\"x\"}",
            " at node.master: it has content where none belongs.",
        ),
        ("{\"house\":\"RHA0001\"}", "\"piece\"", " at node: \"piece\" is not one of master house."),
        ("{\"house\":\"RHA0001\"}", "{\"house\":\"A\",\"b\":1}", " at node: it has 2 fields, not one."),
        ("{\"house\":\"RHA0001\"}", "{}", " at node: it has 0 fields, not one."),
        ("2026-11-24T06", "2026-11-24X06", " at at: \"2026-11-24X06:00:00Z\" is not an instant"),
        ("tree.unlinked", "tree.joined", "it says that it is tree.joined version 1."),
        ("\"v\":1", "\"v\":2", "it says that it is tree.unlinked version 2."),
        ("}", "", "it is no document"),
        ("{\"type\"", "[{\"type\"", "it is no document"),
    ];
    for (what, instead, told) in changes {
        let damaged = SOUND.replace(what, instead);
        assert_ne!(damaged, SOUND, "{what}");
        let fault = fault(&damaged);
        assert!(
            fault.starts_with("event 7 of stream tree/888-10001014: tree.unlinked version 1 "),
            "{fault}"
        );
        // A newer release may have more fields and words, and writes no others in their place.
        let newer = told.contains("not one of") || told.contains("a field it has");
        assert_eq!(
            fault.contains("A node of a newer release may have written it: upgrade"),
            newer,
            "{fault}"
        );
        assert!(
            fault.contains(told) && fault.contains("restore the stream from a backup"),
            "{told}\n{fault}"
        );
    }
    for bytes in ["", "null", "[]", "7", "\"tree.unlinked\"", "{}", "\u{0}"] {
        assert!(fault(bytes).contains("cannot be read"), "{bytes}");
    }
    assert!(decode(&place(), "tree.unlinked", 1, b"{\"type\":\"\xff\"}").is_err());
    assert!(decode(&place(), "tree.unlinked", 0, SOUND.as_bytes()).is_err());
}

/// The order of fields is a promise of the writer; a reader does without.
#[test]
fn fields_are_found_wherever_they_stand() {
    let turned = r#"{"at":"2026-11-24T06:00:00Z","agency":"customs","v":1,"recounted_pieces":4,"node":{"house":"RHA0001"},"type":"tree.unlinked"}"#;
    let event = decode(&place(), "tree.unlinked", 1, turned.as_bytes()).unwrap();
    assert_eq!(encode(&event).bytes, SOUND.as_bytes());
}

#[test]
fn depth_and_size_are_bounded() {
    for open in ["[", "{\"a\":"] {
        let deep = SOUND.replace("4", &open.repeat(1_000_000));
        assert!(fault(&deep).contains("recursion limit"), "{open}");
    }
    let large = vec![b' '; DOCUMENT_BYTES_MAX + 1];
    let fault = decode(&place(), "tree.unlinked", 1, &large).unwrap_err();
    assert!(matches!(fault, StoredFault::TooLarge { .. }), "{fault}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Bytes that were changed give a fault or some event, and never a panic.
    #[test]
    fn changed_bytes_never_panic(
        numbers in proptest::collection::vec(any::<u32>(), 1..100),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..4),
    ) {
        for (kind, sample) in SAMPLES {
            let mut bytes = encode(&sample(&mut Sampler::random(numbers.clone()))).bytes;
            for (at, byte, how) in &changes {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = *byte,
                    1 => bytes.insert(at, *byte),
                    2 => { bytes.remove(at); }
                    _ => bytes.truncate(at.max(1)),
                }
            }
            if let Ok(event) = decode(&place(), kind, 1, &bytes) {
                prop_assert_eq!(read(&encode(&event).bytes), Ok(event));
            }
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for Type { kind, .. } in TYPES {
            prop_assert!(decode(&place(), kind, 1, &bytes).is_err());
        }
    }
}
