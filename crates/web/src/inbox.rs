//! What the node does with letters and inboxes: delivers, reads, forgets.

use crate::delivery::{AT_ONCE, NOBODY};
use crate::node::{Node, Writing};
use crate::problem::{self, Problem};
use engine::Clock as _;
use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use store::inbox::{Mailbox, Received};
use store::people::{Shown, SignedIn, Ticket};
use store::writer::{Lane, WriteError};
use store::{Database, StoreError, postgres, sqlite};
use tokio::sync::watch;

/// Connections for readers that are kept at most.
const READERS_MAX: usize = 8;

impl Node {
    /// Puts the letters that are due into inboxes; gives how many these were.
    ///
    /// # Errors
    /// A problem where the thread that writes gives no answer; what was not delivered stays in the outbox.
    pub async fn deliver(self: &Arc<Self>) -> Result<usize, Problem> {
        let node = Arc::clone(self);
        let delivered = tokio::task::spawn_blocking(move || node.deliver_here()).await;
        let delivered = delivered.map_err(|_| Problem::plain(problem::FAILED))??;
        if delivered > 0 {
            self.coming.send_modify(|times| *times = times.wrapping_add(1));
        }
        Ok(delivered)
    }

    fn deliver_here(&self) -> Result<usize, WriteError> {
        let (posts, now) = (Arc::clone(&self.posts), self.clock().now());
        match &self.writer {
            Writing::Own(writer) => writer.run(Lane::Urgent, move |session: &sqlite::Session| {
                let letters = sqlite::outbox::due(session, now, AT_ONCE)?;
                for letter in &letters {
                    match &*posts.of(&letter.notice) {
                        [] => sqlite::outbox::failed(session, letter.id, NOBODY, None)?,
                        told => sqlite::inbox::deliver(session, letter, told, now)?,
                    }
                }
                Ok(letters.len())
            }),
            Writing::Shared { writer, .. } => writer.between(move |session: &postgres::Session| {
                let delivered = postgres::outbox::alone(session, || {
                    let letters = postgres::outbox::due(session, now, AT_ONCE)?;
                    for letter in &letters {
                        match &*posts.of(&letter.notice) {
                            [] => postgres::outbox::failed(session, letter.id, NOBODY, None)?,
                            told => postgres::inbox::deliver(session, letter, told, now)?,
                        }
                    }
                    Ok(letters.len())
                })?;
                Ok(delivered.unwrap_or(0))
            }),
        }
    }

    /// Changes whenever something was delivered here; ends when the node stops.
    pub fn coming(&self) -> watch::Receiver<u64> {
        self.coming.subscribe()
    }

    /// Up to `most` notices of an organisation behind a place.
    ///
    /// # Errors
    /// A problem where the database fails.
    pub async fn inbox(
        self: &Arc<Self>,
        organisation: &Arc<str>,
        after: u64,
        most: u32,
    ) -> Result<Vec<Received>, Problem> {
        let name = Arc::clone(organisation);
        self.reading(move |reader| match reader {
            Reading::Own(reader) => reader.inbox(&name, after, most),
            Reading::Shared(reader) => reader.inbox(&name, after, most),
        })
        .await
    }

    /// How far the inbox of an organisation has come.
    ///
    /// # Errors
    /// A problem where the database fails.
    pub async fn mailbox(self: &Arc<Self>, organisation: &Arc<str>) -> Result<Mailbox, Problem> {
        // Nobody delivers in a room but whoever looks.
        while self.clock().is_by_hand() && self.deliver().await? > 0 {}
        let name = Arc::clone(organisation);
        self.reading(move |reader| match reader {
            Reading::Own(reader) => reader.mailbox(&name),
            Reading::Shared(reader) => reader.mailbox(&name),
        })
        .await
    }

