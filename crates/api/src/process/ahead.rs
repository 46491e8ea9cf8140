//! Who is asked next, before one decides: what the engine says to the decision as it stands in the form.

use std::collections::BTreeMap;

use andu_app::process::{SOMEBODY, foretell};
use andu_base::PersonId;
use andu_org::Named;
use andu_workflow::{
    self as workflow, Instance, Visit, VisitName, VisitState, definition::Passing,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{TaskDoes, TaskVerdict, does::does, read::Read};
use crate::{
    ApiError, Caller, book,
    caller::serve,
    row::{Permission as P, Row, Write as W, row},
    text,
};

/// A decision as it stands in the form.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TaskNextAsk {
    /// The task.
    pub id: String,
    /// What is entered so far.
    #[ts(type = "Record<string, boolean | number | string | string[]>")]
    pub items: BTreeMap<String, serde_json::Value>,
    /// Who is chosen for later steps so far.
    pub chosen: BTreeMap<String, Vec<String>>,
}

/// What agreeing leads to.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct TaskNext {
    /// Steps that begin by it.
    pub steps: Vec<NextStep>,
    /// Who else is waited for in the same step, by name.
    pub waits: Vec<String>,
    /// It ends by it.
    pub ends: bool,
}

/// A step that would begin.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NextStep {
    /// As people call it.
    pub step: String,
    /// Who would be asked: names, or where they are not known here whoever the rule names.
    pub people: Vec<String>,
    /// One of them does it for all.
    pub any: bool,
}

/// Rows of the table.
pub const AHEAD: &[Row] = &[
    row::<TaskNextAsk, TaskNext>("task_next", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, next)),
];

fn next(caller: &dyn Caller, ask: TaskNextAsk) -> Result<TaskNext, ApiError> {
    let (task, record) = caller.look().read(|view| {
        let task = view.task(&ask.id)?;
        let record = view.instance(&task.instance_id)?;
        Ok::<_, andu_app::Refusal>((task, record))
    })?;
    let read = Read::of(caller, record)?;
    let visit: VisitName = task
        .visit
        .parse()
        .map_err(|_| text::error("process.no_visit"))?;
    let agreed = TaskDoes::Decide {
        verdict: TaskVerdict::Agree,
        // Words that are needed will be there.
        words: task.step.clone(),
        items: ask.items,
        chosen: ask.chosen,
        handwriting: None,
    };
    let by = caller.actor().id;
    let (act, _) = does(agreed, (visit.clone(), by), read.instance.content)?;
    let command = workflow::Command {
        by,
        // Who is asked does not depend on the hour.
        made_at: read.instance.begun_at,
        act,
    };
    let agency = caller.actor().agency_id;
    let organisation = caller.look().read(|view| view.organisation(agency))?;
    let day = caller.today();
    let known = (&organisation, day);
    let there = (read.net, &read.instance);
    let Some(after) = foretell(there, &command, known, caller.knows_roles()) else {
        return Ok(TaskNext::default());
    };
    let name = |person: PersonId| {
        let held = organisation.name_on(Named::Person, &person.as_text(), day);
        match held.is_empty() {
            true => read.name(person),
            false => held.to_owned(),
        }
    };
    let steps = begun(&read.instance, &after);
    let steps = steps.map(|begun| step(&read, begun, &name)).collect();
    let own = after.visits.iter().find(|one| one.name == visit);
    let own = own.filter(|one| one.state == VisitState::Open);
    Ok(TaskNext {
        steps,
        waits: own.map_or_else(Vec::new, |own| asked(own).map(name).collect()),
        ends: !after.is_running(),
    })
}

/// Visits that are open afterwards and were not before.
fn begun<'a>(before: &Instance, after: &'a Instance) -> impl Iterator<Item = &'a Visit> {
    let known: Vec<VisitName> = before
        .open_visits()
        .map(|(_, visit)| visit.name.clone())
        .collect();
    let open = after.open_visits().map(|(_, visit)| visit);
    open.filter(move |visit| !known.contains(&visit.name))
}

fn asked(visit: &Visit) -> impl Iterator<Item = PersonId> {
    visit.up().map(|no| visit.members[no].person)
}

fn step(read: &Read, visit: &Visit, name: &dyn Fn(PersonId) -> String) -> NextStep {
    let kind = read.step(visit);
    let is_known = asked(visit).all(|person| person != SOMEBODY);
    let people = match (is_known, kind) {
        (false, Some(step)) => {
            let seats = step.sign_off.seats.iter();
            let who = seats.map(|seat| book::who(&read.net.definition, &seat.who));
            who.collect()
        }
        _ => asked(visit).map(name).collect(),
    };
    NextStep {
        step: read.title(&visit.name.node),
        people,
        any: is_known && kind.is_some_and(|step| step.sign_off.passing == Passing::Any),
    }
}
