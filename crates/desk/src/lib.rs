//! A headless desk: unlock, vault, sync driver, preview sessions, jobs. No window: the window, the
//! command and the tests use the same desk through [`Desk::call`].

pub mod bundle;
mod carry;
pub mod check;
pub mod clock;
mod demo_desk;
pub mod diagnostics;
mod dispatch;
mod enrolling;
pub mod event;
pub mod file;
mod first_run;
pub mod incoming;
mod intake;
mod issued;
pub mod joining;
pub mod lease;
pub mod link;
pub mod live;
pub mod log;
pub mod marked_copy;
pub mod open;
pub mod original;
pub mod paper_form;
mod pending;
pub mod place;
mod poke;
pub mod preview;
pub mod print;
pub mod process_book;
pub mod puller;
pub mod register;
mod renewal;
pub mod report;
mod revision;
pub mod session;
pub mod setting;
pub mod sheet;
mod supervision;
pub mod sync;
mod template;
mod together;
pub mod transfer;
pub mod vault;
pub mod version;
pub mod writing;

/// The command table and its types: what [`Desk::call`] speaks.
pub use andu_api;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use andu_api::{ApiError, DeskEvent, text};
use serde_json::{Value, json};

use crate::{
    event::Events,
    file::Files,
    link::Credential,
    open::{AtWork, OpenDesk},
    place::DeskPlace,
    vault::{OsShelf, ProfileName, SecretShelf, Vault, VaultPlace},
    writing::Writing,
};

/// Whether the desk is open.
pub(crate) enum Door {
    /// New or locked.
    Closed,
    /// Open.
    Open {
        /// What is there while it is open.
        desk: Arc<OpenDesk>,
        /// The same, for its own threads.
        at_work: Arc<AtWork>,
        /// The vault that opened it.
        vault: Box<Vault>,
    },
}

/// How long a closing desk waits for its own threads.
const CLOSED_WITHIN: Duration = Duration::from_secs(10);
const CLOSED_STEP: Duration = Duration::from_millis(10);
/// Rounds of writing between two looks whether an automatic version is due: about a minute.
const VERSION_ROUNDS: u64 = 150;

/// Asks the person for a file; given by the window. `Some` path, or `None` where nothing was chosen.
pub type Chooser = Arc<dyn Fn(&andu_api::session::FileChoose) -> Option<PathBuf> + Send + Sync>;

/// A desk.
pub struct Desk {
    /// Where its things lie.
    pub place: DeskPlace,
    /// What it tells its window.
    pub events: Events,
    /// Files the person has chosen.
    pub files: Files,
    door: Mutex<Door>,
    chooser: OnceLock<Chooser>,
    shelf: OnceLock<Option<Arc<dyn SecretShelf>>>,
    notes: Mutex<Notes>,
    /// What could not be written before the desk was locked (the disk was full).
    unsaved: Mutex<Vec<Arc<Writing>>>,
    demo: bool,
}

#[derive(Default)]
struct Notes {
    trouble: String,
    wait_until: Option<Instant>,
}

impl Desk {
    /// A closed desk at `place`. With `demo`, first run offers the demo agency first.
    ///
    /// # Errors
    /// Where an interrupted restore cannot be finished, or an interrupted first run put aside.
    pub fn new(place: DeskPlace, demo: bool) -> Result<Arc<Self>, ApiError> {
        if let Some(restored) = vault::backup::finish_interrupted(&place.folder, clock::now_ms())? {
            lease::forget(&restored);
        }
        first_run::put_aside(&place.folder, clock::now_ms())?;
        Ok(Arc::new(Self {
            place,
            events: Events::default(),
            files: Files::default(),
            door: Mutex::new(Door::Closed),
            chooser: OnceLock::new(),
            shelf: OnceLock::new(),
            notes: Mutex::default(),
            unsaved: Mutex::default(),
            demo,
        }))
    }

    /// Opens a desk of the demo county by itself: enrols with `code` where it is new.
    ///
    /// # Errors
    /// `demo.not_demo` for a server that holds anything else; those of enrolling and unlocking.
    pub fn enter_demo(&self, code: &str) -> Result<(), ApiError> {
        demo_desk::enter(self, code)
    }

    /// Gives the desk a way to ask for files.
    pub fn set_chooser(&self, chooser: Chooser) {
        let _ = self.chooser.set(chooser);
    }

    /// Calls a command of the table.
    ///
    /// # Errors
    /// With a sentence for the person.
    pub fn call(self: &Arc<Self>, name: &str, args: Value) -> Result<Value, ApiError> {
        dispatch::call(self, name, args)
    }

    /// The open desk; `None` while it is new or locked.
    pub fn open_desk(&self) -> Option<Arc<OpenDesk>> {
        match &*self.door() {
            Door::Open { desk, .. } => Some(Arc::clone(desk)),
            Door::Closed => None,
        }
    }

    /// Locks the desk: everything is written, nothing of it stays open. What cannot be written is kept in
    /// memory alone until the desk is opened again.
    pub fn lock(&self) {
        if self.open_desk().is_some() {
            self.close_door();
            self.events.send(DeskEvent::Locked);
        }
    }

