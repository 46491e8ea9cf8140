//! Whether a running instance can still come to its end: the states that its tokens can lead to, searched from
//! where it stands. What goes on in each group is looked at by itself; a group seen from around it is done at
//! some time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Bounds,
    space::{
        Reading, Space, What, build_for, groups,
        step::Marking,
        walk::{Walk, walk_from},
    },
};
use crate::{
    Instance, Key, Place, ScopeNo, TokenNo,
    net::{Net, NodeAt},
};

/// Why an instance may never come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "halt")]
pub enum Halt {
    /// Something of it is at a place that the process does not have.
    Nowhere {
        /// The node, or the flow.
        place: Key,
    },
    /// It may come to wait for ever.
    Waits {
        /// The nodes that wait, then the flows on which others wait for them.
        places: Vec<Key>,
    },
    /// It may go round for ever.
    Round {
        /// The nodes.
        places: Vec<Key>,
    },
    /// One place may be done twice at once, so that what may wait for ever is not told for certain.
    Crowded {
        /// The nodes that may wait, then the flows on which others may wait for them.
        places: Vec<Key>,
    },
    /// There is more than was looked at.
    TooLarge {
        /// So many states.
        states: usize,
    },
}

/// Looks ahead in a process for instances of it. What was found for one is kept for all that stand alike.
pub struct Outlook<'a> {
    net: &'a Net,
    limits: Bounds,
    spaces: BTreeMap<(Option<NodeAt>, bool), Space>,
    known: BTreeMap<(Option<NodeAt>, bool, Marking), Result<(), Halt>>,
}

impl<'a> Outlook<'a> {
    /// Into a process.
    #[must_use]
    pub fn of(net: &'a Net, limits: Bounds) -> Self {
        Self {
            net,
            limits,
            spaces: BTreeMap::new(),
            known: BTreeMap::new(),
        }
    }

    /// Whether an instance comes to its end whatever is decided, as long as somebody decides.
    ///
    /// # Errors
    /// Why it may not.
    pub fn ends(&mut self, instance: &Instance) -> Result<(), Halt> {
        if !instance.is_running() {
            return Ok(());
        }
        let lives = |scope: &ScopeNo| {
            let mut live = instance.live.iter();
            live.any(|token| instance.tokens[*token].scope == *scope)
        };
        for scope in (0..instance.scopes.len()).filter(lives) {
            self.scope_ends(instance, scope)?;
        }
        Ok(())
    }

    fn scope_ends(&mut self, instance: &Instance, scope: ScopeNo) -> Result<(), Halt> {
        let group = match &instance.scopes[scope].group {
            Some(name) => Some(self.net.node_at(name).ok_or_else(|| nowhere(name))?),
            None => None,
        };
        let (net, moved) = (self.net, instance.is_moved(scope));
        let space = self.spaces.entry((group, moved)).or_insert_with(|| {
            let reading = if moved {
                Reading::Moved
            } else {
                Reading::Running
            };
            within(net, build_for(net, self.limits.regions, reading), group)
        });
        let marking = Standing {
            net,
            space,
            instance,
        }
        .marking(scope, group)?;
        let key = (group, moved, marking);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let walk = walk_from(space, &key.2, self.limits.states, true);
        let found = judge(net, space, &walk);
        self.known.insert(key, found.clone());
        found
    }
}

fn nowhere(place: &Key) -> Halt {
    Halt::Nowhere {
        place: place.clone(),
    }
}

/// What leaves a group is of no concern in it.
fn within(net: &Net, mut space: Space, group: Option<NodeAt>) -> Space {
    if let Some(group) = group {
        let spots = &space.spots;
        let inside = |place: &usize| groups(net, spots[*place].group).contains(&group);
        for one in &mut space.moves {
            one.puts.retain(inside);
        }
    }
    space
}

struct Standing<'a> {
    net: &'a Net,
    space: &'a Space,
    instance: &'a Instance,
}

