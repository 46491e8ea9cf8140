//! 共同起草: the author invites colleagues to write along, and ends it. From the first invitation on a
//! draft has a scope of its own, which its co-drafters see for as long as it lasts.

use andu_base::{Date, PersonId};
use andu_org::Grant;
use andu_store::{CoDrafterRecord, DraftRecord, VersionRecord};
use andu_sync::{Operation, Reason, Scope};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{answer, own_draft, own_scope, row};
use crate::{Call, Refusal, organisation};

/// Invites somebody to write along.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Id of the draft.
    pub id: String,
    /// Id of the invitation, made at the desk.
    pub invitation_id: String,
    /// Who is to write along.
    pub person_id: PersonId,
    /// The last day; `None`: until removed.
    pub through_on: Option<Date>,
}

/// Ends an invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndInvitation {
    /// Id of the draft.
    pub id: String,
    /// Id of the invitation.
    pub invitation_id: String,
}

/// People who write along in one draft at the same time, at most.
const MOST_CO_DRAFTERS: usize = 30;

/// Invites a colleague of the author's agency who may draft.
///
/// # Errors
/// `co_drafter.oneself`, `co_drafter.not_a_colleague`, `co_drafter.may_not_draft`,
/// `co_drafter.already`, `co_drafter.too_many`, `co_drafter.past`.
pub fn invite(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Invite = serde_json::from_value(args)?;
    call.about(&args.id);
    let draft = own_draft(call, &args.id)?;
    let (today, reader) = (call.today(), call.tx.reader());
    let person_id = args.person_id.as_text();
    if person_id == draft.author_id {
        return Err(Refusal::because("co_drafter.oneself"));
    }
    let person = organisation::actor(reader, args.person_id, today)
        .map_err(|_| Refusal::because("co_drafter.not_a_colleague"))?;
    let named = |key: &str| Reason::new(key).with("name", &person.name);
    if person.agency_id.as_text() != draft.agency_id {
        return Err(Refusal::because("co_drafter.not_a_colleague"));
    }
    if !person.may(Grant::Draft) {
        return Err(Refusal::Rejected(named("co_drafter.may_not_draft")));
    }
    if args.through_on.is_some_and(|last| last < today) {
        return Err(Refusal::because("co_drafter.past"));
    }
    if reader.is_co_drafter(&draft.id, &person_id, today)? {
        return Err(Refusal::Rejected(named("co_drafter.already")));
    }
    if reader.co_drafter(&args.invitation_id)?.is_some() {
        return Err(Refusal::because("command.arguments"));
    }
    let known = reader.co_drafters(&draft.id)?;
    let lasting = known.iter().filter(|known| known.removed_at.is_empty());
    if lasting.count() >= MOST_CO_DRAFTERS {
        return Err(Refusal::Rejected(
            Reason::new("co_drafter.too_many").with("limit", MOST_CO_DRAFTERS),
        ));
    }
    let is_first = known.is_empty();
    let record = CoDrafterRecord {
        id: args.invitation_id,
        draft_id: draft.id.clone(),
        person_id,
        person_name: person.name,
        invited_by: call.actor.id.as_text(),
        invited_at: call.now.to_owned(),
        through_on: args
            .through_on
            .map_or_else(String::new, |day| day.to_string()),
        removed_at: String::new(),
    };
    call.tx.co_drafter_put(&record)?;
    if is_first {
        open_scope(call, &draft)?;
    }
    show(
        call,
        &draft,
        ("co_drafter", &record.id),
        Some(serde_json::to_value(&record)?),
    )?;
    Ok(answer(&draft))
}

/// Ends an invitation: the draft goes from that person's desks.
///
/// # Errors
/// `co_drafter.not_there`.
pub fn end_invitation(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: EndInvitation = serde_json::from_value(args)?;
    call.about(&args.id);
    let draft = own_draft(call, &args.id)?;
    let known = call.tx.reader().co_drafter(&args.invitation_id)?;
    let known = known.filter(|known| known.draft_id == draft.id && known.removed_at.is_empty());
    let mut record = known.ok_or_else(|| Refusal::because("co_drafter.not_there"))?;
    call.now.clone_into(&mut record.removed_at);
    call.tx.co_drafter_put(&record)?;
    show(
        call,
        &draft,
        ("co_drafter", &record.id),
        Some(serde_json::to_value(&record)?),
    )?;
    Ok(answer(&draft))
}

/// Shows a row of a draft to the author's desks and, where others write along, to theirs; `None` takes it
/// away from both.
pub(super) fn show(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    (entity, row_id): (&str, &str),
    row: Option<Value>,
) -> Result<(), Refusal> {
    let operation = match row {
        Some(_) => Operation::Put,
        None => Operation::Remove,
    };
    let row = row.unwrap_or(Value::Null);
    call.project(&own_scope(draft)?, entity, row_id, operation, &row)?;
    if call.tx.reader().draft_is_shared(&draft.id)? {
        call.project(&Scope::draft(&draft.id), entity, row_id, operation, &row)?;
    }
    Ok(())
}

/// Puts what there is of a draft into its scope, parents first.
fn open_scope(call: &mut Call<'_, '_>, draft: &DraftRecord) -> Result<(), Refusal> {
    let scope = Scope::draft(&draft.id);
    let put = Operation::Put;
    call.project(&scope, "draft", &draft.id, put, &row(draft)?)?;
    for update in call.tx.reader().draft_updates(&draft.id)? {
        let id = update.command_id;
        let row = json!({
            "command_id": id,
            "draft_id": draft.id,
            "update_v1": STANDARD.encode(&update.update),
            "actor_id": update.actor_id,
            "device_id": update.device_id,
            "claimed_at": update.claimed_at,
        });
        call.project(&scope, "draft_update", &id, put, &row)?;
    }
    for file in call.tx.reader().draft_files(&draft.id)? {
        if let Some(file) = call.tx.reader().draft_file_row(&file.id)?
            && !file.chunks.is_empty()
        {
            call.project(
                &scope,
                "draft_file",
                &file.id,
                put,
                &serde_json::to_value(&file)?,
            )?;
        }
    }
    Ok(())
}

/// Shows a version with its content where others write along.
pub(super) fn show_version(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    version: &VersionRecord,
) -> Result<(), Refusal> {
    if !call.tx.reader().draft_is_shared(&draft.id)? {
        return Ok(());
    }
    show_frozen(call, draft, &version.content_hash)?;
    let row = json!({
        "id": version.id,
        "draft_id": version.draft_id,
        "name": version.name,
        "kind": version.kind.name(),
        "author_name": version.author_name,
        "made_at": version.made_at,
        "characters": version.characters,
        "content_hash": version.content_hash,
    });
    show(call, draft, ("draft_version", &version.id), Some(row))
}

/// Shows a frozen content.
pub(super) fn show_frozen(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    hash: &str,
) -> Result<(), Refusal> {
    let bytes = call.tx.reader().frozen_text(hash)?;
    // As text, so that the bytes of the hash arrive as they are.
    let text = json!({ "hash": hash, "document": String::from_utf8_lossy(&bytes) });
    show(call, draft, ("frozen_text", hash), Some(text))
}
