//! Names into a corpus, on all cores.
//!
//! Each thread takes some names at a time, makes their tokens and numbers them by a table of its own, so that whoever
//! gathers the parts, in the order of the names, seldom meets the text of a common token. What comes of it is
//! the same however many threads there are: tokens are numbered in the order in which names first have them.

use super::corpus::{CorpusBuilder, CorpusName};
use super::table::Quick;
use super::{THREAD_NAMES, joined};
use crate::normalise::{Normalised, Token};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

/// Things that a thread takes at a time.
const TAKEN: usize = THREAD_NAMES / 4;

/// Most tokens that a thread knows when it takes some.
const KNOWN_MOST: usize = 16_384;

/// The names of some things.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Which thread made it.
    pub(super) worker: usize,
    /// The thread numbers tokens anew from this part on.
    pub(super) anew: bool,
    /// Tokens that it met for the first time, numbered on from those of its parts before.
    pub(super) tokens: Vec<Token>,
    /// The names, with how many tokens each has, and these one name after the other.
    pub(super) names: Vec<(CorpusName, usize)>,
    pub(super) places: Vec<u32>,
}

/// What a thread knows.
#[derive(Debug, Default)]
struct Worker {
    number: usize,
    numbers: HashMap<Token, u32, Quick>,
}

impl Worker {
    fn part<T>(&mut self, first: usize, things: &[T], names: &impl Fn(u32, &T, &mut Enter<'_>)) -> Part {
        let anew = self.numbers.len() > KNOWN_MOST;
        if anew {
            self.numbers.clear();
        }
        let mut part = Part { worker: self.number, anew, ..Part::default() };
        for (place, thing) in (first as u32..).zip(things) {
            names(place, thing, &mut |name, normalised| {
                // A name without tokens is found by nothing.
                if normalised.tokens.is_empty() {
                    return;
                }
                let name = CorpusName { cut: normalised.cut, ..name };
                part.names.push((name, normalised.tokens.len()));
                for token in normalised.tokens {
                    let number = match self.numbers.get(&token) {
                        Some(number) => *number,
                        None => {
                            let number = self.numbers.len() as u32;
                            part.tokens.push(token.clone());
                            self.numbers.insert(token, number);
                            number
                        }
                    };
                    part.places.push(number);
                }
            });
        }
        part
    }
}

/// Enters a name.
pub(crate) type Enter<'a> = dyn FnMut(CorpusName, Normalised) + 'a;

/// Enters into a corpus what `names` calls with each of the things and its place.
pub(crate) fn fill<T: Sync>(
    corpus: &mut CorpusBuilder,
    things: &[T],
    names: impl Fn(u32, &T, &mut Enter<'_>) + Sync,
) {
    fill_on(super::threads(), corpus, things, names);
}

fn fill_on<T: Sync>(
    threads: usize,
    corpus: &mut CorpusBuilder,
    things: &[T],
    names: impl Fn(u32, &T, &mut Enter<'_>) + Sync,
) {
    if threads < 2 || things.len() < THREAD_NAMES {
        let mut worker = Worker::default();
        for (part, taken) in things.chunks(TAKEN).enumerate() {
            corpus.enter(worker.part(part * TAKEN, taken, &names));
        }
        return;
    }
    let next = AtomicUsize::new(0);
    let (next, names) = (&next, &names);
    std::thread::scope(|scope| {
        // Few parts wait, as they hold all the places of their tokens.
        let (sender, receiver) = sync_channel(2 * threads);
        let workers: Vec<_> = (0..threads)
            .map(|number| {
                let sender = sender.clone();
                scope.spawn(move || {
                    let mut worker = Worker { number, ..Worker::default() };
                    loop {
                        let part = next.fetch_add(1, Ordering::Relaxed);
                        let Some(taken) = things.chunks(TAKEN).nth(part) else { return };
                        let made = worker.part(part * TAKEN, taken, names);
                        // Whoever gathers waits for all.
                        if sender.send((part, made)).is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        drop(sender);
        let (mut wanted, mut waiting) = (0, BTreeMap::new());
        for (part, made) in receiver {
            waiting.insert(part, made);
            while let Some(made) = waiting.remove(&wanted) {
                corpus.enter(made);
                wanted += 1;
            }
        }
        workers.into_iter().for_each(joined);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise;

    /// More words than a thread knows, some of them common.
    #[test]
    fn threads_make_no_difference() {
        let names: Vec<String> = (0..6 * THREAD_NAMES)
            .map(|number| match number % 7 {
                0 => "---".to_owned(),
                _ => format!("ZEPHYR{} QUX{} {}", number % 50, number * 7919 % 20_011, number % 3),
            })
            .collect();
        let filled = |threads: usize| {
            let mut builder = CorpusBuilder::default();
            fill_on(threads, &mut builder, &names, |place, name, enter| {
                enter(CorpusName::new((0, place, 0), None), normalise::listed(name));
            });
            let (corpus, _) = builder.freeze();
            let places: Vec<(u32, Vec<u32>)> = (0..corpus.names.len() as u32)
                .map(|name| (corpus.names[name as usize].entity, corpus.tokens_of(name).to_vec()))
                .collect();
            (corpus.tokens().to_vec(), places)
        };
        let (tokens, places) = filled(1);
        assert!(tokens.len() > KNOWN_MOST && places.len() == names.len() - names.len().div_ceil(7));
        for threads in [2, 5] {
            assert!(filled(threads) == (tokens.clone(), places.clone()), "{threads}");
        }
    }
}
