//! Finds the end of an XML document without reading it: tags are counted, not understood.

use super::{BLANKS_MAX, Buffer, Step};
use crate::cargo_imp::envelope::{Identifier, LineKind, classify, opens_transmission};
use crate::register::{self, Sign};
use crate::text::UTF8_MARK;

/// The longest line that can start a text message.
const START_LINE_MAX: usize = 128;

/// The longest opening of markup that must be seen whole: `<![CDATA[`.
const OPENING_MAX: usize = 9;

/// The longest root tag that is recognised inside a document that was cut short.
const ROOT_TAG_MAX: usize = 1 << 10;

/// How far a document has been read.
#[derive(Debug, Default)]
pub(super) struct XmlScan {
    within: Within,
    depth: u32,
    /// Some markup has been read.
    begun: bool,
    /// The root element has ended.
    root_ended: bool,
}

/// What kind of markup is being read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    #[default]
    Content,
    StartTag {
        quote: Option<u8>,
        slash: bool,
    },
    EndTag,
    Comment,
    CharacterData,
    Instruction,
    Declaration {
        brackets: u32,
        quote: Option<u8>,
    },
}

/// What one look at the buffer came to.
enum Look {
    /// Go on.
    On,
    /// Leave the scan with this result.
    Stop(Step),
}

impl XmlScan {
    /// Judges what is in the buffer.
    pub(super) fn run(&mut self, buffer: &mut Buffer) -> Step {
        while buffer.scanned < buffer.bytes.len() {
            let look = match self.within {
                Within::Content if self.root_ended => self.after_root(buffer),
                Within::Content => self.content(buffer),
                Within::StartTag { .. } | Within::EndTag | Within::Declaration { .. } => self.tag(buffer),
                Within::Comment => self.until(buffer, b"-->"),
                Within::CharacterData => self.until(buffer, b"]]>"),
                Within::Instruction => self.until(buffer, b"?>"),
            };
            if let Look::Stop(step) = look {
                return step;
            }
        }
        Step::More
    }

    fn content(&mut self, buffer: &mut Buffer) -> Look {
        let rest = &buffer.bytes[buffer.scanned..];
        let Some(found) = memchr::memchr3(b'<', b'\n', b'\r', rest) else {
            buffer.scanned = buffer.bytes.len();
            return Look::Stop(Step::More);
        };
        buffer.scanned += found;
        if buffer.bytes[buffer.scanned] == b'<' { self.open(buffer) } else { self.line_end(buffer) }
    }

    /// Markup opens here.
    fn open(&mut self, buffer: &mut Buffer) -> Look {
        let rest = &buffer.bytes[buffer.scanned..];
        if rest.len() < OPENING_MAX && !buffer.ended {
            return Look::Stop(Step::More);
        }
        let (within, length) = match rest {
            [b'<', b'!', b'-', b'-', ..] => (Within::Comment, 4),
            _ if rest.starts_with(b"<![CDATA[") => (Within::CharacterData, 9),
            [b'<', b'!', ..] => (Within::Declaration { brackets: 0, quote: None }, 2),
            _ if self.begun && is_declaration(rest) => return Look::Stop(Step::Cut(buffer.scanned)),
            [b'<', b'?', ..] => (Within::Instruction, 2),
            [b'<', b'/', ..] => (Within::EndTag, 2),
            [b'<', name, ..] if is_name_start(*name) => (Within::StartTag { quote: None, slash: false }, 2),
            _ => {
                buffer.scanned += 1;
                return Look::On;
            }
        };
        self.begun = true;
        self.within = within;
        buffer.scanned += length;
        Look::On
    }

