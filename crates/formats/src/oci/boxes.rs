//! The boxes of a declaration while its lines are read.

use consignment::security::{DeclaredEntity, DeclaredMethod, Exemption, IssuedAt, SecurityStatus};
use finding::Position;

/// A value with the place of the line that stated it.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) position: Position,
}

/// What one issuer declares: everything but who he is.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    pub(super) received_from: Vec<Placed<DeclaredEntity>>,
    pub(super) acceptors: Vec<Placed<DeclaredEntity>>,
    pub(super) statuses: Vec<Placed<SecurityStatus>>,
    pub(super) methods: Vec<Placed<DeclaredMethod>>,
    pub(super) exemptions: Vec<Placed<Exemption>>,
    pub(super) issued_by: Option<Placed<String>>,
    pub(super) issued_at: Option<Placed<IssuedAt>>,
    pub(super) statements: Vec<Placed<String>>,
}

/// How far the boxes were filled at some point.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    received_from: usize,
    acceptors: usize,
    statuses: usize,
    methods: usize,
    exemptions: usize,
    statements: usize,
    issued_by: bool,
    issued_at: bool,
}

impl Boxes {
    /// How far they are filled.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            received_from: self.received_from.len(),
            acceptors: self.acceptors.len(),
            statuses: self.statuses.len(),
            methods: self.methods.len(),
            exemptions: self.exemptions.len(),
            statements: self.statements.len(),
            issued_by: self.issued_by.is_some(),
            issued_at: self.issued_at.is_some(),
        }
    }

    /// Forgets what was filled in after `mark`.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.received_from.truncate(mark.received_from);
        self.acceptors.truncate(mark.acceptors);
        self.statuses.truncate(mark.statuses);
        self.methods.truncate(mark.methods);
        self.exemptions.truncate(mark.exemptions);
        self.statements.truncate(mark.statements);
        self.issued_by = self.issued_by.take().filter(|_| mark.issued_by);
        self.issued_at = self.issued_at.take().filter(|_| mark.issued_at);
    }
}
