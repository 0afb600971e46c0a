//! Ways in which names get altered between a list and a message: each one single, seeded, and leaving at least two
//! informative words.

use super::measure::Numbers;
use names::Schema;

/// Words that tell little: forms and the words of forms, titles, particles and words for trade at large.
const UNINFORMATIVE: &[&str] = &[
    "ABD",
    "ABOU",
    "ABU",
    "AKA",
    "ALI",
    "AND",
    "BEN",
    "BIN",
    "BINT",
    "CLOSED",
    "CO",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "DEL",
    "DER",
    "DOCTOR",
    "ETS",
    "FOR",
    "FZE",
    "GENERAL",
    "GMBH",
    "GROUP",
    "HAJI",
    "HAJJI",
    "IBN",
    "INC",
    "INTERNATIONAL",
    "JOINT",
    "JOINT-STOCK",
    "LAS",
    "LIABILITY",
    "LIMITADA",
    "LIMITED",
    "LLC",
    "LLP",
    "LOS",
    "LTD",
    "LTDA",
    "MAULAVI",
    "MULLAH",
    "OAO",
    "OOO",
    "OPEN",
    "PJSC",
    "PRIVATE",
    "PUBLIC",
    "PVT",
    "SARL",
    "SHEIKH",
    "SPA",
    "STOCK",
    "THE",
    "TRADING",
    "UND",
    "VAN",
    "VON",
    "ZAO",
];

/// Legal forms at the end of a name with another way to write each, and a form of another kind.
const FORMS: &[(&str, &str, &str)] = &[
    ("LTD", "LIMITED", "LLC"),
    ("LTD.", "LIMITED", "LLC"),
    ("LIMITED", "LTD", "GMBH"),
    ("LLC", "L.L.C.", "LTD"),
    ("L.L.C.", "LLC", "LTD"),
    ("CO.", "COMPANY", "LTD"),
    ("COMPANY", "CO.", "LTD"),
    ("INC.", "INCORPORATED", "LTD"),
    ("INC", "INCORPORATED", "LTD"),
    ("CORPORATION", "CORP.", "LTD"),
    ("CORP.", "CORPORATION", "LTD"),
    ("GMBH", "G.M.B.H.", "AG"),
    ("S.A.", "SA", "LTD"),
    ("S.A.L.", "SAL", "LTD"),
    ("LTDA.", "LIMITADA", "S.A."),
    ("OOO", "LLC", "OAO"),
    ("FZE", "F.Z.E.", "LLC"),
    ("PLC", "P.L.C.", "GMBH"),
];

/// Words of trade with the short forms that name lines of 35 characters are full of.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("INTERNATIONAL", "INTL"),
    ("TRADING", "TRDG"),
    ("SHIPPING", "SHPG"),
    ("GENERAL", "GEN"),
    ("INDUSTRIES", "IND"),
    ("SERVICES", "SVCS"),
    ("DEVELOPMENT", "DEV"),
    ("ENGINEERING", "ENGG"),
    ("TRANSPORT", "TRANSP"),
    ("INVESTMENT", "INV"),
    ("TECHNOLOGY", "TECH"),
    ("EXCHANGE", "EXCH"),
];

const HONORIFICS: &[&str] = &["MR", "MRS", "DR", "HAJI", "SHEIKH", "ENG.", "GEN.", "MULLAH", "PROF."];

/// Letters of a word that bears an error well.
const LONG: std::ops::RangeInclusive<usize> = 5..=usize::MAX;

/// Spellings of common given names in use side by side.
const GIVEN_NAMES: &[(&str, &str)] = &[
    ("MUHAMMAD", "MOHAMED"),
    ("MOHAMMAD", "MUHAMMED"),
    ("MOHAMMED", "MOHAMAD"),
    ("MOHAMED", "MUHAMMAD"),
    ("AHMAD", "AHMED"),
    ("AHMED", "AHMAD"),
    ("HUSSEIN", "HUSAYN"),
    ("HUSAYN", "HOSSEIN"),
    ("HOSSEIN", "HUSSAIN"),
    ("ABDULLAH", "ABDALLA"),
    ("ABDALLAH", "ABDULLA"),
    ("YUSUF", "YOUSSEF"),
    ("YOUSEF", "YUSUF"),
    ("OMAR", "UMAR"),
    ("UMAR", "OMER"),
    ("OSAMA", "USAMA"),
    ("KHALID", "KHALED"),
    ("KHALED", "KHALID"),
    ("IBRAHIM", "EBRAHIM"),
    ("MUSTAFA", "MOUSTAFA"),
    ("SERGEI", "SERGEY"),
    ("SERGEY", "SERGUEI"),
    ("ALEKSANDR", "ALEXANDER"),
    ("YURY", "IURII"),
    ("DMITRY", "DMITRII"),
    ("ANDREI", "ANDREY"),
    ("EVGENY", "YEVGENIY"),
];

