//! Stage: Korean syllables.
//!
//! | before | after |
//! |---|---|
//! | `김한별` | `KIM` `HANBYOL` |
//!
//! A name of two to four syllables begins with its family name, which Latin spellings write apart. Vowels are written
//! as lists and passports mostly do (`O` for `ㅓ`, `U` for `ㅡ`); `EO` and `EU` of the Revised Romanisation share their key.
//! Stops that begin a syllable are written voiced in the South and voiceless in the North and by McCune–Reischauer, and
//! both in one name: queries are read in all these ways, and family names in all usual ones.
//! Source: the Revised Romanisation of Korean (2000) for consonants, McCune–Reischauer without marks for vowels, family
//! names in their usual spelling.

use super::Stretch;

const FIRST: [&str; 19] =
    ["G", "KK", "N", "D", "TT", "R", "M", "B", "PP", "S", "SS", "", "J", "JJ", "CH", "K", "T", "P", "H"];
const MIDDLE: [&str; 21] = [
    "A", "AE", "YA", "YAE", "O", "E", "YO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WO", "WE", "WI", "YU",
    "U", "UI", "I",
];
const LAST: [&str; 28] = [
    "", "K", "K", "K", "N", "N", "N", "T", "L", "K", "M", "L", "L", "L", "P", "L", "M", "P", "P", "T", "T",
    "NG", "T", "T", "K", "T", "P", "T",
];

/// The readings of a stretch, the usual one first.
pub(super) fn read(text: &str) -> Vec<Vec<Stretch>> {
    let syllables: Vec<char> = text.chars().collect();
    let family = match syllables.len() {
        2..=4 => 1 + usize::from(syllables.len() > 2 && COMPOUND.iter().any(|name| text.starts_with(name))),
        _ => 0,
    };
    let (family, given) = syllables.split_at(family);
    let families = match family {
        [] => vec![String::new()],
        [one] => readings_of_family(*one),
        several => spellings(several, true),
    };
    let givens = match given {
        // A family name may stand alone, behind the given name.
        [one] if family.is_empty() => {
            [vec![syllable(*one)], readings_of_family(*one)].into_iter().flatten().collect()
        }
        // Longer than a name.
        long if long.len() > 3 => vec![long.iter().map(|one| syllable(*one)).collect()],
        given => spellings(given, false),
    };
    let mut readings = Vec::new();
    for given in &givens {
        for family in &families {
            let mut words = Vec::new();
            if !family.is_empty() {
                words.extend([Stretch::syllables(family.as_str()), Stretch::full(" ")]);
            }
            words.push(Stretch::syllables(given.as_str()));
            if !readings.contains(&words) {
                readings.push(words);
            }
        }
    }
    readings
}

/// A family name with a blank before the given name, as one stretch, and the text behind them: of one syllable, or two
/// of the usual ones.
pub(super) fn family_apart<'a>(head: &str, tail: &'a str) -> Option<(String, &'a str)> {
    if head.chars().count() != 1 && !COMPOUND.contains(&head) {
        return None;
    }
    let behind = tail.strip_prefix(' ')?;
    let end = behind.find(|c: char| !matches!(u32::from(c), 0xAC00..=0xD7A3)).unwrap_or(behind.len());
    let (given, rest) = behind.split_at(end);
    // The given name is the last word.
    let is_name = (1..=3).contains(&given.chars().count()) && !rest.chars().any(char::is_alphanumeric);
    is_name.then(|| (format!("{head}{given}"), rest))
}

/// Family names of two syllables.
const COMPOUND: [&str; 8] = ["남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"];

/// Usual spellings of a family name beside those by the rules, the first being the most usual one in lists.
fn usual(family: char) -> &'static [&'static str] {
    match family {
        '이' => &["LI", "RI", "YI"],
        '리' => &["RI", "LI"],
        '박' => &["PAK", "PARK"],
        '최' => &["CHOE", "CHOI"],
        '노' | '로' => &["NO", "RO", "ROH"],
        '유' | '류' => &["YU", "RYU"],
        '임' | '림' => &["IM", "RIM", "LIM"],
        '양' | '량' => &["YANG", "RYANG"],
        '여' | '려' => &["YO", "RYO"],
        '나' | '라' => &["NA", "RA"],
        '우' => &["U", "WOO"],
        '안' => &["AN", "AHN"],
        '오' => &["O", "OH"],
        '신' => &["SIN", "SHIN"],
        '심' => &["SIM", "SHIM"],
        _ => &[],
    }
}

