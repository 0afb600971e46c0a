//! Reading one fact.

use super::fields::{Fault, Fields, Problems, one_of, parsed, text, whole, word};
use super::goods::{FEW, consignment, declaration, legs, method, methods, perhaps, weight};
use super::names::{
    date, flight, flight_of, goods, goods_of, goods_or_unit, instant, local, object, object_of, person, unit,
    unit_of,
};
use super::tree::Tree;
use crate::limits::REPEATS_MAX;
use consignment::ConsignmentKey;
use consignment::date::month_number;
use consignment::fact::{
    AuthorityFact, AuthoritySaid, AuthorityWord, Build, Content, Custody, CustodyEvent, Designation, Fact,
    Loading, Mandate, MandatedAct, ObjectName, OfficerAct, OfficerDeed, OutageNotice, OutageSays,
    ReferralAnswer, ReferralKind, Schedule, ScreeningOutcome, ScreeningResult, VoiceContact, What, Word,
};
use consignment::filing::DayTime;
use consignment::ident::{Carrier, Location};
use consignment::notice::{AnswerError, AuthorityNotice, NoticeTime, Statement, Wire};
use consignment::route::RouteBasis;
use jiff::civil::{Date, Time};
use std::sync::Arc;

/// Reads what is so out of the fields of a fact.
pub(super) type Read = for<'f, 'a> fn(&'f mut Fields<'a>) -> Option<What>;

/// Every type of fact with its reader, in the order of the documentation.
pub(super) const TYPES: &[(&str, Read)] = &[
    ("filed", filed),
    ("authority", authority),
    ("answered", answered),
    ("act", act),
    ("mandate", mandate),
    ("booked", booked),
    ("schedule", schedule),
    ("built", built),
    ("opened", opened),
    ("loaded", loaded),
    ("departed", departed),
    ("returned", returned),
    ("custody", custody),
    ("screening", screening),
    ("declared", declared),
    ("high-risk", high_risk),
    ("designation", designation),
    ("outage", outage),
    ("voice-contact", voice_contact),
];

pub(super) const LOADINGS: &[(&str, Loading)] =
    &[("planned", Loading::Planned), ("loaded", Loading::Loaded), ("offloaded", Loading::Offloaded)];

pub(super) const OUTCOMES: &[(&str, ScreeningOutcome)] = &[
    ("clear", ScreeningOutcome::Clear),
    ("alarm", ScreeningOutcome::Alarm),
    ("aborted", ScreeningOutcome::Aborted),
    ("resolved", ScreeningOutcome::Resolved),
];

pub(super) const MANDATED: &[(&str, MandatedAct)] = &[
    (MandatedAct::Ask.as_str(), MandatedAct::Ask),
    (MandatedAct::Build.as_str(), MandatedAct::Build),
    (MandatedAct::File.as_str(), MandatedAct::File),
];

pub(super) const OUTAGES: &[(&str, OutageSays)] = &[
    (OutageSays::Down.as_str(), OutageSays::Down),
    (OutageSays::Suspended.as_str(), OutageSays::Suspended),
    (OutageSays::AnswersInterrupted.as_str(), OutageSays::AnswersInterrupted),
    (OutageSays::Over.as_str(), OutageSays::Over),
];

/// Reads one fact. Every fault is told; a fact with any is not given, because half of it may say the contrary
/// of the whole.
pub fn fact(tree: &Tree, path: &str, problems: &Problems) -> Option<Fact> {
    let before = problems.count();
    let mut fields = Fields::of(tree, path, problems)?;
    let id = fields.optional("id", shared);
    let at = fields.optional("at", parsed(instant));
    let by = person(&mut fields);
    // Of a type that is not known no field is known either, and one finding says it.
    let read = fields.required("type", one_of(TYPES))?;
    let what = read(&mut fields);
    fields.finish();
    (problems.count() == before).then_some(Fact { id, at, by, what: what? })
}

