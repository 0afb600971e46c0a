//! The register of formats: one table that feeds detection, help, the documentation and the tests.
//!
//! To add a format: a module that decodes it, a row here, fixtures of its own.

use crate::cargo_imp::{self, Body, Draft};
use std::fmt;

/// A family of formats: one wire syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Cargo-IMP: lines of text, for teleprinter networks.
    CargoImp,
    /// CAMIR: lines of text in which authorities of the United States and Canada answer.
    Camir,
    /// Cargo-XML.
    CargoXml,
    /// Mail.
    Mail,
    /// Documents of Loadgate itself, in JSON.
    Loadgate,
}

impl Family {
    /// Every family, in the order of the register.
    pub const ALL: &[Self] = &[Self::CargoImp, Self::Camir, Self::CargoXml, Self::Mail, Self::Loadgate];

    /// The name used in help and documentation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CargoImp => "Cargo-IMP",
            Self::Camir => "CAMIR",
            Self::CargoXml => "Cargo-XML",
            Self::Mail => "Mail",
            Self::Loadgate => "Loadgate",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How a message of the format is told from all others, by its body alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The standard message identifier: a line that holds the name and, where one is stated, `/version`.
    Identifier,
    /// The identifier of the first segment; the block has no message line of its own.
    FirstSegment,
    /// The header lines of a mail, up to a blank line.
    MailHeader,
    /// The root element.
    Root {
        /// Local name of the element.
        element: &'static str,
        /// Namespace of the element; the prefix does not matter.
        namespace: &'static str,
    },
    /// The field `schema` of a JSON document, up to its version.
    Schema(&'static str),
}

/// What this release makes of a format.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    /// Lines of text, by this function.
    Lines(fn(&mut Draft, Body<'_>)),
    /// An XML document, of which `cargo_xml` knows the root, or one of facts.
    Document,
    /// A mail.
    Mail,
    /// Recognised and kept, not read.
    None,
}

/// One format of the register.
pub struct Row {
    name: &'static str,
    title: &'static str,
    family: Family,
    versions: &'static [u16],
    version_stated: bool,
    sign: Sign,
    reference: &'static str,
    reader: Reader,
    harmless: Option<&'static str>,
}

impl Row {
    /// Name of the message as the trade says it: `FWB`, `XFZB`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is, in words.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// Its family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// Versions this release reads, ascending; empty for formats that state none and for those it does
    /// not read. Another version is read like the nearest of these, with a finding.
    pub fn versions(&self) -> &'static [u16] {
        self.versions
    }

    /// Whether every message of this format states its version.
    pub fn states_version(&self) -> bool {
        self.version_stated
    }

    /// Whether it is a message of an authority, which says what it does of goods that others filed.
    pub fn tells_notices(&self) -> bool {
        matches!(self.name, "CSN" | "PSN" | "PER" | "XFNM" | "XCSN" | "MAIL")
    }

    /// Whether this release reads it. Otherwise it is recognised, and its text is kept.
    pub fn is_read(&self) -> bool {
        !matches!(self.reader, Reader::None)
    }

    /// Why a message of this format cannot forbid to load the goods it names, though it is not read; `None`
    /// where it may, so that it holds them.
    pub fn harmless(&self) -> Option<&'static str> {
        self.harmless
    }

    const fn because_harmless(mut self, why: &'static str) -> Self {
        self.harmless = Some(why);
        self
    }

    /// How it is recognised.
    pub fn sign(&self) -> Sign {
        self.sign
    }

    /// Where its form is described.
    pub fn reference(&self) -> &'static str {
        self.reference
    }

    pub(crate) fn reader(&self) -> Reader {
        self.reader
    }

    /// The version read for a stated one: itself where it is read, else the nearest, the later of two
    /// equally near; `None` for formats without versions.
    pub fn nearest_version(&self, stated: u16) -> Option<u16> {
        self.versions.iter().copied().rev().min_by_key(|version| version.abs_diff(stated))
    }

    /// The versions read, in words: `9, 16, 17`, or a dash where there are none.
    pub fn versions_text(&self) -> String {
        if self.versions.is_empty() {
            return "-".to_owned();
        }
        self.versions.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Row({})", self.name)
    }
}

