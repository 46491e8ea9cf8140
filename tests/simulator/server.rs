//! The server: its real store and the code that decides and answers, wired as its routes wire them.

use std::path::{Path, PathBuf};

use andu_app::{compare, epoch, execute::answer_push, receive, setup};
use andu_base::{AppointmentId, CommandId, DeviceId, PostId};
use andu_org::{Appointment, HeldGrant, Period, Person, Post};
use andu_store::{Key, Store};
use uuid::Uuid;

use crate::{
    fault,
    network::{Answer, Ask},
    plant::Plant,
    random::Random,
    record,
};

/// A running server.
pub struct Server {
    /// Where its store lies.
    pub path: PathBuf,
    store: Option<Store>,
    /// What was answered and is not on the disk yet, for [`Plant::EarlyAnswer`].
    unwritten: Option<PathBuf>,
}

impl Server {
    /// Opens the store at `path`. `fresh` is its epoch, should it need one.
    pub fn open(path: &Path, fresh: &str) -> Self {
        let store = Store::open(path, Key::Plain).expect("the server's store");
        epoch::settle(&store, fresh).expect("an epoch");
        Self {
            path: path.to_owned(),
            store: Some(store),
            unwritten: None,
        }
    }

    /// The store.
    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("BUG: the server is running")
    }

    /// Its epoch.
    pub fn epoch(&self) -> String {
        self.store().read(epoch::current).expect("an epoch")
    }

    /// The power is cut and comes back.
    pub fn crash(&mut self, fresh: &str) {
        let after = self.path.with_extension("crash");
        let lost = self.unwritten.take();
        fault::image(lost.as_deref().unwrap_or(&self.path), &after);
        self.come_back(&after, fresh);
    }

    /// The same at some moment since `mark`. Says whether it could be.
    pub fn crash_within(&mut self, mark: &fault::Mark, random: &mut Random, fresh: &str) -> bool {
        let after = self.path.with_extension("crash");
        let could = fault::image_within(&self.path, &after, mark, random);
        if could {
            self.come_back(&after, fresh);
        }
        could
    }

    fn come_back(&mut self, after: &Path, fresh: &str) {
        drop(self.store.take());
        fault::remove(&self.path);
        fault::image(after, &self.path);
        fault::remove(after);
        let store = Store::open(&self.path, Key::Plain).expect("what a power cut leaves opens");
        epoch::settle(&store, fresh).expect("an epoch");
        self.store = Some(store);
    }

    /// A copy of the store is put in its place.
    pub fn restore(&mut self, copy: &Path, fresh: &str) {
        drop(self.store.take());
        self.unwritten = None;
        fault::remove(&self.path);
        fault::image(copy, &self.path);
        *self = Self::open(&self.path, fresh);
    }

    /// Everything that was answered is on the disk.
    pub fn written(&mut self) {
        if let Some(path) = self.unwritten.take() {
            fault::remove(&path);
        }
    }

    /// Answers a desk. `None`: the server failed, and the desk hears nothing.
    pub fn answer(
        &mut self,
        (person, device): (&Person, DeviceId),
        ask: Ask,
        now: &str,
        plant: Option<Plant>,
    ) -> Option<Answer> {
        let who = (person, device);
        match ask {
            Ask::Push(push) => {
                if plant == Some(Plant::EarlyAnswer) && self.unwritten.is_none() {
                    let before = self.path.with_extension("before");
                    fault::image(&self.path, &before);
                    self.unwritten = Some(before);
                }
                if plant == Some(Plant::NoDedupe) {
                    for command in &push.commands {
                        self.forget(command.id);
                    }
                }
                let rule_of = |command: &andu_sync::Command| {
                    let kind = command.kind.as_str();
                    let rule = andu_api::find_row(kind).and_then(andu_api::Row::rule)?;
                    let is_planted = plant == Some(Plant::LastWins) && kind == "phrase_put";
                    Some(match is_planted {
                        true => andu_app::Rule {
                            handler: record::last_wins,
                            ..rule
                        },
                        false => rule,
                    })
                };
                let answered = answer_push(self.store(), who, push, rule_of, now);
                answered.ok().map(Answer::Push)
            }
            Ask::Pull(pull) => {
                receive::note_cursors(self.store(), device, &pull, now).ok()?;
                let answered = self
                    .store()
                    .read(|reader| receive::answer_pull(reader, who, &pull, now));
                answered.ok().map(Answer::Pull)
            }
            Ask::Still(still, _) => {
                let answered = receive::answer_still(self.store(), who, &still, now);
                answered.ok().map(Answer::Still)
            }
            Ask::Compare(ask) => {
                let answered = self
                    .store()
                    .read(|reader| compare::answer_compare(reader, person, &ask, now));
                answered.ok().map(Answer::Compare)
            }
        }
    }

    /// For [`Plant::EarlyCounter`]: the newest entry of a log has its number, and its transaction has not
    /// committed yet: nobody sees it.
    pub fn late_commit(&self) {
        for table in ["scope_log", "scope_row"] {
            let sql = format!(
                "update or replace {table} set scope = 'unseen ' || scope where scope not like 'unseen %' and seq =
                     (select h.seq from scope_head h where h.scope = {table}.scope)"
            );
            fault::tamper(&self.path, &sql);
        }
    }

    /// The transactions that were late have committed.
    pub fn commit_late(&self) {
        for table in ["scope_log", "scope_row"] {
            let sql = format!(
                "update or ignore {table} set scope = substr(scope, 8) where scope like 'unseen %'"
            );
            fault::tamper(&self.path, &sql);
        }
    }

    fn forget(&self, id: CommandId) {
        let sql = format!("delete from command_log where command_id = '{id}'");
        fault::tamper(&self.path, &sql);
    }

    /// Gives a person other grants, in another department perhaps.
    pub fn put_person(&self, person: &Person) {
        let put = |tx: &mut andu_store::Tx<'_>| -> andu_store::Result<()> {
            tx.person_put(person)?;
            let grants = person.grants.iter();
            let held: Vec<HeldGrant> = grants
                .map(|grant| HeldGrant {
                    grant: *grant,
                    department_id: person.department_id,
                    period: Period::unrecorded(),
                })
                .collect();
            tx.held_grants_put(person.id, &held)?;
            let department = person.department_id.0;
            tx.post_put(&Post {
                id: PostId(department),
                department_id: person.department_id,
                place: 0,
                period: Period::unrecorded(),
            })?;
            for (held, _) in tx.reader().appointments_of(person.id)? {
                // It ends the day before it began: it is as if it had never been.
                let never = Period::through(
                    Period::UNRECORDED,
                    Period::UNRECORDED.yesterday().expect("a day"),
                );
                tx.appointment_put(&Appointment {
                    period: never,
                    ..held
                })?;
            }
            let id = Uuid::from_u128(department.as_u128() ^ person.id.0.as_u128());
            tx.appointment_put(&Appointment {
                id: AppointmentId(id),
                person_id: person.id,
                post_id: PostId(department),
                is_main: true,
                period: Period::unrecorded(),
            })
        };
        self.store().write(put).expect("a person");
    }

    /// Lets a desk enrol.
    pub fn enrol(&self, person: &Person, device: DeviceId, verify_key: &str, now: &str) {
        let secret = format!("secret of {device}");
        setup::allow_enrolment(self.store(), person.id, &secret, "simulator", now)
            .expect("a secret");
        let asked = setup::Enrolment {
            secret: &secret,
            device,
            verify_key,
            token: &secret,
            before: None,
        };
        setup::enrol(self.store(), &asked, now).expect("enrolled");
    }
}
