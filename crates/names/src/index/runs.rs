//! Where adjacent tokens of names, written together, stand: by their letters, their sounds and their consonants.
//!
//! Runs are several times as many as names, so none is kept: only where those of one hash are, and the run is made
//! again when it is looked at.

use super::dictionary::{EDITS_MOST, whole_edits};
use super::near::{Near, NearBuilder, one_edit_away};
use super::table::{Filter, Table};
use crate::abjad::{classes_of_full, consonants_at_most, full_classes, is_word, skeleton_classes};
use crate::align::{Item, RUN_TOKENS, are_words};
use crate::hash::{mixed, push, rotated, running};
use crate::normalise::{Kind, Origin, Token, key_into};
use crate::similarity::{JOINED_LETTERS, Outline, ROTATED_LETTERS, SKELETON_JOINED_MOST};

/// Roles of hashes.
const TEXT: u64 = 1;
const SOUNDS: u64 = 2;
const CONSONANTS: u64 = 3;

/// As many texts as are one edit away from most words.
const HASHES: usize = 1024;

/// A run of a name: number of the name, start, length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) name: u32,
    pub(super) start: u16,
    pub(super) length: u16,
}

impl Place {
    /// In 43 bits: starts are below 1,024, lengths 2 or 3.
    fn packed(self) -> u64 {
        u64::from(self.name) << 11 | u64::from(self.start) << 1 | u64::from(self.length - 2)
    }

    fn unpacked(bits: u64) -> Self {
        Self { name: (bits >> 11) as u32, start: (bits >> 1) as u16 & 0x3FF, length: (bits & 1) as u16 + 2 }
    }
}

/// The runs of many names.
#[derive(Debug, Default)]
pub(super) struct Runs {
    texts: Table,
    may_have_text: Filter,
    sounds: Table,
    /// Of runs of full words, by their consonants.
    full: Table,
    /// Of runs of skeletons, by their consonants; those that have too many readings for that; and all.
    skeletons: Near,
    manifold: Vec<Skeleton>,
    all_skeletons: Vec<Skeleton>,
}

/// A run of skeletons, and which consonants it has.
#[derive(Debug, Clone, Copy)]
struct Skeleton {
    place: Place,
    outline: Outline,
}

/// [`Runs`] while they are filled.
#[derive(Debug, Default)]
pub(super) struct RunsBuilder {
    texts: Vec<(u64, u64)>,
    sounds: Vec<(u64, u64)>,
    full: Vec<(u64, u64)>,
    skeletons: NearBuilder,
    manifold: Vec<Skeleton>,
    all_skeletons: Vec<Skeleton>,
    /// Room for the text and key of one run after the other.
    text: String,
    key: String,
}

impl RunsBuilder {
    /// With room for the runs of names of so many tokens each: what grows step by step leaves behind it memory that
    /// nothing else fits in.
    pub(super) fn for_names_of(tokens: impl Iterator<Item = usize>) -> Self {
        let runs =
            |tokens: usize| (2..=RUN_TOKENS).map(|length| (tokens + 1).saturating_sub(length)).sum::<usize>();
        let count = tokens.map(runs).sum();
        let room = || Vec::with_capacity(count);
        Self { texts: room(), sounds: room(), full: room(), ..Self::default() }
    }

