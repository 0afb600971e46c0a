//! From a name as written to the tokens that are compared, stage by stage.
//!
//! | stage | before | after |
//! |---|---|---|
//! | [`unicode`] | `ＺＥＰＨＹＲ Ｂorder` | `ZEPHYR Border` |
//! | [`translate`], queries only | `شركة الزفير` | the whole, `COMPANY الزفير` |
//! | [`han_forms`] | `風灯有限公司` | `風灯 CO LTD` |
//! | [`romanise`], a table for each script | `Зефир Торг` | `ZEFIR TORG` |
//! | [`punctuation`] | `Sa'id Al-Zefir & Co., S.A.` | `SAID AL ZEFIR CO SA` |
//! | [`trade`] | `ACME LTD C/O ZEPHYR FZE` | the whole, `ACME LTD`, `ZEPHYR FZE` |
//! | [`numbers`] | `BRIGADE FORTY FOUR` | `BRIGADE 44` |
//! | [`vocabulary`] | `DR SAID AL ZEFIR CO SA` | title, word, particle, word, form, form |
//! | [`truncation`] | `… FREIGHT FORWARDING SERVI` at a field's width | the last token is cut |
//! | [`key`] | `MOHAMMED`, `MUHAMAD` | `MUHAMAD`, by which spellings of one sound are found |
//!
//! Names of lists and names of queries pass the same stages, except that only queries are translated and read in several
//! ways, only queries are split at trade phrases, and only queries can be cut: lists hold whole names of one party.

mod han_forms;
mod key;
mod looks;
mod nicknames;
mod numbers;
mod punctuation;
mod romanise;
mod trade;
mod translate;
mod truncation;
mod unicode;
mod vocabulary;

pub(crate) use nicknames::{is_of_trade, written_out};
pub(crate) use punctuation::Word;
pub(crate) use romanise::Origin;
pub(crate) use vocabulary::Kind;

use crate::limits::{LONG_TOKENS, NAME_TOKENS};
use std::hash::{Hash, Hasher};

/// One token of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Upper-case letters and digits of ASCII.
    pub(crate) text: String,
    /// The text folded to a class of sounds.
    pub(crate) key: String,
    /// What it is in the name.
    pub(crate) kind: Kind,
    /// How many words the legal form or title has that it is one of; 1 for all other tokens.
    pub(crate) of_words: u8,
    /// The field ended inside it.
    pub(crate) cut: bool,
    /// A word that names are written with and without: a place, a father's name.
    pub(crate) omissible: bool,
    /// What it was written in.
    pub(crate) origin: Origin,
    /// The text as it looks to a machine that reads print: `RN` is `M`, `0` is `O`.
    pub(crate) looks: String,
    /// Given names and words of trade that it is a short form of, or that have short forms, by number.
    pub(crate) nicknames: &'static [u16],
}

/// By the text alone, on which nearly all the rest depends.
impl Hash for Token {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Token {
    /// A token that is not cut.
    pub(crate) fn new(text: String, kind: Kind) -> Self {
        let (key, looks) = (key::of(&text), looks::of(&text));
        let nicknames = if kind == Kind::Word { nicknames::of(&text) } else { &[] };
        Self {
            text,
            key,
            kind,
            of_words: 1,
            cut: false,
            omissible: false,
            origin: Origin::Full,
            looks,
            nicknames,
        }
    }

    /// The token that several adjacent ones make when written together.
    pub(crate) fn joined(parts: &[&Token]) -> Self {
        let text = Self::joined_text(parts);
        Self {
            key: key::of(&text),
            text,
            kind: Kind::Word,
            of_words: 1,
            cut: false,
            omissible: false,
            origin: Self::joined_origin(parts),
            // No rule for what is written together looks at these.
            looks: String::new(),
            nicknames: &[],
        }
    }

    /// The text of [`Token::joined`].
    pub(crate) fn joined_text(parts: &[&Token]) -> String {
        let mut text = String::new();
        Self::join_text(parts, &mut text);
        text
    }

