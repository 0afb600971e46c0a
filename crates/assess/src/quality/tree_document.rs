use consignment::document::{MasterTotals, PieceScope};
use consignment::field::Field;
use consignment::ident::{AirWaybill, HouseWaybill, Location};
use consignment::{Consignment, ConsignmentKey, DocumentKind};
use finding::{Code, Finding, Position};
use rust_decimal::Decimal;
use std::hash::{DefaultHasher, Hash, Hasher};

/// 128 bits that stand for a content: what has the same ones is taken to say the same.
pub(super) type Fingerprint = [u64; 2];

/// What the comparison of a tree needs of one document. It is a small part of the document, so that very
/// many can be kept.
#[derive(Debug, Clone)]
pub struct TreeDocument {
    pub(super) kind: DocumentKind,
    pub(super) master: Option<AirWaybill>,
    pub(super) house: Option<HouseWaybill>,
    /// Whether it is part of another house.
    pub(super) is_sub_house: bool,
    pub(super) piece_scope: PieceScope,
    pub(super) pieces: Option<u32>,
    pub(super) weight_kg: Option<Decimal>,
    pub(super) origin: Option<Location>,
    pub(super) destination: Option<Location>,
    pub(super) master_totals: Option<Box<MasterTotals>>,
    /// Of everything in which a second filing of the same number may differ.
    pub(super) content: Fingerprint,
    /// Of what a house says besides its number; `None` where that is too little to call another one its
    /// double.
    pub(super) without_number: Option<Fingerprint>,
    /// Where the elements of [`PLACED`] stand.
    places: [Option<Position>; PLACED.len()],
}

/// The elements at which the comparison points.
const PLACED: [Field; 4] = [Field::Master, Field::House, Field::Pieces, Field::Weight];

impl TreeDocument {
    /// What is needed of this one.
    pub fn of(consignment: &Consignment) -> Self {
        Self {
            kind: consignment.kind,
            master: consignment.master,
            house: consignment.house.clone(),
            is_sub_house: consignment.parent.is_some(),
            piece_scope: consignment.piece_scope,
            pieces: consignment.pieces,
            weight_kg: consignment.weight.map(|weight| weight.to_kg()),
            origin: consignment.origin,
            destination: consignment.destination,
            master_totals: consignment.master_totals.clone().map(Box::new),
            content: content(consignment),
            without_number: without_number(consignment),
            places: PLACED.map(|field| consignment.source.position(field)),
        }
    }

    /// The master's number.
    pub fn master(&self) -> Option<AirWaybill> {
        self.master
    }

    pub(super) fn key(&self) -> ConsignmentKey {
        ConsignmentKey { master: self.master, house: self.house.clone() }
    }

    pub(super) fn is_filing(&self) -> bool {
        matches!(self.kind, DocumentKind::Master | DocumentKind::House)
    }

    /// Where an element of [`PLACED`] stood.
    pub(super) fn position(&self, field: Field) -> Option<Position> {
        let at = PLACED.iter().position(|placed| *placed == field)?;
        self.places[at]
    }

    /// A finding about an element of [`PLACED`].
    pub(super) fn about(&self, code: Code, field: Field) -> Finding {
        Finding::new(code).at(self.position(field)).on(field.to_string())
    }
}

impl AsRef<Self> for TreeDocument {
    fn as_ref(&self) -> &Self {
        self
    }
}

fn content(consignment: &Consignment) -> Fingerprint {
    let Consignment {
        kind,
        parent,
        consolidation,
        origin,
        destination,
        pieces,
        piece_scope,
        weight,
        goods,
        shipper,
        consignee,
        master_totals,
        ..
    } = consignment;
    fingerprint(&(
        (kind, parent, consolidation, origin, destination, pieces, piece_scope, weight),
        (goods, shipper, consignee, master_totals),
    ))
}

fn without_number(house: &Consignment) -> Option<Fingerprint> {
    let (shipper, consignee) = house.shipper.as_ref().zip(house.consignee.as_ref())?;
    let (pieces, weight) = house.pieces.zip(house.weight)?;
    let goods: Vec<&str> = house.goods.iter().map(|line| line.description.as_str()).collect();
    let parties = [shipper, consignee].map(|party| (&party.name, party.address(), &party.city));
    Some(fingerprint(&(goods, parties, pieces, weight.to_kg())))
}

/// Two hashes of the same content that have nothing to do with each other. They never leave the process.
fn fingerprint(content: &impl Hash) -> Fingerprint {
    [0_u8, 1].map(|half| {
        let mut hasher = DefaultHasher::new();
        half.hash(&mut hasher);
        content.hash(&mut hasher);
        hasher.finish()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_takes_little_room() {
        // `check` keeps a hundred thousand of them.
        assert!(size_of::<TreeDocument>() <= 256, "{}", size_of::<TreeDocument>());
    }
}
