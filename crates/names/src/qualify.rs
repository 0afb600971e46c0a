//! What is known beside the name: kind, date of birth, country, address, documents.
//!
//! Lists and messages are often wrong or silent here, so what is known shifts the score of a name and never replaces it.
//! How far a contradiction shifts it depends on the name: of two that share nothing but common words, another date of
//! birth or another country makes two parties; a rare name, or one of many words, stays a hit whatever else is said.

use crate::country::country_code;
use crate::date::{BirthDate, DateAgreement};
use crate::document::{Class, Numbered};
use crate::evidence::{Ledger, Relation};
use crate::list::{Document, Entity, Schema};
use crate::normalise::words;
use crate::query::Query;
use crate::weights::{COMMONEST, RAREST};

const BIRTH_DATE_SAME: i32 = 40;
const BIRTH_YEAR_SAME: i32 = 20;
const BIRTH_DATE_DIFFERS: Contradiction = Contradiction { rare: -130, common: -480 };
const COUNTRY_SAME: i32 = 10;
/// Of a person, who may have moved.
const COUNTRY_DIFFERS: i32 = -20;
/// Of an organisation, ship or aircraft.
const SEAT_DIFFERS: Contradiction = Contradiction { rare: -100, common: -400 };
const ADDRESS_SAME: i32 = 30;
const SCHEMA_DIFFERS: i32 = -100;
const DOCUMENT_SAME: i32 = 150;
/// Of a person, who has passports one after the other, and of several countries.
const PAPER_DIFFERS: Contradiction = Contradiction { rare: -10, common: -60 };
/// Of an organisation or aircraft in one register.
const REGISTER_DIFFERS: Contradiction = Contradiction { rare: -60, common: -250 };
/// A hull has one IMO number as long as it floats, whatever it is called: of two, there are two ships.
const HULL_DIFFERS: Contradiction = Contradiction { rare: -350, common: -600 };

/// What a contradiction costs where the words that agree are as rare as can be, and where they are in every name.
struct Contradiction {
    rare: i32,
    common: i32,
}

impl Contradiction {
    /// The cost at a rarity in thousandths.
    fn at(&self, rarity: u32) -> i32 {
        let rarity = rarity.min(1000) as i32;
        (self.rare * rarity + self.common * (1000 - rarity)) / 1000
    }
}

/// What the words of a name that is nobody else's tell together, in weight beyond that of the commonest: for a person
/// some two rare words and a half, or five in every hundredth name; for the names that branches and houses share more.
const TOLD_OF_PERSON: u32 = 2000;
const TOLD_OF_SEAT: u32 = 2800;

/// How much words tell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rarity {
    /// What they weigh on average.
    pub(crate) mean: u32,
    /// What they weigh together, beyond what the commonest do.
    pub(crate) told: u32,
}

impl Rarity {
    /// In thousandths of what rare words would. Many words that are not rare by themselves are rare together, so the sum
    /// counts as well as the mean, where words that tell so much make a name of few.
    pub(crate) fn summed(self, tells: u32) -> u32 {
        let summed = if self.told == 0 { 0 } else { COMMONEST + self.told * 1000 / tells };
        self.mean.max(summed).min(RAREST)
    }
}

/// Words that two addresses must share to be taken for one.
const ADDRESS_WORDS: usize = 3;

/// What one side states beside the name.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    schema: Option<Schema>,
    birth_dates: Vec<BirthDate>,
    countries: Vec<String>,
    addresses: Vec<String>,
    documents: Vec<Document>,
}

impl Facts {
    /// What a query states.
    pub(crate) fn of_query(query: &Query) -> Self {
        Self {
            schema: query.schema,
            birth_dates: query.birth_date.map(BirthDate::on).into_iter().collect(),
            countries: query.country.iter().flat_map(|text| text.split(';')).map(str::to_owned).collect(),
            addresses: query.address.iter().cloned().collect(),
            documents: query.documents.clone(),
        }
    }

    /// What an entry states.
    pub(crate) fn of_entity(entity: &Entity) -> Self {
        let located = entity.addresses.iter().filter_map(|address| address.country.clone());
        Self {
            schema: Some(entity.schema),
            birth_dates: entity.birth_dates.clone(),
            countries: entity.countries.iter().cloned().chain(located).collect(),
            addresses: entity.addresses.iter().map(|address| address.text()).collect(),
            documents: entity.documents.clone(),
        }
    }

    /// The most that these facts, on the side of the query, can add to a score.
    pub(crate) fn most_added(&self) -> i32 {
        let stated = |any: bool, most: i32| if any { most } else { 0 };
        stated(!self.birth_dates.is_empty(), BIRTH_DATE_SAME)
            + stated(!self.countries.is_empty(), COUNTRY_SAME)
            + stated(!self.addresses.is_empty(), ADDRESS_SAME)
            + stated(!self.documents.is_empty(), DOCUMENT_SAME)
    }
}

