//! Stage: Arabic letters, with those of Persian, Urdu and Pashto.
//!
//! | before | after |
//! |---|---|
//! | `سعيد الزفير` | `SYD` `AL` `ZFYR` |
//! | `زفيرپور` | `ZFYRPWR` |
//!
//! Short vowels are not written, so the letters are a skeleton: `A`, `W` and `Y` may stand for a long vowel, a
//! consonant or a glide, and [`abjad`](crate::abjad) compares them so. The article is parted from its word, as
//! romanisations do. Source: the letters of Unicode's Arabic block by their names; consonants as in the romanisations
//! of the United Nations (UNGEGN) and of Persian usage, without diacritics.

use super::Stretch;

/// Letters that a word must have beside the article.
const ARTICLE_LETTERS: usize = 2;

/// The words of a stretch.
pub(super) fn read(text: &str, stretches: &mut Vec<Stretch>) {
    let letters: Vec<char> = text.chars().filter(|c| !is_mark(*c)).collect();
    let rest = match letters.as_slice() {
        // The name of God is one word.
        ['ا' | 'أ' | 'ٱ', 'ل', 'ل', 'ه' | 'ہ' | 'ھ'] => letters.as_slice(),
        ['ا' | 'أ' | 'ٱ', 'ل', rest @ ..] if rest.len() >= ARTICLE_LETTERS => {
            stretches.push(Stretch::abjad("AL"));
            stretches.push(Stretch::full(" "));
            rest
        }
        all => all,
    };
    let mut ascii = String::new();
    for (place, letter) in rest.iter().enumerate() {
        let last = place + 1 == rest.len();
        match letter {
            // Written like H, spoken A, and AT before another word.
            'ة' | 'ۃ' if last => ascii.push_str("EH"),
            'ع' if place > 0 => {}
            letter => {
                let letters = consonant(*letter);
                // A letter that is spoken long is written once: two of them have a vowel between.
                let again = (ascii == letters || (last && ascii.ends_with(letters))) && !letters.is_empty();
                if again && !matches!(letters, "A" | "W" | "Y") {
                    ascii.push('E');
                }
                let long_vowel_before = place > 1 && matches!(rest[place - 2], 'ا' | 'آ' | 'و' | 'ي' | 'ی');
                match (letters, ascii.as_bytes().last()) {
                    // No word begins with two consonants and none ends with one and H: a vowel parts them, without
                    // which they would be read as one sound. `TH` and H are two sounds as they stand.
                    ("H", Some(b'T')) if place == 1 => ascii.push('H'),
                    ("H", Some(b'S' | b'T' | b'K' | b'D' | b'G' | b'Z' | b'P')) if place == 1 || last => {
                        ascii.push('E');
                    }
                    // Nor is a long vowel followed by two.
                    ("S", Some(b'K')) if long_vowel_before => ascii.push('E'),
                    _ => {}
                }
                ascii.push_str(letters);
            }
        }
    }
    stretches.push(Stretch::abjad(ascii));
}

/// Vowel signs, doubling and the like, which names hardly ever bear.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06ED)
}

fn consonant(letter: char) -> &'static str {
    match letter {
        'ا' | 'آ' | 'أ' | 'إ' | 'ٱ' | 'ع' => "A",
        'ب' => "B",
        'پ' => "P",
        'ت' | 'ط' | 'ٹ' | 'ټ' => "T",
        'ث' => "TH",
        'ج' => "J",
        'چ' => "CH",
        'ح' | 'ه' | 'ھ' | 'ہ' | 'ۀ' | 'ە' => "H",
        'خ' => "KH",
        'د' | 'ڈ' | 'ډ' | 'ض' => "D",
        'ذ' => "DH",
        'ر' | 'ڑ' | 'ړ' => "R",
        'ز' | 'ظ' => "Z",
        'ژ' | 'ږ' => "ZH",
        'س' | 'ص' => "S",
        'ش' | 'ښ' => "SH",
        'غ' => "GH",
        'ف' => "F",
        'ڤ' => "V",
        'ق' => "Q",
        'ك' | 'ک' | 'ڪ' => "K",
        'گ' | 'ګ' => "G",
        'ل' => "L",
        'م' => "M",
        'ن' | 'ں' | 'ڼ' => "N",
        'و' | 'ؤ' | 'ۇ' | 'ۆ' | 'ۋ' => "W",
        'ي' | 'ی' | 'ى' | 'ئ' | 'ې' | 'ۍ' | 'ێ' | 'ے' | 'ۓ' => "Y",
        'څ' => "TS",
        'ځ' => "Z",
        'ة' | 'ۃ' => "T",
        'ء' => "",
        other => any_ascii::any_ascii_char(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_a_skeleton_and_the_article_stands_apart() {
        for (text, expected) in [
            ("زفير", &["ZFYR"][..]),
            ("الزفير", &["AL", " ", "ZFYR"]),
            ("الي", &["ALY"]),
            ("الله", &["ALLH"]),
            ("الحق", &["AL", " ", "HQ"]),
            ("عمرو", &["AMRW"]),
            ("سعيد", &["SYD"]),
            ("زُفَيْر", &["ZFYR"]),
            ("پشتون", &["PSHTWN"]),
            ("زفيرة", &["ZFYREH"]),
            ("زهرا", &["ZEHRA"]),
            ("طه", &["THH"]),
            ("حمزة", &["HMZEH"]),
            ("زاده", &["ZADEH"]),
            ("پاکستان", &["PAKESTAN"]),
            ("اللہ", &["ALLH"]),
            ("معمر", &["MEMR"]),
            ("ممدوح", &["MEMDWH"]),
            ("مدد", &["MDED"]),
            ("خميني", &["KHMYNY"]),
        ] {
            let mut stretches = Vec::new();
            read(text, &mut stretches);
            let found: Vec<&str> = stretches.iter().map(|stretch| stretch.ascii.as_str()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
