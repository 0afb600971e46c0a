use casework::Event;
use consignment::fact::{ObjectName, ReferralKind};
use consignment::ident::Carrier;
use consignment::security::ScreeningMethod;
use finding::Phrase;
use jiff::Timestamp;
use programme::ProgrammeId;
use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// Name of a stream of events: one consignment tree.
pub type StreamId = Arc<str>;

/// How many events a stream has.
pub type Version = u64;

/// An event as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in the stream, from 1.
    pub version: Version,
    /// When it was appended.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// Why a journal could not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Somebody else appended first; read again and decide anew.
    #[error("stream {stream} is at version {actual}, not {expected}")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The version the decision was made on.
        expected: Version,
        /// The version it is at.
        actual: Version,
    },
    /// The storage failed; nothing of the append is kept.
    #[error("the journal failed: {0}")]
    Storage(String),
    /// This journal only reads: what was asked is to be asked of whoever writes.
    #[error("the journal only reads")]
    OnlyReads,
}

/// By what things are found beside the names of their streams. The engine alone knows what keys and values mean; a
/// storage keeps texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Index {
    /// The stream of a number of goods.
    Stream,
    /// The masters under which a house number was filed.
    Masters,
    /// The streams of goods that had a number before it was taken as new.
    Earlier,
    /// Answers that may have to be recalled, by a stream they rest on.
    Standing,
    /// The stream that another one has become part of.
    Moved,
    /// Answers whose recall nobody has acknowledged; under the empty key.
    Unheeded,
    /// The goods that an act of an officer is about, by the number of the act.
    Proposal,
    /// Orders on goods in the air about which the carrier's operations are called; under the empty key.
    Call,
    /// Trees whose way names a flight, by its number and day.
    Routed,
    /// Goods that must not be loaded, or are said to be, by what others that resemble them are found by.
    Likeness,
    /// Units in whose list goods stand, or ever stood.
    UnitsOf,
    /// Flights for which an object is or was planned.
    FlightsOf,
    /// Flights that somebody told of, by number and day.
    Scheduled,
    /// Receptacles, by their dispatch.
    Dispatch,
    /// Units that an order names, by the goods it holds.
    Ordered,
    /// How many there are of something, by its name: one value, a number.
    Count,
    /// All goods that were filed, by what others that resemble them are found by.
    Filed,
    /// Answers that are expected until a time, by its hour; under the empty key the hours.
    Due,
    /// Goods that words of their house number alone hold, by that number; under `?` and the number, goods that may have
    /// been meant as well.
    OfNumber,
    /// Trees of which something waits for an officer, under the empty key; those with goods that somebody marked as high-risk, under
    /// another.
    Waiting,
    /// Trees of which something was screened against an edition of the lists, by the hash over them; under the empty key
    /// the editions, each with its number.
    Screened,
    /// Goods by the names of their parties, by what these sound like.
    Party,
    /// People, by their organisation, and by the hash of what they show: a passkey, a link, an account.
    People,
    /// Adjudications in the order in which they were made, some in each page; the place of each by its id; trees with a hit
    /// of a pair, by the pair; and those that wait for another officer.
    Adjudication,
    /// Streams of which it was decided that they are erased, until their keys are destroyed; under the empty key.
    Erasing,
}

impl Index {
    /// All of them, for storages that keep each by its name.
    pub const ALL: [Self; 25] = [
        Self::Stream,
        Self::Masters,
        Self::Earlier,
        Self::Standing,
        Self::Moved,
        Self::Unheeded,
        Self::Proposal,
        Self::Call,
        Self::Routed,
        Self::Likeness,
        Self::UnitsOf,
        Self::FlightsOf,
        Self::Scheduled,
        Self::Dispatch,
        Self::Ordered,
        Self::Count,
        Self::Filed,
        Self::Due,
        Self::OfNumber,
        Self::Waiting,
        Self::Screened,
        Self::Party,
        Self::People,
        Self::Adjudication,
        Self::Erasing,
    ];

    /// The name by which a storage keeps it; never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Masters => "masters",
            Self::Earlier => "earlier",
            Self::Standing => "standing",
            Self::Moved => "moved",
            Self::Unheeded => "unheeded",
            Self::Proposal => "proposal",
            Self::Call => "call",
            Self::Routed => "routed",
            Self::Likeness => "likeness",
            Self::UnitsOf => "units_of",
            Self::FlightsOf => "flights_of",
            Self::Scheduled => "scheduled",
            Self::Dispatch => "dispatch",
            Self::Ordered => "ordered",
            Self::Count => "count",
            Self::Filed => "filed",
            Self::Due => "due",
            Self::OfNumber => "of_number",
            Self::Waiting => "waiting",
            Self::Screened => "screened",
            Self::Party => "party",
            Self::People => "people",
            Self::Adjudication => "adjudication",
            Self::Erasing => "erasing",
        }
    }
}

