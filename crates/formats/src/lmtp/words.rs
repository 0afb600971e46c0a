//! Commands of LMTP, as they are written.

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// The other side says who it is.
    Lhlo,
    /// It begins a mail.
    Mail(Argument),
    /// It names a recipient.
    Rcpt(Argument),
    /// It wants to send the text.
    Data,
    /// It takes back the mail that it has begun.
    Rset,
    /// It wants an answer.
    Noop,
    /// It asks for an address.
    Vrfy,
    /// It goes.
    Quit,
}

/// What a command says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argument {
    /// The address between the brackets; empty for a mail of nobody.
    pub(super) address: String,
    /// Parameters, with their names in capitals.
    pub(super) parameters: Vec<(String, Option<String>)>,
}

/// Why a line is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: u16,
    pub(super) text: &'static str,
}

impl Command {
    /// The command of a line.
    pub(super) fn read(line: &[u8]) -> Result<Self, Fault> {
        let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t');
        let text = std::str::from_utf8(line).ok().filter(|_| line.iter().all(plain));
        let text = text.ok_or(Fault { code: 500, text: "5.5.2 A command is written in ASCII" })?;
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        let alone = |command| match rest.trim().is_empty() {
            true => Ok(command),
            false => Err(Fault { code: 501, text: "5.5.4 The command stands alone" }),
        };
        match verb.to_ascii_uppercase().as_str() {
            "LHLO" if rest.trim().is_empty() => Err(Fault { code: 501, text: "5.5.4 LHLO takes a name" }),
            "LHLO" => Ok(Self::Lhlo),
            "HELO" | "EHLO" => Err(Fault { code: 500, text: "5.5.1 This is LMTP: say LHLO" }),
            "MAIL" => Argument::read(rest, "FROM:").map(Self::Mail),
            "RCPT" => Argument::read(rest, "TO:").map(Self::Rcpt),
            "DATA" => alone(Self::Data),
            "RSET" => alone(Self::Rset),
            "QUIT" => alone(Self::Quit),
            "NOOP" => Ok(Self::Noop),
            "VRFY" => Ok(Self::Vrfy),
            _ => Err(Fault { code: 500, text: "5.5.1 The command is not known" }),
        }
    }
}

impl Argument {
    fn read(text: &str, mark: &str) -> Result<Self, Fault> {
        let fault = Fault { code: 501, text: "5.5.4 An address stands in <> behind FROM: or TO:" };
        let start = text.get(..mark.len()).filter(|start| start.eq_ignore_ascii_case(mark));
        let rest = start.and_then(|_| text.get(mark.len()..)).ok_or(fault)?.trim_start();
        let rest = rest.strip_prefix('<').ok_or(fault)?;
        let end = closing(rest).ok_or(fault)?;
        let (address, rest) = (&rest[..end], &rest[end + 1..]);
        if !rest.is_empty() && !rest.starts_with(' ') {
            return Err(fault);
        }
        let parameter = |word: &str| match word.split_once('=') {
            Some((name, value)) => (name.to_ascii_uppercase(), Some(value.to_owned())),
            None => (word.to_ascii_uppercase(), None),
        };
        let parameters = rest.split(' ').filter(|word| !word.is_empty()).map(parameter).collect();
        Ok(Self { address: address.to_owned(), parameters })
    }
}

/// The bracket that ends an address, outside of quotation marks.
fn closing(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some(at),
            b'<' if !quoted => return None,
            _ => {}
        }
    }
    None
}
