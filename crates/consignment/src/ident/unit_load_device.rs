use super::{Carrier, Invalid, ascii, text_identifier};

/// A unit load device: type code of three letters or digits, serial number of four or five digits,
/// designator of the owner (`PMC12345XX`).
///
/// The owner, an airline or a lessor, is written like an airline designator, so that the digits before it
/// are told from its own: `PMC12349Z` is serial 1234 of `9Z`. The serial is kept as written, since `00155`
/// and `0155` are painted on two devices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitLoadDevice {
    bytes: [u8; LENGTH_MAX],
    length: u8,
}

/// Fewest characters: three, four and two.
const LENGTH_MIN: usize = 9;

/// Most characters: three, five and three.
const LENGTH_MAX: usize = 11;

/// Characters of the type code.
const TYPE_LENGTH: usize = 3;

impl UnitLoadDevice {
    /// Reads `PMC12345XX`; blanks between its parts are passed over, small letters become capitals.
    ///
    /// # Errors
    /// Where a part has not its form.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        const FORM: Invalid =
            Invalid::Characters("three letters or digits, four or five digits, and the owner's designator");
        let mut bytes = [0; LENGTH_MAX];
        let mut length = 0;
        for byte in text.bytes().filter(|byte| *byte != b' ') {
            *bytes.get_mut(length).ok_or(Invalid::Length { min: LENGTH_MIN, max: LENGTH_MAX })? =
                byte.to_ascii_uppercase();
            length += 1;
        }
        if length < LENGTH_MIN {
            return Err(Invalid::Length { min: LENGTH_MIN, max: LENGTH_MAX });
        }
        let (kind, rest) = bytes[..length].split_at(TYPE_LENGTH);
        let sound = |digits: usize| {
            rest.split_at_checked(digits).is_some_and(|(serial, owner)| {
                serial.iter().all(u8::is_ascii_digit)
                    && std::str::from_utf8(owner).is_ok_and(|owner| Carrier::parse(owner).is_ok())
            })
        };
        if !kind.iter().all(u8::is_ascii_alphanumeric) || !(sound(5) || sound(4)) {
            return Err(FORM);
        }
        Ok(Self { bytes, length: length as u8 })
    }

    /// The identifier without blanks, in capitals.
    pub fn as_str(&self) -> &str {
        ascii(&self.bytes[..usize::from(self.length)])
    }
}

text_identifier!(UnitLoadDevice);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_devices() {
        for (text, shown) in [
            ("PMC12345XX", "PMC12345XX"),
            ("PMC12349Z", "PMC12349Z"),
            ("PMC123459Z", "PMC123459Z"),
            // Serial 1234 of `5X`: what was cut off cannot be seen.
            ("PMC12345X", "PMC12345X"),
            ("PMC12345DHK", "PMC12345DHK"),
            ("A1A12345XX", "A1A12345XX"),
            (" pmc 00155 kz ", "PMC00155KZ"),
        ] {
            assert_eq!(UnitLoadDevice::parse(text).unwrap().as_str(), shown);
        }
        assert_ne!(UnitLoadDevice::parse("PLA00155KZ"), UnitLoadDevice::parse("PLA0155KZ"));
    }

    #[test]
    fn refuses_what_is_none() {
        let length = || Err(Invalid::Length { min: 9, max: 11 });
        for text in ["", "BULK", "PMC12345", "PMC123XX", "PMC123456XXX", "PMC12345XX-LD"] {
            assert_eq!(UnitLoadDevice::parse(text), length(), "{text}");
        }
        for text in ["PMC1234567", "PM-12345XX", "PMC12A45XX", "PMC1234599", "PMC12345Ä", "PMC123459ZA"] {
            assert!(matches!(UnitLoadDevice::parse(text), Err(Invalid::Characters(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,16}") {
            if let Ok(device) = UnitLoadDevice::parse(&text) {
                prop_assert_eq!(UnitLoadDevice::parse(device.as_str()), Ok(device));
            }
        }
    }
}
