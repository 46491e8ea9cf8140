//! The sync driver of a replica: does what the engine says, over HTTP. All networking is here, in Rust.

use std::{
    collections::BTreeSet,
    sync::{Arc, Condvar, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use andu_api::{
    ApiError, DeskEvent, EnrolmentCode, Pin, Tag,
    session::RecoveryCode,
    setting::{SyncItemState, SyncJoin, SyncStatus},
    text,
};
use andu_app::{
    compare, queue,
    receive::{self, Taken},
    refused,
    renew::Before,
    setup::Enrolled,
};
use andu_base::{CommandId, DeviceId};
use andu_crypto::SigningKey;
use andu_sync::{
    Command, CompareAnswer, CompareRequest, Outcome, PushAnswer, PushRequest, Replica, ScopePage,
    Step, Told, Wait,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Desk, carry, clock,
    link::{Credential, Link},
    open::{AtWork, OpenDesk},
    poke,
    puller::Puller,
    session, together,
};

/// What shows leased rows.
const LEASED: &[Tag] = &[Tag::Organisation, Tag::Sync];
/// Commands in one push.
pub const PUSH_AT_MOST: u32 = 1_000;
/// Between two pulls while pokes come through and say nothing.
const PULL_ANYWAY: Duration = Duration::from_secs(60);
/// Pages that were told and wait to be applied; beyond, they are pulled.
const TOLD_AT_MOST: usize = 64;
/// After something that was held back is due.
const DUE_AFTER: Duration = Duration::from_millis(20);
/// Changes in one pull.
pub const PULL_AT_MOST: u32 = 2_000;

/// What a desk sends to enrol.
#[derive(Serialize, Deserialize)]
pub struct EnrolRequest {
    /// One-time secret.
    pub code: String,
    /// The desk's device.
    pub device: DeviceId,
    /// Its public key, 64 hexadecimal characters.
    pub verify_key: String,
    /// The token it wants to be known by; empty: the server makes one.
    #[serde(default)]
    pub token: String,
    /// Which device it was before, where it is enrolled again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
}

/// What an enrolled desk gets.
#[derive(Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// Who works here.
    pub enrolled: Enrolled,
    /// The desk's token.
    pub token: String,
    /// The server holds the demo county.
    #[serde(default)]
    pub demo: bool,
}

/// Wakes the driver.
#[derive(Clone, Default)]
pub struct Waker(Arc<(Mutex<Signal>, Condvar)>);

#[derive(Default)]
struct Signal {
    woken: bool,
    stopped: bool,
    /// Pokes come through.
    listening: bool,
    /// A file was imported.
    imported: bool,
    /// The last pull, if nobody has woken the driver since.
    pulled_at: Option<Instant>,
    state: Progress,
    /// Commands that were sent while this desk is open.
    sent: BTreeSet<CommandId>,
    /// Those that the server has and that wait for something there.
    deferred: BTreeSet<CommandId>,
    /// What the server told without being asked, oldest first.
    told: Vec<Told>,
    /// When something that is held back is due.
    due: BTreeSet<Instant>,
}

#[derive(Clone, Default)]
struct Progress {
    online: bool,
    last_at: String,
    trouble: String,
    /// The server does not take this desk, or there is nothing to show it.
    enrolment_lost: bool,
    /// A new code from the administrator would help.
    needs_code: bool,
}

/// Whether a server says that it does not take this desk.
pub(crate) fn is_refused(error: &ApiError) -> bool {
    matches!(&*error.key, "device.revoked" | "device.unknown")
}

impl Progress {
    /// As it stands after something failed with `error`, or went well.
    fn note(&mut self, online: bool, error: Option<&ApiError>) {
        if online {
            self.last_at = clock::now();
        }
        self.online = online;
        self.trouble = error.map_or_else(String::new, |error| error.sentence.clone());
        self.enrolment_lost = error.is_some_and(is_refused);
        // A server that was made anew shows another certificate, and so does somebody who plays the server:
        // only a code that the administrator gave leads on.
        self.needs_code =
            self.enrolment_lost || error.is_some_and(|error| error.key == "link.other_certificate");
    }
}

impl Waker {
    /// Something waits to be sent, or somebody asks for a sync.
    pub fn wake(&self) {
        self.signal(|signal| {
            signal.woken = true;
            signal.pulled_at = None;
        });
    }

    /// Something waits to be sent in so many seconds.
    #[expect(
        clippy::disallowed_methods,
        reason = "a pause is counted on the monotonic clock"
    )]
    pub(crate) fn wake_in(&self, seconds: u32) {
        // A little later: what is due is due to the millisecond.
        let due = Instant::now() + Duration::from_secs(seconds.into()) + DUE_AFTER;
        self.signal(|signal| {
            signal.due.insert(due);
        });
    }

    /// The server told what is new.
    pub(crate) fn tell(&self, told: Told) {
        self.signal(|signal| match signal.told.len() {
            0..TOLD_AT_MOST => signal.told.push(told),
            _ => (signal.woken, signal.pulled_at) = (true, None),
        });
    }

    fn take_told(&self) -> Vec<Told> {
        let mut signal = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut signal.told)
    }

    /// A file was imported: it goes to the server.
    pub fn import(&self) {
        self.signal(|signal| signal.imported = true);
    }

    /// Waits for `ms`, or, if `heeding`, until a file was imported. Says whether to go on.
    pub(crate) fn rest_until_import(&self, ms: u64, heeding: bool) -> bool {
        let guard = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |signal: &mut Signal| !(signal.stopped || heeding && signal.imported);
        let waited = self
            .0
            .1
            .wait_timeout_while(guard, Duration::from_millis(ms), idle);
        let (mut signal, _) = waited.unwrap_or_else(PoisonError::into_inner);
        signal.imported = false;
        !signal.stopped
    }

    /// Says whether pokes come through: if so, nothing need be asked for without one.
    pub(crate) fn set_listening(&self, listening: bool) {
        self.signal(|signal| signal.listening = listening);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        let signal = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        signal.stopped
    }

    /// Waits for `ms`, however often the driver is woken. Says whether to go on.
    pub(crate) fn pause(&self, ms: u64) -> bool {
        let guard = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let going = |signal: &mut Signal| !signal.stopped;
        let waited = self
            .0
            .1
            .wait_timeout_while(guard, Duration::from_millis(ms), going);
        !waited.unwrap_or_else(PoisonError::into_inner).0.stopped
    }

    /// Notes what was sent.
    fn sent(&self, commands: &[Command]) {
        let ids = commands.iter().map(|sent| sent.id);
        self.note(|signal| signal.sent.extend(ids));
    }

    fn answered(&self, answer: &PushAnswer) {
        self.note(|signal| {
            for (id, outcome) in &answer.outcomes {
                if matches!(outcome, Outcome::Deferred { .. }) {
                    signal.deferred.insert(*id);
                } else {
                    signal.deferred.remove(id);
                    signal.sent.remove(id);
                }
            }
        });
    }

    /// How far a command that waits has come.
    pub(crate) fn waits(&self, id: CommandId) -> SyncItemState {
        let signal = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if signal.deferred.contains(&id) {
            SyncItemState::Unconfirmed
        } else if signal.sent.contains(&id) {
            SyncItemState::Sent
        } else {
            SyncItemState::Saved
        }
    }

    /// Notes something without waking anybody.
    fn note(&self, change: impl FnOnce(&mut Signal)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether a pull would only ask what a poke would have said; if not, it is noted as done.
    #[expect(
        clippy::disallowed_methods,
        reason = "a pause is counted on the monotonic clock"
    )]
    fn skips_pull(&self) -> bool {
        let mut signal = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = signal
            .pulled_at
            .is_some_and(|at| at.elapsed() < PULL_ANYWAY);
        if recent && signal.listening && signal.state.online {
            return true;
        }
        signal.pulled_at = Some(Instant::now());
        false
    }

    /// Ends the driver.
    pub fn stop(&self) {
        self.signal(|signal| signal.stopped = true);
    }

    fn signal(&self, change: impl FnOnce(&mut Signal)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.1.notify_all();
    }

    /// Whether this desk has nothing by which the server would take it.
    pub(crate) fn is_enrolment_lost(&self) -> bool {
        self.progress().enrolment_lost
    }

    fn progress(&self) -> Progress {
        self.0
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .state
            .clone()
    }

    /// Rests until woken, until something that is held back is due, or for `ms`. Says whether to go on.
    #[expect(
        clippy::disallowed_methods,
        reason = "a pause is counted on the monotonic clock"
    )]
    fn rest(&self, ms: u64) -> bool {
        let mut signal = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + Duration::from_millis(ms);
        loop {
            let now = Instant::now();
            let due = signal.due.first().copied().unwrap_or(until).min(until);
            let idle = !signal.woken && !signal.stopped && signal.told.is_empty();
            let Some(left) = due.checked_duration_since(now).filter(|_| idle) else {
                break;
            };
            if left.is_zero() {
                break;
            }
            let waited = self.0.1.wait_timeout(signal, left);
            signal = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let now = Instant::now();
        signal.due.retain(|due| *due > now);
        signal.woken = false;
        !signal.stopped
    }
}

