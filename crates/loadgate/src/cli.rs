//! The command line: a contract that scripts rely on.

use casework::gate::{Aircraft, AskedLeg, Stage};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location};
use consignment::security::Exemption;
use consignment::{ConsignmentKey, PartialDate};
use formats::register::{self, Family};
use jiff::Timestamp;
use names::{DEFAULT_THRESHOLD, Schema, Score};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Commands that later releases bring, with what they will do.
pub const LATER: &[(&str, &str)] = &[
    ("convert", "write a message in another format"),
    ("mask", "hide personal data in a message"),
    ("rules", "check, test and back-test targeting rules"),
    ("story", "play a story and check what is expected of it"),
    ("serve", "run the server"),
    ("sim", "run a simulated world from a seed"),
    ("audit", "verify the audit log"),
    ("backup", "save a node's data"),
    ("restore", "bring back a node's data"),
    ("doctor", "tell what ails an installation"),
];

/// Most threads that can be asked for.
const THREADS_MAX: usize = 256;

/// May this air cargo consignment be loaded, and why?
#[derive(Debug, Parser)]
#[command(name = "loadgate", version = env!("LOADGATE_VERSION"), arg_required_else_help = true, after_help = after_help())]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands of this release.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with messages
    #[command(after_help = CHECK_HELP)]
    Check(ReadArgs),
    /// Show what messages say
    #[command(after_help = DESCRIBE_HELP)]
    Describe(ReadArgs),
    /// Run messages through the whole pipeline and ask whether the goods may be loaded
    #[command(after_help = ASSESS_HELP)]
    Assess(AssessArgs),
    /// Screen names against watch lists
    #[command(after_help = SCREEN_HELP)]
    Screen(ScreenArgs),
    /// Compare two names with each other
    #[command(after_help = COMPARE_HELP)]
    Compare(CompareArgs),
    /// Show, compare and import watch lists
    Lists(ListsArgs),
    /// Tell about a finding, a reason or a refusal by its code
    #[command(after_help = EXPLAIN_HELP)]
    Explain(ExplainArgs),
    /// Watch one invented airport day go through the pipeline
    Demo(DemoArgs),
}

/// What reading commands take.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Files to read, each with one message or many; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}

/// How to answer.
#[derive(Debug, Clone, Copy, Args)]
pub struct FormArgs {
    /// Write one JSON document to standard output, and nothing else
    #[arg(long, conflicts_with = "jsonl")]
    pub json: bool,
    /// Write one JSON object per line to standard output, and nothing else
    #[arg(long)]
    pub jsonl: bool,
}

/// What `assess` takes.
#[derive(Debug, Args)]
pub struct AssessArgs {
    /// What to read and how to answer.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Watch lists to screen names against: files, or folders of them
    #[arg(long, value_name = "PATH")]
    pub lists: Vec<PathBuf>,
    /// Run only this programme; may be given several times. Goods on a leg where another one binds are
    /// held [default: all]
    #[arg(long = "programme", value_name = "ID")]
    pub programmes: Vec<String>,
    /// The time of the question and of the receipt of the messages [default: now]
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    pub at: Option<Timestamp>,
    /// A ground for exemption from screening that the State accepts, such as LFSM; may be given several
    /// times [default: none]
    #[arg(long = "exemption", value_name = "CODE", value_parser = parse_exemption)]
    pub exemptions: Vec<Exemption>,
    /// Somebody has looked: all versions filed under this number are of one shipment, although they look
    /// like two; may be given several times
    #[arg(long = "same-shipment", value_name = "MASTER[/HOUSE]", value_parser = parse_key)]
    pub same_shipment: Vec<ConsignmentKey>,
    /// The leg asked about, such as 9Z100/2026-11-24/FRA-JFK [default: the next that departs]
    #[arg(long, value_name = "CARRIERNUMBER/DATE/FROM-TO", value_parser = parse_leg)]
    pub leg: Option<AskedLeg>,
    /// The kind of aircraft: pax carries passengers, cao is all-cargo
    #[arg(long, value_enum, default_value_t = AircraftArg::Pax)]
    pub aircraft: AircraftArg,
    /// What is about to be done with the goods
    #[arg(long, value_enum, default_value_t = StageArg::Load)]
    pub stage: StageArg,
}

