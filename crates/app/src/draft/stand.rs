//! Where a draft stands: submitted for review, withdrawn, in the bin and out again.

use andu_base::ContentHash;
use andu_document::OfficialDocument;
use andu_store::{DraftRecord, DraftState, VersionKind, VersionRecord};
use andu_sync::{Operation, Reason};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    answer, co_draft::show_version, department_scope, own_draft, put_find_entry, read_text, row,
    show_draft,
};
use crate::{Call, Place, Refusal, ceiling, issued, process};

/// 送审: the text as the person saw it, by its hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// Id of the draft.
    pub id: String,
    /// A word to the reviewer; may be empty.
    pub note: String,
    /// Hash of the frozen text that is submitted.
    pub content: ContentHash,
    /// Id of the version that is kept of it.
    pub version_id: String,
}

/// A draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Id of the draft.
    pub id: String,
}

/// The longest word to the reviewer, in characters.
const LONGEST_NOTE: usize = 2_000;

/// Submits a draft: its text is frozen and handed to the department.
///
/// # Errors
/// `draft.not_drafting` if it was submitted before, `draft.no_title` and `draft.no_body` if there is
/// nothing to review, `draft.above_ceiling` if more is marked than may be handled here,
/// `draft.text_changed` if the text is another than the one that was submitted.
pub fn submit(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Submit = serde_json::from_value(args)?;
    call.about(&args.id);
    let mut draft = own_draft(call, &args.id)?;
    if draft.state != DraftState::Drafting {
        return Err(Refusal::because("draft.not_drafting"));
    }
    if args.note.chars().count() > LONGEST_NOTE {
        return Err(Refusal::Rejected(
            Reason::new("draft.note_too_long").with("limit", LONGEST_NOTE),
        ));
    }
    let text = read_text(call.tx.reader(), &draft.id)?;
    // What is submitted says one thing: every suggestion is decided before.
    text.freeze_decided()?;
    let document = text.to_document()?.document;
    check_complete(&document)?;
    ceiling::hold(&document, ceiling::of(call.tx.reader())?).map_err(Refusal::Rejected)?;
    let frozen = andu_draft::freeze(&document);
    if frozen.hash != args.content {
        return Err(Refusal::because("draft.text_changed"));
    }
    let hash = frozen.hash.to_string();
    call.tx.frozen_text_put(&hash, &frozen.canonical_json)?;
    draft.state = DraftState::Submitted;
    draft.submit_note = args.note;
    draft.frozen_hash.clone_from(&hash);
    draft.pending_act.clear();
    draft.refusal.clear();
    call.tx.draft_put(&draft)?;
    let version = VersionRecord {
        id: args.version_id.clone(),
        draft_id: draft.id.clone(),
        name: String::new(),
        kind: VersionKind::Submitted,
        author_name: draft.author_name.clone(),
        made_at: call.command.claimed_at.clone(),
        characters: draft.characters,
        content_hash: hash,
    };
    call.tx.version_put(&version)?;
    put_find_entry(call.tx, &draft, &args.version_id, &document)?;
    show_draft(call, &draft)?;
    show_version(call, &draft, &version)?;
    hand_over(call, &draft, &frozen.canonical_json)?;
    issued::check(call, &draft)?;
    process::submit(call, &draft, &document)?;
    Ok(answer(&draft))
}

fn check_complete(document: &OfficialDocument) -> Result<(), Refusal> {
    if document.title.trim().is_empty() {
        return Err(Refusal::because("draft.no_title"));
    }
    let written = document
        .body
        .iter()
        .any(|block| !block.text().trim().is_empty());
    if written || document.issued_text.is_some() {
        Ok(())
    } else {
        Err(Refusal::because("draft.no_body"))
    }
}

/// Shows the department what was submitted: the frozen text first, then the row that names it.
pub(crate) fn hand_over(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    frozen: &[u8],
) -> Result<(), Refusal> {
    let scope = department_scope(draft)?;
    // As text, so that the bytes of the hash arrive as they are.
    let document = String::from_utf8_lossy(frozen);
    let text = json!({ "hash": draft.frozen_hash, "document": document });
    call.project(
        &scope,
        "frozen_text",
        &draft.frozen_hash,
        Operation::Put,
        &text,
    )?;
    call.project(&scope, "draft", &draft.id, Operation::Put, &row(draft)?)
}

/// Takes a submitted draft back to work on it.
///
/// # Errors
/// `draft.not_submitted` if it is not submitted.
pub fn withdraw(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Target = serde_json::from_value(args)?;
    call.about(&args.id);
    let mut draft = own_draft(call, &args.id)?;
    if draft.state != DraftState::Submitted {
        return Err(Refusal::because("draft.not_submitted"));
    }
    process::withdraw(call, &draft.id)?;
    open_again(call, &mut draft)?;
    Ok(answer(&draft))
}

/// A document that was submitted is its author's to change again; the department sees it no more.
pub(crate) fn open_again(call: &mut Call<'_, '_>, draft: &mut DraftRecord) -> Result<(), Refusal> {
    draft.state = DraftState::Drafting;
    let frozen = std::mem::take(&mut draft.frozen_hash);
    draft.submit_note.clear();
    draft.pending_act.clear();
    draft.refusal.clear();
    call.tx.draft_put(draft)?;
    show_draft(call, draft)?;
    let scope = department_scope(draft)?;
    call.project(&scope, "draft", &draft.id, Operation::Remove, &Value::Null)?;
    // The department keeps the text only where another of its drafts says the same.
    if !call
        .tx
        .reader()
        .frozen_text_handed(&frozen, &draft.department_id)?
    {
        call.project(
            &scope,
            "frozen_text",
            &frozen,
            Operation::Remove,
            &Value::Null,
        )?;
    }
    Ok(())
}

/// Puts a draft into the bin; nothing of it is lost.
///
/// # Errors
/// `draft.not_drafting` if it is submitted or there already.
pub fn discard(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    // One that came back in a process is taken out of it; at a replica the primary does so.
    if call.place != Place::Replica {
        let target: Target = serde_json::from_value(args.clone())?;
        process::withdraw(call, &target.id)?;
    }
    step(
        call,
        args,
        DraftState::Drafting,
        DraftState::Discarded,
        "draft.not_drafting",
    )
}

/// Takes a draft out of the bin.
///
/// # Errors
/// `draft.not_discarded` if it is not there.
pub fn recover(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    step(
        call,
        args,
        DraftState::Discarded,
        DraftState::Drafting,
        "draft.not_discarded",
    )
}

fn step(
    call: &mut Call<'_, '_>,
    args: Value,
    from: DraftState,
    to: DraftState,
    otherwise: &str,
) -> Result<Value, Refusal> {
    let args: Target = serde_json::from_value(args)?;
    call.about(&args.id);
    let mut draft = own_draft(call, &args.id)?;
    if draft.state != from {
        return Err(Refusal::because(otherwise));
    }
    draft.state = to;
    call.tx.draft_put(&draft)?;
    if to == DraftState::Discarded {
        call.tx.find_remove(&draft.id)?;
    } else {
        let document = read_text(call.tx.reader(), &draft.id)?
            .to_document()?
            .document;
        put_find_entry(call.tx, &draft, "", &document)?;
    }
    show_draft(call, &draft)?;
    Ok(answer(&draft))
}
