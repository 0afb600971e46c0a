//! What a programme wants of a filing: the 7+1 elements, and that each of them says something.

use super::consolidation::{self, Reading, goods_reading};
use super::junk::{junk, junk_goods};
use super::message::between_forwarders;
use super::tree::tree_checks;
use super::tree_document::TreeDocument;
use super::words::is_legal_form;
use super::{about, address, index};
use consignment::field::PartyField;
use consignment::goods::GoodsLine;
use consignment::ident::HsCode;
use consignment::measure::{WeightUnit, parse_decimal};
use consignment::{Consignment, Consolidation, DocumentKind, Field, Party, Role};
use finding::{Code, Finding, Severity, codes::quality as code};
use jiff::civil::Date;
use programme::stop_words::cleanse;
use programme::{Element, ElementRule, Programme, TextKind, vague_words};

/// Argument value for "the programme publishes no code of its own".
pub(super) const NO_CODE: &str = "none";

/// What a programme finds in a filing on a day that is not told: every element it wants counts, whatever the
/// days of its rule. See [`programme_checks_on`].
pub fn programme_checks(
    consignment: &Consignment,
    tree: &[&Consignment],
    programme: &Programme,
) -> Vec<Finding> {
    programme_checks_on(consignment, tree, programme, None)
}

/// What a programme finds in a filing. A finding of severity error rejects it.
///
/// `tree` holds all filings under the same master, this one included; its contradictions that are about
/// this consignment are part of the answer. Reports, manifest lines and announced houses file nothing and
/// have no findings here.
///
/// A consolidated master is judged by the rules for consolidations, and may be described as one where the
/// programme tolerates it; houses and direct masters may not.
pub fn programme_checks_on(
    consignment: &Consignment,
    tree: &[&Consignment],
    programme: &Programme,
    on: Option<Date>,
) -> Vec<Finding> {
    if !consignment.is_filing() {
        return Vec::new();
    }
    let mut checks = Checks::new(consignment, programme);
    checks.house_number();
    checks.indicator();
    let rules: Vec<&ElementRule> = programme.element_rules(on).collect();
    checks.elements(&rules);
    address::checks(consignment, programme, checks.consolidated, &mut checks.findings);
    let mut findings = checks.findings;
    if tree.len() < 2 {
        // Nothing to contradict.
        return findings;
    }
    let same = tree.iter().position(|other| std::ptr::eq(*other, consignment));
    // A copy of the consignment is as good as itself.
    if let Some(own) = same.or_else(|| tree.iter().position(|other| *other == consignment)) {
        let tolerance = programme.quality.weight_tolerance_percent;
        let tree: Vec<TreeDocument> = tree.iter().map(|consignment| TreeDocument::of(consignment)).collect();
        let contradictions = tree_checks(&tree, tolerance);
        let of_own = contradictions.iter().filter(|contradiction| contradiction.about == own);
        findings.extend(of_own.filter_map(|contradiction| contradiction.finding(&tree, tolerance)));
    }
    findings
}

struct Checks<'a> {
    consignment: &'a Consignment,
    programme: &'a Programme,
    consolidated: bool,
    /// Whether a description was found to say little or nothing.
    vague_goods: bool,
    findings: Vec<Finding>,
}

/// What is found of one element by its rule. The description is judged with the commodity code, which may
/// stand for it.
pub(crate) fn element_checks(
    consignment: &Consignment,
    programme: &Programme,
    rule: &ElementRule,
    beside: &[&ElementRule],
) -> Vec<Finding> {
    let mut checks = Checks::new(consignment, programme);
    if rule.element == Element::Hs {
        let goods: Vec<&ElementRule> =
            beside.iter().copied().filter(|rule| rule.element == Element::Goods).collect();
        checks.elements(&goods);
        checks.findings.clear();
    }
    checks.elements(&[rule]);
    checks.findings
}

impl<'a> Checks<'a> {
    fn new(consignment: &'a Consignment, programme: &'a Programme) -> Self {
        let consolidated = consolidation::looks_consolidated(consignment);
        Self { consignment, programme, consolidated, vague_goods: false, findings: Vec::new() }
    }

    fn push(&mut self, finding: Finding, severity: Severity) {
        self.findings.push(Finding { severity, ..finding });
    }

