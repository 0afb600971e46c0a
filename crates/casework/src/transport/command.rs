use super::event::Event;
use super::flight::{Departure, DepartureSource, Entry, Flight};
use super::unit::{Order, Unit};
use super::yard::Yard;
use crate::Refusal;
use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, Schedule, UnitName};
use finding::{Phrase, codes::gate as code};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// Who says something of a flight or unit, as his channel proves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Speaker {
    /// A desk of the carrier, his handler, or the post: its word counts in both directions.
    Desk(Arc<str>),
    /// Anybody else: what he says may add what holds and takes nothing away.
    Other(Arc<str>),
    /// The authority of a programme, on its own channel.
    Authority(ProgrammeId),
}

impl Speaker {
    fn name(&self) -> Arc<str> {
        match self {
            Self::Desk(name) | Self::Other(name) => Arc::clone(name),
            Self::Authority(programme) => programme.as_str().into(),
        }
    }

    fn is_desk(&self) -> bool {
        matches!(self, Self::Desk(_))
    }
}

/// What somebody wants recorded of a flight or unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// When, with what and whether a flight leaves.
    Schedule {
        /// The schedule.
        schedule: Schedule,
        /// When it was said.
        said_at: Timestamp,
    },
    /// A unit or goods were planned on, loaded on or taken off a flight.
    Load {
        /// The flight.
        flight: FlightName,
        /// What.
        object: ObjectName,
        /// What was done.
        how: Loading,
    },
    /// A manifest lists goods on a flight. A later line on the same goods in the same unit takes its place.
    Manifest {
        /// The flight.
        flight: FlightName,
        /// The unit; `None` in bulk.
        unit: Option<UnitName>,
        /// The goods.
        content: Content,
        /// Which of the messages of the manifest lists them, where there are several.
        part: Option<u16>,
    },
    /// A message of a manifest came, and its lines are listed.
    ManifestMessage {
        /// The flight.
        flight: FlightName,
        /// Which of the messages of the manifest it is, from 1.
        number: u16,
        /// Whether it is the last of them.
        last: bool,
        /// Where it lists goods.
        lists: Vec<Entry>,
        /// Whether these are all that it lists, as far as it can be read.
        all: bool,
    },
    /// A flight came back to where it left from, or had not left.
    Return {
        /// The flight.
        flight: FlightName,
        /// When.
        at: Timestamp,
    },
    /// A flight left.
    Depart {
        /// The flight.
        flight: FlightName,
        /// When, where it is stated.
        at: Option<Timestamp>,
        /// By what it is known.
        source: DepartureSource,
    },
    /// A manifest came before the known schedule lets the flight leave.
    ManifestEarly {
        /// The flight.
        flight: FlightName,
    },
    /// The time has come at which a flight leaves by its schedule, of which a manifest came early.
    LeaveBySchedule {
        /// The flight.
        flight: FlightName,
        /// When its schedule lets it leave.
        at: Timestamp,
    },
    /// What a unit holds.
    Build {
        /// The unit.
        unit: UnitName,
        /// What is in it.
        contents: Vec<Content>,
        /// Whether the list is all of its content.
        complete: bool,
        /// Whether a desk of the unit takes it over from somebody who listed it before and is none.
        takes_over: bool,
    },
    /// A unit was opened or broken down.
    Open {
        /// The unit.
        unit: UnitName,
        /// Why.
        why: String,
        /// Whether whoever says so has part in what is in the unit.
        part: bool,
    },
    /// The protection of a unit was broken: its seal, its custody.
    Break {
        /// The unit.
        unit: UnitName,
        /// When.
        at: Timestamp,
    },
    /// A do-not-load that names a unit.
    Order {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// When it was said.
        at: Timestamp,
    },
    /// The carrier's operations were reached by voice about orders on a unit.
    Reach {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// Who was reached.
        reached: Arc<str>,
    },
    /// The order is cancelled by whoever gave it.
    CancelOrder {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// When it was said.
        at: Timestamp,
    },
    /// Officers say that an authority did not give the order that others claim: such claims of until then are over.
    ClearClaims {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// When it was said.
        at: Timestamp,
    },
    /// The same of an order that is not known here: it may be on its way, and is over then.
    CancelUnknown {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// When it was said.
        at: Timestamp,
    },
}

