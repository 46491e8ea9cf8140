//! An open desk: its store, its person, and how its commands are decided or queued.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use andu_api::{Answered, ApiError, Caller, find_row, text};
use andu_app::{
    Look, Origin, Place, Rule, WriteClass, decide, organisation,
    queue::{self, LateUpdates},
    setup,
};
use andu_base::Date;
use andu_crypto::SigningKey;
use andu_org::Person;
use andu_store::{DraftRecord, Store};
use andu_sync::{Basis, Command};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    clock,
    event::Events,
    file::Files,
    lease::Leases,
    link::Link,
    place::DeskPlace,
    preview::Previews,
    vault::LeaseKeys,
    writing::{self, Writings},
};

/// Everything that is there while a desk is open.
pub struct OpenDesk {
    /// Where its things lie.
    pub place: DeskPlace,
    /// The store.
    pub store: Arc<Store>,
    /// Who uses it, and where the truth lies.
    pub home: setup::Home,
    /// The person as of the day the desk was opened; what the person may do today says
    /// [`Self::person_today`].
    pub person: Person,
    /// Signs envelopes.
    pub key: SigningKey,
    /// What the desk tells its window.
    pub events: Events,
    /// Texts that are being written.
    pub writings: Writings,
    /// Pages of those texts.
    pub previews: Previews,
    /// Files the person has chosen.
    pub files: Files,
    /// What imports were not sure about.
    pub questions: crate::original::Questions,
    /// Print jobs that were started here.
    pub jobs: crate::print::Jobs,
    /// Pages that are looked at before they are printed.
    pub sheets: crate::print::Sheets,
    /// The file of a document that came, as it is looked at.
    pub file_sheets: crate::incoming::FileSheets,
    /// Woken when something waits to be sent.
    pub sync: crate::sync::Waker,
    /// What is held for a time only.
    pub leases: Leases,
    /// The way to the server for files, at a replica.
    pub(crate) files_link: OnceLock<Link>,
    /// The way to the server, at a replica.
    pub(crate) link: OnceLock<Link>,
    /// Lines on which those who write together see each other.
    pub lines: crate::live::Lines,
    acting: Mutex<()>,
}

/// An open desk as its own threads hold it. A desk that closes waits until none of them is at work: one
/// that still had the store when the process ends would find the cipher gone, and crash.
pub struct AtWork(pub Arc<OpenDesk>);

impl Deref for AtWork {
    type Target = OpenDesk;

    fn deref(&self) -> &OpenDesk {
        &self.0
    }
}

impl OpenDesk {
    /// A desk over an open store.
    ///
    /// # Errors
    /// Where the store does not say who uses it.
    pub fn new(
        place: DeskPlace,
        store: Store,
        key: SigningKey,
        lease_keys: LeaseKeys,
        (events, files): (Events, Files),
    ) -> Result<Self, ApiError> {
        let home = store.read(setup::home)?;
        let person =
            store.read(|reader| organisation::actor(reader, home.person, clock::today()))?;
        let store = Arc::new(store);
        let own_id = home.person.as_text();
        let now_ms = clock::now_ms();
        let leases = Leases::open(lease_keys, Arc::clone(&store), &own_id, now_ms);
        let previews = Previews::new(&place, events.clone());
        Ok(Self {
            store,
            leases,
            key,
            writings: Writings::default(),
            previews,
            files,
            questions: crate::original::Questions::default(),
            jobs: crate::print::Jobs::default(),
            sheets: crate::print::Sheets::default(),
            file_sheets: crate::incoming::FileSheets::default(),
            sync: crate::sync::Waker::default(),
            link: OnceLock::new(),
            lines: crate::live::Lines::default(),
            person,
            files_link: OnceLock::new(),
            acting: Mutex::new(()),
            place,
            home,
            events,
        })
    }

    /// Whether a server decides about this desk's documents.
    pub fn is_replica(&self) -> bool {
        !self.home.server.is_empty()
    }

    /// The person as of today: grants come and go while a desk is open.
    ///
    /// # Errors
    /// The store's own.
    pub fn person_today(&self) -> Result<Person, ApiError> {
        let today = clock::today();
        let person = self
            .store
            .read(|reader| organisation::actor(reader, self.home.person, today))?;
        Ok(person)
    }

