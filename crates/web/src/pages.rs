//! Pages for people: plain HTML from templates, readable without script. The one script speaks with passkeys.
//!
//! A page is a route like any other: who may open it is asked before it is made, and a no is told as a page.

mod render;
mod words;

use crate::api::people::{self as managing, Invitation};
use crate::api::route::{Content, Parameter, Place, Route, Verb};
use crate::api::session::{From_, counted, signed_out};
use crate::api::{self, App};
use crate::identity::Principal;
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use casework::people::Act;
use engine::Clock as _;
use finding::Language;
use std::sync::Arc;
use webauthn_rs::prelude::Url;

pub use render::told;
pub use words::Words;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/passkey.js");

/// What a page may load and do: its own style, its own script, its own forms.
pub const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PAGE: Content = Content { media: "text/html", what: "The page.", schema: None };

const ID: Parameter =
    Parameter { name: "id", place: Place::Path, what: "Whom, or which passkey, by its id." };

macro_rules! page {
    ($method:ident $path:literal, $action:expr, $summary:literal, $parameters:expr, $handler:expr) => {
        Route {
            method: Verb::$method,
            path: $path,
            action: $action,
            summary: $summary,
            parameters: $parameters,
            body: None,
            status: 200,
            answer: PAGE,
            handler: || $handler,
        }
    };
}

/// Every page of this release, with what its forms lead to.
pub const PAGES: &[Route] = &[
    page!(Get "/", Some(Action::Session), "Who is signed in.", &[], get(home)),
    page!(Get "/sign-in", None, "Sign in by a passkey.", &[], get(sign_in)),
    page!(Post "/sign-out", Some(Action::Session), "Sign out.", &[], post(sign_out)),
    page!(Get "/invitation", None, "Accept an invitation.", &[], get(invitation)),
    page!(Get "/prove", Some(Action::Session), "Show a passkey again.", &[], get(prove)),
    page!(Post "/sign-in/provider", None, "Go to the provider of an organisation.", &[], post(to_provider)),
    page!(Get "/sign-in/callback", None, "Come back from it.", &[], get(from_provider)),
    page!(Get "/passkeys", Some(Action::Passkeys), "One's own passkeys.", &[], get(passkeys)),
    page!(Post "/passkeys/{id}/remove", Some(Action::Passkeys), "Remove one.", &[ID], post(remove_passkey)),
    page!(Get "/people", Some(Action::People), "The people of the organisation.", &[], get(people)),
    page!(Post "/people", Some(Action::Admit), "Invite somebody.", &[], post(invite)),
    page!(Post "/people/{id}/roles", Some(Action::Admit), "Change what somebody does.", &[ID], post(set_roles)),
    page!(Post "/people/{id}/link", Some(Action::Admit), "Give somebody a new link.", &[ID], post(give_link)),
    page!(Post "/people/{id}/sign-out", Some(Action::Admit), "Sign somebody out.", &[ID], post(sign_out_other)),
    page!(Post "/people/{id}/remove", Some(Action::Admit), "Remove somebody.", &[ID], post(remove)),
    page!(Get "/assets/style.css", None, "How pages look.", &[], get(|| asset("text/css; charset=utf-8", STYLE))),
    page!(Get "/assets/passkey.js", None, "What speaks with passkeys.", &[], get(|| asset("text/javascript; charset=utf-8", SCRIPT))),
];

/// The pages, each behind the question who asks and whether he may.
pub(crate) fn router(app: &App) -> Router<App> {
    let all = PAGES.iter().fold(Router::new(), |router, route| route.add(router, app));
    all.layer(from_fn(as_page))
}

/// What was asked for in the language of whoever asks; there is one so far.
fn words() -> Words {
    Words(Language::English)
}