/// Which of the values under a key; a key may have very many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// All of them.
    All,
    /// So many that were put there first.
    First(usize),
    /// So many that were put there last.
    Last(usize),
}

/// A change of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexChange {
    /// Which.
    pub index: Index,
    /// Under which key.
    pub key: Arc<str>,
    /// The value.
    pub value: Arc<str>,
    /// Whether the value is put there or taken away. To put what is there, or to take what is not, changes nothing.
    pub put: bool,
}

/// Append-only streams of events, and by what else they are found. An append is whole or not at all, and durable when
/// it returns, or when the transaction ends in which the storage runs the command.
pub trait Journal {
    /// All events of a stream, in order; empty for a stream nobody wrote to, and for one that was erased.
    ///
    /// # Errors
    /// Where the storage fails.
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError>;

    /// The version a stream is at; 0 for a stream nobody wrote to.
    ///
    /// # Errors
    /// Where the storage fails.
    fn version(&self, stream: &StreamId) -> Result<Version, JournalError>;

    /// Appends to a stream that is at `expected`, and gives the new version.
    ///
    /// # Errors
    /// [`JournalError::Conflict`] where the stream has moved on, or a failure of the storage.
    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError>;

    /// The values under a key, each once, in the order in which they were put there; empty where there are none.
    ///
    /// # Errors
    /// Where the storage fails.
    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError>;

    /// Changes an index, as durably as an append.
    ///
    /// # Errors
    /// Where the storage fails.
    fn change(&mut self, change: IndexChange) -> Result<(), JournalError>;
}

/// A journal that others may look into beside the engine.
impl<J: Journal> Journal for Rc<RefCell<J>> {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        self.borrow().read(stream)
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        self.borrow().version(stream)
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError> {
        self.borrow_mut().append(stream, expected, events, at)
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        self.borrow().find(index, key, pick)
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        self.borrow_mut().change(change)
    }
}

/// Where the engine learns the time.
pub trait Clock {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Whether it can be trusted. While it cannot, the gate holds everything.
    fn is_sure(&self) -> bool {
        true
    }
}

/// Who is told something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Addressee {
    /// Whoever filed, by the name of his channel.
    Filer(Arc<str>),
    /// The carrier.
    Carrier,
    /// Whoever has an answer, by the name of his channel.
    Holder(Arc<str>),
    /// The next in the chain of those who see to it that a recall is heeded; the step, from 1.
    Chain(u32),
    /// The authority of a programme: the arrival side, and whoever sent a request.
    Authority(ProgrammeId),
    /// The carrier's operations, by voice.
    CarrierOperations,
    /// The officers who stand duty for the node.
    Duty,
}

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// The filing has been acknowledged.
    Acknowledged,
    /// The filing has been rejected.
    Rejected,
    /// A referral was opened.
    ReferralOpened,
    /// A referral was closed.
    ReferralClosed,
    /// The assessment is complete.
    AssessmentComplete,
    /// Another agency holds the goods.
    Held,
    /// It lifted its hold.
    Released,
    /// An answer does not stand any more.
    AnswerRecalled,
    /// Nobody acknowledged the recall in time.
    RecallUnheeded,
    /// A referral was answered.
    ReferralAnswered,
    /// The time for an answer is over, and none has come. Nothing ends by it.
    DeadlinePassed,
    /// Somebody claims that an authority holds the goods, by another way than its own.
    Claimed,
    /// The claim holds no longer.
    ClaimEnded,
    /// An authority's word came after the goods had left.
    AfterDeparture,
    /// A do-not-load came when the goods were in the air: the carrier's operations are to be called by voice.
    CallByVoice,
    /// A do-not-load came when the goods were on an aircraft that has not left: they are to be offloaded.
    Offload,
    /// The carrier's operations were reached.
    ReachedByVoice,
    /// Data came after the goods had left, until when the programme takes updates: they are kept and not assessed.
    UpdateTooLate,
    /// Somebody who does not stand for a unit says that it was opened.
    SaidOpen,
    /// Somebody who is no desk of a flight says that it is cancelled.
    SaidCancelled,
    /// A house is in doubt: whose it is, or whether it was meant by words of its number alone. Two people settle it.
    InDoubt,
    /// What nobody could read holds all goods, until two people of a duty desk have settled it.
    AllHeld,
    /// A machine or mail box that wants notices does not take them: whoever is behind it is to be told otherwise.
    Undelivered,
    /// A mail came in that proves no sender, or of which not everything counts. Whoever wrote it is told nothing, since
    /// a sender's address may be anybody's.
    MailNotTaken,
    /// Lists changed, and name somebody now who looks like a party of goods that were filed before.
    ListedSince,
}

