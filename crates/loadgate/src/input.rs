//! Inputs: files and standard input, read message by message in bounded memory.

use consignment::Filing;
use finding::{Language, Severity, codes};
use formats::{RawMessage, Splitter};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bytes read from a file at once.
const BUFFER_BYTES: usize = 256 << 10;

/// Bytes of a file by which a watch list is told.
const LIST_HEAD_BYTES: u64 = 256 << 10;

/// How long reading goes on before a progress bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// What somebody wants read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Standard input, written `-`.
    StandardInput,
    /// A file.
    File(PathBuf),
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::StandardInput } else { Self::File(path.to_owned()) }
    }
}

impl fmt::Display for Source {
    /// The name as it was given. Characters that are no Unicode are replaced.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StandardInput => formatter.write_str("-"),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// The format of the messages of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileFormat {
    /// No message of a known format so far.
    #[default]
    Unknown,
    /// All messages of a known format have this one.
    One(&'static str),
    /// They differ.
    Mixed,
}

impl FileFormat {
    fn add(&mut self, name: &'static str) {
        *self = match *self {
            Self::Unknown => Self::One(name),
            Self::One(known) if known == name => Self::One(known),
            Self::One(_) | Self::Mixed => Self::Mixed,
        };
    }

    /// The word used in published documents; `None` where nothing is known.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::One(name) => Some(name),
            Self::Mixed => Some("mixed"),
        }
    }
}

/// What reading an input came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// How many messages there were, those of no known format included.
    pub messages: u64,
    /// Their format.
    pub format: FileFormat,
    /// Why reading did not start, or broke off: what happened and what to do.
    pub failure: Option<String>,
    /// Whether a message has a finding of severity error.
    pub errors: bool,
    /// What is wrong with the first message that is of no known format.
    unknown: Option<String>,
}

impl Reading {
    /// Why the input as a whole cannot be used; `None` where at least one message of a known format was
    /// read.
    pub fn unusable(&self) -> Option<String> {
        if self.format != FileFormat::Unknown {
            return None;
        }
        let unknown = || self.unknown.clone().unwrap_or_else(|| "it holds no message.".to_owned());
        Some(self.failure.clone().unwrap_or_else(unknown))
    }
}

/// Reads all messages of `source` and hands each to `take`, with the filing decoded from it.
///
/// What is wrong with the input itself is part of the [`Reading`]; only an error of `take` ends it early.
///
/// # Errors
/// Those of `take`.
pub fn read<E>(
    source: &Source,
    progress: bool,
    received_at: Timestamp,
    mut take: impl FnMut(&RawMessage, Filing) -> Result<(), E>,
) -> Result<Reading, E> {
    let mut reading = Reading::default();
    let reader = match open(source, progress) {
        Ok(reader) => reader,
        Err(failure) => {
            reading.failure = Some(failure);
            return Ok(reading);
        }
    };
    for message in Splitter::new(reader) {
        let message = match message {
            Ok(message) => message,
            Err(why) => {
                reading.failure = Some(unreadable(&why));
                break;
            }
        };
        reading.messages += 1;
        let filing = formats::decode(&message, received_at);
        match filing.format {
            Some(format) => reading.format.add(format.name),
            None if reading.unknown.is_none() => reading.unknown = what_is_wrong(&filing),
            None => {}
        }
        reading.errors |= filing.findings.iter().any(|finding| finding.severity == Severity::Error);
        take(&message, filing)?;
    }
    if reading.format == FileFormat::Unknown
        && reading.unknown.is_some()
        && let Some(list) = watch_list(source)
    {
        reading.unknown = Some(list);
    }
    Ok(reading)
}

/// The text of the first error of a message, with its place; an empty input has none.
fn what_is_wrong(filing: &Filing) -> Option<String> {
    let error = filing.findings.iter().find(|finding| finding.severity == Severity::Error)?;
    let message = error.message(Language::English);
    match error.position.filter(|_| error.code != codes::wire::EMPTY_INPUT) {
        Some(at) => Some(format!("line {}, column {}: {message}", at.line, at.column)),
        None => Some(message),
    }
}

