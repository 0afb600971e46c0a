//! What an evaluation found, as Markdown for people and as JSON.

use crate::bench::{grouped, spoken_time};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number of things.
    Count(usize),
    /// A share from 0 to 1, with three decimals.
    Share(f64),
    /// A share from 0 to 1, in per cent.
    Percent(f64),
    /// A time in nanoseconds.
    Time(f64),
    /// Not applicable, or not published.
    Absent,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    fn shown(&self) -> String {
        match self {
            // A bar would end the cell, also within back ticks.
            Cell::Text(text) => text.replace('|', "/"),
            Cell::Count(count) => grouped(*count as f64),
            Cell::Share(share) => format!("{share:.3}"),
            Cell::Percent(share) => format!("{:.2} %", share * 100.0),
            Cell::Time(nanoseconds) => spoken_time(*nanoseconds),
            Cell::Absent => "-".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Text(text) => json!(text),
            Cell::Count(count) => json!(count),
            Cell::Share(number) | Cell::Percent(number) | Cell::Time(number) => json!(number),
            Cell::Absent => Value::Null,
        }
    }
}

/// A table with its heading.
#[derive(Debug, Default)]
pub struct Table {
    title: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new(title: impl Into<String>, head: &[&'static str]) -> Self {
        Self { title: title.into(), head: head.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, led by its label.
    pub fn row(&mut self, label: impl Into<String>, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(std::iter::once(Cell::text(label)).chain(cells).collect());
    }
}

/// A target and what became of it.
#[derive(Debug)]
pub struct Verdict {
    /// What is demanded.
    pub demand: &'static str,
    /// What was measured.
    pub measured: String,
    /// What the best peer reaches, with its source.
    pub peer: &'static str,
    /// Whether the target is reached.
    pub reached: bool,
}

/// One part of an evaluation.
#[derive(Debug, Default)]
pub struct Section {
    /// Its stable name.
    pub id: &'static str,
    /// What it measures.
    pub title: &'static str,
    /// What must be known to read the tables.
    pub notes: Vec<String>,
    /// The figures.
    pub tables: Vec<Table>,
    /// Named cases, under headings: misses and errors.
    pub lists: Vec<(String, Vec<String>)>,
    /// The targets.
    pub verdicts: Vec<Verdict>,
    /// How long it took.
    pub seconds: f64,
}

/// A whole evaluation.
#[derive(Debug, Default)]
pub struct Report {
    /// Machine, versions, dates and hashes: name and value.
    pub facts: Vec<(String, String)>,
    /// Its parts.
    pub sections: Vec<Section>,
}

impl Report {
    /// The targets missed.
    pub fn missed(&self) -> Vec<&'static str> {
        let verdicts = self.sections.iter().flat_map(|section| &section.verdicts);
        verdicts.filter(|verdict| !verdict.reached).map(|verdict| verdict.demand).collect()
    }

    /// As Markdown, with at most `most` entries of each list of cases.
    pub fn markdown(&self, most: usize) -> String {
        let mut text = String::new();
        for (name, value) in &self.facts {
            let _ = writeln!(text, "* {name}: {value}");
        }
        text.push_str("\n| target | ours | peers | reached |\n|---|---|---|---|\n");
        for verdict in self.sections.iter().flat_map(|section| &section.verdicts) {
            let reached = if verdict.reached { "yes" } else { "SHORT" };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {reached} |",
                verdict.demand, verdict.measured, verdict.peer
            );
        }
        for section in &self.sections {
            let _ = writeln!(text, "\n### {} ({}, {:.1} s)\n", section.title, section.id, section.seconds);
            for note in &section.notes {
                let _ = writeln!(text, "{note}\n");
            }
            for table in &section.tables {
                let _ = writeln!(text, "**{}**\n", table.title);
                let _ = writeln!(text, "| {} |", table.head.join(" | "));
                let _ = writeln!(text, "|{}", "---|".repeat(table.head.len()));
                for row in &table.rows {
                    let cells: Vec<String> = row.iter().map(Cell::shown).collect();
                    let _ = writeln!(text, "| {} |", cells.join(" | "));
                }
                text.push('\n');
            }
            for (title, entries) in &section.lists {
                let _ = writeln!(text, "**{title}** ({})\n", entries.len());
                for entry in entries.iter().take(most) {
                    let _ = writeln!(text, "* {entry}");
                }
                if entries.len() > most {
                    let _ = writeln!(text, "* and {} more", entries.len() - most);
                }
                text.push('\n');
            }
        }
        text.trim_end().to_owned() + "\n"
    }

    /// As JSON: numbers stay numbers, times are nanoseconds, shares go from 0 to 1.
    pub fn json(&self) -> Value {
        let facts: Map<String, Value> =
            self.facts.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let sections: Vec<Value> = self.sections.iter().map(section_json).collect();
        json!({ "facts": facts, "sections": sections, "missed": self.missed() })
    }
}

fn section_json(section: &Section) -> Value {
    let table = |table: &Table| {
        let row = |row: &Vec<Cell>| {
            let cells = table.head.iter().zip(row);
            Value::Object(cells.map(|(head, cell)| ((*head).to_owned(), cell.json())).collect())
        };
        json!({ "title": table.title, "rows": table.rows.iter().map(row).collect::<Vec<_>>() })
    };
    let list = |(title, entries): &(String, Vec<String>)| json!({ "title": title, "entries": entries });
    let verdict = |verdict: &Verdict| {
        json!({
            "demand": verdict.demand,
            "measured": verdict.measured,
            "peer": verdict.peer,
            "reached": verdict.reached,
        })
    };
    json!({
        "id": section.id,
        "title": section.title,
        "notes": section.notes,
        "tables": section.tables.iter().map(table).collect::<Vec<_>>(),
        "lists": section.lists.iter().map(list).collect::<Vec<_>>(),
        "verdicts": section.verdicts.iter().map(verdict).collect::<Vec<_>>(),
        "seconds": section.seconds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_show_the_same() {
        let mut table = Table::new("Figures", &["what", "n", "F1"]);
        table.row("a|b", [Cell::Count(1234), Cell::Share(0.5)]);
        let section = Section {
            id: "cases",
            title: "Cases",
            tables: vec![table],
            lists: vec![("Errors".to_owned(), vec!["one".to_owned(), "two".to_owned()])],
            verdicts: vec![Verdict { demand: "all", measured: "0.5".into(), peer: "-", reached: false }],
            ..Section::default()
        };
        let report = Report { facts: vec![("machine".into(), "m".into())], sections: vec![section] };
        let text = report.markdown(1);
        assert!(text.contains("| a/b | 1,234 | 0.500 |"), "{text}");
        assert!(text.contains("| all | 0.5 | - | SHORT |") && text.contains("* and 1 more"), "{text}");
        assert_eq!(report.missed(), ["all"]);
        let json = report.json();
        assert_eq!(json["sections"][0]["tables"][0]["rows"][0]["n"], 1234);
        assert_eq!(json["sections"][0]["lists"][0]["entries"][1], "two");
    }
}