/// A name to be altered.
pub struct Subject {
    words: Vec<String>,
    schema: Schema,
    /// Places of the words that tell something.
    informative: Vec<usize>,
}

impl Subject {
    /// A name as a list writes it; commas go, since messages have none.
    pub fn new(name: &str, schema: Schema) -> Self {
        let words: Vec<String> = name
            .split_whitespace()
            .map(|word| word.trim_matches(',').to_uppercase())
            .filter(|word| !word.is_empty())
            .collect();
        let is_form = |word: &str| FORMS.iter().any(|(form, other, _)| *form == word || *other == word);
        let tells = |word: &String| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            bare.chars().filter(|c| c.is_alphabetic()).count() >= 3
                && !bare.chars().any(|c| c.is_ascii_digit() || c == '.')
                && !UNINFORMATIVE.contains(&bare)
                && !is_form(bare)
        };
        let informative = (0..words.len()).filter(|place| tells(&words[*place])).collect();
        Self { words, schema, informative }
    }

    /// At least so many words tell something.
    pub fn tells(&self, least: usize) -> bool {
        self.informative.len() >= least
    }

    /// The name untouched, as words.
    pub fn text(&self) -> String {
        self.words.join(" ")
    }

    fn is_person(&self) -> bool {
        self.schema == Schema::Person
    }

    /// The name with another word at a place.
    fn with(&self, place: usize, word: impl Into<String>) -> String {
        let mut words = self.words.clone();
        words[place] = word.into();
        words.join(" ")
    }

    /// Alters a letter of an informative word of so many letters: `change` gets the letters and the place.
    fn letter(
        &self,
        lengths: std::ops::RangeInclusive<usize>,
        numbers: &mut Numbers,
        change: impl Fn(&mut Vec<char>, usize, &mut Numbers) -> bool,
    ) -> Option<String> {
        let long: Vec<usize> = self
            .informative
            .iter()
            .copied()
            .filter(|place| lengths.contains(&self.words[*place].chars().count()))
            .collect();
        let place = *numbers.one_of(&long)?;
        let mut letters: Vec<char> = self.words[place].chars().collect();
        let at: Vec<usize> = (0..letters.len()).filter(|at| letters[*at].is_alphabetic()).collect();
        let at = *numbers.one_of(&at)?;
        let before = letters.clone();
        (change(&mut letters, at, numbers) && letters != before)
            .then(|| self.with(place, letters.into_iter().collect::<String>()))
    }

    /// Replaces one occurrence of `from` in an informative word.
    fn confused(&self, numbers: &mut Numbers, from: &str, to: &str) -> Option<String> {
        let places: Vec<(usize, usize)> = self
            .informative
            .iter()
            .flat_map(|place| self.words[*place].match_indices(from).map(|(at, _)| (*place, at)))
            .collect();
        let (place, at) = *numbers.one_of(&places)?;
        let mut word = self.words[place].clone();
        word.replace_range(at..at + from.len(), to);
        Some(self.with(place, word))
    }

    /// All replacements in all words, by the rules in order; `None` where nothing changes.
    fn respelled(&self, rules: &[(&str, &str)]) -> Option<String> {
        let text = self.text();
        let mut altered = text.clone();
        for (from, to) in rules {
            altered = altered.replace(from, to);
        }
        (altered != text).then_some(altered)
    }

    fn form(&self) -> Option<(usize, &'static (&'static str, &'static str, &'static str))> {
        if self.is_person() {
            return None;
        }
        let place = self.words.len().checked_sub(1)?;
        FORMS.iter().find(|(form, ..)| *form == self.words[place]).map(|form| (place, form))
    }
}

/// A way to alter a name; `None` where it does not apply or would leave too little.
pub struct Treatment {
    /// What it is called in the tables.
    pub name: &'static str,
    /// Does it.
    pub apply: fn(&Subject, &mut Numbers) -> Option<String>,
}

