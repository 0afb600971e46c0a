//! How alike two tokens are.
//!
//! Every rule is a function of the two tokens alone. [`could_be_alike`] is a cheap necessary condition on their
//! [`Shape`]s: where it says no, [`alike`] says no. The index rests on that, and a property test holds it.
//!
//! A [`Likeness`] says how much of a word the other accounts for, and how much of it speaks against the two being one
//! word; what is neither (an initial says nothing of the rest of a name) does not count. The bridges between words are
//! finitely many: the same text, one class of forms, titles or particles, a cut beginning, an initial, a short form of a
//! given name, a misreading, a skeleton without vowels, Chinese characters, a spelling of the letters or of the sounds.

use crate::abjad;
use crate::edits::{self, EDIT, LEAST};
use crate::evidence::Relation;
use crate::normalise::{Kind, Origin, Token, is_of_trade};

/// Two tokens that stand for one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Likeness {
    /// What speaks for it: from 1 to 1000 thousandths of the word.
    pub(crate) value: u16,
    /// What speaks against it, in thousandths of the word; at most what `value` leaves.
    pub(crate) defect: u16,
    /// Edits, in thousandths of one.
    pub(crate) edits: u16,
    /// Why.
    pub(crate) relation: Relation,
}

impl Likeness {
    pub(crate) fn new(value: u32, defect: u32, relation: Relation) -> Self {
        // Both are thousandths of one word.
        let defect = defect.min(1000 - value.min(1000)) as u16;
        Self { value: value.clamp(1, 1000) as u16, defect, edits: 0, relation }
    }

    fn with_edits(self, edits: u32) -> Self {
        Self { edits: edits.min(u32::from(u16::MAX)) as u16, ..self }
    }

    fn whole(relation: Relation) -> Self {
        Self::new(1000, 0, relation)
    }

    /// The order in which bridges are preferred.
    pub(crate) fn worth(&self) -> u32 {
        // Fewer than four edits of at most 1000 thousandths.
        u32::from(self.value) + 1000 - u32::from(self.defect) + 500 - u32::from(self.edits.min(4000)) / 8
    }
}

/// A letter for a word: most of the word stays unsaid.
const INITIAL: u32 = 400;
/// What of the word a letter leaves in doubt: it begins many others.
const INITIAL_DEFECT: u32 = 50;
/// The beginning of a word at the end of a field.
const TRUNCATED: u32 = 950;
/// The same, where fewer letters are left than [`TRUNCATED_LETTERS`].
const TRUNCATED_SHORT: u32 = 800;
const TRUNCATED_LETTERS: usize = 3;
/// A short form of a given name.
const NICKNAME: u32 = 900;
const NICKNAME_EDITS: u32 = 1000;
/// A usual short form of a word of trade: everybody knows what it stands for, and many names have it.
const ABBREVIATION: u32 = 970;
/// A word that print may be misread for.
const MISREAD: u32 = 960;
/// The letters of an abbreviation for the words.
pub(crate) const ACRONYM: u32 = 850;
/// What writing two words as one costs.
const JOINED_COST: u16 = 20;
/// The same, where the words stand in another order.
const ROTATED_COST: u16 = 40;
/// Fewest letters of words written together that are taken for a run in another order.
pub(crate) const ROTATED_LETTERS: usize = JOINED_LETTERS;
/// Fewest letters of words that are compared with a joined form unless they are exactly that.
pub(crate) const JOINED_LETTERS: usize = 6;
/// Most edits between words and their joined form.
const JOINED_EDITS: usize = 1;
/// Syllables of a Chinese or Korean reading in another spelling.
const SAME_SYLLABLES: u32 = 950;
/// What comparing by sounds costs, in thousandths of an edit: it says less than comparing by letters.
const BY_SOUND: u32 = 200;
/// The same for keys of fewer than [`KEY_LETTERS`] symbols, which fall together by chance.
const BY_SHORT_SOUND: u32 = 500;
pub(crate) const KEY_LETTERS: usize = 3;
/// Most edits of a word, in thousandths of its letters.
const SHARE_MOST: u32 = 450;
/// Most edits of a skeleton, in thousandths of its letters.
pub(crate) const SKELETON_MOST: u32 = 250;
/// Most edits, in thousandths of one for each consonant, between a skeleton and words written together.
pub(crate) const SKELETON_JOINED_MOST: u32 = 150;

