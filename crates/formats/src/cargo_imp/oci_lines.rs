//! Lines of other customs, security and regulatory information, `OCI`, in the order they stand; their
//! meaning is read by [`crate::oci`].

use super::{Body, Draft, Segment};
use crate::limits::REPEATS_MAX;
use crate::oci::{self, Context};
use crate::text::Slice;
use consignment::Consignment;
use consignment::DocumentKind;
use consignment::field::Field;
use consignment::issue::IssueTime;
use consignment::oci::OciLine;

/// Appends the lines of a segment.
pub(super) fn read(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    if segment.value.is_none() && segment.more.is_empty() {
        draft.malformed(segment, "it is empty");
    }
    consignment.oci.reserve(segment.more.len().min(REPEATS_MAX) + 1);
    for line in segment.texts() {
        if !draft.room(consignment.oci.len(), "OCI lines", line.position()) {
            return;
        }
        let mut elements = line.elements();
        let mut part = || elements.next().map(|part| part.trim());
        let (country, information, control) = (part(), part(), part());
        let text = elements.rest().map(Slice::trim);
        if control.is_none() {
            let line = Segment { tag: *b"OCI ", head: line, value: None, more: &[] };
            let form = "expected country, two identifiers and a text, with slants between them";
            draft.malformed_as(&line, "OCI", form);
        }
        let place = text.unwrap_or(line.from(line.text.len()));
        let marked = text.filter(|text| !text.is_empty()).unwrap_or(line);
        consignment.source.note(Field::Oci(super::nth(consignment.oci.len())), marked.position());
        let owned = |part: Option<Slice<'_>>| part.map_or_else(String::new, |part| part.text.to_owned());
        consignment.oci.push(OciLine {
            country: owned(country),
            information: owned(information),
            control: owned(control),
            text: owned(text),
            line: place.line,
            column: place.column(),
        });
    }
}

/// Has the lines of a finished consignment interpreted, and gives it the time of the message. Those of a
/// message inside an acknowledgement or rejection stay as they are: an echo declares nothing.
pub(super) fn interpret(draft: &mut Draft, consignment: &mut Consignment, in_status_message: bool) {
    if draft.embedded {
        return;
    }
    consignment.issue.message_at = draft.sent_at.map(IssueTime::Instant);
    consignment.issue.told_by_envelope = draft.sent_at.is_some();
    oci::interpret(consignment, Context { in_status_message }, &mut draft.findings);
    draft.clamp();
}

/// Reads a bare block of OCI lines: a consignment with nothing but its declaration.
pub(crate) fn decode_block(draft: &mut Draft, mut body: Body<'_>) {
    body.check_widths(draft);
    let mut consignment = Consignment { kind: DocumentKind::Status, ..Consignment::default() };
    while let Some(segment) = body.segment() {
        match &segment.tag {
            b"OCI " => read(draft, &mut consignment, &segment),
            _ => draft.unknown(&segment),
        }
    }
    // The block does not say what message it was cut from, so a status line is at home in it.
    interpret(draft, &mut consignment, true);
    draft.consignments.push(consignment);
}
