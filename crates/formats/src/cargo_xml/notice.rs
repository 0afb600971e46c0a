//! XFNM and XCSN: what an authority says of a document that was sent, and of a bill.
//!
//! Source: Transport Canada PACT guide 1.9, sections on XFNM 3.00 and XCSN 1.00. Nothing is told of a document
//! that breaks off: the end may name the house, or the error.

use super::consignment_element::Part;
use super::reader::{Element, Read, Value};
use super::{Document, Once, SHOWN_MAX};
use crate::notice::{self, Bill};
use crate::register::Row;
use crate::text::Slice;
use consignment::Leg;
use consignment::document::{ConsignmentKey, DocumentKind};
use consignment::ident::{AirWaybill, HouseWaybill};
use consignment::issue::IssueTime;
use consignment::notice::{AnswerError, AuthorityNotice, Statement, Wire};
use finding::{Finding, Position, Severity, codes::wire};

/// Between the number of a master and that of a house.
const SEPARATORS: &[char] = &['_', '-'];

/// Type codes of documents: a flight manifest, a house, masters.
const MANIFEST: &str = "122";
const HOUSE: &str = "703";
const MASTERS: [&str; 2] = ["740", "741"];

/// What the business header of a notice says.
#[derive(Default)]
struct Business<'i> {
    id: Option<Value<'i>>,
    type_code: Option<Value<'i>>,
    status: Option<Value<'i>>,
    information: String,
    issued: Option<IssueTime>,
    at: Option<Position>,
}

/// One `ResponseStatus`.
struct Response<'i> {
    condition: Option<Value<'i>>,
    reason: Option<Value<'i>>,
    at: Position,
}

/// One `AssociatedReferenceDocument`.
struct Reference<'i> {
    id: Option<Value<'i>>,
    type_code: Option<Value<'i>>,
    at: Position,
}

impl<'i> Document<'i> {
    /// Reads an XFNM whose root is open.
    pub(super) fn acknowledgement(&mut self, row: &Row) {
        let (mut business, mut responses) = (Business::default(), Vec::new());
        let ended = self.acknowledgement_elements(&mut business, &mut responses).is_ok();
        self.header.purpose_stated = true;
        self.begin(row);
        if !ended {
            return;
        }
        self.report_trailing();
        let manifest = business.type_code.as_ref().is_some_and(|code| code.text == MANIFEST);
        let bill = if manifest { Bill::default() } else { self.answered_bill(&business) };
        let says =
            |word: &str| business.status.as_ref().is_some_and(|said| said.text.eq_ignore_ascii_case(word));
        let (received, rejected) = (says("Received"), says("Rejected"));
        let mut acknowledged = false;
        let mut errors = Vec::new();
        let mut doubt = false;
        for response in &responses {
            match response.condition.as_ref().map(|condition| condition.text.to_ascii_lowercase()).as_deref()
            {
                Some("acknowledgement") => {
                    acknowledged = true;
                    // Who names the code of an error acknowledges nothing.
                    let named = response.reason.as_ref().filter(|reason| {
                        notice::error_code(&reason.text).is_some_and(|code| code.contains('_'))
                    });
                    if let Some(reason) = named {
                        doubt = true;
                        let why = "expected no error beside an Acknowledgement";
                        notice::unreadable(&mut self.draft, "Reason", reason.position(), why, &bill);
                    }
                }
                Some("error") => {
                    match response.reason.as_ref().map(|reason| (reason, notice::error_code(&reason.text))) {
                        Some((_, Some(code))) => errors.push(AnswerError { http: None, code }),
                        stated => {
                            let at = stated.map_or(response.at, |(reason, _)| reason.position());
                            notice::unreadable(
                                &mut self.draft,
                                "Reason",
                                at,
                                "expected the code of an error",
                                &bill,
                            );
                        }
                    }
                }
                stated => {
                    doubt = true;
                    let at = response.condition.as_ref().map_or(response.at, Value::position);
                    let why = match stated {
                        Some(_) => "expected Acknowledgement or Error",
                        None => "it is missing",
                    };
                    notice::unreadable(&mut self.draft, "ConditionCode", at, why, &bill);
                }
            }
        }
        let any_error = responses.iter().any(|response| {
            response.condition.as_ref().is_some_and(|condition| condition.text.eq_ignore_ascii_case("error"))
        });
        if responses.is_empty() {
            self.draft.missing_segment("ResponseStatus", "notices.code");
        }
        // Received only where everything says so: an error or a doubt beside it takes it back.
        let statement = if any_error || rejected {
            if received || acknowledged {
                let at = business.status.as_ref().map_or(business.at, |status| Some(status.position()));
                let why = "StatusCode and ConditionCode say different things";
                let at = at.unwrap_or(Position::new(1, 1, 0));
                notice::unreadable(&mut self.draft, "StatusCode", at, why, &bill);
            }
            Statement::Errors(errors)
        } else if received && acknowledged && !doubt {
            Statement::Received
        } else {
            match (&business.status, business.at) {
                (Some(status), _) if !received => {
                    notice::unreadable(
                        &mut self.draft,
                        "StatusCode",
                        status.position(),
                        "expected Received or Rejected",
                        &bill,
                    );
                }
                (None, Some(at)) => {
                    self.draft.missing_segment_as("StatusCode", "notices.code", Some(at), Severity::Error);
                }
                _ => {}
            }
            if let Some(master) = bill.master() {
                self.draft.mention(master);
            }
            return;
        };
        let text = business.information.clone();
        self.push_notice(bill, statement, text, &business, Vec::new());
    }

