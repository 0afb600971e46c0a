//! The description of the interface (OpenAPI 3.1), made from the routes and from the types that are written.

use super::ROUTES;
use super::route::{Content, Parameter, Place, Route, Verb};
use crate::problem::KINDS;
use crate::room::{OpenRoom, Opening};
use axum::Json;
use axum::routing::get;
use document::access::AccessesReply;
use document::adjudication::{AdjudicationReply, AdjudicationsReply};
use document::counts::CountsReply;
use document::gate_list::GateList;
use document::lookup::LookupReply;
use document::node::{
    AcknowledgedReply, CheckpointReply, ComparisonReply, ConsignmentReply, FilingsReply, GateReply,
    HealthReply, HeldList, HeldProgramme, ProblemKind, ProblemReply,
};
use document::notice::NoticesReply;
use document::operation::ProofItem;
use document::queue::{DelayReply, DueItem, QueueReply};
use document::screen::{RowEntry, ScreenItem};
use document::transport::{FlightReply, UnitReply};
use schemars::SchemaGenerator;
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value, json};

pub(super) const ROUTES_HERE: &[Route] = &[Route {
    method: Verb::Get,
    path: "/v1/openapi.json",
    action: None,
    summary: "This description.",
    parameters: &[],
    body: None,
    status: 200,
    answer: Content { media: "application/json", what: "An OpenAPI 3.1 document.", schema: None },
    handler: || get(async || Json(describe())),
}];

/// The description of every route of this release.
pub fn describe() -> Value {
    let (mut said, mut asked) = (generator(Contract::Serialize), generator(Contract::Deserialize));
    let mut schemas = Map::new();
    add::<ProblemReply>("Problem", &mut said, &mut schemas);
    add::<super::gate::Asked>("GateQuestion", &mut asked, &mut schemas);
    add::<super::answers::Seen>("Seen", &mut asked, &mut schemas);
    add::<FilingsReply>("Filings", &mut said, &mut schemas);
    add::<GateReply>("GateAnswer", &mut said, &mut schemas);
    add::<super::gate_lists::ListAsked>("GateListQuestion", &mut asked, &mut schemas);
    add::<GateList>("GateList", &mut said, &mut schemas);
    add::<ConsignmentReply>("Consignment", &mut said, &mut schemas);
    add::<AcknowledgedReply>("Acknowledged", &mut said, &mut schemas);
    add::<HealthReply>("Health", &mut said, &mut schemas);
    add::<ProblemKind>("ProblemKind", &mut said, &mut schemas);
    add::<super::notices::Seen>("NoticesSeen", &mut asked, &mut schemas);
    add::<NoticesReply>("Notices", &mut said, &mut schemas);
    add::<super::comparisons::Compared>("ComparisonQuestion", &mut asked, &mut schemas);
    add::<ComparisonReply>("Comparison", &mut said, &mut schemas);
    add::<CountsReply>("Counts", &mut said, &mut schemas);
    add::<AccessesReply>("Accesses", &mut said, &mut schemas);
    add::<super::adjudications::Proposed>("AdjudicationProposal", &mut asked, &mut schemas);
    add::<super::adjudications::Word>("AdjudicationWordOf", &mut asked, &mut schemas);
    add::<AdjudicationReply>("Adjudication", &mut said, &mut schemas);
    add::<AdjudicationsReply>("Adjudications", &mut said, &mut schemas);
    add::<FlightReply>("Flight", &mut said, &mut schemas);
    add::<UnitReply>("Unit", &mut said, &mut schemas);
    add::<LookupReply>("Lookup", &mut said, &mut schemas);
    add::<QueueReply>("Queue", &mut said, &mut schemas);
    add::<Vec<DueItem>>("Due", &mut said, &mut schemas);
    add::<DelayReply>("Delay", &mut said, &mut schemas);
    add::<document::holds::HoldsReply>("Holds", &mut said, &mut schemas);
    add::<super::holds::Order>("HoldOrder", &mut asked, &mut schemas);
    add::<super::holds::Lifting>("HoldRelease", &mut asked, &mut schemas);
    add::<document::work_order::WorkOrdersReply>("WorkOrders", &mut said, &mut schemas);
    add::<super::work_orders::Results>("ScreeningResults", &mut asked, &mut schemas);
    add::<document::organisation::OrganisationsReply>("Organisations", &mut said, &mut schemas);
    add::<document::organisation::MandatesReply>("Mandates", &mut said, &mut schemas);
    add::<super::organisations::Given>("MandateGiven", &mut asked, &mut schemas);
    add::<document::outage::OutagesReply>("Outages", &mut said, &mut schemas);
    add::<super::outages::Notice>("OutageNotice", &mut asked, &mut schemas);
    add::<super::outages::Word>("OutageWord", &mut asked, &mut schemas);
    add::<document::retention::LegalHoldsReply>("LegalHolds", &mut said, &mut schemas);
    add::<super::retention::Order>("LegalHoldOrder", &mut asked, &mut schemas);
    add::<super::retention::Release>("LegalHoldRelease", &mut asked, &mut schemas);
    add::<document::retention::RetentionReply>("Retention", &mut said, &mut schemas);
    add::<super::retention::Erasure>("ErasureOrder", &mut asked, &mut schemas);
    add::<document::retention::ErasureReply>("Erasure", &mut said, &mut schemas);
    add::<Opening>("RoomOpening", &mut asked, &mut schemas);
    add::<super::screenings::Asked>("Screening", &mut asked, &mut schemas);
    add::<Vec<RowEntry<ScreenItem>>>("Screened", &mut said, &mut schemas);
    add::<OpenRoom>("Room", &mut said, &mut schemas);
    add::<super::rooms::Clock>("RoomClock", &mut asked, &mut schemas);
    add::<Vec<HeldList>>("Lists", &mut said, &mut schemas);
    add::<Vec<HeldProgramme>>("Programmes", &mut said, &mut schemas);
    add::<CheckpointReply>("Checkpoint", &mut said, &mut schemas);
    add::<ProofItem>("Proof", &mut said, &mut schemas);
    add::<document::people::PeopleReply>("People", &mut said, &mut schemas);
    add::<document::people::LinkReply>("Link", &mut said, &mut schemas);
    add::<document::people::SessionReply>("Session", &mut said, &mut schemas);
    add::<document::people::PasskeysReply>("Passkeys", &mut said, &mut schemas);
    add::<document::people::InvitationReply>("InvitationTold", &mut said, &mut schemas);
    add::<super::people::Invitation>("Invitation", &mut asked, &mut schemas);
    add::<super::people::Roles>("Roles", &mut asked, &mut schemas);
    add::<super::session::Ceremony>("Ceremony", &mut asked, &mut schemas);
    add::<super::session::Shown>("Shown", &mut asked, &mut schemas);
    add::<super::session::Registered>("Registered", &mut asked, &mut schemas);
    add::<super::session::LinkShown>("LinkShown", &mut asked, &mut schemas);
    // What is asked with in the same words as are answered is described as it is answered.
    for (name, schema) in asked.take_definitions(true).into_iter().chain(said.take_definitions(true)) {
        schemas.insert(name, schema);
    }
    let mut paths = Map::new();
    for route in ROUTES.iter().copied().flatten() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        let verb = match route.method {
            Verb::Get => "get",
            Verb::Post => "post",
            Verb::Delete => "delete",
        };
        path[verb] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Loadgate",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "May this consignment be loaded, and why?",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "certificate": { "type": "mutualTLS" },
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-loadgate" },
            },
        },
    })
}

