//! Paths of the model and where in the input their values stood.

use crate::party::Role;
use finding::Position;
use std::fmt;

/// An element of a consignment. Its text form is the `path` of findings: `consignee.name`, `goods[0]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Master air waybill number.
    Master,
    /// House waybill number.
    House,
    /// House waybill of the house this one belongs to.
    Parent,
    /// Origin.
    Origin,
    /// Destination.
    Destination,
    /// Piece count.
    Pieces,
    /// Pieces inside, shipper's load and count.
    Slac,
    /// Gross weight.
    Weight,
    /// Volume.
    Volume,
    /// A goods line.
    Goods(u16),
    /// A commodity code, counted over all goods lines.
    Hs(u16),
    /// A part of a party.
    Party(Role, PartyField),
    /// A leg.
    Leg(u16),
    /// A station of the route, counted along it as it was sent: where it starts is 0.
    Station(u16),
    /// Origin of the master, as a house document states it.
    MasterOrigin,
    /// Destination of the master, as a house document states it.
    MasterDestination,
    /// The unit a manifest line stands under.
    Unit,
    /// A piece of transport equipment.
    Equipment(u16),
    /// A seal on no known equipment.
    Seal(u16),
    /// A special handling code.
    SpecialHandling(u16),
    /// A part of the security declaration.
    Security(SecurityField),
    /// An OCI line or customs note, counted from 0.
    Oci(u16),
    /// A part of the customer-account set, by its OCI control identifier.
    Account(&'static str),
    /// A remark (SSR, OSI).
    Remark(u16),
    /// The direct or consolidation indicator.
    Consolidation,
    /// When the document was issued.
    IssuedAt,
    /// Customs status of the goods.
    CustomsStatus,
    /// The sender's own reference for the document.
    SenderReference,
}

/// A part of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyField {
    /// The party as a whole.
    Whole,
    /// Name.
    Name,
    /// Street or free address.
    Address,
    /// City.
    City,
    /// State or province.
    State,
    /// Country.
    Country,
    /// Post code.
    Postcode,
    /// A contact.
    Contact,
}

/// A part of the security declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityField {
    /// The declaration as a whole.
    Whole,
    /// Status.
    Status,
    /// Issuer.
    Issuer,
    /// Consolidation checker.
    Checker,
    /// Received from, in order.
    ReceivedFrom(u16),
    /// Acceptor, in order.
    Acceptor(u16),
    /// Screening method, in order.
    Method(u16),
    /// Exemption, in order.
    Exemption(u16),
    /// Name of the person.
    IssuedBy,
    /// Day and time of issue.
    IssuedAt,
    /// Statement, in order.
    Statement(u16),
}

impl Field {
    /// Whether it is a station the goods start from, land at or end at.
    pub fn is_station(self) -> bool {
        matches!(
            self,
            Self::Origin
                | Self::Destination
                | Self::Station(_)
                | Self::MasterOrigin
                | Self::MasterDestination
        )
    }

    /// The element of this path, as [`Field`] is written; `None` where no element has it.
    pub fn parse(path: &str) -> Option<Self> {
        let (head, tail) = match path.split_once('.') {
            Some((head, tail)) => (head, Some(tail)),
            None => (path, None),
        };
        match (head, tail) {
            ("security", None) => return Some(Self::Security(SecurityField::Whole)),
            ("security", Some(part)) => return SecurityField::parse(part).map(Self::Security),
            ("account", Some(control)) => return finding::recall::name(control).map(Self::Account),
            _ => {}
        }
        if let Some(role) = Role::parse(head) {
            let part = tail.map_or(Some(PartyField::Whole), PartyField::parse);
            return part.map(|part| Self::Party(role, part));
        }
        let (list, index) = indexed(path)?;
        Some(match (list, index) {
            ("master", None) => Self::Master,
            ("house", None) => Self::House,
            ("parent", None) => Self::Parent,
            ("origin", None) => Self::Origin,
            ("destination", None) => Self::Destination,
            ("pieces", None) => Self::Pieces,
            ("slac", None) => Self::Slac,
            ("weight", None) => Self::Weight,
            ("volume", None) => Self::Volume,
            ("goods", Some(index)) => Self::Goods(index),
            ("hs", Some(index)) => Self::Hs(index),
            ("legs", Some(index)) => Self::Leg(index),
            ("route", Some(index)) => Self::Station(index),
            ("master_totals.origin", None) => Self::MasterOrigin,
            ("master_totals.destination", None) => Self::MasterDestination,
            ("unit", None) => Self::Unit,
            ("equipment", Some(index)) => Self::Equipment(index),
            ("seals", Some(index)) => Self::Seal(index),
            ("special_handling", Some(index)) => Self::SpecialHandling(index),
            ("oci", Some(index)) => Self::Oci(index),
            ("remarks", Some(index)) => Self::Remark(index),
            ("consolidation", None) => Self::Consolidation,
            ("issued.at", None) => Self::IssuedAt,
            ("customs_status", None) => Self::CustomsStatus,
            ("sender_reference", None) => Self::SenderReference,
            _ => return None,
        })
    }
}

