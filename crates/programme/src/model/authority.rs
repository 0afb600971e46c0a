//! The authority behind a programme.

use super::Mode;

/// What kind of authority runs a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthorityKind {
    /// A customs authority.
    Customs,
    /// An aviation security authority.
    AviationSecurity,
    /// An authority of the interior, which is neither.
    Interior,
}

impl AuthorityKind {
    /// Every kind, in the order of the type.
    pub const ALL: &[AuthorityKind] = &[Self::Customs, Self::AviationSecurity, Self::Interior];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customs => "customs",
            Self::AviationSecurity => "aviation-security",
            Self::Interior => "interior",
        }
    }
}

/// The authority behind a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its name, for people.
    pub name: String,
    /// Its kind.
    pub kind: AuthorityKind,
    /// How the programme runs on a node that says nothing of it.
    pub default_mode: Mode,
    /// How it is reached, as far as it publishes that.
    pub contacts: Vec<Contact>,
}

/// One way to reach an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What it is for.
    pub purpose: String,
    /// Mail address.
    pub mail: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// When somebody answers, for people.
    pub hours: String,
    /// Whether answers to referrals and mail of the authority come by it.
    pub referrals: bool,
    /// Where it is published.
    pub reference: String,
}
