//! Who files what with a programme.

use super::{Element, ElementRule, Programme};
use consignment::{Consignment, DocumentKind};
use jiff::civil::Date;

/// Who may file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Filer {
    /// The air carrier that lands, or another one that arranged the carriage.
    Carrier,
    /// A freight forwarder.
    Forwarder,
    /// An express operator.
    Express,
    /// A postal operator.
    Post,
    /// An importer, or a broker for him.
    Importer,
    /// An operator of a freight station that breaks consolidations.
    FreightStation,
    /// A ground handler or sales agent for a carrier.
    Handler,
    /// A provider of information technology for any of them.
    Provider,
}

impl Filer {
    /// Every one, in the order of the type.
    pub const ALL: &[Filer] = &[
        Self::Carrier,
        Self::Forwarder,
        Self::Express,
        Self::Post,
        Self::Importer,
        Self::FreightStation,
        Self::Handler,
        Self::Provider,
    ];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Carrier => "carrier",
            Self::Forwarder => "forwarder",
            Self::Express => "express",
            Self::Post => "post",
            Self::Importer => "importer",
            Self::FreightStation => "freight-station",
            Self::Handler => "handler",
            Self::Provider => "provider",
        }
    }
}

/// Whose later version of a bill counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Submitters {
    /// The declarant's: whoever filed first.
    #[default]
    Declarant,
    /// Anybody's who files it too; the latest counts, and all who submitted are told.
    Any,
}

impl Submitters {
    /// Every one, in the order of the type.
    pub const ALL: &[Submitters] = &[Self::Declarant, Self::Any];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declarant => "declarant",
            Self::Any => "any",
        }
    }
}

/// Whether a filing type is all that is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// It is the whole declaration.
    Full,
    /// Others complete it.
    Partial,
}

impl Extent {
    /// Every one, in the order of the type.
    pub const ALL: &[Extent] = &[Self::Full, Self::Partial];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
        }
    }
}

/// When a filing type is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilingStage {
    /// Before loading.
    PreLoading,
    /// Before arrival; a load answer does not wait for it.
    PreArrival,
}

impl FilingStage {
    /// Every one, in the order of the type.
    pub const ALL: &[FilingStage] = &[Self::PreLoading, Self::PreArrival];

    /// The word used in programme files and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreLoading => "pre-loading",
            Self::PreArrival => "pre-arrival",
        }
    }
}

/// Of what a filing type tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// A house waybill.
    House,
    /// A master without houses.
    Direct,
    /// A consolidated master.
    Consolidation,
    /// Mail: items and receptacles.
    Mail,
}

impl Document {
    /// Every one, in the order of the type.
    pub const ALL: &[Document] = &[Self::House, Self::Direct, Self::Consolidation, Self::Mail];

    /// The word used in programme files and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::House => "house",
            Self::Direct => "direct",
            Self::Consolidation => "consolidation",
            Self::Mail => "mail",
        }
    }

    /// What this is; `None` where it files nothing. `consolidated` tells how its master is judged.
    pub fn of(consignment: &Consignment, consolidated: bool) -> Option<Self> {
        match consignment.kind {
            DocumentKind::House | DocumentKind::Express => Some(Self::House),
            DocumentKind::MailItem => Some(Self::Mail),
            DocumentKind::Master if consolidated => Some(Self::Consolidation),
            DocumentKind::Master => Some(Self::Direct),
            DocumentKind::HouseAnnounced
            | DocumentKind::Status
            | DocumentKind::Echo
            | DocumentKind::ManifestLine => None,
        }
    }
}

/// Until when what was filed must be kept in step with what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UpdatesUntil {
    /// The departure of the flight.
    Departure,
    /// The time by which the data on arrival are due (19 CFR 122.48a).
    ArrivalDataTime,
    /// Presentation of the goods, or the authority's decision to control them.
    ControlDecision,
}

impl UpdatesUntil {
    /// Every one, in the order of the type.
    pub const ALL: &[UpdatesUntil] = &[Self::Departure, Self::ArrivalDataTime, Self::ControlDecision];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Departure => "departure",
            Self::ArrivalDataTime => "arrival-data-time",
            Self::ControlDecision => "control-decision",
        }
    }
}

/// One kind of filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingType {
    /// The programme's own code, such as `F24`.
    pub code: String,
    /// Name, for people.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Whether it is all that is filed.
    pub extent: Extent,
    /// When it is due.
    pub stage: FilingStage,
    /// Of what documents it tells.
    pub of: Vec<Document>,
    /// Elements it does not carry, although the programme wants them.
    pub without: Vec<Element>,
    /// Whether all elements it wants are known here; where not, more can be missing than is told.
    pub elements_known: bool,
    /// Where this comes from.
    pub reference: String,
}

/// Who files what, until when it is kept in step, and for how long it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingRules {
    /// Who may file.
    pub who: Vec<Filer>,
    /// Who answers for it that data are filed, whoever sends them.
    pub liable: Filer,
    /// Whose later version counts.
    pub submitters: Submitters,
    /// Whether a house that was filed before its master was known must be sent again with it, and acknowledged again:
    /// that somebody else names both is no filing of it.
    pub house_sent_again_with_master: bool,
    /// Until when updates are due.
    pub updates_until: UpdatesUntil,
    /// Days for which filings and answers are kept.
    pub retention_days: u32,
    /// The kinds of filing.
    pub types: Vec<FilingType>,
    /// Where this comes from.
    pub reference: String,
}

impl Programme {
    /// The filing type of this code.
    pub fn filing_type(&self, code: &str) -> Option<&FilingType> {
        self.filing.types.iter().find(|filing_type| filing_type.code == code)
    }

    /// The element rules by which every message is judged on this day, whatever its filing type.
    pub fn element_rules(&self, on: Option<Date>) -> impl Iterator<Item = &ElementRule> {
        self.elements.iter().filter(move |rule| rule.filing_types.is_empty() && rule.in_force(on))
    }

    /// The element rules of one filing type on this day. A rule of the type takes the place of the general
    /// one for the same element and documents.
    pub fn element_rules_of<'a>(
        &'a self,
        filing_type: &'a FilingType,
        on: Option<Date>,
    ) -> impl Iterator<Item = &'a ElementRule> {
        let own = move |rule: &ElementRule| rule.filing_types.contains(&filing_type.code);
        let in_place = move |general: &ElementRule| {
            self.elements.iter().any(|rule| {
                own(rule)
                    && rule.in_force(on)
                    && rule.element == general.element
                    && ((rule.of_houses && general.of_houses)
                        || (rule.of_consolidations && general.of_consolidations))
            })
        };
        self.elements.iter().filter(move |rule| {
            !filing_type.without.contains(&rule.element)
                && rule.in_force(on)
                && (own(rule) || (rule.filing_types.is_empty() && !in_place(rule)))
        })
    }
}
