//! The receiving side of LMTP (RFC 2033), without a connection.
//!
//! Bytes go in as they come ([`Session::feed`]), in whatever pieces; out come the steps of the talk ([`Session::step`]):
//! words to say, mails to take in, the end. A mail is told for each of its recipients by whoever took it in
//! ([`Session::taken`]), so that an answer can wait until it is kept. Memory is bounded by the limits of the session.
//!
//! Lines of commands end with CR LF; so does the text of a mail (CR LF, full stop, CR LF) and in no other way, so that two
//! servers never see another end.

mod words;

use crate::limits::{LMTP_COMMAND_BYTES_MAX, LMTP_LINE_BYTES_MAX, LMTP_RECIPIENTS_MAX, LMTP_SLIPS_MAX};
use std::fmt;
use words::{Argument, Command};

/// A mail that a server handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The recipients that were taken, in their order, as the session knows them.
    pub recipients: Vec<String>,
    /// The mail as it was sent, or why it is not here.
    pub mail: Result<Vec<u8>, Unfit>,
}

/// Why a mail is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is longer than may be, in bytes.
    TooLong(usize),
    /// One of its lines is longer than may be, in bytes.
    LineTooLong(usize),
}

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(most) => write!(formatter, "it is longer than {most} bytes"),
            Self::LineTooLong(most) => write!(formatter, "one of its lines is longer than {most} bytes"),
        }
    }
}

/// What became of a mail for a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept.
    Kept,
    /// It is not kept, and may be if it is sent again.
    NotNow,
    /// It will never be kept.
    Never,
}

/// What comes next in the talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Say this.
    Say(Vec<u8>),
    /// Take this in, and tell what became of it by [`Session::taken`] before the next step.
    Take(Delivery),
    /// The talk is over.
    Close,
}

/// Where a talk has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    /// Nothing was said.
    New,
    /// The other side has said who it is.
    Greeted,
    /// It has begun a mail, with these recipients so far.
    Mail(Vec<String>),
    /// It is sending the text of one.
    Data(Text),
    /// A mail is being taken in.
    Taking { recipients: usize, unfit: Option<Unfit> },
    /// It is over.
    Over,
}

/// The text of a mail on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    recipients: Vec<String>,
    bytes: Vec<u8>,
    unfit: Option<Unfit>,
    /// Bytes of the line at hand that were passed over because it is too long; 0 at the start of a line.
    within: usize,
}

/// A talk with a mail server.
#[derive(Debug, Clone)]
pub struct Session<K> {
    host: String,
    bytes_max: usize,
    knows: K,
    phase: Phase,
    /// What came and was not read.
    buffer: Vec<u8>,
    /// How far it was read.
    at: usize,
    /// Whether a command that is too long is being passed over.
    skipping: bool,
    /// Commands that were none.
    slips: usize,
    greeted: bool,
}

impl<K: Fn(&str) -> Option<String>> Session<K> {
    /// A talk. `host` is what we call ourselves, `bytes_max` the longest mail; `knows` gives the name by which a recipient is
    /// known here, by the address as it was sent.
    pub fn new(host: &str, bytes_max: usize, knows: K) -> Self {
        // It goes into the first line that we say.
        let host: String = host.chars().filter(char::is_ascii_graphic).take(255).collect();
        let (phase, buffer) = (Phase::New, Vec::new());
        Self { host, bytes_max, knows, phase, buffer, at: 0, skipping: false, slips: 0, greeted: false }
    }

