//! Several spellings or names that a list packs into one text.

use crate::list::{Entity, NameKind, Quality, Script};

/// What a bracket begins with that holds another name.
const KNOWN_AS: [&str; 2] = ["also known as ", "formerly known as "];

/// Adds a name as it stands, and the names that stand inside it.
pub(super) fn add_name(entity: &mut Entity, text: &str, kind: NameKind) {
    entity.add_name(text, kind);
    for (name, kind) in names_inside(text, kind) {
        entity.add_name(&name, kind);
    }
}

/// The spellings that the list packs into one text: "عمرو (Amr A; Amro A)", "Amr A (original script: Амр А)",
/// "Group of A (GOA)", "A Ltd (also known as B Ltd)", "Amr A; Amro A". Remarks in brackets ("previously listed as") are no names.
fn names_inside(text: &str, kind: NameKind) -> Vec<(String, NameKind)> {
    if !text.contains(['(', ';']) {
        return Vec::new();
    }
    let alias = match kind {
        NameKind::Alias(_) => kind,
        NameKind::Primary | NameKind::OriginalScript => NameKind::Alias(Quality::Strong),
    };
    let (outside, inside) = split_brackets(text);
    let outside_script = Script::of(&outside);
    let mut names: Vec<(String, NameKind)> = outside
        .split(';')
        .map(|name| (clean(name), if inside.is_empty() { alias } else { kind_of(name, alias) }))
        .collect();
    for bracket in inside {
        let listed = bracket.contains(';');
        for name in bracket.split(';') {
            let name = name.trim();
            let known_as = KNOWN_AS.iter().find_map(|head| name.strip_prefix(head));
            let name = known_as.or_else(|| name.strip_prefix("original script:")).unwrap_or(name);
            let script = Script::of(name);
            let acronym = is_acronym(name);
            if acronym {
                names.push((clean(name), NameKind::Alias(Quality::Weak)));
            } else if script != outside_script || listed || known_as.is_some() {
                names.push((clean(name), kind_of(name, alias)));
            }
        }
    }
    names.retain(|(name, _)| Script::of(name) != Script::None);
    names
}

/// Three capital letters of ASCII or more, or up to five capital letters of other alphabets.
fn is_acronym(name: &str) -> bool {
    let ascii = name.len() >= 3 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    ascii || (!name.is_ascii() && name.chars().count() <= 5 && name.chars().all(char::is_uppercase))
}

/// A name in another script than Latin is the original, or as good as it.
fn kind_of(name: &str, otherwise: NameKind) -> NameKind {
    match Script::of(name) {
        Script::Latin | Script::None => otherwise,
        _ => NameKind::OriginalScript,
    }
}

fn clean(name: &str) -> String {
    name.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).to_owned()
}

/// The text outside brackets, and the text of each outermost pair; an open bracket reaches to the end.
fn split_brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside) = (String::new(), Vec::new());
    let mut current = String::new();
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' => {
                depth += 1;
                if depth == 1 {
                    outside.push(' ');
                } else {
                    current.push(' ');
                }
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    inside.push(std::mem::take(&mut current));
                } else {
                    current.push(' ');
                }
            }
            c if depth > 0 => current.push(c),
            c => outside.push(c),
        }
    }
    if !current.is_empty() {
        inside.push(current);
    }
    (outside.split_whitespace().collect::<Vec<_>>().join(" "), inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_of_every_alphabet_are_weak() {
        let weak = |text: &str| {
            let names = names_inside(text, NameKind::Alias(Quality::Strong));
            names.iter().filter(|(_, kind)| *kind == NameKind::Alias(Quality::Weak)).count()
        };
        for text in ["Zephyr Border Group (ZBG)", "Zephyr Border Group (ЗБГ)", "Зефир Групп (ЗБГ)"]
        {
            assert_eq!(weak(text), 1, "{text}");
        }
        for text in ["Amr Zefir (عمرو زفير)", "Zephyr Border Group (Зефир)", "Zephyr Lamps (lamps)"]
        {
            assert_eq!(weak(text), 0, "{text}");
        }
    }

    #[test]
    fn spellings_packed_into_one_text_are_found() {
        let alias = NameKind::Alias(Quality::Strong);
        for (text, expected) in [
            ("Amr Zefir", &[][..]),
            ("Amr Zefir; Amro Zephyr", &["Amr Zefir", "Amro Zephyr"]),
            ("عمرو زفير (Amr Zefir; Amro Zephyr)", &["عمرو زفير", "Amr Zefir", "Amro Zephyr"]),
            ("Amr Zefir (original script: Амр Зефир)", &["Amr Zefir", "Амр Зефир"]),
            ("Zephyr Border Group (ZBG)", &["Zephyr Border Group", "ZBG"]),
            ("Amr Zefir (previously listed as)", &["Amr Zefir"]),
            ("Amr Zefir (عمرو زفير ),", &["Amr Zefir", "عمرو زفير"]),
            ("(Sheikh) Amr Zefir", &["Amr Zefir"]),
            ("Zephyr Ltd (also known as Border Ltd)", &["Zephyr Ltd", "Border Ltd"]),
            ("Amr (one (two) three", &["Amr"]),
            ("(;)", &[]),
        ] {
            let found: Vec<String> = names_inside(text, alias).into_iter().map(|(name, _)| name).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
