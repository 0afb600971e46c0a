//! By what goods, answers, flights and units are found: what the texts in the journal's indices mean, and what was
//! found lately.

use super::{Engine, EngineError};
use crate::ports::{Clock, Index, IndexChange, Journal, JournalError, Outbox, Pick, StreamId};
use casework::Refusal;
use casework::case::Node;
use consignment::ConsignmentKey;
use consignment::fact::{FlightName, ObjectName, UnitName};
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location, Receptacle, UnitLoadDevice};
use finding::{Phrase, codes};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The key of an index that has only one.
pub(super) const ONLY: &str = "";

/// The key of trees of which somebody marked goods as high-risk, among those of which something waits.
pub(super) const MARKED: &str = "marked";

/// The key of what the index of calls has of flights whose manifest came early.
pub(super) const LEAVING: &str = "leaving";

/// When a flight leaves by its schedule, and which.
pub(super) fn leaving_text(leaves: jiff::Timestamp, flight: &FlightName) -> String {
    format!("{leaves} {}", object_text(&ObjectName::Flight(*flight)))
}

/// What [`leaving_text`] told.
///
/// # Errors
/// Where the text is none that it gives.
pub(super) fn leaving_of(text: &str) -> Result<(jiff::Timestamp, FlightName), JournalError> {
    let (leaves, flight) = text.split_once(' ').ok_or_else(|| unreadable(text))?;
    Ok((leaves.parse().map_err(|_| unreadable(text))?, flight_named(flight)?))
}

/// The key of goods in the journal's index of streams ([`Index::Stream`]): master and house, either of which may be
/// missing.
pub fn goods_key(key: &ConsignmentKey) -> String {
    goods_text(key)
}

/// The text of a number of goods: master and house, either of which may be missing.
pub(super) fn goods_text(key: &ConsignmentKey) -> String {
    let master = key.master.map(|master| master.to_string()).unwrap_or_default();
    let house = key.house.as_ref().map(HouseWaybill::as_str).unwrap_or_default();
    // No number has such a sign.
    format!("{master}|{house}")
}

/// The number of goods of a text.
///
/// # Errors
/// Where the text is none that [`goods_text`] gives.
pub(super) fn goods_named(text: &str) -> Result<ConsignmentKey, JournalError> {
    let read = || {
        let (master, house) = text.split_once('|')?;
        let master = if master.is_empty() { None } else { Some(AirWaybill::parse(master).ok()?) };
        let house = if house.is_empty() { None } else { Some(HouseWaybill::parse(house).ok()?) };
        Some(ConsignmentKey { master, house })
    };
    read().ok_or_else(|| unreadable(text))
}

/// The master whose tree a stream is, where it is that.
pub(super) fn master_of(stream: &str) -> Option<AirWaybill> {
    let name = stream.strip_prefix("tree/")?;
    AirWaybill::parse(name.split_once('#').map_or(name, |(number, _)| number)).ok()
}

/// The text of any object. That of a flight or unit is the name of its stream.
pub(super) fn object_text(object: &ObjectName) -> String {
    match object {
        ObjectName::Consignment(key) => format!("goods/{}", goods_text(key)),
        ObjectName::Piece(key, piece) => format!("piece/{piece}/{}", goods_text(key)),
        ObjectName::Unit(UnitName::Bulk(name)) => {
            format!("unit/bulk/{}/{}/{}-{}", name.flight, name.date, name.from, name.to)
        }
        ObjectName::Unit(unit) => format!("unit/{unit}"),
        ObjectName::Flight(name) => {
            format!("flight/{}/{}/{}-{}", name.flight, name.date, name.from, name.to)
        }
    }
}

/// The flight of a text.
///
/// # Errors
/// Where the text names none.
pub(super) fn flight_named(text: &str) -> Result<FlightName, JournalError> {
    text.strip_prefix("flight/").and_then(flight).ok_or_else(|| unreadable(text))
}

/// The unit of a text.
///
/// # Errors
/// Where the text names none.
pub(super) fn unit_named(text: &str) -> Result<UnitName, JournalError> {
    let read = || {
        let name = text.strip_prefix("unit/")?;
        if let Some(bulk) = name.strip_prefix("bulk/") {
            return flight(bulk).map(UnitName::Bulk);
        }
        let device = UnitLoadDevice::parse(name).ok().map(UnitName::Device);
        device.or_else(|| Receptacle::parse(name).ok().map(UnitName::Receptacle))
    };
    read().ok_or_else(|| unreadable(text))
}

