use super::carried::take_off;
use super::unit;
use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, Schedule, UnitName};
use consignment::measure::Weight;
use consignment::stations::StationTable;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Where a manifest lists goods: in which unit, `None` in bulk, and which.
pub type Entry = (Option<UnitName>, ConsignmentKey);

/// One departure of a flight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flight {
    /// Departure, local time at the station.
    pub departs: Option<DateTime>,
    /// Whether it carries passengers.
    pub passengers: Option<bool>,
    /// Whether it goes by road.
    pub by_road: bool,
    /// Whether it is cancelled.
    pub cancelled: bool,
    /// Whether somebody who is no desk of it says that it is, and none has told a schedule since.
    pub said_cancelled: bool,
    /// When the schedule that counts was said.
    pub said_at: Option<Timestamp>,
    /// When its departure was said, and whether it carries passengers: a later schedule may say nothing of either.
    fields_said_at: (Option<Timestamp>, Option<Timestamp>),
    /// What desks say was planned, loaded and taken off.
    pub aboard: BTreeMap<ObjectName, Loading>,
    /// What others plan for it, or list since a desk took it off: it is looked at, and did not fly by their word.
    pub said: BTreeSet<ObjectName>,
    /// What a desk says was loaded since it listed goods in a manifest.
    pub(super) loaded_since: BTreeSet<ObjectName>,
    /// What manifests list, by unit and goods.
    pub manifest: BTreeMap<Entry, Listed>,
    /// The messages of its manifests, by their number: whether the latest one says that it is the last.
    messages: BTreeMap<u16, bool>,
    /// What each of them lists, by who sent it.
    message_lines: BTreeMap<(u16, Arc<str>), BTreeSet<Entry>>,
    /// What stood on it until a desk took it off or a message that was sent again left it out: an order of before holds it still.
    stood: BTreeSet<Entry>,
    /// When the first manifest of a desk came, where that was before its schedule lets it leave: it tells what is booked to
    /// fly, and no departure.
    pub manifest_early: Option<Timestamp>,
    /// That it left.
    pub departed: Option<Departure>,
    /// Schedules that were told since it left, and when each was said: they count once it came back.
    said_since: Vec<(Schedule, Timestamp)>,
    /// When it came back last to where it left from, or somebody put right that it had not left.
    pub returned: Option<Timestamp>,
}

/// A line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it lists; together, where several messages of one manifest do.
    pub content: Content,
    /// Whether a desk listed it; else it is looked at, and counts for nothing that might free goods.
    pub by_desk: bool,
    /// What each message of a manifest in several lists, by its number.
    parts: BTreeMap<u16, Content>,
}

impl Listed {
    /// A line of a manifest, or of one of its messages.
    pub(super) fn line(content: Content, by_desk: bool, part: Option<u16>) -> Self {
        let parts = part.map(|part| (part, content.clone())).into_iter().collect();
        Self { content, by_desk, parts }
    }

    /// Whether it says this already of these goods.
    pub(super) fn says(&self, content: &Content, part: Option<u16>) -> bool {
        match part {
            None => self.parts.is_empty() && self.content == *content,
            Some(part) => self.parts.get(&part) == Some(content),
        }
    }

    /// Adds what other messages of the same manifest list; one that tells of the whole takes the place of all.
    fn add(mut self, before: Option<Self>) -> Self {
        let Some(before) = before.filter(|before| before.by_desk && !self.parts.is_empty()) else {
            return self;
        };
        for (part, content) in before.parts {
            self.parts.entry(part).or_insert(content);
        }
        self.add_up();
        self
    }

    fn add_up(&mut self) {
        if let Some(all) = self.parts.values().cloned().reduce(together) {
            self.content = all;
        }
    }

    /// Without what a message lists; `None` where nothing is left.
    fn without(mut self, part: u16) -> Option<Self> {
        self.parts.remove(&part);
        self.add_up();
        (!self.parts.is_empty()).then_some(self)
    }
}

