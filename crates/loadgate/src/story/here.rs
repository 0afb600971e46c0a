//! A node of this process: everything goes through `Engine::handle`.

use super::document::{AnswerItem, ReasonItem, RefusalItem};
use super::node::{Came, Node, Told, Viewed, screened};
use super::script::{Asker, HOLDER, Question};
use crate::Error;
use casework::decision::Desk;
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Stage};
use casework::view;
use consignment::Filing;
use consignment::fact::{Fact, ObjectName};
use document::assess::LoadItem;
use engine::memory::{MemoryOutbox, SetClock};
use engine::{
    Channel, Checker, Command, ConsignmentView, Engine, EngineError, Filed, Journal, Notice, NoticeKind,
    Reply, Settings,
};
use finding::{Language, Phrase, codes};
use jiff::Timestamp;
use std::sync::Arc;

/// An engine with its settings.
pub(super) struct Here<J> {
    settings: Settings,
    engine: Engine<J, SetClock, MemoryOutbox>,
}

impl<J: Journal> Here<J> {
    pub(super) fn new(settings: Settings, journal: J, start: Timestamp) -> Self {
        let engine = Engine::new(settings.clone(), journal, SetClock(start), MemoryOutbox::default());
        Self { settings, engine }
    }

    fn file(&mut self, filing: Filing, channel: &Channel, came: &mut Came) -> Result<(), Error> {
        match self.engine.handle(Command::File { filing, channel: channel.clone() }) {
            Ok(Reply::Filed(filed)) => {
                came.refused.extend(filed.into_iter().filter_map(|one| match one.outcome {
                    Filed::Refused(why) => Some(item(&why.0)),
                    Filed::Recorded { .. } | Filed::Unchanged | Filed::Superseded | Filed::Told(_) => None,
                }))
            }
            Ok(_) => {}
            Err(EngineError::Refused(why)) => came.refused.push(item(&why.0)),
            Err(failure) => return Err(failure.into()),
        }
        Ok(())
    }

