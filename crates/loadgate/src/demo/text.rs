//! The day and its board for people: readable without colour, nothing wider than the look allows.

use super::FICTITIOUS;
use super::play::{ActTold, Board, Day, DepartureToday, Event, FiledTold, MessageTold, Row, Tiding};
use super::script::{Act, MESSAGES, WATCH_LIST};
use crate::render::excerpt::MessageText;
use crate::render::finding::Shown;
use crate::render::text::visible;
use crate::render::{self, Look};
use casework::case::{CaseState, ReferralKind};
use casework::gate::{Aircraft, Answer, Decision, Reason};
use comfy_table::{Attribute, Cell, CellAlignment, Color, ColumnConstraint, Table, Width};
use consignment::ConsignmentKey;
use engine::{Addressee, Filed, NoticeKind};
use finding::{Finding, Language, Severity, codes};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Language of the tour.
const LANGUAGE: Language = Language::English;

/// Columns of the story: time and kind of line; the rest takes what is left.
const STORY_COLUMNS: [u16; 2] = [6, 4];

/// Columns of the board: answer, waybill, pieces, kilograms; the rest takes what is left.
const BOARD_COLUMNS: [u16; 4] = [7, 13, 4, 6];

/// What stands in the columns of the board.
const BOARD_HEADINGS: [&str; 5] = ["answer", "waybill", "pcs", "kg", "why; → who acts, until what clears it"];

/// Writes the whole tour.
pub(super) fn write(day: &Day, look: Look, out: &mut dyn Write) -> io::Result<()> {
    opening(day, look, out)?;
    story(day, look, out)?;
    board(&day.board, look, out)?;
    closing(day, look, out)
}

fn opening(day: &Day, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let date = day.board.at.strftime("%-d %B %Y");
    title(look, out, &format!("Loadgate demo: may it be loaded, and why? {date}, times UTC."))?;
    title(look, out, FICTITIOUS)?;
    let programmes: Vec<&str> = day.programmes.iter().map(|programme| programme.as_str()).collect();
    let text = format!(
        "The authorities behind {} are simulated: they acknowledge and clear good data at once, and what \
         they do beyond that is scripted and marked so. An arrow (→) points to who is told.",
        programmes.join(", ")
    );
    paragraph(look, out, &text)?;
    writeln!(out)
}

fn closing(day: &Day, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let files = day.told.iter().filter(|told| matches!(told.what, Event::Message(_))).count();
    let text = format!(
        "What you saw: {files} files in the trade's own formats became consignments. Each programme was asked \
         only where it binds, names were compared with the lists, and a request held what it concerns. The \
         gate says load only where nothing is lacking."
    );
    writeln!(out)?;
    paragraph(look, out, &text)?;
    let next = "Try next, at the root of the repository (“cargo run --release --” stands for an installed loadgate):";
    title(look, out, next)?;
    for command in commands() {
        writeln!(out, "  {command}")?;
    }
    Ok(())
}

/// The commands the tour ends with.
fn commands() -> [String; 3] {
    [
        format!("loadgate check {MESSAGES}/13-FWB17-wrong-check-digit-DXBFRA.txt"),
        format!("loadgate describe {MESSAGES}/17-FWB16-screened-again-DXBFRA.txt"),
        format!("loadgate assess {MESSAGES}/08-XFWB-RFI-FRAJFK.xml --lists {WATCH_LIST}"),
    ]
}

// The story.

fn story(day: &Day, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut table = look.table();
    let mut told_of = BTreeSet::new();
    for told in &day.told {
        let (label, text) = match &told.what {
            Event::Message(message) => ("in", message_text(message, look, &mut told_of)),
            Event::Act(act) => ("act", act_text(act)),
            Event::Answer { key, departure, answer } => ("ask", answer_text(key, departure, answer)),
            Event::Swap { departure } => ("ops", swap_text(departure)),
        };
        let label = Cell::new(label).add_attribute(Attribute::Bold);
        table.add_row([Cell::new(clock(told.at)), label, Cell::new(text)]);
    }
    fix_columns(&mut table, &STORY_COLUMNS);
    out.write_all(render::lines(&table).as_bytes())
}

