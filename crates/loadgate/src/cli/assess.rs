//! What `assess` takes.

use super::ReadArgs;
use super::value::{parse_channel, parse_exemption, parse_time};
use casework::gate::{Aircraft, AskedLeg, Stage};
use clap::{Args, ValueEnum};
use consignment::ConsignmentKey;
use consignment::security::Exemption;
use document::value::{parse_key, parse_leg};
use jiff::Timestamp;
use std::path::PathBuf;

/// What `assess` takes.
#[derive(Debug, Args)]
pub struct AssessArgs {
    /// What to read and how to answer.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Watch lists to screen names against: files, or folders of them; folders below are not searched
    #[arg(long, value_name = "PATH")]
    pub lists: Vec<PathBuf>,
    /// Run only this programme; may be given several times. Goods on a leg where another one binds are
    /// held [default: all]
    #[arg(long = "programme", value_name = "ID")]
    pub programmes: Vec<String>,
    /// Run this programme as a relay: only what came by its authority's own channel moves its cases; may be
    /// given several times [default: every programme is simulated]
    #[arg(long = "relay", value_name = "ID")]
    pub relays: Vec<String>,
    /// Say that a file came by the own channel of a programme's authority; may be given several times
    #[arg(long = "channel", value_name = "ID=FILE", value_parser = parse_channel)]
    pub channels: Vec<(String, PathBuf)>,
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
    /// Answers of the system in place, as CSV with the columns number (MASTER[/HOUSE]), decision (load or hold)
    /// and, optionally, said: each is put beside ours
    #[arg(long, value_name = "FILE")]
    pub incumbent: Option<PathBuf>,
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
