//! The remarks of an SDN record: "DOB 08 Apr 1962; POB Glasstown; nationality Freedonia; a.k.a. 'THE LAMPLIGHTER'.".

use crate::date::{BirthDate, PartialDate, digits};
use crate::list::{Document, Entity, NameKind, Quality};

/// A part of the remarks that should hold a value and does not.
pub(super) struct Unreadable {
    /// Which value.
    pub(super) field: &'static str,
    /// What stands there.
    pub(super) text: String,
}

/// Beginnings of the parts that carry a number, as OFAC words them.
const DOCUMENT_KINDS: &[&str] = &[
    "Passport",
    "Stateless Person Passport",
    "Diplomatic Passport",
    "National ID No.",
    "National Foreign ID Number",
    "Personal ID Card",
    "Identification Number",
    "Cedula No.",
    "NIT #",
    "RUC #",
    "R.F.C.",
    "C.U.R.P.",
    "SSN",
    "Tax ID No.",
    "V.A.T. Number",
    "Registration ID",
    "Registration Number",
    "Business Registration Number",
    "Company Number",
    "Commercial Registry Number",
    "Trade License No.",
    "Vessel Registration Identification",
    "Aircraft Construction Number (also called L/N or S/N or F/N)",
    "Aircraft Manufacturer's Serial Number (MSN)",
    "Driver's License No.",
    "SWIFT/BIC",
];

/// Adds what the remarks state to the entry; the text itself stays in [`Entity::remarks`].
pub(super) fn read(text: &str, entity: &mut Entity) -> Vec<Unreadable> {
    let mut unreadable = Vec::new();
    for part in text.split(';') {
        let part = part.trim();
        let part = part.strip_prefix("alt. ").unwrap_or(part);
        if let Some(alias) = ["a.k.a. ", "f.k.a. ", "n.k.a. "].iter().find_map(|head| part.strip_prefix(head))
        {
            entity.add_name(unquoted(alias), NameKind::Alias(Quality::Weak));
            continue;
        }
        // A full stop ends the remarks; names keep theirs inside the quotation marks.
        let part = part.trim_end_matches('.').trim_end();
        if let Some(date) = part.strip_prefix("DOB ") {
            match birth_date(date) {
                Some(date) if entity.birth_dates.contains(&date) => {}
                Some(date) => entity.birth_dates.push(date),
                None => unreadable.push(Unreadable { field: "birth_date", text: date.to_owned() }),
            }
        } else if let Some(place) = part.strip_prefix("POB ") {
            push_new(&mut entity.birth_places, place);
        } else if let Some(country) =
            part.strip_prefix("nationality ").or_else(|| part.strip_prefix("citizen "))
        {
            push_new(&mut entity.countries, country);
        } else if let Some(document) = document(part) {
            entity.documents.push(document);
        }
    }
    unreadable
}

/// Adds a value unless it is empty or known.
pub(in crate::source) fn push_new(values: &mut Vec<String>, value: &str) {
    let value = value.trim();
    if !value.is_empty() && !values.iter().any(|known| known == value) {
        values.push(value.to_owned());
    }
}

/// `'THE LAMPLIGHTER'.` without the marks around it; a name may hold apostrophes itself.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.strip_suffix("'.").or_else(|| text.strip_suffix('\'')).unwrap_or(text)
}

/// `08 Apr 1962`, `Apr 1962`, `1962`, `circa 1962`, `1961 to 1963`, with or without day and month.
pub(in crate::source) fn birth_date(text: &str) -> Option<BirthDate> {
    let (text, approximate) = match text.strip_prefix("circa ") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (from, to) = text.split_once(" to ").or_else(|| text.split_once('-')).unwrap_or((text, text));
    Some(BirthDate { from: day_month_year(from)?, to: day_month_year(to)?, approximate })
}

fn day_month_year(text: &str) -> Option<PartialDate> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = |text: &str| i8::try_from(MONTHS.iter().position(|month| *month == text)? + 1).ok();
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [y] => PartialDate::new(digits(y, 4)?, None, None),
        [m, y] => PartialDate::new(digits(y, 4)?, Some(month(m)?), None),
        [d, m, y] => PartialDate::new(digits(y, 4)?, Some(month(m)?), i8::try_from(digits(d, 2)?).ok()),
        _ => None,
    }
}

/// `Passport FX 1 (Freedonia) issued 01 Jan 2021 expires 31 Dec 2030`: kind, number and country.
fn document(part: &str) -> Option<Document> {
    let (kind, rest) = DOCUMENT_KINDS
        .iter()
        .filter_map(|kind| {
            part.strip_prefix(kind).filter(|rest| rest.starts_with(' ')).map(|rest| (*kind, rest))
        })
        .max_by_key(|(kind, _)| kind.len())?;
    let end = [" issued ", " expires "].iter().filter_map(|mark| rest.find(mark)).min();
    let rest = &rest[..end.unwrap_or(rest.len())];
    let (number, country) = match rest.split_once(" (") {
        Some((number, country)) => (number, country.split(')').next().map(str::trim)),
        None => (rest, None),
    };
    let number = number.trim();
    (!number.is_empty()).then(|| Document {
        kind: kind.to_owned(),
        number: number.to_owned(),
        country: country.filter(|country| !country.is_empty()).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Schema;

    #[test]
    fn remarks_yield_their_values() {
        let mut entity = Entity::new("1", Schema::Person);
        let text = "DOB 08 Apr 1962; alt. DOB circa 1960; alt. DOB 1958 to 1961; POB Port Nowhere, Freedonia; \
                    nationality Freedonia; alt. citizen Sylvania; Passport A 1 (Freedonia) issued 01 Jan 2001 expires \
                    01 Jan 2011; Tax ID No. 77-1; DOB soon; Gender Male; a.k.a. 'O'HARA THE ZEPHYR'; a.k.a. 'ZED.'; \
                    a.k.a. 'open.";
        let unreadable = read(text, &mut entity);
        let names: Vec<&str> = entity.names.iter().map(|name| name.text.as_str()).collect();
        assert_eq!(names, ["O'HARA THE ZEPHYR", "ZED.", "open."]);
        assert!(entity.names.iter().all(|name| name.kind == NameKind::Alias(Quality::Weak)));
        let dates: Vec<String> = entity.birth_dates.iter().map(ToString::to_string).collect();
        assert_eq!(dates, ["1962-04-08", "about 1960", "1958 to 1961"]);
        assert_eq!(entity.birth_places, ["Port Nowhere, Freedonia"]);
        assert_eq!(entity.countries, ["Freedonia", "Sylvania"]);
        let documents: Vec<(&str, &str, Option<&str>)> = entity
            .documents
            .iter()
            .map(|document| (document.kind.as_str(), document.number.as_str(), document.country.as_deref()))
            .collect();
        assert_eq!(documents, [("Passport", "A 1", Some("Freedonia")), ("Tax ID No.", "77-1", None)]);
        assert_eq!(unreadable.len(), 1);
        assert_eq!((unreadable[0].field, unreadable[0].text.as_str()), ("birth_date", "soon"));
    }
}
