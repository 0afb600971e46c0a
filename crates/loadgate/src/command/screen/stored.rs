//! `screen --stored`: which stored parties the entries resemble that a new edition of lists added or changed.

use super::{COLUMNS, Form, Screener, Writer, left_out, query};
use crate::cli::ScreenArgs;
use crate::command::rows::{Row, Rows};
use crate::command::watch_lists::{self, Told};
use crate::command::{Session, batch};
use crate::document::screen::{Found, NOT_COMPARABLE};
use crate::input::{self, Source};
use crate::{Error, Exit};
use names::{EntryRef, Party, PartyIndex, Query, Snapshot, changed_entries, is_comparable};
use serde::Deserialize;
use std::path::Path;

/// Column of the identifier, behind those of a batch.
const ID: &str = "id";
const STORED_COLUMNS: [&str; 7] =
    [COLUMNS[0], COLUMNS[1], COLUMNS[2], COLUMNS[3], COLUMNS[4], COLUMNS[5], ID];

/// A line of JSON. Fields of other names are refused: a misspelt one would be lost in silence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonParty {
    id: String,
    name: String,
    schema: Option<String>,
    birth_date: Option<String>,
    country: Option<String>,
    address: Option<String>,
    documents: Option<Vec<String>>,
}

/// What was read of a row.
struct Read {
    row: Row,
    /// Values that could not be read.
    problems: Vec<String>,
    /// Why it cannot be screened, with the name as far as there is one.
    unusable: Option<(String, String)>,
}

pub(super) fn run(
    path: &Path,
    args: &ScreenArgs,
    screener: &Screener<'_>,
    session: &mut Session<'_>,
) -> Result<Exit, Error> {
    let screening = &screener.screening;
    let changed = changed(args, screening.snapshot, session)?;
    let source = Source::from(path);
    let (mut reads, mut parties) = (Vec::new(), Vec::new());
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"));
    let broken_off = match is_json {
        true => read_json(&source, &mut reads, &mut parties, session)?,
        false => read_csv(&source, &mut reads, &mut parties, session)?,
    };
    for (read, party) in reads.iter_mut().zip(&mut parties) {
        party.query = screening.plausible(std::mem::take(&mut party.query), &mut read.problems);
    }
    let index = PartyIndex::new(parties);
    let internal = |why: names::EntryUnknown| Error::Internal(why.to_string());
    let mut hits = index
        .rescreen(screening.snapshot, &changed, screening.threshold)
        .map_err(internal)?
        .into_iter()
        .peekable();
    let mut addresses =
        index.rescreen_addresses(screening.snapshot, &changed).map_err(internal)?.into_iter().peekable();
    let mut documents =
        index.rescreen_documents(screening.snapshot, &changed).map_err(internal)?.into_iter().peekable();
    let mut writer = Writer::new(screener.form);
    writer.begin(Some(ID), session.out)?;
    let (mut exit, mut hit, mut faulty, mut missing) = (Exit::Clean, 0_u64, 0_u64, 0);
    for (read, party) in reads.into_iter().zip(index.parties()) {
        // Hits come in the order of the parties.
        let mut of_party = Found::default();
        while let Some((_, found)) = hits.next_if(|(of, _)| std::ptr::eq(*of, party)) {
            of_party.hits.push(found);
        }
        while let Some((_, found)) = addresses.next_if(|(of, _)| std::ptr::eq(*of, party)) {
            of_party.addresses.push(found);
        }
        while let Some((_, found)) = documents.next_if(|(of, _)| std::ptr::eq(*of, party)) {
            of_party.documents.push(found);
        }
        let answer = match read.unusable {
            Some((name, error)) => screener.unusable(&read.row, &name, Some(&party.id), error),
            // Parties that no changed entry resembles are not told of, unless something is wrong with them.
            None if of_party.is_empty() && read.problems.is_empty() => continue,
            None => screener.of_stored(party, &read.row, read.problems, of_party),
        };
        exit = exit.max(answer.exit);
        hit += u64::from(answer.hit);
        faulty += u64::from(!answer.problems.is_empty());
        missing += answer.left_out;
        writer.write(&answer.text, session.out)?;
        screener.tell(&answer, session)?;
    }
    if let Some(error) = broken_off {
        exit = Exit::Unusable;
        if matches!(screener.form, Form::Json | Form::JsonLines) {
            writer.write(&screener.unusable_json(None, &error), session.out)?;
        } else {
            session.complain(&screener.file, &error)?;
        }
    }
    left_out(missing, session)?;
    writer.finish(session.out)?;
    if matches!(screener.form, Form::People | Form::Csv) {
        let stored = index.parties().len() as u64;
        let stored = if stored == 1 { "1 party".to_owned() } else { format!("{stored} parties") };
        let entries =
            if changed.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", changed.len()) };
        session.tell(&format!(
            "{}: {stored}, {entries} added or changed, {hit} with a hit, {faulty} with a problem",
            screener.file
        ))?;
    }
    Ok(exit)
}

