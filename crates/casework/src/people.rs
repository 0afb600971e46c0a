//! People: who may sign in for an organisation, by what, and who admits them.
//!
//! A person belongs to one organisation and is known by an id that the node gave him; names are for people to read and tell
//! nobody apart. Whoever admits people never manages himself and has no other role, since he could else be both of two
//! people where two are required.

use crate::Refusal;
use consignment::fact::Person;
use finding::{Phrase, codes};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most people of one organisation.
pub const PEOPLE_MAX: usize = 1_000;

/// Most passkeys of one person.
pub const PASSKEYS_MAX: usize = 10;

macro_rules! roles {
    ($($(#[doc = $what:literal])* $name:ident = $id:literal;)*) => {
        /// What a person does for his organisation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[doc = $what])* $name,)* }

        impl Role {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in policies and documents.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }
        }
    };
}

roles! {
    /// Decides on referrals of a programme.
    TargetingOfficer = "targeting-officer";
    /// Stands duty, and reviews what officers decide.
    DutySupervisor = "duty-supervisor";
    /// Writes rules.
    RuleAuthor = "rule-author";
    /// Approves rules that others wrote.
    RuleApprover = "rule-approver";
    /// Tells what the authority said elsewhere.
    AuthorityRelay = "authority-relay";
    /// Places and lifts holds of another agency.
    OtherAgency = "other-agency";
    /// Asks for a carrier whether goods may be loaded.
    LoadingDesk = "loading-desk";
    /// Handles goods for carriers who gave a mandate.
    Handler = "handler";
    /// Files.
    Filer = "filer";
    /// Files for a post.
    PostalOperator = "postal-operator";
    /// Screens goods.
    Screener = "screener";
    /// Looks after approvals.
    RegistryInspector = "registry-inspector";
    /// Sees everything and changes nothing.
    Auditor = "auditor";
    /// Opens rooms for training.
    Trainer = "trainer";
    /// Admits people of his organisation; where that runs the node, of every organisation.
    Administrator = "administrator";
}

impl Role {
    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == text)
    }
}

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Hash of the credential's id, in hexadecimal digits.
    pub id: Arc<str>,
    /// What its owner calls it.
    pub label: String,
    /// The credential in the form of whoever checks it: its id and public key, nothing secret.
    pub credential: String,
}

/// An account at a provider of OpenID Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Hash over both, in hexadecimal digits.
    pub id: Arc<str>,
    /// The provider.
    pub issuer: String,
    /// Who, by the name that the provider never gives to another.
    pub subject: String,
}

