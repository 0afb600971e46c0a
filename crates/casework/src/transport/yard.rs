use super::command::goods_of;
use super::event::Event;
use super::flight::{Flight, Listed};
use super::unit::{Order, Unit, is_whole, pieces_of};
use consignment::fact::{Content, FlightName, ObjectName, UnitName};
use consignment::ident::{Flight as FlightNumber, Location};
use consignment::{ConsignmentKey, PartialDate};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

/// Characters of a receptacle's identifier that name its dispatch: both offices, category, subclass, year and
/// dispatch number (UPU S9).
pub(super) const DISPATCH_LENGTH: usize = 20;

/// Flights and units, and which of them hold which goods. Whoever asks about goods or units must have folded the streams
/// of all flights and units that [`Place`]s lead to from them; what else there is may be left out.
#[derive(Debug, Default)]
pub struct Yard {
    pub(super) flights: HashMap<FlightName, Flight>,
    pub(super) units: HashMap<UnitName, Unit>,
    /// Units in whose list goods stand, or ever stood: whoever reads checks the list.
    pub(super) units_of: HashMap<ConsignmentKey, BTreeSet<UnitName>>,
    /// Flights that somebody told of, by their number.
    pub(super) by_number: HashMap<FlightNumber, BTreeSet<FlightName>>,
    /// Flights for which an object is or was planned.
    pub(super) flights_of: HashMap<ObjectName, BTreeSet<FlightName>>,
    /// Receptacles by dispatch.
    pub(super) dispatches: HashMap<Box<str>, BTreeSet<UnitName>>,
    /// Units that an order names, by the goods it holds.
    pub(super) ordered: HashMap<ConsignmentKey, BTreeSet<UnitName>>,
    /// Goods some of which have left.
    pub(super) flown: HashSet<ConsignmentKey>,
    /// Whether any goods ever stood in the lists of several units, of those who built them or of manifests.
    several: bool,
    /// Whether any house ever stood in the list of a unit under its own number.
    houses: bool,
}

