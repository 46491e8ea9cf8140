//! The server's store, and who is asking.

use std::{path::Path, sync::Arc};

use andu_api::{Answered, ApiError, Caller, Permission, find_row, text};
use andu_app::{Origin, Place, decide, epoch, organisation, receive};
use andu_base::{CommandId, ContentHash, Date, DeviceId, PersonId};
use andu_org::Person;
use andu_store::{Key, Store};
use andu_sync::{Basis, Command};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::people::secret;

/// An open server.
#[derive(Clone)]
pub struct Server {
    pub(crate) store: Arc<Store>,
    device: DeviceId,
}

impl Server {
    /// Opens the server's store in `folder`, making it if it is not there.
    ///
    /// # Errors
    /// The store's own, as sentences.
    pub fn open(folder: &Path) -> Result<Self, ApiError> {
        std::fs::create_dir_all(folder).map_err(andu_store::StoreError::from)?;
        let store = Store::open(&folder.join("server.db"), Key::Plain)?;
        let known = store.read(|reader| reader.meta("device"))?;
        let device = match known.and_then(|id| id.parse().ok()) {
            Some(device) => device,
            None => {
                let device = DeviceId(Uuid::now_v7());
                store.write(|tx| tx.meta_put("device", &device.as_text()))?;
                device
            }
        };
        // A store that was restored from a copy is another one to those who knew more.
        epoch::settle(&store, &secret()?)?;
        receive::compact(&store, &days_ago(KEPT_DAYS), LONGEST_LOG)?;
        Ok(Self {
            store: Arc::new(store),
            device,
        })
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
        self.call(person, name, args)
    }

    /// Calls a command of the table that is served to people.
    pub(crate) fn call(&self, person: Person, name: &str, args: Value) -> Result<Value, ApiError> {
        let row = find_row(name).filter(|row| row.permission != Permission::Anyone);
        let serve = row.and_then(|row| Some((row, row.serve?)));
        let (row, serve) = serve.ok_or_else(|| text::error("command.unknown"))?;
        if row
            .permission
            .grant()
            .is_some_and(|grant| !person.may(grant))
        {
            return Err(text::error("command.forbidden"));
        }
        let server = self.clone();
        serve(&Visitor { server, person }, args)
    }

    /// Whose token this is.
    pub(crate) fn person_of(&self, token: &str) -> Result<Person, ApiError> {
        Ok(self.desk_of(token)?.0)
    }

    /// Whose desk's token this is.
    pub(crate) fn desk_of(&self, token: &str) -> Result<(Person, DeviceId), ApiError> {
        let hash = ContentHash::of(token.as_bytes()).to_string();
        let found = self.store.read(|reader| -> andu_store::Result<_> {
            match reader.device_by_token(&hash)? {
                Some(device) => {
                    let person = organisation::actor(reader, device.person_id, today())?;
                    Ok(Some((person, device.id)))
                }
                None => Ok(None),
            }
        })?;
        found.ok_or_else(|| text::error("desk.locked"))
    }
}

/// Desks that were not seen for so many days begin again from a snapshot.
const KEPT_DAYS: i64 = 180;
/// A scope's log is never longer for the sake of a desk that is behind.
const LONGEST_LOG: u64 = 100_000;

#[expect(clippy::disallowed_methods, reason = "the server's one clock")]
fn days_ago(days: i64) -> String {
    format!(
        "{:.3}",
        Timestamp::now() - jiff::SignedDuration::from_hours(24 * days)
    )
}

/// Now, as stores write it.
#[expect(clippy::disallowed_methods, reason = "the server's one clock")]
pub(crate) fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

/// Today in Asia/Shanghai.
pub(crate) fn today() -> Date {
    organisation::day_of(&now())
}

/// Somebody signed in who calls a command.
pub(crate) struct Visitor {
    pub server: Server,
    pub person: Person,
}

impl Caller for Visitor {
    fn store(&self) -> &Store {
        &self.server.store
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
        let command = Command {
            id: CommandId(Uuid::now_v7()),
            device: self.server.device,
            device_seq: 0,
            actor: self.person.id,
            kind: kind.to_owned(),
            kind_version: 1,
            args,
            basis: Basis::default(),
            depends_on: Vec::new(),
            claimed_at: now.clone(),
            signature: String::new(),
        };
        let how = (Place::Server, Origin::Here);
        Ok(Answered::Decided(decide(
            &self.server.store,
            command,
            rule,
            how,
            &now,
        )?))
    }
}
