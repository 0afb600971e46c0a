//! Where mails come in, and for whom.

use crate::identity::{Organisation, Role};
use crate::intake::lmtp::{Listen, Lmtp, NOBODY, Recipient};
use formats::limits::MAIL_BYTES_MAX;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// A way in for mails as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LmtpEntry {
    listen: String,
    authserv_id: String,
    #[serde(default)]
    recipient: Vec<RecipientEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecipientEntry {
    address: String,
    organisation: String,
    from: Vec<String>,
}

impl LmtpEntry {
    /// The way in. `whose` finds an organisation by its name.
    pub(super) fn read(
        self,
        data: &Path,
        bytes_max: usize,
        whose: impl Fn(&str, &str) -> Result<Arc<Organisation>, String>,
    ) -> Result<Lmtp, String> {
        let Self { listen, authserv_id, recipient } = self;
        let listen = match listen.parse::<SocketAddr>() {
            // Whoever comes here is believed what he says that he found of a mail.
            Ok(address) if !address.ip().is_loopback() => {
                return Err(format!(
                    "lmtp.listen: {address} can be reached from other machines, and whoever reaches it is believed; listen \
                     on 127.0.0.1 or on a socket, for the mail server on this machine"
                ));
            }
            Ok(address) => Listen::Port(address),
            Err(_) if listen.contains('/') => Listen::Socket(data.join(&listen)),
            Err(_) => {
                return Err(format!(
                    "lmtp.listen: {listen} is no address; write 127.0.0.1:2424, or the path of a socket with a slash in it, \
                     such as mail/lmtp.sock"
                ));
            }
        };
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain(&authserv_id) {
            return Err("lmtp.authserv_id: write what your mail server puts first into the field \
                        Authentication-Results, such as mx.state.example"
                .to_owned());
        }
        if recipient.is_empty() {
            return Err("lmtp.recipient: name at least one".to_owned());
        }
        let mut recipients = BTreeMap::new();
        for RecipientEntry { address, organisation, from } in recipient {
            let of = |why: String| format!("lmtp.recipient {address}: {why}");
            let known = whose("lmtp.recipient", &organisation)?;
            let from = senders(&known, &from).map_err(of)?;
            let recipient = Recipient { organisation: known, from };
            if recipients.insert(mail_address(&address).map_err(of)?, recipient).is_some() {
                return Err(of("it stands here twice".to_owned()));
            }
        }
        Ok(Lmtp::new(listen, authserv_id, recipients, bytes_max.min(MAIL_BYTES_MAX)))
    }
}

/// The addresses that speak for an organisation.
fn senders(organisation: &Organisation, from: &[String]) -> Result<BTreeSet<String>, String> {
    if from.is_empty() {
        return Err("from: name the addresses that speak for the organisation".to_owned());
    }
    let from = from.iter().map(|text| mail_address(text)).collect::<Result<BTreeSet<_>, _>>()?;
    match &organisation.role {
        Role::Authority(programme) => {
            let all = programme::embedded::all();
            let contacts =
                all.iter().filter(|known| known.id == *programme).flat_map(|known| &known.authority.contacts);
            let published: Vec<&str> = contacts.filter_map(|contact| contact.mail.as_deref()).collect();
            let foreign = |one: &&String| !published.iter().any(|mail| mail.eq_ignore_ascii_case(one));
            match from.iter().find(foreign) {
                None => Ok(from),
                Some(foreign) if published.is_empty() => Err(format!(
                    "from: {programme} has published no mail address, so that no mail from {foreign} would count"
                )),
                Some(foreign) => Err(format!(
                    "from: {foreign} is no published address of {programme}, so that nothing from it would count; these \
                     are: {}",
                    published.join(", ")
                )),
            }
        }
        Role::Filer | Role::Carrier(_) | Role::Handler => Ok(from),
        Role::Officer(_) | Role::Registry | Role::Auditor | Role::Administrator | Role::Trainer => {
            Err(format!("a mail cannot speak for {}: give it a token or a certificate", organisation.name))
        }
    }
}

/// A mail address, in lower case.
fn mail_address(text: &str) -> Result<String, String> {
    let wrong = || format!("{text} is no mail address; write it as desk@example.org");
    let (local, domain) = text.split_once('@').ok_or_else(wrong)?;
    let plain = |part: &str| {
        let sound = |byte: u8| byte.is_ascii_graphic() && !b"<>()[]\\,;:\"@".contains(&byte);
        !part.is_empty() && part.bytes().all(sound)
    };
    if plain(local) && plain(domain) { Ok(text.to_ascii_lowercase()) } else { Err(wrong()) }
}

/// Where mails come in, no organisation may be called like those that nobody is proved to have written.
pub(super) fn is_free(name: &str) -> Result<(), String> {
    match name.trim().eq_ignore_ascii_case(NOBODY) {
        true => Err(format!("organisation.{name}: mails of nobody are kept under this name; choose another")),
        false => Ok(()),
    }
}
