use casework::decision::{Competence, Policy};
use casework::gate::{self, Expectation};
use casework::security::designation::{Demand, DesignationRule};
use consignment::fact::ReferralKind;
use consignment::ident::Carrier;
use consignment::security::Exemption;
use consignment::stations::{StationTable, Territory};
use jiff::SignedDuration;
use programme::{
    AnswerBy, Answerer, AuthorityKind, Mode, NumberReuse, Programme, ProgrammeId, ReferralRule, Submitters,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What a programme does with its referrals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralRules {
    /// Whether it takes answers as messages: then it is its turn once the filer has answered.
    pub answer_in_programme: bool,
    /// Kinds that the carrier answers as well as whoever filed.
    pub carrier_answers: Vec<ReferralKind>,
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
            carrier_answers: Vec::new(),
            answer_methods: 1..=9,
            complete_closes: Vec::new(),
            complete_tells_received: true,
            in_place_tells_received: true,
        }
    }
}

/// Most methods that the answer to a request for screening names (ICS2 IE3R03: two to nine).
const ANSWER_METHODS_MAX: usize = 9;

impl From<&programme::ReferralRules> for ReferralRules {
    fn from(data: &programme::ReferralRules) -> Self {
        // The contact that answers day and night is the carrier's (PACT guide 1.9, section 1).
        let by_carrier = |rule: &&programme::ReferralRule| {
            rule.answered_by.iter().any(|who| matches!(who, Answerer::Carrier | Answerer::Contact))
        };
        let methods_min = data.of(ReferralKind::Rfs).and_then(|rule| rule.methods_min).unwrap_or(1);
        Self {
            answer_in_programme: data.kinds.iter().any(|rule| rule.answer_by == AnswerBy::Programme),
            carrier_answers: data.kinds.iter().filter(by_carrier).map(|rule| rule.kind).collect(),
            answer_methods: usize::from(methods_min)..=ANSWER_METHODS_MAX,
            complete_closes: data.complete_closes.clone(),
            complete_tells_received: !data.complete_tells_received.is_empty(),
            in_place_tells_received: !data.in_place_tells_received.is_empty(),
        }
    }
}

