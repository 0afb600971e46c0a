//! `cargo xtask bench names`: how fast names are screened, held against the targets and against peers.
//!
//! Two bodies of names: the public lists beside the repository, or as many invented names where those are absent; and a
//! million invented names, recombined from invented words whose frequencies fall as those of real ones do. Everything
//! is drawn from fixed seeds. Tests never time anything; this does nothing else.

mod memory;
mod peers;
mod rescreen;

pub(crate) use memory::{Body, run as run_memory};

use crate::Outcome;
use names::{
    DEFAULT_THRESHOLD, Entity, List, ListFile, Name, NameKind, PreparedQuery, Purpose, Query, Schema,
    Snapshot, compare, load,
};
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, thread};

/// Names of the body that stands in for the lists where they are absent.
const LISTED: usize = 42_500;
/// Names of the large body.
const MANY: usize = 1_000_000;
/// Distinct words of it.
const WORDS: usize = 150_000;
/// Queries of a measurement.
const QUERIES: usize = 2_000;
/// Parties of the measurement in bulk.
const BULK: usize = 20_000;

/// The lists that are taken together, by their files.
const FILES: &[&str] = &[
    "ofac_sdn_2021-07.csv",
    "ofac_alt_2021-07.csv",
    "ofac_add_2021-07.csv",
    "ofac_nonsdn_2025-03-28.xml",
    "un_consolidated_2025-04-19.xml",
    "uk_fcdo_sanctions_list_2025-08-11.ods",
    "canada_sema_2025.xml",
    "bis_dpl_2022-09.txt",
];

/// Measures and prints everything.
///
/// # Errors
/// Where the lists beside the repository cannot be read.
pub(crate) fn run_all() -> Outcome {
    println!("machine: {}", crate::bench::machine());
    println!("busy: {} processes wanted a core over the last minute\n", crate::bench::load());
    let mut rows = Vec::new();
    memory::measure(&mut rows);
    let lists = listed()?;
    rescreen::measure(lists.clone(), &mut rows);
    // Rows are told as they come, since all of it takes minutes.
    eprintln!("{}", table(&rows));
    measure("lists", lists, true, &mut rows);
    measure("a million", vec![invented(MANY, WORDS)], false, &mut rows);
    pairs(&mut rows);
    println!("{}", table(&rows));
    Ok(())
}

/// A figure beside its target.
struct Row {
    what: String,
    figure: String,
    target: &'static str,
    /// `None` where there is no target.
    reached: Option<bool>,
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from("| what | figure | target | reached |\n|---|---|---|---|\n");
    for row in rows {
        let reached = row.reached.map_or("-", |reached| if reached { "yes" } else { "SHORT" });
        let _ = writeln!(table, "| {} | {} | {} | {reached} |", row.what, row.figure, row.target);
    }
    table
}

/// The public lists, or as many invented names.
fn listed() -> Outcome<Vec<List>> {
    let folder = crate::root().join("../shared/samples/watchlists");
    if folder.is_dir() { sampled(&folder) } else { Ok(vec![invented(LISTED, WORDS / 10)]) }
}

fn sampled(folder: &Path) -> Outcome<Vec<List>> {
    let present = FILES.iter().filter(|name| folder.join(name).exists());
    let files: Result<Vec<ListFile>, std::io::Error> = present
        .map(|name| Ok(ListFile { name: (*name).to_owned(), bytes: fs::read(folder.join(name))? }))
        .collect();
    Ok(load(files?).lists)
}

fn all_names(snapshot: &Snapshot) -> Vec<&str> {
    let entities = snapshot.lists().iter().flat_map(|list| &list.entities);
    entities.flat_map(|entity| &entity.names).map(|name| name.text.as_str()).collect()
}

fn measure(what: &str, lists: Vec<List>, with_peer: bool, rows: &mut Vec<Row>) {
    let (start, worked) = (Instant::now(), processor_time());
    let snapshot = Snapshot::new(lists);
    let built = (start.elapsed(), processor_time().saturating_sub(worked));
    let names = all_names(&snapshot);
    let large = !with_peer;
    let title = format!("{what}, {} names", crate::bench::grouped(names.len() as f64));
    rows.push(Row {
        what: format!("{title}: building the index"),
        figure: rescreen::shown(&built),
        target: if large { "3 s" } else { "" },
        reached: large.then(|| built.0 <= Duration::from_secs(3)),
    });
    let queries = queries_of(&names, QUERIES, 5);
    // Other parties first: scratch space grows, and words are remembered as they are once a service has run for a while.
    let warm_up = queries_of(&names, 2 * QUERIES, 99);
    warm_up.iter().for_each(|query| drop(snapshot.screen(query, DEFAULT_THRESHOLD)));
    let mut hits = 0;
    let mut times: Vec<Duration> = Vec::with_capacity(queries.len());
    let worked = processor_time();
    for query in &queries {
        let start = Instant::now();
        hits += snapshot.screen(query, DEFAULT_THRESHOLD).len();
        times.push(start.elapsed());
    }
    let worked = processor_time().saturating_sub(worked) / queries.len() as u32;
    let mean = times.iter().sum::<Duration>() / times.len() as u32;
    times.sort_unstable();
    let at = |thousandths: usize| times[(times.len() - 1) * thousandths / 1000];
    let spoken = |time: Duration| crate::bench::spoken_time(time.as_nanos() as f64);
    rows.push(Row {
        what: format!("{title}: a query on average, {hits} hits"),
        figure: format!("{} ({} of processors)", spoken(mean), spoken(worked)),
        target: if large { "100 µs" } else { "110 µs" },
        reached: Some(mean <= Duration::from_micros(if large { 100 } else { 110 })),
    });
    rows.push(Row {
        what: format!("{title}: median, 99th percentile, slowest"),
        figure: format!("{}, {}, {}", spoken(at(500)), spoken(at(990)), spoken(at(1000))),
        target: "99th: 1 ms",
        reached: Some(at(990) <= Duration::from_millis(1)),
    });
    if with_peer {
        bulk(&title, &snapshot, &names, rows);
        peers::screening(&title, &names, &queries, worked.as_nanos() as f64, rows);
    } else {
        exhaustive(&title, &snapshot, &queries[..3], mean, rows);
    }
}

