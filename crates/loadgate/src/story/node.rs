//! The node a story is played on: one of this process, or one that serves.

use super::document::{AnswerItem, RefusalItem};
use super::script::Question;
use crate::Error;
use casework::gate::Decision;
use consignment::fact::{Fact, ObjectName};
use engine::Channel;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What a step brought.
#[derive(Debug, Default)]
pub(super) struct Came {
    /// Formats and types.
    pub(super) what: Vec<String>,
    pub(super) refused: Vec<RefusalItem>,
    /// What of it changed nothing, and why.
    pub(super) remarks: Vec<RefusalItem>,
    pub(super) findings: BTreeSet<String>,
    /// Why it could not be taken in at all.
    pub(super) failure: Option<String>,
}

/// What was sent in a step.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The notices in words.
    pub(super) words: BTreeSet<String>,
    /// About what an answer was recalled.
    pub(super) recalled: BTreeSet<ObjectName>,
}

/// What is known of goods, as far as stories ask.
#[derive(Debug, Default)]
pub(super) struct Viewed {
    /// The state of each case, by programme.
    pub(super) states: BTreeMap<String, String>,
    /// Open referrals, such as `us-acas RFI`.
    pub(super) open: Vec<String>,
    /// Referrals of consignments that had the number before.
    pub(super) earlier: Vec<String>,
    /// The security status.
    pub(super) status: String,
    /// Why it is not better.
    pub(super) status_why: String,
    /// What the results come to for each open request for screening: `enough` or `lacking`.
    pub(super) screened: BTreeMap<String, String>,
}

/// What the results come to for open requests for screening, by programme and reference: of marks together.
pub(super) fn screened(
    open: impl Iterator<Item = (Option<String>, Option<String>, bool)>,
) -> BTreeMap<String, String> {
    let mut there: BTreeMap<String, String> = BTreeMap::new();
    for (programme, reference, enough) in open {
        let name = match (programme, reference) {
            (Some(programme), Some(reference)) => format!("{programme} {reference}"),
            _ => "mark".to_owned(),
        };
        let word = if enough { "enough" } else { "lacking" };
        let known = there.entry(name).or_insert_with(|| word.to_owned());
        if word == "lacking" {
            word.clone_into(known);
        }
    }
    there
}

/// A node that a story is played on.
pub(super) trait Node {
    /// It is that time now; what fell due is done.
    fn set(&mut self, at: Timestamp) -> Result<(), Error>;

    /// Messages come in by a channel.
    fn messages(&mut self, bytes: &[u8], channel: &Channel, came: &mut Came) -> Result<(), Error>;

    /// Facts come in by a channel, in order.
    fn facts(&mut self, facts: &[Fact], channel: &Channel, came: &mut Came) -> Result<(), Error>;

    /// What was sent since this was last asked.
    fn told(&mut self) -> Result<Told, Error>;

    /// The gate's answer as the asker sees it, written down; or why there is none.
    fn ask(&mut self, question: &Question) -> Result<Result<AnswerItem, RefusalItem>, Error>;

    /// What is known of the goods; in words, why nothing is.
    fn view(&mut self, question: &Question) -> Result<Result<Viewed, String>, Error>;

    /// How the gate's answer compares with what the system in place says: `agree` and so on.
    fn compare(&mut self, question: &Question, theirs: Decision) -> Result<Result<String, String>, Error>;
}
