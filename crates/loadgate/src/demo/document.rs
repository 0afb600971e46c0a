//! The tour as one JSON document.

use super::FICTITIOUS;
use super::play::{BoardFlight, Day, Event, Row, Tiding, Told};
use super::script::Act;
use crate::document::Number;
use crate::document::assess::{CaseItem, LoadItem, MatchItem};
use crate::document::check::FoundItem;
use consignment::ConsignmentKey;
use engine::Filed;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.demo/1";

/// The invented day and its flight board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DemoDocument {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// That everything in it is invented.
    pub notice: &'static str,
    /// The programmes that ran, each of them simulated.
    pub programmes: Vec<String>,
    /// What happened, in order of time.
    pub story: Vec<StepItem>,
    /// What may be loaded at the end of it.
    pub board: BoardItem,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepItem {
    /// When, RFC 3339.
    pub at: String,
    /// What.
    #[serde(flatten)]
    pub what: StepKind,
}

/// What happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepKind {
    /// A file of messages came in.
    Message {
        /// Name of the file in `fixtures/demo/messages`.
        file: &'static str,
        /// Who sent it.
        sender: &'static str,
        /// Format of its messages.
        format: String,
        /// What was found in it.
        findings: Vec<FoundItem>,
        /// The consignments it names.
        consignments: Vec<FiledItem>,
        /// What became known, and to whom it was told.
        told: Vec<TidingItem>,
    },
    /// An authority acted, by the script.
    Act {
        /// The programme whose authority it is.
        programme: String,
        /// Always true: a script moved it.
        scripted: bool,
        /// Always true: no authority did this.
        simulated: bool,
        /// The waybill.
        object: String,
        /// `RFI`, `RFS`, `DNL`, `close` or `complete`.
        act: &'static str,
        /// Its reference, where the act has one.
        reference: Option<&'static str>,
        /// What the case has come to.
        outcome: Option<&'static str>,
        /// What became known, and to whom it was told.
        told: Vec<TidingItem>,
    },
    /// A loading desk asked.
    Answer {
        /// The waybill.
        object: String,
        /// The answer.
        load: LoadItem,
    },
    /// The carrier changed the aircraft of a flight.
    Swap {
        /// The flight.
        flight: String,
        /// `pax` or `cao`.
        aircraft: &'static str,
    },
}

/// A consignment of a message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FiledItem {
    /// Master air waybill.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// `recorded`, `announced`, `unchanged` or `refused`.
    pub filed: &'static str,
    /// The version it is now.
    pub version: Option<u32>,
    /// Its cases, in order of programme.
    pub cases: Vec<CaseItem>,
    /// Parties that resemble entries of watch lists.
    pub matches: Vec<MatchItem>,
}

/// Something that became known.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TidingItem {
    /// The programme; `null` where it concerns none.
    pub programme: Option<String>,
    /// `acknowledged`, `rejected`, `referral_opened`, `referral_closed`, `assessment_complete`, `held` or another
    /// word for what became known.
    pub what: &'static str,
    /// Who was told: a sender by name, `carrier`, or another in words.
    pub to: Vec<String>,
}

/// The flight board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BoardItem {
    /// When it was asked for, RFC 3339.
    pub at: String,
    /// Departures in order of the schedule.
    pub flights: Vec<FlightItem>,
    /// Consignments on none of them.
    pub unplaced: Vec<RowItem>,
}

/// A departure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FlightItem {
    /// Carrier and number.
    pub flight: String,
    /// Local date of departure.
    pub date: String,
    /// Departure.
    pub from: String,
    /// Landing.
    pub to: String,
    /// Scheduled departure, RFC 3339.
    pub departs_at: String,
    /// `pax` or `cao`.
    pub aircraft: &'static str,
    /// What is booked on it.
    pub rows: Vec<RowItem>,
}

/// A consignment on the board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RowItem {
    /// Master air waybill.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// Pieces.
    pub pieces: Option<u32>,
    /// Gross weight in kilograms, rounded half up to three decimals.
    pub weight_kg: Option<Number>,
    /// The answer of the gate.
    pub load: LoadItem,
}

