//! The document of `describe`: the canonical model.

mod model;
mod notice;

pub use notice::{NoticeErrorItem, NoticeItem};

use super::{Entry, Head, Number, Tail};
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.describe/1";

/// Name of the schema of one line of its stream.
pub const LINE_SCHEMA: &str = "loadgate.describe-line/1";

/// The whole document: one entry for each file, in the order they were named.
pub type Document<'a> = Vec<Entry<DescribedFile<'a>>>;

/// What one file says. It is written while it is read; the parts that are known only at its end come last.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DescribedFile<'a> {
    /// What is known at the start.
    #[serde(flatten)]
    pub head: Head,
    /// One for each consignment that a message names, in order of the file.
    pub consignments: Vec<ConsignmentItem<'a>>,
    /// What authorities say, one for each statement about a bill, in order of the file.
    pub notices: Vec<NoticeItem<'a>>,
    /// What is known at the end.
    #[serde(flatten)]
    pub tail: Tail,
}

/// What a message says of one consignment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsignmentItem<'a> {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// The same index, under the name that items of every document have.
    pub message: u32,
    /// Line of the file it starts at, from 1: where its number stands in a message that names several
    /// consignments, else where the message starts.
    pub line: u32,
    /// Format of the message, such as `FWB`.
    pub format: Option<&'static str>,
    /// Version of the format as the sender states it.
    pub version: Option<u16>,
    /// `creation`, `update` or `deletion`.
    pub purpose: &'static str,
    /// `master`, `house`, `house_announced`, `status`, `manifest_line`, `mail_item`, `express`, or `echo` (what an
    /// answer repeats).
    pub kind: &'static str,
    /// Master air waybill, `888-10001014`.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<&'a str>,
    /// For a sub-house, the house it belongs to.
    pub parent: Option<&'a str>,
    /// Origin of the document.
    pub origin: Option<String>,
    /// Destination of the document.
    pub destination: Option<String>,
    /// `direct`, `consolidated`, or `null` where the document does not say.
    pub consolidation: Option<&'static str>,
    /// `true` for a master that is taken as a consolidation: by its mark, or by what its texts say.
    pub read_as_consolidation: bool,
    /// Pieces.
    pub pieces: Option<u32>,
    /// `total` where `pieces` and `weight` are those of the whole waybill, else `part`.
    pub piece_scope: &'static str,
    /// Pieces of the whole waybill, where `pieces` is a part of them.
    pub total_pieces: Option<u32>,
    /// Pieces inside the packages: shipper's load and count.
    pub slac: Option<u32>,
    /// Gross weight as stated.
    pub weight: Option<WeightItem>,
    /// Gross weight in kilograms, rounded half up to three decimals.
    pub weight_kg: Option<Number>,
    /// Volume as stated.
    pub volume: Option<VolumeItem<'a>>,
    /// Descriptions of the goods, in order.
    pub goods: Vec<&'a str>,
    /// Commodity codes, in order.
    pub hs: Vec<&'a str>,
    /// The goods line by line.
    pub goods_lines: Vec<GoodsItem<'a>>,
    /// Shipper.
    pub shipper: Option<PartyItem<'a>>,
    /// Consignee.
    pub consignee: Option<PartyItem<'a>>,
    /// Agent.
    pub agent: Option<PartyItem<'a>>,
    /// Parties to be notified.
    pub notify: Vec<PartyItem<'a>>,
    /// Other parties.
    pub other_parties: Vec<PartyItem<'a>>,
    /// Legs, in order.
    pub legs: Vec<LegItem>,
    /// `false` where a station of the route could not be read, so that `legs` do not show all of it.
    pub route_is_readable: bool,
    /// The unit load device a manifest line stands under; `null` in bulk, and for other kinds of document.
    pub unit: Option<EquipmentItem<'a>>,
    /// Other transport equipment named, in order.
    pub equipment: Vec<EquipmentItem<'a>>,
    /// Seals that the message gives to no equipment.
    pub seals: Vec<&'a str>,
    /// The security declaration; `null` where the document says nothing of security.
    pub security: Option<SecurityItem<'a>>,
    /// Special handling codes, in order.
    pub special_handling: Vec<String>,
    /// What the sender knows of his customer; `null` where nothing is said.
    pub account: Option<AccountItem<'a>>,
    /// Customs references.
    pub mrns: Vec<&'a str>,
    /// Customs, security and regulatory lines as sent, in order.
    pub customs: Vec<CustomsItem<'a>>,
    /// Remarks, in order.
    pub remarks: Vec<&'a str>,
    /// What the status lines of a report (FSU, FSA) tell of the goods, in order.
    pub statuses: Vec<StatusItem<'a>>,
    /// What the message answers, where it is an acknowledgement (FMA) or a rejection (FNA); the consignment
    /// is then the one of the message that is answered.
    pub answer: Option<AnswerItem<'a>>,
    /// Customs status of the goods, as written.
    pub customs_status: Option<&'a str>,
    /// The sender's own reference for the document, as written.
    pub sender_reference: Option<&'a str>,
    /// When, where and by whom the document was issued; `null` where it does not say.
    pub issued: Option<IssueItem<'a>>,
    /// Totals a house document states for its master.
    pub master_totals: Option<TotalsItem>,
    /// `true` where the message was cut or broke off, so that not all of it is here.
    pub incomplete: bool,
    /// Codes of the findings that say so.
    pub incomplete_why: Vec<&'static str>,
    /// What could not be read.
    pub unreadable: Vec<UnreadableItem<'a>>,
    /// The envelope of the message; `null` where there is none.
    pub envelope: Option<EnvelopeItem<'a>>,
    /// Segments of the message that were kept and not read; given with its first consignment.
    pub uninterpreted: Vec<SegmentItem<'a>>,
    /// What an authority says in the mail that carried the message; given with its first consignment.
    pub notices: Vec<NoticeItem<'a>>,
}

