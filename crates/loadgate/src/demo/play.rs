//! Plays the day through the engine and keeps what it answered. Nothing is printed here.

use super::DemoError;
use super::script::{Act, BOARD_AT, DEPARTURES, Departure, STEPS, What};
use casework::gate::{Aircraft, Answer, AskedLeg, Expectation, Stage};
use consignment::ident::{AirWaybill, Flight, Location};
use consignment::measure::Weight;
use consignment::{ConsignmentKey, Leg, PartialDate};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{
    Addressee, AuthorityAct, Command, ConsignmentView, Engine, Filed, FiledConsignment, Notice, NoticeKind,
    ObjectRef, Reply, Settings,
};
use finding::{Finding, Phrase, codes};
use formats::RawMessage;
use jiff::Timestamp;
use jiff::civil::Date;
use programme::ProgrammeId;
use std::io::Cursor;

/// The day as it went.
#[derive(Debug)]
pub(super) struct Day {
    /// Programmes of the node, in order; all of them simulated.
    pub(super) programmes: Vec<ProgrammeId>,
    /// What happened, in order of time.
    pub(super) told: Vec<Told>,
    /// The board.
    pub(super) board: Board,
}

/// One thing that happened.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) at: Timestamp,
    pub(super) what: Event,
}

/// What happened.
#[derive(Debug)]
pub(super) enum Event {
    Message(MessageTold),
    Act(ActTold),
    Answer { key: ConsignmentKey, departure: DepartureToday, answer: Answer },
    Swap { departure: DepartureToday },
}

/// A file of messages of one sender, and what followed from it.
#[derive(Debug)]
pub(super) struct MessageTold {
    pub(super) file: &'static str,
    pub(super) sender: &'static str,
    /// Format of the first message, in words such as `FWB/16`.
    pub(super) format: String,
    /// Whether it came in a teleprinter envelope.
    pub(super) enveloped: bool,
    /// The messages as they came.
    pub(super) raw: Vec<RawMessage>,
    pub(super) findings: Vec<Finding>,
    /// What each consignment named in it became.
    pub(super) filed: Vec<FiledTold>,
    pub(super) tidings: Vec<Tiding>,
}

/// Something that became known, and to whom it was told.
#[derive(Debug)]
pub(super) struct Tiding {
    /// `None` where it concerns no programme, as the hold of another agency.
    pub(super) programme: Option<ProgrammeId>,
    pub(super) kind: NoticeKind,
    /// Each once, in the order they were told.
    pub(super) told: Vec<Addressee>,
}

/// One consignment of a message after it was taken in.
#[derive(Debug)]
pub(super) struct FiledTold {
    pub(super) key: ConsignmentKey,
    pub(super) outcome: Filed,
    pub(super) view: ConsignmentView,
}

/// A scripted act and what followed from it.
#[derive(Debug)]
pub(super) struct ActTold {
    pub(super) programme: ProgrammeId,
    pub(super) key: ConsignmentKey,
    pub(super) act: Act,
    /// What the case has come to.
    pub(super) outcome: Option<&'static str>,
    pub(super) tidings: Vec<Tiding>,
}

/// A departure with the aircraft it has at a given moment of the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct DepartureToday {
    pub(super) flight: Flight,
    pub(super) date: Date,
    pub(super) from: Location,
    pub(super) to: Location,
    pub(super) departs_at: Timestamp,
    pub(super) aircraft: Aircraft,
}

/// The flight board.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) at: Timestamp,
    pub(super) flights: Vec<BoardFlight>,
    /// Consignments on no scheduled departure; asked on their first leg, for a passenger aircraft.
    pub(super) unplaced: Vec<Row>,
}

/// One departure of the board with what is booked on it.
#[derive(Debug)]
pub(super) struct BoardFlight {
    pub(super) departure: DepartureToday,
    pub(super) rows: Vec<Row>,
}

/// One consignment on the board.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) key: ConsignmentKey,
    pub(super) pieces: Option<u32>,
    pub(super) weight: Option<Weight>,
    pub(super) answer: Answer,
}

/// Plays the whole script.
pub(super) fn play() -> Result<Day, DemoError> {
    let mut stage = Stagehand::new()?;
    let mut told = Vec::new();
    for step in STEPS {
        let at = read("time", step.at)?;
        stage.engine.clock_mut().0 = at;
        told.push(Told { at, what: stage.step(&step.what)? });
    }
    let board = stage.board()?;
    let programmes = stage.engine.settings().programmes.keys().cloned().collect();
    Ok(Day { programmes, told, board })
}

