//! Joining (并入): what a desk that worked alone brings to a server, its review, and the decision about it.

use andu_app::joining::{self, Brought, ChoiceKind, Matched, Reviewed, TakenNumber};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{do_now, serve},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
    text,
};

/// A line of the list of offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JoiningRow {
    /// The offer.
    pub id: String,
    /// Who joins.
    pub person: String,
    /// Bytes in all.
    pub bytes: u64,
    /// `arriving`, `whole`, `applied`, `refused`.
    pub state: String,
    /// Instant in UTC.
    pub offered_at: String,
    /// Instant in UTC; empty before.
    pub decided_at: String,
}

/// A department or a person of an offer, and who that is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JoiningMatch {
    /// `department` or `person`.
    pub kind: String,
    /// Id as it is brought.
    pub old: String,
    /// Name as it is brought.
    pub name: String,
    /// Id here; empty: it is entered as new.
    pub new: String,
    /// It cannot be chosen.
    pub fixed: bool,
    /// Who or what it may be.
    pub candidates: Vec<JoiningCandidate>,
}

/// Who or what something that is brought may be here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JoiningCandidate {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct JoiningChoice {
    /// `department` or `person`.
    pub kind: String,
    /// Id as it is brought.
    pub old: String,
    /// Id here; empty: enter it as new.
    pub new: String,
}

/// How many of something are brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JoiningCount {
    /// Word of the catalogue: `drafting`, `submitted`, `closed`, `discarded`, or a table.
    pub what: String,
    /// How many.
    pub count: u32,
}

/// A number that another document has here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JoiningTaken {
    /// 发文字号
    pub number: String,
    /// The document that is brought.
    pub title: String,
    /// The document that has the number.
    pub holder: String,
}

/// What taking an offer over does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JoiningReview {
    /// The offer.
    pub id: String,
    /// Who joins.
    pub person: String,
    /// `arriving`, `whole`, `applied`, `refused`.
    pub state: String,
    /// Agency as it is brought.
    pub agency: String,
    /// New drafts by state.
    pub drafts: Vec<JoiningCount>,
    /// New rows by table.
    pub counts: Vec<JoiningCount>,
    /// Rows that were here already.
    pub known: u32,
    /// Numbers that are entered as 补录.
    pub numbers: Vec<String>,
    /// Numbers that are not.
    pub taken: Vec<JoiningTaken>,
    /// Departments and people.
    pub matched: Vec<JoiningMatch>,
    /// Why it was refused, as a sentence.
    pub refused: String,
}

/// Which offer, with choices so far.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct JoiningLook {
    /// The offer.
    pub id: String,
    /// Choices.
    pub choices: Vec<JoiningChoice>,
}

/// A decision.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct JoiningDecide {
    /// The offer.
    pub id: String,
    /// Take it over, or refuse it.
    pub accept: bool,
    /// Why it is refused.
    pub reason: String,
    /// Choices.
    pub choices: Vec<JoiningChoice>,
}

/// Begins to join a server.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct JoinBegin {
    /// Empty: the one that the enrolment code names. Otherwise another way to the same server.
    pub address: String,
    /// The enrolment code from the administrator; empty: go on with the one given before.
    pub code: String,
}

/// Goes on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct JoinConfirm {
    /// Choices.
    pub choices: Vec<JoiningChoice>,
}

/// How far a desk has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JoinStage {
    /// Nothing was begun.
    Alone,
    /// It was begun and not finished; going on needs the server.
    Begun,
    /// Everything is at the server and can be confirmed here.
    Review,
    /// It waits for the agency's records keeper.
    Waiting,
    /// It was refused.
    Refused,
    /// This desk belongs to the server now.
    Joined,
}

