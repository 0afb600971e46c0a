//! Line-wise reading of CSV files.
//!
//! The lists read here write one record per line. Reading them so keeps a stray quotation mark from swallowing the
//! rest of the file: it spoils its own line, which becomes a finding.

use super::PartFile;
use super::report::Report;
use crate::limits::{LIST_LINE_BYTES, LIST_LINES};
use finding::codes::lists as codes;
use std::borrow::Cow;

/// DOS end-of-file mark that OFAC writes as the last line of its CSV files.
const END_OF_FILE_MARK: u8 = 0x1A;

/// One line of a file.
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u32,
    /// Its text without the line end.
    pub(super) text: String,
}

/// The lines of a file that hold anything, decoded; lines over the limit and guessed encodings are reported.
pub(super) fn lines(part: &PartFile<'_>, report: &mut Report) -> Vec<Line> {
    lines_within(part, LIST_LINE_BYTES, report)
}

/// [`lines`] with a limit of their own on the bytes of a line.
pub(super) fn lines_within(part: &PartFile<'_>, limit: usize, report: &mut Report) -> Vec<Line> {
    let bytes = utf8_or_bytes(&part.file.bytes);
    let mut lines = Vec::new();
    let mut guessed = 0_u32;
    let mut first_guessed = 0_u32;
    for (index, line) in split_lines(&bytes).enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if lines.len() >= LIST_LINES {
            let limit = format!("{LIST_LINES} lines");
            report.add(report.at(part, number, codes::LIST_FILE_TOO_LARGE).with("limit", limit));
            break;
        }
        if line.len() > limit {
            let limit = format!("{} KiB", limit / 1024);
            report.add(report.at(part, number, codes::LIST_RECORD_TOO_LARGE).with("limit", limit));
            continue;
        }
        if line.iter().all(|byte| byte.is_ascii_whitespace() || *byte == END_OF_FILE_MARK) {
            continue;
        }
        let text = match std::str::from_utf8(line) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                guessed = guessed.saturating_add(1);
                if guessed == 1 {
                    first_guessed = number;
                }
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(line).0.into_owned()
            }
        };
        lines.push(Line { number, text });
    }
    if guessed > 0 {
        let finding = report.at(part, first_guessed, codes::LIST_ENCODING_GUESSED);
        report.add(finding.with("lines", guessed.to_string()));
    }
    lines
}

/// The bytes without a byte order mark, and in UTF-8 where the mark says UTF-16.
pub(super) fn utf8_or_bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding == encoding_rs::UTF_8 => Cow::Borrowed(&bytes[length..]),
        Some((encoding, length)) => {
            let text = encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
            Cow::Owned(text.into_bytes())
        }
        None => Cow::Borrowed(bytes),
    }
}

/// Splits at LF, CRLF and lone CR.
fn split_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest.take()?;
        match bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            None => Some(bytes),
            Some(end) => {
                let pair = bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n');
                rest = Some(&bytes[end + if pair { 2 } else { 1 }..]);
                Some(&bytes[..end])
            }
        }
    })
}

/// What [`separated`] gives for fields that a comma separates.
pub(super) fn records(lines: &[Line]) -> Vec<(u32, Option<Vec<String>>)> {
    separated(lines, b',')
}

/// The fields of each line, as RFC 4180 quotes them, without blanks around them; `None` where a line is no record of
/// its own because a quotation mark is left open.
pub(super) fn separated(lines: &[Line], separator: u8) -> Vec<(u32, Option<Vec<String>>)> {
    let mut records = Vec::with_capacity(lines.len());
    let text: String = lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let (mut offset, mut next) = (0, 0);
    // Each turn reads until a line that goes on in the next one, and starts anew after that line.
    while next < lines.len() {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(&text.as_bytes()[offset..]);
        let first = next;
        let mut record = csv::StringRecord::new();
        loop {
            let read = reader.read_record(&mut record);
            let line = lines.get(next);
            let Some(line) = line else { break };
            offset += line.text.len() + 1;
            next += 1;
            // The reader counts lines from 1 and stands at the beginning of the next.
            let one_line = reader.position().line() == (next - first) as u64 + 1;
            if one_line && matches!(read, Ok(true)) {
                records
                    .push((line.number, Some(record.iter().map(|field| field.trim().to_owned()).collect())));
            } else {
                records.push((line.number, None));
                break;
            }
        }
    }
    records
}

/// The fields of one line; none where it is no CSV record.
pub(super) fn fields(line: &str) -> Vec<String> {
    let line = Line { number: 1, text: line.to_owned() };
    records(&[line]).pop().and_then(|(_, fields)| fields).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_splits() {
        let lines: Vec<&[u8]> = split_lines(b"a\nb\r\nc\rd\n\ne").collect();
        assert_eq!(lines, [&b"a"[..], b"b", b"c", b"d", b"", b"e"]);
        assert_eq!(split_lines(b"").count(), 1);
    }

    #[test]
    fn fields_are_read_as_rfc_4180_quotes_them() {
        let line = |number: u32, text: &str| Line { number, text: text.to_owned() };
        let lines = [
            line(1, r#"36,"SMITH, ""JO""",-0- "#),
            line(2, r#"37,"no end"#),
            line(4, "38,plain"),
            line(5, r#"39,in"side,"x""#),
            line(6, r#"40,a"b,"c"#),
            line(7, "41,"),
        ];
        let found: Vec<(u32, Option<String>)> = records(&lines)
            .into_iter()
            .map(|(line, fields)| (line, fields.map(|fields| fields.join("|"))))
            .collect();
        let expected = [
            (1, Some("36|SMITH, \"JO\"|-0-")),
            (2, None),
            (4, Some("38|plain")),
            (5, Some("39|in\"side|x")),
            (6, None),
            (7, Some("41|")),
        ];
        assert_eq!(found, expected.map(|(line, text)| (line, text.map(str::to_owned))));
        assert!(fields("").is_empty() && records(&[]).is_empty());
    }
}
