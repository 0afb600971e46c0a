//! A document of nested values in which every value knows its place.
//!
//! JSON is read here, because the readers at hand forget where a value stood, and a finding without a place
//! helps nobody. Other writings of the same document (a story in TOML) make the same tree.

use crate::limits::JSON_DEPTH_MAX;
use finding::Position;
use std::fmt;

/// A value and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub position: Position,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`: the same as a field that is not there.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<Tree>),
    /// Named values, in order of the document.
    Table(Vec<Entry>),
}

/// A named value of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub position: Position,
    /// Its value.
    pub value: Tree,
}

/// A place that nobody asked about, for documents that are written.
pub(super) const NOWHERE: Position = Position { line: 1, column: 1, length: 0 };

impl Tree {
    /// A value that is written rather than read.
    pub fn new(value: Value) -> Self {
        Self { value, position: NOWHERE }
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Value::Text(text.into()))
    }

    /// A whole number.
    pub fn number(number: impl fmt::Display) -> Self {
        Self::new(Value::Number(number.to_string()))
    }

    /// The value of this name, where this is a table that has one; the first of several.
    pub fn get(&self, name: &str) -> Option<&Tree> {
        let Value::Table(entries) = &self.value else { return None };
        entries.iter().find(|entry| entry.name == name).map(|entry| &entry.value)
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Flag(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Every text in it, in order.
    pub fn texts(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a str>) {
        match &self.value {
            Value::Text(text) | Value::Number(text) => found.push(text),
            Value::List(items) => items.iter().for_each(|item| item.collect(found)),
            Value::Table(entries) => entries.iter().for_each(|entry| entry.value.collect(found)),
            Value::Null | Value::Flag(_) => {}
        }
    }
}

impl fmt::Display for Tree {
    /// JSON on one line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::Null => formatter.write_str("null"),
            Value::Flag(flag) => write!(formatter, "{flag}"),
            Value::Number(number) => formatter.write_str(number),
            Value::Text(text) => quoted(text, formatter),
            Value::List(items) => {
                formatter.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    formatter.write_str(if index > 0 { "," } else { "" })?;
                    write!(formatter, "{item}")?;
                }
                formatter.write_str("]")
            }
            Value::Table(entries) => {
                formatter.write_str("{")?;
                for (index, entry) in entries.iter().enumerate() {
                    formatter.write_str(if index > 0 { "," } else { "" })?;
                    quoted(&entry.name, formatter)?;
                    write!(formatter, ":{}", entry.value)?;
                }
                formatter.write_str("}")
            }
        }
    }
}

fn quoted(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' => formatter.write_str("\\\"")?,
            '\\' => formatter.write_str("\\\\")?,
            '\n' => formatter.write_str("\\n")?,
            '\r' => formatter.write_str("\\r")?,
            '\t' => formatter.write_str("\\t")?,
            control if control < ' ' => write!(formatter, "\\u{:04x}", u32::from(control))?,
            other => write!(formatter, "{other}")?,
        }
    }
    formatter.write_str("\"")
}

/// Why a document could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What is wrong, in words.
    pub why: String,
    /// Where.
    pub position: Position,
    /// Whether it is only that values are nested too deeply.
    pub too_deep: bool,
}

/// Reads JSON (RFC 8259) that starts at this line and column.
///
/// Where it breaks, what was read whole before that is given: the fields of the document, and of a list in it
/// the items before the broken one. A table inside that is not whole is left out altogether.
pub fn read_json(text: &str, line: u32, column: u32) -> (Option<Tree>, Option<Broken>) {
    let mut reader = Reader { rest: text.strip_prefix('\u{FEFF}').unwrap_or(text), line, column };
    reader.blanks();
    match reader.value(0) {
        Ok(tree) => {
            reader.blanks();
            let trailing = (!reader.rest.is_empty()).then(|| reader.broken("something follows the end"));
            (Some(tree), trailing)
        }
        Err(failure) => (failure.whole, Some(failure.broken)),
    }
}

/// What stops a reader, with what was whole of the value it was reading.
struct Failure {
    broken: Broken,
    whole: Option<Tree>,
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        Self { broken, whole: None }
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
}

