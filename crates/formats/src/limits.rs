//! Limits on every input. Each is far above any genuine message and keeps memory and time bounded.

/// Largest text message, in bytes: 1 MiB. A Cargo-IMP message has at most a few kilobytes.
pub const TEXT_MESSAGE_BYTES_MAX: usize = 1 << 20;

/// Largest XML message, in bytes: 16 MiB.
pub const XML_MESSAGE_BYTES_MAX: usize = 16 << 20;

/// Largest mail, in bytes: 32 MiB, of which its attachments are most.
pub const MAIL_BYTES_MAX: usize = 32 << 20;

/// Most characters kept of the text of a mail. What authorities write is far shorter.
pub const MAIL_TEXT_CHARACTERS_MAX: usize = 10_000;
/// Largest document of facts, in bytes: 16 MiB.
pub const JSON_MESSAGE_BYTES_MAX: usize = 16 << 20;

/// Deepest nesting of values in a document of facts. The deepest fact needs about 8.
pub const JSON_DEPTH_MAX: usize = 32;

/// Deepest nesting of XML elements. The schemas need about 12.
pub const XML_DEPTH_MAX: usize = 64;

/// Most namespaces declared at once in an XML document. A message needs about 5.
pub const XML_NAMESPACES_MAX: usize = 128;

/// Most houses, legs, goods lines, OCI lines or other repeated elements kept of one message.
pub const REPEATS_MAX: usize = 10_000;

/// Most findings reported for one message; a last one says how many were left out.
pub const FINDINGS_MAX: usize = 1_000;

/// Longest command of a mail server, in bytes, with what its parameters add (RFC 5321, 4.5.3.1.4).
pub const LMTP_COMMAND_BYTES_MAX: usize = 2_048;

/// Longest line of a mail that a mail server hands over, in bytes. RFC 5321 allows 998; some systems do not fold theirs.
pub const LMTP_LINE_BYTES_MAX: usize = 64 << 10;

/// Most recipients of one mail that a mail server hands over (RFC 5321, 4.5.3.1.8).
pub const LMTP_RECIPIENTS_MAX: usize = 100;

/// Commands that are none after which a mail server is left alone.
pub const LMTP_SLIPS_MAX: usize = 20;
