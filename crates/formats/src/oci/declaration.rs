//! The lines of the security declaration, put together.

mod expiry;

use super::Line;
use super::boxes::{Boxes, Placed};
use super::dates::{self, Form};
use consignment::field::{SecurityField, SourceMap};
use consignment::ident::{Country, EntityCategory, EntityNumber, RegulatedEntity};
use consignment::security::{
    ApprovalExpiry, DeclaredEntity, DeclaredMethod, Exemption, ScreeningMethod, SecurityDeclaration,
    SecurityStatus, StatusSource,
};
use consignment::{Field, Invalid};
use expiry::LastEntity;
use finding::codes::declaration as code;
use finding::{Code, Finding, Position, Severity};

/// The part an entity plays in the declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntityRole {
    /// `ISS`: issued the status.
    Issuer,
    /// `CSS`: confirmed the status of every house of a consolidation.
    Checker,
    /// `OSS`: accepted the status.
    Acceptor,
    /// No information identifier: tendered the goods.
    ReceivedFrom,
}

impl EntityRole {
    /// The element of the model that holds the entity of this index.
    pub(super) fn field(self, index: usize) -> SecurityField {
        match self {
            Self::Issuer => SecurityField::Issuer,
            Self::Checker => SecurityField::Checker,
            Self::Acceptor => SecurityField::Acceptor(narrow(index)),
            Self::ReceivedFrom => SecurityField::ReceivedFrom(narrow(index)),
        }
    }
}

/// An index as paths hold it.
pub(super) fn narrow(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// The path of an element of the declaration.
pub(super) fn path(field: SecurityField) -> String {
    Field::Security(field).to_string()
}

/// The declaration while its lines are read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Issuers in order. The last one counts.
    pub(super) issuers: Vec<Placed<DeclaredEntity>>,
    /// Consolidation checkers in order. The last one counts.
    pub(super) checkers: Vec<Placed<DeclaredEntity>>,
    /// What the last issuer declares.
    pub(super) boxes: Boxes,
    /// Statuses stated before any issuer: claims that stay when an issuer is superseded.
    before_issuers: usize,
    /// Every expiry that was stated, whoever of them counts.
    expiries: Vec<(RegulatedEntity, ApprovalExpiry)>,
    first: Option<Position>,
    last_entity: LastEntity,
    /// Whether an issuer or checker stands there that cannot be read, which is reported as such.
    pub(super) unreadable_responsible: bool,
    /// A ground that was stated and cannot be read, which is reported as such.
    pub(super) unread_ground: Option<Position>,
    last_country: Option<Country>,
    after_acceptor: bool,
    reported: Vec<Code>,
}

impl Draft {
    /// Whether any line of the list belongs to a declaration.
    pub(super) fn is_stated(&self) -> bool {
        self.first.is_some()
    }

    /// Where the declaration starts.
    pub(super) fn position(&self) -> Option<Position> {
        self.first
    }

    /// The issuer whose declaration stands.
    pub(super) fn issuer(&self) -> Option<&Placed<DeclaredEntity>> {
        self.issuers.last()
    }

    /// The consolidation checker.
    pub(super) fn checker(&self) -> Option<&Placed<DeclaredEntity>> {
        self.checkers.last()
    }

    /// Pushes a finding about the order of lines, each kind once: a list out of order repeats it on
    /// every line.
    fn once(&mut self, finding: Finding, findings: &mut Vec<Finding>) {
        if !self.reported.contains(&finding.code) {
            self.reported.push(finding.code);
            findings.push(finding);
        }
    }

    /// Whether a box is filled that somebody must answer for. A status alone is a claim, and acceptors
    /// without an issuer are reported themselves.
    pub(super) fn fills_boxes(&self) -> bool {
        let boxes = &self.boxes;
        !boxes.received_from.is_empty()
            || !boxes.methods.is_empty()
            || !boxes.exemptions.is_empty()
            || boxes.issued_by.is_some()
            || boxes.issued_at.is_some()
            || !boxes.statements.is_empty()
    }

    fn has_responsible(&self) -> bool {
        !self.issuers.is_empty() || !self.checkers.is_empty()
    }

