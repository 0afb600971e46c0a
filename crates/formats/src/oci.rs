//! The ordered OCI list: what its lines mean, whichever wire they came on.
//!
//! A line is country, information identifier, control identifier and text. Leading parts that are left
//! out are those of the line before: `///ED/1026` after `/NL/ISS/RA/00100-01` means `/NL/ISS/ED/1026`,
//! while `/NL//KC/00200-01` states that it has no information identifier. Order carries meaning, so the
//! list is read as a state machine (IATA OCI composition rules, OCI mapping 3.2):
//!
//! - `RA`, `RC`, `KC` and `AC` lines open an entity of the security declaration ([`declaration`]);
//! - only `ED` belongs to the entity line before it; `SM`, `L`, `SN`, `SD`, `SS` and `ST` are boxes of
//!   the one declaration, that of the issuer, wherever they stand;
//! - an `N` line is a seal on the unit of the `ULD` line before it ([`equipment`]);
//! - every other line is customs or account data ([`customs`], [`account`]), unless it is one of the
//!   declaration with a slip in it ([`damaged`]).
//!
//! The composition rules over the finished declaration are in [`rules`]. Deliberately absent: any
//! judgement of the goods' security status, which is casework's.

mod account;
mod boxes;
mod customs;
mod damaged;
mod dates;
mod declaration;
mod equipment;
mod rules;

use account::AccountReader;
use consignment::field::SecurityField;
use consignment::oci::OciLine;
use consignment::security::{SecurityStatus, StatusSource};
use consignment::{Consignment, Field};
use declaration::{Draft, EntityRole, narrow};
use equipment::EquipmentReader;
use finding::{Finding, Phrase, Position, Severity, codes};
use std::borrow::Cow;

/// What the rules need to know of the message around the list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context {
    /// Whether the message is a status update or answer (FSU, FSA), where an `SS` line is at home.
    pub in_status_message: bool,
}

/// Reads the OCI list of a consignment into its declaration, account set, customs references, seals, and
/// the identifiers and contacts of its parties. Call once, when everything else has been read.
///
/// The list itself stays as it was sent. `security` is set where the list or the special handling codes
/// say anything of security, and stays `None` otherwise.
pub(crate) fn interpret(consignment: &mut Consignment, context: Context, findings: &mut Vec<Finding>) {
    let list = std::mem::take(&mut consignment.oci);
    let found_before = findings.len();
    let mut declaration = Draft::default();
    let mut account = AccountReader::default();
    let mut equipment = EquipmentReader::default();
    let mut leading = Leading::default();
    // Whether the last line with a country or information identifier was one of the declaration.
    let mut declaring = false;
    let mut damaged = false;
    for raw in &list {
        let line = leading.resolve(raw);
        equipment.line(&line, consignment, findings);
        let meaning = line.meaning();
        if damaged::is_damaged(&line, &meaning, declaring) {
            damaged = true;
            findings.push(damaged::finding(&line));
            declaration.foreign_line(true);
            continue;
        }
        if line.country_stated || line.information_stated {
            declaring =
                matches!(meaning, Meaning::Entity(_)) || (declaring && matches!(meaning, Meaning::Box));
        }
        match meaning {
            Meaning::EntityElsewhere => declaration.foreign_line(true),
            Meaning::Customs | Meaning::Account => declaration.foreign_line(false),
            Meaning::Entity(_) | Meaning::Box | Meaning::Unidentified => {}
        }
        match meaning {
            Meaning::Unidentified => {
                findings.push(Finding::new(codes::declaration::OCI_LINE_UNIDENTIFIED).at(line.position));
            }
            Meaning::Entity(role) => declaration.entity(role, &line, findings),
            Meaning::EntityElsewhere => {
                let mut finding = Finding::new(codes::declaration::CSD_ENTITY_ROLE_UNKNOWN)
                    .at(line.position)
                    .with("role", line.information.as_ref())
                    .with("entity", format!("{}/{}", line.control, line.text));
                if damaged::resembles_role(&line.information) {
                    // It may be the last issuer, who makes the others void.
                    finding.severity = Severity::Error;
                }
                findings.push(finding);
            }
            Meaning::Box => declaration.security_box(&line, findings),
            Meaning::Account => account.line(&line, consignment, findings),
            Meaning::Customs => customs::line(&line, consignment, findings),
        }
    }
    account.finish(consignment, findings);

    let handled = statuses_among_special_handling(consignment);
    if declaration.is_stated() || damaged || !handled.is_empty() {
        declaration.settle(findings);
        rules::check(
            &rules::Subject { consignment, context, handled: &handled, draft: &declaration },
            findings,
        );
        let mut security = declaration.finish(&mut consignment.source);
        let stated = handled.iter().map(|(status, _)| (*status, StatusSource::SpecialHandling));
        security.statuses.splice(0..0, stated);
        security.faults = faults(&findings[found_before..]);
        consignment.security = Some(security);
    }
    consignment.oci = list;
}

