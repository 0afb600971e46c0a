//! Pieces reported missing or found, and what settles that.

use super::told::Teller;
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
    by: Teller,
}

impl Loss {
    /// Whether the same was told, by whomever.
    fn is_same(&self, other: &Self) -> bool {
        (&self.code, self.station, self.when, self.pieces)
            == (&other.code, other.station, other.when, other.pieces)
    }
}

/// What is open of the losses and finds that reports tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Losses {
    open: Vec<Loss>,
    /// When all the pieces were last counted by somebody, in local time.
    counted: Vec<(Teller, DateTime)>,
}

impl Losses {
    /// Takes in what a status tells. A find settles a loss told of the same time or before, for so many pieces; a
    /// count of all settles everything before it: what the same teller told, and from a desk of the goods what anybody
    /// did. Where a time is missing, what came in later is taken as later.
    pub(super) fn note(&mut self, fact: &StatusFact, received: Timestamp, by: &Teller) {
        let today = received.to_zoned(TimeZone::UTC).date();
        let day = fact.date.and_then(|date| date.resolve_past(today));
        let when = day.map(|day| day.to_datetime(fact.time.unwrap_or(Time::midnight())));
        let not_after = |loss: Option<DateTime>| loss.zip(when).is_none_or(|(loss, when)| loss <= when);
        if super::told::counts(fact) {
            self.open.retain(|loss| !not_after(loss.when) || !by.outweighs(&loss.by));
            if let Some(when) = when {
                match self.counted.iter_mut().find(|(teller, _)| teller == by) {
                    Some((_, known)) => *known = when.max(*known),
                    None => self.counted.push((by.clone(), when)),
                }
            }
            return;
        }
        let Some(code) = fact.discrepancy.as_deref().filter(|code| !OTHERS.contains(code)) else { return };
        if code == FOUND {
            let missing =
                self.open.iter().enumerate().filter(|(_, loss)| loss.code == MISSING && not_after(loss.when));
            if missing.clone().next().is_some() && !missing.clone().any(|(_, loss)| by.outweighs(&loss.by)) {
                // What others miss is not his to find, and he found nothing that nobody missed.
                return;
            }
            let mut missing = missing.filter(|(_, loss)| by.outweighs(&loss.by));
            let near = missing.clone().find(|(_, loss)| loss.station == fact.station);
            if let Some(place) = near.or_else(|| missing.next()).map(|(place, _)| place) {
                let left = match (self.open[place].pieces, fact.pieces) {
                    (Some(lost), Some(found)) if found < lost => Some(lost - found),
                    (Some(_), Some(_)) => None,
                    (None, _) if fact.all_pieces.is_some() => None,
                    // How many are found, or how many were lost, nobody says: the loss stays.
                    _ => return,
                };
                // Several may have told of it.
                let found = self.open[place].clone();
                self.open.retain_mut(|loss| {
                    if !loss.is_same(&found) || !by.outweighs(&loss.by) {
                        return true;
                    }
                    loss.pieces = left;
                    left.is_some()
                });
                return;
            }
        }
        let counted_since = when.is_some_and(|when| {
            self.counted.iter().any(|(teller, counted)| when <= *counted && teller.outweighs(by))
        });
        let (code, station, pieces) = (code.to_owned(), fact.station, fact.pieces);
        let mut loss = Loss { code, station, when, pieces, by: by.clone() };
        if loss.code == MISSING {
            // The finds may have come in first.
            while let Some(lost) = loss.pieces {
                let finds = self.open.iter().enumerate().filter(|(_, find)| {
                    find.code == FOUND
                        && find.by.outweighs(by)
                        && when.zip(find.when).is_some_and(|(lost, found)| lost <= found)
                        && find.pieces.is_some()
                });
                let near = finds.min_by_key(|(_, find)| find.station != loss.station);
                let Some(place) = near.map(|(place, _)| place) else { break };
                let left = lost.saturating_sub(self.open.remove(place).pieces.unwrap_or(0));
                if left == 0 {
                    return;
                }
                loss.pieces = Some(left);
            }
        }
        if counted_since {
            return;
        }
        // What a desk tells is told for all.
        let known = self.open.iter_mut().find(|known| {
            known.is_same(&loss) && (known.by.outweighs(&loss.by) || loss.by.outweighs(&known.by))
        });
        match known {
            Some(known) if loss.by.desk => known.by = loss.by,
            Some(_) => {}
            None => self.open.push(loss),
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

    /// `MSCA 0500 FRA 2`, `FDCA 0530 FRA all`, `RCS 0530 FRA`: code, local time (`-` for none), station, pieces.
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
            all_pieces: (counts || parts.get(3) == Some(&"all")).then_some(4),
            pieces: if counts { Some(4) } else { pieces },
            flight: None,
            station: Location::parse(parts[2]).ok(),
            date: time.and(PartialDate::parse("24NOV")),
            time,
        }
    }

    fn teller(name: &str, desk: bool) -> Teller {
        Teller { who: crate::case::Actor::Filer(name.into()), desk }
    }

