//! What a programme wants filed.

use finding::Severity;
use jiff::civil::Date;

/// An element of a filing that a programme can demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// Waybill number of the document itself.
    Waybill,
    /// Number of the master, on a house.
    MasterWaybill,
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
        Self::MasterWaybill,
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
            Self::MasterWaybill => "master-waybill",
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
    /// Filing types it is of; empty where it is of all. A rule of some types takes the place of the general
    /// one in reports of what these types lack, and a message is not judged by it, because it does not tell
    /// its type.
    pub filing_types: Vec<String>,
    /// First day it is in force; `None` where it has been for as long as the programme.
    pub from: Option<Date>,
    /// Last day it is in force.
    pub until: Option<Date>,
    /// Source of the rule.
    pub reference: String,
}

impl ElementRule {
    /// Whether it is in force on this day. Where the day is not known it is, because a rule that is left
    /// out frees goods.
    pub fn in_force(&self, on: Option<Date>) -> bool {
        on.is_none_or(|on| {
            self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
        })
    }

    /// Whether both can be meant at once: the same element, documents, filing types and day.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let documents =
            (self.of_houses && other.of_houses) || (self.of_consolidations && other.of_consolidations);
        let types = if self.filing_types.is_empty() || other.filing_types.is_empty() {
            self.filing_types.is_empty() && other.filing_types.is_empty()
        } else {
            self.filing_types.iter().any(|code| other.filing_types.contains(code))
        };
        let before = |until: Option<Date>, from: Option<Date>| {
            until.zip(from).is_some_and(|(until, from)| until < from)
        };
        self.element == other.element
            && documents
            && types
            && !before(self.until, other.from)
            && !before(other.until, self.from)
    }
}
