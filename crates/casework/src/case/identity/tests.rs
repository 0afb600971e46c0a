use super::*;
use consignment::Leg;
use consignment::goods::GoodsLine;
use consignment::handling::SpecialHandling;
use consignment::ident::{Country, HsCode, Location};
use consignment::measure::Weight;
use consignment::oci::OciLine;
use consignment::party::{Contact, ContactKind};

fn shipment() -> Consignment {
    let party = |name: &str| Some(Party { name: name.into(), ..Party::default() });
    Consignment {
        origin: Location::parse("FRA").ok(),
        destination: Location::parse("JFK").ok(),
        shipper: party("RHEINTAL MASCHINEN WERKE"),
        consignee: party("HUDSON HARDWARE SUPPLY"),
        pieces: Some(10),
        weight: Some(Weight::kilograms(500.into())),
        goods: vec![GoodsLine { description: "STEEL HINGES".into(), ..GoodsLine::default() }],
        ..Consignment::default()
    }
}

type Change = fn(&mut Consignment);

fn changed(changes: &[Change]) -> Consignment {
    let mut consignment = shipment();
    for change in changes {
        change(&mut consignment);
    }
    consignment
}

fn weighs(consignment: &mut Consignment, grams: i64) {
    consignment.weight = Some(Weight::kilograms(Decimal::new(grams, 3)));
}

fn coded(consignment: &mut Consignment, codes: &[&str]) {
    consignment.goods[0].hs = codes.iter().map(|code| HsCode::parse(code).unwrap()).collect();
}

#[test]
fn an_amendment_is_told_from_another_shipment() {
    let way: Change = |c| c.destination = Location::parse("DOH").ok();
    let shipper: Change = |c| c.shipper.as_mut().unwrap().name = "NORDSEE FISCH".into();
    let consignee: Change = |c| c.consignee.as_mut().unwrap().name = "GULF CATERING".into();
    let weight: Change = |c| (c.pieces, c.weight) = (Some(4), Some(Weight::kilograms(80.into())));
    let goods: Change = |c| c.goods[0].description = "FROZEN FISH".into();
    let silence: Change = |c| (c.shipper, c.consignee) = (None, None);
    let words: Change = |c| c.goods[0].description = "FROZEN FISH".into();
    let pieces: Change = |c| c.pieces = Some(4);
    let kg: Change = |c| weighs(c, 80_000);
    let code: Change = |c| coded(c, &["030389"]);
    let nameless: Change = |c| c.shipper.as_mut().unwrap().name = "THE GROUP LTD".into();
    let cases: &[(&str, &[Change], bool)] = &[
        ("nothing", &[], false),
        ("the way", &[way], false),
        ("both parties", &[shipper, consignee], false),
        ("the way and one party", &[way, shipper], false),
        ("pieces, weight and goods", &[weight, goods], false),
        ("the way and the weight", &[way, weight], false),
        ("parties left out on another way", &[way, silence], false),
        ("the way and both parties", &[way, shipper, consignee], true),
        ("the way and the goods", &[way, weight, goods], true),
        ("the parties and the goods", &[shipper, consignee, weight, goods], true),
        ("the way, and other words for as much", &[way, words], false),
        ("the way, and other words for other pieces", &[way, words, pieces], false),
        ("the way, and other words for another weight", &[way, words, kg], false),
        ("the way, and other words for another weight of other pieces", &[way, words, pieces, kg], true),
        ("the way, other words and a code that was not stated before", &[way, words, code], false),
        ("the way and parties of which one has no name to tell", &[way, nameless, consignee], false),
    ];
    for (what, changes, other) in cases {
        assert_eq!(other_shipment(&shipment(), &changed(changes)).is_some(), *other, "{what}");
    }
    let hinges: Change = |c| coded(c, &["830210"]);
    let other = changed(&[way, words, code]);
    assert!(other_shipment(&changed(&[hinges]), &other).is_some(), "other words under another code");
    let same = changed(&[way, words, hinges]);
    assert!(other_shipment(&changed(&[hinges]), &same).is_none(), "other words under the same code");
}

