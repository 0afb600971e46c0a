//! Bounded reading of tables with titled columns: CSV with line breaks in fields, and OpenDocument spreadsheets.

use super::PartFile;
use super::archive;
use super::lines::{Line, lines};
use super::report::Report;
use super::xml::{Element, Wanted, read_records_of};
use crate::limits::{LIST_LINE_BYTES, RECORD_LINES, SHEET_COLUMNS, UNPACKED_BYTES};
use finding::codes::lists as codes;

/// Rows that may stand above the titles of the columns.
pub(super) const PREAMBLE_ROWS: usize = 20;

/// One row: the line of the CSV file it starts on, or its number in the spreadsheet, and its cells.
pub(super) struct Row {
    /// Its number, from 1.
    pub(super) number: u32,
    /// Its cells, without blanks at the ends.
    pub(super) cells: Vec<String>,
}

/// A table.
#[derive(Default)]
pub(super) struct Table {
    /// The rows above the titles.
    pub(super) preamble: Vec<Row>,
    /// The [keys](key) of the columns; empty where no row holds the titles.
    columns: Vec<String>,
    /// The rows below the titles that are not empty.
    pub(super) rows: Vec<Row>,
}

impl Table {
    /// What a row holds in the first column of one of these keys that is not empty there.
    pub(super) fn get<'a>(&self, row: &'a Row, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| {
            let places = self.columns.iter().enumerate().filter(|(_, column)| column == key);
            places
                .filter_map(|(place, _)| row.cells.get(place).map(String::as_str))
                .find(|text| !text.is_empty())
        })
    }
}

/// The title of a column reduced to its letters and digits in lower case, for titles are spelled in many ways:
/// `D.O.B` is `dob`.
pub(super) fn key(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The row holds all these keys.
pub(super) fn is_header(cells: &[String], required: &[&str]) -> bool {
    let keys: Vec<String> = cells.iter().map(|cell| key(cell)).collect();
    required.iter().all(|title| keys.iter().any(|key| key == title))
}

/// One of the first lines of a CSV file holds all these keys.
pub(super) fn csv_has_header(bytes: &[u8], required: &[&str]) -> bool {
    let head = super::lines::utf8_or_bytes(&bytes[..bytes.len().min(16 * 1024)]).into_owned();
    let text = String::from_utf8_lossy(&head);
    text.split(['\n', '\r'])
        .filter(|line| !line.is_empty())
        .take(PREAMBLE_ROWS)
        .any(|line| line.contains(',') && is_header(&fields(line), required))
}

/// Reads a CSV file whose titles hold all the `required` keys. A record may go on over line breaks inside quotation
/// marks. One that does not end within the limits, or has another number of columns than the titles, is a finding,
/// and reading goes on with the line after its first.
pub(super) fn read_csv(part: &PartFile<'_>, required: &[&str], report: &mut Report) -> Table {
    let lines = lines(part, report);
    let mut table = Table::default();
    let mut next = 0;
    while next < lines.len() {
        let number = lines[next].number;
        let (text, end) = record(&lines[next..]);
        let taken = if end == 0 { 1 } else { end };
        let mut cells = if end == 0 { Vec::new() } else { fields(&text) };
        if table.columns.is_empty() {
            // Above the titles nothing is a record.
            if is_header(&cells, required) {
                table.columns = cells.iter().map(|cell| key(cell)).collect();
            } else if table.preamble.len() < PREAMBLE_ROWS {
                table.preamble.push(Row { number, cells });
            }
            next += taken;
            continue;
        }
        let width = table.columns.len();
        while cells.len() > width && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() == width {
            next += taken;
            if cells.iter().any(|cell| !cell.is_empty()) {
                table.rows.push(Row { number, cells });
            }
        } else {
            next += 1;
            let finding = report.at(part, number, codes::LIST_RECORD_COLUMNS);
            report.add(finding.with("expected", width.to_string()).with("found", cells.len().to_string()));
        }
    }
    table
}

/// The text of the record that starts on the first of the lines, and how many lines it takes; none where its
/// quotation marks do not close within the limits.
fn record(lines: &[Line]) -> (String, usize) {
    let mut text = String::new();
    let mut state = Quotes::default();
    for (index, line) in lines.iter().take(RECORD_LINES).enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&line.text);
        let mut sound = true;
        for c in line.text.chars() {
            // The mark that opens a later field reads as one that closes in the middle of this one.
            sound &= state != Quotes::Closing || matches!(c, '"' | ',');
            state.next(c);
        }
        if index > 0 && !sound {
            break;
        }
        if !state.open_at_line_end() {
            return (text, index + 1);
        }
        if text.len() > LIST_LINE_BYTES {
            break;
        }
    }
    (String::new(), 0)
}

/// Where a reader of RFC 4180 stands in a field.
#[derive(Default, Clone, Copy, PartialEq)]
enum Quotes {
    #[default]
    FieldStart,
    Plain,
    Quoted,
    /// After a quotation mark inside a quoted field: its end, or the first of two that stand for one.
    Closing,
}

