//! The answers of the system in place, to be put beside ours.

use super::super::Session;
use super::super::rows::Rows;
use crate::Error;
use crate::cli::AssessArgs;
use crate::input::Source;
use casework::gate::Decision;
use consignment::ConsignmentKey;
use document::value::parse_key;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The columns of the file.
const COLUMNS: [&str; 3] = ["number", "decision", "said"];

/// What the system in place answered about one consignment.
#[derive(Debug, Clone)]
pub(super) struct Incumbent {
    /// Load or hold.
    pub(super) decision: Decision,
    /// What it said beside.
    pub(super) said: String,
}

/// Reads the file of answers, if there is one. Its answers are compared, so one that cannot be read ends the run.
pub(super) fn read(
    args: &AssessArgs,
    session: &Session<'_>,
) -> Result<HashMap<ConsignmentKey, Incumbent>, Error> {
    let mut answers = HashMap::new();
    let Some(path) = &args.incumbent else { return Ok(answers) };
    let source = Source::from(path.as_path());
    let unusable = |why: String| Error::Usage(format!("--incumbent {}: {why}", path.display()));
    let opened = Rows::open(&source, session.progress(false), &COLUMNS, &COLUMNS[..2]);
    let mut rows = opened.map_err(unusable)?;
    while let Some(row) = rows.next().map_err(|why| unusable(why.to_string()))? {
        let of_line = |why: String| unusable(format!("line {}: {why}", row.line));
        let fields = row.fields.map_err(of_line)?;
        let key = parse_key(&fields[0]).map_err(of_line)?;
        let decision = match fields[1].to_ascii_lowercase().as_str() {
            "load" => Decision::Load,
            "hold" => Decision::Hold,
            other => return Err(of_line(format!("the decision is {other:?}; write load or hold"))),
        };
        match answers.entry(key) {
            Entry::Vacant(entry) => drop(entry.insert(Incumbent { decision, said: fields[2].clone() })),
            Entry::Occupied(entry) => {
                return Err(of_line(format!(
                    "{} is answered twice; leave the answer that counts",
                    entry.key()
                )));
            }
        }
    }
    Ok(answers)
}
