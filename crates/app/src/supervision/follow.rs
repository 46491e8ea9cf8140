//! What the ledger says follows the process: where each department stands, what it last reported, when the whole is
//! closed. And what the engine cannot compare: a new limit is later than the one before.

use std::collections::BTreeMap;

use andu_base::{Date, PersonId};
use andu_store::{InstanceRecord, SupervisionRecord, SupervisionState, Tx};
use andu_sync::{Change, Operation, Scope};
use andu_workflow::{
    self as workflow, Act, Instance, Key, Net, ScopeNo, Status, Verdict, Visit, VisitState,
    clock::day_of, definition::Value,
};
use serde::Deserialize;

use super::{UnitStanding, UnitState};
use crate::{
    Call, Refusal,
    process::{Name, SUPERVISION},
};

/// The group that is done for each department.
const UNITS: &str = "units_group";

/// Shows in a scope what the ledger says of it.
pub(crate) fn show_to(
    call: &mut Call<'_, '_>,
    scope: &Scope,
    record: &SupervisionRecord,
) -> Result<(), Refusal> {
    let said = serde_json::to_value(record)?;
    call.project(scope, "supervision", &record.id, Operation::Put, &said)
}

/// A row comes to a replica.
pub(crate) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let record: SupervisionRecord = Deserialize::deserialize(&change.row)?;
    if record.id != change.row_id || !tx.draft_exists(&record.id)? {
        return Err(Refusal::because("supervision.not_there"));
    }
    Ok(tx.supervision_put(&record)?)
}

/// The ledger follows the instance.
pub(crate) fn follow(
    call: &mut Call<'_, '_>,
    id: &str,
    instance: &Instance,
    names: &str,
) -> Result<Option<SupervisionRecord>, Refusal> {
    let Some(mut record) = call.tx.reader().supervision(id)? else {
        return Ok(None);
    };
    let names: BTreeMap<PersonId, Name> = match names {
        "" => BTreeMap::new(),
        names => serde_json::from_str(names)?,
    };
    let mut units = UnitStanding::all(&record.units);
    for (no, scope) in instance.scopes.iter().enumerate() {
        let is_unit = scope.group.as_ref().is_some_and(|group| **group == *UNITS);
        if let (true, Some((_, Value::Text(unit_id)))) = (is_unit, &scope.item)
            && let Some(unit) = units.iter_mut().find(|unit| unit.unit_id == *unit_id)
        {
            stand(unit, instance, no, &names);
        }
    }
    record.state = match instance.status {
        Status::Running => SupervisionState::Running,
        Status::Done => SupervisionState::Closed,
        Status::Stopped | Status::Withdrawn | Status::Void => SupervisionState::Withdrawn,
    };
    let open = units
        .iter()
        .filter(|unit| unit.state != UnitState::Accepted);
    record.due_on = open
        .map(|unit| unit.due_on.clone())
        .min()
        .unwrap_or_default();
    let late = |unit: &&UnitStanding| unit.accepted_on > unit.due_on;
    record.late_units = u32::try_from(units.iter().filter(late).count()).unwrap_or(u32::MAX);
    if record.state != SupervisionState::Running && record.closed_on.is_empty() {
        record.closed_on = call.today().to_string();
        record.result = last(instance, "close").map_or_else(String::new, |(said, _)| said);
    }
    record.units = serde_json::to_string(&units)?;
    call.now.clone_into(&mut record.changed_at);
    call.tx.supervision_put(&record)?;
    Ok(Some(record))
}

/// The words of the last decision in a step, and the visit.
fn last<'a>(instance: &'a Instance, node: &str) -> Option<(String, &'a Visit)> {
    let mut visits = instance.visits.iter().rev();
    let visit = visits.find(|visit| *visit.name.node == *node)?;
    let said = visit.members.iter().find_map(workflow::Member::decision)?;
    Some((said.words.clone(), visit))
}

fn day(instance: &Instance, scope: ScopeNo, item: &str) -> String {
    let value = Key::new(item).ok();
    let value = value.and_then(|item| instance.value(&item, scope));
    let day = value.and_then(Value::day);
    day.map_or_else(String::new, |day| day.to_string())
}