impl Standing<'_> {
    /// Where the tokens of a scope are.
    fn marking(&self, scope: ScopeNo, group: Option<NodeAt>) -> Result<Marking, Halt> {
        let mut marking = vec![0_u8; self.space.spots.len()];
        let live = self.instance.live.iter().copied();
        for token in live.filter(|token| self.instance.tokens[*token].scope == scope) {
            for place in self.places_of(token, group)? {
                marking[place] = marking[place].saturating_add(1);
            }
        }
        self.mark_late(scope, &mut marking);
        Ok(marking)
    }

    fn find(&self, what: What) -> Option<usize> {
        self.space.spots.iter().position(|spot| spot.what == what)
    }

    fn places_of(&self, token: TokenNo, group: Option<NodeAt>) -> Result<Vec<usize>, Halt> {
        match &self.instance.tokens[token].place {
            Place::Ended(_) => Ok(Vec::new()),
            Place::Flow(name) => {
                let flow = self.net.flow_at(name);
                let flow = flow.filter(|at| self.net.wiring(self.net.target(*at)).group == group);
                Ok(vec![flow.ok_or_else(|| nowhere(name))?])
            }
            Place::Inside(name) => {
                let from = self.instance.goes_on_from(token).unwrap_or(name);
                let node = self.net.node_at(from);
                let node = node.filter(|at| self.net.wiring(*at).group == group);
                let node = node.ok_or_else(|| nowhere(from))?;
                self.places_in(node).ok_or_else(|| nowhere(from))
            }
        }
    }

    /// A node that is being done: its own place with what may happen beside it, or before it where it has none.
    fn places_in(&self, node: NodeAt) -> Option<Vec<usize>> {
        let wiring = self.net.wiring(node);
        if let Some(inside) = self.find(What::Inside(node)) {
            let beside = wiring.boundaries.iter();
            let armed = beside.filter_map(|at| self.find(What::Armed(*at)));
            return Some(armed.chain([inside]).collect());
        }
        let before = wiring.ins.first().copied();
        let place = before.or_else(|| self.find(What::Begin(node)))?;
        Some(vec![place])
    }

    /// Ways that come too late to a gathering that has gone on.
    fn mark_late(&self, scope: ScopeNo, marking: &mut Marking) {
        for node in (0..self.net.len()).filter(|at| self.net.is_join(*at)) {
            let name = &self.net.node(node).id;
            let by_it = |firing: usize| self.instance.firings[firing].node == *name;
            let here = self.instance.tokens.iter();
            let here = here.filter(|token| !token.void && token.scope == scope);
            let went_on: BTreeSet<usize> = here
                .clone()
                .filter(|token| by_it(token.from))
                .map(|token| token.from)
                .collect();
            for way in &self.net.wiring(node).ins {
                let Some(late) = self.find(What::Late(*way)) else {
                    continue;
                };
                let on = &self.net.flow(*way).id;
                let came = here.clone().filter(|token| {
                    let on_it = matches!(&token.place, Place::Flow(flow) if flow == on);
                    on_it && token.taken.is_some_and(by_it)
                });
                if went_on.len() > came.count() {
                    marking[late] = 1;
                }
            }
        }
        self.space.forget_late(marking);
    }
}

fn judge(net: &Net, space: &Space, walk: &Walk) -> Result<(), Halt> {
    let states = || walk.states.iter().zip(&walk.markings);
    let surely = states().find(|(state, _)| state.is_stuck && !state.after_crowd);
    if let Some((_, marking)) = surely {
        return Err(Halt::Waits {
            places: waiting(net, space, marking),
        });
    }
    if let Some((_, marking)) = states().find(|(state, _)| state.is_stuck) {
        return Err(Halt::Crowded {
            places: waiting(net, space, marking),
        });
    }
    if !walk.complete {
        return Err(Halt::TooLarge {
            states: walk.states.len(),
        });
    }
    let (found, can) = walk.goes_round();
    if found.is_none() {
        return Ok(());
    }
    let steps = walk.steps.iter();
    let round = steps.filter(|(from, ..)| !can[*from as usize]);
    let nodes: BTreeSet<NodeAt> = round
        .map(|(_, _, by)| space.moves[*by as usize].node)
        .collect();
    Err(Halt::Round {
        places: nodes
            .into_iter()
            .map(|at| net.node(at).id.clone())
            .collect(),
    })
}

/// The nodes that wait, then the flows on which the others wait for them.
pub(super) fn waiting(net: &Net, space: &Space, marking: &[u8]) -> Vec<Key> {
    let mut nodes = BTreeSet::new();
    let mut flows = Vec::new();
    for (place, spot) in space.spots.iter().enumerate() {
        if marking[place] == 0 || !spot.is_live() {
            continue;
        }
        match spot.what {
            What::Flow(flow) => {
                nodes.insert(net.target(flow));
                flows.push(net.flow(flow).id.clone());
            }
            What::Begin(node) => {
                nodes.insert(node);
            }
            _ => {}
        }
    }
    let nodes = nodes.into_iter().map(|node| net.node(node).id.clone());
    nodes.chain(flows).collect()
}