/// Two threads, each with half of the parties.
fn bulk(title: &str, snapshot: &Snapshot, names: &[&str], rows: &mut Vec<Row>) {
    let parties = queries_of(names, BULK, 11);
    let start = Instant::now();
    thread::scope(|scope| {
        for half in parties.chunks(parties.len().div_ceil(2)) {
            scope.spawn(move || {
                half.iter().map(|party| snapshot.screen(party, DEFAULT_THRESHOLD).len()).sum::<usize>()
            });
        }
    });
    let rate = parties.len() as f64 / start.elapsed().as_secs_f64();
    rows.push(Row {
        what: format!("{title}: parties per second, two threads"),
        figure: crate::bench::grouped(rate),
        target: "50,000",
        reached: Some(rate >= 50_000.0),
    });
}

/// Scoring every name instead.
fn exhaustive(title: &str, snapshot: &Snapshot, queries: &[Query], mean: Duration, rows: &mut Vec<Row>) {
    let start = Instant::now();
    for query in queries {
        snapshot.screen_exhaustively(query, DEFAULT_THRESHOLD);
    }
    let each = start.elapsed() / queries.len() as u32;
    let ratio = each.as_secs_f64() / mean.as_secs_f64();
    rows.push(Row {
        what: format!("{title}: times the speed of scoring every name"),
        figure: crate::bench::grouped(ratio),
        target: "2,000",
        reached: Some(ratio >= 2000.0),
    });
}

/// Names compared two by two, already prepared, and from their texts.
fn pairs(rows: &mut Vec<Row>) {
    let mut draw = Draw::new(3);
    let words = Words::new(WORDS / 10);
    let names: Vec<String> = (0..2_000).map(|_| words.name(&mut draw).0).collect();
    let others: Vec<String> = names.iter().map(|name| altered(name, &mut draw)).collect();
    let queries = |names: &[String]| names.iter().map(|name| Query::new(name.as_str())).collect::<Vec<_>>();
    let (queries, other_queries) = (queries(&names), queries(&others));
    let prepared = |queries: &[Query]| queries.iter().map(PreparedQuery::new).collect::<Vec<_>>();
    let (prepared, other_prepared) = (prepared(&queries), prepared(&other_queries));
    let (names, others): (Vec<&str>, Vec<&str>) =
        (names.iter().map(String::as_str).collect(), others.iter().map(String::as_str).collect());
    let each = |rounds: usize, compare: &dyn Fn(usize) -> bool| {
        let (start, worked) = (Instant::now(), processor_time());
        let alike = (0..rounds).map(|_| (0..names.len()).filter(|at| compare(*at)).count()).sum::<usize>();
        let count = (rounds * names.len()) as f64;
        let each = |time: Duration| time.as_nanos() as f64 / count;
        let worked = processor_time().saturating_sub(worked);
        (each(start.elapsed()), each(worked), alike * 1000 / (rounds * names.len()))
    };
    let (elapsed, worked, alike) =
        each(200, &|at| prepared[at].name_score(&other_prepared[at]) >= DEFAULT_THRESHOLD);
    rows.push(Row {
        what: format!("two prepared names compared ({alike} of 1,000 alike)"),
        figure: crate::bench::spoken_time(elapsed),
        target: "4 µs",
        reached: Some(elapsed <= 4000.0),
    });
    peers::comparing("two prepared names compared", &names, &others, worked, rows);
    let (elapsed, worked, _) =
        each(5, &|at| compare(&queries[at], &other_queries[at]).score >= DEFAULT_THRESHOLD);
    rows.push(Row {
        what: "two names compared from their texts, with evidence".to_owned(),
        figure: format!(
            "{} ({} of processors)",
            crate::bench::spoken_time(elapsed),
            crate::bench::spoken_time(worked)
        ),
        target: "",
        reached: None,
    });
}

