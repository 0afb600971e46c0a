//! The key file of a node.

use super::{KEY_BYTES, Key, SealFault, random};
use crate::audit::checkpoint::{CheckpointFault, Signer};
use crate::secret::{self, SecretFault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// First line of a key file.
const TITLE: &str = "loadgate keys 1";

/// Longest key file that is read, in bytes; ours have some two hundred.
const FILE_BYTES_MAX: u64 = 4096;

/// Purposes that have a key of their own, made from the master key.
const OUTBOX: &[u8] = b"outbox";
const REPLIES: &[u8] = b"replies";

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// The file cannot be read or written.
    #[error("the key file {} cannot be used: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// Others than its owner may read it.
    #[error("the key file {} can be read by others: take their rights away (chmod 600)", .0.display())]
    Open(PathBuf),
    /// It is not laid out as one.
    #[error(
        "{} is no key file of this release ({what}): restore it from where keys are kept apart from backups",
        path.display()
    )]
    Layout {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// The library or the system gave nothing to make keys of.
    #[error(transparent)]
    Seal(#[from] SealFault),
    /// The name of the node cannot be the name of a signer.
    #[error(transparent)]
    Signer(#[from] CheckpointFault),
}

/// The keys of a node: that which wraps the keys of streams, those made from it for what is kept for a while, and
/// that which signs checkpoints.
pub struct Keyring {
    node: String,
    master: Key,
    outbox: Key,
    replies: Key,
    signer: Signer,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keyring").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Keyring {
    /// Makes the keys of a new node and keeps them in a file that did not exist, which its owner alone may read.
    ///
    /// # Errors
    /// Where the file exists or cannot be written, or there are no random bytes.
    pub fn create(path: &Path) -> Result<Self, KeyFault> {
        let node: [u8; 16] = random()?;
        let node = node.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        let (master, signer): ([u8; KEY_BYTES], [u8; KEY_BYTES]) = (random()?, random()?);
        let text = format!(
            "{TITLE}\nnode {node}\nmaster {}\nsigner {}\n",
            STANDARD.encode(master),
            STANDARD.encode(signer)
        );
        write_new(path, text.as_bytes()).map_err(|why| KeyFault::File { path: path.to_owned(), why })?;
        Self::of(node, &master, &signer)
    }

    /// Reads the keys of a node.
    ///
    /// # Errors
    /// Where the file is not there, others may read it, or it is no key file.
    pub fn open(path: &Path) -> Result<Self, KeyFault> {
        let failed = |why| KeyFault::File { path: path.to_owned(), why };
        let file = secret::open(path).map_err(|why| match why {
            SecretFault::File(why) => failed(why),
            SecretFault::Open => KeyFault::Open(path.to_owned()),
        })?;
        let mut text = String::new();
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        let wrong = |what| KeyFault::Layout { path: path.to_owned(), what };
        let mut lines = text.lines();
        if lines.next() != Some(TITLE) {
            return Err(wrong("its first line is another"));
        }
        let mut field =
            |name: &'static str| lines.next().and_then(|line| line.strip_prefix(name)).map(str::trim);
        let node = field("node ").ok_or_else(|| wrong("the node is missing"))?.to_owned();
        let key = |text: Option<&str>| STANDARD.decode(text?).ok()?.try_into().ok();
        let master = key(field("master ")).ok_or_else(|| wrong("the master key is missing"))?;
        let signer = key(field("signer ")).ok_or_else(|| wrong("the signing key is missing"))?;
        Self::of(node, &master, &signer)
    }

    fn of(node: String, master: &[u8; KEY_BYTES], signer: &[u8; KEY_BYTES]) -> Result<Self, KeyFault> {
        let signer = Signer::new(&format!("loadgate-{node}"), signer)?;
        let [outbox, replies] = [OUTBOX, REPLIES].map(|purpose| Key::new(&derived(master, purpose)));
        Ok(Self { node, master: Key::new(master)?, outbox: outbox?, replies: replies?, signer })
    }

    /// The id of the node; also the origin of its log, after `loadgate-`.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Wraps the keys of streams.
    pub fn master(&self) -> &Key {
        &self.master
    }

    /// Seals what is to be told to somebody, until it is told.
    pub fn outbox(&self) -> &Key {
        &self.outbox
    }

    /// Seals what was answered, until its key expires.
    pub fn replies(&self) -> &Key {
        &self.replies
    }

    /// Signs checkpoints of the log.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The name of the log in its checkpoints.
    pub fn origin(&self) -> String {
        format!("loadgate-{}", self.node)
    }
}

/// A key for a purpose: HMAC-SHA-256 of its name, as one step of HKDF (RFC 5869, section 2.3).
fn derived(master: &[u8; KEY_BYTES], purpose: &[u8]) -> [u8; KEY_BYTES] {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, master);
    let tag = aws_lc_rs::hmac::sign(&key, &[purpose, &[1]].concat());
    let mut bytes = [0; KEY_BYTES];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

/// Writes a file whole or not at all, durable when this returns.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let unfinished = path.with_extension("unfinished");
    let _ = fs::remove_file(&unfinished);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    sync_folder(parent)
}

/// Makes the names in a folder durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_read_as_it_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.keys");
        let made = Keyring::create(&path).unwrap();
        let read = Keyring::open(&path).unwrap();
        assert_eq!(made.node(), read.node());
        let segment = made.outbox().seal(b"", b"notice").unwrap();
        assert_eq!(read.outbox().open(b"", &segment).unwrap(), b"notice");
        assert!(read.replies().open(b"", &segment).is_err(), "each purpose has its own key");
        assert_eq!(made.signer().verifier(), read.signer().verifier());
        assert!(matches!(Keyring::create(&path), Err(KeyFault::File { .. })), "never overwritten");
    }

    #[test]
    fn a_key_file_that_is_none_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.keys");
        assert!(matches!(Keyring::open(&path), Err(KeyFault::File { .. })));
        let good = {
            Keyring::create(&path).unwrap();
            fs::read_to_string(&path).unwrap()
        };
        for (text, what) in [
            (String::new(), "its first line is another"),
            (good.replace("node ", "nodes"), "the node is missing"),
            (good.replace("master ", "master x"), "the master key is missing"),
            (good.lines().take(3).map(|line| format!("{line}\n")).collect(), "the signing key is missing"),
        ] {
            fs::write(&path, text).unwrap();
            let fault = Keyring::open(&path).unwrap_err().to_string();
            assert!(fault.contains(what), "{fault}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.keys");
        Keyring::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keyring::open(&path), Err(KeyFault::Open(_))));
    }
}
