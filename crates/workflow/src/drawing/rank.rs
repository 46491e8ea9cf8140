//! In which layer each item stands, and which lines go back.

/// A line from one item to another.
pub(super) type Pair = (usize, usize);

/// The layer of each item from 0, and of each line whether it goes back (against the layers).
pub(super) fn ranks(count: usize, pairs: &[Pair]) -> (Vec<usize>, Vec<bool>) {
    let back = backs(count, pairs);
    let ahead = || pairs.iter().zip(&back).filter(|(_, back)| !**back);
    let mut next = vec![Vec::new(); count];
    let mut waits = vec![0_usize; count];
    for ((from, to), _) in ahead() {
        next[*from].push(*to);
        waits[*to] += 1;
    }
    let first: Vec<bool> = waits.iter().map(|waits| *waits == 0).collect();
    let mut rank = vec![0_usize; count];
    let mut open: Vec<usize> = (0..count).filter(|at| first[*at]).collect();
    while let Some(at) = open.pop() {
        for to in &next[at] {
            rank[*to] = rank[*to].max(rank[at] + 1);
            waits[*to] -= 1;
            if waits[*to] == 0 {
                open.push(*to);
            }
        }
    }
    // What nothing leads to, stands just above what follows it.
    for at in (0..count).filter(|at| first[*at]) {
        if let Some(nearest) = next[at].iter().map(|to| rank[*to]).min() {
            rank[at] = nearest.saturating_sub(1);
        }
    }
    (rank, back)
}

/// Whether each line comes back to something on the way to it, or to where it began.
fn backs(count: usize, pairs: &[Pair]) -> Vec<bool> {
    let mut out = vec![Vec::new(); count];
    let mut led_to = vec![false; count];
    for (no, (from, to)) in pairs.iter().enumerate() {
        out[*from].push(no);
        led_to[*to] |= from != to;
    }
    let mut back = vec![false; pairs.len()];
    let (mut seen, mut on_way) = (vec![false; count], vec![false; count]);
    let roots = (0..count).filter(|at| !led_to[*at]).chain(0..count);
    for root in roots {
        if seen[root] {
            continue;
        }
        seen[root] = true;
        on_way[root] = true;
        let mut way = vec![(root, 0)];
        while let Some((at, tried)) = way.last_mut() {
            let Some(no) = out[*at].get(*tried) else {
                on_way[*at] = false;
                way.pop();
                continue;
            };
            *tried += 1;
            let to = pairs[*no].1;
            back[*no] = on_way[to];
            if !seen[to] {
                seen[to] = true;
                on_way[to] = true;
                way.push((to, 0));
            }
        }
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_to_where_it_came_from_goes_back() {
        let (rank, back) = ranks(3, &[(0, 1), (1, 2), (2, 1), (2, 2)]);
        assert_eq!(
            (rank, back),
            (vec![0, 1, 2], vec![false, false, true, true])
        );
    }

    #[test]
    fn what_two_ways_lead_to_stands_below_the_longer() {
        let (rank, _) = ranks(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]);
        assert_eq!(rank, [0, 1, 2, 1]);
    }
}
