//! The question about everything on a flight, each object for itself: what a loading desk holds while its line is dead.
//!
//! Each object has the answer that the gate gives when asked for it alone on that leg, and besides that whatever holds it
//! as a part of the flight: its unit that is not closed, pieces that are listed twice. So no object of a list is freer than
//! the flight as a whole has it.

use super::answer::{Aircraft, Answer, Context, Decision, Reason, Stage};
use super::container::{Files, ObjectQuestion, answer_object};
use super::flight::leg_on;
use crate::case::Node;
use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, UnitName};
use consignment::ident::HouseWaybill;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// May each object of a flight be loaded?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuestion {
    /// The flight.
    pub flight: FlightName,
    /// What is about to be done.
    pub stage: Stage,
    /// Kind of aircraft; `None` leaves it to the flight.
    pub aircraft: Option<Aircraft>,
    /// When the question is asked.
    pub at: Timestamp,
}

/// The answer about one object of a flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectAnswer {
    /// The object.
    pub object: ObjectName,
    /// How many pieces of it are on the flight; `None` where nobody says.
    pub pieces: Option<u64>,
    /// The units it stands in, on this flight.
    pub units: BTreeSet<UnitName>,
    /// Of a master: the houses inside that are known. Its answer is theirs.
    pub houses: Vec<HouseWaybill>,
    /// The answer.
    pub answer: Answer,
}

/// The answers about a flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlightAnswers {
    /// That about the flight as a whole.
    pub whole: Answer,
    /// Those about each object, in the order of their names.
    pub each: Vec<ObjectAnswer>,
}

/// What is booked, built or loaded on a flight and was not taken off: units, goods, and pieces that are named one by one.
/// Goods in a unit stand for themselves beside it.
pub fn on_flight(name: &FlightName, context: &Context<'_>) -> BTreeSet<ObjectName> {
    let mut objects = BTreeSet::new();
    let yard = context.yard;
    for (_, flight) in yard.aircraft(name) {
        objects.extend(flight.objects().cloned());
        let off = |object: &ObjectName| flight.aboard.get(object) == Some(&Loading::Offloaded);
        for (unit, key) in flight.manifest.keys() {
            let unit = unit.clone().map(ObjectName::Unit);
            let goods = ObjectName::Consignment(key.clone());
            if unit.as_ref().is_some_and(off) || flight.is_off(key) {
                continue;
            }
            objects.extend(unit.into_iter().chain([goods]));
        }
    }
    let units: Vec<ObjectName> =
        objects.iter().filter(|object| matches!(object, ObjectName::Unit(_))).cloned().collect();
    for unit in &units {
        yard.each_inside(unit, |key| {
            objects.insert(ObjectName::Consignment(key.clone()));
        });
    }
    objects
}

/// The answer about each of these objects, on this flight.
pub fn answer_each(
    question: &ListQuestion,
    objects: &BTreeSet<ObjectName>,
    files: &dyn Files,
    context: &Context<'_>,
) -> FlightAnswers {
    let name = question.flight;
    let ask = |object: &ObjectName| {
        let ListQuestion { stage, aircraft, at, .. } = *question;
        let tree = match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => {
                files.dossier(key).map(|(dossier, _)| &dossier.tree)
            }
            ObjectName::Unit(_) | ObjectName::Flight(_) => None,
        };
        let leg = leg_on(&name, tree, context.yard);
        let asked = ObjectQuestion { object: object.clone(), leg, stage, aircraft, at };
        answer_object(&asked, files, context)
    };
    let flight = ObjectName::Flight(name);
    let whole = ask(&flight);
    let places = Places::of(&name, files, context);
    // Of a flight on which nothing is told to be, "its content is not known" says nothing of what is routed on it.
    let told = if places.is_empty() { &[][..] } else { &whole.reasons[..] };
    let mut holding: HashMap<&str, Vec<&Reason>> = HashMap::new();
    for reason in told.iter().filter(|reason| reason.holds()) {
        holding.entry(&reason.object).or_default().push(reason);
    }
    let each = objects.iter().map(|object| {
        let mut answer = ask(object);
        let around = places.around(object).into_iter().chain([flight.to_string()]);
        for name in around {
            holding.get(name.as_str()).into_iter().flatten().for_each(|reason| join(&mut answer, reason));
        }
        ObjectAnswer {
            pieces: places.pieces_of(object),
            units: places.units_of(object),
            houses: houses_in(object, files),
            object: object.clone(),
            answer,
        }
    });
    let each = each.collect();
    FlightAnswers { whole, each }
}