/// Enters what the facts of both sides say about each other, for names that agree in words of so much rarity.
pub(crate) fn qualify(query: &Facts, list: &Facts, rarity: Rarity, ledger: &mut Ledger) {
    if let Some((asked, listed)) = known(query.schema).zip(known(list.schema))
        && (asked == Schema::Person) != (listed == Schema::Person)
    {
        let texts = (Some(asked.as_str().to_owned()), Some(listed.as_str().to_owned()));
        ledger.enter(texts.0, texts.1, Relation::SchemaDiffers, SCHEMA_DIFFERS);
    }
    birth_date(query, list, rarity, ledger);
    country(query, list, rarity, ledger);
    address(query, list, ledger);
    document(query, list, rarity, ledger);
}

fn known(schema: Option<Schema>) -> Option<Schema> {
    schema.filter(|schema| *schema != Schema::Unknown)
}

/// An organisation, ship or aircraft.
fn is_thing(schema: Option<Schema>) -> bool {
    matches!(schema, Some(Schema::Organisation | Schema::Vessel | Schema::Aircraft))
}

fn birth_date(query: &Facts, list: &Facts, rarity: Rarity, ledger: &mut Ledger) {
    let Some(asked) = query.birth_dates.first() else { return };
    let best = list
        .birth_dates
        .iter()
        .map(|listed| (listed.agreement(asked.from), listed))
        .max_by_key(|(how, _)| *how);
    let Some((agreement, listed)) = best else { return };
    let (relation, contribution) = match agreement {
        DateAgreement::SameDay => (Relation::BirthDateSame, BIRTH_DATE_SAME),
        DateAgreement::SameYear => (Relation::BirthYearSame, BIRTH_YEAR_SAME),
        DateAgreement::Unclear => (Relation::BirthDateUnclear, 0),
        DateAgreement::Contradicts => {
            (Relation::BirthDateDiffers, BIRTH_DATE_DIFFERS.at(rarity.summed(TOLD_OF_PERSON)))
        }
    };
    ledger.enter(Some(asked.to_string()), Some(listed.to_string()), relation, contribution);
}

fn country(query: &Facts, list: &Facts, rarity: Rarity, ledger: &mut Ledger) {
    let codes = |facts: &Facts| {
        let mut codes: Vec<&str> = facts.countries.iter().filter_map(|text| country_code(text)).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    };
    let (asked, listed) = (codes(query), codes(list));
    if asked.is_empty() || listed.is_empty() {
        return;
    }
    let (relation, contribution) = if asked.iter().any(|code| listed.contains(code)) {
        (Relation::CountrySame, COUNTRY_SAME)
    } else if is_thing(query.schema) {
        // Who does not say what he asks about gives an address, not a seat, and a front sits elsewhere.
        (Relation::CountryDiffers, SEAT_DIFFERS.at(rarity.summed(TOLD_OF_SEAT)))
    } else {
        (Relation::CountryDiffers, COUNTRY_DIFFERS)
    };
    ledger.enter(Some(asked.join(", ")), Some(listed.join(", ")), relation, contribution);
}

fn address(query: &Facts, list: &Facts, ledger: &mut Ledger) {
    for asked in &query.addresses {
        let asked_words = words(asked);
        if let Some(listed) = list.addresses.iter().find(|listed| same_address(&asked_words, &words(listed)))
        {
            ledger.enter(Some(asked.clone()), Some(listed.clone()), Relation::AddressSame, ADDRESS_SAME);
            return;
        }
    }
}

/// One document that agrees outweighs any number that do not.
fn document(query: &Facts, list: &Facts, rarity: Rarity, ledger: &mut Ledger) {
    if query.documents.is_empty() || list.documents.is_empty() {
        return;
    }
    let numbered = |facts: &'_ Facts| -> Vec<(String, Numbered)> {
        let documents = facts.documents.iter();
        documents.filter_map(|document| Some((document.to_string(), Numbered::of(document)?))).collect()
    };
    let (asked, listed) = (numbered(query), numbered(list));
    let find = |holds: fn(&Numbered, &Numbered) -> bool| {
        let pairs = asked.iter().flat_map(|one| listed.iter().map(move |other| (one, other)));
        pairs.into_iter().find(|((_, one), (_, other))| holds(one, other))
    };
    let (relation, found, contribution) = if let Some(found) = find(Numbered::is_same) {
        (Relation::DocumentSame, found, DOCUMENT_SAME)
    } else if let Some(found) = find(Numbered::is_another) {
        let is_hull = found.0.1.class == Class::Imo && list.schema == Some(Schema::Vessel);
        // A slip of the pen says nothing of the ship.
        if is_hull && found.0.1.may_be_hull_misread(&found.1.1) {
            return;
        }
        let differs = match (is_hull, known(query.schema).or(list.schema)) {
            (true, _) => HULL_DIFFERS,
            (false, schema) if is_thing(schema) => REGISTER_DIFFERS,
            (false, _) => PAPER_DIFFERS,
        };
        (Relation::DocumentDiffers, found, differs.at(rarity.mean))
    } else {
        return;
    };
    ledger.enter(Some(found.0.0.clone()), Some(found.1.0.clone()), relation, contribution);
}