/// What follows from a command, or why it is refused. An empty list means: already so.
///
/// # Errors
/// A [`Refusal`] where the speaker may not say this, or it cannot be so.
pub fn decide(
    yard: &Yard,
    command: Command,
    speaker: &Speaker,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Schedule { schedule, said_at } => {
            self::schedule(yard, schedule, said_at.min(now), speaker, now)
        }
        Command::Load { flight, object, how } => load(yard, flight, object, how, speaker),
        Command::Manifest { flight, unit, content, part } => {
            let known = yard.flight(&flight);
            let listed = known.and_then(|flight| flight.manifested(unit.as_ref(), &content.object));
            let by_desk = speaker.is_desk();
            let listed = listed.filter(|listed| listed.by_desk >= by_desk);
            // What a desk lists stands against everybody else. Listed after they were taken off, goods may be back.
            let settled = listed
                .is_some_and(|listed| listed.by_desk && !by_desk || listed.says(&content, part))
                && !known.is_some_and(|flight| {
                    let key = &content.object;
                    if by_desk { flight.is_partly_off(key) } else { flight.is_off(key) }
                });
            let told = Event::Manifested { flight, unit, content, by_desk, part };
            Ok(if settled { Vec::new() } else { vec![told] })
        }
        Command::ManifestMessage { flight, number, last, mut lists, all } => {
            let Speaker::Desk(by) = speaker else { return Ok(Vec::new()) };
            let known = yard.flight(&flight);
            // What cannot be read of it may be what it listed before.
            let before = known.into_iter().flat_map(|flight| flight.message_lines(number, by));
            lists.extend(before.filter(|_| !all).cloned());
            lists.sort_unstable();
            lists.dedup();
            let same = known.is_some_and(|flight| flight.knows_message(number, last, by, &lists));
            let by = Arc::clone(by);
            Ok(if same {
                Vec::new()
            } else {
                vec![Event::ManifestMessage { flight, number, last, by, lists }]
            })
        }
        Command::Depart { flight, at, source } => {
            depart(yard, flight, at.map(|at| at.min(now)), source, speaker, now)
        }
        Command::Return { flight, at } => {
            desk_only(speaker)?;
            let at = at.min(now);
            let told = yard.flight(&flight).and_then(|flight| flight.returned);
            Ok(if told >= Some(at) { Vec::new() } else { vec![Event::Returned { flight, at }] })
        }
        Command::ManifestEarly { flight } => {
            desk_only(speaker)?;
            let known = yard.flight(&flight);
            let believed = known.filter(|known| known.left_by_manifest_alone());
            let at = believed.and_then(|known| known.departed.as_ref()).map_or(now, |left| left.at.min(now));
            let told = known.is_some_and(|known| known.manifest_ends() && known.manifest_early <= Some(at));
            Ok(if believed.is_none() && told {
                Vec::new()
            } else {
                vec![Event::ManifestEarly { flight, at }]
            })
        }
        Command::LeaveBySchedule { flight, at } => {
            let waits = |known: &&Flight| known.departed.is_none() && known.manifest_early.is_some();
            let Some(_) = yard.flight(&flight).filter(waits) else { return Ok(Vec::new()) };
            // Nobody stated it: that it is late may be told yet.
            let (stated, source) = (false, DepartureSource::Manifest);
            let departure = Departure { at: at.min(now), stated, source, carried: yard.carried(&flight) };
            Ok(vec![Event::Departed { flight, departure }])
        }
        Command::Build { unit, contents, complete, takes_over } => {
            build(yard, unit, contents, complete, takes_over, speaker)
        }
        Command::Open { unit, why, part } => Ok(open(yard, unit, why, part, speaker, now)),
        Command::Break { unit, at } => {
            let known = yard.unit(&unit);
            // An open unit protects nothing, and what was wrong before it was opened is over.
            let over = known.is_some_and(|unit| {
                unit.void.is_some() || unit.opened_last().is_some_and(|opened| at <= opened)
            });
            let same = known.is_some_and(|unit| unit.broken >= Some(at));
            Ok(if over || same { Vec::new() } else { vec![Event::Broken { unit, at }] })
        }
        Command::Order { unit, programme, reference, at } => {
            let at = at.min(now);
            let known = yard.unit(&unit).and_then(|unit| unit.order(&programme, &reference, speaker));
            if known.is_some_and(|order| order.knows_said(at)) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::Ordered { unit, programme, reference, by: speaker.clone(), at: Some(at) }])
        }
        Command::Reach { unit, programme, reference, reached } => {
            let back = yard.came_back_last(&ObjectName::Unit(unit.clone()));
            let known = yard.unit(&unit);
            let waits = known.is_some_and(|unit| {
                let mut orders = unit.orders_named(&programme, &reference);
                orders.any(|order| order.is_in_force() && !order.is_reached_since(back))
            });
            let noted = Event::OperationsReached { unit, programme, reference, reached, at: Some(now) };
            Ok(if waits { vec![noted] } else { Vec::new() })
        }
        Command::CancelOrder { unit, programme, reference, at } => {
            let at = at.min(now);
            let known = yard.unit(&unit);
            let cancelled = |by: &Speaker| Event::OrderCancelled {
                unit: unit.clone(),
                programme: programme.clone(),
                reference: Arc::clone(&reference),
                by: by.clone(),
                at: Some(at),
            };
            let own = known.and_then(|unit| unit.order(&programme, &reference, speaker));
            // What others claim of an authority ends by its own word.
            let speaks = matches!(speaker, Speaker::Authority(of) if *of == programme);
            let named = || known.into_iter().flat_map(|unit| unit.orders_named(&programme, &reference));
            let claims = named().filter(|order| speaks && order.by != *speaker && order.is_in_force());
            let claims = claims.filter(|claim| !claim.knows_cancelled(at));
            let ended: Vec<Event> = claims.map(|claim| cancelled(&claim.by)).collect();
            if !own.is_some_and(Order::was_given) && ended.is_empty() {
                return Err(Refusal(if named().any(Order::was_given) {
                    Phrase::new(code::NOT_THE_OPENING_AUTHORITY)
                        .with("referral", reference.to_string())
                        .with("authority", speaker.name().to_string())
                } else {
                    Phrase::new(code::REFERRAL_UNKNOWN).with("referral", reference.to_string())
                }));
            }
            // What was given since it was said stands; an order of before that comes late is over with it.
            let known = own.is_some_and(|order| order.knows_cancelled(at));
            let own = (!known).then(|| cancelled(speaker));
            Ok(own.into_iter().chain(ended).collect())
        }
        Command::ClearClaims { unit, programme, reference, at } => {
            let at = at.min(now);
            let known = yard.unit(&unit);
            let named = known.into_iter().flat_map(|unit| unit.orders_named(&programme, &reference));
            let claims = named.filter(|order| !matches!(order.by, Speaker::Authority(_)));
            let claims = claims.filter(|claim| claim.in_force_since().is_some_and(|since| since <= at));
            let ended = claims.map(|claim| Event::OrderCancelled {
                unit: unit.clone(),
                programme: programme.clone(),
                reference: Arc::clone(&reference),
                by: claim.by.clone(),
                at: Some(at),
            });
            let ended: Vec<Event> = ended.collect();
            if ended.is_empty() {
                return Err(Refusal(
                    Phrase::new(code::REFERRAL_UNKNOWN).with("referral", reference.to_string()),
                ));
            }
            Ok(ended)
        }
        Command::CancelUnknown { unit, programme, reference, at } => {
            let at = at.min(now);
            let known = yard.unit(&unit).and_then(|unit| unit.order(&programme, &reference, speaker));
            if known.is_some_and(|order| order.knows_cancelled(at)) {
                return Ok(Vec::new());
            }
            let by = speaker.clone();
            Ok(vec![Event::OrderCancelled { unit, programme, reference, by, at: Some(at) }])
        }
    }
}

