//! Drafting by a browser. A desk keeps the text in memory beside its editor; the server keeps nothing between two
//! requests: every edit is decided when it comes, and what the page is told was saved is in the store.

use andu_document::{OfficialDocument, check};
use andu_draft::DraftText;
use andu_store::DraftState;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    ApiError, Caller,
    caller::do_now,
    check::{CheckFix, FindingRow, finding_row, surroundings},
    draft::{DraftRef, DraftRow, DraftUpdate, OpenDraft, TextUpdate, stored_document},
    text,
};

/// The client id that a page writes under, from 64 random bits: 53 of them, as JavaScript numbers carry, and never
/// one of the small ids that imports write under.
pub const fn client_id(random: u64) -> u64 {
    (random >> 11) | 1 << 32
}

/// Opens a draft for the editor of a page, which writes under `client_id`.
///
/// # Errors
/// `draft.not_there`, also for a draft that others keep to themselves.
pub fn open(caller: &dyn Caller, args: &DraftRef, client_id: u64) -> Result<OpenDraft, ApiError> {
    let record = caller.look().read(|view| view.draft(&args.id))?;
    let row = DraftRow::of(&record, caller.actor());
    let state = if row.from_other {
        let document = stored_document(caller, &args.id)?;
        andu_draft::from_document(&document, 1).map_err(andu_app::Refusal::from)?
    } else {
        let text = text_of(caller, &args.id, client_id)?;
        text.encode_state().map_err(andu_app::Refusal::from)?
    };
    Ok(OpenDraft {
        read_only: row.from_other || record.state != DraftState::Drafting,
        row,
        lineage: record.lineage,
        client_id,
        state: STANDARD.encode(state),
        originals: Vec::new(),
        review: None,
    })
}

/// The text of a draft, ready to be changed under a client id of its own beside the page's.
fn text_of(caller: &dyn Caller, id: &str, client_id: u64) -> Result<DraftText, ApiError> {
    let parts = caller.look().read(|view| view.draft_text(id))?;
    let text = DraftText::from_stored(client_id ^ 1, parts.iter().map(Vec::as_slice));
    Ok(text.map_err(andu_app::Refusal::from)?)
}

/// Takes an edit; it is in the store when this answers.
///
/// # Errors
/// `draft.not_yours`, `draft.other_lineage`, `draft.frozen`, `draft.text_unreadable`.
pub fn update(caller: &dyn Caller, args: &DraftUpdate) -> Result<(), ApiError> {
    do_now(caller, "draft_update", args)
}

/// Everything the checks say of a draft, as far as it can be known without its pages.
///
/// # Errors
/// `draft.not_there`.
pub fn run_checks(caller: &dyn Caller, args: &DraftRef) -> Result<Vec<FindingRow>, ApiError> {
    let document = stored_document(caller, &args.id)?;
    let kept = caller.look().read(|view| view.kept_findings(&args.id))?;
    let reason = |key: &str| {
        let kept = kept.iter().find(|kept| kept.finding_key == key);
        kept.map_or_else(String::new, |kept| kept.reason.clone())
    };
    let found = findings(caller, &document)?.into_iter();
    Ok(found.map(|finding| finding_row(finding, reason)).collect())
}

fn findings(
    caller: &dyn Caller,
    document: &OfficialDocument,
) -> Result<Vec<andu_document::Finding>, ApiError> {
    let surroundings = surroundings(caller)?;
    // A browser's deployment holds nothing classified, and no pages are set for it.
    Ok(check(
        document,
        &surroundings.context(caller.today(), None, None),
    ))
}

/// Applies a fix of a finding that is still there; the page is given the update, which is stored already.
///
/// # Errors
/// `draft.fix_gone` if the text has changed under it, and those of [`update`].
pub fn fix(caller: &dyn Caller, args: &CheckFix, client_id: u64) -> Result<TextUpdate, ApiError> {
    let gone = || text::error("draft.fix_gone");
    let record = caller.look().read(|view| view.draft(&args.draft_id))?;
    let mut text = text_of(caller, &args.draft_id, client_id)?;
    let document = text
        .to_document()
        .map_err(andu_app::Refusal::from)?
        .document;
    let mut found = findings(caller, &document)?.into_iter();
    let finding = found
        .find(|finding| finding.key == args.key)
        .ok_or_else(gone)?;
    let fix = finding.fixes.into_iter().nth(args.fix as usize);
    let fix = fix.ok_or_else(gone)?;
    let update = text
        .apply_edits(&fix.edits)
        .map_err(andu_app::Refusal::from)?;
    let update = STANDARD.encode(update);
    let written = DraftUpdate {
        id: args.draft_id.clone(),
        lineage: record.lineage,
        update: update.clone(),
    };
    do_now(caller, "draft_update", &written)?;
    Ok(TextUpdate { update })
}
