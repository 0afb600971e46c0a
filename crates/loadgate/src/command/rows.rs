//! Rows of a CSV file, read one line at a time: the first line names the columns, every other one is a row.
//!
//! Fields are quoted as in RFC 4180, without line breaks inside: a stray quotation mark spoils its own row and not
//! the rest of the file. Lines without any text are skipped.

use crate::input::{self, Source};
use std::io::{self, BufRead, Read};

/// Longest line, in bytes. Names, addresses and countries of one party have some hundreds.
const LINE_BYTES_MAX: u64 = 64 << 10;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// From 1, without header and empty lines.
    pub(super) number: u64,
    /// Line of the file, from 1.
    pub(super) line: u64,
    /// The text of each known column in its order, empty where there is none; or why the row cannot be read.
    pub(super) fields: Result<Vec<String>, String>,
}

/// Numbers of row and line, and the text of the line or why it cannot be used.
pub(super) type NumberedLine = (u64, u64, Result<String, String>);

/// The rows of a file.
pub(super) struct Rows {
    reader: Box<dyn BufRead>,
    /// For each column of the file the place of its name among the known ones.
    columns: Vec<Option<usize>>,
    known: usize,
    line: u64,
    rows: u64,
    /// Columns that are not known and not read.
    pub(super) ignored: Vec<String>,
}

impl Rows {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// What is wrong with the file or its header, and what to do.
    pub(super) fn open(
        source: &Source,
        progress: bool,
        known: &[&str],
        required: &[&str],
    ) -> Result<Self, String> {
        let reader = input::open(source, progress)?;
        let mut rows =
            Self { reader, columns: Vec::new(), known: known.len(), line: 0, rows: 0, ignored: Vec::new() };
        let header = match rows.line().map_err(|why| input::unreadable(&why))? {
            Some(line) => line.and_then(|text| fields(&text)),
            None => Err("it is empty".to_owned()),
        };
        let columns = format!("The first line names the columns, separated by commas: {}.", known.join(", "));
        let titles = header.map_err(|why| format!("no header could be read: {why}. {columns}"))?;
        for title in &titles {
            let place = known.iter().position(|name| name.eq_ignore_ascii_case(title.trim()));
            if place.is_some() && rows.columns.contains(&place) {
                return Err(format!("line {}: the column {title} is named twice. {columns}", rows.line));
            }
            if place.is_none() {
                rows.ignored.push(title.clone());
            }
            rows.columns.push(place);
        }
        for name in required {
            let place = known.iter().position(|column| column == name);
            if !rows.columns.contains(&place) {
                return Err(format!("line {}: the column {name} is missing. {columns}", rows.line));
            }
        }
        Ok(rows)
    }

    /// Opens a file of lines that say themselves what they hold.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(super) fn without_header(source: &Source, progress: bool) -> Result<Self, String> {
        let reader = input::open(source, progress)?;
        Ok(Self { reader, columns: Vec::new(), known: 0, line: 0, rows: 0, ignored: Vec::new() })
    }

    /// The next line with any text in it, with the numbers of row and line; the inner error says why it cannot be used.
    ///
    /// # Errors
    /// Where reading breaks off.
    pub(super) fn next_line(&mut self) -> io::Result<Option<NumberedLine>> {
        let Some(text) = self.line()? else { return Ok(None) };
        self.rows += 1;
        Ok(Some((self.rows, self.line, text)))
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// Where reading breaks off.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        let Some(line) = self.line()? else { return Ok(None) };
        self.rows += 1;
        let fields = line.and_then(|text| fields(&text)).and_then(|fields| self.sorted(fields));
        Ok(Some(Row { number: self.rows, line: self.line, fields }))
    }

    /// The fields of a row in the order of the known columns.
    fn sorted(&self, fields: Vec<String>) -> Result<Vec<String>, String> {
        if fields.len() != self.columns.len() {
            let (found, expected) = (fields.len(), self.columns.len());
            return Err(format!("it has {found} fields where the header names {expected}"));
        }
        let mut sorted = vec![String::new(); self.known];
        for (field, place) in fields.into_iter().zip(&self.columns) {
            if let Some(place) = place {
                sorted[*place] = field;
            }
        }
        Ok(sorted)
    }

    /// The next line with any text in it, without its end; the inner error says why it cannot be used.
    fn line(&mut self) -> io::Result<Option<Result<String, String>>> {
        loop {
            let mut bytes = Vec::new();
            (&mut self.reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut bytes)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            self.line += 1;
            if bytes.len() as u64 == LINE_BYTES_MAX && !bytes.ends_with(b"\n") {
                self.reader.skip_until(b'\n')?;
                return Ok(Some(Err(format!("it is longer than {} KiB", LINE_BYTES_MAX >> 10))));
            }
            let mut text = bytes.as_slice();
            if self.line == 1 {
                text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
            }
            text = text.strip_suffix(b"\n").unwrap_or(text);
            text = text.strip_suffix(b"\r").unwrap_or(text);
            if !text.iter().all(u8::is_ascii_whitespace) {
                let read = std::str::from_utf8(text).map(str::to_owned);
                return Ok(Some(read.map_err(|_| "it is not in UTF-8; save the file as UTF-8".to_owned())));
            }
        }
    }
}

