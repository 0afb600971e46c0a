//! What is asked and answered of how long goods are kept.

use crate::ports::StreamId;
use casework::retention::{LegalHold, Term};
use consignment::ConsignmentKey;
use consignment::fact::Person;
use std::sync::Arc;

/// A tree, by what somebody knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeBy {
    /// The number of any of its goods.
    Goods(ConsignmentKey),
    /// Its stream.
    Stream(StreamId),
}

/// What is done or asked about how long goods are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retain {
    /// Place a legal hold on goods, whether anybody told of them yet or not.
    Place {
        /// Their number.
        object: ConsignmentKey,
        /// Who does it; nobody where no person stands for it.
        by: Option<Person>,
        /// Why.
        reason: String,
    },
    /// Lift one.
    Lift {
        /// Its number.
        id: Arc<str>,
        /// Who does it.
        by: Option<Person>,
        /// Why.
        reason: String,
    },
    /// All legal holds, in the order in which they were placed.
    Holds,
    /// How long a tree is kept, and by what.
    Ask(TreeBy),
    /// Decide that a tree is erased, where nothing keeps it: from then on none of its goods is found by its number, and the
    /// keys of its streams are to be destroyed.
    Erase {
        /// The tree.
        tree: TreeBy,
        /// Who asks for it, and why; nobody where its time is over.
        asked: Option<(Person, String)>,
    },
    /// Streams whose keys are to be destroyed.
    Erasing,
    /// Say that the keys of these were destroyed.
    Erased(Vec<StreamId>),
}

impl Retain {
    /// Whether it only asks.
    pub fn asks(&self) -> bool {
        matches!(self, Self::Holds | Self::Ask(_) | Self::Erasing)
    }
}

/// What it comes to.
#[derive(Debug, Clone)]
pub enum Retained {
    /// Legal holds: all of them, or the one that was placed or lifted.
    Holds(Vec<LegalHold>),
    /// How long a tree is kept; `None` where there is none, or it was erased.
    Tree(Option<Box<TreeKept>>),
    /// Streams whose keys are to be destroyed.
    Erasing(Vec<StreamId>),
}

/// How long a tree is kept, and by what.
#[derive(Debug, Clone)]
pub struct TreeKept {
    /// Its stream.
    pub stream: StreamId,
    /// Its master, or a house where that is not known.
    pub key: ConsignmentKey,
    /// How long, and by what.
    pub term: Term,
    /// Streams whose keys are to be destroyed, where it was decided that it is erased.
    pub erasing: Vec<StreamId>,
}
