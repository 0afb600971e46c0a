//! A State's own and operational lists (watch entries, expired approvals, threat bulletins) as a plain JSON document.
//!
//! ```json
//! {
//!   "loadgate_watch_list": {"title": "Border watch of Freedonia", "edition": "2026-11-01", "purpose": "security"},
//!   "entries": [
//!     {
//!       "id": "W-1",
//!       "name": "Zephyr Border Trading FZE",
//!       "aliases": [{"name": "ZBT General Trading", "quality": "strong"}, {"name": "ZBT", "quality": "weak"}],
//!       "schema": "organisation",
//!       "original_script_names": ["زفير للتجارة"],
//!       "countries": ["AE"],
//!       "addresses": [{"street": "Shed 4", "city": "Port Nowhere", "country": "AE"}],
//!       "documents": [{"kind": "Trade licence", "number": "77-1", "country": "AE"}],
//!       "reason": "Case 7 of 2026",
//!       "expires": "2027-11-01"
//!     }
//!   ]
//! }
//! ```
//!
//! The heading `loadgate_watch_list` stands first. `purpose` is `security`, the default, or `sanctions`. Each entry
//! needs `id` and `name`. Beside the above it may have `birth_dates` (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`),
//! `places_of_birth` and `nationalities`. `schema` is `person`, `organisation`, `vessel`, `aircraft` or left out. Where
//! several values may stand, one may stand alone; an alias or an address may be a plain text. `reason` and `expires` are
//! kept as remarks: reading knows no clock, so an entry counts until a newer edition leaves it out. Fields that are
//! not known are findings.

use super::entries::{Entries, add_remark, one_line, push_new};
use super::json::{self, Item, Places};
use super::report::Report;
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE, xml};
use crate::date::{BirthDate, PartialDate};
use crate::limits::{ENTRY_VALUES, JSON_RECORD_BYTES};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;
use serde_json::{Map, Value};

pub(super) const SOURCE: Source = Source {
    id: "watch-json",
    title: "Security watch list",
    publisher: "The State's own authority",
    purpose: Purpose::Security,
    recognises: "JSON whose first field is \"loadgate_watch_list\"; it may state the purpose sanctions",
    roles: &[WHOLE],
    recognise,
    read,
};

/// The field that holds the heading.
const HEADING: &str = "loadgate_watch_list";

fn recognise(file: &ListFile) -> Option<Part> {
    let head = super::lines::utf8_or_bytes(&file.bytes[..file.bytes.len().min(512)]).into_owned();
    let text = String::from_utf8_lossy(&head);
    let ours = text.trim_start().strip_prefix('{')?.trim_start().strip_prefix('"')?.starts_with(HEADING);
    ours.then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let mut content = Content::default();
    let Some(part) = parts.role(WHOLE) else { return content };
    let bytes = super::lines::utf8_or_bytes(&part.file.bytes);
    let text = xml::decode(part, &bytes, report);
    let mut places = Places::new(&text);
    let mut entries = Entries::default();
    let walked = json::walk(&text, "entries", |offset, item| {
        let at = places.at(offset);
        let (key, text) = match item {
            Item::Member(key, text) => (key, text),
            Item::Element(text) => ("", text),
        };
        if !key.is_empty() && key != HEADING {
            let mut finding = report.at_place(part, at, codes::WATCH_LIST_FIELD_UNKNOWN);
            finding = finding.with("id", "the document");
            report.add(finding.with("field", super::excerpt(key)));
            return;
        }
        if text.len() > JSON_RECORD_BYTES {
            let limit = format!("{} KiB", JSON_RECORD_BYTES / 1024);
            report.add(report.at_place(part, at, codes::LIST_RECORD_TOO_LARGE).with("limit", limit));
            return;
        }
        match json::value(text) {
            // What could be walked and not read is nested too deeply, or a number out of range.
            Err(fault) => {
                report.add(report.at_place(part, at, codes::LIST_JSON_BROKEN).with("why", fault.why));
            }
            Ok(value) if key == HEADING => read_heading(part, at, &value, &mut content, report),
            Ok(value) => {
                let mut reader = Reader { part, at, id: String::new(), report };
                if let Some(entity) = reader.entry(&value) {
                    entries.add(part, at.0, entity, report);
                }
            }
        }
    });
    if let Err(fault) = walked {
        let at = places.at(fault.offset);
        report.add(report.at_place(part, at, codes::LIST_JSON_BROKEN).with("why", fault.why));
    }
    content.entities = entries.finish();
    content
}

