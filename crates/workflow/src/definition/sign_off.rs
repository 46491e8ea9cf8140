//! How people decide in a step: who, in which order, when it has passed, and what they may do besides.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guard, Overdue, Span, StepLimit, Who};
use crate::Key;

/// A step that people do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it is called on the button, 审核通过.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub act: String,
    /// Who decides, and how.
    pub sign_off: SignOff,
    /// Whether words are asked for.
    #[serde(default, skip_serializing_if = "Opinion::is_optional")]
    pub opinion: Opinion,
    /// What may be done besides deciding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may: Vec<May>,
    /// What each item is here; what is not named is read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<Key, Access>,
    /// What must hold before it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<Guard>,
    /// What a refusal does.
    #[serde(default, skip_serializing_if = "Refused::goes_on")]
    pub refused: Refused,
    /// Whoever decides here decides about these very words: when they change later, it comes back here (复审).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub binds: bool,
    /// Never decided without a network (用印, 终审).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub online: bool,
    /// How long it may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<StepLimit>,
    /// The item with the day until which it should be done; where nothing is entered, there is no such day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Key>,
    /// May be done for many at once (圈阅, 已阅): it asks for no words, enters nothing and binds to nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub batch: bool,
    /// Steps with the same word are done one at a time, in any order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Key>,
    /// Only while this other node is being done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_while: Option<Key>,
    /// What is said here stays with its readers (批示原件): whoever takes part only in steps with a `copy` does not see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub original: bool,
    /// The item with the copy (批示抄清) that is read here instead of originals; once one is there, it is not begun
    /// before the copy is entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Key>,
}

impl Step {
    /// Whether it may be done for many at once: it says so, and asks for nothing that is about one alone.
    #[must_use]
    pub fn in_batches(&self) -> bool {
        let asks = self
            .fields
            .values()
            .any(|access| *access == Access::Require);
        self.batch && self.opinion.is_optional() && !self.binds && !asks && self.complete.is_none()
    }

    /// What happens when its time is over: what its limit says; where only the day is entered for each document,
    /// those who have not acted are reminded, and once more each day, five times in all.
    #[must_use]
    pub fn overdue(&self) -> Vec<Overdue> {
        match (&self.limit, &self.due) {
            (Some(limit), _) => limit.overdue.clone(),
            (None, Some(_)) => vec![Overdue::Remind {
                times: 5,
                every: Span::Days(1),
            }],
            (None, None) => Vec::new(),
        }
    }
}

/// Who decides, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOff {
    /// Who.
    pub seats: Vec<Seat>,
    /// In which order.
    #[serde(default, skip_serializing_if = "Order::is_beside")]
    pub order: Order,
    /// When it has passed.
    #[serde(default, skip_serializing_if = "Passing::is_all")]
    pub passing: Passing,
    /// Everybody is heard, even when the result is certain before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hears_all: bool,
    /// What happens where nobody is found.
    #[serde(default, skip_serializing_if = "Empty::refuses")]
    pub empty: Empty,
    /// What happens to whoever has decided before, or began it.
    #[serde(default, skip_serializing_if = "Repeated::asks")]
    pub repeated: Repeated,
}

/// A seat in a step: the people of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Who sits there.
    pub who: Who,
    /// The weight of each one's vote, from 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: u32,
    /// Each one's refusal is the refusal of all (一票否决).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub veto: bool,
}

fn one() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_one(weight: &u32) -> bool {
    *weight == 1
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// All at once.
    #[default]
    Beside,
    /// One after another.
    InTurn,
    /// Whoever takes it first (任一人办理 after 领取): the others give way until it is given back.
    Claim,
}

impl Order {
    fn is_beside(&self) -> bool {
        *self == Self::Beside
    }
}

/// When a step has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Passing {
    /// Everybody agrees.
    #[default]
    All,
    /// The first decision counts (任一人办理).
    Any,
    /// At least so many of every hundred agree.
    Percent(u32),
    /// At least so many agree.
    Count(u32),
    /// The weights of those who agree come to at least this.
    Weight(u32),
}

impl Passing {
    /// Whether everybody has to agree.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// What happens where nobody is found who may decide.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Empty {
    /// The act that leads here is refused and says so.
    #[default]
    Refuse,
    /// It counts as passed; the record says why.
    Skip,
    /// Others decide.
    HandTo(Vec<Who>),
}

impl Empty {
    fn refuses(&self) -> bool {
        *self == Self::Refuse
    }
}

/// What happens to somebody who has decided in the step before, or who began the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repeated {
    /// Asked again.
    #[default]
    Ask,
    /// Counts as agreeing; the record says why.
    Skip,
    /// The one above decides instead.
    HandUp,
}

impl Repeated {
    fn asks(&self) -> bool {
        *self == Self::Ask
    }
}

/// Whether words are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// Not needed; a circle (圈阅) is enough.
    #[default]
    Optional,
    /// Needed for a refusal.
    ForRefusal,
    /// Always needed.
    Required,
}

impl Opinion {
    fn is_optional(&self) -> bool {
        *self == Self::Optional
    }
}

/// What may be done in a step besides deciding.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum May {
    /// Somebody decides before (先送…审).
    AddBefore,
    /// Somebody decides after (再送…审).
    AddAfter,
    /// Somebody decides as well (加送会签).
    AddBeside,
    /// Somebody no longer decides (取消会签).
    TakeOut,
    /// Somebody else decides instead (移交).
    Transfer,
    /// Somebody gives an opinion and it comes back (请…提意见).
    Delegate,
    /// Somebody is asked while it stays (征求意见).
    Consult,
    /// It goes back to an earlier step (退回).
    Return,
    /// The words are changed.
    Revise,
    /// What was suggested to be changed is accepted or rejected (定稿).
    Settle,
}

/// What an item is in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// May be entered.
    Write,
    /// Must be entered.
    Require,
    /// Is read.
    Read,
    /// Is not shown.
    Hide,
}

/// What a refusal does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Refused {
    /// The flows that follow ask for it.
    #[default]
    GoOn,
    /// It goes back to an earlier step.
    Back(Key),
    /// All is over.
    Stop,
}

impl Refused {
    fn goes_on(&self) -> bool {
        *self == Self::GoOn
    }
}
