//! `docs/programmes.md`: the programmes side by side, and where each of their rules comes from.

use super::{GENERATED, cell};
use crate::{Outcome, root};
use consignment::fact::ReferralKind;
use programme::{Element, Obligation, Programme, ReferralRule, embedded::all};
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

/// What the data file of a programme marks so was chosen here.
const DEFAULT: &str = "default, unsourced";

/// The page.
///
/// # Errors
/// Where a programme's file cannot be read.
pub(super) fn page() -> Outcome<String> {
    let programmes = all();
    let mut page = format!(
        "# Programmes\n\n{GENERATED}\n\n\
         What the country programmes of this release want and do, side by side, from `programmes/`. Nothing of it \
         is code. What no public source settles is a default of Loadgate, chosen on the side that holds and marked \
         so in the last part of this page; change it in the data of your node.\n\n"
    );
    page.push_str(&side_by_side(&programmes));
    page.push_str(&elements(&programmes));
    for programme in &programmes {
        page.push_str(&details(programme));
    }
    page.push_str(
        "\n## Where each rule comes from\n\n\
         Every setting with the comment that stands above it in `programmes/*/programme.toml`. Elements and codes \
         name their sources above.\n",
    );
    for programme in &programmes {
        let file = format!("programmes/{}/programme.toml", programme.id);
        let text = fs::read_to_string(root().join(&file)).map_err(|why| format!("{file}: {why}"))?;
        page.push_str(&sources(programme.id.as_str(), &text));
    }
    Ok(page)
}

/// A table with a column for each programme.
fn table(programmes: &[Arc<Programme>], rows: &[(&str, Vec<String>)]) -> String {
    let mut text = String::from("| |");
    for programme in programmes {
        // Writing to a string cannot fail.
        let _ = write!(text, " `{}` |", programme.id);
    }
    let _ = writeln!(text, "\n|---|{}", "---|".repeat(programmes.len()));
    for (what, cells) in rows {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        let _ = writeln!(text, "| {what} | {} |", cells.join(" | "));
    }
    text
}

fn side_by_side(programmes: &[Arc<Programme>]) -> String {
    let row = |what: &'static str, of: &dyn Fn(&Programme) -> String| {
        (what, programmes.iter().map(|programme| of(programme)).collect::<Vec<_>>())
    };
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let referral =
        |programme: &Programme, kind| programme.referral.of(kind).map(referral_words).unwrap_or_default();
    let rows = [
        row("programme", &|p| p.title.clone()),
        row("edition of the data", &|p| p.edition.to_string()),
        row("authority", &|p| format!("{} ({})", p.authority.name, p.authority.kind.as_str())),
        row("runs, where a node says nothing, as", &|p| p.authority.default_mode.as_str().to_owned()),
        row("duty", &|p| match p.gate.binding {
            Obligation::Mandatory => "mandatory: what is lacking holds".to_owned(),
            Obligation::Voluntary => "voluntary: what is lacking informs".to_owned(),
        }),
        row("entry into", &|p| p.scope.territory.to_string()),
        row("mail in scope", &|p| yes(p.scope.mail)),
        row("diplomatic bags in scope", &|p| yes(p.scope.diplomatic_bags)),
        row("legs by surface in scope", &|p| yes(p.scope.surface_legs)),
        row("who may file", &|p| p.filing.who.iter().map(|who| who.as_str()).collect::<Vec<_>>().join(", ")),
        row("who answers for it", &|p| p.filing.liable.as_str().to_owned()),
        row("a house filed before its master is sent again with it", &|p| {
            yes(p.filing.house_sent_again_with_master)
        }),
        row("updates until", &|p| p.filing.updates_until.as_str().to_owned()),
        row("loading waits for the acknowledgement", &|p| yes(p.gate.acknowledgement_required)),
        row("loading waits for assessment complete", &|p| {
            let rule = if p.gate.assessment_required_is_law { "its rule" } else { "default" };
            format!("{} ({rule})", yes(p.gate.assessment_required))
        }),
        row("a consolidated master waits for an answer of its own", &|p| yes(p.gate.consolidation_answered)),
        row("the manifest ends the assessment", &|p| yes(p.gate.manifest_ends_assessment)),
        row("methods that secure high-risk cargo", &|p| p.high_risk.methods_min.to_string()),
        row("request for information", &|p| referral(p, ReferralKind::Rfi)),
        row("request for screening", &|p| referral(p, ReferralKind::Rfs)),
        row("do not load", &|p| referral(p, ReferralKind::Dnl)),
        row("ended by assessment complete", &|p| {
            let kinds: Vec<&str> = p.referral.complete_closes.iter().map(|kind| kind.as_str()).collect();
            if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") }
        }),
        row("in place, and complete, also acknowledge on", &|p| {
            let wires = |wires: &[consignment::notice::Wire]| match wires {
                [] => "none".to_owned(),
                wires => wires.iter().map(|wire| wire.as_str()).collect::<Vec<_>>().join(", "),
            };
            format!(
                "{}; {}",
                wires(&p.referral.in_place_tells_received),
                wires(&p.referral.complete_tells_received)
            )
        }),
        row("outage", &outage),
        row("parts are linked within", &|p| {
            p.timers.linking_hours.map_or("not known".to_owned(), |hours| format!("{hours} hours"))
        }),
        row("goods are presented within", &|p| {
            p.timers.presentation_days.map_or("not known".to_owned(), |days| format!("{days} days"))
        }),
        row("numbers name other goods after (waybill, house, express, mail)", &|p| {
            let reuse = p.timers.number_reuse;
            format!(
                "{}, {}, {}, {} days",
                reuse.air_waybill_days, reuse.house_waybill_days, reuse.express_days, reuse.mail_days
            )
        }),
        row("a load answer holds at most", &|p| format!("{} minutes", p.timers.answer_valid_minutes)),
        row("kept for", &|p| format!("{} days", p.filing.retention_days)),
    ];
    format!(
        "## Side by side\n\n{}\nInformation only, and read by no decision of Loadgate: who may file and who answers for \
         it, updates until anything but departure, for how long filings are kept, how long an outage must be for an \
         authority to suspend (it is the authority that suspends), from which notice on grace is counted (a node counts \
         from the notice that ends the outage), in which mode a programme is meant to run and for how long its answers \
         hold (both are for the settings of a node). `loadgate check --gaps` shows the first four for what is filed.\n",
        table(programmes, &rows)
    )
}

