//! The answer of the gate for people: the answer first, then why, then what it rests on.

use super::text::visible;
use super::{BAD, DOUBTFUL, GOOD, Look, QUIET, TITLE, lines};
use crate::document::assess::{AssessedItem, CaseItem, CaseLeg, FactItem, ListItem, NotTakenIn, ReasonItem};
use casework::case::CaseState;
use comfy_table::{Attribute, Cell, ColumnConstraint, Table, Width};
use jiff::Timestamp;

/// Digits of a hash that people are shown.
const HASH_DIGITS: usize = 12;

/// One consignment, with an empty line after it.
pub fn answer(file: &str, item: &AssessedItem, look: Look) -> String {
    let mut text = headline(file, item, look);
    if let Some(refusal) = &item.refusal {
        text.push_str(&section("Not taken in", look));
        text.push_str(&wrapped(std::slice::from_ref(refusal), look));
    }
    if let Some(incumbent) = &item.incumbent {
        text.push_str(&section("System in place", look));
        let outcome = match incumbent.outcome {
            "only-we-hold" => "only we hold",
            "only-they-hold" => "ONLY IT HOLDS: find out why before you rely on this answer",
            _ => "it agrees",
        };
        let said = if incumbent.said.is_empty() {
            String::new()
        } else {
            format!(" ({})", visible(&incumbent.said))
        };
        text.push_str(&wrapped(&[format!("{}{said}: {outcome}", incumbent.decision)], look));
    }
    let of_effect = |effect: &str| -> Vec<&ReasonItem> {
        item.load.reasons.iter().filter(|reason| reason.effect == effect).collect()
    };
    for (title, reasons) in [("What holds it", of_effect("hold")), ("For information", of_effect("info"))] {
        if !reasons.is_empty() {
            text.push_str(&section(title, look));
            text.push_str(&lines(&reason_table(&reasons, look)));
        }
    }
    if !item.cases.is_empty() {
        text.push_str(&section("Cases", look));
        text.push_str(&lines(&case_table(&item.cases, look)));
        text.push_str(&wrapped(&case_notes(&item.cases), look));
    }
    text.push_str(&section("Security", look));
    let why = item.security_why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    // Nobody declares that nothing was declared, so the lowest status says what it means instead.
    let basis = if item.security_status == "NSC" { "not secured" } else { item.security_basis };
    text.push_str(&wrapped(&[format!("{} ({basis}){why}", item.security_status)], look));
    if !item.matches.is_empty() {
        text.push_str(&section("Names on watch lists", look));
        text.push_str(&lines(&match_table(item, look)));
        text.push_str(&wrapped(&match_notes(item), look));
    }
    text.push('\n');
    text
}

/// A message of which no consignment could be taken in, with an empty line after it.
pub fn not_taken_in(file: &str, message: &NotTakenIn, look: Look) -> String {
    let place = look.paint(QUIET, format!("{}:{}", visible(file), message.line));
    let format = message.format.unwrap_or("a message of no known format");
    let title = look.paint(DOUBTFUL, "NOT TAKEN IN");
    let mut texts: Vec<String> =
        message.findings.iter().map(|found| format!("{}: {}", found.severity, found.message)).collect();
    texts.push(if message.may_forbid_loading {
        "It brings no goods, and it may say that goods must not be loaded: have it read.".to_owned()
    } else {
        "It brings no goods and cannot forbid to load any.".to_owned()
    });
    format!("{title}: {format} {place}\n{}\n", wrapped(&texts, look))
}

