//! A consignment: what one transport document names.

use crate::account::CustomerAccount;
use crate::field::{Field, SourceMap};
use crate::goods::GoodsLine;
use crate::handling::SpecialHandling;
use crate::ident::{AirWaybill, HouseWaybill, HsCode, Location, Mrn};
use crate::issue::Issue;
use crate::measure::{Volume, Weight};
use crate::oci::OciLine;
use crate::party::{Party, Role};
use crate::route::Leg;
use crate::security::SecurityDeclaration;
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

/// A value the sender gave that cannot be read as what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The element.
    pub field: Field,
    /// The text as sent.
    pub text: String,
}

/// What one transport document says of one consignment. `None` and empty mean "not stated, or not
/// readable"; what could not be read stands in `unreadable`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// Legs, in order; empty where the document states none.
    pub legs: Vec<Leg>,
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

    /// Whether the number that names it is missing or unreadable: the master's of a master, the house's
    /// of a house.
    pub fn lacks_number(&self) -> bool {
        match self.kind {
            DocumentKind::House | DocumentKind::HouseAnnounced => self.house.is_none(),
            DocumentKind::Master | DocumentKind::Status | DocumentKind::ManifestLine => {
                self.master.is_none() && self.house.is_none()
            }
        }
    }

    /// What stands in the routing where a station should, and cannot be read as one.
    pub fn unreadable_stations(&self) -> impl Iterator<Item = &str> {
        let legs = self.unreadable.iter().filter(|unreadable| matches!(unreadable.field, Field::Leg(_)));
        legs.map(|unreadable| unreadable.text.as_str())
    }

    /// Whether the whole routing could be read.
    pub fn route_is_readable(&self) -> bool {
        self.unreadable_stations().next().is_none()
    }

    /// Whether both say the same, wherever in their messages it stood and whenever those were made: a
    /// message sent again has a time of its own and says nothing new.
    pub fn same_content(&self, other: &Self) -> bool {
        let without_places = |consignment: &Self| {
            let mut bare = consignment.clone();
            bare.source = SourceMap::default();
            bare.issue.message_at = None;
            for line in &mut bare.oci {
                (line.line, line.column) = (0, 0);
            }
            bare
        };
        without_places(self) == without_places(other)
    }

    /// Whether the document files data of goods, rather than report or announce.
    pub fn is_filing(&self) -> bool {
        matches!(self.kind, DocumentKind::Master | DocumentKind::House)
    }
}
