//! People, and when two names are one.

use finding::unseen::is_unseen;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// A person, as the channel names him, with the organisation he acts for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// Who: a name or number that tells people of this node apart.
    pub id: Arc<str>,
    /// For whom he acts.
    pub organisation: Arc<str>,
}

impl Person {
    /// Whether both are one human: ids that differ only in case or in spaces name the same.
    pub fn is(&self, other: &Self) -> bool {
        same_name(&self.id, &other.id)
    }

    /// Whether this name, of a channel or of an organisation, is his or that of whom he acts for.
    pub fn answers_to(&self, name: &str) -> bool {
        same_name(name, &self.id) || same_name(name, &self.organisation)
    }
}

/// Whether two names are one: of people, agencies and channels, which people spell as they like.
pub fn same_name(one: &str, other: &str) -> bool {
    without_spaces(one) == without_spaces(other)
}

/// A name without its case, without any space, and without letters that nobody sees; letters of other widths are the same: `J.SMITH`
/// is `J. Smith`.
pub fn without_spaces(name: &str) -> String {
    let seen = name.nfkc().filter(|letter| !letter.is_whitespace() && !is_unseen(*letter));
    seen.flat_map(char::to_lowercase).collect()
}

/// A name as it is kept: without its case, and with one space between its words.
pub fn canonical(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