    /// Goes on in a tag or declaration up to what matters next.
    fn tag(&mut self, buffer: &mut Buffer) -> Look {
        while let Some(&byte) = buffer.bytes.get(buffer.scanned) {
            if matches!(byte, b'\n' | b'\r') {
                return self.line_end(buffer);
            }
            match &mut self.within {
                // No tag holds this character, not even inside quotes: a new tag opens.
                Within::StartTag { .. } | Within::EndTag if byte == b'<' => {
                    self.within = Within::Content;
                    return Look::On;
                }
                Within::StartTag { quote: quote @ Some(_), .. } => {
                    if *quote == Some(byte) {
                        *quote = None;
                    }
                }
                Within::StartTag { slash, .. } if byte == b'>' => {
                    if !*slash {
                        self.depth = self.depth.saturating_add(1);
                    }
                    self.close(buffer);
                    return Look::On;
                }
                Within::StartTag { quote, slash } => {
                    *slash = byte == b'/';
                    if matches!(byte, b'"' | b'\'') {
                        *quote = Some(byte);
                    }
                }
                Within::EndTag if byte == b'>' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.close(buffer);
                    return Look::On;
                }
                Within::Declaration { quote: quote @ Some(_), .. } => {
                    if *quote == Some(byte) {
                        *quote = None;
                    }
                }
                Within::Declaration { brackets, quote } => match byte {
                    b'"' | b'\'' => *quote = Some(byte),
                    b'[' => *brackets = brackets.saturating_add(1),
                    b']' => *brackets = brackets.saturating_sub(1),
                    b'>' if *brackets == 0 => {
                        self.within = Within::Content;
                        buffer.scanned += 1;
                        return Look::On;
                    }
                    _ => {}
                },
                _ => {}
            }
            buffer.scanned += 1;
        }
        Look::Stop(Step::More)
    }

    /// A tag closes here.
    fn close(&mut self, buffer: &mut Buffer) {
        self.within = Within::Content;
        self.root_ended = self.depth == 0;
        buffer.scanned += 1;
    }

    /// Goes on up to `mark` or the next line.
    fn until(&mut self, buffer: &mut Buffer, mark: &[u8]) -> Look {
        let rest = &buffer.bytes[buffer.scanned..];
        let Some(found) = memchr::memchr3(mark[0], b'\n', b'\r', rest) else {
            buffer.scanned = buffer.bytes.len();
            return Look::Stop(Step::More);
        };
        buffer.scanned += found;
        let rest = &rest[found..];
        if rest[0] != mark[0] {
            return self.line_end(buffer);
        }
        if rest.len() < mark.len() && !buffer.ended {
            return Look::Stop(Step::More);
        }
        if rest.starts_with(mark) {
            self.within = Within::Content;
            buffer.scanned += mark.len();
        } else {
            buffer.scanned += 1;
        }
        Look::On
    }

    /// A line ends here. In a document that was cut short the next line may start another message.
    fn line_end(&mut self, buffer: &mut Buffer) -> Look {
        let next = buffer.scanned + 1;
        let rest = &buffer.bytes[next..];
        if rest.len() < UTF8_MARK.len() && !buffer.ended {
            return Look::Stop(Step::More);
        }
        let line = rest.strip_prefix(UTF8_MARK).unwrap_or(rest);
        // A line of exactly the greatest length may still go on.
        let undecided = line.len() <= START_LINE_MAX && !buffer.ended;
        let near = &line[..line.len().min(START_LINE_MAX + 1)];
        let controls =
            near.iter().take_while(|byte| **byte <= b' ' && !matches!(byte, b'\n' | b'\r')).count();
        if controls == line.len() && undecided {
            return Look::Stop(Step::More);
        }
        let starts = match line.first() {
            // Whatever follows on the line, a transmission opens here.
            _ if opens_transmission(&near[..controls]) => true,
            None => {
                if undecided {
                    return Look::Stop(Step::More);
                }
                false
            }
            Some(b'<') => {
                if line.len() < OPENING_MAX && undecided {
                    return Look::Stop(Step::More);
                }
                match opens_root(line) {
                    _ if !self.begun => false,
                    _ if is_declaration(line) => true,
                    // Before its root opens, or after it closed, a document is not cut short.
                    _ if self.depth == 0 => false,
                    None if !buffer.ended => return Look::Stop(Step::More),
                    opens => opens.unwrap_or(false),
                }
            }
            Some(first) if first.is_ascii_alphabetic() || *first < b' ' && !first.is_ascii_whitespace() => {
                let end = memchr::memchr2(b'\n', b'\r', near);
                if end.is_none() && undecided {
                    return Look::Stop(Step::More);
                }
                // At the end of the input the last line needs no line end.
                let (line, after) = line.split_at(end.unwrap_or(line.len()));
                match starts_text(line) {
                    _ if line.len() > START_LINE_MAX => false,
                    Start::Yes => true,
                    Start::No => false,
                    Start::IfFollowed => match followed(after) {
                        None if !buffer.ended => return Look::Stop(Step::More),
                        followed => followed.unwrap_or(false),
                    },
                }
            }
            Some(_) => false,
        };
        if starts {
            return Look::Stop(Step::Cut(next));
        }
        buffer.scanned = next;
        Look::On
    }

    /// After the root element only comments and instructions belong to the document, and the end tags of what
    /// it stood in, which are no message by themselves.
    fn after_root(&mut self, buffer: &mut Buffer) -> Look {
        let rest = &buffer.bytes[buffer.scanned..];
        let near = &rest[..rest.len().min(BLANKS_MAX)];
        let Some(blanks) = near.iter().position(|byte| !byte.is_ascii_whitespace()) else {
            let far = near.len() == BLANKS_MAX;
            return Look::Stop(if far { Step::Cut(buffer.scanned) } else { Step::More });
        };
        let rest = &rest[blanks..];
        if rest[0] == b'<' && rest.len() < OPENING_MAX && !buffer.ended {
            return Look::Stop(Step::More);
        }
        if rest.starts_with(b"<!--")
            || rest.starts_with(b"</")
            || rest.starts_with(b"<?") && !is_declaration(rest)
        {
            buffer.scanned += blanks;
            return self.open(buffer);
        }
        Look::Stop(Step::Cut(buffer.scanned))
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}

