//! A consignment as a sheet of paper would show it.

mod notice;

use super::measure::{dimensions, volume, weight};
use super::text::{count, visible};
use super::{Look, QUIET, TITLE, lines};
use crate::document::describe::{
    AccountItem, AnswerItem, ConsignmentItem, EquipmentItem, LegItem, MessageItem, PartyItem, SecurityItem,
    StatusItem,
};
use comfy_table::{Attribute, Cell, ColumnConstraint, Table, Width};
use finding::{Language, catalogue};

/// Columns of the names of the rows.
const NAME_WIDTH: u16 = 18;

/// The sheet of one consignment, with an empty line after it.
pub fn sheet(file: &str, item: &ConsignmentItem<'_>, look: Look) -> String {
    let mut sheet = Sheet { table: look.table() };
    sheet.row("not all is here", incomplete(&item.incomplete_why));
    sheet.row("answers", item.answer.as_ref().map(answer).unwrap_or_default());
    for notice in &item.notices {
        sheet.row("notice", self::notice::text(notice));
    }
    sheet.row("route", join(" to ", [item.origin.as_deref(), item.destination.as_deref()]));
    sheet.row("legs", legs(item));
    sheet.row("shipment", shipment(item));
    sheet.row("pieces", pieces(item));
    sheet.row("weight", item.weight.as_ref().map(weight).unwrap_or_default());
    sheet.row("volume", item.volume.as_ref().map(volume).unwrap_or_default());
    sheet.row("goods", goods(item));
    for (name, party) in [("shipper", &item.shipper), ("consignee", &item.consignee), ("agent", &item.agent)]
    {
        sheet.row(name, party.as_ref().map(self::party).unwrap_or_default());
    }
    for notified in &item.notify {
        sheet.row("notify", party(notified));
    }
    for other in &item.other_parties {
        sheet.row("other party", party(other));
    }
    if item.kind == "manifest_line" {
        sheet.row("stowed in", item.unit.as_ref().map(equipment).unwrap_or_else(|| "bulk".to_owned()));
    }
    sheet.row("equipment", item.equipment.iter().map(equipment).collect::<Vec<_>>().join("\n"));
    sheet.row("seals", item.seals.join(", "));
    sheet.row("special handling", item.special_handling.join(" "));
    sheet
        .row("security", item.security.as_ref().map(security).unwrap_or_else(|| "nothing stated".to_owned()));
    sheet.row("account", item.account.as_ref().map(account).unwrap_or_default());
    sheet.row("customs references", item.mrns.join("\n"));
    sheet.row("customs lines", customs(item));
    sheet.row("status", item.statuses.iter().map(status).collect::<Vec<_>>().join("\n"));
    sheet.row("remarks", item.remarks.join("\n"));
    sheet.row("customs status", item.customs_status.unwrap_or_default());
    sheet.row("sender's reference", item.sender_reference.unwrap_or_default());
    sheet.row("issued", issued(item));
    sheet.row("master states", totals(item));
    sheet.row("not readable", {
        let words =
            |path: &str| catalogue::element(Language::English, path).unwrap_or_else(|| path.to_owned());
        let unreadable =
            item.unreadable.iter().map(|value| format!("{}: {}", words(&value.path), value.text));
        unreadable.collect::<Vec<_>>().join("\n")
    });
    sheet.row("kept, not read", {
        let kept = item.uninterpreted.iter().filter(|segment| !segment.known).map(|segment| {
            let named = segment.text.starts_with(segment.identifier);
            if named { segment.text.to_owned() } else { format!("{}: {}", segment.identifier, segment.text) }
        });
        kept.collect::<Vec<_>>().join("\n")
    });
    sheet.row("also sent", also_sent(item));
    sheet.row("envelope", envelope(item));
    format!("{}\n{}\n", title(file, item, look), lines(&sheet.table))
}

/// What to show of a message that names no consignment.
pub fn without_consignments(file: &str, item: &MessageItem<'_>, look: Look) -> String {
    let version = item.version.map(|version| format!("/{version}")).unwrap_or_default();
    let format = format!("{}{version}", item.format.unwrap_or_default());
    let place = look.paint(QUIET, format!("{}:{}", visible(file), item.line));
    let mut sheet = Sheet { table: look.table() };
    sheet.row("not all is here", incomplete(&item.incomplete_why));
    sheet.row("answers", item.answer.as_ref().map(answer).unwrap_or_default());
    for notice in &item.notices {
        sheet.row("notice", self::notice::text(notice));
    }
    for fact in &item.facts {
        sheet.row("fact", fact.to_string());
    }
    if item.notices.is_empty() && item.facts.is_empty() {
        sheet.row("names", "no consignment that could be read; `loadgate check` says why");
    }
    format!("{} {place}\n{}\n", look.paint(TITLE, format), lines(&sheet.table))
}