/// Plain edits that are looked into, by the length of the longer token.
pub(crate) fn edits_allowed(length: usize) -> usize {
    match length {
        0..=1 => 0,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    }
}

/// How alike two tokens are; `None` where they are different words.
pub(crate) fn alike(a: &Token, b: &Token) -> Option<Likeness> {
    if let (Origin::Han(one), Origin::Han(other)) = (&a.origin, &b.origin) {
        return characters(one, other);
    }
    if a.text == b.text {
        return Some(Likeness::whole(Relation::Same));
    }
    match (a.kind, b.kind) {
        (Kind::Form(x), Kind::Form(y)) if x == y => return Some(Likeness::whole(Relation::OrganisationForm)),
        (Kind::Title(x), Kind::Title(y)) if x == y => return Some(Likeness::whole(Relation::Title)),
        (Kind::Particle(x), Kind::Particle(y)) if x == y => return Some(Likeness::whole(Relation::Particle)),
        _ => {}
    }
    if let Some(likeness) = truncated(a, b).or_else(|| truncated(b, a)) {
        return Some(likeness);
    }
    if a.kind == Kind::Number || b.kind == Kind::Number || (a.kind.is_weak() && b.kind.is_weak()) {
        return None;
    }
    if let Some(likeness) = initial(a, b).or_else(|| initial(b, a)) {
        return Some(likeness);
    }
    better(short_form(a, b), spelled(a, b))
}

/// How alike a token is to several adjacent ones written together. `whole_words` says that all of these are words; the
/// joined form of anything else must be exactly the token.
pub(crate) fn joined(run: &Token, whole_words: bool, single: &Token) -> Option<Likeness> {
    if matches!(single.kind, Kind::Initial | Kind::Number) {
        return None;
    }
    if run.text == single.text {
        let relation = Relation::Joined { distance: 0 };
        return Some(Likeness::new(u32::from(1000 - JOINED_COST), 0, relation));
    }
    if !whole_words {
        return None;
    }
    if is_rotated(run, single) {
        let relation = Relation::Joined { distance: 0 };
        return Some(Likeness::new(u32::from(1000 - ROTATED_COST), 0, relation));
    }
    let likeness = match (&run.origin, &single.origin) {
        (Origin::Abjad, Origin::Full) => skeleton(run, single, SKELETON_JOINED_MOST),
        (Origin::Full, Origin::Abjad) => skeleton(single, run, SKELETON_JOINED_MOST),
        _ if run.text.len().min(single.text.len()) < JOINED_LETTERS => None,
        _ => nearly_joined(run, single),
    }?;
    let distance = likeness.relation.distance().unwrap_or(0);
    let value = likeness.value.saturating_sub(JOINED_COST).max(1);
    Some(Likeness { value, relation: Relation::Joined { distance }, ..likeness })
}

/// Whether words written together are those of a run in another order: `AMRZEFIROV` is ZEFIROV AMR with its last word
/// first. Letters of two words fall together so by no chance, wherever the words begin.
fn is_rotated(run: &Token, single: &Token) -> bool {
    run.text.len() >= ROTATED_LETTERS
        && run.origin == Origin::Full
        && matches!(single.origin, Origin::Full | Origin::Exact)
        && run.text.len() == single.text.len()
        && (1..run.text.len()).any(|place| {
            run.text.starts_with(&single.text[place..]) && run.text.ends_with(&single.text[..place])
        })
}

/// One edit, or the same sounds: more would take the loss of a short word for a slip in a joined one.
fn nearly_joined(run: &Token, single: &Token) -> Option<Likeness> {
    if digits_contradict(&run.text, &single.text) {
        return None;
    }
    let length = run.text.len().max(single.text.len());
    if run.key == single.key {
        return edited(BY_SOUND, length, Relation::Transliteration { distance: 0 });
    }
    if run.origin != Origin::Full || single.origin != Origin::Full {
        return None;
    }
    edits::plain(&run.text, &single.text, JOINED_EDITS)?;
    let cost = edits::weighted(&run.text, &single.text);
    edited(cost, length, Relation::Spelling { distance: JOINED_EDITS as u8 })
}

