//! Aliases that the Canadian list writes into one text, with no sign that stands for nothing else: semicolons,
//! commas, slashes, "or", "and", and languages ("Russian:") part names, and commas and slashes stand in names too.

use crate::list::{Quality, Script};

/// Languages that head a name in the script of its owner.
const LANGUAGES: [&str; 8] =
    ["Arabic", "Belarusian", "Belarussian", "Hebrew", "Persian", "Farsi", "Russian", "Ukrainian"];

/// Legal forms that a comma parts from the name they belong to, without full stops.
const LEGAL_FORMS: [&str; 31] = [
    "LTD", "LIMITED", "LLC", "INC", "CO", "CORP", "COMPANY", "PLC", "PTE", "GMBH", "SA", "SARL", "JSC",
    "PJSC", "OJSC", "CJSC", "FSUE", "AO", "OAO", "ZAO", "PAO", "OOO", "АО", "ОАО", "ЗАО", "ПАО", "ООО",
    "САО", "МК", "ФГУП", "ФГБУ",
];

/// A word of no more letters than this is taken for an acronym, which many share.
const ACRONYM_LETTERS: usize = 4;

/// The names in a text, and how far each identifies a person, or an organisation.
pub(super) fn read(text: &str, person: bool) -> Vec<(String, Quality)> {
    let mut text = super::one_line(text);
    for language in LANGUAGES {
        for head in [format!("{language}:"), format!("{language} :")] {
            text = text.replace(&head, ";");
        }
    }
    let mut names = Vec::new();
    for part in text.split(';') {
        let part = balanced(part);
        for part in at_word(&part, "or") {
            for name in at_slashes(part).into_iter().flat_map(|part| at_commas(part, person)) {
                for name in at_and(&name, person).into_iter().flat_map(by_script) {
                    names.extend(rated(&name, person));
                }
            }
        }
    }
    names
}

/// The text, without brackets where some have no counterpart.
fn balanced(text: &str) -> String {
    if text.matches('(').count() == text.matches(')').count() {
        return text.to_owned();
    }
    text.replace(['(', ')'], " ")
}

/// The parts between whole words of this kind.
fn at_word<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let separator = format!(" {word} ");
    text.split(separator.as_str()).collect()
}

/// The names on both sides of "and", which in Latin letters is part of many a name of an organisation.
fn at_and(text: &str, person: bool) -> Vec<&str> {
    let names = at_word(text, "and");
    let english = names.iter().any(|name| Script::of(name) == Script::Latin);
    if person || !english { names } else { vec![text] }
}

/// The parts between slashes that part names: outside brackets, and not inside a short word such as "A/S".
pub(super) fn at_slashes(text: &str) -> Vec<&str> {
    let long = |word: Option<&str>| word.is_none_or(|word| word.chars().count() >= 3);
    at(text, '/', |before, after| {
        before.ends_with(' ')
            || after.starts_with(' ')
            || (long(before.rsplit([' ', '/']).next()) && long(after.split([' ', '/']).next()))
    })
}

/// The parts between occurrences of `sign` outside brackets for which `parts`, given the texts on both sides, says
/// that it separates.
fn at(text: &str, sign: char, parts: impl Fn(&str, &str) -> bool) -> Vec<&str> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let after = index + c.len_utf8();
        if c == sign && depth == 0 && parts(&text[start..index], &text[after..]) {
            found.push(&text[start..index]);
            start = after;
        }
    }
    found.push(&text[start..]);
    found
}

/// The names between commas. "Zefir, Hakim" is one name of a person, "Zephyr, LLC" one of an organisation; where two
/// parts of an organisation's may be one name or two, all three are taken.
fn at_commas(text: &str, person: bool) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in at(text, ',', |_, _| true) {
        let part = part.trim();
        let part = part.strip_prefix("or ").or_else(|| part.strip_prefix("and ")).unwrap_or(part);
        let attached = part.chars().next().is_some_and(char::is_lowercase) || is_legal_form(part);
        match names.last_mut() {
            _ if part.is_empty() => {}
            Some(name) if attached => {
                name.push_str(", ");
                name.push_str(part);
            }
            _ => names.push(part.to_owned()),
        }
    }
    if let [one, other] = names.as_slice()
        && Script::of(one) == Script::of(other)
    {
        let whole = format!("{one}, {other}");
        if !person {
            names.push(whole);
        } else if !one.contains(' ') {
            names = vec![whole];
        }
    }
    names
}

