//! What each person has to do in an instance, or has done: made anew of the instance after every act.

use std::collections::BTreeMap;

use andu_base::PersonId;
use andu_store::{InstanceRecord, TaskRecord, TaskState};
use andu_workflow::{
    Asked, Instance, Member, MemberState, Net, Roster, Verdict, Visit, VisitNo,
    definition::{Kind, Order, Passing as Rule, Step},
};

/// Before the number of a round, where a task is to read something.
pub const READING: &str = "reading:";

/// What a task says besides what the instance says.
pub(super) struct Passing<'a> {
    pub net: &'a Net,
    pub roster: &'a Roster,
    /// Who did what led here.
    pub from: &'a str,
    /// With which word.
    pub note: &'a str,
    /// That word is an original's: whoever reads a copy does not get it.
    pub is_original: bool,
    /// Now, as stores write it.
    pub now: &'a str,
}

/// The tasks that are new or stand otherwise than before.
pub(super) fn changed(
    record: &InstanceRecord,
    instance: &Instance,
    before: &[TaskRecord],
    passing: &Passing<'_>,
) -> Vec<TaskRecord> {
    let before: BTreeMap<&str, &TaskRecord> =
        before.iter().map(|task| (task.id.as_str(), task)).collect();
    let mut now: BTreeMap<String, TaskRecord> = BTreeMap::new();
    for visit in &instance.visits {
        for no in 0..visit.members.len() {
            let member = &visit.members[no];
            let mut people = vec![member.person];
            if visit.is_up(no) {
                let standing = passing.roster.substitutes.iter();
                let standing = standing.filter(|(absent, deputy)| {
                    // One person, one voice.
                    let votes = member.counts() && visit.has_voice(*deputy);
                    *absent == member.person && !votes
                });
                people.extend(standing.map(|(_, deputy)| *deputy));
            } else if let Some(decision) = member.decision() {
                people.push(decision.by);
            }
            for person in people {
                let task = task(record, visit, (no, person), &before, passing);
                let Some(task) = task else { continue };
                let newer = now
                    .get(&task.id)
                    .is_none_or(|other| other.state != TaskState::Todo);
                if newer {
                    now.insert(task.id.clone(), task);
                }
            }
        }
    }
    readings(record, instance, &before, passing, &mut now);
    // What somebody could do and nobody asks for any more.
    for (id, task) in &before {
        let open = matches!(task.state, TaskState::Todo | TaskState::ToRead);
        if open && !now.contains_key(*id) {
            now.insert((*id).to_owned(), gone(task, passing.now));
        }
    }
    let all = now.into_values();
    all.filter(|task| before.get(task.id.as_str()).is_none_or(|old| *old != task))
        .collect()
}

fn task(
    record: &InstanceRecord,
    visit: &Visit,
    (no, person): (usize, PersonId),
    before: &BTreeMap<&str, &TaskRecord>,
    passing: &Passing<'_>,
) -> Option<TaskRecord> {
    let member = &visit.members[no];
    let id = format!("{}/{}/{person}", record.id, visit.name);
    let old = before.get(id.as_str()).copied();
    let state = if visit.is_up(no) {
        TaskState::Todo
    } else if let MemberState::Acted(decision) = &member.state {
        let own = decision.by == person || member.person == person;
        if own {
            TaskState::Done
        } else {
            TaskState::Gone
        }
    } else if old.is_some() {
        TaskState::Gone
    } else {
        // Not yet to act, and never was.
        return None;
    };
    let node = passing
        .net
        .node_at(&visit.name.node)
        .map(|at| passing.net.node(at));
    let step_kind = node.and_then(|node| match &node.kind {
        Kind::Step(step) => Some(&**step),
        _ => None,
    });
    let (step, act) = match node.map(|node| (&node.title, &node.kind)) {
        Some((title, Kind::Step(step))) => (title.clone(), step.act.clone()),
        _ => (visit.name.node.to_string(), String::new()),
    };
    let done = member.decision();
    let fresh = old.is_none_or(|old| old.state != TaskState::Todo) && state == TaskState::Todo;
    Some(TaskRecord {
        instance_id: record.id.clone(),
        draft_id: record.draft_id.clone(),
        person_id: person.as_text(),
        visit: visit.name.to_string(),
        node: visit.name.node.to_string(),
        step,
        act,
        title: record.title.clone(),
        document_type: record.document_type.clone(),
        urgency: record.urgency.clone(),
        issue_number: record.issue_number.clone(),
        author_name: record.author_name.clone(),
        from_name: kept(
            old.filter(|_| !fresh).map(|old| &old.from_name),
            passing.from,
        ),
        note: match passing.is_original && step_kind.is_some_and(|step| step.copy.is_some()) {
            true => String::new(),
            false => note(member, old.filter(|_| !fresh), passing),
        },
        state,
        verdict: done.map_or("", |done| verdict(done.verdict)).to_owned(),
        opened_at: kept(old.map(|old| &old.opened_at), &written(visit.opened_at)),
        due_at: visit.due_at.map(written).unwrap_or_default(),
        seen_at: member.seen_at.map(written).unwrap_or_default(),
        done_at: match (state, old) {
            (TaskState::Todo | TaskState::ToRead, _) => String::new(),
            (TaskState::Done, _) => done.map(|done| written(done.made_at)).unwrap_or_default(),
            (TaskState::Gone, Some(old)) if old.state == TaskState::Gone => old.done_at.clone(),
            (TaskState::Gone, _) => passing.now.to_owned(),
        },
        process: record.process.clone(),
        pending_act: String::new(),
        refusal: String::new(),
        id,
        claim: claim(step_kind, visit, no).to_owned(),
        ..urged(visit, old, passing)
    })
}

