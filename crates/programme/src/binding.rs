//! On which legs a programme binds: where the aircraft lands decides, not the waybill's destination.
//!
//! Sources: 19 CFR 122.48b(a) (the landing decides), CASR 2012 s. 740 and the PACT guide 1.9, section 1
//! (transit, transfer and freight remaining on board count; mail and goods that arrive by road do not),
//! and the customs' answers on ICS2 (export from the zone and overflight open no entry case).

use crate::model::{Programme, Scope};
use consignment::ident::Location;
use consignment::stations::{StationTable, Territory};
use consignment::{Consignment, DocumentKind, Leg, Mode};

/// What the goods are by their nature; programmes leave some natures out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GoodsNature {
    /// Cargo.
    Cargo,
    /// Mail, under postal documents.
    Mail,
    /// A diplomatic or consular bag.
    DiplomaticBag,
}

impl GoodsNature {
    /// The nature of what a document names.
    ///
    /// Goods under an air waybill or a house waybill are cargo, whatever their sender says of them in a
    /// handling code or an exemption: those are claims that would lift a duty to file, and they are the
    /// sender's own. Mail and diplomatic bags travel under documents of their own.
    pub fn of(consignment: &Consignment) -> Self {
        match consignment.kind {
            DocumentKind::Master
            | DocumentKind::House
            | DocumentKind::HouseAnnounced
            | DocumentKind::Status
            | DocumentKind::Echo
            | DocumentKind::ManifestLine
            | DocumentKind::Express => Self::Cargo,
            DocumentKind::MailItem => Self::Mail,
        }
    }
}

/// Whether and where a programme binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// It binds on these legs.
    Bound {
        /// Indexes into the legs asked about, ascending.
        legs: Vec<usize>,
    },
    /// It binds on none, and this is why.
    NotBound {
        /// Why.
        why: NotBound,
    },
    /// It cannot be told: these stations are unknown or their territory is not settled, and that could
    /// change the answer.
    Undecided {
        /// The stations, in order of the route.
        stations: Vec<Location>,
        /// Legs on which it binds or may bind, ascending.
        legs: Vec<usize>,
    },
}

/// Why a programme does not bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotBound {
    /// No leg lands in its territory.
    NoLanding,
    /// Legs that touch the territory start inside it: an export, or a flight within.
    StartsInside,
    /// The goods come in by road, rail or water, which the programme leaves out.
    BySurface,
    /// Mail, which the programme leaves out.
    MailOutOfScope,
    /// A diplomatic or consular bag, which the programme leaves out.
    DiplomaticBagOutOfScope,
    /// No leg is known, so that nothing was tested. The caller must not take this for "free to load".
    NoRoute,
}

/// Where one leg stands to a territory.
enum Entry {
    /// It enters from outside in a way that is in scope.
    Enters,
    /// It enters from outside by surface, which is out of scope.
    EntersBySurface,
    /// It starts inside.
    StartsInside,
    /// It lands elsewhere.
    LandsElsewhere,
    /// It may enter: these ends are not known.
    MayEnter(Vec<Location>),
}

/// Tells on which of `legs` a programme binds for goods of this nature.
pub fn bind(programme: &Programme, legs: &[Leg], goods: GoodsNature, stations: &StationTable) -> Binding {
    let scope = &programme.scope;
    match goods {
        GoodsNature::Mail if !scope.mail => return Binding::NotBound { why: NotBound::MailOutOfScope },
        GoodsNature::DiplomaticBag if !scope.diplomatic_bags => {
            return Binding::NotBound { why: NotBound::DiplomaticBagOutOfScope };
        }
        _ => {}
    }
    let (mut bound, mut unknown) = (Vec::new(), Vec::new());
    let mut why = if legs.is_empty() { NotBound::NoRoute } else { NotBound::NoLanding };
    for (index, leg) in legs.iter().enumerate() {
        match entry(scope, leg, stations) {
            Entry::Enters => bound.push(index),
            Entry::MayEnter(ends) => {
                bound.push(index);
                for end in ends {
                    if !unknown.contains(&end) {
                        unknown.push(end);
                    }
                }
            }
            Entry::EntersBySurface => why = NotBound::BySurface,
            Entry::StartsInside if why == NotBound::NoLanding => why = NotBound::StartsInside,
            Entry::StartsInside | Entry::LandsElsewhere => {}
        }
    }
    if !unknown.is_empty() {
        Binding::Undecided { stations: unknown, legs: bound }
    } else if bound.is_empty() {
        Binding::NotBound { why }
    } else {
        Binding::Bound { legs: bound }
    }
}

