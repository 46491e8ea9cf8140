//! 时限到期: what is to happen at a time happens at the primary, without anybody asking for it. Only instances in
//! which a time has come are looked at, each in a transaction of its own: one that fails is put off and holds up
//! none of the others. Where nothing happens, nothing is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use andu_base::{AgencyId, CommandId, DepartmentId, DeviceId};
use andu_org::Person;
use andu_store::{Store, Tx};
use andu_sync::{Command, Scope};
use andu_workflow::{self as workflow, CLOCK, Instance};
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;
use uuid::Uuid;

use super::act::{instant, settle, with_context};
use crate::{Call, Place, Refusal, execute::by_itself};

/// Instances looked at in one pass, at most; the others come with the next.
const AT_ONCE: u32 = 500;
/// What could not happen is tried again after so long.
const AGAIN_AFTER_MINUTES: i64 = 60;

/// Where time passes: at a primary.
pub struct Ticking<'a> {
    /// The store.
    pub store: &'a Store,
    /// Its own device.
    pub device: DeviceId,
    /// Which store it is.
    pub place: Place,
    /// Now, an instant in UTC.
    pub now: &'a str,
    /// Makes ids.
    pub new_id: &'a dyn Fn() -> Uuid,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Instances in which something happened.
    pub moved: u32,
    /// Instances that failed, and were put off.
    pub failed: Vec<String>,
    /// How far scopes have come by it.
    pub heads: BTreeMap<Scope, u64>,
}

/// Has happen what was to happen until now.
///
/// # Errors
/// The store's own, before anything was looked at.
pub fn tick(ticking: &Ticking<'_>) -> Result<Ticked, Refusal> {
    let due = ticking
        .store
        .read(|reader| reader.instances_due(ticking.now, AT_ONCE))?;
    let mut ticked = Ticked::default();
    for id in due {
        let happens = || {
            let work = |tx: &mut Tx<'_>| one(tx, &id, ticking);
            ticking.store.write(work)
        };
        match catch_unwind(AssertUnwindSafe(happens)) {
            Ok(Ok(Some(heads))) => {
                ticked.moved += 1;
                ticked.heads.extend(heads);
            }
            Ok(Ok(None)) => {}
            Ok(Err(_)) | Err(_) => {
                let again = again_at(ticking.now)?;
                let put_off = |tx: &mut Tx<'_>| tx.instance_due_put(&id, Some(&again));
                ticking.store.write(put_off)?;
                ticked.failed.push(id);
            }
        }
    }
    Ok(ticked)
}

/// When an instance is to be looked at next.
pub(super) fn due(instance: &Instance, now: &str) -> Result<Option<String>, Refusal> {
    let next = instance.next_due().map(|at| format!("{at:.3}"));
    let again = match instance.holds_back() {
        true => Some(again_at(now)?),
        false => None,
    };
    Ok([next, again].into_iter().flatten().min())
}

fn again_at(now: &str) -> Result<String, Refusal> {
    let again = instant(now)?.checked_add(AGAIN_AFTER_MINUTES.minutes());
    Ok(format!("{:.3}", again.unwrap_or(Timestamp::MAX)))
}

/// One instance; `None` where nothing happened in it.
fn one(
    tx: &mut Tx<'_>,
    id: &str,
    ticking: &Ticking<'_>,
) -> Result<Option<BTreeMap<Scope, u64>>, Refusal> {
    let Some(record) = tx.reader().instance(id)? else {
        tx.instance_due_put(id, None)?;
        return Ok(None);
    };
    let agency_id = record.agency_id.parse();
    let actor = clock(agency_id.map_err(|_| Refusal::because("process.not_there"))?);
    let command = Command::new(
        CommandId((ticking.new_id)()),
        (ticking.device, actor.id),
        "process_tick",
        json!({ "instance_id": id }),
        ticking.now,
    );
    let mut happened = false;
    let how = (ticking.place, ticking.now);
    let heads = by_itself(tx, (command, &actor), how, |call| {
        call.about(id);
        let net = call.net_of(&record)?;
        let instance: Instance = serde_json::from_str(&record.state)?;
        let command = workflow::Command {
            by: CLOCK,
            made_at: instant(call.now)?,
            act: workflow::Act::Tick,
        };
        let decided = match instance.is_running() {
            true => with_context(call, |context| {
                workflow::decide(net, &instance, &command, context)
            })?,
            false => return rest(call, &instance, id).map(|()| None),
        };
        let decided = decided.map_err(|_| Refusal::because("process.broken"))?;
        if decided.events.is_empty() {
            return rest(call, &instance, id).map(|()| None);
        }
        happened = true;
        settle(call, record, decided, "").map(|id| Some(json!({ "id": id })))
    })?;
    Ok(happened.then_some(heads))
}

/// Nothing happens now.
fn rest(call: &mut Call<'_, '_>, instance: &Instance, id: &str) -> Result<(), Refusal> {
    let due = due(instance, call.now)?;
    Ok(call.tx.instance_due_put(id, due.as_deref())?)
}

/// Nobody: time passes. It holds no grant.
fn clock(agency_id: AgencyId) -> Person {
    Person {
        id: CLOCK,
        agency_id,
        department_id: DepartmentId(Uuid::nil()),
        name: String::new(),
        post: String::new(),
        grants: BTreeSet::new(),
    }
}