    /// Reads a line that opens an entity.
    pub(super) fn entity(&mut self, role: EntityRole, line: &Line<'_>, findings: &mut Vec<Finding>) {
        self.first.get_or_insert(line.position);
        let index = match role {
            EntityRole::Acceptor => self.boxes.acceptors.len(),
            EntityRole::ReceivedFrom => self.boxes.received_from.len(),
            EntityRole::Issuer | EntityRole::Checker => 0,
        };
        let field = role.field(index);
        let Some(category) = EntityCategory::parse(&line.control) else {
            self.last_entity = LastEntity::Unreadable;
            self.unreadable_responsible |= matches!(role, EntityRole::Issuer | EntityRole::Checker);
            findings.push(unreadable_entity(line, field, &Invalid::Characters("category RA or RC")));
            return;
        };
        let country = self.country(role, category, line, field, findings);
        let DeclaredEntity { entity, expiry } = match DeclaredEntity::from_parts(country, category, line.text)
        {
            Ok(declared) => declared,
            Err(why) => {
                self.last_entity = LastEntity::Unreadable;
                self.unreadable_responsible |= matches!(role, EntityRole::Issuer | EntityRole::Checker);
                if role == EntityRole::ReceivedFrom {
                    self.unread_ground.get_or_insert(line.position);
                }
                findings.push(unreadable_entity(line, field, &why));
                return;
            }
        };
        if line.country_stated {
            self.last_country = country.or(self.last_country);
        }
        self.last_entity = LastEntity::Read(role);
        self.report_place(role, &entity, line, field, findings);
        let placed = Placed { value: DeclaredEntity { entity, expiry: None }, position: line.position };
        match role {
            EntityRole::Issuer => self.issuer_line(placed),
            EntityRole::Checker => push_unless_repeated(&mut self.checkers, placed),
            EntityRole::Acceptor => push_unless_repeated(&mut self.boxes.acceptors, placed),
            EntityRole::ReceivedFrom => push_unless_repeated(&mut self.boxes.received_from, placed),
        }
        if let Some(expiry) = expiry {
            self.state_expiry(role, expiry, line, findings);
        }
        match role {
            EntityRole::Acceptor => self.after_acceptor = true,
            EntityRole::Issuer | EntityRole::Checker => self.after_acceptor = false,
            EntityRole::ReceivedFrom => {}
        }
    }

    /// A second issuer makes the first one's declaration null and void, with all that was stated in it or
    /// before it: grounds that stand before both are at best the first one's. A sender who repeats the line
    /// of the same issuer opens nothing new.
    fn issuer_line(&mut self, placed: Placed<DeclaredEntity>) {
        match self.issuers.last() {
            Some(last) if last.value.entity == placed.value.entity => return,
            Some(_) => {
                let mut statuses = std::mem::take(&mut self.boxes).statuses;
                statuses.truncate(self.before_issuers);
                self.boxes.statuses = statuses;
                self.unread_ground = None;
            }
            None => self.before_issuers = self.boxes.statuses.len(),
        }
        self.issuers.push(placed);
    }

    /// The designating State: as the line says, else that of the entity before. A line that leaves it
    /// out may follow customs lines of another country.
    fn country(
        &self,
        role: EntityRole,
        category: EntityCategory,
        line: &Line<'_>,
        field: SecurityField,
        findings: &mut Vec<Finding>,
    ) -> Option<Country> {
        let found = |code: Code, tolerated: bool| {
            let finding = Finding::new(code).at(line.position).on(path(field));
            let mut finding = finding.with("entity", format!("{}/{}", line.control, line.text));
            if tolerated {
                finding.severity = Severity::Warning;
            }
            finding
        };
        let tendered = role == EntityRole::ReceivedFrom;
        if line.country_stated {
            let country = line.known_country();
            if country.is_none() {
                let finding = found(code::CSD_COUNTRY_UNKNOWN, tendered);
                findings.push(finding.with("country", line.country.as_ref()));
            }
            return country;
        }
        // The composition rules leave the country of an account consignor out, and ask for all others.
        if category != EntityCategory::AccountConsignor {
            let tolerated = tendered || self.last_country.is_some();
            findings.push(found(code::CSD_COUNTRY_MISSING, tolerated));
        }
        self.last_country.or_else(|| if tendered { line.known_country() } else { None })
    }

