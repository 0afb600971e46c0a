//! Where organisations are reached.

use serde::Deserialize;

/// Longest address of a participant, in characters. No source gives a limit.
const PIMA_MAX: usize = 35;

/// Characters of a Type-B address.
const TYPE_B: usize = 7;

/// Where an organisation is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Type-B addresses. The network vouches for the origin of a message, so what comes from one is the organisation's word.
    pub type_b: Vec<String>,
    /// Addresses of participants of cargo community systems. They stand in the text of messages, where anybody may write them, and
    /// prove nothing.
    pub pima: Vec<String>,
    /// Mail addresses. What mails prove is said with the mailboxes of the node.
    pub email: Vec<String>,
}

/// The same as the configuration has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressesEntry {
    #[serde(default)]
    type_b: Vec<String>,
    #[serde(default)]
    pima: Vec<String>,
    #[serde(default)]
    email: Vec<String>,
}

impl AddressesEntry {
    /// Checks what is written.
    ///
    /// # Errors
    /// What of it is no address, and what would be one.
    pub(super) fn read(self) -> Result<Addresses, String> {
        let Self { type_b, pima, email } = self;
        let wrong =
            |kind: &str, address: &String, right: &str| format!("addresses.{kind}: {address:?}: {right}");
        if let Some(address) = type_b.iter().find(|address| address.len() != TYPE_B || !is_plain(address, ""))
        {
            return Err(wrong("type_b", address, "write seven capital letters and digits, such as ZRHAA8Z"));
        }
        let is_pima = |address: &&String| (1..=PIMA_MAX).contains(&address.len()) && is_plain(address, "/");
        if let Some(address) = pima.iter().find(|address| !is_pima(address)) {
            let right = "write up to 35 capital letters, digits and strokes, such as REUAGT89XXXXX/ZRH01";
            return Err(wrong("pima", address, right));
        }
        if let Some(address) = email.iter().find(|address| !is_mail(address)) {
            return Err(wrong("email", address, "write one address, such as desk@carrier.example"));
        }
        Ok(Addresses { type_b, pima, email })
    }
}

/// Whether a text has nothing but capital letters, digits, and some other characters.
fn is_plain(text: &str, also: &str) -> bool {
    text.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || also.contains(one))
}

fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    let is_one = parts.is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
    is_one && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_told_with_what_would_be_one() {
        let read = |text: &str| toml::from_str::<AddressesEntry>(text).unwrap().read();
        let right = "type_b = [\"ZRHAA8Z\"]\npima = [\"REUAGT89XXXXX/ZRH01\"]\nemail = [\"a.b@c.example\"]";
        let told = read(right).unwrap();
        assert_eq!((&*told.type_b[0], &*told.pima[0]), ("ZRHAA8Z", "REUAGT89XXXXX/ZRH01"));
        assert_eq!(read("").unwrap(), Addresses::default());
        let long = "A".repeat(36);
        for (field, address) in [
            ("type_b", "ZRHAA8"),
            ("type_b", "ZRHAA8ZZ"),
            ("type_b", "zrhaa8z"),
            ("type_b", "ZRH/A8Z"),
            ("pima", ""),
            ("pima", "REU AGT"),
            ("pima", &long),
            ("email", "a.b"),
            ("email", "@c.example"),
            ("email", "a@"),
            ("email", "a@b@c.example"),
            ("email", "a b@c.example"),
        ] {
            let why = read(&format!("{field} = [{address:?}]")).unwrap_err();
            assert!(why.starts_with(&format!("addresses.{field}: ")) && why.contains("write "), "{why}");
        }
        assert!(read(&format!("pima = [{:?}]", &long[1..])).is_ok());
    }
}
