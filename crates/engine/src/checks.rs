//! Quality of messages by themselves, as `loadgate check` shows it: no case is opened, nothing is kept but
//! what is needed to compare houses with their master.

use crate::settings::Settings;
use consignment::ident::AirWaybill;
use consignment::{Consignment, Field, Filing, Leg, SourceMap};
use finding::Finding;
use programme::{Binding, GoodsNature, Programme};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most documents kept for the comparison of houses with masters; beyond it single messages are still
/// checked, and the comparison covers the first ones only.
const COMPARED_DOCUMENTS_MAX: usize = 100_000;

/// Checks messages one after the other.
#[derive(Debug)]
pub struct Checker<'a> {
    settings: &'a Settings,
    masters: BTreeMap<AirWaybill, Vec<(u32, Consignment)>>,
    documents: usize,
}

impl<'a> Checker<'a> {
    /// A checker with the programmes and stations of these settings.
    pub fn new(settings: &'a Settings) -> Self {
        Self { settings, masters: BTreeMap::new(), documents: 0 }
    }

    /// Findings about the consignments of one message: what contradicts itself, and what the programmes
    /// that bind on its route would say. Findings of decoding are the filing's own.
    pub fn message(&mut self, filing: &Filing) -> Vec<Finding> {
        let mut findings = Vec::new();
        for consignment in &filing.consignments {
            if !consignment.is_filing() {
                continue;
            }
            findings.extend(assess::quality::message_checks(consignment));
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

    /// Findings that need more than one message: houses against their master.
    pub fn finish(self) -> Vec<Finding> {
        let tolerance = self
            .settings
            .programmes
            .values()
            .map(|programme| programme.quality.weight_tolerance_percent)
            .min()
            .unwrap_or_default();
        let mut findings = Vec::new();
        for documents in self.masters.values() {
            let tree: Vec<&Consignment> = documents.iter().map(|(_, consignment)| consignment).collect();
            for (about, finding) in assess::quality::tree_checks(&tree, tolerance) {
                let message_index = documents.get(about).map_or(0, |(index, _)| *index);
                findings.push(finding.in_message(message_index));
            }
        }
        findings
    }

    /// The programmes that bind on the route the document states, or on its origin and destination.
    fn binding(&self, consignment: &Consignment) -> Vec<Arc<Programme>> {
        let legs = match (&consignment.legs[..], &consignment.master_totals) {
            ([], Some(totals)) => assumed(totals.origin.zip(totals.destination)),
            ([], None) => assumed(consignment.origin.zip(consignment.destination)),
            (legs, _) => legs.to_vec(),
        };
        let nature = GoodsNature::of(consignment);
        let binds = |programme: &&Arc<Programme>| {
            !matches!(
                programme::bind(programme, &legs, nature, &self.settings.stations),
                Binding::NotBound { .. }
            )
        };
        self.settings.programmes.values().filter(binds).cloned().collect()
    }

    fn remember(&mut self, message_index: u32, consignment: &Consignment) {
        let Some(master) = consignment.master else { return };
        if self.documents >= COMPARED_DOCUMENTS_MAX {
            return;
        }
        self.documents += 1;
        // Only what the comparison looks at; the rest of a large file need not be kept.
        let kept = Consignment {
            kind: consignment.kind,
            master: consignment.master,
            house: consignment.house.clone(),
            consolidation: consignment.consolidation,
            pieces: consignment.pieces,
            weight: consignment.weight,
            piece_scope: consignment.piece_scope,
            parent: consignment.parent.clone(),
            origin: consignment.origin,
            destination: consignment.destination,
            goods: consignment.goods.clone(),
            shipper: consignment.shipper.clone(),
            consignee: consignment.consignee.clone(),
            master_totals: consignment.master_totals.clone(),
            source: places(consignment),
            ..Consignment::default()
        };
        self.masters.entry(master).or_default().push((message_index, kept));
    }
}

/// The places the comparison points at.
fn places(consignment: &Consignment) -> SourceMap {
    let mut places = SourceMap::default();
    for field in [Field::Master, Field::House, Field::Pieces, Field::Weight, Field::Goods(0)] {
        if let Some(position) = consignment.source.position(field) {
            places.note(field, position);
        }
    }
    places
}

fn assumed(ends: Option<(consignment::ident::Location, consignment::ident::Location)>) -> Vec<Leg> {
    ends.map(|(from, to)| Leg::assumed(from, to)).into_iter().collect()
}
