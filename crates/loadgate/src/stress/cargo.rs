//! Invented goods: waybills and houses in Cargo-IMP, made from a seed. All of it is invented: companies are put together
//! from the words below, and telephone numbers are of ranges that are given to nobody.

use super::random::Random;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::fmt::Write as _;

/// Serials that a prefix has, check digit aside (IATA Resolution 600a): as many waybills are distinct.
pub const WAYBILLS_MAX: u32 = 10_000_000;

/// Of how many waybills one is of a consolidation, whose houses are filed after it.
const CONSOLIDATION_OF: u32 = 25;

/// Most characters of a name, an address or a place in a party's lines (Cargo-IMP FWB and FHL, 35 and 17).
const NAME_MAX: usize = 35;

/// Beginnings and ends of invented words.
const BEGINNINGS: &[&str] = &[
    "QUILL", "FABLE", "MYTH", "LORE", "RIME", "GORSE", "FERN", "BRAE", "DUSK", "HAZEL", "IVORY", "JUNI",
    "KELP", "LARK", "MOSS", "NETTL", "OSIER", "PLUM", "RUSH", "SABLE", "THYME", "UMBER", "VESP", "WREN",
];
const ENDS: &[&str] = &[
    "MARSH", "PINE", "WAS", "MERE", "FELL", "GATE", "HOLM", "COMBE", "DALE", "FORD", "GLEN", "HURST", "LEA",
    "MOOR", "NESS", "RIDGE", "STOW", "THORP", "VALE", "WICK", "BY", "COTE", "DEN", "TARN",
];

/// What invented companies do.
const TRADES: &[&str] = &["TRADING", "WORKS", "TOOLS", "PARTS", "SUPPLY", "IMPORTS", "GOODS", "STORES"];

/// Goods, with their codes in the Harmonized System (WCO, edition of 2022).
const GOODS: &[(&str, &str)] = &[
    ("STEEL HINGES", "830210"),
    ("BICYCLE BRAKES", "871494"),
    ("BALL BEARINGS", "848210"),
    ("COTTON T-SHIRTS", "610910"),
    ("PRINTED BOOKS", "490199"),
    ("ENGINE COOLANT PUMPS", "841330"),
];

/// A place that goods come from or go to.
struct Place {
    station: &'static str,
    /// The line with city and region.
    city: &'static str,
    /// Country and postal code.
    country: &'static str,
    /// The form of its companies.
    company: &'static str,
    /// A range of telephone numbers that are given to nobody, with how many digits are free; none where none is known.
    telephone: Option<(&'static str, u32)>,
}

const FRANKFURT: Place = Place {
    station: "FRA",
    city: "FRANKFURT",
    country: "DE/60311",
    company: "GMBH",
    // Bundesnetzagentur, numbers for films and television: (0)69 90009 000 to 999.
    telephone: Some(("496990009", 3)),
};
const NEW_YORK: Place = Place {
    station: "JFK",
    city: "GARDEN CITY/NY",
    country: "US/11530",
    company: "INC",
    // North American Numbering Plan: 555-0100 to 555-0199 are for fiction.
    telephone: Some(("151655501", 2)),
};
const TORONTO: Place = Place {
    station: "YYZ",
    city: "MISSISSAUGA/ON",
    country: "CA/L5P1B2",
    company: "INC",
    telephone: Some(("190555501", 2)),
};
const LONDON: Place = Place {
    station: "LHR",
    city: "HOUNSLOW",
    country: "GB/TW6",
    company: "LTD",
    // Ofcom, numbers for drama: 020 7946 0000 to 0999.
    telephone: Some(("442079460", 3)),
};
const DUBAI: Place = Place { station: "DXB", city: "DUBAI", country: "AE", company: "LLC", telephone: None };

type Way = (&'static Place, &'static Place, &'static str, &'static str);

/// Ways, their flights by a carrier that does not exist, and the programme of the place where they land.
const WAYS: &[Way] = &[
    (&FRANKFURT, &NEW_YORK, "9Z100", "us-acas"),
    (&FRANKFURT, &TORONTO, "9Z102", "ca-pact"),
    (&FRANKFURT, &LONDON, "9Z104", "gb-predict"),
    (&FRANKFURT, &DUBAI, "9Z106", "ae-naic"),
    (&NEW_YORK, &FRANKFURT, "9Z101", "eu-ics2"),
];

/// Goods of a seed.
#[derive(Debug, Clone, Copy)]
pub struct Cargo {
    /// Prefix of the waybills' numbers, 0 to 999.
    pub prefix: u16,
    /// What everything follows from.
    pub seed: u64,
    /// The day of departure.
    pub departs: Date,
}

/// What is filed of one waybill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    /// Its number.
    pub waybill: String,
    /// The FWB.
    pub master: String,
    /// The FHL of its houses, filed after it.
    pub houses: Option<String>,
    /// How many messages that are: one for each house.
    pub house_count: u32,
}

