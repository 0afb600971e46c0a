//! Playing a story: everything goes through `Engine::handle`, at the times the story says.

use super::compare::{self, Known};
use super::document::{ExpectationItem, RefusalItem, StepItem, StoryItem};
use super::script::{Asker, Expect, Input, Question, Setup, Step, Story};
use crate::Error;
use casework::decision::Desk;
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Expectation, Stage};
use casework::parallel::Outcome;
use casework::view;
use consignment::Filing;
use consignment::fact::{Fact, ObjectName};
use engine::memory::{MemoryOutbox, SetClock};
use engine::{
    Channel, Checker, Command, ConsignmentView, Engine, EngineError, Filed, Journal, Notice, NoticeKind,
    Reply, Settings,
};
use finding::{Language, Phrase, codes};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Name of the way in by which the departures of the setup are known.
const SCHEDULE: &str = "schedule";

/// Who asks in a story, as the node knows him: the loading desk.
const HOLDER: &str = "loading desk";

/// What a step brought.
#[derive(Debug, Default)]
struct Came {
    /// Formats and types.
    what: Vec<String>,
    refused: Vec<Phrase>,
    /// What of it changed nothing, and why.
    remarks: Vec<Phrase>,
    findings: BTreeSet<String>,
    /// Why it could not be taken in at all.
    failure: Option<String>,
}

/// What was sent in a step.
#[derive(Debug, Default)]
struct Told {
    /// The notices in words.
    words: BTreeSet<String>,
    /// About what an answer was recalled.
    recalled: BTreeSet<ObjectName>,
}

impl Told {
    fn of(notices: &[Notice]) -> Self {
        let recalls = notices.iter().filter(|notice| notice.kind == NoticeKind::AnswerRecalled);
        Self {
            words: notices.iter().map(notice_words).collect(),
            recalled: recalls.map(|notice| notice.about.clone()).collect(),
        }
    }
}

pub(super) fn play<J: Journal>(story: &Story, folder: &Path, journal: J) -> Result<StoryItem, Error> {
    let mut steps = Vec::new();
    let mut settings_failure = None;
    let settings = match settings(&story.setup, folder) {
        Ok(settings) => settings,
        Err(why) => {
            settings_failure = Some(why);
            Settings::simulated()
        }
    };
    let start = story.steps.first().map_or(Timestamp::UNIX_EPOCH, |step| step.at);
    let mut stage = Player {
        settings: settings.clone(),
        engine: Engine::new(settings, journal, SetClock(start), MemoryOutbox::default()),
        folder,
    };
    if settings_failure.is_some() || !story.setup.schedule.is_empty() {
        steps.push(stage.set_up(&story.setup, start, settings_failure)?);
    }
    for step in &story.steps {
        steps.push(stage.step(step)?);
    }
    let expectations = story.steps.iter().map(|step| step.expect.len() as u64).sum();
    let differences = steps.iter().map(StepItem::differing).sum();
    let passed = steps.iter().all(|step| step.passed);
    Ok(StoryItem { title: story.title.clone(), passed, expectations, differences, steps })
}

impl StepItem {
    /// How many expectations differ, with those nobody wrote down.
    fn differing(&self) -> u64 {
        let of_step = u64::from(!self.differences.is_empty());
        of_step + self.expectations.iter().filter(|expectation| !expectation.passed).count() as u64
    }
}