/// What is read may leave out what has a default; what is written leaves out what is empty.
fn generator(contract: Contract) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas/".into();
        settings.meta_schema = None;
        settings.inline_subschemas = false;
        settings.contract = contract;
    });
    settings.into_generator()
}

fn add<T: schemars::JsonSchema>(
    name: &str,
    generator: &mut SchemaGenerator,
    schemas: &mut Map<String, Value>,
) {
    let schema = generator.subschema_for::<T>();
    // A schema that stands by itself keeps its name beside the one it leads to.
    schemas.insert(name.to_owned(), schema.to_value());
}

fn operation(route: &Route) -> Value {
    let Route { summary, parameters, body, status, answer, action, .. } = route;
    let mut responses = Map::new();
    responses.insert(status.to_string(), json!({ "description": answer.what, "content": content(answer) }));
    let codes: Vec<&str> = KINDS.iter().map(|kind| kind.code).collect();
    responses.insert(
        "default".to_owned(),
        json!({
            "description": format!("A problem (RFC 9457). Its code is one of: {}.", codes.join(", ")),
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        }),
    );
    let mut operation = json!({
        "summary": summary,
        "operationId": operation_id(route),
        "parameters": parameters.iter().map(parameter).collect::<Vec<_>>(),
        "responses": responses,
        "security": match action {
            Some(_) => json!([{ "token": [] }, { "certificate": [] }, { "session": [] }]),
            None => json!([]),
        },
    });
    if let Some(action) = action {
        operation["x-action"] = json!(action.as_str());
    }
    if let Some(body) = body {
        operation["requestBody"] =
            json!({ "description": body.what, "required": true, "content": content(body) });
    }
    operation
}

fn content(content: &Content) -> Value {
    let schema = content.schema.map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }));
    json!({ (content.media): schema.map_or_else(|| json!({}), |schema| json!({ "schema": schema })) })
}

fn parameter(parameter: &Parameter) -> Value {
    let Parameter { name, place, what } = parameter;
    let (place, required) = match place {
        Place::Path => ("path", true),
        Place::Query => ("query", false),
        Place::Header => ("header", false),
    };
    json!({ "name": name, "in": place, "required": required, "description": what, "schema": { "type": "string" } })
}

fn operation_id(route: &Route) -> String {
    let verb = match route.method {
        Verb::Get => "get",
        Verb::Post => "post",
        Verb::Delete => "delete",
    };
    let words = route.path.split(['/', '.', '{', '}']).filter(|word| !word.is_empty() && *word != "v1");
    std::iter::once(verb).chain(words).collect::<Vec<_>>().join("_")
}