/// How far a desk has come, and what it would bring.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct JoinState {
    /// How far.
    pub stage: JoinStage,
    /// Address of the server.
    pub server: String,
    /// Agency and name under which it was enrolled; empty before.
    pub enrolled_as: String,
    /// What is brought.
    pub review: Option<JoiningReview>,
    /// Name of the backup that was made of the store before it joined.
    pub backup: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, Vec<JoiningRow>>("joining_list", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<JoiningLook, JoiningReview>("joining_review", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, review)),
    row::<JoiningDecide, ()>("joining_decide", P::KeepVocabulary, W::Act, &[T::Drafts])
        .served(|c, a| serve(c, a, decide))
        .handled(joining::decide),
    row::<JoinBegin, JoinState>("join_begin", P::Member, W::Desk, &[T::Sync]),
    row::<Nothing, JoinState>("join_state", P::Member, W::Desk, &[]),
    row::<JoiningLook, JoiningReview>("join_review", P::Member, W::Desk, &[]),
    row::<JoinConfirm, JoinState>(
        "join_confirm",
        P::Member,
        W::Desk,
        &[T::Session, T::Sync, T::Drafts, T::Organisation],
    ),
    row::<Nothing, JoinState>("join_abandon", P::Member, W::Desk, &[T::Sync]),
];

fn list(caller: &dyn Caller, _: Nothing) -> Result<Vec<JoiningRow>, ApiError> {
    let offers = caller.look().joinings()?;
    let row = |offer: joining::Offered| JoiningRow {
        id: offer.id,
        person: offer.person,
        bytes: offer.bytes,
        state: offer.state,
        offered_at: offer.offered_at,
        decided_at: offer.decided_at,
    };
    Ok(offers.into_iter().map(row).collect())
}

/// Choices as the use case takes them.
///
/// # Errors
/// For a kind that there is not.
pub fn chosen(choices: &[JoiningChoice]) -> Result<Vec<joining::Choice>, ApiError> {
    let kind = |word: &str| match word {
        "department" => Ok(ChoiceKind::Department),
        "person" => Ok(ChoiceKind::Person),
        _ => Err(text::error("joining.not_there")),
    };
    let one = |choice: &JoiningChoice| {
        Ok(joining::Choice {
            kind: kind(&choice.kind)?,
            old: choice.old.clone(),
            new: choice.new.clone(),
        })
    };
    choices.iter().map(one).collect()
}

/// Looks at an offer in the store of the server.
///
/// # Errors
/// Those of what is brought.
pub fn review(caller: &dyn Caller, args: JoiningLook) -> Result<JoiningReview, ApiError> {
    let reviewed = caller.look().joining(&args.id, &chosen(&args.choices)?)?;
    Ok(shown(args.id, reviewed))
}

fn candidates(known: Vec<(String, String)>) -> Vec<JoiningCandidate> {
    let one = |(id, name)| JoiningCandidate { id, name };
    known.into_iter().map(one).collect()
}

fn shown(id: String, reviewed: Reviewed) -> JoiningReview {
    let (departments, people) = (
        candidates(reviewed.departments),
        candidates(reviewed.people),
    );
    let Brought {
        agency,
        matched,
        counts,
        known,
        drafts,
        numbers,
        taken,
        renamed: _,
    } = reviewed.brought;
    let count = |(what, count): (String, u32)| JoiningCount { what, count };
    let one = |matched: Matched| JoiningMatch {
        candidates: match matched.kind {
            ChoiceKind::Department => departments.clone(),
            ChoiceKind::Person => people.clone(),
        },
        kind: match matched.kind {
            ChoiceKind::Department => "department".into(),
            ChoiceKind::Person => "person".into(),
        },
        old: matched.old,
        name: matched.name,
        new: matched.new,
        fixed: matched.fixed,
    };
    let taken_one = |taken: TakenNumber| JoiningTaken {
        number: taken.number,
        title: taken.title,
        holder: taken.holder,
    };
    JoiningReview {
        id,
        person: reviewed.person,
        state: reviewed.state,
        agency,
        drafts: drafts.into_iter().map(count).collect(),
        counts: counts.into_iter().map(count).collect(),
        known,
        numbers,
        taken: taken.into_iter().map(taken_one).collect(),
        matched: matched.into_iter().map(one).collect(),
        refused: reviewed
            .refused
            .map_or_else(String::new, |reason| text::reason_sentence(&reason)),
    }
}

fn decide(caller: &dyn Caller, args: JoiningDecide) -> Result<(), ApiError> {
    let args = joining::Decide {
        id: args.id,
        accept: args.accept,
        reason: args.reason,
        choices: chosen(&args.choices)?,
    };
    do_now(caller, "joining_decide", &args)
}