/// What two messages list of the same goods: each lists pieces of its own, unless one lists all of them.
fn together(one: Content, other: Content) -> Content {
    let count =
        unit::pieces_of(&one).zip(unit::pieces_of(&other)).and_then(|(one, other)| one.checked_add(other));
    let kg = one.weight.zip(other.weight);
    let kg = kg.and_then(|(one, other)| one.to_kg().checked_add(other.to_kg()));
    Content { pieces: Vec::new(), count, weight: kg.map(Weight::kilograms), ..one }
}

/// That a flight left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// When.
    pub at: Timestamp,
    /// Whether the time was stated; else it is that of receipt.
    pub stated: bool,
    /// By what it is known.
    pub source: DepartureSource,
    /// What it carried.
    pub carried: Vec<Carried>,
}

/// By what a departure is known; what is later here outweighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DepartureSource {
    /// By a manifest, which is sent when the flight has left (PACT guide 1.9, section 6).
    Manifest,
    /// By a report of the departure.
    Report,
}

/// Goods that flew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The goods.
    pub object: ConsignmentKey,
    /// How many pieces were listed; `None` for all.
    pub pieces: Option<u32>,
    /// The numbers of those that are known one by one.
    pub numbers: Vec<u32>,
    /// Numbers of pieces that were taken off what was listed.
    pub without: Vec<u32>,
    /// Their weight, where it was stated.
    pub weight: Option<Weight>,
    /// In which unit.
    pub unit: Option<UnitName>,
}

impl Carried {
    /// How many it is, of goods of so many pieces. Numbers that the goods do not have take nothing off.
    pub fn count(&self, pieces: u64) -> u64 {
        let off = self.without.iter().filter(|number| (1..=pieces).contains(&u64::from(**number)));
        let off = u64::try_from(off.count()).unwrap_or(u64::MAX);
        self.pieces.map_or(pieces, u64::from).saturating_sub(off)
    }

    /// Whether nothing is left of it, where it is known of how many pieces: each was taken off by its number.
    pub fn is_nothing(&self, pieces: Option<u32>) -> bool {
        pieces.is_some_and(|pieces| self.count(u64::from(pieces)) == 0)
    }
}

impl Flight {
    pub(super) fn schedule(&mut self, schedule: &Schedule, said_at: Timestamp) {
        if self.has_left() {
            // What flew flew so. Once it came back this counts.
            let told = (schedule.clone(), said_at);
            if !self.said_since.contains(&told) {
                self.said_since.push(told);
            }
            return;
        }
        let (departs_said, passengers_said) = &mut self.fields_said_at;
        if schedule.departs_at.is_some() && *departs_said <= Some(said_at) {
            (self.departs, *departs_said) = (schedule.departs_at, Some(said_at));
        }
        if schedule.passengers.is_some() && *passengers_said <= Some(said_at) {
            (self.passengers, *passengers_said) = (schedule.passengers, Some(said_at));
        }
        if self.said_at > Some(said_at) {
            return;
        }
        (self.by_road, self.cancelled) = (schedule.by_road, schedule.cancelled);
        // A cancelled flight left with nothing: a manifest that was taken for its departure was none.
        if schedule.cancelled && self.left_by_manifest_alone() {
            let left = self.departed.take_if(|left| left.at < said_at);
            self.manifest_early = self.manifest_early.or(left.map(|left| left.at));
        }
        // What strangers say counts as said before all else, and takes back nothing of it.
        self.said_cancelled &= said_at <= self.said_at.unwrap_or(Timestamp::MIN);
        self.said_at = self.said_at.max(Some(said_at));
    }

    /// Whether a truck goes for it. What carries passengers is none.
    pub fn goes_by_road(&self) -> bool {
        self.by_road && self.passengers != Some(true)
    }

    /// Whether a schedule tells of it as an aircraft.
    pub fn flies(&self) -> bool {
        self.said_at.is_some() && !self.goes_by_road()
    }

