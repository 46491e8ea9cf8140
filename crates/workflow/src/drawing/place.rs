//! How far to the right each slot stands: in its lane, in the order of its layer, as near as can be to being
//! straight above and below what it has lines with.

use super::{
    lay::is_parted,
    level::{Hop, Level, Outline, Slot},
};

/// Between two items.
const GAP: i32 = 700;

/// Between an item and a line that passes, or two such lines.
const PASSING: i32 = 400;

/// From a lane's edge to what lies in it.
const EDGE: i32 = 280;

/// How often the layers are gone through.
const SWEEPS: usize = 12;

/// A line that bends less than this is made straight where it can be.
const BEND: i32 = 300;

/// Where a lane begins and how wide it is.
pub(super) type Lane = (i32, i32);

/// Places the slots; answers the lanes. A level that is not parted into lanes has one.
pub(super) fn place(level: &mut Level<'_>, heads: &[i32]) -> Vec<Lane> {
    let lanes = widths(level, heads);
    let bounds = if is_parted(heads) { &lanes[..] } else { &[] };
    for at in 0..level.layers.len() {
        settle(level, at, bounds, |slot| (slot.x, 1));
    }
    let mut above = vec![Vec::new(); level.slots.len()];
    let mut below = vec![Vec::new(); level.slots.len()];
    for (no, hop) in level.hops.iter().enumerate() {
        above[hop.to].push(no);
        below[hop.from].push(no);
    }
    let last = level.layers.len().saturating_sub(1);
    for sweep in 0..SWEEPS {
        for step in 0..=last {
            let down = sweep % 2 == 0;
            let at = if down { step } else { last - step };
            let wanted: Vec<(i32, i32)> = level
                .layers
                .get(at)
                .into_iter()
                .flatten()
                .map(|slot| wish(level, *slot, &above[*slot], &below[*slot], down))
                .collect();
            let mut wanted = wanted.into_iter();
            settle(level, at, bounds, |slot| {
                wanted.next().unwrap_or((slot.x, 1))
            });
        }
    }
    straighten(level);
    lanes
}

/// Where a slot would stand best, and how much that matters.
fn wish(
    level: &Level<'_>,
    slot: usize,
    above: &[usize],
    below: &[usize],
    down: bool,
) -> (i32, i32) {
    let over = |no: &usize| {
        let hop = &level.hops[*no];
        (
            level.slots[hop.from].x + hop.out - hop.into,
            weight(level, hop),
        )
    };
    let under = |no: &usize| {
        let hop = &level.hops[*no];
        (
            level.slots[hop.to].x + hop.into - hop.out,
            weight(level, hop),
        )
    };
    let wishes: Vec<(i32, i32)> = match (down, above.is_empty(), below.is_empty()) {
        (_, true, true) => return (level.slots[slot].x, 1),
        (true, false, _) | (false, false, true) => above.iter().map(over).collect(),
        (false, _, false) | (true, true, false) => below.iter().map(under).collect(),
    };
    let all: i64 = wishes.iter().map(|wish| i64::from(wish.1)).sum();
    let sum: i64 = wishes
        .iter()
        .map(|(at, weight)| i64::from(*at) * i64::from(*weight))
        .sum();
    let weight = i32::try_from(all).unwrap_or(i32::MAX);
    (
        i32::try_from(sum / all.max(1)).unwrap_or_default(),
        weight.min(1_000),
    )
}

/// Lines that only pass are to be straight before others.
fn weight(level: &Level<'_>, hop: &Hop) -> i32 {
    let passing = |slot: usize| level.slots[slot].item.is_none();
    match (passing(hop.from), passing(hop.to)) {
        (true, true) => 8,
        (true, false) | (false, true) => 2,
        (false, false) => 1,
    }
}

fn gap(left: &Slot, right: &Slot) -> i32 {
    if left.item.is_some() && right.item.is_some() {
        GAP
    } else {
        PASSING
    }
}

/// The lanes, each as wide as its fullest layer and its head need.
fn widths(level: &Level<'_>, heads: &[i32]) -> Vec<Lane> {
    let mut widths: Vec<i32> = heads.to_vec();
    for layer in &level.layers {
        let mut filled = vec![0; heads.len()];
        let mut before: Option<&Slot> = None;
        for slot in layer.iter().map(|slot| &level.slots[*slot]) {
            let beside = before.filter(|before| before.lane == slot.lane);
            filled[slot.lane] += slot.w + beside.map_or(2 * EDGE, |before| gap(before, slot));
            before = Some(slot);
        }
        for (width, filled) in widths.iter_mut().zip(filled) {
            *width = filled.max(*width);
        }
    }
    let mut left = 0;
    let lane = |width: i32| {
        let lane = (left, width);
        left += width;
        lane
    };
    widths.into_iter().map(lane).collect()
}

