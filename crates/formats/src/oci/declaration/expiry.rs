//! Expiries of approvals: whose an `ED` line is, and which of several counts.

use super::{Draft, EntityRole, path};
use crate::oci::Line;
use consignment::security::ApprovalExpiry;
use finding::Finding;
use finding::codes::declaration as code;

/// The entity an `ED` line would belong to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum LastEntity {
    /// No entity line yet.
    #[default]
    None,
    /// The entity line before could not be read, and its expiry goes with it.
    Unreadable,
    /// The last entity of this role.
    Read(EntityRole),
    /// The last entity of this role, with lines of customs after it.
    Before(EntityRole),
}

impl Draft {
    /// Notes a line that is none of the declaration; `hides_entity` where it may be one of an entity that
    /// cannot be read.
    pub(in crate::oci) fn foreign_line(&mut self, hides_entity: bool) {
        self.last_entity = match self.last_entity {
            _ if hides_entity => LastEntity::Unreadable,
            LastEntity::Read(role) => LastEntity::Before(role),
            other => other,
        };
    }

    /// Ends the list: an issuer named again later is one issuer, and of all expiries stated for an entity
    /// the earliest counts, whoever was named in between.
    pub(in crate::oci) fn settle(&mut self, findings: &mut Vec<Finding>) {
        if let Some(last) = self.issuers.pop() {
            self.issuers.retain(|issuer| issuer.value.entity != last.value.entity);
            self.issuers.push(last);
        }
        let expiries = std::mem::take(&mut self.expiries);
        for role in [EntityRole::Issuer, EntityRole::Checker, EntityRole::Acceptor, EntityRole::ReceivedFrom]
        {
            for (index, placed) in self.entities(role).iter_mut().enumerate() {
                let entity = &placed.value.entity;
                let stated = expiries.iter().filter(|(of, _)| of == entity).map(|(_, expiry)| *expiry).min();
                if let (Some(earliest), true) = (stated, stated != placed.value.expiry) {
                    if placed.value.expiry.is_some() {
                        findings.push(
                            Finding::new(code::CSD_EXPIRIES_DIFFER)
                                .at(placed.position)
                                .on(path(role.field(index)))
                                .with("entity", entity.to_string())
                                .with("counts", earliest.to_string()),
                        );
                    }
                    placed.value.expiry = Some(earliest);
                }
            }
        }
    }

    /// Reads an `ED` line.
    pub(super) fn expiry(&mut self, line: &Line<'_>, findings: &mut Vec<Finding>) {
        let role = match self.last_entity {
            LastEntity::Read(role) | LastEntity::Before(role) => role,
            LastEntity::Unreadable => return,
            LastEntity::None => {
                let finding = Finding::new(code::CSD_EXPIRY_PLACE).at(line.position).with("text", line.text);
                return findings.push(finding);
            }
        };
        match ApprovalExpiry::parse(line.text) {
            Some(expiry) => self.state_expiry(role, expiry, line, findings),
            None => {
                let list = self.entities(role);
                let field = role.field(list.len().saturating_sub(1));
                let entity = list.last().map_or_else(String::new, |last| last.value.entity.to_string());
                findings.push(
                    Finding::new(code::CSD_EXPIRY_FORM)
                        .at(line.position)
                        .on(path(field))
                        .with("text", line.text)
                        .with("entity", entity),
                );
            }
        }
    }

    /// Sets the expiry of the last entity of this role. Of several the earliest counts: nobody can tell
    /// that the approval ran longer.
    pub(super) fn state_expiry(
        &mut self,
        role: EntityRole,
        expiry: ApprovalExpiry,
        line: &Line<'_>,
        findings: &mut Vec<Finding>,
    ) {
        let away = matches!(self.last_entity, LastEntity::Before(_));
        let list = self.entities(role);
        let field = role.field(list.len().saturating_sub(1));
        let Some(last) = list.last_mut() else { return };
        let counts = last.value.expiry.map_or(expiry, |kept| kept.min(expiry));
        let differs = last.value.expiry.is_some_and(|kept| kept != expiry);
        if differs && away {
            // It counts, since nobody can tell whose it is; that its place is wrong says enough.
            findings.push(Finding::new(code::CSD_EXPIRY_PLACE).at(line.position).with("text", line.text));
        } else if differs {
            findings.push(
                Finding::new(code::CSD_EXPIRIES_DIFFER)
                    .at(line.position)
                    .on(path(field))
                    .with("entity", last.value.entity.to_string())
                    .with("counts", counts.to_string()),
            );
        }
        last.value.expiry = Some(counts);
        let stated = (last.value.entity.clone(), expiry);
        self.expiries.push(stated);
    }
}