impl Quotes {
    fn next(&mut self, c: char) {
        *self = match (*self, c) {
            (Quotes::FieldStart, '"') | (Quotes::Closing, '"') => Quotes::Quoted,
            (Quotes::Quoted, '"') => Quotes::Closing,
            (Quotes::Quoted, _) => Quotes::Quoted,
            (_, ',') => Quotes::FieldStart,
            _ => Quotes::Plain,
        };
    }

    fn open_at_line_end(self) -> bool {
        self == Quotes::Quoted
    }
}

/// The fields of one record, without blanks at the ends.
fn fields(text: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(|field| field.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Elements of OpenDocument text that only mark up what they hold.
const INLINE: &[&str] = &["span", "a", "s", "tab", "line-break"];

/// The member of an OpenDocument file that holds its cells.
pub(super) const ODS_CONTENT: &str = "content.xml";

/// Reads the rows of an OpenDocument spreadsheet below the titles that hold all the `required` keys.
pub(super) fn read_ods(part: &PartFile<'_>, required: &[&str], report: &mut Report) -> Table {
    let mut table = Table::default();
    let Some(content) = archive::member(part, ODS_CONTENT, report) else { return table };
    let (mut number, mut room, mut full) = (0_u32, UNPACKED_BYTES, false);
    let wanted = Wanted { records: &["table-row"], inline: INLINE };
    read_records_of(part, &content, wanted, report, |element, report| {
        let first = number.saturating_add(1);
        let repeated = element.attribute("number-rows-repeated").and_then(|text| text.parse().ok());
        number = number.saturating_add(repeated.unwrap_or(1_u32).max(1));
        if full {
            return;
        }
        let Some(cells) = cells(&element, &mut room) else {
            full = true;
            let limit = format!("{} MiB of cells", UNPACKED_BYTES / (1024 * 1024));
            report.add(report.at(part, first, codes::LIST_FILE_TOO_LARGE).with("limit", limit));
            return;
        };
        let row = Row { number: first, cells };
        if row.cells.is_empty() {
        } else if !table.columns.is_empty() {
            table.rows.push(row);
        } else if is_header(&row.cells, required) {
            table.columns = row.cells.iter().map(|cell| key(cell)).collect();
        } else if table.preamble.len() < PREAMBLE_ROWS {
            table.preamble.push(row);
        }
    });
    table
}

/// The cells of a row without the empty ones at its end; none where they exceed the room that is left. Cells are
/// repeated by a number, so that little content can stand for much.
fn cells(row: &Element, room: &mut usize) -> Option<Vec<String>> {
    let mut cells: Vec<String> = Vec::new();
    let is_cell = |cell: &&Element| matches!(cell.name.as_str(), "table-cell" | "covered-table-cell");
    for cell in row.children.iter().filter(is_cell) {
        let paragraphs: Vec<&str> = cell.all("p").map(|paragraph| paragraph.text.as_str()).collect();
        let text = paragraphs.join("\n").trim().to_owned();
        let repeated = cell.attribute("number-columns-repeated").and_then(|text| text.parse().ok());
        let count = repeated.unwrap_or(1_usize).clamp(1, SHEET_COLUMNS).min(SHEET_COLUMNS - cells.len());
        *room = room.checked_sub(count * (text.len() + size_of::<String>()))?;
        cells.extend(std::iter::repeat_n(text, count));
    }
    while cells.last().is_some_and(String::is_empty) {
        *room += size_of::<String>();
        cells.pop();
    }
    cells.shrink_to_fit();
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ListFile, WHOLE};

    fn csv(text: &str) -> (Table, usize) {
        let file = ListFile { name: "x.csv".to_owned(), bytes: text.into() };
        let mut report = Report::default();
        let part = PartFile { role: WHOLE, index: 0, file: &file };
        let table = read_csv(&part, &["id", "name"], &mut report);
        (table, report.finish().len())
    }

    #[test]
    fn records_go_on_over_line_breaks() {
        let (table, findings) =
            csv("Report Date: 1-Jan-2026\nI.D.,Name,Note\n1,Zefir,\"a\n\n\"\"b\"\", c\"\n2,Nadir,x,,\n,,\n");
        assert_eq!((table.preamble.len(), findings), (1, 0));
        let rows: Vec<(u32, &[String])> =
            table.rows.iter().map(|row| (row.number, row.cells.as_slice())).collect();
        assert_eq!(rows[0].0, 3);
        assert_eq!(rows[0].1, ["1", "Zefir", "a\n\"b\", c"]);
        assert_eq!((rows[1].0, table.get(&table.rows[1], &["none", "name"])), (6, Some("Nadir")));
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn an_open_quotation_mark_spoils_its_own_line() {
        for stray in ["9,\"no end,x", "9,\"no end", "\"9,no end,\"\""] {
            let (table, findings) =
                csv(&format!("id,name\n1,Zefir\n{stray}\n2,Nadir\n3,\"Talib\"\n4,Omar\n"));
            let ids: Vec<&str> = table.rows.iter().filter_map(|row| table.get(row, &["id"])).collect();
            assert_eq!((ids, findings), (vec!["1", "2", "3", "4"], 1), "{stray}");
        }
    }
}