/// What `screen` takes.
#[derive(Debug, Args)]
pub struct ScreenArgs {
    /// The name to screen
    #[arg(value_name = "NAME", required_unless_present = "batch", conflicts_with = "batch")]
    pub name: Option<String>,
    /// Screen every row of a CSV file whose first line names its columns: name, and optionally schema,
    /// birth_date, country, address; - is standard input
    #[arg(long, value_name = "CSV", conflicts_with_all = ["schema", "birth_date", "country", "address"])]
    pub batch: Option<PathBuf>,
    /// Watch lists, named after NAME: files, folders of them, or a folder that `lists import` fills
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    pub lists: Vec<PathBuf>,
    /// What it is the name of
    #[arg(long, value_enum)]
    pub schema: Option<SchemaArg>,
    /// Date of birth: YYYY, YYYY-MM or YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = parse_birth_date)]
    pub birth_date: Option<names::PartialDate>,
    /// Country, by code or name; several are separated by semicolons
    #[arg(long, value_name = "COUNTRY")]
    pub country: Option<String>,
    /// Address in one line
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<String>,
    /// The score from which on an entry is a hit
    #[arg(long, value_name = "SCORE", default_value_t = DEFAULT_THRESHOLD, value_parser = parse_score)]
    pub threshold: Score,
    /// Give at most so many hits of a name, the best ones [default: all]
    #[arg(long, value_name = "NUMBER")]
    pub limit: Option<usize>,
    /// Show what stands against what, and what it adds to the score
    #[arg(long)]
    pub explain: bool,
    /// Decisions that a party is not an entry, one JSON object a line: hits settled by one are no alert
    #[arg(long, value_name = "JSONL")]
    pub adjudications: Option<PathBuf>,
    /// Decide that the name is not this entry, and add the decision to the file of --adjudications
    #[arg(long, value_name = "ENTRY", requires_all = ["adjudications", "reason", "author"], conflicts_with = "batch")]
    pub settle: Option<String>,
    /// Why the name is not the entry of --settle
    #[arg(long, value_name = "TEXT", requires = "settle")]
    pub reason: Option<String>,
    /// Who decides it
    #[arg(long, value_name = "NAME", requires = "settle")]
    pub author: Option<String>,
    /// From when on the decision no longer counts [default: it has no end]
    #[arg(long, value_name = "RFC3339", value_parser = parse_time, requires = "settle")]
    pub expires: Option<Timestamp>,
    /// The time of the question, by which decisions expire [default: now]
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    pub at: Option<Timestamp>,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
    /// Write CSV to standard output: one line for each hit, or one for a row without any
    #[arg(long, conflicts_with_all = ["json", "jsonl"])]
    pub csv: bool,
    /// Write CSV to this file; where it was begun before, go on after its last complete row
    #[arg(long, value_name = "CSV", requires = "batch", conflicts_with_all = ["json", "jsonl", "explain"])]
    pub resume: Option<PathBuf>,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "NUMBER", value_parser = parse_threads)]
    pub threads: Option<usize>,
}

/// What `compare` takes.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// One name
    #[arg(value_name = "NAME1", required_unless_present = "batch", conflicts_with = "batch")]
    pub name1: Option<String>,
    /// The other name
    #[arg(value_name = "NAME2", required_unless_present = "batch", conflicts_with = "batch")]
    pub name2: Option<String>,
    /// Compare the names of every row of a CSV file whose first line names its columns: name1, name2, and
    /// optionally schema; - is standard input
    #[arg(long, value_name = "CSV", conflicts_with = "schema")]
    pub batch: Option<PathBuf>,
    /// What both are names of
    #[arg(long, value_enum)]
    pub schema: Option<SchemaArg>,
    /// The score from which on two names match
    #[arg(long, value_name = "SCORE", default_value_t = DEFAULT_THRESHOLD, value_parser = parse_score)]
    pub threshold: Score,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "NUMBER", value_parser = parse_threads)]
    pub threads: Option<usize>,
}

/// What `lists` takes.
#[derive(Debug, Args)]
pub struct ListsArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ListsCommand,
}

/// What can be done with watch lists.
#[derive(Debug, Subcommand)]
pub enum ListsCommand {
    /// Say what lists are, and what is doubtful in them
    Show(ShowArgs),
    /// Say what a new edition adds, removes and changes
    Diff(DiffArgs),
    /// Check lists and put them into a folder that --lists reads; older editions stay there
    #[command(after_help = IMPORT_HELP)]
    Import(ImportArgs),
}

/// What `lists show` takes.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Watch lists: files, folders of them, or a folder that `lists import` fills
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    pub lists: Vec<PathBuf>,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}