impl From<&Day> for DemoDocument {
    fn from(day: &Day) -> Self {
        Self {
            schema: SCHEMA,
            notice: FICTITIOUS,
            programmes: day.programmes.iter().map(ToString::to_string).collect(),
            story: day.told.iter().map(StepItem::from).collect(),
            board: BoardItem {
                at: day.board.at.to_string(),
                flights: day.board.flights.iter().map(FlightItem::from).collect(),
                unplaced: day.board.unplaced.iter().map(RowItem::from).collect(),
            },
        }
    }
}

impl From<&Told> for StepItem {
    fn from(told: &Told) -> Self {
        let what = match &told.what {
            Event::Message(message) => StepKind::Message {
                file: message.file,
                sender: message.sender,
                format: message.format.clone(),
                findings: message
                    .findings
                    .iter()
                    .map(|finding| {
                        let raw = message.raw.iter().find(|raw| raw.index == finding.message_index);
                        FoundItem::new(finding, raw.map_or((1, 1), |raw| (raw.first_line, raw.first_column)))
                    })
                    .collect(),
                consignments: message
                    .filed
                    .iter()
                    .map(|filed| {
                        let (master, house) = numbers(&filed.key);
                        let (word, version) = match filed.outcome {
                            Filed::Recorded { version: 0 } => ("announced", None),
                            Filed::Recorded { version } => ("recorded", Some(version)),
                            Filed::Unchanged => ("unchanged", None),
                            Filed::Superseded => ("superseded", None),
                            Filed::Refused(_) => ("refused", None),
                            Filed::Told(_) => ("told", None),
                        };
                        FiledItem {
                            master,
                            house,
                            filed: word,
                            version,
                            cases: filed.view.cases.iter().map(CaseItem::from).collect(),
                            matches: filed.view.matches.iter().map(MatchItem::from).collect(),
                        }
                    })
                    .collect(),
                told: message.tidings.iter().map(TidingItem::from).collect(),
            },
            Event::Act(told) => {
                let (act, reference) = match told.act {
                    Act::Open { kind, reference, .. } => (kind.as_str(), Some(reference)),
                    Act::Close { reference, .. } => ("close", Some(reference)),
                    Act::Complete { .. } => ("complete", None),
                };
                StepKind::Act {
                    programme: told.programme.to_string(),
                    scripted: true,
                    simulated: true,
                    object: told.key.to_string(),
                    act,
                    reference,
                    outcome: told.outcome,
                    told: told.tidings.iter().map(TidingItem::from).collect(),
                }
            }
            Event::Answer { key, answer, .. } => {
                StepKind::Answer { object: key.to_string(), load: LoadItem::from(answer) }
            }
            Event::Swap { departure } => {
                StepKind::Swap { flight: departure.flight.to_string(), aircraft: departure.aircraft.as_str() }
            }
        };
        Self { at: told.at.to_string(), what }
    }
}

impl From<&Tiding> for TidingItem {
    fn from(tiding: &Tiding) -> Self {
        Self {
            programme: tiding.programme.as_ref().map(ToString::to_string),
            what: tiding.kind.as_str(),
            to: tiding.told.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&BoardFlight> for FlightItem {
    fn from(flight: &BoardFlight) -> Self {
        let departure = &flight.departure;
        Self {
            flight: departure.flight.to_string(),
            date: departure.date.to_string(),
            from: departure.from.to_string(),
            to: departure.to.to_string(),
            departs_at: departure.departs_at.to_string(),
            aircraft: departure.aircraft.as_str(),
            rows: flight.rows.iter().map(RowItem::from).collect(),
        }
    }
}

impl From<&Row> for RowItem {
    fn from(row: &Row) -> Self {
        let (master, house) = numbers(&row.key);
        Self {
            master,
            house,
            pieces: row.pieces,
            weight_kg: row.weight.map(|weight| Number::from(weight.to_kg())),
            load: LoadItem::from(&row.answer),
        }
    }
}

fn numbers(key: &ConsignmentKey) -> (Option<String>, Option<String>) {
    (key.master.map(|number| number.to_string()), key.house.as_ref().map(ToString::to_string))
}
