//! Quality of messages by themselves, as `loadgate check` shows it: no case is opened, nothing is kept but
//! what is needed to compare houses with their master.

use crate::settings::Settings;
use assess::quality::TreeDocument;
use consignment::fact::{Fact, What};
use consignment::{Consignment, Filing, Leg};
use finding::{Code, Finding, codes};
use programme::{Binding, GoodsNature, NotBound, Programme, ProgrammeId};
use std::sync::Arc;

/// Most documents kept for the comparison of houses with masters; beyond it single messages are still
/// checked, and the comparison covers the first ones only.
const COMPARED_DOCUMENTS_MAX: usize = 100_000;

/// Findings of reading that follow from what one programme asks for.
const OF_ONE_PROGRAMME: [(Code, &str); 1] = [(codes::wire::MESSAGE_TO_BE_SPLIT, "ca-pact")];

/// Checks messages one after the other.
#[derive(Debug)]
pub struct Checker<'a> {
    settings: &'a Settings,
    documents: Vec<Kept>,
}

/// A document to compare.
#[derive(Debug)]
struct Kept {
    /// Its place among all of them.
    order: u32,
    message_index: u32,
    document: TreeDocument,
}

impl AsRef<TreeDocument> for Kept {
    fn as_ref(&self) -> &TreeDocument {
        &self.document
    }
}

impl<'a> Checker<'a> {
    /// A checker with the programmes and stations of these settings.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, documents: Vec::new() }
    }

    /// Findings about the consignments of one message: what contradicts itself, and what the programmes
    /// that bind on its route would say. Findings of decoding are the filing's own.
    pub fn message(&mut self, filing: &Filing) -> Vec<Finding> {
        let mut findings: Vec<Finding> =
            filing.facts.iter().filter_map(|fact| self.programme_of(fact)).collect();
        for consignment in &filing.consignments {
            if !consignment.is_filing() {
                continue;
            }
            findings.extend(assess::quality::message_checks(consignment));
            findings.extend(assess::quality::station_checks(consignment, &self.settings.stations));
            for programme in self.binding(consignment) {
                findings.extend(assess::quality::programme_checks(consignment, &[consignment], &programme));
            }
            self.remember(filing.message_index, consignment);
        }
        for finding in &mut findings {
            finding.message_index = filing.message_index;
        }
        findings
    }

    /// That a fact is said for a programme nobody here knows.
    fn programme_of(&self, fact: &Fact) -> Option<Finding> {
        let programme = match &fact.what {
            What::Authority(said) => &said.programme,
            What::Answered(answer) => &answer.programme,
            _ => return None,
        };
        let unknown = self.settings.programme(&ProgrammeId::new(programme)).is_none();
        unknown
            .then(|| Finding::new(codes::quality::PROGRAMME_UNKNOWN).with("programme", programme.to_string()))
    }

    /// Findings that need more than one message, houses against their master, in order of the file. Each is
    /// made when it is asked for.
    pub fn finish(self) -> impl Iterator<Item = Finding> {
        let Self { settings, mut documents } = self;
        let tolerances =
            settings.programmes.values().map(|programme| programme.quality.weight_tolerance_percent);
        let tolerance = tolerances.min().unwrap_or_default();
        documents.sort_unstable_by_key(|kept| (kept.document.master(), kept.order));
        let mut found = Vec::new();
        let mut tree_begins = 0;
        for tree in documents.chunk_by(|a, b| a.document.master() == b.document.master()) {
            let range = tree_begins..tree_begins + tree.len();
            tree_begins = range.end;
            found.extend(assess::quality::tree_checks(tree, tolerance).into_iter().map(|contradiction| {
                let message_index = tree.get(contradiction.about).map_or(0, |kept| kept.message_index);
                // What is absent has the place of its message, before everything in it.
                let place = contradiction.position(tree).map(|position| (position.line, position.column));
                ((message_index, place), range.clone(), contradiction)
            }));
        }
        // Stable: at one place the order is that of the checks.
        found.sort_by_key(|(place, ..)| *place);
        found.into_iter().filter_map(move |((message_index, _), range, contradiction)| {
            let finding = contradiction.finding(documents.get(range)?, tolerance)?;
            Some(finding.in_message(message_index))
        })
    }

    /// Whether a finding of reading this message matters on the way of its goods. Most do everywhere; what one
    /// programme asks for does where it binds, or may bind.
    pub fn concerns(&self, finding: &Finding, filing: &Filing) -> bool {
        let Some((_, id)) = OF_ONE_PROGRAMME.iter().find(|(code, _)| *code == finding.code) else {
            return true;
        };
        let Some(programme) = self.settings.programmes.values().find(|known| known.id.as_str() == *id) else {
            return true;
        };
        filing.consignments.is_empty()
            || filing.consignments.iter().any(|consignment| {
                matches!(
                    self.bind(programme, consignment),
                    Binding::Bound { .. }
                        | Binding::Undecided { .. }
                        | Binding::NotBound { why: NotBound::NoRoute }
                )
            })
    }

    /// The programmes that bind, or may bind, on the way of a document.
    pub fn binding(&self, consignment: &Consignment) -> Vec<Arc<Programme>> {
        let binds = |programme: &&Arc<Programme>| {
            !matches!(self.bind(programme, consignment), Binding::NotBound { .. })
        };
        self.settings.programmes.values().filter(binds).cloned().collect()
    }

    /// Whether a programme binds on the route the document states, or on its origin and destination.
    fn bind(&self, programme: &Programme, consignment: &Consignment) -> Binding {
        let legs = match (&consignment.legs[..], &consignment.master_totals) {
            ([], Some(totals)) => assumed(totals.origin.zip(totals.destination)),
            ([], None) => assumed(consignment.origin.zip(consignment.destination)),
            (legs, _) => legs.to_vec(),
        };
        programme::bind(programme, &legs, GoodsNature::of(consignment), &self.settings.stations)
    }

    fn remember(&mut self, message_index: u32, consignment: &Consignment) {
        if consignment.master.is_none() || self.documents.len() >= COMPARED_DOCUMENTS_MAX {
            return;
        }
        // Fits: there are no more than the maximum.
        let order = self.documents.len() as u32;
        self.documents.push(Kept { order, message_index, document: TreeDocument::of(consignment) });
    }
}

fn assumed(ends: Option<(consignment::ident::Location, consignment::ident::Location)>) -> Vec<Leg> {
    ends.map(|(from, to)| Leg::assumed(from, to)).into_iter().collect()
}
