//! Stage: a key that the usual romanisations of one name share.
//!
//! The rules fold letters that romanisations of Arabic, Persian, Cyrillic, German and Romance names exchange for one
//! another: doubled letters, `ou/oo/u/o`, `ee/ie/y/i`, `e/a`, `ai/ei/ay/ey`, `kh/h`, `gh/g`, `dh/d`, `th/t`,
//! `tsch/sch/sz/cz/ch/sh`, `ph/f`, `q/k/c`, `w/v`, `dj/dzh/j`, `ks/x`, a closing `h`. Consonants stay apart otherwise, so that
//! MAHMOUD does not become MUHAMMAD.

/// The key of an upper-case ASCII text; never longer than the text.
pub(super) fn of(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    into(text, &mut key);
    key
}

/// The same, written into `key` instead of what that held.
pub(super) fn into(text: &str, key: &mut String) {
    key.clear();
    let bytes = text.as_bytes();
    let (mut index, mut last) = (0, None);
    while index < bytes.len() {
        let (symbol, length) = fold(&bytes[index..], index == 0);
        index += length;
        if last != Some(symbol) {
            key.push(symbol);
            last = Some(symbol);
        }
    }
    // ABDULLAH, ABDULLA.
    if key.len() > 2 && key.ends_with('H') && key[..key.len() - 1].ends_with(is_vowel) {
        key.pop();
    }
}

fn is_vowel(symbol: char) -> bool {
    matches!(symbol, 'A' | 'I' | 'U' | 'Y')
}

/// The symbol that the beginning of `rest` stands for, and how many letters it takes.
fn fold(rest: &[u8], first: bool) -> (char, usize) {
    // XIAO, HSIAO, SHIAO: the sound that pinyin writes X.
    if first {
        match rest {
            [b'X', b'I' | b'U', ..] => return ('C', 1),
            [b'H', b'S', b'I' | b'U', ..] => return ('C', 2),
            _ => {}
        }
    }
    // YEVGENY, EVGENY.
    if first && rest.starts_with(b"YE") && rest.len() > 2 {
        return ('A', 2);
    }
    // K and SH, as in RUKSHANA, not KS and H.
    if rest.starts_with(b"KSH") {
        return ('K', 1);
    }
    for (letters, symbol) in groups(rest[0]) {
        // Of two to four letters: a call of the library's comparison costs more than they do.
        if letters.len() <= rest.len() && letters.iter().zip(rest).all(|(one, other)| one == other) {
            return (*symbol, letters.len());
        }
    }
    let symbol = match rest[0] {
        b'E' => 'A',
        b'O' => 'U',
        b'Y' => 'I',
        b'Q' => 'K',
        b'W' => 'V',
        b'C' => match rest.get(1) {
            Some(b'E' | b'I' | b'Y') => 'S',
            _ => 'K',
        },
        other => char::from(other),
    };
    (symbol, 1)
}

/// Groups of letters and their symbols by the first letter, longer ones first. `Y` is the diphthong of "ai", `C` the
/// sound of "sh".
fn groups(first: u8) -> &'static [(&'static [u8], char)] {
    match first {
        b'A' => &[(b"AE", 'A'), (b"AI", 'Y'), (b"AY", 'Y')],
        b'C' => &[(b"CZ", 'C'), (b"CH", 'C'), (b"CK", 'K')],
        b'D' => &[(b"DSCH", 'J'), (b"DZH", 'J'), (b"DH", 'D'), (b"DJ", 'J')],
        b'E' => &[(b"EO", 'U'), (b"EU", 'U'), (b"EE", 'I'), (b"EI", 'Y'), (b"EY", 'Y')],
        b'G' => &[(b"GH", 'G'), (b"GK", 'G')],
        b'I' => &[(b"IE", 'I'), (b"II", 'I'), (b"IJ", 'I'), (b"IY", 'I')],
        b'K' => &[(b"KH", 'H'), (b"KS", 'X')],
        b'O' => &[(b"OU", 'U'), (b"OO", 'U'), (b"OE", 'U')],
        b'P' => &[(b"PH", 'F')],
        b'S' => &[(b"SHCH", 'C'), (b"SCH", 'C'), (b"SZ", 'C'), (b"SH", 'C')],
        b'T' => &[(b"TSCH", 'C'), (b"TCH", 'C'), (b"TH", 'T')],
        b'U' => &[(b"UE", 'U'), (b"UU", 'U')],
        b'Z' => &[(b"ZH", 'J')],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn romanisations_share_a_key() {
        for group in [
            &["MUHAMMAD", "MOHAMMED", "MOHAMED", "MUHAMAD", "MOUHAMMED"][..],
            &["USAMA", "OSAMA", "OUSAMA"],
            &["HUSSEIN", "HUSAYN", "HUSSAIN", "HOSSEIN"],
            &["NOOR", "NOUR", "NUR"],
            &["SHARIF", "CHARIF", "SHAREEF"],
            &["EVGENY", "YEVGENY", "EVGENIY"],
            &["ABDULLAH", "ABDULLA", "ABDOULAH"],
            &["KHAMZAT", "HAMZAT"],
            &["MULLER", "MUELLER"],
            &["ALEXANDER", "ALEKSANDER"],
            &["QASIM", "KASIM", "QASSIM"],
            &["CHERNOV", "TSCHERNOW", "TCHERNOV", "CZERNOW"],
            &["XIAO", "HSIAO", "SHIAO"],
            &["SEONG", "SONG"],
            &["RUKSHANA", "RUKCHANA"],
        ] {
            let keys: Vec<String> = group.iter().map(|name| of(name)).collect();
            assert!(keys.iter().all(|key| *key == keys[0]), "{group:?}: {keys:?}");
        }
    }

    #[test]
    fn different_names_keep_different_keys() {
        for (a, b) in [
            ("MUHAMMAD", "MAHMOUD"),
            ("HASSAN", "HUSSEIN"),
            ("AHMAD", "HAMID"),
            ("KARIM", "KARAM"),
            ("SALIM", "SALAM"),
        ] {
            assert_ne!(of(a), of(b), "{a} and {b}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_no_longer_than_the_text(text in "[A-Z0-9]{0,20}") {
            let key = of(&text);
            prop_assert!(key.len() <= text.len());
            prop_assert!(key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
        }
    }
}
