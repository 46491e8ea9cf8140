//! The server's store, and who is asking.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{Answered, ApiError, Caller, ErrorCode, find_row, text};
use andu_app::{
    Look, Origin, Place,
    account::{self, Pepper},
    ceiling, decide, epoch,
    execute::SESSION_MARK,
    number, organisation, receive, vocabulary,
};
use andu_base::{CommandId, ContentHash, Date, DeviceId, PersonId};
use andu_org::Person;
use andu_store::{Key, Reader, Store, StoreError};
use andu_sync::{Command, Outcome, Reason, Scope};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    Authority, Pages,
    authority::{self, pin_in},
    browser,
    examine::Examiner,
    listen::Tally,
    live::Rooms,
    metrics::Counts,
    people::secret,
    pepper,
    poke::Pokes,
    standing::Standing,
    told::Told,
};

/// Each needs 64 MiB for the better part of a second.
const GUESSES_AT_ONCE: usize = 2;

/// An open server.
#[derive(Clone)]
pub struct Server {
    pub(crate) store: Arc<Store>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) pokes: Arc<Pokes>,
    pub(crate) rooms: Arc<Rooms>,
    pub(crate) standing: Arc<Standing>,
    pub(crate) told: Arc<Told>,
    pub(crate) examiner: Examiner,
    pub(crate) pepper: Arc<Pepper>,
    /// Passwords that are stretched at the same time.
    pub(crate) guesses: Arc<Semaphore>,
    pub(crate) pages: Pages,
    folder: Arc<Path>,
    device: DeviceId,
}

impl Server {
    /// Opens the server's store in `folder`, making it if it is not there.
    ///
    /// # Errors
    /// `server.store_gone` where a server was and its store is not there any more, `server.pepper_gone` and
    /// `server.pepper_other` where its secret is not; the store's own, as sentences.
    pub fn open(folder: &Path) -> Result<Self, ApiError> {
        let has = |name: &str| folder.join(name).exists();
        if !has("server.db") && (has("pepper.key") || has("tls")) {
            return Err(about(folder, "server.store_gone"));
        }
        keep_private(folder).map_err(andu_store::StoreError::from)?;
        let store = Store::open(&folder.join("server.db"), Key::Plain)?;
        let known = store.read(|reader| reader.meta("device"))?;
        let device = match known.and_then(|id| id.parse().ok()) {
            Some(device) => device,
            // A store that has a history knows who it is.
            None if store.read(epoch::current)?.is_empty() => {
                let device = DeviceId(Uuid::now_v7());
                store.write(|tx| tx.meta_put("device", &device.as_text()))?;
                device
            }
            None => return Err(StoreError::Damaged("meta".to_owned()).into()),
        };
        let pepper = Arc::new(pepper::open(folder, &store)?);
        // A store that was restored from a copy is another one to those who knew more.
        epoch::settle(&store, &secret()?)?;
        vocabulary::enlist(&store)?;
        number::enlist(&store)?;
        compact(&store)?;
        Ok(Self {
            store: Arc::new(store),
            tally: Arc::default(),
            counts: Arc::default(),
            pokes: Arc::new(Pokes::new(secret()?)),
            rooms: Arc::default(),
            standing: Arc::default(),
            told: Arc::default(),
            examiner: Examiner::default(),
            pepper,
            guesses: Arc::new(Semaphore::new(GUESSES_AT_ONCE)),
            pages: Pages::default(),
            folder: folder.into(),
            device,
        })
    }

    /// Looks whether the whole store in `folder` is sound, before anybody works with it; one that is not there is.
    ///
    /// # Errors
    /// `store.damaged`; the store's own.
    pub fn check_sound(folder: &Path) -> Result<(), ApiError> {
        let store = folder.join("server.db");
        if !store.exists() {
            return Ok(());
        }
        let sound = Store::peek(&store, Key::Plain, |reader| reader.check_integrity());
        Ok(sound?)
    }

    /// Opens the server that is in `folder`, and makes none.
    ///
    /// # Errors
    /// `server.none_here`; the store's own.
    pub fn open_existing(folder: &Path) -> Result<Self, ApiError> {
        check_there(folder)?;
        Self::open(folder)
    }

