//! What may happen in a process.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Foreign, Passing, Span, Step};
use crate::Key;

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its name.
    pub id: Key,
    /// Its name for people, 处室核稿.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The group it lies in; `None`: in the process itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Key>,
    /// Whose it is (岗位).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Key>,
    /// The clause that demands it: such a node may not be taken out by an agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What another program's file said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<Foreign>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
pub enum Kind {
    /// Here it begins.
    Start {
        /// What begins it; `None`: somebody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<Trigger>,
    },
    /// Here it ends.
    End {
        /// How.
        #[serde(default, skip_serializing_if = "Ending::is_done")]
        ending: Ending,
    },
    /// People decide.
    Step(Box<Step>),
    /// The program does something by itself, such as 编号.
    Auto {
        /// What.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        act: String,
    },
    /// One way of several, the first whose guard holds.
    Choose,
    /// Every way at once; waits for every way that comes in.
    Parallel,
    /// Every way whose guard holds; waits for those that can still come.
    Inclusive,
    /// Goes on when `need` of the ways that come in have come.
    Gather {
        /// How many, from 1.
        need: u32,
        /// What becomes of the others.
        rest: Rest,
    },
    /// The way whose event comes first.
    Await,
    /// Waits for an event.
    Wait {
        /// For what.
        on: Trigger,
    },
    /// Says that something has happened.
    Throw {
        /// What.
        trigger: Trigger,
    },
    /// A part of the process with its own beginning and end.
    Group {
        /// Done for each of several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        each: Option<Each>,
    },
    /// Another process.
    Call {
        /// Its name.
        process: Key,
        /// Done for each of several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        each: Option<Each>,
        /// Goes on at once without waiting for its end.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        apart: bool,
    },
    /// Something that may happen while another node is being done.
    Boundary {
        /// The node.
        at: Key,
        /// What.
        on: Trigger,
        /// It breaks the node off.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        cancels: bool,
    },
    /// Something of another program's file that this one can keep but not run.
    Foreign {
        /// What it is called there.
        element: String,
    },
}

/// How a process ends.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Ending {
    /// This way is done; the whole when every way is.
    #[default]
    Done,
    /// All is over at once.
    Stop,
    /// Something is said, and this way is done.
    Throw(Trigger),
}

impl Ending {
    /// Whether it is only done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        *self == Self::Done
    }
}

/// What may happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// So much time has passed.
    After(Span),
    /// The day of an item has come.
    On(Key),
    /// A message comes to this instance.
    Message(String),
    /// A signal is given to all instances.
    Signal(String),
    /// Something went wrong inside: the nearest group that expects it, is broken off.
    Error(String),
    /// Something inside is passed upwards.
    Escalation(String),
}

/// What becomes of the ways that come too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// They go on, and end when they come.
    Ignore,
    /// They are broken off.
    Cancel,
}

/// Done for each of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// For each of this item, a list or a number of times.
    pub of: Key,
    /// The item in which each finds its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Key>,
    /// Items that each has for itself: what is entered inside is seen there alone, and goes before what is
    /// entered for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<Key>,
    /// One after another instead of all at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_turn: bool,
    /// When it is done; the others are then broken off.
    #[serde(default, skip_serializing_if = "Passing::is_all")]
    pub done: Passing,
}
