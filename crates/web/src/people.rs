//! People: who signs in, by what, and what a session proves.
//!
//! What happens to people is written by the engine as everything else is; what only a browser has (sessions, ceremonies
//! under way) is kept beside it, as hashes. A person may what his roles allow, and in matters of goods no more than his
//! organisation.

pub mod ceremony;
pub mod provider;
pub mod session;

use crate::config::People;
use crate::identity::{Organisation, Role};
use crate::node::Node;
use crate::problem::{self, Problem};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casework::people::{Act, Author, Link, Member, Reach};
use consignment::fact::Person;
use engine::{Clock as _, Command, PersonBy, Reply};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use store::people::{Shown, Ticket};
use store::writer::Lane;
use store::{postgres, sqlite};
use webauthn_rs::prelude::{Url, Uuid};
use webauthn_rs::{Webauthn, WebauthnBuilder};

pub use casework::people::Role as PersonRole;

/// What people sign in at: the name that their browsers show.
const NAME: &str = "Loadgate";

/// Start of the ids of people: no machine speaks under one.
const PERSON: &str = "p-";

/// Random bytes of what a browser or a link shows.
const SECRET_BYTES: usize = 32;

/// For what the ticket of the first administrator's link is.
const FIRST: &str = "first administrator";

/// How people sign in at a node.
#[derive(Debug)]
pub struct SignIn {
    /// The settings.
    pub settings: People,
    /// Where their browsers find it.
    pub origin: Url,
    webauthn: Webauthn,
}

impl SignIn {
    /// At a node whose people find it there.
    ///
    /// # Errors
    /// Where no passkeys can belong to the origin.
    pub fn new(settings: People, origin: Url) -> Result<Self, String> {
        let domain = origin.domain().unwrap_or_default().to_owned();
        let relying_party = settings.relying_party.clone().unwrap_or(domain);
        let build = || WebauthnBuilder::new(&relying_party, &origin)?.rp_name(NAME).build();
        let webauthn = build().map_err(|why| format!("people.origin: {origin}: {why}"))?;
        Ok(Self { settings, origin, webauthn })
    }

    /// Whether cookies travel under TLS alone.
    pub fn is_secure(&self) -> bool {
        self.origin.scheme() == "https"
    }

    /// A page of the node, as people find it.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.origin.origin().ascii_serialization())
    }
}

/// The roles that people of an organisation can have.
pub fn offered(organisation: &Organisation) -> BTreeSet<PersonRole> {
    use casework::decision::Desk;
    let own: &[PersonRole] = match &organisation.role {
        Role::Filer => &[PersonRole::Filer, PersonRole::PostalOperator],
        Role::Carrier(_) => &[PersonRole::LoadingDesk, PersonRole::Filer],
        Role::Handler => &[PersonRole::Handler, PersonRole::Filer],
        Role::Officer(Desk::Agency(_)) => &[PersonRole::OtherAgency, PersonRole::DutySupervisor],
        Role::Officer(_) => &[
            PersonRole::TargetingOfficer,
            PersonRole::DutySupervisor,
            PersonRole::RuleAuthor,
            PersonRole::RuleApprover,
        ],
        Role::Authority(_) => &[PersonRole::AuthorityRelay],
        Role::Registry => &[PersonRole::Screener, PersonRole::RegistryInspector],
        Role::Auditor => &[PersonRole::Auditor],
        Role::Trainer => &[PersonRole::Trainer],
        Role::Administrator => &[],
    };
    own.iter().copied().chain([PersonRole::Administrator]).collect()
}

/// What is shown once: a secret that nobody guesses, and its hash.
pub(crate) fn secret() -> Result<(String, Shown), Problem> {
    let mut bytes = [0; SECRET_BYTES];
    rand::fill(&mut bytes).map_err(|_| Problem::plain(problem::FAILED))?;
    let text = URL_SAFE_NO_PAD.encode(bytes);
    let shown = shown(&text);
    Ok((text, shown))
}

/// The hash of what somebody shows.
pub(crate) fn shown(text: &str) -> Shown {
    Sha256::digest(text.as_bytes()).into()
}