fn read_heading(
    part: &PartFile<'_>,
    at: (u32, u32),
    heading: &Value,
    content: &mut Content,
    report: &mut Report,
) {
    let text = |key: &str| heading.get(key).and_then(Value::as_str).map(str::trim);
    content.title = text("title").filter(|title| !title.is_empty()).map(str::to_owned);
    content.edition =
        text("edition").and_then(|text| text.parse::<PartialDate>().ok()).map(|date| date.to_string());
    content.purpose = text("purpose").and_then(Purpose::parse);
    let purpose_read = content.purpose.is_some() || heading.get("purpose").is_none();
    if content.title.is_none() || content.edition.is_none() || !purpose_read {
        let shown: String = heading.to_string().chars().take(80).collect();
        report.add(report.at_place(part, at, codes::WATCH_LIST_HEADING).with("text", shown));
    }
    for key in heading.as_object().into_iter().flat_map(Map::keys) {
        if !["title", "edition", "purpose"].contains(&key.as_str()) {
            let finding =
                report.at_place(part, at, codes::WATCH_LIST_FIELD_UNKNOWN).with("id", "the heading");
            report.add(finding.with("field", super::excerpt(key)));
        }
    }
}

/// The fields of an entry that are read.
const FIELDS: &[&str] = &[
    "id",
    "name",
    "aliases",
    "schema",
    "birth_dates",
    "places_of_birth",
    "nationalities",
    "countries",
    "addresses",
    "documents",
    "original_script_names",
    "reason",
    "expires",
];

/// Reads one entry and reports about it.
struct Reader<'a, 'f> {
    part: &'a PartFile<'f>,
    at: (u32, u32),
    id: String,
    report: &'a mut Report,
}

impl Reader<'_, '_> {
    fn entry(&mut self, value: &Value) -> Option<Entity> {
        let identifier = value.get("id").and_then(json::scalar);
        let (Some(fields), Some(id)) = (value.as_object(), identifier) else {
            let shown = value.get("id").map_or_else(|| json::shown(value), json::shown);
            let finding = self.report.at_place(self.part, self.at, codes::LIST_RECORD_IDENTIFIER);
            self.report.add(finding.with("text", shown));
            return None;
        };
        self.id = id;
        self.unknown(fields, FIELDS, "");
        let schema = match self.text(fields, "schema").map(|word| (Schema::parse(&word), word)) {
            None => Schema::Unknown,
            Some((Some(schema), _)) => schema,
            Some((None, word)) => {
                self.unreadable("schema", &Value::String(word));
                Schema::Unknown
            }
        };
        let mut entity = Entity::new(self.id.clone(), schema);
        if let Some(name) = self.text(fields, "name") {
            entity.add_name(&one_line(&name), NameKind::Primary);
        }
        for alias in self.values(fields, "aliases") {
            self.alias(alias, &mut entity);
        }
        for name in self.texts(fields, "original_script_names") {
            entity.add_name(&one_line(&name), NameKind::OriginalScript);
        }
        if entity.names.is_empty() {
            let finding = self.report.at_place(self.part, self.at, codes::LIST_RECORD_NAMELESS);
            self.report.add(finding.with("id", &self.id));
            return None;
        }
        for text in self.texts(fields, "birth_dates") {
            match text.parse() {
                Ok(date) => push_new(&mut entity.birth_dates, [BirthDate::on(date)]),
                Err(_) => self.unreadable("birth_dates", &Value::String(text)),
            }
        }
        push_new(&mut entity.birth_places, self.texts(fields, "places_of_birth"));
        push_new(&mut entity.countries, self.texts(fields, "nationalities"));
        push_new(&mut entity.countries, self.texts(fields, "countries"));
        for value in self.values(fields, "addresses") {
            let address = self.address(value);
            push_new(&mut entity.addresses, address);
        }
        for value in self.values(fields, "documents") {
            let document = self.document(value);
            push_new(&mut entity.documents, document);
        }
        if let Some(reason) = self.text(fields, "reason") {
            add_remark(&mut entity, '\n', &one_line(&reason));
        }
        match self.text(fields, "expires").map(|text| (text.parse::<PartialDate>(), text)) {
            None => {}
            Some((Ok(date), _)) => add_remark(&mut entity, '\n', &format!("Expires {date}.")),
            Some((Err(_), text)) => self.unreadable("expires", &Value::String(text)),
        }
        Some(entity)
    }

