//! 迟到修改: updates that came after their text was frozen, from somebody whose time was over, or that build
//! on such. They stand aside of the text, by person, until the author takes them into the next round or
//! leaves them out. Nothing of them is lost either way.

use andu_draft::{DraftText, Writer};
use andu_store::{DraftRecord, DraftState, LateBranch, LateState, LateUpdate, TextUpdate};
use andu_sync::Reason;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    answer,
    co_draft::{show, show_frozen},
    create::append,
    describe, own_draft, put_find_entry, read_text,
    text::{fresh, keep_envelope, leaves_out},
};
use crate::{Call, Refusal};

/// Why an update stands aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The text was submitted.
    Frozen,
    /// The person does not write along any more.
    Removed,
    /// It builds on others that stand aside.
    Gap,
}

impl Cause {
    const fn name(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Removed => "removed",
            Self::Gap => "gap",
        }
    }
}

/// Late updates of one person in one draft that nobody has decided about, at most.
const MOST_WAITING: u32 = 5_000;

/// Decides about somebody's late updates.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleLate {
    /// Id of the draft.
    pub id: String,
    /// Which late updates.
    pub branch_id: String,
    /// Take them into the text; otherwise they are left out and kept.
    pub accept: bool,
}

/// The answer to an update that stands aside. Desks look at `late`.
pub(super) fn kept_aside(draft: &DraftRecord, cause: Cause) -> Value {
    json!({ "id": draft.id, "late": cause.name() })
}

/// Whether an answer says that the update stands aside.
pub(crate) fn is_kept_aside(answer: &Value) -> bool {
    answer["late"].is_string()
}

