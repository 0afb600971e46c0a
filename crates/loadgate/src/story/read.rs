//! Reading a story. Everything that is wrong with it is told at once, each with its line and field.

use super::script::{Asker, Expect, Input, ProgrammeSetup, Question, Setup, Step, Story};
use super::tree;
use casework::decision::{Desk, OneOfficer};
use casework::gate::{Aircraft, Decision, Stage};
use casework::parallel::Outcome;
use casework::security::designation::Demand;
use consignment::fact::{Fact, ReferralKind};
use consignment::ident::Carrier;
use consignment::security::{Exemption, SecurityStatus};
use document::value::parse_leg;
use engine::Channel;
use finding::codes::Code;
use finding::{Effect, Kind};
use formats::facts::fields::{
    Fault, Fields, Problem, Problems, flag, join, one_of, parsed, text, whole, word,
};
use formats::facts::tree::{Tree, Value};
use formats::facts::{object_at, read_fact};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most steps, expectations of one, and facts of one that are read.
const MANY: usize = 1_000;

/// The words for how a programme runs.
const MODES: &[(&str, Mode)] =
    &[("authority", Mode::Authority), ("relay", Mode::Relay), ("simulated", Mode::Simulated)];

const STAGES: &[(&str, Stage)] =
    &[("accept", Stage::Accept), ("build", Stage::Build), ("load", Stage::Load), ("depart", Stage::Depart)];

const AIRCRAFT: &[(&str, Aircraft)] = &[("pax", Aircraft::Passenger), ("cao", Aircraft::AllCargo)];

const DECISIONS: &[(&str, Decision)] = &[("load", Decision::Load), ("hold", Decision::Hold)];

/// The words for of whom a designation is wanted.
const DEMANDS: &[(&str, Demand)] = &[("always", Demand::Always), ("where-told", Demand::WhereTold)];

/// The words for how our answer and that of the system in place compare.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("agree", Outcome::Agree),
    ("only-we-hold", Outcome::OnlyWeHold),
    ("only-they-hold", Outcome::OnlyTheyHold),
];

/// The longest time within which what was done alone is reviewed: a week.
const REVIEW_MINUTES_MAX: i64 = 7 * 24 * 60;

/// The words for the state of a case.
/// What results of screening are for a request: enough to answer it, or not.
const SCREENED: &[&str] = &["enough", "lacking"];

const STATES: &[&str] =
    &["not_required", "awaited", "received", "assessing", "rejected", "cleared", "invalidated"];

/// What a way in can be.
const CHANNEL_KINDS: &str = "filer, carrier, a carrier by its designator (carrier 9Z), handler, screener, registry, officer, officer of an agency or programme (officer of police), \
     or authority of a programme (authority of us-acas)";

/// Reads a story.
///
/// # Errors
/// Everything that is wrong with it: line, field, what and why.
pub fn read(text: &str) -> Result<Story, Vec<String>> {
    let tree = tree::read(text).map_err(|why| vec![why])?;
    let problems = Problems::default();
    let story = story(&tree, &problems);
    let mut problems = problems.into_vec();
    problems.sort_by_key(|problem| problem.position);
    match story {
        Some(story) if problems.is_empty() => Ok(story),
        _ => Err(problems.iter().map(told).collect()),
    }
}

/// A fault as people read it.
fn told(problem: &Problem) -> String {
    let Problem { path, position, fault } = problem;
    let why = match fault {
        Fault::Missing => "it is missing".to_owned(),
        Fault::Unknown { known } => format!("there is no such field here. The fields are: {known}"),
        Fault::Repeated => "it stands twice".to_owned(),
        Fault::Invalid { text, why } => format!("{text:?} cannot be read: {why}"),
        Fault::TooMany { limit } => format!("there are more than {limit}"),
    };
    format!("line {}, {path}: {why}", position.line)
}

