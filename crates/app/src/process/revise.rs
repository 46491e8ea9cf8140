//! 修订 in review: whoever reviews suggests in the draft's own text, and its author or a step that may accepts and
//! rejects. Nothing that stands moves before that; what is sent is compared with what it claims to be.

use andu_base::ContentHash;
use andu_document::OfficialDocument;
use andu_draft::{Choice, DraftError, DraftText, SuggestedAct, Suggestion, freeze};
use andu_org::Person;
use andu_store::{
    DraftRecord, DraftState, InstanceRecord, RevisionRecord, RevisionText, TaskState, Tx,
};
use andu_sync::{Change, Operation, Reason, Scope};
use andu_workflow::{
    self as workflow, Decided, Instance, Net, VisitName,
    definition::{Kind, May, Step},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{OUTGOING, act, keep, net, review::says_the_same, substance};
use crate::{Call, Refusal, ceiling, draft};

/// Before the id of a draft, where an act is about what is changed in it while it is reviewed: beside what is
/// decided about its tasks.
pub const REVISION: &str = "revision:";

/// What somebody changed in a text that is reviewed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revise {
    /// [`REVISION`] and the id of the draft.
    pub id: String,
    /// The instance.
    pub instance_id: String,
    /// In which visit; `None`: as its author.
    pub visit: Option<VisitName>,
    /// The hash of the words before.
    pub from: ContentHash,
    /// The hash of the words after, as if all were accepted.
    pub content: ContentHash,
    /// A Yjs update (v1) in Base64.
    pub update: String,
    /// What was suggested and is decided by this. Empty: the update suggests; else it does this and nothing more.
    pub settled: Vec<Settled>,
}

/// A suggestion that is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// Its id.
    pub suggestion: String,
    /// Accepted; otherwise rejected.
    pub accept: bool,
}

/// A change, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionChange {
    /// What became of it.
    pub what: WhatChanged,
    /// Who suggested it.
    pub by: String,
    /// The words that go, at most 120 characters.
    pub before: String,
    /// The words that come, at most 120 characters.
    pub after: String,
    /// What it does besides.
    pub acts: Vec<SuggestedAct>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhatChanged {
    /// It was suggested, or suggested otherwise than before.
    Suggested,
    /// Whoever suggested it took it back.
    Withdrawn,
    /// It was accepted.
    Accepted,
    /// It was rejected.
    Rejected,
}

impl RevisionChange {
    fn of(one: &Suggestion, what: WhatChanged) -> Self {
        Self {
            what,
            by: one.trace.name.clone(),
            before: one.deleted.clone(),
            after: one.inserted.clone(),
            acts: one.acts.clone(),
        }
    }
}

/// A text as it stood, as it is and with what goes: all that somebody may have changed of it.
struct Seen {
    suggestions: Vec<Suggestion>,
}

impl Seen {
    fn of(text: &DraftText) -> Result<Self, Refusal> {
        Ok(Self {
            suggestions: text.suggestions()?,
        })
    }

    fn find(&self, id: &str) -> Option<&Suggestion> {
        self.suggestions.iter().find(|one| one.trace.id == id)
    }
}

/// The same suggestion; its place may be another where blocks have come before it.
fn is_same(one: &Suggestion, other: &Suggestion) -> bool {
    (&one.trace, &one.inserted, &one.deleted, &one.acts)
        == (&other.trace, &other.inserted, &other.deleted, &other.acts)
}

/// What an update suggests, if that is all it does and all of it is the actor's.
///
/// # Errors
/// `revision.moves_text`, `revision.of_another`, `revision.nothing`.
fn suggested(
    before: &DraftText,
    after: &DraftText,
    actor: &Person,
) -> Result<Vec<RevisionChange>, Refusal> {
    let stands = |text: &DraftText| -> Result<ContentHash, Refusal> {
        Ok(freeze(&text.original()?.document).hash)
    };
    if stands(before)? != stands(after)? {
        return Err(Refusal::because("revision.moves_text"));
    }
    let (old, new) = (Seen::of(before)?, Seen::of(after)?);
    let me = actor.id.as_text();
    let mut changes = Vec::new();
    for one in &old.suggestions {
        let now = new.find(&one.trace.id);
        if now.is_some_and(|now| is_same(one, now)) {
            continue;
        }
        if one.trace.author != me {
            return Err(Refusal::because("revision.of_another"));
        }
        if now.is_none() {
            changes.push(RevisionChange::of(one, WhatChanged::Withdrawn));
        }
    }
    for one in &new.suggestions {
        if old.find(&one.trace.id).is_some_and(|was| is_same(was, one)) {
            continue;
        }
        if one.trace.author != me || one.trace.name != actor.name {
            return Err(Refusal::because("revision.of_another"));
        }
        changes.push(RevisionChange::of(one, WhatChanged::Suggested));
    }
    match changes.is_empty() {
        true => Err(Refusal::because("revision.nothing")),
        false => Ok(changes),
    }
}

