//! Weights and volumes with their unit, as exact decimals.

use rust_decimal::{Decimal, RoundingStrategy};

/// Unit of a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeightUnit {
    /// Kilogram: `K` in Cargo-IMP, `KGM` in Cargo-XML.
    Kilogram,
    /// Pound: `L` in Cargo-IMP, `LBR` in Cargo-XML.
    Pound,
}

impl WeightUnit {
    /// The code used in published documents: `KGM` or `LBR`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kilogram => "KGM",
            Self::Pound => "LBR",
        }
    }
}

/// A weight as stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight {
    /// The number as written.
    pub value: Decimal,
    /// Its unit.
    pub unit: WeightUnit,
}

/// One international avoirdupois pound in kilograms, exact by definition: 0.453 592 37.
const POUND_KG: Decimal = Decimal::from_parts(45_359_237, 0, 0, false, 8);

impl Weight {
    /// A weight in kilograms.
    pub fn kilograms(value: Decimal) -> Self {
        Self { value, unit: WeightUnit::Kilogram }
    }

    /// The weight in kilograms, rounded half up to three decimals.
    pub fn to_kg(self) -> Decimal {
        let exact = match self.unit {
            WeightUnit::Kilogram => self.value,
            // A product that does not fit is far beyond any aircraft; it stays at the largest value.
            WeightUnit::Pound => self.value.checked_mul(POUND_KG).unwrap_or(Decimal::MAX),
        };
        exact.round_dp_with_strategy(3, RoundingStrategy::MidpointAwayFromZero)
    }
}

/// A volume as stated, with the unit code of the wire (`MC` cubic metre, `CF`, `CC`, `CI`; `MTQ`, ...).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Volume {
    /// The number as written.
    pub value: Decimal,
    /// The unit code as written.
    pub unit: String,
}

/// Reads a plain decimal such as `837.2` or `.088`: digits with at most one point, nothing else.
///
/// Signs, exponents and thousands separators are refused: no message of the trade uses them, and each
/// is a typing error more often than a number.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    let sound = text.len() <= 20
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().filter(|b| *b == b'.').count() <= 1;
    if !sound {
        return None;
    }
    match text.strip_suffix('.') {
        Some(whole) => Decimal::from_str_exact(whole).ok(),
        None if text.starts_with('.') => Decimal::from_str_exact(&format!("0{text}")).ok(),
        None => Decimal::from_str_exact(text).ok(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn kilograms_are_rounded_half_up_to_three_decimals() {
        let cases = [("1", "0.454"), ("100", "45.359"), ("0.5", "0.227"), ("2204.62262185", "1000")];
        for (pounds, kilograms) in cases {
            let weight = Weight { value: parse_decimal(pounds).unwrap(), unit: WeightUnit::Pound };
            assert_eq!(weight.to_kg().normalize().to_string(), kilograms, "{pounds} lb");
        }
        assert_eq!(Weight::kilograms(parse_decimal("0.0005").unwrap()).to_kg().to_string(), "0.001");
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        for text in ["837.2", "0", ".088", "12."] {
            assert!(parse_decimal(text).is_some(), "{text}");
        }
        for text in ["", ".", "1,5", "-1", "1e3", "1.2.3", "٣", "123456789012345678901"] {
            assert!(parse_decimal(text).is_none(), "{text}");
        }
    }
}
