//! 份号 register: who has which copy of an issued document, and when it came back.

use andu_base::Date;
use andu_store::{CopyGiven, DraftRecord, DraftState};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::keep_copy;
use crate::{
    Call, Refusal,
    organisation::derived,
    vocabulary::{needed, optional},
};

/// Copies given or taken back at once.
const MOST_COPIES: u32 = 1_000;
/// 份号 has six digits (GB/T 9704-2012, 7.2.1).
const LARGEST_COPY: u32 = 999_999;

/// Copies that go to somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiesGive {
    /// The document.
    pub draft_id: String,
    /// The first 份号.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// The unit or person.
    pub receiver: String,
    /// What else is said of it; may be empty.
    pub note: String,
    /// The day.
    pub given_on: Date,
}

/// Copies that came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiesRecall {
    /// The document.
    pub draft_id: String,
    /// The first 份号.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// The day.
    pub recalled_on: Date,
}

/// An issued document of the actor's agency.
fn issued(call: &Call<'_, '_>, draft_id: &str) -> Result<DraftRecord, Refusal> {
    let draft = call.tx.reader().draft_if_there(draft_id)?;
    let draft = draft.filter(|draft| draft.agency_id == call.actor.agency_id.as_text());
    let draft = draft.ok_or_else(|| Refusal::because("draft.not_there"))?;
    let is_numbered = !draft.issue_number.is_empty();
    match draft.state {
        DraftState::Submitted | DraftState::Closed if is_numbered => Ok(draft),
        DraftState::Submitted
        | DraftState::Closed
        | DraftState::Drafting
        | DraftState::Discarded
        | DraftState::Incoming
        | DraftState::Supervision => Err(Refusal::because("copy.not_issued")),
    }
}

fn check_range(first: u32, last: u32) -> Result<(), Refusal> {
    let many = last.checked_sub(first).map(|more| more + 1);
    let fits = many.is_some_and(|many| many <= MOST_COPIES);
    if fits && (1..=LARGEST_COPY).contains(&first) && last <= LARGEST_COPY {
        return Ok(());
    }
    let reason = Reason::new("copy.range").with("limit", MOST_COPIES);
    Err(Refusal::Rejected(reason.with("largest", LARGEST_COPY)))
}

/// Notes who gets which copies.
///
/// # Errors
/// `draft.not_there`, `copy.not_issued`, `copy.range`, `copy.taken` if one of them is out, `copy.future`.
pub fn give_copies(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: CopiesGive = serde_json::from_value(args)?;
    call.about(&args.draft_id);
    let draft = issued(call, &args.draft_id)?;
    check_range(args.first, args.last)?;
    if args.given_on > call.today() {
        return Err(Refusal::because("copy.future"));
    }
    let receiver = needed("领取单位或人员", &args.receiver, 100)?;
    let note = optional("备注", &args.note, 200)?;
    let held = call.tx.reader().copies_of(&draft.id)?;
    let out = |number: u32| {
        let mut out = held.iter().filter(|copy| copy.recalled_on.is_empty());
        out.find(|copy| copy.copy_number == number)
    };
    for number in args.first..=args.last {
        if let Some(copy) = out(number) {
            let reason = Reason::new("copy.taken").with("number", format!("{number:06}"));
            return Err(Refusal::Rejected(reason.with("receiver", &copy.receiver)));
        }
        let command = call.command.id.as_text();
        let id = derived(&["copy", &command, &number.to_string()]);
        let copy = CopyGiven {
            id: id.hyphenated().to_string(),
            agency_id: draft.agency_id.clone(),
            draft_id: draft.id.clone(),
            copy_number: number,
            receiver: receiver.clone(),
            note: note.clone(),
            given_on: args.given_on.to_string(),
            recalled_on: String::new(),
            entered_by: call.actor.id.as_text(),
            entered_at: call.now.to_owned(),
        };
        keep_copy(call, &copy)?;
    }
    Ok(json!({ "numbers": [] }))
}

/// Notes that copies came back (清退).
///
/// # Errors
/// `draft.not_there`, `copy.not_issued`, `copy.range`, `copy.not_out` if one of them is not out, `copy.future`.
pub fn recall_copies(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: CopiesRecall = serde_json::from_value(args)?;
    call.about(&args.draft_id);
    let draft = issued(call, &args.draft_id)?;
    check_range(args.first, args.last)?;
    let day = args.recalled_on.to_string();
    if args.recalled_on > call.today() {
        return Err(Refusal::because("copy.future"));
    }
    let held = call.tx.reader().copies_of(&draft.id)?;
    for number in args.first..=args.last {
        let mut out = held.iter().filter(|copy| copy.recalled_on.is_empty());
        let copy = out.find(|copy| copy.copy_number == number && copy.given_on <= day);
        let Some(copy) = copy else {
            let reason = Reason::new("copy.not_out").with("number", format!("{number:06}"));
            return Err(Refusal::Rejected(reason));
        };
        let copy = CopyGiven {
            recalled_on: day.clone(),
            ..copy.clone()
        };
        keep_copy(call, &copy)?;
    }
    Ok(json!({ "numbers": [] }))
}
