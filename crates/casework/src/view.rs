//! What each asker may see of an answer.
//!
//! Everybody gets the true decision; the reasons are cut to what is his. A filer sees what concerns his own filings,
//! the carrier and whoever acts for him see what holds every consignment they carry, officers see all but the causes
//! of other agencies, the auditor sees everything. Whatever holds and may not be seen becomes one and the same
//! sentence, whatever and however much it is: changing only what is hidden leaves the answer as it was, to the byte.

use crate::Refusal;
use crate::case::{Actor, Document, Node, Tree};
use crate::decision::Desk;
use crate::gate::{Answer, Reason, WhoActs};
use consignment::fact::{ObjectName, same_name};
use finding::{Code, Phrase, codes::gate as code};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asker {
    /// Somebody who files, by the name of his channel.
    Filer(Arc<str>),
    /// The carrier of the leg, or a handler with his mandate at the station.
    Carrier,
    /// A handler. Without a mandate (`crate::mandate`) he is told load or hold; with one he sees what the carrier sees.
    Handler,
    /// An officer.
    Officer(Desk),
    /// Somebody who sees everything.
    Auditor,
}

/// Who may see a reason, besides officers and auditors.
enum Share {
    /// Whoever it concerns: of the goods of one filing, and of nothing else.
    Own,
    /// Whoever filed everything in the tree, and the carrier: it is worked out from several filings. Who filed its object
    /// sees what of it rests on that alone.
    Whole,
    /// That it holds is seen by whom it concerns, its cause is not.
    Masked,
    /// Nobody else.
    Inside,
}

/// Reasons about one filing.
const OWN: &[Code] = &[
    code::NOT_FILED,
    code::NOT_ACKNOWLEDGED,
    code::FILING_REJECTED,
    code::FILING_INVALIDATED,
    code::ASSESSMENT_PENDING,
    code::IDENTITY_UNKNOWN,
    code::MASTER_UNKNOWN,
    code::FILED_WITHOUT_MASTER,
    code::MESSAGE_FAULTY,
    code::CLOCK_UNSURE,
    code::CARGO_AIRCRAFT_ONLY,
    code::TOLD_NOT_TO_LOAD,
    code::PROGRAMME_LEFT_OUT,
    code::STATION_UNKNOWN,
    code::ROUTE_UNKNOWN,
    code::LEG_NOT_ON_ROUTE,
    code::GOODS_GIVEN_OUT,
    code::LEG_BY_SURFACE,
    code::LEG_DEPARTED,
    code::MANIFEST_SENT,
    code::NOT_IN_MANIFEST,
    code::RFI_OPEN,
    code::RFS_OPEN,
    code::DNL_OPEN,
    code::REFERRAL_CLAIMED,
    code::DNL_ABOARD,
    code::DNL_AIRBORNE,
    code::HRCM_NOT_SCREENED,
    code::ANSWER_RECALLED,
    code::OUTAGE_SUSPENSION,
    code::NO_PROGRAMME_BINDS,
    code::PROGRAMME_SATISFIED,
    code::LATER_LEG,
    code::SIMULATED,
    code::PROGRAMME_VOLUNTARY,
    code::OPERATOR_NOT_DESIGNATED,
    code::ITEM_LOOSE,
    code::RECEPTACLE_VOID,
    code::FLIGHT_CANCELLED,
    code::FLIGHT_SAID_CANCELLED,
    code::UNIT_SAID_OPEN,
    code::HELD_UPSTREAM,
    code::PARTLY_SIMULATED,
];

/// Reasons worked out from several filings.
const WHOLE: &[Code] = &[
    code::HOUSE_MISSING,
    code::CONTENT_CONTRADICTORY,
    code::CONTENT_UNKNOWN,
    code::IDENTITY_AMBIGUOUS,
    code::MESSAGE_UNREAD,
    code::STATUS_NSC,
    code::STATUS_SCO_PAX,
    code::STATUS_SUFFICIENT,
    code::STATUS_ISSUED_LONG_AGO,
    code::COULD_BE_IN_EITHER_UNIT,
    code::HELD_WITH_IT,
    code::CONTENTS_CHECKED,
];

