//! The message catalogue: Fluent texts, one folder per language, one file per section of the register.
//!
//! To add a language: a folder `locales/<tag>/` with the same files, and a row in [`Language`]. A test
//! demands that every language has exactly the texts that the register and [`ADVICE_SUFFIX`] call for, and
//! the words for elements that English has.

use crate::codes::{Code, wire};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

/// A language of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
}

impl Language {
    /// Every language that has a folder.
    pub const ALL: &[Language] = &[Language::English];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
        }
    }

    fn sources(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Language::English => &[
                ("wire", include_str!("../locales/en/wire.ftl")),
                ("declaration", include_str!("../locales/en/declaration.ftl")),
                ("quality", include_str!("../locales/en/quality.ftl")),
                ("lists", include_str!("../locales/en/lists.ftl")),
                ("gate", include_str!("../locales/en/gate.ftl")),
                ("people", include_str!("../locales/en/people.ftl")),
            ],
        }
    }

    /// The words for elements, by their paths.
    fn elements(self) -> &'static str {
        match self {
            Language::English => include_str!("../locales/en/elements.ftl"),
        }
    }
}

/// Attribute of a reason's text that says what clears it.
pub const ADVICE_SUFFIX: &str = "clears";

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| build(Language::English));

fn bundle(language: Language) -> &'static Bundle {
    match language {
        Language::English => &ENGLISH,
    }
}

fn build(language: Language) -> Bundle {
    let tag = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks belong in pages, where directions mix; a terminal shows them as noise.
    bundle.set_use_isolating(false);
    let sections = language.sources().iter().map(|(_, source)| *source);
    for source in sections.chain([language.elements()]) {
        // A damaged file still yields the entries that could be read; the tests refuse damage.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The text of `code` in `language` with `args` filled in.
///
/// A code without a text yields its id: readable, and a test makes sure that it never happens.
pub fn text(language: Language, code: Code, args: &[(&'static str, String)]) -> String {
    render(language, code, None, args).unwrap_or_else(|| code.id().to_owned())
}

/// What clears a reason, in words; `None` where the catalogue has none, as for informative reasons.
pub fn clears_when(language: Language, code: Code, args: &[(&'static str, String)]) -> Option<String> {
    render(language, code, Some(ADVICE_SUFFIX), args)
}

/// Findings whose argument `element` is the path of one.
const OF_ELEMENTS: [Code; 3] = [wire::VALUE_INVALID, wire::VALUE_MISSING, wire::ELEMENT_TOO_WIDE];

/// The element of this path in words, as they stand inside a sentence: "the consignee's country" for
/// `consignee.country`, "the special handling code (no. 2)" for `special_handling[1]`; `None` where the
/// catalogue has none.
pub fn element(language: Language, path: &str) -> Option<String> {
    let (list, index) = match path.split_once('[') {
        Some((list, index)) => (list, index.strip_suffix(']').and_then(|index| index.parse::<u64>().ok())),
        None => (path, None),
    };
    let id = format!("element-{}", list.replace(['.', '_'], "-"));
    let bundle = bundle(language);
    let pattern = bundle.get_message(&id)?.value()?;
    let words = bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned();
    Some(match index {
        Some(index) => format!("{words} (no. {})", index.saturating_add(1)),
        None => words,
    })
}

/// Begins a sentence that starts with the words for an element.
fn begin(text: String) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(characters).collect(),
        _ => text,
    }
}

fn render(
    language: Language,
    code: Code,
    attribute: Option<&str>,
    args: &[(&'static str, String)],
) -> Option<String> {
    let bundle = bundle(language);
    let message = bundle.get_message(code.id())?;
    let pattern = match attribute {
        None => message.value()?,
        Some(name) => message.get_attribute(name)?.value(),
    };
    let mut values = FluentArgs::with_capacity(args.len());
    let mut begins_with_words = false;
    for (name, value) in args {
        match element(language, value).filter(|_| *name == "element" && OF_ELEMENTS.contains(&code)) {
            Some(words) => {
                begins_with_words = code != wire::VALUE_INVALID;
                values.set(*name, words);
            }
            None => values.set(*name, value.as_str()),
        }
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned();
    Some(if begins_with_words { begin(text) } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{self, Effect, Kind};
    use std::collections::BTreeSet;

    fn ids_in(source: &str) -> BTreeSet<&str> {
        source
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once('=').map(|(id, _)| id.trim()))
            .collect()
    }

    #[test]
    fn every_language_has_exactly_the_registered_texts() {
        for &language in Language::ALL {
            for (section, source) in language.sources() {
                assert!(
                    FluentResource::try_new((*source).to_owned()).is_ok(),
                    "{}/{section}.ftl has a syntax error",
                    language.tag()
                );
                let wanted: BTreeSet<&str> =
                    codes::all().filter(|c| c.section() == *section).map(|c| c.id()).collect();
                let given = ids_in(source);
                assert_eq!(wanted, given, "{}/{section}.ftl against codes/{section}.rs", language.tag());
            }
        }
    }

    #[test]
    fn elements_have_words_in_every_language() {
        let english = ids_in(Language::English.elements());
        for &language in Language::ALL {
            assert!(FluentResource::try_new(language.elements().to_owned()).is_ok(), "{}", language.tag());
            assert_eq!(ids_in(language.elements()), english, "{}", language.tag());
        }
        let told = |code, element: &str| {
            let args = ["text", "why", "length", "limit"].map(|name| (name, "?".to_owned()));
            text(Language::English, code, &[&args[..], &[("element", element.to_owned())]].concat())
        };
        assert!(
            told(wire::VALUE_INVALID, "special_handling[1]").contains("the special handling code (no. 2)")
        );
        assert!(
            told(wire::VALUE_MISSING, "consignee.country").starts_with("The consignee's country is empty")
        );
        assert!(told(wire::ELEMENT_TOO_WIDE, "issued.at").starts_with("The time of issue has ? characters"));
        assert!(told(wire::VALUE_INVALID, "nobody's").contains("as nobody's:"));
    }

    #[test]
    fn every_argument_is_declared_and_filled() {
        for &language in Language::ALL {
            for code in codes::all() {
                let args: Vec<_> = code.args().iter().map(|name| (*name, format!("<{name}>"))).collect();
                let text = text(language, code, &args);
                assert!(!text.contains("{$"), "{code} uses an argument it does not declare: {text}");
                assert!(!text.contains('\u{2068}'), "{code} carries isolation marks");
                if code.kind() == Kind::Reason(Effect::Holds) {
                    let clears = clears_when(language, code, &args);
                    assert!(
                        clears.is_some_and(|text| !text.contains("{$")),
                        "{code} holds, so it must say in .{ADVICE_SUFFIX} what clears it"
                    );
                }
            }
        }
    }
}
