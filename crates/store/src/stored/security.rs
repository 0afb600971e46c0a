//! Facts of security, with who told them.

use super::shape::{field_is_absent, name_of, put_field, stored_struct, take_field};
use casework::security::record::{Declared, Marked, Told};

stored_struct! { Told { at, received_at, by, registry } }
stored_struct! { Declared { declaration, issued_at, approved_for_high_risk } }
stored_struct! { Marked { why, methods_min } }