/// A fact that was refused.
pub fn refused(file: &str, fact: &FactItem, look: Look) -> String {
    let place = look
        .paint(QUIET, format!("{}, fact {} of message {}", visible(file), fact.index + 1, fact.message + 1));
    let title = look.paint(DOUBTFUL, "REFUSED");
    let texts = [fact.why.clone().unwrap_or_default()];
    format!("{title}: {} {place}\n{}\n", visible(&fact.r#type), wrapped(&texts, look))
}

/// One line on what all answers rest on; `relays` are the programmes that run as a relay.
pub fn footer(at: Timestamp, used: &[ListItem], relays: &[String], look: Look) -> String {
    let lists = if used.is_empty() {
        "no watch list given".to_owned()
    } else {
        let lists: Vec<String> = used.iter().map(list).collect();
        format!("lists: {}", lists.join(", "))
    };
    let text = if relays.is_empty() {
        format!("Simulated at {at}, no decision of any authority; {lists}.")
    } else {
        let relays = relays.join(", ");
        format!(
            "Asked at {at}, nothing recorded; {relays} as a relay, every other programme simulated; {lists}."
        )
    };
    format!("{}\n", look.paint(QUIET, visible(&text)))
}

/// A list as people are told of it: title, edition, beginning of its hash.
pub fn list(list: &ListItem) -> String {
    let digits = list.sha256.get(..HASH_DIGITS).unwrap_or(&list.sha256);
    let edition =
        if list.edition == "undated" { "undated".to_owned() } else { format!("edition {}", list.edition) };
    format!("{} ({edition}, sha256 {digits})", list.title)
}

fn headline(file: &str, item: &AssessedItem, look: Look) -> String {
    let load = &item.load;
    let (word, style) = match load.decision {
        "load" => ("LOAD", GOOD),
        _ => ("HOLD", BAD),
    };
    let number = match (&item.master, &item.house) {
        (Some(master), Some(house)) => format!("{master} house {house}"),
        (Some(master), None) => master.clone(),
        (None, Some(house)) => format!("house {house}"),
        (None, None) => "a consignment without a readable number".to_owned(),
    };
    let leg = load.leg.as_ref().map(|leg| format!(" on {}", leg.label)).unwrap_or_default();
    let aircraft = match load.aircraft {
        "cao" => "all-cargo aircraft",
        _ => "passenger aircraft",
    };
    let until = load.valid_until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    let place = look.paint(QUIET, format!("{}:{}", visible(file), item.line));
    let number = look.paint(TITLE, visible(&number));
    // "HOLD … (load, …)" would be two answers to a tired eye.
    let stage = match load.stage {
        "accept" => "for acceptance",
        "build" => "for build-up",
        "depart" => "for departure",
        _ => "for loading",
    };
    format!("{} {number}{leg} ({stage}, {aircraft}){until}\n  {place}\n", look.paint(style, word))
}

fn section(title: &str, look: Look) -> String {
    format!("  {}\n", look.paint(TITLE, title))
}

/// Texts one below the other, wrapped and indented.
fn wrapped(texts: &[String], look: Look) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let mut table = look.table();
    for text in texts {
        table.add_row([visible(text).as_ref()]);
    }
    indent_first(&mut table);
    lines(&table)
}

fn reason_table(reasons: &[&ReasonItem], look: Look) -> Table {
    let mut table = look.table();
    for reason in reasons {
        let mut text = visible(&reason.message).into_owned();
        if let Some(clears_when) = &reason.clears_when {
            let who = visible(&reason.who_acts);
            text.push_str(&format!("\n{who} acts; it clears when {}", visible(clears_when)));
        }
        let later = if reason.scope == "later" { " (a later leg)" } else { "" };
        let programme = reason.programme.as_deref().unwrap_or_default();
        table.add_row([
            Cell::new(format!("{}{later}\n{programme}", reason.code).trim_end())
                .add_attribute(Attribute::Dim),
            Cell::new(text),
        ]);
    }
    indent_first(&mut table);
    // The longest code still leaves most of the line to the words.
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(27)));
    }
    table
}

fn case_table(cases: &[CaseItem], look: Look) -> Table {
    let mut table = look.table_of(&["programme", "legs", "state", "outcome", "decided by"]);
    for case in cases {
        // Its state says it already, and a leg fits into the line.
        let outcome = if case.outcome == CaseState::NotRequired.as_str() { "" } else { case.outcome };
        table.add_row([
            case.programme.clone(),
            case.legs.iter().map(|leg: &CaseLeg| leg.label.clone()).collect::<Vec<_>>().join("\n"),
            case.state.to_owned(),
            outcome.to_owned(),
            case.decided_by.unwrap_or("nobody").to_owned(),
        ]);
    }
    indent_first(&mut table);
    table
}

/// What does not fit into the columns of the case table.
fn case_notes(cases: &[CaseItem]) -> Vec<String> {
    let mut notes = Vec::new();
    for case in cases {
        let programme = &case.programme;
        if let Some(proof) = &case.not_required {
            notes.push(format!("{programme}: not required, {proof}"));
        }
        if !case.rejected_for.is_empty() {
            notes.push(format!("{programme}: rejected for {}", case.rejected_for.join(", ")));
        }
        for referral in &case.referrals {
            let deadline =
                referral.deadline.as_ref().map(|at| format!(", answer by {at}")).unwrap_or_default();
            let methods = match referral.methods.join(", ") {
                none if none.is_empty() => none,
                methods => format!(", recommended methods {methods}"),
            };
            notes.push(format!(
                "{programme}: {} {} is {}{deadline}{methods}: {}",
                referral.kind, referral.id, referral.state, referral.reason
            ));
        }
        for claim in &case.claims {
            let (claimed, channel) = (&claim.claimed, &claim.channel);
            notes.push(format!(
                "{programme}: {claimed} claimed by {channel}, not from the authority's channel: {}",
                claim.text
            ));
        }
    }
    notes
}

fn match_table(item: &AssessedItem, look: Look) -> Table {
    let mut table = look.table_of(&["score", "party", "resembles", "list", "entry"]);
    for found in &item.matches {
        let mut name = visible(&found.name).into_owned();
        if found.matched != found.name {
            name.push_str(&format!("\n(as {})", visible(&found.matched)));
        }
        table.add_row([
            found.score.as_str().to_owned(),
            visible(&format!("{} ({})", found.party, found.role)).into_owned(),
            name,
            format!("{}\n({})", visible(&found.list), found.purpose),
            visible(&found.entity_id).into_owned(),
        ]);
    }
    indent_first(&mut table);
    table
}

/// Why each party resembles its entry.
fn match_notes(item: &AssessedItem) -> Vec<String> {
    let with_evidence = item.matches.iter().filter(|found| !found.evidence.is_empty());
    with_evidence.map(|found| format!("{}: {}", found.entity_id, found.evidence.join("; "))).collect()
}

fn indent_first(table: &mut Table) {
    if let Some(column) = table.column_mut(0) {
        column.set_padding((4, 1));
    }
}