#[test]
fn a_house_filed_again_is_the_same_goods_only_where_nothing_differs() {
    let cases: &[(&str, Change, bool)] = &[
        ("nothing", |_| (), true),
        ("a word less", |c| c.goods[0].description = "HINGES".into(), true),
        ("no parties", |c| (c.shipper, c.consignee) = (None, None), true),
        ("no weight", |c| c.weight = None, true),
        ("other pieces", |c| c.pieces = Some(9), false),
        ("no pieces", |c| c.pieces = None, false),
        ("another weight", |c| weighs(c, 499_000), false),
        ("other goods", |c| c.goods[0].description = "FROZEN FISH".into(), false),
        ("another shipper", |c| c.shipper.as_mut().unwrap().name = "NORDSEE FISCH".into(), false),
        ("another consignee", |c| c.consignee.as_mut().unwrap().name = "GULF CATERING".into(), false),
    ];
    for (what, change, same) in cases {
        assert_eq!(same_goods(&shipment(), &changed(&[*change])), *same, "{what}");
    }
}

#[test]
fn a_house_somebody_names_may_be_the_one_that_was_filed() {
    // What it shows, what is named otherwise, and whether a document and a report may be of the house.
    let cases: &[(&str, Change, bool, bool)] = &[
        ("nothing", |_| (), true, true),
        ("nothing said of the quantity", |c| (c.pieces, c.weight) = (None, None), true, true),
        ("another origin", |c| c.origin = Location::parse("MUC").ok(), false, false),
        ("another end", |c| c.destination = Location::parse("DOH").ok(), false, false),
        ("no way", |c| (c.origin, c.destination) = (None, None), true, true),
        ("fewer pieces", |c| c.pieces = Some(9), false, true),
        ("more pieces", |c| c.pieces = Some(11), false, false),
        ("rounded down", |c| weighs(c, 499_001), true, true),
        ("lighter by a kilogram", |c| weighs(c, 499_000), false, true),
        ("rounded up", |c| weighs(c, 500_999), true, true),
        ("heavier by a kilogram", |c| weighs(c, 501_000), false, false),
        ("other goods", |c| c.goods[0].description = "FROZEN FISH".into(), false, false),
    ];
    for (what, change, document, report) in cases {
        let mut named = changed(&[*change]);
        assert_eq!(may_be(&shipment(), &named), *document, "{what}, in a document");
        for kind in [DocumentKind::Status, DocumentKind::ManifestLine] {
            named.kind = kind;
            assert_eq!(may_be(&shipment(), &named), *report, "{what}, in a report");
        }
    }
}

/// A filing that states everything an echo repeats.
fn full() -> Consignment {
    let party = || {
        Some(Party {
            name: "RHEINTAL MASCHINEN WERKE".into(),
            street: vec!["AM HAFEN 12".into(), "HALLE 4".into()],
            city: "FRANKFURT".into(),
            state: "HESSEN".into(),
            postcode: "60549".into(),
            country: Country::parse("DE").ok(),
            free_address: "AM HAFEN 12 FRANKFURT".into(),
            account: "ABC12345".into(),
            contacts: vec![Contact { kind: ContactKind::Telephone, value: "496912345".into() }],
            ..Party::default()
        })
    };
    let oci = OciLine {
        country: "DE".into(),
        information: "ISS".into(),
        control: "RA".into(),
        text: "00001-01".into(),
        line: 1,
        column: 1,
    };
    let leg = Leg::assumed(Location::parse("FRA").unwrap(), Location::parse("JFK").unwrap());
    let mut full = Consignment {
        shipper: party(),
        consignee: party(),
        agent: party(),
        notify: party().into_iter().collect(),
        legs: vec![leg],
        special_handling: vec![SpecialHandling::parse("EAP").unwrap()],
        oci: vec![oci],
        ..shipment()
    };
    coded(&mut full, &["830210"]);
    full
}

/// Whether a changed echo may be that of the filing where it may be cut short, and where it must be whole.
fn echoed(change: Change) -> [bool; 2] {
    let mut echo = full();
    change(&mut echo);
    [false, true].map(|whole| echoes(&echo, &full(), whole))
}

#[test]
fn an_echo_that_says_the_same_is_of_this_filing() {
    assert_eq!(echoed(|_| ()), [true, true]);
}

