//! Identifiers, by their text form. Each is parsed again.

#[cfg(test)]
use super::shape::sample_variant;
use super::shape::{
    field_is_absent, name_of, put_field, put_variant, stored_enum, stored_struct, stored_text, stored_words,
    take_field, take_variant,
};
use super::{Stored, Value, Writer, Wrong};
use consignment::PartialDate;
use consignment::handling::SpecialHandling;
use consignment::ident::{
    AirWaybill, Carrier, Country, EntityCategory, Flight, HouseWaybill, HsCode, Location, Mrn, Receptacle,
    RegulatedEntity, UnitLoadDevice,
};
use consignment::security::ApprovalExpiry;
use programme::ProgrammeId;

stored_text!(
    AirWaybill,
    "an air waybill number (888-10001014)",
    |text| AirWaybill::parse(text).ok(),
    ["888-10001014", "888-20003034"],
    ["001-00000011"]
);
stored_text!(
    HouseWaybill,
    "a house waybill number",
    |text| HouseWaybill::parse(text).ok(),
    ["RHA0001", "F-26.11/4_X"],
    ["0"]
);
stored_text!(
    Flight,
    "a flight (9Z100)",
    |text| Flight::parse(text).ok(),
    ["9Z100", "9Z134A", "ZZZ1"],
    ["A10", "ZZZ9999Z", "A100"]
);
stored_text!(Carrier, "an airline designator", |text| Carrier::parse(text).ok(), ["9Z", "ZZZ"], ["X0"]);
stored_text!(
    Location,
    "a station (three letters)",
    |text| Location::parse(text).ok(),
    ["FRA", "JFK", "LHR", "YYZ"],
    ["ZZZ"]
);
stored_text!(
    Country,
    "a country (two letters)",
    |text| Country::parse(text).ok(),
    ["DE", "US", "CA", "XI"],
    ["XK"]
);
stored_text!(
    HsCode,
    "a commodity code",
    |text| HsCode::parse(text).ok(),
    ["830210", "8302100000"],
    ["000000000000000000"]
);
stored_text!(
    Mrn,
    "a movement reference number",
    |text| Mrn::parse(text).ok(),
    ["26DE000000000001B2"],
    ["00AA00000000000000"]
);
stored_text!(
    SpecialHandling,
    "a special handling code",
    |text| SpecialHandling::parse(text).ok(),
    ["SPX", "EAP", "CO2"],
    ["000"]
);
stored_text!(
    UnitLoadDevice,
    "a unit load device (PMC12345XX)",
    |text| UnitLoadDevice::parse(text).ok(),
    ["PMC12345XX", "PMC12349Z", "AKE00155ZZZ"],
    ["00000000A"]
);
stored_text!(
    Receptacle,
    "a mail receptacle (29 characters)",
    |text| Receptacle::parse(text).ok(),
    ["DEFRAAUSJFKAAUN60001001900050"],
    []
);
stored_text!(
    ProgrammeId,
    "a programme",
    |text| Some(ProgrammeId::new(text)),
    ["us-acas", "ca-pact", "eu-ics2"],
    ["", "\"\\\n"]
);

/// As in XML Schema: `2026-11-24`, `--11-24`, `---24`.
impl Stored for PartialDate {
    fn put(&self, out: &mut Writer) {
        match self.date() {
            Some(whole) => out.shown(&whole),
            None => out.shown(self),
        }
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let text = value.text()?;
        #[cfg(test)]
        super::sample::note("PartialDate", text);
        read_partial_date(text).ok_or_else(|| Wrong::text(text, "a date (2026-11-24, --11-24 or ---24)"))
    }

    #[cfg(test)]
    fn sample(from: &mut super::sample::Sampler) -> Self {
        let (usual, strange) = (["2026-11-24", "--11-24", "---24"], ["--02-29", "---31", "-009999-01-01"]);
        read_partial_date(from.one_of("PartialDate", &usual, &strange)).expect("samples are dates")
    }
}

fn read_partial_date(text: &str) -> Option<PartialDate> {
    if let Some(day) = text.strip_prefix("---") {
        return PartialDate::new(None, None, day.parse().ok()?);
    }
    match text.strip_prefix("--") {
        Some(rest) => {
            let (month, day) = rest.split_once('-')?;
            PartialDate::new(None, Some(month.parse().ok()?), day.parse().ok()?)
        }
        None => text.parse().ok().map(PartialDate::whole),
    }
}

stored_words! {
    EntityCategory { RegulatedAgent = "RA", KnownConsignor = "KC", RegulatedCarrier = "RC", AccountConsignor = "AC" }
}

/// State, category and number; the number is taken apart again as it was from the message.
impl Stored for RegulatedEntity {
    fn put(&self, out: &mut Writer) {
        let Self { country, category, number } = self;
        out.open();
        out.field("country", country);
        out.field("category", category);
        out.key("number");
        out.shown(number);
        out.close();
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let mut fields = value.fields()?;
        let (country, category) = (fields.take("country")?, fields.take("category")?);
        let number: String = fields.take("number")?;
        fields.end(&["country", "category", "number"])?;
        #[cfg(test)]
        super::sample::note("EntityNumber", &number);
        Self::from_parts(country, category, &number).map_err(|why| {
            Wrong::text(&number, &format!("the number of an entity: {why}")).in_field("number")
        })
    }

    #[cfg(test)]
    fn sample(from: &mut super::sample::Sampler) -> Self {
        let number = from.one_of("EntityNumber", &["00100-01", "NGLOS-9Z", "RACA/77"], &["1", "Ⅻ 1:2_3.4/5"]);
        Self::from_parts(from.field("country"), from.field("category"), number).expect("samples are numbers")
    }
}

stored_enum! { ApprovalExpiry {
    EndOf { year, month } = "end_of";
    NotAttributed = "not_attributed";
} }

stored_struct! { consignment::security::DeclaredEntity { entity, expiry } }
