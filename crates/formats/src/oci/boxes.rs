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