fn story(tree: &Tree, problems: &Problems) -> Option<Story> {
    let mut fields = Fields::of(tree, "", problems)?;
    let title = fields.required("title", word);
    let mut setup_fields = fields.required_table("setup")?;
    let date = setup_fields.required(
        "date",
        parsed(|text: &str| text.parse::<Date>().map_err(|_| "expected a day, such as 2026-11-24")),
    );
    let setup = setup(setup_fields, problems);
    let date = date?;
    if !fields.has("step") {
        fields.missing("step");
    }
    let mut steps: Vec<Step> = Vec::new();
    for inner in fields.tables("step", MANY) {
        let after = steps.last().map(|step| step.at);
        steps.extend(step(inner, date, after, &setup));
    }
    fields.finish();
    Some(Story { title: title?, setup, steps })
}

fn setup(mut fields: Fields<'_>, problems: &Problems) -> Setup {
    let line = fields.position().line;
    let mut programmes = BTreeMap::new();
    if let Some(mut inner) = fields.table("programmes") {
        let path = inner.path().to_owned();
        for entry in inner.entries() {
            let path = join(&path, &entry.name);
            known_programme(&entry.name, &path, &entry.value, problems);
            if let Some(setup) = programme_setup(&entry.value, &path, problems) {
                programmes.insert(ProgrammeId::new(&entry.name), setup);
            }
        }
    }
    let announced_only =
        fields.optional("expects", one_of(&[("everything", false), ("announced", true)])).unwrap_or_default();
    let hold_upstream = fields.flag("hold_upstream");
    let exemptions = fields.list(
        "exemptions",
        MANY,
        parsed(|code: &str| {
            Exemption::parse(code).ok_or("expected one of SMUS, MAIL, BIOM, DIPL, LFSM, NUCL, TRNS")
        }),
    );
    let lists = fields.list("lists", MANY, word);
    let (mut channels, mut duty_desks) = (BTreeMap::new(), BTreeSet::new());
    // Where desks are told apart, nobody else is taken at his word.
    let (mut of_ramp, mut carriers) = (false, BTreeMap::new());
    if let Some(mut inner) = fields.table("channels") {
        let path = inner.path().to_owned();
        for entry in inner.entries() {
            match text(&entry.value).and_then(|kind| channel(&entry.name, &kind)) {
                Ok(channel) => {
                    match text(&entry.value).as_deref().unwrap_or_default() {
                        "officer" => drop(duty_desks.insert(Arc::clone(&channel.name))),
                        "handler" => of_ramp = true,
                        kind if kind == "carrier" || kind.starts_with("carrier ") => {
                            of_ramp = true;
                            carriers.insert(Arc::clone(&channel.name), channel.designator);
                        }
                        _ => {}
                    }
                    channels.insert(entry.name.clone(), channel);
                }
                Err(why) => {
                    let fault = Fault::Invalid { text: entry.value.texts().concat(), why };
                    problems.push(join(&path, &entry.name), entry.value.position, fault);
                }
            }
        }
    }
    let desks = fields.has("desks").then(|| fields.list("desks", MANY, known_channel(&channels)));
    if desks.is_some() {
        // Who is named speaks for any; a carrier of whom nobody knows which he is speaks for none else.
        carriers.retain(|_, designator| designator.is_some());
    }
    let representatives = named(&mut fields, "representatives", |name, tree| {
        known_channel(&channels)(&Tree { value: Value::Text(name.to_owned()), position: tree.position })?;
        known_channel(&channels)(tree)
    });
    let one_officer = fields.table("one_officer").and_then(one_officer);
    let parallel = fields.flag("parallel");
    let high_risk_results_suffice = fields.flag("high_risk_results_suffice");
    let designation = fields.optional("designation", one_of(DEMANDS));
    // A departure is a fact of the schedule, of which only the type need not be said.
    let schedule = fields.items("schedule", MANY).into_iter().filter_map(|(item, path)| {
        let mut item = item.clone();
        if let Value::Table(entries) = &mut item.value {
            let value = Tree { value: Value::Text("schedule".to_owned()), position: item.position };
            let kind =
                formats::facts::tree::Entry { name: "type".to_owned(), position: item.position, value };
            entries.push(kind);
        }
        read_fact(&item, &path, problems)
    });
    let schedule: Vec<Fact> = schedule.collect();
    let mut question = Question::default();
    let mut names_object = false;
    if let Some(mut inner) = fields.table("question") {
        names_object = inner.has("object");
        question = self::question(&mut inner, &channels);
        inner.finish();
    }
    fields.finish();
    let exemptions = exemptions.into_iter().collect();
    Setup {
        line,
        programmes,
        announced_only,
        hold_upstream,
        exemptions,
        lists,
        channels,
        desks: desks.map(set).or_else(|| of_ramp.then(BTreeSet::new)),
        carriers,
        representatives,
        one_officer,
        parallel,
        designation,
        high_risk_results_suffice,
        duty_desks,
        schedule,
        question,
        names_object,
    }
}

