use super::command::{Event, goods_of};
use super::flight::{Carried, Flight, Listed};
use super::unit::{Order, Unit, pieces_of};
use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, UnitName};
use consignment::ident::Receptacle;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

/// Characters of a receptacle's identifier that name its dispatch: both offices, category, subclass, year and
/// dispatch number (UPU S9).
const DISPATCH_LENGTH: usize = 20;

/// Every flight and unit known, and which of them hold which goods.
#[derive(Debug, Default)]
pub struct Yard {
    flights: HashMap<FlightName, Flight>,
    units: HashMap<UnitName, Unit>,
    /// Units in whose list goods stand, or ever stood: whoever reads checks the list.
    units_of: HashMap<ConsignmentKey, BTreeSet<UnitName>>,
    /// Flights for which an object is or was planned.
    flights_of: HashMap<ObjectName, BTreeSet<FlightName>>,
    /// Receptacles by dispatch.
    dispatches: HashMap<Box<str>, BTreeSet<UnitName>>,
    /// Units that an order names, by the goods it holds.
    ordered: HashMap<ConsignmentKey, BTreeSet<UnitName>>,
    /// Goods some of which have left.
    flown: HashSet<ConsignmentKey>,
}

/// Where the pieces of one consignment are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Pieces that have left, and on which flights.
    pub flown: Vec<(FlightName, u64)>,
    /// Pieces planned or loaded on flights that have not left.
    pub planned: Vec<(FlightName, u64)>,
    /// Pieces of all flights that have left from the station of the first of them.
    pub flown_pieces: u64,
    /// Pieces of the whole that have not left.
    pub remaining: u64,
}

static NOTHING: LazyLock<Yard> = LazyLock::new(Yard::default);