    /// An organisation says up to which place it has read.
    ///
    /// # Errors
    /// A problem where it is not kept.
    pub async fn see(self: &Arc<Self>, organisation: &Arc<str>, place: u64) -> Result<(), Problem> {
        let (name, now) = (Arc::clone(organisation), self.clock().now());
        self.writing(
            {
                let name = Arc::clone(&name);
                move |session| sqlite::inbox::see(session, &name, place, now)
            },
            move |session| postgres::inbox::see(session, &name, place, now),
        )
        .await
    }

    /// Forgets notices that are older than they are kept.
    ///
    /// # Errors
    /// A problem where the database fails.
    pub async fn forget(self: &Arc<Self>) -> Result<usize, Problem> {
        let before = self.clock().now().checked_sub(self.notices_kept).unwrap_or(Timestamp::UNIX_EPOCH);
        self.writing(
            move |session| sqlite::inbox::forget(session, before),
            move |session| postgres::inbox::forget(session, before),
        )
        .await
    }

    pub(crate) async fn writing<T: Send + 'static>(
        self: &Arc<Self>,
        own: impl FnOnce(&sqlite::Session) -> Result<T, StoreError> + Send + 'static,
        shared: impl FnOnce(&postgres::Session) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let node = Arc::clone(self);
        let written = tokio::task::spawn_blocking(move || match &node.writer {
            Writing::Own(writer) => writer.run(Lane::Ordinary, own),
            Writing::Shared { writer, .. } => writer.between(shared),
        });
        Ok(written.await.map_err(|_| Problem::plain(problem::FAILED))??)
    }

    /// Reads beside the thread that writes, on a connection that is kept for the next.
    pub(crate) async fn reading<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Reading) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let node = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || -> Result<T, StoreError> {
            let reader = node.readers.take().map_or_else(|| Reading::open(node.database()), Ok)?;
            // One that failed is not kept: its connection may be broken.
            let read = read(&reader)?;
            node.readers.keep(reader);
            Ok(read)
        });
        let done = done.await.map_err(|_| Problem::plain(problem::FAILED))?;
        done.map_err(|why| {
            tracing::error!(error = %why, "reading beside the thread that writes failed");
            Problem::plain(problem::FAILED)
        })
    }
}

/// Connections that wait for the next who reads.
#[derive(Debug, Default)]
pub(crate) struct Readers(Mutex<Vec<Reading>>);

impl Readers {
    fn take(&self) -> Option<Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, reader: Reading) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < READERS_MAX {
            kept.push(reader);
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        let kept = std::mem::take(self.0.get_mut().unwrap_or_else(PoisonError::into_inner));
        // A connection to a shared database has a runtime, which must not end within another.
        std::thread::scope(|scope| drop(scope.spawn(|| drop(kept)).join()));
    }
}

/// A connection that reads.
#[derive(Debug)]
pub(crate) enum Reading {
    Own(sqlite::Reader),
    Shared(postgres::Reader),
}

impl Reading {
    fn open(database: &Database) -> Result<Self, StoreError> {
        Ok(match database {
            Database::Own(database) => Self::Own(database.reader()?),
            Database::Shared(database) => Self::Shared(database.reader()?),
        })
    }

    /// Who shows this.
    pub(crate) fn session(&self, shown: Shown) -> Result<Option<SignedIn>, StoreError> {
        match self {
            Self::Own(reader) => reader.session(&shown),
            Self::Shared(reader) => reader.session(&shown),
        }
    }

    /// A passkey as it was at its last use, and when that was.
    pub(crate) fn passkey(&self, id: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        match self {
            Self::Own(reader) => reader.passkey(id),
            Self::Shared(reader) => reader.passkey(id),
        }
    }

    /// Whether what is used once is there to be used.
    pub(crate) fn has_ticket(&self, shown: Shown, kind: &str, now: Timestamp) -> Result<bool, StoreError> {
        let ticket = Ticket { shown: &shown, kind };
        match self {
            Self::Own(reader) => reader.has_ticket(ticket, now),
            Self::Shared(reader) => reader.has_ticket(ticket, now),
        }
    }
}
