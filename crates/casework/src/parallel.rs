//! A run beside the system in place: its answers against ours, and where they differ.

use crate::gate::{Answer, Decision};
use finding::Code;
use jiff::Timestamp;
use programme::ProgrammeId;

/// Our answer against that of the system in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The goods, as people know them.
    pub object: String,
    /// When it was asked.
    pub at: Timestamp,
    /// Our answer.
    pub ours: Decision,
    /// That of the system in place.
    pub theirs: Decision,
    /// What it said beside, in its own words.
    pub said: String,
    /// What holds here; empty where we say "load".
    pub held_by: Vec<(Code, Option<ProgrammeId>)>,
}

/// How two answers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Both say the same.
    Agree,
    /// We hold what it lets go: either it misses something, or we hold without need.
    OnlyWeHold,
    /// It holds what we let go: somebody must say why before this node is relied on.
    OnlyTheyHold,
}

impl Outcome {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::OnlyWeHold => "only-we-hold",
            Self::OnlyTheyHold => "only-they-hold",
        }
    }
}

impl Comparison {
    /// Puts both answers side by side.
    pub fn new(object: String, at: Timestamp, ours: &Answer, theirs: Decision, said: String) -> Self {
        let holding = ours.reasons.iter().filter(|reason| reason.holds());
        let held_by = holding.map(|reason| (reason.code, reason.programme.clone())).collect();
        Self { object, at, ours: ours.decision, theirs, said, held_by }
    }

    /// How they compare.
    pub fn outcome(&self) -> Outcome {
        match (self.ours, self.theirs) {
            (Decision::Hold, Decision::Load) => Outcome::OnlyWeHold,
            (Decision::Load, Decision::Hold) => Outcome::OnlyTheyHold,
            _ => Outcome::Agree,
        }
    }
}
