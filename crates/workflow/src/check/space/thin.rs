//! A smaller space that behaves the same: what follows in any case is done at once, what always goes
//! together is one. The rules keep whether a place can have two tokens, whether the process can get stuck or
//! go round for ever, and which moves can happen (T. Murata, Petri Nets: Properties, Analysis and
//! Applications, 1989, VI: fusion of series and parallel places and transitions, loops taken out).

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use super::{Join, Move, Place, Rule, Space, What};

/// What a move of the smaller space stands for.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) enum Piece {
    /// A move of the space itself.
    One(usize),
    /// One, then the other.
    Then(usize, usize),
    /// The first; the second could as well.
    Either(usize, usize),
}

/// A smaller space with what its moves stand for.
pub(in crate::check) struct Thin {
    pub(in crate::check) space: Space,
    /// By move of the smaller space: its piece.
    pub(in crate::check) bodies: Vec<usize>,
    pub(in crate::check) pieces: Vec<Piece>,
    /// By place of the smaller space: its place in the whole one.
    pub(in crate::check) places: Vec<Place>,
}

/// Makes a space smaller; `really`: otherwise it only takes over what is there.
pub(in crate::check) fn thin(space: &Space, really: bool) -> Thin {
    let count = space.moves.len();
    let mut work = Work {
        space,
        moves: space.moves.iter().map(sorted).map(Some).collect(),
        bodies: (0..count).collect(),
        pieces: (0..count).map(Piece::One).collect(),
        takers: vec![BTreeSet::new(); space.spots.len()],
        givers: vec![BTreeSet::new(); space.spots.len()],
        gone: vec![false; space.spots.len()],
        kept: kept(space),
        upstream: upstream(space),
        dirty: BTreeSet::new(),
    };
    for at in 0..count {
        work.note(at);
    }
    if really {
        work.run();
    }
    work.done()
}

/// Places that stay: where what has come to a gathering is counted.
fn kept(space: &Space) -> Vec<bool> {
    let mut kept = vec![false; space.spots.len()];
    kept[space.root] = true;
    for place in space.gathers.iter().flat_map(|gather| &gather.join.ins) {
        kept[*place] = true;
    }
    kept
}

/// By place: from which sides of which joins something there counts.
fn upstream(space: &Space) -> Vec<Vec<(usize, usize)>> {
    let mut sides = vec![Vec::new(); space.spots.len()];
    let gathers = space.gathers.iter().map(|gather| &gather.join);
    for (at, join) in space.joins.iter().chain(gathers).enumerate() {
        for (way, places) in join.upstream.iter().enumerate() {
            places
                .iter()
                .for_each(|place| sides[*place].push((at, way)));
        }
    }
    sides
}

struct Work<'a> {
    space: &'a Space,
    moves: Vec<Option<Move>>,
    bodies: Vec<usize>,
    pieces: Vec<Piece>,
    takers: Vec<BTreeSet<usize>>,
    givers: Vec<BTreeSet<usize>>,
    gone: Vec<bool>,
    kept: Vec<bool>,
    upstream: Vec<Vec<(usize, usize)>>,
    dirty: BTreeSet<Place>,
}

