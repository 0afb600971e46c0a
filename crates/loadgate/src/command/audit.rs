//! `audit`: the log of a node, checked, proved and given away.

use super::Session;
use crate::cli::{AuditCommand, ExportArgs, ProveArgs, SharedArgs, VerifyArgs};
use crate::document::operation::{EXPORT_SCHEMA, ExportedItem, VERIFY_SCHEMA, VerifiedItem};
use crate::{Error, Exit};
use engine::goods_key;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use store::audit::{self, LogRead, Verified, VerifyFault};
use store::postgres::audit::LogReader;
use store::postgres::{self, Address, AddressFault};
use store::sqlite::{StoreError, open_to_read};
use web::node::DATABASE;

/// Longest checkpoint that is read, in bytes.
const NOTE_BYTES_MAX: u64 = store::audit::checkpoint::CHECKPOINT_MAX as u64;

pub(super) fn run(command: &AuditCommand, session: &mut Session<'_>) -> Result<Exit, Error> {
    match command {
        AuditCommand::Verify(args) => verify(args, session),
        AuditCommand::Prove(args) => prove(args, session),
        AuditCommand::Export(args) => export(args, session),
    }
}

/// The database of a data folder.
pub(super) fn database(data: &Path) -> PathBuf {
    data.join(DATABASE)
}

/// An input of a command that cannot be used.
pub(super) fn unusable(file: &Path, why: impl ToString) -> Error {
    Error::Unusable { file: file.display().to_string(), problem: why.to_string() }
}

/// The address of a shared database, as it was given.
pub(super) fn address(text: &str) -> Result<Address, Error> {
    text.parse().map_err(|why: AddressFault| Error::Usage(why.to_string()))
}

/// A log that is read, and what it is called.
enum Log {
    Own(PathBuf),
    Shared(Box<Address>),
}

impl Log {
    fn of(args: &SharedArgs) -> Result<Self, Error> {
        match &args.database {
            None => Ok(Self::Own(database(&args.data.data))),
            Some(text) => Ok(Self::Shared(Box::new(address(text)?))),
        }
    }

    fn verify(&self) -> Result<Verified, VerifyFault> {
        match self {
            Self::Own(path) => audit::verify(path),
            Self::Shared(address) => postgres::audit::verify(address),
        }
    }

    fn open(&self) -> Result<Box<dyn LogRead>, Error> {
        let opened: Result<Box<dyn LogRead>, StoreError> = match self {
            Self::Own(path) => open_to_read(path).map(|log| Box::new(log) as _),
            Self::Shared(address) => LogReader::open(address).map(|log| Box::new(log) as _),
        };
        opened.map_err(|why| self.unusable(why))
    }

    fn unusable(&self, why: impl ToString) -> Error {
        let file = match self {
            Self::Own(path) => path.display().to_string(),
            Self::Shared(address) => address.to_string(),
        };
        Error::Unusable { file, problem: why.to_string() }
    }
}

fn verify(args: &VerifyArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let log = Log::of(&args.of)?;
    let verified = match log.verify() {
        Err(VerifyFault::Open(
            why @ (StoreError::Absent(_)
            | StoreError::Newer { .. }
            | StoreError::Unreachable { .. }
            | StoreError::Unsuited { .. }),
        )) => {
            return Err(log.unusable(why));
        }
        other => other,
    };
    let mut item = VerifiedItem {
        schema: VERIFY_SCHEMA,
        whole: verified.is_ok(),
        fault: verified.as_ref().err().map(ToString::to_string),
        leaves: None,
        root: None,
        signed: None,
        erased: None,
        continues: None,
    };
    if let Ok(Verified { leaves, root, signed, erased }) = &verified {
        (item.leaves, item.signed, item.erased) = (Some(*leaves), Some(*signed), Some(*erased));
        item.root = Some(hex(root));
        if let Some(kept) = &args.checkpoint {
            let note = read_note(kept)?;
            match audit::continues(&*log.open()?, &note) {
                Ok(checkpoint) => item.continues = Some(checkpoint.size),
                Err(why) => {
                    item.whole = false;
                    item.fault = Some(format!("{}: {why}", kept.display()));
                }
            }
        }
    }
    if args.of.data.json {
        session.json_line(&item)?;
    } else {
        write!(session.out, "{}", told(&item))?;
    }
    Ok(if item.whole { Exit::Clean } else { Exit::Found })
}

fn told(item: &VerifiedItem) -> String {
    let mut text = String::new();
    // A string grows without failing.
    if let (Some(leaves), Some(signed), Some(root)) = (item.leaves, item.signed, &item.root) {
        let _ = writeln!(text, "{leaves} entries, {signed} of them under a signed checkpoint, root {root}");
    }
    if let Some(erased) = item.erased.filter(|erased| *erased > 0) {
        let _ = writeln!(
            text,
            "{erased} streams were erased: what they said is gone, and the log shows that it was"
        );
    }
    if let Some(size) = item.continues {
        let _ = writeln!(text, "it goes on from the checkpoint of {size} entries");
    }
    let _ = match &item.fault {
        None => writeln!(text, "everything is as it was written"),
        Some(fault) => writeln!(text, "NOT as it was written: {fault}"),
    };
    text
}

fn read_note(path: &Path) -> Result<String, Error> {
    let about = std::fs::metadata(path).map_err(|why| unusable(path, why))?;
    if about.len() > NOTE_BYTES_MAX {
        return Err(unusable(path, "it is too long for a checkpoint"));
    }
    std::fs::read_to_string(path).map_err(|why| unusable(path, why))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn prove(args: &ProveArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let from = Log::of(&args.of)?;
    let log = from.open()?;
    let stream = match (&args.stream, &args.object) {
        (Some(stream), _) => stream.clone(),
        (None, Some(object)) => {
            let found = log.stream_of(engine::Index::Stream.as_str(), &goods_key(object));
            found.map_err(|why| from.unusable(why))?.ok_or_else(|| {
                Error::Usage(format!("nothing was told of {object} here, so there is nothing to prove"))
            })?
        }
        // The command line asks for one of them.
        (None, None) => return Err(Error::Usage("name a consignment or a stream".to_owned())),
    };
    let event = match args.event {
        Some(event) => event,
        None => log.last_event(&stream).map_err(|why| from.unusable(why))?,
    };
    let proof = log.prove(&stream, event).map_err(|why| from.unusable(why))?;
    let verifier = log.verifier().map_err(|why| from.unusable(why))?;
    session.json_line(&web::api::published(&verifier, proof))?;
    Ok(Exit::Clean)
}

fn export(args: &ExportArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let from = Log::of(&args.of)?;
    let exported = audit::export(&*from.open()?, &args.folder).map_err(|why| from.unusable(why))?;
    let item = ExportedItem {
        schema: EXPORT_SCHEMA,
        folder: args.folder.display().to_string(),
        leaves: exported.checkpoint.size,
        tiles: exported.tiles,
    };
    if args.of.data.json {
        session.json_line(&item)?;
    } else {
        writeln!(session.out, "{}: {} entries, {} tiles written", item.folder, item.leaves, item.tiles)?;
    }
    Ok(Exit::Clean)
}