/// A hash as the engine keeps it.
pub(crate) fn hex(bytes: &[u8]) -> Arc<str> {
    let text = bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    text.into()
}

/// The id of the person whose passkeys carry this handle.
fn id_of(handle: &Uuid) -> Arc<str> {
    format!("{PERSON}{}", handle.simple()).into()
}

/// The handle that the passkeys of a person carry.
fn handle_of(id: &str) -> Result<Uuid, Problem> {
    let handle = id.strip_prefix(PERSON).and_then(|handle| Uuid::parse_str(handle).ok());
    handle.ok_or_else(|| Problem::plain(problem::NOT_FOUND))
}

/// Whether this is how the node names people: machines name nobody so.
pub(crate) fn is_person_id(id: &str) -> bool {
    let id = consignment::fact::without_spaces(id);
    id.strip_prefix(PERSON).is_some_and(|handle| Uuid::parse_str(handle).is_ok())
}

/// A link that was given: the secret in it, and until when it may be used.
#[derive(Debug)]
pub struct Given {
    /// Whom, by his id.
    pub person: Arc<str>,
    /// The address to open.
    pub link: String,
    /// When it expires.
    pub until: Timestamp,
}

impl Node {
    /// How people sign in here.
    ///
    /// # Errors
    /// A problem where they cannot.
    pub fn sign_in(&self) -> Result<&SignIn, Problem> {
        self.people.as_ref().ok_or_else(|| Problem::plain(problem::NO_PEOPLE))
    }

    /// An organisation by its name.
    pub fn organisation(&self, name: &str) -> Option<&Arc<Organisation>> {
        self.identity().organisation(name)
    }

    /// The organisations that run the node.
    pub fn administrations(&self) -> Vec<Arc<str>> {
        let all = self.identity().organisations().filter(|one| one.role == Role::Administrator);
        all.map(|one| Arc::clone(&one.name)).collect()
    }

    /// A person who is there, by what he shows.
    ///
    /// # Errors
    /// A problem where the node does not answer.
    pub async fn member(&self, by: PersonBy) -> Result<Option<Member>, Problem> {
        match self.read(Lane::Urgent, Command::Person { by }).await? {
            Reply::People(found) => Ok(found.into_iter().find(Member::is_there)),
            _ => Err(Problem::plain(problem::FAILED)),
        }
    }

    /// The people of organisations, those who were removed among them.
    ///
    /// # Errors
    /// A problem where the node does not answer.
    pub async fn members(&self, organisations: Vec<Arc<str>>) -> Result<Vec<Member>, Problem> {
        match self.read(Lane::Ordinary, Command::People { organisations }).await? {
            Reply::People(found) => Ok(found),
            _ => Err(Problem::plain(problem::FAILED)),
        }
    }

    /// Does something about a person, and ends what he is signed in by where that ended.
    ///
    /// # Errors
    /// A problem, or the refusal, where it is not done.
    pub async fn admit(
        self: &Arc<Self>,
        person: &Arc<str>,
        organisation: &Organisation,
        act: Act,
        author: Author,
    ) -> Result<(), Problem> {
        let ends = matches!(act, Act::Remove | Act::GiveLink { .. } | Act::RemovePasskey { .. });
        let own = author.reach == Reach::Own;
        let (id, offered) = (Arc::clone(person), offered(organisation));
        self.reply(Lane::Ordinary, Command::Admit { person: id, act, author, offered }).await?;
        // Whoever sees to his own passkeys goes on; where another does, what they opened ends.
        match ends && !own {
            true => self.sign_out_everywhere(person, None).await.map(drop),
            false => Ok(()),
        }
    }

    /// Invites somebody.
    ///
    /// # Errors
    /// A problem, or the refusal, where he is not.
    pub async fn invite(
        self: &Arc<Self>,
        organisation: &Arc<Organisation>,
        name: String,
        roles: BTreeSet<PersonRole>,
        author: Author,
    ) -> Result<Given, Problem> {
        let id = id_of(&Uuid::new_v4());
        let (link, given) = self.new_link(&id)?;
        let act = Act::Invite { organisation: Arc::clone(&organisation.name), name, roles, link: Some(link) };
        self.admit(&id, organisation, act, author).await?;
        Ok(given)
    }

