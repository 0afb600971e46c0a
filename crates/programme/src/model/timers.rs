//! Periods of a programme.

/// After how many days a number names other goods, by kind of number.
///
/// It counts from the last custody or arrival. A number that recurs within it is the same shipment, so that
/// what was open stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberReuse {
    /// Air waybill.
    pub air_waybill_days: u16,
    /// House waybill.
    pub house_waybill_days: u16,
    /// Tracking number of an express operator.
    pub express_days: u16,
    /// Number of a mail item or receptacle.
    pub mail_days: u16,
}

/// Periods of a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerRules {
    /// Hours within which parts of a declaration must be linked; `None` where no such timer is known.
    pub linking_hours: Option<u16>,
    /// Days after the first filing by which the goods are to be presented; `None` where no such timer is known.
    pub presentation_days: Option<u16>,
    /// After how long numbers name other goods.
    pub number_reuse: NumberReuse,
    /// Minutes for which a "load" that rests on this programme's answers holds at most.
    pub answer_valid_minutes: u16,
    /// Where this comes from.
    pub reference: String,
}