/// A message that names no consignment, as a line of the stream.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MessageItem<'a> {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// The same index, under the name that items of every document have.
    pub message: u32,
    /// Line of the file the message starts at, from 1.
    pub line: u32,
    /// Format of the message; `null` where it is none that is known.
    pub format: Option<&'static str>,
    /// Version of the format as the sender states it.
    pub version: Option<u16>,
    /// Always `true`: the message names no consignment that could be read.
    pub names_no_consignment: bool,
    /// What the message answers, where it is an acknowledgement (FMA) or a rejection (FNA).
    pub answer: Option<AnswerItem<'a>>,
    /// `true` where the message was cut or broke off, so that not all of it is here.
    pub incomplete: bool,
    /// Codes of the findings that say so.
    pub incomplete_why: Vec<&'static str>,
    /// The envelope of the message; `null` where there is none.
    pub envelope: Option<EnvelopeItem<'a>>,
    /// Segments of the message that were kept and not read.
    pub uninterpreted: Vec<SegmentItem<'a>>,
    /// What an authority says, where the message is one of its own, in order.
    pub notices: Vec<NoticeItem<'a>>,
    /// The facts of a document of facts (`loadgate-facts/1`) that could be read, in its form.
    pub facts: Vec<serde_json::Value>,
}

/// A status of the goods.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusItem<'a> {
    /// The status, such as `RCS`.
    pub code: &'a str,
    /// For a discrepancy (`DIS`), which one, such as `MSCA`.
    pub discrepancy: Option<&'a str>,
    /// Pieces the status speaks of, where it speaks of all of them (`T`).
    pub all_pieces: Option<u32>,
    /// Where it took place; of a flight, where it starts.
    pub station: Option<String>,
    /// The day it took place, there, as far as it is stated: `--11-24` without a year.
    pub date: Option<String>,
    /// The time of that day, `07:00`.
    pub time: Option<String>,
}

/// What a message answers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerItem<'a> {
    /// `accepted` or `rejected`.
    pub outcome: &'static str,
    /// The message that is answered, such as `FWB/16 888-10001014`; `null` where no reason is given with it.
    pub message: Option<&'a str>,
    /// Why, as sent; `null` where no reason is given.
    pub reason: Option<&'a str>,
}

/// A weight.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WeightItem {
    /// The number as written.
    pub value: Number,
    /// `KGM` or `LBR`.
    pub unit: &'static str,
}

/// A volume.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VolumeItem<'a> {
    /// The number as written.
    pub value: Number,
    /// The unit code as written.
    pub unit: &'a str,
}

/// One line of goods.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoodsItem<'a> {
    /// The description.
    pub description: Option<&'a str>,
    /// Commodity codes.
    pub hs: Vec<&'a str>,
    /// Pieces.
    pub pieces: Option<u32>,
    /// Gross weight.
    pub weight: Option<WeightItem>,
    /// Volume.
    pub volume: Option<VolumeItem<'a>>,
    /// Country of origin of the goods.
    pub origin: Option<String>,
    /// Dimensions as written.
    pub dimensions: Vec<&'a str>,
}