/// Starts the driver of a replica. It ends when the desk is gone.
pub fn start(desk: &Arc<AtWork>, credential: &Credential) {
    if !desk.is_replica() {
        return;
    }
    if credential.token.is_empty() {
        // A desk that was put back from a backup: its token is not in there.
        let error = text::error("enrolment.lost");
        desk.sync.signal(|signal| {
            signal.state.note(false, Some(&error));
            (signal.state.enrolment_lost, signal.state.needs_code) = (true, true);
        });
        return;
    }
    let link = match Link::new(&desk.home.server, credential) {
        Ok(link) => link,
        Err(error) => {
            desk.sync
                .signal(|signal| signal.state.trouble = error.sentence);
            return;
        }
    };
    let _ = desk.link.set(link.clone());
    let (weak, waker) = (Arc::downgrade(desk), desk.sync.clone());
    let spawned = thread::Builder::new()
        .name("sync".into())
        .spawn(move || drive(&weak, &waker, &link));
    // The same server with more patience: it holds nothing of the desk but what wakes the driver.
    let listening = Link::with_patience(&desk.home.server, credential, poke::PATIENCE);
    let spawned = spawned.and(listening.map_or(Ok(None), |link| {
        let waker = desk.sync.clone();
        let name = thread::Builder::new().name("pokes".into());
        name.spawn(move || poke::listen(&waker, &link)).map(Some)
    }));
    let carrying = Link::with_patience(&desk.home.server, credential, carry::PATIENCE);
    let fetching = Link::with_patience(&desk.home.server, credential, carry::PATIENCE);
    if let Ok(link) = fetching {
        let _ = desk.files_link.set(link);
    }
    let spawned = spawned.and(carrying.map_or(Ok(None), |link| {
        let (weak, waker) = (Arc::downgrade(desk), desk.sync.clone());
        let name = thread::Builder::new().name("originals".into());
        name.spawn(move || carry::send(&weak, &waker, &link))
            .map(Some)
    }));
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread for the sync");
    }
}

