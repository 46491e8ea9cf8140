//! What an agency may change in a process that is shipped: it adds steps; what the law demands stays, as it
//! is, on every way on which it stood, and in its order.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Key,
    definition::{Definition, Kind, Node},
};

/// Why a definition may not stand in for the shipped one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlawful {
    /// It is another process.
    Another,
    /// A node that the law demands is missing.
    Missing {
        /// The node of the shipped process.
        node: Key,
    },
    /// A node that the law demands is not what it was.
    Changed {
        /// The node.
        node: Key,
    },
    /// One can come to the end without a node that stood on every way.
    PassedBy {
        /// The node.
        node: Key,
    },
    /// One can come to a node without the one that stood before it on every way.
    OutOfOrder {
        /// The node that stood before.
        before: Key,
        /// The node.
        node: Key,
    },
    /// The condition under which the law demands a node is not what it was.
    Condition {
        /// The node.
        node: Key,
    },
}

impl Unlawful {
    /// The node that it is about; `None` where it is another process.
    #[must_use]
    pub fn node(&self) -> Option<&Key> {
        match self {
            Self::Another => None,
            Self::Missing { node }
            | Self::Changed { node }
            | Self::PassedBy { node }
            | Self::OutOfOrder { node, .. }
            | Self::Condition { node } => Some(node),
        }
    }
}

/// Checks that a definition of an agency keeps what the law demands of the shipped one.
///
/// # Errors
/// The first thing that it does not keep.
pub fn keeps(base: &Definition, own: &Definition) -> Result<(), Unlawful> {
    if base.id != own.id {
        return Err(Unlawful::Another);
    }
    let demanded: Vec<&Node> = base
        .nodes
        .iter()
        .filter(|node| node.law.is_some())
        .collect();
    for node in &demanded {
        let mut all = own.nodes.iter();
        let found = all.find(|one| one.id == node.id);
        let found = found.ok_or_else(|| Unlawful::Missing {
            node: node.id.clone(),
        })?;
        let same = found.law == node.law
            && found.inside == node.inside
            && found.title == node.title
            && kept(&node.kind, &found.kind);
        if !same {
            return Err(Unlawful::Changed {
                node: node.id.clone(),
            });
        }
        conditions(base, own, &node.id)?;
    }
    for level in levels(base) {
        let (before, now) = (Ways::of(base, level), Ways::of(own, level));
        let here: Vec<&Key> = demanded
            .iter()
            .filter(|node| node.inside.as_ref() == level)
            .map(|node| &node.id)
            .collect();
        for node in &here {
            if before.on_every_way(node) && !now.on_every_way(node) {
                return Err(Unlawful::PassedBy {
                    node: (*node).clone(),
                });
            }
            for first in &here {
                let stood = first != node && before.stands_before(first, node);
                if stood && !now.stands_before(first, node) {
                    return Err(Unlawful::OutOfOrder {
                        before: (*first).clone(),
                        node: (*node).clone(),
                    });
                }
            }
        }
    }
    Ok(())
}

/// Whether a node still does what the law demands. Time limits, what may be done besides, and asking for words
/// may be added.
fn kept(base: &Kind, own: &Kind) -> bool {
    let (Kind::Step(base), Kind::Step(own)) = (base, own) else {
        return base == own;
    };
    let words = |step: &crate::definition::Step| match step.opinion {
        crate::definition::Opinion::Optional => 0,
        crate::definition::Opinion::ForRefusal => 1,
        crate::definition::Opinion::Required => 2,
    };
    let mut same = (**own).clone();
    same.limit.clone_from(&base.limit);
    same.due.clone_from(&base.due);
    same.may.clone_from(&base.may);
    same.opinion = base.opinion;
    let entered = base
        .fields
        .iter()
        .all(|(item, access)| own.fields.get(item) == Some(access));
    same.fields.clone_from(&base.fields);
    entered && words(own) >= words(base) && same == **base
}

/// The conditions on the flows that lead straight to a node.
fn conditions(base: &Definition, own: &Definition, node: &Key) -> Result<(), Unlawful> {
    let guards = |definition: &Definition| -> Vec<String> {
        let into = definition.flows.iter().filter(|flow| flow.to == *node);
        into.filter_map(|flow| flow.when.as_ref())
            .filter_map(|when| serde_json::to_string(when).ok())
            .collect()
    };
    let (base, own) = (guards(base), guards(own));
    let kept = base.iter().all(|guard| own.contains(guard));
    kept.then_some(())
        .ok_or_else(|| Unlawful::Condition { node: node.clone() })
}

fn levels(definition: &Definition) -> BTreeSet<Option<&Key>> {
    definition
        .nodes
        .iter()
        .map(|node| node.inside.as_ref())
        .collect()
}

/// The ways through one level of a definition; conditions are not asked.
struct Ways<'a> {
    next: BTreeMap<&'a Key, Vec<&'a Key>>,
    starts: Vec<&'a Key>,
    ends: BTreeSet<&'a Key>,
}

