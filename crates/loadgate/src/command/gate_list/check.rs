//! What may be loaded by a list: its signature, its time, and the object in it. Pure; whatever is in doubt is refused.

use crate::document::gate_list::{GateList, ListedObject, Refused, SCHEMA};
use consignment::ConsignmentKey;
use consignment::ident::{HouseWaybill, Receptacle, UnitLoadDevice};
use document::value::parse_key;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use store::audit::checkpoint::Verifier;
use store::audit::note::{self, NoteFault, Purpose};

/// What somebody wants to do by a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// When.
    pub(super) at: Timestamp,
    /// What: `accept`, `build`, `load` or `depart`.
    pub(super) stage: &'a str,
    /// With which object; `None` for all in the list.
    pub(super) object: Option<&'a str>,
}

/// What a list comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checked {
    /// `load`, `hold` or `refused`.
    pub(super) answer: &'static str,
    /// Why it is refused.
    pub(super) refused: Option<Refused>,
    /// The object that was asked about.
    pub(super) object: Option<ListedObject>,
    /// The list, where its signature holds and it can be read.
    pub(super) list: Option<GateList>,
}

impl Checked {
    fn refused(code: &'static str, why: String, remedy: &'static str, list: Option<GateList>) -> Self {
        Self { answer: "refused", refused: Some(Refused { code, why, remedy }), object: None, list }
    }
}

const ANOTHER: &str =
    "Get the list anew, and let no program change it on its way; keep it as it came from the node.";
const KEY: &str = "Check that the list and the verifier key are of the node that answers for this flight. Do not take a key \
    that came with the list.";
/// How far the clocks of two machines are apart where both are set. A node doubts its own from there on.
const CLOCKS_APART_MAX: SignedDuration = SignedDuration::from_secs(5);

const CLOCK: &str = "Set the clock of this machine right; where it is right, get the list anew.";
const STAGE: &str =
    "Get a list for what is about to be done: what may be accepted or built up may not be loaded yet.";
const LINE: &str =
    "Ask the node, or have the duty desk ask it by telephone, and get a new list as soon as there is a line.";
const RELEASE: &str = "Check it with the release of the node that made it.";

/// Checks a list as it came, by the key of its node, for what somebody wants to do by it.
pub(super) fn check(note: &[u8], verifier: &Verifier, asked: &Asked<'_>) -> Checked {
    let list = match opened(note, verifier) {
        Ok(list) => list,
        Err(Refused { code, why, remedy }) => return Checked::refused(code, why, remedy, None),
    };
    let (made, until) = match (list.made_at.parse(), list.valid_until.parse()) {
        (Ok(made), Ok(until)) => (made, until),
        _ => {
            let Refused { code, why, remedy } = other_form("its times cannot be read".to_owned());
            return Checked::refused(code, why, remedy, None);
        }
    };
    let (made, until): (Timestamp, Timestamp) = (made, until);
    let at = asked.at;
    if made.duration_since(at) > CLOCKS_APART_MAX {
        let why = format!("it was made at {made}, and it is {at} here: one of the clocks is wrong");
        return Checked::refused("not-yet", why, CLOCK, Some(list));
    }
    if at >= until {
        let why = format!("it ended at {until}, and it is {at} now: what came since may forbid loading");
        return Checked::refused("expired", why, LINE, Some(list));
    }
    if list.stage != asked.stage {
        let why = format!("it was made for {:?}, and {:?} is about to be done", list.stage, asked.stage);
        return Checked::refused("other-stage", why, STAGE, Some(list));
    }
    let Some(asked) = asked.object else {
        let loads = !list.objects.is_empty() && list.objects.iter().all(|one| one.decision == "load");
        let answer = if loads { "load" } else { "hold" };
        return Checked { answer, refused: None, object: None, list: Some(list) };
    };
    let found = find(&list, asked);
    let Some(first) = found.iter().find(|one| one.decision != "load").or(found.first()) else {
        let why = format!("{asked} does not stand in the list of {}", list.flight);
        return Checked::refused("not-in-list", why, LINE, Some(list));
    };
    let answer = if first.decision == "load" { "load" } else { "hold" };
    let object = Some((*first).clone());
    Checked { answer, refused: None, object, list: Some(list) }
}

