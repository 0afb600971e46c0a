//! Words that hold and were said of a house number alone. House numbers recur among forwarders, so such a word may have
//! meant another house of that number, which nobody had told of by then.

use super::claim::Claim;
use super::document::Hold;
use super::event::Event;
use super::referral::ReferralKind;
use super::state::{Node, Tree};
use programme::ProgrammeId;
use std::sync::Arc;

/// One word that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberWord {
    /// A referral of an authority.
    Referral {
        /// The programme.
        programme: ProgrammeId,
        /// Its kind.
        kind: ReferralKind,
        /// Its reference.
        reference: Arc<str>,
    },
    /// What somebody claims that an authority said.
    Claim {
        /// The programme.
        programme: ProgrammeId,
        /// The claim.
        claim: Claim,
    },
    /// A hold of an agency.
    Hold(Hold),
    /// What was found of the goods: an alarm, a break, a mark. That it was cleared up for one house says nothing of
    /// another, so it is never over.
    Found,
}

impl NumberWord {
    /// Whether it still holds a node it was said of: whoever said it has not taken it back.
    pub fn stands(&self, tree: &Tree, node: &Node) -> bool {
        match self {
            Self::Referral { programme, kind, reference } => {
                tree.referral(node, programme, *kind, reference).is_some_and(|referral| referral.open)
            }
            Self::Claim { programme, claim } => tree
                .cases
                .get(&(node.clone(), programme.clone()))
                .is_some_and(|case| case.open_claims().any(|one| one.is(claim))),
            Self::Hold(hold) => {
                tree.documents.get(node).is_some_and(|document| document.holds.contains(hold))
            }
            Self::Found => true,
        }
    }
}

impl Tree {
    /// The words of others that hold a node now.
    pub fn words_that_hold(&self, node: &Node) -> Vec<NumberWord> {
        let referrals = self.referrals_of(node).filter(|(_, referral)| referral.open);
        let referrals = referrals.map(|(programme, referral)| NumberWord::Referral {
            programme: programme.clone(),
            kind: referral.kind,
            reference: Arc::clone(&referral.reference),
        });
        let claims = self.cases_of(node).flat_map(|(programme, case)| {
            case.open_claims()
                .map(|claim| NumberWord::Claim { programme: programme.clone(), claim: claim.clone() })
        });
        let document = self.documents.get(node);
        let holds = document.into_iter().flat_map(|document| &document.holds).cloned();
        referrals.chain(claims).chain(holds.map(NumberWord::Hold)).collect()
    }

    /// Those of them that were said of the house number alone.
    pub fn of_number_alone(&self, node: &Node) -> impl Iterator<Item = &NumberWord> {
        let words = self.number_words.get(node).map(Vec::as_slice).unwrap_or_default();
        words.iter().filter(|word| word.stands(self, node))
    }

    /// Whether any word on a node was said of its number alone, taken back or not.
    pub fn was_meant_by_number(&self, node: &Node) -> bool {
        self.number_words.contains_key(node)
    }

    /// Whether this word was said of a node too.
    pub fn has_word(&self, node: &Node, word: &NumberWord) -> bool {
        self.number_words.get(node).is_some_and(|words| words.contains(word))
    }
}

pub(super) fn note(tree: &Tree, node: &Node, words: Vec<NumberWord>) -> Vec<Event> {
    let new = words.into_iter().filter(|word| !tree.has_word(node, word));
    new.map(|word| Event::SaidOfNumber { node: node.clone(), word }).collect()
}
