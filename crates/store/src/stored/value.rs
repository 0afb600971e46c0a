//! Reading: a document as a tree that borrows its texts, and the fields of an object taken one by one.

use super::Stored;
use super::fault::Wrong;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A value of a document. `null` and fractions do not exist there: what is not there is left out, and what is not
/// whole is written as a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Bool(bool),
    /// A whole number that is not negative.
    Number(u64),
    /// A negative number.
    Negative(i64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// Fields in the order of the document.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// Reads a document. Values nested deeper than the parser's 128 levels are refused; no event needs 20.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, Wrong> {
        serde_json::from_slice(bytes).map_err(|why| Wrong::new(format!("it is no document ({why})")))
    }

    /// What it is, for faults.
    fn what(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a truth value",
            Self::Number(_) | Self::Negative(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    fn expected(&self, expected: &str) -> Wrong {
        Wrong::new(format!("it is {}, not {expected}", self.what()))
    }

    pub(super) fn text(&self) -> Result<&str, Wrong> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(other.expected("a text")),
        }
    }

    pub(super) fn truth(&self) -> Result<bool, Wrong> {
        match self {
            Self::Bool(truth) => Ok(*truth),
            other => Err(other.expected("a truth value")),
        }
    }

    /// A number of the range of `T`.
    pub(super) fn number<T: TryFrom<u64> + TryFrom<i64>>(&self) -> Result<T, Wrong> {
        let (number, read) = match self {
            Self::Number(number) => (number.to_string(), T::try_from(*number).ok()),
            Self::Negative(number) => (number.to_string(), T::try_from(*number).ok()),
            other => return Err(other.expected("a number")),
        };
        read.ok_or_else(|| Wrong::new(format!("{number} is out of range")))
    }

    pub(super) fn items(&self) -> Result<&[Self], Wrong> {
        match self {
            Self::List(items) => Ok(items),
            other => Err(other.expected("a list")),
        }
    }

    pub(super) fn fields(&self) -> Result<Fields<'_, 'a>, Wrong> {
        match self {
            Self::Object(entries) => Ok(Fields { entries, next: 0, found: 0 }),
            other => Err(other.expected("an object")),
        }
    }

    /// A variant: a word, or an object whose only field has the word for its name.
    pub(super) fn variant(&self) -> Result<(&str, Option<&Self>), Wrong> {
        match self {
            Self::Text(word) => Ok((word, None)),
            Self::Object(entries) => match entries.as_slice() {
                [(word, content)] => Ok((word, Some(content))),
                _ => Err(Wrong::new(format!("it has {} fields, not one", entries.len()))),
            },
            other => Err(other.expected("a word, or an object of one field")),
        }
    }
}

/// The fields of an object, taken by name. They are found at once where they are asked for in the order of the
/// document, which is that in which they are written.
#[derive(Debug)]
pub(super) struct Fields<'v, 'a> {
    entries: &'v [(Cow<'a, str>, Value<'a>)],
    next: usize,
    found: usize,
}

impl<'v, 'a> Fields<'v, 'a> {
    fn find(&mut self, name: &str) -> Option<&'v Value<'a>> {
        let rest = self.entries.get(self.next..)?;
        let at = rest.iter().position(|(key, _)| key == name)?;
        self.found += 1;
        if at == 0 {
            self.next += 1;
        }
        rest.get(at).map(|(_, value)| value)
    }

    /// The value of a field, or what stands for one that is left out.
    pub(super) fn take<T: Stored>(&mut self, name: &'static str) -> Result<T, Wrong> {
        match self.find(name) {
            Some(value) => T::take(value).map_err(|wrong| wrong.in_field(name)),
            None => T::absent().ok_or_else(|| Wrong::new("it is missing").in_field(name)),
        }
    }

    /// The value of a field, or this one where it is left out.
    pub(super) fn take_or<T: Stored>(&mut self, name: &'static str, otherwise: T) -> Result<T, Wrong> {
        match self.find(name) {
            Some(value) => T::take(value).map_err(|wrong| wrong.in_field(name)),
            None => Ok(otherwise),
        }
    }

    /// Ends the reading: a field that nobody asked for would be lost, and so would one of two of the same name.
    pub(super) fn end(self, known: &[&str]) -> Result<(), Wrong> {
        if self.found == self.entries.len() {
            return Ok(());
        }
        let unknown = self.entries.iter().find(|(key, _)| !known.contains(&&**key));
        Err(match unknown {
            Some((key, _)) => Wrong::unknown(key, "a field it has"),
            None => Wrong::new("a field is there twice"),
        })
    }
}

/// A text that borrows from the document where it can.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of a field")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a whole number, a truth value, a list or an object")
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(number).map_or(Value::Negative(number), Value::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((Text(key), value)) = map.next_entry()? {
            entries.push((key, value));
        }
        Ok(Value::Object(entries))
    }
}
