//! The programmes that come with this release, as they stand in `programmes/`.

use crate::model::Programme;
use crate::parse::{ProgrammeError, parse};
use include_dir::{Dir, include_dir};
use std::sync::{Arc, LazyLock};

static FOLDERS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../programmes");

/// The folder that explains the files and is no programme.
const TEMPLATE: &str = "template";

static PROGRAMMES: LazyLock<Vec<Arc<Programme>>> = LazyLock::new(|| {
    // The files are fixed when the release is built, and a test of this module reads every one of them.
    // A release without one of its programmes would find that nothing binds, so it must not run at all.
    #[allow(clippy::expect_used)]
    let programmes = read_all().expect("the committed programmes are read by a test");
    programmes
});

/// Every programme of this release, sorted by id.
pub fn all() -> Vec<Arc<Programme>> {
    PROGRAMMES.clone()
}

/// The programme of this id.
pub fn get(id: &str) -> Option<Arc<Programme>> {
    PROGRAMMES.iter().find(|programme| programme.id.as_str() == id).cloned()
}

fn read_all() -> Result<Vec<Arc<Programme>>, ProgrammeError> {
    let mut programmes = Vec::new();
    for folder in FOLDERS.dirs() {
        let id = folder.path().to_string_lossy();
        if id != TEMPLATE {
            programmes.push(Arc::new(parse(&id, &files_of(folder))?));
        }
    }
    programmes.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(programmes)
}

