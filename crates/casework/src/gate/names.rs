//! Parties that resemble entries of lists: names inform, and what holds for them are the holds they led to.

use super::answer::{Reason, WhoActs};
use super::judge::Judge;
use crate::case::SharedFact;
use finding::codes::gate as code;

impl Judge<'_> {
    /// Screening of the parties inside.
    pub(super) fn names(&mut self) {
        if self.part {
            // Names inform; what holds for them are the holds they led to.
            return;
        }
        for (list, missing) in self.context.lists_incomplete {
            let name = self.name(&self.question.node);
            let reason = Reason::new(code::LISTS_INCOMPLETE, name, WhoActs::Operator);
            self.push(reason.with("list", list.as_str()).with("missing", missing.as_str()));
        }
        let mut unscreened = false;
        let parts = self.parts();
        for part in parts.inside() {
            let (node, Some(document)) = (&*part.node, part.document) else { continue };
            let Some(version) = document.version() else { continue };
            match &document.screening {
                Some(screening) if screening.version == version && screening.lists.is_some() => {
                    for hit in screening.hits.iter().filter(|hit| hit.security && !hit.is_settled()) {
                        let reason = Reason::new(code::NAME_HIT, self.name(node), WhoActs::Nobody)
                            .with("party", hit.party.clone())
                            .with("name", hit.name.clone())
                            .with("list", hit.list.clone())
                            .with("score", score_text(hit.score_thousandths));
                        self.push(reason);
                    }
                    for found in &screening.notes {
                        let (code, argument, text) = match &found.shared {
                            SharedFact::Address(text) => (code::ADDRESS_HIT, "address", text),
                            SharedFact::Document(text) => (code::DOCUMENT_HIT, "document", text),
                        };
                        let reason = Reason::new(code, self.name(node), WhoActs::Nobody)
                            .with("party", found.party.clone())
                            .with("name", found.name.clone())
                            .with(argument, text.clone())
                            .with("list", found.list.clone());
                        self.push(reason);
                    }
                }
                _ => unscreened = true,
            }
        }
        if unscreened {
            let name = self.name(&self.question.node);
            self.push(Reason::new(code::NAMES_NOT_SCREENED, name, WhoActs::Operator));
        }
    }
}

/// Thousandths as a number from 0 to 1 with three decimals.
fn score_text(thousandths: u16) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}
