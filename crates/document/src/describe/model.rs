//! From the canonical model to the document.

use super::{
    AccountItem, AnswerItem, ConsignmentItem, ContactItem, CustomsItem, EmailItem, EnvelopeItem,
    EquipmentItem, GoodsItem, IdentifierItem, IssueItem, LegItem, MessageItem, NoticeItem, PartyItem,
    SecurityItem, SegmentItem, StatusItem, TotalsItem, UnreadableItem, VolumeItem, WeightItem,
};
use crate::{line_of, stated};
use consignment::account::CustomerAccount;
use consignment::document::{Consolidation, DocumentKind, MasterTotals, PieceScope, StatusFact};
use consignment::equipment::TransportEquipment;
use consignment::filing::{Envelope, UninterpretedSegment};
use consignment::goods::GoodsLine;
use consignment::issue::{Issue, IssueTime};
use consignment::measure::{Volume, Weight};
use consignment::oci::OciLine;
use consignment::security::{ApprovalExpiry, DeclaredEntity};
use consignment::{Consignment, Filing, Leg, Party, Purpose, SecurityDeclaration};
use finding::Code;
use finding::codes::wire;

impl<'a> ConsignmentItem<'a> {
    /// All consignments of a message, as published.
    pub fn all(filing: &'a Filing) -> impl Iterator<Item = Self> {
        filing
            .consignments
            .iter()
            .enumerate()
            .map(|(index, consignment)| Self::new(filing, index, consignment))
    }

    fn new(filing: &'a Filing, index: usize, consignment: &'a Consignment) -> Self {
        let uninterpreted = if index == 0 { filing.uninterpreted.as_slice() } else { &[] };
        Self {
            message_index: filing.message_index,
            message: filing.message_index,
            line: line_of(filing, consignment),
            format: filing.format.map(|format| format.name),
            version: filing.format.and_then(|format| format.version),
            purpose: match filing.purpose {
                Purpose::Creation => "creation",
                Purpose::Update => "update",
                Purpose::Deletion => "deletion",
            },
            kind: match consignment.kind {
                DocumentKind::Master => "master",
                DocumentKind::House => "house",
                DocumentKind::HouseAnnounced => "house_announced",
                DocumentKind::Status => "status",
                DocumentKind::Echo => "echo",
                DocumentKind::ManifestLine => "manifest_line",
                DocumentKind::MailItem => "mail_item",
                DocumentKind::Express => "express",
            },
            master: consignment.master.map(|number| number.to_string()),
            house: consignment.house.as_ref().map(|number| number.as_str()),
            parent: consignment.parent.as_ref().map(|number| number.as_str()),
            origin: consignment.origin.map(|station| station.to_string()),
            destination: consignment.destination.map(|station| station.to_string()),
            consolidation: match consignment.consolidation {
                Consolidation::Unstated => None,
                Consolidation::Direct => Some("direct"),
                Consolidation::Consolidated => Some("consolidated"),
            },
            read_as_consolidation: engine::looks_consolidated(consignment),
            pieces: consignment.pieces,
            piece_scope: match consignment.piece_scope {
                PieceScope::Total => "total",
                PieceScope::Part => "part",
            },
            total_pieces: consignment.total_pieces,
            slac: consignment.slac,
            weight: consignment.weight.map(WeightItem::from),
            weight_kg: consignment.weight.map(|weight| weight.to_kg().into()),
            volume: consignment.volume.as_ref().map(VolumeItem::from),
            goods: consignment.goods.iter().filter_map(|line| stated(&line.description)).collect(),
            hs: consignment.hs_codes().map(|code| code.as_str()).collect(),
            goods_lines: consignment.goods.iter().map(GoodsItem::from).collect(),
            shipper: consignment.shipper.as_ref().map(PartyItem::from),
            consignee: consignment.consignee.as_ref().map(PartyItem::from),
            agent: consignment.agent.as_ref().map(PartyItem::from),
            notify: consignment.notify.iter().map(PartyItem::from).collect(),
            other_parties: consignment.others.iter().map(PartyItem::from).collect(),
            legs: consignment.legs.iter().map(LegItem::from).collect(),
            route_is_readable: consignment.route_is_readable(),
            unit: consignment.unit.as_ref().map(EquipmentItem::from),
            equipment: consignment.equipment.iter().map(EquipmentItem::from).collect(),
            seals: consignment.seals.iter().map(String::as_str).collect(),
            security: consignment.security.as_ref().map(SecurityItem::from),
            special_handling: consignment.special_handling.iter().map(ToString::to_string).collect(),
            account: (!consignment.account.is_empty()).then(|| AccountItem::from(&consignment.account)),
            mrns: consignment.mrns.iter().map(|number| number.as_str()).collect(),
            customs: consignment.oci.iter().map(CustomsItem::from).collect(),
            remarks: consignment.remarks.iter().map(String::as_str).collect(),
            statuses: consignment.statuses.iter().map(StatusItem::from).collect(),
            answer: AnswerItem::of(filing),
            customs_status: stated(&consignment.customs_status),
            sender_reference: stated(&consignment.sender_reference),
            issued: (!consignment.issue.is_empty()).then(|| IssueItem::from(&consignment.issue)),
            master_totals: consignment.master_totals.as_ref().map(TotalsItem::from),
            incomplete: filing.incomplete || incomplete(filing).next().is_some(),
            incomplete_why: incomplete_why(filing),
            unreadable: consignment
                .unreadable
                .iter()
                .map(|unreadable| UnreadableItem {
                    path: unreadable.field.to_string(),
                    text: &unreadable.text,
                })
                .collect(),
            envelope: filing.envelope.as_ref().map(EnvelopeItem::from),
            uninterpreted: uninterpreted.iter().map(SegmentItem::from).collect(),
            notices: NoticeItem::all(filing).filter(|_| index == 0).collect(),
        }
    }
}

