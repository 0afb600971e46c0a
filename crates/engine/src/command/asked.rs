//! Which goods somebody asks about, and which holds on them.

use super::Wanted;
use casework::holds::HoldKind;
use consignment::ConsignmentKey;
use consignment::fact::UnitName;
use std::sync::Arc;

/// Of which goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoodsAsked {
    /// Of all of which something of the kind waits, for those who may see everything.
    All,
    /// Of these goods alone.
    Goods(ConsignmentKey),
    /// Of goods that are looked up so.
    Found(Wanted),
    /// Of what is in a unit.
    Inside(UnitName),
}

/// Which holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldsWanted {
    /// Of which goods.
    pub of: GoodsAsked,
    /// Those that hold (`true`), those that were lifted (`false`), or both.
    pub open: Option<bool>,
    /// Whence they come, where their cause is told.
    pub kind: Option<HoldKind>,
    /// Whose they are, where that is told.
    pub agency: Option<Arc<str>>,
}
