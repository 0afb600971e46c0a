//! Legs, declarations and consignments in facts.

use super::fields::{Fields, flag, one_of, parsed, text, whole, word};
use super::names::{date, time};
use super::tree::{Tree, Value};
use crate::limits::REPEATS_MAX;
use consignment::document::{Consignment, ConsignmentKey, DocumentKind};
use consignment::goods::GoodsLine;
use consignment::handling::SpecialHandling;
use consignment::ident::{
    Carrier, Country, EntityCategory, Flight, HsCode, Location, MailItem, Mrn, RegulatedEntity,
};
use consignment::measure::{Weight, WeightUnit, parse_decimal};
use consignment::route::RouteBasis;
use consignment::security::{
    ApprovalExpiry, DeclaredEntity, DeclaredMethod, Exemption, IssuedAt, ScreeningMethod, SecurityStatus,
    StatusSource,
};
use consignment::{Leg, Mode, PartialDate, Party, SecurityDeclaration};
use rust_decimal::Decimal;

/// Words for how a leg is carried.
pub(super) const MODES: &[(&str, Mode)] = &[
    ("air", Mode::Air),
    ("road", Mode::Road),
    ("rail", Mode::Rail),
    ("water", Mode::Water),
    ("unknown", Mode::Unknown),
];

/// Words for how sure a route is.
pub(super) const BASES: &[(&str, RouteBasis)] = &[
    ("assumed", RouteBasis::Assumed),
    ("declared", RouteBasis::Declared),
    ("scheduled", RouteBasis::Scheduled),
    ("flown", RouteBasis::Flown),
];

/// Words for where a status was stated.
pub(super) const SOURCES: &[(&str, StatusSource)] =
    &[("special-handling", StatusSource::SpecialHandling), ("oci", StatusSource::Oci)];

/// Codes of the units of a weight.
pub(super) const UNITS: &[(&str, WeightUnit)] = &[("KGM", WeightUnit::Kilogram), ("LBR", WeightUnit::Pound)];

/// Most methods, entities or codes of one declaration, and of one answer.
pub(super) const FEW: usize = 99;

/// The legs in a field.
pub(super) fn legs(fields: &mut Fields<'_>, name: &'static str, basis: RouteBasis) -> Vec<Leg> {
    fields.tables(name, FEW).into_iter().filter_map(|inner| leg(inner, basis)).collect()
}

fn leg(mut fields: Fields<'_>, basis: RouteBasis) -> Option<Leg> {
    let from = fields.required("from", parsed(Location::parse));
    let to = fields.required("to", parsed(Location::parse));
    let flight = fields.optional("flight", parsed(Flight::parse));
    let carrier = fields.optional("carrier", parsed(Carrier::parse));
    // Also a truck has a flight number, so that a number alone tells no mode; programmes treat it like air.
    let mode = fields.optional("mode", one_of(MODES)).unwrap_or(Mode::Unknown);
    let day = fields
        .optional("date", parsed(|text| PartialDate::parse(text).ok_or("expected 24, 24NOV or 2026-11-24")));
    let departs_at = fields.optional("departs_at", parsed(time));
    let basis = fields.optional("basis", one_of(BASES)).unwrap_or(basis);
    fields.finish();
    let carrier = carrier.or(flight.map(Flight::carrier));
    Some(Leg { from: from?, to: to?, mode, carrier, flight, date: day, departs_at, basis })
}

/// A weight in a field: `{"value": 12.5, "unit": "KGM"}`.
pub(super) fn weight(fields: &mut Fields<'_>, name: &'static str) -> Option<Weight> {
    let mut inner = fields.table(name)?;
    let value = inner.required("value", decimal);
    let unit = inner.required("unit", one_of(UNITS));
    inner.finish();
    Some(Weight { value: value?, unit: unit? })
}

fn decimal(tree: &Tree) -> Result<Decimal, String> {
    let Value::Number(number) = &tree.value else {
        return Err(format!("expected a number, found {}", tree.kind()));
    };
    parse_decimal(number).ok_or_else(|| "expected a number without sign and exponent".to_owned())
}

