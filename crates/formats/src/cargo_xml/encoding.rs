//! Bytes of an XML document to text.

use crate::text::{self, Text};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// How far into the document its declaration can reach.
const DECLARATION_BYTES_MAX: usize = 256;

/// Reads the bytes by their byte order mark, else by the encoding the document declares, else as UTF-8;
/// bytes that are not what they should be are read as Windows-1252, so that none is lost.
pub(super) fn read(bytes: &[u8]) -> Text<'_> {
    if text::utf16(bytes).is_some() || bytes.starts_with(text::UTF8_MARK) {
        return text::read(bytes);
    }
    let (encoding, name) = match bytes {
        // UTF-16 without a mark shows in the first character, which is always "<".
        [b'<', 0, ..] => (UTF_16LE, UTF_16LE.name().into()),
        [0, b'<', ..] => (UTF_16BE, UTF_16BE.name().into()),
        // The output encoding of UTF-16 is UTF-8: bytes that say UTF-16 in single bytes are not in it.
        _ => declared(bytes).map_or((UTF_8, UTF_8.name().into()), |(encoding, label)| {
            (encoding.output_encoding(), Cow::Owned(label))
        }),
    };
    // Where every byte is ASCII, it makes no difference what else could stand there.
    if encoding == UTF_8 || (encoding.is_ascii_compatible() && bytes.is_ascii()) {
        return text::read(bytes);
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
    let sound = if encoding.is_ascii_compatible() { ascii } else { 0 };
    Text { text, foreign: Some(name), sound }
}

/// The encoding that the XML declaration names, where it is one we know, and its name there.
fn declared(bytes: &[u8]) -> Option<(&'static Encoding, String)> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES_MAX)];
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = &head[..end];
    let name = b"encoding";
    let at = declaration.windows(name.len()).position(|window| window == name)? + name.len();
    let rest = declaration[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    let label = rest.split(|byte| byte == quote).next()?;
    Some((Encoding::for_label(label)?, String::from_utf8_lossy(label).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(bytes: &[u8]) -> (String, Option<Cow<'static, str>>) {
        let text = read(bytes);
        (text.text.into_owned(), text.foreign)
    }

    #[test]
    fn the_mark_then_the_declaration_then_utf8() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(bytes).collect()
        };
        let latin1 = b"<?xml version='1.0' encoding = \"ISO-8859-1\" ?><a>M\xDCLLER \xC3\xBC</a>";
        let cases: [(Vec<u8>, &str, Option<&str>); 9] = [
            (b"<a>M\xC3\x9CLLER</a>".to_vec(), "<a>MÜLLER</a>", None),
            (b"\xEF\xBB\xBF<a>M\xC3\x9CLLER</a>".to_vec(), "<a>MÜLLER</a>", None),
            (b"<a>M\xDCLLER</a>".to_vec(), "<a>MÜLLER</a>", Some("windows-1252")),
            // Two bytes that would be one UTF-8 character stay two where Latin-1 is declared.
            (
                latin1.to_vec(),
                "<?xml version='1.0' encoding = \"ISO-8859-1\" ?><a>MÜLLER Ã¼</a>",
                Some("ISO-8859-1"),
            ),
            (
                b"<?xml version='1.0' encoding='Shift_JIS'?><a>MULLER</a>".to_vec(),
                "<?xml version='1.0' encoding='Shift_JIS'?><a>MULLER</a>",
                None,
            ),
            (utf16("<a>Ü</a>", u16::to_le_bytes), "<a>Ü</a>", Some("UTF-16LE")),
            (utf16("<a>Ü</a>", u16::to_be_bytes), "<a>Ü</a>", Some("UTF-16BE")),
            (utf16("\u{FEFF}<a>Ü</a>", u16::to_be_bytes), "<a>Ü</a>", Some("UTF-16BE")),
            (
                b"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>\xC3\x9C</a>".to_vec(),
                "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>Ü</a>",
                None,
            ),
        ];
        for (bytes, text, encoding) in cases {
            assert_eq!(foreign(&bytes), (text.to_owned(), encoding.map(Cow::Borrowed)), "{text}");
        }
    }

    #[test]
    fn a_broken_declaration_declares_nothing() {
        for head in [
            "<?xml",
            "<?xml encoding",
            "<?xml encoding=\"",
            "<?xml encoding=latin1?>",
            "<?xml encoding=\"no-such\"?>",
        ] {
            assert_eq!(foreign(head.as_bytes()), (head.to_owned(), None), "{head}");
        }
    }
}
