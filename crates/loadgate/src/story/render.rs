//! A story as it was played, for people.

use super::document::{DifferenceItem, ExpectationItem, StepItem, StoryItem};
use crate::render::text::visible;
use crate::render::{BAD, GOOD, Look, QUIET, TITLE};
use std::fmt::Write as _;

/// The story: a line for each step, and below a step everything in which it differs.
pub fn people(file: &str, story: &StoryItem, look: Look) -> String {
    let mut text =
        format!("{} {}\n", look.paint(TITLE, visible(&story.title)), look.paint(QUIET, visible(file)));
    for step in &story.steps {
        tell_step(&mut text, step, look);
    }
    let expectations = counted(story.expectations, "expectation");
    let summary = if story.passed {
        look.paint(GOOD, format!("passed: {expectations}"))
    } else {
        look.paint(BAD, format!("FAILED: {} ({expectations})", counted(story.differences, "difference")))
    };
    // A string grows without failing.
    let _ = writeln!(text, "{summary}\n");
    text
}

fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// What is wrong with a story that cannot be played.
pub fn unusable(problems: &[String]) -> String {
    format!("the story cannot be played. {}", problems.join("; "))
}

fn tell_step(text: &mut String, step: &StepItem, look: Look) {
    let mark = if step.passed { look.paint(GOOD, "pass") } else { look.paint(BAD, "FAIL") };
    let came = step.came_in.join(", ");
    let note = match (step.note.as_str(), came.as_str()) {
        ("", "") => "time passes".to_owned(),
        ("", came) => came.to_owned(),
        (note, "") => note.to_owned(),
        (note, came) => format!("{note} ({came})"),
    };
    let _ = writeln!(text, "  {mark} {} {}", clock(&step.at), visible(&note));
    for remark in &step.remarks {
        let _ = writeln!(text, "       {}: {}", look.paint(QUIET, &remark.code), visible(&remark.message));
    }
    differences(text, &step.differences, step.line, look);
    for expectation in step.expectations.iter().filter(|expectation| !expectation.passed) {
        tell_expectation(text, expectation, look);
    }
}

fn tell_expectation(text: &mut String, expectation: &ExpectationItem, look: Look) {
    if !expectation.question.is_empty() {
        let _ = writeln!(text, "       {}", look.paint(QUIET, visible(&expectation.question)));
    }
    differences(text, &expectation.differences, expectation.line, look);
    let reasons = expectation.answer.iter().flat_map(|answer| &answer.reasons).filter(|reason| reason.holds);
    for reason in reasons {
        let _ = writeln!(text, "         {}: {}", look.paint(QUIET, &reason.code), visible(&reason.message));
    }
    if let Some(reach) = expectation.answer.as_ref().and_then(|answer| answer.reach.as_ref()) {
        let _ = writeln!(text, "         {}", visible(reach));
    }
}

fn differences(text: &mut String, differences: &[DifferenceItem], line: u32, look: Look) {
    for difference in differences {
        let DifferenceItem { field, expected, found } = difference;
        let field = look.paint(BAD, visible(field));
        let _ = writeln!(
            text,
            "       line {line}, {field}: expected {}; found {}",
            visible(expected),
            visible(found)
        );
    }
}

/// `2026-11-24 06:10` of an instant.
fn clock(at: &str) -> String {
    at.get(..16).map_or_else(|| at.to_owned(), |at| at.replace('T', " "))
}
