//! Stage: Japanese syllables, hiragana and katakana.
//!
//! | before | after |
//! |---|---|
//! | `ゼファー・ノルト` | `ZEFA` `NORUTO` |
//! | `しょうじ` | `SHOUJI` |
//!
//! Source: Hepburn romanisation (as in ISO 3602's English usage) without marks for length; a sign of length is left out.

/// The letters of a stretch.
pub(super) fn read(text: &str) -> String {
    let kana: Vec<char> = text.chars().map(katakana).collect();
    let mut ascii = String::new();
    let mut place = 0;
    while place < kana.len() {
        let next = kana.get(place + 1).copied();
        match (kana[place], next) {
            ('ー', _) => {}
            // The next consonant is doubled.
            ('ッ', Some(next)) => {
                let head = single(next).and_then(|latin| latin.chars().next());
                ascii.extend(
                    head.filter(|letter| !"AEIOU".contains(*letter)).map(|c| if c == 'C' { 'T' } else { c }),
                );
            }
            (letter, Some(small)) if glide(small).is_some() => {
                let vowel = glide(small).unwrap_or_default();
                let latin = single(letter).unwrap_or_default();
                // KI + YA is KYA, SHI + YA is SHA, FU + A is FA.
                let head = &latin[..latin.len().saturating_sub(1)];
                let palatal =
                    latin.ends_with('I') && !matches!(head, "SH" | "CH" | "J") && "ャュョ".contains(small);
                ascii.push_str(head);
                if palatal {
                    ascii.push('Y');
                }
                ascii.push_str(vowel);
                place += 1;
            }
            (letter, _) => match single(letter) {
                Some(latin) => ascii.push_str(latin),
                None => ascii.push_str(any_ascii::any_ascii_char(letter)),
            },
        }
        place += 1;
    }
    ascii.to_ascii_uppercase()
}

/// Hiragana stands 0x60 before katakana.
fn katakana(c: char) -> char {
    match u32::from(c) {
        code @ 0x3041..=0x3096 => char::from_u32(code + 0x60).unwrap_or(c),
        _ => c,
    }
}

fn glide(small: char) -> Option<&'static str> {
    Some(match small {
        'ャ' | 'ァ' => "A",
        'ュ' | 'ゥ' => "U",
        'ョ' | 'ォ' => "O",
        'ェ' => "E",
        'ィ' => "I",
        _ => return None,
    })
}

/// Rows of the syllabary by their vowels A, I, U, E, O; a blank where there is none.
const ROWS: &[(&str, [&str; 5])] = &[
    ("アイウエオ", ["A", "I", "U", "E", "O"]),
    ("カキクケコ", ["KA", "KI", "KU", "KE", "KO"]),
    ("ガギグゲゴ", ["GA", "GI", "GU", "GE", "GO"]),
    ("サシスセソ", ["SA", "SHI", "SU", "SE", "SO"]),
    ("ザジズゼゾ", ["ZA", "JI", "ZU", "ZE", "ZO"]),
    ("タチツテト", ["TA", "CHI", "TSU", "TE", "TO"]),
    ("ダヂヅデド", ["DA", "JI", "ZU", "DE", "DO"]),
    ("ナニヌネノ", ["NA", "NI", "NU", "NE", "NO"]),
    ("ハヒフヘホ", ["HA", "HI", "FU", "HE", "HO"]),
    ("バビブベボ", ["BA", "BI", "BU", "BE", "BO"]),
    ("パピプペポ", ["PA", "PI", "PU", "PE", "PO"]),
    ("マミムメモ", ["MA", "MI", "MU", "ME", "MO"]),
    ("ヤ ユ ヨ", ["YA", "", "YU", "", "YO"]),
    ("ラリルレロ", ["RA", "RI", "RU", "RE", "RO"]),
    ("ワヰヴヱヲ", ["WA", "I", "VU", "E", "O"]),
    ("ン", ["N", "", "", "", ""]),
];

fn single(letter: char) -> Option<&'static str> {
    ROWS.iter().find_map(|(row, latin)| {
        let place = row.chars().position(|known| known == letter && known != ' ')?;
        latin.get(place).copied()
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn syllables_become_latin() {
        for (text, expected) in [
            ("ゼファー", "ZEFA"),
            ("ノルト", "NORUTO"),
            ("しょうじ", "SHOUJI"),
            ("きょうこ", "KYOUKO"),
            ("ニッポン", "NIPPON"),
            ("マッチ", "MATCHI"),
            ("ヴィクトル", "VIKUTORU"),
        ] {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
