//! Signing in at the provider of an organisation (OpenID Connect, authorization code with PKCE).
//!
//! Who it is follows from issuer and subject alone, as they were bound when an invitation was accepted: a name or an address
//! of mail proves nothing here. A sign-in begun in one browser ends in no other.

use super::session::{Cookie, cookie_of};
use super::{SignIn, hex, secret, shown};
use crate::config::{Provider, may_be_asked};
use crate::identity::Organisation;
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::http::{HeaderMap, HeaderValue};
use casework::people::{Account, Act, Author, Member, Reach};
use engine::{Clock as _, PersonBy};
use jiff::SignedDuration;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _,
};
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long somebody may take at his provider.
const LEAVE: SignedDuration = SignedDuration::from_mins(10);

/// How long a provider may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Most bytes of an answer of a provider.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Where people come back to.
const CALLBACK: &str = "/sign-in/callback";

const LEAVING: &str = "signing in at a provider";

/// The cookie by which a browser is known again that comes back.
const STATE_SECURE: &str = "__Host-loadgate-state";
/// The same, on the machine itself.
const STATE_PLAIN: &str = "loadgate-state";

/// What is remembered of somebody who went to his provider.
#[derive(Debug, Serialize, Deserialize)]
struct Away {
    organisation: String,
    nonce: String,
    verifier: String,
    /// Hash of what his browser shows.
    browser: Arc<str>,
    /// Hash of his link, where he accepts an invitation.
    link: Option<Arc<str>>,
}

/// Somebody on his way to his provider.
#[derive(Debug)]
pub(crate) struct Leaving {
    pub(crate) organisation: Arc<str>,
    pub(crate) url: String,
    pub(crate) cookie: Cookie,
}

/// Asks providers; made when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Providers(OnceLock<reqwest::Client>);

/// A provider does not answer as it should.
#[derive(Debug)]
struct Unasked(String);

impl fmt::Display for Unasked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unasked {}

/// Asks in the way the library wants it.
struct Asking(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Asking {
    type Error = Unasked;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unasked>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(asked(&self.0, request))
    }
}

impl Providers {
    fn asking(&self) -> Result<Asking, Problem> {
        if let Some(client) = self.0.get() {
            return Ok(Asking(client.clone()));
        }
        // Where a provider sends elsewhere it is another one: nothing is asked of that.
        let made = reqwest::Client::builder().redirect(Policy::none()).timeout(ANSWER_MAX).build();
        let made = made.map_err(|why| {
            tracing::error!(error = %why, "no provider can be asked");
            Problem::plain(problem::FAILED)
        })?;
        Ok(Asking(self.0.get_or_init(|| made).clone()))
    }
}

