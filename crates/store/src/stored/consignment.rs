//! What transport documents say.

use super::shape::{
    field_is_absent, name_of, put_field, put_variant, stored_enum, stored_struct, stored_tuple, stored_words,
    take_field, take_variant,
};
use super::{Stored, Value, Writer, Wrong};
#[cfg(test)]
use super::{sample::Sampler, shape::sample_variant};
use consignment::account::{AccountEmail, CustomerAccount};
use consignment::document::{MasterTotals, PieceScope, StatusFact, Unreadable};
use consignment::goods::GoodsLine;
use consignment::issue::{Issue, IssueTime};
use consignment::measure::{Volume, Weight, WeightUnit};
use consignment::oci::OciLine;
use consignment::party::{Contact, ContactKind, PartyIdentifier};
use consignment::route::RouteBasis;
use consignment::security::{
    DeclaredMethod, Exemption, IssuedAt, ScreeningMethod, SecurityStatus, StatusSource,
};
use consignment::{
    Consignment, ConsignmentKey, Consolidation, DocumentKind, Field, Leg, Mode, Party, Role,
    SecurityDeclaration, SourceMap, TransportEquipment,
};
use finding::Position;

stored_struct! { Consignment {
    kind, master, house, parent, consolidation, origin, destination, pieces, piece_scope, total_pieces, slac, weight,
    volume, goods, shipper, consignee, agent, notify, others, legs, unit, equipment, seals, special_handling, security,
    account, mrns, oci, statuses, echo_of, rejected_for, remarks, customs_status, sender_reference, issue,
    master_totals, unreadable, source,
} }

stored_words! { DocumentKind {
    Master = "master",
    House = "house",
    HouseAnnounced = "house_announced",
    Status = "status",
    ManifestLine = "manifest_line",
    Echo = "echo",
    MailItem = "mail_item",
    Express = "express",
} }

stored_words! { Consolidation { Unstated = "unstated", Direct = "direct", Consolidated = "consolidated" } }
stored_words! { PieceScope { Total = "total", Part = "part" } }
stored_words! { WeightUnit { Kilogram = "KGM", Pound = "LBR" } }
stored_struct! { Weight { value, unit } }
stored_struct! { Volume { value, unit } }
stored_struct! { ConsignmentKey { master, house } }
stored_struct! { MasterTotals { origin, destination, pieces, weight } }
stored_struct! { GoodsLine { description, hs, pieces, weight, volume, origin, dimensions } }
stored_struct! { TransportEquipment { device, identifier, seals } }
stored_struct! { OciLine { country, information, control, text, line, column } }
stored_struct! { Unreadable { field, text } }
stored_struct! { StatusFact { code, discrepancy, all_pieces, pieces, flight, date, time, station } }

stored_struct! { Party {
    name, street, city, state, postcode, country, free_address, account, contacts, identifiers,
} }
stored_struct! { Contact { kind, value } }
stored_words! { ContactKind {
    Telephone = "telephone",
    Fax = "fax",
    Telex = "telex",
    Email = "email",
    Person = "person",
} }
stored_struct! { PartyIdentifier { country, scheme, text } }
stored_words! { Role {
    Shipper = "shipper",
    Consignee = "consignee",
    Agent = "agent",
    Notify = "notify",
    Other = "other",
} }

stored_struct! { CustomerAccount {
    holder, name, issuer, number, frequency, known_consignor, established, billing, created_from, requested_from,
    documents, transaction, manufacturer, importer, verified_telephone, emails, agent_number, agent_name, filing_type,
} }
stored_struct! { AccountEmail { user, domain, verified } }

stored_struct! { Leg { from, to, mode, carrier, flight, date, departs_at, basis } }
stored_words! { Mode { Air = "air", Road = "road", Rail = "rail", Water = "water", Unknown = "unknown" } }
stored_words! { RouteBasis {
    Assumed = "assumed",
    Declared = "declared",
    Scheduled = "scheduled",
    Flown = "flown",
} }

stored_struct! { Issue { message_at, told_by_envelope or false, executed_at, place, by, for_shipper } }
stored_enum! { IssueTime {
    Instant(at) = "instant";
    Local(at) = "local";
    Date(day) = "date";
} }

stored_struct! { SecurityDeclaration {
    issuer, checker, superseded_issuers, statuses, received_from, methods, exemptions, issued_by, issued_at, acceptors,
    statements, faults,
} }
stored_struct! { DeclaredMethod { method, as_sent } }
stored_enum! { IssuedAt {
    DateTime(at) = "date_time";
    Date(day) = "date";
    Unreadable(text) = "unreadable";
} }
stored_words! { SecurityStatus { Nsc = "NSC", Sco = "SCO", Spx = "SPX", Shr = "SHR" } }
stored_words! { StatusSource { SpecialHandling = "special_handling", Oci = "oci" } }
stored_tuple! { (SecurityStatus, StatusSource) { status, source } }
stored_words! { ScreeningMethod {
    Phs = "PHS",
    Vck = "VCK",
    Xry = "XRY",
    Eds = "EDS",
    Edd = "EDD",
    Etd = "ETD",
    Cmd = "CMD",
    Aom = "AOM",
} }
stored_words! { Exemption {
    Smus = "SMUS",
    Mail = "MAIL",
    Biom = "BIOM",
    Dipl = "DIPL",
    Lfsm = "LFSM",
    Nucl = "NUCL",
    Trns = "TRNS",
} }

/// By its path, such as `consignee.name`.
impl Stored for Field {
    fn put(&self, out: &mut Writer) {
        out.shown(self);
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let path = value.text()?;
        #[cfg(test)]
        super::sample::note("Field", path);
        Self::parse(path).ok_or_else(|| Wrong::text(path, "the path of an element"))
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        let usual =
            ["consignee.name", "goods[0]", "route[2]", "security.issued_by", "account.AE", "issued.at"];
        Self::parse(from.one_of("Field", &usual, &["route[65535]"])).expect("samples are paths")
    }
}

/// `[path, line, column, length]` for each note: there are many, and one element may have several.
impl Stored for SourceMap {
    fn put(&self, out: &mut Writer) {
        out.notes(self.notes());
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let items = value.items()?;
        let mut map = Self::default();
        map.reserve(items.len());
        for (index, item) in items.iter().enumerate() {
            let (field, position) = note(item).map_err(|wrong| wrong.in_item(index))?;
            map.note(field, position);
        }
        Ok(map)
    }

    fn is_absent(&self) -> bool {
        self.notes().len() == 0
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        let mut map = Self::default();
        for _ in 0..from.length() {
            map.note(Field::sample(from), Position::sample(from));
        }
        map
    }
}

fn note(item: &Value<'_>) -> Result<(Field, Position), Wrong> {
    let [field, line, column, length] = item.items()? else {
        return Err(Wrong::new("it is not a path, a line, a column and a length"));
    };
    Ok((Field::take(field)?, Position::new(line.number()?, column.number()?, length.number()?)))
}