fn is_legal_form(text: &str) -> bool {
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    words.peek().is_some()
        && words.all(|word| LEGAL_FORMS.contains(&word.replace('.', "").to_uppercase().as_str()))
}

/// A name in Latin letters and the same in Arabic or Hebrew ones, side by side without any sign.
fn by_script(name: &str) -> Vec<String> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    for word in name.split(' ') {
        let script = Script::of(word);
        let right_to_left = matches!(script, Script::Arabic | Script::Hebrew);
        match runs.last_mut() {
            Some((known, run)) if *known == right_to_left || script == Script::None => {
                run.push(' ');
                run.push_str(word);
            }
            _ => runs.push((right_to_left, word.to_owned())),
        }
    }
    runs.into_iter().map(|(_, run)| run).collect()
}

/// A name without signs around it, with its quality; `None` where nothing is left. One word, be it a given name or a
/// family name, identifies no person, and an acronym no organisation.
fn rated(name: &str, person: bool) -> Option<(String, Quality)> {
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '/'));
    if Script::of(name) == Script::None {
        return None;
    }
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let weak = !name.contains(' ') && (person || letters <= ACRONYM_LETTERS);
    Some((name.to_owned(), if weak { Quality::Weak } else { Quality::Strong }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_one_text_are_found() {
        for (person, text, expected) in [
            (true, "Hakim Zefiri", &["Hakim Zefiri"][..]),
            (true, " \u{a0}Hakim\nZefiri ", &["Hakim Zefiri"]),
            (true, "Hakim", &["~Hakim"]),
            (true, "Zefiri, Hakim", &["Zefiri, Hakim"]),
            (true, "Hakim Zefiri, Hakeem Zephyri", &["Hakim Zefiri", "Hakeem Zephyri"]),
            (true, "Postman, Hakim Zefiri, Hakeem Zephyri", &["~Postman", "Hakim Zefiri", "Hakeem Zephyri"]),
            (true, "Orlan Vesper; Орлан Веспер, or Вечерин", &["Orlan Vesper", "Орлан Веспер", "~Вечерин"]),
            (
                true,
                "Orlan Vesper, Belarusian: Арлан Веспер, Russian : Орлан Веспер",
                &["Orlan Vesper", "Арлан Веспер", "Орлан Веспер"],
            ),
            (true, "(Орлан Веспер / Арлан Веспер", &["Орлан Веспер", "Арлан Веспер"]),
            (true, "حكيم زفيري/حكيم درويش", &["حكيم زفيري", "حكيم درويش"]),
            (true, "Hakim Zefiri حكيم زفيري", &["Hakim Zefiri", "حكيم زفيري"]),
            (true, "Zefiri and Zephyri", &["~Zefiri", "~Zephyri"]),
            (false, "Zephyr Border, LLC", &["Zephyr Border, LLC"]),
            (
                false,
                "Zephyr Co., Ltd., Border Group Ltd., ZBT",
                &["Zephyr Co., Ltd.", "Border Group Ltd.", "~ZBT"],
            ),
            (false, "Зефир, ООО; Зефир Торг", &["Зефир, ООО", "Зефир Торг"]),
            (
                false,
                "Zephyr Academy, Branch Two",
                &["Zephyr Academy", "Branch Two", "Zephyr Academy, Branch Two"],
            ),
            (false, "Trade and Transport of Nowhere", &["Trade and Transport of Nowhere"]),
            (false, "Зефир Торг and АО Зефир", &["Зефир Торг", "АО Зефир"]),
            (
                false,
                "Lamp and Wick Works, Фитильный Завод Никуда",
                &["Lamp and Wick Works", "Фитильный Завод Никуда"],
            ),
            (false, "Ministry of lamps, wicks and oil", &["Ministry of lamps, wicks and oil"]),
            (false, "Lantern A/S", &["Lantern A/S"]),
            (false, "LANTERN/LAMPION", &["LANTERN", "LAMPION"]),
            (false, "Lantern (North/South)", &["Lantern (North/South)"]),
            (false, " ; , / - ", &[]),
            (false, "", &[]),
        ] {
            let found: Vec<String> = read(text, person)
                .into_iter()
                .map(|(name, quality)| if quality == Quality::Weak { format!("~{name}") } else { name })
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