async fn asked(client: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Unasked> {
    let failed = |why: reqwest::Error| Unasked(why.without_url().to_string());
    let (parts, body) = request.into_parts();
    let sent = client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body);
    let mut answer = sent.send().await.map_err(failed)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Unasked(format!("its answer has more than {ANSWER_BYTES_MAX} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    let mut response = HttpResponse::new(bytes);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

impl SignIn {
    fn state_cookie_name(&self) -> &'static str {
        if self.is_secure() { STATE_SECURE } else { STATE_PLAIN }
    }

    /// By what a browser is known again that comes back from elsewhere; empty to forget it.
    pub(crate) fn state_cookie(&self, value: &str) -> Result<Cookie, Problem> {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let age = if value.is_empty() { 0 } else { LEAVE.as_secs() };
        let name = self.state_cookie_name();
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
        HeaderValue::from_str(&text).map(Cookie).map_err(|_| Problem::plain(problem::FAILED))
    }
}

fn refused(why: impl fmt::Display) -> Problem {
    tracing::warn!(%why, "signing in at a provider failed");
    Problem::plain(problem::PROVIDER_REFUSED)
}

/// The id of an account, from issuer and subject.
fn account_id(issuer: &str, subject: &str) -> Arc<str> {
    // No issuer has a zero byte in it.
    hex(&Sha256::digest([issuer.as_bytes(), b"\0", subject.as_bytes()].concat()))
}

impl Node {
    async fn described(&self, provider: &Provider) -> Result<CoreProviderMetadata, Problem> {
        let asking = self.providers.asking()?;
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(refused)?;
        let told = CoreProviderMetadata::discover_async(issuer, &asking).await.map_err(refused)?;
        // What it names is asked under TLS, as it is itself: the code of a sign-in leaves in clear for nowhere.
        let token = told.token_endpoint().map(|address| address.url().as_str());
        let addresses = [told.authorization_endpoint().url().as_str(), told.jwks_uri().url().as_str()];
        for address in addresses.into_iter().chain(token) {
            may_be_asked(address).map_err(|why| refused(format!("{address}: {why}")))?;
        }
        Ok(told)
    }

    fn callback(&self) -> Result<RedirectUrl, Problem> {
        RedirectUrl::new(self.sign_in()?.page(CALLBACK)).map_err(refused)
    }

    /// Sends somebody to the provider of his organisation, or of that of his invitation.
    pub(crate) async fn to_provider(
        self: &Arc<Self>,
        organisation: Option<&str>,
        link: Option<&str>,
    ) -> Result<Leaving, Problem> {
        let link = link.filter(|link| !link.is_empty());
        let whose = match link {
            Some(link) => Some(self.invitation_told(link).await?.organisation),
            None => organisation.map(str::to_owned),
        };
        let organisation = whose.and_then(|whose| self.organisation(&whose).map(Arc::clone));
        let absent = || Problem::plain(problem::NOT_FOUND);
        let organisation = organisation.ok_or_else(absent)?;
        let provider = organisation.provider.as_ref().ok_or_else(absent)?;
        let client = CoreClient::from_provider_metadata(
            self.described(provider).await?,
            ClientId::new(provider.client_id.clone()),
            provider.secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(self.callback()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (state, kept) = secret()?;
        let (browser, browser_shown) = secret()?;
        let (nonce, _) = secret()?;
        let (state_of, nonce_of) = (CsrfToken::new(state), Nonce::new(nonce.clone()));
        let (url, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state_of, move || nonce_of)
            .set_pkce_challenge(challenge)
            .url();
        if !matches!(url.scheme(), "https" | "http") {
            return Err(refused("its page for signing in is no page"));
        }
        let away = Away {
            organisation: organisation.name.to_string(),
            nonce,
            verifier: verifier.secret().clone(),
            browser: hex(&browser_shown),
            link: link.map(|link| hex(&shown(link))),
        };
        let body = serde_json::to_vec(&away).map_err(refused)?;
        let now = self.clock().now();
        self.put_ticket(kept, LEAVING, &body, now.saturating_add(LEAVE).unwrap_or(now)).await?;
        let cookie = self.sign_in()?.state_cookie(&browser)?;
        Ok(Leaving { organisation: Arc::clone(&organisation.name), url: url.to_string(), cookie })
    }

    /// Somebody comes back: who he is by what his provider says.
    pub(crate) async fn from_provider(
        self: &Arc<Self>,
        headers: &HeaderMap,
        state: Option<&str>,
        code: Option<&str>,
    ) -> Result<Member, Problem> {
        let state = state.ok_or_else(|| Problem::plain(problem::CEREMONY_OVER))?;
        let body = self.take_ticket(shown(state), LEAVING).await?;
        let body = body.ok_or_else(|| Problem::plain(problem::CEREMONY_OVER))?;
        let away: Away = serde_json::from_slice(&body).map_err(refused)?;
        let browser = cookie_of(headers, self.sign_in()?.state_cookie_name());
        if browser.is_none_or(|browser| hex(&shown(browser)) != away.browser) {
            return Err(refused("another browser came back"));
        }
        let code = code.ok_or_else(|| refused("no code came back"))?;
        let organisation = self.organisation(&away.organisation).map(Arc::clone);
        let organisation = organisation.ok_or_else(|| refused("the organisation is not there any more"))?;
        let account = self.account(&organisation, &away, code).await?;
        match away.link {
            Some(link) => self.bind(&organisation, link, account).await,
            None => {
                let member = self.member(PersonBy::Account(account.id)).await?;
                let own = member.filter(|member| member.organisation == organisation.name);
                own.ok_or_else(|| refused("nobody here has this account"))
            }
        }
    }

    async fn account(
        &self,
        organisation: &Organisation,
        away: &Away,
        code: &str,
    ) -> Result<Account, Problem> {
        let provider =
            organisation.provider.as_ref().ok_or_else(|| refused("there is no provider any more"))?;
        let client = CoreClient::from_provider_metadata(
            self.described(provider).await?,
            ClientId::new(provider.client_id.clone()),
            provider.secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(self.callback()?);
        let asking = self.providers.asking()?;
        let exchange = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(refused)?;
        let verifier = PkceCodeVerifier::new(away.verifier.clone());
        let answer = exchange.set_pkce_verifier(verifier).request_async(&asking).await.map_err(refused)?;
        let token = answer.id_token().ok_or_else(|| refused("it gave no identity"))?;
        let checks = client.id_token_verifier().set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha384,
            CoreJwsSigningAlgorithm::RsaSsaPssSha512,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::EdDsa,
        ]);
        let claims = token.claims(&checks, &Nonce::new(away.nonce.clone())).map_err(refused)?;
        let (issuer, subject) = (claims.issuer().as_str().to_owned(), claims.subject().as_str().to_owned());
        Ok(Account { id: account_id(&issuer, &subject), issuer, subject })
    }

    async fn bind(
        self: &Arc<Self>,
        organisation: &Organisation,
        link: Arc<str>,
        account: Account,
    ) -> Result<Member, Problem> {
        let member = self.member(PersonBy::Link(Arc::clone(&link))).await?;
        let member = member.filter(|member| member.organisation == organisation.name);
        let member = member.ok_or_else(|| Problem::plain(problem::CEREMONY_OVER))?;
        let author = Author { person: member.person(), reach: Reach::Link(link) };
        self.admit(&member.id, organisation, Act::BindAccount { account }, author).await?;
        let bound = self.member(PersonBy::Id(Arc::clone(&member.id))).await?;
        bound.ok_or_else(|| Problem::plain(problem::FAILED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_its_issuer_and_its_subject() {
        assert_ne!(account_id("https://a.example", "b1"), account_id("https://a.example1", "b"));
        assert_eq!(account_id("https://a.example", "b").len(), 64);
    }
}
