//! The command line: a contract that scripts rely on.

use casework::gate::{Aircraft, AskedLeg, Stage};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use consignment::PartialDate;
use consignment::ident::{Flight, Location};
use consignment::security::Exemption;
use formats::register::{self, Family};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Commands that later releases bring, with what they will do.
pub const LATER: &[(&str, &str)] = &[
    ("convert", "write a message in another format"),
    ("mask", "hide personal data in a message"),
    ("screen", "compare names with watch lists"),
    ("compare", "compare two names with each other"),
    ("lists", "import, show and compare watch lists"),
    ("rules", "check, test and back-test targeting rules"),
    ("story", "play a story and check what is expected of it"),
    ("serve", "run the server"),
    ("sim", "run a simulated world from a seed"),
    ("audit", "verify the audit log"),
    ("backup", "save a node's data"),
    ("restore", "bring back a node's data"),
    ("doctor", "tell what ails an installation"),
];

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
    /// The leg asked about, such as 9Z100/2026-11-24/FRA-JFK [default: the first that departs]
    #[arg(long, value_name = "CARRIERNUMBER/DATE/FROM-TO", value_parser = parse_leg)]
    pub leg: Option<AskedLeg>,
    /// The kind of aircraft: pax carries passengers, cao is all-cargo
    #[arg(long, value_enum, default_value_t = AircraftArg::Pax)]
    pub aircraft: AircraftArg,
    /// What is about to be done with the goods
    #[arg(long, value_enum, default_value_t = StageArg::Load)]
    pub stage: StageArg,
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
  loadgate explain awb-number-invalid

Exit status, the highest that applies:
  0  clean
  1  check, describe: a finding of severity error; assess: a hold, or a message that could not be taken in
  2  an input that cannot be used, or a wrong command line
  3  a failure of Loadgate",
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

Examples:
  loadgate assess waybill.fwb houses.fhl
  loadgate assess waybill.fwb --lists sdn.csv --lists un.xml --programme us-acas
  loadgate assess waybill.fwb --leg 9Z100/2026-11-24/FRA-JFK --aircraft cao --at 2026-11-24T06:00:00Z";

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
    fn times_need_an_offset() {
        assert!(
            parse_time("2026-11-24T06:00:00Z").is_ok() && parse_time("2026-11-24T06:00:00+01:00").is_ok()
        );
        assert!(parse_time("2026-11-24").is_err() && parse_time("yesterday").is_err());
    }
}