    fn acknowledgement_elements(
        &mut self,
        business: &mut Business<'i>,
        responses: &mut Vec<Response<'i>>,
    ) -> Read<()> {
        self.notice_elements(
            &["MessageHeaderDocument", "BusinessHeaderDocument"],
            business,
            |this, element| {
                if element.name() != "ResponseStatus" {
                    return this.pass_over(element);
                }
                let at = this.reader.position(element);
                let response = this.response(at)?;
                if this.draft.room(responses.len(), "errors", at) {
                    responses.push(response);
                }
                Ok(())
            },
        )
    }

    fn response(&mut self, at: Position) -> Read<Response<'i>> {
        let mut response = Response { condition: None, reason: None, at };
        self.each_once(&["ConditionCode", "Reason"], |this, element| {
            match element.name() {
                "ConditionCode" => response.condition = this.stated_value()?,
                "Reason" => response.reason = this.stated_value()?,
                _ => this.pass_over(element)?,
            }
            Ok(())
        })?;
        Ok(response)
    }

    /// The bill an XFNM answers: of a house with the number of its master, or without (as an XFZB names it).
    fn answered_bill(&mut self, business: &Business<'i>) -> Bill {
        let Some(id) = &business.id else {
            self.draft.missing_segment_as(
                "BusinessHeaderDocument/ID",
                "master",
                business.at,
                Severity::Error,
            );
            return Bill::unreadable("");
        };
        let text = id.one_line();
        let house = business.type_code.as_ref().is_some_and(|code| code.text == HOUSE);
        let stated = Slice::new(&text, id.line, id.column);
        match notice::parse_bill(&text, SEPARATORS) {
            Ok(key) if house && key.house.is_none() => {
                notice::unreadable_bill(&mut self.draft, stated, "expected the number of a house", true);
                Bill::unreadable(&text)
            }
            Ok(key) => Bill { key: Some(key), as_sent: None },
            Err(_) if house && !text.starts_with(|first: char| first.is_ascii_digit()) => {
                match HouseWaybill::parse(&text) {
                    Ok(house) => {
                        Bill { key: Some(ConsignmentKey { master: None, house: Some(house) }), as_sent: None }
                    }
                    Err(why) => {
                        notice::unreadable_bill(&mut self.draft, stated, &why.to_string(), true);
                        Bill::unreadable(&text)
                    }
                }
            }
            Err((why, of_house)) => {
                notice::unreadable_bill(&mut self.draft, stated, &why, of_house);
                Bill::unreadable(&text)
            }
        }
    }

    /// Reads an XCSN whose root is open.
    pub(super) fn status_notification(&mut self, row: &Row) {
        let mut business = Business::default();
        let mut references = Vec::new();
        let mut part = Part::new(DocumentKind::Status);
        let ended = self.status_elements(&mut business, &mut references, &mut part).is_ok();
        self.header.purpose_stated |= !ended;
        self.begin(row);
        if !ended {
            return;
        }
        self.report_trailing();
        self.settle_legs(&mut part);
        let legs = part.consignment.legs;
        let bills = self.referred_bills(&references, &business);
        let code = match &business.status {
            Some(status) => {
                let read = notice::status_code(&status.text);
                if read.is_none() {
                    let why = "expected a code of two letters or digits, such as RI";
                    notice::unreadable(
                        &mut self.draft,
                        "StatusCode",
                        status.position(),
                        why,
                        &Bill::default(),
                    );
                }
                read
            }
            None => {
                self.draft.missing_segment_as("StatusCode", "notices.code", business.at, Severity::Error);
                None
            }
        };
        for bill in bills {
            match &code {
                Some(code) => {
                    let text = business.information.clone();
                    self.push_notice(bill, Statement::Code(code.clone()), text, &business, legs.clone());
                }
                None => {
                    if let Some(master) = bill.master() {
                        self.draft.mention(master);
                    }
                }
            }
        }
    }

    fn status_elements(
        &mut self,
        business: &mut Business<'i>,
        references: &mut Vec<Reference<'i>>,
        part: &mut Part<'i>,
    ) -> Read<()> {
        self.notice_elements(super::waybill::DOCUMENT_ONCE, business, |this, element| {
            if element.name() != "MasterConsignment" {
                return this.pass_over(element);
            }
            while let Some(child) = this.reader.child()? {
                match child.name() {
                    "SpecifiedLogisticsTransportMovement" => this.movement(&child, part)?,
                    "AssociatedReferenceDocument" => {
                        let at = this.reader.position(&child);
                        let reference = this.reference_document(at)?;
                        if this.draft.room(references.len(), "notices", at) {
                            references.push(reference);
                        } else if let Some(id) = &reference.id {
                            notice::mention_all(&mut this.draft, &id.text);
                        }
                    }
                    _ => this.pass_over(&child)?,
                }
            }
            Ok(())
        })
    }

    fn reference_document(&mut self, at: Position) -> Read<Reference<'i>> {
        let mut reference = Reference { id: None, type_code: None, at };
        self.each_once(&["ID", "TypeCode"], |this, element| {
            match element.name() {
                "ID" => reference.id = this.stated_value()?,
                "TypeCode" => reference.type_code = this.stated_value()?,
                _ => this.pass_over(element)?,
            }
            Ok(())
        })?;
        Ok(reference)
    }

    /// The bills an XCSN is about: the houses it refers to, else the masters. A reference that cannot be read
    /// leaves open which of them is meant.
    fn referred_bills(&mut self, references: &[Reference<'i>], business: &Business<'i>) -> Vec<Bill> {
        let (mut masters, mut houses) = (Vec::new(), Vec::new());
        let mut unreadable = None;
        for reference in references {
            let Some(id) = &reference.id else {
                let path = "AssociatedReferenceDocument/ID";
                self.draft.missing_segment_as(path, "notices.bill", Some(reference.at), Severity::Error);
                unreadable.get_or_insert_with(String::new);
                continue;
            };
            let text = id.one_line();
            let stated = Slice::new(&text, id.line, id.column);
            let code = reference.type_code.as_ref().map(|code| code.text.to_string()).unwrap_or_default();
            match notice::parse_bill(&text, SEPARATORS) {
                Ok(key) if code == HOUSE && key.house.is_some() => houses.push(key),
                Ok(key) if MASTERS.contains(&code.as_str()) && key.house.is_none() => masters.push(key),
                Ok(_) => {
                    let shown: String = code.chars().take(SHOWN_MAX).collect();
                    let at = reference.type_code.as_ref().map_or(reference.at, Value::position);
                    let finding = Finding::new(wire::VALUE_INVALID).at(at).on("notices.bill");
                    let why = "expected 740 or 741 with a waybill, or 703 with a waybill and a house";
                    self.push(finding.with("element", "TypeCode").with("text", shown).with("why", why));
                    notice::mention_all(&mut self.draft, &text);
                    unreadable.get_or_insert(text);
                }
                Err((why, house)) => {
                    notice::unreadable_bill(&mut self.draft, stated, &why, house);
                    unreadable.get_or_insert(text);
                }
            }
        }
        if references.is_empty() {
            let path = "AssociatedReferenceDocument";
            self.draft.missing_segment_as(path, "notices.bill", business.at, Severity::Error);
            let reference = self.header.sender_reference.as_ref().map(|(reference, _)| reference.clone());
            let reference = reference.unwrap_or_default();
            notice::mention_all(&mut self.draft, &reference);
            return vec![Bill::unreadable(&reference)];
        }
        if let Some(text) = self.names_another(&masters, &houses) {
            let finding = Finding::new(wire::VALUE_INVALID).on("notices.bill").at(references[0].at);
            let finding = finding.with("element", "notices.bill").with("text", text.clone());
            self.push(finding.with("why", "the header names another master than the message"));
            notice::mention_all(&mut self.draft, &text);
            unreadable.get_or_insert(text);
        }
        let foreign = |house: &&ConsignmentKey| {
            !masters.is_empty() && masters.iter().all(|master| master.master != house.master)
        };
        if let Some(house) = houses.iter().find(foreign) {
            let text = house.to_string();
            let finding = Finding::new(wire::VALUE_INVALID).on("notices.bill").at(references[0].at);
            let finding = finding.with("element", "notices.bill").with("text", text.clone());
            self.push(finding.with("why", "the house is of another master than the one named beside it"));
            unreadable.get_or_insert(text);
        }
        if let Some(text) = unreadable {
            for key in masters.iter().chain(&houses) {
                if let Some(master) = key.master {
                    self.draft.mention(master);
                }
            }
            return vec![Bill::unreadable(&text)];
        }
        let meant = if houses.is_empty() { masters } else { houses };
        meant.into_iter().map(|key| Bill { key: Some(key), as_sent: None }).collect()
    }

    /// The waybill that the header of an XCSN begins with (PACT guide 1.9: `NNN-NNNNNNNN_TIME`), where the message names others alone.
    fn names_another(&self, masters: &[ConsignmentKey], houses: &[ConsignmentKey]) -> Option<String> {
        let (reference, _) = self.header.sender_reference.as_ref()?;
        let text = reference.split('_').next()?;
        let named = AirWaybill::parse(text).ok()?;
        let mut known = masters.iter().chain(houses).filter_map(|key| key.master).peekable();
        (known.peek().is_some() && !known.any(|master| master == named)).then(|| text.to_owned())
    }

    /// Reads the two headers, which both messages have, and gives `rest` every other element. Those named in `once`
    /// come once.
    fn notice_elements(
        &mut self,
        once: &'static [&'static str],
        business: &mut Business<'i>,
        mut rest: impl FnMut(&mut Self, &Element<'i>) -> Read<()>,
    ) -> Read<()> {
        self.each_once(once, |this, element| match element.name() {
            "MessageHeaderDocument" => this.notice_header(),
            "BusinessHeaderDocument" => this.notice_business(element, business),
            _ => rest(this, element),
        })
    }

    /// Gives `take` each child; one of those named that comes again is told, and passed over.
    fn each_once(
        &mut self,
        names: &'static [&'static str],
        mut take: impl FnMut(&mut Self, &Element<'i>) -> Read<()>,
    ) -> Read<()> {
        let mut once = Once::of(names);
        while let Some(element) = self.reader.child()? {
            match once.before(&element) {
                Some(first) => self.repeated(&element, first)?,
                None => take(self, &element)?,
            }
        }
        Ok(())
    }

    /// The value of the open element, where it says anything.
    fn stated_value(&mut self) -> Read<Option<Value<'i>>> {
        Ok(Some(self.reader.value()?).filter(|value| !value.is_empty()))
    }

    /// Reads the message header. Its reference names the bill, with a time behind it.
    fn notice_header(&mut self) -> Read<()> {
        self.each_once(&["ID", "TypeCode", "PurposeCode", "VersionID", "IssueDateTime"], |this, element| {
            match element.name() {
                "ID" => {
                    let value = this.reader.value()?;
                    this.header.sender_reference = Some((value.one_line(), value.position()));
                    this.draft.keep_known("ID", value.one_line(), value.position());
                }
                "TypeCode" => {
                    let value = this.reader.value()?;
                    this.header.type_code = Some((value.text.to_string(), value.position()));
                }
                "PurposeCode" => {
                    // An answer files nothing, whatever its purpose.
                    let value = this.reader.value()?;
                    this.header.purpose_stated = !value.is_empty();
                    this.draft.keep_known("PurposeCode", value.one_line(), value.position());
                }
                "VersionID" => {
                    let value = this.reader.value()?;
                    this.version(&value);
                }
                "IssueDateTime" => this.header.issue.message_at = this.issue_time()?,
                _ => this.pass_over(element)?,
            }
            Ok(())
        })
    }

    fn notice_business(&mut self, element: &Element<'i>, business: &mut Business<'i>) -> Read<()> {
        business.at = Some(self.reader.position(element));
        self.each_once(&["ID", "TypeCode", "StatusCode", "Information", "IssueDateTime"], |this, element| {
            match element.name() {
                "ID" => business.id = this.stated_value()?,
                "TypeCode" => business.type_code = this.stated_value()?,
                "StatusCode" => business.status = this.stated_value()?,
                "Information" => business.information = this.reader.value()?.one_line(),
                "IssueDateTime" => business.issued = this.issue_time()?,
                _ => this.pass_over(element)?,
            }
            Ok(())
        })
    }

    fn push_notice(
        &mut self,
        bill: Bill,
        statement: Statement,
        text: String,
        business: &Business<'i>,
        legs: Vec<Leg>,
    ) {
        let at = business.at.unwrap_or(Position::new(1, 1, 0));
        // Of two codes or bills nobody knows which one counts.
        let twice =
            |found: &Finding| found.code == wire::SEGMENT_REPEATED && found.severity == Severity::Error;
        if let Some(master) = bill.master().filter(|_| self.draft.findings.iter().any(twice)) {
            self.draft.mention(master);
        }
        if !self.draft.room(self.draft.notices.len(), "notices", at) {
            return;
        }
        let issued = business.issued.or(self.header.issue.message_at);
        let test = notice::is_test(&text);
        let issued = issued.and_then(notice::xml_time);
        let notice = notice::notice(Wire::CargoXml, bill, statement, at.line);
        self.draft.notices.push(AuthorityNotice { legs, text, issued, test, ..notice });
    }
}
