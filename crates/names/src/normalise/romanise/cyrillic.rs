//! Stage: Cyrillic letters, of Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian and the Turkic and
//! Iranian languages of Central Asia.
//!
//! | before | after |
//! |---|---|
//! | `Юрий Зефиров` | `YURIY ZEFIROV` |
//! | `Жељко Зефировић` | `ZHELJKO ZEFIROVIC` |
//!
//! Source: the BGN/PCGN romanisations (1947 for Russian) without diacritics, `Ћ`, `Ђ`, `Љ`, `Њ`, `Џ` and `Ј` as Serbian
//! Latin writes them. German, French, Polish and passport usage (`TSCH`, `TCH`, `CZ`, `IU`) differ; the key of sounds
//! brings them together.

/// The letters of a stretch.
pub(super) fn read(text: &str) -> String {
    super::by_table(text, letters)
}

fn letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'А' => "A",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ґ' | 'Ѓ' => "G",
        'Ғ' => "GH",
        'Д' => "D",
        'Ђ' => "DJ",
        'Е' | 'Э' | 'Ѐ' => "E",
        'Ё' => "YO",
        'Є' => "YE",
        'Ж' | 'Җ' => "ZH",
        'З' => "Z",
        'Ѕ' => "DZ",
        'И' | 'І' | 'Ѝ' => "I",
        'Ї' => "YI",
        'Й' => "Y",
        'Ј' => "J",
        'К' | 'Қ' | 'Ҡ' | 'Ќ' => "K",
        'Л' => "L",
        'Љ' => "LJ",
        'М' => "M",
        'Н' => "N",
        'Њ' => "NJ",
        'Ң' => "NG",
        'О' => "O",
        'Ө' => "O",
        'П' => "P",
        'Р' => "R",
        'С' => "S",
        'Т' => "T",
        'Ћ' => "C",
        'У' | 'Ү' | 'Ұ' | 'Ӯ' => "U",
        'Ў' => "W",
        'Ф' => "F",
        'Х' => "KH",
        'Ҳ' | 'Һ' => "H",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ҷ' => "J",
        'Џ' => "DZH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' | 'Ь' => "",
        'Ы' => "Y",
        'Ӣ' => "I",
        'Ә' => "A",
        'Ю' => "YU",
        'Я' => "YA",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_become_latin() {
        for (text, expected) in [
            ("Юрий", "YURIY"),
            ("зефиров", "ZEFIROV"),
            ("Щукарь", "SHCHUKAR"),
            ("Жељко", "ZHELJKO"),
            ("Ґанок", "GANOK"),
            ("Ўзбек", "WZBEK"),
        ] {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