/// Findings that say that something of the message is not here.
const NOT_ALL_HERE: [Code; 10] = [
    wire::PARTS_NOT_JOINED,
    wire::XML_TRUNCATED,
    wire::XML_MALFORMED,
    wire::XML_TOO_DEEP,
    wire::XML_DOCUMENT_TYPE,
    wire::XML_NAMESPACES_TOO_MANY,
    wire::XML_ENTITY,
    wire::REPEATS_LEFT_OUT,
    wire::MESSAGE_TOO_LARGE,
    wire::END_MARK_MISSING,
];

fn incomplete(filing: &Filing) -> impl Iterator<Item = &'static str> {
    let codes = filing.findings.iter().map(|finding| finding.code);
    codes.filter(|code| NOT_ALL_HERE.contains(code)).map(Code::id)
}

fn incomplete_why(filing: &Filing) -> Vec<&'static str> {
    let mut why = Vec::new();
    for id in incomplete(filing) {
        if !why.contains(&id) {
            why.push(id);
        }
    }
    why
}

impl<'a> MessageItem<'a> {
    /// A message that names no consignment, as published.
    pub fn new(filing: &'a Filing) -> Self {
        Self {
            message_index: filing.message_index,
            message: filing.message_index,
            line: filing.first_line,
            format: filing.format.map(|format| format.name),
            version: filing.format.and_then(|format| format.version),
            names_no_consignment: true,
            answer: AnswerItem::of(filing),
            incomplete: filing.incomplete || incomplete(filing).next().is_some(),
            incomplete_why: incomplete_why(filing),
            envelope: filing.envelope.as_ref().map(EnvelopeItem::from),
            uninterpreted: filing.uninterpreted.iter().map(SegmentItem::from).collect(),
            notices: NoticeItem::all(filing).collect(),
            facts: filing.facts.iter().map(super::super::fact_json).collect(),
        }
    }
}

impl<'a> AnswerItem<'a> {
    /// What a message says that it answers; reading it finds that.
    fn of(filing: &'a Filing) -> Option<Self> {
        let (outcome, code) = match filing.format?.name {
            "FMA" => ("accepted", wire::MESSAGE_ACKNOWLEDGED),
            "FNA" => ("rejected", wire::MESSAGE_REJECTED),
            _ => return None,
        };
        let found = filing.findings.iter().find(|finding| finding.code == code);
        let argument = |wanted: &str| {
            let (_, value) = found?.args.iter().find(|(name, _)| *name == wanted)?;
            stated(value)
        };
        Some(Self { outcome, message: argument("message"), reason: argument("reason") })
    }
}

