//! What this desk holds for a time only: giving leases files and keys as the server grants them, and ending
//! them when their time is over, wherever the machine stops in between. What is ended is written first, then
//! the key goes, then the file; opening finishes what was left.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use andu_api::{
    ApiError,
    lease::{LeaseClosed, LeaseKind, LeaseShown},
};
use andu_app::lease;
use andu_store::Store;
use andu_sync::{
    LEASE_DAYS_AT_MOST, Lease, LeaseClock, LeaseStanding, PullAnswer, Scope, ScopeKind, lease_until,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::vault::{LeaseKeys, backup::Restored, erase_lease_keys};

/// The name under which a store keeps which leases live.
const STATE: &str = "lease_state";
/// The clock is written down when so much more time has passed, in milliseconds.
const WRITTEN_EVERY_MS: i64 = 300_000;

/// The leases of an open desk.
pub struct Leases {
    keys: LeaseKeys,
    store: Arc<Store>,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    /// The last look at the clock that nobody can put back.
    looked_at: Instant,
    /// What the clock showed when it was written down.
    written_ms: i64,
}

/// What lives. A key or a file that is not named here is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct State {
    clock: LeaseClock,
    held: BTreeMap<Scope, Held>,
    closed: BTreeMap<Scope, LeaseClosed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    /// Names its files.
    id: String,
    until_ms: i64,
}

/// The folder of leased files in a profile's.
pub fn folder_in(profile: &Path) -> PathBuf {
    profile.join("leases")
}

/// Drops the keys of a profile that a restored backup moved aside: it is kept for ever, and what was held for a
/// time is not.
pub(crate) fn forget(restored: &Restored) {
    if let Some(aside) = &restored.moved_aside
        && let Err(error) = erase_lease_keys(&folder_in(aside))
    {
        tracing::error!(%error, "keys of leases stay in the profile that was moved aside");
    }
}