fn referral_words(rule: &ReferralRule) -> String {
    let who: Vec<&str> = rule.answered_by.iter().map(|who| who.as_str()).collect();
    let mut text = format!(
        "holds {}; answered by {}, by {}",
        rule.holds.as_str(),
        who.join(" or "),
        match rule.answer_by.as_str() {
            "mail" => "mail",
            _ => "a message of the programme",
        }
    );
    if let Some(minutes) = rule.answer_minutes {
        let _ = write!(text, "; within {minutes} minutes");
    }
    if rule.answer_before_departure {
        text.push_str("; before departure");
    }
    if let Some(methods) = rule.methods_min {
        let _ = write!(text, "; methods it must name: {methods}");
    }
    text
}

fn outage(programme: &Programme) -> String {
    let Some(rules) = &programme.outage else { return "suspends nothing".to_owned() };
    format!(
        "the authority may suspend the {} by its own notice, where more than {} minutes are expected ({} where \
         planned) from {}; goes on for {} minutes from {}",
        rules.covers.as_str(),
        rules.threshold_minutes,
        rules.planned_threshold_minutes,
        rules.threshold_from.as_str(),
        rules.grace_minutes,
        rules.grace_from.as_str()
    )
}

fn elements(programmes: &[Arc<Programme>]) -> String {
    let of = |programme: &Programme, element: Element| {
        let rules = programme.elements.iter().filter(|rule| rule.element == element);
        let told: Vec<String> = rules
            .map(|rule| {
                let documents = match (rule.of_houses, rule.of_consolidations) {
                    (true, true) => "",
                    (true, false) => " of houses and direct waybills",
                    _ => " of consolidations",
                };
                let types = match rule.filing_types.as_slice() {
                    [] => String::new(),
                    types => format!(" in {}", types.join(", ")),
                };
                let from = rule.from.map(|from| format!(" from {from}")).unwrap_or_default();
                let until = rule.until.map(|until| format!(" until {until}")).unwrap_or_default();
                format!("{}{documents}{types}{from}{until}", rule.severity.as_str())
            })
            .collect();
        if told.is_empty() { "–".to_owned() } else { told.join("; ") }
    };
    let rows: Vec<(&str, Vec<String>)> = Element::ALL
        .iter()
        .map(|element| {
            (element.as_str(), programmes.iter().map(|programme| of(programme, *element)).collect())
        })
        .collect();
    format!(
        "\n## Elements\n\nAn error rejects the filing. `loadgate check --gaps` tells what a message lacks.\n\n{}",
        table(programmes, &rows)
    )
}