/// Most names of segments given on one line.
const NAMED_MAX: usize = 8;

struct Sheet {
    table: Table,
}

impl Sheet {
    /// A row; left out where there is nothing to say. Lines of the text stay lines.
    fn row(&mut self, name: &str, text: impl AsRef<str>) {
        let text: Vec<_> = text.as_ref().lines().map(visible).collect();
        let text = text.join("\n");
        if text.trim().is_empty() {
            return;
        }
        self.table.add_row([Cell::new(name).add_attribute(Attribute::Dim), Cell::new(text)]);
        if let Some(column) = self.table.column_mut(0) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(NAME_WIDTH + 2)));
        }
    }
}

fn title(file: &str, item: &ConsignmentItem<'_>, look: Look) -> String {
    let number = match (&item.master, item.house) {
        (Some(master), Some(house)) => format!("{master} house {house}"),
        (Some(master), None) => master.clone(),
        (None, Some(house)) => format!("house {house}"),
        (None, None) => "a consignment without a readable number".to_owned(),
    };
    let of_house = item.parent.map(|parent| format!(" of house {parent}")).unwrap_or_default();
    let kind = match item.kind {
        "house" => ", house waybill",
        "house_announced" => ", house announced on a check list",
        "status" | "echo" => match item.format {
            Some("FMA") => ", in a message that was accepted",
            Some("FNA") => ", in a message that was rejected",
            Some("OCI") => ", customs and security lines",
            _ => ", status report",
        },
        "manifest_line" => ", manifest line",
        _ => "",
    };
    let purpose = match item.purpose {
        "update" => ", update",
        "deletion" => ", deletion",
        _ => "",
    };
    let version = item.version.map(|version| format!("/{version}")).unwrap_or_default();
    let format = item.format.unwrap_or_default();
    let place = look.paint(QUIET, format!("{}:{}", visible(file), item.line));
    let number = format!("{number}{of_house}");
    format!("{} {format}{version}{kind}{purpose} {place}", look.paint(TITLE, visible(&number)))
}

/// The parts that are there, joined.
fn join<'a>(separator: &str, parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(separator)
}

fn legs(item: &ConsignmentItem<'_>) -> String {
    let unknown = (!item.route_is_readable).then(|| "a stretch of the route is not known".to_owned());
    item.legs.iter().map(leg).chain(unknown).collect::<Vec<_>>().join("\n")
}

fn leg(leg: &LegItem) -> String {
    let carried = leg.flight.as_deref().or(leg.carrier.as_deref());
    let stations = format!("{}-{}", leg.from, leg.to);
    let how = match leg.mode {
        "unknown" => None,
        mode => Some(format!("by {mode}")),
    };
    let basis = (leg.basis != "declared").then(|| format!("({})", leg.basis));
    let day = leg.date.as_deref().map(day);
    let departs_at = leg.departs_at.as_deref();
    join(
        " ",
        [Some(stations.as_str()), carried, day.as_deref(), departs_at, how.as_deref(), basis.as_deref()],
    )
}

/// A day of which the year, or year and month, may be missing, in words.
fn day(date: &str) -> String {
    match date.strip_prefix("---") {
        Some(day) => format!("on day {day}"),
        None => format!("on {}", date.trim_start_matches("--")),
    }
}