/// Most words of the shorter address stand in the longer one, among them every number that both could share.
fn same_address(a: &[String], b: &[String]) -> bool {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_number = |word: &&String| word.bytes().any(|byte| byte.is_ascii_digit());
    let shared = shorter.iter().filter(|word| longer.contains(word)).count();
    let numbers = shorter.iter().filter(is_number).count();
    let shared_numbers = shorter.iter().filter(is_number).filter(|word| longer.contains(word)).count();
    shared >= ADDRESS_WORDS && shared * 5 >= shorter.len() * 4 && numbers > 0 && shared_numbers == numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_at_another_address_stays_an_alert() {
        use crate::{DEFAULT_THRESHOLD, Query, compare};
        let query = |name: &str, schema, country: &str| Query {
            schema,
            country: Some(country.to_owned()),
            ..Query::new(name)
        };
        let listed = query("GENERAL TRADING COMPANY LLC", Some(Schema::Organisation), "IR");
        for name in ["GENERAL TRADING COMPANY LLC", "GENERAL TRADNG COMPANY LLC"] {
            let reaches = |schema| compare(&query(name, schema, "AE"), &listed).score >= DEFAULT_THRESHOLD;
            assert!(reaches(None), "{name}: an address in another country");
            assert!(!reaches(Some(Schema::Organisation)), "{name}: a company of another country");
        }
    }

    #[test]
    fn a_name_of_many_words_or_rare_ones_stays_an_alert_whatever_the_facts() {
        use crate::{DEFAULT_THRESHOLD, PartialDate, Query, compare};
        let score = |name: &str, schema, births: [&str; 2], countries: [&str; 2]| {
            let query = |place: usize| Query {
                schema: Some(schema),
                birth_date: births[place].parse::<PartialDate>().ok(),
                country: Some(countries[place].to_owned()),
                ..Query::new(name)
            };
            compare(&query(0), &query(1)).score
        };
        for (name, is_hit) in [
            ("ZEPHYRINE QUXOVIC", true),
            ("SULAIMAN JASSEM SULAIMAN ALI ABO ZEFIR", true),
            ("MUHAMMAD AHMAD ALI HASSAN IBRAHIM YUSUF", true),
            ("MUHAMMAD ALI", false),
        ] {
            let found = score(name, Schema::Person, ["1961", "1968"], ["", ""]) >= DEFAULT_THRESHOLD;
            assert_eq!(found, is_hit, "{name} born in another year");
        }
        for (name, is_hit) in [
            ("ZEPHYRINE QUXOVIC LINES", true),
            ("NATIONAL SHIPPING AND GENERAL TRADING SERVICES OF ZEFIR", true),
            ("GENERAL TRADING", false),
        ] {
            let found = score(name, Schema::Organisation, ["", ""], ["IR", "DE"]) >= DEFAULT_THRESHOLD;
            assert_eq!(found, is_hit, "{name} of another country");
        }
    }

    #[test]
    fn a_slip_in_the_number_of_a_ship_is_no_other_ship() {
        use crate::{DEFAULT_THRESHOLD, Query, compare};
        let ship = |number: &str| Query {
            schema: Some(Schema::Vessel),
            documents: number.parse().into_iter().collect(),
            ..Query::new("ZEPHYR QUX")
        };
        for (number, is_hit) in [
            ("imo:9187629", true),
            // A digit wrong, two exchanged, one left out, another one.
            ("imo:9187620", true),
            ("imo:9178629", true),
            ("imo:9387629", true),
            ("imo:1234568", true),
            // A slip that the check digit does not show.
            ("imo:9167629", true),
            ("imo:9074729", false),
        ] {
            let found = compare(&ship(number), &ship("imo:9187629")).score >= DEFAULT_THRESHOLD;
            assert_eq!(found, is_hit, "{number}");
        }
    }

    #[test]
    fn addresses_agree_by_words_and_numbers() {
        for (a, b, expected) in [
            ("Shed 4, Free Zone, Port Nowhere", "SHED 4 FREE ZONE PORT NOWHERE FREEDONIA", true),
            ("Shed 5, Free Zone, Port Nowhere", "SHED 4 FREE ZONE PORT NOWHERE", false),
            ("Port Nowhere Free Zone", "PORT NOWHERE FREE ZONE", false),
            ("Shed 4", "SHED 4", false),
            ("", "", false),
        ] {
            assert_eq!(same_address(&words(a), &words(b)), expected, "{a} and {b}");
            assert_eq!(same_address(&words(b), &words(a)), expected, "{b} and {a}");
        }
    }
}
