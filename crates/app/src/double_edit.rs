//! 两处修改: a field that two people changed without knowing of each other. What stands goes on standing,
//! what was wanted instead is kept, and the one who wanted it chooses. Every step is kept with it.

use andu_store::{DoubleEdit, FieldChange};
use andu_sync::{Operation, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Call, Refusal,
    execute::{Place, Verdict},
    organisation::derived,
    record::{self, Edited, shown},
};

/// What stands, who it is from, and what was wanted instead.
pub(crate) struct Sides {
    kept: FieldChange,
    kept_value: String,
    lost_value: String,
}

impl Sides {
    pub(crate) const fn new(kept: FieldChange, kept_value: String, lost_value: String) -> Self {
        Self {
            kept,
            kept_value,
            lost_value,
        }
    }
}

/// A step of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When; an instant in UTC.
    pub at: String,
    /// Who, by name.
    pub by: String,
    /// `stood`, `wanted`, `kept`, `adopted`, `overtaken`.
    pub step: String,
    /// The value.
    pub value: String,
}

/// The steps of a double edit, oldest first.
pub fn history(edit: &DoubleEdit) -> Vec<Step> {
    serde_json::from_str(&edit.history).unwrap_or_default()
}

fn note(edit: &mut DoubleEdit, (at, by): (&str, &str), step: &str, value: &str) {
    let mut steps = history(edit);
    steps.push(Step {
        at: at.to_owned(),
        by: by.to_owned(),
        step: step.to_owned(),
        value: value.to_owned(),
    });
    edit.history = json!(steps).to_string();
}

/// Keeps both values for a choice. Somebody who has one open about this field already goes on with it.
pub(crate) fn open(
    call: &mut Call<'_, '_>,
    edited: &Edited<'_>,
    field: &str,
    sides: Sides,
) -> Result<(), Refusal> {
    if call.place == Place::Replica {
        return Ok(());
    }
    let own_id = call.actor.id.as_text();
    let known = call
        .tx
        .reader()
        .double_edits_of(edited.entity, edited.row_id, field)?;
    let known = known.into_iter().find(|edit| edit.lost_by_id == own_id);
    let is_new = known.is_none();
    let id = derived(&[&call.command.id.as_text(), edited.row_id, field]);
    let mut edit = known.unwrap_or_else(|| DoubleEdit {
        id: id.hyphenated().to_string(),
        entity: edited.entity.to_owned(),
        row_id: edited.row_id.to_owned(),
        label: edited.label.clone(),
        field: field.to_owned(),
        kept_value: sides.kept_value.clone(),
        kept_by: sides.kept.person_name.clone(),
        kept_at: sides.kept.changed_at.clone(),
        lost_value: String::new(),
        lost_by_id: own_id,
        lost_by: call.actor.name.clone(),
        lost_at: String::new(),
        state: "open".to_owned(),
        history: String::new(),
    });
    if is_new {
        let stood = (&*sides.kept.changed_at, &*sides.kept.person_name);
        note(&mut edit, stood, "stood", &sides.kept_value);
    }
    let at = call.command.claimed_at.clone();
    note(
        &mut edit,
        (&at, &call.actor.name),
        "wanted",
        &sides.lost_value,
    );
    edit.lost_at = at;
    edit.lost_value = sides.lost_value;
    put(call, &edit)?;
    call.verdict = Verdict::Conflict(record::to_choose(&edited.label));
    Ok(())
}

fn put(call: &mut Call<'_, '_>, edit: &DoubleEdit) -> Result<(), Refusal> {
    call.tx.double_edit_put(edit)?;
    let person = edit.lost_by_id.parse();
    let scope = Scope::person(person.map_err(|_| Refusal::because("command.person"))?);
    let row = serde_json::to_value(edit)?;
    call.project(&scope, "double_edit", &edit.id, Operation::Put, &row)
}

/// A field has another value now: open choices about it show it, and one's own is overtaken by what one has
/// written since.
pub(crate) fn stands_now(
    call: &mut Call<'_, '_>,
    edited: &Edited<'_>,
    field: &str,
    value: &str,
) -> Result<(), Refusal> {
    let open = call
        .tx
        .reader()
        .double_edits_of(edited.entity, edited.row_id, field)?;
    let (now, by) = (call.now.to_owned(), call.actor.name.clone());
    for mut edit in open {
        let step = match edit.lost_by_id == call.actor.id.as_text() {
            true => {
                edit.state = "overtaken".to_owned();
                "overtaken"
            }
            false => "stood",
        };
        edit.kept_value = value.to_owned();
        edit.kept_by.clone_from(&by);
        edit.kept_at.clone_from(&now);
        note(&mut edit, (&now, &by), step, value);
        put(call, &edit)?;
    }
    Ok(())
}