impl<'a> From<&'a StatusFact> for StatusItem<'a> {
    fn from(status: &'a StatusFact) -> Self {
        Self {
            code: &status.code,
            discrepancy: status.discrepancy.as_deref(),
            all_pieces: status.all_pieces,
            station: status.station.map(|station| station.to_string()),
            date: status.date.map(|date| date.to_string()),
            time: status.time.map(|time| time.strftime("%H:%M").to_string()),
        }
    }
}

impl From<Weight> for WeightItem {
    fn from(weight: Weight) -> Self {
        Self { value: weight.value.into(), unit: weight.unit.code() }
    }
}

impl<'a> From<&'a Volume> for VolumeItem<'a> {
    fn from(volume: &'a Volume) -> Self {
        Self { value: volume.value.into(), unit: &volume.unit }
    }
}

impl<'a> From<&'a GoodsLine> for GoodsItem<'a> {
    fn from(line: &'a GoodsLine) -> Self {
        Self {
            description: stated(&line.description),
            hs: line.hs.iter().map(|code| code.as_str()).collect(),
            pieces: line.pieces,
            weight: line.weight.map(WeightItem::from),
            volume: line.volume.as_ref().map(VolumeItem::from),
            origin: line.origin.map(|country| country.to_string()),
            dimensions: line.dimensions.iter().map(String::as_str).collect(),
        }
    }
}

impl<'a> From<&'a Party> for PartyItem<'a> {
    fn from(party: &'a Party) -> Self {
        let address = party.address();
        Self {
            name: stated(&party.name),
            address: (!address.is_empty()).then_some(address),
            city: stated(&party.city),
            state: stated(&party.state),
            postcode: stated(&party.postcode),
            country: party.country.map(|country| country.to_string()),
            account: stated(&party.account),
            contacts: party
                .contacts
                .iter()
                .map(|contact| ContactItem { kind: contact.kind.as_str(), value: &contact.value })
                .collect(),
            identifiers: party
                .identifiers
                .iter()
                .map(|identifier| IdentifierItem {
                    country: identifier.country.map(|country| country.to_string()),
                    scheme: &identifier.scheme,
                    value: &identifier.text,
                })
                .collect(),
        }
    }
}

impl From<&Leg> for LegItem {
    fn from(leg: &Leg) -> Self {
        let carrier = leg.carrier.or(leg.flight.map(|flight| flight.carrier()));
        Self {
            from: leg.from.to_string(),
            to: leg.to.to_string(),
            mode: leg.mode.as_str(),
            carrier: carrier.map(|carrier| carrier.to_string()),
            flight: leg.flight.map(|flight| flight.to_string()),
            date: leg.date.map(|date| date.to_string()),
            departs_at: leg.departs_at.map(|time| time.strftime("%H:%M").to_string()),
            basis: leg.basis.as_str(),
        }
    }
}

impl<'a> From<&'a TransportEquipment> for EquipmentItem<'a> {
    fn from(equipment: &'a TransportEquipment) -> Self {
        Self {
            uld: equipment.device.as_ref().map(|device| device.as_str()),
            identifier: stated(&equipment.identifier),
            seals: equipment.seals.iter().map(String::as_str).collect(),
        }
    }
}

fn entity(declared: &DeclaredEntity) -> String {
    declared.entity.to_string()
}

fn expiry(declared: &DeclaredEntity) -> Option<String> {
    match declared.expiry? {
        ApprovalExpiry::EndOf { year, month } => Some(format!("{year:04}-{month:02}")),
        ApprovalExpiry::NotAttributed => None,
    }
}