/// What this process has worked, in user space and for it in the kernel, as far as the system tells.
fn processor_time() -> Duration {
    // Behind the name, which may hold anything: the 12th and 13th field, in hundredths of a second (proc(5)).
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    Duration::from_millis(fields.filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * 10)
}

/// Parties to ask about: names of the lists with usual slips, and names of nobody on them.
fn queries_of(names: &[&str], count: usize, seed: u64) -> Vec<Query> {
    let mut draw = Draw::new(seed);
    let words = Words::new(WORDS);
    let query = |_| {
        if draw.below(10) < 5 {
            let name = names[draw.below(names.len())];
            return Query::new(altered(name, &mut draw));
        }
        // Two names of the lists with their halves exchanged, or invented words.
        if draw.below(2) == 0 {
            let (one, other) = (names[draw.below(names.len())], names[draw.below(names.len())]);
            let half = |name: &str| name.split(' ').count().div_ceil(2);
            let front = one.split(' ').take(half(one));
            return Query::new(front.chain(other.split(' ').skip(half(other))).collect::<Vec<_>>().join(" "));
        }
        let (name, schema) = words.name(&mut draw);
        Query { schema: Some(schema), ..Query::new(name) }
    };
    (0..count).map(query).collect()
}

/// A name as somebody may write it: up to two slips.
fn altered(name: &str, draw: &mut Draw) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    for _ in 0..draw.below(3) {
        if letters.len() < 2 {
            break;
        }
        let at = draw.below(letters.len() - 1);
        match draw.below(5) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            2 => letters.swap(at, at + 1),
            3 => letters[at] = char::from(b'A' + draw.below(26) as u8),
            _ => letters.retain({
                let mut seen = false;
                move |letter| *letter != ' ' || std::mem::replace(&mut seen, true)
            }),
        }
    }
    letters.into_iter().collect()
}

/// A list of invented names.
fn invented(count: usize, words: usize) -> List {
    let mut draw = Draw::new(1);
    let words = Words::new(words);
    let entities = (0..count).map(|number| {
        let (name, schema) = words.name(&mut draw);
        let mut entity = Entity::new(number.to_string(), schema);
        entity.names.push(Name::new(name, NameKind::Primary));
        entity
    });
    List {
        source: "loadgate-watch-list",
        title: "Invented names".to_owned(),
        purpose: Purpose::Security,
        edition: None,
        sha256: format!("{count:064}"),
        files: Vec::new(),
        missing: Vec::new(),
        entities: entities.collect(),
    }
}

/// Invented words, the commoner ones first.
struct Words(Vec<String>);

impl Words {
    fn new(count: usize) -> Self {
        const HEADS: [&str; 24] = [
            "B", "D", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "T", "V", "Z", "SH", "KH", "TR",
            "ST", "GR", "", "AB", "AL",
        ];
        const TAILS: [&str; 20] = [
            "A", "E", "I", "O", "U", "AN", "EN", "IN", "OV", "UR", "AR", "ER", "IM", "AD", "AI", "OL", "EST",
            "IK", "OS", "EL",
        ];
        let mut draw = Draw::new(2);
        let mut word = || -> String {
            (0..2 + draw.below(3))
                .map(|_| format!("{}{}", HEADS[draw.below(24)], TAILS[draw.below(20)]))
                .collect()
        };
        Self((0..count).map(|_| word()).collect())
    }

    /// A word of the first `of`, by the law of Zipf and Mandelbrot: the commonest has some 0.6 % of all.
    fn word(&self, of: usize, draw: &mut Draw) -> &str {
        const OFFSET: f64 = 20.0;
        let of = of.min(self.0.len()) as f64;
        let place = OFFSET * ((of + OFFSET) / OFFSET).powf(draw.below(1 << 20) as f64 / f64::from(1 << 20));
        &self.0[(place - OFFSET) as usize]
    }

    fn name(&self, draw: &mut Draw) -> (String, Schema) {
        let mut words = Vec::new();
        if draw.below(10) < 6 {
            // The commonest given name has a hundredth or two of all persons.
            words.push(
                self.0[self.0.len() / 2 + (4000.0 * (draw.below(1000) as f64 / 1000.0).powi(2)) as usize]
                    .as_str(),
            );
            if draw.below(3) == 0 {
                words.push(self.word(20_000, draw));
            }
            words.push(&self.0[draw.below(self.0.len())]);
            return (words.join(" "), Schema::Person);
        }
        for _ in 0..1 + draw.below(3) {
            words.push(self.word(usize::MAX, draw));
        }
        words.push(["TRADING", "SHIPPING", "GENERAL TRADING", "INDUSTRIES", "CARGO"][draw.below(5)]);
        words.push(["LLC", "LTD", "FZE", "CO", "GMBH"][draw.below(5)]);
        (words.join(" "), Schema::Organisation)
    }
}

/// A small generator of numbers, the same on every machine.
struct Draw(u64);

impl Draw {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        // The constants are those of Knuth's MMIX; the upper bits are the better ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