/// What is new is hidden until it is named above.
fn share(reason: Code) -> Share {
    if OWN.contains(&reason) {
        Share::Own
    } else if WHOLE.contains(&reason) {
        Share::Whole
    } else if reason == code::OTHER_AGENCY_HOLD {
        Share::Masked
    } else {
        Share::Inside
    }
}

/// The answer as this asker may see it. `node` is the object asked about.
///
/// # Errors
/// For a filer who filed nothing of the object: the same refusal as for an object nobody told of.
pub fn view(answer: &Answer, tree: &Tree, node: &Node, asker: &Asker) -> Result<Answer, Refusal> {
    let mine = match asker {
        Asker::Filer(name) => Some(own(tree, name)),
        _ => None,
    };
    cut(answer, tree.key(node).to_string(), mine.as_ref(), asker)
}

/// The same of a piece: it is its filer's as the whole is.
///
/// # Errors
/// As of the whole.
pub fn view_of_piece(
    answer: &Answer,
    tree: &Tree,
    (node, piece): (&Node, u32),
    asker: &Asker,
) -> Result<Answer, Refusal> {
    let key = tree.key(node);
    let mine = match asker {
        Asker::Filer(name) => {
            let mut mine = own(tree, name);
            if mine.nodes.contains(&key.to_string()) {
                mine.nodes.insert(ObjectName::Piece(key.clone(), piece).to_string());
            }
            Some(mine)
        }
        _ => None,
    };
    cut(answer, key.to_string(), mine.as_ref(), asker)
}

/// The same of a unit or a flight, which hold the goods of many: who only files is told nothing of them.
///
/// # Errors
/// For a filer: the same refusal as for an object nobody told of.
pub fn view_of_container(answer: &Answer, object: &ObjectName, asker: &Asker) -> Result<Answer, Refusal> {
    let mine = Mine::default();
    let mine = matches!(asker, Asker::Filer(_)).then_some(&mine);
    cut(answer, object.to_string(), mine, asker)
}

