//! Checkpoints: the size and root of a log, signed.
//!
//! The text is that of C2SP tlog-checkpoint, the signature that of C2SP signed-note with Ed25519
//! (<https://c2sp.org/tlog-checkpoint>, <https://c2sp.org/signed-note>), so that any verifier of transparency logs
//! reads it.

use super::merkle::Hash;
use super::note::Signed;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt;

/// Kind of key in a signed note: Ed25519.
const KIND_ED25519: u8 = 1;

/// What starts a line of a signature: an em dash and a blank.
const SIGNATURE_START: &str = "\u{2014} ";

/// Longest checkpoint that is read, in bytes; ours have some two hundred.
pub const CHECKPOINT_MAX: usize = 64 * 1024;

/// Size and root of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log: one line, the same for all its checkpoints.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// It is not laid out as one.
    #[error("line {line} of the checkpoint is not {expected}")]
    Layout {
        /// The line, from 1.
        line: usize,
        /// What should be there.
        expected: &'static str,
    },
    /// It is of another log.
    #[error("the checkpoint is of {found}, not of {expected}")]
    Origin {
        /// The log asked for.
        expected: String,
        /// The log it names.
        found: String,
    },
    /// No line has a signature by the key.
    #[error("the checkpoint is not signed by {0}")]
    Unsigned(String),
    /// A line claims to be by the key, and its signature is wrong.
    #[error("the signature of {0} on the checkpoint is wrong")]
    Signature(String),
    /// The key is not one.
    #[error("a verifier key has the form name+hash+key, with an Ed25519 key: {0}")]
    Key(String),
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }
}

/// Signs checkpoints.
pub struct Signer {
    name: String,
    key: Ed25519KeyPair,
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer whose key follows from these 32 secret bytes.
    ///
    /// # Errors
    /// Where the name is no name of a key: it is not empty and has neither blanks nor a plus sign.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, CheckpointFault> {
        let bad = || CheckpointFault::Key(name.to_owned());
        if !is_name(name) {
            return Err(bad());
        }
        let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| bad())?;
        Ok(Self { name: name.to_owned(), key })
    }

    /// What others check its signatures with.
    pub fn verifier(&self) -> Verifier {
        let mut public = [0; 32];
        public.copy_from_slice(self.key.public_key().as_ref());
        Verifier { name: self.name.clone(), public }
    }

    /// The checkpoint with its signature.
    pub fn sign(&self, checkpoint: &Checkpoint) -> String {
        let text = checkpoint.to_string();
        format!("{text}\n{}\n", self.signature_of(&text))
    }

    /// The name of its key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The line of its signature of a text. Whoever calls it sees to it that no text of one purpose is one of another.
    pub(super) fn signature_of(&self, text: &str) -> String {
        let mut signed = self.verifier().key_hash().to_vec();
        signed.extend(self.key.sign(text.as_bytes()).as_ref());
        format!("{SIGNATURE_START}{} {}", self.name, STANDARD.encode(signed))
    }
}

/// Checks signatures of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    public: [u8; 32],
}

impl fmt::Display for Verifier {
    /// The form in which verifiers exchange keys: `name+hash+key`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![KIND_ED25519];
        key.extend(self.public);
        let hash = u32::from_be_bytes(self.key_hash());
        write!(formatter, "{}+{hash:08x}+{}", self.name, STANDARD.encode(key))
    }
}

impl Verifier {
    /// Reads `name+hash+key`.
    ///
    /// # Errors
    /// Where the text is no such key, or its hash is not that of the key.
    pub fn parse(text: &str) -> Result<Self, CheckpointFault> {
        let bad = || CheckpointFault::Key(text.to_owned());
        // The key is in Base64 and may have plus signs of its own.
        let (name, rest) = text.trim().split_once('+').ok_or_else(bad)?;
        let (hash, key) = rest.split_once('+').ok_or_else(bad)?;
        let key = STANDARD.decode(key).map_err(|_| bad())?;
        let (kind, public) = key.split_first().ok_or_else(bad)?;
        let public: [u8; 32] = public.try_into().map_err(|_| bad())?;
        let known = Self { name: name.to_owned(), public };
        let hash = u32::from_str_radix(hash, 16).map_err(|_| bad())?;
        let sound = *kind == KIND_ED25519 && is_name(name) && hash.to_be_bytes() == known.key_hash();
        if sound { Ok(known) } else { Err(bad()) }
    }

