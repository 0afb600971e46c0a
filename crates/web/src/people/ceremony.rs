//! The ceremonies of WebAuthn: a passkey is registered, or shown.
//!
//! Passkeys are discoverable, so that nobody types who he is, and each use verifies its owner by what the device asks for
//! (a PIN, a finger). The state of a ceremony is kept sealed until it ends, once.

use super::{FIRST, handle_of, hex, id_of, secret, shown};
use crate::node::Node;
use crate::problem::{self, Problem};
use casework::people::{Act, Author, Member, Passkey, Reach};
use document::people::InvitationReply;
use engine::{Clock as _, Command, PersonBy};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::people::Shown;
use store::writer::Lane;
use store::{postgres, sqlite};
use webauthn_rs::prelude::{
    CreationChallengeResponse, DiscoverableAuthentication, DiscoverableKey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Uuid,
};

/// For how long a ceremony may be under way.
const CEREMONY: SignedDuration = SignedDuration::from_mins(10);

/// Most letters of the label of a passkey, and of a name.
pub const LABEL_MAX: usize = 100;

const REGISTERING: &str = "registering a passkey";
const SHOWING: &str = "showing a passkey";

/// A ceremony that has begun: what the browser is to be asked, and by what the answer is known.
#[derive(Debug)]
pub struct Begun {
    /// Its id; whoever has it may end it, once.
    pub ceremony: String,
    /// For `navigator.credentials`.
    pub options: Value,
}

/// Whose passkey is being registered.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Registering {
    state: PasskeyRegistration,
    /// His id.
    person: String,
    /// The name of the first administrator.
    first: Option<String>,
    /// Hash of his link, where he comes by one.
    link: Option<String>,
}

/// A passkey that was shown.
#[derive(Debug)]
pub struct Showed {
    /// Whose it is.
    pub member: Member,
    /// What its owner calls it.
    pub label: String,
}

/// What an invitation is for.
pub(crate) enum Invitation {
    /// The first administrator's.
    First,
    /// Somebody's.
    Of(Box<Member>),
}

/// A name that people read: some letters on one line.
///
/// # Errors
/// What would do.
pub fn name(what: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= LABEL_MAX && !text.chars().any(char::is_control);
    let wrong = || {
        let why = format!("{what}: write 1 to {LABEL_MAX} letters on one line");
        Problem::new(problem::NOT_UNDERSTOOD, why)
    };
    fits.then(|| text.to_owned()).ok_or_else(wrong)
}

impl Node {
    /// What a link is for.
    pub(crate) async fn invitation(self: &Arc<Self>, link: &str) -> Result<Invitation, Problem> {
        let hash = shown(link);
        if let Some(member) = self.member(PersonBy::Link(hex(&hash))).await? {
            let now = self.clock().now();
            let usable = member.link.as_ref().is_some_and(|link| now < link.until);
            return usable.then(|| Invitation::Of(Box::new(member))).ok_or_else(spent);
        }
        match self.has_first_link(hash).await? && !self.has_administrator().await? {
            true => Ok(Invitation::First),
            false => Err(spent()),
        }
    }

    /// The same, as it is told.
    ///
    /// # Errors
    /// A problem where the link may not be used any more.
    pub async fn invitation_told(self: &Arc<Self>, link: &str) -> Result<InvitationReply, Problem> {
        Ok(match self.invitation(link).await? {
            Invitation::First => InvitationReply {
                organisation: self.administrations().first().map(ToString::to_string).unwrap_or_default(),
                name: String::new(),
                first: true,
                provider: false,
            },
            Invitation::Of(member) => InvitationReply {
                provider: self.organisation(&member.organisation).is_some_and(|one| one.provider.is_some()),
                organisation: member.organisation.to_string(),
                name: member.name,
                first: false,
            },
        })
    }

    /// Begins to register a passkey of whoever has a link. The first administrator says his name.
    ///
    /// # Errors
    /// A problem where the link may not be used any more.
    pub async fn begin_by_link(self: &Arc<Self>, link: &str, first: Option<&str>) -> Result<Begun, Problem> {
        let hash = Some(hex(&shown(link)).to_string());
        match self.invitation(link).await? {
            Invitation::First => {
                let called = name("name", first.unwrap_or_default())?;
                let handle = Uuid::new_v4();
                self.begin_registering(handle, &called.clone(), Vec::new(), (Some(called), hash)).await
            }
            Invitation::Of(member) => {
                self.begin_registering(handle_of(&member.id)?, &member.name, Vec::new(), (None, hash)).await
            }
        }
    }

