//! Types of a programme.

use crate::stop_words::{StopWordList, StopWords};
use consignment::ident::Country;
use consignment::measure::WeightUnit;
use consignment::party::Role;
use consignment::stations::Territory;
use finding::{Finding, Severity};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// Name of a programme: the name of its folder, such as `us-acas`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgrammeId(Arc<str>);

impl ProgrammeId {
    /// A programme of this name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProgrammeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ProgrammeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ProgrammeId({self})")
    }
}

/// How a programme runs on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Its officers decide here.
    Authority,
    /// It decides elsewhere; only its authenticated message moves a case.
    Relay,
    /// Training, demonstration, one-shot commands: nobody's decision, and every answer says so.
    Simulated,
}

impl Mode {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Relay => "relay",
            Self::Simulated => "simulated",
        }
    }
}

/// What kind of authority runs a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthorityKind {
    /// A customs authority.
    Customs,
    /// An aviation security authority.
    AviationSecurity,
}

/// The authority behind a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its name, for people.
    pub name: String,
    /// Its kind.
    pub kind: AuthorityKind,
}

/// On which legs and goods a programme binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The territory whose entry it guards: a leg binds where it lands inside and started outside.
    pub territory: Territory,
    /// Whether mail is in scope.
    pub mail: bool,
    /// Whether diplomatic and consular bags are in scope.
    pub diplomatic_bags: bool,
    /// Whether a leg by road, rail or water binds. Air and unknown modes always do.
    pub surface_legs: bool,
}

/// What a programme's rules do to the load answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateRules {
    /// Whether the filing must be acknowledged before loading.
    pub acknowledgement_required: bool,
    /// Whether the assessment must be complete before loading.
    pub assessment_required: bool,
    /// Whether that answer, wait or no wait, is the programme's own rule (`false`: a stated default of
    /// Loadgate).
    pub assessment_required_is_law: bool,
}

/// What a programme wants of high-risk cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighRiskRules {
    /// Fewest different screening methods that secure high-risk goods.
    pub methods_min: u8,
}

/// An element of a filing that a programme can demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// Waybill number.
    Waybill,
    /// Pieces.
    Pieces,
    /// Gross weight.
    Weight,
    /// Description of the goods.
    Goods,
    /// Commodity code of six digits at least.
    Hs,
    /// Shipper's name.
    ShipperName,
    /// Shipper's address.
    ShipperAddress,
    /// Shipper's city.
    ShipperCity,
    /// Shipper's post code.
    ShipperPostcode,
    /// Shipper's country.
    ShipperCountry,
    /// Consignee's name.
    ConsigneeName,
    /// Consignee's address.
    ConsigneeAddress,
    /// Consignee's city.
    ConsigneeCity,
    /// Consignee's post code.
    ConsigneePostcode,
    /// Consignee's country.
    ConsigneeCountry,
}

impl Element {
    /// Every element, in the order of the type.
    pub const ALL: &[Element] = &[
        Self::Waybill,
        Self::Pieces,
        Self::Weight,
        Self::Goods,
        Self::Hs,
        Self::ShipperName,
        Self::ShipperAddress,
        Self::ShipperCity,
        Self::ShipperPostcode,
        Self::ShipperCountry,
        Self::ConsigneeName,
        Self::ConsigneeAddress,
        Self::ConsigneeCity,
        Self::ConsigneePostcode,
        Self::ConsigneeCountry,
    ];

    /// The word used in programme files and as a message argument.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waybill => "waybill",
            Self::Pieces => "pieces",
            Self::Weight => "weight",
            Self::Goods => "goods",
            Self::Hs => "hs",
            Self::ShipperName => "shipper-name",
            Self::ShipperAddress => "shipper-address",
            Self::ShipperCity => "shipper-city",
            Self::ShipperPostcode => "shipper-postcode",
            Self::ShipperCountry => "shipper-country",
            Self::ConsigneeName => "consignee-name",
            Self::ConsigneeAddress => "consignee-address",
            Self::ConsigneeCity => "consignee-city",
            Self::ConsigneePostcode => "consignee-postcode",
            Self::ConsigneeCountry => "consignee-country",
        }
    }

    /// The element of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|element| element.as_str() == word)
    }
}

/// One element a programme wants, and how badly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementRule {
    /// The element.
    pub element: Element,
    /// Wanted of houses and direct masters.
    pub of_houses: bool,
    /// Wanted of consolidated masters.
    pub of_consolidations: bool,
    /// `Error` rejects the filing; `Warning` does not.
    pub severity: Severity,
    /// The programme's own error code, where it publishes one (`MISSING_SHP_NAME`). It also stands for
    /// content that says nothing, as in the Canadian guide.
    pub code: Option<String>,
    /// Its own error code for a value that cannot be read (`INVALID_WEIGHT`); `code` where there is none.
    pub invalid_code: Option<String>,
    /// Source of the rule.
    pub reference: String,
}