    pub(crate) fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn vault_place(&self) -> VaultPlace {
        let name = if self.place.profile.is_empty() {
            "default"
        } else {
            &self.place.profile
        };
        let profile = ProfileName::new(name)
            .unwrap_or_else(|_| ProfileName::new("default").expect("BUG: a plain name"));
        VaultPlace::new(&self.place.folder, profile, self.shelf())
    }

    fn shelf(&self) -> Option<Arc<dyn SecretShelf>> {
        let find = || -> Option<Arc<dyn SecretShelf>> {
            if !self.place.keyring {
                return None;
            }
            OsShelf::find()
                .ok()
                .map(|shelf| Arc::new(shelf) as Arc<dyn SecretShelf>)
        };
        self.shelf.get_or_init(find).clone()
    }

    pub(crate) fn has_keyring(&self) -> bool {
        self.shelf().is_some()
    }

    pub(crate) const fn demo_wanted(&self) -> bool {
        self.demo
    }

    /// Opens the door: from now on commands reach the store; texts are written every moment.
    pub(crate) fn open_door(
        &self,
        open: OpenDesk,
        vault: Vault,
        credential: &Credential,
    ) -> Arc<OpenDesk> {
        let open = Arc::new(open);
        open.writings
            .put_unsaved(std::mem::take(&mut *self.unsaved()));
        let at_work = Arc::new(AtWork(Arc::clone(&open)));
        open.previews.start(&at_work);
        open.lines.begin(&open, credential);
        sync::start(&at_work, credential);
        let weak: Weak<AtWork> = Arc::downgrade(&at_work);
        *self.door() = Door::Open {
            desk: Arc::clone(&open),
            at_work,
            vault: Box::new(vault),
        };
        let flusher = thread::Builder::new().name("flush".into()).spawn(move || {
            for round in 1_u64.. {
                thread::sleep(writing::FLUSH_EVERY);
                let Some(open) = weak.upgrade() else { return };
                open.writings.flush_all(&open);
                if round.is_multiple_of(VERSION_ROUNDS) {
                    open.writings.keep_versions(&open);
                }
            }
        });
        if let Err(error) = flusher {
            tracing::error!(%error, "no thread to write texts");
        }
        open
    }

    /// Closes the door. Everything is written, and no thread of the desk is at work with its store any more
    /// (for those that take longer than [`CLOSED_WITHIN`] nobody waits). Answers with the vault that opened it.
    pub(crate) fn close_door(&self) -> Option<Box<Vault>> {
        let door = std::mem::replace(&mut *self.door(), Door::Closed);
        let Door::Open {
            desk,
            at_work,
            vault,
        } = door
        else {
            return None;
        };
        desk.writings.flush_all(&desk);
        desk.leases.rest(clock::now_ms());
        desk.previews.stop();
        desk.sync.stop();
        desk.lines.stop();
        let mut left = CLOSED_WITHIN.as_millis() / CLOSED_STEP.as_millis();
        while Arc::strong_count(&at_work) > 1 && left > 0 {
            thread::sleep(CLOSED_STEP);
            left -= 1;
        }
        // A command that came in while the door was closing may have brought a last word.
        desk.writings.flush_all(&desk);
        self.unsaved().extend(desk.writings.take_unsaved());
        Some(vault)
    }

    pub(crate) fn unsaved(&self) -> MutexGuard<'_, Vec<Arc<Writing>>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn with_vault<T>(
        &self,
        work: impl FnOnce(&mut Vault) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        match &mut *self.door() {
            Door::Open { vault, .. } => work(vault),
            Door::Closed => Err(text::error("desk.locked")),
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn trouble(&self) -> String {
        self.notes().trouble.clone()
    }

    pub(crate) fn set_trouble(&self, sentence: &str) {
        sentence.clone_into(&mut self.notes().trouble);
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a pause is counted on the monotonic clock"
    )]
    pub(crate) fn wait_seconds(&self) -> u32 {
        let until = self.notes().wait_until;
        let left = until.map_or(Duration::ZERO, |at| {
            at.saturating_duration_since(Instant::now())
        });
        u32::try_from(left.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a pause is counted on the monotonic clock"
    )]
    pub(crate) fn set_wait(&self, seconds: u64) {
        self.notes().wait_until = Some(Instant::now() + Duration::from_secs(seconds));
    }

    /// What the lock screen says: agency and person, kept beside the vault. Nothing else of the store is.
    pub(crate) fn label(&self) -> Option<(String, String)> {
        let bytes = std::fs::read(self.place.folder.join("label.json")).ok()?;
        let label: Value = serde_json::from_slice(&bytes).ok()?;
        let part = |name: &str| label[name].as_str().map(str::to_owned);
        Some((part("agency")?, part("person")?))
    }

    pub(crate) fn remember_label(&self, agency: &str, person: &str) {
        let label = json!({ "agency": agency, "person": person }).to_string();
        let path = self.place.folder.join("label.json");
        if let Err(error) = vault::write_atomically(&path, label.as_bytes()) {
            tracing::warn!(%error, "label not written");
        }
    }

    pub(crate) fn chooser(&self) -> Option<Chooser> {
        self.chooser.get().cloned()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.close_door();
    }
}
