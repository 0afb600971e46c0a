//! What documents lack, for people.

use super::text::{count, visible};
use super::{BAD, DOUBTFUL, GOOD, Look, QUIET, TITLE};
use crate::document::gaps::{FilingTypeGaps, GapsItem, MissingElement};
use finding::{Language, catalogue};
use std::fmt::Write as _;

/// One document, with an empty line after it.
pub fn sheet(file: &str, item: &GapsItem, look: Look) -> String {
    let place = look.paint(QUIET, format!("{}:{}", visible(file), item.line));
    let numbers: Vec<&str> = [item.master.as_deref(), item.house.as_deref()].into_iter().flatten().collect();
    let name = if numbers.is_empty() { "without a number".to_owned() } else { numbers.join(" ") };
    let document = item.document.unwrap_or("document");
    let mut text = format!("{} ({document}) {place}\n", look.paint(TITLE, visible(&name)));
    if item.programmes.is_empty() {
        text.push_str("  no programme is known to bind on its way\n");
    }
    for programme in &item.programmes {
        // A string grows without failing.
        let _ = writeln!(text, "  {} ({})", programme.programme, programme.binding);
        let duty = format!(
            "filed by {}; {} answers for it; kept in step until {}, kept for {}",
            programme.filers.join(", "),
            programme.liable,
            programme.updates_until,
            count(u64::from(programme.retention_days), "day")
        );
        let _ = writeln!(text, "    {}", look.paint(QUIET, duty));
        if programme.filing_types.is_empty() {
            text.push_str("    no type of filing is for such a document\n");
        }
        // Types that lack the same share one list of it.
        for alike in programme.filing_types.chunk_by(|one, next| one.missing == next.missing) {
            alike.iter().for_each(|filing_type| text.push_str(&heading(filing_type, look)));
            let missing = alike.first().map(|filing_type| filing_type.missing.as_slice());
            missing.unwrap_or_default().iter().for_each(|missing| text.push_str(&line(missing, look)));
        }
    }
    text.push('\n');
    text
}

fn heading(of: &FilingTypeGaps, look: Look) -> String {
    let found = if of.missing.is_empty() {
        look.paint(GOOD, "nothing is missing")
    } else {
        format!("{} missing", count(of.missing.len() as u64, "element"))
    };
    let more = if of.elements_known { "" } else { " of what is known; it may want more" };
    format!("    {} {} ({}, {}): {found}{more}\n", of.code, of.name, of.extent, of.stage)
}

fn line(missing: &MissingElement, look: Look) -> String {
    let severity = match missing.severity {
        "error" => look.paint(BAD, missing.severity),
        "warning" => look.paint(DOUBTFUL, missing.severity),
        other => look.paint(QUIET, other),
    };
    let element = match missing.element {
        "waybill" => "the waybill number".to_owned(),
        "master-waybill" => "the number of the master".to_owned(),
        "goods" => "the description of the goods".to_owned(),
        // The words of the catalogue go by paths, in which these differ by a dot alone.
        other => catalogue::element(Language::English, other).unwrap_or_else(|| other.to_owned()),
    };
    let lack = match missing.lack {
        "absent" => "is absent",
        "unusable" => "cannot be used",
        _ => "says nothing",
    };
    let code = missing.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    format!("      {severity}: {element} {lack}{code}; {}\n", look.paint(QUIET, &missing.reference))
}
