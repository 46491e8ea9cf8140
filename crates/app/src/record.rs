//! Records that are edited at many desks: vocabulary, templates, contacts. The primary decides field by
//! field, from the version that somebody had before them; nothing that anybody wrote is lost on the way. A
//! replica does what it is asked at once, beside the server's version.

use andu_base::AgencyId;
use andu_org::{Grant, Telephone};
use andu_store::{FieldChange, Tx, VOCABULARY};
use andu_sync::{Clash, Operation, Reason, Scope, merge};
use serde_json::{Map, Value};

use crate::{
    Call, Handler, Refusal,
    double_edit::{self, Sides},
    execute::{Place, Verdict},
    organisation, vocabulary,
};

/// The record that is edited.
pub(crate) struct Edited<'a> {
    /// Its kind.
    pub entity: &'static str,
    /// Its id.
    pub row_id: &'a str,
    /// What a person calls it.
    pub label: String,
    /// Whose it is.
    pub agency: AgencyId,
}

/// What a command of a replica does here, again, on the server's rows: `None` for what is no record.
///
/// The table names the same handlers; a test of it compares them.
pub fn handler_of(kind: &str) -> Option<Handler> {
    Some(match kind {
        "agency_put" => vocabulary::put_agency,
        "agency_remove" => vocabulary::remove_agency,
        "person_put" => vocabulary::put_person,
        "person_remove" => vocabulary::remove_person,
        "phrase_put" => vocabulary::put_phrase,
        "phrase_remove" => vocabulary::remove_phrase,
        "template_put" => vocabulary::put_template,
        "template_remove" => vocabulary::remove_template,
        "telephone_put" => organisation::put_telephone,
        "telephone_remove" => organisation::remove_telephone,
        "contact_put" => organisation::put_contact,
        _ => return None,
    })
}

fn object(row: &Value) -> Map<String, Value> {
    row.as_object().cloned().unwrap_or_default()
}

/// How a value is kept beside another: texts as they are.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Puts a record as it is `wanted` by somebody who saw `was` (`None`: who enters it). What others changed
/// meanwhile stays; of a field that both changed, what stands stays, and both values are kept for a choice.
pub(crate) fn put(
    call: &mut Call<'_, '_>,
    edited: &Edited<'_>,
    was: Option<&Value>,
    wanted: &Value,
) -> Result<(), Refusal> {
    let reader = call.tx.reader();
    let current = reader.row_image(edited.entity, edited.row_id)?;
    let removed = reader.field_change(edited.entity, edited.row_id, "")?;
    if call.place == Place::Replica {
        call.tx.record_base_keep(edited.entity, edited.row_id)?;
    }
    let Some(current) = current else {
        if let (Some(_), Some(removed)) = (was, removed) {
            let sides = Sides::new(removed, String::new(), wanted.to_string());
            return double_edit::open(call, edited, "", sides);
        }
        store(call, edited, wanted)?;
        return changed(call, edited, object(wanted).iter());
    };
    let merged = merge(
        &object(&current),
        // Who enters a record saw none: whatever is there is somebody else's.
        &was.map_or_else(|| unseen(&current), object),
        &object(wanted),
    );
    if call.place == Place::Replica {
        let mut row = merged.row;
        for clash in merged.clashes {
            row.insert(clash.field, clash.wanted);
        }
        return store(call, edited, &Value::Object(row));
    }
    if !merged.changed.is_empty() {
        store(call, edited, &Value::Object(merged.row.clone()))?;
        let fields = merged.row.iter();
        changed(
            call,
            edited,
            fields.filter(|(name, _)| merged.changed.contains(name)),
        )?;
    }
    if merged.kept_others && call.verdict == Verdict::Applied {
        call.verdict = Verdict::Merged;
    }
    for clash in merged.clashes {
        clashes(call, edited, &clash)?;
    }
    Ok(())
}

fn unseen(current: &Value) -> Map<String, Value> {
    let fields = object(current).into_iter();
    fields.map(|(name, _)| (name, Value::Null)).collect()
}

fn clashes(call: &mut Call<'_, '_>, edited: &Edited<'_>, clash: &Clash) -> Result<(), Refusal> {
    let known = call
        .tx
        .reader()
        .field_change(edited.entity, edited.row_id, &clash.field)?;
    let sides = Sides::new(
        known.unwrap_or_else(nobody),
        shown(&clash.current),
        shown(&clash.wanted),
    );
    double_edit::open(call, edited, &clash.field, sides)
}

/// What stood before anybody's changes were noted.
pub(crate) fn nobody() -> FieldChange {
    FieldChange {
        person_id: String::new(),
        person_name: String::new(),
        changed_at: String::new(),
    }
}

/// The actor, as of this command.
pub(crate) fn change_by(call: &Call<'_, '_>) -> FieldChange {
    FieldChange {
        person_id: call.actor.id.as_text(),
        person_name: call.actor.name.clone(),
        changed_at: call.now.to_owned(),
    }
}

/// Notes who changed these fields, where it is decided, and tells those who wait for a choice about them.
pub(crate) fn changed<'v>(
    call: &mut Call<'_, '_>,
    edited: &Edited<'_>,
    fields: impl Iterator<Item = (&'v String, &'v Value)>,
) -> Result<(), Refusal> {
    if call.place == Place::Replica {
        return Ok(());
    }
    let by = change_by(call);
    let (entity, row_id) = (edited.entity, edited.row_id);
    call.tx.field_change_drop(entity, row_id, "")?;
    for (field, value) in fields {
        call.tx.field_change_put((entity, row_id, field), &by)?;
        double_edit::stands_now(call, edited, field, &shown(value))?;
    }
    Ok(())
}

