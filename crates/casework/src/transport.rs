//! Flights, units and receptacles: what is in them, when they leave, and what has left.
//!
//! Each flight and each unit is a stream of its own. [`decide`] answers a command with events or a refusal;
//! [`Yard::evolve`] folds events of any of these streams and never decides. The yard also keeps the directory:
//! which units and flights hold which consignment, so that a change of one re-opens the question of the other.
//!
//! What is told of the physical world is recorded even where it should not have happened: a unit that was
//! loaded although it was held is on the aircraft, and the gate says so.
//!
//! Deliberately absent: cases, security status, and whether anything may be loaded.

mod carried;
mod command;
mod event;
mod flight;
mod orders;
mod stops;
mod unit;
mod yard;

pub use carried::{Parts, flown_with};
pub use command::{Command, Speaker, decide};
pub use event::Event;
pub use flight::{Carried, Departure, DepartureSource, Entry, Flight, Listed};
pub(crate) use unit::pieces_of;
pub use unit::{Line, Order, Unit, Void};
pub use yard::{Place, Yard, dispatch};
