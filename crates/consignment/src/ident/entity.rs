use super::{Carrier, Country, Invalid, Location};
use std::fmt;

/// What an entity of the secure supply chain is approved as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityCategory {
    /// Regulated agent, `RA`.
    RegulatedAgent,
    /// Known consignor, `KC`.
    KnownConsignor,
    /// Regulated carrier, `RC`: the aircraft operator (`AO` on the ICAO form, ACC3 towards the EU).
    RegulatedCarrier,
    /// Account consignor, `AC`: legacy, supports `SCO` only.
    AccountConsignor,
}

impl EntityCategory {
    /// Reads `RA`, `KC`, `RC`, `AO` or `AC`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "RA" => Self::RegulatedAgent,
            "KC" => Self::KnownConsignor,
            "RC" | "AO" => Self::RegulatedCarrier,
            "AC" => Self::AccountConsignor,
            _ => return None,
        })
    }

    /// The code used in OCI lines.
    pub fn code(self) -> &'static str {
        match self {
            Self::RegulatedAgent => "RA",
            Self::KnownConsignor => "KC",
            Self::RegulatedCarrier => "RC",
            Self::AccountConsignor => "AC",
        }
    }
}

/// The number an authority gave the entity, read as far as its scheme is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityNumber {
    /// The EU form since 2016: company of four or five digits, site of two (`00100-01`).
    EuSite {
        /// Company number, leading zeros kept.
        company: Box<str>,
        /// Site number.
        site: u8,
    },
    /// A carrier's ACC3 designation for one third-country airport (`NGLOS-9Z`).
    Acc3 {
        /// Country of the third-country airport.
        country: Country,
        /// The airport.
        airport: Location,
        /// The carrier.
        carrier: Carrier,
    },
    /// A national form, kept as it was written.
    Opaque(Box<str>),
}

impl fmt::Display for EntityNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EuSite { company, site } => write!(formatter, "{company}-{site:02}"),
            Self::Acc3 { country, airport, carrier } => write!(formatter, "{country}{airport}-{carrier}"),
            Self::Opaque(text) => formatter.write_str(text),
        }
    }
}

/// An approved entity: state, category and number, written `NL/RA/00100-01`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegulatedEntity {
    /// The designating State; absent where the message gives none.
    pub country: Option<Country>,
    /// What it is approved as.
    pub category: EntityCategory,
    /// Its number.
    pub number: EntityNumber,
}

impl RegulatedEntity {
    const FORM: Invalid = Invalid::Characters("country/category/number, such as NL/RA/00100-01");

    /// Joins the parts as OCI lines give them. Numbers of a known scheme are taken apart. Those of a national
    /// scheme are kept as they are: letters, digits and separators, at most 35 characters, with at least one
    /// digit other than zero.
    ///
    /// # Errors
    /// Where the number is empty, longer than 35 characters, or none: a word such as `NIL` or `PENDING`,
    /// nothing but zeros, or with characters that no number has.
    pub fn from_parts(
        country: Option<Country>,
        category: EntityCategory,
        number: &str,
    ) -> Result<Self, Invalid> {
        let number = number.trim();
        if number.is_empty() || number.chars().count() > 35 {
            return Err(Invalid::Length { min: 1, max: 35 });
        }
        let read = Self::number(number);
        let named = match &read {
            EntityNumber::EuSite { company, .. } => company.bytes().any(|digit| digit != b'0'),
            EntityNumber::Acc3 { .. } => true,
            EntityNumber::Opaque(number) => is_number(number) || is_former_acc3(category, number),
        };
        if !named {
            return Err(Invalid::Characters("the number that the State gave, such as 00100-01"));
        }
        Ok(Self { country, category, number: read })
    }

