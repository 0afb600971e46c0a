//! Stage: what each word is in a name: legal form, title, particle, number, initial, or a word that tells.

use super::romanise::Origin;
use super::{Token, Word, numbers};
use crate::hash::Quick;
use crate::similarity::{has_at_most, letters};
use crate::{country, edits};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a token is in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A word that tells one party from another.
    Word,
    /// A number.
    Number,
    /// A single letter beside words.
    Initial,
    /// A legal form of an organisation, with its class.
    Form(&'static str),
    /// A title or form of address, with its class.
    Title(&'static str),
    /// A particle or linking word, with its class.
    Particle(&'static str),
}

impl Kind {
    /// Forms, titles and particles weigh little and are compared by class.
    pub(crate) fn is_weak(self) -> bool {
        matches!(self, Kind::Form(_) | Kind::Title(_) | Kind::Particle(_))
    }
}

/// Where in a name a phrase counts as what its table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Any,
    Start,
    End,
    Edge,
    Middle,
}

/// A phrase of a table.
pub(super) struct Entry {
    pub(super) class: &'static str,
    pub(super) words: Vec<&'static str>,
    pub(super) place: Place,
}

/// Phrases by their first word.
pub(super) struct Table {
    by_first: HashMap<&'static str, Vec<Entry>, Quick>,
    /// Phrases of one long word that count wherever they stand, with their class and [`letters`], in the order of the
    /// alphabet.
    long: Vec<(&'static str, &'static str, u64)>,
}

/// Fewest letters of a legal form that is known though misspelled.
const NEARLY_LETTERS: usize = 8;

impl Table {
    /// A table of lines `class TAB phrase TAB place`.
    fn with_classes(text: &'static str) -> Self {
        Self::read(text, |line| {
            let (class, rest) = line.split_once('\t')?;
            Some((class, rest))
        })
    }

    /// A table of lines `phrase TAB place`.
    pub(super) fn without_classes(text: &'static str) -> Self {
        Self::read(text, |line| Some(("", line)))
    }

    fn read(text: &'static str, class: fn(&'static str) -> Option<(&'static str, &'static str)>) -> Self {
        let mut by_first: HashMap<&'static str, Vec<Entry>, Quick> = HashMap::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((class, rest)) = class(line) else { continue };
            let Some((phrase, place)) = rest.split_once('\t') else { continue };
            let place = match place {
                "start" => Place::Start,
                "end" => Place::End,
                "edge" => Place::Edge,
                "middle" => Place::Middle,
                _ => Place::Any,
            };
            let words: Vec<&'static str> = phrase.split(' ').collect();
            by_first.entry(words[0]).or_default().push(Entry { class, words, place });
        }
        let is_long = |entry: &&Entry| {
            entry.place == Place::Any && entry.words.len() == 1 && entry.words[0].len() >= NEARLY_LETTERS
        };
        let long = by_first.values().flatten().filter(is_long);
        let mut long: Vec<_> =
            long.map(|entry| (entry.words[0], entry.class, letters(entry.words[0]))).collect();
        long.sort_unstable();
        Self { by_first, long }
    }

    /// The longest phrase that starts at `index` and satisfies `fits`.
    pub(super) fn longest_at(
        &self,
        words: &[Word],
        index: usize,
        fits: impl Fn(&Entry) -> bool,
    ) -> Option<&Entry> {
        let entries = self.by_first.get(words[index].text.as_str())?;
        entries
            .iter()
            .filter(|entry| words[index..].len() >= entry.words.len())
            .filter(|entry| entry.words.iter().zip(&words[index..]).all(|(a, b)| *a == b.text))
            .filter(|entry| fits(entry))
            .max_by_key(|entry| entry.words.len())
    }

    /// The class of a long single-word phrase that `word` is one edit away from.
    fn nearly(&self, word: &str) -> Option<&'static str> {
        if word.len() + 1 < NEARLY_LETTERS {
            return None;
        }
        let own = letters(word);
        // One edit puts at most one letter out of a word and one into it.
        let may_be = |phrase: &str, of_phrase: u64| {
            phrase.len().abs_diff(word.len()) <= 1
                && has_at_most(own & !of_phrase, 1)
                && has_at_most(of_phrase & !own, 1)
        };
        let mut entries = self.long.iter().filter(|(phrase, _, letters)| may_be(phrase, *letters));
        entries.find(|(phrase, ..)| edits::plain(phrase, word, 1).is_some()).map(|(_, class, _)| *class)
    }

    fn has_word(&self, word: &str) -> bool {
        self.by_first.get(word).is_some_and(|entries| entries.iter().any(|entry| entry.words.len() == 1))
    }
}

