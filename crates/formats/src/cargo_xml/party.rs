//! Parties: name, structured address, contacts, registration numbers.

use super::Document;
use super::reader::{Element, Read, Value};
use consignment::document::Unreadable;
use consignment::field::PartyField;
use consignment::ident::Country;
use consignment::party::{Contact, ContactKind, Party, PartyIdentifier, Role};
use consignment::{Consignment, Field};
use finding::{Finding, Position, Severity, codes::wire};

/// Role code of a notify party (UN/EDIFACT 3035).
const NOTIFY: &str = "NI";

/// A party while it is read: its role may come after its name.
struct Draft<'i> {
    party: Party,
    role: Role,
    places: Vec<(PartyField, Position)>,
    /// A country that stands for none, and why.
    country: Option<(Value<'i>, String)>,
}

impl<'i> Document<'i> {
    /// Reads a party into its place. An associated party says itself whether it is to be notified.
    pub(super) fn party(
        &mut self,
        element: &Element<'i>,
        role: Role,
        consignment: &mut Consignment,
    ) -> Read<()> {
        let position = self.reader.position(element);
        let mut draft = Draft {
            party: Party::default(),
            role,
            places: vec![(PartyField::Whole, position)],
            country: None,
        };
        // What was read of a party before the document stops is kept.
        let read = self.party_elements(&mut draft);
        self.keep_party(draft, position, read.is_ok(), consignment);
        read
    }

    /// Reads a party that stands more often than it may: it is kept among the other parties, so that
    /// nobody named is overlooked.
    pub(super) fn repeated_party(
        &mut self,
        element: &Element<'i>,
        first: usize,
        consignment: &mut Consignment,
    ) -> Read<()> {
        let position = self.reader.position(element);
        self.party(element, Role::Other, consignment)?;
        self.report_repeated(element, position, first);
        Ok(())
    }