/// What happened to a person. `person` is his id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody invited him.
    Invited {
        /// Whom.
        person: Arc<str>,
        /// For which organisation.
        organisation: Arc<str>,
        /// His name, for people to read.
        name: String,
        /// What he does.
        roles: Vec<Role>,
        /// Who invited him.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// Somebody gave him a link by which he registers a passkey or an account, once. What he signed in by until then ends.
    LinkGiven {
        /// Whom.
        person: Arc<str>,
        /// Hash of the link.
        link: Arc<str>,
        /// When it expires.
        until: Timestamp,
        /// Who gave it.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// Somebody changed what he does.
    RolesSet {
        /// Whose.
        person: Arc<str>,
        /// To what.
        roles: Vec<Role>,
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// He registered a passkey.
    PasskeyAdded {
        /// Who.
        person: Arc<str>,
        /// Which.
        passkey: Passkey,
        /// When.
        at: Timestamp,
    },
    /// A passkey of his was removed.
    PasskeyRemoved {
        /// Whose.
        person: Arc<str>,
        /// Which, by its id.
        passkey: Arc<str>,
        /// Who removed it.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// He bound an account at a provider.
    AccountBound {
        /// Who.
        person: Arc<str>,
        /// Which.
        account: Account,
        /// When.
        at: Timestamp,
    },
    /// Somebody removed him; he never comes back under this id.
    Removed {
        /// Whom.
        person: Arc<str>,
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
}

impl Event {
    /// Whom it is about.
    pub fn person(&self) -> &Arc<str> {
        match self {
            Self::Invited { person, .. }
            | Self::LinkGiven { person, .. }
            | Self::RolesSet { person, .. }
            | Self::PasskeyAdded { person, .. }
            | Self::PasskeyRemoved { person, .. }
            | Self::AccountBound { person, .. }
            | Self::Removed { person, .. } => person,
        }
    }
}

/// A link that was given and not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its hash.
    pub hash: Arc<str>,
    /// When it expires.
    pub until: Timestamp,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// His id.
    pub id: Arc<str>,
    /// For whom he acts.
    pub organisation: Arc<str>,
    /// His name.
    pub name: String,
    /// What he does.
    pub roles: BTreeSet<Role>,
    /// When he was invited.
    pub invited_at: Timestamp,
    /// The link he may still use.
    pub link: Option<Link>,
    /// His passkeys, the oldest first, each with when it was registered.
    pub passkeys: Vec<(Passkey, Timestamp)>,
    /// His accounts at providers.
    pub accounts: Vec<Account>,
    /// When he was removed.
    pub removed_at: Option<Timestamp>,
}

impl Member {
    /// The person of a stream, where its first event invites one.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Self> {
        events.into_iter().fold(None, |member, event| match (member, event) {
            (None, Event::Invited { person, organisation, name, roles, by: _, at }) => Some(Self {
                id: Arc::clone(person),
                organisation: Arc::clone(organisation),
                name: name.clone(),
                roles: roles.iter().copied().collect(),
                invited_at: *at,
                link: None,
                passkeys: Vec::new(),
                accounts: Vec::new(),
                removed_at: None,
            }),
            (None, _) => None,
            (Some(member), event) => Some(member.evolve(event)),
        })
    }

    fn evolve(mut self, event: &Event) -> Self {
        match event {
            Event::Invited { .. } => {}
            Event::LinkGiven { link, until, .. } => {
                self.link = Some(Link { hash: Arc::clone(link), until: *until });
                self.passkeys.clear();
                self.accounts.clear();
            }
            Event::RolesSet { roles, .. } => self.roles = roles.iter().copied().collect(),
            Event::PasskeyAdded { passkey, at, .. } => {
                self.link = None;
                self.passkeys.push((passkey.clone(), *at));
            }
            Event::PasskeyRemoved { passkey, .. } => self.passkeys.retain(|(known, _)| known.id != *passkey),
            Event::AccountBound { account, .. } => {
                self.link = None;
                self.accounts.push(account.clone());
            }
            Event::Removed { at, .. } => {
                self.link = None;
                self.passkeys.clear();
                self.accounts.clear();
                self.removed_at = Some(*at);
            }
        }
        self
    }

    /// Whether he is there: invited, and not removed.
    pub fn is_there(&self) -> bool {
        self.removed_at.is_none()
    }

    /// Whether he has something to sign in by.
    pub fn can_sign_in(&self) -> bool {
        self.is_there() && !(self.passkeys.is_empty() && self.accounts.is_empty())
    }

    /// Who he is in facts and acts: told apart from everybody else by his id.
    pub fn person(&self) -> Person {
        Person { id: Arc::clone(&self.id), organisation: Arc::clone(&self.organisation) }
    }
}

/// By what somebody may do something about people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// He admits people of every organisation.
    Node,
    /// He admits people of this organisation.
    Organisation(Arc<str>),
    /// He sees to his own passkeys.
    Own,
    /// He has the link of this hash.
    Link(Arc<str>),
    /// He has the link that a node without an administrator told at its start.
    FirstStart,
}

/// Who does something about people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub person: Person,
    /// By what.
    pub reach: Reach,
}

/// Something done about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Invite somebody.
    Invite {
        /// For which organisation.
        organisation: Arc<str>,
        /// His name.
        name: String,
        /// What he will do.
        roles: BTreeSet<Role>,
        /// Hash of the link he gets; `None` where he has registered a passkey already, at the first start.
        link: Option<Link>,
    },
    /// Give him a new link: his passkeys are lost.
    GiveLink {
        /// Its hash and end.
        link: Link,
    },
    /// Change what he does.
    SetRoles {
        /// To what.
        roles: BTreeSet<Role>,
    },
    /// Remove him.
    Remove,
    /// He registers a passkey.
    AddPasskey {
        /// Which.
        passkey: Passkey,
    },
    /// Remove one of his passkeys.
    RemovePasskey {
        /// Which, by its id.
        passkey: Arc<str>,
    },
    /// He binds an account.
    BindAccount {
        /// Which.
        account: Account,
    },
}

