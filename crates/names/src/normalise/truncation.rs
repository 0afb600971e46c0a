//! Stage: names that the sender's field was too short for.
//!
//! Cargo-IMP name lines hold 35 characters, Cargo-XML and ICS2 names 70. A name of exactly such a width may have been
//! cut inside its last word; one character less, and the cut may have fallen on the blank after it, which went.

use super::Token;

/// Widths of name fields, in characters.
const FIELD_WIDTHS: [usize; 2] = [35, 70];

/// Where a name may have been cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Inside or right after the last word.
    InWord,
    /// Between two words.
    BetweenWords,
}

/// Where the text as received may have been cut.
pub(super) fn of(text: &str) -> Option<Cut> {
    let trimmed = text.trim();
    let width = trimmed.chars().count();
    if FIELD_WIDTHS.contains(&width) {
        Some(Cut::InWord)
    } else if FIELD_WIDTHS.contains(&(width + 1)) {
        Some(Cut::BetweenWords)
    } else {
        None
    }
}

/// Marks the last token where it may be the beginning of a longer one.
pub(super) fn mark(tokens: &mut [Token], cut: Option<Cut>) {
    if cut == Some(Cut::InWord)
        && let Some(last) = tokens.last_mut()
    {
        last.cut = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_as_wide_as_a_field_are_cut() {
        for (width, expected) in [
            (33, None),
            (34, Some(Cut::BetweenWords)),
            (35, Some(Cut::InWord)),
            (36, None),
            (69, Some(Cut::BetweenWords)),
            (70, Some(Cut::InWord)),
        ] {
            assert_eq!(of(&"Z".repeat(width)), expected, "{width}");
            assert_eq!(of(&format!("{} ", "Z".repeat(width))), expected, "{width} and a blank");
        }
    }
}
