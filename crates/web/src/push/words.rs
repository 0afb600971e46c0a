//! A notice in words for people: the same view as over HTTP, and nothing besides.

use document::notice::{NoticeItem, NoticeReferral};
use engine::NoticeKind;
use std::fmt::Write as _;
use store::inbox::Received;

/// Most characters of a subject: mail programs show no more.
const SUBJECT_MAX: usize = 120;

/// A notice as a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// On one line.
    pub subject: String,
    /// Lines, each ended by a line feed.
    pub text: String,
}

/// What a kind of notice is called, and who acts now.
fn kind(kind: NoticeKind) -> (&'static str, &'static str) {
    match kind {
        NoticeKind::Acknowledged => ("Filing acknowledged", "Nobody needs to act."),
        NoticeKind::Rejected => ("Filing rejected", "Whoever filed: correct it and send it again."),
        NoticeKind::ReferralOpened => {
            ("Request opened", "Whoever is asked. Until it is closed, do not load.")
        }
        NoticeKind::ReferralClosed => {
            ("Request closed", "Ask the gate before loading: something else may hold the goods.")
        }
        NoticeKind::AssessmentComplete => {
            ("Assessment complete", "Ask the gate before loading: something else may hold the goods.")
        }
        NoticeKind::Held => ("Held by another agency", "That agency. Until it lifts its hold, do not load."),
        NoticeKind::Released => (
            "Hold of another agency lifted",
            "Ask the gate before loading: something else may hold the goods.",
        ),
        NoticeKind::AnswerRecalled => (
            "ANSWER RECALLED, DO NOT LOAD",
            "Whoever has the answer: do not load by it, and acknowledge the recall.",
        ),
        NoticeKind::RecallUnheeded => (
            "RECALL NOT ACKNOWLEDGED",
            "You: reach whoever has the answer, by telephone, before the goods are loaded.",
        ),
        NoticeKind::ReferralAnswered => ("Request answered", "The authority: it judges the answer."),
        NoticeKind::DeadlinePassed => {
            ("DEADLINE PASSED", "Whoever was asked: answer now. The goods stay held.")
        }
        NoticeKind::Claimed => (
            "A hold is claimed",
            "The duty desk: find out whether the authority said so. Until then, do not load.",
        ),
        NoticeKind::ClaimEnded => {
            ("A claimed hold has ended", "Ask the gate before loading: something else may hold the goods.")
        }
        NoticeKind::AfterDeparture => {
            ("A word of an authority came after departure", "Carrier and arrival side: the goods have left.")
        }
        NoticeKind::CallByVoice => (
            "CALL THE CARRIER'S OPERATIONS NOW",
            "You: call by voice. Goods that must not fly are in the air. Then say that they were reached.",
        ),
        NoticeKind::Offload => ("OFFLOAD", "The carrier: take the goods off the aircraft before it leaves."),
        NoticeKind::ReachedByVoice => ("The carrier's operations were reached", "Nobody needs to act."),
        NoticeKind::UpdateTooLate => ("An update came too late", "Nobody needs to act; it was kept."),
        NoticeKind::SaidOpen => {
            ("A unit is said to have been opened", "The carrier: look at the unit, and tell the node.")
        }
        NoticeKind::SaidCancelled => {
            ("A flight is said to be cancelled", "The carrier: tell the node whether it is.")
        }
        NoticeKind::InDoubt => ("A HOUSE IS IN DOUBT", "Two people of the duty desk settle it."),
        NoticeKind::AllHeld => {
            ("ALL GOODS ARE HELD", "Two people of the duty desk settle it. Nothing is loaded before.")
        }
        NoticeKind::Undelivered => (
            "NOTICES ARE NOT ARRIVING",
            "You: tell whoever is named by another way, and have the address put right.",
        ),
        NoticeKind::MailNotTaken => {
            ("A mail was not taken as it stands", "The duty desk: read it, and decide.")
        }
        NoticeKind::ListedSince => ("A PARTY WAS LISTED SINCE", "The duty desk: look at the goods."),
    }
}

