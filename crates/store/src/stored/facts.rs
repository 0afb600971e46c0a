//! What authorities, officers, filers and loading desks say.

#[cfg(test)]
use super::shape::sample_variant;
use super::shape::{
    field_is_absent, name_of, put_field, put_variant, stored_enum, stored_struct, stored_tuple, stored_words,
    take_field, take_variant,
};
use casework::transport::{Carried, Departure, DepartureSource, Speaker};
use consignment::ConsignmentKey;
use consignment::fact::{
    AuthorityWord, Content, CustodyEvent, Designation, FlightName, Loading, Mandate, MandatedAct, ObjectName,
    OfficerDeed, OutageSays, Person, ReferralAnswer, ReferralKind, Schedule, ScreeningOutcome,
    ScreeningResult, UnitName, Word,
};

stored_words! { ReferralKind { Rfi = "RFI", Rfs = "RFS", Dnl = "DNL" } }
stored_struct! { FlightName { flight, date, from, to } }
stored_enum! { UnitName {
    Device(device) = "device";
    Receptacle(receptacle) = "receptacle";
    Bulk(flight) = "bulk";
} }
stored_enum! { ObjectName {
    Consignment(key) = "consignment";
    Piece[of, piece] = "piece";
    Unit(unit) = "unit";
    Flight(flight) = "flight";
} }
stored_struct! { Person { id, organisation } }
stored_struct! { AuthorityWord { object, version, word } }
stored_enum! { Word {
    Acknowledged = "acknowledged";
    Rejected(codes) = "rejected";
    Complete = "complete";
    Opened { kind, reference, text, reason, methods, deadline } = "opened";
    Closed { kind, reference } = "closed";
} }
stored_struct! { ReferralAnswer { programme, object, reference, text, methods, clear } }
stored_enum! { OfficerDeed {
    Hold { object, agency, review_at } = "hold";
    Release { object, agency } = "release";
    Refer { programme, word } = "refer";
    CancelDoNotLoad { programme, object, reference } = "cancel_do_not_load";
    ReleaseHighRisk { object } = "release_high_risk";
    EnteredInError { entry, object } = "entered_in_error";
    SameShipment { object } = "same_shipment";
    SettleUnread { object } = "settle_unread";
    OtherGoods { object } = "other_goods";
    ClearClaim { programme, object, kind } = "clear_claim";
    ClearUnitClaim { programme, unit, reference } = "clear_unit_claim";
    Unlink { house, recounted_pieces } = "unlink";
    StrikeFiling { object } = "strike_filing";
    Confirm { proposal } = "confirm";
    Refuse { proposal } = "refuse";
} }
stored_struct! { Schedule { flight, departs_at, passengers, by_road, cancelled } }
stored_struct! { Content { object, pieces, count, weight, position } }
stored_words! { Loading { Planned = "planned", Loaded = "loaded", Offloaded = "offloaded" } }
stored_enum! { CustodyEvent {
    Broken = "broken";
    HandedOver = "handed_over";
    LeftChain = "left_chain";
    Recounted { pieces } = "recounted";
    Tampered = "tampered";
} }
stored_struct! { ScreeningResult {
    object, pieces, count, method, outcome, equipment, tested_on, screener, screener_current, station,
} }
stored_words! { ScreeningOutcome { Clear = "clear", Alarm = "alarm", Aborted = "aborted", Resolved = "resolved" } }
stored_struct! { Designation { carrier, station, number, until, withdrawn } }
stored_words! { OutageSays {
    Down = "down",
    Suspended = "suspended",
    AnswersInterrupted = "answers_interrupted",
    Over = "over",
} }

stored_enum! { Speaker {
    Desk(name) = "desk";
    Other(name) = "other";
    Authority(programme) = "authority";
} }
stored_tuple! { (Option<UnitName>, ConsignmentKey) { unit, object } }
stored_struct! { Carried { object, pieces, numbers or Vec::<u32>::new(), without or Vec::<u32>::new(), weight, unit } }
stored_struct! { Departure { at, stated, source, carried } }
stored_words! { DepartureSource { Manifest = "manifest", Report = "report" } }
stored_struct! { Mandate { carrier, station, agent, from, until, acts, withdrawn } }
stored_words! { MandatedAct { Ask = "ask", Build = "build", File = "file" } }
