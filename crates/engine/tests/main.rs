//! Every test of the engine but its interleavings, in one program: what they share is compiled and linked once.
#![allow(clippy::unwrap_used, clippy::panic)]

mod adjudications;
mod answers;
mod authority;
mod decisions;
mod doubt;
mod due;
mod editions;
mod gate_lists;
mod growth;
mod holds;
mod lifecycle;
mod mandates;
mod manifests;
mod parallel;
mod people;
mod security;
mod stories;
mod transport;
mod views;
mod world;
