//! The document of `assess`: cases, matches, security status and the gate's answer of each consignment.

use super::check::FoundItem;
use super::{Entry, Number};
use casework::adjudication::Verdict;
use casework::case::{CaseState, Claim, HitStanding, Pairing, PartyHit, Referral};
use casework::gate::{Answer, Place, Reason};
use casework::parallel::Comparison;
use consignment::fact::Fact;
use consignment::security::ScreeningMethod;
use consignment::{ConsignmentKey, Leg};
use engine::{CaseView, ConsignmentView, Filed};
use finding::{Language, Phrase};
use programme::Mode;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.assess/1";

/// Name of the schema of one line of its stream.
pub const LINE_SCHEMA: &str = "loadgate.assess-line/1";

/// Language of the texts.
const LANGUAGE: Language = Language::English;

/// The whole document: one entry for each file, in the order they were named.
pub type Document = Vec<Entry<AssessedFile>>;

/// What became of one file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AssessedFile {
    /// What is known before the first answer.
    #[serde(flatten)]
    pub head: AssessedHead,
    /// One for each consignment that a message names, in order of the file.
    pub consignments: Vec<AssessedItem>,
    /// What follows the last answer.
    #[serde(flatten)]
    pub tail: AssessedTail,
}

/// What is told of a file before its consignments.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AssessedHead {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The file as it was named; `-` for standard input.
    pub file: String,
    /// The time of the question and of the receipt of the messages, RFC 3339.
    pub at: String,
    /// The watch lists that names were screened against; empty where none was given.
    pub lists: Vec<ListItem>,
    /// The programmes that were run.
    pub programmes: Vec<ProgrammeItem>,
    /// Format of its messages; `mixed` where they differ.
    pub format: Option<&'static str>,
    /// How many messages it has.
    pub messages: u64,
}

/// What is told of a file after its consignments.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AssessedTail {
    /// Messages that name no consignment which could be read. They load nothing.
    pub not_taken_in: Vec<NotTakenIn>,
    /// What became of the facts of documents of facts (`loadgate-facts/1`), in order of the file.
    pub facts: Vec<FactItem>,
    /// Why reading broke off, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A watch list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListItem {
    /// Its title.
    pub title: String,
    /// Identifier of its source.
    pub source: &'static str,
    /// `sanctions` or `security`.
    pub purpose: &'static str,
    /// Of when it is, or `undated`.
    pub edition: String,
    /// SHA-256 of its content.
    pub sha256: String,
    /// How many entries it has.
    pub entries: u64,
    /// How many things are wrong or doubtful in its files; they are told on standard error.
    pub findings_count: u64,
    /// The files it was read from.
    pub files: Vec<String>,
    /// Roles of files that belong to it and are not here: names that stand in them alone were not screened against.
    pub missing: Vec<&'static str>,
}

/// A programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProgrammeItem {
    /// Its name, such as `us-acas`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Edition of its data.
    pub edition: String,
    /// SHA-256 of its data.
    pub sha256: String,
}

/// A message that names no consignment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotTakenIn {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// The same index, under the name that items of every document have.
    pub message: u32,
    /// Line of the file the message starts at, from 1.
    pub line: u32,
    /// Format of the message.
    pub format: Option<&'static str>,
    /// Whether it may say that goods must not be loaded: it holds the goods whose numbers it mentions or,
    /// where it is of a known format and mentions none, all of them.
    pub may_forbid_loading: bool,
    /// What was found in it.
    pub findings: Vec<FoundItem>,
}

/// What became of one fact.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FactItem {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// The same index, under the name that items of every document have.
    pub message: u32,
    /// Which of the facts of the message that could be read, from 0.
    pub index: usize,
    /// Its type, such as `screening`.
    pub r#type: String,
    /// Whether it was taken in.
    pub taken: bool,
    /// The refusal, where it was not.
    pub code: Option<&'static str>,
    /// Why not, in words.
    pub why: Option<String>,
}

impl FactItem {
    /// A fact as it was taken in or refused.
    pub fn new(message: u32, index: usize, fact: &Fact, refused: Option<&Phrase>) -> Self {
        let written = formats::facts::write_fact(fact);
        let kind = written.get("type").and_then(|kind| kind.texts().first().map(|kind| (*kind).to_owned()));
        Self {
            message_index: message,
            message,
            index,
            r#type: kind.unwrap_or_default(),
            taken: refused.is_none(),
            code: refused.map(|why| why.code.id()),
            why: refused.map(|why| why.text(LANGUAGE)),
        }
    }
}

