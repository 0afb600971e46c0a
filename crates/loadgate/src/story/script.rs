//! What a story says.

use casework::decision::OneOfficer;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::parallel::Outcome;
use casework::security::designation::Demand;
use consignment::ConsignmentKey;
use consignment::fact::{Fact, ObjectName};
use consignment::ident::Carrier;
use consignment::security::{Exemption, SecurityStatus};
use engine::Channel;
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Name of the way in by which the departures of the setup are known.
pub(super) const SCHEDULE: &str = "schedule";

/// Who asks in a story that does not say who, as the node knows him: the loading desk.
pub(super) const HOLDER: &str = "loading desk";

/// A story.
#[derive(Debug, Clone)]
pub struct Story {
    /// What it is about.
    pub title: String,
    /// How the node is set up.
    pub setup: Setup,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

impl Story {
    /// When it begins.
    pub(super) fn start(&self) -> Timestamp {
        self.steps.first().map_or(Timestamp::UNIX_EPOCH, |step| step.at)
    }
}

/// How the node is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Line it stands on.
    pub line: u32,
    /// How each programme runs, where the story says so; the others are relayed.
    pub programmes: BTreeMap<ProgrammeId, ProgrammeSetup>,
    /// Whether only what messages announce is expected to be told.
    pub announced_only: bool,
    /// Whether the station holds what is held on a later leg: its policy, not law.
    pub hold_upstream: bool,
    /// Grounds for exemption that the State accepts.
    pub exemptions: BTreeSet<Exemption>,
    /// Watch lists, as files beside the story.
    pub lists: Vec<String>,
    /// Ways in, by the names the story gives them.
    pub channels: BTreeMap<String, Channel>,
    /// Ways in whose word counts on the flights, units and bookings of any carrier; everybody's where desks are not told
    /// apart.
    pub desks: Option<BTreeSet<String>>,
    /// Ways in of carriers, with their designators; one without is taken for any.
    pub carriers: BTreeMap<Arc<str>, Option<Carrier>>,
    /// Ways in that speak for another one: who, for whom.
    pub representatives: BTreeMap<String, String>,
    /// What a single officer may do alone.
    pub one_officer: Option<OneOfficer>,
    /// Whether the node only runs beside the system in place, and sends nothing.
    pub parallel: bool,
    /// Of whom the EU wants a designation; the node's own rule where the story says nothing.
    pub designation: Option<Demand>,
    /// Whether enough results make high-risk goods SHR without a declaration: a policy of the State.
    pub high_risk_results_suffice: bool,
    /// Agencies whose officers stand duty for the node.
    pub duty_desks: BTreeSet<Arc<str>>,
    /// Departures known from the start.
    pub schedule: Vec<Fact>,
    /// The question asked where an expectation does not say otherwise.
    pub question: Question,
    /// Whether that question names its object, readable or not.
    pub names_object: bool,
}

/// How a programme runs.
#[derive(Debug, Clone, Copy)]
pub struct ProgrammeSetup {
    /// Its mode.
    pub mode: Mode,
    /// How many different methods secure high-risk goods, where the State's policy differs from the data.
    pub methods_min: Option<u8>,
}

/// A question to the gate, as far as it is said.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// About what.
    pub object: Option<ObjectName>,
    /// The leg; the first that departs where it is not said.
    pub leg: Option<AskedLeg>,
    /// The leg as written.
    pub leg_text: Option<String>,
    /// The stage; load where it is not said.
    pub stage: Option<Stage>,
    /// The aircraft; one with passengers where it is not said.
    pub aircraft: Option<Aircraft>,
    /// Who asks; an auditor, who sees everything, where it is not said.
    pub asker: Option<Asker>,
    /// By which channel he asks; that of a loading desk nobody told of, where it is not said.
    pub holder: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// An officer of the duty desk, who sees the reasons of every party.
    Officer,
    /// An auditor, who sees everything.
    Auditor,
    /// The carrier.
    Carrier,
    /// A handler at the station.
    Handler,
    /// Whoever filed.
    Filer,
    /// A display that everybody can see.
    Display,
}

impl Asker {
    /// Every one with its word.
    pub const WORDS: &[(&str, Self)] = &[
        ("officer", Self::Officer),
        ("auditor", Self::Auditor),
        ("carrier", Self::Carrier),
        ("handler", Self::Handler),
        ("filer", Self::Filer),
        ("display", Self::Display),
    ];
}

impl Question {
    /// The goods asked about; in words, why there are none.
    pub(super) fn goods(&self) -> Result<&ConsignmentKey, String> {
        match &self.object {
            Some(ObjectName::Consignment(key) | ObjectName::Piece(key, _)) => Ok(key),
            Some(other) => Err(format!("only goods have cases, and {other} holds many")),
            None => Err("the question names nothing".to_owned()),
        }
    }

