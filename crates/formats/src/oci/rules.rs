//! The composition rules of the security declaration, over the finished list.
//!
//! Each sentence of the IATA OCI composition rules (e-CSD sheet of OCI mapping 3.2) that speaks of more
//! than one line is a function here or a line of one; rules about a single line are checked where the
//! line is read.

use super::Context;
use super::boxes::Placed;
use super::declaration::{Draft, EntityRole, narrow, path};
use consignment::Consignment;
use consignment::document::{Consolidation, DocumentKind};
use consignment::field::SecurityField;
use consignment::ident::EntityCategory;
use consignment::issue::IssueTime;
use consignment::security::{ApprovalExpiry, DeclaredEntity, IssuedAt, SecurityStatus};
use finding::codes::declaration as code;
use finding::{Code, Finding, Position, Severity};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

/// Fewest different methods that goods declared SHR were screened by.
const HIGH_RISK_METHODS_MIN: usize = 2;

/// How far local time is ahead of UTC at most.
const ZONE_AHEAD_MAX: SignedDuration = SignedDuration::from_hours(14);

/// How far local time is behind UTC at most.
const ZONE_BEHIND_MAX: SignedDuration = SignedDuration::from_hours(12);

/// What is judged.
pub(super) struct Subject<'a> {
    /// The consignment the list belongs to.
    pub(super) consignment: &'a Consignment,
    /// The message around it.
    pub(super) context: Context,
    /// Statuses among the special handling codes.
    pub(super) handled: &'a [(SecurityStatus, Option<Position>)],
    /// The declaration.
    pub(super) draft: &'a Draft,
}

/// Checks every rule and pushes what is violated.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    subject.responsible_entities(findings);
    subject.acceptors(findings);
    subject.statuses(findings);
    subject.grounds(findings);
    subject.high_risk(findings);
    subject.person_and_time(findings);
    subject.approvals(findings);
    subject.after_the_message(findings);
}

