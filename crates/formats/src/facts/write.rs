//! Writing facts: the document that reads back as the same facts.

use super::goods::{BASES, MODES, SOURCES, UNITS};
use super::read::{LOADINGS, MANDATED, OUTAGES, OUTCOMES};
use super::tree::{Entry, NOWHERE, Tree, Value};
use consignment::fact::{
    AuthoritySaid, AuthorityWord, Build, CustodyEvent, Fact, FlightName, ObjectName, OfficerDeed,
    ReferralKind, UnitName, What, Word,
};
use consignment::ident::MailItem;
use consignment::measure::Weight;
use consignment::notice::{AuthorityNotice, NoticeTime, Statement};
use consignment::security::{DeclaredEntity, IssuedAt, StatusSource};
use consignment::{Consignment, ConsignmentKey, DocumentKind, Leg, Party, SecurityDeclaration};
use jiff::civil::{DateTime, Time};
use std::fmt::Display;

/// A table that is being written; what is `None` or empty is left out.
#[derive(Default)]
struct Table(Vec<Entry>);

impl Table {
    fn value(mut self, name: &str, value: Tree) -> Self {
        self.0.push(Entry { name: name.to_owned(), position: NOWHERE, value });
        self
    }

    fn text(self, name: &str, text: impl Display) -> Self {
        self.value(name, Tree::text(text.to_string()))
    }

