//! FNA and FMA: a message is rejected or acknowledged. Reasons come first, then the message itself.

use super::envelope::{Identifier, LineKind, classify};
use super::{Body, Draft};
use crate::detect;
use crate::register::Row;
use crate::text::Slice;
use consignment::{DocumentKind, Format};
use finding::{Finding, codes::wire};

/// Reads the body of an FNA or FMA.
pub(crate) fn decode(draft: &mut Draft, body: Body<'_>) {
    body.check_widths(draft);
    let lines = body.rest();
    let original = lines.iter().enumerate().find_map(|(at, line)| match classify(line.text.as_bytes()) {
        LineKind::Identifier(Identifier { row: Some(row), version }) if !is_reply(row) => {
            Some((at, row, version))
        }
        _ => None,
    });
    let (before, after) = lines.split_at(original.map_or(lines.len(), |(at, ..)| at));
    let reasons = reasons(draft, Body::new(before));
    let mut label = "a message".to_owned();
    match (original, after.split_first()) {
        (Some((_, row, version)), Some((identifier, lines))) => {
            let format = Format { name: row.name(), version };
            label = format.to_string();
            if let Some(key) = original_message(draft, row, format, *identifier, lines, &reasons) {
                label = format!("{label} {key}");
            }
        }
        _ => draft.missing_segment("the message that is answered", ""),
    }
    let Some(first) = reasons.first() else {
        draft.missing_segment("ACK or ERR (reason)", "");
        return;
    };
    let code = if draft.is("FNA") { wire::MESSAGE_REJECTED } else { wire::MESSAGE_ACKNOWLEDGED };
    let reason = reasons.iter().map(|reason| reason.text).collect::<Vec<_>>().join("; ");
    draft.push(Finding::new(code).at(first.position()).with("message", label).with("reason", reason));
}

fn is_reply(row: &Row) -> bool {
    matches!(row.name(), "FNA" | "FMA")
}

/// The reasons: `ACK/` or `ERR/` lines and their continuations, each a reason of its own.
fn reasons<'a>(draft: &mut Draft, mut body: Body<'a>) -> Vec<Slice<'a>> {
    let mut reasons = Vec::new();
    while let Some(segment) = body.segment() {
        match &segment.tag {
            b"ACK " | b"ERR " => {
                for reason in segment.texts().map(Slice::trim).filter(|reason| !reason.is_empty()) {
                    if draft.room(reasons.len(), "reasons", reason.position()) {
                        reasons.push(reason);
                    }
                }
            }
            _ => draft.unknown(&segment),
        }
    }
    reasons
}

/// Reads the message that is answered; says what its first consignment is called.
///
/// The echo of a message files nothing and declares nothing: its consignments are mere status, and of
/// their security declaration only the raw lines are there.
fn original_message(
    draft: &mut Draft,
    row: &'static Row,
    format: Format,
    identifier: Slice<'_>,
    lines: &[Slice<'_>],
    reasons: &[Slice<'_>],
) -> Option<String> {
    let rejects = draft.is("FNA");
    let mut inner = Draft { embedded: true, ..Draft::default() };
    detect::read(&mut inner, row, format, Some(identifier.position()), lines);
    for consignment in &mut inner.consignments {
        consignment.echo_of = Some(consignment.kind);
        consignment.kind = DocumentKind::Echo;
        if rejects {
            consignment.rejected_for =
                Some(reasons.iter().map(|reason| reason.text).collect::<Vec<_>>().join("; "));
        }
        for reason in reasons {
            super::remarks::push(draft, consignment, *reason, reason.text.to_owned());
        }
    }
    let key = inner.consignments.first().map(|first| first.key()).filter(|key| key.master.is_some());
    draft.absorb(inner);
    key.map(|key| key.to_string())
}
