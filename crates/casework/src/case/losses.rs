//! Pieces reported missing or found, and what settles that.

use consignment::document::StatusFact;
use consignment::ident::Location;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

/// Missing cargo, as `DIS` says it.
const MISSING: &str = "MSCA";

/// Cargo found.
const FOUND: &str = "FDCA";

/// Discrepancies of documents and mail, and of flights that left without the goods or with too many: the pieces
/// themselves are where they were (codes of `DIS`).
const OTHERS: [&str; 10] = ["MSAW", "MSAV", "MSMB", "FDAW", "FDAV", "FDMB", "OFLD", "OVCD", "SSPD", "DFLD"];

/// A loss or a find that nothing settles.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Loss {
    code: String,
    station: Option<Location>,
    /// Local time, where the report states it.
    when: Option<DateTime>,
    /// Pieces still concerned; `None` where the report does not say how many.
    pieces: Option<u32>,
}

/// What is open of the losses and finds that reports tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Losses {
    open: Vec<Loss>,
    /// When all the pieces were last counted, in local time.
    counted: Option<DateTime>,
}

impl Losses {
    /// Takes in what a status tells. A find settles a loss told of the same time or before, for so many pieces; a
    /// count of all settles everything before it. Where a time is missing, what came in later is taken as later.
    pub(super) fn note(&mut self, fact: &StatusFact, received: Timestamp) {
        let today = received.to_zoned(TimeZone::UTC).date();
        let day = fact.date.and_then(|date| date.resolve_past(today));
        let when = day.map(|day| day.to_datetime(fact.time.unwrap_or(Time::midnight())));
        let not_after = |loss: Option<DateTime>| loss.zip(when).is_none_or(|(loss, when)| loss <= when);
        if super::told::counts(fact) {
            self.open.retain(|loss| !not_after(loss.when));
            self.counted = self.counted.max(when);
            return;
        }
        let Some(code) = fact.discrepancy.as_deref().filter(|code| !OTHERS.contains(code)) else { return };
        if code == FOUND {
            let mut missing =
                self.open.iter().enumerate().filter(|(_, loss)| loss.code == MISSING && not_after(loss.when));
            let near = missing.clone().find(|(_, loss)| loss.station == fact.station);
            if let Some(place) = near.or_else(|| missing.next()).map(|(place, _)| place) {
                match (self.open[place].pieces, fact.pieces) {
                    (Some(lost), Some(found)) if found < lost => self.open[place].pieces = Some(lost - found),
                    (Some(_), Some(_)) => drop(self.open.remove(place)),
                    (None, _) if fact.all_pieces.is_some() => drop(self.open.remove(place)),
                    // How many are found, or how many were lost, nobody says: the loss stays.
                    _ => {}
                }
                return;
            }
        }
        let counted_since = when.zip(self.counted).is_some_and(|(when, counted)| when <= counted);
        let loss = Loss { code: code.to_owned(), station: fact.station, when, pieces: fact.pieces };
        if code == MISSING {
            // The find may have come in first.
            let found = self.open.iter().position(|find| {
                find.code == FOUND
                    && when.zip(find.when).is_some_and(|(lost, found)| lost <= found)
                    && find.pieces.zip(loss.pieces).is_some_and(|(found, lost)| found >= lost)
            });
            if let Some(place) = found {
                self.open.remove(place);
                return;
            }
        }
        if !counted_since && !self.open.contains(&loss) {
            self.open.push(loss);
        }
    }

    /// The codes of what is open, in the order they were told.
    pub(super) fn open(&self) -> impl Iterator<Item = &str> {
        self.open.iter().map(|loss| loss.code.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::PartialDate;

    /// `MSCA 0500 FRA 2`, `RCS 0530 FRA`: code, local time (`-` for none), station, pieces.
    fn fact(text: &str) -> StatusFact {
        let parts: Vec<&str> = text.split(' ').collect();
        let counts = parts[0] == "RCS";
        let (hour, minute) = (parts[1].get(..2), parts[1].get(2..4));
        let time =
            hour.zip(minute).map(|(h, m)| Time::new(h.parse().unwrap(), m.parse().unwrap(), 0, 0).unwrap());
        let pieces = parts.get(3).and_then(|pieces| pieces.parse().ok());
        StatusFact {
            code: if counts { "RCS" } else { "DIS" }.into(),
            discrepancy: (!counts).then(|| parts[0].to_owned()),
            all_pieces: counts.then_some(4),
            pieces: if counts { Some(4) } else { pieces },
            flight: None,
            station: Location::parse(parts[2]).ok(),
            date: time.and(PartialDate::parse("24NOV")),
            time,
        }
    }

    #[test]
    fn losses_are_settled_by_finds_and_counts() {
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("missing", &["MSCA 0500 FRA 2"], &["MSCA"]),
            ("found again", &["MSCA 0500 FRA 2", "FDCA 0530 FRA 2"], &[]),
            ("found in part", &["MSCA 0500 FRA 2", "FDCA 0530 FRA 1"], &["MSCA"]),
            ("found in two parts", &["MSCA 0500 FRA 2", "FDCA 0530 FRA 1", "FDCA 0540 FRA 1"], &[]),
            ("a find before the loss", &["MSCA 0700 FRA 2", "FDCA 0630 FRA 2"], &["MSCA", "FDCA"]),
            ("the find came in first", &["FDCA 0530 FRA 2", "MSCA 0500 FRA 2"], &[]),
            ("two losses, one find", &["MSCA 0500 FRA 1", "MSCA 0500 LHR 1", "FDCA 0600 FRA 1"], &["MSCA"]),
            ("counted since", &["MSCA 0500 FRA 2", "RCS 0600 FRA"], &[]),
            ("counted before", &["MSCA 0700 FRA 2", "RCS 0600 FRA"], &["MSCA"]),
            ("counted since, told late", &["RCS 0600 FRA", "MSCA 0500 FRA 2"], &[]),
            ("how many, nobody says", &["MSCA 0500 FRA", "FDCA 0600 FRA 1"], &["MSCA"]),
            ("a loss without a time, then counted", &["MSCA - FRA 1", "RCS 0600 FRA"], &[]),
            ("cargo nobody missed", &["FDCA 0600 FRA 1"], &["FDCA"]),
            ("no loss of pieces", &["OFLD 0600 FRA 4", "MSAW 0600 FRA 4"], &[]),
            ("a code nobody knows", &["XXXX 0600 FRA 4"], &["XXXX"]),
        ];
        for (what, facts, open) in cases {
            let mut losses = Losses::default();
            for text in *facts {
                losses.note(&fact(text), "2026-11-24T12:00:00Z".parse().unwrap());
            }
            assert_eq!(losses.open().collect::<Vec<_>>(), *open, "{what}");
        }
    }
}