impl Work<'_> {
    fn note(&mut self, at: usize) {
        let Some(one) = &self.moves[at] else { return };
        for place in &one.takes {
            self.takers[*place].insert(at);
            self.dirty.insert(*place);
        }
        for place in &one.puts {
            self.givers[*place].insert(at);
            self.dirty.insert(*place);
        }
    }

    fn forget(&mut self, at: usize) -> Option<Move> {
        let one = self.moves[at].take()?;
        for place in &one.takes {
            self.takers[*place].remove(&at);
            self.dirty.insert(*place);
        }
        for place in &one.puts {
            self.givers[*place].remove(&at);
            self.dirty.insert(*place);
        }
        Some(one)
    }

    fn run(&mut self) {
        while let Some(place) = self.dirty.pop_first() {
            if self.gone[place] || !self.space.spots[place].is_live() {
                continue;
            }
            while self.merge_moves(place) || self.drop_loop(place) {}
            if !self.kept[place] && !self.merge_places(place) {
                self.pass_on(place);
            }
        }
    }

    fn piece(&mut self, piece: Piece) -> usize {
        self.pieces.push(piece);
        self.pieces.len() - 1
    }

    /// Two moves that do the same are one.
    fn merge_moves(&mut self, place: Place) -> bool {
        let mut first = BTreeMap::new();
        let mut again = Vec::new();
        for at in &self.takers[place] {
            let Some(one) = &self.moves[*at] else {
                continue;
            };
            match first.entry((&one.puts, &one.takes, one.rule, one.clears)) {
                Entry::Vacant(entry) => {
                    entry.insert(*at);
                }
                Entry::Occupied(entry) => again.push((*entry.get(), *at)),
            }
        }
        for (first, then) in &again {
            self.forget(*then);
            self.either(*first, *then);
        }
        !again.is_empty()
    }

    fn either(&mut self, first: usize, then: usize) {
        self.bodies[first] = self.piece(Piece::Either(self.bodies[first], self.bodies[then]));
    }

    /// A move back to the place itself is none, where another one leads on in any case.
    fn drop_loop(&mut self, place: Place) -> bool {
        let alone = |at: &usize| {
            let one = self.moves[*at].as_ref();
            one.filter(|one| one.takes == [place] && is_plain(one))
        };
        let is_loop = |at: &usize| alone(at).is_some_and(|one| one.puts == [place]);
        let takers = &self.takers[place];
        let found = takers.iter().copied().find(|at| is_loop(at));
        let exit = takers
            .iter()
            .copied()
            .find(|at| alone(at).is_some() && !is_loop(at));
        let (Some(found), Some(exit)) = (found, exit) else {
            return false;
        };
        self.forget(found);
        self.either(exit, found);
        true
    }

    /// Two places that get and lose their tokens together are one.
    fn merge_places(&mut self, place: Place) -> bool {
        let takers = &self.takers[place];
        let plain = |at: &usize| {
            self.moves[*at]
                .as_ref()
                .is_some_and(|one| one.rule == Rule::Plain)
        };
        if self.givers[place].is_empty() || takers.is_empty() || !takers.iter().all(plain) {
            return false;
        }
        let first = takers.first().and_then(|at| self.moves[*at].as_ref());
        let others = first.map(|one| one.takes.clone()).unwrap_or_default();
        let twin = others.into_iter().find(|other| {
            *other != place
                && !self.kept[*other]
                && self.space.spots[*other].is_live()
                && self.takers[*other] == *takers
                && self.givers[*other] == self.givers[place]
                && self.space.spots[*other].group == self.space.spots[place].group
                && self.upstream[*other] == self.upstream[place]
                && self.givers[place]
                    .iter()
                    .all(|at| self.as_often(*at, place, *other))
        });
        let Some(twin) = twin else { return false };
        let around: BTreeSet<usize> = takers.union(&self.givers[place]).copied().collect();
        for at in around {
            if let Some(mut one) = self.forget(at) {
                one.takes.retain(|one| *one != place);
                one.puts.retain(|one| *one != place);
                self.moves[at] = Some(one);
                self.note(at);
            }
        }
        self.gone[place] = true;
        self.dirty.insert(twin);
        true
    }

    fn as_often(&self, at: usize, place: Place, other: Place) -> bool {
        let Some(one) = &self.moves[at] else {
            return false;
        };
        let count = |place| one.puts.iter().filter(|put| **put == place).count();
        count(place) == count(other)
    }

    /// What can only go on, goes on at once.
    fn pass_on(&mut self, place: Place) -> bool {
        let mut takers = self.takers[place].iter().copied();
        let (Some(next), None) = (takers.next(), takers.next()) else {
            return false;
        };
        let Some(onward) = &self.moves[next] else {
            return false;
        };
        let live = |place: &&Place| self.space.spots[**place].is_live();
        let lives = onward.puts.iter().filter(live).count();
        let simple = onward.takes == [place] && is_plain(onward) && !onward.puts.contains(&place);
        let waited_for = !self.upstream[place].is_empty() && lives > 1;
        // What comes to a gathering may as well come later than others.
        let counted = onward.puts.iter().any(|put| self.kept[*put]);
        if !simple || lives == 0 || waited_for || counted || self.givers[place].is_empty() {
            return false;
        }
        let Some(onward) = self.forget(next) else {
            return false;
        };
        for at in self.givers[place].clone() {
            let Some(mut giver) = self.forget(at) else {
                continue;
            };
            let times = giver.puts.iter().filter(|put| **put == place).count();
            giver.puts.retain(|put| *put != place);
            for _ in 0..times {
                giver.puts.extend(&onward.puts);
                self.bodies[at] = self.piece(Piece::Then(self.bodies[at], self.bodies[next]));
            }
            giver.puts.sort_unstable();
            self.moves[at] = Some(giver);
            self.note(at);
        }
        self.gone[place] = true;
        true
    }

    /// Takes the places that are left together.
    fn done(self) -> Thin {
        let left: Vec<Place> = (0..self.gone.len())
            .filter(|place| !self.gone[*place])
            .collect();
        let mut new = vec![None; self.gone.len()];
        left.iter()
            .enumerate()
            .for_each(|(at, place)| new[*place] = Some(at));
        let map = |places: &[Place]| {
            let mut mapped: Vec<Place> = places.iter().filter_map(|place| new[*place]).collect();
            mapped.sort_unstable();
            mapped
        };
        let join = |join: &Join| Join {
            ins: join.ins.iter().filter_map(|place| new[*place]).collect(),
            upstream: join.upstream.iter().map(|places| map(places)).collect(),
        };
        let mut space = Space {
            spots: left
                .iter()
                .map(|place| self.space.spots[*place].clone())
                .collect(),
            moves: Vec::new(),
            regions: self
                .space
                .regions
                .iter()
                .map(|places| map(places))
                .collect(),
            joins: self.space.joins.iter().map(join).collect(),
            gathers: self.space.gathers.clone(),
            root: new[self.space.root].expect("BUG: the root stays"),
        };
        for gather in &mut space.gathers {
            gather.join = join(&gather.join);
            gather
                .late
                .iter_mut()
                .for_each(|late| *late = new[*late].expect("BUG: what is late stays"));
        }
        let mut bodies = Vec::new();
        for (one, body) in self.moves.into_iter().zip(self.bodies) {
            let Some(mut one) = one else { continue };
            one.takes = map(&one.takes);
            one.puts = map(&one.puts);
            space.moves.push(one);
            bodies.push(body);
        }
        Thin {
            space,
            bodies,
            pieces: self.pieces,
            places: left,
        }
    }
}

fn is_plain(one: &Move) -> bool {
    one.rule == Rule::Plain && one.clears.is_none()
}

/// A move whose places are in their order, so that two can be compared.
fn sorted(one: &Move) -> Move {
    let mut one = one.clone();
    one.takes.sort_unstable();
    one.puts.sort_unstable();
    one
}

impl Thin {
    /// The moves of the whole space that a move stands for, in their order; `all`: also those that could
    /// as well be made.
    pub(in crate::check) fn moves(&self, body: usize, all: bool) -> Vec<usize> {
        let mut moves = Vec::new();
        let mut open = vec![body];
        while let Some(piece) = open.pop() {
            match self.pieces[piece] {
                Piece::One(at) => moves.push(at),
                Piece::Then(first, then) => open.extend([then, first]),
                Piece::Either(one, other) if all => open.extend([other, one]),
                Piece::Either(one, _) => open.push(one),
            }
        }
        moves
    }

    /// The flow of a place, if it is one.
    pub(in crate::check) fn what(&self, place: Place) -> What {
        self.space.spots[place].what
    }
}
