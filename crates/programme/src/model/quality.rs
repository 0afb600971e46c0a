//! How good a filing's data must be.

use consignment::ident::Country;
use consignment::measure::WeightUnit;
use consignment::party::Role;
use finding::Severity;
use rust_decimal::Decimal;

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
