//! Invented values of every stored type, for tests and the corpus.
//!
//! The same source makes both: random numbers for properties, and a walk through every variant for examples that
//! people read. No type needs a generator of its own, so that none is forgotten.

use super::Stored;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

thread_local! {
    /// Words of variants that were read, by their types.
    static READ: RefCell<BTreeSet<(&'static str, String)>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes that the word of a variant was read.
pub(in crate::stored) fn note(of: &'static str, word: &str) {
    READ.with_borrow_mut(|read| read.insert((of, word.to_owned())));
}

/// The words read since this was last asked.
pub(in crate::stored) fn words_read() -> BTreeSet<(&'static str, String)> {
    READ.take()
}

/// Where choices come from.
enum Choices {
    /// Random numbers, over and over.
    Random { numbers: Vec<u32>, next: usize },
    /// Of variants the one seen least; of values one after another.
    Walk { full: bool, values: usize },
}

/// Makes invented values.
pub(in crate::stored) struct Sampler {
    choices: Choices,
    /// The field that is being made.
    field: &'static str,
    /// How often each variant was made.
    pub seen: BTreeMap<(&'static str, usize), usize>,
}

/// Texts that nobody would write, and that must survive all the same.
const STRANGE: &[&str] = &[
    "A",
    "",
    " ",
    "\"quoted\" \\ and / slashed",
    "line\nbreak\r\n\ttab",
    "\u{0}\u{1}\u{1f}\u{7f}\u{85}\u{2028}\u{feff}",
    "Żółć 東京都 شركة 🚚 e\u{301}",
    "{\"type\":\"tree.joined\",\"v\":1}",
    "\u{10ffff}",
];

impl Sampler {
    /// Random values.
    pub fn random(numbers: Vec<u32>) -> Self {
        Self { choices: Choices::Random { numbers, next: 0 }, field: "", seen: BTreeMap::new() }
    }

    /// Values people can read, with every optional part.
    pub fn walk() -> Self {
        Self { choices: Choices::Walk { full: true, values: 0 }, field: "", seen: BTreeMap::new() }
    }

    /// Leaves out from here on what may be left out, or not.
    pub fn full(&mut self, whether: bool) {
        if let Choices::Walk { full, .. } = &mut self.choices {
            *full = whether;
        }
    }

    /// The value of a field.
    pub fn field<T: Stored>(&mut self, name: &'static str) -> T {
        self.field = name;
        T::sample(self)
    }

    fn number(&mut self) -> usize {
        match &mut self.choices {
            Choices::Random { numbers, next } => {
                let number = numbers.get(*next % numbers.len().max(1)).copied().unwrap_or_default();
                // Another one each time round, so that a short list does not repeat one choice for ever.
                let turn = (*next / numbers.len().max(1)) as u32;
                *next += 1;
                number.rotate_left(turn % 32) as usize
            }
            Choices::Walk { values, .. } => {
                *values += 1;
                *values
            }
        }
    }

    /// Which of `count` variants of a type comes next.
    pub fn choose(&mut self, of: &'static str, count: usize) -> usize {
        let chosen = match self.choices {
            Choices::Random { .. } => self.number() % count,
            Choices::Walk { .. } => {
                let times = |variant: &usize| self.seen.get(&(of, *variant)).copied().unwrap_or_default();
                (0..count).min_by_key(times).unwrap_or_default()
            }
        };
        *self.seen.entry((of, chosen)).or_default() += 1;
        chosen
    }

    /// One of some texts: people are shown the usual ones, one after another.
    pub fn one_of(
        &mut self,
        of: &'static str,
        usual: &[&'static str],
        strange: &[&'static str],
    ) -> &'static str {
        match self.choices {
            Choices::Walk { .. } => usual[self.choose(of, usual.len())],
            Choices::Random { .. } => {
                let at = self.number() % (usual.len() + strange.len());
                usual.get(at).copied().unwrap_or_else(|| strange[at - usual.len()])
            }
        }
    }

    /// Which of `count` values; the first where people are to read it.
    pub fn any(&mut self, count: usize) -> usize {
        match self.choices {
            Choices::Random { .. } => self.number() % count,
            Choices::Walk { .. } => 0,
        }
    }

    /// Whether an optional value is there.
    pub fn is_there(&mut self) -> bool {
        match self.choices {
            Choices::Random { .. } => !self.number().is_multiple_of(3),
            Choices::Walk { full, .. } => full,
        }
    }

    /// How long a list is.
    pub fn length(&mut self) -> usize {
        match self.choices {
            Choices::Random { .. } => self.number() % 3,
            Choices::Walk { full, .. } => usize::from(full),
        }
    }

    /// A text for the field that is being made.
    pub fn text(&mut self) -> String {
        if let Choices::Random { .. } = self.choices {
            return STRANGE[self.number() % STRANGE.len()].to_owned();
        }
        match self.field {
            "name" | "party" | "matched" => "HUDSON HARDWARE SUPPLY",
            "street" | "address" | "free_address" => "200 MERCHANT ROW",
            "city" | "place" => "ALBANY",
            "state" => "NY",
            "postcode" => "12207",
            "description" => "STEEL HINGES",
            "identifier" => "PMC12345XX",
            "seals" => "SEAL0042",
            "code" => "RCS",
            "id" | "entry" | "proposal" | "reference" => "RFI-0042",
            "leg" => "9Z100/24NOV/FRA-JFK",
            "programme" => "us-acas",
            "from" | "stream" => "tree/888-10001014",
            "by" | "holder" | "filer" => "forwarder",
            "agency" | "organisation" => "customs",
            "value" => "1.5550100",
            "unit" => "MC",
            "lists" | "hash" => "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "path" => "consignee.address",
            _ => "AS WRITTEN",
        }
        .to_owned()
    }
}