/// Every treatment, in the order of the matrix.
pub const ALL: &[Treatment] = &[
    Treatment {
        name: "typo: a letter replaced",
        apply: |subject, numbers| {
            subject.letter(LONG, numbers, |letters, at, numbers| {
                letters[at] = char::from(b'A' + numbers.below(26) as u8);
                true
            })
        },
    },
    Treatment {
        name: "transposition of neighbours",
        apply: |subject, numbers| {
            subject.letter(LONG, numbers, |letters, at, _| {
                let both = at + 1 < letters.len() && letters[at + 1].is_alphabetic();
                if both {
                    letters.swap(at, at + 1);
                }
                both
            })
        },
    },
    Treatment {
        name: "dropped letter",
        apply: |subject, numbers| {
            subject.letter(LONG, numbers, |letters, at, _| {
                letters.remove(at);
                true
            })
        },
    },
    Treatment {
        name: "doubled letter",
        apply: |subject, numbers| {
            subject.letter(LONG, numbers, |letters, at, _| {
                letters.insert(at, letters[at]);
                true
            })
        },
    },
    Treatment {
        name: "inserted letter",
        apply: |subject, numbers| {
            subject.letter(LONG, numbers, |letters, at, numbers| {
                letters.insert(at, char::from(b'A' + numbers.below(26) as u8));
                true
            })
        },
    },
    Treatment {
        name: "first letter replaced",
        apply: |subject, numbers| {
            subject.letter(LONG, numbers, |letters, _, numbers| {
                letters[0] = char::from(b'A' + numbers.below(26) as u8);
                true
            })
        },
    },
    Treatment {
        name: "typo in a word of 3 or 4 letters",
        apply: |subject, numbers| {
            subject.letter(3..=4, numbers, |letters, at, numbers| {
                letters[at] = char::from(b'A' + numbers.below(26) as u8);
                true
            })
        },
    },
    Treatment {
        name: "dropped letter in a word of 4 letters",
        apply: |subject, numbers| {
            subject.letter(4..=4, numbers, |letters, at, _| {
                letters.remove(at);
                true
            })
        },
    },
    Treatment {
        name: "two words joined",
        apply: |subject, numbers| {
            let place = numbers.below(subject.words.len().checked_sub(1).filter(|pairs| *pairs > 0)?);
            let mut words = subject.words.clone();
            let next = words.remove(place + 1);
            words[place].push_str(&next);
            Some(words.join(" "))
        },
    },
    Treatment {
        name: "a word split",
        apply: |subject, numbers| {
            let place = *numbers.one_of(&subject.informative)?;
            let letters: Vec<char> = subject.words[place].chars().collect();
            if letters.len() < 6 {
                return None;
            }
            let at = 2 + numbers.below(letters.len() - 3);
            let (head, tail): (String, String) =
                (letters[..at].iter().collect(), letters[at..].iter().collect());
            Some(subject.with(place, format!("{head} {tail}")))
        },
    },
    Treatment {
        name: "two words exchanged",
        apply: |subject, numbers| {
            let (one, other) = (numbers.below(subject.words.len()), numbers.below(subject.words.len()));
            let mut words = subject.words.clone();
            words.swap(one, other);
            (words != subject.words).then(|| words.join(" "))
        },
    },
    Treatment {
        name: "an initial for a name (persons)",
        apply: |subject, numbers| {
            if !subject.is_person() || !subject.tells(3) {
                return None;
            }
            let place = *numbers.one_of(&subject.informative)?;
            let initial = subject.words[place].chars().next()?;
            Some(subject.with(place, format!("{initial}.")))
        },
    },
    Treatment {
        name: "an honorific added (persons)",
        apply: |subject, numbers| {
            let honorific = numbers.one_of(HONORIFICS)?;
            subject.is_person().then(|| format!("{honorific} {}", subject.text()))
        },
    },
    Treatment {
        name: "form written otherwise",
        apply: |subject, _| subject.form().map(|(place, (_, other, _))| subject.with(place, *other)),
    },
    Treatment {
        name: "form changed",
        apply: |subject, _| subject.form().map(|(place, (.., other))| subject.with(place, *other)),
    },
    Treatment {
        name: "form dropped",
        apply: |subject, _| subject.form().map(|(place, _)| subject.words[..place].join(" ")),
    },
    Treatment {
        name: "form added",
        apply: |subject, numbers| {
            if subject.schema != Schema::Organisation || subject.form().is_some() {
                return None;
            }
            let form = numbers.one_of(&["LTD", "LLC", "GMBH", "S.A.", "CO"])?;
            Some(format!("{} {form}", subject.text()))
        },
    },
    Treatment { name: "OCR: O read as 0", apply: |subject, numbers| subject.confused(numbers, "O", "0") },
    Treatment { name: "OCR: I read as 1", apply: |subject, numbers| subject.confused(numbers, "I", "1") },
    Treatment { name: "OCR: M read as RN", apply: |subject, numbers| subject.confused(numbers, "M", "RN") },
    Treatment { name: "OCR: RN read as M", apply: |subject, numbers| subject.confused(numbers, "RN", "M") },
    Treatment {
        name: "cut to 35 characters",
        apply: |subject, _| {
            let text = subject.text();
            let cut: String = text.chars().take(35).collect();
            let whole = cut.rsplit_once(' ').map_or(0, |(head, _)| head.split(' ').count());
            let left = subject.informative.iter().filter(|place| **place < whole).count();
            (cut.len() < text.len() && left >= 2).then_some(cut)
        },
    },
    Treatment {
        name: "an informative word dropped",
        apply: |subject, numbers| {
            if !subject.tells(3) {
                return None;
            }
            let place = *numbers.one_of(&subject.informative)?;
            let mut words = subject.words.clone();
            words.remove(place);
            Some(words.join(" "))
        },
    },
    Treatment { name: "article AL- written EL", apply: |subject, _| subject.respelled(&[("AL-", "EL ")]) },
    Treatment { name: "article AL- joined", apply: |subject, _| subject.respelled(&[("AL-", "AL")]) },
    Treatment {
        name: "given name in another usual spelling",
        apply: |subject, _| {
            let place = *subject
                .informative
                .iter()
                .find(|place| GIVEN_NAMES.iter().any(|(from, _)| *from == subject.words[**place]))?;
            let (_, to) = GIVEN_NAMES.iter().find(|(from, _)| *from == subject.words[place])?;
            Some(subject.with(place, *to))
        },
    },
];

