//! What is kept of an instance, and what those who take part in it are shown.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::{ContentHash, PersonId};
use andu_document::OfficialDocument;
use andu_org::Organisation;
use andu_store::{
    DefinitionRecord, DraftRecord, IncomingRecord, InstanceEntry, InstanceRecord, ProcessUse,
    Reader, SupervisionRecord, TaskRecord, TaskState, Tx,
};
use andu_sync::{Change, Operation, Scope};
use andu_workflow::{Asked, Event, Instance, Net, Status};
use serde::{Deserialize, Serialize};

use super::{SUPERVISION, hand, revise};
use crate::{Call, Refusal, draft, incoming, supervision};

/// What a register says of what an instance is about.
pub(super) enum Registered {
    /// It came from elsewhere.
    Incoming(IncomingRecord),
    /// It is supervised.
    Supervised(SupervisionRecord),
}

impl Registered {
    /// 收文号、督办编号
    pub(super) fn number(&self) -> &str {
        match self {
            Self::Incoming(record) => &record.number,
            Self::Supervised(record) => &record.number,
        }
    }
}

/// What a register says follows the instance; `None` where it is in no register.
pub(super) fn follow(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    (net, instance): (&Net, &Instance),
    record: &InstanceRecord,
) -> Result<Option<Registered>, Refusal> {
    if record.process == SUPERVISION {
        let followed = supervision::follow(call, &draft.id, instance, &record.names)?;
        return Ok(followed.map(Registered::Supervised));
    }
    let followed = incoming::follow(call, draft, (net, instance), &record.names)?;
    Ok(followed.map(Registered::Incoming))
}

/// Somebody in an instance, as called at the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// Name.
    pub name: String,
    /// 职务
    pub post: String,
    /// The department.
    pub department: String,
}

/// Hash of what a document says: of all but the number, the date, the copy number and 印发机关和印发日期, which
/// are given after it was signed and change nothing of it.
pub fn substance(document: &OfficialDocument) -> ContentHash {
    let said = OfficialDocument {
        issue_number: None,
        date_of_issue: None,
        copy_number: None,
        imprint: None,
        ..document.clone()
    };
    andu_draft::freeze(&said).hash
}

pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Running => "running",
        Status::Done => "done",
        Status::Stopped => "stopped",
        Status::Withdrawn => "withdrawn",
        Status::Void => "void",
    }
}

/// Everybody in an instance with the names of today; who is there already keeps the name.
pub(super) fn names(
    instance: &Instance,
    organisation: &Organisation,
    day: andu_base::Date,
    known: &str,
) -> Result<String, Refusal> {
    let mut names: BTreeMap<PersonId, Name> = match known {
        "" => BTreeMap::new(),
        known => serde_json::from_str(known)?,
    };
    let mut people = BTreeSet::from([instance.author]);
    for member in instance.visits.iter().flat_map(|visit| &visit.members) {
        people.insert(member.person);
        if let Some(decision) = member.decision() {
            people.insert(decision.by);
            people.extend(decision.recorded.as_ref().map(|recorded| recorded.by));
        }
        if let Asked::Added { by, .. } | Asked::Instead { by, .. } = &member.asked {
            people.insert(*by);
        }
    }
    for round in &instance.circulations {
        people.insert(round.by);
        people.extend(round.readers.iter().map(|reader| reader.person));
    }
    for person in people {
        let title = organisation.titles_on(person, day).into_iter().next();
        let named = |kind, id: String| organisation.name_on(kind, &id, day).to_owned();
        names.entry(person).or_insert_with(|| Name {
            name: named(andu_org::Named::Person, person.as_text()),
            post: title.as_ref().map_or_else(String::new, |title| {
                named(andu_org::Named::Post, title.appointment.post_id.as_text())
            }),
            department: title.as_ref().map_or_else(String::new, |title| {
                named(andu_org::Named::Department, title.department_id.as_text())
            }),
        });
    }
    Ok(serde_json::to_string(&names)?)
}

