use crate::case::Node;
use crate::desks::Desks;
use crate::outage::Outages;
use crate::security::designation::{DesignationRule, Designations};
use crate::transport::Yard;
use consignment::ident::{Flight, Location};
use consignment::security::{Exemption, ScreeningMethod};
use consignment::stations::{StationTable, Territory};
use consignment::{Leg, PartialDate};
use finding::{Args, Code, Language, Phrase, catalogue, codes::gate as reason};
use jiff::{SignedDuration, Timestamp};
use programme::{Programme, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// What is about to be done with the goods.
///
/// Loading and departing want the master around a house as well; a house may be accepted and built up while
/// its master waits. Acceptance asks neither for screening nor for the kind of aircraft: both come after it.
/// Building up asks for both, because what stands in a unit is not screened any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Take them over from the sender.
    Accept,
    /// Build them into a ULD.
    Build,
    /// Load them.
    Load,
    /// Depart with them.
    Depart,
}

impl Stage {
    /// The word used in published documents and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Build => "build",
            Self::Load => "load",
            Self::Depart => "depart",
        }
    }
}

/// Kind of aircraft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aircraft {
    /// Carries passengers.
    Passenger,
    /// All-cargo.
    AllCargo,
}

impl Aircraft {
    /// The word used in published documents and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passenger => "pax",
            Self::AllCargo => "cao",
        }
    }
}

/// The leg a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedLeg {
    /// The first leg that departs.
    First,
    /// The leg between these stations; flight and date, where given, must not contradict the route.
    Named {
        /// Departure.
        from: Location,
        /// Landing.
        to: Location,
        /// Flight, if named.
        flight: Option<Flight>,
        /// Local date of departure as far as it is named.
        date: Option<PartialDate>,
    },
}

/// May this object be loaded?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The object.
    pub node: Node,
    /// The leg.
    pub leg: AskedLeg,
    /// What is about to be done.
    pub stage: Stage,
    /// Kind of aircraft.
    pub aircraft: Aircraft,
    /// When the question is asked.
    pub at: Timestamp,
}

/// What is expected to have been told beyond the messages at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expectation {
    /// Only what the messages themselves announce: one-shot commands on single messages.
    Announced,
    /// Everything that the trade files: a node that stands in the flow.
    Everything,
}

/// What the gate is told besides the tree.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Rules of the programmes that run here.
    pub programmes: &'a BTreeMap<ProgrammeId, Arc<Programme>>,
    /// Stations.
    pub stations: &'a StationTable,
    /// What is expected to have been told.
    pub expects: Expectation,
    /// Whether all programmes of this node are simulated.
    pub simulated: bool,
    /// How long "load" holds at most.
    pub validity: SignedDuration,
    /// Lists that were given without some of their files: title and what is missing.
    pub lists_incomplete: &'a [(String, String)],
    /// Messages nobody could read that name no goods, so that they may concern any.
    pub unread: &'a [Phrase],
    /// How old a security status may be before the answer says so.
    pub status_age_max: SignedDuration,
    /// Grounds for exemption from screening that the State's policy accepts.
    pub exemptions_accepted: &'a BTreeSet<Exemption>,
    /// Outages by programme.
    pub outages: &'a BTreeMap<ProgrammeId, Outages>,
    /// Whether SHR suffices where the registry does not know whether its issuer is approved for it.
    pub high_risk_approval_unknown_suffices: bool,
    /// Whether results for which the registry answers make high-risk goods SHR without a declaration.
    pub high_risk_results_suffice: bool,
    /// Territories that want operators designated, and how.
    pub designation_rules: &'a BTreeMap<Territory, DesignationRule>,
    /// Designations told.
    pub designations: &'a Designations,
    /// Flights and units.
    pub yard: &'a Yard,
    /// Whether the station holds at once what something open on a later leg will hold: its policy, not law.
    pub hold_upstream: bool,
    /// Whose word counts on flights, units and counts of goods.
    pub desks: Desks<'a>,
    /// Whether the node doubts its own clock: then nobody can say what is over, due or valid.
    pub clock_unsure: bool,
}

/// How long "load" holds at most, unless a node sets otherwise: a loading desk asks again at each stage. No source
/// gives a figure.
pub const VALIDITY: SignedDuration = SignedDuration::from_hours(1);

