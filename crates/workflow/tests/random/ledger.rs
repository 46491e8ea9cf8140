//! What the events say, kept in the plainest way: lists, and searches until nothing is found any more. It
//! shares nothing with the engine's own book-keeping and is compared with it.

use std::collections::{BTreeMap, BTreeSet};

use andu_workflow::{Event, Instance, Member, VisitState};

/// Firings, tokens, visits and decisions, as far as the events tell.
#[derive(Debug, Default)]
pub struct Ledger {
    firings: Vec<(Vec<usize>, Option<usize>)>,
    tokens: Vec<usize>,
    void: BTreeSet<usize>,
    visits: Vec<(usize, VisitState)>,
    /// Words of decisions, each different, by visit and member.
    decisions: BTreeMap<(usize, usize), String>,
    /// Words of decisions that are void.
    voided: BTreeSet<String>,
}

impl Ledger {
    pub fn note(&mut self, event: &Event) {
        match event {
            Event::Fired {
                takes,
                because,
                puts,
                ..
            } => {
                let firing = self.firings.len();
                self.firings.push((takes.clone(), *because));
                self.tokens.extend(puts.iter().map(|_| firing));
            }
            Event::VisitOpened { token, members, .. } => {
                let visit = self.visits.len();
                self.visits.push((*token, VisitState::Open));
                for (no, member) in members.iter().enumerate() {
                    if let Some(decision) = member.decision() {
                        let moved = self.voided.remove(&decision.words);
                        assert!(moved, "a decision stands in two visits: {decision:?}");
                        self.decisions.insert((visit, no), decision.words.clone());
                    }
                }
            }
            Event::Acted {
                visit,
                member,
                decision,
            } => {
                let words = decision.words.clone();
                let before = self.decisions.insert((*visit, *member), words);
                assert_eq!(before, None, "one seat decides once");
            }
            Event::TakenBack { visit, member } => {
                let before = self.decisions.remove(&(*visit, *member));
                assert!(before.is_some(), "only what was decided is taken back");
            }
            Event::VisitClosed { visit, state, .. } => {
                let was = std::mem::replace(&mut self.visits[*visit].1, *state);
                assert_eq!(was, VisitState::Open, "only what is open is closed");
            }
            Event::Rewound { to, .. } => self.rewind(*to),
            _ => {}
        }
    }

    fn taker(&self, token: usize) -> Option<usize> {
        let mut firings = (0..self.firings.len()).rev();
        firings.find(|no| !self.void.contains(no) && self.firings[*no].0.contains(&token))
    }

    /// Void is what took the visit's token, and whatever took what something void has put, or happened
    /// because of it; nothing else.
    fn rewind(&mut self, to: usize) {
        let mut void: BTreeSet<usize> = self.taker(self.visits[to].0).into_iter().collect();
        loop {
            let put_by_void = |token: &usize| void.contains(&self.tokens[*token]);
            let more: BTreeSet<usize> = (0..self.firings.len())
                .filter(|no| !void.contains(no))
                .filter(|no| {
                    let (takes, because) = &self.firings[*no];
                    takes.iter().chain(because).any(put_by_void)
                })
                .collect();
            if more.is_empty() {
                break;
            }
            void.extend(more);
        }
        self.void.extend(void);
        for no in 0..self.visits.len() {
            let (token, state) = self.visits[no];
            let gone = no == to || self.void.contains(&self.tokens[token]);
            if gone && state != VisitState::Returned {
                self.visits[no].1 = VisitState::Void;
                let of_it: Vec<_> = self.decisions.range((no, 0)..(no + 1, 0)).collect();
                let of_it: Vec<_> = of_it.into_iter().map(|(at, _)| *at).collect();
                for at in of_it {
                    self.voided.extend(self.decisions.remove(&at));
                }
            } else if state == VisitState::BrokenOff && self.taker(token).is_none() {
                self.visits[no].1 = VisitState::Open;
            }
        }
    }

    /// The engine's own book-keeping says the same.
    pub fn compare(&self, instance: &Instance) {
        let void = instance.firings.iter().enumerate();
        let void: BTreeSet<usize> = void
            .filter(|(_, firing)| firing.void)
            .map(|(no, _)| no)
            .collect();
        assert_eq!(
            void, self.void,
            "what was caused, and nothing else, is void"
        );
        let live: Vec<usize> = (0..self.tokens.len())
            .filter(|no| !self.void.contains(&self.tokens[*no]) && self.taker(*no).is_none())
            .collect();
        assert_eq!(live, instance.live, "tokens that can be taken");
        let states: Vec<_> = self.visits.iter().map(|(_, state)| *state).collect();
        let theirs: Vec<_> = instance.visits.iter().map(|visit| visit.state).collect();
        assert_eq!(states, theirs, "how visits stand");
        let mut decisions = BTreeMap::new();
        for (no, visit) in instance.visits.iter().enumerate() {
            if visit.state == VisitState::Void {
                continue;
            }
            let members = visit.members.iter().map(Member::decision).enumerate();
            for (member, decision) in members {
                let words = decision.map(|decision| decision.words.clone());
                decisions.extend(words.map(|words| ((no, member), words)));
            }
        }
        assert_eq!(decisions, self.decisions, "no decision lost, none doubled");
        let once: BTreeSet<&String> = decisions.values().collect();
        assert_eq!(once.len(), decisions.len(), "each decision stands once");
    }
}
