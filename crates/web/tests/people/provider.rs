//! Signing in at the provider of an organisation: one that the test itself runs, with keys and signed tokens as a real one
//! has them.

use crate::browser::{Browser, administrator, start};
use crate::support::write_secret;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use webauthn_rs::prelude::Url;

/// What the provider says of whoever has a code.
#[derive(Clone)]
struct Grant {
    challenge: String,
    claims: Value,
    signs: Signs,
}

/// How an identity token is signed.
#[derive(Clone, Copy)]
enum Signs {
    /// By the key that the provider publishes.
    ItsKey,
    /// By a key that it does not publish.
    Another,
    /// Not at all (`alg: none`).
    Nothing,
    /// By the secret that node and provider share (HS256), which whoever has it could do.
    Secret,
    /// By the published key taken for a shared secret (HS256), which anybody could do.
    PublicKey,
}

struct Provider {
    issuer: String,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    grants: Mutex<HashMap<String, Grant>>,
}

/// What node and provider share.
const SECRET: &str = "a-secret-of-node-and-provider-12345";

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Provider {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Arc::new(Self { issuer, key: key(), other: key(), grants: Mutex::default() });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(described))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&provider));
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// Somebody signs in there: the provider gives a code for what it was asked.
    fn signs_in(&self, url: &Url, subject: &str, change: impl FnOnce(&mut Grant)) -> (String, String) {
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((&*asked["response_type"], &*asked["client_id"]), ("code", "loadgate"));
        assert_eq!((&*asked["code_challenge_method"], &*asked["scope"]), ("S256", "openid"));
        assert_eq!(asked["redirect_uri"], "http://localhost:8765/sign-in/callback");
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({ "iss": self.issuer, "sub": subject, "aud": "loadgate", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"] });
        let mut grant = Grant { challenge: asked["code_challenge"].clone(), claims, signs: Signs::ItsKey };
        change(&mut grant);
        let code = format!("code-{}", self.grants.lock().unwrap().len());
        self.grants.lock().unwrap().insert(code.clone(), grant);
        (asked["state"].clone(), code)
    }
}

async fn described(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let issuer = &provider.issuer;
    Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let point = provider.key.public_key().as_ref();
    let (x, y) = (encode(&point[1..33]), encode(&point[33..65]));
    Json(
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1", "x": x, "y": y }] }),
    )
}

async fn token(State(provider): State<Arc<Provider>>, body: String) -> (StatusCode, Json<Value>) {
    let form = Url::parse(&format!("http://localhost/?{body}")).unwrap();
    let form: HashMap<String, String> = form.query_pairs().into_owned().collect();
    let grant = provider.grants.lock().unwrap().remove(&form["code"]);
    // A code is good once, and for whoever began alone.
    let proved = |grant: &Grant| encode(&Sha256::digest(form["code_verifier"].as_bytes())) == grant.challenge;
    let Some(grant) = grant.filter(proved) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    };
    let algorithm = match grant.signs {
        Signs::ItsKey | Signs::Another => "ES256",
        Signs::Nothing => "none",
        Signs::Secret | Signs::PublicKey => "HS256",
    };
    let head = encode(json!({ "alg": algorithm, "kid": "1", "typ": "JWT" }).to_string().as_bytes());
    let signed = format!("{head}.{}", encode(grant.claims.to_string().as_bytes()));
    let by_key =
        |key: &EcdsaKeyPair| key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref().to_vec();
    let by_secret = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
    };
    let signature = match grant.signs {
        Signs::ItsKey => by_key(&provider.key),
        Signs::Another => by_key(&provider.other),
        Signs::Nothing => Vec::new(),
        Signs::Secret => by_secret(SECRET.as_bytes()),
        Signs::PublicKey => by_secret(provider.key.public_key().as_ref()),
    };
    let id_token = format!("{signed}.{}", encode(&signature));
    (StatusCode::OK, Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token })))
}

