//! The sync driver of a replica: does what the engine says, over HTTP. All networking is here, in Rust.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError, Weak},
    thread,
    time::Duration,
};

use andu_api::{
    ApiError, ErrorCode, Tag,
    session::RecoveryCode,
    setting::{SyncJoin, SyncStatus},
    text,
};
use andu_app::{compare, queue, receive, setup::Enrolled};
use andu_base::DeviceId;
use andu_crypto::SigningKey;
use andu_sync::{
    Command, CompareAnswer, CompareRequest, PullAnswer, PushAnswer, Replica, Step, Wait,
};
use reqwest::blocking::Client;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Desk, clock,
    open::{AtWork, OpenDesk},
    session,
};

/// Commands in one push.
const PUSH_AT_MOST: u32 = 64;
/// Changes in one pull.
const PULL_AT_MOST: u32 = 200;

/// What a desk sends to enrol.
#[derive(Serialize, Deserialize)]
pub struct EnrolRequest {
    /// One-time secret.
    pub code: String,
    /// The desk's device.
    pub device: DeviceId,
    /// Its public key, 64 hexadecimal characters.
    pub verify_key: String,
}

/// What an enrolled desk gets.
#[derive(Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// Who works here.
    pub enrolled: Enrolled,
    /// The desk's token.
    pub token: String,
}

/// Wakes the driver.
#[derive(Clone, Default)]
pub struct Waker(Arc<(Mutex<Signal>, Condvar)>);

#[derive(Default)]
struct Signal {
    woken: bool,
    stopped: bool,
    state: Progress,
}

#[derive(Clone, Default)]
struct Progress {
    online: bool,
    last_at: String,
    trouble: String,
}

impl Waker {
    /// Something waits to be sent, or somebody asks for a sync.
    pub fn wake(&self) {
        self.signal(|signal| signal.woken = true);
    }

    /// Ends the driver.
    pub fn stop(&self) {
        self.signal(|signal| signal.stopped = true);
    }

    fn signal(&self, change: impl FnOnce(&mut Signal)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.1.notify_all();
    }

    fn progress(&self) -> Progress {
        self.0
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .state
            .clone()
    }

    /// Rests until woken or for `ms`. Says whether to go on.
    fn rest(&self, ms: u64) -> bool {
        let guard = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |signal: &mut Signal| !signal.woken && !signal.stopped;
        let waited = self
            .0
            .1
            .wait_timeout_while(guard, Duration::from_millis(ms), idle);
        let (mut signal, _) = waited.unwrap_or_else(PoisonError::into_inner);
        signal.woken = false;
        !signal.stopped
    }
}

/// A server as this desk reaches it.
pub struct Link {
    client: Client,
    server: String,
    token: String,
}

impl Link {
    /// A link to a server.
    ///
    /// # Errors
    /// `desk.join_failed` where no client can be made.
    pub fn new(server: &str, token: &str) -> Result<Self, ApiError> {
        let client = Client::builder()
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| failed(server, &error))?;
        Ok(Self {
            client,
            server: server.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
        })
    }

    fn post<A: Serialize, R: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        body: &A,
    ) -> Result<R, ApiError> {
        let answer = self
            .client
            .post(format!("{}{path}", self.server))
            .bearer_auth(&self.token)
            .json(body)
            .send()
            .map_err(|error| failed(&self.server, &error))?;
        if answer.status().is_success() {
            return answer.json().map_err(|error| failed(&self.server, &error));
        }
        let status = answer.status();
        Err(answer
            .json::<ApiError>()
            .unwrap_or_else(|_| failed(&self.server, &status)))
    }
}

fn failed(server: &str, cause: &dyn std::fmt::Display) -> ApiError {
    let fields = [("address", server.to_owned()), ("cause", cause.to_string())];
    text::error_with(ErrorCode::NotNow, "desk.join_failed", &fields)
}

/// Starts the driver of a replica. It ends when the desk is gone.
pub fn start(desk: &Arc<AtWork>, token: &str) {
    if !desk.is_replica() {
        return;
    }
    let Ok(link) = Link::new(&desk.home.server, token) else {
        return;
    };
    let (weak, waker) = (Arc::downgrade(desk), desk.sync.clone());
    let spawned = thread::Builder::new()
        .name("sync".into())
        .spawn(move || drive(&weak, &waker, &link));
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread for the sync");
    }
}

fn drive(desk: &Weak<AtWork>, waker: &Waker, link: &Link) {
    let mut replica = Replica::default();
    loop {
        let step = replica.step();
        if let Step::Rest(Wait(ms)) = step {
            if !waker.rest(ms) {
                return;
            }
            replica.woken();
            continue;
        }
        let done = match step {
            Step::Push => push(desk, link).map(|more| replica.pushed(more)),
            Step::Pull => pull(desk, link).map(|more| replica.pulled(more)),
            Step::Rest(_) => Ok(()),
        };
        let Some(desk) = desk.upgrade() else { return };
        let trouble = match done {
            Ok(()) => String::new(),
            Err(error) => {
                replica.failed();
                error.sentence
            }
        };
        let online = replica.is_online();
        let was = waker.progress();
        waker.signal(|signal| {
            if online {
                signal.state.last_at = clock::now();
            }
            signal.state.online = online;
            signal.state.trouble.clone_from(&trouble);
        });
        if was.online != online || was.trouble != trouble {
            desk.events.stale(&[Tag::Sync]);
        }
    }
}

