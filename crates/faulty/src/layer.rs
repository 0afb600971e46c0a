//! The layer itself: the only unsafe code of the workspace, in the shape that SQLite asks for
//! (<https://www.sqlite.org/c3ref/vfs.html>, <https://www.sqlite.org/c3ref/io_methods.html>).
//!
//! What holds throughout: SQLite gives a file layer the room it asked for (`szOsFile`), calls methods of a file only
//! between a successful open and its close, and with the pointer that was opened. That room is an [`Opened`], followed by
//! the file of the wrapped layer.

use crate::{Call, DISKS, File, State, What, locked};
use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_vfs};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Arc, Once};

/// A file of this layer. `repr(C)`, since SQLite reads the first field.
#[repr(C)]
struct Opened {
    base: sqlite3_file,
    /// The disk it is on, if somebody named it, and which file it is. A `Box`, freed by `close`.
    on: *mut (Arc<State>, File),
}

/// Where the file of the wrapped layer begins: a multiple of the alignment of pointers, which is all that it needs.
const HEAD: usize = size_of::<Opened>();

/// Makes this the layer of every database that the process opens from now on. May be called again.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // SAFETY: SQLite is compiled in with its own layer, which is found and stays for as long as the process runs; the
        // copy is never freed, as a registered layer must not be.
        unsafe {
            let wrapped = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!wrapped.is_null(), "SQLite has no file layer of its own");
            // Everything but opening stays as it is: the methods of the wrapped layer find their own data in the copy.
            let layer = Box::leak(Box::new(*wrapped));
            layer.szOsFile += HEAD as c_int;
            layer.pNext = std::ptr::null_mut();
            layer.zName = c"faulty".as_ptr();
            layer.xOpen = Some(open);
            let code = ffi::sqlite3_vfs_register(layer, 1);
            assert_eq!(code, ffi::SQLITE_OK, "the file layer is not taken");
        }
    });
}

/// The file of the wrapped layer.
///
/// # Safety
/// `file` must be the room of a file of this layer.
unsafe fn wrapped(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: the room is longer than HEAD by the promise above.
    unsafe { file.byte_add(HEAD) }
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: `file` is room of the size asked for, and `name` is null or a text that ends with zero and lives as long as
    // the file does, which is what the wrapped layer is promised too. Nobody has the file before it is open.
    unsafe {
        let opened = file.cast::<Opened>();
        // A file that could not be opened has no methods, and SQLite does not close it.
        (*opened).base.pMethods = std::ptr::null();
        (*opened).on = std::ptr::null_mut();
        let Some(default) = default_layer() else { return ffi::SQLITE_CANTOPEN };
        let Some(open) = (*default).xOpen else { return ffi::SQLITE_CANTOPEN };
        let code = open(default, name, wrapped(file), flags, out_flags);
        if code != ffi::SQLITE_OK {
            return code;
        }
        let kind = match flags {
            flags if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 => Some(File::Database),
            flags if flags & ffi::SQLITE_OPEN_WAL != 0 => Some(File::Log),
            _ => None,
        };
        if let (Some(kind), false) = (kind, name.is_null()) {
            let name = CStr::from_ptr(name).to_bytes();
            let path = if kind == File::Log { name.strip_suffix(b"-wal").unwrap_or(name) } else { name };
            let disk = locked(&DISKS).iter().find(|disk| disk.path == path).cloned();
            if let Some(disk) = disk {
                (*opened).on = Box::into_raw(Box::new((disk, kind)));
            }
        }
        (*opened).base.pMethods = &raw const METHODS;
        code
    }
}

/// The layer that is wrapped: the one behind this in SQLite's list, which begins with the default.
fn default_layer() -> Option<*mut sqlite3_vfs> {
    // SAFETY: layers are never freed, and this one was put in front of the list by `install` before any file is opened.
    unsafe {
        let this = ffi::sqlite3_vfs_find(c"faulty".as_ptr());
        if this.is_null() {
            return None;
        }
        let next = (*this).pNext;
        (!next.is_null()).then_some(next)
    }
}

/// What becomes of this call of a file.
///
/// # Safety
/// `file` must be open, of this layer.
unsafe fn next(file: *mut sqlite3_file, call: Call) -> Option<What> {
    // SAFETY: an open file of this layer begins with an `Opened`, whose `on` is null or a box until it is closed; SQLite
    // does not close a file while it is in a call of it.
    unsafe {
        let on = (*file.cast::<Opened>()).on.as_ref()?;
        on.0.next(on.1, call)
    }
}

