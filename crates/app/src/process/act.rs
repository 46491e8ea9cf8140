//! An act in a running instance, and how a document enters one.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::ContentHash;
use andu_document::{DocumentFormat, OfficialDocument};
use andu_org::Grant;
use andu_store::{DraftRecord, DraftState, HandwritingRecord, InstanceRecord, Reader};
use andu_workflow as workflow;
use andu_workflow::{Context, Decided, Event, Instance, Net, Powers};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    MEMO, OUTGOING, give_number::give_number, hand, keep, limit, net, newest, reason::Namer,
    revise, substance, tasks, tick,
};
use crate::{Call, Refusal, draft, issued, number, supervision};

/// An act in an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The task it is about, or the instance; [`SEEN`] before it where it was only opened.
    pub id: String,
    /// The instance.
    pub instance_id: String,
    /// What.
    pub act: workflow::Act,
    /// What was written by hand with the decision: its JSON, which the act names by its hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handwriting: Option<String>,
}

/// Before the id of a task, where an act only says that it was opened: it holds up nothing that is decided.
pub const SEEN: &str = "seen:";

/// What the program does by itself.
const GIVE_NUMBER: &str = "give_number";
const GIVE_REGISTRATION: &str = "give_registration";
const ISSUE: &str = "issue";

/// Does an act in an instance.
///
/// # Errors
/// `process.not_there`; the reasons of the engine, each in words; those of what was written by hand.
pub fn act(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Act = serde_json::from_value(args)?;
    call.about(&args.instance_id);
    let record = call.tx.reader().instance(&args.instance_id)?;
    let record = record.ok_or_else(|| Refusal::because("process.not_there"))?;
    if !from_people(&args.act) || record.agency_id != call.actor.agency_id.as_text() {
        return Err(Refusal::because("process.not_allowed"));
    }
    let instance: Instance = serde_json::from_str(&record.state)?;
    // The author's own step is done by submitting: what goes on is a frozen text.
    if let workflow::Act::Decide(decide) = &args.act
        && author_changes(call.net_of(&record)?, &instance).as_ref() == Some(&decide.visit)
    {
        return Err(Refusal::because("process.submit_draft"));
    }
    supervision::check_limit(&record, &instance, &args.act)?;
    limit::check(call, call.net_of(&record)?, &instance, &args.act)?;
    let act = with_due(call, &record, &instance, args.act)?;
    let written = hand::brought(call, &record.id, &act, args.handwriting.as_deref())?;
    let changes = play(call, record, &instance, (act, written))?;
    Ok(json!({ "id": changes }))
}

/// The day until which a document has to be made public, is the program's to say: it is entered by the act that issues.
fn with_due(
    call: &Call<'_, '_>,
    record: &InstanceRecord,
    instance: &Instance,
    mut act: workflow::Act,
) -> Result<workflow::Act, Refusal> {
    let workflow::Act::Decide(decide) = &mut act else {
        return Ok(act);
    };
    if decide.items.contains_key(issued::PUBLISH_DUE) {
        return Err(Refusal::because("process.not_allowed"));
    }
    let net = call.net_of(record)?;
    let node = net.node_at(&decide.visit.node).map(|at| &net.node(at).kind);
    let asks = matches!(node, Some(workflow::definition::Kind::Step(step))
        if step.fields.contains_key(issued::PUBLISH_DUE));
    if asks {
        decide
            .items
            .extend(issued::due_item(call, &record.draft_id, instance)?);
    }
    Ok(act)
}

/// What only the program itself may say.
fn from_people(act: &workflow::Act) -> bool {
    !matches!(
        act,
        workflow::Act::Deliver { .. } | workflow::Act::ChildEnded { .. } | workflow::Act::Tick
    )
}