/// Where something is found: what an event adds to what leads to flights and units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An object is or was planned for a flight.
    OnFlight(ObjectName, FlightName),
    /// Goods stand or stood in the list of a unit.
    InUnit(ConsignmentKey, UnitName),
    /// Somebody told of a flight of this number.
    Numbered(FlightName),
    /// A receptacle is of a dispatch, which is named by the beginning of its identifier.
    OfDispatch(Box<str>, UnitName),
    /// An order names a unit that holds the goods, or a receptacle nobody knows of the dispatch they are or were in.
    Ordered(ConsignmentKey, UnitName),
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

    /// What is known of what stands loose on a flight, where a list or an order speaks of it.
    pub fn bulk_of(&self, flight: &FlightName) -> Option<(&UnitName, &Unit)> {
        self.units.get_key_value(&UnitName::Bulk(*flight))
    }

    /// What stands loose on the aircraft of a flight, under each of its names.
    fn bulk_with(&self, flight: &FlightName) -> impl Iterator<Item = (&UnitName, &Unit)> {
        let names = std::iter::once(*flight).chain(self.leaving_with(flight));
        names.filter_map(|name| self.bulk_of(&name))
    }

    /// The units that hold some of these goods.
    pub fn units_of<'a>(&'a self, key: &'a ConsignmentKey) -> impl Iterator<Item = &'a UnitName> {
        self.units_of.get(key).into_iter().flatten().filter(move |name| {
            // An open unit has no list.
            let built = self.units.get(*name).into_iter().flat_map(|unit| &unit.contents);
            built.chain(self.listed(name)).any(|line| line.object == *key)
        })
    }

    /// When the flights of a number that left a station on a day, as far as that is told, came back to it last.
    pub fn back_last(
        &self,
        flight: FlightNumber,
        day: Option<PartialDate>,
        from: Location,
    ) -> Option<Timestamp> {
        let numbered = self.by_number.get(&flight).into_iter().flatten();
        let of = numbered.filter(|name| {
            name.from == from && day.is_none_or(|day| day.may_be(PartialDate::whole(name.date)))
        });
        of.filter_map(|name| self.flights.get(name)?.returned).max()
    }

    /// The flights an object is planned for or loaded on, in order of their names; goods in a unit fly with it.
    pub fn flights_of(&self, object: &ObjectName) -> BTreeSet<FlightName> {
        self.flights_told(object, false)
    }

    /// When a flight of an object came back last to where it left from.
    pub fn came_back_last(&self, object: &ObjectName) -> Option<Timestamp> {
        self.flights_of(object).iter().filter_map(|name| self.flights.get(name)?.returned).max()
    }

    /// The flights that desks plan an object for, or loaded it on: what others plan is looked at, and makes no way.
    pub fn flights_by_desks(&self, object: &ObjectName) -> BTreeSet<FlightName> {
        self.flights_told(object, true)
    }

    fn flights_told(&self, object: &ObjectName, by_desks: bool) -> BTreeSet<FlightName> {
        let of = |object: &ObjectName| {
            let flights = self.flights_of.get(object).into_iter().flatten();
            flights.filter(|name| self.holds(name, object, by_desks)).copied().collect::<Vec<_>>()
        };
        let mut flights: BTreeSet<FlightName> = of(object).into_iter().collect();
        if let Some(key) = goods_of(object) {
            flights.extend(of(&ObjectName::Consignment(key.clone())));
            for unit in self.units_of(key) {
                flights.extend(of(&ObjectName::Unit(unit.clone())));
                // What stands loose on a flight is on it without any plan.
                flights.extend(bulk_on(unit));
            }
        }
        flights
    }

    /// The flights that have not left for which these goods, or a unit they are in, are planned or loaded by name.
    pub fn planned_for(&self, key: &ConsignmentKey) -> BTreeSet<FlightName> {
        if self.flights_of.is_empty() {
            return BTreeSet::new();
        }
        let mut objects = vec![ObjectName::Consignment(key.clone())];
        objects.extend(self.units_of(key).cloned().map(ObjectName::Unit));
        let flights = objects.iter().flat_map(|object| {
            let flights = self.flights_of.get(object).into_iter().flatten();
            flights.filter(move |name| {
                self.flights.get(*name).is_some_and(|flight| {
                    let named = flight.objects().any(|aboard| {
                        aboard == object || matches!(aboard, ObjectName::Piece(of, _) if of == key)
                    });
                    // What leaves under one name of its aircraft leaves under all.
                    let left = || self.aircraft(name).any(|(_, flight)| flight.departed.is_some());
                    named && !flight.cancelled && !left()
                })
            })
        });
        flights.copied().collect()
    }

    /// Whether an object is named on a flight: by a plan, a loading list or a manifest; of desks alone, or of anybody.
    fn holds(&self, name: &FlightName, object: &ObjectName, by_desks: bool) -> bool {
        let Some(flight) = self.flights.get(name) else { return false };
        let named = if by_desks { flight.is_planned_by_desk(object) } else { flight.names(object) };
        let listed = |((unit, key), line): (&(Option<UnitName>, ConsignmentKey), &Listed)| {
            let it = match object {
                ObjectName::Unit(object) => unit.as_ref() == Some(object),
                ObjectName::Consignment(object) => key == object,
                ObjectName::Piece(..) | ObjectName::Flight(_) => false,
            };
            it && (line.by_desk || !by_desks)
        };
        named || !flight.aboard.contains_key(object) && flight.manifest.iter().any(listed)
    }

    /// What manifests of flights that have not left list in a unit.
    pub fn listed<'a>(&'a self, unit: &'a UnitName) -> impl Iterator<Item = &'a Content> {
        let flights = self.manifests_of(unit).filter(|flight| flight.departed.is_none());
        flights.flat_map(move |flight| flight.listed_in(unit))
    }

    /// The flights whose manifests list a unit, and others it was planned for.
    pub(super) fn manifests_of(&self, unit: &UnitName) -> impl Iterator<Item = &Flight> {
        let flights = self.flights_of.get(&ObjectName::Unit(unit.clone())).into_iter().flatten();
        flights.filter_map(|name| self.flights.get(name))
    }

    /// Closed units whose lists cannot both be true of goods of so many pieces: one lists all of them and another
    /// some, two list the same piece, or together they list more than there are. A unit that has flown with them
    /// may have been broken down since.
    pub fn listed_twice(&self, key: &ConsignmentKey, pieces: Option<u64>) -> Vec<&UnitName> {
        let Some(units) = self.units_of.get(key).filter(|units| units.len() > 1) else { return Vec::new() };
        let lists: Vec<(&UnitName, &Content)> = units
            .iter()
            .filter(|name| !self.has_departed(name))
            .filter_map(|name| Some((name, self.units.get(name)?)))
            .filter(|(_, unit)| unit.void.is_none())
            .flat_map(|(name, unit)| unit.contents.iter().map(move |line| (name, line)))
            .filter(|(_, line)| line.object == *key)
            .collect();
        let apart = |one: &(&UnitName, &Content), other: &(&UnitName, &Content)| one.0 != other.0;
        let clash = |one: &(&UnitName, &Content)| {
            lists.iter().any(|other| {
                apart(one, other)
                    && (is_whole(one.1)
                        || is_whole(other.1)
                        || one.1.pieces.iter().any(|piece| other.1.pieces.contains(piece)))
            })
        };
        let several = lists.first().is_some_and(|first| lists.iter().any(|other| apart(first, other)));
        let counts = lists.iter().map(|(_, line)| u64::from(pieces_of(line).unwrap_or(0)));
        let too_many = several && pieces.is_some_and(|pieces| counts.sum::<u64>() > pieces);
        let found = lists.iter().filter(|one| too_many || clash(one)).map(|(name, _)| *name);
        found.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Units that were not opened and have not flown whose lists name goods of so many pieces, and how many pieces they list.
    pub fn listed_in_closed(&self, key: &ConsignmentKey, pieces: u64) -> (Vec<&UnitName>, u64) {
        let units = self.units_of.get(key).into_iter().flatten().filter(|name| !self.has_departed(name));
        let known = units.filter_map(|name| Some((name, self.units.get(name)?)));
        let (mut names, mut listed) = (Vec::new(), 0);
        for (name, unit) in known.filter(|(_, unit)| unit.void.is_none()) {
            let mut lines = unit.contents.iter().filter(|line| line.object == *key).peekable();
            if lines.peek().is_some() {
                names.push(name);
            }
            listed += lines.map(|line| pieces_of(line).map_or(pieces, u64::from)).sum::<u64>();
        }
        (names, listed)
    }

    /// Whether a flight that a unit was planned for or loaded on has left with it.
    fn has_departed(&self, unit: &UnitName) -> bool {
        let flights = self.flights_of.get(&ObjectName::Unit(unit.clone())).into_iter().flatten();
        flights
            .filter_map(|name| self.flights.get(name)?.departed.as_ref())
            .any(|departure| departure.carried.iter().any(|carried| carried.unit.as_ref() == Some(unit)))
    }

    /// Whether any house ever stood in the list of a unit under its own number.
    pub fn has_houses(&self) -> bool {
        self.houses
    }

    /// Whether any goods ever stood in the lists of several units.
    pub fn has_several(&self) -> bool {
        self.several
    }

    /// Goods that were in a unit at an instant, as far as is known: those it listed when it was opened first since, or
    /// lists. Where nobody had listed it by then, and where it was not opened, those that manifests list there, or that
    /// stand loose.
    pub fn held_at(&self, unit: &UnitName, at: Timestamp) -> BTreeSet<ConsignmentKey> {
        let before = self.units.get(unit).and_then(|unit| unit.emptied_since(at));
        let listed = before.cloned().unwrap_or_else(|| self.goods_in(unit).cloned().collect());
        if before.is_some() && !listed.is_empty() {
            return listed;
        }
        let told = self.listed_by_manifests_since(unit, at).cloned();
        listed.into_iter().chain(told).collect()
    }

    /// Gives every consignment of which something is in a unit or on a flight, perhaps more than once.
    pub fn each_inside<'a>(&'a self, object: &'a ObjectName, mut take: impl FnMut(&'a ConsignmentKey)) {
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => take(key),
            ObjectName::Unit(unit) => self.goods_in(unit).for_each(take),
            ObjectName::Flight(name) => {
                for (_, flight) in self.aircraft(name) {
                    for object in flight.objects() {
                        match object {
                            ObjectName::Unit(unit) => self.goods_in(unit).for_each(&mut take),
                            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => take(key),
                            ObjectName::Flight(_) => {}
                        }
                    }
                    flight.manifest.keys().for_each(|(_, key)| take(key));
                }
                self.bulk_with(name).for_each(|(bulk, _)| self.goods_in(bulk).for_each(&mut take));
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
                concerned.extend(bulk_on(unit).map(ObjectName::Flight));
            }
            ObjectName::Flight(name) => {
                for (_, flight) in self.aircraft(name) {
                    for object in flight.objects() {
                        concerned.insert(object.clone());
                        if let ObjectName::Unit(unit) = object {
                            concerned
                                .extend(self.goods_in(unit).map(|key| ObjectName::Consignment(key.clone())));
                        }
                    }
                    for (unit, key) in flight.manifest.keys() {
                        concerned.extend(unit.clone().map(ObjectName::Unit));
                        concerned.insert(ObjectName::Consignment(key.clone()));
                    }
                }
                for (bulk, _) in self.bulk_with(name) {
                    concerned.insert(ObjectName::Unit(bulk.clone()));
                    concerned.extend(self.goods_in(bulk).map(|key| ObjectName::Consignment(key.clone())));
                }
            }
        }
        let flights = concerned.iter().chain([object]).filter_map(|object| match object {
            ObjectName::Flight(name) => Some(self.leaving_with(name).map(ObjectName::Flight)),
            _ => None,
        });
        let aircraft: Vec<ObjectName> = flights.flatten().collect();
        concerned.extend(aircraft);
        concerned
    }

    fn goods_in<'a>(&'a self, unit: &'a UnitName) -> impl Iterator<Item = &'a ConsignmentKey> {
        let built = self.units.get(unit).into_iter().flat_map(|unit| &unit.contents);
        built.chain(self.listed(unit)).map(|line| &line.object)
    }

    /// What an event that was just folded adds to what leads to flights and units. Whoever keeps it gives orders of
    /// it back by [`Self::note_ordered`].
    pub fn places(&self, event: &Event) -> Vec<Place> {
        let mut places = self.places_of(event);
        // What stands loose on a flight leads to the aircraft, though nobody told of the flight by this name.
        if let ObjectName::Unit(UnitName::Bulk(flight)) = event.stream() {
            places.push(Place::Numbered(flight));
        }
        places
    }

    fn places_of(&self, event: &Event) -> Vec<Place> {
        match event {
            Event::Scheduled { schedule, .. } => vec![Place::Numbered(schedule.flight)],
            Event::Loaded { flight, object, .. } => {
                let whole = match object {
                    ObjectName::Piece(key, _) => Some(ObjectName::Consignment(key.clone())),
                    _ => None,
                };
                let ordered = goods_of(object)
                    .into_iter()
                    .flat_map(|key| self.ordering_loose(flight).map(|by| Place::Ordered(key.clone(), by)));
                let objects = [Some(object.clone()), whole].into_iter().flatten();
                let on_flight = objects.map(|object| Place::OnFlight(object, *flight));
                on_flight.chain(ordered).chain([Place::Numbered(*flight)]).collect()
            }
            Event::Manifested { flight, unit, content, .. } => {
                let key = &content.object;
                let goods = Place::OnFlight(ObjectName::Consignment(key.clone()), *flight);
                let in_unit = unit.iter().flat_map(|unit| {
                    let flown = Place::OnFlight(ObjectName::Unit(unit.clone()), *flight);
                    let ordered = self.ordering(unit).into_iter().map(|by| Place::Ordered(key.clone(), by));
                    [flown, Place::InUnit(key.clone(), unit.clone())].into_iter().chain(ordered)
                });
                let loose = self.ordering_loose(flight).filter(|_| unit.is_none());
                let ordered = loose.map(|by| Place::Ordered(key.clone(), by)).collect::<Vec<_>>();
                [goods, Place::Numbered(*flight)].into_iter().chain(in_unit).chain(ordered).collect()
            }
            Event::Built { unit, contents, .. } | Event::ListedShorter { unit, contents, .. } => {
                let mut places = of_dispatch(unit);
                let ordering = self.ordering(unit);
                for key in contents.iter().map(|content| &content.object) {
                    places.push(Place::InUnit(key.clone(), unit.clone()));
                    places.extend(ordering.iter().map(|by| Place::Ordered(key.clone(), by.clone())));
                }
                places
            }
            Event::Ordered { unit, programme, reference, by, at } => {
                let order = self.units.get(unit).and_then(|unit| unit.order(programme, reference, by));
                // Also of one that is over: it held its goods.
                let since = order.and_then(Order::in_force_since).or(*at);
                let goods = since.map(|since| self.goods_ordered(unit, since)).unwrap_or_default();
                let ordered = goods.into_iter().map(|key| Place::Ordered(key, unit.clone()));
                of_dispatch(unit).into_iter().chain(ordered).collect()
            }
            Event::Opened { unit, .. } | Event::Broken { unit, .. } | Event::OrderCancelled { unit, .. } => {
                of_dispatch(unit)
            }
            Event::OpeningTold { unit, .. } | Event::OperationsReached { unit, .. } => of_dispatch(unit),
            Event::Departed { flight, .. } | Event::Returned { flight, .. } => {
                vec![Place::Numbered(*flight)]
            }
            Event::ManifestEarly { .. } | Event::CancellationTold { .. } => Vec::new(),
            Event::ManifestMessage { flight, .. } => vec![Place::Numbered(*flight)],
        }
    }

    /// Folds an event. Never decides, never fails.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Scheduled { schedule, said_at } => {
                let name = schedule.flight;
                self.flight_mut(name).schedule(schedule, *said_at);
            }
            Event::Loaded { flight, object, how, by_desk } => {
                self.flight_mut(*flight).load(object, *how, *by_desk);
                self.flights_of.entry(object.clone()).or_default().insert(*flight);
                if let ObjectName::Piece(key, _) = object {
                    let whole = ObjectName::Consignment(key.clone());
                    self.flights_of.entry(whole).or_default().insert(*flight);
                }
            }
            Event::Manifested { flight, unit, content, by_desk, part } => {
                let key = content.object.clone();
                let place = (unit.clone(), key.clone());
                self.flight_mut(*flight).list(place, Listed::line(content.clone(), *by_desk, *part));
                self.flights_of.entry(ObjectName::Consignment(key.clone())).or_default().insert(*flight);
                if let Some(unit) = unit {
                    self.flights_of.entry(ObjectName::Unit(unit.clone())).or_default().insert(*flight);
                    self.note_in_unit(&key, unit);
                }
            }
            Event::Departed { flight, departure } => {
                self.flown.extend(departure.carried.iter().map(|carried| carried.object.clone()));
                self.flight_mut(*flight).departed = Some(departure.clone());
            }
            Event::Returned { flight, at } => self.flight_mut(*flight).come_back(*at),
            Event::ManifestEarly { flight, at } => {
                self.flight_mut(*flight).note_manifest_early(*at);
            }
            Event::ManifestMessage { flight, number, last, by, lists } => {
                self.flight_mut(*flight).note_message(*number, *last, by, lists);
            }
            Event::Built { unit, contents, replaces, complete, by } => {
                self.unit_mut(unit).build(contents, *replaces, *complete, by);
                self.note_contents(unit, contents);
            }
            Event::ListedShorter { unit, contents, by } => {
                let state = self.unit_mut(unit);
                state.build(contents, false, false, by);
                state.listed_shorter = true;
                self.note_contents(unit, contents);
            }
            Event::Opened { unit, why, at } => {
                self.unit_mut(unit).open(*at, why);
            }
            Event::OpeningTold { unit, holds, .. } => {
                let state = self.unit_mut(unit);
                state.said_open = state.said_open.max(Some(*holds));
            }
            Event::CancellationTold { flight, .. } => {
                self.flight_mut(*flight).said_cancelled = true;
            }
            Event::Broken { unit, at } => {
                let state = self.unit_mut(unit);
                state.broken = state.broken.max(Some(*at));
            }
            Event::Ordered { unit, programme, reference, by, at } => {
                let state = self.unit_mut(unit);
                let at = at.unwrap_or_else(|| state.after_all());
                let order = state.order_mut(programme, reference, by);
                order.say(at);
                let since = order.in_force_since().unwrap_or(at);
                let goods: BTreeSet<ConsignmentKey> = state.listed_since(since).cloned().collect();
                for key in goods {
                    self.ordered.entry(key).or_default().insert(unit.clone());
                }
            }
            Event::OperationsReached { unit, programme, reference, reached, at } => {
                self.unit_mut(unit).reach(programme, reference, reached, *at);
            }
            Event::OrderCancelled { unit, programme, reference, by, at } => {
                let state = self.unit_mut(unit);
                let at = at.unwrap_or_else(|| state.after_all());
                state.order_mut(programme, reference, by).cancel(at);
            }
        }
    }

    /// Notes in which unit goods stand, and that its orders hold them from there on.
    fn note_contents(&mut self, unit: &UnitName, contents: &[Content]) {
        let ordered = self.is_ordered(unit);
        for key in contents.iter().map(|content| &content.object) {
            self.note_in_unit(key, unit);
            if ordered {
                self.ordered.entry(key.clone()).or_default().insert(unit.clone());
            }
        }
    }

    /// Notes that goods stand in a unit, by whichever list.
    fn note_in_unit(&mut self, key: &ConsignmentKey, unit: &UnitName) {
        if self.units_of.get(key).is_some_and(|units| units.contains(unit)) {
            return;
        }
        let units = self.units_of.entry(key.clone()).or_default();
        units.insert(unit.clone());
        self.several |= units.len() > 1;
        self.houses |= key.house.is_some();
    }

    fn flight_mut(&mut self, name: FlightName) -> &mut Flight {
        self.by_number.entry(name.flight).or_default().insert(name);
        self.flights.entry(name).or_default()
    }

    fn unit_mut(&mut self, name: &UnitName) -> &mut Unit {
        if let Some(flight) = bulk_on(name) {
            self.flight_mut(flight);
        }
        if let (Some(dispatch), false) = (dispatch(name), self.units.contains_key(name)) {
            self.dispatches.entry(dispatch.into()).or_default().insert(name.clone());
        }
        self.units.entry(name.clone()).or_default()
    }
}

/// What names the dispatch of a receptacle; `None` for other units.
pub fn dispatch(unit: &UnitName) -> Option<&str> {
    match unit {
        UnitName::Receptacle(receptacle) => receptacle.as_str().get(..DISPATCH_LENGTH),
        UnitName::Device(_) | UnitName::Bulk(_) => None,
    }
}

/// The flight on which a unit stands because it is what stands loose there.
pub(super) fn bulk_on(unit: &UnitName) -> Option<FlightName> {
    match unit {
        UnitName::Bulk(flight) => Some(*flight),
        UnitName::Device(_) | UnitName::Receptacle(_) => None,
    }
}

fn of_dispatch(unit: &UnitName) -> Vec<Place> {
    dispatch(unit).map(|dispatch| Place::OfDispatch(dispatch.into(), unit.clone())).into_iter().collect()
}
