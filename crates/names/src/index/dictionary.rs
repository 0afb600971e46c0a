//! The distinct tokens of many names, to be found by every bridge of the scorer.
//!
//! Each bridge of [`alike`] and [`joined`] has a key that two tokens share where it bears; what shares a key is then
//! compared by the very rules of the scorer. Words of so many consonants, or skeletons of so many readings, that their
//! keys would be too many are compared with all there is; hardly any word is so long.

use super::marks::Marks;
use super::near::{Near, NearBuilder, SHORT};
use super::pattern::{Flat, Pattern};
use super::stamps::Stamps;
use super::table::Table;
use crate::abjad::{consonants, consonants_at_most, full_classes, is_word, skeleton_classes};
use crate::align::Item;
use crate::hash::{mixed, running};
use crate::normalise::{Kind, Origin, Token};
use crate::similarity::{
    KEY_LETTERS, Likeness, ROTATED_LETTERS, SKELETON_JOINED_MOST, SKELETON_MOST, Shape, alike,
    could_be_alike, could_be_joined, edits_allowed, joined,
};

/// Roles of hashes.
const LOOKS: u64 = 1;
const NICKNAME: u64 = 2;
const FORM: u64 = 3;
const TITLE: u64 = 4;
const PARTICLE: u64 = 5;
const INITIAL: u64 = 6;
const CUT: u64 = 7;
/// And all above: the place of a Chinese character in a name.
const CHARACTER: u64 = 100;

/// What looking up uses again.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Tokens that were compared by the rules of the scorer.
    compared: Stamps,
    /// Tokens under a key of a spelling, most of them under several, and whether they were held against it.
    found: Vec<u32>,
    held: Marks,
}

impl Seen {
    /// Begins a search among so many tokens.
    fn renew(&mut self, count: usize) {
        self.compared.renew(count);
        self.held.begin(count);
    }

    /// Calls `use_it` with each of the tokens that `find` finds and whose text is near `pattern`, once. Texts are read
    /// some at a time, as the processor waits for several places of memory side by side.
    fn near(
        &mut self,
        (pattern, texts): (&Pattern, &[Flat]),
        find: impl FnOnce(&mut dyn FnMut(u32)),
        mut use_it: impl FnMut(&[u32], &mut Stamps),
    ) {
        let Self { compared, found, held } = self;
        found.clear();
        find(&mut |number| {
            if held.mark(number) {
                found.push(number);
            }
        });
        held.wipe();
        for numbers in found.chunks(TOGETHER) {
            let mut read = [Flat::default(); TOGETHER];
            for (text, number) in read.iter_mut().zip(numbers) {
                *text = texts[*number as usize];
            }
            let (mut near, mut count) = ([0; TOGETHER], 0);
            for (text, number) in read.iter().zip(numbers) {
                if pattern.is_near(text) {
                    near[count] = *number;
                    count += 1;
                }
            }
            use_it(&near[..count], compared);
        }
    }
}

/// Tokens that are read together.
const TOGETHER: usize = 16;

/// Distinct tokens by number.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    pub(super) tokens: Vec<Token>,
    pub(super) shapes: Vec<Shape>,
    /// Their texts and keys.
    flat_texts: Vec<Flat>,
    flat_keys: Vec<Flat>,
    /// By their letters, and by the key of their sounds.
    texts: Near,
    sounds: Near,
    /// By all other keys.
    others: Table,
    /// All, in the order of their texts.
    sorted: Vec<u32>,
    /// Words by the classes of their consonants, and skeletons by those of every reading.
    consonants: ByConsonants,
    skeletons: ByConsonants,
    /// Skeletons of too many readings, and all.
    manifold: Vec<u32>,
    all_skeletons: Vec<u32>,
}

/// Texts of classes of consonants, those of few consonants apart: two of these must be the same.
#[derive(Debug, Default)]
struct ByConsonants {
    few: Near,
    many: Near,
}

#[derive(Debug, Default)]
struct ByConsonantsBuilder {
    few: NearBuilder,
    many: NearBuilder,
}

/// Most consonants of which none may be another.
const FEW: usize = 3;

impl ByConsonantsBuilder {
    fn add(&mut self, classes: &str, consonants: usize, number: u32) {
        let part = if consonants <= FEW { &mut self.few } else { &mut self.many };
        part.add(classes, false, number);
    }

    fn freeze(self) -> ByConsonants {
        ByConsonants { few: self.few.freeze(), many: self.many.freeze() }
    }
}

