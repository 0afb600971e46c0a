//! What an authority says, in lines.

use super::{join, leg};
use crate::document::describe::NoticeItem;

/// A notice: the bill and what is said of it, then the text and the rest.
pub(super) fn text(notice: &NoticeItem<'_>) -> String {
    let bill = match (&notice.master, notice.house, notice.bill_as_sent) {
        (Some(master), Some(house), _) => format!("{master} house {house}"),
        (Some(master), None, _) => master.clone(),
        (None, Some(house), _) => format!("house {house}"),
        (None, None, Some(sent)) => format!("a bill that cannot be read ({sent})"),
        (None, None, None) => "no bill named".to_owned(),
    };
    let errors = notice.errors.iter().map(|error| match error.http {
        Some(http) => format!("{} ({http})", error.code),
        None => error.code.to_owned(),
    });
    let errors = errors.collect::<Vec<_>>().join(", ");
    let says = match notice.says {
        "code" => format!("code {}", notice.code.unwrap_or_default()),
        "errors" if errors.is_empty() => "rejected, no error named".to_owned(),
        "errors" => format!("rejected: {errors}"),
        "subject" => notice.subject.unwrap_or_default().to_owned(),
        _ => "received without errors".to_owned(),
    };
    let test = notice.test.then_some("marked as a test");
    let pieces = notice.pieces.map(|pieces| super::count(u64::from(pieces), "piece"));
    let issued = notice.issued_at.as_deref().map(|at| format!("issued {}", at.trim_start_matches('-')));
    let from = notice.from.map(|from| format!("from {from}"));
    let legs: Vec<String> = notice.legs.iter().map(leg).collect();
    let legs = legs.join("; ");
    let facts = join(
        ", ",
        [
            issued.as_deref(),
            from.as_deref(),
            pieces.as_deref(),
            test,
            (!legs.is_empty()).then_some(legs.as_str()),
        ],
    );
    join(
        "\n",
        [
            Some(format!("{bill}: {says}").as_str()),
            notice.text,
            (!facts.is_empty()).then_some(facts.as_str()),
        ],
    )
}
