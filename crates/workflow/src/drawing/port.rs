//! Where lines leave items and come to them.

use std::collections::BTreeMap;

use super::level::{Item, Level, Outline};

/// The most from one line's end to the next.
const APART: i32 = 800;

/// From the corner of an item to the first line's end.
const CORNER: i32 = 250;

/// How a line that goes aside leaves its item, or comes to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Port {
    /// At the right edge; else at the lower (upper) one.
    pub right: bool,
    /// From the item's left upper corner.
    pub x: i32,
    /// From the item's left upper corner.
    pub y: i32,
}

/// The ends of the lines that go aside.
#[derive(Debug, Default)]
pub(super) struct Ports {
    /// By line: where it leaves.
    pub out: BTreeMap<usize, Port>,
    /// By item: where all of them come in.
    pub into: BTreeMap<usize, Port>,
}

/// Finds the ends of all lines.
pub(super) fn ports(level: &mut Level<'_>) -> Ports {
    let mut ports = Ports::default();
    let mut outs = vec![Vec::new(); level.items.len()];
    let mut ins = vec![Vec::new(); level.items.len()];
    for (no, hop) in level.hops.iter().enumerate() {
        if let Some(item) = level.slots[hop.from].item {
            outs[item].push(no);
        }
        if let Some(item) = level.slots[hop.to].item {
            ins[item].push(no);
        }
    }
    let mut aside_out = vec![Vec::new(); level.items.len()];
    let mut aside_in = vec![false; level.items.len()];
    for no in &level.aside {
        aside_out[level.edges[*no].from].push(*no);
        aside_in[level.edges[*no].to] = true;
    }
    for item in 0..level.items.len() {
        let right = is_rightmost(level, item);
        let (mut outs, mut ins) = (
            std::mem::take(&mut outs[item]),
            std::mem::take(&mut ins[item]),
        );
        outs.sort_by_key(|no| level.position[level.hops[*no].to]);
        ins.sort_by_key(|no| level.position[level.hops[*no].from]);
        hooked(level, item, &mut outs, &mut aside_out[item], &mut ports);
        let below = if right { &[][..] } else { &aside_out[item][..] };
        lower(level, item, &outs, below, &mut ports);
        let above = !right && aside_in[item];
        upper(level, item, &ins, above, &mut ports);
        if right {
            beside(level, item, &aside_out[item], aside_in[item], &mut ports);
        }
    }
    ports
}

/// Whether no item stands at the right of it.
fn is_rightmost(level: &Level<'_>, item: usize) -> bool {
    let (layer, at) = (level.slots[item].layer, level.position[item]);
    let mut right = level.layers[layer][at + 1..].iter();
    right.all(|slot| level.slots[*slot].item.is_none())
}

/// What leaves a hook, leaves at its middle.
fn hooked(
    level: &mut Level<'_>,
    item: usize,
    outs: &mut Vec<usize>,
    aside: &mut Vec<usize>,
    ports: &mut Ports,
) {
    let one = &level.items[item];
    outs.retain(|no| {
        let hook = level.edges[level.hops[*no].edge].hook;
        if let Some(hook) = hook.and_then(|hook| one.hooks.get(hook)) {
            level.hops[*no].out = hook.x + hook.size / 2;
        }
        hook.is_none()
    });
    aside.retain(|no| {
        let hook = level.edges[*no].hook.and_then(|hook| one.hooks.get(hook));
        if let Some(hook) = hook {
            let (x, y) = (hook.x + hook.size / 2, hook.y + hook.size);
            let right = false;
            ports.out.insert(*no, Port { right, x, y });
        }
        hook.is_none()
    });
}

fn lower(level: &mut Level<'_>, item: usize, outs: &[usize], aside: &[usize], ports: &mut Ports) {
    let one = &level.items[item];
    let xs = spread(one, outs.len() + aside.len());
    for (no, x) in outs.iter().zip(&xs) {
        level.hops[*no].out = *x;
    }
    for (no, x) in aside.iter().zip(&xs[outs.len()..]) {
        let (x, y) = (*x, one.lower(*x));
        let right = false;
        ports.out.insert(*no, Port { right, x, y });
    }
}

fn upper(level: &mut Level<'_>, item: usize, ins: &[usize], aside: bool, ports: &mut Ports) {
    let one = &level.items[item];
    let xs = spread(one, ins.len() + usize::from(aside));
    for (no, x) in ins.iter().zip(&xs) {
        level.hops[*no].into = *x;
    }
    if aside && let Some(x) = xs.last() {
        let (x, y) = (*x, one.body - one.lower(*x));
        ports.into.insert(item, Port { right: false, x, y });
    }
}

fn beside(level: &Level<'_>, item: usize, outs: &[usize], into: bool, ports: &mut Ports) {
    let one = &level.items[item];
    let count = count(outs.len() + usize::from(into));
    let mut heights = (1..=count).map(|no| one.body * no / (count + 1));
    let mut next = || {
        let y = heights.next().unwrap_or(one.body / 2);
        let x = one.right(y);
        Port { right: true, x, y }
    };
    if into {
        ports.into.insert(item, next());
    }
    for no in outs {
        ports.out.insert(*no, next());
    }
}

pub(super) fn count(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}

/// Ends beside each other around the middle of an item.
fn spread(item: &Item, ends: usize) -> Vec<i32> {
    let middle = item.w / 2;
    let free = match item.outline {
        Outline::Square => middle - CORNER,
        Outline::Diamond => item.w / 4,
        Outline::Circle => 0,
    };
    let free = item
        .hooks
        .iter()
        .map(|hook| hook.x - middle - 100)
        .fold(free, i32::min)
        .max(0);
    let last = count(ends) - 1;
    let apart = if last > 0 {
        (2 * free / last).min(APART)
    } else {
        0
    };
    (0..=last)
        .map(|no| middle + (2 * no - last) * apart / 2)
        .collect()
}

impl Item {
    /// How far down its lower edge is at `x`.
    pub fn lower(&self, x: i32) -> i32 {
        let (half, off) = (self.w / 2, (x - self.w / 2).abs());
        self.body / 2
            + match self.outline {
                Outline::Square => self.body - self.body / 2,
                Outline::Diamond => self.body / 2 * (half - off) / half.max(1),
                Outline::Circle => (half * half - off * off).max(0).isqrt(),
            }
    }

    /// How far to the right its right edge is at `y`.
    pub fn right(&self, y: i32) -> i32 {
        let (half, off) = (self.body / 2, (y - self.body / 2).abs());
        self.w / 2
            + match self.outline {
                Outline::Square => self.w - self.w / 2,
                Outline::Diamond => self.w / 2 * (half - off) / half.max(1),
                Outline::Circle => (half * half - off * off).max(0).isqrt(),
            }
    }
}