    /// The same, written into `text` instead of what that held.
    pub(crate) fn join_text(parts: &[&Token], text: &mut String) {
        text.clear();
        for (place, part) in parts.iter().enumerate() {
            // The article before a "sun letter" is spoken, and romanised, as that letter: AL DIN is UDDIN.
            let next = parts.get(place + 1).map_or("", |next| next.text.as_str());
            let assimilated =
                part.origin == Origin::Abjad && part.text == "AL" && next.starts_with(SUN_LETTERS);
            text.push_str(if place > 0 && assimilated { "A" } else { &part.text });
        }
    }

    /// The origin of [`Token::joined`].
    pub(crate) fn joined_origin(parts: &[&Token]) -> Origin {
        let readings = parts.iter().find(|part| !matches!(part.origin, Origin::Full | Origin::Han(_)));
        match readings {
            Some(part) => part.origin.clone(),
            None if parts.iter().any(|part| part.origin != Origin::Full) => Origin::Exact,
            None => Origin::Full,
        }
    }
}

/// The text folded to a class of sounds, as in [`Token::key`], written into `key` instead of what that held.
pub(crate) fn key_into(text: &str, key: &mut String) {
    key::into(text, key);
}

/// First letters of the romanisations of Arabic consonants that take the place of the `L` of an article before them.
const SUN_LETTERS: [char; 7] = ['D', 'L', 'N', 'R', 'S', 'T', 'Z'];

/// A name as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Normalised {
    /// Its tokens in order.
    pub(crate) tokens: Vec<Token>,
    /// The field it stood in was too short for it, so that more may have followed.
    pub(crate) cut: bool,
}

/// The name of a list entry, whole.
pub(crate) fn listed(text: &str) -> Normalised {
    Normalised { tokens: vocabulary::tokens(&origins(text)), cut: false }
}

