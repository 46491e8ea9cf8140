//! An instance as a person reads it: where it is, what was said on its way, and what may be done in a step.

use std::collections::BTreeMap;

use andu_app::{
    process::{self, Name},
    supervision,
};
use andu_base::{Date, PersonId};
use andu_store::{InstanceRecord, TaskRecord};
use andu_workflow::{
    Asked, CLOCK, Instance, Member, MemberState, Net, Verdict, Visit, VisitName, VisitNo,
    VisitState,
    definition::{Access, Empty, ItemKind, Kind, May, Opinion, Step, Value, Who},
};

use super::{
    ChooseStep, FieldOption, FieldWith, NobodyChosen, ProcessTrace, ReturnTarget, TaskField,
    TaskForm, TaskVerdict, TraceItem, TracePerson, TraceReader, TraceRound, TraceVisit,
};
use crate::{ApiError, Caller, text};

/// An instance as it is read: with its net, and the names of its people.
pub(super) struct Read {
    record: InstanceRecord,
    pub(super) net: &'static Net,
    pub(super) instance: Instance,
    names: BTreeMap<PersonId, Name>,
    today: Date,
    /// Names of departments, by their ids.
    units: BTreeMap<String, String>,
}

impl Read {
    pub(super) fn of(caller: &dyn Caller, record: InstanceRecord) -> Result<Self, ApiError> {
        let broken = |_| text::error("process.not_there");
        let net = caller
            .look()
            .read(|view| view.process_net(&record.process, record.version))?;
        Ok(Self {
            net,
            today: caller.today(),
            instance: serde_json::from_str(&record.state).map_err(broken)?,
            names: serde_json::from_str(&record.names).map_err(broken)?,
            units: units_of(caller, &record)?,
            record,
        })
    }

    pub(super) fn name(&self, person: PersonId) -> String {
        self.names
            .get(&person)
            .map_or_else(String::new, |name| name.name.clone())
    }

    pub(super) fn step(&self, visit: &Visit) -> Option<&Step> {
        match &self.net.node(self.net.node_at(&visit.name.node)?).kind {
            Kind::Step(step) => Some(step),
            _ => None,
        }
    }

    pub(super) fn title(&self, node: &str) -> String {
        let at = self.net.node_at(node);
        at.map_or_else(|| node.to_owned(), |at| self.net.node(at).title.clone())
    }
}

pub(super) fn trace(read: &Read) -> ProcessTrace {
    let visits = read.instance.visits.iter();
    ProcessTrace {
        instance_id: read.record.id.clone(),
        process: read.net.definition.title.clone(),
        process_id: read.record.process.clone(),
        version: read.record.version,
        status: read.record.status.clone(),
        begun_at: read.record.begun_at.clone(),
        visits: visits.map(|visit| visited(read, visit)).collect(),
        ahead: ahead(read),
        items: items(read),
        rounds: rounds(read),
    }
}

/// Names of the departments of an instance's agency on its day.
fn units_of(
    caller: &dyn Caller,
    record: &InstanceRecord,
) -> Result<BTreeMap<String, String>, ApiError> {
    let agency = record.agency_id.parse();
    let agency = agency.map_err(|_| text::error("process.not_there"))?;
    let all = caller.look().read(|view| view.organisation(agency))?;
    let named = |unit: &andu_org::Unit| {
        let id = unit.id.as_text();
        let name = all.name_on(andu_org::Named::Department, &id, caller.today());
        (id, name.to_owned())
    };
    Ok(all.units.iter().map(named).collect())
}

/// What was entered, in the order of the definition; what is the program's own bookkeeping is left out.
fn items(read: &Read) -> Vec<TraceItem> {
    let nodes = read.net.definition.nodes.iter();
    let own: Vec<_> = nodes
        .filter_map(|node| match &node.kind {
            Kind::Group { each: Some(each) } => each.item.clone(),
            _ => None,
        })
        .collect();
    let items = read.net.definition.items.iter();
    let items = items.filter(|item| !own.contains(&item.name));
    items
        .filter_map(|item| {
            let value = read.instance.items.get(&item.name)?;
            Some(TraceItem {
                name: item.name.to_string(),
                title: item.title.clone(),
                value: said(read, &item.kind, value),
            })
        })
        .collect()
}