/// Tells a no as a page, and leads to the page for signing in whoever is not.
async fn as_page(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let mut response = next.run(request).await;
    // Whoever tells what was refused hears of it all the same.
    let told = std::mem::take(response.extensions_mut());
    if let Some(problem) = told.get::<Problem>() {
        response = no(problem, method == axum::http::Method::GET, &uri, response);
    }
    response.extensions_mut().extend(told);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    // Without a referrer browsers send forms as if from nowhere, and nothing is taken from there.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn no(problem: &Problem, asks: bool, uri: &Uri, response: Response) -> Response {
    let kind = problem.kind();
    let nobody = [problem::TOKEN_MISSING, problem::SIGNED_OUT];
    if nobody.contains(&kind) {
        let next = uri.path_and_query().filter(|_| asks && uri.path() != "/");
        return match next {
            Some(next) => Redirect::to(&format!("/sign-in?next={}", escaped(next.as_str()))).into_response(),
            None => Redirect::to("/sign-in").into_response(),
        };
    }
    let back = match uri.path().split('/').nth(1) {
        Some("people") => "/people",
        Some("passkeys") => "/passkeys",
        _ => "/",
    };
    let mut told = match render::problem(words(), problem, back) {
        Ok(page) => page.into_response(),
        Err(_) => return response,
    };
    *told.status_mut() = response.status();
    let kept = [header::RETRY_AFTER, header::SET_COOKIE];
    for (name, value) in response.headers().iter().filter(|(name, _)| kept.contains(name)) {
        told.headers_mut().append(name, value.clone());
    }
    told
}

/// A text inside of a query.
fn escaped(text: &str) -> String {
    let base = Url::parse("http://localhost/").ok();
    let query = base.and_then(|mut url| {
        url.query_pairs_mut().append_pair("n", text);
        url.query().map(|query| query.trim_start_matches("n=").to_owned())
    });
    query.unwrap_or_default()
}

/// The fields of a form or a query, in their order.
fn fields(encoded: &str) -> Vec<(String, String)> {
    let mut url = Url::parse("http://localhost/").ok();
    if let Some(url) = &mut url {
        url.set_query(Some(encoded));
    }
    let pairs = url.iter().flat_map(|url| url.query_pairs().into_owned().collect::<Vec<_>>());
    pairs.collect()
}

