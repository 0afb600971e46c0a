//! An authenticator as a browser has one: it makes passkeys and shows them, with real keys and signatures.

// Each test is a program of its own and uses a part of it.
#![allow(dead_code)]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// User present, user verified.
const PRESENT_AND_VERIFIED: u8 = 0x05;
/// Attested credential data follow.
const ATTESTED: u8 = 0x40;

/// A passkey on a device.
pub struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    owner: Vec<u8>,
    counter: u32,
    /// Whether its owner is asked who he is.
    pub verifies: bool,
    /// The page that asks, as the browser tells it.
    pub origin: String,
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

/// A text or byte string of CBOR.
fn string(kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = match bytes.len() {
        length if length < 24 => vec![kind | length as u8],
        length if length < 256 => vec![kind | 24, length as u8],
        length => vec![kind | 25, (length >> 8) as u8, length as u8],
    };
    out.extend_from_slice(bytes);
    out
}

impl Device {
    /// A device without a passkey, in a browser at this address.
    pub fn new(origin: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let id = Sha256::digest(key.public_key().as_ref()).to_vec();
        Self { key, id, owner: Vec::new(), counter: 0, verifies: true, origin: origin.to_owned() }
    }

    /// The same device, copied with all it knows.
    pub fn copied(&self) -> Self {
        let stored = self.key.to_pkcs8v1().unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, stored.as_ref()).unwrap();
        let (id, owner, origin) = (self.id.clone(), self.owner.clone(), self.origin.clone());
        Self { key, id, owner, counter: self.counter, verifies: self.verifies, origin }
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let data =
            json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&mut self, relying_party: &str, attested: &[u8]) -> Vec<u8> {
        let flags = if attested.is_empty() { 0 } else { ATTESTED };
        let flags = flags | if self.verifies { PRESENT_AND_VERIFIED } else { 0x01 };
        self.counter += 1;
        let mut data = Sha256::digest(relying_party.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data.extend(attested);
        data
    }

    /// Makes a passkey, as `navigator.credentials.create` does.
    pub fn make(&mut self, options: &Value) -> Value {
        let wanted = &options["publicKey"];
        assert_eq!(wanted["authenticatorSelection"]["residentKey"], "required", "{wanted}");
        assert_eq!(wanted["authenticatorSelection"]["userVerification"], "required", "{wanted}");
        self.owner = decode(&wanted["user"]["id"]);
        // COSE: an elliptic key (1: 2) for ES256 (3: -7) on P-256 (-1: 1), with x (-2) and y (-3).
        let point = self.key.public_key().as_ref();
        let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
        cose.extend(string(0x40, &point[1..33]));
        cose.push(0x22);
        cose.extend(string(0x40, &point[33..65]));
        let mut attested = vec![0; 16];
        attested.extend((self.id.len() as u16).to_be_bytes());
        attested.extend(&self.id);
        attested.extend(cose);
        let data = self.authenticator_data(wanted["rp"]["id"].as_str().unwrap(), &attested);
        let mut object = vec![0xa3];
        object.extend(string(0x60, b"fmt"));
        object.extend(string(0x60, b"none"));
        object.extend(string(0x60, b"attStmt"));
        object.push(0xa0);
        object.extend(string(0x60, b"authData"));
        object.extend(string(0x40, &data));
        let client = self.client_data("webauthn.create", &wanted["challenge"]);
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key", "extensions": {},
            "response": { "attestationObject": encode(&object), "clientDataJSON": encode(&client), "transports": [] },
        })
    }

    /// Shows the passkey, as `navigator.credentials.get` does.
    pub fn show(&mut self, options: &Value) -> Value {
        let wanted = &options["publicKey"];
        assert_eq!(wanted["userVerification"], "required", "{wanted}");
        assert!(wanted["allowCredentials"].as_array().is_none_or(Vec::is_empty), "nobody says who he is");
        let data = self.authenticator_data(wanted["rpId"].as_str().unwrap(), &[]);
        let client = self.client_data("webauthn.get", &wanted["challenge"]);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "authenticatorData": encode(&data), "clientDataJSON": encode(&client),
                "signature": encode(signature.as_ref()), "userHandle": encode(&self.owner),
            },
        })
    }
}