impl<'a> Ways<'a> {
    fn of(definition: &'a Definition, level: Option<&Key>) -> Self {
        let nodes = || {
            let all = definition.nodes.iter();
            all.filter(move |node| node.inside.as_ref() == level)
        };
        let mut next: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
        for flow in &definition.flows {
            next.entry(&flow.from).or_default().push(&flow.to);
        }
        // What may happen while a node is being done leads on from it.
        for node in nodes() {
            if let Kind::Boundary { at, .. } = &node.kind {
                next.entry(at).or_default().push(&node.id);
            }
        }
        let of_kind = |kind: fn(&Kind) -> bool| nodes().filter(move |node| kind(&node.kind));
        Self {
            starts: of_kind(|kind| matches!(kind, Kind::Start { .. }))
                .map(|node| &node.id)
                .collect(),
            ends: of_kind(|kind| matches!(kind, Kind::End { .. }))
                .map(|node| &node.id)
                .collect(),
            next,
        }
    }

    /// The nodes one comes to from the beginning without passing a node.
    fn without(&self, node: &Key) -> BTreeSet<&'a Key> {
        let mut open: Vec<&Key> = self.starts.clone();
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            if at == node || !seen.insert(at) {
                continue;
            }
            open.extend(self.next.get(at).into_iter().flatten());
        }
        seen
    }

    /// Whether every way to an end passes a node.
    fn on_every_way(&self, node: &Key) -> bool {
        let without = self.without(node);
        !self.ends.iter().any(|end| without.contains(*end))
    }

    /// Whether every way to a node passes another one first.
    fn stands_before(&self, first: &Key, node: &Key) -> bool {
        !self.without(first).contains(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        definition::{Flow, Span, StepLimit},
        newest_process,
    };

    fn base() -> Definition {
        newest_process("outgoing")
            .expect("it is shipped")
            .definition
            .clone()
    }

    fn key(name: &str) -> Key {
        Key::new(name).expect("a name")
    }

    fn node<'a>(definition: &'a mut Definition, name: &str) -> &'a mut Node {
        let mut all = definition.nodes.iter_mut();
        all.find(|node| *node.id == *name).expect("a node")
    }

    fn flow<'a>(definition: &'a mut Definition, name: &str) -> &'a mut Flow {
        let mut all = definition.flows.iter_mut();
        all.find(|flow| *flow.id == *name).expect("a flow")
    }

    #[test]
    fn a_step_may_be_added_and_a_limit_set() {
        let (base, mut own) = (base(), base());
        assert_eq!(keeps(&base, &own), Ok(()));
        let mut added = node(&mut own, "head_review").clone();
        (added.id, added.title) = (key("second_review"), "分管负责人核稿".to_owned());
        own.nodes.push(added);
        flow(&mut own, "head_review-whether_countersign").to = key("second_review");
        let mut on = flow(&mut own, "draft-head_review").clone();
        (on.id, on.from, on.to) = (
            key("second_review-on"),
            key("second_review"),
            key("whether_countersign"),
        );
        own.flows.push(on);
        if let Kind::Step(step) = &mut node(&mut own, "office_review").kind {
            step.limit = Some(StepLimit {
                within: Span::WorkingDays(2),
                overdue: Vec::new(),
            });
        }
        assert_eq!(keeps(&base, &own), Ok(()));
    }

    #[test]
    fn what_the_law_demands_is_neither_dropped_nor_changed() {
        let (base, mut own) = (base(), base());
        own.nodes.retain(|node| *node.id != *"recheck");
        let recheck = key("recheck");
        assert_eq!(
            keeps(&base, &own),
            Err(Unlawful::Missing {
                node: recheck.clone()
            })
        );
        let mut own = base.clone();
        if let Kind::Step(step) = &mut node(&mut own, "sign").kind {
            step.binds = false;
        }
        assert_eq!(
            keeps(&base, &own),
            Err(Unlawful::Changed { node: key("sign") })
        );
        let mut own = base.clone();
        node(&mut own, "recheck").law = None;
        assert_eq!(keeps(&base, &own), Err(Unlawful::Changed { node: recheck }));
    }

    #[test]
    fn no_way_leads_past_it_and_none_turns_the_order_round() {
        let (base, mut own) = (base(), base());
        // Straight from the signature to the registration.
        flow(&mut own, "all_signed-recheck").to = key("register");
        let refused = keeps(&base, &own);
        assert_eq!(
            refused,
            Err(Unlawful::PassedBy {
                node: key("recheck")
            })
        );
        // The number before the review.
        let mut own = base.clone();
        flow(&mut own, "all_signed-recheck").to = key("register");
        flow(&mut own, "registration-proof").to = key("recheck");
        flow(&mut own, "recheck-register").to = key("proof");
        let refused = keeps(&base, &own);
        let turned = Unlawful::OutOfOrder {
            before: key("recheck"),
            node: key("register"),
        };
        assert_eq!(refused, Err(turned));
    }

    #[test]
    fn the_condition_that_asks_for_it_stays() {
        let (base, mut own) = (base(), base());
        let guard = flow(&mut own, "who_signs-sign_principal");
        guard.when = Some(crate::definition::Guard::Entered(key("range")));
        let refused = keeps(&base, &own);
        let other = Unlawful::Condition {
            node: key("sign_principal"),
        };
        assert_eq!(refused, Err(other));
    }
}
