//! Resources of a node over its router: real requests, a real database, no network.
#![allow(clippy::unwrap_used, clippy::panic)]

mod accesses;
mod adjudications;
mod counts;
mod gate_keys;
mod holds;
mod judged;
mod lookups;
mod organisations;
mod outages;
mod place;
mod screenings;
#[path = "../support/mod.rs"]
mod support;
mod transport;
mod work_orders;
