//! Files that others put into a folder.
//!
//! Whoever sends writes under a name that starts with a dot or ends with `.part`, and renames the file when it is whole.
//! Each file is taken in under a key of its name and content, so that one that was taken in and not moved, because the node
//! was stopped between, has no second effect. Then it goes to `done` or `failed`, beside it what became of it
//! (`NAME.reply.json`). Where the node cannot keep it now, it stays and is tried again.

use super::take;
use crate::identity::Organisation;
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::body::Bytes;
use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often the folder is looked into.
const PAUSE: Duration = Duration::from_secs(1);

/// Files that are taken in at a time, the oldest first.
const FILES_MAX: usize = 256;

/// Longest name under which a file is put away, in bytes; of a longer one its beginning. File systems take 255.
const NAME_MAX: usize = 200;

/// A folder and whose files are in it.
#[derive(Debug, Clone)]
pub struct DropFolder {
    /// Where.
    pub path: PathBuf,
    /// Whose.
    pub organisation: Arc<Organisation>,
    /// Longest file, in bytes.
    pub bytes_max: usize,
}

impl DropFolder {
    /// Makes the folders where they are not there.
    ///
    /// # Errors
    /// Where they cannot be made.
    pub fn prepare(&self) -> io::Result<()> {
        ["done", "failed"].iter().try_for_each(|name| fs::create_dir_all(self.path.join(name)))
    }

    /// Takes in what comes, until the node is gone.
    pub async fn watch(self, node: std::sync::Weak<Node>) {
        loop {
            let Some(node) = node.upgrade() else { return };
            if let Err(why) = self.look(&node).await {
                tracing::error!(folder = %self.path.display(), error = %why, "the folder cannot be looked into");
            }
            drop(node);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Takes in what is there now.
    ///
    /// # Errors
    /// Where the folder cannot be read, or a file not be moved.
    pub async fn look(&self, node: &Arc<Node>) -> io::Result<()> {
        let mut looked = Ok(());
        for path in waiting(&self.path)? {
            match self.take_in(node, &path).await {
                Ok(true) => {}
                Ok(false) => break,
                // The others are not kept waiting for it.
                Err(why) => {
                    tracing::error!(file = %path.display(), error = %why, "a file was not moved away");
                    looked = Err(why);
                }
            }
        }
        looked
    }

    /// Takes a file in, and moves it away; gives whether the node can take in the next.
    async fn take_in(&self, node: &Arc<Node>, path: &Path) -> io::Result<bool> {
        let too_long = fs::metadata(path).map(|about| about.len() > self.bytes_max as u64);
        let read = too_long.and_then(|too_long| if too_long { Ok(None) } else { fs::read(path).map(Some) });
        let taken = match read {
            Ok(None) => {
                let why = format!("the file is longer than {} bytes; split it", self.bytes_max);
                Err(Problem::new(problem::BODY_TOO_LARGE, why))
            }
            Ok(Some(bytes)) => {
                take(node, &self.organisation, None, Some(&key(path, &bytes)), Bytes::from(bytes)).await
            }
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(why) => {
                let why =
                    format!("the file cannot be read: {why}; let the node read it, and put it here again");
                Err(Problem::new(problem::NOT_UNDERSTOOD, why))
            }
        };
        match taken {
            Ok(reply) => {
                // Where a part of it was not kept the whole is tried again; what was kept is not done twice.
                if reply.messages.iter().any(super::is_unkept) {
                    return Ok(false);
                }
                self.put_away(path, "done", &serde_json::to_vec_pretty(&reply)?)?;
            }
            Err(problem) if problem.is_passing() => return Ok(false),
            Err(problem) => {
                tracing::warn!(file = %path.display(), problem = ?problem, "a file was not taken in");
                self.put_away(path, "failed", &serde_json::to_vec_pretty(&problem.told())?)?;
            }
        }
        Ok(true)
    }

    /// Moves a file, with what became of it.
    fn put_away(&self, path: &Path, to: &str, reply: &[u8]) -> io::Result<()> {
        let Some(mut name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return Ok(());
        };
        // What is put behind a name must fit, too.
        if name.len() > NAME_MAX {
            name.truncate(name.floor_char_boundary(NAME_MAX));
        }
        let folder = self.path.join(to);
        // A name may come again: the earlier file stays.
        let free = |name: &String| !folder.join(name).exists();
        let numbered = (1..).map(|number| format!("{name}.{number}"));
        let Some(name) = std::iter::once(name.clone()).chain(numbered).find(free) else { return Ok(()) };
        let part = folder.join(format!(".{name}.reply.part"));
        fs::write(&part, reply)?;
        fs::rename(&part, folder.join(format!("{name}.reply.json")))?;
        fs::rename(path, folder.join(&name))
    }
}

/// By what a file is known: its name and content, whatever the name's characters.
fn key(path: &Path, bytes: &[u8]) -> String {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let hash = Sha256::new().chain_update((name.len() as u64).to_be_bytes()).chain_update(name);
    let hash = hash.chain_update(bytes).finalize();
    hash.iter().fold("folder/".to_owned(), |mut text, byte| {
        use std::fmt::Write as _;
        // A string grows without failing.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The files that are whole, the oldest first.
fn waiting(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let about = entry.metadata()?;
        if about.is_file() && !name.starts_with('.') && !name.ends_with(".part") {
            files.push((about.modified()?, entry.path()));
        }
    }
    files.sort();
    files.truncate(FILES_MAX);
    Ok(files.into_iter().map(|(_, path)| path).collect())
}