/// The choice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// Id of the double edit.
    pub id: String,
    /// Take one's own value; otherwise what stands goes on standing.
    pub adopt: bool,
    /// What stood when it was chosen.
    pub seen: String,
}

/// Settles a double edit.
///
/// # Errors
/// `double_edit.not_there`, `double_edit.not_yours`, `double_edit.settled`; `double_edit.moved` if another
/// value stands by now, `double_edit.gone` if the row was taken out; `command.forbidden`.
pub fn settle(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Settle = serde_json::from_value(args)?;
    call.about(&args.id);
    let edit = call.tx.reader().double_edit(&args.id)?;
    let mut edit = edit.ok_or_else(|| Refusal::because("double_edit.not_there"))?;
    if edit.lost_by_id != call.actor.id.as_text() {
        return Err(Refusal::because("double_edit.not_yours"));
    }
    if edit.state != "open" {
        return Err(Refusal::because("double_edit.settled"));
    }
    if !call.actor.may(record::grant_of(&edit.entity)) {
        return Err(Refusal::because("command.forbidden"));
    }
    if edit.kept_value != args.seen {
        return Err(Refusal::because("double_edit.moved"));
    }
    let (now, by) = (call.now.to_owned(), call.actor.name.clone());
    if args.adopt {
        edit.state = "adopted".to_owned();
        let value = edit.lost_value.clone();
        note(&mut edit, (&now, &by), "adopted", &value);
        // Before the row is written: one's own open choice is not overtaken by itself.
        put(call, &edit)?;
        adopt(call, &edit)?;
    } else {
        edit.state = "kept".to_owned();
        let value = edit.kept_value.clone();
        note(&mut edit, (&now, &by), "kept", &value);
        put(call, &edit)?;
    }
    Ok(json!({ "id": args.id }))
}

fn adopt(call: &mut Call<'_, '_>, edit: &DoubleEdit) -> Result<(), Refusal> {
    let mut known = andu_store::RECORDS.into_iter();
    let entity = known.find(|known| *known == edit.entity);
    let entity = entity.ok_or_else(|| Refusal::because("double_edit.not_there"))?;
    let current = call.tx.reader().row_image(entity, &edit.row_id)?;
    let wanted: Value = match (edit.field.as_str(), edit.lost_value.as_str()) {
        ("", "") => Value::Null,
        ("", row) => serde_json::from_str(row)?,
        (field, value) => {
            let mut row = current
                .clone()
                .ok_or_else(|| Refusal::because("double_edit.gone"))?;
            if shown(&row[field]) != edit.kept_value {
                return Err(Refusal::because("double_edit.moved"));
            }
            row[field] = Value::String(value.to_owned());
            row
        }
    };
    let edited = Edited {
        entity,
        row_id: &edit.row_id,
        label: edit.label.clone(),
        agency: agency_of(call, entity, current.as_ref().unwrap_or(&wanted)),
    };
    match (wanted, current) {
        (Value::Null, Some(current)) => {
            record::erase(call, &edited, &current)?;
            let by = record::change_by(call);
            Ok(call.tx.field_change_put((entity, &edit.row_id, ""), &by)?)
        }
        (Value::Null, None) => Ok(()),
        (wanted, current) => {
            record::store(call, &edited, &wanted)?;
            let before = current.unwrap_or(Value::Null);
            let row = wanted.as_object().cloned().unwrap_or_default();
            let fields = row.iter().filter(|(name, value)| before[*name] != **value);
            record::changed(call, &edited, fields)
        }
    }
}

/// The agency whose record it is: a person's, where it names one.
fn agency_of(call: &Call<'_, '_>, entity: &str, row: &Value) -> andu_base::AgencyId {
    let person = row["person_id"].as_str().and_then(|id| id.parse().ok());
    let known = person.and_then(|id| call.tx.reader().person(id).ok());
    match (entity, known) {
        ("telephone" | "contact", Some(person)) => person.agency_id,
        _ => call.actor.agency_id,
    }
}
