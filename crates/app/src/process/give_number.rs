//! 编号: the primary gives the next number, once; the date of issue is the day on which it was signed. What is
//! numbered goes to be printed: 印发机关 and 印发日期 are given with the number where nobody has entered them.

use andu_base::Date;
use andu_document::{
    Facts, ImprintAuthority, IssueNumber, OfficialDocument, SignedBy, takes_imprint,
};
use andu_org::{Named, Organisation};
use andu_store::DraftRecord;
use andu_workflow::{Instance, clock::day_of};

use crate::{Call, Refusal, draft, number};

/// The step at which 机关主要负责人 signs.
const BY_PRINCIPAL: &str = "sign_principal";

/// Departments that send out the documents of an agency, by what they are called.
const OFFICES: [&str; 4] = ["办公室", "办公厅", "党政办公室", "综合办公室"];

/// Gives a document its number, its date, and what stands last in it; one that has a number keeps it.
///
/// # Errors
/// Those of [`number::give`].
pub(super) fn give_number(
    call: &mut Call<'_, '_>,
    draft: &mut DraftRecord,
    instance: &Instance,
) -> Result<(), Refusal> {
    let frozen = call.tx.reader().frozen_text(&draft.frozen_hash)?;
    let mut document: OfficialDocument = serde_json::from_slice(&frozen)?;
    if document.issue_number.is_none() {
        document.issue_number = Some(next(call, draft, (&document, instance))?);
    }
    if let (None, Some(day)) = (document.date_of_issue, signed_on(instance)) {
        document.date_of_issue = Some(day);
    }
    if takes_imprint(&document) {
        let organisation = call.tx.reader().organisation(call.actor.agency_id)?;
        give_imprint(&mut document, &organisation, call.today());
    }
    let frozen = andu_draft::freeze(&document);
    draft.frozen_hash = frozen.hash.to_string();
    call.tx
        .frozen_text_put(&draft.frozen_hash, &frozen.canonical_json)?;
    draft::describe(draft, &document);
    call.tx.draft_put(draft)?;
    draft::put_find_entry(call.tx, draft, "", &document)?;
    draft::hand_over(call, draft, &frozen.canonical_json)
}

/// 公文的送印机关和送印日期 (条例 第九条（十七）): the office of the agency, or the agency where it has none.
fn give_imprint(document: &mut OfficialDocument, organisation: &Organisation, day: Date) {
    let imprint = document.imprint.get_or_insert_with(|| ImprintAuthority {
        name: String::new(),
        date: None,
    });
    if imprint.name.trim().is_empty() {
        imprint.name = sends_out(organisation, day);
    }
    imprint.date.get_or_insert(day);
}

fn sends_out(organisation: &Organisation, day: Date) -> String {
    let id = organisation.agency_id.as_text();
    let agency = organisation.name_on(Named::Agency, &id, day);
    let mut top = organisation
        .units
        .iter()
        .filter(|unit| unit.parent_id.is_none() && unit.period.contains(day))
        .map(|unit| organisation.name_on(Named::Department, &unit.id.as_text(), day));
    match top.find(|name| OFFICES.contains(name)) {
        Some(office) if !OFFICES.iter().any(|own| agency.ends_with(own)) => {
            format!("{agency}{office}")
        }
        _ => agency.to_owned(),
    }
}

fn next(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    (document, instance): (&OfficialDocument, &Instance),
) -> Result<IssueNumber, Refusal> {
    let facts = Facts::of(document, signed_by(instance));
    let (agency_id, subject) = (&draft.agency_id, (number::DRAFT, draft.id.as_str()));
    let serves = number::serves(call.tx.reader(), agency_id, document)?;
    let given = number::give(call, agency_id, serves, subject, &facts)?;
    Ok(IssueNumber {
        authority_code: given.authority_code,
        year: given.year,
        serial: given.serial,
    })
}

/// In what rank it was signed; `None` where nobody has.
fn signed_by(instance: &Instance) -> Option<SignedBy> {
    let signed = instance.bound.iter();
    let mut signed = signed.map(|(visit, _)| &instance.visits[*visit]).peekable();
    signed.peek()?;
    Some(
        match signed.any(|visit| visit.name.node.as_str() == BY_PRINCIPAL) {
            true => SignedBy::Principal,
            false => SignedBy::Leader,
        },
    )
}

/// The day of the last signature that binds.
fn signed_on(instance: &Instance) -> Option<Date> {
    let visits = instance
        .bound
        .iter()
        .map(|(visit, _)| &instance.visits[*visit]);
    visits.filter_map(|visit| visit.closed_at).max().map(day_of)
}