fn shipment(item: &ConsignmentItem<'_>) -> &'static str {
    match (item.consolidation, item.read_as_consolidation) {
        (Some("consolidated"), _) => "consolidation",
        (Some("direct"), true) => "marked direct, read as a consolidation",
        (Some("direct"), false) => "direct",
        (_, true) => "not marked, read as a consolidation",
        (_, false) => "",
    }
}

fn pieces(item: &ConsignmentItem<'_>) -> String {
    let Some(pieces) = item.pieces else { return String::new() };
    let of_total = item.total_pieces.map(|total| format!(" of {total}"));
    let part =
        (item.piece_scope == "part" && of_total.is_none()).then(|| ", a part of the waybill".to_owned());
    let inside = item
        .slac
        .map(|inside| format!(", {} inside (shipper's load and count)", count(u64::from(inside), "piece")));
    let rest: String = [of_total, part, inside].into_iter().flatten().collect();
    format!("{pieces}{rest}")
}

fn goods(item: &ConsignmentItem<'_>) -> String {
    let line = |line: &crate::document::describe::GoodsItem<'_>| {
        let hs = (!line.hs.is_empty()).then(|| format!("HS {}", line.hs.join(", ")));
        let pieces = line.pieces.map(|pieces| count(u64::from(pieces), "piece"));
        let weight = line.weight.as_ref().map(weight);
        let volume = line.volume.as_ref().map(volume);
        let origin = line.origin.as_ref().map(|origin| format!("made in {origin}"));
        let sizes: Vec<_> = line.dimensions.iter().map(|written| dimensions(written)).collect();
        let size = (!sizes.is_empty()).then(|| sizes.join(", "));
        let facts = [hs, pieces, weight, volume, origin, size];
        let facts = join(", ", facts.iter().map(Option::as_deref));
        join("; ", [line.description, (!facts.is_empty()).then_some(facts.as_str())])
    };
    item.goods_lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn party(party: &PartyItem<'_>) -> String {
    let place = join(" ", [party.state, party.postcode]);
    let place =
        join(", ", [party.city, (!place.is_empty()).then_some(place.as_str()), party.country.as_deref()]);
    let contacts = party.contacts.iter().map(|contact| format!("{} {}", contact.kind, contact.value));
    let identifiers = party.identifiers.iter().map(|identifier| {
        join(" ", [identifier.country.as_deref(), Some(identifier.scheme), Some(identifier.value)])
    });
    let account = party.account.map(|account| format!("account {account}"));
    let more: Vec<String> = contacts.chain(identifiers).chain(account).collect();
    let more = more.join(", ");
    join(
        "\n",
        [
            party.name,
            party.address.as_deref(),
            (!place.is_empty()).then_some(place.as_str()),
            (!more.is_empty()).then_some(more.as_str()),
        ],
    )
}

/// A device by its identifier, anything else by what was sent.
fn equipment(equipment: &EquipmentItem<'_>) -> String {
    let name = equipment.uld.or(equipment.identifier).unwrap_or("not named");
    match equipment.seals.as_slice() {
        [] => name.to_owned(),
        [seal] => format!("{name}, seal {seal}"),
        seals => format!("{name}, seals {}", seals.join(", ")),
    }
}

fn until(entity: &str, expiry: Option<&str>) -> String {
    match expiry {
        Some(expiry) => format!("{entity} (approved until {expiry})"),
        None => entity.to_owned(),
    }
}

fn security(security: &SecurityItem<'_>) -> String {
    let mut rows = Vec::new();
    rows.push(match (security.status, security.statuses.as_slice()) {
        (Some(status), _) => status.to_owned(),
        (None, []) => "no status".to_owned(),
        (None, several) => format!("contradictory: {}", several.join(" and ")),
    });
    if let Some(issuer) = &security.issuer {
        let unlimited = if security.issuer_expiry_unlimited { " (no expiry attributed)" } else { "" };
        rows.push(format!("issued by {}{unlimited}", until(issuer, security.issuer_expiry.as_deref())));
    }
    if let Some(checker) = &security.consolidation_checker {
        let checker = until(checker, security.consolidation_checker_expiry.as_deref());
        rows.push(format!("houses confirmed by {checker}"));
    }
    for void in &security.superseded_issuers {
        rows.push(format!("earlier issuer, void: {void}"));
    }
    for (index, from) in security.received_from_all.iter().enumerate() {
        let expiry = security.received_from_expiry.as_deref().filter(|_| index == 0);
        rows.push(format!("received from {}", until(from, expiry)));
    }
    if !security.methods.is_empty() {
        let methods: Vec<String> = security
            .methods
            .iter()
            .zip(&security.methods_as_sent)
            .map(
                |(code, sent)| {
                    if code == sent { (*code).to_owned() } else { format!("{code} (sent as {sent})") }
                },
            )
            .collect();
        rows.push(format!("screened by {}", methods.join(", ")));
    }
    if !security.exemptions.is_empty() {
        rows.push(format!("exempt from screening: {}", security.exemptions.join(", ")));
    }
    let signed = join(" on ", [security.issued_by, security.issued_at.as_deref()]);
    if !signed.is_empty() {
        rows.push(format!("signed {signed}"));
    }
    for (acceptor, expiry) in security.acceptors.iter().zip(&security.acceptors_expiry) {
        rows.push(format!("accepted by {}", until(acceptor, expiry.as_deref())));
    }
    rows.extend(security.statements.iter().map(|statement| format!("states: {statement}")));
    rows.join("\n")
}

fn account(account: &AccountItem<'_>) -> String {
    let known = account.known_consignor.map(|known| if known { "yes" } else { "no" });
    let documents = account.documents.join(", ");
    let emails: Vec<String> = account
        .emails
        .iter()
        .map(|email| format!("{}{}", email.address, if email.verified { " (verified)" } else { "" }))
        .collect();
    let emails = emails.join(", ");
    let facts = [
        ("holder", account.holder),
        ("name", account.name),
        ("issued by", account.issuer),
        ("number", account.number),
        ("frequency", account.frequency),
        ("known consignor", known),
        ("established", account.established.as_deref()),
        ("billing", account.billing),
        ("made from", account.created_from),
        ("pick-up asked from", account.requested_from),
        ("documents", (!documents.is_empty()).then_some(documents.as_str())),
        ("transaction", account.transaction),
        ("manufacturer", account.manufacturer),
        ("importer", account.importer),
        ("verified telephone", account.verified_telephone),
        ("e-mail", (!emails.is_empty()).then_some(emails.as_str())),
        ("agent number", account.agent_number),
        ("agent", account.agent_name),
        ("filing type", account.filing_type),
    ];
    let facts = facts.iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}")));
    facts.collect::<Vec<_>>().join(", ")
}

