//! Every order in which discs can be written, lost, found, carried twice, read out and read in, tried out.
//! The ledger here is the one the program uses; what is on a disc is a range of numbered things.

use std::collections::BTreeSet;

use andu_base::ContentHash;
use stateright::{Checker, Model, Property};

use super::ledger::{Judgement, Plan, Received, Sent, next_chain};

/// A disc on its way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Disc {
    chain: String,
    seq: u64,
    covers_from: u64,
    previous: Vec<ContentHash>,
    hash: ContentHash,
    /// Things on it: after the first, up to the second.
    things: (u8, u8),
    /// What may be seen as of its writing; `false`: the grant was taken away.
    granted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    made: u8,
    /// The chain that goes on, and how often a new one was begun.
    chain: String,
    restarts: u8,
    /// How many things there were when each disc was written.
    written: Vec<u8>,
    sent: Sent,
    granted: bool,
    discs: BTreeSet<Disc>,
    received: Received,
    /// How often each thing had its effect.
    effects: Vec<u8>,
    /// Rows the receiver holds.
    held: BTreeSet<u8>,
    /// Whether the newest disc it read in said it may see them.
    may_see: bool,
    /// Something came before what it builds on.
    out_of_order: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    Make,
    Write,
    /// The sender begins a new chain.
    Restart,
    Grant(bool),
    Lose(Disc),
    /// Discs stay where they are when they are read in: each can come again.
    ReadIn(Disc),
    /// Somebody reads a code out.
    Acknowledge,
}

struct Courier {
    window: u64,
    things: u8,
    /// Discs of one chain.
    discs: u64,
    grants: bool,
    restarts: u8,
}

const RANDOM: &str = "0123456789abcdef0123456789abcdef";

fn hash_of(seq: u64, things: (u8, u8)) -> ContentHash {
    ContentHash::of(&[seq as u8, things.0, things.1])
}

impl Courier {
    fn write(&self, state: &mut State) {
        let Plan {
            seq,
            covers_from,
            previous,
        } = state.sent.plan(self.window);
        let before = usize::try_from(covers_from - 1).expect("a small number");
        let from = before.checked_sub(1).map_or(0, |at| state.written[at]);
        let things = (from, state.made);
        let hash = hash_of(seq, things);
        state.sent.written(hash);
        state.written.push(state.made);
        let granted = state.granted;
        state.discs.insert(Disc {
            chain: state.chain.clone(),
            seq,
            covers_from,
            previous,
            hash,
            things,
            granted,
        });
    }

    fn judge(state: &State, disc: &Disc) -> Judgement {
        let plan = Plan {
            seq: disc.seq,
            covers_from: disc.covers_from,
            previous: disc.previous.clone(),
        };
        state.received.judge(&disc.chain, &plan, &disc.hash)
    }

    fn read_in(state: &mut State, disc: &Disc) {
        let Judgement::Import { lost } = Self::judge(state, disc) else {
            return;
        };
        let Disc { chain, seq, .. } = disc;
        state.received.imported(chain, *seq, disc.hash, &lost);
        let known = state.effects.iter().take_while(|count| **count > 0).count() as u8;
        state.out_of_order |= disc.things.0 > known;
        // As commands by their ids and pages by their cursors: what is known is passed over.
        for thing in known.max(disc.things.0)..disc.things.1 {
            state.effects[usize::from(thing)] += 1;
            state.held.insert(thing);
        }
        state.may_see = disc.granted;
        if !disc.granted {
            state.held.clear();
        }
    }
}

