//! What a mail proves of who wrote it.
//!
//! A sender's address proves nothing. The mail server of the State checks signatures (DKIM) and policies (DMARC) and says
//! what it found in a field `Authentication-Results` (RFC 8601) that it puts above those that came with the mail. That
//! field alone counts, and only where it says for certain that the domain of the one author vouches for the mail. Whatever
//! is unclear proves nothing: a field that cannot be read, one that contradicts itself, a header that two programs could
//! read in two ways, a signature that leaves out what counts.

use super::{author, even, with_parsed};
use crate::split::RawMessage;
use crate::text;
use std::fmt;

/// Most characters of a subject and of a Message-ID that are told.
const TOLD_MAX: usize = 200;

/// Fields of which a mail has one at most: of two, nobody knows which another program shows.
const SINGLE: [&str; 8] = [
    "from",
    "sender",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

/// Fields that a signature must cover: who, what, and when.
const SIGNED: [&str; 3] = ["from", "subject", "date"];

/// The head of a mail, for whoever takes it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The one address that wrote it, or what stands in its place; `None` where nothing does.
    pub author: Option<String>,
    /// Its subject on one line, cut where it is long.
    pub subject: String,
    /// Its Message-ID, cut where it is long; empty where there is none.
    pub message_id: String,
    /// The address that is proved to have written it, in lower case; or why none is.
    pub proved: Result<String, Unproved>,
}

/// Why a mail proves nothing of who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unproved {
    /// Its header can be read in several ways.
    Header,
    /// It names no single author.
    Author,
    /// The State's own mail server has not said what it found.
    NoResult,
    /// What the server said cannot be read.
    Unreadable,
    /// The server found no proof for the author's domain.
    NoProof,
    /// The server found that the author's domain does not vouch for it.
    Contradicted,
    /// A signature leaves out author, subject or date, or a part of the text.
    Partial,
}

impl fmt::Display for Unproved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Header => "its header can be read in several ways",
            Self::Author => "it names no single author",
            Self::NoResult => "our mail server has not said what it found",
            Self::Unreadable => "what our mail server said of it cannot be read",
            Self::NoProof => "the author's domain does not vouch for it",
            Self::Contradicted => "our mail server found against the author's domain",
            Self::Partial => "a signature leaves out author, subject, date or a part of the text",
        })
    }
}

impl Letterhead {
    /// The head of a mail, where `server` is what the State's own mail server calls itself (its authserv-id).
    pub fn of(mail: &[u8], server: &str) -> Self {
        let message = RawMessage::whole(mail);
        let text = text::read(&message.bytes);
        let (author, subject, message_id) = with_parsed(&message, &text, |mail| {
            let message_id = mail.message_id().unwrap_or_default().to_owned();
            Some((author(mail), mail.subject().map(even).unwrap_or_default(), message_id))
        })
        .unwrap_or_default();
        let told = |text: String| text.chars().filter(|one| !one.is_control()).take(TOLD_MAX).collect();
        let proved = prove(mail, author.as_deref(), server);
        Self { author, subject: told(subject), message_id: told(message_id), proved }
    }
}

fn prove(mail: &[u8], author: Option<&str>, server: &str) -> Result<String, Unproved> {
    let fields = fields(mail).ok_or(Unproved::Header)?;
    let several = |name: &str| fields.iter().filter(|field| field.is(name)).count() > 1;
    if SINGLE.iter().any(|name| several(name)) || !fields.iter().any(|field| field.is("from")) {
        return Err(Unproved::Header);
    }
    let author = author.filter(|author| is_plain(author)).ok_or(Unproved::Author)?.to_ascii_lowercase();
    let (_, domain) = author.rsplit_once('@').ok_or(Unproved::Author)?;
    // Those that cannot be read as far as the name of the server are of others.
    let mut results = fields.iter().filter(|field| field.is("authentication-results"));
    let own = results.find_map(|field| {
        let mut reader = Reader::new(field.value);
        let name = reader.server()?;
        name.eq_ignore_ascii_case(server).then_some(reader)
    });
    let found = own.ok_or(Unproved::NoResult)?.results().ok_or(Unproved::Unreadable)?;
    let of = |method: &'static str| found.iter().filter(move |one| one.method == method);
    // Without a policy of the domain a signature alone counts.
    if of("dmarc").any(|one| !matches!(one.result.as_str(), "pass" | "none")) {
        return Err(Unproved::Contradicted);
    }
    let says = |method, property: &str| {
        of(method).any(|one| {
            let named = one.properties.iter().filter(|(name, _)| name == property);
            let named: Vec<&str> = named.map(|(_, value)| value.as_str()).collect();
            one.result == "pass" && named == [domain]
        })
    };
    if !says("dkim", "header.d") && !says("dmarc", "header.from") {
        return Err(Unproved::NoProof);
    }
    if fields.iter().filter(|field| field.is("dkim-signature")).any(|field| !covers(field.value)) {
        return Err(Unproved::Partial);
    }
    Ok(author)
}

