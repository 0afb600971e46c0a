//! Bounded reading of members of zip archives, which spreadsheets are.

use super::PartFile;
use super::report::Report;
use crate::limits::UNPACKED_BYTES;
use finding::codes::lists as codes;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// How a zip archive with at least one member begins.
const MAGIC: &[u8] = b"PK\x03\x04";

/// The bytes may be a zip archive.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// At most the first `limit` bytes of a member; none where the archive has no such member or it cannot be unpacked.
pub(super) fn head(bytes: &[u8], member: &str, limit: usize) -> Option<Vec<u8>> {
    if !is_archive(bytes) {
        return None;
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut head = Vec::new();
    archive.by_name(member).ok()?.take(limit as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

/// A whole member. A bomb stops at the limit, whatever size the archive declares: what is over it is not read, with
/// a finding, as is what cannot be unpacked.
pub(super) fn member(part: &PartFile<'_>, member: &str, report: &mut Report) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let unpacked = ZipArchive::new(Cursor::new(part.file.bytes.as_slice()))
        .map_err(|error| error.to_string())
        .and_then(|mut archive| {
            let file = archive.by_name(member).map_err(|error| format!("{member}: {error}"))?;
            // One byte more than the limit tells a member of that size from a larger one.
            let mut limited = file.take(UNPACKED_BYTES as u64 + 1);
            limited.read_to_end(&mut content).map_err(|error| format!("{member}: {error}"))
        });
    match unpacked {
        Err(why) => {
            report.add(report.on(part, codes::LIST_ARCHIVE_BROKEN).with("why", why));
            None
        }
        Ok(length) if length > UNPACKED_BYTES => {
            let limit = format!("{} MiB unpacked", UNPACKED_BYTES / (1024 * 1024));
            report.add(report.on(part, codes::LIST_FILE_TOO_LARGE).with("limit", limit));
            None
        }
        Ok(_) => Some(content),
    }
}
