//! The room between two layers, in which lines run level: each on a track, none over another.

/// A level piece of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Where it comes from above.
    pub above: Option<i32>,
    /// Where it goes on below.
    pub below: Option<i32>,
    /// Its left end.
    pub left: i32,
    /// Its right end.
    pub right: i32,
}

/// Upright lines nearer than this would lie over each other.
const NEAR: i32 = 100;

/// With more lines each gets a track of its own, in their order.
const MANY: usize = 1_500;

impl Run {
    /// From a place above to one below.
    pub fn between(above: i32, below: i32) -> Self {
        Self {
            above: Some(above),
            below: Some(below),
            left: above.min(below),
            right: above.max(below),
        }
    }

    /// What is farther out runs higher: then it crosses nothing of what begins beside it.
    fn rank(&self) -> (bool, i32) {
        match (self.above, self.below) {
            (Some(above), Some(below)) if above > below => (false, above),
            (Some(above), _) => (true, above.saturating_neg()),
            (None, below) => (true, below.unwrap_or_default()),
        }
    }
}

/// The track of each, from 0 at the top, and how many there are. Where one comes from above at the place at which
/// another goes down, it runs higher, unless they wait for each other in a circle.
pub(super) fn tracks(runs: &[Run]) -> (Vec<i32>, i32) {
    if runs.len() > MANY {
        let count = super::port::count(runs.len());
        return ((0..count).collect(), count);
    }
    let lower = |one: &Run| -> Vec<usize> {
        let meets = |other: &Run| match (one.above, other.below) {
            (Some(above), Some(below)) => (above - below).abs() < NEAR,
            _ => false,
        };
        let others = runs.iter().enumerate();
        let found = others.filter(|(_, other)| !std::ptr::eq(*other, one) && meets(other));
        found.map(|(no, _)| no).collect()
    };
    let lower: Vec<Vec<usize>> = runs.iter().map(lower).collect();
    let mut waits = vec![0_usize; runs.len()];
    for no in lower.iter().flatten() {
        waits[*no] += 1;
    }
    let mut left: Vec<usize> = (0..runs.len()).collect();
    left.sort_by_key(|no| (runs[*no].rank(), *no));
    let mut track = vec![0; runs.len()];
    let mut count = 0;
    while let Some(first) = left.first().copied() {
        let mut here: Vec<usize> = Vec::new();
        for no in left.iter().filter(|no| waits[**no] == 0) {
            let apart = |other: &usize| {
                runs[*no].left > runs[*other].right + NEAR
                    || runs[*other].left > runs[*no].right + NEAR
            };
            if here.iter().all(apart) {
                here.push(*no);
            }
        }
        if here.is_empty() {
            here.push(first);
        }
        for no in &here {
            track[*no] = count;
            for one in &lower[*no] {
                waits[*one] = waits[*one].saturating_sub(1);
            }
        }
        left.retain(|no| !here.contains(no));
        count += 1;
    }
    (track, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_down_where_another_goes_down_runs_higher() {
        let runs = [Run::between(0, 1000), Run::between(2000, 0)];
        assert_eq!(tracks(&runs), (vec![0, 1], 2));
        let turned = [Run::between(2000, 0), Run::between(0, 1000)];
        assert_eq!(tracks(&turned), (vec![1, 0], 2));
    }

    #[test]
    fn what_lies_apart_shares_a_track() {
        let runs = [Run::between(0, 1000), Run::between(2000, 3000)];
        assert_eq!(tracks(&runs), (vec![0, 0], 1));
    }

    #[test]
    fn a_circle_is_broken() {
        let runs = [Run::between(0, 1000), Run::between(1000, 0)];
        assert_eq!(tracks(&runs).1, 2);
    }
}