/// Whether an address is one word in front of a domain, and nothing that programs could read otherwise.
fn is_plain(address: &str) -> bool {
    let sound = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte))
    };
    address.split_once('@').is_some_and(|(local, domain)| sound(local) && sound(domain))
}

/// A field of a header.
struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl Field<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of a header that is read in one way by everybody; `None` of any other.
fn fields(mail: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let (mut rest, mut ended) = (mail, false);
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let line = rest[..end].strip_suffix(b"\r")?;
        let from = mail.len() - rest.len();
        rest = &rest[end + 1..];
        if line.is_empty() {
            ended = true;
            break;
        }
        if line.iter().any(|byte| matches!(byte, b'\r' | 0)) {
            return None;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            // It goes on; a line of blanks alone is taken for the end of the header by some.
            let last = fields.last_mut().filter(|_| line.iter().any(|byte| !matches!(byte, b' ' | b'\t')))?;
            let start = last.value.as_ptr() as usize - mail.as_ptr() as usize;
            last.value = &mail[start..from + line.len()];
            continue;
        }
        let colon = memchr::memchr(b':', line)?;
        let name = &line[..colon];
        if name.is_empty() || !name.iter().all(|byte| matches!(byte, b'!'..=b'~')) {
            return None;
        }
        fields.push(Field { name, value: &mail[from + colon + 1..from + line.len()] });
    }
    (ended && !fields.is_empty()).then_some(fields)
}

/// Whether a signature covers all of the text, and of the header what counts.
fn covers(signature: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(signature) else { return false };
    let mut signed: Option<Vec<String>> = None;
    for tag in text.split(';').filter(|tag| !tag.trim().is_empty()) {
        let Some((name, value)) = tag.split_once('=') else { return false };
        match name.trim() {
            "l" => return false,
            "h" if signed.is_some() => return false,
            "h" => {
                signed = Some(value.split(':').map(|name| name.trim().to_ascii_lowercase()).collect());
            }
            _ => {}
        }
    }
    signed.is_some_and(|signed| SIGNED.iter().all(|name| signed.iter().any(|one| one == name)))
}

/// One result of the server, in lower case.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