/// How old a security status may be before answers say so, unless a node sets otherwise: no source limits the age of a
/// status; goods wait days for their flight, not months.
pub const STATUS_AGE_MAX: SignedDuration = SignedDuration::from_hours(30 * 24);

static NO_OUTAGES: BTreeMap<ProgrammeId, Outages> = BTreeMap::new();
static NO_EXEMPTIONS: BTreeSet<Exemption> = BTreeSet::new();
static NO_RULES: BTreeMap<Territory, DesignationRule> = BTreeMap::new();
static NO_DESIGNATIONS: LazyLock<Designations> = LazyLock::new(Designations::default);

impl<'a> Context<'a> {
    /// What the gate is told where nothing is known and nothing set beyond programmes and stations. It expects only
    /// what the messages announce.
    pub fn new(programmes: &'a BTreeMap<ProgrammeId, Arc<Programme>>, stations: &'a StationTable) -> Self {
        Self {
            programmes,
            stations,
            expects: Expectation::Announced,
            simulated: false,
            validity: VALIDITY,
            lists_incomplete: &[],
            unread: &[],
            status_age_max: STATUS_AGE_MAX,
            exemptions_accepted: &NO_EXEMPTIONS,
            outages: &NO_OUTAGES,
            high_risk_approval_unknown_suffices: false,
            high_risk_results_suffice: false,
            designation_rules: &NO_RULES,
            designations: &NO_DESIGNATIONS,
            yard: Yard::nothing(),
            hold_upstream: false,
            desks: Desks::everybody(),
            clock_unsure: false,
        }
    }
}

/// Load or hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// It may be loaded.
    Load,
    /// It may not, or not yet.
    Hold,
}

impl Decision {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Hold => "hold",
        }
    }
}

/// Whether a reason concerns what is asked about, or what comes after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The leg and stage asked about.
    This,
    /// A later leg or stage.
    Later,
}

impl Scope {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::This => "this",
            Self::Later => "later",
        }
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhoActs {
    /// Whoever files the data of the object.
    Filer,
    /// The programme's authority.
    Authority,
    /// An approved screener or regulated agent.
    Screener,
    /// The agency that holds.
    Agency(Arc<str>),
    /// The carrier.
    Carrier,
    /// Whoever runs this node.
    Operator,
    /// Nobody: the reason only explains.
    Nobody,
}

impl WhoActs {
    /// The word used in published documents.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Filer => "filer",
            Self::Authority => "authority",
            Self::Screener => "screener",
            Self::Agency(name) => name,
            Self::Carrier => "carrier",
            Self::Operator => "operator",
            Self::Nobody => "nobody",
        }
    }
}

/// One reason of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What stands; whether it holds is a property of the code.
    pub code: Code,
    /// The programme concerned, if any.
    pub programme: Option<ProgrammeId>,
    /// Which leg it concerns.
    pub scope: Scope,
    /// The object concerned, as people know it.
    pub object: String,
    /// Whose turn it is.
    pub who_acts: WhoActs,
    /// Arguments of the text, without `why`.
    pub args: Args,
    /// Fills the argument `why` of the text.
    pub why: Vec<Phrase>,
    /// Where the object is, where that was asked about as a part of something.
    pub place: Option<Place>,
    /// What an authority wants, where it is a referral of one.
    pub wanted: Option<Wanted>,
    /// What of it rests on the object alone, where its whole cause is worked out from more than that.
    pub alone: Option<Alone>,
}

/// By whom, until when and how a referral is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Who answers in the first place.
    pub answered_by: WhoActs,
    /// Until when an answer is expected, where anybody says.
    pub deadline_at: Option<Timestamp>,
    /// Methods of screening that are recommended.
    pub methods: Vec<ScreeningMethod>,
}

impl Wanted {
    fn phrases(&self) -> impl Iterator<Item = Phrase> {
        let by = self.deadline_at.map(|at| Phrase::new(reason::WHY_ANSWER_BY).with("at", at.to_string()));
        let codes: Vec<&str> = self.methods.iter().map(|method| method.code()).collect();
        let methods = Phrase::new(reason::WHY_METHODS_RECOMMENDED).with("methods", codes.join(", "));
        by.into_iter().chain((!codes.is_empty()).then_some(methods))
    }
}

