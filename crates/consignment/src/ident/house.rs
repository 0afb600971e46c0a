use super::{Invalid, text_identifier};
use std::sync::Arc;

/// A house waybill number as the forwarder wrote it, in capitals, 1 to 35 characters.
///
/// Cargo-IMP carries 12 characters, Cargo-XML and the Canadian programme 35 (PACT guide 1.9, section 5).
/// Letters, digits and `- . / _` are kept; anything else is not a number somebody can be asked about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HouseWaybill(Arc<str>);

impl HouseWaybill {
    /// Reads a house waybill number.
    ///
    /// # Errors
    /// Where it is empty, longer than 35 characters, or holds other characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 35 {
            return Err(Invalid::Length { min: 1, max: 35 });
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/' | b'_');
        if !text.bytes().all(allowed) || !text.bytes().any(|b| b.is_ascii_alphanumeric()) {
            return Err(Invalid::Characters("letters, digits and - . / _"));
        }
        Ok(Self(text.to_ascii_uppercase().into()))
    }

    /// The number in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_identifier!(HouseWaybill);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_number_in_capitals_and_refuses_junk() {
        assert_eq!(HouseWaybill::parse(" rh-a001 ").unwrap().as_str(), "RH-A001");
        assert!(HouseWaybill::parse("").is_err());
        assert!(HouseWaybill::parse("---").is_err());
        assert!(HouseWaybill::parse("A B").is_err());
        assert!(HouseWaybill::parse(&"9".repeat(35)).is_ok());
        assert!(HouseWaybill::parse(&"9".repeat(36)).is_err());
    }
}