/// Data-quality rules of a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityRules {
    /// Whether values that consist only of digits, one repeated character, special characters or a
    /// file extension are refused; where not, they are warned of.
    pub junk_rejects: bool,
    /// What is said of post-office boxes.
    pub po_box: PoBox,
    /// What an address must have besides its elements.
    pub address: AddressRules,
    /// In which units weights are taken.
    pub weight: WeightRules,
    /// Tolerated difference between the houses' weight and the master's, in per cent.
    pub weight_tolerance_percent: Decimal,
    /// Whether a text in another script than Latin is refused.
    pub latin_script_required: bool,
    /// Whether a goods description that only repeats the name of a party is refused; where not, it is
    /// warned of.
    pub company_name_rejects: bool,
    /// Whether a commodity code of six digits may stand for a precise description: a vague description
    /// with a code is only warned of, and the code is asked for only where the description is vague.
    pub hs_or_description: bool,
    /// What an element does that says nothing by the words of other programmes, or by those of
    /// `programmes/vague_words.toml`; `None` where this programme's own words are all that count.
    pub words_of_others: Option<Severity>,
    /// Longest house waybill number.
    pub house_waybill_length_max: u8,
    /// What a longer or unreadable house waybill number does.
    pub house_waybill_severity: Severity,
    /// The programme's own error code for such a number.
    pub house_waybill_code: Option<String>,
    /// The programme's own error code for a house without a number.
    pub house_waybill_missing_code: Option<String>,
    /// How consolidated masters are told and treated.
    pub consolidation: ConsolidationRules,
    /// The programme's own error code where the whole shipper is absent (`MISSING_SHP_LINE`).
    pub shipper_missing_code: Option<String>,
    /// The same for the consignee.
    pub consignee_missing_code: Option<String>,
    /// The programme's own error code where pieces, weight and goods are absent together
    /// (`MISSING_CSM_LINE`); without one each of them is told.
    pub consignment_missing_code: Option<String>,
    /// What a filing does whose routing names no place in the territory; `None` where the programme does
    /// not ask.
    pub routing_outside: Option<Severity>,
    /// The programme's own error code for that (`INVALID_ROUTING`).
    pub routing_outside_code: Option<String>,
}

/// In which units a programme takes weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightRules {
    /// The units.
    pub units: Vec<WeightUnit>,
    /// What a weight in another unit does.
    pub severity: Severity,
    /// The programme's own error code for a weight without a unit (`MISSING_WT_UNITS`).
    pub unit_missing_code: Option<String>,
}

/// Which post-office boxes in an address are warned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PoBox {
    /// None.
    Accepted,
    /// One that is the whole address.
    Alone,
    /// One anywhere in the address.
    Anywhere,
}

/// What an address must have besides its elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRules {
    /// Whether a state or province may stand for the city.
    pub state_for_city: bool,
    /// The countries of the programme itself, where no shipper is expected.
    pub domestic: Vec<Country>,
    /// What a shipper there does; `None` where the programme does not ask.
    pub shipper_domestic: Option<Severity>,
    /// What addresses in single countries need.
    pub countries: Vec<CountryAddress>,
}

/// What the address of a party in one country needs, in houses and direct masters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryAddress {
    /// The country.
    pub country: Country,
    /// The parties.
    pub parties: Vec<Role>,
    /// Whether the state or province is needed.
    pub state: bool,
    /// Numbers of digits a post code may have; empty where it may be anything or nothing.
    pub postcode_digits: Vec<u8>,
    /// `Error` rejects the filing; `Warning` does not.
    pub severity: Severity,
}

/// How a programme treats consolidated masters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsolidationRules {
    /// Whether "consolidation" is an acceptable description of a consolidated master.
    pub words_tolerated: bool,
    /// What a master does whose text says consolidation and whose indicator does not; `None` where the
    /// programme asks for no indicator.
    pub indicator_missing: Option<Severity>,
    /// The programme's own error code for that (`MISSING_CONSOL_INDI`).
    pub indicator_missing_code: Option<String>,
}

/// An error code of a programme's answers, and what it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerCode {
    /// The code on the wire, such as `MISSING_SHP_NAME`.
    pub code: String,
    /// Status of the HTTP answer that carries it.
    pub http: u16,
    /// What the programme means by it.
    pub cause: String,
    /// The findings it stands for; empty where it is not reachable.
    pub findings: Vec<AnswerFinding>,
    /// Why no finding of a message corresponds, where none does.
    pub not_reachable: Option<String>,
}

/// A finding an answer code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFinding {
    /// Its code.
    pub code: finding::Code,
    /// The path it must be about; `None` for any.
    pub on: Option<String>,
}

impl AnswerFinding {
    /// Whether a finding is of this kind; a list is meant with all its items.
    pub fn covers(&self, finding: &Finding) -> bool {
        let list = finding.path.split('[').next().unwrap_or_default();
        self.code == finding.code && self.on.as_ref().is_none_or(|on| *on == finding.path || on == list)
    }
}

/// A country programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Its name.
    pub id: ProgrammeId,
    /// Its title, for people.
    pub title: String,
    /// Edition of the data.
    pub edition: Date,
    /// SHA-256 over the files of the folder, in hexadecimal.
    pub sha256: String,
    /// The authority.
    pub authority: Authority,
    /// On what it binds.
    pub scope: Scope,
    /// What holds a load.
    pub gate: GateRules,
    /// High-risk cargo.
    pub high_risk: HighRiskRules,
    /// What it wants filed.
    pub elements: Vec<ElementRule>,
    /// How good the data must be.
    pub quality: QualityRules,
    /// The error codes of its answers, where it publishes them.
    pub answers: Vec<AnswerCode>,
    /// Words that say nothing of goods or parties, as the files list them.
    pub stop_words: Vec<StopWordList>,
    /// The same words prepared for matching, once for all messages.
    pub stop_word_matcher: StopWords,
}
