//! `gate-list`: lists of flights, got from a node and checked without it.

mod check;

use super::Session;
use super::audit::unusable;
use crate::cli::{FetchListArgs, GateListCommand, VerifyListArgs};
use crate::document::gate_list::{ListedObject, RULE, Refused, VERIFY_SCHEMA, VerifiedList};
use crate::render::text::{count, visible};
use crate::render::{BAD, GOOD, Look};
use crate::{Error, Exit};
use casework::gate::{Aircraft, Stage};
use check::{Asked, Checked, check};
use jiff::Timestamp;
use reqwest::blocking::Client;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::audit::checkpoint::Verifier;
use store::audit::note::NOTE_MAX;

/// How long a node may take for a list.
const ANSWER: Duration = Duration::from_secs(60);

/// Longest file with a verifier key that is read, in bytes; ours have some hundred.
const KEY_BYTES_MAX: u64 = 4096;

pub(super) fn run(command: &GateListCommand, session: &mut Session<'_>) -> Result<Exit, Error> {
    match command {
        GateListCommand::Fetch(args) => fetch(args, session),
        GateListCommand::Verify(args) => verify(args, session),
    }
}

/// The verifier key, as it stands on the command line or in the file that is named there.
fn key(text: &str) -> Result<Verifier, Error> {
    let wrong = |why: &dyn std::fmt::Display| {
        Error::Usage(format!(
            "--verifier {text}: {why}. The key is what `GET /v1/verifier` of the node gives, or the file verifier of \
             `loadgate audit export`; get it while you can trust the line"
        ))
    };
    let path = Path::new(text);
    if !path.is_file() {
        return Verifier::parse(text).map_err(|why| wrong(&why));
    }
    let mut kept = String::new();
    let read = File::open(path).and_then(|file| file.take(KEY_BYTES_MAX).read_to_string(&mut kept));
    read.map_err(|why| wrong(&why))?;
    Verifier::parse(&kept).map_err(|why| wrong(&why))
}

fn verify(args: &VerifyListArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let verifier = key(&args.verifier)?;
    let note = read(&args.file)?;
    let at = args.at.unwrap_or(session.surroundings.now);
    let asked = Asked { at, stage: Stage::from(args.stage).as_str(), object: args.object.as_deref() };
    let checked = check(&note, &verifier, &asked);
    tell(&args.file, at, checked, args.json, session)
}

/// Reads a list. What is no text is a list that was changed: no byte of it is lost.
fn read(file: &Path) -> Result<Vec<u8>, Error> {
    let most = NOTE_MAX as u64 + 1;
    let mut note = Vec::new();
    let read = match file == Path::new("-") {
        true => io::stdin().lock().take(most).read_to_end(&mut note),
        false => File::open(file).and_then(|opened| opened.take(most).read_to_end(&mut note)),
    };
    read.map_err(|why| unusable(file, format!("{why}. Name a list that was got from a node")))?;
    Ok(note)
}

fn fetch(args: &FetchListArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let verifier = key(&args.verifier)?;
    let stage = Stage::from(args.stage).as_str();
    let aircraft = args.aircraft.map(|aircraft| Aircraft::from(aircraft).as_str());
    let asked = json!({ "flight": args.flight, "stage": stage, "aircraft": aircraft });
    let url = format!("{}/v1/gate-lists", args.url.trim_end_matches('/'));
    let client = Client::builder().timeout(ANSWER).build().map_err(|why| failed(&args.url, &why))?;
    let response = client.post(&url).bearer_auth(&args.token).body(asked.to_string()).send();
    let response = response.map_err(|why| failed(&args.url, &why))?;
    let status = response.status().as_u16();
    let note = response.bytes().map_err(|why| failed(&args.url, &why))?;
    if status != 201 {
        let told: Value = serde_json::from_slice(&note).unwrap_or(Value::Null);
        let code = told["code"].as_str().unwrap_or("no answer that is understood");
        let detail = told["detail"].as_str().or(told["title"].as_str()).unwrap_or_default();
        return Err(Error::Usage(format!(
            "{} gave no list of {}: {detail} ({code}). What was kept before is as it was",
            args.url, args.flight
        )));
    }
    let at = session.surroundings.now;
    let checked = check(&note, &verifier, &Asked { at, stage, object: None });
    // What can be believed is kept, also where this machine's clock says that it cannot be used now.
    if checked.list.is_some() {
        keep(&args.into, &note).map_err(|why| unusable(&args.into, why))?;
    }
    tell(&args.into, at, checked, args.json, session)
}

