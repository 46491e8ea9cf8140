//! Quick fixes: a small change to a definition that a finding offers, and making it.

use serde::{Deserialize, Serialize};

use crate::{
    Key,
    definition::{Definition, Ending, Flow, Kind, Node},
};

/// A small change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fix")]
pub enum Fix {
    /// A new flow that is taken otherwise: to a node, or to a new end.
    AddOtherwise {
        /// The node that chooses.
        node: Key,
        /// Where it leads; `None`: to a new end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Key>,
    },
    /// A flow loses its condition and is taken where no other one is.
    TakeOtherwise {
        /// The flow.
        flow: Key,
    },
    /// A flow is no longer the one that is taken otherwise.
    DropOtherwise {
        /// The flow.
        flow: Key,
    },
    /// A flow loses a condition that is never asked.
    DropGuard {
        /// The flow.
        flow: Key,
    },
    /// Ways come together only when all have come. In front of what is no gateway, one is put.
    MakeParallelJoin {
        /// The node.
        node: Key,
    },
    /// Each way that comes goes on by itself. In front of what does more than join, a choice is put.
    MakeChoiceJoin {
        /// The gateway.
        node: Key,
    },
    /// Ways come together when all have come that still can. In front of what is no gateway, one is put.
    MakeInclusiveJoin {
        /// The node.
        node: Key,
    },
    /// A node is taken out; what came to it goes where it led, if there was one way.
    RemoveNode {
        /// The node.
        node: Key,
    },
    /// A flow is taken out.
    RemoveFlow {
        /// The flow.
        flow: Key,
    },
    /// An end is put behind a node.
    AddEnd {
        /// The node.
        after: Key,
    },
    /// A gathering waits for as many as can come.
    ClampNeed {
        /// The gathering.
        node: Key,
        /// For how many.
        need: u32,
    },
    /// No more is promised than the law allows.
    ClampPromise {
        /// Working days.
        days: u32,
    },
}

/// The definition with a fix made; `None` where there is nothing (any more) to make it at.
#[must_use]
pub fn apply(definition: &Definition, fix: &Fix) -> Option<Definition> {
    let mut new = definition.clone();
    match fix {
        Fix::AddOtherwise { node, to } => add_otherwise(&mut new, node, to.as_ref())?,
        Fix::TakeOtherwise { flow } => {
            let flow = flow_of(&mut new, flow)?;
            (flow.when, flow.otherwise) = (None, true);
        }
        Fix::DropOtherwise { flow } => flow_of(&mut new, flow)?.otherwise = false,
        Fix::DropGuard { flow } => {
            let flow = flow_of(&mut new, flow)?;
            (flow.when, flow.otherwise) = (None, false);
        }
        Fix::MakeParallelJoin { node } => make_join(&mut new, node, Kind::Parallel)?,
        Fix::MakeChoiceJoin { node } => make_join(&mut new, node, Kind::Choose)?,
        Fix::MakeInclusiveJoin { node } => make_join(&mut new, node, Kind::Inclusive)?,
        Fix::RemoveNode { node } => remove_node(&mut new, node)?,
        Fix::RemoveFlow { flow } => {
            flow_of(&mut new, flow)?;
            remove_flow(&mut new, flow);
        }
        Fix::AddEnd { after } => {
            let end = add_end(&mut new, after)?;
            add_flow(&mut new, after, &end);
        }
        Fix::ClampNeed { node, need } => match &mut node_of(&mut new, node)?.kind {
            Kind::Gather { need: old, .. } => *old = *need,
            _ => return None,
        },
        Fix::ClampPromise { days } => new.limit.as_mut()?.promised = Some(*days),
    }
    Some(new)
}

fn node_of<'a>(definition: &'a mut Definition, name: &Key) -> Option<&'a mut Node> {
    definition.nodes.iter_mut().find(|node| node.id == *name)
}

fn flow_of<'a>(definition: &'a mut Definition, name: &Key) -> Option<&'a mut Flow> {
    definition.flows.iter_mut().find(|flow| flow.id == *name)
}

/// A name that nothing has: the first of `base-1`, `base-2`…
fn fresh(definition: &Definition, base: &str) -> Option<Key> {
    let base: String = base.chars().take(crate::LONGEST_KEY - 8).collect();
    let taken = |name: &str| {
        definition.nodes.iter().any(|node| &*node.id == name)
            || definition.flows.iter().any(|flow| &*flow.id == name)
    };
    let mut names = (1_u32..).map(|number| format!("{base}-{number}"));
    names
        .find(|name| !taken(name))
        .and_then(|name| Key::new(&name).ok())
}

