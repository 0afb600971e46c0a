//! Why two names score as they do, token by token.

use crate::score::Score;
use std::fmt;

/// One reason for a score. The contributions of all reasons of a comparison add up to its score.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// What the query has: a token, several written together or apart, or a value.
    pub query: Option<String>,
    /// What the list, or the other name, has.
    pub list: Option<String>,
    /// How the two stand to each other.
    pub relation: Relation,
    /// What that adds to the score, in thousandths; less than nothing where it speaks against.
    pub contribution: i16,
}

/// How a token or value of the query stands to one of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The same token.
    Same,
    /// Another spelling, so many edits away (insertion, deletion, replacement, exchange of neighbours).
    Spelling {
        /// Number of edits.
        distance: u8,
    },
    /// Another romanisation: the same class of sounds, or so many edits away in it.
    Transliteration {
        /// Number of edits between the sound classes.
        distance: u8,
    },
    /// The initial of the other.
    Initial,
    /// Several tokens of one side are one token of the other.
    Joined {
        /// Number of edits between the joined forms.
        distance: u8,
    },
    /// What print may be misread for: `RN` for `M`, `0` for `O`.
    Misread,
    /// A short form of the other, or both of one given name.
    Nickname,
    /// A usual short form of a word of trade, or two of one word.
    Abbreviation,
    /// The first letters of the words of the other name.
    Acronym,
    /// The beginning of the other, in a name as wide as the field it stood in.
    Truncated,
    /// Legal forms of one class, such as `LTD` and `LLC`.
    OrganisationForm,
    /// Spellings of one title.
    Title,
    /// Spellings of one particle.
    Particle,
    /// A token of the list that the query does not have.
    MissingInQuery,
    /// A token of the query that the list does not have.
    MissingInList,
    /// The tokens agree and stand in another order.
    OrderDiffers,
    /// Both names have numbers, and not the same.
    NumbersDiffer,
    /// The list calls the name that matched a weak one.
    WeakAlias,
    /// The query is about another kind of thing than the entry.
    SchemaDiffers,
    /// The dates of birth are the same day.
    BirthDateSame,
    /// The years of birth agree.
    BirthYearSame,
    /// The dates of birth neither agree nor contradict.
    BirthDateUnclear,
    /// The dates of birth contradict.
    BirthDateDiffers,
    /// The country is one of the entry's.
    CountrySame,
    /// The entry names countries, and this is none of them.
    CountryDiffers,
    /// The address is one of the entry's.
    AddressSame,
    /// A document or registration has a number of the entry's.
    DocumentSame,
    /// Both sides state documents of one kind, and the numbers are others.
    DocumentDiffers,
}

impl Relation {
    /// The stable word used in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Spelling { .. } => "spelling",
            Relation::Transliteration { .. } => "transliteration",
            Relation::Initial => "initial",
            Relation::Joined { .. } => "joined",
            Relation::Misread => "misread",
            Relation::Nickname => "nickname",
            Relation::Abbreviation => "abbreviation",
            Relation::Acronym => "acronym",
            Relation::Truncated => "truncated",
            Relation::OrganisationForm => "organisation-form",
            Relation::Title => "title",
            Relation::Particle => "particle",
            Relation::MissingInQuery => "missing-in-query",
            Relation::MissingInList => "missing-in-list",
            Relation::OrderDiffers => "order-differs",
            Relation::NumbersDiffer => "numbers-differ",
            Relation::WeakAlias => "weak-alias",
            Relation::SchemaDiffers => "schema-differs",
            Relation::BirthDateSame => "birth-date-same",
            Relation::BirthYearSame => "birth-year-same",
            Relation::BirthDateUnclear => "birth-date-unclear",
            Relation::BirthDateDiffers => "birth-date-differs",
            Relation::CountrySame => "country-same",
            Relation::CountryDiffers => "country-differs",
            Relation::AddressSame => "address-same",
            Relation::DocumentSame => "document-same",
            Relation::DocumentDiffers => "document-differs",
        }
    }

    /// The number of edits, for the relations that have one.
    pub fn distance(self) -> Option<u8> {
        match self {
            Relation::Spelling { distance }
            | Relation::Transliteration { distance }
            | Relation::Joined { distance } => Some(distance),
            _ => None,
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Evidence and the score it adds up to, kept between 0 and 1000 by cutting what would go beyond.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    total: i32,
    pub(crate) entries: Vec<Evidence>,
}

impl Ledger {
    /// Enters a reason; its contribution is what it really changes.
    pub(crate) fn enter(
        &mut self,
        query: Option<String>,
        list: Option<String>,
        relation: Relation,
        contribution: i32,
    ) {
        let before = self.total;
        self.total = (before + contribution).clamp(0, 1000);
        // Both totals lie between 0 and 1000.
        let contribution = (self.total - before) as i16;
        self.entries.push(Evidence { query, list, relation, contribution });
    }

    /// The score that the evidence adds up to.
    pub(crate) fn score(&self) -> Score {
        // Kept between 0 and 1000.
        Score::from_thousandths(self.total as u16)
    }
}
