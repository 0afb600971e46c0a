//! `screen`: names against watch lists.

mod decisions;
mod resume;
mod stored;

use super::batch::{self, to_json};
use super::rows::{Row, csv_line};
use super::watch_lists::{Lists, Told};
use super::{Entries, Session};
use crate::cli::ScreenArgs;
use crate::document::screen::{
    EntryItem, Found, NOT_COMPARABLE, Place, RowEntry, SCREEN_LINE_SCHEMA, SCREEN_SCHEMA, ScreenItem,
    Screening, StatedParty, UsedList, fact_problems,
};
use crate::input::{self, Source};
use crate::render::{self, Look};
use crate::{Error, Exit};
use decisions::Decisions;
use names::{Party, Query, Schema, is_comparable};
use resume::{Heading, Resumed};
use std::io::Write;
use std::path::Path;

/// Columns of a batch; the first is required.
const COLUMNS: [&str; 6] = ["name", "schema", "birth_date", "country", "address", "documents"];

/// Columns of the answer as CSV.
const CSV_COLUMNS: [&str; 10] =
    ["row", "name", "score", "list", "purpose", "entity_id", "matched", "problem", "kind", "standing"];

pub(super) fn run(args: &ScreenArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let form = Form::of(args);
    if let Some(name) = args.name.as_deref().filter(|name| !is_comparable(name)) {
        return Err(Error::Usage(format!("{name:?}: {NOT_COMPARABLE}")));
    }
    let to_people = matches!(form, Form::People | Form::Csv);
    let told =
        Told { lists: to_people, findings: true, may_lack_files: false, undone: "Nothing was screened" };
    let lists = Lists::load(&args.lists, told, session)?;
    let Some(snapshot) = lists.snapshot() else {
        return Err(Error::Usage("no watch list is named. Name one with --lists PATH.".to_owned()));
    };
    let at = args.at.unwrap_or(session.surroundings.now);
    let mut decisions = Decisions::load(args)?;
    if let (Some(entry), Some(name)) = (&args.settle, &args.name) {
        decisions.settle(&asked(args, name), entry, &snapshot, args, at)?;
    }
    let screener = Screener {
        screening: Screening {
            threshold: args.threshold,
            limit: args.limit,
            used: lists.items().iter().map(UsedList::from).collect(),
            schema: if form == Form::JsonLines { SCREEN_LINE_SCHEMA } else { SCREEN_SCHEMA },
            ..Screening::new(&snapshot, &decisions.made, at)
        },
        decisions: &decisions,
        file: args
            .batch
            .as_deref()
            .or(args.stored.as_deref())
            .map(|path| Source::from(path).to_string())
            .unwrap_or_default(),
        form,
        explain: args.explain,
        look: session.look(),
    };
    if let Some(path) = &args.stored {
        return stored::run(path, args, &screener, session);
    }
    match (&args.batch, &args.name) {
        (Some(path), _) => screen_batch(path, args, &screener, session),
        (None, name) => {
            let query = asked(args, name.as_deref().unwrap_or_default());
            let answer = screener.answer(&query, None, fact_problems(&query));
            let mut writer = Writer::new(form);
            writer.begin(None, session.out)?;
            writer.write(&answer.text, session.out)?;
            writer.finish(session.out)?;
            screener.tell(&answer, session)?;
            left_out(answer.left_out, session)?;
            Ok(answer.exit)
        }
    }
}

/// The query of the command line.
fn asked(args: &ScreenArgs, name: &str) -> Query {
    Query {
        name: name.to_owned(),
        schema: args.schema.map(Schema::from),
        birth_date: args.birth_date,
        country: args.country.clone(),
        address: args.address.clone(),
        documents: args.documents.clone(),
    }
}

/// For whom an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    People,
    Json,
    JsonLines,
    Csv,
}

impl Form {
    fn of(args: &ScreenArgs) -> Self {
        if args.csv || args.resume.is_some() {
            return Self::Csv;
        }
        match super::Form::from(args.form) {
            super::Form::People => Self::People,
            super::Form::Json => Self::Json,
            super::Form::JsonLines => Self::JsonLines,
        }
    }
}

/// Writes answers one after the other, with what stands between them.
struct Writer {
    form: Form,
    entries: Entries,
}

impl Writer {
    fn new(form: Form) -> Self {
        Self { form, entries: Entries::default() }
    }

    /// With the title of another column, where there is one.
    fn begin(&self, more: Option<&str>, out: &mut dyn Write) -> Result<(), Error> {
        match self.form {
            Form::Csv => Ok(out.write_all(csv_row(CSV_COLUMNS, more).as_bytes())?),
            _ => Ok(()),
        }
    }

