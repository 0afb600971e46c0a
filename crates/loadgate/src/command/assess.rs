//! `assess`: the whole pipeline in memory, from the messages given to the answer of the gate.

mod incumbent;
mod room;

use super::watch_lists::{Lists, Told};
use super::{Entries, Form, Session, sources};
use crate::cli::AssessArgs;
use crate::document::assess::{
    AssessedHead, AssessedItem, AssessedTail, FactItem, IncumbentItem, LINE_SCHEMA, Named, NotTakenIn,
    ProgrammeItem, SCHEMA,
};
use crate::document::check::FoundItem;
use crate::document::{Line, UnusableFile, line_of};
use crate::input::{self, Reading, Source};
use crate::render;
use crate::{Error, Exit};
use casework::gate::{Answer, AskedLeg};
use consignment::fact::Fact;
use consignment::{ConsignmentKey, Filing};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{
    Channel, Command, ConsignmentView, Engine, EngineError, FiledConsignment, ObjectRef, Reply, Settings,
};
use finding::{Finding, Phrase, Severity, codes};
use incumbent::Incumbent;
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use room::Room;
use std::collections::HashMap;
use std::sync::Arc;

/// Who files: messages on a command line all come from whoever runs it.
const FILER: &str = "command line";

type MemoryEngine = Engine<MemoryJournal, SetClock, MemoryOutbox>;

pub(super) fn run(args: &AssessArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let form = Form::from(args.read.form);
    let sources = sources(&args.read)?;
    let told = Told {
        lists: form == Form::People,
        findings: true,
        may_lack_files: false,
        undone: "Nothing was assessed",
    };
    let lists = Lists::load(&args.lists, told, session)?;
    let settings = settings(args, &lists)?;
    let programmes: Vec<ProgrammeItem> =
        settings.programmes.values().map(|programme| item_of(programme)).collect();
    let at = args.at.unwrap_or(session.surroundings.now);
    let channels = channels(args, &settings, &sources)?;
    let engine = Engine::new(settings, MemoryJournal::default(), SetClock(at), MemoryOutbox::default());
    let mut assessment = Assessment {
        args,
        at,
        engine,
        channels,
        room: Room::default(),
        uses: HashMap::new(),
        told: HashMap::new(),
        filed_by_facts: Vec::new(),
        incumbents: incumbent::read(args, session)?,
    };
    // Every message of every file is taken in before anything is asked, so that houses find their master
    // wherever it stands.
    let mut taken = Vec::with_capacity(sources.len());
    for source in &sources {
        taken.push(assessment.take_in(source, session)?);
    }
    // Files are one history, in their order; only a fact on goods that a later file brings waits for them.
    for file in &mut taken {
        assessment.take_facts_again(file)?;
    }
    for object in &args.same_shipment {
        assessment.confirm_shipment(object.clone())?;
    }
    let relays = args.relays.clone();
    let mut report = Report { form, entries: Entries::default(), lists, programmes, relays, at, answers: 0 };
    // Where nothing was asked about, nothing may be loaded either.
    let asked = taken.iter().any(|file| !file.consignments.is_empty());
    let mut exit = if asked { Exit::Clean } else { Exit::Found };
    for file in taken {
        let status = file.exit();
        let held = report.tell(file, &mut assessment, session)?;
        exit = exit.max(status).max(held);
    }
    report.finish(session)?;
    Ok(exit)
}

/// Settings of a simulation with the lists and programmes asked for, and those that run as a relay.
fn settings(args: &AssessArgs, lists: &Lists) -> Result<Settings, Error> {
    let mut settings = Settings {
        lists: lists.snapshot(),
        exemptions_accepted: args.exemptions.iter().copied().collect(),
        in_order: true,
        senders_unproved: true,
        ..Settings::simulated()
    };
    if !args.programmes.is_empty() {
        let mut chosen = std::collections::BTreeMap::new();
        for name in &args.programmes {
            let id = known(&settings, name)?;
            let programme = Arc::clone(&settings.programmes[&id]);
            chosen.insert(id, programme);
        }
        settings.left_out = std::mem::replace(&mut settings.programmes, chosen);
        settings.left_out.retain(|id, _| !settings.programmes.contains_key(id));
    }
    for name in &args.relays {
        let id = known(&settings, name)?;
        settings.modes.insert(id, Mode::Relay);
    }
    Ok(settings)
}

