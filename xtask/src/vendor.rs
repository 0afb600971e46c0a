//! `cargo xtask vendor`: data that come from elsewhere, committed with their origin.

use crate::territories::{Place, Rules};
use crate::{Outcome, root};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;

const TABLE: &str = "crates/consignment/data/stations.tsv";
const RULES: &str = "crates/consignment/data/customs_territories.toml";
const NOTICE: &str = "crates/consignment/data/NOTICE.md";
const PACKAGE: &str = "airportsdata";
const COLUMNS: &str = "code\tkind\tcountry\tsubdivision\tterritory\ttime_zone\tname";
const AREA: &str = "# area ";

/// One row of the station table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    city: bool,
    country: String,
    subdivision: String,
    territory: String,
    time_zone: String,
    name: String,
}

/// The station table with what its header must remember.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    /// Version of the source package: the date of its data, as `YYYYMMDD`.
    version: String,
    /// Airports of each city row, by city code.
    areas: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<String, Row>,
}

/// Writes the station table from the source package, of the given version or the latest.
///
/// # Errors
/// Where the package cannot be fetched or read, or the territory rules do not fit its stations.
pub fn stations(version: Option<&str>) -> Outcome {
    let rules = Rules::parse(&fs::read_to_string(root().join(RULES))?)?;
    let folder = tempfile::tempdir()?;
    let wheel = download(version, folder.path())?;
    let mut table = Table::from_wheel(&wheel, &rules)?;
    table.apply(&rules)?;
    fs::write(root().join(TABLE), table.to_text())?;
    fs::write(root().join(NOTICE), notice(&wheel))?;
    println!("{TABLE}: {} stations, {PACKAGE} {}", table.rows.len(), table.version);
    Ok(())
}

/// Holds the committed table in step with the territory rules; needs no network.
///
/// # Errors
/// Where the table cannot be read, is not as `stations` would write it, or the rules do not fit it.
pub fn check() -> Outcome {
    let rules = Rules::parse(&fs::read_to_string(root().join(RULES))?)?;
    let text = fs::read_to_string(root().join(TABLE))?;
    let mut table = Table::parse(&text)?;
    table.apply(&rules)?;
    let fresh = table.to_text();
    if let Some((number, (committed, expected))) =
        (1..).zip(text.lines().zip(fresh.lines())).find(|(_, (committed, expected))| committed != expected)
    {
        return Err(format!(
            "{TABLE}, line {number} is not what the rules in {RULES} give; run `cargo xtask vendor stations`\n  \
             committed: {committed}\n  expected:  {expected}"
        )
        .into());
    }
    if text != fresh {
        return Err(format!("{TABLE} does not end as generated; run `cargo xtask vendor stations`").into());
    }
    if !root().join(NOTICE).exists() {
        return Err(format!("{NOTICE} is missing; run `cargo xtask vendor stations`").into());
    }
    println!("{TABLE}: {} stations, in step with {RULES} of {}", table.rows.len(), rules.edition);
    Ok(())
}

/// What the package holds that we use.
struct Wheel {
    version: String,
    airports: String,
    areas: String,
    licence: String,
}

fn download(version: Option<&str>, folder: &Path) -> Outcome<Wheel> {
    let requirement = version.map_or_else(|| PACKAGE.to_owned(), |version| format!("{PACKAGE}=={version}"));
    let status = Command::new("pip")
        .args(["download", "--quiet", "--no-deps", "--only-binary", ":all:", &requirement, "-d"])
        .arg(folder)
        .status()
        .map_err(|why| format!("cannot run pip, which fetches {PACKAGE}: {why}"))?;
    if !status.success() {
        return Err(format!("`pip download --no-deps {requirement}` failed").into());
    }
    let path = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or("pip fetched no wheel")?;
    // A wheel is named `<package>-<version>-<tags>.whl`.
    let version = path
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.split('-').nth(1))
        .ok_or("the wheel has no version in its name")?
        .to_owned();
    let mut archive = zip::ZipArchive::new(fs::File::open(&path)?)?;
    let mut read = |name: &str| -> Outcome<String> {
        let mut text = String::new();
        archive.by_name(name)?.read_to_string(&mut text)?;
        Ok(text)
    };
    Ok(Wheel {
        airports: read("airportsdata/airports.csv")?,
        areas: read("airportsdata/iata_macs.csv")?,
        licence: read(&format!("{PACKAGE}-{version}.dist-info/licenses/LICENSE"))?,
        version,
    })
}

/// A row of `airports.csv`.
#[derive(Debug, Deserialize)]
struct Airport {
    icao: String,
    iata: String,
    name: String,
    subd: String,
    country: String,
    tz: String,
}

