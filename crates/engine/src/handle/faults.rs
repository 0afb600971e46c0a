//! Which errors of a message concern which of its consignments.

use consignment::{Consignment, DocumentKind, Field, Filing};
use finding::{Code, Finding, Phrase, Severity, codes};

/// Errors that say that something of the message is not here at all: they concern every consignment.
const WHOLE: [Code; 8] = [
    codes::wire::PARTS_NOT_JOINED,
    codes::wire::XML_TRUNCATED,
    codes::wire::XML_MALFORMED,
    codes::wire::XML_ENTITY,
    codes::wire::XML_TOO_DEEP,
    codes::wire::XML_NAMESPACES_TOO_MANY,
    codes::wire::REPEATS_LEFT_OUT,
    codes::wire::MESSAGE_TOO_LARGE,
];

/// Errors of a declaration that hide the status it states.
const HIDING: [Code; 3] = [
    codes::declaration::CSD_STATUS_UNKNOWN,
    codes::declaration::CSD_SEVERAL_STATUSES,
    codes::declaration::CSD_LINE_DAMAGED,
];

/// What is wrong with the message, for each of its consignments: the errors in the stretch of the message
/// from where the consignment starts to where the next one does, and those before the first.
///
/// Errors of the security declaration are left out: in a filing they decide the security status, and a report
/// need not hold a whole declaration. But what hides the status a report states is a fault of it.
pub(super) fn of_each(filing: &Filing) -> Vec<Vec<Phrase>> {
    let mut faults = vec![Vec::new(); filing.consignments.len()];
    let starts: Vec<u32> = filing.consignments.iter().map(start).collect();
    let errors = filing.findings.iter().filter(|finding| finding.severity == Severity::Error);
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
        let concerned = concerned.unwrap_or(0..starts.len());
        for (of_one, consignment) in faults[concerned.clone()].iter_mut().zip(&filing.consignments[concerned])
        {
            let declaration = finding.code.section() == "declaration";
            let hides = !consignment.is_filing() && HIDING.contains(&finding.code);
            if (!declaration || hides) && !of_one.contains(&why) {
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
        DocumentKind::House
        | DocumentKind::HouseAnnounced
        | DocumentKind::MailItem
        | DocumentKind::Express => Field::House,
        DocumentKind::Master | DocumentKind::Status | DocumentKind::ManifestLine | DocumentKind::Echo => {
            Field::Master
        }
    };
    consignment.source.position(number).map_or(0, |position| position.line)
}
