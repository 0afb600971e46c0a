//! What an act of officers lifts, by name: what was proposed is lifted, and nothing that came after it.

use crate::case::{self, Actor, Claim, Claimed, Hold, Node, ReferralKind, Tree, Unread};
use crate::security::record::{Mark, SecurityFact};
use consignment::ConsignmentKey;
use finding::{Code, Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// One thing that stands against goods, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifted {
    /// A hold of an agency.
    Hold {
        /// The goods.
        node: Node,
        /// The hold.
        hold: Hold,
    },
    /// A referral of an authority.
    Referral {
        /// The goods.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// Its kind.
        kind: ReferralKind,
        /// Its reference.
        reference: Arc<str>,
        /// When it was last said to be open.
        said_at: Timestamp,
    },
    /// A claim.
    Claim {
        /// The goods.
        node: Node,
        /// The programme.
        programme: ProgrammeId,
        /// The claim.
        claim: Claim,
    },
    /// A message that could not be read.
    Unread(Unread),
    /// The doubt whether all versions are of one shipment.
    Doubt {
        /// The goods.
        node: Node,
        /// What looks like another shipment or place, in words.
        why: Vec<Phrase>,
        /// How many versions there are.
        versions: u32,
    },
    /// That the goods resemble others.
    Resemblance {
        /// The goods.
        node: Node,
        /// Which, in words.
        why: Phrase,
    },
    /// What made the goods high-risk.
    Mark {
        /// The goods.
        object: ConsignmentKey,
        /// The mark.
        mark: Mark,
    },
    /// That a house is inside its master.
    Inside(Node),
    /// What somebody filed.
    Filing {
        /// The goods.
        node: Node,
        /// Who.
        filer: Actor,
    },
}

impl Lifted {
    /// What an event would lift; `None` where it lifts nothing.
    pub(super) fn by(tree: &Tree, event: &crate::Event) -> Option<Self> {
        let event = match event {
            crate::Event::Tree(event) => event,
            crate::Event::Security(event) => {
                let SecurityFact::MarkReleased(mark) = &event.fact else { return None };
                return Some(Self::Mark { object: event.object.clone(), mark: mark.clone() });
            }
            _ => return None,
        };
        Some(match event.clone() {
            case::Event::HoldLifted { node, agency, cause, entry } => {
                Self::Hold { node, hold: Hold { agency, cause, entry } }
            }
            case::Event::ReferralClosed { node, programme, kind, reference, .. } => {
                let open = tree.referral(&node, &programme, kind, &reference);
                let said_at = open.map_or(Timestamp::MIN, |open| open.said_at);
                Self::Referral { node, programme, kind, reference, said_at }
            }
            case::Event::ClaimEnded { node, programme, claim, .. } => Self::Claim { node, programme, claim },
            case::Event::UnreadSettled { why, at, .. } => Self::Unread(Unread { why, at }),
            case::Event::ShipmentConfirmed { node, .. } => {
                let document = tree.documents.get(&node);
                let whys = document
                    .into_iter()
                    .flat_map(|document| [&document.other_shipment, &document.elsewhere, &document.whose]);
                let why = whys.flatten().cloned().collect();
                let versions = document.and_then(case::Document::version).unwrap_or(0);
                Self::Doubt { node, why, versions }
            }
            case::Event::ResemblanceSettled { node, why, .. } => Self::Resemblance { node, why },
            case::Event::Unlinked { node, .. } => Self::Inside(node),
            case::Event::FilingStruck { node, filer, .. } => Self::Filing { node, filer },
            _ => return None,
        })
    }

    /// The reason it gives in an answer.
    fn reason(&self) -> Code {
        use codes::gate as code;
        match self {
            Self::Hold { .. } => code::OTHER_AGENCY_HOLD,
            Self::Referral { kind: ReferralKind::Rfi, .. } => code::RFI_OPEN,
            Self::Referral { kind: ReferralKind::Rfs, .. } => code::RFS_OPEN,
            Self::Referral { kind: ReferralKind::Dnl, .. } => code::DNL_OPEN,
            Self::Claim { .. } => code::REFERRAL_CLAIMED,
            Self::Unread(_) => code::MESSAGE_UNREAD,
            Self::Doubt { .. } | Self::Filing { .. } => code::IDENTITY_AMBIGUOUS,
            Self::Resemblance { .. } => code::RESEMBLES_DNL,
            Self::Mark { .. } => code::HRCM_NOT_SCREENED,
            Self::Inside(_) => code::CONTENT_UNKNOWN,
        }
    }

    /// That it came after what was proposed under this number, and stays, for the second person.
    pub fn stays(&self, proposal: &str) -> Phrase {
        came_since(self.reason(), proposal)
    }

    /// Whether it is a claim of this matter and of these words, by whoever makes it.
    pub fn is_claim(&self, of: (&Node, &ProgrammeId), claimed: Claimed, by: &str, text: &str) -> bool {
        matches!(self, Self::Claim { node, programme, claim }
            if (node, programme) == of && claim.claimed == claimed && *claim.by == *by && claim.text == text)
    }
}

/// That what gives this reason came after what was proposed under this number, and stays.
pub fn came_since(reason: Code, proposal: &str) -> Phrase {
    Phrase::new(codes::gate::WHY_CAME_SINCE).with("reason", reason.id()).with("proposal", proposal)
}