    /// Gives somebody a new link; what he signed in by ends.
    ///
    /// # Errors
    /// A problem, or the refusal, where it is not given.
    pub async fn give_link(
        self: &Arc<Self>,
        member: &Member,
        organisation: &Organisation,
        author: Author,
    ) -> Result<Given, Problem> {
        let (link, given) = self.new_link(&member.id)?;
        self.admit(&member.id, organisation, Act::GiveLink { link }, author).await?;
        Ok(given)
    }

    fn new_link(&self, person: &Arc<str>) -> Result<(Link, Given), Problem> {
        let sign_in = self.sign_in()?;
        let (text, hash) = secret()?;
        let now = self.clock().now();
        let until = now.saturating_add(sign_in.settings.invitation).unwrap_or(now);
        // Behind `#`, so that it stands in no log of a server.
        let link = sign_in.page(&format!("/invitation#{text}"));
        Ok((Link { hash: hex(&hash), until }, Given { person: Arc::clone(person), link, until }))
    }

    /// The link by which the first administrator registers, where there is none yet and people can sign in. Must not be
    /// called by a task of a runtime.
    ///
    /// # Errors
    /// A problem where the node does not answer.
    pub async fn first_link(self: &Arc<Self>) -> Result<Option<(String, Timestamp)>, Problem> {
        let Ok(sign_in) = self.sign_in() else { return Ok(None) };
        if self.administrations().is_empty() || self.has_administrator().await? {
            return Ok(None);
        }
        let (text, hash) = secret()?;
        let now = self.clock().now();
        let until = now.saturating_add(sign_in.settings.first_link).unwrap_or(now);
        self.put_ticket(hash, FIRST, b"", until).await?;
        Ok(Some((sign_in.page(&format!("/invitation#{text}")), until)))
    }

    /// Whether somebody who runs the node can sign in.
    ///
    /// # Errors
    /// A problem where the node does not answer.
    pub async fn has_administrator(&self) -> Result<bool, Problem> {
        let members = self.members(self.administrations()).await?;
        Ok(members.iter().any(|one| one.can_sign_in() && one.roles.contains(&PersonRole::Administrator)))
    }

    /// Keeps what is used once.
    pub(crate) async fn put_ticket(
        self: &Arc<Self>,
        shown: Shown,
        kind: &'static str,
        body: &[u8],
        until: Timestamp,
    ) -> Result<(), Problem> {
        let (own, shared) = (body.to_vec(), body.to_vec());
        self.writing(
            move |session| sqlite::people::put(session, Ticket { shown: &shown, kind }, &own, until),
            move |session| postgres::people::put(session, Ticket { shown: &shown, kind }, &shared, until),
        )
        .await
    }

    /// Takes what is used once.
    pub(crate) async fn take_ticket(
        self: &Arc<Self>,
        shown: Shown,
        kind: &'static str,
    ) -> Result<Option<Vec<u8>>, Problem> {
        let now = self.clock().now();
        self.writing(
            move |session| sqlite::people::take(session, Ticket { shown: &shown, kind }, now),
            move |session| postgres::people::take(session, Ticket { shown: &shown, kind }, now),
        )
        .await
    }

    /// Signs a person out wherever he is, but for the browser that shows `keep`.
    ///
    /// # Errors
    /// A problem where that is not kept.
    pub(crate) async fn sign_out_everywhere(
        self: &Arc<Self>,
        person: &Arc<str>,
        keep: Option<Shown>,
    ) -> Result<usize, Problem> {
        let (own, shared) = (Arc::clone(person), Arc::clone(person));
        self.writing(
            move |session| sqlite::people::end_all(session, &own, keep.as_ref()),
            move |session| postgres::people::end_all(session, &shared, keep.as_ref()),
        )
        .await
    }

    /// Writes down what somebody did on the way in or out.
    pub(crate) async fn note_sign_in(&self, by: Person, what: String) -> Result<(), Problem> {
        let command = Command::NoteAccess { by, what, names: Vec::new() };
        self.reply(Lane::Ordinary, command).await.map(drop)
    }
}