pub(crate) fn net_of(reader: Reader<'_>, record: &InstanceRecord) -> Result<&'static Net, Refusal> {
    net(reader, &record.agency_id, (&record.process, record.version))
}

pub(super) fn instant(text: &str) -> Result<Timestamp, Refusal> {
    text.parse()
        .map_err(|_| Refusal::because("process.dated_back"))
}

/// What the actor may do beyond being asked.
pub(super) fn powers(call: &Call<'_, '_>) -> Powers {
    let keeps = call.actor.may(Grant::KeepVocabulary);
    Powers {
        dispatch: keeps,
        cancel: call.actor.may(Grant::SignAsPrincipal),
        supervise: keeps || call.actor.may(Grant::Supervise),
        record: keeps,
    }
}

/// Has the engine decide an act, keeps what happened and shows it.
fn play(
    call: &mut Call<'_, '_>,
    record: InstanceRecord,
    instance: &Instance,
    (act, written): (workflow::Act, Option<HandwritingRecord>),
) -> Result<String, Refusal> {
    let net = call.net_of(&record)?;
    let note = said(&act);
    let command = workflow::Command {
        by: call.actor.id,
        made_at: made_at(call, instance)?,
        act,
    };
    let decided = decided(call, net, instance, &command)?;
    revise::hold_undecided(call, (net, &record), &command.act, (instance, &decided))?;
    if let Some(written) = &written {
        call.tx.handwriting_put(written)?;
    }
    settle(call, record, decided, &note)
}

/// When the desk says it was decided: never before the instance, never after now.
pub(super) fn made_at(call: &Call<'_, '_>, instance: &Instance) -> Result<Timestamp, Refusal> {
    let claimed = instant(&call.command.claimed_at)?;
    Ok(claimed.min(instant(call.now)?).max(instance.begun_at))
}

pub(super) fn namer<'a>(call: &'a Call<'_, '_>, net: &'a Net) -> Namer<'a> {
    Namer {
        reader: call.tx.reader(),
        net,
        day: call.today(),
    }
}

pub(super) fn with_context<T>(
    call: &Call<'_, '_>,
    decide: impl FnOnce(&Context<'_>) -> T,
) -> Result<T, Refusal> {
    let people = call.people()?;
    let calendar = andu_base::WorkCalendar::known();
    Ok(decide(&Context {
        now: instant(call.now)?,
        roster: &people.roster,
        calendar,
        powers: powers(call),
        offline: false,
    }))
}

/// What the engine says to an act.
///
/// # Errors
/// Its reasons, each in words.
pub(super) fn decided(
    call: &Call<'_, '_>,
    net: &Net,
    instance: &Instance,
    command: &workflow::Command,
) -> Result<Decided, Refusal> {
    let decided = with_context(call, |context| {
        workflow::decide(net, instance, command, context)
    })?;
    decided.map_err(|no| namer(call, net).refusal(&no))
}

/// The actor goes on with an act after what is done.
fn go_on(
    call: &Call<'_, '_>,
    net: &Net,
    done: &mut Decided,
    (act, made_at): (workflow::Act, Timestamp),
) -> Result<(), Refusal> {
    let command = workflow::Command {
        by: call.actor.id,
        made_at,
        act,
    };
    let decided = decided(call, net, &done.instance, &command)?;
    done.events.extend(decided.events);
    done.instance = decided.instance;
    Ok(())
}

/// The word that whoever is asked next reads.
fn said(act: &workflow::Act) -> String {
    match act {
        workflow::Act::Decide(decide) => decide.words.clone(),
        workflow::Act::Return { reason, .. }
        | workflow::Act::Move { reason, .. }
        | workflow::Act::Withdraw { reason }
        | workflow::Act::Cancel { reason } => reason.clone(),
        workflow::Act::Add { note, .. }
        | workflow::Act::Transfer { note, .. }
        | workflow::Act::Delegate { note, .. }
        | workflow::Act::Consult { note, .. }
        | workflow::Act::Urge { note, .. }
        | workflow::Act::Circulate { note, .. }
        | workflow::Act::Read { note, .. } => note.clone(),
        _ => String::new(),
    }
}

/// Keeps what was decided: the events, the document as they leave it, the tasks; and shows all to those who
/// take part.
pub(super) fn settle(
    call: &mut Call<'_, '_>,
    mut record: InstanceRecord,
    decided: Decided,
    note: &str,
) -> Result<String, Refusal> {
    let net = call.net_of(&record)?;
    let instance = decided.instance;
    keep::append(call, &mut record, &decided.events)?;
    let mut draft = call.tx.reader().draft(&record.draft_id)?;
    for event in &decided.events {
        let Event::Did { act, .. } = event else {
            continue;
        };
        match act.as_str() {
            GIVE_NUMBER => give_number(call, &mut draft, &instance)?,
            GIVE_REGISTRATION => issued::give_registration(call, &draft, &instance)?,
            ISSUE => issued::issue(call, &draft, Some(&instance))?,
            _ => {}
        }
    }
    follow(call, &mut draft, (net, &instance))?;
    issued::follow(call, &draft.id, &instance)?;
    let (people, day) = (call.people()?, call.today());
    record.names = keep::names(&instance, &people.organisation, day, &record.names)?;
    let registered = keep::follow(call, &draft, (net, &instance), &record)?;
    record.title.clone_from(&draft.title);
    record.document_type.clone_from(&draft.document_type);
    record.urgency.clone_from(&draft.urgency);
    record.issue_number.clone_from(&draft.issue_number);
    if let Some(registered) = &registered {
        registered.number().clone_into(&mut record.issue_number);
    }
    if record.process == MEMO {
        record.issue_number = number::text_of(call.tx.reader(), &draft.id)?;
    }
    record.content_hash = instance
        .content
        .map(|hash| hash.to_string())
        .unwrap_or_default();
    keep::status(instance.status).clone_into(&mut record.status);
    record.state = serde_json::to_string(&instance)?;
    call.now.clone_into(&mut record.changed_at);
    call.tx.instance_put(&record)?;
    let due = tick::due(&instance, call.now)?;
    call.tx.instance_due_put(&record.id, due.as_deref())?;
    let before = call.tx.reader().tasks_of(&record.id)?;
    let passing = tasks::Passing {
        net,
        roster: &people.roster,
        from: &call.actor.name,
        note,
        is_original: is_original(net, &instance, &decided.events),
        now: call.now,
    };
    let changed = tasks::changed(&record, &instance, &before, &passing);
    let mut part: BTreeSet<String> = before.into_iter().map(|task| task.person_id).collect();
    for task in &changed {
        call.tx.task_put(task)?;
        part.insert(task.person_id.clone());
    }
    part.insert(record.author_id.clone());
    keep::show(
        call,
        &record,
        (net, &instance),
        (&draft, registered.as_ref()),
        (&changed, &part),
    )?;
    Ok(record.id)
}

/// Whether what was said stays with its readers.
fn is_original(net: &Net, instance: &Instance, events: &[Event]) -> bool {
    let acted = events.iter().filter_map(|event| match event {
        Event::Acted { visit, .. } => Some(&instance.visits[*visit].name.node),
        _ => None,
    });
    let mut nodes = acted.filter_map(|node| net.node_at(node));
    nodes.any(
        |at| matches!(&net.node(at).kind, workflow::definition::Kind::Step(step) if step.original),
    )
}

/// Whether the author has it back to change it.
fn author_changes(net: &Net, instance: &Instance) -> Option<workflow::VisitName> {
    let mut open = instance.open_visits();
    let found = open.find(|(_, visit)| {
        let node = net.node_at(&visit.name.node).map(|at| &net.node(at).kind);
        // Whoever reviews suggests; this step is the author's own.
        let revises = matches!(node, Some(workflow::definition::Kind::Step(step))
            if step.may.contains(&workflow::definition::May::Revise)
                && step.sign_off.seats.iter().all(|seat| seat.who == workflow::definition::Who::Author));
        let mut up = visit.up();
        revises && up.any(|no| visit.members[no].person == instance.author)
    });
    found.map(|(_, visit)| visit.name.clone())
}

/// The document follows: back to its author to be changed, or closed at the end.
fn follow(
    call: &mut Call<'_, '_>,
    draft: &mut DraftRecord,
    (net, instance): (&Net, &Instance),
) -> Result<(), Refusal> {
    let back = instance.is_running() && author_changes(net, instance).is_some();
    if back && draft.state == DraftState::Submitted {
        return draft::open_again(call, draft);
    }
    if instance.status == workflow::Status::Done && draft.state == DraftState::Submitted {
        draft.state = DraftState::Closed;
        call.tx.draft_put(draft)?;
        let frozen = call.tx.reader().frozen_text(&draft.frozen_hash)?;
        draft::show_draft(call, draft)?;
        draft::hand_over(call, draft, &frozen)?;
        // By a version from before there was a node for it.
        issued::issue(call, draft, Some(instance))?;
    } else if draft.author_id != call.actor.id.as_text() || !draft.issue_number.is_empty() {
        draft::show_draft(call, draft)?;
    }
    Ok(())
}

/// Whether a document is in an instance that runs.
pub(crate) fn runs(call: &Call<'_, '_>, draft_id: &str) -> Result<bool, Refusal> {
    let record = call.tx.reader().instance_of(draft_id)?;
    Ok(record.is_some_and(|record| record.status == keep::status(workflow::Status::Running)))
}

/// 送审: a document enters the process of its agency, or goes on in it after it came back.
///
/// # Errors
/// The reasons of the engine, each in words.
pub(crate) fn submit(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    document: &OfficialDocument,
) -> Result<(), Refusal> {
    let process = process_for(call.tx.reader(), &draft.agency_id, document)?;
    let content = substance(document);
    if let Some(record) = call.tx.reader().instance_of(&draft.id)?
        && record.status == keep::status(workflow::Status::Running)
    {
        revise::keep_text(call, draft)?;
        return resubmit(call, record, content, draft);
    }
    let Some(process) = process else {
        return Ok(());
    };
    if document.issue_number.is_some() {
        // 《条例》第二十五条: a number is given after 签发 and 复核.
        return Err(Refusal::because("process.numbered_before"));
    }
    revise::keep_text(call, draft)?;
    if process == MEMO {
        number::give_memo(call, draft, document)?;
    }
    let net = newest(call.tx.reader(), &draft.agency_id, process)?;
    let begun = with_context(call, |context| {
        let begin = workflow::Begin {
            by: call.actor.id,
            at: None,
            content: Some(content),
            items: Default::default(),
            chosen: Default::default(),
        };
        workflow::begin(net, &begin, context)
    })?;
    let begun = begun.map_err(|no| namer(call, net).refusal(&no))?;
    let decided = decide_draft(call, net, begun, (content, document), draft)?;
    open(call, net, draft, decided)
}

/// The process of a draft, by its kind: a paper without 文种 is no 公文 and goes as a 签报 where the agency goes by that;
/// `None` where the agency goes by no process.
fn process_for(
    reader: Reader<'_>,
    agency_id: &str,
    document: &OfficialDocument,
) -> Result<Option<&'static str>, Refusal> {
    let is_paper = document.format == DocumentFormat::Paper;
    let fitting = [is_paper.then_some(MEMO), Some(OUTGOING)];
    for process in fitting.into_iter().flatten() {
        if reader.process_enabled(agency_id, process)?.is_some() {
            return Ok(Some(process));
        }
    }
    Ok(None)
}

/// Keeps a new instance and what has happened in it.
fn open(
    call: &mut Call<'_, '_>,
    net: &Net,
    draft: &DraftRecord,
    decided: Decided,
) -> Result<(), Refusal> {
    let record = InstanceRecord {
        id: call.command.id.as_text(),
        process: net.definition.id.to_string(),
        version: net.definition.version,
        draft_id: draft.id.clone(),
        agency_id: draft.agency_id.clone(),
        author_id: draft.author_id.clone(),
        author_name: draft.author_name.clone(),
        title: draft.title.clone(),
        document_type: draft.document_type.clone(),
        urgency: draft.urgency.clone(),
        issue_number: String::new(),
        content_hash: String::new(),
        status: keep::status(workflow::Status::Running).to_owned(),
        names: String::new(),
        state: String::new(),
        chain: String::new(),
        begun_at: call.now.to_owned(),
        changed_at: call.now.to_owned(),
    };
    // Its entries name it: it stands before them.
    call.tx.instance_put(&record)?;
    settle(call, record, decided, &draft.submit_note)?;
    Ok(())
}

/// How something enters a process whose first steps whoever brings it has done by bringing it.
pub(crate) struct Beginning<'a> {
    /// The process.
    pub process: &'a str,
    /// What decisions are about.
    pub content: ContentHash,
    /// What is entered with it.
    pub items: BTreeMap<workflow::Key, workflow::definition::Value>,
    /// What is entered in each of the steps that are done, in their order.
    pub done: Vec<BTreeMap<workflow::Key, workflow::definition::Value>>,
}

