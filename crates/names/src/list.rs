//! Watch lists and their entries, as every source is read into.

use crate::date::BirthDate;
use std::fmt;

/// What a list is for, and with it what a hit on it can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Financial or trade sanctions: a compliance matter, never a threat to the aircraft by itself.
    Sanctions,
    /// A State's own security watch entries.
    Security,
}

impl Purpose {
    /// The purpose of a word that [`Purpose::as_str`] gives, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim();
        [Purpose::Sanctions, Purpose::Security]
            .into_iter()
            .find(|purpose| purpose.as_str().eq_ignore_ascii_case(word))
    }

    /// The word used in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Sanctions => "sanctions",
            Purpose::Security => "security",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One edition of one list, immutable once loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Identifier of its source in the register, such as `ofac-sdn`.
    pub source: &'static str,
    /// Its title, from the source or, where files bring their own, from the file.
    pub title: String,
    /// What it is for; follows from the source, unless the file states it.
    pub purpose: Purpose,
    /// Of when it is, as far as data or file name say: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. `None` is "undated".
    pub edition: Option<String>,
    /// SHA-256 of the content in hexadecimal: of the file where there is one, else of the lines
    /// `<hash of the file>  <part>` of its files in the order of [`List::files`].
    pub sha256: String,
    /// The files it was read from.
    pub files: Vec<ListPart>,
    /// Roles of the files that belong to it and were not given, such as `alt`.
    pub missing: Vec<&'static str>,
    /// Its entries, in the order of the files.
    pub entities: Vec<Entity>,
}

/// One file of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPart {
    /// Its role in the list, such as `sdn`, `alt`, `add` or `whole`.
    pub part: &'static str,
    /// Its name as the caller gave it.
    pub file: String,
    /// SHA-256 of its bytes in hexadecimal, as `sha256sum` prints it.
    pub sha256: String,
}

/// What kind of thing an entry or a queried name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Schema {
    /// A natural person.
    Person,
    /// A company, authority, group or other organisation.
    Organisation,
    /// A ship.
    Vessel,
    /// An aircraft.
    Aircraft,
    /// Not stated.
    Unknown,
}

impl Schema {
    /// The word used in JSON, in watch-list files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Schema::Person => "person",
            Schema::Organisation => "organisation",
            Schema::Vessel => "vessel",
            Schema::Aircraft => "aircraft",
            Schema::Unknown => "unknown",
        }
    }

    /// The schema of a word, in any case; besides [`Schema::as_str`] also `company`, `organization`, `individual`,
    /// `entity` and `legalentity`, which exports of other screening tools use.
    pub fn parse(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "person" | "individual" => Some(Schema::Person),
            "organisation" | "organization" | "company" => Some(Schema::Organisation),
            "vessel" => Some(Schema::Vessel),
            "aircraft" | "airplane" => Some(Schema::Aircraft),
            "unknown" | "entity" | "legalentity" | "" => Some(Schema::Unknown),
            _ => None,
        }
    }
}

/// One entry of a list: a person, organisation, vessel or aircraft under all its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its identifier in the list.
    pub id: String,
    /// What it is.
    pub schema: Schema,
    /// Its names, the primary one first; at least one.
    pub names: Vec<Name>,
    /// Addresses as stated.
    pub addresses: Vec<Address>,
    /// Dates of birth as stated; several where the list is not sure.
    pub birth_dates: Vec<BirthDate>,
    /// Places of birth as stated.
    pub birth_places: Vec<String>,
    /// Nationalities, citizenships and flags as stated.
    pub countries: Vec<String>,
    /// Passports, registrations and other numbers.
    pub documents: Vec<Document>,
    /// Sanctions programmes or regimes.
    pub programmes: Vec<String>,
    /// Titles and functions as stated.
    pub titles: Vec<String>,
    /// Whatever else the list says, unchanged.
    pub remarks: String,
}

impl Entity {
    /// An entry with nothing but its identifier and schema.
    pub fn new(id: impl Into<String>, schema: Schema) -> Self {
        Self {
            id: id.into(),
            schema,
            names: Vec::new(),
            addresses: Vec::new(),
            birth_dates: Vec::new(),
            birth_places: Vec::new(),
            countries: Vec::new(),
            documents: Vec::new(),
            programmes: Vec::new(),
            titles: Vec::new(),
            remarks: String::new(),
        }
    }

    /// The name the list gives first; empty where it gives none.
    pub fn primary_name(&self) -> &str {
        self.names.first().map_or("", |name| name.text.as_str())
    }

    /// Adds a name unless the entry already has one of the same text.
    pub(crate) fn add_name(&mut self, text: &str, kind: NameKind) {
        let text = text.trim();
        if !text.is_empty() && !self.names.iter().any(|name| name.text == text) {
            self.names.push(Name::new(text, kind));
        }
    }
}

