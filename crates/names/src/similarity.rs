//! How alike two tokens are.
//!
//! Every rule is a function of the two tokens alone. [`could_be_alike`] is a cheap necessary condition on their
//! [`Shape`]s: where it says no, [`alike`] says no. The index rests on that, and a property test holds it.

use crate::evidence::Relation;
use crate::normalise::{Kind, Token};
use rapidfuzz::distance::osa;

/// Two tokens that stand for one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Likeness {
    /// From 1 to 1000 thousandths.
    pub(crate) value: u16,
    /// Why.
    pub(crate) relation: Relation,
}

/// The same sounds in other letters.
const SAME_KEY: u16 = 950;
/// A letter for a word.
const INITIAL: u16 = 650;
/// The beginning of a word at the end of a field.
const TRUNCATED: u16 = 950;
/// The same, where fewer letters are left than [`TRUNCATED_LETTERS`].
const TRUNCATED_SHORT: u16 = 800;
const TRUNCATED_LETTERS: usize = 3;
/// What writing two words as one costs.
const JOINED_COST: u16 = 20;
/// Shortest key that sounds are compared by; shorter ones fall together by chance.
const KEY_LETTERS: usize = 3;
/// Tokens shorter than this must begin with the same letter to sound alike.
const SHORT_TOKEN: usize = 5;

/// Edits that are taken for a spelling, by the length of the longer token.
fn edits_allowed(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=6 => 1,
        7..=10 => 2,
        _ => 3,
    }
}

/// How alike two tokens are; `None` where they are different words.
pub(crate) fn alike(a: &Token, b: &Token) -> Option<Likeness> {
    if a.text == b.text {
        return Some(Likeness { value: 1000, relation: Relation::Same });
    }
    match (a.kind, b.kind) {
        (Kind::Form(x), Kind::Form(y)) if x == y => return whole(Relation::OrganisationForm),
        (Kind::Title(x), Kind::Title(y)) if x == y => return whole(Relation::Title),
        (Kind::Particle(x), Kind::Particle(y)) if x == y => return whole(Relation::Particle),
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
    spelled(a, b)
}

/// How alike a token is to several adjacent ones written together.
pub(crate) fn joined(run: &Token, single: &Token) -> Option<Likeness> {
    if matches!(single.kind, Kind::Initial | Kind::Number) {
        return None;
    }
    if run.text == single.text {
        return Some(Likeness { value: 1000 - JOINED_COST, relation: Relation::Joined { distance: 0 } });
    }
    let Likeness { value, relation } = spelled(run, single)?;
    let distance = relation.distance().unwrap_or(0);
    Some(Likeness { value: value - JOINED_COST, relation: Relation::Joined { distance } })
}

fn whole(relation: Relation) -> Option<Likeness> {
    Some(Likeness { value: 1000, relation })
}

fn truncated(cut: &Token, full: &Token) -> Option<Likeness> {
    if !cut.cut || !full.text.starts_with(&cut.text) {
        return None;
    }
    let value = if cut.text.len() < TRUNCATED_LETTERS { TRUNCATED_SHORT } else { TRUNCATED };
    Some(Likeness { value, relation: Relation::Truncated })
}

fn initial(letter: &Token, word: &Token) -> Option<Likeness> {
    (letter.kind == Kind::Initial && !word.kind.is_weak() && word.text.starts_with(&letter.text))
        .then_some(Likeness { value: INITIAL, relation: Relation::Initial })
}

/// The better of two views: the letters, and the sounds they stand for.
fn spelled(a: &Token, b: &Token) -> Option<Likeness> {
    if digits_contradict(&a.text, &b.text) {
        return None;
    }
    let letters = by_letters(a, b);
    let sounds = by_sounds(a, b);
    match (letters, sounds) {
        (Some(letters), Some(sounds)) => Some(if letters.value >= sounds.value { letters } else { sounds }),
        (letters, sounds) => letters.or(sounds),
    }
}

fn by_letters(a: &Token, b: &Token) -> Option<Likeness> {
    let length = a.text.len().max(b.text.len());
    let distance = edits(&a.text, &b.text, edits_allowed(length))?;
    Some(Likeness {
        value: 1000 - share(distance, length),
        relation: Relation::Spelling { distance: distance as u8 },
    })
}

fn by_sounds(a: &Token, b: &Token) -> Option<Likeness> {
    let (length, shorter) = (a.key.len().max(b.key.len()), a.key.len().min(b.key.len()));
    if shorter < KEY_LETTERS {
        return None;
    }
    if a.text.len().min(b.text.len()) < SHORT_TOKEN && a.text.as_bytes()[0] != b.text.as_bytes()[0] {
        return None;
    }
    let distance = edits(&a.key, &b.key, edits_allowed(length))?;
    let relation = Relation::Transliteration { distance: distance as u8 };
    Some(Likeness { value: SAME_KEY - share(distance, length), relation })
}

/// What so many edits of so many letters cost, in thousandths. Allowed edits are at most a quarter of the letters.
fn share(distance: usize, length: usize) -> u16 {
    (distance * 1000 / length) as u16
}

/// The optimal string alignment distance, where it is no more than `most`.
fn edits(a: &str, b: &str, most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    if most == 0 {
        return (a == b).then_some(0);
    }
    osa::distance_with_args(a.bytes(), b.bytes(), &osa::Args::default().score_cutoff(most))
}

/// Both have digits, and not the same ones: `IL76` is not `IL78`, while `ZEPH1R` may be `ZEPHIR`.
fn digits_contradict(a: &str, b: &str) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    has_digit(a) && has_digit(b) && digits(a) != digits(b)
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
}