/// The fields of one line, without blanks around them.
///
/// # Errors
/// Where a quotation mark is left open, or closes within a field.
pub(super) fn fields(line: &str) -> Result<Vec<String>, String> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let quoted = rest.trim_start().strip_prefix('"');
        let (field, after) = match quoted {
            Some(inside) => read_quoted(inside)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(fields),
        }
    }
}

/// A field after its opening quotation mark, and what stands after it: a comma or nothing.
fn read_quoted(inside: &str) -> Result<(String, &str), String> {
    let mut field = String::new();
    let mut rest = inside;
    loop {
        let Some(end) = rest.find('"') else {
            return Err("a quotation mark is left open".to_owned());
        };
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => break,
        }
    }
    let after = rest.trim_start();
    if after.is_empty() || after.starts_with(',') {
        Ok((field.trim().to_owned(), after))
    } else {
        Err("text stands after a closing quotation mark".to_owned())
    }
}

/// One line of CSV with its end; line breaks in a field become blanks, so that a row stays one line. A field that a
/// spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV Injection).
pub(super) fn csv_line(fields: &[&str]) -> String {
    let field = |text: &&str| {
        let quote = if text.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
        let blank = |c: char| if matches!(c, '\n' | '\r') { ' ' } else { c };
        let text: String = quote.chars().chain(text.chars().map(blank)).collect();
        if text.contains([',', '"']) || text.trim() != text {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    format!("{}\n", fields.iter().map(field).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::path::Path;

    #[test]
    fn no_field_is_a_formula() {
        for (field, expected) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0\n"),
            ("+49", "'+49\n"),
            ("Zephyr, Amr", "\"Zephyr, Amr\"\n"),
            ("0.812", "0.812\n"),
        ] {
            assert_eq!(csv_line(&[field]), expected);
        }
    }

    const KNOWN: [&str; 3] = ["name", "schema", "country"];

    fn read(bytes: &[u8]) -> Result<(Vec<Row>, Vec<String>), String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut rows = Rows::open(&Source::from(file.path()), false, &KNOWN, &["name"])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            all.push(row);
        }
        Ok((all, rows.ignored))
    }

    #[test]
    fn columns_stand_in_any_order() {
        let (rows, ignored) =
            read(b"\xEF\xBB\xBFCountry,note,name\r\nAE,x,\"Zephyr, \"\"Z\"\"\"\r\n\r\n,,Nadir\n").unwrap();
        assert_eq!(ignored, ["note"]);
        let shown: Vec<_> =
            rows.iter().map(|row| (row.number, row.line, row.fields.clone().unwrap())).collect();
        let texts = |texts: [&str; 3]| texts.map(str::to_owned).to_vec();
        assert_eq!(shown, [(1, 2, texts(["Zephyr, \"Z\"", "", "AE"])), (2, 4, texts(["Nadir", "", ""]))]);
    }

    #[test]
    fn a_row_that_cannot_be_read_spoils_no_other() {
        let long = format!("name\n\"open\na,b\né\n\"a\"b\n{}\nlast", "x".repeat(70_000));
        let mut bytes = long.into_bytes();
        bytes.extend(b"\n\xFF\nend\n");
        let (rows, _) = read(&bytes).unwrap();
        let shown: Vec<bool> = rows.iter().map(|row| row.fields.is_ok()).collect();
        assert_eq!(shown, [false, false, true, false, false, true, false, true]);
        assert_eq!(rows.last().unwrap().line, 9);
    }

    #[test]
    fn a_header_is_needed() {
        for (bytes, part) in [
            (&b""[..], "empty"),
            (b"\n\n", "empty"),
            (b"nmae\nx\n", "the column name is missing"),
            (b"name;schema\nx\n", "separated by commas"),
            (b"name,Name\nx\n", "named twice"),
        ] {
            let why = read(bytes).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
        assert!(Rows::open(&Source::from(Path::new("no such file")), false, &KNOWN, &[]).is_err());
    }

    #[test]
    fn what_is_written_reads_back() {
        for texts in [["a", "b,c", "\"d\""], ["", " e ", "f\ng"]] {
            let line = csv_line(&texts);
            let read = fields(line.strip_suffix('\n').unwrap()).unwrap();
            assert_eq!(read, texts.map(|text| text.replace('\n', " ").trim().to_owned()));
        }
    }
}
