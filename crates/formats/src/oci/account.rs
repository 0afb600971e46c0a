//! The customer-account set of the United States (enhanced ACAS), as OCI lines carry it.
//!
//! The lines stand under `/US/CUS`; those of the parties under `/US/SHP` and `/US/CNE`, the filing type
//! under `/US/` alone, the regulated agent under `/US/AGT` (IATA OCI mapping 3.2, customs sheet).

use super::{Line, customs, dates};
use consignment::account::AccountEmail;
use consignment::party::ContactKind;
use consignment::{Consignment, Field};
use finding::codes::declaration as code;
use finding::{Finding, Position};

/// Control identifiers of the set.
const ELEMENTS: [&str; 20] = [
    "AH", "AN", "AI", "AR", "AF", "KP", "AE", "BT", "IA", "IR", "PI", "RT", "MI", "II", "VP", "MU", "MD",
    "VU", "VD", "FT",
];

/// Account holder.
const HOLDERS: &[&str] = &["S", "C", "L", "B", "3"];
/// Shipping frequency.
const FREQUENCIES: &[&str] = &["S", "I", "O", "B", "R", "X"];
/// Billing type.
const BILLING: &[&str] = &["EFT", "MBL", "CC", "CSH", "CHQ", "CTO", "BILL"];
/// Filing type.
const FILING_TYPES: &[&str] = &["01", "02", "03", "04"];
/// Identification type, the first part of `PI`.
const DOCUMENTS: &[&str] =
    &["CDN", "CDL", "DL", "DNS", "GLI", "TIN", "KP", "LEI", "SSN", "OTD", "PPT", "PRN"];

/// Whether a control identifier belongs to the set.
pub(super) fn is_element(control: &str) -> bool {
    ELEMENTS.contains(&control)
}

/// Whether lines of the set stand under this information identifier.
pub(super) fn carries(information: &str) -> bool {
    matches!(information, "CUS" | "SHP" | "CNE" | "")
}

/// The name part of an e-mail address that waits for its domain.
#[derive(Debug)]
struct EmailUser {
    information: String,
    verified: bool,
    user: String,
    position: Position,
}

/// Reads the lines of the set in order; user and domain of an e-mail address are a pair of lines.
#[derive(Debug, Default)]
pub(super) struct AccountReader {
    email: Option<EmailUser>,
}

impl AccountReader {
    /// Reads one line.
    pub(super) fn line(
        &mut self,
        line: &Line<'_>,
        consignment: &mut Consignment,
        findings: &mut Vec<Finding>,
    ) {
        if line.country != "US" {
            if line.information == "CUS" && !line.country_stated {
                findings.push(
                    Finding::new(code::ACAS_COUNTRY)
                        .at(line.position)
                        .with("element", line.control.as_ref())
                        .with("country", line.country.as_ref()),
                );
            }
            return;
        }
        if line.text.is_empty() {
            return;
        }
        let account = &mut consignment.account;
        let source = &mut consignment.source;
        let (field, element, allowed): (&mut String, &'static str, &[&str]) = match line.control.as_ref() {
            "AH" => (&mut account.holder, "AH", HOLDERS),
            "AN" => (&mut account.name, "AN", &[]),
            "AI" => (&mut account.issuer, "AI", &[]),
            "AR" => {
                if account.issuer.is_empty() {
                    findings.push(found(code::ACAS_ISSUER_ORDER, line, "AR"));
                }
                (&mut account.number, "AR", &[])
            }
            "AF" => (&mut account.frequency, "AF", FREQUENCIES),
            "BT" => (&mut account.billing, "BT", BILLING),
            "IA" => (&mut account.created_from, "IA", &[]),
            "IR" => (&mut account.requested_from, "IR", &[]),
            "RT" => (&mut account.transaction, "RT", &[]),
            "MI" => (&mut account.manufacturer, "MI", &[]),
            "II" => (&mut account.importer, "II", &[]),
            "VP" => (&mut account.verified_telephone, "VP", &[]),
            "FT" => (&mut account.filing_type, "FT", FILING_TYPES),
            "RA" => (&mut account.agent_number, "RA", &[]),
            // Under AGT a line without control identifier is the agent's name.
            "" => (&mut account.agent_name, "AGT", &[]),
            "KP" => return known_consignor(line, consignment, findings),
            "AE" => return established(line, consignment, findings),
            "PI" => return document(line, consignment, findings),
            _ => return self.email_line(line, consignment, findings),
        };
        if !allowed.is_empty() && !allowed.contains(&line.text.to_ascii_uppercase().as_str()) {
            findings.push(unknown(line, element, line.text, allowed));
        }
        if field.is_empty() {
            line.text.clone_into(field);
            source.note(Field::Account(element), line.position);
        } else if field != line.text {
            findings.push(repeated(line, element, field));
        }
    }

