//! A node under test: each act is told to the engine as it would come in, and to the shadow.

use super::acts::{Act, Way, Word, recounted};
use super::lists::List;
use super::shadow::{ACAS, Asked, Claimed, Deed, HOUSES, MASTER, MINUTE, Moment, PACT, QUESTIONS, Shadow};
use crate::world::{SECURED, World, fhl, fwb, key};
use casework::decision::Desk;
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Expectation, Stage};
use casework::view::Asker;
use consignment::fact::{
    AuthorityFact, AuthoritySaid, AuthorityWord, Build, Content, Custody, CustodyEvent, Fact, FlightName,
    Loading, ObjectName, OfficerAct, OfficerDeed, OutageNotice, OutageSays, Person, ReferralAnswer,
    ReferralKind, Schedule, ScreeningOutcome, ScreeningResult, UnitName, What,
};
use consignment::ident::{Flight, Location, UnitLoadDevice};
use consignment::notice::{AuthorityNotice, Statement, Wire};
use consignment::route::RouteBasis;
use consignment::security::{
    DeclaredEntity, DeclaredMethod, ScreeningMethod, SecurityDeclaration, SecurityStatus, StatusSource,
};
use consignment::{ConsignmentKey, Filing, Leg, Mode as Path, PartialDate, Purpose};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{Channel, Command, Engine, EngineError, Reply, Settings};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

const NUMBER: &str = "888-10001014";
const OTHER_NUMBER: &str = "888-10004046";
const NAMES: [&str; 2] = ["RHA", "RHB"];
pub(super) const PROGRAMMES: [&str; 2] = ["us-acas", "ca-pact"];
const FILERS: [&str; 3] = ["carrier", "forwarder one", "forwarder two"];
const AGENCIES: [&str; 2] = ["police", "customs"];
const METHODS: [ScreeningMethod; 2] = [ScreeningMethod::Xry, ScreeningMethod::Etd];
/// An authority that names its referral wants an answer so soon.
pub(super) const ANSWER_WITHIN: Moment = 40 * MINUTE;
/// After the outage is over the suspension goes on so long (PACT guide 1.9: two hours).
pub(super) const GRACE: Moment = 120 * MINUTE;

/// What is read once and used in every run.
pub(super) struct Prepared {
    settings: Settings,
    /// By goods and variant; of house B a second time with other hidden words.
    filings: BTreeMap<(usize, u8, bool), Filing>,
    /// The houses under another master, the same again with other hidden words.
    elsewhere: [[Filing; 2]; 2],
    reports: BTreeMap<(usize, bool, u32), Filing>,
    keys: [ConsignmentKey; 3],
    pub(super) flights: [FlightName; 2],
    /// The parts of the first where it lands on its way.
    parts: [FlightName; 2],
    unit: UnitName,
}

pub(super) static PREPARED: LazyLock<Prepared> = LazyLock::new(Prepared::new);

fn decoded(text: &str) -> Filing {
    let received: Timestamp = "2026-11-24T06:00:00Z".parse().unwrap();
    let message = formats::Splitter::new(std::io::Cursor::new(text.as_bytes())).next().unwrap().unwrap();
    let filing = formats::decode(&message, received);
    assert!(!filing.consignments.is_empty(), "{text}: {:?}", filing.findings);
    filing
}

/// A house as its forwarder files it.
fn house(number: &str, at: usize, goods: u8, hidden: bool) -> Filing {
    let (name, quantity, words) = match at {
        1 => (
            NAMES[0],
            "4/K200",
            ["STEEL HINGES FOR KITCHEN DOORS", "HINGES OF STEEL FOR KITCHEN DOORS", "DOOR HINGES"],
        ),
        _ if hidden => (NAMES[1], "6/K300", ["COTTON TABLE CLOTHS", "TABLE CLOTHS OF COTTON", "CLOTHS"]),
        _ => (NAMES[1], "6/K300", ["BRASS HANDLES FOR DRAWERS", "HANDLES OF BRASS FOR DRAWERS", "HANDLES"]),
    };
    let text = fhl(number, "FRAYYZ", "T10K500.0", name, quantity, words[usize::from(goods)], SECURED);
    let shippers = ["TAUNUS BESCHLAEGE WERK", "ODENWALD GRIFFE FABRIK"];
    decoded(&text.replace(shippers[0], shippers[at - 1]))
}