fn field(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

fn form(body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let text = std::str::from_utf8(body);
    text.map(fields).map_err(|why| Problem::new(problem::NOT_UNDERSTOOD, why.to_string()))
}

/// Where somebody goes on: a page of this node and no other.
fn next_of(uri: &Uri) -> String {
    let next = field(&fields(uri.query().unwrap_or_default()), "next").unwrap_or_default();
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if own { next } else { "/".to_owned() }
}

async fn asset(media: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

async fn home(State(node): State<Arc<Node>>, principal: Principal) -> Result<Response, Problem> {
    render::home(words(), &node, &principal)
}

async fn sign_in(State(node): State<Arc<Node>>, uri: Uri) -> Result<Response, Problem> {
    node.sign_in()?;
    render::sign_in(words(), &node, &next_of(&uri))
}

async fn invitation(State(node): State<Arc<Node>>) -> Result<Response, Problem> {
    node.sign_in()?;
    render::invitation(words())
}

async fn prove(State(node): State<Arc<Node>>, principal: Principal, uri: Uri) -> Result<Response, Problem> {
    render::prove(words(), &node, &principal, &next_of(&uri))
}

async fn sign_out(State(node): State<Arc<Node>>, principal: Principal) -> Result<Response, Problem> {
    let cookie = signed_out(&node, &principal).await?;
    Ok(([(header::SET_COOKIE, cookie.0)], Redirect::to("/sign-in")).into_response())
}

async fn passkeys(State(node): State<Arc<Node>>, principal: Principal) -> Result<Response, Problem> {
    let told = api::passkeys::told(&node, &principal).await?;
    render::passkeys(words(), &node, &principal, told)
}

async fn remove_passkey(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    api::passkeys::removed(&node, &principal, id).await?;
    Ok(Redirect::to("/passkeys"))
}

async fn people(State(node): State<Arc<Node>>, principal: Principal) -> Result<Response, Problem> {
    let mut members = managing::listed(&node, &principal).await?;
    members.sort_by_key(|member| !member.is_there());
    render::people(words(), &node, &principal, &members)
}

async fn invite(
    State(node): State<Arc<Node>>,
    principal: Principal,
    body: Bytes,
) -> Result<Response, Problem> {
    let form = form(&body)?;
    let name = field(&form, "name").unwrap_or_default();
    let asked = Invitation::new(field(&form, "organisation"), name.clone(), roles(&form));
    let given = managing::invited(&node, &principal, asked).await?;
    render::link(words(), &node, &principal, &given, &name)
}

fn roles(form: &[(String, String)]) -> Vec<String> {
    form.iter().filter(|(name, _)| name == "role").map(|(_, value)| value.clone()).collect()
}

async fn set_roles(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Redirect, Problem> {
    let roles = managing::roles(&roles(&form(&body)?))?;
    managing::act(&node, &principal, id, Act::SetRoles { roles }).await?;
    Ok(Redirect::to("/people"))
}

async fn give_link(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (given, member) = managing::linked(&node, &principal, id).await?;
    render::link(words(), &node, &principal, &given, &member.name)
}

async fn sign_out_other(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    managing::signed_out(&node, &principal, id).await?;
    Ok(Redirect::to("/people"))
}

async fn remove(
    State(node): State<Arc<Node>>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    managing::act(&node, &principal, id, Act::Remove).await?;
    Ok(Redirect::to("/people"))
}

async fn to_provider(
    State(node): State<Arc<Node>>,
    from: From_,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    api::session::at_the_door(&node, &headers, from)?;
    let form = form(&body)?;
    let (organisation, link) = (field(&form, "organisation"), field(&form, "link"));
    let leaving = node.to_provider(organisation.as_deref(), link.as_deref()).await;
    let leaving = leaving.map_err(|problem| counted(&node, from, problem))?;
    let title = words().with("to-provider-title", "organisation", &leaving.organisation);
    let page = render::go(words(), &title, &leaving.url)?;
    Ok(([(header::SET_COOKIE, leaving.cookie.0)], page).into_response())
}

async fn from_provider(
    State(node): State<Arc<Node>>,
    from: From_,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let query = fields(uri.query().unwrap_or_default());
    let (state, code) = (field(&query, "state"), field(&query, "code"));
    let member = node.from_provider(&headers, state.as_deref(), code.as_deref()).await;
    let member = member.map_err(|problem| counted(&node, from, problem))?;
    let provider = "signed in at the provider of the organisation".to_owned();
    node.note_sign_in(member.person(), provider).await?;
    let before = node.sign_in()?.shown_by(&headers);
    let cookie = node.begin_session(&member, false, before).await?;
    // The browser came from elsewhere and shows the cookie to pages it opens from here on.
    let page = render::go(words(), &words().say("signed-in-title"), "/")?;
    let ended = node.sign_in()?.state_cookie("")?;
    let mut response = (StatusCode::OK, [(header::SET_COOKIE, cookie.0)], page).into_response();
    response.headers_mut().append(header::SET_COOKIE, ended.0);
    Ok(response)
}

/// Whether what needs a passkey shown lately may be done now.
fn is_proved(node: &Node, principal: &Principal) -> bool {
    principal.proved(node.clock().now()).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for (query, to) in [
            ("next=/people", "/people"),
            ("next=%2Fv1%2Fsession%3Fa%3Db", "/v1/session?a=b"),
            ("next=//evil.example", "/"),
            ("next=/%5Cevil.example", "/"),
            ("next=https://evil.example", "/"),
            ("next=/a%0d%0ab", "/"),
            ("", "/"),
        ] {
            assert_eq!(next_of(&format!("/sign-in?{query}").parse().unwrap()), to, "{query}");
        }
        assert_eq!(escaped("/people?a=b&c"), "%2Fpeople%3Fa%3Db%26c");
    }

    #[test]
    fn a_form_may_name_a_field_more_than_once() {
        let form = form(b"role=filer&name=A+B%26C&role=administrator").unwrap();
        assert_eq!(roles(&form), ["filer", "administrator"]);
        assert_eq!(field(&form, "name").unwrap(), "A B&C");
    }
}
