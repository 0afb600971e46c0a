//! Parties of the text messages, in the forms of the older and the newer versions.
//!
//! Older (FWB 16, FHL 4): lines for name, street, place and country, each with a slant. Newer (FWB 17,
//! FHL 5): `NAM/`, `ADR/` and `LOC/` with continuations, then country, post code and contacts. The form
//! is told from the lines themselves, because senders use one in messages of the other version.

use super::{Draft, Segment};
use crate::text::{Joined, Slice};
use consignment::Consignment;
use consignment::field::{Field, PartyField};
use consignment::ident::Country;
use consignment::party::{Contact, ContactKind, Party, PartyIdentifier, Role};
use finding::{Finding, Position, Severity, codes::wire};

/// Most characters of a name line; a line of this width continues inside a word.
const NAME_WIDTH: u32 = 35;

/// What stands on the line of the segment identifier, where the party has the older form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadLine {
    /// The account number.
    Account,
    /// The name: parties to be notified, and FHL 4.
    Name,
}

/// Reads the segment of a party. Its parts are noted in the source map only where `noted`, since paths
/// name the first party of a role.
pub(super) fn read(
    draft: &mut Draft,
    consignment: &mut Consignment,
    segment: &Segment<'_>,
    role: Role,
    head_line: HeadLine,
    noted: bool,
) -> Party {
    let mut reader = Reader::new(draft, consignment, role, noted);
    reader.note(PartyField::Whole, segment.head);
    let head = segment.value.map(Slice::trim).filter(|value| !value.is_empty());
    if is_newer_form(segment) {
        match head {
            // Some senders keep the name on the line of the identifier and put the address after it.
            Some(name) if head_line == HeadLine::Name && !has_name_line(segment) => reader.name(name),
            account => reader.account(account),
        }
        reader.newer_form(segment.more);
    } else {
        reader.older_form(segment, head, head_line);
    }
    reader.demand(segment, &[PartyField::Name, PartyField::Address, PartyField::City, PartyField::Country]);
    reader.finish()
}

/// Reads the agent: `AGT/[account]/IATA code[/CASS code]`, name, place.
pub(super) fn agent(
    draft: &mut Draft,
    consignment: &mut Consignment,
    segment: &Segment<'_>,
    noted: bool,
) -> Party {
    let mut reader = Reader::new(draft, consignment, Role::Agent, noted);
    reader.note(PartyField::Whole, segment.head);
    let mut elements = segment.value.into_iter().flat_map(Slice::elements).map(Slice::trim);
    reader.account(elements.next());
    for scheme in ["iata", "cass"] {
        if let Some(number) = elements.next().filter(|number| !number.is_empty()) {
            let identifier =
                PartyIdentifier { country: None, scheme: scheme.to_owned(), text: number.text.to_owned() };
            reader.party.identifiers.push(identifier);
        }
    }
    if is_newer_form(segment) {
        reader.newer_form(segment.more);
    } else {
        let mut lines = segment.more.iter().map(|line| line.from(1).trim());
        if let Some(name) = lines.next() {
            reader.name(name);
        }
        if let Some(place) = lines.next() {
            reader.place(place);
        }
        if lines.next().is_some() {
            reader.draft.malformed(segment, "expected a name and a place");
        }
    }
    reader.demand(segment, &[PartyField::Name]);
    reader.finish()
}

/// Reads another participant, `OPI/name`: what continues it (the address of his office, his code and
/// identifier) is kept line by line as his address, since senders write it in more than one way. `None`
/// where the segment is empty.
pub(super) fn other(
    draft: &mut Draft,
    consignment: &mut Consignment,
    segment: &Segment<'_>,
    noted: bool,
) -> Option<Party> {
    let is_blank = |line: Slice<'_>| line.text.bytes().all(|byte| matches!(byte, b'/' | b' '));
    if segment.texts().all(is_blank) {
        draft.malformed(segment, "it is empty");
        return None;
    }
    let mut reader = Reader::new(draft, consignment, Role::Other, noted);
    reader.note(PartyField::Whole, segment.head);
    let head = segment.value.map(Slice::trim).filter(|value| !value.is_empty());
    if is_newer_form(segment) {
        match head {
            Some(name) if !has_name_line(segment) => reader.name(name),
            account => reader.account(account),
        }
        reader.newer_form(segment.more);
    } else {
        let mut lines = segment.texts().map(Slice::trim).filter(|line| !is_blank(*line));
        if let Some(name) = lines.next() {
            reader.name(name);
        }
        for line in lines {
            reader.street(line);
        }
    }
    reader.demand(segment, &[PartyField::Name]);
    Some(reader.finish())
}

/// Whether an address has the lines of the newer form.
fn is_newer_form(segment: &Segment<'_>) -> bool {
    segment.more.iter().any(|line| !line.text.starts_with('/'))
}