/// Something enters a process.
///
/// # Errors
/// The reasons of the engine, each in words.
pub(crate) fn begin(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    beginning: Beginning<'_>,
) -> Result<(), Refusal> {
    let net = newest(call.tx.reader(), &draft.agency_id, beginning.process)?;
    let begin = workflow::Begin {
        by: call.actor.id,
        at: None,
        content: Some(beginning.content),
        items: beginning.items,
        chosen: Default::default(),
    };
    let begun = with_context(call, |context| workflow::begin(net, &begin, context))?;
    let mut done = begun.map_err(|no| namer(call, net).refusal(&no))?;
    for items in beginning.done {
        let visit = done.instance.open_visits().next();
        let Some(visit) = visit.map(|(_, visit)| visit.name.clone()) else {
            break;
        };
        let mut decide = agree(visit, beginning.content, "");
        decide.items = items;
        let decide = workflow::Act::Decide(Box::new(decide));
        let begun_at = done.instance.begun_at;
        go_on(call, net, &mut done, (decide, begun_at))?;
    }
    open(call, net, draft, done)
}

/// The author's own step is done by submitting.
fn decide_draft(
    call: &Call<'_, '_>,
    net: &Net,
    mut begun: Decided,
    (content, document): (ContentHash, &OfficialDocument),
    draft: &DraftRecord,
) -> Result<Decided, Refusal> {
    let Some(visit) = author_changes(net, &begun.instance) else {
        return Ok(begun);
    };
    let items = issued::items(call, &draft.id, (net, &begun.instance, &visit.node))?;
    let mut decide = agree(visit, content, &draft.submit_note);
    decide.items = items;
    let upward = document.direction == andu_document::Direction::Upward;
    let asks = net
        .definition
        .items
        .iter()
        .any(|item| *item.name == *"upward");
    if let (true, Ok(item)) = (asks, workflow::Key::new("upward")) {
        decide
            .items
            .insert(item, workflow::definition::Value::YesNo(upward));
    }
    let decide = workflow::Act::Decide(Box::new(decide));
    let begun_at = begun.instance.begun_at;
    go_on(call, net, &mut begun, (decide, begun_at))?;
    Ok(begun)
}

