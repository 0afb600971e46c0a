//! Placeholders among the customer-account facts, identifiers and contacts.

use super::words::{is_no_email, is_one_character, is_reserved_domain};
use super::{about, index};
use consignment::field::PartyField;
use consignment::party::ContactKind;
use consignment::{Consignment, Field, Role};
use finding::{Finding, codes::quality as code};
use jiff::civil::Date;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Finds placeholders and dates that contradict the rest of the message.
pub(super) fn checks(consignment: &Consignment, findings: &mut Vec<Finding>) {
    let account = &consignment.account;
    for (control, address) in [("IA", &account.created_from), ("IR", &account.requested_from)] {
        if let Some(range) = unusable_range(address) {
            findings.push(
                about(consignment, code::PLACEHOLDER_NETWORK_ADDRESS, Field::Account(control))
                    .with("text", address.clone())
                    .with("range", range),
            );
        }
    }
    for email in &account.emails {
        if is_placeholder_email(&email.user, &email.domain) {
            let control = if email.verified { "VU" } else { "MU" };
            findings.push(
                about(consignment, code::PLACEHOLDER_EMAIL, Field::Account(control))
                    .with("text", format!("{}@{}", email.user, email.domain)),
            );
        }
    }
    let numbers = [
        ("AR", account.number.as_str()),
        ("VP", &account.verified_telephone),
        ("MI", &account.manufacturer),
        ("II", &account.importer),
        ("RA", &account.agent_number),
    ];
    // The number is the last part of `type-issuer-number`.
    let documents = account.documents.iter().map(|text| ("PI", text.rsplit('-').next().unwrap_or_default()));
    for (control, text) in numbers.into_iter().chain(documents) {
        if is_placeholder_number(text) {
            findings.push(
                about(consignment, code::PLACEHOLDER_NUMBER, Field::Account(control)).with("text", text),
            );
        }
    }
    for (role, party) in consignment.parties() {
        for identifier in &party.identifiers {
            if is_placeholder_number(&identifier.text) {
                let field = identifier_field(consignment, role, &identifier.text);
                findings.push(
                    about(consignment, code::PLACEHOLDER_NUMBER, field).with("text", identifier.text.clone()),
                );
            }
        }
        for contact in &party.contacts {
            let found = match contact.kind {
                ContactKind::Telephone | ContactKind::Fax | ContactKind::Telex => {
                    is_placeholder_number(&contact.value).then_some(code::PLACEHOLDER_NUMBER)
                }
                ContactKind::Email => {
                    let (user, domain) = contact.value.split_once('@').unwrap_or((&contact.value, ""));
                    is_placeholder_email(user, domain).then_some(code::PLACEHOLDER_EMAIL)
                }
                ContactKind::Person => None,
            };
            if let Some(found) = found {
                let field = Field::Party(role, PartyField::Contact);
                findings.push(about(consignment, found, field).with("text", contact.value.clone()));
            }
        }
    }
    let declared = consignment.security.as_ref().and_then(|security| security.issued_at.as_ref()?.date());
    let flown = consignment.legs.iter().find_map(|leg| leg.date?.date());
    if let Some(reference) = declared.or(flown) {
        findings.extend(account_date_checks(consignment, reference));
    }
}

/// Finds an account that was established after `reference`, such as the day of receipt.
///
/// Dates carry no zone, so that a day's difference is no contradiction.
pub fn account_date_checks(consignment: &Consignment, reference: Date) -> Option<Finding> {
    let established = consignment.account.established?.date()?;
    let latest = reference.tomorrow().unwrap_or(reference);
    (established > latest).then(|| {
        about(consignment, code::ACCOUNT_DATE_IN_FUTURE, Field::Account("AE"))
            .with("date", established.to_string())
            .with("reference", reference.to_string())
    })
}

/// Where the message gives an identifier: its OCI line, or the party where there is none.
fn identifier_field(consignment: &Consignment, role: Role, text: &str) -> Field {
    let party = match role {
        Role::Shipper => "SHP",
        Role::Consignee => "CNE",
        Role::Agent => "AGT",
        Role::Notify => "NFY",
        Role::Other => "",
    };
    let line = consignment.oci.iter().position(|line| line.information == party && line.text == text);
    line.map_or(Field::Party(role, PartyField::Whole), |at| Field::Oci(index(at)))
}

/// A number of four digits or more that are all the same, or of six or more that count up from 0 or 1,
/// with at most a country's two letters before or after it (`9999IN`); or three letters or more, all the
/// same. Shorter ones are real branch and agent numbers.
fn is_placeholder_number(text: &str) -> bool {
    let bare: String = text.chars().filter(|character| !" -./()+".contains(*character)).collect();
    let letters = |character: char| character.is_ascii_alphabetic();
    let digits = bare.trim_matches(letters);
    let few_letters = bare.len() - digits.len() <= 2;
    if !few_letters || digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return bare.len() >= 3 && is_one_character(&bare);
    }
    let counts_up =
        digits.len() >= 6 && ["0123456789", "1234567890"].iter().any(|row| row.starts_with(digits));
    is_one_character(digits) || counts_up
}

