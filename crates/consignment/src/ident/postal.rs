use super::{Country, Invalid, ascii, text_identifier};

/// A postal item identifier, UPU S10: two letters, eight digits, a check digit, a country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailItem([u8; 13]);

impl MailItem {
    /// Reads an identifier, with or without blanks.
    ///
    /// # Errors
    /// Where the form, the country or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut bytes = [0u8; 13];
        let mut length = 0;
        for byte in text.bytes().filter(|b| *b != b' ') {
            *bytes.get_mut(length).ok_or(Invalid::Length { min: 13, max: 13 })? = byte.to_ascii_uppercase();
            length += 1;
        }
        if length != 13 {
            return Err(Invalid::Length { min: 13, max: 13 });
        }
        let sound = bytes[..2].iter().all(u8::is_ascii_alphabetic)
            && bytes[2..11].iter().all(u8::is_ascii_digit)
            && bytes[11..].iter().all(u8::is_ascii_alphabetic);
        if !sound {
            return Err(Invalid::Characters("two letters, nine digits and two letters"));
        }
        Country::parse(ascii(&bytes[11..]))?;
        let check = Self::check_digit(&bytes[2..10]);
        if check != bytes[10] {
            return Err(Invalid::CheckDigit { expected: char::from(check) });
        }
        Ok(Self(bytes))
    }

    /// The check digit of eight digits: weights 8 6 4 2 3 5 9 7, eleven minus the sum modulo eleven,
    /// with 10 written 0 and 11 written 5.
    fn check_digit(digits: &[u8]) -> u8 {
        let sum: u32 = digits
            .iter()
            .zip([8u32, 6, 4, 2, 3, 5, 9, 7])
            .map(|(d, weight)| u32::from(d - b'0') * weight)
            .sum();
        match 11 - sum % 11 {
            10 => b'0',
            11 => b'5',
            digit => b'0' + digit as u8,
        }
    }

    /// The thirteen characters.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

text_identifier!(MailItem);

/// A postal receptacle identifier, UPU S9: 29 characters.
///
/// Origin and destination IMPC of six, mail category, subclass of two, year, dispatch of four,
/// receptacle of three, highest-number and registered/insured indicators, weight of four in 0.1 kg.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Receptacle([u8; 29]);

impl Receptacle {
    /// Reads an identifier.
    ///
    /// # Errors
    /// Where a part has the wrong kind of characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes: [u8; 29] =
            text.trim().as_bytes().try_into().map_err(|_| Invalid::Length { min: 29, max: 29 })?;
        let bytes = bytes.map(|b| b.to_ascii_uppercase());
        let sound = bytes[..12].iter().all(u8::is_ascii_alphabetic)
            && bytes[12].is_ascii_alphabetic()
            && bytes[13..15].iter().all(u8::is_ascii_alphanumeric)
            && bytes[15..].iter().all(u8::is_ascii_digit);
        if !sound {
            return Err(Invalid::Characters(
                "two offices of six letters, category, subclass and fourteen digits",
            ));
        }
        Country::parse(ascii(&bytes[..2]))?;
        Country::parse(ascii(&bytes[6..8]))?;
        Ok(Self(bytes))
    }

    /// The 29 characters.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// The dispatch number, four digits: receptacles of one dispatch travel together.
    pub fn dispatch(&self) -> &str {
        ascii(&self.0[16..20])
    }

    /// Gross weight in tenths of a kilogram.
    pub fn weight_hectograms(&self) -> u32 {
        self.0[25..].iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'))
    }
}

text_identifier!(Receptacle);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn mail_items_have_a_check_digit() {
        assert_eq!(MailItem::parse("LX 40010001 3 HK").unwrap().as_str(), "LX400100013HK");
        assert_eq!(MailItem::parse("rr473124829de").unwrap().as_str(), "RR473124829DE");
        assert_eq!(MailItem::parse("LX400100014HK"), Err(Invalid::CheckDigit { expected: '3' }));
        for text in ["", "LX400100013", "LX400100013ZZ", "L1400100013HK", "LX400100013HKX"] {
            assert!(MailItem::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn receptacles_name_dispatch_and_weight() {
        let receptacle = Receptacle::parse("HKHKGADEFRAAAUN60451001110123").unwrap();
        assert_eq!(receptacle.dispatch(), "0451");
        assert_eq!(receptacle.weight_hectograms(), 123);
        for text in [
            "",
            "HKHKGADEFRAAAUN6045100111012",
            "ZZHKGADEFRAAAUN60451001110123",
            "HKHKGADEFRAAAUN6045100111012X",
        ] {
            assert!(Receptacle::parse(text).is_err(), "{text}");
        }
    }
}
