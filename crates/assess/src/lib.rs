//! Assessment: what a filing's data are worth to a programme, and whom its parties resemble.
//!
//! [`assess`] is a pure function of one consignment, its tree, one programme and a frozen set of lists.
//! [`quality`] holds the checks, [`gaps`] what a filing lacks before it is sent, [`screen_facts, screen_parties`] the names.
//!
//! A list has a ceiling: a hit on a security list may ask for information; a hit on a sanctions list never
//! touches the verdict of a programme, because sanctions are another agency's law (casework makes a hold
//! of their own of it). Names resemble; they accuse nobody.
//!
//! Deliberately absent: decisions about cases, clocks, wire formats, and the rules of any single country,
//! which are data in `programmes/`.

pub mod gaps;
pub mod quality;
mod screening;

pub use screening::{FactHit, NamedIn, PartyFact, PartyMatch, screen_facts, screen_parties};

use consignment::stations::StationTable;
use consignment::{Consignment, Leg};
use finding::{Code, Finding, Severity};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use names::Purpose;
use programme::Programme;
use std::sync::Arc;

/// What an assessment reads besides its input: frozen, so that it can be replayed.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The lists; `None` where no names are to be screened.
    pub lists: Option<Arc<names::Snapshot>>,
}

/// What is assessed.
#[derive(Debug, Clone, Copy)]
pub struct AssessInput<'a> {
    /// The filing.
    pub consignment: &'a Consignment,
    /// All filings of its tree, this one among them.
    pub tree: &'a [&'a Consignment],
    /// The programme that asks.
    pub programme: &'a Programme,
    /// The legs on which it binds.
    pub legs: &'a [Leg],
    /// When.
    pub at: Timestamp,
    /// Seed of the random stratum; recorded with the assessment, so that a draw can be repeated.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// What the programme finds in the data.
    pub findings: Vec<Finding>,
    /// Whom the parties resemble, at or above the alert threshold.
    pub matches: Vec<PartyMatch>,
    /// What follows for this programme.
    pub verdict: Verdict,
    /// Whether names were compared with any list.
    pub names_screened: bool,
    /// Id of the lists they were compared with.
    pub snapshot_id: Option<String>,
}

/// What follows for a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The data are not good enough.
    Reject {
        /// Codes of the findings of severity error, each once, in order.
        codes: Vec<Code>,
    },
    /// Parties resemble entries of a security list.
    RequestInformation {
        /// Indexes into [`Assessment::matches`].
        matches: Vec<usize>,
    },
    /// Nothing was found that holds.
    Clear,
}

/// Assesses a filing for a programme.
pub fn assess(input: &AssessInput<'_>, snapshot: &Snapshot) -> Assessment {
    let today = input.at.to_zoned(TimeZone::UTC).date();
    let mut findings =
        quality::programme_checks_on(input.consignment, input.tree, input.programme, Some(today));
    let stations = StationTable::built_in();
    findings.extend(quality::routing_check(
        input.consignment,
        input.tree,
        input.programme,
        input.legs,
        &stations,
    ));
    findings.extend(quality::account_date_checks(input.consignment, today));
    let lists = snapshot.lists.as_deref();
    let matches = lists.map(|lists| screen_parties(input.consignment, lists)).unwrap_or_default();
    Assessment {
        verdict: verdict(&findings, &matches),
        findings,
        matches,
        names_screened: lists.is_some(),
        snapshot_id: lists.map(|lists| lists.id().to_owned()),
    }
}