impl Shape {
    /// Lengths of text and key.
    pub(crate) fn lengths(&self) -> (u8, u8) {
        (self.length, self.key_length)
    }

    /// Alike to much that is longer: a lone letter, or a beginning.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    pub(crate) fn of(token: &Token) -> Self {
        Self {
            letters: letters(&token.text),
            sounds: letters(&token.key),
            // Tokens have at most 64 characters, runs three times as many.
            length: token.text.len().min(255) as u8,
            key_length: token.key.len().min(255) as u8,
            open: token.cut || token.kind == Kind::Initial,
            weak: token.kind.is_weak(),
        }
    }
}

fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |bits, byte| {
        bits | match byte {
            b'A'..=b'Z' => 1 << (byte - b'A'),
            b'0'..=b'9' => 1 << (26 + byte - b'0'),
            _ => 1 << 36,
        }
    })
}

/// The part of [`could_be_alike`] that needs the lengths alone, worked out once for a token that is compared with many.
pub(crate) struct LengthGate {
    lengths: [bool; 256],
    key_lengths: [bool; 256],
}

impl LengthGate {
    pub(crate) fn of(shape: &Shape) -> Self {
        let near = |length: u8, other: usize| {
            shape.open || usize::from(length).abs_diff(other) <= edits_allowed(other.max(usize::from(length)))
        };
        Self {
            lengths: std::array::from_fn(|other| near(shape.length, other)),
            key_lengths: std::array::from_fn(|other| near(shape.key_length, other)),
        }
    }

    /// A necessary condition for [`could_be_alike`] where neither token is weak and the other is not open.
    #[inline]
    pub(crate) fn passes(&self, lengths: (u8, u8)) -> bool {
        self.lengths[usize::from(lengths.0)] | self.key_lengths[usize::from(lengths.1)]
    }
}

/// Whether no more than `most` bits are set. Clearing the lowest bit a few times costs less than counting all where
/// the processor has no instruction for that.
#[inline]
fn has_at_most(mut bits: u64, most: usize) -> bool {
    for _ in 0..most {
        bits &= bits.wrapping_sub(1);
    }
    bits == 0
}

/// A necessary condition for [`alike`] and [`joined`].
///
/// An edit changes the length by at most one, and puts at most one letter out of a text and at most one into it; so
/// a letter that only one text has needs an edit of its own. A beginning and an initial have no letter that the whole
/// lacks. Weak tokens of a class are alike whatever their letters.
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
    fn words_are_alike_by_letters_and_by_sounds() {
        for (a, b, expected) in [
            ("ZEPHYR", "ZEPHYR", Some((1000, Relation::Same))),
            ("ZEPHYR", "ZEPHIR", Some((950, Relation::Transliteration { distance: 0 }))),
            ("ZEPHYR", "ZEPHXR", Some((834, Relation::Spelling { distance: 1 }))),
            ("ZEPHYR", "ZPEHYR", Some((834, Relation::Spelling { distance: 1 }))),
            ("MUHAMMAD", "MOHAMED", Some((950, Relation::Transliteration { distance: 0 }))),
            ("MUHAMMAD", "MAHMOUD", None),
            ("ALI", "ELI", None),
            ("ALI", "ALY", Some((950, Relation::Transliteration { distance: 0 }))),
            ("JOHN", "JOAN", Some((750, Relation::Spelling { distance: 1 }))),
            ("IL76", "IL78", None),
            ("ZEPH1R", "ZEPHIR", Some((834, Relation::Spelling { distance: 1 }))),
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
        assert_eq!(alike(&cut, &word("FORWARDING")).map(|found| found.value), Some(TRUNCATED));
        assert_eq!(alike(&word("FORWA"), &word("FORWARDING")), None);
        assert_eq!(
            joined(&word("ALNOOR"), &word("ALNOUR")).map(|found| found.relation),
            Some(Relation::Joined { distance: 0 })
        );
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
            1 => "(MOHAMM?[AE]D|Y?[OU]USS?[EU]F|KH?A[IL]EE?D|SCH?[AE]I?KH|[A-Z]{62,64})".prop_map(|text| word(&text)),
        ]
    }

    /// Optimal string alignment by the textbook, as the oracle.
    fn textbook(a: &[u8], b: &[u8]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = usize::from(a[i - 1] != b[j - 1]);
                    let mut best =
                        (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + change);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_shape_never_rules_out_what_is_alike(a in any_token(), b in any_token()) {
            let possible = could_be_alike(&Shape::of(&a), &Shape::of(&b));
            prop_assert!(possible || (alike(&a, &b).is_none() && joined(&a, &b).is_none()));
            let (a, b) = (Shape::of(&a), Shape::of(&b));
            let passes = LengthGate::of(&a).passes(b.lengths());
            prop_assert!(passes || !possible || b.is_open() || (a.weak && b.weak));
        }

        #[test]
        fn likeness_is_symmetric_and_within_bounds(a in any_token(), b in any_token()) {
            let found = alike(&a, &b);
            prop_assert_eq!(found, alike(&b, &a));
            prop_assert!(found.is_none_or(|likeness| (500..=1000).contains(&likeness.value)));
        }

        #[test]
        fn edits_are_those_of_the_textbook(a in "[A-D]{0,14}", b in "[A-D]{0,14}", most in 0_usize..4) {
            let distance = textbook(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(edits(&a, &b, most), (distance <= most).then_some(distance));
        }
    }
}
