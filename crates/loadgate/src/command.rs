//! The commands.

mod assess;
mod audit;
mod backup;
mod batch;
mod check;
mod compare;
mod describe;
mod doctor;
mod explain;
mod gate_list;
mod library;
mod lists;
mod rebuild;
mod rows;
mod screen;
mod serve;
mod story;
mod stress;
mod watch_lists;

use crate::cli::{Command, FormArgs, ReadArgs};
use crate::demo::{self, DemoOptions};
use crate::document::Tail;
use crate::input::{Reading, Source};
use crate::render::{BAD, Look, text::visible};
use crate::{Error, Exit};
use jiff::Timestamp;
use serde::Serialize;
use std::io::Write;

/// What a command has to know of the process it runs in.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings {
    /// The time, to the second.
    pub now: Timestamp,
    /// How output for people looks.
    pub look: Look,
    /// Columns of the terminal; `None` where output goes elsewhere.
    pub width: Option<u16>,
    /// Whether errors are coloured.
    pub error_color: bool,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub error_is_terminal: bool,
}

/// Runs a command: results to `out`, everything else to `errors`.
///
/// # Errors
/// Where the command as a whole cannot go on. What concerns one input is told in the results.
pub fn run(
    command: Command,
    surroundings: &Surroundings,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<Exit, Error> {
    let mut session = Session { surroundings, out, errors };
    match command {
        Command::Check(args) => check::run(&args, &mut session),
        Command::Describe(args) => describe::run(&args, &mut session),
        Command::Assess(args) => assess::run(&args, &mut session),
        Command::Screen(args) => screen::run(&args, &mut session),
        Command::Compare(args) => compare::run(&args, &mut session),
        Command::Lists(args) => lists::run(&args.command, &mut session),
        Command::Story(args) => story::run(&args, &mut session),
        Command::Explain(args) => explain::run(&args, &mut session),
        Command::Serve(args) => serve::run(&args, &mut session),
        Command::Token(args) => serve::token(&args, &mut session),
        Command::GateList(args) => gate_list::run(&args.command, &mut session),
        Command::Audit(args) => audit::run(&args.command, &mut session),
        Command::Backup(args) => backup::run(&args, &mut session),
        Command::Restore(args) => backup::restore(&args, &mut session),
        Command::Rebuild(args) => rebuild::run(&args, &mut session),
        Command::Doctor(args) => doctor::run(&args, &mut session),
        Command::Stress(args) => stress::run(&args, &mut session),
        Command::Demo(args) => {
            let look = surroundings.look;
            let options = DemoOptions { color: look.color, width: surroundings.width, json: args.json };
            demo::run(&options, session.out)?;
            Ok(Exit::Clean)
        }
    }
}

/// For whom a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    People,
    Json,
    JsonLines,
}

impl From<FormArgs> for Form {
    fn from(args: FormArgs) -> Self {
        match (args.json, args.jsonl) {
            (true, _) => Self::Json,
            (_, true) => Self::JsonLines,
            _ => Self::People,
        }
    }
}

/// A command at work.
struct Session<'a> {
    surroundings: &'a Surroundings,
    out: &'a mut dyn Write,
    errors: &'a mut dyn Write,
}

impl Session<'_> {
    fn look(&self) -> Look {
        self.surroundings.look
    }

    /// Whether reading shows how far it is: on a terminal, unless results come onto it at the same time.
    fn progress(&self, results_come_while_reading: bool) -> bool {
        self.surroundings.error_is_terminal
            && !(results_come_while_reading && self.surroundings.out_is_terminal)
    }

    /// Tells people that an input cannot be used, after the results so far.
    fn complain(&mut self, file: &str, problem: &str) -> Result<(), Error> {
        self.out.flush()?;
        let look = Look { color: self.surroundings.error_color, ..self.look() };
        let name = look.paint(BAD, "loadgate");
        // Results do not depend on whether anybody hears of the rest.
        let _ = writeln!(self.errors, "{name}: {}: {}", visible(file), visible(problem));
        Ok(())
    }

    /// Tells people something about the run, apart from its results.
    fn tell(&mut self, text: &str) -> Result<(), Error> {
        self.out.flush()?;
        // Results do not depend on whether anybody hears of the rest.
        let _ = writeln!(self.errors, "loadgate: {}", visible(text));
        Ok(())
    }

    fn json(&mut self, value: &impl Serialize) -> Result<(), Error> {
        Ok(serde_json::to_writer(&mut *self.out, value)?)
    }

    /// Begins the entry of a file, up to the opening of its list of this name.
    fn json_head(&mut self, head: &impl Serialize, list: &str) -> Result<(), Error> {
        let head = serde_json::to_string(head)?;
        self.out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())?;
        Ok(write!(self.out, ",\"{list}\":[")?)
    }

    /// Ends what [`Session::json_head`] began.
    fn json_tail(&mut self, tail: &impl Serialize) -> Result<(), Error> {
        let tail = serde_json::to_string(tail)?;
        self.out.write_all(b"],")?;
        Ok(self.out.write_all(tail.strip_prefix('{').unwrap_or(&tail).as_bytes())?)
    }

    /// Begins another list, behind the one that [`Session::json_head`] began.
    fn json_list(&mut self, list: &str) -> Result<(), Error> {
        Ok(write!(self.out, "],\"{list}\":[")?)
    }

    fn json_line(&mut self, value: &impl Serialize) -> Result<(), Error> {
        self.json(value)?;
        Ok(self.out.write_all(b"\n")?)
    }
}

/// Writes the entries of a JSON document one after the other.
#[derive(Debug, Default)]
struct Entries {
    begun: bool,
}

impl Entries {
    /// Opens the document, or separates the next entry from the last one.
    fn next(&mut self, out: &mut dyn Write) -> Result<(), Error> {
        out.write_all(if self.begun { b",\n" } else { b"[" })?;
        self.begun = true;
        Ok(())
    }

    /// Closes the document.
    fn finish(self, out: &mut dyn Write) -> Result<(), Error> {
        out.write_all(if self.begun { b"]\n" } else { b"[]\n" })?;
        Ok(())
    }
}

/// What is told of a file after its items.
fn tail_of(reading: &Reading) -> Tail {
    Tail { format: reading.format.name(), messages: reading.messages, error: reading.failure.clone() }
}

/// The inputs named on the command line.
///
/// # Errors
/// Where standard input is named twice: it can be read only once.
fn sources(args: &ReadArgs) -> Result<Vec<Source>, Error> {
    let sources: Vec<Source> = args.files.iter().map(|path| Source::from(path.as_path())).collect();
    if sources.iter().filter(|source| **source == Source::StandardInput).count() > 1 {
        return Err(Error::Usage(
            "standard input (-) is named twice and can be read only once. Name it once.".to_owned(),
        ));
    }
    Ok(sources)
}
