//! Adjudications: pairs of a party and an entry, and what officers found of them.

use super::shape::{field_is_absent, name_of, put_field, stored_struct, stored_words, take_field};
use casework::adjudication::{Judge, JudgedEntry, JudgedParty, Proposal, Said, Subject, Verdict};

stored_words! { Verdict { NotTheSame = "not_the_same", TheSame = "the_same" } }
stored_struct! { JudgedParty { name, country, address, documents, hash } }
stored_struct! { JudgedEntry { source, list, security, entity_id, name, hash } }
stored_struct! { Subject { party, entry } }
stored_struct! { Judge { person, desk, channel } }
stored_struct! { Proposal { id, goods, subject, verdict, by, reason, at } }
stored_struct! { Said { id, by, reason, at } }
