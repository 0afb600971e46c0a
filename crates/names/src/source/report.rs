//! Collects findings about files, so many of a kind and no more.

use super::PartFile;
use crate::limits::FINDINGS_PER_CODE;
use finding::codes::lists as codes;
use finding::{Code, Finding, Position};

/// Findings about the files of one list.
#[derive(Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
    /// How often each code was found, with the file of the first time.
    counts: Vec<(Finding, u32)>,
}

impl Report {
    /// A finding about a whole file, to be completed and [added](Report::add).
    pub(super) fn on(&self, part: &PartFile<'_>, code: Code) -> Finding {
        Finding::new(code).in_message(part.index).with("file", &part.file.name)
    }

    /// A finding about a line of a file, marked in the whole.
    pub(super) fn at(&self, part: &PartFile<'_>, line: u32, code: Code) -> Finding {
        self.on(part, code).at(Position::new(line, 1, 0))
    }

    /// A finding about a place in a line of a file, both counted from 1.
    pub(super) fn at_place(&self, part: &PartFile<'_>, place: (u32, u32), code: Code) -> Finding {
        self.on(part, code).at(Position::new(place.0, place.1, 0))
    }

    /// Keeps a finding, or only counts it where there are enough of its kind.
    pub(super) fn add(&mut self, finding: Finding) {
        let code = finding.code;
        let count = match self.counts.iter_mut().find(|(first, _)| first.code == code) {
            Some((_, count)) => {
                *count = count.saturating_add(1);
                *count
            }
            None => {
                self.counts.push((finding.clone(), 1));
                1
            }
        };
        if count <= FINDINGS_PER_CODE {
            self.findings.push(finding);
        }
    }

    /// Everything kept, with a word on what was not.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        for (first, count) in self.counts {
            if let Some(withheld) = count.checked_sub(FINDINGS_PER_CODE).filter(|withheld| *withheld > 0) {
                let file =
                    first.args.iter().find(|(name, _)| *name == "file").map(|(_, value)| value.as_str());
                self.findings.push(
                    Finding::new(codes::LIST_FINDINGS_WITHHELD)
                        .in_message(first.message_index)
                        .with("file", file.unwrap_or_default())
                        .with("code", first.code.id())
                        .with("count", withheld.to_string()),
                );
            }
        }
        self.findings
    }
}