/// The engine, the schedule, and what came in so far.
struct Stagehand {
    engine: Engine<MemoryJournal, SetClock, MemoryOutbox>,
    departures: Vec<DepartureToday>,
    /// Objects in the order they were first named.
    known: Vec<(ConsignmentKey, ObjectRef)>,
}

impl Stagehand {
    fn new() -> Result<Self, DemoError> {
        let mut settings = Settings::simulated();
        settings.lists = Some(super::lists::snapshot()?);
        // The day is that of a node in the flow of the trade: what should be filed is expected.
        settings.expects = Expectation::Everything;
        let clock = SetClock(read("time", BOARD_AT)?);
        let departures = DEPARTURES.iter().map(DepartureToday::read).collect::<Result<_, _>>()?;
        let engine = Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default());
        Ok(Self { engine, departures, known: Vec::new() })
    }

    fn step(&mut self, what: &What) -> Result<Event, DemoError> {
        match *what {
            What::Message { file, bytes, sender } => self.message(file, bytes, sender).map(Event::Message),
            What::Act { programme, waybill, act } => self.act(programme, waybill, act).map(Event::Act),
            What::Ask { waybill, flight } => {
                let key = waybill_key(waybill)?;
                let object = self.engine.find(&key)?.ok_or_else(|| DemoError::script("waybill", waybill))?;
                let departure = *self.departure(flight)?;
                let answer = self.peek(object, departure.asked(), departure.aircraft)?;
                Ok(Event::Answer { key, departure, answer })
            }
            What::Swap { flight, aircraft } => {
                let departure = self.departure(flight)?;
                departure.aircraft = aircraft;
                Ok(Event::Swap { departure: *departure })
            }
        }
    }

    fn departure(&mut self, flight: &str) -> Result<&mut DepartureToday, DemoError> {
        let wanted: Flight = read_with("flight", flight, Flight::parse)?;
        self.departures
            .iter_mut()
            .find(|departure| departure.flight == wanted)
            .ok_or_else(|| DemoError::script("flight", flight))
    }

    fn message(
        &mut self,
        file: &'static str,
        bytes: &'static [u8],
        sender: &'static str,
    ) -> Result<MessageTold, DemoError> {
        let received_at = self.engine.clock_mut().0;
        let mut told = MessageTold {
            file,
            sender,
            format: String::new(),
            enveloped: false,
            raw: Vec::new(),
            findings: Vec::new(),
            filed: Vec::new(),
            tidings: Vec::new(),
        };
        let mut taken: Vec<FiledConsignment> = Vec::new();
        for raw in formats::Splitter::new(Cursor::new(bytes)) {
            let raw = raw?;
            let filing = formats::decode(&raw, received_at);
            told.raw.push(raw);
            if told.format.is_empty() {
                told.format = filing.format.map(|format| format.to_string()).unwrap_or_default();
            }
            told.enveloped |= filing.envelope.is_some();
            told.findings.extend(filing.findings.iter().cloned());
            let command = Command::File { filing, channel: engine::Channel::filer(sender) };
            if let Reply::Filed(consignments) = self.engine.handle(command)? {
                taken.extend(consignments);
            }
        }
        told.tidings = self.tidings();
        for FiledConsignment { object, key, outcome } in taken {
            if !self.known.iter().any(|(_, known)| *known == object) {
                self.known.push((key.clone(), object.clone()));
            }
            told.filed.push(FiledTold { key, outcome, view: self.view(object)? });
        }
        Ok(told)
    }

    fn act(&mut self, programme: &str, waybill: &str, act: Act) -> Result<ActTold, DemoError> {
        let programme = ProgrammeId::new(programme);
        let key = waybill_key(waybill)?;
        let object = key.clone();
        let wanted = match act {
            Act::Open { kind, reference, words } => AuthorityAct::Open {
                object,
                kind,
                reference: reference.into(),
                reason: Phrase::new(codes::gate::WHY_STATED).with("text", words),
                deadline: None,
            },
            Act::Close { kind, reference } => {
                AuthorityAct::Close { kind, reference: reference.into(), object }
            }
            Act::Complete { version } => AuthorityAct::Complete { object, version: Some(version) },
        };
        self.engine.handle(Command::Authority {
            programme: programme.clone(),
            simulated: true,
            act: wanted,
        })?;
        let outcome = match self.engine.find(&key)? {
            Some(object) => {
                let view = self.view(object)?;
                view.cases.iter().find(|case| case.programme == programme).map(|case| case.outcome)
            }
            None => None,
        };
        Ok(ActTold { programme, key, act, outcome, tidings: self.tidings() })
    }

    /// What was told since the last time this was asked, programme by programme.
    fn tidings(&mut self) -> Vec<Tiding> {
        let mut tidings: Vec<Tiding> = Vec::new();
        for Notice { to, kind, programme, .. } in std::mem::take(&mut self.engine.outbox_mut().notices) {
            let known =
                tidings.iter_mut().find(|tiding| (&tiding.programme, tiding.kind) == (&programme, kind));
            match known {
                Some(tiding) if tiding.told.contains(&to) => {}
                Some(tiding) => tiding.told.push(to),
                None => tidings.push(Tiding { programme, kind, told: vec![to] }),
            }
        }
        tidings.sort_by(|a, b| a.programme.cmp(&b.programme));
        tidings
    }

    fn view(&mut self, object: ObjectRef) -> Result<ConsignmentView, DemoError> {
        match self.engine.handle(Command::View { object })? {
            Reply::Viewed(view) => Ok(*view),
            other => Err(DemoError::answer(&other)),
        }
    }

    fn peek(&mut self, object: ObjectRef, leg: AskedLeg, aircraft: Aircraft) -> Result<Answer, DemoError> {
        match self.engine.handle(Command::Peek { object, leg, stage: Stage::Load, aircraft })? {
            Reply::Answered(answer) => Ok(*answer),
            other => Err(DemoError::answer(&other)),
        }
    }

    /// Asks the gate about everything known, on every scheduled departure it is routed over.
    fn board(&mut self) -> Result<Board, DemoError> {
        let at = read("time", BOARD_AT)?;
        self.engine.clock_mut().0 = at;
        let mut flights: Vec<BoardFlight> = self
            .departures
            .iter()
            .map(|departure| BoardFlight { departure: *departure, rows: Vec::new() })
            .collect();
        let mut unplaced = Vec::new();
        // A house stands under its master, trees in the order they were first named.
        let mut objects = self.known.clone();
        let order: Vec<_> = objects.iter().map(|(_, object)| object.stream.clone()).collect();
        objects.sort_by_key(|(_, object)| {
            let tree = order.iter().position(|stream| *stream == object.stream);
            (tree, object.node.clone())
        });
        for (key, object) in objects {
            let view = self.view(object.clone())?;
            let mut placed = false;
            for flight in &mut flights {
                if view.legs.iter().any(|leg| flight.departure.carries(leg)) {
                    placed = true;
                    let departure = flight.departure;
                    let answer = self.peek(object.clone(), departure.asked(), departure.aircraft)?;
                    flight.rows.push(Row::new(key.clone(), &view, answer));
                }
            }
            if !placed {
                let answer = self.peek(object, AskedLeg::First, Aircraft::Passenger)?;
                unplaced.push(Row::new(key, &view, answer));
            }
        }
        Ok(Board { at, flights, unplaced })
    }
}

