//! `backup` and `restore`: the database of a node, saved while it runs, and put back.

use super::Session;
use super::audit::{address, database, unusable};
use crate::cli::{BackupArgs, RestoreArgs};
use crate::document::operation::{SAVED_SCHEMA, SavedItem};
use crate::{Error, Exit};
use std::path::{Path, PathBuf};
use store::postgres::restored;
use store::sqlite::backup::{self, Saved};
use web::node::KEYS;

/// In the data folder: when the last backup was made, and how many entries its log had.
pub(super) const NOTE: &str = "loadgate.backup";

pub(super) fn run(args: &BackupArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let data = &args.of.data.data;
    if args.of.database.is_some() {
        return Err(Error::Usage(format!(
            "a database that nodes share is saved by the means of its server, and not by this command: pg_basebackup \
             with an archive of the write-ahead log, which loses nothing, or pg_dump. Keep a copy of {} too, in another \
             place: nothing in the backup can be read without it (docs/store.md, Backups of a shared database)",
            data.join(KEYS).display()
        )));
    }
    let saved = backup::backup(&database(data), &args.file).map_err(|why| unusable(&args.file, why))?;
    let note = format!("{} {}\n", session.surroundings.now, saved.verified.leaves);
    if let Err(why) = std::fs::write(data.join(NOTE), note) {
        session.tell(&format!("`loadgate doctor` will not know of this backup: {why}"))?;
    }
    let item = item(&args.file, &saved);
    if args.of.data.json {
        session.json_line(&item)?;
        return Ok(Exit::Clean);
    }
    writeln!(
        session.out,
        "{}: {} entries of the log, {} bytes, checked whole",
        item.file, item.leaves, item.bytes
    )?;
    writeln!(
        session.out,
        "Nothing in it can be read without {}: keep a copy of that file too, in another place.",
        data.join(KEYS).display()
    )?;
    Ok(Exit::Clean)
}

pub(super) fn restore(args: &RestoreArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let data = &args.of.data.data;
    let (place, saved) = match (&args.of.database, &args.file) {
        (Some(_), Some(_)) => {
            return Err(Error::Usage(
                "a database that nodes share is put back by the means of its server (pg_restore, or a base backup with \
                 its write-ahead log), before any node starts. Then run this command without a file: it checks the \
                 database, and has the nodes hold all goods until what is missing was seen to"
                    .into(),
            ));
        }
        (Some(text), None) => {
            let address = address(text)?;
            let place = PathBuf::from(address.to_string());
            let saved = restored::mark(&address, args.at_least).map_err(|why| unusable(&place, why))?;
            (place, saved)
        }
        (None, file) => {
            let file = file.clone().unwrap_or_default();
            let place = database(data);
            let restored = backup::restore(&file, &place, &data.join(KEYS), args.at_least);
            (place, restored.map_err(|why| unusable(&file, why))?)
        }
    };
    let item = item(&place, &saved);
    if args.of.data.json {
        session.json_line(&item)?;
        return Ok(Exit::Clean);
    }
    writeln!(session.out, "{}: {} entries of the log, checked whole", item.file, item.leaves)?;
    let until = item.last_at.as_deref().unwrap_or("its beginning");
    writeln!(
        session.out,
        "It knows what came until {until}. The node holds all goods until two people of a duty desk say that what came \
         since was told again (settle-unread without an object, docs/facts.md): orders of authorities first."
    )?;
    Ok(Exit::Clean)
}

fn item(file: &Path, saved: &Saved) -> SavedItem {
    SavedItem {
        schema: SAVED_SCHEMA,
        file: file.display().to_string(),
        bytes: saved.bytes,
        leaves: saved.verified.leaves,
        last_at: saved.last_at.map(|at| at.to_string()),
    }
}