    /// The authority that signs this server's certificates, with one for `hosts`. It is made at the first
    /// start, and never again by itself: desks know the server by it.
    ///
    /// # Errors
    /// `server.authority_gone`, `server.authority_part_gone`, `server.authority_other`, `server.certificate`.
    pub fn authority(&self, hosts: &[String]) -> Result<Authority, ApiError> {
        let folder = self.tls_folder();
        let known = self.store.read(authority_known)?;
        if !folder.exists() {
            if known != Known::None {
                return Err(authority::gone(&folder, None));
            }
        } else if let Known::Pin(known) = known
            && pin_in(&folder)?.to_string() != known
        {
            return Err(about(&folder, "server.authority_other"));
        }
        self.note_authority(Authority::open(&folder, hosts, today())?)
    }

    /// Makes another authority, and puts aside what there was: every desk needs a new code.
    ///
    /// # Errors
    /// `server.certificate`.
    pub fn new_authority(&self, hosts: &[String]) -> Result<Authority, ApiError> {
        let folder = self.tls_folder();
        if folder.exists() {
            let aside = folder.with_extension(format!("before-{}", instant().as_millisecond()));
            std::fs::rename(&folder, aside).map_err(andu_store::StoreError::from)?;
        }
        self.note_authority(Authority::open(&folder, hosts, today())?)
    }

    fn note_authority(&self, authority: Authority) -> Result<Authority, ApiError> {
        let pin = authority.pin().to_string();
        if self.store.read(|reader| reader.meta(AUTHORITY))?.as_ref() != Some(&pin) {
            self.store.write(|tx| tx.meta_put(AUTHORITY, &pin))?;
        }
        Ok(authority)
    }