    fn alias(&mut self, value: &Value, entity: &mut Entity) {
        let (name, quality) = match value {
            Value::Object(fields) => {
                self.unknown(fields, &["name", "quality"], "aliases.");
                (fields.get("name").and_then(json::scalar), self.text(fields, "quality"))
            }
            other => (json::scalar(other), None),
        };
        let Some(name) = name else { return self.unreadable("aliases", value) };
        let quality = match quality.as_deref() {
            None | Some("strong" | "good" | "high") => Quality::Strong,
            Some("weak" | "low") => Quality::Weak,
            Some(_) => {
                self.unreadable("aliases.quality", value.get("quality").unwrap_or(value));
                Quality::Strong
            }
        };
        entity.add_name(&one_line(&name), NameKind::Alias(quality));
    }

    fn address(&mut self, value: &Value) -> Option<Address> {
        let Value::Object(fields) = value else {
            let street = json::scalar(value);
            if street.is_none() {
                self.unreadable("addresses", value);
            }
            return street.map(|street| Address { street: Some(street), ..Address::default() });
        };
        self.unknown(fields, &["street", "city", "region", "postal_code", "country", "note"], "addresses.");
        let mut get = |key| self.text(fields, key);
        let address = Address {
            street: get("street"),
            city: get("city"),
            region: get("region"),
            postal_code: get("postal_code"),
            country: get("country"),
            note: get("note"),
        };
        (!address.is_empty()).then_some(address)
    }

    fn document(&mut self, value: &Value) -> Option<Document> {
        let number = value.get("number").and_then(json::scalar);
        let (Value::Object(fields), Some(number)) = (value, number) else {
            self.unreadable("documents", value);
            return None;
        };
        self.unknown(fields, &["kind", "number", "country"], "documents.");
        let kind = self.text(fields, "kind").unwrap_or_else(|| "Document".to_owned());
        Some(Document { kind, number, country: self.text(fields, "country") })
    }

    /// The text or number of a field, if it is there.
    fn text(&mut self, fields: &Map<String, Value>, key: &str) -> Option<String> {
        let value = fields.get(key).filter(|value| !value.is_null())?;
        let text = json::scalar(value);
        // An empty text is as good as none.
        if text.is_none() && !value.is_string() {
            self.unreadable(key, value);
        }
        text
    }

    /// The values of a field, be it an array or one alone.
    fn values<'v>(&mut self, fields: &'v Map<String, Value>, key: &str) -> &'v [Value] {
        let values = match fields.get(key) {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(values)) => values,
            Some(value) => std::slice::from_ref(value),
        };
        if values.len() > ENTRY_VALUES {
            let finding = self.report.at_place(self.part, self.at, codes::LIST_RECORD_TOO_LARGE);
            self.report.add(finding.with("limit", format!("{ENTRY_VALUES} values of {key}")));
        }
        values.get(..ENTRY_VALUES).unwrap_or(values)
    }

    fn texts(&mut self, fields: &Map<String, Value>, key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for value in self.values(fields, key) {
            match json::scalar(value) {
                Some(text) => texts.push(text),
                None => self.unreadable(key, value),
            }
        }
        texts
    }

    fn unknown(&mut self, fields: &Map<String, Value>, known: &[&str], prefix: &str) {
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            let finding = self.report.at_place(self.part, self.at, codes::WATCH_LIST_FIELD_UNKNOWN);
            let field = format!("{prefix}{}", super::excerpt(key));
            self.report.add(finding.with("id", &self.id).with("field", field));
        }
    }

    fn unreadable(&mut self, field: &str, value: &Value) {
        let finding = self.report.at_place(self.part, self.at, codes::LIST_VALUE_UNREADABLE);
        self.report.add(finding.with("id", &self.id).with("field", field).with("text", json::shown(value)));
    }
}