/// `told_of` remembers what need not be said again.
fn message_text(message: &MessageTold, look: Look, told_of: &mut BTreeSet<String>) -> String {
    let envelope = if message.enveloped { " (Type-B)" } else { "" };
    let mut lines =
        vec![format!("{}{envelope} from {}: {}", message.format, message.sender, contents(&message.filed))];
    let errors = message.findings.iter().filter(|finding| finding.severity == Severity::Error);
    lines.extend(errors.map(|finding| error_text(message, finding, look)));
    lines.extend(tidings_text(&message.tidings, message.sender));
    lines.extend(message.filed.iter().flat_map(rejection_text));
    lines.extend(message.filed.iter().flat_map(hits_text));
    lines.extend(not_required_text(&message.filed).filter(|text| told_of.insert(text.clone())));
    lines.join("\n")
}

/// What the message names: `888-10001014 houses RH-A, RH-B`, or one consignment with its goods.
fn contents(filed: &[FiledTold]) -> String {
    if let [one] = filed {
        let mut parts = vec![format!("{}{}", one.key, outcome_text(&one.outcome))];
        if let Some(document) = &one.view.document {
            let amended = matches!(one.outcome, Filed::Recorded { version } if version > 1);
            if let Some((from, to)) = document.origin.zip(document.destination).filter(|_| !amended) {
                parts[0].push_str(&format!(" {from}-{to}"));
            }
            let goods =
                document.goods.iter().map(|line| line.description.trim()).find(|text| !text.is_empty());
            parts.extend(goods.map(|goods| visible(goods).into_owned()));
        }
        parts.push(one.view.security.status.code().to_owned());
        return parts.join(", ");
    }
    let mut masters: Vec<(String, Vec<String>)> = Vec::new();
    for one in filed {
        let (master, house) = match (&one.key.master, &one.key.house) {
            (Some(master), Some(house)) => (master.to_string(), Some(house)),
            _ => (one.key.to_string(), None),
        };
        let became = outcome_text(&one.outcome);
        match (house, masters.iter_mut().find(|(known, _)| *known == master)) {
            (Some(house), Some((_, houses))) => houses.push(format!("{house}{became}")),
            (Some(house), None) => masters.push((master, vec![format!("{house}{became}")])),
            (None, _) => masters.push((format!("{master}{became}"), Vec::new())),
        }
    }
    let texts: Vec<String> = masters
        .into_iter()
        .map(|(master, houses)| match houses.as_slice() {
            [] => master,
            [house] => format!("{master} house {house}"),
            houses => format!("{master} houses {}", houses.join(", ")),
        })
        .collect();
    texts.join("; ")
}

fn outcome_text(outcome: &Filed) -> String {
    match outcome {
        Filed::Recorded { version: 0 } => " (announced)".to_owned(),
        Filed::Recorded { version: 1 } => String::new(),
        Filed::Recorded { version } => format!(" (version {version})"),
        Filed::Unchanged => " (nothing new)".to_owned(),
        Filed::Superseded => " (older than what is known)".to_owned(),
        Filed::Refused(refusal) => format!(" (refused: {})", refusal.0.text(LANGUAGE)),
        Filed::Told(_) => " (an authority's word)".to_owned(),
    }
}

/// An error with its line underlined.
fn error_text(message: &MessageTold, finding: &Finding, look: Look) -> String {
    let raw = message.raw.iter().find(|raw| raw.index == finding.message_index);
    let excerpt =
        raw.zip(finding.position).and_then(|(raw, position)| MessageText::new(raw).excerpt(position));
    let shown = Shown {
        file: message.file,
        finding,
        line: finding.position.map_or(1, |position| position.line),
        column: finding.position.map_or(1, |position| position.column),
        excerpt,
    };
    // A table counts every character of a cell, so that none of them may be a style.
    let room = look.width.saturating_sub(STORY_COLUMNS.iter().sum());
    shown.text(Look::new(false, Some(room)))
}

/// What became known to whom, a line for each programme.
fn tidings_text(tidings: &[Tiding], sender: &str) -> Vec<String> {
    tidings
        .chunk_by(|a, b| a.programme == b.programme)
        .map(|of_one| {
            let texts: Vec<String> = of_one
                .iter()
                .map(|tiding| {
                    let told: Vec<String> = tiding
                        .told
                        .iter()
                        .map(|addressee| addressee_label(addressee, Some(sender)))
                        .collect();
                    format!("{} → {}", kind_label(tiding.kind), told.join(", "))
                })
                .collect();
            let programme = of_one.first().and_then(|tiding| tiding.programme.as_ref());
            let programme = programme.map(|programme| format!("{programme}: ")).unwrap_or_default();
            format!("{programme}{}", texts.join("; "))
        })
        .collect()
}

