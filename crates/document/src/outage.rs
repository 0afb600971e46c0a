//! Outages of the systems of authorities, as they were told.

use crate::holds::OfficerItem;
use casework::outage::{NoticeStanding, Noticed, Suspension};
use consignment::fact::OutageSays;
use jiff::Timestamp;
use programme::ProgrammeId;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of outages.
pub const OUTAGES_SCHEMA: &str = "loadgate-outages/1";

/// Notices of outages, by programme, in the order in which they were recorded.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OutagesReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The notices.
    pub outages: Vec<OutageItem>,
    /// What to ask for as `after` to go on; `null` at the end.
    pub next: Option<String>,
    /// For which programmes the demand for an acknowledgement is suspended now.
    pub suspended: Vec<SuspensionItem>,
}

/// A notice of an outage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutageItem {
    /// Its id: the programme, and its number among the notices of that.
    pub id: String,
    /// The programme.
    pub programme: String,
    /// `down`, `suspended`, `answers-interrupted` or `over`.
    pub says: &'static str,
    /// `declared` by one, `confirmed` by another, `refused`, `lapsed` since nobody confirmed it, or `over`.
    pub state: &'static str,
    /// The number of the act, as facts name it.
    pub number: String,
    /// Name or hash of the evidence.
    pub evidence: String,
    /// Who sent it, as the evidence shows.
    pub sender: Option<String>,
    /// Since when: when the authority said it, RFC 3339.
    pub since: String,
    /// Until when the suspension that followed from it lasts, where that is known, RFC 3339.
    pub until: Option<String>,
    /// Who recorded it.
    pub by: OfficerItem,
    /// When he did, RFC 3339.
    pub at: String,
    /// Who confirmed it.
    pub confirmed_by: Option<OfficerItem>,
    /// When he did, RFC 3339: from then on the acknowledgement is suspended, where it says so.
    pub confirmed_at: Option<String>,
    /// Who refused it, or took it back.
    pub refused_by: Option<OfficerItem>,
    /// When he did, RFC 3339.
    pub refused_at: Option<String>,
}

/// That the demand for an acknowledgement is suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SuspensionItem {
    /// The programme.
    pub programme: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// Until when, RFC 3339; `null` while nobody said that the outage is over.
    pub until: Option<String>,
}

/// The id of a notice: its programme, and its place among the notices of that, from 1.
pub fn outage_id(programme: &ProgrammeId, place: usize) -> String {
    format!("{programme}.{place}")
}

/// What [`outage_id`] told; `None` where the text is no id.
pub fn parse_outage_id(text: &str) -> Option<(ProgrammeId, usize)> {
    let (programme, place) = text.rsplit_once('.')?;
    Some((ProgrammeId::new(programme), place.parse().ok()?))
}

impl OutageItem {
    /// Of a notice at a place of its programme.
    pub fn new(
        programme: &ProgrammeId,
        place: usize,
        notice: &Noticed,
        standing: NoticeStanding,
        suspensions: &[Suspension],
    ) -> Self {
        let person = |said: &Option<(consignment::fact::Person, Timestamp)>| {
            let (by, at) = said.as_ref().map(|(by, at)| (OfficerItem::from(by), at.to_string())).unzip();
            (by, at)
        };
        let ((confirmed_by, confirmed_at), (refused_by, refused_at)) =
            (person(&notice.confirmed), person(&notice.refused));
        // A suspension begins when its notice is confirmed.
        let begins = notice.confirmed.as_ref().map(|(_, at)| *at);
        let suspends = notice.says == OutageSays::Suspended;
        let suspension = suspensions.iter().find(|one| suspends && Some(one.from) == begins);
        Self {
            id: outage_id(programme, place),
            programme: programme.to_string(),
            says: notice.says.as_str(),
            state: standing.as_str(),
            number: notice.id.to_string(),
            evidence: notice.evidence.clone(),
            sender: notice.sender.clone(),
            since: notice.said_at.to_string(),
            until: suspension.and_then(|one| one.until).map(|at| at.to_string()),
            by: OfficerItem::from(&notice.by),
            at: notice.at.to_string(),
            confirmed_by,
            confirmed_at,
            refused_by,
            refused_at,
        }
    }
}
