//! The folder that `lists import` fills: every list in a folder of its own, every edition of it in a folder below,
//! and a hidden file that names the edition in use. An edition is never changed once it stands there.
//!
//! ```text
//! DIR/ofac-sdn/2026-11_f69c29016298/sdn.csv, alt.csv, add.csv
//! DIR/ofac-sdn/.in-use          the line "2026-11_f69c29016298"
//! ```

use super::watch_lists::{edition, not_opened, unusable};
use crate::Error;
use names::{List, Source};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file that names the edition in use.
const IN_USE: &str = ".in-use";

/// Digits of the hash in the name of an edition's folder.
const HASH_DIGITS: usize = 12;

/// Longest part of a folder's name that is taken from a list's title, in characters.
const TITLE_CHARS: usize = 60;

/// The folders of this one that hold files to read: itself, and the editions in use.
///
/// # Errors
/// Where a folder cannot be read, or the edition in use is not there.
pub(super) fn folders(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut folders = vec![path.to_owned()];
    folders.extend(in_use(path)?);
    let name = path.display().to_string();
    let mut below = Vec::new();
    for entry in fs::read_dir(path).map_err(|why| not_opened(&name, &why))? {
        let entry = entry.map_err(|why| not_opened(&name, &why))?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.path().is_dir() {
            below.push(entry.path());
        }
    }
    below.sort();
    for folder in below {
        folders.extend(in_use(&folder)?);
    }
    Ok(folders)
}

/// The folder of the edition in use below the folder of a list; `None` where this is no such folder.
///
/// # Errors
/// Where the file that names it cannot be read, or names none that is there.
pub(super) fn in_use(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let pointer = folder.join(IN_USE);
    let name = pointer.display().to_string();
    let text = match fs::read_to_string(&pointer) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(not_opened(&name, &why)),
    };
    let edition = text.trim();
    let found = folder.join(edition);
    let is_name = !edition.is_empty() && !edition.starts_with('.') && !edition.contains(['/', '\\']);
    if !is_name || !found.is_dir() {
        let problem = "it names no edition that is here. Import the list again with `loadgate lists import`.";
        return Err(unusable(&name, problem));
    }
    Ok(Some(found))
}

/// The name of a list's folder: its source, and its title where the source leaves that to each list.
pub(super) fn folder_of(list: &List) -> String {
    if Source::find(list.source).is_some_and(|source| source.title == list.title) {
        return list.source.to_owned();
    }
    let mut slug = String::new();
    for character in list.title.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(TITLE_CHARS).collect();
    // Titles that differ in what a folder's name leaves out are still two lists.
    let digest = hex(&Sha256::digest(list.title.as_bytes()));
    format!("{}-{}-{}", list.source, slug.trim_matches('-'), &digest[..6])
}

/// The name of an edition's folder.
pub(super) fn edition_folder(list: &List) -> String {
    let digits = list.sha256.get(..HASH_DIGITS).unwrap_or(&list.sha256);
    format!("{}_{digits}", edition(list))
}

/// Puts the files of a list into `folder`, the folder of the list: all of them or none.
///
/// # Errors
/// Where a file cannot be read or written, or is not what it was when it was checked.
pub(super) fn store(list: &List, folder: &Path) -> Result<PathBuf, Error> {
    let place = folder.join(edition_folder(list));
    if place.is_dir() {
        return Ok(place);
    }
    let unfinished = folder.join(format!(".unfinished-{}", std::process::id()));
    let outcome = write_all(list, &unfinished).and_then(|()| {
        fs::rename(&unfinished, &place).or_else(|why| {
            // Somebody else imported the same edition in the meantime.
            if place.is_dir() { fs::remove_dir_all(&unfinished) } else { Err(why) }
        })?;
        Ok(sync_folder(folder)?)
    });
    if outcome.is_err() {
        // What is left is hidden and read by nobody.
        let _ = fs::remove_dir_all(&unfinished);
    }
    outcome.map_err(|why| why.at(folder)).map(|()| place)
}

/// Makes an edition that is stored the one in use.
///
/// # Errors
/// Where that cannot be written; the edition used before stays in use then.
pub(super) fn put_in_use(folder: &Path, edition: &str) -> Result<(), Error> {
    let new = folder.join(format!("{IN_USE}-{}", std::process::id()));
    let write = || {
        write_file(&new, format!("{edition}\n").as_bytes())?;
        fs::rename(&new, folder.join(IN_USE))?;
        sync_folder(folder)
    };
    write().map_err(|why| Fault::from(why).at(folder))
}

/// Whether all files of a list come from the folder of an edition.
pub(super) fn is_imported(list: &List) -> bool {
    list.files.iter().all(|part| {
        let folder = Path::new(&part.file).parent().and_then(Path::parent);
        folder.is_some_and(|folder| folder.join(IN_USE).is_file())
    })
}

/// Holds a list that comes from an edition's folder against the hash in the name of that folder.
///
/// # Errors
/// Where they differ: a file was changed, added or taken away after the list was checked.
pub(super) fn check(list: &List) -> Result<(), Error> {
    for part in &list.files {
        let Some(place) = Path::new(&part.file).parent() else { continue };
        let is_edition = place.parent().is_some_and(|folder| folder.join(IN_USE).is_file());
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let digits = list.sha256.get(..HASH_DIGITS).unwrap_or(&list.sha256);
        if is_edition && !name.ends_with(&format!("_{digits}")) {
            let problem = "the files are not those that were imported. Import the list again from its publisher's files.";
            return Err(unusable(&place.display().to_string(), problem));
        }
    }
    Ok(())
}

/// What went wrong while a list was stored.
enum Fault {
    Io(io::Error),
    /// A file, and why it is not used.
    Told(String, String),
}

impl From<io::Error> for Fault {
    fn from(why: io::Error) -> Self {
        Self::Io(why)
    }
}

impl Fault {
    fn at(self, folder: &Path) -> Error {
        match self {
            Self::Io(why) => unusable(
                &folder.display().to_string(),
                &format!(
                    "the list could not be written: {why}. Check the disk and the permissions; what was in use stays in use."
                ),
            ),
            Self::Told(file, problem) => unusable(&file, &problem),
        }
    }
}

fn write_all(list: &List, folder: &Path) -> Result<(), Fault> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for part in &list.files {
        let told = |problem: &str| Fault::Told(part.file.clone(), problem.to_owned());
        let bytes = fs::read(&part.file)?;
        if hex(&Sha256::digest(&bytes)) != part.sha256 {
            return Err(told("it changed while it was imported. Import it again."));
        }
        let name = Path::new(&part.file).file_name().ok_or_else(|| told("it has no name. Name a file."))?;
        if name.as_encoded_bytes().starts_with(b".") {
            return Err(told("hidden files are not read from a folder. Give it a name without the dot."));
        }
        let file = folder.join(name);
        if file.exists() {
            return Err(told("another file of the list has the same name. Give each a name of its own."));
        }
        write_file(&file, &bytes)?;
    }
    Ok(sync_folder(folder)?)
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes sure that the names in a folder outlast a failure of power.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
