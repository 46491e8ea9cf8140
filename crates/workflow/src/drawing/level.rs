//! What lies on one level of a process, in layers: each item has a slot in one, and each line passes the layers
//! between its ends in slots of its own, so that nothing stands where a line goes. What goes back, or further
//! than the room for such slots allows, goes aside: at the right of everything.

use super::{order, rank};

/// The most slots that lines may have.
const MOST_PASSING: usize = 20_000;

/// The shape of an item, as far as lines that end on it care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outline {
    Square,
    Diamond,
    Circle,
}

/// Something to be placed.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub w: i32,
    /// With the lower halves of its hooks.
    pub h: i32,
    /// Without them.
    pub body: i32,
    pub outline: Outline,
    pub lane: usize,
    /// What hangs on its lower edge, of itself the left upper corner and the size.
    pub hooks: Vec<Hook>,
}

/// Something that hangs on the lower edge of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hook {
    pub x: i32,
    pub y: i32,
    pub size: i32,
}

/// A line between items.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    /// It leaves this hook of the item.
    pub hook: Option<usize>,
    /// It goes aside in any case.
    pub aside: bool,
    /// Width and height of its words; nothing: (0, 0).
    pub label: (i32, i32),
}

/// A place in a layer.
#[derive(Debug)]
pub(super) struct Slot {
    pub layer: usize,
    pub lane: usize,
    /// `None`: a line passes.
    pub item: Option<usize>,
    pub w: i32,
    pub h: i32,
    /// Its left edge, once it is placed.
    pub x: i32,
}

/// A piece of a line from one layer to the next.
#[derive(Debug)]
pub(super) struct Hop {
    pub edge: usize,
    pub from: usize,
    pub to: usize,
    /// Where it leaves, from the left edge of its slot.
    pub out: i32,
    /// Where it comes in, from the left edge of its slot.
    pub into: i32,
    /// Of its line's first piece: the size of the words.
    pub label: (i32, i32),
}

/// A level in layers.
#[derive(Debug)]
pub(super) struct Level<'a> {
    pub items: &'a [Item],
    pub edges: &'a [Edge],
    /// The items' slots first, by their numbers.
    pub slots: Vec<Slot>,
    pub layers: Vec<Vec<usize>>,
    /// Where each slot stands in its layer.
    pub position: Vec<usize>,
    pub hops: Vec<Hop>,
    /// Lines that go aside.
    pub aside: Vec<usize>,
}

impl<'a> Level<'a> {
    /// Puts items into layers, and orders these.
    pub fn new(items: &'a [Item], edges: &'a [Edge]) -> Self {
        let ahead: Vec<usize> = (0..edges.len()).filter(|no| !edges[*no].aside).collect();
        let pairs: Vec<_> = ahead
            .iter()
            .map(|no| (edges[*no].from, edges[*no].to))
            .collect();
        let (rank, back) = rank::ranks(items.len(), &pairs);
        let slot = |(item, one): (usize, &Item)| Slot {
            layer: rank[item],
            lane: one.lane,
            item: Some(item),
            w: one.w,
            h: one.h,
            x: 0,
        };
        let mut level = Self {
            items,
            edges,
            slots: items.iter().enumerate().map(slot).collect(),
            layers: vec![Vec::new(); rank.iter().max().map_or(0, |last| last + 1)],
            position: Vec::new(),
            hops: Vec::new(),
            aside: (0..edges.len()).filter(|no| edges[*no].aside).collect(),
        };
        let backs = ahead.iter().zip(&back).filter(|(_, back)| **back);
        level.aside.extend(backs.map(|(no, _)| *no));
        let forward = ahead.iter().zip(&back).filter(|(_, back)| !**back);
        let forward: Vec<usize> = forward.map(|(no, _)| *no).collect();
        let longest = level.longest(&forward);
        for no in forward {
            if level.passed(no) > longest {
                level.aside.push(no);
            } else {
                level.hop(no);
            }
        }
        level.aside.sort_unstable();
        for (slot, one) in level.slots.iter().enumerate() {
            level.layers[one.layer].push(slot);
        }
        level.position = vec![0; level.slots.len()];
        order::order(&mut level);
        level
    }

    /// How many layers a line passes.
    fn passed(&self, no: usize) -> usize {
        let edge = &self.edges[no];
        self.slots[edge.to].layer - self.slots[edge.from].layer - 1
    }

    /// How many layers a line may pass, so that all of them together have room.
    fn longest(&self, forward: &[usize]) -> usize {
        let mut passed: Vec<usize> = forward.iter().map(|no| self.passed(*no)).collect();
        passed.sort_unstable();
        let mut sum = 0;
        for one in passed {
            sum += one;
            if sum > MOST_PASSING {
                return one - 1;
            }
        }
        usize::MAX
    }

    /// Takes a line through the layers.
    fn hop(&mut self, no: usize) {
        let edge = &self.edges[no];
        let last = self.slots[edge.to].layer;
        let (mut from, mut label) = (edge.from, edge.label);
        for layer in self.slots[from].layer + 1..=last {
            let to = if layer == last {
                edge.to
            } else {
                self.slots.push(Slot {
                    layer,
                    lane: self.slots[edge.to].lane,
                    item: None,
                    w: label.0,
                    h: 0,
                    x: 0,
                });
                self.slots.len() - 1
            };
            self.hops.push(Hop {
                edge: no,
                from,
                to,
                out: 0,
                into: 0,
                label: std::mem::take(&mut label),
            });
            from = to;
        }
    }

    /// Takes a layer's new order.
    pub fn arrange(&mut self, at: usize) {
        for (position, slot) in self.layers[at].iter().enumerate() {
            self.position[*slot] = position;
        }
    }
}