    fn perhaps<T: Display>(self, name: &str, text: Option<T>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    fn words(self, name: &str, text: &str) -> Self {
        if text.is_empty() { self } else { self.text(name, text) }
    }

    fn number(self, name: &str, number: Option<impl Display>) -> Self {
        match number {
            Some(number) => self.value(name, Tree::number(number)),
            None => self,
        }
    }

    fn flag(self, name: &str, flag: Option<bool>) -> Self {
        match flag {
            Some(flag) => self.value(name, Tree::new(Value::Flag(flag))),
            None => self,
        }
    }

    fn list(self, name: &str, items: Vec<Tree>) -> Self {
        if items.is_empty() { self } else { self.value(name, Tree::new(Value::List(items))) }
    }

    fn tree(self, name: &str, value: Option<Tree>) -> Self {
        match value {
            Some(value) => self.value(name, value),
            None => self,
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn done(self) -> Tree {
        Tree::new(Value::Table(self.0))
    }
}

fn table() -> Table {
    Table::default()
}

/// The word of a value in a table of words.
fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map_or("", |(word, _)| *word)
}

fn texts<T: Display>(items: impl IntoIterator<Item = T>) -> Vec<Tree> {
    items.into_iter().map(|item| Tree::text(item.to_string())).collect()
}

fn numbers(items: &[u32]) -> Vec<Tree> {
    items.iter().map(Tree::number).collect()
}

/// A whole document.
pub(super) fn document(facts: &[Fact]) -> Tree {
    let facts = Tree::new(Value::List(facts.iter().map(fact).collect()));
    table().text("schema", super::SCHEMA).value("facts", facts).done()
}

/// One fact.
pub fn fact(fact: &Fact) -> Tree {
    let by = fact.by.as_ref();
    let by = by.map(|by| table().text("id", &by.id).text("organisation", &by.organisation).done());
    let (kind, fields) = what(&fact.what);
    table()
        .perhaps("id", fact.id.as_ref())
        .perhaps("at", fact.at)
        .tree("by", by)
        .text("type", kind)
        .and(fields)
        .done()
}

/// The type of a fact and the fields it has of its own.
fn what(what: &What) -> (&'static str, Table) {
    match what {
        What::Filed(filed) => {
            let object = match (filed.kind, &filed.master, &filed.house) {
                (DocumentKind::House, None, Some(house)) => table().text("house", house).done(),
                _ => goods(&filed.key()),
            };
            let fields = table().value("object", object).value("consignment", consignment(filed));
            ("filed", fields)
        }
        What::Authority(said) => {
            let fields = table().text("programme", &said.programme);
            let fields = match &said.said {
                AuthoritySaid::Notice(said) => fields.and(notice(said)),
                AuthoritySaid::Plain(said) => fields.and(plain(said)),
                AuthoritySaid::OnUnit(unit, said) => fields.value("bill", unit_name(unit)).and(notice(said)),
            };
            ("authority", fields)
        }
        What::Answered(answer) => {
            let fields = table().text("programme", &answer.programme).value("object", goods(&answer.object));
            let fields = fields.text("reference", &answer.reference).words("text", &answer.text);
            let methods = texts(answer.methods.iter().map(|method| method.code()));
            ("answered", fields.list("methods", methods).flag("clear", answer.clear))
        }
        What::Act(act) => ("act", deed(&act.act).text("reason", &act.reason)),
        What::Mandate(mandate) => {
            let fields = table().text("carrier", mandate.carrier).text("station", mandate.station);
            let fields = fields.text("agent", &mandate.agent);
            let fields = fields.perhaps("from", mandate.from).perhaps("until", mandate.until);
            let acts = texts(mandate.acts.iter().map(|act| word_of(MANDATED, act)));
            ("mandate", fields.list("acts", acts).flag("withdrawn", set(mandate.withdrawn)))
        }
        What::Booked { object, legs } => {
            let legs = Tree::new(Value::List(legs.iter().map(leg).collect()));
            ("booked", table().value("object", goods(object)).value("legs", legs))
        }
        What::Schedule(schedule) => {
            let fields = table().value("flight", flight(&schedule.flight));
            let fields = fields.perhaps("departs_at", schedule.departs_at.map(local));
            let fields = fields.flag("passengers", schedule.passengers);
            (
                "schedule",
                fields.flag("by_road", set(schedule.by_road)).flag("cancelled", set(schedule.cancelled)),
            )
        }
        What::Built(build) => ("built", built(build)),
        What::Opened { unit, why } => ("opened", table().value("unit", unit_name(unit)).words("why", why)),
        What::Loaded { flight: on, object, how } => {
            let fields = table().value("flight", flight(on)).value("object", object_name(object));
            ("loaded", fields.text("how", word_of(LOADINGS, how)))
        }
        What::Departed { flight: left } => ("departed", table().value("flight", flight(left))),
        What::Returned { flight: back } => ("returned", table().value("flight", flight(back))),
        What::Custody(custody) => {
            let fields = table().value("object", object_name(&custody.object));
            let (event, pieces) = match custody.what {
                CustodyEvent::Broken => ("broken", None),
                CustodyEvent::HandedOver => ("handed-over", None),
                CustodyEvent::LeftChain => ("left-chain", None),
                CustodyEvent::Tampered => ("tampered", None),
                CustodyEvent::Recounted { pieces } => ("recounted", Some(pieces)),
            };
            let fields = fields.text("event", event).number("pieces", pieces);
            ("custody", fields.perhaps("station", custody.station).words("note", &custody.note))
        }
        What::Screened(result) => {
            let fields =
                table().value("object", goods(&result.object)).list("pieces", numbers(&result.pieces));
            let fields = fields.number("count", result.count).text("method", result.method.code());
            let fields = fields.text("outcome", word_of(OUTCOMES, &result.outcome));
            let fields = fields.perhaps("equipment", result.equipment.as_ref());
            let fields = fields.perhaps("tested_on", result.tested_on);
            let fields = fields.perhaps("screener", result.screener.as_ref());
            let fields = fields.flag("screener_current", result.screener_current);
            ("screening", fields.perhaps("station", result.station))
        }
        What::VoiceContact(contact) => {
            let fields =
                table().text("programme", &contact.programme).value("object", goods(&contact.object));
            let fields = fields.text("reference", &contact.reference);
            ("voice-contact", fields.text("reached", &contact.reached))
        }
        What::Declared { object, declaration: stated, issued_at, issuer_approved_for_high_risk } => {
            let fields = table().value("object", goods(object)).value("declaration", declaration(stated));
            let fields = fields.perhaps("issued_at", issued_at.as_ref());
            ("declared", fields.flag("issuer_approved_for_high_risk", *issuer_approved_for_high_risk))
        }
        What::HighRisk { object, why, methods_min } => {
            let fields = table().value("object", goods(object)).words("why", why);
            ("high-risk", fields.number("methods_min", *methods_min))
        }
        What::Designation(designation) => {
            let fields = table().text("carrier", designation.carrier).text("station", designation.station);
            let fields = fields.text("number", &designation.number).perhaps("until", designation.until);
            ("designation", fields.flag("withdrawn", set(designation.withdrawn)))
        }
        What::Outage(notice) => {
            let fields = table().text("programme", &notice.programme);
            let fields =
                fields.text("says", word_of(OUTAGES, &notice.says)).text("evidence", &notice.evidence);
            let fields = fields.perhaps("sender", notice.sender.as_ref());
            let fields = fields.perhaps("confirms", notice.confirms.as_ref());
            ("outage", fields.perhaps("refuses", notice.refuses.as_ref()))
        }
    }
}

/// A flag that is left out where it is `false`.
fn set(flag: bool) -> Option<bool> {
    flag.then_some(true)
}

fn goods_fields(key: &ConsignmentKey) -> Table {
    match (&key.master, &key.house) {
        (Some(master), house) => table().text("master", master).perhaps("house", house.as_ref()),
        (None, Some(number)) if MailItem::parse(number.as_str()).is_ok() => table().text("item", number),
        (None, number) => table().perhaps("shipment", number.as_ref()),
    }
}

fn goods(key: &ConsignmentKey) -> Tree {
    goods_fields(key).done()
}

/// The name of an object.
pub fn object_name(object: &ObjectName) -> Tree {
    match object {
        ObjectName::Consignment(key) => goods(key),
        ObjectName::Piece(key, piece) => goods_fields(key).number("piece", Some(piece)).done(),
        ObjectName::Unit(unit) => unit_name(unit),
        ObjectName::Flight(name) => flight(name),
    }
}

fn unit_name(unit: &UnitName) -> Tree {
    match unit {
        UnitName::Device(device) => table().text("unit", device).done(),
        UnitName::Receptacle(receptacle) => table().text("receptacle", receptacle).done(),
        UnitName::Bulk(name) => table().value("bulk", flight(name)).done(),
    }
}

fn flight(name: &FlightName) -> Tree {
    let fields = table().text("flight", name.flight).text("date", name.date);
    fields.text("from", name.from).text("to", name.to).done()
}

fn local(at: DateTime) -> String {
    at.to_string()
}

fn time(time: Time) -> String {
    time.to_string()
}

fn leg(leg: &Leg) -> Tree {
    let fields = table().text("from", leg.from).text("to", leg.to);
    let fields = fields.text("mode", word_of(MODES, &leg.mode));
    let fields = fields.perhaps("carrier", leg.carrier).perhaps("flight", leg.flight);
    let fields = fields.perhaps("date", leg.date.map(|date| date.trade_form()));
    let fields = fields.perhaps("departs_at", leg.departs_at.map(time));
    fields.text("basis", word_of(BASES, &leg.basis)).done()
}

fn legs(items: &[Leg]) -> Vec<Tree> {
    items.iter().map(leg).collect()
}

fn weight(weight: Weight) -> Tree {
    table().value("value", Tree::number(weight.value)).text("unit", word_of(UNITS, &weight.unit)).done()
}

fn notice(notice: &AuthorityNotice) -> Table {
    let fields = table().text("wire", notice.wire.as_str()).tree("bill", notice.bill.as_ref().map(goods));
    let fields =
        fields.perhaps("bill_as_sent", notice.bill_as_sent.as_ref()).list("legs", legs(&notice.legs));
    let fields = fields.number("pieces", notice.pieces);
    let fields = match &notice.statement {
        Statement::Code(code) => fields.text("code", code),
        Statement::Received => fields.flag("received", Some(true)),
        Statement::Subject(subject) => fields.text("subject", subject),
        Statement::Errors(errors) => {
            let errors = errors
                .iter()
                .map(|error| table().number("http", error.http).text("code", &error.code).done());
            fields.value("errors", Tree::new(Value::List(errors.collect())))
        }
    };
    let issued = notice.issued.map(|issued| match issued {
        NoticeTime::Instant(at) => at.to_string(),
        NoticeTime::Date(day) => day.to_string(),
        NoticeTime::Day(day) => format!("{:02}{}", day.day, day.time.strftime("%H%M")),
        NoticeTime::DayMonth { month, day, time } => {
            let date = consignment::PartialDate { year: None, month: Some(month), day };
            format!("{}{}", date.trade_form(), time.strftime("%H%M"))
        }
    });
    let fields = fields.words("text", &notice.text).perhaps("issued", issued);
    let fields = fields.perhaps("reference", notice.reference.as_ref());
    let methods = texts(notice.methods.iter().map(|method| method.code()));
    let fields = fields.list("methods", methods).perhaps("deadline", notice.deadline.as_ref());
    let fields = fields.perhaps("from", notice.from.as_ref());
    fields.flag("test", set(notice.test))
}

fn plain(said: &AuthorityWord) -> Table {
    let fields = table().value("object", object_name(&said.object)).number("version", said.version);
    match &said.word {
        Word::Acknowledged => fields.text("word", "acknowledged"),
        Word::Rejected(codes) => fields.text("word", "rejected").list("codes", texts(codes)),
        Word::Complete => fields.text("word", "complete"),
        Word::Opened { kind, reference, text, reason, methods, deadline } => {
            let fields =
                fields.text("word", "opened").text("kind", kind.as_str()).text("reference", reference);
            let fields = fields.words("text", text).perhaps("reason", reason.as_ref());
            let methods = texts(methods.iter().map(|method| method.code()));
            fields.list("methods", methods).perhaps("deadline", deadline.as_ref())
        }
        Word::Closed { kind, reference } => {
            fields.text("word", "closed").text("kind", kind.as_str()).text("reference", reference)
        }
    }
}

fn deed(deed: &OfficerDeed) -> Table {
    let act = |word: &str| table().text("act", word);
    match deed {
        OfficerDeed::Hold { object, agency, review_at } => {
            let fields = act("hold").value("object", goods(object)).text("agency", agency);
            fields.perhaps("review_at", review_at.as_ref())
        }
        OfficerDeed::Release { object, agency } => {
            act("release").value("object", goods(object)).text("agency", agency)
        }
        OfficerDeed::Refer { programme, word } => {
            act("refer").text("programme", programme).value("said", plain(word).done())
        }
        OfficerDeed::CancelDoNotLoad { programme, object, reference } => {
            let fields = act("cancel-do-not-load").text("programme", programme);
            fields.value("object", goods(object)).text("reference", reference)
        }
        OfficerDeed::ReleaseHighRisk { object } => act("release-high-risk").value("object", goods(object)),
        OfficerDeed::EnteredInError { entry, object } => {
            act("entered-in-error").text("entry", entry).value("object", goods(object))
        }
        OfficerDeed::SameShipment { object } => act("same-shipment").value("object", goods(object)),
        OfficerDeed::SettleUnread { object: Some(object) } => {
            act("settle-unread").value("object", goods(object))
        }
        OfficerDeed::SettleUnread { object: None } => act("settle-unread"),
        OfficerDeed::OtherGoods { object } => act("other-goods").value("object", goods(object)),
        OfficerDeed::ClearClaim { programme, object, kind } => {
            let fields = act("clear-claim").text("programme", programme).value("object", goods(object));
            fields.perhaps("kind", kind.map(ReferralKind::as_str))
        }
        OfficerDeed::ClearUnitClaim { programme, unit, reference } => {
            let fields = act("clear-claim").text("programme", programme).value("object", unit_name(unit));
            fields.text("reference", reference)
        }
        OfficerDeed::Unlink { house, recounted_pieces } => {
            act("unlink").value("house", goods(house)).number("recounted_pieces", Some(recounted_pieces))
        }
        OfficerDeed::StrikeFiling { object } => act("strike-filing").value("object", goods(object)),
        OfficerDeed::Confirm { proposal } => act("confirm").text("proposal", proposal),
        OfficerDeed::Refuse { proposal } => act("refuse").text("proposal", proposal),
    }
}

fn built(build: &Build) -> Table {
    let contents = build.contents.iter().map(|content| {
        let fields = table().value("object", goods(&content.object)).list("pieces", numbers(&content.pieces));
        let fields = fields.number("count", content.count).tree("weight", content.weight.map(weight));
        fields.perhaps("position", content.position.as_ref()).done()
    });
    let contents = Tree::new(Value::List(contents.collect()));
    let fields = table().value("unit", unit_name(&build.unit)).value("contents", contents);
    fields.flag("complete", Some(build.complete))
}

fn entity(declared: &DeclaredEntity) -> Tree {
    let entity = &declared.entity;
    let text = entity.to_string();
    let expiry = declared.expiry.map(|expiry| expiry.to_string());
    let joined = expiry.as_ref().map_or_else(|| text.clone(), |expiry| format!("{text}/{expiry}"));
    if DeclaredEntity::parse(&joined).as_ref() == Ok(declared) {
        return Tree::text(joined);
    }
    let fields = table().perhaps("country", entity.country).text("category", entity.category.code());
    fields.text("number", &entity.number).perhaps("expiry", expiry).done()
}

fn declaration(stated: &SecurityDeclaration) -> Tree {
    let entities = |items: &[DeclaredEntity]| items.iter().map(entity).collect();
    let fields = table().tree("issuer", stated.issuer.as_ref().map(entity));
    let fields = fields.tree("checker", stated.checker.as_ref().map(entity));
    let fields = fields.list("superseded_issuers", entities(&stated.superseded_issuers));
    let fields = match stated.statuses.as_slice() {
        [(status, StatusSource::Oci)] => fields.text("status", status),
        statuses => {
            let statuses = statuses.iter().map(|(status, source)| {
                table().text("status", status).text("stated_in", word_of(SOURCES, source)).done()
            });
            fields.list("statuses", statuses.collect())
        }
    };
    let issued_at = stated.issued_at.as_ref().map(|issued| match issued {
        IssuedAt::DateTime(at) => local(*at),
        other => other.to_string(),
    });
    fields
        .list("received_from", entities(&stated.received_from))
        .list("methods", texts(stated.methods.iter().map(|method| &method.as_sent)))
        .list("exemptions", texts(stated.exemptions.iter().map(|ground| ground.code())))
        .perhaps("issued_by", stated.issued_by.as_ref())
        .perhaps("issued_at", issued_at)
        .list("acceptors", entities(&stated.acceptors))
        .list("statements", texts(&stated.statements))
        .done()
}

fn consignment(filed: &Consignment) -> Tree {
    let lines = filed.goods.iter().map(|line| {
        let fields = table().text("description", &line.description).list("hs", texts(&line.hs));
        let fields = fields.number("pieces", line.pieces).tree("weight", line.weight.map(weight));
        fields.perhaps("origin", line.origin).done()
    });
    let fields = table().perhaps("origin", filed.origin).perhaps("destination", filed.destination);
    let fields = fields.number("pieces", filed.pieces).tree("weight", filed.weight.map(weight));
    let fields = fields.list("goods", lines.collect());
    let fields = fields.tree("shipper", filed.shipper.as_ref().map(party));
    let fields = fields.tree("consignee", filed.consignee.as_ref().map(party));
    let fields =
        fields.list("legs", legs(&filed.legs)).list("special_handling", texts(&filed.special_handling));
    let fields = fields.tree("security", filed.security.as_ref().map(declaration));
    fields.list("mrns", texts(&filed.mrns)).done()
}

fn party(party: &Party) -> Tree {
    let fields = table().text("name", &party.name).list("street", texts(&party.street));
    let fields = fields.words("city", &party.city).words("state", &party.state);
    fields.words("postcode", &party.postcode).perhaps("country", party.country).done()
}
