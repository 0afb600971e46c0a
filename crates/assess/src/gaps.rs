//! What a filing lacks, told before it is sent: by programme and filing type.
//!
//! Waybills do not contain everything each programme wants, and which elements are wanted depends on the type
//! of filing. A message does not tell its type, so that every type is answered for that is for such a document.

use crate::quality::{element_checks, looks_consolidated};
use consignment::Consignment;
use finding::{Code, Severity, codes::quality as code};
use jiff::civil::Date;
use programme::{Document, Element, ElementRule, FilingType, Programme};

/// What is the matter with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lack {
    /// It is not there.
    Absent,
    /// It is there and cannot be used.
    Unusable,
    /// It is there, and counts as empty because it says nothing.
    SaysNothing,
}

impl Lack {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Unusable => "unusable",
            Self::SaysNothing => "says-nothing",
        }
    }
}

/// One element that is lacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap<'a> {
    /// The element.
    pub element: Element,
    /// What is the matter.
    pub lack: Lack,
    /// `Error` would reject the filing.
    pub severity: Severity,
    /// The programme's own error code for it.
    pub code: Option<&'a str>,
    /// The rule that wants it.
    pub reference: &'a str,
}

/// What a filing of one type would lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingGaps<'a> {
    /// The type.
    pub filing_type: &'a FilingType,
    /// What is lacking, in the order of the programme's rules.
    pub gaps: Vec<Gap<'a>>,
}

impl FilingGaps<'_> {
    /// Whether what is lacking would reject the filing.
    pub fn rejects(&self) -> bool {
        self.gaps.iter().any(|gap| gap.severity == Severity::Error)
    }
}

/// What this document lacks for each filing type of a programme that is for such documents, on this day;
/// empty where it files nothing, or no type is for it. Where the day is not known every rule counts.
///
/// Whether the programme binds is the caller's to know.
pub fn gaps<'a>(
    consignment: &Consignment,
    programme: &'a Programme,
    on: Option<Date>,
) -> Vec<FilingGaps<'a>> {
    let consolidated = looks_consolidated(consignment);
    let Some(document) = Document::of(consignment, consolidated) else { return Vec::new() };
    let types = programme.filing.types.iter().filter(|filing_type| filing_type.of.contains(&document));
    types
        .map(|filing_type| {
            let rules: Vec<&ElementRule> = programme.element_rules_of(filing_type, on).collect();
            let gaps = rules.iter().filter_map(|rule| gap(consignment, programme, rule, &rules)).collect();
            FilingGaps { filing_type, gaps }
        })
        .collect()
}

fn gap<'a>(
    consignment: &Consignment,
    programme: &Programme,
    rule: &'a ElementRule,
    beside: &[&ElementRule],
) -> Option<Gap<'a>> {
    let found = element_checks(consignment, programme, rule, beside);
    // What weighs less than its rule says is there in another form, such as a code beside a vague text.
    let lacks = found.iter().filter(|finding| finding.severity == rule.severity);
    let lack = lacks.filter_map(|finding| lack_of(finding.code)).min()?;
    Some(Gap {
        element: rule.element,
        lack,
        severity: rule.severity,
        code: match lack {
            Lack::Unusable => rule.invalid_code.as_deref().or(rule.code.as_deref()),
            Lack::Absent | Lack::SaysNothing => rule.code.as_deref(),
        },
        reference: &rule.reference,
    })
}