/// What of a reason rests on the filing of its object and on facts told of just that: all of it that is for who filed
/// nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// What stands.
    pub code: Code,
    /// Whose turn it is.
    pub who_acts: WhoActs,
    /// Why.
    pub why: Vec<Phrase>,
}

/// Where goods are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The unit.
    pub unit: Option<String>,
    /// Where in it, in the words of those who built.
    pub position: Option<String>,
}

/// What waits because of what holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Radius {
    /// What holds, each once.
    pub held: Vec<String>,
    /// Pieces held on their own account.
    pub pieces: u64,
    /// Pieces of the whole, all of which wait.
    pub of_pieces: u64,
    /// The whole.
    pub whole: String,
    /// What waits besides: units and flights that hold it.
    pub with: Vec<String>,
}

impl Radius {
    /// In words.
    pub fn phrase(&self) -> Phrase {
        let names = |names: &[String]| if names.is_empty() { "-".to_owned() } else { names.join(", ") };
        Phrase::new(finding::codes::gate::HELD_WITH_IT)
            .with("object", self.whole.clone())
            .with("held", names(&self.held))
            .with("pieces", self.pieces.to_string())
            .with("of_pieces", self.of_pieces.to_string())
            .with("with", names(&self.with))
    }
}

impl Reason {
    /// A reason on the leg asked about.
    pub fn new(code: Code, object: impl Into<String>, who_acts: WhoActs) -> Self {
        let object = object.into();
        let args =
            if code.args().contains(&"object") { vec![("object", object.clone())] } else { Args::new() };
        Self {
            code,
            programme: None,
            scope: Scope::This,
            object,
            who_acts,
            args,
            why: Vec::new(),
            place: None,
            wanted: None,
            alone: None,
        }
    }

    pub(super) fn of(mut self, programme: &ProgrammeId) -> Self {
        self.programme = Some(programme.clone());
        self
    }

    /// The same with an argument of its text.
    ///
    /// # Panics
    /// In a debug build, where the code declares no such argument.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        debug_assert!(self.code.args().contains(&name), "{} declares no argument {name}", self.code);
        self.args.push((name, value.into()));
        self
    }

    pub(super) fn because(mut self, why: Phrase) -> Self {
        self.why.push(why);
        self
    }

    pub(super) fn wanting(mut self, wanted: Wanted) -> Self {
        self.wanted = Some(wanted);
        self
    }

    pub(super) fn later(mut self) -> Self {
        self.scope = Scope::Later;
        self
    }

    /// Whether the answer is "hold" while this stands.
    pub fn holds(&self) -> bool {
        self.code.holds() && self.scope == Scope::This
    }

    fn filled(&self, language: Language) -> Args {
        let mut args = self.args.clone();
        if self.code.args().contains(&"why") {
            let texts: Vec<String> = self.why.iter().map(|phrase| phrase.text(language)).collect();
            args.push(("why", texts.join(" ")));
        }
        args
    }

    /// The reason in words.
    pub fn message(&self, language: Language) -> String {
        let text = catalogue::text(language, self.code, &self.filled(language));
        let phrases = self.wanted.iter().flat_map(Wanted::phrases);
        let wanted: Vec<String> = phrases.map(|phrase| phrase.text(language)).collect();
        if wanted.is_empty() { text } else { format!("{text} ({})", wanted.join("; ")) }
    }

    /// What clears it, in words; empty for reasons that hold nothing.
    pub fn clears_when(&self, language: Language) -> String {
        catalogue::clears_when(language, self.code, &self.filled(language)).unwrap_or_default()
    }
}

/// The answer of the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Load or hold.
    pub decision: Decision,
    /// Whether it comes from a simulation.
    pub simulated: bool,
    /// Stage asked about.
    pub stage: Stage,
    /// Aircraft asked about.
    pub aircraft: Aircraft,
    /// The leg it speaks of; `None` where none could be told.
    pub leg: Option<Leg>,
    /// Until when "load" holds; `None` for "hold".
    pub valid_until: Option<Timestamp>,
    /// Every reason, those that hold first.
    pub reasons: Vec<Reason>,
    /// What waits because of what holds; `None` for "load".
    pub radius: Option<Radius>,
}