fn entry(scope: &Scope, leg: &Leg, stations: &StationTable) -> Entry {
    let inside =
        |station: Location| territory(stations, station).map(|territory| *territory == scope.territory);
    match (inside(leg.from), inside(leg.to)) {
        (Some(true), _) => Entry::StartsInside,
        (_, Some(false)) => Entry::LandsElsewhere,
        _ if by_surface(leg) && !scope.surface_legs => Entry::EntersBySurface,
        (Some(false), Some(true)) => Entry::Enters,
        (from, to) => {
            let ends = [(leg.from, from), (leg.to, to)];
            Entry::MayEnter(
                ends.into_iter().filter(|(_, known)| known.is_none()).map(|(end, _)| end).collect(),
            )
        }
    }
}

fn territory(stations: &StationTable, station: Location) -> Option<&Territory> {
    stations.get(station).and_then(|station| station.territory.as_ref())
}

fn by_surface(leg: &Leg) -> bool {
    matches!(leg.mode, Mode::Road | Mode::Rail | Mode::Water)
}

impl NotBound {
    /// The proof in words, from the legs and stations the programme was tested on, such as
    /// `DEL lies in IN, FRA in EU: no landing in US`.
    pub fn proof(self, programme: &Programme, legs: &[Leg], stations: &StationTable) -> String {
        let zone = &programme.scope.territory;
        match self {
            Self::NoRoute => "no leg is known".to_owned(),
            Self::MailOutOfScope => format!("{} leaves mail out", programme.id),
            Self::DiplomaticBagOutOfScope => format!("{} leaves diplomatic bags out", programme.id),
            Self::NoLanding => format!("{}: no landing in {zone}", whereabouts(legs, stations)),
            Self::StartsInside => {
                format!("{}: no entry into {zone} from outside", whereabouts(legs, stations))
            }
            Self::BySurface => {
                let surface = legs.iter().filter(|leg| by_surface(leg));
                let ways: Vec<String> = surface
                    .map(|leg| format!("{}-{} goes by {}", leg.from, leg.to, leg.mode.as_str()))
                    .collect();
                format!("{}: {} covers arrival by air", ways.join(", "), programme.id)
            }
        }
    }
}