/// A short form and what it stands for, or two short forms of one name.
fn short_form(a: &Token, b: &Token) -> Option<Likeness> {
    let mut shared = a.nicknames.iter().filter(|number| b.nicknames.contains(number)).peekable();
    shared.peek()?;
    Some(if shared.any(|number| is_of_trade(*number)) {
        Likeness::new(ABBREVIATION, 0, Relation::Abbreviation)
    } else {
        Likeness::new(NICKNAME, 0, Relation::Nickname).with_edits(NICKNAME_EDITS)
    })
}

fn better(one: Option<Likeness>, other: Option<Likeness>) -> Option<Likeness> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if one.worth() >= other.worth() { one } else { other }),
        (one, other) => one.or(other),
    }
}

fn truncated(cut: &Token, full: &Token) -> Option<Likeness> {
    if !cut.cut || !full.text.starts_with(&cut.text) {
        return None;
    }
    let value = if cut.text.len() < TRUNCATED_LETTERS { TRUNCATED_SHORT } else { TRUNCATED };
    Some(Likeness::new(value, 0, Relation::Truncated))
}

fn initial(letter: &Token, word: &Token) -> Option<Likeness> {
    (letter.kind == Kind::Initial && !word.kind.is_weak() && word.text.starts_with(&letter.text))
        .then_some(Likeness::new(INITIAL, INITIAL_DEFECT, Relation::Initial))
}

/// The best of several views: what the words look like, their letters, and the sounds they stand for.
fn spelled(a: &Token, b: &Token) -> Option<Likeness> {
    if !a.looks.is_empty() && a.looks == b.looks {
        return Some(Likeness::new(MISREAD, 0, Relation::Misread));
    }
    if digits_contradict(&a.text, &b.text) {
        return None;
    }
    match (&a.origin, &b.origin) {
        (Origin::Abjad, Origin::Abjad) => by_letters(a, b),
        // A particle is known by its class; its one consonant would meet half the names there are.
        (Origin::Abjad, _) | (_, Origin::Abjad)
            if [a, b].iter().any(|token| matches!(token.kind, Kind::Particle(_))) =>
        {
            None
        }
        (Origin::Abjad, _) => skeleton(a, b, SKELETON_MOST),
        (_, Origin::Abjad) => skeleton(b, a, SKELETON_MOST),
        // A reading is right or wrong: a letter off is another syllable.
        (Origin::Full, Origin::Full) => {
            let letters = by_letters(a, b);
            // Sounds that are not the same cost more than these letters.
            let is_best = |letters: &Likeness| u32::from(letters.edits) < BY_SOUND + LEAST && a.key != b.key;
            if letters.as_ref().is_some_and(is_best) { letters } else { better(letters, by_sounds(a, b)) }
        }
        _ => (a.key == b.key).then(|| {
            let relation = Relation::Transliteration { distance: 0 };
            Likeness::new(SAME_SYLLABLES, 0, relation).with_edits(BY_SOUND)
        }),
    }
}

fn by_letters(a: &Token, b: &Token) -> Option<Likeness> {
    if begin_otherwise(a, b) {
        return None;
    }
    let length = a.text.len().max(b.text.len());
    let distance = edits::plain(&a.text, &b.text, edits_allowed(length))?;
    let cost = edits::weighted(&a.text, &b.text);
    edited(cost, length, Relation::Spelling { distance: distance as u8 })
}

fn by_sounds(a: &Token, b: &Token) -> Option<Likeness> {
    let length = a.key.len().max(b.key.len());
    let distance = edits::plain(&a.key, &b.key, edits_allowed(length))?;
    let short = a.key.len().min(b.key.len()) < KEY_LETTERS;
    if distance > 0 && (short || begin_otherwise(a, b)) {
        return None;
    }
    let cost = edits::weighted(&a.key, &b.key) + if short { BY_SHORT_SOUND } else { BY_SOUND };
    let letters = a.text.len().max(b.text.len());
    edited(cost, letters, Relation::Transliteration { distance: distance as u8 })
}

