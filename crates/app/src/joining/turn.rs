//! The turn from a store of its own into a replica: one transaction, at the desk, once the server has taken
//! over what the store held.

use andu_base::DeviceId;
use andu_store::{DeviceRecord, Remap, Store};

use super::{Brought, Manifest, Origin, content};
use crate::{
    Refusal,
    setup::{Enrolled, enter_own_agency, joined},
};

/// What a store turns into a replica with.
#[derive(Debug)]
pub struct Turn<'a> {
    /// Whose store it was.
    pub origin: Origin,
    /// What the server took over.
    pub manifest: &'a Manifest,
    /// How it took it over.
    pub brought: &'a Brought,
    /// Who works here from now on.
    pub enrolled: &'a Enrolled,
    /// The device as the server knows it.
    pub device: DeviceId,
    /// Its public key, 64 hexadecimal characters.
    pub verify_key: &'a str,
    /// Address of the server.
    pub server: &'a str,
    /// What the server has counted of this device's commands.
    pub counted: u64,
    /// Instant in UTC.
    pub now: &'a str,
}

/// Makes the store a replica. Says whether it is one now: what was written since the server took it over
/// has to be brought first.
///
/// # Errors
/// The store's own; the store is then its own primary as before.
pub fn turn(store: &Store, turn: &Turn<'_>) -> Result<bool, Refusal> {
    store.write(|tx| {
        if content(tx.reader(), turn.origin)? != *turn.manifest {
            return Ok(false);
        }
        let renamed = &turn.brought.renamed;
        tx.become_replica(&Remap {
            agencies: renamed.agencies.clone(),
            departments: renamed.departments.clone(),
            people: renamed.people.clone(),
            drafts: renamed.drafts.clone(),
        })?;
        let enrolled = turn.enrolled;
        tx.agency_put(&enrolled.agency)?;
        joined(tx, (&enrolled.department, &enrolled.person))?;
        tx.device_put(&DeviceRecord {
            id: turn.device,
            person_id: enrolled.person.id,
            verify_key: turn.verify_key.to_owned(),
            token_hash: String::new(),
            last_seq: 0,
            enrolled_at: turn.now.to_owned(),
        })?;
        enter_own_agency(tx, &enrolled.agency)?;
        tx.own_seq_at_least(turn.counted)?;
        tx.meta_put("person", &enrolled.person.id.as_text())?;
        tx.meta_put("device", &turn.device.as_text())?;
        tx.meta_put("server", turn.server)?;
        tx.meta_put("demo", "")?;
        tx.meta_put("epoch", "")?;
        tx.meta_put("joining", "")?;
        Ok(true)
    })
}