fn add_node(definition: &mut Definition, beside: &Key, base: &str, kind: Kind) -> Option<Key> {
    let inside = node_of(definition, beside)?.inside.clone();
    let id = fresh(definition, base)?;
    definition.nodes.push(Node {
        id: id.clone(),
        title: String::new(),
        inside,
        part: None,
        law: None,
        kind,
        foreign: Vec::new(),
    });
    Some(id)
}

fn add_end(definition: &mut Definition, after: &Key) -> Option<Key> {
    add_node(
        definition,
        after,
        "end",
        Kind::End {
            ending: Ending::Done,
        },
    )
}

fn add_flow(definition: &mut Definition, from: &Key, to: &Key) -> Option<Key> {
    let id = fresh(definition, "flow")?;
    definition.flows.push(Flow {
        id: id.clone(),
        from: from.clone(),
        to: to.clone(),
        title: String::new(),
        when: None,
        otherwise: false,
        foreign: Vec::new(),
    });
    Some(id)
}

fn add_otherwise(definition: &mut Definition, node: &Key, to: Option<&Key>) -> Option<()> {
    let to = match to {
        Some(to) => node_of(definition, to)?.id.clone(),
        None => add_end(definition, node)?,
    };
    node_of(definition, node)?;
    let flow = add_flow(definition, node, &to)?;
    flow_of(definition, &flow)?.otherwise = true;
    Some(())
}

/// A gateway that only joins becomes another one; in front of any other node, one is put.
fn make_join(definition: &mut Definition, name: &Key, kind: Kind) -> Option<()> {
    let outs = definition
        .flows
        .iter()
        .filter(|flow| flow.from == *name)
        .count();
    let node = node_of(definition, name)?;
    let joins = matches!(
        node.kind,
        Kind::Choose | Kind::Parallel | Kind::Inclusive | Kind::Gather { .. }
    );
    if joins && outs < 2 {
        node.kind = kind;
        for flow in definition
            .flows
            .iter_mut()
            .filter(|flow| flow.from == *name)
        {
            (flow.when, flow.otherwise) = (None, false);
        }
        return Some(());
    }
    let join = add_node(definition, name, &format!("{name}-join"), kind)?;
    for flow in definition.flows.iter_mut().filter(|flow| flow.to == *name) {
        flow.to = join.clone();
        definition.drawing.lines.remove(&flow.id);
    }
    add_flow(definition, &join, name).map(|_| ())
}

fn remove_flow(definition: &mut Definition, name: &Key) {
    definition.flows.retain(|flow| flow.id != *name);
    definition.drawing.lines.remove(name);
}

fn remove_node(definition: &mut Definition, name: &Key) -> Option<()> {
    node_of(definition, name)?;
    let near = |flow: &&Flow, end: fn(&Flow) -> &Key| end(flow) == name;
    let ins: Vec<Key> = definition
        .flows
        .iter()
        .filter(|flow| near(flow, |flow| &flow.to))
        .map(|flow| flow.id.clone())
        .collect();
    let outs: Vec<Flow> = definition
        .flows
        .iter()
        .filter(|flow| near(flow, |flow| &flow.from))
        .cloned()
        .collect();
    if let ([_], [out]) = (&ins[..], &outs[..])
        && out.to != *name
    {
        flow_of(definition, &ins[0])?.to = out.to.clone();
        definition.drawing.lines.remove(&ins[0]);
        remove_flow(definition, &out.id);
    }
    remove_all(definition, name);
    Some(())
}

/// A node with what lies in it, hangs at it, leads to it and speaks of its duties.
fn remove_all(definition: &mut Definition, name: &Key) {
    let mut open = vec![name.clone()];
    while let Some(name) = open.pop() {
        definition.nodes.retain(|node| node.id != name);
        open.extend(definition.nodes.iter().filter_map(|node| {
            let hangs = matches!(&node.kind, Kind::Boundary { at, .. } if *at == name);
            (hangs || node.inside.as_ref() == Some(&name)).then(|| node.id.clone())
        }));
        let touching = definition
            .flows
            .iter()
            .filter(|flow| flow.from == name || flow.to == name);
        let touching: Vec<Key> = touching.map(|flow| flow.id.clone()).collect();
        touching
            .iter()
            .for_each(|flow| remove_flow(definition, flow));
        definition.drawing.shapes.remove(&name);
        for duty in definition
            .parts
            .iter_mut()
            .flat_map(|part| &mut part.duties)
        {
            duty.steps.retain(|step| *step != name);
        }
        for separation in &mut definition.separations {
            separation.steps.retain(|step| *step != name);
        }
        definition
            .separations
            .retain(|one| one.steps.len() + usize::from(one.author) > 1);
    }
}