/// What an update decides, if it does just that.
///
/// # Errors
/// `revision.decided` where somebody has decided before, `revision.moves_text` where it does something else.
fn settled(
    before: DraftText,
    after: &DraftText,
    decided: &[Settled],
) -> Result<Vec<RevisionChange>, Refusal> {
    let old = Seen::of(&before)?;
    let mut expected = before;
    let mut changes = Vec::new();
    for one in decided {
        let was = old.find(&one.suggestion);
        let was = was.ok_or_else(|| Refusal::because("revision.decided"))?;
        match expected.decide(&Choice::One(one.suggestion.clone()), one.accept) {
            // What stood in another that was decided went with it.
            Ok(_) | Err(DraftError::NoSuchSuggestion) => {}
            Err(error) => return Err(error.into()),
        }
        let what = match one.accept {
            true => WhatChanged::Accepted,
            false => WhatChanged::Rejected,
        };
        changes.push(RevisionChange::of(was, what));
    }
    match says_the_same(&expected, after)? {
        true => Ok(changes),
        false => Err(Refusal::because("revision.moves_text")),
    }
}

/// Changes a text that is reviewed, or decides about what was suggested.
///
/// # Errors
/// `process.not_there`, `revision.not_in_review`; those of [`suggested`] and [`settled`]; the reasons of the
/// engine: whoever may not, and words that have changed meanwhile.
pub fn revise(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Revise = serde_json::from_value(args)?;
    let draft_id = args.id.strip_prefix(REVISION).unwrap_or_default();
    call.about(draft_id);
    let record = call.tx.reader().instance_of(draft_id)?;
    let own = |record: &InstanceRecord| {
        record.id == args.instance_id && record.agency_id == call.actor.agency_id.as_text()
    };
    let record = record
        .filter(own)
        .ok_or_else(|| Refusal::because("process.not_there"))?;
    let mut draft = call.tx.reader().draft(draft_id)?;
    if draft.state != DraftState::Submitted {
        return Err(Refusal::because("revision.not_in_review"));
    }
    // Who may is asked before the text is looked at.
    let net = call.net_of(&record)?;
    let instance: Instance = serde_json::from_str(&record.state)?;
    let command = workflow::Command {
        by: call.actor.id,
        made_at: act::made_at(call, &instance)?,
        act: asked(&args)?,
    };
    let decided = act::decided(call, net, &instance, &command)?;

    let before = draft::read_text(call.tx.reader(), &draft.id)?;
    let (after, update) = draft::with_update(call, &draft, &args.update)?;
    let changes = match args.settled.is_empty() {
        true => suggested(&before, &after, call.actor)?,
        false => settled(before, &after, &args.settled)?,
    };
    let document = with_given(call, &draft, after.to_document()?.document)?;
    ceiling::hold(&document, ceiling::of(call.tx.reader())?).map_err(Refusal::Rejected)?;
    if substance(&document) != args.content {
        return Err(Refusal::because("revision.moves_text"));
    }
    draft::keep_update(call, &draft, &update, &after)?;
    let before_hash = draft.frozen_hash.clone();
    keep_document(call, &mut draft, &document)?;
    let text = text_of(&draft.id, &after, call.now)?;
    call.tx.revision_text_put(&text)?;
    let entry = RevisionRecord {
        id: call.command.id.as_text(),
        draft_id: draft.id.clone(),
        instance_id: record.id.clone(),
        step: args
            .visit
            .as_ref()
            .map_or_else(String::new, |visit| act::namer(call, net).step(&visit.node)),
        person_id: call.actor.id.as_text(),
        person_name: call.actor.name.clone(),
        changes: serde_json::to_string(&changes)?,
        before_hash,
        after_hash: draft.frozen_hash.clone(),
        before_content: args.from.to_string(),
        after_content: args.content.to_string(),
        at: call.now.to_owned(),
    };
    call.tx.revision_put(&entry)?;
    act::settle(call, record.clone(), decided, "")?;
    show(call, &record, &entry, &text)?;
    Ok(json!({ "id": draft.id }))
}