/// Takes a path of a list and its index apart: `goods[0]`; a path without an index stays whole.
fn indexed(path: &str) -> Option<(&str, Option<u16>)> {
    match path.split_once('[') {
        Some((list, index)) => Some((list, Some(index.strip_suffix(']')?.parse().ok()?))),
        None => Some((path, None)),
    }
}

impl PartyField {
    /// The part of this word; the whole party has none.
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "name" => Self::Name,
            "address" => Self::Address,
            "city" => Self::City,
            "state" => Self::State,
            "country" => Self::Country,
            "postcode" => Self::Postcode,
            "contacts" => Self::Contact,
            _ => return None,
        })
    }
}

impl SecurityField {
    /// The part of this path inside the declaration.
    fn parse(path: &str) -> Option<Self> {
        Some(match indexed(path)? {
            ("status", None) => Self::Status,
            ("issuer", None) => Self::Issuer,
            ("checker", None) => Self::Checker,
            ("received_from", Some(index)) => Self::ReceivedFrom(index),
            ("acceptors", Some(index)) => Self::Acceptor(index),
            ("methods", Some(index)) => Self::Method(index),
            ("exemptions", Some(index)) => Self::Exemption(index),
            ("issued_by", None) => Self::IssuedBy,
            ("issued_at", None) => Self::IssuedAt,
            ("statements", Some(index)) => Self::Statement(index),
            _ => return None,
        })
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Master => formatter.write_str("master"),
            Self::House => formatter.write_str("house"),
            Self::Parent => formatter.write_str("parent"),
            Self::Origin => formatter.write_str("origin"),
            Self::Destination => formatter.write_str("destination"),
            Self::Pieces => formatter.write_str("pieces"),
            Self::Slac => formatter.write_str("slac"),
            Self::Weight => formatter.write_str("weight"),
            Self::Volume => formatter.write_str("volume"),
            Self::Goods(index) => write!(formatter, "goods[{index}]"),
            Self::Hs(index) => write!(formatter, "hs[{index}]"),
            Self::Party(role, PartyField::Whole) => formatter.write_str(role.as_str()),
            Self::Party(role, part) => write!(formatter, "{}.{part}", role.as_str()),
            Self::Leg(index) => write!(formatter, "legs[{index}]"),
            Self::Station(index) => write!(formatter, "route[{index}]"),
            Self::MasterOrigin => formatter.write_str("master_totals.origin"),
            Self::MasterDestination => formatter.write_str("master_totals.destination"),
            Self::Unit => formatter.write_str("unit"),
            Self::Equipment(index) => write!(formatter, "equipment[{index}]"),
            Self::Seal(index) => write!(formatter, "seals[{index}]"),
            Self::SpecialHandling(index) => write!(formatter, "special_handling[{index}]"),
            Self::Security(SecurityField::Whole) => formatter.write_str("security"),
            Self::Security(part) => write!(formatter, "security.{part}"),
            Self::Oci(index) => write!(formatter, "oci[{index}]"),
            Self::Account(control) => write!(formatter, "account.{control}"),
            Self::Remark(index) => write!(formatter, "remarks[{index}]"),
            Self::Consolidation => formatter.write_str("consolidation"),
            Self::IssuedAt => formatter.write_str("issued.at"),
            Self::CustomsStatus => formatter.write_str("customs_status"),
            Self::SenderReference => formatter.write_str("sender_reference"),
        }
    }
}

impl fmt::Display for PartyField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Whole => "",
            Self::Name => "name",
            Self::Address => "address",
            Self::City => "city",
            Self::State => "state",
            Self::Country => "country",
            Self::Postcode => "postcode",
            Self::Contact => "contacts",
        })
    }
}

