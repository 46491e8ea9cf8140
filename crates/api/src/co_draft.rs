//! 共同起草: who writes along in a draft, who wrote what, and what came after the text was frozen.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_app::{Refusal, draft};
use andu_document::{Block, OfficialDocument, Run};
use andu_draft::compare;
use andu_org::Named;
use andu_store::{LateBranch, LateState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{acted, serve},
    draft::{CommandOutcome, DraftRef},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
    text,
};

/// Somebody who was invited to write along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CoDrafterRow {
    /// Id of the invitation.
    pub id: String,
    /// Who.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// When: an instant in UTC.
    pub invited_at: String,
    /// The last day; `None`: until removed.
    pub through_on: Option<String>,
    /// Whether the person writes along today.
    pub lasts: bool,
}

/// What came of somebody after the text was frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LateRow {
    /// Id.
    pub id: String,
    /// Who.
    pub name: String,
    /// `frozen`, `removed` or `gap`.
    pub cause: String,
    /// How many edits there are.
    pub edits: u32,
    /// When the first was written: an instant in UTC.
    pub first_at: String,
    /// When the last was written.
    pub last_at: String,
    /// `open`, `accepted` or `declined`.
    pub state: String,
}

/// How a draft is written together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CoDraft {
    /// Name of the author.
    pub author: String,
    /// Whether the one who asks is the author, who alone invites and decides.
    pub is_author: bool,
    /// Whether this store asks a server: without one nobody else can write along.
    pub has_server: bool,
    /// Those who were invited, in that order; ended invitations too.
    pub people: Vec<CoDrafterRow>,
    /// Late edits by person.
    pub late: Vec<LateRow>,
    /// Edits and acts about this draft that wait to be sent.
    pub unsent: u32,
}

/// Invites somebody to write along.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CoDrafterInvite {
    /// Id of the draft.
    pub id: String,
    /// Who.
    pub person_id: String,
    /// The last day; `None`: until removed.
    pub through_on: Option<String>,
}

/// Ends an invitation.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CoDrafterRemove {
    /// Id of the draft.
    pub id: String,
    /// Id of the invitation.
    pub invitation_id: String,
}

/// Late edits of somebody.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LateRef {
    /// Id of the draft.
    pub id: String,
    /// Id of the late edits.
    pub branch_id: String,
}

/// Decides about late edits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LateSettle {
    /// Id of the draft.
    pub id: String,
    /// Id of the late edits.
    pub branch_id: String,
    /// Take them in; otherwise they are left out and kept.
    pub accept: bool,
}

/// Somebody's colleagues who may be invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Colleague {
    /// Id.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// 内设机构
    pub department: String,
    /// 职务
    pub post: String,
}

/// A paragraph, with what differs from the submitted text marked in its runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LateLine {
    /// What it says.
    pub runs: Vec<Run>,
}

/// The submitted text, what the late edits make of it, and what would come of taking them in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LateView {
    /// Whose they are.
    pub late: LateRow,
    /// 送审稿
    pub submitted: Vec<LateLine>,
    /// 迟到修改
    pub edited: Vec<LateLine>,
    /// 合并后
    pub merged: Vec<LateLine>,
    /// Whether they can be taken in now: the text is not frozen.
    pub can_accept: bool,
}

/// Characters that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuthorSpan {
    /// Place of the text, such as `title` or `body/3`.
    pub place: String,
    /// First character, counted from 0 in the text of the place.
    pub start: u32,
    /// After the last character.
    pub end: u32,
    /// Who; empty for what was there from the beginning (imported, or from a template).
    pub person_id: String,
    /// Name; empty as above.
    pub name: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftRef, CoDraft>("co_drafter_list", P::Draft, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<Nothing, Vec<Colleague>>("co_drafter_choose", P::Draft, W::None, &[])
        .served(|c, a| serve(c, a, choose)),
    row::<CoDrafterInvite, CommandOutcome>(
        "co_drafter_invite",
        P::Draft,
        W::Act,
        &[T::Drafts, T::CoDraft],
    )
    .served(|c, a| serve(c, a, invite))
    .handled(draft::invite),
    row::<CoDrafterRemove, CommandOutcome>(
        "co_drafter_remove",
        P::Draft,
        W::Act,
        &[T::Drafts, T::CoDraft],
    )
    .served(|c, a| serve(c, a, remove))
    .handled(draft::end_invitation),
    row::<LateRef, LateView>("late_view", P::Draft, W::None, &[]).served(|c, a| serve(c, a, view)),
    row::<LateSettle, CommandOutcome>("late_settle", P::Draft, W::Act, &[T::Drafts, T::CoDraft])
        .served(|c, a| serve(c, a, settle))
        .handled(draft::settle_late),
    row::<DraftRef, Vec<AuthorSpan>>("draft_authorship", P::Draft, W::None, &[])
        .served(|c, a| serve(c, a, authorship)),
];

fn late_row(branch: &LateBranch) -> LateRow {
    let state = match branch.state {
        LateState::Open => "open",
        LateState::Accepted => "accepted",
        LateState::Declined => "declined",
    };
    LateRow {
        id: branch.id.clone(),
        name: branch.actor_name.clone(),
        cause: branch.cause.clone(),
        edits: branch.updates,
        first_at: branch.first_at.clone(),
        last_at: branch.last_at.clone(),
        state: state.to_owned(),
    }
}