fn details(programme: &Programme) -> String {
    let mut text = format!("\n## {}\n\n{}.\n", programme.id, programme.title);
    let _ = write!(
        text,
        "\n### Filing types of {}\n\n| code | name | for | extent | due | of | all its elements known | source |\n\
         |---|---|---|---|---|---|---|---|\n",
        programme.id
    );
    for of in &programme.filing.types {
        let documents: Vec<&str> = of.of.iter().map(|document| document.as_str()).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            cell(&of.code),
            cell(&of.name),
            cell(&of.purpose),
            of.extent.as_str(),
            of.stage.as_str(),
            documents.join(", "),
            if of.elements_known { "yes" } else { "no" },
            cell(&of.reference)
        );
    }
    let _ = write!(
        text,
        "\n### Answers of {}\n\n| wire | code | with the words | means | source |\n|---|---|---|---|---|\n",
        programme.id
    );
    for rule in programme.notifications.rules() {
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | {} | {} |",
            rule.wire.as_str(),
            cell(&rule.code),
            cell(&rule.text),
            rule.means.as_str(),
            cell(&rule.reference)
        );
    }
    for code in programme.notifications.unknown() {
        let _ = writeln!(
            text,
            "| {} | `{}` | | nothing that is known | {} |",
            code.wire.as_str(),
            cell(&code.code),
            cell(&code.reference)
        );
    }
    if !programme.answers.is_empty() {
        let codes: Vec<String> =
            programme.answers.iter().map(|answer| format!("`{}`", answer.code)).collect();
        let _ = writeln!(text, "\nError codes, each of which rejects: {}.", codes.join(", "));
    }
    let _ = write!(text, "\n### Contacts of {}\n\n", programme.id);
    if programme.authority.contacts.is_empty() {
        text.push_str("None is published that was read here.\n");
        return text;
    }
    text.push_str("| for | mail | phone | when | source |\n|---|---|---|---|---|\n");
    for contact in &programme.authority.contacts {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            cell(&contact.purpose),
            contact.mail.as_deref().unwrap_or_default(),
            contact.phone.as_deref().unwrap_or_default(),
            cell(&contact.hours),
            cell(&contact.reference)
        );
    }
    text
}

/// Settings at the head of a data file, which are shown above.
const HEAD: [&str; 3] = ["schema", "title", "edition"];

/// One setting of a data file.
#[derive(Debug, PartialEq, Eq)]
struct Setting {
    key: String,
    value: String,
    comment: String,
}

/// The settings of a data file with the comments above them, up to its elements. A table's own comment stands
/// with the name of the table; settings of lists of tables tell their sources themselves.
fn settings(text: &str) -> Vec<Setting> {
    let (mut found, mut comment, mut table, mut list) = (Vec::new(), Vec::new(), String::new(), false);
    let mut open: Option<Setting> = None;
    for line in text.lines() {
        let line = line.trim();
        if let Some(setting) = &mut open {
            let _ = write!(setting.value, " {line}");
            if line.ends_with(']') {
                found.extend(open.take().filter(|_| !list));
            }
            continue;
        }
        if let Some(words) = line.strip_prefix('#') {
            comment.push(words.trim().to_owned());
        } else if line.is_empty() {
            comment.clear();
        } else if let Some(name) = line.strip_prefix('[') {
            list = name.starts_with('[');
            table = name.trim_matches(['[', ']']).to_owned();
            if table == "element" {
                break;
            }
            let words = std::mem::take(&mut comment).join(" ");
            if !words.is_empty() {
                found.push(Setting { key: table.clone(), value: String::new(), comment: words });
            }
        } else if let Some((key, value)) = line.split_once('=') {
            let key = key.trim();
            let key = if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") };
            let words = std::mem::take(&mut comment).join(" ");
            let setting = Setting { key, value: value.trim().to_owned(), comment: words };
            if setting.value.starts_with('[') && !setting.value.ends_with(']') {
                open = Some(setting);
            } else if !list {
                found.push(setting);
            }
        }
    }
    found
}

fn sources(id: &str, text: &str) -> String {
    let mut page =
        format!("\n### Settings of {id}\n\n| setting | value | default | source |\n|---|---|---|---|\n");
    for setting in settings(text).iter().filter(|setting| !HEAD.contains(&setting.key.as_str())) {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} |",
            setting.key,
            cell(&setting.value),
            if setting.comment.contains(DEFAULT) { "yes" } else { "" },
            cell(&setting.comment)
        );
    }
    page
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_with_what_is_below_them() {
        let text = "# Head.\n\nschema = 1\n[gate]\n# A law.\n# Its second line.\nwait = true\nnext = [\n  \"a\",\n]\n\
                    # Of the table.\n[a.b]\nc = 2\n# Of a list.\n[[list]]\n# Left out.\nd = [\n1\n]\n[[element]]\ne = 1\n";
        let setting = |key: &str, value: &str, comment: &str| Setting {
            key: key.to_owned(),
            value: value.to_owned(),
            comment: comment.to_owned(),
        };
        assert_eq!(
            settings(text),
            [
                setting("schema", "1", ""),
                setting("gate.wait", "true", "A law. Its second line."),
                setting("gate.next", "[ \"a\", ]", ""),
                setting("a.b", "", "Of the table."),
                setting("a.b.c", "2", ""),
                setting("list", "", "Of a list."),
            ]
        );
    }

    #[test]
    fn every_programme_and_code_is_on_the_page() {
        let page = page().unwrap();
        for programme in all() {
            assert!(page.contains(&format!("### Settings of {}\n", programme.id)));
            for rule in programme.notifications.rules() {
                assert!(page.contains(&format!("| `{}` |", cell(&rule.code))), "{}", rule.code);
            }
            for of in &programme.filing.types {
                assert!(page.contains(&format!("| {} | {} |", of.code, of.name)), "{}", of.code);
            }
        }
        assert!(page.contains(DEFAULT));
    }
}