    fn fact(&mut self, fact: Fact, channel: &Channel, came: &mut Came) -> Result<(), Error> {
        let written = formats::facts::write_fact(&fact);
        let kind = written.get("type").map(|kind| kind.texts().concat());
        came.what.push(kind.unwrap_or_default());
        match self.engine.handle(Command::Fact { fact, channel: channel.clone() }) {
            Ok(Reply::DoneBut { but, .. }) => {
                came.remarks.extend(but.iter().map(item));
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(EngineError::Refused(why)) => {
                came.refused.push(item(&why.0));
                Ok(())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Who filed the goods asked about.
    fn filer_of(&mut self, object: &ObjectName) -> Option<Arc<str>> {
        let (ObjectName::Consignment(key) | ObjectName::Piece(key, _)) = object else { return None };
        let object = self.engine.find(key).ok()??;
        match self.engine.handle(Command::View { object }) {
            Ok(Reply::Viewed(view)) => view.filer,
            _ => None,
        }
    }

    fn object(&mut self, question: &Question) -> Result<engine::ObjectRef, String> {
        let key = question.goods()?;
        let found = self.engine.find(key).map_err(|failure| failure.to_string())?;
        found.ok_or_else(|| format!("nobody has told of {key}"))
    }
}

impl<J: Journal> Node for Here<J> {
    fn set(&mut self, at: Timestamp) -> Result<(), Error> {
        self.engine.clock_mut().0 = at;
        self.engine.handle(Command::Tick)?;
        Ok(())
    }

    fn messages(&mut self, bytes: &[u8], channel: &Channel, came: &mut Came) -> Result<(), Error> {
        for message in formats::Splitter::new(bytes) {
            let message =
                message.map_err(|why| Error::Internal(format!("reading from memory failed: {why}")))?;
            let mut filing = formats::decode(&message, self.engine.clock_mut().0);
            let name =
                filing.format.map_or_else(|| "no known message".to_owned(), |format| format.to_string());
            came.what.push(name);
            came.findings.extend(filing.findings.iter().map(|found| found.code.id().to_owned()));
            let quality = Checker::new(&self.settings).message(&filing);
            came.findings.extend(quality.iter().map(|found| found.code.id().to_owned()));
            let facts = std::mem::take(&mut filing.facts);
            let whole = filing.is_facts() && filing.findings.is_empty();
            for fact in facts {
                self.fact(fact, channel, came)?;
            }
            // Of a document of facts only what could not be read is left to note.
            if !whole {
                self.file(filing, channel, came)?;
            }
        }
        Ok(())
    }

    fn facts(&mut self, facts: &[Fact], channel: &Channel, came: &mut Came) -> Result<(), Error> {
        facts.iter().try_for_each(|fact| self.fact(fact.clone(), channel, came))
    }

    fn told(&mut self) -> Result<Told, Error> {
        let notices = std::mem::take(&mut self.engine.outbox_mut().notices);
        let recalls = notices.iter().filter(|notice| notice.kind == NoticeKind::AnswerRecalled);
        Ok(Told {
            words: notices.iter().map(notice_words).collect(),
            recalled: recalls.map(|notice| notice.about.clone()).collect(),
        })
    }

    fn ask(&mut self, question: &Question) -> Result<Result<AnswerItem, RefusalItem>, Error> {
        let unknown = |object: String| item(&Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", object));
        let Some(object) = question.object.clone() else {
            return Ok(Err(unknown("?".to_owned())));
        };
        let asker = match question.asker.unwrap_or(Asker::Auditor) {
            Asker::Auditor => view::Asker::Auditor,
            Asker::Officer => view::Asker::Officer(Desk::Agency("duty desk".into())),
            Asker::Carrier => view::Asker::Carrier,
            Asker::Handler | Asker::Display => view::Asker::Handler,
            // Who asks by a channel of his own may have filed nothing.
            Asker::Filer => {
                match question.holder.as_deref().map(Arc::from).or_else(|| self.filer_of(&object)) {
                    Some(filer) => view::Asker::Filer(filer),
                    None => return Ok(Err(unknown(object.to_string()))),
                }
            }
        };
        let command = Command::AskObject {
            object,
            leg: question.leg.clone().unwrap_or(AskedLeg::First),
            stage: question.stage.unwrap_or(Stage::Load),
            aircraft: question.aircraft,
            holder: question.holder.as_deref().unwrap_or(HOLDER).into(),
            asker,
        };
        match self.engine.handle(command) {
            Ok(Reply::Committed { answer, .. }) => Ok(Ok(answer_item(&answer))),
            Ok(other) => Err(unexpected(&other)),
            Err(EngineError::Refused(why)) => Ok(Err(item(&why.0))),
            Err(failure) => Err(failure.into()),
        }
    }

    fn compare(&mut self, question: &Question, theirs: Decision) -> Result<Result<String, String>, Error> {
        let object = match self.object(question) {
            Ok(object) => object,
            Err(why) => return Ok(Err(why)),
        };
        let command = Command::Compare {
            object,
            leg: question.leg.clone().unwrap_or(AskedLeg::First),
            stage: question.stage.unwrap_or(Stage::Load),
            aircraft: question.aircraft.unwrap_or(Aircraft::Passenger),
            theirs,
            said: String::new(),
        };
        match self.engine.handle(command) {
            Ok(Reply::Compared(comparison)) => Ok(Ok(comparison.outcome().as_str().to_owned())),
            Ok(other) => Err(unexpected(&other)),
            Err(EngineError::Refused(why)) => Ok(Err(why.0.text(Language::English))),
            Err(failure) => Err(failure.into()),
        }
    }

    fn view(&mut self, question: &Question) -> Result<Result<Viewed, String>, Error> {
        let object = match self.object(question) {
            Ok(object) => object,
            Err(why) => return Ok(Err(why)),
        };
        match self.engine.handle(Command::View { object })? {
            Reply::Viewed(view) => Ok(Ok(viewed(&view))),
            other => Err(unexpected(&other)),
        }
    }
}

fn item(why: &Phrase) -> RefusalItem {
    RefusalItem { code: why.code.id().to_owned(), message: why.text(Language::English) }
}

fn unexpected(reply: &Reply) -> Error {
    Error::Internal(format!("the engine answered something else than what was asked: {reply:?}"))
}

/// A notice in words: to whom and of what.
fn notice_words(notice: &Notice) -> String {
    super::play::notice_words(&notice.to.to_string(), notice.kind.as_str())
}

fn viewed(view: &ConsignmentView) -> Viewed {
    let open = view.cases.iter().flat_map(|case| {
        let open = case.referrals.iter().filter(|referral| referral.open);
        open.map(|referral| format!("{} {}", case.programme, referral.kind.as_str()))
    });
    let earlier = view.earlier.iter().flat_map(|before| &before.referrals);
    let open_requests = view.screening_requests.iter().filter(|request| request.open);
    let why: Vec<String> = view.security.why.iter().map(|why| why.text(Language::English)).collect();
    Viewed {
        states: view
            .cases
            .iter()
            .map(|case| (case.programme.to_string(), case.state.as_str().to_owned()))
            .collect(),
        open: open.collect(),
        earlier: earlier
            .map(|(programme, referral)| format!("{programme} {}", referral.kind.as_str()))
            .collect(),
        status: view.security.status.code().to_owned(),
        status_why: why.join(" "),
        screened: screened(open_requests.map(|request| {
            let programme = request.programme.as_ref().map(ToString::to_string);
            (programme, request.reference.as_deref().map(str::to_owned), request.covered.enough)
        })),
    }
}

/// The gate's answer, as it is published.
fn answer_item(answer: &Answer) -> AnswerItem {
    let LoadItem { decision, valid_until, reasons, reach, .. } = LoadItem::from(answer);
    let reasons = reasons.into_iter().map(|reason| ReasonItem {
        code: reason.code.to_owned(),
        holds: reason.effect == "hold",
        programme: reason.programme,
        object: reason.object,
        who_acts: reason.who_acts,
        deadline_at: reason.deadline_at,
        methods: reason.methods.into_iter().map(str::to_owned).collect(),
        message: reason.message,
        place: reason.place,
    });
    AnswerItem { decision: decision.to_owned(), valid_until, reasons: reasons.collect(), reach }
}
