//! What messages say of loading the goods at all, or on passenger aircraft.

use consignment::Consignment;
use finding::{Phrase, codes::gate};
use programme::{FieldWords, Meaning};

/// What messages say of loading the goods, by code or in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadingMarks {
    /// Why they may fly on all-cargo aircraft only.
    pub cargo_aircraft_only: Option<Phrase>,
    /// The words that say that they must not be loaded.
    pub do_not_load: Option<String>,
}

impl LoadingMarks {
    /// What one message says.
    pub(super) fn of(consignment: &Consignment) -> Self {
        let words = FieldWords::built_in();
        let coded = consignment.special_handling.iter().find(|code| code.as_str() == "CAO");
        let coded = coded.map(|code| Phrase::new(gate::WHY_HANDLING_CODE).with("code", code.as_str()));
        let cargo_aircraft_only = coded.or_else(|| {
            let (_, text) = words.said_by(consignment, Meaning::CargoAircraftOnly)?;
            Some(Phrase::new(gate::WHY_TEXT_SAYS).with("text", text))
        });
        let do_not_load = words.said_by(consignment, Meaning::DoNotLoad).map(|(_, text)| text);
        Self { cargo_aircraft_only, do_not_load }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.cargo_aircraft_only = self.cargo_aircraft_only.take().or(other.cargo_aircraft_only);
        self.do_not_load = self.do_not_load.take().or(other.do_not_load);
    }
}
