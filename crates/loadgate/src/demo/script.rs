//! The day as it is staged: the carriers' schedule, the messages, the acts of the simulated authorities
//! and the questions of the loading desks, in order of time. What follows from them is not written here.

use casework::case::ReferralKind;
use casework::gate::Aircraft;

/// When the printed board is asked for.
pub(super) const BOARD_AT: &str = "2026-11-24T14:45:00Z";

/// The folder of the messages, as commands typed at the root of the repository name it.
pub(super) const MESSAGES: &str = "fixtures/demo/messages";

/// The folder of the invented security watch list, likewise.
pub(super) const WATCH_LIST: &str = "fixtures/demo/lists/security";

/// A departure of the carriers' schedule. Messages name flights and days; hours and aircraft are the
/// carrier's to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Departure {
    pub(super) flight: &'static str,
    /// Local date of departure.
    pub(super) date: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    /// Instant of departure.
    pub(super) departs_at: &'static str,
    pub(super) aircraft: Aircraft,
}

const fn departure(
    flight: &'static str,
    [from, to]: [&'static str; 2],
    [date, departs_at]: [&'static str; 2],
    aircraft: Aircraft,
) -> Departure {
    Departure { flight, date, from, to, departs_at, aircraft }
}

/// Departures in order of time.
pub(super) const DEPARTURES: &[Departure] = &[
    departure("9Z100", ["FRA", "JFK"], ["2026-11-24", "2026-11-24T16:00:00Z"], Aircraft::Passenger),
    departure("8Z500", ["DXB", "FRA"], ["2026-11-24", "2026-11-24T16:00:00Z"], Aircraft::Passenger),
    departure("9Z200", ["FRA", "YYZ"], ["2026-11-24", "2026-11-24T16:30:00Z"], Aircraft::Passenger),
    departure("9Z710", ["FRA", "NBO"], ["2026-11-24", "2026-11-24T21:00:00Z"], Aircraft::Passenger),
    departure("9Z700", ["LOS", "FRA"], ["2026-11-24", "2026-11-24T22:00:00Z"], Aircraft::Passenger),
    departure("9Z777", ["JFK", "YYZ"], ["2026-11-25", "2026-11-25T14:00:00Z"], Aircraft::Passenger),
];

/// An act of a simulated authority.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    Open {
        kind: ReferralKind,
        reference: &'static str,
        words: &'static str,
    },
    Close {
        kind: ReferralKind,
        reference: &'static str,
    },
    Complete {
        /// The version judged.
        version: u32,
    },
}

/// What happens at a step.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// A message comes in, over the channel of this sender.
    Message { file: &'static str, bytes: &'static [u8], sender: &'static str },
    /// An authority acts on a waybill.
    Act { programme: &'static str, waybill: &'static str, act: Act },
    /// A loading desk asks about a waybill on a flight.
    Ask { waybill: &'static str, flight: &'static str },
    /// The carrier changes the aircraft of a flight.
    Swap { flight: &'static str, aircraft: Aircraft },
}

/// One step of the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// Instant.
    pub(super) at: &'static str,
    pub(super) what: What,
}

macro_rules! message {
    ($time:literal, $sender:expr, $file:literal) => {
        Step {
            at: concat!("2026-11-24T", $time, ":00Z"),
            what: What::Message {
                file: $file,
                bytes: include_bytes!(concat!("../../../../fixtures/demo/messages/", $file)),
                sender: $sender,
            },
        }
    };
}

macro_rules! step {
    ($time:literal, $what:expr) => {
        Step { at: concat!("2026-11-24T", $time, ":00Z"), what: $what }
    };
}

const FRANKFURT_FORWARDER: &str = "Erfunden";
const DUBAI_FORWARDER: &str = "Zerzura";
const LAGOS_FORWARDER: &str = "Fabula";