fn failed(url: &str, why: &reqwest::Error) -> Error {
    let mut words = why.to_string();
    let mut source = std::error::Error::source(why);
    while let Some(why) = source {
        words = format!("{words}: {why}");
        source = why.source();
    }
    Error::Usage(format!("{url} cannot be asked: {words}. What was kept before is as it was, until it ends"))
}

/// Puts a list in its place whole or not at all: the line may die, or the machine stop, at any time.
fn keep(file: &Path, note: &[u8]) -> io::Result<()> {
    let mut name = file.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
    name.push(".part");
    let part: PathBuf = file.with_file_name(name);
    let mut written = File::create(&part)?;
    written.write_all(note)?;
    written.sync_all()?;
    fs::rename(&part, file)
}

fn tell(
    file: &Path,
    at: Timestamp,
    checked: Checked,
    as_json: bool,
    session: &mut Session<'_>,
) -> Result<Exit, Error> {
    let exit = match checked.answer {
        "load" => Exit::Clean,
        "hold" => Exit::Found,
        _ => Exit::Unusable,
    };
    let Checked { answer, refused, object, list } = checked;
    let file = file.display().to_string();
    let item =
        VerifiedList { schema: VERIFY_SCHEMA, file, answer, refused, at: at.to_string(), object, list };
    if as_json {
        session.json_line(&item)?;
    } else {
        let text = in_words(&item, session.look());
        session.out.write_all(text.as_bytes())?;
    }
    Ok(exit)
}

fn in_words(item: &VerifiedList, look: Look) -> String {
    let mut text = String::new();
    if let Some(Refused { why, remedy, .. }) = &item.refused {
        let _ = writeln!(text, "{} {}: {}", look.paint(BAD, "REFUSED"), visible(&item.file), visible(why));
        let _ = writeln!(text, "  Load nothing by it. {remedy}");
    }
    let Some(list) = &item.list else { return text };
    let _ = writeln!(
        text,
        "{} for {}, {} aircraft: made at {} for {}, signed by {}",
        visible(&list.flight),
        purpose(&list.stage),
        if list.aircraft == "cao" { "all-cargo" } else { "passenger" },
        visible(&list.made_at),
        visible(&list.holder),
        visible(&list.node),
    );
    if item.refused.is_some() {
        return text;
    }
    let _ = writeln!(text, "  valid until {}; asked for {}", visible(&list.valid_until), item.at);
    if list.simulated {
        let _ = writeln!(text, "  SIMULATED: this is no decision of any authority");
    }
    match &item.object {
        Some(object) => show(&mut text, object, look),
        None => {
            let loads = list.objects.iter().filter(|one| one.decision == "load").count() as u64;
            let all = count(list.objects.len() as u64, "object");
            let _ = writeln!(text, "  {all}, {loads} may be loaded");
            list.objects.iter().for_each(|object| show(&mut text, object, look));
        }
    }
    let _ = writeln!(text, "  {RULE}");
    text
}

fn purpose(stage: &str) -> &'static str {
    match stage {
        "accept" => "acceptance",
        "build" => "build-up",
        "depart" => "departure",
        _ => "loading",
    }
}

fn show(text: &mut String, object: &ListedObject, look: Look) {
    let decision = match object.decision.as_str() {
        "load" => look.paint(GOOD, "LOAD"),
        _ => look.paint(BAD, "HOLD"),
    };
    let _ = write!(text, "  {decision} {}", visible(&object.object));
    if let Some(pieces) = object.pieces {
        let _ = write!(text, ", {}", count(pieces, "piece"));
    }
    if !object.units.is_empty() {
        let _ = write!(text, ", in {}", visible(&object.units.join(", ")));
    }
    if !object.houses.is_empty() {
        let _ = write!(text, ", {}", count(object.houses.len() as u64, "house"));
    }
    text.push('\n');
    for reason in &object.reasons {
        let _ = writeln!(text, "       {}: {}", visible(&reason.code), visible(&reason.message));
    }
    if object.more_reasons > 0 {
        let _ = writeln!(text, "       and {}", count(object.more_reasons as u64, "more reason"));
    }
}
