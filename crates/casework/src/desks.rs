//! Desks: whose word counts on flights, units, custody and counts of goods.
//!
//! A desk speaks for the carriers it is a desk of: the own channel of a carrier for his flights and for the goods that
//! are to fly with him, a handler by that carrier's mandate to build at the station, and a post that the node names for
//! any. What anybody else says adds what holds and takes nothing away.

use crate::case::{Node, Tree};
use crate::mandate::Mandates;
use consignment::Leg;
use consignment::fact::MandatedAct;
use consignment::ident::{Carrier, Location};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// Which channels are desks, by their names.
#[derive(Debug, Clone, Copy)]
pub struct Desks<'a> {
    /// Desks that speak for any carrier. `None` takes everybody at his word: one-shot commands and training.
    pub posts: Option<&'a BTreeSet<Arc<str>>>,
    /// Own channels of carriers. One without a designator is a carrier of which nobody knows which he is: he is taken
    /// for any, which is for training and for nodes of one carrier.
    pub carriers: &'a BTreeMap<Arc<str>, Option<Carrier>>,
    /// Mandates.
    pub mandates: &'a Mandates,
}

static NO_CARRIERS: BTreeMap<Arc<str>, Option<Carrier>> = BTreeMap::new();
static NO_MANDATES: LazyLock<Mandates> = LazyLock::new(Mandates::default);

impl Desks<'static> {
    /// Everybody is taken at his word.
    pub fn everybody() -> Self {
        Self { posts: None, carriers: &NO_CARRIERS, mandates: &NO_MANDATES }
    }
}

impl Desks<'_> {
    /// Whether a channel speaks for any carrier.
    pub fn speak_for_any(&self, name: &Arc<str>) -> bool {
        self.posts.is_none() || self.is_post(name)
    }

    /// Whether a channel speaks for a carrier in everything: what he flies with, when, and what is booked.
    pub fn speak_for_carrier(&self, name: &Arc<str>, carrier: Carrier) -> bool {
        self.speak_for_any(name) || self.is(name, carrier)
    }

    /// Whether a channel speaks for a carrier at one of his stations, also by his mandate to build: of units, of what is
    /// loaded, and of the custody of goods.
    pub fn speak_at_station(
        &self,
        name: &Arc<str>,
        (carrier, station): (Carrier, Location),
        at: Timestamp,
    ) -> bool {
        self.speak_for_carrier(name, carrier) || self.builds(name, carrier, station, at)
    }

    /// Whether a channel speaks for a carrier with whom goods are to fly, or everybody is taken at his word.
    pub fn speak_for_goods(&self, name: &Arc<str>, tree: &Tree, at: Timestamp) -> bool {
        self.posts.is_none() || self.handle(name, tree, at)
    }

    /// Whether a channel is named as a desk of goods: a post, a carrier they fly with, or his handler at one of the
    /// stations between which he carries them.
    pub fn handle(&self, name: &Arc<str>, tree: &Tree, at: Timestamp) -> bool {
        self.is_post(name)
            || stated(tree).any(|leg| {
                operator(leg).is_some_and(|carrier| {
                    let builds = |station| self.builds(name, carrier, station, at);
                    self.is(name, carrier) || builds(leg.from) || builds(leg.to)
                })
            })
    }

    /// Whether a channel is the own one of a carrier with whom goods are to fly, or everybody is taken at his word.
    pub fn carry(&self, name: &str, tree: &Tree) -> bool {
        self.posts.is_none() || self.are_carriers_of(name, tree)
    }

    /// Whether a channel is the own one of a carrier with whom goods are to fly.
    pub fn are_carriers_of(&self, name: &str, tree: &Tree) -> bool {
        match self.carriers.get(name) {
            Some(Some(own)) => carries(*own, tree),
            Some(None) => true,
            None => false,
        }
    }

    /// Whether a channel is the own one of another carrier than this.
    pub fn is_another(&self, name: &str, carrier: Carrier) -> bool {
        self.carriers.get(name).is_some_and(|own| own.is_some_and(|own| own != carrier))
    }

    fn is_post(&self, name: &Arc<str>) -> bool {
        let any = || self.carriers.get(name).is_some_and(Option::is_none);
        self.posts.is_some_and(|posts| posts.contains(name)) || any()
    }

    fn is(&self, name: &str, carrier: Carrier) -> bool {
        self.carriers.get(name) == Some(&Some(carrier))
    }

    fn builds(&self, name: &Arc<str>, carrier: Carrier, station: Location, at: Timestamp) -> bool {
        self.mandates.allow(name, (carrier, station), MandatedAct::Build, at)
    }
}

/// Who operates a leg, as far as it says so.
pub fn operator(leg: &Leg) -> Option<Carrier> {
    leg.carrier.or(leg.flight.map(|flight| flight.carrier()))
}

/// Whether goods are to fly with a carrier, by what their declarant filed and desks booked: what reports tell of flights
/// makes nobody a party to them.
pub fn carries(carrier: Carrier, tree: &Tree) -> bool {
    stated(tree).any(|leg| operator(leg) == Some(carrier))
}

/// The legs that the declarant of the whole stated, and desks booked. Houses tell the way only of a master nobody filed.
pub fn stated(tree: &Tree) -> impl Iterator<Item = &Leg> {
    let master = tree.filed(&Node::Master);
    let alone = tree.documents.values().filter(move |_| master.is_none()).filter_map(|house| house.filed());
    let filed = master.into_iter().chain(alone).flat_map(|filed| &filed.legs);
    filed.chain(tree.bookings.iter().flat_map(|booking| &booking.legs))
}