/// The sender of the message at hand is called so.
fn addressee_label(addressee: &Addressee, sender: Option<&str>) -> String {
    match addressee {
        Addressee::Filer(name) if sender == Some(name) => "sender".to_owned(),
        other => other.to_string(),
    }
}

fn kind_label(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Acknowledged => "acknowledged",
        NoticeKind::Rejected => "REJECTED",
        NoticeKind::ReferralOpened => "referral opened",
        NoticeKind::ReferralClosed => "referral closed",
        NoticeKind::Released => "released",
        NoticeKind::AssessmentComplete => "assessment complete",
        NoticeKind::Held => "held by another agency",
        NoticeKind::AnswerRecalled => "ANSWER RECALLED",
        NoticeKind::RecallUnheeded => "RECALL UNHEEDED",
        NoticeKind::ReferralAnswered => "referral answered",
        NoticeKind::DeadlinePassed => "DEADLINE PASSED",
        NoticeKind::Claimed => "a hold is claimed",
        NoticeKind::ClaimEnded => "the claim ended",
        NoticeKind::AfterDeparture => "after departure",
        NoticeKind::UpdateTooLate => "update too late",
        NoticeKind::SaidOpen => "said to be opened",
        NoticeKind::SaidCancelled => "said to be cancelled",
        NoticeKind::InDoubt => "HOUSE IN DOUBT",
        NoticeKind::AllHeld => "all goods held",
        NoticeKind::Undelivered => "NOT DELIVERED",
        NoticeKind::MailNotTaken => "A MAIL NOT TAKEN",
        NoticeKind::ListedSince => "A PARTY WAS LISTED SINCE",
        NoticeKind::CallByVoice => "CALL BY VOICE",
        NoticeKind::Offload => "OFFLOAD",
        NoticeKind::ReachedByVoice => "reached by voice",
    }
}

/// Programmes that want nothing for any consignment of the message.
fn not_required_text(filed: &[FiledTold]) -> Option<String> {
    let cases = || filed.iter().flat_map(|filed| &filed.view.cases);
    let wanted: BTreeSet<&str> = cases()
        .filter(|case| case.state != CaseState::NotRequired)
        .map(|case| case.programme.as_str())
        .collect();
    let mut programmes: Vec<&str> =
        cases().map(|case| case.programme.as_str()).filter(|programme| !wanted.contains(programme)).collect();
    programmes.sort_unstable();
    programmes.dedup();
    (!programmes.is_empty()).then(|| format!("No filing is required by {}.", programmes.join(", ")))
}

/// Names that resemble entries of the lists.
fn hits_text(filed: &FiledTold) -> Vec<String> {
    let hits = filed.view.matches.iter();
    hits.map(|hit| format!("Name hit: {} resembles {} on {}.", visible(&hit.party), hit.matched, hit.list))
        .collect()
}

/// Why the latest version was rejected.
fn rejection_text(filed: &FiledTold) -> Vec<String> {
    let errors = filed.view.cases.iter().flat_map(|case| &case.rejected_for);
    let mut lines: Vec<String> = errors
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{}: {}", finding.code, finding.message(LANGUAGE)))
        .collect();
    lines.dedup();
    lines
}

fn act_text(told: &ActTold) -> String {
    let (programme, key) = (&told.programme, &told.key);
    let deed = match told.act {
        Act::Open { kind, reference, words } => {
            let name = match kind {
                ReferralKind::Rfi => "request for information",
                ReferralKind::Rfs => "request for screening",
                ReferralKind::Dnl => "do not load",
            };
            format!("{} ({name}) {reference} on {key}: “{words}”", kind.as_str())
        }
        Act::Close { reference, .. } => format!("closes {reference} on {key}"),
        Act::Complete { .. } => format!("reports the assessment of {key} complete"),
    };
    let mut told_to: Vec<String> = Vec::new();
    for addressee in told.tidings.iter().flat_map(|tiding| &tiding.told) {
        let name = addressee_label(addressee, None);
        if !told_to.contains(&name) {
            told_to.push(name);
        }
    }
    let arrow = if told_to.is_empty() { "" } else { " → " };
    format!("Scripted act of the simulated authority, {programme}: {deed}{arrow}{}", told_to.join(", "))
}

