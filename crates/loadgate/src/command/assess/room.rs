//! How much `assess` takes in: everything it is given belongs to one decision and is kept until it is made.

use crate::Error;

/// Most consignments taken in, and messages that name none.
const CONSIGNMENTS_MAX: usize = 100_000;

/// Most bytes of messages taken in: what is kept of one is some twenty times its size.
const BYTES_MAX: usize = 64 << 20;

/// What there is room for.
#[derive(Debug)]
pub(super) struct Room {
    consignments: usize,
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { consignments: CONSIGNMENTS_MAX, bytes: BYTES_MAX }
    }
}

impl Room {
    /// Takes up the room of one message of so many bytes and consignments.
    ///
    /// # Errors
    /// Where there is not enough left. Then nothing at all is answered: what was left out could hold goods
    /// that the rest would let pass.
    pub(super) fn take(&mut self, bytes: usize, consignments: usize) -> Result<(), Error> {
        let left = |room: usize, taken: usize| room.checked_sub(taken);
        match (left(self.consignments, consignments.max(1)), left(self.bytes, bytes)) {
            (Some(consignments), Some(bytes)) => {
                (self.consignments, self.bytes) = (consignments, bytes);
                Ok(())
            }
            _ => Err(Error::Usage(format!(
                "the messages are more than can be decided together: at most {CONSIGNMENTS_MAX} consignments \
                 and {} MiB. Nothing was assessed. Name fewer at once, and keep all messages of a waybill \
                 together.",
                BYTES_MAX >> 20
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    #[test]
    fn what_exceeds_the_room_is_refused() {
        let mut room = Room { consignments: 3, bytes: 100 };
        assert!(room.take(40, 1).is_ok());
        assert!(room.take(40, 0).is_ok(), "a message without any consignment is kept too");
        let refused = room.take(40, 1);
        assert!(refused.is_err_and(|why| why.exit() == Exit::Unusable), "too many bytes");
        assert!(room.take(20, 2).is_err(), "too many consignments");
        assert!(room.take(20, 1).is_ok());
        assert!(room.take(0, 0).is_err());
    }
}
