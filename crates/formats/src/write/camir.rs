//! `PSN` and `PER`, as a node writes them that is the authority.
//!
//! Layout and lengths: Transport Canada PACT guide 1.9, told from its samples.

use super::{LINE_CHARACTERS_MAX, WriteError, joined};
use crate::notice::{error_code, status_code};
use consignment::document::ConsignmentKey;
use consignment::notice::AnswerError;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Most characters of an error code.
const ERROR_CODE_CHARACTERS_MAX: usize = 22;

/// `PSN`: the status of a bill, or of a manifest where there is none.
///
/// # Errors
/// [`WriteError`] where the code has not two letters or digits, the text is empty or not one line of printable
/// ASCII, a line is longer than 69 characters, or the bill has no master.
pub fn status(
    bill: Option<&ConsignmentKey>,
    code: &str,
    at: Timestamp,
    text: &str,
) -> Result<String, WriteError> {
    let code = status_code(code).ok_or_else(|| invalid("status code", code))?;
    let plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if text.is_empty() || text.trim() != text || !text.bytes().all(plain) {
        return Err(WriteError::TextInvalid);
    }
    let time = at.to_zoned(TimeZone::UTC).strftime("%d%b%H%M").to_string().to_ascii_uppercase();
    let line = format!("CSN/{code}/{time}/{text}");
    if line.len() > LINE_CHARACTERS_MAX {
        return Err(WriteError::LineTooLong { length: line.len(), limit: LINE_CHARACTERS_MAX });
    }
    let bill = bill.map(label).transpose()?;
    Ok(joined(["PSN"].into_iter().chain(bill.as_deref()).chain([line.as_str()])))
}

/// `PER`: the errors for which a filing is rejected; without a bill where nothing of it could be read.
///
/// # Errors
/// [`WriteError`] where there is no error, one has no status of three digits or no code of at most 22
/// characters, or the bill has no master.
pub fn errors(bill: Option<&ConsignmentKey>, errors: &[AnswerError]) -> Result<String, WriteError> {
    if errors.is_empty() {
        return Err(WriteError::ReasonMissing);
    }
    let mut lines = Vec::with_capacity(errors.len() + 2);
    lines.push("PER".to_owned());
    lines.extend(bill.map(label).transpose()?);
    for error in errors {
        let code = error_code(&error.code).filter(|code| code.len() <= ERROR_CODE_CHARACTERS_MAX);
        let code = code.ok_or_else(|| invalid("error code", &error.code))?;
        let http = error.http.filter(|http| (100..1_000).contains(http));
        let http = http.ok_or_else(|| invalid("status of three digits", ""))?;
        lines.push(format!("ERR/{http}/{code}"));
    }
    Ok(joined(lines.iter().map(String::as_str)))
}

/// `888-30003013-HX77001`.
fn label(bill: &ConsignmentKey) -> Result<String, WriteError> {
    let master = bill.master.ok_or(WriteError::MasterMissing)?;
    Ok(match &bill.house {
        Some(house) => format!("{master}-{house}"),
        None => master.to_string(),
    })
}

fn invalid(what: &'static str, code: &str) -> WriteError {
    WriteError::CodeInvalid { what, code: code.to_owned() }
}
