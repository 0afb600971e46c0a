//! A consignment: what one transport document names.

use crate::account::CustomerAccount;
use crate::date::PartialDate;
use crate::equipment::TransportEquipment;
use crate::field::{Field, SourceMap};
use crate::goods::GoodsLine;
use crate::handling::SpecialHandling;
use crate::ident::{AirWaybill, Flight, HouseWaybill, HsCode, Location, Mrn};
use crate::issue::Issue;
use crate::measure::{Volume, Weight};
use crate::oci::OciLine;
use crate::party::{Party, Role};
use crate::route::Leg;
use crate::security::SecurityDeclaration;
use jiff::civil::Time;
use std::fmt;

/// What kind of document names the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DocumentKind {
    /// An air waybill of a carrier.
    #[default]
    Master,
    /// A house waybill of a forwarder.
    House,
    /// A house named on a check list, without parties: announced, not filed.
    HouseAnnounced,
    /// A status report about a waybill: it may carry a security declaration, and files nothing.
    Status,
    /// A line of a flight manifest: it files nothing.
    ManifestLine,
    /// The repetition of a message inside an acknowledgement or rejection: it files and reports nothing.
    Echo,
    /// Item data of a post (ITMATT; ICS2 F43). Its number stands in `house`, and it has no master.
    MailItem,
    /// A shipment of an integrator (ICS2 F32; ACAS type 02). Its number stands in `house`; what carries it
    /// all is the flight, not a master.
    Express,
}

impl DocumentKind {
    /// Whether what the document names travels under its own number, without a master.
    pub fn stands_alone(self) -> bool {
        matches!(self, Self::MailItem | Self::Express)
    }
}

/// Whether a master is one shipment or many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Consolidation {
    /// The document does not say.
    #[default]
    Unstated,
    /// A direct shipment (`NG`, type code 740).
    Direct,
    /// A consolidation (`NC`, type code 741).
    Consolidated,
}

/// How the piece count relates to the waybill (shipment description code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PieceScope {
    /// All pieces of the waybill (`T`).
    #[default]
    Total,
    /// A part of them (`P`, `S`, `D`); the total is given apart, or not known.
    Part,
}

/// What a status line tells of the goods themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusFact {
    /// The status, such as `RCS` (received from shipper).
    pub code: String,
    /// For a discrepancy (`DIS`), which one, such as `MSCA` (missing cargo).
    pub discrepancy: Option<String>,
    /// Pieces the status speaks of, where it speaks of all of them (`T`).
    pub all_pieces: Option<u32>,
    /// Pieces the status speaks of, whether all of them or a part.
    pub pieces: Option<u32>,
    /// The flight it speaks of.
    pub flight: Option<Flight>,
    /// The day it took place, at the station it speaks of; of a flight, the day of its departure.
    pub date: Option<PartialDate>,
    /// The time of that day.
    pub time: Option<Time>,
    /// Where it took place; of a flight, where it starts.
    pub station: Option<Location>,
}

/// A value the sender gave that cannot be read as what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unreadable {
    /// The element.
    pub field: Field,
    /// The text as sent.
    pub text: String,
}

