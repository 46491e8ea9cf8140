//! 代拟稿: who wrote a draft for this office, what came with it, and giving it back with what is missing.

use std::collections::BTreeMap;

use andu_app::issued::{self, Found, GiveBack, Intake, Lack, Returned, Sheet, Stands};
use andu_workflow::{gate::Certainty, material::Materials};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{do_now, serve},
    draft::DraftRow,
    issued::cited,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    text,
};

/// What is found of a material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MaterialStands {
    /// 有
    Has,
    /// 无需
    NotNeeded,
    /// 缺
    Missing,
}

impl MaterialStands {
    const fn of(stands: Stands) -> Self {
        match stands {
            Stands::Has => Self::Has,
            Stands::NotNeeded => Self::NotNeeded,
            Stands::Missing => Self::Missing,
        }
    }

    const fn kept(self) -> Stands {
        match self {
            Self::Has => Stands::Has,
            Self::NotNeeded => Stands::NotNeeded,
            Self::Missing => Stands::Missing,
        }
    }
}

/// What is found of a material, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MaterialFound {
    /// What.
    pub stands: MaterialStands,
    /// Why it is not needed, or what is wrong with it.
    pub reason: String,
}

/// Who wrote a draft for this office, and what came with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IntakeFields {
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
    /// Id of the registered document that it came with; empty: none.
    pub incoming_id: String,
    /// What is found of each material, by its name.
    pub materials: BTreeMap<String, MaterialFound>,
}

impl IntakeFields {
    pub(crate) fn of(intake: Intake) -> Self {
        let found = |found: Found| MaterialFound {
            stands: MaterialStands::of(found.stands),
            reason: found.reason,
        };
        let materials = intake.materials.into_iter();
        Self {
            unit: intake.unit,
            contact: intake.contact,
            telephone: intake.telephone,
            letter_number: intake.letter_number,
            received_on: intake.received_on,
            incoming_id: intake.incoming_id,
            materials: materials.map(|(id, one)| (id, found(one))).collect(),
        }
    }

    /// How often it was given back is not a window's to say.
    pub(crate) fn kept(self) -> Intake {
        let found = |found: MaterialFound| Found {
            stands: found.stands.kept(),
            reason: found.reason,
        };
        let materials = self.materials.into_iter();
        Intake {
            unit: self.unit,
            contact: self.contact,
            telephone: self.telephone,
            letter_number: self.letter_number,
            received_on: self.received_on,
            incoming_id: self.incoming_id,
            materials: materials.map(|(id, one)| (id, found(one))).collect(),
            returns: Vec::new(),
        }
    }
}

/// A material that such a draft comes with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MaterialRow {
    /// Its name.
    pub id: String,
    /// 起草说明
    pub title: String,
    /// With which documents, in words.
    pub of: String,
    /// The law with its number and clause, or that it is practice.
    pub law: String,
    /// Whether no law asks for it in this form (惯例).
    pub practice: bool,
    /// What else is to be known.
    pub note: String,
    /// Whether it can be said not to be needed.
    pub may_be_left_out: bool,
}

/// It was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IntakeReturned {
    /// On this day, as ISO text.
    pub on: String,
    /// By whom.
    pub by: String,
    /// What was missing, each with what was written beside it.
    pub lacks: Vec<String>,
    /// What else was said.
    pub reason: String,
}

/// What follows of what is said of a 代拟稿.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IntakeView {
    /// What it comes with, in the order in which that is gone through.
    pub materials: Vec<MaterialRow>,
    /// The day on which the sources were looked at.
    pub checked_on: String,
    /// The names of what is missing: nothing goes for review as long as something is.
    pub lacking: Vec<String>,
    /// How often it was given back, the last time last.
    pub returns: Vec<IntakeReturned>,
    /// 收文号 of what it came with; empty: none, or not seen.
    pub incoming_number: String,
}

/// A registered document that a 代拟稿 came with.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IntakeBegin {
    /// Its id.
    pub incoming_id: String,
    /// Which of its files is the text; `None`: the first that can be read.
    pub file_id: Option<String>,
}

/// A draft that was begun from what came.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IntakeBegun {
    /// The draft.
    pub draft: DraftRow,
    /// The name of the file that it says; empty: none could be read, and it says nothing yet.
    pub file: String,
}

/// A 代拟稿 to be given back to who wrote it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IntakeReturn {
    /// Id of the draft.
    pub id: String,
    /// What is to be said beyond what is missing.
    pub reason: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<IntakeBegin, IntakeBegun>("intake_begin", P::Draft, W::Desk, &[T::Drafts, T::Issued]),
    row::<IntakeReturn, ()>(
        "intake_return",
        P::Draft,
        W::Record,
        &[T::Issued, T::Incoming],
    )
    .served(|c, a| serve(c, a, give_back))
    .handled(issued::give_back),
];

fn give_back(caller: &dyn Caller, args: IntakeReturn) -> Result<(), ApiError> {
    let back = GiveBack {
        id: args.id,
        reason: args.reason,
    };
    do_now(caller, "intake_return", &back)
}

/// What follows of what is said of a draft; `None` for what was written here.
///
/// # Errors
/// The store's own.
pub fn view(caller: &dyn Caller, sheet: &Sheet) -> Result<Option<IntakeView>, ApiError> {
    let Some(intake) = &sheet.intake else {
        return Ok(None);
    };
    let materials = issued::asked_materials(sheet).into_iter();
    let materials = materials.map(|(material, _)| MaterialRow {
        id: material.id.to_string(),
        title: material.title.clone(),
        of: material.of.clone(),
        law: cited(
            &material.source.law,
            &material.source.number,
            &material.source.clause,
        ),
        practice: material.source.certainty == Certainty::Practice,
        note: material.source.note.clone(),
        may_be_left_out: issued::may_be_left_out(sheet, material),
    });
    let lacking = issued::lacking(sheet).into_iter();
    let number = caller
        .look()
        .read(|view| view.incoming(&intake.incoming_id));
    Ok(Some(IntakeView {
        materials: materials.collect(),
        checked_on: Materials::known().checked_on.to_string(),
        lacking: lacking.map(|lack| lack.title).collect(),
        returns: intake.returns.iter().map(returned).collect(),
        incoming_number: number.map_or_else(|_| String::new(), |record| record.number),
    }))
}

fn returned(returned: &Returned) -> IntakeReturned {
    IntakeReturned {
        on: returned.on.clone(),
        by: returned.by.clone(),
        lacks: returned.lacks.iter().map(lack).collect(),
        reason: returned.reason.clone(),
    }
}

/// 起草说明（没有写明依据）
fn lack(lack: &Lack) -> String {
    match lack.reason.as_str() {
        "" => lack.title.clone(),
        reason => format!("{}（{reason}）", lack.title),
    }
}

/// Why it was given back, as the slip says it.
pub fn why(returned: &Returned) -> String {
    let returned = self::returned(returned);
    let lacks = match returned.lacks.is_empty() {
        true => String::new(),
        false => text::sentence(
            "intake.why",
            &[("materials".to_owned(), returned.lacks.join("、"))].into(),
        ),
    };
    format!("{lacks}{}", returned.reason)
}

/// What the register says of it; empty where it was not given back.
pub(crate) fn given_back(kept: &str) -> String {
    let Ok(returned) = serde_json::from_str::<Returned>(kept) else {
        return String::new();
    };
    let fields = [
        ("day".to_owned(), returned.on.clone()),
        ("why".to_owned(), why(&returned)),
    ];
    text::sentence("intake.given_back", &fields.into())
}
