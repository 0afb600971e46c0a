//! The consignment security declaration (CSD), as a message states it.
//!
//! Nothing here is verified: whether an issuer may issue, and whether the status holds, is judged in
//! casework. Boxes are those of the ICAO form (see `docs/glossary.md`).

use crate::ident::{Country, EntityCategory, EntityNumber, Invalid, RegulatedEntity};
use finding::Phrase;
use jiff::civil::{Date, DateTime};
use std::fmt;

/// Security status of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityStatus {
    /// Not secured.
    Nsc,
    /// Secured for all-cargo and all-mail aircraft only.
    Sco,
    /// Secured for passenger and all-cargo aircraft.
    Spx,
    /// Secured by the requirements for high-risk cargo.
    Shr,
}

impl SecurityStatus {
    /// Reads `NSC`, `SCO`, `SPX` or `SHR`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "NSC" => Self::Nsc,
            "SCO" => Self::Sco,
            "SPX" => Self::Spx,
            "SHR" => Self::Shr,
            _ => return None,
        })
    }

    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nsc => "NSC",
            Self::Sco => "SCO",
            Self::Spx => "SPX",
            Self::Shr => "SHR",
        }
    }
}

impl fmt::Display for SecurityStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// Screening method, IATA code list 1.102.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScreeningMethod {
    /// Physical inspection or hand search.
    Phs,
    /// Visual check.
    Vck,
    /// X-ray equipment.
    Xry,
    /// Explosive detection system.
    Eds,
    /// Explosive detection dogs.
    Edd,
    /// Explosive trace detection.
    Etd,
    /// Cargo metal detection.
    Cmd,
    /// Any other means, described in words.
    Aom,
}

impl ScreeningMethod {
    /// Reads a code, also those of earlier lists: `RES`, `FRD` are dogs, `VPT`, `PRT` trace detection,
    /// `MDE` metal detection. `SIM` (flight simulation) has no successor and is not read.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "PHS" => Self::Phs,
            "VCK" => Self::Vck,
            "XRY" => Self::Xry,
            "EDS" => Self::Eds,
            "EDD" | "RES" | "FRD" => Self::Edd,
            "ETD" | "VPT" | "PRT" => Self::Etd,
            "CMD" | "MDE" => Self::Cmd,
            "AOM" => Self::Aom,
            _ => return None,
        })
    }

    /// The current code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Phs => "PHS",
            Self::Vck => "VCK",
            Self::Xry => "XRY",
            Self::Eds => "EDS",
            Self::Edd => "EDD",
            Self::Etd => "ETD",
            Self::Cmd => "CMD",
            Self::Aom => "AOM",
        }
    }
}

/// Ground for exemption from screening, IATA code list 1.104. Which of them a State accepts is its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exemption {
    /// Small undersized shipments.
    Smus,
    /// Mail.
    Mail,
    /// Bio-medical samples.
    Biom,
    /// Diplomatic bags.
    Dipl,
    /// Life-saving materials.
    Lfsm,
    /// Nuclear material.
    Nucl,
    /// Transfer or transshipment.
    Trns,
}

impl Exemption {
    /// Every code of the list.
    pub const ALL: [Self; 7] =
        [Self::Smus, Self::Mail, Self::Biom, Self::Dipl, Self::Lfsm, Self::Nucl, Self::Trns];

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "SMUS" => Self::Smus,
            "MAIL" => Self::Mail,
            "BIOM" => Self::Biom,
            "DIPL" => Self::Dipl,
            "LFSM" => Self::Lfsm,
            "NUCL" => Self::Nucl,
            "TRNS" => Self::Trns,
            _ => return None,
        })
    }

    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Smus => "SMUS",
            Self::Mail => "MAIL",
            Self::Biom => "BIOM",
            Self::Dipl => "DIPL",
            Self::Lfsm => "LFSM",
            Self::Nucl => "NUCL",
            Self::Trns => "TRNS",
        }
    }
}

/// Until when an approval runs, as an `ED` line says it; ordered by time, the one without an end last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApprovalExpiry {
    /// The last day of this month.
    EndOf {
        /// Year.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
    },
    /// The State attributed no expiry (`1299`).
    NotAttributed,
}

