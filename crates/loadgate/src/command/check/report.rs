//! Findings of one file, told one after the other in the form that is wanted.

use crate::command::{Entries, Form, Session, tail_of};
use crate::document::check::{FoundItem, LINE_SCHEMA, SCHEMA, place};
use crate::document::{Head, Line, UnusableFile};
use crate::input::Reading;
use crate::render::excerpt::Excerpt;
use crate::render::finding::Shown;
use crate::render::text::{count, visible};
use crate::render::{BAD, DOUBTFUL, GOOD, Look, QUIET};
use crate::{Error, Exit};
use finding::{Finding, Position, Severity, codes};
use std::io::Write;

/// Bytes of findings held back before the first message of a known format. A file that begins with more of
/// them than that is told how many were left out.
const HELD_BYTES_MAX: usize = 1 << 20;

/// Most findings of one file shown to people who do not ask for all: more than anybody reads, and a bound on
/// what is written of millions of broken messages.
const SHOWN_MAX: u64 = 1000;

/// Writes the findings of one file while it is read. Nothing is written before the first message of a known
/// format, because a file without any has another entry.
pub(super) struct Report<'a> {
    form: Form,
    file: String,
    entries: &'a mut Entries,
    /// Whether a message of a known format was read.
    begun: bool,
    held: Held,
    /// Findings told so far.
    items: u64,
    counts: Counts,
    /// Most findings to tell.
    told_max: u64,
    /// Those that are not told because of it.
    not_told: Counts,
}

/// What was found before the first message of a known format.
#[derive(Default)]
struct Held {
    /// Findings as they will be written.
    bytes: Vec<u8>,
    /// How many there was no room for.
    left_out: u64,
    /// The message and the place of the first of those.
    first_left_out: Option<(u32, Position)>,
}

/// How much was found, by severity.
#[derive(Default)]
struct Counts {
    errors: u64,
    warnings: u64,
    notes: u64,
}

impl Counts {
    fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.notes += 1,
        }
    }

    /// How many of each; empty where there is none.
    fn words(&self, look: Look) -> String {
        let parts: Vec<String> =
            [(BAD, self.errors, "error"), (DOUBTFUL, self.warnings, "warning"), (QUIET, self.notes, "note")]
                .into_iter()
                .filter(|(_, number, _)| *number > 0)
                .map(|(style, number, one)| look.paint(style, count(number, one)))
                .collect();
        parts.join(", ")
    }
}

impl<'a> Report<'a> {
    /// A report for people tells `all` findings, or the first ones; scripts are told all of them.
    pub(super) fn new(form: Form, all: bool, file: String, entries: &'a mut Entries) -> Self {
        Self {
            form,
            file,
            entries,
            begun: false,
            held: Held::default(),
            items: 0,
            counts: Counts::default(),
            told_max: if form == Form::People && !all { SHOWN_MAX } else { u64::MAX },
            not_told: Counts::default(),
        }
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// A message of a known format was read: the file has findings, and no error instead of them.
    pub(super) fn begin(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        if self.form == Form::Json {
            self.entries.next(session.out)?;
            session.json_head(&Head { schema: SCHEMA, file: self.file.clone() }, "findings")?;
        }
        let held = std::mem::take(&mut self.held);
        session.out.write_all(&held.bytes)?;
        if let Some((message_index, position)) = held.first_left_out {
            let note = Finding::new(codes::wire::FINDINGS_LEFT_OUT)
                .in_message(message_index)
                .at(position)
                .with("count", held.left_out.to_string());
            self.tell(&note, (position.line, position.column), session, |_| None)?;
        }
        Ok(())
    }

    /// Tells one finding of a message that starts at this line and column; `excerpt` gives the line of a
    /// place, and is asked only where it is shown.
    pub(super) fn tell(
        &mut self,
        finding: &Finding,
        start: (u32, u32),
        session: &mut Session<'_>,
        excerpt: impl FnOnce(Position) -> Option<Excerpt>,
    ) -> Result<(), Error> {
        self.counts.add(finding.severity);
        if self.items >= self.told_max {
            self.not_told.add(finding.severity);
            return Ok(());
        }
        let (line, column, length) = place(finding, start);
        if !self.begun && self.held.bytes.len() >= HELD_BYTES_MAX {
            self.held.left_out += 1;
            let place = || (finding.message_index, Position::new(line, column, length));
            self.held.first_left_out.get_or_insert_with(place);
            return Ok(());
        }
        let look = session.look();
        let out: &mut dyn Write = if self.begun { &mut *session.out } else { &mut self.held.bytes };
        match self.form {
            Form::Json => {
                out.write_all(if self.items == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(&mut *out, &FoundItem::new(finding, start))?;
            }
            Form::JsonLines => {
                let item = FoundItem::new(finding, start);
                serde_json::to_writer(&mut *out, &Line { schema: LINE_SCHEMA, file: &self.file, item })?;
                out.write_all(b"\n")?;
            }
            Form::People => {
                let excerpt = finding.position.and_then(excerpt);
                let shown = Shown { file: &self.file, finding, line, column, excerpt };
                writeln!(out, "{}\n", shown.text(look))?;
            }
        }
        self.items += 1;
        Ok(())
    }

    /// Ends the report of a file that holds no message of a known format.
    pub(super) fn unusable(self, error: String, session: &mut Session<'_>) -> Result<Exit, Error> {
        let file = self.file;
        match self.form {
            Form::Json => {
                self.entries.next(session.out)?;
                session.json(&UnusableFile { schema: SCHEMA, file, error })?;
            }
            Form::JsonLines => session.json_line(&UnusableFile { schema: LINE_SCHEMA, file, error })?,
            Form::People => session.complain(&file, &error)?,
        }
        Ok(Exit::Unusable)
    }

    /// Ends the report of a file that was read, perhaps not to its end.
    pub(super) fn finish(self, reading: &Reading, session: &mut Session<'_>) -> Result<Exit, Error> {
        match self.form {
            Form::Json => session.json_tail(&tail_of(reading))?,
            Form::JsonLines => {}
            Form::People => session.out.write_all(self.summary(reading, session.look()).as_bytes())?,
        }
        let Some(failure) = &reading.failure else {
            return Ok(if self.counts.errors > 0 { Exit::Found } else { Exit::Clean });
        };
        match self.form {
            // The end of the entry tells it.
            Form::Json => {}
            Form::JsonLines => session.json_line(&UnusableFile {
                schema: LINE_SCHEMA,
                file: self.file,
                error: failure.clone(),
            })?,
            Form::People => session.complain(&self.file, failure)?,
        }
        Ok(Exit::Unusable)
    }

    /// One line that sums up the file.
    fn summary(&self, reading: &Reading, look: Look) -> String {
        let format = reading.format.name().unwrap_or_default();
        let messages = count(reading.messages, "message");
        let about = look.paint(QUIET, format!("({format}, {messages})"));
        let found = self.counts.words(look);
        let verdict = if found.is_empty() { look.paint(GOOD, "nothing found") } else { found };
        let not_told = match self.not_told.words(look) {
            none if none.is_empty() => none,
            some => format!("  of these not shown: {some}; --all shows them, --json and --jsonl have them\n"),
        };
        format!("{} {about}: {verdict}\n{not_told}", visible(&self.file))
    }
}

/// Puts findings in order of the file; `start` gives the line and column the message of an index starts at.
pub(super) fn sort(findings: &mut [Finding], start: impl Fn(u32) -> (u32, u32)) {
    findings.sort_by_key(|finding| {
        let (line, column, _) = place(finding, start(finding.message_index));
        (finding.message_index, line, column)
    });
}
