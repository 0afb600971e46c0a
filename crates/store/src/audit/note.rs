//! Notes for other purposes than checkpoints, signed with the key of the node.
//!
//! The form is that of C2SP signed-note. The first line of the text names the purpose, the second the node, the third is
//! the body. No checkpoint is such a text: its first line is the name of a log and its second a number. So none can be
//! taken for the other, although one key signs both. There is one form of each note: what is read must be what was
//! written, to the byte, with the one signature of the node and nothing behind it.

use super::checkpoint::{Signer, Verifier};

/// Longest note that is read, in bytes.
pub const NOTE_MAX: usize = 64 << 20;

/// What a note is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The answers about the objects of a flight.
    GateList,
}

impl Purpose {
    /// The first line of its notes; never changes, and no log is named so.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GateList => "loadgate-gate-list/1",
        }
    }
}

/// Why a note is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// It is for something else.
    #[error("it is no {expected}: its first line is {found:?}")]
    Purpose {
        /// What it should be.
        expected: &'static str,
        /// Its first line.
        found: String,
    },
    /// It is not laid out as such a note, so that bytes are missing, or were added or changed.
    #[error("it is not as a node writes it ({0}): bytes are missing, or were added or changed")]
    Layout(&'static str),
    /// Another node signed it.
    #[error("it is of {found}, and the verifier key is of {expected}")]
    Node {
        /// The node of the key.
        expected: String,
        /// The node it names.
        found: String,
    },
    /// A key of the same name signed it, and not this one.
    #[error("it is signed with another key than the verifier key of {0}")]
    Key(String),
    /// The signature is not that of this text.
    #[error("the signature of {0} is not of this text: it was changed after it was signed")]
    Signature(String),
}

/// Signs a body of one line for a purpose. A line break in it is no part of a line, so that nothing is signed then.
///
/// # Errors
/// Where the body is empty, or has several lines.
pub fn sign(signer: &Signer, purpose: Purpose, body: &str) -> Result<String, NoteFault> {
    if body.is_empty() || body.contains(['\n', '\r']) {
        return Err(NoteFault::Layout("its body is not one line"));
    }
    let text = format!("{}\n{}\n{body}\n", purpose.as_str(), signer.name());
    Ok(format!("{text}\n{}\n", signer.signature_of(&text)))
}

/// The body of a note, where it is for this purpose and the node of the key signed it.
///
/// # Errors
/// What is wrong with it.
pub fn open<'a>(verifier: &Verifier, purpose: Purpose, note: &'a str) -> Result<&'a str, NoteFault> {
    let found = note.split('\n').next().unwrap_or_default();
    if found != purpose.as_str() {
        let found = found.chars().take(80).collect();
        return Err(NoteFault::Purpose { expected: purpose.as_str(), found });
    }
    if note.len() > NOTE_MAX {
        return Err(NoteFault::Layout("it is too long"));
    }
    let mut lines = note.split('\n');
    let (Some(_), Some(node), Some(body), Some(""), Some(signature), Some(""), None) =
        (lines.next(), lines.next(), lines.next(), lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(NoteFault::Layout("it has not the lines of one"));
    };
    if node != verifier.name() {
        let found = node.chars().take(80).collect();
        return Err(NoteFault::Node { expected: verifier.name().to_owned(), found });
    }
    // Up to the empty line before the signature.
    let text = &note[..note.len() - signature.len() - 2];
    match verifier.signed(text, signature) {
        None => Err(NoteFault::Layout("its last line is no signature of the node")),
        Some(Signed::ByAnother) => Err(NoteFault::Key(verifier.name().to_owned())),
        Some(Signed::Wrongly) => Err(NoteFault::Signature(verifier.name().to_owned())),
        Some(Signed::ByTheKey) => Ok(body),
    }
}

