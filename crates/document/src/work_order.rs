//! What is to be screened, for whom.

use crate::assess::CaseLeg;
use crate::value::goods_id;
use casework::gate::RequestCovered;
use casework::security::evidence::Cleared;
use casework::work_order::WorkOrder;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of work orders.
pub const WORK_ORDERS_SCHEMA: &str = "loadgate-work-orders/1";

/// Work orders, in order of the goods.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkOrdersReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Those that whoever asks may see.
    pub work_orders: Vec<WorkOrderItem>,
    /// What to ask for as `after` to go on; `null` at the end.
    pub next: Option<String>,
    /// Whether more goods may be to be screened than were looked at: then these are not all.
    pub beyond: bool,
}

/// What is to be screened of goods, which answers every request for screening that is open on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkOrderItem {
    /// Its id: that of the goods.
    pub id: String,
    /// Air waybill; `null` for a house whose master nobody told.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// `open`, or `done` where the results known here are enough: then those who asked are waited for.
    pub state: &'static str,
    /// How many pieces they have, where that was filed: all of them are to be screened.
    pub pieces: Option<u32>,
    /// Fewest different methods.
    pub methods_min: u8,
    /// Methods that are recommended, those first that most requests recommend; others do where none is.
    pub methods: Vec<&'static str>,
    /// Until when the first of the requests is to be answered, RFC 3339.
    pub deadline: Option<String>,
    /// The leg that departs next.
    pub leg: Option<CaseLeg>,
    /// When it departs, RFC 3339.
    pub departs_at: Option<String>,
    /// The requests that it answers; each is closed by whoever asked.
    pub requests: Vec<AnsweredRequest>,
}

/// A request that a work order answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnsweredRequest {
    /// The programme whose authority asked; `null` for a mark as high-risk that others set.
    pub programme: Option<String>,
    /// Its reference; `null` for a mark.
    pub reference: Option<String>,
    /// Since when results count for it, RFC 3339.
    pub since: String,
    /// Fewest different methods that it wants.
    pub methods_min: u8,
    /// Methods by which every piece was found clear since.
    pub cleared: Vec<&'static str>,
    /// Whether the results known here are enough for it.
    pub enough: bool,
}

impl From<&RequestCovered> for AnsweredRequest {
    fn from(request: &RequestCovered) -> Self {
        let cleared = request.covered.methods.iter().filter(|shows| shows.cleared == Cleared::All);
        Self {
            programme: request.programme.as_ref().map(ToString::to_string),
            reference: request.reference.as_deref().map(str::to_owned),
            since: request.request.since.to_string(),
            methods_min: request.request.methods_min,
            cleared: cleared.map(|shows| shows.method.code()).collect(),
            enough: request.covered.enough,
        }
    }
}

impl From<&WorkOrder> for WorkOrderItem {
    fn from(order: &WorkOrder) -> Self {
        Self {
            id: goods_id(&order.goods),
            master: order.goods.master.map(|master| master.to_string()),
            house: order.goods.house.as_ref().map(ToString::to_string),
            state: if order.is_done() { "done" } else { "open" },
            pieces: order.pieces,
            methods_min: order.methods_min,
            methods: order.recommended.iter().map(|method| method.code()).collect(),
            deadline: order.deadline.map(|at| at.to_string()),
            leg: order.departs.as_ref().map(|(leg, _)| CaseLeg::from(leg)),
            departs_at: order.departs.as_ref().map(|(_, at)| at.to_string()),
            requests: order.requests.iter().map(AnsweredRequest::from).collect(),
        }
    }
}
