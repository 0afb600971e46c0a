//! Copying the write-ahead log into the database beside the thread that writes.
//!
//! A commit after which the log has grown long copies it itself ([`super::connect`] says how long), and whoever waits for that
//! commit waits for the copy too. What this thread has copied before is not copied again, so that little is left for it then.

use super::{Database, StoreError, connect_to_read};
use rusqlite::Connection;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The thread that copies. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts it: so often it looks whether anything was committed since, and copies that.
    ///
    /// # Errors
    /// Where the database cannot be opened, or the system gives no thread.
    pub(crate) fn start(database: &Database, every: Duration) -> Result<Self, StoreError> {
        let connection = connect_to_read(database.path())?;
        let (stop, stopped) = channel::<()>();
        let run = move || {
            let mut copied = None;
            while stopped.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                // Where it fails nothing is lost: what is not copied stays in the log, and a commit copies it.
                let now = version(&connection).ok();
                if now.is_none() || now != copied {
                    copied = copy(&connection).ok().and(now);
                }
            }
        };
        let thread = thread::Builder::new().name("checkpoints".into()).spawn(run);
        let thread =
            thread.map_err(|why| StoreError::System { place: "the thread of checkpoints".into(), why })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of it was told where it happened, and nothing depends on it.
            let _ = thread.join();
        }
    }
}

/// A number that is another whenever somebody else committed.
fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA data_version", [], |row| row.get(0))
}

/// Copies what was committed as far as no reader still needs it as it was, without making anybody wait; gives how many
/// pages are in the log, and how many of them are copied.
fn copy(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn what_is_committed_is_copied_beside_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db"), &folder.path().join("a.keys")).unwrap();
        let checkpoints = Checkpoints::start(&database, Duration::from_millis(5)).unwrap();
        let session = database.session().unwrap();
        let before = std::fs::metadata(database.path()).unwrap().len();
        session.connection().execute_batch("CREATE TABLE more (what BLOB)").unwrap();
        session.connection().execute("INSERT INTO more VALUES (randomblob(400000))", []).unwrap();
        let until = Instant::now() + Duration::from_secs(30);
        let len = || std::fs::metadata(database.path()).unwrap().len();
        while len() < before + 400_000 {
            assert!(Instant::now() < until, "nothing was copied: {before}, {}", len());
            thread::sleep(Duration::from_millis(5));
        }
        drop(checkpoints);
        // What comes after it ended stays in the log.
        let copied = len();
        session.connection().execute("INSERT INTO more VALUES (randomblob(400000))", []).unwrap();
        assert_eq!(len(), copied);
    }

    #[test]
    fn who_reads_an_earlier_state_is_left_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db"), &folder.path().join("a.keys")).unwrap();
        let session = database.session().unwrap();
        session.connection().execute_batch("CREATE TABLE more (what BLOB)").unwrap();
        let reader = connect_to_read(database.path()).unwrap();
        let count = |connection: &Connection| {
            connection.query_row("SELECT count(*) FROM more", [], |row| row.get::<_, i64>(0)).unwrap()
        };
        reader.execute_batch("BEGIN").unwrap();
        assert_eq!(count(&reader), 0);
        session.connection().execute("INSERT INTO more VALUES (randomblob(400000))", []).unwrap();
        let beside = connect_to_read(database.path()).unwrap();
        let (in_log, copied) = copy(&beside).unwrap();
        assert!(copied < in_log, "{copied} of {in_log}");
        assert_eq!(count(&reader), 0);
        reader.execute_batch("COMMIT").unwrap();
        let (in_log, copied) = copy(&beside).unwrap();
        assert_eq!((copied, count(&reader)), (in_log, 1));
    }
}
