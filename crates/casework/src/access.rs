//! Who read what concerns others: written down before he is told, so that a reading that nobody should have made can be
//! found.

use consignment::fact::Person;
use jiff::Timestamp;

/// A reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who read: by which token or certificate, of which organisation.
    pub by: Person,
    /// What he asked for, as he asked: the method and the target of a request.
    pub what: String,
    /// Names he asked about, where the request holds more than its target.
    pub names: Vec<String>,
    /// When.
    pub at: Timestamp,
}