impl Row {
    fn new(key: ConsignmentKey, view: &ConsignmentView, answer: Answer) -> Self {
        let document = view.document.as_deref();
        Self {
            key,
            pieces: document.and_then(|document| document.pieces),
            weight: document.and_then(|document| document.weight),
            answer,
        }
    }
}

impl DepartureToday {
    fn read(departure: &Departure) -> Result<Self, DemoError> {
        Ok(Self {
            flight: read_with("flight", departure.flight, Flight::parse)?,
            date: read("date", departure.date)?,
            from: read_with("station", departure.from, Location::parse)?,
            to: read_with("station", departure.to, Location::parse)?,
            departs_at: read("time", departure.departs_at)?,
            aircraft: departure.aircraft,
        })
    }

    /// Whether a leg is this departure.
    fn carries(&self, leg: &Leg) -> bool {
        leg.flight == Some(self.flight)
            && (leg.from, leg.to) == (self.from, self.to)
            && leg.date.and_then(|date| date.resolve(self.date, 0)) == Some(self.date)
    }

    fn asked(&self) -> AskedLeg {
        AskedLeg::Named {
            from: self.from,
            to: self.to,
            flight: Some(self.flight),
            date: Some(PartialDate::whole(self.date)),
        }
    }
}

fn waybill_key(text: &str) -> Result<ConsignmentKey, DemoError> {
    Ok(ConsignmentKey { master: Some(read_with("waybill", text, AirWaybill::parse)?), house: None })
}

fn read<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T, DemoError> {
    text.parse().map_err(|_| DemoError::script(what, text))
}

fn read_with<T, E>(what: &'static str, text: &str, parse: fn(&str) -> Result<T, E>) -> Result<T, DemoError> {
    parse(text).map_err(|_| DemoError::script(what, text))
}
