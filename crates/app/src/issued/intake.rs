//! 代拟稿: a draft that another unit wrote for this office, and what came with it (随文材料). It is said in the issue
//! sheet; with something missing the draft is not submitted, and is given back to who wrote it with what is missing.

use std::collections::BTreeMap;

use andu_base::Date;
use andu_store::{DraftState, IncomingRecord, Sight};
use andu_sync::{Operation, Reason, Scope};
use andu_workflow::material::{Material, Materials};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Sheet, sheet::keep, sheet::said, sheet_of};
use crate::{
    Call, Place, Refusal, draft,
    organisation::{day_of, granted},
};

/// What is found of a material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// 有
    Has,
    /// 无需
    NotNeeded,
    /// 缺
    Missing,
}

/// What is found of a material, and why it is not needed or what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// What.
    pub stands: Stands,
    /// Why; may be empty where it came.
    pub reason: String,
}

/// It was given back to the unit that wrote it (退回代拟单位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// On this day, as ISO text.
    pub on: String,
    /// By whom, as named at the time.
    pub by: String,
    /// What was missing.
    pub lacks: Vec<Lack>,
    /// What else was to be said.
    pub reason: String,
}

/// A material that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lack {
    /// Its name in the list.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What was written beside it.
    pub reason: String,
}

/// Who wrote a draft for this office, and what came with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    /// 代拟单位
    pub unit: String,
    /// 联系人
    pub contact: String,
    /// 联系电话
    pub telephone: String,
    /// The number of the letter that it came with; empty: none.
    pub letter_number: String,
    /// The day on which it came as ISO text; empty: not said.
    pub received_on: String,
    /// The registered document that it came with (收文); empty: none.
    pub incoming_id: String,
    /// What is found of each material, by its name.
    pub materials: BTreeMap<String, Found>,
    /// How often it was given back; the program enters it.
    #[serde(default)]
    pub returns: Vec<Returned>,
}

const LONGEST_LINE: usize = 100;
const LONGEST_REASON: usize = 200;
const LONGEST_RETURN: usize = 500;
const MOST_RETURNS: usize = 50;

/// What is said of a draft is tidied and looked at before it is kept; how often it was given back stays as it was.
///
/// # Errors
/// `issued.too_long`, `issued.unknown_word`, `intake.day`, `intake.returned` where it was given
/// back and is to be no 代拟稿 any more, `incoming.not_there`.
pub(super) fn prepare(
    call: &Call<'_, '_>,
    sheet: &mut Sheet,
    known: Option<Intake>,
) -> Result<(), Refusal> {
    let known = known.unwrap_or_default();
    let Some(intake) = &mut sheet.intake else {
        return match known.returns.is_empty() {
            true => Ok(()),
            false => Err(Refusal::because("intake.returned")),
        };
    };
    for text in [
        &mut intake.unit,
        &mut intake.contact,
        &mut intake.telephone,
        &mut intake.letter_number,
        &mut intake.received_on,
    ] {
        *text = text.trim().to_owned();
        if is_long(text, LONGEST_LINE) {
            return Err(Refusal::because("issued.too_long"));
        }
    }
    if !intake.received_on.is_empty() && intake.received_on.parse::<Date>().is_err() {
        return Err(Refusal::because("intake.day"));
    }
    for (id, found) in &mut intake.materials {
        if Materials::known().named(id).is_none() {
            return Err(Refusal::because("issued.unknown_word"));
        }
        found.reason = found.reason.trim().to_owned();
        if is_long(&found.reason, LONGEST_REASON) {
            return Err(Refusal::because("issued.too_long"));
        }
    }
    if intake.incoming_id != known.incoming_id && !intake.incoming_id.is_empty() {
        let came = came_with(call, &intake.incoming_id)?;
        came.ok_or_else(|| Refusal::because("incoming.not_there"))?;
    }
    intake.returns = known.returns;
    Ok(())
}

fn is_long(text: &str, limit: usize) -> bool {
    text.chars().count() > limit || text.chars().any(char::is_control)
}

/// The registered document of this id, if the actor sees it.
fn came_with(call: &Call<'_, '_>, id: &str) -> Result<Option<IncomingRecord>, Refusal> {
    let reader = call.tx.reader();
    let sight = match call.place {
        Place::Server => Sight::Scopes(granted(reader, call.actor.id, call.today())?),
        Place::Alone | Place::Replica => Sight::Whole,
    };
    Ok(reader.incoming_seen(&sight, id)?)
}

/// The materials that a draft of which this is said comes with, and what is found of each.
pub fn asked_materials(sheet: &Sheet) -> Vec<(&'static Material, Option<&Found>)> {
    let Some(intake) = &sheet.intake else {
        return Vec::new();
    };
    let asked = Materials::known().of(&said(sheet)).into_iter();
    asked
        .map(|material| (material, intake.materials.get(&*material.id)))
        .collect()
}

/// Whether it can be said of a material that it is not needed.
pub fn may_be_left_out(sheet: &Sheet, material: &Material) -> bool {
    material.may_be_left_out(&said(sheet))
}