/// The name of a kind of request in words.
fn asked(referral: &NoticeReferral) -> &str {
    match referral.kind.as_str() {
        "RFI" => "request for information (RFI)",
        "RFS" => "request for screening (RFS)",
        "DNL" => "do-not-load (DNL)",
        other => other,
    }
}

/// A notice as a mail to an organisation; `url` is where the node is asked.
pub fn words(organisation: &str, received: &Received, item: &NoticeItem, url: Option<&str>) -> Words {
    let read = received.notice.as_ref().ok();
    let (mut title, mut acts) = match read {
        Some(notice) => kind(notice.kind),
        None => ("A notice cannot be read", "Whoever runs the node: see to its database."),
    };
    let is_order = item.referral.as_ref().is_some_and(|referral| referral.kind == "DNL");
    if is_order && item.kind == NoticeKind::ReferralOpened.as_str() {
        title = "DO NOT LOAD";
    }
    if let Some(referral) = &item.referral {
        acts = match (referral.to_answer, item.kind == NoticeKind::ReferralOpened.as_str()) {
            (true, true) if is_order => "You: do not load, say where the goods are, and answer.",
            (true, true) => "You: answer. Until the request is closed, do not load.",
            (false, true) if is_order => "Do not load. Another is asked to answer; this is your copy.",
            (false, true) => {
                "Another is asked to answer; this is your copy. Until it is closed, do not load."
            }
            _ => acts,
        };
    }
    // Some notices are about the node, and name no goods because none are meant.
    let of_goods =
        read.is_some_and(|notice| !matches!(notice.kind, NoticeKind::Undelivered | NoticeKind::MailNotTaken));
    let goods = read.filter(|_| of_goods).map(|notice| match item.about.is_null() {
        true => "all goods".to_owned(),
        false => notice.about.to_string(),
    });
    let mut subject = format!("[Loadgate] {title}");
    if let Some(goods) = &goods {
        let _ = write!(subject, ": {goods}");
    }
    if let Some(referral) = &item.referral {
        let _ = write!(subject, ", {} {}", referral.kind, referral.id);
    }
    let mut text = format!("{title}\n\n");
    let mut line = |name: &str, value: &str| {
        // What came from others may have lines of its own.
        let value = value.replace("\r\n", "\n").replace('\r', "\n");
        let _ = writeln!(text, "{name}: {}", value.trim().replace('\n', "\n    "));
    };
    if let Some(goods) = &goods {
        line("Goods", goods);
    }
    if let Some(programme) = &item.programme {
        line("Programme", programme);
    }
    if let Some(referral) = &item.referral {
        line("Request", &format!("{} {}", asked(referral), referral.id));
        if !referral.methods.is_empty() {
            line("Screening by", &referral.methods.join(", "));
        }
    }
    line("Who acts", acts);
    if let Some(until) = item.referral.as_ref().and_then(|referral| referral.deadline_at.as_ref()) {
        line("Until", &format!("{until} (UTC)"));
    }
    if !item.carriers.is_empty() {
        line("Carriers", &item.carriers.join(", "));
    }
    if let Some(said) = &item.text {
        line("In words", said);
    }
    line("For", if item.to.is_empty() { organisation } else { &item.to });
    let node = url.unwrap_or("").trim_end_matches('/');
    if let Some(answer) = &item.answer {
        line("Answer", answer);
        if read.is_some_and(|notice| notice.kind == NoticeKind::AnswerRecalled) {
            line("Acknowledge", &format!("POST {node}/v1/answers/{answer}/acknowledgement"));
        }
    }
    line(
        "Read",
        &format!("POST {node}/v1/notices/seen with {{\"place\": {}}} says that it was read", item.place),
    );
    let _ = write!(
        text,
        "\nNotice {} of {organisation}, {} ({}). A machine sent this, and reads no answer to it.\n",
        item.place, item.at, item.kind
    );
    Words { subject: on_one_line(&subject), text }
}

