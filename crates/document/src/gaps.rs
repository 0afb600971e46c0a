//! The document of `check --gaps`: what documents lack for the filing types of the programmes that bind.

use super::{Entry, Head, Tail, line_of};
use assess::gaps::{self, FilingGaps, Gap};
use consignment::{Consignment, Filing};
use finding::Severity;
use jiff::civil::Date;
use programme::{Document as Kind, FilingStage, Programme};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.gaps/1";

/// Name of the schema of one line of its stream.
pub const LINE_SCHEMA: &str = "loadgate.gaps-line/1";

/// The whole document: one entry for each file, in the order they were named.
pub type Document = Vec<Entry<GapsFile>>;

/// The gaps of one file. It is written while it is read; the parts that are known only at its end come last.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GapsFile {
    /// What is known at the start.
    #[serde(flatten)]
    pub head: Head,
    /// One for each document that files data, in order of the file.
    pub consignments: Vec<GapsItem>,
    /// What is known at the end.
    #[serde(flatten)]
    pub tail: Tail,
}

/// What one document lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GapsItem {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// Line of the file it starts at, from 1.
    pub line: u32,
    /// Master air waybill, `888-10001014`.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// `house`, `direct` or `consolidation`: as what it is judged.
    pub document: Option<&'static str>,
    /// The programmes that bind, or may bind, on its way; empty where none does or its way is not told.
    pub programmes: Vec<ProgrammeGaps>,
}

/// What it lacks for one programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProgrammeGaps {
    /// The programme.
    pub programme: String,
    /// `mandatory`, or `voluntary` where nobody must file.
    pub binding: &'static str,
    /// Who may file, in the words of the programme's data: `carrier`, `forwarder` and so on.
    pub filers: Vec<&'static str>,
    /// Who answers for it that data are filed.
    pub liable: &'static str,
    /// Until when what was filed is kept in step: `departure`, `arrival-data-time` or `control-decision`.
    pub updates_until: &'static str,
    /// For how many days filings and answers are kept.
    pub retention_days: u32,
    /// The filing types that are for such a document.
    pub filing_types: Vec<FilingTypeGaps>,
}

/// What it lacks for one filing type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FilingTypeGaps {
    /// The programme's code of the type.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `full`, or `partial` where other filings complete it.
    pub extent: &'static str,
    /// `pre-loading` or `pre-arrival`.
    pub stage: &'static str,
    /// Whether all elements it wants are known here; where not, more may be missing.
    pub elements_known: bool,
    /// What is missing.
    pub missing: Vec<MissingElement>,
}

/// One element that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingElement {
    /// The element, such as `consignee-city`.
    pub element: &'static str,
    /// `absent`, `unusable`, or `says-nothing` where it counts as empty.
    pub lack: &'static str,
    /// `error` where the filing would be rejected; `warning` or `info` where not.
    pub severity: &'static str,
    /// The programme's own error code for it.
    pub code: Option<String>,
    /// The rule that wants it.
    pub reference: String,
}

impl GapsItem {
    /// The gaps of a document for these programmes, on this day.
    pub fn new(filing: &Filing, consignment: &Consignment, programmes: &[Arc<Programme>], on: Date) -> Self {
        let consolidated = assess::quality::looks_consolidated(consignment);
        Self {
            message_index: filing.message_index,
            line: line_of(filing, consignment),
            master: consignment.master.map(|master| master.to_string()),
            house: consignment.house.as_ref().map(|house| house.as_str().to_owned()),
            document: Kind::of(consignment, consolidated).map(Kind::as_str),
            programmes: programmes
                .iter()
                .map(|programme| ProgrammeGaps {
                    programme: programme.id.to_string(),
                    binding: programme.gate.binding.as_str(),
                    filers: programme.filing.who.iter().map(|who| who.as_str()).collect(),
                    liable: programme.filing.liable.as_str(),
                    updates_until: programme.filing.updates_until.as_str(),
                    retention_days: programme.filing.retention_days,
                    filing_types: gaps::gaps(consignment, programme, Some(on)).iter().map(of_type).collect(),
                })
                .collect(),
        }
    }

    /// Whether anything would be rejected that is filed before loading.
    pub fn rejects(&self) -> bool {
        let mut types = self.programmes.iter().flat_map(|programme| &programme.filing_types);
        types.any(|of| {
            of.stage == FilingStage::PreLoading.as_str()
                && of.missing.iter().any(|missing| missing.severity == Severity::Error.as_str())
        })
    }
}

fn of_type(found: &FilingGaps<'_>) -> FilingTypeGaps {
    let filing_type = found.filing_type;
    FilingTypeGaps {
        code: filing_type.code.clone(),
        name: filing_type.name.clone(),
        extent: filing_type.extent.as_str(),
        stage: filing_type.stage.as_str(),
        elements_known: filing_type.elements_known,
        missing: found.gaps.iter().map(missing).collect(),
    }
}

fn missing(gap: &Gap<'_>) -> MissingElement {
    MissingElement {
        element: gap.element.as_str(),
        lack: gap.lack.as_str(),
        severity: gap.severity.as_str(),
        code: gap.code.map(str::to_owned),
        reference: gap.reference.to_owned(),
    }
}