/// The settings of the node.
fn settings(setup: &Setup, folder: &Path) -> Result<Settings, String> {
    let mut settings = Settings::simulated();
    settings.expects = if setup.announced_only { Expectation::Announced } else { Expectation::Everything };
    settings.hold_upstream = setup.hold_upstream;
    settings.exemptions_accepted = setup.exemptions.clone();
    settings.parallel = setup.parallel;
    settings.high_risk_results_suffice = setup.high_risk_results_suffice;
    settings.policy.one_officer = setup.one_officer.clone();
    if let Some(desks) = &setup.desks {
        // The departures of the setup are what the station knows.
        let desks = desks.iter().map(String::as_str).chain([SCHEDULE]);
        settings.desks = Some(desks.map(Arc::from).collect());
    }
    settings.carriers = setup.carriers.clone();
    settings.representatives = setup
        .representatives
        .iter()
        .map(|(who, whom)| (Arc::from(who.as_str()), Arc::from(whom.as_str())))
        .collect();
    if let Some(demand) = setup.designation {
        settings.designation_rules.values_mut().for_each(|rule| rule.demand = demand);
    }
    for id in settings.programmes.keys() {
        let mode = setup.programmes.get(id).map_or(programme::Mode::Relay, |programme| programme.mode);
        settings.modes.insert(id.clone(), mode);
    }
    for (id, stated) in &setup.programmes {
        if let (Some(methods), Some(programme)) = (stated.methods_min, settings.programmes.get_mut(id)) {
            Arc::make_mut(programme).high_risk.methods_min = methods;
        }
    }
    // An officer of no named agency stands duty for the node.
    settings.duty_desks = setup.duty_desks.clone();
    if !setup.lists.is_empty() {
        let mut files = Vec::new();
        for name in &setup.lists {
            let bytes = std::fs::read(folder.join(name)).map_err(|why| format!("list {name}: {why}"))?;
            files.push(names::ListFile { name: name.clone(), bytes });
        }
        let loaded = names::load(files);
        if let Some(name) = loaded.unrecognised.first() {
            return Err(format!("list {name}: it is no watch list that is known here"));
        }
        settings.lists = Some(Arc::new(names::Snapshot::new(loaded.lists)));
    }
    Ok(settings)
}

struct Player<'a, J> {
    settings: Settings,
    engine: Engine<J, SetClock, MemoryOutbox>,
    folder: &'a Path,
}

