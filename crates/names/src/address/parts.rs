//! The parts of an address line: numbers, words that name, words that only say the kind of thing.

use crate::normalise::words;
use rapidfuzz::distance::osa;

/// Longest text taken for an address; what follows says nothing of the street.
const TEXT_MAX: usize = 400;

/// Words for a unit inside a building: the number behind them is no house number.
const UNITS: [&str; 22] = [
    "APARTMENT",
    "APT",
    "BLDG",
    "BLOCK",
    "BUILDING",
    "FLAT",
    "FLOOR",
    "FL",
    "HALL",
    "LEVEL",
    "LOT",
    "OFFICE",
    "OFF",
    "PLOT",
    "ROOM",
    "RM",
    "SHED",
    "STE",
    "SUITE",
    "TOWER",
    "UNIT",
    "WAREHOUSE",
];

/// Words for the kind of a street, and others that tell no street from another. Field usage.
const KINDS: [&str; 59] = [
    "ALLEE",
    "ALLEY",
    "AND",
    "AV",
    "AVE",
    "AVENUE",
    "AVENIDA",
    "BD",
    "BLVD",
    "BOULEVARD",
    "CALLE",
    "CARRERA",
    "CL",
    "CLOSE",
    "COURT",
    "CRA",
    "CT",
    "DE",
    "DEL",
    "DER",
    "DES",
    "DR",
    "DRIVE",
    "DU",
    "E",
    "EAST",
    "HIGHWAY",
    "HWY",
    "KM",
    "LA",
    "LANE",
    "LN",
    "N",
    "NO",
    "NORTH",
    "NR",
    "NUMBER",
    "OF",
    "PLACE",
    "PL",
    "PLATZ",
    "PO",
    "RD",
    "ROAD",
    "RUE",
    "S",
    "SOUTH",
    "SQ",
    "SQUARE",
    "ST",
    "STR",
    "STRASSE",
    "STREET",
    "THE",
    "UL",
    "ULITSA",
    "VIA",
    "W",
    "WEST",
];

/// Endings of street names that are written out or cut: `HAUPTSTRASSE`, `HAUPTSTR`.
const ENDINGS: [&str; 4] = ["STRASSE", "STRASZE", "STR", "STRAAT"];

/// An address line, told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Numbers that may be of a house, in order; a letter behind one is left out.
    pub(super) numbers: Vec<String>,
    /// Numbers with letters, such as post codes, in one piece.
    pub(super) codes: Vec<String>,
    /// The number of a post office box.
    pub(super) post_box: Option<String>,
    /// Words that name something, in order.
    pub(super) words: Vec<String>,
}

impl Line {
    /// Tells the parts of a text apart.
    pub(super) fn of(text: &str) -> Self {
        let text: String = text.chars().take(TEXT_MAX).collect();
        let mut line = Self::default();
        let all = words(&text);
        let mut before = "";
        let mut boxed = false;
        for (index, word) in all.iter().enumerate() {
            let digits = word.bytes().take_while(u8::is_ascii_digit).count();
            let numeric = word.bytes().any(|byte| byte.is_ascii_digit());
            if is_box(word, before, all.get(index + 1).map_or("", String::as_str)) {
                boxed = true;
            } else if numeric && boxed {
                line.post_box.get_or_insert_with(|| word.clone());
                boxed = false;
            } else if numeric && UNITS.contains(&before) || is_storey(word, all.get(index + 1)) {
                // A unit inside a building.
            } else if is_ordinal(word) {
                line.words.push(word.clone());
            } else if digits > 0 && word.len() - digits <= 1 {
                line.numbers.push(word[..digits].trim_start_matches('0').to_owned());
                if word.len() > digits {
                    line.codes.push(word.clone());
                }
            } else if numeric {
                line.codes.push(word.clone());
            } else if word.len() > 1 && !KINDS.contains(&word.as_str()) && !UNITS.contains(&word.as_str()) {
                line.words.push(without_ending(word).to_owned());
            }
            before = word;
        }
        if line.words.is_empty() {
            // South Road: a direction may be all the name a street has.
            let direction = |word: &&String| matches!(word.as_str(), "NORTH" | "SOUTH" | "EAST" | "WEST");
            line.words.extend(all.iter().filter(direction).cloned());
        }
        line
    }