/// Poor data come first: nobody is asked about a party whose data are refused anyway.
fn verdict(findings: &[Finding], matches: &[PartyMatch]) -> Verdict {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let mut codes: Vec<Code> = errors.map(|finding| finding.code).collect();
    codes.sort();
    codes.dedup();
    if !codes.is_empty() {
        return Verdict::Reject { codes };
    }
    let security =
        matches.iter().enumerate().filter(|(_, found)| found.hit.entry.purpose == Purpose::Security);
    let matches: Vec<usize> = security.map(|(index, _)| index).collect();
    if matches.is_empty() { Verdict::Clear } else { Verdict::RequestInformation { matches } }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::quality::samples;
    use consignment::Role;
    use finding::codes::quality as code;
    use names::{ListFile, load};
    use programme::embedded;

    /// A watch list and a sanctions list with one invented firm each.
    fn lists() -> Arc<names::Snapshot> {
        let watch = "# loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01\n\
                     id,name,aliases\nW-1,Zephyr Border Trading FZE,\n";
        let sdn =
            "7001,\"QUIXOTE WINDMILL HOLDINGS\",-0- ,\"TEST\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n";
        let file = |name: &str, text: &str| ListFile { name: name.to_owned(), bytes: text.into() };
        Arc::new(names::Snapshot::new(load(vec![file("watch.csv", watch), file("sdn.csv", sdn)]).lists))
    }

    fn assessed(consignment: &Consignment, lists: Option<Arc<names::Snapshot>>) -> Assessment {
        let programme = embedded::get("us-acas").unwrap();
        let input = AssessInput {
            consignment,
            tree: &[consignment],
            programme: &programme,
            legs: &consignment.legs,
            at: "2026-11-24T06:00:00Z".parse().unwrap(),
            seed: 0,
        };
        assess(&input, &Snapshot { lists })
    }

    #[test]
    fn good_data_and_no_hit_are_clear() {
        let assessment = assessed(&samples::house(), Some(lists()));
        assert_eq!(assessment.verdict, Verdict::Clear, "{:?}", assessment.findings);
        assert!(assessment.names_screened && assessment.snapshot_id.is_some());
        let without = assessed(&samples::house(), None);
        assert!(!without.names_screened && without.snapshot_id.is_none());
    }

    #[test]
    fn a_security_hit_asks_and_a_sanctions_hit_does_not() {
        let mut house = samples::house();
        house.consignee.as_mut().unwrap().name = "QUIXOTE WINDMILL HOLDINGS".to_owned();
        let assessment = assessed(&house, Some(lists()));
        assert_eq!(assessment.matches[0].hit.entry.purpose, Purpose::Sanctions);
        assert_eq!(assessment.verdict, Verdict::Clear, "another agency's hold, not this programme's request");

        house.shipper.as_mut().unwrap().name = "Zephyr Border Trading FZE".to_owned();
        let assessment = assessed(&house, Some(lists()));
        assert_eq!(assessment.matches.len(), 2);
        assert_eq!(assessment.verdict, Verdict::RequestInformation { matches: vec![0] });
    }

    #[test]
    fn names_of_the_account_are_screened_like_parties() {
        let mut house = samples::house();
        house.account.name = "ZEPHYR BORDER TRADING FZE".to_owned();
        let assessment = assessed(&house, Some(lists()));
        assert_eq!(assessment.verdict, Verdict::RequestInformation { matches: vec![0] });
        let found = &assessment.matches[0];
        assert_eq!((found.role, found.named_in), (Role::Other, NamedIn::Account));
        assert!(!found.hit.evidence.is_empty() && found.named_in.words().is_some());

        house.shipper.as_mut().unwrap().name = "Zephyr Border Trading FZE".to_owned();
        house.account.agent_name = "QUIXOTE WINDMILL HOLDINGS".to_owned();
        let told: Vec<(Role, NamedIn)> = assessed(&house, Some(lists()))
            .matches
            .iter()
            .map(|found| (found.role, found.named_in))
            .collect();
        let expected = [(Role::Shipper, NamedIn::Party), (Role::Agent, NamedIn::AccountAgent)];
        assert_eq!(told, expected, "one entry is told once for one name");
    }

    #[test]
    fn refused_data_come_first() {
        let mut house = samples::house();
        house.shipper.as_mut().unwrap().name = "Zephyr Border Trading FZE".to_owned();
        house.goods[0].description = "PARTS".to_owned();
        house.goods[0].hs.clear();
        house.pieces = None;
        let assessment = assessed(&house, Some(lists()));
        let codes = vec![code::ELEMENT_MISSING, code::STOP_WORDS_ONLY];
        assert_eq!(assessment.verdict, Verdict::Reject { codes });
        assert_eq!(assessment.matches.len(), 1, "the hit is told all the same");
    }

    #[test]
    fn an_account_from_the_future_is_found_at_receipt() {
        let mut house = samples::house();
        house.account.established = consignment::PartialDate::new(Some(2027), Some(1), 15);
        let found = assessed(&house, None).findings;
        assert!(found.iter().any(|finding| finding.code == code::ACCOUNT_DATE_IN_FUTURE), "{found:?}");
    }
}
