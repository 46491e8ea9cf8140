//! In which order the slots of a layer stand beside each other: few lines cross.

use super::level::Level;

/// How often the layers are gone through.
const SWEEPS: usize = 10;

/// With more lines the layers are gone through twice.
const MANY: usize = 20_000;

type Neighbours = Vec<Vec<usize>>;

/// Orders the layers.
pub(super) fn order(level: &mut Level<'_>) {
    let (mut above, mut below) = (
        vec![Vec::new(); level.slots.len()],
        vec![Vec::new(); level.slots.len()],
    );
    for hop in &level.hops {
        above[hop.to].push(hop.from);
        below[hop.from].push(hop.to);
    }
    begin(level, &above, &below);
    let sweeps = if level.hops.len() > MANY { 2 } else { SWEEPS };
    let mut best = (crossings(level), level.layers.clone());
    for sweep in 0..sweeps {
        let (down, last) = (sweep % 2 == 0, level.layers.len().saturating_sub(1));
        for step in 1..=last {
            let at = if down { step } else { last - step };
            sort(level, at, if down { &above } else { &below });
        }
        let now = crossings(level);
        if now < best.0 {
            best = (now, level.layers.clone());
        }
    }
    level.layers = best.1;
    for at in 0..level.layers.len() {
        level.arrange(at);
    }
}

/// The order in which one finds the slots when one follows the lines as they were drawn.
fn begin(level: &mut Level<'_>, above: &Neighbours, below: &Neighbours) {
    let mut found = vec![usize::MAX; level.slots.len()];
    let mut count = 0;
    let roots = (0..level.slots.len()).filter(|slot| above[*slot].is_empty());
    let mut open: Vec<usize> = roots.collect();
    open.reverse();
    while let Some(slot) = open.pop() {
        if found[slot] == usize::MAX {
            found[slot] = count;
            count += 1;
            open.extend(below[slot].iter().rev());
        }
    }
    for at in 0..level.layers.len() {
        let slots = &level.slots;
        level.layers[at].sort_by_key(|slot| (slots[*slot].lane, found[*slot]));
        level.arrange(at);
    }
}

/// Puts the slots of a layer where the middle of their neighbours is.
fn sort(level: &mut Level<'_>, at: usize, neighbours: &Neighbours) {
    let (slots, position) = (&level.slots, &level.position);
    let place = |slot: usize| {
        let near = &neighbours[slot];
        let sum: usize = near.iter().map(|one| position[*one]).sum();
        match near.len() {
            0 => position[slot] * 1000,
            count => sum * 1000 / count,
        }
    };
    level.layers[at].sort_by_cached_key(|slot| (slots[*slot].lane, place(*slot)));
    level.arrange(at);
}

/// How many pairs of lines cross.
fn crossings(level: &Level<'_>) -> usize {
    let mut ends: Vec<Vec<(usize, usize)>> = vec![Vec::new(); level.layers.len()];
    for hop in &level.hops {
        let end = (level.position[hop.from], level.position[hop.to]);
        ends[level.slots[hop.from].layer].push(end);
    }
    ends.iter_mut().map(|ends| inversions(ends)).sum()
}

/// How many pairs stand the other way round below than above.
fn inversions(ends: &mut [(usize, usize)]) -> usize {
    ends.sort_unstable();
    let size = ends.iter().map(|end| end.1 + 2).max().unwrap_or(1);
    let mut tree = vec![0_usize; size];
    let mut crossed = 0;
    for (seen, (_, to)) in ends.iter().enumerate() {
        let mut not_right = 0;
        let mut at = to + 1;
        while at > 0 {
            not_right += tree[at];
            at &= at - 1;
        }
        crossed += seen - not_right;
        let mut at = to + 1;
        while at < size {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    crossed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_cross_are_counted() {
        assert_eq!(inversions(&mut [(0, 1), (1, 0)]), 1);
        assert_eq!(inversions(&mut [(0, 0), (0, 1), (1, 1)]), 0);
        assert_eq!(inversions(&mut [(0, 2), (1, 1), (2, 0)]), 3);
    }
}