    /// Reads `NL/RA/00100-01`, `DE/ACC3/NGLOS-9Z`, `GB/KC/09876-03`. The form before 2016, which ends with
    /// an expiry, is read by [`crate::security::DeclaredEntity::parse`]: an identity has no room for one.
    ///
    /// # Errors
    /// Where State or category cannot be read, or the number is empty.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (country, category, number) = Self::cut(text)?;
        if number.contains('/') {
            return Err(Self::FORM);
        }
        Self::from_parts(Some(country), category, number)
    }

    /// Cuts country, category and the rest apart.
    pub(crate) fn cut(text: &str) -> Result<(Country, EntityCategory, &str), Invalid> {
        let mut parts = text.trim().splitn(3, '/');
        let (Some(country), Some(category), Some(number)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Self::FORM);
        };
        let category = match category {
            "ACC3" => EntityCategory::RegulatedCarrier,
            other => EntityCategory::parse(other).ok_or(Self::FORM)?,
        };
        Ok((Country::parse(country)?, category, number))
    }

    fn number(text: &str) -> EntityNumber {
        if let Some((company, site)) = text.split_once('-') {
            let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
            if (4..=5).contains(&company.len()) && site.len() == 2 && digits(company) && digits(site) {
                let site = site.bytes().fold(0u8, |n, d| n * 10 + (d - b'0'));
                return EntityNumber::EuSite { company: company.into(), site };
            }
            if company.len() == 5 && company.is_ascii() {
                let (country, airport) = company.split_at(2);
                if let (Ok(country), Ok(airport), Ok(carrier)) =
                    (Country::parse(country), Location::parse(airport), Carrier::parse(site))
                {
                    return EntityNumber::Acc3 { country, airport, carrier };
                }
            }
        }
        EntityNumber::Opaque(text.into())
    }
}

/// Whether a text can be a number of a national scheme.
fn is_number(text: &str) -> bool {
    let allowed = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '/' | '.' | ' ' | '_' | ':');
    text.chars().all(allowed) && text.chars().any(|sign| sign.is_numeric() && sign != '0')
}

/// Whether a text is a designation of a carrier as it was written before 2016, carrier and airport
/// (`LH/LOS`), which need not have a digit.
fn is_former_acc3(category: EntityCategory, text: &str) -> bool {
    category == EntityCategory::RegulatedCarrier
        && text.split_once('/').is_some_and(|(carrier, airport)| {
            Carrier::parse(carrier).is_ok() && Location::parse(airport).is_ok()
        })
}

impl fmt::Display for RegulatedEntity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(country) = self.country {
            write!(formatter, "{country}/")?;
        }
        let category = match self.number {
            EntityNumber::Acc3 { .. } => "ACC3",
            _ => self.category.code(),
        };
        write!(formatter, "{category}/{}", self.number)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn known_schemes_are_taken_apart_and_others_kept() {
        let eu = RegulatedEntity::parse("NL/RA/00100-01").unwrap();
        assert_eq!(eu.number, EntityNumber::EuSite { company: "00100".into(), site: 1 });
        assert_eq!(eu.to_string(), "NL/RA/00100-01");
        let acc3 = RegulatedEntity::parse("DE/ACC3/NGLOS-9Z").unwrap();
        assert_eq!(acc3.category, EntityCategory::RegulatedCarrier);
        assert_eq!(acc3.to_string(), "DE/ACC3/NGLOS-9Z");
        assert_eq!(RegulatedEntity::parse("DE/KC/0345-01").unwrap().to_string(), "DE/KC/0345-01");
        let opaque = RegulatedEntity::from_parts(None, EntityCategory::RegulatedAgent, "28490").unwrap();
        assert_eq!(opaque.to_string(), "RA/28490");
        for text in
            ["", "NL/RA", "NL/XX/1", "ZZ/RA/00100-01", "NL/RA/00100-01/0615", "NL/RA/-", "NL/RA/1/1111/2"]
        {
            assert!(RegulatedEntity::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_and_zeros_are_no_numbers() {
        let read = |category, text| RegulatedEntity::from_parts(None, category, text);
        for category in [EntityCategory::RegulatedAgent, EntityCategory::KnownConsignor] {
            for text in [
                "NIL",
                "TBA",
                "UNKNOWN",
                "PENDING",
                "N/A",
                "NOT KNOWN",
                "0*234-01",
                "00000-00",
                "00000-01",
                "0",
                "RA-000",
            ] {
                assert!(read(category, text).is_err(), "{text}");
            }
        }
        for text in ["28490", "12345ABCDE", "RACA/77", "00324-00", "RCAR 12.3"] {
            assert!(read(EntityCategory::RegulatedAgent, text).is_ok(), "{text}");
        }
        assert!(read(EntityCategory::RegulatedCarrier, "LH/LOS").is_ok());
        assert!(read(EntityCategory::RegulatedAgent, "LH/LOS").is_err());
    }
}