    /// What an address of a list is found by: its box, else the number of its house.
    pub(super) fn key(&self) -> Option<String> {
        self.keys().into_iter().next()
    }

    /// What an address may be found by, of what is asked.
    pub(super) fn keys(&self) -> Vec<String> {
        let boxed = self.post_box.iter().map(|number| format!("BOX {number}"));
        boxed.chain(self.numbers.iter().cloned()).collect()
    }

    /// All numbers and codes, and the same in one piece: `SW1A 1AA` is also `SW1A1AA`.
    pub(super) fn joined(self) -> Vec<String> {
        let whole = self.codes.concat();
        let mut all: Vec<String> = self.numbers.into_iter().chain(self.codes).collect();
        if !whole.is_empty() && !all.contains(&whole) {
            all.push(whole);
        }
        all
    }

    /// The street's own words that stand in `other`, each with the word that is alike, where all of them do.
    pub(super) fn found_in<'a>(&'a self, other: &'a Self) -> Vec<(&'a str, &'a str)> {
        let pairs: Option<Vec<_>> = self
            .words
            .iter()
            .map(|word| {
                let known = other.words.iter().find(|known| alike(word, known))?;
                Some((known.as_str(), word.as_str()))
            })
            .collect();
        pairs.unwrap_or_default()
    }
}

/// `BOX` behind `PO`, `P O` or `POST OFFICE`, or `POB`, `POSTFACH`, `APARTADO`, `CASILLA`.
fn is_box(word: &str, before: &str, after: &str) -> bool {
    let numbered = after.bytes().any(|byte| byte.is_ascii_digit());
    match word {
        "BOX" => matches!(before, "PO" | "O" | "OFFICE" | "POST") || numbered,
        "POB" | "POBOX" | "POSTFACH" | "APARTADO" | "CASILLA" => true,
        _ => false,
    }
}

/// `5TH`, `22ND`.
fn is_ordinal(word: &str) -> bool {
    let ending = word.trim_start_matches(|digit: char| digit.is_ascii_digit());
    ending.len() < word.len() && matches!(ending, "ST" | "ND" | "RD" | "TH")
}

/// `3RD FLOOR`.
fn is_storey(word: &str, after: Option<&String>) -> bool {
    is_ordinal(word) && after.is_some_and(|after| matches!(after.as_str(), "FLOOR" | "FL" | "FLR"))
}

fn without_ending(word: &str) -> &str {
    let stem = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending)).filter(|stem| stem.len() >= 3);
    stem.unwrap_or(word)
}

/// Whether two words are the same but for one slip, in words long enough to bear it.
pub(super) fn alike(one: &str, other: &str) -> bool {
    one == other || one.len().min(other.len()) >= 5 && osa::distance(one.chars(), other.chars()) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        /// The text; what is read of it: numbers, box, words.
        type Case = (&'static str, &'static [&'static str], Option<&'static str>, &'static [&'static str]);
        let cases: &[Case] = &[
            ("17 Harbour Rd", &["17"], None, &["HARBOUR"]),
            ("Hauptstrasse 5", &["5"], None, &["HAUPT"]),
            ("Hauptstr. 5b", &["5"], None, &["HAUPT"]),
            ("P.O. Box 1187", &[], Some("1187"), &[]),
            ("767 5th Ave, 44th Fl", &["767"], None, &["5TH"]),
            ("63 South Road", &["63"], None, &["SOUTH"]),
            ("Suite 400, 12 Market Street", &["12"], None, &["MARKET"]),
            ("Calle 10 No. 20-30", &["10", "20", "30"], None, &[]),
            ("0017 Quay", &["17"], None, &["QUAY"]),
            ("", &[], None, &[]),
        ];
        for (text, numbers, post_box, words) in cases {
            let line = Line::of(text);
            assert_eq!((line.numbers, line.post_box.as_deref()), (owned(numbers), *post_box), "{text}");
            assert_eq!(line.words, owned(words), "{text}");
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }
}
