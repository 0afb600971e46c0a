//! People sign in: invitations, passkeys, sessions, roles, and what a person stands for.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/passkey.rs"]
mod passkey;
#[path = "../support/mod.rs"]
mod support;

mod acts;
mod adjudications;
mod admitting;
mod pages;
mod provider;
mod sessions;
