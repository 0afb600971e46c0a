//! `compare`: two names with each other, without lists.

use super::batch::{self, to_json};
use super::rows::Row;
use super::{Entries, Form, Session};
use crate::cli::CompareArgs;
use crate::document::screen::{
    COMPARE_LINE_SCHEMA, COMPARE_SCHEMA, CompareItem, NOT_COMPARABLE, Place, RowEntry, read_schema,
};
use crate::input::{self, Source};
use crate::render::{self, Look};
use crate::{Error, Exit};
use names::{Query, Schema, Score, is_comparable};
use std::path::Path;

/// Columns of a batch; the last two are required.
const COLUMNS: [&str; 3] = ["schema", "name1", "name2"];

pub(super) fn run(args: &CompareArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let form = Form::from(args.form);
    let comparer = Comparer {
        threshold: args.threshold,
        file: args.batch.as_deref().map(|path| Source::from(path).to_string()).unwrap_or_default(),
        form,
        look: session.look(),
    };
    if let Some(path) = &args.batch {
        return compare_batch(path, args, &comparer, session);
    }
    let names = [&args.name1, &args.name2].map(|name| name.clone().unwrap_or_default());
    if let Some(name) = names.iter().find(|name| !is_comparable(name)) {
        return Err(Error::Usage(format!("{name:?}: {NOT_COMPARABLE}")));
    }
    let answer = comparer.answer(names, args.schema.map(Schema::from), None, Vec::new());
    let mut entries = Entries::default();
    if form == Form::Json {
        entries.next(session.out)?;
    }
    session.out.write_all(answer.text.as_bytes())?;
    if form == Form::Json {
        entries.finish(session.out)?;
    }
    Ok(answer.exit)
}

/// Compares names and writes down the outcome. The same on every thread.
struct Comparer {
    threshold: Score,
    /// The batch, as it was named.
    file: String,
    form: Form,
    look: Look,
}

struct Answer {
    text: String,
    exit: Exit,
    /// Line and text of what is wrong with a row.
    problems: Vec<(u64, String)>,
}

impl Comparer {
    fn row(&self, row: &Row) -> Answer {
        let fields = match &row.fields {
            Ok(fields) => fields,
            Err(why) => return self.unusable(row, format!("{why}. Mend the row; it was not compared.")),
        };
        let names = [fields[1].clone(), fields[2].clone()];
        for (name, column) in names.iter().zip(&COLUMNS[1..]) {
            if !is_comparable(name) {
                return self.unusable(row, format!("{column}: {NOT_COMPARABLE}"));
            }
        }
        let mut problems = Vec::new();
        let schema = read_schema(&fields[0], "compared", &mut problems);
        self.answer(names, schema, Some(row), problems)
    }

    fn answer(
        &self,
        names: [String; 2],
        schema: Option<Schema>,
        row: Option<&Row>,
        problems: Vec<String>,
    ) -> Answer {
        let query = |name: &String| Query { schema, ..Query::new(name.as_str()) };
        let comparison = names::compare(&query(&names[0]), &query(&names[1]));
        let place = Place { row: row.map(|row| row.number), line: row.map(|row| row.line) };
        let item =
            CompareItem::new(self.schema(), place, names.into(), &comparison, self.threshold, problems);
        let exit = match (item.problems.is_empty(), item.matched) {
            (false, _) => Exit::Unusable,
            (true, true) => Exit::Found,
            (true, false) => Exit::Clean,
        };
        let text = match self.form {
            Form::People => render::screen::comparison(&item, self.look),
            Form::Json | Form::JsonLines => self.json(&RowEntry::Answered(&item)),
        };
        let line = place.line.unwrap_or_default();
        Answer { text, exit, problems: item.problems.into_iter().map(|problem| (line, problem)).collect() }
    }

    fn unusable(&self, row: &Row, error: String) -> Answer {
        let text = match self.form {
            Form::People => String::new(),
            Form::Json | Form::JsonLines => self.unusable_json(Some(row), &error),
        };
        Answer { text, exit: Exit::Unusable, problems: vec![(row.line, error)] }
    }

    fn unusable_json(&self, row: Option<&Row>, error: &str) -> String {
        self.json(&RowEntry::<()>::Unusable(batch::unusable(self.schema(), &self.file, row, error)))
    }

    fn schema(&self) -> &'static str {
        if self.form == Form::JsonLines { COMPARE_LINE_SCHEMA } else { COMPARE_SCHEMA }
    }

    fn json(&self, entry: &impl serde::Serialize) -> String {
        to_json(entry, self.form == Form::JsonLines)
    }
}

fn compare_batch(
    path: &Path,
    args: &CompareArgs,
    comparer: &Comparer,
    session: &mut Session<'_>,
) -> Result<Exit, Error> {
    let mut rows = batch::open(&Source::from(path), &COLUMNS, &COLUMNS[1..], true, session)?;
    let json = comparer.form == Form::Json;
    let mut entries = Entries::default();
    let mut exit = Exit::Clean;
    let ended = batch::run(&mut rows, 1, args.threads, &|row| comparer.row(row), &mut |answer: Answer| {
        exit = exit.max(answer.exit);
        if json {
            entries.next(session.out)?;
        }
        session.out.write_all(answer.text.as_bytes())?;
        for (line, problem) in answer.problems.iter().filter(|_| comparer.form == Form::People) {
            session.complain(&format!("{}:{line}", comparer.file), problem)?;
        }
        Ok(())
    })?;
    if let Err(why) = ended {
        exit = Exit::Unusable;
        let error = input::unreadable(&why);
        if comparer.form == Form::People {
            session.complain(&comparer.file, &error)?;
        } else {
            if json {
                entries.next(session.out)?;
            }
            session.out.write_all(comparer.unusable_json(None, &error).as_bytes())?;
        }
    }
    if json {
        entries.finish(session.out)?;
    }
    Ok(exit)
}