/// A claim that would free anything counts only from a desk that is configured for it.
fn desk_only(speaker: &Speaker) -> Result<(), Refusal> {
    if speaker.is_desk() {
        return Ok(());
    }
    Err(Refusal(Phrase::new(code::NOT_A_DESK).with("channel", speaker.name().to_string())))
}

/// That a unit was opened voids it only by the word of those who stand for it. Anybody else's is noted until they say
/// what is so; it holds the unit where he has part in what is in it.
fn open(
    yard: &Yard,
    unit: UnitName,
    why: String,
    part: bool,
    speaker: &Speaker,
    now: Timestamp,
) -> Vec<Event> {
    let known = yard.unit(&unit);
    if known.is_some_and(|unit| unit.void.is_some()) {
        return Vec::new();
    }
    if !matches!(speaker, Speaker::Other(_)) {
        return vec![Event::Opened { unit, why, at: now }];
    }
    let told = known.and_then(|unit| unit.said_open);
    let noted = Event::OpeningTold { unit, why, by: speaker.name(), at: now, holds: part };
    if told >= Some(part) { Vec::new() } else { vec![noted] }
}

/// That a flight left, or what is known better of it: a stated time than that of receipt, and a report of the departure
/// than a manifest. Of two manifests the first tells when (PACT guide 1.9, section 6), and every one what is on board.
fn depart(
    yard: &Yard,
    flight: FlightName,
    stated: Option<Timestamp>,
    source: DepartureSource,
    speaker: &Speaker,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let told = yard.flight(&flight);
    let known = told.and_then(|flight| flight.departed.as_ref());
    if known.is_some() && !speaker.is_desk() {
        return Ok(Vec::new());
    }
    desk_only(speaker)?;
    // It came back since.
    if told.and_then(|flight| flight.returned) >= Some(stated.unwrap_or(now)) {
        return Ok(Vec::new());
    }
    let departure = match known {
        None => Departure {
            at: stated.unwrap_or(now),
            stated: stated.is_some(),
            source,
            carried: yard.carried(&flight),
        },
        Some(known) => Departure {
            // Of two reports the later one: it may have come back in between.
            at: match stated {
                Some(stated) if known.stated && known.source == source => stated.max(known.at),
                Some(stated) if !known.stated || known.source < source => stated,
                _ => known.at,
            },
            stated: known.stated || stated.is_some(),
            source: known.source.max(source),
            carried: match source {
                DepartureSource::Manifest => yard.carried(&flight),
                DepartureSource::Report => known.carried.clone(),
            },
        },
    };
    let same = known == Some(&departure);
    Ok(if same { Vec::new() } else { vec![Event::Departed { flight, departure }] })
}

