//! What the answers of an authority mean, by programme and wire.
//!
//! The same code means different things between programmes and wires, so that the tables are data
//! (`programmes/<id>/notifications.toml`). A code that stands in no table means nothing that is known.

use crate::model::Programme;
use consignment::fact::ReferralKind;
use consignment::notice::{AuthorityNotice, Statement, Wire};

/// What a notification means for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notification {
    /// The filing was received and is in order.
    Received,
    /// The filing is rejected.
    Rejected,
    /// The assessment is complete, and ends what the programme's completion ends.
    AssessmentComplete,
    /// The assessment is complete, told by words that end no referral.
    Assessed,
    /// A referral is opened.
    Opened(ReferralKind),
    /// A referral is still open: said again, as answer to data sent while it is.
    InPlace(ReferralKind),
    /// Opened or still open: the wire has one code for both.
    Open(ReferralKind),
    /// A referral is closed; a do-not-load is cancelled.
    Closed(ReferralKind),
    /// Some referral is closed and the message does not say which: nothing is closed, a person is asked.
    ClosedUnnamed,
    /// The authority tells that its system is down; suspends nothing.
    OutageNotice,
    /// The authority suspends its demand for an acknowledgement.
    OutageSuspension,
    /// Answers and referrals are interrupted and come by mail; suspends nothing.
    AnswersInterrupted,
    /// The outage is over.
    OutageEnds,
    /// The filing is void: its declarant withdrew it, or it counts no more.
    Invalidated,
    /// Known, and nothing of it moves a case or holds goods.
    Noted,
}

impl Notification {
    /// Every one, in the order of the type.
    pub fn all() -> impl Iterator<Item = Self> {
        let kinds = [ReferralKind::Rfi, ReferralKind::Rfs, ReferralKind::Dnl];
        let of_kinds = [Self::Opened, Self::InPlace, Self::Open, Self::Closed];
        let of_kinds = of_kinds.into_iter().flat_map(move |of| kinds.map(of));
        let rest = [
            Self::ClosedUnnamed,
            Self::OutageNotice,
            Self::OutageSuspension,
            Self::AnswersInterrupted,
            Self::OutageEnds,
            Self::Invalidated,
            Self::Noted,
        ];
        [Self::Received, Self::Rejected, Self::AssessmentComplete, Self::Assessed]
            .into_iter()
            .chain(of_kinds)
            .chain(rest)
    }

    /// The word used in programme files and documents.
    pub fn as_str(self) -> &'static str {
        use ReferralKind::{Dnl, Rfi, Rfs};
        match self {
            Self::Received => "received",
            Self::Rejected => "rejected",
            Self::AssessmentComplete => "assessment-complete",
            Self::Assessed => "assessed",
            Self::Opened(Rfi) => "rfi-opened",
            Self::Opened(Rfs) => "rfs-opened",
            Self::Opened(Dnl) => "dnl-opened",
            Self::InPlace(Rfi) => "rfi-in-place",
            Self::InPlace(Rfs) => "rfs-in-place",
            Self::InPlace(Dnl) => "dnl-in-place",
            Self::Open(Rfi) => "rfi-open",
            Self::Open(Rfs) => "rfs-open",
            Self::Open(Dnl) => "dnl-open",
            Self::Closed(Rfi) => "rfi-closed",
            Self::Closed(Rfs) => "rfs-closed",
            Self::Closed(Dnl) => "dnl-closed",
            Self::ClosedUnnamed => "closed-unnamed",
            Self::OutageNotice => "outage-notice",
            Self::OutageSuspension => "outage-suspension",
            Self::AnswersInterrupted => "answers-interrupted",
            Self::OutageEnds => "outage-ends",
            Self::Invalidated => "invalidated",
            Self::Noted => "noted",
        }
    }

    /// The notification of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::all().find(|notification| notification.as_str() == word)
    }

    /// Whether it lifts something: what may lift is never read from a text that does not say so plainly.
    pub fn lifts(self) -> bool {
        use Notification::{Assessed, AssessmentComplete, Closed, OutageSuspension, Received};
        matches!(self, AssessmentComplete | Assessed | Closed(_) | OutageSuspension | Received)
    }
}