fn shared(tree: &Tree) -> Result<Arc<str>, String> {
    word(tree).map(Into::into)
}

fn filed(fields: &mut Fields<'_>) -> Option<What> {
    let key = goods(fields, "object");
    let floating = floating_house(fields);
    let stated = fields.required_table("consignment");
    // Read even where the number is wrong, so that its faults are told as well.
    let nameless = ConsignmentKey { master: None, house: None };
    let consignment = stated.map(|inner| consignment(inner, key.clone().unwrap_or(nameless), floating));
    key.and(consignment).map(|consignment| What::Filed(Box::new(consignment)))
}

/// Whether `object` names a house alone: one whose master is not known yet.
fn floating_house(fields: &Fields<'_>) -> bool {
    let named = |name| fields.peek("object").is_some_and(|object| object.get(name).is_some());
    named("house") && !["master", "shipment", "item"].into_iter().any(named)
}

fn authority(fields: &mut Fields<'_>) -> Option<What> {
    let programme = fields.required("programme", shared);
    let said = if fields.has("wire") { notice(fields) } else { plain(fields).map(AuthoritySaid::Plain) };
    Some(What::Authority(Box::new(AuthorityFact { programme: programme?, said: said? })))
}

/// Words of an authority, in the fields of the table that tells of them.
fn plain(fields: &mut Fields<'_>) -> Option<AuthorityWord> {
    let object = object(fields, "object");
    let version = fields.optional("version", whole);
    let said = fields.required(
        "word",
        one_of(&[
            ("acknowledged", "acknowledged"),
            ("rejected", "rejected"),
            ("complete", "complete"),
            ("opened", "opened"),
            ("closed", "closed"),
        ]),
    )?;
    let word = match said {
        "acknowledged" => Some(Word::Acknowledged),
        "rejected" => Some(Word::Rejected(fields.list("codes", FEW, shared))),
        "complete" => Some(Word::Complete),
        "opened" => {
            let (kind, reference) = referral(fields);
            let text = fields.text("text");
            let reason = fields.optional("reason", word);
            let methods = methods(fields, "methods");
            let deadline = fields.optional("deadline", parsed(instant));
            kind.zip(reference).map(|(kind, reference)| Word::Opened {
                kind,
                reference,
                text,
                reason,
                methods,
                deadline,
            })
        }
        _ => {
            let (kind, reference) = referral(fields);
            kind.zip(reference).map(|(kind, reference)| Word::Closed { kind, reference })
        }
    };
    Some(AuthorityWord { object: object?, version, word: word? })
}

fn referral(fields: &mut Fields<'_>) -> (Option<ReferralKind>, Option<Arc<str>>) {
    let kind = fields.required(
        "kind",
        parsed(|text: &str| ReferralKind::parse(text).ok_or("expected one of RFI, RFS, DNL")),
    );
    (kind, fields.required("reference", shared))
}

fn notice(fields: &mut Fields<'_>) -> Option<AuthoritySaid> {
    let wires: Vec<(&str, Wire)> = Wire::ALL.iter().map(|wire| (wire.as_str(), *wire)).collect();
    let wire = fields.required("wire", one_of(&wires));
    let names_unit = |inner: &Fields<'_>| ["unit", "receptacle", "bulk"].iter().any(|name| inner.has(name));
    let (mut bill, mut unit) = (None, None);
    match fields.table("bill") {
        Some(inner) if names_unit(&inner) => unit = unit_of(inner),
        Some(inner) => bill = goods_of(inner),
        None => {}
    }
    let bill_as_sent = fields.optional("bill_as_sent", text);
    let legs = legs(fields, "legs", RouteBasis::Scheduled);
    let statement = statement(fields);
    let words = fields.text("text");
    let issued = fields.optional("issued", parsed(notice_time));
    let reference = fields.optional("reference", shared);
    let methods = methods(fields, "methods");
    let deadline = fields.optional("deadline", parsed(instant));
    let from = fields.optional("from", shared);
    let test = fields.flag("test");
    let pieces = fields.optional("pieces", whole);
    let line = fields.position().line;
    let notice = AuthorityNotice {
        wire: wire?,
        bill,
        bill_as_sent,
        legs,
        statement: statement?,
        text: words,
        issued,
        reference,
        methods,
        deadline,
        from,
        test,
        pieces,
        line,
    };
    Some(match unit {
        Some(unit) => AuthoritySaid::OnUnit(unit, notice),
        None => AuthoritySaid::Notice(notice),
    })
}

