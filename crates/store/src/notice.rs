//! A notice as the outbox keeps it: a JSON document, with the words of the stored events.

use consignment::ConsignmentKey;
use consignment::fact::{FlightName, ObjectName, ReferralKind, UnitName};
use consignment::ident::{AirWaybill, Carrier, Flight, HouseWaybill, Location, Receptacle, UnitLoadDevice};
use consignment::security::ScreeningMethod;
use engine::{AboutReferral, Addressee, Notice, NoticeKind};
use finding::{Phrase, recall};
use programme::ProgrammeId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a notice that was kept cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the notice cannot be read ({0}): a newer release may have written it; otherwise it is damaged")]
pub struct NoticeFault(pub String);

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    kind: String,
    about: About,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    programme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    referral: Option<Referral>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    carriers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum About {
    Consignment(Goods),
    Piece { of: Goods, piece: u32 },
    Device(String),
    Receptacle(String),
    Bulk(Departure),
    Flight(Departure),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Goods {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    master: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    house: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Departure {
    flight: String,
    date: String,
    from: String,
    to: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    args: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Referral {
    kind: String,
    reference: String,
    to_answer: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    methods: Vec<String>,
}

/// The addressee as a text, by which letters are sorted.
pub(crate) fn address(to: &Addressee) -> String {
    match to {
        Addressee::Filer(name) => format!("filer:{name}"),
        Addressee::Holder(name) => format!("holder:{name}"),
        Addressee::Chain(step) => format!("chain:{step}"),
        Addressee::Authority(programme) => format!("authority:{programme}"),
        Addressee::Carrier => "carrier".to_owned(),
        Addressee::CarrierOperations => "carrier-operations".to_owned(),
        Addressee::Duty => "duty".to_owned(),
    }
}

/// The addressee of such a text.
pub(crate) fn addressee(text: &str) -> Result<Addressee, NoticeFault> {
    let wrong = || NoticeFault(format!("{text} is no addressee"));
    Ok(match text.split_once(':') {
        Some(("filer", name)) => Addressee::Filer(name.into()),
        Some(("holder", name)) => Addressee::Holder(name.into()),
        Some(("chain", step)) => Addressee::Chain(step.parse().map_err(|_| wrong())?),
        Some(("authority", programme)) => Addressee::Authority(ProgrammeId::new(programme)),
        None if text == "carrier" => Addressee::Carrier,
        None if text == "carrier-operations" => Addressee::CarrierOperations,
        None if text == "duty" => Addressee::Duty,
        _ => return Err(wrong()),
    })
}

/// The document of a notice; its addressee stands beside it.
pub(crate) fn encode(notice: &Notice) -> Vec<u8> {
    let Notice { to: _, kind, about, programme, text, referral, carriers, answer } = notice;
    let kept = Kept {
        kind: kind.as_str().to_owned(),
        about: About::of(about),
        programme: programme.as_ref().map(ToString::to_string),
        text: text.as_ref().map(Text::of),
        referral: referral.as_ref().map(Referral::of),
        carriers: carriers.iter().map(ToString::to_string).collect(),
        answer: answer.as_ref().map(ToString::to_string),
    };
    // A document of texts and numbers alone has always a form.
    serde_json::to_vec(&kept).unwrap_or_default()
}

/// The notice of a document.
pub(crate) fn decode(to: Addressee, bytes: &[u8]) -> Result<Notice, NoticeFault> {
    let kept: Kept = serde_json::from_slice(bytes).map_err(|why| NoticeFault(why.to_string()))?;
    Ok(Notice {
        to,
        kind: NoticeKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == kept.kind)
            .ok_or_else(|| NoticeFault(format!("{} is no kind of notice", kept.kind)))?,
        about: kept.about.read()?,
        programme: kept.programme.as_deref().map(ProgrammeId::new),
        text: kept.text.map(Text::read).transpose()?,
        referral: kept.referral.map(Referral::read).transpose()?,
        carriers: kept
            .carriers
            .iter()
            .map(|text| parsed(text, "carrier", |text| Carrier::parse(text).ok()))
            .collect::<Result<_, _>>()?,
        answer: kept.answer.map(Arc::from),
    })
}

/// A text parsed again.
fn parsed<T>(text: &str, what: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, NoticeFault> {
    parse(text).ok_or_else(|| NoticeFault(format!("{text} is no {what}")))
}

impl About {
    fn of(about: &ObjectName) -> Self {
        match about {
            ObjectName::Consignment(key) => Self::Consignment(Goods::of(key)),
            ObjectName::Piece(key, piece) => Self::Piece { of: Goods::of(key), piece: *piece },
            ObjectName::Unit(UnitName::Device(device)) => Self::Device(device.as_str().to_owned()),
            ObjectName::Unit(UnitName::Receptacle(receptacle)) => Self::Receptacle(receptacle.to_string()),
            ObjectName::Unit(UnitName::Bulk(flight)) => Self::Bulk(Departure::of(flight)),
            ObjectName::Flight(flight) => Self::Flight(Departure::of(flight)),
        }
    }

    fn read(self) -> Result<ObjectName, NoticeFault> {
        Ok(match self {
            Self::Consignment(goods) => ObjectName::Consignment(goods.read()?),
            Self::Piece { of, piece } => ObjectName::Piece(of.read()?, piece),
            Self::Device(text) => ObjectName::Unit(UnitName::Device(parsed(&text, "unit", |text| {
                UnitLoadDevice::parse(text).ok()
            })?)),
            Self::Receptacle(text) => {
                ObjectName::Unit(UnitName::Receptacle(parsed(&text, "receptacle", |text| {
                    Receptacle::parse(text).ok()
                })?))
            }
            Self::Bulk(flight) => ObjectName::Unit(UnitName::Bulk(flight.read()?)),
            Self::Flight(flight) => ObjectName::Flight(flight.read()?),
        })
    }
}

impl Goods {
    fn of(key: &ConsignmentKey) -> Self {
        let ConsignmentKey { master, house } = key;
        Self {
            master: master.as_ref().map(ToString::to_string),
            house: house.as_ref().map(ToString::to_string),
        }
    }

    fn read(self) -> Result<ConsignmentKey, NoticeFault> {
        let master = self.master.map(|text| parsed(&text, "waybill", |text| AirWaybill::parse(text).ok()));
        let house =
            self.house.map(|text| parsed(&text, "house waybill", |text| HouseWaybill::parse(text).ok()));
        Ok(ConsignmentKey { master: master.transpose()?, house: house.transpose()? })
    }
}

impl Departure {
    fn of(name: &FlightName) -> Self {
        let FlightName { flight, date, from, to } = name;
        Self {
            flight: flight.to_string(),
            date: date.to_string(),
            from: from.to_string(),
            to: to.to_string(),
        }
    }

    fn read(self) -> Result<FlightName, NoticeFault> {
        let station = |text: &str| parsed(text, "station", |text| Location::parse(text).ok());
        Ok(FlightName {
            flight: parsed(&self.flight, "flight", |text| Flight::parse(text).ok())?,
            date: parsed(&self.date, "date", |text| text.parse().ok())?,
            from: station(&self.from)?,
            to: station(&self.to)?,
        })
    }
}

impl Text {
    fn of(phrase: &Phrase) -> Self {
        let Phrase { code, args } = phrase;
        let args = args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { code: code.id().to_owned(), args }
    }

    fn read(self) -> Result<Phrase, NoticeFault> {
        let code = parsed(&self.code, "code", recall::code)?;
        let args = self
            .args
            .into_iter()
            .map(|(name, value)| Ok((parsed(&name, "argument", |name| recall::argument(code, name))?, value)))
            .collect::<Result<_, NoticeFault>>()?;
        Ok(Phrase { code, args })
    }
}

impl Referral {
    fn of(referral: &AboutReferral) -> Self {
        let AboutReferral { kind, reference, to_answer, deadline, methods } = referral;
        Self {
            kind: kind.as_str().to_owned(),
            reference: reference.to_string(),
            to_answer: *to_answer,
            deadline: deadline.map(|at| at.to_string()),
            methods: methods.iter().map(|method| method.code().to_owned()).collect(),
        }
    }

    fn read(self) -> Result<AboutReferral, NoticeFault> {
        let deadline =
            self.deadline.map(|text| parsed(&text, "time", |text| text.parse().ok())).transpose()?;
        let methods = self.methods.iter().map(|text| parsed(text, "method", ScreeningMethod::parse));
        Ok(AboutReferral {
            kind: parsed(&self.kind, "kind of referral", ReferralKind::parse)?,
            reference: self.reference.into(),
            to_answer: self.to_answer,
            deadline,
            methods: methods.collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use finding::codes;

    fn notice(about: ObjectName) -> Notice {
        Notice {
            to: Addressee::Filer("forwarder: Frankfurt".into()),
            kind: NoticeKind::ReferralOpened,
            about,
            programme: Some(ProgrammeId::new("us-acas")),
            text: Some(Phrase::new(codes::gate::WHY_STATED).with("text", "papers \"missing\"")),
            referral: Some(AboutReferral {
                kind: ReferralKind::Rfs,
                reference: "R1".into(),
                to_answer: true,
                deadline: Some("2026-11-24T08:00:00.5Z".parse().unwrap()),
                methods: vec![ScreeningMethod::Xry, ScreeningMethod::Edd],
            }),
            carriers: vec![Carrier::parse("9Z").unwrap(), Carrier::parse("XYZ").unwrap()],
            answer: Some("ans-1".into()),
        }
    }

    #[test]
    fn every_object_reads_back_as_it_was() {
        let key = ConsignmentKey {
            master: AirWaybill::parse("888-10001014").ok(),
            house: HouseWaybill::parse("RHA0001").ok(),
        };
        let flight = FlightName {
            flight: Flight::parse("9Z100").unwrap(),
            date: "2026-11-24".parse().unwrap(),
            from: Location::parse("FRA").unwrap(),
            to: Location::parse("JFK").unwrap(),
        };
        for about in [
            ObjectName::Consignment(key.clone()),
            ObjectName::Consignment(ConsignmentKey { master: None, house: None }),
            ObjectName::Piece(key, 3),
            ObjectName::Unit(UnitName::Device(UnitLoadDevice::parse("PMC12345XX").unwrap())),
            ObjectName::Unit(UnitName::Receptacle(
                Receptacle::parse("DEFRAAUSJFKAAUN60001001900050").unwrap(),
            )),
            ObjectName::Unit(UnitName::Bulk(flight)),
            ObjectName::Flight(flight),
        ] {
            let notice = notice(about);
            assert_eq!(decode(notice.to.clone(), &encode(&notice)).unwrap(), notice);
        }
    }

    #[test]
    fn every_kind_and_addressee_reads_back_as_it_was() {
        let object = || ObjectName::Consignment(ConsignmentKey { master: None, house: None });
        for kind in NoticeKind::ALL {
            let notice = Notice { kind, programme: None, text: None, referral: None, ..notice(object()) };
            assert_eq!(decode(notice.to.clone(), &encode(&notice)).unwrap(), notice);
        }
        for to in [
            Addressee::Filer("a:b".into()),
            Addressee::Carrier,
            Addressee::Holder("desk".into()),
            Addressee::Chain(2),
            Addressee::Authority(ProgrammeId::new("ca-pact")),
            Addressee::CarrierOperations,
            Addressee::Duty,
        ] {
            assert_eq!(addressee(&address(&to)).unwrap(), to);
        }
        assert!(addressee("nobody").is_err());
        assert!(
            decode(Addressee::Carrier, b"{\"kind\":\"x\",\"about\":{\"device\":\"PMC12345XX\"}}").is_err()
        );
    }
}
