//! Sessions: a browser that somebody is signed in by.
//!
//! It shows a cookie that no script reads and no other site makes it send. What changes anything must come from a page of
//! the node itself. A session ends when nobody uses it, at the latest after some hours, and when its person is removed.

use super::{SignIn, hex, secret, shown};
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use casework::people::Member;
use engine::{Clock as _, PersonBy};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use store::people::{Shown, SignedIn};
use store::{postgres, sqlite};

/// The cookie, where it travels under TLS alone: browsers let no other host or path set it.
const SECURE: &str = "__Host-loadgate";

/// The cookie on the machine itself.
const PLAIN: &str = "loadgate";

/// How old the note may be of when somebody was last seen.
const SEEN: SignedDuration = SignedDuration::from_secs(60);

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who.
    pub member: Arc<Member>,
    /// Hash of what his browser shows.
    pub(crate) shown: Shown,
    /// Until when what he signed in by is still fresh.
    fresh_until: Timestamp,
    /// Until when he stays signed in, if he is not idle.
    pub until: Timestamp,
    /// Until when his last proof is good, where he has shown a passkey.
    pub proof_until: Option<Timestamp>,
}

/// What a browser is told to keep.
#[derive(Debug, Clone)]
pub struct Cookie(pub HeaderValue);

impl Cookie {
    /// The hash of what the browser will show.
    pub(crate) fn shown(&self) -> Result<Shown, Problem> {
        let text = self.0.to_str().ok().and_then(|text| text.split(';').next()?.split_once('='));
        text.map(|(_, value)| shown(value)).ok_or_else(|| Problem::plain(problem::FAILED))
    }
}

impl SignIn {
    fn cookie_name(&self) -> &'static str {
        if self.is_secure() { SECURE } else { PLAIN }
    }

    /// What a browser is told to show from now on; empty to forget it.
    pub(crate) fn cookie(&self, value: &str) -> Result<Cookie, Problem> {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let ended = if value.is_empty() { "; Max-Age=0" } else { "" };
        let name = self.cookie_name();
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{ended}");
        HeaderValue::from_str(&text).map(Cookie).map_err(|_| Problem::plain(problem::FAILED))
    }

    /// What a browser shows.
    pub(crate) fn shown_by(&self, headers: &HeaderMap) -> Option<Shown> {
        cookie_of(headers, self.cookie_name()).map(shown)
    }

    /// That what changes something comes from a page of the node.
    ///
    /// # Errors
    /// A problem where it comes from elsewhere, or nobody can say from where.
    pub fn own_page(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
        let origin = self.origin.origin().ascii_serialization();
        let site = text(header::HeaderName::from_static("sec-fetch-site"));
        let own = match (site, text(header::ORIGIN)) {
            (Some(site), Some(from)) => site == "same-origin" && from == origin,
            (Some(site), None) => site == "same-origin",
            (None, Some(from)) => from == origin,
            (None, None) => false,
        };
        own.then_some(()).ok_or_else(|| Problem::plain(problem::NOT_OUR_PAGE))
    }
}

/// The value of a cookie.
pub(crate) fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let each = all.flat_map(|text| text.split(';')).filter_map(|one| one.trim().split_once('='));
    let mut found = each.filter(|(known, _)| *known == name).map(|(_, value)| value);
    found.next().filter(|value| !value.is_empty())
}