/// The name of a channel of the setup.
fn known_channel(channels: &BTreeMap<String, Channel>) -> impl Fn(&Tree) -> Result<String, String> + '_ {
    |tree| {
        let name = text(tree)?;
        if channels.contains_key(&name) {
            return Ok(name);
        }
        let known: Vec<&str> = channels.keys().map(String::as_str).collect();
        Err(match known.as_slice() {
            [] => "no channel is set up; name it in [setup.channels], such as carrier = \"filer\"".to_owned(),
            known => format!("no such channel stands in setup.channels; there are: {}", known.join(", ")),
        })
    }
}

/// The policy of a shift with one officer.
fn one_officer(mut fields: Fields<'_>) -> Option<OneOfficer> {
    let stated = fields.required("stated", word);
    let minutes = fields.required("review_minutes", |tree| match whole::<i64>(tree)? {
        minutes @ 1..=REVIEW_MINUTES_MAX => Ok(minutes),
        _ => Err(format!("expected 1 to {REVIEW_MINUTES_MAX} minutes")),
    });
    fields.finish();
    Some(OneOfficer { stated: stated?.into(), review_within: SignedDuration::from_mins(minutes?) })
}

fn known_programme(name: &str, path: &str, tree: &Tree, problems: &Problems) {
    let known: Vec<String> =
        programme::embedded::all().iter().map(|programme| programme.id.to_string()).collect();
    if !known.iter().any(|known| known == name) {
        let why = format!("the programmes are {}", known.join(", "));
        problems.push(path, tree.position, Fault::Invalid { text: name.to_owned(), why });
    }
}

fn programme_setup(tree: &Tree, path: &str, problems: &Problems) -> Option<ProgrammeSetup> {
    if let Value::Text(_) = tree.value {
        return match one_of(MODES)(tree) {
            Ok(mode) => Some(ProgrammeSetup { mode, methods_min: None }),
            Err(why) => {
                problems.push(path, tree.position, Fault::Invalid { text: tree.texts().concat(), why });
                None
            }
        };
    }
    let mut fields = Fields::of(tree, path, problems)?;
    let mode = fields.optional("mode", one_of(MODES)).unwrap_or(Mode::Relay);
    let methods_min = fields.optional("methods_min", |tree| match whole::<u8>(tree)? {
        0 => Err("at least one method secures".to_owned()),
        methods => Ok(methods),
    });
    fields.finish();
    Some(ProgrammeSetup { mode, methods_min })
}

/// The way in that a word of the story stands for.
fn channel(name: &str, kind: &str) -> Result<Channel, String> {
    if let Some(programme) = kind.strip_prefix("authority of ") {
        let known = programme::embedded::all();
        let known = known.iter().find(|known| known.id.as_str() == programme.trim());
        let known = known.ok_or_else(|| format!("there is no programme {programme}"))?;
        return Ok(Channel { name: name.into(), ..Channel::authority(known.id.clone()) });
    }
    if let Some(whose) = kind.strip_prefix("officer of ") {
        let programme =
            programme::embedded::all().into_iter().find(|known| known.id.as_str() == whose.trim());
        let desk = match programme {
            Some(programme) => Desk::Authority(programme.id.clone()),
            None => Desk::Agency(whose.trim().into()),
        };
        return Ok(Channel::officers(name, desk));
    }
    if let Some(code) = kind.strip_prefix("carrier ") {
        let carrier = Carrier::parse(code.trim()).map_err(|why| why.to_string())?;
        return Ok(Channel::of_carrier(name, carrier));
    }
    match kind {
        "filer" | "handler" => Ok(Channel::filer(name)),
        "carrier" => Ok(Channel::carrier(name)),
        // What screening lanes, custody desks and the lists of approvals tell is known to this node.
        "registry" | "screener" => Ok(Channel::registry(name)),
        "officer" => Ok(Channel::officers(name, Desk::Agency(name.into()))),
        _ => Err(format!("expected {CHANNEL_KINDS}")),
    }
}