/// Whether the words begin with consonants that nobody takes for one another and have another slip besides: few slips
/// fall on the first letter (Yannakoudakis and Fawthrop, 1983, and others, by Kukich, ACM Computing Surveys 24, 1992), and
/// to err there and again in one word is rarer still, while names of which that is true are many (KELLY and SALLY).
fn begin_otherwise(a: &Token, b: &Token) -> bool {
    let first = |text: &str| text.bytes().next().unwrap_or(0);
    // Vowels, breaths and glides come and go at the beginning of a word.
    let is_firm = |letter: u8| !b"AEIOUYHWJ".contains(&letter);
    let (x, y) = (first(&a.text), first(&b.text));
    x != y
        && is_firm(x)
        && is_firm(y)
        && edits::replaced(x, y) == EDIT
        && first(&a.key) != first(&b.key)
        && edits::plain(&a.text, &b.text, 1).is_none()
}

/// A skeleton without vowels and a full word, at most so many thousandths of an edit apart for each consonant.
fn skeleton(skeleton: &Token, full: &Token, most: u32) -> Option<Likeness> {
    if !abjad::is_word(&skeleton.key) {
        return None;
    }
    let consonants = (abjad::consonants(&skeleton.key), abjad::consonants(&full.key));
    let length = skeleton_length(consonants.0, consonants.1);
    let cost = abjad::distance_within(&skeleton.key, &full.key, most * length * EDIT / 1000)?;
    // The fewer consonants, the more names have them.
    let chance = match consonants.0.min(consonants.1) {
        0 | 1 => 200,
        2 => 80,
        _ => 30,
    };
    let defect = cost * 1000 / EDIT / length;
    let value = (1000 - defect).saturating_sub(chance);
    let relation = Relation::Transliteration { distance: cost.div_ceil(EDIT) as u8 };
    Some(Likeness::new(value, defect, relation).with_edits(cost))
}

/// The letters that edits of a skeleton are a share of.
fn skeleton_length(skeleton: usize, full: usize) -> u32 {
    skeleton.max(full).max(2) as u32
}

/// Chinese names by their characters, all in simplified form: of two in a name, one may be another; its reading says
/// nothing, since so many share it.
fn characters(one: &str, other: &str) -> Option<Likeness> {
    if one == other {
        return Some(Likeness::whole(Relation::Same));
    }
    let count = one.chars().count();
    if count != other.chars().count() {
        return None;
    }
    let differ = one.chars().zip(other.chars()).filter(|(x, y)| x != y).count();
    // Names have few characters.
    let (share, relation) = ((differ * 1000 / count) as u32, Relation::Spelling { distance: differ as u8 });
    (share <= CHARACTERS_MOST).then(|| Likeness::new(1000 - share, share, relation))
}

/// Most of the characters that may be others, in thousandths.
const CHARACTERS_MOST: u32 = 500;

/// A likeness by edits of so many letters; `None` beyond what is taken for a slip.
fn edited(cost: u32, length: usize, relation: Relation) -> Option<Likeness> {
    // The shortest words lose a third or half of themselves with one letter.
    let share = cost * 1000 / EDIT / (length.max(2) as u32);
    if share > SHARE_MOST {
        return None;
    }
    // What is left of a short word after a slip may be another word: the share counts by its square.
    let defect = share * share * DOUBT_OF_SHARE / 1_000_000;
    Some(Likeness::new(1000 - defect, defect, relation).with_edits(cost))
}

/// Thousandths of doubt for a word of which every letter is wrong.
const DOUBT_OF_SHARE: u32 = 1200;

