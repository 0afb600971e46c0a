use super::Invalid;
use std::fmt;

/// A (master) air waybill number: airline prefix of three digits, serial of seven, check digit.
///
/// The check digit is the serial modulo 7 (IATA Resolution 600a). Written `888-10001014`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AirWaybill {
    prefix: u16,
    serial: u32,
}

impl AirWaybill {
    /// Reads `888-10001014`, `88810001014` or `888 10001014`.
    ///
    /// # Errors
    /// Where it is not eleven digits, or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bytes = text.trim().as_bytes();
        let (prefix, rest) = bytes.split_at_checked(3).ok_or(Invalid::Length { min: 11, max: 12 })?;
        let serial = match rest {
            [b'-' | b' ', serial @ ..] => serial,
            serial => serial,
        };
        if !prefix.iter().chain(serial).all(u8::is_ascii_digit) {
            return Err(Invalid::Characters("three digits, a hyphen and eight digits"));
        }
        if serial.len() != 8 {
            return Err(Invalid::Serial { digits: 8, found: serial.len() });
        }
        let number = |digits: &[u8]| digits.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0'));
        let serial = number(serial);
        let check = serial / 10 % 7;
        if check != serial % 10 {
            let expected = char::from_digit(check, 10).unwrap_or('0');
            return Err(Invalid::CheckDigit { expected });
        }
        Ok(Self { prefix: number(prefix) as u16, serial })
    }

    /// The airline's accounting prefix, 0 to 999.
    pub fn prefix(self) -> u16 {
        self.prefix
    }

    /// The eight digits after the prefix, check digit last.
    pub fn serial(self) -> u32 {
        self.serial
    }
}

impl fmt::Display for AirWaybill {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:03}-{:08}", self.prefix, self.serial)
    }
}

impl fmt::Debug for AirWaybill {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AirWaybill({self})")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_usual_spellings() {
        for text in ["888-10001014", "88810001014", "888 10001014", " 888-10001014 "] {
            assert_eq!(AirWaybill::parse(text).unwrap().to_string(), "888-10001014", "{text}");
        }
        assert_eq!(AirWaybill::parse("001-00000011").unwrap().to_string(), "001-00000011");
    }

    #[test]
    fn refuses_what_cannot_be_right() {
        let cases = [
            ("888-10001015", Invalid::CheckDigit { expected: '4' }),
            ("888-1000101", Invalid::Serial { digits: 8, found: 7 }),
            ("88", Invalid::Length { min: 11, max: 12 }),
            ("888-1000101A", Invalid::Characters("three digits, a hyphen and eight digits")),
            ("", Invalid::Length { min: 11, max: 12 }),
            ("888--10001014", Invalid::Characters("three digits, a hyphen and eight digits")),
        ];
        for (text, expected) in cases {
            assert_eq!(AirWaybill::parse(text), Err(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_single_digit_error_in_the_check_digit_is_caught(prefix in 0u32..1000, serial in 0u32..10_000_000, wrong in 0u32..10) {
            let good = format!("{prefix:03}-{serial:07}{}", serial % 7);
            prop_assert_eq!(AirWaybill::parse(&good).unwrap().to_string(), good);
            if wrong != serial % 7 {
                let bad = format!("{prefix:03}-{serial:07}{wrong}");
                prop_assert!(AirWaybill::parse(&bad).is_err());
            }
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,20}") {
            if let Ok(number) = AirWaybill::parse(&text) {
                prop_assert_eq!(AirWaybill::parse(&number.to_string()), Ok(number));
            }
        }
    }
}