fn drive(desk: &Weak<AtWork>, waker: &Waker, link: &Link) {
    let mut replica = Replica::default();
    let mut puller = Puller::new(link.clone());
    loop {
        if let Some(desk) = desk.upgrade()
            && desk.leases.look(clock::now_ms())
        {
            desk.events.stale(LEASED);
        }
        let step = replica.step();
        if let Step::Rest(Wait(ms)) = step {
            if !waker.rest(ms) {
                return;
            }
            take_in(desk, waker);
            replica.woken();
            continue;
        }
        if step == Step::Pull && waker.skips_pull() {
            replica.pulled(false);
            continue;
        }
        let done = match step {
            Step::Push => push(desk, link).map(|sent| {
                // Nobody tells of what became of one's own acts: the pull that takes them out of the outbox is due now,
                // also where they were held back and nobody woke the desk.
                if sent.is_answered {
                    waker.signal(|signal| signal.pulled_at = None);
                }
                replica.pushed(sent.again);
            }),
            Step::Pull => pull(desk, link, &mut puller).map(|more| {
                if more {
                    waker.signal(|signal| signal.pulled_at = None);
                }
                replica.pulled(more);
            }),
            Step::Rest(_) => Ok(()),
        };
        let Some(desk) = desk.upgrade() else { return };
        let error = done.err();
        if let Some(error) = &error {
            if error.key == "device.revoked" && desk.leases.end_device() {
                desk.events.stale(LEASED);
            }
            replica.failed();
        }
        let online = replica.is_online();
        let was = waker.progress();
        waker.signal(|signal| signal.state.note(online, error.as_ref()));
        let is = waker.progress();
        if was.online != is.online || was.trouble != is.trouble {
            desk.events.stale(&[Tag::Sync]);
        }
        if online && !was.online {
            desk.lines.look(&desk);
        }
    }
}

