//! 编号办结: a submitted document has its number entered and is closed. Where nobody counts numbers, the
//! records keeper gives them by hand; a number stands for one document.

use andu_base::ContentHash;
use andu_document::OfficialDocument;
use andu_store::DraftState;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{answer, own_draft, put_find_entry, show_draft, stand::hand_over};
use crate::{Call, Refusal, issued, number::by_hand, process};

/// Closes a document under the number that its text carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Id of the draft.
    pub id: String,
    /// Hash of the frozen text that is numbered.
    pub content: ContentHash,
}

/// Enters the document's number and closes it.
///
/// # Errors
/// `draft.not_submitted` if it is not submitted, `draft.text_changed` if another text is, `number.missing`
/// without an issue number, `process.runs` while a process has it; those of entering a number.
pub fn number(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Number = serde_json::from_value(args)?;
    call.about(&args.id);
    let mut draft = own_draft(call, &args.id)?;
    if draft.state != DraftState::Submitted {
        return Err(Refusal::because("draft.not_submitted"));
    }
    if process::runs(call, &draft.id)? {
        return Err(Refusal::because("process.runs"));
    }
    if draft.frozen_hash != args.content.to_string() {
        return Err(Refusal::because("draft.text_changed"));
    }
    let frozen = call.tx.reader().frozen_text(&draft.frozen_hash)?;
    let document: OfficialDocument = serde_json::from_slice(&frozen)?;
    let number = document
        .issue_number
        .clone()
        .ok_or_else(|| Refusal::because("number.missing"))?;
    by_hand(call, &draft, (&document, &number))?;
    draft.state = DraftState::Closed;
    draft.pending_act.clear();
    draft.refusal.clear();
    call.tx.draft_put(&draft)?;
    put_find_entry(call.tx, &draft, "", &document)?;
    show_draft(call, &draft)?;
    hand_over(call, &draft, &frozen)?;
    issued::issue(call, &draft, None)?;
    Ok(answer(&draft))
}
