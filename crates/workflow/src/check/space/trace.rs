//! How a state is reached, told in the nodes and flows of the definition.

use super::{Space, What, step::Marking, thin::Thin, walk::Walk};
use crate::{Key, check::TraceStep, net::Net};

/// The turns that lead to a state of a walk through the smaller space, and what is marked then. `None`
/// where that state is only thought to be reached, because tokens were not counted any more: behind a place
/// that had [`super::step::MANY`].
pub(in crate::check) fn trace(
    net: &Net,
    space: &Space,
    thin: &Thin,
    walk: &Walk,
    state: u32,
) -> Option<(Vec<TraceStep>, Marking)> {
    let mut moves = Vec::new();
    let mut at = state;
    while let Some((from, by)) = walk.states[at as usize].from {
        moves.push(by as usize);
        at = from;
    }
    moves.reverse();
    let mut marking = space.first();
    let mut steps = Vec::new();
    for by in moves {
        for one in thin.moves(thin.bodies[by], false) {
            steps.extend(turn(net, space, &mut marking, one)?);
        }
    }
    Some((steps, marking))
}

/// Makes a move of the whole space; `None` where it cannot be made; an empty answer where nothing of it
/// shows in the drawing.
fn turn(net: &Net, space: &Space, marking: &mut Marking, at: usize) -> Option<Option<TraceStep>> {
    let one = &space.moves[at];
    if !space.can(one, marking) {
        return None;
    }
    let mut taken = space.taken(one, marking);
    if let Some(region) = one.clears {
        let broken = space.regions[region]
            .iter()
            .filter(|place| marking[**place] > 0);
        taken.extend(broken);
    }
    let root = taken.contains(&space.root);
    let flows = |places: &[usize]| {
        let mut flows: Vec<usize> = places
            .iter()
            .filter_map(|place| match space.spots[*place].what {
                What::Flow(flow) => Some(flow),
                _ => None,
            })
            .collect();
        flows.sort_unstable();
        flows.dedup();
        flows
            .into_iter()
            .map(|flow| net.flow(flow).id.clone())
            .collect::<Vec<Key>>()
    };
    let step = TraceStep {
        node: net.node(one.node).id.clone(),
        takes: flows(&taken),
        puts: flows(&one.puts),
    };
    *marking = space.exactly_after(one, marking);
    Some((!root).then_some(step))
}