impl Prepared {
    fn new() -> Self {
        let mut settings = Settings::simulated();
        settings.programmes.retain(|programme, _| PROGRAMMES.contains(&programme.as_str()));
        settings.modes = settings.programmes.keys().map(|one| (one.clone(), Mode::Relay)).collect();
        settings.expects = Expectation::Everything;
        settings.desks = Some([Arc::from("desk")].into());
        settings.aviation_security = [AGENCIES[0].into()].into();
        settings.duty_desks = ["duty desk".into()].into();
        let mut filings = BTreeMap::new();
        for goods in 0..3 {
            let lines = ["", "/3/NC/HARDWARE\r\n", "/3/NC/MIXED HARDWARE\r\n"];
            let text = format!(
                "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n{}",
                lines[usize::from(goods)]
            );
            let master = decoded(&fwb(NUMBER, "FRA", "YYZ", "T10K500.0", "JFK9Z/YYZ9Z", &text, SECURED));
            for hidden in [false, true] {
                filings.insert((MASTER, goods, hidden), master.clone());
                for at in HOUSES {
                    filings.insert((at, goods, hidden), house(NUMBER, at, goods, hidden));
                }
            }
        }
        let mut reports = BTreeMap::new();
        for more in 0..2_u32 {
            let (pieces, weight) = (10 + more, 500);
            let report = format!(
                "FSU/14\r\n{NUMBER}FRAYYZ/T{pieces}K{weight}\r\nRCS/24NOV0600/FRA/T{pieces}K{weight}/CONSIGNOR\r\n"
            );
            reports.insert((MASTER, false, more), decoded(&report));
            let manifest = format!(
                "FFM/8\r\n1/9Z100/24NOV/FRA\r\nJFK\r\nULD/AKE123459Z\r\n{NUMBER}FRAYYZ/T{pieces}K{weight}/HARDWARE\r\nLAST\r\n"
            );
            reports.insert((MASTER, true, more), decoded(&manifest));
        }
        let at = |code: &str| Location::parse(code).unwrap();
        let flight = |flight: &str, date: &str, from: &str, to: &str| FlightName {
            flight: Flight::parse(flight).unwrap(),
            date: date.parse().unwrap(),
            from: at(from),
            to: at(to),
        };
        Self {
            settings,
            filings,
            elsewhere: [false, true].map(|hidden| HOUSES.map(|at| house(OTHER_NUMBER, at, 0, hidden))),
            reports,
            keys: [key(NUMBER, None), key(NUMBER, Some(NAMES[0])), key(NUMBER, Some(NAMES[1]))],
            flights: [
                flight("9Z100", "2026-11-24", "FRA", "JFK"),
                flight("9Z777", "2026-11-25", "JFK", "YYZ"),
            ],
            parts: [flight("9Z100", "2026-11-24", "FRA", "YYZ"), flight("9Z100", "2026-11-24", "YYZ", "JFK")],
            unit: UnitName::Device(UnitLoadDevice::parse("AKE123459Z").unwrap()),
        }
    }
}

/// An answer that was given.
pub(super) struct Given {
    pub(super) id: Arc<str>,
    pub(super) question: usize,
    pub(super) until: Timestamp,
    pub(super) holder: Arc<str>,
    pub(super) recalled: bool,
}

/// What a message was, to be told again as it was.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) act: Act,
    pub(super) command: Command,
    pub(super) moment: Moment,
    /// Its place in the history.
    pub(super) index: usize,
    /// The proposal it names.
    pub(super) names: Option<Arc<str>>,
}

impl Told {
    /// The id of an act or notice.
    pub(super) fn id(&self) -> Arc<str> {
        format!("E{}", self.index).into()
    }
}