    /// A finding about an element, with the programme and its code as arguments.
    fn about(&self, code: Code, field: Field, own_code: Option<&str>) -> Finding {
        about(self.consignment, code, field)
            .with("programme", self.programme.id.as_str())
            .with("code", own_code.unwrap_or(NO_CODE))
    }

    fn unreadable(&self, wanted: impl Fn(Field) -> bool) -> bool {
        self.consignment.unreadable.iter().any(|unreadable| wanted(unreadable.field))
    }

    fn house_number(&mut self) {
        let rules = &self.programme.quality;
        let Some(house) = &self.consignment.house else { return };
        let (length, limit) = (house.as_str().chars().count(), usize::from(rules.house_waybill_length_max));
        if length > limit {
            let finding = self
                .about(code::HOUSE_NUMBER_TOO_LONG, Field::House, rules.house_waybill_code.as_deref())
                .with("length", length.to_string())
                .with("limit", limit.to_string());
            self.push(finding, rules.house_waybill_severity);
        }
    }

    fn indicator(&mut self) {
        let rules = &self.programme.quality.consolidation;
        let unmarked = self.consignment.kind == DocumentKind::Master
            && self.consignment.consolidation != Consolidation::Consolidated;
        let Some(severity) = rules.indicator_missing.filter(|_| unmarked) else { return };
        let (why, field, severity) = match goods_reading(self.consignment, Reading::Consolidated) {
            Some((at, _)) => ("text", Field::Goods(index(at)), severity),
            // Firms called after freight also send goods of their own, so names alone only warn.
            None if between_forwarders(self.consignment).is_some() => {
                ("parties", Field::Consolidation, severity.min(Severity::Warning))
            }
            None => return,
        };
        let finding = self
            .about(code::CONSOL_INDICATOR_MISSING, field, rules.indicator_missing_code.as_deref())
            .with("why", why);
        self.push(finding, severity);
    }

    fn elements(&mut self, rules: &[&ElementRule]) {
        let consolidated = self.consolidated;
        let applies =
            |rule: &&ElementRule| if consolidated { rule.of_consolidations } else { rule.of_houses };
        let rules: Vec<&ElementRule> = rules.iter().copied().filter(applies).collect();
        for role in [Role::Shipper, Role::Consignee] {
            let of_role = rules
                .iter()
                .copied()
                .filter(|rule| party_element(rule.element).is_some_and(|(r, _)| r == role));
            self.party(role, &of_role.collect::<Vec<_>>());
        }
        let told_together = self.consignment_missing(&rules);
        // The code may stand for a vague description, so the description is judged before it.
        for rule in rules.iter().filter(|rule| rule.element != Element::Hs) {
            match rule.element {
                Element::Waybill => self.waybill(rule),
                Element::MasterWaybill => self.master_waybill(rule),
                Element::Pieces | Element::Weight | Element::Goods if told_together => {}
                Element::Pieces => {
                    let pieces = self.consignment.pieces;
                    self.amount(rule, Field::Pieces, pieces.map(|pieces| pieces == 0));
                }
                Element::Weight => {
                    let weight = self.consignment.weight;
                    if weight.is_none() && self.weight_lacks_unit() {
                        self.unit_missing(rule);
                    } else {
                        self.amount(rule, Field::Weight, weight.map(|weight| weight.value.is_zero()));
                    }
                    self.weight_units();
                }
                Element::Goods => self.goods(rule),
                _ => {}
            }
        }
        for rule in rules.iter().filter(|rule| rule.element == Element::Hs) {
            self.hs(rule);
        }
    }

    /// Pieces, weight and goods absent together, where the programme has a code for that.
    fn consignment_missing(&mut self, rules: &[&ElementRule]) -> bool {
        let absent = self.consignment.pieces.is_none()
            && self.consignment.weight.is_none()
            && self.consignment.goods.iter().all(|line| line.description.trim().is_empty())
            && !self.unreadable(|field| matches!(field, Field::Pieces | Field::Weight));
        let Some(own_code) = self.programme.quality.consignment_missing_code.as_deref().filter(|_| absent)
        else {
            return false;
        };
        let of_it =
            |rule: &&&ElementRule| matches!(rule.element, Element::Pieces | Element::Weight | Element::Goods);
        let Some(severity) = rules.iter().filter(of_it).map(|rule| rule.severity).max() else { return false };
        let finding = self.about(code::CONSIGNMENT_MISSING, Field::Pieces, Some(own_code));
        self.vague_goods = true;
        self.push(finding, severity);
        true
    }