/// Slots that stand as near to each other as they may, and where they stand together.
struct Cluster {
    first: usize,
    /// The sum of what each wishes for the first, by weight.
    sum: i64,
    weight: i64,
}

impl Cluster {
    fn at(&self) -> i64 {
        self.sum.div_euclid(self.weight)
    }
}

/// Places a layer: each slot as near to its wish as the others and its lane allow (least squares).
fn settle(
    level: &mut Level<'_>,
    at: usize,
    lanes: &[Lane],
    mut wish: impl FnMut(&Slot) -> (i32, i32),
) {
    let Some(layer) = level.layers.get(at) else {
        return;
    };
    let layer = layer.clone();
    let wishes: Vec<(i32, i32)> = layer.iter().map(|slot| wish(&level.slots[*slot])).collect();
    let mut begin = 0;
    while begin < layer.len() {
        let lane = level.slots[layer[begin]].lane;
        let len = layer[begin..]
            .iter()
            .take_while(|slot| level.slots[**slot].lane == lane)
            .count();
        let part = begin..begin + len;
        let bounds = lanes.get(lane).copied();
        settle_part(level, &layer[part.clone()], &wishes[part], bounds);
        begin += len;
    }
}

fn settle_part(
    level: &mut Level<'_>,
    slots: &[usize],
    wishes: &[(i32, i32)],
    bounds: Option<Lane>,
) {
    // How far each stands from the first when nothing lies between them.
    let mut offsets = Vec::with_capacity(slots.len());
    let mut offset = 0;
    for (no, slot) in slots.iter().enumerate() {
        offsets.push(offset);
        let one = &level.slots[*slot];
        let next = slots.get(no + 1).map(|next| &level.slots[*next]);
        offset += one.w + next.map_or(0, |next| gap(one, next));
    }
    let mut clusters: Vec<Cluster> = Vec::new();
    for (no, (wish, weight)) in wishes.iter().enumerate() {
        let weight = i64::from(*weight);
        let mut cluster = Cluster {
            first: no,
            sum: (i64::from(*wish) - i64::from(offsets[no])) * weight,
            weight,
        };
        while let Some(before) = clusters.pop_if(|before| before.at() >= cluster.at()) {
            cluster = Cluster {
                first: before.first,
                sum: before.sum + cluster.sum,
                weight: before.weight + cluster.weight,
            };
        }
        clusters.push(cluster);
    }
    let ends = clusters.iter().skip(1).map(|one| one.first);
    let ends: Vec<usize> = ends.chain([slots.len()]).collect();
    for (cluster, end) in clusters.iter().zip(ends) {
        let mut base = i32::try_from(cluster.at()).unwrap_or_default();
        if let Some((left, width)) = bounds {
            let most = left + width - EDGE - offset;
            base = base.clamp(left + EDGE, most.max(left + EDGE));
        }
        for no in cluster.first..end {
            level.slots[slots[no]].x = base + offsets[no];
        }
    }
}

/// Takes small bends out of lines: a slot that a line only passes is moved, or the line's end on an item that has
/// only one there.
fn straighten(level: &mut Level<'_>) {
    let mut outs = vec![0; level.slots.len()];
    let mut ins = vec![0; level.slots.len()];
    for hop in &level.hops {
        outs[hop.from] += 1;
        ins[hop.to] += 1;
    }
    level.hops.sort_by_key(|hop| level.slots[hop.from].layer);
    for no in 0..level.hops.len() {
        let hop = &level.hops[no];
        let (from, to) = (&level.slots[hop.from], &level.slots[hop.to]);
        let bend = from.x + hop.out - to.x - hop.into;
        if bend == 0 || bend.abs() >= BEND {
            continue;
        }
        let inside = |slot: &Slot, x: i32| {
            let square = slot.item.is_some_and(|item| {
                let item = &level.items[item];
                item.outline == Outline::Square && item.hooks.is_empty()
            });
            square && x > 150 && x < slot.w - 150
        };
        if to.item.is_none() && has_room(level, hop.to, bend) {
            let to = hop.to;
            level.slots[to].x += bend;
        } else if ins[hop.to] == 1 && inside(to, hop.into + bend) {
            level.hops[no].into += bend;
        } else if outs[hop.from] == 1 && inside(from, hop.out - bend) {
            level.hops[no].out -= bend;
        }
    }
}

/// Whether a slot can be moved without coming too near to its neighbours.
fn has_room(level: &Level<'_>, slot: usize, by: i32) -> bool {
    let one = &level.slots[slot];
    let layer = &level.layers[one.layer];
    let at = level.position[slot];
    let left = at.checked_sub(1).map(|at| &level.slots[layer[at]]);
    let right = layer.get(at + 1).map(|slot| &level.slots[*slot]);
    let x = one.x + by;
    left.is_none_or(|left| x - left.x - left.w >= PASSING - 100)
        && right.is_none_or(|right| right.x - x - one.w >= PASSING - 100)
}
