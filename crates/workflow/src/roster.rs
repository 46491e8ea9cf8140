//! Who works where, as of one day: what the rules of a step are asked against. The caller takes it from the
//! organisation; the engine keeps none of it but the people it found.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::{DepartmentId, PersonId, PostId};

use crate::{Instance, ScopeNo, definition::Who};

/// People, their places, and who stands in for whom, on the day of a decision.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// Everybody who works.
    pub people: BTreeMap<PersonId, Staff>,
    /// Departments.
    pub units: BTreeMap<DepartmentId, Unit>,
    /// Who stands in for whom today: the absent one, and the one who acts.
    pub substitutes: Vec<(PersonId, PersonId)>,
}

/// Somebody who works.
#[derive(Debug, Clone, Default)]
pub struct Staff {
    /// The departments in which somebody holds a post, the main one first.
    pub units: Vec<DepartmentId>,
    /// The posts.
    pub posts: BTreeSet<PostId>,
    /// The roles, with the department they were given in.
    pub roles: BTreeSet<(String, DepartmentId)>,
}

/// A department.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    /// The one above it in its agency.
    pub above: Option<DepartmentId>,
    /// Who heads it; several where it has no single head.
    pub heads: Vec<PersonId>,
}

/// How many departments stand above each other at most.
const TALLEST: usize = 32;

impl Roster {
    /// Whether somebody works today.
    #[must_use]
    pub fn works(&self, person: PersonId) -> bool {
        self.people.contains_key(&person)
    }

    /// Whether `acting` may act for `absent` today.
    #[must_use]
    pub fn stands_in(&self, acting: PersonId, absent: PersonId) -> bool {
        self.substitutes.contains(&(absent, acting))
    }

    /// The department of somebody's main post.
    #[must_use]
    pub fn unit_of(&self, person: PersonId) -> Option<DepartmentId> {
        self.people.get(&person)?.units.first().copied()
    }

    /// The heads above somebody, from the nearest, each level once; who heads the own department is not
    /// above oneself.
    #[must_use]
    pub fn above(&self, person: PersonId) -> Vec<Vec<PersonId>> {
        let mut levels = Vec::new();
        let mut unit = self.unit_of(person);
        for _ in 0..TALLEST {
            let Some(found) = unit.and_then(|id| self.units.get(&id)) else {
                break;
            };
            let heads: Vec<_> = self.working(&found.heads);
            if !heads.is_empty() && !heads.contains(&person) {
                levels.push(heads);
            }
            unit = found.above;
        }
        levels
    }

    /// The people of a rule who work today, each once. `chosen` are those that the step before
    /// has chosen; items are asked for as the scope sees them.
    #[must_use]
    pub fn find(
        &self,
        who: &Who,
        (instance, scope): (&Instance, ScopeNo),
        chosen: &[PersonId],
    ) -> Vec<PersonId> {
        let found = match who {
            Who::Author => vec![instance.author],
            Who::Person(person) => vec![*person],
            Who::Post(post) => self.those(|staff| staff.posts.contains(post)),
            Who::Unit(unit) => self.those(|staff| staff.units.contains(unit)),
            Who::Role(role) => self.those(|staff| staff.roles.iter().any(|(held, _)| held == role)),
            Who::OwnRole(role) => {
                let unit = self.unit_of(instance.author);
                self.those(|staff| {
                    let held = &staff.roles;
                    held.iter()
                        .any(|(held, at)| held == role && Some(*at) == unit)
                })
            }
            Who::Head => {
                let unit = self.unit_of(instance.author);
                let unit = unit.and_then(|id| self.units.get(&id));
                unit.map(|unit| unit.heads.clone()).unwrap_or_default()
            }
            Who::HeadOf(item) => {
                let named = instance.ids_of(item, scope).into_iter();
                let units = named.filter_map(|id| self.units.get(&id.parse().ok()?));
                units.flat_map(|unit| unit.heads.clone()).collect()
            }
            Who::Above(levels) => {
                let levels = usize::try_from(*levels).unwrap_or(TALLEST);
                let above = self.above(instance.author).into_iter();
                above.take(levels).flatten().collect()
            }
            Who::DoneBy(node) => instance.done_by(node),
            Who::Item(item) => {
                let named = instance.ids_of(item, scope).into_iter();
                named.filter_map(|id| id.parse().ok()).collect()
            }
            Who::Chosen => chosen.to_vec(),
            Who::Foreign(_) => Vec::new(),
        };
        self.working(&found)
    }

    fn those(&self, holds: impl Fn(&Staff) -> bool) -> Vec<PersonId> {
        let people = self.people.iter();
        people
            .filter(|(_, staff)| holds(staff))
            .map(|(id, _)| *id)
            .collect()
    }

    fn working(&self, people: &[PersonId]) -> Vec<PersonId> {
        let mut once = Vec::new();
        for person in people {
            if self.works(*person) && !once.contains(person) {
                once.push(*person);
            }
        }
        once
    }
}
