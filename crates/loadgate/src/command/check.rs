//! `check`: findings about the form of messages and the quality of their data.

use super::{Entries, Form, Session, sources};
use crate::cli::ReadArgs;
use crate::document::check::{CheckedFile, FoundItem, LINE_SCHEMA, SCHEMA, place};
use crate::document::{Line, UnusableFile};
use crate::input::{self, Reading, Source};
use crate::render::excerpt::{Excerpt, MessageText};
use crate::render::finding::Shown;
use crate::render::text::{count, visible};
use crate::render::{BAD, DOUBTFUL, GOOD, Look, QUIET};
use crate::{Error, Exit};
use engine::{Checker, Settings};
use finding::{Finding, Severity};
use formats::RawMessage;

/// Bytes of messages kept so that a finding over several of them can show its line. Findings in messages
/// beyond that are told without.
const KEPT_BYTES_MAX: usize = 32 << 20;

pub(super) fn run(args: &ReadArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let form = Form::from(args.form);
    let settings = Settings::simulated();
    let mut entries = Entries::default();
    let mut exit = Exit::Clean;
    for source in sources(args)? {
        let file = source.to_string();
        let checked = Checked::read(&source, &settings, form == Form::People, session)?;
        let status = match form {
            Form::Json => {
                entries.next(session.out)?;
                json(file, &checked, session)?
            }
            Form::JsonLines => json_lines(file, &checked, session)?,
            Form::People => people(&file, &checked, session)?,
        };
        exit = exit.max(status);
    }
    if form == Form::Json {
        entries.finish(session.out)?;
    }
    Ok(exit)
}

/// A finding with the line it is about.
struct Found {
    finding: Finding,
    excerpt: Option<Excerpt>,
}

/// Everything found in one file.
struct Checked {
    reading: Reading,
    /// Line and column each message starts at.
    starts: Vec<(u32, u32)>,
    /// In order of the file.
    found: Vec<Found>,
}

impl Checked {
    fn read(
        source: &Source,
        settings: &Settings,
        excerpts: bool,
        session: &Session<'_>,
    ) -> Result<Self, Error> {
        let mut checker = Checker::new(settings);
        let mut starts = Vec::new();
        let mut found = Vec::new();
        let mut kept = Kept::default();
        let reading =
            input::read(source, session.progress(false), session.surroundings.now, |raw, filing| {
                starts.push((raw.first_line, raw.first_column));
                let quality = checker.message(&filing);
                let findings = filing.findings.into_iter().chain(quality);
                let mut text = None;
                found.extend(findings.map(|finding| {
                    let excerpt = excerpts.then_some(finding.position).flatten().and_then(|position| {
                        text.get_or_insert_with(|| MessageText::new(raw)).excerpt(position)
                    });
                    Found { finding, excerpt }
                }));
                if excerpts {
                    kept.keep(raw);
                }
                Ok::<(), Error>(())
            })?;
        found.extend(checker.finish().into_iter().map(|finding| {
            let excerpt = kept.excerpt(&finding);
            Found { finding, excerpt }
        }));
        found.sort_by_key(|found| {
            let start = starts.get(found.finding.message_index as usize).copied().unwrap_or_default();
            let (line, column, _) = place(&found.finding, start);
            (found.finding.message_index, line, column)
        });
        Ok(Self { reading, starts, found })
    }

    fn start(&self, finding: &Finding) -> (u32, u32) {
        self.starts.get(finding.message_index as usize).copied().unwrap_or((1, 1))
    }

    fn items(&self) -> impl Iterator<Item = FoundItem> {
        self.found.iter().map(|found| FoundItem::new(&found.finding, self.start(&found.finding)))
    }

    fn count(&self, severity: Severity) -> u64 {
        self.found.iter().filter(|found| found.finding.severity == severity).count() as u64
    }

    fn exit(&self) -> Exit {
        if self.reading.failure.is_some() {
            Exit::Unusable
        } else if self.count(Severity::Error) > 0 {
            Exit::Found
        } else {
            Exit::Clean
        }
    }
}

/// Messages kept until the whole file is read.
#[derive(Default)]
struct Kept {
    messages: Vec<RawMessage>,
    bytes: usize,
}

impl Kept {
    fn keep(&mut self, message: &RawMessage) {
        self.bytes = self.bytes.saturating_add(message.bytes.len());
        // Messages are kept from the first one on without a gap, so that an index finds its message.
        if self.bytes <= KEPT_BYTES_MAX {
            self.messages.push(message.clone());
        }
    }

    fn excerpt(&self, finding: &Finding) -> Option<Excerpt> {
        let message = self.messages.get(finding.message_index as usize)?;
        MessageText::new(message).excerpt(finding.position?)
    }
}

fn json(file: String, checked: &Checked, session: &mut Session<'_>) -> Result<Exit, Error> {
    if let Some(error) = checked.reading.unusable() {
        session.json(&UnusableFile { schema: SCHEMA, file, error })?;
        return Ok(Exit::Unusable);
    }
    session.json(&CheckedFile {
        schema: SCHEMA,
        file,
        format: checked.reading.format.name(),
        messages: checked.reading.messages,
        findings: checked.items().collect(),
        error: checked.reading.failure.clone(),
    })?;
    Ok(checked.exit())
}

fn json_lines(file: String, checked: &Checked, session: &mut Session<'_>) -> Result<Exit, Error> {
    let unusable = checked.reading.unusable();
    if unusable.is_none() {
        for item in checked.items() {
            session.json_line(&Line { schema: LINE_SCHEMA, file: &file, item })?;
        }
    }
    let exit = checked.exit();
    match unusable.or_else(|| checked.reading.failure.clone()) {
        Some(error) => {
            session.json_line(&UnusableFile { schema: LINE_SCHEMA, file, error })?;
            Ok(Exit::Unusable)
        }
        None => Ok(exit),
    }
}

fn people(file: &str, checked: &Checked, session: &mut Session<'_>) -> Result<Exit, Error> {
    if let Some(problem) = checked.reading.unusable() {
        session.complain(file, &problem)?;
        return Ok(Exit::Unusable);
    }
    let look = session.look();
    for found in &checked.found {
        let (line, column, _) = place(&found.finding, checked.start(&found.finding));
        let excerpt = found.excerpt.clone();
        let shown = Shown { file, finding: &found.finding, line, column, excerpt };
        writeln!(session.out, "{}\n", shown.text(look))?;
    }
    session.out.write_all(summary(file, checked, look).as_bytes())?;
    if let Some(problem) = &checked.reading.failure {
        session.complain(file, problem)?;
    }
    Ok(checked.exit())
}

/// One line that sums up a file.
fn summary(file: &str, checked: &Checked, look: Look) -> String {
    let format = checked.reading.format.name().unwrap_or_default();
    let messages = count(checked.reading.messages, "message");
    let about = look.paint(QUIET, format!("({format}, {messages})"));
    let parts: Vec<String> = [
        (BAD, checked.count(Severity::Error), "error"),
        (DOUBTFUL, checked.count(Severity::Warning), "warning"),
        (QUIET, checked.count(Severity::Info), "note"),
    ]
    .into_iter()
    .filter(|(_, number, _)| *number > 0)
    .map(|(style, number, one)| look.paint(style, count(number, one)))
    .collect();
    let verdict = if parts.is_empty() { look.paint(GOOD, "nothing found") } else { parts.join(", ") };
    format!("{} {about}: {verdict}\n", visible(file))
}
