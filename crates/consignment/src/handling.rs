//! Special handling codes.

use crate::ident::{Invalid, ascii, text_identifier};

/// A three-letter special handling code (`SPX`, `EAP`, `PIL`). Kept even where its meaning is unknown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpecialHandling([u8; 3]);

impl SpecialHandling {
    /// Reads three letters or digits.
    ///
    /// # Errors
    /// Where it is not three letters or digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes: [u8; 3] =
            text.trim().as_bytes().try_into().map_err(|_| Invalid::Length { min: 3, max: 3 })?;
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(Invalid::Characters("three letters or digits"));
        }
        Ok(Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

text_identifier!(SpecialHandling);
