//! Countries as lists and messages write them, reduced to their ISO 3166-1 codes.

use crate::hash::Quick;
use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: &str = include_str!("../data/countries.tsv");

struct Countries {
    by_name: HashMap<Vec<String>, &'static str, Quick>,
    by_code: HashMap<&'static str, &'static str, Quick>,
    /// Names of one word.
    single: std::collections::HashSet<String>,
}

/// Parts of the world, countries by what they call themselves, and a few great cities, which stand in names as
/// countries do.
const REGIONS: &[&str] = &[
    "EUROPE",
    "ASIA",
    "AFRICA",
    "AMERICA",
    "EURASIA",
    "GULF",
    "NORDIC",
    "ENGLAND",
    "SCOTLAND",
    "SCHWEIZ",
    "SUISSE",
    "SVIZZERA",
    "DEUTSCHLAND",
    "ESPANA",
    "ITALIA",
    "OSTERREICH",
    "BRASIL",
    "ROSSIYA",
    "NEDERLAND",
    "POLSKA",
    "TURKIYE",
    "MAROC",
    "ALGERIE",
    "TUNISIE",
    "LIBAN",
    "MISR",
    "SVERIGE",
    "NORGE",
    "DANMARK",
    "SUOMI",
    "MAGYARORSZAG",
    "HRVATSKA",
    "UKRAINA",
    "ROMANIA",
    "SRBIJA",
    "MOSKVA",
    "MOSCOW",
    "PETERBURG",
    "PETERSBURG",
    "LENINGRAD",
    "MINSK",
    "KIEV",
    "KYIV",
    "TEHRAN",
    "DUBAI",
    "BEIJING",
    "SHANGHAI",
    "ISTANBUL",
];

static COUNTRIES: LazyLock<Countries> = LazyLock::new(|| {
    let mut countries =
        Countries { by_name: HashMap::default(), by_code: HashMap::default(), single: Default::default() };
    for (code, names) in
        TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
    {
        countries.by_code.insert(code, code);
        for name in names.split('|') {
            let words = words(name);
            if let [word] = words.as_slice()
                && word.len() >= 4
            {
                countries.single.insert(word.clone());
            }
            countries.by_name.insert(words, code);
        }
    }
    countries.single.extend(REGIONS.iter().map(|name| (*name).to_owned()));
    countries
});

/// The words that tell one country from another, in alphabetical order, so that "Korea, North" is "North Korea".
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = any_ascii::any_ascii(name)
        .to_ascii_uppercase()
        .replace('\'', "")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !matches!(*word, "" | "THE" | "OF" | "AND"))
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words
}

/// The ISO 3166-1 alpha-2 code of a country given by that code or by one of its names; `None` where it is neither.
///
/// ```
/// assert_eq!(names::country_code("Korea, North"), Some("KP"));
/// assert_eq!(names::country_code("de"), Some("DE"));
/// assert_eq!(names::country_code("Region: Gaza Strip"), None);
/// ```
pub fn country_code(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.len() == 2
        && let Some(code) = COUNTRIES.by_code.get(text.to_ascii_uppercase().as_str())
    {
        return Some(code);
    }
    // Longer than any name of the table: not worth the work.
    if text.len() > 120 {
        return None;
    }
    COUNTRIES.by_name.get(&words(text)).copied()
}

/// Whether a word in upper-case ASCII is the name of a country or of a part of the world.
pub(crate) fn is_place(word: &str) -> bool {
    COUNTRIES.single.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_lists_are_known() {
        for (text, code) in [
            ("Congo, Democratic Republic of the", "CD"),
            ("Democratic Republic of the Congo", "CD"),
            ("Congo, Republic of the", "CG"),
            ("Iran (Islamic Republic of)", "IR"),
            ("iran", "IR"),
            ("Cote d Ivoire", "CI"),
            ("CÔTE D'IVOIRE", "CI"),
            ("Macedonia, The Former Yugoslav Republic of", "MK"),
            ("St. Kitts & Nevis", "KN"),
            ("Bahamas, The", "BS"),
            ("Syrian Arab Republic", "SY"),
            ("Burma", "MM"),
            ("Virgin Islands, British", "VG"),
            ("ae", "AE"),
            ("UK", "GB"),
        ] {
            assert_eq!(country_code(text), Some(code), "{text}");
        }
        for text in ["", "XX", "undetermined", "former Soviet Union", "region"] {
            assert_eq!(country_code(text), None, "{text}");
        }
    }

    #[test]
    fn no_two_countries_share_a_name() {
        let mut seen: HashMap<Vec<String>, &str> = HashMap::new();
        for (code, names) in
            TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
        {
            for name in names.split('|') {
                let other = seen.insert(words(name), code);
                assert!(other.is_none_or(|other| other == code), "{name} is {code} and {other:?}");
            }
        }
        assert_eq!(COUNTRIES.by_code.len(), 251);
    }
}
