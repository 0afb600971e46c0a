//! The texts of the pages, in one catalogue for each language.

use finding::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

const ENGLISH: &str = include_str!("../../locales/pages.en.ftl");

static IN_ENGLISH: LazyLock<FluentBundle<FluentResource>> =
    LazyLock::new(|| bundle(Language::English, ENGLISH));

fn bundle(language: Language, source: &str) -> FluentBundle<FluentResource> {
    let tag: unic_langid::LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    // A damaged file still yields the entries that could be read; the tests refuse damage.
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

/// The texts in one language.
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Language);

impl Words {
    /// The tag of the language.
    pub fn tag(self) -> &'static str {
        self.0.tag()
    }

    /// In which direction it is written.
    pub fn direction(self) -> &'static str {
        match self.0 {
            Language::English => "ltr",
        }
    }

    /// A text. One that is missing is told by its name, and a test makes sure that none is.
    pub fn say(self, id: &str) -> String {
        self.filled(id, &FluentArgs::new())
    }

    /// A text with something filled in.
    pub fn with(self, id: &str, name: &str, value: &str) -> String {
        self.filled(id, &FluentArgs::from_iter([(name, value)]))
    }

    /// A text with two things filled in.
    pub fn with2(self, id: &str, name: &str, value: &str, other: &str, other_value: &str) -> String {
        self.filled(id, &FluentArgs::from_iter([(name, value), (other, other_value)]))
    }

    fn filled(self, id: &str, args: &FluentArgs<'_>) -> String {
        let bundle = match self.0 {
            Language::English => &*IN_ENGLISH,
        };
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let Some(pattern) = pattern else { return id.to_owned() };
        bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_text_of_every_page_is_in_the_catalogue() {
        assert!(FluentResource::try_new(ENGLISH.to_owned()).is_ok());
        let words = Words(Language::English);
        let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("templates");
        let mut used = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for start in ["say(\"", "with(\"", "with2(\""] {
                for rest in text.split(start).skip(1) {
                    let id = rest.split('"').next().unwrap();
                    assert_ne!(words.say(id), id);
                    used += 1;
                }
            }
        }
        assert!(used > 40, "{used}");
        for role in casework::people::Role::ALL {
            let id = format!("role-{}", role.as_str());
            assert_ne!(words.say(&id), id);
        }
        assert_eq!(words.with("home-title", "name", "<b>"), "Welcome, <b>", "templates escape it");
    }
}