static FORMS: LazyLock<Table> =
    LazyLock::new(|| Table::with_classes(include_str!("../../data/organisation_forms.tsv")));
static TITLES: LazyLock<Table> = LazyLock::new(|| Table::with_classes(include_str!("../../data/titles.tsv")));
static PARTICLES: LazyLock<Table> =
    LazyLock::new(|| Table::with_classes(include_str!("../../data/particles.tsv")));

/// Abbreviations inside forms of several words, such as the `CV` of `SA DE CV`.
const FORM_PIECES: [&str; 3] = ["CV", "RL", "OO"];

/// The tokens of a name given as words.
pub(super) fn tokens(words: &[Word]) -> Vec<Token> {
    let words = collapse_letters(words);
    let tail = form_tail(&words);
    let words = numbers::read(words, tail);
    let tail = form_tail(&words);
    let mut tokens = Vec::with_capacity(words.len());
    let mut index = 0;
    while index < words.len() {
        let fits = |entry: &Entry| {
            let end = index + entry.words.len();
            match entry.place {
                Place::Any => true,
                Place::Start => index == 0,
                Place::End => index >= tail || end == words.len(),
                Place::Edge => index == 0 || index >= tail || end == words.len(),
                Place::Middle => index > 0 && end < words.len(),
            }
        };
        // The syllable Bin of a Chinese or Korean name is no son of anybody.
        let is_syllable = matches!(words[index].origin, Origin::Han(_) | Origin::Syllable);
        let found = [
            (FORMS.longest_at(&words, index, fits), Kind::Form as fn(&'static str) -> Kind),
            (TITLES.longest_at(&words, index, fits), Kind::Title),
            (PARTICLES.longest_at(&words, index, fits).filter(|_| !is_syllable), Kind::Particle),
        ];
        match found.into_iter().find_map(|(entry, kind)| Some((entry?, kind))) {
            Some((entry, kind)) => {
                // Phrases of the tables have at most five words.
                let of_words = entry.words.len() as u8;
                tokens.extend(words[index..index + entry.words.len()].iter().map(|word| Token {
                    of_words,
                    origin: word.origin.clone(),
                    ..Token::new(word.text.clone(), kind(entry.class))
                }));
                index += entry.words.len();
            }
            None => {
                tokens.push(plain(&words[index]));
                index += 1;
            }
        }
    }
    // A name of nothing but weak words, such as the alias "Haji", must be compared by those.
    if !tokens.iter().any(|token| matches!(token.kind, Kind::Word | Kind::Number)) {
        for token in &mut tokens {
            (token.kind, token.of_words) = (Kind::Word, 1);
        }
    }
    tokens
}

/// Most words that a thread remembers what they are.
const REMEMBERED_MOST: usize = 8192;

thread_local! {
    static REMEMBERED: RefCell<HashMap<String, Token>> = RefCell::default();
}

/// A word that stands for itself. Names repeat their words, so what they are is remembered.
fn plain(word: &Word) -> Token {
    if word.origin != Origin::Full {
        return read(word);
    }
    REMEMBERED.with_borrow_mut(|known| {
        if let Some(token) = known.get(&word.text) {
            return token.clone();
        }
        if known.len() >= REMEMBERED_MOST {
            known.clear();
        }
        let token = read(word);
        known.insert(word.text.clone(), token.clone());
        token
    })
}

fn read(word: &Word) -> Token {
    let text = word.text.as_str();
    if let Some(class) = FORMS.nearly(text) {
        return Token::new(text.to_owned(), Kind::Form(class));
    }
    let mut token = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = text.trim_start_matches('0');
        Token::new(if digits.is_empty() { "0" } else { digits }.to_owned(), Kind::Number)
    } else if text.len() == 1 {
        Token::new(text.to_owned(), Kind::Initial)
    } else {
        Token::new(text.to_owned(), Kind::Word)
    };
    token.omissible = country::is_place(text) || is_patronymic(text);
    token.origin = word.origin.clone();
    token
}

/// A father's name by its ending, which East Slavic names have or leave out.
fn is_patronymic(text: &str) -> bool {
    text.len() >= 7
        && [
            "OVICH", "EVICH", "AVICH", "OVNA", "EVNA", "AUNA", "OVITCH", "EVITCH", "OWITSCH", "EWITSCH",
            "OGLY", "OGLU",
        ]
        .iter()
        .any(|ending| text.ends_with(ending))
}

/// Writes letters that stand apart together where they make a legal form: `S A` at the end of a name is `SA`.
fn collapse_letters(words: &[Word]) -> Vec<Word> {
    let mut collapsed = Vec::with_capacity(words.len());
    let is_letter =
        |word: &Word| word.text.len() == 1 && word.text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut index = 0;
    while index < words.len() {
        let run = words[index..].iter().take_while(|word| is_letter(word)).count();
        if run < 2 {
            collapsed.push(words[index].clone());
            index += 1;
            continue;
        }
        let at_start = index == 0;
        let next = words.get(index + run).map(|word| word.text.as_str());
        let at_end = next.is_none_or(|word| FORMS.has_word(word) || word == "DE");
        let letters = &words[index..index + run];
        let together = |letters: &[Word]| letters.iter().map(|word| word.text.as_str()).collect::<String>();
        // The whole run, else its end where the name ends, else its beginning where the name begins.
        let place = (2..=run).rev().find_map(|length| {
            let tail = together(&letters[run - length..]);
            let head = together(&letters[..length]);
            if at_end && is_form(&tail) {
                Some((run - length, tail, length))
            } else if at_start && is_form(&head) {
                Some((0, head, length))
            } else {
                None
            }
        });
        match place {
            Some((start, text, length)) => {
                collapsed.extend_from_slice(&letters[..start]);
                collapsed.push(Word { text, origin: Origin::Full });
                collapsed.extend_from_slice(&letters[start + length..]);
            }
            None => collapsed.extend_from_slice(letters),
        }
        index += run;
    }
    collapsed
}

/// Whether a word may be a legal form, or of one.
pub(super) fn is_form(word: &str) -> bool {
    FORMS.has_word(word) || FORM_PIECES.contains(&word)
}

/// Where the run of legal forms begins that ends the name; the number of words where it does not end with one.
fn form_tail(words: &[Word]) -> usize {
    let mut tail = words.len();
    loop {
        let longest = (0..tail)
            .rev()
            .take(MAX_FORM_WORDS)
            .filter(|&start| {
                FORMS
                    .longest_at(&words[..tail], start, |entry| {
                        entry.place != Place::Start && start + entry.words.len() == tail
                    })
                    .is_some()
            })
            .min();
        match longest {
            Some(start) => tail = start,
            None => return tail,
        }
    }
}

/// Words of the longest legal form of the table.
const MAX_FORM_WORDS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_well_formed() {
        for (name, text, columns) in [
            ("organisation_forms", include_str!("../../data/organisation_forms.tsv"), 3),
            ("titles", include_str!("../../data/titles.tsv"), 3),
            ("particles", include_str!("../../data/particles.tsv"), 3),
            ("trade_phrases", include_str!("../../data/trade_phrases.tsv"), 2),
        ] {
            let mut seen = std::collections::HashSet::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let fields: Vec<&str> = line.split('\t').collect();
                assert_eq!(fields.len(), columns, "{name}: {line}");
                let phrase = fields[columns - 2];
                assert!(seen.insert(phrase), "{name}: {phrase} twice");
                assert!(phrase.split(' ').all(|word| {
                    !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                }));
                assert!(
                    ["any", "start", "end", "edge", "middle"].contains(&fields[columns - 1]),
                    "{name}: {line}"
                );
            }
        }
        let longest = FORMS.by_first.values().flatten().map(|entry| entry.words.len()).max();
        assert_eq!(longest, Some(MAX_FORM_WORDS));
    }
}
