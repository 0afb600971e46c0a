//! Stop words: words and phrases that say nothing of goods or parties, and the matcher for them.
//!
//! A text is cleansed first; where it then holds only stop words it counts as empty, and where it holds
//! one among others it is weak. That order and effect are those published for ICS2 (global validation of
//! entry summary declarations, steps GET08 and GET09); how a text is cleansed is not published, so the
//! rules of [`cleanse`] are Loadgate's own.

use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What kind of text is judged: lists apply to some kinds only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextKind {
    /// A description of goods.
    Goods,
    /// The name of a party.
    Wording,
    /// The address of a party.
    PartyAddress,
}

impl TextKind {
    /// Every kind.
    pub const ALL: &[TextKind] = &[Self::Goods, Self::Wording, Self::PartyAddress];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::Wording => "party-names",
            Self::PartyAddress => "party-addresses",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopWord {
    /// The entry as its source has it.
    pub text: String,
    /// Its spellings; most entries have one.
    pub spellings: Vec<String>,
    /// Whether it is in force: authorities disable entries for a time.
    pub enabled: bool,
    /// Whether it says that goods are a consolidation, which some programmes tolerate of a master.
    pub consolidation: bool,
}

/// A dated list of stop words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopWordList {
    /// Its name, for people.
    pub name: Arc<str>,
    /// Where it comes from.
    pub source: String,
    /// Edition.
    pub edition: Date,
    /// Whether the list is known to be whole.
    pub complete: bool,
    /// What a reader must know of it; may be empty.
    pub note: String,
    /// To what it applies.
    pub applies_to: Vec<TextKind>,
    /// The entries.
    pub words: Vec<StopWord>,
}

/// A stop word found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundWord {
    /// The entry as its source has it.
    pub text: Arc<str>,
    /// Name of the list.
    pub list: Arc<str>,
    /// Whether it says that goods are a consolidation.
    pub consolidation: bool,
}

/// What was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopWordHit<'a> {
    /// Whether the text, cleansed, holds nothing else.
    pub only: bool,
    /// The entries found, from left to right, the longest at each place. Empty where the text holds only
    /// packing words.
    pub words: Vec<&'a FoundWord>,
}

/// Stop words of a programme, prepared for matching.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StopWords {
    goods: Matcher,
    party_names: Matcher,
    party_addresses: Matcher,
}

impl StopWords {
    /// Prepares the enabled words of `lists`.
    ///
    /// `connectives` join words and say nothing (`AND`, `OF`); `packing` are the words for packages and
    /// units that cleansing removes from descriptions of goods (`PLT`, `STC`).
    pub fn prepare<'a>(
        lists: impl IntoIterator<Item = &'a StopWordList>,
        connectives: &[String],
        packing: &[String],
    ) -> Self {
        let lists: Vec<&StopWordList> = lists.into_iter().collect();
        let prepare = |kind| Matcher::prepare(&lists, kind, connectives, packing);
        Self {
            goods: prepare(TextKind::Goods),
            party_names: prepare(TextKind::Wording),
            party_addresses: prepare(TextKind::PartyAddress),
        }
    }

    /// Judges a text; `None` where it holds no stop word.
    ///
    /// Letter case, punctuation, width, numbers, and singular or plural do not matter.
    pub fn judge(&self, text: &str, kind: TextKind) -> Option<StopWordHit<'_>> {
        match kind {
            TextKind::Goods => self.goods.judge(text),
            TextKind::Wording => self.party_names.judge(text),
            TextKind::PartyAddress => self.party_addresses.judge(text),
        }
    }
}

/// A word of the vocabulary; singular and plural are one.
type WordId = u32;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Phrase {
    words: Vec<WordId>,
    found: FoundWord,
}

/// What a word may be besides a part of phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Uses {
    connective: bool,
    packing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Matcher {
    vocabulary: HashMap<Box<str>, WordId>,
    uses: Vec<Uses>,
    /// Phrases that begin with a word, longest first; indexed by the word.
    phrases: Vec<Vec<Phrase>>,
}