/// Whether an address of the newer form has a line of its own for the name.
fn has_name_line(segment: &Segment<'_>) -> bool {
    let named = |line: &Slice<'_>| matches!(line.text.as_bytes(), [b'N' | b'n', ..]);
    // A continuation before every line of the form continues the name.
    segment.more.first().is_some_and(|line| line.text.starts_with('/')) || segment.more.iter().any(named)
}

/// Puts a party into its place. A second shipper, consignee or agent is kept among the other parties, so
/// that nobody named is overlooked.
pub(super) fn place(
    draft: &mut Draft,
    consignment: &mut Consignment,
    segment: &Segment<'_>,
    role: Role,
    party: Party,
) {
    let slot = match role {
        Role::Shipper => &mut consignment.shipper,
        Role::Consignee => &mut consignment.consignee,
        Role::Agent => &mut consignment.agent,
        Role::Notify | Role::Other => {
            let list = if role == Role::Notify { &mut consignment.notify } else { &mut consignment.others };
            if draft.room(list.len(), "parties", segment.head.position()) {
                list.push(party);
            }
            return;
        }
    };
    if slot.is_none() {
        *slot = Some(party);
        return;
    }
    let says_the_same = slot.as_ref() == Some(&party);
    draft.repeated(segment, says_the_same);
    if draft.room(consignment.others.len(), "parties", segment.head.position()) {
        consignment.others.push(party);
    }
}

struct Reader<'r> {
    draft: &'r mut Draft,
    consignment: &'r mut Consignment,
    role: Role,
    noted: bool,
    /// Parts whose element is there and holds nothing.
    empty: Vec<(PartyField, Position)>,
    name: Joined,
    party: Party,
}

impl<'r> Reader<'r> {
    fn new(draft: &'r mut Draft, consignment: &'r mut Consignment, role: Role, noted: bool) -> Self {
        let (name, party) = (Joined::new(), Party::default());
        Self { draft, consignment, role, noted, empty: Vec::new(), name, party }
    }
}

impl<'a> Reader<'_> {
    fn field(&self, part: PartyField) -> Field {
        Field::Party(self.role, part)
    }

    fn note(&mut self, part: PartyField, place: Slice<'_>) {
        if self.noted {
            self.consignment.source.note(self.field(part), place.position());
        }
    }

    /// Notes where a part stands, or that it is empty; `false` where it is.
    fn stated(&mut self, part: PartyField, place: Slice<'_>) -> bool {
        if place.is_empty() {
            self.empty.push((part, place.position()));
            return false;
        }
        self.note(part, place);
        true
    }

    /// Reports the parts that are neither stated nor unreadable. A shipper or consignee is wrong without
    /// them, another party merely weak.
    fn demand(&mut self, segment: &Segment<'_>, parts: &[PartyField]) {
        for &part in parts {
            let field = self.field(part);
            let stated = match part {
                PartyField::Name => !self.name.is_empty(),
                PartyField::Address => !self.party.street.is_empty(),
                PartyField::City => !self.party.city.is_empty(),
                _ => {
                    self.party.country.is_some()
                        || self.consignment.unreadable.iter().any(|unreadable| unreadable.field == field)
                }
            };
            if !stated {
                let path = field.to_string();
                let place =
                    self.empty.iter().find(|(empty, _)| *empty == part).map_or(segment.end(), |(_, at)| *at);
                let mut finding = Finding::new(wire::VALUE_MISSING).at(place).on(path.clone());
                if !matches!(self.role, Role::Shipper | Role::Consignee) {
                    finding.severity = Severity::Warning;
                }
                self.draft.push(finding.with("element", path));
            }
        }
    }

    fn account(&mut self, account: Option<Slice<'_>>) {
        if let Some(account) = account {
            self.party.account = account.text.to_owned();
        }
    }

    /// Joins a line to the name.
    fn name(&mut self, line: Slice<'a>) {
        if self.stated(PartyField::Name, line) {
            self.name.push(line.text, line.width() == NAME_WIDTH);
        }
    }

    /// The party as it was read.
    fn finish(self) -> Party {
        Party { name: self.name.finish(), ..self.party }
    }

    fn street(&mut self, line: Slice<'_>) {
        if self.draft.room(self.party.street.len(), "address lines", line.position())
            && self.stated(PartyField::Address, line)
        {
            self.party.street.push(line.text.to_owned());
        }
    }

    /// `place[/state]`.
    fn place(&mut self, line: Slice<'_>) {
        let (place, state) = line.cut();
        let place = place.trim();
        if self.stated(PartyField::City, place) {
            self.party.city = place.text.to_owned();
        }
        if let Some(state) = state.map(Slice::trim).filter(|state| !state.is_empty()) {
            self.note(PartyField::State, state);
            self.party.state = state.text.to_owned();
        }
    }