/// The list of a note whose signature holds.
fn opened(note: &[u8], verifier: &Verifier) -> Result<GateList, Refused> {
    let altered = |why: String| Refused { code: "altered", why, remedy: ANOTHER };
    let note = std::str::from_utf8(note).map_err(|why| altered(format!("it is no text: {why}")))?;
    let body = note::open(verifier, Purpose::GateList, note).map_err(|fault| {
        let why = fault.to_string();
        match fault {
            NoteFault::Purpose { .. } => {
                let remedy = "Name the file of a list as it came from the node.";
                Refused { code: "not-a-list", why, remedy }
            }
            NoteFault::Node { .. } | NoteFault::Key(_) => Refused { code: "other-key", why, remedy: KEY },
            _ => altered(why),
        }
    })?;
    let list: GateList = serde_json::from_str(body).map_err(|why| other_form(why.to_string()))?;
    if list.schema != SCHEMA {
        return Err(other_form(format!("it is {}, and {SCHEMA} is read here", list.schema)));
    }
    let known = |one: &ListedObject| ["load", "hold"].contains(&one.decision.as_str());
    match list.objects.iter().find(|one| !known(one)) {
        Some(one) => Err(other_form(format!("of {} it says {:?}", one.object, one.decision))),
        None => Ok(list),
    }
}

fn other_form(why: String) -> Refused {
    let why = format!("it is signed, and of a form that is not known here: {why}");
    Refused { code: "other-form", why, remedy: RELEASE }
}