fn customs(item: &ConsignmentItem<'_>) -> String {
    let line = |line: &crate::document::describe::CustomsItem<'_>| {
        let parts = [line.country, line.information, line.control, Some(line.text)];
        // As the lines of a text message are written: a part that is left out leaves its slant.
        format!("/{}", parts.map(Option::unwrap_or_default).join("/"))
    };
    item.customs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What the format has and the model has no place for, by name.
fn also_sent(item: &ConsignmentItem<'_>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for segment in item.uninterpreted.iter().filter(|segment| segment.known) {
        if !names.contains(&segment.identifier) {
            names.push(segment.identifier);
        }
    }
    if names.is_empty() {
        return String::new();
    }
    let more = names.len().saturating_sub(NAMED_MAX);
    names.truncate(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more} (as sent, with --json)", names.join(", "))
}

/// Where a message was cut or broke off.
fn incomplete(why: &[&str]) -> String {
    if why.is_empty() {
        return String::new();
    }
    format!("the message was cut or broke off ({}); `loadgate check` says where", why.join(", "))
}

fn answer(answer: &AnswerItem<'_>) -> String {
    let why = answer.reason.map(|why| format!(": {why}")).unwrap_or_default();
    format!("{} was {}{why}", answer.message.unwrap_or("a message"), answer.outcome)
}

/// `DIS MSCA, all 4 pieces, at FRA on 11-24 07:00`.
fn status(status: &StatusItem<'_>) -> String {
    let code = join(" ", [Some(status.code), status.discrepancy]);
    let pieces = status.all_pieces.map(|pieces| format!("all {}", count(u64::from(pieces), "piece")));
    let station = status.station.as_ref().map(|station| format!("at {station}"));
    let day = status.date.as_deref().map(day);
    let place = join(" ", [station.as_deref(), day.as_deref(), status.time.as_deref()]);
    join(", ", [Some(code.as_str()), pieces.as_deref(), (!place.is_empty()).then_some(place.as_str())])
}

fn issued(item: &ConsignmentItem<'_>) -> String {
    let Some(issued) = &item.issued else { return String::new() };
    let signed = [
        issued
            .executed_at
            .as_deref()
            .filter(|_| issued.message_at.is_some())
            .map(|at| format!("signed {at}")),
        issued.place.map(|place| format!("in {place}")),
        issued.by.map(|by| format!("by {by}")),
        issued.for_shipper.map(|by| format!("for the shipper by {by}")),
    ];
    join(", ", [issued.at.as_deref()].into_iter().chain(signed.iter().map(Option::as_deref)))
}

fn totals(item: &ConsignmentItem<'_>) -> String {
    let Some(totals) = &item.master_totals else { return String::new() };
    let route = join("-", [totals.origin.as_deref(), totals.destination.as_deref()]);
    let pieces = totals.pieces.map(|pieces| count(u64::from(pieces), "piece"));
    let weight = totals.weight.as_ref().map(weight);
    let route = (!route.is_empty()).then_some(route);
    join(", ", [route.as_deref(), pieces.as_deref(), weight.as_deref()])
}

fn envelope(item: &ConsignmentItem<'_>) -> String {
    let Some(envelope) = &item.envelope else { return String::new() };
    let to = format!("to {}", envelope.addresses.join(" "));
    let from = envelope.originator.map(|originator| format!("from {originator}"));
    join(", ", [(!envelope.addresses.is_empty()).then_some(to.as_str()), from.as_deref(), envelope.signature])
}