    /// `CC[/post code][/TE/number]...`; a contact may stand where the post code would.
    fn country(&mut self, line: Slice<'_>) {
        let (country, rest) = line.cut();
        let country = country.trim();
        if self.stated(PartyField::Country, country) {
            match Country::parse(country.text) {
                Ok(read) => self.party.country = Some(read),
                Err(why) => {
                    self.draft.invalid(self.consignment, self.field(PartyField::Country), country, why)
                }
            }
        }
        let Some(rest) = rest else { return };
        let (postcode, contacts) = rest.cut();
        let postcode = postcode.trim();
        if contact_kind(postcode.text).is_some() && contacts.is_some() {
            return self.contacts(rest);
        }
        if !postcode.is_empty() {
            self.note(PartyField::Postcode, postcode);
            self.party.postcode = postcode.text.to_owned();
        }
        if let Some(contacts) = contacts {
            self.contacts(contacts);
        }
    }

    /// Pairs of kind and number.
    fn contacts(&mut self, line: Slice<'_>) {
        let mut elements = line.elements().map(Slice::trim);
        while let Some(kind) = elements.next() {
            let value = elements.next().filter(|value| !value.is_empty());
            match (contact_kind(kind.text), value) {
                (Some(kind), Some(value)) => {
                    if self.draft.room(self.party.contacts.len(), "contacts", value.position()) {
                        self.note(PartyField::Contact, value);
                        self.party.contacts.push(Contact { kind, value: value.text.to_owned() });
                    }
                }
                (None, None) if kind.is_empty() => {}
                (None, _) => {
                    let field = self.field(PartyField::Contact);
                    self.draft.invalid(
                        self.consignment,
                        field,
                        kind,
                        "expected TE, FX or TL before a number",
                    );
                }
                (Some(_), None) => {
                    self.draft.missing(&self.field(PartyField::Contact).to_string(), kind.end())
                }
            }
        }
    }

