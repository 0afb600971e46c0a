use super::{Invalid, text_identifier};

/// A movement reference number of an EU customs declaration: 18 characters.
///
/// Year, country, twelve letters or digits, one more, and a check character. The form is checked; the
/// check character is not, because its rule differs between the declaration systems that issue MRNs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mrn(Box<str>);

impl Mrn {
    /// Reads an MRN.
    ///
    /// # Errors
    /// Where it is not two digits, two letters and fourteen letters or digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.len() != 18 {
            return Err(Invalid::Length { min: 18, max: 18 });
        }
        let bytes = text.as_bytes();
        let sound = bytes[..2].iter().all(u8::is_ascii_digit)
            && bytes[2..4].iter().all(u8::is_ascii_alphabetic)
            && bytes[4..].iter().all(u8::is_ascii_alphanumeric);
        if !sound {
            return Err(Invalid::Characters("two digits, two letters and fourteen letters or digits"));
        }
        Ok(Self(text.to_ascii_uppercase().into_boxed_str()))
    }

    /// The number in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_identifier!(Mrn);

/// An Economic Operators Registration and Identification number: country and up to 15 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Eori(Box<str>);

impl Eori {
    /// Reads an EORI number.
    ///
    /// # Errors
    /// Where it does not start with an assigned country code, or the rest is not 1 to 15 letters or
    /// digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let (country, rest) = text.split_at_checked(2).ok_or(Invalid::Length { min: 3, max: 17 })?;
        super::Country::parse(country)?;
        if !(1..=15).contains(&rest.len()) {
            return Err(Invalid::Length { min: 3, max: 17 });
        }
        if !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Invalid::Characters("a country code, then letters and digits"));
        }
        Ok(Self(text.to_ascii_uppercase().into_boxed_str()))
    }

    /// The number in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_identifier!(Eori);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn mrn_form() {
        assert_eq!(Mrn::parse("26de000000000001b2").unwrap().as_str(), "26DE000000000001B2");
        for text in ["", "26DE000000000001B", "DE26000000000001B2", "26DE0000-0000001B2", "26DÄ00000000001B2"]
        {
            assert!(Mrn::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn eori_form() {
        assert_eq!(Eori::parse("de123456789").unwrap().as_str(), "DE123456789");
        for text in ["", "D", "DE", "ZZ123", "DE1234567890123456", "DE12-34"] {
            assert!(Eori::parse(text).is_err(), "{text}");
        }
    }
}