/// The spellings of a family name: those in use, without voice and with it.
fn readings_of_family(family: char) -> Vec<String> {
    let mut readings: Vec<String> = usual(family).iter().map(|&latin| latin.to_owned()).collect();
    for spelling in spellings(&[family], true) {
        if !readings.contains(&spelling) {
            readings.push(spelling);
        }
    }
    readings
}

/// Syllables with the stops that begin them voiced, as the Revised Romanisation writes them, and voiceless, as
/// McCune–Reischauer and lists do at the beginning of a word, in every combination.
fn spellings(syllables: &[char], voiceless_first: bool) -> Vec<String> {
    let mut spellings = vec![String::new()];
    for one in syllables {
        let voiced = syllable(*one);
        let stops = [("G", "K"), ("D", "T"), ("B", "P"), ("J", "CH")];
        let begins = |(voiced_stop, _): &&(&str, &str)| voiced.starts_with(voiced_stop);
        let voiceless =
            stops.iter().find(begins).map(|(stop, other)| format!("{other}{}", &voiced[stop.len()..]));
        let mut of_one: Vec<String> = std::iter::once(voiced.clone()).chain(voiceless).collect();
        if voiceless_first {
            of_one.reverse();
        }
        let longer =
            of_one.iter().flat_map(|one| spellings.iter().map(move |before| format!("{before}{one}")));
        spellings = longer.collect();
    }
    spellings
}

/// A syllable by the arithmetic of Unicode's Hangul block (Unicode Standard, section 3.12).
fn syllable(c: char) -> String {
    let Some(index) = u32::from(c).checked_sub(0xAC00).map(|index| index as usize) else {
        return any_ascii::any_ascii_char(c).to_owned();
    };
    let (first, middle, last) = (index / 588, index % 588 / 28, index % 28);
    match (FIRST.get(first), MIDDLE.get(middle), LAST.get(last)) {
        (Some(first), Some(middle), Some(last)) => format!("{first}{middle}{last}"),
        _ => any_ascii::any_ascii_char(c).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_names_stand_apart() {
        for (text, expected) in
            [("김한별", "KIM HANBYOL"), ("박서", "PAK SO"), ("제", "JE"), ("한빛나래별", "HANBITNARAEBYOL")]
        {
            assert_eq!(shown(text)[0], expected, "{text}");
        }
    }

    /// All readings.
    fn shown(text: &str) -> Vec<String> {
        let shown = |stretches: Vec<Stretch>| stretches.into_iter().map(|stretch| stretch.ascii).collect();
        read(text).into_iter().map(shown).collect()
    }

    #[test]
    fn names_have_all_usual_readings() {
        for (text, expected) in [
            ("강문길", "KANG MUNKIL"),
            ("장명진", "CHANG MYONGCHIN"),
            ("장범수", "JANG BOMSU"),
            ("전명국", "JON MYONGGUK"),
            ("오극렬", "O KUKRYOL"),
            ("이한별", "RI HANBYOL"),
            ("박한별", "PARK HANBYOL"),
            ("남궁한별", "NAMKUNG HANBYOL"),
        ] {
            let found = shown(text);
            assert!(found.iter().any(|reading| reading == expected), "{text}: {found:?}");
            assert!(found.len() <= 24, "{text}: {}", found.len());
        }
    }

    #[test]
    fn a_blank_behind_the_family_name_changes_nothing() {
        assert_eq!(family_apart("김", " 한별"), Some(("김한별".to_owned(), "")));
        assert_eq!(family_apart("한별", " 김"), None);
        assert_eq!(family_apart("김", " 한별 회사"), None);
        assert_eq!(family_apart("김", ""), None);
    }
}
