//! `rebuild`: what follows from the log of a node, checked and made anew.

use super::Session;
use super::audit::{address, database, unusable};
use crate::cli::RebuildArgs;
use crate::document::operation::{REBUILD_SCHEMA, RebuiltItem};
use crate::{Error, Exit};
use std::path::PathBuf;
use store::audit::VerifyFault;
use store::postgres::{self, Address};
use store::projections::{self, Held, ProjectionFault};
use store::sqlite::StoreError;
use web::node::KEYS;

/// The database that is looked at.
enum Place {
    Own(PathBuf),
    Shared(Box<Address>),
}

impl Place {
    fn check(&self) -> Result<Held, ProjectionFault> {
        match self {
            Self::Own(path) => projections::check(path),
            Self::Shared(address) => postgres::projections::check(address),
        }
    }

    fn name(&self) -> PathBuf {
        match self {
            Self::Own(path) => path.clone(),
            Self::Shared(address) => address.to_string().into(),
        }
    }
}

pub(super) fn run(args: &RebuildArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let data = &args.of.data.data;
    let place = match &args.of.database {
        None => Place::Own(database(data)),
        Some(text) => Place::Shared(Box::new(address(text)?)),
    };
    let keys = data.join(KEYS);
    let written = match &place {
        _ if args.check => Ok(None),
        Place::Own(path) => projections::rebuild(path, &keys).map(Some),
        Place::Shared(address) => postgres::projections::rebuild(address, &keys).map(Some),
    };
    // What was written is held against the log as well.
    let held = written.and_then(|written| Ok((written, place.check()?)));
    let mut item = RebuiltItem {
        schema: REBUILD_SCHEMA,
        whole: held.is_ok(),
        fault: None,
        leaves: None,
        streams: None,
        entries: None,
        written: None,
    };
    match held {
        Ok((written, Held { leaves, streams, entries })) => {
            item.written = written;
            (item.leaves, item.streams, item.entries) = (Some(leaves), Some(streams), Some(entries));
        }
        // It could not be looked at, which says nothing of it.
        Err(ProjectionFault::Log(VerifyFault::Open(
            why @ (StoreError::Absent(_)
            | StoreError::Newer { .. }
            | StoreError::Unreachable { .. }
            | StoreError::Unsuited { .. }
            | StoreError::Locked(_)
            | StoreError::Keys(_)
            | StoreError::KeysMissing { .. }
            | StoreError::KeysOfAnother { .. }),
        ))) => return Err(unusable(&place.name(), why)),
        Err(why) => item.fault = Some(why.to_string()),
    }
    if args.of.data.json {
        session.json_line(&item)?;
    } else {
        told(&item, session)?;
    }
    Ok(if item.whole { Exit::Clean } else { Exit::Found })
}

fn told(item: &RebuiltItem, session: &mut Session<'_>) -> Result<(), Error> {
    if let Some(fault) = &item.fault {
        return Ok(writeln!(session.out, "NOT what follows from the log: {fault}")?);
    }
    if let Some(written) = item.written {
        writeln!(session.out, "{written} entries of the indices were written anew")?;
    }
    let count = Option::unwrap_or_default;
    Ok(writeln!(
        session.out,
        "{} entries of the log give {} streams and {} entries of the indices, and everything is as they give it",
        count(item.leaves),
        count(item.streams),
        count(item.entries)
    )?)
}