/// Names and texts of a folder's files. A file that is no UTF-8 comes as an empty text, which the
/// parser refuses where it matters.
fn files_of(folder: &'static Dir<'static>) -> Vec<(&'static str, &'static str)> {
    let name =
        |path: &'static std::path::Path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    folder.files().map(|file| (name(file.path()), file.contents_utf8().unwrap_or_default())).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::{Element, FilingStage, HoldScope, Obligation, OutageCovers};
    use crate::stop_words::TextKind;
    use consignment::fact::ReferralKind;
    use consignment::notice::Wire;
    use finding::Severity;

    #[test]
    fn every_folder_reads() {
        let programmes = read_all().unwrap_or_else(|error| panic!("{error}"));
        let ids: Vec<&str> = programmes.iter().map(|programme| programme.id.as_str()).collect();
        assert_eq!(ids, ["ae-naic", "ca-pact", "eu-ics2", "gb-predict", "us-acas"]);
        for programme in &programmes {
            assert_eq!(programme.sha256.len(), 64);
            assert!(programme.elements.iter().all(|rule| !rule.reference.is_empty()), "{}", programme.id);
            assert!(programme.stop_words.iter().all(|list| !list.source.is_empty()), "{}", programme.id);
        }
        assert!(get("template").is_none());
    }

    #[test]
    fn the_template_reads_too() {
        let folder = FOLDERS.get_dir(TEMPLATE).unwrap();
        let template = parse(TEMPLATE, &files_of(folder)).unwrap_or_else(|error| panic!("{error}"));
        let named: Vec<Element> = template.elements.iter().map(|rule| rule.element).collect();
        assert!(
            Element::ALL.iter().all(|element| named.contains(element)),
            "the template explains every element"
        );
        assert!(template.outage.is_some() && template.filing.types.len() == 1);
        assert!(!template.authority.contacts.is_empty() && !template.answers.is_empty());
        assert!(
            template.notifications.rules().next().is_some() && !template.notifications.unknown().is_empty()
        );
        let optional = &template.timers;
        assert!(optional.linking_hours.is_some() && optional.presentation_days.is_some());
    }

    #[test]
    fn the_programmes_say_what_their_sources_say() {
        let (us, eu, ca) = (get("us-acas").unwrap(), get("eu-ics2").unwrap(), get("ca-pact").unwrap());
        assert!(ca.gate.acknowledgement_required && !ca.gate.assessment_required);
        assert!(ca.gate.assessment_required_is_law, "the Canadian guide says that no wait is required");
        for waits in [&us, &eu] {
            assert!(waits.gate.assessment_required && !waits.gate.assessment_required_is_law, "{}", waits.id);
        }
        for programme in [&us, &eu, &ca] {
            assert_eq!(programme.high_risk.methods_min, 2, "{}: no source allows fewer", programme.id);
        }
        assert_eq!(ca.quality.house_waybill_length_max, 35);
        assert!(eu.scope.mail && !ca.scope.mail && !ca.scope.diplomatic_bags && !ca.scope.surface_legs);
        let hs = |programme: &Programme| {
            programme.elements.iter().find(|rule| rule.element == Element::Hs).map(|rule| rule.severity)
        };
        assert_eq!((hs(&us), hs(&eu), hs(&ca)), (Some(Severity::Warning), Some(Severity::Error), None));
    }

    #[test]
    fn a_programme_nobody_must_take_part_in_says_so() {
        for programme in all() {
            let voluntary = programme.gate.binding == Obligation::Voluntary;
            assert_eq!(voluntary, programme.id.as_str() == "gb-predict", "{}", programme.id);
        }
    }

    #[test]
    fn referrals_and_outages_are_as_their_sources_say() {
        for programme in all() {
            let id = programme.id.as_str();
            assert_eq!(programme.outage.is_some(), id == "ca-pact", "{id}");
            let referral = &programme.referral;
            // ICS2, and Britain with its messages, have none that closes a request.
            let closed: &[ReferralKind] = match id {
                "eu-ics2" | "gb-predict" => &[ReferralKind::Rfi, ReferralKind::Rfs],
                _ => &[],
            };
            assert_eq!(referral.complete_closes, closed, "{id}");
            assert!(!referral.completed_by_assessment(ReferralKind::Dnl));
            let holds = |kind| referral.of(kind).map(|rule| rule.holds);
            assert_eq!(holds(ReferralKind::Dnl), Some(HoldScope::Everywhere), "{id}");
            assert_eq!(holds(ReferralKind::Rfi), Some(HoldScope::OwnLegs), "{id}");
            assert_eq!(holds(ReferralKind::Rfs), Some(HoldScope::OwnLegs), "{id}");
        }
        let canada = get("ca-pact").unwrap();
        let outage = canada.outage.as_ref().unwrap();
        assert_eq!((outage.threshold_minutes, outage.grace_minutes), (60, 120));
        assert_eq!(outage.covers, OutageCovers::Acknowledgement);
        assert_eq!(canada.referral.complete_tells_received, [Wire::Camir, Wire::CargoImp]);
        assert!(canada.authority.contacts.iter().any(|contact| contact.phone.is_some()));
        let methods = |id: &str| get(id).unwrap().referral.of(ReferralKind::Rfs).unwrap().methods_min;
        assert_eq!((methods("eu-ics2"), methods("ca-pact"), methods("us-acas")), (Some(2), Some(1), None));
    }

    #[test]
    fn filing_types_want_what_they_are_for() {
        let europe = get("eu-ics2").unwrap();
        let wants = |code: &str| -> Vec<&str> {
            let filing_type = europe.filing_type(code).unwrap();
            europe.element_rules_of(filing_type, None).map(|rule| rule.element.as_str()).collect()
        };
        assert!(wants("F24").contains(&"master-waybill") && wants("F24").contains(&"hs"));
        assert!(!wants("F23").contains(&"master-waybill"));
        assert_eq!(wants("F25"), ["waybill", "master-waybill"]);
        for programme in all() {
            assert!(programme.filing.types.iter().any(|of| of.stage == FilingStage::PreLoading));
        }
    }

    #[test]
    fn the_lists_are_as_long_as_their_sources() {
        let (eu, ca) = (get("eu-ics2").unwrap(), get("ca-pact").unwrap());
        assert_eq!(eu.stop_words[0].words.len(), 92);
        assert!(!eu.stop_words[0].complete);
        assert_eq!(ca.stop_words[0].words.len(), 68);
        let spellings: usize = ca.stop_words[0].words.iter().map(|word| word.spellings.len()).sum();
        assert_eq!(spellings, 80);
        for text in ["GDS", "awb", "HAWB", "Mixed", "Merc"] {
            assert!(ca.stop_word_matcher.judge(text, TextKind::Goods).unwrap().only, "{text}");
        }
        for text in ["FISH", "GLASS", "STEEL"] {
            assert_eq!(eu.stop_word_matcher.judge(text, TextKind::Goods), None, "{text} is disabled");
        }
        assert!(eu.stop_word_matcher.judge("PRIVATE", TextKind::Wording).unwrap().only);
    }
}
