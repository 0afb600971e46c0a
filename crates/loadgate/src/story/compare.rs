//! Holding what was found against what was expected.

use super::document::{AnswerItem, DifferenceItem, ReasonItem, RefusalItem};
use super::node::Viewed;
use super::script::Expect;
use finding::{Effect, Kind, recall};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is known after a step.
pub(super) struct Known<'a> {
    /// The gate's answer, where it was asked.
    pub(super) answer: Option<&'a AnswerItem>,
    /// What is known of the goods, where that was asked.
    pub(super) view: Option<&'a Viewed>,
    /// Why a question was not answered.
    pub(super) unanswered: Option<&'a str>,
    /// The code of the refusal, where whoever asked by a channel of his own was told nothing.
    pub(super) withheld: Option<&'a str>,
    /// How the answer compares with that of the system in place, where that was asked.
    pub(super) outcome: Option<&'a str>,
    /// Whether in this step an answer about the object was recalled from somebody who has it.
    pub(super) recalled: bool,
    /// Codes of what was refused.
    pub(super) refused: &'a BTreeSet<String>,
    /// Codes of what was found in what came in.
    pub(super) remarks: &'a BTreeSet<String>,
    pub(super) findings: &'a BTreeSet<String>,
    /// Notices that were sent.
    pub(super) told: &'a BTreeSet<String>,
}

/// Everything in which they differ.
pub(super) fn differences(expect: &Expect, known: &Known<'_>) -> Vec<DifferenceItem> {
    let mut found = Vec::new();
    if let Some(why) = known.unanswered {
        // Who is told nothing is told nothing of what is expected to stay unsaid.
        let silent = known.withheld.is_some() && expect.only_unsaid();
        let expected = known.withheld.is_some() && known.withheld == expect.refused.as_deref();
        if !silent && !expected {
            differ(&mut found, "object", "an answer", why);
        }
        of_words(expect, &[why.to_owned()], &mut found);
    }
    if let Some(answer) = known.answer {
        of_answer(expect, answer, &mut found);
    }
    if let Some(view) = known.view {
        of_view(expect, view, &mut found);
    }
    if let (Some((_, expected)), Some(outcome)) = (expect.compared, known.outcome) {
        if expected.as_str() != outcome {
            differ(&mut found, "compared", expected.as_str(), outcome);
        }
    }
    if let Some(expected) = expect.recalled {
        if expected != known.recalled {
            let state = if known.recalled { "one was recalled" } else { "no answer about it was recalled" };
            differ(&mut found, "recalled", &expected.to_string(), state);
        }
    }
    if let Some(code) = &expect.refused {
        if !known.refused.contains(code) && known.withheld != Some(code) {
            differ(&mut found, "refused", code, &listed(known.refused));
        }
    }
    among(&mut found, "remarks", &expect.remarks, known.remarks);
    among(&mut found, "findings", &expect.findings, known.findings);
    among(&mut found, "told", &expect.told, known.told);
    for text in &expect.untold {
        if let Some(notice) = known.told.iter().find(|notice| notice.contains(text)) {
            differ(&mut found, "untold", &format!("nothing of {text}"), notice);
        }
    }
    found
}

/// What differs of a step by itself: it could not be taken in, or something of it was refused.
pub(super) fn of_step(refused: &[RefusalItem], failure: Option<&str>) -> Vec<DifferenceItem> {
    let mut found = Vec::new();
    if let Some(why) = failure {
        differ(&mut found, "step", "that it comes in", why);
    }
    for why in refused {
        differ(&mut found, "refused", "that it is taken in", &format!("{}: {}", why.code, why.message));
    }
    found
}

/// What must not be said.
fn of_words(expect: &Expect, messages: &[String], found: &mut Vec<DifferenceItem>) {
    for text in &expect.unsaid {
        let said = messages.iter().find(|message| message.to_lowercase().contains(&text.to_lowercase()));
        if let Some(message) = said {
            differ(found, "unsaid", &format!("nothing of {text}"), message);
        }
    }
}

