//! Requests for screening, and what the results known here show for each: one screening answers several.

use casework::gate::RequestCovered;
use casework::security::evidence::Cleared;
use casework::security::request::MethodShows;
use finding::Language;
use schemars::JsonSchema;
use serde::Serialize;

/// A request for screening, or a mark as high-risk that others set. Whoever asked closes it; enough results close nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScreeningRequestItem {
    /// The programme whose authority asked; `null` for a mark.
    pub programme: Option<String>,
    /// Its reference; `null` for a mark.
    pub id: Option<String>,
    /// `open` or `closed`; a mark stays open until the goods are secured as high-risk ones are.
    pub state: &'static str,
    /// Since when results count for it, RFC 3339.
    pub since: String,
    /// Fewest different methods that are wanted.
    pub methods_min: u8,
    /// Whether the results are enough to answer it.
    pub enough: bool,
    /// What each method shows, those that were recommended among them.
    pub methods: Vec<ScreenedItem>,
    /// What the results leave out, in words; some of it may be left out and the rest be enough.
    pub lacking: Vec<String>,
}

/// What one method shows for a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScreenedItem {
    /// The method, such as `ETD`.
    pub method: &'static str,
    /// Whether every piece was found clear by it.
    pub all_pieces: bool,
    /// The pieces found clear by it, where not all were and they are known.
    pub pieces: Vec<u32>,
    /// Whether the request recommended it.
    pub recommended: bool,
    /// Whether the node's registry answers for screener and machine, for every piece.
    pub vouched: bool,
}

impl From<&RequestCovered> for ScreeningRequestItem {
    fn from(request: &RequestCovered) -> Self {
        let lacking = request.covered.lacking.iter().map(|why| why.text(Language::English));
        Self {
            programme: request.programme.as_ref().map(ToString::to_string),
            id: request.reference.as_deref().map(str::to_owned),
            state: if request.open { "open" } else { "closed" },
            since: request.request.since.to_string(),
            methods_min: request.request.methods_min,
            enough: request.covered.enough,
            methods: request.covered.methods.iter().map(ScreenedItem::from).collect(),
            lacking: lacking.collect(),
        }
    }
}

impl From<&MethodShows> for ScreenedItem {
    fn from(shows: &MethodShows) -> Self {
        let pieces = match &shows.cleared {
            Cleared::All => Vec::new(),
            Cleared::Pieces(pieces) => pieces.iter().copied().collect(),
        };
        Self {
            method: shows.method.code(),
            all_pieces: shows.cleared == Cleared::All,
            pieces,
            recommended: shows.recommended,
            vouched: shows.vouched,
        }
    }
}
