//! What would become of many instances.

use andu_base::PersonId;
use serde::{Deserialize, Serialize};

use super::{FAR, Obstacle, Plan, go_over};
use crate::{Context, Instance, Key, check::Outlook, net::Net};

/// What would become of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Rehearsal {
    /// How many can go over.
    pub fit: usize,
    /// Those that can, by their place in the list, with the nodes of the new version in which they then wait.
    pub waits: Vec<(usize, Vec<Key>)>,
    /// Those that cannot, by their place in the list, with all that stands in their way.
    pub blocked: Vec<(usize, Vec<Obstacle>)>,
    /// Everything that stands in the way, with how many instances it blocks; the most frequent first.
    pub obstacles: Vec<(Obstacle, usize)>,
}

/// Tries on each of many instances whether it can go over, and changes none.
#[must_use]
pub fn rehearse<'i>(
    nets: (&Net, &Net),
    instances: impl IntoIterator<Item = &'i Instance>,
    plan: &Plan,
    by: PersonId,
    context: &Context<'_>,
) -> Rehearsal {
    let mut outlook = Outlook::of(nets.1, FAR);
    let mut rehearsal = Rehearsal::default();
    for (no, instance) in instances.into_iter().enumerate() {
        match go_over(nets, instance, plan, (by, context), &mut outlook) {
            Ok(decided) => {
                rehearsal.fit += 1;
                rehearsal.waits.push((no, decided.instance.waits_in()));
            }
            Err(found) => {
                found.iter().for_each(|one| rehearsal.count(one));
                rehearsal.blocked.push((no, found));
            }
        }
    }
    // Stable: what is as frequent stays in the order in which it was met.
    let count = |(_, count): &(Obstacle, usize)| std::cmp::Reverse(*count);
    rehearsal.obstacles.sort_by_key(count);
    rehearsal
}

impl Rehearsal {
    fn count(&mut self, obstacle: &Obstacle) {
        let mut known = self.obstacles.iter_mut();
        match known.find(|(known, _)| known == obstacle) {
            Some((_, count)) => *count += 1,
            None => self.obstacles.push((obstacle.clone(), 1)),
        }
    }
}
