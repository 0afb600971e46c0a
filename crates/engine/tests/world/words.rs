//! What authorities, filers and others say, as a test tells it.
#![allow(dead_code, missing_docs)]

use super::*;
use casework::decision::Desk;
use consignment::Filing;
use consignment::fact::{Fact, OfficerAct, OfficerDeed, Person, ReferralAnswer, VoiceContact, What};
use consignment::notice::{AnswerError, AuthorityNotice, NoticeTime, Statement, Wire};
use consignment::security::ScreeningMethod;
use engine::{Channel, Filed};

/// A notice with a code: the wire, the bill, the code, the text beside it, and when it was issued (`24NOV0731`).
pub fn notice(wire: Wire, bill: &ConsignmentKey, code: &str, text: &str, issued: &str) -> AuthorityNotice {
    let issued = (!issued.is_empty()).then(|| NoticeTime::DayMonth {
        month: consignment::date::month_number(&issued[2..5]).unwrap(),
        day: issued[..2].parse().unwrap(),
        time: format!("{}:{}", &issued[5..7], &issued[7..]).parse().unwrap(),
    });
    AuthorityNotice {
        wire,
        bill: Some(bill.clone()),
        bill_as_sent: None,
        legs: Vec::new(),
        statement: if wire == Wire::Mail {
            Statement::Subject(code.into())
        } else {
            Statement::Code(code.into())
        },
        text: text.into(),
        issued,
        reference: None,
        methods: Vec::new(),
        deadline: None,
        from: (wire == Wire::Mail).then(|| MAIL.into()),
        test: false,
        line: 1,
        pieces: None,
    }
}

/// From where the Canadian authority sends its mails about requests (PACT guide 1.9, section 14).
pub const MAIL: &str = "RFIPACT-DDICFAPC@tc.gc.ca";

/// A rejection with error codes; it tells no time.
pub fn errors(wire: Wire, bill: &ConsignmentKey, codes: &[&str]) -> AuthorityNotice {
    let errors = codes.iter().map(|code| AnswerError { http: Some(422), code: (*code).into() });
    AuthorityNotice { statement: Statement::Errors(errors.collect()), ..notice(wire, bill, "", "", "") }
}

/// What a command came to: the number of events, or the code of the refusal.
pub fn taken(reply: Result<Reply, EngineError>) -> Result<usize, &'static str> {
    match reply {
        Ok(Reply::Done(events) | Reply::DoneBut { events, .. }) => Ok(events),
        Err(EngineError::Refused(refusal)) => Err(refusal.0.code.id()),
        other => panic!("{other:?}"),
    }
}

impl World {
    /// A node on which every programme runs in `mode`.
    pub fn heard(mode: Mode) -> Self {
        Self::new(mode)
    }

    /// Takes in a notice; what it came to: `told N`, or the code of the refusal.
    pub fn notice(&mut self, notice: AuthorityNotice, channel: &Channel) -> String {
        let received: Timestamp = self.engine.clock_mut().0;
        let mut filing: Filing = formats::decode(
            &formats::Splitter::new(Cursor::new(&b"ZZZ"[..])).next().unwrap().unwrap(),
            received,
        );
        (filing.notices, filing.consignments) = (vec![notice], Vec::new());
        (filing.findings, filing.mentions) = (Vec::new(), Vec::new());
        filing.format = Some(consignment::filing::Format { name: "PSN", version: None });
        let command = Command::File { filing, channel: channel.clone() };
        let Reply::Filed(filed) = self.engine.handle(command).unwrap() else { panic!("not filed") };
        match filed.first().map(|one| &one.outcome) {
            Some(Filed::Told(events)) => format!("told {events}"),
            Some(Filed::Refused(refusal)) => refusal.0.code.id().to_owned(),
            None => "nothing".to_owned(),
            other => panic!("{other:?}"),
        }
    }

    /// A status notification of CAMIR on the authority's own channel: code and time, such as `7H 24NOV0731`.
    pub fn psn(&mut self, programme: &str, bill: &ConsignmentKey, said: &str) -> String {
        let (code, issued) = said.split_once(' ').unwrap();
        let channel = Channel::authority(ProgrammeId::new(programme));
        self.notice(notice(Wire::Camir, bill, code, "", issued), &channel)
    }

    /// A fact of somebody; the number of events, or the code of the refusal.
    pub fn fact(&mut self, what: What, by: &str, channel: &Channel) -> Result<usize, &'static str> {
        let by = Some(Person { id: by.into(), organisation: "desk".into() });
        let fact = Fact { id: None, at: None, by, what };
        taken(self.engine.handle(Command::Fact { fact, channel: channel.clone() }))
    }

    /// An act `id` of a duty officer; the number of events, or the code of the refusal.
    pub fn deed(&mut self, id: &str, by: &str, deed: OfficerDeed) -> Result<usize, &'static str> {
        self.deed_for("duty office", id, by, deed)
    }

    /// An act `id` of an officer of an agency.
    pub fn deed_for(
        &mut self,
        agency: &str,
        id: &str,
        by: &str,
        deed: OfficerDeed,
    ) -> Result<usize, &'static str> {
        let act = OfficerAct { act: deed, reason: "seal differs".into() };
        self.act_of(agency, id, by, act)
    }

    /// An act `id` of an officer of an agency, for a reason of its own.
    pub fn act_of(
        &mut self,
        agency: &str,
        id: &str,
        by: &str,
        act: OfficerAct,
    ) -> Result<usize, &'static str> {
        let by = Some(Person { id: by.into(), organisation: agency.into() });
        let fact = Fact { id: Some(id.into()), at: None, by, what: What::Act(Box::new(act)) };
        let channel = Channel::officers(agency, Desk::Agency(agency.into()));
        taken(self.engine.handle(Command::Fact { fact, channel }))
    }

    /// The answer of a filer to a referral.
    pub fn answer(
        &mut self,
        programme: &str,
        object: &ConsignmentKey,
        reference: &str,
        methods: &[ScreeningMethod],
        filer: &str,
    ) -> Result<usize, &'static str> {
        let answer = ReferralAnswer {
            programme: programme.into(),
            object: object.clone(),
            reference: reference.into(),
            text: "see the attached packing list".into(),
            methods: methods.to_vec(),
            clear: (!methods.is_empty()).then_some(true),
        };
        self.fact(What::Answered(Box::new(answer)), "clerk", &Channel::filer(filer))
    }

    /// That the carrier's operations were reached.
    pub fn reached(
        &mut self,
        programme: &str,
        object: &ConsignmentKey,
        order: &str,
    ) -> Result<usize, &'static str> {
        let contact = VoiceContact {
            programme: programme.into(),
            object: object.clone(),
            reference: order.into(),
            reached: "duty manager".into(),
        };
        self.fact(What::VoiceContact(contact), "caller", &Channel::filer("carrier"))
    }

    /// The notices in the outbox since last asked: kind and addressee.
    pub fn sent(&mut self) -> Vec<engine::Notice> {
        std::mem::take(&mut self.engine.outbox_mut().notices)
    }
}
