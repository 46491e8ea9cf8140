//! 文件清理: what is proposed for an issued document. A proposal changes nothing: the document that is issued at the end
//! of the clearing does.

use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::show::keep;
use crate::{Call, Refusal};

/// What may be proposed: 继续有效, 修改, 废止, 宣布失效; empty takes a proposal back.
pub const CONCLUSIONS: [&str; 5] = ["", "keep", "amend", "repeal", "lapse"];

const LONGEST_NOTE: usize = 500;

/// A proposal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conclude {
    /// The issued document.
    pub id: String,
    /// One of [`CONCLUSIONS`].
    pub conclusion: String,
    /// Why.
    pub note: String,
}

/// Keeps what is proposed for an issued document of the actor's agency.
///
/// # Errors
/// `issued.not_there`; `issued.unknown_word`; `issued.too_long`; `issued.not_in_force` for one that is gone already.
pub fn conclude(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Conclude = serde_json::from_value(args)?;
    call.about(&args.id);
    let agency_id = call.actor.agency_id.as_text();
    let found = call.tx.reader().issued(&args.id)?;
    let found = found.filter(|record| record.agency_id == agency_id);
    let mut record = found.ok_or_else(|| Refusal::because("issued.not_there"))?;
    if !CONCLUSIONS.contains(&args.conclusion.as_str()) {
        return Err(Refusal::because("issued.unknown_word"));
    }
    if args.note.chars().count() > LONGEST_NOTE {
        return Err(Refusal::because("issued.too_long"));
    }
    if !record.status_on(&call.today().to_string()).is_in_force() {
        let reason = Reason::new("issued.not_in_force").with("number", &record.number);
        return Err(Refusal::Rejected(reason));
    }
    record.conclusion = args.conclusion;
    record.conclusion_note = args.note.trim().to_owned();
    record.concluded_by.clone_from(&call.actor.name);
    call.now.clone_into(&mut record.concluded_at);
    call.now.clone_into(&mut record.changed_at);
    keep(call, &record)?;
    Ok(json!({ "id": record.id }))
}