    fn party_elements(&mut self, draft: &mut Draft<'i>) -> Read<()> {
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "Name" => {
                    let value = self.reader.value()?;
                    if draft.note(PartyField::Name, &value) {
                        draft.party.name = value.one_line();
                    }
                }
                "AccountID" => draft.party.account = self.reader.value()?.one_line(),
                "PrimaryID" | "AdditionalID" => {
                    let scheme = element.attribute("schemeAgencyID").or(element.attribute("schemeID"));
                    let scheme = scheme.map(|scheme| scheme.into_owned()).filter(|scheme| !scheme.is_empty());
                    let scheme = scheme.unwrap_or_else(|| element.name().to_owned());
                    let value = self.reader.value()?;
                    self.identifier(&scheme, &value, draft);
                }
                "CargoAgentID" => {
                    let value = self.reader.value()?;
                    self.identifier("iata", &value, draft);
                }
                "SpecifiedCargoAgentLocation" => {
                    if let Some(value) = self.inner("ID")? {
                        self.identifier("cass", &value, draft);
                    }
                }
                "RoleCode" => {
                    let value = self.reader.value()?;
                    if draft.role == Role::Other && value.text.eq_ignore_ascii_case(NOTIFY) {
                        draft.role = Role::Notify;
                    } else if !value.is_empty() {
                        self.draft.keep_known("RoleCode", value.one_line(), value.position());
                    }
                }
                "PostalStructuredAddress" | "FreightForwarderAddress" => self.address(draft)?,
                "DefinedTradeContact" => self.contacts(draft)?,
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    fn identifier(&mut self, scheme: &str, value: &Value<'_>, draft: &mut Draft<'i>) {
        if !value.is_empty()
            && self.draft.room(draft.party.identifiers.len(), "party identifiers", value.position())
        {
            let (scheme, text) = (scheme.to_owned(), value.one_line());
            draft.party.identifiers.push(PartyIdentifier { country: None, scheme, text });
        }
    }

    fn address(&mut self, draft: &mut Draft<'i>) -> Read<()> {
        let mut city_code = None;
        let mut box_number = None;
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "StreetName" => {
                    let value = self.reader.value()?;
                    if draft.note(PartyField::Address, &value) {
                        draft.party.street.extend(value.lines().map(str::to_owned));
                    }
                }
                "PostOfficeBox" => box_number = Some(self.reader.value()?),
                "PostcodeCode" => {
                    let value = self.reader.value()?;
                    if draft.note(PartyField::Postcode, &value) {
                        draft.party.postcode = value.one_line();
                    }
                }
                "CityName" => {
                    let value = self.reader.value()?;
                    if draft.note(PartyField::City, &value) {
                        draft.party.city = value.one_line();
                    }
                }
                "CityID" => city_code = Some(self.reader.value()?),
                "CountrySubDivisionName" | "CountrySubDivisionID" => {
                    let named = element.name() == "CountrySubDivisionName";
                    let value = self.reader.value()?;
                    // The name is taken where a message gives both name and code.
                    if named || draft.party.state.is_empty() {
                        if draft.note(PartyField::State, &value) {
                            draft.party.state = value.one_line();
                        }
                    } else if !value.is_empty() {
                        self.draft.keep_known("CountrySubDivisionID", value.one_line(), value.position());
                    }
                }
                "CountryID" => {
                    let value = self.reader.value()?;
                    draft.country(value);
                }
                _ => self.pass_over(&element)?,
            }
        }
        if let Some(value) = box_number
            && draft.note(PartyField::Address, &value)
        {
            // The element holds the number alone, which as a street line would look like anything.
            draft.party.street.push(format!("PO BOX {}", value.one_line()));
        }
        if let Some(value) = city_code {
            if !draft.party.city.is_empty() {
                self.draft.keep_known("CityID", value.one_line(), value.position());
            } else if draft.note(PartyField::City, &value) {
                draft.party.city = value.one_line();
            }
        }
        Ok(())
    }

    fn contacts(&mut self, draft: &mut Draft<'i>) -> Read<()> {
        while let Some(element) = self.reader.child()? {
            let found = match element.name() {
                "PersonName" => {
                    let value = self.reader.value()?;
                    (!value.is_empty()).then_some((ContactKind::Person, value))
                }
                "DirectTelephoneCommunication" => {
                    self.inner("CompleteNumber")?.map(|value| (ContactKind::Telephone, value))
                }
                "FaxCommunication" => self.inner("CompleteNumber")?.map(|value| (ContactKind::Fax, value)),
                "TelexCommunication" => {
                    self.inner("CompleteNumber")?.map(|value| (ContactKind::Telex, value))
                }
                "URIEmailCommunication" => self.inner("URIID")?.map(|value| (ContactKind::Email, value)),
                _ => {
                    self.pass_over(&element)?;
                    None
                }
            };
            if let Some((kind, value)) = found
                && self.draft.room(draft.party.contacts.len(), "contacts", value.position())
            {
                draft.places.push((PartyField::Contact, value.position()));
                draft.party.contacts.push(Contact { kind, value: value.one_line() });
            }
        }
        Ok(())
    }

    fn keep_party(&mut self, draft: Draft<'i>, at: Position, whole: bool, consignment: &mut Consignment) {
        let Draft { party, role, places, country } = draft;
        // Of several parties in one role the places of the first are noted, as the model holds one each.
        let noted = consignment.party(role).is_none();
        if noted {
            for (part, position) in places {
                consignment.source.note(Field::Party(role, part), position);
            }
        }
        let field = Field::Party(role, PartyField::Country);
        let unreadable_country = country.is_some();
        if let Some((value, why)) = country {
            if noted {
                self.draft.invalid(consignment, field, value.slice(), why);
            } else {
                self.invalid_value(&field.to_string(), &value, why);
                consignment.unreadable.push(Unreadable { field, text: value.one_line() });
            }
        }
        if whole {
            let stated = [
                (PartyField::Name, !party.name.is_empty()),
                (PartyField::City, !party.city.is_empty()),
                (PartyField::Country, party.country.is_some() || unreadable_country),
            ];
            for (part, _) in stated.into_iter().filter(|(_, stated)| !stated) {
                let path = Field::Party(role, part).to_string();
                let mut finding = Finding::new(wire::VALUE_MISSING).at(at).on(path.clone());
                if !matches!(role, Role::Shipper | Role::Consignee) {
                    finding.severity = Severity::Warning;
                }
                self.push(finding.with("element", path));
            }
        }
        match role {
            Role::Shipper => consignment.shipper = Some(party),
            Role::Consignee => consignment.consignee = Some(party),
            Role::Agent => consignment.agent = Some(party),
            Role::Notify if self.draft.room(consignment.notify.len(), "notify parties", at) => {
                consignment.notify.push(party);
            }
            Role::Other if self.draft.room(consignment.others.len(), "other parties", at) => {
                consignment.others.push(party);
            }
            Role::Notify | Role::Other => {}
        }
    }
}

impl<'i> Draft<'i> {
    /// Notes where a part stood; `false` where the element is empty.
    fn note(&mut self, part: PartyField, value: &Value<'_>) -> bool {
        if !value.is_empty() {
            self.places.push((part, value.position()));
        }
        !value.is_empty()
    }

    fn country(&mut self, value: Value<'i>) {
        if value.is_empty() {
            return;
        }
        match Country::parse(&value.text) {
            Ok(country) => {
                self.note(PartyField::Country, &value);
                self.party.country = Some(country);
            }
            Err(why) => self.country = Some((value, why.to_string())),
        }
    }
}