/// The entries that the older edition has not, or has otherwise.
fn changed(args: &ScreenArgs, new: &Snapshot, session: &mut Session<'_>) -> Result<Vec<EntryRef>, Error> {
    let told = Told { lists: false, findings: false, may_lack_files: false, undone: "Nothing was screened" };
    let old = watch_lists::read(&args.changed_from, told, session)?;
    let old = Snapshot::new(old.into_iter().map(|read| read.list).collect());
    Ok(changed_entries(&old, new))
}

/// Reads CSV; the text says why it broke off, if it did.
fn read_csv(
    source: &Source,
    reads: &mut Vec<Read>,
    parties: &mut Vec<Party>,
    session: &mut Session<'_>,
) -> Result<Option<String>, Error> {
    let mut rows = batch::open(source, &STORED_COLUMNS, &[COLUMNS[0], ID], true, session)?;
    loop {
        match rows.next() {
            Ok(Some(row)) => enter(row, reads, parties),
            Ok(None) => return Ok(None),
            Err(why) => return Ok(Some(input::unreadable(&why))),
        }
    }
}

/// Reads one JSON object a line, likewise.
fn read_json(
    source: &Source,
    reads: &mut Vec<Read>,
    parties: &mut Vec<Party>,
    session: &mut Session<'_>,
) -> Result<Option<String>, Error> {
    let opened = Rows::without_header(source, session.progress(true));
    let mut rows = opened.map_err(|problem| Error::Unusable { file: source.to_string(), problem })?;
    let of_line = |text: String| -> Result<Vec<String>, String> {
        let party: JsonParty = serde_json::from_str(&text).map_err(|why| format!("it is no party: {why}"))?;
        let JsonParty { id, name, schema, birth_date, country, address, documents } = party;
        let documents = documents.map(|documents| documents.join(";"));
        let stated = [schema, birth_date, country, address, documents].map(Option::unwrap_or_default);
        Ok([name].into_iter().chain(stated).chain([id]).collect())
    };
    loop {
        match rows.next_line() {
            Ok(Some((number, line, text))) => {
                enter(Row { number, line, fields: text.and_then(of_line) }, reads, parties);
            }
            Ok(None) => return Ok(None),
            Err(why) => return Ok(Some(input::unreadable(&why))),
        }
    }
}

/// Enters a row and its party. A party that cannot be screened has no name, so that nothing finds it.
fn enter(row: Row, reads: &mut Vec<Read>, parties: &mut Vec<Party>) {
    let mut problems = Vec::new();
    let (party, unusable) = match &row.fields {
        Err(why) => {
            let error = format!("{why}. Mend the row; it was not screened.");
            (Party { id: String::new(), query: Query::default() }, Some((String::new(), error)))
        }
        Ok(fields) => {
            let (id, query) = (fields[COLUMNS.len()].clone(), query(fields, &mut problems));
            let error = match (id.is_empty(), is_comparable(&query.name)) {
                (true, _) => Some("the party has no id. Give it one; it was not screened.".to_owned()),
                (false, false) => Some(NOT_COMPARABLE.to_owned()),
                (false, true) => None,
            };
            let unusable = error.map(|error| (query.name.clone(), error));
            let query = if unusable.is_some() { Query::default() } else { query };
            (Party { id, query }, unusable)
        }
    };
    reads.push(Read { row, problems, unusable });
    parties.push(party);
}