fn answer_text(key: &ConsignmentKey, departure: &DepartureToday, answer: &Answer) -> String {
    let asked = format!("{key} on {}, {}?", flight_label(departure), aircraft_label(departure.aircraft));
    let mut lines = vec![format!("{asked} {}", decision_label(answer.decision))];
    let mut reasons = reasons_shown(answer);
    lines.extend(reasons.next().map(reason_text));
    let others: Vec<&str> = reasons.map(|reason| reason.code.id()).collect();
    if !others.is_empty() {
        lines.push(format!("Also: {}", others.join(", ")));
    }
    lines.join("\n")
}

fn swap_text(departure: &DepartureToday) -> String {
    let aircraft = aircraft_label(departure.aircraft);
    format!("The carrier changes the aircraft of {}: {aircraft}.", flight_label(departure))
}

// The board.

fn board(board: &Board, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let rows = || board.flights.iter().flat_map(|flight| &flight.rows).chain(&board.unplaced);
    writeln!(out)?;
    writeln!(out, "{}", "═".repeat(usize::from(look.width)))?;
    let flights = render::text::count(board.flights.len() as u64, "flight");
    let on_board = format!("{} on {flights}; {}", consignments(rows()), answers(rows()));
    title(look, out, &format!("FLIGHT BOARD at {}: {on_board}", clock(board.at)))?;
    paragraph(look, out, &format!("{FICTITIOUS} Every answer is simulated, and asked for each flight."))?;
    for flight in &board.flights {
        let departure = &flight.departure;
        let heading = format!(
            "{}  {} UTC  {}; {}",
            flight_label(departure),
            departure.departs_at.strftime("%d %b %H:%M"),
            aircraft_label(departure.aircraft),
            tally(&flight.rows)
        );
        section(&heading, &flight.rows, look, out)?;
    }
    if !board.unplaced.is_empty() {
        section("On no scheduled flight", &board.unplaced, look, out)?;
    }
    Ok(())
}

fn section(heading: &str, rows: &[Row], look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    title(look, out, heading)?;
    let mut table = look.table();
    table.add_row(BOARD_HEADINGS.iter().enumerate().map(|(column, heading)| {
        let cell = Cell::new(heading).add_attribute(Attribute::Dim);
        if matches!(column, 2 | 3) { cell.set_alignment(CellAlignment::Right) } else { cell }
    }));
    let mut above: Option<&ConsignmentKey> = None;
    for row in rows {
        let decision = Cell::new(decision_label(row.answer.decision)).add_attribute(Attribute::Bold);
        let decision = match row.answer.decision {
            Decision::Load => decision.fg(Color::Green),
            Decision::Hold => decision.fg(Color::Red),
        };
        let pieces = row.pieces.map(|pieces| pieces.to_string()).unwrap_or_default();
        let weight = row.weight.map(|weight| weight.to_kg().normalize().to_string()).unwrap_or_default();
        table.add_row([
            decision,
            Cell::new(row_label(&row.key, above)),
            Cell::new(pieces).set_alignment(CellAlignment::Right),
            Cell::new(weight).set_alignment(CellAlignment::Right),
            Cell::new(why_text(&row.answer)),
        ]);
        above = Some(&row.key);
    }
    fix_columns(&mut table, &BOARD_COLUMNS);
    out.write_all(render::lines(&table).as_bytes())
}

/// A house stands indented under its master, which is named above it if it has no row of its own there.
fn row_label(key: &ConsignmentKey, above: Option<&ConsignmentKey>) -> String {
    match (&key.master, &key.house) {
        (Some(master), Some(house)) if above.is_none_or(|above| above.master != key.master) => {
            format!("{master}\n  {house}")
        }
        (_, Some(house)) => format!("  {house}"),
        (Some(master), None) => master.to_string(),
        (None, None) => "(no number)".to_owned(),
    }
}

/// Why, whose turn it is and what clears it; for "load" until when it holds and what it rests on.
fn why_text(answer: &Answer) -> String {
    let mut lines: Vec<String> = Vec::new();
    if let Some(until) = answer.valid_until {
        let mut grounds: Vec<String> = answer.reasons.iter().filter_map(ground_text).collect();
        grounds.dedup();
        lines.push(format!("until {}; {}", clock(until), grounds.join("; ")));
    }
    for reason in reasons_shown(answer) {
        lines.push(reason_text(reason));
        if reason.holds() {
            lines.push(format!("→ {}, until {}", reason.who_acts.as_str(), reason.clears_when(LANGUAGE)));
        }
    }
    lines.join("\n")
}

