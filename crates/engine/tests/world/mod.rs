//! A node with a journal in memory, a clock that is set, and messages of a common shape.
// Each file of tests is a crate of its own and uses a part of this.
#![allow(dead_code, missing_docs)]

pub mod words;

use casework::case::ReferralKind;
use casework::decision::OneOfficer;
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Stage};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::ident::{AirWaybill, HouseWaybill, Location};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{AuthorityAct, Command, Engine, EngineError, Reply, Settings};
use engine::{ConsignmentView, FiledConsignment};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::io::Cursor;
use std::sync::Arc;

pub struct World {
    pub engine: Engine<MemoryJournal, SetClock, MemoryOutbox>,
}

impl World {
    /// A node on which every programme runs in `mode`.
    pub fn new(mode: Mode) -> Self {
        let mut settings = Settings::simulated();
        settings.modes = settings.programmes.keys().map(|programme| (programme.clone(), mode)).collect();
        settings.duty_desks = ["duty office".into(), "duty desk".into()].into();
        let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
        Self { engine: Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default()) }
    }

    /// Such a node, on which a carrier filed one direct consignment from Frankfurt to Toronto.
    pub fn filed(mode: Mode) -> (Self, ConsignmentKey) {
        let mut world = Self::new(mode);
        let message =
            fwb("888-10004046", "FRA", "YYZ", "T6K120", "YYZ9Z", "/NG/TITANIUM BONE SCREWS\r\n", SECURED);
        world.file_as(&message, "carrier");
        (world, key("888-10004046", None))
    }

    /// The same, acknowledged: it may be loaded.
    pub fn cleared(mode: Mode) -> (Self, ConsignmentKey) {
        let (mut world, object) = Self::filed(mode);
        world.done("ca-pact", AuthorityAct::Acknowledge { object: object.clone(), version: None });
        assert_eq!(world.load(&object).decision, Decision::Load, "{:?}", holding(&world.load(&object)));
        (world, object)
    }

    /// Gives the node another policy for its officers.
    pub fn policy(&mut self, one_officer: Option<OneOfficer>) {
        self.engine.settings_mut().policy.one_officer = one_officer;
    }

    pub fn at(&mut self, time: &str) -> &mut Self {
        self.engine.clock_mut().0 = format!("2026-11-24T{time}:00Z").parse().unwrap();
        self
    }

    pub fn file(&mut self, text: &str) -> Vec<FiledConsignment> {
        self.file_as(text, "forwarder")
    }

    pub fn file_as(&mut self, text: &str, filer: &str) -> Vec<FiledConsignment> {
        let received: Timestamp = self.engine.clock_mut().0;
        let mut filed = Vec::new();
        for message in formats::Splitter::new(Cursor::new(text.as_bytes())) {
            let filing = formats::decode(&message.unwrap(), received);
            assert!(!filing.consignments.is_empty(), "{text}: {:?}", filing.findings);
            match self
                .engine
                .handle(Command::File { filing, channel: engine::Channel::filer(filer) })
                .unwrap()
            {
                Reply::Filed(consignments) => filed.extend(consignments),
                other => panic!("{other:?}"),
            }
        }
        filed
    }

    /// Takes in messages that file nothing, whatever becomes of them.
    pub fn say_as(&mut self, text: &str, channel: &engine::Channel) {
        let received: Timestamp = self.engine.clock_mut().0;
        for message in formats::Splitter::new(Cursor::new(text.as_bytes())) {
            let filing = formats::decode(&message.unwrap(), received);
            self.engine.handle(Command::File { filing, channel: channel.clone() }).unwrap();
        }
    }

    pub fn act(&mut self, programme: &str, act: AuthorityAct) -> Result<Reply, EngineError> {
        self.engine.handle(Command::Authority {
            programme: ProgrammeId::new(programme),
            simulated: false,
            act,
        })
    }

    pub fn done(&mut self, programme: &str, act: AuthorityAct) -> usize {
        match self.act(programme, act).unwrap() {
            Reply::Done(events) => events,
            other => panic!("{other:?}"),
        }
    }

    pub fn ask(
        &mut self,
        object: &ConsignmentKey,
        leg: AskedLeg,
        aircraft: Aircraft,
        stage: Stage,
    ) -> Answer {
        let object = self.engine.find(object).unwrap().unwrap();
        match self.engine.handle(Command::Peek { object, leg, stage, aircraft }).unwrap() {
            Reply::Answered(answer) => *answer,
            other => panic!("{other:?}"),
        }
    }

    /// Asks for an answer that is written down, about loading on the first leg: its id and what the asker is told,
    /// or the code of the refusal.
    pub fn commit(
        &mut self,
        object: &ConsignmentKey,
        holder: &str,
        asker: Asker,
    ) -> Result<(Arc<str>, Answer), &'static str> {
        let object = self.engine.find(object).unwrap().unwrap();
        let (leg, stage, aircraft) = (AskedLeg::First, Stage::Load, Aircraft::Passenger);
        let ask = Command::Ask { object, leg, stage, aircraft, holder: holder.into(), asker };
        match self.engine.handle(ask) {
            Ok(Reply::Committed { id, answer }) => Ok((id, *answer)),
            Err(EngineError::Refused(refusal)) => Err(refusal.0.code.id()),
            other => panic!("{other:?}"),
        }
    }

    /// Everything known of an object.
    pub fn view(&mut self, object: &ConsignmentKey) -> ConsignmentView {
        let object = self.engine.find(object).unwrap().unwrap();
        match self.engine.handle(Command::View { object }).unwrap() {
            Reply::Viewed(view) => *view,
            other => panic!("{other:?}"),
        }
    }

    /// The referrals of an object over all its cases.
    pub fn referrals(&mut self, object: &ConsignmentKey) -> Vec<String> {
        let view = self.view(object);
        let referrals = view.cases.iter().flat_map(|case| &case.referrals);
        let state = |open: bool| if open { "open" } else { "closed" };
        referrals.map(|one| format!("{} {} {}", one.kind.as_str(), one.reference, state(one.open))).collect()
    }

    pub fn load(&mut self, object: &ConsignmentKey) -> Answer {
        self.ask(object, AskedLeg::First, Aircraft::Passenger, Stage::Load)
    }
}

