//! What the commands that compare names take: `screen` and `compare`.

use super::FormArgs;
use super::value::{parse_birth_date, parse_score, parse_threads, parse_time};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use names::{DEFAULT_THRESHOLD, Schema, Score};
use std::path::PathBuf;

/// What `screen` takes.
#[derive(Debug, Args)]
pub struct ScreenArgs {
    /// The name to screen
    #[arg(value_name = "NAME", required_unless_present_any = ["batch", "stored"], conflicts_with_all = ["batch", "stored"])]
    pub name: Option<String>,
    /// Screen every row of a CSV file whose first line names its columns: name, and optionally schema,
    /// birth_date, country, address, documents (separated by semicolons); - is standard input
    #[arg(long, value_name = "CSV", conflicts_with_all = ["schema", "birth_date", "country", "address", "documents"])]
    pub batch: Option<PathBuf>,
    /// Screen stored parties against the entries alone that --lists adds or changes against --changed-from:
    /// CSV as for --batch with a column id, or a file .jsonl of objects with these fields
    #[arg(long, value_name = "FILE", requires = "changed_from", conflicts_with_all = ["batch", "schema", "birth_date", "country", "address", "documents", "settle", "resume", "threads"])]
    pub stored: Option<PathBuf>,
    /// The lists that the parties of --stored were screened against before
    #[arg(long, value_name = "PATH", requires = "stored", num_args = 1..)]
    pub changed_from: Vec<PathBuf>,
    /// Watch lists, named after NAME: files, folders of them (folders below are not searched), or a folder
    /// that `lists import` fills
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
    /// Number of a document or registration, with its kind and country where known, such as
    /// passport:A1234567@IR; may be given several times
    #[arg(long = "document", value_name = "[KIND:]NUMBER[@COUNTRY]")]
    pub documents: Vec<names::Document>,
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