    /// Takes in bytes as they come. They are read by [`Self::step`].
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.phase == Phase::Over {
            return;
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether the text of a mail is on its way.
    pub fn is_in_data(&self) -> bool {
        matches!(self.phase, Phase::Data(_))
    }

    /// The next step; `None` where more bytes are wanted, or a mail is being taken in.
    pub fn step(&mut self) -> Option<Step> {
        if !self.greeted {
            self.greeted = true;
            return Some(self.say(220, &format!("{} LMTP ready", self.host)));
        }
        loop {
            let step = match &mut self.phase {
                Phase::Taking { .. } => return None,
                Phase::Over => {
                    self.buffer.clear();
                    self.at = 0;
                    return Some(Step::Close);
                }
                Phase::Data(_) => self.data()?,
                Phase::New | Phase::Greeted | Phase::Mail(_) => self.command()?,
            };
            if let Some(step) = step {
                return Some(step);
            }
        }
    }

    /// What became of the mail that was given last, for each of its recipients; one that nothing is said of was not kept.
    /// Gives what to say.
    pub fn taken(&mut self, outcomes: &[Outcome]) -> Vec<u8> {
        let Phase::Taking { recipients, unfit } = self.phase else { return Vec::new() };
        self.phase = Phase::Greeted;
        let mut said = Vec::new();
        for place in 0..recipients {
            let line = match (unfit, outcomes.get(place)) {
                (Some(Unfit::TooLong(most)), _) => {
                    format!("552 5.3.4 The mail is longer than {most} bytes\r\n")
                }
                (Some(Unfit::LineTooLong(most)), _) => {
                    format!("554 5.6.0 A line of the mail is longer than {most} bytes\r\n")
                }
                (None, Some(Outcome::Kept)) => "250 2.0.0 Kept\r\n".to_owned(),
                (None, Some(Outcome::Never)) => "554 5.6.0 It cannot be kept\r\n".to_owned(),
                (None, Some(Outcome::NotNow) | None) => "451 4.3.0 Not kept, send it again\r\n".to_owned(),
            };
            said.extend_from_slice(line.as_bytes());
        }
        said
    }

    fn say(&self, code: u16, text: &str) -> Step {
        Step::Say(format!("{code} {text}\r\n").into_bytes())
    }

    /// A command that is none; whoever goes on with such has lost the thread.
    fn slip(&mut self, code: u16, text: &str) -> Step {
        self.slips += 1;
        if self.slips > LMTP_SLIPS_MAX {
            self.phase = Phase::Over;
            return self.say(421, "4.7.0 Too many commands that are none");
        }
        self.say(code, text)
    }

    /// Reads the next command: `None` where it is not there yet, `Some(None)` where there is nothing to say.
    fn command(&mut self) -> Option<Option<Step>> {
        let unread = &self.buffer[self.at..];
        let Some(end) = memchr::memchr(b'\n', unread) else {
            if unread.len() > LMTP_COMMAND_BYTES_MAX {
                self.skipping = true;
                self.at = self.buffer.len();
            }
            return None;
        };
        let line = unread[..end].to_vec();
        self.at += end + 1;
        if std::mem::take(&mut self.skipping) || line.len() > LMTP_COMMAND_BYTES_MAX {
            return Some(Some(self.slip(500, "5.5.2 The line is too long")));
        }
        let Some(line) = line.strip_suffix(b"\r") else {
            return Some(Some(self.slip(500, "5.5.2 A line ends with CR LF")));
        };
        Some(Some(self.answer(line)))
    }

    fn answer(&mut self, line: &[u8]) -> Step {
        let command = match Command::read(line) {
            Ok(command) => command,
            Err(fault) => return self.slip(fault.code, fault.text),
        };
        match command {
            Command::Lhlo => {
                self.phase = Phase::Greeted;
                let (host, most) = (&self.host, self.bytes_max);
                let said = format!(
                    "250-{host}\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250 SIZE {most}\r\n"
                );
                Step::Say(said.into_bytes())
            }
            Command::Noop => self.say(250, "2.0.0 Yes"),
            Command::Quit => {
                self.phase = Phase::Over;
                self.say(221, "2.0.0 Farewell")
            }
            Command::Rset => {
                if self.phase != Phase::New {
                    self.phase = Phase::Greeted;
                }
                self.say(250, "2.0.0 Forgotten")
            }
            Command::Vrfy => self.say(252, "2.5.2 Send it, and see"),
            Command::Mail(argument) => self.mail(&argument),
            Command::Rcpt(argument) => self.recipient(&argument),
            Command::Data => match &mut self.phase {
                Phase::Mail(recipients) if !recipients.is_empty() => {
                    let recipients = std::mem::take(recipients);
                    self.phase = Phase::Data(Text { recipients, bytes: Vec::new(), unfit: None, within: 0 });
                    self.say(354, "Send the mail, and end it with a full stop on a line of its own")
                }
                _ => self.slip(503, "5.5.1 Name a recipient first"),
            },
        }
    }

    fn mail(&mut self, argument: &Argument) -> Step {
        match self.phase {
            Phase::Greeted => {}
            Phase::New => return self.slip(503, "5.5.1 Say LHLO first"),
            _ => return self.slip(503, "5.5.1 A mail has been begun"),
        }
        for (name, value) in &argument.parameters {
            match (name.as_str(), value.as_deref()) {
                ("SIZE", Some(text)) => match text.parse::<u64>() {
                    Ok(size) if size > self.bytes_max as u64 => {
                        let most = self.bytes_max;
                        return self.say(552, &format!("5.3.4 The mail is longer than {most} bytes"));
                    }
                    Ok(_) => {}
                    Err(_) => return self.slip(501, "5.5.4 SIZE takes a number"),
                },
                ("BODY", Some(body))
                    if body.eq_ignore_ascii_case("7BIT") || body.eq_ignore_ascii_case("8BITMIME") => {}
                _ => return self.slip(555, "5.5.4 A parameter that is not known"),
            }
        }
        self.phase = Phase::Mail(Vec::new());
        self.say(250, "2.1.0 Go on")
    }

    fn recipient(&mut self, argument: &Argument) -> Step {
        let Phase::Mail(recipients) = &mut self.phase else {
            return self.slip(503, "5.5.1 Say MAIL first");
        };
        if !argument.parameters.is_empty() {
            return self.slip(555, "5.5.4 A parameter that is not known");
        }
        if recipients.len() >= LMTP_RECIPIENTS_MAX {
            return self.say(452, "4.5.3 Too many recipients in one mail");
        }
        match (self.knows)(&argument.address) {
            Some(known) => {
                recipients.push(known);
                self.say(250, "2.1.5 Go on")
            }
            None => self.say(550, "5.1.1 There is no such recipient"),
        }
    }

    /// Reads on in the text of a mail: as [`Self::command`].
    fn data(&mut self) -> Option<Option<Step>> {
        let Phase::Data(text) = &mut self.phase else { return Some(None) };
        let unread = &self.buffer[self.at..];
        let Some(end) = line_end(unread) else {
            if unread.len() > LMTP_LINE_BYTES_MAX + 1 {
                // The last byte may be the first of the two that end the line.
                let passed = unread.len() - 1;
                text.unfit.get_or_insert(Unfit::LineTooLong(LMTP_LINE_BYTES_MAX));
                text.bytes = Vec::new();
                text.within += passed;
                self.at += passed;
            }
            return None;
        };
        let line = &unread[..end];
        let whole = &unread[..end + 2];
        let starts = std::mem::take(&mut text.within) == 0;
        self.at += end + 2;
        if starts && line == b"." {
            let recipients = std::mem::take(&mut text.recipients);
            let (bytes, unfit) = (std::mem::take(&mut text.bytes), text.unfit);
            self.phase = Phase::Taking { recipients: recipients.len(), unfit };
            let mail = unfit.map_or(Ok(bytes), Err);
            return Some(Some(Step::Take(Delivery { recipients, mail })));
        }
        if !starts {
            return Some(None);
        }
        let kept = if whole.first() == Some(&b'.') { &whole[1..] } else { whole };
        if line.len() > LMTP_LINE_BYTES_MAX {
            text.unfit.get_or_insert(Unfit::LineTooLong(LMTP_LINE_BYTES_MAX));
        } else if text.bytes.len() + kept.len() > self.bytes_max {
            text.unfit.get_or_insert(Unfit::TooLong(self.bytes_max));
        }
        match text.unfit {
            Some(_) => text.bytes = Vec::new(),
            None => text.bytes.extend_from_slice(kept),
        }
        Some(None)
    }
}

/// Where the line at hand ends: the place of the CR of its CR LF.
fn line_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes).filter_map(|at| at.checked_sub(1)).find(|at| bytes[*at] == b'\r')
}

#[cfg(test)]
mod tests;