    fn write(&mut self, text: &str, out: &mut dyn Write) -> Result<(), Error> {
        if self.form == Form::Json {
            self.entries.next(out)?;
        }
        Ok(out.write_all(text.as_bytes())?)
    }

    fn finish(self, out: &mut dyn Write) -> Result<(), Error> {
        match self.form {
            Form::Json => self.entries.finish(out),
            _ => Ok(()),
        }
    }
}

/// Screens names and writes down what they resemble. The same on every thread.
struct Screener<'a> {
    screening: Screening<'a>,
    decisions: &'a Decisions,
    /// The batch, as it was named.
    file: String,
    form: Form,
    explain: bool,
    look: Look,
}

/// What is written of one name.
struct Answer {
    text: String,
    exit: Exit,
    hit: bool,
    /// Hits that are not given, because of the limit.
    left_out: u64,
    /// Line and text of what is wrong with a row.
    problems: Vec<(Option<u64>, String)>,
}

impl Screener<'_> {
    fn row(&self, row: &Row) -> Answer {
        let fields = match &row.fields {
            Ok(fields) => fields,
            Err(why) => {
                return self.unusable(row, "", None, format!("{why}. Mend the row; it was not screened."));
            }
        };
        let mut problems = Vec::new();
        let query = query(fields, &mut problems);
        if !is_comparable(&query.name) {
            return self.unusable(row, &query.name, None, NOT_COMPARABLE.to_owned());
        }
        self.answer(&query, Some(row), problems)
    }

    fn answer(&self, query: &Query, row: Option<&Row>, problems: Vec<String>) -> Answer {
        self.written(self.screening.answer(query, place(row), problems))
    }

    /// The answer of a stored party, for which this was found.
    fn of_stored(&self, party: &Party, row: &Row, problems: Vec<String>, found: Found) -> Answer {
        let item = self.screening.tell(&party.query, place(Some(row)), problems, found);
        self.written(ScreenItem { id: Some(party.id.clone()), ..item })
    }

    fn written(&self, item: ScreenItem) -> Answer {
        let hit = item.is_alert();
        let exit = match (item.problems.is_empty(), hit) {
            (false, _) => Exit::Unusable,
            (true, true) => Exit::Found,
            (true, false) => Exit::Clean,
        };
        let text = match self.form {
            Form::People => render::screen::answer(&item, self.explain, self.look),
            Form::Csv => csv(&item),
            Form::Json | Form::JsonLines => self.json(&RowEntry::Answered(&item)),
        };
        let (line, left_out) = (item.place.line, item.left_out());
        let problems = item.problems.into_iter().map(|problem| (line, problem)).collect();
        Answer { text, exit, hit, left_out, problems }
    }

    /// A row that cannot be screened; `id` is that of a stored party.
    fn unusable(&self, row: &Row, name: &str, id: Option<&str>, error: String) -> Answer {
        let number = row.number.to_string();
        let text = match self.form {
            Form::People => String::new(),
            Form::Csv => csv_row([&number, name, "", "", "", "", "", &error, "", ""], id),
            Form::Json | Form::JsonLines => self.unusable_json(Some(row), &error),
        };
        Answer {
            text,
            exit: Exit::Unusable,
            hit: false,
            left_out: 0,
            problems: vec![(Some(row.line), error)],
        }
    }

    fn unusable_json(&self, row: Option<&Row>, error: &str) -> String {
        self.json(&RowEntry::<()>::Unusable(self.screening.unusable(&self.file, place(row), error)))
    }

    fn json(&self, entry: &impl serde::Serialize) -> String {
        to_json(entry, self.form == Form::JsonLines)
    }

    /// Tells people what is wrong with a row; documents say it themselves.
    fn tell(&self, answer: &Answer, session: &mut Session<'_>) -> Result<(), Error> {
        if matches!(self.form, Form::People | Form::Csv) {
            for (line, problem) in &answer.problems {
                match line {
                    Some(line) => session.complain(&format!("{}:{line}", self.file), problem)?,
                    None => session.tell(problem)?,
                }
            }
        }
        Ok(())
    }
}

/// One line for each hit, first those of the name, then of address and documents; one line without any where there is none.
fn csv(item: &ScreenItem) -> String {
    let row = item.place.row.unwrap_or(1).to_string();
    let id = item.id.as_deref();
    let problem = item.problems.join("; ");
    let line = |score: &str, entry: &EntryItem, matched: &str, kind: &str, standing: &str| {
        let EntryItem { list, purpose, entity_id, .. } = entry;
        csv_row([&row, &item.query, score, list, purpose, entity_id, matched, &problem, kind, standing], id)
    };
    let mut lines = String::new();
    for hit in &item.hits {
        lines += &line(hit.score.as_str(), &hit.entry, &hit.matched, "name", hit.standing);
    }
    for hit in &item.address_hits {
        lines += &line("", &hit.entry, &hit.matched, "address", "open");
    }
    for hit in &item.document_hits {
        lines += &line("", &hit.entry, &hit.matched.number, "document", "open");
    }
    if lines.is_empty() {
        return csv_row([&row, &item.query, "", "", "", "", "", &problem, "", ""], id);
    }
    lines
}

