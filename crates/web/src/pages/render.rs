//! What each page shows.

use super::{Words, is_proved};
use crate::identity::Principal;
use crate::node::Node;
use crate::people::{Given, PersonRole, offered};
use crate::policy::Action;
use crate::problem::{self, Problem};
use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use casework::people::Member;
use document::people::PasskeysReply;
use engine::Clock as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who is signed in, for the head of the page.
struct Who {
    name: String,
    sees_people: bool,
}

fn who(node: &Node, principal: &Principal) -> Option<Who> {
    let signed = principal.signed.as_ref()?;
    let sees_people = node.allowed().may_person(&principal.organisation, &signed.member, Action::People);
    Some(Who { name: signed.member.name.clone(), sees_people })
}

fn page(template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(|why| {
        tracing::error!(error = %why, "a page was not made");
        Problem::plain(problem::FAILED)
    })?;
    Ok(Html(html).into_response())
}

/// A time as people read it, in UTC to the minute.
pub fn told(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn told_text(at: &str) -> String {
    at.parse().map_or_else(|_| at.to_owned(), told)
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    words: Words,
    who: Option<Who>,
    title: &'a str,
    detail: &'a str,
    code: &'a str,
    needs_proof: bool,
    back: &'a str,
}

pub(super) fn problem(words: Words, problem: &Problem, back: &str) -> Result<Response, Problem> {
    let kind = problem.kind();
    page(&ProblemPage {
        words,
        who: None,
        title: kind.title,
        detail: problem.detail(),
        code: problem.refusal_code().unwrap_or(kind.code),
        needs_proof: kind == problem::PROOF_NEEDED,
        back,
    })
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    words: Words,
    who: Option<Who>,
    next: &'a str,
    providers: Vec<Arc<str>>,
}

pub(super) fn sign_in(words: Words, node: &Node, next: &str) -> Result<Response, Problem> {
    let all = node.identity().organisations().filter(|one| one.provider.is_some());
    let providers = all.map(|one| Arc::clone(&one.name)).collect();
    page(&SignInPage { words, who: None, next, providers })
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    words: Words,
    who: Option<Who>,
}

pub(super) fn invitation(words: Words) -> Result<Response, Problem> {
    page(&InvitationPage { words, who: None })
}

#[derive(Template)]
#[template(path = "go.html")]
struct GoPage<'a> {
    words: Words,
    who: Option<Who>,
    title: &'a str,
    url: &'a str,
}

pub(super) fn go(words: Words, title: &str, url: &str) -> Result<Response, Problem> {
    page(&GoPage { words, who: None, title, url })
}

#[derive(Template)]
#[template(path = "prove.html")]
struct ProvePage<'a> {
    words: Words,
    who: Option<Who>,
    next: &'a str,
}

pub(super) fn prove(
    words: Words,
    node: &Node,
    principal: &Principal,
    next: &str,
) -> Result<Response, Problem> {
    page(&ProvePage { words, who: who(node, principal), next })
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    words: Words,
    who: Option<Who>,
    name: String,
    organisation: Arc<str>,
    roles: String,
    id: Arc<str>,
    until: String,
    proof: Option<String>,
}

pub(super) fn home(words: Words, node: &Node, principal: &Principal) -> Result<Response, Problem> {
    let signed = principal.signed.as_ref().ok_or_else(|| Problem::plain(problem::NOT_ALLOWED))?;
    let now = node.clock().now();
    page(&HomePage {
        words,
        who: who(node, principal),
        name: signed.member.name.clone(),
        organisation: Arc::clone(&principal.organisation.name),
        roles: roles_told(words, &signed.member.roles),
        id: Arc::clone(&signed.member.id),
        until: told(signed.until),
        proof: signed.proof_until.filter(|until| now < *until).map(told),
    })
}

fn roles_told(words: Words, roles: &BTreeSet<PersonRole>) -> String {
    let each = roles.iter().map(|role| words.say(&format!("role-{}", role.as_str())));
    each.collect::<Vec<_>>().join(", ")
}