/// What `lists diff` takes.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The older edition: a file of it, or a folder
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The newer edition: a file of it, or a folder
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}

/// What `lists import` takes.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Lists: files, or folders of them
    #[arg(value_name = "PATH", required = true)]
    pub lists: Vec<PathBuf>,
    /// The folder to put them into; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Refuse a list that loses more than so many percent of its entries or names
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub shrink_max: u8,
    /// Import also lists that lose more
    #[arg(long)]
    pub confirm_shrink: bool,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}

/// What a name is the name of, as it is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaArg {
    /// A natural person
    Person,
    /// A company, authority, group or other organisation
    Organisation,
    /// A ship
    Vessel,
    /// An aircraft
    Aircraft,
}

impl From<SchemaArg> for Schema {
    fn from(schema: SchemaArg) -> Self {
        match schema {
            SchemaArg::Person => Self::Person,
            SchemaArg::Organisation => Self::Organisation,
            SchemaArg::Vessel => Self::Vessel,
            SchemaArg::Aircraft => Self::Aircraft,
        }
    }
}

/// What `explain` takes.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, such as awb-number-invalid
    #[arg(value_name = "CODE")]
    pub code: String,
    /// How to answer.
    #[arg(long)]
    pub json: bool,
}

/// What `demo` takes.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}

/// Kind of aircraft, as it is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AircraftArg {
    /// Carries passengers
    Pax,
    /// All-cargo
    Cao,
}

impl From<AircraftArg> for Aircraft {
    fn from(aircraft: AircraftArg) -> Self {
        match aircraft {
            AircraftArg::Pax => Self::Passenger,
            AircraftArg::Cao => Self::AllCargo,
        }
    }
}

/// What is about to be done, as it is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StageArg {
    /// Take the goods over from the sender
    Accept,
    /// Build them into a ULD
    Build,
    /// Load them
    Load,
    /// Depart with them
    Depart,
}

impl From<StageArg> for Stage {
    fn from(stage: StageArg) -> Self {
        match stage {
            StageArg::Accept => Self::Accept,
            StageArg::Build => Self::Build,
            StageArg::Load => Self::Load,
            StageArg::Depart => Self::Depart,
        }
    }
}

/// Reads an instant with its offset from UTC.
fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write date, time and offset, such as 2026-11-24T06:00:00Z".to_owned())
}

/// Reads a date of birth.
fn parse_birth_date(text: &str) -> Result<names::PartialDate, String> {
    text.parse().map_err(|_| "write YYYY, YYYY-MM or YYYY-MM-DD".to_owned())
}

/// Reads a score from 0 to 1 with at most three decimals.
fn parse_score(text: &str) -> Result<Score, String> {
    let read = || {
        let thousandths = Decimal::from_str_exact(text).ok()?.checked_mul(Decimal::ONE_THOUSAND)?;
        let whole = thousandths.is_integer() && !thousandths.is_sign_negative();
        whole.then(|| thousandths.to_u16()).flatten().filter(|thousandths| *thousandths <= 1000)
    };
    read()
        .map(Score::from_thousandths)
        .ok_or_else(|| "write a number from 0 to 1 with at most three decimals, such as 0.800".to_owned())
}

/// Reads a number of threads.
fn parse_threads(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|threads| (1..=THREADS_MAX).contains(threads))
        .ok_or_else(|| format!("write a number from 1 to {THREADS_MAX}"))
}

/// Reads a ground for exemption, in capitals or not.
fn parse_exemption(text: &str) -> Result<Exemption, String> {
    Exemption::parse(&text.to_ascii_uppercase()).ok_or_else(|| {
        let known: Vec<&str> = Exemption::ALL.iter().map(|exemption| exemption.code()).collect();
        format!("the grounds are {}", known.join(", "))
    })
}

/// Reads `9Z100/2026-11-24/FRA-JFK`; flight and date may be left out, and the date may be as partial as
/// messages give it: `24NOV`, `24`.
///
/// # Errors
/// Says which part cannot be read, and how it is written.
pub fn parse_leg(text: &str) -> Result<AskedLeg, String> {
    let (before, stations) = match text.rsplit_once('/') {
        Some((before, stations)) => (before.split('/').collect(), stations),
        None => (Vec::new(), text),
    };
    let (from, to) = stations
        .split_once('-')
        .ok_or_else(|| format!("{stations} names no leg; write FROM-TO last, such as FRA-JFK"))?;
    let station = |text: &str| Location::parse(text).map_err(|why| format!("station {text}: {why}"));
    let (from, to) = (station(from)?, station(to)?);
    let (mut flight, mut date) = (None, None);
    for part in before {
        if let (None, Some(read)) = (date, PartialDate::parse(part)) {
            date = Some(read);
        } else if let (None, None, Ok(read)) = (flight, date, Flight::parse(part)) {
            flight = Some(read);
        } else {
            return Err(format!(
                "{part} is no flight or date here; write flight, date and stations, such as 9Z100/2026-11-24/FRA-JFK"
            ));
        }
    }
    Ok(AskedLeg::Named { from, to, flight, date })
}