    /// `MU` and `MD`, `VU` and `VD`: user and domain, the latter two verified.
    fn email_line(&mut self, line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
        let verified = line.control.starts_with('V');
        if line.control.ends_with('U') {
            self.finish(consignment, findings);
            self.email = Some(EmailUser {
                information: line.information.to_string(),
                verified,
                user: line.text.to_owned(),
                position: line.position,
            });
            return;
        }
        let pair =
            self.email.take_if(|user| user.verified == verified && user.information == line.information);
        match pair {
            Some(user) => keep_email(user, line.text, consignment),
            None => {
                findings.push(found(code::ACAS_EMAIL_USER_MISSING, line, if verified { "VD" } else { "MD" }));
            }
        }
    }

    /// Ends the list: a user without a domain is kept, and reported.
    pub(super) fn finish(&mut self, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
        if let Some(user) = self.email.take() {
            findings.push(
                Finding::new(code::ACAS_EMAIL_DOMAIN_MISSING)
                    .at(user.position)
                    .on(Field::Account(user_element(user.verified)).to_string())
                    .with("text", user.user.as_str()),
            );
            keep_email(user, "", consignment);
        }
    }
}

fn user_element(verified: bool) -> &'static str {
    if verified { "VU" } else { "MU" }
}

/// An address of the shipper or of the account is the customer's; one of a party is also its contact.
fn keep_email(user: EmailUser, domain: &str, consignment: &mut Consignment) {
    if !domain.is_empty()
        && let Some(party) = customs::party(&user.information, consignment)
    {
        customs::add_contact(party, ContactKind::Email, format!("{}@{domain}", user.user));
    }
    if user.information != "CNE" {
        let email = AccountEmail { user: user.user, domain: domain.to_owned(), verified: user.verified };
        if !consignment.account.emails.contains(&email) {
            consignment.account.emails.push(email);
            consignment.source.note(Field::Account(user_element(user.verified)), user.position);
        }
    }
}

fn known_consignor(line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
    let stated = match line.text.to_ascii_uppercase().as_str() {
        "Y" => true,
        "N" => false,
        _ => return findings.push(unknown(line, "KP", line.text, &["Y", "N"])),
    };
    match consignment.account.known_consignor {
        None => {
            consignment.account.known_consignor = Some(stated);
            consignment.source.note(Field::Account("KP"), line.position);
        }
        Some(kept) if kept != stated => {
            findings.push(repeated(line, "KP", if kept { "Y" } else { "N" }));
        }
        Some(_) => {}
    }
}

fn established(line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
    let Some(date) = dates::established(line.text) else {
        return findings.push(found(code::ACAS_DATE_UNREADABLE, line, "AE").with("text", line.text));
    };
    match consignment.account.established {
        None => {
            consignment.account.established = Some(date);
            consignment.source.note(Field::Account("AE"), line.position);
        }
        Some(kept) if kept != date => findings.push(repeated(line, "AE", &kept.to_string())),
        Some(_) => {}
    }
}

/// `type-issuer-number`; the type is one of a list.
fn document(line: &Line<'_>, consignment: &mut Consignment, findings: &mut Vec<Finding>) {
    let mut parts = line.text.splitn(3, '-');
    let kind = parts.next().unwrap_or_default().to_ascii_uppercase();
    if !DOCUMENTS.contains(&kind.as_str()) {
        findings.push(unknown(line, "PI", &kind, DOCUMENTS));
    } else if parts.filter(|part| !part.trim().is_empty()).count() < 2 {
        findings.push(found(code::ACAS_IDENTIFICATION_FORM, line, "PI").with("text", line.text));
    }
    let documents = &mut consignment.account.documents;
    if !documents.iter().any(|kept| kept == line.text) {
        documents.push(line.text.to_owned());
        consignment.source.note(Field::Account("PI"), line.position);
    }
}

fn found(code: finding::Code, line: &Line<'_>, element: &'static str) -> Finding {
    Finding::new(code).at(line.position).on(Field::Account(element).to_string())
}

fn unknown(line: &Line<'_>, element: &'static str, text: &str, allowed: &[&str]) -> Finding {
    found(code::ACAS_CODE_UNKNOWN, line, element)
        .with("element", element)
        .with("text", text)
        .with("allowed", allowed.join(", "))
}

fn repeated(line: &Line<'_>, element: &'static str, kept: &str) -> Finding {
    found(code::ACAS_REPEATED, line, element)
        .with("element", element)
        .with("text", line.text)
        .with("kept", kept)
}