#[test]
fn an_echo_that_is_cut_short_may_be_of_this_filing() {
    let shortened: &[(&str, Change)] = &[
        ("no pieces", |c| c.pieces = None),
        ("no weight", |c| c.weight = None),
        ("no origin", |c| c.origin = None),
        ("no destination", |c| c.destination = None),
        ("no goods", |c| c.goods.clear()),
        ("the start of the goods", |c| c.goods[0].description = "STEEL HI".into()),
        ("no commodity codes", |c| c.goods[0].hs.clear()),
        ("no shipper", |c| c.shipper = None),
        ("no consignee", |c| c.consignee = None),
        ("no agent", |c| c.agent = None),
        ("nobody to notify", |c| c.notify.clear()),
        ("no legs", |c| c.legs.clear()),
        ("no codes for handling", |c| c.special_handling.clear()),
        ("no security lines", |c| c.oci.clear()),
        ("the start of a security line", |c| c.oci[0].text = "00001".into()),
        ("the start of a name", |c| shipper(c).name = "RHEINTAL".into()),
        ("the start of a street", |c| shipper(c).street = vec!["AM HAFEN".into()]),
        ("no city", |c| shipper(c).city.clear()),
        ("no state", |c| shipper(c).state.clear()),
        ("no postcode", |c| shipper(c).postcode.clear()),
        ("no country", |c| shipper(c).country = None),
        ("no address as one text", |c| shipper(c).free_address.clear()),
        ("no account", |c| shipper(c).account.clear()),
        ("no contacts", |c| shipper(c).contacts.clear()),
    ];
    for (what, change) in shortened {
        assert_eq!(echoed(*change), [true, false], "{what}");
    }
}

#[test]
fn an_echo_that_says_otherwise_is_of_another_filing() {
    let otherwise: &[(&str, Change)] = &[
        ("other pieces", |c| c.pieces = Some(9)),
        ("another weight", |c| weighs(c, 499_000)),
        ("another origin", |c| c.origin = Location::parse("MUC").ok()),
        ("another destination", |c| c.destination = Location::parse("DOH").ok()),
        ("more goods", |c| c.goods.push(GoodsLine::default())),
        ("other goods", |c| c.goods[0].description = "FROZEN FISH".into()),
        ("a party more to notify", |c| c.notify.push(Party::default())),
        ("other legs", |c| c.legs[0].to = Location::parse("DOH").unwrap()),
        ("a code more", |c| c.special_handling.push(SpecialHandling::parse("PIL").unwrap())),
        ("another code", |c| c.special_handling[0] = SpecialHandling::parse("PIL").unwrap()),
        ("a security line more", |c| {
            let line = c.oci[0].clone();
            c.oci.push(line);
        }),
        ("a security line of another country", |c| c.oci[0].country = "AT".into()),
        ("a security line with another text", |c| c.oci[0].text = "00002-01".into()),
        ("another shipper", |c| shipper(c).name = "NORDSEE FISCH".into()),
        ("another consignee", |c| c.consignee.as_mut().unwrap().name = "NORDSEE FISCH".into()),
        ("another agent", |c| c.agent.as_mut().unwrap().name = "NORDSEE FISCH".into()),
        ("another street", |c| shipper(c).street[0] = "AM MARKT 1".into()),
        ("a street more", |c| shipper(c).street.push("TOR 9".into())),
        ("another city", |c| shipper(c).city = "HANAU".into()),
        ("another state", |c| shipper(c).state = "BAYERN".into()),
        ("another postcode", |c| shipper(c).postcode = "63450".into()),
        ("another country", |c| shipper(c).country = Country::parse("AT").ok()),
        ("another address", |c| shipper(c).free_address = "AM MARKT 1".into()),
        ("another account", |c| shipper(c).account = "XYZ".into()),
        ("another contact", |c| shipper(c).contacts[0].value = "4989".into()),
        ("a contact more", |c| {
            let contact = shipper(c).contacts[0].clone();
            shipper(c).contacts.push(contact);
        }),
    ];
    for (what, change) in otherwise {
        assert_eq!(echoed(*change), [false, false], "{what}");
    }
    // Codes are told apart only where the echo is whole: an echo has no room for them otherwise.
    assert_eq!(echoed(|c| coded(c, &["030389"])), [true, false]);
}

#[test]
fn an_echo_names_no_party_that_the_filing_does_not() {
    let mut filed = full();
    filed.agent = None;
    assert!(!echoes(&full(), &filed, false) && !echoes(&full(), &filed, true));
    assert!(echoes(&filed, &filed, false) && echoes(&filed, &filed, true));
}

fn shipper(consignment: &mut Consignment) -> &mut Party {
    consignment.shipper.as_mut().unwrap()
}
