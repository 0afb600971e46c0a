//! The published documents: what scripts read. Their types are the only ones here that are serialised,
//! and their schemas are made from the same types (`loadgate::schema`).
//!
//! Fields may be added; none is renamed or changes its type. `null` and the empty list mean "not stated,
//! or not readable".

pub mod access;
pub mod adjudication;
pub mod assess;
pub mod check;
pub mod counts;
pub mod describe;
pub mod explain;
pub mod gaps;
pub mod gate_list;
pub mod holds;
pub mod lists;
pub mod lookup;
pub mod node;
pub mod notice;
pub mod operation;
pub mod organisation;
pub mod outage;
pub mod people;
pub mod queue;
pub mod retention;
pub mod screen;
pub mod screening;
pub mod transport;
pub mod value;
pub mod work_order;

use consignment::{Consignment, DocumentKind, Field, Filing};
use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, ser};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A decimal written with exactly its digits, which a binary float would not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(String);

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Self(value.to_string())
    }
}

impl Number {
    /// Thousandths as a number with three decimals.
    pub fn thousandths(value: u16) -> Self {
        Self(format!("{}.{:03}", value / 1000, value % 1000))
    }

    /// Thousandths that may be less than nothing, as a number with three decimals.
    pub fn signed_thousandths(value: i16) -> Self {
        let sign = if value < 0 { "-" } else { "" };
        Self(format!("{sign}{}", Self::thousandths(value.unsigned_abs()).0))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

/// An input that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnusableFile {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The file as it was named; `-` for standard input.
    pub file: String,
    /// What happened and what to do.
    pub error: String,
}

/// One entry of a document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Entry<T> {
    /// The input was read.
    Read(T),
    /// It cannot be used.
    Unusable(UnusableFile),
}

/// What is known of a file before it is read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Head {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The file as it was named; `-` for standard input.
    pub file: String,
}

/// What is known of a file after it was read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tail {
    /// Format of its messages; `mixed` where they differ.
    pub format: Option<&'static str>,
    /// How many messages it has.
    pub messages: u64,
    /// Why reading broke off, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One line of a stream: an item with the file it came from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Line<'a, T> {
    /// Name of the line's schema.
    pub schema: &'static str,
    /// The file as it was named; `-` for standard input.
    pub file: &'a str,
    /// The item.
    #[serde(flatten)]
    pub item: T,
}

/// The line an item starts at: where the number of the consignment stands, if its message names several.
pub fn line_of(filing: &Filing, consignment: &Consignment) -> u32 {
    if filing.consignments.len() < 2 {
        return filing.first_line;
    }
    let number = match consignment.kind {
        DocumentKind::House
        | DocumentKind::HouseAnnounced
        | DocumentKind::MailItem
        | DocumentKind::Express => Field::House,
        DocumentKind::Master | DocumentKind::Status | DocumentKind::ManifestLine | DocumentKind::Echo => {
            Field::Master
        }
    };
    // Houses echoed by a reply are mere status and have both numbers; theirs is the lower one.
    let positions = [consignment.house.as_ref().map(|_| Field::House), Some(number)];
    let position = positions.into_iter().flatten().find_map(|field| consignment.source.position(field));
    position.map_or(filing.first_line, |position| position.line)
}

/// A fact in the form of `loadgate-facts/1`.
pub fn fact_json(fact: &consignment::fact::Fact) -> serde_json::Value {
    // What is written is JSON.
    serde_json::from_str(&formats::facts::write_fact(fact).to_string()).unwrap_or_default()
}

/// The text, or `None` where the model says "not stated" by leaving it empty.
pub(crate) fn stated(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for text in ["837.2", "0.50", "79228162514264337593543950335", "0.0000000000000000000000000001"] {
            let number = Number::from(Decimal::from_str_exact(text).unwrap());
            assert_eq!(serde_json::to_string(&number).unwrap(), text);
        }
        assert_eq!(serde_json::to_string(&Number::thousandths(1000)).unwrap(), "1.000");
        assert_eq!(serde_json::to_string(&Number::thousandths(87)).unwrap(), "0.087");
        assert_eq!(serde_json::to_string(&Number::signed_thousandths(-100)).unwrap(), "-0.100");
        assert_eq!(serde_json::to_string(&Number::signed_thousandths(40)).unwrap(), "0.040");
    }

    #[test]
    fn a_line_is_one_flat_object() {
        let file = UnusableFile { schema: "a", file: "b".to_owned(), error: "c".to_owned() };
        #[derive(Serialize)]
        struct Item {
            weight: Number,
        }
        let line = Line { schema: "s", file: "f", item: Item { weight: Number::thousandths(1500) } };
        assert_eq!(serde_json::to_string(&line).unwrap(), r#"{"schema":"s","file":"f","weight":1.500}"#);
        let entry = Entry::<Item>::Unusable(file);
        assert_eq!(serde_json::to_string(&entry).unwrap(), r#"{"schema":"a","file":"b","error":"c"}"#);
    }
}