/// The act as the engine is asked for it.
fn asked(args: &Revise) -> Result<workflow::Act, Refusal> {
    let (content, from) = (args.content, args.from);
    if !args.settled.is_empty() {
        return Ok(workflow::Act::Settle {
            visit: args.visit.clone(),
            content,
            from,
        });
    }
    let visit = args.visit.clone();
    let visit = visit.ok_or_else(|| Refusal::because("process.not_allowed"))?;
    Ok(workflow::Act::Revise {
        visit,
        content,
        from,
    })
}

/// Number and date, which are given to the frozen text, stay with it.
fn with_given(
    call: &Call<'_, '_>,
    draft: &DraftRecord,
    document: OfficialDocument,
) -> Result<OfficialDocument, Refusal> {
    let frozen = call.tx.reader().frozen_text(&draft.frozen_hash)?;
    let known: OfficialDocument = serde_json::from_slice(&frozen)?;
    Ok(OfficialDocument {
        issue_number: known.issue_number.or(document.issue_number),
        date_of_issue: known.date_of_issue.or(document.date_of_issue),
        copy_number: known.copy_number.or(document.copy_number),
        ..document
    })
}

/// The document is what the text says now.
fn keep_document(
    call: &mut Call<'_, '_>,
    draft: &mut DraftRecord,
    document: &OfficialDocument,
) -> Result<(), Refusal> {
    let frozen = freeze(document);
    draft.frozen_hash = frozen.hash.to_string();
    call.tx
        .frozen_text_put(&draft.frozen_hash, &frozen.canonical_json)?;
    draft::describe(draft, document);
    call.now.clone_into(&mut draft.changed_at);
    call.tx.draft_put(draft)?;
    draft::put_find_entry(call.tx, draft, "", document)?;
    draft::hand_over(call, draft, &frozen.canonical_json)
}

fn text_of(draft_id: &str, text: &DraftText, now: &str) -> Result<RevisionText, Refusal> {
    let open = text.suggestions()?.len();
    Ok(RevisionText {
        draft_id: draft_id.to_owned(),
        state: text.encode_state()?,
        open: u32::try_from(open).unwrap_or(u32::MAX),
        changed_at: now.to_owned(),
    })
}

/// The text of a document that goes into review is kept ready for those who may change it.
pub(super) fn keep_text(call: &mut Call<'_, '_>, draft: &DraftRecord) -> Result<(), Refusal> {
    let text = draft::read_text(call.tx.reader(), &draft.id)?;
    let text = text_of(&draft.id, &text, call.now)?;
    Ok(call.tx.revision_text_put(&text)?)
}

fn step_of<'a>(net: &'a Net, node: &str) -> Option<&'a Step> {
    match &net.node(net.node_at(node)?).kind {
        Kind::Step(step) => Some(step),
        _ => None,
    }
}

/// Whether the text may be changed or decided about in a step.
pub(super) fn is_worked_on(net: &Net, node: &str) -> bool {
    let step = step_of(net, node);
    step.is_some_and(|step| {
        let mut may = step.may.iter();
        may.any(|may| matches!(may, May::Revise | May::Settle))
    })
}