/// The desk, if it is still open. Nobody holds it while the network is waited for.
fn open(desk: &Weak<AtWork>) -> Result<Arc<AtWork>, ApiError> {
    desk.upgrade().ok_or_else(|| text::error("desk.locked"))
}

/// What became of a push.
#[derive(Default)]
struct Sent {
    /// More is due.
    again: bool,
    /// Something of it was answered for good.
    is_answered: bool,
}

/// Sends what waits.
fn push(desk: &Weak<AtWork>, link: &Link) -> Result<Sent, ApiError> {
    let request = queue::next_push(&open(desk)?.store, &clock::now(), PUSH_AT_MOST)?;
    if request.commands.is_empty() && request.recall.is_empty() {
        return Ok(Sent::default());
    }
    let answer: Result<PushAnswer, ApiError> = link.post("/sync/push", &request);
    let desk = open(desk)?;
    // Until then nobody knows that it left; afterwards only where there was nobody to send it to.
    if !answer.as_ref().is_err_and(Link::sent_nothing) {
        desk.sync.sent(&request.commands);
    }
    let answer = answer?;
    desk.sync.answered(&answer);
    let mut sign = |command: Command| command.signed(&desk.key);
    let pushed = queue::note_answer(&desk.store, &request, &answer, &mut sign)?;
    together::set_aside(&desk, &pushed.set_aside);
    for refused in refusals(&desk, &request, &answer)? {
        desk.events.send(refused);
    }
    desk.events.stale(&[Tag::Drafts, Tag::Tasks, Tag::Sync]);
    Ok(Sent {
        again: pushed.again,
        is_answered: pushed.changed,
    })
}

/// Which acts were refused, and why. What was typed too late is told with its draft.
fn refusals(
    desk: &AtWork,
    request: &PushRequest,
    answer: &PushAnswer,
) -> Result<Vec<DeskEvent>, ApiError> {
    let refused = answer.outcomes.iter().filter_map(|(id, outcome)| {
        let Outcome::Rejected { reason } = outcome else {
            return None;
        };
        let command = request.commands.iter().find(|sent| sent.id == *id)?;
        (command.kind != "draft_update").then_some((command, reason))
    });
    let event = |(command, reason): (&Command, _)| {
        Ok(DeskEvent::Refused {
            act: command.kind.clone(),
            title: desk
                .store
                .read(|reader| refused::title_of(reader, &command.args))?,
            sentence: text::reason_sentence(reason),
        })
    };
    refused.map(event).collect()
}