impl Subject<'_> {
    /// The one who answers for the status: the issuer, else the checker.
    fn responsible(&self) -> Option<&Placed<DeclaredEntity>> {
        self.draft.issuer().or(self.draft.checker())
    }

    /// Every statement of the status, special handling codes first.
    fn claims(&self) -> impl Iterator<Item = SecurityStatus> {
        let lines = self.draft.boxes.statuses.iter().map(|placed| placed.value);
        self.handled.iter().map(|(status, _)| *status).chain(lines)
    }

    fn claims_status(&self, wanted: SecurityStatus) -> bool {
        self.claims().any(|status| status == wanted)
    }

    /// Whether some statement says that the goods are secured.
    fn claims_secured(&self) -> bool {
        self.claims().any(|status| status != SecurityStatus::Nsc)
    }

    fn received_from(&self, category: EntityCategory) -> Option<&Placed<DeclaredEntity>> {
        self.draft.boxes.received_from.iter().find(|placed| placed.value.entity.category == category)
    }

    /// Whether box 8, 9 or 10 is filled.
    fn gives_ground(&self) -> bool {
        let boxes = &self.draft.boxes;
        !boxes.received_from.is_empty() || !boxes.methods.is_empty() || !boxes.exemptions.is_empty()
    }

    /// Whether grounds, person and time may stand in the declarations of the houses instead: for the
    /// master of a consolidation (Regulation (EU) No 185/2010, 6.3.2.7, as the composition rules quote it).
    fn relieved(&self) -> bool {
        let consolidated_master = self.consignment.consolidation == Consolidation::Consolidated
            && !matches!(self.consignment.kind, DocumentKind::House | DocumentKind::HouseAnnounced);
        consolidated_master || (self.draft.checker().is_some() && self.draft.issuer().is_none())
    }

    /// Where a status is claimed first.
    fn claim_position(&self) -> Option<Position> {
        let line = self.draft.boxes.statuses.first().map(|placed| placed.position);
        self.handled.first().and_then(|(_, position)| *position).or(line)
    }

    fn responsible_entities(&self, findings: &mut Vec<Finding>) {
        let draft = self.draft;
        if let [superseded @ .., last] = draft.issuers.as_slice()
            && !superseded.is_empty()
        {
            findings.push(
                at(code::CSD_SEVERAL_ISSUERS, last.position, SecurityField::Issuer)
                    .with("issuer", last.value.entity.to_string())
                    .with("superseded", names(superseded)),
            );
        }
        if let [superseded @ .., last] = draft.checkers.as_slice()
            && !superseded.is_empty()
        {
            findings.push(
                at(code::CSD_SEVERAL_CHECKERS, last.position, SecurityField::Checker)
                    .with("checker", last.value.entity.to_string())
                    .with("superseded", names(superseded)),
            );
        }
        if let Some(issuer) = draft.issuer() {
            self.issuer(issuer, findings);
        }
        if let Some(checker) = draft.checker() {
            self.checker(checker, findings);
        }
        if self.responsible().is_none() {
            self.nobody_responsible(findings);
        }
    }

    fn issuer(&self, issuer: &Placed<DeclaredEntity>, findings: &mut Vec<Finding>) {
        let entity = &issuer.value.entity;
        if !may_answer(entity.category) {
            findings.push(
                at(code::CSD_ISSUER_CATEGORY, issuer.position, SecurityField::Issuer)
                    .with("entity", entity.to_string()),
            );
        }
        if let Some(checker) = self.draft.checker() {
            let later = issuer.position.max(checker.position);
            findings.push(
                at(code::CSD_ISSUER_AND_CHECKER, later, SecurityField::Whole)
                    .with("issuer", entity.to_string())
                    .with("checker", checker.value.entity.to_string()),
            );
        }
        if entity.category == EntityCategory::RegulatedCarrier && self.claims_status(SecurityStatus::Sco) {
            findings.push(
                at(code::CSD_SCO_CATEGORY, issuer.position, SecurityField::Issuer)
                    .with("entity", entity.to_string()),
            );
        }
    }

    fn checker(&self, checker: &Placed<DeclaredEntity>, findings: &mut Vec<Finding>) {
        let name = checker.value.entity.to_string();
        let found = |code: Code| at(code, checker.position, SecurityField::Checker);
        if checker.value.entity.category != EntityCategory::RegulatedAgent {
            findings.push(found(code::CSD_CHECKER_CATEGORY).with("entity", name.clone()));
        }
        let house = matches!(self.consignment.kind, DocumentKind::House | DocumentKind::HouseAnnounced);
        if house || self.consignment.consolidation == Consolidation::Direct {
            findings.push(found(code::CSD_CHECKER_NOT_CONSOLIDATION).with("entity", name));
        }
        if let Some(consignor) = self.received_from(EntityCategory::KnownConsignor) {
            findings.push(
                Finding::new(code::CSD_CHECKER_WITH_KNOWN_CONSIGNOR)
                    .at(consignor.position)
                    .on(path(SecurityField::Checker))
                    .with("entity", consignor.value.entity.to_string()),
            );
        }
    }

    fn nobody_responsible(&self, findings: &mut Vec<Finding>) {
        // Manifests and check lists carry the status code and never the declaration.
        let declares =
            !matches!(self.consignment.kind, DocumentKind::ManifestLine | DocumentKind::HouseAnnounced);
        let missing = self.draft.fills_boxes() && !self.draft.unreadable_responsible;
        if missing && (self.claims_secured() || self.claims().next().is_none()) {
            findings.push(
                Finding::new(code::CSD_ISSUER_MISSING)
                    .at(self.draft.position())
                    .on(path(SecurityField::Issuer)),
            );
        } else if let Some(claimed) = self.claims().find(|status| *status != SecurityStatus::Nsc) {
            if declares || self.draft.is_stated() {
                findings.push(
                    Finding::new(code::CSD_STATUS_WITHOUT_ISSUER)
                        .at(self.claim_position())
                        .on(path(SecurityField::Status))
                        .with("status", claimed.code()),
                );
            }
        } else if self.draft.is_stated() && self.handled.is_empty() {
            findings.push(
                Finding::new(code::CSD_ISSUER_MISSING)
                    .at(self.draft.position())
                    .on(path(SecurityField::Issuer)),
            );
        }
    }

    fn acceptors(&self, findings: &mut Vec<Finding>) {
        for (index, acceptor) in self.draft.boxes.acceptors.iter().enumerate() {
            if !may_answer(acceptor.value.entity.category) {
                findings.push(
                    at(
                        code::CSD_ACCEPTOR_CATEGORY,
                        acceptor.position,
                        SecurityField::Acceptor(narrow(index)),
                    )
                    .with("entity", acceptor.value.entity.to_string()),
                );
            }
            if self.responsible().is_some_and(|issuer| issuer.value.entity == acceptor.value.entity) {
                let field = SecurityField::Acceptor(narrow(index));
                findings.push(
                    at(code::CSD_ACCEPTOR_IS_ISSUER, acceptor.position, field)
                        .with("entity", acceptor.value.entity.to_string()),
                );
            }
        }
    }

    fn statuses(&self, findings: &mut Vec<Finding>) {
        let lines = &self.draft.boxes.statuses;
        let responsible = self.responsible();
        if let (Some(entity), None) = (responsible, self.claims().next()) {
            findings.push(
                at(code::CSD_STATUS_MISSING, entity.position, SecurityField::Status)
                    .with("entity", entity.value.entity.to_string()),
            );
        }
        self.several_statuses(findings);
        let Some(line) = lines.first() else {
            self.declared_while_unsecured(findings);
            return;
        };
        let elsewhere =
            self.handled.iter().find(|(status, _)| lines.iter().any(|line| line.value != *status));
        if let Some((handled, _)) = elsewhere {
            let contrary = lines.iter().find(|line| line.value != *handled).unwrap_or(line);
            findings.push(
                at(code::CSD_STATUS_CONTRADICTION, contrary.position, SecurityField::Status)
                    .with("handling", handled.code())
                    .with("declared", contrary.value.code()),
            );
        } else {
            self.declared_while_unsecured(findings);
        }
        if !self.context.in_status_message {
            let mut finding = at(code::CSD_STATUS_LINE_PLACE, line.position, SecurityField::Status)
                .with("status", line.value.code());
            if elsewhere.is_none() && !self.handled.is_empty() {
                // The code stands where it belongs as well, and the line only repeats it.
                finding.severity = Severity::Info;
            }
            findings.push(finding);
        }
    }

    /// One status only, in each of the two places it can stand.
    fn several_statuses(&self, findings: &mut Vec<Finding>) {
        let lines: Vec<_> =
            self.draft.boxes.statuses.iter().map(|line| (line.value, Some(line.position))).collect();
        for stated in [self.handled, lines.as_slice()] {
            let [(first, _), rest @ ..] = stated else { continue };
            let Some((_, position)) = rest.first() else { continue };
            let mut codes: Vec<&str> = stated.iter().map(|(status, _)| status.code()).collect();
            codes.dedup();
            let mut finding = Finding::new(code::CSD_SEVERAL_STATUSES)
                .at(*position)
                .on(path(SecurityField::Status))
                .with("statuses", codes.join(", "));
            if rest.iter().all(|(status, _)| status == first) {
                finding.severity = Severity::Info;
            }
            findings.push(finding);
        }
    }

    /// No declaration is issued for goods that are not secured.
    fn declared_while_unsecured(&self, findings: &mut Vec<Finding>) {
        if let Some(entity) = self.responsible()
            && self.claims_status(SecurityStatus::Nsc)
            && !self.claims_secured()
        {
            findings.push(
                at(code::CSD_DECLARED_WHILE_UNSECURED, entity.position, SecurityField::Status)
                    .with("entity", entity.value.entity.to_string()),
            );
        }
    }

    fn grounds(&self, findings: &mut Vec<Finding>) {
        let boxes = &self.draft.boxes;
        let screened_or_exempt = !boxes.methods.is_empty() || !boxes.exemptions.is_empty();
        let known = self.received_from(EntityCategory::KnownConsignor);
        let account = self.received_from(EntityCategory::AccountConsignor);
        let agent = self.received_from(EntityCategory::RegulatedAgent);
        if let Some(consignor) = known {
            // Goods screened for high risk are more than SPX.
            let high_risk = self.claims_status(SecurityStatus::Shr) && !boxes.methods.is_empty();
            if !self.claims_status(SecurityStatus::Spx) && !high_risk {
                findings.push(self.received(code::CSD_KC_WITHOUT_SPX, consignor));
            }
        }
        if let Some(consignor) = account
            && !self.claims_status(SecurityStatus::Sco)
        {
            let mut finding = self.received(code::CSD_AC_WITHOUT_SCO, consignor);
            if screened_or_exempt || known.is_some() || agent.is_some() {
                // Another ground supports the status that is claimed.
                finding.severity = Severity::Warning;
            }
            findings.push(finding);
        }
        let Some(issuer) = self.draft.issuer() else { return };
        if account.is_none()
            && (screened_or_exempt || agent.is_some())
            && self.claims_status(SecurityStatus::Sco)
            && !self.claims_status(SecurityStatus::Spx)
            && !self.claims_status(SecurityStatus::Shr)
        {
            findings.push(at(code::CSD_GROUND_WITHOUT_SPX, issuer.position, SecurityField::Status));
        }
        if !self.claims_secured() || self.relieved() {
            return;
        }
        let lacking = if !self.gives_ground() {
            code::CSD_GROUND_MISSING
        } else if !screened_or_exempt && known.is_none() && account.is_none() {
            code::CSD_METHOD_MISSING
        } else {
            return;
        };
        let told = self.draft.unread_ground.and_then(|unread| {
            findings.iter_mut().rev().find(|finding| {
                finding.position == Some(unread) && finding.code.section() == lacking.section()
            })
        });
        let lenient =
            self.context.in_status_message && self.consignment.consolidation == Consolidation::Unstated;
        if let Some(told) = told {
            // The ground was stated, and is told to be none: that is the one fault.
            if !lenient {
                told.severity = Severity::Error;
            }
            return;
        }
        let mut finding = at(lacking, issuer.position, SecurityField::Whole)
            .with("issuer", issuer.value.entity.to_string());
        if lenient {
            // A status message does not tell a consolidation, whose master need not give grounds.
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }

    /// SHR says that the goods met the requirements for high-risk cargo, which are at least two different
    /// methods. The master of a consolidation may leave all of them to its houses.
    fn high_risk(&self, findings: &mut Vec<Finding>) {
        if !self.draft.is_stated() || !self.claims_status(SecurityStatus::Shr) {
            return;
        }
        let stated = &self.draft.boxes.methods;
        let mut methods: Vec<_> = stated.iter().map(|placed| placed.value.method).collect();
        methods.sort_unstable();
        methods.dedup();
        if methods.len() >= HIGH_RISK_METHODS_MIN || (methods.is_empty() && self.relieved()) {
            return;
        }
        let handled = self.handled.iter().find(|(status, _)| *status == SecurityStatus::Shr);
        let lines = &self.draft.boxes.statuses;
        let line = lines.iter().find(|placed| placed.value == SecurityStatus::Shr);
        let position = handled.and_then(|(_, at)| *at).or(line.map(|placed| placed.position));
        findings.push(
            Finding::new(code::CSD_HIGH_RISK_METHODS)
                .at(position)
                .on(path(SecurityField::Status))
                .with("methods", methods.len().to_string()),
        );
    }

    fn received(&self, code: Code, consignor: &Placed<DeclaredEntity>) -> Finding {
        let mut codes: Vec<&str> = self.claims().map(SecurityStatus::code).collect();
        codes.dedup();
        let status = if codes.is_empty() { "no status".to_owned() } else { codes.join(" and ") };
        at(code, consignor.position, SecurityField::Status)
            .with("entity", consignor.value.entity.to_string())
            .with("status", status)
    }

    fn person_and_time(&self, findings: &mut Vec<Finding>) {
        let boxes = &self.draft.boxes;
        let groundless = !self.gives_ground() && !self.relieved() && self.draft.unread_ground.is_none();
        match (&boxes.issued_by, &boxes.issued_at) {
            (Some(name), None) => {
                findings.push(at(code::CSD_NAME_WITHOUT_DATE, name.position, SecurityField::IssuedAt))
            }
            (None, Some(date)) => {
                findings.push(at(code::CSD_DATE_WITHOUT_NAME, date.position, SecurityField::IssuedBy))
            }
            (None, None) if self.claims_secured() && !self.relieved() => {
                if let Some(issuer) = self.draft.issuer() {
                    findings.push(
                        at(code::CSD_NAME_AND_DATE_MISSING, issuer.position, SecurityField::IssuedBy)
                            .with("issuer", issuer.value.entity.to_string()),
                    );
                }
            }
            _ => {}
        }
        if let Some(name) = &boxes.issued_by
            && groundless
        {
            findings.push(at(code::CSD_NAME_WITHOUT_GROUND, name.position, SecurityField::IssuedBy));
        }
        if let Some(statement) = boxes.statements.first()
            && groundless
            && self.responsible().is_some()
        {
            let field = SecurityField::Statement(0);
            findings.push(at(code::CSD_STATEMENT_WITHOUT_GROUND, statement.position, field));
        }
    }

    /// Nothing that was declared has been issued later than the message that declares it.
    fn after_the_message(&self, findings: &mut Vec<Finding>) {
        let (Some(issued), Some(sent)) = (&self.draft.boxes.issued_at, self.consignment.issue.message_at)
        else {
            return;
        };
        // The zone of the issuer is not stated: no clock on earth is further ahead of UTC.
        let latest = match sent {
            IssueTime::Instant(at) => {
                at.checked_add(ZONE_AHEAD_MAX).ok().map(|at| at.to_zoned(TimeZone::UTC).datetime())
            }
            IssueTime::Local(at) => at.checked_add(ZONE_AHEAD_MAX + ZONE_BEHIND_MAX).ok(),
            IssueTime::Date(day) => {
                day.tomorrow().and_then(|day| day.tomorrow()).ok().map(|day| day.at(0, 0, 0, 0))
            }
        };
        let earliest = match &issued.value {
            IssuedAt::DateTime(at) => Some(*at),
            IssuedAt::Date(day) => Some(day.at(0, 0, 0, 0)),
            IssuedAt::Unreadable(_) => None,
        };
        if earliest.zip(latest).is_some_and(|(earliest, latest)| earliest > latest) {
            findings.push(
                at(code::CSD_ISSUED_AFTER_MESSAGE, issued.position, SecurityField::IssuedAt)
                    .with("issued", issued.value.to_string())
                    .with("sent", sent.to_string()),
            );
        }
    }

    /// An approval that had run out on the day of issue supports nothing on that day.
    fn approvals(&self, findings: &mut Vec<Finding>) {
        let Some(issued_on) = self.draft.boxes.issued_at.as_ref().and_then(|at| at.value.date()) else {
            return;
        };
        let boxes = &self.draft.boxes;
        let one = |role: EntityRole, placed: Option<&Placed<DeclaredEntity>>| {
            placed.map(|placed| (role.field(0), placed.clone()))
        };
        let many = |role: EntityRole, list: &[Placed<DeclaredEntity>]| -> Vec<_> {
            list.iter().enumerate().map(|(index, placed)| (role.field(index), placed.clone())).collect()
        };
        let entities = one(EntityRole::Issuer, self.draft.issuer())
            .into_iter()
            .chain(one(EntityRole::Checker, self.draft.checker()))
            .chain(many(EntityRole::ReceivedFrom, &boxes.received_from))
            .chain(many(EntityRole::Acceptor, &boxes.acceptors));
        for (field, placed) in entities {
            let last_day = placed.value.expiry.and_then(ApprovalExpiry::last_day);
            if let Some(last_day) = last_day.filter(|last_day| *last_day < issued_on) {
                findings.push(
                    at(code::CSD_APPROVAL_EXPIRED, placed.position, field)
                        .with("entity", placed.value.entity.to_string())
                        .with("expired", last_day.to_string())
                        .with("issued", issued_on.to_string()),
                );
            }
        }
    }
}

/// Categories that may issue or accept a status: `RA` and `RC`.
fn may_answer(category: EntityCategory) -> bool {
    matches!(category, EntityCategory::RegulatedAgent | EntityCategory::RegulatedCarrier)
}

fn at(code: Code, position: Position, field: SecurityField) -> Finding {
    Finding::new(code).at(position).on(path(field))
}

fn names(entities: &[Placed<DeclaredEntity>]) -> String {
    entities.iter().map(|placed| placed.value.entity.to_string()).collect::<Vec<_>>().join(", ")
}