fn schedule(
    yard: &Yard,
    mut schedule: Schedule,
    said_at: Timestamp,
    speaker: &Speaker,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let nothing = Flight::default();
    let known = yard.flight(&schedule.flight).unwrap_or(&nothing);
    if let Some(left) = &known.departed {
        if known.has_left() && (said_at <= left.at || !speaker.is_desk()) {
            // Of what was said before it left, that it carries passengers may hold should it come back.
            if schedule.passengers != Some(true) {
                let left = Phrase::new(code::FLIGHT_HAS_LEFT);
                return Err(Refusal(left.with("flight", schedule.flight.to_string())));
            }
            let (by_road, cancelled) = (known.by_road, known.cancelled);
            schedule = Schedule { departs_at: None, by_road, cancelled, ..schedule };
        }
        // It may not have left: with what it flies counts, and what was an aircraft is no truck.
        schedule = Schedule { by_road: known.by_road && schedule.by_road, ..schedule };
    }
    let mut noted = Vec::new();
    if !speaker.is_desk() {
        // That it carries passengers holds; whatever else is said might free, or stop what is not his.
        let passengers = schedule.passengers == Some(true);
        if !passengers && !schedule.cancelled {
            desk_only(speaker)?;
        }
        if schedule.cancelled && !known.cancelled && !known.said_cancelled {
            let (flight, by) = (schedule.flight, speaker.name());
            noted.push(Event::CancellationTold { flight, by, at: now });
        }
        if !passengers {
            return Ok(noted);
        }
        let (by_road, cancelled) = (known.by_road, known.cancelled);
        schedule = Schedule { departs_at: None, by_road, cancelled, ..schedule };
    }
    // What a stranger says outdates nothing that a desk says, however late that comes.
    let said_at = if speaker.is_desk() { said_at } else { known.said_at.unwrap_or(Timestamp::MIN) };
    let mut after = known.clone();
    after.schedule(&schedule, said_at);
    // One that was said later is noted also where it says the same: what was said before it counts no more.
    if after != *known {
        noted.insert(0, Event::Scheduled { schedule, said_at });
    }
    Ok(noted)
}