impl ByConsonants {
    /// Calls `found` with what may be at most so many whole edits away from something of so many consonants.
    fn find(&self, classes: &str, consonants: usize, edits: usize, mut found: impl FnMut(u32)) {
        let few_edits = if consonants <= FEW { 0 } else { edits };
        for (near, edits) in [(&self.few, few_edits), (&self.many, edits)] {
            match edits {
                0 => near.find_equal(classes, &mut found),
                1 => near.find_nearest(classes, &mut found),
                _ => near.find(classes, &mut found),
            }
        }
    }
}

/// Most whole edits that [`Near`] looks for whatever the length.
pub(super) const EDITS_MOST: usize = 3;

/// Whole edits that a skeleton and a word may be apart, of which one has so many consonants, where so many thousandths of
/// one are allowed for each.
pub(super) fn whole_edits(consonants: usize, allowed: u32) -> usize {
    let reaches = |edits: &usize| allowed as usize * (consonants + edits) >= 1000 * edits;
    (1..).take_while(reaches).last().unwrap_or(0)
}

/// The keys of the bridges that are neither spelling nor beginning. Two tokens that one of these joins share a key.
fn other_keys(token: &Token, mut key: impl FnMut(u64)) {
    let of_text = |text: &str, role| mixed(running(text.as_bytes()), role);
    if !token.looks.is_empty() {
        key(of_text(&token.looks, LOOKS));
    }
    for number in token.nicknames {
        key(mixed(u64::from(*number), NICKNAME));
    }
    match token.kind {
        Kind::Form(class) => key(of_text(class, FORM)),
        Kind::Title(class) => key(of_text(class, TITLE)),
        Kind::Particle(class) => key(of_text(class, PARTICLE)),
        Kind::Word | Kind::Number | Kind::Initial => {}
    }
    if let Origin::Han(characters) = &token.origin {
        // At least half of the characters are the same, and as many.
        let count = characters.chars().count() as u64;
        for (place, character) in (0..).zip(characters.chars()) {
            key(mixed(u64::from(u32::from(character)), CHARACTER + count * 1000 + place));
        }
    }
}

impl Dictionary {
    #[cfg(test)]
    pub(super) fn new(tokens: Vec<Token>) -> Self {
        let dictionary = Self::of(&tokens);
        Self { tokens, ..dictionary }
    }