/// Leaves for the provider; where to.
async fn leave(browser: &mut Browser, router: &axum::Router, form: &str) -> Url {
    let (status, _, page) = browser.form(router, "/sign-in/provider", form).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let url =
        page.split("<a href=\"").find(|part| part.starts_with("http")).unwrap().split('"').next().unwrap();
    Url::parse(&url.replace("&#38;", "&").replace("&amp;", "&")).unwrap()
}

async fn come_back(
    browser: &mut Browser,
    router: &axum::Router,
    (state, code): &(String, String),
) -> (StatusCode, String) {
    let path = format!("/sign-in/callback?state={state}&code={code}");
    let (status, _, page) = browser.send_from(router, None, ("GET", &path), ("", String::new())).await;
    (status, page)
}

#[tokio::test]
async fn a_person_is_the_account_he_bound_when_he_accepted() {
    let provider = Provider::start().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = format!(
        "[organisation.acme]\nrole = \"filer\"\n[organisation.acme.provider]\nissuer = \"{}\"\nclient_id = \"loadgate\"\n\
         [organisation.zenith]\nrole = \"filer\"\n",
        provider.issuer
    );
    let (router, node) = start(folder.path(), &settings);
    let mut ada = administrator(&router, &node).await;
    let asked = json!({ "organisation": "acme", "name": "Bo Zwei", "roles": ["filer"] });
    let (_, given) = ada.send(&router, "POST", "/v1/people", asked).await;
    let link = given["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();

    // Nobody signs in who was not invited, whatever his name.
    let mut stranger = Browser::default();
    let url = leave(&mut stranger, &router, "organisation=acme").await;
    let back = provider.signs_in(&url, "bo", |grant| grant.claims["name"] = json!("Bo Zwei"));
    let (status, page) = come_back(&mut stranger, &router, &back).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(page.contains("provider-refused"), "{page}");

    let mut bo = Browser::default();
    let url = leave(&mut bo, &router, &format!("link={link}")).await;
    let back = provider.signs_in(&url, "bo", |_| {});
    // Another browser that comes back with what this one began is nobody; and it was used.
    let (status, _) = come_back(&mut Browser::default(), &router, &back).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(come_back(&mut bo, &router, &back).await.0, StatusCode::CONFLICT);
    let url = leave(&mut bo, &router, &format!("link={link}")).await;
    let back = provider.signs_in(&url, "bo", |_| {});
    let (status, page) = come_back(&mut bo, &router, &back).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("http-equiv=\"refresh\" content=\"0; url=/\""), "{page}");
    let (_, session) = bo.get(&router, "/v1/session").await;
    assert_eq!((&session["person"]["id"], &session["proof_until"]), (&given["person"], &Value::Null));

    // From then on he signs in there alone, wherever he is; another account, and another organisation, are not his.
    let mut elsewhere = Browser::default();
    let url = leave(&mut elsewhere, &router, "organisation=acme").await;
    let back = provider.signs_in(&url, "bo", |_| {});
    assert_eq!(come_back(&mut elsewhere, &router, &back).await.0, StatusCode::OK);
    let (status, _, _) = stranger.form(&router, "/sign-in/provider", "organisation=zenith").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _, _) = stranger.form(&router, "/sign-in/provider", &format!("link={link}")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "the link was used");

    // Who signed in there just now may add a passkey, and has then something to prove himself by.
    let (_, begun) = elsewhere.send(&router, "POST", "/v1/passkeys/challenge", json!({})).await;
    let credential = elsewhere.device.make(&begun["options"]);
    let made = json!({ "ceremony": begun["ceremony"], "credential": credential, "label": "key" });
    assert_eq!(elsewhere.send(&router, "POST", "/v1/passkeys", made).await.0, StatusCode::CREATED);
    assert_eq!(elsewhere.show(&router, "/v1/session/proof").await.0, StatusCode::OK);
    assert!(elsewhere.get(&router, "/v1/session").await.1["proof_until"].is_string());
    assert_eq!(bo.send(&router, "POST", "/v1/passkeys/challenge", json!({})).await.1["code"], "proof-needed");
}