    /// Begins to register another passkey of a person.
    ///
    /// # Errors
    /// A problem where it cannot begin.
    pub async fn begin_another(self: &Arc<Self>, member: &Member) -> Result<Begun, Problem> {
        let known = member.passkeys.iter().filter_map(|(passkey, _)| credential(&passkey.credential).ok());
        let known = known.map(|passkey| passkey.cred_id().clone()).collect();
        self.begin_registering(handle_of(&member.id)?, &member.name, known, (None, None)).await
    }

    async fn begin_registering(
        self: &Arc<Self>,
        handle: Uuid,
        name: &str,
        known: Vec<webauthn_rs::prelude::CredentialID>,
        (first, link): (Option<String>, Option<String>),
    ) -> Result<Begun, Problem> {
        let webauthn = &self.sign_in()?.webauthn;
        let started = webauthn.start_passkey_registration(handle, name, name, Some(known));
        let (asked, state) = started.map_err(failed)?;
        let registering = Registering { state, person: id_of(&handle).to_string(), first, link };
        self.begun(REGISTERING, &registering, discoverable(asked)?).await
    }

    async fn begun(
        self: &Arc<Self>,
        kind: &'static str,
        state: &impl Serialize,
        options: Value,
    ) -> Result<Begun, Problem> {
        let (ceremony, hash) = secret()?;
        let body = serde_json::to_vec(state).map_err(failed)?;
        let now = self.clock().now();
        self.put_ticket(hash, kind, &body, now.saturating_add(CEREMONY).unwrap_or(now)).await?;
        Ok(Begun { ceremony, options })
    }

    /// Ends a registration. Gives whose passkey it is now. `by` is who is signed in, where he adds another.
    ///
    /// # Errors
    /// A problem where the ceremony is none, or what the browser says is not right.
    pub async fn end_registering(
        self: &Arc<Self>,
        ceremony: &str,
        credential: Value,
        label: &str,
        by: Option<&Member>,
    ) -> Result<Member, Problem> {
        let label = name("label", label)?;
        let registering: Registering = self.ended(REGISTERING, ceremony).await?;
        // A ceremony that a link began is ended by the link, and one of a person by him.
        if registering.link.is_some() == by.is_some()
            || by.is_some_and(|member| *member.id != *registering.person)
        {
            return Err(Problem::plain(problem::CEREMONY_OVER));
        }
        let answer: RegisterPublicKeyCredential = serde_json::from_value(credential).map_err(not_read)?;
        let webauthn = &self.sign_in()?.webauthn;
        let made = webauthn.finish_passkey_registration(&answer, &registering.state).map_err(not_right)?;
        let passkey = Passkey {
            id: id_of_credential(made.cred_id().as_ref()),
            label,
            credential: serde_json::to_string(&made).map_err(failed)?,
        };
        let id: Arc<str> = registering.person.as_str().into();
        match (registering.first, registering.link) {
            (Some(name), Some(link)) => self.first_administrator(&id, name, passkey, &link).await?,
            (_, link) => {
                let member = self.member(PersonBy::Id(Arc::clone(&id))).await?.ok_or_else(spent)?;
                let organisation = self.organisation(&member.organisation).ok_or_else(spent)?;
                let reach = link.map_or(Reach::Own, |link| Reach::Link(link.into()));
                let author = Author { person: member.person(), reach };
                self.admit(&id, organisation, Act::AddPasskey { passkey }, author).await?;
            }
        }
        self.member(PersonBy::Id(id)).await?.ok_or_else(|| Problem::plain(problem::FAILED))
    }

    async fn first_administrator(
        self: &Arc<Self>,
        id: &Arc<str>,
        name: String,
        passkey: Passkey,
        link: &str,
    ) -> Result<(), Problem> {
        let among = self.administrations();
        let organisation = among.first().cloned().ok_or_else(spent)?;
        let hash = unhex(link).ok_or_else(spent)?;
        self.take_ticket(hash, FIRST).await?.ok_or_else(spent)?;
        let person = Arc::clone(id);
        let command = Command::FirstAdministrator { person, organisation, name, passkey, among };
        self.reply(Lane::Urgent, command).await.map(drop)
    }

    /// Begins to have somebody show a passkey.
    ///
    /// # Errors
    /// A problem where it cannot begin.
    pub async fn begin_showing(self: &Arc<Self>) -> Result<Begun, Problem> {
        let webauthn = &self.sign_in()?.webauthn;
        let (asked, state) = webauthn.start_discoverable_authentication().map_err(failed)?;
        let mut options = serde_json::to_value(&asked).map_err(failed)?;
        // The browser asks at once, and does not wait for somebody to fill in a field.
        if let Some(fields) = options.as_object_mut() {
            fields.remove("mediation");
        }
        self.begun(SHOWING, &state, options).await
    }