    fn missing(&mut self, rule: &ElementRule, field: Field) {
        let mut finding = self
            .about(code::ELEMENT_MISSING, field, rule.code.as_deref())
            .with("element", rule.element.as_str());
        // What is missing has no place of its own; the party it is missing from may have one.
        if let (None, Field::Party(role, _)) = (finding.position, field) {
            let place = |part| self.consignment.source.position(Field::Party(role, part));
            finding.position = place(PartyField::Whole).or_else(|| place(PartyField::Name));
        }
        self.push(finding, rule.severity);
    }

    fn invalid(&mut self, rule: &ElementRule, field: Field) {
        let own_code = rule.invalid_code.as_deref().or(rule.code.as_deref());
        let finding =
            self.about(code::ELEMENT_INVALID, field, own_code).with("element", rule.element.as_str());
        self.push(finding, rule.severity);
    }

    /// The number of the document itself: a house may be filed before its master is known.
    fn waybill(&mut self, rule: &ElementRule) {
        let rules = &self.programme.quality;
        match self.consignment.kind {
            DocumentKind::House | DocumentKind::MailItem | DocumentKind::Express
                if self.consignment.house.is_some() => {}
            DocumentKind::House | DocumentKind::MailItem | DocumentKind::Express => {
                let (code, own_code) = if self.unreadable(|field| field == Field::House) {
                    (code::ELEMENT_INVALID, &rules.house_waybill_code)
                } else {
                    (code::ELEMENT_MISSING, &rules.house_waybill_missing_code)
                };
                let finding =
                    self.about(code, Field::House, own_code.as_deref()).with("element", "house-waybill");
                self.push(finding, rule.severity);
            }
            _ if self.consignment.master.is_some() => {}
            _ if self.unreadable(|field| field == Field::Master) => self.invalid(rule, Field::Master),
            _ => self.missing(rule, Field::Master),
        }
    }

    /// The number of the master a house belongs to.
    fn master_waybill(&mut self, rule: &ElementRule) {
        if self.consignment.kind != DocumentKind::House || self.consignment.master.is_some() {
            return;
        }
        if self.unreadable(|field| field == Field::Master) {
            self.invalid(rule, Field::Master);
        } else {
            self.missing(rule, Field::Master);
        }
    }

    /// `zero` is `None` where the amount is not given.
    fn amount(&mut self, rule: &ElementRule, field: Field, zero: Option<bool>) {
        match zero {
            Some(false) => {}
            Some(true) => self.invalid(rule, field),
            None if self.unreadable(|unreadable| unreadable == field) => self.invalid(rule, field),
            None => self.missing(rule, field),
        }
    }

    /// Whether a weight is a number and only its unit could not be read.
    fn weight_lacks_unit(&self) -> bool {
        let weights =
            self.consignment.unreadable.iter().filter(|unreadable| unreadable.field == Field::Weight);
        let mut weights = weights.peekable();
        weights.peek().is_some() && weights.all(|weight| parse_decimal(weight.text.trim()).is_some())
    }

    fn unit_missing(&mut self, rule: &ElementRule) {
        let own_code = self.programme.quality.weight.unit_missing_code.as_deref();
        let own_code = own_code.or(rule.invalid_code.as_deref()).or(rule.code.as_deref());
        let finding =
            self.about(code::ELEMENT_INVALID, Field::Weight, own_code).with("element", "weight-unit");
        self.push(finding, rule.severity);
    }