/// The desk, if it is still open. Nobody holds it while the network is waited for.
fn open(desk: &Weak<AtWork>) -> Result<Arc<AtWork>, ApiError> {
    desk.upgrade().ok_or_else(|| text::error("desk.locked"))
}

/// Sends what waits. Says whether more is due.
fn push(desk: &Weak<AtWork>, link: &Link) -> Result<bool, ApiError> {
    let request = queue::next_push(&open(desk)?.store, &clock::now(), PUSH_AT_MOST)?;
    if request.commands.is_empty() && request.recall.is_empty() {
        return Ok(false);
    }
    let answer: PushAnswer = link.post("/sync/push", &request)?;
    let desk = open(desk)?;
    let mut sign = |command: Command| command.signed(&desk.key);
    let pushed = queue::note_answer(&desk.store, &request, &answer, &mut sign)?;
    desk.events.stale(&[Tag::Drafts, Tag::Sync]);
    Ok(pushed.again)
}

/// Asks for what is new. Says whether there is more.
fn pull(desk: &Weak<AtWork>, link: &Link) -> Result<bool, ApiError> {
    while let Some(request) = open(desk)?.store.read(compare::due)? {
        reconcile(desk, link, request)?;
    }
    let request = open(desk)?
        .store
        .read(|reader| receive::ask(reader, PULL_AT_MOST))?;
    let answer: PullAnswer = link.post("/sync/pull", &request)?;
    let desk = open(desk)?;
    let changed = receive::apply(&desk.store, &request, &answer, &desk.person.id.as_text())?;
    if changed {
        desk.events
            .stale(&[Tag::Drafts, Tag::Sync, Tag::Organisation, Tag::Session]);
    }
    let more = changed && (answer.has_more() || answer.epoch != request.epoch);
    if !more && !desk.store.wipe()? {
        tracing::warn!("traces of what was taken away are wiped later: somebody is reading");
    }
    Ok(more)
}

/// Compares a scope with the server's until both hold the same, or pulls it anew.
fn reconcile(
    desk: &Weak<AtWork>,
    link: &Link,
    mut request: CompareRequest,
) -> Result<(), ApiError> {
    for _ in 0..compare::ROUNDS_AT_MOST {
        let answer: CompareAnswer = link.post("/sync/compare", &request)?;
        let desk = open(desk)?;
        let own_id = desk.person.id.as_text();
        match compare::take(&desk.store, &request, &answer, &own_id)? {
            compare::Progress::Ask(next) => request = next,
            compare::Progress::Same => return Ok(()),
            // Another epoch, or a scope that was taken away: the next pull says which.
            compare::Progress::Void => break,
        }
        desk.events.stale(&[Tag::Drafts]);
    }
    compare::give_up(&open(desk)?.store, &request.scope)?;
    Ok(())
}

/// The state of the sync.
///
/// # Errors
/// The store's own.
pub fn status(desk: &OpenDesk) -> Result<SyncStatus, ApiError> {
    let progress = desk.sync.progress();
    Ok(SyncStatus {
        joined: desk.is_replica(),
        server: desk.home.server.clone(),
        online: progress.online,
        waiting: desk.store.read(|reader| reader.outbox_waiting())?,
        last_at: progress.last_at,
        trouble: progress.trouble,
    })
}

/// Joins a server: enrols this desk and makes an empty replica.
///
/// # Errors
/// `desk.not_new`, `desk.join_failed`, `setup.enrolment_refused`.
pub fn join(desk: &Desk, args: &SyncJoin) -> Result<RecoveryCode, ApiError> {
    if desk.vault_place().look()?.is_some() {
        return Err(text::error("desk.not_new"));
    }
    let key = SigningKey::random().map_err(|_| text::error("store.engine"))?;
    let device = DeviceId(Uuid::now_v7());
    let verify_key: String = key
        .verifying_key()
        .to_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // The password is looked at first: the one-time code is not to be used up in vain.
    crate::vault::Password::new(&args.password)?.check_choice()?;
    let link = Link::new(&args.address, "")?;
    let request = EnrolRequest {
        code: args.code.trim().to_owned(),
        device,
        verify_key,
    };
    let answer: EnrolAnswer = link.post("/sync/enrol", &request)?;
    let newcomer = session::Newcomer {
        agency: answer.enrolled.agency,
        department: answer.enrolled.department,
        person: answer.enrolled.person,
        device,
        server: link.server.clone(),
        demo: false,
    };
    session::move_in(desk, &newcomer, &args.password, &key, Some(&answer.token))
}
