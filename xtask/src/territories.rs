//! The rules of `crates/consignment/data/customs_territories.toml`: which station lies in which customs
//! territory.

use crate::Outcome;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the rules look at in a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// IATA code.
    pub code: &'a str,
    /// Country as the source of the station table spells it: ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// Subdivision as the source spells it; may be empty.
    pub subdivision: &'a str,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Day of the last review, as `YYYY-MM-DD`.
    pub edition: String,
    /// Countries, each in at most one zone.
    #[serde(default)]
    zone: Vec<Zone>,
    /// Parts of countries.
    #[serde(default)]
    exception: Vec<Exception>,
    /// Codes that the source of the station table lacks.
    #[serde(default)]
    pub addition: Vec<Addition>,
}

/// Countries that share one territory, or, without one, that are each their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Zone {
    territory: Option<String>,
    name: String,
    countries: Vec<String>,
    /// Whether the source was read for this row. The rules treat both alike; the file documents it.
    #[serde(rename = "verified")]
    _verified: bool,
    source: String,
}

/// A part of a country, found by subdivision, by codes, or by both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    territory: String,
    place: String,
    country: String,
    subdivision: Option<String>,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    without_station: bool,
    /// Whether the source was read for this row. The rules treat both alike; the file documents it.
    #[serde(rename = "verified")]
    _verified: bool,
    source: String,
}

/// A code that messages use and the source of the station table lacks: of a city, by its airports, or of a
/// place where aircraft land, by its time zone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// IATA code.
    pub code: String,
    /// Name of the place.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Codes of its airports, where it is a city.
    #[serde(default)]
    pub airports: Vec<String>,
    /// Time zone, where it is an airport or heliport itself.
    pub time_zone: Option<String>,
    /// Whether the source was read for this row. The rules treat both alike; the file documents it.
    #[serde(rename = "verified")]
    _verified: bool,
    source: String,
}

impl Exception {
    fn names_code(&self, place: Place<'_>) -> bool {
        self.country == place.country && self.codes.iter().any(|code| code == place.code)
    }

    fn names_subdivision(&self, place: Place<'_>) -> bool {
        self.country == place.country && self.subdivision.as_deref() == Some(place.subdivision)
    }
}

impl Rules {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it is not of the expected form, a row has no source, a country stands in two zones, or a
    /// subdivision or code stands in two exceptions.
    pub fn parse(text: &str) -> Outcome<Self> {
        let rules: Self = toml::from_str(text)?;
        if rules.edition.parse::<jiff::civil::Date>().is_err() {
            return Err(format!("customs territories: edition {} is not a date", rules.edition).into());
        }
        let mut seen = BTreeSet::new();
        let mut once = |selector: String| match seen.insert(selector.clone()) {
            true => Ok(()),
            false => Err(format!("customs territories: {selector} stands in two rows")),
        };
        for zone in &rules.zone {
            demand_source(&zone.source, &zone.name)?;
            for country in &zone.countries {
                once(format!("country {country}"))?;
            }
        }
        for exception in &rules.exception {
            demand_source(&exception.source, &exception.place)?;
            if exception.subdivision.is_none() && exception.codes.is_empty() {
                return Err(format!(
                    "customs territories: {} names neither subdivision nor codes",
                    exception.place
                )
                .into());
            }
            if let Some(subdivision) = &exception.subdivision {
                once(format!("subdivision {subdivision} of {}", exception.country))?;
            }
            for code in &exception.codes {
                once(format!("station {code}"))?;
            }
        }
        for addition in &rules.addition {
            demand_source(&addition.source, &addition.name)?;
            if addition.airports.is_empty() == addition.time_zone.is_none() {
                let code = &addition.code;
                return Err(format!(
                    "customs territories: addition {code} needs airports, or a time zone where it is one itself"
                )
                .into());
            }
        }
        Ok(rules)
    }

