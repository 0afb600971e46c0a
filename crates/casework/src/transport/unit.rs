use super::command::Speaker;
use consignment::ConsignmentKey;
use consignment::fact::Content;
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A line of what a unit holds.
pub type Line = Content;

/// A unit load device, a mail receptacle, or what stands loose on a flight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// What is in it, line by line.
    pub contents: Vec<Line>,
    /// Whether that is all of it.
    pub complete: bool,
    /// Who built it.
    pub builder: Option<Arc<str>>,
    /// When it was opened, and why. A receptacle stays void; a device is built anew.
    pub void: Option<Void>,
    /// Orders not to load that name it.
    pub orders: Vec<Order>,
    /// Whether a list that left out what stands here came although nobody told that it was opened: nobody can say
    /// what is in it until it is opened, or a list names everything again.
    pub listed_shorter: bool,
    /// Since when its own protection is broken. It holds until the unit is opened and built anew.
    pub broken: Option<Timestamp>,
    /// Whether somebody who does not stand for it says that it was opened, and whether that holds it. It is over when
    /// somebody who does opens it, or lists all that is in it.
    pub said_open: Option<bool>,
    /// When it was opened last, and what was in it then.
    pub emptied: Option<(Timestamp, BTreeSet<ConsignmentKey>)>,
}

/// That a unit was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// An order not to load a unit. It holds what was in the unit when it came and what was put in since, wherever
/// that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The programme.
    pub programme: ProgrammeId,
    /// Its reference.
    pub reference: Arc<str>,
    /// Who gave it.
    pub by: Speaker,
    /// Whether it stands.
    pub open: bool,
    /// The goods it holds.
    pub goods: BTreeSet<ConsignmentKey>,
}

impl Unit {
    /// The latest order of this programme and reference that this speaker gave.
    pub(super) fn order(&self, programme: &ProgrammeId, reference: &str, by: &Speaker) -> Option<&Order> {
        self.orders_named(programme, reference).filter(|order| order.by == *by).last()
    }

    /// The orders of this programme and reference, by whomever.
    pub(super) fn orders_named(
        &self,
        programme: &ProgrammeId,
        reference: &str,
    ) -> impl Iterator<Item = &Order> {
        self.orders
            .iter()
            .filter(move |order| order.programme == *programme && &*order.reference == reference)
    }

    /// Whether what is in it is known: listed, and listed to the end.
    pub fn is_known(&self) -> bool {
        self.complete && !self.contents.is_empty() && self.void.is_none()
    }

    /// Whether a list leaves out some of the goods that stand here. Fewer pieces of the same goods are a count put
    /// right: the goods stay in the list, with whatever holds them.
    pub(super) fn is_shortened_by(&self, contents: &[Content]) -> bool {
        self.contents.iter().any(|line| contents.iter().all(|other| other.object != line.object))
    }

    /// It was opened: what was in it is loose, and what was wrong with it closed is over.
    pub(super) fn open(&mut self, at: Timestamp, why: &str) {
        self.void = Some(Void { at, why: why.to_owned() });
        let before = self.contents.drain(..).map(|line| line.object);
        self.emptied = Some((at, before.collect()));
        (self.complete, self.listed_shorter, self.broken, self.said_open) = (false, false, None, None);
    }

    pub(super) fn build(&mut self, contents: &[Content], replaces: bool, complete: bool, by: &Arc<str>) {
        if replaces {
            self.contents.clear();
            self.builder = Some(Arc::clone(by));
        }
        self.void = None;
        self.builder.get_or_insert_with(|| Arc::clone(by));
        for content in contents {
            self.add(content.clone());
        }
        self.complete = complete;
        if replaces && complete {
            (self.listed_shorter, self.said_open) = (false, None);
        }
        for order in self.orders.iter_mut().filter(|order| order.open) {
            order.goods.extend(contents.iter().map(|content| content.object.clone()));
        }
    }

    /// Adds a line. A numbered piece stands where it was put last; "all of it" takes the place of its parts.
    fn add(&mut self, content: Content) {
        if content.pieces.is_empty() && content.count.is_none() {
            self.contents.retain(|line| line.object != content.object);
        }
        if !content.pieces.is_empty() {
            for line in self.contents.iter_mut().filter(|line| line.object == content.object) {
                let numbered = !line.pieces.is_empty();
                line.pieces.retain(|piece| !content.pieces.contains(piece));
                // A line all of whose pieces went elsewhere is none any more, and not "all of it".
                if numbered && line.pieces.is_empty() {
                    line.count = Some(0);
                }
            }
            self.contents.retain(|line| line.count != Some(0));
        }
        self.contents.push(content);
    }
}

/// Whether a line is of all of the consignment.
pub(super) fn is_whole(line: &Content) -> bool {
    line.pieces.is_empty() && line.count.is_none()
}

/// How many pieces a line holds, where it says so; `None` for all of the consignment.
pub(super) fn pieces_of(line: &Content) -> Option<u32> {
    match line.pieces.len() {
        0 => line.count,
        numbered => Some(u32::try_from(numbered).unwrap_or(u32::MAX)),
    }
}
