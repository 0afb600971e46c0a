//! Bounded reading of JSON with places: one value in memory at a time.

use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

/// What is wrong with a text, and where in it.
pub(super) struct Fault {
    /// The byte it is at, from the start of the text.
    pub(super) offset: usize,
    /// What is wrong.
    pub(super) why: String,
}

impl Fault {
    fn new(offset: usize, why: impl Into<String>) -> Self {
        Self { offset, why: why.into() }
    }

    /// The fault that `serde_json` found in `text[start..]`.
    fn of(text: &str, start: usize, error: &serde_json::Error) -> Self {
        let lines = text[start..].split_inclusive('\n').take(error.line().saturating_sub(1));
        let before: usize = lines.map(str::len).sum();
        let mut offset = (start + before + error.column().saturating_sub(1)).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let why = error.to_string();
        // Its place is relative to `start`.
        let why = why.split(" at line ").next().unwrap_or_default();
        Self::new(offset, why)
    }
}

/// Reads a value of a bounded text.
pub(super) fn value(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::of(text, 0, &error))
}

/// A part of a document.
pub(super) enum Item<'t> {
    /// A member of the outermost object.
    Member(&'t str, &'t str),
    /// An element of the array that is walked.
    Element(&'t str),
}

/// Calls `each` with every member of the outermost object, and instead of the member `array` with each of its
/// elements, with the bytes they start at and the text of each value. Stops where the text is not well-formed.
pub(super) fn walk<'t>(
    text: &'t str,
    array: &str,
    mut each: impl FnMut(usize, Item<'t>),
) -> Result<(), Fault> {
    let mut at = expect(text, 0, '{')?;
    if let Ok(end) = expect(text, at, '}') {
        return nothing_after(text, end);
    }
    loop {
        at = skip_blanks(text, at);
        let key_end = extent(text, at)?;
        let key = text[at..key_end].strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let Some(key) = key else { return Err(Fault::new(at, "a key must be a string")) };
        at = skip_blanks(text, expect(text, key_end, ':')?);
        if key == array && text[at..].starts_with('[') {
            at = elements(text, at, &mut each)?;
        } else {
            let end = extent(text, at)?;
            each(at, Item::Member(key, &text[at..end]));
            at = end;
        }
        match expect(text, at, ',') {
            Ok(next) => at = next,
            Err(_) => return nothing_after(text, expect(text, at, '}')?),
        }
    }
}

fn elements<'t>(text: &'t str, start: usize, each: &mut impl FnMut(usize, Item<'t>)) -> Result<usize, Fault> {
    let mut at = expect(text, start, '[')?;
    if let Ok(end) = expect(text, at, ']') {
        return Ok(end);
    }
    loop {
        at = skip_blanks(text, at);
        let end = extent(text, at)?;
        each(at, Item::Element(&text[at..end]));
        match expect(text, end, ',') {
            Ok(next) => at = next,
            Err(_) => return expect(text, end, ']'),
        }
    }
}

fn nothing_after(text: &str, at: usize) -> Result<(), Fault> {
    let at = skip_blanks(text, at);
    if at == text.len() { Ok(()) } else { Err(Fault::new(at, "trailing characters")) }
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let blanks = text.as_bytes()[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    at + blanks.count()
}

/// The byte after `wanted`, which must come next.
fn expect(text: &str, at: usize, wanted: char) -> Result<usize, Fault> {
    let at = skip_blanks(text, at);
    if text[at..].starts_with(wanted) {
        Ok(at + wanted.len_utf8())
    } else {
        Err(Fault::new(at, format!("expected `{wanted}`")))
    }
}

/// The byte after the value that starts at `at`; nothing of it is kept in memory.
fn extent(text: &str, at: usize) -> Result<usize, Fault> {
    let mut stream = Deserializer::from_str(&text[at..]).into_iter::<IgnoredAny>();
    match stream.next() {
        Some(Ok(_)) => Ok(at + stream.byte_offset()),
        Some(Err(error)) => Err(Fault::of(text, at, &error)),
        None => Err(Fault::new(text.len(), "the text ends too early")),
    }
}

/// Turns growing offsets into lines and columns, both from 1, counting each character once.
pub(super) struct Places<'t> {
    text: &'t str,
    offset: usize,
    place: (u32, u32),
}

impl<'t> Places<'t> {
    /// The places of a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, offset: 0, place: (1, 1) }
    }

    /// Line and column of a byte that starts a character and does not lie before the one asked for last.
    pub(super) fn at(&mut self, offset: usize) -> (u32, u32) {
        for c in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            self.place = match c {
                '\n' => (self.place.0.saturating_add(1), 1),
                _ => (self.place.0, self.place.1.saturating_add(1)),
            };
        }
        self.offset = self.offset.max(offset);
        self.place
    }
}

/// A short text of a value, for messages.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => super::excerpt(text),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        other => super::excerpt(&other.to_string()),
    }
}

/// The text of a string or number.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(text: &str) -> (Vec<String>, Option<(u32, u32)>) {
        let mut items = Vec::new();
        let result = walk(text, "list", |_, item| {
            items.push(match item {
                Item::Member(key, value) => format!("{key}={value}"),
                Item::Element(value) => value.to_owned(),
            });
        });
        (items, result.err().map(|fault| Places::new(text).at(fault.offset)))
    }

    #[test]
    fn documents_are_walked_up_to_their_fault() {
        for (text, items, fault) in [
            (
                r#" {"a": {"list": [0]}, "list": [1, "x,y", {"z": []}], "b": null} "#,
                &["a={\"list\": [0]}", "1", "\"x,y\"", "{\"z\": []}", "b=null"][..],
                None,
            ),
            ("{}", &[], None),
            ("{\"list\": []}", &[], None),
            ("{\"list\": [1,\n 2,\n é]}", &["1", "2"], Some((3, 2))),
            ("{\"list\": [1, {\"a\": ", &["1"], Some((1, 19))),
            ("{\"list\": [1]\n\"b\": 1}", &["1"], Some((2, 1))),
            ("{\"list\": [1]} x", &["1"], Some((1, 15))),
            ("{\"a\" 1}", &[], Some((1, 6))),
            ("[]", &[], Some((1, 1))),
            ("", &[], Some((1, 1))),
        ] {
            assert_eq!(
                walked(text),
                (items.iter().map(|item| (*item).to_owned()).collect(), fault),
                "{text}"
            );
        }
    }
}