impl Leases {
    /// Opens what is still held at `local_ms` of this machine's clock, and ends the rest. A desk opens however
    /// its leases stand: what cannot be opened is closed.
    pub fn open(keys: LeaseKeys, store: Arc<Store>, own_id: &str, local_ms: i64) -> Self {
        if let Err(error) = lease::evict(&store, own_id) {
            tracing::error!(%error, "leased rows stay in the store");
        }
        let known = store.read(|reader| reader.meta(STATE)).ok().flatten();
        let state = known.and_then(|text| serde_json::from_str(&text).ok());
        let leases = Self {
            keys,
            store,
            inner: Mutex::new(Inner {
                state: state.unwrap_or_default(),
                looked_at: instant(),
                written_ms: 0,
            }),
        };
        leases.look_after(local_ms, 0);
        leases.sweep();
        let held = leases.inner().state.held.clone();
        for (scope, held) in held {
            let opened = match leases.keys.read(&held.id, &scope.0) {
                Ok(Some(key)) => leases
                    .store
                    .lease_open(&scope, &leases.path(&held.id), &key)
                    .map_err(|error| error.to_string()),
                Ok(None) => Err("no key".to_owned()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = opened {
                tracing::warn!(error, "a leased file is closed");
                leases.end(&mut leases.inner(), &scope, Some(LeaseClosed::Damaged));
            }
        }
        leases
    }

    /// Looks at the clocks and ends what may not be held any more. Says whether anything was ended.
    pub fn look(&self, local_ms: i64) -> bool {
        let now = instant();
        let last = std::mem::replace(&mut self.inner().looked_at, now);
        let ran = now.saturating_duration_since(last).as_millis();
        self.look_after(local_ms, u64::try_from(ran).unwrap_or(u64::MAX))
    }

    /// The same, `ran_ms` after the last look.
    pub fn look_after(&self, local_ms: i64, ran_ms: u64) -> bool {
        let mut inner = self.inner();
        inner.state.clock.look(local_ms, ran_ms);
        let clock = inner.state.clock;
        let over: Vec<(Scope, LeaseClosed)> = inner
            .state
            .held
            .iter()
            .filter_map(|(scope, held)| match clock.standing(held.until_ms) {
                LeaseStanding::Held => None,
                LeaseStanding::RanOut => Some((scope.clone(), LeaseClosed::RanOut)),
                LeaseStanding::ClockPutBack => Some((scope.clone(), LeaseClosed::ClockPutBack)),
            })
            .collect();
        for (scope, why) in &over {
            self.end(&mut inner, scope, Some(*why));
        }
        self.write_in_time(&mut inner);
        !over.is_empty()
    }

    /// Takes what the server's answer says of leases, before its pages are put in. Says whether other scopes
    /// are held than before.
    ///
    /// # Errors
    /// Where a leased file or its key cannot be made; what is held then stays as it is.
    pub fn met(&self, answer: &PullAnswer, local_ms: i64) -> Result<bool, ApiError> {
        let mut inner = self.inner();
        inner.looked_at = instant();
        inner.state.clock = LeaseClock::met(answer.now_ms, local_ms);
        let lost: Vec<Scope> = inner.state.held.keys().cloned().collect();
        let given = |scope: &Scope| answer.leases.iter().any(|lease| lease.scope == *scope);
        let lost: Vec<Scope> = lost.into_iter().filter(|scope| !given(scope)).collect();
        for scope in &lost {
            self.end(&mut inner, scope, None);
        }
        // What was taken does not come back by itself.
        let closed = inner.state.closed.len();
        inner.state.closed.retain(|scope, _| given(scope));
        let mut changed = !lost.is_empty() || inner.state.closed.len() < closed;
        let mut renewed = changed;
        for lease in answer.leases.iter().filter(|lease| lease.scope.is_leased()) {
            let until_ms = bounded(lease, answer.now_ms);
            if let Some(held) = inner.state.held.get_mut(&lease.scope) {
                renewed |= held.until_ms != until_ms;
                held.until_ms = until_ms;
            } else if until_ms > answer.now_ms {
                let id = Uuid::new_v4().simple().to_string();
                let key = self.keys.make(&id, &lease.scope.0)?;
                self.store.lease_open(&lease.scope, &self.path(&id), &key)?;
                let held = Held { id, until_ms };
                inner.state.held.insert(lease.scope.clone(), held);
                inner.state.closed.remove(&lease.scope);
                (changed, renewed) = (true, true);
            }
        }
        if renewed {
            self.write(&mut inner);
        } else {
            self.write_in_time(&mut inner);
        }
        Ok(changed)
    }

    /// Ends every lease: the server says that this device may hold nothing any more. Says whether there was any.
    pub fn end_device(&self) -> bool {
        let mut inner = self.inner();
        let held: Vec<Scope> = inner.state.held.keys().cloned().collect();
        for scope in &held {
            self.end(&mut inner, scope, Some(LeaseClosed::DeviceEnded));
        }
        !held.is_empty()
    }

    /// Writes the clock down; a desk that closes does.
    pub fn rest(&self, local_ms: i64) {
        self.look(local_ms);
        let mut inner = self.inner();
        if !inner.state.held.is_empty() {
            self.write(&mut inner);
        }
    }

    /// What is held and until when, and what was closed and why.
    pub fn shown(&self) -> Vec<LeaseShown> {
        let inner = self.inner();
        let held = inner.state.held.iter().map(|(scope, held)| {
            let until = Timestamp::from_millisecond(held.until_ms);
            let until = until.ok().map(|until| format!("{until:.3}"));
            (scope, until, None)
        });
        let closed = inner.state.closed.iter();
        let closed = closed.map(|(scope, why)| (scope, None, Some(*why)));
        held.chain(closed)
            .filter_map(|(scope, until, closed)| {
                let kind = kind(scope)?;
                Some(LeaseShown {
                    kind,
                    until,
                    closed,
                })
            })
            .collect()
    }

    /// Ends a lease: written, key dropped, file closed, file removed. `None`: nothing is told of it.
    fn end(&self, inner: &mut Inner, scope: &Scope, why: Option<LeaseClosed>) {
        let Some(held) = inner.state.held.remove(scope) else {
            return;
        };
        if let Some(why) = why {
            inner.state.closed.insert(scope.clone(), why);
        }
        self.write(inner);
        if let Err(error) = self.keys.erase(&held.id) {
            tracing::error!(%error, "a key stays");
        }
        if let Err(error) = self.store.lease_close(scope) {
            tracing::error!(%error, "a leased file stays open");
        }
        remove(&self.path(&held.id));
    }

    /// Drops keys and files that do not live.
    fn sweep(&self) {
        let inner = self.inner();
        let Ok(entries) = fs::read_dir(self.keys.folder()) else {
            return;
        };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let id = name.split('.').next().unwrap_or_default();
            if inner.state.held.values().any(|held| held.id == id) {
                continue;
            }
            let id = id.to_owned();
            if let Err(error) = self.keys.erase(&id) {
                tracing::error!(%error, "a key stays");
            }
            if let Err(error) = fs::remove_file(&path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::error!(%error, "a leased file stays");
            }
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.keys.folder().join(format!("{id}.db"))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_in_time(&self, inner: &mut Inner) {
        let passed = inner.state.clock.now_ms().saturating_sub(inner.written_ms);
        if !inner.state.held.is_empty() && passed.saturating_abs() >= WRITTEN_EVERY_MS {
            self.write(inner);
        }
    }

    fn write(&self, inner: &mut Inner) {
        inner.written_ms = inner.state.clock.now_ms();
        let text = serde_json::to_string(&inner.state).expect("BUG: leases are plain data");
        if let Err(error) = self.store.write(|tx| tx.meta_put(STATE, &text)) {
            tracing::error!(%error, "leases not written down");
        }
    }
}

/// No longer than an administrator may set, whatever came.
fn bounded(lease: &Lease, now_ms: i64) -> i64 {
    lease.until_ms.min(lease_until(now_ms, LEASE_DAYS_AT_MOST))
}

/// What a leased scope is about; `None` for what is not leased.
fn kind(scope: &Scope) -> Option<LeaseKind> {
    match scope.kind()? {
        ScopeKind::Restricted => Some(LeaseKind::RestrictedTelephones),
        ScopeKind::Person
        | ScopeKind::Draft
        | ScopeKind::Department
        | ScopeKind::Agency
        | ScopeKind::Colleagues
        | ScopeKind::Roles
        | ScopeKind::Register => None,
    }
}

/// Removes a leased file with what the engine keeps beside it. What stays is noise, and goes with the next opening.
fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        if let Err(error) = fs::remove_file(&name)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a leased file is removed later");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what a lease has run is counted on the monotonic clock"
)]
fn instant() -> Instant {
    Instant::now()
}