/// Reads `888-20003034`, `888-20003034/QM-A`, or `/QM-A` for a house whose master is not known.
fn parse_key(text: &str) -> Result<ConsignmentKey, String> {
    let (master, house) = text.split_once('/').map_or((text, None), |(master, house)| (master, Some(house)));
    let master = match (master, house) {
        ("", Some(_)) => None,
        (number, _) => Some(AirWaybill::parse(number).map_err(|why| format!("air waybill {number}: {why}"))?),
    };
    let house = house
        .map(|number| HouseWaybill::parse(number).map_err(|why| format!("house waybill {number}: {why}")));
    Ok(ConsignmentKey { master, house: house.transpose()? })
}

/// What to say where a command of a later release is asked for; `None` for any other word.
pub fn not_yet(word: &str) -> Option<String> {
    let (name, purpose) = LATER.iter().find(|(name, _)| *name == word)?;
    let command = Cli::command();
    let now: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    Some(format!(
        "`loadgate {name}` ({purpose}) is not in this release. The commands of this release: {}. \
         Run `loadgate --help` for what they do.",
        now.join(", ")
    ))
}

fn after_help() -> String {
    let mut text = String::from("Formats, by their names and versions:\n");
    for family in [Family::CargoImp, Family::CargoXml] {
        let of_family = || register::all().iter().filter(|row| row.family() == family);
        let read: Vec<String> = of_family()
            .filter(|row| row.is_read())
            .map(|row| match row.versions() {
                [] => row.name().to_owned(),
                _ => format!("{} ({})", row.name(), row.versions_text()),
            })
            .collect();
        let kept: Vec<&str> = of_family().filter(|row| !row.is_read()).map(register::Row::name).collect();
        // A string grows without failing.
        let _ = writeln!(text, "  {family}: {}", read.join(", "));
        let _ = writeln!(text, "    recognised, not read: {}", kept.join(", "));
    }
    text.push_str(
        "
Examples:
  loadgate demo
  loadgate check message.fwb
  loadgate describe --json messages.txt | jq '.[].consignments[].master'
  loadgate assess waybill.fwb houses.fhl --lists lists/ --leg 9Z100/2026-11-24/FRA-JFK
  loadgate screen 'Zephyr Border Trading' --lists lists/
  loadgate explain awb-number-invalid

Exit status, the highest that applies:
  0  clean
  1  check, describe, lists: a finding of severity error; screen, compare: a hit; assess: a hold, or a message that could not be taken in
  2  an input that cannot be used, or a wrong command line
  3  a failure of Loadgate, or a result that could not be written whole (its reader went away)",
    );
    text
}

const CHECK_HELP: &str = "\
Each file is judged by itself; a house is held against its master where both are in one file.

Examples:
  loadgate check message.fwb
  cat *.fwb | loadgate check --jsonl -";

const DESCRIBE_HELP: &str = "\
Files of any size are read in constant memory. What is wrong with them is told by check.

Examples:
  loadgate describe message.fwb
  loadgate describe --jsonl day.txt | jq -r .master";

const ASSESS_HELP: &str = "\
All files are taken together: houses find their master in another file. Every programme is simulated
here: the answer is no decision of any authority, and nothing is recorded.

Every consignment that a message names is answered, also where the message only reports on it. A
waybill of which a status or a manifest tells and whose data are not among the files is held
(not-filed), and the exit status is 1; a house beside it has its own answer.

A name on a sanctions list holds the goods for compliance, everywhere. A name on a security list
makes a programme that binds ask about the party. Where none binds it informs (name-hit) and holds
nothing: a resemblance is no order, and there is no authority to ask.

Examples:
  loadgate assess waybill.fwb houses.fhl
  loadgate assess waybill.fwb --lists sdn.csv --lists un.xml --programme us-acas
  loadgate assess waybill.fwb --leg 9Z100/2026-11-24/FRA-JFK --aircraft cao --at 2026-11-24T06:00:00Z";