#[tokio::test]
async fn what_a_provider_says_is_believed_only_as_it_should_be_said() {
    let provider = Provider::start().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = format!(
        "[organisation.acme]\nrole = \"filer\"\n[organisation.acme.provider]\nissuer = \"{}\"\nclient_id = \"loadgate\"\n\
         client_secret_file = \"acme.secret\"\n",
        provider.issuer
    );
    write_secret(folder.path(), "acme.secret", SECRET);
    let (router, node) = start(folder.path(), &settings);
    let mut ada = administrator(&router, &node).await;
    let asked = json!({ "organisation": "acme", "name": "Bo", "roles": ["filer"] });
    let (_, given) = ada.send(&router, "POST", "/v1/people", asked).await;
    let link = given["link"].as_str().unwrap().split('#').nth(1).unwrap().to_owned();
    let mut bo = Browser::default();
    let url = leave(&mut bo, &router, &format!("link={link}")).await;
    let back = provider.signs_in(&url, "bo", |_| {});
    assert_eq!(come_back(&mut bo, &router, &back).await.0, StatusCode::OK);
    let past = jiff::Timestamp::now().as_second() - 10;
    type Change = fn(&mut Grant, i64);
    let changes: [(&str, Change); 10] = [
        ("another nonce", |grant, _| grant.claims["nonce"] = json!("x")),
        ("no nonce", |grant, _| drop(grant.claims.as_object_mut().unwrap().remove("nonce"))),
        ("for another", |grant, _| grant.claims["aud"] = json!("other")),
        ("expired", |grant, past| grant.claims["exp"] = json!(past)),
        ("of another issuer", |grant, _| grant.claims["iss"] = json!("https://id.example")),
        ("by another key", |grant, _| grant.signs = Signs::Another),
        ("not signed", |grant, _| grant.signs = Signs::Nothing),
        ("by the shared secret", |grant, _| grant.signs = Signs::Secret),
        ("by the published key as a secret", |grant, _| grant.signs = Signs::PublicKey),
        ("for another challenge", |grant, _| grant.challenge = "x".to_owned()),
    ];
    for (what, change) in changes {
        let mut browser = Browser::default();
        let url = leave(&mut browser, &router, "organisation=acme").await;
        let back = provider.signs_in(&url, "bo", |grant| change(grant, past));
        let (status, page) = come_back(&mut browser, &router, &back).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}");
        assert!(
            page.contains("provider-refused") && !browser.cookies.contains_key("loadgate"),
            "{what}: {page}"
        );
    }
    let (status, page) = come_back(&mut Browser::default(), &router, &("x".into(), "y".into())).await;
    assert_eq!(status, StatusCode::CONFLICT, "{page}");
}

#[test]
fn a_provider_is_asked_under_tls_and_its_secret_stands_apart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loadgate.toml");
    for (provider, told) in [
        ("issuer = \"http://id.example\"\nclient_id = \"a\"", "https"),
        ("issuer = \"https://id.example\"\nclient_id = \" \"", "client_id"),
        (
            "issuer = \"https://id.example\"\nclient_id = \"a\"\nclient_secret_file = \"none\"",
            "client_secret_file",
        ),
        ("issuer = \"https://id.example\"\nclient_id = \"a\"\nsecret = \"x\"", "secret"),
    ] {
        let text =
            format!("[organisation.acme]\nrole = \"filer\"\n[organisation.acme.provider]\n{provider}\n");
        std::fs::write(&file, text).unwrap();
        let why = web::config::Config::read(folder.path()).unwrap_err().to_string();
        assert!(why.contains(told), "{provider}: {why}");
    }
}
