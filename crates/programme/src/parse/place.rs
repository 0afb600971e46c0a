//! Where in a file something stands, in words a person can follow.

/// A line and the field it belongs to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Line, from 1; 0 where nothing is known.
    pub line: usize,
    /// Dotted name of the field; empty where none can be named.
    pub field: String,
}

impl Place {
    /// The place of the byte `offset` in a TOML text.
    pub fn of(text: &str, offset: usize) -> Self {
        // An offset beyond the text, or within a character, is moved to the nearest place before it.
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = text[..offset].matches('\n').count() + 1;
        let table = text.lines().take(line).filter_map(header).last().unwrap_or_default();
        let key = text.lines().take(line).filter_map(key_or_header).last().flatten();
        let field = match (table, key) {
            ("", key) => key.unwrap_or_default().to_owned(),
            (table, None) => table.to_owned(),
            (table, Some(key)) => format!("{table}.{key}"),
        };
        Self { line, field }
    }
}

/// The name in `[name]` or `[[name]]`.
fn header(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix('[')?.split(']').next()?;
    let name = inner.trim_start_matches('[').trim();
    // An array that starts on a line of its own is no table.
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).then_some(name)
}

/// The key of `key = value`, or `None` inside for a table header, which ends the key before it.
fn key_or_header(line: &str) -> Option<Option<&str>> {
    if header(line).is_some() {
        return Some(None);
    }
    let key = line.split_once('=')?.0.trim();
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    bare.then_some(Some(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_line_and_field() {
        let text = "schema = 1\n[gate]\nwait = true\n[[list]]\nwords = [\n  \"A\",\n  { text = \"B\" },\n]\n";
        let cases = [
            ("schema", 1, "schema"),
            ("[gate]", 2, "gate"),
            ("true", 3, "gate.wait"),
            ("[[list]]", 4, "list"),
            ("\"A\"", 6, "list.words"),
            ("{ text", 7, "list.words"),
        ];
        for (piece, line, field) in cases {
            let offset = text.find(piece).unwrap_or_default();
            assert_eq!(Place::of(text, offset), Place { line, field: field.to_owned() }, "{piece}");
        }
        assert_eq!(Place::of("ä", 1).line, 1);
        assert_eq!(Place::of("", 99), Place { line: 1, field: String::new() });
    }
}