/// A line of CSV; of stored parties with the identifier behind it.
fn csv_row(fields: [&str; CSV_COLUMNS.len()], id: Option<&str>) -> String {
    let fields: Vec<&str> = fields.into_iter().chain(id).collect();
    csv_line(&fields)
}

/// Where a row stands.
fn place(row: Option<&Row>) -> Place {
    Place { row: row.map(|row| row.number), line: row.map(|row| row.line) }
}

/// The query of a row. What cannot be read in it is left out, and told.
fn query(fields: &[String], problems: &mut Vec<String>) -> Query {
    let [name, schema, birth_date, country, address, documents] =
        [0, 1, 2, 3, 4, 5].map(|place| fields[place].clone());
    let party = StatedParty {
        name,
        schema: Some(schema),
        birth_date: Some(birth_date),
        country: Some(country),
        address: Some(address),
        documents: Some(vec![documents]),
    };
    party.query(problems)
}

fn screen_batch(
    path: &Path,
    args: &ScreenArgs,
    screener: &Screener<'_>,
    session: &mut Session<'_>,
) -> Result<Exit, Error> {
    let source = Source::from(path);
    let mut resumed = match &args.resume {
        Some(output) => Some(Resumed::open(output, &heading(&source, args, screener)?)?),
        None => None,
    };
    let mut rows = batch::open(&source, &COLUMNS, &COLUMNS[..1], resumed.is_none(), session)?;
    let mut writer = Writer::new(screener.form);
    let mut exit = Exit::Clean;
    let mut skipped = 0;
    if let Some(resumed) = &resumed {
        exit = resumed.exit;
        skipped = resumed.next_row - 1;
    } else {
        writer.begin(None, session.out)?;
    }
    let (mut count, mut missing) = (skipped, 0);
    let (mut hit, mut faulty) = (0, 0);
    let ended =
        batch::run(&mut rows, skipped + 1, args.threads, &|row| screener.row(row), &mut |answer: Answer| {
            count += 1;
            exit = exit.max(answer.exit);
            missing += answer.left_out;
            hit += u64::from(answer.hit);
            faulty += u64::from(!answer.problems.is_empty());
            match &mut resumed {
                Some(resumed) => resumed.write(&answer.text)?,
                None => writer.write(&answer.text, session.out)?,
            }
            screener.tell(&answer, session)
        })?;
    if let Err(why) = ended {
        exit = Exit::Unusable;
        let error = input::unreadable(&why);
        if matches!(screener.form, Form::Json | Form::JsonLines) {
            writer.write(&screener.unusable_json(None, &error), session.out)?;
        } else {
            session.complain(&screener.file, &error)?;
        }
    }
    left_out(missing, session)?;
    match resumed {
        Some(resumed) => {
            let file = resumed.finish()?;
            let rows = render::text::count(count - skipped, "row");
            let before =
                if skipped > 0 { format!(" after the {skipped} that were there") } else { String::new() };
            session.tell(&format!(
                "{file}: {rows} answered{before}, {hit} with a hit, {faulty} with a problem"
            ))?;
        }
        None => {
            writer.finish(session.out)?;
            if matches!(screener.form, Form::People | Form::Csv) {
                let (file, rows) = (&screener.file, render::text::count(count, "row"));
                session.tell(&format!("{file}: {rows}, {hit} with a hit, {faulty} with a problem"))?;
            }
        }
    }
    Ok(exit)
}

/// What the answers in an output file rest on.
fn heading(source: &Source, args: &ScreenArgs, screener: &Screener<'_>) -> Result<Heading, Error> {
    let Source::File(path) = source else {
        return Err(Error::Usage(
            "standard input cannot be resumed, because it can be read only once. Give --batch a file."
                .to_owned(),
        ));
    };
    // Answers rest on the decisions, too.
    let rests_on = format!("{}{}", screener.screening.snapshot.id(), screener.decisions.sha256());
    Heading::new(path, &rests_on, args.threshold, args.limit)
}

fn left_out(count: u64, session: &mut Session<'_>) -> Result<(), Error> {
    if count > 0 {
        let hits = render::text::count(count, "hit");
        session.tell(&format!("{hits} left out by --limit"))?;
    }
    Ok(())
}
