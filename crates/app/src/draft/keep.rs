//! Keeping what a finding is about, with a reason that stays with the draft.

use andu_store::KeptFinding;
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{answer, own_draft};
use crate::{Call, Refusal};

/// Keeps a finding.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// Id of the draft.
    pub id: String,
    /// Key of the finding.
    pub key: String,
    /// Why; empty takes the keeping back.
    pub reason: String,
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Keeps a finding with its reason, or takes the keeping back.
///
/// # Errors
/// `draft.reason_too_long`.
pub fn keep(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Keep = serde_json::from_value(args)?;
    call.about(&args.id);
    let draft = own_draft(call, &args.id)?;
    if args.reason.chars().count() > LONGEST_REASON {
        return Err(Refusal::Rejected(
            Reason::new("draft.reason_too_long").with("limit", LONGEST_REASON),
        ));
    }
    let kept = KeptFinding {
        finding_key: args.key,
        reason: args.reason.trim().to_owned(),
    };
    let person = call.actor.id.as_text();
    call.tx
        .kept_finding_put(&draft.id, &kept, &person, &call.command.claimed_at)?;
    Ok(answer(&draft))
}
