//! Which desk decides on what.
//!
//! An agency decides on its own holds, an authority on its own referrals, and only where it decides on this node:
//! officers never stand in for an authority whose messages are relayed. A high-risk mark is released by whoever set
//! it or by aviation security. What concerns the node itself (messages it could not read, claims it could not verify,
//! which goods are which) is for its duty desk or aviation security; another agency holds, and frees nothing of it.

use super::deed::object_of;
use super::effects::marks;
use super::{Desk, Officer, unknown};
use crate::case::{Actor, Node, ReferralKind};
use crate::security::record::Mark;
use crate::{Dossier, Refusal};
use consignment::ConsignmentKey;
use consignment::fact::{OfficerDeed, same_name};
use finding::{Phrase, codes};
use programme::{Mode, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which desks decide on what on a node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Competence {
    /// How each programme runs here; one that is not named is simulated.
    pub modes: BTreeMap<ProgrammeId, Mode>,
    /// Agencies whose officers stand duty for whoever runs the node.
    pub duty: BTreeSet<Arc<str>>,
    /// Agencies whose officers act for aviation security.
    pub aviation_security: BTreeSet<Arc<str>>,
    /// Programmes whose authority is one of aviation security.
    pub security_programmes: BTreeSet<ProgrammeId>,
}

impl Competence {
    /// Whether the officers of a desk may say what the authority of a programme declares of an outage: those who stand
    /// duty, of aviation security, and of the authority itself, where it does not decide elsewhere.
    pub fn declares_outage(&self, desk: &Desk, programme: &ProgrammeId) -> bool {
        let own = matches!(desk, Desk::Authority(own) if own == programme);
        own && self.mode(programme) != Mode::Relay || self.secures(desk) || self.on_duty(desk)
    }

    pub(crate) fn mode(&self, programme: &ProgrammeId) -> Mode {
        self.modes.get(programme).copied().unwrap_or(Mode::Simulated)
    }

    /// Whether the officers of a desk decide here for aviation security.
    pub(crate) fn secures(&self, desk: &Desk) -> bool {
        match desk {
            Desk::Agency(agency) => named_in(&self.aviation_security, agency),
            Desk::Authority(programme) => {
                self.security_programmes.contains(programme) && self.mode(programme) == Mode::Authority
            }
            Desk::Simulation => true,
        }
    }

    /// Whether the officers of a desk stand duty for the node.
    pub(crate) fn on_duty(&self, desk: &Desk) -> bool {
        match desk {
            Desk::Agency(agency) => named_in(&self.duty, agency),
            Desk::Authority(_) => false,
            Desk::Simulation => true,
        }
    }
}

fn named_in(agencies: &BTreeSet<Arc<str>>, agency: &str) -> bool {
    agencies.iter().any(|one| same_name(one, agency))
}

/// Whether the officer's desk decides on this.
///
/// # Errors
/// A refusal that says whose decision it is.
pub(super) fn competent(dossier: &Dossier, deed: &OfficerDeed, officer: Officer<'_>) -> Result<(), Refusal> {
    let (desk, competence) = (officer.desk, officer.competence);
    let object = object_of(deed).cloned();
    let (named, duty) = match deed {
        OfficerDeed::Hold { agency, .. } | OfficerDeed::Release { agency, .. } => {
            return agency_of(desk, agency).map(drop);
        }
        OfficerDeed::Refer { programme, .. } | OfficerDeed::CancelDoNotLoad { programme, .. } => {
            return authority_of(dossier, &object, &ProgrammeId::new(programme), officer).map(drop);
        }
        OfficerDeed::EnteredInError { entry, .. } => {
            let Some((struck, _)) = dossier.decisions.entries.get(entry) else { return Err(unknown(entry)) };
            return match struck.deed {
                // What strikes an entry is struck by nobody.
                OfficerDeed::EnteredInError { .. } => Ok(()),
                _ => competent(dossier, &struck.deed, officer),
            };
        }
        OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. } => return Ok(()),
        OfficerDeed::ReleaseHighRisk { object } => (set_the_marks(dossier, object, officer), false),
        OfficerDeed::ClearClaim { programme, .. } | OfficerDeed::ClearUnitClaim { programme, .. } => {
            (decides(dossier, &object, programme, officer), true)
        }
        OfficerDeed::Unlink { house, .. } => {
            let own = orders_of_authorities_here(dossier, house, officer);
            if let Some(programme) =
                own.iter().find(|programme| !decides(dossier, &object, programme, officer))
            {
                return Err(not_here(programme, Mode::Authority));
            }
            (!own.is_empty(), true)
        }
        OfficerDeed::SameShipment { .. }
        | OfficerDeed::OtherGoods { .. }
        | OfficerDeed::StrikeFiling { .. }
        | OfficerDeed::SettleUnread { .. } => {
            let here = |programme: &ProgrammeId| {
                object.is_some() && decides(dossier, &object, programme.as_str(), officer)
            };
            // What may concern all goods is for the node's own desks: no programme's officers answer for the others.
            (matches!(desk, Desk::Authority(programme) if here(programme)), true)
        }
    };
    if named || competence.secures(desk) || duty && competence.on_duty(desk) {
        return Ok(());
    }
    let object = match (object, deed) {
        (Some(object), _) => object.to_string(),
        (None, OfficerDeed::ClearUnitClaim { unit, .. }) => unit.to_string(),
        (None, _) => "all goods".to_owned(),
    };
    Err(Refusal(Phrase::new(codes::gate::DESK_NOT_COMPETENT).with("object", object)))
}

