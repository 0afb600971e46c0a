//! Answers that were given, comparisons with the system in place, who read what, and people.

#[cfg(test)]
use super::shape::sample_variant;
use super::shape::{
    field_is_absent, name_of, put_field, put_variant, stored_enum, stored_struct, stored_tuple, stored_words,
    take_field, take_variant,
};
use casework::access::Access;
use casework::answers::{Basis, Given, Listed};
use casework::decision::Desk;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::parallel::Comparison;
use casework::people::{Account, Passkey, Role};
use casework::view::Asker;
use finding::Code;
use programme::ProgrammeId;
use std::sync::Arc;

stored_struct! { Given {
    id, holder, asker, object, asked_leg, leg, stage, aircraft, decision, held_by, valid_until, at, basis,
    listed,
} }
stored_struct! { Listed { object, decision } }
stored_struct! { Basis { streams, programmes, lists, stations } }
stored_tuple! { (Arc<str>, u64) { stream, version } }
stored_tuple! { (ProgrammeId, String) { programme, hash } }
stored_tuple! { (Code, Option<ProgrammeId>) { code, programme } }
stored_enum! { Asker {
    Filer(name) = "filer";
    Carrier = "carrier";
    Handler = "handler";
    Officer(desk) = "officer";
    Auditor = "auditor";
} }
stored_enum! { Desk {
    Agency(name) = "agency";
    Authority(programme) = "authority";
    Simulation = "simulation";
} }
stored_enum! { AskedLeg {
    First = "first";
    Named { from, to, flight, date } = "named";
} }
stored_words! { Stage { Accept = "accept", Build = "build", Load = "load", Depart = "depart" } }
stored_words! { Aircraft { Passenger = "pax", AllCargo = "cao" } }
stored_words! { Decision { Load = "load", Hold = "hold" } }
stored_struct! { Access { by, what, names, at } }
stored_struct! { Comparison { object, at, ours, theirs, said, held_by } }
stored_struct! { Passkey { id, label, credential } }
stored_struct! { Account { id, issuer, subject } }
stored_words! { Role {
    TargetingOfficer = "targeting_officer",
    DutySupervisor = "duty_supervisor",
    RuleAuthor = "rule_author",
    RuleApprover = "rule_approver",
    AuthorityRelay = "authority_relay",
    OtherAgency = "other_agency",
    LoadingDesk = "loading_desk",
    Handler = "handler",
    Filer = "filer",
    PostalOperator = "postal_operator",
    Screener = "screener",
    RegistryInspector = "registry_inspector",
    Auditor = "auditor",
    Trainer = "trainer",
    Administrator = "administrator",
} }