    /// A weight in a unit the programme does not take: the total, else the first goods line, because it is
    /// not known which of them a programme reads.
    fn weight_units(&mut self) {
        let rules = &self.programme.quality.weight;
        let goods = self.consignment.goods.iter().enumerate();
        let lines = goods.map(|(at, line)| (Field::Goods(index(at)), line.weight));
        let foreign = std::iter::once((Field::Weight, self.consignment.weight))
            .chain(lines)
            .filter_map(|(field, weight)| Some((field, weight?.unit)))
            .find(|(_, unit)| !rules.units.contains(unit));
        if let Some((field, unit)) = foreign {
            let unit = match unit {
                WeightUnit::Kilogram => "kg",
                WeightUnit::Pound => "lb",
            };
            let finding = self.about(code::WEIGHT_UNIT_NOT_TAKEN, field, None).with("unit", unit);
            self.push(finding, rules.severity);
        }
    }

    fn goods(&mut self, rule: &ElementRule) {
        let consignment = self.consignment;
        // A single line is judged by itself; what it says matters only beside others.
        let several = consignment.goods.len() > 1;
        let described = consignment.goods.iter().enumerate();
        let lines: Vec<(usize, &GoodsLine, bool)> = described
            .filter(|(_, line)| !line.description.trim().is_empty())
            .map(|(at, line)| (at, line, several && self.says_something(&line.description)))
            .collect();
        if lines.is_empty() {
            self.vague_goods = true;
            self.missing(rule, Field::Goods(0));
        }
        // A line with pieces or weight is an item of its own and must say what it is, unless a line for
        // the whole does; the other lines continue or sum up the description.
        let any_says = lines.iter().any(|(_, _, says)| *says);
        let whole_says = lines.iter().any(|(_, line, says)| *says && !is_item(line));
        // A code stands for a vague description. It does not stand for none, and junk is none.
        let all_junk = lines.iter().all(|(_, line, _)| junk_goods(line.description.trim()).is_some());
        for (at, line, _) in lines {
            let (text, field) = (line.description.trim(), Field::Goods(index(at)));
            let severity = if all_junk { rule.severity } else { self.severity_of_vague_goods(rule, line) };
            let needed = !any_says || (is_item(line) && !whole_says);
            let severity = if needed { severity } else { severity.min(Severity::Warning) };
            self.text(rule, text, field, TextKind::Goods, severity);
            self.company_name(rule, line, text, field);
        }
    }

    /// Whether a description is neither junk nor made of stop words alone.
    fn says_something(&self, description: &str) -> bool {
        let only_stop_words = || {
            let hit = self.programme.stop_word_matcher.judge(description, TextKind::Goods);
            hit.is_some_and(|hit| hit.only)
        };
        junk_goods(description.trim()).is_none() && !only_stop_words()
    }

    /// A vague description is only warned of where a commodity code may stand for it and is given: its own
    /// code, or one of the whole. The code of another item says nothing of this one.
    fn severity_of_vague_goods(&self, rule: &ElementRule, line: &GoodsLine) -> Severity {
        let others = self.consignment.goods.iter().filter(|other| !is_item(line) || !is_item(other));
        let mut codes = line.hs.iter().chain(others.flat_map(|other| &other.hs));
        let coded = self.programme.quality.hs_or_description && codes.any(HsCode::chapter_exists);
        if coded { rule.severity.min(Severity::Warning) } else { rule.severity }
    }

    fn hs(&mut self, rule: &ElementRule) {
        let wanted = !self.programme.quality.hs_or_description || self.vague_goods;
        if !wanted || self.consignment.hs_codes().next().is_some() {
            return;
        }
        if self.unreadable(|field| matches!(field, Field::Hs(_))) {
            self.invalid(rule, Field::Hs(0));
        } else {
            self.missing(rule, Field::Hs(0));
        }
    }

    /// The goods named like a party, legal form and all, describe nothing; without the legal form it may
    /// be a firm called after what it sells, so that it only warns.
    fn company_name(&mut self, rule: &ElementRule, line: &GoodsLine, description: &str, field: Field) {
        let words = cleanse(description);
        if words.is_empty() {
            return;
        }
        let bare = |words: &[String]| -> Vec<String> {
            words.iter().filter(|word| !is_legal_form(word)).cloned().collect()
        };
        let mut severity = None;
        for (_, party) in self.consignment.parties() {
            let name = cleanse(&party.name);
            let rejects = self.programme.quality.company_name_rejects
                && (words.len() > 1 || words.iter().any(|word| is_legal_form(word)));
            if name == words && rejects {
                severity = Some(self.severity_of_vague_goods(rule, line));
                break;
            }
            if name == words || (!bare(&words).is_empty() && bare(&name) == bare(&words)) {
                severity = Some(rule.severity.min(Severity::Warning));
            }
        }
        if let Some(severity) = severity {
            self.vague_goods = true;
            let finding =
                self.about(code::GOODS_COMPANY_NAME, field, rule.code.as_deref()).with("text", description);
            self.push(finding, severity);
        }
    }