fn step(mut fields: Fields<'_>, date: Date, after: Option<Timestamp>, setup: &Setup) -> Option<Step> {
    let line = fields.position().line;
    let at_tree = fields.get("at");
    let at = fields.required("at", parsed(|text: &str| moment(text, date)));
    if let (Some(tree), Some(at), Some(after)) = (at_tree, at, after) {
        if at < after {
            fields.invalid("at", tree, "time never goes back: it is before the step before it");
        }
    }
    let note = fields.text("note");
    let input = input(&mut fields, setup);
    let mut expect = Vec::new();
    for inner in fields.tables("expect", MANY) {
        expect.push(expectation(inner, date, setup));
    }
    fields.finish();
    Some(Step { line, at: at?, note, input: input?, expect })
}

/// A time of the story's day (`06:10`), or date and time with an offset.
fn moment(text: &str, date: Date) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let time = if text.contains(':') && !text.contains('-') { text.parse::<Time>().ok() } else { None };
    let at = time.and_then(|time| date.to_datetime(time).to_zoned(TimeZone::UTC).ok());
    at.map(|at| at.timestamp())
        .ok_or_else(|| "expected a time of the day in UTC, such as 06:10, or 2026-11-24T06:10:00Z".to_owned())
}

fn input(fields: &mut Fields<'_>, setup: &Setup) -> Option<Input> {
    let stated: Vec<&str> =
        ["message", "file", "fact", "facts"].into_iter().filter(|name| fields.has(name)).collect();
    let text = fields.optional("message", word);
    let path = fields.optional("file", word);
    let single = fields.items("fact", 1);
    if let Some(tree) = fields.get("facts").filter(|tree| !matches!(tree.value, Value::List(_))) {
        fields.invalid("facts", tree, "expected a list of facts, [{ … }, { … }]; one alone is fact = { … }");
        let _ = from(fields, setup, true);
        return None;
    }
    let several = fields.items("facts", MANY);
    let mut facts = Vec::new();
    for (item, path) in single.iter().chain(&several) {
        facts.extend(read_fact(item, path, fields.problems()));
    }
    let way = from(fields, setup, !stated.is_empty());
    if stated.len() > 1 {
        let why = format!("a step brings one thing, not {}; write several steps", stated.join(" and "));
        let fault = Fault::Invalid { text: "step".to_owned(), why };
        fields.problems().push(fields.path(), fields.position(), fault);
        return None;
    }
    if stated.is_empty() {
        return Some(Input::Nothing);
    }
    let channel = way?;
    Some(match (text, path) {
        (Some(text), _) => Input::Messages { text, channel },
        (_, Some(path)) => Input::File { path, channel },
        _ => Input::Facts { facts, channel },
    })
}

/// The way in that a step names.
fn from(fields: &mut Fields<'_>, setup: &Setup, wanted: bool) -> Option<Channel> {
    let known = |tree: &Tree| {
        let name = known_channel(&setup.channels)(tree)?;
        setup.channels.get(&name).cloned().ok_or_else(|| "no such channel".to_owned())
    };
    if wanted { fields.required("from", known) } else { fields.optional("from", known) }
}