    /// This question with what it does not say taken from another.
    pub fn or(self, other: &Self) -> Self {
        Self {
            object: self.object.or_else(|| other.object.clone()),
            leg: self.leg.or_else(|| other.leg.clone()),
            leg_text: self.leg_text.or_else(|| other.leg_text.clone()),
            stage: self.stage.or(other.stage),
            aircraft: self.aircraft.or(other.aircraft),
            asker: self.asker.or(other.asker),
            holder: self.holder.or_else(|| other.holder.clone()),
        }
    }
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub struct Step {
    /// Line it stands on.
    pub line: u32,
    /// When.
    pub at: Timestamp,
    /// What, in the words of the story.
    pub note: String,
    /// What comes in.
    pub input: Input,
    /// What is expected then.
    pub expect: Vec<Expect>,
}

/// What comes in.
#[derive(Debug, Clone)]
pub enum Input {
    /// Only time passes.
    Nothing,
    /// Messages, as they stand in the story.
    Messages {
        /// The text.
        text: String,
        /// By which way.
        channel: Channel,
    },
    /// Messages of a file.
    File {
        /// Its name, from the folder of the story.
        path: String,
        /// By which way.
        channel: Channel,
    },
    /// Facts.
    Facts {
        /// The facts, in order.
        facts: Vec<Fact>,
        /// By which way.
        channel: Channel,
    },
}

/// What is expected after a step.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// Line it stands on.
    pub line: u32,
    /// The question.
    pub question: Question,
    /// The decision.
    pub decision: Option<Decision>,
    /// Codes of exactly the reasons that hold.
    pub reasons: Option<BTreeSet<String>>,
    /// Codes among the reasons that hold.
    pub includes: BTreeSet<String>,
    /// Codes among the reasons that only inform.
    pub informs: BTreeSet<String>,
    /// Codes that no reason may have.
    pub without: BTreeSet<String>,
    /// Texts each of which some reason says.
    pub says: Vec<String>,
    /// Texts that nothing in the answer says, in capitals or not.
    pub unsaid: Vec<String>,
    /// Whose turn it is, by the code of the reason.
    pub who_acts: BTreeMap<String, String>,
    /// Until when a "load" holds, exactly.
    pub valid_until: Option<Timestamp>,
    /// Until when a "load" holds at most.
    pub valid_until_max: Option<Timestamp>,
    /// What the system in place says, and how that must compare with the gate's answer.
    pub compared: Option<(Decision, Outcome)>,
    /// Whether in this step a "load" about the object was taken back from whoever has it.
    pub recalled: Option<bool>,
    /// State of each case, by programme.
    pub state: BTreeMap<ProgrammeId, String>,
    /// The open referrals, such as `us-acas RFI`; two of a kind stand twice.
    pub referrals: Option<Vec<String>>,
    /// Referrals of consignments that had the number before.
    pub earlier: Option<Vec<String>>,
    /// What the results of screening are for each open request and mark: by `us-acas RFS-1` or `mark`, `enough` or `lacking`.
    pub screened: Option<BTreeMap<String, String>>,
    /// The security status.
    pub status: Option<SecurityStatus>,
    /// Code of a refusal of what came in.
    pub refused: Option<String>,
    /// Codes of what was left as it was, and said.
    pub remarks: BTreeSet<String>,
    /// Codes among the findings in what came in.
    pub findings: BTreeSet<String>,
    /// Notices that were sent, such as `forwarder referral-opened`.
    pub told: BTreeSet<String>,
    /// Words that no notice of the step has.
    pub untold: Vec<String>,
}

impl Expect {
    /// Whether it expects something of the gate or of what is known of the goods.
    pub fn asks(&self) -> bool {
        self.asks_gate() || self.asks_view()
    }

    /// Whether it expects something of the gate's answer.
    pub fn asks_gate(&self) -> bool {
        self.decision.is_some()
            || self.reasons.is_some()
            || !self.includes.is_empty()
            || !self.informs.is_empty()
            || !self.without.is_empty()
            || !self.says.is_empty()
            || !self.unsaid.is_empty()
            || !self.who_acts.is_empty()
            || self.valid_until.is_some()
            || self.valid_until_max.is_some()
            || self.recalled.is_some()
            || self.compared.is_some()
    }

    /// Whether all it expects of the gate's answer is that something is not in it.
    pub fn only_unsaid(&self) -> bool {
        let nothing = Self { unsaid: Vec::new(), without: BTreeSet::new(), ..self.clone() };
        !nothing.asks_gate()
    }

    /// Whether it expects something of the cases or the security status.
    pub fn asks_view(&self) -> bool {
        !self.state.is_empty()
            || self.referrals.is_some()
            || self.earlier.is_some()
            || self.screened.is_some()
            || self.status.is_some()
    }
}