/// What the composition rules find wrong, without places: the declaration is not relied on.
fn faults(findings: &[Finding]) -> Vec<Phrase> {
    let wrong = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let mut faults: Vec<Phrase> =
        wrong.map(|finding| Phrase { code: finding.code, args: finding.args.clone() }).collect();
    faults.sort();
    faults.dedup();
    faults
}

/// The security statuses among the special handling codes, in order, with the places of the first two:
/// no finding points at more. `NST` (non-stackable) and all other codes are none.
fn statuses_among_special_handling(consignment: &mut Consignment) -> Vec<(SecurityStatus, Option<Position>)> {
    let mut statuses = Vec::new();
    for (index, code) in consignment.special_handling.iter().enumerate() {
        let Some(status) = SecurityStatus::parse(code.as_str()) else { continue };
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let pointed_at = statuses.len() < 2;
        let position =
            pointed_at.then(|| consignment.source.position(Field::SpecialHandling(index))).flatten();
        statuses.push((status, position));
    }
    if let Some((_, Some(position))) = statuses.first() {
        consignment.source.note(Field::Security(SecurityField::Status), *position);
    }
    statuses
}

/// A line with its leading parts filled in.
#[derive(Debug)]
struct Line<'a> {
    /// Country, its own or inherited; empty where no line has stated one.
    country: Cow<'a, str>,
    /// Whether this line states the country itself.
    country_stated: bool,
    /// Information identifier, its own or inherited.
    information: Cow<'a, str>,
    /// Whether this line states the information identifier itself.
    information_stated: bool,
    /// Control identifier.
    control: Cow<'a, str>,
    /// Supplementary text, without blanks around it.
    text: &'a str,
    /// Place of the supplementary text.
    position: Position,
}

/// What a line is about.
enum Meaning {
    /// An entity of the declaration.
    Entity(EntityRole),
    /// A category of entity under an information identifier that is none of the declaration's.
    EntityElsewhere,
    /// A box of the declaration, or the expiry of an entity.
    Box,
    /// The customer-account set of the United States.
    Account,
    /// Customs and other references.
    Customs,
    /// A line that states neither country nor identifier (at least one of the three is mandatory).
    Unidentified,
}

impl Line<'_> {
    fn meaning(&self) -> Meaning {
        // An inherited identifier does not bind a line of the declaration: its boxes may follow customs
        // lines, and "received from" lines have none.
        let stated = if self.information_stated { self.information.as_ref() } else { "" };
        match (stated, self.control.as_ref()) {
            ("" | "ISS" | "CSS" | "OSS", "ED" | "SM" | "L" | "SN" | "SD" | "SS" | "ST") => Meaning::Box,
            ("ISS", _) => Meaning::Entity(EntityRole::Issuer),
            ("CSS", _) => Meaning::Entity(EntityRole::Checker),
            ("OSS", _) => Meaning::Entity(EntityRole::Acceptor),
            ("", "RA") if self.information == "AGT" && self.country == "US" => Meaning::Account,
            ("", "RA" | "RC" | "AO" | "KC" | "AC") => Meaning::Entity(EntityRole::ReceivedFrom),
            ("AGT", "RA" | "") if self.country == "US" => Meaning::Account,
            ("AGT", "RA" | "RC" | "AO" | "KC" | "AC") => Meaning::Customs,
            (_, "RA" | "RC" | "AO" | "KC" | "AC") => Meaning::EntityElsewhere,
            (_, control) if account::is_element(control) && account::carries(&self.information) => {
                Meaning::Account
            }
            ("", "") if !self.country_stated => Meaning::Unidentified,
            _ => Meaning::Customs,
        }
    }

    /// The country where it stands for one.
    fn known_country(&self) -> Option<consignment::ident::Country> {
        consignment::ident::Country::parse(&self.country).ok()
    }
}

/// The parts that the next line may leave out.
#[derive(Default)]
struct Leading<'a> {
    country: Cow<'a, str>,
    information: Cow<'a, str>,
}

impl<'a> Leading<'a> {
    /// Fills in what a line leaves out. The information identifier is inherited only where the country is
    /// left out too; the control identifier never.
    fn resolve(&mut self, raw: &'a OciLine) -> Line<'a> {
        let (country, information, control) =
            (identifier(&raw.country), identifier(&raw.information), identifier(&raw.control));
        let (country_stated, information_stated) = (!country.is_empty(), !information.is_empty());
        if country_stated || information_stated {
            self.information = information;
        }
        if country_stated {
            self.country = country;
        }
        let text = trim(&raw.text);
        let lead = raw.text.len() - raw.text.trim_start().len();
        let column = raw.column.saturating_add(crate::text::width(&raw.text[..lead]));
        Line {
            country: self.country.clone(),
            country_stated,
            information: self.information.clone(),
            information_stated,
            control,
            text,
            position: Position::new(raw.line, column, crate::text::width(text)),
        }
    }
}

/// A text without blanks around it; most have none.
fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// An identifier in capitals, without blanks around it.
fn identifier(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        Cow::Owned(text.to_ascii_uppercase())
    } else {
        Cow::Borrowed(text)
    }
}