    /// The customs territory of a station.
    pub fn territory<'a>(&'a self, place: Place<'a>) -> &'a str {
        let by_code = self.exception.iter().find(|exception| exception.names_code(place));
        let exception =
            by_code.or_else(|| self.exception.iter().find(|exception| exception.names_subdivision(place)));
        if let Some(exception) = exception {
            return &exception.territory;
        }
        self.zone
            .iter()
            .find(|zone| zone.countries.iter().any(|country| country == place.country))
            .and_then(|zone| zone.territory.as_deref())
            .unwrap_or(place.country)
    }

    /// Exceptions that no longer fit the stations: they name a code or subdivision that the table does
    /// not have. A renamed subdivision would otherwise move its airports into another territory unseen.
    pub fn stale(&self, stations: &[Place<'_>]) -> Vec<String> {
        let mut faults = Vec::new();
        for exception in &self.exception {
            let Exception { place, country, subdivision, codes, without_station, .. } = exception;
            let by_subdivision =
                stations.iter().filter(|station| exception.names_subdivision(**station)).count();
            if *without_station {
                if by_subdivision > 0 {
                    faults.push(format!(
                        "{place}: has a station now; list its code and drop `without_station`"
                    ));
                }
                continue;
            }
            if let (Some(subdivision), 0) = (subdivision, by_subdivision) {
                faults.push(format!("{place}: no station has subdivision {subdivision} of {country}"));
            }
            for code in codes {
                match stations.iter().find(|station| station.code == code) {
                    None => faults.push(format!("{place}: no station {code}")),
                    Some(station) if station.country != country => {
                        faults.push(format!("{place}: {code} lies in {}, not in {country}", station.country));
                    }
                    Some(_) => {}
                }
            }
            if subdivision.is_some() {
                for station in stations.iter().filter(|station| exception.names_subdivision(**station)) {
                    if !codes.iter().any(|code| code == station.code) {
                        faults.push(format!("{place}: {} belongs there and is not listed", station.code));
                    }
                }
            }
        }
        faults
    }
}

fn demand_source(source: &str, row: &str) -> Outcome {
    if source.trim().is_empty() {
        return Err(format!("customs territories: {row} names no source").into());
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn committed() -> Rules {
        Rules::parse(include_str!("../../crates/consignment/data/customs_territories.toml")).unwrap()
    }

    fn place(text: &'static str) -> Place<'static> {
        let mut parts = text.split(", ");
        let mut next = || parts.next().unwrap_or_default();
        Place { code: next(), country: next(), subdivision: next() }
    }

    #[test]
    fn the_committed_rules_place_stations() {
        // (code, country, subdivision) as the source of the station table has them.
        let cases = [
            ("BFS, GB, Northern Ireland", "EU"),
            ("BHD, GB, Northern Ireland", "EU"),
            ("LDY, GB, Northern Ireland", "EU"),
            // The code decides even where the source should lose the subdivision.
            ("BFS, GB", "EU"),
            // A new station of the province follows its subdivision.
            ("QQX, GB, Northern Ireland", "EU"),
            ("LHR, GB, England", "GB"),
            ("EDI, GB, Scotland", "GB"),
            ("LHB, GB", "GB"),
            ("JER, JE, St-Peter", "JE"),
            ("GIB, GI", "GI"),
            ("ZRH, CH, Zurich", "EU"),
            ("OSL, NO, Akershus", "EU"),
            ("LYR, NO, Svalbard", "SJ"),
            ("CDG, FR, Ile-de-France", "EU"),
            ("BSL, FR, Grand Est", "EU"),
            ("MLH, FR, Haut-Rhin", "EU"),
            ("RUN, RE, Reunion", "EU"),
            ("CAY, GF, Guyane", "EU"),
            ("SFG, MF", "EU"),
            ("SBH, BL", "BL"),
            ("PPT, PF, Iles-du-Vent", "PF"),
            ("LPA, ES, Canary-Islands", "EU"),
            ("MLN, ES, Melilla", "ES"),
            ("JCU, ES, Ceuta", "ES"),
            // A code counts only in its country: CEU is not Ceuta.
            ("CEU, US, South Carolina", "US"),
            ("HGL, DE, Schleswig-Holstein", "DE"),
            ("FRA, DE, Hessen", "EU"),
            ("MHQ, FI, Mariehamns-stad", "EU"),
            ("FAE, FO, Vagar", "FO"),
            ("GOH, GL, Sermersooq", "GL"),
            ("KEF, IS", "IS"),
            ("LCA, CY, Larnaka", "EU"),
            ("ECN, CY, Nicosia", "CY"),
            ("AKT, CY", "EU"),
            ("CUR, CW", "CW"),
            ("JFK, US, New York", "US"),
            ("HNL, US, Hawaii", "US"),
            ("SJU, US, Puerto Rico", "US"),
            ("STT, US, Virgin Islands", "VI"),
            ("GUM, GU", "GU"),
            ("SPN, MP", "MP"),
            ("PPG, AS", "AS"),
            ("YYZ, CA, Ontario", "CA"),
            ("NRT, JP, Chiba", "JP"),
            ("HKG, HK", "HK"),
            ("PRN, XK, Pristina", "XK"),
        ];
        let rules = committed();
        for (text, territory) in cases {
            assert_eq!(rules.territory(place(text)), territory, "{text}");
        }
    }

    const ROW: &str = "territory = 'EU'\nverified = true\nsource = 's'\n";

    fn with(rows: &str) -> Outcome<Rules> {
        Rules::parse(&format!("edition = '2026-11-21'\n{}", rows.replace("ROW", ROW)))
    }

    #[test]
    fn rules_that_contradict_or_prove_nothing_are_refused() {
        let cases = [
            ("[[zone]]\nname='a'\ncountries=['FR','FR']\nROW", "country FR stands in two rows"),
            ("[[exception]]\nplace='a'\ncountry='GB'\nROW", "neither subdivision nor codes"),
            ("[[exception]]\nplace='a'\ncountry='GB'\ncodes=['BFS','BFS']\nROW", "BFS stands in two"),
            ("[[zone]]\nname='a'\ncountries=[]\nverified=true\nsource=' '", "names no source"),
            ("[[zone]]\nname='a'\ncountries=[]\nsource='s'", "verified"),
            (
                "[[addition]]\ncode='EAP'\nname='n'\ncountry='FR'\nairports=[]\nverified=true\nsource='s'",
                "needs airports, or a time zone",
            ),
            (
                "[[addition]]\ncode='EAP'\nname='n'\ncountry='FR'\nairports=['BSL']\ntime_zone='Europe/Paris'\n\
                 verified=true\nsource='s'",
                "needs airports, or a time zone",
            ),
        ];
        for (rows, why) in cases {
            let text = with(rows).unwrap_err().to_string();
            assert!(text.contains(why), "{rows}: {text}");
        }
    }

    #[test]
    fn exceptions_that_fit_no_station_are_stale() {
        let rules = with(
            "[[exception]]\nplace='NI'\ncountry='GB'\nsubdivision='Northern Ireland'\ncodes=['BFS']\nROW\n\
             [[exception]]\nplace='Ceuta'\ncountry='ES'\nsubdivision='Ceuta'\nwithout_station=true\nROW",
        )
        .unwrap();
        let fits = [place("BFS, GB, Northern Ireland")];
        assert_eq!(rules.stale(&fits), Vec::<String>::new());
        let renamed = [place("BFS, GB, Ulster")];
        assert_eq!(rules.stale(&renamed), ["NI: no station has subdivision Northern Ireland of GB"]);
        let elsewhere = [place("BFS, IE"), place("LDY, GB, Northern Ireland")];
        assert_eq!(
            rules.stale(&elsewhere),
            ["NI: BFS lies in IE, not in GB", "NI: LDY belongs there and is not listed"]
        );
        let grown = [fits[0], place("JCU, ES, Ceuta")];
        assert_eq!(
            rules.stale(&grown),
            ["Ceuta: has a station now; list its code and drop `without_station`"]
        );
    }
}