impl Matcher {
    fn prepare(lists: &[&StopWordList], kind: TextKind, connectives: &[String], packing: &[String]) -> Self {
        let mut matcher = Self::default();
        let applying = lists.iter().filter(|list| list.applies_to.contains(&kind));
        for list in applying {
            for word in list.words.iter().filter(|word| word.enabled) {
                for spelling in &word.spellings {
                    let words: Vec<WordId> =
                        cleanse(spelling).iter().map(|word| matcher.learn(word)).collect();
                    let Some(first) = words.first() else { continue };
                    let found = FoundWord {
                        text: spelling.as_str().into(),
                        list: Arc::clone(&list.name),
                        consolidation: word.consolidation,
                    };
                    matcher.phrases[*first as usize].push(Phrase { words, found });
                }
            }
        }
        // Without a single phrase there is nothing to find, and packing words alone are no stop words.
        if matcher.phrases.is_empty() {
            return matcher;
        }
        for word in connectives.iter().flat_map(|word| cleanse(word)) {
            let id = matcher.learn(&word);
            matcher.uses[id as usize].connective = true;
        }
        // Packages and units stand in descriptions of goods; a firm may well be called after one.
        let packing = if kind == TextKind::Goods { packing } else { &[] };
        for word in packing.iter().flat_map(|word| cleanse(word)) {
            let id = matcher.learn(&word);
            matcher.uses[id as usize].packing = true;
        }
        for phrases in &mut matcher.phrases {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
        matcher
    }

    fn learn(&mut self, word: &str) -> WordId {
        let singular = singular(word);
        let id = match self.vocabulary.get(singular.as_str()) {
            Some(id) => *id,
            None => {
                self.uses.push(Uses::default());
                self.phrases.push(Vec::new());
                // The vocabulary comes from files of a few hundred words, so the index always fits.
                (self.uses.len() - 1) as WordId
            }
        };
        for form in [plural(&singular), word.to_owned(), singular] {
            self.vocabulary.entry(form.into_boxed_str()).or_insert(id);
        }
        id
    }

    fn judge(&self, text: &str) -> Option<StopWordHit<'_>> {
        if self.phrases.is_empty() {
            return None;
        }
        let mut words: Vec<Option<WordId>> = Vec::new();
        for_each_word(text, |word| words.push(self.vocabulary.get(word).copied()));
        if words.iter().all(Option::is_none) {
            return None;
        }
        let only = self.covers(&words);
        let found = self.find(&words);
        (only || !found.is_empty()).then_some(StopWordHit { only, words: found })
    }

    /// Phrases that stand at the head of `words`, longest first.
    fn phrases_at<'a, 'w>(
        &'a self,
        words: &'w [Option<WordId>],
    ) -> impl Iterator<Item = &'a Phrase> + use<'a, 'w> {
        let first = words.first().copied().flatten();
        let candidates = first.map_or(&[][..], |first| self.phrases[first as usize].as_slice());
        candidates.iter().filter(move |phrase| {
            phrase.words.len() <= words.len()
                && phrase.words.iter().zip(words).all(|(wanted, word)| Some(*wanted) == *word)
        })
    }

    /// Whether phrases, connectives and packing words make up all of `words`, and something other than
    /// connectives is among them.
    fn covers(&self, words: &[Option<WordId>]) -> bool {
        let uses = |word: &Option<WordId>| word.map(|id| self.uses[id as usize]).unwrap_or_default();
        let mut reached = vec![false; words.len() + 1];
        reached[0] = true;
        for at in 0..words.len() {
            if !reached[at] {
                continue;
            }
            let Uses { connective, packing } = uses(&words[at]);
            if connective || packing {
                reached[at + 1] = true;
            }
            for phrase in self.phrases_at(&words[at..]) {
                reached[at + phrase.words.len()] = true;
            }
        }
        reached[words.len()] && words.iter().any(|word| !uses(word).connective)
    }

    fn find(&self, words: &[Option<WordId>]) -> Vec<&FoundWord> {
        let mut found: Vec<&FoundWord> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.phrases_at(&words[at..]).next() {
                Some(phrase) => {
                    if !found.contains(&&phrase.found) {
                        found.push(&phrase.found);
                    }
                    at += phrase.words.len();
                }
                None => at += 1,
            }
        }
        found
    }
}

/// The words of a text, for comparison: compatibility forms unified (NFKC), in capitals, apostrophes
/// dropped, other punctuation taken as blanks, and digits at either end of a word removed.
///
/// A word that was only digits is gone: numbers describe neither goods nor parties.
pub fn cleanse(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for_each_word(text, |word| words.push(word.to_owned()));
    words
}

/// Gives each word of the cleansed text to `take`, without an allocation for each.
fn for_each_word(text: &str, mut take: impl FnMut(&str)) {
    let unified: Cow<'_, str> =
        if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfkc().collect()) };
    let mut word = String::new();
    let mut finish = |word: &mut String| {
        let kept = word.trim_matches(|character: char| character.is_numeric());
        if !kept.is_empty() {
            take(kept);
        }
        word.clear();
    };
    for character in unified.chars() {
        if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_uppercase());
        } else if character.is_alphanumeric() || is_combining_mark(character) {
            word.extend(character.to_uppercase());
        } else if !matches!(character, '\'' | '\u{2019}') {
            finish(&mut word);
        }
    }
    finish(&mut word);
}

