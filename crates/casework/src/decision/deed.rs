//! What a deed of an officer is about, and whether it can let goods pass.

use consignment::ConsignmentKey;
use consignment::fact::{ObjectName, OfficerDeed, Word};

/// The goods a deed is about.
pub fn object_of(deed: &OfficerDeed) -> Option<&ConsignmentKey> {
    match deed {
        OfficerDeed::Hold { object, .. }
        | OfficerDeed::Release { object, .. }
        | OfficerDeed::CancelDoNotLoad { object, .. }
        | OfficerDeed::ReleaseHighRisk { object }
        | OfficerDeed::EnteredInError { object, .. }
        | OfficerDeed::SameShipment { object }
        | OfficerDeed::OtherGoods { object }
        | OfficerDeed::ClearClaim { object, .. }
        | OfficerDeed::StrikeFiling { object } => Some(object),
        OfficerDeed::SettleUnread { object } => object.as_ref(),
        OfficerDeed::Unlink { house, .. } => Some(house),
        OfficerDeed::Refer { word, .. } => consignment_of(&word.object),
        OfficerDeed::ClearUnitClaim { .. } | OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. } => None,
    }
}

/// The consignment an object is, or is a piece of.
pub(super) fn consignment_of(object: &ObjectName) -> Option<&ConsignmentKey> {
    match object {
        ObjectName::Consignment(key) | ObjectName::Piece(key, _) => Some(key),
        ObjectName::Unit(_) | ObjectName::Flight(_) => None,
    }
}

/// The same deed on other goods; one that names none stays as it is.
pub fn on(deed: &OfficerDeed, key: &ConsignmentKey) -> OfficerDeed {
    let mut deed = deed.clone();
    match &mut deed {
        OfficerDeed::Hold { object, .. }
        | OfficerDeed::Release { object, .. }
        | OfficerDeed::CancelDoNotLoad { object, .. }
        | OfficerDeed::ReleaseHighRisk { object }
        | OfficerDeed::EnteredInError { object, .. }
        | OfficerDeed::SameShipment { object }
        | OfficerDeed::OtherGoods { object }
        | OfficerDeed::ClearClaim { object, .. }
        | OfficerDeed::StrikeFiling { object }
        | OfficerDeed::SettleUnread { object: Some(object) }
        | OfficerDeed::Unlink { house: object, .. } => *object = key.clone(),
        OfficerDeed::Refer { word, .. } => match &mut word.object {
            ObjectName::Consignment(object) | ObjectName::Piece(object, _) => *object = key.clone(),
            ObjectName::Unit(_) | ObjectName::Flight(_) => {}
        },
        OfficerDeed::SettleUnread { object: None }
        | OfficerDeed::ClearUnitClaim { .. }
        | OfficerDeed::Confirm { .. }
        | OfficerDeed::Refuse { .. } => {}
    }
    deed
}

/// Whether a deed can only hold goods: of a house number that several have it holds each of them, and it is not refused
/// for its number.
pub fn only_holds(deed: &OfficerDeed) -> bool {
    match deed {
        OfficerDeed::Hold { .. } => true,
        OfficerDeed::Refer { word, .. } => matches!(word.word, Word::Opened { .. } | Word::Rejected(_)),
        _ => false,
    }
}

/// Whether a deed takes two people: everything that could let goods pass.
pub(super) fn takes_two(deed: &OfficerDeed) -> bool {
    match deed {
        OfficerDeed::Hold { .. } => false,
        OfficerDeed::Refer { word, .. } => matches!(word.word, Word::Closed { .. }),
        OfficerDeed::Release { .. }
        | OfficerDeed::CancelDoNotLoad { .. }
        | OfficerDeed::ReleaseHighRisk { .. }
        | OfficerDeed::EnteredInError { .. }
        | OfficerDeed::SameShipment { .. }
        | OfficerDeed::SettleUnread { .. }
        | OfficerDeed::OtherGoods { .. }
        | OfficerDeed::ClearClaim { .. }
        | OfficerDeed::ClearUnitClaim { .. }
        | OfficerDeed::Unlink { .. }
        | OfficerDeed::StrikeFiling { .. }
        | OfficerDeed::Confirm { .. }
        | OfficerDeed::Refuse { .. } => true,
    }
}