/// A text without anything that could begin another line of a header.
fn on_one_line(text: &str) -> String {
    let text: String =
        text.chars().map(|one| if one.is_control() || one.is_whitespace() { ' ' } else { one }).collect();
    text.chars().take(SUBJECT_MAX).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::ConsignmentKey;
    use consignment::fact::{ObjectName, ReferralKind};
    use consignment::ident::AirWaybill;
    use engine::{AboutReferral, Addressee, Notice};
    use finding::{Phrase, codes};
    use programme::ProgrammeId;

    fn received(notice: Notice) -> Received {
        Received { place: 7, at: "2026-11-24T06:00:00Z".parse().unwrap(), notice: Ok(notice) }
    }

    fn told(received: &Received, url: Option<&str>) -> Words {
        let item = crate::api::notice_item(received);
        words("acme", received, &item, url)
    }

    fn goods() -> ObjectName {
        ObjectName::Consignment(ConsignmentKey {
            master: AirWaybill::parse("888-10001014").ok(),
            house: None,
        })
    }

    #[test]
    fn a_request_says_what_of_which_goods_who_acts_and_until_when() {
        let notice = Notice {
            programme: Some(ProgrammeId::new("us-acas")),
            text: Some(
                Phrase::new(codes::gate::WHY_STATED).with("text", "SCREEN PIECE 2\r\nBcc: x@y.test\n."),
            ),
            referral: Some(AboutReferral {
                kind: ReferralKind::Rfs,
                reference: "R1".into(),
                to_answer: true,
                deadline: Some("2026-11-24T08:00:00Z".parse().unwrap()),
                methods: Vec::new(),
            }),
            ..Notice::new(Addressee::Filer("acme".into()), NoticeKind::ReferralOpened, goods())
        };
        let Words { subject, text } = told(&received(notice), Some("https://node.example/"));
        assert_eq!(subject, "[Loadgate] Request opened: 888-10001014, RFS R1");
        for line in [
            "Goods: 888-10001014\n",
            "Programme: us-acas\n",
            "Request: request for screening (RFS) R1\n",
            "Who acts: You: answer. Until the request is closed, do not load.\n",
            "Until: 2026-11-24T08:00:00Z (UTC)\n",
            "POST https://node.example/v1/notices/seen with {\"place\": 7}",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.contains("SCREEN PIECE 2\n    Bcc: x@y.test\n    ."), "{text}");
    }

    #[test]
    fn every_kind_has_words_and_no_subject_has_two_lines() {
        for kind in NoticeKind::ALL {
            let Words { subject, text } = told(&received(Notice::new(Addressee::Duty, kind, goods())), None);
            assert!(subject.starts_with("[Loadgate] ") && subject.len() <= SUBJECT_MAX, "{subject}");
            assert!(text.contains("Who acts: ") && text.contains(kind.as_str()), "{text}");
        }
        assert_eq!(on_one_line("a\r\nBcc: b\u{2028}c\u{85}"), "a  Bcc: b c");
    }

    #[test]
    fn an_order_an_unreadable_one_and_one_about_all_goods_are_told_as_such() {
        let nothing = || ObjectName::Consignment(ConsignmentKey { master: None, house: None });
        let all = told(&received(Notice::new(Addressee::Duty, NoticeKind::AllHeld, nothing())), None);
        assert_eq!(all.subject, "[Loadgate] ALL GOODS ARE HELD: all goods");
        let about_mail = Notice::new(Addressee::Duty, NoticeKind::MailNotTaken, nothing());
        assert!(!told(&received(about_mail), None).text.contains("Goods:"));
        let referral = |to_answer| {
            Some(AboutReferral {
                kind: ReferralKind::Dnl,
                reference: "D1".into(),
                to_answer,
                deadline: None,
                methods: Vec::new(),
            })
        };
        let order = |to_answer| Notice {
            referral: referral(to_answer),
            ..Notice::new(Addressee::Carrier, NoticeKind::ReferralOpened, goods())
        };
        assert_eq!(
            told(&received(order(true)), None).subject,
            "[Loadgate] DO NOT LOAD: 888-10001014, DNL D1"
        );
        assert!(told(&received(order(false)), None).text.contains("Who acts: Do not load."));
        let damaged = Received { notice: Err(store::NoticeFault("bytes".into())), ..received(order(true)) };
        assert!(told(&damaged, None).subject.contains("cannot be read"));
    }
}