fn lack_of(found: Code) -> Option<Lack> {
    let any = |codes: &[Code]| codes.contains(&found);
    if any(&[code::ELEMENT_MISSING, code::PARTY_MISSING, code::CONSIGNMENT_MISSING]) {
        Some(Lack::Absent)
    } else if any(&[code::ELEMENT_INVALID]) {
        Some(Lack::Unusable)
    } else if any(&[code::ELEMENT_JUNK, code::STOP_WORDS_ONLY]) {
        Some(Lack::SaysNothing)
    } else {
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::quality::{programme_checks, samples};
    use proptest::prelude::*;

    fn told(consignment: &Consignment, programme: &str) -> Vec<String> {
        let programme = programme::embedded::get(programme).unwrap();
        let told = gaps(consignment, &programme, None);
        told.iter()
            .map(|of| {
                let gaps = of.gaps.iter();
                let gaps: Vec<String> = gaps
                    .map(|gap| {
                        format!("{} {} {}", gap.severity.as_str(), gap.element.as_str(), gap.lack.as_str())
                    })
                    .collect();
                format!("{}: {}", of.filing_type.code, gaps.join(", "))
            })
            .collect()
    }

    #[test]
    fn what_is_whole_lacks_nothing() {
        assert_eq!(told(&samples::direct_master(), "us-acas"), ["01: ", "02: ", "03: "]);
        assert_eq!(told(&samples::direct_master(), "eu-ics2"), ["F20: ", "F28: ", "F29: ", "F32: "]);
        assert_eq!(told(&samples::house(), "ca-pact"), ["HAWB: "]);
        assert_eq!(told(&samples::direct_master(), "ae-naic"), ["MAWB: "]);
    }

    #[test]
    fn each_type_lacks_what_it_wants() {
        let mut house = samples::house();
        house.master = None;
        house.goods[0].hs.clear();
        house.consignee.as_mut().unwrap().city.clear();
        let rest = "error hs absent, warning consignee-city absent";
        assert_eq!(
            told(&house, "eu-ics2"),
            [
                format!("F22: {rest}"),
                format!("F23: {rest}"),
                format!("F24: {rest}, error master-waybill absent"),
                "F25: error master-waybill absent".to_owned(),
                format!("F26: {rest}, error master-waybill absent"),
                format!("F32: {rest}"),
            ]
        );
        assert_eq!(told(&house, "ca-pact"), ["HAWB: warning master-waybill absent"]);
    }

    #[test]
    fn what_says_nothing_counts_as_empty_unless_a_code_stands_for_it() {
        let mut master = samples::direct_master();
        master.goods[0].description = "PARTS".to_owned();
        assert_eq!(told(&master, "us-acas")[0], "01: ", "a precise description or a code");
        master.goods[0].hs.clear();
        assert_eq!(told(&master, "us-acas")[0], "01: error goods says-nothing, warning hs absent");
        master.consignee = None;
        master.pieces = Some(0);
        let canada = told(&master, "ca-pact");
        assert!(canada[0].contains("error pieces unusable"), "{canada:?}");
        assert!(
            canada[0].contains("error consignee-name absent, error consignee-address absent"),
            "{canada:?}"
        );
        assert_eq!(canada[1], "FFM: ", "a manifest names waybills alone");
    }

    #[test]
    fn codes_and_rules_go_with_it() {
        let mut master = samples::direct_master();
        master.weight = None;
        let canada = programme::embedded::get("ca-pact").unwrap();
        let told = gaps(&master, &canada, None);
        let gap = told[0].gaps[0];
        assert_eq!((gap.code, gap.lack), (Some("MISSING_WEIGHT"), Lack::Absent));
        assert!(gap.reference.contains("CASR 741(1)") && told[0].rejects());
        assert!(!told[1].rejects());
    }

    #[test]
    fn what_files_nothing_has_no_gaps() {
        let status = Consignment { kind: consignment::DocumentKind::Status, ..samples::direct_master() };
        assert_eq!(told(&status, "us-acas"), Vec::<String>::new());
        let consolidated = told(&samples::consolidated_master(), "eu-ics2");
        assert_eq!(consolidated.len(), 3, "{consolidated:?}");
    }

    proptest! {
        /// An element that would reject any message is a gap of every type that wants it, and a document
        /// without gaps is rejected for no missing element.
        #[test]
        fn gaps_and_checks_agree(without in 0u16..256) {
            let mut house = samples::house();
            let bit = |at: u16| without & (1 << at) != 0;
            if bit(0) { house.pieces = None; }
            if bit(1) { house.weight = None; }
            if bit(2) { house.goods.clear(); }
            if bit(3) { house.shipper = None; }
            if bit(4) { house.consignee = None; }
            if bit(5) { house.house = None; }
            if bit(6) && let Some(shipper) = &mut house.shipper { shipper.street.clear(); }
            if bit(7) && let Some(consignee) = &mut house.consignee { consignee.name = "XXXX".to_owned(); }
            for programme in programme::embedded::all() {
                let rejects = programme_checks(&house, &[&house], &programme)
                    .iter()
                    .any(|finding| finding.severity == Severity::Error && lack_of(finding.code).is_some());
                let told = gaps(&house, &programme, None);
                let whole = told.iter().filter(|of| of.filing_type.without.len() < 2);
                for of in whole {
                    let own = of.gaps.iter().filter(|gap| gap.element != Element::MasterWaybill);
                    let own = own.filter(|gap| gap.severity == Severity::Error).count();
                    prop_assert_eq!(own > 0, rejects, "{} {}", programme.id, &of.filing_type.code);
                }
            }
        }
    }
}