impl Model for Courier {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            made: 0,
            chain: next_chain("", RANDOM, false),
            restarts: 0,
            written: Vec::new(),
            sent: Sent::default(),
            granted: true,
            discs: BTreeSet::new(),
            received: Received::default(),
            effects: vec![0; usize::from(self.things)],
            held: BTreeSet::new(),
            may_see: true,
            out_of_order: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.made < self.things {
            actions.push(Action::Make);
        }
        if state.sent.last < self.discs {
            actions.push(Action::Write);
        }
        if state.restarts < self.restarts {
            actions.push(Action::Restart);
        }
        if self.grants {
            actions.push(Action::Grant(!state.granted));
        }
        for disc in &state.discs {
            actions.push(Action::Lose(disc.clone()));
            actions.push(Action::ReadIn(disc.clone()));
        }
        let is_ours = state.received.chain == state.chain;
        if is_ours && state.received.last() > state.sent.acknowledged {
            actions.push(Action::Acknowledge);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Make => state.made += 1,
            Action::Write => self.write(&mut state),
            Action::Restart => {
                state.restarts += 1;
                state.chain = next_chain(&state.chain, RANDOM, false);
                state.sent = Sent::default();
                // What it carries begins with the first thing again.
                state.written.clear();
            }
            Action::Grant(granted) => state.granted = granted,
            Action::Lose(disc) => {
                state.discs.remove(&disc);
            }
            Action::ReadIn(disc) => Self::read_in(&mut state, &disc),
            Action::Acknowledge => {
                let last = state.received.last();
                state.sent.acknowledge(last);
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "each thing has its effect once at most",
                |_, state: &State| state.effects.iter().all(|count| *count <= 1),
            ),
            Property::always(
                "nothing comes before what it builds on",
                |_, state: &State| {
                    let known = state.effects.iter().take_while(|count| **count > 0).count();
                    !state.out_of_order && state.effects[known..].iter().all(|count| *count == 0)
                },
            ),
            Property::always("what may not be seen is not held", |_, state: &State| {
                state.may_see || state.held.is_empty()
            }),
            Property::always(
                "nothing is known to be imported that was not",
                |_, state: &State| {
                    let is_ours = state.received.chain == state.chain;
                    let last = if is_ours { state.received.last() } else { 0 };
                    state.sent.acknowledged <= last
                },
            ),
            Property::always(
                "a disc of the chain that goes on is never turned away for good",
                |_, state: &State| {
                    let going_on = |disc: &&Disc| disc.chain == state.chain;
                    let mut judged = state.discs.iter().filter(going_on);
                    judged.all(|disc| {
                        !matches!(
                            Self::judge(state, disc),
                            Judgement::Old | Judgement::Forked { .. }
                        )
                    })
                },
            ),
            Property::sometimes("everything comes", |courier: &Courier, state: &State| {
                state.effects == vec![1; usize::from(courier.things)]
            }),
            Property::sometimes("it comes though a disc was lost", |_, state: &State| {
                let lost = state.received.hashes.len() as u64 == state.sent.last;
                lost && state.discs.len() < 2 && state.sent.last >= 2 && state.effects[0] == 1
            }),
        ]
    }
}

#[test]
fn whatever_becomes_of_the_discs_each_thing_comes_once_and_in_order() {
    for (window, grants, restarts) in [
        (0, false, 0),
        (1, false, 0),
        (2, false, 0),
        (1, true, 0),
        (1, false, 1),
        (0, false, 2),
    ] {
        let courier = Courier {
            window,
            things: 2,
            discs: match (grants, restarts) {
                (false, 0) => 4,
                (_, 1 | 2) => 2,
                _ => 3,
            },
            grants,
            restarts,
        };
        let checked = courier.checker().spawn_bfs().join();
        checked.assert_properties();
        assert!(
            checked.unique_state_count() > 1_000,
            "hardly anything was tried"
        );
    }
}

/// The ledger without its memory of what was there: the model has to find that a thing comes twice.
#[test]
fn the_model_finds_a_receiver_that_takes_whatever_comes() {
    struct Careless(Courier);
    impl Model for Careless {
        type State = (u8, Vec<u8>, BTreeSet<(u8, u8)>);
        type Action = (bool, (u8, u8));
        fn init_states(&self) -> Vec<Self::State> {
            vec![(0, vec![0; usize::from(self.0.things)], BTreeSet::new())]
        }
        fn actions(&self, (made, _, discs): &Self::State, actions: &mut Vec<Self::Action>) {
            if *made < self.0.things {
                actions.push((true, (*made, *made + 1)));
            }
            actions.extend(discs.iter().map(|disc| (false, *disc)));
        }
        fn next_state(
            &self,
            last: &Self::State,
            (writes, disc): Self::Action,
        ) -> Option<Self::State> {
            let (mut made, mut effects, mut discs) = last.clone();
            if writes {
                made += 1;
                discs.insert(disc);
            } else {
                effects[usize::from(disc.0)] = (effects[usize::from(disc.0)] + 1).min(3);
            }
            Some((made, effects, discs))
        }
        fn properties(&self) -> Vec<Property<Self>> {
            vec![Property::always(
                "once",
                |_, (_, effects, _): &Self::State| effects.iter().all(|count| *count <= 1),
            )]
        }
    }
    let courier = Courier {
        window: 0,
        things: 2,
        discs: 2,
        grants: false,
        restarts: 0,
    };
    let checked = Careless(courier).checker().spawn_bfs().join();
    assert!(
        checked.discovery("once").is_some(),
        "a thing came twice and nobody saw it"
    );
}
