//! Special handling codes.

use super::{Draft, Segment, nth};
use crate::text::Slice;
use consignment::Consignment;
use consignment::field::Field;
use consignment::handling::SpecialHandling;

/// Reads special handling codes, `SPH/EAP/SPX`.
pub(super) fn read(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let mut any = false;
    for code in segment.texts().flat_map(Slice::elements).map(Slice::trim).filter(|code| !code.is_empty()) {
        any = true;
        push(draft, consignment, code);
    }
    if !any {
        draft.malformed(segment, "it is empty");
    }
}

/// Appends one special handling code.
pub(super) fn push(draft: &mut Draft, consignment: &mut Consignment, code: Slice<'_>) {
    let field = Field::SpecialHandling(nth(consignment.special_handling.len()));
    match SpecialHandling::parse(code.text) {
        Ok(read) => {
            if draft.room(consignment.special_handling.len(), "special handling codes", code.position()) {
                consignment.source.note(field, code.position());
                consignment.special_handling.push(read);
            }
        }
        Err(why) => draft.invalid(consignment, field, code, why),
    }
}