fn flight(text: &str) -> Option<FlightName> {
    let mut parts = text.split('/');
    let (number, date, way) = (parts.next()?, parts.next()?, parts.next()?);
    let (from, to) = way.split_once('-')?;
    Some(FlightName {
        flight: Flight::parse(number).ok()?,
        date: date.parse().ok()?,
        from: Location::parse(from).ok()?,
        to: Location::parse(to).ok()?,
    })
}

/// The text of a flight's number and day; without the day where it is not whole.
pub(super) fn day_text(flight: Flight, day: Option<jiff::civil::Date>) -> String {
    match day {
        Some(day) => format!("{flight}/{day}"),
        None => format!("{flight}/"),
    }
}

/// What answers rest on that rest on these flights: another part of one, by its number and day, may come to land where
/// nothing was tested.
pub(super) fn numbers_of(streams: &BTreeSet<StreamId>) -> Vec<StreamId> {
    let flights = streams.iter().filter_map(|stream| flight_named(stream).ok());
    flights.map(|name| number_text(name.flight, name.date).into()).collect()
}

/// What answers rest on that speak of a flight of this number and day.
pub(super) fn number_text(flight: Flight, day: jiff::civil::Date) -> String {
    format!("number/{}", day_text(flight, Some(day)))
}

/// An index that holds what nobody put there: the storage is damaged.
pub(super) fn unreadable(text: &str) -> JournalError {
    JournalError::Storage(format!("an index leads to {text:?}, which names nothing"))
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    pub(super) fn put(&mut self, index: Index, key: &str, value: &str) -> Result<(), JournalError> {
        self.journal.change(IndexChange { index, key: key.into(), value: value.into(), put: true })
    }

    pub(super) fn take(&mut self, index: Index, key: &str, value: &str) -> Result<(), JournalError> {
        self.journal.change(IndexChange { index, key: key.into(), value: value.into(), put: false })
    }

    /// The stream of a number, where anybody told of it.
    pub(super) fn stream_found(&mut self, key: &ConsignmentKey) -> Result<Option<StreamId>, JournalError> {
        if let Some(stream) = self.streams.get(key) {
            return Ok(Some(stream.clone()));
        }
        let found = self.journal.find(Index::Stream, &goods_text(key), Pick::All)?.pop();
        if let Some(stream) = &found {
            self.streams.insert(key.clone(), stream.clone());
        }
        Ok(found)
    }

    /// From now on a number leads to this stream, or nowhere.
    pub(super) fn lead(
        &mut self,
        key: &ConsignmentKey,
        stream: Option<&StreamId>,
    ) -> Result<(), JournalError> {
        let before = self.stream_found(key)?;
        if before.as_ref() == stream {
            return Ok(());
        }
        let text = goods_text(key);
        if let Some(before) = before {
            self.take(Index::Stream, &text, &before)?;
            self.streams.remove(key);
        }
        if let Some(stream) = stream {
            self.put(Index::Stream, &text, stream)?;
            self.streams.insert(key.clone(), stream.clone());
        }
        Ok(())
    }

    /// The masters under which a house number was filed, the first one first.
    pub(super) fn masters_of(&self, house: &HouseWaybill) -> Result<Vec<AirWaybill>, JournalError> {
        let found = self.journal.find(Index::Masters, house.as_str(), Pick::All)?;
        found.iter().map(|text| AirWaybill::parse(text).map_err(|_| unreadable(text))).collect()
    }

    /// Streams of consignments that had a number before, the oldest first.
    pub(super) fn earlier_streams(&self, key: &ConsignmentKey) -> Result<Vec<StreamId>, JournalError> {
        self.journal.find(Index::Earlier, &goods_text(key), Pick::All)
    }

    /// The next number of something, from 1.
    pub(super) fn next_of(&mut self, what: &str) -> Result<u64, JournalError> {
        let before = self.journal.find(Index::Count, what, Pick::All)?.pop();
        let count: u64 = match &before {
            Some(text) => text.parse().map_err(|_| unreadable(text))?,
            None => 0,
        };
        if let Some(before) = before {
            self.take(Index::Count, what, &before)?;
        }
        self.put(Index::Count, what, &(count + 1).to_string())?;
        Ok(count + 1)
    }

    /// A house filed without its master belongs to the one it was filed under before, if that is only one.
    pub(super) fn with_known_master(&self, key: ConsignmentKey) -> Result<ConsignmentKey, JournalError> {
        let ConsignmentKey { master: None, house: Some(house) } = &key else { return Ok(key) };
        if self.floats(house)? {
            return Ok(key);
        }
        Ok(match self.masters_of(house)?[..] {
            [master] => ConsignmentKey { master: Some(master), house: key.house },
            _ => key,
        })
    }

    /// The goods that a house number without its master may mean: those of every master it was filed under, and one that
    /// was filed without.
    pub(super) fn may_mean(&self, key: ConsignmentKey) -> Result<Vec<ConsignmentKey>, JournalError> {
        let ConsignmentKey { master: None, house: Some(house) } = &key else { return Ok(vec![key]) };
        let masters = self.masters_of(house)?;
        if masters.is_empty() {
            return Ok(vec![key]);
        }
        let under = |master| ConsignmentKey { master: Some(master), house: Some(house.clone()) };
        let mut meant: Vec<ConsignmentKey> = masters.into_iter().map(under).collect();
        if self.floats(house)? {
            meant.push(key);
        }
        Ok(meant)
    }

    /// The goods a word on these goods is about. One that can only hold is about every house that a number without its
    /// master may mean; anything else could free the house of somebody else, and is refused.
    pub(super) fn houses_meant(
        &self,
        key: &ConsignmentKey,
        holds: bool,
    ) -> Result<Vec<ConsignmentKey>, EngineError> {
        let meant = self.may_mean(key.clone())?;
        match &key.house {
            Some(house) if !holds && meant[..] != [key.clone()] => {
                let unnamed = Phrase::new(codes::gate::MASTER_UNNAMED);
                Err(Refusal(unnamed.with("house", house.to_string())).into())
            }
            _ => Ok(meant),
        }
    }

    /// The stream of a number: that of its master, or one of its own while the master is not known.
    pub(super) fn stream_of(&mut self, key: &ConsignmentKey) -> Result<StreamId, EngineError> {
        if let Some(stream) = self.stream_found(key)? {
            return Ok(stream);
        }
        let (stream, numbered) = match (&key.master, &key.house) {
            (Some(master), _) => {
                (format!("tree/{master}"), ConsignmentKey { master: key.master, house: None })
            }
            (None, Some(_)) => {
                let stream = self.new_floating(key)?;
                self.lead(key, Some(&stream))?;
                return Ok(stream);
            }
            (None, None) => return Ok(format!("tree/unidentified/{}", self.next_of("unidentified")?).into()),
        };
        let stream: StreamId = match self.earlier_streams(&numbered)?.len() {
            0 => stream.into(),
            // No number has such a sign.
            before => format!("{stream}#{}", before + 1).into(),
        };
        if key.master.is_some() {
            // Whoever names a house names its master too, so that it can be asked for.
            self.lead(&numbered, Some(&stream))?;
        }
        self.lead(key, Some(&stream))?;
        Ok(stream)
    }
}

