//! The load gate: a pure function from what is known to "load" or "hold", with every reason.
//!
//! "Load" is answered only when it is positively true. Every path that cannot show that adds a reason
//! that holds; there is no default that lets goods pass.

mod alike;
mod answer;
mod container;
mod content;
mod departure;
mod evidence;
mod flight;
mod judge;
mod limit;
mod list;
mod marks;
mod names;
mod operator;
mod parts;
mod pieces;
mod programmes;
mod requests;
mod security;
mod transport;
mod word;

pub use answer::{
    Aircraft, Alone, Answer, AskedLeg, Context, Decision, Expectation, Place, Question, Radius, Reason,
    STATUS_AGE_MAX, Scope, Stage, VALIDITY, Wanted, WhoActs,
};
pub use container::{Files, ObjectQuestion, answer_object};
pub use departure::{departure as departs_at, flight_named};
pub use judge::answer;
pub use limit::{answer_by, departures};
pub use list::{FlightAnswers, ListQuestion, ObjectAnswer, answer_each, on_flight};
pub use parts::is_open;
pub use pieces::parts_from;
pub use programmes::judged_anew;
pub use requests::{RequestCovered, screening_requests};
pub use security::{is_unsecured, security_of};
pub use word::{Aboard, Left, aboard, airborne, came_back_last, left, stands_here, unit_in_the_air};