    /// `NAM/`, `ADR/` and `LOC/` lines with their continuations.
    fn newer_form(&mut self, lines: &[Slice<'a>]) {
        let mut part = PartyField::Name;
        let mut country_read = false;
        for line in lines {
            let continued = line.text.starts_with('/');
            let text = line.from(if continued { 1 } else { 4 }).trim();
            if !continued {
                part = match line.text.as_bytes()[0] {
                    b'N' | b'n' => PartyField::Name,
                    b'A' | b'a' => PartyField::Address,
                    _ => PartyField::City,
                };
            }
            match part {
                PartyField::Name => self.name(text),
                PartyField::Address => self.street(text),
                _ if !continued => self.place(text),
                _ if country_read => self.contacts(text),
                _ => {
                    self.country(text);
                    country_read = true;
                }
            }
        }
    }

    /// Lines for name, street, place and country. The country line is told by its code of two letters,
    /// else by its place; what is too much between name and place counts as street.
    fn older_form(&mut self, segment: &Segment<'a>, head: Option<Slice<'a>>, head_line: HeadLine) {
        let mut lines = segment.more.iter().map(|line| line.from(1).trim());
        match (head_line, head) {
            (HeadLine::Name, Some(name)) => self.name(name),
            (_, account) => {
                self.account(account);
                if let Some(name) = lines.next() {
                    self.name(name);
                }
            }
        }
        let lines: Vec<Slice<'a>> = lines.collect();
        let has_code = |line: &Slice<'_>| {
            let code = line.cut().0.trim().text;
            code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        let is_contact =
            |line: &Slice<'_>| line.cut().1.is_some() && contact_kind(line.cut().0.text).is_some();
        let country = lines
            .iter()
            .rposition(|line| has_code(line) && !is_contact(line))
            .or_else(|| (lines.len() >= 3).then(|| lines.len() - 1));
        let (address, rest) = lines.split_at(country.unwrap_or(lines.len()));
        let (streets, place) = match address {
            [streets @ .., place] if !streets.is_empty() => (streets, Some(place)),
            streets => (streets, None),
        };
        if streets.len() > 1 {
            let finding = Finding::new(wire::LINES_EXTRA).at(streets[1].position());
            self.draft.push(finding.with("segment", segment.tag_text()));
        }
        for street in streets {
            self.street(*street);
        }
        if let Some(place) = place {
            self.place(*place);
        }
        if let Some((country, contacts)) = rest.split_first() {
            self.country(*country);
            for line in contacts {
                self.contacts(*line);
            }
        }
    }
}

fn contact_kind(text: &str) -> Option<ContactKind> {
    match text {
        "TE" | "te" => Some(ContactKind::Telephone),
        "FX" | "fx" => Some(ContactKind::Fax),
        "TL" | "tl" => Some(ContactKind::Telex),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo_imp::Body;

    fn read_back(text: &str, head_line: HeadLine) -> (Party, Consignment, Vec<String>) {
        let lines: Vec<_> = crate::text::lines(text, 1, 1).collect();
        let mut draft = Draft::default();
        let mut consignment = Consignment::default();
        let party = Body::new(&lines)
            .segment()
            .map(|segment| read(&mut draft, &mut consignment, &segment, Role::Consignee, head_line, true))
            .unwrap_or_default();
        let findings =
            draft.findings.iter().map(|finding| format!("{} {}", finding.code, finding.path)).collect();
        (party, consignment, findings)
    }

    fn shown(party: &Party) -> String {
        let contacts: Vec<_> =
            party.contacts.iter().map(|c| format!("{}={}", c.kind.as_str(), c.value)).collect();
        let country = party.country.map_or_else(String::new, |country| country.to_string());
        let (street, contacts) = (party.street.join("+"), contacts.join(","));
        let Party { name, city, state, postcode, account, .. } = party;
        format!("{account}|{name}|{street}|{city}|{state}|{country}|{postcode}|{contacts}")
    }

    #[test]
    fn both_forms_read_alike() {
        let expected = "77|ACME ROCKETS LTD|1 DESERT ROAD|YUMA|AZ|US|85364|telephone=1928555,fax=1929555";
        for text in [
            "CNE/77\n/ACME ROCKETS LTD\n/1 DESERT ROAD\n/YUMA/AZ\n/US/85364/TE/1928555/FX/1929555",
            "CNE/77\nNAM/ACME ROCKETS LTD\nADR/1 DESERT ROAD\nLOC/YUMA/AZ\n/US/85364/TE/1928555/FX/1929555",
            "cne/77\nnam/ACME ROCKETS LTD\nadr/1 DESERT ROAD\nloc/YUMA/AZ\n/us/85364/te/1928555\n/fx/1929555",
        ] {
            let (party, _, findings) = read_back(text, HeadLine::Account);
            assert_eq!(shown(&party), expected, "{text}");
            assert!(findings.is_empty(), "{text}: {findings:?}");
        }
    }

    #[test]
    fn deviations_are_read_as_far_as_they_can() {
        let cases: [(&str, HeadLine, &str, &[&str]); 8] = [
            ("NFY/ACME\n/ROAD\n/YUMA\n/US", HeadLine::Name, "|ACME|ROAD|YUMA||US||", &[]),
            ("NFY\n/ACME\n/ROAD\n/YUMA\n/US", HeadLine::Name, "|ACME|ROAD|YUMA||US||", &[]),
            (
                "CNE\n/ACME\n/ROAD\n/YUMA\n/US/TE/1",
                HeadLine::Account,
                "|ACME|ROAD|YUMA||US||telephone=1",
                &[],
            ),
            (
                "CNE\n/ACME\n/ROAD\n/GATE 3\n/YUMA\n/US//TE/1",
                HeadLine::Account,
                "|ACME|ROAD+GATE 3|YUMA||US||telephone=1",
                &["lines-extra "],
            ),
            (
                "CNE\n/ACME\n/ROAD\n/US",
                HeadLine::Account,
                "|ACME|ROAD|||US||",
                &["value-missing consignee.city"],
            ),
            (
                "CNE\n/ACME\n/ROAD\n/YUMA\n/USA/1",
                HeadLine::Account,
                "|ACME|ROAD|YUMA|||1|",
                &["value-invalid consignee.country"],
            ),
            (
                "CNE\nNAM/\nADR/ROAD\nLOC/YUMA\n/US/1/EM/X",
                HeadLine::Account,
                "||ROAD|YUMA||US|1|",
                &["value-invalid consignee.contacts", "value-missing consignee.name"],
            ),
            (
                "CNE",
                HeadLine::Account,
                "|||||||",
                &[
                    "value-missing consignee.name",
                    "value-missing consignee.address",
                    "value-missing consignee.city",
                    "value-missing consignee.country",
                ],
            ),
        ];
        for (text, head_line, expected, codes) in cases {
            let (party, _, findings) = read_back(text, head_line);
            assert_eq!(shown(&party), expected, "{text}");
            assert_eq!(findings, codes, "{text}");
        }
    }

    #[test]
    fn a_name_cut_at_its_width_is_joined() {
        let full = "A".repeat(35);
        let (read, consignment, _) = read_back(&format!("CNE\nNAM/{full}\n/BC\nADR/X"), HeadLine::Account);
        assert_eq!(read.name, format!("{full}BC"));
        let place = consignment.source.position(Field::Party(Role::Consignee, PartyField::Name));
        assert_eq!(place, Some(finding::Position::new(2, 5, 35)));
        let (read, _, _) = read_back("CNE\nNAM/ACME\n/LTD\nADR/X", HeadLine::Account);
        assert_eq!(read.name, "ACME LTD");
    }
}