/// One row of a programme's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRule {
    /// The wire.
    pub wire: Wire,
    /// The code, or for mail the beginning of the subject; compared without regard to case.
    pub code: String,
    /// Words the text must contain, without regard to case; empty where the code alone decides.
    pub text: String,
    /// What it means.
    pub means: Notification,
    /// Where the rule comes from.
    pub reference: String,
}

/// A code that was seen and whose meaning nobody published: it means nothing, and the table says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCode {
    /// The wire.
    pub wire: Wire,
    /// The code.
    pub code: String,
    /// Where it was seen.
    pub reference: String,
}

/// A programme's table of what its answers mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notifications {
    rows: Vec<Row>,
    unknown: Vec<UnknownCode>,
}

/// A rule, and what is written where this node is the authority.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    rule: NotificationRule,
    says: String,
}

/// A code and its text as they are written where this node is the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// The code; for mail the subject, in which `{awb}` stands for the waybill.
    pub code: &'a str,
    /// The text beside it; empty where there is none.
    pub text: &'a str,
}

impl Notifications {
    /// A table of these rows, each with the text that is written with it.
    pub(crate) fn new(rows: Vec<(NotificationRule, String)>, unknown: Vec<UnknownCode>) -> Self {
        Self { rows: rows.into_iter().map(|(rule, says)| Row { rule, says }).collect(), unknown }
    }

    /// The rows, in the order of the file.
    pub fn rules(&self) -> impl Iterator<Item = &NotificationRule> {
        self.rows.iter().map(|row| &row.rule)
    }

    /// Codes that were seen and mean nothing that is known.
    pub fn unknown(&self) -> &[UnknownCode] {
        &self.unknown
    }

    /// What `code` with `text` means on this wire.
    ///
    /// A row whose words stand in the text comes before one that asks for none. Where rows of different
    /// meaning claim the same text, or what lifts by its text says anything beside (`own` are the names of the
    /// programme), none of them has it, so that it means what the code means alone.
    fn meaning(&self, wire: Wire, code: &str, text: &str, own: &[String]) -> Option<Notification> {
        let stated = code;
        let (code, again) = if wire == Wire::Mail { first_sent(code) } else { (code, false) };
        let code = key(wire, code);
        if code.is_empty() {
            return None;
        }
        let of_code = |rule: &&NotificationRule| {
            let own = key(wire, &rule.code);
            rule.wire == wire && if wire == Wire::Mail { code.starts_with(&own) } else { own == code }
        };
        let mut rules: Vec<&NotificationRule> = self.rules().filter(of_code).collect();
        // Of subjects that begin alike the longest is meant.
        rules.sort_by_key(|rule| std::cmp::Reverse(key(wire, &rule.code).len()));
        let told = words(text);
        let named = rules.iter().filter(|rule| !rule.text.is_empty()).filter_map(|rule| {
            let rest = rest_beside(&told, &words(&rule.text))?;
            // "Hold not removed" and "hold removed in error" lift nothing.
            let plain = rest.iter().all(|word| own.contains(word) || TEST_MARKS.contains(&word.as_str()));
            Some((plain || !rule.means.lifts()).then_some(rule.means))
        });
        let mut meanings: Vec<Option<Notification>> = named.collect();
        meanings.sort_unstable();
        meanings.dedup();
        let bare = rules.iter().find(|rule| rule.text.is_empty());
        if wire == Wire::Mail
            && let Some(rule) = bare
            && matches!(rule.means, Notification::Closed(_))
            && (again || doubts(stated, &rule.code))
        {
            // The work is done by answers to all, so that a subject comes back with what others say under it.
            return Some(Notification::ClosedUnnamed);
        }
        match meanings.as_slice() {
            [Some(one)] => Some(*one),
            _ => bare.map(|rule| rule.means),
        }
    }

    fn out(&self, wire: Wire, notification: Notification) -> Option<Outgoing<'_>> {
        use Notification as N;
        // What a wire has one code for is written with that; a table in its turn may have only the two.
        let wanted = match notification {
            // An authority names what it closes.
            N::ClosedUnnamed => return None,
            N::Opened(kind) | N::InPlace(kind) => [notification, N::Open(kind)],
            N::Open(kind) => [notification, N::Opened(kind)],
            other => [other, other],
        };
        let row = wanted.iter().find_map(|wanted| {
            self.rows.iter().find(|row| row.rule.wire == wire && row.rule.means == *wanted)
        })?;
        Some(Outgoing { code: &row.rule.code, text: &row.says })
    }
}

