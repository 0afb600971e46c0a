use casework::decision::Policy;
use casework::gate::Expectation;
use consignment::fact::ReferralKind;
use consignment::notice::Wire;
use consignment::security::Exemption;
use consignment::stations::StationTable;
use jiff::SignedDuration;
use programme::notification::{Notification, NotificationRule};
use programme::{Mode, Programme, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What a programme does with its referrals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralRules {
    /// Whether it takes answers as messages: then it is its turn once the filer has answered.
    pub answer_in_programme: bool,
    /// How many different methods the answer to a request for screening names.
    pub answer_methods: RangeInclusive<usize>,
    /// Kinds that its "assessment complete" ends, because it has no message that closes them.
    pub complete_closes: Vec<ReferralKind>,
    /// Whether "assessment complete" also tells that the latest filing was received.
    pub complete_tells_received: bool,
    /// Whether "still in place" does.
    pub in_place_tells_received: bool,
}

impl Default for ReferralRules {
    /// Requests are answered by mail and closed by a message of their own, as in the Canadian guide (section 13).
    fn default() -> Self {
        Self {
            answer_in_programme: false,
            answer_methods: 1..=9,
            complete_closes: Vec::new(),
            complete_tells_received: true,
            in_place_tells_received: true,
        }
    }
}

impl ReferralRules {
    /// Requests are answered by messages (IE3R02, IE3R03 with two to nine methods) and end with "assessment
    /// complete" (IE3N03).
    fn ics2() -> Self {
        Self {
            answer_in_programme: true,
            answer_methods: 2..=9,
            complete_closes: vec![ReferralKind::Rfi, ReferralKind::Rfs],
            ..Self::default()
        }
    }
}

/// What the engine works with: programmes, stations, lists, and how much is expected.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Programmes by name.
    pub programmes: BTreeMap<ProgrammeId, Arc<Programme>>,
    /// Programmes left out of the run. Where one of them binds the goods are held, because nobody looked.
    pub left_out: BTreeMap<ProgrammeId, Arc<Programme>>,
    /// How each programme runs here; one that is not named is simulated.
    pub modes: BTreeMap<ProgrammeId, Mode>,
    /// Stations.
    pub stations: Arc<StationTable>,
    /// Lists to screen names against; `None` says so in every answer.
    pub lists: Option<Arc<names::Snapshot>>,
    /// What is expected to have been told.
    pub expects: Expectation,
    /// How long "load" holds at most.
    pub validity: SignedDuration,
    /// How old a security status may be before answers say so. It informs and holds nothing.
    pub status_age_max: SignedDuration,
    /// Grounds for exemption from screening that the State's policy accepts. Each State defines its own
    /// in its national civil aviation security programme, so none is accepted until it is named here.
    pub exemptions_accepted: BTreeSet<Exemption>,
    /// How long after a recall nobody acknowledged each next one in the chain is told.
    pub escalation: Vec<SignedDuration>,
    /// What officers may do alone.
    pub policy: Policy,
    /// What the codes of each programme's answers mean.
    pub notifications: BTreeMap<ProgrammeId, Vec<NotificationRule>>,
    /// What each programme does with its referrals; one that is not named does as [`ReferralRules::default`].
    pub referral_rules: BTreeMap<ProgrammeId, ReferralRules>,
    /// Channels that represent another filer, by name: who answers for whom.
    pub representatives: BTreeMap<Arc<str>, Arc<str>>,
    /// Whether messages are a history told in order after the fact, so that their times of receipt say nothing
    /// and their order does.
    pub in_order: bool,
    /// Seed of the random stratum; recorded with every assessment.
    pub seed: u64,
}

impl Settings {
    /// All programmes that come with this release, simulated, with the built-in stations and no lists.
    pub fn simulated() -> Self {
        Self {
            programmes: programme::embedded::all()
                .into_iter()
                .map(|programme| (programme.id.clone(), programme))
                .collect(),
            left_out: BTreeMap::new(),
            modes: BTreeMap::new(),
            stations: StationTable::built_in(),
            lists: None,
            expects: Expectation::Announced,
            // One hour: a loading desk asks again at each stage; no source gives a figure.
            validity: SignedDuration::from_hours(1),
            // Thirty days: no source limits the age of a status; goods wait days for their flight, not months.
            status_age_max: SignedDuration::from_hours(30 * 24),
            exemptions_accepted: BTreeSet::new(),
            // Five and fifteen minutes: no source gives a figure.
            escalation: vec![SignedDuration::from_mins(5), SignedDuration::from_mins(15)],
            policy: Policy::default(),
            notifications: BTreeMap::new(),
            referral_rules: BTreeMap::from([(ProgrammeId::new("eu-ics2"), ReferralRules::ics2())]),
            representatives: BTreeMap::new(),
            in_order: false,
            seed: 0,
        }
    }

    /// How a programme runs here.
    pub fn mode(&self, programme: &ProgrammeId) -> Mode {
        self.modes.get(programme).copied().unwrap_or(Mode::Simulated)
    }

    /// What a code of a programme's answers means on a wire, with the text beside it; for mail the code is the
    /// subject, which only begins with that of the table. Words that must stand in the text come before none.
    pub fn meaning(
        &self,
        programme: &ProgrammeId,
        wire: Wire,
        code: &str,
        text: &str,
    ) -> Option<Notification> {
        let (code, text) = (code.trim().to_uppercase(), text.to_uppercase());
        let of_code = |rule: &&NotificationRule| {
            let known = rule.code.to_uppercase();
            rule.wire == wire && if wire == Wire::Mail { code.starts_with(&known) } else { code == known }
        };
        let rules = || self.notifications.get(programme).into_iter().flatten().filter(of_code);
        let worded =
            |rule: &&NotificationRule| !rule.text.is_empty() && text.contains(&rule.text.to_uppercase());
        rules().find(worded).or_else(|| rules().find(|rule| rule.text.is_empty())).map(|rule| rule.means)
    }

    /// What a programme does with its referrals.
    pub fn referral_rules(&self, programme: &ProgrammeId) -> ReferralRules {
        self.referral_rules.get(programme).cloned().unwrap_or_default()
    }

    /// Whether every programme is simulated.
    pub fn all_simulated(&self) -> bool {
        self.programmes.keys().all(|programme| self.mode(programme) == Mode::Simulated)
    }
}