fn question(fields: &mut Fields<'_>, channels: &BTreeMap<String, Channel>) -> Question {
    let problems = fields.problems();
    let path = join(fields.path(), "object");
    let object = fields.get("object").and_then(|tree| object_at(tree, &path, problems));
    let leg = fields.optional("leg", |tree| {
        let text = text(tree)?;
        Ok((parse_leg(&text)?, text))
    });
    let stage = fields.optional("stage", one_of(STAGES));
    let aircraft = fields.optional("aircraft", one_of(AIRCRAFT));
    let asker = fields.optional("asker", one_of(Asker::WORDS));
    let holder = fields.optional("holder", |tree| {
        let name = text(tree)?;
        if channels.contains_key(&name) {
            return Ok(name);
        }
        let known: Vec<&str> = channels.keys().map(String::as_str).collect();
        Err(format!("no such channel stands in setup.channels; there are: {}", known.join(", ")))
    });
    let (leg, leg_text) = leg.unzip();
    Question { object, leg, leg_text, stage, aircraft, asker, holder }
}

fn expectation(mut fields: Fields<'_>, date: Date, setup: &Setup) -> Expect {
    let line = fields.position().line;
    let faults_before = fields.problems().count();
    let names_object = fields.has("object");
    let asked = question(&mut fields, &setup.channels);
    let holds = |code: &str| reason(code, Some(Effect::Holds));
    let decision = fields.optional("decision", one_of(DECISIONS));
    let reasons = fields.has("reasons").then(|| fields.list("reasons", MANY, parsed(holds)));
    let includes = fields.list("includes", MANY, parsed(holds));
    let informs = fields.list("informs", MANY, parsed(|code: &str| reason(code, Some(Effect::Informs))));
    let without = fields.list("without", MANY, parsed(|code: &str| reason(code, None)));
    let says = fields.list("says", MANY, word);
    let unsaid = fields.list("unsaid", MANY, word);
    let who_acts = named(&mut fields, "who_acts", |code, tree| {
        reason(code, None)?;
        word(tree)
    });
    let valid_until = fields.optional("valid_until", parsed(|text: &str| moment(text, date)));
    let valid_until_max = fields.optional("valid_until_max", parsed(|text: &str| moment(text, date)));
    let theirs = fields.optional("theirs", one_of(DECISIONS));
    let outcome = fields.optional("compared", one_of(OUTCOMES));
    for (one, other) in [("theirs", "compared"), ("compared", "theirs")] {
        if fields.has(one) && !fields.has(other) {
            fields.missing(other);
        }
    }
    let compared = theirs.zip(outcome);
    let recalled = fields.optional("recalled", flag);
    let state = named(&mut fields, "state", |_, tree| {
        let word = text(tree)?;
        if STATES.contains(&word.as_str()) {
            Ok(word)
        } else {
            Err(format!("expected one of {}", STATES.join(", ")))
        }
    });
    let state = state.into_iter().map(|(name, state)| (ProgrammeId::new(&name), state)).collect();
    let screened = fields.has("screened").then(|| {
        named(&mut fields, "screened", |_, tree| {
            let word = text(tree)?;
            if SCREENED.contains(&word.as_str()) {
                Ok(word)
            } else {
                Err(format!("expected one of {}", SCREENED.join(", ")))
            }
        })
    });
    let referrals = fields.has("referrals").then(|| fields.list("referrals", MANY, parsed(referral)));
    let earlier = fields.has("earlier").then(|| fields.list("earlier", MANY, parsed(referral)));
    let status = fields.optional(
        "status",
        parsed(|code: &str| SecurityStatus::parse(code).ok_or("expected one of NSC, SCO, SPX, SHR")),
    );
    let refused = fields
        .optional("refused", parsed(|code: &str| code_of(code, "a refusal", |kind| kind == Kind::Refusal)));
    let findings = fields.list(
        "findings",
        MANY,
        parsed(|code: &str| code_of(code, "a finding", |kind| matches!(kind, Kind::Finding(_)))),
    );
    let remarks = fields.list(
        "remarks",
        MANY,
        parsed(|code: &str| code_of(code, "what explains", |kind| kind == Kind::Detail)),
    );
    let told = fields.list("told", MANY, parsed(notice));
    let untold = fields.list("untold", MANY, word);
    let (path, position, problems) = (fields.path().to_owned(), fields.position(), fields.problems());
    let before = problems.count();
    fields.finish();
    let expect = Expect {
        line,
        question: asked.or(&setup.question),
        decision,
        reasons: reasons.map(set),
        includes: set(includes),
        informs: set(informs),
        without: set(without),
        says,
        unsaid,
        who_acts,
        valid_until,
        valid_until_max,
        compared,
        recalled,
        state,
        referrals,
        earlier,
        screened,
        status,
        refused,
        remarks: set(remarks),
        findings: set(findings),
        told: set(told),
        untold,
    };
    let of_the_step = expect.refused.is_some()
        || !(expect.remarks.is_empty() && expect.findings.is_empty() && expect.told.is_empty())
        || !expect.untold.is_empty();
    let sound = before == faults_before && problems.count() == before;
    if sound && !expect.asks() && !of_the_step {
        let why = "it expects nothing; say a decision, reasons, a state, or what was refused".to_owned();
        problems.push(path, position, Fault::Invalid { text: "expect".to_owned(), why });
    } else if expect.asks() && !names_object && !setup.names_object {
        problems.push(join(&path, "object"), position, Fault::Missing);
    }
    expect
}

