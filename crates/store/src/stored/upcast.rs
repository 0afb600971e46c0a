//! From the forms of earlier releases to that of this one.
//!
//! A document is never rewritten. Where the form of a type has changed so that the macros cannot read the old one,
//! its version goes up by one and a step here makes the old document into the new one, as a tree. Steps are applied
//! one after another, so that each is written once and never touched again.

use super::fault::Wrong;
use super::value::Value;

/// What makes a document of one version into one of the next.
pub(super) struct Step {
    /// The type.
    pub kind: &'static str,
    /// The version it reads; it makes the next one.
    pub v: u32,
    /// The change.
    pub change: fn(Value<'_>) -> Result<Value<'_>, Wrong>,
}

/// Every step. Empty while every type has its first form.
pub(super) const STEPS: &[Step] = &[];

/// Brings a document from version `v` to version `known`.
pub(super) fn upcast<'a>(
    steps: &[Step],
    kind: &str,
    v: u32,
    known: u32,
    value: Value<'a>,
) -> Result<Value<'a>, Wrong> {
    (v..known).try_fold(value, |value, v| {
        let step = steps.iter().find(|step| step.kind == kind && step.v == v);
        let step = step.ok_or_else(|| Wrong::new(format!("no step leads from version {v} on")))?;
        (step.change)(value)
    })
}