/// Takes a record out that somebody saw as it `was` (`None`: whatever it is).
pub(crate) fn remove(
    call: &mut Call<'_, '_>,
    edited: &Edited<'_>,
    was: Option<&Value>,
) -> Result<(), Refusal> {
    let reader = call.tx.reader();
    let Some(current) = reader.row_image(edited.entity, edited.row_id)? else {
        return Ok(());
    };
    if call.place == Place::Replica {
        call.tx.record_base_keep(edited.entity, edited.row_id)?;
        return Ok(call.tx.record_erase(edited.entity, edited.row_id)?);
    }
    let row = object(&current);
    let is_other = |was: &Value| {
        let was = object(was);
        row.iter()
            .any(|(name, value)| was.get(name).is_some_and(|seen| seen != value))
    };
    if was.is_some_and(is_other) {
        let known = reader.row_change(edited.entity, edited.row_id)?;
        let known = known.unwrap_or_else(nobody);
        let sides = Sides::new(known, current.to_string(), String::new());
        return double_edit::open(call, edited, "", sides);
    }
    erase(call, edited, &current)?;
    let by = change_by(call);
    call.tx
        .field_change_put((edited.entity, edited.row_id, ""), &by)?;
    Ok(())
}

/// Writes a record and shows it to those who see it.
pub(crate) fn store(
    call: &mut Call<'_, '_>,
    edited: &Edited<'_>,
    row: &Value,
) -> Result<(), Refusal> {
    if edited.entity == "telephone" {
        let telephone: Telephone = serde_json::from_value(row.clone())?;
        let organisation = call.tx.reader().organisation(edited.agency)?;
        let today = call.today();
        return call.pen().put_telephone(&organisation, &telephone, today);
    }
    call.tx.record_put(edited.entity, row)?;
    let scope = Scope::agency(edited.agency);
    call.project(&scope, edited.entity, edited.row_id, Operation::Put, row)
}

/// Takes a record out, wherever it is seen.
pub(crate) fn erase(
    call: &mut Call<'_, '_>,
    edited: &Edited<'_>,
    current: &Value,
) -> Result<(), Refusal> {
    if edited.entity == "telephone" {
        let telephone: Telephone = serde_json::from_value(current.clone())?;
        let organisation = call.tx.reader().organisation(edited.agency)?;
        let today = call.today();
        let mut pen = call.pen();
        return pen.remove_telephone(&organisation, &telephone, today);
    }
    call.tx.record_erase(edited.entity, edited.row_id)?;
    let scope = Scope::agency(edited.agency);
    let (entity, id) = (edited.entity, edited.row_id);
    call.project(&scope, entity, id, Operation::Remove, &Value::Null)
}

/// Refuses where the record of this id is another agency's.
pub(crate) fn own(call: &Call<'_, '_>, entity: &str, row_id: &str) -> Result<(), Refusal> {
    let reader = call.tx.reader();
    if call.place != Place::Server || reader.row_image(entity, row_id)?.is_none() {
        return Ok(());
    }
    let scope = Scope::agency(call.actor.agency_id);
    if reader.row_scopes(entity, row_id)?.contains(&scope) {
        return Ok(());
    }
    Err(Refusal::because("vocabulary.other_agency"))
}

/// Who may settle what about a record.
pub(crate) fn grant_of(entity: &str) -> Grant {
    match VOCABULARY.contains(&entity) {
        true => Grant::KeepVocabulary,
        false => Grant::KeepOrganisation,
    }
}

/// Works on the server's rows: what was changed here and has not arrived there is taken back before, and
/// done again after, on what has come.
///
/// # Errors
/// Those of `work`; the store's own.
pub(crate) fn on_servers_rows<T>(
    tx: &mut Tx<'_>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let bases = tx.reader().record_bases()?;
    for (entity, row_id, base) in &bases {
        if base.is_null() {
            tx.record_erase(entity, row_id)?;
        } else {
            tx.record_put(entity, base)?;
        }
        tx.base_drop(entity, row_id)?;
    }
    let done = work(tx)?;
    if !bases.is_empty() {
        again(tx)?;
    }
    Ok(done)
}

/// Does the records again that wait here, in their order. What does not go any more is left to the server,
/// which says so.
fn again(tx: &mut Tx<'_>) -> Result<(), Refusal> {
    for command in tx.reader().outbox_unpassed()? {
        let Some(handler) = handler_of(&command.kind) else {
            continue;
        };
        let now = command.claimed_at.clone();
        let day = organisation::day_of(&now);
        let Ok(actor) = organisation::actor(tx.reader(), command.actor, day) else {
            continue;
        };
        let done = tx.attempt(|tx| {
            let mut call = Call::new(tx, &command, &actor, Place::Replica, &now);
            handler(&mut call, command.args.clone())
        });
        match done {
            Ok(_) | Err(Refusal::Rejected(_)) => {}
            Err(failed) => return Err(failed),
        }
    }
    Ok(())
}

/// Says that a choice has to be made.
pub(crate) fn to_choose(label: &str) -> Reason {
    Reason::new("record.double_edit").with("label", label)
}