    /// Enters the runs of a name.
    pub(super) fn add(&mut self, name: u32, tokens: &[&Token]) {
        let (mut text, mut key) = (std::mem::take(&mut self.text), std::mem::take(&mut self.key));
        for length in 2..=RUN_TOKENS.min(tokens.len()) {
            for (start, parts) in tokens.windows(length).enumerate() {
                let place = Place { name, start: start as u16, length: length as u16 };
                Token::join_text(parts, &mut text);
                self.texts.push((mixed(running(text.as_bytes()), TEXT), place.packed()));
                if !are_words(parts) {
                    continue;
                }
                key_into(&text, &mut key);
                if text.len() >= JOINED_LETTERS {
                    self.sounds.push((mixed(running(key.as_bytes()), SOUNDS), place.packed()));
                }
                match Token::joined_origin(parts) {
                    Origin::Full => {
                        // Classes are letters of ASCII.
                        let classes = classes_of_full(&key).fold(0, |hash, class| push(hash, class as u8));
                        self.full.push((mixed(classes, CONSONANTS), place.packed()));
                    }
                    Origin::Abjad => {
                        let skeleton = Skeleton { place, outline: Outline::of(&key) };
                        self.all_skeletons.push(skeleton);
                        match skeleton_classes(&key) {
                            Some(readings) => {
                                let number = self.all_skeletons.len() as u32 - 1;
                                readings
                                    .iter()
                                    .for_each(|reading| self.skeletons.add(reading, false, number));
                            }
                            None => self.manifold.push(skeleton),
                        }
                    }
                    _ => {}
                }
            }
        }
        (self.text, self.key) = (text, key);
    }

    /// The runs of all parts, which have the names in order.
    pub(super) fn freeze(parts: Vec<Self>) -> Runs {
        fn of(parts: &[RunsBuilder], pairs: fn(&RunsBuilder) -> &[(u64, u64)]) -> Vec<&[(u64, u64)]> {
            parts.iter().map(pairs).collect()
        }
        let ((may_have_text, texts), sounds, full) = std::thread::scope(|scope| {
            let texts = of(&parts, |part| &part.texts);
            let sounds = scope.spawn(|| Table::of(&of(&parts, |part| &part.sounds)));
            let full = scope.spawn(|| Table::of(&of(&parts, |part| &part.full)));
            let texts = (Filter::of(&texts), Table::of(&texts));
            (texts, super::joined(sounds), super::joined(full))
        });
        let (mut skeletons, mut manifold, mut all_skeletons) =
            (NearBuilder::default(), Vec::new(), Vec::new());
        for part in parts {
            skeletons.append(part.skeletons, all_skeletons.len() as u32);
            manifold.extend(part.manifold);
            all_skeletons.extend(part.all_skeletons);
        }
        let skeletons = skeletons.freeze();
        Runs { texts, may_have_text, sounds, full, skeletons, manifold, all_skeletons }
    }
}

/// Whether the runs that may be alike could be told.
pub(super) enum Found {
    /// All runs that may be alike have been called.
    Called,
    /// Any run may be alike.
    Any,
}