pub struct Node {
    pub world: World,
    pub shadow: Shadow,
    hidden: bool,
    pub(super) history: Vec<Told>,
    /// Whether the last step told the last of them, so that telling it again is a plain repetition.
    fresh: bool,
    /// The ids of what is proposed and of notices, in the order of the shadow's.
    pub(super) proposal_ids: Vec<Arc<str>>,
    pub(super) notice_ids: Vec<Arc<str>>,
    pub(super) given: Vec<Given>,
    /// The last list of the first flight.
    pub(super) list: Option<List>,
    /// How many objects lists let be loaded, so that a run can show that they did.
    pub listed: u64,
    pub(super) answers: usize,
    /// "Load" and "hold" by question, as they were after the last step.
    pub(super) decisions: [Option<Decision>; QUESTIONS.len()],
    /// How long "load" stands, by question.
    pub(super) untils: [Option<Timestamp>; QUESTIONS.len()],
    /// What held, by question.
    pub(super) holding: [Vec<&'static str>; QUESTIONS.len()],
    /// Notices of deadlines that passed: to whom, of which referral, and until when.
    pub(super) deadlines_told: BTreeSet<String>,
    /// Answers that were "load", so that a run can show that it got there.
    pub loads: u64,
    /// Reasons of holds that the shadow sees no ground for.
    pub unexplained: BTreeMap<&'static str, u64>,
    /// Commands so far.
    commands: u64,
}

/// After so many commands the engine forgets what is not in the journal. Prime to the questions of a step, so that it
/// happens before each of them.
const FORGETS_EACH: u64 = 17;

/// A law that was broken.
pub type Broken = String;

impl Node {
    pub fn new(hidden: bool) -> Self {
        let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
        let engine =
            Engine::new(PREPARED.settings.clone(), MemoryJournal::default(), clock, MemoryOutbox::default());
        Self {
            world: World { engine },
            shadow: Shadow { now: 60 * MINUTE, ..Shadow::default() },
            hidden,
            history: Vec::new(),
            fresh: false,
            proposal_ids: Vec::new(),
            notice_ids: Vec::new(),
            given: Vec::new(),
            list: None,
            listed: 0,
            answers: 0,
            decisions: [None; QUESTIONS.len()],
            untils: [None; QUESTIONS.len()],
            holding: std::array::from_fn(|_| Vec::new()),
            deadlines_told: BTreeSet::new(),
            loads: 0,
            unexplained: BTreeMap::new(),
            commands: 0,
        }
    }

    pub(super) fn time(moment: Moment) -> Timestamp {
        // 2026-11-24T06:00:00Z.
        let start: Timestamp = Timestamp::constant(1_795_500_000, 0);
        start + SignedDuration::from_millis(moment)
    }