/// A method of the wrapped file.
macro_rules! of_wrapped {
    ($file:ident, $method:ident $(, $argument:expr)*) => {{
        let real = wrapped($file);
        match (*(*real).pMethods).$method {
            Some(method) => method(real $(, $argument)*),
            // Every layer that keeps write-ahead logs has all that is asked for here.
            None => std::process::abort(),
        }
    }};
}

/// Methods that do what the wrapped file does.
macro_rules! as_wrapped {
    ($($name:ident, $method:ident, ($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $argument: $type)*) $(-> $result)? {
            // SAFETY: the file is open, so the wrapped one is, and has methods; what is asked of it is what SQLite asks.
            unsafe { of_wrapped!(file, $method $(, $argument)*) }
        }
    )*};
}

as_wrapped! {
    truncate, xTruncate, (size: sqlite3_int64) -> c_int;
    file_size, xFileSize, (size: *mut sqlite3_int64) -> c_int;
    lock, xLock, (level: c_int) -> c_int;
    unlock, xUnlock, (level: c_int) -> c_int;
    check_reserved_lock, xCheckReservedLock, (result: *mut c_int) -> c_int;
    file_control, xFileControl, (what: c_int, argument: *mut c_void) -> c_int;
    sector_size, xSectorSize, () -> c_int;
    device_characteristics, xDeviceCharacteristics, () -> c_int;
    shm_map, xShmMap, (page: c_int, size: c_int, extend: c_int, at: *mut *mut c_void) -> c_int;
    shm_lock, xShmLock, (offset: c_int, count: c_int, flags: c_int) -> c_int;
    shm_barrier, xShmBarrier, ();
    shm_unmap, xShmUnmap, (delete: c_int) -> c_int;
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: this is the last call of the file, so nobody has `on` any more, and it is freed once.
    unsafe {
        let on = std::mem::replace(&mut (*file.cast::<Opened>()).on, std::ptr::null_mut());
        if !on.is_null() {
            drop(Box::from_raw(on));
        }
        of_wrapped!(file, xClose)
    }
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    buffer: *mut c_void,
    length: c_int,
    at: sqlite3_int64,
) -> c_int {
    // SAFETY: `buffer` has `length` bytes, which are all written when the wrapped file says that it read, and belongs to
    // this call.
    unsafe {
        let what = next(file, Call::Read);
        match what {
            Some(What::Error | What::Full) => return ffi::SQLITE_IOERR_READ,
            Some(What::Short | What::Flip(_)) | None => {}
        }
        let code = of_wrapped!(file, xRead, buffer, length, at);
        if code != ffi::SQLITE_OK {
            return code;
        }
        let bytes = std::slice::from_raw_parts_mut(buffer.cast::<u8>(), length as usize);
        match what {
            Some(What::Flip(bit)) => flip(bytes, bit),
            Some(What::Short) => {
                // As it must be where a file ends early: the rest is zero.
                bytes[length as usize / 2..].fill(0);
                return ffi::SQLITE_IOERR_SHORT_READ;
            }
            _ => {}
        }
        code
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    buffer: *const c_void,
    length: c_int,
    at: sqlite3_int64,
) -> c_int {
    // SAFETY: `buffer` has `length` bytes that nobody changes meanwhile; what is written in their place is a copy that
    // lives until the wrapped file has written it.
    unsafe {
        match next(file, Call::Write) {
            None => of_wrapped!(file, xWrite, buffer, length, at),
            Some(What::Error) => ffi::SQLITE_IOERR_WRITE,
            Some(What::Full) => ffi::SQLITE_FULL,
            Some(What::Short) => {
                let code = of_wrapped!(file, xWrite, buffer, length / 2, at);
                if code == ffi::SQLITE_OK { ffi::SQLITE_IOERR_WRITE } else { code }
            }
            Some(What::Flip(bit)) => {
                let mut bytes = std::slice::from_raw_parts(buffer.cast::<u8>(), length as usize).to_vec();
                flip(&mut bytes, bit);
                of_wrapped!(file, xWrite, bytes.as_ptr().cast(), length, at)
            }
        }
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the file is open.
    unsafe {
        match next(file, Call::Sync) {
            None => of_wrapped!(file, xSync, flags),
            Some(What::Full) => ffi::SQLITE_FULL,
            Some(What::Error | What::Short) => ffi::SQLITE_IOERR_FSYNC,
            Some(What::Flip(_)) => ffi::SQLITE_OK,
        }
    }
}

/// Changes a bit by its number.
fn flip(bytes: &mut [u8], bit: u32) {
    let bit = bit as usize % (bytes.len() * 8).max(1);
    if let Some(byte) = bytes.get_mut(bit / 8) {
        *byte ^= 1 << (bit % 8);
    }
}

/// The second version of the methods: without the third, which maps files into memory, every read is a call.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