/// Asks for what is new. Says whether there is more.
fn pull(desk: &Weak<AtWork>, link: &Link, puller: &mut Puller) -> Result<bool, ApiError> {
    while let Some(request) = open(desk)?.store.read(compare::due)? {
        reconcile(desk, link, request)?;
    }
    let request = open(desk)?
        .store
        .read(|reader| receive::ask_leased(reader, PULL_AT_MOST))?;
    let (answer, is_still) = puller.ask(&request)?;
    let desk = open(desk)?;
    let mut changed = desk.leases.met(&answer, clock::now_ms())?;
    changed |= match is_still {
        true => receive::apply_still(&desk.store, &request)?,
        false => receive::apply(&desk.store, &request, &answer, &desk.person.id.as_text())?,
    };
    if changed {
        show(&desk, &answer.pages);
    }
    let more = changed && (answer.has_more() || answer.epoch != request.epoch);
    if !more {
        wipe(&desk)?;
    }
    Ok(more)
}

/// Applies what the server told without being asked; where it does not go on with what is held, a pull is due.
fn take_in(desk: &Weak<AtWork>, waker: &Waker) {
    let all = waker.take_told();
    let Some(desk) = desk.upgrade().filter(|_| !all.is_empty()) else {
        return;
    };
    let own_id = desk.person.id.as_text();
    let mut pages = Vec::new();
    for told in all {
        match receive::apply_told(&desk.store, &told, &own_id) {
            Ok(Taken::Applied) => pages.push(told.page),
            Ok(Taken::Known) => {}
            // Where the store failed, the pull says so.
            Ok(Taken::Apart) | Err(_) => waker.wake(),
        }
    }
    // What was applied is shown, whatever became of the rest.
    if !pages.is_empty() {
        show(&desk, &pages);
        if wipe(&desk).is_err() {
            waker.wake();
        }
    }
}

/// Shows what came.
fn show(desk: &OpenDesk, pages: &[ScopePage]) {
    together::took_in(desk, pages);
    together::look_again(desk);
    desk.events.stale(&[
        Tag::Drafts,
        Tag::Tasks,
        Tag::CoDraft,
        Tag::Sync,
        Tag::Organisation,
        Tag::Numbers,
        Tag::Forms,
        Tag::Vocabulary,
        Tag::Session,
    ]);
}

fn wipe(desk: &OpenDesk) -> Result<(), ApiError> {
    if !desk.store.wipe()? {
        tracing::warn!("traces of what was taken away are wiped later: somebody is reading");
    }
    Ok(())
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
        needs_code: progress.needs_code,
        leases: desk.leases.shown(),
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
    let (server, pin, code) = where_to(&args.address, &args.code)?;
    let mut credential = Credential {
        token: String::new(),
        pin,
    };
    let link = Link::new(&server, &credential)?;
    let request = EnrolRequest {
        code,
        device,
        verify_key,
        token: String::new(),
        before: None,
    };
    let answer: EnrolAnswer = link.post("/sync/enrol", &request)?;
    let newcomer = session::Newcomer {
        agency: answer.enrolled.agency,
        department: answer.enrolled.department,
        person: answer.enrolled.person,
        device,
        server: link.server().to_owned(),
        demo: answer.demo,
    };
    credential.token = answer.token;
    session::move_in(desk, &newcomer, &args.password, &key, Some(&credential))
}

/// The server, what its certificates are known by, and the one-time secret. An address that is given
/// leads there by another way; the pin stays the code's.
pub(crate) fn where_to(
    address: &str,
    code: &str,
) -> Result<(String, Option<Pin>, String), ApiError> {
    let (address, code) = (address.trim(), code.trim());
    if !address.is_empty() && !EnrolmentCode::is_meant(code) {
        // A server without TLS on this machine; the link sees to it that it is.
        return Ok((address.to_owned(), None, code.to_owned()));
    }
    let code = EnrolmentCode::parse(code)?;
    let server = if address.is_empty() {
        code.address()
    } else {
        address.to_owned()
    };
    Ok((server, code.pin, code.secret_text()))
}