    /// Its name. A node names its log as its key, so that both are known by one word.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn key_hash(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', KIND_ED25519])
            .chain_update(self.public)
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// What a line is as a signature of a text; `None` where it is none.
    pub(super) fn signed(&self, text: &str, line: &str) -> Option<Signed> {
        let (name, signed) = line.strip_prefix(SIGNATURE_START)?.split_once(' ')?;
        let signed = STANDARD.decode(signed).ok()?;
        let (hash, signature) = signed.split_at_checked(4)?;
        if name != self.name || hash != self.key_hash() {
            return Some(Signed::ByAnother);
        }
        let key = UnparsedPublicKey::new(&ED25519, self.public);
        Some(match key.verify(text.as_bytes(), signature) {
            Ok(()) => Signed::ByTheKey,
            Err(_) => Signed::Wrongly,
        })
    }

    /// Reads a signed checkpoint of a log. Signatures of others, such as witnesses, are passed over.
    ///
    /// # Errors
    /// Where it is not laid out as one, is of another log, or is not signed by this key.
    pub fn open(&self, origin: &str, note: &str) -> Result<Checkpoint, CheckpointFault> {
        let layout = |line, expected| CheckpointFault::Layout { line, expected };
        if note.len() > CHECKPOINT_MAX {
            return Err(layout(1, "of a checkpoint of sensible length"));
        }
        let (text, signatures) =
            note.split_once("\n\n").ok_or_else(|| layout(4, "empty, before signatures"))?;
        let text = format!("{text}\n");
        let mut lines = text.lines();
        let found = lines.next().unwrap_or_default();
        if found.is_empty() {
            return Err(layout(1, "the name of a log"));
        }
        let size = lines.next().unwrap_or_default();
        // One number has one form: no sign and no zeros before it.
        let size = size.parse::<u64>().ok().filter(|number| number.to_string() == size);
        let size = size.ok_or_else(|| layout(2, "a number of leaves"))?;
        let root = lines.next().and_then(|line| STANDARD.decode(line).ok());
        let root: Option<Hash> = root.and_then(|bytes| bytes.try_into().ok());
        let root = root.ok_or_else(|| layout(3, "a hash in Base64"))?;
        if found != origin {
            return Err(CheckpointFault::Origin { expected: origin.to_owned(), found: found.to_owned() });
        }
        for line in signatures.lines() {
            match self.signed(&text, line) {
                None | Some(Signed::ByAnother) => {}
                Some(Signed::ByTheKey) => return Ok(Checkpoint { origin: found.to_owned(), size, root }),
                Some(Signed::Wrongly) => return Err(CheckpointFault::Signature(self.name.clone())),
            }
        }
        Err(CheckpointFault::Unsigned(self.name.clone()))
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|letter: char| letter.is_whitespace() || letter == '+')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ORIGIN: &str = "node.example/log";

    fn signer() -> Signer {
        Signer::new("node.example", &[7; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: ORIGIN.into(), size: 12, root: [3; 32] }
    }

    #[test]
    fn a_checkpoint_is_read_as_it_was_signed() {
        let (signer, checkpoint) = (signer(), checkpoint());
        let note = signer.sign(&checkpoint);
        let verifier = Verifier::parse(&signer.verifier().to_string()).unwrap();
        assert_eq!(verifier.open(ORIGIN, &note).unwrap(), checkpoint);
        let witnessed = format!("{note}\u{2014} witness.example AAAAAAAA\n");
        assert_eq!(verifier.open(ORIGIN, &witnessed).unwrap(), checkpoint);
    }

    #[test]
    fn no_letter_of_it_can_be_changed() {
        let note = signer().sign(&checkpoint());
        let verifier = signer().verifier();
        let letters: Vec<char> = note.chars().collect();
        for at in 0..letters.len() - 1 {
            let mut changed = letters.clone();
            changed[at] = if changed[at] == 'A' { 'B' } else { 'A' };
            let changed: String = changed.into_iter().collect();
            assert!(verifier.open(ORIGIN, &changed).is_err(), "{changed}");
        }
    }

    #[test]
    fn faults_say_what_is_wrong() {
        let verifier = signer().verifier();
        let root = STANDARD.encode([3; 32]);
        let cases = [
            (String::new(), "line 4 of the checkpoint is not empty, before signatures"),
            (format!("{ORIGIN}\n012\n{root}\n\n"), "line 2 of the checkpoint is not a number of leaves"),
            (format!("{ORIGIN}\n12\nx\n\n"), "line 3 of the checkpoint is not a hash in Base64"),
            (format!("{ORIGIN}\n12\n{root}\n\n"), "the checkpoint is not signed by node.example"),
            (format!("other\n12\n{root}\n\n"), "the checkpoint is of other, not of node.example/log"),
        ];
        for (note, expected) in cases {
            assert_eq!(verifier.open(ORIGIN, &note).unwrap_err().to_string(), expected);
        }
        for key in ["", "a", "a+00000000+AQ==", "a b+00000000+AQ=="] {
            assert!(Verifier::parse(key).is_err(), "{key}");
        }
        assert!(Signer::new("a name", &[1; 32]).is_err());
    }
}
