//! Running text: special service requests, other service information and other remarks.

use super::{Draft, Segment, nth};
use crate::text::{Joined, Slice};
use consignment::Consignment;
use consignment::field::Field;
use finding::Position;

/// Characters of a whole line of running text; a line of this width continues inside a word.
const TEXT_WIDTH: u32 = 65;

/// Reads a segment of running text as one remark.
pub(super) fn read(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let text = joined_text(segment);
    if text.is_empty() {
        draft.malformed(segment, "it is empty");
    } else {
        push(draft, consignment, segment.value.unwrap_or(segment.head), text);
    }
}

/// The lines of a segment as one running text.
pub(super) fn joined_text(segment: &Segment<'_>) -> String {
    let mut joined = Joined::new();
    for line in segment.texts().map(Slice::trim_end) {
        joined.push(line.text, line.width() == TEXT_WIDTH);
    }
    joined.finish()
}

/// Appends a remark and notes where it stood.
pub(super) fn push(draft: &mut Draft, consignment: &mut Consignment, place: Slice<'_>, text: String) {
    push_at(draft, consignment, place.position(), text);
}

/// As [`push`], with the place as a position.
pub(super) fn push_at(draft: &mut Draft, consignment: &mut Consignment, at: Position, text: String) {
    if draft.room(consignment.remarks.len(), "remarks", at) {
        consignment.source.note(Field::Remark(nth(consignment.remarks.len())), at);
        consignment.remarks.push(text);
    }
}