/// `<?xml` as the declaration of a document, not of a style sheet.
fn is_declaration(rest: &[u8]) -> bool {
    rest.strip_prefix(b"<?xml")
        .is_some_and(|after| after.first().is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-'))
}

/// Whether the root element of a registered document opens here; `None` where its tag is not complete.
fn opens_root(line: &[u8]) -> Option<bool> {
    let name_end = line.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>');
    let Some(name_end) = name_end else {
        return (line.len() >= ROOT_TAG_MAX).then_some(false);
    };
    let name = &line[1..name_end];
    let local = name.iter().rposition(|byte| *byte == b':').map_or(name, |at| &name[at + 1..]);
    let namespace = register::all().iter().find_map(|row| match row.sign() {
        Sign::Root { element, namespace } if element.as_bytes() == local => Some(namespace),
        _ => None,
    });
    let Some(namespace) = namespace else { return Some(false) };
    let near = &line[..line.len().min(ROOT_TAG_MAX)];
    let end = memchr::memchr(b'>', near);
    let complete = end.is_some() || near.len() == ROOT_TAG_MAX;
    let tag = &near[..end.unwrap_or(near.len())];
    complete.then(|| memchr::memmem::find(tag, namespace.as_bytes()).is_some())
}

/// Whether a line starts a text message.
enum Start {
    Yes,
    No,
    /// Yes, if a line of such a message follows.
    IfFollowed,
}

/// Judges a line inside a document. An identifier without a version might be a word of the document,
/// except that of a reply: the message in a rejection must not pass for a filing.
fn starts_text(line: &[u8]) -> Start {
    match classify(line) {
        LineKind::Identifier(Identifier { row: Some(row), version }) => {
            let sure = version.is_some() || matches!(row.name(), "FNA" | "FMA");
            if sure { Start::Yes } else { Start::IfFollowed }
        }
        LineKind::Address => Start::Yes,
        _ => Start::No,
    }
}

/// Whether the line after a line end has the form of a segment; `None` where it is not complete.
fn followed(after: &[u8]) -> Option<bool> {
    let after = after.strip_prefix(b"\r\n").or(after.get(1..)).unwrap_or_default();
    let near = &after[..after.len().min(START_LINE_MAX)];
    let end = memchr::memchr2(b'\n', b'\r', near);
    let complete = end.is_some() || near.len() == START_LINE_MAX;
    complete.then(|| matches!(classify(&near[..end.unwrap_or(near.len())]), LineKind::Segment))
}
