//! Special handling codes.

use crate::ident::{Invalid, ascii, text_identifier};

/// A three-letter special handling code (`SPX`, `EAP`, `PIL`). Kept even where its meaning is unknown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpecialHandling([u8; 3]);

impl SpecialHandling {
    /// Reads three letters or digits.
    ///
    /// # Errors
    /// Where it is not three letters or digits, and where it would be a security status with a digit in the
    /// place of a letter: kept as a code of unknown meaning, `N5C` would hide that goods are not secured.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes: [u8; 3] =
            text.trim().as_bytes().try_into().map_err(|_| Invalid::Length { min: 3, max: 3 })?;
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(Invalid::Characters("three letters or digits"));
        }
        let code = Self(bytes.map(|b| b.to_ascii_uppercase()));
        if code.is_mistyped_status() {
            return Err(Invalid::Characters("three letters; it resembles NSC, SPX, SCO or SHR"));
        }
        Ok(code)
    }

    /// Whether it is a security status but for a digit.
    fn is_mistyped_status(self) -> bool {
        [b"NSC", b"SPX", b"SCO", b"SHR"].iter().any(|status| {
            let mut wrong = self.0.iter().zip(*status).filter(|(one, other)| one != other);
            wrong.next().is_some_and(|(one, _)| one.is_ascii_digit()) && wrong.next().is_none()
        })
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

text_identifier!(SpecialHandling);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_with_a_digit_is_no_code() {
        for text in ["N5C", "n5c", "SC0", "5HR", "SP4"] {
            assert!(SpecialHandling::parse(text).is_err(), "{text}");
        }
        for text in ["NSC", "NST", "SPF", "RSC", "CO2", "N5D"] {
            assert!(SpecialHandling::parse(text).is_ok(), "{text}");
        }
    }
}
