//! Rules that find the people of a step.

use andu_base::{DepartmentId, PersonId, PostId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Key;

/// Who decides in a step, before anybody's name is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Who {
    /// Whoever began it.
    Author,
    /// This person.
    Person(#[schemars(with = "String")] PersonId),
    /// Whoever holds this post.
    Post(#[schemars(with = "String")] PostId),
    /// Everybody of this department.
    Unit(#[schemars(with = "String")] DepartmentId),
    /// Everybody who holds a role, in the author's agency.
    Role(String),
    /// Everybody who holds a role, in the author's department.
    OwnRole(String),
    /// The head of the author's department.
    Head,
    /// The head of a department that an item names; of several: each.
    HeadOf(Key),
    /// The heads above the author, from the nearest, so many levels.
    Above(u32),
    /// Whoever decided in an earlier step.
    DoneBy(Key),
    /// The people that an item names.
    Item(Key),
    /// The people that the step before has chosen.
    Chosen,
    /// A name of another program for people, that has to be given a rule here.
    Foreign(String),
}
