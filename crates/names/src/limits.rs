//! Limits that keep memory and time bounded whatever a file or a query holds.

/// Largest file of a list that is read, in bytes. The files of the OFAC SDN list and the UN consolidated list have
/// a hundredth of it.
pub const LIST_FILE_BYTES: usize = 256 * 1024 * 1024;

/// Most lines of a CSV file that are read. The largest file of the OFAC SDN list has some 25,000.
pub const LIST_LINES: usize = 2_000_000;

/// Longest line of a CSV file, in bytes. The longest record of the OFAC SDN list of 2021-07 has about 1,100.
pub const LIST_LINE_BYTES: usize = 64 * 1024;

/// Deepest nesting of XML elements. The UN consolidated list has five levels.
pub const XML_DEPTH: usize = 32;

/// Most elements in one record of an XML list.
pub const XML_RECORD_ELEMENTS: usize = 20_000;

/// Most bytes of text in one record of an XML list.
pub const XML_RECORD_BYTES: usize = 1024 * 1024;

/// Most bytes that are unpacked from an archive such as a spreadsheet, and most bytes that its cells may hold.
pub const UNPACKED_BYTES: usize = LIST_FILE_BYTES;

/// Most columns of a spreadsheet that are read. The UK sanctions list has some 60.
pub const SHEET_COLUMNS: usize = 1_024;

/// Most lines that one record of a CSV file with line breaks in its fields may take.
pub const RECORD_LINES: usize = 500;

/// Largest record of a list in JSON, in bytes.
pub const JSON_RECORD_BYTES: usize = 1024 * 1024;

/// Most values of one field in a record of a list in JSON.
pub const ENTRY_VALUES: usize = 5_000;

/// Most records that are read into one entry of a list. The longest entries of the UK sanctions list take some 100.
pub const ENTRY_RECORDS: u32 = 2_000;

/// Most names that one text of an entry may hold. The longest of the Canadian list holds some 20.
pub const TEXT_NAMES: usize = 2_000;

/// Findings of one code that are kept per list; the rest are counted.
pub const FINDINGS_PER_CODE: u32 = 100;

/// Characters of a name that are compared; what follows is not, and [`is_cut`](crate::is_cut) tells so. Names in messages have at most 70, the longest name
/// of the OFAC and UN lists has about 400.
pub const NAME_CHARS: usize = 1_024;

/// Tokens that are compared at once. A longer query is compared in overlapping windows of this size. The longest name of
/// the OFAC and UN lists has some 60.
pub const NAME_TOKENS: usize = 64;

/// Tokens of a query beyond which it is compared in small windows, too, so that common words around a name do not hide it.
/// Names of messages, of 70 characters, have fewer.
pub const LONG_TOKENS: usize = 16;

/// Longest token, in characters; a longer one is cut.
pub const TOKEN_CHARS: usize = 64;

/// Most entries told of one query by their address, and by their documents. So many that are told mean that there may be
/// more.
pub const EVIDENCE_HITS_MAX: usize = 100;