impl fmt::Display for SecurityField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Status => formatter.write_str("status"),
            Self::Issuer => formatter.write_str("issuer"),
            Self::Checker => formatter.write_str("checker"),
            Self::ReceivedFrom(index) => write!(formatter, "received_from[{index}]"),
            Self::Acceptor(index) => write!(formatter, "acceptors[{index}]"),
            Self::Method(index) => write!(formatter, "methods[{index}]"),
            Self::Exemption(index) => write!(formatter, "exemptions[{index}]"),
            Self::IssuedBy => formatter.write_str("issued_by"),
            Self::IssuedAt => formatter.write_str("issued_at"),
            Self::Statement(index) => write!(formatter, "statements[{index}]"),
        }
    }
}

/// Where each element of a consignment stood in the input. An element made from several places has the
/// first of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SourceMap(Vec<(Field, Position)>);

impl SourceMap {
    /// Makes room for so many notes.
    pub fn reserve(&mut self, notes: usize) {
        self.0.reserve(notes);
    }

    /// Notes where `field` stood. The first note of a field stays.
    pub fn note(&mut self, field: Field, position: Position) {
        self.0.push((field, position));
    }

    /// Where `field` stood, if it was in the message.
    pub fn position(&self, field: Field) -> Option<Position> {
        self.0.iter().find(|(noted, _)| *noted == field).map(|(_, position)| *position)
    }

    /// Every note, in the order they were made.
    pub fn notes(&self) -> impl ExactSizeIterator<Item = (Field, Position)> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_the_published_documents() {
        let cases = [
            (Field::Master, "master"),
            (Field::Party(Role::Consignee, PartyField::Name), "consignee.name"),
            (Field::Party(Role::Agent, PartyField::Whole), "agent"),
            (Field::Goods(2), "goods[2]"),
            (Field::Station(0), "route[0]"),
            (Field::Unit, "unit"),
            (Field::Equipment(1), "equipment[1]"),
            (Field::Security(SecurityField::Acceptor(1)), "security.acceptors[1]"),
            (Field::Security(SecurityField::Whole), "security"),
            (Field::Account("AE"), "account.AE"),
        ];
        for (field, path) in cases {
            assert_eq!(field.to_string(), path);
        }
    }

    #[test]
    fn people_are_told_elements_in_words() {
        let parts = [
            PartyField::Whole,
            PartyField::Name,
            PartyField::Address,
            PartyField::City,
            PartyField::State,
            PartyField::Country,
            PartyField::Postcode,
            PartyField::Contact,
        ];
        let security = [
            SecurityField::Whole,
            SecurityField::Status,
            SecurityField::Issuer,
            SecurityField::Checker,
            SecurityField::ReceivedFrom(0),
            SecurityField::Acceptor(0),
            SecurityField::Method(0),
            SecurityField::Exemption(0),
            SecurityField::IssuedBy,
            SecurityField::IssuedAt,
            SecurityField::Statement(0),
        ];
        let others = [
            Field::Master,
            Field::House,
            Field::Parent,
            Field::Origin,
            Field::Destination,
            Field::Pieces,
            Field::Slac,
            Field::Weight,
            Field::Volume,
            Field::Goods(0),
            Field::Hs(0),
            Field::Leg(0),
            Field::Station(0),
            Field::MasterOrigin,
            Field::MasterDestination,
            Field::Unit,
            Field::Equipment(0),
            Field::Seal(0),
            Field::SpecialHandling(0),
            Field::Oci(0),
            Field::Remark(0),
            Field::Consolidation,
            Field::IssuedAt,
            Field::CustomsStatus,
            Field::SenderReference,
        ];
        let roles = [Role::Shipper, Role::Consignee, Role::Agent, Role::Notify, Role::Other];
        let of_parties = roles.into_iter().flat_map(|role| parts.map(|part| Field::Party(role, part)));
        let of_security = security.into_iter().map(Field::Security);
        for field in others.into_iter().chain(of_parties).chain(of_security) {
            let words = finding::catalogue::element(finding::Language::English, &field.to_string());
            assert!(words.is_some(), "{field} has no words");
            assert_eq!(Field::parse(&field.to_string()), Some(field));
        }
    }

    #[test]
    fn the_first_place_stays() {
        let mut map = SourceMap::default();
        map.note(Field::Goods(0), Position::new(3, 5, 7));
        map.note(Field::Goods(0), Position::new(4, 1, 2));
        assert_eq!(map.position(Field::Goods(0)), Some(Position::new(3, 5, 7)));
        assert_eq!(map.position(Field::Goods(1)), None);
    }
}
