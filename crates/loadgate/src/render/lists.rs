//! Watch lists and what changes in them, for people.

use super::text::visible;
use super::{BAD, DOUBTFUL, Look, QUIET, TITLE, lines};
use crate::document::lists::{Change, EditionItem, ImportedList, ListDiff, ListFinding, ShownList};
use comfy_table::Table;

/// Most entries shown of each kind of change when a list is imported; `lists diff` shows all.
const SHOWN_MAX: usize = 10;

/// One list, with an empty line after it.
pub fn shown(list: &ShownList, look: Look) -> String {
    let mut table = look.table();
    let mut row = |name: &str, text: &str| {
        table.add_row([name, &visible(text)]);
    };
    row("source", list.source);
    row("purpose", list.purpose);
    row("edition", &list.edition);
    row("sha256", &list.sha256);
    for file in &list.files {
        row("file", &format!("{} ({})", file.file, file.part));
    }
    if !list.missing.is_empty() {
        row("missing", &list.missing.join(", "));
    }
    row("entries", &list.entries.to_string());
    row("names", &list.names.to_string());
    row("addresses", &list.addresses.to_string());
    row("findings", &list.findings.len().to_string());
    let title = look.paint(TITLE, visible(&list.title));
    format!("{title}\n{}{}\n", lines(&table), findings(&list.findings, look))
}

fn findings(findings: &[ListFinding], look: Look) -> String {
    let mut text = String::new();
    for finding in findings {
        let style = if finding.severity == "error" { BAD } else { DOUBTFUL };
        let title = look.paint(style, format!("{}[{}]", finding.severity, finding.code));
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        text.push_str(&format!(" {title} {}{line}: {}\n", visible(&finding.file), visible(&finding.message)));
    }
    text
}

/// What a new edition changes, with an empty line after it.
pub fn diff(diff: &ListDiff, look: Look) -> String {
    let title = look.paint(TITLE, visible(&diff.title));
    format!("{title}\n{}{}\n", counts(diff, look), changes(diff, usize::MAX, look))
}

/// What became of a list, with an empty line after it.
pub fn imported(list: &ImportedList, look: Look) -> String {
    let state = match list.state {
        "in_use" => "is now in use",
        "already_in_use" => "was in use already",
        _ => "is older than what is in use, and was kept beside it",
    };
    let place = look.paint(QUIET, visible(&list.folder));
    let new = list.diff.new.as_ref().map(|new| new.edition.as_str()).unwrap_or_default();
    let mut text = format!(
        "{}: edition {} {state}\n  {place}\n",
        look.paint(TITLE, visible(&list.diff.title)),
        visible(new)
    );
    if list.state != "already_in_use" {
        text.push_str(&counts(&list.diff, look));
        // Nothing can be new where there was nothing before.
        if list.diff.old.is_some() {
            text.push_str(&changes(&list.diff, SHOWN_MAX, look));
        }
    }
    text.push('\n');
    text
}

fn counts(diff: &ListDiff, look: Look) -> String {
    let mut table = look.table_of(&["", "edition", "entries", "names"]);
    for (name, edition) in [("old", &diff.old), ("new", &diff.new)] {
        table.add_row(match edition {
            Some(EditionItem { edition, entries, names, .. }) => {
                [name.to_owned(), visible(edition).into_owned(), entries.to_string(), names.to_string()]
            }
            None => [name.to_owned(), "none".to_owned(), String::new(), String::new()],
        });
    }
    let counts = diff.counts;
    format!(
        "{} {} added, {} removed, {} changed, {} unchanged\n",
        lines(&table),
        counts.added,
        counts.removed,
        counts.changed,
        counts.unchanged
    )
}

/// The entries that are new, gone or changed.
fn changes(diff: &ListDiff, shown_max: usize, look: Look) -> String {
    let mut table = look.table();
    for (mark, entries) in [("added", &diff.added), ("removed", &diff.removed)] {
        for entry in entries.iter().take(shown_max) {
            table.add_row([mark, &visible(&entry.entity_id), &visible(&entry.name)]);
        }
        rest(&mut table, mark, entries.len(), shown_max);
    }
    for entry in diff.changed.iter().take(shown_max) {
        let mut what = vec![visible(&entry.name).into_owned()];
        what.extend(entry.changes.iter().flat_map(change));
        table.add_row(["changed", &visible(&entry.entity_id), &what.join("\n")]);
    }
    rest(&mut table, "changed", diff.changed.len(), shown_max);
    if table.row_count() > 0 { lines(&table) } else { String::new() }
}

fn rest(table: &mut Table, mark: &str, number: usize, shown_max: usize) {
    if number > shown_max {
        let more = number - shown_max;
        table.add_row([mark, "", &format!("and {more} more; `loadgate lists diff` shows all")]);
    }
}

/// What changed in one field, value by value.
fn change(change: &Change) -> Vec<String> {
    let of = |mark: &str, values: &[String]| -> Vec<String> {
        values.iter().map(|value| format!("{mark} {}: {}", change.field, visible(value))).collect()
    };
    [of("-", &change.removed), of("+", &change.added)].concat()
}
