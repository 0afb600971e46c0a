//! Stage: Devanagari letters, of Hindi, Marathi and Nepali.
//!
//! | before | after |
//! |---|---|
//! | `ज़फ़र कुमार` | `ZAFAR KUMAR` |
//!
//! A consonant carries the vowel `A` unless a sign says otherwise; at the end of a word it is not spoken and not
//! written. Inside words it is written even where speech drops it. Source: the Hunterian system, the standard of
//! the Survey of India, without marks.

/// The letters of a stretch.
pub(super) fn read(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut ascii = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let next = letters.get(place + 1).copied();
        // The dot below makes sounds of Persian and Arabic out of the letter before it.
        let dotted = next == Some('\u{93C}');
        if let Some(latin) = consonant(*letter, dotted) {
            ascii.push_str(latin);
            let after = letters.get(place + 1 + usize::from(dotted)).copied();
            let bare = after.is_none_or(|c| c == '\u{94D}' || vowel_sign(c).is_some());
            if !bare {
                ascii.push('A');
            }
        } else if let Some(latin) = vowel_sign(*letter).or_else(|| vowel(*letter)) {
            ascii.push_str(latin);
        } else if !matches!(letter, '\u{93C}' | '\u{94D}' | '\u{903}') {
            ascii.push_str(any_ascii::any_ascii_char(*letter));
        }
    }
    ascii
}

fn consonant(letter: char, dotted: bool) -> Option<&'static str> {
    Some(match (letter, dotted) {
        ('क', true) => "Q",
        ('ख', true) => "KH",
        ('ग', true) => "GH",
        ('ज', true) => "Z",
        ('ड' | 'ढ', true) => "R",
        ('फ', true) => "F",
        ('क', _) => "K",
        ('ख', _) => "KH",
        ('ग', _) => "G",
        ('घ', _) => "GH",
        ('ङ' | 'ञ' | 'ण' | 'न', _) => "N",
        ('च', _) => "CH",
        ('छ', _) => "CHH",
        ('ज', _) => "J",
        ('झ', _) => "JH",
        ('ट' | 'त', _) => "T",
        ('ठ' | 'थ', _) => "TH",
        ('ड' | 'द', _) => "D",
        ('ढ' | 'ध', _) => "DH",
        ('प', _) => "P",
        ('फ', _) => "PH",
        ('ब', _) => "B",
        ('भ', _) => "BH",
        ('म', _) => "M",
        ('य', _) => "Y",
        ('र', _) => "R",
        ('ल' | 'ळ', _) => "L",
        ('व', _) => "V",
        ('श' | 'ष', _) => "SH",
        ('स', _) => "S",
        ('ह', _) => "H",
        _ => return None,
    })
}

fn vowel(letter: char) -> Option<&'static str> {
    Some(match letter {
        'अ' | 'आ' => "A",
        'इ' | 'ई' => "I",
        'उ' | 'ऊ' => "U",
        'ऋ' => "RI",
        'ए' | 'ऍ' => "E",
        'ऐ' => "AI",
        'ओ' | 'ऑ' => "O",
        'औ' => "AU",
        _ => return None,
    })
}

fn vowel_sign(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ा' => "A",
        'ि' | 'ी' => "I",
        'ु' | 'ू' => "U",
        'ृ' => "RI",
        'े' | 'ॅ' => "E",
        'ै' => "AI",
        'ो' | 'ॉ' => "O",
        'ौ' => "AU",
        'ं' | 'ँ' => "N",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_become_latin() {
        for (text, expected) in [
            ("ज़फ़र", "ZAFAR"),
            ("कुमार", "KUMAR"),
            ("सिंह", "SINH"),
            ("नरेश", "NARESH"),
            ("अमृत", "AMRIT"),
            ("विक्रम", "VIKRAM"),
            ("भारत", "BHARAT"),
        ] {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