/// What to say of a file that holds no message because it is a watch list.
fn watch_list(source: &Source) -> Option<String> {
    let Source::File(path) = source else { return None };
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(LIST_HEAD_BYTES).read_to_end(&mut bytes).ok()?;
    let name = path.display().to_string();
    let loaded = names::load(vec![names::ListFile { name, bytes }]);
    // To check names against it is what assess does.
    loaded.unrecognised.is_empty().then(|| {
        format!("this is a watch list and no message. Give it to assess, with --lists before it: --lists {source}.")
    })
}

pub(crate) fn open(source: &Source, progress: bool) -> Result<Box<dyn BufRead>, String> {
    let path = match source {
        Source::StandardInput => return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, io::stdin()))),
        Source::File(path) => path,
    };
    let about = fs::metadata(path).map_err(|why| unopenable(&why))?;
    if about.is_dir() {
        return Err("this is a folder. Name the files in it.".to_owned());
    }
    let file = File::open(path).map_err(|why| unopenable(&why))?;
    if !progress {
        return Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, file)));
    }
    let watched = Watched::new(file, about.len(), source.to_string());
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, watched)))
}

fn unopenable(why: &io::Error) -> String {
    let advice = match why.kind() {
        io::ErrorKind::PermissionDenied => "Ask for permission to read it.",
        _ => "Check the name.",
    };
    format!("it could not be opened: {why}. {advice}")
}

pub(crate) fn unreadable(why: &io::Error) -> String {
    format!("it could not be read: {why}. Check the device it is on, or copy it and try again.")
}

/// A reader that shows how far it is, once reading takes longer than [`PATIENCE`].
struct Watched<R> {
    inner: R,
    bar: ProgressBar,
    began: Instant,
    shown: bool,
}

impl<R> Watched<R> {
    fn new(inner: R, length: u64, name: String) -> Self {
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        // The template is a constant; should the library refuse it, its own default serves.
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {bytes} of {total_bytes}, {eta} left")
        {
            bar.set_style(style);
        }
        bar.set_message(crate::render::text::visible(&name).into_owned());
        Self { inner, bar, began: Instant::now(), shown: false }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bar.inc(count as u64);
        if !self.shown && self.began.elapsed() >= PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
        Ok(count)
    }
}

impl<R> Drop for Watched<R> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::io::Write;

    fn reading(bytes: &[u8]) -> (Reading, Vec<Option<&'static str>>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut formats = Vec::new();
        let outcome =
            read::<Infallible>(&Source::from(file.path()), true, Timestamp::UNIX_EPOCH, |_, filing| {
                formats.push(filing.format.map(|format| format.name));
                Ok(())
            });
        (outcome.unwrap(), formats)
    }

    #[test]
    fn the_formats_of_a_file_are_summed_up() {
        let (one, _) = reading(b"FWB/17\n888-10001014FRAJFK/T1K10\n");
        assert_eq!((one.messages, one.format.name()), (1, Some("FWB")));
        let (mixed, formats) =
            reading(b"FWB/17\n888-10001014FRAJFK/T1K10\nFHL/5\nMBI/888-10001014FRAJFK/T1K10\n");
        assert_eq!((mixed.messages, mixed.format.name()), (2, Some("mixed")));
        assert_eq!(formats, [Some("FWB"), Some("FHL")]);
        assert_eq!(mixed.unusable(), None);
    }

    #[test]
    fn an_input_without_any_known_message_is_unusable() {
        for bytes in [&b""[..], b" \r\n", b"\x00\x01\x02\xff\xfe", b"dear sirs, please find attached"] {
            let (reading, _) = reading(bytes);
            assert!(reading.unusable().is_some_and(|why| !why.is_empty()), "{bytes:?}");
        }
    }

    #[test]
    fn what_cannot_be_opened_says_so() {
        let missing = read::<Infallible>(
            &Source::from(Path::new("no such folder/no such file")),
            false,
            Timestamp::UNIX_EPOCH,
            |_, _| Ok(()),
        );
        assert!(missing.unwrap().unusable().unwrap().contains("could not be opened"));
        let folder = tempfile::tempdir().unwrap();
        let folder =
            read::<Infallible>(&Source::from(folder.path()), false, Timestamp::UNIX_EPOCH, |_, _| Ok(()));
        assert!(folder.unwrap().unusable().unwrap().contains("folder"));
    }

    #[test]
    fn a_dash_is_standard_input() {
        assert_eq!(Source::from(Path::new("-")), Source::StandardInput);
        assert_eq!(Source::from(Path::new("./-")).to_string(), "./-");
    }
}
