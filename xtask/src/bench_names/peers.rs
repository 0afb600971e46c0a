//! Peers in the same job, so that whatever else the machine does slows them as it slows us. `PYTHON` names an
//! interpreter that has them: `pip install rapidfuzz numpy nomenklatura`.

use super::Row;
use crate::Outcome;
use names::Query;
use std::process::Command;
use std::{env, fs};

/// Queries that the peers get, and pairs; they are too slow for more.
const QUERIES: usize = 40;
const PAIRS: usize = 400;

/// RapidFuzz: every query against every name by the scorer that `process.extract` takes by default. Processors' time, in
/// nanoseconds for each query.
const EXTRACT: &str = "\
import time
from rapidfuzz import process
names = open('names', encoding='utf-8').read().split('\\n')
queries = open('queries', encoding='utf-8').read().split('\\n')
start = time.process_time()
for query in queries:
    process.extract(query, names, score_cutoff=80, limit=10)
print((time.process_time() - start) / len(queries) * 1e9)
";

/// RapidFuzz: all queries against all names at once, by the words in order, on one thread. Needs numpy.
const CDIST: &str = "\
import time
from rapidfuzz import fuzz, process
names = open('names', encoding='utf-8').read().split('\\n')
queries = open('queries', encoding='utf-8').read().split('\\n')
process.cdist(queries[:1], names[:10], scorer=fuzz.token_sort_ratio, score_cutoff=80, workers=1)
start = time.process_time()
process.cdist(queries, names, scorer=fuzz.token_sort_ratio, score_cutoff=80, workers=1)
print((time.process_time() - start) / len(queries) * 1e9)
";

/// OpenSanctions' matcher logic-v2 on pairs of names, each pair once to warm up its caches and then again.
const LOGIC_V2: &str = "\
import time
from followthemoney import model
from nomenklatura.matching import LogicV2
config = LogicV2.default_config()
def entity(number, name):
    properties = {'name': [name]}
    return model.get_proxy({'id': str(number), 'schema': 'LegalEntity', 'properties': properties})
names = open('names', encoding='utf-8').read().split('\\n')
others = open('queries', encoding='utf-8').read().split('\\n')
pairs = [(entity(2 * at, a), entity(2 * at + 1, b)) for at, (a, b) in enumerate(zip(names, others))]
for _ in range(2):
    start = time.process_time()
    for a, b in pairs:
        LogicV2.compare(a, b, config)
    took = time.process_time() - start
print(took / len(pairs) * 1e9)
";

/// What logic-v2 took for a pair where it was measured for `xtask/src/eval/peers.rs`, in nanoseconds.
const LOGIC_V2_KNOWN: f64 = crate::eval::peers::CASES_LOGIC_V2_NANOSECONDS;

/// Both ways of RapidFuzz beside a query that takes us so many nanoseconds of a processor.
pub(super) fn screening(title: &str, names: &[&str], queries: &[Query], ours: f64, rows: &mut Vec<Row>) {
    let queries: Vec<&str> = queries.iter().take(QUERIES).map(|query| query.name.as_str()).collect();
    for (script, what, target, least) in [
        (EXTRACT, "rapidfuzz.process.extract(WRatio)", "500", 500.0),
        (CDIST, "rapidfuzz.process.cdist(token_sort_ratio)", "10", 10.0),
    ] {
        let what = format!("{title}: times the speed of {what}, by processors' time");
        let (figure, reached) = match nanoseconds(script, names, &queries) {
            Ok(theirs) => {
                let ratio = theirs / ours;
                (ratio_shown(ratio, theirs, "a query"), Some(ratio >= least))
            }
            Err(why) => (format!("not measured: {why}"), None),
        };
        rows.push(Row { what, figure, target, reached });
    }
}

/// Logic-v2 beside two names that take us so many nanoseconds.
pub(super) fn comparing(what: &str, names: &[&str], others: &[&str], ours: f64, rows: &mut Vec<Row>) {
    let (names, others) = (&names[..PAIRS.min(names.len())], &others[..PAIRS.min(others.len())]);
    let measured = nanoseconds(LOGIC_V2, names, others);
    let known = if measured.is_ok() { "measured" } else { "as published, not measured here" };
    let theirs = measured.unwrap_or(LOGIC_V2_KNOWN);
    let ratio = theirs / ours;
    rows.push(Row {
        what: format!("{what}: times the speed of logic-v2 (nomenklatura), by processors' time"),
        figure: format!("{}, {known}", ratio_shown(ratio, theirs, "a pair")),
        target: "100",
        reached: Some(ratio >= 100.0),
    });
}

fn ratio_shown(ratio: f64, theirs: f64, each: &str) -> String {
    format!("{} ({} {each})", crate::bench::grouped(ratio), crate::bench::spoken_time(theirs))
}

/// What a script prints for these names and queries.
fn nanoseconds(script: &str, names: &[&str], queries: &[&str]) -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let lines =
        |texts: &[&str]| texts.iter().map(|text| text.replace('\n', " ")).collect::<Vec<_>>().join("\n");
    fs::write(folder.path().join("names"), lines(names))?;
    fs::write(folder.path().join("queries"), lines(queries))?;
    let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(python)
        .args(["-c", script])
        .current_dir(folder.path())
        .output()
        .map_err(|why| format!("no Python ({why})"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let why = || said.lines().next_back().unwrap_or("it says nothing").to_owned();
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim().parse().map_err(|_| format!("the Python of the variable PYTHON has it not: {}", why()))?)
}
