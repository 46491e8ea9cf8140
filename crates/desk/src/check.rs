//! Checks of a draft, and their fixes.

use andu_api::{
    ApiError,
    caller::Caller as _,
    check::{CheckFix, FindingRow},
    draft::{DraftRef, TextUpdate},
    text,
};
use andu_document::{
    AgencyPlace, CheckContext, Finding, FirstPage, OfficialDocument, Relation, Vocabulary,
    VocabularyEntry, check,
};

use andu_store::Sight;

use crate::{open::OpenDesk, setting, writing};

/// Agencies the checks look at, at most.
const MOST_AGENCIES: u32 = 5_000;

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
        .map(|finding| row(finding, reason))
        .collect())
}

fn row(finding: Finding, reason: impl Fn(&str) -> String) -> FindingRow {
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    FindingRow {
        kept_reason: reason(&finding.key),
        key: finding.key,
        rule: finding.rule,
        strength: finding.strength.name().to_owned(),
        place: finding.place,
        range: finding
            .range
            .map(|(start, end)| (position(start), position(end))),
        message: finding.message,
        clause: finding.citation.clause,
        source: finding.citation.source,
        article: finding.citation.text,
        fixes: finding.fixes.into_iter().map(|fix| fix.label).collect(),
    }
}

fn findings(
    desk: &OpenDesk,
    id: &str,
    document: &OfficialDocument,
) -> Result<Vec<Finding>, ApiError> {
    let (issuer, vocabulary) = vocabulary(desk)?;
    let first_page = desk.previews.pages(id).map(|pages| {
        let on_first = |found: &&andu_typeset::ElementBox| {
            found.page == 0 && (found.place.starts_with("body/") || found.place == "body")
        };
        let lines = pages.boxes().iter().filter(on_first).count();
        FirstPage {
            body_lines: u32::try_from(lines).unwrap_or(u32::MAX),
        }
    });
    let context = CheckContext {
        issuer: &issuer,
        vocabulary: &vocabulary,
        today: desk.today(),
        ceiling: setting::ceiling(desk),
        first_page,
    };
    Ok(check(document, &context))
}

/// This agency's place, and the agencies it knows.
///
/// # Errors
/// The store's own.
pub fn vocabulary(desk: &OpenDesk) -> Result<(AgencyPlace, Vocabulary), ApiError> {
    let own = desk.person.agency_id.as_text();
    let (agency, known) = desk.store.read(|reader| -> andu_store::Result<_> {
        Ok((
            reader.agency(&own)?,
            reader.agencies(&Sight::Whole, "", MOST_AGENCIES)?,
        ))
    })?;
    let place = |name: &str, short_name: &str, code: &str| AgencyPlace {
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        authority_code: code.to_owned(),
        system: andu_document::System::of_name(name).unwrap_or_default(),
        kind: andu_document::AgencyKind::of_name(name).unwrap_or_default(),
        ..AgencyPlace::default()
    };
    let relation = |word: &str| match word {
        "own" => Some(Relation::Own),
        "superior" => Some(Relation::Superior),
        "peer" => Some(Relation::Peer),
        "subordinate" => Some(Relation::Subordinate),
        "unrelated" => Some(Relation::Unrelated),
        _ => None,
    };
    let issuer = place(&agency.name, &agency.short_name, &agency.authority_code);
    let entries = known
        .into_iter()
        .map(|row| VocabularyEntry {
            place: place(&row.name, &row.short_name, &row.authority_code),
            relation: relation(&row.relation),
            members: row.members,
        })
        .collect();
    Ok((issuer, Vocabulary { entries }))
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
