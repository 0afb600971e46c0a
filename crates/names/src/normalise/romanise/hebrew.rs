//! Stage: Hebrew letters.
//!
//! | before | after |
//! |---|---|
//! | `זפיר` | `ZPYR` |
//! | `א-זפיר` | `AL` `ZPYR` |
//!
//! A skeleton as in Arabic. `ב`, `כ`, `פ` and `ש` have two readings each, of which the table gives the stop and `SH`;
//! comparing allows for the other; `ף` at the end of a word is F. The letters are one sound each, so where two of them
//! would be read as one (K and H), a vowel is put between. `א` and `אל` before a hyphen are the Arabic article. Source:
//! the letters of Unicode's Hebrew block by their names; the simple romanisation of the Academy of the Hebrew Language
//! (2006) as usage, without signs.

use super::Stretch;

/// The words of a stretch, which a hyphen may follow.
pub(super) fn read(text: &str, before_hyphen: bool, stretches: &mut Vec<Stretch>) {
    // Maqaf, the hyphen of the script.
    let words: Vec<&str> = text.split('\u{05BE}').collect();
    for (place, word) in words.iter().enumerate() {
        let hyphen = before_hyphen || place + 1 < words.len();
        if place > 0 {
            stretches.push(Stretch::full(" "));
        }
        stretches.push(Stretch::abjad(match *word {
            "א" | "אל" if hyphen => "AL".to_owned(),
            word => skeleton(word),
        }));
    }
}

fn skeleton(word: &str) -> String {
    let letters: Vec<char> = word.chars().filter(|c| !matches!(u32::from(*c), 0x0591..=0x05C7)).collect();
    let mut ascii = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let latin = match letter {
            'א' => "A",
            'ע' if place == 0 => "A",
            'ב' => "B",
            'ג' => "G",
            'ד' => "D",
            'ה' => "H",
            'ו' | 'װ' => "W",
            'ז' => "Z",
            'ח' => "H",
            'ט' | 'ת' => "T",
            'י' | 'ײ' | 'ױ' => "Y",
            'כ' | 'ך' | 'ק' => "K",
            'ל' => "L",
            'מ' | 'ם' => "M",
            'נ' | 'ן' => "N",
            'ס' => "S",
            'פ' => "P",
            'ף' => "F",
            'צ' | 'ץ' => "TS",
            'ר' => "R",
            'ש' => "SH",
            _ => "",
        };
        let digraph = matches!(
            (ascii.as_bytes().last(), latin),
            (Some(b'S' | b'T' | b'K' | b'D' | b'G' | b'Z' | b'P'), "H") | (Some(b'K'), "S")
        );
        let again = ascii == latin && !matches!(latin, "A" | "W" | "Y" | "");
        if digraph || again {
            ascii.push('E');
        }
        ascii.push_str(latin);
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_a_skeleton() {
        for (text, hyphen, expected) in [
            ("זפיר", false, "ZPYR"),
            ("עמרם", false, "AMRM"),
            ("שלום", false, "SHLWM"),
            ("יִצְחָק", false, "YTSEHK"),
            ("נדב", false, "NDB"),
            ("כהן", false, "KEHN"),
            ("תהילה", false, "TEHYLH"),
            ("יוסף", false, "YWSF"),
            ("ממן", false, "MEMN"),
            ("א", true, "AL"),
            ("א", false, "A"),
            ("אל־זפיר", false, "AL ZPYR"),
        ] {
            let mut stretches = Vec::new();
            read(text, hyphen, &mut stretches);
            let found: String = stretches.into_iter().map(|stretch| stretch.ascii).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