/// What is said: exactly one of `code`, `received`, `errors` and `subject`.
fn statement(fields: &mut Fields<'_>) -> Option<Statement> {
    let code = fields.optional("code", shared).map(Statement::Code);
    let received = fields.optional("received", |tree| match super::fields::flag(tree)? {
        true => Ok(Statement::Received),
        false => Err("it can only be true; leave it out otherwise".to_owned()),
    });
    let subject = fields.optional("subject", shared).map(Statement::Subject);
    let errors = fields.has("errors").then(|| {
        let errors = fields.tables("errors", FEW).into_iter().filter_map(|mut inner| {
            let http = inner.optional("http", whole);
            let code = inner.required("code", shared);
            inner.finish();
            Some(AnswerError { http, code: code? })
        });
        Statement::Errors(errors.collect())
    });
    let mut said = [code, received, subject, errors].into_iter().flatten();
    let (first, second) = (said.next(), said.next());
    let stated = ["code", "received", "subject", "errors"].iter().filter(|name| fields.has(name)).count();
    if stated == 0 {
        fields.missing("code, received, errors or subject");
    } else if stated > 1 {
        let why = "only one of code, received, errors and subject can be said at once".to_owned();
        let fault = Fault::Invalid { text: "this".to_owned(), why };
        fields.problems().push(fields.path(), fields.position(), fault);
    }
    first.filter(|_| second.is_none())
}

/// `2026-11-22T19:02:00Z`, `22NOV1902`, `221902` or `2026-11-22`.
fn notice_time(text: &str) -> Result<NoticeTime, String> {
    if let Some(day) = DayTime::parse(text) {
        return Ok(NoticeTime::Day(day));
    }
    if let Ok(at) = instant(text) {
        return Ok(NoticeTime::Instant(at));
    }
    if let Ok(day) = date(text) {
        return Ok(NoticeTime::Date(day));
    }
    let day_month = || {
        let (day, month, hour, minute) = (text.get(..2)?, text.get(2..5)?, text.get(5..7)?, text.get(7..)?);
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if ![day, hour, minute].iter().all(|part| digits(part)) {
            return None;
        }
        let (day, month) = (day.parse().ok()?, month_number(&month.to_ascii_uppercase())?);
        // 2000 is a leap year, so that 29 February without a year is possible.
        Date::new(2000, month, day).ok()?;
        let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
        Some(NoticeTime::DayMonth { month, day, time })
    };
    day_month().ok_or_else(|| {
        "expected 2026-11-22T19:02:00Z, 22NOV1902, 221902 (day and time) or 2026-11-22".to_owned()
    })
}

fn answered(fields: &mut Fields<'_>) -> Option<What> {
    let programme = fields.required("programme", shared);
    let object = goods(fields, "object");
    let reference = fields.required("reference", shared);
    let text = fields.text("text");
    let methods = methods(fields, "methods");
    let clear = perhaps(fields, "clear");
    Some(What::Answered(Box::new(ReferralAnswer {
        programme: programme?,
        object: object?,
        reference: reference?,
        text,
        methods,
        clear,
    })))
}

fn act(fields: &mut Fields<'_>) -> Option<What> {
    let reason = fields.required("reason", word);
    let act = deed(fields);
    Some(What::Act(Box::new(OfficerAct { act: act?, reason: reason? })))
}