    fn report_place(
        &mut self,
        role: EntityRole,
        entity: &RegulatedEntity,
        line: &Line<'_>,
        field: SecurityField,
        findings: &mut Vec<Finding>,
    ) {
        let place = |code: Code| Finding::new(code).at(line.position).on(path(field));
        match role {
            EntityRole::Acceptor if !self.has_responsible() => {
                findings.push(place(code::CSD_ACCEPTOR_WITHOUT_ISSUER).with("entity", entity.to_string()));
            }
            EntityRole::ReceivedFrom if !self.has_responsible() => {
                findings.push(place(code::CSD_RECEIVED_FROM_PLACE).with("entity", entity.to_string()));
            }
            EntityRole::ReceivedFrom if self.after_acceptor => self.report_order(line, "OSS", findings),
            _ => {}
        }
        let sites = [EntityCategory::RegulatedAgent, EntityCategory::KnownConsignor];
        if sites.contains(&entity.category)
            && entity.country.is_some_and(Country::is_eu_member)
            && !has_eu_form(&entity.number)
            && self.entities(role).last().is_none_or(|last| last.value.entity != *entity)
        {
            findings.push(place(code::CSD_AGENT_NUMBER_FORM).with("entity", entity.to_string()));
        }
        if role == EntityRole::ReceivedFrom && entity.category == EntityCategory::RegulatedCarrier {
            findings.push(place(code::CSD_RECEIVED_FROM_CATEGORY).with("entity", entity.to_string()));
        }
    }

    fn report_order(&mut self, line: &Line<'_>, after: &'static str, findings: &mut Vec<Finding>) {
        let finding = Finding::new(code::CSD_ORDER).at(line.position).with("line", line.control.as_ref());
        self.once(finding.with("after", after), findings);
    }

