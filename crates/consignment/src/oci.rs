//! Other customs, security and regulatory information: the ordered list both wires carry.

/// One `OCI` line or `IncludedCustomsNote`, as sent. Order carries meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct OciLine {
    /// ISO country as written; empty where the line leaves it out.
    pub country: String,
    /// Information identifier (`ISS`, `CUS`, `EXP`); empty where left out.
    pub information: String,
    /// Control identifier (`RA`, `ED`, `SM`); empty where left out.
    pub control: String,
    /// The supplementary text.
    pub text: String,
    /// Line in the input, from 1.
    pub line: u32,
    /// Column of the supplementary text, from 1.
    pub column: u32,
}
