//! What an organisation is told: its inbox, as it is read and pushed.

use consignment::fact::ObjectName;
use engine::{AboutReferral, Notice};
use finding::Language;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name of the document's schema.
pub const NOTICES_SCHEMA: &str = "loadgate-notices/1";

/// Notices of an inbox, in order.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NoticesReply {
    /// Name of the document's schema.
    pub schema: String,
    /// The notices behind the place that was asked for.
    pub notices: Vec<NoticeItem>,
    /// The place to ask from next.
    pub next: u64,
    /// The last place of the inbox.
    pub last: u64,
    /// Up to which place the organisation said that it has read.
    pub seen: u64,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeItem {
    /// Its place in the inbox, from 1, without gaps.
    pub place: u64,
    /// When it was put there, RFC 3339.
    pub at: String,
    /// For whom it is, such as `carrier`, `duty desk`, `authority of us-acas`, or the name of an organisation. Where the
    /// organisation is none of these, it has the notice because nobody else is there to have it, or as a copy.
    pub to: String,
    /// Of what, such as `referral_opened`; `unreadable` where the notice is damaged.
    pub kind: String,
    /// About what: an object as in `loadgate-facts/1`; `null` where it is about all goods.
    pub about: Value,
    /// The programme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    /// The referral, where it tells of one being opened, or of an answer that is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<NoticeReferral>,
    /// Words for the addressee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Designators of the carriers whose flights it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carriers: Vec<String>,
    /// The answer of the gate that it takes back: its recall is acknowledged at `/v1/answers/{answer}/acknowledgement`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// What a notice tells of a referral.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeReferral {
    /// The reference by which it is answered.
    pub id: String,
    /// `RFI`, `RFS` or `DNL`.
    pub kind: String,
    /// Whether the addressee must answer; whoever need not has a copy.
    pub to_answer: bool,
    /// Until when an answer is expected, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<String>,
    /// Methods of screening that the authority recommends, such as `ETD`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
}

impl NoticeItem {
    /// A notice at its place; `Err` says why it cannot be read.
    pub fn new(place: u64, at: Timestamp, notice: Result<&Notice, String>) -> Self {
        let empty = Self {
            place,
            at: at.to_string(),
            to: String::new(),
            kind: "unreadable".to_owned(),
            about: Value::Null,
            programme: None,
            referral: None,
            text: None,
            carriers: Vec::new(),
            answer: None,
        };
        let Notice { to, kind, about, programme, text, referral, carriers, answer } = match notice {
            Ok(notice) => notice,
            Err(why) => return Self { text: Some(why), ..empty },
        };
        Self {
            to: to.to_string(),
            kind: kind.as_str().to_owned(),
            about: object(about),
            programme: programme.as_ref().map(ToString::to_string),
            referral: referral.as_ref().map(NoticeReferral::from),
            text: text.as_ref().map(|text| text.text(Language::English)),
            carriers: carriers.iter().map(ToString::to_string).collect(),
            answer: answer.as_ref().map(ToString::to_string),
            ..empty
        }
    }
}

impl From<&AboutReferral> for NoticeReferral {
    fn from(about: &AboutReferral) -> Self {
        let AboutReferral { kind, reference, to_answer, deadline, methods } = about;
        Self {
            id: reference.to_string(),
            kind: kind.as_str().to_owned(),
            to_answer: *to_answer,
            deadline_at: deadline.map(|at| at.to_string()),
            methods: methods.iter().map(|method| method.code().to_owned()).collect(),
        }
    }
}

/// An object in the form of facts; nothing for goods without any number.
fn object(about: &ObjectName) -> Value {
    match about {
        ObjectName::Consignment(key) if key.master.is_none() && key.house.is_none() => Value::Null,
        // The form of facts is JSON.
        _ => serde_json::from_str(&formats::facts::write_object(about).to_string()).unwrap_or(Value::Null),
    }
}