struct PasskeyRow {
    id: String,
    label: String,
    added: String,
    used: Option<String>,
}

#[derive(Template)]
#[template(path = "passkeys.html")]
struct PasskeysPage {
    words: Words,
    who: Option<Who>,
    passkeys: Vec<PasskeyRow>,
    /// Whether there is more than one.
    removable: bool,
}

pub(super) fn passkeys(
    words: Words,
    node: &Node,
    principal: &Principal,
    told: PasskeysReply,
) -> Result<Response, Problem> {
    let rows: Vec<PasskeyRow> = told
        .passkeys
        .into_iter()
        .map(|passkey| PasskeyRow {
            id: passkey.id,
            label: passkey.label,
            added: told_text(&passkey.added_at),
            used: passkey.used_at.as_deref().map(told_text),
        })
        .collect();
    let removable = rows.len() > 1;
    page(&PasskeysPage { words, who: who(node, principal), passkeys: rows, removable })
}

struct RoleChoice {
    id: &'static str,
    text: String,
    is_held: bool,
}

fn choices(offered: &BTreeSet<PersonRole>, held: &BTreeSet<PersonRole>) -> Vec<RoleChoice> {
    let choice = |role: &PersonRole| RoleChoice {
        id: role.as_str(),
        text: format!("role-{}", role.as_str()),
        is_held: held.contains(role),
    };
    offered.iter().map(choice).collect()
}

struct PersonRow {
    id: Arc<str>,
    name: String,
    organisation: Arc<str>,
    roles: String,
    state: &'static str,
    state_text: &'static str,
    is_self: bool,
    can_be_managed: bool,
    offered: Vec<RoleChoice>,
}

struct OrganisationForm {
    name: Arc<str>,
    offered: Vec<RoleChoice>,
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    words: Words,
    who: Option<Who>,
    people: Vec<PersonRow>,
    organisations: Vec<OrganisationForm>,
    admits: bool,
    proved: bool,
}

pub(super) fn people(
    words: Words,
    node: &Node,
    principal: &Principal,
    members: &[Member],
) -> Result<Response, Problem> {
    let signed = principal.signed.as_ref();
    let admits = match signed {
        Some(signed) => node.allowed().may_person(&principal.organisation, &signed.member, Action::Admit),
        None => node.allowed().may(&principal.organisation.name, Action::Admit),
    };
    let own = signed.map(|signed| &signed.member.id);
    let row = |member: &Member| {
        let offers = node.organisation(&member.organisation).map(|one| offered(one)).unwrap_or_default();
        let (state, state_text) = match (member.is_there(), member.can_sign_in()) {
            (false, _) => ("removed", "state-removed"),
            (true, true) => ("active", "state-active"),
            (true, false) => ("invited", "state-invited"),
        };
        let is_self = own == Some(&member.id);
        PersonRow {
            id: Arc::clone(&member.id),
            name: member.name.clone(),
            organisation: Arc::clone(&member.organisation),
            roles: roles_told(words, &member.roles),
            state,
            state_text,
            is_self,
            can_be_managed: member.is_there() && !is_self,
            offered: choices(&offers, &member.roles),
        }
    };
    let seen = crate::api::people::seen(node, principal);
    let forms = seen.iter().filter_map(|name| node.organisation(name)).map(|one| OrganisationForm {
        name: Arc::clone(&one.name),
        offered: choices(&offered(one), &BTreeSet::new()),
    });
    page(&PeoplePage {
        words,
        who: who(node, principal),
        people: members.iter().map(row).collect(),
        organisations: forms.filter(|_| admits).collect(),
        admits,
        proved: is_proved(node, principal),
    })
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage<'a> {
    words: Words,
    who: Option<Who>,
    name: &'a str,
    link: &'a str,
    until: String,
}

pub(super) fn link(
    words: Words,
    node: &Node,
    principal: &Principal,
    given: &Given,
    name: &str,
) -> Result<Response, Problem> {
    let (link, until) = (given.link.as_str(), told(given.until));
    page(&LinkPage { words, who: who(node, principal), name, link, until })
}