/// Words for what an officer wants.
pub(super) const DEEDS: &[&str] = &[
    "hold",
    "release",
    "refer",
    "cancel-do-not-load",
    "release-high-risk",
    "entered-in-error",
    "same-shipment",
    "settle-unread",
    "other-goods",
    "clear-claim",
    "unlink",
    "confirm",
    "refuse",
    "strike-filing",
];

fn deed(fields: &mut Fields<'_>) -> Option<OfficerDeed> {
    let words: Vec<(&str, &str)> = DEEDS.iter().map(|deed| (*deed, *deed)).collect();
    Some(match fields.required("act", one_of(&words))? {
        "hold" => {
            let (object, agency) = (goods(fields, "object"), fields.required("agency", shared));
            let review_at = fields.optional("review_at", parsed(instant));
            OfficerDeed::Hold { object: object?, agency: agency?, review_at }
        }
        "release" => {
            let (object, agency) = (goods(fields, "object"), fields.required("agency", shared));
            OfficerDeed::Release { object: object?, agency: agency? }
        }
        "refer" => {
            let programme = fields.required("programme", shared);
            // In a table of its own: an authority's reason is not that of the act.
            let said = fields.required_table("said");
            let word = said.and_then(|mut said| {
                let word = plain(&mut said);
                said.finish();
                word
            });
            OfficerDeed::Refer { programme: programme?, word: word? }
        }
        "cancel-do-not-load" => {
            let programme = fields.required("programme", shared);
            let (object, reference) = (goods(fields, "object"), fields.required("reference", shared));
            OfficerDeed::CancelDoNotLoad { programme: programme?, object: object?, reference: reference? }
        }
        "release-high-risk" => OfficerDeed::ReleaseHighRisk { object: goods(fields, "object")? },
        "entered-in-error" => {
            let (entry, object) = (fields.required("entry", shared), goods(fields, "object"));
            OfficerDeed::EnteredInError { entry: entry?, object: object? }
        }
        "same-shipment" => OfficerDeed::SameShipment { object: goods(fields, "object")? },
        "settle-unread" => {
            let names = fields.has("object");
            let object = names.then(|| goods(fields, "object"));
            OfficerDeed::SettleUnread { object: if names { Some(object.flatten()?) } else { None } }
        }
        "other-goods" => OfficerDeed::OtherGoods { object: goods(fields, "object")? },
        "clear-claim" => {
            let (programme, object) = (fields.required("programme", shared), goods_or_unit(fields, "object"));
            if let Some(Err(unit)) = object {
                let reference = fields.required("reference", shared);
                return Some(OfficerDeed::ClearUnitClaim {
                    programme: programme?,
                    unit,
                    reference: reference?,
                });
            }
            let kind = fields.optional(
                "kind",
                parsed(|text: &str| ReferralKind::parse(text).ok_or("expected one of RFI, RFS, DNL")),
            );
            OfficerDeed::ClearClaim { programme: programme?, object: object?.ok()?, kind }
        }
        "unlink" => {
            let (house, pieces) = (goods(fields, "house"), fields.required("recounted_pieces", whole));
            OfficerDeed::Unlink { house: house?, recounted_pieces: pieces? }
        }
        "strike-filing" => OfficerDeed::StrikeFiling { object: goods(fields, "object")? },
        "confirm" => OfficerDeed::Confirm { proposal: fields.required("proposal", shared)? },
        _ => OfficerDeed::Refuse { proposal: fields.required("proposal", shared)? },
    })
}