/// What became of one consignment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AssessedItem {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// The same index, under the name that items of every document have.
    pub message: u32,
    /// Line of the file it starts at, from 1: where its number stands in a message that names several
    /// consignments, else where the message starts.
    pub line: u32,
    /// Format of the message.
    pub format: Option<&'static str>,
    /// Master air waybill.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// For a sub-house, the house it belongs to.
    pub parent: Option<String>,
    /// `recorded`, `unchanged` (the same was filed before), `superseded` (a document issued later was),
    /// `told` (an authority's word on it) or `refused`.
    pub filed: &'static str,
    /// Why the message was refused, where it was.
    pub refusal: Option<String>,
    /// How many findings the message has; `check` tells them.
    pub findings_count: u64,
    /// Its cases, in order of programme.
    pub cases: Vec<CaseItem>,
    /// Parties that resemble entries of watch lists.
    pub matches: Vec<MatchItem>,
    /// `NSC`, `SCO`, `SPX` or `SHR`.
    pub security_status: &'static str,
    /// `declared` or `verified`.
    pub security_basis: &'static str,
    /// Why the status is not better; `null` where it suffices for passenger aircraft.
    pub security_why: Option<String>,
    /// The answer of the gate.
    pub load: LoadItem,
    /// The answer of the system in place, where `--incumbent` gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incumbent: Option<IncumbentItem>,
}

/// The answer of the system in place beside ours.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IncumbentItem {
    /// `load` or `hold`.
    pub decision: &'static str,
    /// `agree`, `only-we-hold` or `only-they-hold`.
    pub outcome: &'static str,
    /// What it said beside; empty where it said nothing.
    pub said: String,
}

impl IncumbentItem {
    /// Both answers.
    pub fn new(comparison: &Comparison) -> Self {
        Self {
            decision: comparison.theirs.as_str(),
            outcome: comparison.outcome().as_str(),
            said: comparison.said.clone(),
        }
    }
}

/// One case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaseItem {
    /// The programme.
    pub programme: String,
    /// The legs it binds on.
    pub legs: Vec<CaseLeg>,
    /// `authority`, `relay` or `simulated`.
    pub mode: &'static str,
    /// `simulation` or `authority`; `null` where nothing was decided.
    pub decided_by: Option<&'static str>,
    /// `not_required`, `awaited`, `received`, `assessing`, `rejected`, `cleared` or `invalidated`.
    pub state: &'static str,
    /// The worst open referral, else the state.
    pub outcome: &'static str,
    /// Why no filing is required, where none is.
    pub not_required: Option<String>,
    /// Codes of the findings the filing was rejected for.
    pub rejected_for: Vec<&'static str>,
    /// Referrals, in order of opening.
    pub referrals: Vec<ReferralItem>,
    /// What somebody says that the authority said, by another way than its own, where it holds.
    pub claims: Vec<ClaimItem>,
}

/// A claim that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClaimItem {
    /// What is claimed: `RFI`, `RFS`, `DNL` or `rejection`.
    pub claimed: String,
    /// The way it came in by.
    pub channel: String,
    /// When it claims to have been said; else when it came in, RFC 3339.
    pub at: String,
    /// The words, as told.
    pub text: String,
}

/// A leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseLeg {
    /// Departure.
    pub from: String,
    /// Landing.
    pub to: String,
    /// Carrier.
    pub carrier: Option<String>,
    /// Flight.
    pub flight: Option<String>,
    /// Local date of departure as far as it is known.
    pub date: Option<String>,
    /// All of it in one word, such as `9Z100/--11-24/FRA-JFK`.
    pub label: String,
}

/// A referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReferralItem {
    /// The authority's reference; where its wire carries none, the name it has here, such as `RFI-1`.
    pub id: String,
    /// `RFI`, `RFS` or `DNL`.
    pub kind: &'static str,
    /// `open` or `closed`.
    pub state: &'static str,
    /// Until when an answer is expected, RFC 3339.
    pub deadline: Option<String>,
    /// Methods of screening that the authority recommends, such as `ETD`.
    pub methods: Vec<&'static str>,
    /// The authority's words.
    pub reason: String,
}

/// A party that resembles an entry of a watch list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatchItem {
    /// Name of the party as filed.
    pub party: String,
    /// Its role: `shipper`, `consignee`, `agent`, `notify` or `other`.
    pub role: &'static str,
    /// How alike, from 0 to 1.
    pub score: Number,
    /// The list.
    pub list: String,
    /// `sanctions` or `security`.
    pub purpose: &'static str,
    /// Entry of the list.
    pub entity_id: String,
    /// Primary name of the entry.
    pub name: String,
    /// The name of the entry that matched.
    pub matched: String,
    /// Why, one line for each reason, such as `ZEPHYR ~ ZEFIR: spelling (2) +0.210`. The numbers add up to
    /// the score.
    pub evidence: Vec<String>,
    /// Its name, by which officers decide on it: another one wherever party or entry say anything else.
    pub hit: Option<String>,
    /// What officers found of it, where that counts: `not-the-same` or `the-same`.
    pub verdict: Option<&'static str>,
    /// The id of what they found.
    pub adjudication: Option<String>,
}

