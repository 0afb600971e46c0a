//! Replies to requests that carry a key, as they are looked up and swept.

use super::link::{Step, values};
use super::session::Session;
use super::touch;
use super::view::{Answered, View};
use crate::time::nanoseconds;
use crate::{RequestKey, StoreError};
use jiff::Timestamp;
use tokio_postgres::Row;

/// The replies to some keys.
pub(super) fn replies_to(keys: &[RequestKey]) -> Step {
    let part = |part: fn(&RequestKey) -> &str| -> Vec<Vec<u8>> {
        keys.iter().map(|key| part(key).as_bytes().to_vec()).collect()
    };
    Step::new(
        "SELECT i.organisation, i.key, i.request, i.reply, i.expires \
         FROM unnest($1::bytea[], $2::bytea[]) AS u (organisation, key) JOIN idempotency i USING (organisation, key)",
        values![part(|key| &key.organisation), part(|key| &key.key)],
    )
}

/// Knows the replies to keys, and which have none.
pub(super) fn learn_replies(view: &mut View, keys: &[RequestKey], rows: &[Row]) {
    for key in keys {
        let row = rows.iter().find(|row| {
            row.get::<_, &[u8]>(0) == key.organisation.as_bytes()
                && row.get::<_, &[u8]>(1) == key.key.as_bytes()
        });
        let answered =
            row.map(|row| Answered { request: row.get(2), sealed: row.get(3), expires: row.get(4) });
        view.note_asked(touch::reply(key));
        view.replies.insert((key.organisation.clone(), key.key.clone()), answered);
    }
}

/// Deletes up to `most` keys that have expired; gives how many.
///
/// # Errors
/// Where the database fails.
pub fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<u64, StoreError> {
    // Whoever is replacing one of them at this moment keeps it.
    let sql = "WITH gone AS MATERIALIZED \
               (SELECT organisation, key FROM idempotency WHERE expires <= $1 ORDER BY expires LIMIT $2 \
               FOR UPDATE SKIP LOCKED) DELETE FROM idempotency i USING gone \
               WHERE i.organisation = gone.organisation AND i.key = gone.key";
    Ok(session.link.execute(sql, &[&nanoseconds(now)?, &i64::from(most)])?)
}
