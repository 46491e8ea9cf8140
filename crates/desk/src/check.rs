//! Checks of a draft, and their fixes.

use andu_api::{
    ApiError,
    caller::Caller as _,
    check::{CheckFix, FindingRow, finding_row, surroundings},
    draft::{DraftRef, TextUpdate},
    text,
};
use andu_document::{Finding, OfficialDocument, check};

use crate::{open::OpenDesk, setting, writing};

/// Everything the checks say of a draft, with what is kept.
///
/// # Errors
/// Where the draft is not there.
pub fn run(desk: &OpenDesk, args: &DraftRef) -> Result<Vec<FindingRow>, ApiError> {
    let document = writing::current_document(desk, &args.id)?;
    let kept = desk.store.read(|reader| reader.kept_findings(&args.id))?;
    let reason = |key: &str| {
        let kept = kept.iter().find(|kept| kept.finding_key == key);
        kept.map_or_else(String::new, |kept| kept.reason.clone())
    };
    let findings = findings(desk, &args.id, &document)?;
    Ok(findings
        .into_iter()
        .map(|finding| finding_row(finding, reason))
        .collect())
}

fn findings(
    desk: &OpenDesk,
    id: &str,
    document: &OfficialDocument,
) -> Result<Vec<Finding>, ApiError> {
    let surroundings = surroundings(desk)?;
    let pages = desk.previews.pages(id).map(|pages| pages.facts());
    let context = surroundings.context(desk.today(), setting::ceiling(desk), pages);
    Ok(check(document, &context))
}

/// Applies a fix of a finding that is still there.
///
/// # Errors
/// `draft.fix_gone` if the text has changed under it; `desk.no_text` if the draft is not open.
pub fn fix(desk: &OpenDesk, args: &CheckFix) -> Result<TextUpdate, ApiError> {
    let gone = || text::error("draft.fix_gone");
    let writing = desk.writings.get(&args.draft_id)?;
    let document = writing.document()?;
    let findings = findings(desk, &args.draft_id, &document)?;
    let finding = findings
        .into_iter()
        .find(|finding| finding.key == args.key)
        .ok_or_else(gone)?;
    let fix = finding
        .fixes
        .into_iter()
        .nth(args.fix as usize)
        .ok_or_else(gone)?;
    let update = writing.change(|text| {
        Ok(text
            .apply_edits(&fix.edits)
            .map_err(andu_app::Refusal::from)?)
    })?;
    desk.previews.changed(desk, &args.draft_id);
    Ok(update)
}