/// A row of `iata_macs.csv`: one airport of a metropolitan area.
#[derive(Debug, Deserialize)]
struct AreaAirport {
    #[serde(rename = "Country")]
    country: String,
    #[serde(rename = "City Code")]
    city: String,
    #[serde(rename = "City Name")]
    name: String,
    #[serde(rename = "Airport Code")]
    airport: String,
}

impl Table {
    fn from_wheel(wheel: &Wheel, rules: &Rules) -> Outcome<Self> {
        let mut table =
            Self { version: wheel.version.clone(), areas: BTreeMap::new(), rows: BTreeMap::new() };
        table.add_airports(&wheel.airports)?;
        table.add_areas(&wheel.areas)?;
        for addition in &rules.addition {
            if table.rows.contains_key(&addition.code) {
                return Err(
                    format!("{RULES}: the source has {} now; remove the addition", addition.code).into()
                );
            }
            if let Some(time_zone) = &addition.time_zone {
                if TimeZone::get(time_zone).is_err() {
                    return Err(format!("{}: unknown time zone {time_zone}", addition.code).into());
                }
                let row = Row {
                    city: false,
                    country: addition.country.clone(),
                    subdivision: String::new(),
                    territory: String::new(),
                    time_zone: time_zone.clone(),
                    name: clean(&addition.name),
                };
                table.rows.insert(addition.code.clone(), row);
            }
            for airport in &addition.airports {
                table.add_to_area(&addition.code, &addition.name, &addition.country, airport)?;
            }
        }
        Ok(table)
    }

    fn add_airports(&mut self, csv_text: &str) -> Outcome {
        let mut airports: Vec<Airport> = csv::Reader::from_reader(csv_text.as_bytes())
            .deserialize()
            .collect::<Result<Vec<Airport>, csv::Error>>()?
            .into_iter()
            .filter(|airport| !airport.iata.is_empty())
            .collect();
        // Should a code stand twice, the airport with a real ICAO code wins (the source writes `_ABC` for
        // none), then the first in the order of ICAO codes.
        airports.sort_by_cached_key(|airport| (airport.icao.starts_with('_'), airport.icao.clone()));
        for airport in airports {
            if TimeZone::get(&airport.tz).is_err() {
                return Err(format!("{}: unknown time zone {}", airport.iata, airport.tz).into());
            }
            let row = Row {
                city: false,
                country: airport.country,
                subdivision: clean(&airport.subd),
                territory: String::new(),
                time_zone: airport.tz,
                name: clean(&airport.name),
            };
            if self.rows.contains_key(&airport.iata) {
                println!("{} stands twice; {} ({}) is left out", airport.iata, airport.icao, row.name);
                continue;
            }
            self.rows.insert(airport.iata, row);
        }
        Ok(())
    }

    fn add_areas(&mut self, csv_text: &str) -> Outcome {
        for area in csv::Reader::from_reader(csv_text.as_bytes()).deserialize() {
            let AreaAirport { country, city, name, airport } = area?;
            // The code of a city with an airport of that code means the airport.
            if self.rows.get(&city).is_none_or(|row| row.city) {
                self.add_to_area(&city, &name, &country, &airport)?;
            }
        }
        Ok(())
    }

    fn add_to_area(&mut self, city: &str, name: &str, country: &str, airport: &str) -> Outcome {
        match self.rows.get(airport) {
            Some(row) if !row.city && row.country == country => {}
            Some(row) => {
                return Err(
                    format!("{city}: its airport {airport} is in {}, not in {country}", row.country).into()
                );
            }
            None => return Err(format!("{city}: its airport {airport} is not in the table").into()),
        }
        self.areas.entry(city.to_owned()).or_default().push(airport.to_owned());
        self.rows.entry(city.to_owned()).or_insert_with(|| Row {
            city: true,
            country: country.to_owned(),
            subdivision: String::new(),
            territory: String::new(),
            time_zone: String::new(),
            name: clean(name),
        });
        Ok(())
    }

    /// Fills the columns that follow from others: the territory of each airport by the rules, territory
    /// and time zone of each city from its airports where they agree.
    fn apply(&mut self, rules: &Rules) -> Outcome {
        let airports: Vec<(String, Row)> = self
            .rows
            .iter()
            .filter(|(_, row)| !row.city)
            .map(|(code, row)| (code.clone(), row.clone()))
            .collect();
        let places: Vec<Place<'_>> = airports
            .iter()
            .map(|(code, row)| Place { code, country: &row.country, subdivision: &row.subdivision })
            .collect();
        let stale = rules.stale(&places);
        if !stale.is_empty() {
            return Err(format!("{RULES} does not fit the stations:\n  {}", stale.join("\n  ")).into());
        }
        for place in &places {
            if let Some(row) = self.rows.get_mut(place.code) {
                rules.territory(*place).clone_into(&mut row.territory);
            }
        }
        for (city, airports) in &self.areas {
            let members: Vec<Row> = airports.iter().filter_map(|code| self.rows.get(code)).cloned().collect();
            if let Some(row) = self.rows.get_mut(city) {
                row.territory = agreed(members.iter().map(|member| &member.territory));
                row.time_zone = agreed(members.iter().map(|member| &member.time_zone));
            }
        }
        Ok(())
    }

