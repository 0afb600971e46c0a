//! What was found for words lately, so that words which come again, as those of names do, are looked up once.
//!
//! What is alike to a token is a function of the token and the frozen dictionary alone; so whether it is remembered or
//! found anew changes no answer. Memory is bounded: what was asked for longest ago is forgotten first, by halves.

use super::runs::Place;
use crate::hash::{mixed, push, running};
use crate::normalise::{Kind, Origin, Token};
use crate::similarity::{Likeness, Shape};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A token of the corpus that is alike to what was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alike {
    pub(super) token: u32,
    pub(super) likeness: Likeness,
}

/// A run of a name that is alike to what was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct AlikeRun {
    pub(super) place: Place,
    pub(super) likeness: Likeness,
    /// Which of the made tokens it is.
    pub(super) made: u32,
}

/// What is alike to a token or run of a query.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    pub(super) tokens: Vec<Alike>,
    pub(super) runs: Vec<AlikeRun>,
    /// The tokens that these runs make, their shapes, and whether each is of words alone.
    pub(super) made: Vec<(Token, Shape, bool)>,
    /// Runs of any name may be alike.
    pub(super) any_run: bool,
}

impl Neighbours {
    fn bytes(&self) -> usize {
        // Each of the made tokens has three short texts.
        ENTRY_BYTES
            + self.tokens.capacity() * size_of::<Alike>()
            + self.runs.capacity() * size_of::<AlikeRun>()
            + self.made.capacity() * (size_of::<(Token, Shape, bool)>() + 96)
    }
}

/// What an entry takes beside its lists: the token with its texts, and its place in the map.
const ENTRY_BYTES: usize = 400;

/// As what a token is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// For tokens that are alike.
    Token,
    /// For runs that are alike.
    Runs,
    /// As a run of the query, of words alone or of others too.
    Joined { whole_words: bool },
}

/// Most bytes that are remembered, by estimate.
const BYTES_MOST: usize = 32 << 20;
/// Parts that are locked each by itself.
const SHARDS: usize = 32;

/// By the hash of what was asked for; of two with one hash the later is remembered.
type Known = HashMap<u64, (Token, Role, Arc<Neighbours>)>;

#[derive(Debug, Default)]
struct Shard {
    /// Asked for since the older half was forgotten, and what that takes.
    young: Known,
    bytes: usize,
    old: Known,
}

