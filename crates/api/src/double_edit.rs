//! 两处修改: what two people changed without knowing of each other, and the choice between the two.

use andu_app::double_edit;
use andu_store::DoubleEdit;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{acted, serve},
    draft::CommandOutcome,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
};

/// Something that two people changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoubleEditRow {
    /// Id.
    pub id: String,
    /// The kind of record: `vocabulary_agency`, `vocabulary_person`, `vocabulary_phrase`, `template`,
    /// `contact` or `telephone`.
    pub entity: String,
    /// What the record is called.
    pub label: String,
    /// The column; empty where one of the two took the whole record out.
    pub field: String,
    /// What stands; of a whole record its fields, one a line; empty where it was taken out.
    pub kept_value: String,
    /// What stands, to be handed back with the choice.
    pub seen: String,
    /// Who it is from; empty where nobody noted it.
    pub kept_by: String,
    /// What the reader wanted instead, in the same way.
    pub lost_value: String,
    /// It is still to be chosen.
    pub open: bool,
    /// The steps, oldest first.
    pub history: Vec<DoubleEditStep>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoubleEditStep {
    /// An instant in UTC; empty where nobody noted it.
    pub at: String,
    /// Who; empty where nobody noted it.
    pub by: String,
    /// `stood`, `wanted`, `kept`, `adopted` or `overtaken`.
    pub step: String,
    /// The value.
    pub value: String,
}

/// The choice.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DoubleEditSettle {
    /// Id.
    pub id: String,
    /// Take one's own value; otherwise what stands goes on standing.
    pub adopt: bool,
    /// What stood when it was chosen.
    pub seen: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, Vec<DoubleEditRow>>("double_edit_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<DoubleEditSettle, CommandOutcome>(
        "double_edit_settle",
        P::KeepVocabulary,
        W::Act,
        &[T::Vocabulary, T::Sync],
    )
    .served(|c, a| serve(c, a, |c, a| settle(c, "double_edit_settle", a)))
    .handled(double_edit::settle),
    row::<DoubleEditSettle, CommandOutcome>(
        "contact_settle",
        P::KeepOrganisation,
        W::Act,
        &[T::Organisation, T::Sync],
    )
    .served(|c, a| serve(c, a, |c, a| settle(c, "contact_settle", a)))
    .handled(double_edit::settle),
];

/// More than anybody has to choose about.
const MOST: u32 = 200;

fn list(caller: &dyn Caller, _: Nothing) -> Result<Vec<DoubleEditRow>, ApiError> {
    let found = caller.look().read(|view| view.double_edits(MOST))?;
    Ok(found.into_iter().map(DoubleEditRow::from).collect())
}

impl From<DoubleEdit> for DoubleEditRow {
    fn from(edit: DoubleEdit) -> Self {
        let said = |value: &str| match edit.field.as_str() {
            "" => lines(value),
            _ => value.to_owned(),
        };
        let steps = double_edit::history(&edit).into_iter();
        Self {
            kept_value: said(&edit.kept_value),
            lost_value: said(&edit.lost_value),
            history: steps
                .map(|step| DoubleEditStep {
                    value: said(&step.value),
                    at: step.at,
                    by: step.by,
                    step: step.step,
                })
                .collect(),
            id: edit.id,
            entity: edit.entity,
            label: edit.label,
            field: edit.field,
            seen: edit.kept_value,
            kept_by: edit.kept_by,
            open: edit.state == "open",
        }
    }
}

/// What a whole record says, for reading: ids and long documents are left out.
fn lines(row: &str) -> String {
    let row: Value = serde_json::from_str(row).unwrap_or_default();
    let fields = row.as_object().into_iter().flatten();
    let said = fields
        .filter(|(name, _)| !name.ends_with("id") && *name != "document")
        .filter_map(|(_, value)| value.as_str())
        .filter(|text| !text.is_empty());
    said.collect::<Vec<_>>().join("\n")
}

fn settle(
    caller: &dyn Caller,
    kind: &'static str,
    args: DoubleEditSettle,
) -> Result<CommandOutcome, ApiError> {
    let args = double_edit::Settle {
        id: args.id,
        adopt: args.adopt,
        seen: args.seen,
    };
    acted(caller, kind, &args)
}
