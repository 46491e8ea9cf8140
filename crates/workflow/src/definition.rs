//! A process as it is drawn, checked and run: nodes, flows between them, the items they decide by, who may
//! not be the same person, and until when. The canonical JSON of it is the truth; BPMN is for exchange.

mod canonical;
mod drawing;
mod guard;
mod limit;
mod node;
mod sign_off;
mod who;

pub use canonical::{DefinitionError, LARGEST_DEFINITION, MOST_NODES, schema};
pub use drawing::{Drawing, Point, Shape};
pub use guard::{Comparison, Guard, Value};
pub use limit::{Limit, Overdue, Span, StepLimit, StopReason};
pub use node::{Each, Ending, Kind, Node, Rest, Trigger};
pub use sign_off::{
    Access, Empty, May, Opinion, Order, Passing, Refused, Repeated, Seat, SignOff, Step,
};
pub use who::Who;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Key;

/// A process. Its parts are in the order in which they were drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The form in which it is written.
    pub format: Format,
    /// Its name among processes, `outgoing`.
    pub id: Key,
    /// From 1; a running instance stays with its own.
    pub version: u32,
    /// Its name for people, 发文办理.
    pub title: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What is asked, entered and decided by (数据项).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Forms (表单) that carry items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<Form>,
    /// Who takes part (岗位), with their duties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// What happens.
    pub nodes: Vec<Node>,
    /// In which order.
    pub flows: Vec<Flow>,
    /// Steps that one person may not do both of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub separations: Vec<Separation>,
    /// How long the whole may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// Where things are drawn; laid out afresh where it is missing.
    #[serde(default, skip_serializing_if = "Drawing::is_empty")]
    pub drawing: Drawing,
    /// What another program's file said that this one does not understand, kept word for word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<Foreign>,
}

/// The form in which a definition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Format {
    /// The first.
    #[default]
    #[serde(rename = "andu.process/1")]
    One,
}

/// Something that is entered and that guards may ask about (数据项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its name in guards.
    pub name: Key,
    /// Its name for people, 是否联合行文.
    pub title: String,
    /// What it may be.
    pub kind: ItemKind,
    /// What it means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What an item may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
pub enum ItemKind {
    /// Yes or no.
    YesNo,
    /// A whole number from `least` through `most`.
    Number {
        /// The smallest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<i64>,
        /// The largest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<i64>,
    },
    /// Words.
    Text,
    /// One of a closed list.
    Choice {
        /// Its codes with their names for people.
        options: Vec<Choice>,
    },
    /// A day.
    Day,
    /// People, by their ids.
    People,
    /// Departments, by their ids.
    Units,
    /// One department, by its id.
    Unit,
}

/// One of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// As guards ask for it.
    pub code: String,
    /// As people read it.
    pub title: String,
}

/// A form (表单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its name.
    pub id: Key,
    /// Its name for people, 收文处理单.
    pub title: String,
    /// The items on it.
    pub items: Vec<Key>,
}

/// Who takes part (岗位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name.
    pub id: Key,
    /// Its name for people, 办公室文书.
    pub title: String,
    /// What it has to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
}

/// A duty (职责) with the steps in which it is done (职责步骤).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// In words.
    pub title: String,
    /// The nodes in which it is done.
    pub steps: Vec<Key>,
}

/// What follows what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Its name.
    pub id: Key,
    /// The node it leaves.
    pub from: Key,
    /// The node it comes to.
    pub to: Key,
    /// Its name for people, 联合行文.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// When it is taken; without one: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Guard>,
    /// Taken where no other one is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub otherwise: bool,
    /// What another program's file said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<Foreign>,
}

/// Steps that one person may not do two of (职责分离).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Separation {
    /// The steps.
    pub steps: Vec<Key>,
    /// Nor the one who began it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub author: bool,
}

/// Something of another program's file that is kept word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    /// Where it stood: `attribute`, `extension` or `element`.
    pub place: ForeignPlace,
    /// Its namespace.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The name of the attribute or element, without its prefix.
    pub name: String,
    /// The attribute's value, or the element as XML that stands by itself.
    pub text: String,
}

/// Where something foreign stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForeignPlace {
    /// An attribute of the element.
    Attribute,
    /// A child of its `extensionElements`.
    Extension,
    /// A child of the element itself.
    Element,
}