impl<'a> From<&'a SecurityDeclaration> for SecurityItem<'a> {
    fn from(declaration: &'a SecurityDeclaration) -> Self {
        let status = declaration.status();
        let mut statuses: Vec<_> = Vec::new();
        if status.is_none() {
            for (stated, _) in &declaration.statuses {
                if !statuses.contains(&stated.code()) {
                    statuses.push(stated.code());
                }
            }
        }
        let issuer = declaration.issuer.as_ref();
        let checker = declaration.checker.as_ref();
        let received_from = declaration.received_from.first();
        Self {
            status: status.map(|status| status.code()),
            statuses,
            issuer: issuer.map(entity),
            issuer_expiry: issuer.and_then(expiry),
            issuer_expiry_unlimited: issuer
                .is_some_and(|issuer| issuer.expiry == Some(ApprovalExpiry::NotAttributed)),
            consolidation_checker: checker.map(entity),
            consolidation_checker_expiry: checker.and_then(expiry),
            superseded_issuers: declaration.superseded_issuers.iter().map(entity).collect(),
            received_from: received_from.map(entity),
            received_from_expiry: received_from.and_then(expiry),
            received_from_all: declaration.received_from.iter().map(entity).collect(),
            methods: declaration.methods.iter().map(|declared| declared.method.code()).collect(),
            methods_as_sent: declaration.methods.iter().map(|declared| declared.as_sent.as_str()).collect(),
            exemptions: declaration.exemptions.iter().map(|exemption| exemption.code()).collect(),
            issued_by: declaration.issued_by.as_deref(),
            issued_at: declaration.issued_at.as_ref().map(ToString::to_string),
            acceptors: declaration.acceptors.iter().map(entity).collect(),
            acceptors_expiry: declaration.acceptors.iter().map(expiry).collect(),
            statements: declaration.statements.iter().map(String::as_str).collect(),
        }
    }
}

impl<'a> From<&'a CustomerAccount> for AccountItem<'a> {
    fn from(account: &'a CustomerAccount) -> Self {
        Self {
            holder: stated(&account.holder),
            name: stated(&account.name),
            issuer: stated(&account.issuer),
            number: stated(&account.number),
            frequency: stated(&account.frequency),
            known_consignor: account.known_consignor,
            established: account.established.map(|date| date.to_string()),
            billing: stated(&account.billing),
            created_from: stated(&account.created_from),
            requested_from: stated(&account.requested_from),
            documents: account.documents.iter().map(String::as_str).collect(),
            transaction: stated(&account.transaction),
            manufacturer: stated(&account.manufacturer),
            importer: stated(&account.importer),
            verified_telephone: stated(&account.verified_telephone),
            emails: account
                .emails
                .iter()
                .map(|email| {
                    let at = if email.domain.is_empty() { "" } else { "@" };
                    EmailItem {
                        address: format!("{}{at}{}", email.user, email.domain),
                        verified: email.verified,
                    }
                })
                .collect(),
            agent_number: stated(&account.agent_number),
            agent_name: stated(&account.agent_name),
            filing_type: stated(&account.filing_type),
        }
    }
}

impl<'a> From<&'a OciLine> for CustomsItem<'a> {
    fn from(line: &'a OciLine) -> Self {
        Self {
            country: stated(&line.country),
            information: stated(&line.information),
            control: stated(&line.control),
            text: &line.text,
            line: line.line,
        }
    }
}

impl From<&MasterTotals> for TotalsItem {
    fn from(totals: &MasterTotals) -> Self {
        Self {
            origin: totals.origin.map(|station| station.to_string()),
            destination: totals.destination.map(|station| station.to_string()),
            pieces: totals.pieces,
            weight: totals.weight.map(WeightItem::from),
        }
    }
}

impl<'a> From<&'a Issue> for IssueItem<'a> {
    fn from(issue: &'a Issue) -> Self {
        let time = |at: Option<IssueTime>| at.map(|at| at.to_string());
        Self {
            at: time(issue.at()),
            message_at: time(issue.message_at),
            executed_at: time(issue.executed_at),
            place: stated(&issue.place),
            by: stated(&issue.by),
            for_shipper: stated(&issue.for_shipper),
        }
    }
}

impl<'a> From<&'a Envelope> for EnvelopeItem<'a> {
    fn from(envelope: &'a Envelope) -> Self {
        Self {
            priority: stated(&envelope.priority),
            addresses: envelope.addresses.iter().map(String::as_str).collect(),
            originator: stated(&envelope.originator),
            signature: stated(&envelope.signature),
            sent_at: envelope.sent_at.map(|at| at.to_string()),
        }
    }
}

impl<'a> From<&'a UninterpretedSegment> for SegmentItem<'a> {
    fn from(segment: &'a UninterpretedSegment) -> Self {
        Self {
            identifier: &segment.identifier,
            text: &segment.text,
            line: segment.position.line,
            known: segment.known,
        }
    }
}
