//! `describe`: what messages say, in constant memory but for the notices of authorities, which the JSON
//! document of a file has in a list of their own.

use super::{Entries, Form, Session, sources, tail_of};
use crate::cli::ReadArgs;
use crate::document::describe::{ConsignmentItem, LINE_SCHEMA, MessageItem, NoticeItem, SCHEMA};
use crate::document::{Head, Line, UnusableFile};
use crate::input::{self, Reading, Source};
use crate::render::{self, Look};
use crate::{Error, Exit};
use consignment::Filing;

pub(super) fn run(args: &ReadArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let form = Form::from(args.form);
    let mut entries = Entries::default();
    let mut exit = Exit::Clean;
    for source in sources(args)? {
        let status = match form {
            Form::Json => json(&source, &mut entries, session)?,
            Form::JsonLines => json_lines(&source, session)?,
            Form::People => people(&source, session)?,
        };
        exit = exit.max(status);
    }
    if form == Form::Json {
        entries.finish(session.out)?;
    }
    Ok(exit)
}

/// Writes the entry of a file while it is read. Nothing is written before the first message of a known
/// format, because a file without any has another entry.
fn json(source: &Source, entries: &mut Entries, session: &mut Session<'_>) -> Result<Exit, Error> {
    let file = source.to_string();
    let mut begun = false;
    let mut items = 0_u64;
    let mut notices: Vec<String> = Vec::new();
    let reading = input::read(source, session.progress(true), session.surroundings.now, |_, filing| {
        if filing.format.is_some() && !begun {
            entries.next(session.out)?;
            session.json_head(&Head { schema: SCHEMA, file: file.clone() }, "consignments")?;
            begun = true;
        }
        for item in ConsignmentItem::all(&filing) {
            session.out.write_all(if items == 0 { b"\n" } else { b",\n" })?;
            session.json(&item)?;
            items += 1;
        }
        for notice in NoticeItem::all(&filing) {
            notices.push(serde_json::to_string(&notice)?);
        }
        Ok::<(), Error>(())
    })?;
    if let Some(error) = reading.unusable() {
        entries.next(session.out)?;
        session.json(&UnusableFile { schema: SCHEMA, file, error })?;
        return Ok(Exit::Unusable);
    }
    session.json_list("notices")?;
    session.out.write_all(notices.join(",\n").as_bytes())?;
    session.json_tail(&tail_of(&reading))?;
    Ok(status(&reading))
}

fn status(reading: &Reading) -> Exit {
    match reading.failure {
        Some(_) => Exit::Unusable,
        None if reading.errors => Exit::Found,
        None => Exit::Clean,
    }
}

fn json_lines(source: &Source, session: &mut Session<'_>) -> Result<Exit, Error> {
    let file = source.to_string();
    let mut begun = false;
    let reading = input::read(source, session.progress(true), session.surroundings.now, |_, filing| {
        begun |= filing.format.is_some();
        for item in ConsignmentItem::all(&filing) {
            session.json_line(&Line { schema: LINE_SCHEMA, file: &file, item })?;
        }
        // A file without any message of a known format is told to be unusable, and nothing else.
        if filing.consignments.is_empty() && begun {
            let item = MessageItem::new(&filing);
            session.json_line(&Line { schema: LINE_SCHEMA, file: &file, item })?;
        }
        Ok::<(), Error>(())
    })?;
    end(reading, session, |error, session| {
        session.json_line(&UnusableFile { schema: LINE_SCHEMA, file, error })
    })
}

fn people(source: &Source, session: &mut Session<'_>) -> Result<Exit, Error> {
    let file = source.to_string();
    let look = session.look();
    let reading = input::read(source, session.progress(true), session.surroundings.now, |_, filing| {
        Ok::<(), Error>(session.out.write_all(sheets(&file, &filing, look).as_bytes())?)
    })?;
    end(reading, session, |problem, session| session.complain(&file, &problem))
}

/// Ends a file that was read, perhaps not to its end; `tell` says what is wrong with it as a whole.
fn end(
    reading: Reading,
    session: &mut Session<'_>,
    tell: impl FnOnce(String, &mut Session<'_>) -> Result<(), Error>,
) -> Result<Exit, Error> {
    let exit = status(&reading);
    match reading.unusable().or(reading.failure) {
        Some(problem) => {
            tell(problem, session)?;
            Ok(Exit::Unusable)
        }
        None => Ok(exit),
    }
}

/// The sheets of one message, each followed by an empty line.
fn sheets(file: &str, filing: &Filing, look: Look) -> String {
    if filing.consignments.is_empty() && filing.format.is_some() {
        return render::describe::without_consignments(file, &MessageItem::new(filing), look);
    }
    ConsignmentItem::all(filing).map(|item| render::describe::sheet(file, &item, look)).collect()
}
