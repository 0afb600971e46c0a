//! Codes and names as a journal holds them, given back as what they are in this release (`docs/stored.md`).
//!
//! A journal outlives the register: it may hold a code that a later release no longer registers, or one that a
//! newer release wrote before this one was put back. What was decided then must still load, so a code that is
//! not registered comes back with its id and without a text of its own (readers see the id). Where somebody asks
//! it whether it holds, it does: that is the safe direction.
//!
//! Texts that are not registered are kept for the life of the process, each once, and no more than
//! [`TEXTS_MAX`] of them: nobody fills the memory with names.

use crate::codes::{self, Code, Effect, Entry, Kind};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Most texts kept that this release does not register. Releases differ by a handful.
pub const TEXTS_MAX: usize = 4096;

/// Longest such text, in bytes.
pub const TEXT_BYTES_MAX: usize = 64;

/// Section of codes that this release does not register.
pub const UNREGISTERED: &str = "unregistered";

static REGISTERED: LazyLock<HashMap<&'static str, Code>> =
    LazyLock::new(|| codes::all().map(|code| (code.id(), code)).collect());

static KEPT: LazyLock<Mutex<HashMap<&'static str, Code>>> = LazyLock::new(Mutex::default);

/// The code of this id, registered or not; `None` for a text that is no id, or beyond [`TEXTS_MAX`].
pub fn code(id: &str) -> Option<Code> {
    REGISTERED.get(id).copied().or_else(|| kept(id))
}

/// The name of an argument of a code, whether or not the code still declares it; `None` as for [`code`].
pub fn argument(code: Code, name: &str) -> Option<&'static str> {
    code.args().iter().copied().find(|declared| *declared == name).or_else(|| self::name(name))
}

/// A name that lives as long as the process; `None` as for [`code`].
pub fn name(text: &str) -> Option<&'static str> {
    kept(text).map(Code::id)
}

fn kept(text: &str) -> Option<Code> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if text.is_empty() || text.len() > TEXT_BYTES_MAX || !text.bytes().all(word) {
        return None;
    }
    // The map is whole after every step, so that a panic elsewhere does not spoil it.
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = kept.get(text) {
        return Some(*code);
    }
    if kept.len() >= TEXTS_MAX {
        return None;
    }
    let id: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let kind = Kind::Reason(Effect::Holds);
    let entry = Entry::new(id, kind, "a code that this release does not register", &[], UNREGISTERED);
    let code = Code::new(Box::leak(Box::new(entry)));
    kept.insert(id, code);
    Some(code)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Language, Phrase};

    #[test]
    fn every_registered_code_comes_back_as_itself() {
        for known in codes::all() {
            let recalled = code(known.id()).unwrap();
            assert_eq!((recalled, recalled.section()), (known, known.section()));
            for name in known.args() {
                assert_eq!(argument(recalled, name), Some(*name));
            }
        }
    }

    #[test]
    fn a_code_that_is_not_registered_is_shown_by_its_id_and_holds() {
        let retired = code("code-of-another-release").unwrap();
        assert_eq!(Code::find(retired.id()), None);
        assert!(retired.holds() && retired.section() == UNREGISTERED);
        assert_eq!(code("code-of-another-release"), Some(retired));
        let args = vec![(argument(retired, "pieces").unwrap(), "3".to_owned())];
        assert_eq!(Phrase { code: retired, args }.text(Language::English), "code-of-another-release");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "two words", "umläut", "a\"b", &"x".repeat(TEXT_BYTES_MAX + 1)] {
            assert_eq!((code(text), name(text)), (None, None), "{text}");
        }
    }
}
