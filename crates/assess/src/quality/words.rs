//! Tables of words the checks know. They are Loadgate's own, made from traffic and notices, unless a
//! source is named.

/// Beginnings of words in the names of forwarders. Beginnings, because names are cut and joined on the
/// wire (`LOGISTICSOY`).
const FORWARDER_STEMS: &[&str] =
    &["CARGO", "CONSOLIDATOR", "FORWARDER", "FORWARDING", "FREIGHT", "LOGISTI", "SPEDITION"];

/// Legal forms of companies.
const LEGAL_FORMS: &[&str] = &[
    "AB", "AG", "AS", "BV", "CO", "CORP", "GMBH", "INC", "LIMITED", "LLC", "LTD", "NV", "OY", "OYJ", "PLC",
    "PTE", "PTY", "PVT", "SA", "SARL", "SAS", "SL", "SPA", "SRL",
];

/// Names of post-office boxes, as words after cleansing.
const POST_OFFICE_BOXES: &[&[&str]] = &[
    &["PO", "BOX"],
    &["P", "O", "BOX"],
    &["POBOX"],
    &["GPO", "BOX"],
    &["POST", "BOX"],
    &["POST", "OFFICE", "BOX"],
    &["BOITE", "POSTALE"],
    &["POSTBUS"],
    &["POSTFACH"],
    &["APARTADO"],
    &["CASILLA"],
];

/// What stands in place of an e-mail user where there is none.
const NO_EMAIL: &[&str] = &["NA", "NIL", "NO", "NOEMAIL", "NOMAIL", "NONE", "TEST", "UNKNOWN"];

/// Domains nobody can own (RFC 2606), and the names of one's own machine.
const RESERVED_DOMAINS: &[&str] =
    &["EXAMPLE", "EXAMPLE.COM", "EXAMPLE.NET", "EXAMPLE.ORG", "INVALID", "LOCALHOST", "TEST"];

/// Whether a cleansed name looks like that of a forwarder.
pub(super) fn names_forwarder(words: &[String]) -> bool {
    words.iter().any(|word| FORWARDER_STEMS.iter().any(|stem| word.starts_with(stem)))
}

/// Whether a cleansed word is a legal form.
pub(super) fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.contains(&word)
}

/// Whether cleansed words are a post-office box and nothing else.
pub(super) fn is_post_office_box(words: &[String]) -> bool {
    POST_OFFICE_BOXES.iter().any(|name| words.iter().map(String::as_str).eq(name.iter().copied()))
}

/// Whether cleansed words have a post-office box among them.
pub(super) fn has_post_office_box(words: &[String]) -> bool {
    POST_OFFICE_BOXES.iter().any(|name| {
        words.windows(name.len()).any(|part| part.iter().map(String::as_str).eq(name.iter().copied()))
    })
}

/// Whether an e-mail user, in capitals, says that there is none.
pub(super) fn is_no_email(user: &str) -> bool {
    NO_EMAIL.contains(&user)
}

/// Whether a domain, in capitals, is reserved, itself or through the domain above it.
pub(super) fn is_reserved_domain(domain: &str) -> bool {
    RESERVED_DOMAINS.iter().any(|reserved| {
        domain.strip_suffix(reserved).is_some_and(|above| above.is_empty() || above.ends_with('.'))
    })
}

/// Whether a text, blanks aside, is one letter or digit and its repetitions. Empty is not.
pub(super) fn is_one_character(text: &str) -> bool {
    let mut characters = text.chars().filter(|character| !character.is_whitespace());
    let Some(first) = characters.next() else { return false };
    first.is_alphanumeric() && characters.all(|character| character == first)
}