/// `DEL lies in IN, FRA in EU`, each station once, in order of the route.
fn whereabouts(legs: &[Leg], stations: &StationTable) -> String {
    let mut seen: Vec<Location> = Vec::new();
    for station in legs.iter().flat_map(|leg| [leg.from, leg.to]) {
        if !seen.contains(&station) {
            seen.push(station);
        }
    }
    let mut text = String::new();
    for (index, station) in seen.into_iter().enumerate() {
        let lies = if index == 0 { " lies" } else { "" };
        let place = territory(stations, station).map_or("a territory that is not known", Territory::as_str);
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&format!("{station}{lies} in {place}"));
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::embedded;

    /// A table of its own, so that these rules do not depend on the edition of the real one.
    const STATIONS: &str = "\
FRA\tairport\tDE\t\tEU\tEurope/Berlin\tFrankfurt
ZRH\tairport\tCH\t\tEU\tEurope/Zurich\tZurich
MAD\tairport\tES\t\tEU\tEurope/Madrid\tMadrid
BFS\tairport\tGB\t\tEU\tEurope/London\tBelfast
LHR\tairport\tGB\t\tGB\tEurope/London\tHeathrow
JFK\tairport\tUS\t\tUS\tAmerica/New_York\tKennedy
ORD\tairport\tUS\t\tUS\tAmerica/Chicago\tChicago
YYZ\tairport\tCA\t\tCA\tAmerica/Toronto\tToronto
HKG\tairport\tHK\t\tHK\tAsia/Hong_Kong\tHong Kong
DEL\tairport\tIN\t\tIN\tAsia/Kolkata\tDelhi
XZC\tcity\tCH\t\t\t\tA city on a border";

    /// Legs from a route such as `FRA-JFK road JFK-YYZ`.
    fn legs(route: &str) -> Vec<Leg> {
        let mut mode = Mode::Air;
        let mut legs = Vec::new();
        for word in route.split_whitespace() {
            match word {
                "road" => mode = Mode::Road,
                "rail" => mode = Mode::Rail,
                "unknown" => mode = Mode::Unknown,
                stations => {
                    let stations: Vec<Location> =
                        stations.split('-').map(|code| Location::parse(code).unwrap()).collect();
                    for pair in stations.windows(2) {
                        legs.push(Leg { mode, ..Leg::assumed(pair[0], pair[1]) });
                    }
                    mode = Mode::Air;
                }
            }
        }
        legs
    }

    fn shown(programme: &str, route: &str, goods: GoodsNature) -> String {
        let stations = StationTable::parse(STATIONS).unwrap();
        match bind(&embedded::get(programme).unwrap(), &legs(route), goods, &stations) {
            Binding::Bound { legs } => format!("{legs:?}"),
            Binding::NotBound { why } => format!("{why:?}"),
            Binding::Undecided { stations, legs } => {
                let stations: Vec<&str> = stations.iter().map(Location::as_str).collect();
                format!("{} {legs:?}", stations.join(" "))
            }
        }
    }

    #[test]
    fn the_landing_decides() {
        // Route, then us-acas, eu-ics2, ca-pact.
        let cases = [
            ("FRA-JFK", "[0]", "StartsInside", "NoLanding"),
            ("ZRH-JFK-YYZ", "[0]", "StartsInside", "[1]"),
            ("ZRH-JFK road JFK-YYZ", "[0]", "StartsInside", "BySurface"),
            ("ZRH-JFK unknown JFK-YYZ", "[0]", "StartsInside", "[1]"),
            ("HKG-LHR-MAD", "NoLanding", "[1]", "NoLanding"),
            ("LHR-BFS", "NoLanding", "[0]", "NoLanding"),
            ("BFS-LHR", "NoLanding", "StartsInside", "NoLanding"),
            ("FRA-ZRH", "NoLanding", "StartsInside", "NoLanding"),
            ("LHR-DEL", "NoLanding", "NoLanding", "NoLanding"),
            ("DEL-FRA-JFK-ORD", "[1]", "[0]", "NoLanding"),
            ("HKG-FRA-LHR-MAD", "NoLanding", "[0, 2]", "NoLanding"),
            ("FRA-JFK-FRA", "[0]", "[1]", "NoLanding"),
            ("rail LHR-MAD", "NoLanding", "BySurface", "NoLanding"),
            ("road LHR-FRA HKG-FRA", "NoLanding", "[1]", "NoLanding"),
            ("", "NoRoute", "NoRoute", "NoRoute"),
            // An unknown station matters only where it could change the answer.
            ("HKG-QQX", "QQX [0]", "QQX [0]", "QQX [0]"),
            ("QQX-JFK", "QQX [0]", "NoLanding", "NoLanding"),
            ("FRA-QQX-JFK", "QQX [0, 1]", "StartsInside", "QQX [0]"),
            ("HKG-XZC", "XZC [0]", "XZC [0]", "XZC [0]"),
            ("HKG-FRA QQX-QQX", "QQX [1]", "QQX [0, 1]", "QQX [1]"),
            ("road HKG-QQX", "BySurface", "BySurface", "BySurface"),
        ];
        for (route, us, eu, ca) in cases {
            let found = ["us-acas", "eu-ics2", "ca-pact"].map(|id| shown(id, route, GoodsNature::Cargo));
            assert_eq!(found, [us, eu, ca], "{route}");
        }
    }

    #[test]
    fn mail_and_diplomatic_bags_are_in_scope_where_the_programme_says_so() {
        assert_eq!(shown("eu-ics2", "HKG-FRA", GoodsNature::Mail), "[0]");
        assert_eq!(shown("ca-pact", "HKG-YYZ", GoodsNature::Mail), "MailOutOfScope");
        assert_eq!(shown("ca-pact", "HKG-YYZ", GoodsNature::DiplomaticBag), "DiplomaticBagOutOfScope");
        assert_eq!(shown("ca-pact", "HKG-YYZ", GoodsNature::Cargo), "[0]");
    }

    #[test]
    fn every_no_has_its_proof() {
        let stations = StationTable::parse(STATIONS).unwrap();
        let cases = [
            ("us-acas", "DEL-FRA", NotBound::NoLanding, "DEL lies in IN, FRA in EU: no landing in US"),
            (
                "eu-ics2",
                "FRA-JFK",
                NotBound::StartsInside,
                "FRA lies in EU, JFK in US: no entry into EU from outside",
            ),
            (
                "ca-pact",
                "road JFK-YYZ",
                NotBound::BySurface,
                "JFK-YYZ goes by road: ca-pact covers arrival by air",
            ),
            ("ca-pact", "HKG-YYZ", NotBound::MailOutOfScope, "ca-pact leaves mail out"),
            ("ca-pact", "HKG-YYZ", NotBound::DiplomaticBagOutOfScope, "ca-pact leaves diplomatic bags out"),
            ("us-acas", "", NotBound::NoRoute, "no leg is known"),
            (
                "us-acas",
                "QQX-FRA",
                NotBound::NoLanding,
                "QQX lies in a territory that is not known, FRA in EU: no landing in US",
            ),
        ];
        for (programme, route, why, expected) in cases {
            assert_eq!(why.proof(&embedded::get(programme).unwrap(), &legs(route), &stations), expected);
        }
    }

    #[test]
    fn what_a_sender_calls_mail_under_an_air_waybill_is_cargo() {
        use consignment::SecurityDeclaration;
        use consignment::security::Exemption;
        let security =
            Some(SecurityDeclaration { exemptions: vec![Exemption::Mail], ..SecurityDeclaration::default() });
        let consignment = Consignment { security, ..Consignment::default() };
        assert_eq!(GoodsNature::of(&consignment), GoodsNature::Cargo);
    }
}
