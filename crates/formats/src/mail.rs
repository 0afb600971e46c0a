//! Mail of an authority: its subject is what counts, and which bill that names.
//!
//! Sender, date and addressees are read as well; the text is kept. What a subject means is data of a
//! programme. A sender's address proves nothing.

pub(crate) mod head;
mod proof;

pub use proof::{Letterhead, Unproved};

use crate::cargo_imp::Draft;
use crate::detect;
use crate::limits::MAIL_TEXT_CHARACTERS_MAX;
use crate::notice::{self, Bill};
use crate::split::RawMessage;
use crate::text::{self, Slice, Text, is_blank};
use consignment::document::ConsignmentKey;
use consignment::ident::HouseWaybill;
use consignment::notice::{AuthorityNotice, NoticeTime, Statement, Wire};
use consignment::{Filing, Format};
use finding::{Finding, Position, Severity, codes::wire};
use head::{HeaderScan, Judged};
use jiff::Timestamp;
use mail_parser::{Address, HeaderName, Message, MessageParser};
use std::borrow::Cow;

/// Most characters of a subject that are kept, and of a text in a finding.
const SUBJECT_CHARACTERS_MAX: usize = 1_000;
const SHOWN_MAX: usize = 120;

/// Most attachments named.
const ATTACHMENTS_MAX: usize = 100;

/// What stands before the number of a house.
const HOUSE_MARKS: [&str; 5] = ["HAWB", "HWB", "HOUSE WAYBILL", "HOUSE", "HBL"];

/// What stands before the number of a bill in the subjects of Transport Canada (PACT guide 1.9).
const BILL_MARK: &str = "AWB#";

/// Where a mail starts, and what it holds.
pub(crate) struct Start {
    /// Line of the input on which its text starts.
    text_line: u32,
    /// Place of its subject.
    subject: Position,
    /// Whether its text is a message of the trade, so that the mail is but its envelope.
    pub(crate) carries: bool,
}

impl Start {
    /// The start of a mail; `None` where the text is none.
    pub(crate) fn of(text: &str, first_line: u32) -> Option<Self> {
        let mut scan = HeaderScan::default();
        let mut subject = None;
        let mut lines = text::lines(text, first_line, 1);
        loop {
            let line = lines.next()?;
            let bytes = line.text.as_bytes();
            match scan.line(bytes) {
                Judged::Header if is_subject(bytes) => {
                    subject.get_or_insert(line.trim().position());
                }
                Judged::Header => {}
                Judged::End => break,
                Judged::No => return None,
            }
        }
        let body = lines.find(|line| !line.trim().is_empty());
        let text_line = body.map_or(u32::MAX, |line| line.line);
        let carries = body.is_some_and(|line| head::carries(line.text.as_bytes()));
        Some(Self { text_line, subject: subject.unwrap_or(Position::new(first_line, 1, 0)), carries })
    }
}

fn is_subject(line: &[u8]) -> bool {
    head::name(line).is_some_and(|name| name.eq_ignore_ascii_case(b"subject"))
}

/// Reads a mail.
pub(crate) fn decode(message: &RawMessage, text: &Text<'_>, start: &Start) -> Filing {
    let mut draft = Draft::default();
    let format = Format { name: "MAIL", version: None };
    draft.begin(format, 0);
    if let Some(read) = with_parsed(message, text, |mail| read(&mut draft, mail, start, message.first_line)) {
        let ends = others(&mut draft, text, start, &read, message.first_line);
        // The text of another message is none of this mail's.
        let body = if ends { String::new() } else { read.text.clone() };
        draft.notices.push(AuthorityNotice { text: body, ..read });
    }
    detect::filing(message, Some(format), None, draft)
}