impl Yard {
    /// A yard in which nothing is known.
    pub fn nothing() -> &'static Self {
        &NOTHING
    }

    /// What is known of a flight.
    pub fn flight(&self, name: &FlightName) -> Option<&Flight> {
        if self.flights.is_empty() { None } else { self.flights.get(name) }
    }

    /// What is known of a unit.
    pub fn unit(&self, name: &UnitName) -> Option<&Unit> {
        self.units.get(name)
    }

    /// The units that hold some of these goods.
    pub fn units_of<'a>(&'a self, key: &'a ConsignmentKey) -> impl Iterator<Item = &'a UnitName> {
        self.units_of.get(key).into_iter().flatten().filter(move |name| {
            let built = self.units.get(*name).is_some_and(|unit| {
                unit.void.is_none() && unit.contents.iter().any(|line| line.object == *key)
            });
            built || self.listed(name).any(|line| line.object == *key)
        })
    }

    /// The flights an object is planned for or loaded on, in order of their names; goods in a unit fly with it.
    pub fn flights_of(&self, object: &ObjectName) -> BTreeSet<FlightName> {
        let of = |object: &ObjectName| {
            let flights = self.flights_of.get(object).into_iter().flatten();
            flights.filter(|name| self.holds(name, object)).copied().collect::<Vec<_>>()
        };
        let mut flights: BTreeSet<FlightName> = of(object).into_iter().collect();
        if let Some(key) = goods_of(object) {
            flights.extend(of(&ObjectName::Consignment(key.clone())));
            for unit in self.units_of(key) {
                flights.extend(of(&ObjectName::Unit(unit.clone())));
            }
        }
        flights
    }

    /// Whether an object is named on a flight: by a plan, a loading list or a manifest.
    fn holds(&self, name: &FlightName, object: &ObjectName) -> bool {
        let Some(flight) = self.flights.get(name) else { return false };
        let named = flight.aboard.get(object);
        named.is_some_and(|how| *how != Loading::Offloaded)
            || named.is_none()
                && flight.manifest.keys().any(|(unit, key)| match object {
                    ObjectName::Unit(object) => unit.as_ref() == Some(object),
                    ObjectName::Consignment(object) => key == object,
                    ObjectName::Piece(..) | ObjectName::Flight(_) => false,
                })
    }

    /// What manifests of flights that have not left list in a unit.
    pub fn listed<'a>(&'a self, unit: &'a UnitName) -> impl Iterator<Item = &'a Content> {
        let flights = self.flights_of.get(&ObjectName::Unit(unit.clone())).into_iter().flatten();
        let flights =
            flights.filter_map(|name| self.flights.get(name)).filter(|flight| flight.departed.is_none());
        flights.flat_map(move |flight| {
            let lines = flight.manifest.iter().filter(move |((of, _), _)| of.as_ref() == Some(unit));
            lines.map(|(_, line)| &line.content)
        })
    }

    /// Orders that stand and name a unit which holds these goods, or held them since.
    pub fn orders_on<'a>(
        &'a self,
        key: &'a ConsignmentKey,
    ) -> impl Iterator<Item = (&'a UnitName, &'a Order)> {
        let units = self.ordered.get(key).into_iter().flatten();
        units.filter_map(|name| Some((name, self.units.get(name)?))).flat_map(move |(name, unit)| {
            let orders = unit.orders.iter().filter(move |order| order.open && order.goods.contains(key));
            orders.map(move |order| (name, order))
        })
    }

    /// Whether any order ever named a unit with known goods.
    pub fn has_orders(&self) -> bool {
        !self.ordered.is_empty()
    }

    /// Whether some pieces of a consignment may have left.
    pub fn has_flown(&self, key: &ConsignmentKey) -> bool {
        self.flown.contains(key)
    }

    /// Receptacles of the same dispatch that an order names and nobody has told of: which of the dispatch is
    /// meant cannot be known.
    pub fn unknown_orders<'a>(
        &'a self,
        receptacle: &Receptacle,
    ) -> impl Iterator<Item = (&'a UnitName, &'a Order)> {
        let dispatch = receptacle.as_str().get(..DISPATCH_LENGTH).unwrap_or_default();
        let others = self.dispatches.get(dispatch).into_iter().flatten();
        others
            .filter_map(|name| Some((name, self.units.get(name)?)))
            .filter(|(_, unit)| !unit.is_known() && unit.void.is_none())
            .flat_map(|(name, unit)| {
                unit.orders.iter().filter(|order| order.open).map(move |order| (name, order))
            })
    }

    /// What a flight carries by what is known now: the manifests of desks where there are any, else what was loaded,
    /// else what was planned.
    pub(super) fn carried(&self, name: &FlightName) -> Vec<Carried> {
        let Some(flight) = self.flights.get(name) else { return Vec::new() };
        let of = |content: &Content, unit: Option<&UnitName>| Carried {
            object: content.object.clone(),
            pieces: pieces_of(content),
            weight: content.weight,
            unit: unit.cloned(),
        };
        let mut listed = flight.manifest.iter().filter(|(_, line)| line.by_desk).peekable();
        if listed.peek().is_some() {
            return listed.map(|((unit, _), line)| of(&line.content, unit.as_ref())).collect();
        }
        let loaded = flight.aboard.values().any(|how| *how == Loading::Loaded);
        let least = if loaded { Loading::Loaded } else { Loading::Planned };
        let mut carried = Vec::new();
        for (object, _) in flight.aboard.iter().filter(|(_, how)| **how == least) {
            match object {
                ObjectName::Consignment(key) => {
                    carried.push(Carried { object: key.clone(), pieces: None, weight: None, unit: None });
                }
                ObjectName::Piece(key, _) => {
                    carried.push(Carried { object: key.clone(), pieces: Some(1), weight: None, unit: None });
                }
                ObjectName::Unit(unit) => {
                    let contents =
                        self.units.get(unit).map(|unit| unit.contents.as_slice()).unwrap_or_default();
                    carried.extend(contents.iter().map(|content| of(content, Some(unit))));
                }
                ObjectName::Flight(_) => {}
            }
        }
        carried
    }

    /// Where the pieces of a consignment of so many pieces are, from one station on: goods that fly two legs
    /// leave twice.
    pub fn parts(
        &self,
        key: &ConsignmentKey,
        pieces: u64,
        from: Option<consignment::ident::Location>,
    ) -> Parts {
        let mut parts = Parts::default();
        let mut flights: BTreeSet<FlightName> = self.flights_of(&ObjectName::Consignment(key.clone()));
        // What flew in a unit that was broken down since is found by the unit.
        for unit in self.units_of.get(key).into_iter().flatten() {
            flights.extend(self.flights_of.get(&ObjectName::Unit(unit.clone())).into_iter().flatten());
        }
        for name in flights.into_iter().filter(|name| from.is_none_or(|from| from == name.from)) {
            let Some(flight) = self.flights.get(&name) else { continue };
            let (now, list) = match &flight.departed {
                Some(departure) => (departure.carried.clone(), &mut parts.flown),
                None => (self.carried(&name), &mut parts.planned),
            };
            let counts: Vec<Option<u32>> =
                now.iter().filter(|carried| carried.object == *key).map(|carried| carried.pieces).collect();
            if counts.is_empty() {
                continue;
            }
            let count = counts.iter().map(|count| count.map_or(pieces, u64::from)).sum();
            list.push((name, count));
        }
        parts.flown_pieces = parts.flown.iter().map(|(_, count)| count).sum();
        parts.remaining = pieces.saturating_sub(parts.flown_pieces);
        parts
    }

    /// Gives every consignment of which something is in a unit or on a flight, perhaps more than once.
    pub fn each_inside<'a>(&'a self, object: &'a ObjectName, mut take: impl FnMut(&'a ConsignmentKey)) {
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => take(key),
            ObjectName::Unit(unit) => self.goods_in(unit).for_each(take),
            ObjectName::Flight(name) => {
                let Some(flight) = self.flights.get(name) else { return };
                for object in flight.objects() {
                    match object {
                        ObjectName::Unit(unit) => self.goods_in(unit).for_each(&mut take),
                        ObjectName::Consignment(key) | ObjectName::Piece(key, _) => take(key),
                        ObjectName::Flight(_) => {}
                    }
                }
                flight.manifest.keys().for_each(|(_, key)| take(key));
            }
        }
    }

    /// Every object whose answer may change with this one: what is in it and what it is in.
    pub fn concerned(&self, object: &ObjectName) -> BTreeSet<ObjectName> {
        let mut concerned = BTreeSet::new();
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => {
                concerned.insert(ObjectName::Consignment(key.clone()));
                concerned.extend(self.units_of(key).cloned().map(ObjectName::Unit));
                concerned.extend(self.flights_of(object).into_iter().map(ObjectName::Flight));
            }
            ObjectName::Unit(unit) => {
                concerned.extend(self.goods_in(unit).map(|key| ObjectName::Consignment(key.clone())));
                concerned.extend(self.flights_of(object).into_iter().map(ObjectName::Flight));
            }
            ObjectName::Flight(name) => {
                let Some(flight) = self.flights.get(name) else { return concerned };
                for object in flight.objects() {
                    concerned.insert(object.clone());
                    if let ObjectName::Unit(unit) = object {
                        concerned.extend(self.goods_in(unit).map(|key| ObjectName::Consignment(key.clone())));
                    }
                }
                for (unit, key) in flight.manifest.keys() {
                    concerned.extend(unit.clone().map(ObjectName::Unit));
                    concerned.insert(ObjectName::Consignment(key.clone()));
                }
            }
        }
        concerned
    }

    fn goods_in<'a>(&'a self, unit: &'a UnitName) -> impl Iterator<Item = &'a ConsignmentKey> {
        let built = self.units.get(unit).into_iter().flat_map(|unit| &unit.contents);
        built.chain(self.listed(unit)).map(|line| &line.object)
    }

    /// Forgets a flight or unit, so that its stream can be folded anew.
    pub fn forget(&mut self, object: &ObjectName) {
        match object {
            ObjectName::Flight(name) => drop(self.flights.remove(name)),
            ObjectName::Unit(name) => drop(self.units.remove(name)),
            ObjectName::Consignment(_) | ObjectName::Piece(..) => {}
        }
    }

    /// Folds an event. Never decides, never fails.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Scheduled { schedule, said_at } => {
                self.flights.entry(schedule.flight).or_default().schedule(schedule, *said_at);
            }
            Event::Loaded { flight, object, how } => {
                self.flights.entry(*flight).or_default().aboard.insert(object.clone(), *how);
                self.flights_of.entry(object.clone()).or_default().insert(*flight);
                if let ObjectName::Piece(key, _) = object {
                    let whole = ObjectName::Consignment(key.clone());
                    self.flights_of.entry(whole).or_default().insert(*flight);
                }
            }
            Event::Manifested { flight, unit, content, by_desk } => {
                let key = content.object.clone();
                let place = (unit.clone(), key.clone());
                let line = Listed { content: content.clone(), by_desk: *by_desk };
                self.flights.entry(*flight).or_default().list(place, line);
                self.flights_of.entry(ObjectName::Consignment(key.clone())).or_default().insert(*flight);
                if let Some(unit) = unit {
                    self.flights_of.entry(ObjectName::Unit(unit.clone())).or_default().insert(*flight);
                    self.units_of.entry(key).or_default().insert(unit.clone());
                }
            }
            Event::Departed { flight, departure } => {
                self.flown.extend(departure.carried.iter().map(|carried| carried.object.clone()));
                self.flights.entry(*flight).or_default().departed = Some(departure.clone());
            }
            Event::Built { unit, contents, replaces, complete, by } => {
                self.unit_mut(unit).build(contents, *replaces, *complete, by);
                let ordered =
                    self.units.get(unit).is_some_and(|unit| unit.orders.iter().any(|order| order.open));
                for content in contents {
                    let key = &content.object;
                    if !self.units_of.get(key).is_some_and(|units| units.contains(unit)) {
                        self.units_of.entry(key.clone()).or_default().insert(unit.clone());
                    }
                    if ordered {
                        self.ordered.entry(key.clone()).or_default().insert(unit.clone());
                    }
                }
            }
            Event::Opened { unit, why, at } => {
                let state = self.unit_mut(unit);
                state.void = Some(super::Void { at: *at, why: why.clone() });
                state.contents.clear();
                state.complete = false;
            }
            Event::Ordered { unit, programme, reference, by } => {
                let state = self.unit_mut(unit);
                let goods: BTreeSet<ConsignmentKey> =
                    state.contents.iter().map(|line| line.object.clone()).collect();
                state.orders.push(Order {
                    programme: programme.clone(),
                    reference: reference.clone(),
                    by: by.clone(),
                    open: true,
                    goods: goods.clone(),
                });
                for key in goods {
                    self.ordered.entry(key).or_default().insert(unit.clone());
                }
            }
            Event::OrderCancelled { unit, programme, reference, by } => {
                for order in &mut self.unit_mut(unit).orders {
                    if order.programme == *programme && order.reference == *reference && order.by == *by {
                        order.open = false;
                    }
                }
            }
        }
    }

    fn unit_mut(&mut self, name: &UnitName) -> &mut Unit {
        if let (UnitName::Receptacle(receptacle), false) = (name, self.units.contains_key(name)) {
            let dispatch = receptacle.as_str().get(..DISPATCH_LENGTH).unwrap_or_default();
            self.dispatches.entry(dispatch.into()).or_default().insert(name.clone());
        }
        self.units.entry(name.clone()).or_default()
    }
}
