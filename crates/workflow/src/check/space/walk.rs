//! All states that a space can be in, or enough of them to tell the same: where a token's next move neither
//! takes from nor gives to what the others do, only that move is made.
//!
//! Such a move set is persistent (P. Godefroid, Partial-Order Methods for the Verification of Concurrent
//! Systems, 1996, ch. 4): only it takes from its place, whatever else happens first it can still be made,
//! and makes the same difference. As no other token can come to that place and it cannot come back itself,
//! it is never made twice in a row, so that nothing is put off for ever (the proviso for cycles), and no
//! second token on the place is overlooked.

use std::{
    collections::{HashMap, VecDeque, hash_map::DefaultHasher},
    hash::BuildHasherDefault,
};

use super::{
    Move, Place, Rule, Space,
    step::{MANY, Marking},
};

type Seen = HashMap<Box<[u8]>, u32, BuildHasherDefault<DefaultHasher>>;

/// What is known of a state.
#[derive(Debug, Clone)]
pub(in crate::check) struct State {
    /// The state from which it was first reached, and by which move.
    pub(in crate::check) from: Option<(u32, u32)>,
    pub(in crate::check) is_over: bool,
    /// Nothing can happen, but it is not over.
    pub(in crate::check) is_stuck: bool,
    /// On the way here a place had two tokens.
    pub(in crate::check) after_crowd: bool,
    /// Not looked at.
    pub(in crate::check) is_open: bool,
}

/// The states that were reached.
pub(in crate::check) struct Walk {
    pub(in crate::check) states: Vec<State>,
    pub(in crate::check) markings: Vec<Box<[u8]>>,
    /// From, to, by which move.
    pub(in crate::check) steps: Vec<(u32, u32, u32)>,
    pub(in crate::check) complete: bool,
    /// By place: the first state in which it has two tokens.
    pub(in crate::check) crowded: Vec<(Place, u32)>,
    /// By place of an end: the first state in which it was reached twice.
    pub(in crate::check) twice: Vec<(Place, u32)>,
}

impl Walk {
    /// The first state from which neither an end, nor a standstill, nor what was not looked at can be reached.
    pub(in crate::check) fn goes_round(&self) -> (Option<usize>, Vec<bool>) {
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); self.states.len()];
        for (from, to, _) in &self.steps {
            before[*to as usize].push(*from);
        }
        let ends = |at: &usize| {
            let state = &self.states[*at];
            state.is_over || state.is_stuck || state.is_open
        };
        let mut open: Vec<usize> = (0..self.states.len()).filter(ends).collect();
        let mut can = vec![false; self.states.len()];
        open.iter().for_each(|at| can[*at] = true);
        while let Some(at) = open.pop() {
            for from in &before[at] {
                if !std::mem::replace(&mut can[*from as usize], true) {
                    open.push(*from as usize);
                }
            }
        }
        (can.iter().position(|can| !can), can)
    }
}

/// How far a walk goes on behind a place that had two tokens: that is wrong already, and there is much.
const BEYOND: usize = 4_000;

/// From so many places at most, whose tokens are no longer counted, a move takes.
const MOST_UNCOUNTED: usize = 4;

/// Walks through a space from its beginning, in the order of the number of moves.
pub(in crate::check) fn walk(space: &Space, most: usize, alone: bool) -> Walk {
    walk_from(space, &space.first(), most, alone)
}

/// Walks through a space from a state.
pub(in crate::check) fn walk_from(
    space: &Space,
    first: &Marking,
    most: usize,
    alone: bool,
) -> Walk {
    let alone = if alone {
        Alone::of(space)
    } else {
        Alone::nobody()
    };
    let mut takers: Vec<Vec<usize>> = vec![Vec::new(); space.spots.len()];
    for (at, one) in space.moves.iter().enumerate() {
        one.takes.iter().for_each(|place| takers[*place].push(at));
    }
    let mut walker = Walker {
        space,
        alone,
        takers,
        most,
        seen: Seen::default(),
        open: VecDeque::new(),
        walk: Walk {
            states: Vec::new(),
            markings: Vec::new(),
            steps: Vec::new(),
            complete: true,
            crowded: Vec::new(),
            twice: Vec::new(),
        },
    };
    walker.reach(first, None);
    while let Some(at) = walker.open.pop_front() {
        walker.go_on(at);
    }
    walker.walk
}

struct Walker<'a> {
    space: &'a Space,
    alone: Alone,
    takers: Vec<Vec<usize>>,
    most: usize,
    seen: Seen,
    open: VecDeque<u32>,
    walk: Walk,
}