/// What a list says of an object. A house stands in it by itself, or among those of its master, or both: then what holds
/// either holds it.
fn find<'a>(list: &'a GateList, asked: &str) -> Vec<&'a ListedObject> {
    let asked = asked.trim();
    let key = parse_key(asked).ok();
    let mut names = BTreeSet::from([asked.to_owned()]);
    names.extend(key.as_ref().map(ToString::to_string));
    // What travels without a master: a house whose master nobody told, a mail item, an express shipment.
    let alone =
        HouseWaybill::parse(asked).ok().map(|house| ConsignmentKey { master: None, house: Some(house) });
    names.extend(alone.map(|key| key.to_string()));
    names.extend(UnitLoadDevice::parse(asked).ok().map(|unit| unit.as_str().to_owned()));
    names.extend(Receptacle::parse(asked).ok().map(|receptacle| receptacle.to_string()));
    let within = |one: &ListedObject| match &key {
        Some(ConsignmentKey { master: Some(master), house: Some(house) }) => {
            let house = house.to_string();
            one.object == master.to_string() && one.houses.contains(&house)
        }
        _ => false,
    };
    list.objects.iter().filter(|one| names.contains(&one.object) || within(one)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::gate_list::{ListedReason, RULE};
    use store::audit::checkpoint::Signer;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-24T{time}:00Z").parse().unwrap()
    }

    fn one(object: &str, decision: &str, houses: &[&str]) -> ListedObject {
        let reason = ListedReason { code: "dnl-open".into(), programme: None, message: "…".into() };
        ListedObject {
            object: object.into(),
            kind: "consignment".into(),
            decision: decision.into(),
            pieces: Some(4),
            units: Vec::new(),
            houses: houses.iter().map(|house| (*house).to_owned()).collect(),
            reasons: if decision == "load" { Vec::new() } else { vec![reason] },
            more_reasons: 0,
        }
    }

    fn list() -> GateList {
        GateList {
            schema: SCHEMA.into(),
            rule: RULE.into(),
            answer_id: "00".into(),
            node: "loadgate-00".into(),
            holder: "9z".into(),
            flight: "9Z100/2026-11-24/FRA-JFK".into(),
            leg: "FRA-JFK".into(),
            stage: "load".into(),
            aircraft: "pax".into(),
            simulated: false,
            made_at: at("06:00").to_string(),
            valid_until: at("06:15").to_string(),
            log: None,
            objects: vec![
                one("888-10001014", "load", &["H1", "H2"]),
                one("888-10001014/H2", "hold", &[]),
                one("888-10001025", "hold", &[]),
                one("AKE12345ZZ", "load", &[]),
            ],
        }
    }

    fn signer() -> Signer {
        Signer::new("loadgate-00", &[7; 32]).unwrap()
    }

    fn written(list: &GateList) -> Vec<u8> {
        let body = serde_json::to_string(list).unwrap();
        note::sign(&signer(), Purpose::GateList, &body).unwrap().into_bytes()
    }

    fn told(note: &[u8], time: &str, object: Option<&str>) -> &'static str {
        let checked = check(note, &signer().verifier(), &Asked { at: at(time), stage: "load", object });
        checked.refused.map_or(checked.answer, |refused| refused.code)
    }

    #[test]
    fn each_object_has_its_answer_while_the_list_stands() {
        let note = written(&list());
        for (object, answer) in [
            ("888-10001014", "load"),
            ("88810001014", "load"),
            (" 888-10001014 ", "load"),
            ("888-10001014/H1", "load"),
            // Its own line holds it, whatever that of its master says.
            ("888-10001014/H2", "hold"),
            ("888-10001014/H3", "not-in-list"),
            ("888-10001025", "hold"),
            ("888-10001036", "not-in-list"),
            ("AKE12345ZZ", "load"),
            ("ake12345zz", "load"),
            ("AKE12346ZZ", "not-in-list"),
            ("9Z100/2026-11-24/FRA-JFK", "not-in-list"),
            ("", "not-in-list"),
        ] {
            assert_eq!(told(&note, "06:00", Some(object)), answer, "{object}");
        }
        assert_eq!(told(&note, "06:14", None), "hold", "something in it holds");
        let mut clean = list();
        clean.objects.retain(|one| one.decision == "load");
        assert_eq!(told(&written(&clean), "06:00", None), "load");
        clean.objects.clear();
        assert_eq!(told(&written(&clean), "06:00", None), "hold", "nothing is no load");
    }

    #[test]
    fn a_list_for_acceptance_loads_nothing() {
        for stage in ["accept", "build", "depart", ""] {
            let changed = GateList { stage: stage.into(), ..list() };
            assert_eq!(told(&written(&changed), "06:00", Some("888-10001014")), "other-stage");
        }
    }

    #[test]
    fn before_it_was_made_and_once_it_ended_it_answers_nothing() {
        let note = written(&list());
        for object in [None, Some("888-10001014"), Some("888-10001025"), Some("888-10001036")] {
            assert_eq!(told(&note, "05:59", object), "not-yet");
            assert_eq!(told(&note, "06:15", object), "expired");
            assert_eq!(told(&note, "23:00", object), "expired");
        }
    }

    #[test]
    fn what_is_not_signed_by_the_node_or_not_understood_is_refused() {
        let note = written(&list());
        let text = String::from_utf8(note.clone()).unwrap();
        assert_eq!(told(b"", "06:00", None), "not-a-list");
        assert_eq!(told(text.replace("\"hold\"", "\"load\"").as_bytes(), "06:00", None), "altered");
        assert_eq!(told(text.replace("T06:15", "T23:15").as_bytes(), "06:00", None), "altered");
        assert_eq!(told(&[&note[..], b"\xff"].concat(), "06:00", None), "altered");
        let other = Signer::new("loadgate-00", &[8; 32]).unwrap().verifier();
        let asked = Asked { at: at("06:00"), stage: "load", object: None };
        let checked = check(&note, &other, &asked);
        assert_eq!(
            (checked.refused.unwrap().code, checked.list),
            ("other-key", None),
            "nothing of it is believed"
        );
        for change in [
            |list: &mut GateList| list.schema = "loadgate-gate-list/2".into(),
            |list: &mut GateList| list.made_at = "today".into(),
            |list: &mut GateList| list.objects[0].decision = "load if dry".into(),
        ] {
            let mut changed = list();
            change(&mut changed);
            assert_eq!(told(&written(&changed), "06:00", Some("888-10001014")), "other-form");
        }
    }

    #[test]
    fn any_flipped_bit_is_refused() {
        let note = written(&list());
        let verifier = signer().verifier();
        for byte in 0..note.len() {
            let mut changed = note.clone();
            changed[byte] ^= 1 << (byte % 8);
            let asked = Asked { at: at("06:00"), stage: "load", object: Some("888-10001014") };
            let checked = check(&changed, &verifier, &asked);
            assert!(checked.answer == "refused" && checked.list.is_none(), "byte {byte}");
        }
    }
}
