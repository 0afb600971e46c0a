//! The document of `story`: what each step came to, and where it differs from what was expected.

use crate::document::Entry;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.story/1";

/// The whole document: one entry for each story, in the order they were named.
pub type Document = Vec<Entry<PlayedFile>>;

/// A story as it was played.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlayedFile {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The file as it was named.
    pub file: String,
    /// The story.
    #[serde(flatten)]
    pub story: StoryItem,
}

/// A story.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StoryItem {
    /// Its title.
    pub title: String,
    /// Whether everything was as expected.
    pub passed: bool,
    /// How many expectations there are.
    pub expectations: u64,
    /// How many of them, and of what came in unexpectedly refused, differ.
    pub differences: u64,
    /// The steps, in order.
    pub steps: Vec<StepItem>,
}

/// A step.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepItem {
    /// Line of the story it stands on.
    pub line: u32,
    /// When, RFC 3339.
    pub at: String,
    /// What, in the words of the story.
    pub note: String,
    /// What came in: the formats of messages, the types of facts.
    pub came_in: Vec<String>,
    /// Whether everything was as expected.
    pub passed: bool,
    /// What differs of the step itself.
    pub differences: Vec<DifferenceItem>,
    /// What was refused of it.
    pub refused: Vec<RefusalItem>,
    /// What of it was taken in and changed nothing, and why.
    pub remarks: Vec<RefusalItem>,
    /// The expectations, in order.
    pub expectations: Vec<ExpectationItem>,
}

/// A lawful no, or a remark.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefusalItem {
    /// Its code.
    pub code: String,
    /// Why, in words.
    pub message: String,
}

/// An expectation and what it was held against.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExpectationItem {
    /// Line of the story it stands on.
    pub line: u32,
    /// The question in words; empty where none is asked.
    pub question: String,
    /// Whether everything was as expected.
    pub passed: bool,
    /// What differs.
    pub differences: Vec<DifferenceItem>,
    /// The gate's answer, where it was asked.
    pub answer: Option<AnswerItem>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DifferenceItem {
    /// The field of the expectation.
    pub field: String,
    /// What it says.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// The gate's answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerItem {
    /// `load` or `hold`.
    pub decision: String,
    /// Until when "load" holds, RFC 3339.
    pub valid_until: Option<String>,
    /// The reasons, those that hold first.
    pub reasons: Vec<ReasonItem>,
    /// What waits because of what holds, in words.
    pub reach: Option<String>,
}

/// A reason of the answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReasonItem {
    /// Its code.
    pub code: String,
    /// Whether the goods are held while it stands.
    pub holds: bool,
    /// The programme it belongs to.
    pub programme: Option<String>,
    /// The object it is about.
    pub object: String,
    /// Whose turn it is.
    pub who_acts: String,
    /// Of a referral: until when an answer is expected, RFC 3339; left out where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_at: Option<String>,
    /// Of a referral: methods of screening that its authority recommends; left out where it names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// In words.
    pub message: String,
    /// Where the object is, where that is known.
    pub place: Option<String>,
}
