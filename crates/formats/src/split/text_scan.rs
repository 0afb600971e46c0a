//! Finds the end of a text message, line by line.

use super::{BLANKS_MAX, Buffer, CHUNK_BYTES, Step};
use crate::cargo_imp::envelope::{
    END_OF_TEXT, HEAD_LINES_MAX, Identifier, LineKind, START_OF_HEADING, classify, opens_transmission,
    significant,
};
use crate::mail::head::{self, HeaderScan, Judged};
use crate::register::Row;

/// A longer line is no label before a message.
const LABEL_BYTES_MAX: usize = 1 << 10;

/// How far a text message has been read.
#[derive(Debug, Default)]
pub(super) struct TextScan {
    phase: Phase,
    /// Header lines of a mail, as long as this may be one.
    header: Option<HeaderScan>,
    /// Whether a line has been judged.
    begun: bool,
    /// Where the header of a mail may have begun behind this message, and its lines so far.
    next_mail: Option<(usize, HeaderScan)>,
    /// It was taken for a message without anything that announces one.
    shapeless: bool,
    /// Lines before the identifier of the message, blank ones left out.
    head_lines: usize,
    /// A blank line, or the line that ends a manifest, has just been read.
    after_blank: bool,
    /// Lines since here are no part of the message if a new message follows: a label of the next one.
    label_from: Option<usize>,
    /// A line inside a manifest that is either a station or the identifier of the next message.
    station_or_identifier: Option<usize>,
    /// The line before, where it has the form of no segment: perhaps the damaged identifier of the next
    /// message.
    other_before: Option<usize>,
    /// Blanks since here.
    blank_from: Option<usize>,
    /// No line end is between `scanned` and here.
    searched: usize,
    /// The beginning of the current line was left out.
    inside_line: bool,
    /// Something of the message was left out.
    forgot: bool,
}

/// The parts of a text message as far as its end depends on them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Labels, before any envelope.
    #[default]
    Label,
    /// Address lines.
    Addresses,
    /// After the originator line.
    Enveloped,
    /// A flight manifest; `true` once the line that ends it was read.
    Manifest(bool),
    /// Reasons of an acknowledgement or rejection, before the message it answers.
    Reasons,
    /// An air waybill; `true` once its number was read.
    Waybill(bool),
    /// A message of houses; `true` once their master was read.
    Houses(bool),
    /// A bare block of OCI lines.
    OciBlock,
    /// After the header of a mail, before its text.
    MailHeader,
    /// The text of a mail.
    Mail,
    /// Any other message.
    Body,
}

impl TextScan {
    /// Whether an envelope or the identifier of a message was read.
    pub(super) fn is_announced(&self) -> bool {
        !self.shapeless && self.phase != Phase::Label
    }

    /// Whether it is a mail.
    pub(super) fn is_mail(&self) -> bool {
        matches!(self.phase, Phase::MailHeader | Phase::Mail)
    }

    /// Judges the lines that are complete in the buffer.
    pub(super) fn run(&mut self, buffer: &mut Buffer) -> Step {
        loop {
            let from = self.searched.max(buffer.scanned);
            let found = memchr::memchr3(b'\n', b'\r', END_OF_TEXT, &buffer.bytes[from..]).map(|at| from + at);
            let (end, next) = match found {
                Some(end) => match (buffer.bytes[end], buffer.bytes.get(end + 1)) {
                    (b'\r', Some(b'\n')) => (end, end + 2),
                    (b'\r', None) if !buffer.ended => {
                        self.searched = end;
                        return Step::More;
                    }
                    _ => (end, end + 1),
                },
                None if buffer.ended && buffer.scanned < buffer.bytes.len() => {
                    (buffer.bytes.len(), buffer.bytes.len())
                }
                None => {
                    self.searched = buffer.bytes.len();
                    return self.unended_line(buffer);
                }
            };
            if !std::mem::take(&mut self.inside_line) {
                let line = &buffer.bytes[buffer.scanned..end];
                if let Some(at) = self.judge(line, buffer.scanned).filter(|at| self.may_cut(buffer, *at)) {
                    return Step::Cut(at);
                }
            }
            buffer.scanned = next;
            if found.is_some_and(|end| buffer.bytes[end] == END_OF_TEXT) && !self.is_mail() {
                return Step::Cut(next);
            }
        }
    }