/// Adds what holds an object as a part of its flight.
fn join(answer: &mut Answer, reason: &Reason) {
    let same = |known: &Reason| {
        (known.code, &known.object, &known.programme) == (reason.code, &reason.object, &reason.programme)
    };
    if !answer.reasons.iter().any(|known| known.holds() && same(known)) {
        let place = answer.reasons.iter().take_while(|known| known.holds()).count();
        answer.reasons.insert(place, reason.clone());
    }
    answer.decision = Decision::Hold;
    answer.valid_until = None;
}

/// The houses of a master, as far as they are known.
fn houses_in(object: &ObjectName, files: &dyn Files) -> Vec<HouseWaybill> {
    let ObjectName::Consignment(key) = object else { return Vec::new() };
    let Some((dossier, Node::Master)) = files.dossier(key) else { return Vec::new() };
    let houses = dossier.tree.houses().filter(|(_, house)| !house.withdrawn);
    houses
        .filter_map(|(node, _)| match node {
            Node::House(number) => Some(number.clone()),
            Node::Master => None,
        })
        .collect()
}

/// Where things stand on a flight.
#[derive(Debug, Default)]
struct Places {
    /// The units of goods, and the pieces of them in all that lists them; no number where a list leaves it open.
    goods: HashMap<ConsignmentKey, (BTreeSet<UnitName>, Option<u64>)>,
    /// The goods of units.
    units: BTreeMap<UnitName, BTreeSet<ConsignmentKey>>,
}

impl Places {
    fn of(name: &FlightName, files: &dyn Files, context: &Context<'_>) -> Self {
        let mut places = Self::default();
        let yard = context.yard;
        let filed = |key: &ConsignmentKey| {
            let (dossier, node) = files.dossier(key)?;
            dossier.tree.filed(&node)?.pieces.map(u64::from)
        };
        let count = |line: &Content| match line.pieces.len() {
            0 => line.count.map(u64::from).or_else(|| filed(&line.object)),
            numbered => u64::try_from(numbered).ok(),
        };
        for object in on_flight(name, context) {
            let ObjectName::Unit(unit) = object else { continue };
            let built = yard.unit(&unit).map(|unit| unit.contents.as_slice()).unwrap_or_default();
            let listed =
                yard.listed(&unit).filter(|line| built.iter().all(|built| built.object != line.object));
            for line in built.iter().chain(listed) {
                places.add(&line.object, Some(&unit), count(line));
            }
            places.units.entry(unit).or_default();
        }
        for (_, flight) in yard.aircraft(name) {
            for object in flight.objects() {
                match object {
                    ObjectName::Consignment(key) => places.add(key, None, filed(key)),
                    ObjectName::Piece(key, _) => places.add(key, None, Some(1)),
                    ObjectName::Unit(_) | ObjectName::Flight(_) => {}
                }
            }
            for ((unit, key), line) in &flight.manifest {
                let told = flight.aboard.contains_key(&ObjectName::Consignment(key.clone()));
                if unit.is_none() && !told {
                    places.add(key, None, count(&line.content));
                }
            }
        }
        places
    }

    fn add(&mut self, key: &ConsignmentKey, unit: Option<&UnitName>, pieces: Option<u64>) {
        let (units, sum) = self.goods.entry(key.clone()).or_insert((BTreeSet::new(), Some(0)));
        *sum = sum.zip(pieces).map(|(sum, pieces)| sum.saturating_add(pieces));
        if let Some(unit) = unit {
            units.insert(unit.clone());
            self.units.entry(unit.clone()).or_default().insert(key.clone());
        }
    }

    fn is_empty(&self) -> bool {
        self.goods.is_empty() && self.units.is_empty()
    }

    /// What holds an object when it holds, by name: itself, the units it stands in, and what stands in it.
    fn around(&self, object: &ObjectName) -> BTreeSet<String> {
        let mut names = BTreeSet::from([object.to_string()]);
        match object {
            ObjectName::Consignment(_) => {}
            ObjectName::Piece(key, _) => drop(names.insert(key.to_string())),
            ObjectName::Unit(unit) => {
                names.extend(self.units.get(unit).into_iter().flatten().map(ToString::to_string));
            }
            ObjectName::Flight(_) => {}
        }
        names.extend(self.units_of(object).iter().map(ToString::to_string));
        names
    }

    fn units_of(&self, object: &ObjectName) -> BTreeSet<UnitName> {
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => {
                self.goods.get(key).map(|(units, _)| units.clone()).unwrap_or_default()
            }
            ObjectName::Unit(_) | ObjectName::Flight(_) => BTreeSet::new(),
        }
    }

    fn pieces_of(&self, object: &ObjectName) -> Option<u64> {
        match object {
            ObjectName::Consignment(key) => self.goods.get(key)?.1,
            ObjectName::Piece(..) => Some(1),
            ObjectName::Unit(_) | ObjectName::Flight(_) => None,
        }
    }
}
