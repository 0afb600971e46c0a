//! How many connections there may be at a time, in all and from one address, and what became of the others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Connections at a time. Fewer than the 1,024 files that systems let a process open by themselves, so that the database
/// always has some left.
const MAX: NonZeroU32 = NonZeroU32::new(800).unwrap();

/// Connections of one address at a time.
const ADDRESS_MAX: NonZeroU32 = NonZeroU32::new(200).unwrap();

/// How long the head of a request may take from when it could be sent.
const HEAD_MAX: Duration = Duration::from_secs(30);

/// Bounds of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// How many at a time.
    pub max: NonZeroU32,
    /// How many from one address.
    pub address_max: NonZeroU32,
    /// How long the head of a request may take.
    pub head_max: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { max: MAX, address_max: ADDRESS_MAX, head_max: HEAD_MAX }
    }
}

/// Why somebody is not listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There are as many connections as there may be.
    Full,
    /// There are as many from his address as there may be.
    AddressFull,
    /// He connected and asked nothing in time.
    Silent,
}

impl Refused {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Full, Self::AddressFull, Self::Silent];

    /// Its name in figures and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::AddressFull => "address-full",
            Self::Silent => "silent",
        }
    }
}

/// Connections, counted.
#[derive(Debug, Default)]
pub struct Connections {
    bounds: Bounds,
    open: Mutex<Open>,
    refused: [AtomicU64; Refused::ALL.len()],
}

#[derive(Debug, Default)]
struct Open {
    all: u32,
    by_address: HashMap<IpAddr, u32>,
}

impl Connections {
    /// None yet.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, ..Self::default() }
    }

    /// Within what bounds.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Counts a connection for as long as the permit is kept. `one` says that whoever is at the address is one and not many,
    /// as behind a server before the node.
    ///
    /// # Errors
    /// Where there are too many; that is counted too.
    pub fn admit(self: &Arc<Self>, address: IpAddr, one: bool) -> Result<Permit, Refused> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = open.by_address.get(&address).copied().unwrap_or_default();
        let refused = if open.all >= self.bounds.max.get() {
            Some(Refused::Full)
        } else if one && of_address >= self.bounds.address_max.get() {
            Some(Refused::AddressFull)
        } else {
            None
        };
        if let Some(why) = refused {
            self.refuse(why);
            return Err(why);
        }
        open.all += 1;
        open.by_address.insert(address, of_address + 1);
        Ok(Permit { connections: Arc::clone(self), address })
    }

    /// Counts that somebody is not listened to.
    pub fn refuse(&self, why: Refused) {
        if let Some(count) = self.refused.get(why as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many are open.
    pub fn open(&self) -> u32 {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// How many were not listened to since the start, by why.
    pub fn refused(&self) -> impl Iterator<Item = (Refused, u64)> {
        Refused::ALL.into_iter().zip(self.refused.iter().map(|count| count.load(Ordering::Relaxed)))
    }
}

/// That a connection is open; dropped with it.
#[derive(Debug)]
pub struct Permit {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(count) = open.by_address.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_bounded_in_all_and_for_each_address() {
        let (two, three) = (NonZeroU32::new(2), NonZeroU32::new(3));
        let (Some(address_max), Some(max)) = (two, three) else { return };
        let connections = Arc::new(Connections::new(Bounds { max, address_max, ..Bounds::default() }));
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let first = connections.admit(one, true);
        let second = connections.admit(one, true);
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(connections.admit(one, true).err(), Some(Refused::AddressFull));
        let third = connections.admit(other, true);
        assert!(third.is_ok());
        assert_eq!(connections.admit(other, true).err(), Some(Refused::Full));
        drop(first);
        assert!(connections.admit(one, true).is_ok() && connections.open() == 2);
        drop((second, third));
        assert_eq!(connections.open(), 0);
        let counted: Vec<u64> = connections.refused().map(|(_, times)| times).collect();
        assert_eq!(counted, [1, 1, 0]);
    }
}