    /// Judges a line that goes on beyond the buffer: a document without line ends shows itself at once.
    fn unended_line(&mut self, buffer: &Buffer) -> Step {
        let line = &buffer.bytes[buffer.scanned..];
        let long = line.len() > LABEL_BYTES_MAX && !self.inside_line;
        if long && matches!(classify(&line[..LABEL_BYTES_MAX]), LineKind::Markup) {
            let cut = self.judge(line, buffer.scanned).filter(|at| self.may_cut(buffer, *at));
            return cut.map_or(Step::More, Step::Cut);
        }
        Step::More
    }

    /// Whether something of the message is before this offset: what starts a message does not end it.
    fn may_cut(&self, buffer: &Buffer, at: usize) -> bool {
        at > buffer.start || self.forgot
    }

    /// Judges the line that starts at `start`; says where the message before it ends, if it does.
    fn judge(&mut self, line: &[u8], start: usize) -> Option<usize> {
        if !std::mem::replace(&mut self.begun, true) {
            self.header = Some(HeaderScan::default());
        }
        if let Some(header) = &mut self.header {
            match header.line(line) {
                Judged::Header if !opens_transmission(line) => return None,
                Judged::End => {
                    self.header = None;
                    self.phase = Phase::MailHeader;
                    return None;
                }
                Judged::Header | Judged::No => self.header = None,
            }
        }
        match self.phase {
            Phase::MailHeader if matches!(classify(line), LineKind::Blank) => return None,
            // The header was a label of the message.
            Phase::MailHeader if head::carries(line) || opens_transmission(line) => self.phase = Phase::Label,
            Phase::MailHeader | Phase::Mail => {
                self.phase = Phase::Mail;
                let starts = head::starts_message(line) || opens_transmission(line);
                return starts.then_some(start);
            }
            _ => {}
        }
        if let Some(at) = self.mail_follows(line, start) {
            return Some(at);
        }
        if line.first() == Some(&b'/') && !self.in_head() && self.station_or_identifier.is_none() {
            // Most lines continue the one before; they start nothing and end nothing.
            self.after_blank = false;
            self.label_from = None;
            self.other_before = None;
            self.blank_from = None;
            return None;
        }
        let kind = classify(line);
        let opens = opens_transmission(line);
        if matches!(kind, LineKind::Blank) && !opens {
            self.after_blank = true;
            // Before the first line that counts there is no message to cut.
            if self.phase != Phase::Label {
                let from = *self.blank_from.get_or_insert(start);
                return (start - from > BLANKS_MAX).then_some(from);
            }
            return None;
        }
        self.blank_from = None;
        if let Some(at) = self.station_or_identifier.take().filter(|_| answers(line)) {
            return Some(at);
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        let other_before = self.other_before.take();
        if self.in_head() {
            self.head_lines += 1;
            if self.head_lines > HEAD_LINES_MAX || line.len() > LABEL_BYTES_MAX {
                self.shapeless = self.phase == Phase::Label;
                self.phase = Phase::Body;
            }
        }
        let head = self.in_head();
        let starts = Some(self.label_from.unwrap_or(start));
        if opens && self.phase != Phase::Label {
            // Start of text stands between an envelope and its message; anywhere else something new opens.
            let envelope = matches!(self.phase, Phase::Addresses | Phase::Enveloped);
            if !envelope || line.contains(&START_OF_HEADING) {
                return starts;
            }
        }
        match kind {
            LineKind::Blank => None,
            LineKind::Markup => starts,
            LineKind::Address if matches!(self.phase, Phase::Label | Phase::Addresses) => {
                self.phase = Phase::Addresses;
                None
            }
            LineKind::Address => starts,
            LineKind::Originator if head => {
                self.phase = Phase::Enveloped;
                None
            }
            LineKind::Identifier(identifier) => self.identifier(identifier, head, after_blank, start),
            LineKind::Oci if head => {
                self.phase = Phase::OciBlock;
                None
            }
            LineKind::Oci if self.phase == Phase::OciBlock => starts,
            LineKind::Segment if head => {
                self.phase = Phase::Body;
                None
            }
            LineKind::Other if !head => {
                if after_blank {
                    self.label_from = self.label_from.or(Some(start));
                }
                self.other_before = other_before.or(Some(start));
                None
            }
            LineKind::Other => None,
            LineKind::Segment if self.belongs_to_next(line) => {
                Some(self.label_from.or(other_before).unwrap_or(start))
            }
            LineKind::Segment | LineKind::Originator | LineKind::Oci => {
                self.segment(line);
                None
            }
        }
    }

    /// Where a mail began, once its header has been read: after a blank line, behind a message.
    fn mail_follows(&mut self, line: &[u8], start: usize) -> Option<usize> {
        if self.in_head() {
            return None;
        }
        let (at, mut scan) = match self.next_mail.take() {
            Some(begun) => begun,
            None if self.after_blank && head::name(line).is_some() => (start, HeaderScan::default()),
            None => return None,
        };
        match scan.line(line) {
            Judged::Header => self.next_mail = Some((at, scan)),
            Judged::End => return Some(at),
            Judged::No => {}
        }
        None
    }

    /// Whether the identifier of the message has not been met.
    fn in_head(&self) -> bool {
        matches!(self.phase, Phase::Label | Phase::Addresses | Phase::Enveloped)
    }

    /// Whether a line with the form of a segment shows that another message has begun, whose identifier
    /// was lost: a second number in a message that has one. Its declaration must not pass to this one.
    fn belongs_to_next(&mut self, line: &[u8]) -> bool {
        let text = significant(line);
        let numbered = text.first().is_some_and(u8::is_ascii_digit);
        let master = text.starts_with(b"MBI/");
        match &mut self.phase {
            Phase::Waybill(met) if numbered => std::mem::replace(met, true),
            Phase::Houses(met) if master => std::mem::replace(met, true),
            Phase::Waybill(_) => master,
            Phase::Houses(_) => numbered,
            _ => false,
        }
    }

    /// A line that belongs to the body by its form.
    fn segment(&mut self, line: &[u8]) {
        self.label_from = None;
        let text = significant(line);
        match self.phase {
            Phase::Reasons
                if !matches!(text, [b'A', b'C', b'K', ..] | [b'E', b'R', b'R', ..] | [b'/', ..]) =>
            {
                self.phase = Phase::Body;
            }
            Phase::Manifest(false) if matches!(text, b"CONT" | b"LAST") => {
                self.phase = Phase::Manifest(true);
                self.after_blank = true;
            }
            _ => {}
        }
    }

    /// An identifier line: the start of this message, of one inside it, or of the next one.
    fn identifier(
        &mut self,
        found: Identifier,
        head: bool,
        after_blank: bool,
        start: usize,
    ) -> Option<usize> {
        let name = found.row.map_or("", Row::name);
        let reply = matches!(name, "FNA" | "FMA");
        match self.phase {
            Phase::Reasons if !reply => {}
            // Freetown, Perth and others have the codes of messages. What a blank line sets apart is never
            // taken for a station: the message in a rejection would pass for a filing.
            Phase::Manifest(false) if found.version.is_none() && !after_blank => {
                self.station_or_identifier = Some(self.label_from.unwrap_or(start));
                return None;
            }
            _ if !head => return Some(self.label_from.unwrap_or(start)),
            _ => {}
        }
        self.phase = match name {
            "FFM" => Phase::Manifest(false),
            "FWB" => Phase::Waybill(false),
            "FHL" => Phase::Houses(false),
            _ if reply => Phase::Reasons,
            _ => Phase::Body,
        };
        self.label_from = None;
        None
    }

    /// Takes note that `by` bytes before the message left the buffer.
    pub(super) fn shift(&mut self, by: usize) {
        self.searched = self.searched.saturating_sub(by);
        let offsets = [
            &mut self.label_from,
            &mut self.station_or_identifier,
            &mut self.other_before,
            &mut self.blank_from,
        ];
        for offset in offsets {
            *offset = offset.map(|at| at.saturating_sub(by));
        }
        if let Some((at, _)) = &mut self.next_mail {
            *at = at.saturating_sub(by);
        }
    }

    /// Takes note that the bytes judged so far are left out; says up to where. A line that does not end
    /// is left out as well, since no line that starts a message is that long.
    pub(super) fn forget(&mut self, buffer: &mut Buffer) -> usize {
        self.forgot = true;
        self.label_from = None;
        self.station_or_identifier = None;
        self.other_before = None;
        self.blank_from = None;
        self.next_mail = None;
        // What is left out is no label of a message that follows.
        if self.in_head() {
            self.shapeless = self.phase == Phase::Label;
            self.phase = Phase::Body;
        }
        if buffer.unscanned() > CHUNK_BYTES {
            buffer.scanned = buffer.bytes.len();
            self.inside_line = true;
        }
        buffer.scanned
    }
}

/// Whether a line follows the identifier of a message without version, rather than a station of a
/// manifest: reasons, a status, or a bare number.
fn answers(line: &[u8]) -> bool {
    let text = significant(line);
    [&b"ACK"[..], b"ERR", b"CSN"].iter().any(|tag| text.starts_with(tag))
        || text.first().is_some_and(u8::is_ascii_digit) && !text.contains(&b'/')
}