    /// Does what is asked. Every so many commands the engine has forgotten all that is not in the journal, and a
    /// question must have the same answer before and after.
    pub(super) fn handle(&mut self, command: Command) -> Result<Reply, &'static str> {
        self.commands += 1;
        if self.commands.is_multiple_of(FORGETS_EACH) {
            if let Command::Peek { .. } | Command::PeekObject { .. } = &command {
                let warm = format!("{:?}", self.world.engine.handle(command.clone()));
                self.world.engine.forget();
                let cold = format!("{:?}", self.world.engine.handle(command.clone()));
                assert_eq!(warm, cold, "an engine that has read everything anew answers otherwise");
            }
            self.world.engine.forget();
        }
        match self.world.engine.handle(command) {
            Ok(reply) => Ok(reply),
            Err(EngineError::Refused(refusal)) => Err(refusal.0.code.id()),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// One step, and every law after it.
    pub fn step(&mut self, act: &Act) -> Result<(), Broken> {
        self.shadow.now += match act {
            Act::Jump { minutes } => *minutes * MINUTE,
            Act::Again { back: 0 } => 0,
            _ => MINUTE,
        };
        self.world.engine.clock_mut().0 = Self::time(self.shadow.now);
        let (before, known) = (self.decisions, self.history.len());
        match act {
            Act::Jump { .. } => {}
            Act::Tick => {
                let _ = self.handle(Command::Tick);
                self.deadlines_are_told()?;
            }
            Act::Ask { question, asker } => self.ask(*question, *asker)?,
            Act::Heed { back } => self.heed(*back),
            Act::Again { back } => {
                let known = self.history.len().checked_sub(back + 1).map(|at| self.history[at].clone());
                if let Some(told) = known {
                    self.tell(told)?;
                }
            }
            act => {
                if let Some(command) = self.command(act) {
                    let names = match act {
                        Act::Confirm { back, .. } => {
                            let at = self.proposal_ids.len().checked_sub(back + 1);
                            at.map(|at| Arc::clone(&self.proposal_ids[at]))
                        }
                        _ => None,
                    };
                    let (index, moment) = (self.history.len(), self.shadow.now);
                    let told = Told { act: *act, command, moment, index, names };
                    self.history.push(told.clone());
                    self.tell(told)?;
                }
            }
        }
        self.check()?;
        let follows = std::mem::replace(&mut self.fresh, self.history.len() > known);
        if follows && *act == (Act::Again { back: 0 }) && before != self.decisions && self.repeats_alike() {
            return Err(format!("a repetition changed the answers from {before:?} to {:?}", self.decisions));
        }
        Ok(())
    }

    /// Whether the last message may be told twice and come to the same. A rejected or withdrawn filing sent again
    /// is a new version.
    fn repeats_alike(&self) -> bool {
        !matches!(
            self.history.last().map(|told| told.act),
            Some(Act::File { .. } | Act::FileLoose { .. } | Act::Withdraw { .. } | Act::FileElsewhere { .. })
        )
    }

    // Asking.

    /// The object and leg of a question.
    pub(super) fn question(&self, index: usize) -> (ObjectName, AskedLeg) {
        let prepared = &*PREPARED;
        let on = |leg: usize| {
            let name = prepared.flights[leg];
            let date = Some(PartialDate::whole(name.date));
            AskedLeg::Named { from: name.from, to: name.to, flight: Some(name.flight), date }
        };
        match QUESTIONS[index] {
            Asked::Goods(node, leg) => (ObjectName::Consignment(prepared.keys[node].clone()), on(leg)),
            Asked::Piece(node, piece) => (ObjectName::Piece(prepared.keys[node].clone(), piece), on(0)),
            Asked::Unit => (ObjectName::Unit(prepared.unit.clone()), on(0)),
            Asked::Flight => (ObjectName::Flight(prepared.flights[0]), on(0)),
        }
    }

    pub(super) fn peek(&mut self, index: usize) -> Answer {
        let (object, leg) = self.question(index);
        let (stage, aircraft) = (Stage::Load, Some(Aircraft::Passenger));
        match self.handle(Command::PeekObject { object, leg, stage, aircraft }) {
            Ok(Reply::Answered(answer)) => *answer,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn view(&mut self, node: usize) -> Option<engine::ConsignmentView> {
        let object = self.world.engine.find(&PREPARED.keys[node]).unwrap()?;
        match self.handle(Command::View { object }) {
            Ok(Reply::Viewed(view)) => Some(*view),
            other => panic!("{other:?}"),
        }
    }

    /// What the filer of house A is told of it, word for word.
    pub fn told_to_filer(&mut self) -> String {
        let (object, leg) = self.question(2);
        let asker = Asker::Filer(FILERS[1].into());
        let (stage, aircraft) = (Stage::Load, Some(Aircraft::Passenger));
        let ask = Command::AskObject { object, leg, stage, aircraft, holder: "filer".into(), asker };
        match self.handle(ask) {
            Ok(Reply::Committed { answer, .. }) => format!("{answer:?}"),
            other => format!("{other:?}"),
        }
    }

    // What comes in.

    pub(super) fn key(node: usize) -> ConsignmentKey {
        PREPARED.keys[node].clone()
    }

    fn loose(node: usize) -> ConsignmentKey {
        ConsignmentKey { master: None, house: PREPARED.keys[node].house.clone() }
    }

    fn fact(&self, what: What, by: Option<u8>, at: Option<Moment>, channel: Channel) -> Command {
        let by = by.map(|person| Person { id: format!("P{person}").into(), organisation: "agency".into() });
        let id =
            matches!(what, What::Act(_) | What::Outage(_)).then(|| format!("E{}", self.history.len()).into());
        Command::Fact { fact: Fact { id, at: at.map(Self::time), by, what }, channel }
    }

    fn command(&self, act: &Act) -> Option<Command> {
        let now = self.shadow.now;
        let prepared = &*PREPARED;
        let key = |node: usize| prepared.keys[node].clone();
        let filer = |node: usize, own: bool| match own {
            true => Channel::filer(FILERS[node]),
            false => Channel::filer("somebody"),
        };
        let desk = |desk: bool| Channel::filer(if desk { "desk" } else { "stranger" });
        Some(match act {
            Act::File { node, goods, own } => {
                let filing = prepared.filings[&(*node, *goods, self.hidden)].clone();
                Command::File { filing, channel: filer(*node, *own) }
            }
            Act::Withdraw { node, own } => {
                let mut filing = prepared.filings[&(*node, 0, self.hidden)].clone();
                filing.purpose = Purpose::Deletion;
                Command::File { filing, channel: filer(*node, *own) }
            }
            Act::FileLoose { node } => {
                let mut filing = prepared.filings[&(*node, 0, self.hidden)].clone();
                for consignment in &mut filing.consignments {
                    consignment.master = None;
                }
                Command::File { filing, channel: filer(*node, true) }
            }
            Act::FileElsewhere { node } => Command::File {
                filing: prepared.elsewhere[usize::from(self.hidden)][node - 1].clone(),
                channel: filer(*node, true),
            },
            Act::Say { node, programme, way, word, ago, loose } => {
                let object = if *loose { Self::loose(*node) } else { key(*node) };
                let said = self.said(object, *node, *word, self.said_at(*ago));
                let channel = match way {
                    Way::Own => Channel::authority(ProgrammeId::new(PROGRAMMES[*programme])),
                    Way::Other => Channel::authority(ProgrammeId::new(PROGRAMMES[1 - *programme])),
                    Way::Mail => Channel::filer("mail box"),
                };
                let fact = AuthorityFact { programme: PROGRAMMES[*programme].into(), said };
                self.fact(What::Authority(Box::new(fact)), None, Some(self.said_at(*ago)), channel)
            }
            Act::Answer { node, programme, reference, own } => {
                let answer = ReferralAnswer {
                    programme: PROGRAMMES[*programme].into(),
                    object: key(*node),
                    reference: format!("R{reference}").into(),
                    text: "see the packing list".into(),
                    methods: METHODS.to_vec(),
                    clear: Some(true),
                };
                self.fact(What::Answered(Box::new(answer)), None, None, filer(*node, *own))
            }
            Act::Hold { node, agency, cause, person } => {
                let deed = OfficerDeed::Hold {
                    object: key(*node),
                    agency: AGENCIES[usize::from(*agency)].into(),
                    review_at: None,
                };
                self.officer(deed, *agency, *person, self.cause(*cause))
            }
            Act::Propose { deed, node, agency, cause, programme, kind, person } => {
                let (deed, _) = self.deed(*deed, *node, *agency, *cause, *programme, *kind)?;
                self.officer(deed, *agency, *person, "looked at".to_owned())
            }
            Act::Confirm { back, person, agency, refuse } => {
                let at = self.shadow.proposals.len().checked_sub(back + 1)?;
                let proposal: Arc<str> = Arc::clone(&self.proposal_ids[at]);
                let deed = match refuse {
                    true => OfficerDeed::Refuse { proposal },
                    false => OfficerDeed::Confirm { proposal },
                };
                self.officer(deed, *agency, *person, "seen".to_owned())
            }
            Act::Mark { node, ago } => {
                let what = What::HighRisk { object: key(*node), why: "tip".into(), methods_min: None };
                let at = Some(self.said_at(*ago));
                self.fact(what, None, at, Channel::officers("state", Desk::Agency("state".into())))
            }
            Act::Screen { node, method, alarm, registry, ago } => {
                let result = ScreeningResult {
                    object: key(*node),
                    pieces: Vec::new(),
                    count: None,
                    method: METHODS[usize::from(*method)],
                    outcome: if *alarm { ScreeningOutcome::Alarm } else { ScreeningOutcome::Clear },
                    equipment: Some("M-1".into()),
                    tested_on: "2026-11-24".parse().ok(),
                    screener: Some("S-1".into()),
                    screener_current: Some(true),
                    station: None,
                };
                self.fact(What::Screened(result), None, Some(self.said_at(*ago)), lane(*registry))
            }
            Act::Declare { node, high_risk, registry } => {
                let status = if *high_risk { SecurityStatus::Shr } else { SecurityStatus::Spx };
                let what = What::Declared {
                    object: key(*node),
                    declaration: Box::new(declaration(status)),
                    issued_at: None,
                    issuer_approved_for_high_risk: Some(true),
                };
                self.fact(what, None, Some(now), lane(*registry))
            }
            Act::Custody { node, what, registry } => {
                let event = match what {
                    0 => CustodyEvent::Broken,
                    1 => CustodyEvent::LeftChain,
                    2 => CustodyEvent::HandedOver,
                    5 => CustodyEvent::Tampered,
                    _ => CustodyEvent::Recounted { pieces: recounted(*node, *what)? },
                };
                let object = ObjectName::Consignment(key(*node));
                let custody = Custody { object, what: event, station: None, note: "seal".into() };
                self.fact(What::Custody(custody), None, Some(now), lane(*registry))
            }
            Act::Build { goods, complete, desk: by_desk, strange } => {
                let all = |object| Content {
                    object,
                    pieces: Vec::new(),
                    count: None,
                    weight: None,
                    position: None,
                };
                let mut contents: Vec<Content> =
                    (0..3).filter(|node| goods & (1 << node) != 0).map(|node| all(key(node))).collect();
                if *strange {
                    contents.push(all(crate::world::key(NUMBER, Some("NOBODYS"))));
                }
                let build = Build { unit: prepared.unit.clone(), contents, complete: *complete };
                self.fact(What::Built(build), None, None, desk(*by_desk))
            }
            Act::OpenUnit { desk: by_desk } => {
                let what = What::Opened { unit: prepared.unit.clone(), why: "opened".into() };
                self.fact(what, None, None, desk(*by_desk))
            }
            Act::OrderUnit { own, reference, ago } | Act::CancelUnit { own, reference, ago } => {
                let reference: Arc<str> = format!("U{reference}").into();
                let kind = ReferralKind::Dnl;
                let word = match act {
                    Act::OrderUnit { .. } => {
                        opened(kind, reference, String::new(), Self::time(self.shadow.now))
                    }
                    _ => consignment::fact::Word::Closed { kind, reference },
                };
                let object = ObjectName::Unit(prepared.unit.clone());
                let said = AuthoritySaid::Plain(AuthorityWord { object, version: None, word });
                let channel = match own {
                    true => Channel::authority(ProgrammeId::new(PROGRAMMES[ACAS])),
                    false => Channel::filer("mail box"),
                };
                let fact = AuthorityFact { programme: PROGRAMMES[ACAS].into(), said };
                self.fact(What::Authority(Box::new(fact)), None, Some(self.said_at(*ago)), channel)
            }
            Act::Load { object, off, desk: by_desk } => {
                let object = match object {
                    3 => ObjectName::Unit(prepared.unit.clone()),
                    node => ObjectName::Consignment(key(*node)),
                };
                let how = if *off { Loading::Offloaded } else { Loading::Planned };
                self.fact(
                    What::Loaded { flight: prepared.flights[0], object, how },
                    None,
                    None,
                    desk(*by_desk),
                )
            }
            Act::Depart { flight, desk: by_desk } => {
                self.fact(What::Departed { flight: prepared.flights[*flight] }, None, None, desk(*by_desk))
            }
            Act::Schedule { flight, minutes, passengers, cancelled, desk: by_desk, ago } => {
                let zone = ["Europe/Berlin", "America/New_York"][*flight];
                let departs_at = Self::time(*minutes * MINUTE).in_tz(zone).ok()?.datetime();
                let schedule = Schedule {
                    flight: prepared.flights[*flight],
                    departs_at: Some(departs_at),
                    passengers: Some(*passengers),
                    by_road: false,
                    cancelled: *cancelled,
                };
                self.fact(What::Schedule(schedule), None, Some(self.said_at(*ago)), desk(*by_desk))
            }
            Act::Stop { part, cancelled, desk: by_desk, ago } => {
                let schedule = Schedule {
                    flight: prepared.parts[*part],
                    departs_at: None,
                    passengers: Some(true),
                    by_road: false,
                    cancelled: *cancelled,
                };
                self.fact(What::Schedule(schedule), None, Some(self.said_at(*ago)), desk(*by_desk))
            }
            Act::Rebook { by_road } => {
                let name = prepared.flights[1];
                let leg = Leg {
                    mode: if *by_road { Path::Road } else { Path::Air },
                    carrier: Some(name.flight.carrier()),
                    flight: (!by_road).then_some(name.flight),
                    date: Some(PartialDate::whole(name.date)),
                    basis: RouteBasis::Scheduled,
                    ..Leg::assumed(name.from, name.to)
                };
                self.fact(What::Booked { object: key(MASTER), legs: vec![leg] }, None, None, desk(true))
            }
            Act::Report { node: _, manifest, more } => {
                let filing = prepared.reports[&(MASTER, *manifest, *more)].clone();
                Command::File { filing, channel: Channel::filer("handler") }
            }
            Act::Outage { says, person, confirms, ago } => {
                let says =
                    [OutageSays::Suspended, OutageSays::Suspended, OutageSays::Over][usize::from(*says)];
                // Each notice is a mail of its own.
                let mail = confirms.unwrap_or(self.notice_ids.len());
                let confirms = match confirms {
                    Some(at) => Some(Arc::clone(self.notice_ids.get(*at)?)),
                    None => None,
                };
                let notice = OutageNotice {
                    programme: PROGRAMMES[PACT].into(),
                    says,
                    evidence: format!("mail {mail}"),
                    sender: Some("PACT-Information-CFAPC@tc.gc.ca".into()),
                    confirms,
                    refuses: None,
                };
                let duty = Channel::officers("duty", Desk::Agency("duty desk".into()));
                self.fact(What::Outage(notice), Some(*person), Some(self.said_at(*ago)), duty)
            }
            Act::Jump { .. } | Act::Tick | Act::Ask { .. } | Act::Heed { .. } | Act::Again { .. } => {
                return None;
            }
        })
    }

    /// When something is said that comes so many minutes late.
    fn said_at(&self, ago: i64) -> Moment {
        match ago {
            0 => self.shadow.now,
            ago => self.shadow.now - ago * MINUTE - self.history.len() as Moment,
        }
    }

    fn cause(&self, cause: u8) -> String {
        // The words of an agency's hold are for nobody else.
        format!("{} {cause}", if self.hidden { "informant" } else { "doubt" })
    }

    fn said(&self, object: ConsignmentKey, node: usize, word: Word, at: Moment) -> AuthoritySaid {
        use consignment::fact::Word as Plain;
        // What is asked about another's house is hidden from the filer of house A.
        let text = if self.hidden && node == HOUSES[1] { "WHICH DRAWERS" } else { "WHAT ARE THE GOODS" };
        let name = |reference: u8| -> Arc<str> { format!("R{reference}").into() };
        let (version, word) = match word {
            Word::Received(version) => (Some(version), Plain::Acknowledged),
            Word::Rejected(version) => (Some(version), Plain::Rejected(vec!["E1".into()])),
            Word::Complete(version) => (Some(version), Plain::Complete),
            Word::Opened(kind, reference) => {
                let opened = opened(kind, name(reference), text.to_owned(), Self::time(at + ANSWER_WITHIN));
                (None, opened)
            }
            Word::Closed(kind, reference) => (None, Plain::Closed { kind, reference: name(reference) }),
            Word::CodeOpened(kind) => return coded(object, kind, 'H', text),
            Word::CodeInPlace(kind) => return coded(object, kind, 'J', text),
            Word::CodeClosed(kind) => return coded(object, kind, 'I', text),
        };
        AuthoritySaid::Plain(AuthorityWord { object: ObjectName::Consignment(object), version, word })
    }

    fn officer(&self, deed: OfficerDeed, agency: u8, person: u8, reason: String) -> Command {
        let desk = Desk::Agency(AGENCIES[usize::from(agency)].into());
        let act = What::Act(Box::new(OfficerAct { act: deed, reason }));
        self.fact(act, Some(person), None, Channel::officers(AGENCIES[usize::from(agency)], desk))
    }

    /// The deed of a proposal, for the engine and for the shadow.
    pub(super) fn deed(
        &self,
        deed: u8,
        node: usize,
        agency: u8,
        cause: u8,
        programme: usize,
        kind: u8,
    ) -> Option<(OfficerDeed, Deed)> {
        let object = PREPARED.keys[node].clone();
        let name: Arc<str> = AGENCIES[usize::from(agency)].into();
        Some(match deed {
            0 => (OfficerDeed::Release { object, agency: name }, Deed::Release(node, agency)),
            1 => {
                let held = Act::Hold { node, agency, cause, person: 0 };
                let same = |act: &Act| matches!((act, &held), (Act::Hold { node, agency, cause, .. }, Act::Hold { node: n, agency: a, cause: c, .. }) if node == n && agency == a && cause == c);
                let at = self.history.iter().position(|told| same(&told.act))?;
                let entry = format!("E{at}").into();
                (OfficerDeed::EnteredInError { entry, object }, Deed::Strike(node, agency, at))
            }
            2 => (OfficerDeed::ReleaseHighRisk { object }, Deed::ReleaseHighRisk(node)),
            3 => {
                let kind = [Some(ReferralKind::Rfi), Some(ReferralKind::Rfs), Some(ReferralKind::Dnl), None]
                    [usize::from(kind)];
                let claimed = kind.map_or(Claimed::Rejection, Claimed::Referral);
                let programme_name = PROGRAMMES[programme].into();
                (
                    OfficerDeed::ClearClaim { programme: programme_name, object, kind },
                    Deed::ClearClaim(node, programme, claimed),
                )
            }
            4 if node != MASTER => {
                let recounted_pieces = super::shadow::PIECES[MASTER] - super::shadow::PIECES[node];
                (OfficerDeed::Unlink { house: object, recounted_pieces }, Deed::Unlink(node))
            }
            4 => return None,
            _ => (OfficerDeed::SameShipment { object }, Deed::SameShipment(node)),
        })
    }
}

fn opened(
    kind: ReferralKind,
    reference: Arc<str>,
    text: String,
    deadline: Timestamp,
) -> consignment::fact::Word {
    consignment::fact::Word::Opened {
        kind,
        reference,
        text,
        reason: None,
        methods: Vec::new(),
        deadline: Some(deadline),
    }
}

/// A code of CAMIR: 7 asks for information, 8 for screening, 6 forbids loading (PACT guide 1.9, table 10).
fn coded(bill: ConsignmentKey, kind: ReferralKind, letter: char, text: &str) -> AuthoritySaid {
    let digit = match kind {
        ReferralKind::Rfi => 7,
        ReferralKind::Rfs => 8,
        ReferralKind::Dnl => 6,
    };
    AuthoritySaid::Notice(AuthorityNotice {
        wire: Wire::Camir,
        bill: Some(bill),
        bill_as_sent: None,
        legs: Vec::new(),
        pieces: None,
        statement: Statement::Code(format!("{digit}{letter}").into()),
        text: text.into(),
        issued: None,
        reference: None,
        methods: Vec::new(),
        deadline: None,
        from: None,
        test: false,
        line: 1,
    })
}

/// The registry's lane, or somebody who tells of screening.
fn lane(registry: bool) -> Channel {
    if registry { Channel::registry("lane 1") } else { Channel::filer("somebody") }
}

fn declaration(status: SecurityStatus) -> SecurityDeclaration {
    let method = |method: ScreeningMethod| DeclaredMethod { method, as_sent: String::new() };
    SecurityDeclaration {
        issuer: DeclaredEntity::parse("DE/RA/01234-01").ok(),
        statuses: vec![(status, StatusSource::Oci)],
        methods: METHODS.map(method).to_vec(),
        ..SecurityDeclaration::default()
    }
}