impl Runs {
    /// Calls `found` with every run that, written together, may be alike to a token of a query, and with others; some
    /// more than once.
    pub(super) fn find(&self, item: &Item<'_>, mut found: impl FnMut(Place)) -> Found {
        let token = item.token;
        if matches!(token.kind, Kind::Initial | Kind::Number) {
            return Found::Called;
        }
        let mut look = |table: &Table, hash: u64| {
            table.get(hash).for_each(|bits| found(Place::unpacked(bits)));
        };
        look(&self.texts, mixed(running(token.text.as_bytes()), TEXT));
        if token.text.len() >= ROTATED_LETTERS && matches!(token.origin, Origin::Full | Origin::Exact) {
            let mut hashes = Vec::with_capacity(token.text.len());
            rotated(token.text.as_bytes(), |hash| hashes.push(mixed(hash, TEXT)));
            self.may_have_text.retain(&mut hashes);
            hashes.into_iter().for_each(|hash| look(&self.texts, hash));
        }
        if token.text.len() >= JOINED_LETTERS {
            look(&self.sounds, mixed(running(token.key.as_bytes()), SOUNDS));
            if token.origin == Origin::Full {
                // Of the hundreds of these hardly any is there.
                let mut hashes = Vec::with_capacity(HASHES);
                one_edit_away(&token.text, |hash| hashes.push(mixed(hash, TEXT)));
                self.may_have_text.retain(&mut hashes);
                hashes.into_iter().for_each(|hash| look(&self.texts, hash));
            }
        }
        let edits = whole_edits(consonants_at_most(&token.key), SKELETON_JOINED_MOST);
        // To make a run again costs more than to see that its consonants are others.
        let found_if_near = |found: &mut dyn FnMut(Place), skeleton: &Skeleton| {
            if skeleton.outline.could_be_joined(item.shape) {
                found(skeleton.place);
            }
        };
        match token.origin {
            Origin::Full if self.all_skeletons.is_empty() => {}
            Origin::Full if edits <= EDITS_MOST => {
                let classes = full_classes(&token.key);
                let by_number = |number: u32| found_if_near(&mut found, &self.all_skeletons[number as usize]);
                match edits {
                    0 => self.skeletons.find_equal(&classes, by_number),
                    1 => self.skeletons.find_nearest(&classes, by_number),
                    _ => self.skeletons.find(&classes, by_number),
                }
                self.manifold.iter().for_each(|skeleton| found_if_near(&mut found, skeleton));
            }
            Origin::Full => {
                self.all_skeletons.iter().for_each(|skeleton| found_if_near(&mut found, skeleton));
            }
            Origin::Abjad if !is_word(&token.key) => {}
            Origin::Abjad => match skeleton_classes(&token.key) {
                Some(readings) if edits <= 1 => {
                    for reading in readings {
                        let mut look = |hash| {
                            self.full
                                .get(mixed(hash, CONSONANTS))
                                .for_each(|bits| found(Place::unpacked(bits)))
                        };
                        look(running(reading.as_bytes()));
                        if edits > 0 {
                            one_edit_away(&reading, look);
                        }
                    }
                }
                _ => return Found::Any,
            },
            _ => {}
        }
        Found::Called
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similarity::{Shape, joined};
    use proptest::prelude::*;

    fn any_word() -> impl Strategy<Value = Token> {
        let text = prop_oneof![
            "[A-F0]{1,7}",
            "[MHDVIJBFPSTAU]{1,5}",
            "(AL|NOOR|DIN|ABD|ULLAH|BIN|S|H|K)",
            "[TLMNR]{4,9}"
        ];
        let origin = prop_oneof![4 => Just(Origin::Full), 2 => Just(Origin::Abjad), 1 => Just(Origin::Exact)];
        let kind =
            prop_oneof![5 => Just(Kind::Word), 1 => Just(Kind::Particle("a")), 1 => Just(Kind::Number)];
        (text, origin, kind).prop_map(|(text, origin, kind)| Token { origin, ..Token::new(text, kind) })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn every_joined_run_is_found(
            tokens in prop::collection::vec(any_word(), 2..4),
            slip in prop::option::of((any::<prop::sample::Index>(), prop::sample::select(vec!['A', 'M', 'H', 'T', '-', '*']))),
            origin in prop::sample::select(vec![Origin::Full, Origin::Abjad, Origin::Exact]),
        ) {
            let parts: Vec<&Token> = tokens.iter().collect();
            let mut builder = RunsBuilder::default();
            builder.add(9, &parts);
            let runs = RunsBuilder::freeze(vec![RunsBuilder::default(), builder]);
            let mut text: Vec<char> = Token::joined_text(&parts).chars().collect();
            match slip {
                Some((at, '-')) => drop(text.remove(at.index(text.len()))),
                Some((at, '*')) => {
                    let at = at.index(text.len());
                    text.rotate_left(at);
                }
                Some((at, letter)) => {
                    let at = at.index(text.len());
                    text[at] = letter;
                }
                None => {}
            }
            let single = Token { origin, ..Token::new(text.into_iter().collect(), Kind::Word) };
            let item = Item { token: &single, shape: &Shape::of(&single), start: 0, length: 1, whole_words: true };
            let mut places = Vec::new();
            let any = matches!(runs.find(&item, |place| places.push(place)), Found::Any);
            let run = Token::joined(&parts);
            let alike = joined(&run, are_words(&parts), &single).is_some();
            let place = Place { name: 9, start: 0, length: parts.len() as u16 };
            prop_assert!(!alike || any || places.contains(&place), "{:?} and {:?}", run, single);
            prop_assert_eq!(Place::unpacked(place.packed()), place);
        }
    }
}
