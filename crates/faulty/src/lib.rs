//! Disks that fail, for tests: a layer between SQLite and its files that does what it is told to do once, at a chosen
//! read, write or sync of a chosen file.
//!
//! [`install`] makes it the layer of every database that this process opens from then on, so that the code under test
//! opens its files as it always does. Databases that nobody named by [`Disk::of`] are left as they are.
//!
//! It wraps SQLite's own layer for this system (<https://www.sqlite.org/vfs.html>) and leaves locks and the shared memory
//! of the write-ahead log to it. The crates that make a file layer in Rust (`sqlite-plugin`, `sqlite-vfs`) have one
//! written anew instead, locks and shared memory included, which would not be the code that a node runs.

mod layer;

pub use layer::install;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The files of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// The database itself.
    Database,
    /// Its write-ahead log.
    Log,
}

/// What SQLite asks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Bytes from a place.
    Read,
    /// Bytes to a place.
    Write,
    /// That everything written is on the disk.
    Sync,
}

/// What becomes of it instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Nothing is done, and an error of the disk is told.
    Error,
    /// Nothing is done, for want of room.
    Full,
    /// Half of a write is done, and an error told; of what is read the second half is missing, and is taken for the end of
    /// the file. A sync fails.
    Short,
    /// One bit is another, by its number from the start (counted round where there are fewer), and nothing is told. A sync
    /// is not done, and nothing told of that either.
    Flip(u32),
}

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// In which file.
    pub file: File,
    /// At which call.
    pub call: Call,
    /// How many of these calls still go well.
    pub after: u32,
    /// How many go wrong then.
    pub times: u32,
    /// In which way.
    pub what: What,
}

/// What is kept of a disk.
#[derive(Debug)]
struct State {
    /// The database on it, by the name that SQLite gives it.
    path: Vec<u8>,
    armed: Mutex<Option<Fault>>,
    happened: Mutex<u32>,
}

impl State {
    /// What becomes of this call; `None` where it goes well.
    fn next(&self, file: File, call: Call) -> Option<What> {
        let mut armed = locked(&self.armed);
        let fault = armed.as_mut().filter(|fault| (fault.file, fault.call) == (file, call))?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        fault.times = fault.times.checked_sub(1)?;
        *locked(&self.happened) += 1;
        Some(fault.what)
    }
}

/// The disks that were named.
static DISKS: Mutex<Vec<Arc<State>>> = Mutex::new(Vec::new());

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked left nothing half done here.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The disk of one database. It works until this is dropped.
#[derive(Debug)]
pub struct Disk(Arc<State>);

impl Disk {
    /// The disk of the database at this path, which need not be there yet; its folder must. To be named before it is
    /// opened.
    ///
    /// # Errors
    /// Where its folder cannot be found.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        // SQLite calls a file by its name without links.
        let folder = path.parent().unwrap_or(Path::new(".")).canonicalize()?;
        let path = folder.join(path.file_name().unwrap_or_default());
        let path = path.as_os_str().as_encoded_bytes().to_vec();
        let state = Arc::new(State { path, armed: Mutex::default(), happened: Mutex::default() });
        locked(&DISKS).push(Arc::clone(&state));
        Ok(Self(state))
    }

    /// Has something go wrong, in place of what was to go wrong before.
    pub fn arm(&self, fault: Fault) {
        *locked(&self.0.armed) = Some(fault);
    }

    /// Has everything go well again.
    pub fn heal(&self) {
        *locked(&self.0.armed) = None;
    }

    /// How many calls went wrong.
    pub fn happened(&self) -> u32 {
        *locked(&self.0.happened)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.heal();
        locked(&DISKS).retain(|state| !Arc::ptr_eq(state, &self.0));
    }
}