/// Appends what happened by this command to the chain of the instance.
pub(super) fn append(
    call: &mut Call<'_, '_>,
    record: &mut InstanceRecord,
    events: &[Event],
) -> Result<(), Refusal> {
    let seq = call.tx.reader().instance_length(&record.id)? + 1;
    let previous = std::mem::take(&mut record.chain);
    let mut entry = InstanceEntry {
        instance_id: record.id.clone(),
        seq,
        at: call.now.to_owned(),
        command_id: call.command.id.as_text(),
        actor_id: call.actor.id.as_text(),
        events: serde_json::to_string(events)?,
        previous,
        hash: String::new(),
    };
    entry.hash = entry.chained();
    record.chain.clone_from(&entry.hash);
    Ok(call.tx.instance_append(&entry)?)
}

/// Shows an instance to those who take part in it: each the instance and the own tasks; and, as it stands
/// after it was submitted, the document.
pub(super) fn show(
    call: &mut Call<'_, '_>,
    record: &InstanceRecord,
    (net, instance): (&Net, &Instance),
    (draft, registered): (&DraftRecord, Option<&Registered>),
    (tasks, people): (&[TaskRecord], &BTreeSet<String>),
) -> Result<(), Refusal> {
    let mut scopes = Vec::new();
    for person in people {
        scopes.push((person_scope(person)?, person.as_str()));
    }
    if registered.is_some() {
        scopes.push((Scope::register(call.actor.agency_id), ""));
    }
    let every: Vec<&Scope> = scopes.iter().map(|(scope, _)| scope).collect();
    // The author has the row already, as the author's.
    let others = scopes
        .iter()
        .filter(|(_, person)| *person != draft.author_id || registered.is_some());
    let others: Vec<&Scope> = others.map(|(scope, _)| scope).collect();
    show_document(call, draft, (&every, &others))?;
    let written = hand::all(call, &record.id)?;
    let mut readers = Vec::new();
    for (scope, person) in &scopes {
        let copy = copy_for(net, instance, person);
        let withheld: BTreeSet<ContentHash> = match copy {
            Some(_) => instance.originals(net).collect(),
            None => BTreeSet::new(),
        };
        match registered {
            Some(Registered::Incoming(record)) => {
                incoming::show_to(call, scope, record, &withheld)?;
            }
            Some(Registered::Supervised(record)) => supervision::show_to(call, scope, record)?,
            None => {}
        }
        hand::show(call, scope, &written, &withheld)?;
        match copy {
            Some(copy) => {
                let row = serde_json::to_value(with_copy(record, &copy)?)?;
                call.project(scope, "instance", &record.id, Operation::Put, &row)?;
            }
            None => readers.push(scope),
        }
    }
    call.project_kept(&readers, ("instance", &record.id))?;
    for (scope, person) in &scopes {
        let own = || tasks.iter().filter(|task| task.person_id == *person);
        if own().any(|task| task.state == TaskState::Todo) {
            revise::show_to(call, scope, record, person)?;
        }
        for task in own() {
            call.project_kept(&[scope], ("task", &task.id))?;
        }
    }
    Ok(())
}

/// An instance as a person sees it who reads a copy instead of the originals in it; `None`: sees all of it.
fn copy_for(net: &Net, instance: &Instance, person: &str) -> Option<Instance> {
    let person = person.parse().ok()?;
    instance.copy_for(net, person)
}

/// What is kept of an instance, as a person sees it.
pub(crate) fn without_originals(
    reader: Reader<'_>,
    record: InstanceRecord,
    person: &str,
) -> Result<InstanceRecord, Refusal> {
    let instance: Instance = serde_json::from_str(&record.state)?;
    let net = super::net(reader, &record.agency_id, (&record.process, record.version))?;
    match copy_for(net, &instance, person) {
        Some(copy) => with_copy(&record, &copy),
        None => Ok(record),
    }
}

/// What is kept of an instance, with a copy of it.
fn with_copy(record: &InstanceRecord, copy: &Instance) -> Result<InstanceRecord, Refusal> {
    Ok(InstanceRecord {
        state: serde_json::to_string(copy)?,
        ..record.clone()
    })
}

pub(super) fn person_scope(person: &str) -> Result<Scope, Refusal> {
    let id: PersonId = person
        .parse()
        .map_err(|_| Refusal::because("command.person"))?;
    Ok(Scope::person(id))
}

