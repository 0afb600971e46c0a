//! Facts out of any bytes: each choice takes one, so that a failing case can be made smaller.

use consignment::document::{Consignment, ConsignmentKey, DocumentKind};
use consignment::fact::*;
use consignment::filing::DayTime;
use consignment::goods::GoodsLine;
use consignment::handling::SpecialHandling;
use consignment::ident::*;
use consignment::measure::{Weight, WeightUnit};
use consignment::notice::{AnswerError, AuthorityNotice, NoticeTime, Statement, Wire};
use consignment::route::RouteBasis;
use consignment::security::*;
use consignment::{Leg, Mode, PartialDate, Party};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use std::sync::Arc;

pub struct Dice<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Dice<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// A number below this one; 0 when the bytes are used up.
    pub fn below(&mut self, end: usize) -> usize {
        self.bytes.next().map_or(0, |byte| usize::from(*byte) % end)
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| make(self))
    }

    fn some<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.below(3)).map(|_| make(self)).collect()
    }

    fn word(&mut self) -> String {
        self.one(&["A", "ÄÖ €", "two words", "\"quoted\"\\", "a\nb\tc\u{1}", "𝄞", "888-1"]).to_owned()
    }

    fn text(&mut self) -> String {
        if self.flag() { self.word() } else { String::new() }
    }

    fn shared(&mut self) -> Arc<str> {
        self.word().into()
    }

    fn number(&mut self) -> u32 {
        1 + self.below(250) as u32
    }

    fn station(&mut self) -> Location {
        Location::parse(self.one(&["FRA", "JFK", "YYZ", "HKG"])).unwrap()
    }

    fn carrier(&mut self) -> Carrier {
        Carrier::parse(self.one(&["9Z", "7Z", "DHK"])).unwrap()
    }

    fn flight(&mut self) -> Flight {
        Flight::parse(self.one(&["9Z100", "7Z10", "DHK12A"])).unwrap()
    }

    fn date(&mut self) -> Date {
        Date::new(2026, 11, 1 + self.below(30) as i8).unwrap()
    }

    fn time(&mut self) -> Time {
        Time::new(self.below(24) as i8, self.below(60) as i8, 0, 0).unwrap()
    }

    fn local(&mut self) -> DateTime {
        DateTime::from_parts(self.date(), self.time())
    }

    fn instant(&mut self) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + self.number() as i64 * 61).unwrap()
    }

    fn house(&mut self) -> HouseWaybill {
        HouseWaybill::parse(self.one(&["RHA", "RH-B", "1Z0000077", "LX400100013HK"])).unwrap()
    }

    fn key(&mut self) -> ConsignmentKey {
        let master =
            self.maybe(|dice| AirWaybill::parse(dice.one(&["888-10001014", "888-10004046"])).unwrap());
        let house = if master.is_none() || self.flag() { Some(self.house()) } else { None };
        ConsignmentKey { master, house }
    }

    fn flight_name(&mut self) -> FlightName {
        FlightName { flight: self.flight(), date: self.date(), from: self.station(), to: self.station() }
    }

    fn unit(&mut self) -> UnitName {
        match self.below(3) {
            0 => UnitName::Device(
                UnitLoadDevice::parse("AKE33333Z7").or(UnitLoadDevice::parse("AKE333337Z")).unwrap(),
            ),
            1 => UnitName::Receptacle(Receptacle::parse("HKHKGADEFRAAAUN60451001110123").unwrap()),
            _ => UnitName::Bulk(self.flight_name()),
        }
    }

    fn object(&mut self) -> ObjectName {
        match self.below(4) {
            0 => ObjectName::Consignment(self.key()),
            1 => ObjectName::Piece(self.key(), self.number()),
            2 => ObjectName::Unit(self.unit()),
            _ => ObjectName::Flight(self.flight_name()),
        }
    }

    fn method(&mut self) -> ScreeningMethod {
        ScreeningMethod::parse(self.one(&["PHS", "VCK", "XRY", "EDS", "EDD", "ETD", "CMD", "AOM"])).unwrap()
    }

    fn weight(&mut self) -> Weight {
        let value =
            consignment::measure::parse_decimal(self.one(&["12.5", "0.088", "200", "500.0"])).unwrap();
        Weight { value, unit: self.one(&[WeightUnit::Kilogram, WeightUnit::Pound]) }
    }

    fn leg(&mut self) -> Leg {
        let flight = self.maybe(Self::flight);
        let carrier = match flight {
            Some(flight) => Some(flight.carrier()),
            None => self.maybe(Self::carrier),
        };
        let date = self.maybe(|dice| match dice.below(3) {
            0 => PartialDate::new(None, None, 24).unwrap(),
            1 => PartialDate::new(None, Some(11), 24).unwrap(),
            _ => PartialDate::whole(dice.date()),
        });
        Leg {
            from: self.station(),
            to: self.station(),
            mode: self.one(&[Mode::Air, Mode::Road, Mode::Rail, Mode::Water, Mode::Unknown]),
            carrier,
            flight,
            date,
            departs_at: self.maybe(Self::time),
            basis: self.one(&[
                RouteBasis::Assumed,
                RouteBasis::Declared,
                RouteBasis::Scheduled,
                RouteBasis::Flown,
            ]),
        }
    }

    fn entity(&mut self) -> DeclaredEntity {
        let text = self.one(&["DE/RA/01234-01", "DE/RA/01234-01/1127", "DE/ACC3/NGLOS-9Z", "AU/RA/RACA/77"]);
        if self.flag() {
            return DeclaredEntity::parse(text).unwrap();
        }
        let entity = RegulatedEntity::from_parts(None, EntityCategory::RegulatedAgent, "28490").unwrap();
        DeclaredEntity {
            entity,
            expiry: self.maybe(|dice| ApprovalExpiry::parse(dice.one(&["1127", "1299"])).unwrap()),
        }
    }

    fn declaration(&mut self) -> SecurityDeclaration {
        let statuses = [SecurityStatus::Nsc, SecurityStatus::Sco, SecurityStatus::Spx, SecurityStatus::Shr];
        let sources = [StatusSource::Oci, StatusSource::SpecialHandling];
        SecurityDeclaration {
            issuer: self.maybe(Self::entity),
            checker: self.maybe(Self::entity),
            superseded_issuers: self.some(Self::entity),
            statuses: self.some(|dice| (dice.one(&statuses), dice.one(&sources))),
            received_from: self.some(Self::entity),
            methods: self.some(|dice| {
                let as_sent = dice.one(&["XRY", "FRD", "AOM-by hand"]).to_owned();
                let method = ScreeningMethod::parse(&as_sent).unwrap_or(ScreeningMethod::Aom);
                DeclaredMethod { method, as_sent }
            }),
            exemptions: self.some(|dice| dice.one(&Exemption::ALL)),
            issued_by: self.maybe(Self::word),
            issued_at: self.maybe(|dice| match dice.below(3) {
                0 => IssuedAt::DateTime(dice.local()),
                1 => IssuedAt::Date(dice.date()),
                _ => IssuedAt::Unreadable("24NOVEMBER".to_owned()),
            }),
            acceptors: self.some(Self::entity),
            statements: self.some(Self::word),
            faults: Vec::new(),
        }
    }

    fn party(&mut self) -> Party {
        Party {
            name: self.word(),
            street: self.some(Self::text),
            city: self.text(),
            state: self.text(),
            postcode: self.text(),
            country: self.maybe(|dice| Country::parse(dice.one(&["DE", "US", "HK"])).unwrap()),
            ..Party::default()
        }
    }

    fn consignment(&mut self) -> Consignment {
        let key = self.key();
        Consignment {
            kind: match (&key.master, &key.house) {
                (None, Some(number)) if MailItem::parse(number.as_str()).is_ok() => DocumentKind::MailItem,
                (None, Some(_)) if self.flag() => DocumentKind::House,
                (None, Some(_)) => DocumentKind::Express,
                (Some(_), Some(_)) => DocumentKind::House,
                (_, None) => DocumentKind::Master,
            },
            master: key.master,
            house: key.house,
            origin: self.maybe(Self::station),
            destination: self.maybe(Self::station),
            pieces: self.maybe(Self::number),
            weight: self.maybe(Self::weight),
            goods: self.some(|dice| GoodsLine {
                description: dice.word(),
                hs: dice.some(|dice| HsCode::parse(dice.one(&["830210", "902110"])).unwrap()),
                pieces: dice.maybe(Self::number),
                weight: dice.maybe(Self::weight),
                origin: dice.maybe(|_| Country::parse("DE").unwrap()),
                ..GoodsLine::default()
            }),
            shipper: self.maybe(Self::party),
            consignee: self.maybe(Self::party),
            legs: self.some(Self::leg),
            special_handling: self.some(|dice| SpecialHandling::parse(dice.one(&["SPX", "EAP"])).unwrap()),
            security: self.maybe(Self::declaration),
            mrns: self.some(|_| Mrn::parse("26DE1234567890ABC1").unwrap()),
            ..Consignment::default()
        }
    }

    fn kind(&mut self) -> ReferralKind {
        self.one(&[ReferralKind::Rfi, ReferralKind::Rfs, ReferralKind::Dnl])
    }

    fn authority_word(&mut self) -> AuthorityWord {
        AuthorityWord {
            object: self.object(),
            version: self.maybe(Self::number),
            word: match self.below(5) {
                0 => Word::Acknowledged,
                1 => Word::Rejected(self.some(Self::shared)),
                2 => Word::Complete,
                3 => Word::Opened {
                    kind: self.kind(),
                    reference: self.shared(),
                    text: self.text(),
                    reason: self.maybe(Self::word),
                    methods: self.some(Self::method),
                    deadline: self.maybe(Self::instant),
                },
                _ => Word::Closed { kind: self.kind(), reference: self.shared() },
            },
        }
    }

    fn notice(&mut self) -> AuthorityNotice {
        AuthorityNotice {
            pieces: self.maybe(Self::number),
            wire: self.one(Wire::ALL),
            bill: self.maybe(Self::key),
            bill_as_sent: self.maybe(Self::text),
            legs: self.some(Self::leg),
            statement: match self.below(4) {
                0 => Statement::Code(self.shared()),
                1 => Statement::Received,
                2 => Statement::Errors(self.some(|dice| AnswerError {
                    http: dice.maybe(|dice| 400 + dice.number() as u16),
                    code: dice.shared(),
                })),
                _ => Statement::Subject(self.shared()),
            },
            text: self.text(),
            issued: self.maybe(|dice| match dice.below(4) {
                0 => NoticeTime::Instant(dice.instant()),
                1 => NoticeTime::Date(dice.date()),
                2 => NoticeTime::Day(DayTime { day: 24, time: dice.time() }),
                _ => NoticeTime::DayMonth { month: 2, day: 29, time: dice.time() },
            }),
            reference: self.maybe(Self::shared),
            methods: self.some(Self::method),
            deadline: self.maybe(Self::instant),
            from: self.maybe(Self::shared),
            test: self.flag(),
            line: 1,
        }
    }

    fn deed(&mut self) -> OfficerDeed {
        match self.below(11) {
            0 => OfficerDeed::Hold {
                object: self.key(),
                agency: self.shared(),
                review_at: self.maybe(Self::instant),
            },
            1 => OfficerDeed::Release { object: self.key(), agency: self.shared() },
            2 => OfficerDeed::Refer { programme: self.shared(), word: self.authority_word() },
            3 => OfficerDeed::CancelDoNotLoad {
                programme: self.shared(),
                object: self.key(),
                reference: self.shared(),
            },
            4 => OfficerDeed::ReleaseHighRisk { object: self.key() },
            5 => OfficerDeed::EnteredInError { entry: self.shared(), object: self.key() },
            6 => OfficerDeed::SameShipment { object: self.key() },
            7 => match self.below(4) {
                0 => OfficerDeed::OtherGoods { object: self.key() },
                1 => OfficerDeed::ClearClaim {
                    programme: self.shared(),
                    object: self.key(),
                    kind: self.maybe(|dice| dice.one(&[ReferralKind::Rfi, ReferralKind::Dnl])),
                },
                2 => OfficerDeed::ClearUnitClaim {
                    programme: self.shared(),
                    unit: self.unit(),
                    reference: self.shared(),
                },
                _ => OfficerDeed::SettleUnread { object: self.maybe(Self::key) },
            },
            8 => OfficerDeed::Unlink { house: self.key(), recounted_pieces: self.number() },
            9 => OfficerDeed::Confirm { proposal: self.shared() },
            _ => OfficerDeed::Refuse { proposal: self.shared() },
        }
    }

    pub fn fact(&mut self) -> Fact {
        let what = self.what();
        let by = self.maybe(|dice| Person { id: dice.shared(), organisation: dice.shared() });
        Fact { id: self.maybe(Self::shared), at: self.maybe(Self::instant), by, what }
    }

    fn what(&mut self) -> What {
        match self.below(18) {
            17 => What::VoiceContact(VoiceContact {
                programme: self.shared(),
                object: self.key(),
                reference: self.shared(),
                reached: self.word(),
            }),
            0 => What::Filed(Box::new(self.consignment())),
            1 => {
                let said = match self.below(3) {
                    0 => AuthoritySaid::Notice(self.notice()),
                    1 => AuthoritySaid::OnUnit(self.unit(), AuthorityNotice { bill: None, ..self.notice() }),
                    _ => AuthoritySaid::Plain(self.authority_word()),
                };
                What::Authority(Box::new(AuthorityFact { programme: self.shared(), said }))
            }
            2 => What::Answered(Box::new(ReferralAnswer {
                programme: self.shared(),
                object: self.key(),
                reference: self.shared(),
                text: self.text(),
                methods: self.some(Self::method),
                clear: self.maybe(Self::flag),
            })),
            3 => What::Act(Box::new(OfficerAct { act: self.deed(), reason: self.word() })),
            4 => What::Mandate(Mandate {
                carrier: self.carrier(),
                station: self.station(),
                agent: self.shared(),
                from: self.maybe(Self::instant),
                until: self.maybe(Self::instant),
                acts: self.some(|dice| dice.one(&[MandatedAct::Ask, MandatedAct::Build, MandatedAct::File])),
                withdrawn: self.flag(),
            }),
            5 => What::Booked { object: self.key(), legs: self.some(Self::leg) },
            6 => What::Schedule(Schedule {
                flight: self.flight_name(),
                departs_at: self.maybe(Self::local),
                passengers: self.maybe(Self::flag),
                by_road: self.flag(),
                cancelled: self.flag(),
            }),
            7 => What::Built(Build {
                unit: self.unit(),
                contents: self.some(|dice| Content {
                    object: dice.key(),
                    pieces: dice.some(Self::number),
                    count: dice.maybe(Self::number),
                    weight: dice.maybe(Self::weight),
                    position: dice.maybe(Self::text),
                }),
                complete: self.flag(),
            }),
            8 => What::Opened { unit: self.unit(), why: self.text() },
            9 => What::Loaded {
                flight: self.flight_name(),
                object: self.object(),
                how: self.one(&[Loading::Planned, Loading::Loaded, Loading::Offloaded]),
            },
            10 if self.below(2) == 0 => What::Returned { flight: self.flight_name() },
            10 => What::Departed { flight: self.flight_name() },
            11 => What::Custody(Custody {
                object: self.object(),
                what: match self.below(5) {
                    0 => CustodyEvent::Broken,
                    1 => CustodyEvent::HandedOver,
                    2 => CustodyEvent::LeftChain,
                    3 => CustodyEvent::Tampered,
                    _ => CustodyEvent::Recounted { pieces: self.number() },
                },
                station: self.maybe(Self::station),
                note: self.text(),
            }),
            12 => What::Screened(ScreeningResult {
                object: self.key(),
                pieces: self.some(Self::number),
                count: self.maybe(Self::number),
                method: self.method(),
                outcome: self.one(&[
                    ScreeningOutcome::Clear,
                    ScreeningOutcome::Alarm,
                    ScreeningOutcome::Aborted,
                    ScreeningOutcome::Resolved,
                ]),
                equipment: self.maybe(Self::shared),
                tested_on: self.maybe(Self::date),
                screener: self.maybe(Self::shared),
                screener_current: self.maybe(Self::flag),
                station: self.maybe(Self::station),
            }),
            13 => What::Declared {
                object: self.key(),
                declaration: Box::new(self.declaration()),
                issued_at: self.maybe(Self::instant),
                issuer_approved_for_high_risk: self.maybe(Self::flag),
            },
            14 => What::HighRisk {
                object: self.key(),
                why: self.text(),
                methods_min: self.maybe(|dice| dice.number() as u8),
            },
            15 => What::Designation(Designation {
                carrier: self.carrier(),
                station: self.station(),
                number: self.word(),
                until: self.maybe(Self::instant),
                withdrawn: self.flag(),
            }),
            _ => {
                let (confirms, refuses) = match self.flag() {
                    true => (self.maybe(Self::shared), None),
                    false => (None, self.maybe(Self::shared)),
                };
                What::Outage(OutageNotice {
                    programme: self.shared(),
                    says: self.one(&[
                        OutageSays::Down,
                        OutageSays::Suspended,
                        OutageSays::AnswersInterrupted,
                        OutageSays::Over,
                    ]),
                    evidence: self.word(),
                    sender: self.maybe(Self::text),
                    confirms,
                    refuses,
                })
            }
        }
    }
}
