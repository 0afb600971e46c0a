//! Files with secrets, which their owner alone may read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Longest file with a secret that is read, in bytes; keys and passwords have a few thousand at most.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why a file with a secret is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretFault {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// Others than its owner may read it.
    #[error("it can be read by others: take their rights away (chmod 600)")]
    Open,
}

/// Opens a file with a secret.
///
/// # Errors
/// Where it cannot be opened, or others may read it too.
pub fn open(path: &Path) -> Result<File, SecretFault> {
    let file = File::open(path)?;
    match others_may_read(&file)? {
        true => Err(SecretFault::Open),
        false => Ok(file),
    }
}

/// Reads a file with a secret.
///
/// # Errors
/// As for [`open`].
pub fn read(path: &Path) -> Result<Vec<u8>, SecretFault> {
    let mut bytes = Vec::new();
    open(path)?.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file with a secret in letters.
///
/// # Errors
/// As for [`open`], and where it is no text.
pub fn read_text(path: &Path) -> Result<String, SecretFault> {
    let text = String::from_utf8(read(path)?);
    text.map_err(|_| io::Error::from(io::ErrorKind::InvalidData).into())
}

#[cfg(unix)]
fn others_may_read(file: &File) -> io::Result<bool> {
    Ok(std::os::unix::fs::MetadataExt::mode(&file.metadata()?) & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_others_may_read_is_no_secret() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "word\n").unwrap();
        for (mode, may) in
            [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o644, false), (0o620, false)]
        {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = read_text(&path);
            assert_eq!(read.is_ok(), may, "{mode:o}");
            assert!(may || read.unwrap_err().to_string().contains("chmod 600"));
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        // A link is what it leads to.
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(read_text(&link).unwrap(), "word\n");
        assert!(matches!(read(&folder.path().join("gone")), Err(SecretFault::File(_))));
        std::fs::write(&path, [0xFF]).unwrap();
        assert!(read_text(&path).is_err());
    }
}
