//! The log as files that anybody can check (C2SP tlog-tiles), and whether it goes on from what somebody kept.

use super::checkpoint::{Checkpoint, CheckpointFault};
use super::log::AuditError;
use super::merkle::{Hash, TILE_HEIGHT, TILE_WIDTH, Tree};
use super::read::{LogRead, Through};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why the log was not written, or does not go on from a checkpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportFault {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] AuditError),
    /// A checkpoint is not believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointFault),
    /// A file cannot be written.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// Nothing was signed yet.
    #[error("nothing of this log is signed yet: start the node, which signs every second")]
    Unsigned,
    /// The log is not the one that somebody saw.
    #[error(
        "the log does not go on from the checkpoint of {size} entries ({what}): what it held then was changed or cut \
         away. Keep this database and the checkpoint for the inquiry"
    )]
    Forked {
        /// Entries of the checkpoint.
        size: u64,
        /// What differs.
        what: String,
    },
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The checkpoint the files lead to.
    pub checkpoint: Checkpoint,
    /// Tiles written.
    pub tiles: u64,
}

/// Writes the log up to its last checkpoint into a folder: `verifier`, `tile/…` by the names of C2SP tlog-tiles, and, last,
/// `checkpoint`. Tiles that are there already and whole are left as they are, so that a folder can be kept up to date.
///
/// # Errors
/// Where nothing is signed, the log cannot be read, or a file cannot be written.
pub fn export(log: &dyn LogRead, folder: &Path) -> Result<Exported, ExportFault> {
    let verifier = log.verifier()?;
    let note = log.latest_checkpoint()?.ok_or(ExportFault::Unsigned)?;
    let checkpoint = verifier.open(verifier.name(), &note)?;
    let (mut tiles, mut level, mut count) = (0, 0, checkpoint.size);
    while count > 0 {
        for index in 0..count.div_ceil(TILE_WIDTH) {
            let width = (count - index * TILE_WIDTH).min(TILE_WIDTH);
            let path = folder.join(tile_name(level, index, width));
            if width == TILE_WIDTH && path.exists() {
                continue;
            }
            let hashes: Vec<Hash> = log.tile(level, index)?;
            let Some(hashes) = hashes.get(..width as usize) else {
                let what = format!("tile {index} of level {level} has fewer than {width} hashes");
                return Err(AuditError::Damaged(what).into());
            };
            write(&path, &hashes.concat())?;
            tiles += 1;
        }
        // Only whole tiles have a hash above them.
        count >>= TILE_HEIGHT;
        level += 1;
    }
    write(&folder.join("verifier"), format!("{verifier}\n").as_bytes())?;
    // Last, so that whoever reads it finds every tile it leads to.
    write(&folder.join("checkpoint"), note.as_bytes())?;
    Ok(Exported { checkpoint, tiles })
}

/// Holds the log against a checkpoint that somebody kept: it was signed by the key of this database, and what it covers is
/// still there, unchanged. Gives what it says.
///
/// # Errors
/// Where it is not believed, or the log does not go on from it.
pub fn continues(log: &dyn LogRead, note: &str) -> Result<Checkpoint, ExportFault> {
    let verifier = log.verifier()?;
    let kept = verifier.open(verifier.name(), note)?;
    let latest = log.latest_checkpoint()?.ok_or(ExportFault::Unsigned)?;
    let latest = verifier.open(verifier.name(), &latest)?;
    let forked = |what: String| ExportFault::Forked { size: kept.size, what };
    if latest.size < kept.size {
        return Err(forked(format!("the log has {} entries under its last checkpoint", latest.size)));
    }
    let root = Tree::new(&Through(log), kept.size).root().map_err(AuditError::from)?;
    match root == kept.root {
        true => Ok(kept),
        false => Err(forked("its first entries have another root".to_owned())),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ExportFault> {
    let failed = |why| ExportFault::File { path: path.to_owned(), why };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    fs::write(&part, bytes).and_then(|()| fs::rename(&part, path)).map_err(failed)
}

/// The name of a tile (C2SP tlog-tiles): `tile/<level>/<index>`, the index in groups of three digits all but the last of
/// which start with an x; one that is not whole ends with `.p/<width>`.
pub fn tile_name(level: u32, index: u64, width: u64) -> String {
    let mut groups = vec![format!("{:03}", index % 1000)];
    let mut rest = index / 1000;
    while rest > 0 {
        groups.insert(0, format!("x{:03}", rest % 1000));
        rest /= 1000;
    }
    let partial = if width < TILE_WIDTH { format!(".p/{width}") } else { String::new() };
    format!("tile/{level}/{}{partial}", groups.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_have_the_names_of_the_specification() {
        for (level, index, width, name) in [
            (0, 0, 256, "tile/0/000"),
            (3, 1_234_067, 256, "tile/3/x001/x234/067"),
            (1, 273, 112, "tile/1/273.p/112"),
            (0, 1000, 1, "tile/0/x001/000.p/1"),
        ] {
            assert_eq!(tile_name(level, index, width), name);
        }
    }
}
