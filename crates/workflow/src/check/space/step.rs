//! What a move does to the tokens.

use super::{Join, Move, Place, Rule, Space, What};

/// How many tokens are on each place; [`MANY`] or more are not told apart.
pub(in crate::check) type Marking = Vec<u8>;

/// That many or more.
pub(in crate::check) const MANY: u8 = 3;

impl Space {
    /// Only the root has a token.
    pub(in crate::check) fn first(&self) -> Marking {
        let mut marking = vec![0; self.spots.len()];
        marking[self.root] = 1;
        marking
    }

    /// Whether a process is over: nothing lives.
    pub(in crate::check) fn is_over(&self, marking: &[u8]) -> bool {
        marking
            .iter()
            .zip(&self.spots)
            .all(|(tokens, spot)| *tokens == 0 || !spot.is_live())
    }

    /// A place with several tokens that may have but one; ends are counted otherwise.
    pub(in crate::check) fn crowded(&self, marking: &[u8]) -> Option<Place> {
        let places = marking.iter().zip(&self.spots);
        places
            .enumerate()
            .find(|(_, (tokens, spot))| **tokens > 1 && spot.is_live())
            .map(|(at, _)| at)
    }

    /// Whether a move can be made.
    pub(in crate::check) fn can(&self, a_move: &Move, marking: &[u8]) -> bool {
        let takes = || a_move.takes.iter().all(|place| marking[*place] > 0);
        match a_move.rule {
            Rule::Plain => takes(),
            Rule::Join(at) => join_can(&self.joins[at], marking),
            Rule::Gather(at) => self.arrived(at, marking).len() >= self.gathers[at].need,
            Rule::Empty(region) => takes() && !self.lives(region, marking),
            Rule::Alive(region) => takes() && self.lives(region, marking),
        }
    }

    fn lives(&self, region: usize, marking: &[u8]) -> bool {
        let places = self.regions[region].iter();
        places
            .copied()
            .any(|place| marking[place] > 0 && self.spots[place].is_live())
    }

    /// The ways on which something has come to a gathering, not too late.
    fn arrived(&self, gather: usize, marking: &[u8]) -> Vec<Place> {
        let gather = &self.gathers[gather];
        let ins = gather.join.ins.iter().enumerate();
        let here = ins.filter(|(at, place)| {
            let late = gather.late.get(*at).is_some_and(|late| marking[*late] > 0);
            marking[**place] > 0 && !late
        });
        here.map(|(_, place)| *place).collect()
    }

    /// What a move that can be made takes here.
    pub(in crate::check) fn taken(&self, a_move: &Move, marking: &[u8]) -> Vec<Place> {
        match a_move.rule {
            Rule::Plain | Rule::Empty(_) | Rule::Alive(_) => a_move.takes.clone(),
            Rule::Join(_) => {
                let ins = a_move.takes.iter().copied();
                ins.filter(|place| marking[*place] > 0).collect()
            }
            Rule::Gather(at) => self.arrived(at, marking),
        }
    }

    /// The marking after a move, with all tokens counted.
    pub(in crate::check) fn exactly_after(&self, a_move: &Move, marking: &[u8]) -> Marking {
        let taken = self.taken(a_move, marking);
        let mut result = marking.to_vec();
        taken.iter().for_each(|place| result[*place] -= 1);
        self.finish(a_move, &taken, &mut result, u8::MAX);
        result
    }

    /// The markings after a move; several where what was taken from was [`MANY`].
    pub(in crate::check) fn after(&self, a_move: &Move, marking: &[u8]) -> Vec<Marking> {
        let taken = self.taken(a_move, marking);
        let mut results = vec![marking.to_vec()];
        for place in &taken {
            if marking[*place] >= MANY {
                results.extend(results.clone());
                let half = results.len() / 2;
                results[..half]
                    .iter_mut()
                    .for_each(|result| result[*place] = MANY - 1);
            } else {
                results.iter_mut().for_each(|result| result[*place] -= 1);
            }
        }
        for result in &mut results {
            self.finish(a_move, &taken, result, MANY);
        }
        results
    }

    fn finish(&self, a_move: &Move, taken: &[Place], marking: &mut [u8], many: u8) {
        if let Some(region) = a_move.clears {
            self.regions[region]
                .iter()
                .for_each(|place| marking[*place] = 0);
        }
        for place in &a_move.puts {
            marking[*place] = marking[*place]
                .saturating_add(1)
                .min(self.most(*place, many));
        }
        if let Rule::Gather(at) = a_move.rule {
            let gather = &self.gathers[at];
            let ways = gather.join.ins.iter().zip(&gather.late);
            for (_, late) in ways.filter(|(way, _)| !taken.contains(way)) {
                marking[*late] = 1;
            }
        }
        self.forget_late(marking);
    }

    fn most(&self, place: Place, many: u8) -> u8 {
        match self.spots[place].what {
            What::Armed(_) | What::Late(_) => 1,
            What::Ended(_) => 2,
            What::Flow(_) | What::Root | What::Begin(_) | What::Inside(_) => many,
        }
    }

    /// What cannot come any more, does not come too late.
    pub(in crate::check) fn forget_late(&self, marking: &mut [u8]) {
        for gather in &self.gathers {
            for (at, late) in gather.late.iter().enumerate() {
                let coming = || {
                    gather.join.upstream[at]
                        .iter()
                        .any(|place| marking[*place] > 0)
                };
                if marking[*late] > 0 && !coming() {
                    marking[*late] = 0;
                }
            }
        }
    }
}

/// BPMN 2.0, 13.4.3: something has come, and whatever can still come to an empty way can also come to one
/// on which something has.
fn join_can(join: &Join, marking: &[u8]) -> bool {
    let here = |way: usize| marking[join.ins[way]] > 0;
    let ways = || 0..join.ins.len();
    if !ways().any(here) {
        return false;
    }
    let also = |place: &Place| {
        ways().any(|way| here(way) && join.upstream[way].binary_search(place).is_ok())
    };
    ways().filter(|way| !here(*way)).all(|way| {
        let waiting = join.upstream[way].iter();
        waiting.filter(|place| marking[**place] > 0).all(also)
    })
}
