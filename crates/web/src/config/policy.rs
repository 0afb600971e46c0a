//! Policies of the State and the station that differ from the defaults: what a node may not know by itself.

use casework::decision::OneOfficer;
use casework::security::designation::Demand;
use consignment::security::Exemption;
use engine::Settings;
use jiff::SignedDuration;
use programme::ProgrammeId;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Longest time, in minutes, within which an act of one officer may be reviewed: a week.
const REVIEW_MINUTES_MAX: u32 = 7 * 24 * 60;

/// Policies as the file has them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyEntry {
    #[serde(default)]
    parallel: bool,
    #[serde(default)]
    hold_upstream: bool,
    #[serde(default)]
    exemptions: Vec<String>,
    #[serde(default)]
    high_risk_results_suffice: bool,
    designation: Option<String>,
    one_officer: Option<OneOfficerEntry>,
    #[serde(default)]
    methods_min: BTreeMap<String, u8>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneOfficerEntry {
    stated: String,
    review_minutes: u32,
}

/// Policies of a node.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Whether the node only runs beside the system in place, and sends nothing.
    pub parallel: bool,
    /// Whether what is open on a later leg holds at once.
    pub hold_upstream: bool,
    /// Grounds for exemption from screening that the State accepts.
    pub exemptions: BTreeSet<Exemption>,
    /// Whether enough results secure high-risk goods without a new declaration.
    pub high_risk_results_suffice: bool,
    /// Of whom a territory that wants operators designated wants it.
    pub designation: Option<Demand>,
    /// What a single officer may do alone, and where that is stated.
    pub one_officer: Option<OneOfficer>,
    /// How many different methods secure high-risk goods, where the State's policy differs from a programme's data.
    pub methods_min: BTreeMap<ProgrammeId, u8>,
}

impl PolicyEntry {
    pub(super) fn read(self, known: &BTreeSet<ProgrammeId>) -> Result<Policies, String> {
        let exemption = |code: &String| {
            Exemption::parse(code).ok_or_else(|| {
                format!("policy.exemptions: {code} is none; write SMUS, MAIL, BIOM, DIPL, LFSM, NUCL or TRNS")
            })
        };
        let designation = match self.designation.as_deref() {
            None => None,
            Some("where-told") => Some(Demand::WhereTold),
            Some("always") => Some(Demand::Always),
            Some(other) => {
                return Err(format!("policy.designation: {other} is none; write where-told or always"));
            }
        };
        let one_officer = match self.one_officer {
            None => None,
            Some(entry) if entry.stated.trim().is_empty() => {
                return Err("policy.one_officer.stated: name the order that allows it".to_owned());
            }
            Some(entry) if !(1..=REVIEW_MINUTES_MAX).contains(&entry.review_minutes) => {
                return Err(format!("policy.one_officer.review_minutes: it takes 1 to {REVIEW_MINUTES_MAX}"));
            }
            Some(entry) => Some(OneOfficer {
                stated: entry.stated.as_str().into(),
                review_within: SignedDuration::from_mins(i64::from(entry.review_minutes)),
            }),
        };
        let methods = |(name, methods): (String, u8)| {
            let id = ProgrammeId::new(&name);
            match (known.contains(&id), methods) {
                (false, _) => Err(format!("policy.methods_min.{name}: there is no such programme")),
                (_, 0) => Err(format!("policy.methods_min.{name}: at least one method secures")),
                _ => Ok((id, methods)),
            }
        };
        Ok(Policies {
            parallel: self.parallel,
            hold_upstream: self.hold_upstream,
            exemptions: self.exemptions.iter().map(exemption).collect::<Result<_, _>>()?,
            high_risk_results_suffice: self.high_risk_results_suffice,
            designation,
            one_officer,
            methods_min: self.methods_min.into_iter().map(methods).collect::<Result<_, _>>()?,
        })
    }
}

impl Policies {
    /// Puts them into the settings of an engine.
    pub(crate) fn apply(self, settings: &mut Settings) {
        settings.parallel = self.parallel;
        settings.hold_upstream = self.hold_upstream;
        settings.exemptions_accepted = self.exemptions;
        settings.high_risk_results_suffice = self.high_risk_results_suffice;
        settings.policy.one_officer = self.one_officer;
        if let Some(demand) = self.designation {
            settings.designation_rules.values_mut().for_each(|rule| rule.demand = demand);
        }
        for (id, methods) in self.methods_min {
            if let Some(programme) = settings.programmes.get_mut(&id) {
                Arc::make_mut(programme).high_risk.methods_min = methods;
            }
        }
    }
}