fn set(items: Vec<String>) -> BTreeSet<String> {
    items.into_iter().collect()
}

/// A table whose names are data.
fn named(
    fields: &mut Fields<'_>,
    name: &'static str,
    read: impl Fn(&str, &Tree) -> Result<String, String>,
) -> BTreeMap<String, String> {
    let Some(mut inner) = fields.table(name) else { return BTreeMap::new() };
    let path = inner.path().to_owned();
    let mut values = BTreeMap::new();
    for entry in inner.entries() {
        match read(&entry.name, &entry.value) {
            Ok(value) => drop(values.insert(entry.name.clone(), value)),
            Err(why) => {
                let fault = Fault::Invalid { text: entry.value.texts().concat(), why };
                fields.problems().push(join(&path, &entry.name), entry.value.position, fault);
            }
        }
    }
    values
}

/// The code of a reason with this effect.
fn reason(code: &str, effect: Option<Effect>) -> Result<String, String> {
    match effect {
        Some(Effect::Holds) => {
            code_of(code, "a reason that holds", |kind| kind == Kind::Reason(Effect::Holds))
        }
        Some(Effect::Informs) => {
            code_of(code, "a reason that informs", |kind| kind == Kind::Reason(Effect::Informs))
        }
        None => code_of(code, "a reason", |kind| matches!(kind, Kind::Reason(_))),
    }
}

fn code_of(code: &str, what: &str, fits: impl Fn(Kind) -> bool) -> Result<String, String> {
    match Code::find(code) {
        Some(found) if fits(found.kind()) => Ok(code.to_owned()),
        Some(found) => {
            let place = match found.kind() {
                Kind::Reason(Effect::Holds) => "it holds: expect it under reasons or includes",
                Kind::Reason(Effect::Informs) => "it informs: expect it under informs",
                Kind::Refusal => "it refuses: expect it under refused",
                _ => "`loadgate explain` tells what it is",
            };
            Err(format!("it is not the code of {what}; {place}"))
        }
        None => Err("there is no such code; docs/reference/findings.md lists all".to_owned()),
    }
}

/// An open referral: `us-acas RFI`.
fn referral(text: &str) -> Result<String, String> {
    let parts = text.split_once(' ');
    let sound = parts.is_some_and(|(programme, kind)| {
        ReferralKind::parse(kind).is_some()
            && programme::embedded::all().iter().any(|known| known.id.as_str() == programme)
    });
    if sound {
        Ok(text.to_owned())
    } else {
        Err("expected programme and kind, such as us-acas RFI".to_owned())
    }
}

/// A notice: to whom and of what, such as `forwarder referral-opened`.
fn notice(text: &str) -> Result<String, String> {
    if text.trim().contains(' ') {
        Ok(text.to_owned())
    } else {
        Err("expected to whom and of what, such as carrier held".to_owned())
    }
}