fn mandate(fields: &mut Fields<'_>) -> Option<What> {
    let carrier = fields.required("carrier", parsed(Carrier::parse));
    let station = fields.required("station", parsed(Location::parse));
    let agent = fields.required("agent", shared);
    let from = fields.optional("from", parsed(instant));
    let until = fields.optional("until", parsed(instant));
    let named = fields.has("acts");
    let acts = fields.list("acts", FEW, one_of(MANDATED));
    if named && acts.is_empty() {
        // Left out it is everything, so an empty list is a slip.
        fields.missing("acts[0]");
    }
    let withdrawn = fields.flag("withdrawn");
    let (carrier, station, agent) = (carrier?, station?, agent?);
    Some(What::Mandate(Mandate { carrier, station, agent, from, until, acts, withdrawn }))
}

fn booked(fields: &mut Fields<'_>) -> Option<What> {
    let object = goods(fields, "object");
    if !fields.has("legs") {
        fields.missing("legs");
    }
    let legs = legs(fields, "legs", RouteBasis::Scheduled);
    Some(What::Booked { object: object?, legs })
}

fn schedule(fields: &mut Fields<'_>) -> Option<What> {
    let flight = flight(fields, "flight");
    let departs_at = fields.optional("departs_at", parsed(local));
    let passengers = perhaps(fields, "passengers");
    let by_road = fields.flag("by_road");
    let cancelled = fields.flag("cancelled");
    Some(What::Schedule(Schedule { flight: flight?, departs_at, passengers, by_road, cancelled }))
}

fn built(fields: &mut Fields<'_>) -> Option<What> {
    let unit = unit(fields, "unit");
    if !fields.has("contents") {
        fields.missing("contents");
    }
    let contents = fields.tables("contents", REPEATS_MAX).into_iter().filter_map(content).collect();
    let complete = fields.required("complete", super::fields::flag);
    Some(What::Built(Build { unit: unit?, contents, complete: complete? }))
}

fn content(mut fields: Fields<'_>) -> Option<Content> {
    let object = goods(&mut fields, "object");
    let (pieces, count) = pieces(&mut fields);
    let weight = weight(&mut fields, "weight");
    let position = fields.optional("position", text);
    fields.finish();
    Some(Content { object: object?, pieces, count, weight, position })
}

/// Numbers of pieces, and how many.
fn pieces(fields: &mut Fields<'_>) -> (Vec<u32>, Option<u32>) {
    let numbered = fields.list("pieces", REPEATS_MAX, |tree| match whole::<u32>(tree)? {
        0 => Err("pieces are numbered from 1".to_owned()),
        piece => Ok(piece),
    });
    (numbered, fields.optional("count", whole))
}

fn opened(fields: &mut Fields<'_>) -> Option<What> {
    let unit = unit(fields, "unit");
    let why = fields.text("why");
    Some(What::Opened { unit: unit?, why })
}

fn loaded(fields: &mut Fields<'_>) -> Option<What> {
    let flight = flight(fields, "flight");
    let object = object(fields, "object");
    let how = fields.required("how", one_of(LOADINGS));
    Some(What::Loaded { flight: flight?, object: object?, how: how? })
}

fn departed(fields: &mut Fields<'_>) -> Option<What> {
    let flight = fields.required_table("flight").and_then(flight_of);
    Some(What::Departed { flight: flight? })
}

fn returned(fields: &mut Fields<'_>) -> Option<What> {
    let flight = fields.required_table("flight").and_then(flight_of);
    Some(What::Returned { flight: flight? })
}

fn custody(fields: &mut Fields<'_>) -> Option<What> {
    let object = fields.required_table("object").and_then(object_of);
    let event = fields.required(
        "event",
        one_of(&[
            ("broken", "broken"),
            ("handed-over", "handed-over"),
            ("left-chain", "left-chain"),
            ("recounted", "recounted"),
            ("tampered", "tampered"),
        ]),
    );
    let what = match event {
        Some("broken") => Some(CustodyEvent::Broken),
        Some("handed-over") => Some(CustodyEvent::HandedOver),
        Some("left-chain") => Some(CustodyEvent::LeftChain),
        Some("tampered") => Some(CustodyEvent::Tampered),
        Some(_) => fields.required("pieces", whole).map(|pieces| CustodyEvent::Recounted { pieces }),
        None => None,
    };
    let station = fields.optional("station", parsed(Location::parse));
    let note = fields.text("note");
    Some(What::Custody(Custody { object: object?, what: what?, station, note }))
}