/// What "load" rests on, in a word or two.
fn ground_text(reason: &Reason) -> Option<String> {
    let arg =
        |name: &str| reason.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    if reason.code == codes::gate::PROGRAMME_SATISFIED {
        Some(format!("{} {}", reason.programme.as_ref()?, arg("state")?))
    } else if reason.code == codes::gate::STATUS_SUFFICIENT {
        Some(format!("{} ({})", arg("status")?, arg("basis")?))
    } else {
        None
    }
}

/// What holds; for "load" what else is to be known. That every answer is simulated is said once, above
/// the board.
fn reasons_shown(answer: &Answer) -> impl Iterator<Item = &Reason> {
    let held = answer.decision == Decision::Hold;
    answer.reasons.iter().filter(move |reason| {
        reason.holds() || !(held || ground_text(reason).is_some() || reason.code == codes::gate::SIMULATED)
    })
}

/// The code first: it is what the eye looks for in a column of reasons.
fn reason_text(reason: &Reason) -> String {
    let programme = reason.programme.as_ref().map(|programme| format!(" ({programme})")).unwrap_or_default();
    format!("{}{programme}: {}", reason.code, reason.message(LANGUAGE))
}

/// How many masters and houses there are, each told once however many flights it is on.
fn consignments<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> String {
    let told = KINDS.iter().enumerate().map(|(index, name)| {
        let of_kind = rows.clone().filter(|row| kind(&row.key) == index);
        // What has no number cannot be told from another that has none.
        let count = if index == 2 {
            of_kind.count()
        } else {
            of_kind.map(|row| &row.key).collect::<BTreeSet<_>>().len()
        };
        (count, count_of(count, *name))
    });
    told.filter(|(count, _)| *count > 0).map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}

/// How many of the masters load and how many are held, and the same of houses.
fn tally(rows: &[Row]) -> String {
    let told = KINDS.iter().enumerate().filter_map(|(index, name)| {
        let of_kind = || rows.iter().filter(|row| kind(&row.key) == index);
        let count = of_kind().count();
        (count > 0).then(|| format!("{}: {}", count_of(count, *name), answers(of_kind())))
    });
    told.collect::<Vec<_>>().join("; ")
}

fn answers<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> String {
    let told = [(Decision::Load, "load"), (Decision::Hold, "hold")].map(|(decision, word)| {
        let count = rows.clone().filter(|row| row.answer.decision == decision).count();
        (count, format!("{count} {word}"))
    });
    told.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}

/// One and many of what a row may be.
const KINDS: [[&str; 2]; 3] = [["master", "masters"], ["house", "houses"], ["unnumbered", "unnumbered"]];

fn kind(key: &ConsignmentKey) -> usize {
    match (&key.master, &key.house) {
        (_, Some(_)) => 1,
        (Some(_), None) => 0,
        (None, None) => 2,
    }
}

fn count_of(count: usize, [one, many]: [&str; 2]) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

// Words.

/// Word and mark: neither colour nor sign carries the answer alone.
fn decision_label(decision: Decision) -> &'static str {
    match decision {
        Decision::Load => "✓ LOAD",
        Decision::Hold => "■ HOLD",
    }
}

fn aircraft_label(aircraft: Aircraft) -> &'static str {
    match aircraft {
        Aircraft::Passenger => "passenger aircraft",
        Aircraft::AllCargo => "all-cargo aircraft",
    }
}

fn flight_label(departure: &DepartureToday) -> String {
    format!("{} {}-{}", departure.flight, departure.from, departure.to)
}

fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M").to_string()
}

/// Text wrapped to the width.
fn paragraph(look: Look, out: &mut dyn Write, text: &str) -> io::Result<()> {
    wrapped(Cell::new(text), look, out)
}

/// The same as a title.
fn title(look: Look, out: &mut dyn Write, text: &str) -> io::Result<()> {
    wrapped(Cell::new(text).add_attribute(Attribute::Bold), look, out)
}

fn wrapped(cell: Cell, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut table = look.table();
    table.add_row([cell]);
    fix_columns(&mut table, &[]);
    out.write_all(render::lines(&table).as_bytes())
}

/// Gives the first columns these widths, blanks after them included, and takes the table to the margin.
fn fix_columns(table: &mut Table, widths: &[u16]) {
    for (index, column) in table.column_iter_mut().enumerate() {
        match widths.get(index) {
            Some(width) => {
                column.set_padding((0, 1)).set_constraint(ColumnConstraint::Absolute(Width::Fixed(*width)));
            }
            None => {
                column.set_padding((0, 0));
            }
        }
    }
}