impl Cargo {
    /// What of an item of this seed is filed; items below [`WAYBILLS_MAX`] have numbers of their own.
    pub fn goods(&self, item: u32) -> Goods {
        let waybill = self.waybill(item);
        let (mut random, (from, to, flight, _)) = self.way(item);
        let house_count = if random.below(CONSOLIDATION_OF) == 0 { 2 + random.below(3) } else { 0 };
        let houses: Vec<House> = (0..house_count.max(1)).map(|_| House::new(&mut random)).collect();
        let pieces: u32 = houses.iter().map(|house| house.pieces).sum();
        let weight_kg: u32 = houses.iter().map(|house| house.weight_kg).sum();
        let secured = self.security(from);
        let mut lines = format!(
            "FWB/17\n{waybill}{}{}/T{pieces}K{weight_kg}.0\nFLT/{flight}/{:02}\nRTG/{}9Z\n",
            from.station,
            to.station,
            self.departs.day(),
            to.station
        );
        party(&mut lines, "SHP", from, &mut random);
        party(&mut lines, "CNE", to, &mut random);
        let charge = weight_kg * 3;
        // A string grows without failing.
        let _ = write!(
            lines,
            "CVD/EUR//PP/NVD/NCV/XXX\nRTD/1/P{pieces}/K{weight_kg}.0/CQ/W{weight_kg}.0/R3.00/T{charge}.00\n"
        );
        match (house_count, &houses[..]) {
            (0, [only, ..]) => {
                let _ = writeln!(lines, "/NG/{}\n/2/NH/{}", only.goods.0, only.goods.1);
            }
            _ => lines.push_str("/NC/CONSOLIDATION AS PER\n/2/NC/ATTACHED LIST\n"),
        }
        let _ = write!(
            lines,
            "PPD/WT{charge}.00\n/CT{charge}.00\nISU/{}/{}\nREF/{}FM9Z\nSPH/{}EAW\n",
            day(self.departs.saturating_sub(1.day())),
            from.station,
            from.station,
            if secured.is_some() { "SPX/" } else { "" }
        );
        lines.push_str(secured.as_deref().unwrap_or_default());
        let houses = (house_count > 0).then(|| {
            let mut text = String::new();
            for (index, house) in houses.iter().enumerate() {
                let House { pieces: of, weight_kg: kg, goods: (goods, code) } = house;
                let _ = writeln!(
                    text,
                    "FHL/5\nMBI/{waybill}{}{}/T{pieces}K{weight_kg}.0\nHBS/LG{item:07}{index}/{}{}/{of}/K{kg}.0//{goods}",
                    from.station, to.station, from.station, to.station
                );
                if secured.is_some() {
                    text.push_str("/SPX\n");
                }
                let _ = writeln!(text, "TXT/{goods} OF EVERY SIZE\nHTS/{code}");
                text.push_str(secured.as_deref().unwrap_or_default());
                party(&mut text, "SHP", from, &mut random);
                party(&mut text, "CNE", to, &mut random);
                text.push_str("CVD/EUR/PP/NVD/NCV/XXX\n");
            }
            text.replace('\n', "\r\n")
        });
        Goods { waybill, master: lines.replace('\n', "\r\n"), houses, house_count }
    }

    /// The programme that binds where the goods of an item land.
    pub fn programme(&self, item: u32) -> &'static str {
        self.way(item).1.3
    }

    /// The way of an item, and the numbers that are left for everything else.
    fn way(&self, item: u32) -> (Random, Way) {
        let mut random = Random::of(self.seed, u64::from(item));
        let way = WAYS[random.below(WAYS.len() as u32) as usize];
        (random, way)
    }

    /// The number of the waybill of an item. The check digit is the serial modulo 7 (IATA Resolution 600a).
    pub fn waybill(&self, item: u32) -> String {
        let first = Random::of(self.seed, u64::MAX).below(WAYBILLS_MAX);
        let serial = (first + item % WAYBILLS_MAX) % WAYBILLS_MAX;
        format!("{:03}-{serial:07}{}", self.prefix, serial % 7)
    }

    /// Lines of a security declaration; none where goods come from a place of which no form of approvals is at hand.
    fn security(&self, from: &Place) -> Option<String> {
        let (country, _) = from.country.split_once('/')?;
        let expires = self.departs.saturating_add(1.year());
        let screened = day(self.departs.saturating_sub(2.days()));
        (country == "DE").then(|| {
            format!(
                "OCI/DE/ISS/RA/01234-01\n///ED/{:02}{:02}\n///SM/XRY\n///SN/C BEISPIEL\n///SD/{screened}0540\n",
                expires.month(),
                expires.year() % 100
            )
        })
    }
}