/// Whether one of several takes it, and whether somebody has.
fn claim(step: Option<&Step>, visit: &Visit, no: usize) -> &'static str {
    let member = &visit.members[no];
    let Some(step) = step.filter(|step| step.sign_off.order == Order::Claim) else {
        return "";
    };
    if !member.counts() || !visit.is_up(no) {
        return "";
    }
    let others = visit
        .up()
        .any(|other| other != no && visit.members[other].counts());
    match (&member.state, &step.sign_off.passing) {
        (MemberState::Holds, _) => "held",
        (_, Rule::Any) if others => "free",
        (_, Rule::Any) => "",
        (_, _) => "must",
    }
}

/// How often somebody was reminded of it. Who and with which word is known of the one that came just now.
fn urged(visit: &Visit, old: Option<&TaskRecord>, passing: &Passing<'_>) -> TaskRecord {
    let blank = TaskRecord::default();
    let Some((at, times)) = visit.urged else {
        return blank;
    };
    let urged_at = written(at);
    let before = old.filter(|old| old.urged_at == urged_at);
    TaskRecord {
        urged_times: times,
        urged_by: kept(before.map(|old| &old.urged_by), passing.from),
        urged_note: kept(before.map(|old| &old.urged_note), passing.note),
        urged_at,
        ..blank
    }
}

/// What was given somebody to read (传阅): a task of its own kind, known by its round.
fn readings(
    record: &InstanceRecord,
    instance: &Instance,
    before: &BTreeMap<&str, &TaskRecord>,
    passing: &Passing<'_>,
    now: &mut BTreeMap<String, TaskRecord>,
) {
    for (round, given) in instance.circulations.iter().enumerate() {
        for reader in &given.readers {
            let id = format!("{}/{READING}{round}/{}", record.id, reader.person);
            let old = before.get(id.as_str()).copied();
            let state = match (reader.withdrawn, reader.read_at) {
                (_, Some(_)) => TaskState::Done,
                (true, None) => TaskState::Gone,
                (false, None) => TaskState::ToRead,
            };
            let task = TaskRecord {
                instance_id: record.id.clone(),
                draft_id: record.draft_id.clone(),
                person_id: reader.person.as_text(),
                visit: format!("{READING}{round}"),
                node: String::new(),
                step: late(instance, given.late, passing),
                act: String::new(),
                title: record.title.clone(),
                document_type: record.document_type.clone(),
                urgency: record.urgency.clone(),
                issue_number: record.issue_number.clone(),
                author_name: record.author_name.clone(),
                from_name: kept(old.map(|old| &old.from_name), passing.from),
                note: given.note.clone(),
                state,
                verdict: reader.read_at.map_or("", |_| "read").to_owned(),
                opened_at: written(given.at),
                due_at: String::new(),
                seen_at: reader.read_at.map(written).unwrap_or_default(),
                done_at: match (reader.read_at, state, old) {
                    (Some(read), _, _) => written(read),
                    (None, TaskState::Gone, Some(old)) if old.state == TaskState::Gone => {
                        old.done_at.clone()
                    }
                    (None, TaskState::Gone, _) => passing.now.to_owned(),
                    (None, _, _) => String::new(),
                },
                process: record.process.clone(),
                pending_act: String::new(),
                refusal: String::new(),
                id: id.clone(),
                ..TaskRecord::default()
            };
            now.insert(id, task);
        }
    }
}

/// The step that takes too long, where somebody is told of that.
fn late(instance: &Instance, visit: Option<VisitNo>, passing: &Passing<'_>) -> String {
    let node = visit.map(|no| &instance.visits[no].name.node);
    let at = node.and_then(|node| passing.net.node_at(node));
    at.map_or_else(String::new, |at| passing.net.node(at).title.clone())
}

fn gone(task: &TaskRecord, now: &str) -> TaskRecord {
    TaskRecord {
        state: TaskState::Gone,
        done_at: now.to_owned(),
        ..task.clone()
    }
}

fn kept(old: Option<&String>, new: &str) -> String {
    old.cloned().unwrap_or_else(|| new.to_owned())
}

/// The word with which somebody was asked: by another member, or by whoever passed it on.
fn note(member: &Member, old: Option<&TaskRecord>, passing: &Passing<'_>) -> String {
    let said = match &member.asked {
        Asked::Step => None,
        Asked::Added { note, .. }
        | Asked::Instead { note, .. }
        | Asked::Advice { note, .. }
        | Asked::Consulted { note, .. } => Some(note.clone()).filter(|note| !note.is_empty()),
    };
    said.unwrap_or_else(|| kept(old.map(|old| &old.note), passing.note))
}

pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agree => "agree",
        Verdict::Circle => "circle",
        Verdict::Refuse => "refuse",
        Verdict::Abstain => "abstain",
    }
}

/// An instant as stores write it.
fn written(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}
