//! Weights, volumes and sizes, written one way for people, whatever codes the message has.

use super::text::count;
use crate::document::describe::{VolumeItem, WeightItem};
use consignment::measure::{Weight, WeightUnit, parse_decimal};

/// `200.0 kg`, or `441 lb (200.034 kg)`.
pub(super) fn weight(stated: &WeightItem) -> String {
    let value = stated.value.as_str();
    if stated.unit == WeightUnit::Kilogram.code() {
        return format!("{value} kg");
    }
    match parse_decimal(value) {
        Some(pounds) => {
            let kg = Weight { value: pounds, unit: WeightUnit::Pound }.to_kg();
            format!("{value} lb ({kg} kg)")
        }
        None => format!("{value} lb"),
    }
}

/// `0.39 m³`. Codes: Cargo-IMP `MC`, `CF`, `CC`, `CI`; UN/CEFACT Recommendation 20 `MTQ`, `FTQ`, `CMQ`,
/// `INQ`, `DMQ`. Another code stays as it is.
pub(super) fn volume(stated: &VolumeItem<'_>) -> String {
    let unit = match stated.unit {
        "MC" | "MTQ" => "m³",
        "DMQ" => "dm³",
        "CC" | "CMQ" => "cm³",
        "CF" | "FTQ" => "cubic feet",
        "CI" | "INQ" => "cubic inches",
        other => other,
    };
    format!("{} {unit}", stated.value.as_str())
}

/// Dimensions as messages write them, `CMT119-37-17/1` or `K150.5/CMT120-80-90/3`, in words: one piece of
/// 119 × 37 × 17 cm. What is written otherwise stays as it is. Units: UN/CEFACT Recommendation 20.
pub(super) fn dimensions(written: &str) -> String {
    read_dimensions(written).unwrap_or_else(|| written.to_owned())
}

fn read_dimensions(written: &str) -> Option<String> {
    let (before, pieces) = written.rsplit_once('/')?;
    let pieces: u64 = pieces.parse().ok()?;
    let (weight, size) = match before.split_once('/') {
        Some((weight, size)) => (Some(weight), size),
        None => (None, before),
    };
    let unit = match size.get(..3)? {
        "MMT" => "mm",
        "CMT" => "cm",
        "MTR" => "m",
        "INH" => "inches",
        "FOT" => "feet",
        _ => return None,
    };
    let sides: Vec<&str> = size[3..].split('-').collect();
    let number = |text: &&str| parse_decimal(text).is_some();
    if sides.len() != 3 || !sides.iter().all(number) {
        return None;
    }
    let weight = match weight {
        None => String::new(),
        Some(stated) => {
            let unit = match stated.get(..1)? {
                "K" => "kg",
                "L" => "lb",
                _ => return None,
            };
            parse_decimal(&stated[1..])?;
            format!(" ({} {unit})", &stated[1..])
        }
    };
    Some(format!("{} of {} {unit}{weight}", count(pieces, "piece"), sides.join(" × ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_in_words_or_as_they_are() {
        let cases = [
            ("CMT119-37-17/1", "1 piece of 119 × 37 × 17 cm"),
            ("K150.5/CMT120-80-90/3", "3 pieces of 120 × 80 × 90 cm (150.5 kg)"),
            ("INH10-20-30/2", "2 pieces of 10 × 20 × 30 inches"),
            ("CMT119-37/1", "CMT119-37/1"),
            ("XYZ1-2-3/1", "XYZ1-2-3/1"),
            ("ÄÖÜ/1", "ÄÖÜ/1"),
            ("", ""),
        ];
        for (written, expected) in cases {
            assert_eq!(dimensions(written), expected);
        }
    }
}