fn load(
    yard: &Yard,
    flight: FlightName,
    object: ObjectName,
    how: Loading,
    speaker: &Speaker,
) -> Result<Vec<Event>, Refusal> {
    if matches!(object, ObjectName::Flight(_)) {
        return Err(Refusal(Phrase::new(code::OBJECT_UNKNOWN).with("object", object.to_string())));
    }
    // What is aboard already, others call nobody about, and goods that were only planned did not fly: that counts by desks.
    let how = if how == Loading::Loaded && !speaker.is_desk() { Loading::Planned } else { how };
    let (known, by_desk) = (yard.flight(&flight), speaker.is_desk());
    let told = known.and_then(|flight| flight.aboard.get(&object));
    // What somebody lists since it was taken off is taken off anew.
    let said = known.is_some_and(|flight| flight.said.contains(&object));
    let says_all = match &object {
        ObjectName::Consignment(key) => known.is_none_or(|flight| flight.says_of_all(key, how)),
        _ => true,
    };
    // All of it told to be loaded after a manifest came early may be more than that lists.
    let again = how == Loading::Loaded
        && matches!(object, ObjectName::Consignment(_))
        && known
            .is_some_and(|flight| flight.manifest_early.is_some() && !flight.loaded_since.contains(&object));
    let same = match by_desk {
        true => !said && told == Some(&how) && says_all && !again,
        false => said && how == Loading::Planned,
    };
    let aboard = matches!(told, Some(Loading::Loaded | Loading::Planned)) && how == Loading::Planned;
    if same || aboard && (!by_desk || told == Some(&Loading::Loaded)) {
        return Ok(Vec::new());
    }
    // What leaves under one name of its aircraft leaves under all.
    let left = yard.aircraft(&flight).any(|(_, known)| {
        let corrected = how == Loading::Offloaded && known.left_by_manifest_alone();
        known.departed.is_some() && !corrected
    });
    if left {
        // What flew stays flown; a report that comes late corrects the papers, not the flight.
        return Err(Refusal(Phrase::new(code::FLIGHT_HAS_LEFT).with("flight", flight.to_string())));
    }
    if how == Loading::Offloaded {
        desk_only(speaker)?;
    }
    Ok(vec![Event::Loaded { flight, object, how, by_desk }])
}

fn build(
    yard: &Yard,
    unit: UnitName,
    contents: Vec<Content>,
    complete: bool,
    takes_over: bool,
    speaker: &Speaker,
) -> Result<Vec<Event>, Refusal> {
    let nothing = Unit::default();
    let known = yard.unit(&unit).unwrap_or(&nothing);
    if known.void.is_some() && matches!(unit, UnitName::Receptacle(_)) {
        return Err(Refusal(Phrase::new(code::RECEPTACLE_NOT_REUSED).with("unit", unit.to_string())));
    }
    // Whoever built it may say anew what is in it; after it was opened, whoever builds it then.
    let own = speaker.is_desk()
        && (known.void.is_some()
            || takes_over
            || known.builder.as_ref().is_none_or(|builder| *builder == speaker.name()));
    let replaces = own && (complete || known.void.is_some());
    // What is in a closed unit does not leave it by a list: it must be opened first.
    if replaces && known.void.is_none() && known.is_shortened_by(&contents) {
        let told = known.listed_shorter && contents.iter().all(|line| known.contents.contains(line));
        let shorter = Event::ListedShorter { unit, contents, by: speaker.name() };
        return Ok(if told { Vec::new() } else { vec![shorter] });
    }
    // An addition to a list that was complete leaves it complete.
    let complete = if own { complete || known.complete && !replaces } else { known.complete };
    let mut after = known.clone();
    after.build(&contents, replaces, complete, &speaker.name());
    let same = after == *known;
    // Numbered pieces are the same whoever tells them twice; a count told again is more goods.
    if same && contents.iter().all(|content| content.count.is_none()) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Built { unit, contents, replaces, complete, by: speaker.name() }])
}

impl Command {
    /// The flight or unit it speaks of.
    pub fn stream(&self) -> ObjectName {
        match self {
            Self::Schedule { schedule, .. } => ObjectName::Flight(schedule.flight),
            Self::Load { flight, .. }
            | Self::Manifest { flight, .. }
            | Self::ManifestMessage { flight, .. }
            | Self::ManifestEarly { flight }
            | Self::LeaveBySchedule { flight, .. }
            | Self::Depart { flight, .. }
            | Self::Return { flight, .. } => ObjectName::Flight(*flight),
            Self::Build { unit, .. }
            | Self::Open { unit, .. }
            | Self::Break { unit, .. }
            | Self::Order { unit, .. }
            | Self::Reach { unit, .. }
            | Self::CancelOrder { unit, .. }
            | Self::ClearClaims { unit, .. }
            | Self::CancelUnknown { unit, .. } => ObjectName::Unit(unit.clone()),
        }
    }
}

/// The goods of an object that are named one by one.
pub(super) fn goods_of(object: &ObjectName) -> Option<&ConsignmentKey> {
    match object {
        ObjectName::Consignment(key) | ObjectName::Piece(key, _) => Some(key),
        ObjectName::Unit(_) | ObjectName::Flight(_) => None,
    }
}