fn day_said(day: andu_base::Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A value as it is read.
fn said(read: &Read, kind: &ItemKind, value: &Value) -> String {
    let word = |code: &str| match kind {
        ItemKind::Choice { options } => {
            let option = options.iter().find(|one| one.code == code);
            option.map_or_else(|| code.to_owned(), |one| one.title.clone())
        }
        ItemKind::Units | ItemKind::Unit => read
            .units
            .get(code)
            .cloned()
            .unwrap_or_else(|| code.to_owned()),
        ItemKind::People => code
            .parse()
            .map_or_else(|_| code.to_owned(), |id| read.name(id)),
        ItemKind::Day => code
            .parse::<andu_base::Date>()
            .map_or_else(|_| code.to_owned(), day_said),
        ItemKind::YesNo | ItemKind::Number { .. } | ItemKind::Text => code.to_owned(),
    };
    match value {
        Value::YesNo(true) => "是".to_owned(),
        Value::YesNo(false) => "否".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => word(text),
        Value::List(all) => {
            let words: Vec<String> = all.iter().map(|one| word(one)).collect();
            words.join("、")
        }
    }
}

fn rounds(read: &Read) -> Vec<TraceRound> {
    let reader = |reader: &andu_workflow::Reader| TraceReader {
        person_id: reader.person.as_text(),
        name: read.name(reader.person),
        department: read
            .names
            .get(&reader.person)
            .map_or_else(String::new, |name| name.department.clone()),
        read_at: reader.read_at.map(written).unwrap_or_default(),
        note: reader.note.clone(),
        withdrawn: reader.withdrawn,
    };
    let rounds = read.instance.circulations.iter().enumerate();
    rounds
        .map(|(round, given)| TraceRound {
            round: u32::try_from(round).unwrap_or(u32::MAX),
            by: match given.by == CLOCK {
                true => text::sentence("process.clock_name", &BTreeMap::new()),
                false => read.name(given.by),
            },
            by_id: given.by.as_text(),
            note: given.note.clone(),
            at: written(given.at),
            readers: given.readers.iter().map(reader).collect(),
        })
        .collect()
}

/// Steps after the last one that is open, in the order of the process, as far as nothing has decided that
/// they are passed by.
fn ahead(read: &Read) -> Vec<String> {
    if !read.instance.is_running() {
        return Vec::new();
    }
    let open = read.instance.open_visits();
    let at = open
        .filter_map(|(_, visit)| read.net.node_at(&visit.name.node))
        .max();
    let nodes = read
        .net
        .definition
        .nodes
        .iter()
        .skip(at.map_or(0, |at| at + 1));
    nodes
        .filter(|node| matches!(node.kind, Kind::Step(_)) && node.inside.is_none())
        .map(|node| node.title.clone())
        .collect()
}

fn visited(read: &Read, visit: &Visit) -> TraceVisit {
    TraceVisit {
        visit: visit.name.to_string(),
        node: visit.name.node.to_string(),
        step: read.title(&visit.name.node),
        round: visit.name.round,
        state: crate::draft::word(&visit.state),
        opened_at: written(visit.opened_at),
        closed_at: visit.closed_at.map(written).unwrap_or_default(),
        due_at: visit.due_at.map(written).unwrap_or_default(),
        people: (0..visit.members.len())
            .map(|no| person(read, visit, no))
            .collect(),
    }
}

fn person(read: &Read, visit: &Visit, no: usize) -> TracePerson {
    let member = &visit.members[no];
    let name = read.names.get(&member.person);
    let of =
        |field: fn(&Name) -> &String| name.map_or_else(String::new, |name| field(name).clone());
    let done = member.decision();
    let recorded = done.and_then(|done| done.recorded.as_ref());
    let words = done.and_then(|done| done.content);
    TracePerson {
        older: words.is_some() && words != read.instance.content,
        person_id: member.person.as_text(),
        name: of(|name| &name.name),
        post: of(|name| &name.post),
        department: of(|name| &name.department),
        asked: match &member.asked {
            Asked::Step => "step",
            Asked::Added { .. } => "added",
            Asked::Instead { .. } => "instead",
            Asked::Advice { .. } => "advice",
            Asked::Consulted { .. } => "consulted",
        }
        .to_owned(),
        up: visit.is_up(no),
        seen: member.seen_at.is_some(),
        verdict: done.map(|done| verdict_of(done.verdict)),
        words: done.map(|done| done.words.clone()).unwrap_or_default(),
        at: done.map(|done| written(done.made_at)).unwrap_or_default(),
        by: done
            .filter(|done| done.by != member.person)
            .map(|done| read.name(done.by))
            .unwrap_or_default(),
        recorded_by: recorded
            .map(|recorded| read.name(recorded.by))
            .unwrap_or_default(),
        written_on: recorded
            .map(|recorded| recorded.written_on.to_string())
            .unwrap_or_default(),
        withheld: done.is_some_and(|done| done.withheld),
        scanned: recorded.is_some_and(|recorded| recorded.scan.is_some()),
        handwriting: done
            .and_then(|done| done.handwriting)
            .map(|hash| hash.to_string())
            .unwrap_or_default(),
        gone: matches!(
            member.state,
            MemberState::TakenOut | MemberState::HandedOver | MemberState::NotNeeded
        ),
    }
}

const fn verdict_of(verdict: Verdict) -> TaskVerdict {
    match verdict {
        Verdict::Agree => TaskVerdict::Agree,
        Verdict::Circle => TaskVerdict::Circle,
        Verdict::Refuse => TaskVerdict::Refuse,
        Verdict::Abstain => TaskVerdict::Abstain,
    }
}

pub(super) fn form(read: &Read, task: &TaskRecord) -> Option<TaskForm> {
    let name: VisitName = task.visit.parse().ok()?;
    let no = read.instance.visit(&name)?;
    let visit = &read.instance.visits[no];
    let step = read.step(visit)?;
    let own = visit
        .members
        .iter()
        .rev()
        .find(|member| member.person.as_text() == task.person_id);
    let counts = own.is_none_or(Member::counts);
    Some(TaskForm {
        visit: task.visit.clone(),
        act: step.act.clone(),
        words: match (counts, step.opinion) {
            (false, _) | (true, Opinion::Required) => "always",
            (true, Opinion::ForRefusal) => "for_refusal",
            (true, Opinion::Optional) => "never",
        }
        .to_owned(),
        advises: !counts,
        fields: if counts {
            fields(read, (visit, step))
        } else {
            Vec::new()
        },
        may: match counts {
            true => step.may.iter().map(crate::draft::word::<May>).collect(),
            false => Vec::new(),
        },
        returns: match step.may.contains(&May::Return) && counts {
            true => returns(read, no),
            false => Vec::new(),
        },
        choose: if counts {
            choose(read, &visit.name.node)
        } else {
            Vec::new()
        },
        binds: step.binds,
        batch: step.in_batches(),
        online: step.online,
        claim: super::parse(&task.claim),
    })
}

fn fields(read: &Read, (visit, step): (&Visit, &Step)) -> Vec<TaskField> {
    let items = read.net.definition.items.iter();
    items
        .filter_map(|item| {
            // The program's to say.
            if *item.name == *andu_app::issued::PUBLISH_DUE {
                return None;
            }
            let required = match step.fields.get(&item.name)? {
                Access::Write => false,
                Access::Require => true,
                Access::Read | Access::Hide => return None,
            };
            let value = supervision::asked_for(visit, &item.name)
                .and_then(|asked| read.instance.value(&asked, visit.scope))
                .or_else(|| read.instance.value(&item.name, visit.scope))
                .filter(|_| !supervision::is_anew(read.net, visit, &item.name));
            let from = process::earliest(read.net, &read.instance, (visit, &item.name), read.today);
            let is_copy = is_copy(read, &item.name);
            let offered = match value {
                None if is_copy => copied(read),
                _ => None,
            };
            let required = required || (is_copy && read.instance.has_original(read.net));
            let (kind, options) = match &item.kind {
                ItemKind::YesNo => ("yes_no", Vec::new()),
                ItemKind::Number { .. } => ("number", Vec::new()),
                ItemKind::Text => ("text", Vec::new()),
                ItemKind::Choice { options } => ("choice", options.clone()),
                ItemKind::Day => ("day", Vec::new()),
                ItemKind::People => ("people", Vec::new()),
                ItemKind::Units => ("units", Vec::new()),
                ItemKind::Unit => ("unit", Vec::new()),
            };
            let option = |one: andu_workflow::definition::Choice| FieldOption {
                code: one.code,
                title: one.title,
            };
            Some(TaskField {
                name: item.name.to_string(),
                title: item.title.clone(),
                note: item.note.clone(),
                kind: kind.to_owned(),
                options: options.into_iter().map(option).collect(),
                required,
                value: serde_json::to_value(value.or(offered.as_ref())).unwrap_or_default(),
                offered: offered.is_some(),
                from: from.map(|day| day.to_string()),
                with: step.complete.as_ref().and_then(|all| {
                    let (other, code) = all.entered_with(&item.name)?;
                    Some(FieldWith {
                        field: other.to_string(),
                        code: code.to_owned(),
                    })
                }),
            })
        })
        .collect()
}

/// Whether an item is the copy (批示抄清) that later steps read.
fn is_copy(read: &Read, item: &andu_workflow::Key) -> bool {
    let mut nodes = read.net.definition.nodes.iter();
    nodes.any(|node| matches!(&node.kind, Kind::Step(step) if step.copy.as_ref() == Some(item)))
}

/// The copy that is read in the step of a task; empty where none is.
pub(super) fn copy_read(read: &Read, task: &TaskRecord) -> String {
    let copy = || {
        let name: VisitName = task.visit.parse().ok()?;
        let visit = &read.instance.visits[read.instance.visit(&name)?];
        let item = read.step(visit)?.copy.as_ref()?;
        match read.instance.value(item, visit.scope)? {
            Value::Text(copy) => Some(copy.clone()),
            _ => None,
        }
    };
    copy().unwrap_or_default()
}

/// What was said in originals, as it is offered for the copy.
fn copied(read: &Read) -> Option<Value> {
    let visits = read.instance.visits.iter();
    let originals = visits.filter(|visit| {
        let counts = matches!(visit.state, VisitState::Passed | VisitState::Refused);
        counts && read.step(visit).is_some_and(|step| step.original)
    });
    let decided = originals.flat_map(|visit| {
        let members = visit.members.iter();
        members.filter_map(|member| Some((member, member.decision()?)))
    });
    let said = decided.filter(|(_, decision)| !decision.words.trim().is_empty());
    let lines: Vec<String> = said
        .map(|(member, decision)| {
            let recorded = decision.recorded.as_ref();
            let day = recorded.map_or_else(
                || andu_workflow::clock::day_of(decision.made_at),
                |recorded| recorded.written_on,
            );
            let (name, words) = (read.name(member.person), &decision.words);
            format!("{name}（{}）：{words}", day_said(day))
        })
        .collect();
    (!lines.is_empty()).then(|| Value::Text(lines.join("\n")))
}

/// The visits that led here, the last of each step, the nearest first; with what would be void.
fn returns(read: &Read, from: VisitNo) -> Vec<ReturnTarget> {
    let instance = &read.instance;
    let opened = instance.tokens[instance.visits[from].token].from;
    let mut seen: Vec<&VisitName> = Vec::new();
    let mut targets = Vec::new();
    for no in (0..instance.visits.len()).rev() {
        let visit = &instance.visits[no];
        let counts = matches!(visit.state, VisitState::Passed | VisitState::Refused);
        let same = |name: &&VisitName| name.node == visit.name.node && name.path == visit.name.path;
        if !counts || visit.members.is_empty() || seen.iter().any(same) {
            continue;
        }
        let caused = instance.caused_by(no);
        if caused.binary_search(&opened).is_err() {
            continue;
        }
        seen.push(&visit.name);
        let people = visit
            .members
            .iter()
            .filter(|member| member.decision().is_some());
        let people: Vec<String> = people.map(|member| read.name(member.person)).collect();
        targets.push(ReturnTarget {
            visit: visit.name.to_string(),
            step: read.title(&visit.name.node),
            people: people.join("、"),
            voids: voids(read, no, &caused),
        });
    }
    targets
}

/// The signed opinions of a visit that is done again, and those that hang on its firings; that the author has
/// brought the document is no opinion.
fn voids(read: &Read, again: VisitNo, caused: &[usize]) -> Vec<String> {
    let instance = &read.instance;
    let visits = instance.visits.iter().enumerate().filter(|(no, visit)| {
        let hangs = caused.binary_search(&instance.tokens[visit.token].from);
        visit.state != VisitState::Void && (*no == again || hangs.is_ok())
    });
    let mut opinions = Vec::new();
    for (no, visit) in visits {
        let decided = visit.members.iter().filter(|member| {
            member.decision().is_some() && (no != again || member.person != instance.author)
        });
        let step = read.title(&visit.name.node);
        opinions.extend(decided.map(|member| format!("{step} {}", read.name(member.person))));
    }
    opinions
}

/// Later steps whose people this one chooses: those that come next.
fn choose(read: &Read, node: &str) -> Vec<ChooseStep> {
    let Some(at) = read.net.node_at(node) else {
        return Vec::new();
    };
    // What is reached by a branch may not come at all.
    let (mut open, mut seen, mut steps) = (vec![(at, true)], vec![at], Vec::new());
    while let Some((at, is_sure)) = open.pop() {
        for out in &read.net.wiring(at).outs {
            let next = read.net.target(*out);
            if seen.contains(&next) {
                continue;
            }
            seen.push(next);
            match &read.net.node(next).kind {
                Kind::Step(step) if is_chosen(step) => {
                    let node = read.net.node(next);
                    let before = read.instance.chosen.get(&node.id);
                    let names: Vec<String> = before
                        .into_iter()
                        .flatten()
                        .map(|person| read.name(*person))
                        .collect();
                    steps.push(ChooseStep {
                        node: node.id.to_string(),
                        step: node.title.clone(),
                        chosen: names.join("、"),
                        nobody: nobody(step, is_sure),
                    });
                }
                Kind::Step(_) => {}
                _ => open.push((next, false)),
            }
        }
    }
    steps
}

fn is_chosen(step: &Step) -> bool {
    let mut seats = step.sign_off.seats.iter();
    seats.any(|seat| seat.who == Who::Chosen)
}

/// Only where the step is sure to come, and has no other seats that could fill it.
fn nobody(step: &Step, is_sure: bool) -> NobodyChosen {
    let seats = &step.sign_off.seats;
    if !is_sure || seats.iter().any(|seat| seat.who != Who::Chosen) {
        return NobodyChosen::Open;
    }
    match step.sign_off.empty {
        Empty::Skip => NobodyChosen::Skips,
        Empty::Refuse => NobodyChosen::Refused,
        Empty::HandTo(_) => NobodyChosen::Open,
    }
}

pub(super) fn written(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}
