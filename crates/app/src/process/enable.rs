//! From a day on, an agency's documents go by a process. Nobody switches it off again.

use andu_org::Role;
use andu_store::ProcessUse;
use andu_sync::{Operation, Reason, Scope};
use andu_workflow::newest_process;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::roster;
use crate::{Call, Place, Refusal};

/// 发文办理
pub const OUTGOING: &str = "outgoing";

/// 督查督办
pub const SUPERVISION: &str = "supervision";

/// 签报办理
pub const MEMO: &str = "memo";

/// A process that is to be gone by.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enable {
    /// Its name.
    pub process: String,
}

/// The roles without which a document would lie where nobody may do anything.
fn needed(process: &str) -> &'static [Role] {
    match process {
        OUTGOING => &[
            Role::OfficeReviewer,
            Role::Leader,
            Role::Principal,
            Role::RecordsKeeper,
        ],
        SUPERVISION => &[Role::Supervisor, Role::DepartmentHead],
        MEMO => &[Role::Leader, Role::Principal],
        _ => &[Role::RecordsKeeper, Role::Leader],
    }
}

/// Has documents of the actor's agency go by a process from now on.
///
/// # Errors
/// `process.not_there`; `process.enabled_before`; `process.not_alone` at a desk that has no server, where one person does all;
/// `process.roles_missing` with the roles that nobody has.
pub fn enable(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Enable = serde_json::from_value(args)?;
    call.about(&args.process);
    if newest_process(&args.process).is_none() {
        return Err(Refusal::because("process.not_there"));
    }
    if call.place == Place::Alone {
        return Err(Refusal::because("process.not_alone"));
    }
    let agency = call.actor.agency_id;
    let organisation = call.tx.reader().organisation(agency)?;
    let people = roster(&organisation, call.today()).people;
    let has = |role: &Role| {
        let mut all = people.values().flat_map(|staff| &staff.roles);
        all.any(|(held, _)| held == role.name())
    };
    let missing: Vec<&str> = needed(&args.process)
        .iter()
        .filter(|role| !has(role))
        .map(|role| role.title())
        .collect();
    if !missing.is_empty() {
        let roles = missing.join("、");
        return Err(Refusal::Rejected(
            Reason::new("process.roles_missing").with("roles", roles),
        ));
    }
    let agency_id = agency.as_text();
    let enabled = call
        .tx
        .reader()
        .process_enabled(&agency_id, &args.process)?;
    if enabled.is_some() {
        return Err(Refusal::because("process.enabled_before"));
    }
    let used = ProcessUse {
        id: format!("{agency_id}/{}", args.process),
        agency_id,
        process: args.process.clone(),
        enabled_by: call.actor.id.as_text(),
        enabled_at: call.now.to_owned(),
    };
    call.tx.process_use_put(&used)?;
    let (scope, row) = (Scope::agency(agency), serde_json::to_value(&used)?);
    call.project(&scope, "process_use", &used.id, Operation::Put, &row)?;
    Ok(json!({ "process": args.process }))
}