/// Reads the value of a field `Authentication-Results`.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    /// Passes over blanks and comments; `None` where a comment does not end.
    fn blanks(&mut self) -> Option<()> {
        loop {
            match self.rest.first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.rest = &self.rest[1..],
                Some(b'(') => self.comment()?,
                _ => return Some(()),
            }
        }
    }

    fn comment(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        let mut at = 0;
        loop {
            match self.rest.get(at)? {
                b'\\' => at += 1,
                b'(' => depth += 1,
                b')' if depth == 1 => {
                    self.rest = &self.rest[at + 1..];
                    return Some(());
                }
                b')' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
    }

    /// Whether a byte comes next, which is taken then.
    fn takes(&mut self, byte: u8) -> bool {
        let comes = self.rest.first() == Some(&byte);
        if comes {
            self.rest = &self.rest[1..];
        }
        comes
    }

    fn word(&mut self, ends: &[u8]) -> Option<String> {
        let is_end =
            |byte: &u8| !matches!(byte, b'!'..=b'~') || b"();\"".contains(byte) || ends.contains(byte);
        let end = self.rest.iter().position(is_end).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| String::from_utf8_lossy(word).to_ascii_lowercase())
    }

    /// A value: a word, or a text in quotation marks.
    fn value(&mut self) -> Option<String> {
        self.blanks()?;
        if !self.takes(b'"') {
            return self.word(&[]);
        }
        let mut value = Vec::new();
        loop {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            match byte {
                b'"' => return String::from_utf8(value).ok().map(|value| value.to_ascii_lowercase()),
                b'\\' => {
                    let (byte, rest) = self.rest.split_first()?;
                    self.rest = rest;
                    value.push(*byte);
                }
                byte => value.push(*byte),
            }
        }
    }

    /// What the server calls itself, with the version of the form.
    fn server(&mut self) -> Option<String> {
        let name = self.value()?;
        self.blanks()?;
        if self.rest.first().is_some_and(u8::is_ascii_digit) {
            // There is no other version.
            self.word(&[]).filter(|version| version == "1")?;
            self.blanks()?;
        }
        (self.rest.is_empty() || self.rest.first() == Some(&b';')).then_some(name)
    }

    /// What it found; `None` where that cannot be read as a whole.
    fn results(mut self) -> Option<Vec<Found>> {
        let mut found = Vec::new();
        loop {
            self.blanks()?;
            if self.rest.is_empty() {
                return Some(found);
            }
            if !self.takes(b';') {
                return None;
            }
            self.blanks()?;
            // Some put a semicolon behind the last.
            if self.rest.is_empty() {
                return Some(found);
            }
            let (name, value) = self.pair()?;
            let Some(result) = value else {
                // "none": nothing was looked for.
                if name == "none" { continue } else { return None }
            };
            let method = name.split('/').next().unwrap_or_default().to_owned();
            let mut properties = Vec::new();
            loop {
                self.blanks()?;
                if self.rest.is_empty() || self.rest.first() == Some(&b';') {
                    break;
                }
                let (name, value) = self.pair()?;
                properties.push((name, value?));
            }
            found.push(Found { method, result, properties });
        }
    }

    /// A name and what it equals; a name alone has no value.
    fn pair(&mut self) -> Option<(String, Option<String>)> {
        let name = self.word(b"=")?;
        self.blanks()?;
        if !self.takes(b'=') {
            return Some((name, None));
        }
        Some((name, Some(self.value()?)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SERVER: &str = "mx.state.example";
    const SIGNATURE: &str = "DKIM-Signature: v=1; a=rsa-sha256; d=authority.example; s=k; c=relaxed/relaxed;\r\n\th=From:To:\r\n\t Subject : Date; bh=x=; b=y=\r\n";

    fn mail(results: &str, rest: &str) -> String {
        format!(
            "{results}Received: from a by b; Tue, 24 Nov 2026 08:00:00 +0000\r\n{rest}From: \"The desk\" <Desk@Authority.example>\r\n\
             Subject: X\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@authority.example>\r\n\r\nText\r\n"
        )
    }

    fn proved(text: &str) -> Result<String, Unproved> {
        Letterhead::of(text.as_bytes(), SERVER).proved
    }

    fn results(text: &str) -> String {
        format!("Authentication-Results: {text}\r\n")
    }

    #[test]
    fn what_the_states_own_server_found_proves_the_author() {
        for said in [
            "mx.state.example; dkim=pass header.d=authority.example",
            "MX.State.Example 1; dkim=pass header.d=authority.example",
            "mx.state.example;\r\n\tspf=fail smtp.mailfrom=x@y.test;\r\n dkim=pass (2048-bit key; (nested \\) ) d=evil) header.d=Authority.Example header.i=@authority.example header.s=k header.b=\"aB+/=\"; dmarc=pass (p=reject) header.from=authority.example",
            "mx.state.example; dkim=fail header.d=authority.example; dkim=pass header.d=authority.example",
            "mx.state.example; dmarc=pass header.from=authority.example",
            "mx.state.example; dkim/1 = pass reason=\"good; signature\" header.d = \"authority.example\" ;",
            "mx.state.example; dmarc=none header.from=authority.example; dkim=pass header.b=aB=/ header.d=authority.example",
            "\"mx.state.example\"; dkim=pass header.d=authority.example",
        ] {
            for rest in ["", SIGNATURE] {
                assert_eq!(
                    proved(&mail(&results(said), rest)).as_deref(),
                    Ok("desk@authority.example"),
                    "{said}"
                );
            }
        }
    }

    #[test]
    fn what_is_unclear_proves_nothing() {
        let good = "mx.state.example; dkim=pass header.d=authority.example";
        let dkim = |text: &str| format!("mx.state.example; {text}");
        for (said, why) in [
            ("".to_owned(), Unproved::NoResult),
            (results("mx.evil.test; dkim=pass header.d=authority.example"), Unproved::NoResult),
            (results("mx.state.example.evil.test; dkim=pass header.d=authority.example"), Unproved::NoResult),
            (results("mx.state.example 2; dkim=pass header.d=authority.example"), Unproved::NoResult),
            (results("(mx.state.example) x; dkim=pass header.d=authority.example"), Unproved::NoResult),
            (results("mx.state.example"), Unproved::NoProof),
            (results("mx.state.example; none"), Unproved::NoProof),
            (results(&dkim("dkim=pass header.d=evil.test")), Unproved::NoProof),
            (results(&dkim("dkim=pass header.i=@authority.example")), Unproved::NoProof),
            (results(&dkim("dkim=pass header.d=sub.authority.example")), Unproved::NoProof),
            (results(&dkim("dkim=pass header.d=example")), Unproved::NoProof),
            (results(&dkim("dkim=pass header.d=evil.test header.d=authority.example")), Unproved::NoProof),
            (results(&dkim("dkim=fail header.d=authority.example")), Unproved::NoProof),
            (results(&dkim("spf=pass smtp.mailfrom=authority.example")), Unproved::NoProof),
            (results(&dkim("arc=pass header.d=authority.example")), Unproved::NoProof),
            (results(&dkim("x=y (dkim=pass header.d=authority.example)")), Unproved::NoProof),
            (
                results(&dkim("dkim=fail reason=\"; dkim=pass header.d=authority.example\"")),
                Unproved::NoProof,
            ),
            (
                results(&dkim(
                    "dkim=pass header.d=authority.example; dmarc=fail header.from=authority.example",
                )),
                Unproved::Contradicted,
            ),
            (results(&dkim("dmarc=temperror; dkim=pass header.d=authority.example")), Unproved::Contradicted),
            (results(&dkim("dkim=pass (unclosed header.d=authority.example")), Unproved::Unreadable),
            (results(&dkim("dkim=pass header.d=\"authority.example")), Unproved::Unreadable),
            (results(&dkim("dkim pass header.d=authority.example")), Unproved::Unreadable),
            (results(&dkim("dkim=pass header.d")), Unproved::Unreadable),
            (results(&dkim("; dkim=pass header.d=authority.example")), Unproved::Unreadable),
            // Whatever stands below came with the mail.
            (results(&dkim("dkim=none")) + &results(good), Unproved::NoProof),
            (results(&dkim("(")) + &results(good), Unproved::Unreadable),
        ] {
            assert_eq!(proved(&mail(&said, "")), Err(why), "{said}");
        }
        // One of another server above it changes nothing.
        let others = results("mx.evil.test; dkim=fail") + &results(good);
        assert!(proved(&mail(&others, "")).is_ok());
    }

    #[test]
    fn a_header_that_can_be_read_in_two_ways_proves_nothing() {
        let good = results("mx.state.example; dkim=pass header.d=authority.example");
        for (rest, why) in [
            ("Subject: Y\r\n", Unproved::Header),
            ("from: other@authority.example\r\n", Unproved::Header),
            ("Date: x\r\n", Unproved::Header),
            ("X : y\r\n", Unproved::Header),
            ("no field\r\n", Unproved::Header),
            ("X: a\rFrom: b\r\n", Unproved::Header),
            ("X: a\nY: b\r\n", Unproved::Header),
            ("X: a\0\r\n", Unproved::Header),
            (" \t\r\n", Unproved::Header),
            ("\r\n", Unproved::Header),
            ("Sender: other@authority.example\r\n", Unproved::Author),
            ("DKIM-Signature: d=authority.example; h=From:Date; b=x\r\n", Unproved::Partial),
            ("DKIM-Signature: d=authority.example; h=From:Date:Subject; l=5; b=x\r\n", Unproved::Partial),
            ("DKIM-Signature: d=authority.example; h=From:Date:Subject; h=From; b=x\r\n", Unproved::Partial),
            ("DKIM-Signature: junk\r\n", Unproved::Partial),
        ] {
            assert_eq!(proved(&mail(&good, rest)), Err(why), "{rest:?}");
        }
        let whole = mail(&good, "");
        assert_eq!(proved(&format!("From x@y.test Tue Nov 24\r\n{whole}")), Err(Unproved::Header));
        assert_eq!(proved(&format!("\r\n{whole}")), Err(Unproved::Header));
        assert_eq!(proved(&whole.replace("\r\n", "\n")), Err(Unproved::Header));
        assert_eq!(proved(whole.split("\r\n\r\n").next().unwrap()), Err(Unproved::Header), "it has no end");
        for from in [
            "a@authority.example, b@authority.example",
            "desk: a@authority.example;",
            "desk",
            "\"a b\"@authority.example",
            "<desk@authority.example> <desk@evil.test>",
            "d\u{435}sk@authority.example",
        ] {
            let other = whole.replace("\"The desk\" <Desk@Authority.example>", from);
            assert!(proved(&other).is_err(), "{from}: {:?}", proved(&other));
        }
        assert_eq!(proved(""), Err(Unproved::Header));
    }

    #[test]
    fn the_head_is_told_on_one_line_and_short() {
        let text = mail("", "").replace("Subject: X", &format!("Subject: {}", "word ".repeat(100)));
        let head = Letterhead::of(text.as_bytes(), SERVER);
        assert_eq!(head.author.as_deref(), Some("Desk@Authority.example"));
        assert_eq!(head.message_id, "1@authority.example");
        assert!(head.subject.starts_with("word word") && head.subject.chars().count() <= TOLD_MAX);
        let nothing = Letterhead::of(b"\xFF\xFE\0\0", SERVER);
        assert_eq!((nothing.author, nothing.subject.as_str()), (None, ""));
    }
}
