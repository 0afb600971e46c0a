//! Identifiers of the trade. A value of one of these types has the right form and, where its scheme has
//! one, the right check digit; there is no other way to make it than `parse`.

mod air_waybill;
mod country;
mod customs;
mod entity;
mod flight;
mod house;
mod hs;
mod location;
mod postal;
mod unit_load_device;

pub use air_waybill::AirWaybill;
pub use country::Country;
pub use customs::{Eori, Mrn};
pub use entity::{EntityCategory, EntityNumber, RegulatedEntity};
pub use flight::Flight;
pub use house::HouseWaybill;
pub use hs::HsCode;
pub use location::{Carrier, Location};
pub use postal::{MailItem, Receptacle};
pub use unit_load_device::UnitLoadDevice;

/// Why a text is not an identifier of its scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invalid {
    /// The number of characters is wrong; the allowed range is given.
    Length {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// The serial number after a prefix has too few or too many digits.
    Serial {
        /// How many it must have.
        digits: usize,
        /// How many it has.
        found: usize,
    },
    /// A character is not allowed at its place; the expected kind is given in words.
    Characters(&'static str),
    /// The check digit is not the one the other characters call for.
    CheckDigit {
        /// The right check digit or letter.
        expected: char,
    },
    /// The code is well-formed and stands for nothing.
    Unassigned,
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Invalid::Length { min, max } if min == max => write!(formatter, "it must have {min} characters"),
            Invalid::Length { min, max } => write!(formatter, "it must have {min} to {max} characters"),
            Invalid::Serial { digits, found } => {
                write!(formatter, "it must have {digits} digits after the prefix, it has {found}")
            }
            Invalid::Characters(expected) => write!(formatter, "expected {expected}"),
            Invalid::CheckDigit { expected } => write!(formatter, "its check digit should be {expected}"),
            Invalid::Unassigned => formatter.write_str("this code is not assigned"),
        }
    }
}

impl std::error::Error for Invalid {}

/// Implements `Display` through `as_str` and `Debug` as the bare text.
macro_rules! text_identifier {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.as_str())
            }
        }
    };
}
pub(crate) use text_identifier;

/// The text of an ASCII array that was checked when it was made.
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    // The arrays of this module hold ASCII only, so the fallback is never taken.
    std::str::from_utf8(bytes).unwrap_or_default()
}
