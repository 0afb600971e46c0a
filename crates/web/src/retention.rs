//! Erasing what is over its time: in small portions between other work, and by the thread that writes alone.

use crate::node::{Node, Writing};
use crate::problem::{self, Problem};
use engine::{Clock as _, Command, Reply, Retain, Retained, StreamId, TreeBy, TreeKept};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::quiet::{Page, Quiet};
use store::writer::Lane;

/// What consignments are kept in: only these have a time after which they are erased.
const TREES: &str = "tree/";

/// Trees whose keys are destroyed in one go.
const PORTION: usize = 20;

/// Between two portions others have the thread that writes.
const BETWEEN_PORTIONS: Duration = Duration::from_millis(200);

/// What looking for what is over its time came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Consignments that were erased, each with all its houses.
    pub erased: usize,
    /// Consignments that are old and are kept.
    pub kept: usize,
    /// Consignments that could not be looked at.
    pub failed: usize,
}

impl Node {
    /// Destroys the keys of what it was decided to erase, also by a node that was stopped before it did; then, where this
    /// node erases by itself, erases what is over its time and nothing keeps.
    ///
    /// # Errors
    /// A problem where the node gives no answer.
    pub async fn erase_what_is_over(self: &Arc<Self>) -> Result<Swept, Problem> {
        self.finish_erasing().await?;
        let mut swept = Swept::default();
        if !self.retention().erase || !self.clock().is_sure() {
            return Ok(swept);
        }
        let mut after = None;
        loop {
            let page = self.quiet(after).await?;
            for portion in page.streams.chunks(PORTION) {
                let mut streams = Vec::new();
                for (stream, _) in portion {
                    match self.erase_tree(stream).await {
                        Ok(Some(kept)) if !kept.erasing.is_empty() => {
                            swept.erased += 1;
                            streams.extend(kept.erasing);
                        }
                        Ok(Some(_)) => swept.kept += 1,
                        Ok(None) => {}
                        Err(problem) => {
                            tracing::error!(?problem, %stream, "it could not be seen whether this may be erased");
                            swept.failed += 1;
                        }
                    }
                }
                if !streams.is_empty() {
                    self.destroy(streams).await?;
                }
                tokio::time::sleep(BETWEEN_PORTIONS).await;
            }
            after = page.next;
            if after.is_none() || self.is_closing() {
                return Ok(swept);
            }
        }
    }

    async fn erase_tree(&self, stream: &StreamId) -> Result<Option<TreeKept>, Problem> {
        let erase = Retain::Erase { tree: TreeBy::Stream(stream.clone()), asked: None };
        match self.reply(Lane::Ordinary, Command::Retain(erase)).await? {
            Reply::Retained(Retained::Tree(kept)) => Ok(kept.map(|kept| *kept)),
            _ => Err(Problem::plain(problem::FAILED)),
        }
    }

    /// A page of consignments to which nothing was added for as long as the shortest time for which anything is kept.
    ///
    /// # Errors
    /// A problem where the database fails.
    pub(crate) async fn quiet(self: &Arc<Self>, after: Option<StreamId>) -> Result<Quiet, Problem> {
        let settings = self.settings();
        let programmes = settings.programmes.values().chain(settings.left_out.values());
        let shortest = programmes.map(|data| data.filing.retention_days).min();
        let days = shortest.map_or(settings.kept_days, |days| days.min(settings.kept_days));
        let before = self.clock().now().checked_sub(SignedDuration::from_hours(24 * i64::from(days)));
        let before = before.unwrap_or(Timestamp::MIN);
        let database = self.database().clone();
        let read = move || -> Result<Quiet, StoreError> {
            database.quiet(&Page::new(TREES, after.as_deref(), before)?)
        };
        let read = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::plain(problem::FAILED))?;
        read.map_err(|why| {
            tracing::error!(error = %why, "what is old cannot be read");
            Problem::plain(problem::FAILED)
        })
    }

    /// Destroys the keys of what it was decided to erase.
    ///
    /// # Errors
    /// A problem where they were not destroyed: it is tried again.
    async fn finish_erasing(self: &Arc<Self>) -> Result<(), Problem> {
        match self.reply(Lane::Ordinary, Command::Retain(Retain::Erasing)).await? {
            Reply::Retained(Retained::Erasing(streams)) if streams.is_empty() => Ok(()),
            Reply::Retained(Retained::Erasing(streams)) => self.destroy(streams).await,
            _ => Err(Problem::plain(problem::FAILED)),
        }
    }

    /// Destroys the keys of streams of which it was decided that they are erased.
    ///
    /// # Errors
    /// A problem where they were not destroyed: the decision stands, and the next look does it.
    pub(crate) async fn destroy(self: &Arc<Self>, streams: Vec<StreamId>) -> Result<(), Problem> {
        let (node, of, at) = (Arc::clone(self), streams.clone(), self.clock().now());
        let destroyed = tokio::task::spawn_blocking(move || match &node.writer {
            Writing::Own(writer) => writer.erase_all(&of, at),
            Writing::Shared { writer, .. } => writer.erase_all(&of, at),
        });
        destroyed.await.map_err(|_| Problem::plain(problem::FAILED))??;
        self.reply(Lane::Ordinary, Command::Retain(Retain::Erased(streams))).await.map(drop)
    }
}