    /// Counts outcomes, and pokes those who may see what changed.
    pub(crate) fn tell<'a>(&self, outcomes: impl IntoIterator<Item = &'a Outcome>) {
        let mut heads = BTreeMap::new();
        for outcome in outcomes {
            self.counts.outcome(match outcome {
                Outcome::Applied { .. } => "applied",
                Outcome::Merged { .. } => "merged",
                Outcome::Superseded { .. } => "superseded",
                Outcome::Conflict { .. } => "conflict",
                Outcome::Rejected { .. } => "rejected",
                Outcome::Deferred { .. } => "deferred",
            });
            // Later outcomes have later heads.
            heads.extend(outcome.heads());
        }
        self.moved(heads);
    }

    /// Pokes those who may see these scopes, which have come so far.
    pub(crate) fn moved(&self, heads: BTreeMap<Scope, u64>) {
        for draft_id in heads.keys().filter_map(Scope::draft_id) {
            self.rooms.stir(draft_id);
        }
        self.pokes.note(heads);
    }

    /// The server's own folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The server's own id.
    pub(crate) const fn device(&self) -> DeviceId {
        self.device
    }

    pub(crate) fn tls_folder(&self) -> PathBuf {
        self.folder.join("tls")
    }

    /// Notes where desks reach this server (`https://host:port`, or `http://…` on this machine alone); the
    /// codes of invitations carry it.
    ///
    /// # Errors
    /// The store's own.
    pub fn note_address(&self, address: &str) -> Result<(), ApiError> {
        Ok(self.store.write(|tx| tx.meta_put("address", address))?)
    }

    /// Where desks reach this server, if it was ever noted.
    ///
    /// # Errors
    /// The store's own.
    pub fn address(&self) -> Result<Option<String>, ApiError> {
        Ok(self.store.read(|reader| reader.meta("address"))?)
    }

    /// The same server with the page for browsers.
    #[must_use]
    pub fn with_pages(mut self, pages: Pages) -> Self {
        self.pages = pages;
        self
    }

    /// Whether the server holds the demo county.
    ///
    /// # Errors
    /// The store's own.
    pub fn is_demo(&self) -> Result<bool, ApiError> {
        Ok(self.store.read(andu_app::demo::is_demo)?)
    }

    /// Notes the highest 密级 that may be submitted here, by its word.
    ///
    /// # Errors
    /// The store's own.
    pub fn set_ceiling(&self, word: &str) -> Result<(), ApiError> {
        Ok(self.store.write(|tx| ceiling::put(tx, word))?)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Ids and names of the agencies on this server, by name.
    ///
    /// # Errors
    /// The store's own.
    pub fn agencies(&self) -> Result<Vec<(String, String)>, ApiError> {
        let all = self.store.read(|reader| reader.all_agencies())?.into_iter();
        Ok(all
            .map(|agency| (agency.id.as_text(), agency.name))
            .collect())
    }

    /// Calls a command for somebody who is known by other means than a token.
    ///
    /// # Errors
    /// `command.unknown`, `command.forbidden`, and the command's own.
    pub fn call_as(&self, person: PersonId, name: &str, args: Value) -> Result<Value, ApiError> {
        let person = self
            .store
            .read(|reader| organisation::actor(reader, person, today()))?;
        let row = find_row(name).ok_or_else(|| text::error("command.unknown"))?;
        let visitor = Visitor {
            server: self.clone(),
            person,
            proof: Proof::Device,
        };
        browser::served(&visitor, row, args)
    }

    /// Whose device's token this is.
    pub(crate) fn person_of(&self, token: &str) -> Result<Person, ApiError> {
        Ok(self.desk_of(token)?.0)
    }

    /// Whose desk's token this is, as of today.
    pub(crate) fn desk_of(&self, token: &str) -> Result<(Person, DeviceId), ApiError> {
        self.holder(token, |reader, id| organisation::actor(reader, id, today()))
    }

    /// The same for whoever only asks who it is: what somebody may do is not looked up.
    pub(crate) fn holder_of(&self, token: &str) -> Result<(Person, DeviceId), ApiError> {
        self.holder(token, |reader, id| reader.person(id))
    }

    fn holder(
        &self,
        token: &str,
        person: impl Fn(Reader<'_>, PersonId) -> andu_store::Result<Person>,
    ) -> Result<(Person, DeviceId), ApiError> {
        let hash = ContentHash::of(token.as_bytes()).to_string();
        let found = self.store.read(|reader| -> andu_store::Result<_> {
            let Some(device) = reader.device_by_token(&hash)? else {
                return Ok(None);
            };
            let revoked = reader.device_revocation(device.id)?;
            let person = person(reader, device.person_id)?;
            Ok(Some(((person, device.id), revoked)))
        })?;
        match found {
            None if token.is_empty() => Err(text::error("desk.locked")),
            None => Err(text::error("device.unknown")),
            Some((_, Some((at, reason)))) => {
                let said = Reason::new("device.revoked").with("at", at);
                Err(text::refused(&said.with("reason", reason)))
            }
            Some((desk, None)) => Ok(desk),
        }
    }
}

/// What desks know this server by.
const AUTHORITY: &str = "authority";
/// Held by a server while it serves.
pub(crate) const LOCK: &str = "serve.lock";

/// What a server's store says of its authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// There was none so far, as far as anybody relies on it.
    None,
    /// There was one: desks reach this server over TLS. It is of before the store noted which.
    Some,
    /// The one with this pin.
    Pin(String),
}

/// What the store says of the authority beside it.
pub(crate) fn authority_known(reader: Reader<'_>) -> andu_store::Result<Known> {
    if let Some(pin) = reader.meta(AUTHORITY)? {
        return Ok(Known::Pin(pin));
    }
    let address = reader.meta("address")?.unwrap_or_default();
    Ok(match address.starts_with("https://") {
        true => Known::Some,
        false => Known::None,
    })
}

/// Whether there is a server in `folder`.
///
/// # Errors
/// `server.none_here`; the store's own for a file that is none of ours.
pub fn check_there(folder: &Path) -> Result<(), ApiError> {
    let path = folder.join("server.db");
    if !path.is_file() || Store::version_at(&path, Key::Plain)? == 0 {
        return Err(about(folder, "server.none_here"));
    }
    Ok(())
}

/// The folder of a server that serves: nobody else serves from it. However the process ends, it is free then.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

