//! Decisions that a party is not an entry, kept in a file.

use super::super::library::hex;
use crate::Error;
use crate::cli::ScreenArgs;
use jiff::Timestamp;
use names::{Adjudication, Adjudications, Query, Score, Snapshot, Verdict};
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The decisions of a file; none where none is named.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) made: Adjudications,
    file: Option<PathBuf>,
}

impl Decisions {
    /// Reads the file of `--adjudications`. A file that is not there yet holds none, where one is about to be
    /// added.
    pub(super) fn load(args: &ScreenArgs) -> Result<Self, Error> {
        let Some(file) = &args.adjudications else { return Ok(Self::default()) };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound && args.settle.is_some() => String::new(),
            Err(why) => return Err(unusable(file, format!("cannot be read: {why}. Nothing was screened."))),
        };
        let made = Adjudications::from_json_lines(&text)
            .map_err(|why| unusable(file, format!("{why}. Mend the file; nothing was screened.")))?;
        Ok(Self { made, file: Some(file.clone()) })
    }

    /// Decides that the party of `query` is not the entry, and adds that to the file.
    pub(super) fn settle(
        &mut self,
        query: &Query,
        entry: &str,
        snapshot: &Snapshot,
        args: &ScreenArgs,
        at: Timestamp,
    ) -> Result<(), Error> {
        let hits = snapshot.screen(query, args.threshold.min(Score::ONE));
        let Some(hit) = hits.iter().find(|hit| hit.entry.entity_id == entry) else {
            let name = &query.name;
            return Err(Error::Usage(format!(
                "{name} is no hit of an entry {entry}, so there is nothing to settle. Screen it without --settle and take the entry from there."
            )));
        };
        let verdict = Verdict {
            reason: args.reason.clone().unwrap_or_default(),
            author: args.author.clone().unwrap_or_default(),
            decided_at: at,
            expires_at: args.expires,
        };
        let decision = Adjudication::new(query, hit, snapshot, verdict)
            .map_err(|why| Error::Usage(format!("the decision cannot be made: {why}")))?;
        let mut alone = Adjudications::default();
        alone.add(decision.clone());
        let line = alone.to_json_lines().map_err(|why| Error::Internal(why.to_string()))?;
        if let Some(file) = &self.file {
            append(file, &line).map_err(|why| unusable(file, format!("cannot be written: {why}")))?;
        }
        self.made.add(decision);
        Ok(())
    }

    /// SHA-256 over the decisions; empty where there are none.
    pub(super) fn sha256(&self) -> String {
        let text = self.made.to_json_lines().unwrap_or_default();
        if text.is_empty() { String::new() } else { format!("+{}", hex(&Sha256::digest(text))) }
    }
}

fn append(file: &Path, line: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
    // In one write, so that a line is there whole or not at all.
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

fn unusable(file: &Path, problem: String) -> Error {
    Error::Unusable { file: file.display().to_string(), problem }
}
