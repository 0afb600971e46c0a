//! An output file that a batch can go on in after it was broken off.
//!
//! Its first line says what the answers rest on; a run that rests on anything else does not go on in it. The last
//! row in the file may lack some of its hits, so it is taken out and answered again.

use super::{CSV_COLUMNS, csv_line};
use crate::command::library::hex;
use crate::command::rows::fields;
use crate::{Error, Exit};
use names::{ENGINE_VERSION, Score};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How the first line begins.
const BEGIN: &str = "# loadgate-screen: ";

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 64 << 10;

/// Work of this long may be lost when a run is broken off.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// What the answers rest on, as name and value.
pub(super) struct Heading(Vec<(&'static str, String)>);

impl Heading {
    /// Reads the whole input once for its hash.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn new(
        input: &Path,
        lists: &str,
        threshold: Score,
        limit: Option<usize>,
    ) -> Result<Self, Error> {
        let mut hash = Sha256::new();
        let hashed = File::open(input).and_then(|file| {
            let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
            loop {
                let bytes = reader.fill_buf()?;
                if bytes.is_empty() {
                    return Ok(());
                }
                hash.update(bytes);
                let length = bytes.len();
                reader.consume(length);
            }
        });
        hashed.map_err(|why| unusable(input, &format!("it could not be read: {why}. Check the name.")))?;
        Ok(Self(vec![
            ("input", hex(&hash.finalize())),
            ("lists", lists.to_owned()),
            ("engine", ENGINE_VERSION.to_owned()),
            ("threshold", threshold.to_string()),
            ("limit", limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string())),
        ]))
    }

    /// The names of what is not the same in another first line; `None` where that is no first line at all.
    fn differences(&self, line: &str) -> Option<Vec<&'static str>> {
        let stated: Vec<&str> = line.strip_prefix(BEGIN)?.split("; ").collect();
        let differs =
            |(name, value): &&(&'static str, String)| !stated.contains(&format!("{name} {value}").as_str());
        Some(self.0.iter().filter(differs).map(|(name, _)| *name).collect())
    }
}

impl fmt::Display for Heading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(name, value)| format!("{name} {value}")).collect();
        write!(formatter, "{BEGIN}{}", parts.join("; "))
    }
}

/// An output file, open where it goes on.
pub(super) struct Resumed {
    file: BufWriter<File>,
    flushed: Instant,
    name: String,
    /// The first row that is not answered yet.
    pub(super) next_row: u64,
    /// The status that follows from the rows before it.
    pub(super) exit: Exit,
}

impl Resumed {
    /// Opens an output file, new or begun.
    ///
    /// # Errors
    /// Where it cannot be read or written, is another kind of file, or rests on something else.
    pub(super) fn open(path: &Path, heading: &Heading) -> Result<Self, Error> {
        let failed = |why: io::Error| {
            unusable(path, &format!("it could not be opened: {why}. Check the path and the permissions."))
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        let found = scan(&mut file).map_err(failed)?;
        let begin = format!("{heading}\n{}", csv_line(&CSV_COLUMNS));
        let (next_row, exit) = match &found.first {
            // Broken off before the first line was written out.
            None if begin.starts_with(&found.tail) => {
                file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
                file.write_all(begin.as_bytes()).map_err(failed)?;
                (1, Exit::Clean)
            }
            None => return Err(unusable(path, FOREIGN)),
            Some(first) => {
                let differences = heading.differences(first).ok_or_else(|| unusable(path, FOREIGN))?;
                if !differences.is_empty() {
                    let what = differences.join(", ");
                    return Err(unusable(
                        path,
                        &format!(
                            "its answers rest on another state of: {what}. Name a new file to begin anew."
                        ),
                    ));
                }
                match found.last {
                    None => {
                        file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
                        file.write_all(begin.as_bytes()).map_err(failed)?;
                        (1, Exit::Clean)
                    }
                    Some(last) => {
                        file.set_len(last.offset)
                            .and_then(|()| file.seek(SeekFrom::End(0)))
                            .map_err(failed)?;
                        (last.row, last.exit_before)
                    }
                }
            }
        };
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Self { file, flushed: Instant::now(), name: path.display().to_string(), next_row, exit })
    }

    /// Adds the answer of a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn write(&mut self, text: &str) -> Result<(), Error> {
        self.file.write_all(text.as_bytes())?;
        if self.flushed.elapsed() >= FLUSH_EVERY {
            self.file.flush()?;
            self.flushed = Instant::now();
        }
        Ok(())
    }

    /// Makes sure that all of it is on the disk; gives the name of the file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn finish(mut self) -> Result<String, Error> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(self.name)
    }
}

const FOREIGN: &str =
    "it is there, and no output of `loadgate screen --resume`. Name another file, so that nothing is lost.";

/// What an output file holds.
#[derive(Default)]
struct Found {
    /// Its first line, where that is whole.
    first: Option<String>,
    /// The text after the last whole line; short, as lines are.
    tail: String,
    /// The last row of which a whole line is there.
    last: Option<LastRow>,
}

struct LastRow {
    row: u64,
    /// Where its first line begins.
    offset: u64,
    /// What follows from the rows before it.
    exit_before: Exit,
}

fn scan(file: &mut File) -> io::Result<Found> {
    let mut found = Found::default();
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
    let (mut offset, mut exit) = (0, Exit::Clean);
    loop {
        let mut bytes = Vec::new();
        let length = reader.read_until(b'\n', &mut bytes)? as u64;
        let text = String::from_utf8_lossy(&bytes);
        let Some(line) = text.strip_suffix('\n') else {
            found.tail = text.into_owned();
            return Ok(found);
        };
        if found.first.is_none() {
            found.first = Some(line.to_owned());
        }
        let fields = fields(line).unwrap_or_default();
        if let Some(row) = fields.first().and_then(|text| text.parse::<u64>().ok()) {
            if found.last.as_ref().is_none_or(|last| last.row != row) {
                found.last = Some(LastRow { row, offset, exit_before: exit });
            }
            exit = exit.max(exit_of(&fields));
        }
        offset += length;
    }
}

/// The status that follows from one line of the output.
fn exit_of(fields: &[String]) -> Exit {
    let stated = |column: &str| {
        let place = CSV_COLUMNS.iter().position(|name| *name == column);
        place.and_then(|place| fields.get(place)).is_some_and(|text| !text.is_empty())
    };
    if stated("problem") {
        Exit::Unusable
    } else if stated("score") {
        Exit::Found
    } else {
        Exit::Clean
    }
}

fn unusable(path: &Path, problem: &str) -> Error {
    Error::Unusable { file: path.display().to_string(), problem: problem.to_owned() }
}