fn list(caller: &dyn Caller, args: DraftRef) -> Result<CoDraft, ApiError> {
    let (me, today) = (caller.actor().id.as_text(), caller.today().to_string());
    let (found, has_server) = caller.look().read(|view| -> Result<_, Refusal> {
        Ok((view.written_together(&args.id)?, view.has_server()))
    })?;
    let people = found.people.into_iter().map(|known| CoDrafterRow {
        lasts: known.removed_at.is_empty()
            && (known.through_on.is_empty() || known.through_on >= today),
        id: known.id,
        person_id: known.person_id,
        name: known.person_name,
        invited_at: known.invited_at,
        through_on: Some(known.through_on).filter(|day| !day.is_empty()),
    });
    Ok(CoDraft {
        is_author: found.draft.author_id == me,
        author: found.draft.author_name,
        has_server,
        people: people.collect(),
        late: found.late.iter().map(late_row).collect(),
        unsent: found.unsent,
    })
}

fn choose(caller: &dyn Caller, _: Nothing) -> Result<Vec<Colleague>, ApiError> {
    let (me, today) = (caller.actor().id, caller.today());
    let agency = caller.actor().agency_id;
    let organisation = caller.look().read(|view| view.organisation(agency))?;
    let own = caller.actor().department_id;
    let mut all: Vec<(bool, Colleague)> = organisation
        .members
        .iter()
        .filter(|member| member.id != me)
        .filter_map(|member| {
            let title = organisation
                .titles_on(member.id, today)
                .into_iter()
                .next()?;
            let named = |kind, id: String| organisation.name_on(kind, &id, today).to_owned();
            let colleague = Colleague {
                person_id: member.id.as_text(),
                name: named(Named::Person, member.id.as_text()),
                department: named(Named::Department, title.department_id.as_text()),
                post: named(Named::Post, title.appointment.post_id.as_text()),
            };
            Some((title.department_id != own, colleague))
        })
        .collect();
    // Those of one's own department first.
    let order = |(far, one): &(bool, Colleague)| (*far, one.department.clone(), one.name.clone());
    all.sort_by_cached_key(order);
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

fn invite(caller: &dyn Caller, args: CoDrafterInvite) -> Result<CommandOutcome, ApiError> {
    let has_server = caller
        .look()
        .read(|view| Ok::<_, Refusal>(view.has_server()))?;
    if !has_server {
        return Err(text::error("co_drafter.no_server"));
    }
    let person_id = args.person_id.parse();
    let through_on = args.through_on.map(|day| day.parse()).transpose();
    let args = draft::Invite {
        id: args.id,
        invitation_id: caller.new_id(),
        person_id: person_id.map_err(|_| text::error("co_drafter.not_a_colleague"))?,
        through_on: through_on.map_err(|_| text::error("co_drafter.past"))?,
    };
    acted(caller, "co_drafter_invite", &args)
}

fn remove(caller: &dyn Caller, args: CoDrafterRemove) -> Result<CommandOutcome, ApiError> {
    acted(caller, "co_drafter_remove", &args)
}

fn settle(caller: &dyn Caller, args: LateSettle) -> Result<CommandOutcome, ApiError> {
    acted(caller, "late_settle", &args)
}

fn view(caller: &dyn Caller, args: LateRef) -> Result<LateView, ApiError> {
    let found = caller
        .look()
        .read(|view| view.late(&args.id, &args.branch_id))?;
    let is_open = found.branch.state == LateState::Open;
    Ok(LateView {
        late: late_row(&found.branch),
        edited: against(&found.submitted, &found.edited),
        merged: against(&found.submitted, &found.merged),
        submitted: against(&found.submitted, &found.submitted),
        can_accept: is_open && found.draft.state == andu_store::DraftState::Drafting,
    })
}

/// Title and paragraphs of `document`, marked where they differ from `base`; what is gone is kept in them.
fn against(base: &OfficialDocument, document: &OfficialDocument) -> Vec<LateLine> {
    let compared = compare(base, document);
    let body = compared.marked.body.into_iter().map(|block| match block {
        Block::Paragraph { runs, .. } | Block::Centered { runs } => runs,
        Block::Heading { runs, run_in, .. } => [runs, run_in].concat(),
        other => vec![Run::plain(other.text())],
    });
    std::iter::once(compared.title)
        .chain(body)
        .map(|runs| LateLine { runs })
        .collect()
}

fn authorship(caller: &dyn Caller, args: DraftRef) -> Result<Vec<AuthorSpan>, ApiError> {
    let written = caller.look().read(|view| view.authorship(&args.id))?;
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut all: Vec<AuthorSpan> = Vec::new();
    for part in written {
        let (start, end) = (small(part.span.start), small(part.span.end));
        match all.last_mut() {
            // One person's sessions that follow each other are one span.
            Some(last)
                if last.place == part.span.place
                    && last.end == start
                    && last.person_id == part.person_id =>
            {
                last.end = end;
            }
            _ => all.push(AuthorSpan {
                place: part.span.place,
                start,
                end,
                person_id: part.person_id,
                name: part.name,
            }),
        }
    }
    Ok(all)
}
