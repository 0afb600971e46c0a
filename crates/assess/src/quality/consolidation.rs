//! Consolidations: told by their mark, or by what their goods read.

use consignment::{Consignment, Consolidation, DocumentKind};
use programme::stop_words::cleanse;
use programme::{FieldWords, Meaning, Said};

/// Whether a master is a consolidation: it is marked as one, its goods read like one, or its goods or
/// remarks mention house waybills.
///
/// A master marked direct that reads so is taken as a consolidation: its houses are then wanted, which
/// holds. A house is never one here, because the words of a house are no mark and
/// would only lower what is asked of it.
pub fn looks_consolidated(consignment: &Consignment) -> bool {
    consignment.kind == DocumentKind::Master
        && (consignment.consolidation == Consolidation::Consolidated
            || goods_reading(consignment, Reading::Consolidated).is_some()
            || tells_of_houses(consignment))
}

/// Whether a document's goods or remarks mention house waybills.
fn tells_of_houses(consignment: &Consignment) -> bool {
    let goods = consignment.goods.iter().map(|line| line.description.as_str());
    goods.chain(consignment.remarks.iter().map(String::as_str)).any(mentions_houses)
}

/// What a description reads like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As a consolidation.
    Consolidated,
    /// It denies that it is one.
    Direct,
}

/// The first goods line that reads so, with its text.
pub(super) fn goods_reading(consignment: &Consignment, wanted: Reading) -> Option<(usize, &str)> {
    consignment
        .goods
        .iter()
        .enumerate()
        .find(|(_, line)| reading(&line.description) == Some(wanted))
        .map(|(index, line)| (index, line.description.as_str()))
}

/// What a text reads like; `None` where it says neither.
pub(super) fn reading(text: &str) -> Option<Reading> {
    match FieldWords::built_in().read(text, Meaning::Consolidation) {
        Some(Said::Yes) => Some(Reading::Consolidated),
        Some(Said::Denied) => Some(Reading::Direct),
        None => {
            let words = cleanse(text);
            let direct = words.windows(2).any(|pair| {
                pair[0] == "DIRECT" && matches!(pair[1].as_str(), "SHIPMENT" | "CONSIGNMENT" | "AWB" | "MAWB")
            });
            direct.then_some(Reading::Direct)
        }
    }
}

/// Whether a text mentions house waybills, other than to deny them.
pub(super) fn mentions_houses(text: &str) -> bool {
    FieldWords::built_in().says(text, Meaning::Houses)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words themselves are tested where they are read.
    #[test]
    fn reads_descriptions() {
        let cases = [
            ("CONSOLIDATED, NOT RESTRICTED", Some(Reading::Consolidated)),
            ("GROUPAGE", Some(Reading::Consolidated)),
            ("NOT CONSOLIDATED", Some(Reading::Direct)),
            ("DIRECT SHIPMENT OF PUMPS", Some(Reading::Direct)),
            ("DIRECT MAWB", Some(Reading::Direct)),
            ("DIRECT CURRENT MOTORS", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(reading(text), expected, "{text}");
        }
    }

    /// Whatever its mark says, a master that tells of houses wants them.
    #[test]
    fn a_direct_master_that_tells_of_houses_is_a_consolidation() {
        let direct = Consignment { consolidation: Consolidation::Direct, ..Consignment::default() };
        assert!(!looks_consolidated(&direct));
        let remarks = vec!["2 HAWBS ATTACHED".to_owned()];
        assert!(looks_consolidated(&Consignment { remarks, ..direct.clone() }));
        let remarks = vec!["HAWB 4711".to_owned()];
        assert!(!looks_consolidated(&Consignment { kind: DocumentKind::House, remarks, ..direct }));
    }
}
