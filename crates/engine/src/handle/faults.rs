//! Which errors of a message concern which of its consignments.

use consignment::{Consignment, DocumentKind, Field, Filing};
use finding::{Code, Finding, Phrase, Severity, codes};

/// Errors that say that something of the message is not here at all: they concern every consignment.
const WHOLE: [Code; 4] = [
    codes::wire::PARTS_NOT_JOINED,
    codes::wire::XML_TRUNCATED,
    codes::wire::REPEATS_LEFT_OUT,
    codes::wire::MESSAGE_TOO_LARGE,
];

/// What is wrong with the message, for each of its consignments: the errors in the stretch of the message
/// from where the consignment starts to where the next one does, and those before the first.
///
/// Errors of the security declaration are left out: they decide the security status.
pub(super) fn of_each(filing: &Filing) -> Vec<Vec<Phrase>> {
    let mut faults = vec![Vec::new(); filing.consignments.len()];
    let starts: Vec<u32> = filing.consignments.iter().map(start).collect();
    let errors = filing
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error && finding.code.section() != "declaration");
    for finding in errors {
        let why = Phrase { code: finding.code, args: finding.args.clone() };
        let concerned = match line(finding) {
            Some(line) if !WHOLE.contains(&finding.code) => {
                // Several may start on one line, in a document without line breaks.
                match starts.iter().rposition(|start| *start <= line) {
                    Some(last) => {
                        starts.iter().position(|start| *start == starts[last]).map(|first| first..last + 1)
                    }
                    None => None,
                }
            }
            _ => None,
        };
        for of_one in &mut faults[concerned.unwrap_or(0..starts.len())] {
            if !of_one.contains(&why) {
                of_one.push(why.clone());
            }
        }
    }
    faults
}

fn line(finding: &Finding) -> Option<u32> {
    finding.position.map(|position| position.line)
}

/// The line its number stands on; 0 where that is not known, so that everything concerns it.
fn start(consignment: &Consignment) -> u32 {
    let number = match consignment.kind {
        DocumentKind::House | DocumentKind::HouseAnnounced => Field::House,
        DocumentKind::Master | DocumentKind::Status | DocumentKind::ManifestLine => Field::Master,
    };
    consignment.source.position(number).map_or(0, |position| position.line)
}