/// French usage for Arabic names: what English romanisation writes otherwise.
pub const FRENCH_ARABIC: &[(&str, &str)] =
    &[("SH", "CH"), ("J", "DJ"), ("W", "OU"), ("EE", "I"), ("OO", "OU"), ("U", "OU"), ("OOU", "OU")];
/// German usage for Cyrillic names.
pub const GERMAN_CYRILLIC: &[(&str, &str)] = &[
    ("SHCH", "SCHTSCH"),
    ("ZH", "SCH"),
    ("KH", "CH"),
    ("TCH", "TSCH"),
    ("SH", "SCH"),
    ("V", "W"),
    ("YE", "JE"),
    ("YU", "JU"),
    ("YA", "JA"),
];

/// A name respelled by the usage of another language; `None` where nothing changes.
pub fn respelled(subject: &Subject, rules: &[(&str, &str)]) -> Option<String> {
    subject.respelled(rules)
}

/// Russian letters with their romanisation by ICAO Doc 9303, by German usage, and by ISO 9 without its signs.
const CYRILLIC: &[(char, [&str; 3])] = &[
    ('А', ["A", "A", "A"]),
    ('Б', ["B", "B", "B"]),
    ('В', ["V", "W", "V"]),
    ('Г', ["G", "G", "G"]),
    ('Д', ["D", "D", "D"]),
    ('Е', ["E", "E", "E"]),
    ('Ё', ["E", "JO", "E"]),
    ('Ж', ["ZH", "SCH", "Z"]),
    ('З', ["Z", "S", "Z"]),
    ('И', ["I", "I", "I"]),
    ('Й', ["I", "J", "J"]),
    ('К', ["K", "K", "K"]),
    ('Л', ["L", "L", "L"]),
    ('М', ["M", "M", "M"]),
    ('Н', ["N", "N", "N"]),
    ('О', ["O", "O", "O"]),
    ('П', ["P", "P", "P"]),
    ('Р', ["R", "R", "R"]),
    ('С', ["S", "S", "S"]),
    ('Т', ["T", "T", "T"]),
    ('У', ["U", "U", "U"]),
    ('Ф', ["F", "F", "F"]),
    ('Х', ["KH", "CH", "H"]),
    ('Ц', ["TS", "Z", "C"]),
    ('Ч', ["CH", "TSCH", "C"]),
    ('Ш', ["SH", "SCH", "S"]),
    ('Щ', ["SHCH", "SCHTSCH", "S"]),
    ('Ъ', ["IE", "", ""]),
    ('Ы', ["Y", "Y", "Y"]),
    ('Ь', ["", "", ""]),
    ('Э', ["E", "E", "E"]),
    ('Ю', ["IU", "JU", "U"]),
    ('Я', ["IA", "JA", "A"]),
];