impl Reader<'_> {
    fn position(&self) -> Position {
        Position::new(self.line, self.column, 1)
    }

    fn broken(&self, why: impl Into<String>) -> Broken {
        Broken { why: why.into(), position: self.position(), too_deep: false }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.rest = &self.rest[character.len_utf8()..];
        // A carriage return before a line feed ends no line of its own.
        let ends_line = character == '\n' || character == '\r' && !self.rest.starts_with('\n');
        if ends_line {
            (self.line, self.column) = (self.line.saturating_add(1), 1);
        } else {
            self.column = self.column.saturating_add(1);
        }
        Some(character)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.next();
        }
    }

    /// Takes this character.
    fn expect(&mut self, wanted: char) -> Result<(), Broken> {
        match self.peek() {
            Some(found) if found == wanted => {
                self.next();
                Ok(())
            }
            Some(found) => Err(self.broken(format!("expected {wanted}, found {}", found.escape_default()))),
            None => Err(self.broken(format!("expected {wanted}, found the end"))),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Tree, Failure> {
        let position = self.position();
        if depth > JSON_DEPTH_MAX {
            let why = format!("values are nested more than {JSON_DEPTH_MAX} deep");
            return Err(Broken { too_deep: true, ..self.broken(why) }.into());
        }
        let value = match self.peek() {
            Some('{') => return self.table(depth, position),
            Some('[') => return self.list(depth, position),
            Some('"') => Value::Text(self.string()?),
            Some('t') => self.word("true", Value::Flag(true))?,
            Some('f') => self.word("false", Value::Flag(false))?,
            Some('n') => self.word("null", Value::Null)?,
            Some('-' | '0'..='9') => Value::Number(self.numeral()?),
            Some(other) => {
                return Err(self.broken(format!("no value starts with {}", other.escape_default())).into());
            }
            None => return Err(self.broken("expected a value, found the end").into()),
        };
        Ok(Tree { value, position: Position { length: self.length_from(position), ..position } })
    }

    /// How many characters were read since, where that was on the same line.
    fn length_from(&self, start: Position) -> u32 {
        if self.line == start.line { self.column.saturating_sub(start.column).max(1) } else { 1 }
    }

    fn table(&mut self, depth: usize, position: Position) -> Result<Tree, Failure> {
        let mut entries = Vec::new();
        let outcome = self.entries(depth, &mut entries);
        let tree = Tree { value: Value::Table(entries), position };
        match outcome {
            Ok(()) => Ok(tree),
            // Half of a fact may say the contrary of the whole; half of the document has whole facts.
            Err(broken) => Err(Failure { broken, whole: (depth == 0).then_some(tree) }),
        }
    }

    fn entries(&mut self, depth: usize, entries: &mut Vec<Entry>) -> Result<(), Broken> {
        self.expect('{')?;
        self.blanks();
        if self.peek() == Some('}') {
            self.next();
            return Ok(());
        }
        loop {
            self.blanks();
            let position = self.position();
            if self.peek() != Some('"') {
                return Err(self.broken("expected the name of a field in quotation marks"));
            }
            let name = self.string()?;
            let position = Position { length: self.length_from(position), ..position };
            self.blanks();
            self.expect(':')?;
            self.blanks();
            match self.value(depth + 1) {
                Ok(value) => entries.push(Entry { name, position, value }),
                Err(Failure { broken, whole }) => {
                    entries.extend(whole.map(|value| Entry { name, position, value }));
                    return Err(broken);
                }
            }
            self.blanks();
            match self.peek() {
                Some(',') => self.next(),
                _ => return self.expect('}'),
            };
        }
    }

    fn list(&mut self, depth: usize, position: Position) -> Result<Tree, Failure> {
        let mut items = Vec::new();
        let outcome = self.items(depth, &mut items);
        let tree = Tree { value: Value::List(items), position };
        match outcome {
            Ok(()) => Ok(tree),
            Err(broken) => Err(Failure { broken, whole: Some(tree) }),
        }
    }

    fn items(&mut self, depth: usize, items: &mut Vec<Tree>) -> Result<(), Broken> {
        self.expect('[')?;
        self.blanks();
        if self.peek() == Some(']') {
            self.next();
            return Ok(());
        }
        loop {
            self.blanks();
            items.push(self.value(depth + 1).map_err(|failure| failure.broken)?);
            self.blanks();
            match self.peek() {
                Some(',') => self.next(),
                _ => return self.expect(']'),
            };
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Broken> {
        if !self.rest.starts_with(word) {
            return Err(self.broken("a word that is none of true, false and null"));
        }
        for _ in word.chars() {
            self.next();
        }
        Ok(value)
    }

    fn numeral(&mut self) -> Result<String, Broken> {
        let mut text = String::new();
        while let Some(sign @ ('-' | '+' | '.' | 'e' | 'E' | '0'..='9')) = self.peek() {
            text.push(sign);
            self.next();
        }
        if is_json_number(&text) { Ok(text) } else { Err(self.broken(format!("{text} is no number"))) }
    }

    fn string(&mut self) -> Result<String, Broken> {
        self.expect('"')?;
        let mut text = String::new();
        loop {
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escaped()?),
                Some(control) if control < ' ' => {
                    return Err(self.broken("a control character in a text; write it as \\u00XX"));
                }
                Some(other) => text.push(other),
                None => return Err(self.broken("the text does not end")),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Broken> {
        Ok(match self.next() {
            Some('"') => '"',
            Some('\\') => '\\',
            Some('/') => '/',
            Some('b') => '\u{8}',
            Some('f') => '\u{C}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let first = self.hex()?;
                if !(0xD800..0xE000).contains(&first) {
                    return char::from_u32(first).ok_or_else(|| self.broken("no character"));
                }
                // A character beyond the basic plane is written as two halves.
                self.expect('\\')?;
                self.expect('u')?;
                let second = self.hex()?;
                let pair = (first < 0xDC00 && (0xDC00..0xE000).contains(&second))
                    .then(|| 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                return pair.and_then(char::from_u32).ok_or_else(|| self.broken("half a character"));
            }
            _ => return Err(self.broken("an unknown sign after \\")),
        })
    }

    fn hex(&mut self) -> Result<u32, Broken> {
        let mut number = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|digit| digit.to_digit(16));
            number = number * 16 + digit.ok_or_else(|| self.broken("expected four hexadecimal digits"))?;
        }
        Ok(number)
    }
}

/// The grammar of RFC 8259: no leading zeros, digits around a point, digits after an exponent.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Tree>, Option<Broken>) {
        read_json(text, 1, 1)
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "null",
            "[true,false,-0.5e+3,12]",
            r#"{"a":"\"\\\n\u0001ÄÖ€𝄞","b":{},"c":[]}"#,
            r#"{"a":1,"a":2}"#,
        ] {
            let (tree, broken) = read(text);
            assert_eq!((tree.unwrap().to_string().as_str(), broken), (text, None));
        }
        let (tree, _) = read(r#""\ud834\udd1e\/\u00e4""#);
        assert_eq!(tree.unwrap().value, Value::Text("𝄞/ä".to_owned()));
    }

    #[test]
    fn every_value_has_its_place() {
        let (tree, _) = read_json("{\r\n  \"ä\": 1,\n\t\"b\": [2]}", 7, 3);
        let tree = tree.unwrap();
        assert_eq!(tree.position, Position::new(7, 3, 1));
        let Value::Table(entries) = &tree.value else { panic!("{tree}") };
        assert_eq!(entries[0].position, Position::new(8, 3, 3));
        assert_eq!(entries[0].value.position, Position::new(8, 8, 1));
        assert_eq!(entries[1].value.position, Position::new(9, 7, 1));
    }

    #[test]
    fn what_was_whole_before_a_break_is_kept() {
        let (tree, broken) = read(r#"{"schema":"x","facts":[{"a":1},{"b":[1,2"#);
        assert_eq!(tree.unwrap().to_string(), r#"{"schema":"x","facts":[{"a":1}]}"#);
        assert_eq!(broken.unwrap().position.column, 41);
        for text in
            ["", "{", "tru", "01", "1.", "\"\t\"", r#""\x""#, r#""\ud834x""#, "[1,]", "{\"a\"}", "1 2"]
        {
            assert!(read(text).1.is_some(), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(100_000);
        let (_, broken) = read(&deep);
        assert!(broken.unwrap().too_deep);
    }
}