    /// All but the tokens themselves.
    pub(super) fn of(tokens: &[Token]) -> Self {
        // One after the other, so that what each is made of is not held beside that of the others.
        let near = |enter: &dyn Fn(&mut NearBuilder, &Token, u32)| {
            let mut near = NearBuilder::for_texts(tokens.len());
            (0_u32..).zip(tokens).for_each(|(number, token)| enter(&mut near, token, number));
            near.freeze()
        };
        let is_number = |token: &Token| token.kind == Kind::Number;
        let texts = near(&|near, token, number| near.add(&token.text, is_number(token), number));
        let sounds = near(&|near, token, number| {
            if !is_number(token) {
                near.add(&token.key, token.key.len() < KEY_LETTERS, number);
            }
        });
        let (mut words, mut skeletons) = (ByConsonantsBuilder::default(), ByConsonantsBuilder::default());
        let (mut manifold, mut all_skeletons, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (number, token) in (0_u32..).zip(tokens) {
            let count = consonants(&token.key);
            if token.origin == Origin::Abjad {
                all_skeletons.push(number);
                match skeleton_classes(&token.key) {
                    Some(readings) => {
                        readings.iter().for_each(|reading| skeletons.add(reading, count, number));
                    }
                    None => manifold.push(number),
                }
            } else if !is_number(token) {
                words.add(&full_classes(&token.key), count, number);
            }
            let mut enter = |hash| others.push((hash, u64::from(number)));
            other_keys(token, &mut enter);
            if token.kind == Kind::Initial {
                enter(mixed(running(token.text.as_bytes()), INITIAL));
            }
            if token.cut {
                enter(mixed(running(token.text.as_bytes()), CUT));
            }
        }
        let mut sorted: Vec<u32> = (0..tokens.len() as u32).collect();
        sorted.sort_unstable_by(|a, b| tokens[*a as usize].text.cmp(&tokens[*b as usize].text));
        Self {
            consonants: words.freeze(),
            skeletons: skeletons.freeze(),
            manifold,
            all_skeletons,
            shapes: tokens.iter().map(Shape::of).collect(),
            flat_texts: tokens.iter().map(|token| Flat::of(&token.text)).collect(),
            flat_keys: tokens.iter().map(|token| Flat::of(&token.key)).collect(),
            texts,
            sounds,
            others: Table::new(&others),
            sorted,
            tokens: Vec::new(),
        }
    }

    /// Calls `found` with each token that is alike to one of a query, and its likeness.
    pub(super) fn alike(&self, item: &Item<'_>, seen: &mut Seen, mut found: impl FnMut(u32, Likeness)) {
        seen.renew(self.tokens.len());
        let token = item.token;
        // What is near by its letters or sounds could be alike by its shape too.
        let mut compare_near = |numbers: &[u32], compared: &mut Stamps| {
            self.read_ahead(numbers);
            for number in numbers {
                if compared.is_first(*number)
                    && let Some(likeness) = alike(token, &self.tokens[*number as usize])
                {
                    found(*number, likeness);
                }
            }
        };
        // What shares a key of a bridge is held against that bridge alone: what another joins is found by its key too.
        if token.kind == Kind::Number {
            self.texts.find_equal(&token.text, |number| compare_near(&[number], &mut seen.compared));
        } else {
            let text = Pattern::of_text(&token.text);
            // Of the short texts none allows more edits than the longest of them, or this.
            let edits = |text: &str| edits_allowed(text.len().max(SHORT));
            let by_text = |found: &mut dyn FnMut(u32)| {
                self.texts.find_within(&token.text, edits(&token.text), found);
            };
            seen.near((&text, &self.flat_texts), by_text, &mut compare_near);
            let key = Pattern::of_key(&token.key);
            let by_key = |found: &mut dyn FnMut(u32)| match token.key.len() < KEY_LETTERS {
                true => self.sounds.find_equal(&token.key, found),
                false => self.sounds.find_within(&token.key, edits(&token.key), found),
            };
            seen.near((&key, &self.flat_keys), by_key, &mut compare_near);
        }
        let mut compare = |number: u32, compared: &mut Stamps| {
            if compared.is_first(number)
                && could_be_alike(item.shape, &self.shapes[number as usize])
                && let Some(likeness) = alike(token, &self.tokens[number as usize])
            {
                found(number, likeness);
            }
        };
        let mut consider = |number: u32| compare(number, &mut seen.compared);
        other_keys(token, |hash| self.others.get(hash).for_each(|number| consider(number as u32)));
        // What begins with it, and the beginnings of it.
        if token.cut || token.kind == Kind::Initial {
            self.beginning_with(&token.text, &mut consider);
        }
        let text = token.text.as_bytes();
        for end in 1..=text.len() {
            let hash = running(&text[..end]);
            for role in [INITIAL, CUT] {
                self.others.get(mixed(hash, role)).for_each(|number| consider(number as u32));
            }
        }
        if token.kind != Kind::Number {
            self.by_consonants(token, SKELETON_MOST, consider);
        }
    }

    /// Has the texts of tokens read from memory side by side; what comes of it is that they are near when compared.
    fn read_ahead(&self, numbers: &[u32]) {
        let first = |text: &str| u32::from(text.as_bytes().first().copied().unwrap_or(0));
        let texts = numbers.iter().map(|number| &self.tokens[*number as usize]);
        std::hint::black_box(texts.map(|token| first(&token.text) + first(&token.key)).sum::<u32>());
    }

    /// Calls `found` with the skeletons that a word may have and with the words that a skeleton may be read as, by so many
    /// thousandths of an edit for each consonant.
    fn by_consonants(&self, token: &Token, allowed: u32, mut found: impl FnMut(u32)) {
        let skeleton = token.origin == Origin::Abjad;
        if (skeleton && !is_word(&token.key)) || (!skeleton && self.all_skeletons.is_empty()) {
            return;
        }
        let edits = whole_edits(consonants_at_most(&token.key), allowed);
        let count = consonants(&token.key);
        let mut look = |part: &ByConsonants, classes: &str| part.find(classes, count, edits, &mut found);
        match (skeleton, skeleton_classes(&token.key)) {
            (false, _) if edits <= EDITS_MOST => {
                look(&self.skeletons, &full_classes(&token.key));
                self.manifold.iter().copied().for_each(found);
            }
            (false, _) => self.all_skeletons.iter().copied().for_each(found),
            (true, Some(readings)) if edits <= EDITS_MOST => {
                readings.iter().for_each(|reading| look(&self.consonants, reading));
            }
            (true, _) => (0..self.tokens.len() as u32).for_each(found),
        }
    }

    /// Calls `found` with each token that a run of a query is the joined form of, and its likeness.
    pub(super) fn joined_by(&self, run: &Item<'_>, seen: &mut Seen, mut found: impl FnMut(u32, Likeness)) {
        seen.renew(self.tokens.len());
        let mut consider = |number: u32| {
            if seen.compared.is_first(number)
                && could_be_joined(run.shape, &self.shapes[number as usize])
                && let Some(likeness) = joined(run.token, run.whole_words, &self.tokens[number as usize])
            {
                found(number, likeness);
            }
        };
        self.texts.find_nearest(&run.token.text, &mut consider);
        self.sounds.find_equal(&run.token.key, &mut consider);
        if run.whole_words && run.token.origin == Origin::Full && run.token.text.len() >= ROTATED_LETTERS {
            self.texts.find_rotated(&run.token.text, &mut consider);
        }
        if run.whole_words && matches!(run.token.origin, Origin::Full | Origin::Abjad) {
            self.by_consonants(run.token, SKELETON_JOINED_MOST, consider);
        }
    }

    /// Calls `found` with the tokens of just this text.
    pub(super) fn equal(&self, text: &str, mut found: impl FnMut(u32)) {
        self.texts.find_equal(text, |number| {
            if self.tokens[number as usize].text == text {
                found(number);
            }
        });
    }

    fn beginning_with(&self, text: &str, found: impl FnMut(u32)) {
        let text_of = |number: &u32| self.tokens[*number as usize].text.as_str();
        let start = self.sorted.partition_point(|number| text_of(number) < text);
        let rest = &self.sorted[start..];
        let end = rest.partition_point(|number| text_of(number).starts_with(text));
        rest[..end].iter().copied().for_each(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_token() -> impl Strategy<Value = Token> {
        let kind = prop_oneof![
            6 => Just(Kind::Word),
            1 => prop::sample::select(vec![Kind::Form("a"), Kind::Form("b"), Kind::Title("a"), Kind::Particle("a")]),
        ];
        let origin = prop_oneof![
            6 => Just(Origin::Full),
            2 => Just(Origin::Abjad),
            1 => Just(Origin::Exact),
            1 => Just(Origin::Syllable),
            1 => "[林风枫灯]{1,3}".prop_map(Origin::Han),
        ];
        let text = prop_oneof![
            4 => "[A-F0-2]{1,12}",
            2 => "[A-Z]{1,16}",
            2 => "(MOHAMM?[AE]D|Y?[OU]USS?[EU]F|KH?A[IL]EE?D|SCH?[AE]I?KH|KAR?NI?|KAMI|TED|THEODORE|BILL|WILLIAM)",
            2 => "[MHDVIJBFPSTAU]{1,9}",
            1 => "[BCDFGKLMNRST]{8,24}",
            1 => "[VIBT]{6,12}",
        ];
        (text, kind, origin, any::<bool>(), 0_u8..4).prop_map(|(text, kind, origin, whole, cut)| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let kind = match kind {
                Kind::Word if digits => Kind::Number,
                Kind::Word if text.len() == 1 && whole => Kind::Initial,
                kind => kind,
            };
            Token { origin, cut: cut == 0, ..Token::new(text, kind) }
        })
    }

    /// What a slip or two make of a token, of any origin.
    fn near(token: &Token, slips: &[(prop::sample::Index, usize)], origin: &Origin) -> Token {
        let mut letters: Vec<char> = token.text.chars().collect();
        for (at, how) in slips {
            let at = at.index(letters.len().max(1));
            match how {
                _ if letters.is_empty() => {}
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, 'E'),
                2 => letters[at] = 'O',
                3 => letters[at] = '0',
                _ if at > 0 => letters.swap(at, at - 1),
                _ => letters.push('S'),
            }
        }
        if letters.is_empty() {
            letters.push('A');
        }
        Token { origin: origin.clone(), ..Token::new(letters.into_iter().collect(), token.kind) }
    }

    fn item<'a>(token: &'a Token, shape: &'a Shape) -> Item<'a> {
        Item { token, shape, start: 0, length: 1, whole_words: true }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn every_bridge_has_a_key(
            one in any_token(),
            other in prop::option::of(any_token()),
            slips in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..6), 0..4),
            origin in prop::sample::select(vec![Origin::Full, Origin::Abjad, Origin::Exact, Origin::Syllable]),
        ) {
            let other = other.unwrap_or_else(|| near(&one, &slips, &origin));
            let mut seen = Seen::default();
            for (a, b) in [(&one, &other), (&other, &one)] {
                let dictionary = Dictionary::new(vec![b.clone(), Token::new("QUX".to_owned(), Kind::Word)]);
                let shape = Shape::of(a);
                let mut found = None;
                dictionary.alike(&item(a, &shape), &mut seen, |number, likeness| if number == 0 { found = Some(likeness) });
                prop_assert_eq!(found, alike(a, b), "{:?} and {:?}", a, b);
                for whole_words in [true, false] {
                    let run = Item { length: 2, whole_words, ..item(a, &shape) };
                    let mut found = None;
                    dictionary.joined_by(&run, &mut seen, |number, likeness| if number == 0 { found = Some(likeness) });
                    prop_assert_eq!(found, joined(a, whole_words, b), "{:?} and {:?}", a, b);
                }
            }
        }
    }
}
