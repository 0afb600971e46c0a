//! Anything in any order: random runs through the engine's one way in, and after each step every law of DESIGN that
//! can be seen from outside, by a shadow that shares no code with what it watches.
//!
//! A run is drawn from a seed and is the same everywhere. One that breaks a law is shortened to the acts it takes and
//! printed. `LOADGATE_RUNS` says how many runs, `LOADGATE_SECONDS` for how long instead (`cargo xtask soak
//! interleavings`), `LOADGATE_SEED` where they start.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod world;

#[path = "interleavings/acts.rs"]
mod acts;
#[path = "interleavings/laws.rs"]
mod laws;
#[path = "interleavings/lists.rs"]
mod lists;
#[path = "interleavings/node.rs"]
mod node;
#[path = "interleavings/regressions.rs"]
mod regressions;
#[path = "interleavings/shadow.rs"]
mod shadow;

use acts::{Act, Dice, draw, kind_of, plain_day};
use node::Node;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Steps of a run after its first filings.
const STEPS: usize = 60;

/// Runs in `cargo xtask test`: a million steps.
const RUNS: u64 = 14_000;

/// Every so many runs a second node is told the same with other hidden words, and house A's filer is told the same.
const TWIN_EACH: u64 = 50;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// How a run went.
#[derive(Default)]
struct Tally {
    steps: u64,
    loads: u64,
    listed: u64,
    kinds: BTreeMap<String, u64>,
    unexplained: BTreeMap<&'static str, u64>,
}

/// Plays acts; the law that broke, and at which of them.
fn play(acts: &[Act], twin: bool) -> Result<Node, (usize, String)> {
    let mut node = Node::new(false);
    let mut other = twin.then(|| Node::new(true));
    for (at, act) in acts.iter().enumerate() {
        one_step(&mut node, other.as_mut(), act).map_err(|why| (at, why))?;
    }
    Ok(node)
}

fn one_step(node: &mut Node, twin: Option<&mut Node>, act: &Act) -> Result<(), String> {
    let stepped = catch_unwind(AssertUnwindSafe(|| node.step(act)));
    stepped.unwrap_or_else(|_| Err("panicked".to_owned()))?;
    let Some(twin) = twin else { return Ok(()) };
    twin.step(act)?;
    let (one, other) = (node.told_to_filer(), twin.told_to_filer());
    if one != other {
        return Err(format!("what is hidden shows:\n{one}\n{other}"));
    }
    Ok(())
}

/// A run of a seed: its acts are drawn by what the shadow knows, so that "load" is reached again and again.
fn run(seed: u64, tally: &mut Tally) -> Result<(), (Vec<Act>, String)> {
    let mut dice = Dice(seed);
    let twin = seed.is_multiple_of(TWIN_EACH);
    let mut node = Node::new(false);
    let mut other = twin.then(|| Node::new(true));
    let mut acts = if dice.below(4) > 0 { plain_day() } else { Vec::new() };
    let given = acts.len();
    for at in 0..given + STEPS {
        if at >= given {
            acts.push(draw(&mut dice, &node.shadow));
        }
        let act = acts[at];
        *tally.kinds.entry(kind_of(&act)).or_default() += 1;
        if let Err(why) = one_step(&mut node, other.as_mut(), &act) {
            return Err((acts, why));
        }
    }
    tally.steps += acts.len() as u64;
    tally.loads += node.loads;
    tally.listed += node.listed;
    for (code, count) in node.unexplained {
        *tally.unexplained.entry(code).or_default() += count;
    }
    Ok(())
}

/// Which law a text tells of: what is lacking or changed, and not of which object.
fn law_of(why: &str) -> &str {
    let why = why.split_once("although ").map_or(why, |(_, lack)| lack);
    why.split(['(', ':', ' ']).next().unwrap_or(why)
}

