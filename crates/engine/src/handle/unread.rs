//! Messages nobody could read, and what they hold until somebody has.

use super::answers::EVERY;
use super::filing::{may_forbid_loading, not_read};
use super::{Engine, EngineError, UNREAD};
use crate::channel::Channel;
use crate::ports::{Addressee, Clock, Journal, Notice, NoticeKind, Outbox};
use consignment::fact::ObjectName;
use consignment::ident::AirWaybill;
use consignment::notice::Statement;
use consignment::{ConsignmentKey, Filing};
use finding::{Finding, Phrase, codes};
use std::collections::BTreeSet;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// A message without any consignment may still be about goods, and may forbid to load them: it holds
    /// the goods whose numbers it mentions; where it mentions none, all of them. The same holds of the part of a message
    /// that could not be read: a house without a readable number is some house of the master it names; `unnamed` tells
    /// that it has an order on goods it does not name.
    ///
    /// All goods are held for a message of those alone who may forbid their loading: from others it is told back to
    /// the sender, who cannot stop a whole airport with it. Words in no known form are heard from authorities, officers and
    /// the registry; from a carrier or a post, whose systems send a lot, bytes that are no known message concern nobody
    /// unless they name a number.
    pub(super) fn note_unread(
        &mut self,
        filing: &Filing,
        channel: &Channel,
        unnamed: bool,
    ) -> Result<(), EngineError> {
        if !may_forbid_loading(filing) {
            return Ok(());
        }
        let why = why_unread(filing);
        let whole = filing.mentions.is_empty() && filing.consignments.is_empty();
        let told = filing.notices.iter().filter_map(|notice| notice.bill.as_ref()?.master);
        let told = told.filter(|_| !(whole && unnamed));
        let named: BTreeSet<AirWaybill> = filing.mentions.iter().copied().chain(told).collect();
        for master in &named {
            let key = ConsignmentKey { master: Some(*master), house: None };
            self.renew_spoken_of(&key)?;
            let mut loaded = self.load_or_create(&key)?;
            self.note_unread_on(&mut loaded, why.clone())?;
            self.keep(loaded);
        }
        let heard = filing.format.is_some() || speaks_in_words(channel);
        if whole && named.is_empty() && heard && self.may_forbid(channel) {
            self.hold_all(why)?;
        }
        Ok(())
    }

    /// Holds all goods for a cause that names none, until two people of a desk on duty have settled it, and tells that desk;
    /// gives how many events followed.
    pub(super) fn hold_all(&mut self, why: Phrase) -> Result<usize, EngineError> {
        let mut loaded = self.load(&UNREAD.into())?;
        let events = self.note_unread_on(&mut loaded, why.clone())?;
        self.unread = loaded.dossier.tree.unread.iter().map(|note| note.why.clone()).collect();
        self.keep(loaded);
        if events > 0 {
            self.answers.touch(&EVERY.into());
            let about = ObjectName::Consignment(ConsignmentKey { master: None, house: None });
            let (to, kind, text) = (Addressee::Duty, NoticeKind::AllHeld, Some(why));
            self.send_about(Notice { text, ..Notice::new(to, kind, about) })?;
        }
        Ok(events)
    }
}

/// Whether somebody on this channel is heard in whatever words he speaks.
pub(super) fn speaks_in_words(channel: &Channel) -> bool {
    channel.authority.is_some() || channel.desk.is_some() || channel.registry
}

/// Why a message was not read: a bill that cannot be read, goods that it does not name, or what it is.
fn why_unread(filing: &Filing) -> Phrase {
    if let Some(format) = not_read(filing) {
        return Phrase::new(codes::gate::WHY_FORMAT_NOT_READ).with("format", format);
    }
    let Some(format) = filing.format else { return Phrase::new(codes::gate::WHY_MESSAGE_UNKNOWN) };
    let mut unnamed = filing.notices.iter().filter(|notice| notice.bill.is_none());
    let Some(notice) = unnamed.next() else {
        return Phrase::new(codes::gate::WHY_MESSAGE_BROKEN).with("format", format.to_string());
    };
    let Some(bill) = &notice.bill_as_sent else {
        let code = match &notice.statement {
            Statement::Code(code) | Statement::Subject(code) => code.to_string(),
            Statement::Errors(_) | Statement::Received => format.to_string(),
        };
        let why = Phrase::new(codes::gate::WHY_NOTICE_NAMES_NOTHING).with("format", format.to_string());
        return why.with("code", code);
    };
    let argument = |finding: &Finding, name| {
        let found = finding.args.iter().find(|(of, _)| *of == name);
        found.map(|(_, text)| text.to_string())
    };
    // The finding says what is wrong with the number.
    let wrong = filing.findings.iter().filter(|found| argument(found, "text").as_deref() == Some(&**bill));
    let wrong = wrong.filter_map(|found| argument(found, "why")).next();
    Phrase::new(codes::gate::WHY_BILL_UNREADABLE)
        .with("bill", bill.clone())
        .with("wrong", wrong.unwrap_or_else(|| "?".to_owned()))
}
