//! How large a node is drawn, by its words.

use super::{
    FONT, LINE, SMALL_FONT, SMALL_LINE, ShapeKind,
    level::Outline,
    words::{high, widest, wrap},
};
use crate::definition::{Ending, Kind, Node, Trigger};

/// How wide boxes may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// The most Chinese characters of a line in a box.
    most: i32,
    /// The most of a line in a diamond.
    in_diamond: i32,
    /// The least width of a box with words.
    narrowest: i32,
}

/// Where there is room.
pub(super) const WIDE: Room = Room {
    most: 8,
    in_diamond: 6,
    narrowest: 2_700,
};

/// In lanes, many of which stand beside each other on a sheet.
pub(super) const NARROW: Room = Room {
    most: 5,
    in_diamond: 4,
    narrowest: 1_900,
};

/// From the words of a box to its edge.
const PAD: i32 = 280;

/// The size of a circle without words.
const DOT: i32 = 560;

/// The size of what hangs on a box.
pub(super) const HOOK: i32 = 620;

/// A node as a box.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub kind: ShapeKind,
    pub outline: Outline,
    pub w: i32,
    pub h: i32,
    pub lines: Vec<String>,
    pub under: Vec<String>,
}

/// A node's box; what goes out of it and comes to it tells a split from where ways come together.
pub(super) fn block(node: &Node, outs: usize, under: &str, room: Room) -> Block {
    let kind = kind(&node.kind, outs);
    match kind {
        ShapeKind::Merge => bare(kind, Outline::Circle, DOT, DOT),
        ShapeKind::Fork | ShapeKind::Join => bare(kind, Outline::Square, room.narrowest, 160),
        ShapeKind::Choose | ShapeKind::Inclusive | ShapeKind::Gather | ShapeKind::Await => {
            diamond(kind, node, room)
        }
        ShapeKind::Start | ShapeKind::End | ShapeKind::Stop if node.title.is_empty() => {
            bare(kind, Outline::Circle, DOT + 100, DOT + 100)
        }
        _ => boxed(kind, node, under, room),
    }
}

fn kind(kind: &Kind, outs: usize) -> ShapeKind {
    match kind {
        Kind::Start { .. } => ShapeKind::Start,
        Kind::End {
            ending: Ending::Stop,
        } => ShapeKind::Stop,
        Kind::End {
            ending: Ending::Done | Ending::Throw(_),
        } => ShapeKind::End,
        Kind::Step(_) => ShapeKind::Step,
        Kind::Auto { .. } => ShapeKind::Auto,
        Kind::Choose if outs <= 1 => ShapeKind::Merge,
        Kind::Choose => ShapeKind::Choose,
        Kind::Parallel if outs <= 1 => ShapeKind::Join,
        Kind::Parallel => ShapeKind::Fork,
        Kind::Inclusive => ShapeKind::Inclusive,
        Kind::Gather { .. } => ShapeKind::Gather,
        Kind::Await => ShapeKind::Await,
        Kind::Wait { on } | Kind::Boundary { on, .. } => awaited(on),
        Kind::Throw { .. } => ShapeKind::Throw,
        Kind::Group { .. } => ShapeKind::Group,
        Kind::Call { .. } => ShapeKind::Call,
        Kind::Foreign { .. } => ShapeKind::Foreign,
    }
}

/// How an awaited event is drawn.
pub(super) fn awaited(on: &Trigger) -> ShapeKind {
    match on {
        Trigger::After(_) | Trigger::On(_) => ShapeKind::Timer,
        Trigger::Message(_) | Trigger::Signal(_) | Trigger::Error(_) | Trigger::Escalation(_) => {
            ShapeKind::Message
        }
    }
}

fn bare(kind: ShapeKind, outline: Outline, w: i32, h: i32) -> Block {
    let (lines, under) = (Vec::new(), Vec::new());
    Block {
        kind,
        outline,
        w,
        h,
        lines,
        under,
    }
}

/// A box around the title; without one around the node's name.
fn boxed(kind: ShapeKind, node: &Node, under: &str, room: Room) -> Block {
    let title = if node.title.is_empty() {
        node.id.as_str()
    } else {
        &node.title
    };
    let (lines, under) = (wrap(title, room.most), wrap(under, room.most + 2));
    let wide = widest(&lines, FONT).max(widest(&under, SMALL_FONT));
    let high = high(&lines, LINE) + high(&under, SMALL_LINE);
    Block {
        kind,
        outline: Outline::Square,
        w: (wide + 2 * PAD).max(room.narrowest),
        h: high + 2 * PAD - 100,
        lines,
        under,
    }
}

/// A diamond whose inside holds the words.
fn diamond(kind: ShapeKind, node: &Node, room: Room) -> Block {
    let words = match &node.kind {
        Kind::Gather { need, .. } if node.title.is_empty() => need.to_string(),
        _ => node.title.clone(),
    };
    let lines = wrap(&words, room.in_diamond);
    let (wide, high) = (widest(&lines, FONT), high(&lines, LINE));
    // The words' corners lie on its edges: wide / w + high / h = 1.
    let w = (wide * 17 / 10 + 200).max(1_000);
    let h = (high * w / (w - wide).max(1)).max(1_000);
    Block {
        kind,
        outline: Outline::Diamond,
        w,
        h,
        lines,
        under: Vec::new(),
    }
}