/// The programme of this name among those that run.
fn known(settings: &Settings, name: &str) -> Result<ProgrammeId, Error> {
    let id = ProgrammeId::new(name);
    if settings.programmes.contains_key(&id) {
        return Ok(id);
    }
    let known: Vec<&str> = settings.programmes.keys().map(ProgrammeId::as_str).collect();
    let known = known.join(", ");
    Err(Error::Usage(format!("there is no programme {name}. The programmes: {known}.")))
}

/// The files that came by the own channel of an authority.
fn channels(
    args: &AssessArgs,
    settings: &Settings,
    sources: &[Source],
) -> Result<HashMap<Source, ProgrammeId>, Error> {
    let mut channels = HashMap::new();
    for (name, file) in &args.channels {
        let source = Source::from(file.as_path());
        if !sources.contains(&source) {
            let file = file.display();
            return Err(Error::Usage(format!("--channel names {file}, which is none of the files to read")));
        }
        channels.insert(source, known(settings, name)?);
    }
    Ok(channels)
}

fn item_of(programme: &programme::Programme) -> ProgrammeItem {
    ProgrammeItem {
        id: programme.id.to_string(),
        title: programme.title.clone(),
        edition: programme.edition.to_string(),
        sha256: programme.sha256.clone(),
    }
}

/// Who says what is said on the command line.
const COMMAND_LINE: &str = "command line";

/// One run of the engine.
struct Assessment<'a> {
    args: &'a AssessArgs,
    at: Timestamp,
    engine: MemoryEngine,
    /// Files that came by the own channel of an authority.
    channels: HashMap<Source, ProgrammeId>,
    /// What can still be taken in.
    room: Room,
    /// How often each object is still to be told of: once for each message that names it.
    uses: HashMap<ObjectRef, usize>,
    /// What is told of objects that will be told of again. After the last message nothing changes any
    /// more, and a waybill of thousands of reports need not be judged for each of them.
    told: HashMap<ObjectRef, AssessedItem>,
    /// What facts filed, until the file they stand in is taken in.
    filed_by_facts: Vec<(Named, ObjectRef)>,
    /// The answers of the system in place, by number.
    incumbents: HashMap<ConsignmentKey, Incumbent>,
}

/// What one file brought.
struct Taken {
    file: String,
    reading: Reading,
    consignments: Vec<(Named, ObjectRef)>,
    not_taken_in: Vec<NotTakenIn>,
    /// By which way it came in.
    channel: Channel,
    /// Facts on goods that nobody had told of yet.
    facts: Vec<ToldFact>,
    /// What became of them.
    facts_told: Vec<FactItem>,
    /// Whether a message among those may say that goods must not be loaded.
    may_forbid: bool,
}

/// A fact, and where it stands.
struct ToldFact {
    message: u32,
    line: u32,
    /// Among those of its message that could be read.
    index: usize,
    fact: Fact,
}

impl ToldFact {
    fn item(&self, refused: Option<&Phrase>) -> FactItem {
        FactItem::new(self.message, self.index, &self.fact, refused)
    }
}

impl Taken {
    /// The status that follows from the file alone: a message with errors, or in a format that is not read,
    /// means that something may stand there about goods without anybody here knowing.
    fn exit(&self) -> Exit {
        if self.reading.unusable().is_some() || self.reading.failure.is_some() {
            Exit::Unusable
        } else if self.may_forbid || self.facts_told.iter().any(|fact| !fact.taken) {
            Exit::Found
        } else {
            Exit::Clean
        }
    }
}