/// A bounded memory that many threads share.
#[derive(Debug)]
pub(super) struct Cache {
    shards: Vec<Mutex<Shard>>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Cache {
    /// What is remembered of a token in a role.
    pub(super) fn known(&self, token: &Token, role: Role) -> Option<Arc<Neighbours>> {
        let hash = hash_of(token, role);
        lock(&self.shards[(hash >> 32) as usize % SHARDS]).get(hash, token, role)
    }

    /// What is remembered of a token in a role, or else what `find` yields.
    pub(super) fn get(
        &self,
        token: &Token,
        role: Role,
        find: impl FnOnce() -> Neighbours,
    ) -> Arc<Neighbours> {
        let hash = hash_of(token, role);
        let shard = &self.shards[(hash >> 32) as usize % SHARDS];
        if let Some(known) = lock(shard).get(hash, token, role) {
            return known;
        }
        // Not under the lock: another thread may find the same meanwhile, which does no harm.
        let found = Arc::new(find());
        lock(shard).put(hash, (token.clone(), role, Arc::clone(&found)));
        found
    }
}

/// Whoever panicked while he held it left a whole map behind.
fn lock(shard: &Mutex<Shard>) -> std::sync::MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shard {
    fn get(&mut self, hash: u64, token: &Token, role: Role) -> Option<Arc<Neighbours>> {
        let is_same = |known: &(Token, Role, Arc<Neighbours>)| known.1 == role && known.0 == *token;
        if let Some(known) = self.young.get(&hash).filter(|known| is_same(known)) {
            return Some(Arc::clone(&known.2));
        }
        let known = self.old.remove(&hash).filter(is_same)?;
        let found = Arc::clone(&known.2);
        self.put(hash, known);
        Some(found)
    }

    fn put(&mut self, hash: u64, known: (Token, Role, Arc<Neighbours>)) {
        self.bytes += known.2.bytes();
        if let Some(replaced) = self.young.insert(hash, known) {
            self.bytes -= replaced.2.bytes();
        }
        if self.bytes > BYTES_MOST / SHARDS / 2 {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}

fn hash_of(token: &Token, role: Role) -> u64 {
    let role = match role {
        Role::Token => 0,
        Role::Runs => 1,
        Role::Joined { whole_words } => 2 + u64::from(whole_words),
    };
    let kind = match token.kind {
        Kind::Word => 0,
        Kind::Number => 1,
        Kind::Initial => 2,
        Kind::Form(_) => 3,
        Kind::Title(_) => 4,
        Kind::Particle(_) => 5,
    };
    let (origin, characters) = match &token.origin {
        Origin::Full => (0, ""),
        Origin::Abjad => (1, ""),
        Origin::Exact => (2, ""),
        Origin::Syllable => (3, ""),
        Origin::Roman => (4, ""),
        Origin::Han(characters) => (5, characters.as_str()),
    };
    let text = characters.bytes().fold(running(token.text.as_bytes()), push);
    mixed(text, 1 + role + 4 * (kind + 6 * (origin + 6 * u64::from(token.cut))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_was_found_and_no_more_than_allowed() {
        let cache = Cache::default();
        let word = |number: usize| Token::new(format!("W{number}"), Kind::Word);
        let found = |number: usize| {
            let run = AlikeRun { place: Place { name: number as u32, start: 0, length: 2 }, ..run() };
            Neighbours { runs: vec![run; 50], ..Neighbours::default() }
        };
        for round in 0..2 {
            for number in 0..60_000 {
                for role in [Role::Token, Role::Joined { whole_words: true }] {
                    let number = number + usize::from(role != Role::Token) * 100_000;
                    let known = cache.get(&word(number % 100_000), role, || found(number));
                    assert_eq!(known.runs[0].place.name as usize, number, "round {round}");
                }
            }
        }
        let mut asked = false;
        cache.get(&word(59_999), Role::Token, || {
            asked = true;
            found(59_999)
        });
        assert!(!asked, "what was asked for last is known");
        let held = |known: &Known| known.values().map(|(.., found)| found.bytes()).sum::<usize>();
        let of_shard = |shard: &Mutex<Shard>| {
            let shard = lock(shard);
            held(&shard.young) + held(&shard.old)
        };
        let bytes: usize = cache.shards.iter().map(of_shard).sum();
        assert!(bytes <= BYTES_MOST + SHARDS * found(0).bytes(), "{bytes}");
        assert!(bytes > BYTES_MOST / 4, "{bytes}");
    }

    fn run() -> AlikeRun {
        let relation = crate::evidence::Relation::Same;
        AlikeRun {
            place: Place { name: 0, start: 0, length: 2 },
            likeness: Likeness::new(1000, 0, relation),
            made: 0,
        }
    }

    #[test]
    fn tokens_that_differ_in_anything_are_kept_apart() {
        let cache = Cache::default();
        let word = Token::new("ZEPHYR".to_owned(), Kind::Word);
        let han = |text: &str| Token { origin: Origin::Han(text.to_owned()), ..word.clone() };
        let tokens = [
            word.clone(),
            Token { cut: true, ..word.clone() },
            Token { origin: Origin::Abjad, ..word.clone() },
            Token { omissible: true, ..word.clone() },
            Token { kind: Kind::Form("a"), ..word.clone() },
            Token { kind: Kind::Form("b"), ..word.clone() },
            han("林"),
            han("枫"),
        ];
        for _ in 0..3 {
            for (number, token) in tokens.iter().enumerate() {
                for role in [Role::Token, Role::Runs, Role::Joined { whole_words: false }] {
                    let any_run = number % 2 == 0;
                    let found = cache.get(token, role, || Neighbours { any_run, ..Neighbours::default() });
                    assert_eq!(found.any_run, any_run, "{token:?}");
                }
            }
        }
    }
}