    #[test]
    fn a_stranger_settles_only_what_he_told() {
        /// What was told: by whom, and what; and what is open then.
        type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);
        let cases: &[Case] = &[
            ("he finds", &[("desk", "MSCA 0500 FRA 2"), ("stranger", "FDCA 0530 FRA 2")], &["MSCA"]),
            ("he counts", &[("desk", "MSCA 0500 FRA 2"), ("stranger", "RCS 0530 FRA")], &["MSCA"]),
            ("he counted", &[("stranger", "RCS 0530 FRA"), ("desk", "MSCA 0500 FRA 2")], &["MSCA"]),
            ("his own", &[("stranger", "MSCA 0500 FRA 2"), ("stranger", "FDCA 0530 FRA 2")], &[]),
            ("the desk finds", &[("stranger", "MSCA 0500 FRA 2"), ("desk", "FDCA 0530 FRA 2")], &[]),
            ("the desk counts", &[("stranger", "MSCA 0500 FRA 2"), ("desk", "RCS 0530 FRA")], &[]),
            (
                "two told of one, and the desk finds",
                &[("stranger", "MSCA 0500 FRA 2"), ("other", "MSCA 0500 FRA 2"), ("desk", "FDCA 0530 FRA 2")],
                &[],
            ),
            (
                "the desk told of it as well",
                &[
                    ("stranger", "MSCA 0500 FRA 2"),
                    ("desk", "MSCA 0500 FRA 2"),
                    ("stranger", "FDCA 0530 FRA 2"),
                ],
                &["MSCA"],
            ),
            ("another one", &[("stranger", "MSCA 0500 FRA 2"), ("other", "FDCA 0530 FRA 2")], &["MSCA"]),
            ("told by both", &[("stranger", "MSCA 0500 FRA 2"), ("desk", "MSCA 0500 FRA 2")], &["MSCA"]),
            (
                "he repeats what the desk told",
                &[
                    ("desk", "MSCA 0500 FRA 2"),
                    ("stranger", "MSCA 0500 FRA 2"),
                    ("stranger", "FDCA 0530 FRA 2"),
                ],
                &["MSCA"],
            ),
            (
                "he counted later than the desk",
                &[("desk", "RCS 0600 FRA"), ("stranger", "RCS 0700 FRA"), ("desk", "MSCA 0630 FRA 2")],
                &["MSCA"],
            ),
        ];
        for (what, told, open) in cases {
            let mut losses = Losses::default();
            for (by, text) in *told {
                let by = teller(by, *by == "desk");
                losses.note(&fact(text), "2026-11-24T12:00:00Z".parse().unwrap(), &by);
            }
            assert_eq!(losses.open().collect::<Vec<_>>(), *open, "{what}");
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
            ("both finds came in first", &["FDCA 0530 FRA 1", "FDCA 0540 FRA 1", "MSCA 0500 FRA 2"], &[]),
            ("one of two came in first", &["FDCA 0530 FRA 1", "MSCA 0500 FRA 2", "FDCA 0540 FRA 1"], &[]),
            ("found in part before", &["FDCA 0530 FRA 1", "MSCA 0500 FRA 2"], &["MSCA"]),
            (
                "found there, and elsewhere one that nobody missed",
                &["FDCA 0530 LHR 1", "FDCA 0540 FRA 1", "MSCA 0500 FRA 1"],
                &["FDCA"],
            ),
            (
                "each was found where it is lost, before that came in",
                &["FDCA 0530 LHR 3", "FDCA 0540 FRA 1", "MSCA 0500 FRA 1", "MSCA 0500 LHR 3"],
                &[],
            ),
            ("two losses, one find", &["MSCA 0500 FRA 1", "MSCA 0500 LHR 1", "FDCA 0600 FRA 1"], &["MSCA"]),
            ("counted since", &["MSCA 0500 FRA 2", "RCS 0600 FRA"], &[]),
            ("counted before", &["MSCA 0700 FRA 2", "RCS 0600 FRA"], &["MSCA"]),
            ("counted since, told late", &["RCS 0600 FRA", "MSCA 0500 FRA 2"], &[]),
            ("how many, nobody says", &["MSCA 0500 FRA", "FDCA 0600 FRA 1"], &["MSCA"]),
            ("all are found", &["MSCA 0500 FRA", "FDCA 0600 FRA all"], &[]),
            (
                "each is found where it was lost",
                &["MSCA 0500 FRA 2", "MSCA 0500 LHR 1", "FDCA 0600 LHR 1", "FDCA 0600 FRA 2"],
                &[],
            ),
            ("a loss without a time, then counted", &["MSCA - FRA 1", "RCS 0600 FRA"], &[]),
            ("cargo nobody missed", &["FDCA 0600 FRA 1"], &["FDCA"]),
            ("no loss of pieces", &["OFLD 0600 FRA 4", "MSAW 0600 FRA 4"], &[]),
            ("a code nobody knows", &["XXXX 0600 FRA 4"], &["XXXX"]),
        ];
        for (what, facts, open) in cases {
            let mut losses = Losses::default();
            for text in *facts {
                losses.note(&fact(text), "2026-11-24T12:00:00Z".parse().unwrap(), &teller("desk", true));
            }
            assert_eq!(losses.open().collect::<Vec<_>>(), *open, "{what}");
        }
    }
}