/// Where a department stands in its part of the instance.
fn stand(
    unit: &mut UnitStanding,
    instance: &Instance,
    scope: ScopeNo,
    names: &BTreeMap<PersonId, Name>,
) {
    let named = |person: PersonId| names.get(&person).map_or("", |name| name.name.as_str());
    unit.due_on = day(instance, scope, "due_on");
    unit.asked_until.clear();
    let visits = || instance.visits.iter().filter(|visit| visit.scope == scope);
    let open = visits().find(|visit| visit.is_open());
    match open {
        Some(visit) => {
            unit.state = match visit.name.node.as_str() {
                "extend" => UnitState::Asks,
                "review" => UnitState::Review,
                _ => UnitState::Handling,
            };
            let waits: Vec<&str> = visit
                .up()
                .map(|no| named(visit.members[no].person))
                .collect();
            unit.waits_for = waits.join("、");
            unit.visit = visit.name.to_string();
            if unit.state == UnitState::Asks {
                unit.asked_until = day(instance, scope, "asked_until");
            }
        }
        None => {
            unit.waits_for.clear();
            unit.visit.clear();
            let accepted = visits()
                .rev()
                .find(|visit| *visit.name.node == *"review" && visit.state == VisitState::Passed);
            if let Some(closed) = accepted.and_then(|visit| visit.closed_at) {
                unit.state = UnitState::Accepted;
                unit.accepted_on = day_of(closed).to_string();
            }
        }
    }
    let reports = || visits().filter(|visit| *visit.name.node == *"handle");
    let said = |visit: &Visit| {
        let decided = visit.members.iter().filter(|member| member.counts());
        decided
            .filter_map(workflow::Member::decision)
            .next_back()
            .cloned()
    };
    unit.reports =
        u32::try_from(reports().filter_map(|visit| said(visit)).count()).unwrap_or(u32::MAX);
    if let Some(report) = reports().rev().find_map(|visit| said(visit)) {
        unit.words.clone_from(&report.words);
        unit.reported_at = format!("{:.3}", report.made_at);
        named(report.by).clone_into(&mut unit.reported_by);
        let stage = Key::new("stage").ok();
        let stage = stage.and_then(|stage| instance.value(&stage, scope));
        if let Some(Value::Text(stage)) = stage {
            unit.stage.clone_from(stage);
        }
    }
}

/// The item in which stands what an item of a step is asked to become: whoever grants more time finds there what was
/// asked for.
pub fn asked_for(visit: &Visit, item: &Key) -> Option<Key> {
    let grants = *visit.name.node == *"extend" && **item == *"due_on";
    grants.then(|| Key::new("asked_until").ok()).flatten()
}

/// The limit that a day asked for or granted has to be later than; `None` for any other item, and in any other process.
pub fn limit_before((net, instance): (&Net, &Instance), visit: &Visit, item: &Key) -> Option<Date> {
    let is_extension = net.definition.id.as_str() == SUPERVISION
        && matches!(
            (visit.name.node.as_str(), item.as_str()),
            ("extend", "due_on") | ("handle", "asked_until")
        );
    let limit = is_extension.then(|| day(instance, visit.scope, "due_on"));
    limit.and_then(|limit| limit.parse().ok())
}

/// Whether an item is said anew in every round of a step: what was reported last is not what is reported now.
pub fn is_anew(net: &Net, visit: &Visit, item: &Key) -> bool {
    net.definition.id.as_str() == SUPERVISION
        && *visit.name.node == *"handle"
        && matches!(item.as_str(), "stage" | "asked_until")
}

/// What is asked for and what is granted is later than the limit before; whoever grants says until when.
///
/// # Errors
/// `supervision.not_later` with the limit; `supervision.no_day`.
pub(crate) fn check_limit(
    record: &InstanceRecord,
    instance: &Instance,
    act: &Act,
) -> Result<(), Refusal> {
    let Act::Decide(decide) = act else {
        return Ok(());
    };
    if record.process != SUPERVISION || decide.verdict == Verdict::Refuse {
        return Ok(());
    }
    let text = |item: &str| {
        let value = Key::new(item).ok();
        match value.and_then(|item| decide.items.get(&item).cloned()) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    };
    let wanted = match decide.visit.node.as_str() {
        "extend" => text("due_on"),
        "handle" if text("stage").as_deref() == Some("extension") => text("asked_until"),
        _ => return Ok(()),
    };
    let wanted: Option<Date> = wanted.and_then(|day| day.parse().ok());
    let wanted = wanted.ok_or_else(|| Refusal::because("supervision.no_day"))?;
    let scope = instance.visit(&decide.visit);
    let scope = scope.map_or(0, |no| instance.visits[no].scope);
    let limit = day(instance, scope, "due_on");
    if wanted.to_string() > limit {
        return Ok(());
    }
    let reason = andu_sync::Reason::new("supervision.not_later").with("limit", limit);
    Err(Refusal::Rejected(reason))
}
