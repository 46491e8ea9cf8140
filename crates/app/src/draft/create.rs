//! Beginning a draft. A draft's history is begun once; an imported file begins another.

use andu_draft::{DraftText, writers};
use andu_store::{DraftRecord, DraftState, TextUpdate, VersionKind, VersionRecord};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    answer, begun,
    co_draft::show,
    describe, put_find_entry, show_draft,
    text::{keep_envelope, register},
};
use crate::{Call, Refusal};

/// A new draft. Its ids are made at the desk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Id of the draft.
    pub id: String,
    /// The history its text belongs to.
    pub lineage: String,
    /// The text it begins with: a Yjs update (v1) in Base64.
    pub state: String,
    /// Keep the beginning as an imported version under this id; empty: do not.
    #[serde(default)]
    pub imported_version: String,
}

/// Begins a draft.
///
/// # Errors
/// `draft.exists` if the id is taken by another draft.
pub fn create(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Create = serde_json::from_value(args)?;
    call.about(&args.id);
    if call.tx.draft_exists(&args.id)? {
        return Err(Refusal::because("draft.exists"));
    }
    let state = STANDARD
        .decode(&args.state)
        .map_err(|_| Refusal::because("draft.text_unreadable"))?;
    let text = DraftText::from_updates(1, std::iter::once(state.as_slice()))?;
    let document = text.to_document()?.document;
    let mut draft = begun(
        call,
        (&args.id, &args.lineage),
        DraftState::Drafting,
        &call.command.claimed_at,
    );
    describe(&mut draft, &document);
    call.tx.draft_put(&draft)?;
    register(call, &draft, &writers(&state)?)?;
    append_own(call, &draft, &state)?;
    keep_envelope(call, &draft.id)?;
    put_find_entry(call.tx, &draft, "", &document)?;
    if !args.imported_version.is_empty() {
        let frozen = andu_draft::freeze(&document);
        call.tx
            .frozen_text_put(&frozen.hash.to_string(), &frozen.canonical_json)?;
        call.tx.version_put(&VersionRecord {
            id: args.imported_version,
            draft_id: draft.id.clone(),
            name: String::new(),
            kind: VersionKind::Imported,
            author_name: draft.author_name.clone(),
            made_at: draft.created_at.clone(),
            characters: draft.characters,
            content_hash: frozen.hash.to_string(),
        })?;
    }
    show_draft(call, &draft)?;
    Ok(answer(&draft))
}

/// Appends what a command wrote, as [`append`] does.
pub(super) fn append_own(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    update: &[u8],
) -> Result<bool, Refusal> {
    let (id, actor, device) = (
        call.command.id.as_text(),
        call.command.actor.as_text(),
        call.command.device.as_text(),
    );
    let written = TextUpdate {
        command_id: &id,
        draft_id: &draft.id,
        update,
        actor_id: &actor,
        device_id: &device,
        claimed_at: &call.command.claimed_at,
    };
    append(call, draft, &written)
}

/// Appends an update to the text's log and shows it to those who see the draft. Says whether it was new.
pub(super) fn append(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    written: &TextUpdate<'_>,
) -> Result<bool, Refusal> {
    let fresh = call.tx.draft_update_append(written)?;
    if fresh {
        let row = json!({
            "command_id": written.command_id,
            "draft_id": draft.id,
            "update_v1": STANDARD.encode(written.update),
            "actor_id": written.actor_id,
            "device_id": written.device_id,
            "claimed_at": written.claimed_at,
        });
        // The row that names the draft goes first, so that a replica never meets a text without one.
        show_draft(call, draft)?;
        show(call, draft, ("draft_update", written.command_id), Some(row))?;
    }
    Ok(fresh)
}
