//! The distinct tokens of many names, to be found by every bridge of the scorer.
//!
//! Each bridge of [`alike`] and [`joined`] has a key that two tokens share where it bears; what shares a key is then
//! compared by the very rules of the scorer. Two bridges have no key and look at all there is: a skeleton without
//! vowels in a query is compared with every token, and every token of a query with the skeletons, which are few.

use super::near::{Near, NearBuilder};
use super::stamps::Stamps;
use super::table::{Table, mixed, running};
use crate::align::Item;
use crate::normalise::{Kind, Origin, Token};
use crate::similarity::{KEY_LETTERS, Likeness, Shape, alike, could_be_alike, could_be_joined, joined};

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

/// Fewest letters of a beginning whose words are gone through one by one.
const BEGINNING_LETTERS: usize = 4;

/// Distinct tokens by number.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    pub(super) tokens: Vec<Token>,
    pub(super) shapes: Vec<Shape>,
    /// By their letters, and by the key of their sounds.
    texts: Near,
    sounds: Near,
    /// By all other keys.
    others: Table,
    /// All, in the order of their texts.
    sorted: Vec<u32>,
    skeletons: Vec<u32>,
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

/// Whether a token is alike to so many others that asking each token of a name costs less than finding them.
pub(super) fn is_lazy(token: &Token) -> bool {
    token.kind == Kind::Initial || (token.cut && token.text.len() < BEGINNING_LETTERS)
}

impl Dictionary {
    pub(super) fn new(tokens: Vec<Token>) -> Self {
        let (mut texts, mut sounds) = (NearBuilder::default(), NearBuilder::default());
        let mut others = Vec::new();
        for (number, token) in (0_u32..).zip(&tokens) {
            let is_number = token.kind == Kind::Number;
            texts.add(&token.text, is_number, number);
            if !is_number {
                sounds.add(&token.key, token.key.len() < KEY_LETTERS, number);
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
        let skeletons = (0_u32..).zip(&tokens).filter(|(_, token)| token.origin == Origin::Abjad);
        Self {
            skeletons: skeletons.map(|(number, _)| number).collect(),
            shapes: tokens.iter().map(Shape::of).collect(),
            texts: texts.freeze(),
            sounds: sounds.freeze(),
            others: Table::new(&others),
            sorted,
            tokens,
        }
    }

    /// Calls `found` with each token that is alike to one of a query, and its likeness. Of a [lazy](is_lazy) token
    /// those that begin with it are left out unless `thoroughly`.
    pub(super) fn alike(
        &self,
        item: &Item<'_>,
        thoroughly: bool,
        seen: &mut Stamps,
        mut found: impl FnMut(u32, Likeness),
    ) {
        seen.renew(self.tokens.len());
        let token = item.token;
        let mut consider = |number: u32| {
            if seen.is_first(number)
                && could_be_alike(&item.shape, &self.shapes[number as usize])
                && let Some(likeness) = alike(token, &self.tokens[number as usize])
            {
                found(number, likeness);
            }
        };
        if token.kind == Kind::Number {
            self.texts.find_equal(&token.text, &mut consider);
        } else {
            self.texts.find(&token.text, &mut consider);
            match token.key.len() < KEY_LETTERS {
                true => self.sounds.find_equal(&token.key, &mut consider),
                false => self.sounds.find(&token.key, &mut consider),
            }
        }
        other_keys(token, |hash| self.others.get(hash).for_each(|number| consider(number as u32)));
        // What begins with it, and the beginnings of it.
        if is_lazy(token) && thoroughly || token.cut && !is_lazy(token) {
            self.beginning_with(&token.text, &mut consider);
        }
        let text = token.text.as_bytes();
        for end in 1..=text.len() {
            let hash = running(&text[..end]);
            for role in [INITIAL, CUT] {
                self.others.get(mixed(hash, role)).for_each(|number| consider(number as u32));
            }
        }
        if token.origin == Origin::Abjad {
            (0..self.tokens.len() as u32).for_each(&mut consider);
        } else {
            self.skeletons.iter().copied().for_each(&mut consider);
        }
    }

    /// Calls `found` with each token that a run of a query is the joined form of, and its likeness.
    pub(super) fn joined_by(&self, run: &Item<'_>, seen: &mut Stamps, mut found: impl FnMut(u32, Likeness)) {
        seen.renew(self.tokens.len());
        let mut consider = |number: u32| {
            if seen.is_first(number)
                && could_be_joined(&run.shape, &self.shapes[number as usize])
                && let Some(likeness) = joined(run.token, run.whole_words, &self.tokens[number as usize])
            {
                found(number, likeness);
            }
        };
        self.texts.find_nearest(&run.token.text, &mut consider);
        self.sounds.find_equal(&run.token.key, &mut consider);
        if !run.whole_words {
            return;
        }
        if run.token.origin == Origin::Abjad {
            (0..self.tokens.len() as u32).for_each(&mut consider);
        } else {
            self.skeletons.iter().copied().for_each(&mut consider);
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