pub fn key(master: &str, house: Option<&str>) -> ConsignmentKey {
    ConsignmentKey {
        master: Some(AirWaybill::parse(master).unwrap()),
        house: house.map(|house| HouseWaybill::parse(house).unwrap()),
    }
}

pub fn leg(from: &str, to: &str) -> AskedLeg {
    AskedLeg::Named {
        from: Location::parse(from).unwrap(),
        to: Location::parse(to).unwrap(),
        flight: None,
        date: None,
    }
}

pub fn holding(answer: &Answer) -> Vec<&'static str> {
    let mut codes: Vec<_> =
        answer.reasons.iter().filter(|reason| reason.holds()).map(|reason| reason.code.id()).collect();
    codes.dedup();
    codes
}

pub fn codes_of(answer: &Answer) -> Vec<&'static str> {
    answer.reasons.iter().map(|reason| reason.code.id()).collect()
}

pub fn open(object: ConsignmentKey, kind: ReferralKind, reference: &str) -> AuthorityAct {
    AuthorityAct::Open {
        object,
        kind,
        reference: reference.into(),
        reason: Phrase::new(codes::gate::WHY_STATED).with("text", "WHAT ARE THE GOODS"),
        deadline: None,
    }
}

pub const SECURED: &str =
    "OCI/DE/ISS/RA/01234-01\r\n///ED/1127\r\n///SM/XRY\r\n///SN/A KELLER\r\n///SD/24NOV260500\r\n";

pub fn fwb(
    number: &str,
    from: &str,
    to: &str,
    quantity: &str,
    routing: &str,
    goods: &str,
    oci: &str,
) -> String {
    let (pieces, weight) = quantity.trim_start_matches('T').split_once('K').unwrap();
    format!(
        "FWB/17\r\n{number}{from}{to}/{quantity}\r\nRTG/{routing}\r\nSHP\r\nNAM/RHEINTAL MASCHINEN WERKE\r\n\
         ADR/INDUSTRIEWEG 14\r\nLOC/FRANKFURT\r\n/DE/60549\r\nCNE\r\nNAM/HUDSON HARDWARE SUPPLY\r\n\
         ADR/200 MERCHANT ROW\r\nLOC/ALBANY/NY\r\n/US/12207\r\nAGT//1234567/0001\r\n/RHEIN FRACHT KONTOR\r\n\
         /FRANKFURT\r\nCVD/EUR//PP/NVD/NCV/XXX\r\nRTD/1/P{pieces}/K{weight}/CQ/W{weight}/R2.00/T1000.00\r\n{goods}\
         PPD/WT1000.00\r\n/CT1000.00\r\nISU/24NOV26/FRANKFURT\r\nREF/FRAFC9Z\r\nSPH/SPX\r\n{oci}"
    )
}

pub fn fhl(
    number: &str,
    lane: &str,
    total: &str,
    house: &str,
    quantity: &str,
    goods: &str,
    oci: &str,
) -> String {
    format!(
        "FHL/5\r\nMBI/{number}{lane}/{total}\r\nHBS/{house}/{lane}/{quantity}//{short}\r\n/SPX\r\nTXT/{goods}\r\n\
         HTS/830210\r\n{oci}SHP\r\nNAM/TAUNUS BESCHLAEGE WERK\r\nADR/AM HANG 3\r\nLOC/KRONBERG\r\n/DE/61476\r\n\
         CNE\r\nNAM/HUDSON HARDWARE SUPPLY\r\nADR/200 MERCHANT ROW\r\nLOC/ALBANY/NY\r\n/US/12207\r\n\
         CVD/EUR/PP/NVD/NCV/XXX\r\n",
        short = goods.get(..15).unwrap_or(goods),
    )
}