fn of_answer(expect: &Expect, answer: &AnswerItem, found: &mut Vec<DifferenceItem>) {
    let codes = |keep: &dyn Fn(&ReasonItem) -> bool| -> BTreeSet<String> {
        answer.reasons.iter().filter(|reason| keep(reason)).map(|reason| reason.code.clone()).collect()
    };
    let holding = codes(&|reason| reason.holds);
    if let Some(decision) = expect.decision {
        if decision.as_str() != answer.decision {
            let held = if holding.is_empty() { String::new() } else { format!(" ({})", listed(&holding)) };
            let told = format!("{}{held}", answer.decision);
            differ(found, "decision", decision.as_str(), &told);
        }
    }
    if let Some(reasons) = &expect.reasons {
        if *reasons != holding {
            differ(found, "reasons", &listed(reasons), &listed(&holding));
        }
    }
    among(found, "includes", &expect.includes, &holding);
    let informing = codes(&|reason| informs(&reason.code));
    among(found, "informs", &expect.informs, &informing);
    let all = codes(&|_| true);
    let unwanted: BTreeSet<String> = expect.without.intersection(&all).cloned().collect();
    if !unwanted.is_empty() {
        differ(found, "without", &format!("none of {}", listed(&expect.without)), &listed(&unwanted));
    }
    let messages = words_of(answer);
    for text in &expect.says {
        if !messages.iter().any(|message| message.contains(text)) {
            differ(found, "says", text, &messages.join(" "));
        }
    }
    of_words(expect, &messages, found);
    for (code, who) in &expect.who_acts {
        let acting: BTreeSet<String> = answer
            .reasons
            .iter()
            .filter(|reason| reason.code == *code)
            .map(|reason| reason.who_acts.clone())
            .collect();
        if !acting.contains(who) {
            differ(found, &format!("who_acts.{code}"), who, &listed(&acting));
        }
    }
    let ends: Option<Timestamp> = answer.valid_until.as_ref().and_then(|until| until.parse().ok());
    let until = ends.map_or_else(|| "no time".to_owned(), |until| until.to_string());
    if let Some(expected) = expect.valid_until {
        if ends != Some(expected) {
            differ(found, "valid_until", &expected.to_string(), &until);
        }
    }
    if let Some(most) = expect.valid_until_max {
        if ends.is_none_or(|until| until > most) {
            differ(found, "valid_until_max", &format!("at most {most}"), &until);
        }
    }
}

/// Everything an answer says: its reasons, where what holds is, and how far the hold reaches.
fn words_of(answer: &AnswerItem) -> Vec<String> {
    let reasons = answer.reasons.iter().map(|reason| reason.message.clone());
    let holding = answer.reasons.iter().filter(|reason| reason.holds);
    let places = holding.filter_map(|reason| reason.place.clone());
    reasons.chain(places).chain(answer.reach.clone()).collect()
}

/// Whether a reason of this code only informs, wherever it is.
fn informs(code: &str) -> bool {
    recall::code(code).is_some_and(|code| matches!(code.kind(), Kind::Reason(Effect::Informs)))
}

fn of_view(expect: &Expect, view: &Viewed, found: &mut Vec<DifferenceItem>) {
    for (programme, state) in &expect.state {
        let told = view.states.get(programme.as_str()).map_or("no case", String::as_str);
        if told != state {
            differ(found, &format!("state.{programme}"), state, told);
        }
    }
    if let Some(referrals) = &expect.referrals {
        each_as_often(found, "referrals", referrals, view.open.iter().cloned());
    }
    if let Some(earlier) = &expect.earlier {
        each_as_often(found, "earlier", earlier, view.earlier.iter().cloned());
    }
    if let Some(expected) = &expect.screened {
        let there = &view.screened;
        if there != expected {
            let words = |of: &BTreeMap<String, String>| {
                listed(&of.iter().map(|(request, word)| format!("{request}: {word}")).collect())
            };
            differ(found, "screened", &words(expected), &words(there));
        }
    }
    if let Some(status) = expect.status {
        if view.status != status.code() {
            differ(found, "status", status.code(), &format!("{} {}", view.status, view.status_why));
        }
    }
}

/// Exactly these, and each as often as it is expected.
fn each_as_often(
    found: &mut Vec<DifferenceItem>,
    field: &str,
    expected: &[String],
    there: impl Iterator<Item = String>,
) {
    let (mut expected, mut there) = (expected.to_vec(), there.collect::<Vec<_>>());
    expected.sort();
    there.sort();
    if expected != there {
        let words = |list: &[String]| if list.is_empty() { "none".to_owned() } else { list.join(", ") };
        differ(found, field, &words(&expected), &words(&there));
    }
}

/// Those of the expected that are not there.
fn among(
    found: &mut Vec<DifferenceItem>,
    field: &str,
    expected: &BTreeSet<String>,
    there: &BTreeSet<String>,
) {
    let missing: BTreeSet<String> = expected.difference(there).cloned().collect();
    if !missing.is_empty() {
        differ(found, field, &listed(&missing), &listed(there));
    }
}

fn differ(found: &mut Vec<DifferenceItem>, field: &str, expected: &str, told: &str) {
    let item = DifferenceItem {
        field: field.to_owned(),
        expected: expected.to_owned(),
        found: told.trim().to_owned(),
    };
    found.push(item);
}

fn listed(words: &BTreeSet<String>) -> String {
    if words.is_empty() { "none".to_owned() } else { words.iter().cloned().collect::<Vec<_>>().join(", ") }
}
