//! Stage: Korean syllables.
//!
//! | before | after |
//! |---|---|
//! | `김한별` | `KIM` `HANBYOL` |
//!
//! A name of two to four syllables begins with its family name, which Latin spellings write apart. Vowels are written
//! as lists and passports mostly do (`O` for `ㅓ`, `U` for `ㅡ`); `EO` and `EU` of the Revised Romanisation share their key.
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

/// The words of a stretch.
pub(super) fn read(text: &str, stretches: &mut Vec<Stretch>) {
    let syllables: Vec<char> = text.chars().collect();
    let given = match syllables.as_slice() {
        [family, given @ ..] if (1..=3).contains(&given.len()) => {
            stretches.push(Stretch::syllables(usual(*family).unwrap_or_else(|| syllable(*family))));
            stretches.push(Stretch::full(" "));
            given
        }
        all => all,
    };
    stretches.push(Stretch::syllables(given.iter().map(|one| syllable(*one)).collect::<String>()));
}

/// Family names that are not spelled by the rules.
fn usual(family: char) -> Option<String> {
    let latin = match family {
        '김' => "KIM",
        '이' => "LI",
        '박' => "PAK",
        '강' => "KANG",
        '조' => "CHO",
        '정' => "CHONG",
        '전' => "CHON",
        '장' => "CHANG",
        '백' => "PAEK",
        _ => return None,
    };
    Some(latin.to_owned())
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
            let mut stretches = Vec::new();
            read(text, &mut stretches);
            let found: String = stretches.into_iter().map(|stretch| stretch.ascii).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