/// A party.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PartyItem<'a> {
    /// The whole name.
    pub name: Option<&'a str>,
    /// Street lines joined with commas, or the address as one text.
    pub address: Option<String>,
    /// City.
    pub city: Option<&'a str>,
    /// State, province or other subdivision, as written.
    pub state: Option<&'a str>,
    /// Post code.
    pub postcode: Option<&'a str>,
    /// Country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Account number with the carrier or forwarder.
    pub account: Option<&'a str>,
    /// How to reach it.
    pub contacts: Vec<ContactItem<'a>>,
    /// Registration and tax numbers.
    pub identifiers: Vec<IdentifierItem<'a>>,
}

/// A way to reach a party.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContactItem<'a> {
    /// `telephone`, `fax`, `telex`, `email` or `person`.
    pub kind: &'static str,
    /// As written.
    pub value: &'a str,
}

/// A registration number.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IdentifierItem<'a> {
    /// Country of the scheme.
    pub country: Option<String>,
    /// Scheme, such as `trader` or `aeo`.
    pub scheme: &'a str,
    /// The number as written.
    pub value: &'a str,
}

/// One leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LegItem {
    /// Departure.
    pub from: String,
    /// Landing.
    pub to: String,
    /// `air`, `road`, `rail`, `water` or `unknown`.
    pub mode: &'static str,
    /// Carrier.
    pub carrier: Option<String>,
    /// Flight, such as `9Z100`.
    pub flight: Option<String>,
    /// Local date of departure as far as it is stated: `2026-11-24`, `--11-24` without a year, `---24`
    /// without year and month.
    pub date: Option<String>,
    /// Local time of departure, `12:00`.
    pub departs_at: Option<String>,
    /// `assumed`, `declared`, `scheduled` or `flown`.
    pub basis: &'static str,
}

/// A unit load device, container or trailer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EquipmentItem<'a> {
    /// Identifier of the unit load device, `PMC12345XX`; `null` where it is none or cannot be read as one.
    pub uld: Option<&'a str>,
    /// The identifier as sent; `null` where the message states seals alone.
    pub identifier: Option<&'a str>,
    /// Numbers of the seals on it, in order.
    pub seals: Vec<&'a str>,
}

/// A security declaration, as the message states it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SecurityItem<'a> {
    /// `NSC`, `SCO`, `SPX` or `SHR`; `null` where none is stated, or several that contradict each other.
    pub status: Option<&'static str>,
    /// All statuses, where they contradict each other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<&'static str>,
    /// Who issued the status, `NL/RA/00100-01`; `null` for a consolidation that was only checked.
    pub issuer: Option<String>,
    /// Last month of the issuer's approval, `2027-05`.
    pub issuer_expiry: Option<String>,
    /// Present and `true` where the State attributed no expiry to the issuer (`1299`).
    #[serde(skip_serializing_if = "is_false")]
    pub issuer_expiry_unlimited: bool,
    /// Who confirmed that every house of a consolidation has a valid declaration.
    pub consolidation_checker: Option<String>,
    /// Last month of the checker's approval.
    pub consolidation_checker_expiry: Option<String>,
    /// Issuers before the last one, null and void.
    pub superseded_issuers: Vec<String>,
    /// Whom the goods came from; the first one where several are stated.
    pub received_from: Option<String>,
    /// Last month of that one's approval.
    pub received_from_expiry: Option<String>,
    /// All of whom the goods came from.
    pub received_from_all: Vec<String>,
    /// Screening methods, current codes.
    pub methods: Vec<&'static str>,
    /// The same as sent: earlier codes, or the words after `AOM`.
    pub methods_as_sent: Vec<&'a str>,
    /// Grounds for exemption.
    pub exemptions: Vec<&'static str>,
    /// Name or employee number of the person who issued the status.
    pub issued_by: Option<&'a str>,
    /// When, in the issuer's local time: `2026-04-16T11:41`, `2026-04-16`, or the text as sent.
    pub issued_at: Option<String>,
    /// Who accepted the status, in order.
    pub acceptors: Vec<String>,
    /// Last month of the approval of each acceptor, in the same order.
    pub acceptors_expiry: Vec<Option<String>>,
    /// Statements, in order.
    pub statements: Vec<&'a str>,
}