impl ApprovalExpiry {
    /// Reads `MMYY`; the century is 2000, because the scheme began in 2013.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.trim().as_bytes();
        if bytes.len() != 4 || !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        if bytes == b"1299" {
            return Some(Self::NotAttributed);
        }
        let pair = |a: u8, b: u8| i16::from(a - b'0') * 10 + i16::from(b - b'0');
        let (month, year) = (pair(bytes[0], bytes[1]) as i8, 2000 + pair(bytes[2], bytes[3]));
        (1..=12).contains(&month).then_some(Self::EndOf { year, month })
    }

    /// The last day the approval is valid; `None` where no expiry was attributed.
    pub fn last_day(self) -> Option<Date> {
        match self {
            Self::EndOf { year, month } => Date::new(year, month, 1).ok().map(Date::last_of_month),
            Self::NotAttributed => None,
        }
    }
}

impl fmt::Display for ApprovalExpiry {
    /// `MMYY`, as it is sent.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOf { year, month } => write!(formatter, "{month:02}{:02}", year.rem_euclid(100)),
            Self::NotAttributed => formatter.write_str("1299"),
        }
    }
}

/// An entity named in a declaration, with the expiry stated for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeclaredEntity {
    /// State, category and number.
    pub entity: RegulatedEntity,
    /// Expiry of its approval, where an `ED` line follows it or its number ends with one; the earliest
    /// of several.
    pub expiry: Option<ApprovalExpiry>,
}

impl DeclaredEntity {
    /// Joins the parts as OCI lines give them: `00100-01`, or `00100-01/0615` with the expiry at the end,
    /// as identifiers were written before 2016.
    ///
    /// # Errors
    /// As [`RegulatedEntity::from_parts`]; also where an EU number is followed by something that is no
    /// month and year, because an expiry that cannot be read is not the same as none.
    pub fn from_parts(
        country: Option<Country>,
        category: EntityCategory,
        text: &str,
    ) -> Result<Self, Invalid> {
        let whole = |text: &str| RegulatedEntity::from_parts(country, category, text);
        let Some((number, suffix)) = text.rsplit_once('/') else {
            return Ok(Self { entity: whole(text)?, expiry: None });
        };
        match (ApprovalExpiry::parse(suffix), whole(number)) {
            (Some(expiry), entity) => Ok(Self { entity: entity?, expiry: Some(expiry) }),
            (None, Ok(entity)) if matches!(entity.number, EntityNumber::EuSite { .. }) => {
                Err(Invalid::Characters("month and year (MMYY) after the number"))
            }
            _ => Ok(Self { entity: whole(text)?, expiry: None }),
        }
    }

    /// Reads `NL/RA/00100-01`, or `NL/RA/00100-01/0615` with the expiry.
    ///
    /// # Errors
    /// Where State or category cannot be read, or as [`Self::from_parts`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let (country, category, number) = RegulatedEntity::cut(text)?;
        Self::from_parts(Some(country), category, number)
    }
}

/// A screening method as stated.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeclaredMethod {
    /// The method, current code.
    pub method: ScreeningMethod,
    /// The text as sent: a legacy code, or the words after `AOM-`.
    pub as_sent: String,
}

/// When a status was issued, as far as the text can be read. Local time of the issuer; no zone is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IssuedAt {
    /// Day and time.
    DateTime(DateTime),
    /// Only a day.
    Date(Date),
    /// Not a date; kept as written.
    Unreadable(String),
}

impl IssuedAt {
    /// The day, where one can be read.
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::DateTime(at) => Some(at.date()),
            Self::Date(date) => Some(*date),
            Self::Unreadable(_) => None,
        }
    }
}

impl fmt::Display for IssuedAt {
    /// `2026-04-16T11:41`, `2025-10-29`, or the text as sent.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DateTime(at) => write!(formatter, "{}", at.strftime("%Y-%m-%dT%H:%M")),
            Self::Date(date) => write!(formatter, "{date}"),
            Self::Unreadable(text) => formatter.write_str(text),
        }
    }
}

/// Where a status was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusSource {
    /// As a special handling code.
    SpecialHandling,
    /// As an `SS` line among the OCI lines.
    Oci,
}

/// A consignment security declaration as the message states it.
///
/// The ordered raw lines stay in [`crate::Consignment::oci`]. Box numbers are those of the ICAO form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SecurityDeclaration {
    /// Box 1, `ISS`: who issued the status. Of several, the last one counts.
    pub issuer: Option<DeclaredEntity>,
    /// Box 1 of a consolidation, `CSS`: who confirmed that every house has a valid declaration.
    pub checker: Option<DeclaredEntity>,
    /// Issuers before the last one: null and void.
    pub superseded_issuers: Vec<DeclaredEntity>,
    /// Box 7: every statement of the status, in order of the message, with where it stands.
    pub statuses: Vec<(SecurityStatus, StatusSource)>,
    /// Box 8: received from (known consignor, account consignor, regulated agent of a logistics provider).
    pub received_from: Vec<DeclaredEntity>,
    /// Box 9 and 11: screening methods.
    pub methods: Vec<DeclaredMethod>,
    /// Box 10: grounds for exemption.
    pub exemptions: Vec<Exemption>,
    /// Box 12: name or employee number of the person.
    pub issued_by: Option<String>,
    /// Box 13: when.
    pub issued_at: Option<IssuedAt>,
    /// Box 14: who accepted the status, in order.
    pub acceptors: Vec<DeclaredEntity>,
    /// Box 15: statements, in order.
    pub statements: Vec<String>,
    /// Composition rules it breaks, as the findings of severity error say them. Nobody relies on a
    /// declaration that breaks any.
    pub faults: Vec<Phrase>,
}