/// Reads the subject of a mail that carries a message, where it names a bill in the form of an authority: such
/// a subject must not go by for a mere label.
pub(crate) fn subject_of_carrier(message: &RawMessage, text: &Text<'_>, draft: &mut Draft) {
    let Some(start) = Start::of(&text.text, message.first_line) else { return };
    with_parsed(message, text, |mail| {
        let subject = mail.subject().map(even).unwrap_or_default();
        if behind_mark(&subject).is_some()
            && let Some(notice) = read(draft, mail, &start, message.first_line)
        {
            draft.notices.push(AuthorityNotice { text: String::new(), ..notice });
        }
    });
}

/// Parses the bytes of a mail; text in an encoding of its own is parsed as it was read.
fn with_parsed<T>(message: &RawMessage, text: &Text<'_>, take: impl FnOnce(&Message<'_>) -> T) -> T
where
    T: Default,
{
    let bytes: Cow<'_, [u8]> = match text::utf16(&message.bytes) {
        Some(_) => Cow::Borrowed(text.text.as_bytes()),
        None => Cow::Borrowed(message.bytes.strip_prefix(text::UTF8_MARK).unwrap_or(&message.bytes)),
    };
    // A mail of old systems ends its lines with a carriage return alone, which the parser does not know.
    let bytes = if memchr::memchr(b'\n', &bytes).is_none() {
        Cow::Owned(bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
    } else {
        bytes
    };
    let blank = |byte: &u8| *byte <= b' ';
    let lead = bytes.iter().take_while(|byte| blank(byte)).count();
    MessageParser::default().parse(&bytes[lead..]).map(|mail| take(&mail)).unwrap_or_default()
}

/// What the header says, and the text; `None` where there is no subject.
fn read(draft: &mut Draft, mail: &Message<'_>, start: &Start, first_line: u32) -> Option<AuthorityNotice> {
    let subjects = mail.headers().iter().filter(|header| header.name == HeaderName::Subject);
    let mut subjects: Vec<String> = subjects.filter_map(|header| header.value.as_text().map(even)).collect();
    subjects.dedup();
    let subject = subjects.first().cloned().unwrap_or_default();
    if subject.is_empty() {
        draft.missing("notices.code", start.subject);
        return None;
    }
    if let Some(other) = subjects.get(1) {
        // Which of them is shown to people hangs on their programs.
        not_alone(draft, start.subject, other);
        subjects.iter().for_each(|subject| notice::mention_all(draft, subject));
    }
    let bill = bill(draft, &subject, start.subject);
    let mut notice =
        notice::notice(Wire::Mail, bill, Statement::Subject(subject.as_str().into()), first_line);
    notice.test = notice::is_test(&subject);
    notice.from = author(mail).map(Into::into);
    notice.issued = issued(draft, mail, start);
    notice.text = mail.body_text(0).map(|text| bounded(&text)).unwrap_or_default();
    for (name, addresses) in [("To", mail.to()), ("Cc", mail.cc())] {
        let addresses: Vec<&str> =
            addresses.into_iter().flat_map(Address::iter).filter_map(mail_parser::Addr::address).collect();
        if !addresses.is_empty() {
            let addresses: String = addresses.join(", ").chars().take(SUBJECT_CHARACTERS_MAX).collect();
            draft.keep_known(name, addresses, start.subject);
        }
    }
    for attachment in mail.attachments().take(ATTACHMENTS_MAX) {
        let name = mail_parser::MimeHeaders::attachment_name(attachment).unwrap_or("without a name");
        let name: String = name.chars().take(SHOWN_MAX).collect();
        draft.keep_known("Attachment", name, start.subject);
    }
    Some(notice)
}