/// What the sender knows of his customer. The codes are those of the OCI lines they came in.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AccountItem<'a> {
    /// `AH`: who holds the account.
    pub holder: Option<&'a str>,
    /// `AN`: name on the account.
    pub name: Option<&'a str>,
    /// `AI`: who issued it.
    pub issuer: Option<&'a str>,
    /// `AR`: its number.
    pub number: Option<&'a str>,
    /// `AF`: shipping frequency.
    pub frequency: Option<&'a str>,
    /// `KP`: known consignor.
    pub known_consignor: Option<bool>,
    /// `AE`: the day it was established, as far as it is stated.
    pub established: Option<String>,
    /// `BT`: billing type.
    pub billing: Option<&'a str>,
    /// `IA`: network address when the account was made.
    pub created_from: Option<&'a str>,
    /// `IR`: network address when the pick-up was asked for.
    pub requested_from: Option<&'a str>,
    /// `PI`: identity documents.
    pub documents: Vec<&'a str>,
    /// `RT`: transaction type.
    pub transaction: Option<&'a str>,
    /// `MI`: shipper's manufacturer or AEO number.
    pub manufacturer: Option<&'a str>,
    /// `II`: consignee's importer-of-record number.
    pub importer: Option<&'a str>,
    /// `VP`: verified telephone.
    pub verified_telephone: Option<&'a str>,
    /// `MU`, `MD`, `VU`, `VD`: e-mail addresses.
    pub emails: Vec<EmailItem>,
    /// `RA` under `AGT`: regulated agent's number.
    pub agent_number: Option<&'a str>,
    /// `AGT`: agent's name.
    pub agent_name: Option<&'a str>,
    /// `FT`: filing type.
    pub filing_type: Option<&'a str>,
}

/// An e-mail address of the account set.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EmailItem {
    /// The address; without a domain where that line is missing.
    pub address: String,
    /// Whether it is stated as verified.
    pub verified: bool,
}

/// A customs, security or regulatory line as sent.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CustomsItem<'a> {
    /// Country as written.
    pub country: Option<&'a str>,
    /// Information identifier, such as `ISS`.
    pub information: Option<&'a str>,
    /// Control identifier, such as `RA`.
    pub control: Option<&'a str>,
    /// The supplementary text.
    pub text: &'a str,
    /// Line of the file, from 1.
    pub line: u32,
}

/// Totals of a master.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TotalsItem {
    /// Origin.
    pub origin: Option<String>,
    /// Destination.
    pub destination: Option<String>,
    /// Pieces.
    pub pieces: Option<u32>,
    /// Gross weight.
    pub weight: Option<WeightItem>,
}

/// A value that could not be read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnreadableItem<'a> {
    /// The element.
    pub path: String,
    /// The text as sent.
    pub text: &'a str,
}

/// What a document says of its own issue. Times are instants (`2026-11-23T13:05:00Z`), local times
/// (`2026-11-23T14:05:00`) or days (`2026-11-23`), as exact as they were stated.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IssueItem<'a> {
    /// When it was issued: the time of the message, else that of the signature.
    pub at: Option<String>,
    /// When the message was made.
    pub message_at: Option<String>,
    /// When the carrier, or his agent for him, signed the document.
    pub executed_at: Option<String>,
    /// Where he signed it.
    pub place: Option<&'a str>,
    /// Who signed it.
    pub by: Option<&'a str>,
    /// Who signed it for the shipper.
    pub for_shipper: Option<&'a str>,
}

/// The envelope of a text message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EnvelopeItem<'a> {
    /// Priority, such as `QK`.
    pub priority: Option<&'a str>,
    /// Addresses, in order.
    pub addresses: Vec<&'a str>,
    /// Originator's address.
    pub originator: Option<&'a str>,
    /// The rest of the originator line.
    pub signature: Option<&'a str>,
    /// Day of the month and time it was sent, `---31T16:07`.
    pub sent_at: Option<String>,
}

/// A segment that was kept and not read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SegmentItem<'a> {
    /// Its identifier.
    pub identifier: &'a str,
    /// The text as sent.
    pub text: &'a str,
    /// Line of the file it starts at, from 1.
    pub line: u32,
    /// `true` where the format has it and the model has no place for it; `false` where it was not
    /// understood.
    pub known: bool,
}

// The signature is the one serde asks for.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !*value
}