impl SecurityDeclaration {
    /// The status, if all statements agree; `None` where none is made or they contradict each other.
    pub fn status(&self) -> Option<SecurityStatus> {
        let (first, rest) = self.statuses.split_first()?;
        rest.iter().all(|(status, _)| *status == first.0).then_some(first.0)
    }

    /// Issuer or consolidation checker: the one who answers for the status.
    pub fn responsible(&self) -> Option<&DeclaredEntity> {
        self.issuer.as_ref().or(self.checker.as_ref())
    }

    /// Whether at least one ground for the status is stated: box 8, 9 or 10.
    pub fn gives_ground(&self) -> bool {
        !self.received_from.is_empty() || !self.methods.is_empty() || !self.exemptions.is_empty()
    }

    /// Whether nothing at all was declared.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn approval_expiry_is_the_end_of_the_month() {
        assert_eq!(ApprovalExpiry::parse("0228").unwrap().last_day(), Some(date(2028, 2, 29)));
        assert_eq!(ApprovalExpiry::parse("1299"), Some(ApprovalExpiry::NotAttributed));
        for text in ["", "-", "1328", "0028", "112", "11282"] {
            assert_eq!(ApprovalExpiry::parse(text), None, "{text}");
        }
    }

    #[test]
    fn identifiers_of_the_older_form_end_with_the_expiry() {
        let read = |text: &str| {
            let declared = DeclaredEntity::parse(text).unwrap();
            (declared.entity.to_string(), declared.expiry.and_then(ApprovalExpiry::last_day))
        };
        assert_eq!(read("DE/RA/01234-01/0615"), ("DE/RA/01234-01".to_owned(), Some(date(2015, 6, 30))));
        assert_eq!(read("DE/RA/01234-01"), ("DE/RA/01234-01".to_owned(), None));
        assert_eq!(read("AU/RA/RACA/77"), ("AU/RA/RACA/77".to_owned(), None));
        for text in ["DE/RA/01234-01/1315", "DE/RA/01234-01/", "DE/RA//0615"] {
            assert!(DeclaredEntity::parse(text).is_err(), "{text}");
        }
        // The earliest of several counts.
        assert!(ApprovalExpiry::parse("0627") < ApprovalExpiry::parse("0128"));
        assert!(ApprovalExpiry::parse("0128") < ApprovalExpiry::parse("1299"));
    }

    #[test]
    fn contradicting_statements_are_no_status() {
        let mut declaration = SecurityDeclaration::default();
        assert_eq!(declaration.status(), None);
        declaration.statuses.push((SecurityStatus::Spx, StatusSource::SpecialHandling));
        declaration.statuses.push((SecurityStatus::Spx, StatusSource::Oci));
        assert_eq!(declaration.status(), Some(SecurityStatus::Spx));
        declaration.statuses.push((SecurityStatus::Nsc, StatusSource::SpecialHandling));
        assert_eq!(declaration.status(), None);
    }

    #[test]
    fn every_code_reads_back() {
        for code in ["PHS", "VCK", "XRY", "EDS", "EDD", "ETD", "CMD", "AOM"] {
            assert_eq!(ScreeningMethod::parse(code).unwrap().code(), code);
        }
        for (legacy, current) in
            [("RES", "EDD"), ("FRD", "EDD"), ("VPT", "ETD"), ("PRT", "ETD"), ("MDE", "CMD")]
        {
            assert_eq!(ScreeningMethod::parse(legacy).unwrap().code(), current);
        }
        assert_eq!(ScreeningMethod::parse("SIM"), None);
        for code in ["SMUS", "MAIL", "BIOM", "DIPL", "LFSM", "NUCL", "TRNS"] {
            assert_eq!(Exemption::parse(code).unwrap().code(), code);
        }
        for code in ["NSC", "SCO", "SPX", "SHR"] {
            assert_eq!(SecurityStatus::parse(code).unwrap().code(), code);
        }
    }
}