    fn to_text(&self) -> String {
        let mut text = header(&self.version);
        for (city, airports) in &self.areas {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{AREA}{city}: {}", airports.join(" "));
        }
        let _ = writeln!(text, "{COLUMNS}");
        for (code, row) in &self.rows {
            let Row { city, country, subdivision, territory, time_zone, name } = row;
            let kind = if *city { "city" } else { "airport" };
            let _ =
                writeln!(text, "{code}\t{kind}\t{country}\t{subdivision}\t{territory}\t{time_zone}\t{name}");
        }
        text
    }

    fn parse(text: &str) -> Outcome<Self> {
        let mut table = Self { version: String::new(), areas: BTreeMap::new(), rows: BTreeMap::new() };
        for (number, line) in (1..).zip(text.lines()) {
            let fault = |what: &str| format!("{TABLE}, line {number}: {what}");
            if let Some(area) = line.strip_prefix(AREA) {
                let (city, airports) =
                    area.split_once(": ").ok_or_else(|| fault("not `# area CITY: AIRPORT…`"))?;
                table.areas.insert(city.to_owned(), airports.split(' ').map(str::to_owned).collect());
            } else if let Some(comment) = line.strip_prefix("# ") {
                if let Some(source) = comment.strip_prefix("source: ") {
                    let version = source.split_whitespace().nth(1).ok_or_else(|| fault("no version"))?;
                    table.version = version.trim_end_matches(',').to_owned();
                }
            } else if line != COLUMNS {
                let columns: Vec<&str> = line.split('\t').collect();
                let [code, kind, country, subdivision, territory, time_zone, name] = columns[..] else {
                    return Err(fault("not seven columns").into());
                };
                let row = Row {
                    city: kind == "city",
                    country: country.to_owned(),
                    subdivision: subdivision.to_owned(),
                    territory: territory.to_owned(),
                    time_zone: time_zone.to_owned(),
                    name: name.to_owned(),
                };
                if table.rows.insert(code.to_owned(), row).is_some() {
                    return Err(fault("its code stands twice").into());
                }
            }
        }
        if table.version.is_empty() {
            return Err(format!("{TABLE} does not name its source").into());
        }
        Ok(table)
    }
}

/// The one value that all share; empty where they differ or there is none.
fn agreed<'a>(values: impl Iterator<Item = &'a String>) -> String {
    let mut values = values.collect::<Vec<_>>();
    values.sort_unstable();
    values.dedup();
    match values[..] {
        [one] => one.clone(),
        _ => String::new(),
    }
}

/// One line, without the tabs that part the columns.
fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The date a version states; versions are dates without hyphens.
fn edition(version: &str) -> String {
    Date::strptime("%Y%m%d", version).map_or_else(|_| version.to_owned(), |date| date.to_string())
}

fn header(version: &str) -> String {
    format!(
        "# Stations of the world: airports by IATA code, and city codes that are not airports.\n\
         # edition: {}\n\
         # source: {PACKAGE} {version}, from PyPI; MIT licence, see NOTICE.md\n\
         # generated by: cargo xtask vendor stations --version {version}\n\
         # The column `territory` follows customs_territories.toml. A city has the territory and the time\n\
         # zone of its airports, listed here, where they all agree.\n",
        edition(version)
    )
}