    fn party(&mut self, role: Role, rules: &[&ElementRule]) {
        let Some(worst) = rules.iter().map(|rule| rule.severity).max() else { return };
        let party = self.consignment.party(role).filter(|party| !party.is_empty());
        let Some(party) = party else {
            let of_role = match role {
                Role::Consignee => &self.programme.quality.consignee_missing_code,
                _ => &self.programme.quality.shipper_missing_code,
            };
            let of_element = rules.iter().find_map(|rule| rule.code.as_ref());
            let own_code = of_role.as_ref().or(of_element).map(String::as_str);
            let finding = self
                .about(code::PARTY_MISSING, Field::Party(role, PartyField::Whole), own_code)
                .with("role", role.as_str());
            self.push(finding, worst);
            return;
        };
        for rule in rules {
            let Some((_, part)) = party_element(rule.element) else { continue };
            self.party_element(rule, party, Field::Party(role, part), part);
        }
    }

    fn party_element(&mut self, rule: &ElementRule, party: &Party, field: Field, part: PartyField) {
        let (text, kind) = match part {
            PartyField::Country => {
                match party.country {
                    Some(_) => {}
                    None if self.unreadable(|unreadable| unreadable == field) => self.invalid(rule, field),
                    None => self.missing(rule, field),
                }
                return;
            }
            PartyField::Name => (party.name.clone(), TextKind::Wording),
            PartyField::Postcode => {
                // A post code may well be digits alone.
                if party.postcode.trim().is_empty() {
                    self.missing(rule, field);
                }
                return;
            }
            PartyField::City
                if party.city.trim().is_empty() && self.programme.quality.address.state_for_city =>
            {
                (party.state.clone(), TextKind::PartyAddress)
            }
            PartyField::City => (party.city.clone(), TextKind::PartyAddress),
            _ => (party.address(), TextKind::PartyAddress),
        };
        let text = text.trim();
        if text.is_empty() {
            self.missing(rule, field);
            return;
        }
        self.text(rule, text, field, kind, rule.severity);
        if part == PartyField::Address {
            let finding = address::post_office_box(self.consignment, self.programme, field, text);
            self.findings.extend(
                finding.map(|finding| Finding { severity: rule.severity.min(Severity::Warning), ..finding }),
            );
        }
    }

    /// Judges a text that is there; `severity` is that of a text that says nothing.
    fn text(&mut self, rule: &ElementRule, text: &str, field: Field, kind: TextKind, severity: Severity) {
        let rules = &self.programme.quality;
        let own_code = rule.code.as_deref();
        let junk = if kind == TextKind::Goods { junk_goods(text) } else { junk(text) };
        if let Some(junk) = junk {
            self.vague_goods |= kind == TextKind::Goods;
            let severity = if rules.junk_rejects { severity } else { severity.min(Severity::Warning) };
            let finding =
                self.about(code::ELEMENT_JUNK, field, own_code).with("text", text).with("why", junk.as_str());
            self.push(finding, severity);
            return;
        }
        if rules.latin_script_required && !is_latin(text) {
            let finding = self.about(code::SCRIPT_NOT_LATIN, field, own_code).with("text", text);
            self.push(finding, rule.severity);
        }
        self.stop_words(rule, text, field, kind, severity);
    }

