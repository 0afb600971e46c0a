//! FMA and FNA: a text message is acknowledged or rejected, and repeated so that its sender knows which.
//!
//! `ACK/` and the reason, each further line with a slant, then the message. Where all of it is longer than one
//! piece may be, an FWB or FHL is repeated in several parts, each with the reason and the first lines of the
//! message; of other messages as much as fits is repeated, as in practice.

use super::{LINE_CHARACTERS_MAX, LINE_END, PIECE_BYTES_MAX, WriteError, joined};
use crate::cargo_imp::envelope::{LineKind, classify};
use crate::register::{self, Family, Sign};
use crate::text::{self, is_blank};
use consignment::Format;

/// Most characters of one line of a reason.
const REASON_CHARACTERS_MAX: usize = 65;

/// Most lines of reasons, so that the message has room beside them.
const REASON_LINES_MAX: usize = 9;

/// Room for the line that ends a part: `PART/999/CONT`.
const TRAILER_BYTES: usize = 13 + LINE_END.len();

/// FMA: the message of this format, of which these are the bytes, was taken in. One text for each piece.
///
/// # Errors
/// [`WriteError`] where the message is no text message that is read, is an answer itself, or `reason` has no
/// letter or digit.
pub fn acknowledgement(format: Option<Format>, raw: &[u8], reason: &str) -> Result<Vec<String>, WriteError> {
    reply("FMA", format, raw, &[reason])
}

/// FNA: the message of this format, of which these are the bytes, was refused for these reasons. One text for each
/// piece.
///
/// # Errors
/// As for [`acknowledgement`].
pub fn rejection(format: Option<Format>, raw: &[u8], reasons: &[&str]) -> Result<Vec<String>, WriteError> {
    reply("FNA/1", format, raw, reasons)
}

fn reply(
    identifier: &str,
    format: Option<Format>,
    raw: &[u8],
    reasons: &[&str],
) -> Result<Vec<String>, WriteError> {
    let format = format.ok_or(WriteError::NotAnswerable)?;
    let row = register::find(format.name).ok_or(WriteError::NotAnswerable)?;
    if matches!(row.name(), "FNA" | "FMA") || row.tells_notices() {
        return Err(WriteError::AnswerToAnswer(row.name()));
    }
    if row.family() != Family::CargoImp || row.sign() != Sign::Identifier {
        return Err(WriteError::NotAnswerable);
    }
    let lines = message(raw, row.name());
    let (Some(first), reasons) = (lines.first(), reason_lines(reasons)) else {
        return Err(WriteError::NotAnswerable);
    };
    if reasons.is_empty() {
        return Err(WriteError::ReasonMissing);
    }
    let head: Vec<String> = [identifier.to_owned()].into_iter().chain(reasons).collect();
    let whole = bytes(&head) + bytes(&lines);
    if whole <= PIECE_BYTES_MAX {
        return Ok(vec![joined(head.iter().chain(&lines).map(String::as_str))]);
    }
    if !matches!(row.name(), "FWB" | "FHL") {
        let mut piece = head;
        let mut room = PIECE_BYTES_MAX - bytes(&piece);
        for line in &lines {
            match room.checked_sub(line.len() + LINE_END.len()) {
                Some(rest) => room = rest,
                None => break,
            }
            piece.push(line.clone());
        }
        return Ok(vec![joined(piece.iter().map(String::as_str))]);
    }
    // Each part repeats the identifier of the message and the line with its number.
    let start: Vec<String> = [Some(first), lines.get(1)].into_iter().flatten().cloned().collect();
    Ok(in_parts(&head, &start, lines.get(2..).unwrap_or_default()))
}

/// Parts that each fit into a piece. One that begins inside a house repeats the line of that house.
fn in_parts(head: &[String], start: &[String], rest: &[String]) -> Vec<String> {
    let opening = bytes(head) + bytes(start) + TRAILER_BYTES;
    let mut parts: Vec<Vec<&String>> = vec![Vec::new()];
    let mut room = PIECE_BYTES_MAX - opening;
    let mut house: Option<&String> = None;
    for line in rest {
        let needed = line.len() + LINE_END.len();
        let opens_house = line.get(..4).is_some_and(|tag| tag.eq_ignore_ascii_case("HBS/"));
        if needed > room {
            room = PIECE_BYTES_MAX - opening;
            let again: Vec<&String> = house.into_iter().filter(|_| !opens_house).collect();
            room -= again.iter().map(|line| line.len() + LINE_END.len()).sum::<usize>();
            parts.push(again);
        }
        if opens_house {
            house = Some(line);
        }
        room = room.saturating_sub(needed);
        if let Some(part) = parts.last_mut() {
            part.push(line);
        }
    }
    let count = parts.len();
    let written = parts.into_iter().enumerate().map(|(index, part)| {
        let trailer = format!("PART/{}/{}", index + 1, if index + 1 == count { "LAST" } else { "CONT" });
        let lines = head.iter().chain(start).chain(part).map(String::as_str);
        joined(lines.chain([trailer.as_str()]))
    });
    written.collect()
}

fn bytes(lines: &[String]) -> usize {
    lines.iter().map(|line| line.len() + LINE_END.len()).sum()
}

/// The lines of a message from its identifier on, without its envelope and what stands before it. What no
/// line may hold is left out or replaced: the sender recognises his message all the same.
fn message(raw: &[u8], name: &str) -> Vec<String> {
    let text = text::read(raw);
    let is_identifier = |line: &str| match classify(line.as_bytes()) {
        LineKind::Identifier(identifier) => identifier.row.is_some_and(|row| row.name() == name),
        _ => false,
    };
    text::lines(&text.text, 1, 1)
        .map(|line| line.text.trim_matches(is_blank))
        .skip_while(|line| !is_identifier(line))
        .filter(|line| !line.is_empty())
        .map(|line| line.chars().take(LINE_CHARACTERS_MAX).map(printable).collect::<String>())
        .map(|line| line.trim_end().to_owned())
        .collect()
}

fn printable(character: char) -> char {
    if character == ' ' || character.is_ascii_graphic() { character } else { '.' }
}

/// The lines of all reasons: the first with `ACK/`, each further one with a slant. Only letters, digits,
/// blanks, points and hyphens may stand in them.
fn reason_lines(reasons: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for reason in reasons {
        let plain = |character: char| match character {
            '.' | '-' => character,
            character if character.is_ascii_alphanumeric() => character.to_ascii_uppercase(),
            _ => ' ',
        };
        let reason: String = reason.chars().map(plain).collect();
        let mut line = String::new();
        for word in reason.split(' ').filter(|word| !word.is_empty()) {
            for piece in word.as_bytes().chunks(REASON_CHARACTERS_MAX) {
                let piece = String::from_utf8_lossy(piece);
                if !line.is_empty() && line.len() + 1 + piece.len() > REASON_CHARACTERS_MAX {
                    lines.push(std::mem::take(&mut line));
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&piece);
            }
        }
        if line.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            lines.push(line);
        }
    }
    if lines.len() > REASON_LINES_MAX {
        let more = lines.len() - (REASON_LINES_MAX - 1);
        lines.truncate(REASON_LINES_MAX - 1);
        lines.push(format!("AND {more} MORE LINES"));
    }
    let marked = lines.iter().enumerate();
    marked.map(|(index, line)| format!("{}{line}", if index == 0 { "ACK/" } else { "/" })).collect()
}