fn notice(wheel: &Wheel) -> String {
    format!(
        "# Data of others\n\n\
         `stations.tsv` is generated from the Python package `{PACKAGE}`, version {}, under this licence:\n\n\
         ```text\n{}\n```\n",
        wheel.version,
        wheel.licence.trim_end()
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const AIRPORTS: &str = "\"icao\",\"iata\",\"name\",\"city\",\"subd\",\"country\",\"elevation\",\"lat\",\"lon\",\"tz\",\"lid\"\n\
        \"_BBB\",\"BBB\",\"Copy of B\",\"\",\"\",\"FR\",1,1,1,\"Europe/Paris\",\"\"\n\
        \"LFBB\",\"BBB\",\"Field \"\"B\"\"\twest\",\"\",\"North\",\"FR\",1,1,1,\"Europe/Paris\",\"\"\n\
        \"LFAA\",\"AAA\",\"Field A\",\"\",\"\",\"FR\",1,1,1,\"Europe/Paris\",\"\"\n\
        \"LFCC\",\"CCC\",\"Field C\",\"\",\"South\",\"FR\",1,1,1,\"Atlantic/Canary\",\"\"\n\
        \"00AA\",\"\",\"No code\",\"\",\"\",\"FR\",1,1,1,\"Europe/Paris\",\"\"\n";
    const AREAS: &str = "\"Country\",\"City Code\",\"City Name\",\"Airport Code\",\"Airport Name\"\n\
        \"FR\",\"AAA\",\"City of A\",\"AAA\",\"\"\n\
        \"FR\",\"AAA\",\"City of A\",\"BBB\",\"\"\n\
        \"FR\",\"XYZ\",\"Both\",\"AAA\",\"\"\n\
        \"FR\",\"XYZ\",\"Both\",\"BBB\",\"\"\n\
        \"FR\",\"XZZ\",\"Apart\",\"AAA\",\"\"\n\
        \"FR\",\"XZZ\",\"Apart\",\"CCC\",\"\"\n";

    fn rules() -> Rules {
        Rules::parse(
            "edition = '2026-11-21'\n\
             [[zone]]\nterritory='EU'\nname='n'\ncountries=['FR']\nverified=true\nsource='s'\n\
             [[exception]]\nterritory='FR'\nplace='p'\ncountry='FR'\nsubdivision='South'\ncodes=['CCC']\n\
             verified=true\nsource='s'\n\
             [[addition]]\ncode='ZZY'\nname='Added'\ncountry='FR'\nairports=['BBB']\nverified=true\nsource='s'\n\
             [[addition]]\ncode='ZZX'\nname='Field X'\ncountry='FR'\ntime_zone='Europe/Paris'\nverified=true\n\
             source='s'\n",
        )
        .unwrap()
    }

    fn wheel() -> Wheel {
        Wheel {
            version: "20260905".into(),
            airports: AIRPORTS.into(),
            areas: AREAS.into(),
            licence: "L\n".into(),
        }
    }

    #[test]
    fn the_table_has_one_row_per_code_and_cities_follow_their_airports() {
        let mut table = Table::from_wheel(&wheel(), &rules()).unwrap();
        table.apply(&rules()).unwrap();
        let text = table.to_text();
        let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            rows,
            [
                COLUMNS,
                "AAA\tairport\tFR\t\tEU\tEurope/Paris\tField A",
                "BBB\tairport\tFR\tNorth\tEU\tEurope/Paris\tField \"B\" west",
                "CCC\tairport\tFR\tSouth\tFR\tAtlantic/Canary\tField C",
                "XYZ\tcity\tFR\t\tEU\tEurope/Paris\tBoth",
                "XZZ\tcity\tFR\t\t\t\tApart",
                "ZZX\tairport\tFR\t\tEU\tEurope/Paris\tField X",
                "ZZY\tcity\tFR\t\tEU\tEurope/Paris\tAdded",
            ]
        );
        assert!(text.contains("\n# edition: 2026-09-05\n"));
        assert_eq!(Table::parse(&text).unwrap(), table);
    }

    #[test]
    fn an_area_that_contradicts_its_airport_is_refused() {
        let mut wrong = wheel();
        wrong.areas.push_str("\"DE\",\"XXA\",\"Elsewhere\",\"AAA\",\"\"\n");
        assert!(
            Table::from_wheel(&wrong, &rules()).unwrap_err().to_string().contains("AAA is in FR, not in DE")
        );
        wrong.areas = AREAS.to_owned() + "\"FR\",\"XXA\",\"Nowhere\",\"QQQ\",\"\"\n";
        assert!(
            Table::from_wheel(&wrong, &rules()).unwrap_err().to_string().contains("QQQ is not in the table")
        );
        wrong.airports =
            AIRPORTS.replace("\"\",\"FR\",1,1,1,\"Europe/Paris\"", "\"\",\"FR\",1,1,1,\"Europe/Pari\"");
        assert!(Table::from_wheel(&wrong, &rules()).unwrap_err().to_string().contains("time zone"));
    }

    #[test]
    fn the_committed_table_follows_the_committed_rules() {
        check().unwrap();
        let table = Table::parse(&fs::read_to_string(root().join(TABLE)).unwrap()).unwrap();
        let cases = [
            ("BFS", "EU"),
            ("LHR", "GB"),
            ("ZRH", "EU"),
            ("OSL", "EU"),
            ("LYR", "SJ"),
            ("BSL", "EU"),
            ("MLH", "EU"),
            ("EAP", "EU"),
            ("CDG", "EU"),
            ("PAR", "EU"),
            ("YMQ", "CA"),
            ("YEA", "CA"),
            ("DTT", "US"),
            ("BUH", "EU"),
            ("MCM", "EU"),
            ("LON", "GB"),
            ("SJU", "US"),
            ("STT", "VI"),
            ("JFK", "US"),
            ("NYC", "US"),
            ("YYZ", "CA"),
            ("NRT", "JP"),
        ];
        for (code, territory) in cases {
            assert_eq!(table.rows[code].territory, territory, "{code}");
        }
    }
}
