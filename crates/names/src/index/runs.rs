//! Where adjacent tokens of names, written together, stand: by their letters, their sounds and their consonants.
//!
//! Runs are several times as many as names, so none is kept: only where those of one hash are, and the run is made
//! again when it is looked at.

use super::dictionary::{EDITS_MOST, whole_edits};
use super::near::{Near, NearBuilder, one_edit_away};
use super::table::{Filter, Table, mixed, running};
use crate::abjad::{consonants_at_most, full_classes, is_word, skeleton_classes};
use crate::align::{Item, RUN_TOKENS, are_words};
use crate::normalise::{Kind, Origin, Token, key_of};
use crate::similarity::{JOINED_LETTERS, ROTATED_LETTERS, SKELETON_JOINED_MOST, rotations};

/// Roles of hashes.
const TEXT: u64 = 1;
const SOUNDS: u64 = 2;
const CONSONANTS: u64 = 3;

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
    manifold: Vec<Place>,
    all_skeletons: Vec<Place>,
}

/// [`Runs`] while they are filled.
#[derive(Debug, Default)]
pub(super) struct RunsBuilder {
    texts: Vec<(u64, u64)>,
    sounds: Vec<(u64, u64)>,
    full: Vec<(u64, u64)>,
    skeletons: NearBuilder,
    manifold: Vec<Place>,
    all_skeletons: Vec<Place>,
}

impl RunsBuilder {
    /// Enters the runs of a name.
    pub(super) fn add(&mut self, name: u32, tokens: &[&Token]) {
        for length in 2..=RUN_TOKENS.min(tokens.len()) {
            for (start, parts) in tokens.windows(length).enumerate() {
                let place = Place { name, start: start as u16, length: length as u16 };
                let text = Token::joined_text(parts);
                self.texts.push((mixed(running(text.as_bytes()), TEXT), place.packed()));
                if !are_words(parts) {
                    continue;
                }
                let key = key_of(&text);
                if text.len() >= JOINED_LETTERS {
                    self.sounds.push((mixed(running(key.as_bytes()), SOUNDS), place.packed()));
                }
                let consonants =
                    |classes: &str| (mixed(running(classes.as_bytes()), CONSONANTS), place.packed());
                match Token::joined_origin(parts) {
                    Origin::Full => self.full.push(consonants(&full_classes(&key))),
                    Origin::Abjad => {
                        self.all_skeletons.push(place);
                        match skeleton_classes(&key) {
                            Some(readings) => {
                                let number = self.all_skeletons.len() as u32 - 1;
                                readings
                                    .iter()
                                    .for_each(|reading| self.skeletons.add(reading, false, number));
                            }
                            None => self.manifold.push(place),
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    pub(super) fn freeze(self) -> Runs {
        Runs {
            may_have_text: Filter::new(&self.texts),
            texts: Table::new(&self.texts),
            sounds: Table::new(&self.sounds),
            full: Table::new(&self.full),
            skeletons: self.skeletons.freeze(),
            manifold: self.manifold,
            all_skeletons: self.all_skeletons,
        }
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
        let mut look = |table: &Table, hash: u64, role: u64| {
            table.get(mixed(hash, role)).for_each(|bits| found(Place::unpacked(bits)));
        };
        look(&self.texts, running(token.text.as_bytes()), TEXT);
        if token.text.len() >= ROTATED_LETTERS && matches!(token.origin, Origin::Full | Origin::Exact) {
            for rotated in rotations(&token.text) {
                let hash = running(rotated.as_bytes());
                if self.may_have_text.may_have(mixed(hash, TEXT)) {
                    look(&self.texts, hash, TEXT);
                }
            }
        }
        if token.text.len() >= JOINED_LETTERS {
            look(&self.sounds, running(token.key.as_bytes()), SOUNDS);
            if token.origin == Origin::Full {
                // Of the hundreds of these hardly any is there.
                one_edit_away(&token.text, |hash| {
                    if self.may_have_text.may_have(mixed(hash, TEXT)) {
                        look(&self.texts, hash, TEXT);
                    }
                });
            }
        }
        let edits = whole_edits(consonants_at_most(&token.key), SKELETON_JOINED_MOST);
        match token.origin {
            Origin::Full if self.all_skeletons.is_empty() => {}
            Origin::Full if edits <= EDITS_MOST => {
                let classes = full_classes(&token.key);
                let by_number = |number: u32| found(self.all_skeletons[number as usize]);
                match edits {
                    0 => self.skeletons.find_equal(&classes, by_number),
                    1 => self.skeletons.find_nearest(&classes, by_number),
                    _ => self.skeletons.find(&classes, by_number),
                }
                self.manifold.iter().copied().for_each(found);
            }
            Origin::Full => self.all_skeletons.iter().copied().for_each(found),
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
               let runs = builder.freeze();
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
               let item = Item { token: &single, shape: Shape::of(&single), start: 0, length: 1, whole_words: true };
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
