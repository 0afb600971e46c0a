use super::{Carrier, Invalid};
use std::fmt;

/// A flight number: carrier, one to four digits, and an operational suffix letter if there is one.
///
/// Leading zeros are no part of the number: `9Z0321` and `9Z321` are the same flight. Trucks carry
/// flight numbers too; the mode of the leg says which it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flight {
    carrier: Carrier,
    number: u16,
    suffix: Option<u8>,
}

impl Flight {
    /// Reads `9Z100`, `QR8403`, `KZ0134A`.
    ///
    /// # Errors
    /// Where the carrier is not a designator or the number is not one to four digits and a letter.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if !text.is_ascii() || text.len() < 3 || text.len() > 8 {
            return Err(Invalid::Length { min: 3, max: 8 });
        }
        // A three-letter carrier is unambiguous: digits follow the third letter.
        let at = if text.as_bytes()[..3].iter().all(u8::is_ascii_alphabetic) { 3 } else { 2 };
        let (carrier, rest) = text.split_at(at);
        Self::from_parts(Carrier::parse(carrier)?, rest)
    }

    /// Joins a carrier with the number part, such as `0134A`.
    ///
    /// # Errors
    /// Where the number is not one to four digits, optionally followed by one letter.
    pub fn from_parts(carrier: Carrier, number: &str) -> Result<Self, Invalid> {
        const FORM: Invalid = Invalid::Characters("one to four digits and perhaps a letter");
        let bytes = number.trim().as_bytes();
        let (digits, suffix) = match bytes {
            [digits @ .., letter] if letter.is_ascii_alphabetic() => {
                (digits, Some(letter.to_ascii_uppercase()))
            }
            digits => (digits, None),
        };
        if digits.is_empty() || digits.len() > 4 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(FORM);
        }
        let number = digits.iter().fold(0u16, |n, d| n * 10 + u16::from(d - b'0'));
        Ok(Self { carrier, number, suffix })
    }

    /// The airline designator.
    pub fn carrier(self) -> Carrier {
        self.carrier
    }
}

impl fmt::Display for Flight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.carrier, self.number)?;
        match self.suffix {
            Some(letter) => write!(formatter, "{}", char::from(letter)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Flight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Flight({self})")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_flights_and_refuses_other_things() {
        for (text, shown) in [
            ("9Z100", "9Z100"),
            ("9Z0321", "9Z321"),
            ("QR8403", "QR8403"),
            ("DHK12a", "DHK12A"),
            ("7Z1", "7Z1"),
        ] {
            assert_eq!(Flight::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "9Z", "9Z12345", "9ZABC", "99100", "9Z10AB", "ÄÖ100"] {
            assert!(Flight::parse(text).is_err(), "{text}");
        }
    }
}
