//! Lines of the declaration that a slip has made into something else: a slant too few or too many, another
//! sign in an identifier. Passed over, they would take an expiry or a "not secured" with them.

use super::{Line, Meaning, account, customs, dates};
use consignment::security::{ApprovalExpiry, ScreeningMethod, SecurityStatus};
use finding::Finding;
use finding::codes::declaration as code;

/// Control identifiers of the declaration (IATA OCI composition rules, e-CSD sheet).
const CONTROLS: [&str; 12] = ["RA", "RC", "AO", "KC", "AC", "ED", "SM", "L", "SN", "SD", "SS", "ST"];

/// Information identifiers of the declaration.
const ROLES: [&str; 3] = ["ISS", "CSS", "OSS"];

/// Whether a line says something of security that the way it is written hides. `declaring` says whether the
/// last line that stated country or information identifier was one of the declaration.
///
/// Lines of customs with identifiers of their own are none of these, whatever their text.
pub(super) fn is_damaged(line: &Line<'_>, meaning: &Meaning, declaring: bool) -> bool {
    let control = line.control.as_ref();
    let information = line.information.as_ref();
    if control.split_once(' ').is_some_and(|(first, _)| CONTROLS.contains(&first)) {
        // A blank stands for a slant: `//SS NSC`.
        return true;
    }
    if line.information_stated && CONTROLS.contains(&information) {
        // A slant is missing: `/DE/SS/NSC`, `//ED/1127`.
        return true;
    }
    if !information.is_empty() && !ROLES.contains(&information) {
        // Boxes may follow lines of customs, which lend them their identifier.
        let lent = !line.information_stated && !line.country_stated;
        return lent
            && match meaning {
                Meaning::Box => states_status(line),
                Meaning::Customs => !is_known(control) && resembles_box(line),
                _ => false,
            };
    }
    match meaning {
        Meaning::Box => states_status(line),
        Meaning::Customs | Meaning::Account | Meaning::Unidentified if control.is_empty() => {
            // A slant too many: `////SM/XRY`.
            let inner = line.text.split_once('/').map(|(first, _)| first.trim().to_ascii_uppercase());
            inner.is_some_and(|first| CONTROLS.contains(&first.as_str())) || is_code(line)
        }
        Meaning::Customs | Meaning::Account => {
            let nothing_stated = !line.country_stated && !line.information_stated;
            is_code(line)
                || (!is_known(control)
                    && (resembles_box(line) || (nothing_stated && (declaring || information.is_empty()))))
        }
        Meaning::Entity(_) | Meaning::EntityElsewhere | Meaning::Unidentified => false,
    }
}

/// Whether an information identifier is one of the declaration but for one sign.
pub(super) fn resembles_role(information: &str) -> bool {
    ROLES.iter().any(|role| one_sign_off(information, role))
}

/// What is reported of such a line.
pub(super) fn finding(line: &Line<'_>) -> Finding {
    let country = if line.country_stated { line.country.as_ref() } else { "" };
    let information = if line.information_stated { line.information.as_ref() } else { "" };
    let shown = format!("/{country}/{information}/{}/{}", line.control, line.text);
    Finding::new(code::CSD_LINE_DAMAGED).at(line.position).with("line", shown.trim_end_matches('/'))
}

fn is_known(control: &str) -> bool {
    CONTROLS.contains(&control) || account::is_element(control) || customs::is_control(control)
}

/// Whether a box holds a status that only `SS` may state. Expiry and time of issue are reported by their form.
fn states_status(line: &Line<'_>) -> bool {
    !matches!(line.control.as_ref(), "SS" | "ED" | "SD") && status(line.text)
}

fn status(text: &str) -> bool {
    SecurityStatus::parse(&text.to_ascii_uppercase()).is_some()
}

/// Whether the text is a status or a screening method, which no line of customs has.
fn is_code(line: &Line<'_>) -> bool {
    status(line.text) || ScreeningMethod::parse(&line.text.to_ascii_uppercase()).is_some()
}

/// Whether control identifier and text together are those of a box but for one sign.
fn resembles_box(line: &Line<'_>) -> bool {
    let off = |control: &str| one_sign_off(&line.control, control);
    is_code(line)
        || (off("ED") && ApprovalExpiry::parse(line.text).is_some())
        || (off("SD") && dates::issued_at(line.text).0.date().is_some())
        || (["RA", "RC", "AO", "KC", "AC"].into_iter().any(off) && is_eu_number(line.text))
}

/// `01234-01`, perhaps with an expiry after it.
fn is_eu_number(text: &str) -> bool {
    let number = text.split('/').next().unwrap_or_default();
    number.split_once('-').is_some_and(|(company, site)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (4..=5).contains(&company.len()) && site.len() == 2 && digits(company) && digits(site)
    })
}

/// Whether two texts of the same length differ in one sign.
fn one_sign_off(text: &str, other: &str) -> bool {
    text.chars().count() == other.chars().count()
        && text.chars().zip(other.chars()).filter(|(one, other)| one != other).count() == 1
}
