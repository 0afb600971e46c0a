//! TOML as a tree in which every value knows its line and column.

use finding::Position;
use formats::facts::tree::{Entry, Tree, Value};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Line starts of a text, to turn an offset into a place.
struct Places<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn position(&self, span: Range<usize>) -> Position {
        let line = self.starts.partition_point(|start| *start <= span.start);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..span.start).map_or(0, |before| before.chars().count());
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position::new(small(line), small(column).saturating_add(1), 1)
    }
}

/// Reads TOML.
///
/// # Errors
/// Where it is none: the line, and what is wrong there.
pub(super) fn read(text: &str) -> Result<Tree, String> {
    let places = Places::new(text);
    let document = DeTable::parse(text).map_err(|why| {
        let line = places.position(why.span().unwrap_or(0..0)).line;
        format!("line {line}: {}", why.message())
    })?;
    let span = document.span();
    Ok(Tree { value: table(document.get_ref(), &places), position: places.position(span) })
}

fn table(table: &DeTable<'_>, places: &Places<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(name, value)| Entry {
            name: name.get_ref().to_string(),
            position: places.position(name.span()),
            value: tree(value, places),
        })
        .collect();
    // The parser sorts names; people read from top to bottom.
    entries.sort_by_key(|entry| entry.position);
    Value::Table(entries)
}

fn tree(value: &Spanned<DeValue<'_>>, places: &Places<'_>) -> Tree {
    let read = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Number(number.to_string()),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        // Facts and stories write times as texts; unquoted ones mean the same.
        DeValue::Datetime(at) => Value::Text(at.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| tree(item, places)).collect()),
        DeValue::Table(inner) => table(inner, places),
    };
    Tree { value: read, position: places.position(value.span()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_places() {
        let tree =
            read("title = \"Ä\"\n[setup]\ndate = 2026-11-24\n[[step]]\nat = \"06:00\"\nn = [1, 2.5]\n")
                .unwrap();
        assert_eq!(
            tree.to_string(),
            r#"{"title":"Ä","setup":{"date":"2026-11-24"},"step":[{"at":"06:00","n":[1,2.5]}]}"#
        );
        let date = tree.get("setup").and_then(|setup| setup.get("date")).unwrap();
        assert_eq!((date.position.line, date.position.column), (3, 8));
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        assert!(read("a = 1\nb = \n").unwrap_err().starts_with("line 2: "));
    }
}