const SCREEN_HELP: &str = "\
A hit is a resemblance, not a decision. A row that cannot be read is told with its line, the others
are answered, and the exit status is 2. Rows stand on one line each. The answers do not depend on the
number of threads.

Examples:
  loadgate screen 'Zephyr Border Trading FZE' --country AE --lists sdn.csv --explain
  loadgate screen --batch parties.csv --lists lists/ --jsonl | jq 'select(.hits_count > 0)'
  loadgate screen --batch parties.csv --lists lists/ --resume answers.csv";

const COMPARE_HELP: &str = "\
Examples:
  loadgate compare 'Zephyr Border Trading FZE' 'ZEPHYR BORDR TRADING LLC'
  loadgate compare --batch pairs.csv --json";

const IMPORT_HELP: &str = "\
Every edition gets a folder of its own that never changes. All lists are checked before any is
written. An edition of an earlier date than the one in use is kept beside it.

Examples:
  loadgate lists import downloads/ --into lists
  loadgate screen 'Zephyr Border Trading FZE' --lists lists";

const EXPLAIN_HELP: &str = "\
Example:
  loadgate explain awb-number-invalid";

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn commands_are_either_of_this_release_or_of_a_later_one() {
        let command = Cli::command();
        for (name, _) in LATER {
            assert!(command.find_subcommand(name).is_none(), "{name}");
            let text = not_yet(name).unwrap();
            assert!(text.contains("not in this release") && text.contains("assess"), "{text}");
        }
        for now in command.get_subcommands() {
            assert_eq!(not_yet(now.get_name()), None);
        }
    }

    #[test]
    fn help_names_every_format() {
        let help = after_help();
        for row in register::all() {
            assert!(help.contains(row.name()), "{}", row.name());
        }
    }

    #[test]
    fn legs_are_read_with_or_without_flight_and_date() {
        let named = |flight: Option<&str>, date: Option<&str>| AskedLeg::Named {
            from: Location::parse("FRA").unwrap(),
            to: Location::parse("JFK").unwrap(),
            flight: flight.map(|text| Flight::parse(text).unwrap()),
            date: date.map(|text| PartialDate::parse(text).unwrap()),
        };
        assert_eq!(parse_leg("9Z100/2026-11-24/FRA-JFK"), Ok(named(Some("9Z100"), Some("2026-11-24"))));
        // As legs are labelled, too.
        assert_eq!(parse_leg("9Z100/24NOV/FRA-JFK"), Ok(named(Some("9Z100"), Some("24NOV"))));
        assert_eq!(parse_leg("9Z100/24/FRA-JFK"), Ok(named(Some("9Z100"), Some("24"))));
        assert_eq!(parse_leg("9Z100/FRA-JFK"), Ok(named(Some("9Z100"), None)));
        assert_eq!(parse_leg("2026-11-24/FRA-JFK"), Ok(named(None, Some("2026-11-24"))));
        assert_eq!(parse_leg("FRA-JFK"), Ok(named(None, None)));
        for text in [
            "",
            "FRA",
            "FRA-JF",
            "FRA-JFK/9Z100",
            "2026-11-24/9Z100/FRA-JFK",
            "9Z100/9Z200/FRA-JFK",
            "9Z100/31NOV/FRA-JFK",
            "/FRA-JFK",
            "9Z100/2026-11-31/FRA-JFK",
        ] {
            assert!(parse_leg(text).is_err(), "{text}");
        }
    }

    #[test]
    fn scores_have_three_decimals() {
        for (text, thousandths) in [("0", 0), ("1", 1000), ("0.8", 800), ("0.855", 855), ("1.000", 1000)] {
            assert_eq!(parse_score(text).unwrap().thousandths(), thousandths, "{text}");
        }
        for text in ["", "80", "1.001", "-0.1", "0.8555", "80%", "nan"] {
            assert!(parse_score(text).is_err(), "{text}");
        }
        assert!(parse_threads("4").is_ok() && parse_threads("0").is_err() && parse_threads("x").is_err());
    }

    #[test]
    fn times_need_an_offset() {
        assert!(
            parse_time("2026-11-24T06:00:00Z").is_ok() && parse_time("2026-11-24T06:00:00+01:00").is_ok()
        );
        assert!(parse_time("2026-11-24").is_err() && parse_time("yesterday").is_err());
    }
}
