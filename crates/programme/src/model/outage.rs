//! What a programme suspends while its system is down.

use crate::notification::Notification;

/// What a suspension lifts. Open referrals hold through every outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutageCovers {
    /// The demand for an acknowledgement of what was filed, and nothing else.
    Acknowledgement,
}

impl OutageCovers {
    /// Every one, in the order of the type.
    pub const ALL: &[OutageCovers] = &[Self::Acknowledgement];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
        }
    }
}

/// For which outages an authority suspends, and how a suspension ends.
///
/// A suspension is the authority's own act, told by a notice that means
/// [`OutageSuspension`](Notification::OutageSuspension): neither a failed connection nor a length of time makes
/// one, and none ends by the passing of time alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageRules {
    /// What is suspended.
    pub covers: OutageCovers,
    /// Minutes an outage must be expected to exceed for the authority to suspend.
    pub threshold_minutes: u16,
    /// The same for planned maintenance.
    pub planned_threshold_minutes: u16,
    /// The notice from which these minutes count.
    pub threshold_from: Notification,
    /// Minutes for which a suspension goes on after the notice that ends it.
    pub grace_minutes: u16,
    /// The notice from which these minutes count.
    pub grace_from: Notification,
    /// Where this comes from.
    pub reference: String,
}