    fn stop_words(
        &mut self,
        rule: &ElementRule,
        text: &str,
        field: Field,
        kind: TextKind,
        severity: Severity,
    ) {
        let hit = self.programme.stop_word_matcher.judge(text, kind);
        let Some(hit) = hit else { return self.words_of_others(rule, text, field, kind) };
        let tolerated = kind == TextKind::Goods
            && self.consolidated
            && self.programme.quality.consolidation.words_tolerated
            && hit.words.iter().any(|word| word.consolidation);
        if tolerated {
            return;
        }
        self.vague_goods |= kind == TextKind::Goods;
        let mut lists: Vec<&str> = hit.words.iter().map(|word| &*word.list).collect();
        lists.dedup();
        let words: Vec<&str> = hit.words.iter().map(|word| &*word.text).collect();
        let list = if lists.is_empty() { "none".to_owned() } else { lists.join(", ") };
        if hit.only {
            let finding = self
                .about(code::STOP_WORDS_ONLY, field, rule.code.as_deref())
                .with("text", text)
                .with("words", words.join(", "))
                .with("list", list);
            self.push(finding, severity);
            return;
        }
        self.words_of_others(rule, text, field, kind);
        if kind != TextKind::PartyAddress {
            // Streets and buildings are called after everything; among other words it says nothing there.
            let finding = about(self.consignment, code::STOP_WORD_EMBEDDED, field)
                .with("words", words.join(", "))
                .with("list", list)
                .with("programme", self.programme.id.as_str());
            self.push(finding, rule.severity.min(Severity::Warning));
        }
    }

    /// A text that says nothing by the words of other programmes, or by those of none. Where a commodity
    /// code may stand for the description, one that is given does.
    fn words_of_others(&mut self, rule: &ElementRule, text: &str, field: Field, kind: TextKind) {
        let rules = &self.programme.quality;
        let Some(severity) = rules.words_of_others else { return };
        let coded = || self.consignment.hs_codes().any(HsCode::chapter_exists);
        if kind == TextKind::Goods && rules.hs_or_description && coded() {
            return;
        }
        let hit = vague_words().judge(text, kind).filter(|hit| hit.only && !hit.words.is_empty());
        let Some(hit) = hit else { return };
        let mut lists: Vec<&str> = hit.words.iter().map(|word| &*word.list).collect();
        lists.dedup();
        let finding = about(self.consignment, code::TEXT_SAYS_NOTHING, field)
            .with("text", text)
            .with("list", lists.join(", "))
            .with("programme", self.programme.id.as_str());
        self.push(finding, rule.severity.min(severity));
    }
}

/// Whether a goods line is an item of its own, with pieces or weight.
fn is_item(line: &GoodsLine) -> bool {
    line.pieces.is_some() || line.weight.is_some()
}

/// The part of a party an element is; `None` for elements of the goods.
fn party_element(element: Element) -> Option<(Role, PartyField)> {
    Some(match element {
        Element::ShipperName => (Role::Shipper, PartyField::Name),
        Element::ShipperAddress => (Role::Shipper, PartyField::Address),
        Element::ShipperCity => (Role::Shipper, PartyField::City),
        Element::ShipperPostcode => (Role::Shipper, PartyField::Postcode),
        Element::ShipperCountry => (Role::Shipper, PartyField::Country),
        Element::ConsigneeName => (Role::Consignee, PartyField::Name),
        Element::ConsigneeAddress => (Role::Consignee, PartyField::Address),
        Element::ConsigneeCity => (Role::Consignee, PartyField::City),
        Element::ConsigneePostcode => (Role::Consignee, PartyField::Postcode),
        Element::ConsigneeCountry => (Role::Consignee, PartyField::Country),
        Element::Waybill
        | Element::MasterWaybill
        | Element::Pieces
        | Element::Weight
        | Element::Goods
        | Element::Hs => return None,
    })
}

/// Whether every letter of a text is Latin: the Latin blocks of Unicode, compatibility forms included.
fn is_latin(text: &str) -> bool {
    text.chars().filter(|character| character.is_alphabetic()).all(|letter| {
        matches!(letter,
            'A'..='Z' | 'a'..='z' | '\u{aa}' | '\u{b5}' | '\u{ba}' | '\u{c0}'..='\u{2af}' | '\u{1d00}'..='\u{1dbf}'
            | '\u{1e00}'..='\u{1eff}' | '\u{2071}' | '\u{207f}' | '\u{2090}'..='\u{209c}' | '\u{212a}' | '\u{212b}'
            | '\u{2c60}'..='\u{2c7f}' | '\u{a722}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab64}' | '\u{fb00}'..='\u{fb06}'
            | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
    })
}