/// Both have digits, and not the same ones: `IL76` is not `IL78`, while `ZEPH1R` may be `ZEPHIR`.
fn digits_contradict(a: &str, b: &str) -> bool {
    fn digits(text: &str) -> impl Iterator<Item = u8> {
        text.bytes().filter(u8::is_ascii_digit)
    }
    let (mut of_a, mut of_b) = (digits(a).peekable(), digits(b).peekable());
    of_a.peek().is_some() && of_b.peek().is_some() && !of_a.eq(of_b)
}

/// What [`could_be_alike`] looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Which letters and digits the text has, one bit each.
    letters: u64,
    /// The same of the key.
    sounds: u64,
    length: u8,
    key_length: u8,
    /// A lone letter, or a beginning: alike to much that is longer.
    open: bool,
    /// Compared by class.
    weak: bool,
    /// Its vowels are left out.
    abjad: bool,
    /// Chinese characters.
    han: bool,
    /// Consonants of the key.
    outline: Outline,
    /// What the text looks like, and the numbers of its short forms, folded into one bit each of 64.
    looks: u64,
    nicknames: u64,
}

impl Shape {
    pub(crate) fn of(token: &Token) -> Self {
        Self {
            letters: letters(&token.text),
            sounds: letters(&token.key),
            // Tokens have at most 64 characters, runs three times as many.
            length: token.text.len().min(255) as u8,
            key_length: token.key.len().min(255) as u8,
            open: token.cut || token.kind == Kind::Initial,
            weak: token.kind.is_weak(),
            abjad: token.origin == Origin::Abjad,
            han: matches!(token.origin, Origin::Han(_)),
            outline: Outline::of(&token.key),
            looks: folded(&token.looks),
            nicknames: token.nicknames.iter().fold(0, |bits, number| bits | 1 << (number % 64)),
        }
    }
}

/// The consonants of a key, how many and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outline {
    consonants: u8,
    which: abjad::Consonants,
}

impl Outline {
    pub(crate) fn of(key: &str) -> Self {
        let consonants = abjad::consonants(key).min(255) as u8;
        Self { consonants, which: abjad::Consonants::of(key) }
    }

    /// A necessary condition for a run of skeletons to be [`joined`] to a full word that it has not the text of.
    pub(crate) fn could_be_joined(&self, single: &Shape) -> bool {
        outlines_could_agree(self, &single.outline, SKELETON_JOINED_MOST)
    }
}

/// A number for a text, the same for the same text (FNV-1a); 0 for none.
fn folded(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Which letters and digits a text has, one bit each.
pub(crate) fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |bits, byte| {
        bits | match byte {
            b'A'..=b'Z' => 1 << (byte - b'A'),
            b'0'..=b'9' => 1 << (26 + byte - b'0'),
            _ => 1 << 36,
        }
    })
}

/// Whether no more than `most` bits are set. Clearing the lowest bit a few times costs less than counting all where
/// the processor has no instruction for that.
#[inline]
pub(crate) fn has_at_most(mut bits: u64, most: usize) -> bool {
    for _ in 0..most {
        bits &= bits.wrapping_sub(1);
    }
    bits == 0
}

/// A necessary condition for [`alike`].
///
/// An edit changes the length by at most one, and puts at most one letter out of a text and at most one into it; so
/// a letter that only one text has needs an edit of its own. A beginning and an initial have no letter that the whole
/// lacks. Weak tokens of a class are alike whatever their letters, and so on: one condition for each bridge.
#[inline]
pub(crate) fn could_be_alike(a: &Shape, b: &Shape) -> bool {
    let within = |a_bits: u64, b_bits: u64, a_length: u8, b_length: u8| {
        let most = edits_allowed(usize::from(a_length.max(b_length)));
        usize::from(a_length.abs_diff(b_length)) <= most
            && has_at_most(a_bits & !b_bits, most)
            && has_at_most(b_bits & !a_bits, most)
    };
    within(a.letters, b.letters, a.length, b.length)
        || within(a.sounds, b.sounds, a.key_length, b.key_length)
        || (a.open && a.letters & !b.letters == 0)
        || (b.open && b.letters & !a.letters == 0)
        || (a.weak && b.weak)
        || (a.looks == b.looks && a.looks != 0)
        || a.nicknames & b.nicknames != 0
        || (a.han && b.han)
        || (a.abjad && !b.abjad && skeletons_could_agree(a, b, SKELETON_MOST))
        || (b.abjad && !a.abjad && skeletons_could_agree(b, a, SKELETON_MOST))
}