/// The singular of an English word in capitals. With [`plural`] it makes the forms of a listed word; forms
/// are never guessed from a sender's text, so that a text matches only what a list really names.
fn singular(word: &str) -> String {
    let long_enough = word.len() > 3 && word.is_ascii();
    if !long_enough || ["SS", "US", "IS"].iter().any(|end| word.ends_with(end)) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("IES") {
        return format!("{stem}Y");
    }
    for ending in ["XES", "CHES", "SHES", "SSES"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    word.strip_suffix('S').unwrap_or(word).to_owned()
}

/// The plural of a singular; words too short to have one stay as they are.
fn plural(singular: &str) -> String {
    if singular.len() < 3 {
        return singular.to_owned();
    }
    if ["S", "X", "Z", "CH", "SH"].iter().any(|end| singular.ends_with(end)) {
        return format!("{singular}ES");
    }
    match singular.strip_suffix('Y') {
        Some(stem) if !stem.ends_with(['A', 'E', 'I', 'O', 'U']) => format!("{stem}IES"),
        _ => format!("{singular}S"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn list(words: &[&str]) -> StopWordList {
        let words = words.iter().map(|word| StopWord {
            text: (*word).to_owned(),
            spellings: vec![(*word).to_owned()],
            enabled: !word.starts_with("Glass"),
            consolidation: word.starts_with("Consol"),
        });
        StopWordList {
            name: "test".into(),
            source: "invented".to_owned(),
            edition: date(2026, 11, 21),
            complete: false,
            note: String::new(),
            applies_to: vec![TextKind::Goods],
            words: words.collect(),
        }
    }

    fn matcher() -> StopWords {
        let words = [
            "Accessories",
            "Case",
            "Boxes",
            "All kind of goods",
            "Attached manifest",
            "Consolidation",
            "Stuff",
            "e-Commerce",
            "N/A",
            "Goods",
            "Glass",
            "Toys",
        ];
        StopWords::prepare(
            &[list(&words)],
            &["as".into(), "per".into(), "and".into()],
            &["PLT".into(), "STC".into()],
        )
    }

    #[test]
    fn tells_only_from_embedded_from_clean() {
        let cases = [
            ("ACCESSORIES", Some(true)),
            ("accessory", Some(true)),
            ("2 PLT STC ACCESSORIES.", Some(true)),
            ("cases & boxes", Some(true)),
            ("STUFF/STUFF", Some(true)),
            ("Consolidation as per attached manifest", Some(true)),
            ("all kinds of goods", Some(true)),
            ("n/a", Some(true)),
            ("N.A.", Some(true)),
            ("ＡＣＣＥＳＳＯＲＩＥＳ", Some(true)),
            ("10PLTS", Some(true)),
            ("TOY", Some(true)),
            ("BICYCLE ACCESSORIES", Some(false)),
            ("GOODS OF STEEL", Some(false)),
            ("E COMMERCE PARCEL", Some(false)),
            ("CAS PER", None),
            ("all kinds", None),
            ("GLASS", None),
            ("and per", None),
            ("", None),
            ("123", None),
            ("CASEIN", None),
            ("КНИГИ", None),
        ];
        let matcher = matcher();
        for (text, expected) in cases {
            assert_eq!(matcher.judge(text, TextKind::Goods).map(|hit| hit.only), expected, "{text}");
        }
    }

    #[test]
    fn a_list_applies_where_it_says() {
        let matcher = matcher();
        assert_eq!(matcher.judge("STUFF", TextKind::Wording), None);
        assert_eq!(matcher.judge("PLT", TextKind::Wording), None);
    }

    #[test]
    fn names_what_it_found_once_and_in_order() {
        let matcher = matcher();
        let hit = matcher.judge("Stuff, attached manifest, stuff of wood", TextKind::Goods).unwrap();
        let texts: Vec<&str> = hit.words.iter().map(|word| &*word.text).collect();
        assert_eq!(texts, ["Stuff", "Attached manifest"]);
        assert!(matcher.judge("consolidation", TextKind::Goods).unwrap().words[0].consolidation);
    }

    #[test]
    fn singular_and_plural_are_one_word() {
        for (one, many) in [
            ("ACCESSORY", "ACCESSORIES"),
            ("BOX", "BOXES"),
            ("CASE", "CASES"),
            ("TOY", "TOYS"),
            ("GLASS", "GLASSES"),
        ] {
            assert_eq!(singular(many), one);
            assert_eq!(plural(one), many);
        }
        for word in ["VARIOUS", "MISC", "EXPRESS", "GAS"] {
            assert_eq!(singular(word), word);
        }
        // "As" is not the plural of "a", whichever is learnt first.
        for words in [["As ordered", "N/A"], ["N/A", "As ordered"]] {
            let matcher = StopWords::prepare(&[list(&words)], &[], &[]);
            for text in words {
                assert!(matcher.judge(text, TextKind::Goods).unwrap().only, "{text}");
            }
            assert_eq!(matcher.judge("N AS", TextKind::Goods), None);
        }
    }

    proptest! {
        #[test]
        fn never_fails_and_ignores_case_and_punctuation(text in ".{0,80}") {
            let matcher = matcher();
            let plain = matcher.judge(&text, TextKind::Goods);
            let dressed = format!("  ({}!) ", text.to_uppercase());
            prop_assert_eq!(plain, matcher.judge(&dressed, TextKind::Goods));
        }

        #[test]
        fn a_meaningful_word_makes_an_empty_text_meaningful(
            words in prop::collection::vec(prop::sample::select(vec!["STUFF", "boxes", "PLT", "As per", "12"]), 1..6),
            place in 0usize..6,
        ) {
            let matcher = matcher();
            let mut words = words;
            words.insert(place.min(words.len()), "HINGES");
            let hit = matcher.judge(&words.join(" "), TextKind::Goods);
            prop_assert!(hit.is_none_or(|hit| !hit.only));
        }
    }
}
