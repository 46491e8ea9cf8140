//! What is to happen at a time, and what happens when it has come.

use std::collections::BTreeSet;

use andu_base::PersonId;
use jiff::Timestamp;

use super::{Work, members::is_asked};
use crate::{
    Asked, CLOCK, Event, Key, Member, MemberState, Refusal, ScopeNo, TimerDoes, TokenNo, VisitNo,
    VisitState, clock,
    definition::{Kind, Overdue, Trigger, Value, Who},
    net::NodeAt,
};

impl Work<'_> {
    /// Until when a step should be done.
    pub(super) fn step_due(
        &self,
        node: NodeAt,
        scope: ScopeNo,
    ) -> Result<Option<Timestamp>, Refusal> {
        let Kind::Step(step) = &self.net.node(node).kind else {
            return Ok(None);
        };
        let limit = step.limit.as_ref();
        let due = limit.map(|limit| clock::due(limit.within, self.now(), self.context.calendar));
        let due = due.transpose()?;
        let named = step
            .due
            .as_ref()
            .and_then(|item| self.state.value(item, scope));
        let named = named.and_then(Value::day).map(clock::end_of);
        Ok(match (due, named) {
            (Some(due), Some(named)) => Some(due.min(named)),
            (due, named) => due.or(named),
        })
    }

    /// Whether a token is in a step from which it goes straight back: what may happen there meanwhile, does
    /// not; it would lead away from where it is waited for.
    pub(super) fn is_detour(&self, token: TokenNo) -> bool {
        let mut open = self.state.open_visits();
        open.any(|(_, visit)| visit.token == token && visit.back_to.is_some())
    }

    /// Times at which boundaries of a node come.
    pub(super) fn set_boundaries(&mut self, node: NodeAt, token: TokenNo) -> Result<(), Refusal> {
        if self.is_detour(token) {
            return Ok(());
        }
        for boundary in self.net.wiring(node).boundaries.clone() {
            if let Kind::Boundary { on, .. } = &self.net.node(boundary).kind {
                self.set_timer(boundary, token, &on.clone())?;
            }
        }
        Ok(())
    }

    /// Times for which a wait, or the ways of an await, wait.
    pub(super) fn set_waits(&mut self, node: NodeAt, token: TokenNo) -> Result<(), Refusal> {
        let waits = match &self.net.node(node).kind {
            Kind::Await => {
                let outs = self.net.wiring(node).outs.iter();
                outs.map(|out| self.net.target(*out)).collect()
            }
            _ => vec![node],
        };
        for wait in waits {
            if let Kind::Wait { on } = &self.net.node(wait).kind {
                self.set_timer(wait, token, &on.clone())?;
            }
        }
        self.set_boundaries(node, token)
    }

    pub(super) fn set_timer(
        &mut self,
        node: NodeAt,
        token: TokenNo,
        on: &Trigger,
    ) -> Result<(), Refusal> {
        let due_at = match on {
            Trigger::After(span) => clock::due(*span, self.now(), self.context.calendar)?,
            Trigger::On(item) => {
                let scope = self.state.tokens[token].scope;
                let day = self.state.value(item, scope).and_then(Value::day);
                let day = day.ok_or_else(|| Refusal::ItemNeeded { item: item.clone() })?;
                clock::begin_of(day)
            }
            Trigger::Message(_)
            | Trigger::Signal(_)
            | Trigger::Error(_)
            | Trigger::Escalation(_) => {
                return Ok(());
            }
        };
        self.emit(Event::TimerSet {
            token,
            due_at,
            does: TimerDoes::Node(self.net.node(node).id.clone()),
        });
        Ok(())
    }

    /// What happens when a step's time is over.
    pub(super) fn set_overdue(
        &mut self,
        node: NodeAt,
        token: TokenNo,
        due_at: Option<Timestamp>,
    ) -> Result<(), Refusal> {
        let (Kind::Step(step), Some(due_at)) = (&self.net.node(node).kind, due_at) else {
            return Ok(());
        };
        for rule in 0..step.overdue().len() {
            self.emit(Event::TimerSet {
                token,
                due_at,
                does: TimerDoes::Overdue(rule, 0),
            });
        }
        Ok(())
    }

    /// Time has passed: what was to happen until now, in its order, each by itself. What cannot happen stays
    /// due and says why; the rest goes on.
    pub(super) fn tick(&mut self) {
        let mut tried = BTreeSet::new();
        while let Some(no) = self.next_due(&tried) {
            tried.insert(no);
            let (state, events) = (self.state.clone(), self.events.len());
            self.firings = 0;
            if let Err(why) = self.time_comes(no) {
                self.state = state;
                self.events.truncate(events);
                self.fresh.clear();
                if self.state.timers[no].held.as_ref() != Some(&why) {
                    self.emit(Event::TimerHeld { timer: no, why });
                }
            }
            if !self.state.is_running() {
                break;
            }
        }
    }

    fn time_comes(&mut self, no: usize) -> Result<(), Refusal> {
        let timer = self.state.timers[no].clone();
        self.emit(Event::TimerFired { timer: no });
        match &timer.does {
            TimerDoes::Node(node) => self.time_of(node, timer.token)?,
            TimerDoes::Overdue(rule, before) => {
                self.overdue(timer.token, *rule, (*before, timer.due_at))?;
            }
        }
        self.run()
    }

    fn next_due(&self, tried: &BTreeSet<usize>) -> Option<usize> {
        let timers = self.state.timers.iter().enumerate();
        let due = timers.filter(|(no, timer)| {
            let due = !timer.fired && timer.due_at <= self.now() && !tried.contains(no);
            due && self.is_live(timer.token)
        });
        due.min_by_key(|(no, timer)| (timer.due_at, *no))
            .map(|(no, _)| no)
    }

    fn time_of(&mut self, name: &Key, token: TokenNo) -> Result<(), Refusal> {
        let Some(node) = self.net.node_at(name) else {
            return Ok(());
        };
        match &self.net.node(node).kind {
            Kind::Boundary { .. } => self.cross(node, token),
            Kind::Wait { .. } => self.pass(node, token),
            _ => Ok(()),
        }
    }

    /// A step's time is over.
    fn overdue(
        &mut self,
        token: TokenNo,
        rule: usize,
        (before, due_at): (u32, Timestamp),
    ) -> Result<(), Refusal> {
        let mut visits = self.state.open_visits();
        let Some(visit) = visits
            .find(|(_, visit)| visit.token == token)
            .map(|(no, _)| no)
        else {
            return Ok(());
        };
        drop(visits);
        let (_, step) = self.step_of(visit)?;
        let Some(does) = step.overdue().get(rule).cloned() else {
            return Ok(());
        };
        match does {
            Overdue::Remind { times, every } => {
                self.emit(Event::Reminded {
                    visit,
                    by: None,
                    note: String::new(),
                    at: self.now(),
                });
                let calendar = self.context.calendar;
                let (mut said, mut next) = (before + 1, clock::due(every, due_at, calendar)?);
                // What came due while no clock ran is said once.
                while said < times && next <= self.now() {
                    said += 1;
                    next = clock::due(every, next, calendar)?;
                }
                if said < times {
                    self.emit(Event::TimerSet {
                        token,
                        due_at: next,
                        does: TimerDoes::Overdue(rule, said),
                    });
                }
                Ok(())
            }
            Overdue::Tell(who) => {
                let people = self.find_all(visit, &who);
                self.emit(Event::Told {
                    visit,
                    people: people.clone(),
                });
                if !people.is_empty() {
                    self.emit(Event::Circulated {
                        by: CLOCK,
                        to: people,
                        note: String::new(),
                        at: self.now(),
                        late: Some(visit),
                    });
                }
                Ok(())
            }
            Overdue::HandTo(who) => self.hand_over(visit, &who),
            // Nobody has decided: the record never shows it as approved.
            Overdue::Pass => self.close(visit, VisitState::Skipped),
            Overdue::Refuse => self.close(visit, VisitState::Refused),
        }
    }

    fn find_all(&self, visit: VisitNo, who: &[Who]) -> Vec<PersonId> {
        let scope = self.state.visits[visit].scope;
        let mut found: Vec<PersonId> = Vec::new();
        for who in who {
            for person in self.context.roster.find(who, (&self.state, scope), &[]) {
                if !found.contains(&person) {
                    found.push(person);
                }
            }
        }
        found
    }

    /// Others are asked instead of those who have not acted. Where nobody is found, it stays where it is.
    fn hand_over(&mut self, visit: VisitNo, who: &[Who]) -> Result<(), Refusal> {
        let node = self.state.visits[visit].name.node.clone();
        let mut found = self.find_all(visit, who);
        found.retain(|person| self.separated(&node, &[*person]).is_none());
        found.retain(|person| !is_asked(&self.state.visits[visit], *person));
        let members = &self.state.visits[visit].members;
        if found.is_empty() {
            return Ok(());
        }
        let late: Vec<usize> = (0..members.len())
            .filter(|no| members[*no].counts() && !members[*no].is_done())
            .collect();
        for (place, old) in late.into_iter().enumerate() {
            let Some(person) = found.get(place).copied() else {
                break;
            };
            let member = self.state.visits[visit].members[old].clone();
            let by = Member {
                person,
                asked: Asked::Instead {
                    of: old,
                    by: member.person,
                    note: String::new(),
                },
                state: MemberState::Asked,
                seen_at: None,
                ..member
            };
            self.emit(Event::MemberReplaced {
                visit,
                member: old,
                by,
            });
        }
        Ok(())
    }
}
