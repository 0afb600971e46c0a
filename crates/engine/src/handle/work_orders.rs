//! Work orders: what is to be screened, for those who screen, carry, handle or filed the goods.

use super::index::{MARKED, ONLY};
use super::lookup::Seeker;
use super::{Engine, EngineError};
use crate::command::{GoodsAsked, Reply};
use crate::ports::{Clock, Journal, Outbox};
use casework::Dossier;
use casework::case::Node;
use casework::view::Asker;
use casework::work_order::{was_asked, work_order};
use consignment::ConsignmentKey;
use std::collections::BTreeSet;

/// Who asks for work orders.
pub(super) struct Screener {
    pub(super) seeker: Seeker,
    /// Whether he screens for the registry of this node, and so sees all of them.
    pub(super) screens: bool,
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Work orders that somebody may see, in order of the goods: those behind `after`, at most so many.
    pub(super) fn work_orders(
        &mut self,
        of: &GoodsAsked,
        after: Option<&ConsignmentKey>,
        most: usize,
        Screener { seeker, screens }: Screener,
    ) -> Result<Reply, EngineError> {
        // An order tells a screener no more than what to do, so he finds them all, as an auditor finds goods.
        let finder = match screens {
            true => Seeker { asker: Asker::Auditor, ..seeker },
            false => seeker,
        };
        let (goods, beyond) =
            self.goods_asked(of, &finder, screens || finder.sees_all(), &[ONLY, MARKED], asked_in)?;
        let mut orders = Vec::new();
        let mut any_seen = false;
        for key in goods.into_iter().filter(|key| after.is_none_or(|after| key > after)) {
            if orders.len() > most {
                break;
            }
            let Some(stream) = self.stream_found(&key)? else { continue };
            let loaded = self.load(&stream)?;
            let tree = &loaded.dossier.tree;
            // A handler without a mandate is told that goods are held, and nothing of why, by the gate alone.
            if finder.asker != Asker::Handler || self.asks_for_carrier(tree, &finder.holder) {
                any_seen = true;
                let by =
                    |programme: &_, case: &_, referral: &_| self.answer_by(tree, programme, case, referral);
                let (node, now) = (Node::of(&key), self.clock.now());
                orders.extend(work_order(&loaded.dossier, &node, now, &self.context(), by));
            }
            self.keep(loaded);
        }
        let more = orders.len() > most;
        orders.truncate(most);
        Ok(Reply::WorkOrders { orders, more, beyond, any_seen })
    }
}

/// The goods of a tree that somebody asked to have screened.
fn asked_in(dossier: &Dossier) -> Vec<ConsignmentKey> {
    let tree = &dossier.tree;
    let cases = tree.cases.keys().map(|(node, _)| node.clone());
    let marked = dossier.security.houses().cloned().map(Node::House);
    let nodes: BTreeSet<Node> =
        tree.documents.keys().cloned().chain(cases).chain(marked).chain([Node::Master]).collect();
    nodes.iter().filter(|node| was_asked(dossier, node)).map(|node| tree.key(node)).collect()
}
