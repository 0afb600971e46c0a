use super::{Invalid, ascii, text_identifier};

/// An IATA location identifier: an airport or a city, three letters.
///
/// Whether the station exists, and in which customs territory, is asked of [`crate::stations`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location([u8; 3]);

impl Location {
    /// Reads three letters; small letters become capitals.
    ///
    /// # Errors
    /// Where it is not three letters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes: [u8; 3] =
            text.trim().as_bytes().try_into().map_err(|_| Invalid::Length { min: 3, max: 3 })?;
        if !bytes.iter().all(u8::is_ascii_alphabetic) {
            return Err(Invalid::Characters("three letters"));
        }
        Ok(Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

text_identifier!(Location);

/// An airline designator: two characters (IATA, at least one letter) or three letters (ICAO).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carrier {
    bytes: [u8; 3],
    length: u8,
}

impl Carrier {
    /// Reads a designator.
    ///
    /// # Errors
    /// Where it is neither two letters or digits with at least one letter, nor three letters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes = text.trim().as_bytes();
        let sound = match bytes {
            [a, b] => {
                a.is_ascii_alphanumeric()
                    && b.is_ascii_alphanumeric()
                    && (a.is_ascii_alphabetic() || b.is_ascii_alphabetic())
            }
            [_, _, _] => bytes.iter().all(u8::is_ascii_alphabetic),
            _ => return Err(Invalid::Length { min: 2, max: 3 }),
        };
        if !sound {
            return Err(Invalid::Characters("two letters or digits, or three letters"));
        }
        let mut held = [0; 3];
        for (slot, byte) in held.iter_mut().zip(bytes) {
            *slot = byte.to_ascii_uppercase();
        }
        Ok(Self { bytes: held, length: bytes.len() as u8 })
    }

    /// The designator.
    pub fn as_str(&self) -> &str {
        ascii(&self.bytes[..usize::from(self.length)])
    }
}

text_identifier!(Carrier);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_three_letters() {
        assert_eq!(Location::parse("fra").unwrap().as_str(), "FRA");
        for text in ["", "FR", "FRAN", "F1A", "ÄÖ"] {
            assert!(Location::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn carriers_have_two_or_three_characters() {
        for text in ["9Z", "QR", "k4", "DHK"] {
            assert_eq!(Carrier::parse(text).unwrap().as_str(), text.to_ascii_uppercase());
        }
        for text in ["", "Q", "99", "9ZA", "QRSX", "Q-"] {
            assert!(Carrier::parse(text).is_err(), "{text}");
        }
    }
}