/// Keeps an update aside.
///
/// # Errors
/// `draft.text_gap` where it builds on what is nowhere, `draft.client_taken`, `late.too_many`,
/// `draft.text_unreadable`.
pub(super) fn keep(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    update: &[u8],
    (ids, cause): (&[Writer], Cause),
) -> Result<(), Refusal> {
    let actor_id = call.actor.id.as_text();
    let reader = call.tx.reader();
    let branches = reader.late_branches(&draft.id)?;
    let mut text = read_text(reader, &draft.id)?;
    let against = text.to_document()?.document;
    aside(call, &branches, &actor_id, &mut text)?;
    fresh(&text, ids)?;
    if leaves_out(&text, ids) {
        return Err(Refusal::because("draft.text_gap"));
    }
    text.apply_update(update)?;
    if text.has_pending() {
        return Err(Refusal::because("draft.text_gap"));
    }
    let content = andu_draft::freeze(&text.to_document()?.document);
    let against = andu_draft::freeze(&against);
    let open = branches
        .into_iter()
        .find(|branch| branch.actor_id == actor_id && branch.state == LateState::Open);
    let before = open.as_ref().map(|branch| branch.content_hash.clone());
    let id = call.command.id.as_text();
    let mut branch = open.unwrap_or_else(|| LateBranch {
        id: id.clone(),
        draft_id: draft.id.clone(),
        actor_id,
        actor_name: call.actor.name.clone(),
        cause: cause.name().to_owned(),
        against_hash: against.hash.to_string(),
        content_hash: String::new(),
        updates: 0,
        first_at: call.command.claimed_at.clone(),
        last_at: String::new(),
        state: LateState::Open,
        decided_at: String::new(),
    });
    if branch.updates >= MOST_WAITING {
        return Err(Refusal::Rejected(
            Reason::new("late.too_many").with("limit", MOST_WAITING),
        ));
    }
    branch.updates += 1;
    branch.content_hash = content.hash.to_string();
    branch.last_at.clone_from(&call.command.claimed_at);
    call.tx
        .frozen_text_put(&branch.content_hash, &content.canonical_json)?;
    if branch.updates == 1 {
        call.tx
            .frozen_text_put(&branch.against_hash, &against.canonical_json)?;
        show_frozen(call, draft, &branch.against_hash)?;
    }
    call.tx.late_branch_put(&branch)?;
    let late = LateUpdate {
        command_id: id.clone(),
        draft_id: draft.id.clone(),
        branch_id: branch.id.clone(),
        update: update.to_vec(),
        actor_id: branch.actor_id.clone(),
        device_id: call.command.device.as_text(),
        claimed_at: call.command.claimed_at.clone(),
        received_at: call.now.to_owned(),
    };
    call.tx.late_update_put(&late)?;
    keep_envelope(call, &draft.id)?;
    show_frozen(call, draft, &branch.content_hash)?;
    show_branch(call, draft, &branch)?;
    let row = json!({
        "command_id": late.command_id,
        "draft_id": late.draft_id,
        "branch_id": late.branch_id,
        "update_v1": STANDARD.encode(update),
        "actor_id": late.actor_id,
        "device_id": late.device_id,
        "claimed_at": late.claimed_at,
        "received_at": late.received_at,
    });
    show(call, draft, ("late_update", &id), Some(row))?;
    // What the branch said a moment ago is of no use to anybody.
    match before.filter(|hash| *hash != branch.content_hash) {
        Some(hash) if !call.tx.reader().frozen_text_of_draft(&hash, &draft.id)? => {
            show(call, draft, ("frozen_text", &hash), None)?;
            call.tx.frozen_text_erase(&hash)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Puts into `text` what stands aside of it by one person.
fn aside(
    call: &Call<'_, '_>,
    branches: &[LateBranch],
    actor_id: &str,
    text: &mut DraftText,
) -> Result<(), Refusal> {
    let own = branches
        .iter()
        .filter(|branch| branch.actor_id == actor_id && branch.state != LateState::Accepted);
    for branch in own {
        for late in call.tx.reader().late_updates(&branch.id)? {
            text.apply_update(&late.update)?;
        }
    }
    Ok(())
}

fn show_branch(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    branch: &LateBranch,
) -> Result<(), Refusal> {
    let row = serde_json::to_value(branch)?;
    show(call, draft, ("late_branch", &branch.id), Some(row))
}

/// Takes somebody's late updates into the text of the next round, or leaves them out.
///
/// # Errors
/// `late.not_there`, `late.decided`, `late.withdraw_first` where the text is frozen.
pub fn settle_late(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: SettleLate = serde_json::from_value(args)?;
    call.about(&args.id);
    let mut draft = own_draft(call, &args.id)?;
    let branches = call.tx.reader().late_branches(&draft.id)?;
    let branch = branches.iter().find(|branch| branch.id == args.branch_id);
    let mut branch = branch
        .cloned()
        .ok_or_else(|| Refusal::because("late.not_there"))?;
    if branch.state != LateState::Open {
        return Err(Refusal::because("late.decided"));
    }
    call.now.clone_into(&mut branch.decided_at);
    if !args.accept {
        branch.state = LateState::Declined;
        call.tx.late_branch_put(&branch)?;
        show_branch(call, &draft, &branch)?;
        return Ok(answer(&draft));
    }
    if draft.state != DraftState::Drafting {
        return Err(Refusal::because("late.withdraw_first"));
    }
    let mut text = read_text(call.tx.reader(), &draft.id)?;
    let mut taken = call.tx.reader().late_updates(&branch.id)?;
    for late in &taken {
        text.apply_update(&late.update)?;
    }
    if text.has_pending() {
        // It builds on what was left out before: that comes along.
        let declined = |known: &&LateBranch| {
            known.actor_id == branch.actor_id && known.state == LateState::Declined
        };
        let mut earlier = Vec::new();
        for known in branches.iter().filter(declined) {
            earlier.extend(call.tx.reader().late_updates(&known.id)?);
        }
        for late in &earlier {
            text.apply_update(&late.update)?;
        }
        earlier.append(&mut taken);
        taken = earlier;
    }
    let document = text.to_document()?.document;
    describe(&mut draft, &document);
    call.now.clone_into(&mut draft.changed_at);
    call.tx.draft_put(&draft)?;
    for late in &taken {
        let written = TextUpdate {
            command_id: &late.command_id,
            draft_id: &draft.id,
            update: &late.update,
            actor_id: &late.actor_id,
            device_id: &late.device_id,
            claimed_at: &late.claimed_at,
        };
        append(call, &draft, &written)?;
    }
    call.tx.draft_text_fold(&draft.id, &text.encode_state()?)?;
    put_find_entry(call.tx, &draft, "", &document)?;
    branch.state = LateState::Accepted;
    call.tx.late_branch_put(&branch)?;
    show_branch(call, &draft, &branch)?;
    Ok(answer(&draft))
}
