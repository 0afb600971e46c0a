//! Parties: names and addresses in their original script and full width.

use crate::ident::Country;

/// The part somebody plays in a consignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Shipper (consignor).
    Shipper,
    /// Consignee.
    Consignee,
    /// Agent (freight forwarder of the waybill).
    Agent,
    /// To be notified.
    Notify,
    /// Any other party the message names.
    Other,
}

impl Role {
    /// The word used in paths and published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shipper => "shipper",
            Self::Consignee => "consignee",
            Self::Agent => "agent",
            Self::Notify => "notify",
            Self::Other => "other",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Self> {
        let roles = [Self::Shipper, Self::Consignee, Self::Agent, Self::Notify, Self::Other];
        roles.into_iter().find(|role| role.as_str() == word)
    }
}

/// A party as the message names it. Empty strings mean "not stated".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Party {
    /// The whole name; lines of the wire are joined.
    pub name: String,
    /// Street lines, in order.
    pub street: Vec<String>,
    /// City or place.
    pub city: String,
    /// State, province or other subdivision, code or name as written.
    pub state: String,
    /// Post code.
    pub postcode: String,
    /// Country, where the code stands for one.
    pub country: Option<Country>,
    /// The address as one text where the message gives no parts.
    pub free_address: String,
    /// Account number with the carrier or forwarder.
    pub account: String,
    /// Telephone, fax, e-mail, contact person.
    pub contacts: Vec<Contact>,
    /// Registration and tax numbers, as stated.
    pub identifiers: Vec<PartyIdentifier>,
}

impl Party {
    /// The address without city and country: street lines, or the free text.
    pub fn address(&self) -> String {
        if self.street.is_empty() { self.free_address.clone() } else { self.street.join(", ") }
    }

    /// Whether the message says anything of this party.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One way to reach a party.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Contact {
    /// The kind.
    pub kind: ContactKind,
    /// Number, address or name as written.
    pub value: String,
}

/// Kind of contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactKind {
    /// Telephone (`TE`, `CT`).
    Telephone,
    /// Fax (`FX`).
    Fax,
    /// Telex (`TL`).
    Telex,
    /// E-mail address.
    Email,
    /// Contact person (`CP`).
    Person,
}

impl ContactKind {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telephone => "telephone",
            Self::Fax => "fax",
            Self::Telex => "telex",
            Self::Email => "email",
            Self::Person => "person",
        }
    }
}

/// A registration number of a party, with the country whose scheme it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartyIdentifier {
    /// Country of the scheme as the message gives it.
    pub country: Option<Country>,
    /// Scheme: `trader` (OCI `T`), `aeo` (OCI `E`), or the scheme code of Cargo-XML.
    pub scheme: String,
    /// The number as written.
    pub text: String,
}