fn screening(fields: &mut Fields<'_>) -> Option<What> {
    let object = goods(fields, "object");
    let (pieces, count) = pieces(fields);
    let method = fields.required("method", method);
    let outcome = fields.required("outcome", one_of(OUTCOMES));
    let equipment = fields.optional("equipment", shared);
    let tested_on = fields.optional("tested_on", parsed(date));
    let screener = fields.optional("screener", shared);
    let screener_current = perhaps(fields, "screener_current");
    let station = fields.optional("station", parsed(Location::parse));
    Some(What::Screened(ScreeningResult {
        object: object?,
        pieces,
        count,
        method: method?,
        outcome: outcome?,
        equipment,
        tested_on,
        screener,
        screener_current,
        station,
    }))
}

fn voice_contact(fields: &mut Fields<'_>) -> Option<What> {
    let programme = fields.required("programme", shared);
    let object = goods(fields, "object");
    let reference = fields.required("reference", shared);
    let reached = fields.required("reached", text);
    let (programme, object, reference) = (programme?, object?, reference?);
    Some(What::VoiceContact(VoiceContact { programme, object, reference, reached: reached? }))
}

fn declared(fields: &mut Fields<'_>) -> Option<What> {
    let object = goods(fields, "object");
    let stated = fields.required_table("declaration").map(declaration);
    let issued_at = fields.optional("issued_at", parsed(instant));
    let issuer_approved_for_high_risk = perhaps(fields, "issuer_approved_for_high_risk");
    Some(What::Declared {
        object: object?,
        declaration: Box::new(stated?),
        issued_at,
        issuer_approved_for_high_risk,
    })
}

fn high_risk(fields: &mut Fields<'_>) -> Option<What> {
    let object = goods(fields, "object");
    let why = fields.text("why");
    let methods_min = fields.optional("methods_min", |tree| match whole::<u8>(tree)? {
        0 => Err("at least one method secures".to_owned()),
        methods => Ok(methods),
    });
    Some(What::HighRisk { object: object?, why, methods_min })
}

fn designation(fields: &mut Fields<'_>) -> Option<What> {
    let carrier = fields.required("carrier", parsed(Carrier::parse));
    let station = fields.required("station", parsed(Location::parse));
    let number = fields.required("number", word);
    let until = fields.optional("until", parsed(instant));
    let withdrawn = fields.flag("withdrawn");
    Some(What::Designation(Designation {
        carrier: carrier?,
        station: station?,
        number: number?,
        until,
        withdrawn,
    }))
}

fn outage(fields: &mut Fields<'_>) -> Option<What> {
    let programme = fields.required("programme", shared);
    let says = fields.required("says", one_of(OUTAGES));
    let evidence = fields.required("evidence", word);
    let sender = fields.optional("sender", text);
    let confirms = fields.optional("confirms", shared);
    let refuses = fields.optional("refuses", shared);
    if confirms.is_some() && refuses.is_some() {
        let why = "only one of confirms and refuses can be said at once".to_owned();
        let fault = Fault::Invalid { text: "this".to_owned(), why };
        fields.problems().push(fields.path(), fields.position(), fault);
        return None;
    }
    Some(What::Outage(OutageNotice {
        programme: programme?,
        says: says?,
        evidence: evidence?,
        sender,
        confirms,
        refuses,
    }))
}

/// The object a table names, with every fault told; for others that name objects as facts do.
pub fn object_at(tree: &Tree, path: &str, problems: &Problems) -> Option<ObjectName> {
    object_of(Fields::of(tree, path, problems)?)
}