impl Assessment<'_> {
    /// Says for the user that the versions under a number are of one shipment.
    fn confirm_shipment(&mut self, object: ConsignmentKey) -> Result<(), Error> {
        let command = Command::ConfirmShipment { object, agency: COMMAND_LINE.into() };
        match self.engine.handle(command) {
            Ok(_) => Ok(()),
            Err(EngineError::Refused(why)) => Err(Error::Usage(format!("--same-shipment: {why}"))),
            Err(failure) => Err(failure.into()),
        }
    }

    fn take_in(&mut self, source: &Source, session: &Session<'_>) -> Result<Taken, Error> {
        let mut consignments = Vec::new();
        let mut not_taken_in = Vec::new();
        let mut may_forbid = false;
        let channel = match self.channels.get(source) {
            Some(programme) => Channel::authority(programme.clone()),
            None => Channel::filer(FILER),
        };
        let (mut facts, mut facts_told) = (Vec::new(), Vec::new());
        let reading = input::read(source, session.progress(false), self.at, |raw, filing| {
            let count = filing.consignments.len() + filing.notices.len() + filing.facts.len();
            self.room.take(raw.bytes.len(), count)?;
            let mut filing = filing;
            if filing.is_facts() {
                let at = (filing.message_index, raw.first_line);
                for (index, fact) in std::mem::take(&mut filing.facts).into_iter().enumerate() {
                    let told = ToldFact { message: at.0, line: at.1, index, fact };
                    match self.take_fact(&told, &channel)? {
                        // It speaks of goods that a later file may bring.
                        Some(why) if why.code == codes::gate::OBJECT_UNKNOWN => facts.push(told),
                        why => facts_told.push(told.item(why.as_ref())),
                    }
                }
                consignments.append(&mut self.filed_by_facts);
                let faulty = filing.findings.iter().any(|found| found.severity == Severity::Error);
                if !faulty {
                    return Ok(());
                }
            }
            let on_bills = || filing.notices.iter().filter(|notice| notice.bill.is_some());
            if filing.consignments.is_empty() && on_bills().next().is_none() {
                may_forbid |= alarms(&filing);
                not_taken_in.push(told(&filing, (raw.first_line, raw.first_column)));
                self.file(filing, &channel)?;
                return Ok(());
            }
            let message_index = filing.message_index;
            // As the engine answers: what is filed, then what is said of bills.
            let lines = filing.consignments.iter().map(|named| line_of(&filing, named));
            let said = on_bills().map(|notice| (filing.first_line + notice.line).saturating_sub(1));
            let lines: Vec<u32> = lines.chain(said).collect();
            let format = filing.format.map(|format| format.name);
            let findings_count = filing.findings.len() as u64;
            let filed = self.file(filing, &channel)?;
            for consignment in &filed {
                *self.uses.entry(consignment.object.clone()).or_default() += 1;
            }
            consignments.extend(filed.into_iter().zip(lines).map(|(filed, line)| {
                let FiledConsignment { object, key, outcome } = filed;
                (Named { message_index, line, format, findings_count, key, filed: outcome }, object)
            }));
            Ok::<(), Error>(())
        })?;
        Ok(Taken {
            file: source.to_string(),
            reading,
            consignments,
            not_taken_in,
            facts,
            facts_told,
            channel,
            may_forbid,
        })
    }

    /// Takes in a fact; gives the refusal, where it is refused.
    fn take_fact(&mut self, told: &ToldFact, channel: &Channel) -> Result<Option<Phrase>, Error> {
        let (fact, channel) = (told.fact.clone(), channel.clone());
        match self.engine.handle(Command::Fact { fact, channel }) {
            Ok(Reply::Filed(filed)) => {
                let format = Some("FACTS");
                for FiledConsignment { object, key, outcome } in filed {
                    *self.uses.entry(object.clone()).or_default() += 1;
                    let (message_index, line) = (told.message, told.line);
                    let named = Named { message_index, line, format, findings_count: 0, key, filed: outcome };
                    self.filed_by_facts.push((named, object));
                }
                Ok(None)
            }
            Ok(_) => Ok(None),
            Err(EngineError::Refused(why)) => Ok(Some(why.0)),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Tries again the facts of a file that spoke of goods nobody had told of.
    fn take_facts_again(&mut self, file: &mut Taken) -> Result<(), Error> {
        for told in std::mem::take(&mut file.facts) {
            let refused = self.take_fact(&told, &file.channel)?;
            file.facts_told.push(told.item(refused.as_ref()));
        }
        file.consignments.append(&mut self.filed_by_facts);
        file.facts_told.sort_by_key(|item| (item.message_index, item.index));
        Ok(())
    }

    fn file(&mut self, filing: Filing, channel: &Channel) -> Result<Vec<FiledConsignment>, Error> {
        match self.engine.handle(Command::File { filing, channel: channel.clone() })? {
            Reply::Filed(filed) => Ok(filed),
            other => Err(unexpected(&other)),
        }
    }

    fn view(&mut self, object: &ObjectRef) -> Result<ConsignmentView, Error> {
        match self.engine.handle(Command::View { object: object.clone() })? {
            Reply::Viewed(view) => Ok(*view),
            other => Err(unexpected(&other)),
        }
    }

    fn ask(&mut self, object: ObjectRef) -> Result<Answer, Error> {
        let question = Command::Peek {
            object,
            leg: self.args.leg.clone().unwrap_or(AskedLeg::First),
            stage: self.args.stage.into(),
            aircraft: self.args.aircraft.into(),
        };
        match self.engine.handle(question)? {
            Reply::Answered(answer) => Ok(*answer),
            other => Err(unexpected(&other)),
        }
    }

    /// Our answer beside that of the system in place, where it gave one.
    fn compare(&mut self, key: &ConsignmentKey, object: &ObjectRef) -> Result<Option<IncumbentItem>, Error> {
        let Some(Incumbent { decision, said }) = self.incumbents.get(key).cloned() else { return Ok(None) };
        let compare = Command::Compare {
            object: object.clone(),
            leg: self.args.leg.clone().unwrap_or(AskedLeg::First),
            stage: self.args.stage.into(),
            aircraft: self.args.aircraft.into(),
            theirs: decision,
            said,
        };
        match self.engine.handle(compare)? {
            Reply::Compared(comparison) => Ok(Some(IncumbentItem::new(&comparison))),
            other => Err(unexpected(&other)),
        }
    }

    fn item(&mut self, named: &Named, object: ObjectRef) -> Result<AssessedItem, Error> {
        let uses_left = self.uses.get_mut(&object).map_or(0, |uses| {
            *uses = uses.saturating_sub(1);
            *uses
        });
        let item = match self.told.get(&object) {
            Some(told) => told.again(named),
            None => {
                let view = self.view(&object)?;
                let mut item = AssessedItem::new(named, &view, &self.ask(object.clone())?);
                item.incumbent = self.compare(&named.key, &object)?;
                item
            }
        };
        if uses_left == 0 {
            self.told.remove(&object);
        } else {
            self.told.entry(object).or_insert_with(|| item.clone());
        }
        Ok(item)
    }
}

fn unexpected(reply: &Reply) -> Error {
    Error::Internal(format!("the engine answered something else than what was asked: {reply:?}"))
}

/// Whether a message without a consignment has errors, or is in a format that is not read and may forbid to
/// load.
fn alarms(filing: &Filing) -> bool {
    let alarming = |found: &Finding| {
        found.severity == Severity::Error || found.code == finding::codes::wire::FORMAT_NOT_READ
    };
    filing.findings.iter().any(alarming) && engine::may_forbid_loading(filing)
}

fn told(filing: &Filing, start: (u32, u32)) -> NotTakenIn {
    NotTakenIn {
        message_index: filing.message_index,
        message: filing.message_index,
        line: filing.first_line,
        format: filing.format.map(|format| format.name),
        may_forbid_loading: engine::may_forbid_loading(filing),
        findings: filing.findings.iter().map(|finding| FoundItem::new(finding, start)).collect(),
    }
}

/// The result, as it is written.
struct Report {
    form: Form,
    entries: Entries,
    lists: Lists,
    programmes: Vec<ProgrammeItem>,
    /// The programmes that run as a relay.
    relays: Vec<String>,
    at: Timestamp,
    answers: u64,
}

impl Report {
    /// Tells what became of a file; says whether anything is held.
    fn tell(
        &mut self,
        file: Taken,
        assessment: &mut Assessment<'_>,
        session: &mut Session<'_>,
    ) -> Result<Exit, Error> {
        let unusable = file.reading.unusable();
        match (self.form, unusable) {
            (Form::People, Some(problem)) => {
                session.complain(&file.file, &problem)?;
                Ok(Exit::Clean)
            }
            (Form::People, None) => self.people(file, assessment, session),
            (Form::JsonLines, unusable) => json_lines(file, unusable, assessment, session),
            (Form::Json, Some(error)) => {
                self.entries.next(session.out)?;
                session.json(&UnusableFile { schema: SCHEMA, file: file.file, error })?;
                Ok(Exit::Clean)
            }
            (Form::Json, None) => self.json(file, assessment, session),
        }
    }

    fn json(
        &mut self,
        file: Taken,
        assessment: &mut Assessment<'_>,
        session: &mut Session<'_>,
    ) -> Result<Exit, Error> {
        let mut exit = Exit::Clean;
        self.entries.next(session.out)?;
        let head = AssessedHead {
            schema: SCHEMA,
            file: file.file,
            at: self.at.to_string(),
            lists: self.lists.items().to_vec(),
            programmes: self.programmes.clone(),
            format: file.reading.format.name(),
            messages: file.reading.messages,
        };
        session.json_head(&head, "consignments")?;
        for (index, (named, object)) in file.consignments.into_iter().enumerate() {
            let item = assessment.item(&named, object)?;
            exit = exit.max(held(&item));
            session.out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            session.json(&item)?;
        }
        session.json_tail(&AssessedTail {
            not_taken_in: file.not_taken_in,
            facts: file.facts_told,
            error: file.reading.failure,
        })?;
        Ok(exit)
    }

    fn people(
        &mut self,
        file: Taken,
        assessment: &mut Assessment<'_>,
        session: &mut Session<'_>,
    ) -> Result<Exit, Error> {
        let look = session.look();
        let mut exit = Exit::Clean;
        for (named, object) in file.consignments {
            let item = assessment.item(&named, object)?;
            exit = exit.max(held(&item));
            let text = render::assess::answer(&file.file, &item, look);
            session.out.write_all(text.as_bytes())?;
            self.answers += 1;
        }
        for message in &file.not_taken_in {
            let text = render::assess::not_taken_in(&file.file, message, look);
            session.out.write_all(text.as_bytes())?;
        }
        for fact in file.facts_told.iter().filter(|fact| !fact.taken) {
            session.out.write_all(render::assess::refused(&file.file, fact, look).as_bytes())?;
        }
        if let Some(problem) = &file.reading.failure {
            session.complain(&file.file, problem)?;
        }
        Ok(exit)
    }

    fn finish(self, session: &mut Session<'_>) -> Result<(), Error> {
        match self.form {
            Form::Json => self.entries.finish(session.out),
            Form::People if self.answers > 0 => {
                let text = render::assess::footer(self.at, self.lists.items(), &self.relays, session.look());
                Ok(session.out.write_all(text.as_bytes())?)
            }
            Form::People | Form::JsonLines => Ok(()),
        }
    }
}

fn held(item: &AssessedItem) -> Exit {
    // Anything that is not plainly "load" counts as a hold.
    if item.load.decision == casework::gate::Decision::Load.as_str() { Exit::Clean } else { Exit::Found }
}

fn json_lines(
    file: Taken,
    unusable: Option<String>,
    assessment: &mut Assessment<'_>,
    session: &mut Session<'_>,
) -> Result<Exit, Error> {
    let mut exit = Exit::Clean;
    if unusable.is_none() {
        for (named, object) in file.consignments {
            let item = assessment.item(&named, object)?;
            exit = exit.max(held(&item));
            session.json_line(&Line { schema: LINE_SCHEMA, file: &file.file, item })?;
        }
        for item in file.facts_told {
            session.json_line(&Line { schema: LINE_SCHEMA, file: &file.file, item })?;
        }
        for item in file.not_taken_in {
            session.json_line(&Line { schema: LINE_SCHEMA, file: &file.file, item })?;
        }
    }
    if let Some(error) = unusable.or(file.reading.failure) {
        session.json_line(&UnusableFile { schema: LINE_SCHEMA, file: file.file, error })?;
    }
    Ok(exit)
}