/// Shows a document as it was submitted: its text first, then, to those who do not have it as it is, the row that
/// names it.
fn show_document(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    (every, others): (&[&Scope], &[&Scope]),
) -> Result<(), Refusal> {
    if draft.frozen_hash.is_empty() {
        return Ok(());
    }
    show_frozen(call, every, &draft.frozen_hash)?;
    let row = draft::row(draft)?;
    let behind = call.tx.reader();
    let behind = behind.scopes_behind(others, ("draft", &draft.id), &row)?;
    call.project_all(&behind, ("draft", &draft.id), Operation::Put, &row)
}

/// Shows a text to those who have not been shown it: what a hash stands for never changes.
pub(super) fn show_frozen(
    call: &mut Call<'_, '_>,
    scopes: &[&Scope],
    hash: &str,
) -> Result<(), Refusal> {
    let held = call.tx.reader().row_scopes("frozen_text", hash)?;
    let mut new = scopes.to_vec();
    new.retain(|scope| !held.contains(scope));
    call.project_kept(&new, ("frozen_text", hash))
}

/// A file has come after the document was registered: those who take part are shown it.
pub(crate) fn show_again(call: &mut Call<'_, '_>, draft_id: &str) -> Result<(), Refusal> {
    let Some(record) = call.tx.reader().instance_of(draft_id)? else {
        return Ok(());
    };
    let tasks = call.tx.reader().tasks_of(&record.id)?;
    let people: BTreeSet<String> = tasks.into_iter().map(|task| task.person_id).collect();
    let instance: Instance = serde_json::from_str(&record.state)?;
    let net = super::net(
        call.tx.reader(),
        &record.agency_id,
        (&record.process, record.version),
    )?;
    for person in people {
        let withheld = match copy_for(net, &instance, &person) {
            Some(_) => instance.originals(net).collect(),
            None => BTreeSet::new(),
        };
        incoming::show_files(call, &person_scope(&person)?, draft_id, &withheld)?;
    }
    Ok(())
}

/// A row comes to a replica. An act that waits for the server keeps waiting until its outcome is there.
pub(crate) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    if change.entity == "handwriting" {
        return hand::receive(tx, change);
    }
    if change.entity == "instance" {
        let record: InstanceRecord = Deserialize::deserialize(&change.row)?;
        if record.id != change.row_id {
            return Err(Refusal::because("command.arguments"));
        }
        if is_withheld(&record)? {
            // Whoever also keeps the registers has got the whole of it by another scope.
            let held = tx.reader().instance(&record.id)?;
            if held.is_some_and(|held| held.chain == record.chain) {
                return Ok(());
            }
        }
        return Ok(tx.instance_put(&record)?);
    }
    if change.entity.starts_with("revision") {
        return revise::receive(tx, change);
    }
    if change.entity == "process_definition" {
        let defined: DefinitionRecord = Deserialize::deserialize(&change.row)?;
        return Ok(tx.process_definition_put(&defined)?);
    }
    if change.entity == "process_use" {
        let used: ProcessUse = Deserialize::deserialize(&change.row)?;
        return Ok(tx.process_use_put(&used)?);
    }
    let mut task: TaskRecord = Deserialize::deserialize(&change.row)?;
    if task.id != change.row_id {
        return Err(Refusal::because("command.arguments"));
    }
    if let Some(held) = tx.reader().task(&task.id)? {
        task.refusal = held.refusal;
    }
    Ok(tx.task_put(&task)?)
}

fn is_withheld(record: &InstanceRecord) -> Result<bool, Refusal> {
    if !record.state.contains("withheld") {
        return Ok(false);
    }
    let instance: Instance = serde_json::from_str(&record.state)?;
    let members = instance.visits.iter().flat_map(|visit| &visit.members);
    let mut decisions = members.filter_map(andu_workflow::Member::decision);
    Ok(decisions.any(|decision| decision.withheld))
}

/// A row is not seen here any more.
pub(crate) fn take_out(tx: &mut Tx<'_>, entity: &str, row_id: &str) -> Result<(), Refusal> {
    match entity {
        "handwriting" => tx.handwriting_erase(row_id)?,
        "instance" => tx.instance_erase(row_id)?,
        "process_use" => tx.process_use_erase(row_id)?,
        "process_definition" => tx.process_definition_erase(row_id)?,
        "revision_text" | "revision" => tx.revision_erase(entity, row_id)?,
        _ => tx.task_erase(row_id)?,
    }
    Ok(())
}
