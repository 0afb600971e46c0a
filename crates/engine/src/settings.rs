use casework::gate::Expectation;
use consignment::security::Exemption;
use consignment::stations::StationTable;
use jiff::SignedDuration;
use programme::{Mode, Programme, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    /// Seed of the random stratum; recorded with every assessment.
    pub seed: u64,
    /// Channels whose word counts on flights, units and bookings: desks of carriers, handlers and posts. `None`
    /// takes everybody at his word, for one-shot commands and training; a node that serves names them.
    pub desks: Option<BTreeSet<Arc<str>>>,
    /// Whether what is open on a later leg holds at once: policy of the station, not law.
    pub hold_upstream: bool,
    /// After how long a number that is filed again is taken for a new consignment.
    pub number_periods: NumberPeriods,
}

/// For each kind of number, how long after its goods were last filed, reported or in custody it is taken as new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberPeriods {
    /// Air waybills, with the houses under them.
    pub air_waybill: SignedDuration,
    /// Houses whose master is not known.
    pub house: SignedDuration,
    /// Express shipments.
    pub express: SignedDuration,
    /// Mail items.
    pub mail: SignedDuration,
}

impl Default for NumberPeriods {
    /// 180 days each: no source gives a figure, and carriers ask for one month at least.
    fn default() -> Self {
        let days = SignedDuration::from_hours(180 * 24);
        Self { air_waybill: days, house: days, express: days, mail: days }
    }
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
            seed: 0,
            desks: None,
            hold_upstream: false,
            number_periods: NumberPeriods::default(),
        }
    }

    /// How a programme runs here.
    pub fn mode(&self, programme: &ProgrammeId) -> Mode {
        self.modes.get(programme).copied().unwrap_or(Mode::Simulated)
    }

    /// Whether every programme is simulated.
    pub fn all_simulated(&self) -> bool {
        self.programmes.keys().all(|programme| self.mode(programme) == Mode::Simulated)
    }
}