/// How long the list of a flight holds at most, unless a node sets otherwise. A do-not-load that comes while a line is dead
/// reaches nobody behind it, so that this is the longest for which somebody may load against it. No source gives a figure.
pub const LIST_VALIDITY: SignedDuration = SignedDuration::from_mins(15);

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
    /// How long the list of a flight holds at most: nobody is reached by a recall while his line is dead.
    pub list_validity: SignedDuration,
    /// How old a security status may be before answers say so. It informs and holds nothing.
    pub status_age_max: SignedDuration,
    /// Grounds for exemption from screening that the State's policy accepts. Each State defines its own
    /// in its national civil aviation security programme, so none is accepted until it is named here.
    pub exemptions_accepted: BTreeSet<Exemption>,
    /// Whether this node only runs beside the system in place: it answers and compares, and sends nothing.
    pub parallel: bool,
    /// How long after a recall nobody acknowledged each next one in the chain is told.
    pub escalation: Vec<SignedDuration>,
    /// What officers may do alone.
    pub policy: Policy,
    /// Whether SHR, told by a fact, suffices where the registry does not know whether its issuer is approved
    /// for high-risk cargo. By default it does not: the field wants an approved issuer, and in doubt goods are
    /// held.
    pub high_risk_approval_unknown_suffices: bool,
    /// Whether enough results for which the registry answers make high-risk goods SHR without a declaration
    /// (goods for which none is made, such as mail items, and States that want none). By default SHR is to be
    /// declared as well.
    pub high_risk_results_suffice: bool,
    /// Territories that want operators designated for goods from elsewhere, and of whom. By default the EU
    /// (ACC3, Regulation (EU) 2015/1998, 6.8) where a designation was told of the operator and station; a node
    /// that the registry feeds demands it always. The third countries it exempts are unsourced here, so none
    /// is exempt until it is named.
    pub designation_rules: BTreeMap<Territory, DesignationRule>,
    /// Channels that represent another filer, by name: who answers for whom.
    pub representatives: BTreeMap<Arc<str>, Arc<str>>,
    /// Whether messages are a history told in order after the fact, so that their times of receipt say nothing
    /// and their order does.
    pub in_order: bool,
    /// Whether messages come as files that prove nothing of who sent them (one-shot commands). Then no booking and no
    /// schedule makes a truck of what flies by the filing: what the leg owes as a flight is owed until the filing says
    /// otherwise.
    pub senders_unproved: bool,
    /// Seed of the random stratum; recorded with every assessment.
    pub seed: u64,
    /// Channels whose word counts on the flights, units, bookings and goods of any carrier: posts, and handlers of all
    /// at a station. `None` takes everybody at his word, for one-shot commands and training, except that whoever filed
    /// goods books them; a node that serves names them. Carriers, and handlers with their mandate, need not be named:
    /// their word counts on what is theirs.
    pub desks: Option<BTreeSet<Arc<str>>>,
    /// Own channels of carriers, by name, with the designator of each. Such a channel is a desk for the flights of that
    /// carrier and for goods that are to fly with him, and sees answers on his legs. One without a designator is taken
    /// for any carrier: for training, and for a node of one carrier.
    pub carriers: BTreeMap<Arc<str>, Option<Carrier>>,
    /// Whether what is open on a later leg holds at once: policy of the station, not law.
    pub hold_upstream: bool,
    /// How long before the first filing of a bill comes in here an authority's word may have been said to speak of
    /// it: messages overtake each other, and clocks differ. No source gives a figure.
    pub early: SignedDuration,
    /// Agencies whose officers stand duty for whoever runs the node: they settle what it could not read or verify.
    pub duty_desks: BTreeSet<Arc<str>>,
    /// Agencies whose officers act for aviation security: they release goods from any high-risk mark.
    pub aviation_security: BTreeSet<Arc<str>>,
    /// For how many days a tree is kept that no programme bound.
    pub kept_days: u32,
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
            validity: gate::VALIDITY,
            list_validity: LIST_VALIDITY,
            status_age_max: gate::STATUS_AGE_MAX,
            exemptions_accepted: BTreeSet::new(),
            parallel: false,
            // Five and fifteen minutes: no source gives a figure.
            escalation: vec![SignedDuration::from_mins(5), SignedDuration::from_mins(15)],
            policy: Policy::default(),
            high_risk_approval_unknown_suffices: false,
            high_risk_results_suffice: false,
            designation_rules: BTreeMap::from([(
                Territory::new("EU"),
                DesignationRule { demand: Demand::WhereTold, exempt_from: BTreeSet::new() },
            )]),
            representatives: BTreeMap::new(),
            in_order: false,
            senders_unproved: false,
            seed: 0,
            desks: None,
            carriers: BTreeMap::new(),
            hold_upstream: false,
            early: SignedDuration::from_hours(1),
            duty_desks: BTreeSet::new(),
            aviation_security: BTreeSet::from(["aviation security".into()]),
            kept_days: casework::retention::DEFAULT_DAYS,
        }
    }

    /// After how long a number that is filed again is taken for a new consignment, counted from when its goods were
    /// last filed, reported or in custody: the longest that any programme of this node names, since what is open
    /// stays open for as long.
    pub fn number_period(&self, days: impl Fn(&NumberReuse) -> u16) -> SignedDuration {
        let programmes = self.programmes.values().chain(self.left_out.values());
        let longest = programmes.map(|programme| days(&programme.timers.number_reuse)).max();
        // Without any programme nothing is known of the field's habits, and no number is ever new.
        longest.map_or(SignedDuration::MAX, |days| SignedDuration::from_hours(i64::from(days) * 24))
    }

    /// Whether a programme takes a bill from whoever submits it, and the latest counts.
    pub fn takes_any_submitter(&self, programme: &ProgrammeId) -> bool {
        self.programme(programme).is_some_and(|data| data.filing.submitters == Submitters::Any)
    }

    /// How a programme runs here.
    pub fn mode(&self, programme: &ProgrammeId) -> Mode {
        self.modes.get(programme).copied().unwrap_or(Mode::Simulated)
    }

    /// The data of a programme, run here or left out.
    pub fn programme(&self, programme: &ProgrammeId) -> Option<&Arc<Programme>> {
        self.programmes.get(programme).or_else(|| self.left_out.get(programme))
    }

    /// Which desks decide on what.
    pub fn competence(&self) -> Competence {
        let secures = |data: &&Arc<Programme>| data.authority.kind == AuthorityKind::AviationSecurity;
        let of_security = self.programmes.values().filter(secures);
        Competence {
            modes: self.modes.clone(),
            duty: self.duty_desks.clone(),
            aviation_security: self.aviation_security.clone(),
            security_programmes: of_security.map(|data| data.id.clone()).collect(),
        }
    }

    /// What a programme does with its referrals.
    pub fn referral_rules(&self, programme: &ProgrammeId) -> ReferralRules {
        self.programme(programme).map(|data| ReferralRules::from(&data.referral)).unwrap_or_default()
    }

    /// Who answers a referral first, by the data of its programme: whoever filed, or the carrier, whose contact it is that
    /// answers day and night (PACT guide 1.9, section 1).
    pub fn carrier_answers_first(&self, programme: &ProgrammeId, kind: ReferralKind) -> bool {
        let rule = self.referral_rule(programme, kind);
        rule.is_some_and(|rule| rule.answered_first() != Answerer::Filer)
    }

    /// What the data of a programme say of a kind of referral.
    pub fn referral_rule(&self, programme: &ProgrammeId, kind: ReferralKind) -> Option<&ReferralRule> {
        self.programme(programme)?.referral.of(kind)
    }

    /// Whether every programme is simulated.
    pub fn all_simulated(&self) -> bool {
        self.programmes.keys().all(|programme| self.mode(programme) == Mode::Simulated)
    }
}