/// The one address that wrote a mail. Where the header names several authors, a group, a name alone or another address
/// that sent it, all of them in words that are no address: which of them people are shown hangs on their programs, so
/// none of them speaks for an authority.
fn author(mail: &Message<'_>) -> Option<String> {
    let shown = |text: String| Some(text.chars().take(SUBJECT_CHARACTERS_MAX).collect::<String>());
    let (from, plain) = named(mail, &HeaderName::From);
    let (sent, sent_plain) = named(mail, &HeaderName::Sender);
    let alone = match (from.as_slice(), sent.as_slice()) {
        ([author], []) => plain && sent_plain && !author.is_empty(),
        ([author], [sender]) => plain && sent_plain && author.eq_ignore_ascii_case(sender),
        _ => false,
    };
    match from.into_iter().chain(sent).collect::<Vec<_>>() {
        all if alone => all.into_iter().next().and_then(shown),
        all if all.is_empty() => None,
        all => shown(format!("<{}>", all.join(">, <"))),
    }
}

/// What all header fields of this name say, and whether that is nothing but addresses.
fn named(mail: &Message<'_>, name: &HeaderName<'_>) -> (Vec<String>, bool) {
    let fields = mail.headers().iter().filter(|header| header.name == *name);
    let (mut all, mut plain) = (Vec::new(), true);
    for field in fields {
        let Some(addresses) = field.value.as_address() else {
            plain = false;
            continue;
        };
        plain &= addresses.as_group().is_none();
        for one in addresses.iter() {
            plain &= one.address().is_some();
            all.push(one.address().or(one.name()).unwrap_or_default().to_owned());
        }
    }
    (all, plain)
}

fn issued(draft: &mut Draft, mail: &Message<'_>, start: &Start) -> Option<NoticeTime> {
    let read = mail.date().filter(|date| date.is_valid());
    let read = read.and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    if read.is_none() {
        // It serves to tell which of two mails is the later one.
        let finding = Finding::new(wire::VALUE_MISSING).at(start.subject).on("notices.issued");
        draft.push(Finding { severity: Severity::Warning, ..finding.with("element", "notices.issued") });
    }
    read.map(NoticeTime::Instant)
}

/// The text without blanks around it, cut where it is longer than anything an authority writes.
fn bounded(text: &str) -> String {
    text.trim_matches(is_blank).chars().take(MAIL_TEXT_CHARACTERS_MAX).collect()
}

