//! Writing: an update of a draft's text. Nobody decides about it, it merges; a frozen text takes none.

use andu_store::DraftState;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{answer, create::append, describe, own_draft, put_find_entry, read_text};
use crate::{Call, Refusal};

/// An update of a draft's text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Id of the draft.
    pub id: String,
    /// The history it belongs to.
    pub lineage: String,
    /// A Yjs update (v1) in Base64.
    pub update: String,
}

/// Writes an update.
///
/// # Errors
/// `draft.other_lineage` for another history, `draft.frozen` after submission,
/// `draft.text_unreadable` if the update does not fit the text.
pub fn update(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Update = serde_json::from_value(args)?;
    call.about(&args.id);
    let mut draft = own_draft(call, &args.id)?;
    if draft.lineage != args.lineage {
        return Err(Refusal::because("draft.other_lineage"));
    }
    if matches!(draft.state, DraftState::Submitted | DraftState::Closed) {
        return Err(Refusal::because("draft.frozen"));
    }
    let update = STANDARD
        .decode(&args.update)
        .map_err(|_| Refusal::because("draft.text_unreadable"))?;
    let mut text = read_text(call.tx.reader(), &draft.id)?;
    text.apply_update(&update)?;
    let document = text.to_document()?.document;
    describe(&mut draft, &document);
    draft.changed_at.clone_from(&call.command.claimed_at);
    call.tx.draft_put(&draft)?;
    append(call, &draft, &update)?;
    if call.tx.reader().draft_text_wants_folding(&draft.id)? {
        call.tx.draft_text_fold(&draft.id, &text.encode_state()?)?;
    }
    put_find_entry(call.tx, &draft, "", &document)?;
    Ok(answer(&draft))
}
