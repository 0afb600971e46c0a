//! Taking fields out of a table, so that every fault is told with its path and place and the rest is still
//! read. A field nobody asked for is a fault too: a misspelt word must not pass for one left out.

use super::tree::{Entry, Tree, Value};
use finding::Position;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::str::FromStr;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the field, such as `facts[2].object.master`.
    pub path: String,
    /// Where it stands; of one that is missing, where its table starts.
    pub position: Position,
    /// What is wrong.
    pub fault: Fault,
}

/// How a field can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It must be there and is not.
    Missing,
    /// Nothing here has such a field; the fields there are.
    Unknown {
        /// Their names.
        known: String,
    },
    /// It stands twice.
    Repeated,
    /// Its value cannot be read.
    Invalid {
        /// The value as written.
        text: String,
        /// Why.
        why: String,
    },
    /// A list has more items than are read.
    TooMany {
        /// How many are read.
        limit: usize,
    },
}

/// Everything wrong so far.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Adds one.
    pub fn push(&self, path: impl Into<String>, position: Position, fault: Fault) {
        self.0.borrow_mut().push(Problem { path: path.into(), position, fault });
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// All of them, in the order they were found.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// Most characters of a value that are shown.
const SHOWN_MAX: usize = 80;

/// A value as it is shown in a finding.
fn shown(tree: &Tree) -> String {
    let text = match &tree.value {
        Value::Text(text) | Value::Number(text) => text.clone(),
        Value::List(_) | Value::Table(_) => tree.kind().to_owned(),
        Value::Null | Value::Flag(_) => tree.to_string(),
    };
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// The fields of a table.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: &'a [Entry],
    path: String,
    position: Position,
    asked: BTreeSet<&'static str>,
    problems: &'a Problems,
}

impl<'a> Fields<'a> {
    /// The fields of a value, which must be a table.
    pub fn of(tree: &'a Tree, path: impl Into<String>, problems: &'a Problems) -> Option<Self> {
        let path = path.into();
        let Value::Table(entries) = &tree.value else {
            let why = format!("expected a table, found {}", tree.kind());
            problems.push(path, tree.position, Fault::Invalid { text: shown(tree), why });
            return None;
        };
        let mut seen = BTreeSet::new();
        for entry in entries {
            if !seen.insert(entry.name.as_str()) {
                problems.push(join(&path, &entry.name), entry.position, Fault::Repeated);
            }
        }
        Some(Self { entries, path, position: tree.position, asked: BTreeSet::new(), problems })
    }

    /// Where the table stands.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Its path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Everything wrong so far.
    pub fn problems(&self) -> &'a Problems {
        self.problems
    }

    /// Whether the table has this field.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name && entry.value.value != Value::Null)
    }

    /// The value of a field that is read later; `None` where it is not there.
    pub fn peek(&self, name: &str) -> Option<&'a Tree> {
        let entries: &'a [Entry] = self.entries;
        entries.iter().find(|entry| entry.name == name).map(|entry| &entry.value)
    }

    /// The value of a field; `None` where it is not there.
    pub fn get(&mut self, name: &'static str) -> Option<&'a Tree> {
        self.asked.insert(name);
        let entries: &'a [Entry] = self.entries;
        entries
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| &entry.value)
            .filter(|value| value.value != Value::Null)
    }

    /// Says that the value of a field is wrong.
    pub fn invalid(&self, name: &str, tree: &Tree, why: impl Into<String>) {
        let fault = Fault::Invalid { text: shown(tree), why: why.into() };
        self.problems.push(join(&self.path, name), tree.position, fault);
    }

    /// Says that a field is missing.
    pub fn missing(&self, name: &str) {
        self.problems.push(join(&self.path, name), self.position, Fault::Missing);
    }

    /// A field read by `read`.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Tree) -> Result<T, String>,
    ) -> Option<T> {
        let tree = self.get(name)?;
        match read(tree) {
            Ok(value) => Some(value),
            Err(why) => {
                self.invalid(name, tree, why);
                None
            }
        }
    }

    /// A field read by `read`, which must be there.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Tree) -> Result<T, String>,
    ) -> Option<T> {
        if !self.has(name) {
            self.asked.insert(name);
            self.missing(name);
            return None;
        }
        self.optional(name, read)
    }

    /// A text; empty where there is none.
    pub fn text(&mut self, name: &'static str) -> String {
        self.optional(name, text).unwrap_or_default()
    }

    /// `true` or `false`; `false` where it is not there.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.optional(name, flag).unwrap_or_default()
    }

    /// A table in a field.
    pub fn table(&mut self, name: &'static str) -> Option<Fields<'a>> {
        let tree = self.get(name)?;
        Fields::of(tree, join(&self.path, name), self.problems)
    }

    /// A table in a field, which must be there.
    pub fn required_table(&mut self, name: &'static str) -> Option<Fields<'a>> {
        if !self.has(name) {
            self.asked.insert(name);
            self.missing(name);
        }
        self.table(name)
    }

    /// The items of a list, each with its path; none where it is not there. One that is no list is a list of
    /// itself alone.
    pub fn items(&mut self, name: &'static str, limit: usize) -> Vec<(&'a Tree, String)> {
        let Some(tree) = self.get(name) else { return Vec::new() };
        let path = join(&self.path, name);
        let Value::List(items) = &tree.value else { return vec![(tree, path)] };
        if items.len() > limit {
            self.problems.push(&path, tree.position, Fault::TooMany { limit });
        }
        items.iter().take(limit).enumerate().map(|(index, item)| (item, format!("{path}[{index}]"))).collect()
    }

    /// The items of a list, each read by `read`; what cannot be read is told and left out.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        limit: usize,
        read: impl Fn(&Tree) -> Result<T, String>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for (item, path) in self.items(name, limit) {
            match read(item) {
                Ok(value) => values.push(value),
                Err(why) => {
                    self.problems.push(path, item.position, Fault::Invalid { text: shown(item), why });
                }
            }
        }
        values
    }

    /// The items of a list of tables.
    pub fn tables(&mut self, name: &'static str, limit: usize) -> Vec<Fields<'a>> {
        let problems = self.problems;
        self.items(name, limit)
            .into_iter()
            .filter_map(|(item, path)| Fields::of(item, path, problems))
            .collect()
    }

    /// Every entry, for tables whose names are data: none of them is unknown then.
    pub fn entries(&mut self) -> &'a [Entry] {
        std::mem::take(&mut self.entries)
    }

    /// Tells of every field that nobody asked for.
    pub fn finish(self) {
        for entry in self.entries {
            if !self.asked.contains(entry.name.as_str()) {
                let known = self.asked.iter().copied().collect::<Vec<_>>().join(", ");
                let path = join(&self.path, &entry.name);
                self.problems.push(path, entry.position, Fault::Unknown { known });
            }
        }
    }
}