/// What is suggested and not decided does not go to whoever signs.
///
/// # Errors
/// `revision.undecided`.
pub(super) fn hold_undecided(
    call: &Call<'_, '_>,
    (net, record): (&Net, &InstanceRecord),
    act: &workflow::Act,
    (before, decided): (&Instance, &Decided),
) -> Result<(), Refusal> {
    let workflow::Act::Decide(decide) = act else {
        return Ok(());
    };
    let binds = |node: &str| step_of(net, node).is_some_and(|step| step.binds);
    let signs = binds(&decide.visit.node) && decide.verdict.agrees();
    let known = |name: &VisitName| before.visit(name).is_some();
    let mut open = decided.instance.open_visits();
    let comes = open.any(|(_, visit)| !known(&visit.name) && binds(&visit.name.node));
    if !signs && !comes {
        return Ok(());
    }
    match call.tx.reader().revision_text(&record.draft_id)? {
        Some(text) if text.open > 0 => Err(Refusal::Rejected(
            Reason::new("revision.undecided").with("count", text.open),
        )),
        _ => Ok(()),
    }
}

/// Shows somebody who is asked now what was changed, and the text to whoever may change it.
pub(super) fn show_to(
    call: &mut Call<'_, '_>,
    scope: &Scope,
    record: &InstanceRecord,
    person: &str,
) -> Result<(), Refusal> {
    if record.process != OUTGOING {
        return Ok(());
    }
    for entry in call.tx.reader().revisions(&record.draft_id)? {
        // What it said before, so that whoever comes later sees what was changed.
        keep::show_frozen(call, &[scope], &entry.before_hash)?;
        show_entry(call, scope, &entry)?;
    }
    if works_on(call, record, person)?
        && let Some(text) = call.tx.reader().revision_text(&record.draft_id)?
    {
        show_text(call, scope, &text)?;
    }
    Ok(())
}

/// Whether somebody else than its author is asked in a step in which the text may be changed.
fn works_on(call: &Call<'_, '_>, record: &InstanceRecord, person: &str) -> Result<bool, Refusal> {
    let net = net(
        call.tx.reader(),
        &record.agency_id,
        (&record.process, record.version),
    )?;
    let tasks = call.tx.reader().tasks_of(&record.id)?;
    let asked = tasks.iter().any(|task| {
        task.person_id == person && task.state == TaskState::Todo && is_worked_on(net, &task.node)
    });
    Ok(asked && person != record.author_id)
}

/// Shows a change to everybody who takes part.
fn show(
    call: &mut Call<'_, '_>,
    record: &InstanceRecord,
    entry: &RevisionRecord,
    text: &RevisionText,
) -> Result<(), Refusal> {
    let tasks = call.tx.reader().tasks_of(&record.id)?;
    let mut people: Vec<String> = tasks.into_iter().map(|task| task.person_id).collect();
    people.push(record.author_id.clone());
    people.sort_unstable();
    people.dedup();
    for person in people {
        let scope = keep::person_scope(&person)?;
        show_entry(call, &scope, entry)?;
        if works_on(call, record, &person)? {
            show_text(call, &scope, text)?;
        }
    }
    Ok(())
}

fn show_entry(
    call: &mut Call<'_, '_>,
    scope: &Scope,
    entry: &RevisionRecord,
) -> Result<(), Refusal> {
    let row = serde_json::to_value(entry)?;
    call.project(scope, "revision", &entry.id, Operation::Put, &row)
}

fn show_text(call: &mut Call<'_, '_>, scope: &Scope, text: &RevisionText) -> Result<(), Refusal> {
    let row = json!({
        "draft_id": text.draft_id,
        "state_v1": STANDARD.encode(&text.state),
        "open": text.open,
        "changed_at": text.changed_at,
    });
    call.project(scope, "revision_text", &text.draft_id, Operation::Put, &row)
}

#[derive(Deserialize)]
struct TextRow {
    draft_id: String,
    state_v1: String,
    open: u32,
    changed_at: String,
}

/// A row comes to a replica.
pub(super) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    if change.entity == "revision" {
        let entry: RevisionRecord = Deserialize::deserialize(&change.row)?;
        return Ok(tx.revision_put(&entry)?);
    }
    let row: TextRow = Deserialize::deserialize(&change.row)?;
    let state = STANDARD.decode(&row.state_v1);
    let text = RevisionText {
        state: state.map_err(|_| Refusal::because("draft.text_unreadable"))?,
        draft_id: row.draft_id,
        open: row.open,
        changed_at: row.changed_at,
    };
    // One that cannot be read is not kept.
    DraftText::from_updates(1, std::iter::once(text.state.as_slice()))?;
    Ok(tx.revision_text_put(&text)?)
}