/// The screening methods in a field, by their codes.
pub(super) fn methods(fields: &mut Fields<'_>, name: &'static str) -> Vec<ScreeningMethod> {
    fields.list(name, FEW, method)
}

/// A screening method by its code.
pub(super) fn method(tree: &Tree) -> Result<ScreeningMethod, String> {
    let code = text(tree)?;
    ScreeningMethod::parse(&code)
        .ok_or_else(|| "expected one of PHS, VCK, XRY, EDS, EDD, ETD, CMD, AOM".to_owned())
}

/// The declaration that stands in a table.
pub(super) fn declaration(mut fields: Fields<'_>) -> SecurityDeclaration {
    let issuer = fields.get("issuer").and_then(|tree| entity(&fields, "issuer", tree));
    let checker = fields.get("checker").and_then(|tree| entity(&fields, "checker", tree));
    let superseded_issuers = entities(&mut fields, "superseded_issuers");
    // Most declarations state one status, among the lines of security.
    let stated = fields.optional("status", parsed(status)).map(|status| (status, StatusSource::Oci));
    let mut statuses: Vec<_> = stated.into_iter().collect();
    for mut inner in fields.tables("statuses", FEW) {
        let said = inner.required("status", parsed(status));
        let source = inner.required("stated_in", one_of(SOURCES));
        inner.finish();
        statuses.extend(said.zip(source));
    }
    let received_from = entities(&mut fields, "received_from");
    let methods = fields.list("methods", FEW, declared_method);
    let exemptions = fields.list(
        "exemptions",
        FEW,
        parsed(|code: &str| {
            Exemption::parse(code).ok_or("expected one of SMUS, MAIL, BIOM, DIPL, LFSM, NUCL, TRNS")
        }),
    );
    let issued_by = fields.optional("issued_by", text);
    let issued_at = fields.optional("issued_at", text).map(issued);
    let acceptors = entities(&mut fields, "acceptors");
    let statements = fields.list("statements", FEW, text);
    fields.finish();
    SecurityDeclaration {
        issuer,
        checker,
        superseded_issuers,
        statuses,
        received_from,
        methods,
        exemptions,
        issued_by,
        issued_at,
        acceptors,
        statements,
        faults: Vec::new(),
    }
}

fn status(code: &str) -> Result<SecurityStatus, &'static str> {
    SecurityStatus::parse(code).ok_or("expected one of NSC, SCO, SPX, SHR")
}

/// A method as a declaration states it: its code, that of an earlier list, or `AOM-` with words.
fn declared_method(tree: &Tree) -> Result<DeclaredMethod, String> {
    let as_sent = text(tree)?;
    let described = as_sent.strip_prefix("AOM-").map(|_| ScreeningMethod::Aom);
    let method = described.or_else(|| ScreeningMethod::parse(&as_sent));
    let method =
        method.ok_or("expected one of PHS, VCK, XRY, EDS, EDD, ETD, CMD, AOM, or AOM- with words")?;
    Ok(DeclaredMethod { method, as_sent })
}

fn issued(text: String) -> IssuedAt {
    match (super::names::local(&text), date(&text)) {
        (Ok(at), _) => IssuedAt::DateTime(at),
        (_, Ok(day)) => IssuedAt::Date(day),
        _ => IssuedAt::Unreadable(text),
    }
}

fn entities(fields: &mut Fields<'_>, name: &'static str) -> Vec<DeclaredEntity> {
    let items = fields.items(name, FEW);
    items.into_iter().filter_map(|(tree, path)| entity_at(fields, tree, path)).collect()
}

fn entity(fields: &Fields<'_>, name: &str, tree: &Tree) -> Option<DeclaredEntity> {
    entity_at(fields, tree, super::fields::join(fields.path(), name))
}