    /// What a manifest says of these goods in this unit.
    pub(super) fn manifested(&self, unit: Option<&UnitName>, object: &ConsignmentKey) -> Option<&Listed> {
        self.manifest.get(&(unit.cloned(), object.clone()))
    }

    /// Whether the goods were taken off, and not listed again since.
    pub(super) fn taken_off(&self, object: &ConsignmentKey) -> bool {
        self.aboard.get(&ObjectName::Consignment(object.clone())) == Some(&Loading::Offloaded)
    }

    /// Whether the goods were taken off, and nobody lists them since.
    pub fn is_off(&self, object: &ConsignmentKey) -> bool {
        self.taken_off(object) && !self.said.contains(&ObjectName::Consignment(object.clone()))
    }

    /// Whether a desk took a unit off, and nobody names it since.
    pub fn is_unit_off(&self, unit: &UnitName) -> bool {
        let unit = ObjectName::Unit(unit.clone());
        self.aboard.get(&unit) == Some(&Loading::Offloaded) && !self.said.contains(&unit)
    }

    /// A manifest lists goods. Where it is a desk's, those that were taken off before, or with their unit, count again: a desk
    /// takes them off anew. Where it is not, they are looked at, and a desk's line stands.
    pub(super) fn list(&mut self, place: (Option<UnitName>, ConsignmentKey), line: Listed) {
        if !line.by_desk {
            let unit = place.0.clone().map(ObjectName::Unit);
            for object in unit.into_iter().chain([ObjectName::Consignment(place.1.clone())]) {
                if self.aboard.get(&object) == Some(&Loading::Offloaded) {
                    self.said.insert(object);
                }
            }
            let known = self.manifest.get(&place).is_some_and(|known| known.by_desk);
            if !known {
                self.manifest.insert(place, line);
            }
            return;
        }
        let listed = place.0.clone().map(ObjectName::Unit).into_iter();
        for object in listed.chain([ObjectName::Consignment(place.1.clone())]) {
            if self.aboard.get(&object) == Some(&Loading::Offloaded) {
                self.aboard.remove(&object);
            }
            self.said.remove(&object);
            self.loaded_since.remove(&object);
        }
        // So are its pieces and houses.
        let inside = |object: &ObjectName| is_inside(object, &place.1);
        self.aboard.retain(|object, how| *how != Loading::Offloaded || !inside(object));
        self.loaded_since.retain(|object| !inside(object));
        let line = line.add(self.manifest.remove(&place));
        self.manifest.insert(place, line);
    }