    /// Ends it: whose passkey was shown.
    ///
    /// # Errors
    /// A problem where the ceremony is none, nobody has the passkey, or what the browser says is not right.
    pub async fn end_showing(self: &Arc<Self>, ceremony: &str, given: Value) -> Result<Showed, Problem> {
        let state: DiscoverableAuthentication = self.ended(SHOWING, ceremony).await?;
        let answer: PublicKeyCredential = serde_json::from_value(given).map_err(not_read)?;
        let webauthn = &self.sign_in()?.webauthn;
        let (handle, shown) = webauthn.identify_discoverable_authentication(&answer).map_err(not_right)?;
        let id = id_of_credential(shown);
        let nobody = || Problem::plain(problem::PASSKEY_REFUSED);
        let member = self.member(PersonBy::Passkey(Arc::clone(&id))).await?.ok_or_else(nobody)?;
        if member.id != id_of(&handle) {
            return Err(nobody());
        }
        let known = member.passkeys.iter().find(|(passkey, _)| passkey.id == id).ok_or_else(nobody)?;
        let label = known.0.label.clone();
        let body = match self.passkey_used(&id).await? {
            Some((body, _)) => body,
            None => known.0.credential.clone(),
        };
        let mut passkey = credential(&body)?;
        let key = DiscoverableKey::from(&passkey);
        let result =
            webauthn.finish_discoverable_authentication_v2(&answer, state, key).map_err(not_right)?;
        if !result.user_verified() {
            return Err(nobody());
        }
        passkey.update_credential(&result);
        let body = serde_json::to_string(&passkey).map_err(failed)?;
        let (at, shared) = (self.clock().now(), (Arc::clone(&id), body.clone()));
        self.writing(
            move |session| sqlite::people::keep_passkey(session, &id, &body, at),
            move |session| postgres::people::keep_passkey(session, &shared.0, &shared.1, at),
        )
        .await?;
        Ok(Showed { member, label })
    }

    async fn ended<T: serde::de::DeserializeOwned>(
        self: &Arc<Self>,
        kind: &'static str,
        ceremony: &str,
    ) -> Result<T, Problem> {
        let body = self.take_ticket(shown(ceremony), kind).await?;
        let body = body.ok_or_else(|| Problem::plain(problem::CEREMONY_OVER))?;
        serde_json::from_slice(&body).map_err(failed)
    }

    /// A passkey as it was at its last use, and when that was.
    pub(crate) async fn passkey_used(
        self: &Arc<Self>,
        id: &Arc<str>,
    ) -> Result<Option<(String, Timestamp)>, Problem> {
        let id = Arc::clone(id);
        self.reading(move |reader| reader.passkey(&id)).await
    }

    async fn has_first_link(self: &Arc<Self>, hash: Shown) -> Result<bool, Problem> {
        let now = self.clock().now();
        self.reading(move |reader| reader.has_ticket(hash, FIRST, now)).await
    }
}

/// Asks for a passkey that says itself whose it is.
fn discoverable(asked: CreationChallengeResponse) -> Result<Value, Problem> {
    let mut options = serde_json::to_value(asked).map_err(failed)?;
    let selection = &mut options["publicKey"]["authenticatorSelection"];
    selection["residentKey"] = json!("required");
    selection["requireResidentKey"] = json!(true);
    Ok(options)
}

fn credential(text: &str) -> Result<webauthn_rs::prelude::Passkey, Problem> {
    serde_json::from_str(text).map_err(failed)
}

fn id_of_credential(id: &[u8]) -> Arc<str> {
    hex(&Sha256::digest(id))
}

fn unhex(text: &str) -> Option<Shown> {
    crate::identity::unhex(text)
}

fn spent() -> Problem {
    use finding::{Phrase, codes};
    Problem::refused(&casework::Refusal(Phrase::new(codes::people::LINK_SPENT)))
}

fn failed(why: impl std::fmt::Display) -> Problem {
    tracing::error!(error = %why, "a ceremony failed");
    Problem::plain(problem::FAILED)
}

fn not_read(why: serde_json::Error) -> Problem {
    Problem::new(problem::NOT_UNDERSTOOD, format!("credential: {why}"))
}

fn not_right(why: impl std::fmt::Display) -> Problem {
    tracing::info!(%why, "a passkey was refused");
    Problem::plain(problem::PASSKEY_REFUSED)
}
