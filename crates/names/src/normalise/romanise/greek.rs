//! Stage: Greek letters.
//!
//! | before | after |
//! |---|---|
//! | `Ζεφυρόπουλος` | `ZEFYROPOULOS` |
//! | `Μπάμπης Γκίκας` | `BAMPIS GIKAS` |
//!
//! Source: ELOT 743 / ISO 843 (1997), transcription, without marks; but for `γκ` and `ντ` at the beginning, which are G and D there as `μπ` is B.

/// The letters of a stretch.
pub(super) fn read(text: &str) -> String {
    let letters: Vec<char> = text.chars().map(plain).collect();
    let mut ascii = String::new();
    let mut place = 0;
    while place < letters.len() {
        let after = letters.get(place + 2).copied();
        let voiced = after.is_none_or(|c| "ΑΒΓΔΕΖΗΙΛΜΝΟΡΥΩ".contains(c));
        let (latin, taken) = match (letters[place], letters.get(place + 1)) {
            ('Ο', Some('Υ')) => ("OU", 2),
            ('Α', Some('Υ')) => (if voiced { "AV" } else { "AF" }, 2),
            ('Ε', Some('Υ')) => (if voiced { "EV" } else { "EF" }, 2),
            ('Μ', Some('Π')) if place == 0 => ("B", 2),
            // What foreign names are written with for the sounds that Greek lacks.
            ('Γ', Some('Κ')) if place == 0 => ("G", 2),
            ('Ν', Some('Τ')) if place == 0 => ("D", 2),
            ('Γ', Some('Γ')) => ("NG", 2),
            (letter, _) => (single(letter), 1),
        };
        if latin.is_empty() {
            ascii.push_str(any_ascii::any_ascii_char(letters[place]));
        } else {
            ascii.push_str(latin);
        }
        place += taken;
    }
    ascii
}

/// The capital without accent and breathing.
fn plain(letter: char) -> char {
    use unicode_normalization::UnicodeNormalization;
    let base = std::iter::once(letter).nfd().next().unwrap_or(letter);
    base.to_uppercase().next().unwrap_or(base)
}

fn single(letter: char) -> &'static str {
    match letter {
        'Α' => "A",
        'Β' => "V",
        'Γ' => "G",
        'Δ' => "D",
        'Ε' => "E",
        'Ζ' => "Z",
        'Η' | 'Ι' => "I",
        'Θ' => "TH",
        'Κ' => "K",
        'Λ' => "L",
        'Μ' => "M",
        'Ν' => "N",
        'Ξ' => "X",
        'Ο' | 'Ω' => "O",
        'Π' => "P",
        'Ρ' => "R",
        'Σ' => "S",
        'Τ' => "T",
        'Υ' => "Y",
        'Φ' => "F",
        'Χ' => "CH",
        'Ψ' => "PS",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_become_latin() {
        for (text, expected) in [
            ("Ζέφυρος", "ZEFYROS"),
            ("Παύλος", "PAVLOS"),
            ("Ευτυχία", "EFTYCHIA"),
            ("Μπάμπης", "BAMPIS"),
            ("Άγγελος", "ANGELOS"),
            ("ΖΕΦΥΡ", "ZEFYR"),
            ("Γκεόργκι", "GEORGKI"),
            ("Ντίμα", "DIMA"),
        ] {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
