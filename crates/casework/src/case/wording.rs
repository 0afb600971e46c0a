//! Names of parties and descriptions of goods as they are compared: the same but for slips, the order of words and how a firm is
//! written.

use super::document::Document;
use super::identity::telling_words;
use super::spelling::{nearly_same, sound};
use consignment::Consignment;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A text by the words that tell it from others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wording {
    /// As they were said, without what stood between them: a slip in the first letter of a word puts it elsewhere in the
    /// alphabet.
    said: String,
    /// Each once, in order of the alphabet.
    ordered: Vec<String>,
}

impl Wording {
    /// Of a text; `None` where none of its words tells one from another.
    pub fn of(text: &str) -> Option<Self> {
        let mut ordered = telling_words(text);
        let said = ordered.concat();
        ordered.sort();
        ordered.dedup();
        (!ordered.is_empty()).then_some(Self { said, ordered })
    }

    /// Its words, each once, in order of the alphabet.
    pub(super) fn words(&self) -> &[String] {
        &self.ordered
    }

    /// What its words sound like together.
    pub(super) fn sound(&self) -> String {
        sound(&self.ordered)
    }

    /// The key under which goods of parties that sound alike are found, to be compared then. It need not be the same in
    /// another release.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.sound().hash(&mut hasher);
        hasher.finish()
    }

    /// Whether both say the same but for slips and the order of words.
    pub fn is_like(&self, other: &Self) -> bool {
        nearly_same(&self.said, &other.said) || nearly_same(&self.ordered.concat(), &other.ordered.concat())
    }

    /// The names of all parties of a filing.
    pub fn of_parties(filed: &Consignment) -> BTreeSet<Self> {
        filed.parties().filter_map(|(_, party)| Self::of(&party.name)).collect()
    }

    /// Whether any version of a document names such a party.
    pub fn names_party_of(&self, document: &Document) -> bool {
        let parties = document.versions.iter().flat_map(|filed| filed.parties());
        parties.filter_map(|(_, party)| Self::of(&party.name)).any(|name| self.is_like(&name))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::Party;
    use std::sync::Arc;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let known = Wording::of("Rheintal Maschinen Werke GmbH").unwrap();
        let cases = [
            ("RHEINTAL MASCHINEN WERKE", true),
            ("Rheinthal Maschinenwerke AG", true),
            ("MASCHINEN WERKE RHEINTAL", true),
            ("RHEINTAL WERKE", false),
            ("MAINTAL MASCHINEN WERKE", false),
        ];
        for (text, expected) in cases {
            let other = Wording::of(text).unwrap();
            let found = known.key() == other.key() && known.is_like(&other);
            assert_eq!(found, expected, "{text}");
        }
        // Short ones in another order, and with a slip that moves a word in the alphabet.
        let short = |one: &str, other: &str| Wording::of(one).unwrap().is_like(&Wording::of(other).unwrap());
        assert!(short("KUPFER GOLD", "GOLD KUPFER") && short("KUPFER GOLD", "KUPFER JOLD"));
        assert!(!short("KUPFER GOLD", "SILBER GOLD"));
        assert_eq!(Wording::of("GmbH"), None);
        assert_eq!(Wording::of("- 12 -"), None);
    }

    #[test]
    fn the_parties_of_all_versions_are_named() {
        let party = |name: &str| Party { name: name.into(), ..Party::default() };
        let filed = |shipper: &str, consignee: &str| Consignment {
            shipper: Some(party(shipper)),
            consignee: Some(party(consignee)),
            ..Consignment::default()
        };
        let first = filed("Rheintal Maschinen Werke", "GmbH");
        let wording = |name: &str| Wording::of(name).unwrap();
        assert_eq!(Wording::of_parties(&first), [wording("Rheintal Maschinen Werke")].into());
        let versions = [first, filed("Odenwald Armaturen", "Hudson Hardware")].map(Arc::new).to_vec();
        let document = Document { versions, ..Document::default() };
        for (name, named) in
            [("RHEINTHAL MASCHINENWERKE", true), ("HUDSON HARDWARE", true), ("PACIFIC FLOW", false)]
        {
            assert_eq!(wording(name).names_party_of(&document), named, "{name}");
        }
        assert!(!wording("HUDSON HARDWARE").names_party_of(&Document::default()));
    }
}
