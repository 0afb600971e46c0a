//! Findings of the wire formats: framing, detection, segments and element values.

super::codes! { "wire";
    /// The input holds nothing but blanks.
    EMPTY_INPUT = "empty-input", Finding(Error), "Loadgate limits", [];
    /// The input holds zero bytes and no text, as a file that was reserved and never written.
    ZERO_BYTES_ONLY = "zero-bytes-only", Finding(Error), "Loadgate limits", [];
    /// The bytes are a compressed file, an archive or a page description, by their first bytes.
    STILL_PACKED = "still-packed", Finding(Error), "Loadgate register of formats", ["kind"];
    /// The bytes are no message of any registered format.
    FORMAT_UNKNOWN = "format-unknown", Finding(Error), "Loadgate register of formats", [];
    /// The format is known but not read by this release.
    FORMAT_NOT_READ = "format-not-read", Finding(Warning), "Loadgate register of formats", ["format"];
    /// The text is UTF-16 without the mark that says so.
    UTF16_UNMARKED = "utf16-unmarked", Finding(Error), "Loadgate register of formats", [];
    /// The version is outside those the register lists; it was read like the nearest one.
    VERSION_UNKNOWN = "version-unknown", Finding(Warning), "Loadgate register of formats", ["format", "version", "read_as"];
    /// Text before the first message line was set aside.
    PREAMBLE_IGNORED = "preamble-ignored", Finding(Info), "Cargo-IMP, Type-B envelope", ["text"];
    /// The message is larger than the documented limit and was skipped.
    MESSAGE_TOO_LARGE = "message-too-large", Finding(Error), "Loadgate limits", ["limit"];
    /// The air waybill number fails its check digit or form.
    AWB_NUMBER_INVALID = "awb-number-invalid", Finding(Error), "IATA Resolution 600a", ["text", "why"];
    /// The bytes are not UTF-8; they were read in the named encoding.
    TEXT_NOT_UTF8 = "text-not-utf8", Finding(Info), "Cargo-IMP, character set; Cargo-XML, encoding of the document (XML 1.0)", ["encoding"];
    /// The message states no version; it was read as the named one.
    VERSION_MISSING = "version-missing", Finding(Warning), "Cargo-IMP, standard message identification; Cargo-XML, MessageHeaderDocument/VersionID", ["format", "read_as"];
    /// A mandatory segment or element is absent.
    SEGMENT_MISSING = "segment-missing", Finding(Error), "Cargo-IMP, mandatory segments of the message; Cargo-XML, mandatory elements", ["segment", "format"];
    /// A segment is not one of the message; its text was kept. An error where it is one of security, goods,
    /// route or the day of issue.
    SEGMENT_UNKNOWN = "segment-unknown", Finding(Warning), "Cargo-IMP, segments of the message", ["segment", "format"];
    /// A segment has not the form the message gives it; its text was kept. An error where security, goods,
    /// route or the day of issue may be lost with it.
    SEGMENT_MALFORMED = "segment-malformed", Finding(Warning), "Cargo-IMP, form of the segment", ["segment", "why"];
    /// A segment or element that may stand once stands again; its text was kept. An error where it says
    /// something else than the first.
    SEGMENT_REPEATED = "segment-repeated", Finding(Warning), "Cargo-IMP, order and number of segments; Cargo-XML, occurrence of elements", ["segment"];
    /// A line belongs to no segment; its text was kept. An error where it starts like a waybill line, or like
    /// a segment of security, goods, route or the day of issue.
    LINE_NOT_UNDERSTOOD = "line-not-understood", Finding(Warning), "Cargo-IMP, line identifiers", ["format"];
    /// A line is longer than a text message allows.
    LINE_TOO_LONG = "line-too-long", Finding(Warning), "Cargo-IMP, lines of at most 69 characters", ["length", "limit"];
    /// An element is wider than the field the message gives it; it was read whole.
    ELEMENT_TOO_WIDE = "element-too-wide", Finding(Warning), "Cargo-IMP, width of the element", ["element", "length", "limit"];
    /// More special handling codes than the message has room for; all were read.
    HANDLING_CODES_TOO_MANY = "handling-codes-too-many", Finding(Warning), "Cargo-IMP, at most nine special handling codes", ["limit"];
    /// The message is longer than one message may be.
    MESSAGE_TOO_LONG = "message-too-long", Finding(Warning), "Cargo-IMP, messages of at most 3500 characters", ["length", "limit"];
    /// The message is longer than Canada takes in one piece.
    MESSAGE_TO_BE_SPLIT = "message-to-be-split", Finding(Info), "PACT guide 1.9, section 4: more than 1600 bytes must be split", ["length", "limit"];
    /// The waybill was issued long after the message was received.
    ISSUE_DATE_IN_FUTURE = "issue-date-in-future", Finding(Warning), "Cargo-IMP FWB, date of the carrier's execution (ISU)", ["date", "received"];
    /// A segment has more lines than the format gives it; they were read as part of the address.
    LINES_EXTRA = "lines-extra", Finding(Warning), "Cargo-IMP, form of the party segments", ["segment"];
    /// A value cannot be read as what it should be; its text was kept.
    VALUE_INVALID = "value-invalid", Finding(Error), "Cargo-IMP and Cargo-XML, form of the element", ["element", "text", "why"];
    /// A mandatory element is empty.
    VALUE_MISSING = "value-missing", Finding(Error), "Cargo-IMP and Cargo-XML, mandatory elements", ["element"];
    /// The routing ends somewhere else than the waybill.
    ROUTE_END_MISMATCH = "route-end-mismatch", Finding(Warning), "Cargo-IMP FWB, routing ends at the airport of destination; Cargo-XML, transport movements to the final destination", ["last", "destination"];
    /// A flight is booked of which no leg of the routing is known, so that the way of the goods is not certain.
    FLIGHT_WITHOUT_LEG = "flight-without-leg", Finding(Error), "Cargo-IMP FWB, flight bookings follow the routing", ["flight"];
    /// A flight is booked that may be of more than one leg of the routing.
    FLIGHT_LEG_AMBIGUOUS = "flight-leg-ambiguous", Finding(Error), "Cargo-IMP FWB, flight bookings follow the routing", ["flight"];
    /// Goods are described both as direct (NG) and as consolidated (NC).
    GOODS_INDICATOR_MIXED = "goods-indicator-mixed", Finding(Warning), "Cargo-IMP FWB, rate description NG and NC", [];
    /// The message is one part of several.
    PARTS_NOT_JOINED = "parts-not-joined", Finding(Error), "Cargo-IMP, messages in several parts", ["part"];
    /// The mark that ends the message is absent, so that it may have been cut.
    END_MARK_MISSING = "end-mark-missing", Finding(Warning), "Cargo-IMP FFM, CONT or LAST", ["format"];
    /// Parties stand in a message of several houses, where none may.
    PARTIES_AMONG_HOUSES = "parties-among-houses", Finding(Warning), "Cargo-IMP FHL, houses repeat only without parties", ["house"];
    /// Parties were found in the goods text, where some senders put them.
    PARTIES_IN_TEXT = "parties-in-text", Finding(Info), "Cargo-IMP FHL, sub-tags SNM and CNM as used in Korea", [];
    /// The message says that another one was accepted.
    MESSAGE_ACKNOWLEDGED = "message-acknowledged", Finding(Info), "Cargo-IMP FMA", ["message", "reason"];
    /// The message says that another one was refused.
    MESSAGE_REJECTED = "message-rejected", Finding(Warning), "Cargo-IMP FNA", ["message", "reason"];
    /// A part of an authority's message that says what it decides cannot be read; it holds the goods it names.
    NOTICE_UNREADABLE = "notice-unreadable", Finding(Error), "PACT guide 1.9 (PSN, PER, XFNM, XCSN); Cargo-IMP CSN and Cargo-XML, form of the notice", ["segment", "why"];
    /// Something else stands in the input of a mail and was not read with it: another subject, or a message.
    MAIL_NOT_ALONE = "mail-not-alone", Finding(Error), "Loadgate register of formats", ["text"];
    /// More repetitions than the documented limit; the rest was not read.
    REPEATS_LEFT_OUT = "repeats-left-out", Finding(Error), "Loadgate limits", ["element", "limit"];
    /// More findings than the documented limit.
    FINDINGS_LEFT_OUT = "findings-left-out", Finding(Info), "Loadgate limits", ["count"];

    // Cargo-XML.
    /// The document ends before its root element does.
    XML_TRUNCATED = "xml-truncated", Finding(Error), "XML 1.0, well-formed documents", [];
    /// The document is not well-formed.
    XML_MALFORMED = "xml-malformed", Finding(Error), "XML 1.0, well-formed documents", ["why"];
    /// The document has a document type definition.
    XML_DOCUMENT_TYPE = "xml-document-type", Finding(Error), "Loadgate limits: no document type definitions", [];
    /// The document uses an entity that only a document type definition could define.
    XML_ENTITY = "xml-entity", Finding(Error), "Loadgate limits: no document type definitions", ["entity"];
    /// Elements are nested more deeply than the documented limit.
    XML_TOO_DEEP = "xml-too-deep", Finding(Error), "Loadgate limits", ["limit"];
    /// More namespaces are declared than the documented limit.
    XML_NAMESPACES_TOO_MANY = "xml-namespaces-too-many", Finding(Error), "Loadgate limits", ["limit"];
    /// The message stands inside an envelope of SOAP, which is no part of it; what is inside is read by itself.
    XML_WRAPPER = "xml-wrapper", Finding(Error), "Cargo-XML, root element of the message", [];
    /// Something follows the end of the document.
    XML_TRAILING = "xml-trailing", Finding(Warning), "XML 1.0, one root element", [];
    /// An ampersand that starts no entity.
    XML_AMPERSAND = "xml-ampersand", Finding(Warning), "XML 1.0, an ampersand in text is written as an entity", [];
    /// Type code and header note differ on whether the waybill is a consolidation; it counts as one.
    CONSOLIDATION_CONTRADICTED = "consolidation-contradicted", Finding(Warning), "IATA Cargo-XML XFWB, type code and header note", [];
    /// An element with text that the message does not have; its text was kept.
    XML_ELEMENT_UNKNOWN = "xml-element-unknown", Finding(Info), "IATA Cargo-XML, elements of the message", ["element"];

    // Facts.
    /// A document of facts is not well-formed.
    JSON_MALFORMED = "json-malformed", Finding(Error), "JSON, RFC 8259", ["why"];
    /// Values are nested more deeply than the documented limit.
    JSON_TOO_DEEP = "json-too-deep", Finding(Error), "Loadgate limits", ["limit"];
    /// A fact lacks a field it must have.
    FACT_FIELD_MISSING = "fact-field-missing", Finding(Error), "Loadgate facts, loadgate-facts/1", ["field"];
    /// A fact has a field that its type does not have: a misspelt word must not pass for one left out.
    FACT_FIELD_UNKNOWN = "fact-field-unknown", Finding(Error), "Loadgate facts, loadgate-facts/1", ["field", "known"];
    /// A field of a fact stands twice.
    FACT_FIELD_REPEATED = "fact-field-repeated", Finding(Error), "Loadgate facts, loadgate-facts/1", ["field"];
    /// A field of a fact cannot be read.
    FACT_FIELD_INVALID = "fact-field-invalid", Finding(Error), "Loadgate facts, loadgate-facts/1", ["field", "text", "why"];
}