/// Those that did not come: missing, not looked for, or said not to be needed without a reason.
pub fn lacking(sheet: &Sheet) -> Vec<Lack> {
    let items = said(sheet);
    let is_lacking = |material: &Material, found: Option<&Found>| match found {
        None => true,
        Some(found) => match found.stands {
            Stands::Has => false,
            Stands::NotNeeded => found.reason.is_empty() || !material.may_be_left_out(&items),
            Stands::Missing => true,
        },
    };
    let asked = asked_materials(sheet).into_iter();
    // Why something would not be needed says nothing of what is wrong with it.
    let what = |found: Option<&Found>| {
        let missing = found.filter(|found| found.stands == Stands::Missing);
        missing.map_or_else(String::new, |found| found.reason.clone())
    };
    asked
        .filter(|(material, found)| is_lacking(material, *found))
        .map(|(material, found)| Lack {
            id: material.id.to_string(),
            title: material.title.clone(),
            reason: what(found),
        })
        .collect()
}

/// Whether a draft of which this is said can be submitted.
///
/// # Errors
/// `intake.no_unit`; `intake.unsaid` where it is not said what kind of document it is; `intake.missing` with what is
/// missing.
pub fn ready(sheet: &Sheet) -> Result<(), Refusal> {
    let Some(intake) = &sheet.intake else {
        return Ok(());
    };
    if intake.unit.is_empty() {
        return Err(Refusal::because("intake.no_unit"));
    }
    if sheet.normative.is_none() || sheet.competition.is_none() {
        return Err(Refusal::because("intake.unsaid"));
    }
    let lacks = lacking(sheet);
    if lacks.is_empty() {
        return Ok(());
    }
    let reason = Reason::new("intake.missing").with("materials", titles(&lacks));
    Err(Refusal::Rejected(reason))
}

fn titles(lacks: &[Lack]) -> String {
    let titles: Vec<&str> = lacks.iter().map(|lack| lack.title.as_str()).collect();
    titles.join("、")
}

/// What reviewers and the signer read of it, by the items of the process.
pub(super) fn entered(sheet: &Sheet) -> [(&'static str, String); 4] {
    let intake = sheet.intake.clone().unwrap_or_default();
    let mut came = Vec::new();
    let mut left_out = Vec::new();
    for (material, found) in asked_materials(sheet) {
        match found {
            Some(found) if found.stands == Stands::NotNeeded => {
                left_out.push(format!("{}（{}）", material.title, found.reason));
            }
            _ => came.push(material.title.as_str()),
        }
    }
    let Materials {
        came: has,
        not_needed,
        ..
    } = Materials::known();
    let parts = [(has, came.join("、")), (not_needed, left_out.join("、"))];
    let parts = parts.iter().filter(|(_, what)| !what.is_empty());
    let materials: Vec<String> = parts
        .map(|(stands, what)| format!("{stands}：{what}"))
        .collect();
    [
        ("drafting_unit", intake.unit),
        ("drafting_contact", intake.contact),
        ("drafting_telephone", intake.telephone),
        ("materials", materials.join("；")),
    ]
}

/// A draft to be given back to who wrote it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveBack {
    /// Id of the draft.
    pub id: String,
    /// What is to be said beyond what is missing; may be empty where something is.
    pub reason: String,
}

/// 退回代拟单位: keeps what was missing and why; the register of what came says so too.
///
/// # Errors
/// `draft.not_there`, `draft.authors_act`, `draft.not_drafting`; `intake.none` for what is no 代拟稿,
/// `intake.no_unit`, `intake.nothing_missing` without a reason, `issued.too_long`, `intake.too_many`.
pub fn give_back(call: &mut Call<'_, '_>, args: Json) -> Result<Json, Refusal> {
    let args: GiveBack = serde_json::from_value(args)?;
    call.about(&args.id);
    let draft = draft::own_draft(call, &args.id)?;
    if draft.state != DraftState::Drafting {
        return Err(Refusal::because("draft.not_drafting"));
    }
    let mut sheet = sheet_of(call.tx.reader(), &draft.id)?;
    let lacks = lacking(&sheet);
    let reason = args.reason.trim().to_owned();
    let intake = sheet.intake.as_mut();
    let intake = intake.ok_or_else(|| Refusal::because("intake.none"))?;
    if intake.unit.is_empty() {
        return Err(Refusal::because("intake.no_unit"));
    }
    if lacks.is_empty() && reason.is_empty() {
        return Err(Refusal::because("intake.nothing_missing"));
    }
    if is_long(&reason, LONGEST_RETURN) {
        return Err(Refusal::because("issued.too_long"));
    }
    if intake.returns.len() >= MOST_RETURNS {
        return Err(Refusal::because("intake.too_many"));
    }
    let returned = Returned {
        // The day at the desk, as the slip says it; a clock that is ahead dates nothing forward.
        on: day_of(&call.command.claimed_at)
            .min(call.today())
            .to_string(),
        by: call.actor.name.clone(),
        lacks,
        reason,
    };
    intake.returns.push(returned.clone());
    let incoming_id = intake.incoming_id.clone();
    keep(call, &draft, &sheet)?;
    if call.place != Place::Replica && !incoming_id.is_empty() {
        register(call, &incoming_id, &returned)?;
    }
    Ok(json!({ "id": draft.id }))
}

/// The register says of the document that it came with, that it was given back. Who does not see that any more has
/// nothing to say there.
fn register(call: &mut Call<'_, '_>, id: &str, returned: &Returned) -> Result<(), Refusal> {
    let Some(mut record) = came_with(call, id)? else {
        return Ok(());
    };
    record.given_back = serde_json::to_string(returned)?;
    call.now.clone_into(&mut record.changed_at);
    call.tx.incoming_put(&record)?;
    let said = serde_json::to_value(&record)?;
    let scopes = call.tx.reader().row_scopes("incoming", id)?;
    let scopes: Vec<&Scope> = scopes.iter().collect();
    call.project_all(&scopes, ("incoming", id), Operation::Put, &said)
}
