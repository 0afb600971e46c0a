//! The list of a flight for a dead line: what the gate said of each object on it, shortly before. It is written in one line
//! and signed (`store::audit::note`), so that it is read without the node.

use casework::gate::{Decision, ObjectAnswer, Reason};
use consignment::fact::{FlightName, ObjectName};
use engine::FlightList;
use finding::Language;
use jiff::{Timestamp, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name of the schema of the list; also the first line of the note that it is signed in.
pub const SCHEMA: &str = "loadgate-gate-list/1";
/// Name of the schema of `gate-list verify`.
pub const VERIFY_SCHEMA: &str = "loadgate.gate-list-verify/1";

/// What must be known of every list, in it and wherever it is shown.
pub const RULE: &str = "Load nothing that does not stand here as load, and nothing once valid_until has passed. Nobody is \
    told of a recall while the line is dead: ask the node as soon as it answers again.";

/// Most reasons that a list gives for one object; how many more there are stands beside them.
const REASONS_MAX: usize = 5;

const LANGUAGE: Language = Language::English;

/// What the gate said of each object on a flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateList {
    /// Name of the document's schema.
    pub schema: String,
    /// What to do by it.
    pub rule: String,
    /// The id under which the answers were written down: `GET /v1/answers/ID` tells whether they still stand.
    pub answer_id: String,
    /// The node, by the name of the key that signed the list.
    pub node: String,
    /// The organisation it was made for.
    pub holder: String,
    /// The flight, such as `9Z100/2026-11-24/FRA-JFK`.
    pub flight: String,
    /// Its leg, such as `FRA-JFK`.
    pub leg: String,
    /// What may be done with what says load: `accept`, `build`, `load` or `depart`.
    pub stage: String,
    /// The kind of aircraft it was judged by: `pax` or `cao`.
    pub aircraft: String,
    /// Whether anything in it comes from a simulation.
    pub simulated: bool,
    /// When the answers were given, RFC 3339.
    pub made_at: String,
    /// When the last of them ends, RFC 3339: from then on nothing may be loaded by the list.
    pub valid_until: String,
    /// For officers: the last signed state of the node's log before the list was made. `null` for everybody else, since it
    /// moves with what they may not see.
    pub log: Option<LogState>,
    /// The answers, in the order of their objects. What is not among them may not be loaded.
    pub objects: Vec<ListedObject>,
}

/// A state of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogState {
    /// How many entries it had.
    pub size: u64,
    /// Root over them, in hexadecimal digits.
    pub root: String,
}

/// The answer about one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedObject {
    /// Its number, as the node names it: `888-10001014`, `888-10001014/H1`, `AKE12345ZZ`, `piece 3 of 888-10001014`.
    pub object: String,
    /// `consignment`, `piece` or `unit`.
    pub kind: String,
    /// `load` or `hold`.
    pub decision: String,
    /// How many pieces of it are on the flight; `null` where nobody says, and for units.
    pub pieces: Option<u64>,
    /// The units it stands in.
    pub units: Vec<String>,
    /// Of a master: its houses that were known. They may be loaded where it may.
    pub houses: Vec<String>,
    /// What holds it.
    pub reasons: Vec<ListedReason>,
    /// How many more reasons hold it.
    pub more_reasons: usize,
}

/// Why an object is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedReason {
    /// Stable code; `loadgate explain` tells of it.
    pub code: String,
    /// The programme concerned, if any.
    pub programme: Option<String>,
    /// The reason in words.
    pub message: String,
}

impl GateList {
    /// The list as the organisation that asked for it has it. `node` is the name of the key that signs it.
    pub fn new(list: &FlightList, holder: &str, node: &str, log: Option<LogState>) -> Self {
        let FlightName { from, to, .. } = list.flight;
        Self {
            schema: SCHEMA.to_owned(),
            rule: RULE.to_owned(),
            answer_id: list.id.to_string(),
            node: node.to_owned(),
            holder: holder.to_owned(),
            flight: flight_text(&list.flight),
            leg: format!("{from}-{to}"),
            stage: list.stage.as_str().to_owned(),
            aircraft: list.aircraft.as_str().to_owned(),
            simulated: list.simulated,
            made_at: whole_seconds(list.at).to_string(),
            valid_until: whole_seconds(list.valid_until).to_string(),
            log,
            objects: list.objects.iter().map(ListedObject::from).collect(),
        }
    }
}

/// A flight as it is written in questions to a node.
pub fn flight_text(name: &FlightName) -> String {
    format!("{}/{}/{}-{}", name.flight, name.date, name.from, name.to)
}

/// The second that has begun: an end told in seconds is never later than the true one.
fn whole_seconds(at: Timestamp) -> Timestamp {
    let floor = jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
    at.round(floor).unwrap_or(at)
}

impl From<&ObjectAnswer> for ListedObject {
    fn from(one: &ObjectAnswer) -> Self {
        let kind = match one.object {
            ObjectName::Consignment(_) => "consignment",
            ObjectName::Piece(..) => "piece",
            ObjectName::Unit(_) => "unit",
            ObjectName::Flight(_) => "flight",
        };
        let holding = || one.answer.reasons.iter().filter(|reason| reason.holds());
        let more = match one.answer.decision {
            Decision::Load => 0,
            Decision::Hold => holding().count().saturating_sub(REASONS_MAX),
        };
        Self {
            object: one.object.to_string(),
            kind: kind.to_owned(),
            decision: one.answer.decision.as_str().to_owned(),
            pieces: one.pieces,
            units: one.units.iter().map(ToString::to_string).collect(),
            houses: one.houses.iter().map(ToString::to_string).collect(),
            reasons: holding().take(REASONS_MAX).map(ListedReason::from).collect(),
            more_reasons: more,
        }
    }
}

impl From<&Reason> for ListedReason {
    fn from(reason: &Reason) -> Self {
        Self {
            code: reason.code.id().to_owned(),
            programme: reason.programme.as_ref().map(ToString::to_string),
            message: reason.message(LANGUAGE),
        }
    }
}

/// What `gate-list verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifiedList {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The file as it was named; `-` for standard input.
    pub file: String,
    /// `load` or `hold`: of the object that was asked about, else of everything in the list. `refused` where the list answers
    /// nothing: then load nothing by it.
    pub answer: &'static str,
    /// Why it is refused, and what to do; `null` where it is not.
    pub refused: Option<Refused>,
    /// For when it was asked, RFC 3339.
    pub at: String,
    /// The object that was asked about, as it stands in the list; `null` where none was, or it does not.
    pub object: Option<ListedObject>,
    /// The list; `null` where its signature does not hold, since then nothing of it can be believed.
    pub list: Option<GateList>,
}

/// Why a list answers nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Refused {
    /// `not-a-list`, `altered`, `other-key`, `other-form`, `not-yet`, `expired`, `other-stage` or `not-in-list`.
    pub code: &'static str,
    /// What is wrong.
    pub why: String,
    /// What to do.
    pub remedy: &'static str,
}