/// A name in Russian letters in one of three romanisations; `None` where it holds other letters.
pub fn romanised(name: &str, system: usize) -> Option<String> {
    let mut text = String::new();
    for letter in name.chars().flat_map(char::to_uppercase) {
        match CYRILLIC.iter().find(|(known, _)| *known == letter) {
            Some((_, systems)) => text.push_str(systems.get(system)?),
            None if letter.is_alphabetic() => return None,
            None => text.push(letter),
        }
    }
    Some(text)
}

/// Treatments of the matrix alone: names of the other measurements are treated in turn, which stay comparable with those
/// of before so.
pub const MORE: &[Treatment] = &[
    Treatment {
        name: "last word first, joined to the next (two words)",
        apply: |subject, _| {
            let [first, last] = subject.words.as_slice() else { return None };
            if !first.chars().chain(last.chars()).all(char::is_alphabetic) || first.len() + last.len() < 6 {
                return None;
            }
            Some(format!("{last}{first}"))
        },
    },
    Treatment {
        name: "a word of trade abbreviated",
        apply: |subject, _| {
            let short = |word: &String| SHORT_FORMS.iter().find(|(full, _)| full == word);
            let (place, (_, short)) =
                subject.words.iter().enumerate().find_map(|(place, word)| Some((place, short(word)?)))?;
            (!subject.is_person()).then(|| subject.with(place, *short))
        },
    },
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn treated(name: &str, text: &str, schema: Schema) -> Option<String> {
        let treatment = ALL.iter().find(|treatment| treatment.name.starts_with(name)).unwrap();
        (treatment.apply)(&Subject::new(text, schema), &mut Numbers::new(1))
    }

    #[test]
    fn treatments_do_what_they_say() {
        let person = Schema::Person;
        let organisation = Schema::Organisation;
        for (name, text, schema, expected) in [
            ("form written", "ZEPHYR BORDER LTD", organisation, Some("ZEPHYR BORDER LIMITED")),
            ("form changed", "Zephyr Border, Ltd.", organisation, Some("ZEPHYR BORDER LLC")),
            ("form dropped", "ZEPHYR BORDER LTD", organisation, Some("ZEPHYR BORDER")),
            ("form dropped", "ZEPHYR BORDER LTD", person, None),
            ("form added", "ZEPHYR BORDER LTD", organisation, None),
            ("an informative", "ZEFIR, Amr", person, None),
            ("an initial", "ZEFIR, Nadir", person, None),
            ("OCR: RN", "ZEFIRNI NADIR", person, Some("ZEFIMI NADIR")),
            ("OCR: O", "ZEFIR NADIR", person, None),
            ("cut", "ZEPHYR BORDER", organisation, None),
            (
                "cut",
                "ZEPHYR BORDER FORWARDING AND SHIPPING AGENCY",
                organisation,
                Some("ZEPHYR BORDER FORWARDING AND SHIPPI"),
            ),
            ("article AL- written", "AL-ZEFIR, Nadir", person, Some("EL ZEFIR NADIR")),
            ("given name", "ZEFIR, Ahmad", person, Some("ZEFIR AHMED")),
        ] {
            assert_eq!(treated(name, text, schema).as_deref(), expected, "{name}: {text}");
        }
    }

    #[test]
    fn treatments_change_names_and_repeat_themselves() {
        let subject = Subject::new("MORNIZAD AL-ZEFIROV, Ahmad Nadir", Schema::Person);
        assert!(subject.tells(3));
        for treatment in ALL {
            for seed in 0..20 {
                let altered = (treatment.apply)(&subject, &mut Numbers::new(seed));
                assert_eq!(altered, (treatment.apply)(&subject, &mut Numbers::new(seed)));
                assert_ne!(altered, Some(subject.text()), "{}", treatment.name);
            }
        }
    }

    #[test]
    fn russian_letters_are_romanised() {
        assert_eq!(romanised("Зефир Юрьевич", 0).as_deref(), Some("ZEFIR IUREVICH"));
        assert_eq!(romanised("Зефир Юрьевич", 1).as_deref(), Some("SEFIR JUREWITSCH"));
        assert_eq!(romanised("Zefir", 0), None);
    }
}
