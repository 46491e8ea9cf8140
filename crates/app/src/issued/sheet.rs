//! 发文要件: what the author says of a draft beyond its text. It is entered as long as the draft is the author's, goes
//! into the process with it, and is bound by the signature.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::Date;
use andu_store::{DraftRecord, DraftState, IssueSheetRecord};
use andu_sync::Reason;
use andu_workflow::{
    Instance, Key, Net,
    definition::{Access, Kind, Value},
    gate::{Gate, Gates},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Sheet, intake, sheet_of, show};
use crate::{Call, Refusal, draft};

/// What is to be said of a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetPut {
    /// Id of the draft.
    pub id: String,
    /// What.
    pub sheet: Sheet,
}

const LONGEST_NUMBER: usize = 100;
const LONGEST_TITLE: usize = 500;
const LONGEST_REASON: usize = 500;
const MOST_CHANGES: usize = 200;
const PUBLICITY: [&str; 4] = ["", "open", "on_request", "closed"];

/// Keeps what the author says of a draft.
///
/// # Errors
/// `draft.not_there`, `draft.authors_act`; `draft.not_drafting` once it is submitted; `issued.signed` where it came
/// back after 签发 and goes straight on; `issued.too_long`, `issued.too_many`, `issued.twice`, `issued.day`,
/// `issued.unknown_word`, `issued.no_number`; those of a 代拟稿.
pub fn put_sheet(call: &mut Call<'_, '_>, args: Json) -> Result<Json, Refusal> {
    let SheetPut { id, mut sheet } = serde_json::from_value(args)?;
    call.about(&id);
    let draft = draft::own_draft(call, &id)?;
    if draft.state != DraftState::Drafting {
        return Err(Refusal::because("draft.not_drafting"));
    }
    tidy(&mut sheet);
    sound(&sheet)?;
    let known = sheet_of(call.tx.reader(), &id)?;
    intake::prepare(call, &mut sheet, known.intake.clone())?;
    if known != sheet && is_signed(call, &id)? {
        return Err(Refusal::because("issued.signed"));
    }
    keep(call, &draft, &sheet)?;
    Ok(json!({ "id": id }))
}

/// Keeps what is said of a draft, and shows it.
pub(super) fn keep(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    sheet: &Sheet,
) -> Result<(), Refusal> {
    let kept = IssueSheetRecord {
        id: draft.id.clone(),
        says: serde_json::to_string(sheet)?,
        changed_at: call.command.claimed_at.clone(),
    };
    call.tx.issue_sheet_put(&kept)?;
    show::show_sheet(call, draft, &kept)
}

fn tidy(sheet: &mut Sheet) {
    for text in [&mut sheet.publicity_reason, &mut sheet.valid_until] {
        *text = text.trim().to_owned();
    }
    for change in &mut sheet.changes {
        change.number = change.number.trim().to_owned();
        change.title = change.title.trim().to_owned();
    }
}

fn sound(sheet: &Sheet) -> Result<(), Refusal> {
    let refuse = |key: &'static str| Err(Refusal::because(key));
    let is_long = |text: &str, limit: usize| {
        text.chars().count() > limit || text.chars().any(char::is_control)
    };
    if !PUBLICITY.contains(&sheet.publicity.as_str()) {
        return refuse("issued.unknown_word");
    }
    if !sheet.valid_until.is_empty() && sheet.valid_until.parse::<Date>().is_err() {
        return refuse("issued.day");
    }
    if is_long(&sheet.publicity_reason, LONGEST_REASON) {
        return refuse("issued.too_long");
    }
    if sheet.changes.len() > MOST_CHANGES {
        return refuse("issued.too_many");
    }
    let mut seen = BTreeSet::new();
    for change in &sheet.changes {
        if change.number.is_empty() {
            return refuse("issued.no_number");
        }
        if is_long(&change.number, LONGEST_NUMBER) || is_long(&change.title, LONGEST_TITLE) {
            return refuse("issued.too_long");
        }
        if !seen.insert(&change.number) {
            let reason = Reason::new("issued.twice").with("number", &change.number);
            return Err(Refusal::Rejected(reason));
        }
    }
    Ok(())
}

