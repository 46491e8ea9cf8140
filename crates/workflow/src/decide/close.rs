//! A step is done: what it binds, what a refusal does, and where its token goes.

use andu_base::PersonId;

use super::{Work, open::Seated};
use crate::{
    Event, Place, Refusal, Status, VisitNo, VisitState,
    definition::{Kind, Refused, Step, Value},
    net::NodeAt,
};

impl Work<'_> {
    /// The step of a visit.
    pub(super) fn step_of(&self, visit: VisitNo) -> Result<(NodeAt, &Step), Refusal> {
        let name = &self.state.visits[visit].name.node;
        let at = self.net.node_at(name).ok_or(Refusal::NoVisit)?;
        match &self.net.node(at).kind {
            Kind::Step(step) => Ok((at, step)),
            _ => Err(Refusal::NoVisit),
        }
    }

    /// Closes a visit and lets its token go on.
    pub(super) fn close(&mut self, visit: VisitNo, state: VisitState) -> Result<(), Refusal> {
        let (node, step) = self.step_of(visit)?;
        let step = step.clone();
        let name = self.net.node(node).id.clone();
        if let (VisitState::Passed, Some(complete)) = (state, &step.complete) {
            let scope = self.state.visits[visit].scope;
            let holds = complete.holds(&self.items_in(scope));
            if holds != Some(true) {
                return Err(Refusal::Incomplete { node: name });
            }
        }
        let passed = matches!(state, VisitState::Passed | VisitState::Skipped);
        // What nobody has decided binds nobody.
        let decided = state == VisitState::Passed;
        let binds = self.state.content.filter(|_| step.binds && decided);
        let at = self.now();
        self.emit(Event::VisitClosed {
            visit,
            state,
            at,
            binds,
        });
        self.tell_outcome(&name, passed);
        self.start_clock_after(&name, passed);
        if !passed {
            match &step.refused {
                Refused::GoOn => {}
                Refused::Back(to) => return self.refused_back(visit, to),
                Refused::Stop => {
                    self.over(Status::Stopped, None, "");
                    return Ok(());
                }
            }
        }
        self.leave(visit, node, &step)
    }

    /// Guards ask how a step ended by `step.outcome`.
    pub(super) fn tell_outcome(&mut self, node: &crate::Key, passed: bool) {
        let outcome = if passed { "passed" } else { "refused" };
        let Ok(item) = crate::Key::new(&format!("{node}.outcome")) else {
            return;
        };
        let items = [(item, Some(Value::Text(outcome.to_owned())))];
        self.emit(Event::Entered {
            items: items.into(),
            by: None,
            scope: None,
        });
    }

    fn start_clock_after(&mut self, node: &crate::Key, passed: bool) {
        let limit = self.net.definition.limit.as_ref();
        let from = limit.and_then(|limit| limit.from.as_ref());
        if passed && from == Some(node) && self.state.clock.started_on.is_none() {
            let on = self.today();
            self.emit(Event::ClockStarted { on });
        }
    }

    /// The token goes on: straight back to whoever sent it here, to the signer where the words have changed
    /// since, or along the flows.
    fn leave(&mut self, visit: VisitNo, node: NodeAt, step: &Step) -> Result<(), Refusal> {
        let closed = self.state.visits[visit].clone();
        if let Some(back_to) = closed.back_to {
            return self.go_straight(visit, back_to);
        }
        let passed = closed.state != VisitState::Refused;
        if let (true, false, Some(signer)) = (passed, step.binds, self.changed_since()) {
            self.emit(Event::SentBack {
                from: visit,
                to: signer,
                by: None,
                reason: String::new(),
            });
            return self.detour(visit, signer);
        }
        let puts = self.ways_out(node, closed.scope)?;
        self.fire(node, vec![closed.token], None, puts);
        Ok(())
    }

    /// The visit that decided for good about other words than these, the earliest one; what a step has
    /// decided about again counts as it stands now.
    fn changed_since(&self) -> Option<VisitNo> {
        let now = self.state.content?;
        let node = |visit: &VisitNo| &self.state.visits[*visit].name;
        let bound = &self.state.bound;
        let last = |place: usize| {
            let name = node(&bound[place].0);
            let mut later = bound[place + 1..].iter().map(|(visit, _)| node(visit));
            !later.any(|other| other.node == name.node && other.path == name.path)
        };
        let mut places = 0..bound.len();
        let place = places.find(|place| last(*place) && bound[*place].1 != now)?;
        Some(bound[place].0)
    }

    /// From a visit to the step of an earlier one and straight back, while all else stays.
    pub(super) fn detour(&mut self, from: VisitNo, to: VisitNo) -> Result<(), Refusal> {
        let there = self.state.visits[to].name.node.clone();
        let node = self.net.node_at(&there).ok_or(Refusal::NotBefore)?;
        let (token, scope) = (self.state.visits[from].token, self.state.visits[from].scope);
        let (here, _) = self.step_of(from)?;
        let inside = vec![(Place::Inside(there), scope)];
        let inside = self.fire(here, vec![token], None, inside);
        let members = match self.seat_again(node, to)? {
            Seated::People(members) => members,
            Seated::Nobody => return Err(self.nobody(node)),
        };
        self.open_again(to, (inside, scope), members, Some(from))?;
        Ok(())
    }

    /// From the end of a detour to the step that began it.
    fn go_straight(&mut self, visit: VisitNo, back_to: VisitNo) -> Result<(), Refusal> {
        let (node, _) = self.step_of(visit)?;
        let (there, _) = self.step_of(back_to)?;
        let closed = self.state.visits[visit].clone();
        let place = Place::Inside(self.net.node(there).id.clone());
        let inside = self.fire(node, vec![closed.token], None, vec![(place, closed.scope)]);
        let members = match self.seat_again(there, back_to)? {
            Seated::People(members) => members,
            Seated::Nobody => return Err(self.nobody(there)),
        };
        let further = self.state.visits[back_to].back_to;
        self.open_again(back_to, (inside, closed.scope), members, further)?;
        Ok(())
    }

    pub(super) fn nobody(&self, node: NodeAt) -> Refusal {
        Refusal::Nobody {
            node: self.net.node(node).id.clone(),
        }
    }

    /// A refusal that sends it back by the rule of the step.
    fn refused_back(&mut self, from: VisitNo, to: &crate::Key) -> Result<(), Refusal> {
        let decisions = self.state.visits[from].members.iter();
        let refusals = decisions.filter_map(crate::Member::decision);
        let last = refusals.max_by_key(|decision| decision.at);
        let (by, reason) = last.map_or((self.state.author, String::new()), |decision| {
            (decision.by, decision.words.clone())
        });
        match self.earlier(from, to) {
            Some(target) => self.go_back(from, target, by, &reason),
            // A move by hand has passed it over.
            None if !self.state.moved.is_empty() => {
                let there = self.net.node_at(to).ok_or(Refusal::NotBefore)?;
                self.jump((from, there), (by, by), &reason)
            }
            None => Err(Refusal::NotBefore),
        }
    }

    /// Whom it was decided for, and by: of the last visit of a node that counts and lies before another.
    pub(super) fn earlier(&self, from: VisitNo, node: &crate::Key) -> Option<VisitNo> {
        let visits = 0..self.state.visits.len();
        visits
            .rev()
            .find(|no| self.state.visits[*no].name.node == *node && self.is_before(*no, from))
    }

    /// Whether a visit that counts, or that was moved elsewhere, has led to another.
    pub(super) fn is_before(&self, earlier: VisitNo, later: VisitNo) -> bool {
        let (before, after) = (&self.state.visits[earlier], &self.state.visits[later]);
        let done = matches!(
            before.state,
            VisitState::Passed | VisitState::Refused | VisitState::Skipped
        );
        let taken = self.state.tokens[before.token].taken;
        let moved = || taken.is_some_and(|firing| self.state.moved.contains(&firing));
        let done = done || (before.state == VisitState::BrokenOff && moved());
        let opened = self.state.tokens[after.token].from;
        done && self.state.caused_by(earlier).binary_search(&opened).is_ok()
    }

    /// Back to an earlier visit: all that came of it is void.
    pub(super) fn go_back(
        &mut self,
        from: VisitNo,
        to: VisitNo,
        by: PersonId,
        reason: &str,
    ) -> Result<(), Refusal> {
        if self.state.visits[from].is_open() {
            let at = self.now();
            self.emit(Event::VisitClosed {
                visit: from,
                state: VisitState::Returned,
                at,
                binds: None,
            });
        }
        let (node, _) = self.step_of(to)?;
        self.emit(Event::Rewound {
            to,
            by,
            reason: reason.to_owned(),
            at: self.now(),
        });
        let members = match self.seat_again(node, to)? {
            Seated::People(members) => members,
            Seated::Nobody => return Err(self.nobody(node)),
        };
        let visit = self.state.visits[to].clone();
        self.open_again(to, (visit.token, visit.scope), members, visit.back_to)?;
        Ok(())
    }
}