/// Whether the desk is that of the programme's authority, and it decides here.
fn decides(
    dossier: &Dossier,
    object: &Option<ConsignmentKey>,
    programme: &str,
    officer: Officer<'_>,
) -> bool {
    authority_of(dossier, object, &ProgrammeId::new(programme), officer).is_ok()
}

/// The programmes that forbid to load a house and whose authorities decide here.
fn orders_of_authorities_here(
    dossier: &Dossier,
    house: &ConsignmentKey,
    officer: Officer<'_>,
) -> BTreeSet<Arc<str>> {
    let node = Node::of(house);
    let referrals = dossier.tree.referrals_of(&node);
    let orders = referrals.filter(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl);
    orders
        .filter(|(programme, _)| officer.competence.mode(programme) == Mode::Authority)
        .map(|(programme, _)| programme.as_str().into())
        .collect()
}

/// Whether every mark from which nobody released the goods was set by this desk: by its channel, signs of interference that
/// it told of among them, or by requests of its authority.
fn set_the_marks(dossier: &Dossier, object: &ConsignmentKey, officer: Officer<'_>) -> bool {
    let key = Some(object.clone());
    let own = |mark: &Mark| match mark {
        Mark::Requested { programme, .. } => decides(dossier, &key, programme.as_str(), officer),
        Mark::Told(told, _) | Mark::Tampered(told, _) => &*told.by == officer.channel,
    };
    let marks = marks(dossier, object);
    // Without a mark there is nothing to release: it would release from one that comes late.
    !marks.is_empty() && marks.iter().all(own)
}

/// The agency an officer acts for, where it is this one.
pub(super) fn agency_of(desk: &Desk, agency: &Arc<str>) -> Result<Actor, Refusal> {
    match desk {
        // As the channel spells it: what one act holds under another spelling, another of its acts releases.
        Desk::Agency(own) if same_name(own, agency) => Ok(Actor::Agency(Arc::clone(own))),
        // What an authority's officers hold for themselves.
        Desk::Authority(own) if same_name(own.as_str(), agency) => Ok(Actor::Agency(own.as_str().into())),
        Desk::Simulation => Ok(Actor::Agency(Arc::clone(agency))),
        _ => Err(Refusal(Phrase::new(codes::gate::NOT_YOUR_AGENCY).with("agency", agency.to_string()))),
    }
}

/// The authority an officer acts for, where it decides on this node. In a simulation its officers play it; where it
/// decides elsewhere, only its own message does.
pub(super) fn authority_of(
    dossier: &Dossier,
    object: &Option<ConsignmentKey>,
    programme: &ProgrammeId,
    officer: Officer<'_>,
) -> Result<Actor, Refusal> {
    let case =
        object.as_ref().and_then(|object| dossier.tree.cases.get(&(Node::of(object), programme.clone())));
    let mode = case.map_or_else(|| officer.competence.mode(programme), |case| case.mode);
    match (officer.desk, mode) {
        (Desk::Authority(own), Mode::Authority) if own == programme => {
            Ok(Actor::Authority(programme.clone()))
        }
        (Desk::Authority(own), Mode::Simulated) if own == programme => Ok(Actor::Simulation),
        (Desk::Simulation, _) => Ok(Actor::Simulation),
        _ => Err(not_here(programme.as_str(), mode)),
    }
}

fn not_here(programme: &str, mode: Mode) -> Refusal {
    let refusal = Phrase::new(codes::gate::NOT_YOUR_DECISION).with("programme", programme);
    Refusal(refusal.with("mode", mode.as_str()))
}