impl Walker<'_> {
    fn reach(&mut self, marking: &Marking, from: Option<(u32, u32)>) {
        if let Some(known) = self.seen.get(marking.as_slice()) {
            let known = *known;
            self.walk
                .steps
                .extend(from.map(|(state, by)| (state, known, by)));
            return;
        }
        let at = u32::try_from(self.walk.states.len()).expect("BUG: states are bounded");
        let marking: Box<[u8]> = marking.as_slice().into();
        self.note(&marking, at);
        let before = from.is_some_and(|(state, _)| self.walk.states[state as usize].after_crowd);
        let crowd = self.space.crowded(&marking).is_some();
        let is_over = self.space.is_over(&marking);
        self.walk.states.push(State {
            from,
            is_over,
            is_stuck: false,
            after_crowd: before || crowd,
            is_open: false,
        });
        self.walk
            .steps
            .extend(from.map(|(state, by)| (state, at, by)));
        self.walk.markings.push(marking.clone());
        self.seen.insert(marking, at);
        if !is_over {
            self.open.push_back(at);
        }
    }

    fn note(&mut self, marking: &[u8], at: u32) {
        for (place, tokens) in marking.iter().enumerate() {
            if *tokens < 2 {
                continue;
            }
            let live = self.space.spots[place].is_live();
            let list = if live {
                &mut self.walk.crowded
            } else {
                &mut self.walk.twice
            };
            if !list.iter().any(|(known, _)| *known == place) {
                list.push((place, at));
            }
        }
    }

    fn go_on(&mut self, at: u32) {
        let count = self.walk.states.len();
        let crowd = self.walk.states[at as usize].after_crowd;
        if count >= self.most || (crowd && count >= BEYOND) {
            return self.leave_open(at);
        }
        let marking = self.walk.markings[at as usize].clone();
        let moves = match self.alone.first(&marking) {
            Some(place) => self.takers[place].clone(),
            None => self.possible(&marking),
        };
        let mut stuck = true;
        for by in moves {
            let one = &self.space.moves[by];
            if !self.space.can(one, &marking) {
                continue;
            }
            stuck = false;
            if self.is_too_much(one, &marking) {
                self.leave_open(at);
                continue;
            }
            let by = u32::try_from(by).expect("BUG: moves are bounded");
            for next in self.space.after(one, &marking) {
                self.reach(&next, Some((at, by)));
            }
        }
        self.walk.states[at as usize].is_stuck = stuck;
    }

    fn leave_open(&mut self, at: u32) {
        self.walk.states[at as usize].is_open = true;
        self.walk.complete = false;
    }

    /// Whether a move would lead to more states than are looked at, or takes from so many places whose
    /// tokens are no longer counted that what is left cannot be listed.
    fn is_too_much(&self, one: &Move, marking: &[u8]) -> bool {
        let taken = self.space.taken(one, marking);
        let uncounted = taken.iter().filter(|place| marking[**place] >= MANY);
        uncounted.count() > MOST_UNCOUNTED || self.walk.states.len() >= self.most
    }

    fn possible(&self, marking: &[u8]) -> Vec<usize> {
        let marked = (0..marking.len()).filter(|place| marking[*place] > 0);
        let mut moves: Vec<usize> = marked
            .flat_map(|place| &self.takers[place])
            .copied()
            .collect();
        moves.sort_unstable();
        moves.dedup();
        moves
    }
}

/// The places whose token may move alone, and what can come to which.
struct Alone {
    places: Vec<Place>,
    /// By place: what can come there, as bits.
    comes: Vec<Vec<u64>>,
}

/// So many places and more are not looked at this way.
const MOST_PLACES: usize = 3_000;

impl Alone {
    fn nobody() -> Self {
        Self {
            places: Vec::new(),
            comes: Vec::new(),
        }
    }

    fn of(space: &Space) -> Self {
        let count = space.spots.len();
        if count > MOST_PLACES {
            return Self::nobody();
        }
        let touched = touched(space);
        let simple =
            |one: &&Move| one.rule == Rule::Plain && one.clears.is_none() && one.takes.len() == 1;
        let mut takers: Vec<Vec<&Move>> = vec![Vec::new(); count];
        for one in &space.moves {
            one.takes.iter().for_each(|place| takers[*place].push(one));
        }
        let mut fit: Vec<Place> = (0..count)
            .filter(|place| {
                let takers = &takers[*place];
                let safe = takers
                    .iter()
                    .all(|one| one.puts.iter().all(|put| !touched[*put]));
                space.spots[*place].is_live()
                    && !touched[*place]
                    && !takers.is_empty()
                    && takers.iter().all(simple)
                    && safe
            })
            .collect();
        if fit.is_empty() {
            return Self::nobody();
        }
        let comes = comes(space);
        fit.retain(|place| !has(&comes[*place], *place));
        Self { places: fit, comes }
    }

    /// The first place of a state whose token may move alone.
    fn first(&self, marking: &[u8]) -> Option<Place> {
        self.places.iter().copied().find(|place| {
            let others = || (0..marking.len()).filter(|other| marking[*other] > 0);
            marking[*place] > 0
                && marking[*place] < MANY
                && others().all(|other| other == *place || !has(&self.comes[*place], other))
        })
    }
}

fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] >> (at % 64) & 1 == 1
}

/// Places at which more looks than the moves that take from them: what is broken off, what is waited for.
fn touched(space: &Space) -> Vec<bool> {
    let mut touched = vec![false; space.spots.len()];
    let mut touch = |places: &[Place]| places.iter().for_each(|place| touched[*place] = true);
    for one in &space.moves {
        if let (Some(region), false) = (one.clears, matches!(one.rule, Rule::Empty(_))) {
            touch(&space.regions[region]);
        }
        if let Rule::Alive(region) = one.rule {
            touch(&space.regions[region]);
        }
    }
    let gathers = space.gathers.iter().map(|gather| &gather.join);
    for join in space.joins.iter().chain(gathers) {
        join.upstream.iter().for_each(|places| touch(places));
        touch(&join.ins);
    }
    touched
}

/// By place: the places from which a token can come there.
fn comes(space: &Space) -> Vec<Vec<u64>> {
    let count = space.spots.len();
    let mut before: Vec<Vec<Place>> = vec![Vec::new(); count];
    for one in &space.moves {
        for put in &one.puts {
            before[*put].extend(&one.takes);
        }
    }
    (0..count)
        .map(|place| {
            let mut bits = vec![0_u64; count.div_ceil(64)];
            let mut open = vec![place];
            while let Some(at) = open.pop() {
                for from in &before[at] {
                    if !has(&bits, *from) {
                        bits[from / 64] |= 1 << (from % 64);
                        open.push(*from);
                    }
                }
            }
            bits
        })
        .collect()
}