/// A subject on one line with single blanks, plain quotation marks and plain dashes.
fn even(subject: &str) -> String {
    let subject: String = subject
        .chars()
        .take(SUBJECT_CHARACTERS_MAX)
        .filter(|character| {
            !matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
        })
        .map(|character| match character {
            '\u{201C}'..='\u{201F}' | '\u{AB}' | '\u{BB}' => '"',
            '\u{2018}'..='\u{201B}' => '\'',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            character if character.is_whitespace() || character.is_control() => ' ',
            character => character,
        })
        .collect();
    subject.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What stands behind the mark of a bill.
fn behind_mark(subject: &str) -> Option<&str> {
    let upper = subject.to_ascii_uppercase();
    if let Some(at) = upper.find(BILL_MARK) {
        return subject.get(at + BILL_MARK.len()..);
    }
    let at = upper.find("AWB #")?;
    subject.get(at + "AWB #".len()..)
}

/// The bill a subject names: behind the mark, else the first number anywhere. Every other number in it is
/// mentioned, since what is said of it is not known.
fn bill(draft: &mut Draft, subject: &str, at: Position) -> Bill {
    let marked = behind_mark(subject);
    let text = marked.unwrap_or(subject);
    let found = crate::mentions::first(text.as_bytes());
    let all = crate::mentions::waybills(subject.as_bytes());
    let marked_number =
        marked.is_none() || found.is_some_and(|(_, from, _)| !text[..from].contains(char::is_alphanumeric));
    match found.filter(|_| marked_number) {
        Some((master, _, end)) => {
            for other in all.into_iter().filter(|other| *other != master) {
                draft.mention(other);
            }
            let house = text.get(end..).and_then(house);
            Bill { key: Some(ConsignmentKey { master: Some(master), house }), as_sent: None }
        }
        None if marked.is_some() => {
            let stated: String = text.trim().chars().take(SHOWN_MAX).collect();
            let stated = Slice::new(&stated, at.line, at.column);
            let finding = Finding::new(wire::AWB_NUMBER_INVALID).at(at).on("master");
            let why = "expected an air waybill number behind AWB#";
            draft.push(finding.with("text", stated.text).with("why", why));
            notice::mention_all(draft, subject);
            Bill::unreadable(stated.text)
        }
        None => Bill::default(),
    }
}

/// The number of a house behind that of its master: joined to it (`_HX77001`, `-RHB`), or behind a mark of its own
/// (` / HAWB# RHB`). How a subject names one is published nowhere: what stands there otherwise is text for people, in which
/// whoever knows the houses may find one.
fn house(rest: &str) -> Option<HouseWaybill> {
    let apart = |character: char| character.is_whitespace() || ",;:()[]\"'".contains(character);
    let word = |text: &str| {
        let end = text.find(apart).unwrap_or(text.len());
        HouseWaybill::parse(text[..end].trim_end_matches(['.', '-', '/'])).ok()
    };
    if let Some(joined) = rest.strip_prefix(['_', '-', '/'])
        && joined.starts_with(|character: char| character.is_ascii_alphanumeric())
        && !HOUSE_MARKS.iter().any(|mark| is_marked(joined, mark))
    {
        return word(joined);
    }
    let text = rest.trim_start_matches(|character: char| apart(character) || "-_/".contains(character));
    let mark = HOUSE_MARKS.iter().find(|mark| is_marked(text, mark))?;
    word(text[mark.len()..].trim_start_matches([' ', '#', ':', '.', '-', '/']))
}

/// Whether a text begins with a word for house waybills, with its number behind.
fn is_marked(text: &str, mark: &str) -> bool {
    let (Some(start), Some(rest)) = (text.get(..mark.len()), text.get(mark.len()..)) else { return false };
    start.eq_ignore_ascii_case(mark) && rest.starts_with([' ', '#', ':', '.', '-', '/'])
}

fn not_alone(draft: &mut Draft, at: Position, what: &str) {
    let shown: String = what.chars().take(SHOWN_MAX).collect();
    draft.push(Finding::new(wire::MAIL_NOT_ALONE).at(at).with("text", shown));
}

/// Looks for what stands in the text of a mail beside it: a message, from which on nothing is read, and the
/// subjects of other mails, unless they are the same as this one's and so only quoted. Whether a message was
/// found.
fn others(draft: &mut Draft, text: &Text<'_>, start: &Start, own: &AuthorityNotice, first_line: u32) -> bool {
    let Statement::Subject(own) = &own.statement else { return false };
    let lines = text::lines(&text.text, first_line, 1).filter(|line| line.line >= start.text_line);
    for line in lines {
        let bytes = line.text.as_bytes();
        if head::starts_message(bytes) {
            not_alone(draft, line.trim().position(), line.text.trim_matches(is_blank));
            let from = line.text.as_ptr() as usize - text.text.as_ptr() as usize;
            notice::mention_all(draft, text.text.get(from..).unwrap_or_default());
            return true;
        }
        let plain =
            line.text.trim_start_matches(|character| is_blank(character) || matches!(character, '>' | '*'));
        let subject = plain.split_at_checked(8).filter(|(name, _)| name.eq_ignore_ascii_case("subject:"));
        let Some(subject) = subject.map(|(_, subject)| even(subject.trim_start_matches('*'))) else {
            continue;
        };
        if without_prefixes(&subject) != without_prefixes(own) && !subject.is_empty() {
            not_alone(draft, line.trim().position(), &subject);
            notice::mention_all(draft, &subject);
        }
    }
    false
}

/// A subject without what answering and forwarding put before it, in capitals.
fn without_prefixes(subject: &str) -> String {
    let mut rest = subject.to_uppercase();
    while let Some(shorter) =
        ["RE:", "FW:", "FWD:", "TR:", "AW:", "WG:"].iter().find_map(|prefix| rest.strip_prefix(prefix))
    {
        rest = shorter.trim_start().to_owned();
    }
    rest
}
