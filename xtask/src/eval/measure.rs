//! Counting, and running over many things on every processor.

use super::report::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// How often a yes or no was right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Same, and said so.
    pub true_positives: usize,
    /// Different, and said to be the same.
    pub false_positives: usize,
    /// Same, and said to be different.
    pub false_negatives: usize,
    /// Different, and said so.
    pub true_negatives: usize,
}

impl Counts {
    /// Counts of judged scores: whether the two are the same, and their score in thousandths.
    pub fn at(threshold: u16, judged: impl IntoIterator<Item = (bool, u16)>) -> Self {
        let mut counts = Self::default();
        for (same, score) in judged {
            match (same, score >= threshold) {
                (true, true) => counts.true_positives += 1,
                (false, true) => counts.false_positives += 1,
                (true, false) => counts.false_negatives += 1,
                (false, false) => counts.true_negatives += 1,
            }
        }
        counts
    }

    /// How many were judged.
    pub fn total(&self) -> usize {
        self.true_positives + self.false_positives + self.false_negatives + self.true_negatives
    }

    /// Share of those said to be the same that are.
    pub fn precision(&self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Share of those that are the same that were said to be.
    pub fn recall(&self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// Harmonic mean of the two.
    pub fn f1(&self) -> f64 {
        share(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)
    }

    /// Number, precision, recall, F1, false positives and false negatives, as a table shows them.
    pub fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::Count(self.total()),
            Cell::Share(self.precision()),
            Cell::Share(self.recall()),
            Cell::Share(self.f1()),
            Cell::Count(self.false_positives),
            Cell::Count(self.false_negatives),
        ]
    }
}

/// A part of a whole; nothing of nothing is nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The threshold in thousandths at which F1 is best, the lowest among equals, and what it yields.
pub fn best_threshold(judged: &[(bool, u16)]) -> (u16, Counts) {
    let mut best = (0, Counts::at(0, judged.iter().copied()));
    let mut thresholds: Vec<u16> = judged.iter().map(|(_, score)| *score).collect();
    thresholds.sort_unstable();
    thresholds.dedup();
    for threshold in thresholds {
        let counts = Counts::at(threshold, judged.iter().copied());
        if counts.f1() > best.1.f1() {
            best = (threshold, counts);
        }
    }
    best
}

/// What `work` makes of each item, in the order of the items, on every processor.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(place) else { return done };
                done.push((place, work(item)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    });
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The result of `work` and how long it took, in nanoseconds.
pub fn timed<R>(work: impl FnOnce() -> R) -> (R, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_nanos() as f64)
}

/// Mean, median and 99th percentile.
pub fn spread(mut times: Vec<f64>) -> [f64; 3] {
    if times.is_empty() {
        return [0.0; 3];
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    [times.iter().sum::<f64>() / times.len() as f64, at(0.5), at(0.99)]
}

/// A small generator of numbers, the same on every machine and in every run.
pub struct Numbers(u64);

impl Numbers {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`, which is not nothing.
    pub fn below(&mut self, bound: usize) -> usize {
        // The constants are those of Knuth's MMIX; the upper bits are the better ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// One of several.
    pub fn one_of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { items.get(self.below(items.len())) }
    }
}

/// Groups of things that are connected, directly or through others.
pub struct Clusters {
    parents: Vec<usize>,
}

impl Clusters {
    /// So many things, each on its own.
    pub fn new(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    /// The thing that stands for the group of `item`.
    pub fn of(&mut self, item: usize) -> usize {
        let mut root = item;
        while self.parents[root] != root {
            self.parents[root] = self.parents[self.parents[root]];
            root = self.parents[root];
        }
        root
    }

    /// Connects two things; the lower number stands for both groups.
    pub fn connect(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        self.parents[one.max(other)] = one.min(other);
    }
}

/// Distributes groups over `count` folds of about equal size: the largest first, each to the smallest fold. Yields
/// the fold of each item.
pub fn folds(groups: &[usize], count: usize) -> Vec<usize> {
    let mut sizes = std::collections::BTreeMap::new();
    for group in groups {
        *sizes.entry(*group).or_insert(0_usize) += 1;
    }
    let mut order: Vec<(usize, usize)> = sizes.into_iter().collect();
    order.sort_by_key(|(group, size)| (std::cmp::Reverse(*size), *group));
    let mut filled = vec![0_usize; count];
    let mut placed = std::collections::BTreeMap::new();
    for (group, size) in order {
        let fold = (0..count).min_by_key(|fold| filled[*fold]).unwrap_or(0);
        filled[fold] += size;
        placed.insert(group, fold);
    }
    groups.iter().map(|group| placed[group]).collect()
}

/// The words of a name in upper case and in the order of the alphabet: what makes two spellings of a name the same
/// name for the harness. Deliberately not the normalisation of the engine, which is what is measured.
pub fn base_name(name: &str) -> String {
    let mut words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_uppercase)
        .collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_yield_the_figures_of_the_book() {
        let judged = [(true, 900), (true, 700), (false, 800), (false, 100)];
        let counts = Counts::at(800, judged);
        let expected =
            Counts { true_positives: 1, false_positives: 1, false_negatives: 1, true_negatives: 1 };
        assert_eq!(counts, expected);
        assert_eq!((counts.precision(), counts.recall(), counts.f1()), (0.5, 0.5, 0.5));
        let (threshold, best) = best_threshold(&judged);
        assert_eq!((threshold, best.false_positives, best.false_negatives), (700, 1, 0));
        assert_eq!(Counts::default().f1(), 0.0);
    }

    #[test]
    fn rows_that_share_a_name_stay_in_one_fold() {
        let mut clusters = Clusters::new(6);
        clusters.connect(0, 3);
        clusters.connect(3, 5);
        let groups: Vec<usize> = (0..6).map(|item| clusters.of(item)).collect();
        assert_eq!(groups, [0, 1, 2, 0, 4, 0]);
        let folds = folds(&groups, 2);
        assert_eq!((folds[0], folds[0]), (folds[3], folds[5]));
        assert_eq!(folds.iter().filter(|fold| **fold == folds[0]).count(), 3);
    }

    #[test]
    fn parallel_work_keeps_the_order() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(in_parallel(&items, |item| item * 2), (0..1000).map(|item| item * 2).collect::<Vec<_>>());
    }

    #[test]
    fn base_names_ignore_order_case_and_signs() {
        assert_eq!(base_name("Zefir, Amr"), base_name("AMR ZEFIR"));
        assert_ne!(base_name("Amr Zefir"), base_name("Amr Zefiro"));
    }
}