    /// What a box stands after that it should stand before: an acceptor, or a later one of the boxes
    /// method or exemption, person, time.
    fn stands_after(&self, line: &Line<'_>) -> Option<&'static str> {
        let boxes = &self.boxes;
        match line.control.as_ref() {
            _ if self.after_acceptor => Some("OSS"),
            "SM" | "L" if boxes.issued_by.is_some() => Some("SN"),
            "SM" | "L" | "SN" if boxes.issued_at.is_some() => Some("SD"),
            _ => None,
        }
    }

    /// Reads a box of the declaration, or the expiry of the entity before.
    pub(super) fn security_box(&mut self, line: &Line<'_>, findings: &mut Vec<Finding>) {
        self.first.get_or_insert(line.position);
        if line.control == "ED" {
            return self.expiry(line, findings);
        }
        if line.text.is_empty() {
            findings.push(
                Finding::new(code::CSD_LINE_EMPTY).at(line.position).with("line", line.control.as_ref()),
            );
            return;
        }
        if let Some(after) = self.stands_after(line) {
            self.report_order(line, after, findings);
        }
        let upper = line.text.to_ascii_uppercase();
        match line.control.as_ref() {
            "SM" => self.method(&upper, line, findings),
            "L" => self.exemption(&upper, line, findings),
            "SN" => self.issued_by(line, findings),
            "SD" => self.issued_at(line, findings),
            "SS" => self.status(&upper, line, findings),
            // The caller sends boxes only; the one that is left is ST.
            _ => self.statement(line, findings),
        }
    }

    /// The entities of this role.
    fn entities(&mut self, role: EntityRole) -> &mut Vec<Placed<DeclaredEntity>> {
        match role {
            EntityRole::Issuer => &mut self.issuers,
            EntityRole::Checker => &mut self.checkers,
            EntityRole::Acceptor => &mut self.boxes.acceptors,
            EntityRole::ReceivedFrom => &mut self.boxes.received_from,
        }
    }

    fn method(&mut self, upper: &str, line: &Line<'_>, findings: &mut Vec<Finding>) {
        self.ground_place(line, findings);
        let field = SecurityField::Method(narrow(self.boxes.methods.len()));
        let found = |code: Code| Finding::new(code).at(line.position).on(path(field)).with("text", line.text);
        let other = upper
            .strip_prefix("AOM")
            .filter(|rest| !rest.starts_with(|first: char| first.is_alphanumeric()))
            .map(|rest| &line.text[line.text.len() - rest.len()..]);
        let (method, as_sent) = match (ScreeningMethod::parse(upper), other) {
            (_, Some(words)) => {
                let words = words.trim_matches(|edge: char| matches!(edge, '-' | ' ' | ':' | '/'));
                if says_nothing(words) {
                    findings
                        .push(Finding::new(code::CSD_METHOD_UNDESCRIBED).at(line.position).on(path(field)));
                }
                (ScreeningMethod::Aom, if words.is_empty() { line.text } else { words })
            }
            (Some(method), None) => {
                if method.code() != upper {
                    findings.push(found(code::CSD_METHOD_LEGACY).with("read_as", method.code()));
                }
                (method, line.text)
            }
            (None, None) => {
                let several = methods_of(upper);
                if several.is_empty() {
                    self.unread_ground.get_or_insert(line.position);
                    findings.push(found(code::CSD_METHOD_UNKNOWN));
                } else {
                    findings.push(found(code::CSD_METHODS_JOINED));
                }
                self.boxes.methods.extend(several.into_iter().map(|method| Placed {
                    value: DeclaredMethod { method, as_sent: method.code().to_owned() },
                    position: line.position,
                }));
                return;
            }
        };
        let value = DeclaredMethod { method, as_sent: as_sent.to_owned() };
        self.boxes.methods.push(Placed { value, position: line.position });
    }

    fn exemption(&mut self, upper: &str, line: &Line<'_>, findings: &mut Vec<Finding>) {
        self.ground_place(line, findings);
        match Exemption::parse(upper) {
            Some(value) => self.boxes.exemptions.push(Placed { value, position: line.position }),
            None => {
                self.unread_ground.get_or_insert(line.position);
                let field = SecurityField::Exemption(narrow(self.boxes.exemptions.len()));
                findings.push(
                    Finding::new(code::CSD_EXEMPTION_UNKNOWN)
                        .at(line.position)
                        .on(path(field))
                        .with("text", line.text),
                );
            }
        }
    }

    /// Methods and exemptions stand after the entity that answers for them.
    fn ground_place(&mut self, line: &Line<'_>, findings: &mut Vec<Finding>) {
        if !self.has_responsible() {
            let finding =
                Finding::new(code::CSD_GROUND_PLACE).at(line.position).with("line", line.control.as_ref());
            self.once(finding, findings);
        }
    }

    fn issued_by(&mut self, line: &Line<'_>, findings: &mut Vec<Finding>) {
        match &self.boxes.issued_by {
            None => {
                let value = line.text.to_owned();
                self.boxes.issued_by = Some(Placed { value, position: line.position });
            }
            Some(kept) if kept.value != line.text => {
                findings.push(repeated(line, SecurityField::IssuedBy, "SN"));
            }
            Some(_) => {}
        }
    }

    fn issued_at(&mut self, line: &Line<'_>, findings: &mut Vec<Finding>) {
        let (value, form) = dates::issued_at(line.text);
        if let Some(kept) = &self.boxes.issued_at {
            if kept.value != value {
                findings.push(repeated(line, SecurityField::IssuedAt, "SD"));
            }
            return;
        }
        let found = |code: Code| {
            Finding::new(code).at(line.position).on(path(SecurityField::IssuedAt)).with("text", line.text)
        };
        match form {
            Form::Exact => {}
            Form::Tolerated => {
                findings.push(found(code::CSD_ISSUED_AT_FORM).with("read_as", value.to_string()));
            }
            Form::Unreadable => findings.push(found(code::CSD_ISSUED_AT_UNREADABLE)),
        }
        self.boxes.issued_at = Some(Placed { value, position: line.position });
    }

    fn status(&mut self, upper: &str, line: &Line<'_>, findings: &mut Vec<Finding>) {
        match SecurityStatus::parse(upper) {
            Some(value) => self.boxes.statuses.push(Placed { value, position: line.position }),
            None => findings.push(
                Finding::new(code::CSD_STATUS_UNKNOWN)
                    .at(line.position)
                    .on(path(SecurityField::Status))
                    .with("text", line.text),
            ),
        }
    }

    fn statement(&mut self, line: &Line<'_>, findings: &mut Vec<Finding>) {
        if !self.has_responsible() {
            let field = SecurityField::Statement(narrow(self.boxes.statements.len()));
            let finding = Finding::new(code::CSD_STATEMENT_PLACE).at(line.position).on(path(field));
            self.once(finding, findings);
        }
        let value = line.text.to_owned();
        self.boxes.statements.push(Placed { value, position: line.position });
    }

    /// The declaration, with the place of each of its elements noted in `source`.
    pub(super) fn finish(mut self, source: &mut SourceMap) -> SecurityDeclaration {
        let mut note =
            |field: SecurityField, position: Position| source.note(Field::Security(field), position);
        if let Some(first) = self.first {
            note(SecurityField::Whole, first);
        }
        let mut take = |role: EntityRole, list: Vec<Placed<DeclaredEntity>>| -> Vec<DeclaredEntity> {
            let placed = list.into_iter().enumerate();
            placed
                .map(|(index, entity)| {
                    note(role.field(index), entity.position);
                    entity.value
                })
                .collect()
        };
        let issuer = take(EntityRole::Issuer, self.issuers.pop().into_iter().collect()).pop();
        let checker = take(EntityRole::Checker, self.checkers.pop().into_iter().collect()).pop();
        let boxes = self.boxes;
        let received_from = take(EntityRole::ReceivedFrom, boxes.received_from);
        let acceptors = take(EntityRole::Acceptor, boxes.acceptors);
        for status in boxes.statuses.iter().take(1) {
            note(SecurityField::Status, status.position);
        }
        for (index, method) in boxes.methods.iter().enumerate() {
            note(SecurityField::Method(narrow(index)), method.position);
        }
        for (index, exemption) in boxes.exemptions.iter().enumerate() {
            note(SecurityField::Exemption(narrow(index)), exemption.position);
        }
        for (index, statement) in boxes.statements.iter().enumerate() {
            note(SecurityField::Statement(narrow(index)), statement.position);
        }
        if let Some(name) = &boxes.issued_by {
            note(SecurityField::IssuedBy, name.position);
        }
        if let Some(at) = &boxes.issued_at {
            note(SecurityField::IssuedAt, at.position);
        }
        SecurityDeclaration {
            issuer,
            checker,
            superseded_issuers: values(self.issuers),
            statuses: values(boxes.statuses).into_iter().map(|status| (status, StatusSource::Oci)).collect(),
            received_from,
            methods: values(boxes.methods),
            exemptions: values(boxes.exemptions),
            issued_by: boxes.issued_by.map(|name| name.value),
            issued_at: boxes.issued_at.map(|at| at.value),
            acceptors,
            statements: values(boxes.statements),
            // The rules over the finished list add to them: see `interpret`.
            faults: Vec::new(),
        }
    }
}

/// Most methods read of one line: each code once.
const METHODS_JOINED_MAX: usize = 8;

/// The methods that stand on one line, each by its code, with commas, blanks or the like between them; none
/// where one of them is no code, or means something only with its words.
fn methods_of(upper: &str) -> Vec<ScreeningMethod> {
    let parts = upper.split([',', ';', '+', '&', '/', ' ', '-']).filter(|part| !part.is_empty());
    let mut methods = Vec::new();
    for part in parts {
        match ScreeningMethod::parse(part) {
            Some(method) if method != ScreeningMethod::Aom && methods.len() < METHODS_JOINED_MAX => {
                methods.push(method);
            }
            _ => return Vec::new(),
        }
    }
    methods
}

/// Whether words stand in for those that describe something.
fn says_nothing(words: &str) -> bool {
    const FILLERS: [&str; 12] = [
        "NIL",
        "NONE",
        "N/A",
        "NA",
        "TBA",
        "TBC",
        "TBD",
        "TBN",
        "UNKNOWN",
        "PENDING",
        "OTHER",
        "NOT APPLICABLE",
    ];
    let filler = FILLERS.iter().any(|filler| words.eq_ignore_ascii_case(filler));
    let first = words.chars().next();
    let repeats_one = first.is_none_or(|first| words.chars().all(|sign| sign == first));
    filler || repeats_one || !words.chars().any(char::is_alphanumeric)
}

/// Whether a number has the form of the EU: five digits, a hyphen and two digits.
fn has_eu_form(number: &EntityNumber) -> bool {
    matches!(number, EntityNumber::EuSite { company, .. } if company.len() == 5)
}

fn values<T>(placed: Vec<Placed<T>>) -> Vec<T> {
    placed.into_iter().map(|placed| placed.value).collect()
}

/// An entity line that only repeats the one before opens nothing new.
fn push_unless_repeated(list: &mut Vec<Placed<DeclaredEntity>>, placed: Placed<DeclaredEntity>) {
    if list.last().is_none_or(|last| last.value.entity != placed.value.entity) {
        list.push(placed);
    }
}

fn unreadable_entity(line: &Line<'_>, field: SecurityField, why: &Invalid) -> Finding {
    Finding::new(code::CSD_ENTITY_UNREADABLE)
        .at(line.position)
        .on(path(field))
        .with("text", format!("{}/{}/{}", line.information, line.control, line.text))
        .with("why", why.to_string())
}

fn repeated(line: &Line<'_>, field: SecurityField, control: &str) -> Finding {
    Finding::new(code::CSD_BOX_REPEATED)
        .at(line.position)
        .on(path(field))
        .with("line", control)
        .with("text", line.text)
}