/// Whether somebody's signature stands in the instance of a draft.
fn is_signed(call: &Call<'_, '_>, draft_id: &str) -> Result<bool, Refusal> {
    let Some(record) = call.tx.reader().instance_of(draft_id)? else {
        return Ok(false);
    };
    let instance: Instance = serde_json::from_str(&record.state)?;
    Ok(instance.is_running() && !instance.bound.is_empty())
}

/// Checks what was said of a draft that is submitted: what came with it is all there; what it is to amend or repeal
/// is there and in force.
///
/// # Errors
/// Those of [`intake::ready`]; `issued.unknown_number` and `issued.not_in_force` with the number.
pub(crate) fn check(call: &Call<'_, '_>, draft: &DraftRecord) -> Result<(), Refusal> {
    let today = call.today().to_string();
    let sheet = sheet_of(call.tx.reader(), &draft.id)?;
    intake::ready(&sheet)?;
    for change in sheet.changes {
        let about = |key: &str| Reason::new(key).with("number", &change.number);
        let target = call
            .tx
            .reader()
            .issued_under(&draft.agency_id, &change.number)?
            .filter(|target| target.id != draft.id)
            .ok_or_else(|| Refusal::Rejected(about("issued.unknown_number")))?;
        if !target.status_on(&today).is_in_force() {
            return Err(Refusal::Rejected(about("issued.not_in_force")));
        }
    }
    Ok(())
}

/// What was said of a draft, as the step in which it is submitted takes it: an empty text takes out what stood there.
pub(crate) fn items(
    call: &Call<'_, '_>,
    draft_id: &str,
    (net, instance, node): (&Net, &Instance, &Key),
) -> Result<BTreeMap<Key, Value>, Refusal> {
    let mut items = BTreeMap::new();
    let node = net.node_at(node).map(|at| &net.node(at).kind);
    let Some(Kind::Step(step)) = node else {
        return Ok(items);
    };
    if call.tx.reader().issue_sheet(draft_id)?.is_none() {
        return Ok(items);
    }
    let sheet = sheet_of(call.tx.reader(), draft_id)?;
    let said = |change: &super::Change| {
        let title = match change.title.is_empty() {
            true => String::new(),
            false => format!("《{}》", change.title),
        };
        format!("{}{title}（{}）", change.does.title(), change.number)
    };
    let changes: Vec<String> = sheet.changes.iter().map(said).collect();
    let is = |said: Option<bool>| said.map(Value::YesNo);
    let text = |text: String| Some(Value::Text(text));
    let intake = intake::entered(&sheet).map(|(name, entered)| (name, text(entered)));
    let own = [
        ("normative", is(sheet.normative)),
        ("competition", is(sheet.competition)),
        ("publicity_proposed", text(sheet.publicity)),
        ("publicity_reason", text(sheet.publicity_reason)),
        ("valid_until", text(sheet.valid_until)),
        ("changes", text(changes.join("；"))),
    ];
    for (name, value) in own.into_iter().chain(intake) {
        let (Ok(item), Some(value)) = (Key::new(name), value) else {
            continue;
        };
        let takes_out = value == Value::Text(String::new());
        let stands = instance.items.contains_key(&item);
        if step.fields.get(&item) == Some(&Access::Write) && (stands || !takes_out) {
            items.insert(item, value);
        }
    }
    Ok(items)
}

/// What the law asks of a document of which this is said.
pub fn asked(sheet: &Sheet) -> Vec<&'static Gate> {
    Gates::known().of(&said(sheet))
}

/// What is said of a draft that rules are about, by the items of the process.
pub(super) fn said(sheet: &Sheet) -> BTreeMap<Key, Value> {
    let said = [
        ("normative", sheet.normative.map(Value::YesNo)),
        ("competition", sheet.competition.map(Value::YesNo)),
        ("publicity", Some(Value::Text(sheet.publicity.clone()))),
    ];
    let items = said
        .into_iter()
        .filter_map(|(name, value)| Some((Key::new(name).ok()?, value?)));
    items.collect()
}