    fn envelope(&self, kind: &str, args: Value) -> Result<Command, ApiError> {
        let cursors = if self.is_replica() {
            self.store.read(|reader| reader.cursors())?
        } else {
            std::collections::BTreeMap::new()
        };
        Ok(Command {
            id: andu_base::CommandId(Uuid::now_v7()),
            device: self.home.device,
            device_seq: 0,
            actor: self.home.person,
            kind: kind.to_owned(),
            kind_version: 1,
            args,
            basis: Basis {
                cursors,
                content: None,
            },
            depends_on: Vec::new(),
            claimed_at: clock::now(),
            signature: String::new(),
        })
    }

    /// Queues again what the server had refused of a text because it did not know the draft then.
    ///
    /// # Errors
    /// The store's own; then none of it is queued.
    pub(crate) fn send_late(
        &self,
        draft: &DraftRecord,
        late: &LateUpdates,
    ) -> Result<(), ApiError> {
        const KIND: &str = "draft_update";
        let rule = find_row(KIND).and_then(andu_api::Row::rule);
        let rule = rule.ok_or_else(|| text::error("command.unknown"))?;
        let _one_at_a_time = self.acting.lock().unwrap_or_else(PoisonError::into_inner);
        let commands = late.updates.iter().map(|update| {
            let update = STANDARD.encode(update);
            let args = json!({ "id": draft.id, "lineage": draft.lineage, "update": update });
            self.envelope(KIND, args)
        });
        let commands = commands.collect::<Result<Vec<_>, _>>()?;
        let sign = |command: Command| command.signed(&self.key);
        let how = (rule, &self.person_today()?);
        queue::send_late(&self.store, &draft.id, late, commands, how, sign)?;
        self.sync.wake();
        Ok(())
    }

    fn queue(&self, command: Command, rule: Rule, hold: u32) -> Result<Answered, ApiError> {
        let until = queue::held_until(&command.claimed_at, hold);
        let sign = |command: Command| command.signed(&self.key);
        let actor = self.person_today()?;
        let answer = queue::enqueue(&self.store, command, rule, &actor, &until, sign)?;
        self.sync.wake();
        if hold > 0 {
            self.sync.wake_in(hold.min(queue::HOLD_AT_MOST_S));
        }
        Ok(Answered::Waiting(answer))
    }
}

impl Caller for OpenDesk {
    fn look(&self) -> Look<'_> {
        Look::at_desk(&self.store, &self.person, clock::today())
    }

    fn actor(&self) -> &Person {
        &self.person
    }

    fn new_id(&self) -> String {
        Uuid::now_v7().hyphenated().to_string()
    }

    fn today(&self) -> Date {
        clock::today()
    }

    fn knows_roles(&self) -> bool {
        !self.is_replica()
    }

    fn act(&self, kind: &'static str, args: Value) -> Result<Answered, ApiError> {
        self.act_held(kind, args, 0)
    }

    fn act_held(
        &self,
        kind: &'static str,
        args: Value,
        hold_seconds: u32,
    ) -> Result<Answered, ApiError> {
        let row = find_row(kind).ok_or_else(|| text::error("command.unknown"))?;
        let rule = row.rule().ok_or_else(|| text::error("command.unknown"))?;
        // What is still in memory of a text belongs before any other command about it.
        if rule.class != WriteClass::Text
            && let Some(id) = args.get("id").and_then(Value::as_str)
        {
            self.writings.flush(self, id)?;
            if kind == "draft_submit" {
                let draft = self.store.read(|reader| reader.draft(id))?;
                writing::send_late(self, &draft)?;
            }
        }
        let _one_at_a_time = self.acting.lock().unwrap_or_else(PoisonError::into_inner);
        let command = self.envelope(kind, args)?;
        if self.is_replica() {
            return self.queue(command, rule, hold_seconds);
        }
        let now = command.claimed_at.clone();
        let how = (Place::Alone, Origin::Here);
        let outcome = decide(
            &self.store,
            command.signed(&self.key),
            Some(rule),
            how,
            &now,
        )?;
        Ok(Answered::Decided(outcome))
    }
}