/// One house of a waybill, or all of its goods.
struct House {
    pieces: u32,
    weight_kg: u32,
    goods: (&'static str, &'static str),
}

impl House {
    fn new(random: &mut Random) -> Self {
        let pieces = 1 + random.below(20);
        let weight_kg = pieces * (5 + random.below(55));
        Self { pieces, weight_kg, goods: GOODS[random.below(GOODS.len() as u32) as usize] }
    }
}

/// An invented word.
fn word(random: &mut Random) -> String {
    let beginning = random.one_of(BEGINNINGS);
    format!("{beginning}{}", random.one_of(ENDS))
}

/// The lines of a party.
fn party(lines: &mut String, segment: &str, at: &Place, random: &mut Random) {
    let (first, second) = (word(random), word(random));
    let name = format!("{first} {second} {} {}", random.one_of(TRADES), at.company);
    debug_assert!(name.len() <= NAME_MAX, "{name}");
    let (number, street) = (1 + random.below(199), word(random));
    let Place { city, country, .. } = at;
    // A string grows without failing.
    let _ = write!(lines, "{segment}\nNAM/{name}\nADR/{number} {street} ROAD\nLOC/{city}\n/{country}");
    if let Some((range, digits)) = at.telephone {
        let _ =
            write!(lines, "/TE/{range}{:0width$}", random.below(10_u32.pow(digits)), width = digits as usize);
    }
    lines.push('\n');
}

/// A day as Cargo-IMP writes it, such as 24NOV26.
fn day(date: Date) -> String {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let month =
        MONTHS.get(usize::from(date.month().unsigned_abs()).wrapping_sub(1)).copied().unwrap_or("JAN");
    format!("{:02}{month}{:02}", date.day(), date.year() % 100)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::ident::AirWaybill;
    use finding::Severity;
    use jiff::civil::date;
    use std::collections::BTreeSet;

    fn cargo(seed: u64) -> Cargo {
        Cargo { prefix: 888, seed, departs: date(2026, 11, 25) }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let of = |seed| -> Vec<Goods> { (0..200).map(|item| cargo(seed).goods(item)).collect() };
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn waybills_are_distinct_and_their_check_digits_right() {
        let numbers: BTreeSet<String> = (0..5_000).map(|item| cargo(3).waybill(item)).collect();
        assert_eq!(numbers.len(), 5_000);
        for number in &numbers {
            assert_eq!(AirWaybill::parse(number).unwrap().prefix(), 888, "{number}");
        }
        // Also where the serials begin again.
        assert_eq!(cargo(3).waybill(WAYBILLS_MAX), cargo(3).waybill(0));
    }

    #[test]
    fn what_is_filed_has_no_errors() {
        let now = "2026-11-24T06:00:00Z".parse().unwrap();
        let settings = engine::Settings::simulated();
        let mut consolidations = 0;
        for item in 0..500 {
            let goods = cargo(11).goods(item);
            let bytes = format!("{}{}", goods.master, goods.houses.as_deref().unwrap_or_default());
            let mut messages = 0;
            for message in formats::Splitter::new(bytes.as_bytes()) {
                let filing = formats::decode(&message.unwrap(), now);
                let quality = engine::Checker::new(&settings).message(&filing);
                let errors = filing.findings.iter().chain(&quality);
                let errors: Vec<_> = errors.filter(|finding| finding.severity == Severity::Error).collect();
                assert!(errors.is_empty(), "{errors:#?}\n{bytes}");
                assert!(!filing.consignments.is_empty(), "{bytes}");
                messages += 1;
            }
            assert_eq!(messages, 1 + goods.house_count, "{bytes}");
            consolidations += u32::from(goods.houses.is_some());
        }
        assert!((5..60).contains(&consolidations), "{consolidations}");
    }
}
