//! What ends or moves an instance from outside its steps, and what urges it on.

use andu_base::PersonId;
use jiff::ToSpan as _;

use super::{Work, open::Seated, reason_given, within};
use crate::{
    Event, Key, Place, Refusal, Status, VisitName, VisitNo, VisitState, definition::Kind,
    net::NodeAt,
};

/// Between two urgings of one visit.
const URGE_HOURS: i64 = 4;

impl Work<'_> {
    /// 撤件: its author takes it back, until somebody has decided for good.
    pub(super) fn withdraw(&mut self, by: PersonId, reason: &str) -> Result<(), Refusal> {
        within(reason)?;
        if by != self.state.author {
            return Err(Refusal::NotAllowed { what: None });
        }
        if let Some((visit, _)) = self.state.bound.first() {
            let decisions = self.state.visits[*visit].members.iter();
            let mut decisions = decisions.filter_map(crate::Member::decision);
            return Err(Refusal::Closed {
                state: VisitState::Passed,
                by: decisions.next().map(|decision| decision.by),
            });
        }
        self.over(Status::Withdrawn, Some(by), reason);
        Ok(())
    }

    /// 作废
    pub(super) fn cancel(&mut self, by: PersonId, reason: &str) -> Result<(), Refusal> {
        if !self.context.powers.cancel {
            return Err(Refusal::NotAllowed { what: None });
        }
        reason_given(reason)?;
        self.over(Status::Void, Some(by), reason);
        Ok(())
    }

    /// 调度: by two, to a step of the same part of the process. What is left behind in ways that the move leads
    /// out of is broken off; a return to before the move brings it back.
    pub(super) fn relocate(
        &mut self,
        by: PersonId,
        (name, to): (&VisitName, &Key),
        approved_by: PersonId,
        reason: &str,
    ) -> Result<(), Refusal> {
        if !self.context.powers.dispatch || approved_by == by {
            return Err(Refusal::NotAllowed { what: None });
        }
        reason_given(reason)?;
        let (from, _) = self.open_visit(name)?;
        let there = self.net.node_at(to).ok_or(Refusal::NotThere)?;
        self.jump((from, there), (by, approved_by), reason)
    }

    /// From a visit to another step.
    pub(super) fn jump(
        &mut self,
        (from, there): (VisitNo, NodeAt),
        (by, approved_by): (PersonId, PersonId),
        reason: &str,
    ) -> Result<(), Refusal> {
        let (here, _) = self.step_of(from)?;
        let (token, scope) = (self.state.visits[from].token, self.state.visits[from].scope);
        // From a step that goes straight back, as from the one that waits for it.
        let leaves = self.leaves_from(token).unwrap_or(here);
        let Kind::Step(step) = &self.net.node(there).kind else {
            return Err(Refusal::NotThere);
        };
        if self.net.wiring(there).group != self.net.wiring(leaves).group {
            return Err(Refusal::NotThere);
        }
        let Seated::People(members) = self.seat(there, step, scope)? else {
            return Err(self.nobody(there));
        };
        let takes = self.left_behind((leaves, there), token);
        self.break_off(&takes);
        let to = self.net.node(there).id.clone();
        self.emit(Event::Moved {
            from,
            to: to.clone(),
            by,
            approved_by,
            reason: reason.to_owned(),
        });
        let inside = self.fire(here, takes, None, vec![(Place::Inside(to), scope)]);
        self.open(there, (inside, scope), members, None)?;
        Ok(())
    }

    /// 催办, not more often than every four hours.
    pub(super) fn urge(
        &mut self,
        by: PersonId,
        name: &VisitName,
        note: &str,
    ) -> Result<(), Refusal> {
        within(note)?;
        let (no, visit) = self.open_visit(name)?;
        let took_part = self.state.visits.iter().any(|visit| {
            let mut decisions = visit.members.iter().filter_map(crate::Member::decision);
            decisions.any(|decision| decision.by == by)
        });
        if by != self.state.author && !took_part && !self.context.powers.supervise {
            return Err(Refusal::NotAllowed { what: None });
        }
        if let Some((last, _)) = visit.urged {
            let again_at = last.checked_add(URGE_HOURS.hours()).unwrap_or(last);
            if self.now() < again_at {
                return Err(Refusal::TooSoon { again_at });
            }
        }
        self.emit(Event::Reminded {
            visit: no,
            by: Some(by),
            note: note.to_owned(),
            at: self.now(),
        });
        Ok(())
    }
}