impl Programme {
    /// What a code of this programme's answers means on a wire, with the text beside it; `None` where no
    /// source tells. For mail the code is the subject.
    pub fn meaning(&self, wire: Wire, code: &str, text: &str) -> Option<Notification> {
        let rejects = || {
            let error_wire = matches!(wire, Wire::Camir | Wire::CargoXml);
            let known = self.answers.iter().any(|answer| answer.code.eq_ignore_ascii_case(code.trim()));
            (error_wire && known).then_some(Notification::Rejected)
        };
        let own = words(&format!("{} {}", self.title, self.id));
        self.notifications.meaning(wire, code, text, &own).or_else(rejects)
    }

    /// What a notice of this programme's authority means; an answer that names errors rejects, whatever
    /// their codes.
    pub fn meaning_of(&self, notice: &AuthorityNotice) -> Option<Notification> {
        match &notice.statement {
            Statement::Code(code) | Statement::Subject(code) => self.meaning(notice.wire, code, &notice.text),
            Statement::Received => Some(Notification::Received),
            Statement::Errors(_) => Some(Notification::Rejected),
        }
    }

    /// Code and text that tell this on a wire, where this node is the authority; `None` where the wire has
    /// no code for it.
    pub fn out(&self, wire: Wire, notification: Notification) -> Option<Outgoing<'_>> {
        self.notifications.out(wire, notification)
    }
}

/// A code as it is compared: capitals, without blanks; of a mail's subject up to the waybill, with quotation
/// marks and dashes made even.
pub(crate) fn key(wire: Wire, code: &str) -> String {
    let code = if wire == Wire::Mail { code.split("{awb}").next().unwrap_or_default() } else { code };
    let even = |letter: char| match letter {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{00ab}' | '\u{00bb}' => '"',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    };
    code.chars().filter(|letter| !letter.is_whitespace()).map(even).flat_map(char::to_uppercase).collect()
}

/// Words by which the test environments of authorities mark what is not meant (PACT guide 1.9, section 12).
pub const TEST_MARKS: [&str; 2] = ["TESTING", "DEVELOPMENT"];

/// What mail programs write before the subject of a mail that is answered or sent on.
const SENT_AGAIN: [&str; 11] = ["RE", "FW", "FWD", "AW", "ANTW", "WG", "SV", "TR", "RV", "RES", "ENC"];

/// Words that take back what a subject says.
const DOUBTS: [&str; 14] = [
    "NO",
    "NOT",
    "NEVER",
    "CANNOT",
    "ERROR",
    "MISTAKE",
    "STILL",
    "STANDS",
    "REMAINS",
    "DISREGARD",
    "IGNORE",
    "RECALL",
    "REOPENED",
    "EXCEPT",
];

/// A subject as it was first sent, without marks of tests before it, and whether it was answered or sent on.
fn first_sent(subject: &str) -> (&str, bool) {
    let (mut subject, mut again) = (subject.trim_start(), false);
    loop {
        let rest = subject.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let word: &str = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        let upper = word.to_uppercase();
        let behind = &rest[word.len()..];
        if TEST_MARKS.contains(&upper.as_str()) {
            subject = behind;
            continue;
        }
        // `RE[2]:` counts the answers.
        let counted = behind.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let behind = counted.filter(|(count, _)| number(count)).map_or(behind, |(_, rest)| rest);
        match behind.trim_start().strip_prefix(':') {
            Some(rest) if SENT_AGAIN.contains(&upper.as_str()) => (subject, again) = (rest, true),
            _ => return (rest, again),
        }
    }
}

/// Whether a subject says beside the words of a row what takes them back.
fn doubts(subject: &str, row: &str) -> bool {
    let own = words(row);
    words(subject).iter().any(|word| DOUBTS.contains(&word.as_str()) && !own.contains(word))
}

/// The words of a text in capitals; everything else only parts them.
pub(crate) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_uppercase).collect()
}

/// The words of a text beside these, which it must have in a row; `None` where it has not.
fn rest_beside(text: &[String], words: &[String]) -> Option<Vec<String>> {
    let at = text.windows(words.len().max(1)).position(|window| window == words)?;
    Some([&text[..at], &text[at + words.len()..]].concat())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
