//! Goods lines of a transport document.

use crate::ident::{Country, HsCode};
use crate::measure::{Volume, Weight};

/// One description of goods with what was stated of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct GoodsLine {
    /// The description; slices of the wire are joined.
    pub description: String,
    /// Commodity codes.
    pub hs: Vec<HsCode>,
    /// Pieces of this line, if stated.
    pub pieces: Option<u32>,
    /// Gross weight of this line, if stated.
    pub weight: Option<Weight>,
    /// Volume of this line, if stated.
    pub volume: Option<Volume>,
    /// Country of origin of the goods, if stated.
    pub origin: Option<Country>,
    /// Dimensions, as written.
    pub dimensions: Vec<String>,
}