/// One name of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name as the list writes it.
    pub text: String,
    /// Which of its names.
    pub kind: NameKind,
    /// The script most of its letters belong to.
    pub script: Script,
}

impl Name {
    /// A name; its script is read off the letters.
    pub fn new(text: impl Into<String>, kind: NameKind) -> Self {
        let text = text.into();
        let script = Script::of(&text);
        Self { text, kind, script }
    }
}

/// Which of the names of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// The name the list leads with.
    Primary,
    /// The name in the script of its owner.
    OriginalScript,
    /// Another name, a former one, or a spelling taken out of a longer text.
    Alias(Quality),
}

/// How far an alias identifies its owner, as the list rates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// Good enough to identify; or not rated.
    Strong,
    /// Broad or generic: OFAC's weak aliases, the UN's "low quality" ones.
    Weak,
}

/// The writing system of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Latin.
    Latin,
    /// Arabic, with its Persian and Urdu letters.
    Arabic,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Hebrew.
    Hebrew,
    /// Chinese characters.
    Han,
    /// Japanese syllables.
    Kana,
    /// Korean.
    Hangul,
    /// Any other.
    Other,
    /// No letters at all.
    None,
}

impl Script {
    /// The script most letters of `text` belong to; the one that comes first among equals.
    pub fn of(text: &str) -> Self {
        let mut counts: Vec<(Script, usize)> = Vec::new();
        for script in text.chars().filter(|c| c.is_alphabetic()).map(Script::of_letter) {
            match counts.iter_mut().find(|(known, _)| *known == script) {
                Some((_, count)) => *count += 1,
                None => counts.push((script, 1)),
            }
        }
        // `max_by_key` would take the last among equals.
        counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(Script::None, |(script, _)| script)
    }

    fn of_letter(letter: char) -> Self {
        match u32::from(letter) {
            0x0041..=0x024F | 0x1E00..=0x1EFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF | 0xFF21..=0xFF5A => {
                Script::Latin
            }
            0x0370..=0x03FF | 0x1F00..=0x1FFF => Script::Greek,
            0x0400..=0x052F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => Script::Cyrillic,
            0x0590..=0x05FF | 0xFB1D..=0xFB4F => Script::Hebrew,
            0x0600..=0x06FF | 0x0750..=0x077F | 0x08A0..=0x08FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => {
                Script::Arabic
            }
            0x3040..=0x30FF | 0x31F0..=0x31FF => Script::Kana,
            0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF => Script::Hangul,
            0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => Script::Han,
            _ => Script::Other,
        }
    }
}

/// An address as a list states it; parts it does not tell apart stand where the list puts them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street, building, post office box.
    pub street: Option<String>,
    /// City; in OFAC lists with state and postal code.
    pub city: Option<String>,
    /// State, province or region.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country as written.
    pub country: Option<String>,
    /// Remark on the address.
    pub note: Option<String>,
}

impl Address {
    /// Street, city, region, postal code and country in one line.
    pub fn text(&self) -> String {
        let parts = [&self.street, &self.city, &self.region, &self.postal_code, &self.country];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Nothing is stated.
    pub fn is_empty(&self) -> bool {
        *self == Address::default()
    }
}

/// A numbered document or registration of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its kind as the list words it, such as `Passport` or `Tax ID No.`; empty where a query does not say.
    pub kind: String,
    /// Its number as written.
    pub number: String,
    /// The country that issued it, as written.
    pub country: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_is_that_of_most_letters() {
        for (text, script) in [
            ("Zephyr", Script::Latin),
            ("Łódź Ünlü", Script::Latin),
            ("زفير للتجارة", Script::Arabic),
            ("Зефир Торг", Script::Cyrillic),
            ("林风灯", Script::Han),
            ("ゼファー", Script::Kana),
            ("제퍼", Script::Hangul),
            ("Ζέφυρος", Script::Greek),
            ("זפיר", Script::Hebrew),
            ("123 - !", Script::None),
            ("AB АБ", Script::Latin),
            ("А AB", Script::Latin),
        ] {
            assert_eq!(Script::of(text), script, "{text}");
        }
    }

    #[test]
    fn schema_words_read_back() {
        for schema in
            [Schema::Person, Schema::Organisation, Schema::Vessel, Schema::Aircraft, Schema::Unknown]
        {
            assert_eq!(Schema::parse(schema.as_str()), Some(schema));
        }
        assert_eq!(Schema::parse("Company"), Some(Schema::Organisation));
        assert_eq!(Schema::parse("lorry"), None);
    }
}
