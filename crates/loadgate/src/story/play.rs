//! Playing a story, at the times it says, on whichever node.

use super::compare::{self, Known};
use super::document::{ExpectationItem, RefusalItem, StepItem, StoryItem};
use super::here::Here;
use super::node::{Came, Node, Told};
use super::script::{Expect, Input, Question, SCHEDULE, Setup, Step, Story};
use crate::Error;
use casework::gate::{Aircraft, Expectation, Stage};
use engine::memory::MemoryJournal;
use engine::{Channel, Journal, Settings};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

pub(super) fn play<J: Journal>(story: &Story, folder: &Path, journal: J) -> Result<StoryItem, Error> {
    match settings(&story.setup, folder) {
        Ok(settings) => play_on(story, folder, &mut Here::new(settings, journal, story.start()), None),
        Err(why) => unplayed(story, folder, why),
    }
}

/// Plays a story on a node; `failure` says why it could not be set up.
pub(super) fn play_on(
    story: &Story,
    folder: &Path,
    node: &mut dyn Node,
    failure: Option<String>,
) -> Result<StoryItem, Error> {
    let mut steps = Vec::new();
    let mut stage = Player { node, folder };
    if failure.is_some() || !story.setup.schedule.is_empty() {
        steps.push(stage.set_up(&story.setup, story.start(), failure)?);
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

struct Player<'a> {
    node: &'a mut dyn Node,
    folder: &'a Path,
}

impl Player<'_> {
    /// What the node knows before anything happens.
    fn set_up(&mut self, setup: &Setup, at: Timestamp, failure: Option<String>) -> Result<StepItem, Error> {
        let mut came = Came { failure, ..Came::default() };
        self.node.facts(&setup.schedule, &Channel::filer(SCHEDULE), &mut came)?;
        Ok(item(setup.line, at, "setup", &came, Vec::new()))
    }

    fn step(&mut self, step: &Step) -> Result<StepItem, Error> {
        // What was told while time passed belongs to the step.
        self.node.told()?;
        self.node.set(step.at)?;
        let mut came = Came::default();
        match &step.input {
            Input::Nothing => {}
            Input::Messages { text, channel } => self.node.messages(text.as_bytes(), channel, &mut came)?,
            Input::File { path, channel } => match std::fs::read(self.folder.join(path)) {
                Ok(bytes) => self.node.messages(&bytes, channel, &mut came)?,
                Err(why) => came.failure = Some(format!("{path} cannot be read: {why}")),
            },
            Input::Facts { facts, channel } => self.node.facts(facts, channel, &mut came)?,
        }
        let told = self.node.told()?;
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

    fn expectation(&mut self, expect: &Expect, came: &Came, told: &Told) -> Result<ExpectationItem, Error> {
        let question = &expect.question;
        let (mut answer, mut view, mut unanswered, mut withheld) = (None, None, None, None);
        if expect.asks_gate() {
            match self.node.ask(question)? {
                Ok(given) => answer = Some(given),
                Err(why) => {
                    withheld = question.holder.as_ref().map(|_| why.code);
                    unanswered = Some(why.message);
                }
            }
        }
        if expect.asks_view() {
            match self.node.view(question)? {
                Ok(known) => view = Some(known),
                Err(why) => unanswered = unanswered.or(Some(why)),
            }
        }
        let mut outcome = None;
        if let Some((theirs, _)) = expect.compared {
            match self.node.compare(question, theirs)? {
                Ok(found) => outcome = Some(found),
                Err(why) => unanswered = unanswered.or(Some(why)),
            }
        }
        let words = if expect.asks() { question_words(question) } else { String::new() };
        let codes = |whys: &[RefusalItem]| whys.iter().map(|why| why.code.clone()).collect();
        let (refused, remarks): (BTreeSet<String>, BTreeSet<String>) =
            (codes(&came.refused), codes(&came.remarks));
        let known = Known {
            answer: answer.as_ref(),
            view: view.as_ref(),
            unanswered: unanswered.as_deref(),
            withheld: withheld.as_deref(),
            outcome: outcome.as_deref(),
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
            answer,
        })
    }
}

/// A step as it went, before its expectations of refusals are weighed.
fn item(line: u32, at: Timestamp, note: &str, came: &Came, expectations: Vec<ExpectationItem>) -> StepItem {
    let differences = compare::of_step(&came.refused, came.failure.as_deref());
    StepItem {
        line,
        at: at.to_string(),
        note: note.to_owned(),
        came_in: came.what.clone(),
        passed: differences.is_empty() && expectations.iter().all(|expectation| expectation.passed),
        differences,
        refused: came.refused.clone(),
        remarks: came.remarks.clone(),
        expectations,
    }
}

/// A notice in words: to whom and of what.
pub(super) fn notice_words(to: &str, kind: &str) -> String {
    format!("{to} {}", kind.replace('_', "-"))
}

/// The question in words.
fn question_words(question: &Question) -> String {
    let object = question.object.as_ref().map(ToString::to_string).unwrap_or_default();
    let leg = question.leg_text.as_deref().map(|leg| format!(" on {leg}")).unwrap_or_default();
    let stage = question.stage.unwrap_or(Stage::Load).as_str();
    let aircraft = question.aircraft.unwrap_or(Aircraft::Passenger).as_str();
    format!("{object}{leg}, {stage}, {aircraft}")
}

/// What becomes of a story that cannot be set up: it is played on a node without what it wants, and has failed.
pub(super) fn unplayed(story: &Story, folder: &Path, why: String) -> Result<StoryItem, Error> {
    let mut node = Here::new(Settings::simulated(), MemoryJournal::default(), story.start());
    play_on(story, folder, &mut node, Some(why))
}
