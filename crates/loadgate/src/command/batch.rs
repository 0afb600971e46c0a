//! Answers to many rows: worked out on several threads, given in the order of the rows.

use super::rows::{Row, Rows};
use crate::Error;
use std::io;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Rows that each thread has before it at once. Memory grows with it, and threads wait less for each other.
const ROWS_PER_THREAD: usize = 64;

/// How many threads to use where nobody says.
pub(super) fn threads_default() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Answers every row from number `first` on and hands the answers on in the order of the rows, whatever the number
/// of threads. Memory does not grow with the number of rows. The inner result says why reading broke off.
///
/// # Errors
/// Those of `take`.
pub(super) fn run<A: Send>(
    rows: &mut Rows,
    first: u64,
    threads: usize,
    answer: &(dyn Fn(&Row) -> A + Sync),
    take: &mut dyn FnMut(A) -> Result<(), Error>,
) -> Result<io::Result<()>, Error> {
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
