//! Findings of the watch-list readers. The argument `file` is the file as the caller named it.

super::codes! { "lists";
    /// A file of a list has no content.
    LIST_FILE_EMPTY = "list-file-empty", Finding(Error), "Loadgate names: every list file must load", ["file"];
    /// A file of a list is larger than the documented limit; what goes beyond it is not read.
    LIST_FILE_TOO_LARGE = "list-file-too-large", Finding(Error), "Loadgate limits", ["file", "limit"];
    /// A file was recognised as a list, and not one entry could be read from it.
    LIST_WITHOUT_ENTRIES = "list-without-entries", Finding(Error), "Loadgate names: every list file must load", ["file", "title"];
    /// The same content was given twice; it is loaded once.
    LIST_GIVEN_TWICE = "list-given-twice", Finding(Info), "Loadgate names", ["file", "title"];
    /// A list of several files came without one of them.
    LIST_SIBLING_MISSING = "list-sibling-missing", Finding(Warning), "OFAC data formats: the SDN list is three linked files", ["file", "missing"];
    /// A file that adds to a list came without the list itself.
    LIST_SIBLING_ORPHAN = "list-sibling-orphan", Finding(Error), "OFAC data formats: the SDN list is three linked files", ["file", "expected"];
    /// The list does not say of when it is.
    LIST_UNDATED = "list-undated", Finding(Info), "Loadgate names: each edition is stated", ["file"];
    /// Bytes that are not UTF-8 were read as Windows-1252.
    LIST_ENCODING_GUESSED = "list-encoding-guessed", Finding(Warning), "WHATWG Encoding; RFC 3629", ["file", "lines"];
    /// A record has another number of columns than the format.
    LIST_RECORD_COLUMNS = "list-record-columns", Finding(Error), "OFAC data formats; Loadgate watch-list CSV", ["file", "expected", "found"];
    /// A record has no usable identifier.
    LIST_RECORD_IDENTIFIER = "list-record-identifier", Finding(Error), "OFAC data formats; UN consolidated list schema; Loadgate watch-list CSV", ["file", "text"];
    /// A record has no name that could be compared.
    LIST_RECORD_NAMELESS = "list-record-nameless", Finding(Error), "OFAC data formats; UN consolidated list schema; Loadgate watch-list CSV", ["file", "id"];
    /// A name of an entry holds nothing that could be compared.
    LIST_NAME_UNUSABLE = "list-name-unusable", Finding(Warning), "Loadgate names: normalisation", ["file", "id", "text"];
    /// A record refers to an entry that is not in the list.
    LIST_RECORD_ORPHAN = "list-record-orphan", Finding(Warning), "OFAC data formats: ent_num links the three files", ["file", "id"];
    /// Two records of one list have the same identifier; they are read as one entry.
    LIST_IDENTIFIER_REPEATED = "list-identifier-repeated", Finding(Warning), "OFAC data formats; UN consolidated list schema; Loadgate watch-list CSV", ["file", "id"];
    /// A record exceeds the documented limits and was skipped.
    LIST_RECORD_TOO_LARGE = "list-record-too-large", Finding(Error), "Loadgate limits", ["file", "limit"];
    /// The list states another number of records than it holds.
    LIST_RECORD_COUNT = "list-record-count", Finding(Error), "OFAC SDN.XSD: Record_Count", ["file", "stated", "found"];
    /// A value of an entry cannot be read; the entry is loaded without it.
    LIST_VALUE_UNREADABLE = "list-value-unreadable", Finding(Warning), "OFAC data formats; UN consolidated list schema; Loadgate watch-list CSV", ["file", "id", "field", "text"];
    /// The heading of a watch list does not state title and edition, or a purpose that is none.
    WATCH_LIST_HEADING = "watch-list-heading", Finding(Warning), "Loadgate watch-list CSV: first line; Loadgate watch-list JSON: heading", ["file", "text"];
    /// A required column of a watch-list CSV is missing.
    WATCH_LIST_COLUMN_MISSING = "watch-list-column-missing", Finding(Error), "Loadgate watch-list CSV: header", ["file", "column"];
    /// A column of a watch-list CSV is not known and was not read.
    WATCH_LIST_COLUMN_UNKNOWN = "watch-list-column-unknown", Finding(Warning), "Loadgate watch-list CSV: header", ["file", "column"];
    /// A field of a watch list in JSON is not known and was not read.
    WATCH_LIST_FIELD_UNKNOWN = "watch-list-field-unknown", Finding(Warning), "Loadgate watch-list JSON", ["file", "id", "field"];
    /// The JSON is not well-formed; nothing that follows in the same document was read.
    LIST_JSON_BROKEN = "list-json-broken", Finding(Error), "RFC 8259: grammar", ["file", "why"];
    /// Entries of a kind that is never matched against parties were left out.
    LIST_SCHEMATA_LEFT_OUT = "list-schemata-left-out", Finding(Info), "FollowTheMoney: schemata", ["file", "count", "schemata"];
    /// The archive that a spreadsheet is cannot be unpacked.
    LIST_ARCHIVE_BROKEN = "list-archive-broken", Finding(Error), "OpenDocument 1.3, part 2: packages", ["file", "why"];
    /// A spreadsheet in a form that is not read.
    LIST_SPREADSHEET_REFUSED = "list-spreadsheet-refused", Finding(Error), "Loadgate names: list forms", ["file"];
    /// The XML is not well-formed; nothing after this place was read.
    LIST_XML_BROKEN = "list-xml-broken", Finding(Error), "XML 1.0: well-formedness", ["file", "why"];
    /// The XML ends before its root element does.
    LIST_XML_CUT_OFF = "list-xml-cut-off", Finding(Error), "XML 1.0: well-formedness", ["file"];
    /// The XML brings a document type definition, which is refused.
    LIST_XML_DTD = "list-xml-dtd", Finding(Error), "XML 1.0, 2.8; Loadgate limits: no DTD", ["file"];
    /// The XML uses an entity that is none of the five predefined ones.
    LIST_XML_ENTITY = "list-xml-entity", Finding(Warning), "XML 1.0, 4.6; Loadgate limits: no DTD", ["file", "entity"];
    /// Elements are nested deeper than the documented limit.
    LIST_XML_TOO_DEEP = "list-xml-too-deep", Finding(Error), "Loadgate limits", ["file", "limit"];
    /// More findings of one kind were made than are shown.
    LIST_FINDINGS_WITHHELD = "list-findings-withheld", Finding(Info), "Loadgate limits", ["file", "code", "count"];
}