/// Whether a method asks and changes nothing.
pub(crate) fn only_asks(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

impl Node {
    /// Who shows this cookie.
    ///
    /// # Errors
    /// A problem where nobody is signed in by it any more.
    pub(crate) async fn signed(self: &Arc<Self>, shown: Shown) -> Result<Signed, Problem> {
        let settings = &self.sign_in()?.settings;
        let now = self.clock().now();
        let over = || Problem::plain(problem::SIGNED_OUT);
        let found = self.reading(move |reader| reader.session(shown)).await?.ok_or_else(over)?;
        let SignedIn { person, began, seen, proved } = found;
        let ends = |from: Timestamp, after: SignedDuration| from.saturating_add(after).unwrap_or(from);
        let until = ends(began, settings.session);
        if now >= until || now >= ends(seen, settings.idle) {
            self.end_session(shown).await?;
            return Err(over());
        }
        let member = self.member(PersonBy::Id(person)).await?.ok_or_else(over)?;
        if self.organisation(&member.organisation).is_none() {
            return Err(over());
        }
        if now.duration_since(seen) >= SEEN {
            self.writing(
                move |session| sqlite::people::see(session, &shown, now),
                move |session| postgres::people::see(session, &shown, now),
            )
            .await?;
        }
        let proof_until = proved.map(|proved| ends(proved, settings.proof));
        let fresh_until = ends(began, settings.proof);
        Ok(Signed { member: Arc::new(member), shown, fresh_until, until, proof_until })
    }

    /// Signs somebody in; what the browser showed before ends. `proved` where he has shown a passkey.
    pub(crate) async fn begin_session(
        self: &Arc<Self>,
        member: &Member,
        proved: bool,
        before: Option<Shown>,
    ) -> Result<Cookie, Problem> {
        let (text, shown) = secret()?;
        let now = self.clock().now();
        let proved = proved.then_some(now);
        let who = SignedIn { person: Arc::clone(&member.id), began: now, seen: now, proved };
        let shared = who.clone();
        self.writing(
            move |session| {
                before.map(|before| sqlite::people::end(session, &before)).transpose()?;
                sqlite::people::begin(session, &shown, &who)
            },
            move |session| {
                before.map(|before| postgres::people::end(session, &before)).transpose()?;
                postgres::people::begin(session, &shown, &shared)
            },
        )
        .await?;
        self.sign_in()?.cookie(&text)
    }

    /// He has shown a passkey: his browser shows something else from then on.
    pub(crate) async fn prove(self: &Arc<Self>, signed: &Signed) -> Result<Cookie, Problem> {
        let (text, next) = secret()?;
        let (shown, now) = (signed.shown, self.clock().now());
        let proved = self
            .writing(
                move |session| sqlite::people::prove(session, &shown, &next, now),
                move |session| postgres::people::prove(session, &shown, &next, now),
            )
            .await?;
        match proved {
            true => self.sign_in()?.cookie(&text),
            false => Err(Problem::plain(problem::SIGNED_OUT)),
        }
    }

    /// Signs out whoever shows this.
    pub(crate) async fn end_session(self: &Arc<Self>, shown: Shown) -> Result<(), Problem> {
        self.writing(
            move |session| sqlite::people::end(session, &shown),
            move |session| postgres::people::end(session, &shown),
        )
        .await
    }

    /// Forgets sessions that are over and what was never used.
    ///
    /// # Errors
    /// A problem where the thread that writes gives no answer.
    pub async fn forget_sessions(self: &Arc<Self>) -> Result<(), Problem> {
        let Ok(sign_in) = self.sign_in() else { return Ok(()) };
        let now = self.clock().now();
        let before = |span: SignedDuration| now.checked_sub(span).unwrap_or(Timestamp::UNIX_EPOCH);
        let (seen, began) = (before(sign_in.settings.idle), before(sign_in.settings.session));
        self.writing(
            move |session| sqlite::people::forget(session, seen, began, now),
            move |session| postgres::people::forget(session, seen, began, now),
        )
        .await
    }
}

impl Signed {
    /// Whether what he shows is what this says.
    pub fn is_proved(&self, now: Timestamp) -> bool {
        self.proof_until.is_some_and(|until| now < until)
    }

    /// That he signed in just now, by whatever.
    ///
    /// # Errors
    /// A problem where that was longer ago.
    pub fn is_fresh(&self, now: Timestamp) -> Result<(), Problem> {
        (now < self.fresh_until).then_some(()).ok_or_else(|| Problem::plain(problem::PROOF_NEEDED))
    }

    /// By what the log of what was read names his session, without showing what his browser shows.
    pub fn mark(&self) -> String {
        hex(&self.shown[..4]).to_string()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::config::People;

    fn at(origin: &str) -> SignIn {
        let span = SignedDuration::from_mins(1);
        let (idle, session, proof, invitation, first_link) = (span, span, span, span, span);
        let (origin_named, relying_party) = (None, None);
        let settings =
            People { origin: origin_named, relying_party, idle, session, proof, invitation, first_link };
        SignIn::new(settings, origin.parse().unwrap()).unwrap()
    }

    #[test]
    fn under_tls_a_cookie_travels_so_alone_and_no_other_host_sets_it() {
        let told =
            |origin: &str, value: &str| at(origin).cookie(value).unwrap().0.to_str().unwrap().to_owned();
        assert_eq!(
            told("https://gate.example", "x"),
            "__Host-loadgate=x; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            told("https://gate.example", ""),
            "__Host-loadgate=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0"
        );
        assert_eq!(told("http://localhost:1", "x"), "loadgate=x; Path=/; HttpOnly; SameSite=Strict");
        let state = at("https://gate.example").state_cookie("x").unwrap();
        let wanted = "__Host-loadgate-state=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure";
        assert_eq!(state.0.to_str().unwrap(), wanted);
    }

    #[test]
    fn what_changes_something_comes_from_a_page_of_the_node() {
        let sign_in = at("https://gate.example:8443");
        let own = "https://gate.example:8443";
        for (site, origin, may) in [
            (Some("same-origin"), Some(own), true),
            (Some("same-origin"), None, true),
            (None, Some(own), true),
            (Some("same-site"), Some(own), false),
            (Some("cross-site"), Some(own), false),
            (Some("none"), None, false),
            (Some("same-origin"), Some("null"), false),
            (None, Some("https://gate.example"), false),
            (None, Some("https://gate.example:8443.evil.example"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(sign_in.own_page(&headers).is_ok(), may, "{site:?} {origin:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; xloadgate=2; loadgate=3".parse().unwrap());
        assert_eq!(cookie_of(&headers, "loadgate"), Some("3"));
        assert_eq!(cookie_of(&headers, "__Host-loadgate"), None);
        assert_eq!(cookie_of(&HeaderMap::new(), "loadgate"), None);
    }
}
