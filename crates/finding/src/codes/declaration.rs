//! Findings of the OCI list: the security declaration, the customer-account set, customs references.

super::codes! { "declaration";
    /// Lines of a declaration and nobody who issued it.
    CSD_ISSUER_MISSING = "csd-issuer-missing", Finding(Error), "IATA OCI composition rules 3.2, ISS and CSS", [];
    /// Both an issuer and a consolidation checker.
    CSD_ISSUER_AND_CHECKER = "csd-issuer-and-checker", Finding(Error), "IATA OCI composition rules 3.2, ISS and CSS", ["issuer", "checker"];
    /// More than one issuer; the last one counts.
    CSD_SEVERAL_ISSUERS = "csd-several-issuers", Finding(Warning), "IATA OCI composition rules 3.2, OSS: the last issuer is the valid one", ["issuer", "superseded"];
    /// More than one consolidation checker; the last one was taken, as for issuers.
    CSD_SEVERAL_CHECKERS = "csd-several-checkers", Finding(Warning), "IATA OCI composition rules 3.2, CSS", ["checker", "superseded"];
    /// The issuer is of a category that cannot issue a status.
    CSD_ISSUER_CATEGORY = "csd-issuer-category", Finding(Error), "IATA OCI composition rules 3.2, ISS and KC", ["entity"];
    /// The consolidation checker is no regulated agent.
    CSD_CHECKER_CATEGORY = "csd-checker-category", Finding(Error), "IATA OCI composition rules 3.2, CSS", ["entity"];
    /// A consolidation checker on something that is no consolidation.
    CSD_CHECKER_NOT_CONSOLIDATION = "csd-checker-not-consolidation", Finding(Error), "IATA OCI composition rules 3.2, CSS", ["entity"];
    /// A consolidation checker beside a known consignor.
    CSD_CHECKER_WITH_KNOWN_CONSIGNOR = "csd-checker-with-known-consignor", Finding(Error), "IATA OCI composition rules 3.2, CSS", ["entity"];
    /// Somebody accepts a status before anybody issued or checked it.
    CSD_ACCEPTOR_WITHOUT_ISSUER = "csd-acceptor-without-issuer", Finding(Error), "IATA OCI composition rules 3.2, OSS", ["entity"];
    /// The acceptor is of a category that cannot accept a status.
    CSD_ACCEPTOR_CATEGORY = "csd-acceptor-category", Finding(Error), "IATA OCI composition rules 3.2, OSS", ["entity"];
    /// Somebody accepts a status that he issued or checked himself.
    CSD_ACCEPTOR_IS_ISSUER = "csd-acceptor-is-issuer", Finding(Warning), "IATA OCI composition rules 3.2, OSS: accepts a status given by another", ["entity"];
    /// A "received from" line without an issuer or checker before it.
    CSD_RECEIVED_FROM_PLACE = "csd-received-from-place", Finding(Warning), "IATA OCI composition rules 3.2, KC and AC", ["entity"];
    /// Received from a carrier: on the ICAO form, not among the OCI lines.
    CSD_RECEIVED_FROM_CATEGORY = "csd-received-from-category", Finding(Info), "IATA OCI composition rules 3.2, box 8", ["entity"];
    /// Received from a known consignor and not declared SPX.
    CSD_KC_WITHOUT_SPX = "csd-kc-without-spx", Finding(Error), "IATA OCI composition rules 3.2, KC", ["entity", "status"];
    /// Received from an account consignor and not declared SCO.
    CSD_AC_WITHOUT_SCO = "csd-ac-without-sco", Finding(Error), "IATA OCI composition rules 3.2, AC", ["entity", "status"];
    /// A ground that calls for SPX with a weaker status.
    CSD_GROUND_WITHOUT_SPX = "csd-ground-without-spx", Finding(Warning), "IATA OCI composition rules 3.2, KC: KC, RA, SM or L call for SPX", [];
    /// A status is issued without any ground: boxes 8, 9 and 10 are empty.
    CSD_GROUND_MISSING = "csd-ground-missing", Finding(Error), "IATA e-CSD, boxes 8, 9 and 10; OCI composition rules 3.2, SM", ["issuer"];
    /// A regulated agent is the originator and states no screening method.
    CSD_METHOD_MISSING = "csd-method-missing", Finding(Error), "IATA OCI composition rules 3.2, SM: originator RA", ["issuer"];
    /// SHR is declared with fewer than two different screening methods.
    CSD_HIGH_RISK_METHODS = "csd-high-risk-methods", Finding(Error), "ICS2 HRCM screening response: 2 to 9 screening methods", ["methods"];
    /// A screening method or exemption before the entity that answers for it.
    CSD_GROUND_PLACE = "csd-ground-place", Finding(Warning), "IATA OCI composition rules 3.2, SM and L", ["line"];
    /// A screening method code of an earlier list.
    CSD_METHOD_LEGACY = "csd-method-legacy", Finding(Info), "IATA code list 1.102", ["text", "read_as"];
    /// More than one screening method on a line; all were read.
    CSD_METHODS_JOINED = "csd-methods-joined", Finding(Warning), "IATA OCI composition rules 3.2, SM: one code on a line", ["text"];
    /// A screening method code of no list, or one without a successor. An error where no other ground is given.
    CSD_METHOD_UNKNOWN = "csd-method-unknown", Finding(Warning), "IATA code list 1.102", ["text"];
    /// Any other means (AOM) without words that describe it.
    CSD_METHOD_UNDESCRIBED = "csd-method-undescribed", Finding(Error), "IATA e-CSD, box 11", [];
    /// An exemption code of no list. An error where no other ground is given.
    CSD_EXEMPTION_UNKNOWN = "csd-exemption-unknown", Finding(Warning), "IATA code list 1.104", ["text"];
    /// An issuer or checker and no status anywhere.
    CSD_STATUS_MISSING = "csd-status-missing", Finding(Error), "IATA e-CSD, box 7; OCI composition rules 3.2, SS", ["entity"];
    /// A status is claimed and nobody answers for it.
    CSD_STATUS_WITHOUT_ISSUER = "csd-status-without-issuer", Finding(Warning), "IATA OCI composition rules 3.2, ISS", ["status"];
    /// A status line with a code that is no status.
    CSD_STATUS_UNKNOWN = "csd-status-unknown", Finding(Error), "IATA OCI composition rules 3.2, SS", ["text"];
    /// More than one status in the same place.
    CSD_SEVERAL_STATUSES = "csd-several-statuses", Finding(Error), "IATA OCI composition rules 3.2, SS: only one", ["statuses"];
    /// Special handling and declaration say different things.
    CSD_STATUS_CONTRADICTION = "csd-status-contradiction", Finding(Error), "IATA OCI composition rules 3.2, SS", ["handling", "declared"];
    /// A status line outside FSU and FSA.
    CSD_STATUS_LINE_PLACE = "csd-status-line-place", Finding(Warning), "IATA OCI composition rules 3.2, SS: only in FSA and FSU", ["status"];
    /// A declaration for goods that are stated to be not secured.
    CSD_DECLARED_WHILE_UNSECURED = "csd-declared-while-unsecured", Finding(Error), "IATA OCI composition rules 3.2, SS: no declaration for NSC", ["entity"];
    /// SCO issued by a carrier.
    CSD_SCO_CATEGORY = "csd-sco-category", Finding(Error), "IATA OCI composition rules 3.2, SS: SCO only after RA", ["entity"];
    /// An expiry that is not MMYY. Nobody can tell that the approval runs, so that it is not relied on.
    CSD_EXPIRY_FORM = "csd-expiry-form", Finding(Error), "IATA OCI composition rules 3.2, ED", ["text", "entity"];
    /// More than one expiry for the same entity; the earliest counts.
    CSD_EXPIRIES_DIFFER = "csd-expiries-differ", Finding(Warning), "IATA OCI composition rules 3.2, ED", ["entity", "counts"];
    /// An expiry without the line of an entity before it; where lines of customs stand between, it counts for the
    /// entity before those.
    CSD_EXPIRY_PLACE = "csd-expiry-place", Finding(Warning), "IATA OCI composition rules 3.2, ED", ["text"];
    /// An approval that had run out on the day of issue.
    CSD_APPROVAL_EXPIRED = "csd-approval-expired", Finding(Error), "IATA OCI composition rules 3.2, ED; ICAO Annex 17, 4.6.5", ["entity", "expired", "issued"];
    /// A person issued the status and no ground is given.
    CSD_NAME_WITHOUT_GROUND = "csd-name-without-ground", Finding(Warning), "IATA OCI composition rules 3.2, SN", [];
    /// A person without day and time.
    CSD_NAME_WITHOUT_DATE = "csd-name-without-date", Finding(Warning), "IATA OCI composition rules 3.2, SN", [];
    /// Day and time without a person.
    CSD_DATE_WITHOUT_NAME = "csd-date-without-name", Finding(Warning), "IATA OCI composition rules 3.2, SD", [];
    /// Neither person nor day and time, where only the master of a consolidation may leave them out.
    CSD_NAME_AND_DATE_MISSING = "csd-name-and-date-missing", Finding(Warning), "IATA OCI composition rules 3.2, SN and SD; Regulation (EU) No 185/2010, 6.3.2.7", ["issuer"];
    /// A time of issue in another form than ddMMMyyhhmm that can be read.
    CSD_ISSUED_AT_FORM = "csd-issued-at-form", Finding(Warning), "IATA OCI composition rules 3.2, SD", ["text", "read_as"];
    /// A time of issue that cannot be read.
    CSD_ISSUED_AT_UNREADABLE = "csd-issued-at-unreadable", Finding(Error), "IATA OCI composition rules 3.2, SD", ["text"];
    /// A time of issue after that of the message that carries the declaration.
    CSD_ISSUED_AFTER_MESSAGE = "csd-issued-after-message", Finding(Error), "IATA OCI composition rules 3.2, SD; Loadgate: nothing is declared before it was issued", ["issued", "sent"];
    /// A statement before the entity that makes it.
    CSD_STATEMENT_PLACE = "csd-statement-place", Finding(Warning), "IATA OCI composition rules 3.2, ST", [];
    /// A statement in a declaration without any ground.
    CSD_STATEMENT_WITHOUT_GROUND = "csd-statement-without-ground", Finding(Warning), "IATA OCI composition rules 3.2, ST", [];
    /// A box that holds one value, filled again with another one.
    CSD_BOX_REPEATED = "csd-box-repeated", Finding(Warning), "IATA e-CSD, boxes 1, 12 and 13", ["line", "text"];
    /// Boxes of the issuer's declaration after an acceptor, or in another order than method, person, time.
    CSD_ORDER = "csd-order", Finding(Info), "IATA OCI composition rules 3.2, order of the lines", ["line", "after"];
    /// A line of the declaration without text.
    CSD_LINE_EMPTY = "csd-line-empty", Finding(Warning), "IATA OCI composition rules 3.2, supplementary information is mandatory", ["line"];
    /// A line that is one of the declaration but for a slip in its slants or identifiers.
    CSD_LINE_DAMAGED = "csd-line-damaged", Finding(Error), "IATA OCI composition rules 3.2, form of the lines", ["line"];
    /// An entity whose category or number cannot be read.
    CSD_ENTITY_UNREADABLE = "csd-entity-unreadable", Finding(Error), "IATA OCI composition rules 3.2, ISS, CSS and OSS", ["text", "why"];
    /// The number of a regulated agent or known consignor of an EU State has not the form NNNNN-NN.
    CSD_AGENT_NUMBER_FORM = "csd-agent-number-form", Finding(Warning), "IATA OCI composition rules 3.2, ISS, CSS and OSS: numbers of the EU", ["entity"];
    /// A category of entity under an identifier that is no part of the declaration. An error where that is ISS,
    /// CSS or OSS but for one sign.
    CSD_ENTITY_ROLE_UNKNOWN = "csd-entity-role-unknown", Finding(Warning), "IATA OCI composition rules 3.2, ISS, CSS and OSS", ["role", "entity"];
    /// An entity without its State; a warning where the entity line before it has one, or where it only
    /// tendered the goods.
    CSD_COUNTRY_MISSING = "csd-country-missing", Finding(Error), "IATA OCI composition rules 3.2, ISO country code", ["entity"];
    /// An entity under a code that is no country; a warning where it only tendered the goods.
    CSD_COUNTRY_UNKNOWN = "csd-country-unknown", Finding(Error), "ISO 3166-1", ["country", "entity"];
    /// A line without country, information or control identifier.
    OCI_LINE_UNIDENTIFIED = "oci-line-unidentified", Finding(Warning), "Cargo-IMP OCI, and Cargo-XML customs notes as its lines: at least one identifier", [];
    /// A seal that follows no unit load device; it was taken as one of the consignment.
    OCI_SEAL_PLACE = "oci-seal-place", Finding(Warning), "IATA OCI composition rules 3.2, N: only after a unit load device", ["text"];
    /// A customs reference that has not the form of an MRN.
    OCI_MRN_FORM = "oci-mrn-form", Finding(Info), "IATA OCI composition rules 3.2, M", ["text", "why"];
    /// A code of the account set that is on no list.
    ACAS_CODE_UNKNOWN = "acas-code-unknown", Finding(Warning), "IATA OCI composition rules 3.2, customs sheet (US ACAS)", ["element", "text", "allowed"];
    /// The day the account was established cannot be read.
    ACAS_DATE_UNREADABLE = "acas-date-unreadable", Finding(Warning), "IATA OCI composition rules 3.2, AE", ["text"];
    /// An account number without its issuer before it.
    ACAS_ISSUER_ORDER = "acas-issuer-order", Finding(Warning), "IATA OCI composition rules 3.2, AI", [];
    /// The user of an e-mail address without its domain.
    ACAS_EMAIL_DOMAIN_MISSING = "acas-email-domain-missing", Finding(Warning), "IATA OCI composition rules 3.2, MU and VU", ["text"];
    /// The domain of an e-mail address without its user.
    ACAS_EMAIL_USER_MISSING = "acas-email-user-missing", Finding(Warning), "IATA OCI composition rules 3.2, MD and VD", [];
    /// An identification without issuer or number.
    ACAS_IDENTIFICATION_FORM = "acas-identification-form", Finding(Warning), "IATA OCI composition rules 3.2, PI", ["text"];
    /// An element of the account set stated again with another value.
    ACAS_REPEATED = "acas-repeated", Finding(Warning), "IATA OCI composition rules 3.2, customs sheet (US ACAS)", ["element", "text", "kept"];
    /// A line of the account set that names no country and follows lines of another one.
    ACAS_COUNTRY = "acas-country", Finding(Info), "IATA OCI composition rules 3.2, customs sheet (US ACAS)", ["element", "country"];
}