/// An order on goods in the air, as the index keeps it: about what, by whom, since when, and how many of the chain
/// were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) stream: StreamId,
    pub(super) node: Node,
    pub(super) programme: programme::ProgrammeId,
    pub(super) order: Arc<str>,
    pub(super) since: jiff::Timestamp,
    pub(super) told: usize,
}

/// Stands between the parts of a call; no stream, number or reference has it.
pub(super) const BETWEEN: char = '\u{1f}';

impl Call {
    pub(super) fn text(&self) -> String {
        let house = match &self.node {
            Node::Master => "",
            Node::House(house) => house.as_str(),
        };
        let Self { stream, programme, order, since, told, .. } = self;
        let (told, since) = (told.to_string(), since.to_string());
        [stream, house, programme.as_str(), since.as_str(), told.as_str(), order].join(&BETWEEN.to_string())
    }

    pub(super) fn of_text(text: &str) -> Result<Self, JournalError> {
        let read = || {
            // The reference is an authority's and comes last, whatever it has in it.
            let mut parts = text.splitn(6, BETWEEN);
            let mut next = || parts.next();
            let (stream, house, programme) = (next()?, next()?, next()?);
            let (since, told, order) = (next()?, next()?, next()?);
            Some(Self {
                stream: stream.into(),
                node: match house {
                    "" => Node::Master,
                    house => Node::House(HouseWaybill::parse(house).ok()?),
                },
                programme: programme::ProgrammeId::new(programme),
                order: order.into(),
                since: since.parse().ok()?,
                told: told.parse().ok()?,
            })
        };
        read().ok_or_else(|| unreadable(text))
    }
}
