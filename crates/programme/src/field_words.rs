//! Words of the field in free text: what senders write where the form has a mark for it.
//!
//! A consolidation, an order not to load and a limit to cargo aircraft are told by marks; where the mark is
//! left out and the text says it, the goods are as the text says. The words are data
//! (`programmes/field_words.toml`) and belong to no programme: they count wherever goods fly.

use crate::stop_words::cleanse;
use consignment::{Consignment, Field};
use serde::Deserialize;
use std::sync::LazyLock;
use toml::value::Datetime;

/// What a text may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The goods are a consolidation.
    Consolidation,
    /// There are house waybills.
    Houses,
    /// The goods may fly on all-cargo aircraft only.
    CargoAircraftOnly,
    /// The goods must not be loaded.
    DoNotLoad,
}

/// The words, prepared for reading.
#[derive(Debug, Default)]
pub struct FieldWords {
    denials_before: Vec<String>,
    denials_after: Vec<String>,
    small: Vec<String>,
    lists: Vec<List>,
}

#[derive(Debug)]
struct List {
    meaning: Meaning,
    /// Sorted by their letters.
    phrases: Vec<Phrase>,
    unless_followed_by: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Phrase {
    /// Its letters without blanks.
    letters: String,
    /// Whether it has more than one word.
    several: bool,
    /// Whether the last word is only the beginning of one.
    begins: bool,
    alone: bool,
}

/// What a text says of one meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It says so.
    Yes,
    /// It only denies it: "not consolidated".
    Denied,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    /// Read for its form; the release has one edition.
    #[serde(rename = "edition")]
    _edition: Datetime,
    denials_before: Vec<String>,
    denials_after: Vec<String>,
    small: Vec<String>,
    #[serde(rename = "list")]
    lists: Vec<ListForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListForm {
    meaning: Meaning,
    source: String,
    words: Vec<WordForm>,
    #[serde(default)]
    unless_followed_by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WordForm {
    Plain(String),
    Marked(MarkedForm),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkedForm {
    text: String,
    #[serde(default)]
    alone: bool,
    #[serde(default = "in_force")]
    enabled: bool,
}

fn in_force() -> bool {
    true
}

static BUILT_IN: LazyLock<FieldWords> = LazyLock::new(|| {
    // The file is fixed when the release is built, and a test of this module reads it. A release that knows
    // none of the words would let goods pass that say they must not, so it must not run at all.
    #[allow(clippy::expect_used)]
    let words = FieldWords::parse(include_str!("../../../programmes/field_words.toml"))
        .expect("the committed words are read by a test");
    words
});

impl FieldWords {
    /// The words that come with this release.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a file of words.
    ///
    /// # Errors
    /// Says what is wrong where the file cannot be read, a source is empty, or a word holds no letter.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        if file.schema != 1 {
            return Err(format!("schema {} is not read by this release; use schema = 1", file.schema));
        }
        let single = |words: Vec<String>| words.iter().flat_map(|word| cleanse(word)).collect();
        let mut lists = Vec::with_capacity(file.lists.len());
        for form in file.lists {
            if form.source.trim().is_empty() {
                return Err(format!("the source of {:?} is empty; write it", form.meaning));
            }
            let mut phrases = Vec::with_capacity(form.words.len());
            for word in form.words {
                let MarkedForm { text, alone, enabled } = match word {
                    WordForm::Plain(text) => MarkedForm { text, alone: false, enabled: true },
                    WordForm::Marked(marked) => marked,
                };
                let words = cleanse(&text);
                if words.is_empty() {
                    return Err(format!("{text:?} holds no word"));
                }
                if enabled {
                    let (letters, several) = (words.concat(), words.len() > 1);
                    phrases.push(Phrase { letters, several, begins: text.ends_with('*'), alone });
                }
            }
            phrases.sort_by(|one, other| one.letters.cmp(&other.letters));
            let unless_followed_by = form.unless_followed_by.iter().map(|words| cleanse(words)).collect();
            lists.push(List { meaning: form.meaning, phrases, unless_followed_by });
        }
        Ok(Self {
            denials_before: single(file.denials_before),
            denials_after: single(file.denials_after),
            small: single(file.small),
            lists,
        })
    }

    /// What a text says of a meaning; `None` where it does not speak of it. One place that says so outweighs
    /// any that deny it.
    pub fn read(&self, text: &str, meaning: Meaning) -> Option<Said> {
        let words = cleanse(text);
        let said = self.read_words(&words, meaning);
        if said == Some(Said::Yes) || !words.iter().any(|word| word.contains(['0', '1'])) {
            return said;
        }
        // A digit is typed for the letter it looks like (`CONS0LIDATION`): no listed word holds one.
        let typed = ["I", "L"].map(|one| {
            let typed = words.iter().map(|word| word.replace('0', "O").replace('1', one));
            self.read_words(&typed.collect::<Vec<_>>(), meaning)
        });
        let yes = typed.into_iter().flatten().find(|said| *said == Said::Yes);
        yes.or(said).or_else(|| typed.into_iter().flatten().next())
    }

    /// Whether a text says so, and does not only deny it.
    pub fn says(&self, text: &str, meaning: Meaning) -> bool {
        self.read(text, meaning) == Some(Said::Yes)
    }

    /// Where a document says so in free text: its goods, its remarks, the texts of its OCI lines. The first
    /// place, and the text there.
    pub fn said_by(&self, consignment: &Consignment, meaning: Meaning) -> Option<(Field, String)> {
        let place = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let goods = consignment.goods.iter().enumerate();
        let mut goods = goods.map(|(at, line)| (Field::Goods(place(at)), line.description.as_str()));
        let remarks = consignment.remarks.iter().enumerate();
        let mut remarks = remarks.map(|(at, remark)| (Field::Remark(place(at)), remark.as_str()));
        let said = |(_, text): &(Field, &str)| self.says(text, meaning);
        let found = goods.find(said).or_else(|| remarks.find(said));
        if let Some((field, text)) = found {
            return Some((field, text.to_owned()));
        }
        let (at, line) = consignment.oci.iter().enumerate().find(|(_, line)| {
            // Identifiers stand here too, and some hold the letters of a word: one word counts only where it
            // is a whole element.
            let is_word = |element: &str| self.is_single(element, meaning);
            is_word(&line.information)
                || is_word(&line.control)
                || is_word(&line.text)
                || line.text.contains(' ') && self.says_in_several(&line.text, meaning)
        })?;
        let elements = [&line.country, &line.information, &line.control, &line.text];
        let text = elements.iter().map(|element| element.as_str()).collect::<Vec<_>>().join("/");
        Some((Field::Oci(place(at)), text))
    }

    /// Whether an element is just one word of a list, as it stands there.
    fn is_single(&self, element: &str, meaning: Meaning) -> bool {
        let phrases = self.lists(meaning).flat_map(|list| &list.phrases);
        phrases.filter(|phrase| !phrase.several).any(|phrase| phrase.letters == element.trim())
    }

    /// Whether a text says so in a phrase of several words.
    fn says_in_several(&self, text: &str, meaning: Meaning) -> bool {
        let words = cleanse(text);
        self.lists(meaning).any(|list| {
            (0..words.len()).any(|at| {
                let mut phrases = list.beginning_like(&words[at]).iter().filter(|phrase| phrase.several);
                phrases.any(|phrase| self.stands(list, phrase, &words, at) == Some(Said::Yes))
            })
        })
    }

    fn lists(&self, meaning: Meaning) -> impl Iterator<Item = &List> {
        self.lists.iter().filter(move |list| list.meaning == meaning)
    }

    fn read_words(&self, words: &[String], meaning: Meaning) -> Option<Said> {
        let mut denied = None;
        for list in self.lists(meaning) {
            for at in 0..words.len() {
                for phrase in list.beginning_like(&words[at]) {
                    match self.stands(list, phrase, words, at) {
                        Some(Said::Yes) => return Some(Said::Yes),
                        Some(Said::Denied) => denied = Some(Said::Denied),
                        None => {}
                    }
                }
                if self.glued(list, words, at) == Some(Said::Yes) {
                    return Some(Said::Yes);
                }
            }
        }
        denied
    }

    /// Whether a phrase stands behind a small word to which it was joined: where a description is cut between two words,
    /// the blank is lost (`SEEHOUSE AIR WAYBILLS`).
    fn glued(&self, list: &List, words: &[String], at: usize) -> Option<Said> {
        let word = words[at].as_str();
        // A single letter begins too many words.
        let small = self.small.iter().filter(|small| small.len() > 1);
        let cuts = small.filter_map(|small| Some((small, word.strip_prefix(small.as_str())?)));
        for (small, rest) in cuts.filter(|(_, rest)| !rest.is_empty()) {
            let begins = |phrase: &&Phrase| {
                phrase.letters.starts_with(rest) || rest.starts_with(phrase.letters.as_str())
            };
            let mut phrases = list.beginning_like(rest).iter().filter(begins).peekable();
            if phrases.peek().is_none() {
                continue;
            }
            let mut apart = words.to_vec();
            apart.splice(at..=at, [small.clone(), rest.to_owned()]);
            if phrases.any(|phrase| self.stands(list, phrase, &apart, at + 1) == Some(Said::Yes)) {
                return Some(Said::Yes);
            }
        }
        None
    }

    /// Whether a phrase stands at a place of the text and counts there.
    fn stands(&self, list: &List, phrase: &Phrase, words: &[String], at: usize) -> Option<Said> {
        let rest = &words[at + phrase.length_at(&words[at..])?..];
        let elsewhere = |part: &Vec<String>| rest.starts_with(part);
        if list.unless_followed_by.iter().any(elsewhere) || phrase.alone && !self.nothing_else(list, words) {
            return None;
        }
        let before = at > 0 && self.denials_before.contains(&words[at - 1]);
        let after = rest.first().is_some_and(|next| self.denials_after.contains(next));
        Some(if before || after { Said::Denied } else { Said::Yes })
    }

    /// Whether phrases of the list and small words make up the whole text.
    fn nothing_else(&self, list: &List, words: &[String]) -> bool {
        let mut at = 0;
        while at < words.len() {
            let phrases = list.beginning_like(&words[at]).iter();
            let lengths = phrases.filter_map(|phrase| phrase.length_at(&words[at..]));
            at += match lengths.max() {
                Some(length) => length,
                None if self.small.contains(&words[at]) => 1,
                None => return false,
            };
        }
        true
    }
}

impl List {
    /// The phrases that begin with the letter of this word: only they can stand where it does.
    fn beginning_like(&self, word: &str) -> &[Phrase] {
        let first = word.as_bytes().first();
        let begins = |phrase: &Phrase| phrase.letters.as_bytes().first().cmp(&first);
        let from = self.phrases.partition_point(|phrase| begins(phrase).is_lt());
        let length = self.phrases[from..].partition_point(|phrase| begins(phrase).is_eq());
        &self.phrases[from..from + length]
    }
}

impl Phrase {
    /// How many words of the text this phrase takes at their head; `None` where it does not stand there.
    ///
    /// Blanks inside a phrase do not matter: a description is cut into slices on the wire, and where the cut
    /// falls between two words the blank is lost (`ATTACHEDCARGO MANIFEST`).
    fn length_at(&self, words: &[String]) -> Option<usize> {
        let mut rest = self.letters.as_str();
        for (at, word) in words.iter().enumerate() {
            match rest.strip_prefix(word.as_str()) {
                Some("") => return Some(at + 1),
                Some(after) => rest = after,
                None => return (self.begins && word.starts_with(rest)).then_some(at + 1),
            }
            if !self.several {
                return None;
            }
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::oci::OciLine;

    #[test]
    fn the_committed_words_read() {
        let words = FieldWords::parse(include_str!("../../../programmes/field_words.toml")).unwrap();
        let meanings =
            [Meaning::Consolidation, Meaning::Houses, Meaning::CargoAircraftOnly, Meaning::DoNotLoad];
        assert!(meanings.iter().all(|meaning| words.lists(*meaning).count() == 1));
    }

    #[test]
    fn a_faulty_file_says_what_is_wrong() {
        let file = |schema: u32, list: &str| {
            format!(
                "schema = {schema}\nedition = 2026-11-25\ndenials_before = []\ndenials_after = []\nsmall = []\n\
                 [[list]]\nmeaning = \"houses\"\n{list}"
            )
        };
        let faults = [
            (file(2, "source = \"s\"\nwords = []"), "schema"),
            (file(1, "source = \" \"\nwords = []"), "source"),
            (file(1, "source = \"s\"\nwords = [\"12\"]"), "no word"),
            (file(1, "source = \"s\"\nwords = [{ text = \"A\", sole = true }]"), "words"),
        ];
        for (text, what) in faults {
            let error = FieldWords::parse(&text).unwrap_err();
            assert!(error.contains(what), "{error}");
        }
        let off = file(1, "source = \"s\"\nwords = [{ text = \"A\", enabled = false }, \"B\"]");
        let off = FieldWords::parse(&off).unwrap();
        assert!(!off.says("A", Meaning::Houses) && off.says("B", Meaning::Houses));
    }

    #[test]
    fn consolidations_are_told_in_many_words() {
        let words = FieldWords::built_in();
        let told = [
            "CONSOLIDATED CAS PER ATTACHED MANIFEST",
            "CONSOLIDATED, NOT RESTRICTED",
            "NOT CONSOLIDATED PER AGENT, CONSOLIDATION PER CARRIER",
            "Consol.",
            "CNSL SHPT",
            "CNSLD",
            "CONSO",
            "CONSOLD CARGO",
            "CONS",
            "CONS.",
            "CONS CARGO AS PER ATTACHED MANIFEST",
            "CONS SHPT 12",
            "GROUPAGE",
            "SAMMELLADUNG",
            "CARGA CONSOLIDADA",
            "AS PER ATTACHED MANIFEST",
            "AS PER ATTACHED CARGO MANIFEST",
            "GARMENTS AND SHOES AS PER ATTACHED MANIFEST",
            "MANIFEST ATTACHED",
            "AS PER ATTACHEDCARGO MANIFEST",
            "ASPER ATTACHEDMANIFEST",
            "AS PER ATTACHED",
            "SEE ATTACHED LIST",
            "MAWB",
            "AS PER MAWB",
            "CONS0LIDATION",
            "C0NSOL1DATION",
            "CONSO1IDATED CARGO",
            "GOODS INCONSOLIDATION, SEECONSOLIDATION",
        ];
        for text in told {
            assert!(words.says(text, Meaning::Consolidation), "{text}");
        }
        let other = [
            "CONSTRUCTION MATERIAL",
            "GAME CONSOLES",
            "STONE CONSOLIDANT",
            "MEDICAL CONS",
            "CONSUMABLES",
            "BOOKS, MAWB 888-20003034",
            "SPARE PARTS AS PER ATTACHED INVOICE",
            "SPARE PARTS AS PER ATTACHED PACKING LIST",
            "PUMPS AS PER ATTACHED LIST",
            "DANGEROUS GOODS AS PER ATTACHED DGD",
            "SHIPS MANIFEST BINDERS",
            "AS PER",
            "SAMMELBILDER",
            "CON SOLVENT",
            "CONSOLE 10X10 MODEL C01NS0L",
            "PERCONSOLES",
            "",
        ];
        for text in other {
            assert_eq!(words.read(text, Meaning::Consolidation), None, "{text}");
        }
        for text in ["NOT CONSOLIDATED", "NON-CONSOLIDATED FLOWERS", "NO GROUPAGE", "CONSOL: NIL"] {
            assert_eq!(words.read(text, Meaning::Consolidation), Some(Said::Denied), "{text}");
        }
    }

    #[test]
    fn hears_of_houses() {
        let words = FieldWords::built_in();
        let told = [
            "HAWB.S ENCLOSED TO CONSOLIDATION POUCH",
            "2 HAWBS",
            "HAWB NO. 4711",
            "HOUSE AWB ATTACHED",
            "HOUSE AWBS",
            "HOUSE AIR WAYBILL",
            "house waybill attached",
            "MIXED CARGO SEEHOUSE AIR WAYBILLS",
            "GOODS AS PERHAWB",
            "H0USE A1R WAYB1LL",
        ];
        for text in told {
            assert!(words.says(text, Meaning::Houses), "{text}");
        }
        let other = [
            "WAREHOUSE",
            "WAREHOUSE MANIFEST",
            "NO SEEDS OF THEHOUSE",
            "HOUSE OF CARDS",
            "HA WB",
            "NO HAWB",
            "WITHOUT HOUSE WAYBILL",
            "HAWB NIL",
            "HAWKS",
            "",
        ];
        for text in other {
            assert!(!words.says(text, Meaning::Houses), "{text}");
        }
    }

    #[test]
    fn tells_goods_for_cargo_aircraft_from_goods_for_none() {
        let words = FieldWords::built_in();
        let cases = [
            ("CARGO AIRCRAFT ONLY", true, false),
            ("LITHIUM BATTERIES - CARGO A/C ONLY", true, false),
            ("UN3480 PI 965 IA CAO", true, false),
            ("NOT CAO", false, false),
            ("CACAO BEANS", false, false),
            ("PASSENGER AND CARGO AIRCRAFT", false, false),
            ("DO NOT LOAD ON PASSENGER AIRCRAFT", true, false),
            ("DO NOT LOAD ON PAX A/C", true, false),
            ("DO NOT LOAD", false, true),
            ("DON'T LOAD UNTIL RELEASED", false, true),
            ("DO NOT LOAD WITHOUT CUSTOMS RELEASE", false, true),
            ("DNL", false, true),
            ("DNL REMOVED", false, true),
            ("DO NOT LOAD WITH FOODSTUFF", false, false),
            ("DO NOT LOAD ANYTHING ON TOP", false, false),
            ("DO NOT LOAD ON TOP OF OTHER CARGO", false, false),
            ("DO NOT LOAD NEXT TO LIVE ANIMALS", false, false),
            ("DO NOT STACK", false, false),
            ("LOAD TESTERS", false, false),
        ];
        for (text, cargo_aircraft_only, do_not_load) in cases {
            let told =
                [Meaning::CargoAircraftOnly, Meaning::DoNotLoad].map(|meaning| words.says(text, meaning));
            assert_eq!(told, [cargo_aircraft_only, do_not_load], "{text}");
        }
    }

    #[test]
    fn an_identifier_of_the_oci_list_is_no_word() {
        let words = FieldWords::built_in();
        let said = |information: &str, control: &str, text: &str| {
            let [information, control, text] = [information, control, text].map(str::to_owned);
            let line = OciLine { country: "US".into(), information, control, text, line: 1, column: 1 };
            let consignment = Consignment { oci: vec![line], ..Consignment::default() };
            words.said_by(&consignment, Meaning::DoNotLoad)
        };
        let told = Some((Field::Oci(0), "US//DNL/HOLD FOR EXAM".to_owned()));
        assert_eq!(said("", "DNL", "HOLD FOR EXAM"), told);
        assert!(said("", "T", "DO NOT LOAD HOLD").is_some() && said("CUS", "T", "DNL").is_some());
        assert!(said("ISS", "RA", "DNL-01").is_none() && said("", "T", "AGENT DNL 12").is_none());
    }
}
