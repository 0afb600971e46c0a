//! Answers to many rows: worked out on several threads, given in the order of the rows.

use super::Session;
use super::rows::{Row, Rows};
use crate::Error;
use crate::document::screen::UnusableRow;
use crate::input::Source;
use std::io;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Rows that each thread has before it at once. Memory grows with it, and threads wait less for each other.
const ROWS_PER_THREAD: usize = 64;

/// Opens a batch, and tells of columns that are not read.
///
/// # Errors
/// Where it cannot be read, or a column that must be there is not.
pub(super) fn open(
    source: &Source,
    columns: &[&'static str],
    required: &[&'static str],
    answers_come_while_reading: bool,
    session: &mut Session<'_>,
) -> Result<Rows, Error> {
    let opened = Rows::open(source, session.progress(answers_come_while_reading), columns, required);
    let mut rows = opened.map_err(|problem| Error::Unusable { file: source.to_string(), problem })?;
    for column in std::mem::take(&mut rows.ignored) {
        session.tell(&format!("{source}: the column {column} is not known and was not read"))?;
    }
    Ok(rows)
}

/// A row that cannot be answered or, without one, the rest of a batch that cannot be read.
pub(super) fn unusable(schema: &'static str, file: &str, row: Option<&Row>, error: &str) -> UnusableRow {
    UnusableRow {
        schema,
        file: file.to_owned(),
        row: row.map(|row| row.number),
        line: row.map(|row| row.line),
        error: error.to_owned(),
    }
}

/// An entry as JSON; an answer holds nothing that JSON could not.
pub(super) fn to_json(entry: &impl serde::Serialize, line: bool) -> String {
    let text = serde_json::to_string(entry).unwrap_or_default();
    if line { format!("{text}\n") } else { text }
}

/// Answers every row from number `first` on and hands the answers on in the order of the rows, whatever the number
/// of threads; where nobody says how many, all there are. Memory does not grow with the number of rows. The inner result says why reading broke off.
///
/// # Errors
/// Those of `take`.
pub(super) fn run<A: Send>(
    rows: &mut Rows,
    first: u64,
    threads: Option<usize>,
    answer: &(dyn Fn(&Row) -> A + Sync),
    take: &mut dyn FnMut(A) -> Result<(), Error>,
) -> Result<io::Result<()>, Error> {
    let threads = threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    loop {
        let mut chunk = Vec::new();
        let mut end = None;
        while end.is_none() && chunk.len() < ROWS_PER_THREAD * threads {
            match rows.next() {
                Ok(Some(row)) if row.number < first => {}
                Ok(Some(row)) => chunk.push(row),
                Ok(None) => end = Some(Ok(())),
                Err(why) => end = Some(Err(why)),
            }
        }
        for answer in answers(&chunk, threads, answer) {
            take(answer)?;
        }
        if let Some(end) = end {
            return Ok(end);
        }
    }
}

/// The answers to these rows, in their order.
fn answers<A: Send>(rows: &[Row], threads: usize, answer: &(dyn Fn(&Row) -> A + Sync)) -> Vec<A> {
    let threads = threads.min(rows.len());
    if threads <= 1 {
        return rows.iter().map(answer).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((place, row)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            rows.get(place).map(|row| (place, row))
        } {
            done.push((place, answer(row)));
        }
        done
    };
    let mut all: Vec<(usize, A)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let done =
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|why| resume_unwind(why)));
        done.collect()
    });
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, answer)| answer).collect()
}