    /// Takes in which message of a manifest came, with what it lists. What the one of the same number that the same desk sent before
    /// listed besides is listed no more, unless another lists it. Of two that each are a whole, such as of cargo and of mail, both stand.
    pub(super) fn note_message(&mut self, number: u16, last: bool, by: &Arc<str>, lists: &[Entry]) {
        let is_whole = number == 1 && last;
        let lines: BTreeSet<Entry> = lists.iter().cloned().collect();
        let replaced = |(of, who): &(u16, Arc<str>)| who == by && *of == number && !is_whole;
        let known = std::mem::take(&mut self.message_lines);
        let (before, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            known.into_iter().partition(|(message, _)| replaced(message));
        self.message_lines = others;
        self.message_lines.insert((number, Arc::clone(by)), lines);
        for ((of, _), before) in before {
            for place in before {
                let Some(line) = self.manifest.remove(&place) else { continue };
                let of_message = line.parts.contains_key(&of);
                let mut others =
                    self.message_lines.iter().filter(|((other, _), _)| !of_message || *other == of);
                let again = !line.by_desk || others.any(|(_, lines)| lines.contains(&place));
                match if again { Some(line) } else { line.without(of) } {
                    Some(line) => drop(self.manifest.insert(place, line)),
                    None => drop(self.stood.insert(place)),
                }
            }
        }
        if is_whole {
            self.messages.clear();
        }
        self.messages.insert(number, last);
    }

    /// Whether this message of a manifest is known, with all that it lists.
    pub(super) fn knows_message(&self, number: u16, last: bool, by: &Arc<str>, lists: &[Entry]) -> bool {
        let lines = self.message_lines.get(&(number, Arc::clone(by)));
        self.messages.get(&number) == Some(&last)
            && lines.is_some_and(|lines| *lines == lists.iter().cloned().collect())
    }

    /// What the message of this number that somebody sent last lists.
    pub(super) fn message_lines(&self, number: u16, by: &Arc<str>) -> impl Iterator<Item = &Entry> {
        self.message_lines.get(&(number, Arc::clone(by))).into_iter().flatten()
    }

    /// Numbers of the messages of its manifests that came, and whether each says that it is the last.
    pub(super) fn messages(&self) -> impl Iterator<Item = (u16, bool)> {
        // What earlier releases wrote tells no more of a message than its lines.
        let listed = self.manifest.values().filter(|line| line.by_desk).flat_map(|line| line.parts.keys());
        let told = self.messages.iter().map(|(number, last)| (*number, *last));
        let listed = listed.filter(|number| !self.messages.contains_key(number));
        told.chain(listed.map(|number| (*number, false)))
    }

    /// Whether anything tells which messages of its manifests came.
    pub(super) fn tells_messages(&self) -> bool {
        !self.messages.is_empty()
    }

    /// Goods or a unit were planned, loaded or taken off. What is taken off a flight that is known by its manifest alone to
    /// have left did not leave with it.
    pub(super) fn load(&mut self, object: &ObjectName, how: Loading, by_desk: bool) {
        if !by_desk {
            if self.aboard.get(object).is_none_or(|how| *how == Loading::Offloaded) {
                self.said.insert(object.clone());
            }
            return;
        }
        if how == Loading::Offloaded {
            self.note_stood(object);
        }
        if let ObjectName::Consignment(key) = object {
            // All of it are its pieces and houses, too: with it they are taken off, and those that were taken off come back.
            let off = how == Loading::Offloaded;
            let inside = |object: &ObjectName| is_inside(object, key);
            self.aboard.retain(|object, how| !inside(object) || !off && *how != Loading::Offloaded);
            self.said.retain(|object| !off || !inside(object));
            self.loaded_since.retain(|object| !off || !inside(object));
            let listed = self.manifest.keys().map(|(_, listed)| ObjectName::Consignment(listed.clone()));
            let houses: Vec<ObjectName> = listed.filter(|object| off && inside(object)).collect();
            self.aboard.extend(houses.into_iter().map(|house| (house, Loading::Offloaded)));
        }
        self.aboard.insert(object.clone(), how);
        self.said.remove(object);
        if how == Loading::Loaded && self.manifest.values().any(|line| line.by_desk) {
            self.loaded_since.insert(object.clone());
        } else {
            self.loaded_since.remove(object);
        }
        if let (Loading::Offloaded, Some(departure)) = (how, &mut self.departed) {
            match object {
                ObjectName::Consignment(key) => departure.carried.retain(|carried| {
                    carried.object != *key
                        && !is_inside(&ObjectName::Consignment(carried.object.clone()), key)
                }),
                ObjectName::Unit(unit) => {
                    departure.carried.retain(|carried| carried.unit.as_ref() != Some(unit));
                }
                ObjectName::Piece(key, piece) => take_off(&mut departure.carried, key, *piece),
                ObjectName::Flight(_) => {}
            }
        }
    }

    /// Keeps in mind what stood loose, of what is taken off.
    fn note_stood(&mut self, object: &ObjectName) {
        let (ObjectName::Consignment(key) | ObjectName::Piece(key, _)) = object else { return };
        let gone = self.loose().filter(|loose| *loose == key || is_house_of(loose, key));
        let gone: Vec<Entry> = gone.map(|loose| (None, loose.clone())).collect();
        self.stood.extend(gone);
    }

    /// Goods that stood in a unit, or loose, and were taken off since or are listed no more.
    pub(super) fn stood_in<'a>(
        &'a self,
        unit: Option<&'a UnitName>,
    ) -> impl Iterator<Item = &'a ConsignmentKey> {
        self.stood.iter().filter(move |(of, _)| of.as_ref() == unit).map(|(_, key)| key)
    }

    /// Pieces that a desk took off by their number since their goods were named as a whole or listed.
    pub(super) fn pieces_off(&self) -> impl Iterator<Item = (&ConsignmentKey, u32)> {
        let off = self.aboard.iter().filter(|(_, how)| **how == Loading::Offloaded);
        off.filter_map(|(object, _)| match object {
            ObjectName::Piece(key, piece) => Some((key, *piece)),
            _ => None,
        })
    }

    /// Whether what a desk says of goods as a whole tells of each part: none of them was named by itself otherwise since.
    pub(super) fn says_of_all(&self, key: &ConsignmentKey, how: Loading) -> bool {
        let mut inside = self.inside(key);
        match how {
            Loading::Offloaded => inside.all(|(_, inside)| inside == Loading::Offloaded),
            Loading::Planned | Loading::Loaded => inside.all(|(_, inside)| inside != Loading::Offloaded),
        }
    }

    /// What a desk said of pieces and houses of goods, each by itself.
    pub(super) fn inside<'a>(
        &'a self,
        key: &'a ConsignmentKey,
    ) -> impl Iterator<Item = (&'a ObjectName, Loading)> {
        let inside = self.aboard.iter().filter(|(object, _)| is_inside(object, key));
        inside.map(|(object, how)| (object, *how))
    }

    /// Whether goods, or a part of them by itself, were taken off and nobody listed them since.
    pub(super) fn is_partly_off(&self, key: &ConsignmentKey) -> bool {
        self.taken_off(key) || self.inside(key).any(|(_, how)| how == Loading::Offloaded)
    }

    /// Whether a part of goods by itself is named or listed, and was not taken off.
    pub(super) fn names_inside(&self, key: &ConsignmentKey) -> bool {
        let said = || self.said.iter().any(|object| is_inside(object, key));
        let mut houses = self.manifest.keys().filter(|(_, listed)| is_house_of(listed, key));
        self.inside(key).any(|(_, how)| how != Loading::Offloaded)
            || said()
            || houses.any(|(_, house)| self.lists(house))
    }

    /// Whether a part of goods by itself was taken off.
    pub(super) fn is_off_inside(&self, object: &ObjectName) -> bool {
        let ObjectName::Consignment(key) = object else { return false };
        self.inside(key).any(|(_, how)| how == Loading::Offloaded)
    }

    /// What a desk loaded of goods piece by piece or house by house.
    pub fn loaded_inside(&self, key: &ConsignmentKey) -> Vec<ObjectName> {
        let loaded = self.inside(key).filter(|(_, how)| *how == Loading::Loaded);
        loaded.map(|(object, _)| object.clone()).collect()
    }

    /// Pieces that a desk loaded by their number, and had not listed since.
    pub(super) fn pieces_loaded_of<'a>(&'a self, key: &'a ConsignmentKey) -> impl Iterator<Item = u32> {
        let on = self.aboard.range(pieces_of_goods(key)).filter(|(_, how)| **how == Loading::Loaded);
        on.filter(|(object, _)| !self.loaded_since.contains(*object)).filter_map(|(object, _)| match object {
            ObjectName::Piece(_, piece) => Some(*piece),
            _ => None,
        })
    }

    /// Those of them that are of these goods.
    pub(super) fn pieces_off_of<'a>(&'a self, key: &'a ConsignmentKey) -> impl Iterator<Item = u32> {
        let off = self.aboard.range(pieces_of_goods(key)).filter(|(_, how)| **how == Loading::Offloaded);
        off.filter_map(|(object, _)| match object {
            ObjectName::Piece(_, piece) => Some(*piece),
            _ => None,
        })
    }

    /// Whether a line of a manifest was taken off, and not listed again since.
    pub(super) fn is_taken_off(&self, unit: Option<&UnitName>, key: &ConsignmentKey) -> bool {
        let unit = unit.map(|unit| ObjectName::Unit(unit.clone())).and_then(|unit| self.aboard.get(&unit));
        self.taken_off(key) || unit == Some(&Loading::Offloaded)
    }

    /// Whether anything tells what is aboard beyond what was planned.
    pub fn is_loaded(&self) -> bool {
        self.manifest.values().any(|line| line.by_desk)
            || self.aboard.values().any(|how| *how == Loading::Loaded)
    }

    /// A manifest came before the flight leaves. A departure that was known by it alone was none.
    pub(super) fn note_manifest_early(&mut self, at: Timestamp) {
        if self.left_by_manifest_alone() {
            self.departed = None;
        }
        let first = self.manifest_early.filter(|_| self.manifest_ends());
        self.manifest_early = Some(first.map_or(at, |first| first.min(at)));
    }

    /// It came back to where it left from, or had not left: unless it left since, it stands there with what was aboard, and
    /// leaves when a schedule of after that says so.
    pub(super) fn come_back(&mut self, at: Timestamp) {
        if self.departed.as_ref().is_some_and(|left| left.at <= at) {
            self.departed = None;
            if self.manifest.values().any(|line| line.by_desk) {
                self.manifest_early = self.manifest_early.or(Some(at));
            }
        }
        self.returned = self.returned.max(Some(at));
        if self.departed.is_none() {
            for (schedule, said_at) in std::mem::take(&mut self.said_since) {
                self.schedule(&schedule, said_at);
            }
        }
    }

    /// Whether a manifest came early, and the flight did not come back since: one of before that ends nothing.
    pub fn manifest_ends(&self) -> bool {
        self.manifest_early.is_some_and(|at| self.returned < Some(at))
    }

    /// Whether a manifest of a desk lists goods, and they were not taken off since.
    pub fn lists(&self, key: &ConsignmentKey) -> bool {
        let of = |((unit, listed), line): (&(Option<UnitName>, ConsignmentKey), &Listed)| {
            line.by_desk && listed == key && !self.is_taken_off(unit.as_ref(), key)
        };
        self.manifest.iter().any(of)
    }

    /// Whether it left, and not by a manifest without a time alone.
    pub(super) fn has_left(&self) -> bool {
        self.departed.is_some() && !self.left_by_manifest_alone()
    }

    /// Whether only a manifest without a time of departure says that it left. Such a one may come early; it flies no
    /// aircraft.
    pub fn left_by_manifest_alone(&self) -> bool {
        let departed = self.departed.as_ref();
        departed.is_some_and(|left| left.source == DepartureSource::Manifest && !left.stated)
    }

    /// When its schedule says that it leaves; one of before it came back says nothing.
    pub fn scheduled_at(&self, name: &FlightName, stations: &StationTable) -> Option<Timestamp> {
        let leaves = stations.get(name.from)?.instant(self.departs?)?;
        (self.returned < Some(leaves)).then_some(leaves)
    }

    /// Whether it stands where it came back to.
    pub fn is_back(&self) -> bool {
        self.returned.is_some() && self.departed.is_none()
    }

    /// Whether the aircraft stands at its gate at an instant, as far as is known: nothing but a manifest without a time says
    /// that it left, and its schedule says that it has not. Where no schedule tells, a manifest is believed.
    pub fn is_at_gate(&self, name: &FlightName, at: Timestamp, stations: &StationTable) -> bool {
        if self.departed.is_some() && !self.left_by_manifest_alone() {
            return false;
        }
        if self.cancelled && self.departed.as_ref().is_none_or(|left| self.said_at > Some(left.at)) {
            return true;
        }
        let today = || stations.get(name.from)?.local(at).map(|local| local.date());
        match self.scheduled_at(name, stations) {
            Some(leaves) => at < leaves,
            None => {
                self.is_back() || self.departed.is_none() && today().is_none_or(|today| today <= name.date)
            }
        }
    }

    /// What its manifests list in a unit.
    pub(super) fn listed_in<'a>(&'a self, unit: &'a UnitName) -> impl Iterator<Item = &'a Content> {
        let lines = self.manifest.iter().filter(move |((of, _), _)| of.as_ref() == Some(unit));
        lines.map(|(_, line)| &line.content)
    }

    /// Goods that stand on it in no unit, by its manifests or by what was planned or loaded, unless they were taken off.
    pub(super) fn loose(&self) -> impl Iterator<Item = &ConsignmentKey> {
        let listed = self.manifest.keys().filter(|(unit, key)| unit.is_none() && !self.is_off(key));
        let loaded = self.objects().filter_map(|object| match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => Some(key),
            ObjectName::Unit(_) | ObjectName::Flight(_) => None,
        });
        listed.map(|(_, key)| key).chain(loaded)
    }

    /// Units that its manifests list.
    pub fn units_listed(&self) -> impl Iterator<Item = &UnitName> {
        self.manifest.keys().filter_map(|(unit, _)| unit.as_ref())
    }

    /// What is planned for it or loaded on it, by whomever.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectName> {
        let by_desks = self.aboard.iter().filter(|(_, how)| **how != Loading::Offloaded);
        by_desks.map(|(object, _)| object).chain(&self.said)
    }

    /// Whether it is planned for it or loaded on it, by whomever.
    pub fn names(&self, object: &ObjectName) -> bool {
        let piece = || pieces_of(object).is_some_and(|all| self.said.range(all).next().is_some());
        self.is_planned_by_desk(object) || self.said.contains(object) || piece()
    }

    /// Whether a desk says that it, or some piece of it by its number, is planned for it or loaded on it.
    pub(super) fn is_planned_by_desk(&self, object: &ObjectName) -> bool {
        let on = |how: &Loading| *how != Loading::Offloaded;
        let piece = || pieces_of(object).is_some_and(|all| self.aboard.range(all).any(|(_, how)| on(how)));
        self.aboard.get(object).is_some_and(on) || piece()
    }

    /// The instant it departs, where the schedule tells it.
    pub fn departs_at(&self, name: &FlightName, stations: &StationTable) -> Option<Timestamp> {
        if let Some(departure) = &self.departed {
            return Some(departure.at);
        }
        self.scheduled_at(name, stations)
    }

    /// The local day it departs.
    pub fn departs_on(&self, name: &FlightName) -> Date {
        self.departs.map_or(name.date, DateTime::date)
    }
}

/// The names of all pieces of goods; `None` of what has none.
fn pieces_of(object: &ObjectName) -> Option<RangeInclusive<ObjectName>> {
    let ObjectName::Consignment(key) = object else { return None };
    Some(pieces_of_goods(key))
}

/// Whether goods are a house of others.
pub(super) fn is_house_of(house: &ConsignmentKey, master: &ConsignmentKey) -> bool {
    master.house.is_none() && house.house.is_some() && house.master == master.master
}

/// Whether something is a piece of goods, or a house of a master or a piece of one.
fn is_inside(object: &ObjectName, whole: &ConsignmentKey) -> bool {
    match object {
        ObjectName::Piece(of, _) => of == whole || is_house_of(of, whole),
        ObjectName::Consignment(of) => is_house_of(of, whole),
        ObjectName::Unit(_) | ObjectName::Flight(_) => false,
    }
}

fn pieces_of_goods(key: &ConsignmentKey) -> RangeInclusive<ObjectName> {
    ObjectName::Piece(key.clone(), 0)..=ObjectName::Piece(key.clone(), u32::MAX)
}