/// Decides on an act about the person of this id, who is `member` so far. `offered` are the roles that people of his
/// organisation can have.
///
/// # Errors
/// A refusal where the author may not, or the act does not fit.
pub fn decide(
    member: Option<&Member>,
    id: &Arc<str>,
    act: Act,
    author: &Author,
    offered: &BTreeSet<Role>,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let (person, by, at) = (Arc::clone(id), author.person.clone(), now);
    if let Act::Invite { organisation, name, roles, link } = act {
        let may = match &author.reach {
            Reach::Node | Reach::FirstStart => true,
            Reach::Organisation(own) => *own == organisation,
            Reach::Own | Reach::Link(_) => false,
        };
        if member.is_some() || !may {
            return Err(unknown());
        }
        let roles = fitting(roles, offered)?;
        let given = link.map(|link| Event::LinkGiven {
            person: Arc::clone(&person),
            link: link.hash,
            until: link.until,
            by: by.clone(),
            at,
        });
        let invited = Event::Invited { person, organisation, name, roles, by, at };
        return Ok(std::iter::once(invited).chain(given).collect());
    }
    let member = member.filter(|member| member.is_there()).ok_or_else(unknown)?;
    let manages = || match &author.reach {
        _ if author.person.is(&member.person()) => Err(Refusal(Phrase::new(codes::people::OWN_PERSON))),
        Reach::Node => Ok(()),
        Reach::Organisation(own) if *own == member.organisation => Ok(()),
        _ => Err(unknown()),
    };
    let own = author.reach == Reach::Own && author.person.is(&member.person());
    // Whoever has the link of a person is that person, once.
    let by_link = || match &author.reach {
        Reach::Link(hash) => {
            let link = member.link.as_ref().filter(|link| link.hash == *hash && now < link.until);
            link.map(|_| ()).ok_or_else(|| Refusal(Phrase::new(codes::people::LINK_SPENT)))
        }
        _ => Err(unknown()),
    };
    Ok(match act {
        Act::Invite { .. } => Vec::new(),
        Act::GiveLink { link } => {
            manages()?;
            vec![Event::LinkGiven { person, link: link.hash, until: link.until, by, at }]
        }
        Act::SetRoles { roles } => {
            manages()?;
            let roles = fitting(roles, offered)?;
            match roles.iter().copied().collect::<BTreeSet<_>>() == member.roles {
                true => Vec::new(),
                false => vec![Event::RolesSet { person, roles, by, at }],
            }
        }
        Act::Remove => {
            manages()?;
            vec![Event::Removed { person, by, at }]
        }
        Act::AddPasskey { passkey } => {
            if !own && author.reach != Reach::FirstStart {
                by_link()?;
            }
            if member.passkeys.iter().any(|(known, _)| known.id == passkey.id) {
                return Err(Refusal(Phrase::new(codes::people::PASSKEY_KNOWN)));
            }
            if member.passkeys.len() >= PASSKEYS_MAX {
                let phrase = Phrase::new(codes::people::TOO_MANY_PASSKEYS);
                return Err(Refusal(phrase.with("limit", PASSKEYS_MAX.to_string())));
            }
            vec![Event::PasskeyAdded { person, passkey, at }]
        }
        Act::RemovePasskey { passkey } => {
            if !own {
                manages()?;
            }
            if !member.passkeys.iter().any(|(known, _)| known.id == passkey) {
                return Err(Refusal(Phrase::new(codes::people::PASSKEY_UNKNOWN)));
            }
            if own && member.passkeys.len() == 1 {
                return Err(Refusal(Phrase::new(codes::people::PASSKEY_LAST)));
            }
            vec![Event::PasskeyRemoved { person, passkey, by, at }]
        }
        Act::BindAccount { account } => {
            by_link()?;
            vec![Event::AccountBound { person, account, at }]
        }
    })
}

fn unknown() -> Refusal {
    Refusal(Phrase::new(codes::people::PERSON_UNKNOWN))
}

/// Roles in order, where an organisation can give them together.
fn fitting(roles: BTreeSet<Role>, offered: &BTreeSet<Role>) -> Result<Vec<Role>, Refusal> {
    if roles.is_empty() {
        return Err(Refusal(Phrase::new(codes::people::ROLE_MISSING)));
    }
    if let Some(role) = roles.iter().find(|role| !offered.contains(role)) {
        return Err(Refusal(Phrase::new(codes::people::ROLE_NOT_OFFERED).with("role", role.as_str())));
    }
    if roles.contains(&Role::Administrator) && roles.len() > 1 {
        return Err(Refusal(Phrase::new(codes::people::ROLES_APART)));
    }
    Ok(roles.into_iter().collect())
}