impl<J: Journal> Player<'_, J> {
    /// What the node knows before anything happens.
    fn set_up(&mut self, setup: &Setup, at: Timestamp, failure: Option<String>) -> Result<StepItem, Error> {
        let mut came = Came { failure, ..Came::default() };
        for fact in &setup.schedule {
            self.fact(fact.clone(), &Channel::filer(SCHEDULE), &mut came)?;
        }
        Ok(item(setup.line, at, "setup", &came, Vec::new()))
    }

    fn step(&mut self, step: &Step) -> Result<StepItem, Error> {
        self.engine.clock_mut().0 = step.at;
        self.engine.outbox_mut().notices.clear();
        let mut came = Came::default();
        // What fell due while time passed.
        self.engine.handle(Command::Tick)?;
        match &step.input {
            Input::Nothing => {}
            Input::Messages { text, channel } => self.messages(text.as_bytes(), channel, &mut came)?,
            Input::File { path, channel } => match std::fs::read(self.folder.join(path)) {
                Ok(bytes) => self.messages(&bytes, channel, &mut came)?,
                Err(why) => came.failure = Some(format!("{path} cannot be read: {why}")),
            },
            Input::Facts { facts, channel } => {
                for fact in facts {
                    self.fact(fact.clone(), channel, &mut came)?;
                }
            }
        }
        let told = Told::of(&self.engine.outbox_mut().notices);
        let mut expectations = Vec::with_capacity(step.expect.len());
        for expect in &step.expect {
            expectations.push(self.expectation(expect, &came, &told)?);
        }
        let refused_expected = step.expect.iter().any(|expect| expect.refused.is_some());
        let mut item = item(step.line, step.at, &step.note, &came, expectations);
        if refused_expected {
            item.differences.retain(|difference| difference.field != "refused");
            item.passed = item.differences.is_empty() && item.expectations.iter().all(|one| one.passed);
        }
        Ok(item)
    }

    /// Takes in the messages of a text.
    fn messages(&mut self, bytes: &[u8], channel: &Channel, came: &mut Came) -> Result<(), Error> {
        for message in formats::Splitter::new(bytes) {
            let message =
                message.map_err(|why| Error::Internal(format!("reading from memory failed: {why}")))?;
            let mut filing = formats::decode(&message, self.engine.clock_mut().0);
            let name =
                filing.format.map_or_else(|| "no known message".to_owned(), |format| format.to_string());
            came.what.push(name);
            came.findings.extend(filing.findings.iter().map(|found| found.code.id().to_owned()));
            let quality = Checker::new(&self.settings).message(&filing);
            came.findings.extend(quality.iter().map(|found| found.code.id().to_owned()));
            let facts = std::mem::take(&mut filing.facts);
            let whole = filing.is_facts() && filing.findings.is_empty();
            for fact in facts {
                self.fact(fact, channel, came)?;
            }
            // Of a document of facts only what could not be read is left to note.
            if !whole {
                self.file(filing, channel, came)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, filing: Filing, channel: &Channel, came: &mut Came) -> Result<(), Error> {
        match self.engine.handle(Command::File { filing, channel: channel.clone() }) {
            Ok(Reply::Filed(filed)) => {
                came.refused.extend(filed.into_iter().filter_map(|one| match one.outcome {
                    Filed::Refused(why) => Some(why.0),
                    Filed::Recorded { .. } | Filed::Unchanged | Filed::Superseded | Filed::Told(_) => None,
                }))
            }
            Ok(_) => {}
            Err(EngineError::Refused(why)) => came.refused.push(why.0),
            Err(failure) => return Err(failure.into()),
        }
        Ok(())
    }

    fn fact(&mut self, fact: Fact, channel: &Channel, came: &mut Came) -> Result<(), Error> {
        let written = formats::facts::write_fact(&fact);
        let kind = written.get("type").map(|kind| kind.texts().concat());
        came.what.push(kind.unwrap_or_default());
        match self.engine.handle(Command::Fact { fact, channel: channel.clone() }) {
            Ok(Reply::DoneBut { but, .. }) => {
                came.remarks.extend(but);
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(EngineError::Refused(why)) => {
                came.refused.push(why.0);
                Ok(())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    fn expectation(&mut self, expect: &Expect, came: &Came, told: &Told) -> Result<ExpectationItem, Error> {
        let question = &expect.question;
        let (mut answer, mut view, mut unanswered, mut withheld) = (None, None, None, None);
        if expect.asks_gate() {
            match self.ask(question)? {
                Ok(given) => answer = Some(given),
                Err(why) => {
                    withheld = question.holder.as_ref().map(|_| why.code.id());
                    unanswered = Some(why.text(Language::English));
                }
            }
        }
        if expect.asks_view() {
            match self.view(question)? {
                Ok(known) => view = Some(known),
                Err(why) => unanswered = unanswered.or(Some(why)),
            }
        }
        let mut outcome = None;
        if let Some((theirs, _)) = expect.compared {
            match self.compare(question, theirs)? {
                Ok(found) => outcome = Some(found),
                Err(why) => unanswered = unanswered.or(Some(why)),
            }
        }
        let words = if expect.asks() { question_words(question) } else { String::new() };
        let codes = |whys: &[Phrase]| whys.iter().map(|why| why.code.id().to_owned()).collect();
        let (refused, remarks): (BTreeSet<String>, BTreeSet<String>) =
            (codes(&came.refused), codes(&came.remarks));
        let known = Known {
            answer: answer.as_ref(),
            view: view.as_ref(),
            unanswered: unanswered.as_deref(),
            withheld,
            outcome,
            recalled: question.object.as_ref().is_some_and(|object| told.recalled.contains(object)),
            refused: &refused,
            remarks: &remarks,
            findings: &came.findings,
            told: &told.words,
        };
        let differences = compare::differences(expect, &known);
        Ok(ExpectationItem {
            line: expect.line,
            question: words,
            passed: differences.is_empty(),
            differences,
            answer: answer.as_ref().map(compare::answer_item),
        })
    }

    /// The gate's answer as the asker sees it, or why there is none.
    fn ask(&mut self, question: &Question) -> Result<Result<Answer, Phrase>, Error> {
        let unknown = |object: String| Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", object);
        let Some(object) = question.object.clone() else {
            return Ok(Err(unknown("?".to_owned())));
        };
        let asker = match question.asker.unwrap_or(Asker::Auditor) {
            Asker::Auditor => view::Asker::Auditor,
            Asker::Officer => view::Asker::Officer(Desk::Agency("duty desk".into())),
            Asker::Carrier => view::Asker::Carrier,
            Asker::Handler | Asker::Display => view::Asker::Handler,
            // Who asks by a channel of his own may have filed nothing.
            Asker::Filer => {
                match question.holder.as_deref().map(Arc::from).or_else(|| self.filer_of(&object)) {
                    Some(filer) => view::Asker::Filer(filer),
                    None => return Ok(Err(unknown(object.to_string()))),
                }
            }
        };
        let command = Command::AskObject {
            object,
            leg: question.leg.clone().unwrap_or(AskedLeg::First),
            stage: question.stage.unwrap_or(Stage::Load),
            aircraft: question.aircraft,
            holder: question.holder.as_deref().unwrap_or(HOLDER).into(),
            asker,
        };
        match self.engine.handle(command) {
            Ok(Reply::Committed { answer, .. }) => Ok(Ok(*answer)),
            Ok(other) => Err(unexpected(&other)),
            Err(EngineError::Refused(why)) => Ok(Err(why.0)),
            Err(failure) => Err(failure.into()),
        }
    }

    /// How the gate's answer compares with what the system in place says.
    fn compare(&mut self, question: &Question, theirs: Decision) -> Result<Result<Outcome, String>, Error> {
        let object = match self.object(question) {
            Ok(object) => object,
            Err(why) => return Ok(Err(why)),
        };
        let command = Command::Compare {
            object,
            leg: question.leg.clone().unwrap_or(AskedLeg::First),
            stage: question.stage.unwrap_or(Stage::Load),
            aircraft: question.aircraft.unwrap_or(Aircraft::Passenger),
            theirs,
            said: String::new(),
        };
        match self.engine.handle(command) {
            Ok(Reply::Compared(comparison)) => Ok(Ok(comparison.outcome())),
            Ok(other) => Err(unexpected(&other)),
            Err(EngineError::Refused(why)) => Ok(Err(why.0.text(Language::English))),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Who filed the goods asked about.
    fn filer_of(&mut self, object: &ObjectName) -> Option<Arc<str>> {
        let (ObjectName::Consignment(key) | ObjectName::Piece(key, _)) = object else { return None };
        let object = self.engine.find(key).ok()??;
        match self.engine.handle(Command::View { object }) {
            Ok(Reply::Viewed(view)) => view.filer,
            _ => None,
        }
    }

    /// Everything known of the goods; in words, why nothing is.
    fn view(&mut self, question: &Question) -> Result<Result<ConsignmentView, String>, Error> {
        let object = match self.object(question) {
            Ok(object) => object,
            Err(why) => return Ok(Err(why)),
        };
        match self.engine.handle(Command::View { object })? {
            Reply::Viewed(view) => Ok(Ok(*view)),
            other => Err(unexpected(&other)),
        }
    }

    fn object(&mut self, question: &Question) -> Result<engine::ObjectRef, String> {
        match &question.object {
            Some(ObjectName::Consignment(key) | ObjectName::Piece(key, _)) => {
                let found = self.engine.find(key).map_err(|failure| failure.to_string())?;
                found.ok_or_else(|| format!("nobody has told of {key}"))
            }
            Some(other) => Err(format!("only goods have cases, and {other} holds many")),
            None => Err("the question names nothing".to_owned()),
        }
    }
}

fn unexpected(reply: &Reply) -> Error {
    Error::Internal(format!("the engine answered something else than what was asked: {reply:?}"))
}

/// A step as it went, before its expectations of refusals are weighed.
fn item(line: u32, at: Timestamp, note: &str, came: &Came, expectations: Vec<ExpectationItem>) -> StepItem {
    let items = |whys: &[Phrase]| -> Vec<RefusalItem> {
        let item = |why: &Phrase| RefusalItem { code: why.code.id(), message: why.text(Language::English) };
        whys.iter().map(item).collect()
    };
    let (refused, remarks) = (items(&came.refused), items(&came.remarks));
    let differences = compare::of_step(&refused, came.failure.as_deref());
    StepItem {
        line,
        at: at.to_string(),
        note: note.to_owned(),
        came_in: came.what.clone(),
        passed: differences.is_empty() && expectations.iter().all(|expectation| expectation.passed),
        differences,
        refused,
        remarks,
        expectations,
    }
}

/// The question in words.
fn question_words(question: &Question) -> String {
    let object = question.object.as_ref().map(ToString::to_string).unwrap_or_default();
    let leg = question.leg_text.as_deref().map(|leg| format!(" on {leg}")).unwrap_or_default();
    let stage = question.stage.unwrap_or(Stage::Load).as_str();
    let aircraft = question.aircraft.unwrap_or(Aircraft::Passenger).as_str();
    format!("{object}{leg}, {stage}, {aircraft}")
}

/// A notice in words: to whom and of what.
fn notice_words(notice: &Notice) -> String {
    format!("{} {}", notice.to, notice.kind.as_str().replace('_', "-"))
}