/// The answer of the gate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoadItem {
    /// `load` or `hold`.
    pub decision: &'static str,
    /// Whether it comes from a simulation.
    pub simulated: bool,
    /// `accept`, `build`, `load` or `depart`.
    pub stage: &'static str,
    /// `pax` or `cao`.
    pub aircraft: &'static str,
    /// The leg it speaks of; `null` where none could be told.
    pub leg: Option<CaseLeg>,
    /// Until when "load" holds, RFC 3339; `null` for "hold".
    pub valid_until: Option<String>,
    /// Every reason, those that hold first.
    pub reasons: Vec<ReasonItem>,
    /// How much waits because of what holds, in words; left out where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonItem {
    /// Stable code; `loadgate explain` tells of it.
    pub code: &'static str,
    /// `hold` or `info`.
    pub effect: &'static str,
    /// The programme concerned, if any.
    pub programme: Option<String>,
    /// `this` or `later` leg.
    pub scope: &'static str,
    /// The object concerned.
    pub object: String,
    /// Whose turn it is.
    pub who_acts: String,
    /// What clears it; `null` where it holds nothing.
    pub clears_when: Option<String>,
    /// Of a referral: until when an answer is expected, RFC 3339; left out where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<String>,
    /// Of a referral: methods of screening that its authority recommends, such as `ETD`; left out where it names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<&'static str>,
    /// The reason in words.
    pub message: String,
    /// Where the object is, such as `house RHA: AKE333337Z, rear left`; left out where no unit is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Where in its file a consignment was named.
#[derive(Debug, Clone)]
pub struct Named {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// Line it starts at.
    pub line: u32,
    /// Format of the message.
    pub format: Option<&'static str>,
    /// How many findings the message has.
    pub findings_count: u64,
    /// Its number as the message gives it.
    pub key: ConsignmentKey,
    /// What became of it.
    pub filed: Filed,
}

impl Named {
    /// What became of it in the words of published documents, and why it was refused, where it was.
    fn outcome(&self) -> (&'static str, Option<String>) {
        match &self.filed {
            Filed::Recorded { .. } => ("recorded", None),
            Filed::Unchanged => ("unchanged", None),
            Filed::Superseded => ("superseded", None),
            Filed::Refused(refusal) => ("refused", Some(refusal.to_string())),
            Filed::Told(_) => ("told", None),
        }
    }
}

impl AssessedItem {
    /// A consignment as published.
    pub fn new(named: &Named, view: &ConsignmentView, answer: &Answer) -> Self {
        let (filed, refusal) = named.outcome();
        // The tree knows the master of a house that was filed without it.
        let master = view.key.master.or(named.key.master);
        let parent = view.document.as_ref().and_then(|document| document.parent.as_ref());
        Self {
            message_index: named.message_index,
            message: named.message_index,
            line: named.line,
            format: named.format,
            master: master.map(|number| number.to_string()),
            house: named.key.house.as_ref().map(ToString::to_string),
            parent: parent.map(ToString::to_string),
            filed,
            refusal,
            findings_count: named.findings_count,
            cases: view.cases.iter().map(CaseItem::from).collect(),
            matches: view.matches.iter().map(MatchItem::from).collect(),
            security_status: view.security.status.code(),
            security_basis: view.security.basis.as_str(),
            security_why: in_words(&view.security.why),
            load: LoadItem::from(answer),
            incumbent: None,
        }
    }

    /// The same consignment, named by another message: what is known of it is the same.
    pub fn again(&self, named: &Named) -> Self {
        let (filed, refusal) = named.outcome();
        Self {
            message_index: named.message_index,
            message: named.message_index,
            line: named.line,
            format: named.format,
            filed,
            refusal,
            findings_count: named.findings_count,
            ..self.clone()
        }
    }
}

impl From<&CaseView> for CaseItem {
    fn from(case: &CaseView) -> Self {
        let decided = !case.referrals.is_empty()
            || matches!(
                case.state,
                CaseState::Received | CaseState::Assessing | CaseState::Rejected | CaseState::Cleared
            );
        let decided_by = match case.mode {
            Mode::Simulated => "simulation",
            Mode::Authority | Mode::Relay => "authority",
        };
        let mut rejected_for: Vec<&'static str> = Vec::new();
        for finding in &case.rejected_for {
            if !rejected_for.contains(&finding.code.id()) {
                rejected_for.push(finding.code.id());
            }
        }
        Self {
            programme: case.programme.to_string(),
            legs: case.legs.iter().map(CaseLeg::from).collect(),
            mode: case.mode.as_str(),
            decided_by: decided.then_some(decided_by),
            state: case.state.as_str(),
            outcome: case.outcome,
            not_required: case.not_required.clone(),
            rejected_for,
            referrals: case.referrals.iter().map(ReferralItem::from).collect(),
            claims: case.claims.iter().filter(|claim| claim.open).map(ClaimItem::from).collect(),
        }
    }
}

