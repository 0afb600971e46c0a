//! Findings of the quality checks: the 7+1 elements, junk, stop words, contradictions, house against master.

super::codes! { "quality";
    /// An element the programme wants is missing or empty.
    ELEMENT_MISSING = "element-missing", Finding(Error), "Programme: elements wanted (PLACI 7+1)", ["element", "programme", "code"];
    /// An element the programme wants is there and cannot be read, or is zero.
    ELEMENT_INVALID = "element-invalid", Finding(Error), "Programme: elements wanted (PLACI 7+1)", ["element", "programme", "code"];
    /// A whole party is absent.
    PARTY_MISSING = "party-missing", Finding(Error), "Programme: elements wanted (PLACI 7+1)", ["role", "programme", "code"];
    /// An element holds nothing but digits, one repeated character, special characters or a file extension.
    ELEMENT_JUNK = "element-junk", Finding(Error), "PACT guide 1.9, section 8, character rules", ["text", "why", "programme", "code"];
    /// An element, cleansed, holds only stop words, so that it counts as empty.
    STOP_WORDS_ONLY = "stop-words-only", Finding(Error), "Programme: stop words (ICS2 validation GET08, GET09)", ["text", "words", "list", "programme", "code"];
    /// An element holds a stop word among other words.
    STOP_WORD_EMBEDDED = "stop-word-embedded", Finding(Warning), "Programme: stop words (ICS2 validation GET08, GET09)", ["words", "list", "programme"];
    /// An element, cleansed, holds only words that another programme refuses, or that say nothing.
    TEXT_SAYS_NOTHING = "text-says-nothing", Finding(Warning), "Programme: words of others (stop words of other programmes; Loadgate's words for nothing)", ["text", "list", "programme"];
    /// The description of the goods is the name of a party.
    GOODS_COMPANY_NAME = "goods-company-name", Finding(Warning), "Programme: a company's name is no description (ACAS notices of October 2024)", ["text", "programme", "code"];
    /// A text is not in Latin script.
    SCRIPT_NOT_LATIN = "script-not-latin", Finding(Error), "Programme: script and language (ACAS notices of October 2024)", ["text", "programme", "code"];
    /// An address has a post-office box, or is nothing else.
    ADDRESS_PO_BOX = "address-po-box", Finding(Warning), "Practice of carriers", ["text", "alone", "programme"];
    /// The shipper is in the country of the programme itself.
    SHIPPER_NOT_FOREIGN = "shipper-not-foreign", Finding(Warning), "Programme: addresses (forwarders' guides on ACAS)", ["country", "programme", "code"];
    /// Pieces, weight and goods are absent together.
    CONSIGNMENT_MISSING = "consignment-missing", Finding(Error), "PACT guide 1.9, section 8, MISSING_CSM_LINE", ["programme", "code"];
    /// The routing names no place in the programme's territory, and an aircraft lands there with the goods.
    ROUTING_OUTSIDE = "routing-outside", Finding(Error), "PACT guide 1.9, section 8, INVALID_ROUTING", ["stations", "landing", "programme", "code"];
    /// A weight is in a unit the programme does not take.
    WEIGHT_UNIT_NOT_TAKEN = "weight-unit-not-taken", Finding(Error), "Programme: weights (PACT guide 1.9, section 5)", ["unit", "programme", "code"];
    /// A post code has not the form of its country.
    POSTCODE_FORM = "postcode-form", Finding(Warning), "Programme: addresses (forwarders' guides on ACAS)", ["text", "country", "digits", "programme", "code"];
    /// A house waybill number is longer than the programme reads.
    HOUSE_NUMBER_TOO_LONG = "house-number-too-long", Finding(Error), "Programme: house waybill number (PACT guide 1.9, section 5)", ["length", "limit", "programme", "code"];
    /// A master looks like a consolidation and is not marked as one.
    CONSOL_INDICATOR_MISSING = "consol-indicator-missing", Finding(Error), "PACT guide 1.9, section 8, MISSING_CONSOL_INDI", ["why", "programme", "code"];

    /// The mark says direct and the text says consolidated, or the reverse.
    CONSOL_INDICATOR_CONTRADICTS_GOODS = "consol-indicator-contradicts-goods", Finding(Warning), "Cargo-IMP FWB, NG and NC; Cargo-XML type codes 740 and 741", ["indicator", "text"];
    /// A house is described as a consolidation.
    HOUSE_DESCRIBED_AS_CONSOLIDATION = "house-described-as-consolidation", Finding(Warning), "PLACI: data at the lowest house", ["text"];
    /// A master marked direct mentions house waybills.
    DIRECT_MASTER_MENTIONS_HOUSES = "direct-master-mentions-houses", Finding(Warning), "Cargo-IMP FWB, NG and NC; Cargo-XML type codes 740 and 741", ["text"];
    /// A text says that the goods may fly on cargo aircraft only, and the special handling codes do not.
    TEXT_SAYS_CARGO_AIRCRAFT_ONLY = "text-says-cargo-aircraft-only", Finding(Warning), "IATA special handling code CAO", ["text"];
    /// A text says that the goods must not be loaded.
    TEXT_SAYS_DO_NOT_LOAD = "text-says-do-not-load", Finding(Error), "PLACI referral DNL, as told in free text", ["text"];
    /// The security status was issued long before the waybill.
    SECURITY_ISSUED_LONG_AGO = "security-issued-long-ago", Finding(Warning), "Loadgate limits of plausibility", ["issued", "waybill", "days"];
    /// Shipper and consignee of a master that is not marked as a consolidation look like forwarders.
    FORWARDER_TO_FORWARDER = "forwarder-to-forwarder", Finding(Info), "PACT guide 1.9, section 8: forwarder to forwarder", ["shipper", "consignee"];
    /// Shipper and consignee have the same name.
    PARTIES_ALIKE = "parties-alike", Finding(Warning), "PLACI 7+1, shipper and consignee", ["name"];
    /// A station of the route is not in the station table, or its territory is not settled there.
    STATION_NOT_IN_TABLE = "station-not-in-table", Finding(Error), "Loadgate station table: an unknown station holds", ["station", "edition", "why"];
    /// A commodity code of a chapter that does not exist.
    HS_CHAPTER_UNKNOWN = "hs-chapter-unknown", Finding(Warning), "WCO Harmonized System, chapters 01 to 97 without 77", ["hs"];
    /// No pieces.
    PIECES_ZERO = "pieces-zero", Finding(Error), "PLACI 7+1, pieces", [];
    /// No weight.
    WEIGHT_ZERO = "weight-zero", Finding(Error), "PLACI 7+1, weight", [];
    /// The weight of one piece is beyond what is carried.
    PIECE_WEIGHT_IMPLAUSIBLE = "piece-weight-implausible", Finding(Warning), "Loadgate limits of plausibility", ["kg", "min", "max"];
    /// The goods are lighter or heavier for their volume than goods are.
    DENSITY_IMPLAUSIBLE = "density-implausible", Finding(Warning), "Loadgate limits of plausibility", ["density", "min", "max"];
    /// The unit of the volume is none of a volume.
    VOLUME_UNIT_UNKNOWN = "volume-unit-unknown", Finding(Warning), "Cargo-IMP volume codes; UN/CEFACT units", ["unit"];
    /// Origin and destination are the same.
    ORIGIN_EQUALS_DESTINATION = "origin-equals-destination", Finding(Warning), "Contradiction inside one message", ["station"];
    /// Fewer pieces inside than packages.
    SLAC_BELOW_PIECES = "slac-below-pieces", Finding(Warning), "Contradiction inside one message: shipper's load and count", ["slac", "pieces"];
    /// The pieces of the goods lines do not add up to the total.
    GOODS_LINES_PIECES_DIFFER = "goods-lines-pieces-differ", Finding(Warning), "PACT guide 1.9, section 5: keep header and items equal", ["lines", "total"];
    /// The weights of the goods lines do not add up to the total.
    GOODS_LINES_WEIGHT_DIFFER = "goods-lines-weight-differ", Finding(Warning), "PACT guide 1.9, section 5: keep header and items equal", ["lines_kg", "total_kg"];
    /// The dimensions are of more pieces than the consignment has.
    DIMENSIONS_EXCEED_PIECES = "dimensions-exceed-pieces", Finding(Warning), "Contradiction inside one message: dimensions", ["dimensions", "pieces"];
    /// A waybill states a part of its pieces.
    WAYBILL_STATES_PART = "waybill-states-part", Finding(Warning), "Cargo-IMP FWB, quantity of a waybill is its total (T)", ["pieces"];
    /// The description ends with "etc".
    GOODS_OPEN_ENDED = "goods-open-ended", Finding(Warning), "PLACI 7+1, description of the goods", ["text"];
    /// A run of X stands where a value should be.
    FILLER_TEXT = "filler-text", Finding(Warning), "Placeholder instead of data", ["text"];
    /// An e-mail address that is a placeholder.
    PLACEHOLDER_EMAIL = "placeholder-email", Finding(Warning), "Placeholder instead of data; RFC 2606", ["text"];
    /// A network address that is no address of a customer.
    PLACEHOLDER_NETWORK_ADDRESS = "placeholder-network-address", Finding(Warning), "Placeholder instead of data; RFC 6890", ["text", "range"];
    /// A number that is a placeholder.
    PLACEHOLDER_NUMBER = "placeholder-number", Finding(Warning), "Placeholder instead of data", ["text"];
    /// The customer's account was established after the message, the declaration or the flight.
    ACCOUNT_DATE_IN_FUTURE = "account-date-in-future", Finding(Warning), "IATA OCI composition rules 3.2, AE", ["date", "reference"];
    /// A house number that repeats the serial number of its master.
    HOUSE_NUMBER_IS_MASTER_SERIAL = "house-number-is-master-serial", Finding(Warning), "Practice of carriers for ACAS", ["house"];
    /// A house without the number of its master.
    HOUSE_WITHOUT_MASTER = "house-without-master", Finding(Info), "PACT guide 1.9, section 2: to be sent again with the master", ["house"];
    /// A fact is said for a programme that is not known here.
    PROGRAMME_UNKNOWN = "programme-unknown", Finding(Error), "Loadgate register of programmes", ["programme"];

    /// The houses have more pieces than their master.
    HOUSES_EXCEED_MASTER = "houses-exceed-master", Finding(Warning), "ICS2 consistency check: pieces", ["houses", "master"];
    /// The houses have fewer pieces than their master.
    HOUSES_BELOW_MASTER = "houses-below-master", Finding(Info), "ICS2 consistency check: pieces", ["houses", "master"];
    /// The houses' weight differs from the master's by more than is tolerated.
    HOUSES_WEIGHT_DIFFERS = "houses-weight-differs", Finding(Warning), "ICS2 consistency check: weight", ["houses_kg", "master_kg", "tolerance"];
    /// What a house says of its master is not what the master says.
    MASTER_TOTALS_DIFFER = "master-totals-differ", Finding(Warning), "ICS2 consistency check: transport documents", ["element", "stated", "master"];
    /// The same number is filed again with another content.
    FILED_TWICE = "filed-twice", Finding(Warning), "ICS2 consistency check: transport documents", ["number"];
    /// Two houses say the same under two numbers.
    HOUSES_ALIKE = "houses-alike", Finding(Info), "Duplicate filing", ["house", "other"];
}