impl NoticeKind {
    /// Every one, in the order of the type.
    pub const ALL: [Self; 25] = [
        Self::Acknowledged,
        Self::Rejected,
        Self::ReferralOpened,
        Self::ReferralClosed,
        Self::AssessmentComplete,
        Self::Held,
        Self::Released,
        Self::AnswerRecalled,
        Self::RecallUnheeded,
        Self::ReferralAnswered,
        Self::DeadlinePassed,
        Self::Claimed,
        Self::ClaimEnded,
        Self::AfterDeparture,
        Self::CallByVoice,
        Self::ReachedByVoice,
        Self::UpdateTooLate,
        Self::SaidOpen,
        Self::SaidCancelled,
        Self::Offload,
        Self::InDoubt,
        Self::AllHeld,
        Self::Undelivered,
        Self::MailNotTaken,
        Self::ListedSince,
    ];

    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Rejected => "rejected",
            Self::ReferralOpened => "referral_opened",
            Self::ReferralClosed => "referral_closed",
            Self::AssessmentComplete => "assessment_complete",
            Self::Held => "held",
            Self::Released => "released",
            Self::AnswerRecalled => "answer_recalled",
            Self::RecallUnheeded => "recall_unheeded",
            Self::ReferralAnswered => "referral_answered",
            Self::DeadlinePassed => "deadline_passed",
            Self::Claimed => "claimed",
            Self::ClaimEnded => "claim_ended",
            Self::AfterDeparture => "after_departure",
            Self::CallByVoice => "call_by_voice",
            Self::Offload => "offload",
            Self::ReachedByVoice => "reached_by_voice",
            Self::UpdateTooLate => "update_too_late",
            Self::SaidOpen => "said_open",
            Self::SaidCancelled => "said_cancelled",
            Self::InDoubt => "in_doubt",
            Self::AllHeld => "all_held",
            Self::Undelivered => "undelivered",
            Self::MailNotTaken => "mail_not_taken",
            Self::ListedSince => "listed_since",
        }
    }
}

impl fmt::Display for Addressee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filer(name) | Self::Holder(name) => formatter.write_str(name),
            Self::Carrier => formatter.write_str("carrier"),
            Self::Chain(step) => write!(formatter, "escalation {step}"),
            Self::Authority(programme) => write!(formatter, "authority of {programme}"),
            Self::CarrierOperations => formatter.write_str("carrier operations"),
            Self::Duty => formatter.write_str("duty desk"),
        }
    }
}

/// What a notice tells of a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutReferral {
    /// Its kind.
    pub kind: ReferralKind,
    /// Its reference, by which it is answered.
    pub reference: Arc<str>,
    /// Whether the addressee must answer; whoever need not gets a copy.
    pub to_answer: bool,
    /// Until when an answer is expected.
    pub deadline: Option<Timestamp>,
    /// Methods of screening the authority recommends.
    pub methods: Vec<ScreeningMethod>,
}

/// Something to be told to somebody, after it has become durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// To whom.
    pub to: Addressee,
    /// Of what.
    pub kind: NoticeKind,
    /// About what; a consignment without any number where it is about all goods.
    pub about: ObjectName,
    /// In which programme.
    pub programme: Option<ProgrammeId>,
    /// Words for the addressee, where there are any.
    pub text: Option<Phrase>,
    /// The referral, where it tells of one being opened, or of an answer that is not there.
    pub referral: Option<AboutReferral>,
    /// Of a notice to a carrier, or his operations: whose flights it is about, each once; none where no flight is known.
    pub carriers: Vec<Carrier>,
    /// The answer of the gate that it takes back, by which the recall is acknowledged.
    pub answer: Option<Arc<str>>,
}

impl Notice {
    /// A notice without anything besides.
    pub fn new(to: Addressee, kind: NoticeKind, about: ObjectName) -> Self {
        Self {
            to,
            kind,
            about,
            programme: None,
            text: None,
            referral: None,
            carriers: Vec::new(),
            answer: None,
        }
    }
}

/// Why a notice could not be handed over.
#[derive(Debug, thiserror::Error)]
#[error("the notice could not be handed over: {0}")]
pub struct OutboxError(pub String);

/// Where notices go once what they tell is durable.
pub trait Outbox {
    /// Hands over a notice.
    ///
    /// # Errors
    /// Where it could not be taken; the caller's events are durable all the same.
    fn send(&mut self, notice: Notice) -> Result<(), OutboxError>;
}