/// What one transport document says of one consignment. `None` and empty mean "not stated, or not
/// readable"; what could not be read stands in `unreadable`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Consignment {
    /// Kind of document.
    pub kind: DocumentKind,
    /// Master air waybill.
    pub master: Option<AirWaybill>,
    /// House waybill.
    pub house: Option<HouseWaybill>,
    /// For a sub-house, the house it belongs to.
    pub parent: Option<HouseWaybill>,
    /// Direct or consolidation.
    pub consolidation: Consolidation,
    /// Origin of the document.
    pub origin: Option<Location>,
    /// Destination of the document.
    pub destination: Option<Location>,
    /// Pieces.
    pub pieces: Option<u32>,
    /// Whether `pieces` and `weight` are those of the whole waybill.
    pub piece_scope: PieceScope,
    /// Pieces of the whole waybill, where `pieces` is a part of them.
    pub total_pieces: Option<u32>,
    /// Pieces inside the packages (shipper's load and count).
    pub slac: Option<u32>,
    /// Gross weight.
    pub weight: Option<Weight>,
    /// Volume.
    pub volume: Option<Volume>,
    /// Goods, in order.
    pub goods: Vec<GoodsLine>,
    /// Shipper.
    pub shipper: Option<Party>,
    /// Consignee.
    pub consignee: Option<Party>,
    /// Agent.
    pub agent: Option<Party>,
    /// Parties to be notified.
    pub notify: Vec<Party>,
    /// Other parties.
    pub others: Vec<Party>,
    /// Legs, in order; empty where the document states none. Where a station could not be read, the legs
    /// to it and from it are not among them ([`Consignment::route_is_readable`]).
    pub legs: Vec<Leg>,
    /// The unit load device a manifest line stands under; `None` for one in bulk, and for every other kind
    /// of document. A unit whose identifier cannot be read is there without its device.
    pub unit: Option<TransportEquipment>,
    /// Other equipment the document names, in order: units the goods are or were built into, trailers.
    pub equipment: Vec<TransportEquipment>,
    /// Numbers of seals that the message gives to no equipment, as sent, in order.
    pub seals: Vec<String>,
    /// Special handling codes, in order.
    pub special_handling: Vec<SpecialHandling>,
    /// The security declaration; `None` where the document says nothing of security.
    pub security: Option<SecurityDeclaration>,
    /// Customer-account facts.
    pub account: CustomerAccount,
    /// Customs references found among the OCI lines.
    pub mrns: Vec<Mrn>,
    /// The OCI list or customs notes in the order of the message.
    pub oci: Vec<OciLine>,
    /// What the status lines of a report tell of the goods, in order.
    pub statuses: Vec<StatusFact>,
    /// Of an echo, what the repeated message is.
    pub echo_of: Option<DocumentKind>,
    /// The reason given, where the document is the echo of a message that was rejected (FNA).
    pub rejected_for: Option<String>,
    /// Remarks (special service requests and other service information), in order.
    pub remarks: Vec<String>,
    /// Customs status of the goods (`COR`, goods status code), as written; empty where none is stated.
    pub customs_status: String,
    /// The sender's own reference for the document (`REF`), as written; empty where none is stated.
    pub sender_reference: String,
    /// When, where and by whom the document was issued.
    pub issue: Issue,
    /// Totals the document states for its master, where it is a house document.
    pub master_totals: Option<MasterTotals>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Where everything stood.
    pub source: SourceMap,
}

/// What a house document says of its master.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct MasterTotals {
    /// Origin of the master.
    pub origin: Option<Location>,
    /// Destination of the master.
    pub destination: Option<Location>,
    /// Pieces of the master.
    pub pieces: Option<u32>,
    /// Gross weight of the master.
    pub weight: Option<Weight>,
}

/// What names a consignment: master, house, or both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsignmentKey {
    /// Master air waybill, if known.
    pub master: Option<AirWaybill>,
    /// House waybill, if it is a house.
    pub house: Option<HouseWaybill>,
}

impl fmt::Display for ConsignmentKey {
    /// `888-10001014`, `888-10001014 house RHA`, or `house RHA`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.master, &self.house) {
            (Some(master), Some(house)) => write!(formatter, "{master} house {house}"),
            (Some(master), None) => write!(formatter, "{master}"),
            (None, Some(house)) => write!(formatter, "house {house}"),
            (None, None) => formatter.write_str("a consignment without a number"),
        }
    }
}

impl Consignment {
    /// What names it.
    pub fn key(&self) -> ConsignmentKey {
        ConsignmentKey { master: self.master, house: self.house.clone() }
    }

    /// The party in this role; the first one where there may be several.
    pub fn party(&self, role: Role) -> Option<&Party> {
        match role {
            Role::Shipper => self.shipper.as_ref(),
            Role::Consignee => self.consignee.as_ref(),
            Role::Agent => self.agent.as_ref(),
            Role::Notify => self.notify.first(),
            Role::Other => self.others.first(),
        }
    }

    /// Every party with its role.
    pub fn parties(&self) -> impl Iterator<Item = (Role, &Party)> {
        self.shipper
            .iter()
            .map(|party| (Role::Shipper, party))
            .chain(self.consignee.iter().map(|party| (Role::Consignee, party)))
            .chain(self.agent.iter().map(|party| (Role::Agent, party)))
            .chain(self.notify.iter().map(|party| (Role::Notify, party)))
            .chain(self.others.iter().map(|party| (Role::Other, party)))
    }