/// The names that a queried text may stand for: the whole first, then the parts on the sides of trade phrases, its
/// initials apart, other readings, and the translation. Long texts also come as overlapping [windows](windows). Names
/// without any token are left out, and so is what was there before.
pub(crate) fn queried(text: &str) -> Vec<Normalised> {
    let words = origins(text);
    let cut = truncation::of(text);
    let alternatives = alternatives(text);
    let mut parts = trade::parts(&words);
    parts.extend(alternatives.iter().map(Vec::as_slice));
    let translated = translate::of(text).map(|translated| origins(&translated));
    let others: Vec<Vec<Word>> = initials_apart(&words).into_iter().chain(together(&words)).collect();
    let others: Vec<Vec<Word>> = others.into_iter().chain(other_readings(text)).collect();
    let mut names: Vec<Normalised> = Vec::new();
    // A name as wide as a field may also just be so long: it is read uncut first.
    let uncut = cut.map(|_| (words.as_slice(), None));
    // Only what reaches the end of the field is cut.
    let ends = |index: usize| cut.filter(|_| index + 1 == parts.len());
    let translation = translated.as_deref().map(|words| (words, None));
    let sides = parts.iter().enumerate().map(|(index, part)| (*part, ends(index)));
    let whole = std::iter::once((words.as_slice(), cut));
    let others = others.iter().map(|words| (words.as_slice(), None));
    for (part, cut) in uncut.into_iter().chain(whole).chain(sides).chain(others).chain(translation) {
        let mut tokens = vocabulary::tokens(part);
        truncation::mark(&mut tokens, cut);
        for window in windows(tokens.len()) {
            let cut = cut.is_some() && window.end == tokens.len();
            let name = Normalised { tokens: tokens[window].to_vec(), cut };
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The stretches of so many tokens that are compared as names: the whole, or what is compared at once of it. More tokens
/// than names have are rather padding or several names, in which every name of a few words must be found: they are also
/// cut into windows of fewer tokens, so that a name is in one with few other words.
fn windows(count: usize) -> Vec<std::ops::Range<usize>> {
    let mut windows = Vec::new();
    let sizes = [NAME_TOKENS, 24, 12, 6, 4].into_iter().enumerate();
    for (_, size) in sizes.filter(|(place, size)| *place == 0 || (count > LONG_TOKENS && count > *size)) {
        let mut start = 0;
        loop {
            let end = (start + size).min(count);
            if start < end {
                windows.push(start..end);
            }
            if end == count {
                break;
            }
            start += size / 2;
        }
    }
    windows
}

/// The words with the letters of abbreviations of two letters apart, where there are some: `J.K. ZEFIR` is J. and K.
/// ZEFIR. Three are rather those of a firm.
fn initials_apart(words: &[Word]) -> Option<Vec<Word>> {
    let are_initials = |word: &Word| {
        word.origin == Origin::Exact && word.text.len() == 2 && !vocabulary::is_form(&word.text)
    };
    let is_name = |word: &Word| word.origin != Origin::Exact && word.text.len() > 1;
    if !words.iter().any(are_initials) || !words.iter().any(is_name) {
        return None;
    }
    let apart = words.iter().flat_map(|word| match are_initials(word) {
        true => word.text.chars().map(|c| Word { text: c.to_string(), origin: Origin::Full }).collect(),
        false => vec![word.clone()],
    });
    Some(apart.collect())
}

/// Two words as one, where one of them is long enough to be two: `AMR NADIRZEFIROV` may stand for `ZEFIROV, Amr Nadir`,
/// whose words are found in either order where all are together.
fn together(words: &[Word]) -> Option<Vec<Word>> {
    let [one, other] = words else { return None };
    let full = one.origin == Origin::Full && other.origin == Origin::Full;
    let lengths = (one.text.len().min(other.text.len()), one.text.len().max(other.text.len()));
    let names = !vocabulary::is_form(&one.text) && !vocabulary::is_form(&other.text);
    // Nothing but the same letters stands for it.
    (full && names && lengths.0 >= 3 && lengths.1 >= TWO_WORDS_LETTERS)
        .then(|| vec![Word { text: format!("{}{}", one.text, other.text), origin: Origin::Exact }])
}

/// Fewest letters of a word that may be two.
const TWO_WORDS_LETTERS: usize = 10;

/// The words of the other usual readings of a text.
fn other_readings(text: &str) -> Vec<Vec<Word>> {
    let readings = romanise::readings(&han_forms::apart(&unicode::compose(text)));
    readings.into_iter().skip(1).map(punctuation::words).collect()
}

/// Whether a name holds anything that can be compared. A name of signs alone does not: screening it finds nothing,
/// which proves nothing.
///
/// ```
/// assert!(names::is_comparable("Zephyr"));
/// assert!(!names::is_comparable(" - . "));
/// ```
pub fn is_comparable(name: &str) -> bool {
    !origins(name).is_empty()
}

/// Whether a name is so long that its end is not compared.
///
/// ```
/// assert!(!names::is_cut("Zephyr Border Trading"));
/// assert!(names::is_cut(&"Zephyr ".repeat(200)));
/// ```
pub fn is_cut(name: &str) -> bool {
    unicode::is_cut(name)
}

/// The names on the sides of strokes, where each has some letters: `ZEPHYR BORDER/ZBT TRADING`, and not `C/O` or `A/S`.
fn alternatives(text: &str) -> Vec<Vec<Word>> {
    const LETTERS: usize = 3;
    let sides: Vec<&str> = text.split('/').collect();
    let is_word = |word: Option<&str>| {
        word.is_some_and(|word| word.chars().filter(|c| c.is_alphanumeric()).count() >= LETTERS)
    };
    let part_names = |pair: &[&str]| {
        is_word(pair[0].split_whitespace().next_back()) && is_word(pair[1].split_whitespace().next())
    };
    if sides.len() < 2 || !sides.windows(2).all(part_names) {
        return Vec::new();
    }
    sides.into_iter().map(origins).collect()
}

/// The words of a text, upper case and ASCII; for comparing addresses too.
pub(crate) fn words(text: &str) -> Vec<String> {
    origins(text).into_iter().map(|word| word.text).collect()
}

/// The words of a text with what they were written in.
fn origins(text: &str) -> Vec<Word> {
    punctuation::words(romanise::stretches(&han_forms::apart(&unicode::compose(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &Normalised) -> String {
        let tokens = name.tokens.iter().map(|token| {
            let mark = match token.kind {
                Kind::Word => "",
                Kind::Number => "#",
                Kind::Initial => ".",
                Kind::Form(_) => "/f",
                Kind::Title(_) => "/t",
                Kind::Particle(_) => "/p",
            };
            format!("{}{mark}{}", token.text, if token.cut { "~" } else { "" })
        });
        tokens.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_pass_all_stages() {
        for (text, expected) in [
            ("Sa'id Al-Zefir & Co., S.A.", "SAID AL/p ZEFIR CO/f SA/f"),
            ("Зефир Торг ООО", "ZEFIR TORG OOO/f"),
            ("PJSC Zephyr", "PJSC/f ZEPHYR"),
            ("Dr. Haji Amr bin Zefir", "DR/t HAJI/t AMR BIN/p ZEFIR"),
            ("ZEPHYR BORDER TRADING F.Z.E.", "ZEPHYR BORDER TRADING FZE/f"),
            ("Zephyr S.A. de C.V.", "ZEPHYR SA/f DE/f CV/f"),
            ("Zephyr Sp. z o.o.", "ZEPHYR SP/f Z/f OO/f"),
            ("Brigade 044", "BRIGADE 44#"),
            ("N. Zefir", "N. ZEFIR"),
            ("CO LTD", "CO LTD"),
            ("S.A.", "SA"),
            ("N N", "N N"),
            ("Straße Łódź Ünlü", "STRASSE LODZ UNLU"),
            ("SAID SE ZEFIR", "SAID SE ZEFIR"),
            ("", ""),
            ("---", ""),
        ] {
            assert_eq!(shown(&listed(text)), expected, "{text}");
        }
    }

    #[test]
    fn queries_are_split_at_trade_phrases() {
        for (text, expected) in [
            ("ACME LTD C/O ZEPHYR FZE", &["ACME LTD/f C. O. ZEPHYR FZE/f", "ACME LTD/f", "ZEPHYR FZE/f"][..]),
            ("ATTN: MR AMR", &["ATTN MR AMR", "MR/t AMR"]),
            ("ACME TRADING AS ZEPHYR", &["ACME TRADING AS/p ZEPHYR", "ACME", "ZEPHYR"]),
            ("ZEPHYR", &["ZEPHYR"]),
            ("ZEPHYR BORDER/ZBT TRADING", &["ZEPHYR BORDER ZBT TRADING", "ZEPHYR BORDER", "ZBT TRADING"]),
            ("C/O", &["CO"]),
            ("شركة زفير", &["SHRKEH ZFYR", "COMPANY/f ZFYR"]),
            ("", &[]),
        ] {
            let found: Vec<String> = queried(text).iter().map(shown).collect();
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn padding_hides_nothing() {
        let text = format!("{}ZEPHYR BORDER", "X ".repeat(300));
        let windows = queried(&text);
        assert!(windows.iter().all(|window| window.tokens.len() <= NAME_TOKENS));
        let last = windows.last().map(shown).unwrap_or_default();
        assert!(last.ends_with("ZEPHYR BORDER"), "{last}");
    }

    #[test]
    fn names_in_long_texts_stand_in_a_window_of_few_others() {
        let padded = |before: usize, after: usize| {
            let word = |place: usize| format!("WORD{} ", char::from(b'A' + (place % 20) as u8));
            let around = |range: std::ops::Range<usize>| range.map(word).collect::<String>();
            format!("{}ZEPHYR BORDER LINES {}", around(0..before), around(7..7 + after))
        };
        for (before, after) in [(100, 0), (0, 100), (50, 50), (14, 0), (0, 15), (33, 1)] {
            let found = queried(&padded(before, after))
                .iter()
                .map(shown)
                .any(|window| window.contains("ZEPHYR BORDER LINES") && window.split(' ').count() <= 4);
            assert!(found, "{before} {after}");
        }
        // What is as long as names are is compared whole alone.
        assert_eq!(queried(&padded(5, 5)).len(), 1);
        assert!(queried(&"ALI ".repeat(200)).len() < 10);
        // Two words of a name among very common ones.
        let text = format!("{}QUXOVIC ZEPHYRINE", "AHMED ALI JOSE MARIA ".repeat(20));
        let best = crate::compare(&crate::Query::new(text), &crate::Query::new("QUXOVIC ZEPHYRINE"));
        assert!(best.matched, "{:?}", best.score);
    }

    #[test]
    fn initials_without_blank_are_read_apart_too() {
        let found: Vec<String> = queried("J.K. Zefir").iter().map(shown).collect();
        assert_eq!(found, ["JK ZEFIR", "J. K. ZEFIR"]);
        assert_eq!(queried("ZEFIR S.A.").len(), 1);
    }
}