/// Holds a folder to serve from it, making it where it is not there.
///
/// # Errors
/// `server.already_served`; `store.file`.
pub fn hold(folder: &Path) -> Result<Held, ApiError> {
    keep_private(folder).map_err(andu_store::StoreError::from)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(folder.join(LOCK));
    let file = file.map_err(andu_store::StoreError::from)?;
    match file.try_lock() {
        Ok(()) => Ok(Held { _file: file }),
        Err(TryLockError::WouldBlock) => Err(about(folder, "server.already_served")),
        Err(TryLockError::Error(error)) => Err(andu_store::StoreError::from(error).into()),
    }
}

/// A refusal about a folder.
pub(crate) fn about(folder: &Path, key: &str) -> ApiError {
    let fields = [("folder", folder.display().to_string())];
    text::error_with(ErrorCode::Invalid, key, &fields)
}

/// Desks that were not seen for so many days begin again from a snapshot.
const KEPT_DAYS: i64 = 180;
/// A scope's log is never longer for the sake of a desk that is behind.
const LONGEST_LOG: u64 = 100_000;

/// Takes out of the logs what was overtaken and no desk waits for.
///
/// # Errors
/// The store's own.
pub(crate) fn compact(store: &Store) -> Result<usize, ApiError> {
    Ok(receive::compact(store, &days_ago(KEPT_DAYS), LONGEST_LOG)?)
}

#[expect(clippy::disallowed_methods, reason = "the server's one clock")]
pub(crate) fn days_ago(days: i64) -> String {
    format!(
        "{:.3}",
        Timestamp::now() - jiff::SignedDuration::from_hours(24 * days)
    )
}

/// Makes a folder that nobody else on this machine may look into.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the folder of a server, and closes one to others that somebody made for it. One that holds other
/// things is left as it is.
fn keep_private(folder: &Path) -> std::io::Result<()> {
    if !folder.exists() {
        return make_private(folder);
    }
    let is_empty = || std::fs::read_dir(folder).is_ok_and(|mut all| all.next().is_none());
    if folder.join("server.db").exists() || is_empty() {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let closed = std::fs::Permissions::from_mode(0o700);
            if let Err(error) = std::fs::set_permissions(folder, closed) {
                tracing::warn!(%error, "others may look into the folder of the server");
            }
        }
    }
    Ok(())
}

/// Now, as stores write it.
pub(crate) fn now() -> String {
    account::instant(instant())
}

/// Now.
#[expect(clippy::disallowed_methods, reason = "the server's one clock")]
pub(crate) fn instant() -> Timestamp {
    Timestamp::now()
}

/// Today in Asia/Shanghai.
pub fn today() -> Date {
    organisation::day_of(&now())
}

/// Somebody signed in who calls a command.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub server: Server,
    pub person: Person,
    pub proof: Proof,
}

/// What shows who somebody is.
#[derive(Clone)]
pub(crate) enum Proof {
    /// An enrolled device's token.
    Device,
    /// A browser's session, by the name it has in the audit log.
    Session(String),
}

impl Caller for Visitor {
    fn look(&self) -> Look<'_> {
        Look::at_server(&self.server.store, &self.person, today())
    }

    fn actor(&self) -> &Person {
        &self.person
    }

    fn new_id(&self) -> String {
        Uuid::now_v7().hyphenated().to_string()
    }

    fn today(&self) -> Date {
        today()
    }

    fn act(&self, kind: &'static str, args: Value) -> Result<Answered, ApiError> {
        let rule = find_row(kind).and_then(andu_api::Row::rule);
        let now = now();
        let mut command = Command::new(
            CommandId(Uuid::now_v7()),
            (self.server.device, self.person.id),
            kind,
            args,
            &now,
        );
        let origin = match &self.proof {
            Proof::Device => Origin::Here,
            Proof::Session(id) => {
                command.signature = format!("{SESSION_MARK}{id}");
                Origin::Session
            }
        };
        let how = (Place::Server, origin);
        let outcome = decide(&self.server.store, command, rule, how, &now)?;
        self.server.tell(std::slice::from_ref(&outcome));
        Ok(Answered::Decided(outcome))
    }
}