fn skeletons_could_agree(skeleton: &Shape, full: &Shape, most: u32) -> bool {
    outlines_could_agree(&skeleton.outline, &full.outline, most)
}

fn outlines_could_agree(skeleton: &Outline, full: &Outline, most: u32) -> bool {
    let length = skeleton_length(usize::from(skeleton.consonants), usize::from(full.consonants));
    skeleton.which.could_agree(&full.which, most * length / 1000)
}

/// A necessary condition for [`joined`] of words, where the first stands for several.
#[inline]
pub(crate) fn could_be_joined(run: &Shape, single: &Shape) -> bool {
    let near = run.length.abs_diff(single.length) as usize <= JOINED_EDITS
        && has_at_most(run.letters & !single.letters, JOINED_EDITS)
        && has_at_most(single.letters & !run.letters, JOINED_EDITS);
    near || (run.sounds == single.sounds && run.key_length == single.key_length)
        || (run.abjad && !single.abjad && skeletons_could_agree(run, single, SKELETON_JOINED_MOST))
        || (single.abjad && !run.abjad && skeletons_could_agree(single, run, SKELETON_JOINED_MOST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(text: &str) -> Token {
        Token::new(text.to_owned(), Kind::Word)
    }

    fn of_kind(text: &str, kind: Kind) -> Token {
        Token::new(text.to_owned(), kind)
    }

    #[test]
    fn words_are_alike_by_looks_letters_and_sounds() {
        for (a, b, expected) in [
            ("ZEPHYR", "ZEPHYR", Some((1000, Relation::Same))),
            ("ZEPHYR", "ZEPHIR", Some((999, Relation::Transliteration { distance: 0 }))),
            ("ZEPHYR", "ZEPHXR", Some((967, Relation::Spelling { distance: 1 }))),
            ("ZEPHYR", "ZPEHYR", Some((988, Relation::Spelling { distance: 1 }))),
            ("MUHAMMAD", "MOHAMED", Some((1000, Relation::Transliteration { distance: 0 }))),
            ("MUHAMMAD", "MAHMOUD", None),
            ("ZEFIROV", "MARKOV", None),
            ("JOHN", "JOAN", Some((925, Relation::Spelling { distance: 1 }))),
            ("IL76", "IL78", None),
            ("ZEPH1R", "ZEPHIR", Some((960, Relation::Misread))),
            ("KARNIL", "KAMIL", Some((960, Relation::Misread))),
            ("TED", "THEODORE", Some((900, Relation::Nickname))),
            ("INTL", "INTERNATIONAL", Some((970, Relation::Abbreviation))),
            ("SHPG", "SHIPPING", Some((970, Relation::Abbreviation))),
        ] {
            let found = alike(&word(a), &word(b)).map(|likeness| (likeness.value, likeness.relation));
            assert_eq!(found, expected, "{a} and {b}");
            assert_eq!(
                alike(&word(b), &word(a)).map(|likeness| (likeness.value, likeness.relation)),
                expected
            );
        }
    }

    #[test]
    fn skeletons_meet_full_words_and_characters_meet_characters() {
        let of = |text: &str, origin: Origin| Token { origin, ..word(text) };
        let relation = |a: &Token, b: &Token| alike(a, b).map(|likeness| likeness.relation);
        let skeleton = of("MHMD", Origin::Abjad);
        assert_eq!(relation(&skeleton, &word("MUHAMMAD")), Some(Relation::Transliteration { distance: 0 }));
        assert_eq!(relation(&word("ZEFIR"), &skeleton), None);
        let lin = |characters: &str| of("LINFENG", Origin::Han(characters.to_owned()));
        assert_eq!(relation(&lin("林风"), &lin("林风")), Some(Relation::Same));
        assert_eq!(relation(&lin("林风"), &lin("林枫")), Some(Relation::Spelling { distance: 1 }));
        assert_eq!(relation(&lin("林风"), &lin("琳枫")), None);
        assert_eq!(relation(&lin("林风"), &word("LINFENG")), Some(Relation::Same));
        assert_eq!(relation(&lin("林风"), &word("LINGFENG")), None);
    }

    #[test]
    fn kinds_have_their_own_rules() {
        let form = |text: &str| of_kind(text, Kind::Form("limited"));
        assert_eq!(
            alike(&form("LTD"), &form("LLC")).map(|found| found.relation),
            Some(Relation::OrganisationForm)
        );
        assert_eq!(alike(&form("LTD"), &of_kind("SA", Kind::Form("stock"))), None);
        assert_eq!(alike(&form("LTD"), &of_kind("AL", Kind::Particle("limited"))), None);
        assert_eq!(alike(&of_kind("44", Kind::Number), &of_kind("45", Kind::Number)), None);
        let initial = of_kind("N", Kind::Initial);
        assert_eq!(alike(&initial, &word("NADIR")).map(|found| found.relation), Some(Relation::Initial));
        assert_eq!(alike(&initial, &word("ANDIR")), None);
        let mut cut = word("FORWA");
        cut.cut = true;
        assert_eq!(alike(&cut, &word("FORWARDING")).map(|found| u32::from(found.value)), Some(TRUNCATED));
        assert_eq!(alike(&word("FORWA"), &word("FORWARDING")), None);
        assert_eq!(
            joined(&word("ALNOOR"), true, &word("ALNOUR")).map(|found| found.relation),
            Some(Relation::Joined { distance: 0 })
        );
        let rotated =
            |run: &str, single: &str| joined(&word(run), true, &word(single)).map(|found| found.value);
        assert_eq!(rotated("ZEFIROVAMR", "AMRZEFIROV"), Some(1000 - ROTATED_COST));
        assert_eq!(rotated("ZEFIROVAMR", "AMRZEFIRVO"), None);
        assert_eq!(rotated("NURAL", "ALNUR"), None);
    }

    fn any_kind() -> impl Strategy<Value = Kind> {
        prop_oneof![
            4 => Just(Kind::Word),
            1 => Just(Kind::Form("a")),
            1 => Just(Kind::Form("b")),
            1 => Just(Kind::Title("a")),
            1 => Just(Kind::Particle("a")),
        ]
    }

    fn any_token() -> impl Strategy<Value = Token> {
        prop_oneof![
            6 => ("[A-F0-2]{1,12}", any_kind(), any::<bool>()).prop_map(|(text, kind, cut)| {
                let kind = if text.bytes().all(|byte| byte.is_ascii_digit()) { Kind::Number } else { kind };
                let kind = if text.len() == 1 && kind == Kind::Word { Kind::Initial } else { kind };
                Token { cut, ..Token::new(text, kind) }
            }),
            1 => ("[A-Z]{1,7}", any::<bool>()).prop_map(|(text, han)| {
                let origin = if han { Origin::Han(text.clone()) } else { Origin::Abjad };
                Token { origin, ..word(&text) }
            }),
            1 => "(MOHAMM?[AE]D|Y?[OU]USS?[EU]F|KH?A[IL]EE?D|SCH?[AE]I?KH|[A-Z]{62,64})".prop_map(|text| word(&text)),
        ]
    }

    proptest! {
        #[test]
        fn the_shape_never_rules_out_what_is_alike(a in any_token(), b in any_token()) {
            let possible = could_be_alike(&Shape::of(&a), &Shape::of(&b));
            prop_assert!(possible || alike(&a, &b).is_none());
            prop_assert!(could_be_joined(&Shape::of(&a), &Shape::of(&b)) || joined(&a, true, &b).is_none());
        }

        #[test]
        fn likeness_is_symmetric_and_within_bounds(a in any_token(), b in any_token()) {
            let found = alike(&a, &b);
            prop_assert_eq!(found, alike(&b, &a));
            prop_assert!(found.is_none_or(|likeness| likeness.value > 0 && likeness.value + likeness.defect <= 1000));
        }
    }
}