    /// Commodity codes of all goods lines, in order.
    pub fn hs_codes(&self) -> impl Iterator<Item = &HsCode> {
        self.goods.iter().flat_map(|line| &line.hs)
    }

    /// Whether every station of the route could be read: origin and destination, and those between.
    ///
    /// Where it is `false`, `legs` leave out a stretch that nobody knows, so that a landing may be hidden.
    /// The same holds for a filing whose legs start at an origin it does not state, and for a document of whose
    /// route nothing was read at all.
    pub fn route_is_readable(&self) -> bool {
        let starts_nowhere = self.is_filing() && self.origin.is_none() && !self.legs.is_empty();
        let any = !self.legs.is_empty()
            || self.origin.or(self.destination).is_some()
            || self
                .master_totals
                .as_ref()
                .is_some_and(|totals| totals.origin.or(totals.destination).is_some())
            || self.statuses.iter().any(|status| status.station.is_some());
        any && !starts_nowhere && !self.unreadable.iter().any(|unreadable| unreadable.field.is_station())
    }

    /// Whether the number that names it is missing or unreadable: the master's of a master, the house's
    /// of a house.
    pub fn lacks_number(&self) -> bool {
        match self.kind {
            DocumentKind::House
            | DocumentKind::HouseAnnounced
            | DocumentKind::MailItem
            | DocumentKind::Express => self.house.is_none(),
            DocumentKind::Master | DocumentKind::Status | DocumentKind::ManifestLine | DocumentKind::Echo => {
                self.master.is_none() && self.house.is_none()
            }
        }
    }

    /// What stands where a station of the route should, and cannot be read as one.
    pub fn unreadable_stations(&self) -> impl Iterator<Item = &str> {
        let stations = self.unreadable.iter().filter(|unreadable| unreadable.field.is_station());
        stations.map(|unreadable| unreadable.text.as_str())
    }

    /// Whether both say the same, wherever in their messages it stood and whenever those were made: a
    /// message sent again has a time of its own and says nothing new.
    pub fn same_content(&self, other: &Self) -> bool {
        let without_places = |consignment: &Self| {
            let mut bare = consignment.clone();
            bare.source = SourceMap::default();
            (bare.issue.message_at, bare.issue.told_by_envelope) = (None, false);
            for line in &mut bare.oci {
                (line.line, line.column) = (0, 0);
            }
            bare
        };
        without_places(self) == without_places(other)
    }

    /// Both ends of the route, as far as one document tells: of its master where it states them, else its
    /// own; `None` where one of the two is missing.
    pub fn ends(&self) -> Option<(Location, Location)> {
        let stated = self.master_totals.as_ref().and_then(|totals| totals.origin.zip(totals.destination));
        stated.or_else(|| self.origin.zip(self.destination))
    }

    /// Whether the document files data of goods, rather than report or announce.
    pub fn is_filing(&self) -> bool {
        matches!(self.kind, DocumentKind::Master | DocumentKind::House) || self.kind.stands_alone()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_station_that_cannot_be_read_makes_the_route_unknown() {
        let [origin, landing] = ["FRA", "JFK"].map(|station| Location::parse(station).unwrap());
        let legs = vec![Leg::assumed(origin, landing)];
        let sound = Consignment { origin: Some(origin), legs, ..Consignment::default() };
        assert!(sound.route_is_readable() && !Consignment::default().route_is_readable());
        let with = |field| {
            let unreadable = vec![Unreadable { field, text: "1234".to_owned() }];
            Consignment { unreadable, ..sound.clone() }.route_is_readable()
        };
        let stations = [
            Field::Origin,
            Field::Destination,
            Field::Station(1),
            Field::MasterOrigin,
            Field::MasterDestination,
        ];
        assert!(stations.iter().all(|field| !with(*field)));
        assert!(with(Field::Leg(0)) && with(Field::Weight), "a flight is no station");
        let started = |kind| Consignment { kind, origin: None, ..sound.clone() }.route_is_readable();
        assert!(!started(DocumentKind::Master) && started(DocumentKind::Status));
    }
}
