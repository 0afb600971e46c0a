//! People of a node, whoever is signed in, and passkeys.

use casework::people::Member;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of people.
pub const PEOPLE_SCHEMA: &str = "loadgate-people/1";
/// Name of the schema of whoever asks.
pub const SESSION_SCHEMA: &str = "loadgate-session/1";
/// Name of the schema of passkeys.
pub const PASSKEYS_SCHEMA: &str = "loadgate-passkeys/1";
/// Name of the schema of a link that was given.
pub const LINK_SCHEMA: &str = "loadgate-link/1";

/// People that whoever asks may see.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PeopleReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// By organisation, in the order in which they were invited.
    pub people: Vec<PersonItem>,
}

/// A person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PersonItem {
    /// His id, by which acts name him.
    pub id: String,
    /// For whom he acts.
    pub organisation: String,
    /// His name.
    pub name: String,
    /// What he does.
    pub roles: Vec<String>,
    /// invited (he has nothing to sign in by yet), active or removed.
    pub state: &'static str,
    /// When he was invited.
    pub invited_at: String,
    /// Until when the link may be used that he was given.
    pub link_until: Option<String>,
    /// How many passkeys he has.
    pub passkeys: usize,
    /// Whether he signs in at a provider of his organisation.
    pub provider: bool,
    /// When he was removed.
    pub removed_at: Option<String>,
}

impl From<&Member> for PersonItem {
    fn from(member: &Member) -> Self {
        let state = match (member.is_there(), member.can_sign_in()) {
            (false, _) => "removed",
            (true, true) => "active",
            (true, false) => "invited",
        };
        Self {
            id: member.id.to_string(),
            organisation: member.organisation.to_string(),
            name: member.name.clone(),
            roles: member.roles.iter().map(|role| role.as_str().to_owned()).collect(),
            state,
            invited_at: member.invited_at.to_string(),
            link_until: member.link.as_ref().map(|link| link.until.to_string()),
            passkeys: member.passkeys.len(),
            provider: !member.accounts.is_empty(),
            removed_at: member.removed_at.map(|at| at.to_string()),
        }
    }
}

/// A link that was given to a person. It is told once and kept nowhere.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LinkReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// To whom, by his id.
    pub person: String,
    /// The link. Give it to him alone, by a way that proves who he is.
    pub link: String,
    /// When it expires.
    pub until: String,
}

/// Whoever asks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// For which organisation.
    pub organisation: String,
    /// The name of the token or certificate, of a machine.
    pub token: Option<String>,
    /// Who, where a person is signed in.
    pub person: Option<PersonItem>,
    /// Until when he stays signed in, if he is not idle for too long before.
    pub until: Option<String>,
    /// Until when his last proof by passkey is good for what needs one; in the past where it is too old.
    pub proof_until: Option<String>,
    /// What he may do, as policies name it.
    pub may: Vec<&'static str>,
}

/// Passkeys of whoever asks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PasskeysReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The oldest first.
    pub passkeys: Vec<PasskeyItem>,
}

/// A passkey.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PasskeyItem {
    /// Its id here.
    pub id: String,
    /// What its owner calls it.
    pub label: String,
    /// When it was registered.
    pub added_at: String,
    /// When it was last used.
    pub used_at: Option<String>,
}

/// The passkeys of a person; `used` tells when one was last used.
pub fn passkeys(member: &Member, used: impl Fn(&str) -> Option<Timestamp>) -> PasskeysReply {
    let item = |(passkey, at): &(casework::people::Passkey, Timestamp)| PasskeyItem {
        id: passkey.id.to_string(),
        label: passkey.label.clone(),
        added_at: at.to_string(),
        used_at: used(&passkey.id).map(|at| at.to_string()),
    };
    PasskeysReply { schema: PASSKEYS_SCHEMA, passkeys: member.passkeys.iter().map(item).collect() }
}

/// What an invitation is for, as told to whoever has its link.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InvitationReply {
    /// For which organisation; where it is the first administrator's, the one that runs the node.
    pub organisation: String,
    /// The name under which somebody was invited; empty for the first administrator, who says his own.
    pub name: String,
    /// Whether it makes the first administrator.
    pub first: bool,
    /// Whether the organisation lets its people sign in at a provider instead.
    pub provider: bool,
}
