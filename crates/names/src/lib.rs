//! Watch lists and names: loading lists of every source, and finding the entries that a name resembles, with the
//! evidence token by token.
//!
//! The way of the data: files → [`load`] → [`List`]s → [`Snapshot`] → [`Snapshot::screen`] → [`Hit`]s. Two names are
//! compared without lists by [`compare`]. Scores are integer thousandths and depend on nothing but the snapshot, the
//! query and [`ENGINE_VERSION`]: not on the order of lists, on threads, or on the machine.
//!
//! Deliberately absent: any knowledge of cargo, I/O, clocks, randomness, and decisions. A hit is a resemblance; what
//! it leads to depends on its [`Purpose`] and is decided elsewhere.
//!
//! ```
//! use names::{DEFAULT_THRESHOLD, ListFile, Query, Snapshot, load};
//! let csv = "# loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01\n\
//!            id,name,aliases\n\
//!            W-1,Zephyr Border Trading FZE,ZBT General Trading\n";
//! let loaded = load(vec![ListFile { name: "watch.csv".to_owned(), bytes: csv.into() }]);
//! let snapshot = Snapshot::new(loaded.lists);
//! let hits = snapshot.screen(&Query::new("ZBT GENERAL TRADNG"), DEFAULT_THRESHOLD);
//! assert_eq!(hits[0].entry.name, "Zephyr Border Trading FZE");
//! assert_eq!(hits[0].matched, "ZBT General Trading");
//! ```

mod abjad;
mod address;
mod adjudication;
mod align;
mod country;
mod date;
mod document;
mod editions;
mod edits;
mod evidence;
mod hash;
mod index;
pub mod limits;
mod list;
mod lists;
mod measure;
mod normalise;
mod qualify;
mod query;
mod rescreen;
mod score;
mod similarity;
mod snapshot;
mod source;
mod weights;

pub use address::{AddressAgreement, AddressHit, AddressPart};
pub use adjudication::{
    Adjudication, AdjudicationError, Adjudications, Fingerprint, Lapse, Standing, Verdict,
};
pub use country::country_code;
pub use date::{BirthDate, DateAgreement, PartialDate, PartialDateError};
pub use document::{DocumentError, DocumentHit};
pub use editions::{EntryRef, changed_entries, pair_editions};
pub use evidence::{Evidence, Relation};
pub use list::{Address, Document, Entity, List, ListPart, Name, NameKind, Purpose, Quality, Schema, Script};
pub use lists::Lists;
pub use normalise::{is_comparable, is_cut};
pub use query::{Comparison, DEFAULT_THRESHOLD, PreparedQuery, Query, compare};
pub use rescreen::{EntryUnknown, Party, PartyIndex};
pub use score::{Score, ScoreError};
pub use snapshot::{ENGINE_VERSION, Hit, ListedEntry, Snapshot};
pub use source::{ListFile, Loaded, SOURCES, Source, load};
