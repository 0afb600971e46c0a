//! Entries of one list by their identifier, each added once and then looked up by the files beside it.

use crate::list::{Entity, NameKind, Quality};
use std::collections::HashMap;

/// Entries in the order in which they were added.
#[derive(Default)]
pub(super) struct Entries {
    entities: Vec<Entity>,
    places: HashMap<String, usize>,
}

impl Entries {
    /// The entry of this identifier.
    pub(super) fn get(&mut self, id: &str) -> Option<&mut Entity> {
        self.places.get(id).map(|place| &mut self.entities[*place])
    }

    /// Adds an entry. Where its identifier is known already, the entry there gains its names and addresses, and the
    /// answer is `false`.
    pub(super) fn add(&mut self, entity: Entity) -> bool {
        let Some(known) = self.get(&entity.id) else {
            self.places.insert(entity.id.clone(), self.entities.len());
            self.entities.push(entity);
            return true;
        };
        for name in entity.names {
            let kind = match name.kind {
                NameKind::Primary => NameKind::Alias(Quality::Strong),
                other => other,
            };
            known.add_name(&name.text, kind);
        }
        for address in entity.addresses {
            if !known.addresses.contains(&address) {
                known.addresses.push(address);
            }
        }
        false
    }

    /// All entries.
    pub(super) fn into_entities(self) -> Vec<Entity> {
        self.entities
    }
}
