//! How far desks say they are, noted for many at once. When something changes for a department, all its desks
//! pull at the same moment; a transaction for each would be a flush to the disk for each, one after another.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use andu_api::ApiError;
use andu_app::receive::{have_cursors_moved, note_all_cursors};
use andu_base::DeviceId;
use andu_store::Store;
use andu_sync::PullRequest;

use crate::state::now;

/// Notes that wait to be written, and whose turn it is.
#[derive(Default)]
pub(crate) struct Standing {
    waiting: Mutex<Waiting>,
    /// Held by whoever writes: one at a time, for all who came meanwhile.
    writing: Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    notes: BTreeMap<DeviceId, PullRequest>,
    /// The batch that notes go into now.
    batch: u64,
    /// The newest batch that is written.
    written: Option<u64>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Standing {
    /// Notes how far a desk is, unless that is known. It is written when this returns, by whoever wrote.
    ///
    /// # Errors
    /// The store's own.
    pub fn note(
        &self,
        store: &Store,
        device: DeviceId,
        request: &PullRequest,
    ) -> Result<(), ApiError> {
        if !have_cursors_moved(store, device, request, &now())? {
            return Ok(());
        }
        let batch = {
            let mut waiting = lock(&self.waiting);
            waiting.notes.insert(device, request.clone());
            waiting.batch
        };
        let _writing = lock(&self.writing);
        let (notes, taken): (Vec<_>, u64) = {
            let mut waiting = lock(&self.waiting);
            if waiting.written >= Some(batch) {
                return Ok(());
            }
            let taken = waiting.batch;
            waiting.batch += 1;
            let notes = std::mem::take(&mut waiting.notes);
            (notes.into_iter().collect(), taken)
        };
        // Where it fails, the notes are lost and one desk is told so; each tells it again with its next pull.
        note_all_cursors(store, &notes, &now())?;
        lock(&self.waiting).written = Some(taken);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, thread};

    use andu_app::epoch;
    use andu_base::{DepartmentId, PersonId};
    use andu_sync::Scope;
    use uuid::Uuid;

    use super::*;
    use crate::{Roster, RosterPerson, Server, enter_roster};

    /// Devices of one person, as enrolled.
    fn devices(server: &Server, person: PersonId, count: u128) -> Vec<DeviceId> {
        let ids = (0..count).map(|n| DeviceId(Uuid::from_u128(0x9000 << 64 | n)));
        let ids: Vec<_> = ids.collect();
        for id in &ids {
            let device = andu_store::DeviceRecord {
                id: *id,
                person_id: person,
                verify_key: "00".repeat(32),
                token_hash: id.as_text(),
                last_seq: 0,
                enrolled_at: now(),
            };
            let put = |tx: &mut andu_store::Tx<'_>| tx.device_put(&device);
            server.store().write(put).expect("a device");
        }
        ids
    }

    #[test]
    fn many_desks_at_once_are_all_noted() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let server = Server::open(folder.path()).expect("a server");
        let roster = Roster {
            agency: "望溪县水利局".into(),
            short_name: String::new(),
            authority_code: String::new(),
            people: vec![RosterPerson {
                name: "何雨桐".into(),
                post: "科员".into(),
                department: "秘书科".into(),
            }],
        };
        let people = enter_roster(&server, &roster).expect("people");
        let epoch = server.store().read(epoch::current).expect("an epoch");
        let devices = devices(&server, people[0], 60);
        let standing = Standing::default();
        let scope = Scope::department(DepartmentId(Uuid::nil()));
        thread::scope(|threads| {
            for (n, device) in devices.iter().enumerate() {
                let (standing, server, epoch, scope) = (&standing, &server, &epoch, &scope);
                threads.spawn(move || {
                    for seq in 1..=3 {
                        let request = PullRequest {
                            epoch: epoch.clone(),
                            cursors: BTreeMap::from([(scope.clone(), seq + n as u64)]),
                            ..PullRequest::default()
                        };
                        let noted = standing.note(server.store(), *device, &request);
                        noted.expect("it is noted");
                        let known = server.store().read(|reader| reader.device_cursors(*device));
                        // It answers a desk only when the note is there.
                        assert_eq!(known.expect("cursors").0, request.cursors, "desk {n}");
                    }
                });
            }
        });
        assert!(
            lock(&standing.waiting).notes.is_empty(),
            "somebody was left behind"
        );
    }
}