/// Leaves out act by act what it does not take to break the same law.
fn shortest(mut acts: Vec<Act>, why: &str, twin: bool) -> (Vec<Act>, String) {
    let mut broken = why.to_owned();
    let mut at = acts.len();
    while at > 0 {
        at -= 1;
        let mut fewer = acts.clone();
        fewer.remove(at);
        let shorter = play(&fewer, twin).err().filter(|(_, other)| law_of(other) == law_of(why));
        if let Some((last, why)) = shorter {
            fewer.truncate(last + 1);
            at = at.min(fewer.len());
            (acts, broken) = (fewer, why);
        }
    }
    (acts, broken)
}

/// Runs that broke a law, by the law: one of each, so that one test shows all there is to mend.
type AllBroken = BTreeMap<String, (u64, Vec<Act>, String)>;

/// Every so many seeds from the first on.
fn runs(first: u64, each: u64, goes_on: &dyn Fn(u64) -> bool) -> (Tally, AllBroken) {
    let (mut tally, mut broken) = (Tally::default(), AllBroken::new());
    for seed in (first..).step_by(each as usize).take_while(|seed| goes_on(*seed)) {
        if let Err((acts, why)) = run(seed, &mut tally) {
            broken.entry(law_of(&why).to_owned()).or_insert((seed, acts, why));
        }
    }
    (tally, broken)
}

#[test]
fn no_interleaving_breaks_a_law() {
    let (count, first) = (variable("LOADGATE_RUNS").unwrap_or(RUNS), variable("LOADGATE_SEED").unwrap_or(1));
    let (started, seconds) = (std::time::Instant::now(), variable("LOADGATE_SECONDS"));
    let goes_on = |seed: u64| match seconds {
        Some(seconds) => started.elapsed().as_secs() < seconds,
        None => seed < first + count,
    };
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let (mut tally, mut broken) = (Tally::default(), AllBroken::new());
    std::thread::scope(|scope| {
        let of_threads: Vec<_> =
            (0..threads).map(|at| scope.spawn(move || runs(first + at, threads, &goes_on))).collect();
        for of_thread in of_threads {
            let (part, found) = of_thread.join().unwrap();
            (tally.steps, tally.loads) = (tally.steps + part.steps, tally.loads + part.loads);
            tally.listed += part.listed;
            part.kinds.into_iter().for_each(|(kind, count)| *tally.kinds.entry(kind).or_default() += count);
            let unexplained = part.unexplained.into_iter();
            unexplained.for_each(|(code, count)| *tally.unexplained.entry(code).or_default() += count);
            broken.extend(found);
        }
    });
    let broken: Vec<String> = broken
        .into_values()
        .map(|(seed, acts, why)| {
            let (acts, shorter) = shortest(acts, &why, seed % TWIN_EACH == 0);
            let told: Vec<String> = acts.iter().map(|act| format!("    Act::{act:?},")).collect();
            format!("seed {seed}: {why}\nshortest: {shorter}\n{}", told.join("\n"))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    let (seconds, kinds) = (started.elapsed().as_secs_f64(), tally.kinds.len());
    println!(
        "{} steps in {seconds:.1} s, {} answers \"load\", {kinds} kinds of acts",
        tally.steps, tally.loads
    );
    println!("acts: {:?}\nheld without a ground of the shadow: {:?}", tally.kinds, tally.unexplained);
    // The exploration is worth something only if it reaches "load", and tries everything.
    assert!(count < 100 || tally.loads * 4 > tally.steps, "{} of {} steps", tally.loads, tally.steps);
    assert!(
        count < 100 || tally.listed * 100 > tally.steps,
        "{} listed in {} steps",
        tally.listed,
        tally.steps
    );
    assert!(count < 100 || kinds >= 30, "{:?}", tally.kinds);
}

#[test]
fn what_once_broke_a_law() {
    for (what, acts) in regressions::all() {
        if let Err((at, why)) = play(&acts, false) {
            panic!("{what}: {why} at {:?}", acts[at]);
        }
    }
}
