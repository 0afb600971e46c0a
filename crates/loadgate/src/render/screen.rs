//! Names and what they resemble, for people.

use super::text::{count, visible};
use super::{BAD, GOOD, Look, QUIET, TITLE, lines};
use crate::document::screen::{
    AddressHitItem, CompareItem, DecisionItem, DocumentHitItem, DocumentItem, EntryItem, EvidenceItem,
    HitItem, Place, ScreenItem,
};
use comfy_table::{Cell, CellAlignment, Table};

/// What a name resembles; with `explain` the reasons of each score.
pub fn answer(item: &ScreenItem, explain: bool, look: Look) -> String {
    let name = look.paint(TITLE, visible(&item.query));
    let place = match &item.id {
        Some(id) => look.paint(QUIET, format!(" (id {})", visible(id))),
        None => place(item.place, look),
    };
    if item.hits_count == 0 && item.address_hits.is_empty() && item.document_hits.is_empty() {
        let word = look.paint(GOOD, "no hit");
        return format!("{name}: {word} at or above {}{place}\n", item.threshold.as_str());
    }
    let settled = item.hits_count - item.open_count;
    let style = if item.open_count > 0 { BAD } else { GOOD };
    let mut word = look.paint(style, count(item.hits_count, "hit"));
    if settled > 0 {
        word.push_str(&format!(" ({settled} settled)"));
    }
    let mut text = format!("{name}: {word} at or above {}{place}\n", item.threshold.as_str());
    if !item.hits.is_empty() {
        text.push_str(&lines(&hit_table(&item.hits, look)));
    }
    for hit in &item.hits {
        if let Some(decision) = &hit.decision {
            text.push_str(&decided(hit, decision));
        }
    }
    if !item.address_hits.is_empty() {
        let found = look.paint(BAD, count(item.address_hits.len() as u64, "address hit"));
        text.push_str(&format!("{name}: {found}\n"));
        text.push_str(&lines(&address_table(&item.address_hits, look)));
    }
    if !item.document_hits.is_empty() {
        let found = look.paint(BAD, count(item.document_hits.len() as u64, "document hit"));
        text.push_str(&format!("{name}: {found}\n"));
        text.push_str(&lines(&document_table(&item.document_hits, look)));
    }
    for hit in item.hits.iter().filter(|_| explain) {
        let title = format!("{} {} ({})", hit.entry.entity_id, hit.entry.name, hit.entry.list);
        text.push_str(&format!("  {}\n", look.paint(TITLE, visible(&title))));
        let table = evidence_table(["query", "list"], &hit.evidence, hit.score.as_str(), look);
        text.push_str(&lines(&table));
    }
    text
}

/// Who decided on a hit, and whether that still counts.
fn decided(hit: &HitItem, decision: &DecisionItem) -> String {
    let until = decision.expires_at.as_ref().map_or(String::new(), |at| format!(", until {at}"));
    let lapsed = match decision.lapsed_because {
        Some("expired") => "lapsed, its time is over",
        Some("party-changed") => "lapsed, something else is known of the party now",
        Some(_) => "lapsed, the list says something else of the entry now",
        None => "settled",
    };
    let text = format!(
        "{} {lapsed}: {} ({}, {}{until})",
        hit.entry.entity_id, decision.reason, decision.author, decision.decided_at
    );
    format!("    {}\n", visible(&text))
}

fn address_table(hits: &[AddressHitItem], look: Look) -> Table {
    let mut table = look.table_of(&["name", "list", "purpose", "entry", "address", "agrees in"]);
    for hit in hits {
        let parts: Vec<&str> = hit.evidence.iter().map(|agreement| agreement.part).collect();
        table.add_row([
            &visible(&hit.entry.name),
            listed_on(&hit.entry).as_str(),
            hit.entry.purpose,
            &visible(&hit.entry.entity_id),
            &visible(&hit.matched),
            parts.join(", ").as_str(),
        ]);
    }
    indent(&mut table);
    table
}

fn document_table(hits: &[DocumentHitItem], look: Look) -> Table {
    let mut table = look.table_of(&["name", "list", "purpose", "entry", "document", "asked about"]);
    for hit in hits {
        table.add_row([
            &visible(&hit.entry.name),
            listed_on(&hit.entry).as_str(),
            hit.entry.purpose,
            &visible(&hit.entry.entity_id),
            &visible(&document(&hit.matched)),
            &visible(&document(&hit.query)),
        ]);
    }
    indent(&mut table);
    table
}

/// Kind, number and country, as far as they are stated.
fn document(item: &DocumentItem) -> String {
    let country = item.country.as_ref().map(|country| format!("({country})"));
    let parts = [item.kind.as_deref(), Some(item.number.as_str()), country.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The list of an entry with its edition.
fn listed_on(entry: &EntryItem) -> String {
    let EntryItem { list, edition, .. } = entry;
    let edition = if edition == "undated" { edition.clone() } else { format!("edition {edition}") };
    visible(&format!("{list} ({edition})")).into_owned()
}

/// How alike two names are, and why.
pub fn comparison(item: &CompareItem, look: Look) -> String {
    let (word, style) = if item.matched { ("match", BAD) } else { ("no match", GOOD) };
    let names = format!("{} | {}", visible(&item.name1), visible(&item.name2));
    let (score, threshold) = (item.score.as_str(), item.threshold.as_str());
    let word = look.paint(style, word);
    let names = look.paint(TITLE, names);
    let mut text = format!("{names}: {score}, {word} (threshold {threshold}){}\n", place(item.place, look));
    // A batch is a column of scores; the reasons of each are in its documents.
    if item.place.row.is_none() {
        text.push_str(&lines(&evidence_table(["name 1", "name 2"], &item.evidence, score, look)));
    }
    text
}

fn place(place: Place, look: Look) -> String {
    match (place.row, place.line) {
        (Some(row), Some(line)) => look.paint(QUIET, format!(" (row {row}, line {line})")),
        _ => String::new(),
    }
}

fn hit_table(hits: &[HitItem], look: Look) -> Table {
    let mut table = look.table_of(&["score", "name", "list", "purpose", "entry", "matched"]);
    for hit in hits {
        let matched = if hit.matched == hit.entry.name { "" } else { hit.matched.as_str() };
        table.add_row([
            hit.score.as_str(),
            &visible(&hit.entry.name),
            listed_on(&hit.entry).as_str(),
            hit.entry.purpose,
            &visible(&hit.entry.entity_id),
            &visible(matched),
        ]);
    }
    indent(&mut table);
    table
}

/// What stands against what, and what that adds: the points add up to the score.
fn evidence_table(sides: [&str; 2], evidence: &[EvidenceItem], score: &str, look: Look) -> Table {
    let mut table = look.table_of(&[sides[0], sides[1], "relation", "points"]);
    for reason in evidence {
        let side = |text: &Option<String>| visible(text.as_deref().unwrap_or("-")).into_owned();
        let relation = match reason.distance.filter(|distance| *distance > 0) {
            Some(distance) => format!("{} ({distance})", reason.relation),
            None => reason.relation.to_owned(),
        };
        let points = reason.contribution.as_str();
        let points = if points.starts_with('-') { points.to_owned() } else { format!("+{points}") };
        table.add_row([side(&reason.query), side(&reason.list), relation, points]);
    }
    table.add_row([Cell::new(""), Cell::new(""), Cell::new("score"), Cell::new(score)]);
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    indent(&mut table);
    table
}

fn indent(table: &mut Table) {
    if let Some(column) = table.column_mut(0) {
        column.set_padding((4, 1));
    }
}