/// Every format, by family; those that are read come first.
pub fn all() -> &'static [Row] {
    ROWS
}

/// The format of this name.
pub fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

/// The text format that this standard message identifier, in capitals, announces.
pub(crate) fn by_identifier(identifier: &[u8]) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name.as_bytes() == identifier && row.sign == Sign::Identifier)
}

/// The XML format of this root element.
pub fn by_root(element: &str, namespace: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| match row.sign {
        Sign::Root { element: root, namespace: of } => root == element && of == namespace,
        Sign::Identifier | Sign::FirstSegment | Sign::MailHeader | Sign::Schema(_) => false,
    })
}

const IMP_REFERENCE: &str = "IATA Cargo-IMP, edition 34";

const fn text(
    name: &'static str,
    title: &'static str,
    versions: &'static [u16],
    version_stated: bool,
    reader: fn(&mut Draft, Body<'_>),
) -> Row {
    Row {
        name,
        title,
        family: Family::CargoImp,
        versions,
        version_stated,
        sign: Sign::Identifier,
        reference: IMP_REFERENCE,
        reader: Reader::Lines(reader),
        harmless: None,
    }
}

const fn text_not_read(name: &'static str, title: &'static str, reference: &'static str) -> Row {
    Row {
        name,
        title,
        family: Family::CargoImp,
        versions: &[],
        version_stated: false,
        sign: Sign::Identifier,
        reference,
        reader: Reader::None,
        harmless: None,
    }
}

const fn camir(name: &'static str, title: &'static str) -> Row {
    Row {
        name,
        title,
        family: Family::Camir,
        versions: &[],
        version_stated: false,
        sign: Sign::Identifier,
        reference: "Transport Canada PACT guide 1.9; US ACAS Implementation Guide",
        reader: Reader::Lines(crate::camir::decode),
        harmless: None,
    }
}

const fn xml(
    name: &'static str,
    title: &'static str,
    versions: &'static [u16],
    element: &'static str,
    namespace: &'static str,
    reader: Reader,
) -> Row {
    Row {
        name,
        title,
        family: Family::CargoXml,
        versions,
        version_stated: true,
        sign: Sign::Root { element, namespace },
        reference: "IATA Cargo-XML Toolkit",
        reader,
        harmless: None,
    }
}

static ROWS: &[Row] = &[
    text("FWB", "Air waybill data", &[9, 16, 17], true, cargo_imp::fwb::decode),
    text("FHL", "House waybill data and consolidation list", &[4, 5], true, cargo_imp::fhl::decode),
    text("FSU", "Status update", &[12, 13, 14, 15], true, cargo_imp::status::decode),
    text("FSA", "Status answer", &[12, 13, 14, 15], true, cargo_imp::status::decode),
    text("FFM", "Flight manifest", &[5, 6, 7, 8], true, cargo_imp::manifest::decode),
    text("FNA", "Rejection of a message, with the message", &[1], false, cargo_imp::reply::decode),
    text("FMA", "Acknowledgement of a message, with the message", &[], false, cargo_imp::reply::decode),
    text("CSN", "Customs status notification", &[3], true, cargo_imp::customs_status::decode),
    Row {
        name: "OCI",
        title: "Bare block of customs, security and regulatory lines",
        family: Family::CargoImp,
        versions: &[],
        version_stated: false,
        sign: Sign::FirstSegment,
        reference: "IATA ONE Record, e-CSD scenarios; OCI mapping 3.2",
        reader: Reader::Lines(cargo_imp::oci_lines::decode_block),
        harmless: None,
    },
    text_not_read("FFR", "Booking request", IMP_REFERENCE)
        .because_harmless("it asks for space on a flight; the goods are told by their waybill"),
    text_not_read("FFA", "Booking answer", IMP_REFERENCE)
        .because_harmless("it answers for space on a flight; the goods are told by their waybill"),
    text_not_read("FBL", "Booking list of a flight", IMP_REFERENCE)
        .because_harmless("it lists bookings; the goods are told by their waybills"),
    text_not_read("FBR", "Request for a booking list", IMP_REFERENCE)
        .because_harmless("it only asks for a message"),
    text_not_read("FSR", "Status request", IMP_REFERENCE).because_harmless("it only asks for a message"),
    // No source at hand says what these three may tell of the goods, so they hold.
    text_not_read("FAD", "Freight message FAD", IMP_REFERENCE),
    text_not_read("FDD", "Freight message FDD", IMP_REFERENCE),
    text_not_read("FDM", "Freight message FDM", IMP_REFERENCE),
    text_not_read("PRI", "Freight report inbound", "US ACAS Implementation Guide, section 5.1"),
    text_not_read("PHL", "House checklist", "US ACAS Implementation Guide, section 5.1"),
    text_not_read("PWB", "Freight waybill", "US ACAS Implementation Guide, section 5.1"),
    camir("PSN", "Status notification"),
    camir("PER", "Error report"),
    xml("XFWB", "Air waybill", &[3, 4, 5], "Waybill", "iata:waybill:1", Reader::Document),
    xml("XFZB", "House waybill", &[3, 4], "HouseWaybill", "iata:housewaybill:1", Reader::Document),
    xml("XFNM", "Acknowledgement or error report", &[3], "Response", "iata:response:3", Reader::Document),
    xml(
        "XCSN",
        "Customs status notification",
        &[1],
        "CustomsStatusNotification",
        "iata:customsstatusnotification:1",
        Reader::Document,
    ),
    xml("XFHL", "House manifest", &[], "HouseManifest", "iata:housemanifest:1", Reader::None),
    xml("XFFM", "Flight manifest", &[], "FlightManifest", "iata:flightmanifest:1", Reader::None),
    xml("XFSU", "Status message", &[], "StatusMessage", "iata:statusmessage:1", Reader::None),
    Row {
        name: "MAIL",
        title: "Mail of an authority, by its subject",
        family: Family::Mail,
        versions: &[],
        version_stated: false,
        sign: Sign::MailHeader,
        reference: "RFC 5322, RFC 2045 to 2047; Transport Canada PACT guide 1.9",
        reader: Reader::Mail,
        harmless: None,
    },
    Row {
        name: "FACTS",
        title: "Facts: what authorities, officers, screeners and loading desks say",
        family: Family::Loadgate,
        versions: &[1],
        version_stated: true,
        sign: Sign::Schema("loadgate-facts"),
        reference: "docs/facts.md",
        reader: Reader::Document,
        harmless: None,
    },
];

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_signs_are_unique() {
        let mut names = HashSet::new();
        let mut roots = HashSet::new();
        for row in all() {
            assert!(names.insert(row.name()), "{row:?} stands twice");
            if let Sign::Root { element, namespace } = row.sign() {
                assert!(roots.insert((element, namespace)), "the root of {row:?} stands twice");
                assert_eq!(by_root(element, namespace).unwrap().name(), row.name());
                assert_eq!(row.family(), Family::CargoXml);
            }
            assert!(row.versions().is_sorted(), "versions of {row:?} are not ascending");
            assert!(row.is_read() || row.versions().is_empty(), "{row:?} is not read, so no version is");
            assert!(!row.is_read() || row.harmless().is_none(), "{row:?} is read: what it says counts");
            assert_eq!(find(row.name()).unwrap().title(), row.title());
        }
        assert!(find("FXX").is_none() && by_root("Waybill", "iata:waybill:2").is_none());
    }

    #[test]
    fn messages_of_authorities_are_never_harmless() {
        let harmless: Vec<&str> =
            all().iter().filter(|row| row.harmless().is_some()).map(Row::name).collect();
        assert_eq!(harmless, ["FFR", "FFA", "FBL", "FBR", "FSR"]);
    }

    #[test]
    fn the_nearest_version_is_read() {
        let fwb = find("FWB").unwrap();
        let cases = [(17, 17), (9, 9), (18, 17), (1, 9), (12, 9), (13, 16)];
        for (stated, read) in cases {
            assert_eq!(fwb.nearest_version(stated), Some(read), "{stated}");
        }
        assert_eq!(find("FFR").unwrap().nearest_version(8), None);
        assert_eq!(
            (fwb.versions_text().as_str(), find("FMA").unwrap().versions_text().as_str()),
            ("9, 16, 17", "-")
        );
    }
}
