//! Facts of security, with who told them.

#[cfg(test)]
use super::shape::sample_variant;
use super::shape::{
    field_is_absent, name_of, put_field, put_variant, stored_enum, stored_struct, take_field, take_variant,
};
use casework::security::record::{Declared, Mark, Marked, Told};

stored_struct! { Told { at, received_at, by, registry } }
stored_struct! { Declared { declaration, issued_at, approved_for_high_risk } }
stored_struct! { Marked { why, methods_min } }
stored_enum! { Mark {
    Told[told, mark] = "told";
    Tampered[told, note] = "tampered";
    Requested { programme, reference, said_at } = "requested";
} }