fn cut(answer: &Answer, object: String, mine: Option<&Mine>, asker: &Asker) -> Result<Answer, Refusal> {
    if *asker == Asker::Auditor {
        return Ok(answer.clone());
    }
    if mine.is_some_and(|mine| !mine.nodes.contains(&object)) {
        return Err(Refusal(Phrase::new(code::OBJECT_UNKNOWN).with("object", object)));
    }
    let mut hidden = false;
    let mut reasons = Vec::new();
    for reason in &answer.reasons {
        match seen(reason, mine, asker) {
            Some(mut reason) => {
                reason.alone = None;
                if matches!(asker, Asker::Filer(_) | Asker::Carrier) {
                    reason.why.iter_mut().for_each(name_no_other_master);
                }
                if reason.code == code::MESSAGE_UNREAD && !reads_unread(asker) {
                    reason.why = vec![Phrase::new(code::WHY_NOT_SHOWN)];
                }
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            None => hidden |= reason.holds(),
        }
    }
    if hidden {
        let place = reasons.iter().take_while(|reason| reason.holds()).count();
        reasons.insert(place, Reason::new(code::HELD_ELSEWHERE, object, WhoActs::Carrier));
    }
    // What waits for what names other filers' goods.
    let radius = match asker {
        Asker::Filer(_) | Asker::Handler => None,
        Asker::Carrier | Asker::Officer(_) | Asker::Auditor => answer.radius.clone(),
    };
    // Until when it holds is worked out from everything in the tree. Nobody loads on the answer of a filer who sees a part
    // of it only, so he is told none rather than one that tells of the rest, or one that outlasts it.
    let whole = mine.is_none_or(|mine| mine.whole);
    let valid_until = answer.valid_until.filter(|_| whole);
    Ok(Answer { reasons, radius, valid_until, ..answer.clone() })
}

/// Whether somebody reads the words of messages that nobody understood: they may be of anybody, about anything.
fn reads_unread(asker: &Asker) -> bool {
    match asker {
        Asker::Officer(_) | Asker::Auditor => true,
        Asker::Filer(_) | Asker::Carrier | Asker::Handler => false,
    }
}

/// Under which other master a house is known is of those who filed that.
fn name_no_other_master(why: &mut Phrase) {
    if [code::WHY_OPEN_UNDER_ANOTHER, code::WHY_UNDER_TWO_MASTERS].contains(&why.code) {
        *why = Phrase::new(code::WHY_NAMED_ELSEWHERE);
    }
}

/// What a filer filed.
#[derive(Default)]
struct Mine {
    /// The goods, as reasons name them.
    nodes: BTreeSet<String>,
    /// Those of them of which nobody can say whose they are.
    undecided: BTreeSet<String>,
    /// Houses that his check list announced, and of which nobody filed the data yet.
    owed: BTreeSet<String>,
    /// Whether nobody else filed anything in the tree.
    whole: bool,
}

/// Whether somebody filed goods, by the name of his channel.
pub fn is_filed_by(tree: &Tree, node: &Node, name: &str) -> bool {
    tree.documents.get(node).is_some_and(|document| filed_by(document, name) == Some(true))
}

/// Whether somebody filed a document; `None` where nobody did.
fn filed_by(document: &Document, name: &str) -> Option<bool> {
    let mine = |one: &Actor| matches!(one, Actor::Filer(filer) if **filer == *name);
    (!document.submitters.is_empty()).then(|| document.submitters.iter().any(mine))
}

fn own(tree: &Tree, channel: &str) -> Mine {
    let filed_by = |document: &Document| filed_by(document, channel);
    let own = || tree.documents.iter().filter(|(_, document)| filed_by(document) == Some(true));
    let name = |(node, _): (&Node, &Document)| tree.key(node).to_string();
    let undecided = own().filter(|(_, document)| document.whose.is_some()).map(name).collect();
    let owes = |document: &&Document| {
        let announced = |one: &Actor| matches!(one, Actor::Filer(filer) if **filer == *channel);
        document.submitters.is_empty() && document.announcers.iter().any(announced)
    };
    let owed = tree.documents.iter().filter(|(_, document)| owes(document)).map(name).collect();
    Mine {
        owed,
        nodes: own().map(name).collect(),
        undecided,
        whole: tree.documents.values().all(|document| filed_by(document) != Some(false)),
    }
}

/// Whether somebody sees why an agency holds: its own officers, who for an authority have the name of its programme, and
/// auditors.
pub fn sees_cause(asker: &Asker, agency: &str) -> bool {
    match asker {
        Asker::Auditor | Asker::Officer(Desk::Simulation) => true,
        Asker::Officer(Desk::Agency(own)) => same_name(agency, own),
        Asker::Officer(Desk::Authority(own)) => same_name(agency, own.as_str()),
        Asker::Carrier | Asker::Handler | Asker::Filer(_) => false,
    }
}

/// A reason as the asker sees it; `None` where he does not.
fn seen(reason: &Reason, mine: Option<&Mine>, asker: &Asker) -> Option<Reason> {
    match asker {
        Asker::Auditor => Some(reason.clone()),
        Asker::Officer(_) => Some(match &reason.who_acts {
            WhoActs::Agency(agency) if !sees_cause(asker, agency) => masked(reason, agency),
            _ => reason.clone(),
        }),
        Asker::Handler => match share(reason.code) {
            // That it is a simulation must be seen by whoever might load on it.
            Share::Own if reason.code == code::SIMULATED => Some(reason.clone()),
            _ => None,
        },
        Asker::Carrier => match share(reason.code) {
            Share::Own | Share::Whole => Some(without_words(reason)),
            Share::Masked => Some(masked(reason, UNNAMED)),
            Share::Inside => None,
        },
        Asker::Filer(_) => {
            let mine = mine?;
            let concerns = mine.nodes.contains(&reason.object);
            match share(reason.code) {
                // What he said that he will file he owes.
                Share::Own if reason.code == code::NOT_FILED && mine.owed.contains(&reason.object) => {
                    Some(reason.clone())
                }
                // What is asked about a house that may be another's is not for him.
                Share::Own if mine.undecided.contains(&reason.object) => Some(without_words(reason)),
                Share::Own if concerns => Some(reason.clone()),
                Share::Whole if concerns && mine.whole => Some(reason.clone()),
                Share::Whole if concerns => alone(reason),
                Share::Masked if concerns => Some(masked(reason, UNNAMED)),
                _ => None,
            }
        }
    }
}

/// What of a reason rests on its object alone, for who filed that and not all of the rest; `None` where nothing does.
fn alone(reason: &Reason) -> Option<Reason> {
    let own = reason.alone.as_ref()?;
    let mut seen = Reason::new(own.code, reason.object.clone(), own.who_acts.clone());
    seen.why.clone_from(&own.why);
    Some(seen)
}

/// What stands in place of an agency that is not named.
pub const UNNAMED: &str = "another agency";

/// The text for whoever is asked is his: the carrier, and whoever asks as he does, learn what is open and who is asked. Where
/// it is the carrier himself, he has the words from the authority and by a notice.
fn without_words(reason: &Reason) -> Reason {
    if ![code::RFI_OPEN, code::RFS_OPEN].contains(&reason.code) {
        return reason.clone();
    }
    let carrier = reason.wanted.as_ref().is_some_and(|wanted| wanted.answered_by == WhoActs::Carrier);
    let asked = if carrier { code::WHY_CARRIER_IS_ASKED } else { code::WHY_FILER_IS_ASKED };
    Reason { why: vec![Phrase::new(asked)], ..reason.clone() }
}

/// A hold of which neither the cause nor, unless it is told, the agency is seen.
fn masked(reason: &Reason, agency: &str) -> Reason {
    let args = reason
        .args
        .iter()
        .map(|(name, value)| (*name, if *name == "agency" { agency.to_owned() } else { value.clone() }))
        .collect();
    let why = vec![Phrase::new(code::WHY_NOT_SHOWN)];
    Reason { args, why, who_acts: WhoActs::Agency(agency.into()), ..reason.clone() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::gate::Scope;

    /// Every reason there is falls in a class on purpose: whoever adds one decides who sees it.
    #[test]
    fn only_these_are_kept_inside() {
        let inside: BTreeSet<&str> = finding::codes::all()
            .filter(|code| matches!(code.kind(), finding::Kind::Reason(_)))
            .filter(|code| matches!(share(*code), Share::Inside))
            .map(|code| code.id())
            .collect();
        let expected = [
            "address-hit",
            "document-hit",
            "held-elsewhere",
            "lists-incomplete",
            "name-hit",
            "names-not-screened",
            // Its cause names goods of others.
            "resembles-dnl",
            "version-set-aside",
        ];
        assert_eq!(inside, BTreeSet::from(expected));
    }

    #[test]
    fn a_masked_hold_names_neither_agency_nor_cause() {
        let hold = |agency: &str, text: &str| Reason {
            code: code::OTHER_AGENCY_HOLD,
            programme: None,
            scope: Scope::This,
            object: "888-10001014".into(),
            who_acts: WhoActs::Agency(agency.into()),
            args: vec![("object", "888-10001014".into()), ("agency", agency.into())],
            why: vec![Phrase::new(code::WHY_STATED).with("text", text)],
            place: None,
            wanted: None,
            alone: None,
        };
        let one = masked(&hold("police", "informant"), UNNAMED);
        assert_eq!(one, masked(&hold("sanctions compliance", "ZEPHYR"), UNNAMED));
        assert!(!format!("{one:?}").contains("informant"));
    }
}