impl From<&Leg> for CaseLeg {
    fn from(leg: &Leg) -> Self {
        let carrier = leg.carrier.or(leg.flight.map(|flight| flight.carrier()));
        Self {
            from: leg.from.to_string(),
            to: leg.to.to_string(),
            carrier: carrier.map(|carrier| carrier.to_string()),
            flight: leg.flight.map(|flight| flight.to_string()),
            date: leg.date.map(|date| date.to_string()),
            label: leg.label(),
        }
    }
}

impl From<&Claim> for ClaimItem {
    fn from(claim: &Claim) -> Self {
        Self {
            claimed: claim.claimed.to_string(),
            channel: claim.by.to_string(),
            at: claim.at.to_string(),
            text: claim.text.clone(),
        }
    }
}

impl From<&Referral> for ReferralItem {
    fn from(referral: &Referral) -> Self {
        Self {
            id: referral.reference.to_string(),
            kind: referral.kind.as_str(),
            state: if referral.open { "open" } else { "closed" },
            deadline: referral.deadline.map(|deadline| deadline.to_string()),
            methods: codes_of(&referral.methods).collect(),
            reason: referral.reason.text(LANGUAGE),
        }
    }
}

impl From<&PartyHit> for MatchItem {
    fn from(hit: &PartyHit) -> Self {
        let found = match hit.standing() {
            HitStanding::Open => None,
            HitStanding::NotTheSame(id) => Some((Verdict::NotTheSame, id)),
            HitStanding::TheSame(id) => Some((Verdict::TheSame, id)),
        };
        Self {
            party: hit.party.clone(),
            role: hit.role.as_str(),
            score: Number::thousandths(hit.score_thousandths),
            list: hit.list.clone(),
            purpose: if hit.security { names::Purpose::Security } else { names::Purpose::Sanctions }.as_str(),
            entity_id: hit.entity_id.clone(),
            name: hit.name.clone(),
            matched: hit.matched.clone(),
            evidence: hit.evidence.clone(),
            hit: hit.pairing.as_ref().map(Pairing::hit),
            verdict: found.map(|(verdict, _)| verdict.as_str()),
            adjudication: found.map(|(_, id)| id.to_string()),
        }
    }
}

impl From<&Answer> for LoadItem {
    fn from(answer: &Answer) -> Self {
        Self {
            decision: answer.decision.as_str(),
            simulated: answer.simulated,
            stage: answer.stage.as_str(),
            aircraft: answer.aircraft.as_str(),
            leg: answer.leg.as_ref().map(CaseLeg::from),
            valid_until: answer.valid_until.map(|until| until.to_string()),
            reasons: answer.reasons.iter().map(ReasonItem::from).collect(),
            reach: answer.radius.as_ref().map(|radius| radius.phrase().text(LANGUAGE)),
        }
    }
}

impl From<&Reason> for ReasonItem {
    fn from(reason: &Reason) -> Self {
        let clears_when = reason.clears_when(LANGUAGE);
        Self {
            code: reason.code.id(),
            effect: if reason.holds() { "hold" } else { "info" },
            programme: reason.programme.as_ref().map(ToString::to_string),
            scope: reason.scope.as_str(),
            object: reason.object.clone(),
            who_acts: reason.who_acts.as_str().to_owned(),
            clears_when: (!clears_when.is_empty()).then_some(clears_when),
            deadline_at: reason.wanted.as_ref().and_then(|wanted| Some(wanted.deadline_at?.to_string())),
            methods: reason.wanted.iter().flat_map(|wanted| codes_of(&wanted.methods)).collect(),
            message: reason.message(LANGUAGE),
            place: reason.place.as_ref().and_then(|place| place_words(&reason.object, place)),
        }
    }
}

/// Where an object is, in words; nothing where no unit is known.
fn place_words(object: &str, place: &Place) -> Option<String> {
    let unit = place.unit.as_ref()?;
    let position = place.position.as_ref().map(|position| format!(", {position}")).unwrap_or_default();
    Some(format!("{object}: {unit}{position}"))
}

fn codes_of(methods: &[ScreeningMethod]) -> impl Iterator<Item = &'static str> {
    methods.iter().map(|method| method.code())
}

/// Sentences one after the other; `None` where there are none.
pub fn in_words(why: &[Phrase]) -> Option<String> {
    let texts: Vec<String> = why.iter().map(|phrase| phrase.text(LANGUAGE)).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}