/// An entity: `"DE/RA/01234-01"`, with `/1127` after it where the approval expires, or its parts.
fn entity_at(fields: &Fields<'_>, tree: &Tree, path: String) -> Option<DeclaredEntity> {
    let problems = fields.problems();
    if let Value::Text(text) = &tree.value {
        return match DeclaredEntity::parse(text) {
            Ok(entity) => Some(entity),
            Err(why) => {
                let fault = super::fields::Fault::Invalid { text: text.clone(), why: why.to_string() };
                problems.push(path, tree.position, fault);
                None
            }
        };
    }
    let mut inner = Fields::of(tree, path, problems)?;
    let country = inner.optional("country", parsed(Country::parse));
    let category = inner.required(
        "category",
        parsed(|code: &str| EntityCategory::parse(code).ok_or("expected one of RA, KC, RC, AO, AC")),
    );
    let number_at = inner.get("number");
    let number = inner.required("number", word);
    let expiry = inner.optional(
        "expiry",
        parsed(|text: &str| ApprovalExpiry::parse(text).ok_or("expected month and year (MMYY)")),
    );
    let entity = category.zip(number).and_then(|(category, number)| {
        RegulatedEntity::from_parts(country, category, &number)
            .map_err(|why| number_at.map(|tree| inner.invalid("number", tree, why.to_string())))
            .ok()
    });
    inner.finish();
    Some(DeclaredEntity { entity: entity?, expiry })
}

/// What kind of document stands behind a filing without a trade message.
/// What has a master, or is one, is filed by messages of the trade; the others are mail items and shipments of an
/// express carrier, told apart by the form of their numbers; and houses whose master is not known (`floating`).
fn kind_of(key: &ConsignmentKey, floating: bool) -> DocumentKind {
    match (&key.master, &key.house) {
        (None, Some(_)) if floating => DocumentKind::House,
        (None, Some(number)) if MailItem::parse(number.as_str()).is_ok() => DocumentKind::MailItem,
        (None, Some(_)) => DocumentKind::Express,
        (Some(_), Some(_)) => DocumentKind::House,
        (_, None) => DocumentKind::Master,
    }
}

/// What a filing without a trade message says of the goods.
pub(super) fn consignment(mut fields: Fields<'_>, key: ConsignmentKey, floating: bool) -> Consignment {
    let kind = kind_of(&key, floating);
    let origin = fields.optional("origin", parsed(Location::parse));
    let destination = fields.optional("destination", parsed(Location::parse));
    let pieces = fields.optional("pieces", whole);
    let weight = weight(&mut fields, "weight");
    let goods = fields.tables("goods", REPEATS_MAX).into_iter().map(goods_line).collect();
    let shipper = fields.table("shipper").map(party);
    let consignee = fields.table("consignee").map(party);
    let legs = legs(&mut fields, "legs", RouteBasis::Declared);
    let special_handling = fields.list("special_handling", FEW, parsed(SpecialHandling::parse));
    let security = fields.table("security").map(declaration);
    let mrns = fields.list("mrns", FEW, parsed(Mrn::parse));
    fields.finish();
    Consignment {
        kind,
        master: key.master,
        house: key.house,
        origin,
        destination,
        pieces,
        weight,
        goods,
        shipper,
        consignee,
        legs,
        special_handling,
        security,
        mrns,
        ..Consignment::default()
    }
}

fn goods_line(mut fields: Fields<'_>) -> GoodsLine {
    let description = fields.required("description", word).unwrap_or_default();
    let hs = fields.list("hs", FEW, parsed(HsCode::parse));
    let pieces = fields.optional("pieces", whole);
    let weight = weight(&mut fields, "weight");
    let origin = fields.optional("origin", parsed(Country::parse));
    fields.finish();
    GoodsLine { description, hs, pieces, weight, origin, ..GoodsLine::default() }
}

fn party(mut fields: Fields<'_>) -> Party {
    let name = fields.required("name", word).unwrap_or_default();
    let street = fields.list("street", FEW, text);
    let city = fields.text("city");
    let state = fields.text("state");
    let postcode = fields.text("postcode");
    let country = fields.optional("country", parsed(Country::parse));
    fields.finish();
    Party { name, street, city, state, postcode, country, ..Party::default() }
}

/// `true`, `false`, or nothing.
pub(super) fn perhaps(fields: &mut Fields<'_>, name: &'static str) -> Option<bool> {
    fields.optional(name, flag)
}
