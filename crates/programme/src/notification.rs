//! What the answers of an authority mean, by programme and wire.

use consignment::fact::ReferralKind;
use consignment::notice::Wire;

/// What a notification means for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notification {
    /// The filing was received and is in order.
    Received,
    /// The filing is rejected.
    Rejected,
    /// The assessment is complete.
    AssessmentComplete,
    /// A referral is opened.
    Opened(ReferralKind),
    /// A referral is still open: said again, as answer to data sent while it is.
    InPlace(ReferralKind),
    /// Opened or still open: the wire has one code for both.
    Open(ReferralKind),
    /// A referral is closed; a do-not-load is cancelled.
    Closed(ReferralKind),
    /// Some referral is closed and the message does not say which: nothing is closed, a person is asked.
    ClosedUnnamed,
    /// The authority tells that its system is down; suspends nothing.
    OutageNotice,
    /// The authority suspends its demand for an acknowledgement.
    OutageSuspension,
    /// Answers and referrals are interrupted and come by mail; suspends nothing.
    AnswersInterrupted,
    /// The outage is over.
    OutageEnds,
}

/// One row of a programme's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRule {
    /// The wire.
    pub wire: Wire,
    /// The code, or for mail the beginning of the subject; compared without regard to case.
    pub code: String,
    /// Words the text must contain, without regard to case; empty where the code alone decides.
    pub text: String,
    /// What it means.
    pub means: Notification,
    /// Where the rule comes from.
    pub reference: String,
}
