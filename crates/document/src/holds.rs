//! Holds of agencies.

use crate::value::{goods_id, parse_goods_id};
use casework::decision::Standing;
use casework::holds::{HoldSeen, Release};
use casework::view::UNNAMED;
use consignment::ConsignmentKey;
use consignment::fact::Person;
use finding::Language;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of holds.
pub const HOLDS_SCHEMA: &str = "loadgate-holds/1";

/// Holds, in order of the goods.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HoldsReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Those that whoever asks may see.
    pub holds: Vec<HoldItem>,
    /// What to ask for as `after` to go on; `null` at the end.
    pub next: Option<String>,
    /// Whether more goods may be held than were looked at: then these are not all.
    pub beyond: bool,
}

/// A hold of an agency on goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HoldItem {
    /// Its id; `null` for whoever is told only that goods are held.
    pub id: Option<String>,
    /// Air waybill; `null` for a house whose master nobody told.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// `open` or `lifted`.
    pub state: &'static str,
    /// Who holds, and alone lifts; `another agency` for whoever is not told which.
    pub agency: String,
    /// `ordered` by an officer, `name-hit` of a list of sanctions, or `the-same` as officers found; `null` where its cause is not
    /// told.
    pub kind: Option<&'static str>,
    /// Why, in words, where that is told.
    pub reason: Option<String>,
    /// Since when, RFC 3339.
    pub since: Option<String>,
    /// When it was lifted, RFC 3339.
    pub lifted_at: Option<String>,
    /// Who ordered it, where that is told.
    pub by: Option<OfficerItem>,
    /// When somebody higher looks at it again, RFC 3339: it never ends by time.
    pub review_at: Option<String>,
    /// What was last said of releasing it, where its cause is told.
    pub release: Option<ReleaseItem>,
}

/// An officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OfficerItem {
    /// By what he is known.
    pub id: String,
    /// For whom he acts.
    pub organisation: String,
}

/// What was said of releasing what an agency holds on goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReleaseItem {
    /// The number of the act, by which another officer confirms or refuses it.
    pub proposal: String,
    /// Who proposed it.
    pub by: OfficerItem,
    /// When, RFC 3339.
    pub at: String,
    /// `proposed`, `to-review` (one did it alone), `confirmed`, `reviewed`, `refused`, or `overruled` by the reviewer.
    pub standing: &'static str,
}

/// The id of a hold: its goods, and its number among those on them.
pub fn hold_id(goods: &ConsignmentKey, number: u32) -> String {
    format!("{}.{number}", goods_id(goods))
}

/// What [`hold_id`] told; `None` where the text is no id.
pub fn parse_hold_id(text: &str) -> Option<(ConsignmentKey, u32)> {
    let (goods, number) = text.rsplit_once('.')?;
    Some((parse_goods_id(goods)?, number.parse().ok()?))
}

impl From<&Person> for OfficerItem {
    fn from(person: &Person) -> Self {
        Self { id: person.id.to_string(), organisation: person.organisation.to_string() }
    }
}

impl From<&Release> for ReleaseItem {
    fn from(release: &Release) -> Self {
        Self {
            proposal: release.proposal.to_string(),
            by: OfficerItem::from(&release.by),
            at: release.at.to_string(),
            standing: match release.standing {
                Standing::Proposed(_) => "proposed",
                Standing::ToReview(_) => "to-review",
                Standing::Done | Standing::Confirmed(_) => "confirmed",
                Standing::Reviewed(_) => "reviewed",
                Standing::Declined(_) => "refused",
                Standing::Overruled(_) => "overruled",
            },
        }
    }
}

impl From<&HoldSeen> for HoldItem {
    fn from(hold: &HoldSeen) -> Self {
        Self {
            id: hold.number.map(|number| hold_id(&hold.goods, number)),
            master: hold.goods.master.map(|master| master.to_string()),
            house: hold.goods.house.as_ref().map(ToString::to_string),
            state: if hold.is_open() { "open" } else { "lifted" },
            agency: hold.agency.as_deref().unwrap_or(UNNAMED).to_owned(),
            kind: hold.kind.map(casework::holds::HoldKind::as_str),
            reason: hold.cause.as_ref().map(|cause| cause.text(Language::English)),
            since: hold.since.map(|at| at.to_string()),
            lifted_at: hold.lifted_at.map(|at| at.to_string()),
            by: hold.by.as_ref().map(OfficerItem::from),
            review_at: hold.review_at.map(|at| at.to_string()),
            release: hold.release.as_ref().map(ReleaseItem::from),
        }
    }
}