/// The path of a field of a table.
pub fn join(path: &str, name: &str) -> String {
    // A name out of a stranger's document may be of any length.
    let name: String = name.chars().take(SHOWN_MAX).collect();
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

/// A text.
///
/// # Errors
/// Where it is something else.
pub fn text(tree: &Tree) -> Result<String, String> {
    match &tree.value {
        Value::Text(text) => Ok(text.clone()),
        _ => Err(format!("expected a text, found {}", tree.kind())),
    }
}

/// A text that says something.
///
/// # Errors
/// Where it is something else, or blank.
pub fn word(tree: &Tree) -> Result<String, String> {
    let text = text(tree)?;
    if text.trim().is_empty() { Err("it must not be empty".to_owned()) } else { Ok(text) }
}

/// `true` or `false`.
///
/// # Errors
/// Where it is something else.
pub fn flag(tree: &Tree) -> Result<bool, String> {
    match tree.value {
        Value::Flag(flag) => Ok(flag),
        _ => Err(format!("expected true or false, found {}", tree.kind())),
    }
}

/// A whole number.
///
/// # Errors
/// Where it is something else, or too large.
pub fn whole<T: FromStr>(tree: &Tree) -> Result<T, String> {
    match &tree.value {
        Value::Number(number) => {
            number.parse().map_err(|_| "expected a whole number that is not too large".to_owned())
        }
        _ => Err(format!("expected a whole number, found {}", tree.kind())),
    }
}

/// A text read by `parse`, whose error says why not.
pub fn parsed<T, E: std::fmt::Display>(
    parse: impl Fn(&str) -> Result<T, E>,
) -> impl Fn(&Tree) -> Result<T, String> {
    move |tree| parse(&text(tree)?).map_err(|why| why.to_string())
}

/// One of a few words.
pub fn one_of<'w, T: Copy>(words: &'w [(&'w str, T)]) -> impl Fn(&Tree) -> Result<T, String> + 'w {
    move |tree| {
        let text = text(tree)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            format!("expected one of {}", known.join(", "))
        })
    }
}