/// The steps in order of time.
pub(super) const STEPS: &[Step] = &[
    message!("06:00", FRANKFURT_FORWARDER, "01-FWB16-direct-FRAJFK.txt"),
    message!("06:10", FRANKFURT_FORWARDER, "02-FHL5-two-houses-FRAYYZ.txt"),
    message!("06:20", FRANKFURT_FORWARDER, "03-FWB17-consolidation-FRAYYZ.txt"),
    step!("06:21", What::Ask { waybill: "888-10001014", flight: "9Z200" }),
    message!("06:40", FRANKFURT_FORWARDER, "04-FHL4-check-list-FRAYYZ.txt"),
    message!("07:30", FRANKFURT_FORWARDER, "05-FHL4-late-house-FRAYYZ.txt"),
    step!("07:31", What::Ask { waybill: "888-10001014", flight: "9Z200" }),
    message!("08:00", FRANKFURT_FORWARDER, "06-FHL5-late-house-amended-FRAYYZ.txt"),
    message!("08:20", FRANKFURT_FORWARDER, "07-FWB17-sanctions-FRAJFK.txt"),
    message!("08:40", FRANKFURT_FORWARDER, "08-XFWB-RFI-FRAJFK.xml"),
    message!("09:00", FRANKFURT_FORWARDER, "09-FWB16-two-legs-FRAYYZ.txt"),
    step!(
        "09:10",
        What::Act {
            programme: "ca-pact",
            waybill: "888-10004046",
            act: Act::Open {
                kind: ReferralKind::Rfi,
                reference: "CA-RFI-0417",
                words: "Who at the clinic ordered these goods?",
            },
        }
    ),
    step!("09:11", What::Ask { waybill: "888-10004046", flight: "9Z100" }),
    message!("09:20", DUBAI_FORWARDER, "10-FWB16-typeB-DXBFRA.txt"),
    step!(
        "10:00",
        What::Act {
            programme: "eu-ics2",
            waybill: "999-20007072",
            act: Act::Open {
                kind: ReferralKind::Rfs,
                reference: "EU-RFS-0088",
                words: "Screen as high risk. Dogs or trace detection recommended.",
            },
        }
    ),
    step!("10:01", What::Ask { waybill: "999-20007072", flight: "8Z500" }),
    message!("10:20", DUBAI_FORWARDER, "11-FWB17-do-not-load-DXBFRA.txt"),
    step!(
        "10:50",
        What::Act {
            programme: "eu-ics2",
            waybill: "999-20008085",
            act: Act::Open {
                kind: ReferralKind::Dnl,
                reference: "EU-DNL-0003",
                words: "Do not load. Keep apart and call the duty officer.",
            },
        }
    ),
    message!("11:00", DUBAI_FORWARDER, "12-XFZB-stop-word-DXBFRA.xml"),
    message!("11:10", DUBAI_FORWARDER, "13-FWB17-wrong-check-digit-DXBFRA.txt"),
    message!("11:30", FRANKFURT_FORWARDER, "14-FWB16-no-programme-FRANBO.txt"),
    message!("11:40", FRANKFURT_FORWARDER, "15-FWB16-not-secured-FRANBO.txt"),
    message!("11:50", LAGOS_FORWARDER, "16-FWB16-all-cargo-only-LOSFRA.txt"),
    step!("11:51", What::Ask { waybill: "888-10015154", flight: "9Z700" }),
    message!("12:10", DUBAI_FORWARDER, "17-FWB16-screened-again-DXBFRA.txt"),
    step!(
        "12:30",
        What::Act {
            programme: "eu-ics2",
            waybill: "999-20007072",
            act: Act::Close { kind: ReferralKind::Rfs, reference: "EU-RFS-0088" },
        }
    ),
    step!(
        "12:40",
        What::Act { programme: "eu-ics2", waybill: "999-20007072", act: Act::Complete { version: 2 } }
    ),
    step!("14:00", What::Swap { flight: "9Z700", aircraft: Aircraft::AllCargo }),
];