fn agree(visit: workflow::VisitName, content: ContentHash, note: &str) -> workflow::Decide {
    workflow::Decide {
        visit,
        verdict: workflow::Verdict::Agree,
        words: note.to_owned(),
        content: Some(content),
        items: Default::default(),
        chosen: Default::default(),
        on_paper: None,
        handwriting: None,
    }
}

/// A document that came back goes on with what it says now.
fn resubmit(
    call: &mut Call<'_, '_>,
    record: InstanceRecord,
    content: ContentHash,
    draft: &DraftRecord,
) -> Result<(), Refusal> {
    let net = call.net_of(&record)?;
    let instance: Instance = serde_json::from_str(&record.state)?;
    let visit = author_changes(net, &instance);
    let visit = visit.ok_or_else(|| Refusal::because("process.not_asked"))?;
    let items = issued::items(call, &draft.id, (net, &instance, &visit.node))?;
    let note = draft.submit_note.as_str();
    let mut done = Decided {
        instance,
        events: Vec::new(),
    };
    let from = done.instance.content;
    let mut acts = Vec::new();
    if let Some(from) = from.filter(|from| *from != content) {
        let visit = visit.clone();
        acts.push(workflow::Act::Revise {
            visit,
            content,
            from,
        });
    }
    let mut decide = agree(visit, content, note);
    decide.items = items;
    acts.push(workflow::Act::Decide(Box::new(decide)));
    for act in acts {
        let made_at = made_at(call, &done.instance)?;
        go_on(call, net, &mut done, (act, made_at))?;
    }
    settle(call, record, done, note)?;
    Ok(())
}

/// 撤件: the author takes a document out of its process.
///
/// # Errors
/// The reasons of the engine: it was signed.
pub(crate) fn withdraw(call: &mut Call<'_, '_>, draft_id: &str) -> Result<(), Refusal> {
    let Some(record) = call.tx.reader().instance_of(draft_id)? else {
        return Ok(());
    };
    if record.status != keep::status(workflow::Status::Running) {
        return Ok(());
    }
    let instance: Instance = serde_json::from_str(&record.state)?;
    let act = workflow::Act::Withdraw {
        reason: String::new(),
    };
    play(call, record, &instance, (act, None))?;
    Ok(())
}