/// What the line of a signature is, of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    /// A signature of the text by the key.
    ByTheKey,
    /// It names another key.
    ByAnother,
    /// It names the key, and is not the signature of the text.
    Wrongly,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::checkpoint::{Checkpoint, CheckpointFault};
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = r#"{"schema":"loadgate-gate-list/1","flight":"9Z100/2026-11-24/FRA-JFK"}"#;

    fn signer() -> Signer {
        Signer::new("loadgate-00", &[7; 32]).unwrap()
    }

    #[test]
    fn a_note_is_read_as_it_was_signed() {
        let note = sign(&signer(), Purpose::GateList, BODY).unwrap();
        let verifier = Verifier::parse(&signer().verifier().to_string()).unwrap();
        assert_eq!(open(&verifier, Purpose::GateList, &note), Ok(BODY));
        for body in ["", "a\nb", "a\r"] {
            assert!(sign(&signer(), Purpose::GateList, body).is_err());
        }
    }

    #[test]
    fn no_bit_of_it_can_be_changed() {
        let note = sign(&signer(), Purpose::GateList, BODY).unwrap().into_bytes();
        let verifier = signer().verifier();
        for at in 0..note.len() * 8 {
            let mut changed = note.clone();
            changed[at / 8] ^= 1 << (at % 8);
            let Ok(changed) = String::from_utf8(changed) else { continue };
            assert!(open(&verifier, Purpose::GateList, &changed).is_err(), "{changed}");
        }
    }

    #[test]
    fn faults_say_what_is_wrong() {
        let note = sign(&signer(), Purpose::GateList, BODY).unwrap();
        let verifier = signer().verifier();
        let fault = |note: &str| open(&verifier, Purpose::GateList, note).unwrap_err();
        assert!(matches!(fault(""), NoteFault::Purpose { .. }));
        assert!(matches!(fault(&note.replace("JFK", "LHR")), NoteFault::Signature(_)));
        assert!(matches!(fault(&format!("{note}\n")), NoteFault::Layout(_)));
        assert!(matches!(fault(note.trim_end()), NoteFault::Layout(_)));
        assert!(matches!(fault(&note.replace('\n', "\r\n")), NoteFault::Purpose { .. }));
        let other = Signer::new("loadgate-01", &[7; 32]).unwrap();
        let of_other = sign(&other, Purpose::GateList, BODY).unwrap();
        assert!(matches!(fault(&of_other), NoteFault::Node { .. }));
        let other = Signer::new("loadgate-00", &[8; 32]).unwrap();
        let of_other = sign(&other, Purpose::GateList, BODY).unwrap();
        assert!(matches!(fault(&of_other), NoteFault::Key(_)));
    }

    #[test]
    fn a_list_is_no_checkpoint_and_a_checkpoint_is_no_list() {
        let (signer, verifier) = (signer(), signer().verifier());
        let note = sign(&signer, Purpose::GateList, BODY).unwrap();
        for origin in [verifier.name(), Purpose::GateList.as_str()] {
            assert!(matches!(verifier.open(origin, &note), Err(CheckpointFault::Layout { .. })), "{origin}");
        }
        // Not even where a log had the name of the purpose.
        for origin in ["loadgate-00", Purpose::GateList.as_str()] {
            let checkpoint = Checkpoint { origin: origin.into(), size: 1, root: [3; 32] };
            assert!(open(&verifier, Purpose::GateList, &signer.sign(&checkpoint)).is_err(), "{origin}");
        }
    }

    proptest! {
        /// Any byte may become any other, be taken away or come in anew, anywhere.
        #[test]
        fn whatever_is_changed_is_refused(at in any::<prop::sample::Index>(), how in 0..3, byte in any::<u8>()) {
            let note = sign(&signer(), Purpose::GateList, BODY).unwrap().into_bytes();
            let mut changed = note.clone();
            let at = at.index(changed.len());
            match how {
                0 => changed[at] = byte,
                1 => drop(changed.remove(at)),
                _ => changed.insert(at, byte),
            }
            prop_assume!(changed != note);
            if let Ok(changed) = String::from_utf8(changed) {
                prop_assert!(open(&signer().verifier(), Purpose::GateList, &changed).is_err());
            }
        }

        #[test]
        fn nothing_that_is_read_panics(note in "(loadgate-gate-list/1\n)?.{0,80}(\n\n)?.{0,40}\n?") {
            let _ = open(&signer().verifier(), Purpose::GateList, &note);
        }
    }
}
