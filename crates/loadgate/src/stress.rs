//! Load on a node that serves: senders that file invented goods, each after the answer to its last, askers beside them,
//! and at the end the question whether what was acknowledged is there.
//!
//! Without a rate the load is closed: a node that is slow is sent less, so that times tell how long somebody waits who waits
//! for each answer, and not how long a queue grows that nobody waits in. With a rate each waybill has its time, and how long it
//! took counts from that time, so that a node that falls behind is seen to.

pub mod cargo;
mod count;
pub mod document;
mod durations;
mod node;
mod random;
mod render;
mod send;

pub use render::people;

use crate::Error;
use cargo::Cargo;
use count::{Kind, in_a_second};
use document::{SCHEMA, StressItem};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use node::Node;
use send::Run;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where the node is.
#[derive(Debug)]
pub enum Target {
    /// One that serves, and a token of an organisation that may file and ask.
    Url(String, String),
    /// One that is started for the run on an empty folder, with these lists.
    Own(PathBuf, Vec<PathBuf>),
}

/// How long it goes on.
#[derive(Debug, Clone, Copy)]
pub enum Extent {
    /// Until this time is over.
    Time(Duration),
    /// Until so many waybills were filed.
    Filings(u32),
}

/// A load.
#[derive(Debug)]
pub struct Plan {
    /// On which node.
    pub target: Target,
    /// How many file at once.
    pub senders: u32,
    /// How many ask at once.
    pub askers: u32,
    /// How many waybills are filed a second; without it as many as are answered.
    pub rate: Option<u32>,
    /// How long.
    pub extent: Extent,
    /// What is filed.
    pub cargo: Cargo,
    /// Whether a bar on standard error shows how far it is.
    pub progress: bool,
}

/// Puts a node under load.
///
/// # Errors
/// Where the node cannot be started or asked at all, or has the goods already. What fails under load is in the result.
pub fn run(plan: &Plan) -> Result<StressItem, Error> {
    let (own, url, token) = match &plan.target {
        Target::Url(url, token) => (None, url.clone(), token.clone()),
        Target::Own(data, lists) => {
            let node =
                Node::start(data, lists, plan.cargo.departs, plan.senders.saturating_add(plan.askers))?;
            let (url, token) = (node.url.clone(), node.token.clone());
            (Some(node), url, token)
        }
    };
    let failed = |why: std::io::Error| Error::Usage(format!("the load cannot be made: {why}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    let Plan { cargo, extent, rate, senders, askers, .. } = plan;
    // On a node of ours nobody speaks for the authorities, and what is mandatory waits for its own.
    let mandatory = programme::embedded::all()
        .into_iter()
        .filter(|known| known.gate.binding == programme::Obligation::Mandatory);
    let silent = mandatory.filter(|_| own.is_some()).map(|known| known.id.to_string()).collect();
    let run = Run::new((&url, &token), *cargo, *extent, *rate, silent).map_err(Error::Usage)?;
    let run = Arc::new(run);
    runtime.block_on(run.look_first()).map_err(Error::Usage)?;
    let before = own.as_ref().and_then(Node::processor_times);
    let bar = bar(*extent, plan.progress);
    let took = runtime.block_on(run.load(*senders, *askers, &bar));
    bar.finish_and_clear();
    let counts = run.counts();
    let filings = counts.answers(Kind::Waybill) + counts.answers(Kind::Houses);
    let used = own.as_ref().zip(before).and_then(|(node, before)| node.used(before, filings));
    let (asked_again, missing) = runtime.block_on(run.ask_again());
    let requests: Vec<_> = Kind::ALL.into_iter().map(|kind| counts.item(kind, took)).collect();
    let is_well = |item: &document::KindItem| item.failed + item.wrong == 0;
    let passed = missing == 0 && asked_again > 0 && requests.iter().all(is_well);
    Ok(StressItem {
        schema: SCHEMA,
        url,
        seed: cargo.seed,
        prefix: format!("{:03}", cargo.prefix),
        departs: cargo.departs.to_string(),
        senders: *senders,
        askers: *askers,
        rate: *rate,
        took_ms: took.as_millis() as u64,
        filings,
        filings_per_second: in_a_second(filings, took),
        requests,
        asked_again,
        missing,
        troubles: counts.troubles(),
        node: used,
        passed,
    })
}

/// A bar over filings or seconds.
fn bar(extent: Extent, shown: bool) -> ProgressBar {
    let (length, what) = match extent {
        Extent::Time(time) => (time.as_secs(), "seconds"),
        Extent::Filings(count) => (u64::from(count), "filings"),
    };
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    // The template is a constant; should the library refuse it, its own default serves.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} {msg}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// Why a request had no answer, with everything that led to it.
fn failed(why: &reqwest::Error) -> String {
    let mut words = why.to_string();
    let mut source = std::error::Error::source(why);
    while let Some(why) = source {
        words = format!("{words}: {why}");
        source = why.source();
    }
    format!("the node cannot be asked: {words}")
}
