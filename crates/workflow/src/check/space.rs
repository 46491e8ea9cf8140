//! The net with its data left out: places that hold tokens, moves that take and put them. Any way of a
//! choice can be taken; a boundary can happen whenever its host is being done; a process that nobody
//! refuses or sends back.

mod build;
pub(super) mod step;
pub(super) mod thin;
pub(super) mod trace;
pub(super) mod walk;

use crate::net::{FlowAt, Net, NodeAt};

pub(super) use build::{Reading, build, build_for};

/// The index of a place.
pub(super) type Place = usize;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A flow.
    Flow(FlowAt),
    /// Before everything.
    Root,
    /// Before a node to which nothing comes.
    Begin(NodeAt),
    /// A node is being done.
    Inside(NodeAt),
    /// A boundary, or a group that an event begins, may still happen.
    Armed(NodeAt),
    /// A way that comes too late to a node that has gone on.
    Late(FlowAt),
    /// An end has been reached.
    Ended(NodeAt),
}

/// A place with the group that it is in.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) what: What,
    pub(super) group: Option<NodeAt>,
}

impl Spot {
    /// Whether the process is not over while a token is here.
    pub(super) fn is_live(&self) -> bool {
        matches!(
            self.what,
            What::Flow(_) | What::Root | What::Begin(_) | What::Inside(_)
        )
    }
}

/// What must hold besides the tokens that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rule {
    /// Nothing.
    Plain,
    /// Takes what there is of a join's ways in, once no more can come.
    Join(usize),
    /// Takes what there is of a gathering's ways in, once enough have come.
    Gather(usize),
    /// Nothing lives in a region.
    Empty(usize),
    /// Something lives in a region.
    Alive(usize),
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    /// Whose turn it is.
    pub(super) node: NodeAt,
    /// A boundary that happens by it.
    pub(super) also: Option<NodeAt>,
    /// All that it takes; of a join or gathering: all that it may take.
    pub(super) takes: Vec<Place>,
    pub(super) puts: Vec<Place>,
    /// The region that it clears before it puts.
    pub(super) clears: Option<usize>,
    pub(super) rule: Rule,
}

/// A node that waits for what can still come: by way in, the places from which it may.
#[derive(Debug, Clone)]
pub(super) struct Join {
    pub(super) ins: Vec<Place>,
    pub(super) upstream: Vec<Vec<Place>>,
}

/// A node that goes on when enough have come.
#[derive(Debug, Clone)]
pub(super) struct Gathering {
    pub(super) need: usize,
    pub(super) join: Join,
    /// By way in: where it is noted that it comes too late; none where the others are broken off.
    pub(super) late: Vec<Place>,
}

/// The whole.
#[derive(Debug, Clone)]
pub(super) struct Space {
    pub(super) spots: Vec<Spot>,
    pub(super) moves: Vec<Move>,
    pub(super) regions: Vec<Vec<Place>>,
    pub(super) joins: Vec<Join>,
    pub(super) gathers: Vec<Gathering>,
    pub(super) root: Place,
}

/// The groups around a node, the nearest first.
pub(super) fn groups(net: &Net, mut group: Option<NodeAt>) -> Vec<NodeAt> {
    let mut around = Vec::new();
    while let Some(one) = group {
        around.push(one);
        group = net.wiring(one).group;
    }
    around
}
