//! What was refused at the door: counted, and told to whoever runs the node, so that he sees who tries, and no log is filled
//! by trying.

use crate::api::App;
use crate::identity::Principal;
use crate::problem::{self, Problem};
use crate::tls::Peer;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often one kind of refusal is told of one address.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// Addresses and kinds that are told apart at a time; of further ones is told as of one.
const APART_MAX: usize = 1_000;

/// Letters that are told of where a request went.
const PATH_MAX: usize = 200;

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// A token or certificate that nobody has.
    Token,
    /// A cookie of no session: one that is over, mostly.
    Session,
    /// A passkey that nobody has, or that was not shown as it should be.
    Passkey,
    /// An account of a provider.
    Provider,
    /// A link of an invitation, or a ceremony that is over.
    Link,
    /// Something that somebody may not do.
    Policy,
    /// A request from a page of another site.
    Page,
    /// Too many requests.
    Limit,
}

impl Refused {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Token,
        Self::Session,
        Self::Passkey,
        Self::Provider,
        Self::Link,
        Self::Policy,
        Self::Page,
        Self::Limit,
    ];

    /// Its name in figures and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
            Self::Link => "link",
            Self::Policy => "policy",
            Self::Page => "page",
            Self::Limit => "limit",
        }
    }

    /// As which a problem counts, of somebody who is known or not.
    fn of(problem: &Problem, known: bool) -> Option<Self> {
        let kind = problem.kind();
        Some(match () {
            () if kind == problem::TOKEN_INVALID => Self::Token,
            () if kind == problem::SIGNED_OUT => Self::Session,
            () if kind == problem::PASSKEY_REFUSED => Self::Passkey,
            () if kind == problem::PROVIDER_REFUSED => Self::Provider,
            () if kind == problem::NOT_ALLOWED => Self::Policy,
            () if kind == problem::NOT_OUR_PAGE => Self::Page,
            () if kind == problem::TOO_MANY => Self::Limit,
            // Whoever is known is refused by the law of the field, which is no matter of the door.
            () if !known && [problem::REFUSED, problem::CEREMONY_OVER].contains(&kind) => Self::Link,
            () => return None,
        })
    }
}

/// Of one kind and address.
#[derive(Debug)]
struct Told {
    at: Instant,
    /// How many came since.
    since: u64,
}

type Apart = (Option<IpAddr>, Refused);

/// What was refused since the start.
#[derive(Debug, Default)]
pub struct Refusals {
    counts: [AtomicU64; Refused::ALL.len()],
    told: Mutex<HashMap<Apart, Told>>,
}

impl Refusals {
    /// How many there were, by kind.
    pub fn counts(&self) -> impl Iterator<Item = (Refused, u64)> {
        Refused::ALL.into_iter().zip(self.counts.iter().map(|count| count.load(Ordering::Relaxed)))
    }

    /// Counts one; of how many is to be told now, if it is.
    fn note(&self, kind: Refused, address: Option<IpAddr>, now: Instant) -> Option<u64> {
        if let Some(count) = self.counts.get(kind as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let apart = told.contains_key(&(address, kind)) || told.len() < APART_MAX;
        let key = (address.filter(|_| apart), kind);
        match told.get_mut(&key) {
            Some(told) if now.duration_since(told.at) < TOLD_EVERY => {
                told.since += 1;
                None
            }
            Some(told) => {
                let times = told.since + 1;
                *told = Told { at: now, since: 0 };
                Some(times)
            }
            None => {
                told.insert(key, Told { at: now, since: 0 });
                Some(1)
            }
        }
    }

    /// Of which is to be told that they came again, and how often, now that their minute is over.
    fn again(&self, now: Instant) -> Vec<(Apart, u64)> {
        let mut again = Vec::new();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|key, told| {
            if now.duration_since(told.at) < TOLD_EVERY {
                return true;
            }
            if told.since > 0 {
                again.push((*key, told.since));
            }
            let goes_on = told.since > 0;
            *told = Told { at: now, since: 0 };
            goes_on
        });
        again
    }

    /// Tells what came again in the last minute.
    pub(crate) fn tell_again(&self) {
        for ((address, kind), times) in self.again(Instant::now()) {
            let (kind, address) = (kind.as_str(), address.map(|address| address.to_string()));
            tracing::warn!(kind, address, times, "refused again");
        }
    }
}

/// Who made a request that was answered, for whoever tells of it.
#[derive(Debug, Clone)]
pub(crate) struct By {
    organisation: Arc<str>,
    who: Arc<str>,
}

impl From<&Principal> for By {
    fn from(principal: &Principal) -> Self {
        Self { organisation: Arc::clone(&principal.organisation.name), who: Arc::clone(&principal.token) }
    }
}

/// That something looks as if it were not there because somebody may not see such things at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hidden;

/// Counts and tells what was refused of a request.
pub(crate) async fn noted(State(app): State<App>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|ConnectInfo(peer)| peer.address.ip());
    let response = next.run(request).await;
    let by = response.extensions().get::<By>();
    let kind = match response.extensions().get::<Hidden>() {
        Some(Hidden) => Some(Refused::Policy),
        None => response.extensions().get().and_then(|problem| Refused::of(problem, by.is_some())),
    };
    // What happens in a room passes the node's own door.
    if let Some(kind) = kind.filter(|_| app.0.rooms().is_some())
        && let Some(times) = app.0.refusals().note(kind, peer, Instant::now())
    {
        // What stands behind `?` may name people.
        let path: String = uri.path().chars().take(PATH_MAX).collect();
        let (organisation, who) = (by.map(|by| &*by.organisation), by.map(|by| &*by.who));
        let (address, name) = (peer.map(|peer| peer.to_string()), kind.as_str());
        match kind {
            // Sessions end every day.
            Refused::Session => {
                tracing::info!(kind = name, organisation, who, address, %method, path, times, "refused");
            }
            _ => tracing::warn!(kind = name, organisation, who, address, %method, path, times, "refused"),
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_told_once_a_minute_with_how_often() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(refusals.note(Refused::Token, Some(one), start), Some(1));
        for second in 0..50 {
            assert_eq!(refusals.note(Refused::Token, Some(one), after(second)), None);
        }
        assert_eq!(refusals.note(Refused::Policy, Some(one), after(50)), Some(1), "another kind");
        assert_eq!(refusals.note(Refused::Token, Some(other), after(50)), Some(1), "another address");
        assert_eq!(refusals.again(after(59)), []);
        assert_eq!(refusals.again(after(60)), [((Some(one), Refused::Token), 50)]);
        assert_eq!(refusals.note(Refused::Token, Some(one), after(61)), None, "told a second ago");
        assert_eq!(refusals.note(Refused::Token, Some(one), after(121)), Some(2));
        assert_eq!(refusals.again(after(500)), [], "what came once is told");
        let counts: Vec<u64> = refusals.counts().map(|(_, times)| times).collect();
        assert_eq!(counts, [54, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn many_addresses_fill_no_log() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let address = |n: u32| Some(IpAddr::from(n.to_be_bytes()));
        let told = (0..50_000).filter(|n| refusals.note(Refused::Token, address(*n), now).is_some());
        assert_eq!(told.count(), APART_MAX + 1);
    }
}