fn is_placeholder_email(user: &str, domain: &str) -> bool {
    let (user, domain) = (user.trim().to_ascii_uppercase(), domain.trim().to_ascii_uppercase());
    // A missing half is a matter of form, reported when the message is read.
    (!user.is_empty() && (is_one_character(&user) || is_no_email(&user)))
        || (!domain.is_empty() && (is_one_character(&domain) || is_reserved_domain(&domain)))
}

/// The range of special purpose (RFC 6890) an address lies in; `None` for an address in use, and for a
/// text that is no address.
///
/// Hyphens may stand for dots and colons, as the composition rules recommend for older messages.
fn unusable_range(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let hyphens_as = |separator: &str| text.replace('-', separator);
    let address = text
        .parse::<IpAddr>()
        .ok()
        .or_else(|| hyphens_as(".").parse::<Ipv4Addr>().ok().map(IpAddr::V4))
        .or_else(|| hyphens_as(":").parse::<Ipv6Addr>().ok().map(IpAddr::V6));
    match address {
        Some(IpAddr::V4(address)) => unusable_v4(address),
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(mapped) => unusable_v4(mapped),
            None => unusable_v6(address),
        },
        None => None,
    }
}

fn unusable_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("0.0.0.0/8"),
        [10, ..] => Some("10.0.0.0/8"),
        [100, 64..=127, ..] => Some("100.64.0.0/10"),
        [127, ..] => Some("127.0.0.0/8"),
        [169, 254, ..] => Some("169.254.0.0/16"),
        [172, 16..=31, ..] => Some("172.16.0.0/12"),
        [192, 0, 2, _] => Some("192.0.2.0/24"),
        [192, 168, ..] => Some("192.168.0.0/16"),
        [198, 51, 100, _] => Some("198.51.100.0/24"),
        [203, 0, 113, _] => Some("203.0.113.0/24"),
        [240..=255, ..] => Some("240.0.0.0/4"),
        _ => None,
    }
}

fn unusable_v6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_unspecified() {
        return Some("::/128");
    }
    if address.is_loopback() {
        return Some("::1/128");
    }
    match address.segments() {
        [0x2001, 0xdb8, ..] => Some("2001:db8::/32"),
        [0xfc00..=0xfdff, ..] => Some("fc00::/7"),
        [0xfe80..=0xfebf, ..] => Some("fe80::/10"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_special_purpose_are_named_by_their_range() {
        let cases = [
            ("127.0.0.1", Some("127.0.0.0/8")),
            ("10.20.30.40", Some("10.0.0.0/8")),
            ("10-20-30-40", Some("10.0.0.0/8")),
            ("192.168.1.1", Some("192.168.0.0/16")),
            ("172.16.0.1", Some("172.16.0.0/12")),
            ("172.32.0.1", None),
            ("0.0.0.0", Some("0.0.0.0/8")),
            ("255.255.255.255", Some("240.0.0.0/4")),
            ("8.8.8.8", None),
            ("::1", Some("::1/128")),
            ("fe80::1", Some("fe80::/10")),
            ("::ffff:10.0.0.1", Some("10.0.0.0/8")),
            ("00-1A-2B-3C-4D-5E", None),
            ("", None),
            ("NOT KNOWN", None),
        ];
        for (text, expected) in cases {
            assert_eq!(unusable_range(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_that_are_none() {
        for text in
            ["9999IN", "999999999", "0000000", "IN9999", "123456", "XXX", "+1 (111) 111-1111", "X-X-X"]
        {
            assert!(is_placeholder_number(text), "{text}");
        }
        for text in [
            "",
            "99",
            "X",
            "49069695550103",
            "13-2795550",
            "TAX NO.13-2795550",
            "DE363555108",
            "9999INDIA1",
            "0123",
        ] {
            assert!(!is_placeholder_number(text), "{text}");
        }
    }

    #[test]
    fn emails_that_are_none() {
        for (user, domain) in [
            ("X", ""),
            ("xxx", "firm.invented.aero"),
            ("noemail", "a.de"),
            ("anna", "example.com"),
            ("a", "mail.test"),
        ] {
            assert!(is_placeholder_email(user, domain), "{user}@{domain}");
        }
        for (user, domain) in [("anna.berg", "firm.aero"), ("", ""), ("office", "examplein.com")] {
            assert!(!is_placeholder_email(user, domain), "{user}@{domain}");
        }
    }
}
